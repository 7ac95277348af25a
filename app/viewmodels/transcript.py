"""The transcript as paragraphs: what one person says in one go flows together.

A paragraph is one row of the model. A turn longer than a paragraph continues in rows that repeat no name, so that rows
stay small enough to be laid out only when they are seen.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from app.domain.meeting import MIC, SYSTEM, Segment, Speaker, clock
from app.viewmodels.doubts import doubt_about
from app.viewmodels.marks import Aside

PARAGRAPH_CHARS = 600  # a longer turn is cut at the next segment
PAUSE_S = 20.0  # a silence this long starts a paragraph even when nobody else spoke
# The same while nobody knows yet who speaks: pauses are all there is to tell turns by.
UNKNOWN_CHARS = 240
UNKNOWN_PAUSE_S = 2.0

ParagraphRole = Qt.ItemDataRole.UserRole + 1
Index = QModelIndex | QPersistentModelIndex


# Scripts written without spaces between words: Han, kana, bopomofo, Yi and full-width forms; not Hangul.
CJK = re.compile("[\u2e80-\u312f\u3190-\ua4cf\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")


def is_cjk(char: str) -> bool:
    return CJK.match(char) is not None


@dataclass(frozen=True, slots=True)
class Span:
    """Where a segment stands in its paragraph's text. `doubt`: why it may not be right, in words; "" for most."""

    segment_id: int
    start: int
    end: int
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """`hue` counts the speakers of the meeting from 0; -1 while nobody is known. `before` and `after`: remarks that
    stand above it and, for the last one only, below it."""

    speaker: str
    name: str
    hue: int
    start_s: float
    end_s: float
    text: str
    spans: tuple[Span, ...]
    continues: bool  # the same person goes on: the name is not repeated
    before: tuple[Aside, ...] = ()
    after: tuple[Aside, ...] = ()

    @property
    def time(self) -> str:
        return clock(self.start_s)

    def span_at(self, position: int) -> Span:
        """The segment at a place in the text."""
        i = bisect_right(self.spans, position, key=lambda s: s.start) - 1
        return self.spans[max(0, i)]


def join(left: str, right: str) -> str:
    """What stands between two pieces of text: nothing in Chinese and Japanese, else a space."""
    if not left or not right or left[-1].isspace() or is_cjk(left[-1]) or is_cjk(right[0]):
        return ""
    return " "


def voice_of(segment: Segment) -> str:
    """Who speaks, as far as is known: the speaker's key, or the track before speakers are told apart."""
    return segment.speaker or f"track:{segment.track}"


def paragraphs(
    segments: Sequence[Segment],
    names: Mapping[str, str],
    hues: Mapping[str, int],
    before: Paragraph | None = None,
    asides: Sequence[Aside] = (),
    *,
    growing: bool = False,
) -> list[Paragraph]:
    """Segments in time order as paragraphs. `before`: the paragraph these follow, if any.

    A remark stands above the first segment that begins at its time or later, which begins a paragraph then; what comes
    after all of them stands below the last, unless more segments are still to come (`growing`).
    """
    made: list[Paragraph] = []
    i = remark = 0
    while i < len(segments):
        first = segments[i]
        voice = voice_of(first)
        chars, pause_s = (PARAGRAPH_CHARS, PAUSE_S) if first.speaker else (UNKNOWN_CHARS, UNKNOWN_PAUSE_S)
        above = remark
        while remark < len(asides) and asides[remark].at_s <= first.start_s:
            remark += 1
        text, end_s = "", first.end_s
        spans: list[Span] = []
        while i < len(segments):
            s = segments[i]
            said = s.text.strip()
            if voice_of(s) != voice or (spans and (len(text) >= chars or s.start_s - end_s >= pause_s)):
                break
            if remark < len(asides) and asides[remark].at_s <= s.start_s:
                break
            text += join(text, said)
            spans.append(Span(s.id, len(text), len(text) + len(said), doubt_about(s)))
            text += said
            end_s = max(end_s, s.end_s)
            i += 1
        last = made[-1] if made else before
        continues = bool(first.speaker) and last is not None and last.speaker == voice
        made.append(
            Paragraph(
                voice,
                names.get(voice, ""),
                hues.get(voice, -1),
                first.start_s,
                end_s,
                text,
                tuple(spans),
                continues,
                before=tuple(asides[above:remark]),
            )
        )
    if made and remark < len(asides) and not growing:
        made[-1] = replace(made[-1], after=tuple(asides[remark:]))
    return made


def _key(segment: Segment) -> tuple[float, int]:
    return (segment.start_s, segment.id)


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
        self._growing = False

    # What views read

    @property
    def rows(self) -> Sequence[Paragraph]:
        return self._rows

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
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

    # What changes it

    def set_transcript(
        self,
        segments: Iterable[Segment],
        speakers: Sequence[Speaker] = (),
        asides: Sequence[Aside] = (),
        *,
        same: bool,
        growing: bool = False,
    ) -> None:
        """Show a whole transcript with its remarks. `same`: it is the one already shown, only better, so a reader
        keeps the place. `growing`: more of it comes with `add`."""
        new = sorted((s for s in segments if s.text.strip()), key=_key)
        names, hues = self._cast(speakers, new)
        remarks = tuple(asides)
        state = (new, names, hues, remarks, growing)
        if same and state == (self._segments, self._names, self._hues, self._asides, self._growing):
            return
        if same:
            self.about_to_rebuild.emit()
        self.beginResetModel()
        self._segments = new
        self._by_id = {s.id: s for s in new}
        self._voices = {voice_of(s) for s in new}
        self._names, self._hues, self._asides, self._growing = names, hues, remarks, growing
        self._rows = paragraphs(new, names, hues, None, remarks, growing=growing)
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
        rebuilt = paragraphs(tail, self._names, self._hues, above, remarks, growing=self._growing)
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

    def _number_rows(self, from_row: int) -> None:
        del self._first[from_row:]
        i = self._first[-1] + len(self._rows[from_row - 1].spans) if from_row else 0
        for row in self._rows[from_row:]:
            self._first.append(i)
            i += len(row.spans)

    def _cast(self, speakers: Sequence[Speaker], segments: Sequence[Segment]) -> tuple[dict[str, str], dict[str, int]]:
        """Shown names and colour numbers. Before speakers are known two tracks are told apart by what they are."""
        names = {s.key: s.name for s in speakers}
        hues = {s.key: i for i, s in enumerate(speakers)}
        if not speakers and len({s.track for s in segments}) > 1:
            names = {f"track:{MIC}": self.tr("Microphone"), f"track:{SYSTEM}": self.tr("Computer")}
        for s in segments:
            if s.speaker and s.speaker not in names:
                names[s.speaker] = s.speaker
                hues[s.speaker] = len(hues)
        return names, hues
