"""Turns laid over segments, and echoes found in the text."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from app.domain.echo_text import find_echoes
from app.domain.meeting import FILE, MIC, SYSTEM, Segment, Turn
from app.domain.turns import TrackTurns, assign, speaker_at, split, talk_time
from tests.unit.speakers_support import said, segments

A, B = Turn(FILE, 0, 4, "s1"), Turn(FILE, 4, 10, "s2")


def cut(segment: Segment, *turns: Turn) -> list[tuple[str, str]]:
    return [(s.speaker, s.text) for s in split([segment], turns, assign([segment], turns))]


# Whose


def test_who_speaks_longest_has_the_segment() -> None:
    assert assign(segments([(1, 3), (3, 6), (2, 5)]), [A, B]) == {1: "s1", 2: "s2", 3: "s1"}


def test_a_segment_between_turns_goes_to_the_nearest_and_tracks_do_not_mix() -> None:
    turns = [Turn(FILE, 0, 1, "s1"), Turn(FILE, 9, 10, "s2"), Turn(MIC, 4, 5, "me")]
    assert assign(segments([(2, 3), (7, 8)]), turns) == {1: "s1", 2: "s2"}
    assert assign(segments([(2, 3)], SYSTEM), turns) == {}
    assert speaker_at([], 0, 1) is None


def test_time_that_one_person_has_on_two_tracks_counts_once() -> None:
    turns = [Turn(FILE, 0, 4, "s1"), Turn(MIC, 3, 5, "s1"), Turn(MIC, 3.5, 4, "s1"), Turn(FILE, 2, 3, "s2")]
    assert talk_time(turns) == {"s1": 5, "s2": 1}


def test_turns_are_found_by_time_as_by_looking_at_all() -> None:
    rng = random.Random(0)
    for _ in range(300):
        starts = [rng.uniform(0, 20) for _ in range(rng.randint(0, 12))]
        turns = [Turn(FILE, a, a + rng.random() * rng.choice([1, 6]), "s1") for a in starts]
        start = rng.uniform(-1, 22)
        end = start + 3 * rng.random()
        inside = sorted((t for t in turns if t.end_s > start and t.start_s < end), key=lambda t: (t.start_s, t.end_s))
        found = TrackTurns(turns)
        assert found.within(start, end) == inside
        distances = [max(t.start_s - end, start - t.end_s) for t in turns]
        if turns and not inside:
            (nearest,) = found.near(start, end)
            assert max(nearest.start_s - end, start - nearest.end_s) == min(distances)
        else:
            assert found.near(start, end) == inside


# Cutting


def test_a_segment_is_cut_where_the_speaker_changes() -> None:
    s = said("one two three four five six seven eight", 0, 8)
    turns = [Turn(FILE, 0, 3.1, "s1"), Turn(FILE, 3.1, 8, "s2")]
    first, second = split([s], turns, {1: "s2"})
    assert (first.text, first.speaker, first.start_s, first.end_s) == ("one two three", "s1", 0, 3)
    assert (second.text, second.speaker, second.start_s, second.end_s) == ("four five six seven eight", "s2", 3, 8)
    assert (first.id, second.id) == (1, 2)
    assert first.words + second.words == s.words


def test_a_change_near_the_end_of_a_sentence_is_put_there() -> None:
    s = said("I said so. Really? Yes of course I did", 0, 4)
    assert cut(s, Turn(FILE, 0, 1.1, "s1"), Turn(FILE, 1.1, 4, "s2"))[0] == ("s1", "I said so.")
    far = said("I said so . and then nothing more came of it at all", 0, 26)
    assert cut(far, Turn(FILE, 0, 12, "s1"), Turn(FILE, 12, 26, "s2"))[0] == ("s1", "I said so . and then")


def test_a_blip_of_another_speaker_is_not_believed() -> None:
    s = said("one two three four five six", 0, 3)
    turns = [Turn(FILE, 0, 1, "s1"), Turn(FILE, 1, 1.5, "s2"), Turn(FILE, 1.5, 3, "s1")]
    assert cut(s, *turns) == [("s1", s.text)]


def test_three_speakers_in_one_segment() -> None:
    s = said("a b c d e f", 0, 6)
    turns = [Turn(FILE, 0, 2, "s1"), Turn(FILE, 2, 4, "s2"), Turn(FILE, 4, 6, "s1")]
    assert cut(s, *turns) == [("s1", "a b"), ("s2", "c d"), ("s1", "e f")]


@pytest.mark.parametrize(
    "s", [Segment(1, FILE, 0, 8, "no times here"), replace(said("x y z", 0, 8), text="another text than the words")]
)
def test_what_cannot_be_cut_stays_whole(s: Segment) -> None:
    assert cut(s, A, B) == [("s1", s.text)]  # 4 s each: the first


def test_while_two_speak_words_go_to_the_longer_turn_and_nothing_is_lost() -> None:
    s = said("a b c d e f g h", 0, 8)
    turns = [Turn(FILE, 0, 5, "s1"), Turn(FILE, 3, 8, "s2")]
    pieces = cut(s, *turns)
    assert " ".join(text for _, text in pieces) == s.text
    assert [key for key, _ in pieces] == ["s1", "s2"]


def test_the_first_piece_keeps_its_id_and_text_without_spaces_is_cut_too() -> None:
    zh = Segment(7, MIC, 0, 4, "你好我们开会", words=said("你 好 我 们 开 会", 0, 4).words)
    zh = replace(zh, words=tuple(replace(w, text=w.text.strip()) for w in zh.words))
    other = Segment(2, FILE, 1, 2, "yes")
    turns = [Turn(MIC, 0, 1.3, "me"), Turn(MIC, 1.3, 4, "s2"), Turn(FILE, 1, 2, "s1")]
    found = split([zh, other], turns, {7: "me", 2: "s1"})
    assert [(s.id, s.speaker, s.text) for s in found] == [(7, "me", "你好"), (2, "s1", "yes"), (8, "s2", "我们开会")]


# Echo in the text


def pair(mic: str, system: str, at: tuple[float, float] = (10, 14)) -> list[Segment]:
    return [Segment(1, SYSTEM, 10, 14, system), Segment(2, MIC, *at, mic)]


def test_an_echo_is_found_with_what_it_repeats() -> None:
    assert find_echoes(pair("we ship on Friday, then!", "We ship on friday then")) == {2: (1,)}
    assert find_echoes(pair("我们今天开会", "我们今天开会。")) == {2: (1,)}


def test_an_echo_of_two_segments_names_both() -> None:
    said_there = [Segment(1, SYSTEM, 10, 12, "we ship on"), Segment(5, SYSTEM, 12, 14, "Friday then")]
    assert find_echoes([*said_there, Segment(2, MIC, 10.2, 14.3, "we ship on Friday then")]) == {2: (1, 5)}


@pytest.mark.parametrize(
    ("mic", "system", "at"),
    [
        ("we ship on Friday", "we ship on Friday", (20, 24)),  # another time
        ("we ship on Friday", "we ship on Friday", (13, 20)),  # too little of its time
        ("no I do not agree", "we ship on Friday then", (10, 14)),  # double talk
        ("we ship on Friday but I will be away", "we ship on Friday", (10, 14)),  # echo with own words in it
        ("okay thank you", "okay thank you", (10, 14)),  # too few words
        ("yes yes yes yes", "yes and no", (10, 14)),  # each word as often as it was said
        ("", "we ship on Friday", (10, 14)),
    ],
)
def test_real_speech_is_kept(mic: str, system: str, at: tuple[float, float]) -> None:
    assert find_echoes(pair(mic, system, at)) == {}


def test_only_the_microphone_echoes() -> None:
    assert find_echoes([replace(s, track=FILE) for s in pair("a b c d e", "a b c d e")]) == {}
    assert find_echoes([]) == {}


def test_long_meetings_are_searched_quickly() -> None:
    system = [Segment(i, SYSTEM, i * 3, i * 3 + 3, f"this is sentence number {i}") for i in range(1, 4001)]
    mic = [replace(s, id=s.id + 10_000, track=MIC, start_s=s.start_s + 0.2, end_s=s.end_s + 0.2) for s in system]
    found = find_echoes(system + mic)
    assert found.keys() == {s.id for s in mic}
