"""What the window needs to play a meeting and to draw its sound, as Protocols (`app.bootstrap_player`)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from app.domain.cancel import CancelFlag
from app.domain.meeting import Meeting

if TYPE_CHECKING:
    from app.audio.peaks import Outline
    from app.audio.playback import PlaybackState


class Player(Protocol):
    """Plays one meeting at a time (`app.audio.playback.Playback`). Any thread; nothing but `shut_down` takes long."""

    def load(self, folder: Path, meeting: Meeting, at_s: float = 0.0) -> None: ...

    def refresh(self, meeting: Meeting) -> None:
        """The meeting that is loaded has got other tracks, or other stretches of speech."""
        ...

    def unload(self) -> None:
        """Stop, and let go of all files."""
        ...

    def play(self) -> None: ...

    def play_span(self, start_s: float, end_s: float) -> None: ...

    def pause(self) -> None: ...

    def seek(self, at_s: float) -> None: ...

    def set_speed(self, speed: float) -> None: ...

    def set_gain(self, track: str, gain: float) -> None: ...

    def set_skip_silence(self, on: bool) -> None: ...

    def position_s(self) -> float:
        """The moment of the meeting that is heard now."""
        ...

    def shut_down(self, timeout_s: float = 5.0) -> bool: ...


class PlayerServices(Protocol):
    """None of these is called in the window's thread."""

    def playback(self, on_state: Callable[[PlaybackState], None]) -> Player:
        """A thread of its own, once: importing what it needs takes a moment. `on_state`: in the playback's thread."""
        ...

    def outline(self, folder: Path, meeting: Meeting, cancel: CancelFlag) -> Outline:
        """A thread of its own: seconds for hours of sound, nothing when it is known. Raises `Cancelled`."""
        ...

    def save_picture(self, path: Path, data: bytes) -> None:
        """Storage lane. Writes atomically; raises `StorageError`."""
        ...
