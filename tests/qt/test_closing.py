"""What a window that closes waits for, and that nothing of it is left on the screen."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from app.ui.closing import SAY_AFTER_MS, Closing


class Recording(QObject):
    state_changed = Signal()
    running = False
    state = "idle"
    process_afterwards = True


class Queue(QObject):
    ended = Signal(str)
    busy = False

    def cancel_all(self) -> None:
        self.busy = False


class Disk:
    writing = True

    def __call__(self) -> bool:
        return self.writing


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.show()
    return widget


def boxes() -> list[QMessageBox]:
    return [w for w in QApplication.topLevelWidgets() if isinstance(w, QMessageBox) and w.isVisible()]


def test_what_says_that_changes_are_saved_goes_when_they_are(qtbot: QtBot, window: QWidget) -> None:
    disk = Disk()
    closing = Closing(window, Recording(window), Queue(window), lambda: None, disk)  # type: ignore[arg-type]
    assert not closing.may_close()
    qtbot.waitUntil(lambda: bool(boxes()), timeout=SAY_AFTER_MS + 5000)
    with qtbot.waitSignal(closing.ready, timeout=5000):
        disk.writing = False
    assert not boxes()  # it would keep the program running after its window has gone
    assert closing.may_close()


def test_what_is_saved_at_once_is_not_spoken_of(qtbot: QtBot, window: QWidget) -> None:
    disk = Disk()
    closing = Closing(window, Recording(window), Queue(window), lambda: None, disk)  # type: ignore[arg-type]
    with qtbot.waitSignal(closing.ready, timeout=5000):
        assert not closing.may_close()
        disk.writing = False
    qtbot.wait(SAY_AFTER_MS + 100)
    assert not boxes()
