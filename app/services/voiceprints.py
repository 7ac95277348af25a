"""Voices that are known because the user named somebody and agreed: made from a meeting's sound, stored, forgotten.

Nothing here runs by itself: `remember` is called when the user has said that this voice may be remembered, and known
voices are looked at only while the setting `voiceprints` is on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace

from app.domain.cancel import CancelFlag
from app.domain.edits import Change
from app.domain.errors import InputError
from app.domain.events import Event, VoiceHeard
from app.domain.meeting import Person, StoredVoiceprint
from app.domain.ports import MeetingStore, VoiceJob, VoicePrinter
from app.domain.turns import clean_spans
from app.services import speakers


def make_voice_job(store: MeetingStore, meeting_id: str, speaker: str) -> VoiceJob:
    """What is needed to hear a speaker's voice. Raises `InputError` if there is no such speaker or no sound."""
    meeting = store.get(meeting_id)
    if all(s.key != speaker for s in meeting.speakers):
        raise InputError("This speaker is no longer there.", "Look at the meeting again.")
    folder = store.folder(meeting.id)
    if not any((folder / t.path).is_file() for t in meeting.tracks):
        raise InputError(
            f"The sound of the meeting “{meeting.title}” is no longer there, so no voice can be heard in it.",
            "Choose another meeting with this person.",
        )
    return VoiceJob(meeting, folder, speaker)


def hear(job: VoiceJob, voices: VoicePrinter | None, cancel: CancelFlag) -> Iterator[Event]:
    """The work of a `VoiceJob`, wherever the models are. Raises `ModelError` and `Cancelled`."""
    from app.audio.tracks import TrackReader  # numpy comes with it: not worth its time at the window's start

    with ExitStack() as stack:
        paths = {t.name: job.folder / t.path for t in job.meeting.tracks}
        readers = {name: stack.enter_context(TrackReader(p)) for name, p in paths.items() if p.is_file()}
        prints = speakers.make_prints(job.meeting, job.speaker, readers, voices, cancel) if voices is not None else ()
    yield VoiceHeard(prints)


def remember(store: MeetingStore, job: VoiceJob, prints: Sequence[StoredVoiceprint]) -> Person:
    """Store somebody's voice under the name the user has given them. Only with their consent.

    It takes the place of what was remembered from this meeting before. Raises `InputError` if the speaker has no name,
    if they spoke too little alone, or if what was listened to is no longer theirs: a stage that ran again meanwhile may
    have given their key to somebody else.
    """
    meeting = store.get(job.meeting.id)
    speaker = next((s for s in meeting.speakers if s.key == job.speaker), None)
    if speaker is None or not speaker.by_user:
        raise InputError("A voice can be remembered only of somebody with a name.", "Give the speaker a name first.")
    if not prints:
        raise InputError(
            f"{speaker.name} never speaks alone for long enough in this meeting to remember the voice.",
            "Try it in a meeting in which they say more.",
        )
    if clean_spans(meeting, speaker.key) != clean_spans(job.meeting, speaker.key):
        raise InputError(
            f"What {speaker.name} says was changed while the voice was listened to, so it was not remembered.",
            "Try it again.",
        )
    person = store.add_person(speaker.name)
    for one in prints:
        store.add_voiceprint(replace(one, person=person.id))
    changed = tuple(replace(s, person=person.id) if s.key == speaker.key else s for s in meeting.speakers)
    store.change(meeting.id, Change(speakers=changed))
    return next(p for p in store.people() if p.id == person.id)


def find_person(store: MeetingStore, name: str) -> Person | None:
    """Who has this name, however it is capitalised."""
    return next((p for p in store.people() if p.name.casefold() == name.strip().casefold()), None)


def known_voices(store: MeetingStore) -> dict[str, tuple[StoredVoiceprint, ...]]:
    """Name → prints, of everybody known."""
    names = {p.id: p.name for p in store.people()}
    found: dict[str, list[StoredVoiceprint]] = defaultdict(list)
    for one in store.voiceprints():
        if one.person in names:
            found[names[one.person]].append(one)
    return {name: tuple(prints) for name, prints in found.items()}
