"""Playing into a real sound server: the right sound, at the moment the position says, whatever the speed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from app.audio import playback
from app.audio.playback import Playback, PlaybackState
from app.audio.systems.pulse import PulseSystem
from app.domain.meeting import MIC, SYSTEM, Meeting, Recording, SpeechRegion
from app.domain.recording import CAPTURE_RATE, AudioSource
from tests.audio.servers import SPEAKERS, SoundServer
from tests.audio.sounds import Collector, Samples, find, part
from tests.unit.recordings_support import write_simple

RATE = CAPTURE_RATE
TOLERANCE_S = 0.05


class Listener:
    """What is played: the sound of the default output, with the moment of each sample."""

    def __init__(self) -> None:
        self.collector = Collector()
        self._source: AudioSource = PulseSystem().source(SYSTEM, SPEAKERS)
        self._source.open(self.collector)
        self.collector.hear(0.2)

    def moment_of(self, what: Samples, since: float = 0.0) -> tuple[float, float]:
        """(likeness, the moment at which it began to be heard)."""
        sound, began = self.collector.sound(since)
        likeness, at = find(what, sound)
        return likeness, began + at

    def until_heard(self, what: Samples, since: float = 0.0, timeout_s: float = 10.0) -> None:
        """Or until so much has come that it cannot be late."""
        end = time.monotonic() + timeout_s
        self.collector.hear(len(what) / RATE)
        while self.moment_of(what, since)[0] < 0.9 and time.monotonic() < end:
            self.collector.hear(0.1)
        self.collector.hear(0.1)

    def close(self) -> None:
        self._source.close()


class Played:
    """A playback, what it said, and the position it told, with the moment of each."""

    def __init__(self) -> None:
        self.states: list[PlaybackState] = []
        self._late_s = 0.0
        self._changed = threading.Condition()
        self.positions: list[tuple[float, float]] = []
        self.playback = Playback(self._on_state)
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def _on_state(self, state: PlaybackState) -> None:
        with self._changed:
            self.states.append(state)
            self._changed.notify_all()

    def until(self, true: Callable[[PlaybackState], bool], timeout_s: float = 20.0) -> PlaybackState:
        with self._changed:
            assert self._changed.wait_for(lambda: bool(self.states) and true(self.states[-1]), timeout_s), self.states
            return self.states[-1]

    @property
    def tolerance_s(self) -> float:
        """More where the machine is so busy that threads, those that stamp sound too, run late."""
        return TOLERANCE_S + min(self._late_s, 0.15)

    def _watch(self) -> None:
        last = time.monotonic()
        while not self._end.wait(0.01):
            before, place, after = time.monotonic(), self.playback.position_s(), time.monotonic()
            self._late_s, last = max(self._late_s, after - last - 0.01), after
            if after - before < 0.005:  # or a busy machine has stopped us in between
                self.positions.append(((before + after) / 2, place))

    def until_at(self, place: float, timeout_s: float = 20.0) -> None:
        end = time.monotonic() + timeout_s
        while not self.positions or self.positions[-1][1] < place:
            assert time.monotonic() < end, self.states
            time.sleep(0.02)

    def position_at(self, moment: float) -> float:
        moments, places = zip(*self.positions, strict=True)
        return float(np.interp(moment, moments, places))

    def close(self) -> None:
        self._end.set()
        self._thread.join()
        assert self.playback.shut_down()


@pytest.fixture
def listener(pulseaudio: SoundServer) -> Iterator[Listener]:
    made = Listener()
    yield made
    made.close()


@pytest.fixture
def played(pulseaudio: SoundServer) -> Iterator[Played]:
    made = Played()
    yield made
    made.close()


def a_meeting(folder: Path, seconds: float = 40.0, regions: tuple[SpeechRegion, ...] = ()) -> Meeting:
    """Recorded here, not read in yet: two voices, one on each track."""
    tracks = {MIC: part("mic", 0, 8), SYSTEM: part("system", 0, seconds)}
    tracks[MIC] = np.pad(tracks[MIC], (4 * RATE, 0))
    write_simple(folder, tracks)
    return Meeting(
        "m1",
        "A meeting",
        datetime(2026, 11, 21, 10, tzinfo=UTC),
        seconds,
        regions=regions,
        recording=Recording("finished"),
    )


def test_what_is_heard_is_what_the_position_says(tmp_path: Path, server: SoundServer) -> None:
    """On PipeWire as on PulseAudio; the monitor of the former is itself late by up to a quantum of 43 ms."""
    listener, played = Listener(), Played()
    try:
        if server.name == "PulseAudio":
            _seek_and_listen(tmp_path, listener, played, (17.35, 3.2), 1)
        else:
            _seek_and_listen(tmp_path, listener, played, (17.35,), 2)
    finally:
        played.close()
        listener.close()


def _seek_and_listen(
    tmp_path: Path, listener: Listener, played: Played, targets: tuple[float, ...], times: int
) -> None:
    """All of it is heard from the place that was sought: looked at piece by piece, without a gap."""
    played.playback.load(tmp_path, a_meeting(tmp_path))
    played.playback.set_gain(MIC, 0.0)
    errors, likenesses = [], []
    for target in targets:
        since = time.monotonic()
        played.playback.seek(target)
        assert played.playback.position_s() == pytest.approx(target)
        played.playback.play()
        played.until(lambda s: s.playing)
        listener.until_heard(part("system", target + 1.0, 0.4), since)
        for after, seconds in ((0.03, 0.5), (0.53, 0.5), (1.03, 0.37)):
            likeness, moment = listener.moment_of(part("system", target + after, seconds), since)
            likenesses.append(likeness)
            errors.append(played.position_at(moment) - (target + after))
    assert min(likenesses) > 0.95, likenesses
    assert max(map(abs, errors)) < times * played.tolerance_s, errors


@pytest.mark.parametrize("speed", [0.5, 1.5, 2.0])
def test_other_speeds_keep_the_pitch_and_the_place(
    tmp_path: Path, listener: Listener, played: Played, speed: float
) -> None:
    """A tone that changes its pitch every second: which one is heard tells the place, how high it is the pitch."""
    hertz = [400.0 + 110 * n for n in range(12)]
    t = np.arange(RATE) / RATE
    tones = np.concatenate([0.3 * np.sin(2 * np.pi * f * t) for f in hertz]).astype(np.float32)
    write_simple(tmp_path, {SYSTEM: tones})
    meeting = Meeting("m1", "Tones", datetime(2026, 11, 21, tzinfo=UTC), 12.0, recording=Recording("finished"))
    played.playback.load(tmp_path, meeting, at_s=2.4)
    played.playback.set_speed(speed)
    played.playback.play()
    played.until(lambda s: s.playing)
    played.until_at(3.4)
    listener.collector.hear(0.3)
    sound, began = listener.collector.sound()
    errors = []
    for second in (2.75, 3.4):
        moment = next(m for m, p in played.positions if p >= second)
        at = round((moment - began) * RATE)
        window = sound[at - 4096 : at + 4096] * np.hanning(8192)
        peak = float(np.argmax(np.abs(np.fft.rfft(window, 1 << 17)))) * RATE / (1 << 17)
        errors.append(peak - hertz[int(second)])
    assert max(map(abs, errors)) < 6.0, errors  # Hz; as far apart as 1.5 % at 400


def test_the_middle_of_a_change_is_where_the_position_says(tmp_path: Path, listener: Listener, played: Played) -> None:
    """At 1.5×: from silence to sound at 1.5 s."""
    x = np.zeros(6 * RATE, np.float32)
    x[RATE * 3 // 2 :] = part("system", 0, 4.5)
    write_simple(tmp_path, {SYSTEM: x})
    first = int(np.argmax(np.abs(x) > 0.02)) / RATE
    meeting = Meeting("m1", "Step", datetime(2026, 11, 21, tzinfo=UTC), 6.0, recording=Recording("finished"))
    played.playback.load(tmp_path, meeting)
    played.playback.set_speed(1.5)
    played.playback.play()
    played.until(lambda s: s.playing)
    played.until_at(first + 0.2)
    listener.collector.hear(0.3)
    sound, began = listener.collector.sound()
    moment = began + int(np.argmax(np.abs(sound) > 0.02)) / RATE
    assert played.position_at(moment) == pytest.approx(first, abs=played.tolerance_s)


def test_a_span_is_played_and_then_it_stops(tmp_path: Path, listener: Listener, played: Played) -> None:
    played.playback.load(tmp_path, a_meeting(tmp_path))
    played.playback.set_gain(MIC, 0.0)
    played.playback.play_span(10.0, 11.2)
    played.until(lambda s: s.playing)
    played.until(lambda s: not s.playing)
    assert played.playback.position_s() == pytest.approx(11.2, abs=0.001)
    listener.collector.hear(0.4)
    likeness, moment = listener.moment_of(part("system", 10.0, 1.15))
    assert likeness > 0.95
    sound, began = listener.collector.sound()
    after = sound[round((moment + 1.25 - began) * RATE) :]
    assert len(after) > 0.1 * RATE
    assert np.abs(after).max() < 1e-3  # nothing of what follows


def test_the_end_is_the_end_and_play_begins_anew(tmp_path: Path, listener: Listener, played: Played) -> None:
    played.playback.load(tmp_path, a_meeting(tmp_path, 6.0), at_s=11.2)
    played.playback.play()
    played.until(lambda s: s.playing)
    played.until(lambda s: not s.playing)
    assert played.playback.position_s() == pytest.approx(12.0, abs=0.01)  # the microphone's track is longer
    played.playback.play()
    played.until(lambda s: s.playing)
    assert played.playback.position_s() < 2.0


def test_both_tracks_are_heard_as_loud_as_wanted(tmp_path: Path, listener: Listener, played: Played) -> None:
    played.playback.load(tmp_path, a_meeting(tmp_path), at_s=6.0)
    played.playback.play()
    played.until(lambda s: s.playing)
    both = part("mic", 2.2, 0.8) + part("system", 6.2, 0.8)
    listener.until_heard(both)
    assert listener.moment_of(both)[0] > 0.98
    played.playback.set_gain(SYSTEM, 0.0)
    since = time.monotonic() + 0.5
    played.until_at(played.playback.position_s() + 0.7)
    alone = part("mic", played.playback.position_s() - 4.0, 0.8)
    listener.until_heard(alone, since)
    assert listener.moment_of(alone, since)[0] > 0.98


def test_silence_is_left_out_and_the_position_jumps_with_it(tmp_path: Path, listener: Listener, played: Played) -> None:
    regions = (SpeechRegion(SYSTEM, 2.0, 2.9), SpeechRegion(MIC, 12.0, 12.6), SpeechRegion(SYSTEM, 20.0, 20.9))
    meeting = a_meeting(tmp_path, regions=regions)
    played.playback.load(tmp_path, meeting)
    played.playback.set_gain(MIC, 0.0)
    played.playback.set_skip_silence(True)
    played.playback.play()
    played.until(lambda s: s.playing)
    played.until(lambda s: not s.playing)
    assert played.playback.position_s() == pytest.approx(21.2, abs=0.01)
    listener.collector.hear(0.3)
    moments = []
    for start in (2.0, 12.0, 20.2):
        likeness, moment = listener.moment_of(part("system", start, 0.8))
        assert likeness > 0.95
        assert played.position_at(moment) == pytest.approx(start, abs=played.tolerance_s)
        moments.append(moment)
    assert moments[1] - moments[0] == pytest.approx(1.2 + 0.3, abs=played.tolerance_s)  # 2.0 to 3.2, and 11.7 to 12.0


def test_pause_and_play_lose_nothing(tmp_path: Path, listener: Listener, played: Played) -> None:
    played.playback.load(tmp_path, a_meeting(tmp_path), at_s=8.0)
    played.playback.set_gain(MIC, 0.0)
    played.playback.play()
    played.until_at(8.5)
    played.playback.pause()
    played.until(lambda s: not s.playing)
    here = played.playback.position_s()
    since = time.monotonic()
    listener.collector.hear(0.3)
    played.playback.play()
    played.until(lambda s: s.playing)
    again = part("system", here + 0.1, 0.7)
    listener.until_heard(again, since)
    likeness, moment = listener.moment_of(again, since)
    assert likeness > 0.95
    assert played.position_at(moment) == pytest.approx(here + 0.1, abs=played.tolerance_s)


def test_an_output_that_goes_away_is_replaced_by_the_default(
    tmp_path: Path, pulseaudio: SoundServer, played: Played
) -> None:
    pulseaudio.add_output("headphones", "Headphones")
    pulseaudio.set_default("headphones")
    played.playback.load(tmp_path, a_meeting(tmp_path))
    played.playback.play()
    played.until_at(0.4)
    listener = Listener()
    try:
        since = time.monotonic()
        pulseaudio.remove_device("headphones")
        played.until_at(1.8)
        listener.collector.hear(0.3)
        likeness, moment = 0.0, 0.0
        for start in np.arange(0.5, 1.3, 0.2):
            found = listener.moment_of(part("system", float(start), 0.5), since)
            if found[0] > likeness:
                likeness, moment = found
                error = played.position_at(moment) - start
        assert likeness > 0.9
        assert abs(error) < played.tolerance_s
        assert played.states[-1].playing
    finally:
        listener.close()


def test_a_server_that_ends_stops_it_with_a_sentence(
    tmp_path: Path, pulseaudio: SoundServer, played: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(playback, "_LOST_S", 1.0)
    played.playback.load(tmp_path, a_meeting(tmp_path))
    played.playback.play()
    played.until_at(0.2)
    pulseaudio.kill()
    state = played.until(lambda s: not s.playing)
    assert "output" in state.what
    assert state.to_do
    assert 0.0 < played.playback.position_s() < 5.0


def test_without_any_output_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULSE_SERVER", f"unix:{tmp_path}/nobody")
    played = Played()
    try:
        played.playback.load(tmp_path, a_meeting(tmp_path, 12.0), at_s=3.0)
        played.playback.play()
        state = played.until(lambda s: bool(s.what))
        assert state.what.startswith("There is nothing to play sound through")
        assert not state.playing
        assert played.playback.position_s() == 3.0
    finally:
        played.close()
