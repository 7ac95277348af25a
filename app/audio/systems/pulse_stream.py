"""A recording stream of libpulse that stays where it was put.

`pa_simple`, which wrappers offer, cannot say PA_STREAM_DONT_MOVE. Without it the server answers the removal of an
output by moving the stream that recorded it to the default microphone, without a word, and what the microphone hears
is then kept as what the computer played. With it such a stream ends, and there is nothing to take back. The
asynchronous interface also lets one thread serve both tracks and end at any time, whatever the server does.

Every stream has a connection of its own, as those of `pa_simple` have: pipewire-pulse 0.3.65 brought one of two streams
of the same connection in bursts, up to seconds late, or not at all.

Only libpulse's documented interface is used (https://freedesktop.org/software/pulseaudio/doxygen/stream_8h.html).
"""

from __future__ import annotations

import ctypes
from ctypes import CFUNCTYPE, POINTER, byref, c_char_p, c_int, c_size_t, c_uint8, c_uint32, c_void_p
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from app.domain.recording import CAPTURE_RATE

if TYPE_CHECKING:
    from app.domain.recording import Samples

APPLICATION = "Folkmoot"  # what mixers show
FRAGMENT_S = 0.02  # how much sound the server gathers before it sends it

_FLOAT32LE = 5  # pa_sample_format_t; as is, because NumPy's side says "<f4" too
_DONT_MOVE, _ADJUST_LATENCY = 0x0200, 0x2000  # pa_stream_flags_t
_READY, _FAILED, _TERMINATED = 2, 3, 4  # pa_stream_state_t
_NO_AUTOSPAWN = 0x0001  # pa_context_flags_t
_CONTEXT_READY, _CONTEXT_FAILED, _CONTEXT_TERMINATED = 4, 5, 6  # pa_context_state_t
_ANY = c_uint32(-1).value


class _SampleSpec(ctypes.Structure):
    _fields_ = (("format", c_int), ("rate", c_uint32), ("channels", c_uint8))


class _BufferAttributes(ctypes.Structure):
    _fields_ = tuple((name, c_uint32) for name in ("maxlength", "tlength", "prebuf", "minreq", "fragsize"))


_ReadCallback = CFUNCTYPE(None, c_void_p, c_size_t, c_void_p)
_StateCallback = CFUNCTYPE(None, c_void_p, c_void_p)


@cache
def libpulse() -> Any:
    """The library with the types of what is called here. Raises `OSError` where it is not installed."""
    lib = ctypes.CDLL("libpulse.so.0")
    for name, result, *arguments in (
        ("pa_mainloop_iterate", c_int, c_void_p, c_int, c_void_p),
        ("pa_mainloop_quit", None, c_void_p, c_int),
        ("pa_mainloop_get_api", c_void_p, c_void_p),
        ("pa_context_new", c_void_p, c_void_p, c_char_p),
        ("pa_context_connect", c_int, c_void_p, c_char_p, c_int, c_void_p),
        ("pa_context_set_state_callback", None, c_void_p, c_void_p, c_void_p),
        ("pa_context_get_state", c_int, c_void_p),
        ("pa_context_disconnect", None, c_void_p),
        ("pa_context_unref", None, c_void_p),
        ("pa_context_errno", c_int, c_void_p),
        ("pa_strerror", c_char_p, c_int),
        ("pa_stream_new", c_void_p, c_void_p, c_char_p, POINTER(_SampleSpec), c_void_p),
        ("pa_stream_connect_record", c_int, c_void_p, c_char_p, POINTER(_BufferAttributes), c_int),
        ("pa_stream_set_read_callback", None, c_void_p, c_void_p, c_void_p),
        ("pa_stream_get_state", c_int, c_void_p),
        ("pa_stream_get_device_name", c_char_p, c_void_p),
        ("pa_stream_readable_size", c_size_t, c_void_p),
        ("pa_stream_peek", c_int, c_void_p, POINTER(c_void_p), POINTER(c_size_t)),
        ("pa_stream_drop", c_int, c_void_p),
        ("pa_stream_disconnect", c_int, c_void_p),
        ("pa_stream_unref", None, c_void_p),
    ):
        function = getattr(lib, name)
        function.restype, function.argtypes = result, arguments
    return lib


