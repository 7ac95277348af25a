"""A world for the recorder that can run faster than ours: a clock that is turned, and devices with clocks of their own.

Every sample of a simulated device says when it was captured, in milliseconds modulo `CYCLE_MS`, so a recording can
be checked frame by frame for where its sound lies on the timeline.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from app.audio.clocks import Placed, place
from app.audio.journal import JOURNAL_NAME, Journal, read_journal
from app.audio.recorder import TICK_S, Recorder
from app.audio.timeline import SystemClock
from app.audio.track_file import HEADER_BYTES, WavReader, raw_path
from app.domain.recording import CAPTURE_RATE, CaptureSink, RecordingResult, SourceEvent

CYCLE_MS = 30_000
STARTED = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


class SimClock(SystemClock):
    """Time goes on when `turn` is called."""

    def __init__(self, start: float = 1_000.0) -> None:
        self.now = start
        self.slept = 0.0
        self.wall_offset_s = 0.0  # what somebody set the wall clock by

    def monotonic(self) -> float:
        return self.now

    def wall(self) -> datetime:
        return STARTED + timedelta(seconds=self.now - 1_000.0 + self.slept + self.wall_offset_s)

    def asleep(self) -> float:
        return self.slept


def stamp(moments: np.ndarray) -> np.ndarray:
    """What a sample says that was captured at this moment: never 0, which is silence."""
    ms = np.floor(moments * 1000.0)
    ms -= CYCLE_MS * np.floor(ms / CYCLE_MS)  # in hours of sound `%` costs more than the recorder
    return (ms + 1).astype(np.float32) / np.float32(32768.0)


def read_stamp(samples: np.ndarray) -> np.ndarray:
    """Milliseconds, modulo `CYCLE_MS`; −1 for silence."""
    return np.rint(samples * 32768.0).astype(np.int64) - 1


@dataclass
class SimSource:
    """A device that delivers blocks when the world's time has come: `run(now)`.

    `ppm`: how much too fast its clock runs. `late`: the delay of each block's arrival, in seconds.
    """

    track: str
    clock: SimClock
    ppm: float = 0.0
    block_s: float = 0.02
    late: Callable[[], float] = lambda: 0.0
    make: Callable[[np.ndarray], np.ndarray] = stamp
    expects: bool | None = None
    device: str = "Simulated"
    announce: bool = True
    sink: CaptureSink | None = None
    is_open: bool = False
    is_quiet: bool = False  # a loopback while nothing plays: no blocks at all
    is_stalled: bool = False  # blocks wait, and come as a backlog
    backlog_is_live: bool = False  # an API that does not tell a backlog
    closed: int = 0
    _t0: float = 0.0
    _frames: int = 0
    _arrival: float = 0.0
    _waiting: list[tuple[np.ndarray, float]] = field(default_factory=list)

    def open(self, sink: CaptureSink) -> None:
        self.sink = sink
        self.connect()

    def close(self) -> None:
        self.closed += 1
        self.is_open = False

    def expects_sound(self) -> bool | None:
        return self.expects

    def connect(self, delay_s: float = 0.05) -> None:
        """A new stream, with a clock that begins now."""
        assert self.sink is not None
        self.is_open = True
        self._t0 = self.clock.now + delay_s
        self._frames = 0
        self._waiting.clear()
        if self.announce:
            self.sink.event(SourceEvent("opened", self.clock.now, self.device))

    def disconnect(self, what: str = "The device is gone.") -> None:
        assert self.sink is not None
        self.is_open = False
        self._waiting.clear()
        self.sink.event(SourceEvent("lost", self.clock.now, self.device, what, "Plug it in again."))

    def drop(self, frames: int) -> None:
        """Lose sound without a word."""
        self._frames += frames

    def _moment(self, frame: int) -> float:
        return self._t0 + frame / (CAPTURE_RATE * (1.0 + self.ppm * 1e-6))

    def run(self, now: float) -> None:
        """Deliver what has arrived by now."""
        if not self.is_open or self.sink is None:
            return
        size = round(self.block_s * CAPTURE_RATE)
        while (end := self._moment(self._frames + size)) <= now:
            if not self.is_quiet:
                step = 1.0 / (CAPTURE_RATE * (1.0 + self.ppm * 1e-6))
                samples = self.make(self._moment(self._frames) + np.arange(size) * step)
                self._arrival = max(self._arrival, end + self.late())
                self._waiting.append((samples, self._arrival))
            self._frames += size
        if self.is_stalled:
            return
        arrived = [w for w in self._waiting if w[1] <= now]
        backlog = len(arrived) > 1 and now - arrived[0][1] > 0.25
        for i, (samples, at) in enumerate(arrived):
            if backlog:
                self.sink.put(samples, now, self.backlog_is_live or i == len(arrived) - 1)
            else:
                self.sink.put(samples, at)
        del self._waiting[: len(arrived)]


class World:
    """Turns the clock, the devices and the recorder together."""

    def __init__(self, recorder: Recorder, sources: list[SimSource], clock: SimClock) -> None:
        self.recorder = recorder
        self.sources = sources
        self.clock = clock
        self.is_frozen = False  # the recorder's thread does not run

    def run(self, seconds: float, step_s: float = TICK_S) -> None:
        end = self.clock.now + seconds
        while self.clock.now < end - 1e-9:
            self.clock.now = min(end, self.clock.now + step_s)
            for source in self.sources:
                source.run(self.clock.now)
            if not self.is_frozen:
                self.recorder.tick()

    def freeze(self, seconds: float) -> None:
        """This process is stopped, and the sound servers keep what comes."""
        for source in self.sources:
            source.is_stalled = True
        self.is_frozen = True
        self.run(seconds)
        self.is_frozen = False
        for source in self.sources:
            source.is_stalled = False

    def stop(self) -> RecordingResult:
        self.recorder.stop()
        while self.recorder.tick():
            pass
        result = self.recorder.wait(0.0)
        assert result is not None
        return result


class SampledFile(io.FileIO):
    """A raw file of any length that keeps one frame in `EVERY`, so that hours fit into a test."""

    EVERY = CAPTURE_RATE // 50

    def __init__(self, path: Path) -> None:
        super().__init__(path, "x+")
        self.at = 0
        self.size = 0
        self.kept: dict[int, int] = {}

    def write(self, data: memoryview, /) -> int:  # type: ignore[override]
        n = len(data)
        if self.at >= HEADER_BYTES:
            first = (self.at - HEADER_BYTES) // 2
            pcm = np.frombuffer(data, "<i2")
            skip = -first % self.EVERY
            for i, v in enumerate(pcm[skip :: self.EVERY].tolist()):
                self.kept[(first + skip) // self.EVERY + i] = v
        self.at += n
        self.size = max(self.size, self.at)
        return n

    def seek(self, offset: int, /) -> int:  # type: ignore[override]
        self.at = offset
        return offset

    def truncate(self, size: int, /) -> int:  # type: ignore[override]
        frames = (size - HEADER_BYTES) // 2
        for k in range(-(-frames // self.EVERY), -(-((self.size - HEADER_BYTES) // 2) // self.EVERY)):
            self.kept.pop(k, None)
        self.size = size
        return size

    @property
    def frames(self) -> int:
        return (self.size - HEADER_BYTES) // 2

    def samples(self) -> tuple[np.ndarray, np.ndarray]:
        """Frame numbers, and what they say (`read_stamp`)."""
        frames = np.array(sorted(self.kept), np.int64)
        values = np.array([self.kept[k] for k in frames.tolist()], np.int64)
        return frames * self.EVERY, values - 1


@dataclass
class Alignment:
    """How a recorded track lies on the timeline, in seconds; `errors` of each looked-at frame of sound."""

    errors: np.ndarray
    placed: list[Placed]
    ppm: dict[str, float]
    sound_s: float

    @property
    def worst_s(self) -> float:
        return float(np.abs(self.errors).max())


def alignment(
    folder: Path,
    track: str,
    to_timeline: Callable[[np.ndarray, np.ndarray], np.ndarray],
    kept: SampledFile | None = None,
) -> Alignment:
    """Compare where the journal puts each frame with when it says that it was captured.

    `to_timeline(stamps_ms, near_s)`: the timeline's moments of stamps, given about where they should be.
    """
    journal: Journal = read_journal(folder / JOURNAL_NAME)
    if kept is not None:
        frames_of_file = kept.frames
        frames, stamps = kept.samples()
    else:
        with WavReader(raw_path(folder, track)) as r:
            frames_of_file = r.frames
            frames = np.arange(0, r.frames, 240)
            stamps = read_stamp(r.read(0, r.frames))[frames]
    placed, ppm = place(journal.tracks[track].pieces(frames_of_file))
    errors = []
    sound = 0.0
    inside = np.zeros(len(frames), bool)
    for p in placed:
        here = (frames >= p.frame) & (frames < p.end)
        inside |= here
        here &= stamps >= 0
        knots = np.array(p.knots)
        at_s = np.interp(frames[here], knots[:, 0], knots[:, 1])
        errors.append(at_s - to_timeline(stamps[here], at_s))
        sound += p.end_s - p.start_s
    assert not (stamps[~inside] >= 0).any(), "sound of which the journal does not know"
    return Alignment(np.concatenate(errors) if errors else np.zeros(0), placed, ppm, sound)


def without_pauses(start: float) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
    """Stamps to the timeline of a recording that began at `start` and was never paused."""

    def convert(stamps: np.ndarray, near_s: np.ndarray) -> np.ndarray:
        exact = (stamps + 0.5) / 1000.0 - start
        cycle = CYCLE_MS / 1000.0
        return exact + np.round((near_s - exact) / cycle) * cycle

    return convert
