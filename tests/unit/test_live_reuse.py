"""What live text leaves to do after the recording: nothing is heard twice, nothing is left out, nothing bad is kept."""

from __future__ import annotations

import random
import time
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import soundfile as sf

from app.audio.journal import JOURNAL_NAME, JournalWriter
from app.domain.cancel import Never
from app.domain.errors import Cancelled
from app.domain.meeting import Meeting, Recording, SpeechRegion, Stage, Track
from app.domain.ports import Job, Transcript
from app.services import drafts, jobs, live_draft, live_reuse
from app.services.live_draft import Hearing, LiveDraft, LiveUtterance
from app.services.live_reuse import MARGIN_S, reuse
from app.services.pipeline import Pipeline
from app.services.utterances import SHORTEST_PIECE_S
from storage.repository import Library
from tests.fakes import CountingSpeech, FakeEngines, beeps
from tests.unit.recordings_support import Device, write_simulated

SAID = Transcript("So we will meet again on Friday.", "English")


def live(start_s: float, end_s: float, transcript: Transcript = SAID, track: str = "mic") -> LiveUtterance:
    return LiveUtterance(track, start_s, end_s, transcript)


def speech(*spans: tuple[float, float], track: str = "mic") -> list[SpeechRegion]:
    return [SpeechRegion(track, *span) for span in spans]


def test_what_live_text_covers_is_taken_and_the_rest_is_left() -> None:
    said = [live(1.0, 4.0), live(20.1, 24.9)]
    found = reuse(said, speech((1.05, 4.05), (10.0, 14.0), (20.0, 25.0)))
    assert found.taken == tuple(said)
    assert found.rest == tuple(speech((10.0, 14.0)))


def test_nothing_live_leaves_everything() -> None:
    regions = speech((1.0, 1.1), (3.0, 9.0))
    assert reuse([], regions).rest == tuple(regions)
    assert reuse([live(1.0, 4.0)], []) == live_reuse.Reuse((), ())


def test_tracks_do_not_cover_each_other() -> None:
    regions = [*speech((1.0, 4.0)), *speech((1.0, 4.0), track="system")]
    found = reuse([live(1.0, 4.0, track="system")], regions)
    assert [u.track for u in found.taken] == ["system"]
    assert [r.track for r in found.rest] == ["mic"]


@pytest.mark.parametrize(
    "bad",
    [
        Transcript("", None),
        replace(SAID, guards=("loop",)),
        replace(SAID, guards=("cut_off",)),
        Transcript("So we go on and on and on. " * 20, "English"),  # nobody says so much in 9 s
        Transcript("Yes.", "English"),  # and few so little
    ],
)
def test_what_is_not_good_is_heard_again(bad: Transcript) -> None:
    regions = speech((1.0, 10.0), (20.0, 29.0))
    found = reuse([live(1.0, 10.0, bad), live(20.0, 29.0)], regions)
    assert found.taken == (live(20.0, 29.0),)
    assert found.rest == (regions[0],)


def test_long_speech_that_was_cut_is_covered_piece_by_piece() -> None:
    pieces = [live(1.0, 17.3), live(17.3, 35.0), live(35.0, 41.0)]
    assert reuse(pieces, speech((1.0, 41.1))) == live_reuse.Reuse(tuple(pieces), ())


def test_an_utterance_may_cover_several_regions() -> None:
    found = reuse([live(1.0, 9.0)], speech((1.1, 3.0), (4.0, 9.1)))
    assert found == live_reuse.Reuse((live(1.0, 9.0),), ())


def test_a_long_rest_is_heard_alone() -> None:
    """Live text fell behind in the middle of a long turn."""
    found = reuse([live(1.0, 17.0)], speech((1.0, 30.0)))
    assert found == live_reuse.Reuse((live(1.0, 17.0),), tuple(speech((17.0, 30.0))))


def test_a_short_rest_is_heard_with_what_stands_beside_it() -> None:
    found = reuse([live(1.0, 17.0), live(18.0, 22.0)], speech((1.0, 22.0)))
    assert found == live_reuse.Reuse((live(1.0, 17.0),), tuple(speech((17.0, 22.0)))), "the shorter one is given up"
    assert reuse([live(1.0, 4.0)], speech((1.0, 5.0))) == live_reuse.Reuse((), tuple(speech((1.0, 5.0))))


def test_the_same_sound_is_never_written_twice() -> None:
    """After a restart, an utterance may have been heard once more, cut at another place."""
    again = replace(live(1.0, 10.0), transcript=Transcript("So we'll meet again on Friday.", "English"))
    assert reuse([live(1.0, 10.0), again], speech((1.0, 10.0))).taken == (again,), "the later one"
    found = reuse([live(1.0, 10.0), live(8.0, 20.0), live(20.0, 24.0)], speech((1.0, 24.0)))
    assert found.taken == (live(8.0, 20.0), live(20.0, 24.0))
    assert found.rest == tuple(speech((1.0, 8.0)))
    assert len(reuse([live(1.0, 10.0), live(9.9, 20.0)], speech((1.0, 20.0))).taken) == 2, "a cut in the same moment"


