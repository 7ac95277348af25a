"""PortAudio without a device: a stand-in for `sounddevice` with its interface and exceptions, and once the real one."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from app.audio.systems import portaudio
from app.audio.systems.portaudio import PortAudioSource, PortAudioSystem
from app.audio.systems.portaudio_stream import Resampler
from app.domain.errors import InputError
from app.domain.meeting import MIC, SYSTEM
from app.domain.recording import CAPTURE_RATE, DEFAULT
from tests.unit.systems_support import CollectingSink


class PortAudioError(Exception):
    pass


class FakeStream:
    """Calls back in real time from a thread of its own, as PortAudio does."""

    def __init__(self, owner: FakeSounddevice, **given: Any) -> None:
        self.owner, self.given, self.calls = owner, given, 0
        device = owner.list[given["device"]]
        if given["samplerate"] not in device.get("rates", (48000, 44100)):
            raise PortAudioError("Error opening InputStream: Invalid sample rate", -9997)
        if given["channels"] > device["max_input_channels"] or given["channels"] < device.get("least", 1):
            raise PortAudioError("Error opening InputStream: Invalid number of channels", -9998)
        if owner.refuse is not None:
            raise owner.refuse
        self.sound: Callable[[int, int], Any] = device.get("sound", tone)
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self.overflow = False
        self.dead = device.get("dead", False)
        owner.streams.append(self)
        owner.made += 1

    def start(self) -> None:
        assert self.owner.initialised
        self._thread.start()

    def _run(self) -> None:
        rate, channels = self.given["samplerate"], self.given["channels"]
        n = rate // 100
        while not self._end.wait(0.01):
            if self.dead:
                continue
            mono = self.sound(self.calls * n, rate)[:n].astype(np.float32)
            self.calls += 1
            status = SimpleNamespace(input_overflow=self.overflow)
            self.overflow = False
            self.given["callback"](np.repeat(mono[:, None], channels, axis=1), n, None, status)

    def give_up(self) -> None:
        """As when ALSA's device is pulled out."""
        self.dead = True
        self.given["finished_callback"]()

    def abort(self) -> None:
        self._end.set()
        if self._thread.is_alive():
            self._thread.join()

    def close(self) -> None:
        assert self._end.is_set(), "closing a running stream hangs some versions of PortAudio"
        self.owner.streams.remove(self)


