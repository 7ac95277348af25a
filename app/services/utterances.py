"""From speech regions to the windows that a speech engine gets, and how they are packed into batches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from app.domain.meeting import SpeechRegion
from app.domain.ports import SAMPLE_RATE, AudioReader

if TYPE_CHECKING:
    from app.domain.ports import Samples

# Windows are sorted by length within stretches of this much speech: long enough to fill even batches,
# short enough that text appears steadily and memory stays flat.
HORIZON_S = 240.0
# Where a long stretch without a pause is cut: at the quietest moment of its last part before the limit.
SEARCH_S = 4.0


@dataclass(frozen=True, slots=True)
class Utterance:
    """A stretch of one track that goes to the speech engine in one piece."""

    track: str
    start_s: float
    end_s: float

    @property
    def seconds(self) -> float:
        return self.end_s - self.start_s


def cut_points(reader: AudioReader, region: SpeechRegion, limit_s: float) -> Iterator[Utterance]:
    """The region in pieces of at most `limit_s`, cut where 100 ms are quietest."""
    start = region.start_s
    while region.end_s - start > limit_s:
        search = min(SEARCH_S, limit_s / 2)
        x = reader.read(start + limit_s - search, start + limit_s)
        at = start + limit_s - search + quietest(x)
        yield Utterance(region.track, start, at)
        start = at
    yield Utterance(region.track, start, region.end_s)


def quietest(x: Samples) -> float:
    """Seconds from the start of `x` to the middle of its quietest 100 ms."""
    frame = SAMPLE_RATE // 100
    n = len(x) // frame
    if n <= 10:
        return len(x) / SAMPLE_RATE
    energy = np.square(x[: n * frame].astype(np.float64)).reshape(n, frame).sum(1)
    smooth = np.convolve(energy, np.ones(10), "valid")
    return (int(smooth.argmin()) + 5) * frame / SAMPLE_RATE


def horizons(utterances: Sequence[Utterance]) -> Iterator[list[Utterance]]:
    """The utterances in order, in stretches of about `HORIZON_S` of speech."""
    current: list[Utterance] = []
    seconds = 0.0
    for u in utterances:
        if current and seconds + u.seconds > HORIZON_S:
            yield current
            current, seconds = [], 0.0
        current.append(u)
        seconds += u.seconds
    if current:
        yield current


def batches(utterances: Sequence[Utterance], batch_seconds: float) -> Iterator[list[Utterance]]:
    """Longest first; each batch's padded length (rows × longest) is at most `batch_seconds`, or one row."""
    current: list[Utterance] = []
    for u in sorted(utterances, key=lambda v: -v.seconds):
        if current and (len(current) + 1) * current[0].seconds > batch_seconds:
            yield current
            current = []
        current.append(u)
    if current:
        yield current
