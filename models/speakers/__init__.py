"""Who speaks: diarizers, implementations of `app.domain.ports.Diarizer`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.domain.ports import Diarizer, VoicePrinter


BUILT_IN = "voices"  # the name of the diarizer that needs no download, where models are chosen


def default_diarizer() -> Diarizer:
    """The best diarizer there is: by voice if the encoder's weights are here, else by track. Loads nothing yet."""
    from models.speakers.encoder import WEIGHTS
    from models.speakers.tracks import TrackDiarizer
    from models.speakers.voices import VoiceDiarizer

    return VoiceDiarizer() if WEIGHTS.is_file() else TrackDiarizer()


def voice_printer() -> VoicePrinter | None:
    """Makes and compares prints of voices; None if the encoder's weights are not here. Loads nothing yet."""
    from models.speakers.encoder import WEIGHTS
    from models.speakers.voiceprints import Voices

    return Voices() if WEIGHTS.is_file() else None
