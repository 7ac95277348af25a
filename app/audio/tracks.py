"""The working copy of a track on disk: 16 kHz mono 16-bit FLAC, written once, read at random.

`TrackWriter` writes under a temporary name in the same folder and gives the file its real name only when it
is complete, synced and readable to its last sample: a track file is whole or does not exist.
`TrackReader` implements `app.domain.ports.AudioReader`.
"""

from __future__ import annotations

import contextlib
import errno
import glob
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

import numpy as np
import soundfile as sf

from app.domain.errors import StorageError
from app.domain.ports import SAMPLE_RATE

if TYPE_CHECKING:
    from app.domain.ports import Samples

BYTES_PER_HOUR = 70_000_000  # speech as FLAC at 16 kHz mono; 66 MB were measured
MARGIN_BYTES = 50_000_000  # what an import leaves free on the disk


def check_space(folder: Path, duration_s: float | None) -> None:
    """Raise `StorageError` if a track of this length (None: unknown) would not fit into `folder`."""
    try:
        free = shutil.disk_usage(folder).free
    except OSError as e:
        raise storage_error(e, folder) from e
    need = round((duration_s or 0.0) / 3600 * BYTES_PER_HOUR)
    if free < need + MARGIN_BYTES:
        missing_mb = (need + MARGIN_BYTES - free) // 1_000_000 + 1
        raise StorageError(
            f"The disk is too full for this recording: its working copy needs about "
            f"{need // 1_000_000 + 1} MB and {free // 1_000_000} MB are free.",
            f"Free {missing_mb} MB on the disk that holds {folder} and try again.",
        )


def storage_error(e: Exception, folder: Path) -> StorageError:
    """The user's view of a failed write. libsndfile only says "System error", so the disk is asked."""
    code = e.errno if isinstance(e, OSError) else None
    if code is None:
        with contextlib.suppress(OSError):
            if shutil.disk_usage(folder).free < 1_000_000:
                code = errno.ENOSPC
    if code in (errno.ENOSPC, errno.EDQUOT):
        return StorageError(
            "The disk became full; nothing of this track was kept.",
            f"Free {MARGIN_BYTES // 1_000_000} MB or more on the disk that holds {folder} and try again.",
        )
    if code in (errno.EACCES, errno.EPERM, errno.EROFS):
        return StorageError(
            f"Folkmoot may not write to {folder}.",
            "Allow writing to this folder, or choose another library folder.",
        )
    if not folder.is_dir():
        return StorageError(
            f"The folder {folder} does not exist.",
            "Check that the disk with the library is connected and try again.",
        )
    return StorageError(
        f"The track could not be written to {folder} ({e}); nothing of it was kept.",
        "Check that the disk is connected and has space, and try again.",
    )


