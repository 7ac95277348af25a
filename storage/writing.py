"""From the domain's data to rows: results of stages, what a user changed, recordings. Transactions are the caller's.

Where rows are there already, they are compared and only those that differ are written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from app.domain.carry import ids_by_time
from app.domain.carry_minutes import resting_on
from app.domain.edits import KEEP, Change, tidy_folder, tidy_tags
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
    Deleted,
    Mark,
    Meeting,
    RecordingState,
    Segment,
    Speaker,
    Stage,
    Turn,
    Word,
)
from storage.rows import read_meeting, read_minutes, segment_rows, settings_of, speaker_rows
from storage.values import json_in, path_in, text_in, time_in
from storage.writing_minutes import write_minutes

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


# --- results of stages ----------------------------------------------------------------------------


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
            _write_who(db, meeting_id, result)
        case MinutesResult():
            write_minutes(db, meeting_id, read_minutes(db, meeting_id), result.minutes)


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
    were done. What the result brings of speakers and minutes stays until those stages are run; so do the turns of
    these speakers, which speak of times."""
    turns = [t for t in _read(db, meeting_id).turns if t.speaker in {s.key for s in result.speakers}]
    for table in ("minutes", "segments", "speakers"):  # turns go with the speakers
        _delete(db, table, meeting_id)
    db.execute(
        "DELETE FROM stages WHERE meeting = ? AND stage IN (?, ?, ?)",
        [meeting_id, Stage.ALIGN, Stage.SPEAKERS, Stage.MINUTES],
    )
    _write_speakers(db, meeting_id, (), result.speakers)
    _write_segments(db, meeting_id, {}, result.segments)
    _write_turns(db, meeting_id, (), turns)
    if result.minutes is not None:
        write_minutes(db, meeting_id, None, result.minutes)
    language = result.language or settings_of(db, meeting_id).get("language")
    db.execute("UPDATE meetings SET language = ? WHERE id = ?", [language, meeting_id])


def _write_aligned(db: Database, meeting_id: str, result: AlignResult) -> None:
    row_of = segment_rows(db, meeting_id)
    missing = sorted(set(result.words) - set(row_of))
    if missing:
        raise ValueError(f"words refer to segments {missing} that do not exist")
    db.execute("DELETE FROM words WHERE segment IN (SELECT id FROM segments WHERE meeting = ?)", [meeting_id])
    _insert_words(db, {row_of[segment]: words for segment, words in result.words.items()})


def _write_who(db: Database, meeting_id: str, result: SpeakersResult) -> None:
    """Segments keep their rows wherever their ids stay, so that the minutes still rest on them; what rested on one that
    was joined with another rests on that."""
    meeting = _read(db, meeting_id)
    segments = {s.id: s for s in result.segments or meeting.segments}
    keys = {s.key for s in result.speakers}
    missing = sorted(set(result.of_segment) - set(segments))
    unknown = sorted((set(result.of_segment.values()) | {t.speaker for t in result.turns}) - keys)
    if missing or unknown:
        raise ValueError(f"speakers refer to segments {missing} or keys {unknown} that do not exist")
    _write_speakers(db, meeting_id, meeting.speakers, result.speakers)
    old = {s.id: s for s in meeting.segments}
    spoken = [_spoken(s, result.of_segment.get(s.id, "")) for s in segments.values()]
    gone = [i for i in old if i not in segments]
    _write_segments(db, meeting_id, old, spoken, gone)
    if gone and meeting.minutes is not None:
        in_place = ids_by_time([old[i] for i in gone], spoken)
        kept = resting_on(meeting.minutes, {i: (i,) for i in segments} | in_place)
        write_minutes(db, meeting_id, read_minutes(db, meeting_id), kept)
    _write_turns(db, meeting_id, [t for t in meeting.turns if t.speaker in keys], result.turns)


def _spoken(segment: Segment, key: str) -> Segment:
    return segment if segment.speaker == key else replace(segment, speaker=key)


# --- what a user changed --------------------------------------------------------------------------


