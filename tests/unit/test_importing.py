"""Models from a USB stick: folders and archives, honest ones and others."""

from __future__ import annotations

import io
import json
import os
import shutil
import tarfile
import threading
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.domain.errors import Cancelled, InputError, ModelError, StorageError
from app.domain.models import DownloadEvent, DownloadNotice, DownloadProgress, ModelInstalled
from models import catalogue, importing, installing
from models.importing import import_model
from tests import tiny


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.build_text(tmp_path_factory.mktemp("stick") / "Minutes of ours")


@pytest.fixture
def models_dir(tmp_path: Path) -> Path:
    return tmp_path / "models"


def bring(source: Path, models_dir: Path, **options: Any) -> list[DownloadEvent]:
    return list(import_model(source, models_dir, **options))


def installed(events: list[DownloadEvent]) -> ModelInstalled:
    assert isinstance(events[-1], ModelInstalled)
    return events[-1]


def as_zip(model: Path, path: Path, prefix: str = "") -> Path:
    with zipfile.ZipFile(path, "w") as z:
        for file in sorted(model.iterdir()):
            z.write(file, prefix + file.name)
    return path


def as_tar(model: Path, path: Path, prefix: str = "", mode: str = "w") -> Path:
    with tarfile.open(path, mode) as t:  # type: ignore[call-overload]
        for file in sorted(model.iterdir()):
            t.add(file, prefix + file.name)
    return path


def nothing_left(models_dir: Path) -> bool:
    rest = [p for p in models_dir.rglob("*") if p.is_file() and p.suffix != ".lock"] if models_dir.exists() else []
    return not rest


# -- as it should be -------------------------------------------------------------------------------
def test_a_folder(model: Path, models_dir: Path) -> None:
    found = installed(bring(model, models_dir))
    assert found.folder == models_dir / "Minutes-of-ours"
    assert {p.name for p in found.folder.iterdir()} == {p.name for p in model.iterdir()} | {"folkmoot.json"}
    assert installing.verify(found.folder) == []
    resolved = catalogue.resolve("Minutes-of-ours", models_dir, "text")
    assert catalogue.load_text(resolved, "cpu").count_tokens("budget") > 0
    assert model.is_dir()  # it is a copy


ARCHIVES: dict[str, Callable[[Path, Path], Path]] = {
    "flat.zip": lambda m, p: as_zip(m, p),
    "nested.zip": lambda m, p: as_zip(m, p, "Minutes/"),
    "deep.zip": lambda m, p: as_zip(m, p, "backup/2026/Minutes/"),
    "flat.tar": lambda m, p: as_tar(m, p, "./"),
    "nested.tar.gz": lambda m, p: as_tar(m, p, "Minutes/", "w:gz"),
    "nested.tar.xz": lambda m, p: as_tar(m, p, "Minutes/", "w:xz"),
}


@pytest.mark.parametrize("name", ARCHIVES)
def test_archives(model: Path, models_dir: Path, tmp_path: Path, name: str) -> None:
    found = installed(bring(ARCHIVES[name](model, tmp_path / name), models_dir))
    for file in model.iterdir():
        assert (found.folder / file.name).read_bytes() == file.read_bytes()


