"""Live text on its way to the window: events from the session's thread, handed over in batches."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Collection
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from app.domain.errors import UserError
from app.domain.live import LiveEnded, LiveEvent, LivePartial, LiveState, LiveStatus
from app.domain.meeting import Meeting
from app.workers.live_services import Listenable, LiveServices, LiveText

log = logging.getLogger(__name__)

FRAME_MS = 40  # events are handed to the window at most this often


class LiveInbox(QObject):
    """Lives in the window's thread and emits there; `put` may be called in any.

    Signals:
        arrived: what has happened since the last time. (meeting id, list of LiveEvent)
    """

    arrived = Signal(str, object)
    _told = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lock = threading.Lock()
        self._items: deque[tuple[str, LiveEvent]] = deque()
        self._frame = QTimer(self)
        self._frame.setSingleShot(True)
        self._frame.setInterval(FRAME_MS)
        self._frame.timeout.connect(self._drain)
        self._told.connect(self._on_told, Qt.ConnectionType.QueuedConnection)

    def put(self, meeting_id: str, event: LiveEvent) -> None:
        with self._lock:
            first = not self._items
            self._items.append((meeting_id, event))
        if first:
            try:
                self._told.emit()
            except RuntimeError:  # the window has gone meanwhile
                log.debug("live text came after the window had gone")

    @Slot()
    def _on_told(self) -> None:
        if not self._frame.isActive():
            self._frame.start()

    @Slot()
    def _drain(self) -> None:
        with self._lock:
            items, self._items = self._items, deque()
        for meeting_id in dict.fromkeys(i for i, _ in items):
            self.arrived.emit(meeting_id, newest([e for i, e in items if i == meeting_id]))


def newest(events: list[LiveEvent]) -> list[LiveEvent]:
    """Without what a later event of the same batch has made old."""
    last = {_about(e): n for n, e in enumerate(events)}
    return [e for n, e in enumerate(events) if not isinstance(e, LivePartial | LiveStatus) or last[_about(e)] == n]


def _about(event: LiveEvent) -> object:
    return (LivePartial, event.id) if isinstance(event, LivePartial) else type(event)


class LiveAlong:
    """Live text beside a recording; whatever goes wrong with it must not reach the recording. Recording thread."""

    def __init__(self, services: LiveServices | None, inbox: LiveInbox) -> None:
        self._services = services
        self._inbox = inbox
        self._running: LiveText | None = None

    def begin(self, meeting: Meeting, folder: Path, recorder: Listenable, tracks: Collection[str]) -> None:
        self.close()
        services, put = self._services, self._inbox.put
        if services is None:
            return
        try:
            if services.wanted():
                self._running = services.start(meeting, folder, recorder, tracks, lambda event: put(meeting.id, event))
        except Exception as error:
            log.exception("live text could not begin")
            reason = (error.what, error.to_do) if isinstance(error, UserError) else ("", "")
            put(meeting.id, LiveState("off", *reason))
            put(meeting.id, LiveEnded())

    def end(self) -> None:
        """The recording is over: what is left is written down in the background."""
        if self._running is not None:
            self._running.finish()

    def close(self) -> None:
        running, self._running = self._running, None
        if running is not None:
            running.close()
