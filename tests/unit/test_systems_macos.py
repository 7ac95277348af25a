"""macOS without a Mac: a stand-in for catap with its interface and its failures, and for the system's C functions."""

from __future__ import annotations

import ctypes
import importlib.machinery
import importlib.util
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

from app.audio.systems import coreaudio, macos, portaudio, worker
from app.audio.systems.macos import MacSystem, TapSource, no_tap, to_mono
from app.audio.systems.portaudio import PortAudioSource
from app.domain.errors import InputError
from app.domain.meeting import MIC, SYSTEM
from app.domain.recording import CAPTURE_RATE, DEFAULT
from tests.unit.systems_support import CollectingSink


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    sample_rate: float = 48000.0
    num_channels: int = 1
    bits_per_sample: int = 32
    sample_type: str = "float"
    format_id: str = "lpcm"

    @property
    def is_float(self) -> bool:
        return self.sample_type == "float"


class Session:
    """`catap.RecordingSession`: calls back from a thread of its own, and has to be closed."""

    def __init__(self, owner: Catap, on_buffer: Callable[[Any], None], mono: bool) -> None:
        assert mono
        self.owner, self.on_buffer = owner, on_buffer
        self.capture_failed = False
        self.needs_cleanup = False
        self.samples = 0
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def start(self) -> None:
        if self.owner.refuse is not None:
            raise self.owner.refuse
        self.owner.sessions.append(self)
        self._thread.start()

    def _run(self) -> None:
        while not self._end.wait(0.01):
            if self.owner.sound is None:
                continue
            n = round(self.owner.format.sample_rate / 100)
            mono = self.owner.sound(self.samples, n, self.owner.format.sample_rate)
            jump, self.owner.jump = self.owner.jump, 0
            self.samples += jump
            data = np.repeat(mono.astype(np.float32)[:, None], self.owner.format.num_channels, axis=1).tobytes()
            self.on_buffer(
                SimpleNamespace(
                    data=data, frame_count=n, format=self.owner.format, input_sample_time=float(self.samples)
                )
            )
            self.samples += n

    def close(self) -> None:
        assert threading.current_thread() is not self._thread, "catap cannot be stopped from its callback"
        self._end.set()
        if self._thread.is_alive():
            self._thread.join()
        if self in self.owner.sessions:
            self.owner.closings += 1
            if self.owner.close_fails:
                self.owner.close_fails -= 1
                self.needs_cleanup = True
                raise OSError("AudioHardwareDestroyProcessTap failed with status 1")
            self.needs_cleanup = False
            self.owner.sessions.remove(self)
            if self.capture_failed:
                raise RuntimeError("Tap stream format changed during capture; discarding output")


def tone(start: int, n: int, rate: float) -> Any:
    return 0.5 * np.sin(2 * np.pi * 440 * np.arange(start, start + n) / rate)


def zeros(start: int, n: int, rate: float) -> Any:
    return np.zeros(n)


class Catap(ModuleType):
    def __init__(self) -> None:
        super().__init__("catap")
        self.__spec__ = importlib.machinery.ModuleSpec("catap", None)
        self.sound: Callable[[int, int, float], Any] | None = tone
        self.format = Format()
        self.sessions: list[Session] = []
        self.made = self.closings = self.close_fails = self.jump = 0
        self.refuse: Exception | None = None
        self.plays = True

    def record_system_audio(self, *, on_buffer: Callable[[Any], None], mono: bool) -> Session:
        self.made += 1
        return Session(self, on_buffer, mono)

    def list_audio_processes(self) -> list[Any]:
        return [SimpleNamespace(pid=1, is_outputting=self.plays)]


