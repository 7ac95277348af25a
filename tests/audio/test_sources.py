"""Sources on real sound servers: whatever happens to devices and server, the track goes on, with its own sound.

Voices of the sample meeting are played into an output and into what the microphone hears.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pulsectl
import pytest

from app.audio.systems import pulse, pulse_server, this_system
from app.audio.systems.pulse import PulseSystem
from app.domain.errors import InputError
from app.domain.meeting import MIC, SYSTEM
from app.domain.recording import DEFAULT, AudioSource, Device
from tests.audio.servers import FEED, MICROPHONE, SPEAKERS, SoundServer
from tests.audio.sounds import Collector, Player, Samples, find, part

Open = Callable[..., tuple[AudioSource, Collector]]
Play = Callable[[Samples, str], Player]


@pytest.fixture
def system() -> PulseSystem:
    return PulseSystem()


@pytest.fixture
def opened(system: PulseSystem) -> Iterator[Open]:
    """Opens a source; all are closed at the end."""
    sources: list[AudioSource] = []

    def open_source(track: str, choice: str = DEFAULT) -> tuple[AudioSource, Collector]:
        source, collector = system.source(track, choice), Collector()
        source.open(collector)
        sources.append(source)
        return source, collector

    yield open_source
    for source in sources:
        source.close()


@pytest.fixture
def play() -> Iterator[Play]:
    """Plays into an output; everything is stopped at the end."""
    players: list[Player] = []

    def start(samples: Samples, output: str) -> Player:
        players.append(Player(samples, output, os.environ["PULSE_SERVER"]))
        return players[-1]

    yield start
    for player in players:
        player.stop()


def likeness(what: Samples, collector: Collector, since: float = 0.0) -> float:
    return find(what, collector.sound(since)[0])[0]


# -- What there is ----------------------------------------------------------------------------------------


def test_devices_have_names_and_monitors_are_no_microphones(server: SoundServer) -> None:
    server.add_output("headphones", "Big Headphones")
    system = this_system()
    devices = system.devices()
    assert system.name == server.name
    assert [(d.track, d.name, d.is_default) for d in devices] == [
        (MIC, "Microphone", True),
        (SYSTEM, "Speakers", True),
        (SYSTEM, "Big Headphones", False),
        (SYSTEM, "Feed", False),
    ]
    for d in devices:
        assert system.source(d.track, d.id).track == d.track
    system.source(SYSTEM, "headphones")  # an id, or a part of a name in any case
    system.source(SYSTEM, "big head")
    system.source(SYSTEM, "feed.monitor")  # how mixers call it


@pytest.mark.parametrize(
    ("track", "choice", "words"),
    [
        (MIC, "Nobody", "“Nobody”"),
        (MIC, "speakers.monitor", "not a microphone"),
        (MIC, "speakers", "“Microphone”"),  # says which there are
        (SYSTEM, "e", "several"),
        (SYSTEM, "", "“”"),
    ],
)
def test_wrong_names_are_refused_with_words(pulseaudio: SoundServer, track: str, choice: str, words: str) -> None:
    with pytest.raises(InputError, match=words) as refused:
        PulseSystem().source(track, choice)
    assert refused.value.to_do


def test_without_a_server_one_is_told_so(monkeypatch: pytest.MonkeyPatch, opened: Open) -> None:
    monkeypatch.setenv("PULSE_SERVER", "unix:/nowhere/at/all")
    with pytest.raises(InputError, match="No sound server answers"):
        PulseSystem().devices()
    with pytest.raises(InputError, match="No sound server answers"):
        PulseSystem().source(MIC, "Headset")
    began = time.monotonic()
    _, heard = opened(SYSTEM)
    failed = heard.until_event("failed")
    assert time.monotonic() - began < 3
    assert failed.to_do
    time.sleep(1)
    assert heard.kinds() == ["failed"]  # said once, however often it is tried


# -- Sound ------------------------------------------------------------------------------------------------


def test_start_is_quick_and_nothing_comes_after_close(pulseaudio: SoundServer, opened: Open) -> None:
    began = time.monotonic()
    source, heard = opened(MIC)
    assert time.monotonic() - began < 0.1
    heard.hear(0.1)
    assert heard.blocks[0][1] - began < 2  # the figure is the benchmark's to print; this machine may be busy
    assert source.device == "Microphone"
    closing = time.monotonic()
    source.close()
    source.close()
    assert time.monotonic() - closing < 1
    count = len(heard.blocks)
    time.sleep(0.3)
    assert len(heard.blocks) == count
    assert "sound-server" not in {t.name for t in threading.enumerate()}


def test_opening_and_closing_leaves_nothing(pulseaudio: SoundServer, system: PulseSystem) -> None:
    def descriptors() -> int:
        return sum(1 for _ in Path("/proc/self/fd").iterdir())

    counts = []
    for _ in range(6):
        sources = [system.source(MIC, DEFAULT), system.source(SYSTEM, DEFAULT)]
        for source in sources:
            heard = Collector()
            source.open(heard)
            heard.hear(0.05)
        sources[0].close()
        heard.hear(0.1)  # the other one goes on
        sources[1].close()
        system.devices()
        counts.append(descriptors())
    assert counts[-1] == counts[1]
    system.source(MIC, DEFAULT).close()  # never opened


# -- Changes ----------------------------------------------------------------------------------------------


def test_when_the_output_goes_the_microphone_is_never_taken_for_it(
    server: SoundServer, opened: Open, play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What PulseAudio does of itself: it moves the stream to the default microphone, without a word. And this
    machine is slow to notice."""
    server.add_output("headphones", "Headphones")
    server.set_default("headphones")
    _, sys = opened(SYSTEM)
    _, mic = opened(MIC)
    sys.hear(0.3)
    me = part(MIC, 0, 2)
    player = play(me, FEED)  # all the time
    mic.hear(0.5)
    look = pulse_server._look

    def slow_look(connection: pulsectl.Pulse) -> pulse_server.View:
        time.sleep(0.2)
        return look(connection)

    monkeypatch.setattr(pulse_server, "_look", slow_look)
    server.remove_device("headphones")
    sys.until(lambda c: (c.events[-1].kind, c.events[-1].device) in [("moved", "Speakers"), ("opened", "Speakers")])
    player.wait()
    mic.hear(0.3)
    sys.hear(0.3)
    assert likeness(me, mic) >= 0.99
    assert np.abs(sys.sound()[0]).max() == 0  # not one sample
    assert mic.kinds() == ["opened"]
    assert sys.frames / 48000 == pytest.approx(mic.frames / 48000, abs=1)  # and nothing is missing but that


