"""Deleted stays deleted: what a user has taken out of a meeting does not come back when a stage runs again.

A run knows nothing of the one before it: ids and wordings are new. A segment is the same when it was said at the same
time on the same track; an item of the minutes when it rests on the same words and says something alike, or says exactly
the same; a chapter when it begins at the same place. What is there now is never taken for what was deleted.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from typing import TypeVar

from app.domain.coverage import Span, outside
from app.domain.meeting import (
    ActionItem,
    Chapter,
    Decision,
    Deleted,
    DeletedKind,
    Meeting,
    Minutes,
    OpenQuestion,
    Segment,
)
from app.domain.words import prints_of

Item = Decision | ActionItem | OpenQuestion | Chapter
_I = TypeVar("_I", Decision, ActionItem, OpenQuestion, Chapter)
Stretch = tuple[float, float, tuple[str, ...]]  # from, to, and the prints of what was said, if this is most of it

CHAPTER_S = 45.0  # two chapters that begin so near to each other are one
_ALIKE = 0.6  # so alike are two wordings of what rests on the same words
_MOSTLY = 0.5  # of a segment's time: what covers more of it stands in its place


def words_of(item: Item) -> str:
    match item:
        case ActionItem():
            return item.task
        case Chapter():
            return item.title
        case _:
            return item.text


def items_of(minutes: Minutes) -> dict[DeletedKind, tuple[Item, ...]]:
    return {
        "decision": minutes.decisions,
        "action_item": minutes.action_items,
        "open_question": minutes.open_questions,
        "chapter": minutes.chapters,
    }


# -- what a change deletes -----------------------------------------------------------------------
def deleted_after(
    meeting: Meeting, segments: Iterable[Segment], gone: Collection[int], minutes: Minutes | None
) -> tuple[Deleted, ...] | None:
    """What is deleted once the user has made a change; None if that is no different. `segments` are those that are new
    or replaced, `gone` the ids of those that are not there any more, `minutes` the new ones, None for the old.

    What was joined with its neighbour, or only reworded, is not deleted. What the user adds again is so no longer.
    """
    found = list(meeting.deleted)
    old = {s.id: s for s in meeting.segments}
    put = list(segments)
    for s in (old[i] for i in old if i in gone):
        if sum(_common(s, p) for p in put) <= _MOSTLY * (s.end_s - s.start_s):
            found.append(Deleted("segment", prints_of(s.text), s.track, ((s.start_s, s.end_s),)))
    added = [s for s in put if s.id not in old]
    found = [d for d in found if d.kind != "segment" or not any(_stands_in(s, d) for s in added)]
    if minutes is not None:
        before, after = items_of(meeting.minutes or Minutes()), items_of(minutes)
        for kind in before:
            left, new = _apart(before[kind], after[kind])
            found = [d for d in found if d.kind != kind or not any(_says_again(i, d) for i in new)]
            taken = _not_reworded(left, new, old)
            taken += (i for i in left if i not in taken and _is_moved_away(i, new))
            found += (Deleted(kind, words_of(i), spans=_spans(i, old)) for i in taken)
    now = tuple(dict.fromkeys(found))
    return now if now != meeting.deleted else None


def _common(a: Segment, b: Segment) -> float:
    return max(0.0, min(a.end_s, b.end_s) - max(a.start_s, b.start_s)) if a.track == b.track else 0.0


def _stands_in(s: Segment, d: Deleted) -> bool:
    """Whether a segment says what was deleted."""
    start, end = d.spans[0] if d.spans else (0.0, 0.0)
    return s.track == d.track and min(s.end_s, end) - max(s.start_s, start) > _MOSTLY * (end - start)


def _says_again(item: Item, d: Deleted) -> bool:
    """Whether an item is what was deleted, added by the user."""
    if isinstance(item, Chapter):
        return any(abs(item.start_s - start) < CHAPTER_S for start, _ in d.spans)
    return _plain(words_of(item)) == _plain(d.text)


def _is_moved_away(item: Item, new: Sequence[Item]) -> bool:
    """A chapter that begins elsewhere now: none is to come back where it began."""
    return isinstance(item, Chapter) and all(
        abs(item.start_s - c.start_s) >= CHAPTER_S for c in new if isinstance(c, Chapter)
    )


def _apart(before: Sequence[Item], after: Sequence[Item]) -> tuple[list[Item], list[Item]]:
    """What is only in the one, and what is only in the other."""
    left, new = list(before), []
    for item in after:
        if item in left:
            left.remove(item)
        else:
            new.append(item)
    return left, new


def _not_reworded(left: list[Item], new: Sequence[Item], old: Mapping[int, Segment]) -> list[Item]:
    """Of the items that are not there any more, those in whose place nothing else stands."""
    left = list(left)
    if len(new) >= len(left):
        return []
    for item in new:
        spans = _spans(item, old)
        left.remove(max(left, key=lambda i: _alike(words_of(i), words_of(item)) + _touch(_spans(i, old), spans)))
    return left


# -- what a run brings back ----------------------------------------------------------------------
def without_deleted_items(
    new: Minutes, old: Minutes | None, deleted: Iterable[Deleted], segments: Iterable[Segment]
) -> Minutes:
    """New minutes without the items that the user has deleted. Of what is like one of these, the likest goes, for it
    may stand beside another that was never deleted; and nothing goes that is as much like an item which is there now
    (`old`). `segments`: those the minutes rest on."""
    of_kind: dict[DeletedKind, list[Deleted]] = {}
    for d in deleted:
        of_kind.setdefault(d.kind, []).append(d)
    if not of_kind.keys() - {"segment"}:
        return new
    by_id = {s.id: s for s in segments}
    there = items_of(old or Minutes())

    def left(kind: DeletedKind, items: tuple[_I, ...]) -> tuple[_I, ...]:
        gone: set[int] = set()
        for d in of_kind.get(kind, ()):
            likeness = [_likeness(i, _spans(i, by_id), d.text, d.spans) for i in items]
            best = max((x for n, x in enumerate(likeness) if n not in gone), default=0.0)
            for n, (item, alike) in enumerate(zip(items, likeness, strict=True)):
                same_words = _plain(words_of(item)) == _plain(d.text)
                if alike and (alike == best or same_words) and not _is_there(item, alike, there[kind], by_id):
                    gone.add(n)
        return tuple(i for n, i in enumerate(items) if n not in gone) if gone else items

    return replace(
        new,
        decisions=left("decision", new.decisions),
        action_items=left("action_item", new.action_items),
        open_questions=left("open_question", new.open_questions),
        chapters=left("chapter", new.chapters),
    )


def _is_there(item: Item, alike: float, there: Iterable[Item], by_id: Mapping[int, Segment]) -> bool:
    """Whether an item is at least as much like one that is there as it is like the deleted one."""
    spans = _spans(item, by_id)
    return any(_likeness(item, spans, words_of(i), _spans(i, by_id)) >= alike for i in there)


def _likeness(item: Item, spans: Sequence[Span], text: str, of_it: Sequence[Span]) -> float:
    """How surely an item is the one that says `text` and rests on what was said then; 0 for not at all."""
    if isinstance(item, Chapter):
        apart = min((abs(item.start_s - start) for start, _ in of_it), default=CHAPTER_S)
        return max(0.0, 1.0 - apart / CHAPTER_S)
    if _plain(words_of(item)) == _plain(text):
        return 1.0 + _touch(spans, of_it)
    alike = _alike(words_of(item), text) if _touch(spans, of_it) else 0.0  # what takes long comes last
    return alike if alike >= _ALIKE else 0.0


def _spans(item: Item, by_id: Mapping[int, Segment]) -> tuple[Span, ...]:
    if isinstance(item, Chapter):
        return ((item.start_s, item.start_s),)
    return tuple((by_id[i].start_s, by_id[i].end_s) for i in item.evidence if i in by_id)


def _touch(a: Iterable[Span], b: Sequence[Span]) -> bool:
    """Whether any of these times share a moment. Whatever the track: what is said is heard on all of them."""
    return any(min(e1, e2) > max(s1, s2) or s1 == s2 for s1, e1 in a for s2, e2 in b)


def _alike(a: str, b: str) -> float:
    return SequenceMatcher(None, a.casefold(), b.casefold(), autojunk=False).ratio()


def _plain(text: str) -> str:
    """A text as it is compared: its letters and digits alone."""
    return "".join(c for c in text.casefold() if c.isalnum())


# -- what was said -------------------------------------------------------------------------------
def deleted_speech(meeting: Meeting) -> dict[str, list[Stretch]]:
    """Track → stretches of which nothing is to be written down again: what the user has deleted there, less what is
    there now."""
    spoken = [d for d in meeting.deleted if d.kind == "segment"]
    found: dict[str, list[Stretch]] = {d.track: [] for d in spoken}
    there: dict[str, list[Span]] = {track: [] for track in found}
    for s in meeting.segments:
        if s.track in there:
            there[s.track].append((s.start_s, s.end_s))
    there = {track: _joined(spans) for track, spans in there.items()}
    for d in spoken:
        for span in d.spans:
            pieces = list(outside(span, there[d.track]))
            least = _MOSTLY * (span[1] - span[0])
            found[d.track] += (
                (start, end, tuple(d.text.split()) if end - start >= least else ()) for start, end in pieces
            )
    return found


def _joined(spans: Iterable[Span]) -> list[Span]:
    """Those that touch are one."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found
