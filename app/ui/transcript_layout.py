"""Where each paragraph of the transcript stands: measured heights where they are needed, estimates elsewhere."""

from __future__ import annotations

import time
from bisect import bisect_right
from collections import OrderedDict
from itertools import accumulate

from app.ui import theme
from app.ui.text_block import TextBlock, line_height
from app.ui.transcript_asides import AsideBlock, estimated_height
from app.viewmodels.paragraphs import CJK, Paragraph
from app.viewmodels.transcript import TranscriptModel

BLOCKS_KEPT = 160  # laid-out paragraphs kept in memory: a few screens
GUTTER_LINE = 17  # from the name's baseline to the time's


def gap(paragraph: Paragraph) -> int:
    """Space between a paragraph and what stands above it."""
    return theme.S if paragraph.continues else theme.L


class RowLayout:
    """Heights and tops of the model's rows, in logical pixels from the top of the first."""

    def __init__(self, model: TranscriptModel) -> None:
        self._m = model
        self._heights: list[int] = []
        self._measured = bytearray()
        self._tops: list[int] | None = None
        self._blocks: OrderedDict[int, TextBlock] = OrderedDict()
        self._asides: dict[tuple[int, bool], list[AsideBlock]] = {}
        self._width = 0
        self.gutter = theme.GUTTER
        self._held: dict[int, int] = {}  # rows that are being edited need this much room for their text
        self._language: str | None = None

    def forget(self, from_row: int, to_row: int | None, width: int, gutter: int, language: str | None) -> None:
        """Rows whose text or place changed, up to the last one if `to_row` is None: back to estimates. `width`: of the
        text, beside a `gutter`."""
        self._width, self.gutter, self._language = width, gutter, language
        rows = self._m.rows
        end = len(rows) if to_row is None else to_row
        cut = slice(from_row, None if to_row is None else end)
        self._heights[cut] = map(self._estimate, rows[from_row:end])
        self._measured[cut] = bytes(end - from_row)
        self._tops = None
        for row in [r for r in self._blocks if r >= from_row]:
            del self._blocks[row]
        for key in [k for k in self._asides if k[0] >= from_row]:
            del self._asides[key]

    def speak(self, language: str | None) -> None:
        """Other letters; what is laid out is laid out anew."""
        if language != self._language:
            self._language = language
            self._measured = bytearray(len(self._heights))
            self._blocks.clear()
            self._asides.clear()

    def block(self, row: int) -> TextBlock:
        """The paragraph's lines, laid out now if they are not."""
        block = self._blocks.get(row)
        if block is None:
            px = theme.reading(theme.READING)
            font = theme.font(px, language=self._language)
            block = self._blocks[row] = TextBlock(self._m.rows[row].text, font, self._width, px)
            if len(self._blocks) > BLOCKS_KEPT:
                self._blocks.popitem(last=False)
        else:
            self._blocks.move_to_end(row)
        return block

    def asides(self, row: int, *, after: bool = False) -> list[AsideBlock]:
        """The remarks above a row, or below it, laid out."""
        key = (row, after)
        blocks = self._asides.get(key)
        if blocks is None:
            paragraph = self._m.rows[row]
            remarks = paragraph.after if after else paragraph.before
            blocks = self._asides[key] = [AsideBlock(a, self._width, self.gutter) for a in remarks]
            if len(self._asides) > BLOCKS_KEPT:
                del self._asides[next(iter(self._asides))]
        return blocks

    def lead(self, row: int) -> int:
        """From a row's top to its first line: the remarks above it and the space between."""
        paragraph = self._m.rows[row]
        return gap(paragraph) + (sum(b.height for b in self.asides(row)) if paragraph.before else 0)

    def text_bottom(self, row: int) -> int:
        """From a row's top to the end of its text: below it are only remarks."""
        height = max(self.block(row).height, self._held.get(row, 0))
        return self.lead(row) + self._text_height(self._m.rows[row], height)

    def hold(self, row: int, height: int | None) -> None:
        """Keep room for an editor over a row's text; None: no longer."""
        if self._held.get(row) == height:
            return
        if height is None:
            self._held.pop(row, None)
        else:
            self._held[row] = height
        if row < len(self._measured):
            self._measured[row] = 0
            self._tops = None

    @property
    def total(self) -> int:
        return self._all_tops()[-1]

    def top(self, row: int) -> int:
        return self._all_tops()[row]

    def height(self, row: int) -> int:
        return self._heights[row]

    def row_at(self, y: int) -> int:
        """The row at a distance from the top; the first or last one when outside."""
        return max(0, min(len(self._heights) - 1, bisect_right(self._all_tops(), y) - 1))

    def measure(self, row: int) -> int:
        """The true height of a row."""
        if not self._measured[row]:
            true = self.text_bottom(row)
            if self._m.rows[row].after:
                true += sum(b.height for b in self.asides(row, after=True))
            if true != self._heights[row]:
                self._heights[row] = true
                self._tops = None
            self._measured[row] = 1
        return self._heights[row]

    def measure_around(self, row: int, y: int, room: int) -> bool:
        """Measure what is visible when `row` has its top at `y` of `room`. Whether anything was not known before."""
        before = self._measured.count(1)
        r, at = row, y
        while r < len(self._heights) and at < room:
            at += self.measure(r)
            r += 1
        r, at = row, y
        while r > 0 and at > 0:
            r -= 1
            at -= self.measure(r)
        return self._measured.count(1) != before

    def measure_some(self, budget_s: float) -> bool:
        """Measure rows not known yet for about `budget_s`. False when all are known."""
        until = time.perf_counter() + budget_s
        row = self._measured.find(0)
        if row < 0:
            return False
        while row >= 0 and time.perf_counter() < until:
            self.measure(row)
            row = self._measured.find(0, row)
        return True

    def _all_tops(self) -> list[int]:
        if self._tops is None:
            self._tops = [0, *accumulate(self._heights)]
        return self._tops

    @staticmethod
    def _text_height(paragraph: Paragraph, text_height: int) -> int:
        lines_in_gutter = 0 if paragraph.continues else 2 if paragraph.name else 1
        lines_in_gutter += bool(paragraph.suggested)
        return max(text_height, lines_in_gutter * GUTTER_LINE + 4)

    def _estimate(self, paragraph: Paragraph) -> int:
        head = paragraph.text[:40]
        wide = len(CJK.findall(head)) * 2 > len(head)
        px = theme.reading(theme.READING)
        per_line = max(8, int(self._width / (px * (1.0 if wide else 0.5))))
        lines = -(-len(paragraph.text) // per_line)
        remarks = sum(estimated_height(a) for a in (*paragraph.before, *paragraph.after))
        return gap(paragraph) + self._text_height(paragraph, max(1, lines) * line_height(paragraph.text, px)) + remarks
