"""One meeting on its way: how far it is, what it says, how long it takes still."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from PySide6.QtCore import QCoreApplication

from app.domain.events import Event, Notice, Progress, SegmentReady, StageDone, StageStarted
from app.domain.meeting import Segment, Stage
from app.viewmodels.formatting import remaining
from app.viewmodels.live_shown import LiveWords
from app.viewmodels.phrases import said
from app.viewmodels.problems import Problem

JobState = Literal["waiting", "running", "stopping", "failed"]

# What part of the time each stage takes, roughly, until its own speed is known.
WEIGHT: dict[Stage, float] = {
    Stage.DECODE: 0.05,
    Stage.SPEECH: 0.1,
    Stage.TRANSCRIBE: 0.5,
    Stage.ALIGN: 0.05,
    Stage.SPEAKERS: 0.05,
    Stage.MINUTES: 0.25,
}
AFTER = 0.03  # of the whole way, for what is done behind the stages
# Made again, these are all there is to do; behind every other stage all that follow are made again.
ALONE = frozenset({Stage.ALIGN, Stage.SPEAKERS, Stage.MINUTES})


def stage_label(stage: Stage) -> str:
    def tr(text: str) -> str:
        return QCoreApplication.translate("stages", text)

    return {
        Stage.DECODE: tr("Reading the recording"),
        Stage.SPEECH: tr("Finding speech"),
        Stage.TRANSCRIBE: tr("Transcribing"),
        Stage.ALIGN: tr("Timing the words"),
        Stage.SPEAKERS: tr("Telling the speakers apart"),
        Stage.MINUTES: tr("Writing the minutes"),
    }[stage]


@dataclass
class Job:
    """One meeting on its way. Kept until it has succeeded or was cancelled, so that it can be looked at."""

    meeting_id: str
    again: frozenset[Stage] = frozenset()
    state: JobState = "waiting"
    stage: Stage | None = None
    stage_done: float = 0.0
    message: str = ""
    finished: set[Stage] = field(default_factory=set)
    segments: list[Segment] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    problem: Problem | None = None
    remaining_s: float | None = None
    live: LiveWords | None = None  # what was said while it was recorded, until its transcript is stored
    _began: dict[Stage, float] = field(default_factory=dict)
    _first: Stage | None = None  # that this run entered
    _after: float | None = None  # 0..1 of what is done behind the stages

    @property
    def words(self) -> Sequence[Segment]:
        """Everything there is to read so far."""
        return self.segments if self.live is None else self.live.behind(self.segments)

    @property
    def done(self) -> float:
        """0..1 of the way of this run: what was stored before it is no part of that."""
        way = sum(WEIGHT[s] for s in self._wanted if s in self.finished)
        if self.stage is not None and self.stage not in self.finished:
            way += WEIGHT[self.stage] * self.stage_done
        whole = sum(WEIGHT[s] for s in self._wanted) or 1.0
        return min(1.0, (1 - AFTER) * way / whole + AFTER * (self._after or 0.0))

    @property
    def _wanted(self) -> list[Stage]:
        """The stages of this run, as far as can be told from the one it began with."""
        if self._first is None:
            return []
        if self._first in self.again & ALONE:
            return [s for s in Stage if s in self.again or s in self._began]
        return list(Stage)[list(Stage).index(self._first) :]

    @property
    def label(self) -> str:
        if self._after is not None:
            return self.message
        return stage_label(self.stage) if self.stage is not None else ""

    @property
    def remaining_text(self) -> str:
        return "" if self.remaining_s is None else remaining(self.remaining_s)

    def take(self, event: Event, now: float) -> None:
        """`now`: a monotonic clock in seconds."""
        if isinstance(event, StageStarted):
            self._enter(event.stage, now)
        elif isinstance(event, Progress) and event.after:
            self._after, self.message, self.remaining_s = event.done, said(event.message), None
        elif isinstance(event, Progress):
            if event.stage != self.stage:
                self._enter(event.stage, now)
            self.stage_done = min(1.0, max(0.0, event.done))
            self.message = said(event.message)
            self._estimate(now)
        elif isinstance(event, SegmentReady):
            self.segments.append(event.segment)
        elif isinstance(event, Notice):
            if (notice := said(event.message)) not in self.notices:
                self.notices.append(notice)
        elif isinstance(event, StageDone):
            self.finished.add(event.stage)
            self.stage_done = 1.0
            if self.finished.issuperset(self._wanted):
                self.remaining_s = None

    def _enter(self, stage: Stage, now: float) -> None:
        earlier = [s for s in Stage if list(Stage).index(s) < list(Stage).index(stage)]
        self.finished.update(earlier)  # those that were stored before this run are not announced
        self.finished.discard(stage)
        self.stage, self.stage_done, self.message = stage, 0.0, ""
        self._first = self._first or stage
        self._began[stage] = now
        if stage == Stage.TRANSCRIBE:
            self.segments.clear()

    def _estimate(self, now: float) -> None:
        """Extrapolate the running stage by its own speed and the later ones by their weight against it.

        Only when there is something to extrapolate from: in the stages that take long, after two seconds.
        """
        if self.stage not in (Stage.TRANSCRIBE, Stage.MINUTES):
            return
        elapsed = now - self._began[self.stage]
        if elapsed < 2.0 or self.stage_done < 0.03:
            return
        whole_stage = elapsed / self.stage_done
        later = sum(WEIGHT[s] for s in self._wanted if s not in self.finished and s != self.stage)
        estimate = whole_stage * (1 - self.stage_done) + whole_stage * later / WEIGHT[self.stage]
        old = self.remaining_s
        self.remaining_s = estimate if old is None else 0.7 * old + 0.3 * estimate
