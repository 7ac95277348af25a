"""Who gave a name: what lists over meetings say of it."""

from __future__ import annotations

from dataclasses import replace

from app.domain.edits import Change
from storage.repository import Library
from tests.storage.conftest import create, finish


def test_lists_tell_whose_names_are_the_users(library: Library) -> None:
    meeting = finish(library, create(library, "Weekly").id)
    assert meeting.minutes is not None
    items = tuple(replace(a, owner=o) for a, o in zip(meeting.minutes.action_items, ("ME", None), strict=False))
    typed = replace(items[0], owner="Others", by_user=True)
    library.change(meeting.id, Change(minutes=replace(meeting.minutes, action_items=(*items, typed))))

    def said() -> tuple[object, ...]:
        return (
            library.list()[0].named,
            library.search("release")[0].speaker_by_user,
            next(a.owner_by_user for a in library.action_items(include_done=True)),
            [a.owner_by_user for a in library.action_items(include_done=True)][-1],
        )

    assert said() == ((), False, False, True)
    library.change(meeting.id, Change(speakers=tuple(replace(s, by_user=s.name == "Me") for s in meeting.speakers)))
    assert said() == (("Me",), True, True, True)
    assert library.summary(meeting.id).named == ("Me",)


def test_a_title_that_is_found_is_told_from_what_was_said(library: Library) -> None:
    finish(library, create(library, "The release").id)
    assert [h.in_title for h in library.search("release")] == [True, False]
