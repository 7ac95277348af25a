"""Finding models, and saying plainly what is wrong with a folder, before anything is loaded."""

from __future__ import annotations

import importlib
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.domain.cancel import Never
from app.domain.errors import InputError, ModelError
from app.domain.ports import Constraint, Message
from models import catalogue, device, loading, memory, trial
from tests import tiny

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def speech_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.build_speech(tmp_path_factory.mktemp("models") / "speech")


@pytest.fixture(scope="module")
def text_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.build_text(tmp_path_factory.mktemp("models") / "text")


@pytest.fixture
def models_dir(tmp_path: Path, speech_folder: Path, text_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder of the user's models, beside a starter kit."""
    kit = tmp_path / "kit"
    shutil.copytree(speech_folder, kit / "speech")
    shutil.copytree(text_folder, kit / "text")
    monkeypatch.setattr(catalogue, "KIT", kit)
    (tmp_path / "models").mkdir()
    return tmp_path / "models"


def edit_config(folder: Path, **changes: Any) -> None:
    path = folder / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


# -- the list --------------------------------------------------------------------------------------
def test_entries_are_complete_and_distinct() -> None:
    assert len({e.id for e in catalogue.CATALOGUE}) == len(catalogue.CATALOGUE)
    for e in catalogue.CATALOGUE:
        family = catalogue.FAMILIES[e.family]
        assert family.task == e.task
        assert bool(e.repo) != e.is_starter
        assert e.size_mb > 0
        assert e.note.endswith(".")
        assert bool(e.languages) == (e.task in ("speech", "align"))
        assert bool(e.context_tokens) == (e.task == "text")
        assert e.capabilities
        if e.family in ("qwen3-asr", "qwen3-aligner") and e.repo:
            assert e.repo.endswith("-hf")
        if e.repo:
            assert e.anatomy is not None
            assert e.quality > 0
            # What is loaded is most of what is on disk, in 16 bits; tied heads and talkers are stored besides.
            width = 4 if e.task == "diarize" else 2  # that one is published in 32 bits
            assert 0.55 < e.anatomy.parameters_m * width / e.size_mb < 1.05, e.id


def test_families_that_have_an_engine_can_be_loaded_and_others_are_not_offered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(catalogue.FAMILIES, "qwen3-omni", replace(catalogue.FAMILIES["qwen3-omni"], loader=""))
    assert not all(e.is_usable for e in catalogue.CATALOGUE)
    for family in catalogue.FAMILIES.values():
        if family.loader:
            module, _, name = family.loader.partition(":")
            assert callable(getattr(importlib.import_module(module), name).load)
    offered = {i.entry.id for i in catalogue.installed(tmp_path)}
    for e in catalogue.CATALOGUE:
        assert (e.id in offered) == e.is_usable
        if not e.is_usable:
            with pytest.raises(ModelError, match="known but cannot be used"):
                catalogue.resolve(e.id, tmp_path)


def test_languages_are_the_ones_the_processor_takes() -> None:
    from transformers.models.qwen3_asr.processing_qwen3_asr import LANGUAGE_CODE_TO_NAME

    assert catalogue.LANGUAGES == LANGUAGE_CODE_TO_NAME


def test_language_names() -> None:
    assert catalogue.language_name("de") == "German"
    assert catalogue.language_name(" english ") == "English"
    with pytest.raises(InputError, match=r"Klingon.*Choose one of.*German"):
        catalogue.language_name("Klingon")


def test_importing_the_catalogue_loads_nothing_heavy() -> None:
    code = (
        "import sys; from models import catalogue, device, host, loading; device.survey();"
        "print({'torch', 'transformers', 'numpy', 'llguidance', 'pandas'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


# -- finding ---------------------------------------------------------------------------------------
def test_finds_by_id_repository_and_folder(models_dir: Path, speech_folder: Path) -> None:
    installed = models_dir / "qwen3-asr-0.6b"
    shutil.copytree(speech_folder, installed)
    for name in ("qwen3-asr-0.6b", "Qwen/Qwen3-ASR-0.6B-hf", str(installed)):
        found = catalogue.resolve(name, models_dir, "speech")
        assert (found.entry.id, found.folder) == ("qwen3-asr-0.6b", installed)


def test_a_folder_is_taken_for_what_it_says(models_dir: Path, speech_folder: Path, text_folder: Path) -> None:
    speech = catalogue.resolve(str(speech_folder), models_dir).entry
    assert (speech.task, speech.id, speech.languages) == ("speech", "speech", catalogue.ALL_LANGUAGES)
    text = catalogue.resolve(str(text_folder), models_dir).entry
    assert (text.task, text.context_tokens, text.quotes_only) == ("text", 4096, True)


def test_what_is_missing_is_named_with_how_to_get_it(models_dir: Path) -> None:
    with pytest.raises(ModelError) as caught:
        catalogue.resolve("qwen3-asr-1.7b", models_dir)
    assert "Qwen/Qwen3-ASR-1.7B-hf" in caught.value.to_do
    assert "folkmoot models get qwen3-asr-1.7b" in caught.value.to_do
    with pytest.raises(ModelError, match=r"Aligner.*is not installed.*models get qwen3-forced-aligner"):
        catalogue.resolve_for("align", None, models_dir)


def test_the_original_repository_is_told_from_the_right_one(models_dir: Path) -> None:
    with pytest.raises(ModelError, match=r"original form.*Qwen/Qwen3-ASR-0.6B-hf"):
        catalogue.resolve("Qwen/Qwen3-ASR-0.6B", models_dir)


def test_unknown_names(models_dir: Path) -> None:
    with pytest.raises(ModelError, match=r"neither in the catalogue nor a folder.*starter-asr"):
        catalogue.resolve("whisper", models_dir)


def test_models_of_the_wrong_task(models_dir: Path, text_folder: Path) -> None:
    with pytest.raises(ModelError, match=r"text model and cannot be used as a speech model.*qwen3-asr-0.6b"):
        catalogue.resolve_for("speech", str(text_folder), models_dir)
    with pytest.raises(ModelError, match="speech model and cannot be used as a text model"):
        catalogue.resolve_for("text", "starter-asr", models_dir)


def test_wrong_kind_under_a_known_name(models_dir: Path, text_folder: Path) -> None:
    shutil.copytree(text_folder, models_dir / "qwen3-asr-0.6b")
    with pytest.raises(ModelError, match=r"another kind of model .Qwen3ForCausalLM. than its name says"):
        catalogue.resolve("qwen3-asr-0.6b", models_dir)


def test_default_is_the_largest_that_fits(
    models_dir: Path, speech_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(device, "nvidia_cards", tuple)
    monkeypatch.setattr(device, "memory_mb", lambda: (16_000, 8000))
    assert catalogue.resolve_for("speech", None, models_dir).entry.id == "starter-asr"
    for name in ("qwen3-asr-0.6b", "qwen3-asr-1.7b"):
        shutil.copytree(speech_folder, models_dir / name)
    assert catalogue.default("speech", models_dir).entry.id == "qwen3-asr-1.7b"
    monkeypatch.setattr(device, "memory_mb", lambda: (4000, 2000))
    assert catalogue.default("speech", models_dir).entry.id == "qwen3-asr-0.6b"
    monkeypatch.setattr(device, "nvidia_cards", lambda: (("a card", 24_000),))
    monkeypatch.setattr(device, "_torch_has_cuda", lambda: False)
    assert catalogue.default("speech", models_dir).entry.id == "qwen3-asr-0.6b"
    monkeypatch.setattr(device, "_torch_has_cuda", lambda: True)
    assert catalogue.default("speech", models_dir).entry.id == "qwen3-asr-1.7b"
    monkeypatch.setattr(device, "nvidia_cards", tuple)
    (models_dir / "qwen3-asr-0.6b" / "tokenizer.json").unlink()
    assert catalogue.default("speech", models_dir).entry.id == "starter-asr"
    assert catalogue.default("text", models_dir).entry.id == "starter-text"


def test_listing_says_what_is_there_and_what_is_broken(models_dir: Path, text_folder: Path) -> None:
    shutil.copytree(text_folder, models_dir / "qwen3-0.6b")
    (models_dir / "qwen3-0.6b" / "model.safetensors").unlink()
    listed = {i.entry.id: i for i in catalogue.installed(models_dir)}
    assert set(listed) == {e.id for e in catalogue.CATALOGUE if e.is_usable}
    assert listed["starter-asr"].folder is not None
    assert listed["starter-asr"].problem == ""
    assert listed["qwen3-8b"].folder is None
    assert "no weights" in listed["qwen3-0.6b"].problem


def test_a_missing_starter_kit(models_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "KIT", models_dir / "nowhere")
    with pytest.raises(ModelError, match=r"starter kit is missing.*models.starter.build"):
        catalogue.resolve_for("text", None, models_dir)


# -- damage ----------------------------------------------------------------------------------------
def _remove(*names: str) -> Callable[[Path], None]:
    return lambda folder: [(folder / n).unlink() for n in names] and None


def _thinker(width: int) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        edit_config(folder, thinker_config={"text_config": {"hidden_size": width}})

    return change


def _truncate(folder: Path) -> None:
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1000])


def _pointer(folder: Path) -> None:
    """What `git clone` without LFS leaves."""
    (folder / "model.safetensors").write_text("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n")


def _shards(folder: Path) -> None:
    (folder / "model.safetensors").rename(folder / "model-00001-of-00002.safetensors")
    names = {"a": "model-00001-of-00002.safetensors", "b": "model-00002-of-00002.safetensors"}
    (folder / loading.INDEX).write_text(json.dumps({"weight_map": names}))


def _pickled(folder: Path) -> None:
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (_remove("config.json"), "no config.json"),
        (lambda f: (f / "config.json").write_text("{"), "config.json is damaged"),
        (lambda f: (f / "config.json").write_text("[]"), "config.json is damaged"),
        (lambda f: (f / "config.json").write_text("{}"), "does not say what model"),
        (_thinker(1024), "original form.*Qwen/Qwen3-ASR-0.6B-hf"),
        (_thinker(2048), "original form.*Qwen/Qwen3-ASR-1.7B-hf"),
        (_remove("model.safetensors"), "no weights"),
        (_pickled, "pickled.*safetensors"),
        (_truncate, "damaged or was not copied"),
        (_pointer, "damaged or was not copied"),
        (lambda f: (f / "model.safetensors").write_bytes(b""), "damaged or was not copied"),
        (_shards, "not complete.*model-00002-of-00002.safetensors"),
        (_remove("tokenizer.json"), "no tokenizer"),
        (_remove("processor_config.json"), "no processor_config"),
        (_remove("chat_template.jinja"), "no chat template"),
        (lambda f: edit_config(f, model_type="whisper", architectures=["Whisper"]), "of a kind.*Whisper"),
        (lambda f: edit_config(f, architectures=["Qwen3ASRForSomethingElse"]), "of a kind"),
    ],
)
def test_damage_is_seen_without_loading(
    tmp_path: Path, speech_folder: Path, damage: Callable[[Path], object], says: str
) -> None:
    folder = tmp_path / "modèle 模型"
    shutil.copytree(speech_folder, folder)
    damage(folder)
    with pytest.raises(ModelError, match=says) as caught:
        catalogue.resolve(str(folder), tmp_path)
    assert caught.value.to_do.endswith((".", ")"))


