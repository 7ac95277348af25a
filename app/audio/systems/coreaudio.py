"""Two questions to macOS that no library here answers: which input is the default now, and what is permitted.

Everything answers None where it cannot be asked.
"""

from __future__ import annotations

import contextlib
import ctypes
from typing import Any

MICROPHONE = "kTCCServiceMicrophone"
AUDIO_CAPTURE = "kTCCServiceAudioCapture"

_FRAMEWORKS = "/System/Library/Frameworks"
_TCC = "/System/Library/PrivateFrameworks/TCC.framework/Versions/A/TCC"
_SYSTEM_OBJECT = 1  # kAudioObjectSystemObject
_UTF8 = 0x08000100  # kCFStringEncodingUTF8
_Address = ctypes.c_uint32 * 3  # selector, scope, element


def _library(path: str) -> Any:
    return ctypes.CDLL(path)


def default_input_name() -> str | None:
    """What the system's default input is called right now; it takes microseconds."""
    with contextlib.suppress(OSError, AttributeError):
        core_audio = _library(f"{_FRAMEWORKS}/CoreAudio.framework/CoreAudio")
        device = ctypes.c_uint32(0)
        if _read(core_audio, _SYSTEM_OBJECT, b"dIn ", device) and device.value:
            name = ctypes.c_void_p(None)
            if _read(core_audio, device.value, b"lnam", name) and name.value:
                return _text(name)
    return None


def _read(core_audio: Any, thing: int, selector: bytes, into: Any) -> bool:
    address = _Address(int.from_bytes(selector, "big"), int.from_bytes(b"glob", "big"), 0)
    size = ctypes.c_uint32(ctypes.sizeof(into))
    status = core_audio.AudioObjectGetPropertyData(
        ctypes.c_uint32(thing), ctypes.byref(address), ctypes.c_uint32(0), None, ctypes.byref(size), ctypes.byref(into)
    )
    return bool(status == 0)


def _text(string: ctypes.c_void_p) -> str | None:
    """A CFString's text; the string is released."""
    foundation = _library(f"{_FRAMEWORKS}/CoreFoundation.framework/CoreFoundation")
    buffer = ctypes.create_string_buffer(1024)
    try:
        fits = foundation.CFStringGetCString(string, buffer, ctypes.c_long(len(buffer)), ctypes.c_uint32(_UTF8))
        return buffer.value.decode("utf-8", "replace") if fits else None
    finally:
        foundation.CFRelease(string)


def permitted(service: str) -> bool | None:
    """Whether the user has allowed (True) or refused (False) this; None: not asked yet, or unknown.

    There is no public way to learn this of system audio. This one is Apple's own and used by many (AudioCap); nothing
    rests on it but the words a person reads.
    """
    with contextlib.suppress(OSError, AttributeError):
        foundation = _library(f"{_FRAMEWORKS}/CoreFoundation.framework/CoreFoundation")
        preflight = _library(_TCC).TCCAccessPreflight
        preflight.argtypes = [ctypes.c_void_p, ctypes.c_void_p]
        preflight.restype = ctypes.c_int
        create = foundation.CFStringCreateWithCString
        create.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_uint32]
        create.restype = ctypes.c_void_p
        name = create(None, service.encode(), _UTF8)
        try:
            answers = {0: True, 1: False}
            return answers.get(preflight(name, None))
        finally:
            foundation.CFRelease(ctypes.c_void_p(name))
    return None
