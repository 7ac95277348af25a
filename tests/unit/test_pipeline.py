"""The stages from sound to page: what is yielded, skipped, run again, cancelled; with real files and a real library."""

from __future__ import annotations

import itertools
import pickle
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile as sf
import soxr
from filelock import FileLock

from app.audio.journal import JOURNAL_NAME, LOCK_NAME
from app.domain.cancel import Never
from app.domain.coverage import holes
from app.domain.errors import Cancelled, InputError, ModelError
from app.domain.events import Event, Notice, Progress, SegmentReady, StageDone, StageStarted
from app.domain.meeting import Meeting, Stage
from app.domain.ports import Aligner, MeetingStore, Transcript
from app.services import drafts, jobs
from app.services.pipeline import Pipeline, stages_to_run
from storage.repository import Library
from tests.fakes import CountingSpeech, EvenAligner, FakeEngines, RuleText, beeps, set_flag
from tests.unit.recordings_support import write_simple

SPANS = [(0.5, 1.5), (2.0, 4.0), (5.0, 5.6)]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[MeetingStore]:
    with Library(tmp_path / "library") as library:
        yield library


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    path = tmp_path / "Besprechung – Müller.wav"
    sf.write(path, beeps(SPANS, 6.0), 16_000)
    return path


def new_meeting(store: MeetingStore, sources: dict[str, Path], language: str | None = None) -> Meeting:
    return store.create(
        "Weekly", datetime(2026, 1, 5, 9, tzinfo=UTC), language=language, glossary=["Atlas"], sources=sources
    )


def run(store: MeetingStore, meeting: Meeting, engines: FakeEngines, **options: Any) -> list[Event]:
    job = jobs.make_job(store, store.get(meeting.id), **options)
    return list(jobs.process(store, job, Pipeline(engines).run, Never()))


def test_a_recording_becomes_a_meeting_with_minutes(store: MeetingStore, recording: Path) -> None:
    before = recording.read_bytes()
    meeting = new_meeting(store, {"file": recording})
    events = run(store, meeting, FakeEngines())
    done = store.get(meeting.id)
    assert [e.stage for e in events if isinstance(e, StageDone)] == list(Stage)
    assert [e.stage for e in events if isinstance(e, StageStarted)] == list(Stage)
    assert done.duration_s == pytest.approx(6.0, abs=0.05)
    assert [(round(s.start_s, 1), round(s.end_s, 1)) for s in done.segments] == SPANS
    assert [s.id for s in done.segments] == [1, 2, 3]
    assert done.language == "English"
    assert done.minutes is not None
    assert [a.task for a in done.minutes.action_items] == ["wait 1", "wait 2", "wait 0"]
    assert [a.owner for a in done.minutes.action_items] == ["File"] * 3
    assert done.next_stage() is None
    assert recording.read_bytes() == before, "the user's file is never touched"
    assert pickle.loads(pickle.dumps(events)) == events


def test_two_tracks_share_one_timeline(store: MeetingStore, tmp_path: Path) -> None:
    sf.write(tmp_path / "a.wav", beeps([(0.5, 1.0), (3.0, 3.5)], 4.0), 16_000)
    sf.write(tmp_path / "b.wav", beeps([(1.5, 2.0)], 5.0), 16_000)
    meeting = new_meeting(store, {"mic": tmp_path / "a.wav", "system": tmp_path / "b.wav"})
    run(store, meeting, FakeEngines())
    done = store.get(meeting.id)
    assert [s.track for s in done.segments] == ["mic", "system", "mic"]
    assert done.duration_s == pytest.approx(5.0, abs=0.05)


