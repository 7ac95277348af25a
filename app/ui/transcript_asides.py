"""Remarks between the words: the user's notes, bookmarks, and where time or sound is missing. Quiet, but in place."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFontMetricsF, QPainter

from app.ui import icons, theme
from app.ui.text_block import TextBlock, line_height
from app.viewmodels.marks import Aside

ABOVE = theme.M  # space over each remark
GLYPH = 14
BAR = 10  # from the bar beside a note to its letters


def estimated_height(aside: Aside) -> int:
    """Without laying it out."""
    return ABOVE + line_height(aside.text, theme.reading(theme.BODY)) * (1 + len(aside.text) // 80)


class AsideBlock:
    """One remark laid out in the transcript's column: time in the gutter, words beside it."""

    def __init__(self, aside: Aside, width: int, gutter: int = theme.GUTTER) -> None:
        self._aside = aside
        self._width = width
        self._gutter = gutter
        note = aside.kind == "note"
        self._px = theme.reading(theme.BODY if note else theme.SMALL)
        text = aside.text.replace("\n", "\u2028")  # a line of its own within one layout
        self._block = TextBlock(text, theme.font(self._px), width - (BAR if note else 0), self._px)
        self.height = ABOVE + self._block.height

    def draw(self, painter: QPainter, left: int, top: int) -> None:
        y = top + ABOVE
        if self._aside.kind != "echo":
            self._draw_time(painter, left, y)
        at = QPointF(left + self._gutter, y)
        if self._aside.kind == "note":
            painter.fillRect(QRectF(at.x(), y + 2, 2, self._block.height - 4), theme.colour("accent"))
            self._block.draw(painter, at + QPointF(BAR, 0), theme.colour("text"))
            return
        self._block.draw(painter, at, theme.colour("secondary"))
        if self._aside.kind == "echo":
            self._draw_answer(painter, at)
        if self._aside.kind in ("hole", "echo"):
            said = QFontMetricsF(theme.font(self._px)).horizontalAdvance(self._aside.text)
            start, end = at.x() + said + theme.M, at.x() + self._width
            if start < end:
                painter.fillRect(QRectF(start, y + self._block.height // 2, end - start, 1), theme.colour("hairline"))

    def _draw_answer(self, painter: QPainter, at: QPointF) -> None:
        """What a click on the line does stands at its end, like a link."""
        shown, answer = self._aside.text.rsplit("· ", 1)
        font = theme.font(self._px)
        x = at.x() + QFontMetricsF(font).horizontalAdvance(shown + "· ")
        width = QFontMetricsF(font).horizontalAdvance(answer)
        painter.fillRect(QRectF(x, at.y(), width + 1, self._block.height), theme.colour("page"))
        painter.setFont(font)
        painter.setPen(theme.colour("accent"))
        painter.drawText(QPointF(x, at.y() + self._block.first_baseline), answer)

    @property
    def is_echo_line(self) -> bool:
        return self._aside.kind == "echo"

    def _draw_time(self, painter: QPainter, left: int, y: int) -> None:
        painter.setFont(theme.font(theme.SMALL, tabular=True))
        painter.setPen(theme.colour("secondary"))
        baseline = y + self._block.first_baseline
        painter.drawText(QPointF(left, baseline), self._aside.time)
        glyph = {"note": "pencil", "bookmark": "bookmark"}.get(self._aside.kind)
        if glyph is not None and self._gutter == theme.GUTTER:
            ratio = painter.device().devicePixelRatio()
            image = icons.pixmap(glyph, theme.colour("accent"), GLYPH, ratio)
            painter.drawPixmap(QPointF(left + self._gutter - theme.L - GLYPH, baseline - GLYPH + 2), image)


def paint_asides(painter: QPainter, blocks: Sequence[AsideBlock], left: int, top: int) -> None:
    """One below the other, from `top` on."""
    for block in blocks:
        block.draw(painter, left, top)
        top += block.height
