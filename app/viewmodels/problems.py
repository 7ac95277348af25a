"""Failures in words: what happened, what to do."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from app.domain.errors import HostDied, UserError
from app.viewmodels.phrases import said

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Problem:
    """A failure in words: what happened, what to do. In the language of the window, whoever has put it in words.

    `where`: the whole path of the file it is about, for who asks; "" for none.
    """

    what: str
    to_do: str = ""
    where: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "what", said(self.what))
        object.__setattr__(self, "to_do", said(self.to_do))


def in_words(error: BaseException) -> Problem:
    """Any error as the user should read it. What is not the user's to solve says so."""

    def tr(text: str) -> str:
        return QCoreApplication.translate("errors", text)

    if isinstance(error, UserError):
        return Problem(error.what, _in_the_window(error.to_do))
    if isinstance(error, HostDied):
        return Problem(
            tr("The models stopped unexpectedly."),
            tr("What was finished is kept. Try again; if it happens again, close other programs first."),
        )
    log.error("not the user's to solve: %s", error)
    words = f"{type(error).__name__}: {error}".strip()
    if "\n" in words:  # the models' process brings its traceback: that is for the log, its last line says what it was
        words = words.rpartition("\n")[2]
    return Problem(
        tr("Something went wrong inside Folkmoot."), tr("What was finished is kept. Try again.") + f" ({words})"
    )


def _in_the_window(to_do: str) -> str:
    """What to do about models as it is done here; the errors name the commands of the command line."""

    def tr(text: str) -> str:
        return QCoreApplication.translate("errors", text)

    if "--hub" in to_do:
        return tr("Choose another source of models in the settings under Advanced, or import the model from a disk.")
    if "folkmoot servers" in to_do:
        return tr("Look under Models, at the other computers.")
    if "folkmoot models" in to_do:
        return tr("Look under Models: there it can be downloaded or imported, or another one chosen.")
    return to_do
