"""What the product keeps of a meeting, on real sound servers: recorded by its recorder, read by its reader."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from app.audio.systems import this_system
from app.domain.errors import InputError
from app.domain.meeting import MIC, SYSTEM
from app.domain.recording import NONE
from app.services.recordings import open_sources
from tests.audio import scenarios
from tests.audio.recordings import find_in, read, recording
from tests.audio.servers import FEED, SPEAKERS, SoundServer
from tests.audio.sounds import part

WHOLE = 0.99  # correlation of what was recorded with what was played
NEAR_S = 0.02  # how far apart the tracks may be


def test_two_voices_at_once(server: SoundServer, tmp_path: Path) -> None:
    outcome = scenarios.two_voices(server, tmp_path / "meeting")
    assert outcome.own >= WHOLE
    assert outcome.other < 0.3
    assert outcome.apart_s <= NEAR_S
    assert outcome.lost_s == (0, 0)


@pytest.mark.parametrize("only", [MIC, SYSTEM])
def test_one_track_only(pulseaudio: SoundServer, tmp_path: Path, only: str) -> None:
    voice = part(only, 4, 0.8)
    mic, system_audio = ("default", NONE) if only == MIC else (NONE, "speak")
    with scenarios.playing(pulseaudio) as play, recording(tmp_path / "meeting", mic, system_audio) as running:
        running.until_live()
        play(voice, FEED if only == MIC else SPEAKERS).wait()
        time.sleep(0.2)
    result = running.stop()
    assert result.devices == {only: "Microphone" if only == MIC else "Speakers"}
    sound = read(running.folder, only)
    assert find_in(voice, sound)[0] >= WHOLE
    assert len(sound) / 16_000 == pytest.approx(result.duration_s, abs=0.001)
    with pytest.raises(InputError):
        read(running.folder, SYSTEM if only == MIC else MIC)


def test_a_wrong_name_does_not_cost_the_other_track(pulseaudio: SoundServer) -> None:
    sources, warnings = open_sources(this_system(), mic="No such thing", system_audio="speakers")
    assert list(sources) == [SYSTEM]
    assert "No such thing" in warnings[0].what
    with pytest.raises(InputError, match="No such thing"):
        open_sources(this_system(), mic="No such thing", system_audio=NONE)


def test_outputs_change_and_go(server: SoundServer, tmp_path: Path) -> None:
    outcome = scenarios.outputs_change(server, tmp_path / "meeting")
    assert outcome.own >= WHOLE
    assert outcome.other < 0.3  # the microphone is nowhere on the system's track
    assert outcome.apart_s <= NEAR_S
    mic_lost_s, system_lost_s = outcome.lost_s
    assert mic_lost_s == 0
    assert system_lost_s < 1


def test_the_server_is_killed(server: SoundServer, tmp_path: Path) -> None:
    outcome = scenarios.server_killed(server, tmp_path / "meeting")
    assert outcome.own >= WHOLE
    assert outcome.apart_s <= NEAR_S
    for lost_s in outcome.lost_s:
        assert 0.5 <= lost_s <= outcome.outage_s + 0.2  # the outage, and nothing else


@pytest.mark.slow
def test_the_recording_process_stands_still(pulseaudio: SoundServer, tmp_path: Path) -> None:
    outcome = scenarios.stopped_process(pulseaudio, tmp_path / "meeting")
    assert outcome.own >= WHOLE
    assert outcome.apart_s <= NEAR_S
    assert outcome.lost_s == (0, 0)


@pytest.mark.slow
def test_all_cores_are_busy(pulseaudio: SoundServer, tmp_path: Path) -> None:
    outcome = scenarios.busy_cores(pulseaudio, tmp_path / "meeting")
    assert outcome.own >= WHOLE
    assert outcome.apart_s <= NEAR_S
    assert outcome.lost_s == (0, 0)