def test_running_again_continues_from_the_first_unfinished_stage(store: MeetingStore, recording: Path) -> None:
    class Broken(RuleText):
        def generate(self, *args: object, **kwargs: object) -> str:
            raise ModelError("The text model is damaged.", "Get it again.")

    meeting = new_meeting(store, {"file": recording})
    with pytest.raises(ModelError):
        run(store, meeting, FakeEngines(text=Broken()))
    stopped = store.get(meeting.id)
    assert len(stopped.segments) == 3, "a failure of a later stage costs nothing of the earlier ones"
    failed = stopped.stage(Stage.MINUTES)
    assert failed is not None
    assert failed.state == "failed"
    assert "damaged" in failed.error
    engines = FakeEngines()
    run(store, meeting, engines)
    assert engines.asked == ["text None"], "nothing that was finished is done again"
    assert store.get(meeting.id).minutes is not None


def test_one_stage_can_be_run_again(store: MeetingStore, recording: Path) -> None:
    meeting = new_meeting(store, {"file": recording})
    run(store, meeting, FakeEngines())
    engines = FakeEngines()
    run(store, meeting, engines, again=frozenset({Stage.SPEAKERS}))
    assert engines.asked == ["diarizer"]
    assert store.get(meeting.id).minutes is not None
    speech = CountingSpeech()
    run(store, meeting, FakeEngines(speech=speech), again=frozenset({Stage.TRANSCRIBE}))
    assert speech.batches
    assert store.get(meeting.id).next_stage() is None


def test_what_rests_on_a_stage_is_run_again_with_it() -> None:
    fresh = Meeting("x" * 32, "", datetime.now(UTC))
    assert stages_to_run(fresh, frozenset()) == list(Stage)


def test_a_job_stops_where_it_is_told_to(store: MeetingStore, recording: Path) -> None:
    meeting = new_meeting(store, {"file": recording})
    engines = FakeEngines()
    run(store, meeting, engines, until=Stage.SPEECH)
    assert store.get(meeting.id).next_stage() == Stage.TRANSCRIBE
    assert engines.asked == ["voice detector"]
    assert run(store, meeting, FakeEngines(), until=Stage.DECODE) == [], "that is done, and nothing else was asked for"
    run(store, meeting, FakeEngines())
    assert store.get(meeting.id).next_stage() is None


# -- Times of words ---------------------------------------------------------------------------------------


def reason_of(meeting: Meeting) -> str:
    record = meeting.stage(Stage.ALIGN)
    assert record is not None
    assert record.state == "done"
    return str(record.settings.get("reason", ""))


def test_words_lie_within_their_segments_on_the_timeline(store: MeetingStore, recording: Path) -> None:
    meeting = new_meeting(store, {"file": recording})
    run(store, meeting, FakeEngines(aligner=EvenAligner()))
    done = store.get(meeting.id)
    for s in done.segments:
        assert "".join(w.text for w in s.words) == s.text
        assert s.words[0].start_s == pytest.approx(s.start_s)
        assert s.words[-1].end_s == pytest.approx(s.end_s, abs=0.001)
        assert all(s.start_s <= w.start_s <= w.end_s <= s.end_s for w in s.words)
        assert s.speaker
    record = done.stage(Stage.ALIGN)
    assert record is not None
    assert (record.engine, record.settings) == ("even", {"precision": "none"})


def test_without_an_aligner_the_meeting_has_segment_times(store: MeetingStore, recording: Path) -> None:
    meeting = new_meeting(store, {"file": recording})
    events = run(store, meeting, FakeEngines())
    done = store.get(meeting.id)
    assert all(s.words == () for s in done.segments)
    assert "installed" in reason_of(done)
    record = done.stage(Stage.ALIGN)
    assert record is not None
    assert record.engine == ""
    assert done.next_stage() is None
    assert not [e for e in events if isinstance(e, Notice)], "nothing is wrong with that"
    run(store, meeting, FakeEngines(aligner=EvenAligner()), again=frozenset({Stage.ALIGN}))
    later = store.get(meeting.id)
    assert all(s.words for s in later.segments), "one that was installed later"
    assert (later.minutes, later.speakers) == (done.minutes, done.speakers)


