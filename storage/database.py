"""Opening the library's file, and telling what is wrong with it in words for its owner."""

from __future__ import annotations

import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from app.domain.disk import disk_error
from app.domain.errors import StorageError
from storage.migrations import APPLICATION_ID, LATEST, migrate, version_of

if TYPE_CHECKING:
    from sqlite_utils import Database

WAIT_S = 5.0  # how long to wait for another process that is writing
_HEADER = b"SQLite format 3\0"


def open_database(path: Path, *, wait_s: float = WAIT_S) -> Database:
    """The library at `path`, made if missing, brought to the newest version if older.

    Raises `StorageError` for a file that is no library of ours or of a newer version (both are left
    untouched), that cannot be read or written, that is damaged, or that another program keeps locked for
    longer than `wait_s`.
    """
    database = _database_class()
    with known_errors(path):
        _refuse_other_files(path)
        conn = sqlite3.connect(path, timeout=wait_s)
        try:
            _refuse_other_databases(conn, path)
            _use_write_ahead_log(conn, wait_s)
            db = database(conn, execute_plugins=False)
            conn.text_factory = _text
            migrate(db, path)
            conn.execute("PRAGMA foreign_keys = ON")
            conn.execute("PRAGMA synchronous = NORMAL")
            conn.execute("PRAGMA secure_delete = ON")  # what is deleted is overwritten, not only unlinked
        except BaseException:
            conn.close()
            raise
    return db


def _database_class() -> type[Database]:
    """sqlite-utils imports pandas where that is installed: 40 MB for types that are not used here."""
    with_pandas = "pandas" in sys.modules
    if not with_pandas:
        sys.modules["pandas"] = None  # type: ignore[assignment]  # "it is not there"
    try:
        from sqlite_utils import Database
    finally:
        if not with_pandas:
            del sys.modules["pandas"]
    return Database


def _text(stored: bytes) -> str:
    """A text as it is stored. One damaged letter must not keep its meeting shut, or hide all others."""
    return stored.decode(errors="replace")


@contextmanager
def writing(db: Database, *, durable: bool = False) -> Iterator[None]:
    """One transaction that writes. It takes the lock at once: one that starts by reading could not be made
    to wait for another writer later, it would fail instead.

    `durable`: on return this, and everything committed before, survives a power failure too. Other transactions
    survive the death of the program; after a power failure the last of them may be missing, none is half there.
    """
    conn = db.conn
    if durable:
        conn.execute("PRAGMA synchronous = FULL")
    try:
        conn.execute("BEGIN IMMEDIATE")
        yield
        conn.execute("COMMIT")
    except BaseException:
        if conn.in_transaction:  # a full disk may have ended it already
            conn.execute("ROLLBACK")
        with suppress(sqlite3.Error):  # a full disk may also be told a second time, to whoever reads next
            conn.execute("SELECT 1 FROM meetings LIMIT 1").fetchone()
        raise
    finally:
        if durable:
            conn.execute("PRAGMA synchronous = NORMAL")


@contextmanager
def reading(db: Database) -> Iterator[None]:
    """Several reads that see one state, whatever another process writes meanwhile."""
    conn = db.conn
    conn.execute("BEGIN")
    try:
        yield
    finally:
        if conn.in_transaction:
            conn.execute("ROLLBACK")


def empty_log(db: Database) -> bool:
    """Bring everything from the write-ahead log into the file and leave the log empty, so that no older copies of
    rows are in it. False when another connection reads an older state for longer than we wait."""
    busy, _, _ = db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy


@contextmanager
def known_errors(path: Path) -> Iterator[None]:
    """Turn what the disk, the user or another program can cause into `StorageError`; the rest is a bug and
    stays."""
    try:
        yield
    except sqlite3.Error as error:
        known = _in_words(error, path)
        if known is None:
            raise
        raise known from error
    except OSError as error:
        raise disk_error("The library cannot be used", path, error) from error


def _in_words(error: sqlite3.Error, path: Path) -> StorageError | None:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL):
        return StorageError(
            f"Another program is writing to the library ({path}).",
            "Wait until it is done, or close it, then try again.",
        )
    if code == sqlite3.SQLITE_FULL:
        return StorageError(
            f"The disk is full: the library could not be written ({path}).",
            "Free some space and try again. What was stored before is kept.",
        )
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH):
        return StorageError(
            f"The library is read-only ({path}).",
            "Make the file and its folder writable, or name another folder in FOLKMOOT_HOME.",
        )
    if code == sqlite3.SQLITE_CANTOPEN:
        return StorageError(
            f"The library cannot be opened ({path}).",
            "Check that its folder exists and can be written to, or name another folder in FOLKMOOT_HOME.",
        )
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return StorageError(
            f"The library is damaged ({path}).",
            "Put back a backup of the file. Without one, move it away and keep it: a new library is made, "
            "and the recordings in the folder “meetings” are still there.",
        )
    if code in (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_NOLFS):
        return StorageError(
            f"The disk reports an error for the library ({path}).",
            "Check the disk's free space and its connection, then try again.",
        )
    return None


def _refuse_other_files(path: Path) -> None:
    """SQLite itself notices only at the first statement, and would take a file shorter than a header for
    empty."""
    if not path.exists():
        return
    with path.open("rb") as file:
        start = file.read(len(_HEADER))
    if start and start != _HEADER:
        raise StorageError(
            f"This file is not a library ({path}).", "Move it away, or name another folder in FOLKMOOT_HOME."
        )


def _refuse_other_databases(conn: sqlite3.Connection, path: Path) -> None:
    version = version_of(conn)
    application = int(conn.execute("PRAGMA application_id").fetchone()[0])
    tables = conn.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if application != APPLICATION_ID and (application or version or tables):
        raise StorageError(
            f"This database belongs to another program ({path}).",
            "Move it away, or name another folder in FOLKMOOT_HOME.",
        )
    if version > LATEST:
        raise StorageError(
            f"The library has version {version}, made by a newer Folkmoot; "
            f"this one knows versions up to {LATEST} ({path}).",
            "Update Folkmoot. Nothing was changed.",
        )


def _use_write_ahead_log(conn: sqlite3.Connection, wait_s: float) -> None:
    """So that one process can read while another writes. Where the file system cannot (network drives),
    SQLite stays with its older way and everything still works, one at a time. SQLite does not itself wait
    for the lock here."""
    until = time.monotonic() + wait_s
    while conn.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        try:
            conn.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(0.02)
