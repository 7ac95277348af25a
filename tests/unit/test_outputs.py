"""Playing through PortAudio: a stand-in for `sounddevice` that keeps time, and once the real one without a device."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.audio.playback import OUTPUT_LOST, Playback, PlaybackState
from app.audio.systems import portaudio
from app.audio.systems.portaudio_play import PortAudioOutput
from app.audio.track_file import raw_path
from app.audio.tracks import TrackWriter
from app.domain.errors import InputError
from app.domain.meeting import MIC, SYSTEM, Meeting, Track
from tests.unit.recordings_support import BEGAN, RATE, write_simple


class PortAudioError(Exception):
    pass


class FakeStream:
    """Asks for 10 ms of sound every 10 ms, from a thread of its own, and keeps what it gets."""

    latency = 0.03

    def __init__(self, owner: FakeSounddevice, **given: Any) -> None:
        if owner.refuse:
            raise PortAudioError("Invalid device")
        self.given = given
        self.heard: list[np.ndarray] = []
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run)
        owner.streams.append(self)

    def start(self) -> None:
        self._thread.start()

    def _run(self) -> None:
        began, done = time.monotonic(), 0
        while not self._end.wait(0.005):
            while done < (time.monotonic() - began) * RATE:
                out = np.full((RATE // 100, self.given["channels"]), np.nan, np.float32)
                self.given["callback"](out, len(out), None, None)
                self.heard.append(out)
                done += len(out)

    def pull_out(self) -> None:
        self._end.set()
        self._thread.join()
        self.given["finished_callback"]()

    def abort(self) -> None:
        self._end.set()
        self._thread.join()

    def close(self) -> None:
        assert self._end.is_set()

    def sound(self) -> np.ndarray:
        return np.concatenate(self.heard)


class FakeSounddevice:
    PortAudioError = PortAudioError

    def __init__(self) -> None:
        self.streams: list[FakeStream] = []
        self.refuse = False

    def query_devices(self, kind: str) -> dict[str, Any]:
        assert kind == "output"
        if self.refuse:
            raise PortAudioError("Error querying device -1")
        return {"max_output_channels": 8}

    def OutputStream(self, **given: Any) -> FakeStream:
        return FakeStream(self, **given)

    def _terminate(self) -> None: ...

    def _initialize(self) -> None: ...


@pytest.fixture
def device(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeSounddevice]:
    fake = FakeSounddevice()
    monkeypatch.setattr(portaudio, "library", lambda: fake)
    yield fake
    assert portaudio._streams == 0  # all were given back


def ramp(frames: int) -> np.ndarray:
    return (np.arange(1, frames + 1) / frames).astype(np.float32)


def test_everything_is_played_in_order_and_counted(device: FakeSounddevice) -> None:
    output = PortAudioOutput()
    x = ramp(RATE // 2)
    try:
        while output.written < len(x):
            output.write(x[output.written : output.written + output.free()])
            output.wait(0.05)
            heard = output.heard()
            assert heard is not None
            assert heard <= output.written
        deadline = time.monotonic() + 5
        while (output.heard() or 0) < len(x) and time.monotonic() < deadline:
            output.wait(0.05)
        assert output.heard() == len(x)
    finally:
        output.close()
    (stream,) = device.streams
    sound = stream.sound()
    assert stream.given["channels"] == 2
    assert np.array_equal(sound[:, 0], sound[:, 1])
    assert np.array_equal(sound[sound[:, 0] != 0, 0], x)  # and silence where there was nothing


def test_what_is_flushed_is_not_played(device: FakeSounddevice) -> None:
    output = PortAudioOutput()
    try:
        output.write(np.full(output.free(), 0.5, np.float32))
        output.flush()
        assert output.free() >= RATE // 10
        output.write(np.full(480, 0.25, np.float32))
        time.sleep(0.1)
    finally:
        output.close()
    sound = device.streams[0].sound()[:, 0]
    assert np.count_nonzero(sound == 0.25) == 480
    assert np.count_nonzero(sound == 0.5) < RATE // 20


def test_a_device_that_is_refused_says_so(device: FakeSounddevice) -> None:
    device.refuse = True
    with pytest.raises(InputError, match="does not open"):
        PortAudioOutput()


def test_a_device_that_falls_asleep_is_noticed(device: FakeSounddevice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.audio.systems.portaudio_play._STUCK_S", 0.1)
    output = PortAudioOutput()
    try:
        output.wait(1.0)
        assert not output.error()
        device.streams[0].abort()  # without a word
        time.sleep(0.15)
        assert "asks for nothing" in output.error()
    finally:
        output.close()


class Listener:
    def __init__(self) -> None:
        self.states: list[PlaybackState] = []
        self._changed = threading.Condition()

    def __call__(self, state: PlaybackState) -> None:
        with self._changed:
            self.states.append(state)
            self._changed.notify_all()

    def until(self, playing: bool) -> PlaybackState:
        with self._changed:
            assert self._changed.wait_for(lambda: bool(self.states) and self.states[-1].playing == playing, 15)
            return self.states[-1]


def test_playing_goes_on_with_another_device_and_ends_without_any(
    tmp_path: Path, device: FakeSounddevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.audio.playback._LOST_S", 0.3)
    write_simple(tmp_path, {MIC: ramp(30 * RATE)})
    told = Listener()
    playback = Playback(told, PortAudioOutput)
    try:
        playback.load(tmp_path, Meeting("m", "M", BEGAN, 30.0), at_s=10.0)
        playback.play()
        told.until(True)
        time.sleep(0.3)
        device.streams[0].pull_out()
        deadline = time.monotonic() + 5
        while len(device.streams) < 2 and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(0.4)
        first, second = (s.sound()[:, 0] for s in device.streams)
        last = first[np.nonzero(first)[0][-1]]
        again = second[np.nonzero(second)[0][300]]  # after it was faded in
        assert abs(float(again - last)) * 30.0 < 0.3  # seconds of the ramp: nothing is left out
        device.refuse = True
        device.streams[1].pull_out()
        state = told.until(False)
        assert (state.what, state.to_do) == OUTPUT_LOST
        assert 10.3 < playback.position_s() < 15.0
    finally:
        assert playback.shut_down()


class EndlessOutput:
    """Takes everything at once, and forgets it."""

    def __init__(self) -> None:
        self.written = 0

    def free(self) -> int:
        return RATE

    def write(self, samples: np.ndarray) -> None:
        self.written += len(samples)

    def heard(self) -> float:
        return float(self.written)

    def flush(self) -> None: ...

    def wait(self, timeout_s: float) -> None: ...

    def error(self) -> str:
        return ""

    def close(self) -> None: ...


def test_a_long_recording_takes_no_memory(tmp_path: Path) -> None:
    seconds = 240
    write_simple(tmp_path, {MIC: np.zeros(RATE, np.float32)})
    with raw_path(tmp_path, MIC).open("r+b") as file:  # silence that takes no room on the disk either
        file.truncate(44 + 2 * RATE * seconds)
    outputs: list[EndlessOutput] = []

    def open_output() -> EndlessOutput:
        outputs.append(EndlessOutput())
        return outputs[-1]

    told = Listener()
    playback = Playback(told, open_output)
    try:
        playback.load(tmp_path, Meeting("m", "M", BEGAN, float(seconds)))
        playback.set_speed(1.5)
        tracemalloc.start()
        playback.play()
        told.until(True)
        with told._changed:
            assert told._changed.wait_for(lambda: not told.states[-1].playing, 60)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
        assert playback.shut_down()
    assert outputs[0].written == pytest.approx(seconds / 1.5 * RATE, rel=0.01)
    assert most < 12_000_000


def test_a_track_that_is_damaged_in_the_middle_does_not_stop_the_other(tmp_path: Path) -> None:
    tracks = []
    for name in (MIC, SYSTEM):
        with TrackWriter(tmp_path / f"{name}.flac") as writer:
            writer.write(np.random.default_rng(0).uniform(-0.1, 0.1, 20 * 16_000).astype(np.float32))
            writer.commit()
        tracks.append(Track(name, f"{name}.flac", 20.0))
    damaged = tmp_path / "system.flac"
    with damaged.open("r+b") as file:
        file.seek(damaged.stat().st_size // 2)
        file.write(bytes(50_000))
    told = Listener()
    playback = Playback(told, EndlessOutput)
    try:
        playback.load(tmp_path, Meeting("m", "M", BEGAN, 20.0, tracks=tuple(tracks)))
        playback.play()
        told.until(True)
        with told._changed:
            assert told._changed.wait_for(lambda: not told.states[-1].playing, 30)
        assert [s.playing for s in told.states] == [True, True, False]
        assert "damaged" in told.states[1].what
        assert playback.position_s() == 20.0
    finally:
        assert playback.shut_down()


def test_who_tries_again_is_told_again(tmp_path: Path) -> None:
    told = Listener()
    playback = Playback(told, EndlessOutput)
    try:
        playback.load(tmp_path, Meeting("m", "M", BEGAN, 20.0))
        for _ in range(2):
            playback.play()
        with told._changed:
            assert told._changed.wait_for(lambda: len(told.states) == 2, 15)
        assert all("no sound" in s.what for s in told.states)
    finally:
        assert playback.shut_down()


ALSA = """
pcm.null {{ type null }}
pcm.!default {{ type file slave.pcm "null" file "{file}" format "raw" hint {{ show on description "file" }} }}
"""
PLAY = """
import sys, time
import numpy as np
from app.audio.systems.portaudio_play import PortAudioOutput

