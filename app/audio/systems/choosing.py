"""Which device a choice means. The same on every platform."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.errors import InputError
from app.domain.meeting import MIC
from app.domain.recording import Device


def choose(devices: Sequence[Device], track: str, choice: str) -> Device:
    """The one device of `track` that `choice` means: an id, a name, or a part of a name. Raises `InputError`."""
    mine = [d for d in devices if d.track == track]
    word = choice.strip().casefold()
    for fits in (
        [d for d in mine if d.id == choice],
        [d for d in mine if d.name.casefold() == word],
        [d for d in mine if word and word in d.name.casefold()],
    ):
        if len(fits) == 1:
            return fits[0]
        if fits:
            names = ", ".join(f"“{d.name}” ({d.id})" for d in fits)
            raise InputError(f"“{choice}” fits several: {names}.", "Give more of the name, or the id in brackets.")
    kind = "microphone" if track == MIC else "sound output"
    there = ", ".join(f"“{d.name}”" for d in mine)
    raise InputError(
        f"No {kind} is called “{choice}”.",
        f"There is {there}." if there else f"No {kind} is connected; connect one, or choose “none”.",
    )