class TrackWriter:
    """Write one track, block by block, and `commit()` it; leaving the `with` block before that removes it.

    Any failure to write is a `StorageError` with nothing left behind.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.samples = 0
        self._part = path.with_name(f".{path.name}.{os.getpid()}.part")
        _remove_abandoned(path)
        try:
            self._file: sf.SoundFile | None = sf.SoundFile(
                self._part, "w", SAMPLE_RATE, 1, format="FLAC", subtype="PCM_16"
            )
        except (OSError, sf.SoundFileError) as e:
            self._remove()
            raise storage_error(e, path.parent) from e

    @property
    def duration_s(self) -> float:
        return self.samples / SAMPLE_RATE

    def write(self, block: Samples) -> None:
        """Append float32 samples (−1…1; what lies beyond is clipped)."""
        if self._file is None:
            raise ValueError("the track is closed")
        # Scaled here and not by libsndfile, whose 32767 would change every sample of a 16-bit source.
        pcm = np.clip(np.rint(block * 32768.0), -32768, 32767).astype(np.int16)
        try:
            self._file.write(pcm)
        except (OSError, sf.SoundFileError) as e:
            self.abort()
            raise storage_error(e, self.path.parent) from e
        self.samples += len(pcm)

    def commit(self) -> None:
        """Finish the file, check that its end can be read, and give it its real name."""
        if self._file is None or not self.samples:
            raise ValueError("the track is closed or holds no sound")
        try:
            self._file.close()
            self._file = None
            self._check_end()
            _sync(self._part)
            self._part.replace(self.path)
        except (OSError, sf.SoundFileError) as e:
            self.abort()
            raise storage_error(e, self.path.parent) from e
        with contextlib.suppress(OSError):  # folders cannot be synced on Windows
            _sync(self.path.parent)

    def abort(self) -> None:
        """Drop what was written. Does nothing after `commit`."""
        if self._file is not None:
            with contextlib.suppress(OSError, sf.SoundFileError):
                self._file.close()
            self._file = None
        self._remove()

    def _check_end(self) -> None:
        """A full disk may cut the last block when the file is closed, without an error."""
        with sf.SoundFile(self._part) as f:
            f.seek(max(0, self.samples - SAMPLE_RATE))
            left = min(self.samples, SAMPLE_RATE)
            if f.frames != self.samples or len(f.read(left, dtype="int16")) != left:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def _remove(self) -> None:
        with contextlib.suppress(OSError):
            self._part.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.abort()


def _remove_abandoned(path: Path) -> None:
    """What processes that died left of this track. What somebody still writes stays."""
    for part in path.parent.glob(f".{glob.escape(path.name)}.*.part"):
        with contextlib.suppress(OSError, ValueError):
            if sys.platform != "win32":  # there, what is open cannot be removed
                try:
                    os.kill(int(part.suffixes[-2][1:]), 0)
                except ProcessLookupError:
                    pass
                else:
                    continue
            part.unlink()


def _sync(path: Path) -> None:
    fd = os.open(path, os.O_RDWR if path.is_file() else os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


class TrackReader:
    """Random access to a track file; see `AudioReader`. One thread uses one reader.

    Raises `StorageError` when the file is missing, is no such track, or is damaged where it is read.
    """

    duration_s: float

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._file = sf.SoundFile(path)
        except (OSError, sf.SoundFileError) as e:
            if not path.exists():
                raise StorageError(
                    f"The stored sound {path} is missing.",
                    "Import the recording again, or put the file back from a copy of the library.",
                ) from e
            raise self._damaged() from e
        if self._file.samplerate != SAMPLE_RATE or self._file.channels != 1:
            self._file.close()
            raise self._damaged()
        self._samples: int = self._file.frames
        self.duration_s = self._samples / SAMPLE_RATE

    def read(self, start_s: float, end_s: float) -> Samples:
        """Float32 samples between two times, cut to the track: shorter, at worst empty, outside of it."""
        start = min(max(0, round(start_s * SAMPLE_RATE)), self._samples)
        end = min(max(start, round(end_s * SAMPLE_RATE)), self._samples)
        return self._read(start, end - start)

    def blocks(self, seconds: float) -> Iterator[Samples]:
        """The whole track in order. `read` may be called in between."""
        size = max(1, round(seconds * SAMPLE_RATE))
        for start in range(0, self._samples, size):
            yield self._read(start, min(size, self._samples - start))

    def _read(self, start: int, count: int) -> Samples:
        if count == 0:
            return np.zeros(0, np.float32)
        try:
            if self._file.tell() != start:  # a FLAC seek searches; reading on does not
                self._file.seek(start)
            x: Samples = self._file.read(count, dtype="float32")
        except (OSError, sf.SoundFileError) as e:
            raise self._damaged() from e
        if len(x) != count:
            raise self._damaged()
        return x

    def _damaged(self) -> StorageError:
        return StorageError(
            f"The stored sound {self.path} is damaged.",
            "Import the recording again, or put the file back from a copy of the library.",
        )

    def close(self) -> None:
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
