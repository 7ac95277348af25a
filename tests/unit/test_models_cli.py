"""`folkmoot models …`, against a small hub on this machine."""

from __future__ import annotations

import argparse
import io
import json
import os
import shutil
import signal
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.commands import models as command
from app.commands.common import complain
from app.domain.errors import Cancelled, UserError
from app.services.paths import Paths
from app.services.settings import Settings
from models import catalogue, device, trial
from models.entries import QWEN_RESEARCH
from models.trial import Pace, Trial
from tests import tiny
from tests.hub import Hub, serve

REPO = "Qwen/Qwen3-0.6B"


@pytest.fixture(scope="session")
def text_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.build_text(tmp_path_factory.mktemp("hub") / "text")


@pytest.fixture
def site(text_model: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.delenv("HF_TOKEN", raising=False)
    with serve({REPO: text_model}) as running:
        monkeypatch.setenv("HF_ENDPOINT", running.endpoint)
        yield running


@pytest.fixture
def folder(folkmoot_home: Path) -> Path:
    return folkmoot_home / "models"


def run(*arguments: object) -> int:
    """As `app.cli.main` does it."""
    parser = argparse.ArgumentParser()
    command.add(parser.add_subparsers())
    args = parser.parse_args(["models", *map(str, arguments)])
    try:
        return int(args.handler(args))
    except Cancelled:
        return Cancelled.exit_code
    except UserError as error:
        complain(error)
        return error.exit_code


def listed(capsys: pytest.CaptureFixture[str], *options: str) -> dict[str, dict[str, Any]]:
    capsys.readouterr()
    assert run("list", "--json", *options) == 0
    return {m["id"]: m for m in json.loads(capsys.readouterr().out)["models"]}


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_models_come_from_where_the_settings_say(
    site: Hub, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Settings(hub=site.endpoint).save(Paths.default().settings)
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    assert run("get", "qwen3-0.6b") == 0
    assert (folder / "qwen3-0.6b" / "model.safetensors").is_file()


# -- list ------------------------------------------------------------------------------------------
def without_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(catalogue.FAMILIES, "qwen3-omni", replace(catalogue.FAMILIES["qwen3-omni"], loader=""))


def test_list(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    without_engine(monkeypatch)
    assert run() == 0
    out = capsys.readouterr().out
    assert " * starter-asr" in out
    assert "qwen3-asr-1.7b" in out
    assert "folkmoot models get" in out
    rows = listed(capsys)
    assert set(rows) == {e.id for e in catalogue.CATALOGUE if e.is_usable}
    asr = rows["qwen3-asr-0.6b"]
    assert asr["memory_mb"]["float32"] > asr["memory_mb"]["bfloat16"] > asr["memory_mb"]["int4"]
    assert asr["memory_is"] == "computed"
    assert asr["licence"]["name"] == "apache-2.0"
    assert asr["measured"][0]["real_time_factor"] == 0.06
    assert (asr["installed"], asr["in_use"]) == (False, False)
    assert (rows["starter-asr"]["installed"], rows["starter-asr"]["in_use"]) == (True, True)
    everything = listed(capsys, "--all")
    assert set(everything) == {e.id for e in catalogue.CATALOGUE}
    assert [r["id"] for r in everything.values() if not r["usable"]] == ["qwen3-omni-30b-a3b"]
    run("list", "--all")
    assert "not usable yet" in capsys.readouterr().out


def test_list_shows_what_is_half_fetched_damaged_or_of_the_users_own(
    site: Hub, folder: Path, text_model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(text_model, folder / "board-minutes")
    shutil.copytree(text_model, folder / "qwen3-1.7b")
    (folder / "qwen3-1.7b" / "model.safetensors").unlink()
    part = folder / ".incoming" / "qwen3-0.6b" / "model.safetensors.0123.part"
    part.parent.mkdir(parents=True)
    with part.open("wb") as f:
        f.truncate(750_000_000)
    rows = listed(capsys)
    assert rows["board-minutes"]["installed"]
    assert "no weights" in rows["qwen3-1.7b"]["problem"]
    assert rows["qwen3-0.6b"]["fetched_mb"] == 750
    run("list")
    out = capsys.readouterr().out
    assert "50% fetched" in out
    assert "damaged" in out


# -- get -------------------------------------------------------------------------------------------
def test_get(site: Hub, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("get", "Qwen3-0.6B") == 0
    captured = capsys.readouterr()
    assert captured.out.strip() == str(folder / "qwen3-0.6b")
    assert "installed, checked and ready" in captured.err
    row = listed(capsys)["qwen3-0.6b"]
    assert row["installed"]
    assert row["in_use"]
    assert run("get", "qwen3-0.6b") == 0
    assert "here already" in capsys.readouterr().err


def test_get_from_another_hub(
    site: Hub, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    endpoint = os.environ["HF_ENDPOINT"]
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:1")
    assert run("get", "qwen3-0.6b", "--hub", "no hub") == 3
    assert "no hub to fetch models from" in capsys.readouterr().err
    monkeypatch.setenv("MODELSCOPE_DOMAIN", endpoint)
    assert run("get", "qwen3-0.6b", "--hub", "modelscope") == 0
    assert run("remove", "qwen3-0.6b", "--yes") == 0
    assert run("get", "qwen3-0.6b", "--hub", endpoint) == 0


def test_get_says_what_is_wrong(
    site: Hub, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    without_engine(monkeypatch)
    assert run("get", "whisper") == 3
    assert "no model “whisper”" in capsys.readouterr().err
    assert run("get", "starter-asr") == 3
    assert run("get", "qwen3-1.7b") == 4  # the hub does not have it
    assert "has no Qwen/Qwen3-1.7B" in capsys.readouterr().err
    assert run("get", "qwen3-omni-30b-a3b") == 3
    assert "cannot be used by this version" in capsys.readouterr().err
    assert not list(folder.rglob("*.safetensors"))


def test_get_is_cancelled_and_goes_on(site: Hub, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    if threading.current_thread() is not threading.main_thread():
        pytest.skip("signals go to the main thread")
    site.habits.bytes_per_s = 20_000
    timer = threading.Timer(1.5, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    assert run("get", "qwen3-0.6b") == 130
    timer.join()
    assert "goes on with it" in capsys.readouterr().err
    site.habits.bytes_per_s = 0
    assert run("get", "qwen3-0.6b") == 0


def test_progress_on_a_terminal(
    site: Hub, text_model: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    site.habits.bytes_per_s = (text_model / "model.safetensors").stat().st_size / 1.5
    terminal = Terminal()
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stderr", terminal)
        assert run("get", "qwen3-0.6b") == 0
    assert "━" in terminal.getvalue()
    assert "MB/s" in terminal.getvalue()
    assert "\x1b[KQwen3 0.6B is installed" in terminal.getvalue()  # the bar has gone


def test_a_log_gets_a_line_for_each_tenth(site: Hub, text_model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    site.habits.bytes_per_s = (text_model / "model.safetensors").stat().st_size / 1.5
    assert run("get", "qwen3-0.6b") == 0
    lines = [line for line in capsys.readouterr().err.splitlines() if "%" in line]
    assert 2 <= len(lines) <= 11
    assert "\x1b" not in "".join(lines)


def restricted(monkeypatch: pytest.MonkeyPatch) -> None:
    changed = tuple(replace(e, licence=QWEN_RESEARCH) if e.id == "qwen3-0.6b" else e for e in catalogue.CATALOGUE)
    monkeypatch.setattr(catalogue, "CATALOGUE", changed)


def test_a_licence_with_conditions(
    site: Hub, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    restricted(monkeypatch)
    site.habits.licence = QWEN_RESEARCH.name
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    assert run("get", "qwen3-0.6b") == 3
    assert "research and evaluation only" in capsys.readouterr().err
    assert not (folder / "qwen3-0.6b").exists()
    monkeypatch.setattr(sys, "stdin", Terminal("n\n"))
    assert run("get", "qwen3-0.6b") == 3
    assert "Accept this licence?" in capsys.readouterr().err
    monkeypatch.setattr(sys, "stdin", Terminal("y\n"))
    assert run("get", "qwen3-0.6b") == 0
    assert run("remove", "qwen3-0.6b", "--yes") == 0
    site.habits.licence = "proprietary"  # another one than the user is shown first
    monkeypatch.setattr(sys, "stdin", Terminal("y\nn\n"))
    assert run("get", "qwen3-0.6b") == 3
    assert "proprietary" in capsys.readouterr().err
    assert run("get", "qwen3-0.6b", "--accept-licence") == 0


def test_the_licence_is_shown_as_the_hub_has_it(
    site: Hub, text_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    restricted(monkeypatch)
    copy = tmp_path / "with licence"
    shutil.copytree(text_model, copy)
    (copy / "LICENSE").write_text("Thou shalt not sell it.")
    site.repos[REPO] = copy
    monkeypatch.setattr(sys, "stdin", Terminal("n\n"))
    assert run("get", "qwen3-0.6b") == 3
    assert "Thou shalt not sell it." in capsys.readouterr().err


# -- import, verify, remove ------------------------------------------------------------------------
def test_import_verify_remove(
    text_model: Path, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("import", text_model, "--as", "board") == 0
    assert capsys.readouterr().out.strip() == str(folder / "board")
    assert run("verify") == 0
    assert "board: as it came" in capsys.readouterr().out
    weights = folder / "board" / "model.safetensors"
    data = bytearray(weights.read_bytes())
    data[-1] ^= 1
    weights.write_bytes(bytes(data))
    assert run("verify", "board", "--json") == 4
    report = json.loads(capsys.readouterr().out)
    assert report == {
        "models": [{"id": "board", "problems": ["model.safetensors has another content than it had when it came."]}]
    }
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    assert run("remove", "board") == 3
    monkeypatch.setattr(sys, "stdin", Terminal("n\n"))
    assert run("remove", "board") == 130
    assert weights.exists()
    monkeypatch.setattr(sys, "stdin", Terminal("y\n"))
    assert run("remove", "board") == 0
    assert not (folder / "board").exists()


def test_damage_is_mended(site: Hub, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("get", "qwen3-0.6b") == 0
    (folder / "qwen3-0.6b" / "model.safetensors").unlink()
    capsys.readouterr()
    assert run("verify") == 4
    out = capsys.readouterr().out
    assert "model.safetensors is missing." in out
    assert "folkmoot models get qwen3-0.6b --again" in out
    assert run("get", "qwen3-0.6b", "--again") == 0
    assert run("verify", "qwen3-0.6b") == 0


def test_verify_of_what_has_no_checksums_or_is_not_there(
    text_model: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("verify") == 0
    assert "No models are installed" in capsys.readouterr().err
    assert run("verify", "qwen3-0.6b") == 3
    assert "is not installed" in capsys.readouterr().err
    shutil.copytree(text_model, folder / "qwen3-0.6b")
    assert run("verify") == 0
    assert "no checksums to compare with" in capsys.readouterr().err


def test_the_starter_kit_stays(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("remove", "starter-text", "--yes") == 3
    assert "cannot be removed" in capsys.readouterr().err
    assert catalogue.resolve("starter-text", Path()).folder.is_dir()


def test_import_says_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("import", tmp_path / "nowhere") == 3
    (tmp_path / "empty").mkdir()
    assert run("import", tmp_path / "empty") == 4
    assert "no config.json" in capsys.readouterr().err


# -- recommend -------------------------------------------------------------------------------------
def test_recommend(
    site: Hub, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    runs: list[int] = []

    def measure(threads: int) -> Trial:
        runs.append(threads)
        return Trial(Pace(190, 14), Pace(868, 24))

    monkeypatch.setattr(trial, "run", measure)
    monkeypatch.setattr(trial, "_remembered", {})
    monkeypatch.setattr(trial, "_folder", None)
    monkeypatch.setattr(device, "_cards", tuple)
    monkeypatch.setattr(device, "memory_mb", lambda: (16_000, 12_000))
    monkeypatch.setattr(device, "disk_free_bytes", lambda _: 100_000_000_000)
    assert run("recommend") == 0
    out = capsys.readouterr().out
    assert "folkmoot models get qwen3-asr-1.7b qwen3.5-2b" in out
    assert "4.6 times as fast" in out
    assert run("recommend", "--json") == 0
    data = json.loads(capsys.readouterr().out)
    assert data["missing"] == ["qwen3-asr-1.7b", "qwen3.5-2b"]
    assert data["download_mb"] == 4100 + 4550
    assert len(runs) == 1
    assert (Paths.default().cache / trial.FILE).is_file()
    assert run("recommend", "--again") == 0
    assert len(runs) == 2
