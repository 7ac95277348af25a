"""Text while people speak: what goes into a live session and what comes out. Frozen, picklable, standard library only.

A session hears blocks of sound on the meeting's timeline and says what was spoken, utterance by utterance. Words shown
while somebody speaks are a `LivePartial`; when they pause it becomes a `LiveFinal`, or goes (`LiveDropped`) because it
was no speech after all. Ids count from 1 within the meeting, over every restart of the session.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

from app.domain.meeting import Segment

if TYPE_CHECKING:
    from app.domain.ports import Samples


# -- In ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LiveTask:
    """What a session is to do.

    `folder`: of the meeting; what is missing is read again from the recording in it, or from `sources` (track → file)
    where files are played. `language`: the one the user chose, which then is not questioned. For a session that takes
    over: `resume`: track → seconds up to which everything is known already; `first_id`: of the next utterance;
    `first_voice`: number of the next speaker, for it cannot tell whom the session before meant.
    """

    folder: Path
    language: str | None = None
    glossary: tuple[str, ...] = ()
    mixed_languages: bool = False
    shared_microphone: bool = False
    models: Mapping[str, str] = field(default_factory=dict)
    sources: Mapping[str, Path] = field(default_factory=dict)
    resume: Mapping[str, float] = field(default_factory=dict)
    first_id: int = 1
    first_voice: int = 1


@dataclass(frozen=True, slots=True, eq=False)
class LiveSound:
    """A piece of a track at 16 kHz. Pieces of a track come in order; what is missing between two is filled."""

    track: str
    start_s: float
    samples: Samples


@dataclass(frozen=True, slots=True)
class LiveEnd:
    """Nothing more comes. `patience_s`: how long what is left may take; None: as long as it needs."""

    patience_s: float | None = None


LiveMessage = LiveSound | LiveEnd


# -- Out ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LivePartial:
    """What somebody has said so far. The first `stable` characters of `text` are not expected to change."""

    id: int
    track: str
    start_s: float
    end_s: float
    text: str
    stable: int = 0
    speaker: str = ""


@dataclass(frozen=True, slots=True)
class LiveFinal:
    """An utterance is over and written down; `waited_s`: how long that took after its last word."""

    segment: Segment
    waited_s: float = 0.0


@dataclass(frozen=True, slots=True)
class LiveDropped:
    """What was shown of an utterance is nothing after all."""

    id: int


@dataclass(frozen=True, slots=True)
class LiveSpeakers:
    """Who speaks is known now, or known better: id of a final utterance → `Speaker.key`, "" for nobody yet."""

    of_segment: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class LiveStatus:
    """How far the session is, about once a second while something changes.

    `behind_s`: how long ago the oldest speech ended that is not written down yet. `heard`: track → seconds up to which
    it has sound. `settled`: track → seconds up to which nothing is open or waiting. `waiting`: how many stretches wait.
    """

    behind_s: float = 0.0
    heard: Mapping[str, float] = field(default_factory=dict)
    settled: Mapping[str, float] = field(default_factory=dict)
    waiting: int = 0
    language: str | None = None


@dataclass(frozen=True, slots=True)
class LiveFilled:
    """Sound that had not come was read from the recording instead."""

    track: str
    start_s: float
    end_s: float


StateName = Literal["starting", "live", "behind", "restarting", "off"]


@dataclass(frozen=True, slots=True)
class LiveState:
    """What the user should know: `what` happened, and what follows from it or is to do."""

    state: StateName
    what: str = ""
    to_do: str = ""


@dataclass(frozen=True, slots=True)
class LiveEnded:
    """The last event. `left`: how many stretches of speech were not written down."""

    left: int = 0


LiveEvent = LivePartial | LiveFinal | LiveDropped | LiveSpeakers | LiveStatus | LiveFilled | LiveState | LiveEnded
Emit = Callable[[LiveEvent], None]


# -- What a session works with, and what runs it ---------------------------------------------------------


class VoiceStream(Protocol):
    """Finds speech in one track as it comes. Times are seconds from the first sample fed."""

    def feed(self, samples: Samples) -> Sequence[tuple[float, float]]:
        """More sound, of any length; the stretches of speech that are known to be over now, in order."""
        ...

    def finish(self) -> Sequence[tuple[float, float]]:
        """Nothing more comes: the stretch that was going on, if any."""
        ...

    @property
    def speaking_since(self) -> float | None:
        """Where the stretch began that is going on, once it has lasted long enough to count."""
        ...


class EarlierSound(Protocol):
    """The sound of a track from the disk. Never fails: what cannot be read is silence."""

    def read(self, track: str, start_s: float, end_s: float) -> Samples: ...


class LiveVoices(Protocol):
    """Tells speakers apart while they speak. One thread."""

    def hear(self, track: str, spans: Sequence[tuple[float, float]], sound: Sequence[Samples]) -> None:
        """Windows of speech, in order, with their sound."""
        ...

    def speaker_at(self, track: str, start_s: float, end_s: float) -> str:
        """The key of whoever speaks most in this time, by what is known now; "" if nobody can be named."""
        ...

    def settle(self, *, now: bool = False) -> bool:
        """Take what was worked out in the background, and give it more to do if there is (`now`: wait for it).
        True: names may be different."""
        ...


class LiveWork(Protocol):
    """A session, seen from what drives it: one thread calls everything but nothing is said about which."""

    def take(self, message: LiveMessage) -> None:
        """Something came. Never waits for the speech engine."""
        ...

    def work(self) -> bool:
        """Do one piece of work; False if there is nothing to do now."""
        ...

    def idle_s(self) -> float:
        """How long to wait for a message when there is nothing to do."""
        ...

    @property
    def ended(self) -> bool:
        """Everything is done after a `LiveEnd`."""
        ...


class LiveRunner(Protocol):
    """What the process of a live session runs (`models.live_host`)."""

    def __call__(self, task: LiveTask, emit: Emit) -> LiveWork:
        """Load what is needed and be ready. May take long; raises `UserError` for what a restart cannot help."""
        ...
