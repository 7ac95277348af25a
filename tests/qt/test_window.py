"""The window as a person uses it: real clicks, keys and drops, on real threads, with fake services."""

from __future__ import annotations

import gc
import time
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDesktopServices, QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QFileDialog,
    QLineEdit,
    QMessageBox,
    QPushButton,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.domain.errors import InputError, StorageError
from app.domain.meeting import Stage
from app.ui.application import Desk
from app.viewmodels.meetings import IdRole
from app.viewmodels.problems import Problem
from app.viewmodels.shelf import TRASH
from tests.qt import demo
from tests.qt.conftest import MakeDesk
from tests.qt.fakes import FakeServices, fail_with

pytestmark = pytest.mark.qt

LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier
CTRL = Qt.KeyboardModifier.ControlModifier


def click(widget: QWidget) -> None:
    QTest.mouseClick(widget, LEFT)


def opened(qtbot: QtBot, d: Desk, title: str) -> None:
    qtbot.waitUntil(lambda: d.meeting.title == title and d.window.centre.currentWidget() is d.window.page)


def drop(d: Desk, *paths: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(p)) for p in paths])
    middle = QPoint(d.window.width() // 2, d.window.height() // 2)
    copy = Qt.DropAction.CopyAction
    QApplication.sendEvent(d.window, QDragEnterEvent(middle, copy, mime, LEFT, NONE))
    assert d.window.overlay.isVisible()
    QApplication.sendEvent(d.window, QDropEvent(QPointF(middle), copy, mime, LEFT, NONE))
    assert not d.window.overlay.isVisible()


def dialog_button(d: Desk, name: str) -> QPushButton:
    box = d.window.dialog
    assert isinstance(box, QMessageBox)
    button = box.findChild(QPushButton, name)
    assert isinstance(button, QPushButton)
    return button


# -- States -----------------------------------------------------------------------------------------------


def test_an_empty_library_says_what_to_do(qtbot: QtBot, desk: MakeDesk) -> None:
    d = desk(FakeServices(result=demo.planning()))
    empty = d.window.empty
    assert d.window.centre.currentWidget() is empty
    assert empty.record_button.property("kind") == "primary"
    assert d.window.sidebar.record_button.property("kind") == "quiet", "one primary action on a screen"
    assert not d.window.panel.isVisible()
    assert d.window.sidebar.kit.isVisible()
    click(empty.sample_button)
    opened(qtbot, d, "Sample meeting")
    assert set(d._services.sources["m001"]) == {"mic", "system"}  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: d.meeting.document is not None and not d.queue.busy)
    assert d.window.panel.isVisible()
    assert d.window.panel.chips


def test_the_kit_line_is_for_the_kit_only(desk: MakeDesk) -> None:
    d = desk(FakeServices([demo.planning()], starter=False))
    assert not d.window.sidebar.kit.isVisible()


def test_a_library_that_cannot_be_opened(qtbot: QtBot, desk: MakeDesk) -> None:
    services = FakeServices([demo.planning()])
    services.open_error = StorageError("The library was made by a newer Folkmoot.", "Install the newest version.")
    d = desk(services, wait=False)
    qtbot.waitUntil(lambda: d.window.centre.currentWidget() is d.window.trouble)
    assert "newer" in d.window.trouble.title.text()
    services.open_error = None
    click(d.window.trouble.retry_button)
    opened(qtbot, d, "Planning: release, Lyon and the budget")


def test_the_newest_meeting_or_the_last_one_is_open(qtbot: QtBot, desk: MakeDesk) -> None:
    d = desk(FakeServices(demo.library(long=30)))
    opened(qtbot, d, "Planning: release, Lyon and the budget")
    assert d.window.windowTitle() == "Planning: release, Lyon and the budget – Folkmoot"
    again = desk(FakeServices(demo.library(long=30)), meeting="m004")
    opened(qtbot, again, "Stand-up")
    assert again.window.sidebar.meetings.currentIndex().data(IdRole) == "m004"


