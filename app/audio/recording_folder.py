"""The folder that is being recorded into: who holds it, how much fits, and what its failures mean to a person."""

from __future__ import annotations

import errno
import logging
import os
import shutil
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from filelock import FileLock, Timeout

from app.audio.journal import JOURNAL_NAME, LOCK_NAME, RESERVE_NAME
from app.audio.track_file import BYTES_PER_S
from app.domain.disk import disk_error
from app.domain.errors import StorageError
from app.domain.recording import EndReason

log = logging.getLogger(__name__)

LEAST_S = 5 * 60.0  # so much must fit on the disk for a recording to begin
LOW_BYTES = 10_000_000  # a recording ends here, so that library and journal can still be written
RESERVE_BYTES = 500_000  # and when others have filled even that, this is given back for the last lines

_GONE = (errno.ENOENT, errno.ENOTDIR, errno.ENODEV, errno.ENXIO, errno.ESTALE)

FreeSpace = Callable[[Path], int]


def free_space(folder: Path) -> int:
    """Bytes; raises `OSError` if the folder is gone."""
    return shutil.disk_usage(folder).free


class RecordingFolder:
    """One recording's hold on its folder. Methods raise `OSError` unless they say otherwise."""

    def __init__(self, path: Path, free: FreeSpace = free_space) -> None:
        self.path = path
        self._free = free
        self._is_unknown = False  # how much is free, which was logged
        self._lock = FileLock(path / LOCK_NAME, timeout=0, thread_local=False)

    def check_space(self, tracks: int) -> None:
        """Raises `StorageError` when not even a few minutes fit."""
        try:
            free = self._free(self.path)
        except OSError as e:
            raise disk_error("The recording could not begin", self.path, e) from e
        need = LOW_BYTES + RESERVE_BYTES + round(LEAST_S * BYTES_PER_S * tracks)
        if free < need:
            raise StorageError(
                f"The disk is too full to record: {free // 1_000_000} MB are free, and five minutes need "
                f"{need // 1_000_000 + 1} MB.",
                f"Free {(need - free) // 1_000_000 + 1} MB or more on the disk that holds {self.path}.",
            )

    def lock(self) -> None:
        """Raises `StorageError` when another process records into it."""
        try:
            self._lock.acquire()
        except Timeout as e:
            raise StorageError("This meeting is being recorded already.", "Stop that recording first.") from e

    def unlock(self) -> None:
        """The file goes first: removed afterwards, it could be one that somebody else has locked meanwhile."""
        self.remove(LOCK_NAME)
        self._lock.release()
        if sys.platform == "win32":  # where what is open cannot be removed
            self.remove(LOCK_NAME)

    def reserve(self) -> None:
        """Take some space that `remove(RESERVE_NAME)` gives back. Random, because zeros may take none."""
        (self.path / RESERVE_NAME).write_bytes(os.urandom(RESERVE_BYTES))

    def sync(self) -> None:
        """Make the names of new files, and of the folder, survive a power cut where that can be asked for.
        Raises nothing."""
        for folder in (self.path, self.path.parent):
            with suppress(OSError):  # folders cannot be opened on Windows
                fd = os.open(folder, os.O_RDONLY)
                try:
                    os.fsync(fd)
                finally:
                    os.close(fd)

    def remaining_s(self, tracks: int) -> float | None:
        """Until the recording has to end; None while nobody can say. Raises `OSError` ENOSPC when that is now."""
        try:
            free = self._free(self.path)
        except OSError:  # as long as writing works there is no reason to end
            if not self._is_unknown:
                log.warning("the free space of %s is not known", self.path, exc_info=True)
            self._is_unknown = True
            return None
        if free < LOW_BYTES:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self.path))
        return (free - LOW_BYTES) / (BYTES_PER_S * tracks)

    def is_gone(self) -> bool:
        """An open file goes on into nothing when its folder is removed; only the path tells. Raises nothing: a disk
        that does not answer now is not gone."""
        try:
            (self.path / JOURNAL_NAME).stat()
        except OSError as e:
            return e.errno in _GONE
        return False

    def check_there(self) -> None:
        if self.is_gone():
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(self.path))

    def remove(self, name: str) -> None:
        """Raises nothing."""
        with suppress(OSError):
            (self.path / name).unlink()

    def why(self, e: OSError) -> tuple[EndReason, str, str]:
        """What it means when writing fails while recording: reason, what happened, what to do."""
        if e.errno in (errno.ENOSPC, errno.EDQUOT):
            return "disk_full", "The disk is full, so the recording ended.", "What was heard until then is kept."
        if self.is_gone():
            return (
                "folder_lost",
                f"The folder of this recording is gone ({self.path}), so the recording ended.",
                "If it is on a disk that was removed, connect that disk again.",
            )
        error = disk_error("The recording ended because it could not be written", self.path, e)
        return "error", error.what, error.to_do
