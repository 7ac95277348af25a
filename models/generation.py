"""What both kinds of engine need while they decode: stopping, endless repetition, running out of memory."""

from __future__ import annotations

import gc
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from app.domain.cancel import CancelFlag, check

if TYPE_CHECKING:
    import torch

# Periods of up to 16 tokens that have filled the last 64: four repetitions at the least, which nobody speaks.
LOOP_TAIL_TOKENS = 64
LOOP_MAX_PERIOD = 16

_LOOP = re.compile(r"(.{12,200}?)\1{3,}", re.DOTALL)


@contextmanager
def cancellable(model: torch.nn.Module, cancel: CancelFlag) -> Iterator[None]:
    """Within this block the model looks at `cancel` before each of its layers and raises `Cancelled`.

    Looking once a token is not enough: reading a long prompt on a processor takes many seconds before the
    first one.
    """
    import torch

    def look(_module: Any, _inputs: Any) -> None:
        check(cancel)

    check(cancel)
    lists = [m for name, m in model.named_modules() if name.endswith("layers") and isinstance(m, torch.nn.ModuleList)]
    hooks = [layer.register_forward_pre_hook(look) for layers in lists for layer in layers]
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()


def looping(ids: torch.Tensor, new_from: int) -> torch.Tensor:
    """Which rows of `ids` (batch × tokens) end in a loop; tokens before `new_from` do not count."""
    import torch

    rows = torch.zeros(ids.shape[0], dtype=torch.bool, device=ids.device)
    if ids.shape[1] - new_from < LOOP_TAIL_TOKENS:
        return rows
    tail = ids[:, -LOOP_TAIL_TOKENS:]
    for period in range(1, LOOP_MAX_PERIOD + 1):
        rows |= (tail[:, period:] == tail[:, :-period]).all(dim=1)
    return rows


def collapse_loops(text: str) -> str:
    """Write a phrase of 12 characters or more once that stands four times or more in a row.

    Shorter ones are left to the processor's own rule (more than 20 times). A last repetition that was cut off
    at the end of the text goes too.
    """
    match = _LOOP.search(text)
    if match is None:
        return text
    unit, rest = match[1], text[match.end() :]
    rest = "" if unit.startswith(rest) else collapse_loops(rest)
    return text[: match.start()] + unit + rest


def is_out_of_memory(error: BaseException) -> bool:
    """True for every way in which torch and numpy say it: CUDA, MPS, the processor's allocator."""
    import torch

    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    text = str(error).lower()
    return isinstance(error, RuntimeError) and any(
        s in text for s in ("out of memory", "not enough memory", "can't allocate memory", "cublas_status_alloc_failed")
    )


def free_memory(device: str) -> None:
    """Give back what a failed attempt left. Call it after the `except` block, which keeps frames alive."""
    import torch

    gc.collect()
    if device.startswith("cuda"):
        torch.cuda.empty_cache()
    elif device == "mps":
        torch.mps.empty_cache()


def without_control_tokens(text: str, tokens: list[str]) -> str:
    """`text` with the tokenizer's control tokens broken up, so that no words of it end a turn."""
    for token in tokens:
        if token in text:
            text = text.replace(token, f"{token[0]} {token[1:]}")
    return text
