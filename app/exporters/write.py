"""Writing a file as a whole or not at all, and names that every platform accepts."""

from __future__ import annotations

import errno
import os
import re
import secrets
import unicodedata
from contextlib import suppress
from pathlib import Path

from app.domain.disk import disk_error

_LONGEST_BYTES = 180  # of 255: room for an extension, a number, and programs that add their own
_FORBIDDEN = re.compile(r'[<>:"/\\|?*]')
_RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])(\.|$)", re.IGNORECASE)


def write_atomically(path: Path, content: str | bytes) -> None:
    """Write `content` (text as UTF-8 with "\\n") so that `path` has the old content or the new, never a part.

    The temporary file lies in the same folder, because only there a rename is atomic. Raises `StorageError`; what was
    there before is then unchanged, and no temporary file is left.
    """
    data = content.encode("utf-8", "replace") if isinstance(content, str) else content
    temporary: Path | None = None
    try:
        target = path.resolve() if path.is_symlink() else path  # the link stays, what it points to is replaced
        mode = target.stat().st_mode & 0o777 if target.exists() else None
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, "Is a directory", str(target))
        temporary = target.with_name(f".folkmoot-{secrets.token_hex(8)}.tmp")
        with temporary.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if mode is not None:
            temporary.chmod(mode)
        temporary.replace(target)
        temporary = None
        _sync_folder(target.parent)
    except OSError as error:
        raise disk_error("The file could not be written", path, error) from error
    finally:
        if temporary is not None:
            with suppress(OSError):
                temporary.unlink()


def safe_filename(title: str, fallback: str = "Meeting") -> str:
    """A file name (without extension) that says `title` and that Windows, macOS and Linux all accept."""
    text = unicodedata.normalize("NFC", title.encode("utf-8", "replace").decode())
    # White space, also line ends, becomes blanks; invisible and control characters go.
    text = "".join(" " if c.isspace() else c for c in text if c.isspace() or unicodedata.category(c)[0] != "C")
    text = " ".join(_FORBIDDEN.sub("-", text).split())
    text = _shortened(text.strip(" .-~"))
    if not text.strip("_ .-~"):
        return fallback
    return f"_{text}" if _RESERVED.match(text) else text


def _shortened(text: str) -> str:
    cut = text.encode()[:_LONGEST_BYTES].decode("utf-8", "ignore")
    if cut != text:
        while cut and unicodedata.combining(text[len(cut)]):  # do not take the accent from a letter
            cut = cut[:-1]
    return cut.rstrip(" .-~")


def _sync_folder(folder: Path) -> None:
    """Make the rename itself last through a power failure, where folders can be synchronised at all."""
    if os.name != "posix":
        return
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
