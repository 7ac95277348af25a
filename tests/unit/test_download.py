"""Downloads against a small real hub on this machine: resumed, checked, cancelled, and every way it can go wrong."""

from __future__ import annotations

import errno
import os
import pickle
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.domain.errors import Cancelled, InputError, ModelError, StorageError
from app.domain.models import DownloadEvent, DownloadNotice, DownloadProgress, ModelInstalled, Phase
from models import catalogue, download, fetching, hub, installing
from models.entries import CATALOGUE, QWEN_RESEARCH, ModelEntry
from models.fetching import Patience
from models.hub import HuggingFaceHub, ModelScopeHub, hub_for
from tests import tiny
from tests.hub import Hub, serve, sha256

ROOT = Path(__file__).parents[2]
REPO = "Qwen/Qwen3-0.6B"
WEIGHTS = "model.safetensors"
QUICK = Patience(tries=3, first_pause_s=0.02, longest_pause_s=0.05, silence_s=5.0)


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository as it lies on the hub: a tiny text model, and what must never be fetched."""
    folder = tiny.build_text(tmp_path_factory.mktemp("hub") / "text")
    for name in ("README.md", "LICENSE"):
        (folder / name).write_text("words")
    (folder / "empty.txt").touch()
    for name in (
        "pytorch_model.bin",
        "modeling_qwen3.py",
        ".gitattributes",
        "optimizer.pt",
        "consolidated.safetensors",
    ):
        (folder / name).write_bytes(b"no")
    return folder


@pytest.fixture
def site(published: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    for name in ("HF_ENDPOINT", "HF_TOKEN", "MODELSCOPE_DOMAIN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serve({REPO: published}) as running:
        yield running


@pytest.fixture
def models_dir(tmp_path: Path) -> Path:
    return tmp_path / "models – 模型"


def entry(name: str = "qwen3-0.6b") -> ModelEntry:
    found = catalogue.entry(name)
    assert found is not None
    return found


def fetch(site: Hub, models_dir: Path, **options: Any) -> list[DownloadEvent]:
    options = {"patience": QUICK} | options
    return list(download.download(entry(), models_dir, HuggingFaceHub(site.endpoint), **options))


def staged(models_dir: Path) -> Path:
    return installing.staging(models_dir, "qwen3-0.6b")


def parts(models_dir: Path) -> int:
    return sum(p.stat().st_size for p in staged(models_dir).glob(f"{WEIGHTS}*.part"))


def weights_size(published: Path) -> int:
    return (published / WEIGHTS).stat().st_size


# -- as it should be -------------------------------------------------------------------------------
def test_a_model_is_fetched_checked_and_usable(site: Hub, models_dir: Path, published: Path) -> None:
    events = fetch(site, models_dir)
    last = events[-1]
    assert isinstance(last, ModelInstalled)
    assert last.folder == models_dir / "qwen3-0.6b"
    assert last.fetched_bytes == sum(f.size for f in manifest(last.folder).files.values())
    assert (last.folder / WEIGHTS).read_bytes() == (published / WEIGHTS).read_bytes()
    names = {p.name for p in last.folder.iterdir()}
    assert names >= {"config.json", "tokenizer.json", "chat_template.jinja", "README.md", "LICENSE", "folkmoot.json"}
    assert not names & {"pytorch_model.bin", "modeling_qwen3.py", "optimizer.pt", ".gitattributes"}
    assert "consolidated.safetensors" not in names
    assert not staged(models_dir).exists()
    found = catalogue.resolve("qwen3-0.6b", models_dir, "text")
    assert catalogue.load_text(found, "cpu").count_tokens("budget") > 0
    assert installing.verify(last.folder) == []


def manifest(folder: Path) -> installing.Manifest:
    found = installing.read_manifest(folder)
    assert found is not None
    return found


def test_where_it_came_from_is_written_down(site: Hub, models_dir: Path) -> None:
    fetch(site, models_dir)
    found = manifest(models_dir / "qwen3-0.6b")
    assert found.source == f"{site.endpoint}/{REPO}"
    assert found.revision == "0123456789abcdef0123456789abcdef01234567"
    assert found.licence == "apache-2.0"
    assert found.files[WEIGHTS].checksum.startswith("sha256:")
    assert found.files["config.json"].checksum.startswith("git:")


def test_progress_is_told_and_crosses_processes(site: Hub, models_dir: Path, published: Path) -> None:
    site.habits.bytes_per_s = weights_size(published)  # a second: speed is told after half of one
    events = fetch(site, models_dir)
    seen = [e for e in events if isinstance(e, DownloadProgress) and e.phase is Phase.FETCHING]
    done = [e.done_bytes for e in seen]
    assert len(seen) >= 3
    assert done == sorted(done)
    assert any(e.speed_bytes_s > 0 and e.left_s is not None and e.left_s < 60 for e in seen)
    assert any(" of " in e.message for e in seen)
    assert pickle.loads(pickle.dumps(events)) == events


def test_what_is_here_is_not_fetched_again(site: Hub, models_dir: Path) -> None:
    fetch(site, models_dir)
    asked = len(site.asked)
    events = fetch(site, models_dir)
    assert [type(e) for e in events] == [ModelInstalled]
    assert len(site.asked) == asked


def test_of_a_damaged_model_only_the_damaged_files_are_fetched(site: Hub, models_dir: Path, published: Path) -> None:
    fetch(site, models_dir)
    folder = models_dir / "qwen3-0.6b"
    before = site.served(WEIGHTS)
    (folder / "tokenizer.json").write_bytes((folder / "tokenizer.json").read_bytes().replace(b"a", b"b"))
    assert installing.verify(folder) == ["tokenizer.json has another content than it had when it came."]
    last = fetch(site, models_dir, again=True)[-1]
    assert isinstance(last, ModelInstalled)
    assert last.fetched_bytes == (published / "tokenizer.json").stat().st_size
    assert site.served(WEIGHTS) == before
    assert installing.verify(folder) == []
    assert sorted(p.name for p in models_dir.iterdir()) == [".incoming", "qwen3-0.6b"]


def test_a_check_that_is_stopped_costs_nothing_later(site: Hub, models_dir: Path, published: Path) -> None:
    fetch(site, models_dir)
    before = site.served(WEIGHTS)
    cancel = threading.Event()
    with pytest.raises(Cancelled):
        for event in fetching_again(site, models_dir, cancel):
            if isinstance(event, DownloadProgress) and event.phase is Phase.CHECKING and event.done_bytes:
                cancel.set()
    assert any(staged(models_dir).iterdir())
    fetch(site, models_dir, again=True)
    assert site.served(WEIGHTS) == before
    assert installing.verify(models_dir / "qwen3-0.6b") == []


def fetching_again(site: Hub, models_dir: Path, cancel: threading.Event) -> Iterator[DownloadEvent]:
    return download.download(entry(), models_dir, HuggingFaceHub(site.endpoint), cancel=cancel, again=True)


def test_the_offline_switch_of_the_hubs_client_stays_on(site: Hub, models_dir: Path) -> None:
    import huggingface_hub

    fetch(site, models_dir)
    assert os.environ["HF_HUB_OFFLINE"] == "1"
    assert huggingface_hub.constants.HF_HUB_OFFLINE
    with pytest.raises(huggingface_hub.errors.OfflineModeIsEnabled):
        huggingface_hub.HfApi(endpoint=site.endpoint).model_info(REPO)


def test_this_hub_is_one_for_the_hubs_own_client(
    site: Hub, published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the tests are made against is what huggingface_hub itself takes for a hub."""
    import huggingface_hub
    from huggingface_hub import utils

    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setenv("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    try:
        info = huggingface_hub.HfApi(endpoint=site.endpoint).model_info(REPO, files_metadata=True, revision="main")
        assert info.siblings is not None
        names = {s.rfilename: s.lfs.sha256 if s.lfs else None for s in info.siblings}
        for name in (WEIGHTS, "config.json"):
            path = huggingface_hub.hf_hub_download(
                REPO, name, local_dir=tmp_path / "theirs", endpoint=site.endpoint, cache_dir=tmp_path / "cache"
            )
            assert Path(path).read_bytes() == (published / name).read_bytes()
        assert names[WEIGHTS] == sha256(published / WEIGHTS)
    finally:
        utils.close_session()


def test_modelscope(site: Hub, models_dir: Path, published: Path) -> None:
    events = list(download.download(entry(), models_dir, ModelScopeHub(site.endpoint), patience=QUICK))
    assert isinstance(events[-1], ModelInstalled)
    found = manifest(models_dir / "qwen3-0.6b")
    assert found.source == f"{site.endpoint}/models/{REPO}"
    assert found.files["config.json"].checksum.startswith("sha256:")
    assert (models_dir / "qwen3-0.6b" / WEIGHTS).stat().st_size == weights_size(published)


# -- going on --------------------------------------------------------------------------------------
def test_a_broken_line_costs_nothing_twice(site: Hub, models_dir: Path, published: Path) -> None:
    size = weights_size(published)
    site.habits.break_after, site.habits.breaks = size // 4, 3
    events = fetch(site, models_dir)
    assert isinstance(events[-1], ModelInstalled)
    firsts = [a.first for a in site.asked if a.path.endswith(WEIGHTS)]
    assert firsts[0] == 0
    assert firsts == sorted(set(firsts))  # every answer went on where the last one broke off
    assert len(firsts) == 4
    assert events[-1].fetched_bytes == sum(f.size for f in manifest(models_dir / "qwen3-0.6b").files.values())


def test_a_later_try_fetches_only_the_rest(site: Hub, models_dir: Path, published: Path) -> None:
    size = weights_size(published)
    site.habits.break_after, site.habits.breaks = size // 2, 1
    with pytest.raises(ModelError, match="cannot be reached"):
        fetch(site, models_dir, patience=Patience(tries=1))
    there = parts(models_dir)
    assert there > 0
    assert installing.left_over(models_dir, entry().id) >= there
    whole = {p.name for p in staged(models_dir).iterdir() if p.suffix != ".part"} - {"folkmoot.json"}
    before = len(site.asked)
    events = fetch(site, models_dir)
    again = {Path(a.path).name: a.sent for a in site.asked[before:]}
    assert again[WEIGHTS] == size - there
    assert not whole & set(again)
    assert isinstance(events[-1], ModelInstalled)


CHILD = """
import sys
from pathlib import Path
from models import catalogue, download
from models.hub import HuggingFaceHub
for event in download.download(catalogue.entry("qwen3-0.6b"), Path(sys.argv[1]), HuggingFaceHub(sys.argv[2])):
    pass
"""


@pytest.mark.skipif(os.name == "nt", reason="has no signals")
def test_a_killed_process_is_gone_on_from(site: Hub, models_dir: Path, published: Path) -> None:
    size = weights_size(published)
    site.habits.bytes_per_s = size / 20
    child = subprocess.Popen([sys.executable, "-c", CHILD, str(models_dir), site.endpoint], cwd=ROOT)
    try:
        wait_until(lambda: parts(models_dir) > size // 20)
        with pytest.raises(ModelError, match="already, in another window"):
            fetch(site, models_dir)
    finally:
        child.send_signal(signal.SIGKILL)
        child.wait()
    site.habits.bytes_per_s = 0
    there = parts(models_dir)
    events = fetch(site, models_dir)
    assert isinstance(events[-1], ModelInstalled)
    last = [a for a in site.asked if a.path.endswith(WEIGHTS)][-1]
    assert (last.first, last.sent) == (there, size - there)
    assert installing.verify(models_dir / "qwen3-0.6b") == []


def test_a_new_version_of_a_file_is_not_glued_to_the_old(
    site: Hub, models_dir: Path, published: Path, tmp_path: Path
) -> None:
    site.habits.break_after = weights_size(published) // 2
    with pytest.raises(ModelError):
        fetch(site, models_dir, patience=Patience(tries=1))
    newer = tmp_path / "newer"
    shutil.copytree(published, newer)
    other = tiny.build_text(tmp_path / "other", vocabulary=600)
    for name in (WEIGHTS, "config.json", "tokenizer.json"):
        shutil.copy(other / name, newer / name)
    site.repos[REPO] = newer
    site.habits.break_after = 0
    fetch(site, models_dir)
    assert (models_dir / "qwen3-0.6b" / WEIGHTS).read_bytes() == (newer / WEIGHTS).read_bytes()
    assert (models_dir / "qwen3-0.6b" / "config.json").read_bytes() == (newer / "config.json").read_bytes()


def test_a_hub_without_ranges_starts_over(site: Hub, models_dir: Path, published: Path) -> None:
    site.habits.break_after, site.habits.breaks = weights_size(published) // 2, 1
    site.habits.ignores_ranges = True
    fetch(site, models_dir)
    assert (models_dir / "qwen3-0.6b" / WEIGHTS).read_bytes() == (published / WEIGHTS).read_bytes()


def test_a_hub_that_gives_less_than_the_rest_is_asked_on(site: Hub, models_dir: Path, published: Path) -> None:
    site.habits.break_after, site.habits.breaks = weights_size(published) // 2, 1
    site.habits.short_ranges = weights_size(published) // 5
    fetch(site, models_dir)
    assert (models_dir / "qwen3-0.6b" / WEIGHTS).read_bytes() == (published / WEIGHTS).read_bytes()
    assert site.served(WEIGHTS) < 1.2 * weights_size(published), "what has come is kept"


# -- cancelling ------------------------------------------------------------------------------------
@pytest.mark.parametrize("habit", ["bytes_per_s", "stall_after", "delay_s"])
def test_cancel_takes_less_than_a_second(site: Hub, models_dir: Path, habit: str) -> None:
    setattr(site.habits, habit, {"bytes_per_s": 20_000, "stall_after": 8192, "delay_s": 20.0}[habit])
    cancel = threading.Event()
    began = 0.0
    with pytest.raises(Cancelled):
        for event in download.download(entry(), models_dir, HuggingFaceHub(site.endpoint), cancel=cancel):
            started = isinstance(event, DownloadProgress) and (event.done_bytes > 0 or habit == "delay_s")
            if started and not cancel.is_set():
                cancel.set()
                began = time.monotonic()
    assert time.monotonic() - began < 2.0  # twice what is promised: this machine may be busy
    assert not (models_dir / "qwen3-0.6b").exists()


def test_cancel_before_the_start(site: Hub, models_dir: Path) -> None:
    cancel = threading.Event()
    cancel.set()
    with pytest.raises(Cancelled):
        fetch(site, models_dir, cancel=cancel)
    assert site.asked == []


def test_leaving_the_generator_stops_the_download(site: Hub, models_dir: Path) -> None:
    site.habits.bytes_per_s = 20_000
    events = download.download(entry(), models_dir, HuggingFaceHub(site.endpoint))
    next(events)
    events.close()
    assert not [t for t in threading.enumerate() if t.name.startswith("download")]
    with installing.held(models_dir, "qwen3-0.6b"):  # the lock is free
        pass


# -- lies and damage -------------------------------------------------------------------------------
def test_a_damaged_file_is_fetched_once_more(site: Hub, models_dir: Path, published: Path) -> None:
    site.habits.corrupt = 1
    events = fetch(site, models_dir)
    notices = [e.message for e in events if isinstance(e, DownloadNotice)]
    assert notices == [f"{WEIGHTS} arrived damaged and is fetched again."]
    assert (models_dir / "qwen3-0.6b" / WEIGHTS).read_bytes() == (published / WEIGHTS).read_bytes()


def test_a_file_that_stays_damaged_is_never_installed(site: Hub, models_dir: Path, published: Path) -> None:
    site.habits.corrupt = 100
    with pytest.raises(ModelError, match=r"model.safetensors arrived damaged twice.*checksum") as caught:
        fetch(site, models_dir)
    assert "models import" in caught.value.to_do
    assert site.served(WEIGHTS) == 2 * weights_size(published)
    assert not (models_dir / "qwen3-0.6b").exists()
    assert parts(models_dir) == 0


@pytest.mark.parametrize(
    ("habits", "says"),
    [
        ({"announce_less": 100}, "announces"),
        ({"announce_more": 100}, "announces"),
        ({"ends_early": 100}, "ended after"),
    ],
)
def test_a_hub_that_lies_about_sizes(site: Hub, models_dir: Path, habits: dict[str, int], says: str) -> None:
    for name, value in habits.items():
        setattr(site.habits, name, value)
    if "ends_early" in habits:
        site.habits.ignores_ranges = True
    with pytest.raises(ModelError, match=f"does not send {WEIGHTS} as it is listed.*{says}"):
        fetch(site, models_dir)
    assert not (models_dir / "qwen3-0.6b").exists()


def test_a_list_that_lies_about_a_size(site: Hub, models_dir: Path, published: Path) -> None:
    real = installing.Checksum("sha256", "0" * 64)
    site.habits.lists[WEIGHTS] = {"lfs": {"size": 10, "sha256": real.value, "pointerSize": 1}}
    with pytest.raises(ModelError, match="does not send"):
        fetch(site, models_dir)


def test_a_hub_that_sends_the_wrong_part(site: Hub, models_dir: Path, published: Path) -> None:
    site.habits.break_after, site.habits.breaks = weights_size(published) // 2, 1
    site.habits.wrong_ranges = True
    fetch(site, models_dir)  # begins anew, without a range
    assert (models_dir / "qwen3-0.6b" / WEIGHTS).read_bytes() == (published / WEIGHTS).read_bytes()


@pytest.mark.parametrize(
    ("says", "change"),
    [
        ("no list of the files", {"listing_body": b"<html>Welcome to the hotel</html>"}),
        ("no list of the files", {"listing_body": b'["no", "model"]'}),
        ("no list of the files", {"listing_body": b'{"id": "x", "siblings": [{"size": 3}]}'}),
        ("holds no model", {"listing_body": b'{"id": "x", "siblings": []}'}),
        ("gives no checksum", {"lists": {WEIGHTS: {"lfs": None, "blobId": None}}}),
        ("gives no checksum", {"lists": {WEIGHTS: {"lfs": {"size": 1, "sha256": "xyz", "pointerSize": 1}}}}),
    ],
)
def test_lists_that_make_no_sense(site: Hub, models_dir: Path, says: str, change: dict[str, Any]) -> None:
    for name, value in change.items():
        setattr(site.habits, name, value)
    with pytest.raises(ModelError, match=says):
        fetch(site, models_dir)


@pytest.mark.parametrize("name", ["../evil.json", "a/b.json", "/etc/x.json", "..\\x.json", "c:x.json", ".env.json", ""])
def test_names_that_lead_elsewhere_are_not_taken(name: str) -> None:
    assert not installing.is_wanted(name)


def test_another_model_under_the_name_is_not_installed(
    site: Hub, models_dir: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    site.repos[REPO] = tiny.build_speech(tmp_path_factory.mktemp("wrong") / "speech")
    with pytest.raises(ModelError, match="has another model under this name"):
        fetch(site, models_dir)
    assert not (models_dir / "qwen3-0.6b").exists()
    assert not staged(models_dir).exists()


# -- a hub that refuses ----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("status", "code", "says", "to_do"),
    [
        (401, "GatedRepo", "wants to be asked first", "HF_TOKEN"),
        (401, "", "private, gone, or wants you to sign in", "HF_TOKEN"),
        (403, "", r"does not give out.*403", "HF_TOKEN"),
        (404, "RepoNotFound", "has no Qwen/Qwen3-0.6B", "modelscope"),
        (429, "", "too much was asked", "some minutes"),
        (500, "", "trouble of its own", "HF_ENDPOINT"),
        (503, "", "trouble of its own", "HF_ENDPOINT"),
        (418, "", "refused to give", "modelscope"),
    ],
)
def test_refusals_are_said_in_words(site: Hub, models_dir: Path, status: int, code: str, says: str, to_do: str) -> None:
    site.habits.listing_status, site.habits.error_code = status, code
    with pytest.raises(ModelError, match=says) as caught:
        fetch(site, models_dir)
    assert to_do in caught.value.to_do
    tries = QUICK.tries if status in (429, 500, 503) else 1
    assert len(site.asked) == tries


def test_patience_with_a_busy_hub(site: Hub, models_dir: Path) -> None:
    site.habits.status, site.habits.statuses, site.habits.retry_after = 429, 1, "1"
    began = time.monotonic()
    events = fetch(site, models_dir)
    assert time.monotonic() - began >= 1.0
    waiting = [e for e in events if isinstance(e, DownloadProgress) and e.phase is Phase.WAITING]
    assert waiting
    assert "Next try in 1 s" in waiting[0].message
    assert isinstance(events[-1], ModelInstalled)


def test_a_hub_that_asks_for_hours_is_not_waited_for(site: Hub, models_dir: Path) -> None:
    site.habits.status, site.habits.retry_after = 429, "7200"
    with pytest.raises(ModelError, match="too much was asked"):
        fetch(site, models_dir)


def test_a_missing_file(site: Hub, models_dir: Path) -> None:
    site.habits.status, site.habits.error_code = 404, "EntryNotFound"
    with pytest.raises(ModelError, match=r"has no model.safetensors in Qwen/Qwen3-0.6B"):
        fetch(site, models_dir)


def test_a_silent_hub(site: Hub, models_dir: Path) -> None:
    site.habits.stall_after = 8192
    with pytest.raises(ModelError, match="cannot be reached"):
        fetch(site, models_dir, patience=Patience(tries=1, silence_s=0.3))
    assert parts(models_dir) > 0


def test_nobody_there(models_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        nobody = HuggingFaceHub(f"http://127.0.0.1:{s.getsockname()[1]}")
        with pytest.raises(ModelError, match=r"127.0.0.1:\d+ cannot be reached") as caught:
            list(download.download(entry(), models_dir, nobody, patience=QUICK))
    for word in ("HF_ENDPOINT", "modelscope", "models import"):
        assert word in caught.value.to_do


def test_no_network(models_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    away = HuggingFaceHub("https://hub.invalid")
    with pytest.raises(ModelError, match=r"hub.invalid cannot be found: there is no network"):
        list(download.download(entry(), models_dir, away, patience=QUICK))


# -- tokens ----------------------------------------------------------------------------------------
def test_a_token_opens_what_is_closed(site: Hub, models_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site.habits.token = "hf_secret"
    with pytest.raises(ModelError, match="wants to be asked first"):
        fetch(site, models_dir)
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    assert isinstance(fetch(site, models_dir)[-1], ModelInstalled)


def test_tokens_go_to_nobody_they_do_not_concern(monkeypatch: pytest.MonkeyPatch) -> None:
    import huggingface_hub

    monkeypatch.delenv("HF_TOKEN", raising=False)
    monkeypatch.setattr(huggingface_hub, "get_token", lambda: "hf_saved")
    assert HuggingFaceHub(hub.HUGGING_FACE).headers()["Authorization"] == "Bearer hf_saved"
    assert "Authorization" not in HuggingFaceHub("https://hf-mirror.com").headers()
    monkeypatch.setenv("HF_TOKEN", "hf_given")
    assert HuggingFaceHub("https://hub.example.org").headers()["Authorization"] == "Bearer hf_given"
    assert "Authorization" not in HuggingFaceHub("http://hub.example.org").headers()
    assert "Authorization" not in ModelScopeHub(hub.MODELSCOPE).headers()


# -- the disk --------------------------------------------------------------------------------------
def test_space_is_looked_at_first(site: Hub, models_dir: Path) -> None:
    with pytest.raises(StorageError, match=r"Qwen3 0.6B needs .* more, and 300 MB are free") as caught:
        fetch(site, models_dir, free=lambda _: 300_000_000)
    assert "smaller model" in caught.value.to_do
    assert site.served(WEIGHTS) == 0


def test_a_disk_that_fills_up(site: Hub, models_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.fsync

    def full(handle: int) -> None:
        if WEIGHTS in str(Path(f"/proc/self/fd/{handle}").readlink()):
            raise OSError(errno.ENOSPC, "No space left on device")
        real(handle)

    if not Path("/proc/self/fd").exists():
        pytest.skip("needs /proc")
    with monkeypatch.context() as patch:
        patch.setattr(fetching.os, "fsync", full)
        with pytest.raises(StorageError, match="disk is full") as caught:
            fetch(site, models_dir)
    assert "What has come is kept" in caught.value.to_do
    first = site.served(WEIGHTS)
    assert isinstance(fetch(site, models_dir)[-1], ModelInstalled)
    assert site.served(WEIGHTS) == first


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written(site: Hub, models_dir: Path) -> None:
    models_dir.mkdir()
    models_dir.chmod(0o500)
    with pytest.raises(StorageError, match="access is denied"):
        fetch(site, models_dir)


def test_a_file_in_the_place_of_the_folder(site: Hub, models_dir: Path) -> None:
    models_dir.write_text("in the way")
    with pytest.raises(StorageError, match="folder for models"):
        fetch(site, models_dir)


def test_two_at_once(site: Hub, models_dir: Path) -> None:
    site.habits.bytes_per_s = 20_000
    first = download.download(entry(), models_dir, HuggingFaceHub(site.endpoint))
    next(first)
    with pytest.raises(ModelError, match="fetched, imported or removed already"):
        fetch(site, models_dir)
    with pytest.raises(ModelError, match="fetched, imported or removed already"):
        download.remove(entry(), models_dir)
    first.close()


def test_a_crash_between_two_renames_is_mended(site: Hub, models_dir: Path) -> None:
    fetch(site, models_dir)
    old = models_dir / ".incoming" / "qwen3-0.6b.old"
    (models_dir / "qwen3-0.6b").rename(old)
    asked = len(site.asked)
    assert isinstance(fetch(site, models_dir)[-1], ModelInstalled)
    assert len(site.asked) == asked


# -- licences and choices --------------------------------------------------------------------------
def test_a_licence_with_conditions_is_accepted_first(
    site: Hub, models_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    restricted = replace(entry(), licence=QWEN_RESEARCH)
    with pytest.raises(download.LicenceNotAccepted, match="research and evaluation only") as caught:
        list(download.download(restricted, models_dir, HuggingFaceHub(site.endpoint)))
    assert site.asked == []
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)
    accepted = download.download(restricted, models_dir, HuggingFaceHub(site.endpoint), accept_licence=True)
    assert isinstance(list(accepted)[-1], ModelInstalled)


def test_a_licence_that_has_changed_on_the_hub_is_noticed(site: Hub, models_dir: Path) -> None:
    site.habits.licence = "proprietary"
    with pytest.raises(download.LicenceNotAccepted, match="another than the one Folkmoot knows of"):
        fetch(site, models_dir)
    assert site.served(WEIGHTS) == 0
    restricted = replace(entry(), licence=QWEN_RESEARCH)
    hub = HuggingFaceHub(site.endpoint)
    with pytest.raises(download.LicenceNotAccepted, match="another than"):  # the one that was accepted was not this
        list(download.download(restricted, models_dir, hub, accept_licence={QWEN_RESEARCH.name}))
    both = {QWEN_RESEARCH.name, "proprietary"}
    assert isinstance(list(download.download(restricted, models_dir, hub, accept_licence=both))[-1], ModelInstalled)


def test_a_sign_in_page_is_no_licence(site: Hub) -> None:
    assert download.licence_text(entry(), HuggingFaceHub(site.endpoint)) == "words"
    site.habits.sign_in = True
    assert download.licence_text(entry(), HuggingFaceHub(site.endpoint)) == ""


def test_what_cannot_be_fetched(models_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(catalogue.FAMILIES, "qwen3-omni", replace(catalogue.FAMILIES["qwen3-omni"], loader=""))
    unusable = [e for e in CATALOGUE if not e.is_usable]
    for e in [entry("starter-asr"), *unusable]:
        with pytest.raises(InputError):
            list(download.download(e, models_dir, HuggingFaceHub("http://127.0.0.1:1")))
    assert unusable
    assert not models_dir.exists()


def test_choosing_a_hub() -> None:
    assert hub_for(None, {}).endpoint == "https://huggingface.co"
    assert hub_for(None, {"HF_ENDPOINT": "https://hf-mirror.com/"}).endpoint == "https://hf-mirror.com"
    assert hub_for("huggingface", {"HF_ENDPOINT": "https://hf-mirror.com"}).endpoint == "https://huggingface.co"
    assert hub_for("https://hub.example.org/x", {}).endpoint == "https://hub.example.org/x"
    scope = hub_for("ModelScope", {"MODELSCOPE_DOMAIN": "www.modelscope.ai"})
    assert isinstance(scope, ModelScopeHub)
    assert scope.endpoint == "https://www.modelscope.ai"
    assert hub_for("modelscope", {}).endpoint == "https://modelscope.cn"
    for bad in ("hub", "ftp://x.org", "https://", "http://x:99999999"):
        with pytest.raises(InputError, match="no hub to fetch models from"):
            hub_for(bad, {})


def test_addresses_are_those_the_hubs_document() -> None:
    face, scope = hub_for("huggingface", {}), hub_for("modelscope", {})
    assert face.listing_url(REPO, "main") == f"https://huggingface.co/api/models/{REPO}/revision/main?blobs=true"
    assert face.file_url(REPO, "abc", "a.json") == f"https://huggingface.co/{REPO}/resolve/abc/a.json"
    assert scope.repo(entry()) == (REPO, "master")
    assert scope.listing_url(REPO, "master").endswith(
        f"/api/v1/models/{REPO}/repo/files?Revision=master&Recursive=True"
    )
    assert scope.file_url(REPO, "master", "a.json").endswith(f"/{REPO}/repo?Revision=master&FilePath=a.json")


# -- removing --------------------------------------------------------------------------------------
def test_removing(site: Hub, models_dir: Path) -> None:
    fetch(site, models_dir)
    assert download.remove(entry(), models_dir) > 100_000
    assert not (models_dir / "qwen3-0.6b").exists()
    assert [p.name for p in (models_dir / ".incoming").iterdir() if p.suffix != ".lock"] == []
    with pytest.raises(InputError, match="is not installed"):
        download.remove(entry(), models_dir)
    with pytest.raises(InputError, match="cannot be removed"):
        download.remove(entry("starter-text"), models_dir)


def wait_until(what: Callable[[], bool], seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)
