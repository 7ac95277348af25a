"""A process of its own for a live session, which is looked after: it may crash, hang or be killed at any time.

    host = LiveHost("package.module:function")     # → LiveRunner, called in the child
    host.start(task, on_event)                     # returns at once; events come in a thread of the host's
    host.put(LiveSound(...))                       # never waits, whatever the child does
    host.put(LiveEnd(2.0)); host.wait(5.0); host.close()

Sound goes over one pipe, events come over another. When the child ends by itself, says nothing any more, or works on
one thing for too long, it is replaced; the new one is told up to where everything is known, and reads what is missing
from the recording. After three failures in a row without a word written down, live text is off.
"""

from __future__ import annotations

import contextlib
import logging
import multiprocessing
import signal
import threading
import time
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from multiprocessing.connection import wait
from multiprocessing.context import SpawnProcess
from typing import Any

import numpy as np

from app.domain.errors import FolkmootError, UserError
from app.domain.live import (
    Emit,
    LiveEnd,
    LiveEnded,
    LiveEvent,
    LiveFinal,
    LiveMessage,
    LiveSound,
    LiveSpeakers,
    LiveState,
    LiveStatus,
    LiveTask,
)
from app.domain.ports import SAMPLE_RATE
from models.live_host_child import serve

log = logging.getLogger(__name__)

_POLL_S = 0.25


@dataclass(frozen=True, slots=True)
class Limits:
    """`start_s`: until the child is ready (models load). `silent_s`: without any sign of life after the first.
    `busy_s`: on one piece of work. `queue_s`: sound of each track that may wait for the child; what is older it reads
    from the recording. `pauses_s`: before each new start; as many as there are, so many failures in a row are taken."""

    start_s: float = 300.0
    silent_s: float = 30.0
    busy_s: float = 120.0
    queue_s: float = 30.0
    pauses_s: tuple[float, ...] = (0.0, 2.0)


