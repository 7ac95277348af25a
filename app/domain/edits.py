"""What a user changes about a meeting, as data: applied, stored and taken back in one step.

A `Change` says how things are afterwards. `inverse` gives the one that puts back what is there now, so undo needs no
code of its own. The functions below make changes of what people do: they look at a meeting and touch nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from app.domain.meeting import Meeting, Minutes, Segment, Speaker, SpeakerOptions

KEEP = "\x00keep"  # for texts of which "" is a value


@dataclass(frozen=True, slots=True)
class Change:
    """What is different afterwards. None, and an empty collection, leave a part as it is.

    `segments`: those that are new or replaced, by id; `removed`: ids of those that are gone. `speakers` and `minutes`
    replace all there were. `forget_minutes`: there are none afterwards. `trashed`: in the trash or not; `trashed_at` is
    kept for undo and otherwise the moment of the change.
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


def inverse(meeting: Meeting, change: Change) -> Change:
    """What puts back what `change` replaces."""
    old = {s.id: s for s in meeting.segments}
    touched = [old[i] for i in (*(s.id for s in change.segments), *change.removed) if i in old]
    return Change(
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
    )


def applied(meeting: Meeting, change: Change, now: datetime) -> Meeting:
    """The meeting as it is afterwards."""
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
        folder=change.folder if change.folder != KEEP else meeting.folder,
        tags=change.tags if change.tags is not None else meeting.tags,
        favourite=change.favourite if change.favourite is not None else meeting.favourite,
        trashed_at=trashed_at,
    )


# -- speakers ------------------------------------------------------------------------------------
def name_speaker(meeting: Meeting, key: str, name: str, person: str = "") -> Change:
    """Give a speaker a name, here and wherever they are shown. A name somebody else has merges the two."""
    name = " ".join(name.split())
    same = next((s for s in meeting.speakers if s.key != key and s.name.casefold() == name.casefold()), None)
    if same is not None:
        return merge_speakers(meeting, (key,), same.key)
    return Change(
        speakers=tuple(
            replace(s, name=name, by_user=True, person=person or s.person, suggested="", certainty=0.0)
            if s.key == key
            else s
            for s in meeting.speakers
        )
    )


def merge_speakers(meeting: Meeting, keys: Iterable[str], into: str) -> Change:
    """The speakers `keys` turn out to be `into`."""
    gone = set(keys) - {into}
    return Change(
        speakers=tuple(s for s in meeting.speakers if s.key not in gone),
        segments=tuple(_given(s, into) for s in meeting.segments if s.speaker in gone),
    )


def reassign(meeting: Meeting, segment_ids: Iterable[int], key: str) -> Change:
    """These segments are spoken by `key`. Speakers who then have nothing left to say are gone, unless named."""
    ids = set(segment_ids)
    changed = tuple(_given(s, key) for s in meeting.segments if s.id in ids)
    left = {key} | {s.speaker for s in meeting.segments if s.id not in ids}
    speakers = tuple(s for s in meeting.speakers if s.key in left or s.by_user)
    return Change(speakers=speakers if speakers != meeting.speakers else None, segments=changed)


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
    return replace(segment, speaker=key, by_user=tuple(dict.fromkeys((*segment.by_user, "speaker"))))
