"""What a pipeline yields. Frozen and picklable: the same events cross from the model process to the window."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.domain.meeting import Minutes, Segment, Speaker, SpeechRegion, Stage, StoredVoiceprint, Track, Turn, Word


@dataclass(frozen=True, slots=True)
class DecodeResult:
    tracks: tuple[Track, ...]
    duration_s: float


@dataclass(frozen=True, slots=True)
class SpeechResult:
    regions: tuple[SpeechRegion, ...]


@dataclass(frozen=True, slots=True)
class TranscriptResult:
    """`segments` are in time order, ids from 1, speakers still empty.

    `speakers` and `minutes` are what is left of an earlier run (`app.domain.carry`): the same people, and the user's
    own items with evidence among the new segments. They stay until their stages have run.
    """

    segments: tuple[Segment, ...]
    language: str | None
    speakers: tuple[Speaker, ...] = ()
    minutes: Minutes | None = None


@dataclass(frozen=True, slots=True)
class AlignResult:
    """`words`: segment id → its words, times on the meeting's timeline. Segments that are not in it have none."""

    words: Mapping[int, tuple[Word, ...]]


@dataclass(frozen=True, slots=True)
class SpeakersResult:
    """`of_segment`: segment id → speaker key.

    `segments`: all of them anew, with their words, where some were cut because the speaker changes within them or were
    found to be an echo; the first piece keeps the id. Empty: they are as they were.
    """

    speakers: tuple[Speaker, ...]
    of_segment: Mapping[int, str]
    segments: tuple[Segment, ...] = ()
    turns: tuple[Turn, ...] = ()


@dataclass(frozen=True, slots=True)
class MinutesResult:
    minutes: Minutes


StageResult = DecodeResult | SpeechResult | TranscriptResult | AlignResult | SpeakersResult | MinutesResult


@dataclass(frozen=True, slots=True)
class StageStarted:
    stage: Stage
    engine: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Progress:
    """`done` of 0..1 within the stage; `message` is for people ("Transcribing 3:20 of 12:00").

    `after`: the stages are over, or one has failed, and this is what is done behind them.
    """

    stage: Stage
    done: float
    message: str = ""
    after: bool = False


@dataclass(frozen=True, slots=True)
class SegmentReady:
    """A segment as soon as it is known, for the screen. Its id is provisional until the stage is done."""

    segment: Segment


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the user should know that is no failure ("12 s of the file could not be decoded")."""

    stage: Stage
    message: str


@dataclass(frozen=True, slots=True)
class StageDone:
    """The whole result of a stage: what is stored. `seconds` is how long it took."""

    stage: Stage
    result: StageResult
    engine: str
    settings: Mapping[str, Any]
    seconds: float


@dataclass(frozen=True, slots=True)
class VoiceHeard:
    """The end of a `VoiceJob`: one print a track, `person` still empty; none if there was too little to hear."""

    prints: tuple[StoredVoiceprint, ...]


Event = StageStarted | Progress | SegmentReady | Notice | StageDone | VoiceHeard
