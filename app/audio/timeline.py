"""The one time of a recording: seconds since it began, less the pauses and the time the computer slept.

Moments (`at`) are `time.monotonic()` seconds. The clock on the wall is only ever written down: somebody may set it.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from datetime import datetime

SLEEP_S = 60.0  # shorter sleep is a gap like any other


class SystemClock:
    """What the recorder asks the computer about time; tests give one that they turn."""

    def monotonic(self) -> float:
        return time.monotonic()

    def wall(self) -> datetime:
        return datetime.now().astimezone()

    def asleep(self) -> float:
        """Seconds this computer has slept so far; only differences mean something, and setting the wall clock
        does not change it."""
        if sys.platform == "win32":
            import ctypes

            awake = ctypes.c_ulonglong()  # Windows counts sleep in its monotonic clock, but not in this one
            ctypes.windll.kernel32.QueryUnbiasedInterruptTime(ctypes.byref(awake))
            return time.monotonic() - awake.value / 1e7
        # Both do not count sleep in Python's monotonic clock, and have another that does.
        name = "CLOCK_MONOTONIC" if sys.platform == "darwin" else "CLOCK_BOOTTIME"
        other: int | None = getattr(time, name, None)
        return 0.0 if other is None else time.clock_gettime(other) - time.monotonic()


@dataclass(slots=True)
class Stretch:
    """The timeline ran from the moment `start`, where it stood at `at_s`, to the moment `end` (None: it runs)."""

    start: float
    at_s: float
    end: float | None = None

    def at(self, moment: float) -> float:
        """Where a moment lies on the timeline, by this stretch, cut to it."""
        if self.end is not None:
            moment = min(moment, self.end)
        return self.at_s + max(0.0, moment - self.start)


class Timeline:
    """Stretches of time that count. They are only ever added, so another thread may read them."""

    def __init__(self, start: float) -> None:
        self.stretches = [Stretch(start, 0.0)]

    @property
    def runs(self) -> bool:
        return self.stretches[-1].end is None

    def stop(self, at: float) -> None:
        """Time stands still from this moment on."""
        last = self.stretches[-1]
        if last.end is None:
            last.end = max(at, last.start)

    def go_on(self, at: float) -> float:
        """Time runs again from this moment on; how long it stood, in seconds."""
        last = self.stretches[-1]
        if last.end is None:
            return 0.0
        at = max(at, last.end)
        self.stretches.append(Stretch(at, last.at(last.end)))
        return at - last.end

    def moment(self, at_s: float) -> float:
        """When the timeline is at `at_s`, if it runs on as it does now."""
        last = self.stretches[-1]
        return last.start + at_s - last.at_s

    def at(self, moment: float) -> float:
        """Where a moment lies on the timeline; what lies in a pause lies where time stood still."""
        for stretch in reversed(self.stretches):
            if moment >= stretch.start:
                return stretch.at(moment)
        return 0.0
