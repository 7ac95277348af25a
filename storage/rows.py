"""From rows to the domain's data, one meeting at a time. Transactions are the caller's."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from app.domain.meeting import (
    ActionItem,
    Chapter,
    Decision,
    Deleted,
    Mark,
    MarkKind,
    Meeting,
    Minutes,
    MinutesOptions,
    OpenQuestion,
    Recording,
    Segment,
    Speaker,
    SpeakerOptions,
    SpeechRegion,
    Stage,
    StageRecord,
    Track,
    Turn,
    UserTouch,
    Word,
)
from storage.values import path_out

if TYPE_CHECKING:
    from sqlite_utils import Database


def segment_rows(db: Database, meeting_id: str) -> dict[int, int]:
    """Segment id within the meeting → its row id."""
    return dict(db.execute("SELECT number, id FROM segments WHERE meeting = ?", [meeting_id]))


def speaker_rows(db: Database, meeting_id: str) -> dict[str, int]:
    """Speaker key → row id."""
    return dict(db.execute("SELECT key, id FROM speakers WHERE meeting = ?", [meeting_id]))


def settings_of(db: Database, meeting_id: str) -> dict[str, Any]:
    rows = db.query("SELECT name, value FROM meeting_settings WHERE meeting = ?", [meeting_id])
    return {r["name"]: json.loads(r["value"]) for r in rows}


def read_meeting(db: Database, row: Mapping[str, Any], *, words_of: Collection[int] | None = None) -> Meeting:
    """The whole meeting of a row of `meetings`. `words_of`: ids of the only segments whose words matter; None: all.

    Raises ValueError, TypeError, KeyError or AttributeError for rows that no version of this program has written.
    """
    if not isinstance(row["title"], str):
        raise TypeError("the title is no text")
    of_this = [row["id"]]
    tracks = db.query("SELECT * FROM tracks WHERE meeting = ? ORDER BY id", of_this)
    regions = db.query("SELECT * FROM regions WHERE meeting = ? ORDER BY id", of_this)
    turns = db.execute(
        "SELECT turns.track, turns.start_s, turns.end_s, speakers.key FROM turns "
        "JOIN speakers ON speakers.id = turns.speaker WHERE turns.meeting = ? "
        "ORDER BY turns.start_s, turns.end_s, turns.id",
        of_this,
    )
    settings = settings_of(db, row["id"])
    return Meeting(
        id=row["id"],
        title=row["title"],
        started_at=with_zone(datetime.fromisoformat(row["started_at"])),
        duration_s=float(row["duration_s"]),
        language=row["language"],
        glossary=tuple(settings.get("glossary", ())),
        tracks=tuple(
            Track(
                t["name"],
                path_out(t["path"]),
                t["duration_s"],
                path_out(t["source"]),
                t["source_rate_hz"],
                t["source_channels"],
            )
            for t in tracks
        ),
        regions=tuple(SpeechRegion(r["track"], r["start_s"], r["end_s"]) for r in regions),
        speakers=read_speakers(db, row["id"]),
        segments=_read_segments(db, row["id"], words_of),
        minutes=read_minutes(db, row["id"]),
        stages=_read_stages(db, row["id"]),
        recording=_read_recording(db, row["id"]),
        marks=_read_marks(db, row["id"]),
        turns=tuple(Turn(*t) for t in turns),
        speaker_options=SpeakerOptions(**settings.get("speakers", {})),
        minutes_options=MinutesOptions(**settings.get("minutes", {})),
        folder=row["folder"],
        tags=tuple(t for (t,) in db.execute("SELECT tag FROM tags WHERE meeting = ? ORDER BY position", of_this)),
        favourite=bool(row["favourite"]),
        trashed_at=moment(row["trashed_at"]),
        deleted=_read_deleted(db, row["id"]),
    )


def moment(stored: str | None) -> datetime | None:
    return with_zone(datetime.fromisoformat(stored)) if stored else None


def with_zone(moment: datetime) -> datetime:
    """No version of this program stores a moment without its time zone; one that has none would not compare."""
    return moment if moment.tzinfo is not None else moment.astimezone()


def read_speakers(db: Database, meeting_id: str) -> tuple[Speaker, ...]:
    rows = db.query("SELECT * FROM speakers WHERE meeting = ? ORDER BY position, id", [meeting_id])
    return tuple(
        Speaker(s["key"], s["name"], s["track"], bool(s["by_user"]), s["person"] or "", s["suggested"], s["certainty"])
        for s in rows
    )


def _read_segments(db: Database, meeting_id: str, words_of: Collection[int] | None) -> tuple[Segment, ...]:
    words: dict[int, list[Word]] = defaultdict(list)
    wanted, values = "segments.meeting = ?", [meeting_id]
    if words_of is not None:
        wanted += " AND segments.number IN (SELECT value FROM json_each(?))"
        values.append(json.dumps(sorted(words_of)))
    for segment, text, start_s, end_s in db.execute(
        "SELECT words.segment, words.text, words.start_s, words.end_s FROM words "
        f"JOIN segments ON segments.id = words.segment WHERE {wanted} ORDER BY words.id",
        values,
    ):
        words[segment].append(Word(text, start_s, end_s))
    guards: dict[int, list[str]] = defaultdict(list)
    for segment, guard in db.execute(
        "SELECT guards.segment, guards.guard FROM guards JOIN segments ON segments.id = guards.segment "
        "WHERE segments.meeting = ? ORDER BY guards.segment, guards.position",
        [meeting_id],
    ):
        guards[segment].append(guard)
    rows = db.query(
        "SELECT segments.*, coalesce(speakers.key, '') AS key, original.number AS original FROM segments "
        "LEFT JOIN speakers ON speakers.id = segments.speaker "
        "LEFT JOIN segments AS original ON original.id = segments.echo_of "
        "WHERE segments.meeting = ? ORDER BY segments.start_s, segments.end_s, segments.number",
        [meeting_id],
    )
    return tuple(
        Segment(
            s["number"],
            s["track"],
            s["start_s"],
            s["end_s"],
            s["text"],
            s["key"],
            s["language"],
            tuple(words.get(s["id"], ())),
            tuple(guards.get(s["id"], ())),
            _touches(s),
            s["original"],
        )
        for s in rows
    )


def _touches(row: Mapping[str, Any]) -> tuple[UserTouch, ...]:
    text: tuple[UserTouch, ...] = ("text",) if row["text_by_user"] else ()
    speaker: tuple[UserTouch, ...] = ("speaker",) if row["speaker_by_user"] else ()
    return text + speaker


def evidence_of(db: Database, meeting_id: str | None = None) -> dict[int, tuple[int, ...]]:
    """Row of an item of the minutes → ids of the segments it rests on; of one meeting, or of all action items."""
    where, values = (
        ("segments.meeting = ?", [meeting_id])
        if meeting_id is not None
        else ("evidence.item IN (SELECT id FROM minutes_items WHERE kind = 'action_item')", [])
    )
    cited: dict[int, list[int]] = defaultdict(list)
    for item, number in db.execute(
        "SELECT evidence.item, segments.number FROM evidence JOIN segments ON segments.id = evidence.segment "
        f"WHERE {where} ORDER BY evidence.item, evidence.position",
        values,
    ):
        cited[item].append(number)
    return {item: tuple(numbers) for item, numbers in cited.items()}


def action_item(row: Mapping[str, Any], cited: tuple[int, ...]) -> ActionItem:
    return ActionItem(
        row["text"],
        row["owner"],
        row["due"],
        cited,
        bool(row["supported"]),
        bool(row["by_user"]),
        date.fromisoformat(row["due_on"]) if row["due_on"] else None,
        bool(row["done"]),
    )


def read_minutes(db: Database, meeting_id: str) -> Minutes | None:
    head = next(iter(db.query("SELECT * FROM minutes WHERE meeting = ?", [meeting_id])), None)
    if head is None:
        return None
    evidence = evidence_of(db, meeting_id)
    items = list(db.query("SELECT * FROM minutes_items WHERE meeting = ? ORDER BY position", [meeting_id]))

    def of(kind: str) -> list[tuple[dict[str, Any], tuple[int, ...]]]:
        return [(i, evidence.get(i["id"], ())) for i in items if i["kind"] == kind]

    return Minutes(
        head["summary"],
        tuple(Decision(i["text"], cited, bool(i["supported"]), bool(i["by_user"])) for i, cited in of("decision")),
        tuple(action_item(i, cited) for i, cited in of("action_item")),
        tuple(
            OpenQuestion(i["text"], cited, bool(i["supported"]), bool(i["by_user"])) for i, cited in of("open_question")
        ),
        tuple(Chapter(i["text"], i["start_s"] or 0.0, cited, bool(i["by_user"])) for i, cited in of("chapter")),
        bool(head["summary_by_user"]),
    )


def _read_stages(db: Database, meeting_id: str) -> tuple[StageRecord, ...]:
    rows = {r["stage"]: r for r in db.query("SELECT * FROM stages WHERE meeting = ?", [meeting_id])}
    return tuple(
        StageRecord(
            stage,
            r["state"],
            r["engine"],
            json.loads(r["settings"]),
            moment(r["started_at"]),
            r["seconds"],
            r["error"],
        )
        for stage in Stage
        if (r := rows.get(stage)) is not None
    )


def _read_recording(db: Database, meeting_id: str) -> Recording | None:
    for r in db.query("SELECT * FROM recordings WHERE meeting = ?", [meeting_id]):
        return Recording(r["state"], json.loads(r["devices"]), moment(r["ended_at"]))
    return None


def _read_deleted(db: Database, meeting_id: str) -> tuple[Deleted, ...]:
    rows = db.query("SELECT * FROM deletions WHERE meeting = ? ORDER BY id", [meeting_id])
    return tuple(
        Deleted(
            d["kind"], d["text"], d["track"], tuple((float(start), float(end)) for start, end in json.loads(d["spans"]))
        )
        for d in rows
    )


def _read_marks(db: Database, meeting_id: str) -> tuple[Mark, ...]:
    rows = db.query("SELECT * FROM marks WHERE meeting = ? ORDER BY at_s, id", [meeting_id])
    return tuple(
        Mark(MarkKind(m["kind"]), m["at_s"], datetime.fromisoformat(m["wall"]), m["text"], m["track"], m["seconds"])
        for m in rows
    )
