"""The page of models as a person uses it: real clicks, on real threads; and a download from a small hub here."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.bootstrap_models import LocalModels
from app.domain.errors import ModelError
from app.domain.models import LoadedModel
from app.services.paths import Paths
from app.ui.application import Desk
from app.ui.models_dialogs import LicenceDialog
from app.ui.models_page import ModelsPage
from app.ui.models_rows import ModelRow
from app.ui.models_servers import ServerDialog
from app.workers.models_services import ServerTest
from tests import tiny
from tests.hub import Hub, serve
from tests.qt import demo
from tests.qt.conftest import MakeDesk
from tests.qt.fakes import FakeServices

pytestmark = pytest.mark.qt

LEFT = Qt.MouseButton.LeftButton
ASR, TEXT, OMNI = "qwen3-asr-0.6b", "qwen3-4b", "qwen2.5-omni-3b"


def opened(qtbot: QtBot, desk: MakeDesk, services: FakeServices) -> tuple[Desk, ModelsPage]:
    d = desk(services)
    QTest.mouseClick(d.window.sidebar.place_button("models"), LEFT)
    qtbot.waitUntil(lambda: d.window.place == "models")
    page = d.office.models_page
    qtbot.waitUntil(lambda: bool(page.lists["speech"].rows) and d.office.models.machine is not None)
    qtbot.waitUntil(lambda: page.area.verticalScrollBar().maximum() > 200)
    return d, page


def click(page: ModelsPage, widget: QWidget) -> None:
    page.area.ensureWidgetVisible(widget)
    QTest.qWait(10)
    assert widget.isVisible()
    QTest.mouseClick(widget, LEFT, pos=QPoint(widget.width() // 2, widget.height() // 2))


def row(page: ModelsPage, model: str) -> ModelRow:
    found = page.row(model)
    assert found is not None
    return found


def answer(page: ModelsPage, name: str) -> None:
    box = page.dialog
    assert isinstance(box, QMessageBox)
    button = box.findChild(QPushButton, name)
    assert isinstance(button, QPushButton)
    QTest.mouseClick(button, LEFT)


def choose(combo: QComboBox, value: str) -> None:
    """By the keyboard, as many steps as it takes."""
    combo.setFocus()
    steps = combo.findData(value) - combo.currentIndex()
    assert combo.findData(value) >= 0
    for _ in range(abs(steps)):
        QTest.keyClick(combo, Qt.Key.Key_Down if steps > 0 else Qt.Key.Key_Up)


def trigger(made: ModelRow, text: str) -> None:
    """What the menu of a row has under this name."""
    menu = made.menu()
    next(a for a in menu.actions() if a.text() == text).trigger()
    menu.deleteLater()


def test_the_machine_and_what_fits_it(qtbot: QtBot, desk: MakeDesk) -> None:
    services = FakeServices([demo.planning()])
    d, page = opened(qtbot, desk, services)
    assert "AMD Ryzen 7 7840U" in page.machine._values["processor"].text()
    assert "None that can be used" in page.machine._values["cards"].text()
    assert page.machine.advice.text() == "Recommended here: Qwen3-ASR 0.6B and Qwen3 4B"
    assert page.machine.fetch.text() == "Download 9.7 GB and use them"
    assert row(page, "starter-asr").state.text() == "In use"
    qtbot.waitUntil(row(page, ASR).hint.isVisible)
    click(page, page.machine.fetch)
    qtbot.waitUntil(lambda: services.stored.text_model == TEXT and services.stored.speech_model == ASR)
    qtbot.waitUntil(lambda: row(page, ASR).state.text() == "In use")
    assert page.machine.advice.text() == "You use what is recommended for this computer"
    assert not page.machine.fetch.isVisible()
    assert d.office.models.chosen("speech") == ASR


def test_a_download_is_followed_paused_and_gone_on_with(qtbot: QtBot, desk: MakeDesk) -> None:
    services = FakeServices([demo.planning()])
    services.models.step = threading.Semaphore(4)
    _, page = opened(qtbot, desk, services)
    r = row(page, ASR)
    assert r.main.text() == "Download"
    click(page, r.main)
    qtbot.waitUntil(lambda: "a second" in r.progress.text())
    assert "0.6 GB of 1.6 GB" in r.progress.text() or "640 MB of 1.6 GB" in r.progress.text()
    assert "left" in r.progress.text()
    assert not r.main.isVisible()
    click(page, r.pause_button)
    qtbot.waitUntil(lambda: r.progress.text().startswith("Paused at"))
    assert r.main.text() == "Go on"
    services.models.step = None
    click(page, r.main)
    qtbot.waitUntil(lambda: r.state.text() == "In use")
    assert not r.line.isVisible()


def test_a_download_that_fails_says_why_and_is_tried_again(qtbot: QtBot, desk: MakeDesk) -> None:
    services = FakeServices([demo.planning()])
    services.models.errors = [ModelError("The disk is full.", "Free 2 GB and go on.")]
    _, page = opened(qtbot, desk, services)
    r = row(page, TEXT)
    click(page, r.main)
    qtbot.waitUntil(lambda: r.problem.isVisible())
    assert r.problem.text() == "The disk is full. Free 2 GB and go on."
    assert r.main.text() == "Try again"
    click(page, r.main)
    qtbot.waitUntil(lambda: r.state.text() == "In use")
    assert not r.problem.isVisible()


def test_a_licence_with_conditions_is_read_first(qtbot: QtBot, desk: MakeDesk) -> None:
    services = FakeServices([demo.planning()])
    _, page = opened(qtbot, desk, services)
    r = row(page, OMNI)
    click(page, r.main)
    qtbot.waitUntil(lambda: isinstance(page.dialog, LicenceDialog) and page.dialog.isVisible())
    dialog = page.dialog
    assert isinstance(dialog, LicenceDialog)
    assert "RESEARCH LICENSE" in dialog.text.toPlainText()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert services.models.infos[OMNI].folder == ""
    assert r.main.text() == "Download"
    click(page, r.main)
    qtbot.waitUntil(lambda: page.dialog is not dialog)
    again = page.dialog
    assert isinstance(again, LicenceDialog)
    QTest.mouseClick(again.agree, LEFT)
    qtbot.waitUntil(lambda: bool(services.models.infos[OMNI].folder))


def test_a_model_is_checked_used_and_removed(qtbot: QtBot, desk: MakeDesk) -> None:
    services = FakeServices([demo.planning()])
    services.models.infos[ASR] = replace(services.models.infos[ASR], folder="/x")
    d, page = opened(qtbot, desk, services)
    trigger(row(page, ASR), "Check the files")
    qtbot.waitUntil(lambda: "all checksums agree" in d.window.toast.text)
    choose(page.lists["speech"].choice, "starter-asr")
    qtbot.waitUntil(lambda: services.stored.speech_model == "starter-asr")
    trigger(row(page, ASR), "Use it")
    qtbot.waitUntil(lambda: services.stored.speech_model == ASR)
    trigger(row(page, ASR), "Remove…")
    answer(page, "stay")
    assert services.models.infos[ASR].folder
    trigger(row(page, ASR), "Remove…")
    answer(page, "agree")
    qtbot.waitUntil(lambda: row(page, ASR).main.text() == "Download")
    assert services.stored.speech_model == ""
    assert row(page, "starter-asr").state.text() == "In use"


def test_what_is_damaged_is_fetched_again(qtbot: QtBot, desk: MakeDesk) -> None:
    services = FakeServices([demo.planning()])
    services.models.infos[ASR] = replace(
        services.models.infos[ASR], folder="/x", problem="model.safetensors is missing."
    )
    _, page = opened(qtbot, desk, services)
    r = row(page, ASR)
    assert r.state.text() == "Damaged"
    assert r.problem.text() == "model.safetensors is missing."
    click(page, r.main)
    qtbot.waitUntil(lambda: r.state.text() == "In use")
    assert f"download {ASR} - False True" in services.models.calls


def test_what_is_in_memory_is_shown_while_the_page_is(qtbot: QtBot, desk: MakeDesk) -> None:
    services = FakeServices([demo.planning()])
    d, page = opened(qtbot, desk, services)
    assert page.memory.words.text().startswith("Nothing.")
    services.models.in_memory = [LoadedModel(ASR, "Qwen3-ASR 0.6B", "cuda:0", "bfloat16", 1600)]
    page._look.setInterval(20)
    qtbot.waitUntil(lambda: "1.6 GB · on the graphics card (cuda:0) · in 16 bits" in page.memory.words.text())
    QTest.keyClick(d.window, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not page.isVisible())
    assert not page._look.isActive()


def test_a_server_is_entered_tested_and_used_only_after_a_plain_word(qtbot: QtBot, desk: MakeDesk) -> None:
    services = FakeServices([demo.planning()])
    services.models.test = ServerTest(True, ("asr",))
    _, page = opened(qtbot, desk, services)
    assert page.servers.none.isVisible()
    click(page, page.servers.add_button)
    dialog = page.dialog
    assert isinstance(dialog, ServerDialog)
    QTest.mouseClick(dialog.save, LEFT)
    qtbot.waitUntil(dialog.complaint.isVisible)
    QTest.keyClicks(dialog.url, "http://gpu.example:8000/v1")
    QTest.keyClicks(dialog.speech, "asr")
    QTest.keyClicks(dialog.key, "secret")
    assert dialog.key.displayText() != "secret"
    QTest.keyClick(dialog.key, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "gpu-example" in page.servers.rows)
    assert services.models.keys == {"gpu-example": "secret"}
    server = page.servers.rows["gpu-example"]
    qtbot.waitUntil(lambda: server.answer.text().startswith("It works."))
    assert "sound and words go to gpu.example" in server.facts.text()
    choice = page.lists["speech"].choice
    choose(choice, "server:gpu-example")
    qtbot.waitUntil(lambda: isinstance(page.dialog, QMessageBox))
    box = page.dialog
    assert isinstance(box, QMessageBox)
    assert "leaves this computer and is sent to gpu.example" in box.informativeText()
    answer(page, "stay")
    assert not services.stored.speech_model.startswith("server:")
    assert not choice.currentData().startswith("server:"), "the choice goes back"
    choose(choice, "server:gpu-example")
    qtbot.waitUntil(lambda: page.dialog is not box)
    answer(page, "agree")
    qtbot.waitUntil(lambda: services.stored.speech_model == "server:gpu-example")
    qtbot.waitUntil(server.state.isVisible)
    menu = server.menu()
    menu.actions()[-1].trigger()
    menu.deleteLater()
    answer(page, "agree")
    qtbot.waitUntil(lambda: not page.servers.rows)
    assert services.stored.speech_model == ""
    assert services.stored.agreed_servers == ()


def test_an_import_that_is_no_model_says_so(qtbot: QtBot, desk: MakeDesk) -> None:
    services = FakeServices([demo.planning()])
    _, page = opened(qtbot, desk, services)
    page._import(Path("/stick/board-asr"))
    qtbot.waitUntil(lambda: page.row("board-asr") is not None)
    services.models.errors = [ModelError("There is no config.json in it.", "Choose the folder of a model.")]
    page._import(Path("/stick/holiday"))
    qtbot.waitUntil(lambda: "holiday" in page.imports and "no config.json" in page.imports["holiday"].text())


def test_everything_has_a_name(qtbot: QtBot, desk: MakeDesk) -> None:
    _, page = opened(qtbot, desk, FakeServices([demo.planning()]))
    for control in page.findChildren(QWidget):
        if isinstance(control, QAbstractButton | QComboBox) and control.isVisibleTo(page):
            text = control.text() if isinstance(control, QAbstractButton) else ""
            assert control.accessibleName() or text, control


# -- A real hub on this machine ---------------------------------------------------------------------------


@pytest.fixture(scope="session")
def text_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.build_text(tmp_path_factory.mktemp("hub") / "text")


@pytest.fixture
def site(text_model: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.delenv("HF_TOKEN", raising=False)
    with serve({"Qwen/Qwen3-0.6B": text_model}) as running:
        monkeypatch.setenv("HF_ENDPOINT", running.endpoint)
        yield running


def test_a_real_download_breaks_off_goes_on_and_is_whole(
    qtbot: QtBot, desk: MakeDesk, site: Hub, folkmoot_home: Path, text_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    services = FakeServices([demo.planning()])
    real = LocalModels(Paths.default(), lambda: ())
    monkeypatch.setattr(real, "machine", services.models.machine)  # no torch for this
    services.models = real  # type: ignore[assignment]
    weights = (text_model / "model.safetensors").stat().st_size
    site.habits.bytes_per_s = weights / 3
    site.habits.break_after, site.habits.breaks = weights // 3, 1
    _, page = opened(qtbot, desk, services)
    r = row(page, "qwen3-0.6b")
    click(page, r.main)
    qtbot.waitUntil(lambda: r.pause_button.isVisible() and site.served("model.safetensors") > 0, timeout=20_000)
    click(page, r.pause_button)
    qtbot.waitUntil(lambda: r.main.text() == "Go on", timeout=20_000)
    came = sum(p.stat().st_size for p in (folkmoot_home / "models" / ".incoming" / "qwen3-0.6b").iterdir())
    assert 0 < came < weights + 1_000_000
    site.habits.bytes_per_s = 0
    click(page, r.main)
    qtbot.waitUntil(lambda: r.state.text() == "In use", timeout=30_000)
    home = folkmoot_home / "models" / "qwen3-0.6b"
    assert (home / "model.safetensors").read_bytes() == (text_model / "model.safetensors").read_bytes()
    assert site.served("model.safetensors") < 2 * weights, "what had come was not fetched again"
    trigger(r, "Remove…")
    answer(page, "agree")
    qtbot.waitUntil(lambda: not home.exists(), timeout=20_000)
