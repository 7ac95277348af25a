"""What the window needs from the rest of the program, as one Protocol.

The composition root builds the real one; tests use a fake of the same shape. Nothing here knows Qt.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from app.domain.cancel import CancelFlag
from app.domain.events import Event
from app.domain.meeting import Meeting, Stage
from app.domain.ports import Job, MeetingStore


@dataclass(frozen=True, slots=True)
class ModelsInUse:
    """Names of the models that would run now. `is_starter` when any of them is from the starter kit."""

    speech: str
    text: str
    is_starter: bool


class Services(Protocol):
    """Each method says which thread calls it; none of them is called in the window's thread unless it says so."""

    def open_store(self) -> MeetingStore:
        """Storage lane, once. Raises `StorageError`."""
        ...

    def run_job(self, job: Job, cancel: CancelFlag) -> Iterator[Event]:
        """Engine thread. Blocking; raises `UserError`, `HostDied` or `Cancelled`."""
        ...

    def persist(self, store: MeetingStore, meeting_id: str, event: Event) -> None:
        """Storage lane: store what an event carries."""
        ...

    def persist_end(self, store: MeetingStore, meeting_id: str, error: BaseException) -> None:
        """Storage lane: mark the running stage failed or cancelled."""
        ...

    def make_job(self, store: MeetingStore, meeting_id: str, again: frozenset[Stage] = frozenset()) -> Job:
        """Storage lane."""
        ...

    def check_recording(self, path: Path) -> None:
        """Storage lane. Raises `InputError` when the file holds no sound that can be read."""
        ...

    def sample_sources(self) -> Mapping[str, Path]:
        """Storage lane: track name → file of the bundled sample meeting."""
        ...

    def sample_title(self) -> str:
        """Any thread."""
        ...

    def models_in_use(self) -> ModelsInUse:
        """Storage lane. Cheap: loads no model."""
        ...

    def export_markdown(self, meeting: Meeting, path: Path) -> None:
        """Storage lane. Writes atomically; raises `StorageError`."""
        ...

    def markdown(self, meeting: Meeting) -> str:
        """Storage lane."""
        ...

    def close(self) -> None:
        """Window's thread, after both lanes have ended (or when a job does not want to end): stops the host."""
        ...
