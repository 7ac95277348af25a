"""Steps that are done anew because the user wants it, and the way back to what was there before them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from app.domain.edits import Change
from app.domain.meeting import Meeting, Stage
from app.domain.steps import between
from app.viewmodels.job import Job
from app.viewmodels.jobs import JobQueue
from app.viewmodels.minutes import Kind
from app.viewmodels.minutes_items import Entry, part_of

if TYPE_CHECKING:
    from app.viewmodels.meeting import MeetingViewModel


@dataclass(frozen=True, slots=True)
class _Run:
    """What was there when a step was begun anew. `only`: of the minutes, the rest stays as it was."""

    before: Meeting
    stage: Stage
    label: str
    only: Kind | None = None


class Runs(QObject):
    """Runs of one stage, each a step of the history when it is over."""

    def __init__(self, meeting: MeetingViewModel, queue: JobQueue) -> None:
        super().__init__(meeting)
        self._meeting = meeting
        self._queue = queue
        self._runs: dict[str, _Run] = {}
        queue.ended.connect(self._on_ended)

    def again(self, stage: Stage, only: Kind | None = None) -> None:
        """Do a stage anew, and what rests on it; of the minutes only a part, if that is wanted."""
        m = self._meeting
        if m.meeting is None or not m.exportable or m.processing:
            return
        label = self.tr("tell speakers apart again") if stage is Stage.SPEAKERS else self.tr("write the minutes again")
        self._runs[m.shown_id] = _Run(m.meeting, stage, label, only)
        self._queue.forget(m.shown_id)
        self._queue.add(m.shown_id, frozenset({stage}))

    def leaves_words_alone(self, job: Job | None) -> bool:
        """Whether the user may change words and speakers while a job waits or runs."""
        if job is None or job.state == "failed":
            return True
        run = self._runs.get(job.meeting_id)
        if run is not None:
            return run.stage is Stage.MINUTES
        return job.state == "waiting" or job.stage is Stage.MINUTES

    @Slot(str)
    def _on_ended(self, meeting_id: str) -> None:
        run = self._runs.pop(meeting_id, None)
        if run is not None:
            self._meeting.history.ran(
                meeting_id, run.label, lambda now: _kept(run, now), lambda now: _way_back(run, now)
            )


def _kept(run: _Run, now: Meeting) -> Change | None:
    """Of new minutes only the part that was wanted."""
    if run.only is None or run.before.minutes is None or now.minutes is None:
        return None
    merged = part_of(now.minutes, run.only, run.before.minutes)
    return Change(minutes=merged, deleted=now.deleted) if merged != now.minutes else None


def _way_back(run: _Run, now: Meeting) -> Change | None:
    """To what the run has replaced, and to nothing else: the user may have changed other things meanwhile. What
    only the run had made is not deleted by that."""
    if run.stage is Stage.MINUTES:
        if run.before.minutes == now.minutes:
            return None
        there = {s.id for s in now.segments}
        cited = run.before.minutes
        gone = cited is not None and not _cites(run.before) <= there
        if gone:
            return None
        return Change(minutes=cited, deleted=now.deleted) if cited is not None else Change(forget_minutes=True)
    change = between(now, run.before)
    return replace(change, marks=None, deleted=now.deleted) if change is not None else None


def _cites(meeting: Meeting) -> set[int]:
    m = meeting.minutes
    if m is None:
        return set()
    items: list[Entry] = [*m.decisions, *m.action_items, *m.open_questions, *m.chapters]
    return {i for item in items for i in item.evidence}
