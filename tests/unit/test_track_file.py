"""The raw file of a track: readable after any end, exact on a full disk, and silence can be taken back."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from app.audio.track_file import HEADER_BYTES, WavReader, WavTrack, create, header, repair, to_pcm, wav_frames


class FullDisk(io.FileIO):
    """A file on a disk that takes `room` bytes and not one more: the last write is short, the next one fails."""

    def __init__(self, path: Path, room: int) -> None:
        super().__init__(path, "x")
        self.room = room

    def write(self, data: memoryview, /) -> int:  # type: ignore[override]
        left = self.room - self.tell()
        if left <= 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return super().write(data[:left]) or 0


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real file system of 1 MB, where one may be mounted."""
    folder = tmp_path / "small"
    folder.mkdir()
    try:
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("may not mount a small file system here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def noise(n: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).uniform(-0.9, 0.9, n).astype(np.float32)


def test_what_is_written_is_what_is_read(tmp_path: Path) -> None:
    path = tmp_path / "mic.wav"
    x = to_pcm(noise(100_000)).astype(np.float32) / 32768  # 16-bit sound comes back as it was
    track = WavTrack(path)
    for start in range(0, len(x), 777):
        track.append(x[start : start + 777])
    track.append(x[:0])
    track.append_silence(70_000)
    track.sync()
    track.close()
    assert track.frames == wav_frames(path) == 170_000
    assert path.stat().st_size == track.size_bytes
    read, rate = sf.read(path, dtype="float32")
    assert rate == 48_000
    np.testing.assert_array_equal(read, np.concatenate([x, np.zeros(70_000, np.float32)]))
    with WavReader(path) as r:
        assert r.frames == 170_000
        np.testing.assert_array_equal(r.read(99_990, 100_010), read[99_990:100_010])
        assert len(r.read(169_000, 999_999)) == 1_000
        assert len(r.read(5, 5)) == 0


def test_loud_sound_is_clipped_and_not_wrapped() -> None:
    pcm = to_pcm(np.array([2.0, 1.0, -1.0, -7.0, 0.0], np.float32))
    assert pcm.tolist() == [32767, 32767, -32768, -32768, 0]


def test_silence_is_taken_back_from_the_end(tmp_path: Path) -> None:
    track = WavTrack(tmp_path / "mic.wav")
    track.append(noise(1_000))
    track.append_silence(5_000)
    track.truncate(2_500)
    track.truncate(9_999)  # more than there is: nothing to do
    track.append(noise(10, seed=1))
    track.sync()
    track.close()
    read, _ = sf.read(track.path, dtype="int16")
    np.testing.assert_array_equal(read[:1_000], to_pcm(noise(1_000)))
    assert not read[1_000:2_500].any()
    np.testing.assert_array_equal(read[2_500:], to_pcm(noise(10, seed=1)))


def test_readable_at_every_moment_without_being_closed(tmp_path: Path) -> None:
    track = WavTrack(tmp_path / "mic.wav")
    track.append(noise(480))
    with contextlib.closing(track):
        assert len(sf.read(track.path)[0]) == 480  # before its header was ever right
        track.sync()
        track.append(noise(480))
        assert wav_frames(track.path) == 960
        with WavReader(track.path) as r:
            assert len(r.read(0, 10_000)) == 960


def test_nothing_recorded_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "mic.wav").write_bytes(b"precious")
    with pytest.raises(FileExistsError):
        WavTrack(tmp_path / "mic.wav")
    assert (tmp_path / "mic.wav").read_bytes() == b"precious"


@pytest.mark.parametrize("room", [HEADER_BYTES + 2_000, HEADER_BYTES + 2_001])
def test_full_disk_keeps_every_whole_frame(tmp_path: Path, room: int) -> None:
    track = WavTrack(tmp_path / "mic.wav", lambda path: FullDisk(path, room))
    track.append(noise(900))
    with pytest.raises(OSError, match="space") as e:
        track.append(noise(480, seed=1))
    assert e.value.errno == errno.ENOSPC
    assert track.frames == 1_000 == wav_frames(track.path)
    track.sync()
    track.close()
    read, _ = sf.read(track.path, dtype="int16")
    np.testing.assert_array_equal(read, np.concatenate([to_pcm(noise(900)), to_pcm(noise(480, seed=1))[:100]]))


def test_full_disk_for_real(small_disk: Path) -> None:
    track = WavTrack(small_disk / "mic.wav")
    written = 0
    with pytest.raises(OSError, match="space") as e:
        for i in range(1_000):
            track.append(noise(2_401, seed=i))
            written += 2_401
    assert e.value.errno == errno.ENOSPC
    assert written <= track.frames == wav_frames(track.path)
    track.sync()
    track.close()
    with WavReader(track.path) as r:
        assert r.frames == track.frames > 400_000
        tail = r.read(written, track.frames)
        np.testing.assert_array_equal(to_pcm(tail), to_pcm(noise(2_401, seed=written // 2_401))[: len(tail)])


def test_repair_after_a_crash(tmp_path: Path) -> None:
    path = tmp_path / "mic.wav"
    track = WavTrack(path)
    track.append(noise(5_000))
    track.close()  # without sync: the header still says nothing
    with path.open("ab") as f:
        f.write(b"\x7f")  # half a frame
    assert repair(path) == 5_000
    assert path.read_bytes()[:HEADER_BYTES] == header(5_000)
    assert sf.info(path).frames == 5_000
    path.write_bytes(b"RIF")  # died while the file was made
    assert repair(path) == 0
    assert sf.info(path).frames == 0


def test_header_beyond_four_gigabytes_says_until_the_end() -> None:
    assert header(3_000_000_000)[40:] == b"\xff\xff\xff\xff"
    assert header(3_000_000_000)[4:8] == b"\xff\xff\xff\xff"
    assert int.from_bytes(header(2_000_000_000)[40:], "little") == 4_000_000_000


def test_create_is_unbuffered(tmp_path: Path) -> None:
    f = create(tmp_path / "x")
    f.write(memoryview(b"abc"))
    assert (tmp_path / "x").read_bytes() == b"abc"
    f.close()
