"""What a user changes about a meeting, as data: applied, stored and taken back in one step.

A `Change` says how things are afterwards. `inverse` gives the one that puts back what is there now, so undo needs no
code of its own. The functions below make changes of what people do: they look at a meeting and touch nothing. Those
for text are in `app.domain.text_edits`, those for minutes in `app.domain.minutes_edits`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from app.domain.deletions import deleted_after
from app.domain.meeting import (
    TOUCHES,
    Deleted,
    Mark,
    Meeting,
    Minutes,
    MinutesOptions,
    Segment,
    Speaker,
    SpeakerOptions,
    Turn,
    UserTouch,
)
from app.domain.naming import minutes_with_names

KEEP = "\x00keep"  # for texts of which "" is a value


@dataclass(frozen=True, slots=True)
class Change:
    """What is different afterwards. None, and an empty collection, leave a part as it is.

    `segments`: those that are new or replaced, by id; `removed`: ids of those that are gone. `speakers`, `turns`,
    `minutes` and `marks` replace all there were. `forget_minutes`: there are none afterwards. `trashed`: in the trash
    or not; `trashed_at` is kept for undo and otherwise the moment of the change. `deleted`: what later runs leave out;
    None: what was deleted before, and what this change takes away.
    """

    title: str | None = None
    speakers: tuple[Speaker, ...] | None = None
    segments: tuple[Segment, ...] = ()
    removed: tuple[int, ...] = ()
    minutes: Minutes | None = None
    forget_minutes: bool = False
    speaker_options: SpeakerOptions | None = None
    glossary: tuple[str, ...] | None = None
    folder: str = KEEP
    tags: tuple[str, ...] | None = None
    favourite: bool | None = None
    trashed: bool | None = None
    trashed_at: datetime | None = None
    turns: tuple[Turn, ...] | None = None
    marks: tuple[Mark, ...] | None = None
    minutes_options: MinutesOptions | None = None
    deleted: tuple[Deleted, ...] | None = None


def completed(meeting: Meeting, change: Change) -> Change:
    """The change with what follows from it, so that nothing points at what is gone: evidence and echoes of segments
    that are removed, segments and turns of speakers who are no longer there. What it deletes is remembered."""
    after = {s.id: s for s in meeting.segments} | {s.id: s for s in change.segments}
    for i in change.removed:
        after.pop(i, None)
    gone = {s.id for s in meeting.segments} - set(after)
    segments = {s.id: s for s in change.segments if s.id in after}
    for s in after.values() if gone else ():
        if s.echo_of in gone:
            segments[s.id] = replace(s, echo_of=None)
    turns = change.turns
    if change.speakers is not None:
        left = {s.key for s in change.speakers}
        lost = {s.key for s in meeting.speakers} - left
        for s in after.values() if lost else ():
            if s.speaker in lost:
                segments[s.id] = replace(segments.get(s.id, s), speaker="")
        spoken = meeting.turns if turns is None else turns
        if any(t.speaker not in left for t in spoken):
            turns = tuple(t for t in spoken if t.speaker in left)
    minutes = change.minutes
    current = minutes if minutes is not None else meeting.minutes
    if gone and current is not None and not change.forget_minutes:
        kept = _without_evidence(current, gone)
        minutes = kept if kept != current else minutes
    deleted = change.deleted
    if deleted is None and not change.forget_minutes:
        deleted = deleted_after(meeting, tuple(segments.values()), gone, minutes)
    return replace(change, segments=tuple(segments.values()), turns=turns, minutes=minutes, deleted=deleted)


def inverse(meeting: Meeting, change: Change) -> Change:
    """What puts back what `change` replaces."""
    given, change = change, completed(meeting, change)
    old = {s.id: s for s in meeting.segments}
    touched = [old[i] for i in (*(s.id for s in change.segments), *change.removed) if i in old]
    back = Change(
        title=meeting.title if change.title is not None else None,
        speakers=meeting.speakers if change.speakers is not None else None,
        segments=tuple(touched),
        removed=tuple(s.id for s in change.segments if s.id not in old),
        minutes=meeting.minutes if change.minutes is not None or change.forget_minutes else None,
        forget_minutes=change.minutes is not None and meeting.minutes is None,
        speaker_options=meeting.speaker_options if change.speaker_options is not None else None,
        glossary=meeting.glossary if change.glossary is not None else None,
        folder=meeting.folder if change.folder != KEEP else KEEP,
        tags=meeting.tags if change.tags is not None else None,
        favourite=meeting.favourite if change.favourite is not None else None,
        trashed=(meeting.trashed_at is not None) if change.trashed is not None else None,
        trashed_at=meeting.trashed_at if change.trashed is not None else None,
        turns=meeting.turns if change.turns is not None else None,
        marks=meeting.marks if change.marks is not None else None,
        minutes_options=meeting.minutes_options if change.minutes_options is not None else None,
    )
    # To take back is not to delete: what goes away with it was not there before either.
    takes_away = back.removed or back.minutes is not None or change.deleted is not None
    return replace(back, deleted=meeting.deleted) if takes_away and back != given else back


def applied(meeting: Meeting, change: Change, now: datetime) -> Meeting:
    """The meeting as it is afterwards."""
    change = completed(meeting, change)
    segments = {s.id: s for s in meeting.segments} | {s.id: s for s in change.segments}
    for i in change.removed:
        segments.pop(i, None)
    trashed_at = meeting.trashed_at
    if change.trashed is not None:
        trashed_at = (change.trashed_at or now) if change.trashed else None
    return replace(
        meeting,
        title=change.title if change.title is not None else meeting.title,
        speakers=change.speakers if change.speakers is not None else meeting.speakers,
        segments=tuple(sorted(segments.values(), key=lambda s: (s.start_s, s.end_s, s.id))),
        minutes=None if change.forget_minutes else change.minutes or meeting.minutes,
        speaker_options=change.speaker_options or meeting.speaker_options,
        glossary=change.glossary if change.glossary is not None else meeting.glossary,
        folder=tidy_folder(change.folder) if change.folder != KEEP else meeting.folder,
        tags=tidy_tags(change.tags) if change.tags is not None else meeting.tags,
        favourite=change.favourite if change.favourite is not None else meeting.favourite,
        trashed_at=trashed_at,
        turns=change.turns if change.turns is not None else meeting.turns,
        marks=change.marks if change.marks is not None else meeting.marks,
        minutes_options=change.minutes_options or meeting.minutes_options,
        deleted=change.deleted if change.deleted is not None else meeting.deleted,
    )


def tidy_folder(folder: str) -> str:
    """ "Clients/Acme" of " Clients // Acme/"."""
    return "/".join(p for part in folder.split("/") if (p := " ".join(part.split())))


def tidy_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """Each tag once, whatever its case, on one line, without a leading "#"; the first way of writing it counts."""
    found: dict[str, str] = {}
    for tag in tags:
        tidy = " ".join(tag.split()).lstrip("#").strip()
        if tidy:
            found.setdefault(tidy.casefold(), tidy)
    return tuple(found.values())


def touched(segment: Segment, touch: UserTouch) -> tuple[UserTouch, ...]:
    """`by_user` of a segment in which the user has put right one thing more."""
    return tuple(t for t in TOUCHES if t == touch or t in segment.by_user)


def _without_evidence(minutes: Minutes, gone: Collection[int]) -> Minutes:
    def left(evidence: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(i for i in evidence if i not in gone)

    return replace(
        minutes,
        decisions=tuple(replace(i, evidence=left(i.evidence)) for i in minutes.decisions),
        action_items=tuple(replace(i, evidence=left(i.evidence)) for i in minutes.action_items),
        open_questions=tuple(replace(i, evidence=left(i.evidence)) for i in minutes.open_questions),
        chapters=tuple(replace(i, evidence=left(i.evidence)) for i in minutes.chapters),
    )


# -- speakers ------------------------------------------------------------------------------------
def name_speaker(meeting: Meeting, key: str, name: str, person: str = "") -> Change:
    """Give a speaker a name, here and wherever they are shown. A name somebody else has merges the two. Who gets
    another name is no longer the person they were taken for, unless `person` says so."""
    name = " ".join(name.split())
    same = next((s for s in meeting.speakers if s.key != key and s.name.casefold() == name.casefold()), None)
    if same is not None:
        return merge_speakers(meeting, (key,), same.key)
    return Change(
        speakers=tuple(
            replace(
                s,
                name=name,
                by_user=True,
                person=person or (s.person if s.name == name else ""),
                suggested="",
                certainty=0.0,
            )
            if s.key == key
            else s
            for s in meeting.speakers
        ),
        minutes=minutes_with_names(meeting, {key: name}),
    )


def merge_speakers(meeting: Meeting, keys: Iterable[str], into: str) -> Change:
    """The speakers `keys` turn out to be `into`."""
    gone = set(keys) - {into}
    return Change(
        speakers=tuple(s for s in meeting.speakers if s.key not in gone),
        segments=tuple(_given(s, into) for s in meeting.segments if s.speaker in gone),
        turns=tuple(replace(t, speaker=into) if t.speaker in gone else t for t in meeting.turns)
        if any(t.speaker in gone for t in meeting.turns)
        else None,
        minutes=minutes_with_names(meeting, dict.fromkeys(gone, meeting.speaker_name(into))),
    )


def reassign(meeting: Meeting, segment_ids: Iterable[int], key: str) -> Change:
    """These segments are spoken by `key`. Speakers who then have nothing left to say are gone, unless named."""
    ids = set(segment_ids)
    changed = tuple(_given(s, key) for s in meeting.segments if s.id in ids)
    left = {key} | {s.speaker for s in meeting.segments if s.id not in ids}
    speakers = tuple(s for s in meeting.speakers if s.key in left or s.by_user)
    turns = turns_given(meeting.turns, [s for s in meeting.segments if s.id in ids], key)
    return Change(
        speakers=speakers if speakers != meeting.speakers else None,
        segments=changed,
        turns=turns if turns != meeting.turns else None,
    )


def reassign_to_new(meeting: Meeting, segment_ids: Iterable[int], name: str) -> Change:
    """These segments are spoken by somebody who was not told apart."""
    name = " ".join(name.split())
    ids = set(segment_ids)
    same = next((s for s in meeting.speakers if name and s.name.casefold() == name.casefold()), None)
    if same is not None:
        return reassign(meeting, ids, same.key)
    known = {s.key for s in meeting.speakers} | {s.speaker for s in meeting.segments}
    key = next(k for n in range(1, len(known) + 2) if (k := f"s{n}") not in known)
    track = next((s.track for s in meeting.segments if s.id in ids), "")
    new = Speaker(key, name or f"Speaker {len(meeting.speakers) + 1}", track, by_user=True)
    change = reassign(replace(meeting, speakers=(*meeting.speakers, new)), ids, key)
    return replace(change, speakers=change.speakers or (*meeting.speakers, new))


def from_here_on(meeting: Meeting, segment_id: int) -> tuple[int, ...]:
    """Ids of a segment and of all later ones that are said by the same speaker."""
    first = next(s for s in meeting.segments if s.id == segment_id)
    return tuple(s.id for s in meeting.segments if s.speaker == first.speaker and s.start_s >= first.start_s)


def _given(segment: Segment, key: str) -> Segment:
    return replace(segment, speaker=key, by_user=touched(segment, "speaker"))


def turns_given(turns: Sequence[Turn], segments: Iterable[Segment], key: str) -> tuple[Turn, ...]:
    """The turns, of which those under the segments are spoken by `key`: what lies outside a segment stays its
    speaker's, and so does what somebody else says at the same time."""
    spans: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for s in sorted(segments, key=lambda s: s.start_s):
        of_one = spans.setdefault((s.track, s.speaker), [])
        if of_one and s.start_s <= of_one[-1][1]:
            of_one[-1] = (of_one[-1][0], max(of_one[-1][1], s.end_s))
        else:
            of_one.append((s.start_s, s.end_s))
    pieces: list[Turn] = []
    for t in turns:
        at, of_one = t.start_s, spans.get((t.track, t.speaker), [])
        for start, end in of_one[bisect_right(of_one, t.start_s, key=lambda span: span[1]) :]:
            if t.speaker == key or start >= t.end_s:
                break
            if at < start:
                pieces.append(replace(t, start_s=at, end_s=start))
            at = max(at, start)
            pieces.append(replace(t, start_s=at, end_s=min(end, t.end_s), speaker=key))
            at = min(end, t.end_s)
        if at < t.end_s:
            pieces.append(replace(t, start_s=at))
    return tuple(sorted(pieces, key=lambda t: (t.start_s, t.end_s)))
