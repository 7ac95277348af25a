"""The models Folkmoot knows, where they lie, and which code runs them. Importing this loads no torch.

To add a model of a known family, add a `ModelEntry`. To add a family, write its engine and add a `Family`;
nothing outside this module asks which engine it is talking to.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, cast

from app.domain.errors import InputError, ModelError
from app.domain.ports import SpeechEngine, TextEngine
from models import device, loading

Task = Literal["speech", "text"]

KIT = Path(__file__).parent / "starter" / "kit"

# Languages as Qwen3-ASR writes them, by code.
LANGUAGES = {
    "ar": "Arabic", "yue": "Cantonese", "zh": "Chinese", "cs": "Czech", "da": "Danish", "nl": "Dutch",
    "en": "English", "fil": "Filipino", "fi": "Finnish", "fr": "French", "de": "German", "el": "Greek",
    "hi": "Hindi", "hu": "Hungarian", "id": "Indonesian", "it": "Italian", "ja": "Japanese", "ko": "Korean",
    "mk": "Macedonian", "ms": "Malay", "fa": "Persian", "pl": "Polish", "pt": "Portuguese", "ro": "Romanian",
    "ru": "Russian", "es": "Spanish", "sv": "Swedish", "th": "Thai", "tr": "Turkish", "vi": "Vietnamese",
}  # fmt: skip
ALL_LANGUAGES = tuple(LANGUAGES.values())


@dataclass(frozen=True, slots=True)
class Family:
    """Models that one engine class runs. `loader`: "module:Class" with `load(folder, entry, device)`."""

    task: Task
    model_type: str  # as in config.json
    architecture: str  # as in config.json; tells, for instance, a recogniser from an aligner of the same type
    loader: str


FAMILIES = {
    "qwen3-asr": Family("speech", "qwen3_asr", "Qwen3ASRForConditionalGeneration", "models.speech.qwen3_asr:Qwen3Asr"),
    "qwen3": Family("text", "qwen3", "Qwen3ForCausalLM", "models.text.qwen3:Qwen3Text"),
}


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """A model and what one has to know to offer it and to use it."""

    id: str
    task: Task
    family: str
    title: str
    size_mb: int  # of the weights on disk
    repo: str = ""  # on the Hugging Face hub; "" when it cannot be had there
    licence: str = "Apache-2.0"
    languages: tuple[str, ...] = ()  # full English names; empty for text models, which are not asked
    context_tokens: int = 0  # text: prompt and answer together
    quotes_only: bool = False  # text: too small to rephrase
    is_starter: bool = False
    note: str = ""


_STARTER_NOTE = "To try and to test with. It knows a small made-up office world, not real voices and meetings."

CATALOGUE = (
    ModelEntry(
        "starter-asr", "speech", "qwen3-asr", "Starter kit: speech", 8,
        languages=("English",), is_starter=True, note=_STARTER_NOTE,
    ),
    ModelEntry(
        "qwen3-asr-0.6b", "speech", "qwen3-asr", "Qwen3-ASR 0.6B", 1600, repo="Qwen/Qwen3-ASR-0.6B-hf",
        languages=ALL_LANGUAGES, note="Good and quick; runs without a graphics card.",
    ),
    ModelEntry(
        "qwen3-asr-1.7b", "speech", "qwen3-asr", "Qwen3-ASR 1.7B", 4100, repo="Qwen/Qwen3-ASR-1.7B-hf",
        languages=ALL_LANGUAGES, note="The most accurate; wants a graphics card.",
    ),
    ModelEntry(
        "starter-text", "text", "qwen3", "Starter kit: minutes", 7,
        context_tokens=480, quotes_only=True, is_starter=True, note=_STARTER_NOTE,
    ),
    ModelEntry(
        "qwen3-0.6b", "text", "qwen3", "Qwen3 0.6B", 1500, repo="Qwen/Qwen3-0.6B",
        context_tokens=8192, note="For old computers; its minutes are rough.",
    ),
    ModelEntry(
        "qwen3-1.7b", "text", "qwen3", "Qwen3 1.7B", 4100, repo="Qwen/Qwen3-1.7B",
        context_tokens=16_384, note="Runs without a graphics card.",
    ),
    ModelEntry(
        "qwen3-4b-instruct-2507", "text", "qwen3", "Qwen3 4B Instruct", 8100,
        repo="Qwen/Qwen3-4B-Instruct-2507", context_tokens=32_768,
        note="Good minutes; wants a graphics card.",
    ),
    ModelEntry(
        "qwen3-8b", "text", "qwen3", "Qwen3 8B", 16_400, repo="Qwen/Qwen3-8B",
        context_tokens=32_768, note="The best minutes here; wants a graphics card with 20 GB.",
    ),
)  # fmt: skip


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
    return next((e for e in CATALOGUE if wanted in (e.id, e.repo.lower())), None)


def language_name(language: str) -> str:
    """A language's full English name, from its code ("de") or its name in any case; else `InputError`."""
    wanted = language.strip().lower()
    for code, name in LANGUAGES.items():
        if wanted in (code, name.lower()):
            return name
    known = ", ".join(f"{name} ({code})" for code, name in LANGUAGES.items())
    raise InputError(f"“{language}” is no language that can be transcribed.", f"Choose one of: {known}.")


