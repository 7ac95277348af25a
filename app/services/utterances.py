"""From speech regions to the windows that a speech engine gets, and how they are packed into batches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, repeat
from typing import TYPE_CHECKING

import numpy as np

from app.domain.meeting import SpeechRegion
from app.domain.ports import SAMPLE_RATE, AudioReader

if TYPE_CHECKING:
    from app.domain.ports import Samples

# Windows are sorted by length within stretches of this much speech: long enough to fill even batches,
# short enough that text appears steadily and memory stays flat.
HORIZON_S = 240.0
# The first stretches are shorter: somebody is waiting for the first words, on a slow machine for minutes.
FIRST_HORIZONS_S = (60.0, 120.0)
# Where a long stretch without a pause is cut: at the quietest moment of its last part before the limit.
SEARCH_S = 4.0
# No piece of a stretch is shorter: it would hold half a word, and a model needs a few words to go by.
SHORTEST_PIECE_S = 2.0
# Speech that gave no text is cut otherwise: longer than this, it is heard in two; shorter, with more sound around it.
SPLIT_FROM_S = 6.0
CONTEXT_S = 0.5


@dataclass(frozen=True, slots=True)
class Utterance:
    """A stretch of one track that goes to the speech engine in one piece.

    `before_s`, `after_s`: sound around it that is heard with it, in which nobody else is known to speak.
    """

    track: str
    start_s: float
    end_s: float
    before_s: float = 0.0
    after_s: float = 0.0

    @property
    def seconds(self) -> float:
        return self.end_s - self.start_s

    @property
    def window_s(self) -> float:
        """How much sound the engine gets."""
        return self.seconds + self.before_s + self.after_s

    def read(self, reader: AudioReader) -> Samples:
        return reader.read(self.start_s - self.before_s, self.end_s + self.after_s)


def cut_points(reader: AudioReader, region: SpeechRegion, limit_s: float) -> Iterator[Utterance]:
    """The region in pieces of at most `limit_s`, cut where 100 ms are quietest; no piece is a mere rest."""
    start = region.start_s
    while (left := region.end_s - start) > limit_s:
        last = min(limit_s, left - min(SHORTEST_PIECE_S, limit_s / 4))
        search = min(SEARCH_S, limit_s / 2)
        at = start + last - search + quietest(reader.read(start + last - search, start + last))
        yield Utterance(region.track, start, at)
        start = at
    yield Utterance(region.track, start, region.end_s)


def other_cut(reader: AudioReader, u: Utterance, silence: tuple[float, float], limit_s: float) -> list[Utterance]:
    """The same speech for a second hearing: in two, or with the sound around it.

    `silence`: where the speech before it on its track ends and the next begins; nobody's words are heard twice.
    """
    before = min(CONTEXT_S, max(0.0, u.start_s - silence[0]))
    after = min(CONTEXT_S, max(0.0, silence[1] - u.end_s))
    room = max(0.0, limit_s - u.seconds) / 2
    before, after = min(before, room), min(after, room)
    if u.seconds > SPLIT_FROM_S or (before + after < 0.1 and u.seconds >= 2 * SHORTEST_PIECE_S):
        quarter = u.seconds / 4
        at = u.start_s + quarter + quietest(reader.read(u.start_s + quarter, u.end_s - quarter))
        return [Utterance(u.track, u.start_s, at), Utterance(u.track, at, u.end_s)]
    return [Utterance(u.track, u.start_s, u.end_s, before, after)]


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
    """The utterances in order, in stretches of about `HORIZON_S` of speech, the first ones shorter."""
    current: list[Utterance] = []
    seconds = 0.0
    sizes = chain(FIRST_HORIZONS_S, repeat(HORIZON_S))
    most = next(sizes)
    for u in utterances:
        if current and seconds + u.seconds > most:
            yield current
            most = next(sizes)
            current, seconds = [], 0.0
        current.append(u)
        seconds += u.seconds
    if current:
        yield current


def batches(utterances: Sequence[Utterance], batch_seconds: float) -> Iterator[list[Utterance]]:
    """Longest first; each batch's padded length (rows × longest) is at most `batch_seconds`, or one row."""
    current: list[Utterance] = []
    for u in sorted(utterances, key=lambda v: -v.window_s):
        if current and (len(current) + 1) * current[0].window_s > batch_seconds:
            yield current
            current = []
        current.append(u)
    if current:
        yield current
