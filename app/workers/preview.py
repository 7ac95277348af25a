"""The sound of a device before and while it is recorded: one source, first on a meter, then on the disk. No Qt.

A device takes up to half a second to open. So the source that the meter shows is not closed and opened again when the
recording starts: only the place its sound goes to changes.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from app.domain.recording import NONE, AudioSource, CaptureSink, Level, SourceEvent, TrackState

if TYPE_CHECKING:
    from app.domain.recording import Samples

HEARD_DB = -65.0  # a peak above this is sound; below it are the noise of a converter and digital silence
CLIPPED = 0.999


@dataclass(frozen=True, slots=True)
class TrackPreview:
    """What would be recorded of a track. `silent_s`: for how long it has been open and nothing was heard.

    `what` and `to_do` say in words why there is no sound. `expects`: whether some should be heard (None: unknown).
    """

    track: str
    choice: str
    state: TrackState = "starting"
    device: str = ""
    level: Level = field(default_factory=Level)
    silent_s: float = 0.0
    expects: bool | None = None
    what: str = ""
    to_do: str = ""


class Meter:
    """A sink that keeps nothing but how loud it is."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._squares, self._peak, self._frames = 0.0, 0.0, 0
        self._event: SourceEvent | None = None
        self._quiet_since = time.monotonic()

    def put(self, samples: Samples, at: float, live: bool = True) -> None:
        block = np.nan_to_num(samples, nan=0.0, posinf=0.0, neginf=0.0)
        if not len(block):
            return
        squares, peak = float(np.dot(block, block)), float(np.abs(block).max())
        with self._lock:
            self._squares += squares
            self._peak = max(self._peak, peak)
            self._frames += len(block)

    def lost(self, frames: int = 0) -> None:
        """Nothing is kept, so nothing is missed."""

    def event(self, event: SourceEvent) -> None:
        with self._lock:
            self._event = event
            self._quiet_since = time.monotonic()

    def take(self) -> tuple[Level, float, SourceEvent | None]:
        """How loud it was since the last call, for how long nothing has been heard, and what happened last."""
        now = time.monotonic()
        with self._lock:
            rms = (self._squares / self._frames) ** 0.5 if self._frames else 0.0
            level = Level(decibels(rms), decibels(self._peak), self._peak >= CLIPPED)
            self._squares, self._peak, self._frames = 0.0, 0.0, 0
            if level.peak_db > HEARD_DB:
                self._quiet_since = now
            return level, now - self._quiet_since, self._event


def decibels(amplitude: float) -> float:
    """Of full scale; −120 for silence."""
    return 20.0 * float(np.log10(max(amplitude, 1e-6)))


class Tap:
    """An `AudioSource` whose sound can be led elsewhere while it runs.

    `meter` opens it for the meter; `open`, which the recorder calls, hands the running source over.
    """

    def __init__(self, source: AudioSource, choice: str) -> None:
        self.track = source.track
        self.choice = choice
        self._source = source
        self._meter = Meter()
        self._lock = threading.Lock()
        self._sink: CaptureSink = self._meter
        self._last: SourceEvent | None = None
        self._running = False

    # As a source

    @property
    def device(self) -> str:
        return self._source.device

    def open(self, sink: CaptureSink) -> None:
        with self._lock:
            self._sink = sink
            running, self._running = self._running, True
            # The new listener has to know what the old one was told.
            if self._last is not None:
                sink.event(replace(self._last, at=time.monotonic()))
        if not running:
            self._source.open(self)

    def close(self) -> None:
        self._source.close()
        with self._lock:
            self._running, self._last = False, None

    def expects_sound(self) -> bool | None:
        return self._source.expects_sound()

    # As a sink

    def put(self, samples: Samples, at: float, live: bool = True) -> None:
        with self._lock:
            self._sink.put(samples, at, live)

    def lost(self, frames: int = 0) -> None:
        with self._lock:
            self._sink.lost(frames)

    def event(self, event: SourceEvent) -> None:
        with self._lock:
            self._last = event
            self._sink.event(event)

    # On the meter

    def meter(self) -> None:
        """Lead the sound to the meter, and open the source if it is not."""
        self.open(self._meter)

    def preview(self, expects: bool | None = None) -> TrackPreview:
        level, silent_s, event = self._meter.take()
        state: TrackState = "starting"
        what = to_do = ""
        if event is not None and event.kind in ("opened", "moved"):
            state = "live"
        elif event is not None:
            state, what, to_do = ("failed" if event.kind == "failed" else "lost"), event.what, event.to_do
        return TrackPreview(
            self.track,
            self.choice,
            state,
            self.device,
            level,
            silent_s if state == "live" else 0.0,
            expects,
            what,
            to_do,
        )


def unavailable(track: str, choice: str, what: str = "", to_do: str = "") -> TrackPreview:
    """A track of which nothing can be heard: the choice fits no device, or the user wants none."""
    return TrackPreview(track, choice, "starting" if choice == NONE else "failed", what=what, to_do=to_do)
