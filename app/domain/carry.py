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

from app.domain.carry_minutes import carry_minutes, citing, of_the_user
from app.domain.carry_texts import length, overlap, with_texts_of_the_user, without_deleted_speech
from app.domain.deletions import without_deleted_items
from app.domain.edits import touched, turns_given
from app.domain.events import AlignResult, MinutesResult, SpeakersResult, StageResult, TranscriptResult
from app.domain.meeting import Meeting, Segment, Speaker, Word

_SAME_SHARE = 0.5  # of a segment must have been the user's for it to be the user's again
_OLD_SHARE = 0.3  # of what somebody said must be a new speaker's for them to be the same
_NEW_SHARE = 0.5  # …or of what the new speaker says


def carry_over(current: Meeting, result: StageResult) -> StageResult:
    """The result with the user's work in it, and without what the user has deleted; `current` is the meeting before it
    is stored. Segments that are no longer there are forgotten: the user may have deleted them while the stage ran."""
    match result:
        case TranscriptResult():
            return _transcript(current, result)
        case SpeakersResult():
            return _speakers(current, result)
        case AlignResult():
            return _aligned(current, result)
        case MinutesResult():
            new = without_deleted_items(result.minutes, current.minutes, current.deleted, current.segments)
            return MinutesResult(citing(carry_minutes(current.minutes, new), {s.id for s in current.segments}))
        case _:
            return result


# -- transcript ----------------------------------------------------------------------------------
def _transcript(current: Meeting, result: TranscriptResult) -> TranscriptResult:
    result = replace(result, segments=tuple(s for s, _ in without_deleted_speech(current, result.segments)))
    if not current.segments or any(s.by_user or s.speaker for s in result.segments):
        return result  # nothing to keep, or it is in there already
    # New segments keep their ids, whatever is put between them: the stages that follow in the same job speak of those.
    free = max((s.id for s in result.segments), default=0) + 1
    mine = (replace(s, id=n) for n, s in enumerate(current.segments, free) if "text" in s.by_user)
    segments = tuple(sorted(with_texts_of_the_user(mine, result.segments), key=_in_time))
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


def ids_by_time(old: Iterable[Segment], new: Sequence[Segment]) -> dict[int, tuple[int, ...]]:
    """Id of an old segment → ids of those that now say what it said."""
    found: dict[int, tuple[int, ...]] = {}
    for s, near in _pairs(old, new):
        most = max(near, key=lambda n: overlap(s, n), default=None)
        same = [n.id for n in near if overlap(s, n) >= _SAME_SHARE * min(length(s), length(n))]
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
            shares[o.speaker] += overlap(s, o)
        key = max(shares, key=lambda k: shares[k])
        sure = _said_by_user(s, near)
        found.append(replace(s, speaker=sure or key, by_user=touched(s, "speaker") if sure else s.by_user))
    return tuple(found)


def _said_by_user(segment: Segment, near: Iterable[Segment]) -> str:
    """Whose the user said that most of a segment's time is; "" if nothing was said."""
    shares: dict[str, float] = defaultdict(float)
    for o in near:
        if "speaker" in o.by_user:
            shares[o.speaker] += overlap(segment, o)
    best = max(shares, key=lambda k: shares[k], default="")
    return best if best and shares[best] > _SAME_SHARE * length(segment) else ""


# -- words ---------------------------------------------------------------------------------------
def _aligned(current: Meeting, result: AlignResult) -> AlignResult:
    """The times of words that are still there, as they are still written."""
    now = {s.id: s for s in current.segments}
    words = {i: _as_written(now[i], found) for i, found in result.words.items() if i in now}
    return AlignResult(words) if words != result.words else result


def _as_written(s: Segment, found: tuple[Word, ...]) -> tuple[Word, ...]:
    """The words that were found, if they are still what the segment says."""
    return found if "".join(w.text for w in found).split() == s.text.split() or not found else s.words


# -- speakers ------------------------------------------------------------------------------------
def _speakers(current: Meeting, result: SpeakersResult) -> SpeakersResult:
    result = _of_what_is_there(current, result)
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


def _of_what_is_there(current: Meeting, result: SpeakersResult) -> SpeakersResult:
    """The result for the segments that are there now, whatever the user has deleted, or taken back, while the stage
    ran. A piece that is left of one is spoken by who spoke it."""
    if not result.segments:
        there = {s.id for s in current.segments}
        if result.of_segment.keys() <= there:
            return result
        return replace(result, of_segment={i: key for i, key in result.of_segment.items() if i in there})
    now = {s.id: s for s in current.segments}
    found = [now[s.id] if "text" in s.by_user and _is_other(s, now.get(s.id)) else s for s in result.segments]
    left = without_deleted_speech(current, found)
    free = max((s.id for s, _ in left), default=0) + 1
    back = [s for s, near in _pairs(current.segments, [s for s, _ in left]) if not near]
    taken = {s.id for s, _ in left}
    left += ((replace(s, id=n) if s.id in taken else s, 0) for n, s in enumerate(back, free))
    if [s for s, _ in left] == list(result.segments):
        return result
    ids = {s.id for s, _ in left}
    return replace(
        result,
        segments=tuple(replace(s, echo_of=None) if s.echo_of not in ids else s for s, _ in left),
        of_segment={s.id: result.of_segment[was] for s, was in left if was in result.of_segment},
    )


def _is_other(s: Segment, now: Segment | None) -> bool:
    """Whether a text of the user says something else by now. One that was cut is another matter."""
    if now is None or (now.start_s, now.end_s) != (s.start_s, s.end_s):
        return False
    return now.text != s.text or "text" not in now.by_user


def _who_says(segments: Sequence[Segment], result: SpeakersResult) -> dict[int, str]:
    """Segment id → new key, also for a text of the user that took the place of segments which had one."""
    who = {s.id: result.of_segment[s.id] for s in segments if s.id in result.of_segment}
    spoken = [replace(s, speaker=result.of_segment.get(s.id, "")) for s in result.segments]
    for s, near in _pairs([s for s in segments if s.id not in who], [s for s in spoken if s.speaker]):
        if near:
            who[s.id] = max(near, key=lambda n: overlap(s, n)).speaker
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
                common[o.speaker, n.speaker] += overlap(o, n)
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


def _seconds(segments: Iterable[Segment]) -> dict[str, float]:
    seconds: dict[str, float] = defaultdict(float)
    for s in segments:
        seconds[s.speaker] += length(s)
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
            if overlap(s, o) > 0:
                near.append(o)
        yield s, near
