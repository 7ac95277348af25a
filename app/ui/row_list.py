"""A list that stays quick with ten thousand rows.

`QListView` asks for the size of every row again whenever one of them changes. Here the height of a row follows from
what it is, so places are sums that are made once, and a change repaints one row. Everything else (choosing, keys,
dragging, accessibility) is Qt's own.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import Any, Protocol

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QRegion,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from app.ui import theme

EXTENDING = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
Index = QModelIndex | QPersistentModelIndex
STEP = 28  # of the wheel and of the arrows of the scroll bar


class HasRows(Protocol):
    """What the model of such a list offers besides Qt's interface."""

    rows: Sequence[Any]


class RowDelegate(QStyledItemDelegate):
    """Paints rows whose height is known without asking fonts, or from the width of the list if `by_width`."""

    by_width = False

    def set_width(self, width: int) -> None:
        """How wide the list is, if heights follow from it."""

    def row_height(self, row: Any) -> int:
        raise NotImplementedError


class RowList(QListView):
    """Its focus ring shows only when the keyboard is used.

    Signals:
        chosen: one row was chosen, by mouse or keyboard; not while several are being selected. (index)
    """

    chosen = Signal(QModelIndex)

    def __init__(self, delegate: RowDelegate, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._delegate = delegate
        self._tops: list[int] = [0]  # of each row, and the height of all
        self._quiet = False
        self._extending = False
        self.setItemDelegate(delegate)
        self.setAccessibleName(name)
        self.setMouseTracking(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    # Places

    def _measure(self) -> None:
        model = self.model()
        rows = getattr(model, "rows", ()) if model is not None else ()
        self._delegate.set_width(self.viewport().width())
        self._tops = [0, *accumulate(map(self._delegate.row_height, rows))]

    def doItemsLayout(self) -> None:
        """Qt calls this when rows have come or gone."""
        self._measure()
        QAbstractItemView.doItemsLayout(self)
        self.updateGeometries()
        self.viewport().update()

    def reset(self) -> None:
        super().reset()
        self._measure()

    @property
    def content_height(self) -> int:
        return self._tops[-1]

    def updateGeometries(self) -> None:
        bar, page = self.verticalScrollBar(), self.viewport().height()
        bar.setRange(0, max(0, self._tops[-1] - page))
        bar.setPageStep(page)
        bar.setSingleStep(STEP)
        QAbstractItemView.updateGeometries(self)

    def verticalOffset(self) -> int:
        return self.verticalScrollBar().value()

    def horizontalOffset(self) -> int:
        return 0

    def visualRect(self, index: Index) -> QRect:
        row = index.row()
        if not index.isValid() or row + 1 >= len(self._tops):
            return QRect()
        top = self._tops[row]
        return QRect(0, top - self.verticalOffset(), self.viewport().width(), self._tops[row + 1] - top)

    def _row_at(self, y: int) -> int:
        """The row over a place of the viewport; -1 for none."""
        at = y + self.verticalOffset()
        row = bisect_right(self._tops, at) - 1
        return row if 0 <= at < self._tops[-1] and row < len(self._tops) - 1 else -1

    def indexAt(self, point: QPoint) -> QModelIndex:
        row = self._row_at(point.y())
        return self.model().index(row, 0) if row >= 0 else QModelIndex()

    def scrollTo(
        self, index: Index, hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible
    ) -> None:
        rect, page = self.visualRect(index), self.viewport().height()
        if not rect.isValid():
            return
        row = index.row()
        above = self.model().index(row - 1, 0) if row else QModelIndex()
        if above.isValid() and not above.flags() & Qt.ItemFlag.ItemIsSelectable:
            rect = rect.united(self.visualRect(above))  # its heading comes along
        bar = self.verticalScrollBar()
        if bar.maximum() != max(0, self._tops[-1] - page):
            self.updateGeometries()
        hints = QAbstractItemView.ScrollHint
        if hint == hints.PositionAtCenter:
            bar.setValue(bar.value() + rect.center().y() - page // 2)
        elif hint == hints.PositionAtTop or rect.top() < 0:
            bar.setValue(bar.value() + rect.top())
        elif hint == hints.PositionAtBottom or rect.bottom() >= page:
            bar.setValue(bar.value() + rect.bottom() + 1 - page)

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        region = QRegion()
        for i in range(selection.count()):
            part = selection.at(i)
            first, last = self.visualRect(part.topLeft()), self.visualRect(part.bottomRight())
            region += first.united(last).intersected(self.viewport().rect())
        return region

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        picked = QItemSelection()
        if self._tops[-1]:
            rect = rect.normalized()
            first = self._row_at(rect.top())
            last = self._row_at(rect.bottom())
            rows = len(self._tops) - 2
            first = first if first >= 0 else 0 if rect.top() + self.verticalOffset() < 0 else rows + 1
            last = last if last >= 0 else rows
            if first <= last:
                picked.select(self.model().index(first, 0), self.model().index(last, 0))
        self.selectionModel().select(picked, command)

    def moveCursor(self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        rows = len(self._tops) - 1
        if not rows:
            return QModelIndex()
        actions = QAbstractItemView.CursorAction
        current = self.currentIndex().row()
        page = self.viewport().height()
        down = True
        if action in (actions.MoveDown, actions.MoveNext, actions.MoveRight):
            to = current + 1
        elif action in (actions.MoveUp, actions.MovePrevious, actions.MoveLeft):
            to, down = (current - 1 if current >= 0 else 0), False
        elif action == actions.MoveHome:
            to = 0
        elif action == actions.MoveEnd:
            to, down = rows - 1, False
        else:
            down = action == actions.MovePageDown
            top = self._tops[max(0, current)] + (page if down else -page)
            to = bisect_right(self._tops, min(max(0, top), self._tops[-1] - 1)) - 1
        return self._next_row(max(0, min(rows - 1, to)), 1 if down else -1)

    def _next_row(self, row: int, step: int) -> QModelIndex:
        """The first row from here on that can be chosen, the other way round at the end."""
        model = self.model()
        for direction in (step, -step):
            at = row
            while 0 <= at < len(self._tops) - 1:
                index = model.index(at, 0)
                if index.flags() & Qt.ItemFlag.ItemIsSelectable:
                    return index
                at += direction
        return QModelIndex()

    # Changes

    def dataChanged(self, first: Index, last: Index, roles: Sequence[int] = (), /) -> None:
        for row in range(first.row(), last.row() + 1):
            if row + 1 < len(self._tops):
                model = self.model()
                rows = getattr(model, "rows", ())
                if self._delegate.row_height(rows[row]) != self._tops[row + 1] - self._tops[row]:
                    self.doItemsLayout()
                    return
        shown = self.visualRect(first).united(self.visualRect(last)).intersected(self.viewport().rect())
        if shown.isValid():
            self.viewport().update(shown)

    def resizeEvent(self, event: QResizeEvent) -> None:
        if self._delegate.by_width and event.size().width() != event.oldSize().width():
            self._measure()
        QAbstractItemView.resizeEvent(self, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        if self.hasFocus() and self.property("keyboard") and not self.currentIndex().isValid():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(theme.colour("accent"))  # no row to show where the keyboard is: the list as a whole
            whole = QRectF(self.viewport().rect()).adjusted(2.5, 2.5, -2.5, -2.5)
            painter.drawRoundedRect(whole, theme.RADIUS, theme.RADIUS)
        if len(self._tops) < 2:
            return
        option = QStyleOptionViewItem()
        self.initViewItemOption(option)
        model, selection = self.model(), self.selectionModel()
        current = self.currentIndex()
        hovered = self._row_at(self.viewport().mapFromGlobal(self.cursor().pos()).y()) if self.underMouse() else -1
        base = option.state & ~(QStyle.StateFlag.State_HasFocus | QStyle.StateFlag.State_Selected)
        row = max(0, self._row_at(event.rect().top()))
        bottom = event.rect().bottom()
        while row < len(self._tops) - 1:
            index = model.index(row, 0)
            option.rect = self.visualRect(index)
            if option.rect.top() > bottom:
                break
            option.state = base
            if selection.isSelected(index):
                option.state |= QStyle.StateFlag.State_Selected
            if row == hovered:
                option.state |= QStyle.StateFlag.State_MouseOver
            if index == current and self.hasFocus():
                option.state |= QStyle.StateFlag.State_HasFocus
            self._delegate.paint(painter, option, index)
            row += 1
        painter.end()

    # Choosing

    def currentChanged(self, current: Index, previous: Index) -> None:
        QAbstractItemView.currentChanged(self, current, previous)
        if current.isValid() and self.hasFocus() and QAccessible.isActive():
            told = QAccessibleEvent(self, QAccessible.Event.Focus)
            told.setChild(current.row())
            QAccessible.updateAccessibility(told)
        if current.isValid() and current != previous and not self._quiet and not self._extending:
            self.chosen.emit(current)

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        QAbstractItemView.selectionChanged(self, selected, deselected)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.setProperty("keyboard", True)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.chosen.emit(self.currentIndex())
            return
        self._extending = bool(event.modifiers() & EXTENDING) and self._several
        super().keyPressEvent(event)
        self._extending = False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setProperty("keyboard", False)
        self._extending = bool(event.modifiers() & EXTENDING) and self._several
        super().mousePressEvent(event)
        self._extending = False

    @property
    def _several(self) -> bool:
        return self.selectionMode() == QAbstractItemView.SelectionMode.ExtendedSelection

    def focusInEvent(self, event: QFocusEvent) -> None:
        by_key = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        self.setProperty("keyboard", by_key)
        self._quiet = True  # Qt makes a row current when there is none; arriving here is not choosing it
        super().focusInEvent(event)
        self._quiet = False
