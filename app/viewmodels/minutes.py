"""The minutes as a document: sections of items, each with the places that prove it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from PySide6.QtCore import QCoreApplication

from app.domain.meeting import ActionItem, MarkKind, Meeting, Segment, clock
from app.exporters.common import sentence
from app.viewmodels.formatting import short_date
from app.viewmodels.hues import hues_of
from app.viewmodels.marks import own_marks
from app.viewmodels.names import shown_owner

Kind = Literal["decision", "action", "question", "chapter", "note", "bookmark", "highlight"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """One place in the transcript: a run of segments and the time at which it begins."""

    segment_ids: tuple[int, ...]
    time: str
    said: str  # the words, for a tool tip
    start_s: float = 0.0
    end_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Item:
    """`index`: its place among those of its kind. `raw`: the text as it is stored, which is edited. `due`: the date as
    people say it, from `due_on` if there is one. `late`: it is over and the item is not done."""

    kind: Kind
    text: str
    evidence: tuple[Evidence, ...]
    supported: bool
    owner: str = ""
    owner_hue: int = -1
    due: str = ""
    index: int = 0
    raw: str = ""
    due_on: date | None = None
    done: bool = False
    late: bool = False
    start_s: float = 0.0


@dataclass(frozen=True, slots=True)
class MinutesDocument:
    """`written` is false while there are only the user's own notes."""

    written: bool
    summary: str
    decisions: tuple[Item, ...]
    actions: tuple[Item, ...]
    questions: tuple[Item, ...]
    notes: tuple[Item, ...] = ()
    chapters: tuple[Item, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether there are no minutes in it."""
        return not (self.summary or self.decisions or self.actions or self.questions or self.chapters)


def _evidence(ids: Sequence[int], segments: dict[int, Segment], order: dict[int, int]) -> tuple[Evidence, ...]:
    """Neighbours in the transcript make one place; ids that do not exist are left out."""
    runs: list[list[int]] = []
    for i in sorted({i for i in ids if i in segments}, key=order.__getitem__):
        if runs and order[i] - order[runs[-1][-1]] == 1:
            runs[-1].append(i)
        else:
            runs.append([i])
    return tuple(
        Evidence(
            tuple(run),
            clock(segments[run[0]].start_s),
            " ".join(segments[i].text.strip() for i in run),
            segments[run[0]].start_s,
            max(segments[i].end_s for i in run),
        )
        for run in runs
    )


def _notes(meeting: Meeting) -> tuple[Item, ...]:
    """The user's notes, bookmarks and highlights; each leads to what was being said."""
    by_time = sorted(meeting.segments, key=lambda s: (s.start_s, s.id))
    made = []
    for n, mark in own_marks(meeting.marks):
        at = bisect_right(by_time, mark.at_s, key=lambda s: s.start_s)
        said = by_time[max(0, at - 1) : at or 1]
        end_s = mark.at_s + mark.seconds
        if mark.seconds > 0:
            said += [s for s in by_time[at : at + 50] if s.start_s < end_s - 0.05]
        else:
            end_s = max([end_s, *(s.end_s for s in said)])
        place = Evidence(
            tuple(s.id for s in said), clock(mark.at_s), " ".join(s.text.strip() for s in said), mark.at_s, end_s
        )
        text = mark.text.strip() or QCoreApplication.translate("marks", "Bookmark")
        kind: Kind = "note" if mark.kind is MarkKind.NOTE else "highlight" if mark.seconds > 0 else "bookmark"
        made.append(Item(kind, text, (place,), True, index=n, raw=mark.text.strip(), start_s=mark.at_s))
    return tuple(made)


def relative_day(day: date, today: date) -> str:
    """ "today", "tomorrow", "Fri 27 Nov", and with the year when it is another one."""
    ahead = (day - today).days
    if ahead in (0, 1):
        return (QCoreApplication.translate("minutes", "today"), QCoreApplication.translate("minutes", "tomorrow"))[
            ahead
        ]
    if ahead == -1:
        return QCoreApplication.translate("minutes", "yesterday")
    return short_date(day, today)


def minutes_document(meeting: Meeting, today: date | None = None) -> MinutesDocument | None:
    """None when the meeting has neither minutes nor notes of the user's."""
    m = meeting.minutes
    notes = _notes(meeting)
    if m is None:
        return MinutesDocument(False, "", (), (), (), notes) if notes else None
    day = today or date.today()
    segments = {s.id: s for s in meeting.segments}
    by_time = sorted(meeting.segments, key=lambda s: (s.start_s, s.id))
    order = {s.id: n for n, s in enumerate(by_time)}
    by_key = hues_of(s.key for s in meeting.speakers)
    hues = {s.name.casefold(): by_key[s.key] for s in meeting.speakers}

    def places(ids: Sequence[int]) -> tuple[Evidence, ...]:
        return _evidence(ids, segments, order)

    def action(n: int, a: ActionItem) -> Item:
        return Item(
            "action",
            sentence(a.task),
            places(a.evidence),
            a.supported,
            shown_owner(a, meeting.speakers),
            hues.get((a.owner or "").casefold(), -1),
            relative_day(a.due_on, day) if a.due_on else a.due or "",
            index=n,
            raw=a.task,
            due_on=a.due_on,
            done=a.done,
            late=a.due_on is not None and a.due_on < day and not a.done,
        )

    return MinutesDocument(
        written=True,
        summary=m.summary.strip(),
        decisions=tuple(
            Item("decision", sentence(d.text), places(d.evidence), d.supported, index=n, raw=d.text)
            for n, d in enumerate(m.decisions)
        ),
        actions=tuple(action(n, a) for n, a in enumerate(m.action_items)),
        questions=tuple(
            Item("question", sentence(q.text), places(q.evidence), q.supported, index=n, raw=q.text)
            for n, q in enumerate(m.open_questions)
        ),
        notes=notes,
        chapters=tuple(
            Item(
                "chapter",
                c.title,
                (Evidence(c.evidence, clock(c.start_s), "", c.start_s, c.start_s),),
                True,
                index=n,
                raw=c.title,
                start_s=c.start_s,
            )
            for n, c in enumerate(m.chapters)
        ),
    )