def test_a_machine_without_microphone_and_output(pulseaudio: SoundServer, opened: Open) -> None:
    pulseaudio.remove_device(MICROPHONE)  # the default source is now a monitor: no microphone
    _, mic = opened(MIC)
    _, sys = opened(SYSTEM)
    assert mic.until_event("failed").what == "There is no microphone."
    sys.hear(0.2)
    pulseaudio.remove_device(SPEAKERS)
    pulseaudio.remove_device(FEED)
    assert sys.until_event("failed").what == "There is no sound output."
    assert mic.frames == 0
    pulseaudio._make_devices()
    assert mic.until_event("opened").device == "Microphone"
    assert sys.until_event("opened", 2).device == "Speakers"
    sys.hear(0.2)
    mic.hear(0.2)


def test_a_monitor_as_default_source_is_no_microphone(pulseaudio: SoundServer, opened: Open) -> None:
    pulseaudio.set_default_source(f"{SPEAKERS}.monitor")  # some mixers offer that
    assert [d.name for d in this_system().devices() if d.track == MIC and d.is_default] == ["Microphone"]
    source, mic = opened(MIC)
    mic.hear(0.1)
    assert source.device == "Microphone"


def test_a_chosen_device_vanishes_and_comes_back(server: SoundServer, opened: Open, play: Play) -> None:
    server.add_output("headphones", "Headphones")
    source, sys = opened(SYSTEM, "Headph")
    sys.hear(0.2)
    server.remove_device("headphones")
    away = sys.until_event("moved")
    assert (away.device, away.what) == ("Speakers", "“Headphones” is not connected; “Speakers” is recorded instead.")
    sys.hear(0.2)
    server.add_output("headphones", "Headphones")
    back = sys.until_event("moved", 2)
    assert back.device == source.device == "Headphones"
    server.set_default(FEED)  # which does not matter now
    voice = part(SYSTEM, 0, 1)
    play(voice, "headphones").wait()
    sys.hear(0.3)
    assert likeness(voice, sys, back.at) >= 0.99
    assert sys.kinds() == ["opened", "moved", "moved"]


