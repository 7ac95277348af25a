"""Between rows and the domain's data, in both directions, one meeting at a time. Transactions are the
caller's."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from app.domain.events import (
    AlignResult,
    DecodeResult,
    MinutesResult,
    SpeakersResult,
    SpeechResult,
    StageResult,
    TranscriptResult,
)
from app.domain.meeting import (
    ActionItem,
    Decision,
    Mark,
    MarkKind,
    Meeting,
    Minutes,
    OpenQuestion,
    Recording,
    RecordingState,
    Segment,
    Speaker,
    SpeechRegion,
    Stage,
    StageRecord,
    Track,
    Word,
)
from storage.values import json_in, path_in, path_out, text_in, time_in

if TYPE_CHECKING:
    from sqlite_utils import Database

_RESULT_OF = {
    Stage.DECODE: DecodeResult,
    Stage.SPEECH: SpeechResult,
    Stage.TRANSCRIBE: TranscriptResult,
    Stage.ALIGN: AlignResult,
    Stage.SPEAKERS: SpeakersResult,
    Stage.MINUTES: MinutesResult,
}


# --- writing --------------------------------------------------------------------------------------


def write_result(db: Database, meeting_id: str, stage: Stage, result: StageResult) -> None:
    """Replace what is stored of a stage. Raises ValueError, before or after writing, for results that
    contradict themselves or the stored segments: the caller's transaction must roll back."""
    if not isinstance(result, _RESULT_OF[stage]):
        raise ValueError(f"{type(result).__name__} is not what the stage {stage} yields")
    match result:
        case DecodeResult():
            _write_tracks(db, meeting_id, result)
        case SpeechResult():
            _delete(db, "regions", meeting_id)
            rows = (
                {"meeting": meeting_id, "track": r.track, "start_s": r.start_s, "end_s": r.end_s}
                for r in result.regions
            )
            db.table("regions").insert_all(rows)
        case TranscriptResult():
            _write_transcript(db, meeting_id, result)
        case AlignResult():
            _write_aligned(db, meeting_id, result)
        case SpeakersResult():
            _write_speakers(db, meeting_id, result)
        case MinutesResult():
            _write_minutes(db, meeting_id, result.minutes)


def _delete(db: Database, table: str, meeting_id: str) -> None:
    db.execute(f"DELETE FROM {table} WHERE meeting = ?", [meeting_id])


def _write_tracks(db: Database, meeting_id: str, result: DecodeResult) -> None:
    _delete(db, "tracks", meeting_id)
    db.table("tracks").insert_all(
        {
            "meeting": meeting_id,
            "name": t.name,
            "path": path_in(t.path),
            "duration_s": t.duration_s,
            "source": path_in(t.source),
            "source_rate_hz": t.source_rate_hz,
            "source_channels": t.source_channels,
        }
        for t in result.tracks
    )
    db.execute("UPDATE meetings SET duration_s = ? WHERE id = ?", [result.duration_s, meeting_id])


def _write_transcript(db: Database, meeting_id: str, result: TranscriptResult) -> None:
    """New segments drop words, speakers and minutes, which spoke of the old ones, and forget that those stages
    were done."""
    named = [s.id for s in result.segments if s.speaker]
    if named:
        raise ValueError(f"segments {named} of a transcript have speakers before the speakers stage")
    for table in ("minutes", "segments", "speakers"):
        _delete(db, table, meeting_id)
    db.execute(
        "DELETE FROM stages WHERE meeting = ? AND stage IN (?, ?, ?)",
        [meeting_id, Stage.ALIGN, Stage.SPEAKERS, Stage.MINUTES],
    )
    db.table("segments").insert_all(
        {
            "meeting": meeting_id,
            "number": s.id,
            "track": s.track,
            "start_s": s.start_s,
            "end_s": s.end_s,
            "text": text_in(s.text),
            "language": s.language,
        }
        for s in result.segments
    )
    row_of = _segment_rows(db, meeting_id)
    _insert_words(db, {row_of[s.id]: s.words for s in result.segments})
    db.table("guards").insert_all(
        {"segment": row_of[s.id], "guard": guard, "position": n}
        for s in result.segments
        for n, guard in enumerate(dict.fromkeys(s.guards))
    )
    language = result.language or settings_of(db, meeting_id).get("language")
    db.execute("UPDATE meetings SET language = ? WHERE id = ?", [language, meeting_id])


def _write_aligned(db: Database, meeting_id: str, result: AlignResult) -> None:
    row_of = _segment_rows(db, meeting_id)
    missing = sorted(set(result.words) - set(row_of))
    if missing:
        raise ValueError(f"words refer to segments {missing} that do not exist")
    db.execute("DELETE FROM words WHERE segment IN (SELECT id FROM segments WHERE meeting = ?)", [meeting_id])
    _insert_words(db, {row_of[segment]: words for segment, words in result.words.items()})


