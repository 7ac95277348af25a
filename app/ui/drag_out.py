"""The head of the page as a handle: dragged out of the window, the open meeting becomes a Markdown file."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

Start = Callable[[QWidget], None]


class DragOut(QObject):
    """Watches widgets for a drag. A field is edited by a click as before; only while it is not, it can be dragged."""

    def __init__(self, handles: tuple[QWidget, ...], start: Start, parent: QObject) -> None:
        super().__init__(parent)
        self._start = start
        self._pressed: QPoint | None = None
        for handle in handles:
            handle.installEventFilter(self)
            if isinstance(handle, QLineEdit):
                handle.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click gives it the keyboard when it is let go

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(watched, QWidget) or not isinstance(event, QMouseEvent):
            return super().eventFilter(watched, event)
        kinds, at = QEvent.Type, event.position().toPoint()
        if event.type() == kinds.MouseButtonPress and event.button() == Qt.MouseButton.LeftButton:
            editing = isinstance(watched, QLineEdit) and (watched.hasFocus() or watched.isReadOnly())
            self._pressed = None if editing else at
            return self._pressed is not None
        if self._pressed is None:
            return False
        if event.type() == kinds.MouseMove:
            if (at - self._pressed).manhattanLength() >= QApplication.startDragDistance():
                self._pressed = None
                self._start(watched)
            return True
        if event.type() == kinds.MouseButtonRelease:
            self._pressed = None
            if isinstance(watched, QLineEdit):
                watched.setFocus(Qt.FocusReason.MouseFocusReason)
                watched.setCursorPosition(watched.cursorPositionAt(at))
            return True
        return False
