"""Packing a recording: what is proven before the original goes, and everything that must keep it."""

from __future__ import annotations

import shutil
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pytest
import soundfile as sf
import soxr

from app.audio import packing
from app.audio.originals import original_blocks, packed_path
from app.audio.packing import Form, PackedTrack, PackProgress, compare, pack
from app.audio.track_file import raw_path
from app.audio.tracks import TrackWriter
from app.domain.cancel import Never
from app.domain.errors import Cancelled, InputError, StorageError
from tests.unit.recordings_support import RATE, write_track

if TYPE_CHECKING:
    import numpy.typing as npt

    Samples = npt.NDArray[np.float32]

SECONDS = 6
FORMS: tuple[Form, ...] = ("opus", "flac")


def noise(db: float, seconds: float = SECONDS, power: float = 0.0, seed: int = 7) -> Samples:
    """Noise whose spectrum falls with the frequency to the `power`: 0 white, 1 brown."""
    n = round(seconds * RATE)
    spectrum = np.fft.rfft(np.random.default_rng(seed).normal(size=n))
    x = np.fft.irfft(spectrum / np.maximum(1, np.arange(len(spectrum))) ** power, n)
    scaled: Samples = (x / x.std() * 10 ** (db / 20)).astype(np.float32)
    return scaled


def music() -> Samples:
    t = np.arange(SECONDS * RATE) / RATE
    chord = sum(np.sin(2 * np.pi * hz * t + n) for n, hz in enumerate((220, 277.2, 329.6, 440, 880, 1760, 3520)))
    beat = noise(-12) * np.exp(-(t % 0.5) * 20)
    return (0.08 * chord * (0.6 + 0.4 * np.sign(np.sin(2 * np.pi * t))) + 0.5 * beat).astype(np.float32)


def impulses() -> Samples:
    x = np.zeros(SECONDS * RATE, np.float32)
    x[::24_000] = 0.99
    return x


MADE: dict[str, Callable[[], Samples]] = {
    "white": lambda: noise(-20),
    "white, quiet": lambda: noise(-60),
    "white, faint": lambda: noise(-80),
    "pink": lambda: noise(-30, power=0.5),
    "brown": lambda: noise(-20, power=1.0),
    "music": music,
    "impulses": impulses,
    "clipped": lambda: np.sign(noise(-20, power=1.0)) * np.float32(0.9999),
    "last bit": lambda: (noise(-20) > 0).astype(np.float32) / np.float32(32768),
    "silence": lambda: np.zeros(SECONDS * RATE, np.float32),
    "silence, then sound": lambda: np.concatenate([np.zeros(3 * RATE, np.float32), noise(-25, 3)]),
}


REAL = (
    "ami_dev00 ami_dev01 ami_trn01 ami_trn03 ami_trn04 en_libri_1995 jfk leopard_ko leopard_it ns_guitar "
    "ns_silence_leopard sim_libri4b_mic sim_libri4b_sys stereo_right zh_aishell"
).split()


def recorded_speech(testdata: Path, name: str) -> Samples:
    x, rate = sf.read(testdata / f"{name}.flac", dtype="float32", frames=30 * 16_000)
    upsampled: Samples = soxr.resample(x, rate, RATE).astype(np.float32)
    return upsampled


def copied(folder: Path, seconds: float) -> None:
    """A working copy of that length."""
    with TrackWriter(folder / "mic.flac") as writer:
        writer.write(np.zeros(max(1, round(seconds * 16_000)), np.float32))
        writer.commit()


def packed(folder: Path, sound: Samples, form: Form) -> PackedTrack:
    write_track(folder, "mic", sound)
    copied(folder, len(sound) / RATE)
    *_, last = pack(folder, "mic", form, duration_s=len(sound) / RATE, cancel=Never())
    assert isinstance(last, PackedTrack)
    return last


def problem(original: Path, other: Path) -> str:
    return next((s for s in compare(original, other, exact=False, cancel=Never()) if isinstance(s, str)), "")


# -- What passes ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", MADE)
def test_whatever_was_recorded_is_packed(tmp_path: Path, kind: str, form: Form) -> None:
    sound = MADE[kind]()
    assert packed(tmp_path, sound, form) == PackedTrack("mic", packed_path(tmp_path, "mic", form))
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(["mic.flac", packed_path(tmp_path, "mic", form).name])
    again = np.concatenate([*original_blocks(packed_path(tmp_path, "mic", form), cancel=Never())])
    assert len(again) == len(sound)
    if form == "flac":
        assert np.array_equal(again, np.clip(np.rint(sound * 32768), -32768, 32767) / 32768)


@pytest.mark.parametrize("name", REAL)
@pytest.mark.parametrize("gain_db", [0, -40])
def test_speech_and_music_from_real_rooms_are_packed(tmp_path: Path, testdata: Path, name: str, gain_db: int) -> None:
    sound = recorded_speech(testdata, name) * np.float32(10 ** (gain_db / 20))
    assert packed(tmp_path, sound, "opus").problem == ""


