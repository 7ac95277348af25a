"""Recording as a person does it: real clicks and keys, real threads, devices and a recorder that follow a script."""

from __future__ import annotations

import threading
import time
from datetime import datetime, timedelta

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLineEdit,
    QMessageBox,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.domain.errors import InputError, StorageError
from app.domain.meeting import MIC, SYSTEM, MarkKind, clock
from app.domain.recording import Level, RecordingWarning, SourceEvent, TrackStatus
from app.services.recordings import Interrupted
from app.ui.application import Desk
from app.viewmodels.meetings import IdRole
from tests.qt import demo
from tests.qt.conftest import MakeDesk
from tests.qt.fake_recording import FakeRecorder
from tests.qt.fakes import FakeServices

pytestmark = pytest.mark.qt

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def click(widget: QWidget) -> None:
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


def press(d: Desk, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(QApplication.focusWidget() or d.window, key, modifiers)


def prepared(qtbot: QtBot, d: Desk) -> None:
    """At the page before a recording, both devices open."""
    press(d, Qt.Key.Key_N, CTRL)
    qtbot.waitUntil(lambda: d.window.centre.currentWidget() is d.window.setup)
    qtbot.waitUntil(lambda: d.window.setup.cards[MIC].meter.part > 0.2)


def recorded(qtbot: QtBot, d: Desk, title: str = "Weekly") -> FakeRecorder:
    """A recording runs and its page is shown."""
    prepared(qtbot, d)
    d.window.setup.title.setText(title)
    click(d.window.setup.start_button)
    qtbot.waitUntil(lambda: d.recording.state == "recording" and bool(d.window.recording.tracks))
    recorder: FakeRecorder = d._services.sound.recorders[-1]  # type: ignore[attr-defined]
    return recorder


def dialog_button(d: Desk, name: str) -> QPushButton:
    box = d.window.dialog
    assert isinstance(box, QMessageBox)
    button = box.findChild(QPushButton, name)
    assert isinstance(button, QPushButton)
    return button


# -- Before -----------------------------------------------------------------------------------------------


def test_devices_are_heard_before_the_start_and_let_go_afterwards(qtbot: QtBot, desk: MakeDesk) -> None:
    services = FakeServices([demo.planning()])
    d = desk(services)
    qtbot.waitUntil(lambda: d.meeting.title != "")
    click(d.window.sidebar.record_button)
    page = d.window.setup
    assert d.window.centre.currentWidget() is page
    assert d.window.sidebar.record_button.property("kind") == "quiet", "one primary action on a screen"
    qtbot.waitUntil(lambda: services.sound.open == [MIC, SYSTEM])
    qtbot.waitUntil(lambda: page.cards[MIC].meter.part > 0.2 and page.cards[SYSTEM].meter.part > 0.2)
    mic = page.cards[MIC].device
    qtbot.waitUntil(lambda: mic.count() == 4)
    assert [mic.itemText(i) for i in range(4)] == [
        "Follow the system (Built-in Audio)", "Built-in Audio", "Jabra Evolve2 65", "Do not record",
    ]  # fmt: skip
    assert page.title.placeholderText().startswith("Meeting on ")
    press(d, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: d.window.centre.currentWidget() is d.window.page)
    qtbot.waitUntil(lambda: services.sound.open == [])
    assert services.meetings.keys() == {"m001"}, "looking at the meters makes no meeting"


def test_another_device_is_chosen_and_remembered(qtbot: QtBot, desk: MakeDesk) -> None:
    services = FakeServices()
    d = desk(services)
    prepared(qtbot, d)
    qtbot.waitUntil(lambda: d.window.setup.cards[MIC].device.count() == 4)
    combo = d.window.setup.cards[MIC].device
    combo.setFocus()
    QTest.keyClick(combo, Qt.Key.Key_Down)
    QTest.keyClick(combo, Qt.Key.Key_Down)
    assert combo.currentText() == "Jabra Evolve2 65"
    qtbot.waitUntil(lambda: any(s.device == "Jabra Evolve2 65" for s in services.sound.sources))
    system = next(s for s in services.sound.sources if s.track == SYSTEM)
    assert system.opened == 1, "the other track is left alone"
    d.setup.choose(SYSTEM, "none")
    qtbot.waitUntil(lambda: services.sound.open == [MIC])
    press(d, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: d.recording.state == "recording")
    qtbot.waitUntil(lambda: services.sound.choices == {MIC: "usb.jabra", SYSTEM: "none"})
    assert list(services.sound.recorders[0].sources) == [MIC]


def test_nothing_to_record_cannot_be_started(qtbot: QtBot, desk: MakeDesk) -> None:
    services = FakeServices()
    d = desk(services)
    prepared(qtbot, d)
    d.setup.choose(MIC, "none")
    d.setup.choose(SYSTEM, "none")
    assert not d.window.setup.start_button.isEnabled()
    press(d, Qt.Key.Key_Return)
    QTest.qWait(50)
    assert d.recording.state == "idle"


def test_a_device_that_cannot_be_used_says_why_and_how_to_mend_it(qtbot: QtBot, desk: MakeDesk) -> None:
    services = FakeServices()
    services.sound.refused = {SYSTEM: InputError("No output is connected.", "Connect headphones.")}
    services.sound.events = {MIC: (SourceEvent("failed", 0.0, "Built-in Audio", "The microphone is in use.",
                                               "Close the program that uses it."),)}  # fmt: skip
    d = desk(services)
    press(d, Qt.Key.Key_N, CTRL)
    cards = d.window.setup.cards
    qtbot.waitUntil(lambda: cards[SYSTEM].words.text() == "No output is connected. Connect headphones.")
    qtbot.waitUntil(lambda: cards[MIC].words.text() == "The microphone is in use. Close the program that uses it.")
    assert cards[MIC].device.accessibleDescription() == cards[MIC].words.text()
    services.sound.refused = {}
    qtbot.waitUntil(lambda: cards[SYSTEM].words.text() == "", timeout=8000)
    assert services.sound.open == [MIC, SYSTEM], "it is used as soon as it is there"


def test_one_track_is_recorded_when_the_other_cannot_be_and_that_is_said(qtbot: QtBot, desk: MakeDesk) -> None:
    services = FakeServices()
    services.sound.refused = {SYSTEM: InputError("No output is connected.", "Connect headphones.")}
    d = desk(services)
    recorded(qtbot, d)
    shown = [w for w in d.window.recording.warnings if w.isVisible()]
    assert [w.text for w in shown] == ["Computer sound is not recorded: No output is connected. Connect headphones."]


def test_a_start_that_fails_says_why_and_leaves_no_meeting(qtbot: QtBot, desk: MakeDesk) -> None:
    services = FakeServices([demo.planning()])
    services.sound.start_error = StorageError("The disk is full.", "Free some space.")
    d = desk(services)
    prepared(qtbot, d)
    press(d, Qt.Key.Key_Return)
    page = d.window.setup
    qtbot.waitUntil(page.problem.isVisible)
    assert page.problem.accessibleName() == "The disk is full.. Free some space."
    assert services.meetings.keys() == {"m001"}
    assert page.start_button.isEnabled()
    qtbot.waitUntil(lambda: page.cards[MIC].meter.part > 0.2)
    services.sound.start_error = None
    press(d, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: d.recording.state == "recording")


def test_a_driver_that_hangs_holds_up_nothing(qtbot: QtBot, desk: MakeDesk) -> None:
    services = FakeServices()
    services.sound.slow.clear()
    d = desk(services)
    started = time.monotonic()
    recorded(qtbot, d)
    assert time.monotonic() - started < 4.0
    services.sound.slow.set()


def test_the_sound_is_handed_over_without_opening_the_device_again(qtbot: QtBot, desk: MakeDesk) -> None:
    services = FakeServices()
    d = desk(services)
    prepared(qtbot, d)
    clicked = time.monotonic()
    click(d.window.setup.start_button)
    qtbot.waitUntil(lambda: bool(services.sound.recorders) and services.sound.recorders[0].counters[MIC].first_at > 0)
    counter = services.sound.recorders[0].counters[MIC]
    took = counter.first_at - clicked
    print(f"click to first sample: {took * 1000:.0f} ms")
    assert took < 1.0, "300 ms on a quiet machine"
    assert all(s.opened == 1 for s in services.sound.sources)
    assert [e.kind for e in counter.events] == ["opened"], "the recorder is told which device it is"


# -- While it runs ----------------------------------------------------------------------------------------


def test_the_page_shows_clock_meters_and_what_is_safe(qtbot: QtBot, desk: MakeDesk) -> None:
    services = FakeServices()
    d = desk(services)
    recorder = recorded(qtbot, d, "Weekly")
    page = d.window.recording
    assert d.window.centre.currentWidget() is page
    assert page.title.text() == "Weekly"
    recorder.elapsed_s += 723
    qtbot.waitUntil(lambda: page.clock.text().startswith("12:0"))
    assert page.safe.text().startswith("Safe on disk up to 12:0")
    assert page.tracks[0].meter.part > 0.2
    qtbot.waitUntil(lambda: d.window.windowTitle().startswith("Recording 12:0"))
    assert d.window.windowTitle().endswith("– Weekly – Folkmoot")
    recorder.remaining_s = 100 * 60.0
    qtbot.waitUntil(lambda: page.safe.text().endswith("Room for 1 h 40 min more"))


def test_warnings_are_words_and_do_not_flicker(qtbot: QtBot, desk: MakeDesk) -> None:
    services = FakeServices()
    d = desk(services)
    recorder = recorded(qtbot, d)
    page = d.window.recording
    recorder.tracks = (
        TrackStatus(MIC, "live", "Built-in Audio", Level(-3, 0, True)),
        TrackStatus(SYSTEM, "lost", "Hat"),
    )
    recorder.warnings = (RecordingWarning("lost", SYSTEM, "“Hat” has gone.", "It goes on as soon as it is back."),)
    qtbot.waitUntil(lambda: page.warnings[0].isVisible())
    assert page.warnings[0].text == "“Hat” has gone. It goes on as soon as it is back."
    assert page.tracks[0].meter.clipped
    assert page.tracks[1].meter.accessibleName() == "Level of Computer sound, Hat, No sound"
    recorder.warnings = ()
    QTest.qWait(400)
    assert page.warnings[0].isVisible(), "it can be read before it goes"
    qtbot.waitUntil(lambda: not page.warnings[0].isVisible(), timeout=8000)


def test_notes_bookmarks_and_pause_with_keys_only(qtbot: QtBot, desk: MakeDesk) -> None:
    services = FakeServices()
    d = desk(services)
    recorder = recorded(qtbot, d)
    page = d.window.recording
    qtbot.waitUntil(page.note.hasFocus)
    recorder.elapsed_s += 60
    qtbot.waitUntil(lambda: page.clock.text().startswith("1:0"))
    QTest.keyClicks(page.note, "Budget")
    assert page.note._time.text().startswith("1:0")
    recorder.elapsed_s += 60
    qtbot.waitUntil(lambda: page.clock.text().startswith("2:0"))
    QTest.keyClick(page.note, Qt.Key.Key_Return, SHIFT)
    QTest.keyClicks(page.note, "40 k")
    QTest.keyClick(page.note, Qt.Key.Key_Return)
    assert page.note.toPlainText() == ""
    press(d, Qt.Key.Key_B, CTRL)
    press(d, Qt.Key.Key_P, CTRL | SHIFT)
    qtbot.waitUntil(lambda: d.recording.state == "paused")
    assert page.pause_button.text() == "Resume"
    assert d.window.commands.pause.text() == "Resume"
    assert d.window.sidebar.running.detail.startswith("Paused · 2:0")
    assert not page.tracks[0].meter._on
    press(d, Qt.Key.Key_P, CTRL | SHIFT)
    qtbot.waitUntil(lambda: d.recording.state == "recording")
    qtbot.waitUntil(lambda: len(page.asides.rows) == 3)
    note, bookmark, pause = (r.aside for r in page.asides.rows)
    assert (note.kind, note.text, note.time[:3]) == ("note", "Budget\n40 k", "1:0")
    assert (bookmark.kind, pause.text) == ("bookmark", "Paused for 1 s")
    assert page.asides.rows[0].accessibleName().endswith("Budget\n40 k")
    QTest.keyClicks(page.note, "never mind")
    QTest.keyClick(page.note, Qt.Key.Key_Escape)
    assert page.note.toPlainText() == ""
    assert page.note._time.text() == ""


def test_recording_goes_on_while_other_meetings_are_read(qtbot: QtBot, desk: MakeDesk) -> None:
    services = FakeServices(demo.library(long=30))
    d = desk(services)
    qtbot.waitUntil(lambda: d.meeting.title != "")
    recorded(qtbot, d, "Weekly")
    side, running = d.window.sidebar, d.window.sidebar.running
    qtbot.waitUntil(running.isVisible)
    assert running.isChecked()
    assert not side.record_button.isVisible()
    assert "Weekly" not in {d.library.meetings.title_of(i) for i in d.library.meetings.ids()}, "it is shown on top"
    d.library.refresh()
    QTest.qWait(100)
    assert d.window.centre.currentWidget() is d.window.recording, "nothing comes onto the screen by itself"
    index = d.library.meetings.index_of("m004")
    QTest.mouseClick(side.meetings.viewport(), Qt.MouseButton.LeftButton, pos=side.meetings.visualRect(index).center())
    qtbot.waitUntil(lambda: d.window.centre.currentWidget() is d.window.page and d.meeting.title == "Stand-up")
    assert d.recording.state == "recording"
    assert not running.isChecked()
    assert "Recording 0:0" in d.window.windowTitle()
    assert d.window.windowTitle().endswith("Stand-up – Folkmoot")
    assert running.accessibleName().startswith("Recording · 0:0")
    click(running)
    assert d.window.centre.currentWidget() is d.window.recording
    QTest.mouseClick(side.meetings.viewport(), Qt.MouseButton.LeftButton, pos=side.meetings.visualRect(index).center())
    qtbot.waitUntil(lambda: d.window.centre.currentWidget() is d.window.page)
    press(d, Qt.Key.Key_N, CTRL)
    assert d.window.centre.currentWidget() is d.window.recording, "there is one recording at a time"


def test_the_title_is_changed_while_recording(qtbot: QtBot, desk: MakeDesk) -> None:
    services = FakeServices()
    d = desk(services)
    recorded(qtbot, d, "Weekly")
    press(d, Qt.Key.Key_F2)
    QTest.keyClicks(d.window.recording.title, "Budget")
    QTest.keyClick(d.window.recording.title, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: services.meetings["m001"].title == "Budget")
    qtbot.waitUntil(lambda: d.recording.title == "Budget")


# -- The end ----------------------------------------------------------------------------------------------


def test_stop_returns_at_once_and_the_meeting_is_processed(qtbot: QtBot, desk: MakeDesk) -> None:
    services = FakeServices(result=demo.planning())
    d = desk(services)
    recorder = recorded(qtbot, d, "Weekly")
    recorder.hold = threading.Event()
    page = d.window.recording
    qtbot.waitUntil(lambda: page.clock.text() != "")
    QTest.keyClicks(page.note, "half a no")
    begun_at = page.note._time.text()
    recorder.elapsed_s += 60
    qtbot.waitUntil(lambda: page.clock.text().startswith("1:0"))
    started = time.monotonic()
    press(d, Qt.Key.Key_S, CTRL | SHIFT)
    assert time.monotonic() - started < 0.2
    assert d.recording.state == "saving"
    assert page.safe.text() == "Writing the last seconds to the disk"
    assert not page.stop_button.isEnabled()
    recorder.hold.set()
    qtbot.waitUntil(lambda: d.window.centre.currentWidget() is d.window.page and d.meeting.title == "Weekly")
    assert d.recording.state == "idle"
    assert d.window.sidebar.record_button.isVisible()
    assert d.window.sidebar.meetings.currentIndex().data(IdRole) == "m001"
    qtbot.waitUntil(lambda: d.meeting.document is not None and d.meeting.document.written and not d.queue.busy)
    stored = services.meetings["m001"]
    assert stored.recording is not None
    assert stored.recording.state == "finished"
    assert [m.text for m in stored.marks] == ["half a no"], "what was typed is not lost"
    assert clock(stored.marks[0].at_s) == begun_at, "nor when it was begun"
    assert d.meeting.document is not None
    assert [n.text for n in d.meeting.document.notes] == ["half a no"]


def test_who_reads_something_else_is_not_taken_away_when_it_ends(qtbot: QtBot, desk: MakeDesk) -> None:
    services = FakeServices(demo.library(long=30), result=demo.planning())
    d = desk(services)
    qtbot.waitUntil(lambda: d.meeting.title != "")
    recorded(qtbot, d, "Weekly")
    d.window.flow.meeting_wanted.emit("m004")
    qtbot.waitUntil(lambda: d.meeting.title == "Stand-up")
    press(d, Qt.Key.Key_S, CTRL | SHIFT)
    qtbot.waitUntil(lambda: d.recording.state == "idle" and not d.queue.busy)
    assert d.meeting.title == "Stand-up"
    qtbot.waitUntil(lambda: "Weekly" in {d.library.meetings.title_of(i) for i in d.library.meetings.ids()})


@pytest.mark.parametrize(("reason", "what", "to_do"), [
    ("disk_full", "The disk is full.", "Free some space before you record again."),
    ("folder_lost", "The folder of the meeting has gone.", "Connect the disk again."),
    ("error", "The recording ended because of an internal error.", "What was heard is kept."),
])  # fmt: skip
def test_an_end_that_nobody_wanted_is_explained(
    qtbot: QtBot, desk: MakeDesk, reason: str, what: str, to_do: str
) -> None:
    services = FakeServices(result=demo.planning())
    d = desk(services)
    recorder = recorded(qtbot, d, "Weekly")
    recorder.elapsed_s += 90
    recorder.end(reason, what, to_do)  # type: ignore[arg-type]
    qtbot.waitUntil(lambda: d.window.centre.currentWidget() is d.window.page and d.meeting.title == "Weekly")
    assert d.window.toast.text.startswith(f"{what} Everything up to 1:3")
    qtbot.waitUntil(lambda: not d.queue.busy and d.meeting.exportable)
    assert d.window.page.banner.isVisible()
    assert d.window.page.banner.accessibleName().endswith(to_do)


def test_a_library_that_does_not_take_the_end_loses_nothing(qtbot: QtBot, desk: MakeDesk) -> None:
    services = FakeServices([demo.planning()])
    services.end_error = StorageError("The library is locked.", "Close the other program.")
    d = desk(services)
    recorded(qtbot, d)
    click(d.window.recording.stop_button)
    qtbot.waitUntil(d.window.toast.isVisible)
    assert "The recording is on the disk" in d.window.toast.text
    assert not services.jobs, "it is not processed before it is known"
    stored = services.meetings["m002"]
    assert stored.recording is not None
    assert stored.recording.state == "recording", "at the next start it is found as interrupted"


def test_closing_asks_and_saves(qtbot: QtBot, desk: MakeDesk) -> None:
    services = FakeServices(result=demo.planning())
    d = desk(services)
    recorder = recorded(qtbot, d)
    d.window.close()
    assert d.window.isVisible()
    click(dialog_button(d, "stay"))
    assert d.recording.state == "recording"
    QTest.keyClicks(d.window.recording.note, "typed")
    recorder.hold = threading.Event()
    d.window.close()
    click(dialog_button(d, "agree"))
    assert d.window.isVisible(), "what must be written is waited for"
    qtbot.waitUntil(lambda: d.window.dialog is not None and d.window.dialog.objectName() == "saving")
    with qtbot.waitSignal(d.window.ready_to_close):
        recorder.hold.set()
    assert not d.window.isVisible()
    assert d.stop()
    stored = services.meetings["m001"]
    assert stored.recording is not None
    assert stored.recording.state == "finished"
    assert [m.text for m in stored.marks] == ["typed"]
    assert not services.jobs, "its words are written down at the next start"


def test_a_program_that_ends_without_a_word_saves_too(qtbot: QtBot, desk: MakeDesk) -> None:
    services = FakeServices()
    d = desk(services)
    recorded(qtbot, d)
    assert d.stop()
    stored = services.meetings["m001"]
    assert stored.recording is not None
    assert stored.recording.state == "finished"
    assert services.sound.open == []


# -- After a crash ----------------------------------------------------------------------------------------


def cut_off(*ids: str) -> list[Interrupted]:
    began = datetime.now().astimezone().replace(hour=14, minute=5) - timedelta(days=3)
    return [Interrupted(i, "Stand-up", began, 41 * 60.0, 1) for i in ids]


def test_an_interrupted_recording_is_offered_and_written_down(qtbot: QtBot, desk: MakeDesk) -> None:
    services = FakeServices(demo.library(long=30), result=demo.planning())
    services.cut_off = cut_off("m004", "m005")
    d = desk(services)
    bar = d.window.recovery
    qtbot.waitUntil(bar.isVisible)
    day = services.cut_off[0].started_at.strftime("%A")
    assert bar.title.text() == f"A recording from {day} 14:05 (41 min) was interrupted"
    assert bar.detail.text() == "It is safe. What shall become of it? 1 more was interrupted."
    click(bar.write_button)
    qtbot.waitUntil(lambda: d.meeting.title == "Stand-up")
    qtbot.waitUntil(lambda: bool(services.jobs))
    assert bar.isVisible(), "the other one"
    assert bar.detail.text() == "It is safe. What shall become of it?"
    click(bar.keep_button)
    qtbot.waitUntil(lambda: not bar.isVisible())
    qtbot.waitUntil(lambda: not d.queue.busy)
    assert len(services.jobs) == 1


def test_discarding_asks_first(qtbot: QtBot, desk: MakeDesk) -> None:
    services = FakeServices(demo.library(long=30))
    services.cut_off = cut_off("m004")
    d = desk(services)
    bar = d.window.recovery
    qtbot.waitUntil(bar.isVisible)
    click(bar.discard_button)
    click(dialog_button(d, "stay"))
    assert "m004" in services.meetings
    assert bar.isVisible()
    click(bar.discard_button)
    click(dialog_button(d, "agree"))
    qtbot.waitUntil(lambda: not bar.isVisible())
    assert "m004" not in services.meetings
    qtbot.waitUntil(lambda: "m004" not in d.library.meetings.ids())


def test_a_recovery_that_fails_is_offered_again_with_the_reason(qtbot: QtBot, desk: MakeDesk) -> None:
    services = FakeServices(demo.library(long=30), result=demo.planning())
    services.cut_off = cut_off("m004")
    services.recover_error = StorageError("The disk is full.", "Free some space.")
    d = desk(services)
    bar = d.window.recovery
    qtbot.waitUntil(bar.isVisible)
    click(bar.write_button)
    qtbot.waitUntil(d.window.toast.isVisible)
    assert d.window.toast.text == "The disk is full. Free some space."
    assert bar.write_button.isEnabled()
    services.recover_error, services.lost = None, ["The last 2 s could not be read."]
    click(bar.keep_button)
    qtbot.waitUntil(lambda: not bar.isVisible())
    assert d.window.toast.text == "The last 2 s could not be read."


# -- The meeting afterwards -------------------------------------------------------------------------------


def test_marks_stand_between_the_words(qtbot: QtBot, desk: MakeDesk) -> None:
    d = desk(FakeServices([demo.noted()]))
    qtbot.waitUntil(lambda: d.meeting.title != "" and d.window.page.transcript.isVisible())
    rows = d.meeting.transcript.rows
    held = {a.text: row for row in rows for a in row.before}
    assert held["Paused for 8 min"].start_s >= 47
    assert held["Bookmark"].start_s >= 31
    assert rows[-1].after[-1].text == "Next time: Thursday at ten"
    view = d.window.page.transcript
    row = rows.index(held["Paused for 8 min"])
    assert view._rows.lead(row) > 30, "there is room for it"
    spoken = view.model().index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert "0:47: Paused for 8 min" in spoken
    chip = next(c for c in d.window.panel.chips if c.text() == "0:58")
    click(chip)
    assert view.lit == {9}, "a note leads to what was being said"
    first, second = view.visualRect(view.model().index(row, 0)), view.visualRect(view.model().index(row + 1, 0))
    assert first.bottom() < second.top() + 1


def test_what_is_typed_is_found_at_its_place_in_the_selection(qtbot: QtBot, desk: MakeDesk) -> None:
    """A remark above a paragraph moves its text down; the mouse has to find it there."""
    d = desk(FakeServices([demo.noted()]))
    qtbot.waitUntil(lambda: d.meeting.title != "" and d.window.page.transcript.isVisible())
    view = d.window.page.transcript
    row = next(i for i, r in enumerate(d.meeting.transcript.rows) if r.before)
    rect = view.visualRect(view.model().index(row, 0))
    first_word = rect.topLeft()
    first_word.setX(first_word.x() + 100)
    first_word.setY(first_word.y() + view._rows.lead(row) + 8)
    QTest.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=first_word)
    QTest.mouseMove(view.viewport(), first_word + QPoint(80, 0))
    QTest.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=first_word + QPoint(80, 0))
    selected = view.selected_text()
    assert len(selected) > 3
    assert selected in d.meeting.transcript.rows[row].text[:30]


