"""The transcript: turns with a gutter of names and times, thousands of them without a hitch.

Only what is seen is laid out. Rows not seen yet have an estimated height, replaced by the true one when they come into
view or when there is nothing else to do. What the eye is on never moves meanwhile: the view's place is a row and where
that row stands, and the scroll bar follows from it.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QItemSelection,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QRect,
    Qt,
    QTimer,
    Signal,
    Slot,
)
from PySide6.QtGui import (
    QContextMenuEvent,
    QFontMetricsF,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QRegion,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QFrame, QMenu, QWidget

from app.ui import theme
from app.ui.text_block import Tint
from app.ui.transcript_layout import GUTTER_LINE, RowLayout, gap
from app.ui.transcript_selection import Place, TextSelection
from app.viewmodels.transcript import TranscriptModel

Index = QModelIndex | QPersistentModelIndex

IDLE_BUDGET_S = 0.006
BOTTOM = theme.XXL


class TranscriptView(QAbstractItemView):
    """Shows a `TranscriptModel`. Text is selected with the mouse, turns are walked through with the arrow keys.

    Signals:
        lit_changed: other segments are highlighted, or none. (frozenset of ids)
    """

    lit_changed = Signal(object)

    def __init__(self, model: TranscriptModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._m = model
        self._rows = RowLayout(model)
        self._anchor: tuple[int, int] = (0, 0)  # a row, and where its top is in the viewport
        self._language: str | None = None
        self._lit: frozenset[int] = frozenset()
        self._selection = TextSelection(model)
        self._kept_place: tuple[float, int] | None = None
        self._settling = False
        self._dirty = True
        self._at_end = False
        self.setObjectName("transcript")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(self.tr("Transcript"))
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.viewport().setMouseTracking(True)
        self._idle = QTimer(self)
        self._idle.setInterval(0)
        self._idle.timeout.connect(self._measure_some)
        self.setModel(model)
        model.about_to_rebuild.connect(self._keep_place)
        model.rebuilt.connect(self._return_to_place)

    # For the page

    def show_from_start(self, language: str | None, *, at_end: bool = False) -> None:
        """Another meeting is in the model. `at_end`: the newest words are of interest."""
        self._language = language
        self._light(frozenset())
        self._selection.clear()
        self._forget(0)
        self._anchor = (0, 0)
        self._at_end = at_end
        self._changed()

    def set_language(self, language: str | None) -> None:
        if language != self._language:
            self._language = language
            self._forget(0)
            self._changed()

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

    # Geometry

    def _column(self) -> tuple[int, int]:
        """Left edge and width of the reading column. The scroll bar's room is kept free whether it shows or not."""
        room = self.width() - self.verticalScrollBar().sizeHint().width()
        width = min(theme.READING_WIDTH, room - 2 * theme.XL)
        return (room - width) // 2, width

    def _forget(self, from_row: int, to_row: int | None = None) -> None:
        self._rows.forget(from_row, to_row, self._column()[1] - theme.GUTTER, self._language)

    def _changed(self) -> None:
        self._dirty = True
        self.viewport().update()
        self.updateGeometries()
        if not self._idle.isActive():
            self._idle.start()

    def _settle(self) -> None:
        """Measure what is in view around the anchor, then make the scroll bar say the same."""
        if self._settling:
            return
        self._settling = True
        self._dirty = False
        rows, n, room, bar = self._rows, len(self._m.rows), self.viewport().height(), self.verticalScrollBar()
        value = most = 0
        for _ in range(4 if n else 0):  # a corrected place may show rows that are not measured yet
            row, y = (n - 1, room) if self._at_end else (min(self._anchor[0], n - 1), self._anchor[1])
            found_new = rows.measure_around(row, y, room)
            most = max(0, rows.total + BOTTOM - room)
            value = most if self._at_end else max(0, min(most, rows.top(row) - y))
            first = rows.row_at(value)
            self._anchor = (first, rows.top(first) - value)
            if not found_new:
                break
        bar.setPageStep(room)
        bar.setSingleStep(40)
        bar.setRange(0, most)
        bar.setValue(value)
        self._settling = False

    def _measure_some(self) -> None:
        """Replace estimates by true heights while nothing else is going on."""
        if not self.isVisible() or not self._rows.measure_some(IDLE_BUDGET_S):
            self._idle.stop()
            return
        self._settle()

    def _span_in_viewport(self, row: int, segment_id: int) -> tuple[int, int]:
        """Top and bottom of a segment's text, relative to the viewport, whether in view or not."""
        self._rows.measure(row)
        self._settle()
        paragraph, block = self._m.rows[row], self._rows.block(row)
        span = next(s for s in paragraph.spans if s.segment_id == segment_id)
        top = self._rows.top(row) - self.verticalOffset() + gap(paragraph)
        rects = block.rects(span.start, span.end)
        return (top + int(rects[0].top()), top + int(rects[-1].bottom())) if rects else (top, top + block.height)

    def _put(self, row: int, segment_id: int, y: int) -> None:
        """Place the view so that a segment's first line is at `y`."""
        paragraph = self._m.rows[row]
        span = next((s for s in paragraph.spans if s.segment_id == segment_id), paragraph.spans[0])
        self._at_end = False
        self._anchor = (row, y - gap(paragraph) - self._rows.block(row).top_of(span.start))
        self._settle()
        self.viewport().update()

    # Following the model

    def reset(self) -> None:
        super().reset()
        self._selection.clear()
        if self._kept_place is None:
            self._anchor, self._at_end = (0, 0), False
            self._light(frozenset())
        self._forget(0)
        self._changed()

    def rowsInserted(self, parent: Index, start: int, end: int) -> None:
        super().rowsInserted(parent, start, end)
        self._follow()
        self._forget(start)
        self._changed()

    def dataChanged(self, top_left: Index, bottom_right: Index, roles: Sequence[int] = ()) -> None:
        super().dataChanged(top_left, bottom_right, list(roles))
        self._follow()
        self._forget(top_left.row(), bottom_right.row() + 1)
        self._changed()

    def _follow(self) -> None:
        """Stay at the end when the reader is there, as new words come in."""
        bar = self.verticalScrollBar()
        self._at_end = bar.value() >= bar.maximum() - 2

    @Slot()
    def _keep_place(self) -> None:
        self._follow()
        row, y = self._anchor
        if not self._m.rows:
            return
        paragraph, block = self._m.rows[row], self._rows.block(row)
        top = y + gap(paragraph)
        span = paragraph.span_at(block.position_at(0, max(0, -top)))
        at = self._m.start_of(span.segment_id)
        self._kept_place = (paragraph.start_s if at is None else at, top + block.top_of(span.start))

    @Slot()
    def _return_to_place(self) -> None:
        if self._kept_place is None:
            return
        (seconds, y), self._kept_place = self._kept_place, None
        row = self._m.row_at(seconds)
        if row < 0:
            return
        starts = [(self._m.start_of(s.segment_id) or 0.0, s.segment_id) for s in self._m.rows[row].spans]
        segment_id = max([s for s in starts if s[0] <= seconds], default=starts[0])[1]
        at_end = self._at_end
        self._put(row, segment_id, y)
        self._at_end = at_end
        self._changed()

    # What QAbstractItemView asks of a view

    def visualRect(self, index: Index) -> QRect:
        if self._dirty:
            self._settle()
        if not index.isValid() or index.row() >= len(self._m.rows):
            return QRect()
        left, width = self._column()
        row = index.row()
        return QRect(left, self._rows.top(row) - self.verticalOffset(), width, self._rows.height(row))

    def indexAt(self, point: QPoint) -> QModelIndex:
        y = point.y() + self.verticalOffset()
        if not self._m.rows or not 0 <= y < self._rows.total:
            return QModelIndex()
        return self._m.index(self._rows.row_at(y))

    def scrollTo(self, index: Index,
                 hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible) -> None:
        if not index.isValid():
            return
        self._rows.measure(index.row())
        self._settle()
        rect, room = self.visualRect(index), self.viewport().height()
        if rect.top() < 0 or rect.height() > room:
            self._anchor = (index.row(), 0)
        elif rect.bottom() > room:
            self._anchor = (index.row(), room - rect.height() - theme.S)
        else:
            return
        self._at_end = False
        self._settle()
        self.viewport().update()

    def moveCursor(self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        n = len(self._m.rows)
        if not n:
            return QModelIndex()
        row = self.currentIndex().row() if self.currentIndex().isValid() else self._anchor[0] - 1
        kinds = QAbstractItemView.CursorAction
        page = self.viewport().height() - theme.XXL
        if action in (kinds.MoveDown, kinds.MoveNext, kinds.MoveRight):
            row += 1
        elif action in (kinds.MoveUp, kinds.MovePrevious, kinds.MoveLeft):
            row -= 1
        elif action == kinds.MoveHome:
            row = 0
        elif action == kinds.MoveEnd:
            row = n - 1
        elif action in (kinds.MovePageDown, kinds.MovePageUp):
            row = max(0, row)
            there = self._rows.row_at(self._rows.top(row) + (page if action == kinds.MovePageDown else -page))
            row = there if there != row else row + (1 if action == kinds.MovePageDown else -1)
        return self._m.index(max(0, min(n - 1, row)))

    def horizontalOffset(self) -> int:
        return 0

    def verticalOffset(self) -> int:
        return self.verticalScrollBar().value()

    def isIndexHidden(self, index: Index) -> bool:
        return False

    def setSelection(self, rect: QRect, command: object) -> None:
        """Rows are not selected here; text is."""

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        return QRegion()

    def updateGeometries(self) -> None:
        if self._dirty:
            self._settle()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        if not self._settling:
            value = self.verticalOffset()
            row = self._rows.row_at(value)
            self._anchor = (row, self._rows.top(row) - value)
            self._at_end = False
            self._dirty = True
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._forget(0)
        self._changed()

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
        y = top + gap(paragraph)
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
            painter.drawRoundedRect(left - theme.M, y + 2, 3, self._rows.height(row) - gap(paragraph) - 4, 1.5, 1.5)
        painter.setPen(Qt.PenStyle.NoPen)
        tints = [Tint(s.start, s.end, theme.colour("mark")) for s in paragraph.spans if s.segment_id in self._lit]
        block.draw(painter, QPointF(left + theme.GUTTER, y), theme.colour("text"), tints, self._selection.within(row))

    # Mouse and keys

    def _place_at(self, point: QPoint) -> Place | None:
        if not self._m.rows:
            return None
        y = point.y() + self.verticalOffset()
        row = self._rows.row_at(y)
        left, _ = self._column()
        top = self._rows.top(row) + gap(self._m.rows[row])
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
