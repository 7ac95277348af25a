"""The schema, as the list of steps that lead to it.

Append-only: a step that was released is never changed (tests compare the result of each with a golden
file). The number of steps done is kept in SQLite's `user_version`, so that a library made by a newer
program is recognised by its number. Steps are plain SQL, so that what they make does not depend on the
version of any library of ours.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from app.domain.disk import disk_error
from app.domain.errors import StorageError

if TYPE_CHECKING:
    from sqlite_utils import Database

APPLICATION_ID = 0x466F6C6B  # "Folk": tells our files from other programs' databases

Step = Callable[["Database"], None]


def _meetings_and_their_parts(db: Database) -> None:
    db.executescript("""
        CREATE TABLE meetings (
            id TEXT PRIMARY KEY NOT NULL,
            title TEXT NOT NULL,
            started_at TEXT NOT NULL,
            duration_s REAL NOT NULL DEFAULT 0,
            language TEXT
        );
        CREATE TABLE meeting_settings (
            meeting TEXT NOT NULL REFERENCES meetings(id) ON DELETE CASCADE,
            name TEXT NOT NULL,
            value TEXT NOT NULL,
            PRIMARY KEY (meeting, name)
        );
        CREATE TABLE sources (
            meeting TEXT NOT NULL REFERENCES meetings(id) ON DELETE CASCADE,
            track TEXT NOT NULL,
            path TEXT NOT NULL,
            PRIMARY KEY (meeting, track)
        );
        CREATE TABLE tracks (
            id INTEGER PRIMARY KEY,
            meeting TEXT NOT NULL REFERENCES meetings(id) ON DELETE CASCADE,
            name TEXT NOT NULL,
            path TEXT NOT NULL,
            duration_s REAL NOT NULL,
            source TEXT NOT NULL DEFAULT '',
            source_rate_hz INTEGER NOT NULL DEFAULT 0,
            source_channels INTEGER NOT NULL DEFAULT 0,
            UNIQUE (meeting, name)
        );
        CREATE TABLE regions (
            id INTEGER PRIMARY KEY,
            meeting TEXT NOT NULL REFERENCES meetings(id) ON DELETE CASCADE,
            track TEXT NOT NULL,
            start_s REAL NOT NULL,
            end_s REAL NOT NULL
        );
        CREATE INDEX regions_meeting ON regions(meeting);
        CREATE TABLE speakers (
            id INTEGER PRIMARY KEY,
            meeting TEXT NOT NULL REFERENCES meetings(id) ON DELETE CASCADE,
            key TEXT NOT NULL,
            name TEXT NOT NULL,
            track TEXT NOT NULL DEFAULT '',
            UNIQUE (meeting, key)
        );
        CREATE TABLE segments (
            id INTEGER PRIMARY KEY,
            meeting TEXT NOT NULL REFERENCES meetings(id) ON DELETE CASCADE,
            number INTEGER NOT NULL,
            track TEXT NOT NULL,
            speaker INTEGER REFERENCES speakers(id) ON DELETE SET NULL,
            start_s REAL NOT NULL,
            end_s REAL NOT NULL,
            text TEXT NOT NULL,
            language TEXT,
            UNIQUE (meeting, number)
        );
        CREATE INDEX segments_speaker ON segments(speaker);
        CREATE TABLE words (
            id INTEGER PRIMARY KEY,
            segment INTEGER NOT NULL REFERENCES segments(id) ON DELETE CASCADE,
            text TEXT NOT NULL,
            start_s REAL NOT NULL,
            end_s REAL NOT NULL
        );
        CREATE INDEX words_segment ON words(segment);
        CREATE TABLE minutes (
            meeting TEXT PRIMARY KEY NOT NULL REFERENCES meetings(id) ON DELETE CASCADE,
            summary TEXT NOT NULL
        );
        CREATE TABLE minutes_items (
            id INTEGER PRIMARY KEY,
            meeting TEXT NOT NULL REFERENCES minutes(meeting) ON DELETE CASCADE,
            kind TEXT NOT NULL CHECK (kind IN ('decision', 'action_item', 'open_question')),
            position INTEGER NOT NULL,
            text TEXT NOT NULL,
            owner TEXT,
            due TEXT,
            supported INTEGER NOT NULL CHECK (supported IN (0, 1)),
            UNIQUE (meeting, kind, position)
        );
        CREATE TABLE evidence (
            item INTEGER NOT NULL REFERENCES minutes_items(id) ON DELETE CASCADE,
            segment INTEGER NOT NULL REFERENCES segments(id) ON DELETE CASCADE,
            position INTEGER NOT NULL,
            PRIMARY KEY (item, segment)
        );
        CREATE INDEX evidence_segment ON evidence(segment);
        CREATE TABLE stages (
            id INTEGER PRIMARY KEY,
            meeting TEXT NOT NULL REFERENCES meetings(id) ON DELETE CASCADE,
            stage TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('running', 'done', 'failed', 'cancelled')),
            engine TEXT NOT NULL DEFAULT '',
            settings TEXT NOT NULL DEFAULT '{}',
            started_at TEXT,
            seconds REAL,
            error TEXT NOT NULL DEFAULT '',
            UNIQUE (meeting, stage)
        );
    """)


def _search(db: Database) -> None:
    """Trigrams rather than words: they find parts of words as one types, and Chinese and Japanese, which
    have no spaces. Terms of one or two characters have no trigram; `storage.search` looks at the texts for
    those."""
    db.executescript("""
        CREATE VIRTUAL TABLE segments_fts USING fts5(
            text, content="segments", content_rowid="id", tokenize="trigram"
        );
        CREATE TRIGGER segments_fts_insert AFTER INSERT ON segments BEGIN
            INSERT INTO segments_fts (rowid, text) VALUES (new.id, new.text);
        END;
        CREATE TRIGGER segments_fts_delete AFTER DELETE ON segments BEGIN
            INSERT INTO segments_fts (segments_fts, rowid, text) VALUES ('delete', old.id, old.text);
        END;
        CREATE TRIGGER segments_fts_update AFTER UPDATE OF text ON segments BEGIN
            INSERT INTO segments_fts (segments_fts, rowid, text) VALUES ('delete', old.id, old.text);
            INSERT INTO segments_fts (rowid, text) VALUES (new.id, new.text);
        END;
        INSERT INTO segments_fts (segments_fts) VALUES ('rebuild');
    """)


def _recordings(db: Database) -> None:
    """What was recorded here, and the marks on its timeline. The kinds are checked on purpose: a new kind then needs
    a step of its own, and an older program refuses the library instead of failing on a mark it does not know."""
    db.executescript("""
        CREATE TABLE recordings (
            meeting TEXT PRIMARY KEY NOT NULL REFERENCES meetings(id) ON DELETE CASCADE,
            state TEXT NOT NULL CHECK (state IN ('recording', 'interrupted', 'finished')),
            devices TEXT NOT NULL DEFAULT '{}',
            ended_at TEXT
        );
        CREATE TABLE marks (
            id INTEGER PRIMARY KEY,
            meeting TEXT NOT NULL REFERENCES meetings(id) ON DELETE CASCADE,
            kind TEXT NOT NULL CHECK (
                kind IN ('bookmark', 'note', 'pause', 'resume', 'gap', 'device', 'sleep', 'warning')
            ),
            at_s REAL NOT NULL CHECK (at_s >= 0),
            wall TEXT NOT NULL,
            text TEXT NOT NULL DEFAULT '',
            track TEXT NOT NULL DEFAULT '',
            seconds REAL NOT NULL DEFAULT 0 CHECK (seconds >= 0)
        );
        CREATE INDEX marks_meeting ON marks(meeting);
    """)


def _words_and_guards(db: Database) -> None:
    """The times of words became a stage of their own. Meetings that were transcribed before have been through it,
    without words: they are as finished as they were."""
    db.executescript("""
        CREATE TABLE guards (
            segment INTEGER NOT NULL REFERENCES segments(id) ON DELETE CASCADE,
            guard TEXT NOT NULL,
            position INTEGER NOT NULL,
            PRIMARY KEY (segment, guard)
        );
        INSERT OR IGNORE INTO stages (meeting, stage, state, settings)
            SELECT meeting, 'align', 'done', '{"reason": "transcribed before words had times"}'
            FROM stages WHERE stage = 'transcribe' AND state = 'done';
    """)


def _work_of_the_user(db: Database) -> None:
    """What people change, sort and throw away; who spoke when; voices that are known again; chapters.

    `minutes_items` is made anew because chapters are one kind more (foreign keys are off here, and `evidence` finds
    the new table under the old name).
    """
    db.executescript("""
        ALTER TABLE meetings ADD COLUMN folder TEXT NOT NULL DEFAULT '';
        ALTER TABLE meetings ADD COLUMN favourite INTEGER NOT NULL DEFAULT 0 CHECK (favourite IN (0, 1));
        ALTER TABLE meetings ADD COLUMN trashed_at TEXT;
        CREATE TABLE tags (
            meeting TEXT NOT NULL REFERENCES meetings(id) ON DELETE CASCADE,
            tag TEXT NOT NULL,
            position INTEGER NOT NULL,
            PRIMARY KEY (meeting, tag)
        );

        CREATE TABLE people (
            id TEXT PRIMARY KEY NOT NULL,
            name TEXT NOT NULL
        );
        CREATE TABLE voiceprints (
            id INTEGER PRIMARY KEY,
            person TEXT NOT NULL REFERENCES people(id) ON DELETE CASCADE,
            channel TEXT NOT NULL,
            encoder TEXT NOT NULL,
            speech_s REAL NOT NULL,
            vector BLOB NOT NULL,
            meeting TEXT REFERENCES meetings(id) ON DELETE SET NULL
        );
        CREATE INDEX voiceprints_person ON voiceprints(person);
        CREATE INDEX voiceprints_meeting ON voiceprints(meeting);

        ALTER TABLE speakers ADD COLUMN position INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE speakers ADD COLUMN by_user INTEGER NOT NULL DEFAULT 0 CHECK (by_user IN (0, 1));
        ALTER TABLE speakers ADD COLUMN person TEXT REFERENCES people(id) ON DELETE SET NULL;
        ALTER TABLE speakers ADD COLUMN suggested TEXT NOT NULL DEFAULT '';
        ALTER TABLE speakers ADD COLUMN certainty REAL NOT NULL DEFAULT 0;
        CREATE INDEX speakers_person ON speakers(person);
        CREATE TABLE turns (
            id INTEGER PRIMARY KEY,
            meeting TEXT NOT NULL REFERENCES meetings(id) ON DELETE CASCADE,
            track TEXT NOT NULL,
            start_s REAL NOT NULL,
            end_s REAL NOT NULL,
            speaker INTEGER NOT NULL REFERENCES speakers(id) ON DELETE CASCADE
        );
        CREATE INDEX turns_meeting ON turns(meeting);
        CREATE INDEX turns_speaker ON turns(speaker);

        ALTER TABLE segments ADD COLUMN text_by_user INTEGER NOT NULL DEFAULT 0 CHECK (text_by_user IN (0, 1));
        ALTER TABLE segments ADD COLUMN speaker_by_user INTEGER NOT NULL DEFAULT 0 CHECK (speaker_by_user IN (0, 1));
        ALTER TABLE segments ADD COLUMN echo_of INTEGER REFERENCES segments(id) ON DELETE SET NULL;
        CREATE INDEX segments_echo_of ON segments(echo_of);
        CREATE INDEX segments_time ON segments(meeting, start_s);

        ALTER TABLE minutes ADD COLUMN summary_by_user INTEGER NOT NULL DEFAULT 0 CHECK (summary_by_user IN (0, 1));
        CREATE TABLE new_items (
            id INTEGER PRIMARY KEY,
            meeting TEXT NOT NULL REFERENCES minutes(meeting) ON DELETE CASCADE,
            kind TEXT NOT NULL CHECK (kind IN ('decision', 'action_item', 'open_question', 'chapter')),
            position INTEGER NOT NULL,
            text TEXT NOT NULL,
            owner TEXT,
            due TEXT,
            due_on TEXT,
            done INTEGER NOT NULL DEFAULT 0 CHECK (done IN (0, 1)),
            start_s REAL,
            supported INTEGER NOT NULL CHECK (supported IN (0, 1)),
            by_user INTEGER NOT NULL DEFAULT 0 CHECK (by_user IN (0, 1)),
            UNIQUE (meeting, kind, position)
        );
        INSERT INTO new_items (id, meeting, kind, position, text, owner, due, supported)
            SELECT id, meeting, kind, position, text, owner, due, supported FROM minutes_items;
        DROP TABLE minutes_items;
        ALTER TABLE new_items RENAME TO minutes_items;
    """)


def _what_is_deleted(db: Database) -> None:
    """What the user has deleted from a transcript or from minutes, so that it does not come back."""
    db.executescript("""
        CREATE TABLE deletions (
            id INTEGER PRIMARY KEY,
            meeting TEXT NOT NULL REFERENCES meetings(id) ON DELETE CASCADE,
            kind TEXT NOT NULL CHECK (kind IN ('segment', 'decision', 'action_item', 'open_question', 'chapter')),
            text TEXT NOT NULL DEFAULT '',
            track TEXT NOT NULL DEFAULT '',
            spans TEXT NOT NULL DEFAULT '[]'
        );
        CREATE INDEX deletions_meeting ON deletions(meeting);
    """)


STEPS: tuple[Step, ...] = (
    _meetings_and_their_parts,
    _search,
    _recordings,
    _words_and_guards,
    _work_of_the_user,
    _what_is_deleted,
)
LATEST = len(STEPS)


def version_of(conn: sqlite3.Connection) -> int:
    return int(conn.execute("PRAGMA user_version").fetchone()[0])


def backup_path(path: Path, version: int) -> Path:
    """Where the copy is kept that is made before a library of `version` is changed."""
    return path.with_name(f"{path.stem}.before-version-{version + 1}{path.suffix}")


def backups(path: Path) -> list[Path]:
    """The copies that `backup_path` names and that are there."""
    return [copy for version in range(1, LATEST) if (copy := backup_path(path, version)).is_file()]


def migrate(db: Database, path: Path, steps: Sequence[Step] = STEPS) -> None:
    """Do the steps that are missing, each in a transaction of its own, foreign keys off but checked after
    each.

    A library that holds meetings is copied first (`backup_path`). Safe when several processes do it at
    once: the version is read again under the write lock. Raises `StorageError` when a step leaves rows that
    point nowhere.
    """
    conn = db.conn
    backed_up = False
    while version_of(conn) < len(steps):
        conn.execute("BEGIN IMMEDIATE")
        try:
            version = version_of(conn)
            if version < len(steps):
                if version and not backed_up and conn.execute("SELECT 1 FROM meetings LIMIT 1").fetchone():
                    _back_up(path, version)
                backed_up = True
                steps[version](db)
                if conn.execute("PRAGMA foreign_key_check").fetchone():
                    raise StorageError(
                        f"The library could not be brought from version {version} to {version + 1} ({path}).",
                        "It was left as it was. Please report this; the former program still opens it.",
                    )
                conn.execute(f"PRAGMA user_version = {version + 1}")
                conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            conn.execute("COMMIT")
        except BaseException:
            if conn.in_transaction:
                conn.execute("ROLLBACK")
            raise


def _back_up(path: Path, version: int) -> None:
    """Copy the file as it is, through SQLite, so that what is still in the write-ahead log is in the copy
    too."""
    target = backup_path(path, version)
    unfinished = target.with_name(target.name + ".part")
    try:
        unfinished.unlink(missing_ok=True)
        source, copy = sqlite3.connect(path), sqlite3.connect(unfinished)
        try:
            source.backup(copy)
        finally:
            copy.close()
            source.close()
        unfinished.replace(target)
    except OSError as error:
        raise disk_error("The library could not be copied before updating it", target, error) from error
    finally:
        unfinished.unlink(missing_ok=True)