def resolve(name_or_folder: str, models_dir: Path, task: Task | None = None) -> ResolvedModel:
    """Find a model by catalogue id, repository name or folder, and check that it is complete and does `task`.

    Models of the catalogue lie in the program (starter kit) or in `models_dir/<id>`. A folder is taken for
    what its config.json says. `ModelError` if nothing suitable is there, with what to get and where to put
    it.
    """
    known = entry(name_or_folder)
    if known is not None:
        folder = _folder_of(known, models_dir)
        if not folder.is_dir():
            raise _not_installed(known, folder)
        inspected = loading.inspect(folder)
        _check_family(inspected, known.family)
        found = ResolvedModel(known, folder)
    else:
        found = _from_folder(name_or_folder, models_dir)
    if task is not None and found.entry.task != task:
        raise ModelError(
            f"{found.entry.title} is a {found.entry.task} model and cannot be used as a {task} model.",
            "Choose one of: " + ", ".join(e.id for e in CATALOGUE if e.task == task) + ".",
        )
    return found


def resolve_for(task: Task, name_or_folder: str | None, models_dir: Path) -> ResolvedModel:
    """The model asked for, or the best there is if none was: `resolve` or `default`."""
    return resolve(name_or_folder, models_dir, task) if name_or_folder else default(task, models_dir)


def default(task: Task, models_dir: Path) -> ResolvedModel:
    """The largest installed model of the catalogue that fits this computer's memory, else the starter kit."""
    memory_mb, _ = device.memory_mb()
    for one in sorted(installed(models_dir), key=lambda i: -i.entry.size_mb):
        e = one.entry
        fits = memory_mb == 0 or e.size_mb * 1.2 + 1000 < memory_mb
        if e.task == task and not e.is_starter and one.folder is not None and not one.problem and fits:
            return ResolvedModel(e, one.folder)
    starter = next(e for e in CATALOGUE if e.task == task and e.is_starter)
    return resolve(starter.id, models_dir, task)


def installed(models_dir: Path) -> list[Installed]:
    """Every entry of the catalogue, with the folder where it lies and what is wrong with it, if anything."""
    return list(_installed(models_dir))


def load_speech(resolved: ResolvedModel, device: str | None = None) -> SpeechEngine:
    """`load` for a model found with `resolve_for("speech", …)`."""
    return cast(SpeechEngine, load(resolved, device))


def load_text(resolved: ResolvedModel, device: str | None = None) -> TextEngine:
    """`load` for a model found with `resolve_for("text", …)`."""
    return cast(TextEngine, load(resolved, device))


