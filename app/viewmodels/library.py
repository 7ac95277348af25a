"""All meetings: the list, the search, and what is done to a meeting as a whole."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from app.domain.errors import InputError
from app.domain.meeting import FILE, MeetingSummary, SearchHit
from app.domain.ports import MeetingStore
from app.viewmodels.jobs import Job, JobQueue, Problem, in_words
from app.viewmodels.meetings import MeetingListModel, SearchModel, Status
from app.workers.services import ModelsInUse, Services
from app.workers.storage_lane import StorageLane

MEDIA_SUFFIXES = (
    ".wav",
    ".mp3",
    ".m4a",
    ".aac",
    ".amr",
    ".3gp",
    ".flac",
    ".ogg",
    ".opus",
    ".wma",
    ".aiff",
    ".aif",
    ".mp4",
    ".m4v",
    ".mov",
    ".mkv",
    ".webm",
    ".avi",
)


def title_from(path: Path) -> str:
    """A file's name as a title: "weekly_sync-2.m4a" → "weekly sync-2"."""
    return re.sub(r"[\s_]+", " ", path.stem).strip() or path.name


def file_name(title: str) -> str:
    """A title as the name of a file that every system accepts, without suffix."""
    name = re.sub(r'[\x00-\x1f<>:"/\\|?*]+', " ", title)
    name = re.sub(r"\s+", " ", name).strip(" .")[:100].strip()
    if re.fullmatch(r"(?i)con|prn|aux|nul|com\d|lpt\d", name):
        name += "_"
    return name


