"""What one person says in one go, as a paragraph that flows together."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from app.domain.meeting import Segment, clock
from app.viewmodels.doubts import doubt_about
from app.viewmodels.marks import Aside
from app.viewmodels.spoken import word_spans

PARAGRAPH_CHARS = 600  # a longer turn is cut at the next segment
PAUSE_S = 20.0  # a silence this long starts a paragraph even when nobody else spoke
# The same while nobody knows yet who speaks: pauses are all there is to tell turns by.
UNKNOWN_CHARS = 240
UNKNOWN_PAUSE_S = 2.0

ECHO = "echo"  # whose words these are does not matter: they are said elsewhere

# Scripts written without spaces between words: Han, kana, bopomofo, Yi and full-width forms; not Hangul.
CJK = re.compile("[\u2e80-\u312f\u3190-\ua4cf\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")


def is_cjk(char: str) -> bool:
    return CJK.match(char) is not None


@dataclass(frozen=True, slots=True)
class Span:
    """Where a segment stands in its paragraph's text. `doubt`: why it may not be right, in words; "" for most.
    `reheard`: the doubt is that it was only found at a second hearing. `corrected`: the words are the user's."""

    segment_id: int
    start: int
    end: int
    doubt: str = ""
    reheard: bool = False
    corrected: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    """`hue`: as `app.viewmodels.hues` says; -1 while nobody is known. `before` and `after`: remarks that
    stand above it and, for the last one only, below it. `highlights`: stretches of the text the user has marked.
    `suggested`: a name for the speaker that waits for a yes or no, on the speaker's first paragraph. `echo`: words of
    the loudspeaker that came back through the microphone."""

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
    highlights: tuple[tuple[int, int], ...] = ()
    suggested: str = ""
    echo: bool = False

    @property
    def time(self) -> str:
        return clock(self.start_s)

    def span_at(self, position: int) -> Span:
        """The segment at a place in the text."""
        i = bisect_right(self.spans, position, key=lambda s: s.start) - 1
        return self.spans[max(0, i)]

    def span_of(self, segment_id: int) -> Span | None:
        return next((s for s in self.spans if s.segment_id == segment_id), None)


def join(left: str, right: str) -> str:
    """What stands between two pieces of text: nothing in Chinese and Japanese, else a space."""
    if not left or not right or left[-1].isspace() or is_cjk(left[-1]) or is_cjk(right[0]):
        return ""
    return " "


def voice_of(segment: Segment) -> str:
    """Who speaks, as far as is known: the speaker's key, or the track before speakers are told apart."""
    if segment.echo_of is not None:
        return ECHO
    return segment.speaker or f"track:{segment.track}"


def span_of(segment: Segment, start: int, end: int) -> Span:
    corrected = "text" in segment.by_user
    doubt = "" if corrected else doubt_about(segment)
    return Span(segment.id, start, end, doubt, segment.guards == ("reheard",), corrected)


def highlighted(segment: Segment, stretches: Sequence[tuple[float, float]]) -> list[tuple[int, int]]:
    """What of a segment's text falls into stretches of time, which are in order."""
    found = []
    i = bisect_right(stretches, segment.start_s, key=lambda s: s[0])
    for start_s, end_s in stretches[max(0, i - 4) :]:
        if start_s >= segment.end_s:
            break
        if end_s <= segment.start_s:
            continue
        text = len(segment.text.strip())
        words = word_spans(segment)
        if words:
            inside = [
                at
                for w, at in zip(segment.words, words, strict=True)
                if start_s <= (w.start_s + w.end_s) / 2 <= end_s and at[0] < at[1]
            ]
            if inside:
                found.append((inside[0][0], inside[-1][1]))
        else:
            lasts = max(1e-6, segment.end_s - segment.start_s)
            cut = [
                round((min(max(t, segment.start_s), segment.end_s) - segment.start_s) / lasts * text)
                for t in (start_s, end_s)
            ]
            if cut[0] < cut[1]:
                found.append((cut[0], cut[1]))
    return found


def paragraphs(
    segments: Sequence[Segment],
    names: Mapping[str, str],
    hues: Mapping[str, int],
    before: Paragraph | None = None,
    asides: Sequence[Aside] = (),
    *,
    growing: bool = False,
    highlights: Sequence[tuple[float, float]] = (),
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
        marked: list[tuple[int, int]] = []
        while i < len(segments):
            s = segments[i]
            said = s.text.strip()
            if voice_of(s) != voice or (spans and (len(text) >= chars or s.start_s - end_s >= pause_s)):
                break
            if remark < len(asides) and asides[remark].at_s <= s.start_s:
                break
            text += join(text, said)
            spans.append(span_of(s, len(text), len(text) + len(said)))
            if highlights:
                marked += [(len(text) + start, len(text) + end) for start, end in highlighted(s, highlights)]
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
                highlights=tuple(marked),
                echo=voice == ECHO,
            )
        )
    if made and remark < len(asides) and not growing:
        made[-1] = replace(made[-1], after=tuple(asides[remark:]))
    return made
