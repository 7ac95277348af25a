"""Things that happen while a meeting is recorded, each on a real sound server, and what the recording was like then.

The tests hold the outcomes to what is promised; the benchmark prints them. Where the microphone hears what the
recorded output plays ("Feed"), both tracks carry the same sound, so how far apart they are is exactly known.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.domain.meeting import MIC, SYSTEM
from tests.audio.recordings import Recording, find_in, finish, loaded_cores, read, recording, recording_process
from tests.audio.servers import FEED, SPEAKERS, SoundServer
from tests.audio.sounds import Player, Samples, part

TRACKS = (MIC, SYSTEM)
SETTLE_S = 0.3


@dataclass(frozen=True)
class Outcome:
    """`own`: the least correlation of anything with what was played; `other`: the most with what was played elsewhere.

    `apart_s`: between the tracks. `lost_s`: silence that stands for sound, by track. `outage_s`: how long nothing
    could be heard.
    """

    own: float
    apart_s: float
    other: float = 0.0
    lost_s: tuple[float, float] = (0.0, 0.0)
    outage_s: float = 0.0


@contextmanager
def playing(server: SoundServer) -> Iterator[Play]:
    play = Play(server)
    try:
        yield play
    finally:
        for player in play.players:
            player.stop()


class Play:
    """Plays into outputs of a server."""

    def __init__(self, server: SoundServer) -> None:
        self.players: list[Player] = []
        self._server = server

    def __call__(self, samples: Samples, output: str) -> Player:
        self.players.append(Player(samples, output, self._server.environment["PULSE_SERVER"]))
        return self.players[-1]


def two_voices(server: SoundServer, folder: Path) -> Outcome:
    """Different voices at once, one for each track."""
    me, them = part(MIC, 0, 1.2), part(SYSTEM, 0, 1.2)
    with playing(server) as play, recording(folder) as running:
        running.until_live()
        time.sleep(SETTLE_S)
        players = play(me, FEED), play(them, SPEAKERS)
        for player in players:
            player.wait()
        time.sleep(SETTLE_S)
        heard_s = [running.place(player.heard_from()) for player in players]
    mic, system = read(folder, MIC), read(folder, SYSTEM)
    own = [find_in(me, mic), find_in(them, system)]
    late_s = [place - at_s for (_, place), at_s in zip(own, heard_s, strict=True)]
    other = max(find_in(them, mic)[0], find_in(me, system)[0])
    return Outcome(min(own)[0], abs(late_s[0] - late_s[1]), other, _lost(running))


def outputs_change(server: SoundServer, folder: Path) -> Outcome:
    """The default output is switched to another one, which then is removed, while somebody speaks."""
    server.add_output("headphones", "Headphones")
    me, them, both = part(MIC, 0, 2.5), part(SYSTEM, 20, 0.7), part(SYSTEM, 30, 0.7)
    with playing(server) as play, recording(folder) as running:
        running.until_live()
        time.sleep(SETTLE_S)
        speaking = play(me, FEED)
        speaking.heard_from()
        server.set_default("headphones")
        running.until_live(SYSTEM, device="Headphones")
        play(them, "headphones").wait()
        server.remove_device("headphones")
        running.until_live(SYSTEM, device="Speakers")
        speaking.wait()
        server.set_default(FEED)
        running.until_live(SYSTEM, device="Feed")
        time.sleep(SETTLE_S)
        play(both, FEED).wait()
        time.sleep(SETTLE_S)
    mic, system = read(folder, MIC), read(folder, SYSTEM)
    own, apart_s = _apart(both, mic, system)
    own = min(own, find_in(me, mic)[0], find_in(them, system)[0])  # the microphone: all of it, through both changes
    moved = [m.text for m in running.stop().marks if m.kind == "device"]
    assert moved == ["Goes on with Headphones.", "Goes on with Speakers.", "Goes on with Feed."]
    return Outcome(own, apart_s, find_in(me, system)[0], _lost(running))


def server_killed(server: SoundServer, folder: Path) -> Outcome:
    """And started again after half a second."""
    server.set_default(FEED)
    before, after = part(SYSTEM, 40, 0.7), part(SYSTEM, 50, 0.7)
    with playing(server) as play, recording(folder) as running:
        running.until_live()
        time.sleep(SETTLE_S)
        first = play(before, FEED)
        first.wait()
        first_s = running.place(first.heard_from())
        killed_at = time.monotonic()
        server.kill()
        time.sleep(0.5)
        server.start()
        server.set_default(FEED)
        running.until_live(MIC, device="Microphone")
        running.until_live(SYSTEM, device="Feed")
        outage_s = time.monotonic() - killed_at
        time.sleep(SETTLE_S)
        second = play(after, FEED)
        second.wait()
        second_s = running.place(second.heard_from())
        time.sleep(SETTLE_S)
    mic, system = read(folder, MIC), read(folder, SYSTEM)
    found = [_apart(voice, mic, system) for voice in (before, after)]
    for voice, at_s in ((before, first_s), (after, second_s)):
        assert abs(find_in(voice, mic)[1] - at_s) < 0.06  # and it stands where it was heard
    return Outcome(min(found)[0], max(s for _, s in found), 0.0, _lost(running), outage_s)


def stopped_process(server: SoundServer, folder: Path) -> Outcome:
    """The recording process stands still for three seconds, in the middle of speech (SIGSTOP): the server keeps it."""
    server.set_default(FEED)
    voice = part(SYSTEM, 0, 4.2)
    with playing(server) as play, recording_process(folder) as process:
        time.sleep(SETTLE_S)
        player = play(voice, FEED)
        player.heard_from()
        time.sleep(0.3)
        process.send_signal(signal.SIGSTOP)
        time.sleep(3)
        process.send_signal(signal.SIGCONT)
        player.wait()
        time.sleep(0.5)
        lost_s = finish(process)
    return Outcome(*_apart(voice, read(folder, MIC), read(folder, SYSTEM)), 0.0, lost_s)


def busy_cores(server: SoundServer, folder: Path, seconds: float = 2) -> Outcome:
    """Every core has something else to do all the time."""
    server.set_default(FEED)
    voice = part(SYSTEM, 0, seconds)
    with playing(server) as play, recording_process(folder) as process, loaded_cores(os.cpu_count() or 2):
        time.sleep(SETTLE_S)
        play(voice, FEED).wait()
        time.sleep(SETTLE_S)
        lost_s = finish(process)
    return Outcome(*_apart(voice, read(folder, MIC), read(folder, SYSTEM)), 0.0, lost_s)


def _apart(voice: Samples, mic: Samples, system: Samples) -> tuple[float, float]:
    """The lesser correlation of one sound with both tracks, and the time between its places in them."""
    (a, at), (b, other_at) = find_in(voice, mic), find_in(voice, system)
    return min(a, b), abs(at - other_at)


def _lost(running: Recording) -> tuple[float, float]:
    mic, system = (sum(seconds for _, seconds in running.gaps(track)) for track in TRACKS)
    return mic, system