def _insert_words(db: Database, of_row: Mapping[int, Iterable[Word]]) -> None:
    """`of_row`: row of a segment → its words."""
    db.table("words").insert_all(
        {"segment": row, "text": text_in(w.text), "start_s": w.start_s, "end_s": w.end_s}
        for row, words in of_row.items()
        for w in words
    )


def _write_speakers(db: Database, meeting_id: str, result: SpeakersResult) -> None:
    row_of = _segment_rows(db, meeting_id)
    missing = sorted(set(result.of_segment) - set(row_of))
    unknown = sorted(set(result.of_segment.values()) - {s.key for s in result.speakers})
    if missing or unknown:
        raise ValueError(f"speakers refer to segments {missing} or keys {unknown} that do not exist")
    _delete(db, "speakers", meeting_id)  # leaves the segments, without speakers
    db.table("speakers").insert_all(
        {"meeting": meeting_id, "key": s.key, "name": text_in(s.name), "track": s.track} for s in result.speakers
    )
    rows = db.query("SELECT id, key FROM speakers WHERE meeting = ?", [meeting_id])
    keys = {r["key"]: r["id"] for r in rows}
    db.conn.executemany(
        "UPDATE segments SET speaker = ? WHERE id = ?",
        [(keys[key], row_of[segment]) for segment, key in result.of_segment.items()],
    )


def _write_minutes(db: Database, meeting_id: str, minutes: Minutes) -> None:
    row_of = _segment_rows(db, meeting_id)
    _delete(db, "minutes", meeting_id)
    db.table("minutes").insert({"meeting": meeting_id, "summary": text_in(minutes.summary)})
    kinds: dict[str, Iterable[Decision | ActionItem | OpenQuestion]] = {
        "decision": minutes.decisions,
        "action_item": minutes.action_items,
        "open_question": minutes.open_questions,
    }
    for kind, items in kinds.items():
        for position, item in enumerate(items):
            missing = [s for s in item.evidence if s not in row_of]
            if missing:
                raise ValueError(f"{kind} {position} cites segments {missing} that do not exist")
            action = item if isinstance(item, ActionItem) else None
            text = item.task if isinstance(item, ActionItem) else item.text
            row = db.execute(
                "INSERT INTO minutes_items (meeting, kind, position, text, owner, due, supported) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                [
                    meeting_id,
                    kind,
                    position,
                    text_in(text),
                    text_in(action.owner) if action and action.owner is not None else None,
                    text_in(action.due) if action and action.due is not None else None,
                    int(item.supported),
                ],
            ).lastrowid
            db.conn.executemany(
                "INSERT INTO evidence (item, segment, position) VALUES (?, ?, ?)",
                [(row, row_of[s], n) for n, s in enumerate(dict.fromkeys(item.evidence))],
            )


def write_recording(
    db: Database, meeting_id: str, state: RecordingState, devices: Mapping[str, str], ended_at: datetime | None
) -> None:
    db.execute(
        "INSERT OR REPLACE INTO recordings (meeting, state, devices, ended_at) VALUES (?, ?, ?, ?)",
        [
            meeting_id,
            state,
            json_in({track: text_in(name) for track, name in devices.items()}),
            None if ended_at is None else time_in(ended_at),
        ],
    )


def write_marks(db: Database, meeting_id: str, marks: Iterable[Mark]) -> None:
    """Replace all marks of a meeting. One that rounding put before the beginning stands at the beginning."""
    _delete(db, "marks", meeting_id)
    db.table("marks").insert_all(
        {
            "meeting": meeting_id,
            "kind": m.kind.value,
            "at_s": max(0.0, m.at_s),
            "wall": time_in(m.wall),
            "text": text_in(m.text),
            "track": m.track,
            "seconds": max(0.0, m.seconds),
        }
        for m in marks
    )


def _segment_rows(db: Database, meeting_id: str) -> dict[int, int]:
    """Segment id within the meeting → its row id."""
    rows = db.query("SELECT id, number FROM segments WHERE meeting = ?", [meeting_id])
    return {r["number"]: r["id"] for r in rows}


# --- reading --------------------------------------------------------------------------------------


def settings_of(db: Database, meeting_id: str) -> dict[str, Any]:
    rows = db.query("SELECT name, value FROM meeting_settings WHERE meeting = ?", [meeting_id])
    return {r["name"]: json.loads(r["value"]) for r in rows}


