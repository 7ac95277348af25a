"""Migrations: append-only, from version 1, with and without rows, all or nothing."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlite_utils import Database

from app.domain.errors import StorageError
from app.domain.meeting import Stage
from storage import database, migrations
from storage.migrations import LATEST, STEPS, Step, backup_path, migrate, version_of
from storage.repository import Library
from tests.storage.conftest import create, finish

GOLDEN = Path(__file__).parents[1] / "golden"

# Rows as version 1 held them; later versions have columns more. Never changed: it is what users' files look like.
ROWS_OF_VERSION_1 = """
    INSERT INTO meetings (id, title, started_at, duration_s, language) VALUES ('0190000000007000800000000000000a',
        'Old one', '2026-01-02T03:04:05+00:00', 9.5, 'English');
    INSERT INTO meeting_settings VALUES ('0190000000007000800000000000000a',
        'glossary', '["Folkmoot"]');
    INSERT INTO sources VALUES ('0190000000007000800000000000000a',
        'file', '/tmp/a.wav');
    INSERT INTO tracks VALUES (1, '0190000000007000800000000000000a',
        'file', 'file.wav', 9.5, '/tmp/a.wav', 8000, 1);
    INSERT INTO regions VALUES (1, '0190000000007000800000000000000a',
        'file', 0.0, 9.0);
    INSERT INTO speakers (id, meeting, key, name, track) VALUES (1, '0190000000007000800000000000000a',
        's1', 'Anna', 'file');
    INSERT INTO segments (id, meeting, number, track, speaker, start_s, end_s, text, language)
        VALUES (1, '0190000000007000800000000000000a',
        1, 'file', 1, 0.0, 9.0, 'An old sentence.', 'English');
    INSERT INTO words VALUES (1, 1, 'An', 0.0, 0.2);
    INSERT INTO minutes (meeting, summary) VALUES ('0190000000007000800000000000000a',
        'Old summary.');
    INSERT INTO minutes_items (id, meeting, kind, position, text, owner, due, supported)
        VALUES (1, '0190000000007000800000000000000a',
        'action_item', 0, 'Do it', 'Anna', 'Friday', 1);
    INSERT INTO evidence VALUES (1, 1, 0);
    INSERT INTO stages VALUES (1, '0190000000007000800000000000000a',
        'decode', 'done', 'av', '{}', '2026-01-02T03:04:05+00:00', 0.5, '');
