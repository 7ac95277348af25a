"""The user's settings: one JSON file, edited by the program or by hand.

Nothing in it is worth not starting for: a file that cannot be understood is set aside, a value that makes no sense
gives way to its default, and both are said in a notice. Keys this version does not know are kept, so that a newer or
older program finds them again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Self, get_args

from app.domain.disk import disk_error
from app.domain.ports import KeepAs
from app.domain.recording import DEFAULT
from app.exporters.write import write_atomically


@dataclass(frozen=True, slots=True)
class Settings:
    """`mic` and `system`: which device to record, "default" (whichever the system uses, following its changes),
    "none" (do not record that track), a device's id, or a part of its name. `keep_as`: what a finished recording is
    packed to: "opus" (small), "flac" (lossless) or "wav" (not packed). `unload_after_s`: how long models stay in memory
    after a job, in seconds; 0 keeps them as long as the window is open.

    `unknown`: keys of the file that this version has no field for.
    """

    mic: str = DEFAULT
    system: str = DEFAULT
    keep_as: KeepAs = "opus"
    unload_after_s: int = 600
    unknown: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path) -> tuple[Self, list[str]]:
        """What the file says, and notices for the user. A file that is not there gives the defaults, without one.

        Raises `StorageError` only for a file that is there and cannot be read: settings that were never seen must not
        be written over.
        """
        try:
            text = path.read_bytes()
        except FileNotFoundError:
            return cls(), []
        except OSError as error:
            raise disk_error("The settings could not be read", path, error) from error
        try:
            data = json.loads(text.decode("utf-8-sig"))  # Windows editors write a mark first
        except (ValueError, RecursionError):
            data = None
        if not isinstance(data, dict):
            return cls(), [f"The settings could not be understood and are the defaults now. {_set_aside(path)}"]
        return cls._from(data, path)

    @classmethod
    def _from(cls, data: dict[str, Any], path: Path) -> tuple[Self, list[str]]:
        settings, notices = cls(), []
        for name, is_valid in _VALID.items():
            if name not in data:
                continue
            value = data.pop(name)
            if is_valid(value):
                settings = replace(settings, **{name: value})
            else:
                default = getattr(settings, name)
                shown = json.dumps(value, ensure_ascii=False)
                notices.append(f"The setting “{name}” cannot be {shown[:60]}; “{default}” is used instead ({path}).")
        return replace(settings, unknown=data), notices

    def save(self, path: Path) -> None:
        """Write the file as a whole or not at all. Raises `StorageError`."""
        known = {name: getattr(self, name) for name in _VALID}
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise disk_error("The folder of the settings could not be created", path.parent, error) from error
        write_atomically(path, json.dumps({**self.unknown, **known}, ensure_ascii=False, indent=2) + "\n")


def _is_choice(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


_VALID: dict[str, Callable[[Any], bool]] = {
    "mic": _is_choice,
    "system": _is_choice,
    "unload_after_s": lambda value: isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 7 * 86_400,
    "keep_as": lambda value: isinstance(value, str) and value in get_args(KeepAs),
}


def _set_aside(path: Path) -> str:
    """Rename a damaged file so that it can be looked at; says where it is."""
    for n in range(1, 100):
        aside = path.with_name(f"{path.stem}.damaged{f'-{n}' if n > 1 else ''}{path.suffix}")
        if aside.exists():
            continue
        with suppress(OSError):
            path.rename(aside)
            return f"The file is kept as {aside}."
        break
    return f"The file is still {path}; it is replaced when settings are changed."
