"""What the window says about words that are missing or may not be right, and about who wrote them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import QCoreApplication, Qt

from app.domain.meeting import (
    FILE,
    MIC,
    SYSTEM,
    Mark,
    MarkKind,
    Meeting,
    Segment,
    SpeechRegion,
    Stage,
    StageRecord,
    StageState,
)
from app.viewmodels.doubts import doubt_about
from app.viewmodels.marks import asides_of
from app.viewmodels.paragraphs import paragraphs
from app.viewmodels.servers import servers
from app.viewmodels.transcript import TranscriptModel

pytestmark = pytest.mark.qt

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
TRANSCRIBED = (StageRecord(Stage.TRANSCRIBE, "done"),)


def seg(number: int, start_s: float, end_s: float, track: str = FILE, guards: tuple[str, ...] = ()) -> Segment:
    return Segment(number, track, start_s, end_s, f"Sentence {number}.", "me", "English", guards=guards)


def with_holes() -> Meeting:
    """Two people on two tracks; 14 s of the microphone and 3 s of the other side have no text."""
    return Meeting(
        "m1",
        "Weekly",
        NOON,
        60.0,
        segments=(seg(1, 0, 10, MIC), seg(2, 24, 30, MIC), seg(3, 40, 50, SYSTEM)),
        regions=(
            SpeechRegion(MIC, 0, 30),
            SpeechRegion(SYSTEM, 40, 53),
            SpeechRegion(MIC, 55, 55.6),  # too short to be missed
        ),
        stages=TRANSCRIBED,
    )


def test_what_is_not_written_down_is_said_where_it_is_missing(qapp: QCoreApplication) -> None:
    meeting = replace(with_holes(), marks=(Mark(MarkKind.NOTE, 35.0, NOON, "Budget"),))
    assert [(a.kind, a.at_s, a.text) for a in asides_of(meeting)] == [
        ("hole", 10.0, "14 s of speech from the microphone could not be written down"),
        ("note", 35.0, "Budget"),
        ("hole", 50.0, "3 s of speech from the computer’s sound could not be written down"),
    ]
    imported = replace(meeting, segments=(seg(1, 0, 10),), regions=(SpeechRegion(FILE, 0, 85),), marks=())
    assert [a.text for a in asides_of(imported)] == ["1 min of speech could not be written down"]


def test_nothing_is_missing_before_it_was_written_down() -> None:
    assert asides_of(replace(with_holes(), stages=())) == ()
    assert asides_of(replace(with_holes(), stages=(StageRecord(Stage.TRANSCRIBE, "running"),))) == ()


def test_a_hole_stands_between_the_words_around_it(qapp: QCoreApplication) -> None:
    meeting = with_holes()
    rows = paragraphs(meeting.segments, {}, {}, None, asides_of(meeting))
    assert [(r.text, [a.time for a in r.before], [a.time for a in r.after]) for r in rows] == [
        ("Sentence 1.", [], []),
        ("Sentence 2. Sentence 3.", ["0:10"], ["0:50"]),
    ]
    assert rows[1].continues, "the same person goes on"


def test_doubts_are_those_that_ask_for_the_readers_eye() -> None:
    assert doubt_about(seg(1, 0, 1)) == ""
    assert doubt_about(seg(1, 0, 1, guards=("reheard", "glossary"))) == "", "put right without a loss"
    assert doubt_about(seg(1, 0, 1, guards=("thin",))) == "Little text for so much speech"
    both = doubt_about(seg(1, 0, 1, guards=("loop", "cut_off")))
    assert "The model repeated itself" in both
    assert "The text broke off" in both


def test_doubts_belong_to_their_words_and_are_read_aloud(qapp: QCoreApplication) -> None:
    model = TranscriptModel()
    model.set_transcript([seg(1, 0, 5), seg(2, 6, 9), seg(3, 10, 15)], same=False)
    before = model.rows
    assert not any(s.doubt for r in before for s in r.spans)
    changed: list[None] = []
    model.rebuilt.connect(lambda: changed.append(None))
    doubtful = [seg(1, 0, 5), seg(2, 6, 9, guards=("cut_off",)), seg(3, 10, 15, guards=("cut_off",))]
    model.set_transcript(doubtful, same=True)
    assert changed, "the words are the same, what is known about them is not"
    words = "The text broke off, so words may be missing"
    assert [s.doubt for s in model.rows[0].spans] == ["", words, words]
    spoken = model.data(model.index(0), Qt.ItemDataRole.AccessibleTextRole)
    assert spoken.count(words) == 1


# -- Servers ----------------------------------------------------------------------------------------------


def on_server(*stages: tuple[Stage, StageState, str]) -> Meeting:
    records = (StageRecord(s, state, "server:gpu", {"server": url}) for s, state, url in stages)
    return Meeting("m1", "Weekly", NOON, 60.0, stages=tuple(records))


GPU = "http://gpu.example:8000/v1"


@pytest.mark.parametrize(("meeting", "said"), [
    (on_server((Stage.TRANSCRIBE, "done", GPU)), ["Written down by a server: gpu.example"]),
    (on_server((Stage.TRANSCRIBE, "running", GPU)), ["Written down by a server: gpu.example"]),
    (on_server((Stage.TRANSCRIBE, "failed", GPU)), []),
    (on_server((Stage.MINUTES, "done", GPU)), ["Minutes by a server: gpu.example"]),
    (on_server((Stage.TRANSCRIBE, "done", GPU), (Stage.MINUTES, "done", GPU)),
     ["Written down, with its minutes, by a server: gpu.example"]),
    (on_server((Stage.TRANSCRIBE, "done", GPU), (Stage.MINUTES, "done", "https://[2001:db8::1]/v1")),
     ["Written down by a server: gpu.example", "Minutes by a server: 2001:db8::1"]),
    (on_server((Stage.TRANSCRIBE, "done", "http://127.0.0.1:8000/v1")), ["Written down by a server: this computer"]),
    (on_server((Stage.TRANSCRIBE, "done", "http://[gpu")), ["Written down by a server: http://[gpu"]),
    (on_server((Stage.TRANSCRIBE, "done", "")), ["Written down by a server: gpu"]),
    (Meeting("m1", "Weekly", NOON, stages=(StageRecord(Stage.TRANSCRIBE, "done", "starter-asr"),)), []),
])  # fmt: skip
def test_what_a_server_has_done_is_said(qapp: QCoreApplication, meeting: Meeting, said: list[str]) -> None:
    assert servers(meeting) == said
