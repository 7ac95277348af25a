"""Between a capture thread and the recorder's: sound is copied into memory that is there already, and nothing waits.

A `put` costs one copy under a lock that the other side holds for no longer. When the recorder does not come for
`seconds` the newest sound is dropped and counted, so that a gap of the right length stands where it was.
"""

from __future__ import annotations

import math
import threading
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from app.domain.recording import CAPTURE_RATE, SourceEvent

if TYPE_CHECKING:
    from app.domain.recording import Samples

SECONDS = 30.0
_MAX_ITEMS = 20_000  # bounds what single frames could make of the list: 30 s in blocks of 1.5 ms


class Block(NamedTuple):
    """Sound as a source gave it; `at`, `live`: see `CaptureSink.put`."""

    samples: Samples
    at: float
    live: bool


class Lost(NamedTuple):
    """Sound that never arrived at this point. `overflow`: dropped here, so `frames` is exact; else 0 is unknown."""

    frames: int
    overflow: bool


Item = Block | Lost | SourceEvent


class Ring:
    """A `CaptureSink` for one track. One thread puts, another drains; events keep their place among the sound."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._buffer = np.empty(round(seconds * CAPTURE_RATE), np.float32)
        self._buffer.fill(0.0)  # so that no page of it is missing when the sound comes
        self._lock = threading.Lock()
        self._write = 0
        self._room = len(self._buffer)
        self._items: list[tuple[int, float, bool] | Lost | SourceEvent] = []
        self._dropped = 0

    def put(self, samples: Samples, at: float, live: bool = True) -> None:
        n = len(samples)
        if not n:
            return
        if not math.isfinite(float(np.dot(samples, samples))):
            samples = np.nan_to_num(samples, nan=0.0, posinf=0.0, neginf=0.0)
        with self._lock:
            if n > self._room or len(self._items) >= _MAX_ITEMS:
                self._dropped += n
                return
            if self._dropped:
                self._items.append(Lost(self._dropped, overflow=True))
                self._dropped = 0
            head = min(n, len(self._buffer) - self._write)
            self._buffer[self._write : self._write + head] = samples[:head]
            self._buffer[: n - head] = samples[head:]
            self._write = (self._write + n) % len(self._buffer)
            self._room -= n
            self._items.append((n, at, live))

    def lost(self, frames: int = 0) -> None:
        with self._lock:
            self._items.append(Lost(frames, overflow=False))

    def event(self, event: SourceEvent) -> None:
        with self._lock:
            self._items.append(event)

    def drain(self) -> list[Item]:
        """Everything that came since the last call, in order."""
        with self._lock:
            items, self._items = self._items, []
            if self._dropped:
                items.append(Lost(self._dropped, overflow=True))
                self._dropped = 0
            start = (self._write - (len(self._buffer) - self._room)) % len(self._buffer)
            used = len(self._buffer) - self._room
        # The writer only touches free room, so this part needs no lock.
        sound = np.empty(used, np.float32)
        head = min(used, len(self._buffer) - start)
        sound[:head] = self._buffer[start : start + head]
        sound[head:] = self._buffer[: used - head]
        with self._lock:
            self._room += used
        found: list[Item] = []
        done = 0
        for item in items:
            if isinstance(item, Lost | SourceEvent):
                found.append(item)
            else:
                n, at, live = item
                found.append(Block(sound[done : done + n], at, live))
                done += n
        return found
