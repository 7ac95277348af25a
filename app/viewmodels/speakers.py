"""Who speaks in the open meeting: how long, under which name, and who they may be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from app.domain.edits import Change
from app.domain.meeting import MIC, SURE_FROM, Meeting, Person, SpeakerOptions, Stage
from app.domain.ports import MeetingStore
from app.viewmodels.hues import hues_of
from app.viewmodels.names import person_called, shown_speaker
from app.viewmodels.problems import in_words
from app.viewmodels.talk import Talk, said_in, talk_of
from app.workers.storage_lane import StorageLane
from app.workers.voices import VoiceMemory

if TYPE_CHECKING:
    from app.viewmodels.meeting import MeetingViewModel

LISTEN_S = 8.0  # as much of a voice as one hears to know whose it is


@dataclass(frozen=True, slots=True)
class SpeakerRow:
    """`share` of the talk of all, 0…1, and `percent`, 100 over everybody. `sample`: a stretch in which they speak, in
    seconds. `sure`: `suggested` is probably right; otherwise it is a question. `remembered`: the voice is known.
    `stored`: the name as it is stored."""

    key: str
    name: str
    hue: int
    talk_s: float
    share: float
    percent: int
    sample: tuple[float, float] | None
    suggested: str = ""
    certainty: float = 0.0
    sure: bool = False
    by_user: bool = False
    remembered: bool = False
    stored: str = ""


def speaker_rows(meeting: Meeting) -> tuple[SpeakerRow, ...]:
    """Everybody who speaks, in the order of the meeting's list. Echoes count for nobody."""
    longest: dict[str, tuple[float, float]] = {}
    for s in meeting.segments:
        if s.echo_of is not None or not s.speaker:
            continue
        start, end = longest.get(s.speaker, (0.0, 0.0))
        if s.end_s - s.start_s > end - start:
            longest[s.speaker] = (s.start_s, min(s.end_s, s.start_s + LISTEN_S))
    talk, nothing = talk_of(said_in(meeting)), Talk(0.0, 0.0, 0, ())
    hues = hues_of(s.key for s in meeting.speakers)
    return tuple(
        SpeakerRow(
            s.key,
            shown_speaker(s),
            hues[s.key],
            own.seconds,
            own.share,
            own.percent,
            longest.get(s.key),
            s.suggested,
            s.certainty,
            s.certainty >= SURE_FROM,
            s.by_user,
            bool(s.person),
            s.name,
        )
        for s in meeting.speakers
        for own in (talk.get(s.key, nothing),)
    )


