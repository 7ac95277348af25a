"""Speakers by track alone: what is certain without listening to voices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.domain.cancel import CancelFlag
from app.domain.meeting import MIC, SYSTEM, Segment, Speaker, SpeechRegion
from app.domain.ports import AudioReader

ME = Speaker("me", "Me", MIC)


class TrackDiarizer:
    """The microphone is "Me", the system track "Others", and a single recording of everybody "Speaker 1"."""

    name = "tracks"
    settings: Mapping[str, Any] = {}

    def label(
        self,
        tracks: Mapping[str, AudioReader],
        regions: Sequence[SpeechRegion],
        segments: Sequence[Segment],
        cancel: CancelFlag,
    ) -> tuple[tuple[Speaker, ...], dict[int, str]]:
        """See `app.domain.ports.Diarizer`. Speakers come in order of first appearance."""
        speakers: dict[str, Speaker] = {}
        for s in sorted(segments, key=lambda s: (s.start_s, s.id)):
            if s.track not in speakers:
                speakers[s.track] = _speaker_of(s.track, sum(v.key.startswith("s") for v in speakers.values()))
        return tuple(speakers.values()), {s.id: speakers[s.track].key for s in segments}


def _speaker_of(track: str, numbered: int) -> Speaker:
    if track == MIC:
        return ME
    if track == SYSTEM:
        return Speaker("others", "Others", SYSTEM)
    return Speaker(f"s{numbered + 1}", f"Speaker {numbered + 1}", track)
