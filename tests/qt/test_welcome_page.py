"""The first steps as a stranger takes them."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QWidget
from pytestqt.qtbot import QtBot

from app.bootstrap import LocalServices
from app.domain.errors import ModelError
from app.services.paths import Paths
from app.services.settings import Settings
from app.ui.application import Desk
from app.ui.welcome_page import WelcomePage
from app.viewmodels.welcome import Step
from tests.qt import demo
from tests.qt.conftest import MakeDesk
from tests.qt.fakes import FakeServices

pytestmark = pytest.mark.qt

LEFT = Qt.MouseButton.LeftButton


def stranger() -> FakeServices:
    services = FakeServices(result=demo.planning())
    services.stored = Settings()
    return services


def opened(qtbot: QtBot, desk: MakeDesk, services: FakeServices) -> tuple[Desk, WelcomePage]:
    d = desk(services)
    qtbot.waitUntil(lambda: d.window.place == "welcome")
    return d, d.office.welcome_page


def click(widget: QWidget) -> None:
    assert widget.isVisible()
    QTest.mouseClick(widget, LEFT, pos=QPoint(widget.width() // 2, widget.height() // 2))


def test_four_steps_to_the_notes_of_the_sample_meeting(qtbot: QtBot, desk: MakeDesk) -> None:
    services = stranger()
    d, page = opened(qtbot, desk, services)
    assert page.title.text() == "Welcome to Folkmoot"
    assert not page.back.isVisible()
    click(page.primary)
    assert page.title.text() == "Can you be heard?"
    qtbot.waitUntil(lambda: page.cards["mic"].meter._on)
    click(page.primary)
    qtbot.waitUntil(lambda: page.fetch.text() == "Download 9.7 GB")
    click(page.primary)
    assert page.title.text() == "Try it with a sample meeting"
    click(page.primary)
    qtbot.waitUntil(lambda: d.meeting.title == "Sample meeting" and d.window.place == "")
    qtbot.waitUntil(lambda: d.meeting.document is not None and not d.queue.busy)
    assert services.stored.welcomed
    assert not any(c.startswith("download") for c in services.models.calls), "skipped is skipped"


def test_they_come_once(qtbot: QtBot, desk: MakeDesk) -> None:
    services = stranger()
    d, page = opened(qtbot, desk, services)
    click(page.leave)
    qtbot.waitUntil(lambda: d.window.centre.currentWidget() is d.window.empty)
    qtbot.waitUntil(lambda: services.stored.welcomed)
    again = desk(services)
    qtbot.waitUntil(lambda: again.office.settings.known)
    QTest.qWait(100)
    assert again.window.place == ""


def test_whoever_has_meetings_knows_the_program(qtbot: QtBot, desk: MakeDesk) -> None:
    services = FakeServices([demo.planning()])
    services.stored = Settings()
    d = desk(services)
    qtbot.waitUntil(lambda: d.office.settings.known)
    QTest.qWait(100)
    assert d.window.place == ""


def test_the_help_menu_opens_them_again(qtbot: QtBot, desk: MakeDesk) -> None:
    d = desk(FakeServices([demo.planning()]))
    action = next(a for menu, a in d.window.commands.all() if a.text() == "First steps")
    action.trigger()
    assert d.window.place == "welcome"
    d.office.welcome.forward()
    d.window.leave_place()
    action.trigger()
    assert d.office.welcome.step == Step.WELCOME, "from the beginning"


def test_a_device_that_is_chosen_is_remembered_and_let_go_of(qtbot: QtBot, desk: MakeDesk) -> None:
    services = stranger()
    d, page = opened(qtbot, desk, services)
    click(page.primary)
    mic = page.cards["mic"].device
    qtbot.waitUntil(lambda: mic.count() > 1)
    mic.setFocus()
    QTest.keyClick(mic, Qt.Key.Key_Down)
    chosen = str(mic.currentData())
    qtbot.waitUntil(lambda: services.stored.mic == chosen)
    assert d.setup._open
    click(page.back)
    assert not d.setup._open, "the microphone is closed when its meter is gone"


def test_recommended_models_come_while_one_looks_around(qtbot: QtBot, desk: MakeDesk) -> None:
    services = stranger()
    d, page = opened(qtbot, desk, services)
    d.office.welcome.forward()
    d.office.welcome.forward()
    qtbot.waitUntil(page.fetch.isEnabled)
    click(page.fetch)
    click(page.primary)
    assert d.office.welcome.step == Step.SAMPLE
    qtbot.waitUntil(lambda: services.stored.text_model == "qwen3-4b")
    click(page.back)
    qtbot.waitUntil(lambda: page.advice.text() == "The models that fit this computer are here.")
    assert page.fetch.isHidden()
    assert services.stored.unfinished_downloads == ()


def test_nothing_is_fetched_unless_its_own_button_is_pressed(
    qtbot: QtBot, desk: MakeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The computer is looked at while a hand is on its way to a button: nothing changes its place or its meaning."""
    services = stranger()
    go_on, machine = threading.Event(), services.models.machine

    def slow(*args: Any, **more: Any) -> Any:
        go_on.wait(10)
        return machine(*args, **more)

    monkeypatch.setattr(services.models, "machine", slow)
    d, page = opened(qtbot, desk, services)
    d.office.welcome.forward()
    d.office.welcome.forward()
    buttons = (page.back, page.primary, page.fetch, page.leave)

    def places() -> list[QRect]:
        QTest.qWait(20)
        return [QRect(b.mapTo(page, QPoint()), b.size()) for b in buttons]

    before = places()
    assert page.fetch.text() == "Download …"
    assert not page.fetch.isEnabled()
    assert page.primary.hasFocus()
    go_on.set()
    qtbot.waitUntil(page.fetch.isEnabled)
    assert places() == before
    assert page.primary.text() == "Continue"
    QTest.keyClick(page.primary, Qt.Key.Key_Return)
    assert d.office.welcome.step == Step.SAMPLE
    assert places()[:2] == [QRect(b.mapTo(page, QPoint()), b.size()) for b in buttons[:2]]
    assert not any(c.startswith("download") for c in services.models.calls)


