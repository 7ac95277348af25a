"""Decoder weights in 8 and 4 bits: what they compute, what is left whole, what they take."""

from __future__ import annotations

import importlib.util
import json
import threading
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from app.audio.tracks import TrackReader
from app.bootstrap import SAMPLE
from app.domain.ports import Message
from models import catalogue, device, loading, packed, quantise
from models.device import Placement
from models.memory import Precision
from models.starter.speech import word_errors
from tests import tiny

BASES = [torch.float32, torch.bfloat16, torch.float16]
# Root mean square of the rounding, relative to a layer's output; of 16 bits comes a little more.
NEVER = threading.Event()
TOLERANCE: dict[Precision, float] = {"int8": 0.01, "int4": 0.1}
TOLERANCE_OF_BYTES = 0.02  # where what is multiplied with the weights is rounded, too
SMALL = (quantise.Int8Linear, quantise.BytesLinear)


@pytest.fixture(autouse=True)
def _whole_parts_in_float32(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(device, "base_type", lambda _device: "float32")


def layer(inputs: int = 256, outputs: int = 64, bias: bool = True) -> nn.Linear:
    torch.manual_seed(1)
    return nn.Linear(inputs, outputs, bias=bias)


@pytest.fixture(params=["weights", "both"])
def bytes_of(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Which are bytes in 8 bits: the weights alone, as everywhere, or what they are multiplied with, too."""
    if request.param == "both" and not quantise.bytes_multiply_exactly():
        pytest.skip("this processor has no exact products of bytes")
    monkeypatch.setattr(quantise, "bytes_multiply_exactly", lambda: request.param == "both")
    return str(request.param)


def error(found: torch.Tensor, wanted: torch.Tensor) -> float:
    difference = (found.float() - wanted).norm(dim=-1) / wanted.norm(dim=-1)
    return float(difference.max())


@pytest.mark.parametrize("base", BASES, ids=str)
@pytest.mark.parametrize("precision", ["int8", "int4"])
@pytest.mark.parametrize("shape", [(256,), (1, 3, 256), (2, 20, 256)])
@pytest.mark.parametrize("bias", [True, False])
def test_layers_compute_nearly_the_same(
    precision: Precision, base: torch.dtype, shape: tuple[int, ...], bias: bool, bytes_of: str
) -> None:
    whole = layer(bias=bias)
    small = quantise.quantised(whole, precision, "cpu", base)
    if precision == "int8":
        assert isinstance(small, SMALL[bytes_of == "both"])
    x = torch.randn(shape)
    with torch.inference_mode():
        found = small(x.to(base))
        assert found.dtype == base
        assert found.shape == whole(x).shape
        in_both = precision == "int8" and bytes_of == "both"
        assert error(found, whole(x)) < (TOLERANCE_OF_BYTES if in_both else TOLERANCE[precision])


@pytest.mark.parametrize("precision", ["int8", "int4"])
def test_a_loud_row_costs_its_neighbours_nothing(precision: Precision, bytes_of: str) -> None:
    """As it does where activations are quantised with one scale for a whole batch."""
    small = quantise.quantised(layer(), precision, "cpu", torch.float32)
    x = torch.randn(2 * quantise.BLOCK_ROWS + 20, 256)
    with torch.inference_mode():
        alone = small(x[1:])
        x[0] *= 1000
        assert torch.equal(small(x)[1:], alone) or error(small(x)[1:], alone) < 1e-5


def test_weights_of_zero_and_large_ones_stay_finite(bytes_of: str) -> None:
    whole = layer(bias=False)
    with torch.no_grad():
        whole.weight[0] = 0.0
        whole.weight[1] *= 1e4
    for base in BASES:
        for precision in ("int8", "int4"):
            with torch.inference_mode():
                x = torch.randn(20, 256).to(base)
                x[3] = 0.0
                found = quantise.quantised(whole, precision, "cpu", base)(x)
            assert found.isfinite().all()
            assert found[:, 0].abs().max() < 1e-3


def test_levels_that_overflow_in_16_bits_do_not(bytes_of: str) -> None:
    whole = layer(4096, 16, bias=False)
    with torch.no_grad():
        whole.weight.fill_(0.01)
    small = quantise.quantised(whole, "int8", "cpu", torch.float16)
    with torch.inference_mode():
        assert small(torch.ones(20, 4096, dtype=torch.float16)).isfinite().all()  # 4096 · 127 is beyond its range


def test_shapes_that_do_not_fit_stay_whole() -> None:
    odd = layer(100, 64)
    assert quantise.quantised(odd, "int4", "cpu", torch.float32) is odd
    assert isinstance(quantise.quantised(odd, "int8", "cpu", torch.float32), SMALL)


def test_what_cannot_be_had_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (
        quantise.missing("int4", "cpu") == quantise.missing("int8", "cuda:0") == quantise.missing("int8", "mps") == ""
    )
    assert "Apple" in quantise.missing("int4", "mps")
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    assert "bitsandbytes" in quantise.missing("int4", "cuda:1")
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: name)
    assert quantise.missing("int4", "cuda:1") == ""


# -- whole models ------------------------------------------------------------------------------------
CLASSES = {
    "speech": "Qwen3ASRForConditionalGeneration",
    "align": "Qwen3ASRForTokenClassification",
    "text": "AutoModelForCausalLM",
    "qwen2.5-omni": "Qwen2_5OmniThinkerForConditionalGeneration",
    "qwen2-audio": "Qwen2AudioForConditionalGeneration",
}


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    home = tmp_path_factory.mktemp("models")
    built = {"speech": tiny.build_speech(home / "speech", scale=0.2), "align": tiny.build_aligner(home / "align")}
    built["text"] = tiny.build_text(home / "text")
    return built | {f: tiny.build_chat(home / f, f) for f in ("qwen2.5-omni", "qwen2-audio")}


@pytest.mark.parametrize("kind", CLASSES)
def test_only_the_decoder_is_quantised(folders: dict[str, Path], kind: str) -> None:
    auto_class = getattr(loading.transformers(), CLASSES[kind])
    model = loading.from_pretrained(auto_class, folders[kind], device="cpu", dtype="int8")
    whole = loading.from_pretrained(auto_class, folders[kind], device="cpu", dtype="float32")
    small = {name for name, m in model.named_modules() if isinstance(m, SMALL)}
    linears = {name for name, m in whole.named_modules() if isinstance(m, nn.Linear)}
    decoder = {n for n in linears if ".layers." in n and not any(k in n for k in ("audio_tower", "visual"))}
    assert small == decoder
    assert len(small) == 2 * 7
    assert model.dtype == torch.float32
    own = dict(whole.named_parameters())
    for name, parameter in model.named_parameters():  # encoder, embeddings, head, norms: bit for bit
        assert parameter.dtype == torch.float32
        assert torch.equal(parameter, own[name])
    for name, buffer in whole.named_buffers():
        assert torch.equal(model.get_buffer(name), buffer)
        assert model.get_buffer(name).dtype == buffer.dtype


def test_frequencies_of_positions_are_not_rounded(folders: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(device, "base_type", lambda _device: "bfloat16")
    model = loading.from_pretrained(
        loading.transformers().AutoModelForCausalLM, folders["text"], device="cpu", dtype="int8"
    )
    assert model.dtype == torch.bfloat16
    assert model.model.rotary_emb.inv_freq.dtype == torch.float32


def logits(model: Any) -> torch.Tensor:
    with torch.inference_mode():
        found: torch.Tensor = model(input_ids=torch.arange(40)[None]).logits[0].float()
    return found


def test_int8_answers_like_float32(folders: dict[str, Path], bytes_of: str) -> None:
    auto_class = loading.transformers().AutoModelForCausalLM
    found = {
        p: logits(loading.from_pretrained(auto_class, folders["text"], device="cpu", dtype=p))
        for p in ("float32", "int8")
    }
    assert error(found["int8"], found["float32"]) < 0.15  # random weights: the last layers multiply what was rounded
    assert (found["int8"].argmax(-1) == found["float32"].argmax(-1)).float().mean() > 0.9


def test_what_was_learnt_survives_8_bits(tmp_path: Path, bytes_of: str) -> None:
    """The starter kit on the bundled meeting: the same words, but for one in fifty at most."""
    reference = json.loads((SAMPLE / "reference.json").read_text(encoding="utf-8"))
    segments = [s for s in reference["segments"] if s["track"] == "mic"][:6]
    with TrackReader(SAMPLE / "mic.flac") as track:
        windows = [track.read(max(0.0, s["start_s"] - 0.2), s["end_s"] + 0.2) for s in segments]
    found = catalogue.resolve("starter-asr", tmp_path)
    said = {}
    for precision in ("float32", "int8"):
        engine: Any = catalogue.load(found, Placement("cpu", precision, threads=1))
        said[precision] = " ".join(t.text for t in engine.transcribe(windows, cancel=NEVER))
    assert len(said["float32"].split()) > 20
    errors, words = word_errors(said["float32"], said["int8"])
    assert errors <= words / 50


@pytest.mark.parametrize("precision", ["float32", "bfloat16", "int8", "int4"])
def test_engines_run_in_every_precision(folders: dict[str, Path], tmp_path: Path, precision: Precision) -> None:
    where = Placement("cpu", precision, threads=1)
    speech: Any = catalogue.load(catalogue.resolve(str(folders["speech"]), tmp_path), where)
    assert speech.settings["precision"] == precision
    assert len(speech.transcribe([tiny.noise(2.0), tiny.noise(1.0)], cancel=NEVER)) == 2
    text: Any = catalogue.load(catalogue.resolve(str(folders["text"]), tmp_path), where)
    assert text.settings["precision"] == precision
    said = text.generate([Message("user", "Anna?")], constraint=None, max_new_tokens=12, cancel=NEVER)
    assert isinstance(said, str)
    aligner: Any = catalogue.load(catalogue.resolve(str(folders["align"]), tmp_path), where)
    [words] = aligner.align([tiny.noise(2.0)], ["Anna will update"], ["English"], NEVER)
    assert "".join(w.text for w in words) == "Anna will update"
    for family in ("qwen2.5-omni", "qwen2-audio"):
        hearing: Any = catalogue.load(catalogue.resolve(str(folders[family]), tmp_path), where)
        assert len(hearing.transcribe([tiny.noise(2.0), tiny.noise(1.0)], cancel=NEVER)) == 2


def test_what_is_loaded_is_known_until_it_is_given_up(folders: dict[str, Path]) -> None:
    before = len(loading.loaded())
    auto_class = loading.transformers().AutoModelForCausalLM
    models = [loading.from_pretrained(auto_class, folders["text"], device="cpu", dtype=p) for p in ("float32", "int8")]
    found = loading.loaded()[before:]
    assert [(f.folder, f.device, f.precision) for f in found] == [
        (folders["text"], "cpu", "float32"),
        (folders["text"], "cpu", "int8"),
    ]
    seen: list[int] = []
    thread = threading.Thread(target=lambda: seen.append(len(loading.loaded())))
    thread.start()
    thread.join()
    assert seen == [before + 2]
    models.clear()
    assert len(loading.loaded()) == before


def test_a_quantised_model_is_smaller(tmp_path: Path) -> None:
    loading.transformers()
    from transformers import Qwen3Config, Qwen3ForCausalLM

    config = Qwen3Config(
        vocab_size=64, hidden_size=512, intermediate_size=1024, num_hidden_layers=4, num_attention_heads=4,
        num_key_value_heads=2, head_dim=128, tie_word_embeddings=True,
    )  # fmt: skip
    Qwen3ForCausalLM(config).to(torch.bfloat16).save_pretrained(tmp_path)
    sizes: dict[str, int] = {}
    for precision in ("float32", "bfloat16", "int8", "int4"):
        model = loading.from_pretrained(Qwen3ForCausalLM, tmp_path, device="cpu", dtype=precision)
        [known] = (m for m in loading.loaded() if m.folder == tmp_path and m.precision == precision)
        sizes[precision] = sum(t.nbytes for t in (*model.parameters(), *model.buffers())) + packed.packed_bytes(model)
        assert known.memory_mb == sizes[precision] >> 20
        del model
    whole = sizes["float32"]
    assert sizes["bfloat16"] / whole == pytest.approx(1 / 2, rel=0.02)
    assert sizes["int8"] / whole == pytest.approx(1 / 4, rel=0.05)
    assert sizes["int4"] / whole == pytest.approx(4.5 / 32 * 1.11, rel=0.15)  # scales are in float32 here


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.skipif(importlib.util.find_spec("bitsandbytes") is None, reason="bitsandbytes is not installed")
def test_nf4_by_bitsandbytes_runs_on_the_processor_too() -> None:
    whole = layer(256, 64)
    with torch.inference_mode():
        small = quantise._nf4(whole, "cpu", torch.float32)
        x = torch.randn(3, 256)
        assert error(small(x), whole(x)) < 0.15