"""


def open_at(path: Path, steps: Sequence[Step]) -> Database:
    db = Database(sqlite3.connect(path), execute_plugins=False)
    migrate(db, path, steps)
    return db


def schema_of(db: Database) -> str:
    """The statements that made the tables, one blank each where they are laid out otherwise."""
    rows = db.execute(
        "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'segments_fts_%' "
        "OR type = 'trigger' ORDER BY type, name"
    )
    return "".join(re.sub(r"\s+", " ", sql) + ";\n" for (sql,) in rows)


@pytest.mark.parametrize("version", range(1, LATEST + 1))
def test_released_steps_never_change(tmp_path: Path, version: int) -> None:
    """If this fails, do not update the golden file of a released version: append a step instead."""
    db = open_at(tmp_path / "library.db", STEPS[:version])
    got = schema_of(db)
    db.close()
    assert got == (GOLDEN / f"schema_v{version}.sql").read_text(encoding="utf-8")


@pytest.mark.parametrize("version", range(1, LATEST + 1))
@pytest.mark.parametrize("rows", [True, False])
def test_every_version_becomes_the_newest(tmp_path: Path, version: int, rows: bool) -> None:
    path = tmp_path / "library.db"
    db = open_at(path, STEPS[:version])
    if rows:
        db.executescript(ROWS_OF_VERSION_1)
    db.close()
    fresh = open_at(tmp_path / "fresh.db", STEPS)
    with Library(tmp_path) as library:
        assert schema_of(library._db) == schema_of(fresh)
        assert library._db.execute("PRAGMA foreign_key_check").fetchall() == []
        assert library._db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        if rows:
            meeting = library.get("0190000000007000800000000000000a")
            assert (meeting.title, meeting.glossary, meeting.duration_s) == ("Old one", ("Folkmoot",), 9.5)
            assert meeting.segments[0].speaker == "s1"
            assert meeting.segments[0].words[0].text == "An"
            assert meeting.minutes is not None
            assert meeting.minutes.action_items[0].evidence == (1,)
            assert [h.segment_id for h in library.search("old sentence")] == [1]
            assert (meeting.recording, meeting.marks) == (None, ())
            assert library.list()[0].state == "unfinished"
            (library.folder(meeting.id)).mkdir()
            library.delete(meeting.id)
        finish(library, create(library).id)
    fresh.close()
    assert backup_path(path, version).exists() == (rows and version < LATEST)


def test_copy_before_the_change_is_the_old_library(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    db = open_at(path, STEPS[:1])
    db.conn.execute("PRAGMA journal_mode = WAL")
    db.executescript(ROWS_OF_VERSION_1)  # and left in the write-ahead log, as after a crash
    with Library(tmp_path):
        pass
    db.close()
    copy = sqlite3.connect(backup_path(path, 1))
    assert version_of(copy) == 1
    assert copy.execute("SELECT title FROM meetings").fetchall() == [("Old one",)]
    assert copy.execute("SELECT count(*) FROM sqlite_master WHERE name = 'segments_fts'").fetchone() == (0,)
    copy.close()
    assert list(tmp_path.glob("*.part*")) == []


def test_copy_that_fails_stops_the_change(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    db = open_at(path, STEPS[:1])
    db.executescript(ROWS_OF_VERSION_1)
    db.close()
    backup_path(path, 1).mkdir()  # a folder in the way
    (backup_path(path, 1) / "x").touch()
    with pytest.raises(StorageError, match="copied before"):
        Library(tmp_path)
    conn = sqlite3.connect(path)
    assert version_of(conn) == 1
    conn.close()


def test_step_that_fails_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "library.db"

    def half(db: Database) -> None:
        db.execute("CREATE TABLE half (id)")
        db.execute("DELETE FROM meetings")
        raise RuntimeError("step")

    def dangling(db: Database) -> None:
        db.execute("INSERT INTO words (segment, text, start_s, end_s) VALUES (4711, 'x', 0, 1)")

    db = open_at(path, STEPS)
    db.executescript(ROWS_OF_VERSION_1)
    before = schema_of(db)
    with pytest.raises(RuntimeError, match="step"):
        migrate(db, path, (*STEPS, half))
    with pytest.raises(StorageError, match=f"from version {LATEST} to {LATEST + 1}"):
        migrate(db, path, (*STEPS, dangling))
    assert (schema_of(db), version_of(db.conn)) == (before, LATEST)
    assert db.execute("SELECT count(*) FROM meetings").fetchone() == (1,)
    assert db.execute("SELECT count(*) FROM words").fetchone() == (1,)
    db.close()
    # A program with one version more: this one must then refuse the file.
    grown = (*STEPS, lambda db: db.executescript("ALTER TABLE meetings ADD COLUMN place TEXT;"))
    open_at(path, grown).close()
    with pytest.raises(StorageError, match=f"version {LATEST + 1}"):
        Library(tmp_path)
    monkeypatch.setattr(migrations, "STEPS", grown)
    monkeypatch.setattr(database, "LATEST", len(grown))
    with Library(tmp_path) as library:
        assert library.get("01900000").title == "Old one"


def test_meetings_transcribed_before_words_had_a_stage_stay_finished(tmp_path: Path) -> None:
    db = open_at(tmp_path / "library.db", STEPS[:3])
    db.executescript(ROWS_OF_VERSION_1)
    meeting = "0190000000007000800000000000000a"
    for stage in ("speech", "transcribe", "speakers", "minutes"):
        db.execute("INSERT INTO stages (meeting, stage, state) VALUES (?, ?, 'done')", [meeting, stage])
    half = "0190000000007000800000000000000b"
    db.execute(
        "INSERT INTO meetings (id, title, started_at, duration_s) VALUES (?, 'Half', '2026-01-02T03:04:05+00:00', 9.5)",
        [half],
    )
    db.execute("INSERT INTO stages (meeting, stage, state) VALUES (?, 'transcribe', 'failed')", [half])
    db.conn.commit()
    db.close()
    with Library(tmp_path) as library:
        done = library.get(meeting)
        assert done.next_stage() is None
        assert {m.id: m.state for m in library.list()} == {meeting: "done", half: "failed"}
        record = done.stage(Stage.ALIGN)
        assert record is not None
        assert (record.state, record.engine) == ("done", "")
        assert "reason" in record.settings
        assert library.get(half).stage(Stage.ALIGN) is None
