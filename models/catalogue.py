"""Finding models: the catalogue's entries, where they lie, what is wrong with them, and loading them.

Importing this loads no torch. The entries themselves are in `models.entries`; nothing outside these two modules asks
which engine it is talking to.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from app.domain.errors import InputError, ModelError
from app.domain.ports import Aligner, SpeechEngine, TextEngine
from models import device, loading, memory
from models.device import Placement
from models.entries import (
    ALL_LANGUAGES,
    CATALOGUE,
    FAMILIES,
    LANGUAGES,
    Family,
    Licence,
    ModelEntry,
    Task,
)
from models.remote.servers import PREFIX, named, servers_file

__all__ = [
    "ALL_LANGUAGES",
    "CATALOGUE",
    "FAMILIES",
    "KIT",
    "LANGUAGES",
    "Family",
    "Installed",
    "ModelEntry",
    "ResolvedModel",
    "Task",
    "default",
    "entry",
    "family_of",
    "folder_of",
    "installed",
    "language_name",
    "load",
    "load_aligner",
    "load_speech",
    "load_text",
    "own",
    "resolve",
    "resolve_for",
]

KIT = Path(__file__).parent / "starter" / "kit"
_UNKNOWN_LICENCE = Licence("unknown", "unknown", "")


@dataclass(frozen=True, slots=True)
class ResolvedModel:
    """A model that is there and looks complete."""

    entry: ModelEntry
    folder: Path


@dataclass(frozen=True, slots=True)
class Installed:
    """What `folkmoot doctor` shows of one entry. Not installed: `folder` None and `problem` ""."""

    entry: ModelEntry
    folder: Path | None
    problem: str = ""


def entry(name: str) -> ModelEntry | None:
    """The entry with this catalogue id or repository name, however it is capitalised."""
    wanted = name.strip().lower()
    return next((e for e in CATALOGUE if wanted in (e.id, e.repo.lower())), None) if wanted else None


def language_name(language: str) -> str:
    """A language's full English name, from its code ("de") or its name in any case; else `InputError`."""
    wanted = language.strip().lower()
    for code, name in LANGUAGES.items():
        if wanted in (code, name.lower()):
            return name
    known = ", ".join(f"{name} ({code})" for code, name in LANGUAGES.items())
    raise InputError(f"“{language}” is no language that can be transcribed.", f"Choose one of: {known}.")


def resolve(name_or_folder: str, models_dir: Path, task: Task | None = None) -> ResolvedModel:
    """Find a model by catalogue id, repository name, own name or folder, and check that it is complete and does `task`.

    Models of the catalogue lie in the program (starter kit) or in `models_dir/<id>`, imported ones of other names in
    `models_dir/<name>`. A folder is taken for what its config.json says. `ModelError` if nothing suitable is there,
    with how to get it. "server:NAME" is a model of a server the user has entered; whether it answers is not asked.
    """
    known = entry(name_or_folder)
    if name_or_folder.startswith(PREFIX):
        found = _on_server(name_or_folder, models_dir, task)
    elif known is not None:
        _check_usable(known)
        folder = folder_of(known, models_dir)
        if not folder.is_dir():
            raise _not_installed(known, folder)
        inspected = loading.inspect(folder)
        family_of(inspected, known.family)
        found = ResolvedModel(known, folder)
    else:
        found = _from_folder(name_or_folder, models_dir)
    if task is not None and found.entry.task != task:
        raise ModelError(
            f"{found.entry.title} is a {found.entry.task} model and cannot be used as a {task} model.",
            "Choose one of: " + ", ".join(e.id for e in CATALOGUE if e.task == task and e.is_usable) + ".",
        )
    return found


def resolve_for(task: Task, name_or_folder: str | None, models_dir: Path) -> ResolvedModel:
    """The model asked for, or the best there is if none was: `resolve` or `default`."""
    return resolve(name_or_folder, models_dir, task) if name_or_folder else default(task, models_dir)


