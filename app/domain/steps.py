"""Several changes as one, and the cutting and joining of segments they need."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from app.domain.edits import Change, applied, touched
from app.domain.meeting import Meeting, Minutes, Segment, Word

_ANY = datetime.fromtimestamp(0, UTC)
Make = Callable[[Meeting], Change | None]


def chain(meeting: Meeting, *makes: Make) -> Change | None:
    """One change that does what `makes` do one after another, each to what the one before has left; None for nothing.

    For segments, speakers, turns, minutes and marks only.
    """
    after = meeting
    for make in makes:
        change = make(after)
        if change is not None:
            after = applied(after, change, _ANY)
    return between(meeting, after)


def between(before: Meeting, after: Meeting) -> Change | None:
    """What turns one state of a meeting into the other."""
    old = {s.id: s for s in before.segments}
    new = {s.id for s in after.segments}
    change = Change(
        segments=tuple(s for s in after.segments if old.get(s.id) != s),
        removed=tuple(i for i in old if i not in new),
        speakers=after.speakers if after.speakers != before.speakers else None,
        turns=after.turns if after.turns != before.turns else None,
        minutes=after.minutes if after.minutes != before.minutes else None,
        marks=after.marks if after.marks != before.marks else None,
    )
    return change if change != Change() else None


def split_segment(meeting: Meeting, segment_id: int, position: int) -> Change | None:
    """Cut a segment in two before the word that stands at a place in its text, spaces around it not counted. The first
    part keeps the id. None when one part would be without words."""
    segment = next(s for s in meeting.segments if s.id == segment_id)
    said = segment.text.strip()
    at = position
    while 0 < at < len(said) and said[at].isalnum() and said[at - 1].isalnum() and not _wide(said[at]):
        at -= 1
    left, right = said[:at].rstrip(), said[at:].lstrip()
    if not left or not right:
        return None
    number = max(s.id for s in meeting.segments) + 1
    words = _cut(segment, at)
    if words is not None:
        first_words, last_words = words
        middle, from_s = first_words[-1].end_s, last_words[0].start_s
    else:
        first_words = last_words = ()
        middle = from_s = segment.start_s + (segment.end_s - segment.start_s) * at / len(said)
    by_user = touched(segment, "text")  # or the cut would be gone with the next run
    first = replace(segment, text=left, end_s=min(middle, segment.end_s), words=first_words, by_user=by_user)
    last = replace(
        segment, id=number, text=right, start_s=max(from_s, segment.start_s), words=last_words, by_user=by_user
    )
    return Change(segments=(first, last), minutes=_cited(meeting, lambda i: (i, number) if i == segment_id else (i,)))


def join_segments(meeting: Meeting, segment_id: int, other_id: int) -> Change:
    """One segment of two neighbours; it keeps the first one's id and speaker."""
    a = next(s for s in meeting.segments if s.id == segment_id)
    b = next(s for s in meeting.segments if s.id == other_id)
    left, right = a.text.strip(), b.text.strip()
    space = "" if not left or not right or _wide(left[-1]) or _wide(right[0]) else " "
    words: tuple[Word, ...] = ()
    if a.words and b.words:
        words = (
            *(replace(w, text=w.text.lstrip()) if n == 0 else w for n, w in enumerate(a.words[:-1])),
            replace(a.words[-1], text=a.words[-1].text.rstrip() if len(a.words) > 1 else a.words[-1].text.strip()),
            replace(b.words[0], text=space + b.words[0].text.lstrip()),
            *b.words[1:],
        )
    text = left + space + right
    if "".join(w.text for w in words).strip() != text:
        words = ()
    elif words:
        text = "".join(w.text for w in words)
    joined = replace(
        a,
        text=text,
        end_s=max(a.end_s, b.end_s),
        words=words,
        guards=tuple(dict.fromkeys((*a.guards, *b.guards))),
        by_user=touched(a, "text"),
    )
    return Change(
        segments=(joined,),
        removed=(other_id,),
        minutes=_cited(meeting, lambda i: (segment_id,) if i == other_id else (i,)),
    )


def _wide(char: str) -> bool:
    """Whether no space stands beside it: characters of Chinese and Japanese."""
    return "\u2e80" <= char <= "\u9fff" or "\uf900" <= char <= "\uffef"


def _cut(segment: Segment, position: int) -> tuple[tuple[Word, ...], tuple[Word, ...]] | None:
    """The words before and after a place in the text; None where they have no times or stand across it."""
    at = len(segment.text.lstrip()) - len(segment.text)
    for n, word in enumerate(segment.words):
        if at + len(word.text) - len(word.text.lstrip()) >= position:
            first, last = segment.words[:n], segment.words[n:]
            if not first or not last:
                return None
            head = replace(first[0], text=first[0].text.lstrip()), *first[1:]
            tail = replace(last[0], text=last[0].text.lstrip()), *last[1:]
            return (*head[:-1], replace(head[-1], text=head[-1].text.rstrip())), (
                *tail[:-1],
                replace(tail[-1], text=tail[-1].text.rstrip()),
            )
        at += len(word.text)
    return None


def _cited(meeting: Meeting, now: Callable[[int], Sequence[int]]) -> Minutes | None:
    """The minutes with other ids in their evidence; None if nothing cites what has changed."""
    m = meeting.minutes
    if m is None:
        return None

    def ids(evidence: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(dict.fromkeys(j for i in evidence for j in now(i)))

    cited = replace(
        m,
        decisions=tuple(replace(i, evidence=ids(i.evidence)) for i in m.decisions),
        action_items=tuple(replace(i, evidence=ids(i.evidence)) for i in m.action_items),
        open_questions=tuple(replace(i, evidence=ids(i.evidence)) for i in m.open_questions),
        chapters=tuple(replace(i, evidence=ids(i.evidence)) for i in m.chapters),
    )
    return cited if cited != m else None