class LiveHost:
    """One live session. `put` and `close` may be called from any thread; `on_event` is called in the host's own."""

    def __init__(self, factory: str, args: tuple[Any, ...] = (), *, limits: Limits | None = None) -> None:
        if ":" not in factory:
            raise ValueError(f"{factory!r} is not of the form package.module:function")
        self._factory = factory
        self._args = args
        self._limits = limits or Limits()
        self._queue = _Queue(self._limits.queue_s)
        self._closing = threading.Event()
        self._over = threading.Event()
        self._thread: threading.Thread | None = None
        self._child: _Child | None = None
        self._end: LiveEnd | None = None
        self._failures = 0
        self.ready = False  # the models are there, and words can come

    @property
    def pid(self) -> int | None:
        """Of the child, if it runs."""
        child = self._child
        return child.process.pid if child is not None else None

    def start(self, task: LiveTask, on_event: Emit) -> None:
        self._task = task
        self._on_event = on_event
        self._thread = threading.Thread(target=self._run, name="live host", daemon=True)
        self._thread.start()

    def put(self, message: LiveMessage) -> None:
        """Hand a message to the child, as soon as it takes it. Never waits."""
        if isinstance(message, LiveEnd):
            self._end = message
        self._queue.put(message)

    def wait(self, timeout_s: float | None = None) -> bool:
        """Until the session is over, in whatever way."""
        return self._over.wait(timeout_s)

    def abandon(self) -> None:
        """Nobody waits any longer: `LiveEnded` comes now. Any thread; `close` follows."""
        child = self._child
        if not self._over.is_set():
            self._end = LiveEnd(0.0)  # a child that is killed is not replaced
            if child is not None:
                child.kill()
            self._over.wait(5.0)

    def close(self) -> None:
        """End the child, whatever it does; no event comes after this. Safe to call twice."""
        self._closing.set()
        child = self._child
        if child is not None:
            child.kill()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()

    # -- In the host's thread ------------------------------------------------------------------------------

    def _run(self) -> None:
        try:
            self._tell(LiveState("starting"))
            while not self._closing.is_set() and not self._once():
                pass
        except Exception:
            log.exception("live text failed")
            self._off("Live text ended because of an internal error.")
        finally:
            self._over.set()

    def _once(self) -> bool:
        """One child from its start to its end; whether the session is over."""
        error: BaseException | None = None
        try:
            self._child = child = _Child(self._factory, self._args, self._resumed())
        except OSError as failure:  # no memory for a process
            error = failure
        else:
            sender = threading.Thread(target=self._queue.send_to, args=(child,), name="live sound", daemon=True)
            sender.start()
            try:
                error = self._attend(child)
            finally:
                child.end()
                self._queue.wake()
                sender.join()
                self._child = None
        if error is None or self._closing.is_set():
            return True
        return self._failed(error)

    def _resumed(self) -> LiveTask:
        """The task, from where it is known how it goes on."""
        begun = self._queue.begun if self._failures or self._task.resume else {}
        resume = {t: max(s, self._task.resume.get(t, 0.0)) for t, s in {**begun, **self._task.resume}.items()}
        return replace(self._task, resume=resume)

    def _attend(self, child: _Child) -> BaseException | None:
        """Pass its events on until it is done (None) or something is wrong with it."""
        limits = self._limits
        self.ready = ready = spoke = False
        silent_s = started_s = busy_s = 0.0
        last = time.monotonic()
        while not self._closing.is_set():
            found = wait([child.events, child.process.sentinel], _POLL_S)
            now = time.monotonic()
            step_s, last = min(now - last, 2 * _POLL_S), now  # a computer that slept is no reason
            if child.events not in found:
                silent_s += step_s
                started_s += 0.0 if ready else step_s
                if child.process.sentinel in found:
                    return _Died(child.how_it_ended())
                is_silent = spoke and silent_s > limits.silent_s  # to start Python may take a slow disk a minute
                if is_silent or started_s > limits.start_s or busy_s > limits.busy_s:
                    return _Died("it did not answer any more")
                continue
            silent_s, spoke = 0.0, True
            try:
                message = child.events.recv()
            except (EOFError, OSError):
                return _Died(child.how_it_ended())
            match message:
                case ("ready",):
                    self.ready = ready = True
                case ("pulse", float(busy)):
                    busy_s = busy
                    started_s += 0.0 if ready else step_s
                    if busy_s > limits.busy_s and ready:
                        return _Died("it worked on one thing for too long")
                case ("event", event):
                    self._take(event)
                case ("done",):
                    return None
                case ("raised", FolkmootError() as error):
                    return error
                case ("bug", text):
                    return _Died(text)
        return None

    def _take(self, event: LiveEvent) -> None:
        if isinstance(event, LiveFinal):
            s = event.segment
            self._failures = 0
            self._heard_voices([s.speaker])
            self._known({s.track: s.end_s})
            self._task = replace(self._task, first_id=max(self._task.first_id, s.id + 1))
        elif isinstance(event, LiveSpeakers):
            self._heard_voices(event.of_segment.values())
        elif isinstance(event, LiveStatus):
            self._known(event.settled)
        self._tell(event)

    def _known(self, upto: Mapping[str, float]) -> None:
        resume = dict(self._task.resume)
        for track, seconds in upto.items():
            resume[track] = max(resume.get(track, 0.0), seconds)
        self._task = replace(self._task, resume=resume)

    def _heard_voices(self, speakers: Iterable[str]) -> None:
        """What a new session calls somebody must not be what the old one called somebody else."""
        numbers = [int(s[1:]) for s in speakers if s[:1] == "s" and s[1:].isdigit()]
        self._task = replace(self._task, first_voice=max([self._task.first_voice, *(n + 1 for n in numbers)]))

    def _failed(self, error: BaseException) -> bool:
        """Whether to give up."""
        log.warning("the process of live text failed: %s", error)
        if isinstance(error, UserError):
            self._off(error.what, error.to_do)
            return True
        self._failures += 1
        if self._is_awaited_no_longer():
            return True
        if self._failures > len(self._limits.pauses_s):
            self._off("Live text stopped several times.", "Everything is written down after the recording.")
            return True
        self._tell(LiveState("restarting"))
        if self._closing.wait(self._limits.pauses_s[self._failures - 1]) or self._is_awaited_no_longer():
            return True
        if self._end is not None:
            self._queue.end_again(self._end)
        return False

    def _is_awaited_no_longer(self) -> bool:
        """Models take longer to load than anybody waits after the recording."""
        if self._end is None or self._end.patience_s is None:
            return False
        self._tell(LiveEnded())
        return True

    def _off(self, what: str, to_do: str = "") -> None:
        self._tell(LiveState("off", what, to_do))
        self._tell(LiveEnded())

    def _tell(self, event: LiveEvent) -> None:
        if not self._closing.is_set():
            self._on_event(event)


