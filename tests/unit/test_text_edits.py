"""What people correct in the transcript, and single action items."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from app.domain.edits import Change, applied, inverse
from app.domain.meeting import ActionItem, Chapter, Decision, Meeting, Minutes, OpenQuestion, Segment, Word
from app.domain.minutes_edits import change_action, due_on, owned_by, ticked
from app.domain.text_edits import edit_text, replace_all, reworded
from app.domain.words import tokens

NOW = datetime(2026, 11, 21, tzinfo=UTC)


def spoken(text: str, start: float = 10.0, step: float = 0.5) -> tuple[Word, ...]:
    return tuple(Word(t, start + n * step, start + n * step + 0.4) for n, t in enumerate(tokens(text)))


def meeting_of(*segments: Segment, minutes: Minutes | None = None) -> Meeting:
    return Meeting("x", "x", NOW, segments=segments, minutes=minutes)


def test_tokens_join_to_the_text() -> None:
    for text in ("We ship  on Friday. ", " 会议 at 10 会 议", "a", "", "  ", "한국어 ok"):
        assert "".join(tokens(text)) == text
    assert tokens("We met 在会议室 today") == ["We ", "met ", "在", "会", "议", "室 ", "today"]


@pytest.mark.parametrize(
    ("old", "new", "kept"),
    [
        ("we ship on friday", "We ship on Friday.", {"We ": 0, "ship ": 1, "on ": 2, "Friday.": 3}),
        ("we sip on friday", "we ship on friday", {"we ": 0, "ship ": 1, "on ": 2, "friday": 3}),
        ("the the the end", "the end", {"the ": 2, "end": 3}),
        ("下周的会义", "下周的会议", {"下": 0, "周": 1, "的": 2, "会": 3, "议": 4}),
    ],
)
def test_words_that_stay_keep_their_times(old: str, new: str, kept: dict[str, int]) -> None:
    words = spoken(old)
    got = reworded(words, new)
    assert "".join(w.text for w in got) == new
    assert {w.text: w.start_s for w in got} == {t: words[n].start_s for t, n in kept.items()}


def test_new_words_share_the_time_there_is() -> None:
    words = (Word("we ", 0.0, 0.4), Word("ship ", 0.4, 1.0), Word("it", 3.0, 3.5))
    assert reworded(words, "we ship now it") == (*words[:2], Word("now ", 1.0, 3.0), words[2])  # in the pause
    got = reworded(words, "we do ship it")
    assert [w.text for w in got] == ["we ", "do ", "ship ", "it"]
    assert (got[0].start_s, got[2]) == (0.0, words[1])  # with the word before
    assert got[1].end_s == pytest.approx(0.4)
    assert reworded(words, "so we ship it")[0] == Word("so ", 0.0, 0.0)
    assert reworded((), "anything") == ()
    assert reworded(words, "") == ()


@pytest.mark.parametrize("seed", range(60))
def test_any_rewording_keeps_order_span_and_text(seed: int) -> None:
    rng = random.Random(seed)
    stock = "we ship the new release on Friday, 会 议 室 and Anna-Lena sends 12% budget (maybe).".split()
    old = " ".join(rng.choice(stock) for _ in range(rng.randint(1, 12)))
    parts = old.split()
    for _ in range(rng.randint(1, 6)):
        at = rng.randrange(len(parts) + 1)
        rng.choice(
            (
                lambda at=at: parts.insert(at, rng.choice(stock)),
                lambda at=at: len(parts) > 1 and parts.pop(at % len(parts)),
                lambda at=at: parts.__setitem__(at % len(parts), rng.choice(stock)),
            )
        )()
    new = " ".join(parts)
    words = spoken(old)
    got = reworded(words, new)
    assert "".join(w.text for w in got) == new
    times = [t for w in got for t in (w.start_s, w.end_s)]
    assert all(a <= b + 1e-9 for a, b in itertools.pairwise(times))
    assert words[0].start_s <= times[0]
    assert times[-1] <= words[-1].end_s + 1e-9
    assert reworded(words, old) == words


def test_edit_is_the_users_and_can_be_taken_back() -> None:
    text = "we sip on friday"
    meeting = meeting_of(
        Segment(3, "mic", 10.0, 12.0, text, words=spoken(text), by_user=("speaker",), guards=("loop",)),
        Segment(4, "mic", 13.0, 14.0, "no times"),
        Segment(5, "mic", 15.0, 16.0, "stale times", words=spoken("something else")),
    )
    change = edit_text(meeting, 3, "We ship on Friday")
    after = applied(meeting, change, NOW)
    assert after.segments[0].by_user == ("text", "speaker")
    assert len(after.segments[0].words) == 4
    assert applied(after, inverse(meeting, change), NOW) == meeting
    assert edit_text(meeting, 4, "x").segments[0].words == ()
    assert edit_text(meeting, 5, "x").segments[0].words == ()


def test_replace_all_in_transcript_and_minutes() -> None:
    minutes = Minutes(
        "Ana leads.",
        (Decision("Ask Ana", (1,)),),
        (ActionItem("Call ana", "Ana", None, (2,)), ActionItem("Banana", None)),
        (OpenQuestion("Where is Ana?"),),
        (Chapter("Ana's part", 0.0),),
    )
    meeting = meeting_of(
        Segment(1, "mic", 0.0, 2.0, "Ana eats a banana.", words=spoken("Ana eats a banana.")),
        Segment(2, "mic", 3.0, 4.0, "ana"),
        Segment(3, "mic", 5.0, 6.0, "nothing"),
        minutes=minutes,
    )
    change = replace_all(meeting, "ana", "Anna", whole_word=True)
    assert change is not None
    after = applied(meeting, change, NOW)
    assert [s.text for s in after.segments] == ["Anna eats a banana.", "Anna", "nothing"]
    assert [s.by_user for s in after.segments] == [("text",), ("text",), ()]
    assert after.segments[0].words[1:] == meeting.segments[0].words[1:]
    assert after.minutes == Minutes(
        "Anna leads.",
        (Decision("Ask Anna", (1,)),),
        (ActionItem("Call Anna", "Anna", None, (2,)), ActionItem("Banana", None)),
        (OpenQuestion("Where is Anna?"),),
        (Chapter("Anna's part", 0.0),),
    )
    assert applied(after, inverse(meeting, change), NOW) == meeting


def test_an_item_left_without_words_is_removed() -> None:
    minutes = Minutes("x", (Decision("Um"), Decision("Ship")), (ActionItem("um", "Um"), ActionItem("Call", "um")))
    meeting = meeting_of(Segment(1, "mic", 0.0, 2.0, "um"), minutes=minutes)
    change = replace_all(meeting, "um", "")
    assert change is not None
    after = applied(meeting, change, NOW)
    assert after.segments == ()
    assert after.minutes == Minutes("x", (Decision("Ship"),), (ActionItem("Call"),))
    assert applied(after, inverse(meeting, change), NOW) == meeting


@pytest.mark.parametrize(
    ("find", "by", "options", "text", "result"),
    [
        ("ship", "sail", {}, "Shipping ships", "sailping sails"),
        ("ship", "sail", {"match_case": True}, "Ship ship", "Ship sail"),
        ("ship", r"\1", {}, "ship", r"\1"),
        ("a.b", "x", {}, "a.b axb", "x axb"),
        ("new  release", "x", {}, "new\nrelease", "x"),
        ("会议", "会", {"whole_word": True}, "下周会议改到", "下周会改到"),
        ("C++", "Rust", {"whole_word": True}, "C++ and C++.", "Rust and Rust."),
        ("Ö", "x", {"whole_word": True}, "Öl ö", "Öl x"),
        ("said ", "x", {}, "nothing", None),
        ("  ", "x", {}, "a  b", None),
    ],
)
def test_what_is_replaced(find: str, by: str, options: dict[str, bool], text: str, result: str | None) -> None:
    change = replace_all(meeting_of(Segment(1, "mic", 0, 1, text)), find, by, **options)
    assert (change.segments[0].text if change else None) == result


def test_a_segment_without_text_is_removed() -> None:
    change = replace_all(meeting_of(Segment(1, "mic", 0, 1, "Um."), Segment(2, "mic", 1, 2, "Um. Yes")), "um.", "")
    assert change is not None
    assert (change.removed, change.segments[0].text) == ((1,), " Yes")


def test_action_items() -> None:
    items = (ActionItem("a", "Bo", "Friday"), ActionItem("b", None))
    meeting = meeting_of(minutes=Minutes("s", action_items=items))

    def after(change: Change | None) -> tuple[ActionItem, ...]:
        assert change is not None
        now = applied(meeting, change, NOW)
        assert applied(now, inverse(meeting, change), NOW) == meeting
        assert now.minutes is not None
        return now.minutes.action_items

    assert after(change_action(meeting, 0, "a", ticked(True))) == (replace(items[0], done=True), items[1])
    assert change_action(meeting, 0, "a", ticked(False)) is None
    day = date(2026, 11, 27)
    assert after(change_action(meeting, 0, "a", due_on(day)))[0] == ActionItem(
        "a", "Bo", "Friday", by_user=True, due_on=day
    )
    assert after(change_action(meeting, 0, "a", due_on(None)))[0] == ActionItem("a", "Bo", by_user=True)
    assert after(change_action(meeting, 5, "b", owned_by(" Cy  Li ")))[1] == ActionItem("b", "Cy Li", by_user=True)
    with pytest.raises(LookupError):
        change_action(meeting, 0, "gone", ticked(True))
    with pytest.raises(LookupError):
        change_action(meeting_of(), 0, "a", ticked(True))
