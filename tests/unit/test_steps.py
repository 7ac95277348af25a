"""Several changes as one; segments cut in two and joined, with the times of their words and what cites them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from app.domain.edits import Change, applied, inverse, name_speaker, reassign
from app.domain.meeting import Decision, Meeting, Minutes, Segment, Speaker, Word
from app.domain.steps import between, chain, join_segments, split_segment

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def words(text: str, start_s: float = 0.0) -> tuple[Word, ...]:
    """One second each, half a second apart; the spaces stand before them."""
    made = []
    for n, word in enumerate(text.split(" ")):
        at = start_s + 1.5 * n
        made.append(Word(word if n == 0 else " " + word, at, at + 1.0))
    return tuple(made)


def seg(number: int, text: str, start_s: float = 0.0, *, timed: bool = True, speaker: str = "me") -> Segment:
    made = words(text, start_s) if timed else ()
    return Segment(number, "file", start_s, start_s + 1.5 * len(text.split(" ")) - 0.5, text, speaker, words=made)


def meeting(*segments: Segment, minutes: Minutes | None = None) -> Meeting:
    return Meeting(
        "m", "T", NOW, segments=segments, speakers=(Speaker("me", "Me"), Speaker("s1", "Anna")), minutes=minutes
    )


def test_a_chain_is_one_change_that_is_undone_at_once() -> None:
    m = meeting(seg(1, "One two three"), seg(2, "Four", 10.0))
    change = chain(m, lambda m: reassign(m, (1,), "s1"), lambda m: name_speaker(m, "s1", "Ann"), lambda _: None)
    assert change is not None
    after = applied(m, change, NOW)
    assert (after.segments[0].speaker, after.speaker_name("s1")) == ("s1", "Ann")
    assert applied(after, inverse(m, change), NOW) == m


def test_a_chain_of_nothing_is_nothing() -> None:
    m = meeting(seg(1, "One"))
    assert chain(m, lambda _: None) is None
    assert chain(m, lambda m: Change(segments=m.segments)) is None
    assert between(m, m) is None


def test_a_split_keeps_times_and_evidence() -> None:
    m = meeting(seg(1, "One two three four"), minutes=Minutes(decisions=(Decision("D", (1,)),)))
    change = split_segment(m, 1, 8)
    assert change is not None
    after = applied(m, change, NOW)
    first, last = after.segments
    assert (first.id, first.text, first.start_s, first.end_s) == (1, "One two", 0.0, 2.5)
    assert (last.id, last.text, last.start_s, last.end_s) == (2, "three four", 3.0, 5.5)
    for s in (first, last):
        assert "".join(w.text for w in s.words) == s.text
        assert s.by_user == ("text",)
    assert after.minutes is not None
    assert after.minutes.decisions[0].evidence == (1, 2)
    assert applied(after, inverse(m, change), NOW) == m


def test_a_split_never_cuts_a_word() -> None:
    m = meeting(seg(1, "One two three"))
    change = split_segment(m, 1, 6)
    assert change is not None
    assert [s.text for s in change.segments] == ["One", "two three"]


@pytest.mark.parametrize("position", [0, 2, 13, 99])
def test_a_split_that_leaves_nothing_on_one_side_is_none(position: int) -> None:
    assert split_segment(meeting(seg(1, "One two three")), 1, position) is None


def test_a_split_without_times_of_words_is_by_length() -> None:
    m = meeting(replace(seg(1, "abcd efgh", timed=False), end_s=9.0))
    change = split_segment(m, 1, 5)
    assert change is not None
    assert [(s.text, s.start_s, s.end_s) for s in change.segments] == [("abcd", 0.0, 5.0), ("efgh", 5.0, 9.0)]


def test_chinese_is_split_between_characters() -> None:
    m = meeting(replace(seg(1, "你好世界", timed=False), end_s=4.0))
    change = split_segment(m, 1, 2)
    assert change is not None
    assert [s.text for s in change.segments] == ["你好", "世界"]


def test_joining_is_the_way_back_from_splitting() -> None:
    whole = seg(1, "One two three four")
    m = meeting(whole, minutes=Minutes(decisions=(Decision("D", (1,)),)))
    change = split_segment(m, 1, 8)
    assert change is not None
    cut = applied(m, change, NOW)
    joined = applied(cut, join_segments(cut, 1, 2), NOW)
    assert joined.segments == (replace(whole, by_user=("text",)),)
    assert joined.minutes == m.minutes


def test_joining_keeps_times_only_where_both_have_them() -> None:
    m = meeting(seg(1, "One two"), seg(2, "three", 10.0, timed=False))
    after = applied(m, join_segments(m, 1, 2), NOW)
    assert (after.segments[0].text, after.segments[0].words, after.segments[0].end_s) == ("One two three", (), 11.0)


def test_joining_chinese_puts_no_space_between() -> None:
    m = meeting(seg(1, "你好，", timed=False), seg(2, "世界", 10.0, timed=False))
    assert applied(m, join_segments(m, 1, 2), NOW).segments[0].text == "你好，世界"
