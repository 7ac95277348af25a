"""What is being typed goes to the meeting it was typed in, whatever comes onto the page meanwhile."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.domain.meeting import Meeting
from app.ui.application import Desk
from app.ui.speakers_card import SpeakerCard
from tests.qt import demo
from tests.qt.conftest import MakeDesk
from tests.qt.fakes import FakeServices

pytestmark = [pytest.mark.qt, pytest.mark.qt_log_ignore("does not support (raise|grabbing)")]

LEFT = Qt.MouseButton.LeftButton


class Two:
    """A meeting on the page, and another one with the same words and minutes."""

    def __init__(self, qtbot: QtBot, desk: MakeDesk) -> None:
        first = demo.planning()
        second = replace(first, id="m002", title="The other one")
        self.qtbot = qtbot
        self.services = FakeServices([first, second])
        self.before = {m.id: m for m in (first, second)}
        self.d: Desk = desk(self.services, meeting="m001")
        self.page = self.d.window.page
        qtbot.waitUntil(lambda: self.d.meeting.shown_id == "m001" and self.page.isVisible())
        QTest.qWait(20)

    def go(self) -> None:
        """Somewhere else, without the keyboard leaving the field: what was imported opens by itself."""
        self.d.meeting.open("m002")
        self.settle()
        assert self.d.meeting.shown_id == "m002"

    def settle(self) -> None:
        d = self.d
        self.qtbot.waitUntil(
            lambda: not d.history._in_flight and not d.lane.busy and d.meeting.shown_id == d.meeting.id
        )
        QTest.qWait(5)

    def now(self, meeting_id: str = "m001") -> Meeting:
        return self.services.meetings[meeting_id]

    def untouched(self) -> bool:
        return self.now("m002") == self.before["m002"]


@pytest.fixture
def two(qtbot: QtBot, desk: MakeDesk) -> Two:
    return Two(qtbot, desk)


def test_the_summary(two: Two) -> None:
    summary = two.page.panel.summary
    summary.begin_edit()
    assert summary.editor is not None
    summary.editor.setPlainText("My own words.")
    two.go()
    assert summary.editor is None
    minutes = two.now().minutes
    assert minutes is not None
    assert minutes.summary == "My own words."
    assert two.untouched()


def test_an_item_and_a_new_one(two: Two) -> None:
    section = two.page.panel.sections["decision"]
    section.rows[0].begin_edit()
    assert section.rows[0].editor is not None
    section.rows[0].editor.setPlainText("Changed.")
    section.begin_add()
    assert section.adding is not None
    section.adding.setPlainText("New.")
    two.go()
    minutes = two.now().minutes
    assert minutes is not None
    assert [minutes.decisions[0].text, minutes.decisions[-1].text] == ["Changed.", "New."]
    assert two.untouched()


def test_the_title(two: Two) -> None:
    two.page.title.begin()
    QTest.keyClicks(two.page.title, "Mine")
    two.go()
    two.qtbot.waitUntil(lambda: two.now().title == "Mine")
    assert two.untouched()
    assert two.page.title.text() == "The other one"


def test_the_words(two: Two) -> None:
    two.page.transcript.begin_edit((0, 0))
    editor = two.page.transcript.editor
    assert editor is not None
    QTest.keyClicks(editor, "Well ")
    two.go()
    assert two.now().segments[0].text.startswith("Well ")
    assert two.untouched()


def test_a_name_is_not_given_to_somebody_of_another_meeting(two: Two) -> None:
    two.page.speakers.show_speaker("s1", QRect(400, 300, 60, 17))
    card = QApplication.activePopupWidget()
    assert isinstance(card, SpeakerCard)
    two.go()
    assert QApplication.activePopupWidget() is None
    assert two.untouched()


def test_what_is_clicked_while_the_next_one_is_read(two: Two) -> None:
    """The page still shows the first meeting: a tick there is a tick there."""
    hold = threading.Event()
    two.d.lane.ask(lambda _store: hold.wait(20))
    two.d.meeting.open("m002")
    row = two.page.panel.sections["action"].rows[1]
    assert row.check is not None
    two.page.panel.ensure_visible(row)
    QTest.mouseClick(row.check, LEFT)
    two.page.panel.sections["action"].rows[2].setFocus()
    hold.set()
    two.settle()
    minutes = two.now().minutes
    assert minutes is not None
    assert minutes.action_items[1].done
    assert two.untouched()


def test_what_is_written_again_while_the_next_one_is_read(two: Two) -> None:
    hold = threading.Event()
    two.d.lane.ask(lambda _store: hold.wait(20))
    two.d.meeting.open("m002")
    two.d.meeting.rewrite_minutes()
    assert [j.meeting_id for j in two.d.queue.jobs] == ["m001"]
    hold.set()
    two.settle()


def test_closing_the_window_saves_what_is_being_typed(two: Two) -> None:
    summary = two.page.panel.summary
    summary.begin_edit()
    assert summary.editor is not None
    summary.editor.setPlainText("The last words.")
    two.d.window.close()
    two.qtbot.waitUntil(lambda: two.now().minutes.summary == "The last words.")  # type: ignore[union-attr]


def test_a_job_that_begins_takes_no_words_away(two: Two) -> None:
    """Rows are made anew when they can no longer be changed: what was being typed in one is saved."""
    section = two.page.panel.sections["decision"]
    section.rows[0].begin_edit()
    assert section.rows[0].editor is not None
    section.rows[0].editor.setPlainText("Mine.")
    two.services.result = two.now()
    two.services.pace_s = 0.02
    seen: list[str] = []

    def look(meeting: Meeting) -> None:
        assert meeting.minutes is not None
        seen.append(meeting.minutes.decisions[0].text)

    two.d.history.stored.connect(look)
    two.d.meeting.rewrite_minutes()
    two.qtbot.waitUntil(lambda: "Mine." in seen)
    assert section.rows[0].editor is None
