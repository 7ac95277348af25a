"""Changes of a single action item, wherever it is shown. It is found again by its place and its words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from app.domain.edits import Change
from app.domain.meeting import ActionItem, Meeting

Edit = Callable[[ActionItem], ActionItem]


def ticked(done: bool) -> Edit:
    """Done, or to be done again. A tick does not make the item the user's own: it is carried to a new wording."""
    return lambda item: replace(item, done=done)


def due_on(day: date | None) -> Edit:
    """On a day the user chose; None: at no time, not even as it was said."""
    return lambda item: replace(item, due_on=day, due=item.due if day else None, by_user=True)


def owned_by(owner: str) -> Edit:
    """By somebody; "" for nobody."""
    return lambda item: replace(item, owner=" ".join(owner.split()) or None, by_user=True)


def change_action(meeting: Meeting, position: int, task: str, edit: Edit) -> Change | None:
    """Change the action item that says `task`, at its position or, if it was moved meanwhile, wherever it stands. None
    if nothing is different then. Raises LookupError when there is none like it any more."""
    items = meeting.minutes.action_items if meeting.minutes is not None else ()
    places = [n for n, item in enumerate(items) if item.task == task]
    if meeting.minutes is None or not places:
        raise LookupError("this action item is not there any more")
    place = position if position in places else places[0]
    changed = edit(items[place])
    if changed == items[place]:
        return None
    return Change(minutes=replace(meeting.minutes, action_items=(*items[:place], changed, *items[place + 1 :])))
