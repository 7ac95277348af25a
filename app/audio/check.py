"""Does recording work here? A few seconds of each track, through the sources a recording uses, and what came of it.

Nothing is kept, no model is loaded. Meant to be run by a person, who can speak and play something meanwhile.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from app.audio.levels import LevelMeter
from app.audio.systems.file import source_for
from app.domain.errors import InputError
from app.domain.meeting import MIC, SYSTEM
from app.domain.recording import (
    CAPTURE_RATE,
    DEFAULT,
    NONE,
    AudioSource,
    Device,
    Level,
    SoundSystem,
    SourceEvent,
)

if TYPE_CHECKING:
    from app.domain.recording import Samples

TEST_S = 5.0
SIGNAL_DB = -60.0  # a peak below this is noise of the electronics, not a voice in the room
_START_S = 3.0  # a source has said something by then
_TRACKS = {MIC: "microphone", SYSTEM: "computer's sound"}

PLAY_SOMETHING = "Play something you can hear, a video for instance, and run this check again."
_MUTED = {
    "darwin": "Check its switch. In System Settings → Sound → Input raise its level, and in System Settings → "
    "Privacy & Security → Microphone allow Folkmoot (or the terminal it was started from) and start it again.",
    "win32": "Check its switch. In Settings → System → Sound see that it is not muted, and in Settings → Privacy & "
    "security → Microphone that desktop apps may use it.",
    "linux": "Check its switch, and in the sound settings that it is not muted and its level is not at zero.",
}
_LOUDER = {
    MIC: "Speak as you would in a meeting; if it stays so, raise the microphone's level or choose another one.",
    SYSTEM: "Turn up the volume of what plays, and run this check again.",
}


@dataclass(frozen=True, slots=True)
class TrackCheck:
    """What one track gave. `what` and `to_do` say why it carries no signal; with one they may still hold a hint."""

    track: str
    choice: str
    device: str = ""
    delivered_s: float = 0.0
    first_ms: float | None = None  # from opening the source to its first sound
    level: Level = field(default_factory=Level)
    dropped: int = 0  # times the system lost sound
    carries_signal: bool = False
    what: str = ""
    to_do: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """`what` and `to_do`: why the devices could not even be listed."""

    system: str
    devices: tuple[Device, ...]
    tracks: tuple[TrackCheck, ...]
    what: str = ""
    to_do: str = ""

    @property
    def passed(self) -> bool:
        """Whether every track that was asked for carries a signal."""
        return bool(self.tracks) and all(t.carries_signal for t in self.tracks)


class _Collector:
    """A sink that keeps figures instead of sound. Called from the source's threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._meter = LevelMeter()
        self._frames = 0
        self._zeros = 0
        self._dropped = 0
        self._first_at: float | None = None
        self._last: SourceEvent | None = None
        self.answered = threading.Event()  # sound or a word of what is wrong

    def put(self, samples: Samples, at: float, live: bool = True) -> None:
        sound = np.nan_to_num(samples, nan=0.0, posinf=0.0, neginf=0.0)
        with self._lock:
            if self._first_at is None:
                self._first_at = time.monotonic()
            self._meter.add(sound)
            self._frames += len(sound)
            self._zeros += len(sound) - int(np.count_nonzero(sound))
        self.answered.set()

    def lost(self, frames: int = 0) -> None:
        with self._lock:
            self._dropped += 1

    def event(self, event: SourceEvent) -> None:
        with self._lock:
            self._last = event
        if event.kind in ("lost", "failed"):
            self.answered.set()

    def result(self, source: AudioSource, choice: str, opened_at: float, playing: bool | None) -> TrackCheck:
        with self._lock:
            exact = self._meter.take()
            level = Level(round(exact.rms_db, 1), round(exact.peak_db, 1), exact.clipped)
            carries = self._frames > 0 and level.peak_db >= SIGNAL_DB
            what, to_do = self._why(source, level, playing) if not carries else self._hint()
            return TrackCheck(
                track=source.track,
                choice=choice,
                device=source.device,
                delivered_s=round(self._frames / CAPTURE_RATE, 2),
                first_ms=None if self._first_at is None else round(1000 * (self._first_at - opened_at), 1),
                level=level,
                dropped=self._dropped,
                carries_signal=carries,
                what=what,
                to_do=to_do,
            )

    def _hint(self) -> tuple[str, str]:
        return ("", "") if self._last is None else (self._last.what, self._last.to_do)

    def _why(self, source: AudioSource, level: Level, playing: bool | None) -> tuple[str, str]:
        """Why there is no signal, in words. The source itself knows best."""
        last = self._last
        if last is not None and last.kind in ("lost", "failed"):
            return last.what, last.to_do
        device = f"“{source.device}”" if source.device else f"The {_TRACKS[source.track]}"
        quiet = self._frames == self._zeros  # also when nothing came: a loopback does that in silence
        if source.track == SYSTEM and quiet:
            if playing:
                return (
                    f"Something plays, but {device} gives only silence.",
                    "Check that it plays on this output, or choose the one it plays on.",
                )
            return f"Nothing was heard from {device}: nothing plays, or it is muted.", PLAY_SOMETHING
        if not self._frames:
            return f"{device} delivers no sound.", "Connect it again, or choose another device."
        if quiet:
            return (
                f"{device} gives only digital silence: it is muted, or Folkmoot may not listen to it.",
                _MUTED.get(sys.platform, _MUTED["linux"]),
            )
        return f"{device} is too quiet (peak {level.peak_db:.0f} dB).", _LOUDER[source.track]


