"""People nobody has named, in a window that speaks Chinese. What the user typed is never touched."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.domain.meeting import ActionItem, ActionItemRow, Meeting, SearchHit, Speaker
from app.ui import translation
from app.ui.list_delegates import HitDelegate
from app.ui.speakers_card import NameCard, SpeakerCard
from app.viewmodels.actions_rows import Action, owners_of
from app.viewmodels.formatting import initials
from app.viewmodels.meetings import SearchModel, people
from app.viewmodels.minutes import minutes_document
from app.viewmodels.minutes_markdown import section
from app.viewmodels.names import shown_in_hit, shown_name, shown_owner, stored_name
from app.viewmodels.picture import picture_of
from tests.qt import demo
from tests.qt.conftest import MakeDesk
from tests.qt.fakes import FakeServices

pytestmark = [pytest.mark.qt, pytest.mark.qt_log_ignore("does not support (raise|grabbing)")]

CAST = (
    Speaker("s1", "Me"),
    Speaker("s2", "Speaker 1"),
    Speaker("s3", "Others"),
    Speaker("s4", "Speaker 9", by_user=True),
)
SHOWN = ["我", "说话人 1", "其他人", "Speaker 9"]


@pytest.fixture(autouse=True)
def chinese(qapp: QApplication) -> Iterator[None]:
    before = QLocale()
    translation.install(qapp, "zh_CN")
    yield
    translation.install(qapp, "en")
    QLocale.setDefault(before)


def meeting() -> Meeting:
    """The planning meeting, in which only the last one was named, by the user."""
    m = demo.planning()
    cast = tuple(replace(s, name=c.name, by_user=c.by_user) for s, c in zip(m.speakers, CAST, strict=True))
    minutes = m.minutes
    assert minutes is not None
    owners = ("Me", "Speaker 1", "Others", "Speaker 9", None)
    actions = tuple(replace(a, owner=o) for a, o in zip(minutes.action_items, owners, strict=True))
    return replace(m, speakers=cast, minutes=replace(minutes, action_items=actions))


def test_only_what_the_program_gave_is_said_in_the_windows_language() -> None:
    assert [shown_name(s.name, s.by_user) for s in CAST] == SHOWN
    assert [shown_name(n) for n in ("Meg", "me", "Speaker", "Speaker one", "", "Others too")] == [
        *("Meg", "me", "Speaker", "Speaker one", "", "Others too")
    ]
    assert shown_name("Me", by_user=True) == "Me"


def test_an_owner_is_called_like_the_speaker() -> None:
    called_me = (Speaker("s1", "Me", by_user=True),)
    assert shown_owner(ActionItem("Task", "Me"), CAST) == "我"
    assert shown_owner(ActionItem("Task", "Me"), called_me) == "Me"
    assert shown_owner(ActionItem("Task", "me"), called_me) == "me"
    assert shown_owner(ActionItem("Task", "Others", by_user=True), ()) == "Others", "typed, and nobody’s name"
    assert shown_owner(ActionItem("Task", None), CAST) == ""


def test_a_shown_name_leads_back_to_what_is_stored() -> None:
    assert [stored_name(shown, CAST) for shown in SHOWN] == [s.name for s in CAST]
    assert stored_name("  Anna  Berg ", CAST) == "Anna Berg"
    assert stored_name("我", (Speaker("s1", "Me", by_user=True),)) == "我"


def test_everywhere_in_a_meeting_the_same_names(qtbot: QtBot, desk: MakeDesk) -> None:
    m = meeting()
    services = FakeServices([m])
    d = desk(services)
    qtbot.waitUntil(lambda: d.meeting.document is not None and d.window.page.isVisible())
    assert {r.name for r in d.meeting.transcript.rows} == set(SHOWN)
    assert [r.name for r in d.meeting.speakers.rows] == SHOWN
    assert [v.name for v in picture_of(m).voices] == SHOWN
    document = minutes_document(m, date(2026, 3, 3))
    assert document is not None
    assert [a.owner for a in document.actions] == [*SHOWN, ""]
    assert [a.owner_hue for a in document.actions] == [0, 1, 2, 3, -1], "the colour is still that of the speaker"
    assert "(我" in section("待办", document.actions)
    index = d.library.meetings.index_of(m.id)
    assert "我, 其他人, Speaker 9 +1" in index.data(Qt.ItemDataRole.AccessibleTextRole)
    d.window.page.transcript.selectAll()
    assert d.window.page.transcript.selected_text().startswith("我 (0:01)")


def test_who_chooses_a_shown_name_means_that_speaker(qtbot: QtBot, desk: MakeDesk) -> None:
    services = FakeServices([meeting()])
    d = desk(services)
    qtbot.waitUntil(lambda: d.meeting.document is not None and d.window.page.isVisible())
    row = d.window.page.panel.sections["action"].rows[4]
    row.ask_owner()
    card = next(w for w in QApplication.topLevelWidgets() if isinstance(w, NameCard) and w.isVisible())
    card.field.insert("说话人 1")  # QTest types nothing but ASCII
    QTest.keyClick(card.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: d.meeting.document is not None and d.meeting.document.actions[4].owner == "说话人 1")
    stored = services.meetings[d.meeting.id]
    assert stored.minutes is not None
    assert stored.minutes.action_items[4].owner == "Speaker 1"


def test_the_card_warns_of_the_merge_it_makes(qtbot: QtBot, desk: MakeDesk) -> None:
    services = FakeServices([meeting()])
    d = desk(services)
    qtbot.waitUntil(lambda: d.meeting.document is not None and d.window.page.isVisible())
    key = d.meeting.speakers.rows[1].key
    card = SpeakerCard(d.meeting, key, d.window)
    qtbot.addWidget(card)
    assert card.field.text() == "说话人 1"
    for same in ("Others", "其他人"):
        card.field.setText(same)
        assert not card.same.isHidden()
        assert "其他人" in card.same.text()
    QTest.keyClick(card.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(d.meeting.speakers.rows) == 3)
    assert [s.name for s in services.meetings[d.meeting.id].speakers] == ["Me", "Others", "Speaker 9"]


def test_a_name_that_is_confirmed_stays_as_it_was_read(qtbot: QtBot, desk: MakeDesk) -> None:
    services = FakeServices([meeting()])
    d = desk(services)
    qtbot.waitUntil(lambda: d.meeting.document is not None and d.window.page.isVisible())
    card = SpeakerCard(d.meeting, d.meeting.speakers.rows[0].key, d.window)
    qtbot.addWidget(card)
    QTest.keyClick(card.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: d.meeting.speakers.rows[0].by_user)
    assert d.meeting.speakers.rows[0].name == "我"
    assert d.meeting.document is not None
    assert d.meeting.document.actions[0].owner == "我"


def test_lists_over_meetings() -> None:
    at = demo.planning().started_at
    rows = [
        ActionItemRow("a", "M", at, 0, ActionItem("Task", "Me")),
        ActionItemRow("b", "M", at, 0, ActionItem("Task", "Speaker 1")),
        ActionItemRow("c", "M", at, 0, ActionItem("Task", "Speaker 2"), owner_by_user=True),
    ]
    assert [Action(r, 0, at.date()).owner for r in rows] == ["我", "说话人 1", "Speaker 2"]
    owners = owners_of(rows)
    assert [(o.called, o.nameless) for o in owners] == [("我", False), ("说话人 1", True), ("Speaker 2", True)]
    assert people(("Me", "Anna", "Speaker 1")) == "我, Anna +1"
    assert people(("Me", "Anna"), ("Me",)) == "Me, Anna"
    assert initials("说话人 12") == "说12"


def test_hits_of_a_search(qapp: QApplication) -> None:
    at = demo.planning().started_at
    model = SearchModel()
    model.set_hits(
        [
            SearchHit("a", "M", at, 1, 1.0, "Me", "the \x02word\x03"),
            SearchHit("a", "M", at, 2, 2.0, "Me", "the \x02word\x03", speaker_by_user=True),
            SearchHit("a", "M", at, 3, 3.0, "", "The \x02word\x03 — Me, Friday"),
        ],
        at.date(),
    )
    assert [r.speaker for r in model.rows] == ["我", "Me", ""]
    assert model.rows[2].text == "The word — 我, Friday"
    assert shown_in_hit("Say it — Meg") == "Say it — Meg"


def test_a_hit_in_a_title_is_the_title(qtbot: QtBot, desk: MakeDesk) -> None:
    """No time, no second line; choosing it opens the meeting and leaves the page as it is."""
    m = meeting()
    services = FakeServices([replace(demo.noted(), title="Other"), m])
    d = desk(services)
    qtbot.waitUntil(lambda: d.meeting.document is not None and d.window.page.isVisible())
    d.window.page.minutes_tab.click()
    hits = d.library.hits
    found = SearchHit(m.id, m.title, m.started_at, 1, 1.2, "", "\x02Plan\x03ning", in_title=True)
    hits.set_hits([found, replace(found, in_title=False, speaker="Me")], m.started_at.date())
    title, said = hits.rows
    assert (title.time, title.segment_id, title.in_title) == ("", 0, True)
    assert (said.time, said.segment_id) == ("0:01", 1)
    assert hits.data(hits.index(0), Qt.ItemDataRole.AccessibleTextRole) == "标题：Planning, 今天"
    view = d.window.sidebar.hits
    delegate = view.itemDelegate()
    assert isinstance(delegate, HitDelegate)
    assert delegate.row_height(title) < delegate.row_height(replace(said, title="")), "there is no line to be empty"
    d.window.sidebar.hit_chosen.emit(m.id, title.segment_id)
    qtbot.waitUntil(lambda: d.meeting.id == m.id and d.meeting.title == m.title)
    assert d.window.page.look == "minutes"
