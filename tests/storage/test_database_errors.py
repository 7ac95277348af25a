"""What can be wrong with the library's file, each said in words with what to do."""

from __future__ import annotations

import errno
import shutil
import sqlite3
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import pytest

from app.domain.errors import StorageError
from app.domain.events import TranscriptResult
from app.domain.meeting import Segment, Stage
from storage.database import open_database
from storage.migrations import APPLICATION_ID, LATEST
from storage.repository import Library
from tests.storage.conftest import RESULTS, STARTED_AT, create, finish

REPOSITORY = Path(__file__).parents[2]


def refusal(root: Path, wait_s: float = 0.2) -> StorageError:
    with pytest.raises(StorageError) as caught:
        Library(root, wait_s=wait_s)
    assert caught.value.to_do
    assert str(root) in caught.value.what
    return caught.value


def make(root: Path) -> str:
    with Library(root) as library:
        return finish(library, create(library).id).id


def test_settings_of_the_connection(tmp_path: Path) -> None:
    db = open_database(tmp_path / "library.db", wait_s=1.25)
    got = {
        p: db.execute(f"PRAGMA {p}").fetchone()[0]
        for p in (
            "journal_mode",
            "foreign_keys",
            "synchronous",
            "busy_timeout",
            "user_version",
            "application_id",
        )
    }
    db.close()
    assert got == {
        "journal_mode": "wal",
        "foreign_keys": 1,
        "synchronous": 1,
        "busy_timeout": 1250,
        "user_version": LATEST,
        "application_id": APPLICATION_ID,
    }


def test_leaves_one_file_when_closed(tmp_path: Path) -> None:
    make(tmp_path)
    assert sorted(f.name for f in tmp_path.iterdir()) == ["library.db", "meetings"]


def test_newer_library_is_refused_untouched(tmp_path: Path) -> None:
    make(tmp_path)
    conn = sqlite3.connect(tmp_path / "library.db")
    conn.execute("PRAGMA user_version = 4711")
    conn.close()
    before = (tmp_path / "library.db").read_bytes()
    said = refusal(tmp_path)
    assert "4711" in said.what
    assert str(LATEST) in said.what
    assert "Update" in said.to_do
    assert (tmp_path / "library.db").read_bytes() == before


@pytest.mark.parametrize("content", [b"x", b"Dear diary, today I met nobody.", b"\0" * 5000, b"SQLite format 2\0" * 9])
def test_file_that_is_no_database_is_refused_untouched(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "library.db").write_bytes(content)
    assert "not a library" in refusal(tmp_path).what
    assert (tmp_path / "library.db").read_bytes() == content
    assert sorted(f.name for f in tmp_path.iterdir()) == ["library.db", "meetings"]


@pytest.mark.parametrize("sql", ["CREATE TABLE photos (id)", "PRAGMA user_version = 1", "PRAGMA application_id = 7"])
def test_database_of_another_program_is_refused_untouched(tmp_path: Path, sql: str) -> None:
    conn = sqlite3.connect(tmp_path / "library.db")
    conn.execute(sql)
    conn.close()
    before = (tmp_path / "library.db").read_bytes()
    assert "another program" in refusal(tmp_path).what
    assert (tmp_path / "library.db").read_bytes() == before


def test_empty_file_becomes_a_library(tmp_path: Path) -> None:
    (tmp_path / "library.db").touch()
    make(tmp_path)


def test_damaged_library(tmp_path: Path) -> None:
    meeting_id = make(tmp_path)
    path = tmp_path / "library.db"
    content = bytearray(path.read_bytes())
    content[4096 * 2 :] = b"\xff" * (len(content) - 4096 * 2)
    path.write_bytes(content)

    def read() -> None:
        with Library(tmp_path) as library:
            library.get(meeting_id)

    with pytest.raises(StorageError, match="damaged") as caught:
        read()
    assert "backup" in caught.value.to_do
    content[200:] = b"\xff" * (len(content) - 200)
    path.write_bytes(content)
    assert "damaged" in refusal(tmp_path).what


