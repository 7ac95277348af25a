"""Words that are changed where they stand."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QTextOption, QWheelEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QTextEdit, QWidget

from app.ui import theme


class WrittenInPlace(QTextEdit):
    """As tall as its words. Going elsewhere saves, Escape does not; another window in
    front and a menu are not elsewhere.

    Signals:
        saved: (what became of it, as a subclass says)
        cancelled: everything stays as it is.
    """

    saved = Signal(object)
    cancelled = Signal()

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = False
        self.setObjectName("inPlace")
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAcceptRichText(False)
        self.setTabChangesFocus(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.document().setDocumentMargin(0)

    def outcome(self) -> object:
        """What is saved."""
        return self.toPlainText().strip()

    def finish(self, *, save: bool = True) -> None:
        """End editing; what follows happens once."""
        if self._over:
            return
        self._over = True
        if save:
            self.saved.emit(self.outcome())
        else:
            self.cancelled.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.finish(save=False)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
            self.finish()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = self.createStandardContextMenu(event.pos())
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())


class InPlace(WrittenInPlace):
    """A few words or, with `lines`, several lines. Return saves; where it makes a new line, Ctrl+Return does.

    Signals:
        entered: saved with Return, so the user may want to go on. Comes before `saved`.
    """

    entered = Signal()

    def __init__(self, text: str, name: str, parent: QWidget, *, lines: bool = False) -> None:
        super().__init__(name, parent)
        self._lines = lines
        self.setPlaceholderText(name)
        self.setFont(theme.font(theme.reading(theme.BODY)))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setPlainText(text)
        self.document().clearUndoRedoStacks()
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        self._fit()

    @Slot()
    def _fit(self) -> None:
        self.setFixedHeight(max(28, round(self.document().size().height()) + 10))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        returned = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if returned and (not self._lines or event.modifiers() & Qt.KeyboardModifier.ControlModifier):
            self.entered.emit()
            self.finish()
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # what is behind it scrolls


def put_away(editor: WrittenInPlace | None, words: QWidget, owner: QWidget) -> None:
    """The words stand there again, and the keyboard is at what they belong to if it was in the editor."""
    if editor is None:
        return
    had_focus = editor.hasFocus()
    editor.hide()
    editor.deleteLater()
    words.show()
    if had_focus and not owner.isHidden():
        owner.setFocus(Qt.FocusReason.OtherFocusReason)
