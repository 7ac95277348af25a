"""What users change: stored whole, taken back whole, and nothing else touched."""

from __future__ import annotations

import dataclasses
import sqlite3
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from app.domain import edits
from app.domain.edits import Change, applied, completed, inverse
from app.domain.errors import InputError
from app.domain.events import MinutesResult, SpeakersResult, TranscriptResult
from app.domain.meeting import (
    ActionItem,
    Chapter,
    Decision,
    Mark,
    MarkKind,
    Meeting,
    Minutes,
    Segment,
    Speaker,
    SpeakerOptions,
    Stage,
    Turn,
    Word,
)
from storage.repository import Library
from tests.storage.conftest import STARTED_AT, create, finish

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def rich(library: Library) -> Meeting:
    """A finished meeting with turns, an echo, chapters and everything a user may have said about it."""
    meeting = finish(library, create(library).id)
    cut = (
        replace(meeting.segments[0], words=(Word("We ", 0.5, 0.7), Word("ship.", 0.7, 1.1)), text="We ship."),
        replace(meeting.segments[0], id=9, start_s=1.1, text="On Friday.", words=(), guards=()),
        *meeting.segments[1:],
        Segment(4, "mic", 4.5, 9.0, "send the budget to Anna", echo_of=2),
    )
    turns = (Turn("mic", 0.5, 4.0, "me"), Turn("system", 4.25, 9.0, "s1"), Turn("system", 8.0, 12.0, "s2"))
    people = (
        Speaker("me", "Me", "mic"),
        Speaker("s1", "Anna", "system", by_user=True),
        Speaker("s2", "Speaker 2", "system", suggested="Bo", certainty=0.75),
    )
    who = {1: "me", 9: "me", 2: "s1", 3: "s2", 4: "me"}
    library.stage_done(meeting.id, Stage.SPEAKERS, SpeakersResult(people, who, cut, turns), "", {}, 0.0)
    minutes = Minutes(
        "Release.",
        (Decision("Ship", (1, 9)),),
        (ActionItem("Send the budget", "Anna", "Friday", (2,), due_on=date(2026, 11, 27), done=True, by_user=True),),
        (),
        (Chapter("Release", 0.5, (1,)), Chapter("Budget", 4.25, (2,), by_user=True)),
        summary_by_user=True,
    )
    library.stage_done(meeting.id, Stage.MINUTES, MinutesResult(minutes), "", {}, 0.0)
    stored = library.get(meeting.id)
    assert [s.id for s in stored.segments] == [1, 9, 2, 4, 3]  # in the order of time, not of ids
    assert (stored.turns, stored.speakers, stored.minutes) == (turns, people, minutes)
    assert stored.segments[3].echo_of == 2
    assert stored.segments[0].guards == ("loop", "glossary")
    return stored


