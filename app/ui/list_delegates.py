"""How meetings and search hits are painted in the sidebar."""

from __future__ import annotations

import re

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QFontMetricsF, QPainter, QTextCharFormat, QTextLayout, QTextOption
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem, QWidget

from app.ui import icons, theme
from app.ui.row_list import RowDelegate
from app.viewmodels.meetings import Heading, HitRow, MeetingRow, RowRole

Index = QModelIndex | QPersistentModelIndex
LEAD = 16  # characters before the words found
MOST_SNIPPETS = 500  # that are laid out; more than one search finds
INSET = theme.S  # the rounded row stands this far from the column's edge
PAD = theme.M


def elide(painter: QPainter, text: str, width: int) -> str:
    return QFontMetrics(painter.font()).elidedText(text, Qt.TextElideMode.ElideRight, width)


def _background(painter: QPainter, option: QStyleOptionViewItem, rect: QRect) -> None:
    """The chosen row in a tint of the accent, the one under the mouse in grey, a ring for the keyboard."""
    state: QStyle.StateFlag = option.state
    painter.setPen(Qt.PenStyle.NoPen)
    if state & QStyle.StateFlag.State_Selected:
        painter.setBrush(theme.colour("accent_soft"))
        painter.drawRoundedRect(rect, theme.RADIUS, theme.RADIUS)
    elif state & QStyle.StateFlag.State_MouseOver:
        painter.setBrush(theme.colour("hover"))
        painter.drawRoundedRect(rect, theme.RADIUS, theme.RADIUS)
    view: QWidget = option.widget
    if state & QStyle.StateFlag.State_HasFocus and view.property("keyboard"):
        painter.setPen(theme.colour("accent"))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(rect.adjusted(0, 0, -1, -1), theme.RADIUS, theme.RADIUS)


def pixel_ratio(painter: QPainter) -> float:
    device = painter.device()
    return device.devicePixelRatio() if device is not None else 1.0


