"""What a user has put right survives when a stage is run again.

`carry_over` looks at the meeting as it is and at the new result of a stage, and gives the result that keeps the user's
work: texts, names, who says what, items of the minutes. It is applied between running a stage and storing its result;
applying it twice is the same as once. People are found again by when they speak, texts by when they were said: ids and
keys of two runs have nothing to do with each other.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from app.domain.carry_minutes import carry_minutes, of_the_user
from app.domain.edits import touched, turns_given
from app.domain.events import MinutesResult, SpeakersResult, StageResult, TranscriptResult
from app.domain.meeting import Meeting, Segment, Speaker, Word
from app.domain.text_edits import plain, tokens

_MIN_REST_S = 0.4  # what is left of a segment beside a text of the user and is shorter is dropped
_SAME_SHARE = 0.5  # of a segment must have been the user's for it to be the user's again
_OLD_SHARE = 0.3  # of what somebody said must be a new speaker's for them to be the same
_NEW_SHARE = 0.5  # …or of what the new speaker says


def carry_over(current: Meeting, result: StageResult) -> StageResult:
    """The result with the user's work in it; `current` is the meeting before it is stored."""
    match result:
        case TranscriptResult():
            return _transcript(current, result)
        case SpeakersResult():
            return _speakers(current, result)
        case MinutesResult():
            return MinutesResult(carry_minutes(current.minutes, result.minutes))
        case _:
            return result


# -- transcript ----------------------------------------------------------------------------------
def _transcript(current: Meeting, result: TranscriptResult) -> TranscriptResult:
    if not current.segments or any(s.by_user or s.speaker for s in result.segments):
        return result  # nothing to keep, or it is in there already
    segments = with_texts_of_the_user(current.segments, result.segments)
    segments = tuple(replace(s, id=n) for n, s in enumerate(sorted(segments, key=_in_time), 1))
    new_ids = ids_by_time(current.segments, segments)
    segments = _spoken_as_before(current.segments, segments)
    heard = {s.speaker for s in segments}
    minutes = result.minutes
    if minutes is None and current.minutes is not None:
        minutes = of_the_user(current.minutes, new_ids)
    return replace(
        result,
        segments=tuple(
            replace(s, echo_of=next(iter(new_ids.get(s.echo_of, ())), None)) if s.echo_of is not None else s
            for s in segments
        ),
        speakers=result.speakers or tuple(s for s in current.speakers if s.key in heard or s.by_user),
        minutes=minutes,
    )


def with_texts_of_the_user(old: Iterable[Segment], new: Sequence[Segment]) -> tuple[Segment, ...]:
    """The new segments, in which those whose text the user put right stand in place of what was heard in their time on
    their track. Of a new segment that reaches further, what was said before and after stays."""
    mine = [s for s in old if "text" in s.by_user]
    for s in mine:
        if any("text" in n.by_user and n.track == s.track and _overlap(s, n) > 0 for n in new):
            continue
        kept: list[Segment] = []
        for n in new:
            if n.track != s.track or "text" in n.by_user or _overlap(s, n) <= 0:
                kept.append(n)
            else:
                kept.extend(_rest_beside(n, s))
        new = [*kept, s]
    return _with_ids(new, {s.id for s in mine})


def _with_ids(segments: Sequence[Segment], mine: set[int]) -> tuple[Segment, ...]:
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


def _rest_beside(new: Segment, mine: Segment) -> Iterator[Segment]:
    """What of a new segment was said before and after a text of the user."""
    words = _timed(new)
    first, last = _place_of(mine, words)
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


def _place_of(mine: Segment, words: Sequence[Word]) -> tuple[int, int]:
    """From which to which of the words the user's text reaches: by the words they share, if they share half of them,
    for times of words are mostly guessed; otherwise by time."""
    spoken = [plain(w.text) for w in words]
    written = [plain(t) for t in tokens(mine.text)]
    blocks = [b for b in SequenceMatcher(None, spoken, written, autojunk=False).get_matching_blocks() if b.size]
    reach = blocks[-1].a + blocks[-1].size - blocks[0].a if blocks else 0
    common = min(mine.end_s, words[-1].end_s) - max(mine.start_s, words[0].start_s) if words else 0.0
    near = common >= _SAME_SHARE * _length(mine) and reach <= 2 * len(written) + 3  # not the same words by chance
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


