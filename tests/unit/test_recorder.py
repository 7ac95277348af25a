"""The recorder in a simulated world: hours in seconds, every frame checked for where it lies on the timeline."""

from __future__ import annotations

import errno
import itertools
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile as sf
from filelock import FileLock

from app.audio.journal import JOURNAL_NAME, LOCK_NAME, read_journal
from app.audio.placing import Placer
from app.audio.recorder import Recorder
from app.audio.track_file import create, wav_frames
from app.domain.errors import InputError, StorageError
from app.domain.meeting import MarkKind
from app.domain.recording import CaptureSink, RecordingStatus
from tests.recorder_kill import RealTimeSource, kill_while_recording
from tests.recorder_sim import STARTED, SampledFile, SimClock, SimSource, World, alignment, without_pauses
from tests.unit.test_track_file import FullDisk

PLENTY = 10**12
GB = 10**9


class Setup:
    """A recording of two simulated devices into `folder`, begun."""

    def __init__(self, folder: Path, *, tracks: tuple[str, ...] = ("mic", "system"), **options: object) -> None:
        self.folder = folder
        folder.mkdir(exist_ok=True)
        self.clock = SimClock()
        self.sources = {t: SimSource(t, self.clock, device=f"{t} device", expects=False) for t in tracks}
        options.setdefault("free", lambda path: PLENTY)
        self.recorder = Recorder(folder, self.sources, started_at=STARTED, clock=self.clock, **options)  # type: ignore[arg-type]
        self.world = World(self.recorder, list(self.sources.values()), self.clock)

    def begin(self) -> Setup:
        self.recorder.begin()
        return self

    @property
    def mic(self) -> SimSource:
        return self.sources["mic"]

    @property
    def system(self) -> SimSource:
        return self.sources["system"]

    @property
    def status(self) -> RecordingStatus:
        return self.recorder.status()

    def warnings(self) -> dict[tuple[str, str], str]:
        return {(w.code, w.track): w.what for w in self.status.warnings}

    def marks(self, kind: MarkKind) -> list[tuple[str, float, float]]:
        return [(m.track, round(m.at_s, 1), round(m.seconds, 1)) for m in self.recorder.marks() if m.kind == kind]

    def worst_s(self, track: str) -> float:
        found = alignment(self.folder, track, without_pauses(1_000.0))
        assert len(found.errors) > 100
        return found.worst_s


@pytest.fixture
def setup(tmp_path: Path) -> Iterator[Setup]:
    s = Setup(tmp_path / "m").begin()
    yield s
    s.world.stop()


