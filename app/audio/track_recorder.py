"""One track of a running recording: from its source's ring through the placer into file, journal, meter and hub."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np

from app.audio.journal import JournalWriter
from app.audio.levels import Heard, LevelMeter
from app.audio.listeners import Hub
from app.audio.marks import Marks
from app.audio.placing import GAP_S, ClockPoint, Cut, Gap, Op, Placer, Quiet, Sound, Span, Zeros
from app.audio.ring import Block, Lost, Ring
from app.audio.timeline import Timeline
from app.audio.track_file import Opener, WavTrack
from app.domain.errors import UserError
from app.domain.meeting import MIC, MarkKind
from app.domain.recording import CAPTURE_RATE, AudioSource, Level, SourceEvent, TrackState, TrackStatus

log = logging.getLogger(__name__)

OPENING_S = 2.0  # until a device is open nothing is lost yet, if it does not take longer
_EXPECTED_FOR_S = 600  # how far back it is known whether sound was expected


class TrackRecorder:
    """All methods belong to the recorder's thread. `OSError` means that file or journal cannot be written."""

    def __init__(
        self,
        source: AudioSource,
        path: Path,
        timeline: Timeline,
        journal: JournalWriter,
        hub: Hub,
        marks: Marks,
        opener: Opener,
    ) -> None:
        self.name = source.track
        self.state: TrackState = "starting"
        self.device = ""
        self.is_broken = False  # by a mistake of ours; its file stays as it is
        self.end_s = 0.0  # up to here the timeline is really in the file
        self.ring = Ring()
        self.wav = WavTrack(path, opener)
        self._source = source
        self._journal = journal
        self._hub = hub
        self._marks = marks
        self._placer = Placer(timeline.stretches)
        self._meter = LevelMeter()
        self._has_come = False  # anything, since the last level
        self._level = Level()
        self._event = SourceEvent("opened", 0.0)
        self._losses = 0
        self._overflow_s = 0.0
        self._gap_s = 0.0
        self._was_lost = False  # something was reported lost since the last sound
        self._expected: deque[tuple[float, bool]] = deque(maxlen=_EXPECTED_FOR_S)

    # -- The source ----------------------------------------------------------------------------------------

    def open(self, now: float) -> None:
        try:
            self._source.open(self.ring)
        except UserError as e:
            self._take_event(SourceEvent("failed", now, what=e.what, to_do=e.to_do))
        except Exception as e:
            log.exception("the source of %s could not be opened", self.name)
            self._take_event(SourceEvent("failed", now, what=f"The {self.name} track cannot be recorded ({e})."))

    def close_source(self) -> None:
        try:
            self._source.close()
        except Exception:
            log.exception("the source of %s could not be closed", self.name)

    def ask(self, now_s: float) -> None:
        """Once a second: whether sound should be heard."""
        try:
            expects = self._source.expects_sound()
        except Exception:
            log.exception("the source of %s does not say what it expects", self.name)
            expects = None
        self._expected.append((now_s, expects is True))

    # -- The loop ------------------------------------------------------------------------------------------

    def tick(self, now: float, ran: float) -> None:
        """Take what has come and put it where it belongs."""
        self._drain(ran)
        self._do(self._placer.tick(now, ran))

    def restart(self) -> None:
        """The computer slept: whatever comes next has a clock of its own."""
        self._was_lost = True
        self._do(self._placer.restart())

    def drainer(self, ran: float) -> Callable[[], None]:
        """To do before the source is closed, which may take a second: everything that has come."""
        return lambda: self._drain(ran)

    def finisher(self, ran: float) -> Callable[[], None]:
        """To do when the timeline has ended and the source is closed: what came last, and silence up to the end."""

        def finish() -> None:
            self._drain(ran)
            self._do(self._placer.finish())

        return finish

    def sync(self) -> float:
        """Bring the file onto the disk; up to where it is safe now."""
        end_s = self.end_s
        self.wav.sync()
        return end_s

    def take_level(self) -> Heard:
        """Of the time since the last call."""
        self._level = self._meter.take()
        level = self._level if self._has_come else None
        self._has_come = False
        expects = self._expected[-1][1] if self._expected else None
        return Heard(self.state, level, expects, self._losses, self._overflow_s, self._event.what, self._event.to_do)

    def status(self) -> TrackStatus:
        outage_s = max(0.0, self.end_s - self._placer.silent_since_s) if self.state in ("lost", "failed") else 0.0
        return TrackStatus(self.name, self.state, self.device, self._level, self._overflow_s, self._gap_s + outage_s)

    def fail(self, what: str) -> None:
        """Give this track up, after a mistake of ours."""
        self.is_broken = True
        self._take_event(SourceEvent("failed", 0.0, what=what, to_do="The other track goes on."))

    # -- Inside --------------------------------------------------------------------------------------------

    def _drain(self, ran: float) -> None:
        for item in self.ring.drain():
            match item:
                case Block(samples, at, live):
                    self._meter.add(samples)
                    self._has_come = True
                    if self.state == "starting":
                        self.state = "live"
                    self._do(self._placer.block(samples, at, live, ran))
                case Lost(frames):
                    self._losses += 1
                    self._overflow_s += frames / CAPTURE_RATE
                    self._do(self._placer.lost(frames))
                    self._was_lost = True
                case SourceEvent():
                    self._take_event(item)

    def _take_event(self, event: SourceEvent) -> None:
        was, had = self.state, self.device
        self._event = event
        if event.kind in ("lost", "failed"):
            self.state = event.kind
            self._was_lost = True
            return
        self.state = "live"
        was_lost = self._was_lost
        self._do(self._placer.restart())
        self._was_lost = was_lost
        if event.device and event.device != had:
            self.device = event.device
            self._journal.device(self.name, event.device)
        is_back = event.device == had and was in ("lost", "failed")
        if had and (event.device != had or is_back or event.kind == "moved"):
            text = f"{event.device} is back." if is_back else f"Goes on with {event.device}."
            self._marks.add(MarkKind.DEVICE, text=text, track=self.name)

    def _do(self, ops: Iterable[Op]) -> None:
        sounds: list[Sound] = []
        for op in ops:
            if isinstance(op, Sound):
                sounds.append(op)
                continue
            self._write(sounds)
            sounds = []
            match op:
                case Zeros(frames, until_s):
                    self.wav.append_silence(frames)
                    self.end_s = max(self.end_s, until_s)
                    self._hub.silence(self.name, until_s)
                case Cut(frame):
                    self.wav.truncate(frame)
                case Span(frame, at_s):
                    self._journal.span(self.name, frame, at_s)
                case Quiet(frame):
                    self._journal.silence(self.name, frame)
                case ClockPoint(frame, at_s):
                    self._journal.clock(self.name, frame, at_s)
                case Gap(at_s, seconds):
                    self._take_gap(at_s, seconds)
        self._write(sounds)

    def _write(self, sounds: list[Sound]) -> None:
        if not sounds:
            return
        samples = sounds[0].samples if len(sounds) == 1 else np.concatenate([s.samples for s in sounds])
        before = self.wav.frames
        try:
            self.wav.append(samples)
        finally:
            written = self.wav.frames - before
            self.end_s = max(self.end_s, sounds[0].at_s + written / CAPTURE_RATE)
        if self.state not in ("lost", "failed"):
            self._was_lost = False
        self._hub.sound(self.name, samples, sounds[0].at_s)

    def _take_gap(self, at_s: float, seconds: float) -> None:
        """Silence in the file: a loss, or a loopback that had nothing to say?"""
        if seconds < GAP_S or (at_s == 0.0 and seconds < OPENING_S):
            return
        asked = [expected for t, expected in self._expected if at_s <= t <= at_s + seconds]
        if not asked and self._expected:
            asked = [self._expected[-1][1]]
        is_expected = any(asked) and 2 * sum(asked) >= len(asked)
        if self._was_lost or self.name == MIC or is_expected:
            self._gap_s += seconds
            self._marks.add(MarkKind.GAP, at_s, track=self.name, seconds=seconds)
