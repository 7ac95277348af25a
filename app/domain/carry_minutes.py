"""The user's part of the minutes, kept when they are written again (`app.domain.carry`)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from typing import TypeVar

from app.domain.deletions import CHAPTER_S, words_of
from app.domain.meeting import ActionItem, Decision, Minutes, OpenQuestion

_Item = TypeVar("_Item", Decision, ActionItem, OpenQuestion)

_SAME_TEXT = 0.75  # so alike are two wordings of one item
_SAME_CITED = 0.45  # …that rest on the same segments


def of_the_user(minutes: Minutes, new_ids: Mapping[int, tuple[int, ...]]) -> Minutes | None:
    """What of the minutes is the user's work, resting on the segments that now say the same; None if nothing is.
    `new_ids`: id of a segment → ids of those in its place."""

    left = Minutes(
        minutes.summary if minutes.summary_by_user else "",
        tuple(i for i in minutes.decisions if i.by_user),
        tuple(i for i in minutes.action_items if i.by_user or i.done),
        tuple(i for i in minutes.open_questions if i.by_user),
        tuple(c for c in minutes.chapters if c.by_user),
        minutes.summary_by_user,
    )
    return resting_on(left, new_ids) if left != Minutes() else None


def resting_on(minutes: Minutes, new_ids: Mapping[int, tuple[int, ...]]) -> Minutes:
    """The minutes with other ids in their evidence: those in place of the old ones, none where there are none."""

    def moved(evidence: Sequence[int]) -> tuple[int, ...]:
        return tuple(dict.fromkeys(i for old in evidence for i in new_ids.get(old, ())))

    return replace(
        minutes,
        decisions=tuple(replace(i, evidence=moved(i.evidence)) for i in minutes.decisions),
        action_items=tuple(replace(i, evidence=moved(i.evidence)) for i in minutes.action_items),
        open_questions=tuple(replace(i, evidence=moved(i.evidence)) for i in minutes.open_questions),
        chapters=tuple(replace(c, evidence=moved(c.evidence)) for c in minutes.chapters),
    )


def citing(minutes: Minutes, there: Collection[int]) -> Minutes:
    """The minutes, resting on no other segments than those that are there."""
    cited = resting_on(minutes, {i: (i,) for i in there})
    return cited if cited != minutes else minutes


def carry_minutes(old: Minutes | None, new: Minutes) -> Minutes:
    """The new minutes with what the user wrote, changed or ticked off. An item of the user stands where the new one is
    that says the same, or else at the end."""
    if old is None:
        return new
    actions = _kept(old.action_items, new.action_items)
    chapters = [c for c in old.chapters if c.by_user]
    chapters += [c for c in new.chapters if all(abs(c.start_s - mine.start_s) >= CHAPTER_S for mine in chapters)]
    return Minutes(
        old.summary if old.summary_by_user else new.summary,
        _kept(old.decisions, new.decisions),
        actions,
        _kept(old.open_questions, new.open_questions),
        tuple(sorted(chapters, key=lambda c: c.start_s)) if chapters != list(new.chapters) else new.chapters,
        old.summary_by_user or new.summary_by_user,
    )


def _kept(old: Sequence[_Item], new: Sequence[_Item]) -> tuple[_Item, ...]:
    found: list[_Item] = list(new)
    taken: set[int] = set()
    rest: list[_Item] = []
    for item in old:
        done = isinstance(item, ActionItem) and (item.done or item.due_on is not None)
        if not item.by_user and not done:
            continue
        at = _place(item, found, taken)
        if at is None:
            if item.by_user or (isinstance(item, ActionItem) and item.done):
                rest.append(item)
            continue
        taken.add(at)
        found[at] = item if item.by_user else _ticked(found[at], item)
    return tuple(found + rest)


def _ticked(new: _Item, old: _Item) -> _Item:
    """A new wording of an item that was ticked off, or had a day."""
    if isinstance(new, ActionItem) and isinstance(old, ActionItem):
        return replace(new, done=old.done or new.done, due_on=new.due_on or old.due_on)
    return new


def _place(item: _Item, among: Sequence[_Item], taken: set[int]) -> int | None:
    """Which of the items says the same, and most alike."""
    best, found = 0.0, None
    for n, other in enumerate(among):
        if n in taken:
            continue
        alike = SequenceMatcher(None, words_of(item).casefold(), words_of(other).casefold(), autojunk=False).ratio()
        cited = bool(set(item.evidence) & set(other.evidence))
        if alike >= (_SAME_CITED if cited else _SAME_TEXT) and alike + cited > best:
            best, found = alike + cited, n
    return found
