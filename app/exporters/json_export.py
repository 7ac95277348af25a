"""Meetings as data, in the stable shape that docs/json.md describes and docs/json.schema.json checks.

Times are seconds rounded to milliseconds, moments ISO 8601 with their time zone, speakers the names that are shown.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from app.domain import coverage
from app.domain.meeting import Decision, Meeting, MeetingSummary, OpenQuestion, SearchHit, Segment
from app.exporters.common import talk

_MARKS = ("\x02", "\x03")


def to_dict(meeting: Meeting) -> dict[str, Any]:
    """One meeting, as `process --json` and `show --json` print it."""
    return {
        "meeting": {
            "id": meeting.id,
            "title": _text(meeting.title),
            "started_at": meeting.started_at.isoformat(),
            "duration_s": _seconds(meeting.duration_s),
            "language": meeting.language,
            "glossary": [_text(term) for term in meeting.glossary],
            "folder": _text(meeting.folder),
            "tags": [_text(tag) for tag in meeting.tags],
            "favourite": meeting.favourite,
            "trashed_at": meeting.trashed_at.isoformat() if meeting.trashed_at else None,
            "speakers": _speakers(meeting),
            "tracks": [
                {
                    "name": t.name,
                    "path": _text(t.path),
                    "duration_s": _seconds(t.duration_s),
                    "source": _text(t.source),
                    "source_rate_hz": t.source_rate_hz,
                    "source_channels": t.source_channels,
                }
                for t in meeting.tracks
            ],
            "recording": _recording(meeting),
        },
        "marks": [
            {
                "kind": m.kind.value,
                "at_s": _seconds(m.at_s),
                "wall": m.wall.isoformat(),
                "text": _text(m.text),
                "track": m.track,
                "seconds": _seconds(m.seconds),
            }
            for m in meeting.marks
        ],
        "segments": [_segment(meeting, s) for s in meeting.segments],
        "turns": [
            {
                "track": t.track,
                "speaker": _text(meeting.speaker_name(t.speaker)),
                "start_s": _seconds(t.start_s),
                "end_s": _seconds(t.end_s),
            }
            for t in meeting.turns
        ],
        "coverage": _coverage(meeting),
        "minutes": _minutes(meeting),
        "deleted": [
            {
                "kind": d.kind,
                "track": d.track,
                "spans": [{"start_s": _seconds(start), "end_s": _seconds(end)} for start, end in d.spans],
            }
            for d in meeting.deleted
        ],
        "stages": [
            {
                "stage": r.stage.value,
                "state": r.state,
                "engine": r.engine,
                "settings": json.loads(json.dumps(dict(r.settings), default=str)),
                "started_at": r.started_at.isoformat() if r.started_at else None,
                "seconds": None if r.seconds is None else _seconds(r.seconds),
                "error": _text(r.error),
            }
            for r in meeting.stages
        ],
    }


def list_to_dict(meetings: Sequence[MeetingSummary]) -> dict[str, Any]:
    """The list of meetings, as `list --json` prints it."""
    return {
        "meetings": [
            {
                "id": m.id,
                "title": _text(m.title),
                "started_at": m.started_at.isoformat(),
                "duration_s": _seconds(m.duration_s),
                "language": m.language,
                "state": m.state,
                "speakers": [_text(name) for name in m.speakers],
                "action_items": m.action_items,
                "folder": _text(m.folder),
                "tags": [_text(tag) for tag in m.tags],
                "favourite": m.favourite,
                "trashed_at": m.trashed_at.isoformat() if m.trashed_at else None,
            }
            for m in meetings
        ]
    }


def hits_to_dict(hits: Sequence[SearchHit]) -> dict[str, Any]:
    """What a search found, as `search --json` prints it."""
    return {"hits": [_hit(h) for h in hits]}


def dumps(data: dict[str, Any]) -> str:
    """JSON for people and programs: indented, not ASCII only, ending with a line end."""
    return json.dumps(data, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def _recording(meeting: Meeting) -> dict[str, Any] | None:
    recording = meeting.recording
    if recording is None:
        return None
    return {
        "state": recording.state,
        "devices": {track: _text(name) for track, name in recording.devices.items()},
        "ended_at": recording.ended_at.isoformat() if recording.ended_at else None,
    }


def _speakers(meeting: Meeting) -> list[dict[str, Any]]:
    spoken = {s.key: (seconds, share) for s, seconds, share in talk(meeting)}
    return [
        {
            "key": s.key,
            "name": _text(s.name),
            "track": s.track,
            "by_user": s.by_user,
            "suggested": {"name": _text(s.suggested), "certainty": round(s.certainty, 3)} if s.suggested else None,
            "talk_s": _seconds(spoken.get(s.key, (0.0, 0.0))[0]),
            "talk_share": round(spoken.get(s.key, (0.0, 0.0))[1], 4),
        }
        for s in meeting.speakers
    ]


def _segment(meeting: Meeting, segment: Segment) -> dict[str, Any]:
    return {
        "id": segment.id,
        "track": segment.track,
        "speaker": _text(meeting.speaker_name(segment.speaker)),
        "start_s": _seconds(segment.start_s),
        "end_s": _seconds(segment.end_s),
        "text": _text(segment.text),
        "language": segment.language,
        "guards": list(segment.guards),
        "by_user": list(segment.by_user),
        "echo_of": segment.echo_of,
        "words": [
            {"text": _text(w.text), "start_s": _seconds(w.start_s), "end_s": _seconds(w.end_s)} for w in segment.words
        ],
    }


def _coverage(meeting: Meeting) -> dict[str, Any] | None:
    if not coverage.is_transcribed(meeting):
        return None
    rows = coverage.minutes(meeting)
    return {
        "speech_s": _seconds(sum(m.speech_s for m in rows)),
        "written_s": _seconds(sum(m.written_s for m in rows)),
        "holes": [
            {
                "track": h.track,
                "start_s": _seconds(h.start_s),
                "end_s": _seconds(h.end_s),
                "speech_s": _seconds(h.speech_s),
            }
            for h in coverage.holes_of(meeting)
        ],
        "minutes": [
            {
                "start_s": _seconds(m.start_s),
                "speech_s": _seconds(m.speech_s),
                "written_s": _seconds(m.written_s),
                "characters": m.characters,
            }
            for m in rows
        ],
    }


def _minutes(meeting: Meeting) -> dict[str, Any] | None:
    minutes = meeting.minutes
    if minutes is None:
        return None
    return {
        "summary": _text(minutes.summary),
        "summary_by_user": minutes.summary_by_user,
        "chapters": [
            {
                "title": _text(c.title),
                "start_s": _seconds(c.start_s),
                "evidence": list(c.evidence),
                "by_user": c.by_user,
            }
            for c in minutes.chapters
        ],
        "decisions": [_said(d) for d in minutes.decisions],
        "action_items": [
            {
                "task": _text(a.task),
                "owner": None if a.owner is None else _text(a.owner),
                "due": None if a.due is None else _text(a.due),
                "due_on": None if a.due_on is None else a.due_on.isoformat(),
                "done": a.done,
                "evidence": list(a.evidence),
                "supported": a.supported,
                "by_user": a.by_user,
            }
            for a in minutes.action_items
        ],
        "open_questions": [_said(q) for q in minutes.open_questions],
    }


def _said(item: Decision | OpenQuestion) -> dict[str, Any]:
    return {
        "text": _text(item.text),
        "evidence": list(item.evidence),
        "supported": item.supported,
        "by_user": item.by_user,
    }


def _hit(hit: SearchHit) -> dict[str, Any]:
    """The marks of the snippet become pairs of offsets, which need no special characters."""
    plain, matches = "", []
    for piece in hit.snippet.split(_MARKS[0]):
        marked, end, rest = piece.partition(_MARKS[1])
        if end:
            matches.append([len(plain), len(plain) + len(marked)])
        plain += marked + rest
    return {
        "meeting_id": hit.meeting_id,
        "title": _text(hit.title),
        "started_at": hit.started_at.isoformat(),
        "segment_id": hit.segment_id,
        "start_s": _seconds(hit.start_s),
        "speaker": _text(hit.speaker),
        "text": _text(plain),
        "matches": matches,
    }


def _text(text: str) -> str:
    """Characters that no UTF-8 file can hold become U+FFFD, one for one; JSON escapes the rest itself."""
    return "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in text) if not text.isascii() else text


def _seconds(seconds: float) -> float:
    return round(float(seconds), 3)