def test_a_model_imported_under_a_name_of_its_own(models_dir: Path, text_folder: Path) -> None:
    shutil.copytree(text_folder, models_dir / "our-minutes")
    (models_dir / "notes").mkdir()
    assert [i.entry.id for i in catalogue.own(models_dir)] == ["our-minutes"]
    found = catalogue.resolve("our-minutes", models_dir, "text")
    assert found.folder == models_dir / "our-minutes"


def test_complete_shards_are_accepted(tmp_path: Path, speech_folder: Path) -> None:
    folder = tmp_path / "sharded"
    shutil.copytree(speech_folder, folder)
    _shards(folder)
    shutil.copy(folder / "model-00001-of-00002.safetensors", folder / "model-00002-of-00002.safetensors")
    assert loading.inspect(folder).model_type == "qwen3_asr"


@pytest.mark.parametrize(
    "changes",
    [
        {"num_hidden_layers": 3, "layer_types": ["full_attention"] * 3},  # weights are missing
        {"intermediate_size": 48},  # weights have other shapes
        {"hidden_act": "no such function"},
    ],
)
def test_weights_that_do_not_belong_are_refused(tmp_path: Path, text_folder: Path, changes: dict[str, Any]) -> None:
    folder = tmp_path / "text"
    shutil.copytree(text_folder, folder)
    edit_config(folder, **changes)
    resolved = catalogue.resolve(str(folder), tmp_path)
    with pytest.raises(ModelError):
        catalogue.load(resolved)


