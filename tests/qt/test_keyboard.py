"""Where the keyboard goes by itself and with F6, Tab and the arrows; and what stands still under the mouse."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from app.domain.meeting import SearchHit
from app.ui import theme
from app.ui.application import Desk
from app.ui.edge_fade import EdgeFade
from app.ui.list_delegates import HitDelegate
from app.ui.minutes_item import ItemRow
from app.viewmodels.meetings import HitRow
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


def test_one_stop_for_each_list_of_the_minutes(d: Desk, qtbot: QtBot) -> None:
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
    d.meeting.items.set_done(panel.sections["action"].rows[0].item, True)
    qtbot.waitUntil(lambda: panel.sections["action"].rows[0].item.done)
    panel.summary.setFocus()
    assert press(KEY.Key_Tab) is shown[0].rows[1], "also when something else has changed"
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


def ring(widget: QWidget) -> bool:
    """Whether the accent is seen along the left edge, where nothing but a focus ring is painted."""
    image = widget.grab().toImage()
    accent = theme.colour("accent").rgb()
    return any(image.pixelColor(x, image.height() // 2).rgb() == accent for x in range(4))


def test_where_the_keyboard_is_can_be_seen(desk: MakeDesk, qtbot: QtBot) -> None:
    d = desk(FakeServices([demo.planning()]))
    qtbot.waitUntil(lambda: d.meeting.meeting is not None)
    d.window.activateWindow()
    tab = d.window.page.words_tab
    assert not ring(tab)
    tab.setFocus()
    assert ring(tab)
    d.window.go_to_place("actions")
    meetings = d.window.sidebar.meetings
    meetings.setFocus(Qt.FocusReason.TabFocusReason)
    meetings.setCurrentIndex(QModelIndex())
    d.window.sidebar.select("")
    assert not meetings.currentIndex().isValid()
    assert ring(meetings.viewport()), "the whole list where no meeting is chosen"


# -- The sidebar ------------------------------------------------------------------------------------------


def hit(text: str, word: str) -> HitRow:
    at = text.index(word)
    return HitRow("m", 1, "0:01", "Anna", text, ((at, at + len(word)),))


def test_a_hit_is_as_high_as_its_words_and_shows_what_was_found(qapp: QApplication) -> None:
    view = QWidget()
    delegate = HitDelegate(view)
    delegate.set_width(250)
    short, two = hit("The budget.", "budget"), hit("Then we come to the next topic, which is the budget.", "budget")
    assert delegate.row_height(two) - delegate.row_height(short) == delegate.LINE
    assert delegate.snippet(two)[0].text() == two.text, "nothing is cut where there is room"
    at_the_end = hit("We talked about it. " * 9 + "The next topic is the budget.", "budget")
    layout, start = delegate.snippet(at_the_end)
    assert layout.text().endswith("is the budget.")
    assert layout.lineCount() == 2
    assert layout.text() == "…" + at_the_end.text[start:]
    in_the_middle = hit("We talked about it. " * 9 + "The budget. " + "We go on with it. " * 9, "budget")
    shown = delegate.snippet(in_the_middle)[0].text()
    assert "The budget." in shown
    assert shown[0] == shown[-1] == "…"
    delegate.set_width(700)
    assert delegate.row_height(two) == delegate.row_height(short)


def test_how_much_was_found_and_where_is_said(d: Desk, qtbot: QtBot) -> None:
    side = d.window.sidebar
    side.search.setText("Lyon")
    qtbot.waitUntil(side.number.isVisible)
    assert side.number.text() == f"{len(d.library.hits.rows)} places"
    side.search.clear()
    qtbot.waitUntil(lambda: not side.number.isVisible())
    assert d.meeting.meeting is not None
    found = SearchHit("m001", "M", d.meeting.meeting.started_at, 1, 1.0, "", "The \x02visit\x03", kind="chapter")
    d.library.hits.set_hits([found], found.started_at.date())
    assert d.library.hits.rows[0].kind == "Chapter"
    said = d.library.hits.data(d.library.hits.index(0), Qt.ItemDataRole.AccessibleTextRole)
    assert "Chapter" in said


def test_the_tree_shows_whole_rows(desk: MakeDesk, qtbot: QtBot) -> None:
    d = desk(FakeServices(demo.filed(long=30)), size=(900, 600))
    tree = d.window.sidebar.shelves
    for height in range(600, 900, 20):
        d.window.resize(900, height)
        QApplication.processEvents()
        last = tree.indexAt(QPoint(40, tree.viewport().height() - 6))
        assert last.isValid()
        assert tree.visualRect(last).bottom() < tree.viewport().height()


def test_a_line_that_is_cut_fades(qapp: QApplication, qtbot: QtBot) -> None:
    area = QScrollArea()
    qtbot.addWidget(area)
    tall = QWidget()
    tall.setFixedSize(100, 900)
    area.setWidget(tall)
    fade = EdgeFade(area)
    area.resize(200, 200)
    area.show()
    assert not fade.isVisible()
    area.verticalScrollBar().setValue(30)
    assert fade.isVisible()
    assert fade.geometry().top() == area.viewport().geometry().top()
    image = fade.grab().toImage()
    assert image.pixelColor(10, 0).rgb() == theme.colour("page").rgb()
