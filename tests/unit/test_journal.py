"""The journal: what was written is read, torn and foreign lines do no harm, later lines overrule earlier ones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from app.audio.journal import Clock, End, JournalWriter, Piece, read_journal
from app.domain.errors import StorageError
from app.domain.meeting import Mark, MarkKind
from tests.unit.test_track_file import FullDisk

WALL = datetime(2026, 11, 21, 9, 30, tzinfo=timezone(timedelta(hours=1)))
MARKS = [
    Mark(MarkKind.NOTE, 12.345, WALL, "Zürich: «ok» 東京\nsecond line"),
    Mark(MarkKind.GAP, 20.0, WALL, "", "system", 3.5),
]


def write(path: Path, *, end: bool = True) -> JournalWriter:
    j = JournalWriter(path)
    j.start(WALL, {"mic": "", "system": "Headphones"})
    j.device("mic", "Desk microphone")
    j.span("mic", 4_800, 0.1)
    j.clock("mic", 52_800, 1.0999)
    for mark in MARKS:
        j.mark(mark)
    if end:
        j.end("stopped", WALL + timedelta(seconds=30), 30.25)
    j.sync()
    j.close()
    return j


def test_round_trip(tmp_path: Path) -> None:
    path = tmp_path / "recording.jsonl"
    write(path)
    j = read_journal(path)
    assert (j.wall, j.rate_hz) == (WALL, 48_000)
    assert j.devices == {"mic": "Desk microphone", "system": "Headphones"}
    assert j.marks == MARKS
    assert j.end == End("stopped", WALL + timedelta(seconds=30), 30.25)
    assert j.length_s({"mic": 5}) == 30.25
    assert j.tracks["mic"].pieces(96_000) == [Piece(4_800, 96_000, 0.1, "Desk microphone", (Clock(52_800, 1.0999),))]
    assert j.tracks["system"].pieces(96_000) == []


def test_every_cut_of_the_file_is_readable(tmp_path: Path) -> None:
    path = tmp_path / "recording.jsonl"
    write(path)
    data = path.read_bytes()
    first = data.index(b"\n")
    for cut in range(first, len(data), 7):
        path.write_bytes(data[:cut])
        j = read_journal(path)
        assert j.wall == WALL
        assert j.end is None
        assert j.marks == MARKS[: len(j.marks)]


def test_foreign_and_damaged_lines_are_skipped(tmp_path: Path) -> None:
    path = tmp_path / "recording.jsonl"
    write(path)
    lines = path.read_bytes().split(b"\n")
    bad = [
        b"\0" * 40,
        b'{"kind":"span","track":"mic"}',
        b'{"kind":"new"}',
        b"[1]",
        b'{"kind":"span","track":"x"}',
        b"\xff",
    ]
    bad.append(b'{"kind":"end","reason":"bored","wall":"2026-11-21T09:30:00","duration_s":1}')
    path.write_bytes(b"\n".join([lines[0], *bad, *lines[1:]]))
    j = read_journal(path)
    assert j.marks == MARKS
    assert j.end is not None
    assert j.end.reason == "stopped"


def test_interrupted_recording_is_as_long_as_its_longest_track(tmp_path: Path) -> None:
    path = tmp_path / "recording.jsonl"
    write(path, end=False)
    j = read_journal(path)
    assert j.end is None
    assert j.length_s({"mic": 4_800 + 48_000 * 60, "system": 48_000 * 50}) == pytest.approx(60.1)
    assert j.length_s({"mic": 0, "system": 0}) == 20.0  # a mark was set there


def test_silence_taken_back_and_losses_found_late(tmp_path: Path) -> None:
    path = tmp_path / "recording.jsonl"
    j = JournalWriter(path)
    j.start(WALL, {"mic": "A", "system": "B"})
    j.span("mic", 0, 0.0)
    j.clock("mic", 1_000, 0.02)
    j.silence("mic", 1_000)
    j.span("mic", 3_000, 0.0625)  # inside of the silence
    j.clock("mic", 4_000, 0.08)
    j.clock("mic", 6_000, 0.15)
    j.span("mic", 5_000, 0.13)  # inside of the span before: frames were lost there
    j.silence("mic", 7_000)
    j.span("mic", 7_000, 0.17)  # all of the silence taken back
    j.device("mic", "C")
    j.span("mic", 8_000, 0.2)
    j.close()
    assert read_journal(path).tracks["mic"].pieces(9_000) == [
        Piece(0, 1_000, 0.0, "A", (Clock(1_000, 0.02),)),
        Piece(3_000, 5_000, 0.0625, "A", (Clock(4_000, 0.08),)),
        Piece(5_000, 7_000, 0.13, "A", (Clock(6_000, 0.15),)),
        Piece(7_000, 8_000, 0.17, "A", ()),
        Piece(8_000, 9_000, 0.2, "C", ()),
    ]
    assert [p.frame for p in read_journal(path).tracks["mic"].pieces(7_000)] == [0, 3_000, 5_000]  # a shorter file
    assert read_journal(path).tracks["mic"].end_s(8_480) == pytest.approx(0.21)


def test_full_disk_leaves_whole_lines(tmp_path: Path) -> None:
    path = tmp_path / "recording.jsonl"
    disk: list[FullDisk] = []

    def small(path: Path) -> FullDisk:
        disk.append(FullDisk(path, 250))
        return disk[0]

    j = JournalWriter(path, small)
    j.start(WALL, {"mic": "A"})
    with pytest.raises(OSError, match="space"):
        j.mark(MARKS[0])
    assert path.read_bytes().endswith(b"}\n")
    disk[0].room = 10_000  # somebody made room
    j.end("disk_full", WALL, 5.0)
    j.close()
    read = read_journal(path)
    assert read.marks == []
    assert read.end == End("disk_full", WALL, 5.0)


@pytest.mark.parametrize("data", [b"", b"{", b'{"kind":"end"}\n', b'{"kind":"start","version":1,"wall":5}\n'])
def test_no_journal_is_said_in_words(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "recording.jsonl"
    with pytest.raises(StorageError, match="could not be read"):
        read_journal(path)
    path.write_bytes(data)
    with pytest.raises(StorageError, match="damaged"):
        read_journal(path)


def test_journal_of_a_later_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "recording.jsonl"
    path.write_text('{"kind":"start","version":2,"wall":"2026-11-21T09:30:00+01:00","rate_hz":48000,"tracks":{}}\n')
    with pytest.raises(StorageError, match="newer version"):
        read_journal(path)


def test_times_without_a_zone_are_local(tmp_path: Path) -> None:
    path = tmp_path / "recording.jsonl"
    j = JournalWriter(path)
    j.start(WALL.astimezone(UTC).replace(tzinfo=None), {})
    j.close()
    assert read_journal(path).wall.tzinfo is not None
