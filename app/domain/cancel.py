"""Cancelling: a flag that long work looks at, whichever side of a process border it is on."""

from __future__ import annotations

from typing import Protocol

from app.domain.errors import Cancelled


class CancelFlag(Protocol):
    """What `threading.Event` and `multiprocessing.Event` have in common."""

    def is_set(self) -> bool: ...

    def set(self) -> None: ...


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