def _lay_out(text: str, width: int, step: int, font: QFont) -> QTextLayout:
    layout = QTextLayout(text, font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.beginLayout()
    for i in range(2):
        line = layout.createLine()
        if not line.isValid():
            break
        line.setLineWidth(width)
        line.setPosition(QPointF(0, i * step))
    layout.endLayout()
    return layout


def two_lines(text: str, width: int, step: int, font: QFont | None = None) -> QTextLayout:
    """Text in at most two lines, `step` pixels apart, "…" at the end when there is more of it."""
    font = font or theme.font(theme.BODY)
    layout = _lay_out(text, width, step, font)
    last = layout.lineAt(layout.lineCount() - 1)
    if layout.lineCount() < 2 or last.textStart() + last.textLength() >= len(text):
        return layout
    rest = text[last.textStart() :]
    shown = QFontMetricsF(layout.font()).elidedText(rest, Qt.TextElideMode.ElideRight, width - 2)  # must not wrap again
    return _lay_out(text[: last.textStart()] + shown, width, step, font)


class MeetingDelegate(RowDelegate):
    """A title, and under it when it was or what is going on with it."""

    HEADING, ROW, STAR = 34, 56, 12

    def row_height(self, row: Heading | MeetingRow) -> int:
        return self.ROW if isinstance(row, MeetingRow) else self.HEADING

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(100, self.row_height(index.data(RowRole)))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row = index.data(RowRole)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if isinstance(row, Heading):
            self._paint_heading(painter, option.rect, row)
        elif isinstance(row, MeetingRow):
            self._paint_meeting(painter, option, row)
        painter.restore()

    def _paint_heading(self, painter: QPainter, rect: QRect, row: Heading) -> None:
        painter.setFont(theme.font(theme.SMALL, 600))
        painter.setPen(theme.colour("secondary"))
        painter.drawText(
            rect.adjusted(INSET + PAD, 0, -INSET, -6),
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom,
            row.text,
        )

    def _paint_meeting(self, painter: QPainter, option: QStyleOptionViewItem, row: MeetingRow) -> None:
        rect: QRect = option.rect
        rect = rect.adjusted(INSET, 1, -INSET, -1)
        _background(painter, option, rect)
        inner = rect.adjusted(PAD, 8, -PAD, -8)
        painter.setFont(theme.font(theme.BODY, 500))
        painter.setPen(theme.colour("text"))
        room = inner.width()
        if row.favourite:
            room -= self.STAR + theme.XS
            star = icons.pixmap("star", theme.colour("accent"), self.STAR, pixel_ratio(painter), filled=True)
            painter.drawPixmap(inner.right() + 1 - self.STAR, inner.top() + 2, star)
        painter.drawText(inner, Qt.AlignmentFlag.AlignTop, elide(painter, row.title, room))
        painter.setFont(theme.font(theme.SMALL, tabular=True))
        status = row.status
        text = status.text if status else row.detail
        role = {"busy": "accent", "problem": "warning"}.get(status.mood if status else "", "secondary")
        painter.setPen(theme.colour(role))
        painter.drawText(inner, Qt.AlignmentFlag.AlignBottom, elide(painter, text, inner.width()))
        if status and status.done is not None:
            painter.setPen(Qt.PenStyle.NoPen)
            line = QRect(inner.left(), rect.bottom() - 3, inner.width(), 2)
            painter.setBrush(theme.colour("hairline"))
            painter.drawRoundedRect(line, 1, 1)
            line.setWidth(max(2, round(line.width() * status.done)))
            painter.setBrush(theme.colour("accent"))
            painter.drawRoundedRect(line, 1, 1)


class HitDelegate(RowDelegate):
    """What was said, in one line or two, with the words found in it marked; the meeting's title over the first hit, or
    as a hit of its own where the words are in it."""

    by_width = True

    HEAD, META, LINE = 36, 18, 19
    ABOVE, TITLE = 8, 34  # a title that was found: the space over it, and itself

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._room = 0  # of a line, in pixels
        self._snippets: dict[HitRow, tuple[QTextLayout, int]] = {}

    def set_width(self, width: int) -> None:
        room = max(1, width - 2 * INSET - 2 * PAD)
        if room != self._room:
            self._room = room
            self._snippets.clear()

    def row_height(self, row: HitRow) -> int:
        if row.in_title:
            return self.ABOVE + self.TITLE
        lines = self.snippet(row)[0].lineCount()
        return (self.HEAD if row.title else 0) + 8 + self.META + lines * self.LINE + 8

    def snippet(self, row: HitRow) -> tuple[QTextLayout, int]:
        """What is shown of a hit, and where that begins in its text: at the beginning if the words found can be seen
        then, or else as far before them as there is room for."""
        if row not in self._snippets:
            if len(self._snippets) > MOST_SNIPPETS:
                self._snippets.clear()
            self._snippets[row] = self._cut(row)
        return self._snippets[row]

    def _cut(self, row: HitRow) -> tuple[QTextLayout, int]:
        first = row.marks[0] if row.marks else (0, 0)
        whole = two_lines(row.text, self._room, self.LINE)
        if whole.text() == row.text or first[1] < len(whole.text()):
            return whole, 0
        near = max(1, first[0] - LEAD)
        words = [m.end() for m in re.finditer(r"\s+", row.text[: first[0]])]
        start = max((w for w in words if w <= near), default=near)
        made = two_lines("…" + row.text[start:], self._room, self.LINE)
        for earlier in reversed([w for w in words if w < start]):
            whole = two_lines("…" + row.text[earlier:], self._room, self.LINE)
            if whole.text() != "…" + row.text[earlier:]:
                break  # the end would be lost
            made, start = whole, earlier
        return made, start

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(100, self.row_height(index.data(RowRole)))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row: HitRow = index.data(RowRole)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        whole: QRect = option.rect
        rect = whole.adjusted(INSET, 1, -INSET, -1)
        if row.in_title:
            rect.setTop(rect.top() + self.ABOVE)
            _background(painter, option, rect)
            self._paint_head(painter, rect.adjusted(PAD, 0, -PAD, -7), row)
            painter.restore()
            return
        if row.title:
            self._paint_head(painter, QRect(rect.left() + PAD, rect.top(), rect.width() - 2 * PAD, self.HEAD - 6), row)
            rect.setTop(rect.top() + self.HEAD)
        _background(painter, option, rect)
        inner = rect.adjusted(PAD, 7, -PAD, -7)
        painter.setFont(theme.font(theme.SMALL, tabular=True))
        painter.setPen(theme.colour("secondary"))
        meta = " · ".join(p for p in (row.time, row.kind, row.speaker) if p)
        painter.drawText(inner, Qt.AlignmentFlag.AlignTop, elide(painter, meta, inner.width()))
        self._paint_snippet(painter, inner.adjusted(0, self.META, 0, 0), row)
        painter.restore()

    def _paint_head(self, painter: QPainter, rect: QRect, row: HitRow) -> None:
        painter.setFont(theme.font(theme.SMALL))
        painter.setPen(theme.colour("secondary"))
        painter.drawText(rect, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom, row.detail)
        room = rect.width() - round(QFontMetricsF(painter.font()).horizontalAdvance(row.detail)) - theme.S
        painter.setFont(theme.font(theme.SMALL, 600))
        shown = elide(painter, row.title, room)
        metrics = QFontMetricsF(painter.font())
        for start, end in row.marks if row.in_title else ():
            left, right = (metrics.horizontalAdvance(shown[: min(at, len(shown))]) for at in (start, end))
            mark = QRectF(rect.left() + left, rect.bottom() + 1 - metrics.height(), right - left, metrics.height())
            painter.fillRect(mark, theme.colour("mark"))
        painter.setPen(theme.colour("text"))
        painter.drawText(rect, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, shown)

    def _paint_snippet(self, painter: QPainter, rect: QRect, row: HitRow) -> None:
        layout, start = self.snippet(row)
        shift = (1 if start else 0) - start
        most = len(layout.text())
        formats = []
        for begin, end in row.marks:
            found = QTextLayout.FormatRange()
            found.start = max(0, min(most, begin + shift))
            found.length = max(0, min(most, end + shift) - found.start)
            look = QTextCharFormat()
            look.setBackground(theme.colour("mark"))
            found.format = look
            formats.append(found)
        painter.setPen(theme.colour("text"))
        layout.draw(painter, QPointF(rect.topLeft()), formats)
