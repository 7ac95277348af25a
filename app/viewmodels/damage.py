"""A meeting that is in the library and cannot be opened: it is said in its place, and can be thrown away."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from app.domain.errors import StorageError
from app.domain.meeting import Meeting
from app.domain.ports import MeetingStore


@dataclass(frozen=True, slots=True)
class Damage:
    """`what`: what is wrong, in words of the lower layers. `folder`: where its sound may still be; None if there is no
    such folder."""

    meeting_id: str
    title: str
    what: str
    folder: Path | None


def read_meeting(store: MeetingStore, meeting_id: str) -> Meeting | Damage:
    """A meeting, or what is known of one whose rows cannot be read. In the lane.

    Raises what `MeetingStore.get` raises where the library as a whole cannot be read, or there is no such meeting.
    """
    try:
        return store.get(meeting_id)
    except StorageError as error:
        try:
            summary = store.summary(meeting_id)
            folder = store.folder(meeting_id)
        except Exception:
            raise error from None  # it is not this meeting alone
        return Damage(summary.id, summary.title, error.what, folder if folder.is_dir() else None)