def test_file_where_the_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("x")
    refusal(tmp_path / "home")


def test_folder_where_the_file_should_be(tmp_path: Path) -> None:
    (tmp_path / "library.db").mkdir()
    refusal(tmp_path)


def test_read_only_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests may run as root, whom permissions do not stop: SQLite itself is told to open it read-only."""
    make(tmp_path)
    connect = sqlite3.connect

    def read_only(path: Path, **options: float) -> sqlite3.Connection:
        return connect(f"{path.as_uri()}?mode=ro", uri=True, **options)

    monkeypatch.setattr(sqlite3, "connect", read_only)
    with Library(tmp_path) as library:
        meeting = library.list()[0]  # reading is still possible
        with pytest.raises(StorageError, match="read-only") as caught:
            library.rename(meeting.id, "x")
        with pytest.raises(StorageError, match="read-only"):
            create(library)
        assert "FOLKMOOT_HOME" in caught.value.to_do
        assert [f.name for f in (tmp_path / "meetings").iterdir()] == [meeting.id]  # no folder without a row


def test_new_library_on_a_read_only_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, *args: object, **options: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(StorageError, match="read-only"):
        Library(tmp_path / "home")


def test_full_disk_keeps_what_was_stored(tmp_path: Path) -> None:
    with Library(tmp_path) as library:
        before = finish(library, create(library).id)
        pages = library._db.execute("PRAGMA page_count").fetchone()[0]
        library._db.execute(f"PRAGMA max_page_count = {pages + 2}")
        long = TranscriptResult(tuple(Segment(n, "mic", n, n + 1, f"word {n} " * 200) for n in range(1, 400)), None)
        with pytest.raises(StorageError, match="full") as caught:
            library.stage_done(before.id, Stage.TRANSCRIBE, long, "", {}, 0.0)
        assert "space" in caught.value.to_do
        assert library.get(before.id) == before
        library._db.execute("PRAGMA max_page_count = 1000000")
        library.stage_done(before.id, Stage.TRANSCRIBE, long, "", {}, 0.0)  # and goes on when there is space
        assert len(library.get(before.id).segments) == 399


def test_really_full_disk(tmp_path: Path) -> None:
    """On a file system of 1 MB, where this machine lets us mount one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if sys.platform != "linux" or shutil.which("mount") is None:
        pytest.skip("mounting a small file system is tried on Linux only")
    mount = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk], capture_output=True, text=True)
    if mount.returncode:
        pytest.skip(f"cannot mount a small file system here: {mount.stderr.strip()}")
    try:
        with Library(disk) as library:
            before = finish(library, create(library).id)
            long = TranscriptResult(tuple(Segment(n, "mic", n, n + 1, f"word {n} " * 200) for n in range(1, 800)), None)
            with pytest.raises(StorageError):
                library.stage_done(before.id, Stage.TRANSCRIBE, long, "", {}, 0.0)
            assert library.get(before.id) == before
        with Library(disk) as library:
            assert library.get(before.id) == before
    finally:
        subprocess.run(["umount", disk], check=True)


def test_locked_library_says_so_and_waits_no_longer_than_told(tmp_path: Path) -> None:
    meeting_id = make(tmp_path)
    other = sqlite3.connect(tmp_path / "library.db", isolation_level=None)
    try:
        with Library(tmp_path, wait_s=0.1) as library:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StorageError, match="Another program") as caught:
                library.rename(meeting_id, "x")
            assert "try again" in caught.value.to_do
            assert library.get(meeting_id).title == "Weekly"  # reading goes on
            other.execute("ROLLBACK")
            library.rename(meeting_id, "y")
    finally:
        other.close()


def test_waits_for_a_short_lock(tmp_path: Path) -> None:
    meeting_id = make(tmp_path)
    other = sqlite3.connect(tmp_path / "library.db", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    release = threading.Timer(0.3, lambda: other.execute("ROLLBACK"))
    release.start()
    try:
        with Library(tmp_path, wait_s=20) as library:
            library.rename(meeting_id, "z")
    finally:
        release.join()
        other.close()


def python(code: str, *args: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code), *args],
        cwd=REPOSITORY,
        text=True,
        stdout=subprocess.PIPE,
        stdin=subprocess.PIPE,
    )


