"""One open stream of PortAudio: from its callback to the sink."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from app.audio.systems.resampling import Pace, To48k
from app.audio.systems.worker import Gate
from app.domain.recording import CAPTURE_RATE

if TYPE_CHECKING:
    from app.domain.recording import Samples

_RING_S = 10.0  # of sound at the device's own rate, waiting to be resampled


class Capture:
    """Hands a device's sound to `gate` as 48 kHz mono; `first` is called before the first of it.

    The callback runs in a thread of the system's. At 48 kHz it hands over directly; otherwise it only fills a ring,
    and `drain`, called every 50 ms or so, resamples. Opening raises `PortAudioError`.
    """

    def __init__(
        self, sounddevice: Any, index: int, rate: int, channels: int, gate: Gate, first: Callable[[], None]
    ) -> None:
        self.blocks = 0  # callbacks so far
        self.heard = False  # something other than zeros
        self.ended = False  # the device gave up
        self._gate = gate
        self._first = first
        self._rate = rate
        self._pace = Pace()
        self._resampler = None if rate == CAPTURE_RATE else Resampler(rate)
        self._stream: Any = sounddevice.InputStream(
            samplerate=rate,
            device=index,
            channels=channels,
            dtype="float32",
            latency="high",
            callback=self._callback,
            finished_callback=self._finished,
        )

    def start(self) -> None:
        self._stream.start()

    def close(self) -> None:
        """Returns when no callback runs any more."""
        self._stream.abort()  # waiting for pending sound may hang when the device is gone; so may closing what runs
        self._stream.close()
        self.drain()

    def drain(self) -> None:
        if self._resampler is not None:
            for samples, at, live in self._resampler.ready():
                self._gate.put(samples, at, live)

    def _finished(self) -> None:
        self.ended = True

    def _callback(self, block: Samples, frames: int, _time: Any, status: Any) -> None:
        now = time.monotonic()  # PortAudio's own stamps are wrong on several platforms
        if self.blocks == 0:
            self._first()
        live = self._pace.is_live(now, frames / self._rate)
        self.blocks += 1
        if status.input_overflow:
            self._gate.lost()
        mono = block[:, 0] if block.shape[1] == 1 else block.mean(axis=1, dtype=np.float32)
        if not self.heard and mono.any():
            self.heard = True
        if self._resampler is None:
            self._gate.put(mono, now, live)
        elif not self._resampler.push(mono, now, live):
            self._gate.lost(round(frames * CAPTURE_RATE / self._rate))


class Resampler:
    """From a device's rate to 48 kHz, away from the callback: `push` there, `ready` in a thread with time."""

    def __init__(self, rate: int) -> None:
        self._ring = np.zeros(round(rate * _RING_S), np.float32)
        self._written = 0  # of the callback's thread
        self._read = 0  # of the other
        self._stamps: deque[tuple[int, float, bool]] = deque()  # (frames of the block, arrival, live)
        self._to_48k = To48k(rate)

    def push(self, mono: Samples, at: float, live: bool) -> bool:
        """False if there was no room."""
        n = len(mono)
        if n > len(self._ring) - (self._written - self._read):
            return False
        start = self._written % len(self._ring)
        part = min(n, len(self._ring) - start)
        self._ring[start : start + part] = mono[:part]
        self._ring[: n - part] = mono[part:]
        self._written += n
        self._stamps.append((n, at, live))
        return True

    def ready(self) -> list[tuple[Samples, float, bool]]:
        """(samples, arrival, live) of what came since. The arrival is that of the last sample that left the filter."""
        done = []
        while self._stamps:
            n, at, live = self._stamps.popleft()
            places = np.arange(self._read, self._read + n) % len(self._ring)
            out, out_at = self._to_48k.feed(self._ring[places], at)
            self._read += n
            if len(out):
                done.append((out, out_at, live))
        return done
