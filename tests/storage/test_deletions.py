"""What the user has deleted does not come back when a stage runs again; with the real library and carry-over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from app.domain import coverage
from app.domain.carry import carry_over
from app.domain.edits import Change
from app.domain.events import (
    AlignResult,
    MinutesResult,
    SpeakersResult,
    SpeechResult,
    StageDone,
    StageResult,
    TranscriptResult,
)
from app.domain.meeting import (
    ActionItem,
    Chapter,
    Decision,
    Meeting,
    Minutes,
    OpenQuestion,
    Segment,
    Speaker,
    SpeechRegion,
    Stage,
    Word,
)
from app.domain.steps import join_segments, split_segment
from app.domain.text_edits import edit_text
from app.services.jobs import persist
from app.services.pipeline import apply
from app.viewmodels import runs
from storage.repository import Library
from tests.storage.conftest import create, finish

SAID = (
    Segment(1, "mic", 0.0, 6.0, "We ship the release on Friday."),
    Segment(2, "mic", 6.5, 12.0, "I will send the budget and the invoice to Anna."),
    Segment(3, "system", 12.5, 18.0, "Between us, the boss is an idiot."),
    Segment(4, "system", 30.0, 36.0, "Which room do we take on Thursday?"),
    Segment(5, "mic", 90.0, 99.0, "Then let us talk about the holidays of next year."),
)
MINUTES = Minutes(
    "Release and budget.",
    (Decision("Ship the release on Friday", (1,)), Decision("Talk about holidays", (5,))),
    (
        ActionItem("Send the budget to Anna", "Me", None, (2,)),
        ActionItem("Send the invoice to Anna", "Me", None, (2,)),
    ),
    (OpenQuestion("Which room do we take?", (4,)),),
    (Chapter("Release", 0.0, (1,)), Chapter("Room", 30.0, (4,)), Chapter("Holidays", 90.0, (5,))),
)
STAGES = {
    SpeechResult: Stage.SPEECH,
    TranscriptResult: Stage.TRANSCRIBE,
    SpeakersResult: Stage.SPEAKERS,
    MinutesResult: Stage.MINUTES,
}


def run(library: Library, meeting_id: str, result: StageResult) -> Meeting:
    """A stage is run again and stored as the window and the command line store it."""
    stage = STAGES.get(type(result), Stage.ALIGN)
    persist(library, meeting_id, StageDone(stage, result, "engine", {}, 1.0))
    return library.get(meeting_id)


@pytest.fixture
def meeting(library: Library) -> Meeting:
    made = finish(library, create(library).id)
    run(library, made.id, TranscriptResult(SAID, "English"))
    run(library, made.id, SpeakersResult((Speaker("me", "Me"), Speaker("s1", "Bo")), dict.fromkeys(range(1, 6), "me")))
    return run(library, made.id, MinutesResult(MINUTES))


def without(m: Minutes, kind: str, place: int) -> Minutes:
    items = getattr(m, kind)
    return replace(m, **{kind: (*items[:place], *items[place + 1 :])})


KINDS = ["decisions", "action_items", "open_questions", "chapters"]


@pytest.mark.parametrize("kind", KINDS)
def test_deleted_items_do_not_come_back(library: Library, meeting: Meeting, kind: str, tmp_path: Path) -> None:
    left = without(MINUTES, kind, 0)
    back = library.change(meeting.id, Change(minutes=left))
    assert run(library, meeting.id, MinutesResult(MINUTES)).minutes == left
    library.close()
    with Library(library._path.parent) as again:  # also after the program was closed
        assert again.get(meeting.id).deleted
        now = run(again, meeting.id, MinutesResult(MINUTES))
        assert now.minutes == left
        # From other ids and after another transcription, too.
        shifted = tuple(replace(s, id=s.id + 10, start_s=s.start_s + 0.2, end_s=s.end_s + 0.2) for s in SAID)
        now = run(again, meeting.id, TranscriptResult(shifted, "English"))
        new_id = {s.text: s.id for s in now.segments}
        moved = {s.id: new_id[s.text] for s in SAID}
        anew = replace(
            MINUTES,
            **{
                k: tuple(replace(i, evidence=tuple(moved[e] for e in i.evidence)) for i in getattr(MINUTES, k))
                for k in KINDS
            },
        )
        assert run(again, meeting.id, MinutesResult(anew)).minutes == without(anew, kind, 0)
        # Taken back it may come again; done again it may not.
        redo = again.change(meeting.id, replace(back, minutes=anew))
        assert again.get(meeting.id).deleted == ()
        assert run(again, meeting.id, MinutesResult(anew)).minutes == anew
        again.change(meeting.id, redo)
        assert run(again, meeting.id, MinutesResult(anew)).minutes == without(anew, kind, 0)
        again.delete(meeting.id)
        assert again._db.execute("SELECT count(*) FROM deletions").fetchone() == (0,)


@pytest.mark.parametrize(
    ("anew", "cited"),
    [("Send the invoices to Anna", (2,)), ("Send Anna the invoice", (1, 2)), ("send the invoice to Anna!", (5,))],
)
def test_other_words_for_the_same_are_the_same(
    library: Library, meeting: Meeting, anew: str, cited: tuple[int, ...]
) -> None:
    library.change(meeting.id, Change(minutes=without(MINUTES, "action_items", 1)))
    other = replace(
        MINUTES,
        action_items=(
            ActionItem("Send Anna the budget", "Me", None, (2,)),
            ActionItem(anew, "Me", None, cited),
            ActionItem("Order new chairs", None, None, (2,)),
            ActionItem("Send the invoice to Zoe at once", None, None, (5,)),
        ),
    )
    now = run(library, meeting.id, MinutesResult(other)).minutes
    assert now is not None
    assert [a.task for a in now.action_items] == [
        "Send Anna the budget",  # beside it, and never deleted
        "Order new chairs",  # of the same words, but something else
        "Send the invoice to Zoe at once",  # much alike, but said elsewhere
    ]


def test_what_stood_beside_it_stays_though_nothing_else_is_left_to_compare(library: Library, meeting: Meeting) -> None:
    """The minutes are gone with the old transcript: only the list of what was deleted is there."""
    library.change(meeting.id, Change(minutes=without(MINUTES, "action_items", 1)))
    run(library, meeting.id, TranscriptResult(SAID, "English"))
    assert library.get(meeting.id).minutes is None
    assert run(library, meeting.id, MinutesResult(MINUTES)).minutes == without(MINUTES, "action_items", 1)


def test_added_again_it_is_not_deleted_any_more(library: Library, meeting: Meeting) -> None:
    library.change(meeting.id, Change(minutes=without(MINUTES, "decisions", 0)))
    mine = Decision("Ship the release on Friday.", by_user=True)
    left = library.get(meeting.id).minutes
    assert left is not None
    library.change(meeting.id, Change(minutes=replace(left, decisions=(*left.decisions, mine))))
    assert library.get(meeting.id).deleted == ()
    now = run(library, meeting.id, MinutesResult(MINUTES)).minutes
    assert now is not None
    assert mine in now.decisions


def test_to_reword_to_move_and_to_tick_off_is_not_to_delete(library: Library, meeting: Meeting) -> None:
    a, b = MINUTES.action_items
    for actions in (
        (b, a),
        (replace(a, task="Something else entirely", by_user=True), b),
        (replace(a, done=True), replace(b, owner="Bo", by_user=True)),
        (a, b, ActionItem("One more", by_user=True)),
    ):
        back = library.change(meeting.id, Change(minutes=replace(MINUTES, action_items=actions)))
        assert library.get(meeting.id).deleted == ()
        library.change(meeting.id, back)  # nor is taking that back
        assert library.get(meeting.id) == meeting


def test_a_chapter_that_was_moved_does_not_come_back_where_it_began(library: Library, meeting: Meeting) -> None:
    moved = replace(MINUTES.chapters[1], start_s=78.0, by_user=True)
    chapters = (MINUTES.chapters[0], moved, MINUTES.chapters[2])
    back = library.change(meeting.id, Change(minutes=replace(MINUTES, chapters=chapters)))
    again = run(library, meeting.id, MinutesResult(MINUTES)).minutes
    assert again is not None
    assert again.chapters == chapters[:2]  # the third begins so near that it is the same
    library.change(meeting.id, back)
    assert library.get(meeting.id).deleted == ()


def test_a_summary_the_user_has_cut_stays_cut(library: Library, meeting: Meeting) -> None:
    for mine in ("Release.", ""):
        library.change(meeting.id, Change(minutes=replace(MINUTES, summary=mine, summary_by_user=True)))
        now = run(library, meeting.id, MinutesResult(MINUTES)).minutes
        assert now is not None
        assert now.summary == mine


def test_what_only_a_run_had_made_is_not_deleted_by_taking_it_back(library: Library, meeting: Meeting) -> None:
    other = Minutes("Other.", (Decision("Other", (3,)),), (ActionItem("Buy cakes", None, None, (5,)),))
    for only in ("action", None):
        again = runs._Run(meeting, Stage.MINUTES, "write the minutes again", only)
        now = run(library, meeting.id, MinutesResult(other))
        kept = runs._kept(again, now)
        if kept is not None:
            library.change(meeting.id, kept)
            now = library.get(meeting.id)
            assert now.minutes == replace(MINUTES, action_items=other.action_items)
        back = runs._way_back(again, now)
        assert back is not None
        library.change(meeting.id, back)
        now = library.get(meeting.id)
        assert (now.minutes, now.deleted) == (MINUTES, ())


# --- what was said --------------------------------------------------------------------------------


def texts(meeting: Meeting) -> list[str]:
    return [s.text for s in meeting.segments]


def test_deleted_words_do_not_come_back(library: Library, meeting: Meeting) -> None:
    back = library.change(meeting.id, Change(removed=(3,)))
    left = [s.text for s in SAID if s.id != 3]
    deleted = library.get(meeting.id).deleted
    assert [(d.kind, d.track, d.spans) for d in deleted] == [("segment", "system", ((12.5, 18.0),))]
    library._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert b"idiot" not in library._path.read_bytes(), "what was said is gone, also from the file"
    shifted = tuple(replace(s, start_s=s.start_s + 0.3, end_s=s.end_s + 0.4) for s in SAID)
    for _ in range(3):
        assert texts(run(library, meeting.id, TranscriptResult(shifted, "English"))) == left
    who = {s.id: "me" for s in SAID}
    cut = tuple(replace(s, echo_of=3 if s.id == 2 else None) for s in SAID)
    now = run(library, meeting.id, SpeakersResult((Speaker("me", "Me"),), who, cut))
    assert texts(now) == left
    assert {s.speaker for s in now.segments} == {"me"}
    library.change(meeting.id, replace(back, minutes=None, segments=(replace(SAID[2], id=33),)))
    assert library.get(meeting.id).deleted == ()
    assert texts(run(library, meeting.id, TranscriptResult(shifted, "English"))) == texts(meeting)


def test_speech_beyond_what_was_deleted_comes_back(library: Library, meeting: Meeting) -> None:
    library.change(meeting.id, Change(removed=(3,)))
    elsewhere = replace(SAID[2], id=7, track="mic")
    longer = Segment(3, "system", 12.4, 36.0, "Between us, the boss is an idiot. Which room do we take on Thursday?")
    now = run(library, meeting.id, TranscriptResult((*SAID[:2], longer, elsewhere), "English"))
    (rest,) = [s for s in now.segments if s.track == "system"]
    assert rest.start_s == 18.0
    assert rest.text == "Which room do we take on Thursday?"
    assert elsewhere.text in texts(now)
    grazed = Segment(3, "system", 17.0, 24.0, "And the weather was fine.")
    now = run(library, meeting.id, TranscriptResult((*SAID[:2], grazed), "English"))
    assert grazed.text in texts(now)
    both = Segment(3, "system", 10.0, 20.0, "Yes. Between us, the boss is an idiot. Well.")
    now = run(library, meeting.id, TranscriptResult((*SAID[:2], both), "English"))
    assert [(s.start_s, s.end_s, s.text) for s in now.segments if s.track == "system"] == [
        (10.0, 12.5, "Yes."),
        (17.0, 20.0, "Well."),  # from where something else was said meanwhile
    ]


def test_all_words_deleted_and_written_down_again(library: Library, meeting: Meeting) -> None:
    library.change(meeting.id, Change(removed=tuple(s.id for s in SAID)))
    assert run(library, meeting.id, TranscriptResult(SAID, "English")).segments == ()


def test_what_is_deleted_is_not_missing(library: Library, meeting: Meeting) -> None:
    run(library, meeting.id, SpeechResult(tuple(SpeechRegion(s.track, s.start_s, s.end_s) for s in SAID)))
    library.change(meeting.id, Change(removed=(3,)))
    now = library.get(meeting.id)
    assert coverage.holes_of(now) == []
    assert [h.start_s for h in coverage.holes_of(replace(now, deleted=()))] == [12.5]


def test_to_join_and_to_split_is_not_to_delete(library: Library, meeting: Meeting) -> None:
    makes: list[Callable[[Meeting], Change | None]] = [
        lambda m: join_segments(m, 1, 2),
        lambda m: split_segment(m, 1, 8),
    ]
    for make in makes:
        now = library.get(meeting.id)
        change = make(now)
        assert change is not None
        back = library.change(meeting.id, change)
        assert library.get(meeting.id).deleted == ()
        library.change(meeting.id, back)
        assert library.get(meeting.id) == now


# --- while a stage runs ---------------------------------------------------------------------------


def test_words_deleted_while_the_stage_runs_cost_nothing_of_its_result(library: Library, meeting: Meeting) -> None:
    library.change(meeting.id, Change(removed=(2,)))
    now = run(library, meeting.id, MinutesResult(replace(MINUTES, decisions=(Decision("New", (1, 2)),))))
    assert now.minutes is not None
    assert now.minutes.decisions == (Decision("New", (1,)),)
    assert now.minutes.action_items[0].evidence == ()
    words = {s.id: tuple(Word(w + " ", s.start_s, s.end_s) for w in s.text.split()) for s in SAID}
    now = run(library, meeting.id, AlignResult(words))
    assert now.segments[0].words
    assert now.segments[1].id == 3
    now = run(library, meeting.id, SpeakersResult((Speaker("x", "X"),), dict.fromkeys(range(1, 6), "x")))
    assert {s.speaker for s in now.segments} == {"x"}


@pytest.mark.parametrize(
    "make",
    [
        lambda m: Change(removed=(5,)),
        lambda m: Change(removed=(2,)),
        lambda m: edit_text(m, 3, "The boss is fine."),
        lambda m: split_segment(m, 1, 8),
    ],
)
def test_what_is_taken_back_while_the_stage_runs_is_there_afterwards(
    library: Library, meeting: Meeting, make: Callable[[Meeting], Change]
) -> None:
    back = library.change(meeting.id, make(meeting))
    begun = library.get(meeting.id)
    library.change(meeting.id, back)
    piece = Segment(max(s.id for s in begun.segments) + 1, "mic", 200.0, 201.0, "a piece")
    words = {s.id: (Word(s.text, s.start_s, s.end_s),) for s in begun.segments}
    now = run(library, meeting.id, AlignResult(words))
    assert all("".join(w.text for w in s.words) in (s.text, "") for s in now.segments if s.id != 1)
    who = {s.id: "x" for s in (*begun.segments, piece)}
    now = run(library, meeting.id, SpeakersResult((Speaker("x", "X"),), who, (*begun.segments, piece)))
    said = " ".join(texts(now))
    assert all(said.count(w) == " ".join([*texts(meeting), piece.text]).count(w) for w in said.split())
    assert all(s.text in said for s in SAID)


def test_what_is_deleted_while_it_is_written_down_shifts_nothing(library: Library, meeting: Meeting) -> None:
    """The job goes on with the ids it knows."""
    mine = library.change(meeting.id, edit_text(meeting, 1, "We ship on Friday, I say."))
    begun = library.get(meeting.id)
    anew = carry_over(begun, TranscriptResult(SAID, "English"))
    job = apply(begun, anew)
    library.change(meeting.id, Change(removed=(3,)))
    for undone in (False, True):
        if undone:
            library.change(meeting.id, mine)
        now = run(library, meeting.id, anew)
        stays = {s.id: s.text for s in job.segments if "idiot" not in s.text and "ship" not in s.text}
        assert stays.items() <= {s.id: s.text for s in now.segments}.items()
        assert not any("idiot" in s.text for s in now.segments)
