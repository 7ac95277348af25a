"""What somebody meets who uses the window for the first time: found by using it, held here."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from app.domain.meeting import Recording
from app.services.recordings import Interrupted
from app.ui.application import Desk, fit_to_screen, make_application
from app.ui.minutes_parts import Chip
from app.ui.widgets import IconButton, button
from app.viewmodels.problems import Problem, in_words
from app.viewmodels.shelf import ALL, TRASH, Shelf
from tests.qt import demo
from tests.qt.conftest import MakeDesk
from tests.qt.fakes import FakeServices

pytestmark = [pytest.mark.qt, pytest.mark.qt_log_ignore("This plugin does not support", extend=True)]
KEY = Qt.Key


@pytest.mark.parametrize(
    "make", [lambda: button("Go on"), lambda: IconButton("x", "Close"), lambda: Chip("Fri 27 Nov")]
)
@pytest.mark.parametrize("key", [KEY.Key_Return, KEY.Key_Enter, KEY.Key_Space])
def test_a_button_with_the_keyboard_is_pressed_by_enter_and_by_space(qtbot: QtBot, make: object, key: Qt.Key) -> None:
    made: QPushButton | QToolButton = make()  # type: ignore[operator]
    qtbot.addWidget(made)
    made.show()
    made.setFocus()
    with qtbot.waitSignal(made.clicked, timeout=1000):
        QTest.keyClick(made, key)


def test_the_keyboard_is_shown_by_one_ring(qtbot: QtBot) -> None:
    make_application([])
    made = button("Listen")
    qtbot.addWidget(made)
    with qtbot.waitActive(made):
        made.show()
    made.clearFocus()
    inner = made.rect().adjusted(8, 6, -8, -6)  # without the corners
    before = made.grab(inner).toImage()
    made.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(made, KEY.Key_Tab)  # from now on the window is used by keys; there is nowhere else to go
    qtbot.waitUntil(made.hasFocus)
    assert made.testAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange)
    assert made.grab(inner).toImage() == before, "the style draws a box of its own inside"


def test_return_on_cancel_does_not_record(qtbot: QtBot, desk: MakeDesk) -> None:
    d = desk(FakeServices([demo.planning()]))
    d.window.commands.record.trigger()
    qtbot.waitUntil(d.window.setup.isVisible)
    assert d.window.windowTitle() == "New recording – Folkmoot"
    d.window.setup.cancel_button.setFocus()
    QTest.keyClick(d.window.setup.cancel_button, KEY.Key_Return)
    qtbot.waitUntil(d.window.page.isVisible)
    assert not d.recording.running


def click_shelf(d: Desk, shelf: Shelf) -> None:
    tree = d.window.sidebar.shelves
    where = tree.visualRect(d.library.shelves.index_of(shelf)).center()
    QTest.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, where)


@pytest.mark.parametrize("shelf", [TRASH, Shelf("favourites")])
def test_a_shelf_chosen_from_a_place_is_the_one_that_is_listed(qtbot: QtBot, desk: MakeDesk, shelf: Shelf) -> None:
    d = desk(FakeServices([demo.planning()]))
    qtbot.waitUntil(lambda: d.meeting.meeting is not None)
    d.window.go_to_place("actions")
    click_shelf(d, shelf)
    qtbot.waitUntil(d.window.page.isVisible)
    assert d.library.shelf == shelf
    assert d.library.meetings.ids() == []
    click_shelf(d, ALL)
    assert d.library.meetings.ids() == [d.meeting.id]


def test_what_is_said_does_not_cover_the_player(qtbot: QtBot, desk: MakeDesk) -> None:
    d = desk(FakeServices([demo.planning()]))
    qtbot.waitUntil(d.listening.bar.isVisible)
    toast, bar, centre = d.window.toast, d.listening.bar, d.window.centre
    toast.show_problem(Problem("There is nothing to play sound through.", "Connect loudspeakers or headphones."))

    def covers() -> bool:
        controls = QRect(bar.play_button.mapTo(centre, QPoint(0, 0)), bar.play_button.size())
        return toast.geometry().intersects(controls) or not centre.rect().contains(toast.geometry())

    assert toast.isVisible()
    assert not covers()
    d.window.go_to_place("settings")
    high = toast.y()
    assert high + toast.height() > centre.height() * 0.85, "without a player it lies at the lower edge"
    QTest.keyClick(d.window, KEY.Key_Escape)
    d.window.route.leave_place()
    qtbot.waitUntil(lambda: not covers())


@pytest.mark.parametrize("room", [(1280, 800), (960, 540)])
def test_the_window_fits_on_the_screen_with_its_frame(qtbot: QtBot, desk: MakeDesk, room: tuple[int, int]) -> None:
    d = desk(FakeServices([demo.planning()]), size=(1440, 900))
    fit_to_screen(d.window, QSize(*room))
    qtbot.waitUntil(lambda: d.window.height() < room[1] - 20)
    assert d.window.width() < room[0]
    bar = d.listening.bar
    qtbot.waitUntil(lambda: bar.mapTo(d.window, QPoint(0, bar.height())).y() <= d.window.height())
    foot = d.window.sidebar.foot
    assert foot.mapTo(d.window, QPoint(0, foot.height())).y() <= d.window.height()


def test_what_has_been_read_is_taken_away(qtbot: QtBot, desk: MakeDesk) -> None:
    d = desk(FakeServices([demo.planning()]))
    qtbot.waitUntil(lambda: d.meeting.meeting is not None)
    d.queue._notices[d.meeting.id] = ("The models stopped unexpectedly.",)
    d.meeting.banner_changed.emit()
    close = d.window.page.banner.action
    qtbot.waitUntil(close.isVisible)
    assert close.text() == "Close"
    close.setFocus()
    QTest.keyClick(close, KEY.Key_Return)
    qtbot.waitUntil(d.window.page.banner.isHidden)
    assert not d.queue.busy, "nothing is done again"


def test_from_what_is_looked_for_tab_goes_to_what_replaces_it(qtbot: QtBot, desk: MakeDesk) -> None:
    d = desk(FakeServices([demo.planning()]))
    qtbot.waitUntil(lambda: d.meeting.meeting is not None)
    find = d.window.page.find_bar
    QTest.keyClick(d.window, KEY.Key_F, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(find.field.hasFocus)
    QTest.keyClick(find.field, KEY.Key_Tab)
    assert find.more.hasFocus(), "there is nothing to go to, and nothing to replace by"
    find.show_replace(True)
    find.field.setFocus()
    QTest.keyClick(find.field, KEY.Key_Tab)
    assert find.by.hasFocus()


def test_an_interrupted_recording_is_not_listed_as_being_recorded(qtbot: QtBot, desk: MakeDesk) -> None:
    """The list was read before it was found to be interrupted."""
    services = FakeServices([demo.planning()])
    d = desk(services)
    qtbot.waitUntil(lambda: d.meeting.meeting is not None)
    services.meetings["m900"] = replace(demo.planning(), id="m900", recording=Recording("recording"))
    d.library.refresh()
    qtbot.waitUntil(lambda: d.library.summary("m900") is not None)
    services.meetings["m900"] = replace(demo.planning(), id="m900", recording=Recording("interrupted"))
    services.cut_off = [Interrupted("m900", "Planning", demo.planning().started_at, 60.0, 1)]
    d.recovery.look()
    qtbot.waitUntil(lambda: getattr(d.library.summary("m900"), "state", "") == "interrupted")


def test_a_bookmark_from_elsewhere_is_said(qtbot: QtBot, desk: MakeDesk) -> None:
    services = FakeServices([demo.planning()])
    d = desk(services)
    qtbot.waitUntil(lambda: d.meeting.meeting is not None)
    d.window.commands.record.trigger()
    qtbot.waitUntil(d.window.setup.start_button.isEnabled)
    QTest.keyClick(d.window.setup.title, KEY.Key_Return)
    qtbot.waitUntil(lambda: d.recording.state == "recording")
    QTest.keyClick(d.window, KEY.Key_B, Qt.KeyboardModifier.ControlModifier)
    assert not d.window.toast.isVisible(), "it is seen among the notes"
    d.window.route.go_to("m001")
    qtbot.waitUntil(d.window.page.isVisible)
    QTest.keyClick(d.window, KEY.Key_B, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(d.window.toast.isVisible)
    assert d.window.toast.text.startswith("Bookmark at 0:")
    d.window.commands.stop.trigger()
    qtbot.waitUntil(lambda: not d.recording.running)


class Placing(QObject):
    """A window manager that places windows where it likes."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget):
            watched.move(0, 0)
        return False


