"""A player without sound: it keeps time, and remembers what it was told."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from app.audio.peaks import BINS_PER_S, Outline, Peaks, outline_of
from app.audio.playback import PlaybackState
from app.domain.cancel import CancelFlag
from app.domain.errors import StorageError
from app.domain.meeting import Meeting


class FakePlayback:
    """`calls`: what was asked for. `refuse`: why nothing can be heard."""

    def __init__(self, on_state: Callable[[PlaybackState], None], refuse: tuple[str, str] | None = None) -> None:
        self.on_state = on_state
        self.refuse = refuse
        self.calls: list[tuple[Any, ...]] = []
        self.meeting: Meeting | None = None
        self.speed = 1.0
        self._at = 0.0
        self._since: float | None = None
        self._end: float | None = None
        self._timer: threading.Timer | None = None

    def load(self, folder: Path, meeting: Meeting, at_s: float = 0.0) -> None:
        self.calls.append(("load", meeting.id, at_s))
        self._halt()
        self.meeting, self._at = meeting, at_s

    def refresh(self, meeting: Meeting) -> None:
        self.calls.append(("refresh", meeting.id))
        self.meeting = meeting

    def unload(self) -> None:
        self.calls.append(("unload",))
        self._halt()
        self.meeting = None

    def play(self) -> None:
        self.calls.append(("play",))
        self._play()

    def _play(self) -> None:
        if self.refuse is not None:
            self.on_state(PlaybackState(what=self.refuse[0], to_do=self.refuse[1]))
        elif self.meeting is not None and self._since is None:
            self._since = time.monotonic()
            self.on_state(PlaybackState(playing=True))

    def play_span(self, start_s: float, end_s: float) -> None:
        self.calls.append(("play_span", start_s, end_s))
        self._at = start_s
        self._play()

    def pause(self) -> None:
        self.calls.append(("pause",))
        self._halt()

    def _halt(self) -> None:
        if self._since is not None:
            self._at, self._since = self.position_s(), None
            self.on_state(PlaybackState())

    def seek(self, at_s: float) -> None:
        self.calls.append(("seek", round(at_s, 3)))
        self._at = at_s
        if self._since is not None:
            self._since = time.monotonic()

    def set_speed(self, speed: float) -> None:
        self.calls.append(("speed", speed))
        self._at = self.position_s()
        if self._since is not None:
            self._since = time.monotonic()
        self.speed = speed

    def set_gain(self, track: str, gain: float) -> None:
        self.calls.append(("gain", track, round(gain, 4)))

    def set_skip_silence(self, on: bool) -> None:
        self.calls.append(("skip", on))

    def position_s(self) -> float:
        run = (time.monotonic() - self._since) * self.speed if self._since is not None else 0.0
        return self._at + run

    def shut_down(self, timeout_s: float = 5.0) -> bool:
        self._since = None
        return True


class FakePlayerServices:
    """`made`: the playback, once there is one."""

    def __init__(self) -> None:
        self.made: FakePlayback | None = None
        self.refuse: tuple[str, str] | None = None
        self.saved: dict[str, bytes] = {}  # by the name of the file
        self.save_error: StorageError | None = None

    def save_picture(self, path: Path, data: bytes) -> None:
        if self.save_error is not None:
            raise self.save_error
        self.saved[path.name] = data

    def playback(self, on_state: Callable[[PlaybackState], None]) -> FakePlayback:
        self.made = FakePlayback(on_state, self.refuse)
        return self.made

    def outline(self, folder: Path, meeting: Meeting, cancel: CancelFlag) -> Outline:
        """Loud where somebody speaks, as speech is: syllables and breaths."""
        tracks = [t.name for t in meeting.tracks] or sorted({s.track for s in meeting.segments})
        n = round(meeting.duration_s * BINS_PER_S)
        random = np.random.default_rng(7)
        made = {}
        for name in tracks:
            loud = np.full(n, 0.012)
            for s in meeting.segments:
                if s.track == name:
                    a, b = round(s.start_s * BINS_PER_S), round(s.end_s * BINS_PER_S)
                    loud[a:b] = 0.3 + 0.15 * random.standard_normal(max(0, min(b, n) - a))
            loud = np.clip(np.abs(loud * (0.5 + 0.5 * random.random(n))), 0, 1) * 127
            made[name] = np.stack([-loud, loud], axis=1).astype(np.int8)
        return outline_of(Peaks(made))
