"""The thread that drives the models' process, one meeting at a time.

The models do not run here: `Services.run_job` blocks on the host process and yields its events. What an event carries
is stored first, through the storage lane, and shown second, so what is kept never depends on what is shown.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from PySide6.QtCore import QObject, Qt, QThread, QTimer, Signal, Slot

from app.domain.cancel import CancelFlag
from app.domain.errors import Cancelled, HostDied
from app.domain.events import Event, Notice, StageDone, StageStarted
from app.domain.meeting import Stage
from app.domain.ports import Job, MeetingStore
from app.workers.services import Services
from app.workers.storage_lane import StorageLane

log = logging.getLogger(__name__)

FRAME_MS = 40  # events are handed to the window at most this often
BATCH = 150  # and at most this many at once, so that no hand-over is felt


class _Ended:
    """Put behind the last event of a job: how it ended."""

    def __init__(self, error: BaseException | None) -> None:
        self.error = error


class _Worker(QObject):
    """Lives in the engine thread.

    Signals:
        arrived: there is something in the mailbox and the window has not been told yet.
    """

    arrived = Signal()

    def __init__(self, services: Services, lane: StorageLane, mailbox: _Mailbox) -> None:
        super().__init__()
        self._services = services
        self._lane = lane
        self._mailbox = mailbox

    @Slot(str, object, object, object)
    def run(self, meeting_id: str, again: frozenset[Stage], until: Stage | None, cancel: CancelFlag) -> None:
        try:
            try:
                self._once(meeting_id, again, until, cancel)
            except HostDied as error:
                log.warning("the model process died, starting again: %s", error)
                self._post(
                    meeting_id,
                    Notice(
                        Stage.DECODE,
                        self.tr("The models stopped unexpectedly and were started again from the last finished step."),
                    ),
                )
                self._once(meeting_id, frozenset(), until, cancel)
        except BaseException as error:
            self._post(meeting_id, _Ended(error))
        else:
            self._post(meeting_id, _Ended(None))

    def _once(self, meeting_id: str, again: frozenset[Stage], until: Stage | None, cancel: CancelFlag) -> None:
        """One run of the pipeline. Whatever ends it early is stored as the end of the running stage.

        With `until` there may be no stage to run at all: then nothing is said about those that come after it.
        """
        begun = until is None
        try:

            def make(store: MeetingStore) -> Job:
                return self._services.make_job(store, meeting_id, again, until)

            events = self._services.run_job(self._lane.submit(make).result(), cancel)
            try:
                for event in events:
                    if isinstance(event, StageStarted | StageDone):
                        begun = True
                        self._persist(meeting_id, event)
                    self._post(meeting_id, event)
                    if cancel.is_set():
                        raise Cancelled()
            finally:
                close = getattr(events, "close", None)
                if close is not None:
                    close()
        except BaseException as error:
            # The host may die of being told to stop: that is still the user's wish, not a failure.
            stopped = Cancelled() if isinstance(error, HostDied) and cancel.is_set() else error
            if begun:
                self._persist_end(meeting_id, stopped)
            raise stopped from None

    def _persist(self, meeting_id: str, event: Event) -> None:
        def store_event(store: MeetingStore) -> None:
            self._services.persist(store, meeting_id, event)

        self._lane.submit(store_event).result()

    def _persist_end(self, meeting_id: str, error: BaseException) -> None:
        def store_end(store: MeetingStore) -> None:
            self._services.persist_end(store, meeting_id, error)

        ended: Future[None] = self._lane.submit(store_end)
        try:
            ended.result()
        except Exception:
            log.exception("could not store how the job ended")

    def _post(self, meeting_id: str, item: Event | _Ended) -> None:
        if self._mailbox.put(meeting_id, item):
            self.arrived.emit()


class _Mailbox:
    """From the engine thread to the window's, without a queued Qt call for each event."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._items: deque[tuple[str, Event | _Ended]] = deque()
        self._told = False

    def put(self, meeting_id: str, item: Event | _Ended) -> bool:
        """True when the receiver has to be told."""
        with self._lock:
            self._items.append((meeting_id, item))
            told, self._told = self._told, True
            return not told

    def take(self, most: int) -> tuple[list[tuple[str, Event | _Ended]], bool]:
        """Up to `most` items, and whether there are more (the receiver then comes back by itself)."""
        with self._lock:
            items = [self._items.popleft() for _ in range(min(most, len(self._items)))]
            self._told = bool(self._items)
            return items, self._told


