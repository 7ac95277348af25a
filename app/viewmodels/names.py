"""What people are called in the window.

Somebody nobody has named is stored under an English name ("Me", "Others", "Speaker 1") and shown in the language of the
window. A name the user gave is shown as it was typed, whatever it is. Where a name comes back from the window,
`stored_name` finds whose it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from PySide6.QtCore import QCoreApplication

from app.domain.meeting import ActionItem, Person, Speaker
from app.domain.naming import is_of_the_user

_NUMBERED = re.compile(r"Speaker (\d+)")
_OWNER_IN_A_HIT = re.compile(r"(?<= — )(?:Me|Others|Speaker \d+)(?=, |$)")


def _tr(text: str) -> str:
    return QCoreApplication.translate("names", text)


def shown_name(name: str, by_user: bool = False) -> str:
    """A stored name as the window shows it. `by_user`: the user gave it, so it stays as it is."""
    if by_user:
        return name
    if name == "Me":
        return _tr("Me")
    if name == "Others":
        return _tr("Others")
    numbered = _NUMBERED.fullmatch(name)
    return _tr("Speaker {number}").format(number=numbered[1]) if numbered else name


def shown_speaker(speaker: Speaker) -> str:
    return shown_name(speaker.name, speaker.by_user)


def shown_owner(item: ActionItem, speakers: Iterable[Speaker]) -> str:
    """Who does it, "" for nobody; `speakers`: those of the meeting."""
    return shown_name(item.owner or "", is_of_the_user(item, speakers))


def shown_in_hit(snippet: str) -> str:
    """An item of the minutes that a search found ("Write the notes — Me, Friday"), its owner as the window says it."""
    return _OWNER_IN_A_HIT.sub(lambda found: shown_name(found[0]), snippet)


def is_nameless(name: str) -> bool:
    """Whether a stored name only numbers people: "Speaker 1" is somebody else in every meeting."""
    return _NUMBERED.fullmatch(name) is not None


def stored_name(name: str, speakers: Iterable[Speaker]) -> str:
    """A name that was typed or chosen in the window, as it is stored: that of the speaker who is shown under it, or as
    it is."""
    wanted = " ".join(name.split())
    return next((s.name for s in speakers if shown_speaker(s).casefold() == wanted.casefold()), wanted)


def person_called(name: str, people: Iterable[Person]) -> Person | None:
    """Whose voice is known under a name, however it is capitalised."""
    wanted = " ".join(name.split()).casefold()
    return next((p for p in people if p.name.casefold() == wanted), None)