def write_change(db: Database, meeting: Meeting, change: Change, now: datetime) -> None:
    """Store a change that is complete (`app.domain.edits.completed`). `meeting` is as it is stored, with the words of
    all segments the change touches. Raises ValueError for a change that contradicts itself or the meeting."""
    if change.speakers is not None:
        _write_speakers(db, meeting.id, meeting.speakers, change.speakers)
    if change.segments or change.removed:
        _write_segments(db, meeting.id, {s.id: s for s in meeting.segments}, change.segments, change.removed)
    if change.turns is not None:
        kept = {s.key for s in (meeting.speakers if change.speakers is None else change.speakers)}
        _write_turns(db, meeting.id, [t for t in meeting.turns if t.speaker in kept], change.turns)
    if change.forget_minutes:
        _delete(db, "minutes", meeting.id)
    elif change.minutes is not None:
        write_minutes(db, meeting.id, read_minutes(db, meeting.id), change.minutes)
    if change.deleted is not None and change.deleted != meeting.deleted:
        _write_deleted(db, meeting.id, change.deleted)
    if change.marks is not None:
        write_marks(db, meeting.id, change.marks)
    if change.speaker_options is not None:
        options = change.speaker_options
        _write_setting(
            db,
            meeting.id,
            "speakers",
            {"speakers": options.speakers, "shared_microphone": options.shared_microphone},
        )
    if change.minutes_options is not None:
        wanted = change.minutes_options
        _write_setting(
            db, meeting.id, "minutes", {"template": text_in(wanted.template), "language": text_in(wanted.language)}
        )
    if change.glossary is not None:
        _write_setting(db, meeting.id, "glossary", [text_in(term) for term in change.glossary])
    if change.tags is not None:
        _delete(db, "tags", meeting.id)
        db.conn.executemany(
            "INSERT INTO tags (meeting, tag, position) VALUES (?, ?, ?)",
            [(meeting.id, text_in(tag), n) for n, tag in enumerate(tidy_tags(change.tags))],
        )
    columns: dict[str, Any] = {}
    if change.title is not None:
        columns["title"] = change.title
    if change.folder != KEEP:
        columns["folder"] = text_in(tidy_folder(change.folder))
    if change.favourite is not None:
        columns["favourite"] = int(change.favourite)
    if change.trashed is not None:
        columns["trashed_at"] = time_in(change.trashed_at or now) if change.trashed else None
    if columns:
        _update(db, "meetings", meeting.id, columns)


def _write_deleted(db: Database, meeting_id: str, deleted: Iterable[Deleted]) -> None:
    _delete(db, "deletions", meeting_id)
    db.conn.executemany(
        "INSERT INTO deletions (meeting, kind, text, track, spans) VALUES (?, ?, ?, ?, ?)",
        [(meeting_id, d.kind, text_in(d.text), d.track, json_in(d.spans)) for d in deleted],
    )


def _write_setting(db: Database, meeting_id: str, name: str, value: Any) -> None:
    db.execute(
        "INSERT OR REPLACE INTO meeting_settings (meeting, name, value) VALUES (?, ?, ?)",
        [meeting_id, name, json_in(value)],
    )


def _update(db: Database, table: str, row: int | str, columns: Mapping[str, Any]) -> None:
    names = ", ".join(f"{name} = ?" for name in columns)
    db.execute(f"UPDATE {table} SET {names} WHERE id = ?", [*columns.values(), row])


# --- parts of a meeting ---------------------------------------------------------------------------


def _read(db: Database, meeting_id: str) -> Meeting:
    """The meeting as it is stored."""
    return read_meeting(db, next(iter(db.query("SELECT * FROM meetings WHERE id = ?", [meeting_id]))))


def _write_speakers(db: Database, meeting_id: str, old: Iterable[Speaker], new: Sequence[Speaker]) -> None:
    """Who there is, from who there was. Segments of speakers who are gone are left without one."""
    row_of = speaker_rows(db, meeting_id)
    people = {p for (p,) in db.execute("SELECT id FROM people")}  # one may have been forgotten meanwhile
    before = {s.key: (n, s) for n, s in enumerate(old)}
    if len({s.key for s in new}) < len(new):
        raise ValueError("two speakers have the same key")
    for key in set(row_of) - {s.key for s in new}:
        db.execute("DELETE FROM speakers WHERE id = ?", [row_of[key]])
    for position, speaker in enumerate(new):
        if before.get(speaker.key) == (position, speaker) and speaker.key in row_of:
            continue
        columns = {
            "position": position,
            "name": text_in(speaker.name),
            "track": speaker.track,
            "by_user": int(speaker.by_user),
            "person": speaker.person if speaker.person in people else None,
            "suggested": text_in(speaker.suggested),
            "certainty": speaker.certainty,
        }
        if speaker.key in row_of:
            _update(db, "speakers", row_of[speaker.key], columns)
        else:
            db.table("speakers").insert({"meeting": meeting_id, "key": speaker.key, **columns})


