"""Single values as they are stored, and back."""

from __future__ import annotations

import json
import os
import re
import unicodedata
from datetime import datetime
from pathlib import Path
from typing import Any

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def text_in(text: str) -> str:
    """Text as it is stored: composed (file names on macOS are not), without what SQLite cannot hold."""
    return unicodedata.normalize("NFC", _UNSTORABLE.sub("\ufffd", text))


def path_in(path: str) -> str | bytes:
    """A path, never normalised; one whose bytes are no UTF-8 (possible on Linux) is stored as bytes."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return os.fsencode(path)
    return path


def path_out(stored: str | bytes) -> str:
    return os.fsdecode(stored) if isinstance(stored, bytes) else stored


def json_in(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, default=str)


def time_in(moment: datetime) -> str:
    if moment.tzinfo is None:
        raise ValueError("a time without a time zone cannot be stored")
    return moment.isoformat(timespec="microseconds" if moment.microsecond else "seconds")


def path_of(stored: str | bytes) -> Path:
    return Path(path_out(stored))
