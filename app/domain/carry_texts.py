"""Texts of a new run beside what the user has done to the old ones: put right, or deleted (`app.domain.carry`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from app.domain.deletions import Stretch, deleted_speech
from app.domain.meeting import Meeting, Segment, Word
from app.domain.words import plain, print_of, tokens

_MIN_REST_S = 0.4  # what is left of a segment beside a text of the user and is shorter is dropped
_MIN_BEYOND_S = 1.0  # …beside what the user has deleted: two runs do not agree to the tenth where somebody begins
_SAME_SHARE = 0.5  # of a text of the user must be in a segment for its words to count


def with_texts_of_the_user(old: Iterable[Segment], new: Sequence[Segment]) -> tuple[Segment, ...]:
    """The new segments, in which those whose text the user put right stand in place of what was heard in their time on
    their track. Of a new segment that reaches further, what was said before and after stays."""
    mine = [s for s in old if "text" in s.by_user]
    for s in mine:
        if any("text" in n.by_user and n.track == s.track and overlap(s, n) > 0 for n in new):
            continue
        kept: list[Segment] = []
        for n in new:
            if n.track != s.track or "text" in n.by_user or overlap(s, n) <= 0:
                kept.append(n)
            else:
                kept.extend(_rest_beside(n, s))
        new = [*kept, s]
    return with_ids(new, {s.id for s in mine})


def with_ids(segments: Sequence[Segment], mine: set[int]) -> tuple[Segment, ...]:
    """Each id once: texts of the user keep theirs, so does the first piece of anything else."""
    free = max((s.id for s in segments), default=0) + 1
    taken = {s.id for s in segments if s.id in mine and "text" in s.by_user}
    found: list[Segment] = []
    for s in segments:
        is_mine = s.id in mine and "text" in s.by_user
        if not is_mine and s.id in taken:
            s, free = replace(s, id=free), free + 1
        taken.add(s.id)
        found.append(s)
    return tuple(found)


def without_deleted_speech(current: Meeting, new: Sequence[Segment]) -> list[tuple[Segment, int]]:
    """The new segments without what the user has deleted, each with the id it had: of one that lies mostly in a deleted
    stretch, or has most of one in it, what was said before and after stays, if it is long enough to be said on purpose
    or is there now. The first piece keeps the id."""
    deleted = deleted_speech(current)
    free = max((s.id for s in new), default=0) + 1
    left: list[tuple[Segment, int]] = []
    for n in new:
        pieces = [n]
        if "text" not in n.by_user:
            for stretch in _near(deleted.get(n.track, ()), n):
                pieces = [rest for p in pieces for rest in _beyond(p, stretch, current)]
        for piece in pieces[:1]:
            left.append((piece, n.id))
        for piece in pieces[1:]:
            left.append((replace(piece, id=free), n.id))
            free += 1
    return left


def _near(stretches: Sequence[Stretch], s: Segment) -> list[Stretch]:
    return [x for x in stretches if x[0] < s.end_s and x[1] > s.start_s]


def _beyond(new: Segment, stretch: Stretch, current: Meeting) -> Iterator[Segment]:
    """What of a segment lies outside a deleted stretch."""
    start_s, end_s, prints = stretch
    gone = Segment(0, new.track, start_s, end_s, "")
    common = overlap(new, gone)
    if (
        common <= 0
        or length(gone) < _MIN_REST_S
        or not (
            common >= 0.5 * min(length(new), length(gone)) or (common >= _MIN_BEYOND_S and _says_some_of(new, prints))
        )
    ):
        yield new
        return
    for rest in _rest_beside(new, gone, prints):
        there = any(overlap(rest, s) >= 0.5 * length(rest) for s in current.segments if s.track == rest.track)
        if length(rest) >= _MIN_BEYOND_S or there:
            yield rest


def _says_some_of(s: Segment, prints: Sequence[str]) -> bool:
    """Two words in a row, at least."""
    spoken = [print_of(t) for t in tokens(s.text)]
    return SequenceMatcher(None, spoken, prints, autojunk=False).find_longest_match().size > 1


def _rest_beside(new: Segment, mine: Segment, prints: Sequence[str] = ()) -> Iterator[Segment]:
    """What of a new segment was said before and after a text of the user. `prints`: instead of its words."""
    words = _timed(new)
    if prints:
        first, last = _place_of(mine, words, [print_of(w.text) for w in words], prints)
    else:
        spoken = [plain(w.text) for w in words]
        first, last = _place_of(mine, words, spoken, [plain(t) for t in tokens(mine.text)])
    timed = bool(new.words)
    for part, start, end in (
        (words[:first], new.start_s, min(new.end_s, mine.start_s)),
        (words[last:], max(new.start_s, mine.end_s), new.end_s),
    ):
        text = "".join(w.text for w in part)
        if text.strip() and end - start >= _MIN_REST_S:
            yield replace(new, start_s=start, end_s=end, text=text.strip(), words=_trim(part, timed))


def _trim(words: Sequence[Word], timed: bool) -> tuple[Word, ...]:
    """The words of a piece; joined they are its text, which is stripped."""
    if not timed:
        return ()
    found = list(words)
    found[0] = replace(found[0], text=found[0].text.lstrip())
    found[-1] = replace(found[-1], text=found[-1].text.rstrip())
    return tuple(found)


def _timed(segment: Segment) -> list[Word]:
    """The words of a segment; without times of their own, they share its time by their length."""
    if segment.words and "".join(w.text for w in segment.words) == segment.text:
        return list(segment.words)
    found, at = [], 0
    step = (segment.end_s - segment.start_s) / max(1, len(segment.text))
    for token in tokens(segment.text):
        start = segment.start_s + at * step
        at += len(token)
        found.append(Word(token, start, segment.start_s + at * step))
    return found


def _place_of(mine: Segment, words: Sequence[Word], spoken: Sequence[str], written: Sequence[str]) -> tuple[int, int]:
    """From which to which of the words the user's text reaches: by the words they share, if they share half of them,
    for times of words are mostly guessed; otherwise by time. `spoken` and `written`: the words as they are compared."""
    blocks = [b for b in SequenceMatcher(None, spoken, written, autojunk=False).get_matching_blocks() if b.size]
    reach = blocks[-1].a + blocks[-1].size - blocks[0].a if blocks else 0
    common = min(mine.end_s, words[-1].end_s) - max(mine.start_s, words[0].start_s) if words else 0.0
    near = common >= _SAME_SHARE * length(mine) and reach <= 2 * len(written) + 3  # not the same words by chance
    if near and sum(b.size for b in blocks) * 2 >= max(1, len(written)):
        # Words of the user that were heard otherwise stood before the first or after the last that are the same.
        first = max(0, blocks[0].a - blocks[0].b)
        last = min(len(words), blocks[-1].a + blocks[-1].size + len(written) - blocks[-1].b - blocks[-1].size)
        before, after = mine.start_s - words[0].start_s, words[-1].end_s - mine.end_s
        return (0 if before < _MIN_REST_S else first), (len(words) if after < _MIN_REST_S else last)
    inside = [n for n, w in enumerate(words) if mine.start_s <= (w.start_s + w.end_s) / 2 < mine.end_s]
    if not inside:
        at = sum((w.start_s + w.end_s) / 2 < mine.start_s for w in words)
        return at, at
    return inside[0], inside[-1] + 1


def length(s: Segment) -> float:
    return max(1e-6, s.end_s - s.start_s)


def overlap(a: Segment, b: Segment) -> float:
    """Seconds they have in common; of those of two tracks, too. Negative: how far they are apart."""
    return min(a.end_s, b.end_s) - max(a.start_s, b.start_s)
