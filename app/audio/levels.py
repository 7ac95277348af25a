"""How loud a track is, and when the user should look at it. Pure: sound and times go in, levels and warnings come out.

Times (`now_s`) are seconds in which the recording ran; a pause does not make a track silent.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from app.domain.meeting import MIC, SYSTEM
from app.domain.recording import SILENCE_DB, Level, RecordingWarning, TrackState

if TYPE_CHECKING:
    from app.domain.recording import Samples

SILENT_DB = -65.0  # quieter than any room through a working microphone
SPEECH_DB = -45.0  # somebody speaks
SILENT_S = 8.0  # a warning has to come within ten seconds
UNHEARD_S = 60.0  # how long the computer may be silent while somebody speaks, before that is mentioned
UNHEARD_SHOWN_S = 60.0
UNHEARD_SPEECH_S = 5.0  # so much speech there must have been
LOST_S = 1.0  # a device that comes back sooner is not worth a word
LOSS_SHOWN_S = 30.0
CLIPPING_WINDOW_S = 5.0
CLIPPED_TENTHS = 3  # of the window
SPACE_S = 30 * 60.0

_FULL_SCALE = 0.9999
_CLIPPED_RUN = 3  # samples at full scale one after the other; music reaches it for one or two

WHO = {MIC: "microphone", SYSTEM: "computer's sound"}


def decibels(amplitude: float) -> float:
    """Of an amplitude in 0…1, relative to full scale."""
    return max(SILENCE_DB, 20.0 * math.log10(amplitude)) if amplitude > 0.0 else SILENCE_DB


def is_clipped(samples: Samples) -> bool:
    """Whether samples stand at full scale, several in a row."""
    full = np.abs(samples) >= _FULL_SCALE
    runs = full.copy()
    for i in range(1, _CLIPPED_RUN):
        runs[:-i] &= full[i:]
        runs[-i:] = False
    return bool(runs.any())


class LevelMeter:
    """Collects the sound of a tenth of a second. `take` gives its level and begins anew."""

    def __init__(self) -> None:
        self._energy = 0.0
        self._count = 0
        self._peak = 0.0
        self._clipped = False

    def add(self, samples: Samples) -> None:
        if not len(samples):
            return
        self._energy += float(np.dot(samples, samples))
        self._count += len(samples)
        peak = max(float(samples.max()), -float(samples.min()))
        self._peak = max(self._peak, peak)
        if peak >= _FULL_SCALE and not self._clipped:
            self._clipped = is_clipped(samples)

    def take(self) -> Level:
        rms = math.sqrt(self._energy / self._count) if self._count else 0.0
        level = Level(decibels(rms), decibels(self._peak), self._clipped)
        self.__init__()  # type: ignore[misc]
        return level


@dataclass(frozen=True, slots=True)
class Heard:
    """What is known of one track for the last tenth of a second.

    `level` is None when nothing was delivered. `losses`: how often sound was lost so far because it was not fetched
    in time, `lost_s` how much as far as known. `what`, `to_do`: of the source's last event.
    """

    state: TrackState
    level: Level | None
    expects: bool | None = None
    losses: int = 0
    lost_s: float = 0.0
    what: str = ""
    to_do: str = ""


@dataclass(slots=True)
class _Memory:
    """What the watch remembers of a track; moments are None while the matter does not last."""

    silent_since: float | None = None
    lost_since: float | None = None
    only_zeros: bool = True
    was_heard: bool = False
    speech_s: float = 0.0
    clipped: deque[float] = field(default_factory=deque)
    losses: int = 0
    loss_at: float | None = None
    last_s: float = 0.0


class Watch:
    """Turns what is heard, ten times a second, into the warnings that hold now."""

    def __init__(self) -> None:
        self._tracks: dict[str, _Memory] = {}
        self._unheard_since: float | None = None

    def look(self, now_s: float, heard: Mapping[str, Heard], remaining_s: float | None) -> list[RecordingWarning]:
        """`remaining_s`: until the disk is full."""
        found: list[RecordingWarning] = []
        for track, h in heard.items():
            m = self._tracks.setdefault(track, _Memory())
            _remember(m, track, h, now_s)
            found += _warnings(m, track, h, now_s)
        if self._is_unheard(heard, now_s):
            found.append(
                RecordingWarning(
                    "unheard",
                    SYSTEM,
                    "No sound from the computer so far.",
                    "If everybody is in the room, that is fine.",
                )
            )
        if remaining_s is not None and remaining_s < SPACE_S:
            minutes = max(0, int(remaining_s // 60))
            left = "a minute" if minutes <= 1 else f"{minutes} minutes"
            found.append(
                RecordingWarning(
                    "space", "", f"The disk has space for about {left} of recording.", "Free some space on it."
                )
            )
        return found

    def _is_unheard(self, heard: Mapping[str, Heard], now_s: float) -> bool:
        mic, system = self._tracks.get(MIC), self._tracks.get(SYSTEM)
        if mic is None or system is None or system.was_heard or heard[SYSTEM].state not in ("live", "starting"):
            return False
        if now_s < UNHEARD_S or mic.speech_s < UNHEARD_SPEECH_S:
            return False
        if self._unheard_since is None:
            self._unheard_since = now_s
        return now_s - self._unheard_since < UNHEARD_SHOWN_S


def _remember(m: _Memory, track: str, h: Heard, now_s: float) -> None:
    passed_s, m.last_s = now_s - m.last_s, now_s
    is_loud = h.level is not None and h.level.rms_db >= SILENT_DB
    can_be_silent = h.state in ("live", "starting") and (track == MIC or h.expects is True)
    if is_loud or not can_be_silent:
        m.silent_since, m.only_zeros = None, True
    else:
        if m.silent_since is None:
            m.silent_since = now_s
        if h.level is not None and h.level.peak_db > SILENCE_DB:
            m.only_zeros = False
    m.was_heard = m.was_heard or is_loud
    if h.level is not None and h.level.rms_db >= SPEECH_DB:
        m.speech_s += passed_s
    if h.level is not None and h.level.clipped:
        m.clipped.append(now_s)
    while m.clipped and m.clipped[0] <= now_s - CLIPPING_WINDOW_S:
        m.clipped.popleft()
    if h.state not in ("lost", "failed"):
        m.lost_since = None
    elif m.lost_since is None:
        m.lost_since = now_s
    if h.losses > m.losses:
        m.losses, m.loss_at = h.losses, now_s


def _warnings(m: _Memory, track: str, h: Heard, now_s: float) -> list[RecordingWarning]:
    who = WHO.get(track, track)
    found = []
    if m.silent_since is not None and now_s - m.silent_since >= SILENT_S:
        found.append(RecordingWarning("silent", track, *_why_silent(m, track, h)))
    if h.state == "failed" or (m.lost_since is not None and now_s - m.lost_since >= LOST_S):
        what = h.what or f"The {who} is not being recorded."
        found.append(RecordingWarning("failed" if h.state == "failed" else "lost", track, what, h.to_do))
    if len(m.clipped) >= CLIPPED_TENTHS:
        to_do = "Lower its level, or move away from it." if track == MIC else "Lower the volume of what plays."
        found.append(RecordingWarning("clipping", track, f"The {who} is too loud and distorts.", to_do))
    if m.loss_at is not None and now_s - m.loss_at < LOSS_SHOWN_S:
        lost = f"{h.lost_s:.1f} s" if h.lost_s >= 0.05 else "some"
        what = f"The computer is too busy: {lost} of the {who} was lost."
        found.append(RecordingWarning("overflow", track, what, "Close programs that need much of it."))
    return found


def _why_silent(m: _Memory, track: str, h: Heard) -> tuple[str, str]:
    if track == SYSTEM:
        return (
            "Something is playing, but the computer's sound arrives here as silence.",
            "Check that the right output is being recorded.",
        )
    if h.level is None:
        return "The microphone delivers nothing.", "Plug it in again, or choose another microphone."
    if m.only_zeros:
        return (
            "The microphone delivers only digital silence: it is muted, or Folkmoot may not listen to it.",
            "Unmute it, or allow Folkmoot to use the microphone in the system's privacy settings.",
        )
    return "The microphone hears nothing.", "Check that the right microphone is chosen, and its level."