def default(task: Task, models_dir: Path) -> ResolvedModel:
    """The best installed model of the catalogue that fits this computer's memory or card, else the starter kit.

    `ModelError` if there is neither, as for word times before an aligner was fetched.
    """
    room_mb = device.roomiest_mb()
    for one in sorted(installed(models_dir), key=lambda i: (-i.entry.quality, -i.entry.size_mb)):
        e = one.entry
        fits = room_mb == 0 or memory.need_mb(e, "bfloat16") < room_mb
        if e.task == task and not e.is_starter and one.folder is not None and not one.problem and fits:
            return ResolvedModel(e, one.folder)
    starter = next((e for e in CATALOGUE if e.task == task and e.is_starter), None)
    if starter is None:
        best = max((e for e in CATALOGUE if e.task == task and e.is_usable), key=lambda e: -e.size_mb)
        raise _not_installed(best, folder_of(best, models_dir))
    return resolve(starter.id, models_dir, task)


def installed(models_dir: Path) -> list[Installed]:
    """Every usable entry of the catalogue, with the folder where it lies and what is wrong with it, if anything."""
    return [_look(e, models_dir) for e in CATALOGUE if e.is_usable]


def own(models_dir: Path) -> list[Installed]:
    """Models in `models_dir` that the catalogue does not list: imported under a name of their own."""
    try:
        folders = sorted(f for f in models_dir.iterdir() if f.is_dir() and not f.name.startswith("."))
    except OSError:
        return []
    return list(_own(f for f in folders if entry(f.name) is None))


def _own(folders: Iterator[Path]) -> Iterator[Installed]:
    for folder in folders:
        try:
            inspected = loading.inspect(folder)
            yield Installed(_entry_of_folder(inspected, family_of(inspected, None)), folder)
        except ModelError:
            continue  # no model, or of a kind that cannot be used: not ours to speak about


def folder_of(e: ModelEntry, models_dir: Path) -> Path:
    """Where the entry's files lie, or would."""
    return KIT / e.task if e.is_starter else models_dir / e.id


def load_speech(resolved: ResolvedModel, device: str | None = None) -> SpeechEngine:
    """`load` for a model found with `resolve_for("speech", …)`."""
    return cast(SpeechEngine, load(resolved, device))


def load_text(resolved: ResolvedModel, device: str | None = None) -> TextEngine:
    """`load` for a model found with `resolve_for("text", …)`."""
    return cast(TextEngine, load(resolved, device))


def load_aligner(resolved: ResolvedModel, device: str | None = None) -> Aligner:
    """`load` for a model found with `resolve_for("align", …)`."""
    return cast(Aligner, load(resolved, device))


def load(resolved: ResolvedModel, device: str | Placement | None = None) -> SpeechEngine | TextEngine | Aligner:
    """Load a model with its family's engine. `device`: "cpu", "cuda", "cuda:1", "mps", a placement; None chooses."""
    _check_usable(resolved.entry)
    module, _, name = FAMILIES[resolved.entry.family].loader.partition(":")
    engine = getattr(importlib.import_module(module), name)
    return cast("SpeechEngine | TextEngine | Aligner", engine.load(resolved.folder, resolved.entry, device))


def family_of(inspected: loading.Inspection, wanted: str | None) -> str:
    """The usable family of a folder; `ModelError` if there is none for it or it is not the one that is wanted."""
    of_type = [n for n, f in FAMILIES.items() if any(inspected.model_type == t for t, _ in f.kinds)]
    if inspected.architectures:
        kinds = {(inspected.model_type, a) for a in inspected.architectures}
        of_type = [n for n in of_type if kinds & set(FAMILIES[n].kinds)]
    for name in of_type:
        if wanted == name or (wanted is None and FAMILIES[name].loader):
            return name
    kind = ", ".join(inspected.architectures) or inspected.model_type
    if wanted is None:
        what = f"{inspected.folder} holds a model of a kind that cannot be used here ({kind})."
    else:
        what = f"{inspected.folder} holds another kind of model ({kind}) than its name says."
    usable = ", ".join(f.kinds[0][1] for f in FAMILIES.values() if f.loader and f.kinds)
    raise ModelError(what, f"Usable are: {usable}.")


