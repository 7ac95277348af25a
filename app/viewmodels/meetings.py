"""The list of meetings under headings of time, and the list of what a search found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.domain.meeting import MeetingSummary, SearchHit, clock
from app.viewmodels.formatting import day, length, section, time_of_day

RowRole = Qt.ItemDataRole.UserRole + 1
IdRole = Qt.ItemDataRole.UserRole + 2
Index = QModelIndex | QPersistentModelIndex
Mood = Literal["quiet", "busy", "waiting", "problem"]


@dataclass(frozen=True, slots=True)
class Heading:
    text: str


@dataclass(frozen=True, slots=True)
class Status:
    """What is going on with a meeting right now. `done` 0..1 while it is being processed."""

    text: str
    mood: Mood = "quiet"
    done: float | None = None


@dataclass(frozen=True, slots=True)
class MeetingRow:
    """`detail` is when and how long; a `status` stands in its place while there is one."""

    id: str
    title: str
    detail: str
    status: Status | None = None


@dataclass(frozen=True, slots=True)
class HitRow:
    """`title` and `detail` are set on the first hit of each meeting only. `marks`: (start, end) in `text`."""

    meeting_id: str
    segment_id: int
    time: str
    speaker: str
    text: str
    marks: tuple[tuple[int, int], ...]
    title: str = ""
    detail: str = ""


def marked(snippet: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    """A snippet without its marks (U+0002, U+0003), and where they stood."""
    text, marks, start = "", [], 0
    for char in snippet:
        if char == "\x02":
            start = len(text)
        elif char == "\x03":
            marks.append((start, len(text)))
        else:
            text += char if char.isprintable() else " "
    return text, tuple(marks)


class MeetingListModel(QAbstractListModel):
    """Headings and meetings, newest first. Headings cannot be chosen."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Heading | MeetingRow] = []
        self._statuses: Mapping[str, Status] = {}
        self._stored: dict[str, Status | None] = {}
        self.hidden = ""  # id of the meeting that is shown elsewhere: the one being recorded here

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if index.isValid() and isinstance(self._rows[index.row()], Heading):
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or not 0 <= index.row() < len(self._rows):
            return None
        row = self._rows[index.row()]
        if role == RowRole:
            return row
        if isinstance(row, Heading):
            return row.text if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole) else None
        if role == IdRole:
            return row.id
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return row.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join((row.title, row.detail, *((row.status.text,) if row.status else ())))
        return None

    def set_meetings(self, meetings: Sequence[MeetingSummary], today: date) -> None:
        rows: list[Heading | MeetingRow] = []
        stored: dict[str, Status | None] = {}
        heading = ""
        for m in meetings:
            if m.id == self.hidden:
                continue
            name = section(m.started_at, today)
            if name != heading:
                rows.append(Heading(name))
                heading = name
            stored[m.id] = self._stored_status(m)
            when = day(m.started_at, today)
            if name == when:
                when = time_of_day(m.started_at)
            detail = " · ".join(p for p in (when, length(m.duration_s) if m.duration_s else "") if p)
            rows.append(MeetingRow(m.id, m.title, detail, self._statuses.get(m.id) or stored[m.id]))
        self._stored = stored
        if [_identity(r) for r in rows] == [_identity(r) for r in self._rows]:
            for i, row in enumerate(rows):
                if row != self._rows[i]:
                    self._rows[i] = row
                    self.dataChanged.emit(self.index(i), self.index(i))
            return
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def set_statuses(self, statuses: Mapping[str, Status]) -> None:
        """What is being processed or waits for it; takes the place of what is stored about a meeting."""
        self._statuses = dict(statuses)
        for i, row in enumerate(self._rows):
            if isinstance(row, MeetingRow):
                status = self._statuses.get(row.id) or self._stored.get(row.id)
                if status != row.status:
                    self._rows[i] = replace(row, status=status)
                    self.dataChanged.emit(self.index(i), self.index(i))

    def ids(self) -> list[str]:
        return [r.id for r in self._rows if isinstance(r, MeetingRow)]

    def index_of(self, meeting_id: str) -> QModelIndex:
        for i, row in enumerate(self._rows):
            if isinstance(row, MeetingRow) and row.id == meeting_id:
                return self.index(i)
        return QModelIndex()

    def title_of(self, meeting_id: str) -> str:
        index = self.index_of(meeting_id)
        return str(index.data()) if index.isValid() else ""

    def _stored_status(self, m: MeetingSummary) -> Status | None:
        if m.state == "recording":
            return Status(self.tr("Being recorded"), "waiting")
        if m.state == "interrupted":
            return Status(self.tr("Interrupted"), "waiting")
        if m.state == "failed":
            return Status(self.tr("Not finished: something went wrong"), "problem")
        if m.state in ("new", "unfinished"):
            return Status(self.tr("Not finished"), "waiting")
        return None


def _identity(row: Heading | MeetingRow) -> str:
    return row.id if isinstance(row, MeetingRow) else f"\0{row.text}"


class SearchModel(QAbstractListModel):
    """Hits of a search, those of one meeting together."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[HitRow] = []

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or not 0 <= index.row() < len(self._rows):
            return None
        row = self._rows[index.row()]
        if role == RowRole:
            return row
        if role == IdRole:
            return row.meeting_id
        if role == Qt.ItemDataRole.DisplayRole:
            return row.text
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(p for p in (row.title, row.speaker, row.time) if p) + ": " + row.text
        return None

    def set_hits(self, hits: Sequence[SearchHit], today: date) -> None:
        groups: dict[str, list[SearchHit]] = {}
        for hit in hits:
            groups.setdefault(hit.meeting_id, []).append(hit)
        rows = []
        for group in groups.values():
            for n, hit in enumerate(group):
                text, marks = marked(hit.snippet)
                rows.append(
                    HitRow(
                        hit.meeting_id,
                        hit.segment_id,
                        clock(hit.start_s),
                        hit.speaker,
                        text,
                        marks,
                        "" if n else hit.title,
                        "" if n else day(hit.started_at, today),
                    )
                )
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()