def test_a_language_the_aligner_does_not_know_has_segment_times(store: MeetingStore, recording: Path) -> None:
    class OneInPolish(CountingSpeech):
        def transcribe(self, windows: Any, **options: Any) -> list[Transcript]:
            heard = super().transcribe(windows, **options)
            return [replace(t, language="Polish") if "0.6" in t.text else t for t in heard]

    meeting = new_meeting(store, {"file": recording})
    engines = FakeEngines(speech=OneInPolish(), aligner=EvenAligner())
    events = run(store, meeting, engines, mixed_languages=True)
    done = store.get(meeting.id)
    assert [bool(s.words) for s in done.segments] == [True, True, False]
    record = done.stage(Stage.ALIGN)
    assert record is not None
    assert record.settings["segment_times_only"] == {"Polish": 1}
    (notice,) = [e.message for e in events if isinstance(e, Notice)]
    assert notice.startswith("Segment times only for Polish")


@pytest.mark.parametrize("error", [ModelError("It ran out of memory.", "Close programs."), RuntimeError("shape")])
def test_an_aligner_that_fails_costs_no_transcript(store: MeetingStore, recording: Path, error: Exception) -> None:
    meeting = new_meeting(store, {"file": recording})
    events = run(store, meeting, FakeEngines(aligner=EvenAligner(0, error)))
    done = store.get(meeting.id)
    assert len(done.segments) == 3
    assert done.minutes is not None
    assert all(s.speaker and not s.words for s in done.segments)
    assert str(error) in reason_of(done)
    (notice,) = [e.message for e in events if isinstance(e, Notice)]
    assert notice.startswith("Segment times only")


def test_words_found_before_an_aligner_failed_are_kept(store: MeetingStore, tmp_path: Path) -> None:
    path = tmp_path / "long.wav"
    sf.write(path, beeps([(i * 20.0, i * 20.0 + 19) for i in range(20)], 400.0), 16_000)
    meeting = new_meeting(store, {"file": path})
    run(store, meeting, FakeEngines(aligner=EvenAligner(1, ModelError("Gone.", "Again."))))
    done = store.get(meeting.id)
    timed = [bool(s.words) for s in done.segments]
    assert timed == sorted(timed, reverse=True)
    assert 0 < sum(timed) < 20
    assert reason_of(done)


def test_an_aligner_that_cannot_be_loaded_costs_no_transcript(store: MeetingStore, recording: Path) -> None:
    class Damaged(FakeEngines):
        def aligner(self, model: str | None) -> Aligner | None:
            raise ModelError("The aligner is damaged.", "Get it again.")

    meeting = new_meeting(store, {"file": recording})
    run(store, meeting, Damaged())
    done = store.get(meeting.id)
    assert done.minutes is not None
    assert "damaged" in reason_of(done)


def test_cancelling_while_timing_words_is_no_failure(store: MeetingStore, recording: Path) -> None:
    flag = threading.Event()

    class Slow(EvenAligner):
        def align(self, *args: Any, **kwargs: Any) -> Any:
            flag.set()
            return super().align(*args, **kwargs)

    class Stopped(EvenAligner):
        def align(self, *args: Any, **kwargs: Any) -> Any:
            raise Cancelled

    meeting = new_meeting(store, {"file": recording})
    for aligner in (Slow(), Stopped()):
        job = jobs.make_job(store, store.get(meeting.id))
        with pytest.raises(Cancelled):
            list(jobs.process(store, job, Pipeline(FakeEngines(aligner=aligner)).run, flag))
        record = store.get(meeting.id).stage(Stage.ALIGN)
        assert record is not None
        assert record.state == "cancelled"
        flag.clear()
    run(store, meeting, FakeEngines(aligner=EvenAligner()))
    assert store.get(meeting.id).next_stage() is None


# -- What cannot be right ---------------------------------------------------------------------------------