def _write_segments(
    db: Database,
    meeting_id: str,
    old: Mapping[int, Segment],
    new: Iterable[Segment],
    removed: Iterable[int] = (),
) -> None:
    """New and changed segments, each into its own row. Their speakers must be stored already."""
    new = [s for s in new if s != old.get(s.id)]
    if len({s.id for s in new}) < len(new):
        raise ValueError("two segments have the same id")
    row_of = segment_rows(db, meeting_id)
    speakers: dict[str, int | None] = {**speaker_rows(db, meeting_id), "": None}
    unknown = sorted({s.speaker for s in new} - set(speakers))
    if unknown:
        raise ValueError(f"segments refer to speakers {unknown} that do not exist")
    gone = [i for i in removed if i in row_of]
    db.conn.executemany("DELETE FROM segments WHERE id = ?", [(row_of.pop(i),) for i in gone])
    added = [s for s in new if s.id not in row_of]
    db.table("segments").insert_all(
        {"meeting": meeting_id, "number": s.id, **_columns(s), "speaker": speakers[s.speaker]} for s in added
    )
    for s in new:
        if s.id in row_of:
            before = {**_columns(old[s.id]), "speaker": old[s.id].speaker}
            after = {**_columns(s), "speaker": s.speaker}
            columns = {name: value for name, value in after.items() if value != before[name]}
            if "speaker" in columns:
                columns["speaker"] = speakers[s.speaker]
            if columns:
                _update(db, "segments", row_of[s.id], columns)
    if added:
        row_of = segment_rows(db, meeting_id)
    _write_echoes(db, row_of, [s for s in new if s.echo_of is not None or s.id in old])
    again = [s for s in new if s.id in old and s.words != old[s.id].words]
    db.conn.executemany("DELETE FROM words WHERE segment = ?", [(row_of[s.id],) for s in again])
    _insert_words(db, {row_of[s.id]: s.words for s in (*added, *again)})
    guarded = [s for s in new if s.id in old and s.guards != old[s.id].guards]
    db.conn.executemany("DELETE FROM guards WHERE segment = ?", [(row_of[s.id],) for s in guarded])
    db.table("guards").insert_all(
        {"segment": row_of[s.id], "guard": guard, "position": n}
        for s in (*added, *guarded)
        for n, guard in enumerate(dict.fromkeys(s.guards))
    )


def _columns(segment: Segment) -> dict[str, Any]:
    return {
        "track": segment.track,
        "start_s": segment.start_s,
        "end_s": segment.end_s,
        "text": text_in(segment.text),
        "language": segment.language,
        "text_by_user": int("text" in segment.by_user),
        "speaker_by_user": int("speaker" in segment.by_user),
    }


def _write_echoes(db: Database, row_of: Mapping[int, int], segments: Sequence[Segment]) -> None:
    """Last of all: what a segment is an echo of has to be there."""
    missing = sorted({s.echo_of for s in segments if s.echo_of is not None} - set(row_of))
    if missing:
        raise ValueError(f"echoes refer to segments {missing} that do not exist")
    db.conn.executemany(
        "UPDATE segments SET echo_of = ?1 WHERE id = ?2 AND echo_of IS NOT ?1",
        [(None if s.echo_of is None else row_of[s.echo_of], row_of[s.id]) for s in segments],
    )


def _insert_words(db: Database, of_row: Mapping[int, Iterable[Word]]) -> None:
    """`of_row`: row of a segment → its words."""
    db.conn.executemany(
        "INSERT INTO words (segment, text, start_s, end_s) VALUES (?, ?, ?, ?)",
        [(row, text_in(w.text), w.start_s, w.end_s) for row, words in of_row.items() for w in words],
    )


def _write_turns(db: Database, meeting_id: str, old: Sequence[Turn], new: Sequence[Turn]) -> None:
    """`old`: those that are still stored."""
    if list(old) == list(new):
        return
    speakers = speaker_rows(db, meeting_id)
    _delete(db, "turns", meeting_id)
    db.conn.executemany(
        "INSERT INTO turns (meeting, track, start_s, end_s, speaker) VALUES (?, ?, ?, ?, ?)",
        [(meeting_id, t.track, t.start_s, t.end_s, speakers[t.speaker]) for t in new],
    )


# --- recordings -----------------------------------------------------------------------------------


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