def test_words_over_what_is_no_speech_after_all_are_dropped() -> None:
    found = reuse([live(1.0, 4.0), live(10.0, 13.0)], speech((1.0, 4.0), (12.9, 13.0)))
    assert found.taken == (live(1.0, 4.0),)
    assert found.rest == tuple(speech((12.9, 13.0)))


@pytest.mark.parametrize("seed", range(60))
def test_every_second_of_speech_is_taken_or_left_and_none_is_both(seed: int) -> None:
    rng = random.Random(seed)
    regions, at = [], 0.0
    for _ in range(30):
        at += rng.uniform(0.2, 5.0)
        regions.append(SpeechRegion("mic", at, at := at + rng.choice((0.3, 1.0, 4.0, 30.0)) * rng.uniform(0.5, 2.0)))
    said, at = [], 0.0
    while at < regions[-1].end_s:
        at += rng.choice((0.0, 0.1, 0.5, 3.0, 15.0, -1.0))
        said.append(
            live(
                max(0.0, at),
                at := max(0.0, at) + rng.uniform(0.3, 20.0),
                rng.choice((SAID, SAID, Transcript("", None))),
            )
        )
    rng.shuffle(said)
    found = reuse(said, regions)
    spans = sorted([(u.start_s, u.end_s) for u in found.taken] + [(r.start_s, r.end_s) for r in found.rest])
    assert all(b[0] >= a[1] - live_reuse.OVERLAP_S for a, b in pairwise(spans))
    for region in regions:
        at = region.start_s
        for start, end in [*spans, (region.end_s, region.end_s)]:
            if end > region.start_s and start < region.end_s + 1e-9:
                assert start - at <= MARGIN_S + 1e-9, "speech is left out"
                at = max(at, end)
    for r in found.rest:
        assert r in regions or r.end_s - r.start_s >= SHORTEST_PIECE_S


def test_four_hours_are_no_trouble() -> None:
    spans = [(n * 4.0, n * 4.0 + 3.5) for n in range(3600)]
    said = [live(*span) for n, span in enumerate(spans) if n % 7]
    began = time.perf_counter()
    found = reuse(said, speech(*spans))
    assert time.perf_counter() - began < 5
    assert (len(found.taken), len(found.rest)) == (3085, 515)


# -- in a meeting --------------------------------------------------------------------------------------


SPANS = [(0.5, 1.5), (2.0, 4.0), (5.0, 5.6)]
FREE = Hearing("counting", "none", None, ("Atlas",))


class Speech(CountingSpeech):
    """Stops at its first batch, if it shall."""

    def __init__(self, stops: bool = False) -> None:
        def stop(_n: int) -> None:
            if stops:
                raise Cancelled

        super().__init__(stop)


def meeting_with(library: Library, folder: Path, said: list[LiveUtterance], hearing: Hearing = FREE) -> Meeting:
    path = folder / "meeting.wav"
    sf.write(path, beeps(SPANS, 6.0), 16_000)
    meeting = library.create(
        "Weekly", datetime(2026, 1, 5, 9, tzinfo=UTC), language=None, glossary=["Atlas"], sources={"file": path}
    )
    draft = LiveDraft(library.folder(meeting.id), hearing)
    for u in said:
        draft.add(u)
    draft.close()
    return meeting


def run(library: Library, meeting: Meeting, speech: CountingSpeech, **options: Any) -> Meeting:
    job = jobs.make_job(library, library.get(meeting.id), **options)
    for _ in jobs.process(library, job, Pipeline(FakeEngines(speech=speech)).run, Never()):
        pass
    return library.get(meeting.id)


def settings_of(meeting: Meeting) -> dict[str, Any]:
    record = meeting.stage(Stage.TRANSCRIBE)
    assert record is not None
    return dict(record.settings)


def test_the_stage_takes_over_what_was_heard_live(tmp_path: Path) -> None:
    said = [live(0.5, 1.5, track="file"), live(5.0, 5.6, Transcript("Okay.", "English"), track="file")]
    with Library(tmp_path / "library") as library:
        meeting = meeting_with(library, tmp_path, said)
        speech = Speech()
        done = run(library, meeting, speech)
        assert len(speech.batches) == 1
        assert speech.batches[0] == pytest.approx([2.0], abs=0.05)
        assert [s.text for s in done.segments] == [SAID.text, "I will wait 2.0 seconds.", "Okay."]
        assert [(round(s.start_s, 1), round(s.end_s, 1)) for s in done.segments] == SPANS
        assert settings_of(done)["live"] == {"utterances": 2, "seconds": 1.6}
        assert not (library.folder(meeting.id) / live_draft.NAME).exists(), "its words are in the library now"

        again = Speech()
        done = run(library, meeting, again, again=frozenset({Stage.TRANSCRIBE}))
        assert sum(map(len, again.batches)) == 3
        assert "live" not in settings_of(done)


