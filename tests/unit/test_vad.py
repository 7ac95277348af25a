"""Speech is found, exactly where the reference finds it, and silence and music are not called speech."""

from __future__ import annotations

import dataclasses
import inspect
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from app.domain.errors import ModelError
from app.domain.ports import SAMPLE_RATE, VoiceDetector
from models import vad
from models.vad import SileroStream, SileroVad, VadSettings

TESTDATA = Path(__file__).parents[3] / "shared" / "testdata"


def heard(name: str) -> np.ndarray:
    if not TESTDATA.is_dir():
        pytest.skip("the shared test recordings are not here")
    x: np.ndarray = sf.read(TESTDATA / f"{name}.flac", dtype="float32")[0]
    return x


def blocks(x: np.ndarray, size: int) -> Iterator[np.ndarray]:
    return (x[i : i + size] for i in range(0, len(x), size))


def regions(probabilities: list[float], settings: VadSettings | None = None) -> list[tuple[float, float]]:
    """What the rules make of given probabilities, in frames of 32 ms."""
    tracker = vad._Tracker(settings or VadSettings(pad_s=0))
    found = [*(tracker.step(p) for p in probabilities), tracker.finish()]
    return [(r[0] / vad.FRAME, r[1] / vad.FRAME) for r in found if r is not None]


def total(found: list[tuple[float, float]]) -> float:
    return sum(end - start for start, end in found)


# The rules


def test_a_stretch_of_speech() -> None:
    assert regions([0.0] * 5 + [0.9] * 10 + [0.0] * 20) == [(5, 15)]


def test_a_short_pause_does_not_end_it_and_a_long_one_does() -> None:
    assert regions([0.9] * 10 + [0.0] * 9 + [0.9] * 10) == [(0, 29)]
    assert regions([0.9] * 10 + [0.0] * 11 + [0.9] * 10) == [(0, 10), (21, 31)]


def test_between_the_thresholds_what_was_going_on_goes_on() -> None:
    assert regions([0.3] * 20 + [0.9] + [0.3] * 20 + [0.0] * 20) == [(20, 41)]


def test_clicks_are_dropped() -> None:
    assert regions([0.0] * 20 + [0.99] * 6 + [0.0] * 20) == []
    assert regions([0.0] * 20 + [0.99] * 7 + [0.0] * 20) == [(20, 27)]


def test_padding_stays_inside_and_never_overlaps() -> None:
    found = regions([0.9] * 10 + [0.0] * 11 + [0.9] * 10, VadSettings())
    assert found[0] == (0, 10 + 3.125)
    assert found[1][0] == 21 - 3.125
    assert found[0][1] <= found[1][0]


@pytest.mark.parametrize(
    "wrong", [{"threshold": 0.1}, {"threshold": 1.5}, {"release": -0.1}, {"pad_s": 0.2}, {"min_speech_s": -1}]
)
def test_settings_that_make_no_sense_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="not"):
        VadSettings(**wrong)


def test_every_knob_is_explained_where_it_is_declared() -> None:
    lines = inspect.getsource(VadSettings).splitlines()
    for field in dataclasses.fields(VadSettings):
        at = next(i for i, line in enumerate(lines) if line.strip().startswith(f"{field.name}:"))
        assert lines[at + 1].strip().startswith('"""')


# The model


def test_it_is_a_voice_detector_that_tells_its_settings() -> None:
    detector: VoiceDetector = SileroVad(VadSettings(threshold=0.5))
    assert detector.name == "silero-vad"
    assert detector.settings["threshold"] == 0.5
    assert set(detector.settings) == {f.name for f in dataclasses.fields(VadSettings)}


@pytest.mark.parametrize("x", [np.zeros(0), np.zeros(100), np.zeros(160_000)], ids=["no sound", "6 ms", "10 s"])
def test_silence_is_no_speech(x: np.ndarray) -> None:
    assert list(SileroVad().find([x.astype(np.float32)])) == []
    assert list(SileroVad().find([])) == []


def test_noise_and_tones_are_no_speech() -> None:
    rng = np.random.default_rng(0)
    t = np.arange(160_000) / 16_000
    for x in (0.1 * rng.standard_normal(160_000), 0.3 * np.sin(2 * np.pi * 440 * t)):
        assert total(list(SileroVad().find([x.astype(np.float32)]))) < 0.5


@pytest.mark.parametrize("name", ["ns_guitar", "ns_silence_leopard"])
def test_music_and_room_silence_are_no_speech(name: str) -> None:
    assert total(list(SileroVad().find([heard(name)]))) < 0.5


@pytest.mark.parametrize(
    ("name", "least_s"),
    [("jfk", 8), ("en_libri_1995", 8), ("zh_aishell", 3), ("leopard_ja", 4), ("ami_dev00", 20), ("ami_trn04", 10)],
)
def test_speech_is_found(name: str, least_s: float) -> None:
    x = heard(name)
    found = list(SileroVad().find([x]))
    assert total(found) >= least_s
    ends = [t for r in found for t in r]
    assert ends == sorted(ends)
    assert ends[0] >= 0
    assert ends[-1] <= len(x) / 16_000


