"""A live session: text as it is spoken, at the right times, whatever becomes of sound, time and machine."""

from __future__ import annotations

import tracemalloc
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from app.domain.live import (
    LiveDropped,
    LiveEnded,
    LiveFilled,
    LiveFinal,
    LiveSound,
    LiveSpeakers,
    LiveState,
    LiveStatus,
    LiveTask,
)
from app.domain.ports import SAMPLE_RATE
from app.services import live_draft
from app.services.live import BEHIND_S, FIRST_PARTIAL_S
from app.services.live_language import LiveLanguage
from app.services.live_sound import KEPT_S, TrackSound
from tests.unit.live_support import BLOCK_S, Disk, Stage, spans, speech


def test_partials_come_while_somebody_speaks_and_the_final_when_they_pause() -> None:
    stage = Stage()
    stage.play({"mic": speech([(1.0, 5.0)], 7.0)})
    (final,) = stage.finals
    assert (final.track, final.speaker, final.text.split()[:2]) == ("mic", "me", ["w0", "w1"])
    assert spans(stage.finals) == [(1.0, 5.0)]
    came = [at - 100.0 for at, e in zip(stage.at, stage.events, strict=True) if e in stage.partials]
    assert came[0] == pytest.approx(1.0 + FIRST_PARTIAL_S, abs=0.15)
    assert 4 <= len(came) <= 5  # about once a second
    assert {p.id for p in stage.partials} == {final.id}
    assert all(p.text[: p.stable] == final.text[: p.stable] for p in stage.partials)
    final_at = stage.at[[type(e).__name__ for e in stage.events].index("LiveFinal")] - 100.0
    assert final_at == pytest.approx(5.3, abs=0.15)


def test_nothing_is_shown_for_silence_nor_for_sound_without_words() -> None:
    stage = Stage()
    stage.play({"mic": np.zeros(10 * SAMPLE_RATE, np.float32)})
    assert not stage.finals
    assert not stage.partials
    noisy = Stage()
    noisy.engine.text = lambda x: ""
    noisy.play({"mic": speech([(1.0, 3.0)], 5.0)})
    assert not noisy.finals
    assert not noisy.partials


def test_what_was_shown_and_is_no_speech_goes_again() -> None:
    stage = Stage()
    stage.engine.text = lambda x: "hm" if len(x) < 1.8 * SAMPLE_RATE else ""
    stage.play({"mic": speech([(1.0, 3.0)], 5.0)})
    assert stage.of(LiveDropped) == [LiveDropped(stage.partials[0].id)]
    assert not stage.finals


def test_two_tracks_at_once_each_with_its_own_words() -> None:
    stage = Stage()
    stage.play({"mic": speech([(1.0, 3.0), (6.0, 7.0)], 9.0), "system": speech([(2.0, 5.0)], 9.0)})
    assert spans(stage.finals, "mic") == [(1.0, 3.0), (6.0, 7.0)]
    assert spans(stage.finals, "system") == [(2.0, 5.0)]
    assert len({s.id for s in stage.finals}) == 3


def test_speech_without_a_pause_is_cut_where_it_is_quietest() -> None:
    x = speech([(1.0, 48.0)], 50.0)
    a = round(18.2 * SAMPLE_RATE)
    x[a : a + 1600] *= 0.1  # not quiet enough to be a pause
    stage = Stage()
    stage.play({"mic": x})
    cuts = spans(stage.finals)
    assert cuts[0] == (1.0, pytest.approx(18.25, abs=0.11))
    assert [s for s, _ in cuts[1:]] == [e for _, e in cuts[:-1]]  # nothing is left out, nothing heard twice
    assert cuts[-1][1] == pytest.approx(48.0, abs=0.1)
    assert all(e - s <= 20.0 for s, e in cuts)


# -- Backpressure ------------------------------------------------------------------------------------------


