"""What has to be settled before the window may close: a recording first, then what is being processed."""

from __future__ import annotations

from collections.abc import Callable

import shiboken6
from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QMessageBox, QWidget

from app.ui import dialogs
from app.viewmodels.jobs import JobQueue
from app.viewmodels.recording import RecordingViewModel

POLL_MS = 50
SAY_AFTER_MS = 400  # what is over before nobody has to be told of


class Closing(QObject):
    """Signals:
    ready: nothing stands in the way any more, after the user wanted to close.
    """

    ready = Signal()

    def __init__(
        self,
        window: QWidget,
        recording: RecordingViewModel,
        queue: JobQueue,
        stop_recording: Callable[[], None],
        is_writing: Callable[[], bool],
    ) -> None:
        """`is_writing`: whether changes are still on their way to the disk."""
        super().__init__(window)
        self._is_writing = is_writing
        self._poll = QTimer(self)
        self._poll.setInterval(POLL_MS)
        self._poll.timeout.connect(self._look)
        self._stop = stop_recording
        self._window = window
        self._recording = recording
        self._queue = queue
        self._agreed = False
        self.dialog: QMessageBox | None = None
        recording.state_changed.connect(self._look)
        queue.ended.connect(self._look)

    def may_close(self) -> bool:
        """Whether the window may close now. If not, the user is asked, or it closes as soon as it can."""
        if self._settled:
            return True
        if self._agreed:
            return False  # it is being waited for
        if not self._recording.running and not self._queue.busy:
            self._wait()  # for changes, which need no question
            return False
        if self._recording.state == "saving":
            self._wait()
        elif self._recording.running:
            self._show(dialogs.confirm_end_recording(self._window, self._stop_recording, busy=self._queue.busy))
        else:
            self._show(dialogs.confirm_stop(self._window, self._stop_processing))
        return False

    @property
    def _settled(self) -> bool:
        return not self._recording.running and not self._queue.busy and not self._is_writing()

    def _show(self, dialog: QMessageBox) -> None:
        self.dialog = dialog

    def _stop_recording(self) -> None:
        self._stop()
        self._wait()

    def _wait(self) -> None:
        self._agreed = True
        self._recording.process_afterwards = False  # that goes on at the next start
        self._queue.cancel_all()
        self._poll.start()
        QTimer.singleShot(SAY_AFTER_MS, self, self._say)
        self._look()

    @Slot()
    def _say(self) -> None:
        if not self._settled:
            self._show(dialogs.saving(self._window, recording=self._recording.running))

    def _stop_processing(self) -> None:
        self._wait()

    @Slot()
    def _look(self) -> None:
        if self._agreed and self._settled:
            self._poll.stop()
            self._drop_dialog()
            self.ready.emit()
        elif not self._agreed and self._answered_itself():
            self._drop_dialog()

    def _answered_itself(self) -> bool:
        """Whether the question on the screen is about something that is over."""
        if self.dialog is None or not shiboken6.isValid(self.dialog):
            return False
        name = self.dialog.objectName()
        return (name == "confirmStop" and not self._queue.busy) or (
            name == "confirmEndRecording" and not self._recording.running
        )

    def _drop_dialog(self) -> None:
        dialog, self.dialog = self.dialog, None
        if dialog is not None and shiboken6.isValid(dialog):  # an answered one has deleted itself
            dialog.done(0)  # close() is nothing to a box without buttons, which would keep the program alive
