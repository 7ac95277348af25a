"""Playing through PulseAudio, or PipeWire's stand-in for it: a stream that says what of it has been heard.

The stream follows the user: the server moves it to another output when the mixer says so. When its output goes away
and the server does not move it, it ends (`error`), and whoever plays opens a new one.
"""

from __future__ import annotations

import time
from ctypes import CFUNCTYPE, POINTER, byref, c_char_p, c_int, c_int64, c_size_t, c_uint64, c_void_p
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from app.audio.systems.pulse_server import ANSWER_S, Connection, ServerGone
from app.audio.systems.pulse_stream import (
    _ADJUST_LATENCY,
    _ANY,
    _CONTEXT_FAILED,
    _CONTEXT_READY,
    _CONTEXT_TERMINATED,
    _FAILED,
    _FLOAT32LE,
    _NO_AUTOSPAWN,
    _READY,
    _TERMINATED,
    APPLICATION,
    _BufferAttributes,
    _SampleSpec,
    _StateCallback,
    libpulse,
)
from app.domain.recording import CAPTURE_RATE

if TYPE_CHECKING:
    from app.domain.ports import Samples

TITLE = "Playing a meeting"  # shown by mixers
BUFFER_S = 0.3  # between us and the ear: as long as a busy machine may keep us waiting
_INTERPOLATE, _AUTO_UPDATE = 0x0002, 0x0008  # pa_stream_flags_t: the time of the stream, in between the server's word
_FRAME = 4  # bytes
_RELATIVE = 0  # pa_seek_mode_t
_SuccessCallback = CFUNCTYPE(None, c_void_p, c_int, c_void_p)


@cache
def _lib() -> Any:
    lib = libpulse()
    for name, result, *arguments in (
        (
            "pa_stream_connect_playback",
            c_int,
            *(c_void_p, c_char_p, POINTER(_BufferAttributes), c_int, c_void_p, c_void_p),
        ),
        ("pa_stream_writable_size", c_size_t, c_void_p),
        ("pa_stream_write", c_int, c_void_p, c_void_p, c_size_t, c_void_p, c_int64, c_int),
        ("pa_stream_get_latency", c_int, c_void_p, POINTER(c_uint64), POINTER(c_int)),
        ("pa_stream_flush", c_void_p, c_void_p, c_void_p, c_void_p),
        ("pa_operation_unref", None, c_void_p),
    ):
        function = getattr(lib, name)
        function.restype, function.argtypes = result, arguments
    return lib


class PulseOutput:
    """The default output of the server, mono at 48 kHz (`app.audio.outputs.Output`). One thread."""

    def __init__(self) -> None:
        """Connects. Raises `ServerGone` if there is no server or it does not answer."""
        self._lib = _lib()
        self._server = Connection()
        self._stream: int | None = None
        self._context: int | None = None
        self._problem = ""
        self._flushing: int | None = None  # the operation, until the server has done it
        self.written = 0
        self._on_state = _StateCallback(self._state_changed)
        self._on_flushed = _SuccessCallback(self._flushed)
        loop = self._server.loop
        self._context = self._lib.pa_context_new(self._lib.pa_mainloop_get_api(loop), APPLICATION.encode())
        self._lib.pa_context_set_state_callback(self._context, self._on_state, None)
        if self._lib.pa_context_connect(self._context, None, _NO_AUTOSPAWN, None) < 0:
            self._problem = self._reason()
        self._until_ready()

    def _until_ready(self) -> None:
        deadline = time.monotonic() + ANSWER_S
        try:
            while not self.error() and not self._is_ready():
                if time.monotonic() > deadline:
                    raise ServerGone("the stream was not opened in time")
                self._server.turn(0.05)
        except ServerGone:
            self.close()
            raise
        if problem := self.error():
            self.close()
            raise ServerGone(problem)

    def _is_ready(self) -> bool:
        return self._stream is not None and self._lib.pa_stream_get_state(self._stream) == _READY

    def error(self) -> str:
        if self._context is None or self._problem:
            return self._problem or "closed"
        if self._lib.pa_context_get_state(self._context) in (_CONTEXT_FAILED, _CONTEXT_TERMINATED):
            return self._reason()
        if self._stream is not None and self._lib.pa_stream_get_state(self._stream) in (_FAILED, _TERMINATED):
            return self._reason()
        return ""

    def free(self) -> int:
        if not self._is_ready() or self._flushing is not None:
            return 0
        size: int = self._lib.pa_stream_writable_size(self._stream)
        return 0 if size == c_size_t(-1).value else size // _FRAME

    def write(self, samples: Samples) -> None:
        data = np.ascontiguousarray(samples, "<f4")
        if self._lib.pa_stream_write(self._stream, data.ctypes.data, data.nbytes, None, 0, _RELATIVE) < 0:
            self._problem = self._problem or self._reason()
        else:
            self.written += len(data)

    def heard(self) -> float | None:
        latency, negative = c_uint64(), c_int()
        if not self._is_ready() or self._flushing is not None:
            return None
        if self._lib.pa_stream_get_latency(self._stream, byref(latency), byref(negative)) < 0:
            return None  # the server has not told yet
        late = 0.0 if negative.value else latency.value * CAPTURE_RATE / 1e6
        return max(0.0, self.written - late)

    def flush(self) -> None:
        """Forget what was written and not heard. Until the server has done so there is no room."""
        if self._is_ready() and self._flushing is None:
            operation = self._lib.pa_stream_flush(self._stream, self._on_flushed, None)
            if operation:
                self._flushing = operation

    def wait(self, timeout_s: float) -> None:
        try:
            self._server.turn(timeout_s)
        except ServerGone as gone:
            self._problem = self._problem or str(gone)

    def close(self) -> None:
        if self._context is not None:
            self._lib.pa_context_set_state_callback(self._context, None, None)
            if self._flushing is not None:
                self._flushed(0, 0, None)
            if self._stream is not None:
                self._lib.pa_stream_disconnect(self._stream)
                self._lib.pa_stream_unref(self._stream)
            self._lib.pa_context_disconnect(self._context)
            self._lib.pa_context_unref(self._context)
            self._context = self._stream = None
        self._server.close()

    def _reason(self) -> str:
        reason = self._lib.pa_strerror(self._lib.pa_context_errno(self._context))
        return reason.decode(errors="replace") if reason else "unknown"

    def _flushed(self, _stream: int, _success: int, _: int | None) -> None:
        if self._flushing is not None:
            self._lib.pa_operation_unref(self._flushing)
            self._flushing = None

    def _state_changed(self, context: int, _: int | None) -> None:
        if self._lib.pa_context_get_state(context) != _CONTEXT_READY or self._stream is not None:
            return
        spec = _SampleSpec(_FLOAT32LE, CAPTURE_RATE, 1)
        self._stream = self._lib.pa_stream_new(context, TITLE.encode(), byref(spec), None)
        if self._stream is None:
            self._problem = self._reason()
            return
        size = round(BUFFER_S * CAPTURE_RATE) * _FRAME
        buffer = _BufferAttributes(_ANY, size, size // 6, size // 6, _ANY)
        flags = _INTERPOLATE | _AUTO_UPDATE | _ADJUST_LATENCY
        if self._lib.pa_stream_connect_playback(self._stream, None, byref(buffer), flags, None, None) < 0:
            self._problem = self._reason()
