"""The user's work survives when stages are run again, however differently the new run cuts and counts."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from app.domain import edits
from app.domain.carry import carry_over
from app.domain.edits import Change, applied
from app.domain.events import AlignResult, MinutesResult, SpeakersResult, StageResult, TranscriptResult
from app.domain.meeting import (
    ActionItem,
    Chapter,
    Decision,
    Meeting,
    Minutes,
    Segment,
    Speaker,
    Turn,
    Word,
)

NOW = datetime(2026, 11, 21, tzinfo=UTC)
WORDS = "we ship the new release on friday and anna sends budget numbers to everybody before noon maybe later".split()


def truth(rng: random.Random, people: int = 4, count: int = 60) -> list[tuple[str, str, float, float, str]]:
    """(track, who, start, end, text): what was really said."""
    said, at = [], 0.0
    for _ in range(count):
        who = f"p{rng.randrange(people)}"
        length = rng.uniform(1.5, 8.0)
        text = " ".join(rng.choice(WORDS) for _ in range(max(2, int(length * 2.5))))
        said.append(("mic" if who == "p0" else "system", who, at, at + length, text))
        at += length + rng.uniform(0.1, 1.5)
    return said


def transcribed(said: list[tuple[str, str, float, float, str]], rng: random.Random) -> tuple[Segment, ...]:
    """A run of the transcription: times a little off, neighbours of a track now and then in one segment."""
    found: list[Segment] = []
    for track, _, start, end, text in said:
        start, end = start + rng.uniform(-0.1, 0.1), end + rng.uniform(-0.1, 0.1)
        last = found[-1] if found else None
        if last and last.track == track and start - last.end_s < 0.6 and end - last.start_s < 20 and rng.random() < 0.5:
            found[-1] = replace(last, end_s=end, text=f"{last.text} {text}")
        else:
            found.append(Segment(len(found) + 1, track, max(0.0, start), end, text))
    return tuple(found)


def diarized(
    segments: tuple[Segment, ...], said: list[tuple[str, str, float, float, str]], rng: random.Random
) -> SpeakersResult:
    """A run of the diarizer that is right, under keys of its own."""
    people = sorted({who for _, who, *_ in said})
    names = [f"s{n}" for n in range(1, len(people) + 1)]
    rng.shuffle(names)
    key_of = dict(zip(people, names, strict=True))
    of_segment = {}
    for s in segments:
        shares: dict[str, float] = {}
        for track, who, start, end, _ in said:
            if track == s.track:
                shares[who] = shares.get(who, 0.0) + max(0.0, min(end, s.end_s) - max(start, s.start_s))
        of_segment[s.id] = key_of[max(shares, key=lambda w: shares[w])]
    turns = tuple(Turn(track, start, end, key_of[who]) for track, who, start, end, _ in said)
    heard = set(of_segment.values())
    speakers = tuple(Speaker(k, f"Speaker {k[1:]}") for k in names if k in heard)
    return SpeakersResult(speakers, of_segment, turns=tuple(t for t in turns if t.speaker in heard))


def stored(meeting: Meeting, result: StageResult) -> Meeting:
    """As the library stores it."""
    match result:
        case TranscriptResult():
            kept = {s.key for s in result.speakers}
            return replace(
                meeting,
                segments=result.segments,
                speakers=result.speakers,
                minutes=result.minutes,
                turns=tuple(t for t in meeting.turns if t.speaker in kept),
            )
        case SpeakersResult():
            segments = result.segments or meeting.segments
            return replace(
                meeting,
                segments=tuple(replace(s, speaker=result.of_segment.get(s.id, "")) for s in segments),
                speakers=result.speakers,
                turns=result.turns,
            )
        case MinutesResult():
            return replace(meeting, minutes=result.minutes)
        case _:
            return meeting


def carried(meeting: Meeting, result: StageResult) -> StageResult:
    once = carry_over(meeting, result)
    assert carry_over(meeting, once) == once  # twice is once
    after = stored(meeting, once)
    assert carry_over(after, once) == once  # and so it is when it is stored already
    return once


def again(meeting: Meeting, said: list[tuple[str, str, float, float, str]], rng: random.Random) -> Meeting:
    """Everything is run again."""
    meeting = stored(meeting, carried(meeting, TranscriptResult(transcribed(said, rng), "English")))
    assert len({s.id for s in meeting.segments}) == len(meeting.segments)
    assert list(meeting.segments) == sorted(meeting.segments, key=lambda s: s.start_s)
    meeting = stored(meeting, carried(meeting, diarized(meeting.segments, said, rng)))
    keys = [s.key for s in meeting.speakers]
    assert len(set(keys)) == len(keys)
    assert {s.speaker for s in meeting.segments} <= set(keys)
    assert {t.speaker for t in meeting.turns} <= set(keys)
    return meeting


def first_run(seed: int) -> tuple[Meeting, list[tuple[str, str, float, float, str]], random.Random]:
    rng = random.Random(seed)
    said = truth(rng)
    meeting = Meeting("x", "x", NOW)
    segments = transcribed(said, rng)
    meeting = stored(meeting, carry_over(meeting, TranscriptResult(segments, "English")))
    assert meeting.segments == segments  # nothing to carry changes nothing
    result = diarized(segments, said, rng)
    assert carry_over(meeting, result) == result
    return stored(meeting, result), said, rng


def do(meeting: Meeting, change: Change) -> Meeting:
    return applied(meeting, change, NOW)


@pytest.mark.parametrize("seed", range(8))
def test_what_is_deleted_stays_away_and_nothing_else_goes(seed: int) -> None:
    _, said, rng = first_run(seed)
    said = [(*rest, " ".join(f"{n}w{k}" for k in range(len(text.split())))) for n, (*rest, text) in enumerate(said)]
    meeting = again(Meeting("x", "x", NOW), said, rng)
    gone = rng.sample(meeting.segments, 6)
    deleted = {w for s in gone for w in s.text.split()}
    kept = {w for s in meeting.segments for w in s.text.split()} - deleted
    meeting = do(meeting, Change(removed=tuple(s.id for s in gone)))
    for _ in range(3):
        meeting = again(meeting, said, rng)
        now = {w for s in meeting.segments for w in s.text.split()}
        assert kept <= now
        assert len(now & deleted) <= 3, "a word at the edge, when a run joins it with what was said before or after"


@pytest.mark.parametrize("seed", range(25))
def test_texts_survive(seed: int) -> None:
    meeting, said, rng = first_run(seed)
    mine = {}
    for s in rng.sample(meeting.segments, 6):
        text = f"Put right {s.id}: {s.text}."
        mine[text] = s
        meeting = do(meeting, Change(segments=(replace(s, text=text, words=(), by_user=("text",)),)))
    for _ in range(3):
        meeting = again(meeting, said, rng)
        for text, was in mine.items():
            (found,) = [s for s in meeting.segments if s.text == text]
            assert (found.start_s, found.end_s, found.track) == (was.start_s, was.end_s, was.track)
            assert found.by_user == ("text",)
        for track in ("mic", "system"):  # nothing is said twice, and nothing else got lost
            spans = sorted((s.start_s, s.end_s) for s in meeting.segments if s.track == track)
            assert all(a[1] <= b[0] + 0.25 for a, b in itertools.pairwise(spans))
        words = sum(len(text.split()) for *_, text in said)
        kept = sum(len(s.text.split()) for s in meeting.segments) - 3 * len(mine)
        assert abs(kept - words) <= 0.02 * words


@pytest.mark.parametrize("seed", range(25))
def test_names_survive(seed: int) -> None:
    meeting, said, rng = first_run(seed)
    names = {}
    others = [s.key for s in meeting.speakers if s.key != at_me(meeting)]
    for key, name in zip(others, ("Anna", "Bo"), strict=False):
        meeting = do(meeting, edits.name_speaker(meeting, key, name, f"person of {name}"))
        names[name] = key
    for _ in range(3):
        before = meeting
        meeting = again(meeting, said, rng)
        for name in names:
            (speaker,) = [s for s in meeting.speakers if s.name == name]
            assert (speaker.by_user, speaker.person) == (True, f"person of {name}")
            old_key = next(s.key for s in before.speakers if s.name == name)
            old = sum(s.end_s - s.start_s for s in before.segments if s.speaker == old_key)
            common = sum(
                max(0.0, min(a.end_s, b.end_s) - max(a.start_s, b.start_s))
                for a in before.segments
                if a.speaker == old_key
                for b in meeting.segments
                if b.speaker == speaker.key and a.track == b.track
            )
            assert common > 0.5 * old


@pytest.mark.parametrize("seed", range(25))
def test_a_merge_survives(seed: int) -> None:
    meeting, said, rng = first_run(seed)
    keys = [s.key for s in meeting.speakers if s.key != at_me(meeting)][:2]
    meeting = do(meeting, edits.name_speaker(meeting, keys[0], "Anna"))
    meeting = do(meeting, edits.merge_speakers(meeting, keys[1:], keys[0]))
    spans = [(s.track, s.start_s, s.end_s) for s in meeting.segments if s.speaker == keys[0]]
    count = len(meeting.speakers)
    for _ in range(3):
        meeting = again(meeting, said, rng)
        (anna,) = [s.key for s in meeting.speakers if s.name == "Anna"]
        common = whole = 0.0
        for track, start, end in spans:
            whole += end - start
            common += sum(
                max(0.0, min(end, s.end_s) - max(start, s.start_s))
                for s in meeting.segments
                if s.track == track and s.speaker == anna
            )
        assert common > 0.75 * whole
        assert len(meeting.speakers) <= count + 1


def at_me(meeting: Meeting) -> str:
    return next(s.speaker for s in meeting.segments if s.track == "mic")


@pytest.mark.parametrize("seed", range(25))
def test_segments_given_to_somebody_survive(seed: int) -> None:
    meeting, said, rng = first_run(seed)
    system = [s for s in meeting.segments if s.track == "system"]
    given = rng.sample(system, 3)
    meeting = do(meeting, edits.reassign_to_new(meeting, (given[0].id, given[1].id), "Cleo"))
    other = next(s.key for s in meeting.speakers if s.key not in (given[2].speaker, at_me(meeting)) and not s.by_user)
    meeting = do(meeting, edits.reassign(meeting, (given[2].id,), other))
    # Speakers are found again among the same segments: exactly as the user left it, under other keys.
    once = stored(meeting, carried(meeting, diarized(meeting.segments, said, rng)))
    for s in given[:2]:
        assert once.speaker_name(next(o for o in once.segments if o.id == s.id).speaker) == "Cleo"
    mates = [s.id for s in meeting.segments if s.speaker == other and "speaker" not in s.by_user]
    if mates:
        assert {s.speaker for s in once.segments if s.id in (given[2].id, mates[0])} == {
            next(s.speaker for s in once.segments if s.id == mates[0])
        }
    # And with another cut: wherever most of a new segment is what was given.
    for _ in range(3):
        once = again(meeting, said, rng)
        (cleo,) = [s.key for s in once.speakers if s.name == "Cleo"]
        for s in once.segments:
            inside = sum(
                max(0.0, min(s.end_s, g.end_s) - max(s.start_s, g.start_s)) for g in given[:2] if g.track == s.track
            )
            if inside > 0.9 * (s.end_s - s.start_s):
                assert s.speaker == cleo
                assert "speaker" in s.by_user


def test_a_text_cut_by_the_diarizer_stays_cut() -> None:
    """The pieces of a segment are still the user's."""
    words = (Word("So ", 0.0, 1.0), Word("it ", 1.0, 2.0), Word("is.", 2.0, 3.0))
    mine = Segment(1, "mic", 0.0, 3.0, "So it is.", "s1", words=words, by_user=("text",))
    meeting = Meeting("x", "x", NOW, segments=(mine,), speakers=(Speaker("s1", "A"),))
    cut = (replace(mine, end_s=2.0, text="So it", words=words[:2]), replace(mine, id=2, start_s=2.0, text="is."))
    result = SpeakersResult((Speaker("a", "A"), Speaker("b", "B")), {1: "a", 2: "b"}, cut)
    assert carry_over(meeting, result) == result


