"""What the product keeps of a meeting, on real sound servers: recorded by its recorder, read by its reader.

Where the microphone hears what the recorded output plays ("Feed"), both tracks carry the same sound, and how far apart
they are is exactly known. Faults are made around that; what was lost may not be more than the outage.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from app.audio.systems import this_system
from app.domain.errors import InputError
from app.domain.meeting import MIC, SYSTEM
from app.domain.recording import NONE
from app.services.recordings import open_sources
from tests.audio.recordings import find_in, finish, loaded_cores, read, recording, recording_process
from tests.audio.servers import FEED, SPEAKERS, SoundServer
from tests.audio.sounds import Player, Samples, part

NEAR_S = 0.02  # what the issue of two tracks allows

Play = Callable[[Samples, str], Player]


@pytest.fixture
def play() -> Iterator[Play]:
    players: list[Player] = []

    def start(samples: Samples, output: str) -> Player:
        players.append(Player(samples, output, os.environ["PULSE_SERVER"]))
        return players[-1]

    yield start
    for player in players:
        player.stop()


def apart(voice: Samples, folder: Path) -> float:
    """Seconds between the places of one sound in both tracks, where it must be whole."""
    places = []
    for track in (MIC, SYSTEM):
        correlation, place = find_in(voice, read(folder, track))
        assert correlation >= 0.99, track
        places.append(place)
    return abs(places[0] - places[1])


def test_two_voices_at_once(server: SoundServer, play: Play, tmp_path: Path) -> None:
    me, them = part(MIC, 0, 2), part(SYSTEM, 0, 2)
    with recording(tmp_path / "meeting") as running:
        running.until_live()
        time.sleep(0.3)
        players = play(me, FEED), play(them, SPEAKERS)
        for player in players:
            player.wait()
        time.sleep(0.3)
        heard_s = [running.place(player.heard_from()) for player in players]
    offsets = []
    for track, own, other, at_s in ((MIC, me, them, heard_s[0]), (SYSTEM, them, me, heard_s[1])):
        sound = read(running.folder, track)
        correlation, place = find_in(own, sound)
        assert correlation >= 0.99
        assert find_in(other, sound)[0] < 0.3
        assert len(sound) / 16_000 == pytest.approx(running.stop().duration_s, abs=0.001)
        offsets.append(place - at_s)
        assert running.gaps(track) == []
    assert abs(offsets[0] - offsets[1]) <= NEAR_S
    assert running.stop().devices == {MIC: "Microphone", SYSTEM: "Speakers"}


@pytest.mark.parametrize("only", [MIC, SYSTEM])
def test_one_track_only(pulseaudio: SoundServer, play: Play, tmp_path: Path, only: str) -> None:
    voice = part(only, 4, 1.5)
    mic, system_audio = ("default", NONE) if only == MIC else (NONE, "speak")
    with recording(tmp_path / "meeting", mic, system_audio) as running:
        running.until_live()
        play(voice, FEED if only == MIC else SPEAKERS).wait()
        time.sleep(0.2)
    assert list(running.stop().devices) == [only]
    assert find_in(voice, read(running.folder, only))[0] >= 0.99
    with pytest.raises(InputError):
        read(running.folder, SYSTEM if only == MIC else MIC)


def test_a_wrong_name_does_not_cost_the_other_track(pulseaudio: SoundServer) -> None:
    sources, warnings = open_sources(this_system(), mic="No such thing", system_audio="speakers")
    assert list(sources) == [SYSTEM]
    assert "No such thing" in warnings[0].what
    with pytest.raises(InputError, match="No such thing"):
        open_sources(this_system(), mic="No such thing", system_audio=NONE)


def test_outputs_change_and_go(server: SoundServer, play: Play, tmp_path: Path) -> None:
    """The default output is switched, then removed; the microphone goes on, and the tracks stay together."""
    server.add_output("headphones", "Headphones")
    me = part(MIC, 0, 3)
    with recording(tmp_path / "meeting") as running:
        running.until_live()
        time.sleep(0.3)
        speaking = play(me, FEED)
        speaking.heard_from()
        server.set_default("headphones")
        running.until_live(SYSTEM, device="Headphones")
        them = part(SYSTEM, 20, 0.8)
        play(them, "headphones").wait()
        server.remove_device("headphones")
        running.until_live(SYSTEM, device="Speakers")
        speaking.wait()
        server.set_default(FEED)
        running.until_live(SYSTEM, device="Feed")
        time.sleep(0.3)
        both = part(SYSTEM, 30, 1)
        play(both, FEED).wait()
        time.sleep(0.3)
    assert apart(both, running.folder) <= NEAR_S
    mic, system = read(running.folder, MIC), read(running.folder, SYSTEM)
    assert find_in(me, mic)[0] >= 0.99  # all of it, through both changes
    assert find_in(them, system)[0] >= 0.99
    assert find_in(me, system)[0] < 0.3
    assert running.gaps(MIC) == []
    assert sum(seconds for _, seconds in running.gaps(SYSTEM)) < 1
    moved = [m.text for m in running.stop().marks if m.kind == "device"]
    assert moved == ["Goes on with Headphones.", "Goes on with Speakers.", "Goes on with Feed."]


def test_the_server_is_killed(server: SoundServer, play: Play, tmp_path: Path) -> None:
    server.set_default(FEED)
    before, after = part(SYSTEM, 40, 1), part(SYSTEM, 50, 1)
    with recording(tmp_path / "meeting") as running:
        running.until_live()
        time.sleep(0.3)
        first = play(before, FEED)
        first.wait()
        first_s = running.place(first.heard_from())
        time.sleep(0.2)
        killed_s = running.place(time.monotonic())
        server.kill()
        time.sleep(1)
        server.start()
        server.set_default(FEED)
        running.until_live(MIC, device="Microphone")
        running.until_live(SYSTEM, device="Feed")
        back_s = running.place(time.monotonic())
        time.sleep(0.3)
        second = play(after, FEED)
        second.wait()
        second_s = running.place(second.heard_from())
        time.sleep(0.3)
    for voice, at_s in ((before, first_s), (after, second_s)):
        assert apart(voice, running.folder) <= NEAR_S
        assert find_in(voice, read(running.folder, MIC))[1] == pytest.approx(at_s, abs=0.06)
    for track in (MIC, SYSTEM):
        gaps = running.gaps(track)
        assert gaps
        assert all(killed_s - 0.2 <= at_s and at_s + seconds <= back_s + 0.2 for at_s, seconds in gaps)
        assert len(read(running.folder, track)) / 16_000 == pytest.approx(running.stop().duration_s, abs=0.001)


@pytest.mark.slow
def test_the_recording_process_stands_still(pulseaudio: SoundServer, play: Play, tmp_path: Path) -> None:
    """For five seconds, in the middle of speech (SIGSTOP): the server keeps it, and nothing is lost or shifted."""
    pulseaudio.set_default(FEED)
    voice = part(SYSTEM, 0, 6.5)
    folder = tmp_path / "meeting"
    with recording_process(folder) as process:
        time.sleep(0.3)
        player = play(voice, FEED)
        player.heard_from()
        time.sleep(0.7)
        process.send_signal(signal.SIGSTOP)
        time.sleep(5)
        process.send_signal(signal.SIGCONT)
        player.wait()
        time.sleep(0.5)
        said = finish(process)
    assert said == "mic overflow 0.00 gap 0.00, system overflow 0.00 gap 0.00"
    assert apart(voice, folder) <= NEAR_S


@pytest.mark.slow
def test_all_cores_are_busy(pulseaudio: SoundServer, play: Play, tmp_path: Path) -> None:
    pulseaudio.set_default(FEED)
    voice = part(SYSTEM, 0, 3)
    folder = tmp_path / "meeting"
    with recording_process(folder) as process, loaded_cores(os.cpu_count() or 2):
        time.sleep(0.3)
        play(voice, FEED).wait()
        time.sleep(0.3)
        said = finish(process)
    assert said == "mic overflow 0.00 gap 0.00, system overflow 0.00 gap 0.00"
    assert apart(voice, folder) <= NEAR_S
    assert np.abs(read(folder, MIC)).max() > 0.1
