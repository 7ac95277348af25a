"""Sound on macOS: the microphone through PortAudio, system audio by a Core Audio process tap (catap) from macOS 14.2.

Where there is no tap, system audio needs a virtual device such as BlackHole. A missing permission is not an error here:
macOS delivers zeros.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import platform
import sys
import time
from typing import TYPE_CHECKING, Any

import numpy as np

from app.audio.systems import coreaudio
from app.audio.systems.portaudio import PortAudioSource, PortAudioSystem
from app.audio.systems.resampling import Pace, To48k
from app.audio.systems.worker import Gate, Trouble, WorkerSource
from app.domain.errors import InputError
from app.domain.meeting import MIC, SYSTEM
from app.domain.recording import CAPTURE_RATE, DEFAULT, AudioSource, Device

if TYPE_CHECKING:
    from app.domain.recording import Samples

TAP = Device("tap", "All sound of this Mac", SYSTEM, True)

_POLL_S = 0.1
_LOOK_S = 1.0  # how often we ask whether some program plays
_NOTHING_S = 2.0  # a tap without buffers for this long while a program plays is dead
_DENIED_S = 3.0  # zeros this long after the start, when permission was refused, come from that
_ZEROS_S = 8.0  # zeros this long while a program plays: perhaps the tap is dead (AirPods changing profile do that)
_ZEROS_MOST_S = 300.0  # but a quiet meeting looks the same, so it is made anew ever more rarely
_ASLEEP_S = 5.0  # the wall clock went on this much longer than ours: the Mac slept

_MICROPHONE_DENIED = (
    "macOS gives Folkmoot silence instead of the microphone.",
    "Open System Settings → Privacy & Security → Microphone, allow Folkmoot (or the terminal it was started from), "
    "and start it again.",
)
_TAP_DENIED = (
    "macOS gives Folkmoot silence instead of the computer's sound.",
    "Open System Settings → Privacy & Security → Screen & System Audio Recording, allow Folkmoot (or the terminal it "
    "was started from) under “System Audio Recording Only”, and start it again.",
)
_TAP_SILENT = (
    "A program plays, but only silence comes from it.",
    "If you hear something: open System Settings → Privacy & Security → Screen & System Audio Recording, allow "
    "Folkmoot (or the terminal it was started from), and start it again.",
)
_BLACKHOLE = (
    "Or install the virtual device BlackHole, put it and your headphones into a Multi-Output Device in Audio MIDI "
    "Setup, make that the output, and choose BlackHole here."
)


def no_tap() -> tuple[str, str] | None:
    """Why the computer's sound cannot be recorded directly, and what to do; None if it can."""
    what = "The computer's own sound cannot be recorded directly on this Mac."
    release = platform.mac_ver()[0]
    if tuple(int(n) for n in release.split(".")[:2] if n.isdigit()) < (14, 2):
        return what, f"It takes macOS 14.2 or later, and this is {release or 'older'}. {_BLACKHOLE}"
    if importlib.util.find_spec("catap") is None:
        if tuple(int(n) for n in platform.python_version_tuple()[:2]) < (3, 12):
            return what, f"It takes Python 3.12 or later, and this is {platform.python_version()}. {_BLACKHOLE}"
        return what, f"The package catap is missing: run dev.py again. {_BLACKHOLE}"
    return None


def _why_microphone_silent() -> tuple[str, str] | None:
    return None if coreaudio.permitted(coreaudio.MICROPHONE) is not False else _MICROPHONE_DENIED


class MacSystem:
    """Core Audio."""

    name = "Core Audio"

    def __init__(self) -> None:
        self._portaudio = PortAudioSystem()

    def devices(self) -> list[Device]:
        found = self._portaudio.devices()
        if no_tap() is not None:
            return found
        system = [Device(d.id, d.name, SYSTEM) for d in found if d.track == SYSTEM]
        return [*(d for d in found if d.track == MIC), TAP, *system]

    def source(self, track: str, choice: str) -> AudioSource:
        if track == SYSTEM:
            missing = no_tap()
            if missing is None and (choice in (DEFAULT, TAP.id) or choice.casefold() in TAP.name.casefold()):
                return TapSource()
            if missing is not None and choice == TAP.id:
                raise InputError(*missing)
            if missing is not None and choice == DEFAULT and all(d.track != SYSTEM for d in self.devices()):
                raise InputError(*missing)
        wanted = self._portaudio.wanted(track, choice)
        return PortAudioSource(
            track, wanted, default_name=coreaudio.default_input_name, why_silent=_why_microphone_silent
        )