def test_a_speaker_the_new_run_does_not_find_keeps_the_name() -> None:
    segments = (Segment(1, "mic", 0.0, 9.0, "a", "s1"), Segment(2, "mic", 9.0, 11.0, "b", "s2"))
    people = (Speaker("s1", "Anna", by_user=True), Speaker("s2", "Bo", by_user=True))
    meeting = Meeting("x", "x", NOW, segments=segments, speakers=people)
    result = SpeakersResult((Speaker("s2", "Speaker 1"),), {1: "s2", 2: "s2"})
    got = carried(meeting, result)
    assert isinstance(got, SpeakersResult)
    assert [(s.key, s.name) for s in got.speakers] == [("s2", "Anna"), ("s1", "Bo")]


def test_minutes_are_left_with_the_users_part_when_the_text_is_new() -> None:
    old = (Segment(1, "mic", 0.0, 4.0, "a b"), Segment(2, "system", 4.0, 9.0, "c d"), Segment(3, "mic", 9.0, 12.0, "e"))
    minutes = Minutes(
        "Mine.",
        (Decision("kept", (2, 3), by_user=True), Decision("gone", (1,))),
        (ActionItem("ticked", "Bo", "Friday", (1,), done=True), ActionItem("not", None, None, (1,))),
        (),
        (Chapter("Part", 4.0, (2,), by_user=True),),
        summary_by_user=True,
    )
    meeting = Meeting("x", "x", NOW, segments=old, minutes=minutes)
    new = (Segment(1, "mic", 0.0, 2.0, "a"), Segment(2, "mic", 2.1, 4.0, "b"), Segment(3, "system", 4.1, 8.9, "c d"))
    got = carried(meeting, TranscriptResult(new, None))
    assert isinstance(got, TranscriptResult)
    assert got.minutes == Minutes(
        "Mine.",
        (Decision("kept", (3,), by_user=True),),
        (ActionItem("ticked", "Bo", "Friday", (1, 2), done=True),),
        (),
        (Chapter("Part", 4.0, (3,), by_user=True),),
        summary_by_user=True,
    )
    plain = replace(
        meeting, minutes=replace(minutes, summary_by_user=False, decisions=(), action_items=(), chapters=())
    )
    got = carry_over(plain, TranscriptResult(new, None))
    assert isinstance(got, TranscriptResult)
    assert got.minutes is None


