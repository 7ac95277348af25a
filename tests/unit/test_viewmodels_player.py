"""What is played, where each meeting was, and the pictures of a meeting. No widgets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

from app.domain.errors import StorageError
from app.domain.meeting import (
    MIC,
    SYSTEM,
    Chapter,
    Mark,
    MarkKind,
    Meeting,
    Minutes,
    Recording,
    Segment,
    Speaker,
    Track,
    Turn,
)
from app.viewmodels.picture import PictureViewModel, picture_of
from app.viewmodels.player import PlayerViewModel
from app.workers.storage_lane import StorageLane
from tests.qt import demo
from tests.qt.fake_player import FakePlayback, FakePlayerServices
from tests.qt.fakes import FakeStore

pytestmark = pytest.mark.qt

FIRST = demo.planning("m001")
SECOND = demo.planning("m002", title="Another")


class Bench:
    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.services = FakePlayerServices()
        meetings = {m.id: m for m in (FIRST, SECOND)}
        self.lane = StorageLane(lambda: FakeStore(meetings, {}))
        self.player = PlayerViewModel(self.services, self.lane)
        self.picture = PictureViewModel(self.services, self.lane)
        self.problems: list[Any] = []
        self.player.problem.connect(self.problems.append)

    @property
    def made(self) -> FakePlayback:
        assert self.services.made is not None
        return self.services.made

    def until(self, true: Callable[[], Any]) -> None:
        self.qtbot.waitUntil(lambda: bool(true()), timeout=5000)

    def loaded(self, meeting: Meeting) -> None:
        self.player.load(meeting)
        self.until(lambda: self.services.made is not None and self.made.meeting is not None)
        assert self.made.meeting is not None
        assert self.made.meeting.id == meeting.id

    def playing(self) -> None:
        self.player.play()
        self.until(lambda: self.player.playing)

    def close(self) -> None:
        assert self.player.shut_down()
        assert self.picture.stop()
        self.lane.stop()
        QCoreApplication.processEvents()


@pytest.fixture
def bench(qtbot: QtBot) -> Iterator[Bench]:
    made = Bench(qtbot)
    yield made
    made.close()
    for part in (made.player, made.picture, made.lane):
        part.deleteLater()


# -- The player -------------------------------------------------------------------------------------------


def test_playing_tells_where_it_is(bench: Bench) -> None:
    heard: list[float] = []
    bench.player.position_changed.connect(heard.append)
    bench.loaded(FIRST)
    bench.playing()
    bench.until(lambda: bench.player.position_s > 0.2)
    assert len(heard) > 3
    assert heard == sorted(heard)
    bench.player.pause()
    bench.until(lambda: not bench.player.playing)
    here = bench.player.position_s
    bench.qtbot.wait(100)
    assert bench.player.position_s == here


def test_play_before_everything_is_there_is_not_lost(bench: Bench) -> None:
    bench.player.load(FIRST)
    bench.player.play()
    bench.until(lambda: bench.player.playing)
    assert [c[0] for c in bench.made.calls][-2:] == ["load", "play"]


def test_another_meeting_stops_it_and_each_place_is_remembered(bench: Bench) -> None:
    bench.loaded(FIRST)
    bench.playing()
    bench.player.seek(40.0)
    bench.player.load(SECOND)
    assert not bench.player.playing
    assert bench.player.position_s == 0.0
    bench.until(lambda: bench.made.meeting == SECOND)
    bench.player.seek(7.0)
    bench.player.load(FIRST)
    assert bench.player.position_s == pytest.approx(40.0, abs=1.0)
    bench.until(lambda: bench.made.meeting == FIRST)
    assert bench.made.calls[-1] == ("load", "m001", bench.player.position_s)
    bench.player.load(SECOND)
    assert bench.player.position_s == 7.0


def test_a_change_of_the_meeting_does_not_interrupt(bench: Bench) -> None:
    bench.loaded(FIRST)
    bench.playing()
    bench.player.load(replace(FIRST, title="Renamed"))
    assert bench.player.playing
    assert bench.made.calls[-1] == ("refresh", "m001")


def test_seeking_stays_inside(bench: Bench) -> None:
    bench.loaded(FIRST)
    bench.player.back()
    assert bench.player.position_s == 0.0
    bench.player.seek(25.0)
    bench.player.back()
    bench.player.forth()
    bench.player.forth()
    assert bench.player.position_s == 35.0
    bench.player.seek(1e6)
    assert bench.player.position_s == FIRST.duration_s


def test_speeds_go_in_steps_and_end(bench: Bench) -> None:
    bench.loaded(FIRST)
    for _ in range(9):
        bench.player.change_speed(1)
    assert bench.player.speed == 2.0
    assert [c[1] for c in bench.made.calls if c[0] == "speed"] == [1.25, 1.5, 1.75, 2.0]
    bench.player.change_speed(-1)
    assert bench.player.speed_text == "1.75×"


def test_volumes_and_silence_stay_for_the_next_meeting(bench: Bench) -> None:
    bench.loaded(FIRST)
    bench.player.set_volume(MIC, 0.5)
    bench.player.set_volume(MIC, 0.5)
    bench.player.set_skips_silence(True)
    bench.loaded(SECOND)
    assert bench.player.volume(MIC) == 0.5
    assert bench.player.volume(SYSTEM) == 1.0
    assert [c for c in bench.made.calls if c[0] in ("gain", "skip")] == [("gain", MIC, 0.25), ("skip", True)]


def test_a_span_is_played(bench: Bench) -> None:
    bench.loaded(FIRST)
    bench.player.play_span(12.0, 15.5)
    assert bench.player.position_s == 12.0
    assert bench.made.calls[-1] == ("play_span", 12.0, 15.5)
    bench.player.play_span(15.0, 15.0)
    assert bench.made.calls[-1] == ("play_span", 12.0, 15.5)


@pytest.mark.parametrize("state", ["recording", "interrupted"])
def test_what_is_being_recorded_is_left_alone(bench: Bench, state: Any) -> None:
    bench.player.load(replace(FIRST, recording=Recording(state)))
    bench.player.play()
    bench.player.seek(3.0)
    assert not bench.player.available
    assert bench.services.made is None
    bench.player.load(replace(FIRST, recording=Recording("finished"), tracks=()))
    assert bench.player.available  # its originals are there
    bench.until(lambda: bench.services.made is not None)


def test_what_cannot_be_heard_is_said(bench: Bench) -> None:
    bench.services.refuse = ("There is nothing to play sound through.", "Connect loudspeakers.")
    bench.loaded(FIRST)
    bench.player.play()
    bench.until(lambda: bench.problems)
    assert bench.problems[0].what == "There is nothing to play sound through."
    assert not bench.player.playing


def test_without_its_parts_it_says_so(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_on_state: object) -> FakePlayback:
        raise ImportError("no av")

    monkeypatch.setattr(bench.services, "playback", broken)
    bench.player.load(FIRST)
    bench.until(lambda: bench.problems)
    assert "played" in bench.problems[0].what


# -- Pictures ---------------------------------------------------------------------------------------------


def meeting(**more: Any) -> Meeting:
    given: dict[str, Any] = {
        "speakers": (Speaker("me", "Me"), Speaker("s1", "Anna"), Speaker("s2", "Nobody")),
        "segments": (
            Segment(1, MIC, 0.0, 10.0, "a", "me"),
            Segment(2, SYSTEM, 12.0, 20.0, "b", "s1"),
            Segment(3, SYSTEM, 20.3, 22.0, "c", "s1"),
            Segment(4, MIC, 12.0, 20.0, "b", "me", echo_of=2),
            Segment(5, SYSTEM, 30.0, 40.3, "d", "s9"),
        ),
        **more,
    }
    return Meeting("m1", "M", datetime(2026, 11, 21, tzinfo=UTC), 60.0, **given)


def test_who_spoke_when_without_echoes() -> None:
    picture = picture_of(meeting())
    assert [(v.name, v.hue, v.spans) for v in picture.voices] == [
        ("Me", 0, ((0.0, 10.0),)),
        ("Anna", 1, ((12.0, 22.0),)),  # a breath is no pause
        ("s9", 3, ((30.0, 40.3),)),
    ]
    assert [round(v.seconds, 3) for v in picture.voices] == [10.0, 9.7, 10.3]  # but it is not talk either
    assert sum(v.share for v in picture.voices) == pytest.approx(1.0)
    assert picture.names_at(15.0) == ("Anna",)
    assert picture.names_at(25.0) == ()


def test_turns_count_before_utterances_and_may_overlap() -> None:
    turns = (Turn(MIC, 0.0, 30.0, "me"), Turn(SYSTEM, 10.0, 20.0, "s1"), Turn(SYSTEM, 15.0, 25.0, "s1"))
    picture = picture_of(meeting(turns=turns))
    assert [(v.key, v.seconds) for v in picture.voices] == [("me", 30.0), ("s1", 15.0)]  # nobody counts twice
    assert picture.names_at(12.0) == ("Me", "Anna")


def test_chapters_end_where_the_next_begins_and_marks_are_signs() -> None:
    wall = datetime(2026, 11, 21, tzinfo=UTC)
    marks = (Mark(MarkKind.DEVICE, 1.0, wall), Mark(MarkKind.NOTE, 2.0, wall, "Trains"))
    minutes = Minutes(chapters=(Chapter("Two", 30.0), Chapter("One", 0.0)))
    picture = picture_of(meeting(marks=marks, minutes=minutes))
    assert [(s.title, s.start_s, s.end_s) for s in picture.sections] == [("One", 0.0, 30.0), ("Two", 30.0, 60.0)]
    assert [(s.kind, s.text) for s in picture.signs] == [(MarkKind.NOTE, "Trains")]
    section = picture.section_at(30.0)
    assert section is not None
    assert section.title == "Two"


def test_an_empty_meeting_has_an_empty_picture() -> None:
    picture = picture_of(meeting(segments=(), speakers=()))
    assert picture.voices == ()
    assert picture.duration_s == 60.0


def test_pictures_and_outlines_come_and_follow_the_meeting(bench: Bench) -> None:
    bench.picture.load(FIRST)
    bench.until(lambda: bench.picture.picture is not None and bench.picture.outline is not None)
    assert bench.picture.picture is not None
    assert [v.name for v in bench.picture.picture.voices] == ["Martin", "Anna", "Tom", "Leila"]
    outline = bench.picture.outline
    renamed = (Speaker("me", "Martina"), *FIRST.speakers[1:])
    bench.picture.load(replace(FIRST, speakers=renamed))
    bench.until(lambda: bench.picture.picture and bench.picture.picture.voices[0].name == "Martina")
    assert bench.picture.outline is outline  # the sound is the same
    bench.picture.load(replace(FIRST, speakers=renamed, tracks=(Track(MIC, "mic.flac", 5.0),)))
    bench.until(lambda: bench.picture.outline is not outline)
    bench.picture.load(None)
    assert bench.picture.picture is None
    assert bench.picture.outline is None


def test_a_picture_that_cannot_be_saved_is_told(bench: Bench) -> None:
    said: list[Any] = []
    bench.picture.said.connect(said.append)
    bench.picture.problem.connect(said.append)
    bench.picture.save(Path("talk.png"), b"picture")
    bench.until(lambda: said)
    assert bench.services.saved == {"talk.png": b"picture"}
    assert said == ["Saved as talk.png"]
    bench.services.save_error = StorageError("The disk is full.", "Free some space.")
    bench.picture.save(Path("talk.png"), b"picture")
    bench.until(lambda: len(said) == 2)
    assert said[1].what == "The disk is full."
