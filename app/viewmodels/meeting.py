"""The meeting that is open: its head, what is happening to it, its transcript and its minutes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from app.domain.meeting import Meeting, Segment, Stage
from app.domain.ports import MeetingStore
from app.exporters.doubts import holes_of
from app.viewmodels.banner import Banner, Banners
from app.viewmodels.corrections import Corrections
from app.viewmodels.damage import Damage, read_meeting
from app.viewmodels.finding import Finder
from app.viewmodels.formatting import day, length, time_of_day
from app.viewmodels.history import History, Make
from app.viewmodels.job import Job
from app.viewmodels.jobs import JobQueue
from app.viewmodels.languages import language_title
from app.viewmodels.marks import Aside, asides_of, highlights
from app.viewmodels.minutes import MinutesDocument, minutes_document
from app.viewmodels.minutes_choices import MinutesChoices
from app.viewmodels.minutes_items import MinutesItems
from app.viewmodels.problems import in_words
from app.viewmodels.runs import Runs
from app.viewmodels.servers import servers
from app.viewmodels.speakers import SpeakersViewModel
from app.viewmodels.transcript import TranscriptModel
from app.workers.services import Services
from app.workers.storage_lane import StorageLane


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
        leaving: what is shown goes; who has words of the user's for it hands them over now.
        closed: none is shown any more.
        changed: head, transcript state or minutes of the open one are different, or it cannot be opened; see `damage`.
        banner_changed: what is happening to it is different.
        reveal: go to a segment, once the transcript is there. (segment ids)
        said: something was done that cannot be seen. (text)
        copied: the meeting as Markdown, for the clipboard. (text)
        exported: it is in a file now. (Path)
        problem: something did not work. (Problem)
        recover_wanted: an interrupted recording is to be repaired and processed. (id)
    """

    opened = Signal(str)
    leaving = Signal()
    closed = Signal()
    changed = Signal()
    banner_changed = Signal()
    reveal = Signal(object)
    said = Signal(str)
    copied = Signal(str)
    exported = Signal(object)
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
        self.damage: Damage | None = None
        self.transcript = TranscriptModel(self)
        self.corrections = Corrections(self)
        self.finder = Finder(self.transcript, self.corrections, self)
        self.items = MinutesItems(self)
        self.runs = Runs(self, queue)
        self.choices = MinutesChoices(self, services, lane)
        self.speakers = SpeakersViewModel(self, lane)
        self._asides: tuple[Aside, ...] = ()
        self.banners = Banners(self, queue)
        self.banners.changed.connect(self.banner_changed)
        self.banners.recover_wanted.connect(self.recover_wanted)
        self.corrections.said.connect(self.said)
        self.history.prepare = self._prepare
        self.history.prepared.connect(self._on_prepared)
        queue.changed.connect(self._on_job_changed)
        queue.segments_ready.connect(self._on_segments)
        queue.live_shown.connect(self._on_live_shown)
        queue.restarted.connect(self._on_restarted)
        queue.stage_stored.connect(self._on_stage_stored)
        queue.ended.connect(self._on_job_ended)

    # Which one

    @property
    def id(self) -> str:
        """Of the one the user has chosen."""
        return self._id

    @property
    def shown_id(self) -> str:
        """Of the one on the page, to which everything belongs that is typed there: the one that was chosen may not have
        been read yet. "" for none."""
        return self.meeting.id if self.meeting is not None else ""

    def change(self, make: Make, label: str, meeting_id: str = "") -> None:
        """A step of the history for the meeting on the page, or for the one the user has begun to change."""
        meeting_id = meeting_id or self.shown_id
        if meeting_id:
            self.history.do(meeting_id, make, label)

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
        self._id = ""
        self._clear()
        self.closed.emit()

    @Slot()
    def hand_over(self) -> None:
        """Everything the user has typed goes to where it belongs, now."""
        if self.meeting is not None:
            self.leaving.emit()

    def _clear(self) -> None:
        self.hand_over()
        self.meeting, self.document, self.damage, self._asides = None, None, None, ()
        self.transcript.set_transcript((), same=False)

    # What is shown

    @property
    def title(self) -> str:
        return self.meeting.title if self.meeting else self.damage.title if self.damage else ""

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
        return self._queue.job(self.shown_id or self._id)

    @property
    def processing(self) -> bool:
        return self._queue.active(self.shown_id or self._id)

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
        return self.banners.current

    # What can be done

    @Slot()
    def act_on_banner(self) -> None:
        self.banners.act()

    @Slot()
    def rewrite_minutes(self) -> None:
        self.runs.again(Stage.MINUTES)

    def export_markdown(self, path: Path, meeting_id: str = "") -> None:
        """`meeting_id`: the one the user was asked about, if another one may be open by now."""
        meeting_id = meeting_id or self.shown_id

        def write(store: MeetingStore) -> Path:
            self._services.export_markdown(store.get(meeting_id), path)
            return path

        self._lane.ask(write, self.exported.emit, self._on_problem)

    @Slot()
    def copy_markdown(self) -> None:
        meeting_id = self.shown_id
        if not self.exportable:
            return

        def read(store: MeetingStore) -> str:
            return self._services.markdown(store.get(meeting_id))

        self._lane.ask(read, self._on_markdown, self._on_problem)

    # Answers

    def _load(self) -> None:
        meeting_id = self._id

        today = self._today()

        def read(store: MeetingStore) -> _Read | Damage:
            found = read_meeting(store, meeting_id)
            return found if isinstance(found, Damage) else _Read.of(found, today)

        def failed(error: BaseException) -> None:
            if meeting_id == self._id:  # nothing of another meeting stays on the screen in its place
                self.close()
            self._on_problem(error)

        self._lane.ask(read, self._on_loaded, failed)

    def _on_loaded(self, read: _Read | Damage) -> None:
        if isinstance(read, Damage):
            self._on_damaged(read)
            return
        meeting = read.meeting
        if meeting.id != self._id:
            return  # another one was chosen meanwhile
        same = self.shown_id == meeting.id
        if not same:
            self.hand_over()
        self.meeting, self.damage = meeting, None
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

    def _on_damaged(self, damage: Damage) -> None:
        if damage.meeting_id == self._id:
            self._clear()
            self.damage = damage
            self.changed.emit()
            self.banner_changed.emit()

    @Slot()
    def try_again(self) -> None:
        """Read a damaged meeting once more: its files may have been brought back."""
        if self.damage is not None:
            self._load()

    def _prepare(self, meeting: Meeting) -> _Read | None:
        """In the lane."""
        return _Read.of(meeting, self._today()) if meeting.id == self._id else None

    @Slot(object)
    def _on_prepared(self, read: _Read) -> None:
        """The user has changed it, or taken something back."""
        if read.meeting.id == self.shown_id:
            self._on_loaded(read)

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
