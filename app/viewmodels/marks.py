"""What stands beside the words of a meeting: the user's notes and bookmarks, and where sound or words are missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QCoreApplication

from app.domain.coverage import Hole
from app.domain.meeting import MIC, SYSTEM, Mark, MarkKind, Meeting, clock
from app.exporters.doubts import holes_of
from app.viewmodels.formatting import length
from app.viewmodels.phrases import said

AsideKind = Literal["note", "bookmark", "hole", "device", "echo"]
LEAST_GAP_S = 0.5  # shorter ones nobody hears


def _tr(text: str) -> str:
    return QCoreApplication.translate("marks", text)


@dataclass(frozen=True, slots=True)
class Aside:
    """One remark on the timeline, in words. A "hole" is a place where time, sound or words are missing; "echo" is the
    line that shows and hides echoes."""

    kind: AsideKind
    at_s: float
    text: str

    @property
    def time(self) -> str:
        return clock(self.at_s)

    @property
    def spoken(self) -> str:
        """For a screen reader."""
        return f"{self.time}: {self.text}"


def track_name(track: str) -> str:
    """A track as the window calls it."""
    return {MIC: _tr("Microphone"), SYSTEM: _tr("Computer sound")}.get(track, track)


def highlights(marks: Sequence[Mark]) -> tuple[tuple[float, float], ...]:
    """What the user has highlighted, as (start, end) in seconds: bookmarks that last."""
    return tuple(sorted((m.at_s, m.at_s + m.seconds) for m in marks if m.kind is MarkKind.BOOKMARK and m.seconds > 0))


def asides_of(meeting: Meeting) -> tuple[Aside, ...]:
    """The meeting's marks, and what was said and is not written down, in the order of the timeline."""
    missing = tuple(Aside("hole", h.start_s, _not_written(h)) for h in holes_of(meeting))
    return tuple(sorted((*asides(meeting.marks), *missing), key=lambda a: a.at_s))


def own_marks(marks: Sequence[Mark]) -> tuple[tuple[int, Mark], ...]:
    """What the user wrote or marked, with its place among all marks, in the order of the timeline."""
    mine = [
        (n, m) for n, m in enumerate(marks) if m.kind is MarkKind.BOOKMARK or (m.kind is MarkKind.NOTE and _words(m))
    ]
    return tuple(sorted(mine, key=lambda pair: pair[1].at_s))


def asides(marks: Sequence[Mark]) -> tuple[Aside, ...]:
    """Marks in words, in the order of the timeline. A pause and what ended it are one."""
    made: list[Aside] = []
    for i, mark in enumerate(marks):
        if mark.kind is MarkKind.BOOKMARK and mark.seconds > 0:
            continue  # a highlight is seen on the words themselves
        text = _pause(marks, i) if mark.kind is MarkKind.PAUSE else _words(mark)
        if text:
            made.append(Aside(_KINDS[mark.kind], mark.at_s, text))
    return tuple(sorted(made, key=lambda a: a.at_s))


_KINDS: dict[MarkKind, AsideKind] = {
    MarkKind.NOTE: "note",
    MarkKind.BOOKMARK: "bookmark",
    MarkKind.PAUSE: "hole",
    MarkKind.SLEEP: "hole",
    MarkKind.GAP: "hole",
    MarkKind.DEVICE: "device",
}


def _words(mark: Mark) -> str:
    """ "" for what is not shown between the words: it was said while recording, or is over in a moment."""
    if mark.kind is MarkKind.NOTE:
        return mark.text.strip()
    if mark.kind is MarkKind.BOOKMARK:
        return mark.text.strip() or _tr("Bookmark")
    if mark.kind is MarkKind.SLEEP:
        return _tr("The computer slept for {length}").format(length=length(mark.seconds))
    if mark.kind is MarkKind.GAP and mark.seconds >= LEAST_GAP_S:
        missing = length(max(1.0, mark.seconds))
        if mark.track == MIC:
            return _tr("{length} missing from the microphone").format(length=missing)
        if mark.track == SYSTEM:
            return _tr("{length} missing from the computer’s sound").format(length=missing)
        return _tr("{length} of sound missing").format(length=missing)
    if mark.kind is MarkKind.DEVICE:
        what = said(mark.text.strip()).rstrip(".。")
        return f"{track_name(mark.track)}: {what}" if mark.track else what
    return ""


def _not_written(hole: Hole) -> str:
    said = length(hole.speech_s)
    if hole.track == MIC:
        return _tr("{length} of speech from the microphone could not be written down").format(length=said)
    if hole.track == SYSTEM:
        return _tr("{length} of speech from the computer’s sound could not be written down").format(length=said)
    return _tr("{length} of speech could not be written down").format(length=said)


def _pause(marks: Sequence[Mark], i: int) -> str:
    end = next((m for m in marks[i + 1 :] if m.kind in (MarkKind.RESUME, MarkKind.PAUSE)), None)
    if end is None or end.kind is MarkKind.PAUSE:
        return _tr("Paused")
    lasted = (end.wall - marks[i].wall).total_seconds()
    return _tr("Paused for {length}").format(length=length(max(1.0, lasted)))
