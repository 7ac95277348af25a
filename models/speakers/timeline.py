"""From windows to turns: who speaks at each moment, heard from all windows that cover it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from models.speakers.encoder import Spans

    Likeness = npt.NDArray[np.float32]  # (windows, voices): cosines

RATE_HZ = 20  # moments a second
_SHARPNESS = 5.0  # of likeness: a difference of 0.2 in cosine is worth a factor e
_CHANGE = 2.0  # what a change of speaker costs, in the same measure; added up over moments


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


def turns(windows: Spans, likeness: Likeness, spans: Spans) -> list[tuple[float, float, int]]:
    """(start_s, end_s, voice) without gaps over each span, in order. Spans are in order and do not overlap.

    At each moment the windows that cover it are averaged, those with it in their middle counting most; then the path
    that changes speakers only where that pays (Viterbi).
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
            path = _path(_moments(start, end, windows[first:last], chance[first:last]))
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


def _path(chances: npt.NDArray[np.floating]) -> npt.NDArray[np.intp]:
    n, voices = chances.shape
    score = chances[0].copy()
    came_from = np.empty((n, voices), np.intp)
    stay = np.arange(voices)
    for t in range(1, n):
        best = int(score.argmax())
        changed = score[best] - _CHANGE
        came_from[t] = np.where(score >= changed, stay, best)
        score = np.maximum(score, changed) + chances[t]
    path = np.empty(n, np.intp)
    path[-1] = score.argmax()
    for t in range(n - 1, 0, -1):
        path[t - 1] = came_from[t, path[t]]
    return path
