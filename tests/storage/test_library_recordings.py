"""Recordings made here: their state, devices and marks in the library."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.domain.meeting import Mark, MarkKind, Recording, Stage
from storage.repository import Library
from tests.storage.conftest import STARTED_AT, create, finish

ENDED_AT = STARTED_AT + timedelta(minutes=50)
DEVICES = {"mic": "Mikrofon (Jabra «会议»)", "system": "Headphones"}
MARKS = (
    Mark(MarkKind.PAUSE, 61.5, STARTED_AT + timedelta(seconds=61.5)),
    Mark(MarkKind.RESUME, 61.5, STARTED_AT + timedelta(seconds=100)),
    Mark(MarkKind.GAP, 70.0, STARTED_AT, track="system", seconds=2.125),
    Mark(MarkKind.NOTE, 90.25, STARTED_AT + timedelta(seconds=90.25), "Ask Anna about the *budget*"),
    Mark(MarkKind.BOOKMARK, 95.0, STARTED_AT + timedelta(seconds=95)),
)


def end(library: Library, meeting_id: str, state: Any = "finished", marks: Sequence[Mark] = MARKS) -> None:
    library.recording_ended(meeting_id, state, devices=DEVICES, duration_s=100.0, ended_at=ENDED_AT, marks=marks)


def test_a_recording_from_the_first_second_to_the_end(library: Library) -> None:
    meeting = create(library, sources={})
    assert (meeting.recording, meeting.marks) == (None, ())
    library.recording_started(meeting.id, {"mic": "Built-in"})
    now = library.get(meeting.id)
    assert now.recording == Recording("recording", {"mic": "Built-in"})
    assert library.list()[0].state == "recording"
    end(library, meeting.id)
    now = library.get(meeting.id)
    assert now.recording == Recording("finished", DEVICES, ENDED_AT)
    assert now.recording is not None
    assert now.recording.ended_at is not None
    assert now.recording.ended_at.utcoffset() == timedelta(hours=1)
    assert now.marks == MARKS
    assert now.duration_s == 100.0
    assert library.list()[0].state == "new"
    assert library.list()[0].duration_s == 100.0


def test_recording_and_interrupted_come_before_the_stages(library: Library) -> None:
    meeting = create(library)
    library.recording_started(meeting.id, DEVICES)
    library.stage_started(meeting.id, Stage.DECODE, "", {})
    library.stage_ended(meeting.id, Stage.DECODE, "failed", "why")
    assert library.list()[0].state == "recording"
    end(library, meeting.id, "interrupted")
    assert library.list()[0].state == "interrupted"
    end(library, meeting.id, "finished")
    assert library.list()[0].state == "failed"
    finish(library, meeting.id)
    assert library.list()[0].state == "done"


def test_the_end_may_be_said_again_with_better_knowledge(library: Library) -> None:
    meeting = create(library)
    library.recording_started(meeting.id, {})
    end(library, meeting.id, "interrupted", MARKS[:1])
    library.recording_ended(
        meeting.id, "finished", devices={}, duration_s=99.5, ended_at=ENDED_AT - timedelta(seconds=1), marks=MARKS[2:]
    )
    now = library.get(meeting.id)
    assert now.recording == Recording("finished", {}, ENDED_AT - timedelta(seconds=1))
    assert (now.marks, now.duration_s) == (MARKS[2:], 99.5)


def test_marks_come_back_in_the_order_of_the_timeline(library: Library) -> None:
    meeting = create(library)
    end(library, meeting.id, marks=MARKS[::-1])
    assert [m.at_s for m in library.get(meeting.id).marks] == [61.5, 61.5, 70.0, 90.25, 95.0]


def test_rounding_before_the_beginning_loses_no_mark(library: Library) -> None:
    meeting = create(library)
    end(library, meeting.id, marks=[Mark(MarkKind.DEVICE, -1e-9, STARTED_AT, "a\x00b", "mic", -1e-9)])
    assert library.get(meeting.id).marks == (Mark(MarkKind.DEVICE, 0.0, STARTED_AT, "a\ufffdb", "mic", 0.0),)


@pytest.mark.parametrize(
    ("state", "marks"),
    [
        ("recording", MARKS),
        ("gone", MARKS),
        ("finished", [*MARKS, Mark(MarkKind.NOTE, 1.0, datetime(2026, 1, 1))]),
    ],
)
def test_an_end_that_makes_no_sense_changes_nothing(library: Library, state: Any, marks: Sequence[Mark]) -> None:
    meeting = create(library)
    end(library, meeting.id, "interrupted", MARKS[:2])
    before = library.get(meeting.id)
    with pytest.raises((ValueError, sqlite3.IntegrityError)):
        end(library, meeting.id, state, marks)
    assert library.get(meeting.id) == before


def test_the_row_of_a_recording_is_on_the_disk_before_its_first_sample(library: Library) -> None:
    """In SQLite's words: what `recording_started` commits is synced; everything else keeps the cheaper way."""
    meeting = create(library)
    said: list[str] = []
    library._db.conn.set_trace_callback(said.append)
    library.recording_started(meeting.id, {})
    library.rename(meeting.id, "x")
    library._db.conn.set_trace_callback(None)
    first = said.index("COMMIT")
    assert [s for s in said[:first] if "synchronous" in s] == ["PRAGMA synchronous = FULL"]
    assert [s for s in said[first:] if "synchronous" in s] == ["PRAGMA synchronous = NORMAL"]
    assert library._db.execute("PRAGMA synchronous").fetchone() == (1,)


def test_another_process_sees_a_recording(library: Library, tmp_path: Path) -> None:
    meeting = create(library)
    library.recording_started(meeting.id, DEVICES)
    with Library(tmp_path / "home") as other:
        assert other.list()[0].state == "recording"
        end(other, meeting.id, "interrupted")
    assert library.get(meeting.id).marks == MARKS
