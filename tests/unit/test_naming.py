"""Naming a speaker names them in the minutes, and in nothing that is about somebody else."""

from __future__ import annotations

from datetime import UTC, datetime

from app.domain.edits import applied, inverse, merge_speakers, name_speaker
from app.domain.meeting import ActionItem, Decision, Meeting, Minutes, Segment, Speaker

NOW = datetime(2026, 11, 21, tzinfo=UTC)


def meeting(*items: ActionItem, summary: str = "", decision: str = "") -> Meeting:
    return Meeting(
        "x",
        "x",
        NOW,
        speakers=(Speaker("me", "Me"), Speaker("s1", "Speaker 1"), Speaker("s10", "Speaker 10"), Speaker("a", "Anna")),
        segments=(Segment(1, "system", 0.0, 1.0, "I do it", "s1"), Segment(2, "system", 1.0, 2.0, "I, too", "a")),
        minutes=Minutes(summary, decisions=(Decision(decision),), action_items=items),
    )


def owners(m: Meeting) -> list[str | None]:
    assert m.minutes is not None
    return [a.owner for a in m.minutes.action_items]


def test_action_items_and_texts_follow_a_name_and_undo_takes_it_back() -> None:
    before = meeting(
        ActionItem("Send it to Speaker 1", "Speaker 1", evidence=(2,)),
        ActionItem("Print it", "speaker 1"),
        ActionItem("Read it", "Speaker 10"),
        ActionItem("Find out"),
        summary="Speaker 1 and Speaker 10 met; Speaker 1’s plan.",
        decision="Speaker 1, then Speaker 12",
    )
    change = name_speaker(before, "s1", "Ben")
    after = applied(before, change, NOW)
    assert owners(after) == ["Ben", "Ben", "Speaker 10", None]
    assert after.minutes is not None
    assert after.minutes.summary == "Ben and Speaker 10 met; Ben’s plan."
    assert after.minutes.action_items[0].task == "Send it to Ben"
    assert after.minutes.decisions[0].text == "Ben, then Speaker 12"
    assert not after.minutes.action_items[0].by_user
    assert applied(after, inverse(before, change), NOW) == before


def test_somebody_who_is_only_talked_about_keeps_their_name() -> None:
    before = meeting(ActionItem("Call", "Anna", evidence=(1,)), ActionItem("Write", "Anna", evidence=(2,)))
    after = applied(before, name_speaker(before, "a", "Hannah"), NOW)
    assert owners(after) == ["Anna", "Hannah"]


def test_the_words_of_me_are_not_touched() -> None:
    before = meeting(ActionItem("Send Me a letter", "Me"))
    after = applied(before, name_speaker(before, "me", "Kim"), NOW)
    assert after.minutes is not None
    assert (after.minutes.action_items[0].task, after.minutes.action_items[0].owner) == ("Send Me a letter", "Kim")


def test_merged_speakers_have_one_name_in_the_minutes() -> None:
    before = meeting(ActionItem("A", "Speaker 1"), ActionItem("B", "Speaker 10"))
    assert owners(applied(before, merge_speakers(before, ("s1", "s10"), "a"), NOW)) == ["Anna", "Anna"]
    assert owners(applied(before, name_speaker(before, "s1", "anna"), NOW)) == ["Anna", "Speaker 10"]


def test_minutes_that_name_nobody_are_left_alone() -> None:
    assert name_speaker(meeting(ActionItem("A", "Clara")), "s1", "Ben").minutes is None