@pytest.mark.parametrize("frames", [1, 311, 960, 961, RATE, 3 * RATE + 313])
@pytest.mark.parametrize("form", FORMS)
def test_the_length_is_kept_to_the_frame(tmp_path: Path, frames: int, form: Form) -> None:
    result = packed(tmp_path, noise(-30)[:frames], form)
    assert result.problem == ""
    assert sum(len(b) for b in original_blocks(result.path, cancel=Never())) == frames


def test_speech_takes_a_twentieth_of_the_space(tmp_path: Path, testdata: Path) -> None:
    sound = recorded_speech(testdata, "sim_libri4b_sys")
    assert packed(tmp_path, sound, "opus").path.stat().st_size < 2 * len(sound) / 20


# -- What does not ----------------------------------------------------------------------------------------


class Pair(NamedTuple):
    original: Path
    decoded: Samples


@pytest.fixture(scope="module", params=["speech", "far speech", "music", "pink"])
def pair(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """A .wav, and what came out of its Opus."""
    folder = tmp_path_factory.mktemp("pair")
    if "speech" in request.param:
        testdata: Path = request.getfixturevalue("testdata")
        sound = recorded_speech(testdata, {"speech": "jfk", "far speech": "ami_trn01"}[request.param])
    else:
        sound = MADE[request.param]()
    path = write_track(folder, "mic", sound)
    kept = shutil.copy(path, folder / "kept.wav")
    decoded = np.concatenate([*original_blocks(packed(folder_of_its_own(folder), sound, "opus").path, cancel=Never())])
    yield Pair(Path(kept), decoded)
    shutil.rmtree(folder)


def folder_of_its_own(folder: Path) -> Path:
    (folder / "packed").mkdir()
    return folder / "packed"


def without_a_second(x: Samples) -> Samples:
    at = len(x) // 3
    return np.concatenate([x[:at], x[at + RATE :]])


def silent_second(x: Samples) -> Samples:
    at = len(x) // 3
    return np.concatenate([x[:at], np.zeros(RATE, np.float32), x[at + RATE :]])


def cut_and_filled(x: Samples, frames: int) -> Samples:
    at = len(x) // 3
    return np.concatenate([x[:at], x[at + frames :], np.zeros(frames, np.float32)])


DAMAGE: dict[str, Callable[[Samples], Samples]] = {
    "a second is missing": without_a_second,
    "a second is missing, the length is right": lambda x: cut_and_filled(x, RATE),
    "20 ms are missing, the length is right": lambda x: cut_and_filled(x, 960),
    "a second is silent": silent_second,
    "shifted by 5 ms": lambda x: np.roll(x, 240),
    "shifted by a second": lambda x: np.roll(x, RATE),
    "another recording": lambda x: np.resize(noise(-30, power=0.7, seed=8), len(x)),
    "zeros": np.zeros_like,
    "a tenth as loud": lambda x: x * np.float32(0.1),
    "upside down": np.negative,
    "ends early": lambda x: x[:-RATE],
    "one frame too long": lambda x: np.append(x, np.float32(0)),
}


def test_what_opus_does_is_accepted(pair: Pair, tmp_path: Path) -> None:
    assert problem(pair.original, write_track(tmp_path, "as it is", pair.decoded)) == ""


@pytest.mark.parametrize("damage", DAMAGE)
def test_what_is_not_the_same_is_seen(pair: Pair, tmp_path: Path, damage: str) -> None:
    other = write_track(tmp_path, "other", DAMAGE[damage](pair.decoded))
    assert problem(pair.original, other) != ""


def test_where_it_differs_is_said(tmp_path: Path) -> None:
    sound = noise(-30)
    original = write_track(tmp_path, "mic", sound)
    sound[4 * RATE :] = 0
    assert problem(original, write_track(tmp_path, "other", sound)) == "it sounds different at 0:04"


def test_one_wrong_sample_fails_a_flac(tmp_path: Path) -> None:
    sound = noise(-30)
    original = write_track(tmp_path, "mic", sound)
    sound[1000] += 0.001
    sf.write(tmp_path / "other.flac", sound, RATE, subtype="PCM_16")
    steps = [*compare(original, tmp_path / "other.flac", exact=True, cancel=Never())]
    assert steps[-1] == "1 samples of the packed file differ"


# -- What keeps the .wav ----------------------------------------------------------------------------------


def before(folder: Path, sound: Samples | None = None) -> dict[str, bytes]:
    write_track(folder, "mic", noise(-30, 3) if sound is None else sound)
    return {p.name: p.read_bytes() for p in folder.iterdir()}


def now(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in folder.iterdir()}


@pytest.mark.parametrize("form", FORMS)
def test_a_packed_file_that_is_wrong_goes_and_the_wav_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: Form
) -> None:
    def write_wrongly(source: Path, part: Path, cancel: object) -> Iterator[int]:
        sound, _ = sf.read(source, dtype="float32")
        sound[RATE : 2 * RATE] = 0
        sf.write(part, sound, RATE, format="FLAC", subtype="PCM_16")
        yield len(sound)

    monkeypatch.setattr(packing, f"_write_{form}", write_wrongly)
    copied(tmp_path, 3)
    files = before(tmp_path)
    *_, last = pack(tmp_path, "mic", form, duration_s=3.0, cancel=Never())
    assert isinstance(last, PackedTrack)
    assert last.path == raw_path(tmp_path, "mic")
    assert "kept as it was recorded" in last.problem
    assert now(tmp_path) == files


