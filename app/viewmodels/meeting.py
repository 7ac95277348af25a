"""The meeting that is open: its head, what is happening to it, its transcript and its minutes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, Signal, Slot

from app.domain.meeting import Meeting, Segment, Stage
from app.domain.ports import MeetingStore
from app.exporters.doubts import holes_of
from app.viewmodels.corrections import Corrections
from app.viewmodels.finding import Finder
from app.viewmodels.formatting import day, length, time_of_day
from app.viewmodels.history import History
from app.viewmodels.jobs import Job, JobQueue, Problem, in_words, stage_label
from app.viewmodels.languages import language_title
from app.viewmodels.live import HOLD
from app.viewmodels.marks import Aside, asides_of, highlights
from app.viewmodels.minutes import MinutesDocument, minutes_document
from app.viewmodels.minutes_choices import MinutesChoices
from app.viewmodels.minutes_items import MinutesItems
from app.viewmodels.phrases import said
from app.viewmodels.runs import Runs
from app.viewmodels.servers import servers
from app.viewmodels.speakers import SpeakersViewModel
from app.viewmodels.transcript import TranscriptModel
from app.workers.services import Services
from app.workers.storage_lane import StorageLane

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


@dataclass(frozen=True, slots=True)
class _Read:
    """A meeting with what is worked out from it in the lane's thread, for hours of it take a while."""

    meeting: Meeting
    document: MinutesDocument | None
    asides: tuple[Aside, ...]

    @classmethod
    def of(cls, meeting: Meeting, today: date) -> _Read:
        return cls(meeting, minutes_document(meeting, today), asides_of(meeting))


