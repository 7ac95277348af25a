"""Voices that are remembered with consent: made from sound, stored, known again, forgotten."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from app.bootstrap_speakers import LocalSpeakers
from app.domain import edits
from app.domain.cancel import Never
from app.domain.errors import Cancelled, InputError
from app.domain.events import SpeakersResult, TranscriptResult, VoiceHeard
from app.domain.meeting import FILE, SURE_FROM, Meeting, Segment, Speaker, Stage, StoredVoiceprint, Turn
from app.domain.ports import MeetingStore
from app.services import jobs, speakers, voiceprints
from app.services.pipeline import Pipeline
from app.services.settings import Settings
from models.speakers import voice_printer
from models.speakers.voiceprints import Voices
from models.speakers.voices import VoiceDiarizer
from storage.repository import Library
from tests.fakes import FakeEngines
from tests.unit.speakers_support import Sound, recording, reference


@pytest.fixture
def store(tmp_path: Path) -> Iterator[MeetingStore]:
    with Library(tmp_path / "library") as library:
        yield library


def turns_of(who: str, first: int, count: int) -> list[np.ndarray]:
    """Some of a reader's turns."""
    x = recording("sim_libri4b_sys").x
    own = [(a, b) for a, b, k in reference("sim_libri4b_sys") if k == who and b - a > 2][first : first + count]
    return [x[round(a * 16_000) : round(b * 16_000)] for a, b in own]


def two_people(store: MeetingStore, tmp_path: Path, first: int, title: str) -> Meeting:
    """A meeting of two readers who take turns, with pauses of a second."""
    parts = [p for pair in zip(turns_of("spk1", first, 5), turns_of("spk2", first, 5), strict=True) for p in pair]
    silence = np.zeros(16_000, np.float32)
    path = tmp_path / f"{title}.wav"
    sf.write(path, np.concatenate([y for p in parts for y in (p, silence)]), 16_000)
    meeting = store.create(title, datetime(2026, 1, 5, tzinfo=UTC), language=None, glossary=(), sources={FILE: path})
    return process(store, meeting.id, voiceprints=True)


def process(store: MeetingStore, meeting_id: str, **options: object) -> Meeting:
    engines = FakeEngines(diarizer=VoiceDiarizer(), voices=voice_printer())
    job = jobs.make_job(store, store.get(meeting_id), **options)  # type: ignore[arg-type]
    list(jobs.process(store, job, Pipeline(engines).run, Never()))
    return store.get(meeting_id)


def test_a_voice_is_known_again_in_a_later_meeting(store: MeetingStore, tmp_path: Path) -> None:
    first = two_people(store, tmp_path, 0, "First")
    assert len(first.speakers) == 2
    store.change(first.id, edits.name_speaker(first, "s1", "Anna"))
    job = voiceprints.make_voice_job(store, first.id, "s1")
    (heard,) = voiceprints.hear(job, Voices(), Never())
    assert isinstance(heard, VoiceHeard)
    (one,) = heard.prints
    assert (one.channel, one.meeting_id, one.encoder, len(one.vector)) == (FILE, first.id, "ge2e", 512)
    assert one.speech_s > 5
    person = voiceprints.remember(store, job, heard.prints)
    assert (person.name, person.prints) == ("Anna", 1)
    assert store.get(first.id).speakers[0].person == person.id

    later = two_people(store, tmp_path, 5, "Later")
    assert [(s.name, s.suggested) for s in later.speakers] == [("Speaker 1", "Anna"), ("Speaker 2", "")]
    assert later.speakers[0].certainty >= SURE_FROM

    store.forget_person(person.id)
    assert voiceprints.known_voices(store) == {}
    again = process(store, later.id, again=frozenset({Stage.SPEAKERS}), voiceprints=True)
    assert all(not s.suggested for s in again.speakers)


def meeting_with(store: MeetingStore, tmp_path: Path, *, named: bool = True, seconds: float = 6.0) -> str:
    sf.write(tmp_path / "x.wav", 0.1 * np.random.default_rng(0).standard_normal(int(seconds * 16_000)), 16_000)
    meeting = store.create(
        "x", datetime(2026, 1, 5, tzinfo=UTC), language=None, glossary=(), sources={FILE: tmp_path / "x.wav"}
    )
    process(store, meeting.id, until=Stage.SPEECH)
    segments = (Segment(1, FILE, 0.0, seconds, "words"),)
    store.stage_done(meeting.id, Stage.TRANSCRIBE, TranscriptResult(segments, "English"), "x", {}, 1.0)
    result = SpeakersResult((Speaker("s1", "Speaker 1"),), {1: "s1"}, turns=(Turn(FILE, 0.0, seconds, "s1"),))
    store.stage_done(meeting.id, Stage.SPEAKERS, result, "x", {}, 1.0)
    if named:
        store.change(meeting.id, edits.name_speaker(store.get(meeting.id), "s1", "Anna"))
    return meeting.id