def test_a_microphone_vanishes_and_comes_back(pulseaudio: SoundServer, opened: Open) -> None:
    _, mic = opened(MIC)
    _, sys = opened(SYSTEM)
    mic.hear(0.2)
    pulseaudio.remove_device(MICROPHONE)
    assert mic.until_event("failed").what == "There is no microphone."
    silence = mic.frames
    sys.hear(0.5)  # untouched
    assert mic.frames == silence
    with pulseaudio.control() as control:
        control.module_load("module-remap-source", f"source_name=usb master={FEED}.monitor")
    mic.until_event("opened", 2)
    mic.hear(0.2)
    assert sys.kinds() == ["opened"]


def test_somebody_ends_the_stream(pulseaudio: SoundServer, opened: Open) -> None:
    """As a mixer's "terminate" does."""
    _, mic = opened(MIC)
    mic.hear(0.2)
    with pulseaudio.control() as control:
        for stream in control.source_output_list():
            if stream.proplist.get("application.name") == "Folkmoot":
                kill(control, stream.index)
    mic.until_event("opened", 2)
    mic.hear(0.2)


def kill(control: Any, index: int) -> None:
    """What pulsectl has no method for."""
    with control._pulse_op_cb() as done:
        pulsectl._pulsectl.pa.context_kill_source_output(control._ctx, index, done, None)


def test_a_muted_microphone_is_said(pulseaudio: SoundServer, opened: Open) -> None:
    source, mic = opened(MIC)
    mic.hear(0.2)
    assert source.expects_sound() is True
    pulseaudio.mute(MICROPHONE, True)
    muted = mic.until_event("failed")
    assert muted.what == "The microphone “Microphone” is muted."
    assert muted.to_do
    assert source.expects_sound() is False
    mic.hear(0.2)  # silence, but of the right length
    pulseaudio.mute(MICROPHONE, False)
    mic.until_event("opened", 2)
    assert source.expects_sound() is True


