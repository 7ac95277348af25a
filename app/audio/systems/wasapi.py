"""The edge to SoundCard, which records WASAPI endpoints and what they play (loopback).

Written against SoundCard 0.4.5 and 0.4.6. Its errors are `RuntimeError("Error 0x…")` for a failed call, `RuntimeError`
with a few words, `IndexError` for a device that is not there and `AssertionError` for a mix format it does not expect.
"""

from __future__ import annotations

import contextlib
import importlib
import re
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from app.audio.systems.worker import Trouble
from app.domain.errors import InputError
from app.domain.meeting import MIC

T = TypeVar("T")

_ANSWER_S = 3.0
_COMMUNICATIONS_ROLE = 2  # ERole.eCommunications
_RENDER, _CAPTURE = 0, 1  # EDataFlow

E_NOT_FOUND = 0x80070490
E_ACCESS_DENIED = 0x80070005
DEVICE_INVALIDATED = 0x88890004  # AUDCLNT_E_…, as the following
UNSUPPORTED_FORMAT = 0x88890008
DEVICE_IN_USE = 0x8889000A
ENDPOINT_CREATE_FAILED = 0x8889000F
SERVICE_NOT_RUNNING = 0x88890010
RESOURCES_INVALIDATED = 0x88890026
BUFFER_EMPTY = 0x08890001  # a success that SoundCard takes for an error

_INSTALL = ("The package SoundCard is missing or does not start.", "Run dev.py again, or install Folkmoot anew.")
_FORMAT = (
    "“{name}” has a format that cannot be recorded.",
    "In Settings → System → Sound choose the device, and as its format “24 bit, 48000 Hz”.",
)


@contextlib.contextmanager
def soundcard() -> Iterator[Any]:
    """The module SoundCard, for use by this thread until the end of the block. Raises `InputError`.

    COM belongs to threads. SoundCard initialises it for the one that imports it and for no other, and fails to be
    imported where somebody has done so already: hence first the import, then COM. Never call this in Qt's main thread.
    """
    try:
        module = importlib.import_module("soundcard")
        inner = sys.modules.get("soundcard.mediafoundation")
        if inner is not None and not isinstance(inner.warnings, _Warnings):
            inner.warnings = _Warnings()  # type: ignore[attr-defined]
    except (ImportError, OSError, RuntimeError, NotImplementedError) as error:
        raise InputError(*_INSTALL) from error
    if sys.platform == "win32":
        import ctypes

        ole32 = ctypes.windll.ole32
        initialised = ole32.CoInitializeEx(None, 0) >= 0  # COINIT_MULTITHREADED
        try:
            yield module
        finally:
            if initialised:
                ole32.CoUninitialize()
    else:
        yield module


def ask(question: Callable[[Any], T]) -> T:
    """What `question` makes of SoundCard, answered by a thread of its own. Raises `InputError`, also after 3 s."""
    answers: list[T] = []
    errors: list[Exception] = []

    def run() -> None:
        try:
            with soundcard() as module:
                answers.append(question(module))
        except Exception as error:  # raised again below
            errors.append(error)

    thread = threading.Thread(target=run, name="sound-devices", daemon=True)
    thread.start()
    thread.join(_ANSWER_S)
    if answers:
        return answers[0]
    if errors and isinstance(errors[0], InputError):
        raise errors[0]
    if errors:
        trouble = explain(errors[0], "The sound system", MIC)
        raise InputError(trouble.what, trouble.to_do) from errors[0]
    raise InputError("Windows does not answer about its sound devices.", "If this lasts, start the computer again.")


def communications_id(track: str) -> str | None:
    """The endpoint used for calls, where it can be asked for: SoundCard has the means but offers only the default."""
    inner = sys.modules.get("soundcard.mediafoundation")
    try:
        assert inner is not None
        with inner._DeviceEnumerator() as enumerator:
            found = inner._ffi.new("IMMDevice **")
            ask_for = enumerator._ptr[0][0].lpVtbl.GetDefaultAudioEndpoint
            flow = _CAPTURE if track == MIC else _RENDER
            inner._com.check_error(ask_for(enumerator._ptr[0], flow, _COMMUNICATIONS_ROLE, found))
            try:
                return str(enumerator._device_id(found))
            finally:
                inner._com.release(found)
    except (AssertionError, AttributeError, RuntimeError, TypeError):
        return None


def error_code(error: Exception) -> int | None:
    """The HRESULT in SoundCard's message."""
    found = re.search(r"0x([0-9a-fA-F]+)", str(error))
    if found:
        return int(found[1], 16) & 0xFFFFFFFF  # it adds 2**32 to positive ones too
    return UNSUPPORTED_FORMAT if "unsupported format" in str(error) else None


def explain(error: Exception, name: str, track: str) -> Trouble:
    """SoundCard's error in words, with the way to mend it."""
    code = error_code(error)
    kind = "microphone" if track == MIC else "sound output"
    if isinstance(error, AssertionError) or code == UNSUPPORTED_FORMAT:
        return Trouble("failed", _FORMAT[0].format(name=name), _FORMAT[1])
    if code == E_ACCESS_DENIED:
        if track == MIC:
            return Trouble(
                "failed",
                "Windows does not let Folkmoot use the microphone.",
                "Open Settings → Privacy & security → Microphone, and switch on “Microphone access” and “Let desktop "
                "apps access your microphone”.",
            )
        return Trouble("failed", f"Windows does not let Folkmoot record “{name}”.", "Choose another output.")
    if code == DEVICE_IN_USE:
        return Trouble(
            "failed",
            f"“{name}” is in use by another program that keeps it to itself.",
            "Close that program; or, in the device's additional properties under Advanced, do not let applications "
            "take exclusive control.",
        )
    if code == SERVICE_NOT_RUNNING:
        return Trouble("failed", "The Windows Audio service is not running.", "Start it, or start the computer again.")
    if code == E_NOT_FOUND or isinstance(error, IndexError):
        return Trouble("failed", f"No {kind} is connected.", "Connect one; the recording will take it up.")
    if code in (DEVICE_INVALIDATED, RESOURCES_INVALIDATED, ENDPOINT_CREATE_FAILED):
        return Trouble("lost", f"“{name}” was disconnected or changed.", "Connect it again, or choose another device.")
    return Trouble("lost", f"“{name}” cannot be recorded: {error or type(error).__name__}.")


class _Warnings:
    """Stands in for the module `warnings` inside SoundCard, which tells of lost sound by a warning. Counted by thread:
    the filters of the real module belong to the whole process."""

    _told = threading.local()

    def warn(self, message: object, category: type[Warning] | None = None, *more: Any, **named: Any) -> None:
        if "discontinuity" in str(message):
            self._told.count = getattr(self._told, "count", 0) + 1
        else:
            warnings.warn(str(message), category, stacklevel=3)

    def __getattr__(self, name: str) -> Any:
        return getattr(warnings, name)

    @classmethod
    def take(cls) -> int:
        count: int = getattr(cls._told, "count", 0)
        cls._told.count = 0
        return count


def discontinuities() -> int:
    """How often SoundCard said, since the last question of this thread, that sound was lost before it."""
    return _Warnings.take()
