"""What happened beside the talking: the user's notes, and where a recording made here has holes.

Sentences for people; `Meeting.marks` has everything, and the JSON export too.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from app.domain.meeting import MIC, SYSTEM, Mark, MarkKind, Meeting, clock

Remark = tuple[float, str]  # where on the timeline, and the sentence

_SOUND_OF = {MIC: "the microphone's sound", SYSTEM: "the computer's sound"}
_LEAST_GAP_S = 0.5  # shorter ones nobody hears
_MOST_LINES = 5  # of a kind; more are summed up


def notes_of(meeting: Meeting) -> list[Mark]:
    """The user's notes and bookmarks, in the order of the timeline."""
    return [m for m in meeting.marks if m.kind in (MarkKind.NOTE, MarkKind.BOOKMARK)]


def lasting(seconds: float) -> str:
    """A length of time in words: "2.1 s", "8 min", "1 h 20 min"."""
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    hours, minutes = divmod(round(seconds / 60), 60)
    if not hours:
        return f"{minutes} min"
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def remarks(meeting: Meeting) -> list[str]:
    """What a reader should know about the recording: pauses, sleep, missing sound, an end that was none.

    One sentence each, in the order of the timeline; empty for an imported file and for a recording without holes.
    """
    found = sorted([*_pauses(meeting), *_sleep(meeting.marks), *_gaps(meeting.marks)])
    said = [sentence for _, sentence in found]
    state = meeting.recording.state if meeting.recording is not None else "finished"
    if state == "recording":
        said.append("The meeting is still being recorded.")
    if state == "interrupted":
        said.append(f"The recording was interrupted; it goes up to {clock(meeting.duration_s)}.")
    return said


def _pauses(meeting: Meeting) -> list[Remark]:
    pauses: list[tuple[Mark, Mark | None]] = []
    for mark in meeting.marks:
        is_open = bool(pauses) and pauses[-1][1] is None
        if mark.kind is MarkKind.PAUSE and not is_open:
            pauses.append((mark, None))
        elif mark.kind is MarkKind.RESUME and is_open:
            pauses[-1] = (pauses[-1][0], mark)
    if len(pauses) > _MOST_LINES:
        return [(pauses[0][0].at_s, f"Paused {len(pauses)} times.")]
    return [(start.at_s, f"Paused {_span(meeting, start, end)} (at {clock(start.at_s)}).") for start, end in pauses]


def _span(meeting: Meeting, start: Mark, end: Mark | None) -> str:
    """On the wall, where the meeting was: "10:32–10:40"; "from 10:32" until the end of the recording."""

    def on_the_wall(moment: datetime) -> str:
        return f"{moment.astimezone(meeting.started_at.tzinfo):%H:%M}"

    if end is None:
        return f"from {on_the_wall(start.wall)}"
    first, last = on_the_wall(start.wall), on_the_wall(end.wall)
    return f"at {first}" if first == last else f"{first}–{last}"


def _sleep(marks: Sequence[Mark]) -> list[Remark]:
    slept = [m for m in marks if m.kind is MarkKind.SLEEP]
    if len(slept) > _MOST_LINES:
        total = lasting(sum(m.seconds for m in slept))
        return [(slept[0].at_s, f"The computer slept {len(slept)} times, for {total} in all.")]
    return [(m.at_s, f"The computer slept for {lasting(m.seconds)} (at {clock(m.at_s)}).") for m in slept]


def _gaps(marks: Sequence[Mark]) -> list[Remark]:
    found: list[Remark] = []
    for track in dict.fromkeys(m.track for m in marks if m.kind is MarkKind.GAP):
        gaps = [m for m in marks if m.kind is MarkKind.GAP and m.track == track and m.seconds >= _LEAST_GAP_S]
        sound = _SOUND_OF.get(track, "the sound")
        if len(gaps) > _MOST_LINES:
            longest = max(gaps, key=lambda m: m.seconds)
            summed_up = (
                f"{lasting(sum(m.seconds for m in gaps))} of {sound} are missing in {len(gaps)} places; "
                f"the longest is {lasting(longest.seconds)} at {clock(longest.at_s)}."
            )
            found.append((gaps[0].at_s, summed_up))
        else:
            found += [(m.at_s, f"{lasting(m.seconds)} of {sound} are missing at {clock(m.at_s)}.") for m in gaps]
    return found
