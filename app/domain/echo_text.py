"""Echo in the transcript: what the loudspeaker played and the microphone heard again is written twice.

A segment of the microphone is an echo only if its time and its words both stand in the system track. Real double
talk, in which two people say different things at once, is never touched.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from app.domain.meeting import MIC, SYSTEM, Segment

MIN_TIME_SHARE = 0.5  # of the segment's time that must be covered
MIN_WORD_SHARE = 0.8  # of its words that must stand there
MIN_WORDS = 4  # fewer are said by two people at once too often: "yes", "okay, thank you"
_SLACK_S = 0.5  # sound takes a while to be played and heard, and segments begin where models say


def find_echoes(segments: Sequence[Segment]) -> dict[int, tuple[int, ...]]:
    """Id of each microphone segment that only repeats the system track → ids of the segments it repeats, in order.

    The words count in whatever order, each as often as it was said. Scripts without spaces are compared by
    character.
    """
    system = sorted((s for s in segments if s.track == SYSTEM), key=lambda s: s.start_s)
    starts = [s.start_s for s in system]
    longest_s = max((s.end_s - s.start_s for s in system), default=0.0)
    echoes: dict[int, tuple[int, ...]] = {}
    for mic in segments:
        if mic.track != MIC or len(words := _words(mic.text)) < MIN_WORDS:
            continue
        first = bisect_left(starts, mic.start_s - _SLACK_S - longest_s)
        last = bisect_left(starts, mic.end_s + _SLACK_S)
        near = [s for s in system[first:last] if s.end_s > mic.start_s - _SLACK_S]
        if _covered_s(mic, near) < MIN_TIME_SHARE * (mic.end_s - mic.start_s):
            continue
        there: Counter[str] = Counter()
        for s in near:
            there.update(_words(s.text))
        if (Counter(words) & there).total() >= MIN_WORD_SHARE * len(words):
            own = set(words)
            echoes[mic.id] = tuple(s.id for s in near if own & set(_words(s.text)))
    return echoes


def echoes_of(segments: Sequence[Segment], far_end: Collection[int] = ()) -> dict[int, int]:
    """Id of each microphone segment that is an echo → id of the segment of the system track it repeats most of.

    `far_end`: ids of segments in which the voice gate heard the loudspeaker and nobody else (`Diarization.far_end`).
    They are believed where the system track has a segment at that time and, if there are words enough to tell, one of
    them at least stands there. What the user has put right is no echo.
    """
    by_id = {s.id: s for s in segments}
    found = {i: _most_covering(by_id[i], [by_id[j] for j in ids]) for i, ids in find_echoes(segments).items()}
    system = sorted((s for s in segments if s.track == SYSTEM), key=lambda s: s.start_s)
    for mic in (s for s in segments if s.track == MIC and s.id in far_end and s.id not in found):
        near = [s for s in system if s.end_s > mic.start_s and s.start_s < mic.end_s]
        words = _words(mic.text)
        there = {word for s in near for word in _words(s.text)}
        if near and (len(words) < MIN_WORDS or there & set(words)):
            found[mic.id] = _most_covering(mic, near)
    return {i: source for i, source in found.items() if not by_id[i].by_user}


def _most_covering(segment: Segment, others: Sequence[Segment]) -> int:
    return max(others, key=lambda s: min(s.end_s, segment.end_s) - max(s.start_s, segment.start_s)).id


def _covered_s(segment: Segment, others: Iterable[Segment]) -> float:
    """Seconds of a segment during which any of the others (in order of their starts) goes on."""
    covered, until = 0.0, segment.start_s
    for s in others:
        start = max(s.start_s, until)
        end = min(s.end_s, segment.end_s)
        covered += max(0.0, end - start)
        until = max(until, end)
    return covered


def _words(text: str) -> list[str]:
    """Words without case, punctuation and width; each character of a script without spaces is a word."""
    cleaned = "".join(c if c.isalnum() else " " for c in unicodedata.normalize("NFKC", text).casefold())
    words: list[str] = []
    for word in cleaned.split():
        words += list(word) if any(_is_unspaced(c) for c in word) else [word]
    return words


def _is_unspaced(c: str) -> bool:
    """Han, kana, Thai, Lao, Khmer, Burmese."""
    return (
        "\u3040" <= c <= "\u30ff"
        or "\u3400" <= c <= "\u9fff"
        or "\U00020000" <= c <= "\U0003ffff"
        or "\u0e00" <= c <= "\u0eff"
        or "\u1780" <= c <= "\u17ff"
        or "\u1000" <= c <= "\u109f"
    )
