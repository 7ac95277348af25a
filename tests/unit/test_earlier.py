"""Sound that is read again while it is recorded or played: the same as when it was heard, and never a failure."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from app.audio.earlier import EarlierPlayed, EarlierRecorded, _without_echo
from app.audio.track_file import WavTrack, raw_path
from app.domain.ports import SAMPLE_RATE


def tone(seconds: float, rate: int, hz: float = 440.0) -> np.ndarray:
    return (0.3 * np.sin(2 * np.pi * hz * np.arange(round(seconds * rate)) / rate)).astype(np.float32)


def noise(seconds: float, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, 0.1, round(seconds * 48_000)).astype(np.float32)


def test_a_track_that_is_being_written_is_read_at_16_khz(tmp_path: Path) -> None:
    track = WavTrack(raw_path(tmp_path, "mic"))
    track.append(tone(10.0, 48_000))  # not synced, its header says nothing yet
    earlier = EarlierRecorded(tmp_path)
    x = earlier.read("mic", 2.0, 5.0)
    assert len(x) == 3 * SAMPLE_RATE
    np.testing.assert_allclose(x, tone(10.0, SAMPLE_RATE)[2 * SAMPLE_RATE : 5 * SAMPLE_RATE], atol=2e-3)
    track.append(tone(10.0, 48_000))
    assert len(earlier.read("mic", 15.0, 18.0)) == 3 * SAMPLE_RATE
    assert len(earlier.read("mic", 19.0, 25.0)) == pytest.approx(SAMPLE_RATE, abs=2)
    track.close()


def test_what_is_not_there_is_empty(tmp_path: Path) -> None:
    assert not len(EarlierRecorded(tmp_path).read("mic", 0.0, 1.0))
    assert not len(EarlierPlayed({}).read("mic", 0.0, 1.0))
    (tmp_path / "x.wav").write_text("no sound")
    assert not len(EarlierPlayed({"mic": tmp_path / "x.wav"}).read("mic", 0.0, 1.0))


def test_the_microphone_is_read_without_the_loudspeakers(tmp_path: Path) -> None:
    """An echo of the other track is gone, and what was said here is not."""
    far = noise(12.0, 1)
    here = np.zeros_like(far)
    a, b = round(9.0 * 48_000), round(11.0 * 48_000)
    here[a:b] = tone(2.0, 48_000, 300.0)
    far[a:b] = 0.0
    near = here + 0.3 * np.concatenate([np.zeros(1920, np.float32), far[:-1920]])
    for name, x in (("mic", near), ("system", far)):
        track = WavTrack(raw_path(tmp_path, name))
        track.append(x.astype(np.float32))
        track.close()
    earlier = EarlierRecorded(tmp_path)
    echo, spoken = earlier.read("mic", 6.0, 8.5), earlier.read("mic", 9.5, 10.5)
    assert len(echo) == round(2.5 * SAMPLE_RATE)
    raw = earlier._raw("mic", 6.0, 8.5)
    assert np.sqrt(np.mean(echo**2)) < 0.35 * np.sqrt(np.mean(raw**2))
    assert np.sqrt(np.mean(spoken**2)) == pytest.approx(0.3 / np.sqrt(2), rel=0.2)


@pytest.mark.parametrize(("near", "far"), [(17_438, 30_000), (3_000, 16_000), (16_000, 3_000), (0, 16_000), (1, 1)])
def test_tracks_that_end_at_different_times(near: int, far: int) -> None:
    """The other track is read a little further, so the microphone's last block may lie behind its end."""
    x, y = noise(1.0, 2)[:near], noise(1.0, 3)[:far]
    assert len(_without_echo(x, y)) == near


def test_files_that_are_played_are_read_at_any_rate(tmp_path: Path) -> None:
    path = tmp_path / "stereo.flac"
    sf.write(path, np.stack([tone(6.0, 44_100)] * 2, axis=1), 44_100)
    x = EarlierPlayed({"file": path}).read("file", 1.0, 3.0)
    assert len(x) == 2 * SAMPLE_RATE
    np.testing.assert_allclose(x, tone(6.0, SAMPLE_RATE)[SAMPLE_RATE : 3 * SAMPLE_RATE], atol=3e-3)
