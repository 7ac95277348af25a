"""All meetings: the list, the search, and what is done to a meeting as a whole."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.domain.edits import Change
from app.domain.errors import InputError
from app.domain.meeting import FILE, Meeting, MeetingSummary, SearchHit
from app.domain.ports import MeetingStore
from app.viewmodels.history import History
from app.viewmodels.job import Job
from app.viewmodels.jobs import JobQueue
from app.viewmodels.meetings import MOST_HITS, MeetingListModel, MeetingRow, RowMaker, SearchModel, Status, make_row
from app.viewmodels.problems import Problem, in_words
from app.viewmodels.shelf import ALL, TRASH, Counts, Shelf, ShelfModel, count
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

REFRESH_AFTER_MS = 250


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


@dataclass(frozen=True, slots=True)
class _Entry:
    """A meeting as the library has it, and how it looks in the list."""

    summary: MeetingSummary
    row: MeetingRow


@dataclass(frozen=True, slots=True)
class _Listing:
    """What was read in one go, newest first."""

    entries: tuple[_Entry, ...]
    counts: Counts


def _thrown_away(m: MeetingSummary) -> datetime:
    return m.trashed_at or m.started_at


def _until_midnight_ms() -> int:
    """Until "Today" is another day, and a second."""
    now = datetime.now()
    tomorrow = datetime.combine(now.date() + timedelta(days=1), datetime.min.time())
    return round((tomorrow - now).total_seconds() * 1000) + 1000


class LibraryViewModel(QObject):
    """The list of meetings, narrowed to one shelf, and everything that changes which there are.

    Signals:
        listed: the list is up to date. (how many meetings there are, on whatever shelf)
        unavailable: the library cannot be opened. (Problem)
        found: the answer to the last search; "" means no search. (text, number of hits)
        imported: new meetings were made and queued. (list of ids)
        gone: meetings are about to leave the list: deleted, or to or from the trash. (list of ids)
        returned: meetings have come back from the trash. (list of ids)
        removed: a meeting is deleted for good. (id)
        renamed: (id, title)
        shelf_changed: the list shows something else; see `shelf`.
        models_known: (ModelsInUse)
        problem: something could not be done. (Problem)
    """

    listed = Signal(int)
    unavailable = Signal(object)
    found = Signal(str, int)
    imported = Signal(object)
    gone = Signal(object)
    returned = Signal(object)
    removed = Signal(str)
    renamed = Signal(str, str)
    shelf_changed = Signal()
    models_known = Signal(object)
    problem = Signal(object)

    def __init__(
        self,
        services: Services,
        lane: StorageLane,
        queue: JobQueue,
        parent: QObject | None = None,
        today: Callable[[], date] = date.today,
        history: History | None = None,
    ) -> None:
        super().__init__(parent)
        self._services = services
        self._lane = lane
        self._queue = queue
        self._today = today
        self._query = ""
        self._hidden = ""
        self._moved: list[str] = []  # to the trash or back, not shown yet
        self._doomed: set[str] = set()  # deleted as soon as their job has ended
        self._entries: dict[str, _Entry] = {}
        self.shelf = ALL
        self.history = history or History(lane, self)
        self.models: ModelsInUse | None = None
        self.meetings = MeetingListModel(self)
        self.shelves = ShelfModel(self)
        self.hits = SearchModel(self)
        self._settle = QTimer(self)  # several changes at once are shown once
        self._settle.setSingleShot(True)
        self._settle.timeout.connect(self._arrange)
        self._soon = QTimer(self)  # the results of a job come one after another
        self._soon.setSingleShot(True)
        self._soon.setInterval(REFRESH_AFTER_MS)
        self._soon.timeout.connect(self.refresh)
        self._midnight = QTimer(self)
        self._midnight.setSingleShot(True)
        self._midnight.timeout.connect(self.refresh)
        queue.changed.connect(self._on_job_changed)
        queue.stage_stored.connect(self._on_stage_stored)
        queue.ended.connect(self._on_job_ended)
        self.history.stored.connect(self._on_stored)
        self.history.filed.connect(self._update)
        lane.failed.connect(self._on_problem)

    # Reading

    @Slot()
    def refresh(self) -> None:
        today, hidden = self._today(), self._hidden
        self._soon.stop()
        self._midnight.start(_until_midnight_ms())

        def read(store: MeetingStore) -> _Listing:
            every = [*store.list(), *store.list(trashed=True)]
            every.sort(key=lambda m: m.started_at, reverse=True)  # the store puts a damaged one last
            row = RowMaker(today).row
            return _Listing(tuple(_Entry(m, row(m)) for m in every), count(m for m in every if m.id != hidden))

        self._lane.ask(read, self._on_listed, self._on_unavailable)

    def hide(self, meeting_id: str) -> None:
        """Leave a meeting out of the list, the one that is being recorded; "" for none."""
        if meeting_id != self._hidden:
            self._hidden = meeting_id
            self.refresh()

    def show_shelf(self, shelf: Shelf) -> None:
        """Narrow the list. Takes no reading: everything is there."""
        if shelf != self.shelf:
            self.shelf = shelf
            self._arrange()
            self.shelf_changed.emit()

    def summary(self, meeting_id: str) -> MeetingSummary | None:
        entry = self._entries.get(meeting_id)
        return entry.summary if entry is not None else None

    @property
    def writing(self) -> bool:
        """Whether something may still be on its way to the disk."""
        return self._lane.busy

    def title_of(self, meeting_id: str) -> str:
        entry = self._entries.get(meeting_id)
        return entry.summary.title if entry is not None else ""

    def summaries(self) -> list[MeetingSummary]:
        """Of all meetings but the one that is being recorded."""
        return [e.summary for i, e in self._entries.items() if i != self._hidden]

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
            return text, store.search(text, MOST_HITS) if text == self._query else []

        self._lane.ask(look, self._on_found)

    # Changing

    def import_files(self, paths: Sequence[Path]) -> None:
        """Make a meeting of each recording and process them one after another. What is none is said, and left."""

        def create(store: MeetingStore) -> tuple[list[str], list[tuple[Path, InputError]]]:
            ids, refused = [], []
            for p in recordings_in(paths):
                try:
                    self._services.check_recording(p)
                except InputError as error:
                    refused.append((p, error))
                    continue
                made = store.create(title_from(p), self._recorded_at(p), language=None, glossary=(), sources={FILE: p})
                ids.append(made.id)
            return ids, refused

        self._lane.ask(create, self._on_created)

    @Slot()
    def import_sample(self) -> None:
        def create(store: MeetingStore) -> tuple[list[str], list[tuple[Path, InputError]]]:
            sources: Mapping[str, Path] = self._services.sample_sources()
            now = datetime.now().astimezone()
            made = store.create(self._services.sample_title(), now, language=None, glossary=(), sources=sources)
            return [made.id], []

        self._lane.ask(create, self._on_created)

    def rename(self, meeting_id: str, title: str) -> None:
        title = " ".join(title.split())

        def make(meeting: Meeting) -> Change | None:
            return Change(title=title) if title != meeting.title else None

        if title:
            self.history.do(meeting_id, make, self.tr("rename the meeting"))

    def delete(self, meeting_id: str) -> None:
        """Remove a meeting for good; one that is being processed is stopped first."""
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

    def _on_listed(self, listing: _Listing) -> None:
        self._entries = {e.summary.id: e for e in listing.entries}
        self.shelves.set_counts(listing.counts)
        self._show()

    @Slot()
    def _arrange(self) -> None:
        """Show what is known already."""
        self._settle.stop()
        moved, self._moved = self._moved, []
        back = [i for i in moved if i in self._entries and self._entries[i].summary.trashed_at is None]
        if moved:
            self.gone.emit(moved)
            newest_first = sorted(self._entries.items(), key=lambda e: e[1].summary.started_at, reverse=True)
            self._entries = dict(newest_first)
        self.shelves.set_counts(count(self.summaries()))
        self._show()
        if back:
            self.returned.emit(back)

    def _show(self) -> None:
        if not self.shelf_exists(self.shelf):
            self.shelf = ALL
            self.shelf_changed.emit()
        holds, hidden = self.shelf.holds, self._hidden
        shown = [e for i, e in self._entries.items() if i != hidden and holds(e.summary)]
        if self.shelf == TRASH:
            shown.sort(key=lambda e: _thrown_away(e.summary), reverse=True)
        self.meetings.set_rows([e.row for e in shown])
        self.listed.emit(len(self.summaries()))

    def shelf_exists(self, shelf: Shelf) -> bool:
        """A folder or a tag that nothing is in any more is gone."""
        return shelf.kind not in ("folder", "tag") or self.shelves.index_of(shelf).isValid()

    @Slot(object)
    def _on_stored(self, meeting: Meeting) -> None:
        """The user changed a meeting: only its row is made anew."""
        old = self._entries.get(meeting.id)
        if old is None:
            self._soon.start()
            return
        now = replace(
            old.summary,
            title=meeting.title,
            speakers=tuple(s.name for s in meeting.speakers),
            folder=meeting.folder,
            tags=meeting.tags,
            favourite=meeting.favourite,
            trashed_at=meeting.trashed_at,
            named=tuple(s.name for s in meeting.speakers if s.by_user),
        )
        self._update(now)

    @Slot(object)
    def _update(self, now: MeetingSummary) -> None:
        """A meeting is filed or called otherwise."""
        old = self._entries.get(now.id)
        if old is None:
            self._soon.start()
            return
        self._entries[now.id] = _Entry(now, make_row(now, self._today()))
        if now.title != old.summary.title:
            self.renamed.emit(now.id, now.title)
        if (now.trashed_at is None) != (old.summary.trashed_at is None):
            self._moved.append(now.id)
        self._settle.start(0)

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

    def _on_created(self, made: tuple[list[str], list[tuple[Path, InputError]]]) -> None:
        ids, refused = made
        for meeting_id in ids:
            self._queue.add(meeting_id)
        if ids:
            self.refresh()
            self.imported.emit(ids)
        if refused:  # said where the user is now: with what could be imported
            self.problem.emit(self._refusal(refused))
        elif not ids:
            self.problem.emit(
                Problem(self.tr("There is no recording in this folder."), self.tr("Choose an audio or video file."))
            )

    def _refusal(self, refused: Sequence[tuple[Path, InputError]]) -> Problem:
        """The first in words, by the file's name; where it lies is for who asks."""
        path, error = refused[0]
        first = in_words(error)
        more = len(refused) - 1
        others = self.tr("%n more could not be imported either.", "", more) if more else ""
        what = first.what.replace(str(path), path.name) if path.name else first.what
        return Problem(what, f"{first.to_do} {others}".strip(), str(path))

    def _on_removed(self, meeting_id: str) -> None:
        self.gone.emit([meeting_id])
        self._entries.pop(meeting_id, None)
        self.history.forget(meeting_id)
        self.removed.emit(meeting_id)
        self._settle.start(0)

    @Slot(object)
    def _on_problem(self, error: BaseException) -> None:
        self.problem.emit(in_words(error))

    @Slot(str)
    def _on_job_changed(self, _meeting_id: str) -> None:
        self.meetings.set_statuses({j.meeting_id: self._status(j) for j in self._queue.jobs})

    @Slot(str, object)
    def _on_stage_stored(self, _meeting_id: str, _stage: object) -> None:
        self._soon.start()

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
