"""What the pipeline asks of engines, and the library (`app.domain.store`). Implementations live in `models` and
`storage`.

Audio is float32 mono at 16 kHz in −1…1 (`Samples`) everywhere.
"""

from __future__ import annotations

import builtins
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol, runtime_checkable

from app.domain.cancel import CancelFlag
from app.domain.meeting import (
    Meeting,
    Segment,
    Speaker,
    SpeakerOptions,
    SpeechRegion,
    Stage,
    StoredVoiceprint,
    Turn,
    Word,
)
from app.domain.store import MeetingStore as MeetingStore
from app.domain.templates import GENERAL, Template

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Samples = npt.NDArray[np.float32]

SAMPLE_RATE = 16_000
KeepAs = Literal["opus", "flac", "wav"]  # "wav": not packed at all


class AudioReader(Protocol):
    """Random access to a stored track."""

    duration_s: float

    def read(self, start_s: float, end_s: float) -> Samples:
        """The samples between two times; shorter at the end of the track."""
        ...

    def blocks(self, seconds: float) -> Iterator[Samples]:
        """The whole track in order, in blocks of `seconds` (the last one shorter)."""
        ...


class VoiceDetector(Protocol):
    name: str
    settings: Mapping[str, Any]

    def find(self, blocks: Iterable[Samples]) -> Iterator[tuple[float, float]]:
        """(start_s, end_s) of each stretch of speech, in order, as soon as it has ended."""
        ...


@dataclass(frozen=True, slots=True)
class Transcript:
    """What one window of sound says. `language` None means: no speech.

    `guards`: what the engine had to put right or could not, each once, in this order: "loop" (it repeated itself
    and was heard again), "cut_off" (the answer did not end), "glossary" (the glossary came back as text),
    "language" (the answer names another language than it was told, or none that exists).
    `sure`: of a partial text, how many characters from its beginning the model was sure of; None if that is not known.
    """

    text: str
    language: str | None
    guards: tuple[str, ...] = ()
    sure: int | None = None


class SpeechEngine(Protocol):
    name: str  # catalogue id, "starter-asr"
    settings: Mapping[str, Any]  # what is worth remembering with the result: precision, device, batch
    max_window_s: float  # longest stretch of sound it should get in one piece
    batch_seconds: float  # how much padded sound one batch may hold

    def transcribe(
        self,
        windows: Sequence[Samples],
        *,
        language: str | None = None,
        glossary: Sequence[str] = (),
        cancel: CancelFlag,
    ) -> list[Transcript]:
        """One batch, in the order given. Looks at `cancel` while decoding and raises `Cancelled`."""
        ...


class Hearing(Protocol):
    """One utterance while it is being spoken. One thread."""

    seconds: float  # how much sound it has

    def add(self, samples: Samples) -> None:
        """More of it. Computes nothing."""
        ...

    def read(self, cancel: CancelFlag, *, final: bool = False) -> Transcript:
        """What all the sound so far says: the same as of a computation from its beginning, at the cost of what is new.

        `final`: nothing will be added; the guards of `SpeechEngine.transcribe` apply.
        """
        ...


@runtime_checkable
class LiveSpeechEngine(Protocol):
    """A speech engine that can follow speech. Others hear an utterance anew for every partial text."""

    def hearing(self, *, language: str | None = None, glossary: Sequence[str] = ()) -> Hearing: ...


class Aligner(Protocol):
    """Finds when each word of a known text was spoken."""

    name: str
    settings: Mapping[str, Any]
    languages: tuple[str, ...]  # full English names; others get no word times
    max_window_s: float

    def align(
        self, windows: Sequence[Samples], texts: Sequence[str], languages: Sequence[str], cancel: CancelFlag
    ) -> builtins.list[tuple[Word, ...]]:
        """The words of each text in order, times from the window's start; empty where there is nothing to align.

        Joined, the words' texts with their spaces are the written text, punctuation included. Times rise, and no
        word is shorter than nothing.
        """
        ...


@dataclass(frozen=True, slots=True)
class SoundEvent:
    """Something heard besides words, seconds from the window's start ("laughter", "applause")."""

    label: str
    start_s: float | None = None
    end_s: float | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """What a listening model says about a window; empty where it says nothing that can be used."""

    language: str | None = None
    tone: str = ""
    scene: str = ""
    events: tuple[SoundEvent, ...] = ()


@runtime_checkable
class ListeningEngine(Protocol):
    """A model that hears more than words."""

    name: str
    settings: Mapping[str, Any]
    max_window_s: float

    def listen(self, window: Samples, cancel: CancelFlag) -> Heard: ...

    def answer(self, window: Samples, question: str, cancel: CancelFlag) -> str:
        """A free question about a stretch of sound, answered in the question's language."""
        ...