class TapSource(WorkerSource):
    """What all programs play, as one mono stream. catap does not recover: whatever happens, its tap is made anew."""

    def __init__(self) -> None:
        super().__init__(SYSTEM)
        self._playing: bool | None = None
        self._heard_ever = False
        self._zeros_limit_s = _ZEROS_S

    def expects_sound(self) -> bool | None:
        """A program that plays may well play silence (a quiet meeting does), so this never says True."""
        return False if self._playing is False else None

    def _record(self) -> None:
        catap = _catap()
        tap = _Tap(self._gate)
        session = catap.record_system_audio(on_buffer=tap.take, mono=True)
        try:
            session.start()
        except Exception as error:  # OSError with a status, RuntimeError, UnsupportedTapFormatError
            _close(session)
            if isinstance(error, PermissionError):
                raise Trouble("failed", *_TAP_DENIED) from error
            raise Trouble("lost", f"The computer's sound cannot be recorded now: {error}.") from error
        try:
            if coreaudio.permitted(coreaudio.AUDIO_CAPTURE) is False:
                self._trouble("failed", *_TAP_DENIED)  # but listen: it may be wrong, or change
            else:
                self._opened(TAP.name)
            self._watch(catap, session, tap)
        finally:
            _close(session)

    def _watch(self, catap: Any, session: Any, tap: _Tap) -> None:
        """Until the tap dies or is doubted, or the source is closed."""
        began = looked = time.monotonic()
        offset = time.time() - began
        count, nothing_s, zeros_s = 0, 0.0, 0.0
        while not self._stop.wait(_POLL_S):
            now = time.monotonic()
            if session.capture_failed:
                raise Trouble("lost", "The recording of the computer's sound broke off.", "It starts again by itself.")
            if time.time() - now - offset > _ASLEEP_S:
                raise Trouble("lost", "The Mac was asleep.", "The recording of its sound starts again by itself.")
            # Counted in turns of this loop: a process that was stopped has not been waiting.
            nothing_s = nothing_s + _POLL_S if tap.buffers == count and self._playing else 0.0
            count = tap.buffers
            if nothing_s > _NOTHING_S:
                raise Trouble("lost", "The computer's sound does not come any more.", "It starts again by itself.")
            if tap.take_heard():
                zeros_s, self._heard_ever, self._zeros_limit_s = 0.0, True, _ZEROS_S
                if self._state not in ("opened", "moved"):
                    self._opened(TAP.name)
            if now - looked < _LOOK_S:
                continue
            zeros_s = zeros_s + (now - looked) if self._playing else 0.0
            looked = now
            self._playing = _plays(catap)
            if self._heard_ever:
                if zeros_s > self._zeros_limit_s:
                    self._zeros_limit_s = min(2 * self._zeros_limit_s, _ZEROS_MOST_S)
                    return
            elif now - began > _DENIED_S:
                self._doubt(zeros_s)

    def _doubt(self, zeros_s: float) -> None:
        """Nothing but zeros since the beginning: say so if it is not what it should be. And keep listening."""
        allowed = coreaudio.permitted(coreaudio.AUDIO_CAPTURE)
        if allowed is False:
            self._trouble("failed", *_TAP_DENIED)
        elif allowed is None and zeros_s > _ZEROS_S:
            self._trouble("failed", *_TAP_SILENT)


def _catap() -> Any:
    if (missing := no_tap()) is not None:
        raise Trouble("failed", *missing)
    try:
        module = importlib.import_module("catap")
    except ImportError as error:
        raise Trouble(
            "failed", f"The package catap does not start: {error}.", f"Run dev.py again. {_BLACKHOLE}"
        ) from error
    recorder: Any = sys.modules.get("catap.recorder")
    if hasattr(recorder, "_NATIVE_DRAIN_IDLE_INTERVAL_SECONDS"):
        recorder._NATIVE_DRAIN_IDLE_INTERVAL_SECONDS = 0.01  # it looks 1000 times a second; 100 take a tenth of the CPU
    return module


def _plays(catap: Any) -> bool | None:
    """Whether a program other than this one has an output open."""
    try:
        return any(p.is_outputting and p.pid != os.getpid() for p in catap.list_audio_processes())
    except Exception:  # enumerating asks AppKit about programs that may be ending
        return None


def _close(session: Any) -> None:
    """Let go of the tap; catap keeps what it could not release for another try."""
    for _ in range(3):
        try:
            session.close()
        except Exception:  # it reports here why the capture failed
            if session.needs_cleanup:
                continue
        return


class _Tap:
    """catap's buffers on their way to the sink, in the thread of catap's that calls back."""

    def __init__(self, gate: Gate) -> None:
        self.buffers = 0
        self._gate = gate
        self._heard = False
        self._format: Any = None
        self._resampler: To48k
        self._pace = Pace()
        self._next: float | None = None  # sample time of the next buffer

    def take_heard(self) -> bool:
        """Whether there was anything but zeros since the last question."""
        heard, self._heard = self._heard, False
        return heard

    def take(self, buffer: Any) -> None:
        now = time.monotonic()
        self.buffers += 1
        if buffer.format != self._format:
            self._format = buffer.format
            self._resampler = To48k(self._format.sample_rate)
            self._next = None
        rate = self._format.sample_rate
        at_sample = buffer.input_sample_time
        if at_sample is not None:
            missing = at_sample - self._next if self._next is not None else 0.0
            if 1.0 <= missing < rate:  # more than a second is the tap's own pause
                self._gate.lost(round(missing * CAPTURE_RATE / rate))
            self._next = at_sample + buffer.frame_count
        mono = to_mono(buffer.data, self._format)
        self._heard = self._heard or bool(mono.any())
        samples, at = self._resampler.feed(mono, now)
        if len(samples):
            self._gate.put(samples, at, self._pace.is_live(now, buffer.frame_count / rate))


def to_mono(data: bytes, form: Any) -> Samples:
    """catap's packed, interleaved, little-endian samples (float32, or 16, 24 or 32 bit integers)."""
    if form.is_float:
        samples = np.frombuffer(data, "<f4")
    elif form.bits_per_sample == 24:
        wide = np.zeros((len(data) // 3, 4), np.uint8)
        wide[:, 1:] = np.frombuffer(data, np.uint8).reshape(-1, 3)
        samples = wide.view("<i4")[:, 0].astype(np.float32) / np.float32(2**31)
    else:
        bits = form.bits_per_sample
        samples = np.frombuffer(data, f"<i{bits // 8}").astype(np.float32) / np.float32(2 ** (bits - 1))
    frames = samples.reshape(-1, form.num_channels)
    return frames[:, 0] if form.num_channels == 1 else frames.mean(axis=1, dtype=np.float32)