class SpeakersViewModel(QObject):
    """Signals:
    changed: rows, names or what is known of voices are different.
    said: something was done that cannot be seen. (text)
    problem: something did not work. (Problem)
    """

    changed = Signal()
    said = Signal(str)
    problem = Signal(object)

    def __init__(self, meeting: MeetingViewModel, lane: StorageLane) -> None:
        super().__init__(meeting)
        self._meeting = meeting
        self._lane = lane
        self._rows_of: Meeting | None = None
        self._rows: tuple[SpeakerRow, ...] = ()
        self._voices: VoiceMemory | None = None
        self.people: tuple[Person, ...] = ()
        self.agreed = False  # that voices are remembered and looked for
        self.listening: set[tuple[str, str]] = set()  # meeting and speaker whose voice is being learned
        meeting.changed.connect(self.changed)

    def use_voices(self, voices: VoiceMemory) -> None:
        """From now on voices can be remembered."""
        self._voices = voices
        voices.people_changed.connect(self._on_people)
        voices.agreed_changed.connect(self._on_agreed)
        voices.remembered.connect(self._on_remembered)
        voices.failed.connect(self._on_failed)

    # What is shown

    @property
    def rows(self) -> tuple[SpeakerRow, ...]:
        meeting = self._meeting.meeting
        if meeting is None:
            return ()
        if self._rows_of is not meeting:
            self._rows_of, self._rows = meeting, speaker_rows(meeting)
        return self._rows

    def row(self, key: str) -> SpeakerRow | None:
        return next((r for r in self.rows if r.key == key), None)

    @property
    def options(self) -> SpeakerOptions:
        return self._meeting.meeting.speaker_options if self._meeting.meeting else SpeakerOptions()

    @property
    def has_microphone(self) -> bool:
        m = self._meeting.meeting
        return m is not None and any(t.name == MIC for t in m.tracks)

    @property
    def can_tell_apart(self) -> bool:
        return self._meeting.exportable and not self._meeting.processing

    def names(self, but: str = "") -> list[str]:
        """For completion: everybody in the meeting but one, and everybody whose voice is known."""
        rows = [r.name for r in self.rows if r.key != but]
        return list(dict.fromkeys((*rows, *(p.name for p in self.people))))

    def same_name(self, key: str, name: str) -> SpeakerRow | None:
        """Somebody else in the meeting who is called so already."""
        wanted = " ".join(name.split()).casefold()
        others = (r for r in self.rows if r.key != key)
        return next((r for r in others if wanted and wanted in (r.name.casefold(), r.stored.casefold())), None)

    @property
    def can_remember(self) -> bool:
        return self._voices is not None

    def is_listening(self, key: str) -> bool:
        return (self._meeting.shown_id, key) in self.listening

    # What can be done

    def look(self) -> None:
        """Find out whose voices are known; `changed` follows."""
        if self._voices is not None:
            self._voices.look()
            return

        def read(store: MeetingStore) -> Sequence[Person]:
            return store.people()

        self._lane.ask(read, self._on_people, lambda _: None)  # names to choose from: none, then

    def ask_people(self, then: Callable[[Sequence[Person]], None]) -> None:
        """Whose voices are known at this moment; nobody's, if that cannot be read."""
        self._lane.ask(lambda store: store.people(), then, lambda _: then(()))

    def name(self, key: str, name: str) -> None:
        known = person_called(name, self.people)
        self._meeting.corrections.name(key, name, known.id if known else "")

    def set_options(self, options: SpeakerOptions) -> None:
        """What the user knows about who speaks. They are told apart again with it."""
        if not self.can_tell_apart or options == self.options:
            return
        self._meeting.change(
            lambda m: Change(speaker_options=options) if m.speaker_options != options else None,
            self.tr("say who speaks"),
        )
        self._meeting.runs.again(Stage.SPEAKERS)

    def set_count(self, count: int | None) -> None:
        self.set_options(replace(self.options, speakers=count))

    def set_shared(self, shared: bool) -> None:
        self.set_options(replace(self.options, shared_microphone=shared))

    def tell_apart_again(self) -> None:
        self._meeting.runs.again(Stage.SPEAKERS)

    def remember(self, key: str) -> None:
        """The user agrees that this voice is remembered under its name."""
        if self._voices is None or self.is_listening(key):
            return
        self.listening.add((self._meeting.shown_id, key))
        self._voices.agree(True)
        self._voices.remember(self._meeting.shown_id, key)
        self.changed.emit()

    # Answers

    @Slot(object)
    def _on_people(self, people: Sequence[Person]) -> None:
        self.people = tuple(people)
        self.changed.emit()

    @Slot(bool)
    def _on_agreed(self, agreed: bool) -> None:
        self.agreed = agreed
        self.changed.emit()

    @Slot(str, str, object)
    def _on_remembered(self, meeting_id: str, key: str, person: Person) -> None:
        self.listening.discard((meeting_id, key))
        self.said.emit(self.tr("The voice of {name} is remembered").format(name=person.name))
        self._meeting.reload(meeting_id)
        self.changed.emit()

    @Slot(object)
    def _on_failed(self, error: BaseException) -> None:
        self.listening.clear()
        self.problem.emit(in_words(error))
        self.changed.emit()