def test_the_hubs_own_cache_is_made_of_links(
    model: Path, models_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """…/models--Qwen--Qwen3-0.6B/snapshots/<commit>/config.json → ../../blobs/…"""
    monkeypatch.setattr(importing, "_SIZE_TOLERANCE", 10.0)
    home = tmp_path / "models--Qwen--Qwen3-0.6B"
    snapshot = home / "snapshots" / "0123456789abcdef0123456789abcdef01234567"
    snapshot.mkdir(parents=True)
    (home / "blobs").mkdir()
    for i, file in enumerate(sorted(model.iterdir())):
        shutil.copy(file, home / "blobs" / str(i))
        (snapshot / file.name).symlink_to(home / "blobs" / str(i))
    found = installed(bring(snapshot, models_dir))
    assert found.model == "qwen3-0.6b"
    assert not (found.folder / "config.json").is_symlink()
    assert catalogue.default("text", models_dir).entry.id == "qwen3-0.6b"


@pytest.mark.parametrize("name", ["Qwen3-0.6B", "qwen3-0.6b.zip", "Qwen3-0.6B.tar.gz"])
def test_names_that_say_what_it_is(
    model: Path, models_dir: Path, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "_SIZE_TOLERANCE", 10.0)
    source = tmp_path / name
    if name.endswith(".zip"):
        as_zip(model, source)
    elif name.endswith(".gz"):
        as_tar(model, source, "model/", "w:gz")
    else:
        shutil.copytree(model, source)
    assert installed(bring(source, models_dir)).model == "qwen3-0.6b"


def test_a_name_can_be_given(model: Path, models_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert installed(bring(model, models_dir, name="board-minutes")).folder == models_dir / "board-minutes"
    with pytest.raises(ModelError, match=r"It has .* of weights, and Qwen3 0.6B has about 1.5 GB"):
        bring(model, models_dir, name="Qwen/Qwen3-0.6B")
    monkeypatch.setattr(importing, "_SIZE_TOLERANCE", 10.0)
    assert installed(bring(model, models_dir, name="Qwen/Qwen3-0.6B")).model == "qwen3-0.6b"


@pytest.mark.parametrize("name", ["../x", "a/b", "", ".hidden", "x" * 65, "a b"])
def test_names_that_cannot_be(model: Path, models_dir: Path, name: str) -> None:
    with pytest.raises(InputError, match="cannot be called"):
        bring(model, models_dir, name=name)


def test_the_same_again_replaces_it(model: Path, models_dir: Path, tmp_path: Path) -> None:
    bring(model, models_dir, name="ours")
    newer = tmp_path / "newer"
    shutil.copytree(model, newer)
    (newer / "LICENSE").write_text("new")
    folder = installed(bring(newer, models_dir, name="ours")).folder
    assert (folder / "LICENSE").read_text() == "new"
    with pytest.raises(InputError, match="where ours is installed"):
        bring(folder, models_dir, name="ours")


def test_progress_and_cancel(model: Path, models_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "_EVERY_S", 0.0)
    monkeypatch.setattr(importing, "BLOCK", 10_000)
    seen = [e for e in bring(model, models_dir, name="one") if isinstance(e, DownloadProgress)]
    assert [e.done_bytes for e in seen] == sorted(e.done_bytes for e in seen)
    assert seen[-1].done_bytes == seen[-1].total_bytes == sum(p.stat().st_size for p in model.iterdir())
    cancel = threading.Event()
    events = import_model(model, models_dir, name="two", cancel=cancel)
    next(events)
    cancel.set()
    with pytest.raises(Cancelled):
        list(events)
    assert not (models_dir / "two").exists()
    assert not installing.staging(models_dir, "two.import").exists()


# -- what is left behind, and what is refused --------------------------------------------------------
def test_code_and_pickles_are_left_behind(model: Path, models_dir: Path, tmp_path: Path) -> None:
    source = tmp_path / "with-code"
    shutil.copytree(model, source)
    for name in ("modeling_qwen3.py", "optimizer.pt", "pytorch_model.bin", "run.sh", "folkmoot.json"):
        (source / name).write_text("import os")
    events = bring(source, models_dir)
    names = {p.name for p in installed(events).folder.iterdir()}
    assert not names & {"modeling_qwen3.py", "optimizer.pt", "pytorch_model.bin", "run.sh"}
    notices = [e.message for e in events if isinstance(e, DownloadNotice)]
    assert len(notices) == 1
    assert "modeling_qwen3.py" in notices[0]


def hostile_zip(model: Path, path: Path) -> Path:
    as_zip(model, path, "Minutes/")
    with zipfile.ZipFile(path, "a") as z:
        z.writestr("../../evil.json", "{}")
        z.writestr("/tmp/evil-absolute.json", "{}")
        z.writestr("Minutes/../../evil2.json", "{}")
        z.writestr("..\\evil3.json", "{}")
        link = zipfile.ZipInfo("Minutes/special_tokens_map.json")
        link.external_attr = 0o120777 << 16
        z.writestr(link, "/etc/passwd")
    return path


def hostile_tar(model: Path, path: Path) -> Path:
    with tarfile.open(path, "w") as t:
        for file in sorted(model.iterdir()):
            t.add(file, f"Minutes/{file.name}")
        for name in ("../../evil.json", "/tmp/evil-absolute.json", "Minutes/../../evil2.json"):
            info = tarfile.TarInfo(name)
            info.size = 2
            t.addfile(info, io.BytesIO(b"{}"))
        for kind, name in ((tarfile.SYMTYPE, "special_tokens_map.json"), (tarfile.LNKTYPE, "added_tokens.json")):
            info = tarfile.TarInfo(f"Minutes/{name}")
            info.type, info.linkname = kind, "/etc/passwd"
            t.addfile(info)
        device = tarfile.TarInfo("Minutes/vocab.json")
        device.type = tarfile.CHRTYPE
        t.addfile(device)
    return path


@pytest.mark.parametrize("make", [hostile_zip, hostile_tar])
def test_archives_cannot_write_elsewhere(model: Path, models_dir: Path, tmp_path: Path, make: Any) -> None:
    before = {p for p in tmp_path.rglob("*") if models_dir not in p.parents}
    folder = installed(bring(make(model, tmp_path / "hostile.archive"), models_dir)).folder
    assert {p.name for p in folder.iterdir()} == {p.name for p in model.iterdir()} | {"folkmoot.json"}
    after = {p for p in tmp_path.rglob("*") if models_dir not in p.parents}
    assert after - before == {tmp_path / "hostile.archive", models_dir}
    assert not Path("/tmp/evil-absolute.json").exists()


def test_an_archive_that_holds_more_than_it_says(model: Path, models_dir: Path, tmp_path: Path) -> None:
    path = as_zip(model, tmp_path / "bomb.zip")
    size = (model / "model.safetensors").stat().st_size
    data = path.read_bytes()
    # Both headers say 100 bytes; the content is what it was.
    real = size.to_bytes(4, "little")
    assert data.count(real) >= 2
    path.write_bytes(data.replace(real, (100).to_bytes(4, "little")))
    with pytest.raises(ModelError):
        bring(path, models_dir)
    assert nothing_left(models_dir)


def _without(*names: str) -> Callable[[Path], None]:
    return lambda folder: [(folder / n).unlink() for n in names] and None


def _config(**changes: Any) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        path = folder / "config.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | changes))

    return change


def _pickled(folder: Path) -> None:
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")


def _cut(folder: Path) -> None:
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-100])


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (_without("config.json"), "no config.json"),
        (_without("model.safetensors"), "no weights"),
        (_without("tokenizer.json"), "no tokenizer"),
        (_pickled, "pickled.*refused"),
        (_cut, "damaged"),
        (_config(auto_map={"AutoModel": "modeling.X"}), "run code of its own"),
        (_config(model_type="llama", architectures=["LlamaForCausalLM"]), "of a kind that cannot be used"),
        (_config(model_type="qwen3_asr", thinker_config={"text_config": {"hidden_size": 1024}}), "original form.*-hf"),
    ],
)
def test_what_is_no_model_is_refused(
    model: Path, models_dir: Path, tmp_path: Path, damage: Callable[[Path], None], says: str
) -> None:
    source = tmp_path / "some-model"
    shutil.copytree(model, source)
    damage(source)
    with pytest.raises(ModelError, match=says) as caught:
        bring(source, models_dir)
    assert ".incoming" not in str(caught.value)
    assert nothing_left(models_dir)


