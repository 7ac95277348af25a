"""Who said it: the stage that lays a diarizer's turns over the transcript, and suggests names.

Nothing here asserts who somebody is: a name that a voice or the words point to is put beside the speaker
(`Speaker.suggested`), for the user to accept.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from app.domain.cancel import CancelFlag, check
from app.domain.echo_text import echoes_of
from app.domain.events import SpeakersResult
from app.domain.meeting import SURE_FROM, Meeting, Minutes, Segment, Speaker, Stage, StoredVoiceprint
from app.domain.names import names_said
from app.domain.ports import AudioReader, Diarization, Diarizer, KnownVoice, TurnDiarizer, VoicePrinter
from app.domain.turns import clean_spans, joined, split

_LAST_ID = "last_id"  # in the stage's settings: the last id before segments were cut
_ME = "me"  # who sits at this computer needs no suggestion


@dataclass(frozen=True, slots=True)
class ToldApart:
    """`settings`: what is worth remembering with the result."""

    result: SpeakersResult
    settings: Mapping[str, Any] = field(default_factory=dict)


def tell_apart(
    meeting: Meeting, readers: Mapping[str, AudioReader], diarizer: Diarizer, cancel: CancelFlag
) -> ToldApart:
    """Who speaks when, segments cut where the speaker changes, echoes marked. Raises `ModelError` and `Cancelled`."""
    segments = _as_transcribed(meeting)
    found = _diarize(diarizer, readers, meeting, segments, cancel)
    pieces = split(segments, found.turns, found.of_segment, whole=found.far_end)
    speaker_of = {p.id: p.speaker for p in pieces}
    echo_of = echoes_of(pieces, found.far_end)
    pieces = tuple(
        replace(p, echo_of=echo_of[p.id], speaker=speaker_of[echo_of[p.id]]) if p.id in echo_of else p for p in pieces
    )
    of_piece = {p.id: p.speaker for p in pieces}
    speakers = _heard(found.speakers, set(of_piece.values()))
    keys = {s.key for s in speakers}
    options = meeting.speaker_options
    settings: dict[str, Any] = {
        _LAST_ID: max((s.id for s in segments), default=0),
        "speakers": options.speakers,
        "shared_microphone": options.shared_microphone,
    }
    turns = sorted((t for t in found.turns if t.speaker in keys), key=lambda t: (t.start_s, t.end_s, t.track))
    return ToldApart(SpeakersResult(speakers, of_piece, pieces, tuple(turns)), settings)


def suggest(
    meeting: Meeting,
    readers: Mapping[str, AudioReader],
    voices: VoicePrinter | None,
    known: Mapping[str, Sequence[StoredVoiceprint]],
    cancel: CancelFlag,
) -> tuple[Speaker, ...]:
    """The speakers, with names that voices and words point to. Those the user has named are left alone."""
    said = names_said(meeting)
    heard = _known_voices(meeting, readers, voices, known, cancel) if voices is not None and known else {}
    out: list[Speaker] = []
    for s in meeting.speakers:
        if s.by_user or s.key == _ME:
            out.append(s)
            continue
        best = _better(heard.get(s.key), said.get(s.key))
        out.append(replace(s, suggested=best.name if best else "", certainty=best.certainty if best else 0.0))
    return tuple(out)


def make_prints(
    meeting: Meeting, key: str, readers: Mapping[str, AudioReader], voices: VoicePrinter, cancel: CancelFlag
) -> tuple[StoredVoiceprint, ...]:
    """A print of somebody's voice for each track on which they speak alone for long enough."""
    found = []
    for track, spans in clean_spans(meeting, key).items():
        check(cancel)
        if track in readers and (one := voices.print_of(readers[track], spans, track, cancel)) is not None:
            found.append(replace(one, meeting_id=meeting.id))
    return tuple(found)


def _heard(speakers: Sequence[Speaker], keys: set[str]) -> tuple[Speaker, ...]:
    """Those who say anything that was written down; the numbers in their names count without gaps."""
    kept = [s for s in speakers if s.key in keys]
    numbered = [s.key for s in kept if s.name == f"Speaker {s.key.removeprefix('s')}"]
    return tuple(replace(s, name=f"Speaker {numbered.index(s.key) + 1}") if s.key in numbered else s for s in kept)


def _as_transcribed(meeting: Meeting) -> tuple[Segment, ...]:
    """The segments as they were before an earlier run cut them; what minutes cite stays, so that it can be found."""
    record = meeting.stage(Stage.SPEAKERS)
    last_id = record.settings.get(_LAST_ID) if record is not None else None
    fresh = tuple(replace(s, echo_of=None) for s in meeting.segments)
    return joined(fresh, last_id, _cited(meeting.minutes)) if isinstance(last_id, int) else fresh


def _cited(minutes: Minutes | None) -> frozenset[int]:
    if minutes is None:
        return frozenset()
    cited = [d.evidence for d in minutes.decisions] + [a.evidence for a in minutes.action_items]
    cited += [q.evidence for q in minutes.open_questions] + [c.evidence for c in minutes.chapters]
    return frozenset(itertools.chain.from_iterable(cited))


def _diarize(
    diarizer: Diarizer,
    readers: Mapping[str, AudioReader],
    meeting: Meeting,
    segments: Sequence[Segment],
    cancel: CancelFlag,
) -> Diarization:
    if isinstance(diarizer, TurnDiarizer):
        return diarizer.diarize(readers, meeting.regions, segments, meeting.speaker_options, cancel)
    speakers, of_segment = diarizer.label(readers, meeting.regions, segments, cancel)
    return Diarization(speakers, of_segment)


def _known_voices(
    meeting: Meeting,
    readers: Mapping[str, AudioReader],
    voices: VoicePrinter,
    known: Mapping[str, Sequence[StoredVoiceprint]],
    cancel: CancelFlag,
) -> dict[str, KnownVoice]:
    """Speaker key → whose voice it seems to be. One person is one speaker: the second one like them is only asked."""
    found: dict[str, KnownVoice] = {}
    for s in meeting.speakers:
        if s.by_user or s.key == _ME:
            continue
        matches = [voices.whose(p, known) for p in make_prints(meeting, s.key, readers, voices, cancel)]
        best = max((m for m in matches if m is not None), key=lambda m: m.certainty, default=None)
        if best is not None:
            found[s.key] = best
    taken = {s.name.casefold() for s in meeting.speakers if s.by_user}
    for key, match in sorted(found.items(), key=lambda item: -item[1].certainty):
        if match.name.casefold() in taken:
            found[key] = KnownVoice(match.name, min(match.certainty, SURE_FROM - 0.05))
        taken.add(match.name.casefold())
    return found


def _better(voice: KnownVoice | None, words: KnownVoice | None) -> KnownVoice | None:
    """The surer of the two; where they agree, surer than either."""
    if voice is None or words is None:
        return voice or words
    first, rest = words.name.split()[0].casefold(), voice.name.casefold().split()
    if first in rest:
        return KnownVoice(voice.name, 1 - (1 - voice.certainty) * (1 - words.certainty))
    return max(voice, words, key=lambda m: m.certainty)


def is_shown(segment: Segment) -> bool:
    """Whether a segment counts as said: echoes are kept and not shown."""
    return segment.echo_of is None
