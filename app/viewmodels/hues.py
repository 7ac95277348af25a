"""Whose colour is whose: one rule for the transcript, the pictures, the player, the live text and the action items.

The colour follows the key of a speaker, not their place in a list. So whoever the microphone belongs to has the first
colour in every meeting and nobody else has it, and "Speaker 4" of the live text is still of the same colour in the
finished meeting, whoever came and went before.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

HUES = 8  # as many as the themes have
ME, OTHERS = "me", "others"
MY_HUE = 0
NOBODY = -1
_NUMBERED = re.compile(r"s(\d+)")


def hue_of(key: str) -> int:
    """Of a speaker by their key alone; `NOBODY` where it does not say."""
    if key == ME:
        return MY_HUE
    if key == OTHERS:
        return 1
    numbered = _NUMBERED.fullmatch(key)
    return 1 + (int(numbered[1]) - 1) % (HUES - 1) if numbered and int(numbered[1]) else NOBODY


def free_hue(wanted: int, taken: Collection[int]) -> int:
    """The wanted one if nobody has it, else the next that is free; nobody gets the user's. Where all are taken, two
    people share one."""
    first = wanted if wanted > MY_HUE else 1 + len(taken) % (HUES - 1)
    if wanted > MY_HUE and wanted not in taken:
        return wanted
    return next((n for n in range(1, HUES) if n not in taken), first)


def hues_of(keys: Iterable[str]) -> dict[str, int]:
    """Of everybody in a meeting, two of them alike only where there are more people than colours."""
    ordered = sorted(dict.fromkeys(k for k in keys if k), key=_number)
    found: dict[str, int] = {}
    for key in ordered:
        wanted = hue_of(key)
        found[key] = MY_HUE if wanted == MY_HUE else free_hue(wanted, set(found.values()) - {MY_HUE})
    return found


def _number(key: str) -> int:
    """Those with numbers first, in their order: each gets their own before somebody else needs a free one."""
    if key in (ME, OTHERS):
        return 0
    numbered = _NUMBERED.fullmatch(key)
    return int(numbered[1]) if numbered else 1_000_000
