"""The one error tree.

    FolkmootError
    ├── UserError            something the user can act on: what happened, and what to do
    │   ├── InputError       a file, an option or an argument that cannot be used      (exit 3)
    │   ├── ModelError       a model missing, damaged or of the wrong kind             (exit 4)
    │   └── StorageError     the library cannot be read or written, the disk is full   (exit 5)
    ├── HostDied             the model process ended by itself; the job can run again  (exit 6)
    └── Cancelled            the user stopped it; neither a failure nor a bug          (exit 130)

Everything else that escapes is a bug (exit 1). Exit 2 is a wrong command line.
All of them pickle, because they cross from the model process to the window.
"""

from __future__ import annotations


class FolkmootError(Exception):
    """Base of everything raised on purpose."""

    exit_code = 1


class UserError(FolkmootError):
    """Says what happened and what to do about it, in words for the person in front of the screen."""

    exit_code = 3

    def __init__(self, what: str, to_do: str = "") -> None:
        super().__init__(what, to_do)
        self.what = what
        self.to_do = to_do

    def __str__(self) -> str:
        return f"{self.what} {self.to_do}".strip()


class InputError(UserError):
    """A file, option or argument that cannot be used."""

    exit_code = 3


class ModelError(UserError):
    """A model that is missing, damaged, or of a kind that does not fit."""

    exit_code = 4


class StorageError(UserError):
    """The library cannot be read or written."""

    exit_code = 5


class HostDied(FolkmootError):
    """The process that holds the models ended by itself. What was stored is kept; run the job again."""

    exit_code = 6


class Cancelled(FolkmootError):
    """The user stopped the work."""

    exit_code = 130
