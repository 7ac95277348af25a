"""The minutes as a document: sections of items, each with the places that prove it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from app.domain.meeting import Meeting, Segment, clock
from app.exporters.common import sentence

Kind = Literal["decision", "action", "question"]


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
    summary: str
    decisions: tuple[Item, ...]
    actions: tuple[Item, ...]
    questions: tuple[Item, ...]

    @property
    def empty(self) -> bool:
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


def minutes_document(meeting: Meeting) -> MinutesDocument | None:
    """None when the meeting has no minutes yet."""
    m = meeting.minutes
    if m is None:
        return None
    segments = {s.id: s for s in meeting.segments}
    by_time = sorted(meeting.segments, key=lambda s: (s.start_s, s.id))
    order = {s.id: n for n, s in enumerate(by_time)}
    hues = {s.name.casefold(): i for i, s in enumerate(meeting.speakers)}

    def places(ids: Sequence[int]) -> tuple[Evidence, ...]:
        return _evidence(ids, segments, order)

    return MinutesDocument(
        summary=m.summary.strip(),
        decisions=tuple(Item("decision", sentence(d.text), places(d.evidence), d.supported) for d in m.decisions),
        actions=tuple(
            Item("action", sentence(a.task), places(a.evidence), a.supported, a.owner or "",
                 hues.get((a.owner or "").casefold(), -1), a.due or "")
            for a in m.action_items
        ),
        questions=tuple(Item("question", sentence(q.text), places(q.evidence), q.supported) for q in m.open_questions),
    )
