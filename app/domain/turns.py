"""Turns of speakers laid over segments of a transcript: whose a segment is, and where it has to be cut."""

from __future__ import annotations

import itertools
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from app.domain.meeting import MIC, SYSTEM, Meeting, Segment, Turn, Word

MIN_PIECE_S = 0.6  # a shorter change of speaker within a segment is not believed
_SNAP_WORDS = 2  # a change so near to the end of a sentence is put there
_SNAP_S = 0.8
_EDGE_S = 0.15  # of a stretch, where others may still be heard
_CLEAN_S = 1.0  # shorter stretches of one voice alone are not worth listening to
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
    tracks, silent = by_track(turns), TrackTurns(())
    found = {
        s.id: speaker_at(tracks.get(s.track, silent).near(s.start_s, s.end_s), s.start_s, s.end_s) for s in segments
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


def percents(parts: Sequence[float]) -> list[int]:
    """Whole per cent of each part that add up to 100: what is cut off most is rounded up first (largest remainder)."""
    whole = sum(parts)
    if whole <= 0:
        return [0] * len(parts)
    exact = [100 * part / whole for part in parts]
    found = [int(e) for e in exact]
    order = sorted(range(len(parts)), key=lambda n: (found[n] - exact[n], n))
    for n in order[: 100 - sum(found)]:
        found[n] += 1
    return found


def split(
    segments: Sequence[Segment], turns: Iterable[Turn], of_segment: Mapping[int, str], whole: Collection[int] = ()
) -> tuple[Segment, ...]:
    """The segments with their speakers, cut where the speaker changes between two timed words.

    A segment stays whole if its id is in `whole`, if it has no times of words, if they do not join to its text, if one
    person speaks in it, or if the user has put it right; it then belongs to whom `of_segment` says. In time order. The
    first piece keeps the id, for others refer to it; further ones get new ids behind the last. Where two speak at once
    the words go to who speaks longer during them; the turns themselves keep both.
    """
    tracks, silent = by_track(turns), TrackTurns(())
    next_id = max((s.id for s in segments), default=0) + 1
    pieces: list[Segment] = []
    for s in sorted(segments, key=lambda s: (s.start_s, s.end_s, s.id)):
        near = tracks.get(s.track, silent).near(s.start_s, s.end_s)
        uncut = replace(s, speaker=of_segment.get(s.id, s.speaker))
        may_be_cut = s.words and not s.by_user and s.id not in whole and len({t.speaker for t in near}) > 1
        first, *more = _cut(uncut, near) if may_be_cut else [uncut]
        pieces.append(first)
        for piece in more:
            pieces.append(replace(piece, id=next_id))
            next_id += 1
    return tuple(sorted(pieces, key=lambda s: (s.start_s, s.end_s, s.id)))


def joined(segments: Sequence[Segment], last_id: int, keep: Collection[int] = ()) -> tuple[Segment, ...]:
    """What `split` cut, put together again, for another look: pieces are those with ids above `last_id`.

    A piece stays by itself if its id is in `keep` or if the user has put it or what stands before it right.
    """
    out: list[Segment] = []
    before: dict[str, int] = {}  # track → where its last segment stands in `out`
    for s in sorted(segments, key=lambda s: (s.start_s, s.end_s, s.id)):
        at = before.get(s.track)
        head = out[at] if at is not None else None
        if (
            at is None
            or head is None
            or s.id <= last_id
            or s.id in keep
            or not (s.words and head.words)
            or s.by_user
            or head.by_user
        ):
            before[s.track] = len(out)
            out.append(s)
            continue
        words = head.words + s.words
        text = "".join(w.text for w in words).strip()
        out[at] = replace(head, end_s=max(head.end_s, s.end_s), text=text, words=words)
    return tuple(out)


def clean_spans(meeting: Meeting, key: str) -> dict[str, list[tuple[float, float]]]:
    """Track → stretches in which somebody speaks alone and for long enough to know the voice.

    What is theirs is what their segments say, for those are what the user puts right. Left out is where anybody else
    speaks on the same track, and on the microphone where the system track speaks: the loudspeaker may be heard.
    """
    found: dict[str, list[tuple[float, float]]] = {}
    for track in dict.fromkeys(s.track for s in meeting.segments):
        own = [s for s in meeting.segments if s.track == track and s.speaker == key and s.echo_of is None]
        others = [(s.start_s, s.end_s) for s in meeting.segments if s.track == track and s.speaker != key]
        turns = [t for t in meeting.turns if t.track == track]
        others += [_both(a, b) for a, b in _overlapping(turns)]
        if track == MIC:
            others += [(r.start_s, r.end_s) for r in meeting.regions if r.track == SYSTEM]
        spans = _without([(s.start_s, s.end_s) for s in own], others)
        spans = [(a + _EDGE_S, b - _EDGE_S) for a, b in spans if b - a >= _CLEAN_S + 2 * _EDGE_S]
        if spans:
            found[track] = spans
    return found


def _overlapping(turns: Sequence[Turn]) -> Iterator[tuple[Turn, Turn]]:
    open_: list[Turn] = []
    for t in sorted(turns, key=lambda t: t.start_s):
        open_ = [o for o in open_ if o.end_s > t.start_s]
        yield from ((o, t) for o in open_ if o.speaker != t.speaker)
        open_.append(t)


def _both(a: Turn, b: Turn) -> tuple[float, float]:
    return max(a.start_s, b.start_s), min(a.end_s, b.end_s)


def _without(spans: Iterable[tuple[float, float]], others: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    """What is left of `spans` (in order, joined where they overlap) when `others` are cut out."""
    left: list[tuple[float, float]] = []
    holes = sorted(others)
    at, first = -1.0, 0
    for start, end in sorted(spans):
        start = max(start, at)
        at = max(at, end)
        longest = start
        while first < len(holes) and holes[first][1] <= start:
            first += 1
        for a, b in itertools.islice(holes, first, None):
            if a >= end:
                break
            if a > longest:
                left.append((longest, a))
            longest = max(longest, b)
        if end > longest:
            left.append((longest, end))
    return left


class TrackTurns:
    """The turns of one track, to be found by time: a long meeting has thousands."""

    def __init__(self, turns: Iterable[Turn]) -> None:
        self._turns = sorted(turns, key=lambda t: (t.start_s, t.end_s))
        self._starts = [t.start_s for t in self._turns]
        self._latest: list[int] = []  # of the turns up to each, which one ends last
        for i, t in enumerate(self._turns):
            before = self._latest[-1] if i else i
            self._latest.append(i if t.end_s > self._turns[before].end_s else before)
        self._ends = [self._turns[i].end_s for i in self._latest]

    def within(self, start_s: float, end_s: float) -> list[Turn]:
        """Those that have a part in a span."""
        first, last = bisect_right(self._ends, start_s), bisect_left(self._starts, end_s)
        return [t for t in self._turns[first:last] if t.end_s > start_s]

    def near(self, start_s: float, end_s: float) -> list[Turn]:
        """The same, or the nearest one if there are none."""
        inside = self.within(start_s, end_s)
        if inside or not self._turns:
            return inside
        after = bisect_left(self._starts, end_s)
        around = [self._turns[self._latest[after - 1]]] if after else []
        around += self._turns[after : after + 1]
        return [min(around, key=lambda t: max(t.start_s - end_s, start_s - t.end_s))]


def by_track(turns: Iterable[Turn]) -> dict[str, TrackTurns]:
    """Track → its turns."""
    found: dict[str, list[Turn]] = {}
    for t in turns:
        found.setdefault(t.track, []).append(t)
    return {track: TrackTurns(own) for track, own in found.items()}


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
