"""The title of a meeting, changed where it stands."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from app.ui import theme

TITLE_INSET = 7  # from the edge of the title's field to its first letter


class TitleField(QLineEdit):
    """The title, changed in place: Return keeps it, Escape puts the old one back.

    Signals:
        renamed: (title)
    """

    renamed = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._stored = ""
        self.setObjectName("title")
        self.setAccessibleName(self.tr("Title"))
        self.setFont(theme.font(theme.TITLE, 600))
        self.setFixedHeight(34)
        self.setMaxLength(200)
        self.setAcceptDrops(False)  # files dropped here are for the window
        self.editingFinished.connect(self._finish)

    def show_title(self, title: str) -> None:
        self._stored = title
        if not self.hasFocus():
            self._elide()

    def begin(self) -> None:
        """Start renaming."""
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.setText(self._stored)
            self.clearFocus()
            return
        super().keyPressEvent(event)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.clearFocus()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.setText(self._stored)
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self._elide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if not self.hasFocus():
            self._elide()

    def _elide(self) -> None:
        """While it is only read, a title that is too long ends in "…"."""
        room = self.width() - 2 * TITLE_INSET
        shown = self.fontMetrics().elidedText(self._stored, Qt.TextElideMode.ElideRight, room)
        self.setText(shown)
        self.setCursorPosition(0)
        self.setToolTip(self._stored if shown != self._stored else "")

    @Slot()
    def _finish(self) -> None:
        title = " ".join(self.text().split())
        if self.isModified() and title and title != self._stored:
            self._stored = title
            self.renamed.emit(title)