def test_minutes_written_again_keep_items_ticks_days_and_summary() -> None:
    day = date(2026, 11, 27)
    old = Minutes(
        "Mine.",
        (Decision("We ship on Friday, said the boss", (1,), by_user=True),),
        (
            ActionItem("Send the budget to Anna", "Bo", None, (2,), done=True),
            ActionItem("Call the bank", None, None, (3,), due_on=day),
            ActionItem("Water the plants", None, None, (), by_user=True),
            ActionItem("Nobody remembers this", None, None, (9,), done=True),
            ActionItem("Not mine", None, None, (4,)),
        ),
        (),
        (Chapter("My part", 100.0, by_user=True), Chapter("Not mine", 5.0)),
        summary_by_user=True,
    )
    new = Minutes(
        "Theirs.",
        (Decision("First", (5,)), Decision("We ship on Friday", (1,))),
        (
            ActionItem("Call the bank.", "Cy", None, (3,)),
            ActionItem("Send budget to Anna", "Bo", "soon", (2, 3)),
            ActionItem("Something new", None, None, (7,)),
        ),
        (),
        (Chapter("Beginning", 0.0), Chapter("Near mine", 120.0), Chapter("End", 300.0)),
    )
    said = tuple(Segment(n, "mic", 10.0 * n, 10.0 * n + 9, "words") for n in range(1, 10))
    got = carried(Meeting("x", "x", NOW, segments=said, minutes=old), MinutesResult(new))
    assert isinstance(got, MinutesResult)
    assert got.minutes == Minutes(
        "Mine.",
        (Decision("First", (5,)), old.decisions[0]),
        (
            ActionItem("Call the bank.", "Cy", None, (3,), due_on=day),
            ActionItem("Send budget to Anna", "Bo", "soon", (2, 3), done=True),
            ActionItem("Something new", None, None, (7,)),
            old.action_items[2],
            old.action_items[3],
        ),
        (),
        (Chapter("Beginning", 0.0), old.chapters[0], Chapter("End", 300.0)),
        summary_by_user=True,
    )
    nothing = Meeting("x", "x", NOW, segments=said, minutes=replace(new, summary="Old."))
    assert carry_over(nothing, MinutesResult(new)) == MinutesResult(new)