# -- families that hear more than words ------------------------------------------------------------
@pytest.mark.parametrize("family", ["qwen2.5-omni", "qwen3-omni", "qwen2-audio"])
def test_models_that_listen_are_told_apart_and_loaded(tmp_path: Path, family: str) -> None:
    folder = tiny.build_chat(tmp_path / "listens", family)
    found = catalogue.resolve(str(folder), tmp_path, "speech")
    assert found.entry.family == family
    assert catalogue.load_speech(found, "cpu").name == "listens"
    if family == "qwen2.5-omni":  # as the repository of the whole model has it
        for architecture in ("Qwen2_5OmniModel", "Qwen2_5OmniForConditionalGeneration"):
            edit_config(folder, model_type="qwen2_5_omni", architectures=[architecture])
            assert catalogue.resolve(str(folder), tmp_path).entry.family == family
    (folder / "preprocessor_config.json").unlink()
    with pytest.raises(ModelError, match="no processor_config"):
        catalogue.resolve(str(folder), tmp_path)


# -- families that share the text engine -----------------------------------------------------------
def _qwen35(size: int, **shared: Any) -> Any:
    """With its encoder for pictures, as the repositories have it."""
    from transformers import Qwen3_5Config, Qwen3_5ForConditionalGeneration

    text = {
        "vocab_size": size, "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 4,
        "num_attention_heads": 2, "num_key_value_heads": 1, "head_dim": 16, "linear_key_head_dim": 8,
        "linear_value_head_dim": 8, "linear_num_key_heads": 2, "linear_num_value_heads": 4,
        "max_position_embeddings": 4096, "initializer_range": 0.3, **shared,
    }  # fmt: skip
    vision = {"depth": 1, "hidden_size": 16, "intermediate_size": 32, "num_heads": 2, "out_hidden_size": 32}
    return Qwen3_5ForConditionalGeneration(Qwen3_5Config(text_config=text, vision_config=vision))