@pytest.fixture
def mac(monkeypatch: pytest.MonkeyPatch) -> Catap:
    """macOS 15 with catap, everything permitted, and no patience."""
    catap = Catap()
    monkeypatch.setitem(sys.modules, "catap", catap)
    monkeypatch.setattr("app.audio.systems.macos.platform.mac_ver", lambda: ("15.1", ("", "", ""), "arm64"))
    monkeypatch.setattr(coreaudio, "permitted", lambda service: True)
    monkeypatch.setattr(coreaudio, "default_input_name", lambda: None)
    for name, value in {"_POLL_S": 0.02, "_LOOK_S": 0.05, "_DENIED_S": 0.2, "_ZEROS_S": 0.4, "_NOTHING_S": 0.4}.items():
        monkeypatch.setattr(macos, name, value)
    monkeypatch.setattr(worker, "RETRY_S", (0.05,))
    monkeypatch.setattr(worker, "FAILED_RETRY_S", 0.1)
    return catap


@pytest.fixture
def opened(mac: Catap) -> Iterator[Callable[[Any], CollectingSink]]:
    sources: list[Any] = []

    def open_it(source: Any) -> CollectingSink:
        sink = CollectingSink()
        sources.append(source)
        source.open(sink)
        return sink

    yield open_it
    for source in sources:
        source.close()
    assert not mac.sessions  # no tap is left behind


def test_records_what_programs_play(mac: Catap, opened: Any) -> None:
    sink = opened(TapSource())
    sink.wait_for(lambda s: len(s.blocks) > 10)
    assert [(e.kind, e.device) for e in sink.events] == [("opened", "All sound of this Mac")]
    np.testing.assert_allclose(sink.sound()[:4800], tone(0, 4800, 48000), atol=1e-6)


def test_other_rates_and_channels(mac: Catap, opened: Any) -> None:
    mac.format = Format(sample_rate=24000.0, num_channels=2)
    sink = opened(TapSource())
    sink.wait_for(lambda s: len(s.sound()) > 15000)
    np.testing.assert_allclose(sink.sound()[2000:14000], tone(0, 14000, CAPTURE_RATE)[2000:], atol=0.01)


def test_integers_of_all_widths() -> None:
    wanted = np.array([0.5, -0.25, 0.0], np.float32)
    for bits in (16, 32):
        data = np.round(wanted * 2.0 ** (bits - 1)).astype(f"<i{bits // 8}").tobytes()
        np.testing.assert_allclose(to_mono(data, Format(bits_per_sample=bits, sample_type="signed_integer")), wanted)
    data = b"".join(int(x * 2**23).to_bytes(3, "little", signed=True) for x in wanted)
    np.testing.assert_allclose(to_mono(data, Format(bits_per_sample=24, sample_type="signed_integer")), wanted)
    stereo = np.array([[1.0, 0.0], [0.5, 0.5]], "<f4").tobytes()
    np.testing.assert_allclose(to_mono(stereo, Format(num_channels=2)), [0.5, 0.5])


def test_a_failed_capture_is_made_anew(mac: Catap, opened: Any) -> None:
    """A format change, AirPods changing their profile: catap says so and has to be closed."""
    sink = opened(TapSource())
    sink.wait_for(lambda s: s.blocks)
    mac.sessions[0].capture_failed = True
    sink.wait_for(lambda s: s.kinds() == ["opened", "lost", "opened"])
    assert mac.made == 2
    assert "broke off" in sink.events[1].what


