"""Models for the window, on the real catalogue and a small hub on this machine; and what jobs get of the settings."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from app.bootstrap import LocalServices
from app.domain.errors import Cancelled, InputError, ModelError
from app.domain.events import TranscriptResult
from app.domain.meeting import Stage
from app.domain.models import DownloadProgress, ModelChoice, ModelInstalled, Recommendation
from app.services.paths import Paths
from app.services.settings import Settings
from app.workers.models_services import LicenceQuestion, Machine, ServerInfo
from models import catalogue
from models.entries import QWEN_RESEARCH
from tests import tiny
from tests.hub import Hub, serve

REPO = "Qwen/Qwen3-0.6B"
MODEL = "qwen3-0.6b"
NEVER = threading.Event()


@pytest.fixture(scope="session")
def text_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.build_text(tmp_path_factory.mktemp("hub") / "text")


@pytest.fixture
def site(text_model: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.delenv("HF_TOKEN", raising=False)
    monkeypatch.delenv("HF_ENDPOINT", raising=False)
    with serve({REPO: text_model}) as running:
        yield running


@pytest.fixture
def services(library: Path) -> Iterator[LocalServices]:
    made = LocalServices(Paths.default())
    yield made
    made.close()


# -- Models ------------------------------------------------------------------------------------------------


def test_the_shelf_has_the_catalogue_and_what_is_here(services: LocalServices, text_model: Path) -> None:
    shutil.copytree(text_model, services.paths.models / "board-minutes")
    shutil.copytree(text_model, services.paths.models / MODEL)
    (services.paths.models / MODEL / "model.safetensors").unlink()
    shelf = services.models.shelf()
    infos = {m.id: m for m in shelf.models}
    assert {e.id for e in catalogue.CATALOGUE if e.is_usable} <= set(infos)
    assert infos["starter-asr"].is_here
    assert infos["starter-asr"].is_starter
    assert infos["qwen3-asr-0.6b"].can_fetch
    assert infos["qwen3-asr-0.6b"].memory_mb > 1600
    assert infos["qwen2.5-omni-3b"].conditions
    assert infos["board-minutes"].is_here
    assert not infos["board-minutes"].can_fetch
    assert "no weights" in infos[MODEL].problem
    assert not infos[MODEL].is_here
    assert shelf.usual == {"speech": "starter-asr", "text": "starter-text", "diarize": "voices"}
    assert shelf.free_mb > 0


def test_a_model_is_fetched_from_the_mirror_of_the_settings(services: LocalServices, site: Hub) -> None:
    events = list(services.models.download(MODEL, site.endpoint, NEVER))
    assert isinstance(events[-1], ModelInstalled)
    assert any(isinstance(e, DownloadProgress) for e in events)
    info = next(m for m in services.models.shelf().models if m.id == MODEL)
    assert info.is_here
    read: list[int] = []
    assert list(services.models.verify(MODEL, NEVER, read.append)) == []
    assert sum(read) > 0
    weights = services.paths.models / MODEL / "model.safetensors"
    data = bytearray(weights.read_bytes())
    data[-1] ^= 0xFF
    weights.write_bytes(bytes(data))
    assert "another content" in " ".join(services.models.verify(MODEL, NEVER, read.append))
    assert services.models.remove(MODEL) > 0
    assert not (services.paths.models / MODEL).exists()


def test_a_download_that_is_stopped_goes_on_and_can_be_dropped(services: LocalServices, site: Hub) -> None:
    site.habits.bytes_per_s = 20_000
    stop = threading.Event()
    with pytest.raises(Cancelled):
        for event in services.models.download(MODEL, site.endpoint, stop):
            if isinstance(event, DownloadProgress) and event.done_bytes > 12_000:
                stop.set()
    incoming = services.paths.models / ".incoming" / MODEL
    came = sum(p.stat().st_size for p in incoming.iterdir())
    assert came > 0
    services.models.drop_left_over(MODEL)
    assert not incoming.exists()


def test_conditions_are_asked_before_a_byte_comes(
    services: LocalServices, site: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = tuple(replace(e, licence=QWEN_RESEARCH) if e.id == MODEL else e for e in catalogue.CATALOGUE)
    monkeypatch.setattr(catalogue, "CATALOGUE", entries)
    with pytest.raises(LicenceQuestion) as asked:
        list(services.models.download(MODEL, site.endpoint, NEVER))
    assert "research" in asked.value.conditions
    assert asked.value.url == QWEN_RESEARCH.url
    site.habits.licence = "proprietary"  # and the hub has yet another one
    with pytest.raises(LicenceQuestion) as asked:
        list(services.models.download(MODEL, site.endpoint, NEVER, accept_licence=True))
    assert "another than" in asked.value.conditions
    assert site.served("model.safetensors") == 0
    assert isinstance(
        list(services.models.download(MODEL, site.endpoint, NEVER, accept_licence=True))[-1], ModelInstalled
    )


def test_nonsense_is_refused_in_words(services: LocalServices) -> None:
    with pytest.raises(InputError):
        list(services.models.download("gpt-9", "", NEVER))
    with pytest.raises(InputError):
        services.models.remove("starter-asr")
    with pytest.raises(InputError, match="not installed"):
        services.models.verify(MODEL, NEVER, lambda _: None)


def test_what_was_found_of_the_machine_is_kept(services: LocalServices) -> None:
    models = services.models
    assert models.last_machine() is None
    choice = ModelChoice("m", "M 1B", "text", "cpu", "bfloat16", 900, 2000, "It fits.")
    found = (
        Machine("Linux", "A processor", 2, ("avx512f",), 24_000, cards=(("A card", 8000),)),
        Recommendation((choice,)),
    )
    models._keep(found)
    assert models.last_machine() == found
    kept = Paths.default().cache / "computer.json"
    kept.write_text('{"version": 1, "machine": {"wings": 2}}')
    assert models.last_machine() is None


@pytest.mark.slow
def test_the_machine_is_looked_at_in_another_process(services: LocalServices) -> None:
    machine, recommendation = services.models.machine(NEVER)
    assert machine.cores > 0
    assert machine.memory_mb > 0
    assert {"speech", "text"} <= {c.task for c in recommendation.choices}
    stop = threading.Event()
    stop.set()
    with pytest.raises(Cancelled):
        services.models.machine(stop)


# -- Servers -----------------------------------------------------------------------------------------------


def test_a_server_elsewhere_is_used_only_with_consent(services: LocalServices) -> None:
    made = services.models.add_server(ServerInfo("gpu", "gpu.example:8000", speech_model="asr"), None)
    assert made.url == "http://gpu.example:8000/v1"
    assert not made.is_this_machine
    wanted = Settings(speech_model="server:gpu", text_model="starter-text")
    assert services.models.chosen(wanted) == {"text": "starter-text"}
    agreed = replace(wanted, agreed_servers=(made.key,))
    assert services.models.chosen(agreed)["speech"] == "server:gpu"
    moved = services.models.add_server(replace(made, url="http://other.example:8000/v1"), None)
    assert services.models.chosen(agreed) == {"text": "starter-text"}, "another address is another question"
    assert [s.host for s in services.models.shelf().servers] == [moved.host]
    services.models.remove_server("gpu")
    assert services.models.shelf().servers == ()


def test_a_server_on_this_machine_needs_no_consent(services: LocalServices) -> None:
    services.models.add_server(ServerInfo("here", "127.0.0.1:9", text_model="qwen"), None)
    assert services.models.chosen(Settings(text_model="server:here")) == {"text": "server:here"}
    test = services.models.test_server("here", NEVER)
    assert not test.works
    assert test.notes


def test_a_server_without_a_model_is_no_server(services: LocalServices) -> None:
    with pytest.raises(InputError):
        services.models.add_server(ServerInfo("gpu", "gpu.example"), None)
    with pytest.raises(ModelError):
        services.models.test_server("gpu", NEVER)


# -- Settings in jobs --------------------------------------------------------------------------------------


def test_meetings_are_processed_as_the_settings_say(services: LocalServices, tmp_path: Path) -> None:
    store = services.open_store()
    try:
        now = datetime.now().astimezone()
        made = store.create("A", now, language=None, glossary=("Lyon",), sources={"file": tmp_path / "a.wav"})
        job = services.make_job(store, made.id)
        assert (job.language, job.glossary, job.minutes_language, dict(job.models)) == (None, ("Lyon",), None, {})
        services.change_settings(
            {
                "language": "German",
                "glossary": ("Folkmoot", "Lyon"),
                "minutes_language": "French",
                "speech_model": "starter-asr",
                "mixed_languages": True,
                "keep_as": "flac",
            }
        )
        job = services.make_job(store, made.id)
        assert (job.language, job.glossary, job.minutes_language) == ("German", ("Lyon", "Folkmoot"), "French")
        assert (dict(job.models), job.mixed_languages, job.keep_as) == ({"speech": "starter-asr"}, True, "flac")
        chosen = store.create("B", now, language="Spanish", glossary=(), sources={"file": tmp_path / "b.wav"})
        assert services.make_job(store, chosen.id).language == "Spanish", "what was said of a meeting counts more"
        sample = store.create("S", now, language=None, glossary=(), sources=services.sample_sources())
        assert services.make_job(store, sample.id).language is None, "the sample is in English whatever is usual here"
    finally:
        store.close()


def test_a_language_that_was_found_out_does_not_stand_in_the_way(services: LocalServices, tmp_path: Path) -> None:
    store = services.open_store()
    try:
        now = datetime.now().astimezone()
        made = store.create("A", now, language=None, glossary=(), sources={"file": tmp_path / "a.wav"})
        store.stage_started(made.id, Stage.TRANSCRIBE, "test", {"language": None})
        store.stage_done(made.id, Stage.TRANSCRIBE, TranscriptResult((), "Dutch"), "test", {"language": None}, 1.0)
        services.change_settings({"language": "German"})
        assert services.make_job(store, made.id, again=frozenset({Stage.TRANSCRIBE})).language == "German"
    finally:
        store.close()


def test_settings_changed_from_several_threads_are_all_kept(services: LocalServices) -> None:
    changes = [{"mic": "a"}, {"language": "German"}, {"tray": False}, {"glossary": ("x",)}, {"hub": "modelscope"}]
    threads = [threading.Thread(target=services.change_settings, args=(c,)) for c in changes]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    stored, notices = services.settings()
    assert notices == []
    assert (stored.mic, stored.language, stored.tray, stored.glossary, stored.hub) == (
        "a", "German", False, ("x",), "modelscope",
    )  # fmt: skip


def test_a_model_that_is_gone_does_not_hide_what_would_be_used(services: LocalServices) -> None:
    services.change_settings({"speech_model": "qwen3-asr-1.7b"})
    assert "Starter" in services.models_in_use().speech