def test_a_machine_that_is_too_slow_drops_partials_then_waits_and_loses_nothing() -> None:
    talk = [(n * 4.0 + 0.5, n * 4.0 + 3.5) for n in range(15)]
    x = speech(talk, 61.0)
    stage = Stage(cost=2.0, disk=Disk({"mic": x}))
    stage.play({"mic": x})
    during = [s for s in stage.of(LiveStatus) if s.behind_s > BEHIND_S]
    assert during, "it was never behind"
    assert LiveState("behind") in stage.events
    stage.end()
    assert spans(stage.finals) == [(pytest.approx(a, abs=0.1), pytest.approx(b, abs=0.1)) for a, b in talk]
    assert stage.of(LiveEnded) == [LiveEnded(0)]
    assert max(stage.engine.batches) > 1  # what waits is heard in batches


def test_partials_that_cost_too_much_do_not_keep_finals_waiting() -> None:
    """An engine that hears everything anew at half the speed of speech: long remarks show their beginning only."""
    stage = Stage(cost=0.5)
    stage.play({"mic": speech([(0.5, 12.0)], 20.0), "system": speech([(2.0, 3.0), (8.0, 9.0)], 20.0)})
    ends = {s.id: s.end_s for s in stage.finals}
    waited = [
        at - 100.0 - ends[e.segment.id] for at, e in zip(stage.at, stage.events, strict=True) if e in finals(stage)
    ]
    assert len(waited) == 3
    assert max(waited[:2]) < 4.0
    assert any(p.track == "mic" for p in stage.partials)


def finals(stage: Stage) -> list[LiveFinal]:
    return stage.of(LiveFinal)


def test_what_is_left_when_nobody_waits_any_longer_is_said() -> None:
    stage = Stage(cost=5.0)
    stage.play({"mic": speech([(n * 2.0 + 0.5, n * 2.0 + 1.5) for n in range(10)], 21.0)}, work=False)
    stage.end(patience_s=2.0)
    (ended,) = stage.of(LiveEnded)
    assert ended.left + len(stage.finals) == 10
    assert ended.left > 0


def test_sound_that_waits_is_bounded_in_memory_and_read_again() -> None:
    seconds = 400.0
    x = speech([(1.0, 3.0), (390.0, 392.0)], seconds)
    stage = Stage(disk=(disk := Disk({"mic": x})))
    tracemalloc.start()
    stage.play({"mic": x}, work=False)
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert held < 1.5 * KEPT_S * SAMPLE_RATE * 4
    stage.end()
    assert spans(stage.finals) == [(1.0, 3.0), (390.0, 392.0)]
    assert [(t, round(a)) for t, a, _ in disk.reads] == [("mic", 1)]  # the other was still there


# -- Bad input ---------------------------------------------------------------------------------------------


def test_time_that_goes_backwards_says_nothing_twice() -> None:
    stage = Stage()
    stage.play({"mic": speech([(1.0, 3.0)], 5.0)})
    stage.play({"mic": speech([(0.0, 2.0)], 2.0)}, start_s=1.0)  # again
    stage.play({"mic": speech([(1.0, 2.0)], 4.0)}, start_s=5.0)
    assert spans(stage.finals) == [(1.0, 3.0), (6.0, 7.0)]


def test_a_gap_is_filled_from_the_recording_and_times_stay_right() -> None:
    whole = speech([(1.0, 2.0), (6.0, 8.0), (11.0, 12.0)], 14.0)
    stage = Stage(disk=Disk({"mic": whole}))
    a, b = 4 * SAMPLE_RATE, 10 * SAMPLE_RATE
    stage.play({"mic": whole[:a]})
    stage.play({"mic": whole[b:]}, start_s=10.0)
    assert spans(stage.finals) == [(1.0, 2.0), (6.0, 8.0), (11.0, 12.0)]
    assert stage.of(LiveFilled) == [LiveFilled("mic", 4.0, 10.0)]


def test_a_gap_that_cannot_be_read_is_silence() -> None:
    stage = Stage()
    stage.play({"mic": speech([(1.0, 2.0)], 4.0)})
    stage.play({"mic": speech([(1.0, 2.0)], 4.0)}, start_s=30.0)
    assert spans(stage.finals) == [(1.0, 2.0), (31.0, 32.0)]


def test_a_track_that_appears_late_and_one_that_vanishes() -> None:
    stage = Stage()
    stage.play({"mic": speech([(1.0, 4.0)], 4.0)})  # vanishes while somebody speaks
    stage.play({"system": speech([(1.0, 3.0)], 8.0)}, start_s=4.0)
    assert spans(stage.finals, "mic") == [(1.0, 4.0)]
    assert spans(stage.finals, "system") == [(5.0, 7.0)]
    stage.play({"mic": speech([(1.0, 2.0)], 4.0)}, start_s=12.0)  # and comes back
    assert spans(stage.finals, "mic") == [(1.0, 4.0), (13.0, 14.0)]


