"""The transcript as paragraphs: what one person says in one go flows together.

A paragraph is one row of the model. A turn longer than a paragraph continues in rows that repeat no name, so that rows
stay small enough to be laid out only when they are seen.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter, eq
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from app.domain.meeting import MIC, SYSTEM, Segment, Speaker
from app.viewmodels.hues import hues_of
from app.viewmodels.marks import Aside
from app.viewmodels.names import shown_speaker
from app.viewmodels.paragraphs import ECHO, Paragraph, paragraphs, voice_of
from app.viewmodels.spoken import place_at, seconds_at

ParagraphRole = Qt.ItemDataRole.UserRole + 1
Index = QModelIndex | QPersistentModelIndex


_look = attrgetter("id", "start_s", "end_s", "text", "speaker", "track", "guards", "by_user", "echo_of")


def _key(segment: Segment) -> tuple[float, int]:
    return (segment.start_s, segment.id)


@dataclass(frozen=True, slots=True)
class _Given:
    """What the model was told to show."""

    segments: tuple[Segment, ...]
    speakers: tuple[Speaker, ...]
    asides: tuple[Aside, ...]
    growing: bool
    highlights: tuple[tuple[float, float], ...]


class TranscriptModel(QAbstractListModel):
    """Paragraphs of one meeting.

    Signals:
        about_to_rebuild: comes before `modelReset`, for the same meeting.
        rebuilt: all rows changed although it is the same meeting; a view keeps its place by time.
    """

    about_to_rebuild = Signal()
    rebuilt = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._segments: list[Segment] = []
        self._rows: list[Paragraph] = []
        self._first: list[int] = []  # index of each row's first segment
        self._by_id: dict[int, Segment] = {}
        self._voices: set[str] = set()
        self._names: dict[str, str] = {}
        self._hues: dict[str, int] = {}
        self._asides: tuple[Aside, ...] = ()
        self._highlights: tuple[tuple[float, float], ...] = ()
        self._suggested: dict[str, str] = {}
        self._growing = False
        self._given: _Given | None = None
        self.echoes = 0  # how many segments are echoes
        self.echoes_shown = False

    # What views read

    @property
    def rows(self) -> Sequence[Paragraph]:
        return self._rows

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or not 0 <= index.row() < len(self._rows):
            return None
        row = self._rows[index.row()]
        if role == ParagraphRole:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return row.text
        if role == Qt.ItemDataRole.AccessibleTextRole:
            said = ", ".join(p for p in (row.name, row.time) if p) + ": " + row.text
            doubts = dict.fromkeys(s.doubt for s in row.spans if s.doubt)
            return ". ".join((*(a.spoken for a in row.before), said, *doubts, *(a.spoken for a in row.after)))
        return None

    def row_of(self, segment_id: int) -> int:
        """The row a segment stands in, -1 if it is not there."""
        segment = self._by_id.get(segment_id)
        if segment is None:
            return -1
        i = bisect_left(self._segments, _key(segment), key=_key)
        return bisect_right(self._first, i) - 1

    def row_at(self, seconds: float) -> int:
        """The last row that begins at or before a time; 0 if none does, -1 when empty."""
        if not self._rows:
            return -1
        return max(0, bisect_right(self._rows, seconds, key=lambda r: r.start_s) - 1)

    def start_of(self, segment_id: int) -> float | None:
        segment = self._by_id.get(segment_id)
        return None if segment is None else segment.start_s

    def segment(self, segment_id: int) -> Segment | None:
        return self._by_id.get(segment_id)

    @property
    def segments(self) -> Sequence[Segment]:
        """Those that are shown, in the order of the timeline."""
        return self._segments

    @property
    def growing(self) -> bool:
        """Whether more words come in: their segments are not to be relied on yet."""
        return self._growing

    def seconds_at(self, row: int, position: int) -> float:
        """When what stands at a place is said."""
        paragraph = self._rows[row]
        span = paragraph.span_at(position)
        segment = self._by_id.get(span.segment_id)
        return paragraph.start_s if segment is None else seconds_at(segment, position - span.start)

    def place_at(self, seconds: float) -> tuple[int, int, int] | None:
        """What is being said at a time: row, start and end in its text. None while nobody speaks."""
        i = bisect_right(self._segments, seconds, key=lambda s: s.start_s)
        for segment in reversed(self._segments[max(0, i - 8) : i]):
            if seconds < segment.end_s:
                row = self.row_of(segment.id)
                span = self._rows[row].span_of(segment.id) if row >= 0 else None
                if span is None:
                    return None
                start, end = place_at(segment, seconds)
                return row, span.start + start, span.start + end
        return None

    def selected(self, first: tuple[int, int], last: tuple[int, int]) -> list[tuple[Segment, int, int]]:
        """The segments between two places (row, position), with what is selected of each one's text."""
        found = []
        for row in range(first[0], last[0] + 1):
            paragraph = self._rows[row]
            start = first[1] if row == first[0] else 0
            end = last[1] if row == last[0] else len(paragraph.text)
            for span in paragraph.spans:
                cut = (max(start, span.start) - span.start, min(end, span.end) - span.start)
                segment = self._by_id.get(span.segment_id)
                if cut[0] < cut[1] and segment is not None:
                    found.append((segment, *cut))
        return found

    # What changes it

    def set_transcript(
        self,
        segments: Iterable[Segment],
        speakers: Sequence[Speaker] = (),
        asides: Sequence[Aside] = (),
        *,
        same: bool,
        growing: bool = False,
        highlights: Sequence[tuple[float, float]] = (),
    ) -> None:
        """Show a whole transcript with its remarks. `same`: it is the one already shown, only better, so a reader
        keeps the place. `growing`: more of it comes with `add`. `highlights`: (start, end) in seconds, in order."""
        if not same:
            self.echoes_shown = False
        self._given = _Given(tuple(segments), tuple(speakers), tuple(asides), growing, tuple(highlights))
        self._show(same=same)

    def show_echoes(self, shown: bool) -> None:
        """With the words the microphone only heard from the loudspeaker, or without them."""
        if shown != self.echoes_shown:
            self.echoes_shown = shown
            self._show(same=True)

    def _show(self, *, same: bool) -> None:
        given = self._given
        if given is None:
            return
        new = sorted(
            (s for s in given.segments if s.text.strip() and (s.echo_of is None or self.echoes_shown)), key=_key
        )
        self.echoes = sum(s.echo_of is not None and bool(s.text.strip()) for s in given.segments)
        names, hues = self._cast(given.speakers, new)
        remarks, growing = given.asides, given.growing
        if self.echoes:
            remarks = (self._echo_line(), *remarks)
        suggested = {s.key: s.suggested for s in given.speakers if s.suggested}
        state = (names, hues, remarks, growing, given.highlights, suggested)
        mine = (self._names, self._hues, self._asides, self._growing, self._highlights, self._suggested)
        if same and state == mine and self._looks_like(new):
            self._segments, self._by_id = new, {s.id: s for s in new}  # only times of words may be others
            return
        if same:
            self.about_to_rebuild.emit()
        self.beginResetModel()
        self._segments = new
        self._by_id = {s.id: s for s in new}
        self._voices = {voice_of(s) for s in new}
        self._names, self._hues, self._asides, self._growing = names, hues, remarks, growing
        self._highlights, self._suggested = given.highlights, suggested
        self._rows = paragraphs(new, names, hues, None, remarks, growing=growing, highlights=given.highlights)
        self._suggest()
        self._number_rows(0)
        self.endResetModel()
        if same:
            self.rebuilt.emit()

    def add(self, segments: Iterable[Segment]) -> None:
        """Segments that have just become known. Rows before the earliest of them stay as they are."""
        new = sorted((s for s in segments if s.text.strip() and s.id not in self._by_id), key=_key)
        if not new:
            return
        self._by_id.update((s.id, s) for s in new)
        at = bisect_left(self._segments, _key(new[0]), key=_key)
        row = max(0, bisect_right(self._first, at) - 1)  # the row the earliest one may flow into
        if self._first and at == self._first[row]:
            row = max(0, row - 1)
        voices = {voice_of(s) for s in new}
        if not voices <= self._voices:
            self._voices |= voices
            names, hues = self._cast((), [*self._segments, *new])
            if (names, hues) != (self._names, self._hues):
                self._names, self._hues, row = names, hues, 0
        base = self._first[row] if self._first else 0
        tail = sorted([*self._segments[base:], *new], key=_key)
        remarks = self._asides
        if base:  # those further up stand above earlier paragraphs
            remarks = tuple(a for a in remarks if a.at_s > self._segments[base - 1].start_s)
        above = self._rows[row - 1] if row else None
        rebuilt = paragraphs(
            tail, self._names, self._hues, above, remarks, growing=self._growing, highlights=self._highlights
        )
        kept = len(self._rows) - row  # these change in place
        if kept > 8 or len(rebuilt) < kept:
            self.about_to_rebuild.emit()
            self.beginResetModel()
            self._segments[base:] = tail
            self._rows[row:] = rebuilt
            self._number_rows(row)
            self.endResetModel()
            self.rebuilt.emit()
            return
        self._segments[base:] = tail
        self._rows[row:] = rebuilt[:kept]
        if len(rebuilt) > kept:
            self.beginInsertRows(QModelIndex(), row + kept, row + len(rebuilt) - 1)
            self._rows[row + kept :] = rebuilt[kept:]
            self._number_rows(row)
            self.endInsertRows()
        else:
            self._number_rows(row)
        if kept:
            self.dataChanged.emit(self.index(row), self.index(row + kept - 1))

    def _looks_like(self, segments: Sequence[Segment]) -> bool:
        """Whether the same would be shown. Words are not compared one by one, but highlights stand on them."""
        if len(segments) != len(self._segments):
            return False
        if self._highlights and segments != self._segments:
            return False
        return all(map(eq, map(_look, segments), map(_look, self._segments)))

    def _suggest(self) -> None:
        """Suggested names stand where their speaker speaks first."""
        left = dict(self._suggested)
        for i, row in enumerate(self._rows):
            if not left:
                break
            if row.speaker in left:
                self._rows[i] = replace(row, suggested=left.pop(row.speaker))

    def _echo_line(self) -> Aside:
        n = self.echoes
        if self.echoes_shown:
            text = self.tr("1 echo is shown · Hide") if n == 1 else self.tr("%n echoes are shown · Hide", "", n)
        else:
            text = self.tr("1 echo is hidden · Show") if n == 1 else self.tr("%n echoes are hidden · Show", "", n)
        return Aside("echo", 0.0, text)

    def _number_rows(self, from_row: int) -> None:
        del self._first[from_row:]
        i = self._first[-1] + len(self._rows[from_row - 1].spans) if from_row else 0
        for row in self._rows[from_row:]:
            self._first.append(i)
            i += len(row.spans)

    def _cast(self, speakers: Sequence[Speaker], segments: Sequence[Segment]) -> tuple[dict[str, str], dict[str, int]]:
        """Shown names and colour numbers. Before speakers are known two tracks are told apart by what they are."""
        names = {ECHO: self.tr("Echo")} | {s.key: shown_speaker(s) for s in speakers}
        if not speakers and len({s.track for s in segments}) > 1:
            names |= {f"track:{MIC}": self.tr("Microphone"), f"track:{SYSTEM}": self.tr("Computer")}
        for s in segments:
            if s.speaker and s.speaker not in names:
                names[s.speaker] = s.speaker
        return names, hues_of(key for key in names if key != ECHO and not key.startswith("track:"))