# -- From a file to notes ---------------------------------------------------------------------------------


def test_a_dropped_file_is_processed_and_its_words_appear(qtbot: QtBot, desk: MakeDesk, tmp_path: Path) -> None:
    services = FakeServices(result=demo.planning())
    services.stop_after = 6
    d = desk(services)
    file = tmp_path / "weekly_sync.m4a"
    file.touch()
    drop(d, file)
    opened(qtbot, d, "weekly sync")
    page = d.window.page
    qtbot.waitUntil(lambda: page.transcript.model().rowCount() > 0)
    assert page.banner.isVisible()
    assert page.banner.action.text() == "Cancel"
    assert not page.export_button.isEnabled()
    assert page.transcript.isVisible()
    services.release.set()
    qtbot.waitUntil(lambda: not d.queue.busy and not page.banner.isVisible())
    assert page.export_button.isEnabled()
    assert d.meeting.transcript.rows[1].name == "Anna"


def test_cancel_and_continue(qtbot: QtBot, desk: MakeDesk, tmp_path: Path) -> None:
    services = FakeServices(result=demo.planning())
    services.stop_after = 6
    d = desk(services)
    drop(d, tmp_path / "a.wav")
    opened(qtbot, d, "a")
    qtbot.waitUntil(lambda: d.window.page.transcript.model().rowCount() > 0)
    started = time.monotonic()
    click(d.window.page.banner.action)
    qtbot.waitUntil(lambda: not d.queue.busy)
    assert time.monotonic() - started < 1.0
    qtbot.waitUntil(lambda: d.window.page.banner.action.text() == "Continue")
    services.release.set()
    click(d.window.page.banner.action)
    qtbot.waitUntil(lambda: d.meeting.document is not None and not d.queue.busy)


def test_a_failure_has_words_and_a_button(qtbot: QtBot, desk: MakeDesk, tmp_path: Path) -> None:
    services = FakeServices([demo.planning()], result=demo.planning("m002"))
    services.scripts = [fail_with(InputError("This file has no sound.", "Choose another one."), Stage.DECODE)]
    d = desk(services)
    drop(d, tmp_path / "mute.mp4")
    opened(qtbot, d, "mute")
    qtbot.waitUntil(lambda: d.window.page.banner.action.text() == "Try again")
    assert d.window.page.banner._title.text() == "This file has no sound."
    assert d.window.page.banner.action.property("kind") == "primary"
    assert d.window.page.export_button.property("kind") == "quiet"
    click(d.window.page.banner.action)
    qtbot.waitUntil(lambda: d.meeting.document is not None and not d.queue.busy)


def test_what_is_no_recording_is_said_and_leaves_nothing(qtbot: QtBot, desk: MakeDesk, tmp_path: Path) -> None:
    services = FakeServices([demo.planning()], result=demo.planning("m002"))
    services.refused = {"letter.mp3": InputError("“letter.mp3” is no recording.", "Choose an audio or video file.")}
    d = desk(services)
    drop(d, tmp_path / "letter.mp3")
    qtbot.waitUntil(d.window.toast.isVisible)
    assert "“letter.mp3” is no recording. Choose" in d.window.toast.accessibleName()
    assert len(services.meetings) == 1
    assert not d.queue.busy


