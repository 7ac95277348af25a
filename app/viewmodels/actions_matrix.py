"""Who has how much to do, from which meetings: people down, states and meetings across."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QCoreApplication, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.domain.meeting import ActionItemRow
from app.exporters.common import one_line
from app.viewmodels.actions_rows import Filter, Owner, Show, is_late, owner_key
from app.viewmodels.formatting import day

Index = QModelIndex | QPersistentModelIndex
CellRole = Qt.ItemDataRole.UserRole + 1
MOST_MEETINGS = 12  # the newest; older ones are in the list


def _tr(text: str, n: int = -1) -> str:
    return QCoreApplication.translate("actions", text, None, n)


@dataclass(frozen=True, slots=True)
class Column:
    """A state of all meetings' items (`show`), or one meeting's items, done or not. `aside`: when the meeting was."""

    title: str
    show: Show
    meeting: str = ""
    aside: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    open: int = 0
    late: int = 0
    done: int = 0

    @property
    def all(self) -> int:
        return self.open + self.done

    def plus(self, found: ActionItemRow, today: date) -> Cell:
        if found.item.done:
            return Cell(self.open, self.late, self.done + 1)
        return Cell(self.open + 1, self.late + is_late(found, today), self.done)


def columns_of(items: Sequence[ActionItemRow], today: date) -> list[Column]:
    meetings = {i.meeting_id: i for i in items}
    newest = sorted(meetings.values(), key=lambda i: (i.started_at, i.meeting_id), reverse=True)[:MOST_MEETINGS]
    return [
        Column(_tr("Open"), "open"),
        Column(_tr("Overdue"), "overdue"),
        Column(_tr("Done"), "done"),
        *(Column(one_line(i.title), "all", i.meeting_id, day(i.started_at, today)) for i in newest),
    ]


class MatrixModel(QAbstractTableModel):
    """Numbers in cells, with the filter that lists what they count."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.owners: list[Owner] = []
        self.columns: list[Column] = []
        self._cells: dict[tuple[str, str], Cell] = {}

    def set_items(self, items: Sequence[ActionItemRow], owners: Sequence[Owner], today: date) -> None:
        self.beginResetModel()
        self.owners = list(owners)
        self.columns = columns_of(items, today)
        cells: dict[tuple[str, str], Cell] = {}
        for found in items:
            key = owner_key(found)
            for meeting in ("", found.meeting_id):
                cells[key, meeting] = cells.get((key, meeting), Cell()).plus(found, today)
        self._cells = cells
        self.endResetModel()

    def cell(self, index: Index) -> Cell:
        return self._cells.get((self.owners[index.row()].key, self.columns[index.column()].meeting), Cell())

    def count(self, index: Index) -> int:
        column, cell = self.columns[index.column()], self.cell(index)
        return {"open": cell.open, "overdue": cell.late, "done": cell.done, "all": cell.all}[column.show]

    def filter(self, index: Index) -> Filter:
        """What lists just the items of a cell."""
        column = self.columns[index.column()]
        return Filter(column.show, self.owners[index.row()].key, column.meeting)

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.owners)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def flags(self, index: Index) -> Qt.ItemFlag:
        some = index.isValid() and self.count(index) > 0
        return Qt.ItemFlag.ItemIsEnabled | (Qt.ItemFlag.ItemIsSelectable if some else Qt.ItemFlag.NoItemFlags)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        if role == CellRole:
            return self.cell(index)
        if role == Qt.ItemDataRole.DisplayRole:
            return str(self.count(index) or "")
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return self.said(index)
        return None

    def said(self, index: Index) -> str:
        """ "Anna, Planning: 3 open, 1 of them overdue, 2 done"."""
        column, cell, owner = self.columns[index.column()], self.cell(index), self.owners[index.row()].name
        if column.show != "all":
            return _tr("{owner}, {column}: {count}").format(owner=owner, column=column.title, count=self.count(index))
        late = _tr(", %n of them overdue", cell.late) if cell.late else ""
        return _tr("{owner}, {meeting}: {open} open{late}, {done} done").format(
            owner=owner, meeting=column.title, open=cell.open, late=late, done=cell.done
        )

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal and section < len(self.columns):
            column = self.columns[section]
            if role == Qt.ItemDataRole.DisplayRole:
                return column.title
            if role == Qt.ItemDataRole.ToolTipRole:
                return f"{column.title} · {column.aside}" if column.aside else column.title
        is_name = orientation == Qt.Orientation.Vertical and role == Qt.ItemDataRole.DisplayRole
        return self.owners[section].name if is_name and section < len(self.owners) else None
