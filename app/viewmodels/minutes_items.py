"""What the user changes in the minutes of the open meeting: each method makes one step of the history.

Items are named by their kind and place; what stands there must be what the user saw, or nothing is changed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from app.domain.edits import Change
from app.domain.errors import InputError
from app.domain.meeting import ActionItem, Chapter, Decision, Mark, MarkKind, Meeting, Minutes, OpenQuestion
from app.viewmodels.minutes import Item, Kind
from app.viewmodels.names import stored_name

if TYPE_CHECKING:
    from app.viewmodels.meeting import MeetingViewModel

Entry = Decision | ActionItem | OpenQuestion | Chapter
OWN: tuple[Kind, ...] = ("note", "bookmark", "highlight")  # marks on the timeline, in the order of time
FIELDS: dict[Kind, str] = {
    "decision": "decisions",
    "action": "action_items",
    "question": "open_questions",
    "chapter": "chapters",
}

OWN_KINDS = (MarkKind.NOTE, MarkKind.BOOKMARK)


def entries(minutes: Minutes, kind: Kind) -> tuple[Entry, ...]:
    found: tuple[Entry, ...] = getattr(minutes, FIELDS[kind])
    return found


def text_of(entry: Entry) -> str:
    if isinstance(entry, ActionItem):
        return entry.task
    return entry.title if isinstance(entry, Chapter) else entry.text


def part_of(source: Minutes, kind: Kind, rest: Minutes) -> Minutes:
    """`rest` with one part of `source`."""
    return _with(rest, kind, entries(source, kind))


def _with(minutes: Minutes, kind: Kind, changed: tuple[Entry, ...]) -> Minutes:
    """Chapters stand in the order of the meeting."""
    if kind == "chapter":
        changed = tuple(sorted(changed, key=lambda c: c.start_s if isinstance(c, Chapter) else 0.0))
    what: dict[str, Any] = {FIELDS[kind]: changed}
    return replace(minutes, **what)


class MinutesItems(QObject):
    """Edits, adds, removes and moves what stands in the minutes."""

    def __init__(self, meeting: MeetingViewModel) -> None:
        super().__init__(meeting)
        self._meeting = meeting

    @property
    def changeable(self) -> bool:
        """Not while they are being written."""
        return self._meeting.meeting is not None and not self._meeting.processing

    def set_summary(self, text: str) -> None:
        text = text.strip()
        self._do(
            lambda m: replace(m, summary=text, summary_by_user=True) if text != m.summary.strip() else m,
            self.tr("change the summary"),
        )

    def set_text(self, item: Item, text: str) -> None:
        """Other words. They are the user's now, so nobody has to find them in the transcript."""
        text = " ".join(text.split())
        if item.kind in OWN:
            self._set_note(item, text)
            return
        if not text:
            self.remove(item)
            return

        def edit(entry: Entry) -> Entry:
            if isinstance(entry, ActionItem):
                return replace(entry, task=text, by_user=True, supported=True)
            if isinstance(entry, Chapter):
                return replace(entry, title=text, by_user=True)
            return replace(entry, text=text, by_user=True, supported=True)

        if text != item.raw:
            self._edit(item, edit, self.tr("change the minutes"))

    def keep(self, item: Item) -> None:
        """The user has checked an item the transcript does not seem to support: it is right."""

        def edit(entry: Entry) -> Entry:
            return entry if isinstance(entry, Chapter) else replace(entry, supported=True, by_user=True)

        self._edit(item, edit, self.tr("keep the item"))

    def set_done(self, item: Item, done: bool) -> None:
        def edit(entry: Entry) -> Entry:
            return replace(entry, done=done) if isinstance(entry, ActionItem) else entry

        self._edit(item, edit, self.tr("tick off") if done else self.tr("take the tick away"))

    def set_owner(self, item: Item, owner: str) -> None:
        name = " ".join(owner.split())
        shown = self._meeting.meeting
        stored = stored_name(name, shown.speakers if shown is not None else ()) or None

        def edit(entry: Entry) -> Entry:
            return replace(entry, owner=stored, by_user=True) if isinstance(entry, ActionItem) else entry

        if name != item.owner:
            self._edit(item, edit, self.tr("change who does it"))

    def set_due(self, item: Item, due_on: date | None) -> None:
        """None: no date at all, not even as it was said."""

        def edit(entry: Entry) -> Entry:
            if not isinstance(entry, ActionItem):
                return entry
            return replace(entry, due_on=due_on, due=entry.due if due_on else None, by_user=True)

        self._edit(item, edit, self.tr("change the date"))

    def set_start(self, item: Item, start_s: float) -> None:
        """A chapter begins at another time."""

        def edit(entry: Entry) -> Entry:
            return replace(entry, start_s=start_s, by_user=True) if isinstance(entry, Chapter) else entry

        self._edit(item, edit, self.tr("move the chapter"))

    def add(self, kind: Kind, text: str, at: int | None = None, *, start_s: float = 0.0) -> None:
        """A new item of the user's, at a place or at the end. `start_s`: where a chapter begins."""
        text = " ".join(text.split())
        if not text:
            return
        made: Entry
        if kind == "action":
            made = ActionItem(text, by_user=True)
        elif kind == "question":
            made = OpenQuestion(text, by_user=True)
        elif kind == "chapter":
            made = Chapter(text, start_s, by_user=True)
        else:
            made = Decision(text, by_user=True)

        def edit(m: Minutes) -> Minutes:
            now = list(entries(m, kind))
            now.insert(len(now) if at is None else min(at, len(now)), made)
            return _with(m, kind, tuple(now))

        self._do(edit, self.tr("add to the minutes"))

    def _set_note(self, item: Item, text: str) -> None:
        """A note without words is gone; a bookmark needs none."""
        if not text and item.kind == "note":
            self.remove(item)
        elif text != item.raw:
            self._change_mark(item, lambda mark: replace(mark, text=text), self.tr("change the note"))

    def _change_mark(self, item: Item, edit: Callable[[Mark], Mark | None], label: str) -> None:
        def make(meeting: Meeting) -> Change | None:
            for n, mark in enumerate(meeting.marks):
                if (mark.at_s, mark.text.strip()) == (item.start_s, item.raw) and mark.kind in OWN_KINDS:
                    now = edit(mark)
                    others = (*meeting.marks[:n], *((now,) if now else ()), *meeting.marks[n + 1 :])
                    return Change(marks=others)
            raise self._gone()

        self._meeting.change(make, label)

    def remove(self, item: Item) -> None:
        if item.kind in OWN:
            self._change_mark(item, lambda _: None, self.tr("remove the note"))
            return

        def edit(m: Minutes) -> Minutes:
            now = list(entries(m, item.kind))
            del now[self._place(m, item)]
            return _with(m, item.kind, tuple(now))

        self._do(edit, self.tr("remove from the minutes"))

    def move(self, item: Item, to: int) -> None:
        """To another place among its kind. Chapters stand in the order of the meeting and stay there."""
        if item.kind == "chapter" or item.kind in OWN:
            return

        def edit(m: Minutes) -> Minutes:
            now = list(entries(m, item.kind))
            entry = now.pop(self._place(m, item))
            now.insert(max(0, min(to, len(now))), entry)
            return _with(m, item.kind, tuple(now))

        self._do(edit, self.tr("move the item"))

    def _edit(self, item: Item, edit: Callable[[Entry], Entry], label: str) -> None:
        def all_of(m: Minutes) -> Minutes:
            now = list(entries(m, item.kind))
            place = self._place(m, item)
            now[place] = edit(now[place])
            return _with(m, item.kind, tuple(now))

        self._do(all_of, label)

    def _place(self, minutes: Minutes, item: Item) -> int:
        now = entries(minutes, item.kind)
        if item.index < len(now) and text_of(now[item.index]) == item.raw:
            return item.index
        for n, entry in enumerate(now):  # it was moved meanwhile
            if text_of(entry) == item.raw:
                return n
        raise self._gone()

    def _gone(self) -> InputError:
        return InputError(
            self.tr("This item has been replaced since."), self.tr("Nothing was changed. Look at the minutes again.")
        )

    def _do(self, edit: Callable[[Minutes], Minutes], label: str) -> None:
        def make(meeting: Meeting) -> Change | None:
            before = meeting.minutes or Minutes()
            after = edit(before)
            return Change(minutes=after) if after != before else None

        self._meeting.change(make, label)
