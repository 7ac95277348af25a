"""Attention on processors, where torch's own kernel leaves most of the speed unused.

Two cases. For one new token of a model whose query heads share heads of keys and values, transformers hands the step to
torch as it is if there is no mask, which takes four times as long as letting the query heads stand for tokens; with a
mask it does the latter. There is none for a window alone, for text models, and for a batch of equally long windows.

And for many tokens in bfloat16, torch's kernel multiplies with oneDNN only where there are AMX units. With AVX-512
alone it reaches a small part of what the same processor does in a plain product of matrices (2 to 9 times slower than
here), so there the products are plain ones, in parts of queries whose scores fit into the cache. Scores are rounded to
bfloat16 before the softmax, which is computed in float32: as transformers' own plain ("eager") attention does it.
"""

from __future__ import annotations

import functools
from typing import Any

NAME = "sdpa_packed"
SCORES = 4 << 20  # that are computed at once, over all heads: 16 MB in the softmax


def pack_on_processors(model: Any) -> Any:
    """Give a model on a processor this attention if it has torch's; another, or a card, keeps its own. Returns it."""
    from transformers import AttentionInterface, AttentionMaskInterface
    from transformers.masking_utils import sdpa_mask

    if model.device.type == "cpu" and model.config._attn_implementation == "sdpa":
        AttentionInterface.register(NAME, _attend)
        AttentionMaskInterface.register(NAME, sdpa_mask)
        model.set_attn_implementation(NAME)
    return model


def _attend(module: Any, query: Any, key: Any, value: Any, attention_mask: Any, **options: Any) -> tuple[Any, None]:
    """`query`: batch × heads × tokens × width; the answer has tokens before heads."""
    import torch
    from transformers.integrations.sdpa_attention import sdpa_attention_forward

    batch, heads, tokens, width = query.shape
    shared = getattr(module, "num_key_value_groups", 1)
    plain = not any(options.get(name) is not None for name in ("position_bias", "softcap", "cache"))
    if plain and not module.training:
        if tokens == 1 and query.dtype == torch.bfloat16 and plain_products_pay():
            scale = options.get("scaling")
            return _one_token(query, key, value, attention_mask, width**-0.5 if scale is None else scale), None
        if tokens > 1 and query.dtype == torch.bfloat16 and plain_products_pay():
            causal = options.get("is_causal")
            causal = getattr(module, "is_causal", True) if causal is None else causal
            scale = options.get("scaling")
            return _in_parts(
                query, key, value, attention_mask, causal=causal, scale=width**-0.5 if scale is None else scale
            ), None
        if tokens == 1 and shared > 1 and attention_mask is None:
            packed = query.reshape(batch, heads // shared, shared, width)
            out = torch.nn.functional.scaled_dot_product_attention(packed, key, value, scale=options.get("scaling"))
            return out.reshape(batch, 1, heads, width), None
    return sdpa_attention_forward(module, query, key, value, attention_mask, **options)


@functools.cache
def plain_products_pay() -> bool:
    """Whether products in bfloat16 go through oneDNN here, and torch's attention does not."""
    import torch

    return bool(torch.ops.mkldnn._is_mkldnn_bf16_supported()) and not torch.cpu._is_amx_tile_supported()


def _in_parts(query: Any, key: Any, value: Any, mask: Any, *, causal: bool, scale: float) -> Any:
    """As `_attend`. `mask`: batch (or 1) × 1 × tokens × keys, True or 0 where a query sees a key.

    `causal` counts where there is no mask.
    """
    import torch

    batch, heads, tokens, width = query.shape
    causal = causal and mask is None
    if causal:  # as transformers means it: the first tokens of a cache that has room for more
        key, value = key[:, :, :tokens], value[:, :, :tokens]
    shared, keys = heads // key.shape[1], key.shape[2]
    least = torch.finfo(query.dtype).min
    if mask is not None and mask.dtype == torch.bool:
        mask = torch.zeros(mask.shape, dtype=query.dtype).masked_fill_(~mask, least)
    # oneDNN takes several times as long over a cache's views, which have room between them, as over a copy.
    key, value = (t.reshape(batch * heads // shared, keys, t.shape[-1]).contiguous() for t in (key, value))
    out = query.new_empty(batch, tokens, heads, value.shape[-1])
    step = max(1, SCORES // (batch * heads * keys))
    for start in range(0, tokens, step):
        end = min(start + step, tokens)
        seen = end if causal else keys
        rows = query[:, :, start:end].reshape(-1, shared * (end - start), width)
        scores = query.new_empty(rows.shape[0], rows.shape[1], seen)
        if mask is not None:
            scores.view(batch, heads, end - start, seen).copy_(mask[:, :, start:end])
        elif causal:
            ahead = torch.ones(end - start, seen, dtype=torch.bool).triu_(start + 1)
            scores.view(-1, end - start, seen).copy_(
                torch.zeros_like(ahead, dtype=query.dtype).masked_fill_(ahead, least)
            )
        has_mask = mask is not None or causal
        scores.baddbmm_(rows, key[:, :seen].transpose(1, 2), beta=int(has_mask), alpha=scale)
        weights = torch.softmax(scores, -1, dtype=torch.float32).to(query.dtype)
        heard = torch.bmm(weights, value[:, :seen])
        out[:, start:end] = heard.view(batch, heads, end - start, -1).transpose(1, 2)
    return out


def _one_token(query: Any, key: Any, value: Any, mask: Any, scale: float) -> Any:
    """As `_in_parts`, of the newest token.

    A cache with room behind its tokens is multiplied as a whole, and what is not there is left out afterwards: views of
    it would be copied before each product, all of them for every token.
    """
    import torch

    batch, heads, _, width = query.shape
    kept, tokens = key.shape[1], key.shape[2]
    key, value = (getattr(t, "with_room", t) for t in (key, value))
    rows = query.reshape(batch * kept, heads // kept, width)
    key, value = (t.reshape(batch * kept, t.shape[2], t.shape[3]) for t in (key, value))
    scores = query.new_empty(rows.shape[0], rows.shape[1], key.shape[1])
    scores.baddbmm_(rows, key.transpose(1, 2), beta=0, alpha=scale)
    least = torch.finfo(query.dtype).min
    scores[..., tokens:].fill_(least)
    if mask is not None:
        seen = scores[..., :tokens].unflatten(0, (batch, kept))
        if mask.dtype == torch.bool:
            seen.masked_fill_(~mask, least)
        else:
            seen.add_(mask)
    weights = torch.softmax(scores, -1, dtype=torch.float32).to(query.dtype)
    return torch.bmm(weights, value).view(batch, 1, heads, -1)
