"""The transcript as it is seen: turns with a gutter of names and times, words with what is marked on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QPoint, QPointF, QRect, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from app.ui import icons, theme
from app.ui.text_block import Tint
from app.ui.transcript_asides import ABOVE, paint_asides
from app.ui.transcript_canvas import TranscriptCanvas
from app.ui.transcript_layout import GUTTER_LINE
from app.ui.transcript_selection import Place, TextSelection
from app.viewmodels.finding import Found
from app.viewmodels.formatting import initials
from app.viewmodels.paragraphs import Paragraph
from app.viewmodels.transcript import TranscriptModel

HitKind = Literal["name", "time", "suggestion", "yes", "no", "echoes"]
ICON = 14
NAME_PX = 12.5


@dataclass(frozen=True, slots=True)
class Hit:
    """Something beside the words that can be clicked. `rect` is in the viewport."""

    kind: HitKind
    row: int
    rect: QRect


class TranscriptPaper(TranscriptCanvas):
    """Paints, and knows what stands where.

    Signals:
        lit_changed: other segments are highlighted, or none. (frozenset of ids)
    """

    lit_changed = Signal(object)

    def __init__(self, model: TranscriptModel, parent: QWidget | None = None) -> None:
        self._lit: frozenset[int] = frozenset()
        self._selection = TextSelection(model)
        self._spoken: tuple[int, int, int] | None = None  # row, start, end
        self._found: dict[int, list[Found]] = {}  # by segment
        self._current: Found | None = None
        self._hot: Hit | None = None  # under the mouse
        self._edited_row = -1
        super().__init__(model, parent)

    @property
    def lit(self) -> frozenset[int]:
        """The segments that are highlighted."""
        return self._lit

    def clear_highlight(self) -> None:
        self._light(frozenset())

    def _light(self, segment_ids: frozenset[int]) -> None:
        if segment_ids != self._lit:
            self._lit = segment_ids
            self.viewport().update()
            self.lit_changed.emit(segment_ids)

    def show_found(self, found: Sequence[Found], current: Found | None) -> None:
        """Tint what was searched for; the current place stands out."""
        self._found = {}
        for f in found:
            self._found.setdefault(f.segment_id, []).append(f)
        self._current = current
        self.viewport().update()

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._dirty:
            self._settle()
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(event.rect(), theme.colour("page"))
        left, _ = self._column()
        room = self.viewport().height()
        row, y = self._anchor
        while row < len(self._m.rows) and y < room:
            self._paint_row(painter, row, left, y)
            y += self._rows.height(row)
            row += 1

    def _paint_row(self, painter: QPainter, row: int, left: int, top: int) -> None:
        paragraph, block = self._m.rows[row], self._rows.block(row)
        y = top + self._rows.lead(row)
        if paragraph.before:
            paint_asides(painter, self._rows.asides(row), left, top)
        if paragraph.after:
            paint_asides(painter, self._rows.asides(row, after=True), left, top + self._rows.text_bottom(row))
        self._paint_gutter(painter, row, paragraph, QPointF(left, y + block.first_baseline))
        if row == self.currentIndex().row() and self.hasFocus():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("accent"))
            bottom = top + self._rows.text_bottom(row)
            painter.drawRoundedRect(left - theme.M, y + 2, 3, bottom - y - 4, 1.5, 1.5)
        if row == self._edited_row:
            return  # the editor lies there
        painter.setPen(Qt.PenStyle.NoPen)
        at = QPointF(left + self._gutter, y)
        selected = self._selection.within(row)
        block.draw(
            painter, at, theme.colour("secondary" if paragraph.echo else "text"), self._tints(row, paragraph), selected
        )
        for span in paragraph.spans:
            if span.doubt:
                block.draw_dots(
                    painter, at, span.start, span.end, theme.colour("secondary"), apart=2.5 if span.reheard else 1.0
                )
        caret = self._selection.end
        if caret is not None and caret[0] == row and self.hasFocus() and selected in (None, (caret[1], caret[1])):
            painter.fillRect(block.caret(caret[1]).translated(at), theme.colour("accent"))

    def _tints(self, row: int, paragraph: Paragraph) -> list[Tint]:
        mark, soft = theme.colour("mark"), theme.colour("accent_soft")
        tints = [Tint(start, end, mark) for start, end in paragraph.highlights]
        tints += [Tint(s.start, s.end, mark) for s in paragraph.spans if s.segment_id in self._lit]
        if self._found:
            for span in paragraph.spans:
                for f in self._found.get(span.segment_id, ()):
                    tints.append(Tint(span.start + f.start, span.start + f.end, _found_colour(f == self._current)))
        if self._spoken is not None and self._spoken[0] == row:
            tints.append(Tint(self._spoken[1], self._spoken[2], soft))
        return tints

    def _paint_gutter(self, painter: QPainter, row: int, paragraph: Paragraph, at: QPointF) -> None:
        if not paragraph.continues:
            if paragraph.name:
                painter.setFont(self._name_font())
                painter.setPen(theme.speaker_colour(paragraph.hue))
                painter.drawText(at, self._shown_name(paragraph))
                self._underline_if_hot(painter, row, "name", at)
                at = at + QPointF(0, GUTTER_LINE)
            painter.setFont(theme.font(theme.SMALL, tabular=True))
            painter.setPen(theme.colour("secondary"))
            painter.drawText(at, paragraph.time)
            self._underline_if_hot(painter, row, "time", at)
            at = at + QPointF(0, GUTTER_LINE)
        if paragraph.suggested:
            painter.setFont(theme.font(theme.SMALL, 500, language=self._language))
            painter.setPen(theme.colour("accent"))
            text = self._shown_suggestion(paragraph)
            painter.drawText(at, text)
            if self._narrow:
                return  # it is answered on the speaker's card
            ratio = painter.device().devicePixelRatio()
            x = at.x() + QFontMetricsF(painter.font()).horizontalAdvance(text) + theme.XS
            for icon, role in (("check", "accent"), ("x", "secondary")):
                painter.drawPixmap(QPointF(x, at.y() - ICON + 2), icons.pixmap(icon, theme.colour(role), ICON, ratio))
                x += ICON + theme.XS

    @property
    def _narrow(self) -> bool:
        return self._gutter < theme.GUTTER

    def _underline_if_hot(self, painter: QPainter, row: int, kind: HitKind, at: QPointF) -> None:
        if self._hot is not None and (self._hot.row, self._hot.kind) == (row, kind):
            painter.setPen(QPen(painter.pen().color(), 1))
            painter.drawLine(at + QPointF(0, 2.5), at + QPointF(self._hot.rect.width() - 2, 2.5))

    def _name_font(self) -> QFont:
        return theme.font(NAME_PX, 600, language=self._language)

    def _shown_name(self, paragraph: Paragraph) -> str:
        room = self._gutter - (theme.S if self._narrow else theme.L)
        metrics = QFontMetricsF(self._name_font())
        if self._narrow and metrics.horizontalAdvance(paragraph.name) > room:
            return initials(paragraph.name)
        return metrics.elidedText(paragraph.name, Qt.TextElideMode.ElideRight, room)

    def _shown_suggestion(self, paragraph: Paragraph) -> str:
        room = self._gutter - theme.S - (0 if self._narrow else 2 * (ICON + theme.XS))
        metrics = QFontMetricsF(theme.font(theme.SMALL, 500, language=self._language))
        asked = self.tr("{name}?").format(name=paragraph.suggested)
        return metrics.elidedText(asked, Qt.TextElideMode.ElideRight, room)

    # What stands where

    def _text_top(self, row: int) -> int:
        """Top of a row's text in the viewport."""
        return self._rows.top(row) + self._rows.lead(row) - self.verticalOffset()

    def text_rect(self, row: int) -> QRect:
        """Where a row's text stands in the viewport."""
        left, width = self._column()
        block = self._rows.block(row)
        return QRect(left + self._gutter, self._text_top(row), width - self._gutter, block.height)

    def hits(self, row: int) -> list[Hit]:
        """What can be clicked beside the words of a row."""
        paragraph, left, y = self._m.rows[row], self._column()[0], self._text_top(row)
        y += int(self._rows.block(row).first_baseline) - 13
        made: list[Hit] = []
        if not paragraph.continues:
            if paragraph.name:
                width = int(QFontMetricsF(self._name_font()).horizontalAdvance(self._shown_name(paragraph))) + 2
                if paragraph.hue >= 0 and not paragraph.echo:
                    made.append(Hit("name", row, QRect(left, y, width, GUTTER_LINE)))
                y += GUTTER_LINE
            small = QFontMetricsF(theme.font(theme.SMALL, tabular=True))
            width = int(small.horizontalAdvance(paragraph.time)) + 2
            made.append(Hit("time", row, QRect(left, y, width, GUTTER_LINE)))
            y += GUTTER_LINE
        if paragraph.suggested:
            font = QFontMetricsF(theme.font(theme.SMALL, 500, language=self._language))
            width = int(font.horizontalAdvance(self._shown_suggestion(paragraph)))
            made.append(Hit("suggestion", row, QRect(left, y, width, GUTTER_LINE)))
            if not self._narrow:
                x = left + width + theme.XS
                made.append(Hit("yes", row, QRect(x - 2, y, ICON + 4, GUTTER_LINE)))
                made.append(Hit("no", row, QRect(x + ICON + theme.XS - 2, y, ICON + 4, GUTTER_LINE)))
        at = self._rows.top(row) - self.verticalOffset()
        for block in self._rows.asides(row) if paragraph.before else ():
            if block.is_echo_line:
                width = self._column()[1] - self._gutter
                made.append(Hit("echoes", row, QRect(left + self._gutter, at + ABOVE, width, block.height - ABOVE)))
            at += block.height
        return made

    def hit_at(self, point: QPoint) -> Hit | None:
        if not self.indexAt(point).isValid():
            return None
        row = self._rows.row_at(point.y() + self.verticalOffset())
        return next((h for h in self.hits(row) if h.rect.contains(point)), None)

    def _place_at(self, point: QPoint) -> Place | None:
        if not self._m.rows:
            return None
        row = self._rows.row_at(point.y() + self.verticalOffset())
        left, _ = self._column()
        position = self._rows.block(row).position_at(point.x() - left - self._gutter, point.y() - self._text_top(row))
        return row, position

    def _over_text(self, point: QPoint) -> bool:
        left, width = self._column()
        return left + self._gutter - theme.XS <= point.x() <= left + width and self.indexAt(point).isValid()

    def remark_at(self, point: QPoint) -> str:
        """What is to be known about the words at a place in the viewport; "" for most, and where there are none."""
        place = self._place_at(point)
        if place is None or not self.indexAt(point).isValid():
            return ""
        row, position = place
        span = self._m.rows[row].span_at(position)
        remark = span.doubt or (self.tr("Corrected by you") if span.corrected else "")
        if not remark:
            return ""
        at = QPointF(point - self.text_rect(row).topLeft())
        return remark if any(r.contains(at) for r in self._rows.block(row).rects(span.start, span.end)) else ""


def _found_colour(current: bool) -> QColor:
    """All places that are found are tinted, the current one as the marker does."""
    return theme.colour("mark") if current else theme.colour("accent_soft")
