"""What is done to meetings as a whole, to one or to several at once: filed, tagged, thrown away, handed on."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.domain.edits import Change
from app.domain.errors import InputError, UserError
from app.domain.meeting import Meeting
from app.domain.ports import MeetingStore
from app.viewmodels.jobs import JobQueue
from app.viewmodels.library import LibraryViewModel, file_name
from app.viewmodels.problems import in_words
from app.workers.services import Services
from app.workers.storage_lane import StorageLane


def tidy_path(text: str) -> str:
    """A folder's path as it is kept: "Clients / Acme/" → "Clients/Acme"."""
    return "/".join(part for raw in text.split("/") if (part := " ".join(raw.split())))


def moved_path(folder: str, old: str, new: str) -> str:
    """Where a folder is after `old` has become `new`: itself, or below it, or untouched."""
    if folder == old:
        return new
    if folder.startswith(old + "/"):
        return f"{new}{folder[len(old) :]}".strip("/")
    return folder


class Organiser(QObject):
    """Every change but deleting for good goes through the history, so it can be undone.

    Signals:
        trashed: (list of ids)
        copied: Markdown of meetings for the clipboard. (text, how many)
        exported: (how many, folder)
        problem: (Problem)
    """

    trashed = Signal(object)
    copied = Signal(str, int)
    exported = Signal(int, object)
    problem = Signal(object)

    def __init__(
        self,
        services: Services,
        lane: StorageLane,
        queue: JobQueue,
        library: LibraryViewModel,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._services = services
        self._lane = lane
        self._queue = queue
        self._library = library
        self._history = library.history
        self._scratch: Path | None = None

    # Filing

    def set_favourite(self, ids: Sequence[str], on: bool) -> None:
        label = self.tr("mark as favourite") if on else self.tr("remove from the favourites")
        self._history.do_all(ids, lambda m: Change(favourite=on) if m.favourite != on else None, label)

    def move(self, ids: Sequence[str], folder: str) -> None:
        """Into a folder, "" for none."""
        folder = tidy_path(folder)
        label = self.tr("move to the folder") if folder else self.tr("take out of the folder")
        self._history.do_all(ids, lambda m: Change(folder=folder) if m.folder != folder else None, label)

    def set_tag(self, ids: Sequence[str], tag: str, on: bool) -> None:
        tag = " ".join(tag.split())
        if not tag:
            return

        def make(m: Meeting) -> Change | None:
            if (tag in m.tags) == on:
                return None
            return Change(tags=(*m.tags, tag) if on else tuple(t for t in m.tags if t != tag))

        self._history.do_all(ids, make, self.tr("add the tag") if on else self.tr("remove the tag"))

    def rename_folder(self, old: str, new: str) -> None:
        """With everything below it; "" dissolves it: what is in it is in the folder above then, if there is one."""
        new = tidy_path(new)
        label = self.tr("rename the folder") if new else self.tr("remove the folder")
        new = new or old.rpartition("/")[0]
        ids = [m.id for m in self._library.summaries() if m.folder == old or m.folder.startswith(old + "/")]

        def make(m: Meeting) -> Change | None:
            folder = moved_path(m.folder, old, new)
            return Change(folder=folder) if folder != m.folder else None

        self._history.do_all(ids, make, label)

    def rename_tag(self, old: str, new: str) -> None:
        """Wherever it is used; "" removes it."""
        new = " ".join(new.split())
        ids = [m.id for m in self._library.summaries() if old in m.tags]

        def make(m: Meeting) -> Change | None:
            tags = dict.fromkeys(new if t == old else t for t in m.tags)
            return Change(tags=tuple(t for t in tags if t))

        self._history.do_all(ids, make, self.tr("rename the tag") if new else self.tr("remove the tag"))

    # Throwing away

    def trash(self, ids: Sequence[str]) -> None:
        """Out of sight, until restored or deleted for good. What is being processed is stopped; it can go on later."""
        for meeting_id in ids:
            self._queue.cancel(meeting_id)
        self._history.throw_away(ids, True, self.tr("move to the trash"))
        self.trashed.emit(list(ids))

    def restore(self, ids: Sequence[str]) -> None:
        self._history.throw_away(ids, False, self.tr("restore from the trash"))

    def delete_for_good(self, ids: Sequence[str]) -> None:
        for meeting_id in ids:
            self._library.delete(meeting_id)

    def in_trash(self) -> list[str]:
        return [m.id for m in self._library.summaries() if m.trashed_at is not None]

    # Handing on

    def copy(self, ids: Sequence[str]) -> None:
        """The Markdown of several meetings one after another. One that cannot be read is said, and left out."""

        def read(store: MeetingStore) -> tuple[list[str], UserError | None]:
            texts: list[str] = []
            return texts, _each(ids, lambda i: texts.append(self._services.markdown(store.get(i)).strip()))

        def then(answer: tuple[list[str], UserError | None]) -> None:
            texts, error = answer
            if texts:
                self.copied.emit("\n\n---\n\n".join(texts) + "\n", len(texts))
            self._say(error)

        self._lane.ask(read, then, self._on_problem)

    def export(self, ids: Sequence[str], folder: Path) -> None:
        """A Markdown file for each meeting; none that is there already is written over. What cannot be read or written
        is said, and does not keep the others."""

        def write(store: MeetingStore) -> tuple[int, UserError | None]:
            made: list[Path] = []
            error = _each(ids, lambda i: made.append(self._write(store, i, folder)))
            return len(made), error

        def then(answer: tuple[int, UserError | None]) -> None:
            count, error = answer
            if count:
                self.exported.emit(count, folder)
            self._say(error)

        self._lane.ask(write, then, self._on_problem)

    def files_to_drag(self, ids: Sequence[str]) -> Future[list[Path]]:
        """Markdown files of meetings, made for whoever they are dropped on; gone when the program ends."""

        def write(store: MeetingStore) -> list[Path]:
            if self._scratch is None:
                self._scratch = Path(tempfile.mkdtemp(prefix="folkmoot-drag-"))
            folder = Path(tempfile.mkdtemp(dir=self._scratch))
            return [self._write(store, i, folder) for i in ids]

        return self._lane.submit(write)

    def close(self) -> None:
        """Remove what was made for dragging; after the lane has ended."""
        if self._scratch is not None:
            shutil.rmtree(self._scratch, ignore_errors=True)
            self._scratch = None

    def _write(self, store: MeetingStore, meeting_id: str, folder: Path) -> Path:
        meeting = store.get(meeting_id)
        path = _free(folder, file_name(meeting.title) or self.tr("Meeting"))
        self._services.export_markdown(meeting, path)
        return path

    def _say(self, error: UserError | None) -> None:
        if error is not None:
            self._on_problem(error)

    def _on_problem(self, error: BaseException) -> None:
        self.problem.emit(in_words(error))


def _each(ids: Iterable[str], do: Callable[[str], object]) -> UserError | None:
    """Do it for all of them; the first thing that went wrong."""
    first: UserError | None = None
    for meeting_id in ids:
        try:
            do(meeting_id)
        except UserError as error:
            first = first or error
    return first


def _free(folder: Path, name: str) -> Path:
    """A file's path that is not taken: "Stand-up.md", "Stand-up 2.md"."""
    for n in range(1, 10_000):
        path = folder / (f"{name} {n}.md" if n > 1 else f"{name}.md")
        if not path.exists():
            return path
    raise InputError(f"There are too many files named “{name}” in “{folder.name}”.", "Choose another folder.")
