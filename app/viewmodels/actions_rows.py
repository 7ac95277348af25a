"""Action items of all meetings as rows of a list: filtered, grouped, and put into words when they are looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Literal, get_args

from PySide6.QtCore import QAbstractListModel, QCoreApplication, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.domain.meeting import ActionItemRow
from app.exporters.common import one_line, sentence
from app.viewmodels.formatting import day as day_of
from app.viewmodels.hues import ME, MY_HUE, NOBODY, free_hue, hue_of
from app.viewmodels.minutes import relative_day
from app.viewmodels.names import is_nameless, shown_name

Show = Literal["open", "overdue", "done", "all"]
Grouping = Literal["due", "owner", "meeting"]
SHOWS: tuple[Show, ...] = get_args(Show)
GROUPINGS: tuple[Grouping, ...] = get_args(Grouping)
Index = QModelIndex | QPersistentModelIndex
RowRole = Qt.ItemDataRole.UserRole + 1

Key = tuple[str, int]  # meeting and place among its action items


def _tr(text: str, n: int = -1) -> str:
    return QCoreApplication.translate("actions", text, None, n)


@dataclass(frozen=True, slots=True)
class Group:
    """A heading over rows. `hue`, `who`: of the person it is about, -1 and "" for none; `late`: what is under it is
    over."""

    text: str
    count: int
    hue: int = -1
    late: bool = False
    who: str = ""


@dataclass(frozen=True, slots=True)
class Action:
    """One action item. `hue`: the colour of its owner, -1 for nobody."""

    found: ActionItemRow
    hue: int
    today: date

    @property
    def key(self) -> Key:
        return self.found.meeting_id, self.found.position

    @property
    def task(self) -> str:
        return sentence(one_line(self.found.item.task))

    @property
    def owner(self) -> str:
        return owner_of(self.found)

    @property
    def done(self) -> bool:
        return self.found.item.done

    @property
    def due_on(self) -> date | None:
        return self.found.item.due_on

    @property
    def late(self) -> bool:
        return is_late(self.found, self.today)

    @property
    def due(self) -> str:
        """ "Tomorrow", "Fri 27 Nov", or as it was said, “tomorrow”, where no day is known."""
        if self.due_on is not None:
            return sentence(relative_day(self.due_on, self.today))
        said = one_line(self.found.item.due or "")
        return _tr("“{said}”").format(said=said) if said else ""

    @property
    def began(self) -> date:
        """The day of the meeting, where it was."""
        return self.found.started_at.date()

    @property
    def meeting(self) -> str:
        return one_line(self.found.title)

    @property
    def where(self) -> str:
        """ "Planning · Fri 20 Nov"."""
        return f"{self.meeting} · {day_of(self.found.started_at, self.today)}"

    @property
    def said(self) -> str:
        """All of it in a sentence, for those who listen."""
        parts = [_tr("Done: {task}").format(task=self.task) if self.done else self.task]
        if self.owner:
            parts.append(_tr("owner {name}").format(name=self.owner))
        if self.due:
            parts.append((_tr("overdue since {date}") if self.late else _tr("due {date}")).format(date=self.due))
        parts.append(_tr("from {meeting}").format(meeting=self.where))
        if not self.found.item.supported and not self.found.item.by_user:
            parts.append(_tr("not found in the transcript"))
        return ", ".join(parts)

    @property
    def markdown(self) -> str:
        about = [part for part in (self.owner, self.due) if part]
        line = f"- [{'x' if self.done else ' '}] {self.task}"
        return f"{line} — {', '.join(about)} ({self.meeting})" if about else f"{line} ({self.meeting})"


Row = Group | Action


def is_late(found: ActionItemRow, today: date) -> bool:
    on = found.item.due_on
    return on is not None and on < today and not found.item.done


def owner_key(found: ActionItemRow) -> str:
    """Who it is for, however the name is written; "" for nobody. "Speaker 1" is somebody else in every meeting."""
    name = one_line(found.item.owner or "")
    return f"{name.casefold()}\n{found.meeting_id}" if is_nameless(name) else name.casefold()


def owner_of(found: ActionItemRow) -> str:
    """As it is shown; "" for nobody."""
    return shown_name(one_line(found.item.owner or ""), found.owner_by_user)


@dataclass(frozen=True, slots=True)
class Filter:
    """What is shown. `owner`: None for everybody, "" for what nobody does; `meeting`: id, "" for all."""

    show: Show = "open"
    owner: str | None = None
    meeting: str = ""

    def keeps(self, found: ActionItemRow, today: date) -> bool:
        if self.owner is not None and owner_key(found) != self.owner:
            return False
        if self.meeting and found.meeting_id != self.meeting:
            return False
        if self.show == "overdue":
            return is_late(found, today)
        return self.show == "all" or found.item.done == (self.show == "done")


@dataclass(frozen=True, slots=True)
class Owner:
    """Somebody with action items. `key` as `owner_key` says; `called`: the name alone. Where nobody has said who it is
    (`nameless`), `name` says in which meeting, too, and `where` says it alone."""

    key: str
    name: str
    hue: int
    count: int
    called: str = ""
    nameless: bool = False
    where: str = ""


def owners_of(items: Sequence[ActionItemRow]) -> list[Owner]:
    """Who has most first, nobody last."""
    names: dict[str, str] = {}
    counts: Counter[str] = Counter()
    called: dict[str, str] = {}
    where: dict[str, str] = {}
    for found in items:
        key = owner_key(found)
        if key not in names:
            called[key] = name = owner_of(found)
            if is_nameless(one_line(found.item.owner or "")):
                where[key] = one_line(found.title)
                name = _tr("{name} in “{meeting}”").format(name=name, meeting=where[key])
            names[key] = name
        counts[key] += 1
    ordered = sorted((k for k in counts if k), key=lambda k: (-counts[k], k))
    hues = owner_hues(items)
    made = [
        Owner(key, names[key], hues[key], counts[key], called[key], key in where, where.get(key, "")) for key in ordered
    ]
    return [*made, Owner("", _tr("Nobody yet"), -1, counts[""])] if counts[""] else made


def owner_hues(items: Sequence[ActionItemRow]) -> dict[str, int]:
    """By `owner_key`. Everybody has the colour of the first meeting in which they were given something to do, or
    another if somebody had it before them, so they keep it when meetings follow. Who is only numbered looks in all
    meetings as in their own: they are told apart by name, and would soon use up the colours."""
    first: dict[str, ActionItemRow] = {}
    for found in items:
        key = owner_key(found)
        if key and (key not in first or _age(found) < _age(first[key])):
            first[key] = found
    hues: dict[str, int] = {}
    taken: set[int] = set()
    for key, found in sorted(first.items(), key=lambda one: _age(one[1])):
        name = one_line(found.item.owner or "")
        wanted = hue_of(found.speaker or (ME if key == ME else ""))
        if wanted == MY_HUE:
            hues[key] = wanted
        elif is_nameless(name):
            hues[key] = wanted if wanted != NOBODY else hue_of(f"s{name.rpartition(' ')[2]}")
        else:
            hues[key] = free_hue(wanted, taken)
            taken.add(hues[key])
    return hues


def _age(found: ActionItemRow) -> tuple[datetime, str, int]:
    return found.started_at, found.meeting_id, found.position


def rows_of(
    items: Sequence[ActionItemRow],
    owners: Sequence[Owner],
    grouping: Grouping,
    today: date,
    staying: Collection[Key] = (),
) -> list[Row]:
    """Headings and what stands under them. `staying`: what was ticked off just now and stands where it stood."""
    hues = {o.key: o.hue for o in owners}
    made = [Action(found, hues.get(owner_key(found), -1), today) for found in items]
    over = {a.key for a in made if a.done and a.key not in staying}
    if grouping == "owner":
        groups = _by_owner(made, owners, over)
    elif grouping == "meeting":
        groups = _by_meeting(made)
    else:
        groups = _by_due(made, today, over)
    rows: list[Row] = []
    for heading, members in groups:
        if members:
            rows.append(replace(heading, count=len(members)))
            rows.extend(members)
    return rows


def _in_time(actions: Iterable[Action], over: Collection[Key]) -> list[Action]:
    """What is to be done soonest first, what is done last."""
    return sorted(actions, key=lambda a: (a.key in over, a.due_on or date.max, a.began, *a.key))


Groups = Iterator[tuple[Group, list[Action]]]


def _by_owner(actions: Sequence[Action], owners: Sequence[Owner], over: Collection[Key]) -> Groups:
    theirs: dict[str, list[Action]] = {}
    for action in actions:
        theirs.setdefault(owner_key(action.found), []).append(action)
    for owner in owners:
        yield Group(owner.name, 0, owner.hue, who=owner.called), _in_time(theirs.get(owner.key, ()), over)


def _by_meeting(actions: Sequence[Action]) -> Groups:
    meetings: dict[str, list[Action]] = {}
    for action in actions:
        meetings.setdefault(action.found.meeting_id, []).append(action)
    for members in meetings.values():  # newest first, as they come
        yield Group(members[0].where, 0), members


def _by_due(actions: Sequence[Action], today: date, over: Collection[Key]) -> Groups:
    """By how soon, weeks beginning on Monday."""
    monday = today - timedelta(days=today.weekday())
    ends = (
        (_tr("Today"), today),
        (_tr("Tomorrow"), today + timedelta(days=1)),
        (_tr("This week"), monday + timedelta(days=6)),
        (_tr("Next week"), monday + timedelta(days=13)),
        (_tr("Later"), date.max),
    )
    late: list[Action] = []
    undated: list[Action] = []
    done: list[Action] = []
    soon: list[list[Action]] = [[] for _ in ends]
    for action in actions:
        on = action.due_on
        if action.key in over:
            done.append(action)
        elif on is None:
            undated.append(action)
        elif on < today:
            late.append(action)
        else:
            soon[next(n for n, (_, end) in enumerate(ends) if on <= end)].append(action)
    yield Group(_tr("Overdue"), 0, late=True), _in_time(late, over)
    for (text, _), members in zip(ends, soon, strict=True):
        yield Group(text, 0), _in_time(members, over)
    yield Group(_tr("No date"), 0), undated
    yield Group(_tr("Done"), 0), done


class ActionsModel(QAbstractListModel):
    """The rows on the screen. One that only says something else is repainted; nothing else moves then."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: list[Row] = []

    def set_rows(self, rows: list[Row]) -> None:
        if [_place(r) for r in rows] == [_place(r) for r in self.rows]:
            changed = [n for n, (a, b) in enumerate(zip(self.rows, rows, strict=True)) if a != b]
            self.rows = rows
            for n in changed:
                self.dataChanged.emit(self.index(n, 0), self.index(n, 0))
            return
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def row_of(self, key: Key) -> int:
        """-1 if it is not shown."""
        return next((n for n, r in enumerate(self.rows) if isinstance(r, Action) and r.key == key), -1)

    def action(self, index: Index) -> Action | None:
        row = self.rows[index.row()] if index.isValid() and index.row() < len(self.rows) else None
        return row if isinstance(row, Action) else None

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if self.action(index) is None:
            return Qt.ItemFlag.ItemIsEnabled
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self.rows):
            return None
        row = self.rows[index.row()]
        if role == RowRole:
            return row
        if isinstance(row, Group):
            said = _tr("{group}, %n items", row.count) if row.count != 1 else _tr("{group}, one item")
            said = said.format(group=row.text)
            return said if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole) else None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return row.said
        if role == Qt.ItemDataRole.CheckStateRole:
            return Qt.CheckState.Checked if row.done else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.ToolTipRole:
            return row.task
        return None


def _place(row: Row) -> tuple[str, int] | str:
    return row.key if isinstance(row, Action) else row.text