def test_a_download_that_fails_is_said_where_one_is_and_offered_again(qtbot: QtBot, desk: MakeDesk) -> None:
    services = stranger()
    services.models.errors = [ModelError("The hub cannot be reached.", "Connect and try again.") for _ in range(2)]
    d, page = opened(qtbot, desk, services)
    d.office.welcome.forward()
    d.office.welcome.forward()
    qtbot.waitUntil(page.fetch.isEnabled)
    click(page.fetch)
    click(page.primary)
    note = d.office.downloads_note
    qtbot.waitUntil(lambda: note.words.text() == "2 models were not downloaded.")
    assert "The hub cannot be reached." in note.toolTip()
    assert "was not downloaded. The hub cannot be reached." in d.window.toast.text
    assert d.window.toast.action.text() == "Try again"
    click(page.back)
    assert page.advice.text() == "The hub cannot be reached."
    assert page.fetch.text() == "Try again"

    click(page.leave)
    qtbot.waitUntil(lambda: services.stored.welcomed)

    again = desk(services)  # the next start
    again.window.go_to_place("models")
    models = again.office.models_page
    qtbot.waitUntil(lambda: models.row("qwen3-4b") is not None)
    row = models.row("qwen3-4b")
    assert row is not None
    assert row.progress.text() == "Not downloaded yet"
    assert row.main.text() == "Go on"
    assert again.office.downloads_note.isHidden()
    qtbot.waitUntil(row.main.isVisible)
    click(row.main)
    qtbot.waitUntil(lambda: services.stored.text_model == "qwen3-4b")

    click(note.again)
    qtbot.waitUntil(note.isHidden)


def test_the_keyboard_alone_is_enough(qtbot: QtBot, desk: MakeDesk) -> None:
    d, page = opened(qtbot, desk, stranger())
    qtbot.waitUntil(page.primary.hasFocus)
    QTest.keyClick(page.primary, Qt.Key.Key_Space)
    assert d.office.welcome.step == Step.SOUND
    assert page.primary.hasFocus()
    QTest.keyClick(page.primary, Qt.Key.Key_Tab)
    assert page.back.hasFocus()
    QTest.keyClick(page.back, Qt.Key.Key_Backtab)
    QTest.keyClick(page.primary, Qt.Key.Key_Space)
    assert page.title.text() == "Models that understand speech"


def test_everything_has_a_name(qtbot: QtBot, desk: MakeDesk) -> None:
    d, page = opened(qtbot, desk, stranger())
    for _ in Step:
        for control in page.findChildren(QWidget):
            if isinstance(control, QAbstractButton | QComboBox) and control.isVisibleTo(page):
                text = control.text() if isinstance(control, QAbstractButton) else ""
                assert control.accessibleName() or text, control
        if d.office.welcome.step != Step.SAMPLE:
            d.office.welcome.forward()


@pytest.mark.slow
def test_a_stranger_has_real_notes_in_less_than_a_minute(
    qtbot: QtBot, desk: MakeDesk, folkmoot_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The real services and models that come along; only the devices are not real."""
    services = LocalServices(Paths.default())
    fake = FakeServices()
    for name in ("devices", "source"):
        monkeypatch.setattr(services, name, getattr(fake, name))
    began = time.monotonic()
    d = desk(services)
    qtbot.waitUntil(lambda: d.window.place == "welcome")
    page = d.office.welcome_page
    click(page.primary)
    click(page.primary)
    click(page.primary)
    assert d.office.welcome.step == Step.SAMPLE
    click(page.primary)
    qtbot.waitUntil(lambda: d.meeting.transcript.rowCount() > 0, timeout=120_000)
    qtbot.waitUntil(lambda: not d.queue.busy and d.meeting.document is not None, timeout=120_000)
    took = time.monotonic() - began
    print(f"\nfrom the first click to the notes: {took:.1f} s")
    assert d.meeting.meeting is not None
    assert d.meeting.meeting.minutes is not None
    assert len(d.meeting.meeting.minutes.action_items) >= 5
    assert Settings.load(Paths.default().settings)[0].welcomed
    assert took < 120, "less than a minute on a computer that does nothing else"
