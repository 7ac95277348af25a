"""The downloaded diarizer through transformers' own classes, tiny and with random weights."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.domain.cancel import CancelFlag, Never
from app.domain.errors import Cancelled, ModelError
from app.domain.meeting import FILE, MIC, SYSTEM
from app.domain.ports import Adapting, AudioReader, SpeakerOptions, TurnDiarizer
from models import catalogue, ladder, loading
from models.entries import ModelEntry
from models.speakers import BUILT_IN
from models.speakers.nemotron import NemotronDiarizer, Smoothing, to_turns
from models.speakers.voices import Piece, VoiceDiarizer
from tests.unit.speakers_support import Sound, noise, recording, reference, regions, right_time, segments

ENTRY = ModelEntry("nemotron-diarization", "diarize", "nemotron-diarization", "Nemotron", 1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    loading.transformers()
    import torch
    from transformers import (
        Nemotron3DiarizationConfig,
        Nemotron3DiarizationForAudioFrameClassification,
        Nemotron3DiarizationProcessor,
    )
    from transformers.models.auto.feature_extraction_auto import feature_extractor_class_from_name

    torch.manual_seed(0)
    audio = {
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "initializer_range": 0.3,
    }
    config = Nemotron3DiarizationConfig(
        audio_config=audio, head_config={"hidden_size": 16, "audio_hidden_size": 32}, initializer_range=0.3
    )
    model = Nemotron3DiarizationForAudioFrameClassification(config)
    with torch.no_grad():
        for weight in model.parameters():
            if weight.ndim > 1:
                weight.normal_(0, 0.3)
    path = tmp_path_factory.mktemp("nemotron")
    model.save_pretrained(path)
    extractor: Any = feature_extractor_class_from_name("NemotronAsrStreamingFeatureExtractor")
    Nemotron3DiarizationProcessor(extractor(feature_size=128)).save_pretrained(path)
    return path


@pytest.fixture(scope="module")
def tiny(folder: Path) -> NemotronDiarizer:
    return NemotronDiarizer.load(folder, ENTRY, "cpu")


def offline(tiny: NemotronDiarizer, x: np.ndarray) -> np.ndarray:
    """One forward pass over everything, as transformers documents it."""
    import torch

    inputs = tiny.processor(x, sampling_rate=16_000)
    frames = int(inputs["attention_mask"].sum())
    with torch.inference_mode():
        logits = tiny.model(**inputs.to(dtype=tiny.model.dtype)).logits
    return np.asarray(logits[0, :frames].float().sigmoid())


def voiced(seconds: float) -> np.ndarray:
    """Tones that come and go, so that the answer changes with time."""
    t = np.arange(round(seconds * 16_000)) / 16_000
    x = 0.3 * np.sin(2 * np.pi * 180 * t * (1 + 0.2 * np.sin(t))) * (np.sin(2 * np.pi * t / 7) > 0)
    return (x + 0.01 * np.random.default_rng(0).standard_normal(len(t))).astype(np.float32)


@pytest.mark.parametrize("seconds", [0.05, 0.5, 1.04, 26.9, 27.3, 30.0, 61.7])
def test_in_steps_as_in_one_pass(tiny: NemotronDiarizer, seconds: float) -> None:
    x = voiced(seconds)
    expected = offline(tiny, x)
    c = tiny.model.config
    from models.speakers.nemotron import NemotronStream

    for size in (1_234, 480_000):
        stream = NemotronStream(
            tiny,
            c.chunk_length,
            c.chunk_right_context,
            c.fifo_length,
            c.speaker_cache_update_period,
        )
        parts = [stream.feed(x[i : i + size]) for i in range(0, len(x), size)] + [stream.finish()]
        found = np.concatenate(parts)
        assert found.shape == expected.shape
        tolerance = 1e-4 if tiny.settings["precision"] == "float32" else 0.05
        # One pass sees a frame of padding behind the end, which streaming in transformers leaves out as well.
        assert found[:-8] == pytest.approx(expected[:-8], abs=tolerance)
    if seconds > 20:
        assert expected.std(axis=0).max() > 0.01  # or equal would say nothing


def test_streaming_as_transformers_streams(tiny: NemotronDiarizer) -> None:
    import torch

    x, p = voiced(6.0), tiny.processor
    p.set_streaming_mode("low_latency")
    cache, parts, mel = None, [], 0
    start, size, first, last = 0, p.num_samples_first_audio_chunk, True, False
    with torch.inference_mode():
        while not last:
            last = start + size > len(x)
            piece = x[start:] if last else x[start : start + size]
            inputs = p(
                piece, sampling_rate=16_000, is_streaming=True, is_first_audio_chunk=first, is_last_audio_chunk=last
            )
            out = tiny.model(**inputs.to(dtype=tiny.model.dtype), speaker_cache=cache)
            cache = out.speaker_cache
            parts.append(out.logits[0].float().sigmoid().numpy())
            mel += p.num_mel_frames_per_step
            start, size, first = p.audio_chunk_start(mel), p.num_samples_per_audio_chunk, False
    from models.speakers.nemotron import NemotronStream

    stream = NemotronStream(tiny, 9, 4)
    found = np.concatenate([*(stream.feed(x[i : i + 5_000]) for i in range(0, len(x), 5_000)), stream.finish()])
    theirs = np.concatenate(parts)
    steps = 9 * 8 * (len(theirs) // 72 - 1)  # its last step may score more at once than ours
    assert stream.latency_s == pytest.approx(1.04)
    assert found[:steps] == pytest.approx(theirs[:steps], abs=1e-4 if tiny.settings["precision"] == "float32" else 0.05)


@pytest.mark.parametrize("step_s", [1.0, 5.0, 10.0])
def test_every_sound_is_answered_once_whatever_the_step(tiny: NemotronDiarizer, step_s: float) -> None:
    stream = tiny.stream(step_s)
    assert stream.latency_s == pytest.approx(step_s, abs=0.1)
    x = voiced(23.0)
    found = 0
    for i in range(0, len(x), 1_600):
        found += len(stream.feed(x[i : i + 1_600]))
        assert found / 100 >= i / 16_000 - step_s - 1.1
    assert found + len(stream.finish()) == 2_300
    assert len(stream.finish()) == 0


def test_memory_does_not_grow_with_the_meeting(tiny: NemotronDiarizer) -> None:
    stream = tiny.stream(5.0)
    for _ in range(40):
        stream.feed(voiced(5.0))
    assert stream._features is None or stream._features.shape[1] < 1_100
    assert len(stream._sound._rest) < 32_000


def test_next_to_nothing_and_cancelling(tiny: NemotronDiarizer) -> None:
    assert tiny.find(Sound(np.zeros(0)), Never()) == []
    assert tiny.find(noise(0.4), Never()) == []  # nobody speaks for a second
    flag = threading.Event()
    flag.set()
    with pytest.raises(Cancelled):
        tiny.find(noise(5), flag)


def test_another_model_is_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError):
        NemotronDiarizer.load(tmp_path / "nothing", ENTRY, "cpu")
    for file in folder.iterdir():
        if file.suffix != ".safetensors":
            (tmp_path / file.name).write_bytes(file.read_bytes())
    with pytest.raises(ModelError):
        NemotronDiarizer.load(tmp_path, ENTRY, "cpu")


# Smoothing


def probabilities(*spans: tuple[float, float, int, float], seconds: float = 10.0) -> np.ndarray:
    p = np.zeros((round(seconds * 100), 8), np.float32)
    for start, end, speaker, value in spans:
        p[round(start * 100) : round(end * 100), speaker] = value
    return p


def test_turns_overlap_and_speakers_count_in_order_of_appearance() -> None:
    found = to_turns(probabilities((1, 4, 5, 0.9), (3, 6, 2, 0.9)), Smoothing())
    assert found == [(1.0, 4.0, 0), (3.0, 6.0, 1)]


def test_short_pauses_blips_and_people_are_not_kept() -> None:
    p = probabilities((1, 2, 0, 0.9), (2.2, 4, 0, 0.9), (6, 6.1, 0, 0.9), (8, 8.5, 1, 0.9))
    assert to_turns(p, Smoothing()) == [(1.0, 4.0, 0)]
    kept = to_turns(p, Smoothing(min_pause_s=0, min_speech_s=0, min_speaker_s=0))
    assert [k[:2] for k in kept] == [pytest.approx(k) for k in [(1, 2), (2.2, 4), (6, 6.1), (8, 8.5)]]


def test_hysteresis() -> None:
    p = probabilities((1, 2, 0, 0.4), (2, 3, 0, 0.6), (3, 4, 0, 0.4), (6, 8, 1, 0.4))
    assert to_turns(p, Smoothing()) == [(2.0, 4.0, 0)]


def test_every_setting_is_explained() -> None:
    import inspect

    source = inspect.getsource(Smoothing)
    for f in fields(Smoothing):
        assert f'{f.name}: float = {f.default}\n    """' in source


