"""Remembering voices from the window: asks the storage lane, listens in a thread of its own, stores in the lane."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence

from PySide6.QtCore import QObject, Qt, QThread, Signal, Slot

from app.domain.errors import Cancelled
from app.domain.meeting import Person
from app.domain.ports import MeetingStore, VoiceJob
from app.workers.speaker_services import SpeakerServices
from app.workers.storage_lane import StorageLane

log = logging.getLogger(__name__)


class _Listener(QObject):
    """Lives in the voices' thread.

    Signals:
        remembered: (meeting id, speaker key, Person)
        failed: (meeting id, speaker key, exception)
    """

    remembered = Signal(str, str, object)
    failed = Signal(str, str, object)

    def __init__(self, services: SpeakerServices, lane: StorageLane) -> None:
        super().__init__()
        self._services = services
        self._lane = lane

    @Slot(str, str, object)
    def listen(self, meeting_id: str, speaker: str, cancel: threading.Event) -> None:
        def make(store: MeetingStore) -> VoiceJob:
            return self._services.voice_job(store, meeting_id, speaker)

        try:
            job = self._lane.submit(make).result()
            prints = self._services.hear_voice(job, cancel)

            def keep(store: MeetingStore) -> Person:
                return self._services.remember(store, job, prints)

            self.remembered.emit(meeting_id, speaker, self._lane.submit(keep).result())
        except Cancelled:
            log.debug("the voice of %s was not listened to", speaker)
        except BaseException as error:
            self.failed.emit(meeting_id, speaker, error)


class VoiceMemory(QObject):
    """Lives in the window's thread; its signals are emitted there. Several wishes wait for each other.

    Signals:
        remembered: the voice is stored, and the speaker is that person. (meeting id, speaker key, Person)
        forgotten: nothing of this person's voice is left. (Person)
        renamed: (Person)
        people_changed: who is known; also the answer to `look`. (list of Person)
        agreed_changed: whether voices are remembered and looked for; also part of the answer to `look`. (bool)
        failed: what was wanted did not work. (exception)
    """

    remembered = Signal(str, str, object)
    forgotten = Signal(object)
    renamed = Signal(object)
    people_changed = Signal(object)
    agreed_changed = Signal(bool)
    failed = Signal(object)
    _listen = Signal(str, str, object)

    def __init__(self, services: SpeakerServices, lane: StorageLane, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._lane = lane
        self._cancel = threading.Event()
        self._thread = QThread(self)
        self._thread.setObjectName("voices")
        self._listener = _Listener(services, lane)
        self._listener.moveToThread(self._thread)
        self._listen.connect(self._listener.listen)
        self._listener.remembered.connect(self._on_remembered, Qt.ConnectionType.QueuedConnection)
        self._listener.failed.connect(self._on_failed, Qt.ConnectionType.QueuedConnection)

    def look(self) -> None:
        """Ask who is known, and whether the user has agreed; `people_changed` and `agreed_changed` follow."""

        def ask(store: MeetingStore) -> tuple[Sequence[Person], bool]:
            return self._services.people(store), self._services.may_remember()

        self._lane.ask(ask, self._on_looked, self.failed.emit)

    def agree(self, yes: bool) -> None:
        """The user's answer to whether voices may be remembered and looked for."""
        self._lane.ask(lambda _: self._services.agree(yes), lambda _: self.agreed_changed.emit(yes), self.failed.emit)

    def remember(self, meeting_id: str, speaker: str) -> None:
        """Remember a speaker's voice under their name. Call it only when the user has agreed. `remembered` follows."""
        if not self._thread.isRunning():
            self._thread.start()
        self._listen.emit(meeting_id, speaker, self._cancel)

    def rename(self, person: Person, name: str) -> None:
        def do(store: MeetingStore) -> Person:
            self._services.rename(store, person.id, name)
            return next(p for p in self._services.people(store) if p.id == person.id)

        self._lane.ask(do, self._on_renamed, self.failed.emit)

    def forget(self, person: Person) -> None:
        """Remove a person and their voice. There is no undo."""
        self._lane.ask(
            lambda store: self._services.forget(store, person.id),
            lambda _: self._on_forgotten(person),
            self.failed.emit,
        )

    def stop(self) -> None:
        """Give up what is being listened to and end the thread."""
        self._cancel.set()
        self._thread.quit()
        self._thread.wait()

    def _on_looked(self, found: tuple[Sequence[Person], bool]) -> None:
        self.people_changed.emit(list(found[0]))
        self.agreed_changed.emit(found[1])

    def _on_renamed(self, person: Person) -> None:
        self.renamed.emit(person)
        self.look()

    def _on_forgotten(self, person: Person) -> None:
        self.forgotten.emit(person)
        self.look()

    @Slot(str, str, object)
    def _on_remembered(self, meeting_id: str, speaker: str, person: Person) -> None:
        self.remembered.emit(meeting_id, speaker, person)
        self.look()

    @Slot(str, str, object)
    def _on_failed(self, meeting_id: str, speaker: str, error: BaseException) -> None:
        self.failed.emit(error)
