"""Attention of one new token, as fast on a processor without a mask as with one.

Where several query heads share a head of keys and values, transformers hands such a step to torch as it is if there is
no mask, which on a processor takes four times as long as letting the query heads stand for tokens; with a mask it does
the latter. There is none for a window alone, for text models, and for a batch of equally long windows.
"""

from __future__ import annotations

from typing import Any

NAME = "sdpa_packed"


def pack_on_processors(model: Any) -> Any:
    """Give a model on a processor this attention if it has torch's; another, or a card, keeps its own. Returns it."""
    from transformers import AttentionInterface, AttentionMaskInterface
    from transformers.masking_utils import sdpa_mask

    if model.device.type == "cpu" and model.config._attn_implementation == "sdpa":
        AttentionInterface.register(NAME, _packed)
        AttentionMaskInterface.register(NAME, sdpa_mask)
        model.set_attn_implementation(NAME)
    return model


def _packed(module: Any, query: Any, key: Any, value: Any, attention_mask: Any, **options: Any) -> tuple[Any, None]:
    """`query`: batch × heads × tokens × width; the answer has tokens before heads."""
    from torch.nn.functional import scaled_dot_product_attention
    from transformers.integrations.sdpa_attention import sdpa_attention_forward

    batch, heads, tokens, width = query.shape
    shared = getattr(module, "num_key_value_groups", 1)
    plain = not any(options.get(name) is not None for name in ("position_bias", "softcap", "cache"))
    if tokens > 1 or shared == 1 or attention_mask is not None or module.training or not plain:
        return sdpa_attention_forward(module, query, key, value, attention_mask, **options)
    packed = query.reshape(batch, heads // shared, shared, width)
    out = scaled_dot_product_attention(packed, key, value, scale=options.get("scaling"))
    return out.reshape(batch, 1, heads, width), None
