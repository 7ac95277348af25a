"""The one thread that touches the library.

Tasks are plain functions of a `MeetingStore`, run one after another in the order they were given. The window asks with
`ask` and is answered in its own thread; the engine thread asks with `submit` and may wait for the future.

A task may hold objects of Qt's, which are not to be destroyed by another thread than their own: the window's thread
keeps what it asked for until the lane has let go of it.
"""

from __future__ import annotations

import itertools
import logging
from collections.abc import Callable
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

from PySide6.QtCore import QObject, QThread, Signal, Slot

from app.domain.errors import StorageError
from app.domain.ports import MeetingStore

log = logging.getLogger(__name__)

T = TypeVar("T")
Task = Callable[[MeetingStore], Any]
_Queued = tuple[Task, "Future[Any] | None", int]
# What to call with the result, what with an exception, and the task itself.
_Asked = tuple[Callable[[Any], None] | None, Callable[[BaseException], None] | None, Task]


class _Worker(QObject):
    """Lives in the lane's thread.

    Signals:
        answered: a task of `ask` is done. (ticket, result)
        refused: a task of `ask` raised. (ticket, exception)
    """

    answered = Signal(int, object)
    refused = Signal(int, object)

    def __init__(self, open_store: Callable[[], MeetingStore], tasks: SimpleQueue[_Queued]) -> None:
        super().__init__()
        self._open_store = open_store
        self._tasks = tasks
        self._store: MeetingStore | None = None

    @Slot()
    def work(self) -> None:
        """Run what is queued. An open that failed is tried again with the next task: a disk may come back."""
        while True:
            try:
                task, future, ticket = self._tasks.get_nowait()
            except Empty:
                return
            try:
                if self._store is None:
                    self._store = self._open_store()
                result = task(self._store)
            except BaseException as error:
                del task
                if future is not None:
                    future.set_exception(error)
                else:
                    self.refused.emit(ticket, error)
            else:
                del task
                if future is not None:
                    future.set_result(result)
                else:
                    self.answered.emit(ticket, result)

    @Slot()
    def close(self) -> None:
        self.work()
        if self._store is not None:
            self._store.close()
            self._store = None
        QThread.currentThread().quit()


class StorageLane(QObject):
    """One thread, one store, one task at a time.

    Signals:
        failed: a task nobody listens to the failure of has failed. (exception)
    """

    failed = Signal(object)
    _wake = Signal()
    _close = Signal()

    def __init__(self, open_store: Callable[[], MeetingStore], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks: SimpleQueue[_Queued] = SimpleQueue()
        self._tickets = itertools.count(1)
        self._waiting: dict[int, _Asked] = {}
        self._stopped = False
        self._thread = QThread(self)
        self._thread.setObjectName("storage lane")
        self._worker = _Worker(open_store, self._tasks)
        self._worker.moveToThread(self._thread)
        self._wake.connect(self._worker.work)
        self._close.connect(self._worker.close)
        self._worker.answered.connect(self._on_answered)
        self._worker.refused.connect(self._on_refused)
        self._thread.start()

    def ask(
        self,
        task: Callable[[MeetingStore], T],
        then: Callable[[T], None] | None = None,
        otherwise: Callable[[BaseException], None] | None = None,
    ) -> None:
        """Window's thread: run `task` in the lane, then call `then(result)` or `otherwise(error)` here."""
        if self._stopped:
            return
        ticket = next(self._tickets)
        self._waiting[ticket] = (then, otherwise, task)
        self._tasks.put((task, None, ticket))
        self._wake.emit()

    @property
    def busy(self) -> bool:
        """Whether something the window asked for is not answered yet."""
        return bool(self._waiting)

    def submit(self, task: Callable[[MeetingStore], T]) -> Future[T]:
        """Any thread but the lane's own: run `task` in the lane; the future may be waited for."""
        future: Future[T] = Future()
        if self._stopped:
            future.set_exception(StorageError("The library is already closed."))
            return future
        self._tasks.put((task, future, 0))
        self._wake.emit()
        return future

    def stop(self) -> None:
        """Finish what is queued, close the store, end the thread. Answers still under way are dropped."""
        if self._stopped:
            return
        self._stopped = True
        waiting, self._waiting = self._waiting, {}
        self._close.emit()
        self._thread.wait()
        waiting.clear()  # here, not in the lane

    @Slot(int, object)
    def _on_answered(self, ticket: int, result: object) -> None:
        then, _, _ = self._waiting.pop(ticket, (None, None, None))
        if then is not None:
            then(result)

    @Slot(int, object)
    def _on_refused(self, ticket: int, error: BaseException) -> None:
        if ticket not in self._waiting:
            return
        _, otherwise, _ = self._waiting.pop(ticket)
        if otherwise is not None:
            otherwise(error)
        else:
            log.error("a storage task failed", exc_info=error)
            self.failed.emit(error)
