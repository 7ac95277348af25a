"""A recording in the library: begun, ended, interrupted, kept, discarded, packed; with a real library."""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from filelock import FileLock

from app.audio.journal import JOURNAL_NAME, LOCK_NAME, RESERVE_NAME
from app.domain.cancel import CancelFlag, Never
from app.domain.errors import Cancelled, InputError, ModelError, StorageError
from app.domain.events import Event, Notice, Progress
from app.domain.meeting import Mark, MarkKind, Meeting, Stage
from app.domain.ports import Job
from app.domain.recording import CaptureSink, Device, RecordingResult
from app.services import jobs, recordings
from app.services.pipeline import Pipeline
from storage.repository import Library
from tests.fakes import FakeEngines, set_flag
from tests.unit.recordings_support import BEGAN, RATE, write_simple

if TYPE_CHECKING:
    import numpy.typing as npt

    Samples = npt.NDArray[np.float32]

NOTE = Mark(MarkKind.NOTE, 1.5, BEGAN, "ask Anna")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Library]:
    with Library(tmp_path / "library") as library:
        yield library


def tone(seconds: float) -> Samples:
    x: Samples = (0.2 * np.sin(2 * np.pi * 300 * np.arange(round(seconds * RATE)) / RATE)).astype(np.float32)
    return x


def recorded(store: Library, *, ended: bool = True, tell: bool = True) -> Meeting:
    """A meeting with two recorded tracks of 3 and 2 s."""
    meeting = recordings.begin(store, "Weekly", BEGAN)
    tracks = {"mic": tone(3.0), "system": tone(2.0)}
    write_simple(store.folder(meeting.id), tracks, marks=[NOTE], ended=ended)
    if tell:
        result = RecordingResult(
            store.folder(meeting.id),
            "stopped",
            3.0,
            BEGAN,
            BEGAN + timedelta(seconds=3),
            {"mic": "Blue Yeti", "system": "Speakers"},
            (NOTE,),
        )
        meeting = recordings.end(store, meeting.id, result)
    return meeting


def names(folder: Path) -> set[str]:
    return {p.name for p in folder.iterdir() if p.name != LOCK_NAME}


# -- Begin and end ----------------------------------------------------------------------------------------


def test_the_row_is_there_before_anything_is_recorded(store: Library) -> None:
    meeting = recordings.begin(store, " Planning ", BEGAN, language="German", glossary=["Atlas"])
    assert (meeting.title, meeting.started_at, meeting.language, meeting.glossary) == (
        "Planning",
        BEGAN,
        "German",
        ("Atlas",),
    )
    assert meeting.recording is not None
    assert meeting.recording.state == "recording"
    assert store.folder(meeting.id).is_dir()
    assert store.list()[0].state == "recording"


@pytest.mark.parametrize("title", ["", "  "])
def test_a_meeting_without_a_title_gets_one(store: Library, title: str) -> None:
    at = datetime(2026, 11, 21, 14, 5, tzinfo=timezone(timedelta(hours=1)))
    assert recordings.begin(store, title, at).title == "Meeting, Sat 21 Nov 2026, 14:05"
    assert recordings.default_title(datetime(2027, 1, 3, 9, 0, tzinfo=UTC)) == "Meeting, Sun 3 Jan 2027, 09:00"


def test_how_it_ended_is_stored(store: Library) -> None:
    meeting = recorded(store)
    assert meeting.recording is not None
    assert meeting.recording.state == "finished"
    assert meeting.recording.devices == {"mic": "Blue Yeti", "system": "Speakers"}
    assert (meeting.duration_s, meeting.marks) == (3.0, (NOTE,))
    assert store.list()[0].state == "new"


# -- Sources ----------------------------------------------------------------------------------------------


@dataclass
class Source:
    track: str
    choice: str
    device: str = ""

    def open(self, sink: CaptureSink) -> None: ...

    def close(self) -> None: ...

    def expects_sound(self) -> bool | None:
        return None


@dataclass
class System:
    """A sound system in which some tracks cannot be had."""

    name: str = "fake"
    refuses: dict[str, InputError] = field(default_factory=dict)

    def devices(self) -> list[Device]:
        return []

    def source(self, track: str, choice: str) -> Source:
        if track in self.refuses:
            raise self.refuses[track]
        return Source(track, choice)


NO_LOOPBACK = InputError("This computer's sound cannot be recorded.", "Install BlackHole.")