class EngineThread(QObject):
    """Runs one job at a time; lives in the window's thread and emits there.

    Signals:
        progressed: what has happened since the last time. (meeting id, list of events)
        succeeded: every stage is done and stored. (meeting id)
        failed: the job ended with an error. (meeting id, exception)
        cancelled: the user stopped the job. (meeting id)
        finished: follows each of the three above. (meeting id)
    """

    progressed = Signal(str, object)
    succeeded = Signal(str)
    failed = Signal(str, object)
    cancelled = Signal(str)
    finished = Signal(str)
    _run = Signal(str, object, object, object)

    def __init__(self, services: Services, lane: StorageLane, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._running = ""
        self._cancel: threading.Event | None = None
        self._mailbox = _Mailbox()
        self._frame = QTimer(self)
        self._frame.setSingleShot(True)
        self._frame.setInterval(FRAME_MS)
        self._frame.timeout.connect(self._drain)
        self._thread = QThread(self)
        self._thread.setObjectName("engine thread")
        self._worker = _Worker(services, lane, self._mailbox)
        self._worker.moveToThread(self._thread)
        self._run.connect(self._worker.run)
        self._worker.arrived.connect(self._on_arrived, Qt.ConnectionType.QueuedConnection)
        self._thread.start()

    @property
    def running(self) -> str:
        """Id of the meeting being processed, "" when there is none."""
        return self._running

    def start(self, meeting_id: str, again: frozenset[Stage] = frozenset(), until: Stage | None = None) -> None:
        """Process what is not done yet of a meeting, up to `until` if given, and the stages in `again` anew."""
        if self._running:
            raise RuntimeError(f"{self._running} is still being processed")
        self._running = meeting_id
        self._cancel = threading.Event()
        self._run.emit(meeting_id, again, until, self._cancel)

    def cancel(self) -> None:
        """Ask the running job to stop; `cancelled` follows, unless it was already over."""
        if self._cancel is not None:
            self._cancel.set()

    def stop(self, unblock: Callable[[], None] | None = None, patience_ms: int = 5000) -> bool:
        """Cancel and end the thread. `unblock` is called if the job has not ended after `patience_ms`.

        Returns whether the thread has ended.
        """
        self.cancel()
        self._frame.stop()
        self._thread.quit()
        ended = self._thread.wait(patience_ms)
        if not ended and unblock is not None:
            unblock()
            ended = self._thread.wait(patience_ms)
        return ended

    @Slot()
    def _on_arrived(self) -> None:
        if not self._frame.isActive():
            self._frame.start()

    @Slot()
    def _drain(self) -> None:
        items, more = self._mailbox.take(BATCH)
        if more:
            self._frame.start()
        batch: list[Any] = []
        for meeting_id, item in items:
            if not isinstance(item, _Ended):
                batch.append(item)
                continue
            if batch:
                self.progressed.emit(meeting_id, batch)
                batch = []
            self._end(meeting_id, item.error)
        if batch:
            self.progressed.emit(items[-1][0], batch)

    def _end(self, meeting_id: str, error: BaseException | None) -> None:
        self._running = ""
        self._cancel = None
        if error is None:
            self.succeeded.emit(meeting_id)
        elif isinstance(error, Cancelled):
            self.cancelled.emit(meeting_id)
        else:
            self.failed.emit(meeting_id, error)
        self.finished.emit(meeting_id)
