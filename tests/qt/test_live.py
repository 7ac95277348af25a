"""Live text on the recording's page: real clicks and keys, words that come when the test says."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.domain.live import LiveDropped, LiveEnded, LiveSpeakers, LiveState, LiveStatus
from app.domain.meeting import MIC, ActionItem, Decision, Minutes
from app.ui.application import Desk
from app.ui.live_catch_up import CatchUpCard
from app.ui.live_pane import LivePane
from app.ui.recording_page import RecordingPage
from app.viewmodels.live import HOLD
from tests.qt import demo
from tests.qt.conftest import MakeDesk
from tests.qt.fake_live import FakeLive
from tests.qt.fakes import FakeServices

pytestmark = pytest.mark.qt

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def click(widget: QWidget) -> None:
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


def begun(qtbot: QtBot, desk: MakeDesk, live: FakeLive | None, size: tuple[int, int] = (1320, 860)) -> Desk:
    """A recording that runs, on its page."""
    services = FakeServices([demo.planning()], result=demo.planning())
    services.live = live
    d = desk(services, size=size)
    qtbot.waitUntil(lambda: d.meeting.title != "")
    click(d.window.sidebar.record_button)
    qtbot.waitUntil(lambda: d.window.setup.cards[MIC].meter.part > 0.2)
    click(d.window.setup.start_button)
    qtbot.waitUntil(lambda: d.recording.state == "recording" and bool(d.window.recording.tracks))
    if live is not None and live.is_wanted and live.error is None:
        qtbot.waitUntil(lambda: d.live.shown)
    return d


def pane(d: Desk) -> LivePane:
    found = d.window.recording.live
    assert found is not None
    return found


def card(d: Desk) -> CatchUpCard:
    found = d.window.recording.catch_up
    assert found is not None
    return found


def words(d: Desk) -> list[str]:
    return pane(d).words.toPlainText().split("\n")


def test_words_appear_as_they_are_spoken(qtbot: QtBot, desk: MakeDesk) -> None:
    live = FakeLive()
    d = begun(qtbot, desk, live)
    assert pane(d).isVisible()
    assert "in a moment" in pane(d).words.placeholderText()
    assert pane(d).status.text() == "Getting ready"
    live.say(LiveState("live"))
    live.saying(1, "Good morning every", 12, "me", 1.0)
    qtbot.waitUntil(lambda: words(d) == ["Me  0:01", "Good morning every"])
    assert pane(d).status.text() == ""
    live.said("Good morning everyone.", "me", 1.0)
    live.saying(2, "Hello", 0, "s1", 4.0)
    qtbot.waitUntil(lambda: words(d) == ["Me  0:01", "Good morning everyone.", "Speaker 1  0:04", "Hello"])
    live.say(LiveDropped(2))
    qtbot.waitUntil(lambda: words(d) == ["Me  0:01", "Good morning everyone."])


def test_tentative_words_are_in_another_colour(qtbot: QtBot, desk: MakeDesk) -> None:
    live = FakeLive()
    d = begun(qtbot, desk, live)
    live.saying(1, "Good morning every", 12, "me", 1.0)
    qtbot.waitUntil(lambda: len(words(d)) == 2)
    block = pane(d).words.document().findBlockByNumber(1)
    colours = []
    it = block.begin()
    while not it.atEnd():
        colours.append((it.fragment().text(), it.fragment().charFormat().foreground().color().name()))
        it += 1
    assert [text for text, _ in colours] == ["Good morning", " every"]
    assert colours[0][1] != colours[1][1]


def test_the_user_keeps_the_first_colour_whoever_speaks_first(qtbot: QtBot, desk: MakeDesk) -> None:
    live = FakeLive()
    d = begun(qtbot, desk, live)
    live.said("Hello.", "s1", 1.0)
    live.said("Hi.", "me", 3.0)
    qtbot.waitUntil(lambda: len(words(d)) == 4)
    assert [s.key for s in d.live.speakers] == ["me", "s1"]
    assert [t.hue for t in d.live.turns] == [1, 0]


def test_speakers_that_are_known_later_change_the_turns(qtbot: QtBot, desk: MakeDesk) -> None:
    live = FakeLive()
    d = begun(qtbot, desk, live)
    first = live.said("That makes sense.", "", 1.0)
    live.said("I think so too.", "s1", 3.2)
    qtbot.waitUntil(lambda: len(words(d)) == 4)
    assert words(d)[0] == "Others  0:01"
    live.say(LiveSpeakers({first: "s1"}))
    qtbot.waitUntil(lambda: words(d) == ["Speaker 1  0:01", "That makes sense. I think so too."])


def test_a_name_put_right_far_above_changes_that_turn_and_no_other(qtbot: QtBot, desk: MakeDesk) -> None:
    live = FakeLive()
    d = begun(qtbot, desk, live)
    ids = [live.said(f"Sentence number {n}.", f"s{1 + n % 2}", n * 20.0) for n in range(80)]
    qtbot.waitUntil(lambda: len(words(d)) == 160)
    before = words(d)
    for chosen in (ids[10], ids[0], ids[79]):
        live.say(LiveSpeakers({chosen: "s3"}))
    qtbot.waitUntil(lambda: words(d)[158].startswith("Speaker 3"))
    after = words(d)
    assert [n for n, (a, b) in enumerate(zip(before, after, strict=True)) if a != b] == [0, 20, 158]
    assert [t.name for t in d.live.turns].count("Speaker 3") == 3
    assert pane(d).words.document().findBlockByNumber(20).blockFormat().topMargin() > 0


def test_what_was_said_earlier_but_written_later_stands_in_its_place(qtbot: QtBot, desk: MakeDesk) -> None:
    live = FakeLive()
    d = begun(qtbot, desk, live)
    live.said("Second.", "me", 10.0)
    live.said("First.", "s1", 2.0)
    qtbot.waitUntil(lambda: words(d) == ["Speaker 1  0:02", "First.", "Me  0:10", "Second."])


def test_the_end_is_followed_only_while_it_is_in_sight(qtbot: QtBot, desk: MakeDesk) -> None:
    live = FakeLive()
    d = begun(qtbot, desk, live)
    for n in range(40):
        live.said(f"Sentence number {n}.", "me" if n % 2 else "s1", n * 4.0)
    view = pane(d).words
    bar = view.verticalScrollBar()
    qtbot.waitUntil(lambda: len(words(d)) == 80 and bar.maximum() > 200)
    qtbot.waitUntil(lambda: bar.value() == bar.maximum())
    assert not view.newest.isVisible()
    bar.setValue(100)
    live.said("One more.", "me", 200.0)
    qtbot.waitUntil(lambda: words(d)[-1] == "One more.")
    assert bar.value() == 100
    assert view.newest.isVisible()
    click(view.newest)
    assert bar.value() == bar.maximum()
    live.said("And another.", "s1", 204.0)
    qtbot.waitUntil(lambda: words(d)[-1] == "And another.")
    qtbot.waitUntil(lambda: bar.value() == bar.maximum())


def test_how_far_behind_it_is_is_said_in_words(qtbot: QtBot, desk: MakeDesk) -> None:
    live = FakeLive()
    d = begun(qtbot, desk, live)
    live.say(LiveState("live"), LiveState("behind"), LiveStatus(behind_s=42.0))
    qtbot.waitUntil(lambda: pane(d).status.text() == "40 s behind; nothing is lost")
    live.say(LiveState("live"), LiveStatus(behind_s=0.0))
    qtbot.waitUntil(lambda: pane(d).status.text() == "")
    live.say(LiveState("restarting"))
    qtbot.waitUntil(lambda: "Starting again" in pane(d).status.text())


def test_live_text_that_is_off_says_why_and_the_recording_goes_on(qtbot: QtBot, desk: MakeDesk) -> None:
    live = FakeLive()
    d = begun(qtbot, desk, live)
    live.said("Good morning.", "me", 1.0)
    live.say(LiveState("off", "Live text stopped several times."), LiveEnded())
    qtbot.waitUntil(pane(d).card.isVisible)
    assert "stopped several times" in pane(d).card.text
    assert "written down afterwards" in pane(d).card.text
    assert words(d)[-1] == "Good morning."
    assert d.recording.state == "recording"


@pytest.mark.parametrize("how", ["not wanted", "none", "broken"])
def test_without_live_text_the_page_is_as_it_was(how: str, qtbot: QtBot, desk: MakeDesk) -> None:
    live = None if how == "none" else FakeLive()
    if live is not None:
        live.is_wanted = how != "not wanted"
        live.error = RuntimeError("no such thing") if how == "broken" else None
    d = begun(qtbot, desk, live)
    page = d.window.recording
    if how == "broken":
        qtbot.waitUntil(lambda: d.live.off is not None)
        assert pane(d).card.isVisible()
    else:
        assert not pane(d).isVisible()
        assert not page.tabs[0].isVisible()
    assert page.asides.isVisible()
    assert page.note.isVisible()
    assert d.recording.state == "recording"


def test_in_a_small_window_words_and_notes_take_turns(qtbot: QtBot, desk: MakeDesk) -> None:
    live = FakeLive()
    d = begun(qtbot, desk, live, size=(900, 600))
    page: RecordingPage = d.window.recording
    assert pane(d).isVisible()
    assert not page.asides.isVisible()
    assert page.note.isVisible()
    click(page.tabs[1])
    assert not pane(d).isVisible()
    assert page.asides.isVisible()
    assert page.note.isVisible()
    click(page.tabs[0])
    assert pane(d).isVisible()
    d.window.resize(1320, 860)
    qtbot.waitUntil(page.asides.isVisible)
    assert pane(d).isVisible()
    assert not page.tabs[0].isVisible()


def test_a_note_added_beside_the_words_is_counted_where_it_went(qtbot: QtBot, desk: MakeDesk) -> None:
    live = FakeLive()
    d = begun(qtbot, desk, live, size=(900, 600))
    page = d.window.recording
    qtbot.waitUntil(page.tabs[1].isVisible)
    assert page.tabs[1].text() == "Notes"
    QTest.keyClicks(page.note, "Ask Anna")
    QTest.keyClick(page.note, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.tabs[1].text() == "Notes 1")
    assert page.tabs[0].isChecked()


def test_catch_me_up(qtbot: QtBot, desk: MakeDesk) -> None:
    live = FakeLive()
    d = begun(qtbot, desk, live)
    assert not pane(d).catch_up_button.isEnabled()
    live.said("We decided to move the launch.", "me", 1.0)
    live.said("I will tell the others.", "s1", 4.0)
    qtbot.waitUntil(pane(d).catch_up_button.isEnabled)
    live.minutes = Minutes(
        "The launch was discussed.", (Decision("Move the launch", (1,)),), (ActionItem("Tell the others", "Anna"),)
    )
    live.release.clear()
    click(pane(d).catch_up_button)
    qtbot.waitUntil(card(d).isVisible)
    qtbot.waitUntil(lambda: "Reading what was said" in card(d).text)
    assert not pane(d).catch_up_button.isEnabled()
    live.release.set()
    qtbot.waitUntil(lambda: "Move the launch" in card(d).text)
    assert "The launch was discussed." in card(d).text
    assert "Anna" in card(d).text
    (segments, names), *_ = live.asked
    assert [s.text for s in segments] == ["We decided to move the launch.", "I will tell the others."]
    assert names["s1"] == "Speaker 1"
    live.said("One more thing.", "me", 8.0)
    qtbot.waitUntil(lambda: len(d.live.segments) == 3)
    click(card(d).again)
    qtbot.waitUntil(lambda: len(live.asked) == 2 and d.live.catch_up.state == "there")
    assert len(live.asked[1][0]) == 3
    click(card(d).close_button)
    assert not card(d).isVisible()
    assert d.window.recording.asides.isVisible()


@pytest.mark.parametrize("size", [(1320, 860), (900, 600)])
def test_a_note_is_seen_beside_what_was_said_so_far(qtbot: QtBot, desk: MakeDesk, size: tuple[int, int]) -> None:
    live = FakeLive()
    d = begun(qtbot, desk, live, size)
    page = d.window.recording
    live.said("We decided to move the launch.", "me", 1.0)
    qtbot.waitUntil(pane(d).catch_up_button.isEnabled)
    live.minutes = Minutes("The launch was discussed.", tuple(Decision(f"Decision {n}", (1,)) for n in range(20)))
    click(pane(d).catch_up_button)
    qtbot.waitUntil(lambda: "Decision 19" in card(d).text)
    assert card(d).isVisible()
    assert not page.asides.isVisible()  # there are none
    QTest.keyClicks(page.note, "Ask Anna")
    QTest.keyClick(page.note, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(page.asides.rows) == 1)
    assert card(d).isVisible()
    row = page.asides.rows[0]
    qtbot.waitUntil(lambda: not row.visibleRegion().isEmpty())
    assert row.visibleRegion().boundingRect().height() == row.height()  # all of it
    assert page.tabs[1].text() == "So far, notes 1"


def test_catch_me_up_by_its_keys_from_another_page_and_when_it_fails(qtbot: QtBot, desk: MakeDesk) -> None:
    live = FakeLive()
    live.minutes = None
    d = begun(qtbot, desk, live)
    live.said("We decided to move the launch.", "me", 1.0)
    qtbot.waitUntil(d.window.commands.catch_up.isEnabled)
    QTest.keyClick(QApplication.focusWidget() or d.window, Qt.Key.Key_U, CTRL | SHIFT)
    qtbot.waitUntil(lambda: "There is no model for minutes." in card(d).text)
    assert card(d).again.isEnabled()


def test_jobs_wait_while_live_text_runs_and_its_words_stay_until_the_transcript_is_there(
    qtbot: QtBot, desk: MakeDesk
) -> None:
    live = FakeLive()
    live.ends_at_once = False
    d = begun(qtbot, desk, live)
    services = d._services
    assert isinstance(services, FakeServices)
    assert HOLD in d.queue.holds
    qtbot.waitUntil(lambda: live.rooms == 1)
    live.said("Good morning everyone.", "me", 1.0)
    live.said("Good morning.", "s1", 4.0)
    qtbot.waitUntil(lambda: len(d.live.segments) == 2)
    meeting_id = d.recording.meeting_id
    services.stop_after = 0  # the pipeline holds before its first words
    click(d.window.recording.stop_button)
    qtbot.waitUntil(lambda: d.meeting.id == meeting_id and d.meeting.meeting is not None)
    qtbot.waitUntil(lambda: [r.text for r in d.meeting.transcript.rows] == ["Good morning everyone.", "Good morning."])
    assert live.finished == 1
    assert d.queue.waiting == (meeting_id,)
    live.said("Goodbye.", "me", 8.0)
    live.say(LiveEnded())
    qtbot.waitUntil(lambda: HOLD not in d.queue.holds)
    qtbot.waitUntil(lambda: d.queue.job(meeting_id) is not None and d.queue.job(meeting_id).stage == "transcribe")  # type: ignore[union-attr]
    rows = d.meeting.transcript.rows
    assert [(r.name, r.text) for r in rows] == [
        ("Me", "Good morning everyone."),
        ("Speaker 1", "Good morning."),
        ("Me", "Goodbye."),
    ]
    services.release.set()
    qtbot.waitUntil(lambda: not d.queue.active(meeting_id), timeout=10_000)
    end = demo.planning()
    assert d.meeting.transcript.rows[0].text.startswith(end.segments[0].text[:10])


def test_the_program_ends_while_live_text_runs(qtbot: QtBot, desk: MakeDesk) -> None:
    live = FakeLive()
    live.release.clear()
    d = begun(qtbot, desk, live)
    live.said("Good morning.", "me", 1.0)
    qtbot.waitUntil(pane(d).catch_up_button.isEnabled)
    click(pane(d).catch_up_button)
    qtbot.waitUntil(lambda: bool(live.asked))
    assert d.stop()
    assert live.closed >= 1


def test_a_recording_that_begins_at_once_after_another_keeps_jobs_waiting(qtbot: QtBot, desk: MakeDesk) -> None:
    """The first one's live text never says that it has ended: the second takes its place."""
    live = FakeLive()
    live.ends_at_once = False
    d = begun(qtbot, desk, live)
    d.live._let_go.setInterval(300)
    click(d.window.recording.stop_button)
    qtbot.waitUntil(d.live._let_go.isActive)
    first = d.live.meeting_id
    d.window.commands.record.trigger()
    qtbot.waitUntil(lambda: d.window.setup.cards[MIC].meter.part > 0.2)
    click(d.window.setup.start_button)
    qtbot.waitUntil(lambda: d.live.meeting_id not in ("", first) and d.live.shown)
    qtbot.wait(500)
    assert HOLD in d.queue.holds
    live.say(LiveEnded())
    qtbot.waitUntil(lambda: HOLD not in d.queue.holds)
