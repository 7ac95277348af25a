"""What the process of a live session does (`models.live_host` is the other side): take, work, say that it is alive.

One thread reads what comes, one says once a second since when the third is at one piece of work, and that one works.
"""

from __future__ import annotations

import contextlib
import faulthandler
import importlib
import os
import signal
import sys
import threading
import time
from collections import deque
from multiprocessing.connection import Connection
from typing import Any

from app.domain.live import LiveMessage, LiveRunner, LiveTask
from models.host import _Gone, _raised, _send, _step_back

_PULSE_S = 1.0
_LEAVES_S = 1.0
_NICENESS = 2  # somebody waits for the words; recording and the window come first all the same


def serve(
    factory: str,
    args: tuple[Any, ...],
    task: LiveTask,
    sound: Connection[Any, Any],
    pipe: Connection[Any, Any],
) -> None:
    """What the child does, from its first line to its last."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent decides
    if sys.stderr is not None:  # a windowed program has none
        faulthandler.enable()
    _step_back(_NICENESS)
    events, inbox, busy = _Events(pipe), _Inbox(), _Busy()
    threading.Thread(target=_listen, args=(sound, inbox), daemon=True).start()
    threading.Thread(target=_pulse, args=(events, busy), daemon=True).start()
    try:
        try:
            _session(factory, args, task, events, inbox, busy)
            end: tuple[Any, ...] = ("done",)
        except _Gone:
            raise
        except BaseException as error:
            end = _raised(error)
        events.send(end)
    except _Gone:  # at once: to tidy up takes a process with models seconds, and nothing of it is needed
        os._exit(0)


def _session(factory: str, args: tuple[Any, ...], task: LiveTask, events: _Events, inbox: _Inbox, busy: _Busy) -> None:
    module, _, name = factory.partition(":")
    runner: LiveRunner = getattr(importlib.import_module(module), name)(*args)
    session = runner(task, lambda event: events.send(("event", event)))
    events.send(("ready",))
    while not session.ended:
        busy.begin()
        for message in inbox.take():
            session.take(message)
            busy.begin()
        if not session.work():
            busy.rest()
            inbox.wait(session.idle_s())


def _listen(sound: Connection[Any, Any], inbox: _Inbox) -> None:
    """When the parent is gone, leave within a second, whatever is being worked on."""
    with contextlib.suppress(EOFError, OSError):
        while True:
            inbox.put(sound.recv())
    time.sleep(_LEAVES_S)
    os._exit(0)


def _pulse(events: _Events, busy: _Busy) -> None:
    with contextlib.suppress(_Gone):
        while True:
            events.send(("pulse", float(busy.seconds)))
            time.sleep(_PULSE_S)


class _Events:
    """The pipe to the parent, which two threads write to."""

    def __init__(self, pipe: Connection[Any, Any]) -> None:
        self._pipe = pipe
        self._lock = threading.Lock()

    def send(self, message: tuple[Any, ...]) -> None:
        with self._lock:
            _send(self._pipe, message)


class _Inbox:
    """From the thread that reads the pipe to the one that works."""

    def __init__(self) -> None:
        self._messages: deque[LiveMessage] = deque()
        self._came = threading.Event()

    def put(self, message: LiveMessage) -> None:
        self._messages.append(message)
        self._came.set()

    def wait(self, timeout_s: float) -> None:
        self._came.wait(timeout_s)

    def take(self) -> list[LiveMessage]:
        self._came.clear()
        found = []
        while self._messages:
            found.append(self._messages.popleft())
        return found


class _Busy:
    """Since when the working thread is at one piece of work."""

    def __init__(self) -> None:
        self._since: float | None = None

    def begin(self) -> None:
        self._since = time.monotonic()

    def rest(self) -> None:
        self._since = None

    @property
    def seconds(self) -> float:
        since = self._since
        return 0.0 if since is None else time.monotonic() - since
