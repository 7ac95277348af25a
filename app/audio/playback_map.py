"""Which moment of the meeting is heard, and which stretches of it are worth hearing. Pure arithmetic."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable

from app.domain.meeting import SpeechRegion
from app.domain.recording import CAPTURE_RATE

MARGIN_S = 0.3  # before and after speech, which is not skipped: breath and the end of a word
LEAST_S = 1.5  # shorter silences are a part of speaking


class TimeMap:
    """Frames of the output ↔ seconds on the timeline, while speeds, places and skipped silences come and go."""

    def __init__(self) -> None:
        self._frames: list[float] = []
        self._times: list[float] = []
        self._speeds: list[float] = []

    def clear(self) -> None:
        self._frames, self._times, self._speeds = [], [], []

    def add(self, frame: float, at_s: float, speed: float) -> None:
        """From this frame of the output on, the timeline goes on at `at_s`, so much faster than the clock."""
        if self._frames and frame <= self._frames[-1]:  # nothing was played in between
            self._frames.pop(), self._times.pop(), self._speeds.pop()
        self._frames.append(frame)
        self._times.append(at_s)
        self._speeds.append(speed)

    def at(self, frame: float) -> float | None:
        """Seconds on the timeline; before the first place that one; None without any."""
        if not self._frames:
            return None
        i = max(0, bisect_right(self._frames, frame) - 1)
        if i > 64:  # long since heard
            del self._frames[: i - 1], self._times[: i - 1], self._speeds[: i - 1]
            i = 1
        return self._times[i] + max(0.0, frame - self._frames[i]) / CAPTURE_RATE * self._speeds[i]


def audible(regions: Iterable[SpeechRegion], duration_s: float) -> list[tuple[float, float]]:
    """The stretches in which anybody speaks on any track, in order, with a little room around them.

    Nothing found to be speech: the whole, for then nothing is known about silence either.
    """
    found: list[tuple[float, float]] = []
    for region in sorted(regions, key=lambda r: r.start_s):
        start, end = max(0.0, region.start_s - MARGIN_S), min(duration_s, region.end_s + MARGIN_S)
        if end <= start:
            continue
        if found and start - found[-1][1] < LEAST_S:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found or [(0.0, duration_s)]