def _qwen3_moe(size: int, **shared: Any) -> Any:
    from transformers import Qwen3MoeConfig, Qwen3MoeForCausalLM

    return Qwen3MoeForCausalLM(
        Qwen3MoeConfig(
            vocab_size=size, hidden_size=32, intermediate_size=64, moe_intermediate_size=16, num_experts=4,
            num_experts_per_tok=2, num_hidden_layers=2, num_attention_heads=2, num_key_value_heads=1, head_dim=16,
            max_position_embeddings=4096, initializer_range=0.3, **shared,
        )
    )  # fmt: skip


@pytest.mark.parametrize(("family", "build"), [("qwen3.5", _qwen35), ("qwen3-moe", _qwen3_moe)])
def test_newer_text_families_answer_through_the_same_engine(
    tmp_path: Path, text_folder: Path, family: str, build: Callable[..., Any]
) -> None:
    import torch
    from transformers import AutoTokenizer

    folder = tmp_path / family
    shutil.copytree(text_folder, folder)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    torch.manual_seed(0)
    ends = {"eos_token_id": tokenizer.convert_tokens_to_ids("<|im_end|>"), "pad_token_id": tokenizer.pad_token_id}
    build(len(tokenizer) + 5, **ends).to(torch.float16).save_pretrained(folder)
    found = catalogue.resolve(str(folder), tmp_path, "text")
    assert found.entry.family == family
    engine = catalogue.load_text(found, "cpu")
    ask = [Message("user", "What did we decide?")]
    said = engine.generate(ask, constraint=None, max_new_tokens=8, cancel=Never())
    assert said == engine.generate(ask, constraint=None, max_new_tokens=8, cancel=Never())
    # Forced pieces of a grammar go through the model in one piece; the answer must not depend on that.
    json_only = Constraint('start: "{\\"decisions\\": [\\"" /[a-z ]{3,9}/ "\\"]}"')
    answer = engine.generate(ask, constraint=json_only, max_new_tokens=60, cancel=Never())
    assert list(json.loads(answer)) == ["decisions"]


# -- the computer ----------------------------------------------------------------------------------
def test_survey() -> None:
    seen = device.survey(Path("/no/such/folder"), cards=True)
    assert seen.cores >= 1
    assert seen.processor
    assert seen.cards is not None
    assert seen.torch
    if sys.platform == "linux":
        assert seen.memory_mb >= seen.memory_free_mb > 0
        assert seen.disk_free_mb > 0


