"""Linear layers on a processor with their weights laid out the way its kernels read them.

torch hands a layer's weights to oneDNN as they lie in the file, and that rearranges them anew for every product. For
long inputs this hardly counts; for one token it is half of the time, for sixteen a third. Here it is done once. The
arithmetic is the same, and so is the memory: the weights as they lay in the file are given up.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

import torch
from torch import nn

ROWS = 16  # the layout is best for so many; it serves all others within a few per cent


@functools.cache
def packing_pays() -> bool:
    """Whether it can be done here, in bfloat16. (torch's own freezing of models uses the same calls.)"""
    ops = torch.ops.mkldnn
    if not ops._is_mkldnn_bf16_supported():
        return False
    layer = nn.Linear(64, 32, dtype=torch.bfloat16)
    x = torch.linspace(-1, 1, 3 * 64).reshape(3, 64).bfloat16()
    try:
        with torch.no_grad():
            return bool(torch.allclose(PackedLinear(layer)(x), layer(x), atol=1e-2))
    except (AttributeError, RuntimeError):  # the latter, too, where there is none for this processor
        return False


def pack_linears(model: nn.Module) -> None:
    """Replace every linear layer in bfloat16 on the processor, but for those that share weights with an embedding."""
    if not packing_pays():
        return
    for parent, name, linear in list(_linears(model)):
        setattr(parent, name, PackedLinear(linear))


def packed_bytes(model: nn.Module) -> int:
    """What its packed layers take, which is in none of the model's parameters and buffers."""
    return sum(m.nbytes for m in model.modules() if isinstance(m, Packed))


def _linears(model: nn.Module) -> Iterator[tuple[nn.Module, str, nn.Linear]]:
    shared = {m.weight.data_ptr() for m in model.modules() if isinstance(m, nn.Embedding)}
    for parent in model.modules():
        for name, child in parent.named_children():
            if type(child) is not nn.Linear or child.weight.data_ptr() in shared:
                continue
            if child.weight.device.type == "cpu" and child.weight.dtype == torch.bfloat16:
                yield parent, name, child


class Packed(nn.Module):
    """In the place of an `nn.Linear`. `packed` is neither a parameter nor a buffer: what goes through those, to count
    or to move them, cannot read it."""

    def __init__(self, linear: nn.Linear, packed: Any, nbytes: int) -> None:
        super().__init__()
        self.out_features, self.in_features = linear.out_features, linear.in_features
        self.nbytes = nbytes
        self._packed = packed


class PackedLinear(Packed):
    """`nn.Linear` with the same weights, which only oneDNN can read."""

    def __init__(self, linear: nn.Linear) -> None:
        weight = linear.weight.detach()
        super().__init__(linear, torch.ops.mkldnn._reorder_linear_weight(weight, ROWS), weight.nbytes)
        self.bias = linear.bias

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y: torch.Tensor = torch.ops.mkldnn._linear_pointwise(x, self._packed, self.bias, "none", [], "")
        return y
