"""Recording sound: what a device, a source of sound and a running recording look like. Standard library only.

Moments that come from a clock (`at`) are `time.monotonic()` seconds; times on the meeting's timeline end in `_s`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

from app.domain.meeting import Mark

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Samples = npt.NDArray[np.float32]

CAPTURE_RATE = 48_000  # every source delivers this rate, whatever its device runs at
DEFAULT = "default"  # a choice: whatever device the system uses, following its changes
NONE = "none"  # a choice: do not record this track
SILENCE_DB = -120.0  # what a level says for digital silence


@dataclass(frozen=True, slots=True)
class Device:
    """Something that can be recorded. `id` is stable across restarts as far as the system allows.

    For the system track this is the output whose sound is recorded, under the output's own name ("Headphones"),
    or an input that carries the computer's sound (BlackHole).
    """

    id: str
    name: str
    track: str  # MIC or SYSTEM
    is_default: bool = False


SourceEventKind = Literal["opened", "moved", "lost", "failed"]


@dataclass(frozen=True, slots=True)
class SourceEvent:
    """Something that happened to a source.

    "opened": sound comes from `device` (for the first time, or again). "moved": it goes on with another device.
    "lost": no sound until the next "opened"; the source keeps trying. "failed": it cannot go on without the user
    (no such device, permission denied); it keeps trying all the same, more slowly. `what` and `to_do` are for people.
    """

    kind: SourceEventKind
    at: float
    device: str = ""
    what: str = ""
    to_do: str = ""


class CaptureSink(Protocol):
    """Where a source puts its sound. Never blocks, never touches the disk, never raises for a full buffer."""

    def put(self, samples: Samples, at: float, live: bool = True) -> None:
        """Mono float32 at `CAPTURE_RATE`, copied before this returns; NaN and infinities are made silence.

        `at`: when the last of them arrived. `live` is false when they had been waiting in a buffer (the process was
        stopped, the machine overloaded): such a moment says nothing about when they were spoken.
        """
        ...

    def lost(self, frames: int = 0) -> None:
        """The system dropped sound before we could read it; `frames` as far as known."""
        ...

    def event(self, event: SourceEvent) -> None: ...


class AudioSource(Protocol):
    """The sound of one track, from whichever device it follows. Owns its threads; survives its devices."""

    track: str  # MIC or SYSTEM

    @property
    def device(self) -> str:
        """Name of the device in use; "" before the first is open."""
        ...

    def open(self, sink: CaptureSink) -> None:
        """Start delivering. Returns at once; whatever goes wrong is an event, at the latest after 3 s."""
        ...

    def close(self) -> None:
        """No `put` or `event` after this returned, which takes at most 1 s. May be called twice, or before `open`."""
        ...

    def expects_sound(self) -> bool | None:
        """Whether something should be heard right now: a program plays, here or into another output. None: unknown.

        Called about once a second from another thread; cheap.
        """
        ...


class SoundSystem(Protocol):
    """What one platform offers. Making one opens nothing; methods may be called from any thread."""

    name: str  # "PulseAudio", "PipeWire", "WASAPI", "Core Audio", "PortAudio"

    def devices(self) -> list[Device]:
        """Everything that can be recorded now, defaults first. Raises `InputError` if the sound system is not there."""
        ...

    def source(self, track: str, choice: str) -> AudioSource:
        """`choice`: DEFAULT, a `Device.id`, or a part of a device's name. Opens nothing yet.

        Raises `InputError` when the choice fits no device or several, or when this system has no way to record the
        track (no loopback), with what to do about it.
        """
        ...


@dataclass(frozen=True, slots=True)
class Level:
    """Of the last tenth of a second, in dBFS; `clipped` if samples stood at full scale."""

    rms_db: float = SILENCE_DB
    peak_db: float = SILENCE_DB
    clipped: bool = False


TrackState = Literal["starting", "live", "lost", "failed"]


@dataclass(frozen=True, slots=True)
class TrackStatus:
    track: str
    state: TrackState = "starting"
    device: str = ""
    level: Level = field(default_factory=Level)
    overflow_s: float = 0.0  # sound that came and was lost because it was not fetched in time
    gap_s: float = 0.0  # silence that stands in for sound that did not come


@dataclass(frozen=True, slots=True)
class RecordingWarning:
    """Something the user should look at now; gone from the status when it is over. `code` tells it from others:
    "silent", "clipping", "lost", "failed", "overflow", "space", "unheard"."""

    code: str
    track: str
    what: str
    to_do: str = ""


EndReason = Literal["stopped", "time", "disk_full", "folder_lost", "error"]
RecorderState = Literal["starting", "recording", "paused", "stopping", "ended"]


@dataclass(frozen=True, slots=True)
class RecordingStatus:
    """A snapshot of a running recording, ten times a second."""

    state: RecorderState = "starting"
    elapsed_s: float = 0.0  # on the meeting's timeline: pauses do not count
    safe_s: float = 0.0  # up to here everything is on the disk, whatever happens
    size_bytes: int = 0
    remaining_s: float | None = None  # until the disk is full
    tracks: tuple[TrackStatus, ...] = ()
    warnings: tuple[RecordingWarning, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordingResult:
    """How a recording ended. Everything up to `duration_s` is in `folder`."""

    folder: Path
    reason: EndReason
    duration_s: float
    started_at: datetime
    ended_at: datetime
    devices: dict[str, str]
    marks: tuple[Mark, ...]
    what: str = ""  # for people, when the reason is not "stopped"
    to_do: str = ""
