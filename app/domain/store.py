"""The library of meetings, as everything above it sees it."""

from __future__ import annotations

import builtins  # the protocol has a method named list
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from app.domain.edits import Change
from app.domain.events import StageResult
from app.domain.meeting import (
    ActionItemRow,
    Mark,
    Meeting,
    MeetingSummary,
    Person,
    RecordingState,
    SearchHit,
    Stage,
    StoredVoiceprint,
    WorkDone,
)


class MeetingStore(Protocol):
    """The library of meetings. One thread uses one store; errors are `StorageError`."""

    def create(
        self,
        title: str,
        started_at: datetime,
        *,
        language: str | None,
        glossary: Sequence[str],
        sources: Mapping[str, Path],
    ) -> Meeting:
        """A new meeting with its row and its empty folder; nothing else is stored yet."""
        ...

    def folder(self, meeting_id: str) -> Path: ...

    def sources(self, meeting_id: str) -> dict[str, Path]: ...

    def get(self, meeting_id: str) -> Meeting:
        """The whole meeting. A unique prefix of an id (4 characters or more) will do."""
        ...

    def summary(self, meeting_id: str) -> MeetingSummary:
        """What the list says of a meeting, found as by `get`; also of one that is damaged and cannot be opened."""
        ...

    def list(self, *, trashed: bool = False) -> builtins.list[MeetingSummary]:
        """All meetings, newest first; those in the trash only if `trashed`, and then no others."""
        ...

    def work_done(self, since: datetime) -> builtins.list[WorkDone]:
        """Meetings of which something was transcribed or written since then, and is kept; the last one first."""
        ...

    def search(self, text: str, limit: int = 50) -> builtins.list[SearchHit]: ...

    def stage_started(self, meeting_id: str, stage: Stage, engine: str, settings: Mapping[str, Any]) -> None: ...

    def stage_done(
        self,
        meeting_id: str,
        stage: Stage,
        result: StageResult,
        engine: str,
        settings: Mapping[str, Any],
        seconds: float,
    ) -> None:
        """Store a stage's whole result in one transaction. Results of later stages that rest on it are
        kept until those stages are run again, except that new segments drop speakers and minutes."""
        ...

    def stage_ended(self, meeting_id: str, stage: Stage, state: str, error: str = "") -> None:
        """A stage that failed or was cancelled."""
        ...

    def rename(self, meeting_id: str, title: str) -> None: ...

    def change(self, meeting_id: str, change: Change) -> Change:
        """Apply what the user changed, in one transaction; what takes it back again."""
        ...

    def action_items(self, *, include_done: bool = False) -> builtins.list[ActionItemRow]:
        """Of all meetings that are not in the trash, newest meeting first."""
        ...

    def people(self) -> builtins.list[Person]:
        """Everybody whose voice is known, by name."""
        ...

    def add_person(self, name: str) -> Person: ...

    def rename_person(self, person_id: str, name: str) -> None: ...

    def forget_person(self, person_id: str) -> None:
        """Remove a person with all voiceprints, so that nothing of them is left in the file."""
        ...

    def voiceprints(self) -> builtins.list[StoredVoiceprint]: ...

    def add_voiceprint(self, voiceprint: StoredVoiceprint) -> None: ...

    def recording_started(self, meeting_id: str, devices: Mapping[str, str]) -> None:
        """The meeting is being recorded from now on."""
        ...

    def recording_ended(
        self,
        meeting_id: str,
        state: RecordingState,
        *,
        devices: Mapping[str, str],
        duration_s: float,
        ended_at: datetime,
        marks: Sequence[Mark],
    ) -> None:
        """How a recording ended, and all its marks, in one transaction. May be said again with better knowledge."""
        ...

    def set_trashed(self, meeting_id: str, trashed: bool) -> MeetingSummary:
        """Put a meeting into the trash or take it out, also one that is damaged and cannot be opened; how it is then.
        `change` does the same for all others, and can be taken back."""
        ...

    def delete(self, meeting_id: str) -> None:
        """Remove the meeting, its rows and its folder. Reads nothing of it: it may be damaged."""
        ...

    def close(self) -> None: ...