def test_a_refusal_names_the_file_and_goes_with_its_page(qtbot: QtBot, desk: MakeDesk, tmp_path: Path) -> None:
    services = FakeServices([demo.planning()], result=demo.planning("m002"))
    letter = tmp_path / "letter.mp3"
    services.refused = {"letter.mp3": InputError(f"{letter} is a document, not sound.", "Choose a sound file.")}
    d = desk(services)
    opened(qtbot, d, "Planning: release, Lyon and the budget")
    toast = d.window.toast
    drop(d, letter)
    qtbot.waitUntil(toast.isVisible)
    assert toast.text == "letter.mp3 is a document, not sound. Choose a sound file."
    assert toast._text.toolTip() == str(letter)
    d.meeting.changed.emit()
    assert toast.isVisible(), "the page is the same"
    click(d.window.sidebar.place_button("jobs"))
    assert toast.isHidden(), "the page is left"
    drop(d, letter)
    qtbot.waitUntil(toast.isVisible)
    d.window.leave_place()
    qtbot.waitUntil(toast.isHidden)
    drop(d, letter)
    qtbot.waitUntil(toast.isVisible)
    drop(d, tmp_path / "meeting.wav")
    qtbot.waitUntil(lambda: len(services.meetings) == 2)
    qtbot.waitUntil(toast.isHidden)
    drop(d, letter, tmp_path / "other.wav")
    qtbot.waitUntil(lambda: d.meeting.title == "other")
    QTest.qWait(50)
    assert toast.isVisible(), "what could not be imported is said beside what could"
    QTest.mouseClick(toast._close, LEFT)
    assert toast.isHidden()


# -- Minutes and transcript -------------------------------------------------------------------------------


def test_a_time_chip_shows_its_evidence(qtbot: QtBot, desk: MakeDesk) -> None:
    d = desk(FakeServices([demo.planning(segments=600)]))
    opened(qtbot, d, "Planning: release, Lyon and the budget")
    view = d.window.page.transcript
    bar = view.verticalScrollBar()
    bar.setValue(bar.maximum())
    chip = next(c for c in d.window.panel.chips if c.text() == "2:25")
    assert chip.accessibleName() == "Show in the transcript at 2:25"
    click(chip)
    assert view.lit == {23}
    row = d.meeting.transcript.row_of(23)
    rect = view.visualRect(d.meeting.transcript.index(row))
    assert rect.top() >= 0
    assert rect.bottom() <= view.viewport().height()
    assert chip.property("chosen") is True
    QTest.keyClick(view, Qt.Key.Key_Escape)
    assert view.lit == frozenset()
    assert chip.property("chosen") is False


def test_the_transcript_is_read_with_the_keyboard(qtbot: QtBot, desk: MakeDesk) -> None:
    d = desk(FakeServices([demo.planning(segments=300)]))
    opened(qtbot, d, "Planning: release, Lyon and the budget")
    view = d.window.page.transcript
    view.setFocus()
    for _ in range(30):
        QTest.keyClick(view, Qt.Key.Key_Down)
    row = view.currentIndex().row()
    assert row >= 29
    rect = view.visualRect(view.currentIndex())
    assert 0 <= rect.top() < rect.bottom() <= view.viewport().height()
    QTest.keyClick(view, Qt.Key.Key_End)
    assert view.currentIndex().row() == view.model().rowCount() - 1
    assert view.verticalScrollBar().value() > 0
    QTest.keyClick(view, Qt.Key.Key_Home)
    assert view.verticalScrollBar().value() == 0
    QTest.keyClick(view, Qt.Key.Key_C, CTRL)
    assert QGuiApplication.clipboard().text() == d.meeting.transcript.rows[0].text


def test_text_is_selected_over_turns_and_copied(qtbot: QtBot, desk: MakeDesk) -> None:
    d = desk(FakeServices([demo.planning()]))
    opened(qtbot, d, "Planning: release, Lyon and the budget")
    view = d.window.page.transcript
    rows = d.meeting.transcript.rows
    first, second = view.visualRect(view.model().index(0, 0)), view.visualRect(view.model().index(1, 0))
    start = QPoint(first.left() + 100, first.top() + 26)
    end = QPoint(second.right() - 1, second.bottom() - 4)
    QTest.mousePress(view.viewport(), LEFT, NONE, start)
    QTest.mouseMove(view.viewport(), end)
    QTest.mouseRelease(view.viewport(), LEFT, NONE, end)
    text = view.selected_text()
    assert text.startswith("Martin (0:01): ")
    assert f"Anna (0:15): {rows[1].text}" in text
    QTest.keyClick(view, Qt.Key.Key_A, CTRL)
    QTest.keyClick(view, Qt.Key.Key_C, CTRL)
    assert QGuiApplication.clipboard().text().count("\n") == len(rows) - 1


