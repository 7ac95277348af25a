"""What follows from a change, and turns that follow what the user says about segments."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import pytest

from app.domain.edits import (
    Change,
    applied,
    completed,
    inverse,
    merge_speakers,
    name_speaker,
    reassign,
    tidy_folder,
    tidy_tags,
    turns_given,
)
from app.domain.meeting import Meeting, Segment, Speaker, Turn

NOW = datetime(2026, 11, 21, tzinfo=UTC)
A, B = Speaker("a", "Speaker 1"), Speaker("b", "Speaker 2")


def seg(id_: int, start: float, end: float, speaker: str, track: str = "system") -> Segment:
    return Segment(id_, track, start, end, f"text {id_}", speaker)


def test_turns_are_cut_where_a_segment_begins_and_ends() -> None:
    meeting = Meeting(
        "x",
        "x",
        NOW,
        speakers=(A, B),
        segments=(seg(1, 0.0, 4.0, "a"), seg(2, 4.0, 6.0, "a"), seg(3, 6.0, 9.0, "a")),
        turns=(Turn("system", 0.0, 9.0, "a"), Turn("system", 5.0, 5.5, "b"), Turn("mic", 4.0, 6.0, "a")),
    )
    change = reassign(meeting, (2,), "b")
    assert change.turns == (
        Turn("system", 0.0, 4.0, "a"),
        Turn("system", 4.0, 6.0, "b"),
        Turn("mic", 4.0, 6.0, "a"),  # of another track
        Turn("system", 5.0, 5.5, "b"),
        Turn("system", 6.0, 9.0, "a"),
    )
    assert applied(applied(meeting, change, NOW), inverse(meeting, change), NOW) == meeting
    merged = merge_speakers(meeting, ("b",), "a")
    assert merged.turns is not None
    assert {t.speaker for t in merged.turns} == {"a"}


@pytest.mark.parametrize("seed", range(30))
def test_giving_turns_away_keeps_all_time(seed: int) -> None:
    rng = random.Random(seed)
    turns = [Turn("system", s := rng.uniform(0, 90), s + rng.uniform(0.1, 15), rng.choice("abc")) for _ in range(40)]
    segments = [seg(n, s := rng.uniform(0, 95), s + rng.uniform(0.1, 12), rng.choice("ab")) for n in range(20)]
    got = turns_given(turns, segments, "z")

    def at(found: object, t: float, who: str) -> int:
        return sum(x.start_s <= t < x.end_s and x.speaker == who for x in found)  # type: ignore[attr-defined]

    for t in (n / 7 for n in range(700)):
        for who in "abc":
            given = who in {s.speaker for s in segments if s.start_s <= t < s.end_s}
            assert at(got, t, who) == (0 if given else at(turns, t, who))
        assert sum(at(got, t, who) for who in "abcz") == sum(at(turns, t, who) for who in "abc")
    assert list(got) == sorted(got, key=lambda t: (t.start_s, t.end_s))


def test_another_name_is_another_person_unless_said_otherwise() -> None:
    meeting = Meeting("x", "x", NOW, speakers=(Speaker("a", "Anna", by_user=True, person="p"), B))

    def person(change: Change) -> str:
        assert change.speakers is not None
        return change.speakers[0].person

    assert person(name_speaker(meeting, "a", " Anna ")) == "p"
    assert person(name_speaker(meeting, "a", "Bo")) == ""
    assert person(name_speaker(meeting, "a", "Bo", "q")) == "q"


def test_what_points_at_something_that_is_gone_goes_with_it() -> None:
    echo = Segment(2, "mic", 0.0, 4.0, "text 1", "b", echo_of=1)
    meeting = Meeting(
        "x", "x", NOW, speakers=(A, B), segments=(seg(1, 0.0, 4.0, "a"), echo), turns=(Turn("mic", 0.0, 4.0, "b"),)
    )
    gone = completed(meeting, Change(removed=(1,), speakers=(A,)))
    assert [(s.id, s.echo_of, s.speaker) for s in gone.segments] == [(2, None, "")]
    assert gone.turns == ()
    assert completed(meeting, Change(title="x")) == Change(title="x")


def test_tidy() -> None:
    assert tidy_folder(" / a //  b  c / ") == "a/b  c".replace("  ", " ")
    assert tidy_tags(["#Plan", " plan", "", "#", "Q  4", "会议"]) == ("Plan", "Q 4", "会议")