# As part of a meeting


class Finder:
    """Answers with the truth, as a perfect model would."""

    name = "perfect"

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self.settings: dict[str, Any] = {"device": "cpu"}
        self.pieces = list(pieces)

    def find(self, reader: AudioReader, cancel: CancelFlag) -> list[Piece]:
        return self.pieces


OVERLAP = [(0.0, 4.0, 0), (3.0, 6.0, 1)]


def test_overlapping_speech_keeps_both() -> None:
    diarizer = VoiceDiarizer(finder=Finder(OVERLAP))
    found = diarizer.diarize(
        {FILE: noise(6)}, regions([(0, 6)]), segments([(0, 3), (3.5, 6)]), SpeakerOptions(), Never()
    )
    assert [(t.start_s, t.end_s, t.speaker) for t in found.turns] == [(0, 4, "s1"), (3, 6, "s2")]
    assert found.of_segment == {1: "s1", 2: "s2"}
    assert diarizer.name == "perfect"
    assert diarizer.settings["device"] == "cpu"


@pytest.mark.parametrize(("count", "expected"), [(2, 2), (1, 1), (3, 3)])
def test_the_user_knows_better_how_many(count: int, expected: int) -> None:
    sound = Sound(np.concatenate([noise(6).x, voiced(20)]))
    found = VoiceDiarizer(finder=Finder(OVERLAP)).diarize(
        {FILE: sound}, regions([(0, 26)]), [], SpeakerOptions(count), Never()
    )
    assert len(found.speakers) == expected
    assert (len(found.turns) == 2 and found.turns[0].end_s == 4) is (count == 2)