def test_both_tracks_are_opened_as_chosen() -> None:
    sources, warnings = recordings.open_sources(System(), mic="Yeti")
    assert [(t, s.choice) for t, s in sources.items() if isinstance(s, Source)] == [
        ("mic", "Yeti"),
        ("system", "default"),
    ]
    assert warnings == ()


def test_a_track_that_cannot_be_had_is_left_out_and_said() -> None:
    sources, (warning,) = recordings.open_sources(System(refuses={"system": NO_LOOPBACK}))
    assert [*sources] == ["mic"]
    assert (warning.code, warning.track) == ("failed", "system")
    assert (warning.what, warning.to_do) == (NO_LOOPBACK.what, NO_LOOPBACK.to_do)


def test_a_driver_that_fails_costs_only_its_own_track() -> None:
    class Broken(System):
        def source(self, track: str, choice: str) -> Source:
            if track == "system":
                raise OSError("PortAudio library not found")
            return super().source(track, choice)

    sources, (warning,) = recordings.open_sources(Broken())
    assert [*sources] == ["mic"]
    assert "PortAudio library not found" in warning.what


def test_a_track_that_is_not_wanted_is_left_out_without_a_word() -> None:
    sources, warnings = recordings.open_sources(System(refuses={"system": NO_LOOPBACK}), system_audio="none")
    assert [*sources] == ["mic"]
    assert warnings == ()


def test_nothing_to_record_is_an_error() -> None:
    with pytest.raises(InputError, match="nothing to record"):
        recordings.open_sources(System(), mic="none", system_audio="none")
    no_mic = InputError("There is no microphone.", "Connect one.")
    with pytest.raises(InputError) as caught:
        recordings.open_sources(System(refuses={"mic": no_mic, "system": NO_LOOPBACK}))
    assert str(caught.value) == (
        "There is no microphone. This computer's sound cannot be recorded. Connect one. Install BlackHole."
    )
    with pytest.raises(InputError, match="BlackHole"):
        recordings.open_sources(System(refuses={"system": NO_LOOPBACK}), mic="none")


def test_a_recorder_is_made_of_what_there_is(store: Library) -> None:
    meeting = recordings.begin(store, "", BEGAN)
    opened = recordings.open_recorder(
        store.folder(meeting.id), System(refuses={"system": NO_LOOPBACK}), started_at=BEGAN
    )
    assert [w.track for w in opened.warnings] == ["system"]
    assert opened.recorder.folder == store.folder(meeting.id)


# -- Interrupted ------------------------------------------------------------------------------------------


def test_a_recording_whose_process_died_is_found_and_kept(store: Library) -> None:
    meeting = recorded(store, ended=False, tell=False)
    (found,) = recordings.interrupted(store)
    assert (found.meeting_id, found.title, found.started_at) == (meeting.id, "Weekly", BEGAN)
    assert found.duration_s == pytest.approx(3.0)
    assert found.size_bytes == 5 * RATE * 2 + 2 * 44
    assert store.list()[0].state == "interrupted"
    assert recordings.interrupted(store) == [found], "it waits until the user says a word"
    kept = recordings.recover(store, meeting.id)
    assert kept.meeting.recording is not None
    assert kept.meeting.recording.state == "finished"
    assert kept.meeting.recording.devices == {"mic": "mic device", "system": "system device"}
    assert kept.meeting.recording.ended_at is not None
    assert kept.meeting.marks == (NOTE,)
    assert kept.meeting.duration_s == pytest.approx(3.0)
    assert "interrupted at 0:03" in kept.notices[0]
    assert recordings.interrupted(store) == []


def test_a_recording_that_ended_but_was_not_noted_is_found_too(store: Library) -> None:
    meeting = recorded(store, tell=False)
    assert [i.meeting_id for i in recordings.interrupted(store)] == [meeting.id]
    assert recordings.recover(store, meeting.id).notices == ()


def test_recovering_what_is_finished_changes_nothing(store: Library) -> None:
    meeting = recorded(store)
    assert recordings.recover(store, meeting.id) == recordings.Recovered(meeting, ())


