"""Speakers by their voices: embeddings of short windows, clustered, then a vote within each segment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from app.domain import cancel as cancelling
from app.domain.cancel import CancelFlag
from app.domain.meeting import MIC, Segment, Speaker, SpeechRegion
from app.domain.ports import AudioReader
from models.speakers.clustering import MAX_SPEAKERS, cluster
from models.speakers.encoder import HOP_S, WEIGHTS, WINDOW_S, load_encoder, windows
from models.speakers.tracks import ME


class VoiceDiarizer:
    """The microphone is "Me"; everybody on another track is told apart by voice: "Speaker 1", "Speaker 2", ….

    Each segment gets one speaker, so it should not be much longer than a turn. Raises `ModelError` at the first use
    if the encoder's weights are missing or damaged, and `Cancelled`.
    """

    name = "ge2e-voices"

    def __init__(self, max_speakers: int = MAX_SPEAKERS, weights: Path = WEIGHTS) -> None:
        self._max_speakers = max_speakers
        self._weights = weights
        self.settings: Mapping[str, Any] = {
            "max_speakers": max_speakers,
            "window_s": WINDOW_S,
            "hop_s": HOP_S,
        }

    def label(
        self,
        tracks: Mapping[str, AudioReader],
        regions: Sequence[SpeechRegion],
        segments: Sequence[Segment],
        cancel: CancelFlag,
    ) -> tuple[tuple[Speaker, ...], dict[int, str]]:
        """See `app.domain.ports.Diarizer`. Speakers come and are numbered in order of first appearance."""
        in_order = sorted(segments, key=lambda s: (s.start_s, s.id))
        voices: dict[int, int] = {}
        for track in {s.track for s in in_order} - {MIC}:
            own = [s for s in in_order if s.track == track]
            if track in tracks:
                voices.update(self._voices(tracks[track], own, cancel))
        speakers: dict[tuple[str, int], Speaker] = {}
        numbered = 0
        for s in in_order:
            who = s.track, voices.get(s.id, 0)
            if who not in speakers:
                if s.track != MIC:
                    numbered += 1
                speakers[who] = ME if s.track == MIC else Speaker(f"s{numbered}", f"Speaker {numbered}", s.track)
        return tuple(speakers.values()), {s.id: speakers[s.track, voices.get(s.id, 0)].key for s in segments}

    def _voices(self, reader: AudioReader, segments: Sequence[Segment], cancel: CancelFlag) -> dict[int, int]:
        """Segment id → number of the voice that has most of its windows."""
        spans: list[tuple[float, float]] = []
        owner: list[int] = []
        for i, s in enumerate(segments):
            found = windows([(s.start_s, s.end_s)])
            spans += found
            owner += [i] * len(found)
        cancelling.check(cancel)
        x = load_encoder(self._weights).embed(reader, spans, cancel)
        cancelling.check(cancel)
        labels = cluster(x, self._max_speakers)
        votes = np.zeros((len(segments), int(labels.max(initial=0)) + 1))
        np.add.at(votes, (np.array(owner, np.intp), labels), [end - start for start, end in spans])
        return {s.id: int(k) for s, k in zip(segments, votes.argmax(1), strict=True)}
