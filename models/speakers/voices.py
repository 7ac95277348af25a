"""Speakers by their voices: embeddings of short windows, clustered, and turned into who speaks at each moment.

On two tracks everybody on the system track is told apart by voice. The microphone is "Me", unless several people sit
at it; what it hears from a loudspeaker is recognised by the voices of the system track (the voice gate).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from app.domain import cancel as cancelling
from app.domain.meeting import MIC, SYSTEM, Speaker, SpeakerOptions, Turn
from app.domain.ports import Adapting, Diarization
from app.domain.turns import TrackTurns, assign, by_track, share_of
from models.speakers import gate
from models.speakers.clustering import MAX_SPEAKERS, centroids, cluster, fit_count
from models.speakers.encoder import EMBEDDING, WEIGHTS, WINDOW_S, load_encoder, windows
from models.speakers.timeline import loudness, merged, turns
from models.speakers.tracks import ME

if TYPE_CHECKING:
    from app.domain.cancel import CancelFlag
    from app.domain.meeting import Segment, SpeechRegion
    from app.domain.ports import AudioReader
    from models.speakers.clustering import Labels
    from models.speakers.encoder import Embeddings
    from models.speakers.timeline import Loudness

FINE_HOP_S, COARSE_HOP_S = 0.4, 0.8
FINE_UNTIL_S = 10_800.0  # seconds of speech in all tracks until which windows are close together
_SAMPLES = 60  # windows of a voice that a finder has found, for the voice gate
_ALL_PEOPLE = SpeakerOptions()

Piece = tuple[float, float, int]  # start_s, end_s, voice of its track


class TurnFinder(Protocol):
    """Knows who speaks when on one track, such as `models.speakers.nemotron.NemotronDiarizer`."""

    name: str
    settings: Mapping[str, Any]

    def find(self, reader: AudioReader, cancel: CancelFlag) -> list[Piece]:
        """Pieces in order, overlapping where two speak at once; voices from 0 in order of appearance."""
        ...


@dataclass
class _Heard:
    """What is known of one track."""

    speech: list[tuple[float, float]]
    spans: list[tuple[float, float]]
    x: Embeddings
    labels: Labels
    pieces: list[Piece]
    level: Loudness | None = None
    is_found: bool = False  # by the finder: labels and pieces stay as they are


class VoiceDiarizer:
    """`app.domain.ports.TurnDiarizer` without any download.

    `finder`: a downloaded model that takes the place of clustering, except at the microphone, where the voice gate is
    needed, and when it does not find the number of people that the user has said.

    Raises `ModelError` at the first use if the encoder's weights are missing or damaged, and `Cancelled`.
    """

    name = "ge2e-voices"

    def __init__(
        self, max_speakers: int = MAX_SPEAKERS, weights: Path = WEIGHTS, finder: TurnFinder | None = None
    ) -> None:
        self._max_speakers = max_speakers
        self._weights = weights
        self._finder = finder
        if finder:
            self.name = finder.name
        self.settings: Mapping[str, Any] = {
            **(finder.settings if finder else {}),
            "max_speakers": max_speakers,
            "window_s": WINDOW_S,
            "hop_s": [FINE_HOP_S, COARSE_HOP_S],
        }

    def changes(self) -> tuple[str, ...]:
        """See `app.domain.ports.Adapting`."""
        return self._finder.changes() if isinstance(self._finder, Adapting) else ()

    def label(
        self,
        tracks: Mapping[str, AudioReader],
        regions: Sequence[SpeechRegion],
        segments: Sequence[Segment],
        cancel: CancelFlag,
    ) -> tuple[tuple[Speaker, ...], dict[int, str]]:
        """See `app.domain.ports.Diarizer`. Speakers come and are numbered in order of first appearance."""
        found = self.diarize(tracks, regions, segments, _ALL_PEOPLE, cancel)
        return found.speakers, dict(found.of_segment)

    def diarize(
        self,
        tracks: Mapping[str, AudioReader],
        regions: Sequence[SpeechRegion],
        segments: Sequence[Segment],
        options: SpeakerOptions,
        cancel: CancelFlag,
    ) -> Diarization:
        """See `app.domain.ports.TurnDiarizer`. Speech is where `regions` say, or where segments are if none do."""
        names = sorted({s.track for s in segments} | {r.track for r in regions})
        speech = {name: _speech(name, regions, segments) for name in names}
        total_s = sum(b - a for spans in speech.values() for a, b in spans)
        hop_s = FINE_HOP_S if total_s <= FINE_UNTIL_S else COARSE_HOP_S
        heard = self._found(tracks, names, speech, options, cancel)
        for n in names:
            if n not in heard:
                heard[n] = self._hear(tracks.get(n), speech[n], hop_s, cancel)
        cancelling.check(cancel)
        echoes = self._tell_apart(heard, options, hop_s)
        return _named(heard, segments, echoes, options)

    def _found(
        self,
        tracks: Mapping[str, AudioReader],
        names: Sequence[str],
        speech: Mapping[str, list[tuple[float, float]]],
        options: SpeakerOptions,
        cancel: CancelFlag,
    ) -> dict[str, _Heard]:
        """The tracks in which the finder is believed."""
        if self._finder is None:
            return {}
        pieces = {n: self._finder.find(tracks[n], cancel) for n in names if n != MIC and n in tracks}
        pieces = {n: p for n, p in pieces.items() if p}
        if options.speakers is not None:
            found = sum(1 + max(voice for *_, voice in p) for p in pieces.values())
            here = MIC in names
            if found + here > options.speakers or (found + here < options.speakers and not options.shared_microphone):
                return {}
        heard = {}
        for n, p in pieces.items():
            spans, labels = _samples(p) if MIC in names else ([], [])
            x = load_encoder(self._weights).embed(tracks[n], spans, cancel)
            heard[n] = _Heard(speech[n], spans, x, np.array(labels, np.intp), p, is_found=True)
        return heard

    def _hear(
        self, reader: AudioReader | None, speech: list[tuple[float, float]], hop_s: float, cancel: CancelFlag
    ) -> _Heard:
        cancelling.check(cancel)
        spans = windows(speech, hop_s) if reader else []
        x = load_encoder(self._weights).embed(reader, spans, cancel) if reader else np.zeros((0, EMBEDDING), np.float32)
        level = loudness(reader, speech, cancel) if reader else None
        return _Heard(speech, spans, x, np.zeros(len(x), np.intp), [(a, b, 0) for a, b in speech], level)

    def _tell_apart(self, heard: dict[str, _Heard], options: SpeakerOptions, hop_s: float) -> list[tuple[float, float]]:
        """Give every track its labels and pieces; what of the microphone is the loudspeaker's comes back."""
        mic, others = heard.get(MIC), heard.get(SYSTEM)
        many = {n: h for n, h in heard.items() if n != MIC and len(h.x) and not h.is_found}
        for h in many.values():
            h.labels = cluster(h.x, hop_s, self._max_speakers)
        best = np.ones(len(mic.x) if mic else 0, bool)  # windows that show who is at the microphone
        if mic and len(mic.x) and others and len(others.x):
            best = gate.spoken_here(mic.x, mic.spans, centroids(others.x, others.labels), others.speech)
        if mic and options.shared_microphone and best.any():
            # A track of its own: the windows that count, with their labels.
            many[MIC] = _Heard([], [], mic.x[best], cluster(mic.x[best], hop_s, self._max_speakers), [])
        if options.speakers is not None:
            alone = MIC in heard and MIC not in many
            found = sum(1 + max(voice for *_, voice in h.pieces) for h in heard.values() if h.is_found)
            fitted = fit_count([(h.x, h.labels) for h in many.values()], max(1, options.speakers - alone - found))
            for h, labels in zip(many.values(), fitted, strict=True):
                h.labels = labels
        if here := many.pop(MIC, None):
            me = centroids(here.x, here.labels)
        elif mic and best.any():
            me = centroids(mic.x[best], mic.labels[best])
        else:
            me = np.zeros((0, EMBEDDING), np.float32)
        for h in many.values():
            h.pieces = turns(h.spans, h.x @ centroids(h.x, h.labels).T, h.speech, h.level)
        if not mic or not len(mic.x):
            return []
        far = centroids(others.x, others.labels) if others and len(others.x) and not best.all() else me[:0]
        pieces = turns(mic.spans, mic.x @ np.concatenate([me, far]).T, mic.speech, mic.level)
        mic.pieces, echoes = gate.without_far_end(pieces, len(me), others.speech if others else [])
        return echoes


