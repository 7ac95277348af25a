"""The tree over the list: all meetings, favourites, action items, folders, tags and the trash."""

from __future__ import annotations

from itertools import accumulate

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QWidget,
)

from app.ui import icons, theme
from app.ui.list_delegates import INSET, PAD, elide, pixel_ratio
from app.ui.meeting_list import meeting_ids
from app.viewmodels.shelf import Node, NodeRole, Shelf, ShelfModel

Index = QModelIndex | QPersistentModelIndex
ROW = 28
ABOVE = 8  # a heading
STEP = 16  # to the right, for each folder inside another
CHEVRON = 12
ICONS = {"all": "audio-lines", "favourites": "star", "folder": "folder", "tag": "tag", "trash": "trash-2"}
GROUPS = ("folders", "tags")


def row_height(node: Node) -> int:
    """Headings stand apart from what is above them."""
    return ROW + (ABOVE if node.shelf.kind in GROUPS else 0)


class ShelfDelegate(QStyledItemDelegate):
    """An icon, a name, how many meetings; a quiet grey where one is."""

    def __init__(self, parent: ShelfTree) -> None:
        super().__init__(parent)
        self._tree = parent
        self.place_icons: dict[str, str] = {}

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(100, row_height(index.data(NodeRole)))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        node: Node = index.data(NodeRole)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top = option.rect.bottom() + 1 - ROW
        rect = QRect(0, top, self._tree.viewport().width(), ROW).adjusted(INSET, 1, -INSET, -1)
        if node.shelf.kind in GROUPS:
            self._paint_group(painter, rect, node, index)
        else:
            self._paint_shelf(painter, rect, option, node, index)
        painter.restore()

    def _paint_group(self, painter: QPainter, rect: QRect, node: Node, index: Index) -> None:
        font = theme.font(theme.SMALL, 600)
        painter.setFont(font)
        painter.setPen(theme.colour("secondary"))
        left = rect.left() + PAD
        painter.drawText(rect.adjusted(PAD, 0, 0, -1), Qt.AlignmentFlag.AlignVCenter, node.text)
        width = painter.fontMetrics().horizontalAdvance(node.text)
        self._paint_chevron(painter, left + width + theme.XS, rect, index)
        self._paint_ring(painter, rect, index)

    def _paint_shelf(
        self, painter: QPainter, rect: QRect, option: QStyleOptionViewItem, node: Node, index: Index
    ) -> None:
        state: QStyle.StateFlag = option.state
        target = self._tree.drop_target == node.shelf
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        if target or chosen or state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("accent_soft" if target else "hover"))
            painter.drawRoundedRect(rect, theme.RADIUS, theme.RADIUS)
        self._paint_ring(painter, rect, index)
        left = rect.left() + PAD + self._tree.indent_of(index)
        if node.children:
            self._paint_chevron(painter, left - CHEVRON, rect, index)
        kind = node.shelf.kind
        name = self.place_icons.get(node.shelf.key, "list-checks") if kind == "place" else ICONS[kind]
        role = "accent" if chosen else "secondary"
        painter.drawPixmap(
            left, rect.center().y() - 7, icons.pixmap(name, theme.colour(role), 16, pixel_ratio(painter))
        )
        left += 16 + theme.S
        right = rect.right() - PAD
        if node.count:
            painter.setFont(theme.font(theme.SMALL, tabular=True))
            painter.setPen(theme.colour("secondary"))
            number = str(node.count)
            painter.drawText(
                QRect(left, rect.top(), right - left + 1, rect.height()),
                Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
                number,
            )
            right -= painter.fontMetrics().horizontalAdvance(number) + theme.S
        painter.setFont(theme.font(theme.BODY, 500 if chosen else 400))
        painter.setPen(theme.colour("text"))
        room = QRect(left, rect.top(), right - left, rect.height())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, elide(painter, node.text, room.width()))

    def _paint_chevron(self, painter: QPainter, left: int, rect: QRect, index: Index) -> None:
        name = "chevron-down" if self._tree.isExpanded(index) else "chevron-right"
        shape = icons.pixmap(name, theme.colour("secondary"), CHEVRON, pixel_ratio(painter))
        painter.drawPixmap(left, rect.center().y() - CHEVRON // 2 + 1, shape)

    def _paint_ring(self, painter: QPainter, rect: QRect, index: Index) -> None:
        if index == self._tree.currentIndex() and self._tree.hasFocus() and self._tree.property("keyboard"):
            painter.setPen(theme.colour("accent"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(rect.adjusted(0, 0, -1, -1), theme.RADIUS, theme.RADIUS)


class ShelfTree(QTreeView):
    """Signals:
    shelf_chosen: by mouse or keyboard. (Shelf)
    place_chosen: one that is no shelf. (key)
    dropped: meetings were dragged onto a shelf. (ids, Shelf)
    menu_wanted: of a folder, a tag or the trash. (Shelf, global position)
    resized: it needs more room, or less.
    """

    shelf_chosen = Signal(object)
    place_chosen = Signal(str)
    dropped = Signal(object, object)
    menu_wanted = Signal(object, QPoint)
    resized = Signal()

    def __init__(self, model: ShelfModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._shelves = model
        self._quiet = False
        self._closed: set[Shelf] = set()
        self._chosen = Shelf("all")
        self.drop_target: Shelf | None = None
        self.delegate = ShelfDelegate(self)
        self.setItemDelegate(self.delegate)
        self.setModel(model)
        self.setAccessibleName(self.tr("Folders and tags"))
        self.setHeaderHidden(True)
        self.setIndentation(0)
        self.setRootIsDecorated(False)
        self.setExpandsOnDoubleClick(False)
        self.setMouseTracking(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QTreeView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAcceptDrops(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DropOnly)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._on_menu)
        self.expanded.connect(self._on_expanded)
        self.collapsed.connect(self._on_collapsed)
        model.modelReset.connect(self._on_reset)
        self._on_reset()

    # What is open and chosen

    @property
    def closed(self) -> set[Shelf]:
        """Which groups and folders are folded, to be remembered."""
        return self._closed

    def close_shelves(self, closed: set[Shelf]) -> None:
        self._closed = set(closed)
        self._on_reset()

    def show_chosen(self, shelf: Shelf) -> None:
        """Mark where the list is, without a word about it."""
        self._chosen = shelf
        index = self._shelves.index_of(shelf)
        self._quiet = True
        self.setCurrentIndex(index)
        if not index.isValid():
            self.clearSelection()
        self._quiet = False

    @property
    def content_height(self) -> int:
        return sum(self._heights(QModelIndex()))

    def height_within(self, room: int) -> int:
        """As much of it as fits, in whole rows."""
        return max(h for h in accumulate(self._heights(QModelIndex()), initial=0) if h <= room)

    def _heights(self, parent: QModelIndex) -> list[int]:
        """Of all rows that are not folded away, from top to bottom."""
        found = []
        for i in range(self._shelves.rowCount(parent)):
            child = self._shelves.index(i, 0, parent)
            found.append(row_height(self._shelves.node(child)))
            if self.isExpanded(child):
                found += self._heights(child)
        return found

    def indent_of(self, index: Index) -> int:
        """Folders stand further to the right the deeper they are; those right under the heading do not."""
        depth, node = -1, self._shelves.node(index)
        while node.parent is not None and node.parent.shelf.kind == "folder":
            node = node.parent
            depth += 1
        deep = node.parent is not None and node.parent.shelf.kind in GROUPS
        return (depth + 1) * STEP if deep else 0

    def _on_reset(self) -> None:
        self._quiet = True
        waiting = [QModelIndex()]
        while waiting:
            parent = waiting.pop()
            for i in range(self._shelves.rowCount(parent)):
                child = self._shelves.index(i, 0, parent)
                node = self._shelves.node(child)
                if node.children:
                    self.setExpanded(child, node.shelf not in self._closed)
                    waiting.append(child)
        self._quiet = False
        self.show_chosen(self._chosen)
        self.resized.emit()

    def _on_expanded(self, index: QModelIndex) -> None:
        if not self._quiet:
            self._closed.discard(self._shelves.node(index).shelf)
            self.resized.emit()

    def _on_collapsed(self, index: QModelIndex) -> None:
        if not self._quiet:
            self._closed.add(self._shelves.node(index).shelf)
            self.resized.emit()

    # Choosing

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        if current.isValid() and not self._quiet:
            self._choose(current)

    def _choose(self, index: Index) -> None:
        shelf = self._shelves.node(index).shelf
        if shelf.kind in GROUPS:
            return
        self._chosen = shelf
        if shelf.kind == "place":
            self.place_chosen.emit(shelf.key)
        else:
            self.shelf_chosen.emit(shelf)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setProperty("keyboard", False)
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and event.button() == Qt.MouseButton.LeftButton:
            node = self._shelves.node(index)
            left = INSET + PAD + self.indent_of(index)
            on_chevron = bool(node.children) and left - CHEVRON - 4 <= event.position().x() < left
            if node.shelf.kind in GROUPS or on_chevron:
                self.setExpanded(index, not self.isExpanded(index))
                return
            if index == self.currentIndex():
                self._choose(index)  # back to it from a place
        super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.setProperty("keyboard", True)
        index = self.currentIndex()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and index.isValid():
            if self._shelves.node(index).shelf.kind in GROUPS:
                self.setExpanded(index, not self.isExpanded(index))
            else:
                self._choose(index)
            return
        if event.key() == Qt.Key.Key_Menu and index.isValid():
            self._on_menu(self.visualRect(index).center())
            return
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        by_key = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        self.setProperty("keyboard", by_key)
        self._quiet = True
        super().focusInEvent(event)
        self._quiet = False

    def _on_menu(self, point: QPoint) -> None:
        index = self.indexAt(point)
        if index.isValid() and self._shelves.node(index).shelf.kind in ("folder", "tag", "trash"):
            self.menu_wanted.emit(self._shelves.node(index).shelf, self.viewport().mapToGlobal(point))

    # Dragging onto it

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if meeting_ids(event.mimeData()):
            event.acceptProposedAction()
        else:
            event.ignore()  # files are for the window

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        if not meeting_ids(event.mimeData()):
            event.ignore()
            return
        index = self.indexAt(event.position().toPoint())
        takes = index.isValid() and bool(index.flags() & Qt.ItemFlag.ItemIsDropEnabled)
        self._aim(self._shelves.node(index).shelf if takes else None)
        if takes:
            event.acceptProposedAction()
        else:
            event.ignore()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._aim(None)

    def dropEvent(self, event: QDropEvent) -> None:
        target, ids = self.drop_target, meeting_ids(event.mimeData())
        self._aim(None)
        if target is not None and ids:
            event.acceptProposedAction()
            self.dropped.emit(ids, target)

    def _aim(self, shelf: Shelf | None) -> None:
        if shelf != self.drop_target:
            self.drop_target = shelf
            self.viewport().update()