def test_other_results_are_left_alone() -> None:
    meeting, *_ = first_run(1)
    result = AlignResult({1: ()})
    assert carry_over(meeting, result) is result


def test_hours_are_quick() -> None:
    import time

    rng = random.Random(7)
    said = truth(rng, people=6, count=5000)
    meeting = Meeting("x", "x", NOW)
    meeting = stored(meeting, TranscriptResult(transcribed(said, rng), None))
    meeting = stored(meeting, diarized_fast(meeting.segments, rng))
    for s in rng.sample(meeting.segments, 100):
        meeting = replace(
            meeting,
            segments=tuple(
                replace(o, text="mine", by_user=("text", "speaker")) if o is s else o for o in meeting.segments
            ),
        )
    start = time.process_time()
    new = carry_over(meeting, TranscriptResult(transcribed(said, rng), None))
    after = stored(meeting, new)
    carry_over(after, diarized_fast(after.segments, rng))
    assert time.process_time() - start < 10


def diarized_fast(segments: tuple[Segment, ...], rng: random.Random) -> SpeakersResult:
    of_segment = {s.id: f"s{rng.randrange(6)}" for s in segments}
    turns = tuple(Turn(s.track, s.start_s, s.end_s, of_segment[s.id]) for s in segments)
    return SpeakersResult(tuple(Speaker(f"s{n}", f"S{n}") for n in range(6)), of_segment, turns=turns)
