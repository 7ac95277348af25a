"""What a device sounds like before it is recorded, as the window is told. No Qt."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.domain.recording import NONE, Level, TrackState


@dataclass(frozen=True, slots=True)
class TrackPreview:
    """What would be recorded of a track. `silent_s`: for how long it has been open and nothing was heard.

    `what` and `to_do` say in words why there is no sound. `expects`: whether some should be heard (None: unknown).
    """

    track: str
    choice: str
    state: TrackState = "starting"
    device: str = ""
    level: Level = field(default_factory=Level)
    silent_s: float = 0.0
    only_zeros: bool = False
    expects: bool | None = None
    what: str = ""
    to_do: str = ""


def unavailable(track: str, choice: str, what: str = "", to_do: str = "") -> TrackPreview:
    """A track of which nothing can be heard: the choice fits no device, or the user wants none."""
    return TrackPreview(track, choice, "starting" if choice == NONE else "failed", what=what, to_do=to_do)
