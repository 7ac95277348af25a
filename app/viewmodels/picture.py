"""A meeting as pictures: who spoke when, how much, chapters, marks. Plain data, made off the window's thread."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.domain.cancel import CancelFlag
from app.domain.errors import Cancelled
from app.domain.meeting import MarkKind, Meeting, Track
from app.viewmodels.hues import NOBODY, hues_of
from app.viewmodels.names import shown_speaker
from app.viewmodels.problems import in_words
from app.viewmodels.talk import said_in, talk_of
from app.workers.player_services import PlayerServices
from app.workers.storage_lane import StorageLane
from app.workers.tasks import LongTasks

if TYPE_CHECKING:
    from app.audio.peaks import Outline

log = logging.getLogger(__name__)

SETTLE_MS = 120  # changes come in flocks
SHOWN_MARKS = (MarkKind.BOOKMARK, MarkKind.NOTE, MarkKind.PAUSE, MarkKind.GAP, MarkKind.SLEEP)


@dataclass(frozen=True, slots=True)
class Spoken:
    """Somebody speaks. `hue`: as `app.viewmodels.hues` says."""

    track: str
    start_s: float
    end_s: float
    hue: int


@dataclass(frozen=True, slots=True)
class Voice:
    """A lane: one person and when they spoke. `share` of all talk, 0…1; `percent` of it, 100 over all voices."""

    key: str
    name: str
    hue: int
    seconds: float
    share: float
    percent: int
    spans: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A chapter with its end."""

    title: str
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Sign:
    """A mark that is worth a place in a picture."""

    kind: MarkKind
    at_s: float
    text: str


@dataclass(frozen=True, slots=True)
class Picture:
    """`voices` in the order of the meeting's speakers; those who never speak have no lane."""

    title: str
    duration_s: float
    spoken: tuple[Spoken, ...] = ()
    voices: tuple[Voice, ...] = ()
    sections: tuple[Section, ...] = ()
    signs: tuple[Sign, ...] = ()

    def section_at(self, seconds: float) -> Section | None:
        return next((s for s in self.sections if s.start_s <= seconds < s.end_s), None)

    def names_at(self, seconds: float) -> tuple[str, ...]:
        """Who speaks at a moment."""
        return tuple(v.name for v in self.voices if any(a <= seconds < b for a, b in v.spans))


def picture_of(meeting: Meeting) -> Picture:
    said = said_in(meeting)
    names = {s.key: shown_speaker(s) for s in meeting.speakers}
    for t in said:
        if t.speaker:
            names.setdefault(t.speaker, t.speaker)
    hues = hues_of(names)
    duration_s = max([meeting.duration_s, *(t.end_s for t in said)])
    talk = talk_of(said)
    voices = tuple(
        Voice(key, name, hues[key], own.seconds, own.share, own.percent, own.spans)
        for key, name in names.items()
        if (own := talk.get(key)) is not None
    )
    chapters = sorted(meeting.minutes.chapters if meeting.minutes else (), key=lambda c: c.start_s)
    ends = [*(c.start_s for c in chapters[1:]), duration_s][: len(chapters)]  # none without chapters
    return Picture(
        meeting.title,
        duration_s,
        tuple(Spoken(t.track, t.start_s, t.end_s, hues.get(t.speaker, NOBODY)) for t in said),
        voices,
        tuple(Section(c.title, c.start_s, end) for c, end in zip(chapters, ends, strict=True) if end > c.start_s),
        tuple(Sign(m.kind, m.at_s, m.text) for m in meeting.marks if m.kind in SHOWN_MARKS),
    )


class PictureViewModel(QObject):
    """The pictures of the open meeting.

    Signals:
        changed: `picture` is another.
        outline_changed: `outline` is another: how loud it is where.
        said: a picture was saved, in words.
        problem: a picture could not be saved. (Problem)
    """

    changed = Signal()
    said = Signal(str)
    problem = Signal(object)
    outline_changed = Signal()

    def __init__(self, services: PlayerServices, lane: StorageLane, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._lane = lane
        self._meeting: Meeting | None = None
        self._outline_for: tuple[str, tuple[Track, ...]] | None = None
        self._number = 0
        self._with_outline = ""  # key of the task that works out the outline
        self.picture: Picture | None = None
        self.outline: Outline | None = None
        self._tasks = LongTasks(self)
        self._tasks.progressed.connect(self._on_made)
        self._tasks.ended.connect(self._on_ended)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(SETTLE_MS)
        self._soon.timeout.connect(self._draw)

    def load(self, meeting: Meeting | None) -> None:
        """Another meeting is open, or the open one has changed."""
        before, self._meeting = self._meeting, meeting
        if before is None or meeting is None or before.id != meeting.id:
            self._tasks.cancel(self._with_outline)
            self._number += 1
            had = self.picture is not None or self.outline is not None
            self.picture, self.outline, self._outline_for = None, None, None
            if had:
                self.changed.emit()
                self.outline_changed.emit()
            if meeting is not None:
                self._draw()
        else:
            self._soon.start()

    def save(self, path: Path, data: bytes) -> None:
        """Write a picture to a file of the user's."""
        self._lane.ask(
            lambda _store: self._services.save_picture(path, data),
            lambda _: self.said.emit(self.tr("Saved as {name}").format(name=path.name)),
            lambda error: self.problem.emit(in_words(error)),
        )

    def stop(self) -> bool:
        """Give up what is being worked out; whether it has ended."""
        self._soon.stop()
        self._meeting = None
        return self._tasks.stop()

    @Slot()
    def _draw(self) -> None:
        if self._meeting is not None:
            meeting_id = self._meeting.id
            self._lane.ask(lambda store: store.folder(meeting_id), partial(self._begin, meeting_id), self._failed)

    def _begin(self, meeting_id: str, folder: Path) -> None:
        m = self._meeting
        if m is None or m.id != meeting_id:
            return
        wants_outline = self._outline_for != (m.id, m.tracks)
        self._outline_for = (m.id, m.tracks)
        self._number += 1
        if wants_outline:
            self._tasks.cancel(self._with_outline)
            self._with_outline = str(self._number)
        self._tasks.start(str(self._number), partial(self._work, m, folder, wants_outline))

    def _work(
        self, meeting: Meeting, folder: Path, wants_outline: bool, cancel: CancelFlag, tell: Callable[[object], None]
    ) -> None:
        tell((meeting.id, picture_of(meeting)))
        if wants_outline:
            tell((meeting.id, self._services.outline(folder, meeting, cancel)))

    @Slot(str, object)
    def _on_made(self, key: str, made: tuple[str, object]) -> None:
        meeting_id, what = made
        if self._meeting is None or self._meeting.id != meeting_id:
            return
        if isinstance(what, Picture):
            if key == str(self._number) and what != self.picture:
                self.picture = what
                self.changed.emit()
        else:
            self.outline = cast("Outline", what)  # its type is not imported: NumPy would come with it
            self.outline_changed.emit()

    @Slot(str, object)
    def _on_ended(self, _key: str, failure: BaseException | None) -> None:
        if failure is not None and not isinstance(failure, Cancelled):
            self._failed(failure)

    def _failed(self, error: BaseException) -> None:
        """A meeting without its picture is still a meeting."""
        self._outline_for = None
        log.warning("no picture of the meeting", exc_info=error)
