"""What the list of meetings is narrowed to: all, favourites, a folder, a tag, the trash; as a tree with its counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal, get_args

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.domain.meeting import MeetingSummary

Kind = Literal["all", "favourites", "place", "folders", "folder", "tags", "tag", "trash"]
Index = QModelIndex | QPersistentModelIndex
NodeRole = Qt.ItemDataRole.UserRole + 1


@dataclass(frozen=True, slots=True)
class Shelf:
    """`key`: of a folder its whole path ("Clients/Acme"), of a tag the tag, of a place its key; otherwise ""."""

    kind: Kind
    key: str = ""

    @property
    def name(self) -> str:
        """To be remembered: "folder:Clients/Acme"."""
        return f"{self.kind}:{self.key}"

    @classmethod
    def named(cls, name: str) -> Shelf | None:
        kind, _, key = name.partition(":")
        return next((cls(k, key) for k in get_args(Kind) if k == kind), None)

    def holds(self, m: MeetingSummary) -> bool:
        """Whether a meeting stands here. A folder holds what is in the folders below it, too."""
        if self.kind == "trash":
            return m.trashed_at is not None
        if m.trashed_at is not None:
            return False
        if self.kind == "favourites":
            return m.favourite
        if self.kind == "folder":
            return m.folder == self.key or m.folder.startswith(self.key + "/")
        if self.kind == "tag":
            return self.key in m.tags
        return True


ALL = Shelf("all")
TRASH = Shelf("trash")


@dataclass(frozen=True, slots=True)
class Counts:
    """How many meetings are where. `folders`: of each folder, with those below; also folders that only hold others, and
    those whose meetings are all in the trash: a folder goes when the user removes it."""

    all: int = 0
    favourites: int = 0
    trash: int = 0
    folders: tuple[tuple[str, int], ...] = ()
    tags: tuple[tuple[str, int], ...] = ()


def count(meetings: Iterable[MeetingSummary]) -> Counts:
    """Any thread. Folders and tags in the order of their names."""
    folders: Counter[str] = Counter()
    tags: Counter[str] = Counter()
    everything = favourites = trash = 0
    for m in meetings:
        if m.trashed_at is not None:
            trash += 1
            if m.folder:
                folders.setdefault(m.folder, 0)
            continue
        everything += 1
        favourites += m.favourite
        if m.folder:
            folders[m.folder] += 1
        tags.update(m.tags)
    for path, n in list(folders.items()):
        parts = path.split("/")
        for depth in range(1, len(parts)):
            folders["/".join(parts[:depth])] += n
    by_path = sorted(folders.items(), key=lambda f: [p.casefold() for p in f[0].split("/")])
    by_name = sorted(tags.items(), key=lambda t: t[0].casefold())
    return Counts(everything, favourites, trash, tuple(by_path), tuple(by_name))


class Node:
    """A row of the tree. Headings ("folders", "tags") only open and close."""

    __slots__ = ("children", "count", "parent", "shelf", "text")

    def __init__(self, shelf: Shelf, text: str, count: int = 0, parent: Node | None = None) -> None:
        self.shelf = shelf
        self.text = text
        self.count = count
        self.parent = parent
        self.children: list[Node] = []
        if parent is not None:
            parent.children.append(self)

    @property
    def row(self) -> int:
        return self.parent.children.index(self) if self.parent is not None else 0


class ShelfModel(QAbstractItemModel):
    """The tree beside the list. It is rebuilt when a shelf comes or goes and changes in place otherwise."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._places: list[tuple[str, str]] = []
        self._counts = Counts()
        self._root = self._build()

    def set_counts(self, counts: Counts) -> None:
        if counts == self._counts:
            return
        self._counts = counts
        new = self._build()
        if _shape(new) == _shape(self._root):
            self._take_over(self._root, new)
        else:
            self._replace(new)

    def add_place(self, key: str, title: str) -> None:
        """A page that is reached from here like a shelf."""
        self._places.append((key, title))
        self._replace(self._build())

    @property
    def trash(self) -> int:
        """How many meetings are in it."""
        return self._counts.trash

    @property
    def folders(self) -> list[str]:
        return [path for path, _ in self._counts.folders]

    @property
    def tags(self) -> list[str]:
        return [tag for tag, _ in self._counts.tags]

    def index_of(self, shelf: Shelf) -> QModelIndex:
        waiting = [self._root]
        while waiting:
            node = waiting.pop()
            if node.shelf == shelf and node is not self._root:
                return self.createIndex(node.row, 0, node)
            waiting += node.children
        return QModelIndex()

    def _build(self) -> Node:
        c = self._counts
        root = Node(Shelf("all", "\0root"), "")
        Node(ALL, self.tr("All meetings"), c.all, root)
        Node(Shelf("favourites"), self.tr("Favourites"), c.favourites, root)
        for key, title in self._places:
            Node(Shelf("place", key), title, 0, root)
        Node(TRASH, self.tr("Trash"), c.trash, root)
        if c.folders:
            made = {"": Node(Shelf("folders"), self.tr("Folders"), 0, root)}
            for path, n in c.folders:
                above, _, name = path.rpartition("/")
                made[path] = Node(Shelf("folder", path), name, n, made[above])
        if c.tags:
            heading = Node(Shelf("tags"), self.tr("Tags"), 0, root)
            for tag, n in c.tags:
                Node(Shelf("tag", tag), tag, n, heading)
        return root

    def _replace(self, root: Node) -> None:
        self.beginResetModel()
        self._root = root
        self.endResetModel()

    def _take_over(self, old: Node, new: Node) -> None:
        for mine, now in zip(old.children, new.children, strict=True):
            if mine.count != now.count:
                mine.count = now.count
                index = self.createIndex(mine.row, 0, mine)
                self.dataChanged.emit(index, index)
            self._take_over(mine, now)

    # Qt's side

    def node(self, index: Index) -> Node:
        found = index.internalPointer() if index.isValid() else None
        return found if isinstance(found, Node) else self._root

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:
        children = self.node(parent).children
        return self.createIndex(row, column, children[row]) if 0 <= row < len(children) else QModelIndex()

    def parent(self, index: Index = QModelIndex()) -> QModelIndex:  # type: ignore[override]
        above = self.node(index).parent if index.isValid() else None
        return QModelIndex() if above is None or above is self._root else self.createIndex(above.row, 0, above)

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return len(self.node(parent).children)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 1

    def flags(self, index: Index) -> Qt.ItemFlag:
        f = Qt.ItemFlag
        if not index.isValid():
            return f.NoItemFlags
        kind = self.node(index).shelf.kind
        if kind in ("folders", "tags"):
            return f.ItemIsEnabled
        return f.ItemIsEnabled | f.ItemIsSelectable | (f.NoItemFlags if kind == "place" else f.ItemIsDropEnabled)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        node = self.node(index)
        if role == NodeRole:
            return node
        if role == Qt.ItemDataRole.DisplayRole:
            return node.text
        if role == Qt.ItemDataRole.ToolTipRole:
            return node.shelf.key if node.shelf.kind == "folder" else None
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join((node.text, self.tr("%n meetings", "", node.count))) if node.count else node.text
        return None


def _shape(node: Node) -> tuple[Any, ...]:
    return (node.shelf, node.text, *(_shape(c) for c in node.children))
