"""Transcription over any length: each guard with an engine that goes wrong in just that way, and coverage.

Each stretch of speech is a tone of its own loudness, by which the engine of the tests knows it, however it is cut.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from app.domain import coverage
from app.domain.cancel import CancelFlag, Never
from app.domain.errors import Cancelled, InputError, ModelError
from app.domain.events import Progress, SegmentReady
from app.domain.meeting import Segment, SpeechRegion
from app.domain.ports import Transcript
from app.services.drafts import NAME, Draft
from app.services.languages import Votes
from app.services.plausible import is_overlong, is_thin, least_seconds
from app.services.transcription import Transcribed, Transcription
from app.services.utterances import CONTEXT_S

if TYPE_CHECKING:
    from app.domain.ports import Samples

Answer = Callable[[int, float, str | None, Sequence[str]], Transcript]
STEP = 0.004  # of loudness, between one stretch and the next


class Sound:
    """An `AudioReader` over an array."""

    def __init__(self, spans: Sequence[tuple[float, float]], seconds: float) -> None:
        self.x = np.zeros(round(seconds * 16_000), np.float32)
        for n, (start, end) in enumerate(spans):
            self.x[round(start * 16_000) : round(end * 16_000)] = 0.1 + STEP * n
        self.duration_s = seconds

    def read(self, start_s: float, end_s: float) -> Samples:
        return self.x[max(0, round(start_s * 16_000)) : max(0, round(end_s * 16_000))]

    def blocks(self, seconds: float) -> Any:
        raise NotImplementedError


class Engine:
    """Answers as told: `answer(stretch, seconds of its window, language, glossary)`."""

    name = "scripted"
    settings: Mapping[str, Any] = {}
    max_window_s = 20.0
    batch_seconds = 60.0

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.heard: list[tuple[int, float, str | None, tuple[str, ...]]] = []

    def transcribe(
        self,
        windows: Sequence[Samples],
        *,
        language: str | None = None,
        glossary: Sequence[str] = (),
        cancel: CancelFlag,
    ) -> list[Transcript]:
        asked = [(round((w.max() - 0.1) / STEP), len(w) / 16_000, language, tuple(glossary)) for w in windows]
        self.heard += asked
        return [self.answer(*a) for a in asked]

    def times(self, stretch: int) -> list[tuple[float, str | None, tuple[str, ...]]]:
        """How a stretch was heard: window, language, glossary."""
        return [(seconds, language, glossary) for n, seconds, language, glossary in self.heard if n == stretch]


NOTHING = Transcript("", None)


def says(seconds: float, language: str | None = "English", *guards: str) -> Transcript:
    return Transcript(("It goes on. " * round(seconds + 1)).strip(), language, guards)


def transcribe(
    engine: Engine,
    spans: Sequence[tuple[float, float]],
    *,
    seconds: float | None = None,
    language: str | None = None,
    glossary: Sequence[str] = ("Atlas",),
    mixed_languages: bool = False,
    cancel: CancelFlag | None = None,
    draft: Path | None = None,
) -> Transcribed:
    task, _ = begin(
        engine, spans, seconds, language=language, glossary=glossary, mixed_languages=mixed_languages, cancel=cancel
    )
    *others, done = task.run(Draft(draft, task.key) if draft else None)
    assert isinstance(done, Transcribed)
    shares = [s.done for s in others if isinstance(s, Progress)]
    assert shares == sorted(shares)
    assert all(0 <= s <= 1 for s in shares)
    assert [s.id for s in done.result.segments] == list(range(1, len(done.result.segments) + 1))
    assert all(a.start_s <= b.start_s for a, b in pairwise(done.result.segments))
    return done


def begin(
    engine: Engine, spans: Sequence[tuple[float, float]], seconds: float | None = None, **options: Any
) -> tuple[Transcription, list[SpeechRegion]]:
    regions = [SpeechRegion("file", *s) for s in spans]
    given = {"language": None, "glossary": (), "mixed_languages": False, "cancel": None} | options
    given["cancel"] = given["cancel"] or Never()
    sound = Sound(spans, seconds or spans[-1][1] + 1)
    return Transcription(engine, {"file": sound}, regions, **given), regions


def row(lengths: Sequence[float], pause: float = 1.0) -> list[tuple[float, float]]:
    """Stretches of these lengths, one after another."""
    spans, at = [], 1.0
    for length in lengths:
        spans.append((at, at + length))
        at += length + pause
    return spans


# -- nothing goes wrong -----------------------------------------------------------------------------------


def test_what_is_fine_is_heard_once_and_not_marked() -> None:
    engine = Engine(lambda n, s, lang, g: says(s))
    done = transcribe(engine, row([3.0, 0.5, 12.0]))
    assert sorted(n for n, *_ in engine.heard) == [0, 1, 2]
    assert [s.guards for s in done.result.segments] == [()] * 3
    assert done.notices == ()
    assert done.settings == {"speech_s": 15.5, "not_written_s": 0.0, "languages": {"English": 15.0}}


def test_guards_of_the_engine_reach_the_segment_and_are_counted() -> None:
    engine = Engine(lambda n, s, lang, g: says(s, "English", *(("loop", "cut_off") if n else ())))
    done = transcribe(engine, row([3.0, 3.0]))
    assert [s.guards for s in done.result.segments] == [(), ("loop", "cut_off")]
    assert done.settings["guards"] == {"loop": 1, "cut_off": 1}


def test_nothing_to_hear() -> None:
    task = Transcription(
        Engine(lambda *_: says(1)), {}, (), language=None, glossary=(), mixed_languages=False, cancel=Never()
    )
    (done,) = task.run()
    assert isinstance(done, Transcribed)
    assert (done.result.segments, done.result.language) == ((), None)


# -- text without speech ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "seconds", "overlong"),
    [
        ("Yes, and then we could go on.", 0.4, False),  # the detector may have missed its beginning
        ("It goes on. " * 20, 20.0, False),
        ("It goes on. " * 20, 6.5, False),  # fast, but people do
        ("It goes on. " * 20, 5.5, True),
        ("我们下周的会议改到星期四下午" * 3, 6.0, False),
        ("我们下周的会议改到星期四下午" * 3, 3.0, True),
        ("会议を木曜日に変更します。" * 3, 3.0, True),
        ("회의를 목요일로 옮깁시다. " * 3, 2.0, True),
        ("회의를 목요일로 옮깁시다. " * 3, 6.0, False),
        ("", 0.2, False),
        (" " * 500, 1.0, False),
    ],
)
def test_text_that_nobody_can_say_in_that_time(text: str, seconds: float, overlong: bool) -> None:
    assert is_overlong(text, seconds) == overlong


def test_thin_text() -> None:
    assert is_thin("Yes.", 15.0)
    assert not is_thin("Yes.", 4.0), "a single word may take its time"
    assert not is_thin("", 15.0), "that is a hole"
    assert not is_thin("Well then, we will see.", 15.0)
    assert least_seconds("会议 ab") == pytest.approx(2 / 12 + 2 / 30)


def test_overlong_text_is_heard_again_without_the_glossary_and_cut_otherwise() -> None:
    engine = Engine(lambda n, s, lang, g: says(s * 20) if n == 1 and g else says(s))
    done = transcribe(engine, row([3.0, 3.0, 3.0], pause=4.0))
    first, second = engine.times(1)
    assert [first[0], second[0]] == pytest.approx([3.0, 3.0 + 2 * CONTEXT_S])
    assert (first[2], second[2]) == (("Atlas",), ())
    assert [s.guards for s in done.result.segments] == [(), ("overlong",), ()]
    assert not is_overlong(done.result.segments[1].text, 3.0)
    assert [(s.start_s, s.end_s) for s in done.result.segments] == row([3.0, 3.0, 3.0], pause=4.0), "its own times"


def test_guards_of_the_first_hearing_are_not_forgotten() -> None:
    engine = Engine(lambda n, s, lang, g: says(s * 20, "English", "loop") if g else says(s, "English", "cut_off"))
    (segment,) = transcribe(engine, row([3.0])).result.segments
    assert segment.guards == ("loop", "cut_off", "overlong")


def test_overlong_text_that_stays_so_is_dropped_and_shown() -> None:
    engine = Engine(lambda n, s, lang, g: says(s * 20 if n == 1 else s))
    done = transcribe(engine, row([3.0, 3.0, 3.0]))
    assert [s.start_s for s in done.result.segments] == [1.0, 9.0]
    assert len(engine.times(1)) == 2, "once more, and not again"
    assert done.settings["dropped"] == [{"track": "file", "start_s": 5.0, "end_s": 8.0}]
    assert done.settings["not_written_s"] == 3.0
    assert done.notices == ("Not written down: 0:03 at 0:05.",)


def test_only_the_half_that_is_overlong_is_dropped() -> None:
    engine = Engine(lambda n, s, lang, g: says(s * 20 if s > 8 else s))  # a steady tone is cut at a quarter
    done = transcribe(engine, [(0.0, 12.0)])
    (segment,) = done.result.segments
    (gone,) = done.settings["dropped"]
    assert (segment.start_s, gone["end_s"]) == (0.0, 12.0)
    assert segment.end_s == pytest.approx(gone["start_s"], abs=0.001)


# -- speech without text ----------------------------------------------------------------------------------


def test_speech_without_text_is_heard_once_more_with_the_sound_around_it() -> None:
    engine = Engine(lambda n, s, lang, g: says(s) if n != 1 or s > 3.1 else NOTHING)
    done = transcribe(engine, row([3.0, 3.0, 3.0], pause=0.4))
    _, second = engine.times(1)
    assert second[0] == pytest.approx(3.0 + 2 * 0.4), "as far as nobody else speaks"
    assert second[2] == ("Atlas",)
    assert [s.guards for s in done.result.segments] == [(), ("reheard",), ()]
    assert done.result.segments[1].start_s == pytest.approx(4.4), "the sound around it is not its own"
    assert done.settings["not_written_s"] == 0.0
    assert done.notices == ()


def test_a_long_one_is_heard_in_two() -> None:
    engine = Engine(lambda n, s, lang, g: says(s) if s < 11 else NOTHING)
    done = transcribe(engine, [(1.0, 15.0)])
    a, b = done.result.segments
    assert (a.start_s, b.end_s) == (1.0, 15.0)
    assert a.end_s == b.start_s
    assert 4.5 <= a.end_s <= 11.5, "somewhere in its middle half"
    assert a.guards == b.guards == ("reheard",)


def test_what_stays_without_text_is_a_hole_that_is_shown() -> None:
    engine = Engine(lambda n, s, lang, g: NOTHING if n in (1, 3) else says(s))
    spans = row([3.0, 8.0, 3.0, 0.6], pause=3.0)
    done = transcribe(engine, spans)
    assert len(engine.times(1)) == 3, "whole, and its halves"
    assert len(engine.times(3)) == 1, "too short to be missed"
    assert [s.start_s for s in done.result.segments] == [1.0, 18.0]
    assert done.settings["not_written_s"] == 8.0
    assert done.notices == ("Not written down: 0:08 at 0:07.",)


def test_little_text_for_much_speech_is_heard_again_and_marked_if_it_stays_so() -> None:
    def answer(n: int, s: float, lang: str | None, g: Sequence[str]) -> Transcript:
        return says(s) if n == 0 and s < 11 else Transcript("Yes.", "English")

    done = transcribe(Engine(answer), row([14.0, 14.0, 4.0]))
    assert [s.guards for s in done.result.segments] == [("reheard",), ("reheard",), ("thin",), ()]
    assert done.result.segments[2].text == "Yes.", "twice “Yes.” in its halves is no more"
    assert done.settings["guards"] == {"reheard": 2, "thin": 1}


def test_a_second_hearing_that_is_overlong_fills_no_hole() -> None:
    engine = Engine(lambda n, s, lang, g: says(s * 20) if s > 3.1 else NOTHING)
    done = transcribe(engine, [(1.0, 4.0)])
    assert done.result.segments == ()
    assert done.settings["not_written_s"] == 3.0


# -- language ---------------------------------------------------------------------------------------------


def german_for(*which: int) -> Answer:
    return lambda n, s, lang, g: says(s, lang or ("German" if n in which else "English"))


def test_what_most_is_spoken_in_decides_and_the_rest_is_heard_again_in_it() -> None:
    engine = Engine(german_for(1))
    done = transcribe(engine, row([6.0, 5.0, 4.0]))
    assert [s.language for s in done.result.segments] == ["English"] * 3
    assert [s.guards for s in done.result.segments] == [(), ("language",), ()]
    assert [language for _, language, _ in engine.times(1)] == [None, "English"]
    assert done.result.language == "English"
    assert done.settings["languages"] == {"English": 10.0, "German": 5.0}
    (notice,) = done.notices
    assert "German (33% of the speech)" in notice
    assert "English" in notice


def test_a_rare_slip_needs_no_notice() -> None:
    assert transcribe(Engine(german_for(3)), row([6.0, 6.0, 6.0, 2.5])).notices == ()


def test_short_windows_follow_and_do_not_decide() -> None:
    engine = Engine(german_for(*range(1, 10)))
    done = transcribe(engine, row([4.0, *[1.5] * 9]))
    assert done.result.language == "English"
    assert {s.language for s in done.result.segments} == {"English"}


def test_short_windows_decide_where_there_is_nothing_else() -> None:
    assert transcribe(Engine(german_for(0, 2)), row([1.5, 1.5, 1.5])).result.language == "German"


def test_mixed_languages_are_left_as_they_are() -> None:
    engine = Engine(german_for(1))
    done = transcribe(engine, row([6.0, 5.0, 4.0]), mixed_languages=True)
    assert [s.language for s in done.result.segments] == ["English", "German", "English"]
    assert all(s.guards == () for s in done.result.segments)
    assert len(engine.heard) == 3
    assert done.notices == ()
    assert done.result.language == "English"


def test_a_language_the_user_chose_is_never_questioned() -> None:
    engine = Engine(lambda n, s, lang, g: says(s, "German" if n else "French"))  # and it does not even keep to it
    done = transcribe(engine, row([3.0, 9.0]), language="French")
    assert [language for _, _, language, _ in engine.heard] == ["French", "French"]
    assert [s.guards for s in done.result.segments] == [(), ()]
    assert done.result.language == "French"
    assert "languages" not in done.settings
    assert done.notices == ()


def test_the_decision_is_made_again_for_what_came_first() -> None:
    """Four minutes of English, wrongly taken for German at the beginning of a long German meeting."""
    engine = Engine(lambda n, s, lang, g: says(s, lang or ("English" if n < 14 else "German")))
    spans = row([18.0] * 40)
    task, _ = begin(engine, spans)
    *steps, done = task.run()
    assert isinstance(done, Transcribed)
    shown = [s.segment.language for s in steps if isinstance(s, SegmentReady)]
    assert shown[:13] == ["English"] * 13, "as far as was known then"
    assert {s.language for s in done.result.segments} == {"German"}
    assert all(len(engine.times(n)) <= 3 for n in range(40))


def test_what_was_heard_with_the_sound_around_it_is_heard_so_in_the_other_language() -> None:
    engine = Engine(
        lambda n, s, lang, g: says(s, lang or ("German" if n else "English")) if not n or s > 3.1 else NOTHING
    )
    done = transcribe(engine, row([9.0, 3.0], pause=2.0))
    assert [s.guards for s in done.result.segments] == [(), ("reheard", "language")]
    assert [(round(seconds, 1), language) for seconds, language, _ in engine.times(1)] == [
        (3.0, None),
        (4.0, None),
        (4.0, "English"),
    ]


def test_what_was_told_wrongly_gets_its_first_hearing_back_and_is_not_heard_again() -> None:
    engine = Engine(lambda n, s, lang, g: says(s + (n == 5), lang or ("English" if n < 13 and n != 5 else "German")))
    done = transcribe(engine, row([18.0] * 40))
    fifth = done.result.segments[5]
    assert (fifth.language, fifth.guards) == ("German", ())
    assert [language for _, language, _ in engine.times(5)] == [None, "English"]


def test_a_window_that_says_nothing_in_the_language_of_the_meeting_stays_as_it_was() -> None:
    engine = Engine(lambda n, s, lang, g: NOTHING if lang else says(s, "German" if n == 1 else "English"))
    done = transcribe(engine, row([9.0, 3.0]))
    assert [(s.language, s.guards) for s in done.result.segments] == [("English", ()), ("German", ("language",))]


def test_an_engine_that_cannot_be_told_the_language_it_names() -> None:
    def answer(n: int, s: float, lang: str | None, g: Sequence[str]) -> Transcript:
        if lang:
            raise InputError("It does not know Latin.", "Choose another.")
        return says(s, "Latin" if n else "English")

    done = transcribe(Engine(answer), row([3.0, 9.0]))
    assert [s.language for s in done.result.segments] == ["English", "Latin"]


def test_an_engine_that_names_no_language() -> None:
    done = transcribe(Engine(lambda n, s, lang, g: says(s, None)), row([3.0, 9.0]))
    assert done.result.language is None
    assert len(done.result.segments) == 2


def test_votes() -> None:
    votes = Votes()
    assert (votes.winner, votes.seconds, votes.others) == (None, {}, {})
    for language, seconds in [("Dutch", 3.0), ("English", 3.0), (None, 50.0), ("German", 0.5)]:
        votes.add(language, seconds)
    assert votes.winner == "Dutch", "among equals, what was heard first"
    votes.add("English", 2.0)
    assert votes.seconds == {"English": 5.0, "Dutch": 3.0}
    assert votes.others == {"Dutch": pytest.approx(3 / 8)}


# -- interrupted ------------------------------------------------------------------------------------------

LONG = row([18.0] * 40)


class Lost(Engine):
    """A server that goes away when it has heard so many windows, for once."""

    def __init__(self, after: int) -> None:
        super().__init__(german_for(2))
        self.after = after

    def transcribe(self, windows: Sequence[Samples], **options: Any) -> list[Transcript]:
        if len(self.heard) >= self.after:
            self.after = 10_000
            raise ModelError("The server does not answer.", "Try again.")
        return super().transcribe(windows, **options)


def test_stretches_that_were_heard_are_not_heard_again(tmp_path: Path) -> None:
    whole = transcribe(Engine(german_for(2)), LONG)
    engine = Lost(after=30)
    with pytest.raises(ModelError):
        transcribe(engine, LONG, draft=tmp_path / NAME)
    heard = len(engine.heard)
    assert transcribe(engine, LONG, draft=tmp_path / NAME) == whole, "as if nothing had happened"
    again = [n for n, *_ in engine.heard[heard:]]
    assert min(again) == 22, "stretches of 3, 6 and 13 windows were there"


@pytest.mark.parametrize("change", ["language", "glossary", "mixed", "speech", "engine"])
def test_a_draft_serves_the_very_same_task_only(tmp_path: Path, change: str) -> None:
    engine = Lost(after=30)
    with pytest.raises(ModelError):
        transcribe(engine, LONG, draft=tmp_path / NAME)
    options: dict[str, dict[str, Any]] = {
        "language": {"language": "French"},
        "glossary": {"glossary": ["Rosa"]},
        "mixed": {"mixed_languages": True},
    }
    if change == "engine":
        engine.name = "another"
    engine.heard.clear()
    transcribe(engine, LONG if change != "speech" else LONG[:-1], draft=tmp_path / NAME, **options.get(change, {}))
    assert min(n for n, *_ in engine.heard) == 0


@pytest.mark.parametrize("damage", ["torn", "garbage", "empty", "shape", "folder"])
def test_a_damaged_draft_costs_no_more_than_itself(tmp_path: Path, damage: str) -> None:
    path = tmp_path / NAME
    with pytest.raises(ModelError):
        transcribe(Lost(after=30), LONG, draft=path)
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines(keepends=True)
    if damage == "folder":
        path.unlink()
        path.mkdir()
    else:
        path.write_text(
            {
                "torn": text[:-40],
                "garbage": lines[0] + "\x00\x01{",
                "empty": "",
                "shape": lines[0] + json.dumps([{"utterance": {}}]) + "\n",
            }[damage]
        )
    engine = Engine(german_for(2))
    assert transcribe(engine, LONG, draft=path) == transcribe(Engine(german_for(2)), LONG)
    assert min(n for n, *_ in engine.heard) == (9 if damage == "torn" else 0)


def test_cancelling_is_seen_between_batches() -> None:
    flag = threading.Event()

    def answer(n: int, s: float, lang: str | None, g: Sequence[str]) -> Transcript:
        flag.set()
        return says(s)

    engine = Engine(answer)
    with pytest.raises(Cancelled):
        transcribe(engine, LONG, cancel=flag)
    assert len(engine.heard) <= 3, "one batch"


# -- any mixture ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(12))
def test_whatever_the_engine_says_the_result_is_sound(seed: int, tmp_path: Path) -> None:
    """Random answers of all kinds: segments lie in the speech, never overlap, can be said, and holes are the rest."""
    rng = np.random.default_rng(seed)
    spans = row([float(rng.uniform(0.3, 19.0)) for _ in range(40)], pause=float(rng.uniform(0.05, 2.0)))

    def answer(n: int, s: float, lang: str | None, g: Sequence[str]) -> Transcript:
        spoken = lang or str(rng.choice(["English", "English", "German"]))
        kind = rng.integers(6)
        if kind == 0:
            return NOTHING
        if kind == 1:
            return says(s * 30, spoken)
        return Transcript("Yes.", spoken) if kind == 2 else says(s * 0.8, spoken)

    engine = Engine(answer)
    engine.max_window_s = float(rng.choice([5.0, 12.0, 20.0]))
    task, regions = begin(engine, spans)
    *_, done = task.run(Draft(tmp_path / NAME, task.key))
    assert isinstance(done, Transcribed)
    segments = done.result.segments
    for s in segments:
        assert any(r.start_s <= s.start_s < s.end_s <= r.end_s for r in regions)
        assert not is_overlong(s.text, s.end_s - s.start_s)
        assert s.text.strip()
    assert all(a.end_s <= b.start_s for a, b in pairwise(segments))
    assert max(seconds for _, seconds, *_ in engine.heard) <= engine.max_window_s + 0.001
    holes = coverage.holes(regions, segments, shortest_s=0.0)
    assert sum(h.speech_s for h in holes) + sum(s.end_s - s.start_s for s in segments) == pytest.approx(
        sum(r.end_s - r.start_s for r in regions)
    )
    assert all(len(engine.times(n)) <= 30 for n in range(40)), "it comes to an end"


# -- coverage ---------------------------------------------------------------------------------------------


def region(start: float, end: float, track: str = "mic") -> SpeechRegion:
    return SpeechRegion(track, start, end)


def said(start: float, end: float, track: str = "mic", text: str = "Some text.") -> Segment:
    return Segment(1, track, start, end, text)


def test_holes_are_speech_without_text_on_the_same_track() -> None:
    regions = [region(0, 10), region(20, 30), region(20, 30, "system")]
    assert coverage.holes(regions, [said(0, 10), said(20, 30)]) == [coverage.Hole("system", 20, 30, 10)]
    assert coverage.holes(regions, [said(0, 10), said(20, 30, text=" ")]) == [
        coverage.Hole("mic", 20, 30, 10),
        coverage.Hole("system", 20, 30, 10),
    ]
    assert coverage.holes([], [said(0, 10)]) == []


def test_the_part_of_a_region_without_text_is_a_hole() -> None:
    found = coverage.holes([region(0, 20)], [said(3, 6), said(5, 9), said(9.5, 12)])
    assert found == [coverage.Hole("mic", 0, 3, 3), coverage.Hole("mic", 12, 20, 8)]
    assert coverage.holes([region(0, 20)], [said(0, 20), said(5, 9)]) == [], "one within another"


def test_near_holes_are_one_and_short_ones_none() -> None:
    regions = [region(0, 2), region(3, 5), region(9, 11), region(20, 20.9)]
    assert coverage.holes(regions, []) == [coverage.Hole("mic", 0, 5, 4), coverage.Hole("mic", 9, 11, 2)]
    between = [region(0, 2), region(2.2, 2.8), region(3, 5)]
    assert len(coverage.holes(between, [said(2.2, 2.8)])) == 2, "something was written in between"