class MeetingViewModel(QObject):
    """One meeting at a time; "" while none is open.

    Signals:
        opened: another meeting is shown, from its beginning. (id)
        closed: none is shown any more.
        changed: head, transcript state or minutes of the open one are different.
        banner_changed: what is happening to it is different.
        reveal: go to a segment, once the transcript is there. (segment ids)
        said: something was done that cannot be seen. (text)
        copied: the meeting as Markdown, for the clipboard. (text)
        problem: something did not work. (Problem)
        recover_wanted: an interrupted recording is to be repaired and processed. (id)
    """

    opened = Signal(str)
    closed = Signal()
    changed = Signal()
    banner_changed = Signal()
    reveal = Signal(object)
    said = Signal(str)
    copied = Signal(str)
    problem = Signal(object)
    recover_wanted = Signal(str)

    def __init__(
        self,
        services: Services,
        lane: StorageLane,
        queue: JobQueue,
        parent: QObject | None = None,
        today: Callable[[], date] = date.today,
        *,
        history: History | None = None,
    ) -> None:
        super().__init__(parent)
        self.history = history or History(lane, self)
        self._services = services
        self._lane = lane
        self._queue = queue
        self._today = today
        self._id = ""
        self._wanted: tuple[int, ...] = ()
        self.meeting: Meeting | None = None
        self.document: MinutesDocument | None = None
        self.transcript = TranscriptModel(self)
        self.corrections = Corrections(self)
        self.finder = Finder(self.transcript, self.corrections, self)
        self.items = MinutesItems(self)
        self.runs = Runs(self, queue)
        self.choices = MinutesChoices(self, services, lane)
        self.speakers = SpeakersViewModel(self, lane)
        self._asides: tuple[Aside, ...] = ()
        self._early: dict[str, Problem] = {}
        self._offered: set[str] = set()
        self.corrections.said.connect(self.said)
        self.history.stored.connect(self._on_stored)
        queue.changed.connect(self._on_job_changed)
        queue.segments_ready.connect(self._on_segments)
        queue.live_shown.connect(self._on_live_shown)
        queue.restarted.connect(self._on_restarted)
        queue.stage_stored.connect(self._on_stage_stored)
        queue.ended.connect(self._on_job_ended)

    # Which one

    @property
    def id(self) -> str:
        return self._id

    def open(self, meeting_id: str, segment_ids: tuple[int, ...] = ()) -> None:
        """Show a meeting, at some segments if given (0 is none). What is shown stays until the new one is there."""
        segment_ids = tuple(i for i in segment_ids if i)
        if meeting_id == self._id and self.meeting is not None:
            if segment_ids:
                self.reveal.emit(segment_ids)
            return
        self._id = meeting_id
        self._wanted = segment_ids
        self._load()

    @Slot()
    def close(self) -> None:
        self._id, self.meeting, self.document, self._asides = "", None, None, ()
        self.transcript.set_transcript((), same=False)
        self.closed.emit()

    # What is shown

    @property
    def title(self) -> str:
        return self.meeting.title if self.meeting else ""

    @property
    def subtitle(self) -> str:
        """ "Today 10:30 · 42 min · 4 speakers · English", and what did not stay on this machine."""
        m = self.meeting
        if m is None:
            return ""
        n = len(m.speakers)
        speakers = "" if not n else self.tr("1 speaker") if n == 1 else self.tr("%n speakers", "", n)
        when = f"{day(m.started_at, self._today())} {time_of_day(m.started_at)}"
        lasts = length(m.duration_s) if m.duration_s else ""
        packing = self.tr("Packing the recording") if self._queue.packing(m.id) else ""
        language = language_title(m.language) if m.language else ""
        return " · ".join(p for p in (when, lasts, speakers, language, *servers(m), packing) if p)

    @property
    def job(self) -> Job | None:
        return self._queue.job(self._id)

    @property
    def processing(self) -> bool:
        return self._queue.active(self._id)

    @property
    def exportable(self) -> bool:
        """Whether there is anything to export: a transcript that is stored."""
        return self.meeting is not None and bool(self.meeting.segments)

    @property
    def today(self) -> date:
        return self._today()

    @property
    def correctable(self) -> bool:
        """Whether words and speakers can be changed: not while they are being found."""
        return self.exportable and self.runs.leaves_words_alone(self.job)

    @property
    def why_not_correctable(self) -> str:
        """In words, for somebody who tries; "" when it can be done."""
        if self.correctable or self.meeting is None:
            return ""
        return self.tr("The words can be corrected when everything is written down.")

    @property
    def why_empty(self) -> str:
        """What stands in place of a transcript without words."""
        m = self.meeting
        if m is None:
            return ""
        if self.processing:
            return self.tr("The words appear here as they are understood.")
        if m.next_stage() is None and holes_of(m):
            return self.tr("Somebody speaks in this recording, but nothing could be written down.")
        if m.next_stage() is None:
            return self.tr("Nobody speaks in this recording.")
        if m.recording is not None and not m.stages:
            return self.tr("The words appear here when the recording is written down.")
        return ""

    @property
    def banner(self) -> Banner | None:
        m, job = self.meeting, self.job
        if m is None:
            return None
        early = self._early.get(self._id)
        notices = ((f"{early.what} {early.to_do}".strip(),) if early else ()) + self._queue.notices(self._id)
        if job is not None and job.state != "failed":
            return self._banner_of(job, notices)
        if job is not None and job.problem is not None:
            return Banner("failed", job.problem.what, job.problem.to_do, action=self.tr("Try again"), notices=notices)
        if m.recording is not None and m.recording.state == "recording":
            return Banner("notice", self.tr("This meeting is being recorded by another Folkmoot"))
        if self._interrupted:
            if self._id in self._offered:
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
        m = self.meeting
        return m is not None and m.recording is not None and m.recording.state == "interrupted"

    def offered(self, meeting_id: str) -> None:
        """The user is asked elsewhere what becomes of an interrupted recording."""
        self._offered.add(meeting_id)
        if meeting_id == self._id:
            self.banner_changed.emit()

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

    # What can be done

    @Slot()
    def act_on_banner(self) -> None:
        """The button of the banner: cancel what runs, go on with what stopped, or take away what has been read."""
        banner = self.banner
        if not self._id or banner is None:
            return
        if self.processing:
            self._queue.cancel(self._id)
        elif self._interrupted:
            self.recover_wanted.emit(self._id)
        elif banner.kind == "notice":
            self._early.pop(self._id, None)
            self._queue.forget_notices(self._id)
            self.banner_changed.emit()
        else:
            self._queue.forget(self._id)
            self._queue.add(self._id)

    @Slot()
    def rewrite_minutes(self) -> None:
        self.runs.again(Stage.MINUTES)

    def export_markdown(self, path: Path) -> None:
        meeting_id = self._id

        def write(store: MeetingStore) -> str:
            self._services.export_markdown(store.get(meeting_id), path)
            return path.name

        self._lane.ask(write, self._on_exported, self._on_problem)

    @Slot()
    def copy_markdown(self) -> None:
        meeting_id = self._id
        if not self.exportable:
            return

        def read(store: MeetingStore) -> str:
            return self._services.markdown(store.get(meeting_id))

        self._lane.ask(read, self._on_markdown, self._on_problem)

    # Answers

    def _load(self) -> None:
        meeting_id = self._id

        today = self._today()

        def read(store: MeetingStore) -> _Read:
            return _Read.of(store.get(meeting_id), today)

        def failed(error: BaseException) -> None:
            if meeting_id == self._id:  # nothing of another meeting stays on the screen in its place
                self.close()
            self._on_problem(error)

        self._lane.ask(read, self._on_loaded, failed)

    def _on_loaded(self, read: _Read) -> None:
        meeting = read.meeting
        if meeting.id != self._id:
            return  # another one was chosen meanwhile
        same = self.meeting is not None and self.meeting.id == meeting.id
        self.meeting = meeting
        self.document, self._asides = read.document, read.asides
        job = self.job
        if meeting.segments and not (
            job is not None and job.stage == Stage.TRANSCRIBE and Stage.TRANSCRIBE not in job.finished
        ):
            self.transcript.set_transcript(
                meeting.segments, meeting.speakers, self._asides, same=same, highlights=highlights(meeting.marks)
            )
        else:
            self._show_growing(same=same)
        if not same:
            self.opened.emit(meeting.id)
        self.changed.emit()
        self.banner_changed.emit()
        if self._wanted:
            wanted, self._wanted = self._wanted, ()
            self.reveal.emit(wanted)

    @Slot(object)
    def _on_stored(self, meeting: Meeting) -> None:
        """The user has changed it, or taken something back."""
        if meeting.id == self._id and self.meeting is not None:
            self._on_loaded(_Read.of(meeting, self._today()))

    def _on_exported(self, name: str) -> None:
        self.said.emit(self.tr("Saved as {name}").format(name=name))

    def _on_markdown(self, text: str) -> None:
        self.copied.emit(text)

    def _on_problem(self, error: BaseException) -> None:
        self.problem.emit(in_words(error))

    @Slot(str)
    def _on_job_changed(self, meeting_id: str) -> None:
        if meeting_id == self._id and self.meeting is not None:
            self.banner_changed.emit()

    @Slot(str, object)
    def _on_segments(self, meeting_id: str, segments: list[Segment]) -> None:
        if meeting_id != self._id or self.meeting is None:
            return
        if self.job is not None and self.job.live is not None:
            self._show_growing(same=True)
        else:
            self.transcript.add(segments)

    @Slot(str)
    def _on_restarted(self, meeting_id: str) -> None:
        if meeting_id == self._id and self.meeting is not None:
            self._show_growing(same=self.job is not None and self.job.live is not None)

    @Slot(str)
    def _on_live_shown(self, meeting_id: str) -> None:
        if meeting_id == self._id and self.meeting is not None and not self.meeting.segments:
            self._show_growing(same=True)

    def _show_growing(self, *, same: bool) -> None:
        """What there is of a transcript that is being written, live words included."""
        job = self.job
        words, speakers = (job.words, job.live.speakers if job.live else ()) if job is not None else ((), ())
        self.transcript.set_transcript(words, speakers, self._asides, same=same, growing=True)

    @Slot(str, object)
    def _on_stage_stored(self, meeting_id: str, _stage: object) -> None:
        if meeting_id == self._id:
            self._load()

    @Slot(str)
    def _on_job_ended(self, meeting_id: str) -> None:
        if meeting_id == self._id:
            self._load()

    @Slot(str, object)
    def on_ended_early(self, meeting_id: str, problem: Problem) -> None:
        """A recording ended by itself: its page says why, for as long as the program runs."""
        self._early[meeting_id] = problem
        if meeting_id == self._id:
            self.banner_changed.emit()

    @Slot(str)
    def reload(self, meeting_id: str) -> None:
        """Something about a meeting has changed in the library."""
        if meeting_id == self._id:
            self._load()

    @Slot(str, str)
    def on_renamed(self, meeting_id: str, _title: str) -> None:
        if meeting_id == self._id:
            self._load()

    @Slot(str)
    def on_removed(self, meeting_id: str) -> None:
        if meeting_id == self._id:
            self.close()
