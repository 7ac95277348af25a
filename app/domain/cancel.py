"""Cancelling: a flag that long work looks at, whichever side of a process border it is on."""

from __future__ import annotations

from typing import Protocol

from app.domain.errors import Cancelled


class CancelFlag(Protocol):
    """What `threading.Event` and `multiprocessing.Event` have in common."""

    def is_set(self) -> bool: ...

    def set(self) -> None: ...


class PlainFlag:
    """A flag that a signal handler may set.

    `threading.Event` has a lock, and a handler runs in the middle of what its own thread is doing: if that is setting
    the event, because of a signal just before, the second would wait for itself for ever.
    """

    def __init__(self) -> None:
        self._is_set = False

    def is_set(self) -> bool:
        return self._is_set

    def set(self) -> None:
        self._is_set = True


class Never:
    """A flag that is never set."""

    def is_set(self) -> bool:
        return False

    def set(self) -> None:
        raise TypeError("this work cannot be cancelled")


def check(flag: CancelFlag) -> None:
    """Raise `Cancelled` if the flag is set."""
    if flag.is_set():
        raise Cancelled()
