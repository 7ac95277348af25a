"""Meetings whose rows or folders are damaged: they are seen, they hide no others, and they can be thrown away."""

from __future__ import annotations

import os
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest
from filelock import FileLock

from app.audio.journal import LOCK_NAME
from app.domain.edits import Change
from app.domain.errors import InputError, StorageError
from app.domain.meeting import Meeting
from app.services import recordings
from app.services.retention import empty_trash
from storage.repository import Library
from tests.storage.conftest import create, finish

LATER = datetime(2030, 1, 1, tzinfo=UTC)

UNREADABLE = {
    "a moment that is none": "UPDATE meetings SET started_at = 'yesterday' WHERE id = :id",
    "a title that is no text": "UPDATE meetings SET title = x'ff41' WHERE id = :id",
    "a length that is no number": "UPDATE meetings SET duration_s = 'long' WHERE id = :id",
    "settings that are no JSON": "INSERT INTO meeting_settings VALUES (:id, 'speakers', '{')",
    "settings of another kind": "INSERT INTO meeting_settings VALUES (:id, 'minutes', '[1]')",
    "a stage without its settings": "UPDATE stages SET settings = '' WHERE meeting = :id",
    "a day that is none": "UPDATE minutes_items SET due_on = 'Friday' WHERE meeting = :id AND kind = 'action_item'",
    "a recording whose devices are no JSON": "INSERT INTO recordings VALUES (:id, 'finished', 'x', NULL)",
    "a moment of the trash that is none": "UPDATE meetings SET trashed_at = 'x' WHERE id = :id",
}


def damage(library: Library, meeting_id: str, sql: str) -> None:
    """As it is on the disk: past everything that checks what is written."""
    other = sqlite3.connect(library._path)
    try:
        other.execute("PRAGMA ignore_check_constraints = ON")
        other.execute(sql, {"id": meeting_id})
        other.commit()
    finally:
        other.close()


def with_sound(library: Library, title: str) -> Meeting:
    meeting = finish(library, create(library, title).id)
    (library.folder(meeting.id) / "mic.opus").write_bytes(b"sound")
    return meeting