@pytest.mark.parametrize("copy_s", [None, 2.0, 3.5])
def test_without_a_whole_working_copy_nothing_is_packed(tmp_path: Path, copy_s: float | None) -> None:
    if copy_s is not None:
        copied(tmp_path, copy_s)
    files = before(tmp_path)
    *_, last = pack(tmp_path, "mic", "opus", duration_s=3.0, cancel=Never())
    assert isinstance(last, PackedTrack)
    assert "working copy" in last.problem
    assert now(tmp_path) == files


def test_a_damaged_working_copy_keeps_the_wav(tmp_path: Path) -> None:
    copied(tmp_path, 3)
    with (tmp_path / "mic.flac").open("r+b") as f:
        f.truncate((tmp_path / "mic.flac").stat().st_size // 2)
    files = before(tmp_path)
    *_, last = pack(tmp_path, "mic", "opus", duration_s=3.0, cancel=Never())
    assert isinstance(last, PackedTrack)
    assert last.problem
    assert now(tmp_path) == files


@pytest.mark.parametrize("form", FORMS)
def test_too_little_space_is_said_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: Form
) -> None:
    copied(tmp_path, 3)
    files = before(tmp_path)
    real = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: real._replace(free=50_010_000))
    with pytest.raises(StorageError, match=r"needs .* MB"):
        list(pack(tmp_path, "mic", form, duration_s=3.0, cancel=Never()))
    assert now(tmp_path) == files


@pytest.mark.parametrize("form", FORMS)
def test_a_disk_that_runs_full_leaves_the_wav(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: Form) -> None:
    def full(fd: int) -> None:
        raise OSError(28, "No space left on device")

    copied(tmp_path, 3)
    files = before(tmp_path)
    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(StorageError, match="the disk is full"):
        list(pack(tmp_path, "mic", form, duration_s=3.0, cancel=Never()))
    assert now(tmp_path) == files


@pytest.mark.parametrize("form", FORMS)
def test_cancelling_leaves_the_wav(tmp_path: Path, form: Form) -> None:
    copied(tmp_path, 30)
    files = before(tmp_path, noise(-30, 30))
    total = len([*steps_of(tmp_path, form, None)])
    assert now(tmp_path) != files
    packed_path(tmp_path, "mic", form).unlink()
    for stop_after in range(total - 1):
        raw_path(tmp_path, "mic").write_bytes(files["mic.wav"])
        with pytest.raises(Cancelled):
            list(steps_of(tmp_path, form, stop_after))
        assert now(tmp_path) == files
    steps = pack(tmp_path, "mic", form, duration_s=30.0, cancel=Never())
    next(steps)
    steps.close()  # type: ignore[attr-defined]
    assert now(tmp_path) == files


def steps_of(folder: Path, form: Form, stop_after: int | None) -> Iterator[PackProgress | PackedTrack]:
    flag = threading.Event()
    for n, step in enumerate(pack(folder, "mic", form, duration_s=30.0, cancel=flag)):
        yield step
        if n == stop_after:
            flag.set()


def test_progress_goes_from_nothing_to_all(tmp_path: Path) -> None:
    write_track(tmp_path, "mic", noise(-30, 60))
    copied(tmp_path, 60)
    steps = [s for s in pack(tmp_path, "mic", "opus", duration_s=60.0, cancel=Never()) if isinstance(s, PackProgress)]
    shares = [s.done_s / s.total_s for s in steps]
    assert shares == sorted(shares)
    assert len(shares) >= 10
    assert shares[-1] == 1.0


def test_what_an_earlier_attempt_left_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "mic.opus").write_bytes(b"renamed, and then the power failed")
    (tmp_path / ".mic.opus.part").write_bytes(b"half")
    assert packed(tmp_path, noise(-30), "opus").problem == ""
    assert sorted(p.name for p in tmp_path.iterdir()) == ["mic.flac", "mic.opus"]


def test_a_wav_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    copied(tmp_path, 3)
    with pytest.raises(InputError, match=r"mic\.wav could not be read"):
        list(pack(tmp_path, "mic", "opus", duration_s=3.0, cancel=Never()))


def test_memory_does_not_grow_with_the_recording(tmp_path: Path) -> None:
    peaks = []
    for seconds in (30, 240):
        sound = np.tile(noise(-30, 30), seconds // 30)
        write_track(tmp_path, "mic", sound)
        copied(tmp_path, seconds)
        tracemalloc.start()
        for _ in pack(tmp_path, "mic", "opus", duration_s=seconds, cancel=Never()):
            pass
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        (tmp_path / "mic.opus").unlink()
    assert peaks[1] < peaks[0] + 2_000_000
    assert peaks[1] < 40_000_000
