"""The queue of meetings to process: one runs, the others wait."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal, Slot

from app.domain.events import Event, Notice, SegmentReady, StageDone, StageStarted
from app.domain.meeting import Stage
from app.viewmodels.job import Job
from app.viewmodels.live_shown import LiveWords
from app.viewmodels.phrases import said
from app.viewmodels.problems import in_words
from app.workers.engine import EngineThread

log = logging.getLogger(__name__)


class JobQueue(QObject):
    """Hands one job after another to the engine thread.

    Signals:
        changed: something about a job is different. (meeting id)
        segments_ready: new segments of the running job. (meeting id, list)
        live_shown: what was said live in the meeting of a job is different. (meeting id)
        restarted: transcription begins (again), segments shown so far are void. (meeting id)
        stage_stored: a stage's result is in the library. (meeting id, Stage)
        ended: the job is over, in whatever way. (meeting id)
        succeeded: all of it is done and stored; `ended` follows. (meeting id)
        order_changed: what waits, in which order, or whether anything is begun at all.
    """

    changed = Signal(str)
    succeeded = Signal(str)
    order_changed = Signal()
    segments_ready = Signal(str, object)
    live_shown = Signal(str)
    restarted = Signal(str)
    stage_stored = Signal(str, object)
    ended = Signal(str)

    def __init__(
        self, engine: EngineThread, parent: QObject | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(parent)
        self._engine = engine
        self._clock = clock
        self._jobs: dict[str, Job] = {}
        self._waiting: list[str] = []
        self._holds: set[str] = set()
        self._put_back: set[str] = set()  # what is being stopped only to go on later
        self._to_pack: list[str] = []
        self._packing = ""
        self._dropped = False  # what is being packed is not to be begun again
        self._notices: dict[str, tuple[str, ...]] = {}
        self._live: tuple[str, LiveWords] = ("", LiveWords())  # of the last recording
        engine.progressed.connect(self._on_progressed)
        engine.succeeded.connect(self._on_succeeded)
        engine.failed.connect(self._on_failed)
        engine.cancelled.connect(self._on_cancelled)
        engine.finished.connect(self._on_finished)

    def job(self, meeting_id: str) -> Job | None:
        return self._jobs.get(meeting_id)

    @property
    def jobs(self) -> Sequence[Job]:
        return list(self._jobs.values())

    def forget_notices(self, meeting_id: str) -> None:
        """The user has read them."""
        self._notices.pop(meeting_id, None)

    def notices(self, meeting_id: str) -> tuple[str, ...]:
        """What the last run in this session wants the user to know."""
        job = self._jobs.get(meeting_id)
        return tuple(job.notices) if job is not None else self._notices.get(meeting_id, ())

    @property
    def busy(self) -> bool:
        """Whether the user's own jobs run or wait; packing is nobody's."""
        return bool(self._waiting or (self._engine.running and not self._packing))

    def packing(self, meeting_id: str) -> bool:
        """Whether a recording is being packed on its own."""
        return bool(meeting_id) and meeting_id == self._packing

    def active(self, meeting_id: str) -> bool:
        """Whether a meeting is being processed or waits for it."""
        job = self._jobs.get(meeting_id)
        return job is not None and job.state != "failed"

    @property
    def waiting(self) -> Sequence[str]:
        """Ids of the meetings that wait, in the order in which they will be processed."""
        return tuple(self._waiting)

    @property
    def holds(self) -> frozenset[str]:
        """Why nothing is begun at present; empty when all goes its way."""
        return frozenset(self._holds)

    def hold(self, why: str) -> None:
        """Begin nothing until `release(why)`. What runs is stopped and waits first in line.

        It goes on with the stage it was in; what was transcribed of that stage is kept as a draft.
        """
        if why in self._holds:
            return
        self._holds.add(why)
        job = self._jobs.get(self._engine.running)
        if job is not None and job.state == "running":
            self._put_back.add(job.meeting_id)
            job.state = "stopping"
            self._engine.cancel()
            self.changed.emit(job.meeting_id)
        elif self._packing:
            self._engine.cancel()
        self.order_changed.emit()

    def release(self, why: str) -> None:
        """Go on, unless there is another reason to hold."""
        if why in self._holds:
            self._holds.discard(why)
            self.order_changed.emit()
            self._next()

    def move(self, meeting_id: str, to: int) -> None:
        """Let a waiting meeting come as number `to` (0 is next). Others keep their order."""
        if meeting_id not in self._waiting:
            return
        at = self._waiting.index(meeting_id)
        to = min(max(0, to), len(self._waiting) - 1)
        if at != to:
            self._waiting.insert(to, self._waiting.pop(at))
            self.order_changed.emit()

    def add(self, meeting_id: str, again: frozenset[Stage] = frozenset()) -> None:
        """Process a meeting, or go on with it: stages that are stored are not run again, except those in `again`."""
        if self.active(meeting_id):
            return
        self._jobs[meeting_id] = Job(meeting_id, again, live=self._live_of(meeting_id))
        self._waiting.append(meeting_id)
        if meeting_id in self._to_pack:
            self._to_pack.remove(meeting_id)  # its own job does that at its end
        if self._packing:
            self._engine.cancel()  # it gives way, and is begun again afterwards
        self.changed.emit(meeting_id)
        self._next()

    def retry(self, meeting_id: str) -> None:
        """Process a failed one once more, with what was to be done again and had not been: it may have failed before
        anything of that was begun, and what was stored earlier looks as if all were done."""
        job = self._jobs.get(meeting_id)
        again = job.again - job.finished if job is not None and job.state == "failed" else frozenset()
        self.forget(meeting_id)
        self.add(meeting_id, again)

    def show_live(self, meeting_id: str, words: LiveWords) -> None:
        """What was said in a recording that is over; it is shown until its transcript is there."""
        self._live = (meeting_id, words)
        job = self._jobs.get(meeting_id)
        if job is not None:
            job.live = words
            self.live_shown.emit(meeting_id)

    def _live_of(self, meeting_id: str) -> LiveWords | None:
        of, words = self._live
        return words if of == meeting_id and words.segments else None

    def pack(self, meeting_ids: Sequence[str]) -> None:
        """Pack recordings whenever nothing else is to be done, one after another and without a word."""
        there = {*self._to_pack, self._packing, *self._waiting, self._engine.running}
        self._to_pack += [i for i in meeting_ids if i not in there]
        self._next()

    def leave_unpacked(self, meeting_id: str) -> bool:
        """Do not pack a recording after all. Whether that takes a moment: `ended` follows then."""
        if meeting_id in self._to_pack:
            self._to_pack.remove(meeting_id)
        if not self.packing(meeting_id):
            return False
        self._dropped = True
        self._engine.cancel()
        return True

    def cancel(self, meeting_id: str) -> None:
        job = self._jobs.get(meeting_id)
        if job is None:
            return
        self._put_back.discard(meeting_id)
        if meeting_id in self._waiting:
            self._waiting.remove(meeting_id)
            del self._jobs[meeting_id]
            self.changed.emit(meeting_id)
            self.ended.emit(meeting_id)
        elif self._engine.running == meeting_id:
            job.state = "stopping"
            self._engine.cancel()
            self.changed.emit(meeting_id)

    def cancel_all(self) -> None:
        self._to_pack.clear()
        self.leave_unpacked(self._packing)
        for meeting_id in [*self._waiting, self._engine.running]:
            self.cancel(meeting_id)

    def forget(self, meeting_id: str) -> None:
        """Drop a failure that is no longer of interest."""
        if not self.active(meeting_id) and self._jobs.pop(meeting_id, None) is not None:
            self.changed.emit(meeting_id)

    def _next(self) -> None:
        if self._engine.running or self._holds:
            return
        if not self._waiting:
            self._pack_next()
            return
        meeting_id = self._waiting.pop(0)
        job = self._jobs[meeting_id]
        job.state = "running"
        self.changed.emit(meeting_id)
        self._engine.start(meeting_id, job.again)

    def _pack_next(self) -> None:
        if self._to_pack:
            self._packing, self._dropped = self._to_pack.pop(0), False
            self._engine.start(self._packing, until=Stage.DECODE)
            self.changed.emit(self._packing)

    @Slot(str, object)
    def _on_progressed(self, meeting_id: str, events: list[Event]) -> None:
        if meeting_id == self._packing:
            new = (said(e.message) for e in events if isinstance(e, Notice))
            self._notices[meeting_id] = tuple(dict.fromkeys((*self._notices.get(meeting_id, ()), *new)))
            return
        job = self._jobs.get(meeting_id)
        if job is None:
            return
        now, fresh = self._clock(), []
        for event in events:
            job.take(event, now)
            if isinstance(event, SegmentReady):
                fresh.append(event.segment)
            elif isinstance(event, StageStarted) and event.stage == Stage.TRANSCRIBE:
                fresh.clear()
                self.restarted.emit(meeting_id)
            elif isinstance(event, StageDone):
                if fresh:
                    self.segments_ready.emit(meeting_id, fresh)
                    fresh = []
                self.stage_stored.emit(meeting_id, event.stage)
        if fresh:
            self.segments_ready.emit(meeting_id, fresh)
        self.changed.emit(meeting_id)

    @Slot(str)
    def _on_succeeded(self, meeting_id: str) -> None:
        if meeting_id == self._packing:
            return
        self._notices[meeting_id] = self.notices(meeting_id)
        self._jobs.pop(meeting_id, None)
        self.succeeded.emit(meeting_id)

    @Slot(str)
    def _on_cancelled(self, meeting_id: str) -> None:
        if meeting_id == self._packing:
            if not self._dropped and meeting_id not in self._waiting:
                self._to_pack.insert(0, meeting_id)
            return
        if meeting_id in self._put_back:
            self._wait_again(self._jobs[meeting_id])
        else:
            self._jobs.pop(meeting_id, None)

    def _wait_again(self, job: Job) -> None:
        again = Job(job.meeting_id, job.again - job.finished, notices=job.notices, live=job.live)
        self._jobs[job.meeting_id] = again
        self._waiting.insert(0, job.meeting_id)

    @Slot(str, object)
    def _on_failed(self, meeting_id: str, error: BaseException) -> None:
        if meeting_id == self._packing:  # the recording stays as it is, and is tried again at the next start
            log.warning("the recording of %s could not be packed", meeting_id, exc_info=error)
            return
        job = self._jobs.get(meeting_id)
        if job is not None:
            job.state = "failed"
            job.problem = in_words(error)

    @Slot(str)
    def _on_finished(self, meeting_id: str) -> None:
        self._packing = ""
        put_back = meeting_id in self._put_back and meeting_id in self._waiting
        self._put_back.discard(meeting_id)
        self.changed.emit(meeting_id)
        if not put_back:
            self.ended.emit(meeting_id)
        self._next()
