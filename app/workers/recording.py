"""Recording, seen from the window: a relay to the thread that owns the devices and the recorder.

The window asks and is answered by signals; it waits for nothing. Devices are listed in a thread of their own, because
a driver may take seconds for it and a recording has to start meanwhile.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, QThread, Signal, Slot

from app.domain.meeting import Mark
from app.domain.recording import Device, RecordingStatus
from app.workers.live import LiveInbox
from app.workers.preview import TrackPreview
from app.workers.recording_worker import LAST_WRITE_S, Began, Ended, RecordingWorker
from app.workers.services import Services
from app.workers.storage_lane import StorageLane


class _Lister(QObject):
    """Asks for the devices in a daemon thread: a driver that hangs keeps neither a recording nor the program.

    Signals:
        listed: (list of Device)
        failed: (exception)
    """

    listed = Signal(object)
    failed = Signal(object)

    def __init__(self, devices: Callable[[], list[Device]], parent: QObject) -> None:
        super().__init__(parent)
        self._devices = devices
        self._lock = threading.Lock()
        self._busy = False
        self._again = False

    def ask(self) -> None:
        with self._lock:
            self._again = self._busy
            if self._busy:
                return
            self._busy = True
        threading.Thread(target=self._work, name="sound devices", daemon=True).start()

    def _work(self) -> None:
        while True:
            try:
                found: list[Device] | BaseException = self._devices()
            except Exception as error:
                found = error
            try:
                (self.failed if isinstance(found, BaseException) else self.listed).emit(found)
            except RuntimeError:  # the window has gone meanwhile
                return
            with self._lock:
                self._busy, self._again = self._again, False
                if not self._busy:
                    return


class RecordingController(QObject):
    """What the window knows of the recording thread. Lives in the window's thread and emits there.

    Signals:
        devices_known: what can be recorded. (list of Device)
        devices_failed: why nothing can be listed. (exception)
        live: what was said meanwhile, in batches. (meeting id, list of LiveEvent)
        remembered, previewed, began, refused, progressed, marked, ended: as the worker says them.
    """

    devices_known = Signal(object)
    devices_failed = Signal(object)
    remembered = Signal(object)
    previewed = Signal(object)
    began = Signal(object)
    refused = Signal(object)
    progressed = Signal(object)
    marked = Signal(object)
    ended = Signal(object)
    live = Signal(str, object)
    _enter = Signal()
    _preview = Signal(object)
    _leave = Signal()
    _start = Signal(str, object)
    _pause = Signal()
    _resume = Signal()
    _bookmark = Signal(str)
    _note = Signal(str, float)
    _draft = Signal(str, float)
    _stop = Signal()
    _shut_down = Signal()

    def __init__(self, services: Services, lane: StorageLane, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._over = False
        self._lister = _Lister(services.devices, self)
        self._lister.listed.connect(self._on_listed)
        self._lister.failed.connect(self._on_failed)
        self._live = LiveInbox(self)
        self._live.arrived.connect(self.live)
        self._thread = QThread(self)
        self._thread.setObjectName("recording thread")
        self._worker = worker = RecordingWorker(services, lane, self._live)
        worker.moveToThread(self._thread)
        for asked, slot in (
            (self._enter, worker.enter),
            (self._preview, worker.preview),
            (self._leave, worker.leave),
            (self._start, worker.start),
            (self._pause, worker.pause),
            (self._resume, worker.resume),
            (self._bookmark, worker.bookmark),
            (self._note, worker.note),
            (self._draft, worker.draft),
            (self._stop, worker.stop),
            (self._shut_down, worker.shut_down),
        ):
            asked.connect(slot)
        for said, told in (
            (worker.remembered, self._on_remembered),
            (worker.previewed, self._on_previewed),
            (worker.began, self._on_began),
            (worker.refused, self._on_refused),
            (worker.progressed, self._on_progressed),
            (worker.marked, self._on_marked),
            (worker.ended, self._on_ended),
        ):
            said.connect(told)
        self._thread.start()

    # Asking

    def list_devices(self) -> None:
        if not self._over:
            self._lister.ask()

    def enter(self) -> None:
        """Open the devices chosen last time for their meters."""
        self._enter.emit()
        self.list_devices()

    def preview(self, choices: Mapping[str, str]) -> None:
        """Open these devices for their meters, track → choice."""
        self._preview.emit(dict(choices))

    def leave(self) -> None:
        """Close the devices of the meters. What is being recorded is not touched."""
        self._leave.emit()

    def start(self, title: str, choices: Mapping[str, str]) -> None:
        self._start.emit(title, dict(choices))

    def pause(self) -> None:
        self._pause.emit()

    def resume(self) -> None:
        self._resume.emit()

    def bookmark(self, text: str = "") -> None:
        self._bookmark.emit(text)

    def note(self, text: str, at_s: float) -> None:
        self._note.emit(text, at_s)

    def draft(self, text: str, at_s: float) -> None:
        """What is being typed: it becomes a note if the recording ends meanwhile. "" when there is nothing."""
        self._draft.emit(text, at_s)

    def stop(self) -> None:
        self._stop.emit()

    def shut_down(self, patience_s: float = LAST_WRITE_S + 5.0) -> bool:
        """End the thread; a recording that runs is stopped and stored first. Whether the thread has ended."""
        if not self._over:
            self._over = True
            self._shut_down.emit()
        return self._thread.wait(round(patience_s * 1000))

    # Answers

    @Slot(object)
    def _on_listed(self, devices: list[Device]) -> None:
        self.devices_known.emit(devices)

    @Slot(object)
    def _on_failed(self, error: BaseException) -> None:
        self.devices_failed.emit(error)

    @Slot(object)
    def _on_remembered(self, choices: Mapping[str, str]) -> None:
        self.remembered.emit(choices)

    @Slot(object)
    def _on_previewed(self, previews: tuple[TrackPreview, ...]) -> None:
        self.previewed.emit(previews)

    @Slot(object)
    def _on_began(self, began: Began) -> None:
        self.began.emit(began)

    @Slot(object)
    def _on_refused(self, error: BaseException) -> None:
        self.refused.emit(error)

    @Slot(object)
    def _on_progressed(self, status: RecordingStatus) -> None:
        self.progressed.emit(status)

    @Slot(object)
    def _on_marked(self, marks: tuple[Mark, ...]) -> None:
        self.marked.emit(marks)

    @Slot(object)
    def _on_ended(self, ended: Ended) -> None:
        self.ended.emit(ended)
