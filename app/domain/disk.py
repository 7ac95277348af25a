"""What an operating system error about a file means to a person: one wording for every part that writes."""

from __future__ import annotations

import errno
from pathlib import Path

from app.domain.errors import StorageError

_TO_DO = {
    errno.ENOSPC: ("the disk is full", "Free some space and try again."),
    errno.EDQUOT: ("the disk quota is used up", "Free some space and try again."),
    errno.EROFS: ("that place is read-only", "Choose a folder that can be written to."),
    errno.EACCES: ("access is denied", "Check its permissions, or choose another folder."),
    errno.EPERM: ("access is denied", "Check its permissions, or choose another folder."),
    errno.ENOENT: ("there is no such file or folder", "Check the path and try again."),
    errno.ENOTDIR: ("a part of that path is a file", "Move that file away, or choose another folder."),
    errno.EEXIST: ("a file of that name is in the way", "Move that file away, or choose another folder."),
    errno.EISDIR: ("it is a folder", "Choose the name of a file."),
    errno.ENAMETOOLONG: ("the name is too long", "Choose a shorter name."),
    errno.EIO: ("the disk reports an error", "Check the disk and its connection, then try again."),
    errno.EBUSY: ("another program is using it", "Close that program and try again."),
}


def disk_error(what: str, path: Path, error: OSError) -> StorageError:
    """`what` says what failed, without the reason: "The export could not be written"."""
    other = (error.strerror or type(error).__name__, "Check the disk and the path, then try again.")
    reason, to_do = _TO_DO.get(error.errno or 0, other)
    return StorageError(f"{what}: {reason} ({path}).", to_do)