class Deaf(CountingSpeech):
    """Hears nothing in windows of two seconds and more."""

    def transcribe(self, windows: Any, **options: Any) -> list[Transcript]:
        heard = super().transcribe(windows, **options)
        return [Transcript("", None) if len(w) >= 32_000 else t for w, t in zip(windows, heard, strict=True)]


def test_what_was_not_written_down_is_noticed_and_remembered(store: MeetingStore, recording: Path) -> None:
    meeting = new_meeting(store, {"file": recording})
    events = run(store, meeting, FakeEngines(speech=Deaf()))
    done = store.get(meeting.id)
    assert len(done.segments) == 2
    assert [e.message for e in events if isinstance(e, Notice)] == ["Not written down: 0:02 at 0:02."]
    record = done.stage(Stage.TRANSCRIBE)
    assert record is not None
    assert record.settings["not_written_s"] == pytest.approx(2.0, abs=0.11)
    assert [round(h.start_s) for h in holes(done.regions, done.segments)] == [2]


def test_guards_come_back_from_the_library(store: MeetingStore, recording: Path) -> None:
    class Looping(CountingSpeech):
        def transcribe(self, windows: Any, **options: Any) -> list[Transcript]:
            return [replace(t, guards=("loop", "cut_off")) for t in super().transcribe(windows, **options)]

    meeting = new_meeting(store, {"file": recording})
    run(store, meeting, FakeEngines(speech=Looping()))
    assert {s.guards for s in store.get(meeting.id).segments} == {("loop", "cut_off")}


def test_a_speech_engine_that_fails_halfway_leaves_the_meeting_waiting(store: MeetingStore, tmp_path: Path) -> None:
    path = tmp_path / "long.wav"
    sf.write(path, beeps([(i * 20.0, i * 20.0 + 19) for i in range(30)], 600.0), 16_000)
    fails = True

    def die(batch: int) -> None:
        if fails and batch == 7:
            raise ModelError("The server does not answer.", "Start it and try again.")

    meeting = new_meeting(store, {"file": path})
    first = CountingSpeech(die)
    with pytest.raises(ModelError):
        run(store, meeting, FakeEngines(speech=first))
    stopped = store.get(meeting.id)
    assert stopped.next_stage() == Stage.TRANSCRIBE
    record = stopped.stage(Stage.TRANSCRIBE)
    assert record is not None
    assert (record.state, "does not answer" in record.error) == ("failed", True)
    assert (store.folder(meeting.id) / drafts.NAME).exists()
    fails = False
    second = CountingSpeech()
    run(store, meeting, FakeEngines(speech=second))
    assert len(store.get(meeting.id).segments) == 30
    assert sum(map(len, second.batches)) == 21, "stretches of 3 and 6 windows were heard already"
    assert not (store.folder(meeting.id) / drafts.NAME).exists()


def test_a_destroyed_recording_is_a_failure_that_names_the_file(store: MeetingStore, tmp_path: Path) -> None:
    """Not a meeting in which nobody speaks."""
    path = tmp_path / "board.flac"
    sf.write(path, np.random.default_rng(4).normal(0.0, 0.1, 16_000 * 30).astype(np.float32), 16_000)
    data = path.read_bytes()
    path.write_bytes(data[:20_000] + np.random.default_rng(5).bytes(len(data) - 20_000))
    meeting = new_meeting(store, {"file": path})
    with pytest.raises(InputError, match=r"board\.flac is damaged: of the 0:30 it announces, only 0\.\d s"):
        run(store, meeting, FakeEngines())
    stopped = store.get(meeting.id)
    assert stopped.next_stage() == Stage.DECODE
    record = stopped.stage(Stage.DECODE)
    assert record is not None
    assert "board.flac" in record.error
    assert not (store.folder(meeting.id) / "file.flac").exists()


