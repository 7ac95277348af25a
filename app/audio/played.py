"""Files played in real time to listeners, as a recorder would hand them out, but without recording them."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from app.audio.listeners import Hub, Listener
from app.audio.systems.file import FileSource
from app.domain.recording import CAPTURE_RATE, SourceEvent

if TYPE_CHECKING:
    from app.domain.recording import Samples

_BLOCK_S = 0.05  # as often as a recorder hands out


class Played:
    """Track → file, all from the same moment. `speed` above 1 plays faster than they were spoken.

    Raises `InputError` for a file that is not there.
    """

    def __init__(self, files: Mapping[str, Path], *, speed: float = 1.0) -> None:
        self._hub = Hub()
        start_at = time.monotonic() + 0.2
        self._sources = {
            track: FileSource(path, track, speed=speed, then="nothing", block_s=_BLOCK_S, start_at=start_at)
            for track, path in files.items()
        }
        self._sinks = {track: _Sink(self._hub, track) for track in files}
        self._closing = threading.Lock()
        self._open = False

    def listen(self, *, seconds: float = 10.0, cancel_echo: bool = False) -> Listener:
        return self._hub.listen(seconds, cancel_echo)

    def start(self) -> None:
        self._open = True
        for track, source in self._sources.items():
            source.open(self._sinks[track])

    def finished(self, timeout_s: float = 0.0) -> bool:
        """Whether every file has been played to its end, or cannot be."""
        end = time.monotonic() + timeout_s
        while not (done := all(s.finished.is_set() or self._sinks[t].failed for t, s in self._sources.items())):
            if (left_s := end - time.monotonic()) <= 0:
                break
            time.sleep(min(0.05, left_s))
        return done

    @property
    def failed(self) -> SourceEvent | None:
        """Why a file cannot be played."""
        return next((s.failed for s in self._sinks.values() if s.failed is not None), None)

    def close(self) -> None:
        """Listeners read to the end of what was played. Safe to call twice."""
        with self._closing:
            if self._open:
                self._open = False
                for source in self._sources.values():
                    source.close()
            self._hub.end()


class _Sink:
    """`app.domain.recording.CaptureSink`: on the timeline by counting samples."""

    def __init__(self, hub: Hub, track: str) -> None:
        self._hub = hub
        self._track = track
        self._frames = 0
        self.failed: SourceEvent | None = None

    def put(self, samples: Samples, at: float, live: bool = True) -> None:
        self._hub.sound(self._track, samples, self._frames / CAPTURE_RATE)
        self._frames += len(samples)

    def lost(self, frames: int = 0) -> None:
        """Files lose nothing."""

    def event(self, event: SourceEvent) -> None:
        if event.kind == "failed":
            self.failed = event
