"""The transcript: turns with a gutter of names and times, remarks between them, text that can be selected."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal, Slot
from PySide6.QtGui import (
    QContextMenuEvent,
    QFontMetricsF,
    QGuiApplication,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QMenu, QToolTip, QWidget

from app.ui import theme
from app.ui.text_block import Tint
from app.ui.transcript_asides import paint_asides
from app.ui.transcript_canvas import TranscriptCanvas
from app.ui.transcript_layout import GUTTER_LINE
from app.ui.transcript_selection import Place, TextSelection
from app.viewmodels.transcript import TranscriptModel


class TranscriptView(TranscriptCanvas):
    """Shows a `TranscriptModel`. Text is selected with the mouse, turns are walked through with the arrow keys.

    Signals:
        lit_changed: other segments are highlighted, or none. (frozenset of ids)
    """

    lit_changed = Signal(object)

    def __init__(self, model: TranscriptModel, parent: QWidget | None = None) -> None:
        self._lit: frozenset[int] = frozenset()
        self._selection = TextSelection(model)
        super().__init__(model, parent)
        self.setObjectName("transcript")
        self.setAccessibleName(self.tr("Transcript"))
        self.viewport().setMouseTracking(True)

    # For the page

    def show_from_start(self, language: str | None, *, at_end: bool = False) -> None:
        """Another meeting is in the model. `at_end`: the newest words are of interest."""
        self._light(frozenset())
        self._selection.clear()
        self._begin_anew(language, at_end=at_end)

    def _forgotten(self) -> None:
        self._selection.clear()
        if self._kept_place is None:
            self._light(frozenset())

    @property
    def lit(self) -> frozenset[int]:
        """The segments that are highlighted."""
        return self._lit

    def reveal(self, segment_ids: tuple[int, ...]) -> bool:
        """Highlight segments and bring the first of them into view, a quarter down. False if there is none."""
        there = sorted((self._m.row_of(i), i) for i in segment_ids if self._m.row_of(i) >= 0)
        if not there:
            return False
        self._light(frozenset(segment_ids))
        row, segment_id = there[0]
        top, bottom = self._span_in_viewport(row, segment_id)
        if top < theme.S or bottom > self.viewport().height() - theme.S:
            self._put(row, segment_id, self.viewport().height() // 4)
        self.setCurrentIndex(self._m.index(row))
        self.viewport().update()
        return True

    def follow(self, seconds: float) -> None:
        """Tint the word that is being said at a time."""

    def clear_highlight(self) -> None:
        self._light(frozenset())

    def _light(self, segment_ids: frozenset[int]) -> None:
        if segment_ids != self._lit:
            self._lit = segment_ids
            self.viewport().update()
            self.lit_changed.emit(segment_ids)

    def selected_text(self) -> str:
        """What is selected, with names and times when it reaches over several turns."""
        return self._selection.text()

    @Slot()
    def copy(self) -> None:
        text = self.selected_text()
        if not text and self.currentIndex().isValid():
            row = self._m.rows[self.currentIndex().row()]
            text = row.text
        if text:
            QGuiApplication.clipboard().setText(text)

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
        baseline = y + block.first_baseline
        gutter = theme.GUTTER - theme.L
        when = theme.font(theme.SMALL, tabular=True)
        if not paragraph.continues:
            if paragraph.name:
                who = theme.font(12.5, 600, language=self._language)
                name = QFontMetricsF(who).elidedText(paragraph.name, Qt.TextElideMode.ElideRight, gutter)
                painter.setFont(who)
                painter.setPen(theme.speaker_colour(paragraph.hue))
                painter.drawText(QPointF(left, baseline), name)
                baseline += GUTTER_LINE
            painter.setFont(when)
            painter.setPen(theme.colour("secondary"))
            painter.drawText(QPointF(left, baseline), paragraph.time)
        if row == self.currentIndex().row() and self.hasFocus():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("accent"))
            bottom = top + self._rows.text_bottom(row)
            painter.drawRoundedRect(left - theme.M, y + 2, 3, bottom - y - 4, 1.5, 1.5)
        painter.setPen(Qt.PenStyle.NoPen)
        tints = [Tint(s.start, s.end, theme.colour("mark")) for s in paragraph.spans if s.segment_id in self._lit]
        at = QPointF(left + theme.GUTTER, y)
        block.draw(painter, at, theme.colour("text"), tints, self._selection.within(row))
        for span in paragraph.spans:
            if span.doubt:
                block.draw_dots(painter, at, span.start, span.end, theme.colour("secondary"))

    # Why words have dots under them

    def doubt_at(self, point: QPoint) -> str:
        """What is to be known about the words at a place in the viewport; "" for most, and where there are none."""
        place = self._place_at(point)
        if place is None or not self.indexAt(point).isValid():
            return ""
        row, position = place
        span = self._m.rows[row].span_at(position)
        if not span.doubt:
            return ""
        left, _ = self._column()
        top = self._rows.top(row) + self._rows.lead(row) - self.verticalOffset()
        at = QPointF(point.x() - left - theme.GUTTER, point.y() - top)
        return span.doubt if any(r.contains(at) for r in self._rows.block(row).rects(span.start, span.end)) else ""

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.doubt_at(event.pos()), self)
            return True
        return super().viewportEvent(event)

    # Mouse and keys

    def _place_at(self, point: QPoint) -> Place | None:
        if not self._m.rows:
            return None
        y = point.y() + self.verticalOffset()
        row = self._rows.row_at(y)
        left, _ = self._column()
        top = self._rows.top(row) + self._rows.lead(row)
        return row, self._rows.block(row).position_at(point.x() - left - theme.GUTTER, y - top)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            place = self._place_at(event.position().toPoint())
            if not (event.modifiers() & Qt.KeyboardModifier.ShiftModifier and self._selection.start is not None):
                self._selection.start = place
            self._selection.end = place
            if place is not None:
                self.setCurrentIndex(self._m.index(place[0]))
            self.clear_highlight()
            self.viewport().update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        left, width = self._column()
        over_text = left + theme.GUTTER <= point.x() <= left + width and self.indexAt(point).isValid()
        self.viewport().setCursor(Qt.CursorShape.IBeamCursor if over_text else Qt.CursorShape.ArrowCursor)
        if event.buttons() & Qt.MouseButton.LeftButton and self._selection.start is not None:
            beyond = min(0, point.y()) + max(0, point.y() - self.viewport().height())
            if beyond:
                bar = self.verticalScrollBar()
                bar.setValue(bar.value() + beyond)
            self._selection.end = self._place_at(point)
            self.viewport().update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Nothing: the selection stays."""

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        place = self._place_at(event.position().toPoint())
        if place is not None:
            start, end = self._rows.block(place[0]).word_at(place[1])
            self._selection.set((place[0], start), (place[0], end))
            self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            self.selectAll()
        elif event.key() == Qt.Key.Key_Escape and (self._lit or self._selection.start is not None):
            self._selection.clear()
            self.clear_highlight()
            self.viewport().update()
        elif event.text() and event.text().isprintable():
            event.ignore()  # no search by first letter here
        else:
            super().keyPressEvent(event)

    def selectAll(self) -> None:
        self._selection.select_all()
        self.viewport().update()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        copy = menu.addAction(self.tr("Copy"), self.copy)
        copy.setEnabled(bool(self.selected_text()) or self.currentIndex().isValid())
        menu.addAction(self.tr("Select all"), self.selectAll)
        menu.popup(event.globalPos())