def test_transcribing_again_begins_from_the_beginning(store: MeetingStore, recording: Path) -> None:
    meeting = new_meeting(store, {"file": recording})
    run(store, meeting, FakeEngines())
    again = frozenset({Stage.TRANSCRIBE})
    events = run(store, meeting, FakeEngines(aligner=EvenAligner()), again=again)
    assert [e.stage for e in events if isinstance(e, StageDone)] == [*list(Stage)[2:]]
    assert all(s.words for s in store.get(meeting.id).segments)

    def die(batch: int) -> None:
        if batch == 7:
            raise ModelError("The server does not answer.", "Start it and try again.")

    sf.write(recording, beeps([(i * 20.0, i * 20.0 + 19) for i in range(30)], 600.0), 16_000)
    meeting = new_meeting(store, {"file": recording})
    with pytest.raises(ModelError):
        run(store, meeting, FakeEngines(speech=CountingSpeech(die)))
    speech = CountingSpeech()
    run(store, meeting, FakeEngines(speech=speech), again=again)
    assert sum(map(len, speech.batches)) == 30, "what was heard before is not wanted"


def test_mixed_languages_are_remembered_for_the_next_time(store: MeetingStore, recording: Path) -> None:
    meeting = new_meeting(store, {"file": recording})
    assert not jobs.make_job(store, meeting).mixed_languages
    run(store, meeting, FakeEngines(), mixed_languages=True)
    assert jobs.make_job(store, store.get(meeting.id)).mixed_languages
    assert not jobs.make_job(store, store.get(meeting.id), mixed_languages=False).mixed_languages


# -- Recordings made here ---------------------------------------------------------------------------------


def recorded_meeting(store: MeetingStore, tracks: dict[str, list[tuple[float, float]] | None]) -> Meeting:
    """Beeps of 300 Hz at 48 kHz; None: a track that never delivered anything."""
    meeting = new_meeting(store, {})
    sounds = {
        name: np.zeros(0, np.float32) if spans is None else soxr.resample(beeps(spans, 6.0), 16_000, 48_000)
        for name, spans in tracks.items()
    }
    write_simple(store.folder(meeting.id), sounds)
    store.recording_started(meeting.id, {})
    store.recording_ended(
        meeting.id, "finished", devices={}, duration_s=6.0, ended_at=datetime(2026, 1, 5, 10, tzinfo=UTC), marks=()
    )
    return store.get(meeting.id)


def test_a_recorded_meeting_needs_no_files_of_the_user(store: MeetingStore) -> None:
    meeting = recorded_meeting(store, {"mic": [(0.5, 1.5)], "system": [(2.0, 4.0), (5.0, 5.6)]})
    events = run(store, meeting, FakeEngines())
    done = store.get(meeting.id)
    assert [(s.track, round(s.start_s, 1), round(s.end_s, 1)) for s in done.segments] == [
        ("mic", 0.5, 1.5),
        ("system", 2.0, 4.0),
        ("system", 5.0, 5.6),
    ]
    assert [(t.name, t.duration_s, t.source, t.source_rate_hz, t.source_channels) for t in done.tracks] == [
        ("mic", 6.0, "", 48_000, 1),
        ("system", 6.0, "", 48_000, 1),
    ]
    assert done.next_stage() is None
    assert any(isinstance(e, Progress) and e.message.startswith("Reading the mic track") for e in events)
    record = done.stage(Stage.DECODE)
    assert record is not None
    assert record.settings["clock_ppm"] == {"mic": {}, "system": {}}, "six seconds say nothing about a clock"


@pytest.mark.parametrize(("other", "names"), [({}, ["mic"]), ({"system": None}, ["mic", "system"])])
def test_one_track_is_enough(
    store: MeetingStore, other: dict[str, list[tuple[float, float]] | None], names: list[str]
) -> None:
    meeting = recorded_meeting(store, {"mic": [(0.5, 1.5)], **other})
    run(store, meeting, FakeEngines())
    done = store.get(meeting.id)
    assert [(t.name, t.duration_s) for t in done.tracks] == [(name, 6.0) for name in names]
    assert len(done.segments) == 1


