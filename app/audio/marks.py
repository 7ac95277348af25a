"""The marks of a running recording, set from any thread."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

from app.audio.timeline import SystemClock
from app.domain.meeting import Mark, MarkKind


class Marks:
    """`now_s`: the moment on the timeline. Nothing slow is done under the lock."""

    def __init__(self, clock: SystemClock, now_s: Callable[[], float]) -> None:
        self._clock = clock
        self._now_s = now_s
        self._lock = threading.Lock()
        self._all: list[Mark] = []
        self._new: list[Mark] = []

    def add(
        self, kind: MarkKind, at_s: float | None = None, text: str = "", track: str = "", seconds: float = 0.0
    ) -> Mark:
        """`at_s`: None or a later moment is now. The time on the wall is that of `at_s`, but for pauses since."""
        now_s = self._now_s()
        at_s = now_s if at_s is None else min(max(0.0, at_s), now_s)
        wall = self._clock.wall() - timedelta(seconds=now_s - at_s)
        mark = Mark(kind, at_s, wall, text, track, seconds)
        with self._lock:
            self._all.append(mark)
            self._new.append(mark)
        return mark

    def all(self) -> tuple[Mark, ...]:
        """In the order of the timeline."""
        with self._lock:
            return tuple(sorted(self._all, key=lambda m: m.at_s))

    def new(self) -> tuple[Mark, ...]:
        """Those of which the journal does not know yet, oldest first."""
        with self._lock:
            return tuple(self._new)

    def written(self) -> None:
        """The oldest of `new` is in the journal."""
        with self._lock:
            del self._new[0]
