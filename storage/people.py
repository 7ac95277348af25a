"""People whose voices are known, and their voiceprints. Transactions are the caller's."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from app.domain.errors import InputError
from app.domain.meeting import Person, StoredVoiceprint
from storage.values import text_in

if TYPE_CHECKING:
    from sqlite_utils import Database

_NOBODY = "Look them up in the list of people."


def people(db: Database) -> list[Person]:
    rows = db.execute(
        "SELECT people.id, people.name, count(voiceprints.id) FROM people "
        "LEFT JOIN voiceprints ON voiceprints.person = people.id GROUP BY people.id"
    )
    return sorted((Person(*row) for row in rows), key=lambda p: (p.name.casefold(), p.id))


def add_person(db: Database, name: str) -> Person:
    """Somebody new, or who has this name already: two people of one name could not be told apart by it."""
    name = _name(name)
    same = next((p for p in people(db) if p.name.casefold() == name.casefold()), None)
    if same is not None:
        return same
    person = Person(secrets.token_hex(16), name)
    db.table("people").insert({"id": person.id, "name": person.name})
    return person


def rename_person(db: Database, person_id: str, name: str) -> None:
    """Also as a speaker of meetings, wherever they still have their former name or it is suggested."""
    name = _name(name)
    known = {p.id: p for p in people(db)}
    if person_id not in known:
        raise InputError("This person is not known any more.", _NOBODY)
    if any(p.id != person_id and p.name.casefold() == name.casefold() for p in known.values()):
        raise InputError(
            f"There is already somebody called “{name}”.", "Choose another name, such as one with a surname."
        )
    db.execute("UPDATE speakers SET name = ? WHERE person = ? AND name = ?", [name, person_id, known[person_id].name])
    db.execute("UPDATE speakers SET suggested = ? WHERE suggested = ?", [name, known[person_id].name])
    db.execute("UPDATE people SET name = ? WHERE id = ?", [name, person_id])


def forget_person(db: Database, person_id: str) -> bool:
    """Remove somebody and all voiceprints; false if there was nobody. Foreign keys must be off.

    Deleting rows would leave copies of them in the unused parts of pages, where SQLite had moved them about. Emptied
    as a whole, a table gives all its pages back, and `PRAGMA secure_delete` overwrites those. There are few people.
    """
    gone = next(iter(db.query("SELECT name FROM people WHERE id = ?", [person_id])), None)
    if gone is None:
        return False
    for table in ("voiceprints", "people"):
        column = "person" if table == "voiceprints" else "id"
        rows = db.execute(f"SELECT * FROM {table} WHERE {column} <> ? ORDER BY rowid", [person_id]).fetchall()
        db.execute(f"DELETE FROM {table}")
        if rows:
            marks = ", ".join("?" * len(rows[0]))
            db.conn.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)
    db.execute("UPDATE speakers SET person = NULL WHERE person = ?", [person_id])
    db.execute("UPDATE speakers SET suggested = '', certainty = 0 WHERE suggested = ?", [gone["name"]])
    return True


def forget_in_copies(paths: Iterable[Path], person_id: str) -> None:
    """The same in copies of the library that were kept when it was brought to a new version."""
    for path in paths:
        with closing(sqlite3.connect(path, isolation_level=None)) as copy:
            if not copy.execute("SELECT 1 FROM sqlite_master WHERE name = 'voiceprints'").fetchone():
                continue
            copy.execute("PRAGMA journal_mode = DELETE")
            copy.execute("DELETE FROM voiceprints WHERE person = ?", [person_id])
            copy.execute("UPDATE speakers SET person = NULL WHERE person = ?", [person_id])
            copy.execute(
                "UPDATE speakers SET suggested = '', certainty = 0 WHERE suggested = "
                "(SELECT name FROM people WHERE id = ?)",
                [person_id],
            )
            copy.execute("DELETE FROM people WHERE id = ?", [person_id])
            copy.execute("VACUUM")  # writes the file anew, without what was in unused parts of pages


def voiceprints(db: Database) -> list[StoredVoiceprint]:
    rows = db.execute("SELECT person, channel, vector, speech_s, encoder, meeting FROM voiceprints ORDER BY id")
    return [
        StoredVoiceprint(person, channel, vector, speech_s, encoder, meeting or "")
        for person, channel, vector, speech_s, encoder, meeting in rows
    ]


def add_voiceprint(db: Database, voiceprint: StoredVoiceprint) -> None:
    """In place of what was heard of them on this track of this meeting before, which may have been somebody else."""
    if not db.execute("SELECT 1 FROM people WHERE id = ?", [voiceprint.person]).fetchone():
        raise InputError("This person is not known any more.", _NOBODY)
    meeting = db.execute("SELECT id FROM meetings WHERE id = ?", [voiceprint.meeting_id]).fetchone()
    if meeting:
        db.execute(
            "DELETE FROM voiceprints WHERE meeting = ? AND person = ? AND channel = ?",
            [meeting[0], voiceprint.person, voiceprint.channel],
        )
    db.table("voiceprints").insert(
        {
            "person": voiceprint.person,
            "channel": voiceprint.channel,
            "encoder": voiceprint.encoder,
            "speech_s": voiceprint.speech_s,
            "vector": voiceprint.vector,
            "meeting": meeting and meeting[0],
        }
    )


def _name(name: str) -> str:
    tidy = " ".join(text_in(name).split())
    if not tidy:
        raise InputError("A person needs a name.", "Type at least one character.")
    return tidy