output = PortAudioOutput()
x = np.full(24000, 0.25, np.float32)
deadline = time.monotonic() + 10
while output.written < len(x) and time.monotonic() < deadline:
    output.write(x[output.written : output.written + output.free()])
    output.wait(0.02)
while (output.heard() or 0) < len(x) and time.monotonic() < deadline:
    output.wait(0.02)
assert not output.error(), output.error()
output.close()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="ALSA is that of Linux")
def test_the_real_library_plays(tmp_path: Path) -> None:
    """Into a file: ALSA's own stand-in for a device."""
    file = tmp_path / "played.raw"
    (tmp_path / "asound.conf").write_text(ALSA.format(file=file), encoding="utf-8")
    root = Path(__file__).resolve().parent.parent.parent
    done = subprocess.run(
        [sys.executable, "-c", PLAY],
        cwd=root,
        env={"ALSA_CONFIG_PATH": str(tmp_path / "asound.conf"), "PYTHONPATH": str(root), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    if "Error querying device" in done.stderr or "PortAudio library not found" in done.stderr:
        pytest.skip("PortAudio without ALSA")
    assert done.returncode == 0, done.stderr
    for form in (np.float32, np.int32, np.int16):  # whatever PortAudio has chosen
        sound = np.frombuffer(file.read_bytes()[: file.stat().st_size // 8 * 8], form).astype(np.float64)
        scale = 1.0 if form is np.float32 else float(2 ** (8 * np.dtype(form).itemsize - 1))
        if np.count_nonzero(np.abs(sound / scale - 0.25) < 0.001) == 2 * 24000:
            return
    pytest.fail("what was played is not in the file")
