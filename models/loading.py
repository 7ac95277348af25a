"""Looking at a model's folder before anything is loaded, loading it without a network, and what is loaded now.

`inspect()` reads settings and file headers only (milliseconds, no torch), and says in plain words what is
wrong with a folder; a damaged or foreign model is refused before gigabytes are read.
"""

from __future__ import annotations

import errno
import importlib
import json
import os
import threading
import weakref
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.domain.errors import ModelError
from models.memory import OutOfMemory, Precision

INDEX = "model.safetensors.index.json"
_PICKLES = ("*.bin", "*.pt", "*.pth", "*.ckpt")
_HEARING = ("qwen3_asr", "qwen2_5_omni", "qwen3_omni", "qwen2_audio")  # these have settings for sound
_WORDLESS = ("nemotron3_diarization",)  # these know nothing of text
_COPY_AGAIN = "Copy or download the whole model folder again."
_PERMISSIONS = "Check the disk and the permissions."


@dataclass(frozen=True, slots=True)
class Inspection:
    """A model folder that is complete as far as can be seen without loading it."""

    folder: Path
    model_type: str  # as in config.json: "qwen3_asr", "qwen3"
    architectures: tuple[str, ...]
    size_mb: int  # of the weights
    config: Mapping[str, Any]

    @property
    def max_positions(self) -> int:
        """The longest sequence the text part was made for; 0 if config.json does not say."""
        text = self.config.get("text_config") or self.config
        return int(text.get("max_position_embeddings") or 0)


def inspect(folder: Path) -> Inspection:
    """Check a model folder by its settings and file headers; `ModelError` says what is wrong."""
    if not folder.is_dir():
        raise ModelError(f"There is no model folder {folder}.", "Check the path.")
    config = _json(folder / "config.json", folder)
    model_type = str(config.get("model_type") or "")
    if not model_type:
        raise ModelError(f"config.json in {folder} does not say what model this is.", _COPY_AGAIN)
    if model_type == "qwen3_asr" and "thinker_config" in config:
        raise ModelError(*_original_qwen3_asr(folder, config))
    size = _check_weights(folder)
    if model_type not in _WORDLESS:
        # Copies of Qwen2-Audio may come without a chat template, which its engine brings.
        _check_tokenizer(folder, needs_template=model_type != "qwen2_audio")
    if model_type.startswith((*_HEARING, *_WORDLESS)) and not _any(
        folder, "processor_config.json", "preprocessor_config.json"
    ):
        raise ModelError(f"{folder} has no processor_config.json.", _COPY_AGAIN)
    return Inspection(folder, model_type, tuple(config.get("architectures") or ()), size >> 20, config)


def _original_qwen3_asr(folder: Path, config: Mapping[str, Any]) -> tuple[str, str]:
    thinker = config["thinker_config"] if isinstance(config["thinker_config"], dict) else {}
    if "aligner" in json.dumps(config).lower():
        right = "Qwen/Qwen3-ForcedAligner-0.6B-hf"
    else:
        width = (thinker.get("text_config") or {}).get("hidden_size", 0)
        right = "Qwen/Qwen3-ASR-0.6B-hf" if width == 1024 else "Qwen/Qwen3-ASR-1.7B-hf"
    return (
        f"{folder} holds the model in its original form, which cannot be loaded here.",
        f"Get the repository {right} instead (its name ends in -hf).",
    )


def _check_weights(folder: Path) -> int:
    """Total bytes of the weights. Only safetensors: a pickled file can run code when it is opened."""
    index = folder / INDEX
    if index.exists():
        names = sorted(set((_json(index, folder).get("weight_map") or {}).values()))
        missing = [n for n in names if not (folder / n).is_file()]
        if missing or not names:
            what = f"of its weights {_listed(missing)} are missing" if missing else f"{INDEX} names no weights"
            raise ModelError(f"The model in {folder} is not complete: {what}.", _COPY_AGAIN)
        files = [folder / n for n in names]
    elif (folder / "model.safetensors").is_file():
        files = [folder / "model.safetensors"]
    elif any(next(folder.glob(p), None) for p in _PICKLES):
        raise ModelError(
            f"The weights in {folder} are pickled files, which can run code when opened and are refused.",
            "Get a version of the model with .safetensors files.",
        )
    else:
        raise ModelError(f"{folder} has no weights (model.safetensors).", _COPY_AGAIN)
    return sum(_check_safetensors(f) for f in files)


def _check_safetensors(path: Path) -> int:
    """Bytes of the file, with which its header must agree: 8 bytes of length, JSON, then the tensors."""
    size = path.stat().st_size
    broken = ModelError(f"{path} is damaged or was not copied to its end.", _COPY_AGAIN)
    try:
        with path.open("rb") as f:
            length = int.from_bytes(f.read(8), "little")
            if not 2 <= length <= min(size - 8, 100_000_000):
                raise broken
            header = json.loads(f.read(length))
        end = max((t["data_offsets"][1] for k, t in header.items() if k != "__metadata__"), default=0)
    except OSError as e:
        raise ModelError(f"{path} cannot be read ({e.strerror}).", _PERMISSIONS) from e
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as e:
        raise broken from e
    if end == 0 or 8 + length + end != size:
        raise broken
    return size


def _check_tokenizer(folder: Path, needs_template: bool) -> None:
    if not (folder / "tokenizer.json").exists() and not (
        (folder / "vocab.json").exists() and (folder / "merges.txt").exists()
    ):
        raise ModelError(f"{folder} has no tokenizer (tokenizer.json).", _COPY_AGAIN)
    # transformers makes an empty tokenizer of files it cannot read.
    for name in ("tokenizer.json", "vocab.json", "merges.txt", "tokenizer_config.json", "chat_template.jinja"):
        _check_readable(folder / name)
    if not needs_template or _any(folder, "chat_template.jinja", "chat_template.json"):
        return
    settings = folder / "tokenizer_config.json"
    if not settings.exists() or "chat_template" not in _json(settings, folder):
        raise ModelError(
            f"{folder} has no chat template (chat_template.jinja).",
            f"Base models cannot be used, only instruct ones. If it is one: {_COPY_AGAIN}",
        )


