"""Odd meetings through the whole pipeline, with the diarizer that is built in: sensible labels, no empty speakers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from app.domain.cancel import Never
from app.domain.edits import Change
from app.domain.meeting import FILE, MIC, SYSTEM, Meeting, SpeakerOptions
from app.domain.ports import MeetingStore, VoiceDetector
from app.services import jobs
from app.services.pipeline import Pipeline
from models.speakers.voices import VoiceDiarizer
from models.vad import SileroVad
from storage.repository import Library
from tests.fakes import FakeEngines, LoudDetector
from tests.unit.speakers_support import recording, reference

RATE = 16_000


class Engines(FakeEngines):
    def __init__(self, detector: VoiceDetector) -> None:
        super().__init__(diarizer=VoiceDiarizer())
        self._detector = detector

    def voice_detector(self) -> VoiceDetector:
        return self._detector


@pytest.fixture
def store(tmp_path: Path) -> Iterator[MeetingStore]:
    with Library(tmp_path / "library") as library:
        yield library


def process(
    store: MeetingStore,
    tmp_path: Path,
    tracks: Mapping[str, np.ndarray | Path],
    *,
    detector: VoiceDetector | None = None,
    options: SpeakerOptions | None = None,
) -> Meeting:
    """Run everything, and look at what always has to be right."""
    sources = {}
    for name, x in tracks.items():
        sources[name] = x if isinstance(x, Path) else tmp_path / f"{name}.wav"
        if not isinstance(x, Path):
            sf.write(sources[name], x, RATE)
    meeting = store.create("Odd", datetime(2026, 1, 5, tzinfo=UTC), language=None, glossary=(), sources=sources)
    if options is not None:
        store.change(meeting.id, Change(speaker_options=options))
    job = jobs.make_job(store, store.get(meeting.id))
    list(jobs.process(store, job, Pipeline(Engines(detector or SileroVad())).run, Never()))
    done = store.get(meeting.id)
    assert done.next_stage() is None
    assert {s.speaker for s in done.segments} == {s.key for s in done.speakers}, "nobody is empty, nothing nobody's"
    assert {t.speaker for t in done.turns} <= {s.key for s in done.speakers}
    numbered = [s.name for s in done.speakers if s.name != "Me"]
    assert numbered == [f"Speaker {n}" for n in range(1, len(numbered) + 1)]
    assert done.minutes is not None
    return done


def silence(seconds: float) -> np.ndarray:
    return np.zeros(round(seconds * RATE), np.float32)


def with_late_speech(path: Path, late_s: float, *remarks: np.ndarray) -> Path:
    """Remarks with `late_s` of silence before each, written piece by piece: hours do not fit into memory."""
    with sf.SoundFile(path, "w", RATE, 1, "PCM_16") as out:
        for x in remarks:
            for _ in range(round(late_s / 60)):
                out.write(silence(60))
            out.write(x)
    return path


def test_one_speaker(store: MeetingStore, tmp_path: Path) -> None:
    done = process(store, tmp_path, {FILE: recording("jfk").x})
    assert [s.name for s in done.speakers] == ["Speaker 1"]


@pytest.mark.parametrize("options", [None, SpeakerOptions(3), SpeakerOptions(1, shared_microphone=True)])
def test_no_speech(store: MeetingStore, tmp_path: Path, options: SpeakerOptions | None) -> None:
    done = process(store, tmp_path, {MIC: silence(5), SYSTEM: silence(5)}, options=options)
    assert done.speakers == ()
    assert done.segments == ()
    assert done.turns == ()


@pytest.mark.parametrize("options", [None, SpeakerOptions(4), SpeakerOptions(None, shared_microphone=True)])
def test_0_4_seconds_of_speech(store: MeetingStore, tmp_path: Path, options: SpeakerOptions | None) -> None:
    word = recording("jfk").read(0.4, 0.8)
    x = np.concatenate([silence(1), word / np.abs(word).max() * 0.3, silence(1)])
    done = process(store, tmp_path, {MIC: silence(3), SYSTEM: x}, detector=LoudDetector(), options=options)
    assert [s.name for s in done.speakers] == ["Speaker 1"]


def test_twelve_speakers(store: MeetingStore, tmp_path: Path) -> None:
    names = ["jfk", "en_libri_1995", "leopard_es", "leopard_fr", "leopard_de", "leopard_it", "leopard_pt", "leopard_ko"]
    clips = [recording(n).x for n in names]
    for track, who in (("sys", "spk1"), ("sys", "spk2"), ("sys", "spk3"), ("mic", "spk0")):
        spans = [t for t in reference(f"sim_libri4b_{track}") if t[2] == who and t[1] - t[0] > 3]
        clips.append(recording(f"sim_libri4b_{track}").read(*spans[0][:2]))
    clips = [c / (np.abs(c).max() + 1e-6) * 0.3 for c in clips]
    x = np.concatenate([y for c in clips * 2 for y in (c, silence(0.7))])
    assert 10 <= len(process(store, tmp_path, {FILE: x}).speakers) <= 13
    known = process(store, tmp_path, {FILE: x}, options=SpeakerOptions(12))
    assert 10 <= len(known.speakers) <= 12


def test_laughter_and_music(store: MeetingStore, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    bursts = [0.2 * rng.standard_normal(round(0.12 * RATE)) * np.hanning(round(0.12 * RATE)) for _ in range(20)]
    laughter = np.concatenate([y for b in bursts for y in (b, silence(0.1))]).astype(np.float32)
    music = recording("ns_guitar").x[: 15 * RATE]
    x = np.concatenate([laughter, music, silence(1), recording("jfk").x, laughter])
    done = process(store, tmp_path, {FILE: x}, detector=LoudDetector())  # one that takes all of it for speech
    assert 1 <= len(done.speakers) <= 4
    with_ear = process(store, tmp_path, {FILE: x})
    assert 1 <= len(with_ear.speakers) <= 2


@pytest.mark.slow
def test_a_track_that_starts_an_hour_late_and_hours_of_silence(store: MeetingStore, tmp_path: Path) -> None:
    late = with_late_speech(tmp_path / "late.wav", 3600, recording("jfk").x, recording("en_libri_1995").x)
    mic = recording("sim_libri4b_mic").x[: 30 * RATE]
    done = process(store, tmp_path, {MIC: mic, SYSTEM: late}, detector=LoudDetector())
    assert [s.name for s in done.speakers] == ["Me", "Speaker 1", "Speaker 2"]
    assert all(s.start_s > 3599 for s in done.segments if s.track == SYSTEM)
    of_half = {key: {s.speaker for s in done.segments if (s.start_s > 7000) == key} for key in (False, True)}
    assert of_half == {False: {"me", "s1"}, True: {"s2"}}
