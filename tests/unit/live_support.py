"""A live session that runs as fast as the processor lets it: its clock, its detector and its engine are the test's."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from app.domain.cancel import CancelFlag
from app.domain.live import (
    EarlierSound,
    LiveEnd,
    LiveEvent,
    LiveFinal,
    LivePartial,
    LiveSound,
    LiveTask,
    LiveVoices,
)
from app.domain.meeting import Segment
from app.domain.ports import SAMPLE_RATE, SpeechEngine, Transcript
from app.services.live import LiveSession, LiveTools

FRAME = 512
BLOCK_S = 0.05


class LoudStream:
    """`VoiceStream`: speech is what is louder than −40 dBFS, until it is quiet for 0.3 s; in frames of 32 ms."""

    def __init__(self) -> None:
        self._at = 0
        self._rest = np.zeros(0, np.float32)
        self._start: int | None = None
        self._quiet: int | None = None

    def feed(self, samples: np.ndarray) -> list[tuple[float, float]]:
        x = np.concatenate([self._rest, samples])
        found = []
        for i in range(0, len(x) - FRAME + 1, FRAME):
            loud = bool(np.abs(x[i : i + FRAME]).max() > 0.01)
            if loud:
                self._quiet = None
                self._start = self._at if self._start is None else self._start
            elif self._start is not None:
                self._quiet = self._at if self._quiet is None else self._quiet
                if self._at - self._quiet >= 0.3 * SAMPLE_RATE:
                    found.append((self._start / SAMPLE_RATE, self._quiet / SAMPLE_RATE))
                    self._start = self._quiet = None
            self._at += FRAME
        self._rest = x[len(x) - len(x) % FRAME :]
        return found

    def finish(self) -> list[tuple[float, float]]:
        start, self._start = self._start, None
        return [] if start is None else [(start / SAMPLE_RATE, (self._quiet or self._at) / SAMPLE_RATE)]

    @property
    def speaking_since(self) -> float | None:
        if self._start is None or self._at - self._start <= 0.2 * SAMPLE_RATE:
            return None
        return self._start / SAMPLE_RATE


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class CountedEngine:
    """Says how long each window is loud. `cost` is how long one second of sound takes it, on the test's clock.

    `says`: language → what it takes the sound for, by the window's loudness; see `tests`.
    """

    name = "counted"
    settings: Mapping[str, Any] = {"precision": "none"}

    def __init__(self, clock: Clock, cost: float = 0.0, max_window_s: float = 20.0) -> None:
        self.clock = clock
        self.cost = cost
        self.max_window_s = max_window_s
        self.batch_seconds = 60.0
        self.batches: list[int] = []
        self.told: list[str | None] = []
        self.language: Callable[[np.ndarray], str] = lambda x: "English"
        self.text: Callable[[np.ndarray], str] = loud_text

    def transcribe(
        self,
        windows: Sequence[np.ndarray],
        *,
        language: str | None = None,
        glossary: Sequence[str] = (),
        cancel: CancelFlag,
    ) -> list[Transcript]:
        self.batches.append(len(windows))
        self.told += [language] * len(windows)
        self.clock.now += self.cost * sum(len(w) for w in windows) / SAMPLE_RATE
        return [Transcript(self.text(w), language or self.language(w)) for w in windows]


def loud_text(x: np.ndarray) -> str:
    """A word for every half second that is loud."""
    loud = int(np.sum(np.abs(x) > 0.01))
    return " ".join(f"w{n}" for n in range(round(loud / (0.46 * SAMPLE_RATE))))


class Disk:
    """`EarlierSound` over arrays that begin at 0."""

    def __init__(self, tracks: dict[str, np.ndarray]) -> None:
        self.tracks = tracks
        self.reads: list[tuple[str, float, float]] = []

    def read(self, track: str, start_s: float, end_s: float) -> np.ndarray:
        self.reads.append((track, start_s, end_s))
        x = self.tracks.get(track, np.zeros(0, np.float32))
        return x[round(start_s * SAMPLE_RATE) : round(end_s * SAMPLE_RATE)]


def speech(spans: Sequence[tuple[float, float]], seconds: float, level: float = 0.3) -> np.ndarray:
    """Tones in each span, silence elsewhere."""
    x = np.zeros(round(seconds * SAMPLE_RATE), np.float32)
    for start, end in spans:
        a, b = round(start * SAMPLE_RATE), min(len(x), round(end * SAMPLE_RATE))
        x[a:b] = level * np.sign(np.sin(np.arange(b - a) * 0.3)).astype(np.float32)
    return x


class Stage:
    """A session and what it said. `play` gives it sound as time goes by."""

    def __init__(
        self,
        engine: SpeechEngine | None = None,
        *,
        task: LiveTask | None = None,
        disk: EarlierSound | None = None,
        voices: LiveVoices | None = None,
        folder: Path | None = None,
        cost: float = 0.0,
    ) -> None:
        self.clock = Clock()
        self.engine = CountedEngine(self.clock, cost)
        self.disk = Disk({})
        self.events: list[LiveEvent] = []
        self.at: list[float] = []
        if engine is not None:
            self.engine = engine  # type: ignore[assignment]
        tools = LiveTools(self.engine, LoudStream, disk or self.disk, voices, folder, self.clock)
        self.session = LiveSession(task or LiveTask(Path()), tools, self._heard)

    def _heard(self, event: LiveEvent) -> None:
        self.events.append(event)
        self.at.append(self.clock.now)

    def play(self, tracks: dict[str, np.ndarray], start_s: float = 0.0, *, work: bool = True) -> None:
        """In blocks, in real time by the test's clock; work that takes longer than that delays nothing but itself."""
        seconds = max(len(x) for x in tracks.values()) / SAMPLE_RATE
        began = self.clock.now
        for n in range(round(seconds / BLOCK_S)):
            a, b = round(n * BLOCK_S * SAMPLE_RATE), round((n + 1) * BLOCK_S * SAMPLE_RATE)
            due = began + (n + 1) * BLOCK_S
            while work and self.clock.now < due and self.session.work():
                pass
            self.clock.now = max(self.clock.now, due)
            for track, x in tracks.items():
                if len(x) > a:
                    self.session.take(LiveSound(track, start_s + a / SAMPLE_RATE, x[a:b]))
        while work and self.session.work():
            pass

    def rest(self, seconds: float) -> None:
        """Nothing comes, and time goes by."""
        for _ in range(round(seconds / 0.1)):
            self.clock.now += 0.1
            while self.session.work():
                pass

    def end(self, patience_s: float | None = None) -> None:
        self.session.take(LiveEnd(patience_s))
        while not self.session.ended:
            self.session.work()

    @property
    def finals(self) -> list[Segment]:
        return [e.segment for e in self.events if isinstance(e, LiveFinal)]

    @property
    def partials(self) -> list[LivePartial]:
        return [e for e in self.events if isinstance(e, LivePartial)]

    def of(self, kind: type) -> list[Any]:
        return [e for e in self.events if isinstance(e, kind)]


def spans(segments: Sequence[Segment], track: str = "") -> list[tuple[float, float]]:
    return [(round(s.start_s, 1), round(s.end_s, 1)) for s in segments if track in ("", s.track)]
