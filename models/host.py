"""A process of its own for the models, so that neither a crash nor a busy decode loop reaches the window.

The parent sends a job and gets the job's events one by one. Two pipes lead to the child: over `data` go the
job, its events and how it ended; over `control` go the wish to cancel and questions about what is loaded, which
a thread of the child takes while its main thread computes. Nothing is shared (a lock in shared memory would stay
locked for ever when the child is killed inside it). When the parent dies, `control` reaches its end and the child
leaves.

The child is spawned, never forked: torch, CUDA and Qt do not survive a fork, and Windows has none. Spawning
imports the program's main module again under another name, so that module must keep its work under `if
__name__ == "__main__"`, and a frozen program must call `multiprocessing.freeze_support()` first of all.
"""

from __future__ import annotations

import contextlib
import ctypes
import faulthandler
import importlib
import logging
import multiprocessing
import os
import pickle
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Any, Protocol, runtime_checkable

from app.domain.cancel import CancelFlag, check
from app.domain.errors import Cancelled, FolkmootError, HostDied
from app.domain.events import Event

log = logging.getLogger(__name__)

Runner = Callable[[Any, CancelFlag], Iterator[Event]]


@runtime_checkable
class RestingRunner(Protocol):
    """A runner that has something to give up when no job came for a while, and something to tell about itself."""

    def __call__(self, job: Any, cancel: CancelFlag) -> Iterator[Event]: ...

    def rest_after_s(self) -> float | None:
        """How long to wait for a job before `rest`; None: for ever. Asked after every job."""
        ...

    def rest(self) -> None:
        """Called once, on the thread that runs the jobs."""
        ...

    def state(self) -> Any:
        """What it holds now; picklable. Called on another thread, also while a job runs."""
        ...


_POLL_S = 0.05  # how soon a cancel flag is noticed
_CHILD_LEAVES_S = 1.0  # how long the child's work may take to notice that the parent is gone
_NICENESS = 5


