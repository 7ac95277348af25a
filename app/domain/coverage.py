"""What was said against what was written down: where speech was found and no text stands.

Pure functions of regions and segments; the exporters, the command line and the transcription use the same ones.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from app.domain.meeting import Meeting, Segment, SpeechRegion, Stage

# Shorter stretches of speech without text are noises, breaths and "mm": nobody misses them.
SHORTEST_HOLE_S = 1.0
# Holes with no more silence than this between them are one.
SAME_HOLE_S = 2.0
MINUTE_S = 60.0

Span = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Hole:
    """Speech of one track that is not written down. `speech_s` is less than its length where there are pauses."""

    track: str
    start_s: float
    end_s: float
    speech_s: float


@dataclass(frozen=True, slots=True)
class Minute:
    """One minute of the timeline, all tracks together: two people at once count twice.

    `written_s`: of `speech_s`, how much lies in segments with text. `characters`: of the text, spaces left out, shared
    out evenly over the length of its segment.
    """

    start_s: float
    speech_s: float
    written_s: float
    characters: int


def is_transcribed(meeting: Meeting) -> bool:
    """Whether there is anything to compare: before, all speech would be a hole."""
    record = meeting.stage(Stage.TRANSCRIBE)
    return record is not None and record.state == "done"


def holes(
    regions: Iterable[SpeechRegion], segments: Iterable[Segment], shortest_s: float = SHORTEST_HOLE_S
) -> list[Hole]:
    """Speech without text in the order of the timeline, each piece at least `shortest_s`, near ones joined."""
    found: list[Hole] = []
    written = _written(segments)
    for track, spans in _by_track(regions).items():
        texts = written.get(track, [])
        last: Hole | None = None
        for start, end in (p for s in spans for p in outside(s, texts) if p[1] - p[0] >= shortest_s):
            near = last is not None and start - last.end_s <= SAME_HOLE_S
            if last is not None and near and not _overlap((last.end_s, start), texts):
                last = found[-1] = Hole(track, last.start_s, end, last.speech_s + end - start)
            else:
                last = Hole(track, start, end, end - start)
                found.append(last)
    return sorted(found, key=lambda h: (h.start_s, h.track))


def holes_of(meeting: Meeting) -> list[Hole]:
    """The same for a meeting, once it has been transcribed. What the user has deleted is not missing."""
    if not is_transcribed(meeting):
        return []
    deleted = (
        Segment(0, d.track, start, end, "deleted")
        for d in meeting.deleted
        if d.kind == "segment"
        for start, end in d.spans
    )
    return holes(meeting.regions, (*meeting.segments, *deleted))


def minutes(meeting: Meeting) -> list[Minute]:
    """Every minute from the beginning to the end of the meeting."""
    ends = [meeting.duration_s, *(r.end_s for r in meeting.regions), *(s.end_s for s in meeting.segments)]
    count = math.ceil(max(ends) / MINUTE_S)
    speech, text, characters = ([0.0] * count for _ in range(3))
    written = _written(meeting.segments)
    for track, spans in _by_track(meeting.regions).items():
        for span in spans:
            for n, part in _minutes_of(span):
                speech[n] += part[1] - part[0]
                text[n] += _overlap(part, written.get(track, []))
    for s in meeting.segments:
        size = sum(not c.isspace() for c in s.text)
        for n, (start, end) in _minutes_of((s.start_s, s.end_s)):
            characters[n] += size * (end - start) / (s.end_s - s.start_s)
    return [Minute(n * MINUTE_S, speech[n], min(speech[n], text[n]), round(characters[n])) for n in range(count)]


def written_share(rows: Sequence[Minute]) -> float:
    """0..1 of all speech; 1 where there is none."""
    speech = sum(m.speech_s for m in rows)
    return sum(m.written_s for m in rows) / speech if speech else 1.0


def _by_track(regions: Iterable[SpeechRegion]) -> dict[str, list[Span]]:
    tracks: dict[str, list[Span]] = {}
    for r in sorted(regions, key=lambda r: r.start_s):
        tracks.setdefault(r.track, []).append((r.start_s, r.end_s))
    return tracks


def _written(segments: Iterable[Segment]) -> dict[str, list[Span]]:
    """Of each track what lies in segments with text, in order and joined where they touch."""
    tracks: dict[str, list[Span]] = {}
    for s in sorted(segments, key=lambda s: s.start_s):
        if not s.text.strip():
            continue
        spans = tracks.setdefault(s.track, [])
        if spans and s.start_s <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], s.end_s))
        else:
            spans.append((s.start_s, s.end_s))
    return tracks


def outside(span: Span, others: Sequence[Span]) -> Iterator[Span]:
    """The pieces of a span that lie in none of the others, which are in order and do not overlap."""
    start, end = span
    for a, b in others:
        if b <= start or a >= end:
            continue
        if a > start:
            yield start, a
        start = b
    if start < end:
        yield start, end


def _overlap(span: Span, others: Sequence[Span]) -> float:
    return sum(max(0.0, min(span[1], b) - max(span[0], a)) for a, b in others)


def _minutes_of(span: Span) -> Iterator[tuple[int, Span]]:
    """A span cut at full minutes, with the number of each."""
    start, end = span
    while start < end:
        n = int(start // MINUTE_S)
        cut = min(end, (n + 1) * MINUTE_S)
        yield n, (start, cut)
        start = cut
