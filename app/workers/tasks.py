"""Work beside the library, off the window's thread: short questions one after another, long tasks side by side.

Answers come back in the window's thread, as signals that cross threads do. The threads are daemons: a network or a
disk that does not answer keeps nobody from closing the window.

A task may hold objects of Qt's, which are not to be destroyed by another thread than their own: the window's thread
keeps every task until the thread that runs it has let go of it.
"""

from __future__ import annotations

import itertools
import logging
import threading
import time
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.domain.cancel import CancelFlag
from app.domain.models import DownloadProgress

log = logging.getLogger(__name__)

T = TypeVar("T")
Say = Callable[[Any], None]
Run = Callable[[CancelFlag, Say], None]  # tells with the second what comes of it
EVERY_MS = 100  # progress is shown at most this often, and always the latest


# What to call with the result, what with an exception, and the task itself.
_Asked = tuple[Callable[[Any], None] | None, Callable[[BaseException], None] | None, Callable[[], Any]]


class SideLane(QObject):
    """Tasks of moments, in the order in which they were asked for.

    Signals:
        failed: a task nobody listens to the failure of has failed. (exception)
    """

    failed = Signal(object)
    _answered = Signal(int, object, object)  # ticket, result, exception

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks: SimpleQueue[tuple[int, Callable[[], Any]] | None] = SimpleQueue()
        self._tickets = itertools.count(1)
        self._waiting: dict[int, _Asked] = {}
        self._stopped = False
        self._answered.connect(self._on_answered)
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._began = False

    def ask(
        self,
        task: Callable[[], T],
        then: Callable[[T], None] | None = None,
        otherwise: Callable[[BaseException], None] | None = None,
    ) -> None:
        """Window's thread: run `task` in the lane, then call `then(result)` or `otherwise(error)` here."""
        if not self._stopped:
            ticket = next(self._tickets)
            self._waiting[ticket] = (then, otherwise, task)
            self._tasks.put((ticket, task))
            if not self._began:
                self._began = True
                self._thread.start()

    def stop(self, patience_s: float = 5.0) -> bool:
        """Finish what is queued and end the thread; False if it does not. Answers still under way are dropped."""
        if not self._stopped:
            self._stopped = True
            self._waiting = {ticket: (None, None, task) for ticket, (_, _, task) in self._waiting.items()}
            self._tasks.put(None)
        if self._began:
            self._thread.join(patience_s)
        return not self._thread.is_alive()

    def _work(self) -> None:
        while (asked := self._tasks.get()) is not None:
            ticket, task = asked
            result: Any = None
            failure: BaseException | None = None
            try:
                result = task()
            except BaseException as error:
                failure = error
            del asked, task
            try:
                self._answered.emit(ticket, result, failure)
            except RuntimeError:  # the window has gone meanwhile
                return

    @Slot(int, object, object)
    def _on_answered(self, ticket: int, result: object, failure: BaseException | None) -> None:
        then, otherwise, _ = self._waiting.pop(ticket, (None, None, None))
        if failure is None:
            if then is not None:
                then(result)
        elif otherwise is not None:
            otherwise(failure)
        elif not self._stopped:
            log.error("a task failed", exc_info=failure)
            self.failed.emit(failure)


class LongTasks(QObject):
    """Tasks of seconds to hours, each in a thread of its own and with its own cancel flag.

    Signals:
        progressed: something came of a task. (key, what it said)
        ended: it is over. (key, exception or None)
    """

    progressed = Signal(str, object)
    ended = Signal(str, object)
    _said = Signal(str, object)
    _has_moved = Signal()
    _over = Signal(str, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lock = threading.Lock()
        self._latest: dict[str, DownloadProgress] = {}
        self._frame = QTimer(self)
        self._frame.setSingleShot(True)
        self._frame.setInterval(EVERY_MS)
        self._frame.timeout.connect(self._show_latest)
        self._has_moved.connect(self._on_moved)
        self._said.connect(self._on_said)
        self._flags: dict[str, threading.Event] = {}
        self._threads: dict[str, threading.Thread] = {}
        self._runs: dict[str, Run] = {}
        self._over.connect(self._on_over)

    def running(self, key: str) -> bool:
        return key in self._flags

    def start(self, key: str, run: Run) -> None:
        """Window's thread. A key that runs already is not started again."""
        if key in self._flags:
            return
        flag = self._flags[key] = threading.Event()
        thread = threading.Thread(target=self._work, args=(key, run, flag), name=f"task {key}", daemon=True)
        self._threads[key] = thread
        self._runs[key] = run
        thread.start()

    def cancel(self, key: str) -> None:
        """Ask it to stop; `ended` follows with `Cancelled`, unless it was over."""
        if key in self._flags:
            self._flags[key].set()

    def stop(self, patience_s: float = 3.0) -> bool:
        """Cancel everything and wait a while for it; False if a task does not let go."""
        for flag in self._flags.values():
            flag.set()
        until = time.monotonic() + patience_s
        for thread in self._threads.values():
            thread.join(max(0.0, until - time.monotonic()))
        return not any(t.is_alive() for t in self._threads.values())

    def _work(self, key: str, run: Run, flag: threading.Event) -> None:
        failure: BaseException | None = None

        def say(step: Any) -> None:
            if not isinstance(step, DownloadProgress):  # these are few, and each counts
                self._said.emit(key, step)
                return
            with self._lock:
                is_first = not self._latest
                self._latest[key] = step
            if is_first:
                self._has_moved.emit()

        try:
            run(flag, say)
        except BaseException as error:
            failure = error
        try:
            self._over.emit(key, failure)
        except RuntimeError:  # the window has gone meanwhile
            return

    @Slot()
    def _on_moved(self) -> None:
        if not self._frame.isActive():
            self._frame.start()

    @Slot()
    def _show_latest(self) -> None:
        with self._lock:
            latest, self._latest = self._latest, {}
        for key, step in latest.items():
            self.progressed.emit(key, step)

    @Slot(str, object)
    def _on_said(self, key: str, step: object) -> None:
        self._show_latest()
        self.progressed.emit(key, step)

    @Slot(str, object)
    def _on_over(self, key: str, failure: BaseException | None) -> None:
        self._flags.pop(key, None)
        if (thread := self._threads.pop(key, None)) is not None:
            thread.join(1.0)  # it has nothing left to do but to let go of the task
        self._runs.pop(key, None)
        self._show_latest()
        self.ended.emit(key, failure)
