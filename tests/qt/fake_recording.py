"""Devices and a recorder that follow a script: every state of a recording without a sound card or a disk."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from app.domain.errors import InputError, StorageError
from app.domain.meeting import MIC, SYSTEM, Mark, MarkKind
from app.domain.recording import (
    CAPTURE_RATE,
    AudioSource,
    CaptureSink,
    Device,
    EndReason,
    Level,
    RecordingResult,
    RecordingStatus,
    RecordingWarning,
    SourceEvent,
    TrackStatus,
)

DEVICES = [
    Device("alsa.builtin", "Built-in Audio", MIC, True),
    Device("usb.jabra", "Jabra Evolve2 65", MIC),
    Device("alsa.speakers", "Speakers", SYSTEM, True),
    Device("bt.headphones", "WH-1000XM5", SYSTEM),
]


class FakeSource:
    """A tone of `level_db` every 20 ms; silent at −120. `events` are told when it opens, instead of "opened"."""

    def __init__(self, track: str, device: str, level_db: float = -24.0, events: tuple[SourceEvent, ...] = ()) -> None:
        self.track = track
        self._name = device
        self._events = events
        self.level_db = level_db
        self.sink: CaptureSink | None = None
        self.opened = 0
        self.closed = 0
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def device(self) -> str:
        return self._name if self.opened else ""

    def open(self, sink: CaptureSink) -> None:
        self.opened += 1
        self.sink = sink
        self._stop.clear()
        self._thread = threading.Thread(target=self._play, name=f"fake {self.track}", daemon=True)
        self._thread.start()

    def _play(self) -> None:
        assert self.sink is not None
        for event in self._events or (SourceEvent("opened", time.monotonic(), self._name),):
            self.sink.event(event)
        if self._events and self._events[-1].kind not in ("opened", "moved"):
            return
        wave = np.sin(np.arange(960) * 2 * math.pi * 440 / CAPTURE_RATE).astype(np.float32)
        while not self._stop.wait(0.02):
            amplitude = 0.0 if self.level_db <= -119 else 10 ** (self.level_db / 20)
            self.sink.put(wave * np.float32(amplitude), time.monotonic())

    def close(self) -> None:
        if self._thread is not None:
            self._stop.set()
            self._thread.join()
            self._thread = None
            self.closed += 1

    def expects_sound(self) -> bool | None:
        return None


class _Counter:
    """What the recorder's sink would be."""

    def __init__(self) -> None:
        self.first_at = 0.0
        self.frames = 0
        self.events: list[SourceEvent] = []

    def put(self, samples: np.ndarray, at: float, live: bool = True) -> None:
        self.first_at = self.first_at or time.monotonic()
        self.frames += len(samples)

    def lost(self, frames: int = 0) -> None: ...

    def event(self, event: SourceEvent) -> None:
        self.events.append(event)


