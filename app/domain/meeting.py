"""What a meeting is. Frozen, picklable, standard library only. Times are seconds on the meeting's timeline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Literal

MIC = "mic"
SYSTEM = "system"
FILE = "file"  # a single imported recording in which everybody is mixed
TRACK_NAMES = (MIC, SYSTEM, FILE)

StageState = Literal["running", "done", "failed", "cancelled"]
RecordingState = Literal["recording", "interrupted", "finished"]
UserTouch = Literal["text", "speaker"]
TOUCHES: tuple[UserTouch, ...] = ("text", "speaker")  # the order they stand in
SURE_FROM = 0.75  # `Speaker.certainty` from which a suggested name is offered; below, it is asked


def clock(seconds: float) -> str:
    """A place on the timeline as a player shows it: "0:07", "3:20", "1:02:03"."""
    minutes, s = divmod(max(0, int(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{s:02}" if hours else f"{minutes}:{s:02}"


class Stage(StrEnum):
    """The steps from sound to page, in order. Each is stored when done and can be run again alone."""

    DECODE = "decode"
    SPEECH = "speech"
    TRANSCRIBE = "transcribe"
    ALIGN = "align"
    SPEAKERS = "speakers"
    MINUTES = "minutes"


@dataclass(frozen=True, slots=True)
class Track:
    """One mono track. `path` is the 16 kHz working copy, relative to the meeting's folder."""

    name: str
    path: str
    duration_s: float
    source: str = ""  # the user's own file, never touched; "" when recorded here
    source_rate_hz: int = 0
    source_channels: int = 0


@dataclass(frozen=True, slots=True)
class SpeechRegion:
    """A stretch of a track in which somebody speaks, as the voice activity detector found it."""

    track: str
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Word:
    text: str
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Segment:
    """One utterance. `id` counts from 1 within its meeting; `speaker` is a `Speaker.key`.

    `words`: empty where only the utterance's own times are known. Joined, their texts are `text`, spaces included.
    `guards`: what went wrong while it was written down and was put right or could not be: those of
    `app.domain.ports.Transcript`, and "overlong" (more text than can be said in that time; heard again), "thin" (hardly
    any text for so much speech), "reheard" (there was no text at first; it was found with another cut).
    `by_user`: what the user has put right, which survives every later run. `echo_of`: id of the segment of the system
    track whose words came back through the loudspeaker; such a segment is kept and not shown as said.
    Ids are handles, not places: segments stand in the order of `start_s`.
    """

    id: int
    track: str
    start_s: float
    end_s: float
    text: str
    speaker: str = ""
    language: str | None = None
    words: tuple[Word, ...] = ()
    guards: tuple[str, ...] = ()
    by_user: tuple[UserTouch, ...] = ()
    echo_of: int | None = None


@dataclass(frozen=True, slots=True)
class Speaker:
    """`key` is stable within the meeting ("me", "s1", …); `name` is what is shown ("Me", "Speaker 1", "Anna").

    `by_user`: the name was given by the user. `person`: id of the `Person` they are, "" if nobody said so.
    `suggested`: a name the voice or the words point to, `certainty` of 0…1 for it; the user has not been asked yet.
    """

    key: str
    name: str
    track: str = ""
    by_user: bool = False
    person: str = ""
    suggested: str = ""
    certainty: float = 0.0


@dataclass(frozen=True, slots=True)
class Turn:
    """Somebody speaks without a break. Turns of different people may overlap; `speaker` is a `Speaker.key`."""

    track: str
    start_s: float
    end_s: float
    speaker: str


@dataclass(frozen=True, slots=True)
class SpeakerOptions:
    """What the user may say about who speaks.

    `speakers`: how many people there are, the one at the microphone included; None: find out.
    `shared_microphone`: several people sit at this microphone, so it is not simply "Me".
    """

    speakers: int | None = None
    shared_microphone: bool = False


@dataclass(frozen=True, slots=True)
class MinutesOptions:
    """How the minutes of this meeting are to be written; "" for what the settings say.

    `template`: the id of an `app.domain.templates.Template`. `language`: a full English name.
    """

    template: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Chapter:
    """A part of the meeting with one subject; it lasts until the next one begins."""

    title: str
    start_s: float
    evidence: tuple[int, ...] = ()
    by_user: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """`evidence`: ids of the segments that say it. `supported` is false when the citation does not hold.

    `by_user`, as with all items: written or changed by the user, so it stays when the minutes are written again.
    """

    text: str
    evidence: tuple[int, ...] = ()
    supported: bool = True
    by_user: bool = False


@dataclass(frozen=True, slots=True)
class ActionItem:
    """`due` is the date as it was said ("Friday", "the end of March"); owner and due are None if not said.

    `due_on`: the day, where it could be worked out or the user chose one. `done`: ticked off.
    """

    task: str
    owner: str | None = None
    due: str | None = None
    evidence: tuple[int, ...] = ()
    supported: bool = True
    by_user: bool = False
    due_on: date | None = None
    done: bool = False


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    text: str
    evidence: tuple[int, ...] = ()
    supported: bool = True
    by_user: bool = False


@dataclass(frozen=True, slots=True)
class Minutes:
    """`summary_by_user`: the user has written or changed the summary."""

    summary: str = ""
    decisions: tuple[Decision, ...] = ()
    action_items: tuple[ActionItem, ...] = ()
    open_questions: tuple[OpenQuestion, ...] = ()
    chapters: tuple[Chapter, ...] = ()
    summary_by_user: bool = False


DeletedKind = Literal["segment", "decision", "action_item", "open_question", "chapter"]


