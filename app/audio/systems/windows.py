"""Microphone and system audio on Windows: WASAPI endpoints and their loopback, in shared mode, through SoundCard."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.audio.systems.choosing import choose
from app.audio.systems.wasapi import (
    BUFFER_EMPTY,
    ask,
    communications_id,
    discontinuities,
    error_code,
    explain,
    soundcard,
)
from app.audio.systems.worker import Trouble, WorkerSource
from app.domain.errors import InputError
from app.domain.meeting import MIC, SYSTEM
from app.domain.recording import CAPTURE_RATE, DEFAULT, AudioSource, Device

COMMUNICATIONS = "communications"  # a choice: the device Windows uses for calls, where many meetings play
_BUFFER_FRAMES = CAPTURE_RATE  # how much Windows keeps for us while we are kept from reading
_LOOK_S = 1.0  # how often the default device is asked for
_SILENT_S = 1.5  # a microphone that delivers nothing for this long is dead; a loopback is only silent
_STALL_S = 0.3  # this long between two reads: what comes then had been waiting
_AT_ONCE_S = 0.0005  # a read that took less found the sound waiting
_IDLE_S = 0.01  # between two looks at a device that delivers nothing

_HANDS_FREE = re.compile(r"\s*(hands-free( ag)?( audio)?|stereo)\s*$", re.IGNORECASE)
BLUETOOTH_HINT = (
    "While its microphone is in use, this Bluetooth headset sounds like a telephone, in both directions.",
    "Choose another microphone for better sound.",
)


@dataclass(frozen=True, slots=True)
class _Endpoint:
    id: str
    name: str
    recordable: Any  # SoundCard's microphone, which may be the loopback of an output


class WindowsSystem:
    """WASAPI."""

    name = "WASAPI"

    def devices(self) -> list[Device]:
        return ask(_devices)

    def source(self, track: str, choice: str) -> AudioSource:
        if choice in (DEFAULT, COMMUNICATIONS):
            return WindowsSource(track, choice)
        device = choose(self.devices(), track, choice)
        return WindowsSource(track, device.id, device.name)


def _devices(module: Any) -> list[Device]:
    found: list[Device] = []
    for track, all_of in ((MIC, module.all_microphones), (SYSTEM, module.all_speakers)):
        default = _default_id(module, track, DEFAULT)
        calls = _default_id(module, track, COMMUNICATIONS)
        mine = []
        for one in all_of():
            try:
                mine.append(Device(one.id, one.name, track, one.id == default))
            except RuntimeError:  # went away while we looked
                continue
        mine.sort(key=lambda d: not d.is_default)
        for device in mine:
            if device.id == calls != default:
                mine.insert(1, Device(COMMUNICATIONS, f"The one for calls: {device.name}", track))
                break
        found += mine
    return found


def _default_id(module: Any, track: str, choice: str) -> str | None:
    """None if there is none, or if it cannot be asked for."""
    if choice == COMMUNICATIONS:
        return communications_id(track)
    try:
        default = module.default_microphone() if track == MIC else module.default_speaker()
        return str(default.id)
    except (RuntimeError, IndexError):
        return None


class WindowsSource(WorkerSource):
    """One endpoint, or whichever is the default one. `choice`: DEFAULT, COMMUNICATIONS or an endpoint's id."""

    def __init__(self, track: str, choice: str, name: str = "") -> None:
        super().__init__(track)
        self._choice = choice
        self._name = name

    @property
    def _follows(self) -> bool:
        return self._choice in (DEFAULT, COMMUNICATIONS)

    def _record(self) -> None:
        try:
            with soundcard() as module:
                self._record_endpoint(module)
        except InputError as error:
            raise Trouble("failed", error.what, error.to_do) from error

    def _record_endpoint(self, module: Any) -> None:
        name = self._name or ("The microphone" if self.track == MIC else "The sound output")
        try:
            endpoint = self._find(module)
            name = endpoint.name
            # A headset's two channels, or the many of an output, are brought to this number by Windows.
            channels = 1 if self.track == MIC else 2
            with endpoint.recordable.recorder(
                samplerate=CAPTURE_RATE, channels=channels, blocksize=_BUFFER_FRAMES
            ) as recorder:
                discontinuities()
                self._opened(name, *self._hint(module, name))
                self._read(module, recorder, endpoint)
        except (RuntimeError, AssertionError, IndexError) as error:
            raise explain(error, name, self.track) from error

    def _find(self, module: Any) -> _Endpoint:
        wanted = self._choice
        if self._follows:
            wanted = _default_id(module, self.track, self._choice) or _default_id(module, self.track, DEFAULT) or ""
            if not wanted:
                raise IndexError("no default device")
        for one in module.all_microphones(include_loopback=self.track == SYSTEM):
            # Not get_microphone: for an id that is gone it takes a device whose name looks alike.
            if one.id == wanted and one.isloopback == (self.track == SYSTEM):
                return _Endpoint(one.id, one.name, one)
        raise Trouble(
            "lost", f"“{self._name or wanted}” is not connected.", "Connect it again, or choose another device."
        )

    def _read(self, module: Any, recorder: Any, endpoint: _Endpoint) -> None:
        """Until the default changes or the source is closed. `RuntimeError` if the device goes."""
        looked = heard = ended = time.monotonic()
        waiting = idle = False
        while not self._stop.is_set():
            began = time.monotonic()
            if began - ended > _STALL_S:
                waiting = True
            block = self._packet(recorder)
            ended = time.monotonic()
            at_once = ended - began < _AT_ONCE_S
            waiting = waiting and at_once
            was_idle, idle = idle, block is None
            if block is None:
                if self.track == MIC and ended - heard > _SILENT_S:
                    raise Trouble(
                        "lost", f"“{endpoint.name}” delivers no sound any more.", "Check that it is connected."
                    )
            else:
                heard = ended
                if discontinuities() and not (was_idle and self.track == SYSTEM):
                    self._gate.lost()  # after silence a loopback always says so
                mono = block[:, 0] if block.shape[1] == 1 else block.mean(axis=1, dtype=np.float32)
                self._gate.put(mono, ended, not waiting)
            if ended - looked > _LOOK_S:
                looked = ended
                if self._follows and _default_id(module, self.track, self._choice) not in (None, endpoint.id):
                    return
            # SoundCard waits for a packet by looking a thousand times a second: sleep through most of that.
            if block is None:
                self._stop.wait(_IDLE_S)
            elif not at_once:
                self._stop.wait(0.7 * len(block) / CAPTURE_RATE)

    @staticmethod
    def _packet(recorder: Any) -> Any | None:
        """The next packet (frames × channels), or None if the device delivered nothing for some 40 ms.

        SoundCard then makes up zeros, and marks so by the moment from which on it does. They are not wanted: their
        length is guessed, while silence that the recorder puts in has the right one.
        """
        try:
            block = recorder.record(numframes=None)
        except RuntimeError as error:
            if error_code(error) == BUFFER_EMPTY:
                return None
            raise
        if len(block) == 0 or getattr(recorder, "_idle_start_time", None) is not None:
            return None
        return block

    def _hint(self, module: Any, name: str) -> tuple[str, str]:
        if self.track != MIC:
            return "", ""
        try:
            output = str(module.default_speaker().name)
        except (RuntimeError, IndexError):
            return "", ""
        return BLUETOOTH_HINT if same_bluetooth_headset(name, output) else ("", "")


def same_bluetooth_headset(microphone: str, output: str) -> bool:
    """Whether the names are those of one Bluetooth headset: "Headset (WH-1000XM4 Hands-Free AG Audio)" and "Headphones
    (WH-1000XM4 Stereo)"; since Windows 11 "Headset (WH-1000XM4)". One on a cable is a "Headset Microphone"."""
    ours, theirs = (re.fullmatch(r"(.*?)\s*\((.*)\)", n) for n in (microphone, output))
    if not ours or not theirs:
        return False
    wireless = "hands-free" in microphone.casefold() or ours[1].casefold() == "headset"
    return wireless and _HANDS_FREE.sub("", ours[2]).casefold() == _HANDS_FREE.sub("", theirs[2]).casefold()
