"""Models from a USB stick: a folder, a .zip or a .tar (plain or compressed) becomes an installed model.

Nothing from outside decides where a file goes: of each file only its name is used, and only if it is one that a model
has (`installing.is_wanted`). So paths that lead elsewhere, links and devices of an archive cannot do anything; code and
pickles are left behind. What comes is copied, given checksums, looked at, and moved into its place as a whole.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tarfile
import time
import zipfile
import zlib
from abc import ABC, abstractmethod
from collections.abc import Generator, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO, cast

from app.domain.cancel import CancelFlag, Never, check
from app.domain.disk import disk_error
from app.domain.errors import InputError, ModelError, UserError
from app.domain.models import DownloadEvent, DownloadNotice, DownloadProgress, ModelInstalled, Phase
from models import catalogue, installing, loading
from models.entries import CATALOGUE, ModelEntry
from models.installing import BLOCK, FreeBytes, Manifest, ManifestFile, free_bytes, is_wanted, size_text

_ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".tar.zst")
_EVERY_S = 0.2
_GENERIC = frozenset({"model", "models", "main", "master", "snapshots", "download", "downloads", "new", "hub"})
_SIZE_TOLERANCE = 0.25  # how far the weights may be from what the catalogue says of a model


def import_model(
    source: Path,
    models_dir: Path,
    *,
    name: str | None = None,
    cancel: CancelFlag | None = None,
    free: FreeBytes = free_bytes,
) -> Iterator[DownloadEvent]:
    """Install a model from a folder or an archive. The last event is `ModelInstalled`.

    It becomes the model of the catalogue that `name` says (id or repository), or that its folder is named after;
    any other name makes it a model of its own, to be used by that name. Raises `InputError` (no such file, no archive),
    `ModelError` (not a model of a kind that can be used, or damaged), `StorageError` and `Cancelled`.
    """
    cancel = cancel or Never()
    check(cancel)
    source = source.expanduser().absolute()
    with ExitStack() as stack:
        try:
            box = stack.enter_context(_opened(source))
            files = box.model_files()
        except (zipfile.BadZipFile, tarfile.TarError, EOFError, zlib.error) as error:
            raise _damaged_archive(source) from error
        except OSError as error:
            raise disk_error("The model could not be read", source, error) from error
        entry, model = _identity(name, [*reversed(box.folder.parts), *_names_in(source)])
        stack.enter_context(installing.held(models_dir, model))
        yield from _Import(source, box, files, entry, model, models_dir, cancel).run(free)


# -- where it comes from ---------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class _File:
    name: str
    size: int
    key: str  # what the box knows it by


class _Box(ABC):
    """A folder or archive; `folder` is where in it the model lies, known after `model_files`."""

    def __init__(self) -> None:
        self.folder = PurePosixPath()
        self.left_behind: list[str] = []

    def __enter__(self) -> _Box:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:  # noqa: B027 - a folder has nothing to close
        pass

    @abstractmethod
    def entries(self) -> Iterable[tuple[str, int]]:
        """Path and size of every regular file in it."""

    @abstractmethod
    def open(self, key: str) -> BinaryIO: ...

    def in_order(self, files: list[_File]) -> list[_File]:
        """The order in which they are best read."""
        return files

    def model_files(self) -> list[_File]:
        """The files of the one model in it. `ModelError` if there is none, or more than one."""
        everything = [(key, PurePosixPath(key), size) for key, size in self.entries()]
        homes = {path.parent for _, path, _ in everything if path.name == "config.json"}
        # Nearest to the top: what lies deeper belongs to it, or is not looked at.
        nearest = min((len(h.parts) for h in homes), default=0)
        homes = {h for h in homes if len(h.parts) == nearest}
        if not homes:
            raise ModelError("There is no config.json in it, so it is no model.", "Choose the folder of a model.")
        if len(homes) > 1:
            names = ", ".join(sorted(str(h) for h in homes)[:5])
            raise ModelError(f"There are several models in it: {names}.", "Import one folder at a time.")
        self.folder = homes.pop()
        beside = [(key, path.name, size) for key, path, size in everything if path.parent == self.folder]
        self.left_behind = sorted(n for _, n, _ in beside if not is_wanted(n) and n != installing.MANIFEST)
        return [_File(n, size, key) for key, n, size in beside if is_wanted(n)]


class _Folder(_Box):
    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    def entries(self) -> Iterator[tuple[str, int]]:
        # Links are followed: the hub's own cache consists of them.
        top = [p for p in self._folder.iterdir() if not p.name.startswith(".")]
        inner = [] if any(p.name == "config.json" for p in top) else [p for p in top if p.is_dir()]
        for path in [*top, *(q for p in inner for q in p.iterdir())]:
            if path.is_file():
                yield path.relative_to(self._folder).as_posix(), path.stat().st_size

    def open(self, key: str) -> BinaryIO:
        return (self._folder / key).open("rb")


class _Zip(_Box):
    def __init__(self, path: Path) -> None:
        super().__init__()
        self._zip = zipfile.ZipFile(path)

    def close(self) -> None:
        self._zip.close()

    def entries(self) -> Iterator[tuple[str, int]]:
        for info in self._zip.infolist():
            is_link = info.external_attr >> 28 == 0o12
            if info.flag_bits & 1:
                raise ModelError("The archive is encrypted.", "Unpack it first, and import the folder.")
            if not info.is_dir() and not is_link:
                yield info.filename, info.file_size

    def open(self, key: str) -> BinaryIO:
        return cast(BinaryIO, self._zip.open(key))


class _Tar(_Box):
    """Compressed ones can only be read from start to end: the files are taken in the order in which they lie."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._tar = tarfile.open(path)  # noqa: SIM115 - closed by `close`
        self._members: dict[str, tarfile.TarInfo] = {}

    def close(self) -> None:
        self._tar.close()

    def entries(self) -> Iterator[tuple[str, int]]:
        for member in self._tar:
            if member.isreg():
                self._members[member.name] = member
                yield member.name, member.size

    def open(self, key: str) -> BinaryIO:
        opened = self._tar.extractfile(self._members[key])
        assert opened is not None  # it is a regular file
        return cast(BinaryIO, opened)

    def in_order(self, files: list[_File]) -> list[_File]:
        return sorted(files, key=lambda f: self._members[f.key].offset_data)


