"""A connection to PulseAudio, or to PipeWire's stand-in for it, that never waits for ever."""

from __future__ import annotations

import ctypes
import logging
import os
import select
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from typing import Any

from app.audio.systems.pulse_stream import APPLICATION, RecordStream, libpulse
from app.domain.meeting import MIC, SYSTEM
from app.domain.recording import Device

log = logging.getLogger(__name__)

ANSWER_S = 2.0  # how long the server may take to answer; after that it counts as gone
SLICE_S = 0.25  # no single wait is longer, so that a stop of this process is not taken for a slow server
_NONE = 2**32 - 1  # PA_INVALID_INDEX
_NO_PROGRAM = {"event", "filter", "abstract"}  # roles of streams that are beeps or belong to the server's own plumbing


@cache
def pulsectl() -> Any:
    """The module, imported when it is needed: it loads libpulse. Raises `OSError` or `ImportError` without them."""
    import pulsectl as module

    return module


def _errors() -> tuple[type[Exception], ...]:
    return (pulsectl().PulseError, pulsectl()._pulsectl.LibPulse.CallError, OSError)


class ServerGone(Exception):
    """There is no sound server, it ended, or it does not answer."""


@dataclass(frozen=True, slots=True)
class Input:
    """A device, with the source of the server that carries its sound: its own, or the monitor of an output."""

    device: Device
    source: str
    muted: bool = False


@dataclass(frozen=True, slots=True)
class View:
    """What the server has at one moment; defaults first."""

    server: str = ""
    inputs: tuple[Input, ...] = ()
    playing: bool = False  # some program plays something into some output

    def find(self, track: str, device_id: str = "") -> Input | None:
        """The device with this id; without one the default device of the track."""
        mine = (i for i in self.inputs if i.device.track == track)
        return next((i for i in mine if (i.device.id == device_id if device_id else i.device.is_default)), None)


class Connection:
    """pulsectl's connection; `wake` (a file descriptor that becomes readable) and time end what it waits for.

    One thread uses it. Everything raises `ServerGone`.
    """

    def __init__(self, wake: int = -1, cancelled: Callable[[], bool] = lambda: False) -> None:
        """Connects. `cancelled` is asked when `wake` was readable: whether to give up waiting for an answer."""
        self._wake = wake
        self._cancelled = cancelled
        self._patience_s = 0.0  # how much longer to wait
        self._answering = False  # whether for an answer: then the connection ends when it does not come
        self.since = time.monotonic()  # when it was made
        self.changed = False  # something was said to have changed since the last `look`
        self._lib = libpulse()
        self._pulse = pulsectl().Pulse(APPLICATION, connect=False)
        self._loop = ctypes.cast(self._pulse._loop, ctypes.c_void_p)
        self._pulse.set_poll_func(self._poll, self._poll_failed)
        try:
            with self._answer():
                self._pulse.connect(autospawn=True)
        except ServerGone:
            self.close()
            raise

    def watch(self) -> None:
        """Set `changed` whenever something of interest changes from now on."""
        self._pulse.event_callback_set(self._noticed)
        with self._answer():
            self._pulse.event_mask_set("server", "sink", "source", "sink_input")
        self.changed = True

    def look(self) -> View:
        """Everything that is there: a few short messages, together about 2 ms."""
        self.changed = False
        with self._answer():
            return _look(self._pulse)

    def record(self, source: str, title: str) -> RecordStream:
        """A stream that this loop drives; to be closed before this connection is."""
        return RecordStream(self._loop, source, title)

    @property
    def loop(self) -> ctypes.c_void_p:
        """The pa_mainloop that `turn` runs, for streams of other kinds."""
        return self._loop

    def turn(self, timeout_s: float) -> None:
        """Wait for something, at most so long, and let libpulse deal with all that came."""
        self._patience_s = timeout_s
        done = self._lib.pa_mainloop_iterate(self._loop, 1, None)
        while done > 0:
            done = self._lib.pa_mainloop_iterate(self._loop, 0, None)
        if done < 0 or not self._pulse.connected:
            raise ServerGone("the connection ended")

    def close(self) -> None:
        """All streams of this connection must have been closed before."""
        with suppress(*_errors()):
            self._pulse.close()

    @contextmanager
    def _answer(self) -> Iterator[None]:
        self._patience_s, self._answering = ANSWER_S, True
        try:
            yield
        except _errors() as error:
            raise ServerGone(f"{type(error).__name__}: {error}") from None
        finally:
            self._answering = False

    def _noticed(self, event: Any) -> None:
        self.changed = True

    def _poll(self, descriptors: Sequence[Any], timeout_s: float) -> int:
        """poll(2) for libpulse: fills `revents` and returns how many are ready. A negative time: for ever."""
        wait_s = min(max(self._patience_s, 0.0), SLICE_S)
        wait_s = wait_s if timeout_s < 0 else min(wait_s, timeout_s)
        poller = select.poll()
        for d in descriptors:
            poller.register(d.fd, d.events)
        if self._wake >= 0:
            poller.register(self._wake, select.POLLIN)
        began = time.monotonic()
        ready = dict(poller.poll(wait_s * 1000))
        self._patience_s -= min(time.monotonic() - began, SLICE_S)  # while we are stopped, nobody keeps us waiting
        woken = ready.pop(self._wake, 0)
        if woken:
            os.read(self._wake, 4096)
        if self._answering and ((woken and self._cancelled()) or (not ready and self._patience_s <= 0)):
            self._lib.pa_mainloop_quit(self._loop, 1)
        for d in descriptors:
            d.revents = ready.get(d.fd, 0)
        return len(ready)

    def _poll_failed(self, *error: Any) -> None:
        log.error("waiting for the sound server", exc_info=error)


def _look(pulse: Any) -> View:
    server = pulse.server_info()
    found = [  # a source that belongs to an output carries what that plays: no microphone
        (MIC, source, source.name, bool(source.mute), source.name == server.default_source_name)
        for source in pulse.source_list()
        if source.monitor_of_sink == _NONE
    ]
    found += [
        (SYSTEM, sink, sink.monitor_source_name, False, sink.name == server.default_sink_name)
        for sink in pulse.sink_list()
        if sink.monitor_source_name
    ]
    for track in (MIC, SYSTEM):  # the default source may be a monitor, or not be there yet: then the first will do
        mine = [n for n, f in enumerate(found) if f[0] == track]
        if mine and not any(found[n][-1] for n in mine):
            found[mine[0]] = (*found[mine[0]][:-1], True)
    inputs = [
        Input(Device(item.name, item.description or item.name, track, is_default), source, muted)
        for track, item, source, muted, is_default in found
    ]
    inputs.sort(key=lambda i: (i.device.track != MIC, not i.device.is_default, i.device.name.casefold()))
    playing = any(
        not (s.corked or s.mute) and s.proplist.get("media.role") not in _NO_PROGRAM for s in pulse.sink_input_list()
    )
    return View(server.server_name or "", tuple(inputs), playing)
