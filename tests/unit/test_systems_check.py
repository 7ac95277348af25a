"""The sound check: what it says of tracks that work and of those that do not."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile as sf

from app.audio import check
from app.audio.systems.file import FileSystem
from app.audio.systems.worker import Trouble, WorkerSource
from app.domain.errors import InputError
from app.domain.meeting import MIC, SYSTEM
from app.domain.recording import CAPTURE_RATE, DEFAULT, NONE, AudioSource, Device


def write(path: Path, peak: float) -> Path:
    sine = peak * np.sin(2 * np.pi * 440 * np.arange(CAPTURE_RATE * 3) / CAPTURE_RATE)
    sf.write(path, sine.astype(np.float32), CAPTURE_RATE, subtype="FLOAT")
    return path


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    return {MIC: write(tmp_path / "voice.wav", 0.5), SYSTEM: write(tmp_path / "far.wav", 0.25)}


class Quiet(WorkerSource):
    """Delivers a constant, or nothing, or trouble."""

    def __init__(
        self, track: str, value: float | None = 0.0, trouble: Trouble | None = None, plays: bool | None = None
    ) -> None:
        super().__init__(track)
        self.value, self.trouble, self.plays = value, trouble, plays
        self.closed = False

    def expects_sound(self) -> bool | None:
        return self.plays

    def close(self) -> None:
        super().close()
        self.closed = True

    def _record(self) -> None:
        if self.trouble is not None:
            raise self.trouble
        self._opened("Thing")
        while not self._stop.wait(0.01):
            if self.value is not None:
                self._gate.put(np.full(480, self.value, np.float32), time.monotonic())


class Fixed:
    """A sound system with these sources."""

    name = "Fixed"

    def __init__(self, *sources: WorkerSource) -> None:
        self.sources = {s.track: s for s in sources}

    def devices(self) -> list[Device]:
        return [Device("1", "Thing", MIC, True)]

    def source(self, track: str, choice: str) -> AudioSource:
        if track not in self.sources:
            raise InputError("Nothing here carries the computer's own sound.", "Install BlackHole.")
        return self.sources[track]


def run(*sources: WorkerSource, choices: dict[str, str] | None = None) -> check.Check:
    result = check.run(Fixed(*sources), choices, seconds=0.3)
    assert all(s.closed for s in sources)
    return result


def test_both_tracks_carry_a_signal(files: dict[str, Path]) -> None:
    said: list[str] = []
    result = check.run(FileSystem(files), seconds=0.5, say=said.append)
    assert result.passed
    mic, system = result.tracks
    assert (mic.track, system.track) == (MIC, SYSTEM)
    assert (mic.device, system.device) == ("voice.wav", "far.wav")
    assert mic.level.peak_db == pytest.approx(-6.0, abs=0.1)
    assert mic.level.rms_db == pytest.approx(-9.0, abs=0.2)
    assert system.level.peak_db == pytest.approx(-12.0, abs=0.1)
    assert mic.delivered_s > 0.3
    assert mic.first_ms is not None
    assert mic.first_ms > 0
    assert said == [
        "Recording 0.5 s. Speak into the microphone, and play something you can hear, a video for instance."
    ]


def test_one_track_only(files: dict[str, Path]) -> None:
    said: list[str] = []
    result = check.run(FileSystem(files), {MIC: f"file:{files[MIC]}", SYSTEM: NONE}, seconds=0.2, say=said.append)
    assert result.passed
    assert [t.track for t in result.tracks] == [MIC]
    assert said == ["Recording 0.2 s. Speak into the microphone."]


def test_nothing_asked_for_is_no_success(files: dict[str, Path]) -> None:
    assert not check.run(FileSystem(files), {MIC: NONE, SYSTEM: NONE}).passed


@pytest.mark.parametrize(
    ("source", "what", "to_do"),
    [
        (Quiet(MIC, 0.0), "“Thing” gives only digital silence", "Check its switch"),
        (Quiet(MIC, 0.0005), "too quiet (peak -66 dB)", "Speak as you would"),
        (Quiet(MIC, None), "“Thing” delivers no sound", "Connect it again"),
        (Quiet(MIC, trouble=Trouble("failed", "macOS gives silence.", "Allow it.")), "macOS gives silence.", "Allow"),
        (Quiet(MIC, trouble=Trouble("lost", "“USB” is not connected.")), "“USB” is not connected.", ""),
    ],
)
def test_why_the_microphone_carries_none(source: Quiet, what: str, to_do: str) -> None:
    result = run(source, choices={MIC: DEFAULT})
    assert not result.passed
    (track,) = result.tracks
    assert what in track.what
    assert to_do in track.to_do
    assert not track.carries_signal


@pytest.mark.parametrize("value", [0.0, None])
@pytest.mark.parametrize(
    ("plays", "what"), [(True, "Something plays, but"), (None, "nothing plays"), (False, "nothing")]
)
def test_a_silent_computer(value: float | None, plays: bool | None, what: str) -> None:
    (track,) = run(Quiet(SYSTEM, value, plays=plays), choices={SYSTEM: DEFAULT}).tracks
    assert what in track.what
    if not plays:
        assert track.to_do == check.PLAY_SOMETHING


@pytest.mark.parametrize(
    ("platform", "word"), [("darwin", "Privacy & Security"), ("win32", "desktop apps"), ("linux", "muted")]
)
def test_the_way_out_is_that_of_the_platform(monkeypatch: pytest.MonkeyPatch, platform: str, word: str) -> None:
    monkeypatch.setattr("app.audio.check.sys.platform", platform)
    (track,) = run(Quiet(MIC, 0.0), choices={MIC: DEFAULT}).tracks
    assert word in track.to_do


def test_a_track_that_cannot_be_had_does_not_keep_the_other_from_being_tested() -> None:
    result = run(Quiet(MIC, 0.5))
    assert [t.carries_signal for t in result.tracks] == [True, False]
    assert result.tracks[1].what == "Nothing here carries the computer's own sound."
    assert not result.passed
    text = check.to_text(result)
    assert "It carries a signal." in text
    assert "Install BlackHole." in text


def test_no_sound_system() -> None:
    class Nothing(Fixed):
        def devices(self) -> list[Device]:
            raise InputError("No sound server answers.", "Start PipeWire.")

    result = check.run(Nothing(), seconds=0.1)
    assert not result.passed
    assert result.devices == ()
    assert "No sound server answers." in check.to_text(result)


def test_sound_that_is_no_number_or_too_loud() -> None:
    class Odd(Quiet):
        def _record(self) -> None:
            self._opened("Thing")
            self._gate.put(np.array([np.nan, np.inf, 1.0, 1.0, 1.0, 1.0], np.float32), time.monotonic())
            self._gate.lost(5)
            self._stop.wait()

    result = run(Odd(MIC), choices={MIC: DEFAULT})
    (track,) = result.tracks
    assert track.level.clipped
    assert track.level.peak_db == 0.0
    assert track.dropped == 1
    assert "distorts" in check.to_text(result)


def test_doctor_says_it_and_returns_it(
    files: dict[str, Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from app import doctor

    monkeypatch.setattr("app.audio.systems.this_system", lambda: FileSystem(files))
    assert doctor.record_test(0.3) == 0
    out = capsys.readouterr().out
    assert "Recording 0.3 s." in out
    assert out.count("It carries a signal.") == 2
    write(files[SYSTEM], 0.0)
    assert doctor.record_test(0.3, as_json=True) == InputError.exit_code
    captured = capsys.readouterr()
    assert "Recording" in captured.err
    report: dict[str, Any] = json.loads(captured.out)
    assert [t["carries_signal"] for t in report["tracks"]] == [True, False]
    assert report["tracks"][1]["to_do"] == check.PLAY_SOMETHING
    assert doctor.record_test(0.3, system=NONE) == 0


def test_doctor_names_the_packages_of_this_platform() -> None:
    from app import doctor

    assert ("pulsectl" in doctor.PACKAGES) == (sys.platform == "linux")
