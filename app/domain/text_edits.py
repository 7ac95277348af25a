"""Changes of what was said (stand-in until the real one is here)."""

from __future__ import annotations

from dataclasses import replace

from app.domain.edits import Change, touched
from app.domain.meeting import Meeting


def edit_text(meeting: Meeting, segment_id: int, text: str) -> Change:
    """Other words for a segment."""
    s = next(s for s in meeting.segments if s.id == segment_id)
    return Change(segments=(replace(s, text=text, words=(), by_user=touched(s, "text")),))
