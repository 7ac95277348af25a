"""The player's view-model on the real playback, heard at a real sound server."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.bootstrap_player import LocalPlayer
from app.domain.meeting import SYSTEM, Meeting, Recording
from app.viewmodels.picture import PictureViewModel
from app.viewmodels.player import PlayerViewModel
from app.viewmodels.problems import Problem
from app.workers.storage_lane import StorageLane
from tests.audio.servers import SoundServer
from tests.audio.sounds import part
from tests.audio.test_playback import Listener
from tests.qt.fakes import FakeStore
from tests.unit.recordings_support import BEGAN, write_simple

pytestmark = pytest.mark.qt
MEETING = Meeting("m1", "Real", BEGAN, 20.0, recording=Recording("finished"))


@pytest.fixture
def lane(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> Iterator[StorageLane]:
    write_simple(tmp_path / "m1", {SYSTEM: part("system", 0, 20.0)})
    monkeypatch.setattr(FakeStore, "folder", lambda self, meeting_id: tmp_path / meeting_id)
    made = StorageLane(lambda: FakeStore({MEETING.id: MEETING}, {}))
    yield made
    made.stop()
    made.deleteLater()


def test_from_the_click_to_the_ear(qtbot: QtBot, lane: StorageLane, pulseaudio: SoundServer) -> None:
    listener = Listener()
    player = PlayerViewModel(LocalPlayer(), lane)
    places: list[tuple[float, float]] = []
    player.position_changed.connect(lambda s: places.append((time.monotonic(), s)))
    try:
        player.load(MEETING)
        player.play_from(8.0)
        qtbot.waitUntil(lambda: player.playing, timeout=10_000)
        qtbot.waitUntil(lambda: player.position_s > 9.5, timeout=10_000)
        likeness, moment = listener.moment_of(part("system", 8.4, 0.6))
        assert likeness > 0.95
        near = min(places, key=lambda p: abs(p[0] - moment))
        assert near[1] == pytest.approx(8.4, abs=0.15)  # the window is told 30 times a second, if it has the time
        player.load(None)
        qtbot.waitUntil(lambda: not player.playing)
    finally:
        assert player.shut_down()
        listener.close()
        player.deleteLater()


def test_the_outline_of_what_was_recorded(qtbot: QtBot, lane: StorageLane) -> None:
    picture = PictureViewModel(LocalPlayer(), lane)
    try:
        picture.load(MEETING)
        qtbot.waitUntil(lambda: picture.outline is not None, timeout=10_000)
        assert picture.outline is not None
        assert max(picture.outline.tracks[SYSTEM]) == 1.0
        assert len(picture.outline.tracks[SYSTEM]) == pytest.approx(20 * 50, abs=1)
    finally:
        assert picture.stop()
        picture.deleteLater()


def test_without_a_server_the_window_is_told(
    qtbot: QtBot, lane: StorageLane, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULSE_SERVER", f"unix:{tmp_path}/nobody")
    player = PlayerViewModel(LocalPlayer(), lane)
    problems: list[Problem] = []
    player.problem.connect(problems.append)
    try:
        player.load(MEETING)
        player.play()
        qtbot.waitUntil(lambda: bool(problems), timeout=20_000)
        assert problems[0].what == "There is nothing to play sound through."
        assert not player.playing
    finally:
        assert player.shut_down()
        player.deleteLater()
