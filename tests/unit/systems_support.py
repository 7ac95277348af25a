"""What the tests of the sound systems share: a sink that keeps what it gets."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from app.domain.recording import SourceEvent


class CollectingSink:
    """A `CaptureSink`. Blocks are (samples, at, live)."""

    def __init__(self) -> None:
        self.blocks: list[tuple[Any, float, bool]] = []
        self.events: list[SourceEvent] = []
        self.drops: list[int] = []
        self._changed = threading.Condition()

    def put(self, samples: Any, at: float, live: bool = True) -> None:
        assert samples.dtype == np.float32
        assert samples.ndim == 1
        with self._changed:
            self.blocks.append((samples.copy(), at, live))
            self._changed.notify_all()

    def lost(self, frames: int = 0) -> None:
        with self._changed:
            self.drops.append(frames)
            self._changed.notify_all()

    def event(self, event: SourceEvent) -> None:
        with self._changed:
            self.events.append(event)
            self._changed.notify_all()

    def sound(self) -> Any:
        with self._changed:
            return np.concatenate([b for b, _, _ in self.blocks]) if self.blocks else np.zeros(0, np.float32)

    def kinds(self) -> list[str]:
        return [e.kind for e in self.events]

    def wait_for(self, there: Callable[[CollectingSink], Any], timeout_s: float = 20.0) -> CollectingSink:
        """Until `there` says something true; fails with what there is instead."""
        deadline = time.monotonic() + timeout_s
        with self._changed:
            while not there(self):
                left = deadline - time.monotonic()
                assert left > 0, f"did not happen; events: {self.events}, blocks: {len(self.blocks)}"
                self._changed.wait(left)
        return self