class FakeRecorder:
    """Counts the time itself, from `elapsed_s` on. A test sets `warnings`, `tracks`, `remaining_s`, or calls `end`.

    `hold`: when set, the last seconds are not on the disk before it is released.
    """

    def __init__(self, folder: Path, sources: Mapping[str, AudioSource], started_at: datetime,
                 error: StorageError | None = None) -> None:  # fmt: skip
        self.folder = folder
        self.sources = dict(sources)
        self.started_at = started_at
        self.error = error
        self.elapsed_s = 0.0
        self.unsafe_s = 0.4
        self.remaining_s: float | None = 40 * 3600.0
        self.warnings: tuple[RecordingWarning, ...] = ()
        self.tracks: tuple[TrackStatus, ...] | None = None
        self.counters: dict[str, _Counter] = {}
        self.hold: threading.Event | None = None
        self._running_since: float | None = None
        self._paused = False
        self._marks: list[Mark] = []
        self._result: RecordingResult | None = None
        self._lock = threading.Lock()

    # As `app.audio.recorder.Recorder`

    def start(self) -> None:
        if self.error is not None:
            raise self.error
        for track, source in self.sources.items():
            self.counters[track] = _Counter()
            source.open(self.counters[track])
        self._running_since = time.monotonic()

    def pause(self) -> None:
        with self._lock:
            self._stand()
            self._paused = True
            self._add(MarkKind.PAUSE)

    def resume(self) -> None:
        with self._lock:
            self._paused = False
            self._running_since = time.monotonic()
            self._add(MarkKind.RESUME)

    def bookmark(self, text: str = "") -> Mark:
        return self._add(MarkKind.BOOKMARK, text)

    def note(self, text: str, at_s: float | None = None) -> Mark:
        return self._add(MarkKind.NOTE, text, at_s)

    def stop(self) -> None:
        self.end("stopped")

    def wait(self, timeout_s: float | None = None) -> RecordingResult | None:
        if self.hold is not None and not self.hold.wait(timeout_s):
            return None
        return self._result

    def status(self) -> RecordingStatus:
        with self._lock:
            now = self._now()
            state = "recording" if self._result is None else "stopping" if self.hold else "ended"
            if self._paused and self._result is None:
                state = "paused"
            swing = 6 * math.sin(now * 3)
            tracks = self.tracks
            if tracks is None:
                tracks = tuple(
                    TrackStatus(t, "live", s.device, Level(-30 + swing - 7 * n, -20 + swing - 5 * n))
                    for n, (t, s) in enumerate(self.sources.items())
                )
            return RecordingStatus(state, now, max(0.0, now - self.unsafe_s), int(now * 192_000), self.remaining_s,  # type: ignore[arg-type]
                                   tracks, self.warnings)  # fmt: skip

    def marks(self) -> tuple[Mark, ...]:
        return tuple(sorted(self._marks, key=lambda m: m.at_s))

    # For the test

    def end(self, reason: EndReason, what: str = "", to_do: str = "") -> None:
        with self._lock:
            self._stand()
            ended = self.started_at + timedelta(seconds=self.elapsed_s)
            names = {t: s.device for t, s in self.sources.items()}
            for source in self.sources.values():
                source.close()
            self._result = RecordingResult(
                self.folder, reason, self.elapsed_s, self.started_at, ended, names, self.marks(), what, to_do
            )

    def mark(
        self, kind: MarkKind, at_s: float, text: str = "", track: str = "", seconds: float = 0.0, later_s: float = 0.0
    ) -> None:
        """`later_s`: what the clock on the wall is ahead of the timeline."""
        wall = self.started_at + timedelta(seconds=at_s + later_s)
        self._marks.append(Mark(kind, at_s, wall, text, track, seconds))

    def _now(self) -> float:
        return self.elapsed_s + (time.monotonic() - self._running_since if self._running_since is not None else 0.0)

    def _stand(self) -> None:
        self.elapsed_s, self._running_since = self._now(), None

    def _add(self, kind: MarkKind, text: str = "", at_s: float | None = None) -> Mark:
        at = self._now() if at_s is None else at_s
        mark = Mark(kind, at, datetime.now().astimezone(), text)
        self._marks.append(mark)
        return mark


class FakeSound:
    """The devices of `FakeServices`, and what becomes of them."""

    def __init__(self) -> None:
        self.devices: list[Device] = list(DEVICES)
        self.error: InputError | None = None  # when set, nothing can be listed
        self.slow = threading.Event()
        self.slow.set()  # cleared: listing hangs
        self.refused: dict[str, InputError] = {}  # by track
        self.levels: dict[str, float] = {}
        self.events: dict[str, tuple[SourceEvent, ...]] = {}
        self.choices: dict[str, str] = {}
        self.sources: list[FakeSource] = []
        self.recorders: list[FakeRecorder] = []
        self.start_error: StorageError | None = None

    def list(self) -> list[Device]:  # type: ignore[valid-type]
        self.slow.wait()
        if self.error is not None:
            raise self.error
        return list(self.devices)

    def source(self, track: str, choice: str) -> FakeSource:
        if track in self.refused:
            raise self.refused[track]
        mine = [d for d in self.devices if d.track == track]
        device = next((d for d in mine if choice in (d.id, d.name) or (choice == "default" and d.is_default)), None)
        if device is None:
            raise InputError("This device is not connected.", "Connect it, or choose another one.")
        made = FakeSource(track, device.name, self.levels.get(track, -24.0), self.events.get(track, ()))
        self.sources.append(made)
        return made

    def recorder(self, folder: Path, sources: Mapping[str, AudioSource], started_at: datetime) -> FakeRecorder:
        made = FakeRecorder(folder, sources, started_at, self.start_error)
        self.recorders.append(made)
        return made

    @property
    def open(self) -> list[str]:  # type: ignore[valid-type]
        """Tracks whose device is open right now."""
        return sorted(s.track for s in self.sources if s._thread is not None)
