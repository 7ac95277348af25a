"""Which words of a transcript may not be right, and why, as the exports say it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from app.domain.meeting import Meeting, Segment
from app.exporters.doubts import doubts
from app.viewmodels.phrases import said

_NOTHING_ELSE = Meeting("", "", datetime.fromtimestamp(0, UTC))


def doubt_about(segment: Segment) -> str:
    """What the reader should know about this text; "" for most."""
    if not segment.guards:
        return ""
    return said(". ".join(d.text for d in doubts(replace(_NOTHING_ELSE, segments=(segment,)))))