def _opened(source: Path) -> _Box:
    if source.is_dir():
        return _Folder(source)
    if not source.exists():
        raise InputError(f"There is no {source}.", "Name the folder of a model, or a .zip or .tar of one.")
    if zipfile.is_zipfile(source):
        return _Zip(source)
    if tarfile.is_tarfile(source):
        return _Tar(source)
    if source.name.lower().endswith(_ARCHIVES):
        raise _damaged_archive(source)
    raise InputError(
        f"{source} is neither a folder nor an archive that can be read here.",
        "Usable are folders, .zip and .tar (also .gz, .bz2, .xz).",
    )


def _damaged_archive(source: Path) -> ModelError:
    return ModelError(f"{source} is damaged or was not copied to its end.", "Copy it again, or unpack it elsewhere.")


# -- what it becomes -------------------------------------------------------------------------------
def _names_in(source: Path) -> list[str]:
    """Names that may say which model it is, nearest first: the archive's or folder's, then those above it."""
    stem = source.name
    for suffix in _ARCHIVES:
        if source.is_file() and stem.lower().endswith(suffix):
            stem = stem[: -len(suffix)]
    return [stem, *reversed(source.parent.parts)]


def _identity(name: str | None, hints: list[str]) -> tuple[ModelEntry | None, str]:
    """The catalogue's entry, if it is one, and the name it is stored under."""
    if name is not None:
        entry = catalogue.entry(name)
        if entry is None and not re.fullmatch(r"[A-Za-z0-9][\w.-]{0,63}", name, re.ASCII):
            raise InputError(f"A model cannot be called “{name}”.", "Use letters, digits, dots and dashes.")
    else:
        entry = next((e for hint in hints if (e := _entry_named(hint)) is not None), None)
    if entry is not None and entry.is_starter:
        raise InputError("The starter kit is part of Folkmoot and cannot be imported.", "Import another model.")
    if entry is not None and not entry.is_usable:
        raise ModelError(f"{entry.title} cannot be used by this version of Folkmoot.", "Import another model.")
    if entry is not None:
        return entry, entry.id
    return None, name or _own_name(hints)


def _entry_named(hint: str) -> ModelEntry | None:
    """`hint` like "Qwen3-0.6B", "qwen3-0.6b" or, in the hub's cache, "models--Qwen--Qwen3-0.6B"."""
    wanted = hint.lower().removeprefix("models--").replace("--", "/")
    return next((e for e in CATALOGUE if wanted in (e.id, e.repo.lower(), e.repo.lower().rpartition("/")[2])), None)


def _own_name(hints: list[str]) -> str:
    for hint in hints:
        name = re.sub(r"[^A-Za-z0-9._-]+", "-", hint).strip("-._")[:64]
        is_commit = re.fullmatch(r"[0-9a-f]{40}", name)
        if name and name.lower() not in _GENERIC and not is_commit:
            return name
    return "imported-model"