class RecordStream:
    """Sound of one source of the server: mono float32 at `CAPTURE_RATE`, whatever the source has.

    Lives in the thread that runs the main loop; sound and states arrive while that loop runs. Whatever goes wrong
    ends it, and `ended` says why.
    """

    def __init__(self, loop: c_void_p, source: str, title: str) -> None:
        """`loop`: a pa_mainloop. `source`: its name. `title`: what mixers show."""
        self.source = source
        self._title = title
        self._lib = libpulse()
        self._pending: list[Samples] = []
        self._holes = 0
        self._stream: int | None = None
        self._failed = ""
        self._on_state = _StateCallback(self._state_changed)  # both kept: libpulse holds only their addresses
        self._on_data = _ReadCallback(self._readable)
        self._context: int | None = self._lib.pa_context_new(self._lib.pa_mainloop_get_api(loop), APPLICATION.encode())
        self._lib.pa_context_set_state_callback(self._context, self._on_state, None)
        if self._lib.pa_context_connect(self._context, None, _NO_AUTOSPAWN, None) < 0:
            self._failed = self._reason()

    def ended(self) -> str:
        """Why nothing more will come, in the server's words; "" while something may."""
        if self._context is None or self._failed:
            return self._failed or "closed"
        if self._lib.pa_context_get_state(self._context) in (_CONTEXT_FAILED, _CONTEXT_TERMINATED):
            return self._reason()
        if self._stream is not None and self._lib.pa_stream_get_state(self._stream) in (_FAILED, _TERMINATED):
            return self._reason()
        return ""

    def misplaced(self) -> str:
        """What the server, against what it was told, lets this stream record instead; "" if it does not."""
        if self._stream is None or self._lib.pa_stream_get_state(self._stream) != _READY:
            return ""
        name = (self._lib.pa_stream_get_device_name(self._stream) or b"").decode(errors="replace")
        return name if name != self.source else ""

    def ready(self) -> bool:
        """Whether there is something to take."""
        return bool(self._pending) and not self.misplaced()

    def take(self) -> tuple[Samples | None, int]:
        """What arrived since the last call, and how many frames before it the server had to leave out."""
        pieces, self._pending = self._pending, []
        holes, self._holes = self._holes, 0
        return (np.concatenate(pieces) if pieces else None), holes

    def close(self) -> None:
        if self._context is None:
            return
        self._lib.pa_context_set_state_callback(self._context, None, None)
        if self._stream is not None:
            self._lib.pa_stream_set_read_callback(self._stream, None, None)
            self._lib.pa_stream_disconnect(self._stream)
            self._lib.pa_stream_unref(self._stream)
        self._lib.pa_context_disconnect(self._context)
        self._lib.pa_context_unref(self._context)
        self._context = self._stream = None
        self._pending.clear()

    def _reason(self) -> str:
        reason = self._lib.pa_strerror(self._lib.pa_context_errno(self._context))
        return reason.decode(errors="replace") if reason else "unknown"

    def _state_changed(self, context: int, _: int | None) -> None:
        if self._lib.pa_context_get_state(context) != _CONTEXT_READY or self._stream is not None:
            return
        spec = _SampleSpec(_FLOAT32LE, CAPTURE_RATE, 1)
        self._stream = self._lib.pa_stream_new(context, self._title.encode(), byref(spec), None)
        if self._stream is None:
            self._failed = self._reason()
            return
        self._lib.pa_stream_set_read_callback(self._stream, self._on_data, None)
        buffer = _BufferAttributes(_ANY, _ANY, _ANY, _ANY, round(FRAGMENT_S * CAPTURE_RATE) * 4)
        flags = _DONT_MOVE | _ADJUST_LATENCY
        if self._lib.pa_stream_connect_record(self._stream, self.source.encode(), byref(buffer), flags) < 0:
            self._failed = self._reason()

    def _readable(self, stream: int, size: int, _: int | None) -> None:
        data, length = c_void_p(), c_size_t()
        while self._lib.pa_stream_readable_size(stream) not in (0, c_size_t(-1).value):
            if self._lib.pa_stream_peek(stream, byref(data), byref(length)) < 0 or not length.value:
                return
            if data.value:
                self._pending.append(np.frombuffer(ctypes.string_at(data.value, length.value), "<f4"))
            else:  # a hole: the server lost sound here
                self._holes += length.value // 4
            self._lib.pa_stream_drop(stream)
