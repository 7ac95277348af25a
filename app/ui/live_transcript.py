"""What is being said, as it is said: turns that grow at the end of a text that otherwise stands still."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize, Qt, Slot
from PySide6.QtGui import QResizeEvent, QTextBlockFormat, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QFrame, QTextEdit, QWidget

from app.ui import theme
from app.ui.edge_fade import EdgeFade
from app.ui.widgets import button
from app.viewmodels.live import LiveTurn
from app.viewmodels.paragraphs import is_cjk

_LINE, _CJK_LINE = 1.45, 1.6  # heights of a line, in text sizes
_AT_END_PX = 24  # the end counts as in sight when so little is below


class LiveTranscript(QTextEdit):
    """Follows its end as long as that is in sight. What the user reads or has selected further up does not move."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setReadOnly(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setObjectName("live")
        self.setAcceptDrops(False)
        self.setUndoRedoEnabled(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setTabChangesFocus(True)
        self.setAccessibleName(self.tr("Live text"))
        self.document().setDocumentMargin(0)
        self.setFont(theme.font(theme.reading(theme.READING)))
        self._turns: list[LiveTurn] = []
        self._follows = True
        self.newest = button(self.tr("Newest words"), icon="arrow-down", parent=self)
        self.newest.hide()
        EdgeFade(self)
        self.newest.clicked.connect(self.go_to_end)
        bar = self.verticalScrollBar()
        bar.valueChanged.connect(self._on_scrolled)
        bar.rangeChanged.connect(self._on_range)

    @property
    def follows(self) -> bool:
        """Whether the end is in sight, and kept there."""
        return self._follows

    def show_turns(self, turns: Sequence[LiveTurn], first: int = 0) -> None:
        """Turns before `first` are as they were. Behind it only those are written anew that are different: in a long
        meeting a name that is put right at its beginning must not cost a second."""
        first = min(first, len(self._turns))
        same = self._same_at_end(turns, first) if first else 0
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        if first == 0:
            cursor.select(QTextCursor.SelectionType.Document)
        else:
            cursor.setPosition(self._end_of(first - 1))
            cursor.setPosition(self._end_of(len(self._turns) - same - 1), QTextCursor.MoveMode.KeepAnchor)
        cursor.removeSelectedText()
        for n, turn in enumerate(turns[first : len(turns) - same], first):
            self._write(cursor, turn, first=n == 0)
        cursor.endEditBlock()
        self._turns = list(turns)
        if not self._turns:
            self._follows = True
        self._settle()

    @Slot()
    def go_to_end(self) -> None:
        self._follows = True
        self._settle()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _same_at_end(self, turns: Sequence[LiveTurn], first: int) -> int:
        """How many turns at the end are as they were."""
        most, same = min(len(turns), len(self._turns)) - first, 0
        while same < most and turns[-1 - same] == self._turns[-1 - same]:
            same += 1
        return same

    def _end_of(self, turn: int) -> int:
        block = self.document().findBlockByNumber(2 * turn + 1)
        return block.position() + block.length() - 1

    def _write(self, cursor: QTextCursor, turn: LiveTurn, *, first: bool) -> None:
        """Two blocks: who and when, and what."""
        head, body = QTextBlockFormat(), QTextBlockFormat()
        head.setTopMargin(0 if first else theme.L)
        head.setBottomMargin(2)
        height = _CJK_LINE if any(map(is_cjk, turn.text[:20] + turn.tentative[:20])) else _LINE
        body.setLineHeight(
            round(theme.reading(theme.READING) * height), QTextBlockFormat.LineHeightTypes.FixedHeight.value
        )
        name = self._format("secondary", theme.SMALL, 600)
        name.setForeground(theme.speaker_colour(turn.hue))
        if first:
            cursor.setBlockFormat(head)
        else:
            cursor.insertBlock(head)
        cursor.insertText(turn.name, name)
        cursor.insertText(f"  {turn.time}", self._format("secondary", theme.SMALL, tabular=True))
        cursor.insertBlock(body)
        cursor.insertText(turn.text, self._format("text", theme.reading(theme.READING)))
        if turn.tentative:
            cursor.insertText(turn.tentative, self._format("secondary", theme.reading(theme.READING)))

    @staticmethod
    def _format(role: str, px: float, weight: int = 400, *, tabular: bool = False) -> QTextCharFormat:
        made = QTextCharFormat()
        made.setFont(theme.font(px, weight, tabular=tabular))
        made.setForeground(theme.colour(role))
        return made

    # Keeping the place

    @Slot(int)
    def _on_scrolled(self, value: int) -> None:
        bar = self.verticalScrollBar()
        self._follows = value >= bar.maximum() - _AT_END_PX
        self.newest.setVisible(not self._follows)

    @Slot(int, int)
    def _on_range(self, _low: int, _high: int) -> None:
        self._settle()

    def _settle(self) -> None:
        bar = self.verticalScrollBar()
        if self._follows and not self.textCursor().hasSelection():
            blocked = bar.blockSignals(True)
            bar.setValue(bar.maximum())
            bar.blockSignals(blocked)
            self.viewport().update()
        self.newest.setVisible(not self._follows and bool(self._turns))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._settle()
        size: QSize = self.newest.sizeHint()
        self.newest.move((self.viewport().width() - size.width()) // 2, self.height() - size.height() - theme.S)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._write_anew()

    def text_size_changed(self) -> None:
        self.setFont(theme.font(theme.reading(theme.READING)))
        self._write_anew()

    def _write_anew(self) -> None:
        if self._turns:
            turns, self._turns = self._turns, []
            self.show_turns(turns)
