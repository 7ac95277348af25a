"""Any part of any track, where the timeline says; which stretches are worth hearing; how loud it is where."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest

from app.audio import peaks as peaks_module
from app.audio.journal import JOURNAL_NAME, JournalWriter
from app.audio.originals import original_blocks, packed_path
from app.audio.packing import _write_flac, _write_opus
from app.audio.peaks import BINS_PER_S, PEAKS_NAME, Peaks, outline_of, peaks_of
from app.audio.playback_map import TimeMap, audible
from app.audio.sounds import PackedFile, open_sounds
from app.audio.stretch import Stretcher
from app.audio.track_file import raw_path
from app.audio.tracks import TrackWriter
from app.domain.cancel import Never
from app.domain.errors import Cancelled, InputError
from app.domain.meeting import MIC, SYSTEM, SpeechRegion, Track
from tests.unit.recordings_support import BEGAN, RATE, write_simple, write_track


def noise(seconds: float, seed: int = 0) -> np.ndarray:
    """Below 4 kHz, as a 16-bit file holds it."""
    random = np.random.default_rng(seed)
    x = np.convolve(random.standard_normal(round(seconds * RATE)), np.hanning(25) / 12, "same") * 0.1
    return (np.rint(x * 32768) / 32768).astype(np.float32)


def copy_of(folder: Path, name: str, sound: np.ndarray) -> Track:
    with TrackWriter(folder / f"{name}.flac") as writer:
        writer.write(sound)
        writer.commit()
    return Track(name, f"{name}.flac", len(sound) / 16_000)


# -- Sounds -----------------------------------------------------------------------------------------------


def test_a_recorded_track_is_its_wav_to_the_sample(tmp_path: Path) -> None:
    x = noise(5)
    write_simple(tmp_path, {MIC: x})
    with open_sounds(tmp_path, ()) as sounds:
        (track,) = sounds.tracks
        assert sounds.duration_s == pytest.approx(5.0)
        for start, count in ((0, 1000), (123_457, 4801), (239_000, 1000)):
            assert np.array_equal(track.read(start, count), x[start : start + count])
        assert not track.read(10 * RATE, 100).any()


@pytest.mark.parametrize("form", ["opus", "flac"])
def test_a_packed_track_is_read_anywhere_as_from_its_beginning(tmp_path: Path, form: str) -> None:
    write_track(tmp_path, MIC, noise(20))
    packed = packed_path(tmp_path, MIC, form)  # type: ignore[arg-type]
    write = _write_opus if form == "opus" else _write_flac
    list(write(raw_path(tmp_path, MIC), packed, Never()))
    whole = np.concatenate(list(original_blocks(packed, cancel=Never())))
    file = PackedFile(packed, len(whole))
    try:
        for start in (700_000, 0, 2400, 4800, 911_111, 100_000, 960_000 - 500):  # forth and back, and on
            got = file.read(start, start + 2400)
            want = whole[start : start + 2400]
            assert len(got) == len(want)
            # Opus converges to the same sound after a jump; no sample is displaced.
            assert np.abs(got - want).max() < (0.01 if form == "opus" else 1e-6)
    finally:
        file.close()


def test_a_clock_that_runs_fast_is_put_right(tmp_path: Path) -> None:
    """A click each 10 s of a device 300 ppm fast is heard each 10 s."""
    ppm = 300e-6
    seconds = 120
    x = np.zeros(round(seconds * RATE * (1 + ppm)) + RATE, np.float32)
    for s in range(10, seconds, 10):
        x[round(s * RATE * (1 + ppm))] = 0.9
    write_track(tmp_path, MIC, x)
    journal = JournalWriter(tmp_path / JOURNAL_NAME)
    journal.start(BEGAN, {MIC: ""})
    journal.device(MIC, "device")
    journal.span(MIC, 0, 0.0)
    for s in range(1, seconds):
        journal.clock(MIC, round(s * RATE * (1 + ppm)), float(s))
    journal.end("stopped", BEGAN, float(seconds))
    journal.close()
    with open_sounds(tmp_path, ()) as sounds:
        for s in (10, 60, 110):
            around = sounds.tracks[0].read(s * RATE - 500, 1000)
            assert abs(int(np.abs(around).argmax()) - 500) < 0.002 * RATE
            assert np.abs(around).max() > 0.4  # between two samples it is spread over them


def test_a_working_copy_fits_together_whatever_the_blocks(tmp_path: Path) -> None:
    t = np.arange(3 * 16_000) / 16_000
    tracks = [copy_of(tmp_path, "file", (0.5 * np.sin(2 * np.pi * 440 * t)).astype(np.float32))]
    with open_sounds(tmp_path, tracks) as sounds:
        (track,) = sounds.tracks
        blocks = np.concatenate([track.read(n, 2411) for n in range(0, 2 * RATE, 2411)])
        want = 0.5 * np.sin(2 * np.pi * 440 * np.arange(len(blocks)) / RATE)
        assert np.abs(blocks[100:] - want[100:]).max() < 0.002


def test_a_lost_original_is_heard_from_its_copy_and_the_rest_goes_on(tmp_path: Path) -> None:
    tracks = [copy_of(tmp_path, MIC, noise(2)[::3]), Track(SYSTEM, "system.flac", 2.0)]
    (tmp_path / "mic.opus").write_bytes(b"this is no Opus")
    with open_sounds(tmp_path, tracks) as sounds:
        assert [t.name for t in sounds.tracks] == [MIC]
        assert len(sounds.problems) == 1
        assert "system.flac" in sounds.problems[0]


def test_a_meeting_without_sound_says_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no sound"):
        open_sounds(tmp_path, ())


# -- Stretching, the map, silence --------------------------------------------------------------------------


@pytest.mark.parametrize("speed", [0.5, 1.0, 1.25, 2.0])
def test_stretching_keeps_the_pitch_and_the_length(speed: float) -> None:
    x = (0.5 * np.sin(2 * np.pi * 500 * np.arange(4 * RATE) / RATE)).astype(np.float32)
    stretcher = Stretcher(speed)
    y = np.concatenate([stretcher.feed(b) for b in np.array_split(x, 77)] + [stretcher.end()])
    assert len(y) == pytest.approx(len(x) / speed, abs=0.06 * RATE)
    middle = y[RATE // 2 : RATE // 2 + 32768] * np.hanning(32768)
    assert float(np.argmax(np.abs(np.fft.rfft(middle)))) * RATE / 32768 == pytest.approx(500, abs=2)


def test_a_speed_nobody_offers_is_refused() -> None:
    with pytest.raises(ValueError, match="speed"):
        Stretcher(3.0)


def test_the_map_follows_speeds_and_jumps() -> None:
    m = TimeMap()
    assert m.at(0) is None
    m.add(1000, 10.0, 1.5)
    assert m.at(0) == 10.0  # not begun yet
    assert m.at(1000 + RATE) == pytest.approx(11.5)
    m.add(1000 + 2 * RATE, 60.0, 1.5)
    assert m.at(1000 + 2 * RATE) == 60.0
    assert m.at(1000 + RATE) == pytest.approx(11.5)
    m.add(1000 + 2 * RATE, 70.0, 1.0)  # nothing was heard of the other
    assert m.at(1000 + 3 * RATE) == pytest.approx(71.0)


def test_the_map_of_hours_stays_small() -> None:
    m = TimeMap()
    for n in range(5000):
        m.add(n * 100, float(n), 1.0)
        assert m.at(n * 100) == n
    assert len(m._frames) < 100


def test_short_silences_are_not_left_out() -> None:
    regions = [SpeechRegion(SYSTEM, 20.0, 30.0), SpeechRegion(MIC, 1.0, 5.0), SpeechRegion(MIC, 6.0, 8.0)]
    assert audible(regions, 60.0) == [(0.7, 8.3), (19.7, 30.3)]
    assert audible([], 60.0) == [(0.0, 60.0)]


# -- Peaks ------------------------------------------------------------------------------------------------


def test_peaks_are_the_least_and_greatest_of_each_fiftieth(tmp_path: Path) -> None:
    x = np.zeros(16_000 * 45, np.float32)  # longer than a block
    x[16_000 * 30] = 0.5
    x[16_000 * 30 + 10] = -0.25
    peaks = peaks_of(tmp_path, [copy_of(tmp_path, "file", x[:-100])], Never())
    levels = peaks.tracks["file"]
    assert levels.shape == (45 * BINS_PER_S, 2)
    assert levels[30 * BINS_PER_S].tolist() == [-32, 64]
    assert np.count_nonzero(levels) == 2
    assert peaks.duration_s == 45.0


def test_peaks_of_a_recording_that_was_not_read_in_yet(tmp_path: Path) -> None:
    x = np.zeros(3 * RATE, np.float32)
    x[RATE : RATE + 10] = 0.9
    write_simple(tmp_path, {MIC: x, SYSTEM: np.zeros(RATE, np.float32)})
    peaks = peaks_of(tmp_path, (), Never())
    assert set(peaks.tracks) == {MIC, SYSTEM}
    assert peaks.tracks[MIC][BINS_PER_S, 1] > 110
    assert not peaks.tracks[SYSTEM].any()


def test_peaks_of_a_recording_stand_where_its_clock_says(tmp_path: Path) -> None:
    """500 ppm fast: after 100 s the file is 50 ms ahead."""
    ppm, seconds = 500e-6, 100
    x = np.zeros(round(seconds * RATE * (1 + ppm)), np.float32)
    click = round(90.01 * RATE * (1 + ppm))
    x[click : click + 20] = 0.9
    write_track(tmp_path, MIC, x)
    journal = JournalWriter(tmp_path / JOURNAL_NAME)
    journal.start(BEGAN, {MIC: ""})
    journal.device(MIC, "device")
    journal.span(MIC, 0, 0.0)
    for s in range(1, seconds):
        journal.clock(MIC, round(s * RATE * (1 + ppm)), float(s))
    journal.end("stopped", BEGAN, float(seconds))
    journal.close()
    levels = peaks_of(tmp_path, (), Never()).tracks[MIC]
    assert len(levels) == seconds * BINS_PER_S
    assert np.flatnonzero(levels[:, 1]).tolist() == [round(90.0 * BINS_PER_S)]


def test_peaks_are_kept_until_the_sound_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    track = copy_of(tmp_path, "file", noise(3)[::3])
    first = peaks_of(tmp_path, [track], Never())
    assert (tmp_path / PEAKS_NAME).stat().st_size < 1000
    with monkeypatch.context() as m:
        m.setattr(peaks_module, "_levels", None)  # nothing is worked out
        assert np.array_equal(peaks_of(tmp_path, [track], Never()).tracks["file"], first.tracks["file"])
    (tmp_path / "file.flac").unlink()
    copy_of(tmp_path, "file", noise(4)[::3])
    assert peaks_of(tmp_path, [track], Never()).duration_s == pytest.approx(4.0)


@pytest.mark.parametrize("damage", [b"", b"{}\n", b"no json\n", b'{"version": 99, "tracks": []}\n', None])
def test_damaged_peaks_are_worked_out_again(tmp_path: Path, damage: bytes | None) -> None:
    track = copy_of(tmp_path, "file", noise(3)[::3])
    first = peaks_of(tmp_path, [track], Never())
    path = tmp_path / PEAKS_NAME
    path.write_bytes(path.read_bytes()[:-7] if damage is None else damage)
    assert np.array_equal(peaks_of(tmp_path, [track], Never()).tracks["file"], first.tracks["file"])


def test_a_track_that_cannot_be_read_costs_only_its_own_peaks(tmp_path: Path) -> None:
    good = copy_of(tmp_path, MIC, noise(2)[::3])
    (tmp_path / "system.flac").write_bytes(b"broken")
    peaks = peaks_of(tmp_path, [good, Track(SYSTEM, "system.flac", 2.0)], Never())
    assert set(peaks.tracks) == {MIC}
    assert not (tmp_path / PEAKS_NAME).exists()  # it may be readable next time


def test_peaks_can_be_given_up_and_leave_nothing(tmp_path: Path) -> None:
    track = copy_of(tmp_path, "file", noise(3)[::3])
    cancel = threading.Event()
    cancel.set()
    with pytest.raises(Cancelled):
        peaks_of(tmp_path, [track], cancel)
    assert [p.name for p in tmp_path.iterdir()] == ["file.flac"]


def test_an_outline_is_as_coarse_as_a_screen_and_loses_nothing_loud() -> None:
    levels = np.zeros((50_000, 2), np.int8)
    levels[:, 1] = 3
    levels[:10_000, 1] = 60
    levels[10_007, 0] = -100
    outline = outline_of(Peaks({MIC: levels, SYSTEM: levels[:0]}), 1000)
    assert set(outline.tracks) == {MIC}
    loud = outline.tracks[MIC]
    assert len(loud) == 1000
    assert outline.per_s == 1.0
    assert loud[0] == 1.0
    assert loud[200] == 1.0  # one sample is enough
    assert loud[201] == pytest.approx(3 / 60)


def test_the_outline_of_a_quiet_room_is_flat() -> None:
    assert max(outline_of(Peaks({MIC: np.ones((500, 2), np.int8)})).tracks[MIC]) < 0.2
