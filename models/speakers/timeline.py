"""From windows to turns: who speaks at each moment, heard from all windows that cover it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from app.domain import cancel as cancelling
from app.domain.ports import SAMPLE_RATE

if TYPE_CHECKING:
    import numpy.typing as npt

    from app.domain.cancel import CancelFlag
    from app.domain.ports import AudioReader
    from models.speakers.encoder import Spans

    Likeness = npt.NDArray[np.float32]  # (windows, voices): cosines

    Loudness = npt.NDArray[np.float32]  # decibels, `RATE_HZ` a second from the start of the track

RATE_HZ = 20  # moments a second
_SILENCE_DB = -100.0
_SHARPNESS = 5.0  # of likeness: a difference of 0.2 in cosine is worth a factor e
_CHANGE = 2.0  # what a change of speaker costs, in the same measure; added up over moments …
_CHANGE_IN = (0.75, 5.25)  # … and where loudness is known, in a pause and in the middle of speech
_PAUSE_DB = (12.0, 30.0)  # so far below the loud parts of a stretch a pause begins, and is certainly one
_LOUD = 80  # percentile
_BLOCK_S = 60.0  # most sound in memory at a time


def merged(spans: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    """Spans in order, those that touch or overlap as one."""
    out: list[tuple[float, float]] = []
    for start, end in sorted(spans):
        if out and start <= out[-1][1]:
            out[-1] = out[-1][0], max(out[-1][1], end)
        else:
            out.append((start, end))
    return out


def overlap_s(spans: Spans, start_s: float, end_s: float) -> float:
    """Seconds of `spans` (none overlapping another) within a stretch of time."""
    return sum(max(0.0, min(b, end_s) - max(a, start_s)) for a, b in spans)


def loudness(reader: AudioReader, spans: Spans, cancel: CancelFlag) -> Loudness:
    """Decibels at each moment of the track, within spans; elsewhere silence."""
    size = SAMPLE_RATE // RATE_HZ
    out = np.full(math.ceil(reader.duration_s * RATE_HZ) + 1, _SILENCE_DB, np.float32)
    for start, end in spans:
        first = int(start * RATE_HZ)
        while first < end * RATE_HZ:
            cancelling.check(cancel)
            last = min(math.ceil(end * RATE_HZ), first + round(_BLOCK_S * RATE_HZ))
            x = reader.read(first / RATE_HZ, last / RATE_HZ)
            x = x[: len(x) // size * size].reshape(-1, size)
            power = np.maximum(np.mean(np.square(x), axis=1), 10 ** (_SILENCE_DB / 10))
            out[first : first + len(power)] = 10 * np.log10(power)[: len(out) - first]
            first = last
    return out


def turns(
    windows: Spans, likeness: Likeness, spans: Spans, level: Loudness | None = None
) -> list[tuple[float, float, int]]:
    """(start_s, end_s, voice) without gaps over each span, in order. Spans are in order and do not overlap.

    At each moment the windows that cover it are averaged, those with it in their middle counting most; then the path
    that changes speakers only where that pays (Viterbi), which with `level` (`loudness`) is in pauses rather than in
    the middle of a word.
    """
    if likeness.shape[1] == 1:
        return [(start, end, 0) for start, end in spans]
    chance = np.exp(_SHARPNESS * (likeness - likeness.max(1, keepdims=True)))
    chance /= chance.sum(1, keepdims=True)
    out: list[tuple[float, float, int]] = []
    first = 0
    for start, end in spans:
        while first < len(windows) and windows[first][1] <= start:
            first += 1
        last = first
        while last < len(windows) and windows[last][0] < end:
            last += 1
        if last > first:
            moments = _moments(start, end, windows[first:last], chance[first:last])
            path = _path(moments, _costs(start, len(moments), level))
            cuts = np.flatnonzero(np.diff(path)) + 1
            edges = [start, *(start + cuts / RATE_HZ).tolist(), end]
            voices = path[np.concatenate([[0], cuts])]
            out += [(a, b, int(k)) for a, b, k in zip(edges, edges[1:], voices, strict=False)]
    return out


def _moments(start: float, end: float, windows: Spans, chance: npt.NDArray[np.floating]) -> npt.NDArray[np.floating]:
    """(moments, voices) logarithms of chances."""
    n = max(1, round((end - start) * RATE_HZ))
    total, weights = np.zeros((n, chance.shape[1])), np.zeros(n)
    for (a, b), p in zip(windows, chance, strict=True):
        i = max(0, round((a - start) * RATE_HZ))
        size = max(1, round((b - a) * RATE_HZ))
        bell = np.hanning(size + 2)[1:-1][: n - i] + 1e-3
        total[i : i + size] += bell[:, None] * p
        weights[i : i + size] += bell
    known = weights > 0
    total[known] /= weights[known, None]
    total[~known] = 1 / chance.shape[1]
    out: npt.NDArray[np.floating] = np.log(total + 1e-3)
    return out


def _costs(start: float, count: int, level: Loudness | None) -> npt.NDArray[np.floating]:
    """What a change of speaker costs at each moment."""
    if level is None:
        return np.full(count, _CHANGE)
    first = round(start * RATE_HZ)
    own = level[first : first + count]
    own = np.pad(own, (0, count - len(own)), constant_values=_SILENCE_DB)
    below = np.percentile(own, _LOUD) - own
    costs: npt.NDArray[np.floating] = np.interp(below, _PAUSE_DB, _CHANGE_IN[::-1])
    return costs


def _path(chances: npt.NDArray[np.floating], costs: npt.NDArray[np.floating]) -> npt.NDArray[np.intp]:
    n, voices = chances.shape
    score = chances[0].copy()
    came_from = np.empty((n, voices), np.intp)
    stay = np.arange(voices)
    for t in range(1, n):
        best = int(score.argmax())
        changed = score[best] - costs[t]
        came_from[t] = np.where(score >= changed, stay, best)
        score = np.maximum(score, changed) + chances[t]
    path = np.empty(n, np.intp)
    path[-1] = score.argmax()
    for t in range(n - 1, 0, -1):
        path[t - 1] = came_from[t, path[t]]
    return path
