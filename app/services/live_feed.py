"""From what is heard to a live session: a thread that reads a listener and never keeps it waiting."""

from __future__ import annotations

import threading
from collections.abc import Callable

from app.audio.listeners import Listener
from app.domain.live import LiveMessage, LiveSound

LISTEN_S = 20.0  # of each track may wait here; then the listener is dropped, and another one takes its place
_READ_S = 0.2


class LiveFeed:
    """`listen` makes a listener of what is being recorded; `put` takes what it hears and must not wait.

    A listener that was dropped is replaced. What lies between the two is missing, which the session sees by the times.
    """

    def __init__(self, listen: Callable[[], Listener], put: Callable[[LiveMessage], None]) -> None:
        self._listen = listen
        self._put = put
        self._stop = threading.Event()
        self._listener = listen()  # here, so that nothing is missed before the thread runs
        self._thread = threading.Thread(target=self._run, name="live feed", daemon=True)
        self._thread.start()

    def wait(self, timeout_s: float | None = None) -> bool:
        """Until everything that was heard has been passed on, after the recording ended."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def stop(self) -> None:
        """Pass on nothing more. Safe to call twice."""
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        try:
            while not self._stop.is_set():
                block = self._listener.read(_READ_S)
                if block is not None:
                    self._put(LiveSound(block.track, block.start_s, block.samples))
                elif self._listener.dropped:
                    self._listener = self._listen()
                elif self._listener.ended:
                    return
        finally:
            self._listener.close()
