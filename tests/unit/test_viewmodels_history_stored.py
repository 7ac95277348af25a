"""Undo and redo over the real library: what comes back from the disk is what was there."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.domain.edits import Change, merge_speakers, name_speaker, reassign, reassign_to_new
from app.domain.events import DecodeResult, MinutesResult, SpeakersResult, TranscriptResult
from app.domain.meeting import (
    ActionItem,
    Chapter,
    Mark,
    MarkKind,
    Meeting,
    Minutes,
    Segment,
    SpeakerOptions,
    Stage,
    Turn,
    Word,
)
from app.domain.ports import MeetingStore
from app.domain.steps import chain, join_segments, split_segment
from app.domain.text_edits import edit_text, replace_all
from app.viewmodels.history import History
from app.viewmodels.problems import Problem
from app.workers.storage_lane import StorageLane
from storage.repository import Library
from tests.qt import demo

pytestmark = pytest.mark.qt


def timed(s: Segment) -> Segment:
    parts = s.text.split(" ")
    step = (s.end_s - s.start_s) / len(parts)
    words = tuple(
        Word(("" if n == 0 else " ") + w, s.start_s + n * step, s.start_s + (n + 0.9) * step)
        for n, w in enumerate(parts)
    )
    return replace(s, words=words)


def fill(store: MeetingStore, segments: int) -> str:
    """The planning meeting, as the pipeline would have stored it."""
    m = demo.planning(segments=segments)
    made = store.create(m.title, datetime(2026, 3, 1, 9, tzinfo=UTC), language=None, glossary=(), sources={})
    said = tuple(timed(replace(s, speaker="")) for s in m.segments)
    turns = tuple(Turn("file", s.start_s, s.end_s, s.speaker) for s in m.segments)
    who = SpeakersResult(m.speakers, {s.id: s.speaker for s in m.segments}, turns=turns)
    assert m.minutes is not None
    minutes = replace(m.minutes, chapters=(Chapter("The release", 1.2, (1,)),))
    for stage, result in (
        (Stage.DECODE, DecodeResult(m.tracks, m.duration_s)),
        (Stage.TRANSCRIBE, TranscriptResult(said, "English")),
        (Stage.SPEAKERS, who),
        (Stage.MINUTES, MinutesResult(minutes)),
    ):
        store.stage_started(made.id, stage, "test", {})
        store.stage_done(made.id, stage, result, "test", {}, 0.1)  # type: ignore[arg-type]
    return made.id


class Bench:
    def __init__(self, qtbot: QtBot, lane: StorageLane, segments: int = 24) -> None:
        self.qtbot, self.lane = qtbot, lane
        self.history = History(lane)
        self.problems: list[Problem] = []
        self.history.problem.connect(self.problems.append)
        self.told: list[Meeting] = []
        self.history.stored.connect(self.told.append)
        self.id = lane.submit(lambda s: fill(s, segments)).result()

    def meeting(self) -> Meeting:
        return self.lane.submit(lambda s: s.get(self.id)).result()

    def settle(self) -> None:
        self.qtbot.waitUntil(lambda: not self.history._in_flight and not self.history._pressed, timeout=20_000)
        assert not self.problems


@pytest.fixture
def lane(tmp_path: Path, qtbot: QtBot) -> Iterator[StorageLane]:
    made = StorageLane(lambda: Library(tmp_path / "home"))
    yield made
    made.stop()


def _minutes(edit: Callable[[Minutes], Minutes]) -> Callable[[Meeting], Change]:
    return lambda m: Change(minutes=edit(m.minutes or Minutes()))


CHANGES: dict[str, Callable[[Meeting], Change | None]] = {
    "words": lambda m: edit_text(m, 4, "How very long, really, will it take?"),
    "no words": lambda m: Change(removed=(10,)),
    "split": lambda m: split_segment(m, 3, 43),
    "split and give away": lambda m: chain(m, lambda m: split_segment(m, 3, 43), lambda m: reassign(m, (25,), "s2")),
    "join": lambda m: join_segments(m, 1, 2),
    "reassign": lambda m: reassign(m, (1, 2, 4), "s3"),
    "reassign all of somebody": lambda m: reassign(m, (3, 5, 11, 14, 22), "s3"),
    "somebody new": lambda m: reassign_to_new(m, (1, 2), "Eva 😀"),
    "rename": lambda m: name_speaker(m, "s1", "Ännä"),
    "merge": lambda m: merge_speakers(m, ("s1",), "s2"),
    "suggestion": lambda m: Change(
        speakers=tuple(replace(s, suggested="Eva", certainty=0.123456789) for s in m.speakers)
    ),
    "highlight": lambda m: Change(marks=(Mark(MarkKind.BOOKMARK, 1.1, m.started_at, "words", seconds=2.34567),)),
    "options": lambda m: Change(speaker_options=SpeakerOptions(3, True)),
    "replace all": lambda m: replace_all(m, "release", "launch"),
    "summary": _minutes(lambda m: replace(m, summary="Short.\n\nAnd clear.", summary_by_user=True)),
    "no minutes": lambda m: Change(forget_minutes=True),
    "an item": _minutes(
        lambda m: replace(
            m, action_items=(*m.action_items, ActionItem("Do it", evidence=(3,), due_on=date(2026, 4, 1), done=True))
        )
    ),
    "fewer items": _minutes(lambda m: replace(m, action_items=m.action_items[2:], decisions=m.decisions[::-1])),
    "title": lambda m: Change(title="Another"),
    "filing": lambda m: Change(folder="A/B", tags=("x", "y"), favourite=True),
    "trash": lambda m: Change(trashed=True),
}


def test_every_change_comes_back(qtbot: QtBot, lane: StorageLane) -> None:
    bench = Bench(qtbot, lane)
    before = bench.meeting()
    for name, make in CHANGES.items():
        bench.history.do(bench.id, make, name)
        bench.settle()
        after = bench.meeting()
        assert after != before, name
        assert bench.told[-1] == after, f"{name}: what is shown is what is stored"
        assert bench.history.undo_label == name
        bench.history.undo()
        bench.settle()
        assert bench.meeting() == before, name
        bench.history.redo()
        bench.settle()
        assert bench.meeting() == after, name
        bench.history.undo()
        bench.settle()
        assert bench.meeting() == before, name


def test_all_of_them_one_after_another_and_all_the_way_back(qtbot: QtBot, lane: StorageLane) -> None:
    bench = Bench(qtbot, lane)
    states = [bench.meeting()]
    one_after_another = [n for n in CHANGES if n not in ("split and give away", "somebody new", "fewer items", "merge")]
    for name in one_after_another:
        bench.history.do(bench.id, CHANGES[name], name)
        bench.settle()
        states.append(bench.meeting())
    for state in reversed(states[:-1]):
        bench.history.undo()
        bench.settle()
        assert bench.meeting() == state
    for state in states[1:]:
        bench.history.redo()
        bench.settle()
        assert bench.meeting() == state


def test_a_run_that_replaced_the_words_meanwhile_is_left_alone(qtbot: QtBot, lane: StorageLane) -> None:
    bench = Bench(qtbot, lane)
    bench.history.do(bench.id, CHANGES["words"], "words")
    bench.settle()
    again = tuple(timed(replace(s, text=s.text.upper(), speaker="")) for s in demo.planning().segments)

    def run(store: MeetingStore) -> None:
        store.stage_done(bench.id, Stage.TRANSCRIBE, TranscriptResult(again, "English"), "test", {}, 0.1)

    lane.submit(run).result()
    replaced = bench.meeting()
    bench.history.undo()
    bench.qtbot.waitUntil(lambda: bool(bench.problems))
    assert bench.meeting() == replaced
    assert not bench.history.can_undo


def test_six_hours_are_changed_at_once(qtbot: QtBot, lane: StorageLane) -> None:
    """In the lane, not in the window's thread; the bound has slack for a busy machine, the figure is printed."""
    bench = Bench(qtbot, lane, segments=6000)
    began = time.perf_counter()
    meeting = bench.meeting()
    read = time.perf_counter() - began
    assert sum(len(s.words) for s in meeting.segments) > 60_000
    began = time.perf_counter()
    bench.history.do(bench.id, lambda m: edit_text(m, 3000, "Other words"), "correct the words")
    bench.settle()
    took = time.perf_counter() - began
    print(f"\n6 h: read in {read * 1000:.0f} ms, one correction stored in {took * 1000:.0f} ms")
    assert read < 5.0
    assert took < 12.0