def test_a_device_that_delivers_nothing_is_said(
    pulseaudio: SoundServer, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert pulse.QUIET_S < 3
    monkeypatch.setattr(pulse, "QUIET_S", 0.6)
    _, mic = opened(MIC)
    _, sys = opened(SYSTEM)
    mic.hear(0.2)

    def suspend(suspended: bool) -> None:
        with pulseaudio.control() as control:
            control.sink_suspend(control.get_sink_by_name(SPEAKERS).index, suspended)

    suspend(True)
    assert sys.until_event("lost").what == "“Speakers” delivers no sound."
    mic.hear(0.5)
    suspend(False)
    sys.until_event("opened", 2)
    sys.hear(0.2)
    assert mic.kinds() == ["opened"]


def test_whether_sound_is_to_be_expected(pulseaudio: SoundServer, opened: Open, play: Play) -> None:
    source, sys = opened(SYSTEM)
    sys.hear(0.3)
    assert source.expects_sound() is False
    player = play(part(SYSTEM, 0, 5), FEED)  # not the output that is recorded: all the more
    until(lambda: source.expects_sound() is True)
    player.stop()
    until(lambda: source.expects_sound() is False)


# -- The server itself ------------------------------------------------------------------------------------


def test_the_server_dies_and_comes_back(pulseaudio: SoundServer, opened: Open, play: Play) -> None:
    _, mic = opened(MIC)
    _, sys = opened(SYSTEM)
    mic.hear(0.3)
    sys.hear(0.3)
    killed = time.monotonic()
    pulseaudio.kill()
    for heard in (mic, sys):
        lost = heard.until_event("lost")
        assert lost.what == "The sound server ended."
        assert lost.at - killed < 1
    time.sleep(0.7)
    pulseaudio.start()
    for heard in (mic, sys):
        heard.until_event("opened", 2)
    sys.until(lambda c: c.events[-1].device == "Speakers")  # devices come one by one
    since = time.monotonic()
    me, them = part(MIC, 0, 1), part(SYSTEM, 0, 1)
    for player in [play(me, FEED), play(them, SPEAKERS)]:
        player.wait()
    mic.hear(0.3)
    sys.hear(0.3)
    assert likeness(me, mic, since) >= 0.99
    assert likeness(them, sys, since) >= 0.99
    assert likeness(me, sys) < 0.3


def test_a_server_that_is_not_there_yet(pulseaudio: SoundServer, opened: Open) -> None:
    pulseaudio.kill()
    _, mic = opened(MIC)
    mic.until_event("failed")
    pulseaudio.start()
    mic.until_event("opened")
    mic.hear(0.3)


def test_closing_does_not_wait_for_a_frozen_server(
    pulseaudio: SoundServer, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pulse_server, "ANSWER_S", 0.5)
    source, mic = opened(MIC)
    other, sys = opened(SYSTEM)
    mic.hear(0.3)
    sys.hear(0.3)
    pulseaudio.freeze()
    try:
        with pytest.raises(InputError, match="No sound server answers"):
            PulseSystem().devices()
        for closed in (source, other):
            began = time.monotonic()
            closed.close()
            assert time.monotonic() - began <= 1
    finally:
        pulseaudio.thaw()
    count = mic.frames + sys.frames
    time.sleep(0.3)
    assert mic.frames + sys.frames == count


def test_a_server_that_stops_for_a_while(
    pulseaudio: SoundServer, opened: Open, play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pulse, "QUIET_S", 0.6)
    _, mic = opened(MIC)
    mic.hear(0.3)
    pulseaudio.freeze()
    try:
        assert mic.until_event("lost").what
    finally:
        pulseaudio.thaw()
    mic.until_event("opened", 2)
    since = time.monotonic()
    voice = part(MIC, 0, 1)
    play(voice, FEED).wait()
    mic.hear(0.3)
    assert likeness(voice, mic, since) >= 0.99


def until(true: Callable[[], bool], timeout_s: float = 5.0) -> None:
    deadline = time.monotonic() + timeout_s
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


# -- Without a sound server -------------------------------------------------------------------------------


class Microphones:
    """Stands in for PortAudio on a machine that has one microphone, or none."""

    def __init__(self, count: int) -> None:
        self.count = count

    def devices(self) -> list[Device]:
        return [Device("usb", "USB", MIC, True)] * self.count


@pytest.mark.parametrize(("microphones", "libpulse", "used"), [(1, True, "P"), (0, True, "S"), (0, False, "P")])
def test_what_is_used_without_a_server(
    monkeypatch: pytest.MonkeyPatch, microphones: int, libpulse: bool, used: str
) -> None:
    def missing() -> None:
        raise OSError("libpulse.so.0: cannot open shared object file")

    monkeypatch.setenv("PULSE_SERVER", "unix:/nowhere/at/all")
    monkeypatch.setattr("app.audio.systems.portaudio.PortAudioSystem", lambda: Microphones(microphones))
    if not libpulse:
        monkeypatch.setattr(pulse, "libpulse", missing)
    system = this_system()
    assert isinstance(system, PulseSystem if used == "S" else Microphones)
