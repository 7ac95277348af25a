"""Action items of all meetings: what is open, whose it is, and until when."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from PySide6.QtCore import QObject, Signal, Slot

from app.domain.edits import Change
from app.domain.errors import InputError
from app.domain.meeting import ActionItemRow, Meeting, MeetingSummary, Stage
from app.domain.minutes_edits import Edit, change_action, due_on, owned_by, ticked
from app.domain.naming import action_rows
from app.domain.ports import MeetingStore
from app.viewmodels.actions_matrix import MatrixModel
from app.viewmodels.actions_rows import (
    Action,
    ActionsModel,
    Filter,
    Grouping,
    Key,
    Owner,
    Show,
    is_late,
    owners_of,
    rows_of,
)
from app.viewmodels.history import History
from app.viewmodels.jobs import JobQueue
from app.viewmodels.names import stored_name
from app.viewmodels.problems import in_words
from app.workers.storage_lane import StorageLane


class ActionsViewModel(QObject):
    """Reads when it is first looked at, and keeps up from then on.

    What is ticked off stays where it is until the user looks at something else: it can be taken back where it was.

    Signals:
        changed: other items, or others are shown.
        problem: they could not be read. (Problem)
    """

    changed = Signal()
    problem = Signal(object)

    def __init__(
        self,
        lane: StorageLane,
        queue: JobQueue,
        history: History,
        parent: QObject | None = None,
        today: Callable[[], date] = date.today,
    ) -> None:
        super().__init__(parent)
        self._lane = lane
        self._history = history
        self._today = today
        self._items: list[ActionItemRow] = []
        self._staying: set[Key] = set()
        self._asked = 0
        self.read = False  # whether they have been read yet
        self.filter = Filter()
        self.grouping: Grouping = "due"
        self.owners: list[Owner] = []
        self.rows = ActionsModel(self)
        self.matrix = MatrixModel(self)
        history.stored.connect(self._on_stored)
        history.filed.connect(self._on_filed)
        queue.stage_stored.connect(self._on_stage_stored)

    # Reading

    @Slot()
    def refresh(self) -> None:
        """Read them again; what was ticked off goes to where it belongs."""
        self._staying.clear()
        self._read()

    def _read(self) -> None:
        self._asked += 1
        ticket = self._asked

        def read(store: MeetingStore) -> Sequence[ActionItemRow]:
            return store.action_items(include_done=True)

        def then(items: Sequence[ActionItemRow]) -> None:
            if ticket == self._asked:
                self.read = True
                self._items = list(items)
                self._show()

        self._lane.ask(read, then, lambda error: self.problem.emit(in_words(error)))

    @Slot(object)
    def _on_stored(self, meeting: Meeting) -> None:
        """A meeting was changed: its items are known without reading all. An answer that is still under way was asked
        for later, or it would have come before: the lane keeps the order."""
        if not self.read:
            return
        was = [n for n, i in enumerate(self._items) if i.meeting_id == meeting.id]
        rest = [i for i in self._items if i.meeting_id != meeting.id]
        at = was[0] if was else next((n for n, i in enumerate(rest) if i.started_at < meeting.started_at), len(rest))
        rest[at:at] = action_rows(meeting) if meeting.trashed_at is None else []
        self._items = rest
        self._show()

    @Slot(object)
    def _on_filed(self, _meeting: MeetingSummary) -> None:
        if self.read:
            self._read()

    @Slot(str, object)
    def _on_stage_stored(self, _meeting_id: str, stage: Stage) -> None:
        if self.read and stage in (Stage.TRANSCRIBE, Stage.MINUTES):
            self._read()

    # What is shown

    @property
    def today(self) -> date:
        return self._today()

    @property
    def empty(self) -> bool:
        """Whether no meeting has any."""
        return self.read and not self._items

    @property
    def open_count(self) -> int:
        return sum(not i.item.done for i in self._items)

    @property
    def late_count(self) -> int:
        today = self.today
        return sum(is_late(i, today) for i in self._items)

    @property
    def shown(self) -> list[Action]:
        return [r for r in self.rows.rows if isinstance(r, Action)]

    @property
    def summary(self) -> str:
        """ "12 open, 3 of them overdue"."""
        late = self.late_count
        text = self.tr("%n open", "", self.open_count)
        return self.tr("{open}, {late} of them overdue").format(open=text, late=late) if late else text

    @property
    def meeting_title(self) -> str:
        """Of the only meeting whose items are shown, "" for all."""
        wanted = self.filter.meeting
        return next((i.title for i in self._items if i.meeting_id == wanted), "") if wanted else ""

    def show(self, show: Show) -> None:
        self.narrow(replace(self.filter, show=show))

    def show_owner(self, owner: str | None) -> None:
        """None: everybody's; "": what nobody does."""
        self.narrow(replace(self.filter, owner=owner))

    def narrow(self, wanted: Filter) -> None:
        self.filter = wanted
        self._staying.clear()
        self._show()

    def widen(self) -> None:
        """Everything that is open or, if nothing is, everything."""
        self.narrow(Filter("open" if self.open_count else "all"))

    def group(self, grouping: Grouping) -> None:
        self.grouping = grouping
        self._staying.clear()
        self._show()

    def _show(self) -> None:
        today = self.today
        self.owners = owners_of(self._items)
        if self.filter.owner is not None and all(o.key != self.filter.owner for o in self.owners):
            self.filter = replace(self.filter, owner=None)
        kept = [i for i in self._items if self.filter.keeps(i, today) or (i.meeting_id, i.position) in self._staying]
        self.rows.set_rows(rows_of(kept, self.owners, self.grouping, today, self._staying))
        self.matrix.set_items(self._items, self.owners, today)
        self.changed.emit()

    def names(self) -> list[str]:
        """Who has action items already."""
        return [o.name for o in self.owners if o.key and not o.nameless]

    def markdown(self) -> str:
        """All that is shown, as a list for other programs."""
        lines: list[str] = []
        for row in self.rows.rows:
            if isinstance(row, Action):
                lines.append(row.markdown)
            else:
                lines += ["", f"## {row.text}", ""]
        return "\n".join(lines).strip() + "\n"

    # Changing

    def tick(self, action: Action, done: bool) -> None:
        self._staying.add(action.key)
        self._do(action, lambda _: ticked(done), self.tr("tick off") if done else self.tr("take the tick away"))

    def set_due(self, action: Action, day: date | None) -> None:
        self._staying.add(action.key)
        self._do(action, lambda _: due_on(day), self.tr("change the date"))

    def set_owner(self, action: Action, name: str) -> None:
        self._staying.add(action.key)
        self._do(action, lambda m: owned_by(stored_name(name, m.speakers)), self.tr("change who does it"))

    def _do(self, action: Action, edit: Callable[[Meeting], Edit], label: str) -> None:
        position, task = action.found.position, action.found.item.task

        def make(meeting: Meeting) -> Change | None:
            try:
                return change_action(meeting, position, task, edit(meeting))
            except LookupError as error:
                raise InputError(
                    self.tr("This action item has been replaced since."),
                    self.tr("Nothing was changed. Look at the meeting’s minutes again."),
                ) from error

        self._history.do(action.found.meeting_id, make, label)
