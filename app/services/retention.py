"""What is removed by itself, and when: meetings that have been in the trash for long. Nothing else ever is."""

from __future__ import annotations

import logging
from collections.abc import Collection
from datetime import datetime, timedelta

from app.domain.errors import InputError, StorageError
from app.domain.ports import MeetingStore
from app.services.recordings import discard

log = logging.getLogger(__name__)


def empty_trash(store: MeetingStore, days: int, busy: Collection[str] = (), now: datetime | None = None) -> list[str]:
    """Remove meetings that have been in the trash for `days`; 0 removes none. Their ids.

    One whose work is not finished stays whatever its age, and so does one of `busy` or one that is being recorded
    or packed anywhere: nothing is deleted that somebody may still be waiting for. Nor is one deleted of which
    nobody can tell any more since when it is in the trash.
    """
    if days <= 0:
        return []
    before = (now or datetime.now().astimezone()) - timedelta(days=days)
    removed = []
    for m in store.list(trashed=True):
        if m.trashed_at is None or m.trashed_at > before or m.state != "done" or m.id in busy:
            continue
        if m.trashed_at.timestamp() <= 0:  # a damaged row
            continue
        try:
            discard(store, m.id)
        except (InputError, StorageError) as error:
            log.warning("%s stays in the trash: %s", m.id, error)
        else:
            removed.append(m.id)
    return removed
