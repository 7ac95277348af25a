"""The page of jobs: what is done now, what waits, what is not finished, what went wrong, and what was done today."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Literal

from PySide6.QtCore import QObject, Signal, Slot

from app.domain.meeting import MeetingSummary, WorkDone
from app.domain.ports import MeetingStore
from app.viewmodels.formatting import day, length, time_of_day
from app.viewmodels.job import Job
from app.viewmodels.jobs import JobQueue
from app.viewmodels.problems import Problem
from app.workers.storage_lane import StorageLane

log = logging.getLogger(__name__)

USER = "user"  # why the queue is held, if the user wants it
MOST = 200  # of meetings of earlier days that are not finished; nobody looks at more
MOST_DONE = 20  # a folder of hundreds may have been imported today: of what is done, the last is enough

RowKind = Literal["running", "waiting", "failed", "unfinished", "done"]


@dataclass(frozen=True, slots=True)
class JobRow:
    """A meeting on the page. `done`: 0..1, None for no bar. `aside`: how long still, or when it ended.

    `first`, `last`: of those that wait, which cannot be moved further that way.
    """

    meeting_id: str
    title: str
    kind: RowKind
    what: str = ""
    aside: str = ""
    done: float | None = None
    problem: Problem | None = None
    notices: tuple[str, ...] = ()
    stopping: bool = False
    first: bool = False
    last: bool = False


@dataclass(frozen=True, slots=True)
class _Read:
    """What the library says: `left` is not finished or failed, with why, `done` what was done today, last first."""

    titles: dict[str, str]
    left: tuple[MeetingSummary, ...] = ()
    errors: dict[str, str] = field(default_factory=dict)
    done: tuple[WorkDone, ...] = ()


class JobsViewModel(QObject):
    """Signals:
    changed: rows came, went or moved, or the queue is held or goes on.
    moved: a row that is there already says something else. (meeting id)
    offered: jobs of an earlier run of the program can be continued. (how many)
    """

    changed = Signal()
    moved = Signal(str)
    offered = Signal(int)

    def __init__(
        self,
        lane: StorageLane,
        queue: JobQueue,
        parent: QObject | None = None,
        now: Callable[[], datetime] = lambda: datetime.now().astimezone(),
    ) -> None:
        super().__init__(parent)
        self._lane = lane
        self._queue = queue
        self._now = now
        self._read = _Read({})
        self._kinds: dict[str, RowKind] = {}
        self._sought: set[str] = set()  # whose title was asked for
        self._first_look = True
        self._looking = False
        self._again = False
        queue.changed.connect(self._on_job)
        queue.order_changed.connect(self.changed)
        queue.ended.connect(self.look)

    # What is shown

    @property
    def held(self) -> bool:
        """Whether the user has paused the queue."""
        return USER in self._queue.holds

    @property
    def waits_for(self) -> str:
        """Why nothing is begun, in words; "" if all goes its way."""
        if self.held:
            return self.tr("Paused. Nothing is lost: each meeting goes on where it was.")
        if self._queue.holds:
            return self.tr("Waiting until the recording is over: it gets all there is.")
        return ""

    @property
    def active(self) -> int:
        """How many are being processed or wait."""
        return sum(1 for j in self._queue.jobs if j.state != "failed")

    def rows(self) -> list[JobRow]:
        """All rows, in the order in which they are shown."""
        running = [j for j in self._queue.jobs if j.state in ("running", "stopping")]
        failed = [j for j in self._queue.jobs if j.state == "failed"]
        waiting = self._queue.waiting
        rows = [self._running(j) for j in running]
        for n, meeting_id in enumerate(waiting):
            rows.append(
                JobRow(meeting_id, self._title(meeting_id), "waiting", first=n == 0, last=n == len(waiting) - 1)
            )
        rows += [
            JobRow(
                j.meeting_id,
                self._title(j.meeting_id),
                "failed",
                what=j.label,
                problem=j.problem,
                notices=tuple(j.notices),
            )
            for j in failed
        ]
        there = {r.meeting_id for r in rows}
        today = self._now().date()
        rows += [self._left_over(m, today) for m in self._read.left if m.id not in there]
        done = (w for w in self._read.done if w.meeting_id not in there)
        return rows + [self._done(w) for w in done if w.ended_at.astimezone().date() == today]

    def row(self, meeting_id: str) -> JobRow | None:
        return next((r for r in self.rows() if r.meeting_id == meeting_id), None)

    # What can be done

    @Slot()
    def toggle_hold(self) -> None:
        """Pause everything, or go on."""
        if self.held:
            self._queue.release(USER)
        else:
            self._queue.hold(USER)

    def cancel(self, meeting_id: str) -> None:
        """Do not process it now; what is finished stays, and it can be continued."""
        self._queue.cancel(meeting_id)

    def go_on(self, meeting_id: str) -> None:
        """Try a failed one again, or continue one that is not finished."""
        self._queue.retry(meeting_id)

    def go_on_with_all(self) -> None:
        """Continue everything that is not finished, oldest first. What failed is for the user to look at."""
        for m in sorted(self._read.left, key=lambda m: m.started_at):
            if m.state != "failed" and not self._queue.active(m.id):
                self._queue.add(m.id)

    def move(self, meeting_id: str, by: int) -> None:
        """Let a waiting one come earlier (-1) or later (1)."""
        if meeting_id in self._queue.waiting:
            self._queue.move(meeting_id, self._queue.waiting.index(meeting_id) + by)

    def move_before(self, meeting_id: str, other: str) -> None:
        """Let a waiting one come right before another; "" for last."""
        waiting = [i for i in self._queue.waiting if i != meeting_id]
        self._queue.move(meeting_id, waiting.index(other) if other in waiting else len(waiting))

    @Slot()
    def look(self) -> None:
        """Read what is not finished and what was done today. Asked for while it reads, it reads once more."""
        if self._looking:
            self._again = True
            return
        self._looking = True

        midnight = datetime.combine(self._now().date(), time.min).astimezone()

        def read(store: MeetingStore) -> _Read:
            meetings = store.list()
            left = tuple(m for m in meetings if m.state in ("new", "unfinished", "failed"))[:MOST]
            errors = {}
            for m in left:
                if m.state == "failed":
                    failed = [r.error for r in store.get(m.id).stages if r.state == "failed"]
                    errors[m.id] = failed[-1] if failed else ""
            finished = {m.id for m in meetings if m.state == "done"}
            done = tuple(w for w in store.work_done(midnight) if w.meeting_id in finished)[:MOST_DONE]
            return _Read({m.id: m.title for m in meetings}, left, errors, done)

        self._lane.ask(read, self._on_read, self._on_unread)

    # Rows

    def _title(self, meeting_id: str) -> str:
        return self._read.titles.get(meeting_id, "")

    def _running(self, job: Job) -> JobRow:
        percent = self.tr("%n %", "", round(job.done * 100))
        what = job.label or self.tr("Starting")
        stopping = job.state == "stopping"
        return JobRow(
            job.meeting_id,
            self._title(job.meeting_id),
            "running",
            what=self.tr("Stopping") if stopping else f"{what} · {percent}",
            aside="" if stopping else job.remaining_text,
            done=job.done,
            notices=tuple(job.notices),
            stopping=stopping,
        )

    def _left_over(self, m: MeetingSummary, today: date) -> JobRow:
        when = f"{day(m.started_at, today)} {time_of_day(m.started_at)}"
        if m.state == "failed":
            what = self._read.errors.get(m.id) or self.tr("Something went wrong.")
            problem = Problem(what, self.tr("What was finished is kept. Try again."))
            return JobRow(m.id, self._title(m.id), "failed", problem=problem, aside=when)
        what = self.tr("Not begun") if m.state == "new" else self.tr("Begun, not finished")
        return JobRow(m.id, self._title(m.id), "unfinished", what=what, aside=when)

    def _done(self, work: WorkDone) -> JobRow:
        what = self.tr("Done, in {time}").format(time=length(work.seconds))
        return JobRow(
            work.meeting_id,
            self._title(work.meeting_id),
            "done",
            what=what,
            aside=time_of_day(work.ended_at.astimezone()),
        )

    # Answers

    @Slot(str)
    def _on_job(self, meeting_id: str) -> None:
        job = self._queue.job(meeting_id)
        if job is not None and meeting_id not in self._read.titles and meeting_id not in self._sought:
            self._sought.add(meeting_id)
            self.look()
        kind: RowKind | None = None if job is None else "running" if job.state == "stopping" else job.state
        if kind is not None and self._kinds.get(meeting_id) == kind:
            self.moved.emit(meeting_id)
            return
        if kind is None:
            self._kinds.pop(meeting_id, None)
        else:
            self._kinds[meeting_id] = kind
        self.changed.emit()

    def _on_read(self, found: _Read) -> None:
        self._read = found
        self._has_looked()
        self.changed.emit()
        if self._first_look:
            self._first_look = False
            waiting = [m for m in found.left if m.state != "failed" and not self._queue.active(m.id)]
            if waiting:
                self.offered.emit(len(waiting))

    def _on_unread(self, error: BaseException) -> None:
        log.warning("what is not finished could not be read: %s", error)
        self._has_looked()

    def _has_looked(self) -> None:
        self._looking = False
        if self._again:
            self._again = False
            self.look()
