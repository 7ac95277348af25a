"""Echo: far less of it where the far end speaks, and the near voice untouched where it does not."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import soxr
from scipy.signal import butter, fftconvolve, sosfilt

from app.audio.echo import EchoCanceller, LiveBlock

RATE = 16_000


def voice(seconds: float, seed: int) -> np.ndarray:
    """Something with the rhythm and the spectrum of speech, −22 dBFS."""
    rng = np.random.default_rng(seed)
    n = round(seconds * RATE)
    knots = np.arange(0, n + 2_000, 2_000)
    syllables = np.clip(np.interp(np.arange(n), knots, rng.uniform(-0.6, 1.0, len(knots))), 0, 1)
    x = sosfilt(butter(2, [150, 4_000], "band", fs=RATE, output="sos"), rng.standard_normal(n)) * syllables
    return (x / np.sqrt(np.mean(x**2)) * 10 ** (-22 / 20)).astype(np.float32)


def room(far: np.ndarray, seed: int, delay_s: float = 0.02) -> np.ndarray:
    """How it comes back into the microphone, 6 dB lower."""
    rng = np.random.default_rng(seed)
    n = round(0.3 * RATE)
    h = 0.35 * rng.standard_normal(n) * np.exp(-6.9 * np.arange(n) / n)
    h[0] = 1.0
    e = np.roll(fftconvolve(far, h)[: len(far)], round(delay_s * RATE))
    return (e / np.sqrt(np.mean(e**2)) * np.sqrt(np.mean(far**2)) * 0.5).astype(np.float32)


def blocks(track: str, x: np.ndarray, start_s: float, size: int) -> list[LiveBlock]:
    return [LiveBlock(track, start_s + i / RATE, x[i : i + size]) for i in range(0, len(x), size)]


def cancel(mic: list[LiveBlock], system: list[LiveBlock]) -> tuple[np.ndarray, float]:
    """The cancelled microphone, and the time of its first sample."""
    canceller = EchoCanceller()
    out = [
        b
        for block in sorted([*mic, *system], key=lambda b: b.end_s)
        for b in canceller.process(block)
        if b.track == "mic"
    ]
    out += canceller.flush()
    for a, b in itertools.pairwise(out):
        assert b.start_s == pytest.approx(a.end_s, abs=1e-6)
    return np.concatenate([b.samples for b in out]), out[0].start_s


def db(x: np.ndarray) -> float:
    return float(10 * np.log10(np.mean(np.square(x, dtype=np.float64)) + 1e-12))


def part(x: np.ndarray, first_s: float, start_s: float, end_s: float) -> np.ndarray:
    return x[round((start_s - first_s) * RATE) : round((end_s - first_s) * RATE)]


@pytest.mark.parametrize("delay_s", [-0.05, 0.0, 0.02, 0.25])  # < 0: the system track came late
@pytest.mark.parametrize("ppm", [0.0, 50.0])
def test_echo_goes_and_the_near_voice_stays(delay_s: float, ppm: float) -> None:
    far = voice(30.0, 1)
    far[round(14 * RATE) : round(24 * RATE)] = 0
    near = voice(30.0, 2)
    near[: 15 * RATE] = 0
    near[24 * RATE :] = 0
    noise = np.random.default_rng(5).normal(0, 10 ** (-65 / 20), len(far)).astype(np.float32)
    mic = room(far, 3, delay_s) + near + noise
    reference = soxr.resample(far, RATE, RATE * (1 - ppm * 1e-6)).astype(np.float32) if ppm else far
    out, first_s = cancel(blocks("mic", mic, 100.0, 777), blocks("system", reference, 100.0, 800))
    assert len(out) == pytest.approx(len(mic) + 128, abs=2)
    for a, b in ((105.0, 114.0), (125.0, 129.5)):
        assert db(part(mic, 100.0, a, b)) - db(part(out, first_s, a, b)) >= 15.0
    alone = part(mic, 100.0, 116.0, 123.5), part(out, first_s, 116.0, 123.5)
    np.testing.assert_allclose(alone[1], alone[0], atol=1e-6)  # on the same times, sample by sample


def test_without_a_far_end_nothing_changes() -> None:
    near = voice(8.0, 2)
    out, first_s = cancel(blocks("mic", near, 3.0, 333), blocks("system", np.zeros(8 * RATE, np.float32), 3.0, 800))
    np.testing.assert_allclose(part(out, first_s, 3.0, 10.9), part(near, 3.0, 3.0, 10.9), atol=1e-6)


def test_a_missing_reference_is_waited_for_only_so_long() -> None:
    near = voice(8.0, 2)
    canceller = EchoCanceller()
    given = 0.0
    for block in blocks("mic", near, 0.0, 800):
        for b in canceller.process(block):
            given = b.end_s
        assert block.end_s - given < 3.0
    assert given > 5.0
    # It comes back much later: no memory is filled with what lies between.
    passed, *rest = canceller.process(LiveBlock("system", 1e9, np.zeros(800, np.float32)))
    assert passed.track == "system"
    assert rest[-1].end_s <= 8.0


def arriving(blocks: list[LiveBlock], late_s: float) -> list[tuple[float, LiveBlock]]:
    return [(b.end_s + late_s, b) for b in blocks]


@pytest.mark.parametrize(("late_s", "size"), [(0.15, 4_800), (0.3, 800), (1.0, 1_600)])
def test_a_reference_that_comes_late_is_waited_for(late_s: float, size: int) -> None:
    far = voice(10.0, 1)
    mic = room(far, 3)
    canceller, out = EchoCanceller(), list[LiveBlock]()
    come = arriving(blocks("mic", mic, 0.0, 800), 0.0) + arriving(blocks("system", far, 0.0, size), late_s)
    for _, block in sorted(come, key=lambda c: c[0]):
        out += [b for b in canceller.process(block) if b.track == "mic"]
    whole = np.concatenate([b.samples for b in out])
    assert db(part(mic, 0.0, 4.0, 8.5)) - db(part(whole, out[0].start_s, 4.0, 8.5)) >= 15.0


def test_silence_that_is_made_up_late_is_not_waited_for_and_one_delay_is_forgotten() -> None:
    near, canceller = voice(38.0, 2), EchoCanceller()
    silence = arriving(blocks("system", np.zeros(6 * RATE, np.float32), 0.0, 16_000), 1.0)
    spoken = [b for b in blocks("system", voice(24.0, 1), 6.0, 3_200) if not 10.0 <= b.start_s < 14.0]
    delayed = [(max(8.2, at), b) for at, b in arriving(spoken, 0.0)]
    mic = arriving(blocks("mic", near, 0.0, 1_600), 0.0)
    given, waited = 0.0, dict[int, float]()
    for at, block in sorted([*mic, *silence, *delayed], key=lambda c: c[0]):
        for b in canceller.process(block):
            given = b.end_s if b.track == "mic" else given
        waited[int(at)] = max(waited.get(int(at), 0.0), at - given)
    assert max(waited[s] for s in range(2, 5)) < 0.7
    assert max(waited[s] for s in range(10, 14)) > 1.5, "or there was no delay to forget"
    assert max(waited[s] for s in range(33, 37)) < 0.8


def test_tracks_that_do_not_begin_together() -> None:
    far = voice(20.0, 1)
    mic = room(far, 3)
    out, first_s = cancel(blocks("mic", mic[RATE:], 1.0, 800), blocks("system", far, 0.0, 800))
    assert db(part(mic, 0.0, 10.0, 19.0)) - db(part(out, first_s, 10.0, 19.0)) >= 15.0
    out, first_s = cancel(blocks("mic", mic, 0.0, 800), blocks("system", far[RATE:], 1.0, 800))
    assert db(part(mic, 0.0, 10.0, 19.0)) - db(part(out, first_s, 10.0, 19.0)) >= 15.0
