"""Remembering a voice from the meeting's page: asked in plain words, done only after a yes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.domain.errors import InputError
from app.domain.meeting import Person
from app.ui.application import Desk
from app.ui.speakers_card import SpeakerCard
from tests.qt import demo
from tests.qt.conftest import MakeDesk
from tests.qt.fakes import FakeServices, FakeStore

pytestmark = [pytest.mark.qt, pytest.mark.qt_log_ignore("does not support (raise|grabbing)")]

LEFT = Qt.MouseButton.LeftButton


class FakeSpeakers:
    """Remembers at once."""

    def __init__(self) -> None:
        self.agreed = False
        self.known: list[Person] = []
        self.error: InputError | None = None

    def may_remember(self) -> bool:
        return self.agreed

    def agree(self, yes: bool) -> None:
        self.agreed = yes

    def people(self, store: FakeStore) -> Sequence[Person]:
        return list(self.known)

    def voice_job(self, store: FakeStore, meeting_id: str, speaker: str) -> Any:
        if self.error is not None:
            raise self.error
        return meeting_id, speaker

    def hear_voice(self, job: Any, cancel: Any) -> tuple[str, ...]:
        return ("print",)

    def remember(self, store: FakeStore, job: Any, prints: Any) -> Person:
        meeting_id, key = job
        meeting = store.get(meeting_id)
        person = Person("p9", meeting.speaker_name(key), len(prints))
        self.known.append(person)
        speakers = tuple(replace(s, person=person.id) if s.key == key else s for s in meeting.speakers)
        store.meetings[meeting_id] = replace(meeting, speakers=speakers)
        return person


def opened(qtbot: QtBot, desk: MakeDesk) -> tuple[Desk, FakeSpeakers]:
    m = demo.planning()
    m = replace(m, speakers=tuple(replace(s, by_user=s.key == "s1") for s in m.speakers))
    services = FakeServices([m])
    services.speakers = FakeSpeakers()
    d = desk(services)
    qtbot.waitUntil(lambda: d.meeting.document is not None and d.window.page.isVisible())
    return d, services.speakers


def card(d: Desk, key: str) -> SpeakerCard:
    d.window.page.speakers.show_speaker(key, QRect(400, 300, 60, 17))
    found = QApplication.activePopupWidget()
    assert isinstance(found, SpeakerCard)
    return found


def test_a_voice_is_remembered_after_a_yes(qtbot: QtBot, desk: MakeDesk) -> None:
    d, speakers = opened(qtbot, desk)
    unnamed = card(d, "s2")
    assert not unnamed.remember.isVisible(), "only of people the user has named"
    unnamed.close()
    asked = card(d, "s1")
    assert not asked.consent.isVisible()
    QTest.mouseClick(asked.remember, LEFT)
    assert asked.consent.isVisible()
    assert not speakers.agreed
    said: list[str] = []
    d.meeting.said.connect(said.append)
    QTest.mouseClick(asked.agree, LEFT)
    qtbot.waitUntil(lambda: bool(said))
    assert said == ["The voice of Anna is remembered"]
    assert speakers.agreed
    qtbot.waitUntil(lambda: any(r.remembered for r in d.meeting.speakers.rows))
    again = card(d, "s1")
    assert again.known.isVisible()
    assert not again.remember.isVisible()
    again.close()


def test_no_is_no(qtbot: QtBot, desk: MakeDesk) -> None:
    d, speakers = opened(qtbot, desk)
    asked = card(d, "s1")
    QTest.mouseClick(asked.remember, LEFT)
    QTest.mouseClick(asked.not_now, LEFT)
    QTest.qWait(50)
    assert not speakers.agreed
    assert not speakers.known


def test_a_voice_that_cannot_be_heard_is_said(qtbot: QtBot, desk: MakeDesk) -> None:
    d, speakers = opened(qtbot, desk)
    speakers.error = InputError("Anna speaks too little in this meeting.", "Try it with a longer one.")
    asked = card(d, "s1")
    QTest.mouseClick(asked.remember, LEFT)
    with qtbot.waitSignal(d.meeting.problem) as told:
        QTest.mouseClick(asked.agree, LEFT)
    assert told.args[0].what.startswith("Anna speaks too little")
    assert not d.meeting.speakers.is_listening("s1")
