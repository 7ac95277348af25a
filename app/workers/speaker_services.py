"""What the window needs to remember voices, and to forget them, as a Protocol (`app.bootstrap_speakers`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from app.domain.cancel import CancelFlag
from app.domain.meeting import Person, StoredVoiceprint
from app.domain.ports import MeetingStore, VoiceJob


class SpeakerServices(Protocol):
    """Each method says which thread calls it; none of them is called in the window's thread."""

    def may_remember(self) -> bool:
        """Storage lane: whether the user has agreed that voices are remembered and looked for (a setting)."""
        ...

    def agree(self, yes: bool) -> None:
        """Storage lane: the user's answer. Without consent nothing is looked for; what is stored stays until it is
        forgotten."""
        ...

    def people(self, store: MeetingStore) -> Sequence[Person]:
        """Storage lane: everybody whose voice is known, by name."""
        ...

    def voice_job(self, store: MeetingStore, meeting_id: str, speaker: str) -> VoiceJob:
        """Storage lane. Raises `InputError` if the speaker, or the meeting's sound, is not there."""
        ...

    def hear_voice(self, job: VoiceJob, cancel: CancelFlag) -> tuple[StoredVoiceprint, ...]:
        """A thread of its own: some seconds, in a process of its own. Raises `UserError`, `HostDied`, `Cancelled`."""
        ...

    def remember(self, store: MeetingStore, job: VoiceJob, prints: Sequence[StoredVoiceprint]) -> Person:
        """Storage lane: store them under the speaker's name. Raises `InputError` if there is none, or no prints."""
        ...

    def rename(self, store: MeetingStore, person_id: str, name: str) -> None:
        """Storage lane. Raises `InputError`."""
        ...

    def forget(self, store: MeetingStore, person_id: str) -> None:
        """Storage lane: afterwards nothing of the voice is left."""
        ...
