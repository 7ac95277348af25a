"""Turns of speakers laid over segments of a transcript: whose a segment is, and where it has to be cut."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from app.domain.meeting import Segment, Turn, Word

MIN_PIECE_S = 0.6  # a shorter change of speaker within a segment is not believed
_SNAP_WORDS = 2  # a change so near to the end of a sentence is put there
_SNAP_S = 0.8
_SENTENCE_ENDS = (".", "?", "!", "…", "。", "？", "！")


def share_of(turns: Iterable[Turn], start_s: float, end_s: float) -> dict[str, float]:
    """Speaker → seconds of theirs within a span; those without any are left out."""
    shares: dict[str, float] = {}
    for t in turns:
        seconds = min(t.end_s, end_s) - max(t.start_s, start_s)
        if seconds > 0:
            shares[t.speaker] = shares.get(t.speaker, 0.0) + seconds
    return shares


def speaker_at(turns: Sequence[Turn], start_s: float, end_s: float) -> str | None:
    """Who speaks most within a span; where nobody does, whose turn is nearest in time; None without turns."""
    shares = share_of(turns, start_s, end_s)
    if shares:
        return max(shares, key=lambda key: shares[key])
    if not turns:
        return None
    return min(turns, key=lambda t: max(t.start_s - end_s, start_s - t.end_s)).speaker


def assign(segments: Iterable[Segment], turns: Iterable[Turn]) -> dict[int, str]:
    """Segment id → who speaks most in it, by the turns of its own track. Tracks without turns are left out."""
    by_track = _by_track(turns)
    found = {
        s.id: speaker_at(_near(by_track.get(s.track, []), s.start_s, s.end_s), s.start_s, s.end_s) for s in segments
    }
    return {i: key for i, key in found.items() if key is not None}


def talk_time(turns: Iterable[Turn]) -> dict[str, float]:
    """Speaker → seconds spoken, overlaps of one's own turns (two tracks) counted once."""
    seconds: dict[str, float] = {}
    until: dict[str, float] = {}
    for t in sorted(turns, key=lambda t: t.start_s):
        start = max(t.start_s, until.get(t.speaker, t.start_s))
        seconds[t.speaker] = seconds.get(t.speaker, 0.0) + max(0.0, t.end_s - start)
        until[t.speaker] = max(t.end_s, until.get(t.speaker, t.end_s))
    return seconds


def split(segments: Sequence[Segment], turns: Iterable[Turn], of_segment: Mapping[int, str]) -> tuple[Segment, ...]:
    """The segments with their speakers, cut where the speaker changes between two timed words.

    A segment stays whole if it has no times of words, if they do not join to its text, or if one person speaks in
    it; it then belongs to whom `of_segment` says. In time order, with new ids from 1. Where two speak at once the
    words go to who speaks longer during them; the turns themselves keep both.
    """
    by_track = _by_track(turns)
    pieces: list[Segment] = []
    for s in segments:
        near = _near(by_track.get(s.track, []), s.start_s, s.end_s)
        whole = replace(s, speaker=of_segment.get(s.id, s.speaker))
        pieces += _cut(whole, near) if s.words and len({t.speaker for t in near}) > 1 else [whole]
    pieces.sort(key=lambda s: (s.start_s, s.end_s, s.id))
    return tuple(replace(s, id=i) for i, s in enumerate(pieces, 1))


def _by_track(turns: Iterable[Turn]) -> dict[str, list[Turn]]:
    by_track: dict[str, list[Turn]] = {}
    for t in sorted(turns, key=lambda t: (t.start_s, t.end_s)):
        by_track.setdefault(t.track, []).append(t)
    return by_track


def _near(turns: Sequence[Turn], start_s: float, end_s: float) -> list[Turn]:
    """The turns within a span, or the nearest one if there are none."""
    inside = [t for t in turns if t.end_s > start_s and t.start_s < end_s]
    if inside or not turns:
        return inside
    return [min(turns, key=lambda t: max(t.start_s - end_s, start_s - t.end_s))]


def _cut(s: Segment, turns: Sequence[Turn]) -> list[Segment]:
    if "".join(w.text for w in s.words).split() != s.text.split():
        return [s]
    keys = [speaker_at(turns, w.start_s, w.end_s) or s.speaker for w in s.words]
    runs = _runs(keys, s.words)
    if len(runs) < 2:
        return [replace(s, speaker=runs[0][0])]
    cuts = [0, *(_snapped(s.words, at) for _, at, _ in runs[1:]), len(s.words)]
    pieces = []
    for (key, _, _), (first, last) in zip(runs, itertools.pairwise(cuts), strict=True):
        words = s.words[first:last]
        text = "".join(w.text for w in words).strip()
        if text:
            start = s.start_s if first == 0 else words[0].start_s
            end = s.end_s if last == len(s.words) else words[-1].end_s
            pieces.append(replace(s, start_s=start, end_s=end, text=text, words=words, speaker=key))
    return pieces


def _runs(keys: Sequence[str], words: Sequence[Word]) -> list[tuple[str, int, int]]:
    """(speaker, first word, after the last word); runs that are too short join the longer neighbour."""
    runs = []
    at = 0
    for key, group in itertools.groupby(keys):
        n = len(list(group))
        runs.append((key, at, at + n))
        at += n

    def seconds(run: tuple[str, int, int]) -> float:
        return words[run[2] - 1].end_s - words[run[1]].start_s

    while len(runs) > 1 and seconds(shortest := min(runs, key=seconds)) < MIN_PIECE_S:
        i = runs.index(shortest)
        neighbours = [j for j in (i - 1, i + 1) if 0 <= j < len(runs)]
        j = max(neighbours, key=lambda j: seconds(runs[j]))
        joined = (runs[j][0], min(runs[i][1], runs[j][1]), max(runs[i][2], runs[j][2]))
        runs[min(i, j) : max(i, j) + 1] = [joined]
        for k in range(len(runs) - 1, 0, -1):  # two of the same speaker may now meet
            if runs[k][0] == runs[k - 1][0]:
                runs[k - 1 : k + 1] = [(runs[k][0], runs[k - 1][1], runs[k][2])]
    return runs


def _snapped(words: Sequence[Word], at: int) -> int:
    """The end of a sentence if there is one close to this change of speaker: turns are known to about 0.3 s."""
    best = at
    for i in range(max(1, at - _SNAP_WORDS), min(len(words) - 1, at + _SNAP_WORDS) + 1):
        ends = words[i - 1].text.rstrip().endswith(_SENTENCE_ENDS)
        if (
            ends
            and abs(words[i].start_s - words[at].start_s) <= _SNAP_S
            and (best == at or abs(i - at) < abs(best - at))
        ):
            best = i
    if words[at - 1].text.rstrip().endswith(_SENTENCE_ENDS):
        return at
    return best
