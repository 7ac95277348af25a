"""The library: `app.domain.ports.MeetingStore` on SQLite, with one folder of files for each meeting."""

from __future__ import annotations

import builtins  # the class has a method named list
import os
import re
import secrets
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from app.domain.disk import disk_error
from app.domain.edits import Change, completed, inverse
from app.domain.errors import InputError, StorageError
from app.domain.events import StageResult
from app.domain.meeting import (
    ActionItemRow,
    Mark,
    Meeting,
    MeetingSummary,
    Person,
    RecordingState,
    SearchHit,
    Stage,
    StoredVoiceprint,
    WorkDone,
)
from storage import people
from storage.database import WAIT_S, empty_log, known_errors, open_database, reading, writing
from storage.lists import action_items, summaries, summary, work_done
from storage.migrations import backups
from storage.removing import remove_files
from storage.rows import read_meeting
from storage.search import search
from storage.stages import end_stage, write_stage
from storage.values import json_in, path_in, path_of, text_in, time_in
from storage.writing import write_change, write_marks, write_recording, write_result

_ID = re.compile(r"[0-9a-f]{32}")
_SHORTEST_PREFIX = 4
_REMOVED = ".removed-"  # a folder so named belongs to a meeting that is being deleted
_LOOK = "Look it up in the list of meetings."


def new_id() -> str:
    """32 hexadecimal digits that sort by time: a UUID of version 7 with a clock finer than its milliseconds
    (RFC 9562, 6.2 method 3)."""
    ms, ns = divmod(time.time_ns(), 1_000_000)
    fraction = ns * 4096 // 1_000_000
    return f"{ms << 80 | 0x7 << 76 | fraction << 64 | 0b10 << 62 | secrets.randbits(62):032x}"


