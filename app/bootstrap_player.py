"""The part of the composition root that plays meetings (`app.workers.player_services.PlayerServices`)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from app.domain.cancel import CancelFlag
from app.domain.meeting import Meeting

if TYPE_CHECKING:
    from app.audio.peaks import Outline
    from app.audio.playback import Playback, PlaybackState


class LocalPlayer:
    """Through this computer's loudspeakers."""

    def playback(self, on_state: Callable[[PlaybackState], None]) -> Playback:
        from app.audio.playback import Playback

        return Playback(on_state)

    def outline(self, folder: Path, meeting: Meeting, cancel: CancelFlag) -> Outline:
        from app.services.peaks import outline_of_meeting

        return outline_of_meeting(folder, meeting, cancel)

    def save_picture(self, path: Path, data: bytes) -> None:
        from app.exporters.write import write_atomically

        write_atomically(path, data)