def test_a_pause_in_the_middle_of_a_sentence_ends_the_utterance() -> None:
    stage = Stage()
    stage.play({"mic": speech([(1.0, 3.0)], 3.0)})
    assert not stage.finals
    stage.rest(4.0)
    assert spans(stage.finals) == [(1.0, 3.0)]
    stage.play({"mic": speech([(0.5, 2.0)], 4.0)}, start_s=3.0)  # the timeline stood still meanwhile
    assert spans(stage.finals) == [(1.0, 3.0), (3.5, 5.0)]


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_samples_that_are_no_numbers_are_silence(bad: float) -> None:
    x = speech([(1.0, 3.0)], 5.0)
    x[::7] = bad
    stage = Stage()
    stage.play({"mic": x})
    assert spans(stage.finals) == [(1.0, 3.0)]


def test_blocks_of_any_length_and_none_at_all() -> None:
    x = speech([(1.0, 3.0)], 5.0)
    stage = Stage()
    sizes, at = [0, 1, 7, 511, 512, 513, 4000], 0
    while at < len(x):
        size = sizes[at % len(sizes)]
        stage.session.take(LiveSound("mic", at / SAMPLE_RATE, x[at : at + size]))
        at += max(1, size)
        if size == 0:
            stage.session.take(LiveSound("mic", at / SAMPLE_RATE, x[at - 1 : at]))
    stage.end()
    assert spans(stage.finals) == [(1.0, 3.0)]


def test_a_session_goes_on_where_another_died() -> None:
    whole = speech([(1.0, 2.0), (4.0, 6.0), (8.0, 9.0)], 11.0)
    task = LiveTask(Path(), resume={"mic": 2.0}, first_id=7)
    stage = Stage(task=task, disk=Disk({"mic": whole}))
    stage.play({"mic": whole[7 * SAMPLE_RATE :]}, start_s=7.0)
    assert spans(stage.finals) == [(4.0, 6.0), (8.0, 9.0)]
    assert [s.id for s in stage.finals] == [7, 8]


def test_what_is_settled_never_passes_what_is_open_or_waits() -> None:
    stage = Stage()
    stage.play({"mic": speech([(1.0, 2.0), (3.0, 9.0)], 6.0)})
    status = stage.of(LiveStatus)[-1]
    assert 2.0 <= status.settled["mic"] <= 3.0
    assert status.heard["mic"] == pytest.approx(6.0, abs=1.1)


# -- Language, glossary, guards -----------------------------------------------------------------------------


def test_the_language_is_settled_over_the_first_utterances_and_then_told() -> None:
    stage = Stage()
    stage.play({"mic": speech([(n * 5.0 + 0.5, n * 5.0 + 4.5) for n in range(6)], 31.0)})
    assert stage.of(LiveStatus)[-1].language == "English"
    assert stage.engine.told[0] is None
    assert stage.engine.told[-1] == "English"


def test_a_single_mistake_does_not_change_the_language_but_a_switch_does() -> None:
    language = LiveLanguage()
    for _ in range(3):
        assert language.to_tell() is None
        assert language.heard(None, "English", 5.0) is None
    assert language.settled == "English"
    told: list[str | None] = [language.to_tell() for _ in range(6)]
    assert told == ["English"] * 5 + [None]  # one is free
    assert language.heard(None, "Dutch", 3.0) == "English"  # written again as English
    assert language.to_tell() is None  # and now it is questioned
    assert language.heard(None, "English", 3.0) is None
    assert language.to_tell() == "English"
    for _ in range(4):
        language.to_tell()
    assert language.to_tell() is None
    again: Sequence[str | None] = [language.heard(None, "German", 6.0) for _ in range(3)]
    assert again == ["English", "English", None]
    assert language.settled == "German"


def test_a_language_that_was_chosen_is_not_questioned() -> None:
    language = LiveLanguage("German")
    assert {language.to_tell() for _ in range(30)} == {"German"}
    assert LiveLanguage(mixed=True).to_tell() is None


