"""What is happening to the open meeting, in words over its page, and what its button does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, Signal, Slot

from app.viewmodels.job import Job, stage_label
from app.viewmodels.jobs import JobQueue
from app.viewmodels.live import HOLD
from app.viewmodels.phrases import said
from app.viewmodels.problems import Problem

if TYPE_CHECKING:
    from app.viewmodels.meeting import MeetingViewModel

BannerKind = Literal["progress", "waiting", "failed", "stopped", "notice"]


@dataclass(frozen=True, slots=True)
class Banner:
    """What is happening to the open meeting, in words. `done` 0..1; `action` is the label of its button."""

    kind: BannerKind
    title: str
    detail: str = ""
    aside: str = ""
    done: float | None = None
    action: str = ""
    notices: tuple[str, ...] = ()


class Banners(QObject):
    """Signals:
    changed: `current` is different.
    recover_wanted: an interrupted recording is to be repaired and processed. (id)
    """

    changed = Signal()
    recover_wanted = Signal(str)

    def __init__(self, meeting: MeetingViewModel, queue: JobQueue) -> None:
        super().__init__(meeting)
        self._meeting = meeting
        self._queue = queue
        self._early: dict[str, Problem] = {}
        self._offered: set[str] = set()

    @property
    def current(self) -> Banner | None:
        m, job = self._meeting.meeting, self._meeting.job
        if m is None:
            return None
        early = self._early.get(m.id)
        notices = ((f"{early.what} {early.to_do}".strip(),) if early else ()) + self._queue.notices(m.id)
        if job is not None and job.state != "failed":
            return self._banner_of(job, notices)
        if job is not None and job.problem is not None:
            return Banner("failed", job.problem.what, job.problem.to_do, action=self.tr("Try again"), notices=notices)
        if m.recording is not None and m.recording.state == "recording":
            return Banner("notice", self.tr("This meeting is being recorded by another Folkmoot"))
        if self._interrupted:
            if m.id in self._offered:
                return None  # the question is asked over the page
            return Banner(
                "stopped",
                self.tr("This recording was interrupted"),
                self.tr("It is safe."),
                action=self.tr("Write it down"),
            )
        unfinished = m.next_stage()
        if unfinished is None:
            close = self.tr("Close")
            if early is not None:
                return Banner("notice", early.what, early.to_do, action=close, notices=notices[1:])
            return Banner("notice", notices[0], action=close, notices=notices[1:]) if notices else None
        record = m.stage(unfinished)
        if record is not None and record.state == "failed":
            return Banner(
                "failed",
                said(record.error) or self.tr("Something went wrong."),
                action=self.tr("Try again"),
                notices=notices,
            )
        if m.recording is not None and not m.stages:
            return Banner(
                "stopped",
                self.tr("This recording is not written down yet"),
                action=self.tr("Write it down"),
                notices=notices,
            )
        return Banner(
            "stopped",
            self.tr("This meeting is not finished"),
            self.tr("Still to do: {step}. What was finished is kept.").format(step=stage_label(unfinished)),
            action=self.tr("Continue"),
            notices=notices,
        )

    @property
    def _interrupted(self) -> bool:
        m = self._meeting.meeting
        return m is not None and m.recording is not None and m.recording.state == "interrupted"

    def offered(self, meeting_id: str) -> None:
        """The user is asked elsewhere what becomes of an interrupted recording."""
        self._offered.add(meeting_id)
        if meeting_id == self._meeting.id:
            self.changed.emit()

    def _banner_of(self, job: Job, notices: tuple[str, ...]) -> Banner:
        cancel = self.tr("Cancel")
        if job.state == "waiting":
            why = self.tr("Begins when the meeting before it is finished.")
            if HOLD in self._queue.holds and job.live is not None:
                why = self.tr("The last words of the recording are being written down.")
            elif HOLD in self._queue.holds:
                why = self.tr("Begins when the recording has ended.")
            elif self._queue.holds:
                why = self.tr("Begins when the queue goes on.")
            return Banner("waiting", self.tr("Waiting"), why, action=cancel)
        if job.state == "stopping":
            return Banner("waiting", self.tr("Stopping"), self.tr("What was finished is kept."), done=job.done)
        percent = self.tr("%n %", "", round(job.done * 100))
        aside = " · ".join(p for p in (percent, job.remaining_text) if p)
        label = job.label or self.tr("Starting")
        detail = job.message.removeprefix(label).lstrip(": ：，")  # "Transcribing 3:20 of 12:00" under "Transcribing"
        return Banner("progress", label, detail, aside, job.done, cancel, notices)

    @Slot()
    def act(self) -> None:
        """The button of the banner: cancel what runs, go on with what stopped, or take away what has been read."""
        banner, m = self.current, self._meeting.meeting
        if m is None or banner is None:
            return
        if self._queue.active(m.id):
            self._queue.cancel(m.id)
        elif self._interrupted:
            self.recover_wanted.emit(m.id)
        elif banner.kind == "notice":
            self._early.pop(m.id, None)
            self._queue.forget_notices(m.id)
            self.changed.emit()
        else:
            self._queue.retry(m.id)

    @Slot(str, object)
    def ended_early(self, meeting_id: str, problem: Problem) -> None:
        """A recording ended by itself: its page says why, for as long as the program runs."""
        self._early[meeting_id] = problem
        if meeting_id == self._meeting.id:
            self.changed.emit()
