"""The words of a recording that is being written down: what the pipeline has so far, then what was heard live."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.domain.meeting import Segment, Speaker

_LIVE_IDS = 1_000_000  # the pipeline counts from 1 too


@dataclass(frozen=True, slots=True)
class LiveWords:
    """What was said live in one recording, in the order of the timeline."""

    segments: tuple[Segment, ...] = ()
    speakers: tuple[Speaker, ...] = ()

    def behind(self, segments: Sequence[Segment]) -> list[Segment]:
        """The pipeline's segments, with live names where they have none, and then the live ones it has not reached."""
        upto_s = max((s.end_s for s in segments), default=float("-inf"))
        tracks = {t: [s for s in self.segments if s.track == t] for t in {s.track for s in self.segments}}
        named = [s if s.speaker else replace(s, speaker=_speaker(s, tracks.get(s.track, []))) for s in segments]
        later = (s for s in self.segments if s.start_s >= upto_s)
        return named + [replace(s, id=s.id + _LIVE_IDS) for s in later]


def _speaker(s: Segment, live: Sequence[Segment]) -> str:
    """Whoever was heard live in the middle of a segment, or just before."""
    at = bisect_right(live, (s.start_s + s.end_s) / 2, key=lambda other: other.start_s) - 1
    return live[at].speaker if at >= 0 and live[at].end_s > s.start_s else ""
