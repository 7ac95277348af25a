"""Microphones, and inputs that carry the computer's sound (BlackHole), through PortAudio.

The microphone on macOS; both tracks where nothing better is there (Linux without a sound server).

PortAudio reads the list of devices once. Reading it anew means shutting PortAudio down, which ends every stream of the
process; so that is done only while nobody holds one (`in_use`).
"""

from __future__ import annotations

import contextlib
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from app.audio.systems.choosing import choose
from app.audio.systems.portaudio_stream import Capture
from app.audio.systems.worker import Trouble, WorkerSource
from app.domain.errors import InputError
from app.domain.meeting import MIC, SYSTEM
from app.domain.recording import CAPTURE_RATE, DEFAULT, AudioSource, Device

_POLL_S = 0.05
_SILENT_S = 1.0  # a stream that calls nothing back for this long is dead
_LOOK_S = 1.0  # how often the default device and the reason for silence are looked at
_ZEROS_S = 3.0  # digital silence for this long after the start is no accident
_FRESH_S = 0.5  # a list of devices read this recently is not read again

# What stands for the computer's own sound among the inputs.
_VIRTUAL = re.compile(
    r"blackhole|soundflower|loopback audio|vb-?cable|cable output|stereo mix|what u hear|background music|monitor of",
    re.IGNORECASE,
)
# ALSA offers each card many times over, through plugins that are no devices.
_ALSA_DEVICE = re.compile(r"^(default|pulse|pipewire)$|\(hw:")

NO_LIBRARY = (
    "The sound library PortAudio is not installed.",
    "Install it: libportaudio2 on Debian and Ubuntu, portaudio on Fedora and Arch.",
)
NO_MICROPHONE = ("No microphone is connected.", "Connect one; the recording will take it up.")
NO_LOOPBACK = (
    "Nothing here carries the computer's own sound.",
    "Install a virtual sound device such as BlackHole and send the sound through it, or choose “none”.",
)

_lock = threading.RLock()
_streams = 0
_read_at = float("-inf")


def library() -> Any:
    """The module `sounddevice`; loading it initialises PortAudio. Raises `InputError` if PortAudio is not there."""
    global _read_at
    with _lock:
        try:
            import sounddevice
        except (ImportError, OSError) as error:
            raise InputError(*NO_LIBRARY) from error
        if _read_at == float("-inf"):
            _read_at = time.monotonic()
        return sounddevice


@contextlib.contextmanager
def in_use() -> Iterator[Any]:
    """`sounddevice`, for as long as a stream of it is open. Playback has to hold it too."""
    global _streams
    sounddevice = library()
    with _lock:
        _streams += 1
    try:
        yield sounddevice
    finally:
        with _lock:
            _streams -= 1


def refresh() -> bool:
    """Read the list of devices anew, if nobody has a stream open. Whether it is new (or as good as)."""
    global _read_at
    sounddevice = library()
    with _lock:
        if time.monotonic() - _read_at < _FRESH_S:
            return True
        if _streams:
            return False
        # Not public, but the only way there is: https://github.com/spatialaudio/python-sounddevice/issues/125
        with contextlib.suppress(sounddevice.PortAudioError):
            sounddevice._terminate()
        sounddevice._initialize()
        _read_at = time.monotonic()
        return True


@dataclass(frozen=True, slots=True)
class Input:
    """An input as PortAudio knows it until the next `refresh`."""

    index: int
    id: str
    name: str
    channels: int
    rate: int  # its own; most open at other rates too
    is_default: bool

    @property
    def is_virtual(self) -> bool:
        return _VIRTUAL.search(self.name) is not None


def inputs() -> list[Input]:
    """What can be recorded, the default first. Raises `InputError` without PortAudio, `Trouble` if it fails."""
    sounddevice = library()
    with _lock:
        try:
            apis = sounddevice.query_hostapis()
            devices = sounddevice.query_devices()
        except sounddevice.PortAudioError as error:
            raise Trouble("lost", f"The sound system does not answer: {error}.") from error
    default = next((a["default_input_device"] for a in apis if a["default_input_device"] >= 0), -1)
    seen: Counter[str] = Counter()
    found = []
    for d in devices:
        api = apis[d["hostapi"]]["name"]
        if d["max_input_channels"] < 1 or (api == "ALSA" and not _ALSA_DEVICE.search(d["name"])):
            continue
        key = f"{api}: {d['name']}"
        seen[key] += 1
        found.append(
            Input(
                index=d["index"],
                id=key if seen[key] == 1 else f"{key} #{seen[key]}",  # two of a kind are told apart by their order
                name="Default input" if key == "ALSA: default" else d["name"],
                channels=d["max_input_channels"],
                rate=round(d["default_samplerate"]) or CAPTURE_RATE,
                is_default=d["index"] == default,
            )
        )
    return sorted(found, key=lambda i: not i.is_default)