def test_the_strip_stands_where_the_user_left_it(qtbot: QtBot, desk: MakeDesk) -> None:
    d = desk(FakeServices([demo.planning()]))
    d.window.commands.record.trigger()
    qtbot.waitUntil(d.window.setup.start_button.isEnabled)
    QTest.keyClick(d.window.setup.title, KEY.Key_Return)
    qtbot.waitUntil(lambda: d.recording.state == "recording")
    strip, manager = d.window.strip, Placing(d.window)
    strip.installEventFilter(manager)
    strip.put((120, 90))
    strip.want(True)
    assert strip.isVisible()
    assert strip.pos() == QPoint(120, 90)
    strip.want(False)
    strip.want(True)
    assert strip.pos() == QPoint(120, 90)
    strip.want(False)
    d.window.commands.stop.trigger()
    qtbot.waitUntil(lambda: not d.recording.running)


def test_an_error_of_the_models_process_is_said_without_its_traceback() -> None:
    error = RuntimeError('The process failed:\nTraceback:\n  File "x.py", line 1\nValueError: too small\n')
    problem = in_words(error)
    assert "\n" not in problem.to_do
    assert "ValueError: too small" in problem.to_do
    assert "x.py" not in problem.to_do


def test_the_keyboard_does_not_fall_into_the_title(qtbot: QtBot, desk: MakeDesk) -> None:
    """The button that was pressed goes with its page, and Qt gave the keyboard to the title, ready to be changed."""
    d = desk(FakeServices([]))
    qtbot.waitUntil(d.window.empty.isVisible)
    d.window.activateWindow()
    d.window.empty.sample_button.setFocus()
    qtbot.waitUntil(d.window.empty.sample_button.hasFocus)
    QTest.keyClick(d.window.empty.sample_button, KEY.Key_Space)
    qtbot.waitUntil(d.window.page.isVisible)
    page = d.window.page
    qtbot.waitUntil(lambda: page.both_tab.hasFocus() or page.transcript.hasFocus())  # the words, once there are any
