"""The part of the composition root that remembers voices (`app.workers.speaker_services.SpeakerServices`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from app.domain.cancel import CancelFlag
from app.domain.errors import InputError
from app.domain.events import VoiceHeard
from app.domain.meeting import Person, StoredVoiceprint
from app.domain.ports import MeetingStore, VoiceJob
from app.services import voiceprints
from app.services.settings import Settings


class LocalSpeakers:
    """`settings` and `change` read and write the user's settings."""

    def __init__(self, settings: Callable[[], Settings], change: Callable[[Mapping[str, Any]], object]) -> None:
        self._settings = settings
        self._change = change

    def may_remember(self) -> bool:
        return self._settings().voiceprints

    def agree(self, yes: bool) -> None:
        self._change({"voiceprints": yes})

    def people(self, store: MeetingStore) -> Sequence[Person]:
        return store.people()

    def voice_job(self, store: MeetingStore, meeting_id: str, speaker: str) -> VoiceJob:
        return voiceprints.make_voice_job(store, meeting_id, speaker)

    def hear_voice(self, job: VoiceJob, cancel: CancelFlag) -> tuple[StoredVoiceprint, ...]:
        """In a process of its own, for that of the jobs may be busy for an hour; it is small and ends at once."""
        from models.host import Host

        self._check_agreed()
        heard: tuple[StoredVoiceprint, ...] = ()
        with Host("app.bootstrap:HostRunner") as host:
            for event in host.run(job, cancel):
                if isinstance(event, VoiceHeard):
                    heard = event.prints
        return heard

    def remember(self, store: MeetingStore, job: VoiceJob, prints: Sequence[StoredVoiceprint]) -> Person:
        self._check_agreed()  # it takes a while to listen
        return voiceprints.remember(store, job, prints)

    def _check_agreed(self) -> None:
        if not self.may_remember():
            raise InputError("Voices are not remembered, because you have not agreed to it.", "Agree to it first.")

    def rename(self, store: MeetingStore, person_id: str, name: str) -> None:
        store.rename_person(person_id, name)

    def forget(self, store: MeetingStore, person_id: str) -> None:
        store.forget_person(person_id)