# -- doing it --------------------------------------------------------------------------------------
class _Import:
    def __init__(
        self,
        source: Path,
        box: _Box,
        files: list[_File],
        entry: ModelEntry | None,
        model: str,
        models_dir: Path,
        cancel: CancelFlag,
    ) -> None:
        self._source, self._box, self._files = source, box, files
        self._entry, self._model, self._models_dir = entry, model, models_dir
        self._cancel = cancel
        self._folder = installing.staging(models_dir, f"{model}.import")
        self._done = 0
        self._shown = 0.0
        self._began = time.monotonic()

    def run(self, free: FreeBytes) -> Iterator[DownloadEvent]:
        target = self._models_dir / self._model
        if self._entry is None and target.exists() and installing.read_manifest(target) is None:
            raise InputError(f"There is already something called {self._model}.", "Give another name: --as NAME")
        self._check_files()
        if self._source == target or target in self._source.parents:
            raise InputError(f"{self._source} is where {self._model} is installed.", "There is nothing to import.")
        installing.check_space(sum(f.size for f in self._files), self._models_dir, "The model", free)
        if self._box.left_behind:
            shown = ", ".join(self._box.left_behind[:5]) + (" …" if len(self._box.left_behind) > 5 else "")
            yield DownloadNotice(self._model, f"Left behind, because a model does not need it: {shown}")
        installing.restore(self._folder, target)
        try:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder.mkdir(parents=True)
            checksums = {}
            for file in self._box.in_order(self._files):
                checksums[file.name] = yield from self._copy(file)
            self._examine()
            licence = self._entry.licence.name if self._entry else ""
            manifest = Manifest(self._model, str(self._source), "", licence, checksums)
            installing.write_manifest(self._folder, manifest)
            installing.move_in(self._folder, target)
        except (zipfile.BadZipFile, tarfile.TarError, EOFError, zlib.error) as error:
            raise _damaged_archive(self._source) from error
        except OSError as error:
            raise disk_error("The model could not be copied", self._folder, error) from error
        finally:
            shutil.rmtree(self._folder, ignore_errors=True)
        yield ModelInstalled(self._model, target, 0, time.monotonic() - self._began)

    def _check_files(self) -> None:
        names = [f.name for f in self._files]
        if len(set(names)) != len(names):
            raise ModelError("The archive has two files of one name in it.", "Make the archive again.")
        if not any(n.endswith(".safetensors") for n in names):
            pickles = [n for n in self._box.left_behind if n.endswith((".bin", ".pt", ".pth", ".ckpt"))]
            if pickles:
                raise ModelError(
                    f"Its weights are pickled files ({pickles[0]}), which can run code when opened and are refused.",
                    "Get a version of the model with .safetensors files.",
                )
            raise ModelError("There are no weights (.safetensors) in it.", "Copy or download the whole model again.")

    def _copy(self, file: _File) -> Generator[DownloadEvent, None, ManifestFile]:
        """Copy one file; returns its size and checksum. An archive that holds more than it says is refused."""
        checksum = hashlib.sha256()
        size = 0
        total = sum(f.size for f in self._files)
        with self._box.open(file.key) as source, (self._folder / file.name).open("wb") as out:
            while block := source.read(BLOCK):
                check(self._cancel)
                size += len(block)
                if size > file.size:
                    raise _damaged_archive(self._source)
                checksum.update(block)
                out.write(block)
                self._done += len(block)
                now = time.monotonic()
                if now - self._shown > _EVERY_S:
                    self._shown = now
                    speed = self._done / max(0.001, now - self._began)
                    message = f"{size_text(self._done)} of {size_text(total)}"
                    left = (total - self._done) / speed
                    yield DownloadProgress(self._model, Phase.FETCHING, self._done, total, speed, left, message)
            out.flush()
            os.fsync(out.fileno())
        if size != file.size:
            raise _damaged_archive(self._source)
        return ManifestFile(size, f"sha256:{checksum.hexdigest()}")

    def _examine(self) -> None:
        """`ModelError` if it is not what its name says, or nothing that can be used. Names no folder of ours."""
        try:
            inspected = loading.inspect(self._folder)
            catalogue.family_of(inspected, self._entry.family if self._entry else None)
            if "auto_map" in inspected.config:
                raise ModelError(
                    "It wants to run code of its own (auto_map in config.json), which is refused.",
                    "Get the version of the model that needs none.",
                )
        except UserError as error:
            told = [t.replace(str(self._folder), str(self._source)) for t in (error.what, error.to_do)]
            raise ModelError(*told) from error
        if self._entry is None:
            return
        expected = self._entry.size_mb
        if abs(inspected.size_mb * 1.048576 - expected) > expected * _SIZE_TOLERANCE:
            raise ModelError(
                f"It has {size_text(inspected.size_mb * 2**20)} of weights, and {self._entry.title} has about "
                f"{size_text(expected * 1e6)}: it is another model, or a quantised one.",
                "Import it under a name of its own: --as NAME",
            )
