"""Where the keyboard goes by itself and with F6, Tab and the arrows; and what stands still under the mouse."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.ui.application import Desk
from app.ui.minutes_item import ItemRow
from app.viewmodels.problems import Problem
from tests.qt import demo
from tests.qt.conftest import MakeDesk
from tests.qt.fakes import FakeServices

pytestmark = [pytest.mark.qt, pytest.mark.qt_log_ignore("does not support (raise|grabbing)")]
LEFT, KEY, SHIFT = Qt.MouseButton.LeftButton, Qt.Key, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def d(desk: MakeDesk, qtbot: QtBot) -> Desk:
    made = desk(FakeServices([demo.planning()]))
    qtbot.waitUntil(lambda: made.meeting.meeting is not None and made.listening.bar.isVisible())
    made.window.activateWindow()
    return made


def focus() -> QWidget:
    found = QApplication.focusWidget()
    assert found is not None
    return found


def press(key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> QWidget:
    QTest.keyClick(focus(), key, modifiers)
    return focus()


def corner(d: Desk, widget: QWidget) -> QPoint:
    return widget.mapTo(d.window, QPoint(0, 0))


def test_head_and_tabs_stand_still(d: Desk, qtbot: QtBot) -> None:
    page = d.window.page
    tabs = (page.both_tab, page.words_tab, page.minutes_tab, page.views["pictures"][0])
    still = (page.title, page.export_button, *tabs)
    for width in (1320, 1920, 900):
        d.window.resize(width, 800)
        QTest.mouseClick(tabs[0], LEFT)
        before = [corner(d, w) for w in still]
        for tab in tabs:
            QTest.mouseClick(tab, LEFT)
            assert [corner(d, w) for w in still] == before
    d.meeting.banners.ended_early("m001", Problem("The disk is full."))
    assert page.banner.isVisible()
    assert [corner(d, w) for w in still] == before, "what is said about the meeting comes below"


def test_the_minutes_get_what_the_words_leave_empty(d: Desk) -> None:
    page = d.window.page
    d.window.resize(1920, 1080)
    QApplication.processEvents()
    assert page.panel.width() > 600
    assert page.panel_width == 360, "to be remembered is only what the user has chosen"
    page.set_look("both", panel_width=380)
    assert page.panel.width() == 380


def test_minutes_are_written_again_from_every_view_with_minutes(d: Desk) -> None:
    page = d.window.page
    for tab in (page.both_tab, page.minutes_tab):
        QTest.mouseClick(tab, LEFT)
        assert page.panel.again.isVisible()
        assert page.panel.again.isEnabled()


def test_one_stop_for_each_list_of_the_minutes(d: Desk) -> None:
    panel = d.window.panel
    panel.summary.setFocus()
    stops = []
    while panel.isAncestorOf(focus()):
        stops.append(focus())
        press(KEY.Key_Tab)
    shown = [s for s in panel.sections.values() if s.rows]
    assert stops == [panel.summary, *(s.rows[0] for s in shown), panel.add_chips["chapter"]]
    assert focus() is d.listening.bar.waveform
    shown[0].rows[1].setFocus()
    panel.summary.setFocus()
    assert press(KEY.Key_Tab) is shown[0].rows[1], "where the keyboard was last"
    assert press(KEY.Key_Up) is shown[0].rows[0]


def test_arrows_reach_what_can_be_pressed_in_an_item(d: Desk, qtbot: QtBot) -> None:
    section = d.window.panel.sections["action"]
    row: ItemRow = section.rows[0]
    row.setFocus()
    assert [press(KEY.Key_Right) for _ in row.parts] == row.parts == [row.check, row.owner, row.due, row.chips[0][0]]
    assert press(KEY.Key_Right) is row.parts[-1]
    with qtbot.waitSignal(d.window.page.play_wanted):
        press(KEY.Key_Space)
    assert press(KEY.Key_Left) is row.due
    assert press(KEY.Key_Escape) is row
    assert not any(p.focusPolicy() & Qt.FocusPolicy.TabFocus for p in row.parts), "none of them is left in Tab's way"
    press(KEY.Key_Right)
    press(KEY.Key_Delete)
    assert section.rows[0] is row, "Delete on the check box removes nothing"
    assert press(KEY.Key_Down) is section.rows[1]
    assert [press(KEY.Key_Left) for _ in section.tools] == section.tools[::-1]
    assert press(KEY.Key_Down) is section.rows[1]


def test_f6_goes_round_the_parts_of_the_window(d: Desk) -> None:
    window, page, bar = d.window, d.window.page, d.listening.bar
    window.sidebar.meetings.setFocus()
    round_trip = [page.transcript, page.panel.summary, bar.waveform, window.sidebar.meetings]
    assert [press(KEY.Key_F6) for _ in round_trip] == round_trip
    assert [press(KEY.Key_F6, SHIFT) for _ in round_trip] == [*round_trip[-2::-1], round_trip[-1]]
    QTest.mouseClick(page.minutes_tab, LEFT)
    assert press(KEY.Key_F6) is page.panel.summary, "only what is seen"
    window.go_to_place("actions")
    press(KEY.Key_F6)
    assert focus() is window.sidebar.meetings
    press(KEY.Key_F6)
    assert window.places["actions"].page.isAncestorOf(focus())
    assert {"F6", "Shift+F6"} <= {a.shortcut().toString() for _, a in window.commands.all()}


def test_what_hides_gives_the_keyboard_to_what_is_shown(d: Desk) -> None:
    page = d.window.page
    page.panel.summary.setFocus()
    QTest.mouseClick(page.words_tab, LEFT)
    assert focus() is page.transcript
    QTest.mouseClick(page.minutes_tab, LEFT)
    assert focus() is page.panel.summary
    QTest.mouseClick(page.views["pictures"][0], LEFT)
    assert focus() is page.views["pictures"][1]
    d.window.sidebar.search.setFocus()
    QTest.mouseClick(page.both_tab, LEFT)
    assert focus() is d.window.sidebar.search, "what is seen keeps it"


def test_after_a_recording_the_keyboard_is_in_the_meeting(d: Desk, qtbot: QtBot) -> None:
    window = d.window
    window.commands.record.trigger()
    qtbot.waitUntil(window.setup.start_button.isEnabled)
    window.setup.start_button.click()
    qtbot.waitUntil(lambda: d.recording.state == "recording")
    window.recording.stop_button.setFocus()
    press(KEY.Key_Return)
    qtbot.waitUntil(lambda: window.centre.currentWidget() is window.page)
    content: Callable[[], bool] = lambda: focus() in (window.page.both_tab, window.page.transcript)  # noqa: E731
    assert content()
    qtbot.waitUntil(lambda: not d.queue.busy)
    assert content()


def test_when_its_job_ends_the_keyboard_goes_from_the_button_to_the_words(desk: MakeDesk, qtbot: QtBot) -> None:
    services = FakeServices(result=demo.planning(segments=120))
    services.stop_after = 40
    d = desk(services)
    page = d.window.page
    d.window.activateWindow()
    d.library.import_files([Path("Customer_visit_Lyon.m4a")])
    qtbot.waitUntil(lambda: page.banner.action.isVisible() and d.meeting.transcript.rowCount() > 5)
    page.banner.action.setFocus()
    services.release.set()
    qtbot.waitUntil(lambda: not page.banner.isVisible())
    assert focus() is page.transcript


@pytest.mark.parametrize("scrolled", [False, True])
def test_what_has_come_in_is_read_from_its_beginning(desk: MakeDesk, qtbot: QtBot, scrolled: bool) -> None:
    services = FakeServices(result=demo.planning(segments=120))
    services.stop_after = 60
    d = desk(services)
    view, bar = d.window.page.transcript, d.window.page.transcript.verticalScrollBar()
    d.library.import_files([Path("Customer_visit_Lyon.m4a")])
    qtbot.waitUntil(lambda: bar.maximum() > 400 and sum(len(j.segments) for j in d.queue.jobs) >= 60)
    qtbot.waitUntil(lambda: bar.value() == bar.maximum())
    if scrolled:
        bar.setValue(200)
    services.release.set()
    qtbot.waitUntil(lambda: not d.queue.busy and d.meeting.document is not None and not view._idle.isActive())
    qtbot.waitUntil(lambda: (bar.value() > 0) is scrolled)
