"""People whose voices are known: kept, renamed, and forgotten so that nothing is left."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from app.domain.edits import Change
from app.domain.errors import InputError, StorageError
from app.domain.meeting import Person, StoredVoiceprint
from storage.migrations import LATEST, backup_path
from storage.repository import Library
from tests.storage.conftest import create, finish


def voice(rng: random.Random, person: str, meeting: str = "", size: int = 768) -> StoredVoiceprint:
    return StoredVoiceprint(person, "system", rng.randbytes(size), 12.5, "encoder-1", meeting)


def test_people_and_their_voices_come_back(library: Library) -> None:
    meeting = create(library)
    bo, anna = library.add_person(" Bo\n"), library.add_person("anna")
    assert library.add_person("ANNA") == anna  # one name, one person
    print_ = voice(random.Random(1), anna.id, meeting.id)
    library.add_voiceprint(print_)
    library.add_voiceprint(replace(print_, channel="mic", meeting_id="unknown"))
    assert library.voiceprints() == [print_, replace(print_, channel="mic", meeting_id="")]
    assert library.people() == [Person(anna.id, "anna", 2), Person(bo.id, "Bo", 0)]
    assert library.add_person("Anna").prints == 2
    library.delete(meeting.id)
    assert [p.meeting_id for p in library.voiceprints()] == ["", ""]


def test_names(library: Library) -> None:
    anna, bo = library.add_person("Anna"), library.add_person("Bo")
    with pytest.raises(InputError, match="already"):
        library.rename_person(bo.id, "anna")
    with pytest.raises(InputError, match="name"):
        library.add_person("  ")
    library.rename_person(anna.id, "ANNA")
    assert library.people()[0].name == "ANNA"
    library.forget_person(anna.id)
    library.forget_person(anna.id)  # twice is once
    with pytest.raises(InputError, match="not known"):
        library.rename_person(anna.id, "x")
    with pytest.raises(InputError, match="not known"):
        library.add_voiceprint(voice(random.Random(1), anna.id))


def test_a_new_name_is_the_name_in_all_meetings(library: Library) -> None:
    anna = library.add_person("Anna")
    meetings = [finish(library, create(library).id) for _ in range(2)]
    for name, meeting in zip(("Anna", "Annie"), meetings, strict=True):
        speakers = (meeting.speakers[0], replace(meeting.speakers[1], name=name, by_user=True, person=anna.id))
        library.change(meeting.id, Change(speakers=speakers))
    library.rename_person(anna.id, "Anna Berg")
    assert [library.get(m.id).speakers[1].name for m in meetings] == ["Anna Berg", "Annie"]
    asked = replace(meetings[0].speakers[1], suggested="Anna Berg", certainty=0.9)
    library.change(meetings[0].id, Change(speakers=(meetings[0].speakers[0], asked)))
    library.rename_person(anna.id, "Anna Alm")
    assert library.get(meetings[0].id).speakers[1].suggested == "Anna Alm"


def test_what_is_heard_again_takes_the_place_of_what_was_heard(library: Library) -> None:
    meeting, anna, bo = create(library), library.add_person("Anna"), library.add_person("Bo")
    rng = random.Random(1)
    others = [
        voice(rng, anna.id),
        replace(voice(rng, anna.id, meeting.id), channel="mic"),
        voice(rng, bo.id, meeting.id),
    ]
    first, again = voice(rng, anna.id, meeting.id), voice(rng, anna.id, meeting.id)
    for one in (*others, first, again):
        library.add_voiceprint(one)
    assert library.voiceprints() == [*others, again]


def test_copies_from_before_an_update_forget_too(tmp_path: Path) -> None:
    rng = random.Random(1)
    copy = backup_path(tmp_path / "library.db", LATEST - 1)
    with Library(tmp_path) as library:
        meeting = finish(library, create(library).id)
        anna, bo = library.add_person("Anna Unforgettable"), library.add_person("Bo")
        mine = [replace(voice(rng, anna.id, meeting.id), channel=f"track {n}") for n in range(20)]
        for one in (*mine, voice(rng, bo.id, meeting.id)):
            library.add_voiceprint(one)
        named = replace(meeting.speakers[0], name="A", by_user=True, person=anna.id)
        asked = replace(meeting.speakers[1], suggested="Anna Unforgettable", certainty=0.9)
        library.change(meeting.id, Change(speakers=(named, asked)))
        with closing(sqlite3.connect(copy)) as made:
            library._db.conn.backup(made)
        assert mine[0].vector[:64] in copy.read_bytes()
        library.forget_person(anna.id)
    for file in tmp_path.glob("library*"):
        content = file.read_bytes()
        assert b"Unforgettable" not in content
        assert not any(one.vector[at : at + 32] in content for one in mine for at in range(0, 700, 96))
    with closing(sqlite3.connect(copy)) as kept:
        assert kept.execute("SELECT name FROM people").fetchall() == [("Bo",)]
        assert kept.execute("SELECT count(*) FROM voiceprints").fetchone() == (1,)
        assert kept.execute("SELECT person, suggested FROM speakers").fetchall() == [(None, ""), (None, "")]


def test_speakers_outlive_the_person(library: Library) -> None:
    anna = library.add_person("Anna")
    meeting = finish(library, create(library).id)
    me, other = meeting.speakers
    named = (replace(me, suggested="Anna", certainty=0.5), replace(other, name="Anna", by_user=True, person=anna.id))
    back = library.change(meeting.id, Change(speakers=named))
    again = library.change(meeting.id, back)
    library.forget_person(anna.id)
    library.change(meeting.id, again)  # undo of an undo, after they were forgotten
    speakers = library.get(meeting.id).speakers
    assert [(s.name, s.person) for s in speakers] == [("Me", ""), ("Anna", "")]
    library.change(meeting.id, Change(speakers=(replace(me, suggested="Bo", certainty=0.5), other)))
    library.forget_person(library.add_person("Bo").id)
    assert library.get(meeting.id).speakers[0] == me


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("size", [256, 768, 6000])
def test_nothing_of_a_forgotten_person_is_left_in_any_file(tmp_path: Path, seed: int, size: int) -> None:
    """Whatever else was stored and deleted around them, so that pages were split, joined and used again."""
    rng = random.Random(seed)
    with Library(tmp_path) as library:
        meeting = finish(library, create(library).id)
        people = [library.add_person(f"Person called {n} {rng.random()}") for n in range(30)]
        gone = people[rng.randrange(30)]
        prints: list[StoredVoiceprint] = []
        for n in range(200):
            prints.append(replace(voice(rng, rng.choice(people).id, meeting.id, size), channel=f"track {n}"))
            library.add_voiceprint(prints[-1])
        first = rng.choice([p for p in people if p != gone])
        library.forget_person(first.id)
        library.rename_person(gone.id, "Afterwards " + gone.name)
        mine = [p for p in prints if p.person == gone.id]
        assert mine
        assert any(mine[0].vector[:64] in f.read_bytes() for f in tmp_path.glob("library.db*"))  # it can be found
        library.forget_person(gone.id)
        for file in tmp_path.glob("library.db*"):
            content = file.read_bytes()
            assert gone.name.encode() not in content
            for p in mine:
                for at in range(0, size - 32, 96):
                    assert p.vector[at : at + 32] not in content
        assert library.voiceprints() == [p for p in prints if p.person not in (first.id, gone.id)]
        assert {p.id for p in library.people()} == {p.id for p in people} - {first.id, gone.id}
        assert library._db.execute("PRAGMA foreign_keys").fetchone() == (1,)


def test_a_reader_that_keeps_an_old_copy_is_told(tmp_path: Path) -> None:
    with Library(tmp_path, wait_s=0.1) as library:
        anna = library.add_person("Anna Unforgettable")
        reader = sqlite3.connect(tmp_path / "library.db", isolation_level=None)
        try:
            reader.execute("BEGIN")
            reader.execute("SELECT * FROM people").fetchall()
            with pytest.raises(StorageError, match="older state"):
                library.forget_person(anna.id)
            assert library.people() == []
        finally:
            reader.close()
        library.forget_person(anna.id)  # again, when nobody reads: empties the log
    assert all(b"Unforgettable" not in f.read_bytes() for f in tmp_path.glob("library.db*"))
