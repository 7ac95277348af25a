"""A meeting on the page of jobs."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QByteArray, QMimeData, QPoint, Qt, Signal, Slot
from PySide6.QtGui import (
    QDrag,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QShortcut,
)
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.ui import theme
from app.ui.widgets import ElidedLabel, Glyph, IconButton, ProgressLine, button, label
from app.viewmodels.jobs_page import JobRow

MIME = "application/x-folkmoot-job"


class Grip(Glyph):
    """Where a waiting row is taken hold of.

    Signals:
        dragged: the mouse moves with it.
    """

    dragged = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__("grip-vertical", size=16, parent=parent)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self._from: QPoint | None = None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._from = event.position().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        far = QApplication.startDragDistance()
        if self._from is not None and (event.position().toPoint() - self._from).manhattanLength() >= far:
            self._from = None
            self.dragged.emit()


class JobCard(QFrame):
    """Signals, each with the id of the meeting:
    opened: it is to be shown.
    acted: its button was pressed.
    cancelled: it is not to be processed now.
    moved: a waiting one is to come earlier (-1) or later (1).
    dropped: another one was dropped on it. (the other, this)
    """

    opened = Signal(str)
    acted = Signal(str)
    cancelled = Signal(str)
    moved = Signal(str, int)
    dropped = Signal(str, str)

    def __init__(self, row: JobRow, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.row = row
        self._target = False
        self.setAcceptDrops(True)
        self.grip = Grip(self)
        self.title = ElidedLabel(parent=self)
        self.title.setFont(theme.font(theme.BODY, 600))
        self.aside = label("", theme.SMALL, secondary=True)
        self.what = label("", theme.BODY, secondary=True, wrap=True)
        self.to_do = label("", theme.BODY, secondary=True, wrap=True)
        self.notices = label("", theme.SMALL, secondary=True, wrap=True)
        self.line = ProgressLine()
        self._sign = Glyph("triangle-alert", "warning", 16)
        self._tick = Glyph("circle-check", "success", 16)
        self.action = button("", parent=self)
        self.open_button = button(self.tr("Open"), parent=self)
        self.up = IconButton("arrow-up", self.tr("Earlier"), self, size=16)
        self.down = IconButton("arrow-down", self.tr("Later"), self, size=16)
        self.cancel = IconButton("x", self.tr("Cancel"), self, size=16)
        self._lay_out()
        i = row.meeting_id
        self.action.clicked.connect(lambda: self.acted.emit(i))
        self.open_button.clicked.connect(lambda: self.opened.emit(i))
        self.cancel.clicked.connect(lambda: self.cancelled.emit(i))
        self.up.clicked.connect(lambda: self.moved.emit(i, -1))
        self.down.clicked.connect(lambda: self.moved.emit(i, 1))
        self.grip.dragged.connect(self._drag)
        here = Qt.ShortcutContext.WidgetWithChildrenShortcut  # from any of its buttons
        for keys, by in (("Alt+Up", -1), ("Alt+Down", 1)):
            shortcut = QShortcut(QKeySequence(keys), self, context=here)
            shortcut.activated.connect(partial(self._move, by))
        self.show_row(row)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(theme.M)
        head.addWidget(self.title, 1)
        head.addWidget(self.aside)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addLayout(head)
        words.addWidget(self.what)
        words.addWidget(self.to_do)
        words.addWidget(self.notices)
        words.addSpacing(2)
        words.addWidget(self.line)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, theme.M, 0, theme.M)
        row.setSpacing(theme.S)
        top, middle = Qt.AlignmentFlag.AlignTop, Qt.AlignmentFlag.AlignVCenter
        for sign in (self._sign, self._tick):
            row.addWidget(sign, 0, top)
        row.addWidget(self.grip, 0, middle)
        row.addLayout(words, 1)
        row.addSpacing(theme.S)
        for control in (self.up, self.down, self.cancel, self.action, self.open_button):
            row.addWidget(control, 0, middle)

    def show_row(self, row: JobRow) -> None:
        self.row = row
        kind, title = row.kind, row.title or self.tr("A meeting")
        if title != self.title.full_text():
            self.title.setText(title)
        self._name_controls(title)
        self.aside.setText(row.aside)
        self.aside.setVisible(bool(row.aside))
        problem = row.problem
        self._set(self.what, problem.what if problem is not None else row.what)
        self._set(self.to_do, problem.to_do if problem is not None else "")
        self._set(self.notices, "\n".join(row.notices))
        self.line.setVisible(row.done is not None)
        self.line.set_done(row.done)
        waiting = kind == "waiting"
        for control in (self.grip, self.up, self.down):
            control.setVisible(waiting)
        self.up.setEnabled(not row.first)
        self.down.setEnabled(not row.last)
        self.cancel.setVisible(waiting or kind == "running")
        self.cancel.setEnabled(not row.stopping)
        self._sign.setVisible(kind == "failed")
        self._tick.setVisible(kind == "done")
        action = {"failed": self.tr("Try again"), "unfinished": self.tr("Continue")}.get(kind, "")
        self.action.setText(action)
        self.action.setVisible(bool(action))
        self.action.setAccessibleName(f"{action}: {title}" if action else "")
        self.open_button.setVisible(kind in ("done", "failed", "unfinished"))

    def _name_controls(self, title: str) -> None:
        for control, name in (
            (self.up, self.tr("Earlier: {title}")),
            (self.down, self.tr("Later: {title}")),
            (self.cancel, self.tr("Cancel: {title}")),
            (self.open_button, self.tr("Open: {title}")),
        ):
            control.setAccessibleName(name.format(title=title))

    @staticmethod
    def _set(words: QLabel, text: str) -> None:
        words.setText(text)
        words.setVisible(bool(text))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.opened.emit(self.row.meeting_id)

    def _move(self, by: int) -> None:
        if self.row.kind == "waiting":
            self.moved.emit(self.row.meeting_id, by)

    # Dragging

    @Slot()
    def _drag(self) -> None:
        mime = QMimeData()
        mime.setData(MIME, QByteArray(self.row.meeting_id.encode()))
        drag = QDrag(self)
        drag.setMimeData(mime)
        drag.setPixmap(self.grab())
        drag.exec(Qt.DropAction.MoveAction)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasFormat(MIME) and self.row.kind == "waiting":
            event.setDropAction(Qt.DropAction.MoveAction)
            event.accept()
            self._mark(True)
        else:
            event.ignore()  # files are for the window

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._mark(False)

    def dropEvent(self, event: QDropEvent) -> None:
        self._mark(False)
        dragged = bytes(event.mimeData().data(MIME).data()).decode()
        event.setDropAction(Qt.DropAction.MoveAction)
        event.accept()
        if dragged != self.row.meeting_id:
            self.dropped.emit(dragged, self.row.meeting_id)

    def _mark(self, target: bool) -> None:
        self._target = target
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._target:
            painter = QPainter(self)
            painter.setPen(QPen(theme.colour("accent"), 2))
            painter.drawLine(0, 1, self.width(), 1)
