"""How long everybody speaks and what part of the talk that is: one reckoning for the pictures and the speakers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.meeting import Meeting, Turn
from app.domain.turns import percents, talk_time

JOIN_S = 0.7  # a person who goes on after less than that has not stopped


@dataclass(frozen=True, slots=True)
class Talk:
    """Of one speaker. `seconds`: their own talk, no moment counted twice; `share` of the talk of all, 0…1, and
    `percent`, which adds up to 100 over everybody. Where people talk at once it counts for both."""

    seconds: float
    share: float
    percent: int
    spans: tuple[tuple[float, float], ...]


def said_in(meeting: Meeting) -> list[Turn]:
    """Turns where there are any, else the utterances, in time order; echoes of the loudspeaker count for nobody."""
    said = meeting.turns or tuple(
        Turn(s.track, s.start_s, s.end_s, s.speaker) for s in meeting.segments if s.echo_of is None
    )
    return sorted((t for t in said if t.end_s > t.start_s), key=lambda t: t.start_s)


def talk_of(said: Sequence[Turn]) -> dict[str, Talk]:
    """By key of the speaker, for whoever says anything; `said` in time order."""
    spans: dict[str, list[tuple[float, float]]] = {}
    for t in said:
        mine = spans.setdefault(t.speaker, [])
        if mine and t.start_s - mine[-1][1] < JOIN_S:
            mine[-1] = (mine[-1][0], max(mine[-1][1], t.end_s))
        else:
            mine.append((t.start_s, t.end_s))
    seconds = {key: s for key, s in talk_time(said).items() if key}
    whole = sum(seconds.values()) or 1.0
    per_cent = percents(list(seconds.values()))
    return {
        key: Talk(s, s / whole, n, tuple(spans[key])) for (key, s), n in zip(seconds.items(), per_cent, strict=True)
    }
