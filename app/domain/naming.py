"""Minutes in which a speaker is called by another name: who was "Speaker 1" when they were written has one now."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from app.domain.meeting import ActionItem, ActionItemRow, Meeting, Minutes, Speaker

_NUMBERED = re.compile(r"Speaker \d+")
_GIVEN = re.compile(r"Speaker \d+|Me|Others")  # by the program, not by anybody who speaks


def is_of_the_user(item: ActionItem, speakers: Iterable[Speaker]) -> bool:
    """Whether the owner of an action item is called what the user said: the name of a speaker of the meeting that was
    given by the user, or nobody's and written by the user."""
    speaker = owner_among(item, speakers)
    return speaker.by_user if speaker is not None else item.by_user


def owner_among(item: ActionItem, speakers: Iterable[Speaker]) -> Speaker | None:
    """The speaker of the meeting who an action item is for."""
    owner = (item.owner or "").casefold()
    return next((s for s in speakers if owner and s.name.casefold() == owner), None)


def action_rows(meeting: Meeting) -> list[ActionItemRow]:
    """The action items of a meeting as they stand in the list over all meetings."""
    items = meeting.minutes.action_items if meeting.minutes is not None else ()
    about = meeting.id, meeting.title, meeting.started_at
    found = []
    for n, item in enumerate(items):
        owner = owner_among(item, meeting.speakers)
        of_user = is_of_the_user(item, meeting.speakers)
        found.append(ActionItemRow(*about, n, item, of_user, owner.key if owner is not None else ""))
    return found


def minutes_with_names(meeting: Meeting, names: Mapping[str, str]) -> Minutes | None:
    """The minutes with other names for speakers, by key; None if that changes nothing.

    A name the program gave stands for that speaker wherever it is the owner of an action item, and "Speaker 1" in every
    text, too. A name that people have may be somebody else's who is talked about: it changes only where the owner said
    it themselves.
    """
    before = meeting.minutes
    if before is None:
        return None
    old = {s.key: s.name for s in meeting.speakers if s.key in names and s.name != names[s.key]}
    owners = {name.casefold(): key for key, name in old.items()}
    numbered = {name: names[key] for key, name in old.items() if _NUMBERED.fullmatch(name)}
    pattern = re.compile(rf"(?<!\w)({'|'.join(map(re.escape, numbered))})(?!\w)") if numbered else None

    def text(words: str) -> str:
        return pattern.sub(lambda found: numbered[found[1]], words) if pattern else words

    said_by = {s.id: s.speaker for s in meeting.segments}

    def owner(item: ActionItem) -> str | None:
        key = owners.get((item.owner or "").casefold())
        if key is None or not (_GIVEN.fullmatch(old[key]) or key in (said_by.get(i) for i in item.evidence)):
            return item.owner
        return names[key]

    after = replace(
        before,
        summary=text(before.summary),
        decisions=tuple(replace(d, text=text(d.text)) for d in before.decisions),
        action_items=tuple(replace(a, task=text(a.task), owner=owner(a)) for a in before.action_items),
        open_questions=tuple(replace(q, text=text(q.text)) for q in before.open_questions),
        chapters=tuple(replace(c, title=text(c.title)) for c in before.chapters),
    )
    return after if after != before else None