def _check_readable(path: Path) -> None:
    """`ModelError` if a file is there and cannot be read."""
    try:
        with path.open("rb") as f:
            f.read(1)
    except FileNotFoundError:
        pass
    except OSError as e:
        raise ModelError(f"{path} cannot be read ({e.strerror}).", _PERMISSIONS) from e


def _json(path: Path, folder: Path) -> dict[str, Any]:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ModelError(f"{folder} has no {path.name}, so it is no model folder.", _COPY_AGAIN) from None
    except OSError as e:
        raise ModelError(f"{path} cannot be read ({e.strerror}).", _PERMISSIONS) from e
    except ValueError as e:
        raise ModelError(f"{path} is damaged.", _COPY_AGAIN) from e
    if not isinstance(data, dict):
        raise ModelError(f"{path} is damaged.", _COPY_AGAIN)
    return data


def _any(folder: Path, *names: str) -> bool:
    return any((folder / n).exists() for n in names)


def _listed(names: list[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


# -- loading ---------------------------------------------------------------------------------------
def transformers() -> Any:
    """The transformers module, kept from the network and quiet: what it logs is not meant for users."""
    for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_HUB_DISABLE_TELEMETRY"):
        os.environ[name] = "1"
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    module: Any = importlib.import_module("transformers")
    module.logging.set_verbosity_error()
    module.logging.disable_progress_bar()
    return module


def from_pretrained(auto_class: Any, folder: Path, *, device: str, dtype: Precision) -> Any:
    """Load weights with one of transformers' Auto classes, ready to compute, in evaluation mode.

    `dtype`: "int8" and "int4" are meant for the decoder; the rest is then kept in the type the device computes best.
    Weights that are missing would be filled with random numbers by transformers; here that is a `ModelError`.
    `OutOfMemory` if there is not enough of it.
    """
    import torch

    from models.device import base_type
    from models.packed import pack_linears
    from models.quantise import is_quantised, quantise

    whole = not is_quantised(dtype)
    try:
        model, info = auto_class.from_pretrained(
            folder,
            # Without a conversion the weights stay in the mapped file, and need no memory of their own yet.
            dtype=getattr(torch, dtype) if whole else "auto",
            local_files_only=True,
            use_safetensors=True,
            trust_remote_code=False,
            output_loading_info=True,
        )
        if info["missing_keys"] or info.get("mismatched_keys"):
            raise ModelError(f"The weights in {folder} do not belong to its config.json.", _COPY_AGAIN)
        if whole:
            model.to(device)
        else:
            quantise(model, dtype, device, getattr(torch, base_type(device)))
        pack_linears(model)
        model.eval()
    except ModelError:
        raise
    except Exception as e:
        raise _explained(folder, e) from None if _is_memory(e) else e  # a traceback would keep what was half loaded
    with _lock:
        _loaded[model] = Loaded(folder, device, dtype, _size_mb(model))
    return model


def check_ends(tokenizer: Any, model: Any, folder: Path) -> None:
    """`ModelError` if the tokenizer has no control token where the model ends its answers: it is another model's."""
    ends = model.generation_config.eos_token_id
    ends = [ends] if isinstance(ends, int) else list(ends or ())
    control = set(tokenizer.get_added_vocab().values())
    if not control.issuperset(ends) or len(tokenizer) > model.config.get_text_config().vocab_size:
        raise ModelError(f"The tokenizer in {folder} belongs to another model.", _COPY_AGAIN)


@dataclass(frozen=True, slots=True)
class Loaded:
    """Weights that are in memory now. `memory_mb`: of the weights alone; in use a model needs more."""

    folder: Path
    device: str
    precision: Precision
    memory_mb: int


_loaded: weakref.WeakKeyDictionary[Any, Loaded] = weakref.WeakKeyDictionary()
_lock = threading.Lock()


def loaded() -> list[Loaded]:
    """What this process holds: every model that was loaded here and not given up since. For any thread."""
    with _lock:
        return list(_loaded.values())


def _size_mb(model: Any) -> int:
    from models.packed import packed_bytes

    named = {id(t): t for t in (*model.parameters(), *model.buffers())}
    return sum(t.nbytes for t in named.values()) + packed_bytes(model) >> 20


def processor_from_pretrained(auto_class: Any, folder: Path) -> Any:
    """A tokenizer or processor from a folder; `ModelError` if its files do not fit together."""
    try:
        return auto_class.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
    except Exception as e:
        raise _explained(folder, e) from e


def _is_memory(error: Exception) -> bool:
    from models.generation import is_out_of_memory

    return is_out_of_memory(error)


def _explained(folder: Path, error: Exception) -> ModelError:
    """transformers raises almost anything for a bad folder, from KeyError to a Rust exception."""
    if _is_memory(error):
        return OutOfMemory(
            f"There is not enough memory for the model in {folder}.",
            "Close other programs, or choose a smaller model.",
        )
    if isinstance(error, OSError) and error.errno in (errno.EACCES, errno.EPERM, errno.EIO):
        name = error.filename or folder
        return ModelError(f"{name} cannot be read ({error.strerror}).", _PERMISSIONS)
    detail = (str(error).strip().splitlines() or [""])[0][:200]
    return ModelError(f"The model in {folder} cannot be loaded ({type(error).__name__}: {detail}).", _COPY_AGAIN)