class _Died(FolkmootError):
    """The child is of no use any more."""


class _Queue:
    """Messages on their way to whichever child there is. Bounded: the oldest sound goes first, for it can be read
    again."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._changed = threading.Condition()
        self._messages: deque[LiveMessage] = deque()
        self._waiting_s: dict[str, float] = {}
        self.begun: dict[str, float] = {}  # track → where its first sound began
        self._upto: dict[str, float] = {}  # track → where its last sound ended

    def put(self, message: LiveMessage) -> None:
        with self._changed:
            self._messages.append(message)
            self._count(message, 1)
            if isinstance(message, LiveSound):
                self.begun.setdefault(message.track, message.start_s)
                self._upto[message.track] = message.start_s + len(message.samples) / SAMPLE_RATE
                while self._waiting_s[message.track] > self._seconds:
                    self._drop(message.track)
            self._changed.notify()

    def end_again(self, end: LiveEnd) -> None:
        """For a new child: nothing more comes. How far the sound went it sees by its (empty) end."""
        with self._changed:
            waiting = [m for m in self._messages if isinstance(m, LiveSound)]
            ends = [LiveSound(track, s, np.zeros(0, np.float32)) for track, s in self._upto.items()]
            self._messages = deque([*waiting, *ends, end])
            self._changed.notify()

    def wake(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def send_to(self, child: _Child) -> None:
        """Send until the child is gone. What could not be sent stays."""
        while True:
            with self._changed:
                while not self._messages and not child.gone:
                    self._changed.wait()
                if child.gone:
                    return
                message = self._messages.popleft()
                self._count(message, -1)
            try:
                child.sound.send(message)
            except (OSError, ValueError):
                with self._changed:
                    self._messages.appendleft(message)
                    self._count(message, 1)
                return

    def _drop(self, track: str) -> None:
        for i, m in enumerate(self._messages):
            if isinstance(m, LiveSound) and m.track == track:
                self._count(m, -1)
                del self._messages[i]
                return

    def _count(self, message: LiveMessage, sign: int) -> None:
        if isinstance(message, LiveSound):
            seconds = sign * len(message.samples) / SAMPLE_RATE
            self._waiting_s[message.track] = self._waiting_s.get(message.track, 0.0) + seconds


class _Child:
    """The parent's side of one child process."""

    def __init__(self, factory: str, args: tuple[Any, ...], task: LiveTask) -> None:
        spawn = multiprocessing.get_context("spawn")
        self.gone = False
        self._ending = threading.Lock()
        theirs, self.sound = spawn.Pipe(duplex=False)
        self.events, events = spawn.Pipe(duplex=False)
        self.process: SpawnProcess = spawn.Process(
            target=serve, args=(factory, args, task, theirs, events), name="folkmoot-live", daemon=True
        )
        try:
            self.process.start()
        except BaseException:
            self.sound.close()
            self.events.close()
            raise
        finally:  # the child has its own copies; with ours open, the end of the pipes would never be seen
            theirs.close()
            events.close()

    def how_it_ended(self) -> str:
        self.process.join(2.0)
        code = self.process.exitcode
        if code is not None and code < 0:
            with contextlib.suppress(ValueError):
                return signal.Signals(-code).name
        return f"exit code {code}"

    def kill(self) -> None:
        """For any thread. What waits on a pipe to the child is released."""
        with self._ending:
            if not self.gone:
                self.process.kill()

    def end(self) -> None:
        """One that is done leaves by itself; any other is killed."""
        self.process.join(0.5)
        with self._ending:
            if self.process.is_alive():
                self.process.kill()
                self.process.join()
            self.gone = True
            self.process.close()
            self.sound.close()
            self.events.close()
