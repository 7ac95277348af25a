"""The list of meetings under headings of time, and the list of what a search found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal

from PySide6.QtCore import QAbstractListModel, QCoreApplication, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.domain.meeting import MeetingSummary, SearchHit, clock
from app.viewmodels.formatting import day, length, section, time_of_day
from app.viewmodels.names import is_nameless, shown_in_hit, shown_name

RowRole = Qt.ItemDataRole.UserRole + 1
IdRole = Qt.ItemDataRole.UserRole + 2
Index = QModelIndex | QPersistentModelIndex
Mood = Literal["quiet", "busy", "waiting", "problem"]


def _tr(text: str, n: int = -1) -> str:
    return QCoreApplication.translate("meetings", text, None, n)


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
    """`detail` is when, how long and who; a `status` stands in its place while there is one.

    `section`: the heading it stands under.
    """

    id: str
    title: str
    detail: str
    status: Status | None = None
    section: str = ""
    favourite: bool = False


MOST_HITS = 50  # of one search; who wants more has to look for more words


@dataclass(frozen=True, slots=True)
class HitRow:
    """`title` and `detail` are set on the first hit of each meeting only. `marks`: (start, end) in `text`. A hit
    `in_title` is the title itself, with no time; what leads to no place in the words has no time either. `kind`: what
    it is, if it was not said but stands in the minutes."""

    meeting_id: str
    segment_id: int
    time: str
    speaker: str
    text: str
    marks: tuple[tuple[int, int], ...]
    title: str = ""
    detail: str = ""
    in_title: bool = False
    kind: str = ""


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


class RowMaker:
    """How meetings look in the list on one day. Any thread. Remembers what it has worked out: there may be thousands,
    and only so many days."""

    def __init__(self, today: date) -> None:
        self._today = today
        self._days: dict[date, tuple[str, str]] = {}  # heading and day
        self._times: dict[tuple[int, int], str] = {}
        self._lengths: dict[int, str] = {}

    def row(self, m: MeetingSummary) -> MeetingRow:
        """One in the trash stands under the day on which it was thrown away."""
        local = m.started_at.astimezone()
        name, when = self._day(local)
        if name == when:
            when = self._times.get((local.hour, local.minute)) or self._time(local)
        if m.trashed_at is not None:
            name = self._day(m.trashed_at.astimezone())[0]
        parts = (when, self._length(m.duration_s), people(m.speakers, m.named))
        return MeetingRow(m.id, m.title, " · ".join(p for p in parts if p), _stored_status(m), name, m.favourite)

    def _day(self, moment: datetime) -> tuple[str, str]:
        known = self._days.get(moment.date())
        if known is None:
            known = self._days[moment.date()] = (section(moment, self._today), day(moment, self._today))
        return known

    def _time(self, moment: datetime) -> str:
        made = self._times[moment.hour, moment.minute] = time_of_day(moment)
        return made

    def _length(self, seconds: float) -> str:
        if not seconds:
            return ""
        key = round(seconds) if seconds < 60 else round(seconds / 60) * 60
        made = self._lengths.get(key)
        if made is None:
            made = self._lengths[key] = length(seconds)
        return made


def make_row(m: MeetingSummary, today: date) -> MeetingRow:
    return RowMaker(today).row(m)


def people(speakers: Sequence[str], by_user: Sequence[str] = ()) -> str:
    """ "Anna, Tom +2": those with a name, and how many others there are; "4 people" when nobody has one. `by_user`:
    the names the user gave."""
    named = [shown_name(s, s in by_user) for s in speakers if s in by_user or not is_nameless(s)]
    others = len(speakers) - len(named)
    if not named:
        return _tr("%n people", others) if others > 1 else ""
    return ", ".join(named) + (f" +{others}" if others else "")


def _stored_status(m: MeetingSummary) -> Status | None:
    if m.state == "recording":
        return Status(_tr("Being recorded"), "waiting")
    if m.state == "interrupted":
        return Status(_tr("Interrupted"), "waiting")
    if m.state == "failed":
        return Status(_tr("Not finished: something went wrong"), "problem")
    if m.state in ("new", "unfinished"):
        return Status(_tr("Not finished"), "waiting")
    return None


class MeetingListModel(QAbstractListModel):
    """Headings and meetings, in the order they are given. Headings cannot be chosen."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: list[Heading | MeetingRow] = []
        self._places: dict[str, int] = {}
        self._statuses: Mapping[str, Status] = {}
        self._stored: dict[str, Status | None] = {}

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        if isinstance(self.rows[index.row()], Heading):
            return Qt.ItemFlag.NoItemFlags
        f = Qt.ItemFlag
        return f.ItemIsEnabled | f.ItemIsSelectable | f.ItemNeverHasChildren | f.ItemIsDragEnabled

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or not 0 <= index.row() < len(self.rows):
            return None
        row = self.rows[index.row()]
        if role == RowRole:
            return row
        if isinstance(row, Heading):
            return row.text if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole) else None
        if role == IdRole:
            return row.id
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return row.title
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{row.title}\n{row.detail}"
        if role == Qt.ItemDataRole.AccessibleTextRole:
            star = (self.tr("Favourite"),) if row.favourite else ()
            return ", ".join((row.title, row.detail, *star, *((row.status.text,) if row.status else ())))
        return None

    def set_meetings(self, meetings: Sequence[MeetingSummary], today: date) -> None:
        make = RowMaker(today).row
        self.set_rows([make(m) for m in meetings])

    def set_rows(self, meetings: Sequence[MeetingRow]) -> None:
        """Show these, under their headings. Rows that stay where they are change in place."""
        rows: list[Heading | MeetingRow] = []
        heading = ""
        statuses = self._statuses
        for row in meetings:
            if row.section != heading:
                rows.append(Heading(row.section))
                heading = row.section
            rows.append(replace(row, status=statuses[row.id]) if row.id in statuses else row)
        self._stored = {row.id: row.status for row in meetings}
        if [_identity(r) for r in rows] == [_identity(r) for r in self.rows]:
            for i, row_now in enumerate(rows):
                if row_now != self.rows[i]:
                    self.rows[i] = row_now
                    self.dataChanged.emit(self.index(i), self.index(i))
            return
        self.beginResetModel()
        self.rows = rows
        self._places = {row.id: i for i, row in enumerate(rows) if isinstance(row, MeetingRow)}
        self.endResetModel()

    def set_statuses(self, statuses: Mapping[str, Status]) -> None:
        """What is being processed or waits for it; takes the place of what is stored about a meeting."""
        touched = self._statuses.keys() | statuses.keys()
        self._statuses = dict(statuses)
        for meeting_id in touched:
            i = self._places.get(meeting_id)
            if i is None:
                continue
            row = self.rows[i]
            assert isinstance(row, MeetingRow)
            status = self._statuses.get(meeting_id) or self._stored.get(meeting_id)
            if status != row.status:
                self.rows[i] = replace(row, status=status)
                self.dataChanged.emit(self.index(i), self.index(i))

    def ids(self) -> list[str]:
        return list(self._places)

    def index_of(self, meeting_id: str) -> QModelIndex:
        i = self._places.get(meeting_id)
        return QModelIndex() if i is None else self.index(i)

    def title_of(self, meeting_id: str) -> str:
        index = self.index_of(meeting_id)
        return str(index.data()) if index.isValid() else ""