# -- Everybody --------------------------------------------------------------------------------------------


def test_everything_has_a_name_and_is_reached_by_keyboard(qtbot: QtBot, desk: MakeDesk) -> None:
    services = FakeServices(demo.library(long=30))
    services.cut_off = cut_off("m004")
    d = desk(services)
    qtbot.waitUntil(d.window.recovery.isVisible)
    prepared(qtbot, d)
    _check(d, d.window.setup, least=5)
    click(d.window.setup.start_button)
    qtbot.waitUntil(lambda: d.recording.state == "recording")
    _check(d, d.window.recording, least=5)


def _check(d: Desk, page: QWidget, least: int) -> None:
    kinds = (QAbstractButton, QLineEdit, QComboBox, QPlainTextEdit)
    controls = [w for kind in kinds for w in page.findChildren(kind)
                if w.isVisible() and w.isEnabled() and not w.objectName().startswith("qt_")]  # fmt: skip
    assert len(controls) >= least
    for w in controls:
        name = w.accessibleName() or (w.text() if isinstance(w, QAbstractButton) else "")
        assert name, f"{type(w).__name__} {w.objectName()} has no name"
    seen = set()
    for _ in range(60):
        QTest.keyClick(d.window, Qt.Key.Key_Tab)
        if (focus := QApplication.focusWidget()) is not None:
            seen.add(focus)
    assert {w for w in controls if w not in seen} == set()
    for b in page.findChildren(QPushButton):
        if b.isVisible() and b.text() in ("Bookmark", "Pause", "Stop", "Start recording", "Cancel"):
            assert "(" in b.toolTip(), f"{b.text()} does not say its shortcut"


def test_the_event_loop_is_never_held_up_by_a_recording(qtbot: QtBot, desk: MakeDesk) -> None:
    services = FakeServices([demo.planning(segments=400)])
    d = desk(services)
    recorder = recorded(qtbot, d)
    busy: list[float] = []
    last = time.thread_time()

    def tick() -> None:
        nonlocal last
        now = time.thread_time()
        busy.append(now - last)
        last = now

    from PySide6.QtCore import QTimer

    probe = QTimer()
    probe.timeout.connect(tick)
    QTest.qWait(500)
    last = time.thread_time()
    probe.start(0)
    for n in range(10):
        recorder.mark(MarkKind.NOTE, n * 1.0, f"note {n} " * 8)
        QTest.qWait(150)
    probe.stop()
    print(f"event loop while recording: longest {max(busy) * 1000:.1f} ms of work")
    assert max(busy) < 0.05
