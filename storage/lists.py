"""What spans meetings: the list of them, and their action items. Transactions are the caller's."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from app.domain.meeting import ActionItemRow, MeetingSummary, RecordingState, Stage
from storage.rows import action_item, evidence_of, moment

if TYPE_CHECKING:
    from sqlite_utils import Database


def summaries(db: Database, trashed: bool) -> list[MeetingSummary]:
    where = f"WHERE trashed_at IS {'NOT ' if trashed else ''}NULL"
    meetings = db.query(f"SELECT * FROM meetings {where} ORDER BY julianday(started_at) DESC, id DESC")
    marks = ", ".join("?" * len(Stage))
    stages: dict[str, tuple[int, int]] = {
        meeting: (failed, done)
        for meeting, failed, done in db.execute(
            f"SELECT meeting, sum(state = 'failed'), sum(state = 'done' AND stage IN ({marks})) FROM stages "
            "GROUP BY meeting",
            [*Stage],
        )
    }
    recordings: dict[str, RecordingState] = dict(db.execute("SELECT meeting, state FROM recordings"))
    speakers: dict[str, list[str]] = defaultdict(list)
    for meeting, name in db.execute("SELECT meeting, name FROM speakers ORDER BY meeting, position, id"):
        speakers[meeting].append(name)
    tags: dict[str, list[str]] = defaultdict(list)
    for meeting, tag in db.execute("SELECT meeting, tag FROM tags ORDER BY meeting, position"):
        tags[meeting].append(tag)
    actions: dict[str, int] = dict(
        db.execute("SELECT meeting, count(*) FROM minutes_items WHERE kind = 'action_item' GROUP BY meeting")
    )
    return [
        MeetingSummary(
            m["id"],
            m["title"],
            began(m["id"], m["started_at"]),
            m["duration_s"],
            m["language"],
            _state(stages.get(m["id"]), recordings.get(m["id"])),
            tuple(speakers.get(m["id"], ())),
            actions.get(m["id"], 0),
            m["folder"],
            tuple(tags.get(m["id"], ())),
            bool(m["favourite"]),
            _thrown_away(m["trashed_at"]),
        )
        for m in meetings
    ]


def began(meeting_id: str, started_at: str) -> datetime:
    """When a meeting began. One damaged row must not hide all others: then it is when the row was made, which its id
    begins with."""
    try:
        return datetime.fromisoformat(started_at)
    except (ValueError, TypeError):
        return datetime.fromtimestamp(int(meeting_id[:12], 16) / 1000).astimezone()


def _thrown_away(trashed_at: str | None) -> datetime | None:
    try:
        return moment(trashed_at)
    except (ValueError, TypeError):
        return datetime.fromtimestamp(0).astimezone()


def action_items(db: Database, include_done: bool) -> list[ActionItemRow]:
    """Newest meeting first, those of one meeting in their order."""
    evidence = evidence_of(db)
    rows = db.query(
        "SELECT minutes_items.*, meetings.title, meetings.started_at FROM minutes_items "
        "JOIN meetings ON meetings.id = minutes_items.meeting "
        "WHERE kind = 'action_item' AND trashed_at IS NULL AND done <= ? "
        "ORDER BY julianday(started_at) DESC, meetings.id DESC, minutes_items.position",
        [int(include_done)],
    )
    return [
        ActionItemRow(
            r["meeting"],
            r["title"],
            began(r["meeting"], r["started_at"]),
            r["position"],
            action_item(r, evidence.get(r["id"], ())),
        )
        for r in rows
    ]


def _state(
    stages: tuple[int, int] | None, recording: RecordingState | None
) -> Literal["recording", "interrupted", "new", "unfinished", "failed", "done"]:
    """`stages`: how many failed and how many are done."""
    if recording == "recording" or recording == "interrupted":
        return recording
    if stages is None:
        return "new"
    failed, done = stages
    if failed:
        return "failed"
    return "done" if done == len(Stage) else "unfinished"