@dataclass(frozen=True, slots=True)
class Deleted:
    """What the user has deleted, kept so that it does not come back when a stage runs again (`app.domain.deletions`).

    `text`: the words of an item or the title of a chapter; of a segment, prints of its words that cannot be read
    (`app.domain.words`). `track`: of a segment.
    `spans`: the segment's, those of the segments an item rested on, or where a chapter began (twice the same time).
    """

    kind: DeletedKind
    text: str = ""
    track: str = ""
    spans: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class StageRecord:
    """How a stage went: which engine with which settings, when, and why it failed if it did."""

    stage: Stage
    state: StageState
    engine: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    started_at: datetime | None = None
    seconds: float | None = None
    error: str = ""


class MarkKind(StrEnum):
    """What a mark on the timeline says."""

    BOOKMARK = "bookmark"  # "this moment", with or without a word
    NOTE = "note"  # typed by the user
    PAUSE = "pause"
    RESUME = "resume"
    GAP = "gap"  # a track delivered nothing that was expected; silence of `seconds` stands in for it
    DEVICE = "device"  # a track went on with another device, or found its own again
    SLEEP = "sleep"  # the computer slept for `seconds` of wall-clock time; the timeline stood still
    WARNING = "warning"  # something the user was told while recording


@dataclass(frozen=True, slots=True)
class Mark:
    """A place on the meeting's timeline. `wall` is the clock on the wall at that moment, with a time zone."""

    kind: MarkKind
    at_s: float
    wall: datetime
    text: str = ""
    track: str = ""  # "" when it concerns the whole recording
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Recording:
    """How a meeting was recorded here. `devices`: track name → name of the device, as a person knows it.

    "interrupted": the recording process died; what reached the disk is there and waits for the user's word.
    """

    state: RecordingState
    devices: Mapping[str, str] = field(default_factory=dict)
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Meeting:
    """Everything kept of one meeting. `id` is also the name of its folder; `started_at` has a time zone."""

    id: str
    title: str
    started_at: datetime
    duration_s: float = 0.0
    language: str | None = None  # detected or chosen: a full English name as Qwen3-ASR writes it, "English"
    glossary: tuple[str, ...] = ()
    tracks: tuple[Track, ...] = ()
    regions: tuple[SpeechRegion, ...] = ()
    speakers: tuple[Speaker, ...] = ()
    segments: tuple[Segment, ...] = ()
    minutes: Minutes | None = None
    stages: tuple[StageRecord, ...] = ()
    recording: Recording | None = None  # None for an imported file
    marks: tuple[Mark, ...] = ()  # in the order of the timeline
    turns: tuple[Turn, ...] = ()  # who spoke when, in the order of the timeline; may overlap
    speaker_options: SpeakerOptions = SpeakerOptions()
    minutes_options: MinutesOptions = MinutesOptions()
    folder: str = ""  # where the user put it, "Clients/Acme"; "" for nowhere
    tags: tuple[str, ...] = ()
    favourite: bool = False
    trashed_at: datetime | None = None
    deleted: tuple[Deleted, ...] = ()  # by the user, in the order of deleting

    def speaker_name(self, key: str) -> str:
        """The shown name of a speaker key; the key itself when nobody is registered under it."""
        for s in self.speakers:
            if s.key == key:
                return s.name
        return key

    def stage(self, stage: Stage) -> StageRecord | None:
        for r in self.stages:
            if r.stage == stage:
                return r
        return None

    def next_stage(self) -> Stage | None:
        """The first stage that is not done, or None when all are."""
        for s in Stage:
            r = self.stage(s)
            if r is None or r.state != "done":
                return s
        return None


@dataclass(frozen=True, slots=True)
class MeetingSummary:
    """A row of the list of meetings. `named`: those of the speakers' names that the user gave."""

    id: str
    title: str
    started_at: datetime
    duration_s: float
    language: str | None
    state: Literal["recording", "interrupted", "new", "unfinished", "failed", "done"]
    speakers: tuple[str, ...] = ()
    action_items: int = 0
    folder: str = ""
    tags: tuple[str, ...] = ()
    favourite: bool = False
    trashed_at: datetime | None = None
    named: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WorkDone:
    """That a meeting was processed: when its last stage ended, and how long all of them took together."""

    meeting_id: str
    ended_at: datetime
    seconds: float


@dataclass(frozen=True, slots=True)
class SearchHit:
    """One segment that matches a search; `snippet` is its text with matches between U+0002 and U+0003.

    `speaker_by_user`: the user gave the speaker that name. `in_title`: the meeting's title matches; the segment is the
    first one. `kind`: what of the minutes matches ("chapter", "decision", "action_item", "open_question"), or "note"
    for one of the user's; "" for what was said.
    """

    meeting_id: str
    title: str
    started_at: datetime
    segment_id: int
    start_s: float
    speaker: str
    snippet: str
    speaker_by_user: bool = False
    in_title: bool = False
    kind: str = ""


@dataclass(frozen=True, slots=True)
class ActionItemRow:
    """An action item with the meeting it is from. `position`: its place among that meeting's, from 0.
    `owner_by_user`: the owner is called what the user said; `speaker`: key of the speaker they are, "" for nobody's."""

    meeting_id: str
    title: str
    started_at: datetime
    position: int
    item: ActionItem
    owner_by_user: bool = False
    speaker: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whose voice is known because the user named them and agreed. `prints`: how many there are."""

    id: str
    name: str
    prints: int = 0


@dataclass(frozen=True, slots=True)
class StoredVoiceprint:
    """A voice as numbers (`models.speakers.voiceprints`). `channel`: the track it was heard on; `encoder`: by which
    model it was made, for prints of different ones cannot be compared. `meeting_id`: where it is from, "" if gone.
    """

    person: str  # Person.id
    channel: str
    vector: bytes
    speech_s: float
    encoder: str
    meeting_id: str = ""