class PortAudioSource(WorkerSource):
    """One input. With `wanted` None the default one, following it as far as the platform lets us know.

    `default_name` says what the system's default input is called right now (None: unknown), because PortAudio does not.
    `why_silent` says why a device may deliver nothing but zeros, which is how macOS denies a microphone.
    """

    def __init__(
        self,
        track: str,
        wanted: Device | None,
        *,
        default_name: Callable[[], str | None] = lambda: None,
        why_silent: Callable[[], tuple[str, str] | None] = lambda: None,
    ) -> None:
        super().__init__(track)
        self._wanted = wanted
        self._default_name = default_name
        self._why_silent = why_silent

    @property
    def _follows(self) -> bool:
        return self._wanted is None and self.track == MIC

    def _record(self) -> None:
        try:
            refresh()
            default = self._default_name() if self._follows else None
            chosen = self._find(default)
        except InputError as error:
            raise Trouble("failed", error.what, error.to_do) from error
        with in_use() as sounddevice:
            capture = self._open(sounddevice, chosen)
            try:
                self._start(capture, sounddevice, chosen)
                self._watch(capture, chosen, default)
            finally:
                capture.close()

    def _find(self, default: str | None) -> Input:
        there = inputs()
        if self._wanted is not None:
            for one in there:
                if one.id == self._wanted.id:
                    return one
            name = self._wanted.name
            raise Trouble("lost", f"“{name}” is not connected.", "Connect it again, or choose another device.")
        if self.track == SYSTEM:
            there = [i for i in there if i.is_virtual]
            if not there:
                raise Trouble("failed", *NO_LOOPBACK)
        for one in there:
            if one.name == default:
                return one
        if not there:
            raise Trouble("failed", *NO_MICROPHONE)
        return there[0]

    def _start(self, capture: Capture, sounddevice: Any, chosen: Input) -> None:
        try:
            capture.start()
        except sounddevice.PortAudioError as error:
            raise explain(error, chosen.name) from error

    def _watch(self, capture: Capture, chosen: Input, default: str | None) -> None:
        """Until the stream dies, the default changes or the source is closed."""
        count, quiet_s, looked = 0, 0.0, time.monotonic()
        began = looked
        hinted = False
        while not self._stop.wait(_POLL_S):
            capture.drain()
            # Counted in turns of this loop: a process that was stopped has not been waiting.
            quiet_s = quiet_s + _POLL_S if capture.blocks == count else 0.0
            count = capture.blocks
            if capture.ended or quiet_s > _SILENT_S:
                raise Trouble("lost", f"“{chosen.name}” delivers no sound any more.", "Check that it is connected.")
            now = time.monotonic()
            if hinted and capture.heard:
                self._opened(chosen.name)
                hinted = False
            if now - looked < _LOOK_S:
                continue
            looked = now
            if self._follows and self._default_name() not in (None, default):
                return
            if not capture.heard and not hinted and now - began > _ZEROS_S and (reason := self._why_silent()):
                self._trouble("failed", *reason)  # but keep listening: permission may come
                hinted = True

    def _open(self, sounddevice: Any, chosen: Input) -> Capture:
        """A stream of `chosen`, at 48 kHz if it can do that. Raises `Trouble` in words."""
        few = min(2, chosen.channels)
        rates = (CAPTURE_RATE, chosen.rate)
        error: Exception | None = None
        for rate, channels in dict.fromkeys((r, c) for r in rates for c in (few, chosen.channels)):
            try:
                return Capture(sounddevice, chosen.index, rate, channels, self._gate, lambda: self._opened(chosen.name))
            except (sounddevice.PortAudioError, ValueError) as e:
                error = e
        raise explain(error, chosen.name)


def explain(error: Exception | None, name: str) -> Trouble:
    """PortAudio's word for why a device does not open, in ours."""
    code = error.args[1] if error is not None and len(error.args) > 1 else None
    if code == -9985:  # paDeviceUnavailable
        return Trouble(
            "failed",
            f"“{name}” is in use by another program that keeps it to itself.",
            "Close that program, or choose another device.",
        )
    if code in (-9997, -9998, -9994):  # paInvalidSampleRate, paInvalidChannelCount, paSampleFormatNotSupported
        return Trouble(
            "failed", f"“{name}” has a format that cannot be recorded.", "Set it to 48 kHz in the system's settings."
        )
    return Trouble("lost", f"“{name}” cannot be opened: {error}.", "Connect it again, or choose another device.")


class PortAudioSystem:
    """Every input PortAudio knows; for system audio those that carry the computer's sound."""

    name = "PortAudio"

    def devices(self) -> list[Device]:
        try:
            refresh()
            there = inputs()
        except Trouble as trouble:
            raise InputError(trouble.what, trouble.to_do) from trouble
        virtual = [i for i in there if i.is_virtual]
        return [Device(i.id, i.name, MIC, i.is_default) for i in there if not i.is_virtual or i.is_default] + [
            Device(i.id, i.name, SYSTEM, n == 0) for n, i in enumerate(virtual)
        ]

    def source(self, track: str, choice: str) -> AudioSource:
        return PortAudioSource(track, self.wanted(track, choice))

    def wanted(self, track: str, choice: str) -> Device | None:
        """The device a choice means; None for the default. Raises `InputError`."""
        devices = self.devices()
        mine = [d for d in devices if d.track == track]
        if track == SYSTEM and not mine and choice == DEFAULT:
            raise InputError(*NO_LOOPBACK)
        if choice == DEFAULT:
            return None
        # The computer's sound may come in by a cable, and a virtual device may carry a voice: any input will do.
        others = [Device(i.id, i.name, track) for i in inputs() if i.id not in {d.id for d in mine}]
        return choose(mine + others, track, choice)