def _samples(pieces: Sequence[Piece]) -> tuple[list[tuple[float, float]], list[int]]:
    """Windows from which each voice can be known, in order, with their voices: its longest pieces."""
    chosen: list[tuple[tuple[float, float], int]] = []
    for voice in {voice for *_, voice in pieces}:
        own = sorted((p for p in pieces if p[2] == voice), key=lambda p: p[0] - p[1])
        spans = [w for start, end, _ in own[:_SAMPLES] for w in windows([(start, end)], COARSE_HOP_S)][:_SAMPLES]
        chosen += [(w, voice) for w in spans]
    chosen.sort()
    return [w for w, _ in chosen], [voice for _, voice in chosen]


def _speech(track: str, regions: Sequence[SpeechRegion], segments: Sequence[Segment]) -> list[tuple[float, float]]:
    own = [(r.start_s, r.end_s) for r in regions if r.track == track]
    return merged(own or [(s.start_s, s.end_s) for s in segments if s.track == track])


def _named(
    heard: Mapping[str, _Heard],
    segments: Sequence[Segment],
    echoes: Sequence[tuple[float, float]],
    options: SpeakerOptions,
) -> Diarization:
    """Keys in order of first appearance: "me", "s1", "s2", …; nobody without a turn of their own."""
    pieces = sorted((start, end, track, voice) for track, h in heard.items() for start, end, voice in h.pieces)
    raw = [Turn(track, start, end, f"{track} {voice}") for start, end, track, voice in pieces]
    of_segment = assign(segments, raw)
    tracks, silent = by_track(raw), TrackTurns(())
    here, there = tracks.get(MIC, silent), tracks.get(SYSTEM, silent)
    far = TrackTurns(Turn(MIC, start, end, "") for start, end in echoes)
    far_end = frozenset(s.id for s in segments if s.track == MIC and _is_echo(s, far, here))
    for s in segments:
        if s.id in far_end:  # said by somebody on the other track
            shares = share_of(there.within(s.start_s, s.end_s), s.start_s, s.end_s)
            if shares:
                of_segment[s.id] = max(shares, key=lambda key: shares[key])
        of_segment.setdefault(s.id, f"{s.track} 0")
    speakers: dict[str, Speaker] = {}
    appearances = [(t.start_s, t.track, t.speaker) for t in raw]
    appearances += [(s.start_s, s.track, of_segment[s.id]) for s in segments]
    alone = {f"{MIC} 0"} if not options.shared_microphone else set()
    used = {t.speaker for t in raw if t.track == MIC}
    if len(used) == 1 and options.shared_microphone:
        alone = used
    for _, track, key in sorted(appearances):
        if key not in speakers:
            if key in alone:
                speakers[key] = ME
            else:
                n = 1 + sum(s is not ME for s in speakers.values())
                speakers[key] = Speaker(f"s{n}", f"Speaker {n}", key.rsplit(" ", 1)[0] or track)
    return Diarization(
        tuple(speakers.values()),
        {i: speakers[key].key for i, key in of_segment.items()},
        tuple(Turn(t.track, t.start_s, t.end_s, speakers[t.speaker].key) for t in raw),
        far_end,
    )


def _is_echo(s: Segment, echoes: TrackTurns, turns_: TrackTurns) -> bool:
    """More of it was the loudspeaker's than anybody's at the microphone."""
    far, near = (
        sum(share_of(those.within(s.start_s, s.end_s), s.start_s, s.end_s).values()) for those in (echoes, turns_)
    )
    return far > near
