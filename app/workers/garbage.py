"""Reference cycles are looked for in the window's thread alone.

Python looks for them in whatever thread happens to allocate. If one holds an object of Qt's, that object is then
destroyed in a foreign thread: its destructor holds one of Qt's locks and waits for Python's, while the window's thread
has Python's and waits for Qt's. The window stands still for ever. (Seen: a picture being computed beside a calendar
being opened.) So Python's own collection is off, and the window's thread collects between its events.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

EVERY_MS = 500
# Objects, then collections of the generation before, until a generation is due. Higher than Python's: looking through
# everything again and again would hold up the window while hours of words are read.
LIMITS = (50_000, 20, 20)


class Collector(QObject):
    """As long as it lives, cycles are collected by the thread it was made in, while that runs its event loop."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self)
        self._timer.timeout.connect(collect_what_is_due)
        self._timer.start(EVERY_MS)

    def stop(self) -> None:
        """Python collects by itself again, in any thread."""
        self._timer.stop()
        gc.enable()


def collect_what_is_due(limits: tuple[int, int, int] = LIMITS) -> int | None:
    """Collect the oldest generation that is due, as Python itself would; which one, None if none was."""
    for generation, (count, limit) in reversed(list(enumerate(zip(gc.get_count(), limits, strict=True)))):
        if count > limit:
            gc.collect(generation)
            return generation
    return None