def test_second_process_reads_while_this_one_writes(tmp_path: Path) -> None:
    """The reader checks that it only ever sees whole results: all segments from one transcription."""
    code = """
        import sys
        from pathlib import Path
        from storage.repository import Library
        seen = set()
        with Library(Path(sys.argv[1])) as library:
            print("ready", flush=True)
            while True:
                texts = {s.text for s in library.get(sys.argv[2]).segments}
                assert len(texts) == 1, texts
                library.list(), library.search("round")
                seen |= texts
                if "round 19" in texts:
                    break
        print(len(seen) > 1)
    """
    with Library(tmp_path) as library:
        meeting = create(library)

        def write(n: int) -> None:
            segments = tuple(Segment(i, "mic", i, i + 1, f"round {n}") for i in range(1, 40))
            library.stage_done(meeting.id, Stage.TRANSCRIBE, TranscriptResult(segments, None), "", {}, 0.0)

        write(0)
        with python(code, str(tmp_path), meeting.id) as reader:
            assert reader.stdout is not None
            assert reader.stdout.readline() == "ready\n"
            for n in range(1, 20):
                write(n)
            out, _ = reader.communicate(timeout=60)
        assert reader.returncode == 0
        assert out == "True\n"


def test_processes_that_make_and_fill_a_library_at_once(tmp_path: Path) -> None:
    code = """
        import sys
        from datetime import datetime, UTC
        from pathlib import Path
        from storage.repository import Library
        sys.stdin.readline()
        with Library(Path(sys.argv[1]), wait_s=60) as library:
            for n in range(5):
                title = f"{sys.argv[2]} {n}"
                m = library.create(title, datetime.now(UTC), language=None, glossary=(), sources={})
                library.rename(m.id, m.title + " renamed")
    """
    writers = [python(code, str(tmp_path), str(n)) for n in range(3)]
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write("go\n")
        writer.stdin.flush()
    for writer in writers:
        writer.communicate(timeout=120)
        assert writer.returncode == 0
    with Library(tmp_path) as library:
        assert len(library.list()) == 15
        assert all(m.title.endswith("renamed") for m in library.list())


def test_killed_process_leaves_an_unfinished_meeting(tmp_path: Path) -> None:
    code = """
        import sys
        from datetime import datetime, UTC
        from pathlib import Path
        from app.domain.meeting import Stage
        from storage.repository import Library
        library = Library(Path(sys.argv[1]))
        m = library.create("killed", datetime.now(UTC), language=None, glossary=(), sources={})
        library.stage_started(m.id, Stage.DECODE, "", {})
        print("running", flush=True)
        sys.stdin.readline()
    """
    with python(code, str(tmp_path)) as victim:
        assert victim.stdout is not None
        assert victim.stdout.readline() == "running\n"
        victim.kill()
    with Library(tmp_path) as library:
        (row,) = library.list()
        assert row.state == "unfinished"
        assert library.get(row.id).next_stage() is Stage.DECODE
        library.stage_done(row.id, Stage.DECODE, RESULTS[Stage.DECODE], "", {}, 0.0)


def test_bugs_are_not_dressed_up_as_the_users_problem(tmp_path: Path) -> None:
    with Library(tmp_path) as library, pytest.raises(sqlite3.OperationalError), library._writing():
        library._db.execute("SELECT nonsense FROM nowhere")
    with pytest.raises(sqlite3.ProgrammingError):
        library.list()  # closed


def test_one_thread_only(library: Library) -> None:
    caught: list[Exception] = []

    def use() -> None:
        try:
            library.create("x", STARTED_AT, language=None, glossary=(), sources={})
        except Exception as error:
            caught.append(error)

    thread = threading.Thread(target=use)
    thread.start()
    thread.join()
    assert isinstance(caught[0], sqlite3.ProgrammingError)
    assert library.list() == []