class Host:
    """Runs jobs in a child process that keeps what it loaded between jobs.

    Args:
        factory: "package.module:function". Called in the child with `args` when it starts; returns a callable
            `(job, cancel) -> Iterator[Event]`, which may be a `RestingRunner`.
        args: picklable arguments for the factory.
        cancel_grace_s: how long a job may go on after it was cancelled before the child is killed. Killing
        costs
            the models their place in memory, nothing else, so this may be short.

    One thread runs jobs, one at a time; `close()` and `state()` may be called from others.
    """

    def __init__(self, factory: str, args: tuple[Any, ...] = (), *, cancel_grace_s: float = 1.0) -> None:
        if ":" not in factory:
            raise ValueError(f"{factory!r} is not of the form package.module:function")
        self._factory = factory
        self._args = args
        self._grace_s = cancel_grace_s
        self._child: _Child | None = None
        self._busy = threading.Lock()
        self._closed = False
        self._jobs = 0

    @property
    def pid(self) -> int | None:
        """Of the child, if it runs."""
        child = self._child
        return child.process.pid if child is not None and child.process.is_alive() else None

    def start(self) -> None:
        """Start the child if none runs, and return at once; its imports go on in the background."""
        if self._closed:
            raise RuntimeError("the host is closed")
        if self._child is not None and not self._child.process.is_alive():
            self._drop_child()
        if self._child is None:
            self._child = _Child(self._factory, self._args)

    def run(self, job: Any, cancel: CancelFlag) -> Iterator[Event]:
        """Run a job and yield its events. Blocks: call it on a worker thread.

        Raises what the job raised if that is a `FolkmootError` (`Cancelled` when it was cancelled),
        `HostDied` if the child ended by itself, `RuntimeError` with the child's traceback for anything else.
        The next `run` starts a new child where one is needed. Dropping the generator half-way ends the child,
        too.
        """
        if not self._busy.acquire(blocking=False):
            raise RuntimeError("the host already runs a job")
        child: _Child | None = None
        try:
            check(cancel)
            self.start()
            child = self._child
            assert child is not None
            self._jobs += 1
            child.idle = False
            try:
                child.data.send(("job", self._jobs, job))
            except OSError:
                raise self._died(child) from None
            yield from self._events(child, self._jobs, cancel)
        finally:
            try:
                if child is not None and not child.idle:
                    self._drop_child()
            finally:
                self._busy.release()

    def state(self, timeout_s: float = 2.0) -> Any | None:
        """What the runner says of itself (`RestingRunner.state`). None if there is no child, or it does not answer in
        time: while it starts, or when the machine is very busy. Starts nothing."""
        child = self._child
        return child.state(timeout_s) if child is not None and not self._closed else None

    def close(self) -> None:
        """End the child, whatever it does. A job that runs ends with `Cancelled`. Safe to call twice."""
        self._closed = True
        child = self._child
        if child is None:
            return
        if not self._busy.acquire(blocking=False):
            child.process.kill()  # `run`, on its thread, notices and lets go, unless nobody takes its events
            if not self._busy.acquire(timeout=2.0):
                self._drop_child()
                return
        self._drop_child()
        self._busy.release()

    def __enter__(self) -> Host:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _events(self, child: _Child, number: int, cancel: CancelFlag) -> Iterator[Event]:
        asked_at: float | None = None
        while not self._closed:
            if asked_at is None and cancel.is_set():
                asked_at = time.monotonic()
                child.ask_to_cancel(number)
                if not child.ready:  # still importing, and will not listen before that is done
                    raise Cancelled()
            if asked_at is not None and time.monotonic() - asked_at > self._grace_s:
                raise Cancelled()
            if not wait([child.data, child.process.sentinel], _POLL_S):
                continue
            try:
                if not child.data.poll():
                    raise EOFError
                message = child.data.recv()
            except (EOFError, OSError):
                raise self._died(child) from None
            match message:
                case ("ready",):
                    child.ready = True
                case ("event", event):
                    given_at = time.monotonic()
                    yield event
                    if asked_at is not None:  # time that the reader takes is not the job's
                        asked_at += time.monotonic() - given_at
                case ("done",):
                    child.idle = True
                    return
                case ("raised", FolkmootError() as error):
                    child.idle = child.ready  # a child whose factory failed leaves
                    raise error
                case ("bug", text):
                    child.idle = child.ready
                    raise RuntimeError(f"The model process failed:\n{text}")
                case _:
                    raise RuntimeError(f"The model process sent {message!r}")
        raise Cancelled()

    def _died(self, child: _Child) -> FolkmootError:
        if self._closed:
            return Cancelled()
        child.process.join(5)
        code = child.process.exitcode
        how = f"exit code {code}"
        if code is not None and code < 0:
            with contextlib.suppress(ValueError):
                how = signal.Signals(-code).name
        return HostDied(
            f"The process that holds the models ended by itself ({how}); the computer may be short of memory."
            " What was stored is kept. Run the job again."
        )

    def _drop_child(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.end()


class _Child:
    """The parent's side of one child process."""

    def __init__(self, factory: str, args: tuple[Any, ...]) -> None:
        spawn = multiprocessing.get_context("spawn")
        self.ready = False  # the factory has returned
        self.idle = True  # no job runs; a child that is left while one runs is ended
        self._ending = threading.Lock()
        self._ended = False
        self._asking = threading.Lock()
        self._using = threading.Lock()  # `control`, which threads share
        self._asked = 0
        self.data, data = spawn.Pipe(duplex=True)
        self.control, control = spawn.Pipe(duplex=True)
        self.process: SpawnProcess = spawn.Process(
            target=_serve, args=(factory, args, data, control), name="folkmoot-models", daemon=True
        )
        try:
            self.process.start()
        except BaseException:
            self.data.close()
            self.control.close()
            raise
        finally:  # the child has its own copies; with ours open, the end of the pipes would never be seen
            data.close()
            control.close()

    def ask_to_cancel(self, number: int) -> None:
        with contextlib.suppress(OSError), self._using:  # it is dead, which is noticed elsewhere
            self.control.send(("cancel", number))

    def state(self, timeout_s: float) -> Any | None:
        end = time.monotonic() + timeout_s
        with self._asking, contextlib.suppress(EOFError, OSError):
            self._asked += 1
            with self._using:
                self.control.send(("state", self._asked))
            while time.monotonic() < end:
                with self._using:  # in short steps, for a wish to cancel must not wait for an answer
                    answer = self.control.recv() if self.control.poll(0.01) else None
                if answer is not None and answer[0] == self._asked:  # not the late answer to an earlier question
                    return answer[1]
        return None

    def end(self) -> None:
        """Close the pipes, on which an idle child leaves by itself; kill a busy one. Safe to call twice."""
        with self._ending:
            if self._ended:
                return
            self._ended = True
            if not self.idle:
                self.process.kill()
            self.data.close()
            with self._using:
                self.control.close()
            self.process.join(1.0)
            if self.process.is_alive():
                self.process.kill()
                self.process.join()
            self.process.close()


# -- in the child ------------------------------------------------------------------------------------
class _Job:
    """The flag of the job that runs; a wish to cancel that comes too late for its job is for no other."""

    def __init__(self) -> None:
        self.number = 0
        self.cancel = threading.Event()
        self._asked = 0
        self._lock = threading.Lock()

    def begin(self, number: int) -> threading.Event:
        with self._lock:
            self.number, self.cancel = number, threading.Event()
            if self._asked == number:  # the wish overtook its job, over the other pipe
                self.cancel.set()
            return self.cancel

    def ask(self, number: int) -> None:
        with self._lock:
            self._asked = number
            if self.number == number:
                self.cancel.set()

    def leave(self) -> None:
        with self._lock:
            self.cancel.set()


def _serve(factory: str, args: tuple[Any, ...], data: Connection[Any, Any], control: Connection[Any, Any]) -> None:
    """What the child does, from its first line to its last."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent decides
    if sys.stderr is not None:  # a windowed program has none
        faulthandler.enable()
    _step_back()
    job = _Job()
    state: list[RestingRunner] = []  # who is asked, once it is there
    threading.Thread(target=_listen, args=(control, job, state), daemon=True).start()
    try:
        try:
            module, _, name = factory.partition(":")
            run: Runner = getattr(importlib.import_module(module), name)(*args)
        except BaseException as error:
            data.recv()
            _send(data, _raised(error))
            return  # the next job tries again, in a new child
        resting = run if isinstance(run, RestingRunner) else None
        if resting is not None:
            state.append(resting)
        _send(data, ("ready",))
        while True:
            if resting is not None and not data.poll(resting.rest_after_s()):
                resting.rest()
            _, number, what = data.recv()
            _run(run, what, job.begin(number), data)
    except (EOFError, OSError, _Gone):
        return  # the parent is gone or wants us gone


def _run(run: Runner, what: Any, cancel: CancelFlag, data: Connection[Any, Any]) -> None:
    try:
        for event in run(what, cancel):
            _send(data, ("event", event))
        end: tuple[Any, ...] = ("done",)
    except _Gone:
        raise
    except BaseException as error:
        end = _raised(error)
    _send(data, end)


def _raised(error: BaseException) -> tuple[Any, ...]:
    """What the parent is told about an error: itself if it is ours and arrives whole, else its traceback."""
    if isinstance(error, FolkmootError):
        with contextlib.suppress(Exception):
            pickle.loads(pickle.dumps(error))
            return ("raised", error)
    return ("bug", "".join(traceback.format_exception(error)))


def _send(data: Connection[Any, Any], message: tuple[Any, ...]) -> None:
    packed = pickle.dumps(message)  # outside the try: what cannot be pickled is the job's fault
    try:
        data.send_bytes(packed)
    except OSError:
        raise _Gone() from None


class _Gone(BaseException):
    """The pipe to the parent is broken. Not an OSError, which a job may raise for reasons of its own."""


def _listen(control: Connection[Any, Any], job: _Job, state: Sequence[RestingRunner]) -> None:
    """Pass wishes to cancel on and answer questions; when the parent is gone, leave within a second."""
    with contextlib.suppress(EOFError, OSError):
        while True:
            what, number = control.recv()
            if what == "cancel":
                job.ask(number)
            else:
                control.send((number, _told(state[0]) if state else None))
    job.leave()
    time.sleep(_CHILD_LEAVES_S)
    os._exit(0)


def _told(runner: RestingRunner) -> Any | None:
    try:
        return runner.state()
    except Exception:  # this thread has to live: it carries wishes to cancel
        log.exception("The runner could not say what it holds")
        return None


def _step_back(niceness: int = _NICENESS) -> None:
    """Lower this process's priority: recording and the window come first."""
    with contextlib.suppress(OSError, AttributeError):
        if sys.platform == "win32":
            kernel32 = getattr(ctypes, "windll").kernel32  # noqa: B009 - unknown to type checkers elsewhere
            kernel32.SetPriorityClass(kernel32.GetCurrentProcess(), 0x4000)  # BELOW_NORMAL_PRIORITY_CLASS
        else:
            os.nice(niceness)