def test_what_is_being_recorded_is_never_touched(store: Library) -> None:
    meeting = recorded(store, ended=False, tell=False)
    folder = store.folder(meeting.id)
    before = {p.name: p.read_bytes() for p in folder.iterdir()}
    with FileLock(folder / LOCK_NAME):
        assert recordings.is_being_recorded(folder)
        assert recordings.interrupted(store) == []
        assert store.list()[0].state == "recording"
        for refused in (recordings.recover, recordings.discard):
            with pytest.raises(InputError, match="still being recorded"):
                refused(store, meeting.id)
        with pytest.raises(InputError, match="still being recorded"):
            process(store, meeting.id)
        assert {n: (folder / n).read_bytes() for n in before} == before
        assert names(folder) == before.keys()
    assert not recordings.is_being_recorded(folder)
    assert len(recordings.interrupted(store)) == 1


def test_a_recording_that_is_just_beginning_is_not_interrupted(store: Library) -> None:
    now = datetime.now(UTC)
    recordings.begin(store, "now", now)
    old = recordings.begin(store, "then", now - timedelta(hours=1))
    assert [i.meeting_id for i in recordings.interrupted(store)] == [old.id]


def test_a_recording_that_has_just_ended_is_not_interrupted(store: Library) -> None:
    """Between the end on the disk and the end in the library; and when the library was quicker than we were."""
    meeting = recordings.begin(store, "now", BEGAN)
    folder = store.folder(meeting.id)
    write_simple(folder, {"mic": tone(1.0)}, ended=False)
    with (folder / JOURNAL_NAME).open("a") as journal:
        journal.write(f'{{"kind":"end","reason":"stopped","wall":"{datetime.now(UTC).isoformat()}","duration_s":1}}\n')
    assert recordings.interrupted(store) == []
    assert store.list()[0].state == "recording"