def test_nothing_is_remembered_of_who_has_no_name(store: MeetingStore, tmp_path: Path) -> None:
    job = voiceprints.make_voice_job(store, meeting_with(store, tmp_path, named=False), "s1")
    one = StoredVoiceprint("", FILE, b"x" * 512, 9.0, "ge2e", job.meeting.id)
    with pytest.raises(InputError, match="name first"):
        voiceprints.remember(store, job, [one])
    assert store.people() == []


def test_too_little_speech_is_said(store: MeetingStore, tmp_path: Path) -> None:
    job = voiceprints.make_voice_job(store, meeting_with(store, tmp_path, seconds=2.5), "s1")
    (heard,) = voiceprints.hear(job, Voices(), Never())
    assert heard == VoiceHeard(())
    with pytest.raises(InputError, match="alone for long enough"):
        voiceprints.remember(store, job, ())


def test_without_speaker_or_sound_there_is_no_job(store: MeetingStore, tmp_path: Path) -> None:
    meeting_id = meeting_with(store, tmp_path)
    with pytest.raises(InputError, match="no longer there"):
        voiceprints.make_voice_job(store, meeting_id, "s7")
    (store.folder(meeting_id) / "file.flac").unlink()
    with pytest.raises(InputError, match="no voice can be heard"):
        voiceprints.make_voice_job(store, meeting_id, "s1")


def test_who_has_the_key_by_then_is_not_remembered(store: MeetingStore, tmp_path: Path) -> None:
    """The speakers are told apart again while a voice is listened to, and the key is somebody else's afterwards."""
    meeting_id = meeting_with(store, tmp_path, seconds=9.0)
    job = voiceprints.make_voice_job(store, meeting_id, "s1")
    segments = (Segment(1, FILE, 0.0, 4.0, "words", speaker="s2"), Segment(2, FILE, 4.0, 9.0, "more", speaker="s1"))
    people = (Speaker("s1", "Ben", by_user=True), Speaker("s2", "Anna", by_user=True))
    result = SpeakersResult(people, {1: "s2", 2: "s1"}, segments)
    store.stage_done(meeting_id, Stage.SPEAKERS, result, "x", {}, 1.0)
    with pytest.raises(InputError, match="was changed while"):
        voiceprints.remember(store, job, [StoredVoiceprint("", FILE, b"x" * 512, 9.0, "ge2e", meeting_id)])
    assert (store.people(), store.voiceprints()) == ([], [])


def test_without_consent_no_voice_is_heard_or_kept(
    store: MeetingStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOLKMOOT_HOME", str(tmp_path / "home"))
    agreed = Settings().changed(voiceprints=True)
    answers = iter([Settings(), agreed, Settings()])  # never given; given, and taken back while it is listened to
    window = LocalSpeakers(lambda: next(answers), lambda _: None)
    job = window.voice_job(store, meeting_with(store, tmp_path), "s1")
    with pytest.raises(InputError, match="not agreed"):
        window.hear_voice(job, Never())
    prints = window.hear_voice(job, Never())  # in a process of its own
    here = speakers.make_prints(job.meeting, "s1", {FILE: Sound(read(job.folder))}, Voices(), Never())
    assert prints
    assert prints == here
    with pytest.raises(InputError, match="not agreed"):
        window.remember(store, job, prints)
    assert (store.people(), store.voiceprints()) == ([], [])


def test_listening_can_be_cancelled(store: MeetingStore, tmp_path: Path) -> None:
    flag = threading.Event()
    flag.set()
    with pytest.raises(Cancelled):
        list(voiceprints.hear(voiceprints.make_voice_job(store, meeting_with(store, tmp_path), "s1"), Voices(), flag))


def test_prints_that_cannot_be_compared_do_not_count() -> None:
    rng = np.random.default_rng(0)
    vector = rng.standard_normal(256).astype("<f2").tobytes()
    heard = StoredVoiceprint("", FILE, vector, 9.0, "ge2e")
    same, other = replace(heard, person="p"), StoredVoiceprint("p", FILE, vector, 9.0, "another")
    damaged = StoredVoiceprint("p", FILE, b"short", 9.0, "ge2e")
    voices = Voices()
    known = voices.whose(heard, {"Anna": (damaged, same)})
    assert known is not None
    assert (known.name, known.certainty) == ("Anna", pytest.approx(0.99))
    assert voices.whose(heard, {"Anna": (other, damaged)}) is None
    assert voices.whose(heard, {}) is None
    assert voices.whose(damaged, {"Anna": (same,)}) is None
    stranger = replace(same, vector=rng.standard_normal(256).astype("<f2").tobytes())
    assert voices.whose(heard, {"Anna": (stranger,)}) is None
    twins = voices.whose(heard, {"Anna": (same,), "Ben": (same,)})
    assert twins is not None
    assert twins.certainty < SURE_FROM, "which of the two?"


def read(folder: Path) -> np.ndarray:
    return sf.read(folder / "file.flac", dtype="float32")[0]  # type: ignore[no-any-return]
