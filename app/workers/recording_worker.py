"""The thread that owns the devices and the recorder: what runs in it. `app.workers.recording` is its face.

Everything here may take its time: opening and closing devices, writing the row of the meeting, waiting for the disk.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QThread, QTimer, Signal, Slot

from app.domain.errors import InputError, UserError
from app.domain.meeting import MIC, SYSTEM, Mark, Meeting
from app.domain.ports import MeetingStore
from app.domain.recording import DEFAULT, NONE, RecordingResult
from app.workers.live import LiveAlong, LiveInbox
from app.workers.preview import TrackPreview, unavailable
from app.workers.services import Recorder, Services
from app.workers.storage_lane import StorageLane

if TYPE_CHECKING:
    from app.workers.taps import Tap

log = logging.getLogger(__name__)

TICK_MS = 100
RETRY_TICKS = 30  # a device that was not there is looked for again after so many
EXPECT_TICKS = 10  # how often a source is asked whether something should be heard
LAST_WRITE_S = 20.0  # how long the end of the program waits for a recording to be on the disk


@dataclass(frozen=True, slots=True)
class Began:
    """A recording runs. `missing`: what the user chose and what cannot be recorded, with the reason."""

    meeting_id: str
    title: str
    started_at: datetime
    missing: tuple[TrackPreview, ...] = ()


@dataclass(frozen=True, slots=True)
class Ended:
    """A recording is over. `error`: why the library does not know it; the sound is in its folder all the same."""

    meeting_id: str
    result: RecordingResult | None = None
    error: BaseException | None = None


class RecordingWorker(QObject):
    """Lives in the recording thread.

    Signals:
        remembered: the devices chosen last time. (track → choice)
        previewed: what the devices in question sound like, 10 times a second. (tuple of TrackPreview)
        began: a recording runs. (Began)
        refused: a recording could not start. (exception)
        progressed: 10 times a second while it runs. (RecordingStatus)
        marked: there are other marks. (tuple of Mark)
        ended: a recording is over and stored. (Ended)
    """

    remembered = Signal(object)
    previewed = Signal(object)
    began = Signal(object)
    refused = Signal(object)
    progressed = Signal(object)
    marked = Signal(object)
    ended = Signal(object)

    def __init__(self, services: Services, lane: StorageLane, live: LiveInbox) -> None:
        super().__init__()
        self._live = LiveAlong(services.live, live)
        self._services = services
        self._lane = lane
        self._choices: dict[str, str] = {}
        self._taps: dict[str, Tap] = {}
        self._absent: dict[str, TrackPreview] = {}
        self._expects: dict[str, bool | None] = {}
        self._usual: Mapping[str, str] = {}  # the devices of last time
        self._recorder: Recorder | None = None
        self._meeting_id = ""
        self._marks: tuple[Mark, ...] = ()
        self._draft: tuple[str, float] | None = None
        self._ticks = 0
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)

    # Before

    @Slot()
    def enter(self) -> None:
        """Open the devices of last time for the meters."""
        if self._recorder is not None:
            return
        choices = {MIC: DEFAULT, SYSTEM: DEFAULT}
        try:
            choices.update(self._services.device_choices())
        except Exception:  # settings that cannot be read are no reason not to record
            log.exception("the devices of last time could not be read")
        self._usual = choices
        self.remembered.emit(choices)
        self.preview(choices)

    @Slot(object)
    def preview(self, choices: Mapping[str, str]) -> None:
        """Have exactly these open. A source whose choice stays is left alone."""
        if self._recorder is not None:
            return
        self._open(choices)
        for tap in self._taps.values():
            tap.meter()
        self._timer.start()
        self._tick()

    def _open(self, choices: Mapping[str, str]) -> None:
        for track, tap in list(self._taps.items()):
            if choices.get(track) != tap.choice:
                del self._taps[track]
                tap.close()
        self._choices = dict(choices)
        self._absent = {}
        for track, choice in choices.items():
            if track not in self._taps:
                self._make(track, choice)

    def _make(self, track: str, choice: str) -> None:
        if choice == NONE:
            self._absent[track] = unavailable(track, choice)
            return
        from app.workers.taps import Tap

        try:
            self._taps[track] = Tap(self._services.source(track, choice), choice)
        except UserError as error:
            self._absent[track] = unavailable(track, choice, error.what, error.to_do)
        except Exception as error:  # a driver's own failure must not cost the other track
            log.exception("the source of %s could not be made", track)
            what = self.tr("This device cannot be used ({error}).").format(error=error)
            self._absent[track] = unavailable(track, choice, what, self.tr("Choose another one."))
        else:
            self._absent.pop(track, None)

    @Slot()
    def leave(self) -> None:
        """Let go of the devices, unless they are being recorded."""
        if self._recorder is None:
            self._timer.stop()
            self._close_taps()

    def _close_taps(self) -> None:
        taps, self._taps, self._absent = self._taps, {}, {}
        for tap in taps.values():
            try:
                tap.close()
            except Exception:
                log.exception("a source could not be closed")

    def _look_again(self) -> None:
        for track, absent in list(self._absent.items()):
            if absent.choice != NONE:
                self._make(track, absent.choice)
                if track in self._taps:
                    self._taps[track].meter()

    # From start to end

    @Slot(str, object)
    def start(self, title: str, choices: Mapping[str, str]) -> None:
        if self._recorder is not None:
            return
        choices = {**self._usual, **choices}  # who starts at once has not seen those of last time yet
        self._open(choices)
        missing = tuple(p for p in self._absent.values() if p.choice != NONE)
        try:
            if not self._taps:
                reason = missing[0] if missing else None
                if reason is not None:
                    raise InputError(reason.what, reason.to_do)
                raise InputError(
                    self.tr("There is nothing to record."), self.tr("Choose a microphone or the computer’s sound.")
                )
            meeting, folder, recorder, started_at = self._begin(title)
        except BaseException as error:
            self.refused.emit(error)
            self.preview(choices)
            return
        self._recorder, self._meeting_id, self._marks = recorder, meeting.id, ()
        self._timer.start()
        self.began.emit(Began(meeting.id, meeting.title, started_at, missing))
        self._live.begin(meeting, folder, recorder, tuple(self._taps))
        self._tick()
        try:
            self._services.remember_devices(choices)
        except Exception:
            log.exception("the chosen devices could not be remembered")

    def _begin(self, title: str) -> tuple[Meeting, Path, Recorder, datetime]:
        """The row first, then the sound: what runs is always in the library."""
        started_at = datetime.now().astimezone()
        devices = {track: tap.device for track, tap in self._taps.items()}

        def create(store: MeetingStore) -> tuple[Meeting, Path]:
            return self._services.begin_recording(store, title, started_at, devices)

        meeting, folder = self._lane.submit(create).result()
        try:
            recorder = self._services.recorder(folder, dict(self._taps), started_at)
            recorder.start()
        except BaseException:

            def remove(store: MeetingStore) -> None:
                self._services.discard(store, meeting.id)

            try:
                self._lane.submit(remove).result()
            except Exception:
                log.exception("a meeting without sound could not be removed")
            raise
        return meeting, folder, recorder, started_at

    @Slot()
    def pause(self) -> None:
        if self._recorder is not None:
            self._recorder.pause()
            self._tick()

    @Slot()
    def resume(self) -> None:
        if self._recorder is not None:
            self._recorder.resume()
            self._tick()

    @Slot(str)
    def bookmark(self, text: str) -> None:
        if self._recorder is not None:
            self._recorder.bookmark(text)
            self._tick()

    @Slot(str, float)
    def note(self, text: str, at_s: float) -> None:
        if self._recorder is not None:
            self._recorder.note(text, at_s)
            self._tick()

    @Slot(str, float)
    def draft(self, text: str, at_s: float) -> None:
        self._draft = (text, at_s) if text else None

    def _keep_draft(self, recorder: Recorder) -> None:
        """A full disk asks nobody whether they have finished typing."""
        if self._draft is not None:
            recorder.note(*self._draft)
            self._draft = None

    @Slot()
    def stop(self) -> None:
        if self._recorder is not None:
            self._recorder.stop()
            self._tick()

    @Slot()
    def _tick(self) -> None:
        self._ticks += 1
        if self._recorder is None:
            if self._ticks % RETRY_TICKS == 0:
                self._look_again()
            self.previewed.emit(self._previews())
            return
        status = self._recorder.status()
        self.progressed.emit(status)
        marks = tuple(self._recorder.marks())
        if marks != self._marks:
            self._marks = marks
            self.marked.emit(marks)
        if status.state in ("stopping", "ended"):
            self._keep_draft(self._recorder)
            result = self._recorder.wait(0.0)
            if result is not None:
                self._finish(result)

    def _previews(self) -> tuple[TrackPreview, ...]:
        found = []
        for track in self._choices:
            if track not in self._taps:
                found.append(self._absent[track])
                continue
            tap = self._taps[track]
            if self._ticks % EXPECT_TICKS == 1:
                self._expects[track] = tap.expects_sound()
            found.append(tap.preview(self._expects.get(track)))
        return tuple(found)

    def _finish(self, result: RecordingResult) -> None:
        meeting_id, self._recorder, self._meeting_id = self._meeting_id, None, ""
        self._timer.stop()
        self._live.end()
        self._close_taps()

        def end(store: MeetingStore) -> None:
            self._services.end_recording(store, meeting_id, result)

        error: BaseException | None = None
        try:
            self._lane.submit(end).result()
        except Exception as failure:
            log.exception("the end of a recording could not be stored")
            error = failure
        self.ended.emit(Ended(meeting_id, result, error))

    @Slot()
    def shut_down(self) -> None:
        """The program ends: what runs is written to its end and stored, then the thread stops."""
        if self._recorder is not None:
            self._recorder.stop()
            self._keep_draft(self._recorder)
            result = self._recorder.wait(LAST_WRITE_S)
            if result is not None:
                self._finish(result)
        self._timer.stop()
        self._live.close()
        self._close_taps()
        QThread.currentThread().quit()