@runtime_checkable
class Adapting(Protocol):
    """An engine that changes how it runs when memory is short. Its `settings` say how it runs now."""

    def changes(self) -> tuple[str, ...]:
        """What it changed since this was last asked, as sentences for the user."""
        ...


class Diarizer(Protocol):
    name: str
    settings: Mapping[str, Any]

    def label(
        self,
        tracks: Mapping[str, AudioReader],
        regions: Sequence[SpeechRegion],
        segments: Sequence[Segment],
        cancel: CancelFlag,
    ) -> tuple[tuple[Speaker, ...], dict[int, str]]:
        """Who there is, and segment id → speaker key for every segment."""
        ...


@dataclass(frozen=True, slots=True)
class Diarization:
    """Who spoke when. `of_segment` names a speaker for every segment, the one heard most in it.

    `far_end`: ids of segments of the microphone that hold only what its loudspeaker played.
    """

    speakers: tuple[Speaker, ...] = ()
    of_segment: Mapping[int, str] = field(default_factory=dict)
    turns: tuple[Turn, ...] = ()
    far_end: frozenset[int] = frozenset()


@runtime_checkable
class TurnDiarizer(Diarizer, Protocol):
    """A diarizer that also knows when speakers change within a segment."""

    def diarize(
        self,
        tracks: Mapping[str, AudioReader],
        regions: Sequence[SpeechRegion],
        segments: Sequence[Segment],
        options: SpeakerOptions,
        cancel: CancelFlag,
    ) -> Diarization: ...


@dataclass(frozen=True, slots=True)
class KnownVoice:
    """Whose voice it seems to be. `certainty` as in `Speaker.certainty`."""

    name: str
    certainty: float


class VoicePrinter(Protocol):
    """Makes prints of voices and knows them again. It stores none."""

    encoder: str  # prints of another one cannot be compared

    def print_of(
        self, reader: AudioReader, spans: Sequence[tuple[float, float]], channel: str, cancel: CancelFlag
    ) -> StoredVoiceprint | None:
        """The print of who alone speaks in these stretches, `person` left empty; None if that is too little."""
        ...

    def whose(self, heard: StoredVoiceprint, known: Mapping[str, Sequence[StoredVoiceprint]]) -> KnownVoice | None:
        """Of the people known (name → their prints) who it most likely is; None if it is nobody of them."""
        ...


@dataclass(frozen=True, slots=True)
class Message:
    role: str  # "system" or "user"
    content: str


@dataclass(frozen=True, slots=True)
class Constraint:
    """What the answer must look like: a grammar in llguidance's Lark dialect (JSON schemas embed as `%json {...}`).

    `json_schema` says the same less strictly, for servers that take nothing else.
    """

    lark: str
    json_schema: Mapping[str, Any] = field(default_factory=dict)


class TextEngine(Protocol):
    name: str
    settings: Mapping[str, Any]
    context_tokens: int  # prompt and answer together must fit
    quotes_only: bool  # true for models too small to rephrase: minutes are limited to words of the transcript

    def count_tokens(self, text: str) -> int: ...

    def generate(
        self,
        messages: Sequence[Message],
        *,
        constraint: Constraint | None,
        max_new_tokens: int,
        cancel: CancelFlag,
    ) -> str:
        """Greedy answer to one request. Looks at `cancel` between tokens and raises `Cancelled`."""
        ...


@dataclass(frozen=True, slots=True)
class Job:
    """Everything the pipeline needs to process one meeting, wherever it runs. Picklable.

    What the user said about the speakers is in `meeting.speaker_options`.

    `sources`: track name → the user's file, for stages from DECODE on.
    `meeting`: what is already stored; its finished stages are not run again unless listed in `again`.
    """

    meeting: Meeting
    folder: Path
    sources: Mapping[str, Path] = field(default_factory=dict)
    language: str | None = None
    glossary: tuple[str, ...] = ()
    again: frozenset[Stage] = frozenset()
    models: Mapping[str, str] = field(
        default_factory=dict
    )  # "speech" → catalogue id or folder, "text" → …, "align" → …
    until: Stage | None = None  # stop when this stage is done; None: do all
    keep_as: KeepAs = "opus"  # what a recording made here is packed to
    voiceprints: Mapping[str, tuple[StoredVoiceprint, ...]] = field(default_factory=dict)  # name of a person → theirs
    mixed_languages: bool = False  # False: one language for the whole meeting, the one most of it is spoken in
    minutes_language: str | None = None  # a full English name; None: that of the meeting
    template: Template = GENERAL  # what the minutes are about
    template_problem: str = ""  # why it is not the one that was chosen, in words


@dataclass(frozen=True, slots=True)
class VoiceJob:
    """Make prints of somebody's voice from what they say in a meeting. Runs where jobs run; ends with `VoiceHeard`."""

    meeting: Meeting
    folder: Path
    speaker: str  # Speaker.key
