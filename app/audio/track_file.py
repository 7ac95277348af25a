"""The raw file of one track while it is recorded: WAV, 48 kHz, mono, 16 bit, readable after any kind of end.

A writer of its own, because three things must be exact that sound libraries hide: what a full disk still took,
taking silence back from the end, and a header that is right again every second. Errors are `OSError`, as they come.
"""

from __future__ import annotations

import contextlib
import errno
import io
import os
import struct
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self

import numpy as np
import numpy.typing as npt

from app.domain.recording import CAPTURE_RATE

if TYPE_CHECKING:
    from app.domain.recording import Samples

HEADER_BYTES = 44
FRAME_BYTES = 2
BYTES_PER_S = CAPTURE_RATE * FRAME_BYTES
_UNKNOWN = 0xFFFF_FFFF  # "to the end of the file": what streams and files beyond 4 GB say
_ZEROS = bytes(BYTES_PER_S)


class RawFile(Protocol):
    """What is needed of an unbuffered file; tests give one that runs full."""

    def write(self, data: memoryview, /) -> int | None: ...
    def seek(self, offset: int, /) -> int: ...
    def truncate(self, size: int, /) -> int: ...
    def fileno(self) -> int: ...
    def close(self) -> None: ...


Opener = Callable[[Path], RawFile]


def create(path: Path) -> RawFile:
    """A new unbuffered file; `FileExistsError` if there is one, because nothing recorded is ever overwritten."""
    return io.FileIO(path, "x")


def raw_path(folder: Path, track: str) -> Path:
    """Where the raw sound of a track is while its meeting is recorded, and until it is packed."""
    return folder / f"{track}.wav"


def write_all(file: RawFile, data: memoryview) -> int:
    """Write everything; a write may be short when the disk runs full, and only the next one says so.

    Raises `OSError` with `written`, the bytes that arrived, as an attribute.
    """
    done = 0
    try:
        while done < len(data):
            n = file.write(data[done:])
            if not n:
                raise OSError(errno.EIO, os.strerror(errno.EIO))
            done += n
    except OSError as e:
        e.written = done  # type: ignore[attr-defined]
        raise
    return done


def to_pcm(samples: Samples) -> npt.NDArray[np.int16]:
    """Float32 in −1…1 to 16 bit without changing a sample that came from 16 bit; what lies beyond is clipped."""
    scaled = samples * np.float32(32768.0)
    np.rint(scaled, out=scaled)
    np.clip(scaled, -32768, 32767, out=scaled)
    return scaled.astype("<i2")


def header(frames: int | None) -> bytes:
    """The 44 bytes in front of the samples; None: the length is not known."""
    data_bytes = _UNKNOWN if frames is None else frames * FRAME_BYTES
    if data_bytes > _UNKNOWN - 36:
        data_bytes = _UNKNOWN
    riff_bytes = min(_UNKNOWN, data_bytes + 36)
    return struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        *(b"RIFF", riff_bytes, b"WAVE", b"fmt ", 16, 1, 1, CAPTURE_RATE, BYTES_PER_S, FRAME_BYTES, 16),
        *(b"data", data_bytes),
    )


class WavTrack:
    """Write one track. `frames` is what the file holds, exactly, also after an error.

    Everything reaches the operating system at once, so it survives the death of this process; `sync` makes it
    survive the death of the machine.
    """

    def __init__(self, path: Path, opener: Opener = create) -> None:
        self.path = path
        self.frames = 0
        self._file = opener(path)
        try:
            write_all(self._file, memoryview(header(None)))
        except OSError:
            self._file.close()
            with contextlib.suppress(OSError):
                path.unlink()
            raise

    @property
    def size_bytes(self) -> int:
        return HEADER_BYTES + self.frames * FRAME_BYTES

    def append(self, samples: Samples) -> None:
        """Write float32 samples at the end."""
        if len(samples):
            self._append(to_pcm(samples).data.cast("B"))

    def append_silence(self, frames: int) -> None:
        while frames > 0:
            n = min(frames, CAPTURE_RATE)
            self._append(memoryview(_ZEROS)[: n * FRAME_BYTES])
            frames -= n

    def truncate(self, frames: int) -> None:
        """Take back what lies behind `frames`."""
        if frames >= self.frames:
            return
        self._file.truncate(HEADER_BYTES + frames * FRAME_BYTES)
        self.frames = frames
        self._file.seek(self.size_bytes)

    def patch_header(self) -> None:
        """Write the length that the file has now into its header."""
        self._file.seek(0)
        try:
            write_all(self._file, memoryview(header(self.frames)))
        finally:
            self._file.seek(self.size_bytes)

    def sync(self) -> None:
        """Header, and everything onto the disk."""
        self.patch_header()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        self._file.close()

    def _append(self, data: memoryview) -> None:
        try:
            write_all(self._file, data)
        except OSError as e:
            written: int = getattr(e, "written", 0)
            self.frames += written // FRAME_BYTES
            with contextlib.suppress(OSError):
                if written % FRAME_BYTES:
                    self._file.truncate(self.size_bytes)
                self._file.seek(self.size_bytes)
            raise
        self.frames += len(data) // FRAME_BYTES


def wav_frames(path: Path) -> int:
    """How many frames a raw track holds: its size decides, never its header. Raises `OSError`."""
    return max(0, path.stat().st_size - HEADER_BYTES) // FRAME_BYTES


def repair(path: Path) -> int:
    """Make the header of a raw track right after a crash, drop half a frame at the end; return its frames."""
    frames = wav_frames(path)
    with path.open("r+b") as f:
        f.write(header(frames))
        f.truncate(HEADER_BYTES + frames * FRAME_BYTES)
        f.flush()
        os.fsync(f.fileno())
    return frames


class WavReader:
    """Random access to a raw track, also while it is being written. One thread uses one reader."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = path.open("rb", buffering=0)
        self.frames = wav_frames(path)

    def read(self, start: int, end: int) -> Samples:
        """Float32 samples of the frames from `start` up to `end`; shorter at the end of the file."""
        start, end = max(0, start), min(end, self.frames)
        if end <= start:
            return np.zeros(0, np.float32)
        self._file.seek(HEADER_BYTES + start * FRAME_BYTES)
        pcm = np.fromfile(self._file, "<i2", end - start)
        return pcm.astype(np.float32) / np.float32(32768.0)

    def close(self) -> None:
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