def recordings_in(paths: Sequence[Path]) -> list[Path]:
    """The files themselves, and of folders the recordings right inside them. Reads the disk."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += sorted(p for p in path.iterdir() if p.suffix.lower() in MEDIA_SUFFIXES and p.is_file())
        else:
            found.append(path)
    return found


class LibraryViewModel(QObject):
    """The list of meetings and everything that changes it.

    Signals:
        listed: the list is up to date. (number of meetings)
        unavailable: the library cannot be opened. (Problem)
        found: the answer to the last search; "" means no search. (text, number of hits)
        imported: new meetings were made and queued. (list of ids)
        removed: a meeting is gone. (id)
        renamed: (id, title)
        models_known: which models run. (ModelsInUse)
        problem: something else did not work. (Problem)
    """

    listed = Signal(int)
    unavailable = Signal(object)
    found = Signal(str, int)
    imported = Signal(object)
    removed = Signal(str)
    renamed = Signal(str, str)
    models_known = Signal(object)
    problem = Signal(object)

    def __init__(
        self,
        services: Services,
        lane: StorageLane,
        queue: JobQueue,
        parent: QObject | None = None,
        today: Callable[[], date] = date.today,
    ) -> None:
        super().__init__(parent)
        self._services = services
        self._lane = lane
        self._queue = queue
        self._today = today
        self._query = ""
        self._doomed: set[str] = set()
        self.meetings = MeetingListModel(self)
        self.hits = SearchModel(self)
        self.models: ModelsInUse | None = None
        queue.changed.connect(self._on_job_changed)
        queue.stage_stored.connect(self._on_stage_stored)
        queue.ended.connect(self._on_job_ended)
        lane.failed.connect(self._on_problem)

    # Reading

    @Slot()
    def refresh(self) -> None:
        def read(store: MeetingStore) -> list[MeetingSummary]:
            return store.list()

        self._lane.ask(read, self._on_listed, self._on_unavailable)

    def hide(self, meeting_id: str) -> None:
        """Leave a meeting out of the list, the one that is being recorded; "" for none."""
        if meeting_id != self.meetings.hidden:
            self.meetings.hidden = meeting_id
            self.refresh()

    @Slot()
    def find_models(self) -> None:
        def read(_store: MeetingStore) -> ModelsInUse:
            return self._services.models_in_use()

        self._lane.ask(read, self._on_models)

    @property
    def query(self) -> str:
        return self._query

    def search(self, text: str) -> None:
        """Look for words in all meetings; the list of meetings comes back with "". Stale answers are dropped."""
        text = text.strip()
        if text == self._query:
            return
        self._query = text
        if not text:
            self.hits.set_hits((), self._today())
            self.found.emit("", 0)
            return

        def look(store: MeetingStore) -> tuple[str, list[SearchHit]]:
            return text, store.search(text) if text == self._query else []

        self._lane.ask(look, self._on_found)

    # Changing

    def import_files(self, paths: Sequence[Path]) -> None:
        """Make a meeting of each recording and process them one after another. What is none is said, and left."""

        def create(store: MeetingStore) -> tuple[list[str], list[InputError]]:
            ids, refused = [], []
            for p in recordings_in(paths):
                try:
                    self._services.check_recording(p)
                except InputError as error:
                    refused.append(error)
                    continue
                made = store.create(title_from(p), self._recorded_at(p), language=None, glossary=(), sources={FILE: p})
                ids.append(made.id)
            return ids, refused

        self._lane.ask(create, self._on_created)

    @Slot()
    def import_sample(self) -> None:
        def create(store: MeetingStore) -> tuple[list[str], list[InputError]]:
            sources: Mapping[str, Path] = self._services.sample_sources()
            now = datetime.now().astimezone()
            made = store.create(self._services.sample_title(), now, language=None, glossary=(), sources=sources)
            return [made.id], []

        self._lane.ask(create, self._on_created)

    def rename(self, meeting_id: str, title: str) -> None:
        title = " ".join(title.split())
        if not title:
            return

        def write(store: MeetingStore) -> tuple[str, str]:
            store.rename(meeting_id, title)
            return meeting_id, title

        self._lane.ask(write, self._on_renamed)

    def delete(self, meeting_id: str) -> None:
        """Remove a meeting; one that is being processed is stopped first."""
        if self._queue.active(meeting_id):
            self._doomed.add(meeting_id)
            self._queue.cancel(meeting_id)
            return

        if self._queue.leave_unpacked(meeting_id):
            self._doomed.add(meeting_id)
            return

        def remove(store: MeetingStore) -> str:
            self._services.discard(store, meeting_id)
            return meeting_id

        self._queue.forget(meeting_id)
        self._lane.ask(remove, self._on_removed)

    # Answers

    @staticmethod
    def _recorded_at(path: Path) -> datetime:
        try:
            return datetime.fromtimestamp(path.stat().st_mtime).astimezone()
        except OSError:  # the pipeline says in words what is wrong with the file
            return datetime.now().astimezone()

    def _on_listed(self, meetings: list[MeetingSummary]) -> None:
        self.meetings.set_meetings(meetings, self._today())
        self.listed.emit(len(self.meetings.ids()))

    def _on_unavailable(self, error: BaseException) -> None:
        self.unavailable.emit(in_words(error))

    def _on_models(self, models: ModelsInUse) -> None:
        self.models = models
        self.models_known.emit(models)

    def _on_found(self, answer: tuple[str, list[SearchHit]]) -> None:
        text, hits = answer
        if text == self._query:
            self.hits.set_hits(hits, self._today())
            self.found.emit(text, len(hits))

    def _on_created(self, made: tuple[list[str], list[InputError]]) -> None:
        ids, refused = made
        if refused:
            first = in_words(refused[0])
            more = len(refused) - 1
            others = self.tr("%n more could not be imported either.", "", more) if more else ""
            self.problem.emit(Problem(first.what, f"{first.to_do} {others}".strip()))
        if not ids and refused:
            return
        if not ids:
            self.problem.emit(
                Problem(self.tr("There is no recording in this folder."), self.tr("Choose an audio or video file."))
            )
            return
        for meeting_id in ids:
            self._queue.add(meeting_id)
        self.refresh()
        self.imported.emit(ids)

    def _on_renamed(self, change: tuple[str, str]) -> None:
        self.renamed.emit(*change)
        self.refresh()

    def _on_removed(self, meeting_id: str) -> None:
        self.removed.emit(meeting_id)
        self.refresh()

    @Slot(object)
    def _on_problem(self, error: BaseException) -> None:
        self.problem.emit(in_words(error))

    @Slot(str)
    def _on_job_changed(self, _meeting_id: str) -> None:
        self.meetings.set_statuses({j.meeting_id: self._status(j) for j in self._queue.jobs})

    @Slot(str, object)
    def _on_stage_stored(self, _meeting_id: str, _stage: object) -> None:
        self.refresh()

    @Slot(str)
    def _on_job_ended(self, meeting_id: str) -> None:
        if meeting_id in self._doomed:
            self._doomed.discard(meeting_id)
            self.delete(meeting_id)
        else:
            self.refresh()

    def _status(self, job: Job) -> Status:
        if job.state == "waiting":
            return Status(self.tr("Waiting"), "waiting")
        if job.state == "stopping":
            return Status(self.tr("Stopping"), "waiting")
        if job.state == "failed":
            return Status(self.tr("Not finished: something went wrong"), "problem")
        percent = self.tr("%n %", "", round(job.done * 100))
        return Status(f"{job.label} · {percent}" if job.label else self.tr("Starting"), "busy", job.done)