def test_text_that_cannot_have_been_said_is_not_shown() -> None:
    stage = Stage()
    stage.engine.text = lambda x: "blah " * 200
    stage.play({"mic": speech([(1.0, 3.0)], 5.0)})
    assert not stage.finals
    assert not stage.partials


def test_finals_are_kept_for_the_pipeline(tmp_path: Path) -> None:
    stage = Stage(folder=tmp_path, task=LiveTask(tmp_path, glossary=("Atlas",)))
    stage.play({"mic": speech([(1.0, 3.0)], 5.0)})
    stage.end()
    heard_with = live_draft.Hearing("counted", "none", None, ("Atlas",))
    (kept,) = live_draft.utterances(tmp_path, heard_with)
    assert (kept.track, round(kept.start_s, 1), kept.transcript.text) == ("mic", 1.0, stage.finals[0].text)


# -- Speakers ------------------------------------------------------------------------------------------------


class ByLoudness:
    """Two voices: loud and soft. Nobody is known before the first window."""

    def __init__(self) -> None:
        self.windows: list[tuple[str, float, float, str]] = []

    def hear(self, track: str, spans: Sequence[tuple[float, float]], sound: Sequence[np.ndarray]) -> None:
        for (a, b), x in zip(spans, sound, strict=True):
            self.windows.append((track, a, b, "s1" if np.abs(x).max() > 0.2 else "s2"))

    def speaker_at(self, track: str, start_s: float, end_s: float) -> str:
        found = [k for t, a, b, k in self.windows if t == track and a < end_s and b > start_s]
        return max(found, key=found.count) if found else ""

    def settle(self, *, now: bool = False) -> bool:
        return False


def test_speakers_are_named_as_soon_as_they_are_known() -> None:
    stage = Stage(voices=ByLoudness())
    x = speech([(1.0, 4.0)], 10.0) + speech([(5.0, 9.0)], 10.0, level=0.1)
    stage.play({"system": x, "mic": np.zeros(len(x), np.float32)})
    named = {s.id: s.speaker for s in stage.finals}
    for change in stage.of(LiveSpeakers):
        named |= change.of_segment
    assert list(named.values()) == ["s1", "s2"]
    assert stage.partials[-1].speaker == "s2"  # already while they speak


# -- Sound of a track ----------------------------------------------------------------------------------------


def test_reading_gives_exactly_what_was_asked_for_from_wherever_it_is() -> None:
    x = np.arange(10 * SAMPLE_RATE, dtype=np.float32)
    sound = TrackSound("mic", Disk({"mic": x}), kept_s=2.0)
    for at in range(0, len(x), 800):
        for _ in sound.place(at / SAMPLE_RATE, x[at : at + 800]):
            pass
    for a, b in ((0.0, 1.0), (5.0, 8.5), (9.0, 10.0)):
        np.testing.assert_array_equal(sound.read(a, b), x[round(a * SAMPLE_RATE) : round(b * SAMPLE_RATE)])
    assert len(sound.read(9.5, 12.0)) == 2.5 * SAMPLE_RATE
    assert sound.end_s == pytest.approx(10.0)


def test_small_slips_do_not_add_up() -> None:
    sound = TrackSound("mic", Disk({}))
    block = np.ones(round(BLOCK_S * SAMPLE_RATE), np.float32)
    for n in range(1000):  # a clock that is 500 ppm slow
        for _ in sound.place(n * BLOCK_S * 1.0005, block):
            pass
    assert sound.end_s == pytest.approx(1000 * BLOCK_S * 1.0005, abs=0.025)


def test_an_empty_end_of_the_sound_says_how_far_it_went() -> None:
    """What a session that takes over at the very end is given: it reads the rest from the recording."""
    disk = Disk({"mic": speech([(1.0, 2.0), (4.0, 5.0)], 6.0)})
    stage = Stage(task=LiveTask(Path(), resume={"mic": 2.5}), disk=disk)
    stage.session.take(LiveSound("mic", 6.0, np.zeros(0, np.float32)))
    stage.end()
    assert spans(stage.finals) == [(4.0, 5.0)]
    assert stage.of(LiveFilled) == [LiveFilled("mic", 2.5, 6.0)]