def test_placement(monkeypatch: pytest.MonkeyPatch) -> None:
    big = device.Card("cuda:1", "big", 24_000, 20_000, bf16=True)
    old = device.Card("cuda:0", "old", 8000, 7000, bf16=False)
    monkeypatch.setattr(device, "_cards", lambda: (old, big))
    assert device.place(9, starter=True) == device.Placement("cpu", "float32", threads=1)
    assert device.place(4100).device == "cuda:1"
    assert device.place(4100).dtype == "bfloat16"
    assert device.place(16_400).device == "cuda:1"
    assert device.place(40_000).device == "cpu"
    assert device.place(4100, device="cuda") == device.Placement("cuda:0", "float16", threads=1)
    with pytest.raises(ModelError, match="no device 'mps'"):
        device.place(4100, device="mps")
    monkeypatch.setattr(device, "_cards", lambda: ())
    monkeypatch.setattr(device, "memory_mb", lambda: (16_000, 8000))
    monkeypatch.setattr(device, "measured", lambda: FASTER_IN_FLOAT32)
    assert device.place(4100).dtype == "float32"
    assert device.place(8100).dtype == "bfloat16"  # twice the size would not fit
    monkeypatch.setattr(device, "measured", lambda: FASTER_IN_BFLOAT16)
    assert device.place(1600).dtype == "bfloat16"
    monkeypatch.setattr(device, "measured", lambda: pytest.fail("nothing to choose"))
    assert device.place(50).dtype == "float32"  # small models stay in it


FASTER_IN_FLOAT32 = trial.Trial(trial.Pace(100.0, 15.0), trial.Pace(8.0, 2.0))
FASTER_IN_BFLOAT16 = trial.Trial(trial.Pace(100.0, 15.0), trial.Pace(400.0, 25.0))


# -- the trial of the processor --------------------------------------------------------------------
def test_the_trial_measures() -> None:
    found = trial.run(1)
    for pace in (found.float32, found.bfloat16):
        assert 0.01 < pace.gflops < 100_000
        assert 0.01 < pace.gbytes_s < 10_000
    assert found.faster in ("float32", "bfloat16")
    assert FASTER_IN_BFLOAT16.faster == "bfloat16"
    assert FASTER_IN_FLOAT32.faster == "float32"


def test_the_trial_is_run_once_and_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    runs: list[int] = []

    def measure(threads: int) -> trial.Trial:
        runs.append(threads)
        return FASTER_IN_FLOAT32

    monkeypatch.setattr(trial, "_remembered", {})
    monkeypatch.setattr(trial, "_folder", None)
    trial.remember_in(tmp_path / "cache")
    assert trial.trial("a processor", 4, measure) == FASTER_IN_FLOAT32
    assert trial.trial("a processor", 4, measure) == FASTER_IN_FLOAT32
    trial._remembered.clear()
    assert trial.trial("a processor", 4, measure) == FASTER_IN_FLOAT32  # from the file
    assert runs == [4]
    trial.trial("a processor", 8, measure)
    trial.trial("another processor", 4, measure)
    assert runs == [4, 8, 4]
    (tmp_path / "cache" / trial.FILE).write_text("{ damaged")
    trial._remembered.clear()
    assert trial.trial("a processor", 4, measure) == FASTER_IN_FLOAT32
    trial.measure_again()
    assert trial.trial("a processor", 4, measure) == FASTER_IN_FLOAT32
    assert len(runs) == 5
    assert [p.name for p in (tmp_path / "cache").iterdir()] == [trial.FILE]
    busy = trial.Trial(FASTER_IN_FLOAT32.float32, FASTER_IN_FLOAT32.bfloat16, is_steady=False)
    trial.measure_again()
    assert not trial.trial("a processor", 4, lambda _: busy).is_steady
    assert not (tmp_path / "cache" / trial.FILE).exists()  # to be measured again by the next process


# -- memory ----------------------------------------------------------------------------------------
def test_memory_is_computed_as_it_says() -> None:
    e = catalogue.entry("qwen3-asr-0.6b")
    assert e is not None
    assert e.anatomy is not None
    weights = 782 * 2
    batch = 120 * 20 * (114_688 + 1024 * 32) / 1e6 + 120 * 5
    assert memory.need_mb(e, "bfloat16") == round(weights + batch + 500)
    assert 2500 < memory.need_mb(e, "bfloat16") < 5400  # what was measured of it, by size of the batch
    needs = [memory.need_mb(e, p) for p in ("float32", "bfloat16", "int8", "int4")]
    assert needs == sorted(needs, reverse=True)
    assert memory.need_mb(e, "bfloat16", "cuda:0") > memory.need_mb(e, "bfloat16")  # larger batches


def test_speed_estimates_are_near_what_was_measured() -> None:
    e = catalogue.entry("qwen3-asr-0.6b")
    assert e is not None
    # A processor with 2 cores and AMX: measured 0.085 with batches of 8.
    estimate = memory.hour_of_speech_s(e, 868, 24, "bfloat16") / 3600
    assert 0.05 < estimate < 0.2
    assert memory.hour_of_speech_s(e, 100, 24, "bfloat16") / 3600 > estimate