class Library:
    """Used from one thread; other processes may use the same library at the same time.

    `paths_root` is the folder that holds `library.db` and `meetings/`; both are made if missing. Methods
    raise `StorageError` when the disk or another program is in the way, `InputError` for a meeting that is
    not there, and ValueError for results that contradict themselves; what was stored before is then
    unchanged.
    """

    def __init__(self, paths_root: Path, *, wait_s: float = WAIT_S) -> None:
        self._meetings = paths_root / "meetings"
        self._path = paths_root / "library.db"
        try:
            self._meetings.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise disk_error("The library's folder could not be created", self._meetings, error) from error
        self._db = open_database(self._path, wait_s=wait_s)
        try:
            self._finish_deleting()
        except BaseException:
            self._db.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._db.close()

    # --- meetings ---------------------------------------------------------------------------------

    def create(
        self,
        title: str,
        started_at: datetime,
        *,
        language: str | None,
        glossary: Sequence[str],
        sources: Mapping[str, Path],
    ) -> Meeting:
        """A new meeting with its row and its empty folder. `sources`: track name → the user's own file."""
        meeting_id = new_id()
        row = {
            "id": meeting_id,
            "title": _title(title) or "Untitled meeting",
            "started_at": time_in(started_at),
            "duration_s": 0.0,
            "language": language,
        }
        settings = {"language": language, "glossary": [text_in(term) for term in glossary]}
        folder = self.folder(meeting_id)
        try:
            folder.mkdir()
        except OSError as error:
            raise disk_error("The folder of the meeting could not be created", folder, error) from error
        try:
            with self._writing():
                self._db.table("meetings").insert(row)
                self._db.table("meeting_settings").insert_all(
                    {"meeting": meeting_id, "name": name, "value": json_in(value)} for name, value in settings.items()
                )
                self._db.table("sources").insert_all(
                    {"meeting": meeting_id, "track": track, "path": path_in(os.fspath(path))}
                    for track, path in sources.items()
                )
        except BaseException:
            with suppress(OSError):
                folder.rmdir()
            raise
        return self.get(meeting_id)

    def folder(self, meeting_id: str) -> Path:
        """The meeting's folder. `meeting_id` is a whole id, so that nothing else can name a path."""
        if not _ID.fullmatch(meeting_id):
            raise InputError(f"There is no meeting “{meeting_id}”.", _LOOK)
        return self._meetings / meeting_id

    def sources(self, meeting_id: str) -> dict[str, Path]:
        with self._reading():
            self._row(meeting_id)
            rows = self._db.query("SELECT track, path FROM sources WHERE meeting = ? ORDER BY rowid", [meeting_id])
            return {r["track"]: path_of(r["path"]) for r in rows}

    def get(self, meeting_id: str) -> Meeting:
        """The whole meeting, by its id or by the beginning of it (4 characters or more, if only one has it).

        Ids begin with their time: 12 characters tell meetings of different milliseconds apart.
        Raises `StorageError` for a meeting that is damaged; see `summary`, `set_trashed` and `delete`.
        """
        with self._reading():
            return self._whole(self._found(meeting_id))

    def summary(self, meeting_id: str) -> MeetingSummary:
        """What the list says of a meeting, found as by `get`; also of one that is damaged and cannot be opened."""
        with self._reading():
            return self._summary(self._found(meeting_id)["id"])

    def _summary(self, meeting_id: str) -> MeetingSummary:
        found = summary(self._db, meeting_id)
        assert found is not None, "its row was there a moment ago, in this transaction"
        return found

    def _found(self, meeting_id: str) -> dict[str, Any]:
        """The row of an id, or of the beginning of one."""
        prefix = meeting_id.strip().lower()
        if _ID.fullmatch(prefix):
            return self._row(prefix)
        if not re.fullmatch(rf"[0-9a-f]{{{_SHORTEST_PREFIX},31}}", prefix):
            raise InputError(
                f"There is no meeting “{meeting_id}”.",
                f"Give the id of a meeting, or at least the first {_SHORTEST_PREFIX} characters of it.",
            )
        rows: builtins.list[dict[str, Any]] = [
            *self._db.query(
                "SELECT * FROM meetings WHERE id >= ? AND id < ? ORDER BY id DESC LIMIT 6",
                [prefix, prefix + "g"],
            )
        ]
        if not rows:
            raise InputError(f"There is no meeting whose id begins with “{prefix}”.", _LOOK)
        if len(rows) > 1:
            some = ", ".join(f"{r['id']} ({r['title']})" for r in rows[:5])
            more = ", …" if len(rows) > 5 else ""
            raise InputError(
                f"Several meetings have ids that begin with “{prefix}”: {some}{more}.",
                "Give more of the id.",
            )
        return rows[0]

    def _whole(self, row: Mapping[str, Any], words_of: Collection[int] | None = None) -> Meeting:
        try:
            return read_meeting(self._db, row, words_of=words_of)
        except (ValueError, TypeError, KeyError, AttributeError) as error:  # what no version of this program wrote
            raise StorageError(
                f"“{row['title']}” is damaged in the library and cannot be opened.",
                f"Its sound may still be there, in {self.folder(row['id'])}. Import it again as a recording.",
            ) from error

    def list(self, *, trashed: bool = False) -> builtins.list[MeetingSummary]:
        """All meetings, newest first; those in the trash only if `trashed`, and then no others.

        One whose stage was left running by a process that died is "unfinished". While a meeting is recorded, or when
        that was interrupted, this counts and not its stages. "recording" is what the recording process said; whether
        it still lives, only the lock in the meeting's folder knows.
        """
        with self._reading():
            return summaries(self._db, trashed)

    def work_done(self, since: datetime) -> builtins.list[WorkDone]:
        """Meetings of which something was transcribed or written since then, and is kept; the last one first."""
        with self._reading():
            return work_done(self._db, since)

    def action_items(self, *, include_done: bool = False) -> builtins.list[ActionItemRow]:
        """Of all meetings that are not in the trash, newest meeting first."""
        with self._reading():
            return action_items(self._db, include_done)

    def search(self, text: str, limit: int = 50) -> builtins.list[SearchHit]:
        """What matches all words of `text`; see `storage.search`."""
        with self._reading():
            return search(self._db, text, limit)

    def rename(self, meeting_id: str, title: str) -> None:
        new = _title(title)
        if not new:
            raise InputError("A meeting needs a title.", "Type at least one character.")
        with self._writing():
            self._row(meeting_id)
            self._db.execute("UPDATE meetings SET title = ? WHERE id = ?", [new, meeting_id])

    def change(self, meeting_id: str, change: Change) -> Change:
        """Apply what the user changed; what takes it back again. Reading and writing are one transaction, and only
        rows that change are written. Raises ValueError for a change that contradicts itself or the meeting."""
        if change.title is not None:
            change = replace(change, title=_title(change.title))
            if not change.title:
                raise InputError("A meeting needs a title.", "Type at least one character.")
        with self._writing():
            row = self._row(meeting_id)
            meeting = self._whole(row, ())
            whole = completed(meeting, change)
            touched = {*(s.id for s in whole.segments), *whole.removed}
            if touched:
                meeting = self._whole(row, touched)
                whole = completed(meeting, change)
            write_change(self._db, meeting, whole, datetime.now(UTC))
            return inverse(meeting, whole)

    def set_trashed(self, meeting_id: str, trashed: bool) -> MeetingSummary:
        """Put a meeting into the trash, or take it out; how it is then. Only its row is looked at, so this works for a
        meeting that is damaged and cannot be opened, too. What is in the trash already keeps its moment."""
        with self._writing():
            self._row(meeting_id)
            self._db.execute(
                "UPDATE meetings SET trashed_at = CASE WHEN ?1 THEN coalesce(trashed_at, ?2) END WHERE id = ?3",
                [trashed, time_in(datetime.now(UTC)), meeting_id],
            )
            return self._summary(meeting_id)

    def delete(self, meeting_id: str) -> None:
        """Remove the meeting, its rows and its folder; nothing of it is read, so it may be damaged. Of a folder that is
        a link to another place, the link is removed and not what is there.

        The folder is renamed first, under the lock that also covers the rows, so that nobody sees half a
        meeting; if the process dies in between, the next one to open the library finishes or takes back.
        """
        folder = self.folder(meeting_id)
        removed = folder.with_name(_REMOVED + meeting_id)
        try:
            with self._writing():
                self._row(meeting_id)
                with suppress(FileNotFoundError):
                    folder.rename(removed)
                self._db.execute("DELETE FROM meetings WHERE id = ?", [meeting_id])
        except BaseException:
            if os.path.lexists(removed) and not os.path.lexists(folder):
                removed.rename(folder)
            raise
        try:
            remove_files(removed)
        except OSError as error:
            raise disk_error(
                "The meeting is deleted, but some of its files are left until the next start", removed, error
            ) from error

    # --- recordings -------------------------------------------------------------------------------

    def recording_started(self, meeting_id: str, devices: Mapping[str, str]) -> None:
        """The meeting is being recorded from now on. On return its row survives even a power failure."""
        with self._writing(durable=True):
            self._row(meeting_id)
            write_recording(self._db, meeting_id, "recording", devices, None)

    def recording_ended(
        self,
        meeting_id: str,
        state: RecordingState,
        *,
        devices: Mapping[str, str],
        duration_s: float,
        ended_at: datetime,
        marks: Sequence[Mark],
    ) -> None:
        """How a recording ended, and all its marks, in one transaction. May be said again with better knowledge:
        what was said before is replaced."""
        if state not in ("interrupted", "finished"):
            raise ValueError(f"a recording does not end as {state!r}")
        with self._writing(durable=True):
            self._row(meeting_id)
            write_recording(self._db, meeting_id, state, devices, ended_at)
            write_marks(self._db, meeting_id, marks)
            self._db.execute("UPDATE meetings SET duration_s = ? WHERE id = ?", [duration_s, meeting_id])

    # --- people -----------------------------------------------------------------------------------

    def people(self) -> builtins.list[Person]:
        """Everybody whose voice is known, by name."""
        with self._reading():
            return people.people(self._db)

    def add_person(self, name: str) -> Person:
        """Somebody new, or who has this name already."""
        with self._writing():
            return people.add_person(self._db, name)

    def rename_person(self, person_id: str, name: str) -> None:
        """Also in the meetings in which they speak. Raises `InputError` if somebody else has this name."""
        with self._writing():
            people.rename_person(self._db, person_id, name)

    def forget_person(self, person_id: str) -> None:
        """Remove a person with all voiceprints, so that nothing of them is left in the file. In meetings the name the
        user gave stays. Copies kept from before an update are cleaned, too. Raises `StorageError`, the person being
        gone, when another program keeps an old copy."""
        with known_errors(self._path):
            self._db.conn.execute("PRAGMA foreign_keys = OFF")
            try:
                with writing(self._db):
                    people.forget_person(self._db, person_id)
            finally:
                self._db.conn.execute("PRAGMA foreign_keys = ON")
            if not empty_log(self._db):
                raise StorageError(
                    "The person is forgotten, but another program still reads an older state of the library.",
                    "Close it; what is left in the library's log goes away with that.",
                )
            people.forget_in_copies(backups(self._path), person_id)

    def voiceprints(self) -> builtins.list[StoredVoiceprint]:
        with self._reading():
            return people.voiceprints(self._db)

    def add_voiceprint(self, voiceprint: StoredVoiceprint) -> None:
        """Raises `InputError` for a person who is not known."""
        with self._writing():
            people.add_voiceprint(self._db, voiceprint)

    # --- stages -----------------------------------------------------------------------------------

    def stage_started(self, meeting_id: str, stage: Stage, engine: str, settings: Mapping[str, Any]) -> None:
        with self._writing():
            self._row(meeting_id)
            write_stage(self._db, meeting_id, stage, "running", engine, settings, datetime.now(UTC))

    def stage_done(
        self,
        meeting_id: str,
        stage: Stage,
        result: StageResult,
        engine: str,
        settings: Mapping[str, Any],
        seconds: float,
    ) -> None:
        """Store the whole result, and that the stage is done, in one transaction. New segments drop the
        words, speakers and minutes made from the old ones, but for those they bring; other results are kept until
        their stages are run again."""
        with self._writing():
            self._row(meeting_id)
            write_result(self._db, meeting_id, stage, result)
            started_at = datetime.now(UTC) - timedelta(seconds=seconds)
            write_stage(self._db, meeting_id, stage, "done", engine, settings, started_at, seconds)

    def stage_ended(self, meeting_id: str, stage: Stage, state: str, error: str = "") -> None:
        """A stage that ended without a result: "failed" or "cancelled". An older result of it is kept."""
        if state not in ("failed", "cancelled"):
            raise ValueError(f"a stage does not end as {state!r}")
        with self._writing():
            self._row(meeting_id)
            end_stage(self._db, meeting_id, stage, state, error)

    # --- inside -----------------------------------------------------------------------------------

    @contextmanager
    def _writing(self, *, durable: bool = False) -> Iterator[None]:
        with known_errors(self._path), writing(self._db, durable=durable):
            yield

    @contextmanager
    def _reading(self) -> Iterator[None]:
        with known_errors(self._path), reading(self._db):
            yield

    def _row(self, meeting_id: str) -> dict[str, Any]:
        """The row of a whole id. It may have been deleted by another process while this one worked on it."""
        for row in self._db.query("SELECT * FROM meetings WHERE id = ?", [meeting_id]):
            return row
        raise InputError(f"The meeting “{meeting_id}” is not in the library.", _LOOK)

    def _finish_deleting(self) -> None:
        """After a process died while deleting: with its row still there the meeting comes back, else it
        goes."""
        with known_errors(self._path):
            left = [f for f in self._meetings.iterdir() if f.name.startswith(_REMOVED)]
        if not left:
            return
        with self._writing():  # waits for another process that is deleting right now
            for removed in left:
                meeting_id = removed.name.removeprefix(_REMOVED)
                known = self._db.execute("SELECT 1 FROM meetings WHERE id = ?", [meeting_id]).fetchone()
                if not known:
                    with suppress(OSError):  # until the next start
                        remove_files(removed)
                elif not os.path.lexists(self._meetings / meeting_id):
                    with suppress(FileNotFoundError):
                        removed.rename(self._meetings / meeting_id)


def _title(title: str) -> str:
    """One line: a title is shown in lists and becomes a file name."""
    return " ".join(text_in(title).split())
