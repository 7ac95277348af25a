"""What downloads and imports share: which files are taken, checksums, and moving a whole model into its place.

A model comes together in a folder of its own under `.incoming` in the models folder and is moved into place by one
rename when it is complete and checked; so a model folder is whole or it is not there. `folkmoot.json` in it says where
it came from and what each file's checksum is.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import BinaryIO

from filelock import FileLock, Timeout

from app.domain.disk import disk_error
from app.domain.errors import ModelError, StorageError
from models import device

MANIFEST = "folkmoot.json"
INCOMING = ".incoming"
SPARE_BYTES = 500_000_000  # left free for everything else on that disk
BLOCK = 1 << 20

FreeBytes = Callable[[Path], int]

# Weights only as safetensors; settings, vocabularies, templates and texts. Never code, never pickles, no subfolders.
_WANTED = re.compile(r"(model[\w.-]*\.safetensors|[A-Za-z0-9][\w.-]*\.(json|txt|jinja|md)|LICENSE|NOTICE)", re.ASCII)
_UNWANTED = frozenset({MANIFEST, "pytorch_model.bin.index.json"})


def is_wanted(name: str) -> bool:
    """Whether a file of this name (relative to the model's folder) belongs to a model here."""
    return bool(_WANTED.fullmatch(name)) and name not in _UNWANTED


def free_bytes(folder: Path) -> int:
    """Free space where `folder` is or would be."""
    return device.disk_free_bytes(folder)


# -- checksums -------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Checksum:
    """`kind`: "sha256", or "git" for git's SHA-1 of a blob, which hubs give for small files; "" if none is known."""

    kind: str
    value: str

    def matches(self, path: Path, on_block: Callable[[int], None] | None = None) -> bool:
        """Whether the file has this checksum; without one, True. `on_block` is told how many bytes were read, and may
        raise to stop. Raises `OSError`."""
        if not self.kind:
            return True
        with path.open("rb") as f:
            return digest(f, path.stat().st_size, self.kind, on_block) == self.value.lower()


def digest(file: BinaryIO, size: int, kind: str, on_block: Callable[[int], None] | None = None) -> str:
    state = hashlib.sha256() if kind == "sha256" else hashlib.sha1(b"blob %d\0" % size, usedforsecurity=False)
    while block := file.read(BLOCK):
        state.update(block)
        if on_block is not None:
            on_block(len(block))
    return state.hexdigest()


# -- the manifest ----------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class ManifestFile:
    size: int
    checksum: str  # "sha256:…", "git:…", ""

    @property
    def parsed(self) -> Checksum:
        kind, _, value = self.checksum.partition(":")
        return Checksum(kind, value)


@dataclass(frozen=True, slots=True)
class Manifest:
    """Where a model came from and what it is made of."""

    model: str
    source: str  # "https://huggingface.co/Qwen/Qwen3-0.6B", or the folder or archive
    revision: str = ""
    licence: str = ""
    files: Mapping[str, ManifestFile] = field(default_factory=dict)


def read_manifest(folder: Path) -> Manifest | None:
    """What `folkmoot.json` says; None if it is not there or makes no sense, as for a model copied by hand."""
    try:
        data = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        files = {str(n): ManifestFile(int(f["size"]), str(f["checksum"])) for n, f in data["files"].items()}
        texts = {key: str(data.get(key, "")) for key in ("model", "source", "revision", "licence")}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return Manifest(**texts, files=files)


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write `folkmoot.json` as a whole. Raises `OSError`."""
    text = json.dumps({"version": 1} | asdict(manifest), ensure_ascii=False, indent=1)
    draft = folder / f"{MANIFEST}.new"
    with draft.open("w", encoding="utf-8") as f:
        f.write(text + "\n")
        f.flush()
        os.fsync(f.fileno())
    draft.replace(folder / MANIFEST)


# -- places ----------------------------------------------------------------------------------------
def staging(models_dir: Path, model: str) -> Path:
    """Where a model comes together."""
    return models_dir / INCOMING / model


def left_over(models_dir: Path, model_id: str) -> int:
    """Bytes that an unfinished download of the model has left, to go on with."""
    folder = staging(models_dir, model_id)
    try:
        return sum(p.stat().st_size for p in folder.iterdir() if p.name != MANIFEST)
    except OSError:
        return 0


@contextmanager
def held(models_dir: Path, model: str) -> Iterator[None]:
    """Nobody else fetches, imports or removes this model meanwhile; `ModelError` if somebody does already.

    The lock goes with the process, however it ends.
    """
    path = models_dir / INCOMING / f"{model}.lock"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise disk_error("The folder for models could not be created", path.parent, error) from error
    lock = FileLock(path)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise ModelError(
            f"{model} is being fetched, imported or removed already, in another window or command.",
            "Wait for that to finish, or stop it.",
        ) from None
    except OSError as error:
        raise disk_error("The folder for models cannot be written to", path.parent, error) from error
    try:
        yield
    finally:
        lock.release()


def check_space(needed: int, folder: Path, what: str, free: FreeBytes) -> None:
    """`StorageError` unless `needed` bytes and a reserve are free where `folder` is."""
    there = free(folder)
    if needed and there < needed + SPARE_BYTES:
        raise StorageError(
            f"{what} needs {size_text(needed)} more, and {size_text(there)} are free on the disk of {folder}.",
            f"Free {size_text(needed + SPARE_BYTES - there)} there, or choose a smaller model.",
        )


def move_in(folder: Path, target: Path) -> None:
    """Put a complete model folder in its place, replacing what is there, by renames. `StorageError` if it fails.

    What was there is kept until the new one is in place.
    """
    old = folder.with_name(f"{folder.name}.old")
    try:
        _sync_folder(folder)
        if old.exists():
            shutil.rmtree(old)
        if target.exists():
            target.rename(old)
        try:
            folder.rename(target)
        except OSError:
            if old.exists():
                old.rename(target)
            raise
        _sync_folder(target.parent)
        shutil.rmtree(old, ignore_errors=True)
    except OSError as error:
        raise disk_error("The model could not be moved into its place", target, error) from error


def restore(folder: Path, target: Path) -> None:
    """Put back what `move_in` had set aside, if the computer went down in that very moment. `StorageError`."""
    old = folder.with_name(f"{folder.name}.old")
    if old.is_dir() and not target.exists():
        try:
            old.rename(target)
        except OSError as error:
            raise disk_error("The model could not be moved into its place", target, error) from error


def discard(folder: Path, trash: Path) -> None:
    """Remove a model folder so that no half of it can be seen: renamed away first. `StorageError` if it fails."""
    try:
        trash.parent.mkdir(parents=True, exist_ok=True)
        if trash.exists():
            shutil.rmtree(trash)
        folder.rename(trash)
        shutil.rmtree(trash)
    except OSError as error:
        raise disk_error("The model could not be removed", folder, error) from error


def _sync_folder(folder: Path) -> None:
    """Make renames in a folder outlast a power cut, where the system lets a folder be opened."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


# -- checking --------------------------------------------------------------------------------------
def verify(folder: Path, on_block: Callable[[int], None] | None = None) -> list[str]:
    """What is wrong with the files of an installed model, one sentence each; empty if all is as it came.

    `ModelError` if there is nothing to compare with. `on_block` as in `Checksum.matches`.
    """
    manifest = read_manifest(folder)
    if manifest is None or not manifest.files:
        raise ModelError(
            f"{folder} has no {MANIFEST}, so there are no checksums to compare with: it was put there by hand.",
            "To have them, import that folder: folkmoot models import FOLDER",
        )
    problems = []
    for name, file in sorted(manifest.files.items()):
        path = folder / name
        try:
            if not path.is_file():
                problems.append(f"{name} is missing.")
            elif path.stat().st_size != file.size:
                problems.append(f"{name} has {path.stat().st_size:,} bytes instead of {file.size:,}.")
            elif not file.parsed.matches(path, on_block):
                problems.append(f"{name} has another content than it had when it came.")
        except OSError as error:
            problems.append(f"{name} cannot be read ({error.strerror}).")
    return problems


def size_text(count: float) -> str:
    """Bytes for people: "1.6 GB"."""
    for unit, size in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= size:
            return f"{count / size:.1f} {unit}" if count < 100 * size else f"{count / size:.0f} {unit}"
    return f"{count:.0f} bytes"
