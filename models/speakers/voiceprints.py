"""Who is it: prints of a voice, and how sure it is that somebody heard is one of the people known.

A print is the mean of centred embeddings over stretches of one person, for one channel (microphone or system track):
they sound different there. Several prints of a person are kept side by side. Making and comparing only: prints are
stored elsewhere, and only with consent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from app.domain.meeting import SURE_FROM, StoredVoiceprint
from app.domain.ports import KnownVoice
from models.speakers.encoder import EMBEDDING, VoiceEncoder, load_encoder, windows

if TYPE_CHECKING:
    from app.domain.cancel import CancelFlag
    from app.domain.ports import AudioReader
    from models.speakers.encoder import Embeddings, Spans

SURE, ASK = 0.60, 0.45  # cosine from which a name is suggested, and from which it is asked
MARGIN = 0.08  # the second best person has to be so much less alike for a name to be suggested
MIN_SPEECH_S = 3.0  # less makes no print
_TYPICAL = 0.5  # windows less like the mean than this are somebody else's or noise
_MOST_S = 120.0  # more speech adds nothing

Certainty = Literal["sure", "ask", "unknown"]


@dataclass(frozen=True, eq=False)
class Voiceprint:
    """`vector`: 256 numbers, length 1. `speech_s`: how much was heard. `channel`: the track it was heard on."""

    vector: Embeddings
    channel: str
    speech_s: float

    def to_bytes(self) -> bytes:
        """The vector as little-endian 16-bit floats, 512 bytes."""
        return self.vector.astype("<f2").tobytes()

    @staticmethod
    def from_bytes(data: bytes, channel: str, speech_s: float) -> Voiceprint:
        """Raises `ValueError` if that is no vector of this encoder."""
        vector = np.frombuffer(data, "<f2").astype(np.float32)
        if vector.shape != (EMBEDDING,) or not np.isfinite(vector).all() or not vector.any():
            raise ValueError("not a voiceprint of this encoder")
        return Voiceprint(vector / np.linalg.norm(vector), channel, speech_s)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person and how much the voice is like theirs: the cosine with their best print."""

    person: str
    score: float
    certainty: Certainty


def make_print(
    encoder: VoiceEncoder, reader: AudioReader, spans: Spans, channel: str, cancel: CancelFlag
) -> Voiceprint | None:
    """The print of who speaks in all these stretches; None if that is too little (3 s). Stretches that overlap another
    person's speech should be left out. Windows unlike the rest are not counted."""
    chosen: list[tuple[float, float]] = []
    total = 0.0
    for start, end in sorted(spans, key=lambda s: s[0] - s[1]):  # the longest first
        if total >= _MOST_S:
            break
        chosen.append((start, min(end, start + _MOST_S - total)))
        total += chosen[-1][1] - chosen[-1][0]
    if total < MIN_SPEECH_S:
        return None
    return print_of(encoder.embed(reader, windows(sorted(chosen)), cancel), channel, total)


def print_of(x: Embeddings, channel: str, speech_s: float) -> Voiceprint | None:
    """The same from embeddings of windows; None if there are none, or if they have nothing in common."""
    if not len(x):
        return None
    mean = _unit(x.mean(0))
    typical = x @ mean >= _TYPICAL
    if typical.any():
        mean = _unit(x[typical].mean(0))
    return Voiceprint(mean, channel, speech_s) if mean.any() else None


def likeness(a: Voiceprint, b: Voiceprint) -> float:
    """Cosine of two prints."""
    return float(a.vector @ b.vector)


def rank(heard: Voiceprint, known: Mapping[str, Sequence[Voiceprint]]) -> list[Candidate]:
    """The people known, the most alike first. Prints of the same channel count if a person has any, else all.

    At most the first is "sure", and only well ahead of the second.
    """
    scores: list[tuple[float, str]] = []
    for person, prints in known.items():
        same = [p for p in prints if p.channel == heard.channel] or list(prints)
        if same:
            scores.append((max(likeness(heard, p) for p in same), person))
    scores.sort(key=lambda s: (-s[0], s[1]))
    ahead = scores[0][0] - scores[1][0] if len(scores) > 1 else 1.0

    def certainty(i: int, score: float) -> Certainty:
        if i == 0 and score >= SURE and ahead >= MARGIN:
            return "sure"
        return "ask" if score >= ASK else "unknown"

    return [Candidate(person, score, certainty(i, score)) for i, (score, person) in enumerate(scores)]


class Voices:
    """`app.domain.ports.VoicePrinter`. Raises `ModelError` at the first use if the encoder is missing or damaged."""

    encoder = "ge2e"

    def print_of(self, reader: AudioReader, spans: Spans, channel: str, cancel: CancelFlag) -> StoredVoiceprint | None:
        """See `VoicePrinter`."""
        found = make_print(load_encoder(), reader, spans, channel, cancel)
        if found is None:
            return None
        return StoredVoiceprint("", channel, found.to_bytes(), found.speech_s, self.encoder)

    def whose(self, heard: StoredVoiceprint, known: Mapping[str, Sequence[StoredVoiceprint]]) -> KnownVoice | None:
        """See `VoicePrinter`. Prints of another encoder, and damaged ones, do not count."""
        one = self._opened(heard)
        people = {name: [p for p in map(self._opened, prints) if p is not None] for name, prints in known.items()}
        best = next(iter(rank(one, people)), None) if one is not None else None
        if best is None or best.certainty == "unknown":
            return None
        certainty = float(np.interp(best.score, (ASK, SURE, 0.9), (0.5, SURE_FROM, 0.99)))
        if best.certainty != "sure":
            certainty = min(certainty, SURE_FROM - 0.01)
        return KnownVoice(best.person, round(certainty, 3))

    def _opened(self, stored: StoredVoiceprint) -> Voiceprint | None:
        if stored.encoder != self.encoder:
            return None
        try:
            return Voiceprint.from_bytes(stored.vector, stored.channel, stored.speech_s)
        except ValueError:
            return None


def _unit(x: Embeddings) -> Embeddings:
    out: Embeddings = (x / max(float(np.linalg.norm(x)), 1e-9)).astype(np.float32)
    return out