def tone(start: int, rate: int) -> Any:
    return 0.5 * np.sin(2 * np.pi * 440 * np.arange(start, start + rate // 100) / rate)


def zeros(start: int, rate: int) -> Any:
    return np.zeros(rate // 100)


class FakeSounddevice:
    """Like the module: a frozen list of devices that only `_terminate` and `_initialize` renew."""

    PortAudioError = PortAudioError

    def __init__(self, *devices: dict[str, Any], api: str = "Core Audio") -> None:
        self.real = [self.device(**d) for d in devices]  # what is plugged in
        self.api = api
        self.default = 0
        self.refuse: Exception | None = None
        self.streams: list[FakeStream] = []
        self.made = 0  # streams, ever
        self.initialised = False
        self.initialisations = 0
        self._initialize()

    @staticmethod
    def device(name: str, max_input_channels: int = 1, **more: Any) -> dict[str, Any]:
        return {
            "name": name,
            "max_input_channels": max_input_channels,
            "hostapi": 0,
            "default_samplerate": 48000,
        } | more

    def _initialize(self) -> None:
        self.list = [d | {"index": n} for n, d in enumerate(self.real)]
        self._default = self.default if self.list else -1
        self.initialised = True
        self.initialisations += 1

    def _terminate(self) -> None:
        assert not self.streams, "this would have ended a recording"
        if not self.initialised:
            raise PortAudioError("PortAudio not initialized", -10000)
        self.initialised = False

    def query_hostapis(self) -> Any:
        return ({"name": self.api, "default_input_device": self._default},)

    def query_devices(self) -> Any:
        return tuple(self.list)

    def InputStream(self, **given: Any) -> FakeStream:
        return FakeStream(self, **given)


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch) -> Callable[..., FakeSounddevice]:
    def install(*devices: dict[str, Any], **more: Any) -> FakeSounddevice:
        fake = FakeSounddevice(*devices, **more)
        monkeypatch.setitem(sys.modules, "sounddevice", fake)
        return fake

    monkeypatch.setattr(portaudio, "_FRESH_S", 0.0)
    monkeypatch.setattr(portaudio, "_read_at", float("-inf"))
    return install


@pytest.fixture
def opened() -> Iterator[Callable[[PortAudioSource], CollectingSink]]:
    sources: list[PortAudioSource] = []

    def open_it(source: PortAudioSource) -> CollectingSink:
        sink = CollectingSink()
        sources.append(source)
        source.open(sink)
        return sink

    yield open_it
    for source in sources:
        source.close()
    assert portaudio._streams == 0


MAC = {"name": "MacBook Microphone"}
HEADSET = {"name": "AirPods", "rates": (24000,), "default_samplerate": 24000}
BLACKHOLE = {"name": "BlackHole 2ch", "max_input_channels": 2}
SPEAKERS = {"name": "MacBook Speakers", "max_input_channels": 0}


def default(**more: Any) -> PortAudioSource:
    return PortAudioSource(MIC, None, **more)


def test_devices_default_first_and_virtual_ones_as_system_audio(use: Any) -> None:
    fake = use(HEADSET, SPEAKERS, MAC, BLACKHOLE)
    fake.default = 2
    devices = PortAudioSystem().devices()
    assert [(d.name, d.track, d.is_default) for d in devices] == [
        ("MacBook Microphone", MIC, True),
        ("AirPods", MIC, False),
        ("BlackHole 2ch", SYSTEM, True),
    ]


def test_two_of_a_kind_have_their_own_ids(use: Any) -> None:
    use({"name": "USB"}, {"name": "USB"})
    ids = [d.id for d in PortAudioSystem().devices()]
    assert ids == ["Core Audio: USB", "Core Audio: USB #2"]
    with pytest.raises(InputError, match="fits several"):
        PortAudioSystem().source(MIC, "usb")
    PortAudioSystem().source(MIC, ids[1])


def test_alsas_plugins_are_no_devices(use: Any) -> None:
    use({"name": "sysdefault"}, {"name": "HDA Intel (hw:0,0)"}, {"name": "default"}, {"name": "dmix"}, api="ALSA")
    assert {d.name for d in PortAudioSystem().devices()} == {"HDA Intel (hw:0,0)", "Default input"}


def test_no_way_to_record_system_audio_is_said_before_anything_starts(use: Any) -> None:
    use(MAC)
    with pytest.raises(InputError, match="computer's own sound") as error:
        PortAudioSystem().source(SYSTEM, DEFAULT)
    assert "BlackHole" in error.value.to_do
    with pytest.raises(InputError, match="No microphone is called"):
        PortAudioSystem().source(MIC, "Scarlett")


def test_a_library_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", None)
    with pytest.raises(InputError, match="not installed"):
        PortAudioSystem().devices()


def test_delivers_what_the_device_hears(use: Any, opened: Any) -> None:
    use(MAC)
    sink = opened(default())
    sink.wait_for(lambda s: len(s.blocks) > 20)
    assert sink.kinds() == ["opened"]
    assert sink.events[0].device == "MacBook Microphone"
    expected = np.concatenate([tone(n * 480, 48000) for n in range(20)])
    np.testing.assert_allclose(sink.sound()[: 20 * 480], expected, atol=1e-6)
    assert sink.blocks[1][1] > sink.blocks[0][1]


def test_a_device_with_two_channels_is_mixed(use: Any, opened: Any) -> None:
    fake = use({"name": "Interface", "max_input_channels": 2})
    sink = opened(default())
    sink.wait_for(lambda s: s.blocks)
    assert fake.streams[0].given["channels"] == 2
    np.testing.assert_allclose(sink.blocks[0][0], tone(0, 48000), atol=1e-6)


def test_a_device_that_only_knows_its_own_rate_is_resampled(use: Any, opened: Any) -> None:
    use(HEADSET)
    sink = opened(default())
    begin = time.monotonic()
    sink.wait_for(lambda s: len(s.sound()) > CAPTURE_RATE // 2)
    sound = sink.sound()
    n = np.arange(len(sound))
    expected = 0.5 * np.sin(2 * np.pi * 440 * n / CAPTURE_RATE)
    np.testing.assert_allclose(sound[2000:20000], expected[2000:20000], atol=0.01)  # in place: no shift by the filter
    # The arrival of what left the filter, not of what went in.
    _, at, _ = sink.blocks[-1]
    assert at <= time.monotonic()
    assert at - begin > 0.4


def test_the_many_channels_of_an_interface(use: Any, opened: Any) -> None:
    fake = use({"name": "Interface", "max_input_channels": 8, "least": 8})
    opened(default()).wait_for(lambda s: s.blocks)
    assert fake.streams[0].given["channels"] == 8


def test_dropped_sound_is_passed_on(use: Any, opened: Any) -> None:
    fake = use(MAC)
    sink = opened(default())
    sink.wait_for(lambda s: s.blocks)
    fake.streams[0].overflow = True
    sink.wait_for(lambda s: s.drops)
    assert sink.drops == [0]


def test_unplugged_and_plugged_in_again(use: Any, opened: Any) -> None:
    fake = use(MAC, {"name": "USB mic"})
    sink = opened(PortAudioSystem().source(MIC, "usb"))
    sink.wait_for(lambda s: s.blocks)
    fake.real.pop()
    fake.streams[0].give_up()
    sink.wait_for(lambda s: s.events[-1].what == "“USB mic” is not connected.")
    assert sink.events[-1].kind == "lost"
    fake.real.append(fake.device("USB mic"))
    sink.wait_for(lambda s: s.kinds()[-1] == "opened")
    assert sink.kinds().count("opened") == 2


def test_a_stream_that_falls_silent_without_a_word_is_lost_and_made_anew(use: Any, opened: Any) -> None:
    fake = use(MAC)
    sink = opened(default())
    sink.wait_for(lambda s: s.blocks)
    fake.streams[0].dead = True
    sink.wait_for(lambda s: s.kinds() == ["opened", "lost", "opened"])
    assert "delivers no sound" in sink.events[1].what


def test_a_stream_that_never_delivers_is_not_called_open(use: Any, opened: Any) -> None:
    use(MAC | {"dead": True})
    sink = opened(default())
    sink.wait_for(lambda s: s.events)
    time.sleep(1.5)
    assert sink.kinds() == ["lost"]  # said once, however often it is tried


def test_no_microphone_at_all_then_one(use: Any, opened: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.audio.systems.worker.FAILED_RETRY_S", 0.1)
    fake = use(SPEAKERS)
    fake.default = -1
    fake._initialize()
    sink = opened(default())
    sink.wait_for(lambda s: s.events)
    assert (sink.events[0].kind, sink.events[0].what) == ("failed", "No microphone is connected.")
    fake.real.append(fake.device(**MAC))
    fake.default = 1
    sink.wait_for(lambda s: s.kinds() == ["failed", "opened"])


def test_the_default_is_followed(use: Any, opened: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portaudio, "_LOOK_S", 0.1)
    fake = use(MAC)
    name = ["MacBook Microphone"]
    sink = opened(default(default_name=lambda: name[0]))
    sink.wait_for(lambda s: s.blocks)
    fake.real.append(fake.device(**HEADSET))  # only now
    name[0] = "AirPods"
    sink.wait_for(lambda s: s.kinds() == ["opened", "moved"])
    assert sink.events[1].device == "AirPods"


def test_what_somebody_else_records_or_plays_is_never_ended(
    use: Any, opened: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The list cannot be renewed meanwhile; the default is looked for in the old one, and there is no endless loop."""
    monkeypatch.setattr(portaudio, "_LOOK_S", 0.1)
    fake = use(MAC, BLACKHOLE)
    other = opened(PortAudioSystem().source(SYSTEM, "blackhole"))
    other.wait_for(lambda s: s.blocks)
    name = ["MacBook Microphone"]
    sink = opened(default(default_name=lambda: name[0]))
    sink.wait_for(lambda s: s.blocks)
    before = fake.initialisations
    fake.real.append(fake.device(**HEADSET))
    name[0] = "AirPods"
    sink.wait_for(lambda s: fake.made == 3)
    time.sleep(0.5)
    assert fake.made == 3
    assert sink.kinds() == ["opened"]
    assert fake.initialisations == before
    assert other.kinds() == ["opened"]


@pytest.mark.parametrize(
    ("error", "kind", "word"),
    [
        (PortAudioError("Error opening InputStream: Device unavailable", -9985), "failed", "in use by another program"),
        (PortAudioError("Error opening InputStream: Sample format not supported", -9994), "failed", "format"),
        (PortAudioError("Error opening InputStream: Internal", -9986), "lost", "cannot be opened"),
    ],
)
def test_why_a_device_does_not_open(use: Any, opened: Any, error: Exception, kind: str, word: str) -> None:
    fake = use(MAC)
    fake.refuse = error
    sink = opened(default())
    sink.wait_for(lambda s: s.events)
    assert sink.events[0].kind == kind
    assert word in sink.events[0].what
    assert sink.events[0].to_do


def test_zeros_for_want_of_a_permission_are_said_and_listened_to(
    use: Any, opened: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(portaudio, "_LOOK_S", 0.05)
    monkeypatch.setattr(portaudio, "_ZEROS_S", 0.1)
    fake = use(MAC | {"sound": zeros})
    sink = opened(default(why_silent=lambda: ("Only silence.", "Allow it.")))
    sink.wait_for(lambda s: s.kinds() == ["opened", "failed"])
    assert sink.events[1].to_do == "Allow it."
    fake.streams[0].sound = tone
    sink.wait_for(lambda s: s.kinds() == ["opened", "failed", "opened"])
    assert len(fake.streams) == 1


def test_closing_is_quick_even_if_the_driver_hangs(use: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    use(MAC)
    release = threading.Event()
    hung = threading.Event()

    def hang(self: FakeStream) -> None:
        hung.set()
        release.wait(20)
        real(self)

    real = FakeStream.abort
    monkeypatch.setattr(FakeStream, "abort", hang)
    source, sink = default(), CollectingSink()
    source.open(sink)
    sink.wait_for(lambda s: s.blocks)
    begin = time.monotonic()
    source.close()
    assert time.monotonic() - begin < 1.0
    assert hung.is_set()
    count = len(sink.blocks)
    time.sleep(0.1)
    assert len(sink.blocks) == count  # the stream still calls back, to nobody
    release.set()
    assert source._thread is not None
    source._thread.join(5)


def test_what_had_been_waiting_says_nothing_about_time(use: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from app.audio.systems.portaudio_stream import Capture

    fake = use(MAC)
    sink, now = CollectingSink(), [100.0]
    monkeypatch.setattr("app.audio.systems.portaudio_stream.time.monotonic", lambda: now[0])
    capture = Capture(fake, 0, 48000, 1, sink, lambda: None)  # type: ignore[arg-type]
    block, status = np.ones((480, 1), np.float32), SimpleNamespace(input_overflow=False)
    for step in (0.01, 0.01, 5.0, 0.0001, 0.0001, 0.01, 0.01):
        now[0] += step
        capture._callback(block, 480, None, status)
    assert [live for _, _, live in sink.blocks] == [True, True, False, False, False, True, True]
    capture.close()


def test_the_ring_of_the_resampler_wraps_and_fills(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.audio.systems.portaudio_stream._RING_S", 0.1)
    resampler = Resampler(16000)
    assert resampler.push(np.zeros(1500, np.float32), 0.0, True)
    assert not resampler.push(np.zeros(200, np.float32), 0.0, True)  # full: the caller counts it
    before = sum(len(x) for x, _, _ in resampler.ready())
    sine = np.sin(2 * np.pi * 440 * np.arange(16000) / 16000).astype(np.float32)
    out = []
    for at in range(0, 16000, 160):
        assert resampler.push(sine[at : at + 160], (at + 160) / 16000, True)
        out += resampler.ready()
    sound = np.concatenate([x for x, _, _ in out])
    assert 0.99 < np.abs(sound[10000:40000]).max() < 1.01
    made_s = (before + len(sound)) / CAPTURE_RATE
    assert out[-1][1] == pytest.approx(made_s - 1500 / 16000)  # when its last sample arrived, on the clock of the sine


def test_the_real_library_has_what_is_used() -> None:
    """Whatever this machine has: the list can be read and renewed, and the default opens or says why not."""
    try:
        sounddevice = portaudio.library()
    except InputError:
        pytest.skip("PortAudio is not installed")
    assert portaudio.refresh()
    assert isinstance(PortAudioSystem().devices(), list)
    flags = sounddevice.CallbackFlags()
    assert flags.input_overflow is False
    for name in ("abort", "close", "start"):
        assert hasattr(sounddevice.InputStream, name)
    source, sink = default(), CollectingSink()
    source.open(sink)
    try:
        sink.wait_for(lambda s: s.events)
        assert sink.events[0].kind in ("opened", "failed", "lost")
    finally:
        source.close()
