"""Where in a segment's text which moment stands. Text here is the segment's text without spaces around it."""

from __future__ import annotations

from bisect import bisect_right

from app.domain.meeting import Segment


def word_spans(segment: Segment) -> list[tuple[int, int]]:
    """(start, end) of each word in the text, spaces left out; empty where the words are not those of the text."""
    if sum(len(w.text) for w in segment.words) != len(segment.text):
        return []
    at = len(segment.text.lstrip()) - len(segment.text)  # minus what is stripped in front
    spans = []
    for w in segment.words:
        bare = w.text.strip()
        start = at + len(w.text) - len(w.text.lstrip()) if bare else at
        spans.append((max(0, start), max(0, start + len(bare))))
        at += len(w.text)
    return spans


def place_at(segment: Segment, seconds: float) -> tuple[int, int]:
    """What is being said at a time: a word, or all of the text where the words have no times."""
    spans = word_spans(segment)
    if not spans:
        return 0, len(segment.text.strip())
    return spans[max(0, bisect_right(segment.words, seconds, key=lambda w: w.start_s) - 1)]


def seconds_at(segment: Segment, position: int) -> float:
    """When what stands at a place in the text is said; estimated where the words have no times."""
    spans = word_spans(segment)
    if spans:
        return segment.words[max(0, bisect_right(spans, position, key=lambda s: s[0]) - 1)].start_s
    share = position / max(1, len(segment.text.strip()))
    return segment.start_s + min(1.0, max(0.0, share)) * (segment.end_s - segment.start_s)


def seconds_after(segment: Segment, position: int) -> float:
    """When what stands before a place in the text has been said."""
    spans = word_spans(segment)
    if spans:
        return segment.words[max(0, bisect_right(spans, position - 1, key=lambda s: s[0]) - 1)].end_s
    return seconds_at(segment, position)
