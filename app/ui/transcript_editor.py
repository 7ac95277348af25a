"""A paragraph of the transcript, corrected where it stands."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QFont,
    QKeyEvent,
    QTextBlockFormat,
    QTextCursor,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from app.ui import theme
from app.ui.in_place import WrittenInPlace
from app.ui.text_block import line_height
from app.viewmodels.corrections import Rewording
from app.viewmodels.paragraphs import Paragraph


class ParagraphEditor(WrittenInPlace):
    """The words of a paragraph in the same place and letters. Which word belongs to which segment is kept meanwhile.

    Return saves, too. What is saved are the segments with their old and new words, as a list of `Rewording`; empty if
    nothing is different.

    Signals:
        height_changed: it needs other room. (pixels)
    """

    height_changed = Signal(int)

    def __init__(self, paragraph: Paragraph, font: QFont, parent: QWidget) -> None:
        super().__init__(QCoreApplication.translate("ParagraphEditor", "Correct the words"), parent)
        self._paragraph = paragraph
        self.setFont(font)
        self.document().setDefaultFont(font)
        self.setPlainText(paragraph.text)
        lines = QTextBlockFormat()
        lines.setLineHeight(
            line_height(paragraph.text, theme.reading(theme.READING)),
            QTextBlockFormat.LineHeightTypes.FixedHeight.value,
        )
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

    def outcome(self) -> list[Rewording]:
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

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.finish()
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """It is as tall as its words: what is behind it scrolls."""
        behind = self.parentWidget()
        if behind is not None:
            QCoreApplication.sendEvent(behind, event)

    def sizeHint(self) -> QSize:
        return QSize(200, self.text_height())

    def text_height(self) -> int:
        return round(self.document().size().height())

    @Slot()
    def _on_size(self) -> None:
        self.height_changed.emit(self.text_height())
