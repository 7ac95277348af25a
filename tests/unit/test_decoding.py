"""What makes decoding faster must not change what is decoded: the cache, attention, the encoder in parts."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch

from models import attention, generation, kv_cache, loading
from models.speech import features
from tests import tiny


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Any]:
    """A recogniser whose answers depend on the sound, as transformers has it, and its processor."""
    folder: Path = tiny.build_speech(tmp_path_factory.mktemp("decoding") / "tiny", scale=0.2)
    transformers = loading.transformers()
    processor = transformers.Qwen3ASRProcessor.from_pretrained(folder)
    model = transformers.Qwen3ASRForConditionalGeneration.from_pretrained(folder, dtype=torch.float32)
    return model.eval(), processor


def request(processor: Any, *seconds: float) -> Any:
    windows = [features.whole_frames(tiny.noise(s, seed=i)) for i, s in enumerate(seconds)]
    return features.without_padding(processor.apply_transcription_request(audio=windows))


@pytest.mark.parametrize("seconds", [(2.0,), (3.0, 1.0, 2.0)])
@pytest.mark.parametrize("room", [1, 5, 1000])
def test_answers_are_those_of_transformers_own_cache(
    parts: tuple[Any, Any], seconds: tuple[float, ...], room: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, processor = parts
    monkeypatch.setattr(generation, "LIKELY_TOKENS", room)
    monkeypatch.setattr(kv_cache, "SPARE_TOKENS", 3)
    monkeypatch.setattr(generation, "looping", lambda ids, _: torch.zeros(len(ids), dtype=torch.bool))
    inputs = request(processor, *seconds)
    ours, _ = generation.greedy(model, inputs, [40] * len(seconds))
    with torch.inference_mode():
        theirs = model.generate(**inputs, max_new_tokens=40, do_sample=False)
    assert torch.equal(ours, theirs[:, inputs["input_ids"].shape[1] :])
    assert len(set(ours[0].tolist())) > 3  # it says something


def test_the_cache_is_written_in_place_and_grows() -> None:
    layer = kv_cache._roomy_layer()(10)
    rng = torch.Generator().manual_seed(0)
    steps = [torch.randn(2, 3, n, 4, generator=rng) for n in (6, 1, 3, 1, 1)]
    places = []
    for i, step in enumerate(steps):
        keys, values = layer.update(step, -step)
        whole = torch.cat(steps[: i + 1], dim=-2)
        assert torch.equal(keys, whole)
        assert torch.equal(values, -whole)
        assert layer.get_seq_length() == whole.shape[-2]
        places.append(keys.data_ptr())
    assert len(set(places[:3])) == 1  # all that there was room for
    assert len(set(places[3:])) == 1  # once moved, with room to spare


def test_the_cache_may_be_cut_selected_and_emptied() -> None:
    layer = kv_cache._roomy_layer()(10)
    x = torch.arange(2 * 1 * 6 * 2, dtype=torch.float32).view(2, 1, 6, 2)
    layer.update(x, x)
    layer.crop(-2)
    one = torch.full((2, 1, 1, 2), 7.0)
    assert torch.equal(layer.update(one, one)[0], torch.cat([x[..., :4, :], one], -2))
    layer.batch_select_indices(torch.tensor([1]))
    assert torch.equal(layer.update(one[:1], one[:1])[0], torch.cat([x[1:, :, :4], one[:1], one[:1]], -2))
    layer.reset()
    assert layer.get_seq_length() == 0
    assert torch.equal(layer.update(x, x)[1], x)


def test_layers_that_forget_keep_their_own_cache(parts: tuple[Any, Any]) -> None:
    from transformers import DynamicCache, Qwen3_5TextConfig, Qwen3Config

    assert not isinstance(kv_cache.roomy_cache(10, parts[0].config), DynamicCache)
    assert not isinstance(kv_cache.roomy_cache(10, Qwen3Config(num_hidden_layers=2)), DynamicCache)
    hybrid = Qwen3_5TextConfig(num_hidden_layers=2, layer_types=["linear_attention", "full_attention"])
    assert isinstance(kv_cache.roomy_cache(10, hybrid), DynamicCache)


@pytest.mark.parametrize("tokens", [1, 5])
@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("shared", [1, 4])
def test_packed_attention_is_the_same_attention(tokens: int, masked: bool, shared: int) -> None:
    from transformers.integrations.sdpa_attention import sdpa_attention_forward

    torch.manual_seed(0)
    module = SimpleNamespace(num_key_value_groups=shared, is_causal=True, training=False)
    query, key, value = torch.randn(2, 8, tokens, 16), *torch.randn(2, 2, 8 // shared, 9, 16)
    mask = torch.rand(2, 1, tokens, 9) > 0.3 if masked else None
    options = {"scaling": 0.3, "dropout": 0.0}
    if tokens > 1 and not masked:
        key, value = key[:, :, :tokens], value[:, :, :tokens]
    ours, _ = attention._attend(module, query, key, value, mask, **options)
    theirs, _ = sdpa_attention_forward(module, query, key, value, mask, **options)
    assert ours.shape == theirs.shape == (2, tokens, 8, 16)
    assert torch.allclose(ours, theirs, atol=1e-6)


@pytest.mark.parametrize("scores", [1, 200, 1 << 20])
@pytest.mark.parametrize("shared", [1, 2])
@pytest.mark.parametrize("kind", ["causal", "everything", "masked", "masked_after_more"])
def test_attention_by_plain_products_is_as_exact_as_torchs(
    kind: str, shared: int, scores: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    from transformers.integrations.sdpa_attention import sdpa_attention_forward

    monkeypatch.setattr(attention, "SCORES", scores)
    monkeypatch.setattr(attention, "plain_products_pay", lambda: True)
    torch.manual_seed(0)
    module = SimpleNamespace(num_key_value_groups=shared, is_causal=kind != "everything", training=False)
    keys = 31 if kind == "masked_after_more" else 21
    query, key, value = torch.randn(3, 8, 21, 16), *torch.randn(2, 3, 8 // shared, keys, 16)
    mask = None
    if kind.startswith("masked"):
        mask = torch.ones(21, keys, dtype=torch.bool).tril(keys - 21).repeat(3, 1, 1, 1)
        mask[1, :, :, :6] = False
    options = {"scaling": 0.3, "is_causal": False if kind == "everything" else None}
    exact, _ = sdpa_attention_forward(module, query, key, value, mask, **options)
    query, key, value = (t.bfloat16() for t in (query, key, value))
    ours, _ = attention._attend(module, query, key, value, mask, **options)
    theirs, _ = sdpa_attention_forward(module, query, key, value, mask, **options)
    assert ours.shape == exact.shape
    assert ours.dtype == torch.bfloat16
    sees = (mask if mask is not None else torch.ones(3, 1, 21, 1, dtype=torch.bool)).any(-1)[:, 0]
    errors = [(t.float() - exact)[sees].pow(2).mean().sqrt() for t in (ours, theirs)]
    assert errors[0] < 3 * errors[1] < 0.02
    assert ours.isfinite().all(), "rows of padding, too"


@pytest.mark.parametrize("shared", [1, 4])
@pytest.mark.parametrize("room", [0, 7])
@pytest.mark.parametrize("mask_kind", [None, "bool", "additive"])
def test_a_new_token_attends_to_a_cache_with_room(
    mask_kind: str | None, room: int, shared: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    from transformers.integrations.sdpa_attention import sdpa_attention_forward

    monkeypatch.setattr(attention, "plain_products_pay", lambda: True)
    torch.manual_seed(0)
    module = SimpleNamespace(num_key_value_groups=shared, is_causal=True, training=False)
    query, fresh = torch.randn(2, 8, 1, 16), torch.randn(2, 2, 8 // shared, 20, 16)
    mask = None
    if mask_kind is not None:
        mask = torch.rand(2, 1, 1, 20) > 0.3
        if mask_kind == "additive":
            mask = torch.zeros(mask.shape).masked_fill_(~mask, -1e9)
    exact, _ = sdpa_attention_forward(module, query, *fresh, mask, scaling=0.3)
    layer = kv_cache._roomy_layer()(20 + room)
    half = fresh.bfloat16()
    for part in (half[..., :15, :], half[..., 15:, :]):
        key, value = layer.update(*part)
    assert key.with_room.shape[2] == 20 + room
    key.with_room[..., 20:, :] = 1e3  # what a longer answer left, before the cache was cut
    if mask_kind == "additive" and mask is not None:
        mask = mask.bfloat16()
    ours, _ = attention._attend(module, query.bfloat16(), key, value, mask, scaling=0.3)
    assert ours.shape == (2, 1, 8, 16)
    assert torch.allclose(ours.float(), exact, atol=0.03)


def test_packed_attention_changes_no_answer(tmp_path: Path) -> None:
    folder = tiny.build_speech(tmp_path / "tiny", scale=0.2)
    load = loading.transformers().Qwen3ASRForConditionalGeneration.from_pretrained
    processor = loading.transformers().Qwen3ASRProcessor.from_pretrained(folder)
    plain, packed = (load(folder, dtype=torch.float32).eval() for _ in range(2))
    assert attention.pack_on_processors(packed) is packed
    assert packed.config.text_config._attn_implementation == attention.NAME
    for seconds in ((2.0,), (2.0, 2.0), (2.0, 1.0)):
        inputs = request(processor, *seconds)
        both = [generation.greedy(m, inputs, [30] * len(seconds))[0] for m in (plain, packed)]
        assert torch.equal(*both)
    eager = load(folder, attn_implementation="eager")
    assert attention.pack_on_processors(eager).config._attn_implementation == "eager"


@pytest.mark.parametrize("limit", [1, 300, 450, 100_000])
def test_the_encoder_hears_in_parts_what_it_hears_at_once(
    tmp_path: Path, parts: tuple[Any, Any], limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, processor = parts
    inputs = request(processor, 3.0, 2.5, 2.0, 1.0, 0.3)
    asked = {name: inputs[name] for name in ("input_features", "input_features_mask")}
    tower = model.model.audio_tower
    whole = tower.forward
    with torch.inference_mode():
        at_once = tower(**asked).last_hidden_state
        monkeypatch.setattr(features, "_LOCAL_FRAMES", limit)
        try:
            features.encode_in_parts(tower)
            in_parts = tower(**asked).last_hidden_state
        finally:
            tower.forward = whole
    assert in_parts.shape == at_once.shape
    assert torch.allclose(in_parts, at_once, atol=1e-5)


def test_parts_are_neighbours_that_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(features, "_LOCAL_FRAMES", 1000)
    assert features._parts([400, 400, 400, 50, 50, 2000, 10]) == [
        slice(0, 2),
        slice(2, 4),
        slice(4, 5),
        slice(5, 6),
        slice(6, 7),
    ]
    assert features._parts([5]) == [slice(0, 1)]
    assert features._parts([]) == []