def test_the_voice_gate_works_with_it() -> None:
    there, here = reference("sim_libri4b_sys"), reference("sim_libri4b_micecho")
    names = list(dict.fromkeys(t[2] for t in there))
    tracks = {MIC: recording("sim_libri4b_micecho"), SYSTEM: recording("sim_libri4b_sys")}
    speech = regions([t[:2] for t in there], SYSTEM) + regions([t[:2] for t in here + there], MIC)
    finder = Finder([(a, b, names.index(k)) for a, b, k in there])
    found = VoiceDiarizer(finder=finder).diarize(tracks, speech, [], SpeakerOptions(), Never())
    assert len(found.speakers) == 4
    kept = sum(t.end_s - t.start_s for t in found.turns if t.track == MIC)
    assert right_time(found, here, MIC) > 0.97
    assert kept < 1.1 * sum(b - a for a, b, _ in here)
    assert right_time(found, there, SYSTEM) > 0.999


# In the catalogue


def test_a_folder_is_known_for_what_it_is(folder: Path, tmp_path: Path) -> None:
    found = catalogue.resolve(str(folder), tmp_path, "diarize")
    assert (found.entry.task, found.entry.family, found.entry.languages) == ("diarize", "nemotron-diarization", ())
    with pytest.raises(ModelError, match="cannot be used as a text model"):
        catalogue.resolve(str(folder), tmp_path, "text")
    damaged = tmp_path / "damaged"
    shutil.copytree(folder, damaged)
    (damaged / "processor_config.json").unlink()
    with pytest.raises(ModelError, match="processor_config"):
        catalogue.resolve(str(damaged), tmp_path, "diarize")


def test_it_is_used_where_it_is_installed_and_the_built_in_one_elsewhere(folder: Path, tmp_path: Path) -> None:
    from app.bootstrap import LocalEngines, check_models

    engines = LocalEngines(tmp_path)
    assert engines.diarizer(None).name == "ge2e-voices"
    with pytest.raises(ModelError, match="not installed"):
        engines.diarizer("nemotron-3-diarization")
    shutil.copytree(folder, tmp_path / "nemotron-3-diarization")
    diarizer = engines.diarizer(None)
    assert diarizer.name == "nemotron-3-diarization"
    assert diarizer.settings["device"] == "cpu"
    assert engines.diarizer(BUILT_IN).name == "ge2e-voices"
    assert isinstance(diarizer, TurnDiarizer)
    assert isinstance(diarizer, Adapting)
    assert diarizer.changes() == ()
    sound = Sound(np.concatenate([voiced(12.0), noise(2).x]))
    found = diarizer.diarize({FILE: sound}, regions([(0, 14)]), segments([(0, 6), (6, 14)]), SpeakerOptions(), Never())
    assert set(found.of_segment) == {1, 2}
    assert {t.speaker for t in found.turns} <= {s.key for s in found.speakers}
    assert "nemotron-3-diarization" in {m.model for m in engines.loaded()}
    engines.unload()
    assert "nemotron-3-diarization" not in {m.model for m in engines.loaded()}
    again = diarizer.diarize({FILE: sound}, regions([(0, 14)]), segments([(0, 6), (6, 14)]), SpeakerOptions(), Never())
    assert again == found, "it is loaded again when it is used"
    engines.unload()
    check_models({"speech": "starter-asr", "text": "starter-text", "diarize": BUILT_IN}, tmp_path)
    with pytest.raises(ModelError, match="no model “another”"):
        check_models({"speech": "starter-asr", "text": "starter-text", "diarize": "another"}, tmp_path)


def test_its_entry_shows_the_licence() -> None:
    e = catalogue.entry("nvidia/Nemotron-3-Diarization")
    assert e is not None
    assert e.licence.title == "OpenMDW License 1.1"
    assert "quantised" in ladder.left_out(e, "int8", "cpu")
