"""The clock of each device, measured from when its sound arrived, and the timeline that follows from it.

A piece of unbroken sound has arrivals (`journal.Clock`): frame n was there at time t(n), on a timeline that the
computer's own clock runs. With the frame counted in seconds of the nominal rate, x = n / 48000, the lateness
e = t - x of a device that runs p parts per million fast is

    e(x) = start - p·1e-6·x + delay,   delay >= 0: a block can come late, never early.

- **Slope.** The least-late arrivals of equal stretches are compared in pairs; the answer is the median of the slopes of
  all pairs that lie `MIN_BASE_S` or more apart, weighted by their distance (Theil-Sen; three stretches in ten may be
  wrong). Pairs are taken within pieces and pooled over the pieces of a device: they share one clock but not one start.
  A piece of `OWN_SLOPE_S` or more goes by its own.
- **Start.** A low quantile of e + p·1e-6·x: the lower edge, but not one freak arrival.
- **Bends.** A clock that changes its speed (the system clock is being set, a virtual device gets another driver)
  leaves the line. Where the lower edges of `BEND_S` long stretches do so by more than `BEND_TOLERANCE_S`, the piece
  follows them instead.

Less than `MIN_EVIDENCE_S` of arrivals measure no slope: at 100 ppm they cannot be 6 ms wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from app.audio.journal import Piece
from app.domain.recording import CAPTURE_RATE

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

MIN_BASE_S = 20.0
MIN_EVIDENCE_S = 60.0
OWN_SLOPE_S = 600.0
BEND_S = 120.0
BEND_TOLERANCE_S = 0.008
_BEND_POINTS = 60  # arrivals that a stretch must have to be followed
MAX_PPM = 5_000.0  # no device is that far off; what says so is no clock
_QUANTILE = 0.1
_STRETCHES = 240  # of which the least-late arrivals are taken, over all pieces of a device
_MIN_STRETCH_S = 5.0


@dataclass(frozen=True, slots=True)
class Placed:
    """A piece of the raw file and where its frames belong: between `knots` (frame, seconds) it is interpolated."""

    frame: int
    end: int
    knots: tuple[tuple[int, float], ...]

    @property
    def start_s(self) -> float:
        return self.knots[0][1]

    @property
    def end_s(self) -> float:
        return self.knots[-1][1]

    @property
    def is_straight(self) -> bool:
        return len(self.knots) == 2

    def time_s(self, frame: int) -> float:
        frames, times = zip(*self.knots, strict=True)
        return float(np.interp(frame, frames, times))


def place(pieces: Sequence[Piece]) -> tuple[list[Placed], dict[str, float]]:
    """Where every piece of a track belongs, and the measured parts per million of each device that could be."""
    points = [_points(p) for p in pieces]
    ppm: dict[str, float] = {}
    for device in dict.fromkeys(p.device for p in pieces):
        found = _slope([xy for p, xy in zip(pieces, points, strict=True) if p.device == device])
        if found is not None:
            ppm[device] = -found * 1e6
    placed = []
    for piece, xy in zip(pieces, points, strict=True):
        slope = _slope([xy]) if xy[0, -1] >= OWN_SLOPE_S else None
        placed.append(_placed(piece, xy, -ppm.get(piece.device, 0.0) * 1e-6 if slope is None else slope))
    return placed, ppm


def _points(piece: Piece) -> Floats:
    """(2, n): seconds since the piece began by its own clock, and how late the frame came. The first is the start."""
    frames = np.array([piece.frame, *(c.frame for c in piece.clocks)], np.float64)
    times = np.array([piece.at_s, *(c.at_s for c in piece.clocks)], np.float64)
    x = (frames - piece.frame) / CAPTURE_RATE
    return np.stack([x, times - x])


def _slope(pieces: Sequence[Floats]) -> float | None:
    """Seconds of lateness a second of sound, from all pieces of one device; None if it cannot be measured."""
    evidence_s = sum(float(xy[0, -1]) for xy in pieces)
    if evidence_s < MIN_EVIDENCE_S:
        return None
    stretch_s = max(_MIN_STRETCH_S, evidence_s / _STRETCHES)
    slopes: list[Floats] = []
    bases: list[Floats] = []
    for xy in pieces:
        x, e = _least_late(xy, stretch_s)
        i, j = np.triu_indices(len(x), 1)
        far = x[j] - x[i] >= MIN_BASE_S
        i, j = i[far], j[far]
        slopes.append((e[j] - e[i]) / (x[j] - x[i]))
        bases.append(x[j] - x[i])
    all_slopes = np.concatenate(slopes)
    if not len(all_slopes):
        return None
    slope = _weighted_median(all_slopes, np.concatenate(bases))
    return slope if abs(slope) * 1e6 <= MAX_PPM else None


def _least_late(xy: Floats, stretch_s: float) -> Floats:
    """The least-late point of each stretch of time."""
    number = (xy[0] // stretch_s).astype(np.int64)
    order = np.lexsort((xy[1], number))
    _, first = np.unique(number[order], return_index=True)
    return xy[:, order[first]]


def _weighted_median(values: Floats, weights: Floats) -> float:
    order = np.argsort(values)
    sums = np.cumsum(weights[order])
    return float(values[order[np.searchsorted(sums, sums[-1] / 2)]])


def _placed(piece: Piece, xy: Floats, slope: float) -> Placed:
    x, e = xy
    rest = e - slope * x
    start_s = _lower_edge(rest)
    length_s = (piece.end - piece.frame) / CAPTURE_RATE

    def knot(frame: int, edge_s: float) -> tuple[int, float]:
        seconds = (frame - piece.frame) / CAPTURE_RATE
        return frame, edge_s + seconds * (1 + slope)

    bend = _bend(x, rest, length_s, start_s)
    if bend is None:
        return Placed(piece.frame, piece.end, (knot(piece.frame, start_s), knot(piece.end, start_s)))
    return Placed(
        piece.frame,
        piece.end,
        tuple(knot(min(piece.frame + round(at * CAPTURE_RATE), piece.end), float(edge_s)) for at, edge_s in bend.T),
    )


def _bend(x: Floats, rest: Floats, length_s: float, start_s: float) -> Floats | None:
    """(2, n): seconds since the piece began, and the lower edge there, of a piece that does not follow its line."""
    stretches = int(length_s // BEND_S)
    if stretches < 3:
        return None
    number = np.minimum((x * (stretches / length_s)).astype(np.int64), stretches - 1)
    groups = [np.flatnonzero(number == k) for k in range(stretches)]
    known = [k for k in range(stretches) if len(groups[k]) >= _BEND_POINTS]
    if len(known) < 2:
        return None
    middles = (np.array(known) + 0.5) * (length_s / stretches)
    edges = np.array([_lower_edge(rest[groups[k]]) for k in known])
    if np.abs(edges - start_s).max() <= BEND_TOLERANCE_S:
        return None
    at = np.array([0.0, *middles, length_s])
    curve = np.interp(at, middles, edges)
    for _ in range(3):  # an edge of a stretch that is itself tilted lies too low; of what is left over, less so
        for end, near, far in ((0, 1, 2), (-1, -2, -3)):  # where nothing is known it goes on as beside it
            curve[end] = curve[near] + (curve[near] - curve[far]) / (at[near] - at[far]) * (at[end] - at[near])
        left = rest - np.interp(x, at, curve)
        curve[1:-1] += [_lower_edge(left[groups[k]]) for k in known]
    return np.stack([at, curve])


def _lower_edge(values: Floats) -> float:
    return float(np.quantile(values, _QUANTILE, method="lower"))
