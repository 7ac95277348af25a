"""What the user has changed, and the way back.

Every change goes through here: it is made in the storage lane from what is stored at that moment, and what takes it
back is kept. Stored results of a job may have replaced what a step would put back; then the step is refused in words
and dropped, and nothing is touched.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from PySide6.QtCore import QObject, Signal, Slot

from app.domain.edits import Change, applied, inverse
from app.domain.errors import InputError, StorageError
from app.domain.meeting import Meeting, MeetingSummary
from app.domain.ports import MeetingStore
from app.viewmodels.problems import in_words
from app.workers.storage_lane import StorageLane

Make = Callable[[Meeting], Change | None]
Direction = Literal["undo", "redo"]
STEPS_KEPT = 200


@dataclass(frozen=True, slots=True)
class _Part:
    """A change that was made to one meeting: `back` undoes it, `again` makes it once more.

    `again` also says how things were left: `back` applies only while they still are like that.
    """

    meeting_id: str
    back: Change
    again: Change


@dataclass(frozen=True, slots=True)
class _Step:
    """What one action changed; several meetings when it was done to several."""

    label: str
    parts: tuple[_Part, ...]


@dataclass(slots=True)
class _Outcome:
    """What became of a task in the lane. `left`: parts that could not be changed now and can be tried again."""

    done: list[_Part] = field(default_factory=list)
    meetings: list[Meeting] = field(default_factory=list)
    filed: list[MeetingSummary] = field(default_factory=list)
    prepared: list[object] = field(default_factory=list)
    left: list[_Part] = field(default_factory=list)
    error: BaseException | None = None


class History(QObject):
    """Window's thread. Steps of all meetings in the order in which they were made.

    Signals:
        changed: other things can be undone or redone; see `undo_label` and `redo_label`.
        applied: a meeting was changed, undone or redone. (id)
        stored: the same, with the meeting as it is now. (Meeting)
        prepared: what `prepare` has made of it; comes after `stored`. (object)
        filed: a damaged meeting, which cannot be read, went to the trash or came back. (MeetingSummary)
        problem: a change could not be made or taken back. (Problem)
    """

    changed = Signal()
    applied = Signal(str)
    stored = Signal(object)
    prepared = Signal(object)
    filed = Signal(object)
    problem = Signal(object)

    def __init__(self, lane: StorageLane, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lane = lane
        self._undo: list[_Step] = []
        self._redo: list[_Step] = []
        self.prepare: Callable[[Meeting], object] | None = (
            None  # runs in the lane: with hours of words it takes a while
        )
        self._in_flight = 0
        self._pressed: list[Direction] = []  # while changes are under way: they come first

    # What can be done

    @property
    def can_undo(self) -> bool:
        return bool(self._undo)

    @property
    def can_redo(self) -> bool:
        return bool(self._redo)

    @property
    def undo_label(self) -> str:
        """What would be undone, to stand after "Undo:"; "" for nothing."""
        return self._undo[-1].label if self._undo else ""

    @property
    def redo_label(self) -> str:
        return self._redo[-1].label if self._redo else ""

    # Doing

    def do(self, meeting_id: str, make: Make, label: str) -> None:
        """Change a meeting. `make` runs in the storage lane on what is stored then; None: there is nothing to do.

        `label` says what is done, in words that can stand after "Undo:" ("rename the speaker").
        """
        self.do_all((meeting_id,), make, label)

    def throw_away(self, meeting_ids: Sequence[str], trashed: bool, label: str) -> None:
        """Put meetings into the trash, or take them out, also those that are damaged and cannot be read."""

        def make(meeting: Meeting) -> Change | None:
            return Change(trashed=trashed) if (meeting.trashed_at is not None) != trashed else None

        self.do_all(meeting_ids, make, label, trashed=trashed)

    def do_all(self, meeting_ids: Sequence[str], make: Make, label: str, *, trashed: bool | None = None) -> None:
        """The same for several meetings, undone together. Those that fail are said; the others are changed.
        `trashed`: where one goes that cannot be read."""

        def task(store: MeetingStore) -> _Outcome:
            out = _Outcome()
            for meeting_id in meeting_ids:
                try:
                    try:
                        before = store.get(meeting_id)
                    except StorageError:
                        if trashed is None:
                            raise
                        _file(out, store, meeting_id, trashed)
                        continue
                    change = make(before)
                    if change is None or change == inverse(before, change):
                        continue
                    back = store.change(meeting_id, change)
                    _note(out, store, before, change, back)
                except Exception as error:
                    out.error = out.error or error
            return out

        self._ask(task, label)

    def ran(self, meeting_id: str, label: str, keep: Make, back: Make) -> None:
        """A job has replaced something the user may want to have again. Both look at the meeting as it is now: `keep`
        for what is to be changed of the result, then `back` for the way to what was there before."""

        def task(store: MeetingStore) -> _Outcome:
            out = _Outcome()
            try:
                now = store.get(meeting_id)
            except StorageError:  # deleted meanwhile: there is nothing to come back to
                return out
            change = keep(now)
            if change is not None:
                store.change(meeting_id, change)
                now = store.get(meeting_id)
                out.meetings.append(now)
            way = back(now)
            if way is not None:
                out.done.append(_Part(meeting_id, way, inverse(now, way)))
            return out

        self._ask(task, label)

    def _ask(self, task: Callable[[MeetingStore], _Outcome], label: str) -> None:
        def then(out: _Outcome) -> None:
            self._ended()
            if out.done:
                self._undo.append(_Step(label, tuple(out.done)))
                del self._undo[:-STEPS_KEPT]
                self._redo.clear()
            self._tell(out)

        self._in_flight += 1
        self._lane.ask(self._with_preparation(task), then, self._on_failed)

    def _with_preparation(self, task: Callable[[MeetingStore], _Outcome]) -> Callable[[MeetingStore], _Outcome]:
        prepare = self.prepare

        def both(store: MeetingStore) -> _Outcome:
            out = task(store)
            if prepare is not None:
                try:
                    out.prepared = [p for m in out.meetings if (p := prepare(m)) is not None]
                except Exception as error:  # it is stored all the same, and can be taken back
                    out.error = out.error or error
            return out

        return both

    @Slot()
    def undo(self) -> None:
        """Take back the last step, once everything under way is stored."""
        self._press("undo")

    @Slot()
    def redo(self) -> None:
        self._press("redo")

    def forget(self, meeting_id: str) -> None:
        """The meeting is gone for good: its steps go too."""
        for stack in (self._undo, self._redo):
            kept = [
                _Step(s.label, parts)
                for s in stack
                if (parts := tuple(p for p in s.parts if p.meeting_id != meeting_id))
            ]
            stack[:] = kept
        self.changed.emit()

    # Back and forth

    def _press(self, direction: Direction) -> None:
        if self._in_flight:
            self._pressed.append(direction)
            return
        here, there = (self._undo, self._redo) if direction == "undo" else (self._redo, self._undo)
        if not here:
            return
        step = here.pop()

        def task(store: MeetingStore) -> _Outcome:
            out = _Outcome()
            for part in reversed(step.parts):
                _take_back(out, store, part, self._refusal)
            return out

        def then(out: _Outcome) -> None:
            self._ended()
            if out.done:
                there.append(_Step(step.label, tuple(out.done)))
            if out.left:
                here.append(_Step(step.label, tuple(reversed(out.left))))
            self._tell(out)

        def otherwise(error: BaseException) -> None:
            here.append(step)
            self._on_failed(error)

        self._in_flight += 1
        self._lane.ask(self._with_preparation(task), then, otherwise)
        self.changed.emit()

    def _ended(self) -> None:
        self._in_flight -= 1

    def _on_failed(self, error: BaseException) -> None:
        """The library itself could not be opened."""
        self._ended()
        self._tell(_Outcome(error=error))

    def _tell(self, out: _Outcome) -> None:
        for meeting in out.meetings:
            self.stored.emit(meeting)
            self.applied.emit(meeting.id)
        for prepared in out.prepared:
            self.prepared.emit(prepared)
        for summary in out.filed:
            self.filed.emit(summary)
        self.changed.emit()
        if out.error is not None:
            self.problem.emit(in_words(out.error))
        while self._pressed and not self._in_flight:
            self._press(self._pressed.pop(0))

    def _refusal(self) -> InputError:
        return InputError(
            self.tr("This step can no longer be taken back."),
            self.tr("What it changed has been replaced since. Nothing was touched."),
        )


def _note(out: _Outcome, store: MeetingStore, before: Meeting, change: Change, back: Change) -> None:
    """Remember a change that was made, and how it left the meeting. Only the moment of throwing it away is the
    store's; everything else is known without reading hours of words again."""
    now = datetime.now().astimezone()
    after = store.get(before.id) if change.trashed is not None else applied(before, change, now)
    out.done.append(_Part(before.id, back, inverse(after, back)))
    out.meetings.append(after)


def _file(out: _Outcome, store: MeetingStore, meeting_id: str, trashed: bool) -> None:
    """Into the trash or out of it, without reading the meeting. Where it is already, it stays."""
    if (store.summary(meeting_id).trashed_at is not None) != trashed:
        out.filed.append(store.set_trashed(meeting_id, trashed))
        out.done.append(_Part(meeting_id, Change(trashed=not trashed), Change(trashed=trashed)))


def _take_back(out: _Outcome, store: MeetingStore, part: _Part, refusal: Callable[[], InputError]) -> None:
    try:
        now = store.get(part.meeting_id)
    except Exception as error:
        if part.back.trashed is not None:
            with suppress(Exception):  # damaged: the trash asks nothing of it
                _file(out, store, part.meeting_id, part.back.trashed)
                return
        out.error = out.error or error  # the meeting is gone: there is nothing to come back to
        return
    if inverse(now, part.back) != part.again:
        out.error = out.error or refusal()
        return
    try:
        back = store.change(part.meeting_id, part.back)
    except Exception as error:  # a full disk: the way back is still open
        out.left.append(part)
        out.error = out.error or error
        return
    _note(out, store, now, part.back, back)
