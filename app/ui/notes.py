"""Notes while recording: the field they are typed into, and the list of what there is."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent, QTextOption
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from app.ui import theme
from app.ui.widgets import Glyph, ScrollBody, label
from app.viewmodels.marks import Aside, AsideKind

MOST_LINES = 5
TIME_ROOM = 56  # in the note's field, for its time
GLYPHS: dict[AsideKind, str] = {"note": "pencil", "bookmark": "bookmark"}


class NoteField(QPlainTextEdit):
    """Grows with its text up to a few lines. Return adds the note, Shift+Return begins a line, Escape clears.

    Signals:
        added: (text)
        typed: what stands in it now. (text)
    """

    added = Signal(str)
    typed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("note")
        self.setFont(theme.font())
        self.setAccessibleName(self.tr("Note"))
        self.setPlaceholderText(self.tr("Write a note, Return adds it"))
        self.setTabChangesFocus(True)
        self.setAcceptDrops(False)  # files dropped here are for the window
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.document().setDocumentMargin(3)
        self._time = label("", theme.SMALL, secondary=True, parent=self)
        self._time.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setViewportMargins(0, 0, TIME_ROOM, 0)
        self.textChanged.connect(self._on_text)
        self._fit()

    def show_time(self, time: str) -> None:
        """The moment the note stands at; "" while there is none."""
        self._time.setText(time)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            if self.toPlainText().strip():
                self.added.emit(self.toPlainText())
        elif event.key() == Qt.Key.Key_Escape and self.toPlainText():
            self.clear()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._time.setGeometry(self.width() - TIME_ROOM - theme.M, 1, TIME_ROOM, 32)
        self._fit()

    @Slot()
    def _on_text(self) -> None:
        self._fit()
        self.typed.emit(self.toPlainText())

    def _fit(self) -> None:
        lines = 0
        block = self.document().firstBlock()
        while block.isValid():
            lines += max(1, block.lineCount())
            block = block.next()
        lines = min(MOST_LINES, max(1, lines))
        height = round(self.fontMetrics().lineSpacing() * lines + 2 * self.document().documentMargin()) + 10
        if height != self.height():
            self.setFixedHeight(max(34, height))

    def sizeHint(self) -> QSize:
        return QSize(200, 34)


class AsideRow(QWidget):
    """Time, sign and words of one remark."""

    def __init__(self, aside: Aside, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.aside = aside
        self.setAccessibleName(aside.spoken)
        note = aside.kind == "note"
        words = label(aside.text, theme.BODY if note else theme.SMALL, secondary=not note, wrap=True)
        words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        line = words.fontMetrics().height()
        when = label(aside.time, theme.SMALL, secondary=True)
        when.setFixedSize(52, line)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 5, 0, 5)
        row.setSpacing(theme.S)
        row.addWidget(when, 0, Qt.AlignmentFlag.AlignTop)
        glyph = GLYPHS.get(aside.kind)
        if glyph is not None:
            beside = QVBoxLayout()
            beside.setContentsMargins(0, (line - 14) // 2 + 1, 0, 0)
            beside.addWidget(Glyph(glyph, "accent", 14))
            beside.addStretch(1)
            row.addLayout(beside)
        row.addWidget(words, 1)


class AsideList(QScrollArea):
    """All remarks so far, the newest in sight; or why there are none."""

    def __init__(self, empty: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(self.tr("Notes and bookmarks"))
        self._body = ScrollBody()
        self._column = QVBoxLayout(self._body)
        self._column.setContentsMargins(0, theme.S, theme.S, theme.S)
        self._column.setSpacing(0)
        self._empty = label(empty, secondary=True, wrap=True)
        self._column.addWidget(self._empty)
        self._column.addStretch(1)
        self.setWidget(self._body)
        self._rows: list[AsideRow] = []
        self._follow = True
        self.verticalScrollBar().rangeChanged.connect(self._on_range)

    def say_when_empty(self, text: str) -> None:
        if self._empty.text() != text:
            self._empty.setText(text)

    @property
    def rows(self) -> Sequence[AsideRow]:
        return self._rows

    def show_asides(self, asides: Sequence[Aside]) -> None:
        """Rows that stay are left as they are: a note that comes in moves nothing above it."""
        kept = 0
        while kept < min(len(asides), len(self._rows)) and self._rows[kept].aside == asides[kept]:
            kept += 1
        bar = self.verticalScrollBar()
        self._follow = bar.value() >= bar.maximum() - 4
        for row in self._rows[kept:]:
            self._column.removeWidget(row)
            row.deleteLater()
        del self._rows[kept:]
        for aside in asides[kept:]:
            row = AsideRow(aside, self._body)
            self._column.insertWidget(self._column.count() - 1, row)
            row.show()
            self._rows.append(row)
        self._empty.setVisible(not self._rows)

    @Slot(int, int)
    def _on_range(self, _low: int, high: int) -> None:
        if self._follow:
            self.verticalScrollBar().setValue(high)