CHANGES = {
    "title": lambda m: Change(title="Plan"),
    "speaker": lambda m: edits.name_speaker(m, "s2", "Bo"),
    "merge": lambda m: edits.merge_speakers(m, ("s2",), "s1"),
    "merge by name": lambda m: edits.name_speaker(m, "me", "anna"),
    "reassign": lambda m: edits.reassign(m, (2, 9), "s2"),
    "reassign the only one": lambda m: edits.reassign(m, (3,), "s1"),
    "somebody new": lambda m: edits.reassign_to_new(m, (1,), "Cleo"),
    "text": lambda m: Change(segments=(replace(m.segments[0], text="We shipped.", words=(), by_user=("text",)),)),
    "split": lambda m: Change(
        segments=(replace(m.segments[2], end_s=6.0, text="I will send"), replace(m.segments[2], id=20, start_s=6.0))
    ),
    "removed with echo and evidence": lambda m: Change(removed=(2,)),
    "removed with evidence of two": lambda m: Change(removed=(1, 9)),
    "speaker gone": lambda m: Change(speakers=m.speakers[:2]),
    "minutes": lambda m: Change(minutes=Minutes("Other", chapters=(Chapter("All", 0.0),))),
    "no minutes": lambda m: Change(forget_minutes=True),
    "echo is none": lambda m: Change(segments=(replace(m.segments[3], echo_of=None),)),
    "guards": lambda m: Change(segments=(replace(m.segments[0], guards=("thin",)),)),
    "options": lambda m: Change(speaker_options=SpeakerOptions(3, True)),
    "glossary": lambda m: Change(glossary=("Æ",)),
    "folder": lambda m: Change(folder=" Clients // Acme/"),
    "tags": lambda m: Change(tags=("#Plan", "plan", "会议")),
    "favourite": lambda m: Change(favourite=True),
    "trash": lambda m: Change(trashed=True, trashed_at=NOW),
    "marks": lambda m: Change(marks=(Mark(MarkKind.BOOKMARK, 1.0, NOW, "here", "mic", 2.5),)),
    "nothing": lambda m: Change(),
    "all": lambda m: Change(
        title="x",
        speakers=(*m.speakers, Speaker("s9", "New")),
        segments=(replace(m.segments[4], speaker="s9"),),
        removed=(4,),
        forget_minutes=True,
        turns=(Turn("mic", 0.0, 1.0, "s9"),),
        folder="A/B",
        tags=("t",),
        favourite=True,
        trashed=True,
        trashed_at=NOW,
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_changes_are_stored_and_taken_back(library: Library, name: str) -> None:
    before = rich(library)
    change = CHANGES[name](before)
    after = applied(before, change, NOW)
    back = library.change(before.id, change)
    assert library.get(before.id) == after
    assert library._db.execute("PRAGMA foreign_key_check").fetchall() == []
    again = library.change(before.id, back)
    assert library.get(before.id) == before
    library.change(before.id, again)
    assert library.get(before.id) == after
    assert applied(after, inverse(before, change), NOW) == before  # and without a library
    assert completed(before, completed(before, change)) == completed(before, change)
    assert (after == before) == (name == "nothing")


def test_only_rows_that_change_are_written(library: Library) -> None:
    before = rich(library)

    def written(change: Change) -> int:
        start = library._db.conn.total_changes
        library.change(before.id, change)
        return library._db.conn.total_changes - start

    assert written(Change()) == 0
    assert written(edits.name_speaker(before, "s2", "Bo")) == 1
    assert written(Change(segments=before.segments, speakers=library.get(before.id).speakers)) == 0
    assert written(Change(favourite=True)) == 1
    assert before.minutes is not None
    ticked = replace(before.minutes, action_items=(replace(before.minutes.action_items[0], done=False),))
    assert written(Change(minutes=ticked)) == 4  # item and its evidence, out and in
    assert written(Change(minutes=ticked)) == 0


@pytest.mark.parametrize(
    "change",
    [
        Change(title="gone", segments=(Segment(1, "mic", 0, 1, "x", speaker="nobody"),)),
        Change(title="gone", minutes=Minutes("x", (Decision("made up", (99,)),))),
        Change(title="gone", segments=(Segment(1, "mic", 0, 1, "x", echo_of=99),)),
        Change(title="gone", speakers=(Speaker("a", "A"), Speaker("a", "B"))),
    ],
)
def test_changes_that_contradict_themselves_change_nothing(library: Library, change: Change) -> None:
    before = rich(library)
    with pytest.raises(ValueError, match=r"exist|same"):
        library.change(before.id, change)
    assert library.get(before.id) == before


def test_change_of_a_meeting_that_is_gone_or_without_a_title(library: Library) -> None:
    meeting = create(library)
    with pytest.raises(InputError, match="title"):
        library.change(meeting.id, Change(title=" "))
    library.delete(meeting.id)
    with pytest.raises(InputError, match="not in the library"):
        library.change(meeting.id, Change(favourite=True))


def test_search_finds_text_as_it_is_now(library: Library) -> None:
    before = rich(library)
    back = library.change(before.id, Change(segments=(replace(before.segments[0], text="Something unheard"),)))
    assert [h.segment_id for h in library.search("unheard")] == [1]
    library.change(before.id, back)
    assert library.search("unheard") == []
    assert [h.segment_id for h in library.search("budget to anna")] == [2]  # what is an echo is not found again
    assert [(h.start_s, h.snippet) for h in library.search("Release")] == [(0.5, "\x02Release\x03")]  # a chapter


def test_trash_hides_from_lists_and_search(library: Library) -> None:
    kept, gone = rich(library), rich(library)
    library.change(gone.id, Change(trashed=True, tags=("a",), folder="B", favourite=True))
    assert [m.id for m in library.list()] == [kept.id]
    (row,) = library.list(trashed=True)
    assert (row.id, row.folder, row.tags, row.favourite) == (gone.id, "B", ("a",), True)
    assert row.trashed_at is not None
    assert row.trashed_at == library.get(gone.id).trashed_at
    assert {h.meeting_id for h in library.search("budget")} == {kept.id}
    assert {r.meeting_id for r in library.action_items(include_done=True)} == {kept.id}
    library.change(gone.id, Change(trashed=False))
    assert {m.id for m in library.list()} == {kept.id, gone.id}


def test_action_items_of_all_meetings(library: Library) -> None:
    old = finish(library, create(library, "old", started_at=STARTED_AT).id)
    new = finish(library, create(library, "new", started_at=NOW).id)
    rows = library.action_items()
    assert [(r.title, r.position, r.item.task) for r in rows[:2]] == [
        ("new", 0, "Send the budget"),
        ("new", 1, "Something nobody said"),
    ]
    assert rows[0].item.evidence == (2, 1)
    assert [r.speaker for r in rows[:2]] == ["s1", ""]
    assert (rows[2].meeting_id, rows[2].started_at) == (old.id, STARTED_AT)
    assert new.minutes is not None
    done = (replace(new.minutes.action_items[0], done=True), *new.minutes.action_items[1:])
    library.change(new.id, Change(minutes=replace(new.minutes, action_items=done)))
    assert [(r.title, r.position) for r in library.action_items()] == [("new", 1), ("old", 0), ("old", 1)]
    assert len(library.action_items(include_done=True)) == 4


def test_transcript_brings_what_is_left_of_an_earlier_run(library: Library) -> None:
    before = rich(library)
    anna = before.speakers[1]
    minutes = Minutes("", action_items=(ActionItem("Mine", None, None, (2,), by_user=True),))
    segments = (
        Segment(1, "mic", 0.0, 4.0, "new"),
        Segment(2, "system", 4.0, 9.0, "as I wrote it", "s1", by_user=("text", "speaker")),
    )
    result = TranscriptResult(segments, "English", (anna,), minutes)
    library.stage_done(before.id, Stage.TRANSCRIBE, result, "", {}, 0.0)
    now = library.get(before.id)
    assert (now.segments, now.speakers, now.minutes) == (segments, (anna,), minutes)
    assert now.turns == (before.turns[1],)  # of those who are still there
    assert now.next_stage() is Stage.ALIGN


def test_speakers_run_again_keep_what_the_minutes_rest_on(library: Library) -> None:
    before = rich(library)
    cut = tuple(s for s in before.segments if s.id != 3)
    result = SpeakersResult((Speaker("x", "X"),), {1: "x"}, cut, (Turn("mic", 0.0, 1.0, "x"),))
    library.stage_done(before.id, Stage.SPEAKERS, result, "", {}, 0.0)
    now = library.get(before.id)
    assert now.minutes == before.minutes
    assert [(s.id, s.speaker) for s in now.segments] == [(1, "x"), (9, ""), (2, ""), (4, "")]
    assert now.turns == result.turns


def test_minutes_rest_on_what_was_joined(library: Library) -> None:
    before = rich(library)
    first, second, *rest = before.segments
    joined = (replace(first, end_s=second.end_s, text=f"{first.text} {second.text}", words=()), *rest)
    result = SpeakersResult(before.speakers, {s.id: s.speaker for s in joined}, joined, before.turns)
    library.stage_done(before.id, Stage.SPEAKERS, result, "", {}, 0.0)
    now = library.get(before.id)
    assert before.minutes is not None
    assert now.segments == joined
    assert now.minutes == replace(before.minutes, decisions=(Decision("Ship", (1,)),))


def test_change_while_another_program_writes_waits_its_turn(tmp_path: Path) -> None:
    with Library(tmp_path) as mine, Library(tmp_path) as other:
        before = rich(mine)
        back = mine.change(before.id, edits.name_speaker(before, "s2", "Bo"))
        other.rename(before.id, "theirs")
        mine.change(before.id, back)
        assert mine.get(before.id) == dataclasses.replace(before, title="theirs")


def test_file_is_what_other_tools_expect(tmp_path: Path) -> None:
    with Library(tmp_path) as library:
        meeting = rich(library)
    conn = sqlite3.connect(tmp_path / "library.db")
    due = conn.execute("SELECT due_on, done FROM minutes_items WHERE kind = 'action_item'").fetchone()
    assert due == ("2026-11-27", 1)
    conn.close()
    assert meeting.minutes is not None
