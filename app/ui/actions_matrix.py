"""Who has how much to do: people down, states and meetings across. A number leads to what it counts."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from app.ui import theme
from app.ui.actions_list import DISC, paint_disc
from app.viewmodels.actions_matrix import Cell, CellRole, MatrixModel

Index = QModelIndex | QPersistentModelIndex

ROW, HEAD, NAMES = 40, 56, 204
STATE_WIDTH, MEETING_WIDTH = 84, 132


class _Cells(QStyledItemDelegate):
    """A number in a soft shape; what is overdue beside it."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        assert isinstance(model, MatrixModel)
        count, cell = model.count(index), index.data(CellRole)
        rect: QRect = option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), theme.colour("hairline"))
        if count and isinstance(cell, Cell):
            column = model.columns[index.column()]
            late = column.show == "overdue" or (column.show == "all" and cell.late > 0)
            finished = column.show == "done" or (column.show == "all" and not cell.open)
            self._paint(painter, option, str(count), late=late, finished=finished)
        painter.restore()

    @staticmethod
    def _paint(painter: QPainter, option: QStyleOptionViewItem, text: str, *, late: bool, finished: bool) -> None:
        rect: QRect = option.rect
        shape = QRectF(rect.left() + 8, rect.center().y() - 13, 44, 26)
        hovered = option.state & QStyle.StateFlag.State_MouseOver
        view: QWidget = option.widget
        painter.setPen(Qt.PenStyle.NoPen)
        soft = "warning_soft" if late else "hover" if finished else "accent_soft"
        painter.setBrush(theme.colour(soft))
        painter.drawRoundedRect(shape, theme.RADIUS, theme.RADIUS)
        if hovered or (option.state & QStyle.StateFlag.State_HasFocus and view.hasFocus()):
            painter.setPen(theme.colour("accent"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(shape.adjusted(0.5, 0.5, -0.5, -0.5), theme.RADIUS, theme.RADIUS)
        painter.setFont(theme.font(theme.BODY, 600, tabular=True))
        painter.setPen(theme.colour("warning" if late else "secondary" if finished else "accent"))
        painter.drawText(shape, Qt.AlignmentFlag.AlignCenter, text)


class _Head(QHeaderView):
    """Titles of meetings in two lines, and when they were."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setSectionsClickable(False)
        self.setFixedHeight(HEAD)

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        model = self.model()
        if not isinstance(model, MatrixModel) or section >= len(model.columns):
            return
        column = model.columns[section]
        painter.save()
        painter.fillRect(rect, theme.colour("page"))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), theme.colour("control"))
        inner = rect.adjusted(8, 8, -8, -8)
        painter.setFont(theme.font(theme.SMALL, 600))
        painter.setPen(theme.colour("text"))
        low = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom
        title = painter.fontMetrics().elidedText(column.title, Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(inner.adjusted(0, 0, 0, -18 if column.aside else 0), low, title)
        if column.aside:
            painter.setFont(theme.font(theme.SMALL, tabular=True))
            painter.setPen(theme.colour("secondary"))
            painter.drawText(inner, low, column.aside)
        painter.restore()


class _Names(QHeaderView):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self.setSectionsClickable(False)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setDefaultSectionSize(ROW)
        self.setFixedWidth(NAMES)

    def sizeHint(self) -> QSize:
        return QSize(NAMES, 0)

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        model = self.model()
        if not isinstance(model, MatrixModel) or section >= len(model.owners):
            return
        owner = model.owners[section]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(rect, theme.colour("page"))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), theme.colour("hairline"))
        x = rect.left() + theme.XL
        if owner.hue >= 0:
            paint_disc(painter, QRect(x, rect.center().y() - DISC // 2, DISC, DISC), owner.called, owner.hue)
        x += DISC + theme.S
        painter.setFont(theme.font(theme.BODY, 500 if owner.key else 400))
        painter.setPen(theme.colour("text" if owner.key else "secondary"))
        room = rect.right() - x - theme.S
        name = painter.fontMetrics().elidedText(owner.called or owner.name, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QRect(x, rect.top(), room, rect.height()), Qt.AlignmentFlag.AlignVCenter, name)
        painter.restore()


class ActionMatrix(QTableView):
    """Signals:
    wanted: what a number counts is to be listed. (Filter)
    """

    wanted = Signal(object)

    def __init__(self, model: MatrixModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._matrix = model
        self.setObjectName("matrix")
        self.setAccessibleName(self.tr("Who does what"))
        self.setHorizontalHeader(_Head(self))
        self.setVerticalHeader(_Names(self))
        self.setItemDelegate(_Cells(self))
        self.setModel(model)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setCornerButtonEnabled(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.clicked.connect(self._want)
        model.modelReset.connect(self._widths)
        self._widths()

    @Slot()
    def _widths(self) -> None:
        for n, column in enumerate(self._matrix.columns):
            self.setColumnWidth(n, MEETING_WIDTH if column.meeting else STATE_WIDTH)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._want(self.currentIndex())
        else:
            super().keyPressEvent(event)

    @Slot(QModelIndex)
    def _want(self, index: QModelIndex) -> None:
        if index.isValid() and self._matrix.count(index):
            self.wanted.emit(self._matrix.filter(index))