def test_transcribing_again_ignores_it(tmp_path: Path) -> None:
    with Library(tmp_path / "library") as library:
        meeting = meeting_with(library, tmp_path, [live(0.5, 1.5, track="file")])
        speech = Speech()
        done = run(library, meeting, speech, again=frozenset({Stage.TRANSCRIBE}))
        assert sum(map(len, speech.batches)) == 3
        assert SAID.text not in [s.text for s in done.segments]


@pytest.mark.parametrize(
    "other",
    [
        replace(FREE, engine="another"),
        replace(FREE, precision="int8"),
        replace(FREE, language="German"),
        replace(FREE, glossary=()),
    ],
)
def test_what_was_heard_otherwise_is_heard_again(tmp_path: Path, other: Hearing) -> None:
    with Library(tmp_path / "library") as library:
        meeting = meeting_with(library, tmp_path, [live(0.5, 1.5, track="file")], other)
        speech = Speech()
        run(library, meeting, speech)
        assert sum(map(len, speech.batches)) == 3


def test_it_is_kept_until_the_stage_is_stored(tmp_path: Path) -> None:
    with Library(tmp_path / "library") as library:
        meeting = meeting_with(library, tmp_path, [live(0.5, 1.5, track="file")])
        with pytest.raises(Cancelled):
            run(library, meeting, Speech(stops=True))
        assert (library.folder(meeting.id) / live_draft.NAME).exists()
        speech = Speech()
        done = run(library, meeting, speech)
        assert sum(map(len, speech.batches)) == 2
        assert done.segments[0].text == SAID.text
        assert not (library.folder(meeting.id) / drafts.NAME).exists()


def test_the_language_of_most_of_the_meeting_applies_to_live_text_too(tmp_path: Path) -> None:
    """A live utterance was heard as Welsh; most is English: it is heard again, in English."""
    welsh = live(0.5, 1.5, Transcript("Wel dyma ni eto.", "Welsh"), track="file")
    english = live(2.0, 4.0, track="file")
    with Library(tmp_path / "library") as library:
        meeting = meeting_with(library, tmp_path, [welsh, replace(english, told="English")])
        speech = Speech()
        done = run(library, meeting, speech)
        assert done.language == "English"
        assert "English" in speech.languages
        assert done.segments[0].text == "I will wait 1.0 seconds."
        assert done.segments[0].guards == ("language",)
        assert done.segments[1].text == SAID.text


def job_for(folder: Path, tracks: list[str], **options: Any) -> Job:
    began = datetime(2026, 1, 5, 9, tzinfo=UTC)
    meeting = Meeting(
        id="m",
        title="Weekly",
        started_at=began,
        duration_s=90.0,
        tracks=tuple(Track(t, f"{t}.flac", 90.0) for t in tracks),
        recording=Recording("finished", {}),
    )
    return Job(meeting, folder, **options)


def test_times_of_a_recording_follow_its_clocks(tmp_path: Path) -> None:
    """A microphone that runs 400 ppm fast: after 80 s, live text is 32 ms late."""
    write_simulated(tmp_path, [Device("mic", 400.0, [(0.0, 90.0)])], [], 90.0)
    draft = LiveDraft(tmp_path, Hearing("counting", "none"))
    draft.add(live(80.0, 84.0))
    draft.close()
    job = job_for(tmp_path, ["mic"])
    (moved,) = live_reuse.utterances_for(job, job.meeting, CountingSpeech())
    assert moved.start_s == pytest.approx(80.0 / 1.0004 + 0.01, abs=0.005)
    assert moved.seconds == pytest.approx(4.0, abs=0.005)


def test_a_recording_that_cannot_be_read_costs_the_live_text_only(tmp_path: Path) -> None:
    JournalWriter(tmp_path / JOURNAL_NAME).close()
    draft = LiveDraft(tmp_path, Hearing("counting", "none"))
    draft.add(live(1.0, 4.0))
    draft.close()
    job = job_for(tmp_path, ["mic"])
    assert live_reuse.utterances_for(job, job.meeting, CountingSpeech()) == []


def test_mixed_languages_take_only_what_was_heard_freely(tmp_path: Path) -> None:
    draft = LiveDraft(tmp_path, Hearing("counting", "none"))
    free, told = live(1.0, 4.0), replace(live(5.0, 8.0), told="English")
    draft.add(free)
    draft.add(told)
    draft.close()
    job = job_for(tmp_path, ["mic"], mixed_languages=True)
    meeting = replace(job.meeting, recording=None)
    assert live_reuse.utterances_for(job, meeting, CountingSpeech()) == [free]
    job = replace(job, mixed_languages=False)
    assert live_reuse.utterances_for(job, meeting, CountingSpeech()) == [free, told]