def test_the_reader_keeps_the_place_when_speakers_become_known(qtbot: QtBot, desk: MakeDesk) -> None:
    """A long file: while somebody reads in the middle, the words are split into turns of named people."""
    end = demo.planning(segments=400)
    services = FakeServices(result=end)
    services.stop_after = 399
    d = desk(services)
    d.library.import_files([Path("long.wav")])
    opened(qtbot, d, "long")
    view = d.window.page.transcript
    qtbot.waitUntil(lambda: len(d.queue.jobs[0].segments) == 399, timeout=15000)
    qtbot.waitUntil(lambda: d.meeting.transcript.row_of(399) >= 0)
    view.reveal((200,))

    def first_seen() -> int:
        place = view._place_at(QPoint(view.width() // 2, 4))
        assert place is not None
        return d.meeting.transcript.rows[place[0]].span_at(place[1]).segment_id

    before = first_seen()
    assert 150 < before < 200
    services.release.set()
    qtbot.waitUntil(lambda: d.meeting.document is not None and not d.queue.busy, timeout=15000)
    row = d.meeting.transcript.row_of(200)
    assert d.meeting.transcript.rows[row].name == end.speaker_name(end.segments[199].speaker)
    assert abs(first_seen() - before) <= 1, "what was read is still there"


def test_the_view_stays_at_the_end_while_words_come_in(qtbot: QtBot, desk: MakeDesk) -> None:
    services = FakeServices(result=demo.planning(segments=300))
    services.pace_s = 0.001
    d = desk(services)
    d.library.import_files([Path("live.wav")])
    opened(qtbot, d, "live")
    bar = d.window.page.transcript.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 1500, timeout=15000)
    assert bar.value() >= bar.maximum() - 4
    bar.setValue(200)
    QTest.qWait(200)
    assert bar.value() == 200, "who scrolled up is left alone"


# -- Search, rename, delete, export -----------------------------------------------------------------------


def test_search_with_the_keyboard(qtbot: QtBot, desk: MakeDesk) -> None:
    d = desk(FakeServices(demo.library(long=100)))
    opened(qtbot, d, "Planning: release, Lyon and the budget")
    side = d.window.sidebar
    QTest.keyClick(d.window, Qt.Key.Key_F, CTRL | Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(side.search.hasFocus)
    QTest.keyClicks(side.search, "graphics server")
    qtbot.waitUntil(lambda: side._stack.currentWidget() is side.hits)
    assert d.meeting.id == "m001", "finding opens nothing by itself"
    QTest.keyClick(side.search, Qt.Key.Key_Down)
    assert side.hits.hasFocus()
    QTest.keyClick(side.hits, Qt.Key.Key_Down)
    hit = side.hits.currentIndex()
    qtbot.waitUntil(lambda: d.meeting.id == hit.data(IdRole) and len(d.window.page.transcript.lit) == 1)
    side.search.setFocus()
    QTest.keyClicks(side.search, "zzz")
    qtbot.waitUntil(lambda: side._stack.currentWidget() is side._nothing)
    QTest.keyClick(side.search, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: side._stack.currentWidget() is side.meetings)


def test_the_title_is_changed_in_place(qtbot: QtBot, desk: MakeDesk) -> None:
    d = desk(FakeServices(demo.library(long=30)))
    opened(qtbot, d, "Planning: release, Lyon and the budget")
    title = d.window.page.title
    d.window.commands.rename.trigger()
    assert title.selectedText() == "Planning: release, Lyon and the budget"
    QTest.keyClicks(title, "Release on the 19th")
    QTest.keyClick(title, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: d.library.meetings.title_of("m001") == "Release on the 19th")
    qtbot.waitUntil(lambda: d.window.windowTitle().startswith("Release on the 19th"))
    d.window.commands.rename.trigger()
    QTest.keyClicks(title, "never mind")
    QTest.keyClick(title, Qt.Key.Key_Escape)
    assert title.text() == "Release on the 19th"
    d.window.commands.rename.trigger()
    QTest.keyClicks(title, "m004 gets nothing of this")
    side = d.window.sidebar.meetings
    index = d.library.meetings.index_of("m004")
    QTest.mouseClick(side.viewport(), LEFT, NONE, side.visualRect(index).center())
    opened(qtbot, d, "Stand-up")
    assert title.text() == "Stand-up"
    assert d.library.meetings.title_of("m004") == "Stand-up"


def test_the_trash_takes_a_meeting_shows_the_neighbour_and_gives_it_back(qtbot: QtBot, desk: MakeDesk) -> None:
    services = FakeServices(demo.library(long=30))
    d = desk(services)
    opened(qtbot, d, "Planning: release, Lyon and the budget")
    d.window.commands.trash.trigger()
    opened(qtbot, d, "产品周会：进度与发布计划")
    assert services.meetings["m001"].trashed_at is not None
    assert "m001" not in d.library.meetings.ids()
    click(d.window.toast.action)
    opened(qtbot, d, "Planning: release, Lyon and the budget")
    assert services.meetings["m001"].trashed_at is None


def test_deleting_for_good_asks(qtbot: QtBot, desk: MakeDesk) -> None:
    services = FakeServices(demo.library(long=30))
    d = desk(services)
    opened(qtbot, d, "Planning: release, Lyon and the budget")
    d.window.commands.trash.trigger()
    opened(qtbot, d, "产品周会：进度与发布计划")
    d.window.sidebar.shelves.shelf_chosen.emit(TRASH)
    assert d.library.meetings.ids() == ["m001"]
    index = d.library.meetings.index_of("m001")
    side = d.window.sidebar.meetings
    QTest.mouseClick(side.viewport(), LEFT, NONE, side.visualRect(index).center())
    opened(qtbot, d, "Planning: release, Lyon and the budget")
    assert d.window.trash_bar.isVisible()
    click(d.window.trash_bar.delete_button)
    click(dialog_button(d, "stay"))
    assert "m001" in services.meetings
    click(d.window.trash_bar.delete_button)
    click(dialog_button(d, "agree"))
    qtbot.waitUntil(lambda: "m001" not in services.meetings)
    qtbot.waitUntil(lambda: not d.library.meetings.ids())
    assert d.window.centre.currentWidget() is d.window.nothing
    assert not d.window.commands.undo.isEnabled()


def test_throwing_away_the_last_meeting_shows_that_nothing_is_open(qtbot: QtBot, desk: MakeDesk) -> None:
    d = desk(FakeServices([demo.planning()]))
    opened(qtbot, d, "Planning: release, Lyon and the budget")
    d.window.commands.trash.trigger()
    qtbot.waitUntil(lambda: d.window.centre.currentWidget() is d.window.nothing)


def test_an_empty_library_stays_one_when_the_last_meeting_closes_late(qtbot: QtBot, desk: MakeDesk) -> None:
    d = desk(FakeServices([]))
    qtbot.waitUntil(lambda: d.window.centre.currentWidget() is d.window.empty)
    d.meeting.open("m001")  # gone since it was chosen
    qtbot.waitUntil(d.window.toast.isVisible)
    assert d.window.centre.currentWidget() is d.window.empty


def test_export_through_the_dialog(
    qtbot: QtBot, desk: MakeDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)
    services = FakeServices([demo.planning()])
    d = desk(services)
    opened(qtbot, d, "Planning: release, Lyon and the budget")
    d.window.commands.export.trigger()
    dialog = d.window.dialog
    assert isinstance(dialog, QFileDialog)
    assert dialog.selectedFiles()[0].endswith("Planning release, Lyon and the budget.md")
    dialog.setDirectory(str(tmp_path))
    dialog.selectFile("notes")
    dialog.accept()
    qtbot.waitUntil(lambda: d.window.toast.text == f"Saved as notes.md in “{tmp_path.name}”")
    assert services.exported == [("m001", tmp_path / "notes.md")]
    shown: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: shown.append(url) or True)
    assert d.window.toast.action.text() == "Show in folder"
    click(d.window.toast.action)
    assert shown == [QUrl.fromLocalFile(str(tmp_path))]


def test_copy_as_markdown(qtbot: QtBot, desk: MakeDesk) -> None:
    d = desk(FakeServices([demo.planning()]))
    opened(qtbot, d, "Planning: release, Lyon and the budget")
    QTest.keyClick(d.window, Qt.Key.Key_C, CTRL | Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: d.window.toast.text == "Copied as Markdown")
    assert QGuiApplication.clipboard().text().startswith("# Planning")


def test_a_problem_stays_in_sight_when_the_columns_change(qtbot: QtBot, desk: MakeDesk) -> None:
    d = desk(FakeServices([demo.planning()]))
    opened(qtbot, d, "Planning: release, Lyon and the budget")
    toast = d.window.toast
    click(d.window.page.words_tab)
    d.library.problem.emit(Problem("The file could not be written: the disk is full.", "Free some space, then " * 6))
    qtbot.waitUntil(toast.isVisible)
    click(d.window.page.both_tab)
    qtbot.waitUntil(d.window.panel.isVisible)
    QTest.qWait(50)
    assert d.window.centre.rect().contains(toast.geometry())


# -- Shape ------------------------------------------------------------------------------------------------


def test_three_ways_to_look(qtbot: QtBot, desk: MakeDesk) -> None:
    d = desk(FakeServices([demo.planning()]), size=(900, 600))
    opened(qtbot, d, "Planning: release, Lyon and the budget")
    page, panel = d.window.page, d.window.panel
    assert page.transcript.isVisible()
    assert panel.isVisible()
    assert page.transcript.width() >= 320
    click(page.words_tab)
    assert not panel.isVisible()
    click(page.minutes_tab)
    assert panel.isVisible()
    assert not page.transcript.isVisible()
    click(next(c for c in panel.chips if c.text() == "2:25"))
    assert page.transcript.isVisible(), "evidence is shown in the words"
    assert page.transcript.lit == {23}
    d.window.resize(1400, 800)
    click(page.both_tab)
    qtbot.waitUntil(lambda: panel.width() == 360)
    d.window.commands.panel.trigger()
    assert not panel.isVisible()
    assert page.words_tab.isChecked()
    d.window.commands.panel.trigger()
    assert panel.isVisible()


def test_the_window_remembers(qtbot: QtBot, desk: MakeDesk) -> None:
    d = desk(FakeServices(demo.library(long=30)), size=(1500, 900), columns=(290, 390), meeting="m004")
    opened(qtbot, d, "Stand-up")
    state = d.window.remember()
    assert (state.size, state.columns, state.meeting) == ((1500, 900), (290, 390), "m004")
    assert d.window.remember().look == "both"
    click(d.window.page.words_tab)
    assert d.window.remember().look == "words"
    assert d.window.remember().columns == (290, 390)


def test_everything_has_a_name_and_is_reached_by_keyboard(qtbot: QtBot, desk: MakeDesk) -> None:
    d = desk(FakeServices([demo.planning()]))
    opened(qtbot, d, "Planning: release, Lyon and the budget")
    controls = [
        w
        for kind in (QAbstractButton, QLineEdit, QAbstractItemView)
        for w in d.window.findChildren(kind)
        if w.isVisible()
        and w.isEnabled()
        and not w.objectName().startswith("qt_")
        and not (isinstance(w, QToolButton) and isinstance(w.parent(), QLineEdit))
    ]
    assert len(controls) > 15
    sections = d.window.panel.sections.values()
    parts = {w for s in sections for w in (*s.tools, *(part for row in s.rows for part in row.parts))}
    for w in controls:
        name = w.accessibleName() or (w.text() if isinstance(w, QAbstractButton) else "")
        assert name, f"{type(w).__name__} {w.objectName()} has no name"
        if w in parts:
            continue  # with the arrow keys, from their item
        assert w.focusPolicy() & Qt.FocusPolicy.TabFocus, f"{name} is not reached with Tab"
    seen = set()
    for _ in range(200):
        QTest.keyClick(d.window, Qt.Key.Key_Tab)
        focus = QApplication.focusWidget()
        if focus is not None:
            seen.add(focus)
    assert {w for w in controls if w not in seen} == parts & set(controls)


# -- Closing and not blocking -----------------------------------------------------------------------------


def test_closing_while_processing_asks_and_ends_cleanly(qtbot: QtBot, desk: MakeDesk) -> None:
    services = FakeServices(result=demo.planning())
    services.stop_after = 4
    d = desk(services)
    d.library.import_files([Path("a.wav"), Path("b.wav")])
    qtbot.waitUntil(lambda: bool(d.queue.jobs) and len(d.queue.jobs[0].segments) == 4)
    d.window.close()
    assert d.window.isVisible()
    click(dialog_button(d, "stay"))
    assert d.queue.busy
    d.window.close()
    with qtbot.waitSignal(d.window.ready_to_close):
        click(dialog_button(d, "agree"))
    assert not d.window.isVisible()
    assert d.stop()
    stage = services.meetings["m001"].stage(Stage.TRANSCRIBE)
    assert stage is not None
    assert stage.state == "cancelled"
    assert services.closed == 1
    assert all(s.closed for s in services.stores)


def test_a_job_that_does_not_let_go_is_ended_by_closing_its_host(qtbot: QtBot, desk: MakeDesk) -> None:
    services = FakeServices(result=demo.planning())

    def deaf(job: object, cancel: object):  # type: ignore[no-untyped-def]
        services.release.wait()  # what `close` does to a host that does not answer
        yield from ()

    services.scripts = [deaf]
    d = desk(services)
    d.library.import_files([Path("a.wav")])
    qtbot.waitUntil(lambda: bool(services.jobs))
    assert d.engine.stop(services.close, patience_ms=200)


def test_the_event_loop_is_never_held_up(qtbot: QtBot, desk: MakeDesk) -> None:
    """Two thousand segments a second, with a meeting of hours on the screen.

    What is held against us is the processor time of the window's thread between two turns of its loop: on a busy
    machine the clock on the wall measures the others.
    """
    services = FakeServices([demo.planning(segments=3000)], result=demo.planning("m002", segments=1200))
    services.pace_s = 0.0005  # they come from another process, so waiting for them holds no lock
    d = desk(services)
    opened(qtbot, d, "Planning: release, Lyon and the budget")
    turns: list[tuple[float, float]] = []
    last = (0.0, 0.0)

    def tick() -> None:
        nonlocal last
        now = (time.thread_time(), time.perf_counter())
        turns.append((now[0] - last[0], now[1] - last[1]))
        last = now

    # What other tests have loaded, torch above all, is not there in a real window, nor for its garbage collector.
    gc.collect()
    gc.freeze()
    probe = QTimer()
    probe.timeout.connect(tick)
    d.library.import_files([Path("long.wav")])
    opened(qtbot, d, "long")
    last = (time.thread_time(), time.perf_counter())
    probe.start(0)
    qtbot.waitUntil(lambda: not d.queue.busy, timeout=60000)
    QTest.qWait(300)  # the finished meeting, as it is loaded and laid out
    probe.stop()
    gc.unfreeze()
    assert len(d.meeting.transcript.rows) > 600
    ours, wall = (max(t[i] for t in turns) * 1000 for i in (0, 1))
    print(f"event loop: {len(turns)} turns, longest {ours:.0f} ms of work, {wall:.0f} ms on the wall")
    assert ours < 100