def test_sleep(mac: Catap, opened: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    sink = opened(TapSource())
    sink.wait_for(lambda s: s.blocks)
    now = time.time
    monkeypatch.setattr("app.audio.systems.macos.time.time", lambda: now() + 3600)
    sink.wait_for(lambda s: s.kinds() == ["opened", "lost", "opened"])
    assert sink.events[1].what == "The Mac was asleep."


def test_no_buffers_although_something_plays(mac: Catap, opened: Any) -> None:
    sink = opened(TapSource())
    sink.wait_for(lambda s: s.blocks)
    mac.sound = None
    sink.wait_for(lambda s: "lost" in s.kinds())
    mac.sound = tone
    sink.wait_for(lambda s: s.kinds()[-1] == "opened")


def test_nothing_plays_and_nothing_comes_is_no_fault(mac: Catap, opened: Any) -> None:
    mac.sound, mac.plays = None, False
    source = TapSource()
    sink = opened(source)
    sink.wait_for(lambda s: s.events)
    time.sleep(0.8)
    assert sink.kinds() == ["opened"]
    assert mac.made == 1
    assert source.expects_sound() is False
    mac.plays = True
    time.sleep(0.2)
    assert source.expects_sound() is None  # a program may play silence


def test_zeros_while_something_plays_make_a_new_tap_without_a_word(mac: Catap, opened: Any) -> None:
    sink = opened(TapSource())
    sink.wait_for(lambda s: s.blocks)
    mac.sound = zeros
    deadline = time.monotonic() + 20
    while mac.made < 3 and time.monotonic() < deadline:
        time.sleep(0.02)
    assert mac.made >= 3
    assert sink.kinds() == ["opened"]


def test_a_refused_permission_is_said_at_once_and_listened_to(
    mac: Catap, opened: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(coreaudio, "permitted", lambda service: service != coreaudio.AUDIO_CAPTURE)
    mac.sound = zeros
    sink = opened(TapSource())
    sink.wait_for(lambda s: s.blocks)
    sink.wait_for(lambda s: s.events)
    assert sink.kinds() == ["failed"]
    assert "Screen & System Audio Recording" in sink.events[0].to_do
    mac.sound = tone
    sink.wait_for(lambda s: s.kinds() == ["failed", "opened"])


def test_zeros_from_the_start_with_an_unknown_permission(
    mac: Catap, opened: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(coreaudio, "permitted", lambda service: None)
    mac.sound = zeros
    sink = opened(TapSource())
    sink.wait_for(lambda s: s.kinds() == ["opened", "failed"])
    assert "If you hear something" in sink.events[1].to_do
    mac.sound = tone
    sink.wait_for(lambda s: s.kinds() == ["opened", "failed", "opened"])
    assert mac.made == 1


@pytest.mark.parametrize(
    ("error", "kind", "word"),
    [
        (OSError("AudioHardwareCreateProcessTap failed with status 560947818"), "lost", "status 560947818"),
        (PermissionError("denied"), "failed", "silence instead"),
        (RuntimeError("native library missing"), "lost", "native library"),
    ],
)
def test_a_tap_that_cannot_be_made(mac: Catap, opened: Any, error: Exception, kind: str, word: str) -> None:
    mac.refuse = error
    sink = opened(TapSource())
    sink.wait_for(lambda s: s.events)
    assert sink.events[0].kind == kind
    assert word in sink.events[0].what
    mac.refuse = None
    sink.wait_for(lambda s: s.kinds()[-1] == "opened")


def test_what_catap_could_not_release_is_tried_again(mac: Catap, opened: Any) -> None:
    mac.close_fails = 2
    source = TapSource()
    opened(source).wait_for(lambda s: s.blocks)
    source.close()
    assert mac.closings == 3
    assert not mac.sessions


def test_a_jump_in_the_taps_time_is_lost_sound(mac: Catap, opened: Any) -> None:
    mac.format = Format(sample_rate=24000.0)
    sink = opened(TapSource())
    sink.wait_for(lambda s: s.blocks)
    mac.jump = 100
    sink.wait_for(lambda s: s.drops)
    assert sink.drops == [200]


@pytest.mark.parametrize(
    ("release", "spec", "python", "word"),
    [
        ("13.6", True, ("3", "12", "0"), "macOS 14.2 or later"),
        ("14.1.2", True, ("3", "12", "0"), "macOS 14.2 or later"),
        ("15.0", False, ("3", "11", "9"), "Python 3.12"),
        ("15.0", False, ("3", "13", "0"), "catap is missing"),
    ],
)
def test_without_a_tap_blackhole_is_the_way(
    mac: Catap, monkeypatch: pytest.MonkeyPatch, release: str, spec: bool, python: tuple[str, ...], word: str
) -> None:
    monkeypatch.setattr("app.audio.systems.macos.platform.mac_ver", lambda: (release, ("", "", ""), "arm64"))
    monkeypatch.setattr("app.audio.systems.macos.platform.python_version_tuple", lambda: python)
    if not spec:
        monkeypatch.setattr("app.audio.systems.macos.importlib.util.find_spec", lambda name: None)
    what, to_do = no_tap() or ("", "")
    assert "cannot be recorded directly" in what
    assert word in to_do
    assert "BlackHole" in to_do


def use_inputs(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    monkeypatch.setattr(portaudio, "refresh", lambda: True)
    found = [portaudio.Input(n, f"Core Audio: {name}", name, 1, 48000, n == 0) for n, name in enumerate(names)]
    monkeypatch.setattr(portaudio, "inputs", lambda: found)


def test_devices_and_choices_with_a_tap(mac: Catap, monkeypatch: pytest.MonkeyPatch) -> None:
    use_inputs(monkeypatch, "MacBook Microphone", "BlackHole 2ch")
    system = MacSystem()
    assert [(d.name, d.track, d.is_default) for d in system.devices()] == [
        ("MacBook Microphone", MIC, True),
        ("All sound of this Mac", SYSTEM, True),
        ("BlackHole 2ch", SYSTEM, False),
    ]
    for choice in (DEFAULT, "tap", "all sound"):
        assert isinstance(system.source(SYSTEM, choice), TapSource)
    assert isinstance(system.source(SYSTEM, "blackhole"), PortAudioSource)
    assert isinstance(system.source(MIC, DEFAULT), PortAudioSource)


def test_choices_without_a_tap(mac: Catap, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.audio.systems.macos.platform.mac_ver", lambda: ("13.0", ("", "", ""), "x86_64"))
    use_inputs(monkeypatch, "MacBook Microphone")
    for choice in (DEFAULT, "tap"):
        with pytest.raises(InputError, match="cannot be recorded directly"):
            MacSystem().source(SYSTEM, choice)
    use_inputs(monkeypatch, "MacBook Microphone", "BlackHole 2ch")
    assert isinstance(MacSystem().source(SYSTEM, DEFAULT), PortAudioSource)
    assert [d.name for d in MacSystem().devices() if d.track == SYSTEM and d.is_default] == ["BlackHole 2ch"]


class Functions:
    """The C functions of macOS that are asked, as ctypes calls them."""

    def __init__(self, answer: int) -> None:
        self.answer = answer
        self.released = 0
        self.TCCAccessPreflight = self._callable(lambda service, options: self.answer)
        self.CFStringCreateWithCString = self._callable(lambda allocator, text, encoding: 77)

    @staticmethod
    def _callable(function: Callable[..., Any]) -> Any:
        class Function:
            argtypes: Any
            restype: Any

            def __call__(self, *args: Any) -> Any:
                return function(*args)

        return Function()

    def AudioObjectGetPropertyData(self, thing: Any, address: Any, n: Any, none: Any, size: Any, into: Any) -> int:
        selector = int(address._obj[0]).to_bytes(4, "big")
        if selector == b"dIn ":
            assert thing.value == 1
            assert size._obj.value == 4
            into._obj.value = 42
            return 0
        assert selector == b"lnam"
        assert thing.value == 42
        assert size._obj.value == ctypes.sizeof(ctypes.c_void_p)
        into._obj.value = 77
        return 0

    def CFStringGetCString(self, string: Any, buffer: Any, size: Any, encoding: Any) -> bool:
        assert string.value == 77
        buffer.value = "Mikrofon für Köche".encode()
        return True

    def CFRelease(self, thing: Any) -> None:
        self.released += 1


def test_the_default_input_is_asked_of_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    functions = Functions(0)
    monkeypatch.setattr(coreaudio, "_library", lambda path: functions)
    assert coreaudio.default_input_name() == "Mikrofon für Köche"
    assert functions.released == 1


@pytest.mark.parametrize(("answer", "permitted"), [(0, True), (1, False), (2, None), (99, None)])
def test_permissions(monkeypatch: pytest.MonkeyPatch, answer: int, permitted: bool | None) -> None:
    functions = Functions(answer)
    monkeypatch.setattr(coreaudio, "_library", lambda path: functions)
    assert coreaudio.permitted(coreaudio.AUDIO_CAPTURE) is permitted
    assert functions.released == 1


@pytest.mark.skipif(sys.platform == "darwin", reason="there it knows")
def test_elsewhere_nothing_is_known() -> None:
    assert coreaudio.default_input_name() is None
    assert coreaudio.permitted(coreaudio.MICROPHONE) is None
