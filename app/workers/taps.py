"""The sound of a device before and while it is recorded: one source, first on a meter, then on the disk. No Qt.

A device takes up to half a second to open. So the source that the meter shows is not closed and opened again when the
recording starts: only the place its sound goes to changes. Imported when a device is first opened: it needs numpy.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from app.audio.levels import LevelMeter
from app.domain.recording import SILENCE_DB, AudioSource, CaptureSink, Level, SourceEvent, TrackState
from app.workers.preview import TrackPreview

if TYPE_CHECKING:
    from app.domain.recording import Samples

HEARD_DB = -65.0  # a peak above this is sound; below it are the noise of a converter and digital silence


@dataclass(frozen=True, slots=True)
class Heard:
    """`only_zeros`: since the device was opened; a muted microphone, or one we may not listen to, sounds like that."""

    level: Level
    silent_s: float
    only_zeros: bool
    event: SourceEvent | None


class Meter:
    """A sink that keeps nothing but how loud it is."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._level = LevelMeter()
        self._event: SourceEvent | None = None
        self._quiet_since = time.monotonic()
        self._only_zeros = True

    def put(self, samples: Samples, at: float, live: bool = True) -> None:
        block = np.nan_to_num(samples, nan=0.0, posinf=0.0, neginf=0.0)
        with self._lock:
            self._level.add(block)

    def lost(self, frames: int = 0) -> None:
        """Nothing is kept, so nothing is missed."""

    def event(self, event: SourceEvent) -> None:
        with self._lock:
            self._event = event
            self._quiet_since, self._only_zeros = time.monotonic(), True

    def take(self) -> Heard:
        """What was heard since the last call."""
        now = time.monotonic()
        with self._lock:
            level = self._level.take()
            self._only_zeros = self._only_zeros and level.peak_db <= SILENCE_DB
            if level.peak_db > HEARD_DB:
                self._quiet_since = now
            return Heard(level, now - self._quiet_since, self._only_zeros, self._event)


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
        if not self._running or self._sink is not self._meter:
            self.open(self._meter)

    def preview(self, expects: bool | None = None) -> TrackPreview:
        heard = self._meter.take()
        event = heard.event
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
            heard.level,
            heard.silent_s if state == "live" else 0.0,
            heard.only_zeros,
            expects,
            what,
            to_do,
        )