def test_a_recording_without_its_journal_is_processed_with_a_notice(store: MeetingStore) -> None:
    meeting = recorded_meeting(store, {"mic": [(0.5, 1.5)], "system": [(2.0, 4.0)]})
    (store.folder(meeting.id) / JOURNAL_NAME).unlink()
    events = run(store, meeting, FakeEngines())
    (notice,) = [e for e in events if isinstance(e, Notice)]
    assert "journal" in notice.message
    assert len(store.get(meeting.id).segments) == 2


def test_a_recording_whose_files_are_gone_says_so(store: MeetingStore) -> None:
    meeting = recorded_meeting(store, {"mic": [(0.5, 1.5)]})
    (store.folder(meeting.id) / "mic.wav").unlink()
    with pytest.raises(InputError, match="Nothing that was recorded"):
        run(store, meeting, FakeEngines())


def test_a_recording_that_somebody_else_works_on_is_refused(store: MeetingStore) -> None:
    meeting = recorded_meeting(store, {"mic": [(0.5, 1.5)]})
    with FileLock(store.folder(meeting.id) / LOCK_NAME), pytest.raises(InputError, match="being packed by another"):
        run(store, meeting, FakeEngines())
    assert store.get(meeting.id).tracks == ()
    run(store, meeting, FakeEngines())


def test_cancelling_before_the_start_does_nothing(store: MeetingStore, recording: Path) -> None:
    meeting = new_meeting(store, {"file": recording})
    job = jobs.make_job(store, meeting)
    with pytest.raises(Cancelled):
        list(jobs.process(store, job, Pipeline(FakeEngines()).run, set_flag()))
    assert store.get(meeting.id).tracks == ()


def test_cancelling_while_transcribing_leaves_a_consistent_meeting(store: MeetingStore, recording: Path) -> None:
    flag = threading.Event()
    meeting = new_meeting(store, {"file": recording})
    speech = CountingSpeech(on_batch=lambda _n: flag.set())
    job = jobs.make_job(store, meeting)
    with pytest.raises(Cancelled):
        list(jobs.process(store, job, Pipeline(FakeEngines(speech=speech)).run, flag))
    stopped = store.get(meeting.id)
    assert stopped.segments == () or stopped.next_stage() is not None
    record = stopped.stage(stopped.next_stage() or Stage.DECODE)
    assert record is not None
    assert record.state == "cancelled"
    run(store, meeting, FakeEngines())
    assert store.get(meeting.id).next_stage() is None


def test_leaving_the_generator_counts_as_cancelling(store: MeetingStore, recording: Path) -> None:
    meeting = new_meeting(store, {"file": recording})
    events = jobs.process(store, jobs.make_job(store, meeting), Pipeline(FakeEngines()).run, Never())
    next(e for e in events if isinstance(e, StageDone))
    events.close()  # type: ignore[attr-defined]
    stopped = store.get(meeting.id)
    assert stopped.tracks
    assert stopped.next_stage() == Stage.SPEECH


def test_the_language_chosen_is_forced_and_the_glossary_passed_on(store: MeetingStore, recording: Path) -> None:
    speech = CountingSpeech()
    meeting = new_meeting(store, {"file": recording}, language="German")
    run(store, meeting, FakeEngines(speech=speech))
    assert set(speech.languages) == {"German"}
    assert speech.glossaries[0] == ["Atlas"]
    assert store.get(meeting.id).language == "German"


def test_a_detected_language_is_not_forced_when_a_stage_is_run_again(store: MeetingStore, recording: Path) -> None:
    meeting = new_meeting(store, {"file": recording})
    run(store, meeting, FakeEngines())
    assert store.get(meeting.id).language == "English"
    speech = CountingSpeech()
    run(store, meeting, FakeEngines(speech=speech), again=frozenset({Stage.TRANSCRIBE}))
    assert set(speech.languages) == {None}


