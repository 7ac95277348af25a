"""Where the transcript stands on the screen: thousands of paragraphs without a hitch.

Only what is seen is laid out. Rows not seen yet have an estimated height, replaced by the true one when they come into
view or when there is nothing else to do. What the eye is on never moves meanwhile: the view's place is a row and where
that row stands, and the scroll bar follows from it.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QItemSelection, QModelIndex, QPersistentModelIndex, QPoint, QRect, Qt, QTimer, Slot
from PySide6.QtGui import QFocusEvent, QRegion, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QWidget

from app.ui import theme
from app.ui.transcript_layout import RowLayout
from app.viewmodels.transcript import TranscriptModel

Index = QModelIndex | QPersistentModelIndex

IDLE_BUDGET_S = 0.006
BOTTOM = theme.XXL
NARROW = 480  # a column narrower than this gets a smaller gutter, with initials for names
NARROW_GUTTER = 64


def reading_column(width: int, scroll_bar: int) -> tuple[int, int]:
    """Left edge and width of the text in a page of some width. The scroll bar's room is kept free."""
    room = width - scroll_bar
    narrow = room < NARROW + 2 * theme.XL
    column = min(theme.READING_WIDTH, room - theme.XL - (theme.L if narrow else theme.XL))
    return theme.XL if narrow else (room - column) // 2, column


class TranscriptCanvas(QAbstractItemView):
    """Places the rows of a `TranscriptModel`, follows it as it grows, and keeps the reader's place."""

    def __init__(self, model: TranscriptModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._m = model
        self._rows = RowLayout(model)
        self._anchor: tuple[int, int] = (0, 0)  # a row, and where its top is in the viewport
        self._language: str | None = None
        self._kept_place: tuple[float, int] | None = None
        self._settling = False
        self._dirty = True
        self._at_end = False
        self._touched = False  # the reader has been at work here since the meeting was opened
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self._idle = QTimer(self)
        self._idle.setInterval(0)
        self._idle.timeout.connect(self._measure_some)
        self.setModel(model)
        model.about_to_rebuild.connect(self._keep_place)
        model.rebuilt.connect(self._return_to_place)

    def set_language(self, language: str | None) -> None:
        if language != self._language:
            self._language = language
            self._forget(0)
            self._changed()

    def text_size_changed(self) -> None:
        """The reader's place stays where it is."""
        self._forget(0)
        self._changed()

    def _begin_anew(self, language: str | None, *, at_end: bool) -> None:
        self._language = language
        self._rows.speak(language)  # the model has just been reset: heights are estimates already
        self._anchor = (0, 0)
        self._at_end, self._touched = at_end, False
        self._changed()

    def back_to_start(self) -> None:
        """Everything is written down: who has only watched the words come in begins to read at the first one."""
        if not self._touched:
            self._anchor, self._at_end = (0, 0), False
            self._changed()

    def _forgotten(self) -> None:
        """The model has other rows: what was remembered about the old ones is void."""

    # Geometry

    def _column(self) -> tuple[int, int]:
        """Left edge and width of the reading column. The scroll bar's room is kept free whether it shows or not."""
        return reading_column(self.width(), self.verticalScrollBar().sizeHint().width())

    @property
    def _gutter(self) -> int:
        return NARROW_GUTTER if self._column()[1] < NARROW else theme.GUTTER

    def _forget(self, from_row: int, to_row: int | None = None) -> None:
        self._rows.forget(from_row, to_row, self._column()[1] - self._gutter, self._gutter, self._language)

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
        self._settled()

    def _settled(self) -> None:
        """Rows stand where they are now painted: what lies over them follows."""

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
        top = self._rows.top(row) - self.verticalOffset() + self._rows.lead(row)
        rects = block.rects(span.start, span.end)
        return (top + int(rects[0].top()), top + int(rects[-1].bottom())) if rects else (top, top + block.height)

    def _put(self, row: int, segment_id: int, y: int) -> None:
        """Place the view so that a segment's first line is at `y`."""
        paragraph = self._m.rows[row]
        span = next((s for s in paragraph.spans if s.segment_id == segment_id), paragraph.spans[0])
        self._at_end, self._touched = False, True
        self._anchor = (row, y - self._rows.lead(row) - self._rows.block(row).top_of(span.start))
        self._settle()
        self.viewport().update()

    # Following the model

    def reset(self) -> None:
        super().reset()
        if self._kept_place is None:
            self._anchor, self._at_end, self._touched = (0, 0), False, False
        self._forgotten()
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
        top = y + self._rows.lead(row)
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
        at_end, touched = self._at_end, self._touched
        self._put(row, segment_id, y)
        self._at_end, self._touched = at_end, touched
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

    def scrollTo(
        self, index: Index, hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible
    ) -> None:
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
        self._at_end, self._touched = False, True
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
            self._at_end, self._touched = False, True
            self._dirty = True
        self.viewport().update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Qt makes a row current when there is none; to arrive here is not to scroll."""
        self.setAutoScroll(False)
        super().focusInEvent(event)
        self.setAutoScroll(True)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._forget(0)
        self._changed()
