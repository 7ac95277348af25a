"""A key-value cache that is written in place.

transformers' own cache copies all it holds for every new token of every layer. With a batch of windows that is as much
memory traffic as reading the model's weights: on a processor, more than a third of the time of decoding.
"""

from __future__ import annotations

import functools
from typing import Any

SPARE_TOKENS = 64  # room beyond what is asked for, when the room given at first was not enough


def roomy_cache(tokens: int, config: Any) -> Any:
    """An empty cache for `generate` or a forward call of the model with this `config`.

    `tokens`: of prompt and answer together, for which room is made at once; it grows if there are more. Models with
    layers that do not attend to everything get transformers' own cache.
    """
    from transformers.cache_utils import Cache, DynamicCache

    kinds = getattr(config.get_text_config(decoder=True), "layer_types", None) or ["full_attention"]
    if set(kinds) != {"full_attention"}:
        return DynamicCache(config=config)
    return Cache(layer_class_to_replicate=functools.partial(_roomy_layer(), tokens))


@functools.cache
def _roomy_layer() -> Any:
    """The class, made when transformers is there anyway."""
    import torch
    from transformers.cache_utils import DynamicLayer

    class RoomyLayer(DynamicLayer):  # type: ignore[misc]
        """`keys` and `values` (batch × heads × tokens × width) are views of buffers that have room behind them.

        What `update` returns has the buffer as `with_room`; there are zeros where nothing was written yet.
        """

        def __init__(self, tokens: int) -> None:
            super().__init__()
            self._room = tokens
            self._buffers: tuple[Any, Any] | None = None

        def update(self, key_states: Any, value_states: Any, *_: Any, **__: Any) -> tuple[Any, Any]:
            if not self.is_initialized:
                self.lazy_initialization(key_states, value_states)
            used = self.get_seq_length()
            needed = used + key_states.shape[-2]
            if self._buffers is None or not self._is_ours() or needed > self._buffers[0].shape[-2]:
                self._make_room(key_states, value_states, used, needed)
            assert self._buffers is not None
            for buffer, fresh in zip(self._buffers, (key_states, value_states), strict=True):
                buffer[..., used:needed, :] = fresh
            self.keys, self.values = (buffer[..., :needed, :] for buffer in self._buffers)
            # Attention may want memory without gaps (models.attention).
            for view, buffer in zip((self.keys, self.values), self._buffers, strict=True):
                view.with_room = buffer
            return self.keys, self.values

        def _is_ours(self) -> bool:
            """False once something else (a reordering, a selection of rows) has put other tensors in place."""
            assert self._buffers is not None
            return all(
                t.numel() == 0 or t.data_ptr() == b.data_ptr()
                for t, b in zip((self.keys, self.values), self._buffers, strict=True)
            )

        def _make_room(self, key_states: Any, value_states: Any, used: int, needed: int) -> None:
            room = self._room if needed <= self._room else needed + SPARE_TOKENS
            made = []
            for old, like in ((self.keys, key_states), (self.values, value_states)):
                buffer = torch.zeros((*like.shape[:-2], room, like.shape[-1]), dtype=like.dtype, device=like.device)
                if used:
                    buffer[..., :used, :] = old
                made.append(buffer)
            self._buffers = made[0], made[1]

        def reset(self) -> None:
            super().reset()
            self._buffers = None

    return RoomyLayer