def test_quiet_speech_is_found() -> None:
    x = heard("jfk")
    assert total(list(SileroVad().find([x * 0.03]))) > 0.7 * total(list(SileroVad().find([x])))


def test_blocks_of_any_size_give_the_same() -> None:
    x = heard("jfk")
    whole = list(SileroVad().find([x]))
    for size in (500, 512, 16_000, 100_001):
        assert list(SileroVad().find(blocks(x, size))) == whole


def test_a_stretch_is_told_as_soon_as_it_is_over() -> None:
    """Live use: nothing waits for the end of the sound."""
    x = heard("jfk")
    given = 0

    def live() -> Iterator[np.ndarray]:
        nonlocal given
        for block in blocks(x, 1_600):
            given += len(block)
            yield block

    first = next(SileroVad().find(live()))
    assert first[1] < given / 16_000 < first[1] + 0.6


def test_two_detections_at_once_do_not_disturb_each_other() -> None:
    x, y = heard("jfk"), heard("leopard_es")
    detector = SileroVad()
    alone = list(detector.find(blocks(x, 8_000))), list(detector.find(blocks(y, 8_000)))
    a, b = detector.find(blocks(x, 8_000)), detector.find(blocks(y, 8_000))
    together: tuple[list[tuple[float, float]], ...] = ([next(a)], [next(b)])
    together[0].extend(a)
    together[1].extend(b)
    assert together == alone


@pytest.mark.filterwarnings("ignore")  # of silero_vad and torch.jit
@pytest.mark.parametrize("name", ["jfk", "ami_trn01", "leopard_fr"])
def test_the_reference_finds_the_same(name: str) -> None:
    import torch

    x = heard(name)
    mine = list(SileroVad().find(blocks(x, 16_000)))
    threads = torch.get_num_threads()
    try:
        from silero_vad import get_speech_timestamps, load_silero_vad
    finally:
        torch.set_num_threads(threads)
    theirs = get_speech_timestamps(
        torch.from_numpy(x),
        load_silero_vad(),
        threshold=0.35,
        neg_threshold=0.2,
        min_speech_duration_ms=200,
        min_silence_duration_ms=300,
        speech_pad_ms=100,
    )
    assert mine == [(r["start"] / 16_000, r["end"] / 16_000) for r in theirs]


def test_the_process_is_left_as_it_was() -> None:
    """No change of torch's threads or gradient mode, no silero_vad, no torchaudio, no warnings."""
    program = """
import sys
import models.vad
assert "torch" not in sys.modules
import numpy as np, torch
torch.set_num_threads(2)
found = models.vad.SileroVad().find(np.zeros((3, 16000), np.float32))
assert list(found) == []
assert torch.get_num_threads() == 2 and torch.is_grad_enabled() and not torch.is_inference_mode_enabled()
assert not {"silero_vad", "torchaudio", "onnxruntime"} & set(sys.modules)
"""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program], check=False, capture_output=True, text=True, timeout=120
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_missing_or_damaged_model_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    vad._network.cache_clear()
    try:
        damaged = tmp_path / "silero_vad.jit"
        damaged.write_bytes(b"no model")
        with monkeypatch.context() as m:
            m.setattr(vad, "_weights_path", lambda: damaged)
            with pytest.raises(ModelError, match="damaged"):
                list(SileroVad().find([np.zeros(512, np.float32)]))
        with monkeypatch.context() as m:
            m.setattr(vad, "_WEIGHTS", "data/nothing.jit")
            with pytest.raises(ModelError, match="missing"):
                list(SileroVad().find([np.zeros(512, np.float32)]))
    finally:
        vad._network.cache_clear()


@pytest.mark.parametrize("sizes", [(800,), (1, 511, 513, 4000, 37), (160_000,)])
def test_a_stream_finds_what_is_found_in_the_whole(sizes: tuple[int, ...]) -> None:
    """Live text and the pipeline must agree on what an utterance is, whatever the blocks."""
    sample = Path(__file__).parents[2] / "models" / "starter" / "sample" / "mic.flac"
    x, _ = sf.read(sample, frames=40 * SAMPLE_RATE, dtype="float32")
    stream = SileroStream()
    found, at, n = [], 0, 0
    while at < len(x):
        size = sizes[n % len(sizes)]
        found += stream.feed(x[at : at + size])
        at, n = at + size, n + 1
    found += stream.finish()
    assert found == list(SileroVad().find([x]))


def test_a_stream_says_that_somebody_speaks_before_they_have_ended() -> None:
    sample = Path(__file__).parents[2] / "models" / "starter" / "sample" / "mic.flac"
    x, _ = sf.read(sample, frames=20 * SAMPLE_RATE, dtype="float32")
    stream, ended = SileroStream(), []
    begun: dict[float, float] = {}
    for at in range(0, len(x), 800):
        ended += stream.feed(x[at : at + 800])
        if (since := stream.speaking_since) is not None:
            begun.setdefault(since, (at + 800) / SAMPLE_RATE)
    assert set(begun) == {start for start, _ in ended}  # no false alarm, and nobody is overheard
    assert all(0.2 <= heard - since <= 0.6 for since, heard in begun.items())
