"""The sound of one track in a live session: in order, without holes, and the last part of it in memory.

Blocks say their times and are believed: what overlaps is cut off, what is missing is read from the recording.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from app.domain.live import EarlierSound
from app.domain.ports import SAMPLE_RATE

if TYPE_CHECKING:
    from app.domain.ports import Samples

KEPT_S = 90.0  # of each track, in memory: 5.8 MB
SLIP = SAMPLE_RATE // 50  # blocks follow each other if they fit as closely as this; what a resampler holds back
FILL_S = 20.0  # most sound that is read from the disk at once


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """The next piece of a track, directly after the one before it. `filled`: it was read from the recording."""

    start_s: float
    samples: Samples
    filled: bool = False


class TrackSound:
    """`resume_s`: from where on the track is wanted; None: from its first block."""

    def __init__(
        self, track: str, earlier: EarlierSound, *, resume_s: float | None = None, kept_s: float = KEPT_S
    ) -> None:
        self.track = track
        self._earlier = earlier
        self._kept = round(kept_s * SAMPLE_RATE)
        self._pieces: deque[Samples] = deque()
        self._at: int | None = None if resume_s is None else round(resume_s * SAMPLE_RATE)  # of the next sample
        self._first = self._at or 0  # of the oldest in memory
        self.begins_s = (self._at or 0) / SAMPLE_RATE

    @property
    def end_s(self) -> float:
        """Up to here it has been heard."""
        return (self._at or 0) / SAMPLE_RATE

    def place(self, start_s: float, samples: Samples) -> Iterator[Heard]:
        """A block: itself, what is missing before it, or less of it when it is late. Each piece is remembered."""
        samples = np.nan_to_num(np.asarray(samples, np.float32).reshape(-1), nan=0.0, posinf=0.0, neginf=0.0)
        start = round(start_s * SAMPLE_RATE)
        if self._at is None:
            self._at = self._first = max(0, start)
            self.begins_s = self.end_s
        if start > self._at + SLIP:
            yield from self._fill(start)
        elif start < self._at - SLIP:
            samples = samples[self._at - start :]
        if len(samples):
            yield self._add(samples, filled=False)

    def read(self, start_s: float, end_s: float) -> Samples:
        """Any stretch that was heard, from memory or from the recording; exactly as long as asked for."""
        start, end = round(start_s * SAMPLE_RATE), round(end_s * SAMPLE_RATE)
        if start < self._first:
            return _fit(self._earlier.read(self.track, start_s, end_s), end - start)
        parts, at = [], self._first
        for piece in self._pieces:
            if at + len(piece) > start and at < end:
                parts.append(piece[max(0, start - at) : end - at])
            at += len(piece)
        return _fit(np.concatenate(parts) if parts else np.zeros(0, np.float32), end - start)

    def _fill(self, until: int) -> Iterator[Heard]:
        assert self._at is not None
        while self._at < until:
            n = min(until - self._at, round(FILL_S * SAMPLE_RATE))
            missing = self._earlier.read(self.track, self._at / SAMPLE_RATE, (self._at + n) / SAMPLE_RATE)
            yield self._add(_fit(missing, n), filled=True)

    def _add(self, samples: Samples, *, filled: bool) -> Heard:
        heard = Heard(self.end_s, samples, filled)
        self._pieces.append(samples)
        self._at = (self._at or 0) + len(samples)
        while self._pieces and self._at - self._first - len(self._pieces[0]) >= self._kept:
            self._first += len(self._pieces.popleft())
        return heard


def _fit(x: Samples, n: int) -> Samples:
    return x[:n] if len(x) >= n else np.pad(x, (0, n - len(x)))
