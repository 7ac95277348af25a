"""Playing through PortAudio: macOS, Windows, and Linux without a sound server."""

from __future__ import annotations

import contextlib
import threading
import time
from typing import TYPE_CHECKING, Any

import numpy as np

from app.audio.systems import portaudio
from app.domain.errors import InputError
from app.domain.recording import CAPTURE_RATE

if TYPE_CHECKING:
    from app.domain.ports import Samples

BUFFER_S = 0.2  # in our ring; the device has its own besides
_STUCK_S = 1.0  # a stream that asks for nothing for this long is dead
_BEGIN_S = 5.0  # but wireless headphones may have to be woken first


class PortAudioOutput:
    """The system's default output (`app.audio.outputs.Output`). The system's thread empties a ring that ours fills."""

    def __init__(self) -> None:
        """Raises `InputError` when there is no output, or it does not open."""
        self.written = 0
        self._ring = np.zeros(round(BUFFER_S * CAPTURE_RATE), np.float32)
        self._lock = threading.Lock()  # held for microseconds, on both sides
        self._asked = threading.Event()
        self._taken = 0  # frames the device has taken, those that were forgotten included
        self._idle = 0  # frames of silence it got since the last of ours
        self._taken_at = time.monotonic()
        self._begun = False  # the device has asked for the first sound
        self._problem = ""
        self._stack = contextlib.ExitStack()
        portaudio.refresh()
        sounddevice: Any = self._stack.enter_context(portaudio.in_use())
        try:
            device = sounddevice.query_devices(kind="output")
            self._stream: Any = sounddevice.OutputStream(
                samplerate=CAPTURE_RATE,
                channels=min(2, int(device["max_output_channels"])),
                dtype="float32",
                latency="high",
                callback=self._callback,
                finished_callback=self._finished,
            )
            self._stream.start()
        except (sounddevice.PortAudioError, ValueError) as error:
            self._stack.close()
            raise InputError(
                f"The sound output does not open ({error}).", "Choose another one in the sound settings of the system."
            ) from error

    def error(self) -> str:
        patience_s = _STUCK_S if self._begun else _BEGIN_S
        if not self._problem and time.monotonic() - self._taken_at > patience_s:
            self._problem = "the device asks for nothing any more"
        return self._problem

    def free(self) -> int:
        with self._lock:
            return len(self._ring) - (self.written - self._taken)

    def write(self, samples: Samples) -> None:
        with self._lock:
            places = np.arange(self.written, self.written + len(samples)) % len(self._ring)
            self._ring[places] = samples
            self.written += len(samples)

    def heard(self) -> float | None:
        with self._lock:
            taken, idle, at = self._taken, self._idle, self._taken_at
        late_s = float(self._stream.latency) - min(time.monotonic() - at, float(self._stream.latency))
        return max(0.0, taken + min(0.0, idle - late_s * CAPTURE_RATE))

    def flush(self) -> None:
        """Forget what the device has not taken yet; what it has, a few hundredths of a second, is heard."""
        with self._lock:
            self._taken = self.written

    def wait(self, timeout_s: float) -> None:
        self._asked.wait(timeout_s)
        self._asked.clear()

    def close(self) -> None:
        with contextlib.suppress(Exception):  # of a device that is gone, whatever that raises
            self._stream.abort()
            self._stream.close()
        self._stack.close()

    def _finished(self) -> None:
        self._problem = self._problem or "the device was removed"
        self._asked.set()

    def _callback(self, out: Any, frames: int, _time: Any, _status: Any) -> None:
        with self._lock:
            n = min(frames, self.written - self._taken)
            places = np.arange(self._taken, self._taken + n) % len(self._ring)
            out[:n] = self._ring[places][:, None]
            self._taken += n
            self._idle = frames - n + (self._idle if n == 0 else 0)
            self._taken_at = time.monotonic()
            self._begun = True
        out[n:] = 0.0
        self._asked.set()
