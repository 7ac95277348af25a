"""Weights laid out for the processor's kernels: the same arithmetic."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path

import pytest
import torch
from torch import nn

from models import loading, packed
from tests import tiny

needs_kernels = pytest.mark.skipif(not packed.packing_pays(), reason="oneDNN has no bfloat16 here")


@needs_kernels
@pytest.mark.parametrize("shape", [(256,), (1, 1, 256), (16, 1, 256), (3, 700, 256)])
@pytest.mark.parametrize("bias", [True, False])
def test_layers_compute_the_same(shape: tuple[int, ...], bias: bool) -> None:
    torch.manual_seed(1)
    whole = nn.Linear(256, 96, bias=bias)
    half = nn.Linear(256, 96, bias=bias, dtype=torch.bfloat16)
    half.load_state_dict(whole.state_dict())
    x = torch.randn(shape)
    with torch.inference_mode():
        exact, plain, ours = whole(x), half(x.bfloat16()), packed.PackedLinear(half)(x.bfloat16())
    assert ours.dtype == torch.bfloat16
    assert ours.shape == exact.shape
    errors = [float((found.float() - exact).norm() / exact.norm()) for found in (ours, plain)]
    assert errors[0] < 1.1 * errors[1] < 0.01


@needs_kernels
def test_everything_but_what_an_embedding_shares_is_packed() -> None:
    embedding = nn.Embedding(40, 32, dtype=torch.bfloat16)
    tied, free = (nn.Linear(32, 40, bias=False, dtype=torch.bfloat16) for _ in range(2))
    tied.weight = embedding.weight
    whole = nn.Linear(32, 8)
    model = nn.ModuleDict({"embedding": embedding, "tied": tied, "free": free, "float32": whole})
    before = sum(p.nbytes for p in model.parameters())
    given_up = weakref.ref(free.weight)
    del free
    packed.pack_linears(model)
    gc.collect()
    assert given_up() is None, "not held twice"
    assert model["tied"] is tied
    assert model["float32"] is whole
    assert isinstance(model["free"], packed.PackedLinear)
    assert sum(p.nbytes for p in model.parameters()) + packed.packed_bytes(model) == before


def test_without_the_kernels_nothing_is_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "packing_pays", lambda: False)
    model = nn.Sequential(nn.Linear(8, 8, dtype=torch.bfloat16))
    packed.pack_linears(model)
    assert type(model[0]) is nn.Linear


@needs_kernels
def test_a_loaded_model_is_packed_and_answers_alike(tmp_path: Path) -> None:
    folder = tiny.build_text(tmp_path / "text")
    auto_class = loading.transformers().AutoModelForCausalLM
    whole, ours = (
        loading.from_pretrained(auto_class, folder, device="cpu", dtype=dtype) for dtype in ("float32", "bfloat16")
    )
    assert any(isinstance(m, packed.PackedLinear) for m in ours.modules())
    with torch.inference_mode():
        both = [m(input_ids=torch.arange(40)[None]).logits[0].float() for m in (whole, ours)]
    assert float((both[1] - both[0]).norm() / both[0].norm()) < 0.1
