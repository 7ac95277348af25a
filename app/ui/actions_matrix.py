"""Who has how much to do: people down, states and meetings across. A number leads to what it counts."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QResizeEvent
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
from app.ui.list_delegates import two_lines
from app.viewmodels.actions_matrix import Cell, CellRole, MatrixModel

Index = QModelIndex | QPersistentModelIndex

ROW, HEAD, LINE = 40, 72, 17
NAMES, MOST_NAMES = 204, 280
STATE_WIDTH = 84
MEETING_WIDTH, MOST_MEETING = 132, 260


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
        title = two_lines(column.title, inner.width(), LINE, painter.font())
        top = inner.bottom() - (18 if column.aside else 0) - LINE * title.lineCount()
        title.draw(painter, QPointF(inner.left(), top))
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
        return QSize(self.width(), 0)

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
        high = rect.height() - (LINE if owner.where else 0)
        painter.drawText(QRect(x, rect.top(), room, high), Qt.AlignmentFlag.AlignVCenter, name)
        if owner.where:  # somebody of that number is somebody else in every meeting
            painter.setFont(theme.font(theme.SMALL))
            painter.setPen(theme.colour("secondary"))
            where = painter.fontMetrics().elidedText(owner.where, Qt.TextElideMode.ElideRight, room)
            painter.drawText(
                QRect(x, rect.top() + LINE, room, rect.height() - LINE - 2), Qt.AlignmentFlag.AlignVCenter, where
            )
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
        """Titles get the room they need as far as there is any; a long one has two lines."""
        self.verticalHeader().setFixedWidth(min(MOST_NAMES, max(NAMES, self.width() // 4)))
        metrics = QFontMetrics(theme.font(theme.SMALL, 600))
        wanted = {
            n: min(MOST_MEETING, max(MEETING_WIDTH, metrics.horizontalAdvance(column.title) + 3 * theme.S))
            for n, column in enumerate(self._matrix.columns)
            if column.meeting
        }
        states = STATE_WIDTH * (len(self._matrix.columns) - len(wanted))
        room = self.width() - self.verticalHeader().width() - states - theme.M - sum(wanted.values())
        for n, width in wanted.items():  # who has more than the least gives up the same part of it
            spare = sum(w - MEETING_WIDTH for w in wanted.values())
            given = (width - MEETING_WIDTH) * min(1.0, -room / spare) if room < 0 and spare else 0.0
            self.setColumnWidth(n, int(width - given))
        for n, column in enumerate(self._matrix.columns):
            if not column.meeting:
                self.setColumnWidth(n, STATE_WIDTH)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._widths()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._want(self.currentIndex())
        else:
            super().keyPressEvent(event)

    @Slot(QModelIndex)
    def _want(self, index: QModelIndex) -> None:
        if index.isValid() and self._matrix.count(index):
            self.wanted.emit(self._matrix.filter(index))
