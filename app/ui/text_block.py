"""A paragraph of the transcript laid out in lines, with our own line height."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QTextCharFormat, QTextLayout, QTextOption

from app.ui import theme
from app.viewmodels.paragraphs import CJK

LINE_HEIGHT, CJK_LINE_HEIGHT = 1.45, 1.6  # times the font's size
DOT, DOT_STEP, DOTS_BELOW = 1.4, 4.0, 3.5  # width of a dot, from one to the next, from the baseline to them


@dataclass(frozen=True, slots=True)
class Tint:
    """A stretch of text with a rounded background, like a marker's."""

    start: int
    end: int
    colour: QColor


def line_height(text: str, px: float = theme.READING) -> int:
    """In logical pixels; decided by the beginning, which is enough to tell the script. `px`: size of the letters."""
    return round(px * (CJK_LINE_HEIGHT if CJK.search(text, 0, 40) else LINE_HEIGHT))


class TextBlock:
    """Lines of one paragraph. Coordinates are relative to its top left corner."""

    def __init__(self, text: str, font: QFont, width: int, px: float = theme.READING) -> None:
        self._step = line_height(text, px)
        self._layout = QTextLayout(text, font)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self._layout.setTextOption(option)
        self._layout.beginLayout()
        lines = 0
        while True:
            line = self._layout.createLine()
            if not line.isValid():
                break
            line.setLineWidth(max(20, width))
            line.setPosition(QPointF(0, lines * self._step + (self._step - line.height()) / 2))
            lines += 1
        self._layout.endLayout()
        self._lines = lines
        self.height = lines * self._step
        self.first_baseline = self._layout.lineAt(0).ascent() + self._layout.lineAt(0).y() if lines else 0.0

    def draw(
        self,
        painter: QPainter,
        at: QPointF,
        colour: QColor,
        tints: Sequence[Tint] = (),
        selected: tuple[int, int] | None = None,
    ) -> None:
        for tint in tints:
            painter.setBrush(tint.colour)
            for rect in self.rects(tint.start, tint.end):
                painter.drawRoundedRect(rect.translated(at), 3, 3)
        painter.setPen(colour)
        formats = []
        if selected is not None and selected[0] < selected[1]:
            chosen = QTextLayout.FormatRange()
            chosen.start, chosen.length = selected[0], selected[1] - selected[0]
            look = QTextCharFormat()
            look.setBackground(theme.colour("accent"))
            look.setForeground(theme.colour("on_accent"))
            chosen.format = look
            formats.append(chosen)
        self._layout.draw(painter, at, formats)

    def draw_dots(
        self, painter: QPainter, at: QPointF, start: int, end: int, colour: QColor, *, apart: float = 1.0
    ) -> None:
        """A dotted line under a stretch of text. `apart`: how much wider than usual the dots stand."""
        painter.setPen(QPen(colour, DOT, Qt.PenStyle.CustomDashLine, Qt.PenCapStyle.RoundCap))
        pen = painter.pen()
        pen.setDashPattern([0.01, DOT_STEP / DOT * apart])
        painter.setPen(pen)
        for i, left, right in self._stretches(start, end):
            line = self._layout.lineAt(i)
            y = at.y() + line.y() + line.ascent() + DOTS_BELOW
            painter.drawLine(QPointF(at.x() + left, y), QPointF(at.x() + right, y))

    def rects(self, start: int, end: int) -> list[QRectF]:
        """One rectangle for each line a stretch of text touches, a little larger than the letters."""
        return [
            QRectF(left - 3, i * self._step, right - left + 6, self._step - 1)
            for i, left, right in self._stretches(start, end)
        ]

    def _stretches(self, start: int, end: int) -> Iterator[tuple[int, float, float]]:
        """The lines a stretch of text touches, with where it begins and ends on each."""
        for i in range(self._lines):
            line = self._layout.lineAt(i)
            first, last = line.textStart(), line.textStart() + line.textLength()
            if end <= first or start >= last:
                continue
            right = self._x(i, end) if end < last else line.x() + line.naturalTextWidth()
            yield i, self._x(i, max(start, first)), right

    def top_of(self, position: int) -> int:
        """Top of the line a place in the text is on."""
        return self._layout.lineForTextPosition(position).lineNumber() * self._step

    def caret(self, position: int) -> QRectF:
        """Where the text cursor stands before a place in the text."""
        if not self._lines:
            return QRectF(0, 0, 1.5, self._step)
        i = self._layout.lineForTextPosition(position).lineNumber()
        return QRectF(self._x(i, position) - 0.75, i * self._step + 2, 1.5, self._step - 4)

    def position_at(self, x: float, y: float) -> int:
        """The place in the text nearest to a point."""
        if not self._lines:
            return 0
        line = self._layout.lineAt(min(self._lines - 1, max(0, int(y // self._step))))
        return line.xToCursor(x)

    def word_at(self, position: int) -> tuple[int, int]:
        text = self._layout.text()
        start = end = min(position, len(text))
        while start > 0 and text[start - 1].isalnum():
            start -= 1
        while end < len(text) and text[end].isalnum():
            end += 1
        return start, end

    def _x(self, line: int, position: int) -> float:
        x: Any = self._layout.lineAt(line).cursorToX(position)  # (x, position) in PySide
        return float(x[0] if isinstance(x, tuple) else x)
