"""A paragraph of the transcript, corrected where it stands."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QFont,
    QKeyEvent,
    QTextBlockFormat,
    QTextCursor,
    QTextOption,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QTextEdit, QWidget

from app.ui.text_block import line_height
from app.viewmodels.corrections import Rewording
from app.viewmodels.paragraphs import Paragraph


class ParagraphEditor(QTextEdit):
    """The words of a paragraph in the same place and letters. Which word belongs to which segment is kept meanwhile.

    Return, Ctrl+Return or going elsewhere saves; Escape does not.

    Signals:
        saved: the segments with their old and new words; empty if nothing is different. (list of Rewording)
        cancelled: nothing is to change.
        height_changed: it needs other room. (pixels)
    """

    saved = Signal(object)
    cancelled = Signal()
    height_changed = Signal(int)

    def __init__(self, paragraph: Paragraph, font: QFont, parent: QWidget) -> None:
        super().__init__(parent)
        self._paragraph = paragraph
        self._over = False
        self.setObjectName("inPlace")
        self.setAccessibleName(self.tr("Correct the words"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAcceptRichText(False)
        self.setTabChangesFocus(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.document().setDocumentMargin(0)
        self.setFont(font)
        self.document().setDefaultFont(font)
        self.setPlainText(paragraph.text)
        lines = QTextBlockFormat()
        lines.setLineHeight(line_height(paragraph.text), QTextBlockFormat.LineHeightTypes.FixedHeight.value)
        QTextCursor(self.document()).mergeBlockFormat(lines)
        self.document().clearUndoRedoStacks()
        self._starts: list[QTextCursor] = []  # where each segment but the first begins; they move with the text
        for span in paragraph.spans[1:]:
            start = QTextCursor(self.document())
            start.setPosition(span.start)
            start.setKeepPositionOnInsert(True)
            self._starts.append(start)
        self.document().documentLayout().documentSizeChanged.connect(self._on_size)

    def put_cursor(self, position: int, *, select_word: bool = False) -> None:
        cursor = self.textCursor()
        cursor.setPosition(min(position, len(self.toPlainText())))
        if select_word:
            cursor.select(QTextCursor.SelectionType.WordUnderCursor)
        self.setTextCursor(cursor)

    def rewordings(self) -> list[Rewording]:
        """What is different, segment by segment."""
        text = self.toPlainText()
        cuts = [0, *(c.position() for c in self._starts), len(text)]
        made = []
        for span, start, end in zip(self._paragraph.spans, cuts, cuts[1:], strict=False):
            was = self._paragraph.text[span.start : span.end]
            now = " ".join(text[start:end].split())
            if now != was:
                made.append(Rewording(span.segment_id, was, now))
        return made

    def finish(self, *, save: bool = True) -> None:
        """End editing; what follows happens once."""
        if self._over:
            return
        self._over = True
        if save:
            self.saved.emit(self.rewordings())
        else:
            self.cancelled.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.finish(save=False)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.finish()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
            self.finish()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """It is as tall as its words: what is behind it scrolls."""
        behind = self.parentWidget()
        if behind is not None:
            QCoreApplication.sendEvent(behind, event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = self.createStandardContextMenu(event.pos())
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())

    def sizeHint(self) -> QSize:
        return QSize(200, self.text_height())

    def text_height(self) -> int:
        return round(self.document().size().height())

    @Slot()
    def _on_size(self) -> None:
        self.height_changed.emit(self.text_height())
