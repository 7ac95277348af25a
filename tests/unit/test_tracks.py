"""The working copy: written wholly or not at all, read at random, and honest when it is damaged."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from app.audio.decode import DecodedTrack, DecodeProgress, decode_to_track
from app.audio.tracks import TrackReader, TrackWriter
from app.domain.cancel import Never
from app.domain.errors import Cancelled, InputError, StorageError


def names(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


def sparse_wav(path: Path, hours: float) -> None:
    """Hours of 8-bit silence that take no space on the disk."""
    size = int(hours * 3600 * 8_000)
    head = b"RIFF" + (size + 36).to_bytes(4, "little") + b"WAVEfmt " + (16).to_bytes(4, "little")
    head += b"\x01\0\x01\0" + (8_000).to_bytes(4, "little") * 2 + b"\x01\0\x08\0"
    with path.open("wb") as f:
        f.write(head + b"data" + size.to_bytes(4, "little"))
        f.truncate(size + len(head) + 8)


class Usage:
    def __init__(self, free: int) -> None:
        self.free = free


def test_working_copy(tmp_path: Path) -> None:
    source = tmp_path / "a.flac"
    sf.write(source, np.random.default_rng(0).normal(0, 0.1, (48_000 * 12, 2)), 48_000)
    digest = hashlib.sha256(source.read_bytes()).hexdigest()
    out = tmp_path / "library" / "file.flac"
    out.parent.mkdir()
    *seen, done = decode_to_track(source, out, cancel=Never())
    assert isinstance(done, DecodedTrack)
    info = sf.info(out)
    assert (info.samplerate, info.channels, info.format, info.subtype) == (16_000, 1, "FLAC", "PCM_16")
    assert done.duration_s == info.frames / 16_000 == pytest.approx(12.0, abs=0.05)
    assert (done.rate_hz, done.channels, done.notices) == (48_000, 2, ())
    progress = [p for p in seen if isinstance(p, DecodeProgress)]
    assert [p.done_s for p in progress] == sorted(p.done_s for p in progress)
    assert progress[-1].done_s == done.duration_s
    assert progress[-1].total_s == pytest.approx(12.0, abs=0.05)
    assert names(out.parent) == ["file.flac"]
    assert hashlib.sha256(source.read_bytes()).hexdigest() == digest


def test_cancel_is_quick_and_leaves_nothing(tmp_path: Path) -> None:
    source = tmp_path / "long.wav"
    sparse_wav(source, hours=30)
    out = tmp_path / "library" / "file.flac"
    out.parent.mkdir()
    flag = threading.Event()
    asked_at: list[float] = []

    with pytest.raises(Cancelled):
        for step in decode_to_track(source, out, cancel=flag):
            assert isinstance(step, DecodeProgress)
            assert step.total_s == pytest.approx(30 * 3600)
            if step.done_s >= 30:
                asked_at.append(time.monotonic())
                flag.set()
    assert time.monotonic() - asked_at[0] < 0.5
    assert len(asked_at) == 1
    assert names(out.parent) == []


def test_a_refused_source_leaves_the_old_copy_alone(tmp_path: Path) -> None:
    (tmp_path / "bad.mp3").write_bytes(b"\0" * 5_000)
    out = tmp_path / "file.flac"
    out.write_bytes(b"the old copy")
    with pytest.raises(InputError):
        list(decode_to_track(tmp_path / "bad.mp3", out, cancel=Never()))
    assert out.read_bytes() == b"the old copy"
    assert names(tmp_path) == ["bad.mp3", "file.flac"]


def test_too_little_space_is_said_before_anything_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "long.wav"
    sparse_wav(source, hours=10)
    monkeypatch.setattr("shutil.disk_usage", lambda _: Usage(300_000_000))
    with pytest.raises(StorageError) as e:
        list(decode_to_track(source, tmp_path / "t.flac", cancel=Never()))
    assert "700 MB" in e.value.what or "701 MB" in e.value.what
    assert "Free 451 MB" in e.value.to_do
    assert names(tmp_path) == ["long.wav"]


@pytest.mark.skipif(os.name == "nt", reason="needs a limit on file size")
def test_a_disk_that_fills_up_leaves_nothing(tmp_path: Path) -> None:
    """A real write error in the middle of the file, by the system's limit on file size."""
    sf.write(tmp_path / "a.wav", np.random.default_rng(0).uniform(-1, 1, 16_000 * 60).astype(np.float32), 16_000)
    (tmp_path / "library").mkdir()
    program = """
import resource, sys
from pathlib import Path
from app.audio.decode import decode_to_track
from app.domain.cancel import Never
from app.domain.errors import StorageError
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]),) * 2)
try:
    list(decode_to_track(Path(sys.argv[1]), Path(sys.argv[2]), cancel=Never()))
except StorageError as e:
    sys.exit(5 if e.to_do and "nothing" in e.what else 1)
"""
    out = tmp_path / "library" / "file.flac"
    for limit in (1_000_000, 20_000, 1_921_000):
        args = [sys.executable, "-c", program, str(tmp_path / "a.wav"), str(out), str(limit)]
        assert subprocess.run(args, check=False, timeout=60).returncode == 5
        assert names(out.parent) == []