@pytest.mark.parametrize("sql", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_a_damaged_meeting_is_seen_and_can_be_thrown_away(library: Library, sql: str) -> None:
    bad, good = with_sound(library, "The damaged one"), with_sound(library, "The good one")
    sound = library.folder(bad.id) / "mic.opus"
    damage(library, bad.id, sql)

    with pytest.raises(StorageError, match="damaged"):
        library.get(bad.id)
    with pytest.raises(StorageError, match="damaged"):
        library.change(bad.id, Change(trashed=True))
    seen = [*library.list(), *library.list(trashed=True)]
    assert {m.id for m in seen} == {bad.id, good.id}
    assert sorted(seen, key=lambda m: (m.started_at, m.title, m.duration_s, m.folder, m.trashed_at or LATER))
    assert {h.meeting_id for h in library.search("release")} >= {good.id}
    assert library.summary(bad.id[:13]) in seen

    assert empty_trash(library, 30, now=LATER) == []  # nobody has thrown it away, or nobody knows when
    library.set_trashed(bad.id, False)
    assert {m.id for m in library.list()} == {bad.id, good.id}
    thrown = library.set_trashed(bad.id, True)
    assert thrown.trashed_at is not None
    assert library.list(trashed=True) == [thrown]
    assert library.set_trashed(bad.id, True) == thrown
    assert sound.read_bytes() == b"sound"
    assert empty_trash(library, 30, now=thrown.trashed_at) == []
    assert sound.exists()

    assert empty_trash(library, 30, now=LATER) == [bad.id]
    assert not library.folder(bad.id).exists()
    assert library.list(trashed=True) == []
    assert library.get(good.id) == good


def test_one_that_is_damaged_is_deleted_at_once_when_the_user_says_so(library: Library) -> None:
    bad = with_sound(library, "The damaged one")
    damage(library, bad.id, UNREADABLE["settings that are no JSON"])
    recordings.discard(library, bad.id)
    assert library.list() == []
    assert not library.folder(bad.id).exists()
    for call in (library.summary, lambda i: library.set_trashed(i, True), library.delete):
        with pytest.raises(InputError):
            call(bad.id)


def test_one_that_is_damaged_is_not_deleted_while_it_is_being_recorded(library: Library) -> None:
    bad = with_sound(library, "The damaged one")
    damage(library, bad.id, UNREADABLE["a moment that is none"])
    library.recording_started(bad.id, {})
    with FileLock(library.folder(bad.id) / LOCK_NAME), pytest.raises(InputError, match="still being recorded"):
        recordings.discard(library, bad.id)
    assert (library.folder(bad.id) / "mic.opus").exists()


def test_letters_that_are_none_cost_only_themselves(library: Library) -> None:
    bad, good = with_sound(library, "The damaged one"), with_sound(library, "The good one")
    damage(library, bad.id, "UPDATE meetings SET title = CAST(x'52ff64' AS TEXT) WHERE id = :id")
    damage(library, bad.id, "UPDATE minutes_items SET text = CAST(x'52ff64' AS TEXT) WHERE meeting = :id")
    assert {m.title for m in library.list()} == {"R\ufffdd", "The good one"}
    assert library.get(bad.id).segments == good.segments
    assert {h.title for h in library.search("we")} == {"R\ufffdd", "The good one"}  # not indexed
    assert {h.title for h in library.search("r")} == {"R\ufffdd", "The good one"}


def test_a_moment_without_its_time_zone_still_compares(library: Library) -> None:
    bad, good = with_sound(library, "The damaged one"), with_sound(library, "The good one")
    damage(library, bad.id, "UPDATE meetings SET started_at = '2026-11-20T10:00:00' WHERE id = :id")
    assert max(library.get(bad.id).started_at, good.started_at)
    assert max(m.started_at for m in library.list())


def test_a_damaged_recording_does_not_keep_others_from_being_packed(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = with_sound(library, "The damaged one"), with_sound(library, "The good one")
    for meeting in (bad, good):
        library.recording_ended(
            meeting.id, "finished", devices={}, duration_s=1.0, ended_at=meeting.started_at, marks=()
        )
    damage(library, bad.id, UNREADABLE["a day that is none"])
    monkeypatch.setattr(recordings, "_unpacked_tracks", lambda folder: ["mic"])
    assert recordings.unpacked(library) == [good.id]


@pytest.mark.skipif(os.name != "posix", reason="a link needs a right of its own on Windows")
def test_folders_that_are_gone_or_are_something_else(library: Library, tmp_path: Path) -> None:
    gone, file, link, lock = (with_sound(library, title) for title in ("gone", "file", "link", "lock"))
    elsewhere = tmp_path / "elsewhere"
    library.folder(link.id).rename(elsewhere)
    library.folder(link.id).symlink_to(elsewhere, target_is_directory=True)
    for meeting in (gone, file):
        (library.folder(meeting.id) / "mic.opus").unlink()
        library.folder(meeting.id).rmdir()
    library.folder(file.id).write_bytes(b"not a folder")
    (library.folder(lock.id) / LOCK_NAME).mkdir()

    for meeting in (gone, file, link, lock):
        assert library.set_trashed(meeting.id, True).trashed_at is not None
        recordings.discard(library, meeting.id)
    assert library.list(trashed=True) == []
    assert list((tmp_path / "elsewhere").iterdir()), "what a link points at is not ours"
    assert list(library.folder(gone.id).parent.iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may do everything")
def test_a_folder_that_may_not_be_listed_is_deleted(library: Library) -> None:
    meeting = with_sound(library, "closed")
    folder = library.folder(meeting.id)
    (folder / "inner").mkdir()
    (folder / "inner" / "mic.wav").write_bytes(b"sound")
    (folder / "inner").chmod(0)
    folder.chmod(0)
    library.delete(meeting.id)
    assert list(folder.parent.iterdir()) == []


def test_deleting_a_file_in_place_of_a_folder_is_finished_after_a_death(tmp_path: Path) -> None:
    with Library(tmp_path) as library:
        meeting = create(library)
        folder = library.folder(meeting.id)
        library.delete(meeting.id)
    folder.with_name(f".removed-{meeting.id}").write_bytes(b"left")
    Library(tmp_path).close()
    assert list(folder.parent.iterdir()) == []