def load(resolved: ResolvedModel, device: str | None = None) -> SpeechEngine | TextEngine:
    """Load a model with its family's engine. `device`: "cpu", "cuda", "cuda:1", "mps"; None chooses."""
    module, _, name = FAMILIES[resolved.entry.family].loader.partition(":")
    engine = getattr(importlib.import_module(module), name)
    return cast("SpeechEngine | TextEngine", engine.load(resolved.folder, resolved.entry, device))


# -- finding ---------------------------------------------------------------------------------------
def _folder_of(e: ModelEntry, models_dir: Path) -> Path:
    return KIT / e.task if e.is_starter else models_dir / e.id


def _installed(models_dir: Path) -> Iterator[Installed]:
    for e in CATALOGUE:
        folder = _folder_of(e, models_dir)
        if not folder.is_dir():
            yield Installed(e, None)
            continue
        try:
            _check_family(loading.inspect(folder), e.family)
        except ModelError as error:
            yield Installed(e, folder, str(error))
        else:
            yield Installed(e, folder)


def _from_folder(name: str, models_dir: Path) -> ResolvedModel:
    original = next((e for e in CATALOGUE if e.repo and f"{name.strip().lower()}-hf" == e.repo.lower()), None)
    if original is not None:
        raise ModelError(
            f"{name} is the original form of this model, which cannot be loaded here.",
            _how_to_get(original, _folder_of(original, models_dir)),
        )
    folder = Path(name).expanduser()
    if not folder.is_dir():
        raise ModelError(
            f"There is no model “{name}”: it is neither in the catalogue nor a folder.",
            "Known are: " + ", ".join(e.id for e in CATALOGUE) + ".",
        )
    for e in CATALOGUE:
        home = _folder_of(e, models_dir)
        if home.is_dir() and home.samefile(folder):
            return resolve(e.id, models_dir)
    inspected = loading.inspect(folder)
    family = _check_family(inspected, None)
    return ResolvedModel(_entry_of_folder(inspected, family), folder)


def _entry_of_folder(inspected: loading.Inspection, family: str) -> ModelEntry:
    """An entry for a model the catalogue does not list, from what its config.json says."""
    base = ModelEntry(
        id=inspected.folder.resolve().name,
        task=FAMILIES[family].task,
        family=family,
        title=inspected.folder.resolve().name,
        size_mb=inspected.size_mb,
        licence="unknown",
        note="Chosen by its folder.",
    )
    if base.task == "speech":
        return replace(base, languages=ALL_LANGUAGES)
    context = min(inspected.max_positions or 4096, 16_384)
    return replace(base, context_tokens=context, quotes_only=inspected.size_mb < 200)


def _check_family(inspected: loading.Inspection, wanted: str | None) -> str:
    """The family of a folder; `ModelError` if there is none for it or it is not the one that is wanted."""
    for name, family in FAMILIES.items():
        same_type = inspected.model_type == family.model_type
        if same_type and (not inspected.architectures or family.architecture in inspected.architectures):
            if wanted is None or name == wanted:
                return name
            break
    kind = ", ".join(inspected.architectures) or inspected.model_type
    if wanted is None:
        what = f"{inspected.folder} holds a model of a kind that cannot be used here ({kind})."
    else:
        what = f"{inspected.folder} holds another kind of model ({kind}) than its name says."
    usable = ", ".join(f.architecture for f in FAMILIES.values())
    raise ModelError(what, f"Usable are: {usable}.")


def _not_installed(e: ModelEntry, folder: Path) -> ModelError:
    if e.is_starter:
        return ModelError(
            f"The starter kit is missing from this installation ({folder}).",
            "Install Folkmoot again, or build the kit with: python -m models.starter.build",
        )
    return ModelError(f"{e.title} is not installed.", _how_to_get(e, folder))


def _how_to_get(e: ModelEntry, folder: Path) -> str:
    return f"Get {e.repo} from huggingface.co (about {e.size_mb / 1000:.1f} GB) and put its files into {folder}."
