"""Find and replace within the open meeting."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from app.domain.text_edits import pattern, replace_all
from app.viewmodels.corrections import Corrections, Rewording
from app.viewmodels.transcript import TranscriptModel

if TYPE_CHECKING:
    from app.viewmodels.meeting import MeetingViewModel


@dataclass(frozen=True, slots=True)
class Found:
    """One place: a segment and where in its text, spaces around it not counted."""

    segment_id: int
    start: int
    end: int


class Finder(QObject):
    """Signals:
    changed: other places are found, or another one is the current one.
    moved: the current place should be brought into view. (Found)
    """

    changed = Signal()
    moved = Signal(object)

    def __init__(self, transcript: TranscriptModel, corrections: Corrections, meeting: MeetingViewModel) -> None:
        super().__init__(meeting)
        self._transcript = transcript
        self._corrections = corrections
        self._meeting = meeting
        self.text = ""
        self.found: list[Found] = []
        self.at = -1  # which of them is the current one
        self._stay: tuple[float, int] | None = None
        transcript.about_to_rebuild.connect(self._remember)
        transcript.modelReset.connect(self._again)
        transcript.rowsInserted.connect(self._again)
        transcript.dataChanged.connect(self._again)

    @property
    def current(self) -> Found | None:
        return self.found[self.at] if 0 <= self.at < len(self.found) else None

    @property
    def count(self) -> str:
        """ "3 of 12", "Nothing found", or "" when nothing is searched for."""
        if not self.text.strip():
            return ""
        if not self.found:
            return self.tr("Nothing found")
        return self.tr("{number} of {all}").format(number=self.at + 1, all=len(self.found))

    def search(self, text: str, from_s: float = 0.0) -> None:
        """Find a text; the current place is the first one from a time on."""
        self.text = text
        self._find()
        self.at = self._first_from(from_s, 0)
        self.changed.emit()
        if self.current is not None:
            self.moved.emit(self.current)

    @Slot()
    def next(self) -> None:
        self._step(1)

    @Slot()
    def previous(self) -> None:
        self._step(-1)

    def stop(self) -> None:
        self.search("")

    def replace(self, by: str) -> None:
        """Write something else in the current place, and go to the next one."""
        place = self.current
        segment = self._transcript.segment(place.segment_id) if place else None
        if place is None or segment is None or not self._meeting.correctable:
            return
        said = segment.text.strip()
        now = said[: place.start] + by + said[place.end :]
        self._stay = (segment.start_s, place.start + len(by))
        self._corrections.reword((Rewording(segment.id, segment.text, now),), self.tr("replace"))

    def replace_all(self, by: str) -> None:
        """In the transcript and in the minutes, as one step."""
        if not self.text.strip() or not self._meeting.correctable:
            return
        text = self.text
        n = len(self.found)
        self._meeting.change(lambda m: replace_all(m, text, by), self.tr("replace all"))
        if n:
            said = self.tr("Replaced once") if n == 1 else self.tr("Replaced in %n places", "", n)
            self._corrections.said.emit(said)

    # Keeping up with the transcript

    def _find(self) -> None:
        self.found = []
        looked_for = pattern(self.text)
        if looked_for is None:
            return
        for s in self._transcript.segments:
            self.found += [Found(s.id, m.start(), m.end()) for m in looked_for.finditer(s.text.strip())]

    def _first_from(self, seconds: float, position: int) -> int:
        if not self.found:
            return -1
        places = [(self._transcript.start_of(f.segment_id) or 0.0, f.start) for f in self.found]
        i = bisect_left(places, (seconds, position))
        return i if i < len(places) else 0

    def _step(self, by: int) -> None:
        if self.found:
            self.at = (self.at + by) % len(self.found)
            self.changed.emit()
            self.moved.emit(self.current)

    @Slot()
    def _remember(self) -> None:
        place = self.current
        if place is not None and self._stay is None:
            self._stay = (self._transcript.start_of(place.segment_id) or 0.0, place.start)

    @Slot()
    def _again(self) -> None:
        stay, self._stay = self._stay, None
        if not self.text.strip():
            return
        self._find()
        self.at = self._first_from(*(stay or (0.0, 0)))
        self.changed.emit()
        if stay is not None and self.current is not None:
            self.moved.emit(self.current)
