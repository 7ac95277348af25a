"""What in a transcript needs the reader's eye: speech that is not written down, and text that may not be right.

Calm and short: what was put right without a loss is not mentioned, only `Segment.guards` and the JSON export have it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.domain import coverage
from app.domain.coverage import Hole
from app.domain.meeting import Meeting, Segment, clock

# In the order in which they are shown.
_IN_WORDS = {
    "overlong": "More text than time, so it was heard again",
    "thin": "Little text for so much speech",
    "cut_off": "The text broke off, so words may be missing",
    "loop": "The model repeated itself, so words may be missing",
    "language": "Taken for another language at first",
}
_MOST_PLACES = 5  # of a kind; more are counted


@dataclass(frozen=True, slots=True)
class Doubt:
    """`places`: where on the timeline; `more`: how many others there are."""

    text: str
    places: tuple[float, ...]
    more: int = 0


def doubts(meeting: Meeting) -> list[Doubt]:
    """About the text that is there; empty for most meetings."""
    found: list[Doubt] = []
    for guard, words in _IN_WORDS.items():
        at = [s.start_s for s in meeting.segments if guard in s.guards and s.text and _is_doubtful(s)]
        if at:
            found.append(Doubt(words, tuple(at[:_MOST_PLACES]), max(0, len(at) - _MOST_PLACES)))
    return found


def _is_doubtful(segment: Segment) -> bool:
    """Not what the user has put right, and not what is left out as an echo."""
    return "text" not in segment.by_user and segment.echo_of is None


def holes_of(meeting: Meeting) -> list[Hole]:
    """Speech that is not written down, once the meeting has been transcribed."""
    return coverage.holes_of(meeting)


def not_written(holes: Sequence[Hole]) -> str:
    """A sentence for people, "" without holes."""
    if not holes:
        return ""
    if len(holes) > _MOST_PLACES:
        longest = max(holes, key=lambda h: h.speech_s)
        total = clock(sum(h.speech_s for h in holes))
        return (
            f"Not written down: {total} of speech in {len(holes)} places; "
            f"the longest is {clock(longest.speech_s)} at {clock(longest.start_s)}."
        )
    return f"Not written down: {', '.join(f'{clock(h.speech_s)} at {clock(h.start_s)}' for h in holes)}."


def sentences(meeting: Meeting) -> list[str]:
    """All of it without links."""
    missing = not_written(holes_of(meeting))
    return [*([missing] if missing else []), *(f"{d.text}: {_places(d)}." for d in doubts(meeting))]


def _places(doubt: Doubt) -> str:
    return ", ".join(clock(at) for at in doubt.places) + (f" and {doubt.more} more" if doubt.more else "")
