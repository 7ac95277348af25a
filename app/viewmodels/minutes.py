"""The minutes as a document: sections of items, each with the places that prove it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from app.domain.meeting import Meeting, Segment, clock
from app.exporters.common import sentence
from app.viewmodels.marks import asides

Kind = Literal["decision", "action", "question", "note", "bookmark"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """One place in the transcript: a run of segments and the time at which it begins."""

    segment_ids: tuple[int, ...]
    time: str
    said: str  # the words, for a tool tip


@dataclass(frozen=True, slots=True)
class Item:
    kind: Kind
    text: str
    evidence: tuple[Evidence, ...]
    supported: bool
    owner: str = ""
    owner_hue: int = -1
    due: str = ""


@dataclass(frozen=True, slots=True)
class MinutesDocument:
    """`written` is false while there are only the user's own notes."""

    written: bool
    summary: str
    decisions: tuple[Item, ...]
    actions: tuple[Item, ...]
    questions: tuple[Item, ...]
    notes: tuple[Item, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether there are no minutes in it."""
        return not (self.summary or self.decisions or self.actions or self.questions)


def _evidence(ids: Sequence[int], segments: dict[int, Segment], order: dict[int, int]) -> tuple[Evidence, ...]:
    """Neighbours in the transcript make one place; ids that do not exist are left out."""
    runs: list[list[int]] = []
    for i in sorted({i for i in ids if i in segments}, key=order.__getitem__):
        if runs and order[i] - order[runs[-1][-1]] == 1:
            runs[-1].append(i)
        else:
            runs.append([i])
    return tuple(
        Evidence(tuple(run), clock(segments[run[0]].start_s), " ".join(segments[i].text.strip() for i in run))
        for run in runs
    )


def _notes(meeting: Meeting) -> tuple[Item, ...]:
    """The user's notes and bookmarks; each leads to what was being said."""
    by_time = sorted(meeting.segments, key=lambda s: (s.start_s, s.id))
    made = []
    for a in asides(meeting.marks):
        if a.kind not in ("note", "bookmark"):
            continue
        at = bisect_right(by_time, a.at_s, key=lambda s: s.start_s)
        said = by_time[max(0, at - 1)] if by_time else None
        place = Evidence((said.id,) if said else (), a.time, said.text.strip() if said else "")
        made.append(Item("note" if a.kind == "note" else "bookmark", a.text, (place,), True))
    return tuple(made)


def minutes_document(meeting: Meeting) -> MinutesDocument | None:
    """None when the meeting has neither minutes nor notes of the user's."""
    m = meeting.minutes
    notes = _notes(meeting)
    if m is None:
        return MinutesDocument(False, "", (), (), (), notes) if notes else None
    segments = {s.id: s for s in meeting.segments}
    by_time = sorted(meeting.segments, key=lambda s: (s.start_s, s.id))
    order = {s.id: n for n, s in enumerate(by_time)}
    hues = {s.name.casefold(): i for i, s in enumerate(meeting.speakers)}

    def places(ids: Sequence[int]) -> tuple[Evidence, ...]:
        return _evidence(ids, segments, order)

    return MinutesDocument(
        written=True,
        summary=m.summary.strip(),
        decisions=tuple(Item("decision", sentence(d.text), places(d.evidence), d.supported) for d in m.decisions),
        actions=tuple(
            Item(
                "action",
                sentence(a.task),
                places(a.evidence),
                a.supported,
                a.owner or "",
                hues.get((a.owner or "").casefold(), -1),
                a.due or "",
            )
            for a in m.action_items
        ),
        questions=tuple(Item("question", sentence(q.text), places(q.evidence), q.supported) for q in m.open_questions),
        notes=notes,
    )