def read_meeting(db: Database, row: Mapping[str, Any]) -> Meeting:
    """The whole meeting of a row of `meetings`."""
    of_this = [row["id"]]
    tracks = db.query("SELECT * FROM tracks WHERE meeting = ? ORDER BY id", of_this)
    regions = db.query("SELECT * FROM regions WHERE meeting = ? ORDER BY id", of_this)
    speakers = db.query("SELECT * FROM speakers WHERE meeting = ? ORDER BY id", of_this)
    return Meeting(
        id=row["id"],
        title=row["title"],
        started_at=datetime.fromisoformat(row["started_at"]),
        duration_s=row["duration_s"],
        language=row["language"],
        glossary=tuple(settings_of(db, row["id"]).get("glossary", ())),
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
        speakers=tuple(Speaker(s["key"], s["name"], s["track"]) for s in speakers),
        segments=_read_segments(db, row["id"]),
        minutes=_read_minutes(db, row["id"]),
        stages=_read_stages(db, row["id"]),
        recording=_read_recording(db, row["id"]),
        marks=_read_marks(db, row["id"]),
    )


def _read_segments(db: Database, meeting_id: str) -> tuple[Segment, ...]:
    words: dict[int, list[Word]] = defaultdict(list)
    for w in db.query(
        "SELECT words.* FROM words JOIN segments ON segments.id = words.segment WHERE segments.meeting = ? "
        "ORDER BY words.id",
        [meeting_id],
    ):
        words[w["segment"]].append(Word(w["text"], w["start_s"], w["end_s"]))
    guards: dict[int, list[str]] = defaultdict(list)
    for segment, guard in db.execute(
        "SELECT guards.segment, guards.guard FROM guards JOIN segments ON segments.id = guards.segment "
        "WHERE segments.meeting = ? ORDER BY guards.segment, guards.position",
        [meeting_id],
    ):
        guards[segment].append(guard)
    rows = db.query(
        "SELECT segments.*, coalesce(speakers.key, '') AS key FROM segments "
        "LEFT JOIN speakers ON speakers.id = segments.speaker WHERE segments.meeting = ? ORDER BY number",
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
        )
        for s in rows
    )


def _read_minutes(db: Database, meeting_id: str) -> Minutes | None:
    summary = db.execute("SELECT summary FROM minutes WHERE meeting = ?", [meeting_id]).fetchone()
    if summary is None:
        return None
    evidence: dict[int, list[int]] = defaultdict(list)
    for item, number in db.execute(
        "SELECT evidence.item, segments.number FROM evidence JOIN segments ON segments.id = evidence.segment "
        "WHERE segments.meeting = ? ORDER BY evidence.item, evidence.position",
        [meeting_id],
    ):
        evidence[item].append(number)
    items = list(db.query("SELECT * FROM minutes_items WHERE meeting = ? ORDER BY position", [meeting_id]))

    def of(kind: str) -> list[tuple[dict[str, Any], tuple[int, ...]]]:
        return [(i, tuple(evidence.get(i["id"], ()))) for i in items if i["kind"] == kind]

    return Minutes(
        summary[0],
        tuple(Decision(i["text"], cited, bool(i["supported"])) for i, cited in of("decision")),
        tuple(
            ActionItem(i["text"], i["owner"], i["due"], cited, bool(i["supported"])) for i, cited in of("action_item")
        ),
        tuple(OpenQuestion(i["text"], cited, bool(i["supported"])) for i, cited in of("open_question")),
    )


def _read_stages(db: Database, meeting_id: str) -> tuple[StageRecord, ...]:
    rows = {r["stage"]: r for r in db.query("SELECT * FROM stages WHERE meeting = ?", [meeting_id])}
    return tuple(
        StageRecord(
            stage,
            r["state"],
            r["engine"],
            json.loads(r["settings"]),
            datetime.fromisoformat(r["started_at"]) if r["started_at"] else None,
            r["seconds"],
            r["error"],
        )
        for stage in Stage
        if (r := rows.get(stage)) is not None
    )


def _read_recording(db: Database, meeting_id: str) -> Recording | None:
    for r in db.query("SELECT * FROM recordings WHERE meeting = ?", [meeting_id]):
        ended_at = datetime.fromisoformat(r["ended_at"]) if r["ended_at"] else None
        return Recording(r["state"], json.loads(r["devices"]), ended_at)
    return None


def _read_marks(db: Database, meeting_id: str) -> tuple[Mark, ...]:
    rows = db.query("SELECT * FROM marks WHERE meeting = ? ORDER BY at_s, id", [meeting_id])
    return tuple(
        Mark(MarkKind(m["kind"]), m["at_s"], datetime.fromisoformat(m["wall"]), m["text"], m["track"], m["seconds"])
        for m in rows
    )
