"""Remembering voices from the window: three threads, one answer."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.domain.cancel import CancelFlag, check
from app.domain.errors import InputError
from app.domain.meeting import FILE, Person, StoredVoiceprint
from app.domain.ports import MeetingStore, VoiceJob
from app.workers.storage_lane import StorageLane
from app.workers.voices import VoiceMemory
from storage.repository import Library

pytestmark = pytest.mark.qt


class Services:
    """Speaker services that hear what they are told, and say in which threads they were asked."""

    def __init__(self, heard: Sequence[StoredVoiceprint] = ()) -> None:
        self.heard = tuple(heard)
        self.agreed = False
        self.threads: dict[str, int] = {}
        self.begun, self.go_on = threading.Event(), threading.Event()
        self.go_on.set()

    def may_remember(self) -> bool:
        return self.agreed

    def agree(self, yes: bool) -> None:
        self.agreed = yes

    def people(self, store: MeetingStore) -> Sequence[Person]:
        return store.people()

    def voice_job(self, store: MeetingStore, meeting_id: str, speaker: str) -> VoiceJob:
        self.threads["job"] = threading.get_ident()
        if speaker == "nobody":
            raise InputError("This speaker is no longer there.")
        return VoiceJob(None, Path(), speaker)  # type: ignore[arg-type]

    def hear_voice(self, job: VoiceJob, cancel: CancelFlag) -> tuple[StoredVoiceprint, ...]:
        self.threads["hear"] = threading.get_ident()
        self.begun.set()
        while not self.go_on.wait(0.01):
            check(cancel)
        return self.heard

    def remember(self, store: MeetingStore, job: VoiceJob, prints: Sequence[StoredVoiceprint]) -> Person:
        self.threads["remember"] = threading.get_ident()
        return store.add_person("Anna")

    def rename(self, store: MeetingStore, person_id: str, name: str) -> None:
        store.rename_person(person_id, name)

    def forget(self, store: MeetingStore, person_id: str) -> None:
        store.forget_person(person_id)


@pytest.fixture
def lane(qtbot: QtBot, tmp_path: Path) -> Iterator[StorageLane]:
    lane = StorageLane(lambda: Library(tmp_path))
    yield lane
    lane.stop()


def test_a_voice_is_heard_beside_and_stored_in_the_lane(qtbot: QtBot, lane: StorageLane) -> None:
    services = Services([StoredVoiceprint("", FILE, b"x", 5.0, "ge2e")])
    memory = VoiceMemory(services, lane)
    people: list[list[Person]] = []
    memory.people_changed.connect(people.append)
    with qtbot.waitSignal(memory.remembered, timeout=5000) as told:
        memory.remember("m", "s1")
    meeting, speaker, person = told.args
    assert (meeting, speaker, person.name) == ("m", "s1", "Anna")
    here = threading.get_ident()
    assert services.threads["job"] == services.threads["remember"] != services.threads["hear"]
    assert here not in services.threads.values()
    qtbot.waitUntil(lambda: bool(people) and [p.name for p in people[-1]] == ["Anna"], timeout=5000)
    with qtbot.waitSignal(memory.renamed, timeout=5000) as told:
        memory.rename(person, "Anna Schmidt")
    assert told.args[0].name == "Anna Schmidt"
    with qtbot.waitSignal(memory.forgotten, timeout=5000):
        memory.forget(person)
    qtbot.waitUntil(lambda: people[-1] == [], timeout=5000)
    with qtbot.waitSignal(memory.failed, timeout=5000) as told:
        memory.rename(person, "Ben")
    assert isinstance(told.args[0], InputError)
    memory.stop()


def test_consent_is_asked_and_answered(qtbot: QtBot, lane: StorageLane) -> None:
    memory = VoiceMemory(Services(), lane)
    answers: list[bool] = []
    memory.agreed_changed.connect(answers.append)
    memory.look()
    memory.agree(True)
    memory.look()
    qtbot.waitUntil(lambda: answers == [False, True, True], timeout=5000)
    memory.stop()


def test_what_cannot_be_heard_is_told(qtbot: QtBot, lane: StorageLane) -> None:
    memory = VoiceMemory(Services(), lane)
    with qtbot.waitSignal(memory.failed, timeout=5000) as told:
        memory.remember("m", "nobody")
    assert isinstance(told.args[0], InputError)
    memory.stop()


def test_the_end_does_not_wait_for_a_voice(qtbot: QtBot, lane: StorageLane) -> None:
    services = Services()
    services.go_on.clear()
    memory = VoiceMemory(services, lane)
    memory.remember("m", "s1")
    assert services.begun.wait(5)
    memory.stop()
    assert not memory._thread.isRunning()