def names(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


# -- A recording ------------------------------------------------------------------------------------------


def test_two_tracks_from_start_to_end(setup: Setup) -> None:
    assert setup.status.state == "starting"
    assert names(setup.folder) == [
        "mic.wav",
        JOURNAL_NAME,
        LOCK_NAME,
        "recording.reserve",
        "system.wav",
    ]
    setup.world.run(12.0)
    status = setup.status
    assert status.state == "recording"
    assert status.elapsed_s == pytest.approx(12.0)
    assert 10.0 < status.safe_s <= 12.0
    assert status.size_bytes == pytest.approx(2 * 12 * 96_000, rel=0.1)
    assert status.remaining_s == pytest.approx(PLENTY / 192_000, rel=0.01)
    assert status.warnings == ()
    for track in status.tracks:
        assert (track.state, track.device, track.gap_s, track.overflow_s) == ("live", f"{track.track} device", 0, 0)
        assert track.level.rms_db > -40
    result = setup.world.stop()
    assert (result.reason, result.what, result.marks) == ("stopped", "", ())
    assert result.duration_s == pytest.approx(12.0)
    assert result.devices == {"mic": "mic device", "system": "system device"}
    assert (result.ended_at - result.started_at).total_seconds() == pytest.approx(12.0)
    assert setup.status.state == "ended"
    assert setup.status.elapsed_s == setup.status.safe_s == result.duration_s
    assert names(setup.folder) == ["mic.wav", JOURNAL_NAME, "system.wav"]
    for track in ("mic", "system"):
        info = sf.info(setup.folder / f"{track}.wav")
        assert (info.samplerate, info.channels, info.subtype) == (48_000, 1, "PCM_16")
        assert info.frames == pytest.approx(12 * 48_000, abs=10)
        assert setup.worst_s(track) < 0.002
        assert setup.sources[track].closed
    journal = read_journal(setup.folder / JOURNAL_NAME)
    assert journal.wall == STARTED
    assert journal.end is not None
    assert (journal.end.reason, journal.end.duration_s) == ("stopped", pytest.approx(12.0))
    assert journal.devices == result.devices
    assert not setup.recorder.tick()


def test_one_track_is_enough(tmp_path: Path) -> None:
    s = Setup(tmp_path, tracks=("system",)).begin()
    s.world.run(3.0)
    assert s.world.stop().devices == {"system": "system device"}
    assert not (tmp_path / "mic.wav").exists()


def test_pause_bookmarks_and_notes(setup: Setup) -> None:
    r = setup.recorder
    setup.world.run(5.0)
    typed_at = setup.status.elapsed_s
    setup.world.run(2.0)
    r.note("typed slowly", typed_at)
    r.note("from the future", 900.0)
    r.bookmark("here")
    r.pause()
    r.pause()
    assert setup.status.state == "paused"
    setup.world.run(100.0)
    assert setup.status.elapsed_s == pytest.approx(7.0)
    assert setup.status.safe_s == pytest.approx(7.0)
    mark = r.bookmark("during the pause")
    assert mark.at_s == pytest.approx(7.0)
    assert (mark.wall - STARTED).total_seconds() == pytest.approx(107.0)
    r.resume()
    r.resume()
    setup.world.run(3.0)
    result = setup.world.stop()
    assert result.duration_s == pytest.approx(10.0)
    assert [(m.kind.value, round(m.at_s, 3), m.text, round(m.seconds, 3)) for m in result.marks] == [
        ("note", 5.0, "typed slowly", 0),
        ("note", 7.0, "from the future", 0),
        ("bookmark", 7.0, "here", 0),
        ("pause", 7.0, "", 0),
        ("bookmark", 7.0, "during the pause", 0),
        ("resume", 7.0, "", 100.0),
    ]
    assert (result.marks[0].wall - STARTED).total_seconds() == pytest.approx(5.0)
    assert [m.text for m in read_journal(setup.folder / JOURNAL_NAME).marks] == [
        "typed slowly",
        "from the future",
        "here",
        "",
        "during the pause",
        "",
    ]
    r.pause()  # too late: nothing happens
    assert r.wait(0.0) == result

    def to_timeline(stamps: np.ndarray, near_s: np.ndarray) -> np.ndarray:
        moment = without_pauses(1_000.0)(stamps, np.where(near_s < 7.0, near_s, near_s + 100.0))
        assert not ((moment > 7.002) & (moment < 106.998)).any(), "sound of the pause was kept"
        return np.where(moment < 50.0, moment, moment - 100.0)

    for track in ("mic", "system"):
        found = alignment(setup.folder, track, to_timeline)
        assert found.worst_s < 0.002
        assert wav_frames(setup.folder / f"{track}.wav") == pytest.approx(480_000, abs=5)


def test_stop_in_a_pause_and_stop_twice(setup: Setup) -> None:
    setup.world.run(2.0)
    setup.recorder.pause()
    setup.world.run(0.3)
    setup.recorder.stop()
    setup.recorder.stop()
    assert setup.status.state == "stopping"
    setup.recorder.resume()
    assert setup.world.stop().duration_s == pytest.approx(2.0)


def test_ends_by_itself_at_the_limit(tmp_path: Path) -> None:
    s = Setup(tmp_path, limit_s=4.02).begin()
    s.world.run(2.0)
    s.recorder.pause()
    s.world.run(10.0)
    s.recorder.resume()
    s.world.run(10.0)
    result = s.recorder.wait(0.0)
    assert result is not None
    assert (result.reason, result.what) == ("time", "")
    assert result.duration_s == pytest.approx(4.02)
    assert wav_frames(tmp_path / "mic.wav") == pytest.approx(4.02 * 48_000, abs=5)


# -- Time -------------------------------------------------------------------------------------------------


def rss_mb() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="measures memory by /proc")
def test_two_hours_with_clocks_apart_stay_within_20_ms_and_20_mb(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", lambda _: None)  # 20,000 times; what it is for is tested elsewhere

    class Sampled(SampledFile):
        EVERY = 24_000

    files: dict[str, Sampled] = {}

    def opener(path: Path) -> object:
        if path.suffix != ".wav":
            return create(path)
        files[path.stem] = Sampled(path)
        return files[path.stem]

    rng = np.random.default_rng(1)
    s = Setup(tmp_path, opener=opener).begin()
    for source, ppm in ((s.mic, 50.0), (s.system, -50.0)):
        source.ppm, source.block_s = ppm, 0.2
        source.late = lambda: float(rng.exponential(0.005))
    step_s = 0.2

    def minutes(n: float) -> None:
        s.world.run(n * 60, step_s)

    minutes(5)
    before = rss_mb()
    for i in range(5):
        minutes(8)
        s.system.is_quiet = True  # a loopback delivers nothing while nothing plays
        minutes(5)
        s.system.is_quiet = False
        minutes(2)
        s.world.freeze(5.0)  # we were stopped
        minutes(1)
        s.mic.is_stalled, s.mic.backlog_is_live = True, bool(i % 2)  # the server was
        s.world.run(5.0, step_s)
        s.mic.is_stalled = False
        minutes(1)
        s.mic.drop(48_000)  # sound is lost, and nobody says so
        minutes(1)
        s.system.disconnect()  # an outage
        s.world.run(20.0 + i, step_s)
        s.system.connect()
        minutes(2)
        s.mic.disconnect()  # the server is started anew
        s.system.disconnect()
        s.world.run(0.7, step_s)
        s.mic.connect()
        s.system.connect(0.3)
        minutes(2.5)
    growth = rss_mb() - before
    result = s.world.stop()
    assert result.duration_s > 7_000
    ends = {}
    for track, ppm in (("mic", 50.0), ("system", -50.0)):
        found = alignment(tmp_path, track, without_pauses(1_000.0), files[track])
        assert len(found.errors) > 9_000
        assert found.worst_s <= 0.020
        assert np.percentile(np.abs(found.errors), 99) <= 0.005
        assert found.ppm[f"{track} device"] == pytest.approx(ppm, abs=5)
        ends[track] = files[track].frames
    # The files themselves, uncorrected, lie within the drift since the last gap.
    assert abs(ends["mic"] - ends["system"]) / 48_000 < 0.15
    assert growth <= 20
    lost = {t: sum(m[2] for m in s.marks(MarkKind.GAP) if m[0] == t) for t in ends}
    assert lost["mic"] == pytest.approx(5 * (1.0 + 0.75), abs=0.5)
    assert lost["system"] == pytest.approx(5 * (22.0 + 1.0), abs=1.0)


def test_our_own_standstill_loses_nothing(setup: Setup) -> None:
    setup.world.run(3.0)
    setup.world.freeze(5.0)
    setup.world.run(3.0)
    setup.mic.backlog_is_live = True
    setup.world.freeze(5.0)
    setup.world.run(3.0)
    setup.world.stop()
    assert setup.recorder.marks() == ()
    for track in ("mic", "system"):
        found = alignment(setup.folder, track, without_pauses(1_000.0))
        assert found.worst_s < 0.002
        assert found.sound_s == pytest.approx(19.0, abs=0.1)


def test_time_in_which_we_stood_still_proves_no_loss(setup: Setup) -> None:
    setup.world.run(3.0)
    setup.mic.late = lambda: 0.3
    setup.world.run(0.4)  # late, which may be a loss: in doubt
    assert setup.recorder._tracks[0]._placer._clock.doubts
    setup.mic.late = lambda: 0.0
    setup.world.freeze(5.0)
    setup.mic.is_stalled = True
    setup.world.run(0.1)  # we wake up before the sound server does
    setup.mic.is_stalled = False
    setup.world.run(3.0)
    setup.world.stop()
    assert setup.recorder.marks() == ()
    found = alignment(setup.folder, "mic", without_pauses(1_000.0))
    assert found.worst_s < 0.002
    assert len(found.placed) == 1


def test_setting_the_wall_clock_moves_nothing(setup: Setup) -> None:
    setup.world.run(3.0)
    setup.clock.wall_offset_s = 7_200.0
    setup.world.run(3.0)
    mark = setup.recorder.bookmark()
    setup.clock.wall_offset_s = -3_600.0
    setup.world.run(3.0)
    result = setup.world.stop()
    assert result.duration_s == pytest.approx(9.0)
    assert [m.kind for m in result.marks] == [MarkKind.BOOKMARK]
    assert (mark.wall - STARTED).total_seconds() == pytest.approx(7_206.0)
    assert setup.worst_s("mic") < 0.002


@pytest.mark.parametrize("monotonic_counts_sleep", [False, True])
def test_the_timeline_stands_still_while_the_computer_sleeps(setup: Setup, monotonic_counts_sleep: bool) -> None:
    setup.world.run(4.0)
    if monotonic_counts_sleep:
        setup.clock.now += 3_600.0
    setup.clock.slept += 3_600.0
    for source in setup.sources.values():
        source._frames = 0
        source._t0 = setup.clock.now  # devices go on where they stopped
    setup.world.run(4.0)
    result = setup.world.stop()
    assert result.duration_s == pytest.approx(8.0, abs=0.06)
    assert setup.marks(MarkKind.SLEEP) == [("", 4.0, 3_600.0)]
    assert setup.marks(MarkKind.GAP) == []
    for track in ("mic", "system"):
        with sf.SoundFile(setup.folder / f"{track}.wav") as f:
            assert f.frames == pytest.approx(8 * 48_000, abs=3_000)
            assert (f.read(dtype="int16") == 0).sum() < 6_000


# -- Losses and devices -----------------------------------------------------------------------------------


def test_lost_sound_is_marked_and_silence_by_design_is_not(setup: Setup) -> None:
    setup.world.run(4.0)
    setup.mic.drop(24_000)
    setup.world.run(4.0)
    setup.system.is_quiet = True
    setup.world.run(10.0)
    assert wav_frames(setup.folder / "system.wav") > 15 * 48_000  # silence is filled in as time goes on
    assert setup.status.safe_s > 15.0
    assert setup.status.tracks[1].gap_s == 0.0
    setup.system.is_quiet = False
    setup.world.run(4.0)
    setup.system.expects = True  # something plays, and nothing comes: that is a loss
    setup.world.run(2.0)
    setup.system.is_quiet = True
    setup.world.run(3.0)
    setup.system.is_quiet = False
    setup.world.run(3.0)
    assert setup.marks(MarkKind.GAP) == [("mic", 4.0, 0.5), ("system", 24.0, 3.0)]
    assert [t.gap_s for t in setup.status.tracks] == [pytest.approx(0.5, abs=0.05), pytest.approx(3.0, abs=0.05)]
    setup.world.stop()
    assert setup.worst_s("mic") < 0.01
    assert setup.worst_s("system") < 0.01


def test_unplugged_and_back(setup: Setup) -> None:
    setup.world.run(4.0)
    setup.mic.disconnect("The microphone was unplugged.")
    setup.world.run(1.5)
    mic = setup.status.tracks[0]
    assert mic.state == "lost"
    assert setup.warnings() == {("lost", "mic"): "The microphone was unplugged."}
    assert setup.status.warnings[0].to_do == "Plug it in again."
    setup.world.run(4.5)
    assert setup.status.tracks[0].gap_s == pytest.approx(5.0, abs=0.3)
    setup.mic.connect()
    setup.world.run(2.0)
    assert setup.warnings() == {}
    assert setup.status.tracks[0].state == "live"
    setup.mic.disconnect()
    setup.world.run(0.5)  # too short for a warning
    setup.mic.device = "Headset"
    setup.mic.connect()
    setup.world.run(2.0)
    result = setup.world.stop()
    assert [(m.kind.value, m.track, m.text) for m in result.marks if m.kind != MarkKind.GAP] == [
        ("warning", "mic", "The microphone was unplugged."),
        ("device", "mic", "mic device is back."),
        ("device", "mic", "Goes on with Headset."),
    ]
    assert setup.marks(MarkKind.GAP) == [("mic", 4.0, 6.1), ("mic", 12.0, 0.6)]
    assert result.devices["mic"] == "Headset"
    pieces = alignment(setup.folder, "mic", without_pauses(1_000.0))
    assert pieces.worst_s < 0.005
    system = alignment(setup.folder, "system", without_pauses(1_000.0))
    assert system.sound_s == pytest.approx(14.45, abs=0.1)  # untouched


def test_overflow_is_a_gap_of_the_right_length(setup: Setup) -> None:
    setup.world.run(4.0)
    setup.world.is_frozen = True  # for longer than the rings hold, while the sources go on
    setup.world.run(40.0)
    setup.world.is_frozen = False
    setup.world.run(4.0)
    assert "10.0 s of the microphone was lost" in setup.warnings()["overflow", "mic"]
    assert setup.status.tracks[0].overflow_s == pytest.approx(10.0, abs=0.1)
    setup.world.stop()
    for track in ("mic", "system"):
        found = alignment(setup.folder, track, without_pauses(1_000.0))
        assert found.worst_s < 0.002
        assert found.sound_s == pytest.approx(38.0, abs=0.15)
    assert [m[0] for m in setup.marks(MarkKind.GAP)] == ["mic", "system"]


def test_losses_that_the_system_reports(setup: Setup) -> None:
    setup.world.run(4.0)
    assert setup.system.sink is not None
    setup.system.drop(2_400)
    setup.system.sink.lost()
    setup.world.run(2.0)
    assert ("overflow", "system") in setup.warnings()
    setup.world.run(31.0)
    assert setup.warnings() == {}
    setup.world.stop()
    assert setup.worst_s("system") < 0.005


# -- Warnings ---------------------------------------------------------------------------------------------


def quiet_noise(db: float) -> Callable[[np.ndarray], np.ndarray]:
    rng = np.random.default_rng(0)
    return lambda t: rng.normal(0, 10 ** (db / 20), len(t)).astype(np.float32)


def test_a_silent_microphone_is_said_within_ten_seconds(setup: Setup) -> None:
    setup.world.run(5.0)
    setup.mic.make = quiet_noise(-75)
    setup.world.run(7.5)
    assert setup.warnings() == {}
    setup.world.run(2.0)
    assert setup.warnings() == {("silent", "mic"): "The microphone hears nothing."}
    setup.mic.make = quiet_noise(-50)
    setup.world.run(0.3)
    assert setup.warnings() == {}
    setup.mic.make = lambda t: np.zeros(len(t), np.float32)
    setup.world.run(9.5)
    assert "digital silence" in setup.warnings()["silent", "mic"]
    assert "privacy" in setup.status.warnings[0].to_do
    setup.mic.make = quiet_noise(-50)
    setup.world.run(0.3)
    setup.mic.is_quiet = True
    setup.world.run(9.5)
    assert setup.warnings() == {("silent", "mic"): "The microphone delivers nothing."}
    assert len([m for m in setup.recorder.marks() if m.kind == MarkKind.WARNING]) == 1  # again, but not every time


def test_silence_of_the_computer_is_a_warning_only_while_something_plays(setup: Setup) -> None:
    setup.system.make = lambda t: np.zeros(len(t), np.float32)
    for expects in (False, None):
        setup.system.expects = expects
        setup.world.run(20.0)
        assert setup.warnings() == {}
    setup.system.expects = True
    setup.world.run(9.5)
    assert setup.warnings().keys() == {("silent", "system")}
    setup.system.is_quiet = True
    setup.world.run(5.0)
    assert setup.warnings().keys() == {("silent", "system")}
    setup.system.expects = False
    setup.world.run(1.5)
    assert setup.warnings() == {}


def test_a_computer_never_heard_is_a_calm_hint(setup: Setup) -> None:
    setup.system.is_quiet = True
    setup.mic.make = quiet_noise(-30)
    setup.world.run(59.0)
    assert setup.warnings() == {}
    setup.world.run(2.0)
    assert setup.warnings() == {("unheard", "system"): "No sound from the computer so far."}
    assert setup.status.warnings[0].to_do == "If everybody is in the room, that is fine."
    setup.world.run(60.0)
    assert setup.warnings() == {}
    assert setup.recorder.marks() == ()


def test_no_hint_when_the_computer_was_heard_or_nobody_speaks(tmp_path: Path) -> None:
    heard = Setup(tmp_path / "a").begin()
    heard.world.run(1.0)
    heard.system.is_quiet = True
    heard.world.run(70.0)
    quiet = Setup(tmp_path / "b").begin()
    quiet.system.is_quiet = True
    quiet.mic.make = quiet_noise(-60)
    quiet.world.run(70.0)
    for s in (heard, quiet):
        assert s.warnings() == {}
        s.world.stop()


def test_clipping(setup: Setup) -> None:
    setup.mic.make = lambda t: np.where(np.arange(len(t)) % 50 < 2, 1.0, 0.1).astype(np.float32)
    setup.world.run(3.0)
    assert setup.warnings() == {}  # full scale, but never for three samples
    setup.mic.make = lambda t: np.where(np.arange(len(t)) % 50 < 3, -1.0, 0.1).astype(np.float32)
    setup.world.run(1.0)
    assert setup.status.tracks[0].level.clipped
    assert setup.status.tracks[0].level.peak_db == pytest.approx(0.0)
    assert setup.warnings().keys() == {("clipping", "mic")}
    setup.mic.make = quiet_noise(-30)
    setup.world.run(6.0)
    assert setup.warnings() == {}
    assert setup.status.tracks[0].level.rms_db == pytest.approx(-30, abs=0.5)


def test_a_pause_makes_no_track_silent(setup: Setup) -> None:
    setup.world.run(3.0)
    setup.mic.make = lambda t: np.zeros(len(t), np.float32)
    setup.recorder.pause()
    setup.world.run(30.0)
    assert setup.warnings() == {}


# -- The disk ---------------------------------------------------------------------------------------------


def test_little_space_left_is_said_and_almost_none_ends_it(tmp_path: Path) -> None:
    free = [GB]
    s = Setup(tmp_path, free=lambda path: free[0]).begin()
    s.world.run(3.0)
    assert s.warnings() == {}
    assert s.status.remaining_s == pytest.approx((GB - 10_000_000) / 192_000)
    free[0] = 192_000 * 60 * 20 + 10_000_000 + 1
    s.world.run(2.0)
    assert s.warnings() == {("space", ""): "The disk has space for about 20 minutes of recording."}
    free[0] = 9_000_000
    s.world.run(2.0)
    result = s.recorder.wait(0.0)
    assert result is not None
    assert result.reason == "disk_full"
    assert "full" in result.what
    assert result.duration_s == pytest.approx(6.0, abs=1.1)
    assert read_journal(tmp_path / JOURNAL_NAME).end is not None
    assert s.mic.closed


@pytest.mark.parametrize("room", [44 + 96_000 * 3 + 1, 44 + 96_000 * 3 + 1_000])
def test_a_full_disk_keeps_what_was_written(tmp_path: Path, room: int) -> None:
    s = Setup(tmp_path, opener=lambda path: FullDisk(path, room if path.name == "mic.wav" else PLENTY)).begin()
    s.world.run(5.0)
    result = s.recorder.wait(0.0)
    assert result is not None
    assert result.reason == "disk_full"
    assert wav_frames(tmp_path / "mic.wav") == (room - 44) // 2
    assert result.duration_s == pytest.approx(3.0, abs=0.2)
    assert s.worst_s("mic") < 0.002
    assert s.worst_s("system") < 0.002
    end = read_journal(tmp_path / JOURNAL_NAME).end
    assert end is not None
    assert end.duration_s == pytest.approx(result.duration_s)
    assert names(tmp_path) == ["mic.wav", JOURNAL_NAME, "system.wav"]
    with FileLock(tmp_path / LOCK_NAME, timeout=0):  # free
        pass


def test_a_disk_that_is_full_for_the_journal_too(tmp_path: Path) -> None:
    s = Setup(tmp_path, opener=lambda path: FullDisk(path, 700 if path.suffix == ".jsonl" else PLENTY)).begin()
    s.world.run(20.0)
    result = s.recorder.wait(0.0)
    assert result is not None
    assert result.reason == "disk_full"
    journal = read_journal(tmp_path / JOURNAL_NAME)
    assert journal.end is None  # will be found as interrupted: nothing is lost
    assert wav_frames(tmp_path / "mic.wav") > 48_000


@pytest.fixture
def mounted(tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    """Real file systems in memory, where they may be mounted."""
    folders: list[Path] = []

    def mount(options: str) -> Path:
        folder = tmp_path / f"disk{len(folders)}"
        folder.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
        try:
            subprocess.run(command, check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            pytest.skip("may not mount a file system here")
        folders.append(folder)
        return folder

    yield mount
    for folder in folders:
        subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_for_real(mounted: Callable[[str], Path]) -> None:
    folder = mounted("size=3m")
    s = Setup(folder).begin()
    s.world.run(30.0)
    result = s.recorder.wait(0.0)
    assert result is not None
    assert result.reason == "disk_full"
    journal = read_journal(folder / JOURNAL_NAME)
    assert journal.end is not None  # there was a reserve for the last lines
    assert journal.end.reason == "disk_full"
    assert result.duration_s == pytest.approx(2_500_000 / 192_000, abs=1.0)
    for track in ("mic", "system"):
        assert sf.info(folder / f"{track}.wav").frames == pytest.approx(result.duration_s * 48_000, abs=9_600)
        assert s.worst_s(track) < 0.002


def test_a_folder_that_cannot_be_written(mounted: Callable[[str], Path], tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="read-only"):
        Setup(mounted("size=1m,ro")).begin()
    s = Setup(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    s.recorder._place._free = shutil.disk_usage  # type: ignore[assignment]
    with pytest.raises(StorageError, match="no such file or folder"):
        s.begin()


def test_too_little_space_to_begin(tmp_path: Path) -> None:
    s = Setup(tmp_path, free=lambda path: 30_000_000)
    with pytest.raises(StorageError, match="too full to record") as e:
        s.begin()
    assert "Free" in e.value.to_do
    assert names(tmp_path) == []
    assert s.mic.sink is None


def test_nothing_is_left_when_it_cannot_begin(tmp_path: Path) -> None:
    def opener(path: Path) -> object:
        if path.name == "system.wav":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return create(path)

    with pytest.raises(StorageError, match="full"):
        Setup(tmp_path, opener=opener).begin()
    assert names(tmp_path) == []


def test_a_recording_is_never_recorded_over(setup: Setup) -> None:
    with pytest.raises(StorageError, match="already"):
        Setup(setup.folder).begin()
    setup.world.run(2.0)
    setup.world.stop()
    before = (setup.folder / "mic.wav").read_bytes()
    with pytest.raises(StorageError, match="in the way"):
        Setup(setup.folder).begin()
    assert (setup.folder / "mic.wav").read_bytes() == before
    with pytest.raises(RuntimeError):
        setup.recorder.begin()


def test_the_folder_vanishes(setup: Setup) -> None:
    setup.world.run(3.0)
    shutil.rmtree(setup.folder)
    setup.world.run(2.0)
    result = setup.recorder.wait(0.0)
    assert result is not None
    assert result.reason == "folder_lost"
    assert "is gone" in result.what
    assert result.to_do
    assert setup.mic.closed
    assert setup.status.state == "ended"


def test_a_disk_that_does_not_answer_for_a_moment_ends_nothing(setup: Setup, monkeypatch: pytest.MonkeyPatch) -> None:
    setup.world.run(2.0)
    real = os.stat

    def stat(path: Any, *args: Any, **options: Any) -> os.stat_result:
        if str(path).endswith(JOURNAL_NAME):
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return real(path, *args, **options)

    def free(path: Path) -> int:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with monkeypatch.context() as m:
        m.setattr(os, "stat", stat)
        m.setattr(setup.recorder._place, "_free", free)
        setup.world.run(3.0)
        during = setup.status
    setup.world.run(2.0)
    assert (during.state, during.remaining_s) == ("recording", None)
    assert setup.status.remaining_s is not None
    assert setup.world.stop().duration_s == pytest.approx(7.0)


def test_a_disk_that_answers_nothing_any_more_still_ends_it(setup: Setup, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asking why writing failed must not fail itself: nobody would ever be told that the recording is over."""
    setup.world.run(2.0)

    def fails(*args: object, **options: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with monkeypatch.context() as m:
        m.setattr(os, "stat", fails)
        m.setattr(os, "fsync", fails)
        m.setattr(setup.recorder._tracks[0].wav._file, "write", fails, raising=False)
        setup.world.run(2.0)
    result = setup.recorder.wait(0.0)
    assert result is not None
    assert (result.reason, "disk reports an error" in result.what) == ("error", True)


# -- Mistakes ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", [0xD83D, 0xDCFF])
def test_half_a_character_costs_nothing(setup: Setup, code: int) -> None:
    """Half an emoji in a note, a byte that is no UTF-8 in a device's name."""
    half = chr(code)
    setup.recorder.note(f"smile {half}")
    setup.world.run(2.0)
    setup.mic.device = f"Mic {half}"
    setup.mic.connect()
    setup.world.run(2.0)
    assert [t.state for t in setup.status.tracks] == ["live", "live"]
    assert setup.world.stop().reason == "stopped"
    journal = read_journal(setup.folder / JOURNAL_NAME)
    assert [m.text for m in journal.marks if m.kind == MarkKind.NOTE] == ["smile ?"]
    assert journal.devices["mic"] == "Mic ?"


def test_levels_that_fail_end_nothing(
    setup: Setup, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    setup.world.run(2.0)

    def broken(*args: object) -> None:
        raise ZeroDivisionError("levels")

    monkeypatch.setattr(setup.recorder._watch, "look", broken)
    setup.world.run(3.0)
    assert setup.world.stop().duration_s == pytest.approx(5.0)
    assert wav_frames(setup.folder / "mic.wav") == pytest.approx(5 * 48_000, abs=5)
    assert caplog.text.count("levels and warnings failed") == 1


def test_what_a_source_hands_over_when_it_is_closed_is_kept(setup: Setup) -> None:
    setup.world.run(3.0)
    close = setup.mic.close
    setup.mic.is_stalled = True
    setup.world.run(0.1)

    def late() -> None:
        setup.mic.is_stalled = False
        setup.mic.run(setup.clock.now)
        close()

    setup.mic.close = late  # type: ignore[method-assign]
    setup.world.stop()
    with sf.SoundFile(setup.folder / "mic.wav") as f:
        f.seek(3 * 48_000)
        assert np.count_nonzero(f.read(4_000)) == 4_000


def test_a_note_that_comes_when_it_has_ended_by_itself_is_kept(tmp_path: Path) -> None:
    s = Setup(tmp_path, limit_s=2.0).begin()
    s.world.run(3.0)
    assert s.status.state == "ended"
    s.recorder.note("typed meanwhile", 1.0)
    result = s.recorder.wait(0.0)
    assert result is not None
    assert [(m.text, m.at_s) for m in result.marks] == [("typed meanwhile", 1.0)]


def test_marks_that_did_not_fit_into_the_journal_are_written_with_its_end(setup: Setup) -> None:
    """The disk is full, the reserve is given back: now there is room for them."""
    setup.world.run(2.0)
    file = setup.recorder._journal._file

    class Full:
        is_full = True

        def write(self, data: memoryview, /) -> int | None:
            if self.is_full and b'"mark"' in bytes(data):
                self.is_full = False
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return file.write(data)

        def __getattr__(self, name: str) -> object:
            return getattr(file, name)

    setup.recorder._journal._file = Full()  # type: ignore[assignment]
    setup.recorder.note("first")
    setup.recorder.note("second")
    setup.world.run(0.05)
    result = setup.recorder.wait(0.0)
    assert result is not None
    assert result.reason == "disk_full"
    journal = read_journal(setup.folder / JOURNAL_NAME)
    assert [m.text for m in journal.marks] == ["first", "second"]
    assert journal.end is not None


def test_a_source_that_cannot_be_opened_ends_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    s = Setup(tmp_path)

    def denied(sink: CaptureSink) -> None:
        raise InputError("Folkmoot may not listen.", "Allow it.")

    def broken() -> None:
        raise ZeroDivisionError("close")

    s.mic.open = denied  # type: ignore[method-assign]
    s.mic.close = broken  # type: ignore[method-assign]
    s.mic.expects_sound = broken  # type: ignore[method-assign]
    s.begin()
    s.world.run(4.0)
    assert s.warnings() == {("failed", "mic"): "Folkmoot may not listen."}
    assert [t.state for t in s.status.tracks] == ["failed", "live"]
    result = s.world.stop()
    assert result.reason == "stopped"
    assert wav_frames(tmp_path / "mic.wav") == pytest.approx(4 * 48_000, abs=5)
    assert s.worst_s("system") < 0.002
    assert "ZeroDivisionError" in caplog.text


def test_a_mistake_in_one_track_does_not_end_the_other(
    setup: Setup, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    setup.world.run(3.0)

    def broken(*args: object) -> None:
        raise ZeroDivisionError("placing")

    monkeypatch.setattr(setup.recorder._tracks[0]._placer, "block", broken)
    setup.world.run(3.0)
    assert [t.state for t in setup.status.tracks] == ["failed", "live"]
    assert "internal error" in setup.warnings()["failed", "mic"]
    assert setup.status.safe_s > 4.0
    result = setup.world.stop()
    assert result.reason == "stopped"
    assert wav_frames(setup.folder / "mic.wav") == pytest.approx(3 * 48_000, abs=9_600)
    assert wav_frames(setup.folder / "system.wav") == pytest.approx(6 * 48_000, abs=5)
    assert setup.worst_s("mic") < 0.002


def test_the_last_resort_keeps_everything(
    setup: Setup, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    setup.world.run(3.0)

    def broken(*args: object) -> None:
        raise ZeroDivisionError("everywhere")

    monkeypatch.setattr(Placer, "block", broken)
    setup.world.run(1.0)
    result = setup.recorder.wait(0.0)
    assert result is not None
    assert result.reason == "error"
    assert result.duration_s == pytest.approx(3.0, abs=0.2)
    assert setup.worst_s("system") < 0.002
    end = read_journal(setup.folder / JOURNAL_NAME).end
    assert end is not None
    assert end.reason == "error"
    assert setup.mic.closed
    assert setup.system.closed


def test_listeners_hear_it_live_and_cannot_harm_it(setup: Setup) -> None:
    slow = setup.recorder.listen(seconds=1.0)
    quick = setup.recorder.listen(seconds=30.0)
    setup.world.run(5.0)
    setup.system.is_quiet = True
    setup.world.run(5.0)
    assert slow.dropped
    setup.world.stop()
    blocks = []
    while (block := quick.read(0.0)) is not None:
        blocks.append(block)
    assert quick.ended
    for track, first_s in (("mic", 0.05), ("system", 0.05)):
        own = [b for b in blocks if b.track == track]
        assert own[0].start_s == pytest.approx(first_s, abs=0.01)
        assert own[-1].end_s == pytest.approx(10.0, abs=0.01)
        assert sum(len(b.samples) for b in own) == pytest.approx((10.0 - own[0].start_s) * 16_000, abs=200)
        for a, b in itertools.pairwise(own):
            assert b.start_s == pytest.approx(a.end_s, abs=0.002)


# -- In real time -----------------------------------------------------------------------------------------


def test_starts_and_stops_at_once_in_its_own_thread(tmp_path: Path) -> None:
    sources = {t: RealTimeSource(t) for t in ("mic", "system")}
    recorder = Recorder(tmp_path, sources, started_at=datetime.now().astimezone(), free=lambda p: PLENTY)
    begin = time.monotonic()
    recorder.start()
    started = time.monotonic() - begin
    while any(s.first_at is None for s in sources.values()):
        time.sleep(0.005)
    first_s = max(s.first_at or 0.0 for s in sources.values()) - begin
    time.sleep(1.5)
    assert recorder.wait(0.0) is None
    assert recorder.status().state == "recording"
    asked = time.monotonic()
    recorder.stop()
    stopped = time.monotonic() - asked
    result = recorder.wait(20.0)
    assert result is not None
    assert result.reason == "stopped"
    assert result.duration_s == pytest.approx(asked - begin, abs=0.1)
    assert started < 0.5  # milliseconds on a machine that does nothing else; the benchmark says how many
    assert first_s < 1.0
    assert stopped < 0.2
    for track in ("mic", "system"):
        assert alignment(tmp_path, track, without_pauses(recorder._timeline.stretches[0].start)).worst_s < 0.02


def test_a_program_that_ends_without_a_word_ends_its_recording_cleanly(tmp_path: Path) -> None:
    code = (
        "import sys; from datetime import datetime; from pathlib import Path\n"
        "from app.audio.recorder import Recorder\n"
        "class Nothing:\n"
        "    track, device = 'mic', ''\n"
        "    def open(self, sink): pass\n"
        "    def close(self): pass\n"
        "    def expects_sound(self): return None\n"
        "r = Recorder(Path(sys.argv[1]), {'mic': Nothing()}, started_at=datetime.now().astimezone(),"
        " free=lambda p: 10**12)\n"
        "r.start()\n"
    )
    root = Path(__file__).resolve().parent.parent.parent
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True, timeout=60, cwd=root)
    end = read_journal(tmp_path / JOURNAL_NAME).end
    assert end is not None
    assert end.reason == "stopped"


@pytest.mark.parametrize("seed", range(5))
def test_a_killed_recording_loses_at_most_a_second(tmp_path: Path, seed: int) -> None:
    after_s = float(np.random.default_rng(seed).uniform(1.2, 3.0))
    left = kill_while_recording(tmp_path / "m", after_s)
    assert max(left.lost_s.values()) <= 1.0
    assert max(left.worst_s.values()) <= 0.02
    assert left.journal.end is None
    assert left.journal.length_s(left.frames) == pytest.approx(after_s, abs=1.0)
    assert left.journal.marks[0].text == "still here"
    with FileLock(tmp_path / "m" / LOCK_NAME, timeout=0):  # free: that is how it is known to be interrupted
        pass


def test_calls_from_many_threads(tmp_path: Path) -> None:
    sources = {"mic": RealTimeSource("mic", 0.01)}
    recorder = Recorder(tmp_path, sources, started_at=datetime.now().astimezone(), free=lambda p: PLENTY)
    recorder.start()
    end = time.monotonic() + 1.0

    def annoy() -> None:
        while time.monotonic() < end:
            recorder.pause()
            recorder.note("x", 0.1)
            recorder.status()
            recorder.marks()
            recorder.resume()
            recorder.listen().close()
            time.sleep(0.002)

    threads = [threading.Thread(target=annoy) for _ in range(3)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    recorder.resume()
    recorder.stop()
    result = recorder.wait(20.0)
    assert result is not None
    assert result.reason == "stopped"
    lines = (tmp_path / JOURNAL_NAME).read_text().splitlines()
    assert [json.loads(line)["kind"] for line in lines].count("mark") == len(result.marks)
    pauses = [m.kind for m in sorted(result.marks, key=lambda m: m.wall) if m.kind in ("pause", "resume")]
    assert abs(pauses.count(MarkKind.PAUSE) - pauses.count(MarkKind.RESUME)) == 0
