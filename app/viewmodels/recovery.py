"""Recordings that were cut off: offered at the start, one after another, until the user has decided.

Those whose packing was cut off need nobody's word.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import QObject, Signal, Slot

from app.domain.ports import MeetingStore
from app.services.recordings import Interrupted
from app.viewmodels.formatting import length, time_of_day, weekday
from app.viewmodels.jobs import JobQueue
from app.viewmodels.phrases import all_said
from app.viewmodels.problems import in_words
from app.workers.services import Services
from app.workers.storage_lane import StorageLane

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Offer:
    """An interrupted recording in words. `others`: how many more there are, in words. `sound`: whether it holds any."""

    meeting_id: str
    title: str
    what: str
    detail: str
    others: str = ""
    sound: bool = True


class RecoveryViewModel(QObject):
    """Signals:
    changed: another recording is offered, or none.
    kept: it is in the library like any other now. (meeting id, what was lost in words)
    gone: it was discarded. (meeting id)
    problem: something did not work. (Problem)
    """

    changed = Signal()
    kept = Signal(str, str)
    gone = Signal(str)
    problem = Signal(object)

    def __init__(
        self,
        services: Services,
        lane: StorageLane,
        queue: JobQueue,
        parent: QObject | None = None,
        today: Callable[[], date] = date.today,
    ) -> None:
        super().__init__(parent)
        self._services = services
        self._lane = lane
        self._queue = queue
        self._today = today
        self._found: list[Interrupted] = []

    @property
    def offer(self) -> Offer | None:
        """The one to decide about now."""
        if not self._found:
            return None
        first, more = self._found[0], len(self._found) - 1
        when = f"{weekday(first.started_at, self._today())} {time_of_day(first.started_at)}"
        what = self.tr("A recording from {when} was interrupted").format(when=when)
        if first.duration_s >= 1.0:
            what = self.tr("A recording from {when} ({length}) was interrupted").format(
                when=when, length=length(first.duration_s)
            )
        others = self.tr("%n more was interrupted.", "", more) if more == 1 else ""
        others = others or (self.tr("%n more were interrupted.", "", more) if more else "")
        safe = self.tr("It is safe. What shall become of it?")
        if first.duration_s < 1.0:
            safe = self.tr("It holds no sound.")
        return Offer(first.meeting_id, first.title, what, safe, others, first.duration_s >= 1.0)

    def has(self, meeting_id: str) -> bool:
        return any(i.meeting_id == meeting_id for i in self._found)

    @Slot()
    def look(self) -> None:
        def find(store: MeetingStore) -> Sequence[Interrupted]:
            return self._services.interrupted(store)

        self._lane.ask(find, self._on_found, self._on_unavailable)

    @Slot()
    def pack(self) -> None:
        """Finish the packing that was cut off, behind everything the user wants."""

        def find(store: MeetingStore) -> Sequence[str]:
            return self._services.unpacked(store)

        self._lane.ask(find, self._queue.pack, self._on_unavailable)

    def write_down(self, meeting_id: str) -> None:
        """Repair it and process it like any other."""
        self._recover(meeting_id, self._on_to_write)

    def keep(self, meeting_id: str) -> None:
        """Repair it and leave it for later."""
        self._recover(meeting_id, self._on_kept)

    def discard(self, meeting_id: str) -> None:
        def remove(store: MeetingStore) -> str:
            self._services.discard(store, meeting_id)
            return meeting_id

        self._lane.ask(remove, self._on_discarded, self._on_problem)

    def _recover(self, meeting_id: str, then: Callable[[tuple[str, str]], None]) -> None:
        def repair(store: MeetingStore) -> tuple[str, str]:
            return meeting_id, " ".join(all_said(self._services.recover(store, meeting_id)))

        self._lane.ask(repair, then, self._on_problem)

    def _on_found(self, found: Sequence[Interrupted]) -> None:
        self._found = list(found)
        self.changed.emit()

    def _drop(self, meeting_id: str) -> None:
        self._found = [i for i in self._found if i.meeting_id != meeting_id]
        self.changed.emit()

    def _on_kept(self, answer: tuple[str, str]) -> None:
        self._drop(answer[0])
        self.kept.emit(*answer)

    def _on_to_write(self, answer: tuple[str, str]) -> None:
        self._on_kept(answer)
        self._queue.add(answer[0])

    def _on_discarded(self, meeting_id: str) -> None:
        self._drop(meeting_id)
        self.gone.emit(meeting_id)

    def _on_unavailable(self, error: BaseException) -> None:
        """Whoever lists the meetings says so already."""
        log.warning("interrupted recordings could not be looked for: %s", error)

    def _on_problem(self, error: BaseException) -> None:
        self.problem.emit(in_words(error))
        self.changed.emit()  # the same one is offered again