def test_what_has_been_noted_meanwhile_stays_finished(store: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    before = store.list
    meeting = recorded(store, tell=False)
    seen = store.list()
    recordings.recover(store, meeting.id)
    monkeypatch.setattr(store, "list", lambda: seen)
    assert recordings.interrupted(store) == []
    assert before()[0].state == "new"


def test_a_library_that_cannot_be_written_still_lists_what_was_interrupted(
    store: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    meeting = recorded(store, ended=False, tell=False)

    def full(*_args: object, **_more: object) -> None:
        raise StorageError("The disk is full.", "Free some space.")

    monkeypatch.setattr(store, "recording_ended", full)
    (found,) = recordings.interrupted(store)
    assert found.meeting_id == meeting.id
    assert found.duration_s == pytest.approx(3.0)
    recordings.discard(store, meeting.id)  # which is how there may be space again
    assert store.list() == []


def test_a_recording_that_cannot_be_noted_leaves_no_row(store: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_args: object, **_more: object) -> None:
        raise StorageError("The disk is full.", "Free some space.")

    monkeypatch.setattr(store, "recording_started", full)
    with pytest.raises(StorageError):
        recordings.begin(store, "now", BEGAN)
    assert store.list() == []


def test_nothing_is_left_beside_a_recovered_recording(store: Library) -> None:
    meeting = recorded(store, ended=False, tell=False)
    folder = store.folder(meeting.id)
    for left in (LOCK_NAME, RESERVE_NAME, ".mic.flac.1.part"):
        (folder / left).write_bytes(b"")
    recordings.recover(store, meeting.id)
    assert {p.name for p in folder.iterdir()} == {"mic.wav", "system.wav", JOURNAL_NAME}
    process(store, meeting.id)
    assert {p.name for p in folder.iterdir()} == {
        *("mic.opus", "system.opus", "mic.flac", "system.flac", JOURNAL_NAME),
    }


def test_while_it_is_packed_nobody_is_told_that_it_is_recorded(store: Library) -> None:
    meeting = recorded(store)
    with FileLock(store.folder(meeting.id) / LOCK_NAME), pytest.raises(InputError, match="being packed"):
        recordings.discard(store, meeting.id)


def test_a_lock_that_cannot_be_asked_counts_as_held(store: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    meeting = recorded(store, ended=False, tell=False)
    before = (store.folder(meeting.id) / JOURNAL_NAME).read_bytes()

    def too_many(*_args: object, **_more: object) -> None:
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

    monkeypatch.setattr(FileLock, "acquire", too_many)
    assert not recordings.is_being_recorded(store.folder(meeting.id)), "nobody holds a lock that is not there"
    (store.folder(meeting.id) / LOCK_NAME).write_bytes(b"")
    for refused in (recordings.recover, recordings.discard):
        with pytest.raises(StorageError, match="could not be seen"):
            refused(store, meeting.id)
    assert [i.meeting_id for i in recordings.interrupted(store)] == [meeting.id]
    assert (store.folder(meeting.id) / JOURNAL_NAME).read_bytes() == before
    assert store.list()[0].state == "recording"


def test_a_damaged_recording_is_listed_all_the_same(store: Library) -> None:
    meeting = recorded(store, ended=False, tell=False)
    path = store.folder(meeting.id) / JOURNAL_NAME
    path.write_text(path.read_text().replace('"version": 1', '"version": 9'))
    assert [i.meeting_id for i in recordings.interrupted(store)] == [meeting.id]


def test_discarding_removes_everything(store: Library) -> None:
    meeting = recorded(store, ended=False, tell=False)
    folder = store.folder(meeting.id)
    recordings.discard(store, meeting.id)
    assert store.list() == []
    assert not folder.exists()


def test_whether_a_folder_holds_sound(store: Library, tmp_path: Path) -> None:
    meeting = recorded(store)
    folder = store.folder(meeting.id)
    assert recordings.holds_sound(folder)
    process(store, meeting.id)
    assert names(folder) >= {"mic.opus"}
    assert recordings.holds_sound(folder)
    write_simple(tmp_path / "empty", {"mic": np.zeros(0, np.float32)})
    assert not recordings.holds_sound(tmp_path / "empty")
    (tmp_path / "empty" / "system.opus").write_bytes(b"not to be read now")
    assert recordings.holds_sound(tmp_path / "empty")


# -- Processing and packing -------------------------------------------------------------------------------


def process(
    store: Library,
    meeting_id: str,
    engines: FakeEngines | None = None,
    cancel: CancelFlag | None = None,
    **options: object,
) -> list[Event]:
    job = jobs.make_job(store, store.get(meeting_id), **options)  # type: ignore[arg-type]
    run = recordings.with_packing(Pipeline(engines or FakeEngines()).run)
    events: list[Event] = []
    for event in jobs.process(store, job, run, cancel or Never()):
        events.append(event)
    return events


def test_after_processing_the_recording_is_packed(store: Library) -> None:
    meeting = recorded(store)
    events = process(store, meeting.id)
    assert names(store.folder(meeting.id)) == {"mic.opus", "system.opus", "mic.flac", "system.flac", JOURNAL_NAME}
    packing = [e for e in events if isinstance(e, Progress) and e.message == "Packing the recording"]
    assert packing
    assert all(0 <= p.done <= 1 for p in packing)
    assert not [e for e in events if isinstance(e, Notice) and e.stage != Stage.MINUTES]
    done = store.get(meeting.id)
    assert done.next_stage() is None
    assert [(t.name, t.path, t.source, t.source_rate_hz) for t in done.tracks] == [
        ("mic", "mic.flac", "", 48_000),
        ("system", "system.flac", "", 48_000),
    ]
    assert done.duration_s == 3.0


def test_packed_recordings_are_decoded_again(store: Library) -> None:
    meeting = recorded(store)
    process(store, meeting.id)
    process(store, meeting.id, again=frozenset({Stage.DECODE}))
    assert store.get(meeting.id).duration_s == 3.0
    assert "mic.opus" in names(store.folder(meeting.id))


@pytest.mark.parametrize(("keep_as", "name"), [("flac", "mic.recorded.flac"), ("wav", "mic.wav")])
def test_it_is_kept_as_the_user_wants(store: Library, keep_as: str, name: str) -> None:
    meeting = recorded(store)
    process(store, meeting.id, keep_as=keep_as)
    assert {n for n in names(store.folder(meeting.id)) if n.startswith("mic.")} == {"mic.flac", name}


def test_a_stage_that_fails_does_not_keep_it_from_being_packed(store: Library) -> None:
    class Broken(FakeEngines):
        def text(self, model: str | None) -> object:  # type: ignore[override]
            raise ModelError("The text model is damaged.", "Get it again.")

    meeting = recorded(store)
    with pytest.raises(ModelError, match="damaged"):
        process(store, meeting.id, Broken())
    failed = store.get(meeting.id).stage(Stage.MINUTES)
    assert failed is not None
    assert failed.state == "failed"
    assert names(store.folder(meeting.id)) >= {"mic.opus", "system.opus"}


def test_cancelling_keeps_it_as_it_is(store: Library) -> None:
    meeting = recorded(store)
    before = {p.name: p.read_bytes() for p in store.folder(meeting.id).iterdir() if p.name != LOCK_NAME}
    with pytest.raises(Cancelled):
        process(store, meeting.id, cancel=set_flag())
    assert {n: (store.folder(meeting.id) / n).read_bytes() for n in before} == before
    flag = threading.Event()
    job = jobs.make_job(store, store.get(meeting.id))
    with pytest.raises(Cancelled):
        for event in recordings.with_packing(Pipeline(FakeEngines()).run)(job, flag):
            if isinstance(event, Progress) and event.message.startswith("Packing"):
                flag.set()
    assert {n: (store.folder(meeting.id) / n).read_bytes() for n in before} == before
    assert names(store.folder(meeting.id)) == before.keys() | {"mic.flac", "system.flac"}


def test_leaving_the_generator_packs_nothing(store: Library) -> None:
    meeting = recorded(store)
    job = jobs.make_job(store, store.get(meeting.id))
    events = recordings.with_packing(Pipeline(FakeEngines()).run)(job, Never())
    next(e for e in events if isinstance(e, Progress) and e.message.startswith("Packing"))
    events.close()  # type: ignore[attr-defined]
    assert names(store.folder(meeting.id)) >= {"mic.wav", "system.wav"}
    assert not recordings.is_being_recorded(store.folder(meeting.id)), "the lock is given back"


def test_a_lock_that_cannot_be_asked_fails_no_job(store: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    meeting = recorded(store)
    process(store, meeting.id, keep_as="wav")
    (store.folder(meeting.id) / LOCK_NAME).write_bytes(b"")

    def too_many(*_args: object, **_more: object) -> None:
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

    monkeypatch.setattr(FileLock, "acquire", too_many)
    packing = recordings.pack_recording(store.get(meeting.id), store.folder(meeting.id), "opus", Never())
    (said,) = [e.message for e in packing if isinstance(e, Notice)]
    assert "could not be seen" in said
    assert (store.folder(meeting.id) / "mic.wav").exists()


def test_a_track_that_cannot_be_packed_stays_and_is_said(store: Library) -> None:
    meeting = recorded(store)
    process(store, meeting.id, keep_as="wav")
    folder = store.folder(meeting.id)
    (folder / "mic.flac").write_bytes(b"damaged")
    events = [*recordings.pack_recording(store.get(meeting.id), folder, "opus", Never())]
    assert ["mic.flac" in e.message for e in events if isinstance(e, Notice)] == [True]
    assert names(folder) >= {"mic.wav", "system.opus"}


def test_what_failed_before_it_was_decoded_is_not_packed(store: Library) -> None:
    def fails(job: Job, cancel: CancelFlag) -> Iterator[Event]:
        yield Progress(Stage.DECODE, 0.0)
        raise InputError("No.", "")

    meeting = recorded(store)
    events: list[Event] = []
    with pytest.raises(InputError):
        for event in recordings.with_packing(fails)(jobs.make_job(store, meeting), Never()):
            events.append(event)
    assert events == [Progress(Stage.DECODE, 0.0)]
    assert names(store.folder(meeting.id)) >= {"mic.wav", "system.wav"}


def test_an_imported_meeting_is_left_alone(store: Library, tmp_path: Path) -> None:
    meeting = store.create("Import", BEGAN, language=None, glossary=(), sources={"file": tmp_path / "a.wav"})
    folder = store.folder(meeting.id)
    (folder / "mic.wav").write_bytes(b"somebody put this here")
    assert [*recordings.pack_recording(meeting, folder, "opus", Never())] == []
    assert recordings.unpacked(store) == []


def test_what_was_not_packed_is_known_at_the_next_start(store: Library) -> None:
    meeting = recorded(store)
    assert recordings.unpacked(store) == [], "it was not decoded yet"
    process(store, meeting.id, keep_as="wav")
    interrupted = recorded(store, ended=False, tell=False)
    assert recordings.unpacked(store) == [meeting.id]
    assert interrupted.id not in recordings.unpacked(store)
    assert not [
        e
        for e in recordings.pack_recording(meeting, store.folder(meeting.id), "opus", Never())
        if isinstance(e, Notice)
    ]
    assert recordings.unpacked(store) == []
