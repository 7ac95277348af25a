"""How stages went, one row for each. Transactions are the caller's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from app.domain.meeting import Stage
from storage.values import json_in, text_in, time_in

if TYPE_CHECKING:
    from sqlite_utils import Database


def write_stage(
    db: Database,
    meeting_id: str,
    stage: Stage,
    state: str,
    engine: str,
    settings: Mapping[str, Any],
    started_at: datetime,
    seconds: float | None = None,
    error: str = "",
) -> None:
    db.execute(
        "INSERT OR REPLACE INTO stages "
        "(meeting, stage, state, engine, settings, started_at, seconds, error) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            meeting_id,
            stage,
            state,
            engine,
            json_in(dict(settings)),
            time_in(started_at),
            seconds,
            text_in(error),
        ],
    )


def end_stage(db: Database, meeting_id: str, stage: Stage, state: str, error: str) -> None:
    """Of one that is running, its engine, settings and beginning are kept."""
    now = datetime.now(UTC)
    row = db.execute(
        "SELECT started_at FROM stages WHERE meeting = ? AND stage = ? AND state = 'running'",
        [meeting_id, stage],
    ).fetchone()
    if row is None:
        write_stage(db, meeting_id, stage, state, "", {}, now, error=error)
    else:
        seconds = max(0.0, (now - datetime.fromisoformat(row[0])).total_seconds())
        db.execute(
            "UPDATE stages SET state = ?, error = ?, seconds = ? WHERE meeting = ? AND stage = ?",
            [state, text_in(error), seconds, meeting_id, stage],
        )
