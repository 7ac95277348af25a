"""What is wrong with a model's folder is said in words with a next step, before or while it is loaded."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from app.domain.errors import ModelError
from models import catalogue, device, loading
from models.memory import OutOfMemory
from tests import tiny


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    home = tmp_path_factory.mktemp("models")
    return {
        "text": tiny.build_text(home / "text"),
        "speech": tiny.build_speech(home / "speech"),
        "align": tiny.build_aligner(home / "align"),
    }


@pytest.fixture
def copy(built: dict[str, Path], tmp_path: Path) -> Callable[[str], Path]:
    def make(kind: str) -> Path:
        return Path(shutil.copytree(built[kind], tmp_path / kind))

    return make


def refused(folder: Path) -> ModelError:
    with pytest.raises(ModelError) as caught:
        catalogue.load(catalogue.resolve(str(folder), folder.parent), "cpu")
    assert caught.value.to_do.endswith("."), "a next step"
    return caught.value


def in_shards(folder: Path) -> list[Path]:
    model = loading.transformers().AutoModelForCausalLM.from_pretrained(folder)
    (folder / "model.safetensors").unlink()
    model.save_pretrained(folder, max_shard_size="60KB")
    shards = sorted(folder.glob("model-*.safetensors"))
    assert len(shards) > 1
    return shards


def test_shards_load(copy: Callable[[str], Path]) -> None:
    folder = copy("text")
    in_shards(folder)
    assert catalogue.load(catalogue.resolve(str(folder), folder.parent), "cpu").name == "text"


def test_a_missing_shard(copy: Callable[[str], Path]) -> None:
    folder = copy("text")
    lost = in_shards(folder)[1]
    lost.unlink()
    assert f"not complete: of its weights {lost.name} are missing" in refused(folder).what


def test_a_shard_that_was_not_copied_to_its_end(copy: Callable[[str], Path]) -> None:
    folder = copy("text")
    short = in_shards(folder)[-1]
    short.write_bytes(short.read_bytes()[:-7])
    assert f"{short.name} is damaged or was not copied to its end" in refused(folder).what


def test_shards_of_another_model(copy: Callable[[str], Path]) -> None:
    folder = copy("text")
    shards = in_shards(folder)
    shutil.copy(shards[0], shards[1])  # whole in itself, but with other tensors than the index says
    error = refused(folder)
    assert str(folder) in error.what
    assert "download the whole model" in error.to_do


@pytest.mark.parametrize(
    ("token", "kind"), [("<|im_end|>", "text"), ("<asr_text>", "speech"), ("<timestamp>", "align")]
)
def test_a_tokenizer_without_the_tokens_that_are_needed(copy: Callable[[str], Path], token: str, kind: str) -> None:
    folder = copy(kind)
    for name in ("tokenizer.json", "tokenizer_config.json"):
        text = (folder / name).read_text(encoding="utf-8")
        (folder / name).write_text(text.replace(token, "<|of another model|>"), encoding="utf-8")
    error = refused(folder)
    assert "belongs to another model" in error.what
    assert token in error.what


def test_a_tokenizer_that_ends_elsewhere(copy: Callable[[str], Path]) -> None:
    folder = copy("text")
    path = folder / "generation_config.json"
    settings = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(settings | {"eos_token_id": 7}), encoding="utf-8")
    assert "belongs to another model" in refused(folder).what


def test_a_tokenizer_with_more_tokens_than_the_model(copy: Callable[[str], Path], tmp_path: Path) -> None:
    folder = copy("text")
    small = tiny.build_text(tmp_path / "small", vocabulary=300)
    shutil.copy(folder / "tokenizer.json", small / "tokenizer.json")
    assert "belongs to another model" in refused(small).what


@pytest.mark.parametrize("name", ["config.json", "tokenizer.json", "tokenizer_config.json", "chat_template.jinja"])
def test_files_that_may_not_be_read(copy: Callable[[str], Path], name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = copy("text")
    _forbid(monkeypatch, folder / name)
    error = refused(folder)
    assert f"{name} cannot be read (Permission denied)" in error.what
    assert "permissions" in error.to_do


def test_weights_that_may_not_be_read(copy: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch) -> None:
    folder = copy("text")
    _forbid(monkeypatch, folder / "model.safetensors")
    error = refused(folder)
    assert "model.safetensors cannot be read (Permission denied)" in error.what
    assert "permissions" in error.to_do


def _forbid(patch: pytest.MonkeyPatch, path: Path) -> None:
    """As `chmod 000` does for everybody but the administrator, under whom tests may run."""
    for name in ("open", "read_text"):
        original = getattr(Path, name)

        def guarded(self: Path, *args: Any, original: Any = original, **options: Any) -> Any:
            if self == path:
                raise PermissionError(13, "Permission denied", str(self))
            return original(self, *args, **options)

        patch.setattr(Path, name, guarded)


class _Fails:
    """Stands for an Auto class of transformers."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def from_pretrained(self, *_: Any, **__: Any) -> Any:
        raise self._error


@pytest.mark.parametrize(
    ("error", "kind", "says"),
    [
        (torch.OutOfMemoryError("CUDA out of memory"), OutOfMemory, "not enough memory"),
        (MemoryError(), OutOfMemory, "not enough memory"),
        (PermissionError(13, "Permission denied", "weights"), ModelError, "weights cannot be read .Permission denied"),
        (OSError(5, "Input/output error", "weights"), ModelError, "weights cannot be read .Input/output error"),
        (KeyError("qwen9"), ModelError, "cannot be loaded .KeyError: 'qwen9'"),
        (ValueError(""), ModelError, "cannot be loaded .ValueError"),
    ],
)
def test_what_transformers_raises_is_explained(tmp_path: Path, error: Exception, kind: type, says: str) -> None:
    with pytest.raises(ModelError, match=says) as caught:
        loading.from_pretrained(_Fails(error), tmp_path, device="cpu", dtype="float32")
    assert type(caught.value) is kind
    assert caught.value.to_do
    with pytest.raises(ModelError, match=says):
        loading.processor_from_pretrained(_Fails(error), tmp_path)


def test_a_device_that_is_not_there() -> None:
    with pytest.raises(ModelError, match=r"no device 'cuda:9' here\. Choose “cpu”"):
        device.place(4000, device="cuda:9")
    with pytest.raises(ModelError, match="no device"):
        device.base_type("cuda:9")


def test_a_placement_is_taken_as_it_is() -> None:
    chosen = device.Placement("cpu", "int8", 3)
    assert device.place(99_000, device=chosen) is chosen