def ids_by_time(old: Iterable[Segment], new: Sequence[Segment]) -> dict[int, tuple[int, ...]]:
    """Id of an old segment → ids of those that now say what it said."""
    found: dict[int, tuple[int, ...]] = {}
    for s, near in _pairs(old, new):
        most = max(near, key=lambda n: _overlap(s, n), default=None)
        same = [n.id for n in near if _overlap(s, n) >= _SAME_SHARE * min(_length(s), _length(n))]
        if most is not None:
            found[s.id] = tuple(same) or (most.id,)
    return found


def _spoken_as_before(old: Iterable[Segment], new: Sequence[Segment]) -> tuple[Segment, ...]:
    """The new segments, spoken by who spoke at that time; surely where the user had said so."""
    found = []
    for s, near in _pairs(new, [o for o in old if o.speaker]):
        if s.speaker or not near:
            found.append(s)
            continue
        shares: dict[str, float] = defaultdict(float)
        for o in near:
            shares[o.speaker] += _overlap(s, o)
        key = max(shares, key=lambda k: shares[k])
        sure = _said_by_user(s, near)
        found.append(replace(s, speaker=sure or key, by_user=touched(s, "speaker") if sure else s.by_user))
    return tuple(found)


def _said_by_user(segment: Segment, near: Iterable[Segment]) -> str:
    """Whose the user said that most of a segment's time is; "" if nothing was said."""
    shares: dict[str, float] = defaultdict(float)
    for o in near:
        if "speaker" in o.by_user:
            shares[o.speaker] += _overlap(segment, o)
    best = max(shares, key=lambda k: shares[k], default="")
    return best if best and shares[best] > _SAME_SHARE * _length(segment) else ""


# -- speakers ------------------------------------------------------------------------------------
def _speakers(current: Meeting, result: SpeakersResult) -> SpeakersResult:
    if not any(s.by_user or s.person for s in current.speakers) and not any(s.by_user for s in current.segments):
        return result
    segments = result.segments
    if segments:
        segments = with_texts_of_the_user(current.segments, segments)
    all_of_them = segments or current.segments
    who = _who_says(all_of_them, result)
    same = _same_people(current, result, [replace(s, speaker=who.get(s.id, "")) for s in all_of_them])
    of_old = {s.key: s for s in current.speakers}
    speakers = [_named(s, of_old.get(_of(same, s.key))) for s in result.speakers]

    sure: dict[int, str] = {}
    spoken = [s for s in current.segments if "speaker" in s.by_user and s.speaker in of_old]
    for s, near in _pairs(all_of_them, spoken):
        if key := _said_by_user(s, near):
            sure[s.id] = key
    # Who was found by nobody but the user, or has a name and nothing to say, comes along under a key of their own.
    keys = {s.key for s in speakers} | set(same.values())
    for old in current.speakers:
        if old.key not in same and (old.by_user or old.key in sure.values()):
            key = old.key if old.key not in keys else next(k for n in range(1, 10_000) if (k := f"s{n}") not in keys)
            keys.add(key)
            same[old.key] = key
            speakers.append(replace(old, key=key))

    changed = {i: same[key] for i, key in sure.items() if key in same}
    turns = result.turns
    for key in dict.fromkeys(changed.values()):
        given = [replace(s, speaker=who.get(s.id, "")) for s in all_of_them if changed.get(s.id) == key]
        turns = turns_given(turns, given, key)
    of_segment = {i: key for i, key in ({**who, **changed}).items() if key}
    silent = set(who.values()) - set(of_segment.values())
    return SpeakersResult(
        speakers=tuple(s for s in speakers if s.key not in silent or s.by_user),
        of_segment=of_segment,
        segments=tuple(replace(s, by_user=touched(s, "speaker")) if s.id in changed else s for s in segments),
        turns=tuple(t for t in turns if t.speaker not in silent or _is_named(speakers, t.speaker)),
    )


