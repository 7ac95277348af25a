"""Settings, models, downloads and servers as the window shows them, on real threads, without a window."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication

from app.domain.errors import ModelError, StorageError
from app.domain.models import LoadedModel, Recommendation
from app.domain.recording import Device
from app.services.settings import Settings
from app.viewmodels.models import ModelsViewModel, size
from app.viewmodels.settings import SettingsViewModel
from app.workers.models_services import LicenceQuestion, ServerInfo, ServerTest
from app.workers.tasks import LongTasks, SideLane
from tests.qt.fake_models import MACHINE
from tests.qt.fakes import FakeServices
from tests.unit.viewmodels_support import LaneBench

pytestmark = pytest.mark.qt

ASR, BIG, TEXT, OMNI = "qwen3-asr-0.6b", "qwen3-asr-1.7b", "qwen3-4b", "qwen2.5-omni-3b"
GPU = ServerInfo("gpu", "http://gpu.example:8000/v1", speech_model="asr", text_model="qwen")


class Bench(LaneBench):
    def __init__(self) -> None:
        super().__init__(FakeServices())
        self.services.stored = Settings()
        self.models_there = self.services.models
        self.side = SideLane("test")
        self.settings = SettingsViewModel(self.given, self.side, self.lane)
        self.models = ModelsViewModel(self.services.models, self.side, self.settings)
        self.said: list[str] = []
        self.problems: list[str] = []
        self.asked: list[tuple[Any, ...]] = []
        self.models.said.connect(self.said.append)
        self.models.problem.connect(lambda p: self.problems.append(p.what))
        self.settings.problem.connect(lambda p: self.problems.append(p.what))
        self.models.consent_asked.connect(lambda *a: self.asked.append(a))
        self.models.transfers.licence_asked.connect(lambda *a: self.asked.append(a))
        self.models.refresh()
        self.wait(lambda: self.models.shelf is not None)

    def here(self, model: str) -> bool:
        info = self.models.info(model)
        return info is not None and info.is_here

    def state(self, model: str) -> str:
        transfer = self.models.transfers.of(model)
        return transfer.state if transfer is not None else ""

    def stored(self) -> Settings:
        return self.services.stored


@pytest.fixture
def bench(qapp: QCoreApplication) -> Iterator[Bench]:
    b = Bench()
    yield b
    assert b.models.stop()
    assert b.side.stop()
    b.lane.stop()
    assert threading.get_ident() not in b.models_there.threads, "nothing of it in the window's thread"


# -- Threads -----------------------------------------------------------------------------------------------


def test_a_lane_answers_in_order_and_says_what_failed(bench: Bench) -> None:
    answers: list[object] = []
    bench.side.ask(lambda: 1, answers.append)
    bench.side.ask(lambda: 1 // 0, answers.append, lambda e: answers.append(type(e).__name__))
    bench.side.ask(threading.get_ident, lambda ident: answers.append(ident != threading.get_ident()))
    bench.wait(lambda: len(answers) == 3)
    assert answers == [1, "ZeroDivisionError", True]
    failed: list[BaseException] = []
    bench.side.failed.connect(failed.append)
    bench.side.ask(lambda: 1 // 0)
    bench.wait(lambda: bool(failed))


def test_what_is_queued_when_the_program_ends_is_still_done(qapp: QCoreApplication) -> None:
    side = SideLane("test")
    done: list[int] = []
    for n in range(5):
        side.ask(lambda n=n: done.append(n))  # type: ignore[misc]
    assert side.stop()
    assert done == [0, 1, 2, 3, 4]
    side.ask(lambda: done.append(9))
    assert side.stop()
    assert 9 not in done


def test_a_task_that_does_not_let_go_does_not_hold_the_window(qapp: QCoreApplication) -> None:
    tasks = LongTasks()
    release = threading.Event()
    tasks.start("x", lambda cancel, say: release.wait() and None)  # type: ignore[arg-type, return-value]
    assert tasks.running("x")
    assert not tasks.stop(0.05)
    release.set()
    assert tasks.stop(5.0)


# -- Settings ----------------------------------------------------------------------------------------------


def test_a_setting_holds_at_once_and_is_stored(bench: Bench) -> None:
    changed: list[set[str]] = []
    bench.settings.changed.connect(changed.append)
    bench.settings.put("appearance", "dark")
    assert bench.settings.now.appearance == "dark"
    assert changed == [{"appearance"}]
    bench.wait(lambda: bench.stored().appearance == "dark")
    bench.settings.put("empty_trash_after_days", "90")
    bench.settings.put("glossary", ("Folkmoot", "Lyon"))
    bench.settings.put("tray", False)
    bench.wait(lambda: not bench.stored().tray)
    assert (bench.stored().empty_trash_after_days, bench.stored().glossary) == (90, ("Folkmoot", "Lyon"))
    assert bench.settings.value("empty_trash_after_days") == "90"
    bench.settings.put("tray", False)
    assert len(changed) == 4, "nothing has changed"


def test_what_cannot_be_is_refused_and_what_cannot_be_stored_is_taken_back(bench: Bench) -> None:
    refused: list[tuple[str, str]] = []
    bench.settings.refused.connect(lambda key, why: refused.append((key, why)))
    bench.settings.put("hub_address", "not a host/ x y?z=1")
    assert refused[0][0] == "hub_address"
    assert bench.settings.now.hub == ""
    bench.services.settings_error = StorageError("The disk is full.", "Free some space.")
    bench.settings.put("tray", False)
    assert bench.settings.now.tray is False
    bench.wait(lambda: bool(bench.problems))
    bench.services.settings_error = None
    bench.settings.load()
    bench.wait(lambda: bench.settings.now.tray)


def test_the_mirror_is_a_kind_of_hub_with_an_address(bench: Bench) -> None:
    def item(key: str) -> Any:
        return next(i for s in bench.settings.sections() for i in s.items if i.key == key)

    assert bench.settings.value("hub") == ""
    assert not item("hub_address").enabled
    bench.settings.put("hub", "mirror")
    assert bench.settings.value("hub") == "mirror"
    assert item("hub_address").enabled
    assert bench.stored().hub == "", "no address yet"
    bench.settings.put("hub_address", "hf-mirror.com")
    bench.wait(lambda: bench.stored().hub == "https://hf-mirror.com")
    assert bench.settings.value("hub_address") == "https://hf-mirror.com"
    bench.settings.put("hub", "modelscope")
    bench.wait(lambda: bench.stored().hub == "modelscope")
    assert not item("hub_address").enabled


def test_stored_settings_are_read_with_what_is_wrong_with_them(bench: Bench) -> None:
    notices: list[str] = []
    bench.settings.noticed.connect(notices.append)
    bench.services.stored = Settings(language="German")
    bench.services.settings_notices = ["The settings could not be understood and are the defaults now."]
    assert not bench.settings.known
    bench.settings.load()
    bench.wait(lambda: bench.settings.known)
    assert bench.settings.now.language == "German"
    assert notices == bench.services.settings_notices


def test_every_setting_is_shown_explained_and_found(bench: Bench) -> None:
    items = [i for s in bench.settings.sections() for i in s.items]
    assert len({i.key for i in items}) == len(items)
    shown = {i.key for i in items}
    elsewhere = {"align_model", "agreed_servers", "unfinished_downloads"}  # chosen on the page of models
    elsewhere |= {"welcomed", "unknown"}  # no choice
    assert {n for n in Settings.__slots__ if n not in elsewhere} <= shown
    for item in items:
        assert item.title, item.key
        assert item.why.endswith("."), item.key
        assert item.key in bench.settings.matching(item.title)
        if item.kind == "choice":
            assert str(bench.settings.value(item.key)) in {value for value, _ in item.options}, item.key
    assert bench.settings.matching("trash remove") == {"empty_trash_after_days"}
    assert bench.settings.matching("MICROPHONE") >= {"mic"}
    assert bench.settings.matching("xyzzy") == set()


def test_devices_can_be_chosen_and_one_that_is_gone_stays_chosen(bench: Bench) -> None:
    bench.settings.take_devices([Device("usb", "USB headset", "mic", True), Device("spk", "Speakers", "system", True)])
    bench.settings.put("mic", "usb")
    bench.settings.take_devices([])
    item = next(i for s in bench.settings.sections() for i in s.items if i.key == "mic")
    assert "usb" in {value for value, _ in item.options}
    assert bench.settings.value("mic") == "usb"


# -- Downloads ---------------------------------------------------------------------------------------------


def test_a_download_is_seen_and_ends_in_a_model(bench: Bench) -> None:
    bench.models_there.step = threading.Semaphore(0)
    used: list[int] = []
    bench.models.used_changed.connect(lambda: used.append(1))
    bench.models.get(ASR)
    bench.wait(lambda: (t := bench.models.transfers.of(ASR)) is not None and t.total_bytes == 1_600_000_000)
    bench.models_there.step.release(5)
    bench.wait(lambda: (t := bench.models.transfers.of(ASR)) is not None and t.done > 0.3)
    transfer = bench.models.transfers.of(ASR)
    assert transfer is not None
    assert transfer.speed_bytes_s > 0
    assert transfer.left_s
    bench.models_there.step.release(20)
    bench.wait(lambda: bench.here(ASR))
    assert bench.models.transfers.of(ASR) is None
    assert bench.said == ["Qwen3-ASR 0.6B is installed and checked."]
    assert used
    assert bench.models.used("speech") == ASR, "the best that is here"
    assert bench.stored().speech_model == "", "nobody chose it"


def test_paused_gone_on_with_and_given_up(bench: Bench) -> None:
    bench.models_there.step = threading.Semaphore(4)
    bench.models.get(ASR)
    bench.wait(lambda: (t := bench.models.transfers.of(ASR)) is not None and t.done > 0.2)
    bench.models.transfers.pause(ASR)
    bench.wait(lambda: bench.state(ASR) == "paused")
    bench.models_there.step = None
    bench.models.get(ASR)
    bench.wait(lambda: bench.here(ASR))
    bench.models_there.step = threading.Semaphore(3)
    bench.models.get(TEXT)
    bench.wait(lambda: (t := bench.models.transfers.of(TEXT)) is not None and t.done > 0.1)
    bench.models.transfers.give_up(TEXT)
    bench.wait(lambda: bench.state(TEXT) == "" and f"drop {TEXT}" in bench.models_there.calls)
    bench.wait(lambda: (i := bench.models.info(TEXT)) is not None and i.fetched_mb == 0)
    assert not bench.here(TEXT)


def test_downloads_come_one_after_another(bench: Bench) -> None:
    bench.models_there.step = threading.Semaphore(1)
    bench.models.get(ASR)
    bench.models.get(TEXT)
    bench.models.get(BIG)
    assert [bench.state(m) for m in (ASR, TEXT, BIG)] == ["running", "waiting", "waiting"]
    bench.models.transfers.give_up(TEXT)
    assert bench.state(TEXT) == ""
    bench.models_there.step = None
    bench.wait(lambda: bench.here(ASR) and bench.here(BIG))
    assert not bench.here(TEXT)


def test_what_an_earlier_run_has_left_can_be_gone_on_with(bench: Bench) -> None:
    bench.models_there.infos[ASR] = replace(bench.models_there.infos[ASR], fetched_mb=800)
    bench.models.refresh()
    bench.wait(lambda: bench.state(ASR) == "paused")
    transfer = bench.models.transfers.of(ASR)
    assert transfer is not None
    assert transfer.done == 0.5
    bench.models.get(ASR)
    bench.wait(lambda: bench.here(ASR))


def test_a_failure_says_what_to_do_and_can_be_tried_again(bench: Bench) -> None:
    bench.models_there.errors = [ModelError("huggingface.co cannot be found.", "Check the connection.")]
    bench.models.get(ASR)
    bench.models.get(TEXT)
    bench.wait(lambda: bench.state(ASR) == "failed")
    transfer = bench.models.transfers.of(ASR)
    assert transfer is not None
    assert transfer.problem is not None
    assert transfer.problem.to_do == "Check the connection."
    bench.wait(lambda: bench.here(TEXT))
    bench.models.get(ASR)
    bench.wait(lambda: bench.here(ASR))


def test_conditions_are_accepted_before_the_download(bench: Bench) -> None:
    bench.models.get(OMNI)
    bench.wait(lambda: bool(bench.asked))
    model, question, text = bench.asked[0]
    assert model == OMNI
    assert isinstance(question, LicenceQuestion)
    assert "AGREEMENT" in text
    assert bench.state(OMNI) == ""
    assert not bench.here(OMNI)
    bench.models.accept_licence(OMNI)
    bench.wait(lambda: bench.here(OMNI))
    assert f"download {OMNI} - True False" in bench.models_there.calls


def test_models_come_from_where_the_settings_say(bench: Bench) -> None:
    bench.settings.put("hub", "modelscope")
    bench.models.get(ASR)
    bench.wait(lambda: bench.here(ASR))
    assert f"download {ASR} modelscope False False" in bench.models_there.calls


def test_what_is_recommended_is_fetched_and_used(bench: Bench) -> None:
    bench.models.survey()
    assert bench.models.surveying
    bench.wait(lambda: bench.models.machine is not None and not bench.models.surveying)
    assert bench.models.recommended == {ASR: "speech", TEXT: "text"}
    assert bench.models.missing_mb == 9700
    assert not bench.models.has_recommended
    bench.models.get_recommended()
    bench.wait(lambda: bench.stored().speech_model == ASR and bench.stored().text_model == TEXT)
    bench.wait(lambda: bench.models.has_recommended)
    assert bench.models.missing_mb == 0
    bench.models.survey()
    assert bench.models_there.measured == 1, "the machine stays what it is"
    bench.models.survey(again=True)
    bench.wait(lambda: bench.models_there.measured == 2 and not bench.models.surveying)


def test_what_was_found_last_time_is_shown_until_it_is_known_anew(bench: Bench) -> None:
    there = bench.models_there
    there.last = replace(MACHINE, processor="As it was"), Recommendation(())
    seen: list[str] = []
    bench.models.surveyed.connect(lambda: seen.append(bench.models.machine.processor if bench.models.machine else ""))
    bench.models.survey()
    bench.wait(lambda: not bench.models.surveying and bench.models.machine is not None)
    assert [name for name in dict.fromkeys(seen) if name] == ["As it was", MACHINE.processor]
    assert bench.models.recommended, "and what is recommended now"


def test_a_machine_that_cannot_be_looked_at(bench: Bench) -> None:
    bench.models_there.machine_error = ModelError("This computer could not be looked at.", "Try again.")
    bench.models.survey()
    bench.wait(lambda: bench.models.survey_problem is not None)
    bench.models_there.machine_error = None
    bench.models.survey()
    bench.wait(lambda: bench.models.machine is not None)
    assert bench.models.survey_problem is None


# -- Keeping -----------------------------------------------------------------------------------------------


def test_checking_importing_and_removing(bench: Bench) -> None:
    bench.models.get(ASR)
    bench.wait(lambda: bench.here(ASR))
    bench.models.verify(ASR)
    bench.wait(lambda: bench.said[-1].endswith("all checksums agree."))
    bench.models_there.damage[ASR] = ["model.safetensors has another content than it had when it came."]
    bench.models.verify(ASR)
    bench.wait(lambda: bench.state(ASR) == "failed")
    bench.models.get(ASR, again=True)
    bench.wait(lambda: f"download {ASR} - False True" in bench.models_there.calls and bench.state(ASR) == "")
    bench.models.transfers.import_from(Path("/stick/board-asr"))
    bench.wait(lambda: bench.here("board-asr"))
    bench.models_there.errors = [ModelError("There is no config.json in it.", "Choose the folder of a model.")]
    bench.models.transfers.import_from(Path("/stick/holiday"))
    bench.wait(lambda: bench.state("holiday") == "failed")
    bench.models.choose("speech", ASR)
    bench.wait(lambda: bench.stored().speech_model == ASR)
    bench.models.remove(ASR)
    bench.wait(lambda: not bench.here(ASR))
    bench.wait(lambda: bench.stored().speech_model == "")
    assert bench.said[-1] == "Qwen3-ASR 0.6B is removed; 1.6 GB are free again."


def test_what_is_in_memory_is_said_as_it_is(bench: Bench) -> None:
    changes: list[int] = []
    bench.models.loaded_changed.connect(lambda: changes.append(1))
    bench.models.look_at_memory()
    bench.models_there.in_memory = [LoadedModel(ASR, "Qwen3-ASR 0.6B", "cpu", "bfloat16", 1600)]
    bench.models.look_at_memory()
    bench.wait(lambda: len(bench.models.loaded) == 1)
    bench.models.look_at_memory()
    bench.models_there.in_memory = []
    bench.models.look_at_memory()
    bench.wait(lambda: not bench.models.loaded)
    assert len(changes) == 2


# -- Servers -----------------------------------------------------------------------------------------------


def enter(bench: Bench, server: ServerInfo = GPU) -> None:
    bench.models.save_server(server, "secret")
    bench.wait(lambda: bench.models.server(f"server:{server.name}") is not None)
    bench.wait(lambda: isinstance(bench.models.tests.get(server.name), ServerTest))


def test_a_new_server_takes_nobodys_place_and_nobodys_key(bench: Bench) -> None:
    bench.models.save_server(GPU, "secret", True)
    bench.wait(lambda: bench.models.server("server:gpu") is not None)
    bench.models.save_server(replace(GPU, url="http://elsewhere.example/v1"), None, True)
    done: list[object] = []
    bench.side.ask(lambda: None, done.append)  # behind whatever was asked for
    bench.wait(lambda: bool(done))
    assert bench.problems == ["There is a server “gpu” already."]
    server = bench.models.server("server:gpu")
    assert server is not None
    assert server.url == GPU.url


def test_a_model_that_was_given_up_is_not_used_when_it_is_fetched_another_day(bench: Bench) -> None:
    bench.models_there.step = threading.Semaphore(3)
    bench.models.get(ASR, task="speech")
    bench.wait(lambda: (t := bench.models.transfers.of(ASR)) is not None and t.done > 0.1)
    bench.models.transfers.give_up(ASR)
    bench.wait(lambda: bench.state(ASR) == "")
    bench.models_there.step = None
    bench.models.get(ASR)
    bench.wait(lambda: bench.here(ASR))
    assert bench.settings.now.speech_model == ""


def test_nothing_goes_to_a_server_before_the_user_agrees(bench: Bench) -> None:
    enter(bench)
    assert bench.models_there.keys == {"gpu": "secret"}
    assert ("server:gpu", "asr on gpu.example") in bench.models.options("speech")
    bench.models.choose("speech", "server:gpu")
    assert bench.stored().speech_model == ""
    ((server, task),) = bench.asked
    bench.models.agree(server, task)
    bench.wait(lambda: bench.stored().speech_model == "server:gpu")
    assert bench.stored().agreed_servers == ("gpu http://gpu.example:8000/v1",)
    bench.models.choose("text", "server:gpu")
    assert len(bench.asked) == 1, "asked once for each server"
    bench.wait(lambda: bench.stored().text_model == "server:gpu")
    bench.models.remove_server("gpu")
    bench.wait(lambda: not bench.models.shelf.servers)  # type: ignore[union-attr]
    bench.wait(lambda: bench.stored().agreed_servers == ())
    assert (bench.stored().speech_model, bench.stored().text_model) == ("", "")


def test_a_server_on_this_machine_is_not_asked_about(bench: Bench) -> None:
    enter(bench, ServerInfo("here", "http://127.0.0.1:8000/v1", text_model="qwen"))
    bench.models.choose("text", "server:here")
    assert not bench.asked
    bench.wait(lambda: bench.stored().text_model == "server:here")
    assert "speech" not in {t for t in ("speech",) for v, _ in bench.models.options(t) if v == "server:here"}


def test_a_server_that_cannot_be_entered(bench: Bench) -> None:
    bench.models.save_server(ServerInfo("gpu", ""), None)
    bench.wait(lambda: bool(bench.problems))
    assert "address" in bench.problems[0]


@pytest.mark.parametrize(("count", "text"), [(8e6, "8 MB"), (1.6e9, "1.6 GB"), (0, "0 MB")])
def test_sizes(count: float, text: str) -> None:
    assert size(count) == text
