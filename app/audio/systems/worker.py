"""What the sources of every platform share: one thread that records, tells its troubles and tries again.

A device can vanish, hang or lie at any moment. So the thread that talks to it is a daemon (a driver that never returns
must not keep the program from ending), and everything reaches the sink through a gate that `close` shuts.
"""

from __future__ import annotations

import abc
import logging
import threading
import time
from typing import TYPE_CHECKING, Literal

from app.domain.recording import CaptureSink, SourceEvent, SourceEventKind

if TYPE_CHECKING:
    from app.domain.recording import Samples

log = logging.getLogger(__name__)

CLOSE_S = 0.9  # `AudioSource.close` promises one second
ANSWER_S = 2.5  # after this long without sound or a word, the source says so itself; the port promises 3 s
RETRY_S = (0.2, 0.5, 1.0, 2.0)  # after something was lost: at once, then more slowly
FAILED_RETRY_S = 3.0  # the user has to act first
STEADY_S = 5.0  # a device that worked this long is tried again at once


class Trouble(Exception):
    """No sound for now: what happened and what to do, as in `SourceEvent`."""

    def __init__(self, kind: Literal["lost", "failed"], what: str, to_do: str = "") -> None:
        super().__init__(what, to_do)
        self.kind: Literal["lost", "failed"] = kind
        self.what = what
        self.to_do = to_do


class Gate:
    """A sink that can be shut: nothing passes after `shut` returned, whichever thread it comes from."""

    def __init__(self, sink: CaptureSink) -> None:
        self._sink = sink
        self._lock = threading.Lock()  # held for one `put`, which never blocks
        self._open = True

    def put(self, samples: Samples, at: float, live: bool = True) -> None:
        with self._lock:
            if self._open:
                self._sink.put(samples, at, live)

    def lost(self, frames: int = 0) -> None:
        with self._lock:
            if self._open:
                self._sink.lost(frames)

    def event(self, event: SourceEvent) -> None:
        with self._lock:
            if self._open:
                self._sink.event(event)

    def shut(self) -> None:
        with self._lock:
            self._open = False


class WorkerSource(abc.ABC):
    """An `AudioSource` whose sound is fetched, or whose device is watched, by one thread.

    Subclasses implement `_record`. It calls `_opened` when sound flows, hands the sound to `_gate`, and raises
    `Trouble`; any other exception becomes one. It returns when `_stop` is set or when it wants to be called again at
    once, to go on with another device.
    """

    def __init__(self, track: str) -> None:
        self.track = track
        self._device = ""
        self._stop = threading.Event()
        self._gate: Gate
        self._thread: threading.Thread | None = None
        self._late: threading.Timer | None = None
        self._telling = threading.Lock()
        self._state: SourceEventKind | None = None  # of the last event; None before the first
        self._told: tuple[str, str, str] | None = None  # the last trouble, so that it is told once

    @property
    def device(self) -> str:
        return self._device

    def expects_sound(self) -> bool | None:
        return None

    def open(self, sink: CaptureSink) -> None:
        self._gate = Gate(sink)
        self._late = threading.Timer(ANSWER_S, self._no_answer)
        self._late.daemon = True
        self._thread = threading.Thread(target=self._run, name=f"sound-{self.track}", daemon=True)
        self._late.start()
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        if self._thread is None:
            return
        if self._late is not None:
            self._late.cancel()
        deadline = time.monotonic() + CLOSE_S
        self._thread.join(CLOSE_S / 2)  # what was heard up to now may still pass
        self._gate.shut()
        self._thread.join(max(0.0, deadline - time.monotonic()))

    @abc.abstractmethod
    def _record(self) -> None: ...

    def _opened(self, device: str, what: str = "", to_do: str = "") -> None:
        """Sound comes from `device`. The words are a hint to the user, about something that could be better."""
        with self._telling:
            flows = self._state in ("opened", "moved")
            if flows and device == self._device:
                return  # the same under another connection: nothing anybody would notice
            self._device = device
            self._told = None
            self._tell("moved" if flows else "opened", what, to_do)

    def _tell(self, kind: SourceEventKind, what: str = "", to_do: str = "") -> None:
        self._state = kind
        self._gate.event(SourceEvent(kind, time.monotonic(), self._device, what, to_do))

    def _trouble(self, kind: Literal["lost", "failed"], what: str, to_do: str = "") -> None:
        """Told once, however often it is met while trying again."""
        with self._telling:
            if self._told != (kind, what, to_do):
                self._told = (kind, what, to_do)
                self._tell(kind, what, to_do)

    def _no_answer(self) -> None:
        with self._telling:
            silent = self._state is None
        if silent:
            self._trouble("lost", "The sound system does not answer.", "If this lasts, start the computer again.")

    def _run(self) -> None:
        tries = 0
        while not self._stop.is_set():
            began = time.monotonic()
            try:
                self._record()
            except Trouble as trouble:
                if time.monotonic() - began > STEADY_S:
                    tries = 0
                self._trouble(trouble.kind, trouble.what, trouble.to_do)
                wait_s = FAILED_RETRY_S if trouble.kind == "failed" else RETRY_S[min(tries, len(RETRY_S) - 1)]
            except Exception as error:  # drivers raise anything; the track goes on
                log.warning("recording %s", self.track, exc_info=True)
                self._trouble("lost", f"The device could not be recorded: {error or type(error).__name__}.")
                wait_s = RETRY_S[min(tries, len(RETRY_S) - 1)]
            else:
                continue
            tries += 1
            self._stop.wait(wait_s)
