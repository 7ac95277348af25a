"""A library in a temporary folder, and the results of a small meeting to put into it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

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
    Meeting,
    Minutes,
    OpenQuestion,
    Segment,
    Speaker,
    SpeechRegion,
    Stage,
    Track,
    Word,
)
from storage.repository import Library

STARTED_AT = datetime(2026, 11, 20, 9, 30, tzinfo=timezone(timedelta(hours=1)))

RESULTS: dict[Stage, StageResult] = {
    Stage.DECODE: DecodeResult(
        (
            Track("mic", "mic.wav", 62.5, "/home/anna/Räume/mic 会议.wav", 48000, 1),
            Track("system", "system.wav", 62.25, "/home/anna/system.m4a", 44100, 2),
        ),
        62.5,
    ),
    Stage.SPEECH: SpeechResult((SpeechRegion("mic", 0.5, 4.0), SpeechRegion("system", 4.25, 9.0))),
    Stage.TRANSCRIBE: TranscriptResult(
        (
            Segment(
                1,
                "mic",
                0.5,
                4.0,
                "We ship the new release on Friday.",
                language="English",
                guards=("loop", "glossary"),
            ),
            Segment(2, "system", 4.25, 9.0, "I will send the budget to Anna.", language="English"),
            Segment(3, "system", 9.5, 12.0, "下周的会议改到星期四。", language="Chinese"),
        ),
        "English",
    ),
    Stage.ALIGN: AlignResult({1: (Word("We ", 0.5, 0.7), Word("ship ", 0.7, 1.1)), 3: (Word("下", 9.5, 9.7),)}),
    Stage.SPEAKERS: SpeakersResult(
        (Speaker("me", "Me", "mic"), Speaker("s1", "Speaker 1", "system")), {1: "me", 2: "s1", 3: "s1"}
    ),
    Stage.MINUTES: MinutesResult(
        Minutes(
            "The release and the budget.",
            (Decision("Ship the new release on Friday", (1,)),),
            (
                ActionItem("Send the budget", "Speaker 1", "Friday", (2, 1)),
                ActionItem("Something nobody said", None, None, (), supported=False),
            ),
            (OpenQuestion("Which room?", (3,)),),
        )
    ),
}


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library(tmp_path / "home") as library:
        yield library


def create(library: Library, title: str = "Weekly", **changes: Any) -> Meeting:
    given: dict[str, Any] = {
        "language": None,
        "glossary": ("Folkmoot", "Ærø"),
        "sources": {"mic": Path("/home/anna/Räume/mic 会议.wav")},
    }
    started_at = changes.pop("started_at", STARTED_AT)
    return library.create(title, started_at, **given | changes)


def finish(library: Library, meeting_id: str, *stages: Stage) -> Meeting:
    """Store the results of the given stages, or of all."""
    for stage in stages or tuple(Stage):
        library.stage_started(meeting_id, stage, f"engine of {stage}", {"device": "cpu"})
        library.stage_done(meeting_id, stage, RESULTS[stage], f"engine of {stage}", {"device": "cpu"}, 1.5)
    return library.get(meeting_id)