def _identity(row: Heading | MeetingRow) -> str:
    return row.id if isinstance(row, MeetingRow) else f"\0{row.text}"


class SearchModel(QAbstractListModel):
    """Hits of a search, those of one meeting together."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: list[HitRow] = []

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or not 0 <= index.row() < len(self.rows):
            return None
        row = self.rows[index.row()]
        if role == RowRole:
            return row
        if role == IdRole:
            return row.meeting_id
        if role == Qt.ItemDataRole.DisplayRole:
            return row.text
        if role == Qt.ItemDataRole.AccessibleTextRole:
            if row.in_title:
                return ", ".join((self.tr("Title: {title}").format(title=row.text), row.detail))
            return ", ".join(p for p in (row.title, row.kind, row.speaker, row.time) if p) + ": " + row.text
        return None

    def _kind_text(self, kind: str) -> str:
        """What of the minutes was found; "" for what was said."""
        return {
            "chapter": self.tr("Chapter"),
            "decision": self.tr("Decision"),
            "action_item": self.tr("Action item"),
            "open_question": self.tr("Open question"),
            "note": self.tr("My note"),
        }.get(kind, "")

    def set_hits(self, hits: Sequence[SearchHit], today: date) -> None:
        groups: dict[str, list[SearchHit]] = {}
        for hit in hits:
            groups.setdefault(hit.meeting_id, []).append(hit)
        rows = []
        for group in groups.values():
            for n, hit in enumerate(group):
                text, marks = marked(hit.snippet if hit.speaker else shown_in_hit(hit.snippet))
                nowhere = hit.in_title or (not hit.segment_id and not hit.start_s)
                rows.append(
                    HitRow(
                        hit.meeting_id,
                        0 if hit.in_title else hit.segment_id,
                        "" if nowhere else clock(hit.start_s),
                        shown_name(hit.speaker, hit.speaker_by_user),
                        text,
                        marks,
                        "" if n else hit.title,
                        "" if n else day(hit.started_at, today),
                        hit.in_title,
                        self._kind_text(hit.kind),
                    )
                )
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()