def run(
    system: SoundSystem,
    choices: Mapping[str, str] | None = None,
    *,
    seconds: float = TEST_S,
    say: Callable[[str], None] = lambda _: None,
) -> Check:
    """Record `seconds` of the tracks at once. `choices`: track → device choice as in `SoundSystem.source`, or NONE.

    `say` gets a sentence for the person before it begins. Raises nothing for what does not work: that is the result.
    """
    wanted = {MIC: DEFAULT, SYSTEM: DEFAULT} if choices is None else choices
    what = to_do = ""
    devices: tuple[Device, ...] = ()
    try:
        devices = tuple(system.devices())
    except InputError as error:
        what, to_do = error.what, error.to_do
    sources: dict[str, AudioSource] = {}
    failed: dict[str, TrackCheck] = {}
    for track, choice in wanted.items():
        if choice == NONE:
            continue
        try:
            sources[track] = source_for(system, track, choice)
        except InputError as error:
            failed[track] = TrackCheck(track, choice, what=error.what, to_do=error.to_do)
    results = failed
    if sources:
        say(_instruction(tuple(sources), seconds))
        results = failed | _record(sources, wanted, seconds)
    return Check(system.name, devices, tuple(results[t] for t in wanted if t in results), what, to_do)


def _record(sources: Mapping[str, AudioSource], choices: Mapping[str, str], seconds: float) -> dict[str, TrackCheck]:
    collectors = {track: _Collector() for track in sources}
    opened_at: dict[str, float] = {}
    playing: dict[str, bool | None] = dict.fromkeys(sources)
    try:
        for track, source in sources.items():
            opened_at[track] = time.monotonic()
            source.open(collectors[track])
        until = time.monotonic() + _START_S
        for track, collector in collectors.items():
            if track == MIC:  # the computer may be silent for good
                collector.answered.wait(max(0.0, until - time.monotonic()))
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            time.sleep(min(0.5, left))
            for track, source in sources.items():
                playing[track] = source.expects_sound() or playing[track]
    finally:
        for source in sources.values():
            source.close()
    return {t: collectors[t].result(s, choices[t], opened_at[t], playing[t]) for t, s in sources.items()}


def _instruction(tracks: tuple[str, ...], seconds: float) -> str:
    only: dict[tuple[str, ...], str] = {
        (MIC,): "Speak into the microphone.",
        (SYSTEM,): "Play something you can hear, a video for instance.",
    }
    do = only.get(tracks, "Speak into the microphone, and play something you can hear, a video for instance.")
    return f"Recording {seconds:g} s. {do}"


def to_dict(check: Check) -> dict[str, Any]:
    return {
        "sound_system": check.system,
        "passed": check.passed,
        "what": check.what,
        "to_do": check.to_do,
        "devices": [asdict(d) for d in check.devices],
        "tracks": [asdict(t) for t in check.tracks],
    }


def to_text(check: Check) -> str:
    lines = [f"Sound system: {check.system}", "", "Devices"]
    lines += [f"  {d.track:<8} {d.name}{' (default)' if d.is_default else ''}" for d in check.devices]
    if not check.devices:
        lines += [f"  {line}" for line in (check.what or "none", check.to_do) if line]
    for t in check.tracks:
        lines += ["", f"{_TRACKS[t.track].capitalize()}{f': {t.device}' if t.device else ''}"]
        if t.delivered_s:
            start = "" if t.first_ms is None else f", the first after {t.first_ms:.0f} ms"
            lines.append(f"  {t.delivered_s:.1f} s of sound{start}")
            lines.append(f"  level {t.level.rms_db:.0f} dB, peak {t.level.peak_db:.0f} dB")
        lines.append("  It carries a signal." if t.carries_signal else "  No signal.")
        if t.level.clipped:
            lines.append("  It is too loud and distorts: lower its level.")
        if t.dropped:
            lines.append("  Some sound was lost on the way: the computer is too busy.")
        lines += [f"  {line}" for line in (t.what, t.to_do) if line]
    if not check.tracks:
        lines += ["", "No track was asked for."]
    return "\n".join(lines)
