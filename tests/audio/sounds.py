"""What is played into a sound server, what comes out of a source, and how to find the one in the other."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import soundfile
import soxr

from app.domain.recording import CAPTURE_RATE, SourceEvent

Samples = npt.NDArray[np.float32]
SAMPLE = Path(__file__).resolve().parent.parent.parent / "models" / "starter" / "sample"
CHUNK = CAPTURE_RATE // 10


@cache
def voice(track: str) -> Samples:
    """What is said on one track of the sample meeting, without the pauses: one voice on "mic", others on "system"."""
    sound, rate = soundfile.read(SAMPLE / f"{track}.flac", dtype="float32")
    segments = json.loads((SAMPLE / "reference.json").read_text(encoding="utf-8"))["segments"]
    said = [sound[int(s["start_s"] * rate) : int(s["end_s"] * rate)] for s in segments if s["track"] == track]
    return np.asarray(soxr.resample(np.concatenate(said), rate, CAPTURE_RATE), dtype=np.float32)


def part(track: str, start_s: float, seconds: float) -> Samples:
    return voice(track)[round(start_s * CAPTURE_RATE) : round((start_s + seconds) * CAPTURE_RATE)]


class Player:
    """Plays something into an output, in a thread of its own. `began`: when its first sample was heard."""

    def __init__(self, samples: Samples, output: str, server: str) -> None:
        self.began: float | None = None
        self.error = ""
        self._stopped = threading.Event()
        self._begun = threading.Event()
        self._thread = threading.Thread(target=self._play, args=(samples, output, server), name=f"play into {output}")
        self._thread.start()

    def _play(self, samples: Samples, output: str, server: str) -> None:
        import pasimple

        guesses: list[float] = []
        ahead = CAPTURE_RATE // 2  # as much as no busy machine will keep waiting
        samples = np.concatenate([samples, np.zeros(3 * CHUNK, dtype=np.float32)])  # what closing cuts off
        try:
            with pasimple.PaSimple(
                pasimple.PA_STREAM_PLAYBACK, pasimple.PA_SAMPLE_FLOAT32LE, 1, CAPTURE_RATE, "player",
                device_name=output, server_name=server, tlength=4 * ahead, prebuf=4 * CHUNK, minreq=CHUNK,
            ) as stream:  # fmt: skip
                for at in range(0, len(samples), CHUNK):
                    if self._stopped.is_set():
                        return
                    stream.write(samples[at : at + CHUNK].tobytes())
                    if at >= 2 * CHUNK:
                        latency_s = stream.get_latency() / 1e6
                        guesses.append(time.monotonic() + latency_s - (at + CHUNK) / CAPTURE_RATE)
                        self.began = float(np.median(guesses))
                        self._begun.set()
                while not self._stopped.is_set() and stream.get_latency() > 200_000:
                    time.sleep(0.02)
        except pasimple.PaSimpleError as error:  # the server or the output went away
            self.error = str(error)
        finally:
            self._begun.set()

    def wait(self) -> None:
        """Until all of it has been heard."""
        self._thread.join()

    def heard_from(self) -> float:
        self._begun.wait(10)
        assert self.began is not None, self.error
        return self.began

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join()


class Collector:
    """A sink that keeps everything."""

    def __init__(self) -> None:
        self.blocks: list[tuple[Samples, float, bool]] = []
        self.events: list[SourceEvent] = []
        self.lost_frames = 0
        self._changed = threading.Condition()

    def put(self, samples: Samples, at: float, live: bool = True) -> None:
        with self._changed:
            self.blocks.append((samples.copy(), at, live))
            self._changed.notify_all()

    def lost(self, frames: int = 0) -> None:
        self.lost_frames += frames

    def event(self, event: SourceEvent) -> None:
        with self._changed:
            self.events.append(event)
            self._changed.notify_all()

    def kinds(self) -> list[str]:
        return [e.kind for e in self.events]

    def until(self, true: Callable[[Collector], Any], timeout_s: float = 10.0) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: true(self), timeout_s), self.events

    def until_event(self, kind: str, count: int = 1, timeout_s: float = 10.0) -> SourceEvent:
        """The `count`-th event of that kind."""
        self.until(lambda c: c.kinds().count(kind) >= count, timeout_s)
        return [e for e in self.events if e.kind == kind][count - 1]

    def hear(self, seconds: float, timeout_s: float = 15.0) -> None:
        """Wait for so much more sound."""
        frames = self.frames + seconds * CAPTURE_RATE
        self.until(lambda c: c.frames >= frames, timeout_s)

    @property
    def frames(self) -> int:
        return sum(len(b) for b, _, _ in self.blocks)

    def sound(self, since: float = 0.0) -> tuple[Samples, float]:
        """Everything that arrived after `since`, and the moment of its first sample if there was no gap in it."""
        blocks = [(b, at) for b, at, _ in self.blocks if at > since]
        ends = np.cumsum([len(b) for b, _ in blocks]) / CAPTURE_RATE
        return np.concatenate([b for b, _ in blocks]), float(
            min(at - e for (_, at), e in zip(blocks, ends, strict=True))
        )


def find(what: Samples, inside: Samples, rate: int = CAPTURE_RATE) -> tuple[float, float]:
    """Where `what` fits best inside a recording: the correlation there (1 is the same), and the place in seconds."""
    from scipy.signal import fftconvolve

    if len(inside) < len(what):
        inside = np.pad(inside, (0, len(what) - len(inside)))
    products = fftconvolve(inside.astype(np.float64), what[::-1].astype(np.float64), mode="valid")
    energy = np.concatenate([[0.0], np.cumsum(inside.astype(np.float64) ** 2)])
    local = np.maximum(energy[len(what) :] - energy[: -len(what)], 1e-6)
    likeness = products / np.sqrt(local * float(np.sum(what.astype(np.float64) ** 2)))
    best = int(np.argmax(np.abs(likeness)))
    return float(abs(likeness[best])), best / rate