def _who_says(segments: Sequence[Segment], result: SpeakersResult) -> dict[int, str]:
    """Segment id → new key, also for a text of the user that took the place of segments which had one."""
    who = {s.id: result.of_segment[s.id] for s in segments if s.id in result.of_segment}
    spoken = [replace(s, speaker=result.of_segment.get(s.id, "")) for s in result.segments]
    for s, near in _pairs([s for s in segments if s.id not in who], [s for s in spoken if s.speaker]):
        if near:
            who[s.id] = max(near, key=lambda n: _overlap(s, n)).speaker
    return who


def _same_people(current: Meeting, result: SpeakersResult, spoken: Sequence[Segment]) -> dict[str, str]:
    """Old key → new key, one to one: first whoever bears the name the user gave, then by the time they speak in common,
    the most first. Where the user moved segments about, these count only if there is nothing else."""
    named = {s.name.casefold(): s.key for s in result.speakers if s.by_user}
    same = {s.key: named[s.name.casefold()] for s in current.speakers if s.by_user and s.name.casefold() in named}
    keys = {s.key for s in current.speakers}
    there = [s for s in current.segments if s.speaker in keys and s.echo_of is None]
    found_by_us = [s for s in there if "speaker" not in s.by_user]
    for evidence in (found_by_us, there):
        common: dict[tuple[str, str], float] = defaultdict(float)
        old_s, new_s = _seconds(evidence), _seconds(s for s in spoken if s.speaker)
        for o, near in _pairs(evidence, [s for s in spoken if s.speaker]):
            for n in near:
                common[o.speaker, n.speaker] += _overlap(o, n)
        for (old, new), seconds in sorted(common.items(), key=lambda pair: (-pair[1], pair[0])):
            enough = seconds >= _OLD_SHARE * old_s[old] or seconds >= _NEW_SHARE * new_s[new]
            if enough and old not in same and new not in same.values():
                same[old] = new
    return same


def _named(new: Speaker, old: Speaker | None) -> Speaker:
    if old is None or not (old.by_user or old.person):
        return new
    return replace(new, name=old.name, by_user=old.by_user, person=old.person, suggested="", certainty=0.0)


def _of(same: Mapping[str, str], new: str) -> str:
    return next((old for old, key in same.items() if key == new), "")


def _is_named(speakers: Iterable[Speaker], key: str) -> bool:
    return any(s.key == key and s.by_user for s in speakers)


# -- time ----------------------------------------------------------------------------------------
def _in_time(s: Segment) -> tuple[float, float, int]:
    return s.start_s, s.end_s, s.id


def _length(s: Segment) -> float:
    return max(1e-6, s.end_s - s.start_s)


def _overlap(a: Segment, b: Segment) -> float:
    return min(a.end_s, b.end_s) - max(a.start_s, b.start_s)


def _seconds(segments: Iterable[Segment]) -> dict[str, float]:
    seconds: dict[str, float] = defaultdict(float)
    for s in segments:
        seconds[s.speaker] += _length(s)
    return seconds


def _pairs(of: Iterable[Segment], others: Iterable[Segment]) -> Iterator[tuple[Segment, list[Segment]]]:
    """Each segment with those of the others that share time and track with it. Quick for hours: segments of a track
    are short, so only those are looked at that begin a little before."""
    by_track: dict[str, list[Segment]] = defaultdict(list)
    for s in sorted(others, key=_in_time):
        by_track[s.track].append(s)
    longest = {track: max(s.end_s - s.start_s for s in found) for track, found in by_track.items()}
    for s in of:
        track = by_track.get(s.track, [])
        first = bisect_left(track, s.start_s - longest.get(s.track, 0.0), key=lambda o: o.start_s)
        near = []
        for o in track[first:]:
            if o.start_s >= s.end_s:
                break
            if _overlap(s, o) > 0:
                near.append(o)
        yield s, near
