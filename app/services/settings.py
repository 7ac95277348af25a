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
from typing import Any, Literal, Self, get_args
from urllib.parse import urlsplit

from app.domain.disk import disk_error
from app.domain.errors import InputError
from app.domain.ports import KeepAs
from app.domain.recording import DEFAULT
from app.exporters.write import write_atomically

InterfaceLanguage = Literal["", "en", "zh_CN"]
Appearance = Literal["system", "light", "dark"]


@dataclass(frozen=True, slots=True)
class Settings:
    """`mic` and `system`: which device to record, "default" (whichever the system uses, following its changes),
    "none" (do not record that track), a device's id, or a part of its name. `keep_as`: what a finished recording is
    packed to: "opus" (small), "flac" (lossless) or "wav" (not packed). `unload_after_s`: how long models stay in memory
    after a job, in seconds; 0 keeps them as long as the window is open.

    `language`: what meetings are spoken in unless said otherwise, a full English name; "" finds out. `mixed_languages`:
    meetings may change between languages. `glossary`: names and terms that speech models are told of.
    `minutes_language`: what minutes are written in, a full English name; "" follows the meeting.
    `minutes_template`: the id of the template that meetings without one of their own use; "" is the general one.
    `speech_model`, `text_model`, `align_model`, `diarize_model`: which model does this, as `folkmoot models` names it,
    or "server:NAME"; "" takes the best there is. `agreed_servers`: those of which the user has said that sound and
    words may go there, each as "name address". `hub`: where models are fetched from, as `folkmoot models get --hub`
    takes it; "" asks HF_ENDPOINT.
    `voiceprints`: the user has agreed that voices are remembered, and known again in later meetings.
    `empty_trash_after_days`: finished meetings that long in the trash are removed; 0 leaves them.
    `interface_language`: what the window speaks from its next start; "" follows the system.
    `appearance`: light, dark, or what the system asks for. `notifications`, `tray`: whether the window says what has
    ended while nobody looks at it, and stays in the system's tray.
    `live_text`: the words are shown while a meeting is recorded.
    `welcomed`: the first steps were shown. `text_size`: of what is read, in percent.
    `unfinished_downloads`: models that are to be fetched and are not here yet, each as its id, or "task=id" if it is to
    do that task then.

    `unknown`: keys of the file that this version has no field for.
    """

    mic: str = DEFAULT
    system: str = DEFAULT
    keep_as: KeepAs = "opus"
    unload_after_s: int = 600
    language: str = ""
    mixed_languages: bool = False
    glossary: tuple[str, ...] = ()
    minutes_language: str = ""
    minutes_template: str = ""
    speech_model: str = ""
    text_model: str = ""
    align_model: str = ""
    diarize_model: str = ""
    agreed_servers: tuple[str, ...] = ()
    hub: str = ""
    voiceprints: bool = False
    empty_trash_after_days: int = 30
    appearance: Appearance = "system"
    interface_language: InterfaceLanguage = ""
    notifications: bool = True
    tray: bool = True
    live_text: bool = True
    welcomed: bool = False
    text_size: int = 100
    unfinished_downloads: tuple[str, ...] = ()
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
                accepted: Any = tuple(value) if isinstance(value, list) else value
                settings = replace(settings, **{name: accepted})
            else:
                default = getattr(settings, name)
                usual = f"“{default}”" if default or default == 0 else "its usual value"
                shown = json.dumps(value, ensure_ascii=False)
                notices.append(f"The setting “{name}” cannot be {shown[:60]}; {usual} is used instead ({path}).")
        return replace(settings, unknown=data), notices

    def changed(self, **changes: Any) -> Self:
        """With other values. Raises `InputError` for one that cannot be, and changes nothing then."""
        for name, value in changes.items():
            is_valid = _VALID.get(name)
            if is_valid is None or not is_valid(list(value) if isinstance(value, tuple) else value):
                shown = json.dumps(value, ensure_ascii=False, default=str)[:60]
                raise InputError(f"The setting “{name}” cannot be {shown}.", "Choose another value.")
        return replace(self, **changes)

    def save(self, path: Path) -> None:
        """Write the file as a whole or not at all. Raises `StorageError`."""
        known = {name: getattr(self, name) for name in _VALID}  # tuples are written as lists
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise disk_error("The folder of the settings could not be created", path.parent, error) from error
        write_atomically(path, json.dumps({**self.unknown, **known}, ensure_ascii=False, indent=2) + "\n")


def _is_choice(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_text(value: Any) -> bool:
    """One line that is not longer than a name can be; "" is one."""
    return isinstance(value, str) and len(value) <= 500 and value.isprintable() and value == value.strip()


def _is_bool(value: Any) -> bool:
    return isinstance(value, bool)


def _is_number(low: int, high: int) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def _is_list(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= 1000 and all(_is_text(v) and v for v in value)


def _is_one_of(kind: Any) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and value in get_args(kind)


def _is_hub(value: Any) -> bool:
    if value in ("", "huggingface", "modelscope"):
        return True
    try:
        parts = urlsplit(value) if _is_text(value) and " " not in value else None
        return parts is not None and parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.query
    except ValueError:
        return False


_VALID: dict[str, Callable[[Any], bool]] = {
    "mic": _is_choice,
    "system": _is_choice,
    "unload_after_s": _is_number(0, 7 * 86_400),
    "keep_as": _is_one_of(KeepAs),
    "language": _is_text,
    "mixed_languages": _is_bool,
    "glossary": _is_list,
    "minutes_language": _is_text,
    "minutes_template": _is_text,
    "speech_model": _is_text,
    "text_model": _is_text,
    "align_model": _is_text,
    "diarize_model": _is_text,
    "agreed_servers": _is_list,
    "hub": _is_hub,
    "voiceprints": _is_bool,
    "empty_trash_after_days": _is_number(0, 3650),
    "appearance": _is_one_of(Appearance),
    "interface_language": _is_one_of(InterfaceLanguage),
    "notifications": _is_bool,
    "tray": _is_bool,
    "live_text": _is_bool,
    "welcomed": _is_bool,
    "text_size": _is_number(90, 150),
    "unfinished_downloads": _is_list,
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