def test_a_missing_library_folder(tmp_path: Path) -> None:
    source = tmp_path / "a.wav"
    sf.write(source, np.zeros(16_000), 16_000)
    with pytest.raises(StorageError) as e:
        list(decode_to_track(source, tmp_path / "no" / "t.flac", cancel=Never()))
    assert "does not exist" in e.value.what


# Writing


def noise(seconds: float, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).uniform(-0.5, 0.5, round(seconds * 16_000)).astype(np.float32)


def write(path: Path, *blocks: np.ndarray) -> Path:
    with TrackWriter(path) as w:
        for b in blocks:
            w.write(b)
        w.commit()
    return path


def test_a_track_appears_only_when_committed(tmp_path: Path) -> None:
    path = tmp_path / "file.flac"
    with TrackWriter(path) as w:
        w.write(noise(1))
        assert not path.exists()
        assert w.duration_s == 1.0
        w.commit()
        assert path.exists()
    assert names(tmp_path) == ["file.flac"]
    with TrackWriter(tmp_path / "other.flac") as w:
        w.write(noise(1))
    assert names(tmp_path) == ["file.flac"]


@pytest.mark.skipif(os.name != "posix", reason="Windows says by itself what is in use")
def test_what_a_killed_process_left_of_it_goes(tmp_path: Path) -> None:
    child = subprocess.Popen([sys.executable, "-c", "pass"])
    child.wait()
    dead, alive = tmp_path / f".mic.flac.{child.pid}.part", tmp_path / f".mic.flac.{os.getppid()}.part"
    other = tmp_path / f".system.flac.{child.pid}.part"
    for part in (dead, alive, other):
        part.write_bytes(b"x")
    with TrackWriter(tmp_path / "mic.flac") as writer:
        writer.write(np.zeros(16_000, np.float32))
        writer.commit()
    assert names(tmp_path) == sorted([alive.name, other.name, "mic.flac"])


def test_what_lies_beyond_full_scale_is_clipped(tmp_path: Path) -> None:
    path = write(tmp_path / "t.flac", np.array([-2.0, -1.0, 0.0, 0.5, 1.0, 2.0], np.float32))
    with TrackReader(path) as r:
        assert r.read(0, 1) == pytest.approx([-1, -1, 0, 0.5, 1, 1], abs=1e-4)


def test_an_empty_track_is_no_track(tmp_path: Path) -> None:
    with TrackWriter(tmp_path / "t.flac") as w, pytest.raises(ValueError, match="no sound"):
        w.commit()
    assert names(tmp_path) == []


# Reading


def test_reading_at_random_gives_the_samples_of_that_time(tmp_path: Path) -> None:
    x = noise(90)
    with TrackReader(write(tmp_path / "t.flac", x)) as r:
        assert r.duration_s == 90.0
        for start, end in ((0, 0.5), (89.9, 90), (30.12345, 31.5), (5, 5), (0, 90), (12.3, 12.3001)):
            got = r.read(start, end)
            assert got.dtype == np.float32
            assert got == pytest.approx(x[round(start * 16_000) : round(end * 16_000)], abs=1 / 32768)


def test_reading_outside_gives_less(tmp_path: Path) -> None:
    with TrackReader(write(tmp_path / "t.flac", noise(2))) as r:
        assert len(r.read(-1, 1)) == 16_000
        assert len(r.read(1.5, 99)) == 8_000
        assert len(r.read(5, 6)) == 0
        assert len(r.read(1, 0.5)) == 0


def test_blocks_are_the_whole_track_even_when_something_else_is_read_in_between(tmp_path: Path) -> None:
    x = noise(10.3)
    with TrackReader(write(tmp_path / "t.flac", x)) as r:
        blocks = []
        for b in r.blocks(0.5):
            blocks.append(b)
            r.read(7, 8)
        assert [len(b) for b in blocks] == [8_000] * 20 + [4_800]
        assert np.concatenate(blocks) == pytest.approx(x, abs=1 / 32768)


def test_a_missing_track_says_so(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="missing") as e:
        TrackReader(tmp_path / "t.flac")
    assert e.value.to_do


@pytest.mark.parametrize("content", [b"", b"no sound at all", bytes(1_000)])
def test_something_else_under_a_tracks_name_is_damage(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "t.flac").write_bytes(content)
    with pytest.raises(StorageError, match="damaged"):
        TrackReader(tmp_path / "t.flac")


def test_a_file_of_another_rate_is_no_track(tmp_path: Path) -> None:
    sf.write(tmp_path / "t.flac", np.zeros(100), 44_100)
    with pytest.raises(StorageError, match="damaged"):
        TrackReader(tmp_path / "t.flac")


def test_a_track_cut_off_is_damage_where_it_is_missing(tmp_path: Path) -> None:
    path = write(tmp_path / "t.flac", noise(60))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with TrackReader(path) as r:
        assert len(r.read(0, 10)) == 160_000
        with pytest.raises(StorageError, match="damaged"):
            r.read(50, 51)
        with pytest.raises(StorageError, match="damaged"):
            for _ in r.blocks(1):
                pass


def test_damage_inside_is_never_passed_off_as_sound(tmp_path: Path) -> None:
    x = noise(60)
    path = write(tmp_path / "t.flac", x)
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 20_000] = bytes(20_000)
    path.write_bytes(data)
    with TrackReader(path) as r:
        heard = r.blocks(1)
        assert next(heard) == pytest.approx(x[:16_000], abs=1 / 32768)
        with pytest.raises(StorageError, match="damaged"):
            list(heard)
