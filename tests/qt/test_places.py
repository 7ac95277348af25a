"""Places: pages of the middle column that are no meeting."""

from __future__ import annotations

from pathlib import Path

import shiboken6
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLineEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.ui.application import Desk
from tests.qt import demo
from tests.qt.conftest import MakeDesk
from tests.qt.fakes import FakeServices


def _place(desk: Desk, key: str = "demo", title: str = "A place") -> QPushButton:
    widget = QWidget()
    control = QPushButton("A control")
    QVBoxLayout(widget).addWidget(control)
    desk.window.add_place(key, widget, title, "settings")
    return control


def _shown(desk: Desk) -> str:
    return desk.window.place


def test_a_place_is_reached_from_sidebar_menu_and_keys(desk: MakeDesk, qtbot: QtBot) -> None:
    d = desk(FakeServices(demo.library()))
    w = d.window
    qtbot.waitUntil(lambda: d.meeting.meeting is not None)
    control = _place(d)
    w.activateWindow()
    qtbot.mouseClick(w.sidebar.place_button("demo"), Qt.MouseButton.LeftButton)
    assert _shown(d) == "demo"
    assert control.isVisible()
    assert control.hasFocus()
    assert w.sidebar.place_button("demo").isChecked()
    assert "A place" in w.windowTitle()
    assert not w.commands.delete.isEnabled()

    qtbot.keyClick(control, Qt.Key.Key_Escape)
    assert _shown(d) == ""
    assert w.centre.currentWidget() is w.page
    assert w.sidebar.meetings.currentIndex().isValid()
    assert not w.sidebar.place_button("demo").isChecked()

    qtbot.keyClick(w, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    assert _shown(d) == "settings"


def test_choosing_a_meeting_leaves_the_place(desk: MakeDesk, qtbot: QtBot) -> None:
    d = desk(FakeServices(demo.library()))
    w = d.window
    qtbot.waitUntil(lambda: d.meeting.meeting is not None)
    _place(d)
    w.go_to_place("demo")
    index = w.sidebar.meetings.model().index(1, 0)
    qtbot.mouseClick(
        w.sidebar.meetings.viewport(), Qt.MouseButton.LeftButton, pos=w.sidebar.meetings.visualRect(index).center()
    )
    qtbot.waitUntil(lambda: w.centre.currentWidget() is w.page)
    assert _shown(d) == ""


def test_the_place_of_last_time_comes_back_with_its_meeting_behind(desk: MakeDesk, qtbot: QtBot) -> None:
    d = desk(FakeServices(demo.library()), place="demo", meeting="m002", before=lambda d: _place(d))
    assert _shown(d) == "demo"
    qtbot.waitUntil(lambda: d.meeting.meeting is not None)
    assert _shown(d) == "demo"
    assert d.window.remember().place == "demo"
    d.window.leave_place()
    assert d.meeting.id == "m002"
    assert d.window.centre.currentWidget() is d.window.page


def test_a_recording_goes_on_while_at_a_place(desk: MakeDesk, qtbot: QtBot) -> None:
    d = desk(FakeServices(demo.library()))
    w = d.window
    _place(d)
    w.commands.record.trigger()
    qtbot.waitUntil(lambda: w.setup.start_button.isEnabled())
    w.setup.start_button.click()
    qtbot.waitUntil(lambda: d.recording.state == "recording")
    w.go_to_place("demo")
    assert d.recording.state == "recording"
    assert w.sidebar.running.isVisible()
    w.leave_place()
    d.recording.stop()
    qtbot.waitUntil(lambda: not d.recording.running)


def test_escape_in_a_field_that_wants_it_stays_at_the_place(desk: MakeDesk, qtbot: QtBot) -> None:
    class Field(QLineEdit):
        def keyPressEvent(self, event: object) -> None:
            if event.key() != Qt.Key.Key_Escape:  # type: ignore[attr-defined]
                super().keyPressEvent(event)  # type: ignore[arg-type]

    d = desk(FakeServices(demo.library()))
    field = Field()
    d.window.add_place("demo", field, "A place", "activity")
    d.window.go_to_place("demo")
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert _shown(d) == "demo"


def test_what_is_deleted_on_a_page_takes_nothing_else_along(desk: MakeDesk, qtbot: QtBot) -> None:
    d = desk(FakeServices([demo.planning()]))
    d.window.go_to_place("settings")
    gone = QLineEdit(d.window)  # as a line for a person that is forgotten: it stands in the tab order
    d.window.setTabOrder(d.window.sidebar.search, gone)
    d.window.go_to_place("jobs")
    with qtbot.waitSignal(gone.destroyed):
        gone.deleteLater()
    assert shiboken6.isValid(d.window.commands.words_menu)
    d.window.leave_place()  # the menus follow; this raised


def test_what_is_on_a_page_begins_under_its_title(qtbot: QtBot, desk: MakeDesk) -> None:
    d = desk(FakeServices([demo.planning()], result=demo.planning("m002")), size=(1900, 860))
    d.queue.hold("test")
    d.library.import_files([Path("a.wav")])
    qtbot.waitUntil(lambda: bool(d.queue.jobs))
    o, window = d.office, d.window
    firsts = {"models": o.models_page.area.body, "jobs": o.jobs_page.area.body, "settings": o.settings_page.search}
    for key, first in firsts.items():
        window.go_to_place(key)
        qtbot.waitUntil(lambda first=first: first.isVisible() and first.width() > 100)
        heading = window.places[key].page._heading
        assert first.mapTo(window, QPoint()).x() == heading.mapTo(window, QPoint()).x(), key
        assert window.sidebar.record_button.property("kind") == "primary"
    window.go_to_place("jobs")
    hold, now = o.jobs_page.hold, o.jobs_page.sections["waiting"]
    assert now.isAncestorOf(hold), "beside the heading of what it holds up"
    d.queue.release("test")
    qtbot.waitUntil(lambda: not d.queue.busy)