def test_long_speech_is_cut_and_batches_stay_in_their_budget(store: MeetingStore, tmp_path: Path) -> None:
    path = tmp_path / "long.wav"
    sf.write(path, beeps([(0.0, 95.0)], 100.0), 16_000)
    speech = CountingSpeech()
    meeting = new_meeting(store, {"file": path})
    run(store, meeting, FakeEngines(speech=speech))
    for batch in speech.batches:
        assert max(batch) <= speech.max_window_s + 0.01
        assert len(batch) == 1 or len(batch) * max(batch) <= speech.batch_seconds
    assert sum(sum(b) for b in speech.batches) == pytest.approx(95.0, abs=0.2)
    ends = [(s.start_s, s.end_s) for s in store.get(meeting.id).segments]
    assert all(a[1] == pytest.approx(b[0]) for a, b in itertools.pairwise(ends))


def test_silence_gives_an_empty_but_finished_meeting(store: MeetingStore, tmp_path: Path) -> None:
    path = tmp_path / "silence.wav"
    sf.write(path, beeps([], 3.0), 16_000)
    meeting = new_meeting(store, {"file": path})
    run(store, meeting, FakeEngines())
    done = store.get(meeting.id)
    assert done.segments == ()
    assert done.next_stage() is None


def test_progress_never_runs_backwards_and_segments_come_in_order(store: MeetingStore, tmp_path: Path) -> None:
    path = tmp_path / "many.wav"
    spans = [(i * 1.0, i * 1.0 + 0.3 + 0.05 * (i % 7)) for i in range(40)]
    sf.write(path, beeps(spans, 41.0), 16_000)
    events = run(store, new_meeting(store, {"file": path}), FakeEngines())
    shown = [e.segment for e in events if isinstance(e, SegmentReady)]
    assert [s.start_s for s in shown] == sorted(s.start_s for s in shown)
    for stage in Stage:
        done = [e.done for e in events if isinstance(e, Progress) and e.stage == stage]
        assert done == sorted(done)
        assert all(0 <= d <= 1 for d in done)


def test_a_source_that_has_gone_says_so(store: MeetingStore, recording: Path) -> None:
    meeting = new_meeting(store, {"file": recording})
    recording.unlink()
    with pytest.raises(InputError) as caught:
        run(store, meeting, FakeEngines())
    assert caught.value.to_do
    assert store.get(meeting.id).tracks == ()


def test_what_an_engine_changes_for_want_of_memory_is_said_and_recorded(store: MeetingStore, recording: Path) -> None:
    meeting = new_meeting(store, {"file": recording})

    class Short(CountingSpeech):
        def __init__(self) -> None:
            super().__init__(self._on)
            self.settings = {"device": "cuda:0", "precision": "bfloat16"}
            self._said = ["It runs on a card."]

        def _on(self, _batch: int) -> None:
            self.settings = {"device": "cpu", "precision": "int8"}
            self._said.append("It ran out of memory and goes on in 8 bits.")

        def changes(self) -> tuple[str, ...]:
            said, self._said = tuple(self._said), []
            return said

    events = run(store, meeting, FakeEngines(speech=Short()))
    started = next(i for i, e in enumerate(events) if isinstance(e, StageStarted) and e.stage == Stage.TRANSCRIBE)
    done = next(e for e in events if isinstance(e, StageDone) and e.stage == Stage.TRANSCRIBE)
    notices = [(i, e) for i, e in enumerate(events) if isinstance(e, Notice) and e.message.startswith("It r")]
    assert [e for _, e in notices] == [
        Notice(Stage.TRANSCRIBE, "It runs on a card."),
        Notice(Stage.TRANSCRIBE, "It ran out of memory and goes on in 8 bits."),
    ]
    assert all(started < i < events.index(done) for i, _ in notices)
    assert (done.settings["device"], done.settings["precision"]) == ("cpu", "int8")
    record = store.get(meeting.id).stage(Stage.TRANSCRIBE)
    assert record is not None
    assert record.settings["precision"] == "int8"
