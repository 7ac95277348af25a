"""WASAPI without Windows: a stand-in for SoundCard with its interface, its exceptions and its made-up zeros."""

from __future__ import annotations

import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from app.audio.systems import windows
from app.audio.systems.wasapi import error_code, explain
from app.audio.systems.windows import COMMUNICATIONS, WindowsSource, WindowsSystem, same_bluetooth_headset
from app.domain.errors import InputError
from app.domain.meeting import MIC, SYSTEM
from app.domain.recording import CAPTURE_RATE, DEFAULT
from tests.unit.systems_support import CollectingSink

PERIOD = 480


class Endpoint:
    def __init__(self, id: str, name: str, *, output: bool = False, has: Callable[[], bool] = lambda: True) -> None:
        self.id, self.name, self.output = id, name, output
        self.has = has  # whether packets come
        self.error: Exception | None = None  # raised by the next call
        self.discontinuous = False
        self.recorders: list[Recorder] = []


class Microphone:
    """`soundcard._Microphone`: an input, or the loopback of an output."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self.id, self.isloopback = endpoint.id, endpoint.output

    @property
    def name(self) -> str:
        if self._endpoint.name == "":
            raise RuntimeError("Error 0x80070490")
        return self._endpoint.name

    def recorder(self, samplerate: int, channels: int, blocksize: int) -> Recorder:
        if self._endpoint.error is not None:
            raise self._endpoint.error
        assert samplerate == CAPTURE_RATE
        return Recorder(self._endpoint, channels)


class Recorder:
    """`soundcard._Recorder`, whose `record` returns one packet, or after 40 ms without one as many zeros."""

    def __init__(self, endpoint: Endpoint, channels: int) -> None:
        self.endpoint, self.channels = endpoint, channels
        self._idle_start_time: int | None = None
        self.frames = 0
        self.threads: set[int] = set()

    def __enter__(self) -> Recorder:
        self.begin = time.monotonic()
        self.endpoint.recorders.append(self)
        return self

    def __exit__(self, *error: object) -> None:
        self.endpoint.recorders.remove(self)

    def record(self, numframes: None = None) -> Any:
        self.threads.add(threading.get_ident())
        while True:
            if self.endpoint.error is not None:
                raise self.endpoint.error
            now = time.monotonic()
            if self.endpoint.has():
                if self._idle_start_time is not None and self._idle_start_time < time.perf_counter_ns() - 40_000_000:
                    self.begin = now - self.frames / CAPTURE_RATE - 0.01
                if now - self.begin >= (self.frames + PERIOD) / CAPTURE_RATE:
                    break
            if self._idle_start_time is None:
                self._idle_start_time = time.perf_counter_ns()
            time.sleep(0.00075)
            elapsed = time.perf_counter_ns() - self._idle_start_time
            if elapsed > 40_000_000:
                self._idle_start_time += elapsed
                return np.zeros((int(elapsed * CAPTURE_RATE / 1e9), self.channels), np.float32)
        self._idle_start_time = None
        if self.endpoint.discontinuous:
            self.endpoint.discontinuous = False
            module = sys.modules["soundcard.mediafoundation"]
            module.warnings.warn("data discontinuity in recording", RuntimeWarning)
        at = np.arange(self.frames, self.frames + PERIOD)
        self.frames += PERIOD
        mono = (0.5 * np.sin(2 * np.pi * 440 * at / CAPTURE_RATE)).astype(np.float32)
        return np.repeat(mono[:, None], self.channels, axis=1)


class _Table:
    """A COM object as cffi shows it: pointer[0][0].lpVtbl.Method(pointer[0], …)."""

    def __init__(self, method: Callable[..., int]) -> None:
        self.lpVtbl = self
        self.GetDefaultAudioEndpoint = method

    def __getitem__(self, index: int) -> _Table:
        return self


class SoundCard(ModuleType):
    def __init__(self) -> None:
        super().__init__("soundcard")
        self.inputs = [Endpoint("{0.0.1}.{m1}", "Microphone (Realtek)"), Endpoint("{0.0.1}.{m2}", "USB mic")]
        self.outputs = [
            Endpoint("{0.0.0}.{s1}", "Speakers (Realtek)", output=True),
            Endpoint("{0.0.0}.{s2}", "Headphones (Jabra)", output=True),
        ]
        self.calls = ["{0.0.1}.{m1}", "{0.0.0}.{s2}"]  # the communications devices

    def all_microphones(self, include_loopback: bool = False) -> list[Microphone]:
        return [Microphone(e) for e in (self.outputs if include_loopback else []) + self.inputs]

    def all_speakers(self) -> list[Microphone]:
        return [Microphone(e) for e in self.outputs]

    def default_microphone(self) -> Microphone:
        if not self.inputs:
            raise RuntimeError("Error 0x80070490")
        return Microphone(self.inputs[0])

    def default_speaker(self) -> Microphone:
        if not self.outputs:
            raise RuntimeError("Error 0x80070490")
        return Microphone(self.outputs[0])


class MediaFoundation(ModuleType):
    """The inside of SoundCard that is used."""

    def __init__(self, outer: SoundCard) -> None:
        super().__init__("soundcard.mediafoundation")
        self.warnings: Any = warnings
        self.released = 0
        inner = self

        class Enumerator:
            def __init__(self) -> None:
                self._ptr = [_Table(self._ask)]

            def _ask(self, this: Any, flow: int, role: int, found: list[Any]) -> int:
                assert role == 2
                found[0] = outer.calls[0 if flow == 1 else 1]
                return 0

            def _device_id(self, found: list[Any]) -> str:
                return str(found[0])

            def __enter__(self) -> Enumerator:
                return self

            def __exit__(self, *error: object) -> None:
                pass

        class FFI:
            def new(self, kind: str) -> list[Any]:
                assert kind == "IMMDevice **"
                return [None]

        class COM:
            def check_error(self, result: int) -> None:
                if result:
                    raise RuntimeError(f"Error {hex(result + 2**32)}")

            def release(self, pointer: list[Any]) -> None:
                inner.released += 1

        self._DeviceEnumerator = Enumerator
        self._ffi = FFI()
        self._com = COM()


@pytest.fixture
def card(monkeypatch: pytest.MonkeyPatch) -> SoundCard:
    module = SoundCard()
    monkeypatch.setitem(sys.modules, "soundcard", module)
    monkeypatch.setitem(sys.modules, "soundcard.mediafoundation", MediaFoundation(module))
    monkeypatch.setattr(windows, "_LOOK_S", 0.1)
    monkeypatch.setattr("app.audio.systems.worker.FAILED_RETRY_S", 0.3)
    return module


@pytest.fixture
def opened() -> Iterator[Callable[[Any], CollectingSink]]:
    sources: list[Any] = []

    def open_it(source: Any) -> CollectingSink:
        sink = CollectingSink()
        sources.append(source)
        source.open(sink)
        return sink

    yield open_it
    for source in sources:
        source.close()


def test_devices_with_the_defaults_first_and_the_one_for_calls(card: SoundCard) -> None:
    devices = WindowsSystem().devices()
    assert [(d.id, d.name, d.track, d.is_default) for d in devices] == [
        ("{0.0.1}.{m1}", "Microphone (Realtek)", MIC, True),
        ("{0.0.1}.{m2}", "USB mic", MIC, False),
        ("{0.0.0}.{s1}", "Speakers (Realtek)", SYSTEM, True),
        (COMMUNICATIONS, "The one for calls: Headphones (Jabra)", SYSTEM, False),
        ("{0.0.0}.{s2}", "Headphones (Jabra)", SYSTEM, False),
    ]
    inner: Any = sys.modules["soundcard.mediafoundation"]
    assert inner.released == 2  # nothing of COM is left


def test_a_soundcard_without_that_inside_offers_no_device_for_calls(card: SoundCard) -> None:
    inner: Any = sys.modules["soundcard.mediafoundation"]
    del inner._DeviceEnumerator
    assert COMMUNICATIONS not in [d.id for d in WindowsSystem().devices()]


def test_a_device_that_goes_while_it_is_listed_is_left_out(card: SoundCard) -> None:
    card.inputs[1].name = ""
    assert [d.name for d in WindowsSystem().devices() if d.track == MIC] == ["Microphone (Realtek)"]


def test_without_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "soundcard", None)
    with pytest.raises(InputError, match="SoundCard is missing"):
        WindowsSystem().devices()
    sink = CollectingSink()
    source = WindowsSource(MIC, DEFAULT)
    source.open(sink)
    sink.wait_for(lambda s: s.kinds() == ["failed"])
    source.close()


def test_choices(card: SoundCard) -> None:
    system = WindowsSystem()
    assert isinstance(system.source(MIC, "usb"), WindowsSource)
    with pytest.raises(InputError, match="No microphone is called"):
        system.source(MIC, "Scarlett")


def test_records_the_microphone_in_one_thread(card: SoundCard, opened: Any) -> None:
    sink = opened(WindowsSystem().source(MIC, DEFAULT))
    sink.wait_for(lambda s: len(s.blocks) > 30)
    assert sink.events[0].kind == "opened"
    assert sink.events[0].device == "Microphone (Realtek)"
    sound = sink.sound()[: 30 * PERIOD]
    expected = 0.5 * np.sin(2 * np.pi * 440 * np.arange(len(sound)) / CAPTURE_RATE)
    np.testing.assert_allclose(sound, expected, atol=1e-6)
    recorder = card.inputs[0].recorders[0]
    assert len(recorder.threads) == 1
    assert threading.get_ident() not in recorder.threads


def test_loopback_in_silence_delivers_nothing_rather_than_guesses(card: SoundCard, opened: Any) -> None:
    plays = threading.Event()
    card.outputs[0].has = plays.is_set
    sink = opened(WindowsSystem().source(SYSTEM, DEFAULT))
    sink.wait_for(lambda s: s.events)
    time.sleep(0.3)
    assert not sink.blocks
    card.outputs[0].discontinuous = True  # Windows says so of the first packet after silence
    plays.set()
    sink.wait_for(lambda s: len(s.blocks) > 10)
    assert not sink.drops
    assert sink.kinds() == ["opened"]
    assert sink.events[0].device == "Speakers (Realtek)"
    assert np.abs(sink.sound()).max() > 0.4


def test_lost_packets_are_passed_on(card: SoundCard, opened: Any) -> None:
    sink = opened(WindowsSystem().source(MIC, DEFAULT))
    sink.wait_for(lambda s: s.blocks)
    card.inputs[0].discontinuous = True
    sink.wait_for(lambda s: s.drops)
    assert sink.drops == [0]


def test_a_microphone_without_packets_is_lost(card: SoundCard, opened: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(windows, "_SILENT_S", 0.3)
    sink = opened(WindowsSystem().source(MIC, DEFAULT))
    sink.wait_for(lambda s: s.blocks)
    card.inputs[0].has = lambda: False
    sink.wait_for(lambda s: s.kinds()[:2] == ["opened", "lost"])
    assert "delivers no sound" in sink.events[1].what


def test_the_default_is_followed(card: SoundCard, opened: Any) -> None:
    sink = opened(WindowsSystem().source(SYSTEM, DEFAULT))
    sink.wait_for(lambda s: s.blocks)
    card.outputs.reverse()
    sink.wait_for(lambda s: s.kinds() == ["opened", "moved"])
    assert sink.events[1].device == "Headphones (Jabra)"


def test_the_device_for_calls_is_followed(card: SoundCard, opened: Any) -> None:
    sink = opened(WindowsSystem().source(SYSTEM, COMMUNICATIONS))
    sink.wait_for(lambda s: s.blocks)
    assert sink.events[0].device == "Headphones (Jabra)"
    card.calls[1] = "{0.0.0}.{s1}"
    sink.wait_for(lambda s: s.kinds() == ["opened", "moved"])
    assert sink.events[1].device == "Speakers (Realtek)"


def test_a_chosen_device_that_is_pulled_out_is_waited_for(card: SoundCard, opened: Any) -> None:
    sink = opened(WindowsSystem().source(MIC, "USB mic"))
    sink.wait_for(lambda s: s.blocks)
    usb = card.inputs.pop()
    usb.error = RuntimeError("Error 0x88890004")
    sink.wait_for(lambda s: s.events[-1].what == "“USB mic” is not connected.")
    assert sink.events[1].what == "“USB mic” was disconnected or changed."
    usb.error = None
    card.inputs.append(usb)
    sink.wait_for(lambda s: s.kinds()[-1] == "opened")
    assert not [e for e in sink.events if e.kind == "moved"]


def test_no_default_device(card: SoundCard, opened: Any) -> None:
    card.inputs.clear()
    sink = opened(WindowsSystem().source(MIC, DEFAULT))
    sink.wait_for(lambda s: s.events)
    assert (sink.events[0].kind, sink.events[0].what) == ("failed", "No microphone is connected.")


@pytest.mark.parametrize(
    ("error", "kind", "what", "to_do"),
    [
        (RuntimeError("Error 0x80070005"), "failed", "does not let Folkmoot use the microphone", "Privacy & security"),
        (RuntimeError("Error 0x8889000a"), "failed", "keeps it to itself", "exclusive control"),
        (RuntimeError("unsupported format"), "failed", "format", "48000 Hz"),
        (AssertionError(), "failed", "format", "48000 Hz"),
        (RuntimeError("Error 0x88890010"), "failed", "Windows Audio service", "Start it"),
        (RuntimeError("Error 0x88890026"), "lost", "disconnected or changed", "Connect it again"),
        (RuntimeError("Could not create capture buffer"), "lost", "Could not create capture buffer", ""),
        (ValueError("odd"), "lost", "odd", ""),  # not an error SoundCard is known for: the track goes on all the same
    ],
)
def test_errors_are_said_in_words(
    card: SoundCard, opened: Any, error: Exception, kind: str, what: str, to_do: str
) -> None:
    card.inputs[0].error = error
    sink = opened(WindowsSystem().source(MIC, DEFAULT))
    sink.wait_for(lambda s: s.events)
    assert sink.events[0].kind == kind
    assert what in sink.events[0].what
    assert to_do in sink.events[0].to_do
    card.inputs[0].error = None
    sink.wait_for(lambda s: s.kinds()[-1] == "opened")


def test_a_success_taken_for_an_error_is_none() -> None:
    assert error_code(RuntimeError("Error 0x108890001")) == 0x08890001
    assert error_code(RuntimeError("invalid argument")) is None
    assert explain(RuntimeError("Error 0x80070005"), "Speakers", SYSTEM).what.endswith("record “Speakers”.")


def test_an_empty_buffer_is_no_trouble(card: SoundCard, opened: Any) -> None:
    sink = opened(WindowsSystem().source(MIC, DEFAULT))
    sink.wait_for(lambda s: s.blocks)
    card.inputs[0].error = RuntimeError("Error 0x108890001")
    time.sleep(0.2)
    card.inputs[0].error = None
    count = len(sink.blocks)
    sink.wait_for(lambda s: len(s.blocks) > count + 5)
    assert sink.kinds() == ["opened"]


@pytest.mark.parametrize(
    ("microphone", "output", "same"),
    [
        ("Headset (WH-1000XM4 Hands-Free AG Audio)", "Headphones (WH-1000XM4 Stereo)", True),
        ("Headset (WH-1000XM4)", "Headphones (WH-1000XM4)", True),
        ("Headset (WH-1000XM4 Hands-Free)", "Speakers (Realtek)", False),
        ("Headset Microphone (Jabra Link 380)", "Headset Earphone (Jabra Link 380)", False),
        ("Microphone (Realtek)", "Speakers (Realtek)", False),
        ("Mic", "Mic", False),
    ],
)
def test_bluetooth_headsets_are_told_by_their_names(microphone: str, output: str, same: bool) -> None:
    assert same_bluetooth_headset(microphone, output) is same


def test_the_telephone_profile_is_hinted_at(card: SoundCard, opened: Any) -> None:
    card.inputs[0].name = "Headset (WH-1000XM4 Hands-Free AG Audio)"
    card.outputs[0].name = "Headphones (WH-1000XM4 Stereo)"
    sink = opened(WindowsSystem().source(MIC, DEFAULT))
    sink.wait_for(lambda s: s.blocks)
    assert sink.kinds() == ["opened"]
    assert "telephone" in sink.events[0].what


def test_after_a_stall_the_backlog_says_nothing_about_time(card: SoundCard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(windows, "_STALL_S", 0.2)
    monkeypatch.setattr(windows, "_AT_ONCE_S", 0.002)

    class Stalling(CollectingSink):
        def put(self, samples: Any, at: float, live: bool = True) -> None:
            super().put(samples, at, live)
            if len(self.blocks) == 1:
                time.sleep(0.6)  # as if the whole process had been stopped

    sink = Stalling()
    source = WindowsSystem().source(MIC, DEFAULT)
    source.open(sink)
    sink.wait_for(lambda s: len(s.blocks) > 100)
    source.close()
    waited = [i for i, (_, _, live) in enumerate(sink.blocks) if not live]
    assert waited[0] == 1
    assert sink.blocks[0][2]
    assert sink.blocks[-1][2]
    assert len(sink.sound()) == len(sink.blocks) * PERIOD