def test_a_model_of_another_kind_under_a_known_name(model: Path, models_dir: Path, tmp_path: Path) -> None:
    source = tmp_path / "Qwen3-ASR-0.6B-hf"
    shutil.copytree(model, source)
    with pytest.raises(ModelError, match="another kind of model"):
        bring(source, models_dir)


def test_archives_that_are_damaged(model: Path, models_dir: Path, tmp_path: Path) -> None:
    whole = {"a.zip": as_zip(model, tmp_path / "a.zip"), "a.tar.gz": as_tar(model, tmp_path / "a.tar.gz", "", "w:gz")}
    for name, path in whole.items():
        data = path.read_bytes()
        cut = tmp_path / f"cut-{name}"
        cut.write_bytes(data[: len(data) // 2])
        with pytest.raises(ModelError, match=r"damaged or was not copied"):
            bring(cut, models_dir)
    broken = bytearray(whole["a.zip"].read_bytes())
    at = broken.find(b"model.safetensors") + 20_000
    broken[at] ^= 0xFF
    (tmp_path / "flipped.zip").write_bytes(bytes(broken))
    with pytest.raises(ModelError, match="damaged"):
        bring(tmp_path / "flipped.zip", models_dir)
    (tmp_path / "x.zip").write_bytes(b"nothing of the kind")
    with pytest.raises(ModelError, match="damaged"):
        bring(tmp_path / "x.zip", models_dir)
    assert nothing_left(models_dir)


def test_an_encrypted_archive(model: Path, models_dir: Path, tmp_path: Path) -> None:
    path = as_zip(model, tmp_path / "secret.zip")
    data = bytearray(path.read_bytes())
    at = data.rfind(b"PK\x01\x02")  # the flags of the last file in the directory of the archive
    data[at + 8] |= 1
    path.write_bytes(bytes(data))
    with pytest.raises(ModelError, match="encrypted"):
        bring(path, models_dir)


def test_several_models_at_once(model: Path, models_dir: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        shutil.copytree(model, tmp_path / "stick" / name)
    with pytest.raises(ModelError, match=r"several models in it: one, two"):
        bring(tmp_path / "stick", models_dir)


def test_what_is_not_there_or_no_archive(models_dir: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="There is no"):
        bring(tmp_path / "nowhere", models_dir)
    (tmp_path / "notes.txt").write_text("words")
    with pytest.raises(InputError, match="neither a folder nor an archive"):
        bring(tmp_path / "notes.txt", models_dir)


def test_the_starter_kit_cannot_be_replaced(model: Path, models_dir: Path) -> None:
    with pytest.raises(InputError, match="part of Folkmoot"):
        bring(model, models_dir, name="starter-text")


def test_what_cannot_be_used_yet(model: Path, models_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    families = catalogue.FAMILIES
    monkeypatch.setitem(families, "qwen3-moe", replace(families["qwen3-moe"], loader=""))
    with pytest.raises(ModelError, match="cannot be used by this version"):
        bring(model, models_dir, name="qwen3-30b-a3b-instruct-2507")


def test_space_is_looked_at_first(model: Path, models_dir: Path) -> None:
    with pytest.raises(StorageError, match=r"needs .* more, and 1.0 MB are free"):
        bring(model, models_dir, free=lambda _: 1_000_000)
    assert nothing_left(models_dir)


def test_two_at_once(model: Path, models_dir: Path) -> None:
    with installing.held(models_dir, "ours"), pytest.raises(ModelError, match="already"):
        bring(model, models_dir, name="ours")


@pytest.mark.skipif(os.name == "nt", reason="folders of other people's")
def test_a_folder_of_the_users_is_not_written_over(model: Path, models_dir: Path) -> None:
    (models_dir / "ours").mkdir(parents=True)
    (models_dir / "ours" / "diary.txt").write_text("mine")
    with pytest.raises(InputError, match="already something called ours"):
        bring(model, models_dir, name="ours")
    assert (models_dir / "ours" / "diary.txt").read_text() == "mine"