# -- finding ---------------------------------------------------------------------------------------
def _look(e: ModelEntry, models_dir: Path) -> Installed:
    folder = folder_of(e, models_dir)
    if not folder.is_dir():
        return Installed(e, None)
    try:
        family_of(loading.inspect(folder), e.family)
    except ModelError as error:
        return Installed(e, folder, str(error))
    return Installed(e, folder)


def _on_server(model: str, models_dir: Path, task: Task | None) -> ResolvedModel:
    path = servers_file(models_dir)
    server = named(path, model)
    task = task or ("speech" if server.speech_model else "text")
    name = {"speech": server.speech_model, "text": server.text_model}.get(task, "")
    if not name:
        raise ModelError(
            f"The server “{server.name}” has no {task} model.",
            f"Enter it again and name one: folkmoot servers add {server.name} {server.url}",
        )
    entry = ModelEntry(
        model,
        task,
        f"remote-{task}",
        f"{name} on {server.name}",
        0,
        licence=_UNKNOWN_LICENCE,
        languages=ALL_LANGUAGES if task == "speech" else (),
        context_tokens=server.context_tokens,
    )
    return ResolvedModel(entry, path / server.name)


def _from_folder(name: str, models_dir: Path) -> ResolvedModel:
    original = next((e for e in CATALOGUE if e.repo and f"{name.strip().lower()}-hf" == e.repo.lower()), None)
    if original is not None:
        raise ModelError(
            f"{name} is the original form of this model, which cannot be loaded here.", _how_to_get(original)
        )
    folder = Path(name).expanduser()
    if not folder.is_dir() and folder.name == name and not name.startswith("."):
        folder = models_dir / name  # imported under this name
    if not folder.is_dir():
        raise ModelError(
            f"There is no model “{name}”: it is neither in the catalogue nor a folder.",
            "Known are: " + ", ".join(e.id for e in CATALOGUE if e.is_usable) + ".",
        )
    for e in CATALOGUE:
        home = folder_of(e, models_dir)
        if e.is_usable and home.is_dir() and home.samefile(folder):
            return resolve(e.id, models_dir)
    inspected = loading.inspect(folder)
    return ResolvedModel(_entry_of_folder(inspected, family_of(inspected, None)), folder)


def _entry_of_folder(inspected: loading.Inspection, family: str) -> ModelEntry:
    """An entry for a model the catalogue does not list, from what its config.json says."""
    name = inspected.folder.resolve().name
    task = FAMILIES[family].task
    context = min(inspected.max_positions or 4096, 16_384)
    return ModelEntry(
        id=name,
        task=task,
        family=family,
        title=name,
        size_mb=inspected.size_mb,
        licence=_UNKNOWN_LICENCE,
        languages=ALL_LANGUAGES if task in ("speech", "align") else (),
        context_tokens=context if task == "text" else 0,
        quotes_only=task == "text" and inspected.size_mb < 200,
        note="Chosen by its folder.",
    )


def _check_usable(e: ModelEntry) -> None:
    if not e.is_usable:
        raise ModelError(
            f"{e.title} is known but cannot be used by this version of Folkmoot.",
            "Choose one of: " + ", ".join(o.id for o in CATALOGUE if o.task == e.task and o.is_usable) + "."
            if any(o.task == e.task and o.is_usable for o in CATALOGUE)
            else "See what there is with: folkmoot models list",
        )


def _not_installed(e: ModelEntry, folder: Path) -> ModelError:
    if e.is_starter:
        return ModelError(
            f"The starter kit is missing from this installation ({folder}).",
            "Install Folkmoot again, or build the kit with: python -m models.starter.build",
        )
    return ModelError(f"{e.title} is not installed.", _how_to_get(e))


def _how_to_get(e: ModelEntry) -> str:
    return (
        f"Get it (about {e.size_mb / 1000:.1f} GB) with: folkmoot models get {e.id}. "
        f"If you have {e.repo} on a disk: folkmoot models import FOLDER"
    )
