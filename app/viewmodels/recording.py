"""The recording that runs, in words: its clock, its tracks, what the user should look at, notes and bookmarks."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from PySide6.QtCore import QObject, Signal, Slot

from app.domain.meeting import SYSTEM, Mark, clock
from app.domain.recording import Level, RecordingResult, RecordingStatus, RecordingWarning, TrackStatus
from app.viewmodels.formatting import length
from app.viewmodels.jobs import JobQueue
from app.viewmodels.marks import Aside, asides, track_name
from app.viewmodels.phrases import said
from app.viewmodels.problems import Problem, in_words
from app.workers.recording import RecordingController
from app.workers.recording_worker import Began, Ended

State = Literal["idle", "starting", "recording", "paused", "saving"]

SHORT_OF_ROOM_S = 2 * 3600.0  # from here on the page says how long the disk lasts
WARNING_STAYS_S = 4.0  # one that is over at once is shown for this long: nothing flickers


@dataclass(frozen=True, slots=True)
class TrackView:
    """One meter; `on` while sound is recorded from it. `trouble`: why it is not, in a word or two."""

    track: str
    name: str
    device: str = ""
    level: Level = field(default_factory=Level)
    on: bool = True
    trouble: str = ""


@dataclass(slots=True)
class _Shown:
    warning: RecordingWarning
    until: float


class RecordingViewModel(QObject):
    """One recording at a time.

    Signals:
        state_changed: it starts, pauses, goes on, is being saved, is over.
        ticked: the clock or anything else in words is different; about once a second.
        levels_changed: the meters, 10 times a second.
        marks_changed: a note, a bookmark or a hole has come.
        began: it runs. (meeting id)
        ended: it is over and stored. (meeting id)
        refused: it could not start. (Problem)
        ended_early: it ended by itself, or could not be stored. (meeting id, Problem)
    """

    state_changed = Signal()
    ticked = Signal()
    levels_changed = Signal()
    marks_changed = Signal()
    began = Signal(str)
    ended = Signal(str)
    refused = Signal(object)
    ended_early = Signal(str, object)

    def __init__(
        self,
        controller: RecordingController,
        queue: JobQueue,
        parent: QObject | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(parent)
        self._controller = controller
        self._queue = queue
        self._now = now
        self.process_afterwards = True
        self._clear()
        controller.began.connect(self._on_began)
        controller.refused.connect(self._on_refused)
        controller.progressed.connect(self._on_progressed)
        controller.marked.connect(self._on_marked)
        controller.ended.connect(self._on_ended)

    def _clear(self) -> None:
        self._state: State = "idle"
        self._meeting_id = ""
        self._title = ""
        self._status = RecordingStatus()
        self._missing: tuple[Problem, ...] = ()
        self._shown: dict[tuple[str, str], _Shown] = {}
        self._typed_at: float | None = None
        self._words: tuple[object, ...] = ()
        self.asides: tuple[Aside, ...] = ()

    # What is shown

    @property
    def state(self) -> State:
        return self._state

    @property
    def running(self) -> bool:
        """Whether there is a recording that is not yet on the disk to its end."""
        return self._state != "idle"

    @property
    def hears_computer(self) -> bool:
        """Whether what this computer plays goes into the recording; not while it is paused."""
        tracks = self._status.tracks
        return self._state == "recording" and (not tracks or any(t.track == SYSTEM for t in tracks))

    @property
    def meeting_id(self) -> str:
        return self._meeting_id

    @property
    def title(self) -> str:
        return self._title

    @property
    def clock(self) -> str:
        return clock(self._status.elapsed_s)

    @property
    def clock_spoken(self) -> str:
        """For a screen reader."""
        return self.tr("Recorded: {length}").format(length=length(self._status.elapsed_s))

    @property
    def state_text(self) -> str:
        return {
            "idle": "",
            "starting": self.tr("Starting"),
            "recording": self.tr("Recording"),
            "paused": self.tr("Paused"),
            "saving": self.tr("Saving"),
        }[self._state]

    @property
    def safe_text(self) -> str:
        if self._state == "saving":
            return self.tr("Writing the last seconds to the disk")
        if self._status.safe_s < 1.0:
            return ""
        return self.tr("Safe on disk up to {time}").format(time=clock(self._status.safe_s))

    @property
    def room_text(self) -> str:
        """How long the disk lasts, when that is worth knowing."""
        room = self._status.remaining_s
        if room is None or room > SHORT_OF_ROOM_S or any(w.code == "space" for w in self._status.warnings):
            return ""  # a warning says it already
        coarse = room if room < 60 else room // 60 * 60 if room < 3600 else room // 300 * 300
        return self.tr("Room for {length} more").format(length=length(coarse))

    @property
    def tracks(self) -> tuple[TrackView, ...]:
        return tuple(self._track(t) for t in self._status.tracks)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What the user should look at, the oldest first."""
        return (*self._missing, *(Problem(s.warning.what, s.warning.to_do) for s in self._shown.values()))

    def _track(self, t: TrackStatus) -> TrackView:
        trouble = self.tr("No sound") if t.state in ("lost", "failed") else ""
        on = self._state == "recording" and not trouble
        return TrackView(t.track, track_name(t.track), t.device, t.level, on, trouble)

    # What can be done

    def start(self, title: str, choices: Mapping[str, str]) -> None:
        if self._state == "idle":
            self._state = "starting"
            self._title = title
            self.state_changed.emit()
            self._controller.start(title, choices)

    @Slot()
    def pause_or_resume(self) -> None:
        if self._state == "recording":
            self._controller.pause()
        elif self._state == "paused":
            self._controller.resume()

    @Slot()
    def bookmark(self) -> None:
        if self._state in ("recording", "paused"):
            self._controller.bookmark()

    def typing(self, text: str) -> None:
        """What stands in the field of notes. A note has the time at which its first letter was typed."""
        if not text.strip():
            self._typed_at = None
        elif self._typed_at is None:
            self._typed_at = self._status.elapsed_s
        self._controller.draft(text.strip(), self._typed_at or 0.0)

    @property
    def note_time(self) -> str:
        """When the note stands that is being typed; "" when there is none."""
        return "" if self._typed_at is None else clock(self._typed_at)

    def add_note(self, text: str) -> bool:
        """Whether it was taken: not when it is empty, nor when there is no recording any more."""
        text = text.strip()
        if not text or self._state not in ("recording", "paused"):
            return False
        at_s = self._status.elapsed_s if self._typed_at is None else self._typed_at
        self._typed_at = None
        self._controller.note(text, at_s)
        self._controller.draft("", 0.0)
        return True

    @Slot()
    def stop(self) -> None:
        if self._state in ("recording", "paused"):
            self._state = "saving"
            self.state_changed.emit()
            self._controller.stop()

    @Slot(str, str)
    def on_renamed(self, meeting_id: str, title: str) -> None:
        if meeting_id and meeting_id == self._meeting_id:
            self._title = title
            self.state_changed.emit()

    # Answers

    @Slot(object)
    def _on_began(self, began: Began) -> None:
        self._state, self._meeting_id, self._title = "recording", began.meeting_id, began.title
        self._missing = tuple(
            Problem(
                self.tr("{track} is not recorded: {why}").format(track=track_name(p.track), why=said(p.what)), p.to_do
            )
            for p in began.missing
        )
        self.state_changed.emit()
        self.began.emit(began.meeting_id)

    @Slot(object)
    def _on_refused(self, error: BaseException) -> None:
        self._clear()
        self.state_changed.emit()
        self.refused.emit(in_words(error))

    @Slot(object)
    def _on_progressed(self, status: RecordingStatus) -> None:
        if self._state in ("idle", "starting"):
            return
        self._status = status
        self._keep_warnings(status.warnings)
        state = self._state_of(status)
        if state != self._state:
            self._state = state
            self.state_changed.emit()
        self.levels_changed.emit()
        words = (self.clock, self.safe_text, self.room_text, self.warnings)
        if words != self._words:
            self._words = words
            self.ticked.emit()

    def _state_of(self, status: RecordingStatus) -> State:
        if self._state == "saving" or status.state in ("stopping", "ended"):
            return "saving"
        return "paused" if status.state == "paused" else "recording"

    def _keep_warnings(self, warnings: Sequence[RecordingWarning]) -> None:
        now = self._now()
        there = {(w.code, w.track): w for w in warnings}
        for key, shown in list(self._shown.items()):
            if key not in there and now >= shown.until:
                del self._shown[key]
        for key, warning in there.items():
            if key in self._shown:
                self._shown[key].warning = warning
            else:
                self._shown[key] = _Shown(warning, now + WARNING_STAYS_S)

    @Slot(object)
    def _on_marked(self, marks: Sequence[Mark]) -> None:
        if self._state not in ("idle", "starting"):
            self.asides = asides(marks)
            self.marks_changed.emit()

    @Slot(object)
    def _on_ended(self, ended: Ended) -> None:
        problem = self._problem_of(ended)
        self._clear()
        self.state_changed.emit()
        if problem is not None:
            self.ended_early.emit(ended.meeting_id, problem)
        self.ended.emit(ended.meeting_id)
        if self.process_afterwards and ended.error is None:
            self._queue.add(ended.meeting_id)

    def _problem_of(self, ended: Ended) -> Problem | None:
        """Why a recording is over that nobody stopped."""
        if ended.error is not None:
            reason = in_words(ended.error)
            what = self.tr("The recording is on the disk, but the library could not be told: {why}")
            return Problem(what.format(why=reason.what), reason.to_do)
        result: RecordingResult | None = ended.result
        if result is None or result.reason in ("stopped", "time"):
            return None
        at = clock(result.duration_s)
        what = said(result.what) or self.tr("The recording ended by itself.")
        kept = self.tr("Everything up to {time} is kept.").format(time=at)
        return Problem(f"{what} {kept}", result.to_do)
