"""What spans meetings: the list of them, and their action items. Transactions are the caller's."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

from app.domain.meeting import ActionItemRow, MeetingSummary, RecordingState, Stage, WorkDone
from storage.rows import action_item, evidence_of, moment, with_zone

if TYPE_CHECKING:
    from sqlite_utils import Database


def summaries(db: Database, trashed: bool) -> list[MeetingSummary]:
    return _summaries(db, f"trashed_at IS {'NOT ' if trashed else ''}NULL")


def summary(db: Database, meeting_id: str) -> MeetingSummary | None:
    """What the list says of one meeting; None if it is not there. Nothing else of it is read."""
    return next(iter(_summaries(db, "id = :id", meeting_id)), None)


def _summaries(db: Database, where: str, only: str = "") -> list[MeetingSummary]:
    """`only`: id of the single meeting that is looked for. Whatever stands in the columns of a damaged row, there is a
    summary of it: somebody has to be able to see it, and to throw it away."""
    of, values = ("WHERE meeting = :id", {"id": only}) if only else ("", {})
    meetings = db.query(f"SELECT * FROM meetings WHERE {where} ORDER BY julianday(started_at) DESC, id DESC", values)
    stage_names = {f"stage_{n}": stage for n, stage in enumerate(Stage)}
    marks = ", ".join(f":{name}" for name in stage_names)
    stages: dict[str, tuple[int, int]] = {
        meeting: (failed, done)
        for meeting, failed, done in db.execute(
            f"SELECT meeting, sum(state = 'failed'), sum(state = 'done' AND stage IN ({marks})) FROM stages "
            f"{of} GROUP BY meeting",
            {**values, **stage_names},
        )
    }
    recordings: dict[str, RecordingState] = dict(db.execute(f"SELECT meeting, state FROM recordings {of}", values))
    speakers: dict[str, list[str]] = defaultdict(list)
    named: dict[str, list[str]] = defaultdict(list)
    for meeting, name, by_user in db.execute(
        f"SELECT meeting, name, by_user FROM speakers {of} ORDER BY meeting, position, id", values
    ):
        speakers[meeting].append(name)
        if by_user:
            named[meeting].append(name)
    tags: dict[str, list[str]] = defaultdict(list)
    for meeting, tag in db.execute(f"SELECT meeting, tag FROM tags {of} ORDER BY meeting, position", values):
        tags[meeting].append(tag)
    actions: dict[str, int] = dict(
        db.execute(
            "SELECT meeting, count(*) FROM minutes_items WHERE kind = 'action_item' "
            f"{'AND meeting = :id' if only else ''} GROUP BY meeting",
            values,
        )
    )
    return [
        MeetingSummary(
            m["id"],
            _text(m["title"]) or "Untitled meeting",
            began(m["id"], m["started_at"]),
            m["duration_s"] if isinstance(m["duration_s"], int | float) else 0.0,
            m["language"] if isinstance(m["language"], str) else None,
            _state(stages.get(m["id"]), recordings.get(m["id"])),
            tuple(speakers.get(m["id"], ())),
            actions.get(m["id"], 0),
            _text(m["folder"]),
            tuple(tags.get(m["id"], ())),
            bool(m["favourite"]),
            _thrown_away(m["trashed_at"]),
            tuple(named.get(m["id"], ())),
        )
        for m in meetings
    ]


def began(meeting_id: str, started_at: str) -> datetime:
    """When a meeting began. One damaged row must not hide all others: then it is when the row was made, which its id
    begins with."""
    try:
        return with_zone(datetime.fromisoformat(started_at))
    except (ValueError, TypeError):
        pass
    try:
        return datetime.fromtimestamp(int(meeting_id[:12], 16) / 1000).astimezone()
    except (ValueError, TypeError, OverflowError, OSError):
        return datetime.fromtimestamp(0, UTC)


def _thrown_away(trashed_at: str | None) -> datetime | None:
    """The beginning of time where it cannot be read: it is in the trash, and nobody knows since when."""
    try:
        return moment(trashed_at)
    except (ValueError, TypeError):
        return datetime.fromtimestamp(0, UTC)


def _text(stored: object) -> str:
    """A text of a row that may be damaged."""
    if isinstance(stored, bytes):
        stored = stored.decode(errors="replace")
    return " ".join(stored.split()) if isinstance(stored, str) else ""


def work_done(db: Database, since: datetime) -> list[WorkDone]:
    """Reading a recording does not count: that is done again when it is packed, without anybody having asked for it."""
    rows = db.execute(
        "SELECT meeting, max(ended), sum(seconds) FROM (SELECT meeting, seconds, "
        "(julianday(started_at) - 2440587.5) * 86400 + seconds AS ended FROM stages "
        "WHERE state = 'done' AND stage <> :reading AND typeof(seconds) IN ('real', 'integer')) "
        "WHERE ended >= :since GROUP BY meeting ORDER BY max(ended) DESC",
        {"reading": Stage.DECODE, "since": since.timestamp()},
    )
    return [WorkDone(meeting, datetime.fromtimestamp(ended, UTC), seconds) for meeting, ended, seconds in rows]


def action_items(db: Database, include_done: bool) -> list[ActionItemRow]:
    """Newest meeting first, those of one meeting in their order."""
    evidence = evidence_of(db)
    rows = db.query(
        "SELECT minutes_items.*, meetings.title, meetings.started_at, coalesce(speakers.by_user, "
        "minutes_items.by_user) AS owner_by_user, coalesce(speakers.key, '') AS speaker FROM minutes_items "
        "JOIN meetings ON meetings.id = minutes_items.meeting "
        "LEFT JOIN speakers ON speakers.id = (SELECT s.id FROM speakers s WHERE s.meeting = minutes_items.meeting "
        "AND s.name = owner COLLATE NOCASE ORDER BY s.position, s.id) "
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
            bool(r["owner_by_user"]),
            r["speaker"],
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
