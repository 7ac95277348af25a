"""Decoder weights in 8 or 4 bits; encoder, embeddings and head stay whole.

- int8: one scale an output channel, activations as they are. Computed by torch alone, on every device.
- int8 on a processor that multiplies bytes: the activations, too, with one scale a row (a token), by oneDNN. (With one
  scale for a whole batch, as torch's dynamic quantisation has it, a single loud token costs its neighbours a third of
  their accuracy, and what a window is heard as would depend on the batch it is in.)
- int4 on the processor: groups of 64 with a scale and an offset each, by torch's own kernel.
- int4 on NVIDIA cards: NF4 by bitsandbytes, if that is installed (125 MB, of no use elsewhere, so it is not required).

The weights are read from the mapped file one matrix at a time, so a model needs no more memory while it is being
quantised than afterwards. Experts of mixtures are one tensor a layer and no `Linear`: they cannot be quantised here.
"""

from __future__ import annotations

import functools
import importlib
import importlib.util
from collections.abc import Iterator
from typing import Any, Literal

import torch
from torch import nn

from models.memory import Precision
from models.packed import ROWS, Packed

Quantised = Literal["int8", "int4"]
GROUP = 64  # inputs that share a scale in 4 bits
FEW_ROWS = 12  # up to which torch's kernel for bytes is faster than turning the weights into 16 bits and multiplying
BLOCK_ROWS = 256  # whose bytes are made and multiplied before the next, so that they stay in the cache
_LEVELS = 15  # of 4 bits, less one
_ZERO = 128  # the kernel wants bytes without a sign


def is_quantised(precision: Precision) -> bool:
    return precision in ("int8", "int4")


def missing(precision: Precision, device: str) -> str:
    """Why this precision cannot be had on a device ("cpu", "cuda:0", "mps"), in words; "" if it can."""
    if precision != "int4":
        return ""
    kind = device.partition(":")[0]
    if kind == "mps":
        return "4 bits cannot be computed on Apple GPUs."
    if kind == "cuda" and importlib.util.find_spec("bitsandbytes") is None:
        return "4 bits on this card need the package bitsandbytes."
    return ""


def quantise(model: Any, precision: Precision, device: str, base: torch.dtype) -> None:
    """Replace the linear layers of the model's decoder in place, and bring all of it to `device`.

    `model`: of transformers, on the processor, as it lies in the file. `base`: of the parts that are kept and of the
    activations. A layer whose shape the kernel cannot take stays whole.
    """
    for parent, name, linear in list(decoder_linears(model)):
        setattr(parent, name, quantised(linear, precision, device, base))
    # `model.to(base)` would round buffers, too, such as the frequencies of positions, which are kept in float32.
    for parameter in model.parameters():
        if parameter.is_floating_point():
            parameter.data = parameter.data.to(device, base)
    model.to(device)


def decoder_linears(model: Any) -> Iterator[tuple[nn.Module, str, nn.Linear]]:
    """(parent, attribute, layer) of each linear layer in the stack that reads and writes text."""
    for parent in model.get_decoder().layers.modules():
        for name, child in parent.named_children():
            if type(child) is nn.Linear:
                yield parent, name, child


def quantised(linear: nn.Linear, precision: Precision, device: str, base: torch.dtype) -> nn.Module:
    """The same layer in 8 or 4 bits on `device`; itself where its shape does not fit."""
    outputs, inputs = linear.weight.shape
    with torch.no_grad():
        if precision == "int8":
            at_once = device == "cpu" and bytes_multiply_exactly()
            return BytesLinear(linear, base) if at_once else Int8Linear(linear, device, base)
        if inputs % GROUP or outputs % 16:
            return linear
        return _nf4(linear, device, base) if device.startswith("cuda") else Int4Linear(linear, base)


class Int8Linear(nn.Module):
    """`nn.Linear` with the weights in bytes. Their buffer is not called "weight": nobody shall take its type for that
    of the activations."""

    def __init__(self, linear: nn.Linear, device: str, base: torch.dtype) -> None:
        super().__init__()
        self.in_features, self.out_features = linear.in_features, linear.out_features
        levels, scale = _levels(linear, device, base)
        self.bias = _bias(linear, device, base)
        self.register_buffer("levels", levels)
        self.register_buffer("scale", scale)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        levels, scale = self.get_buffer("levels"), self.get_buffer("scale")
        if x.device.type == "cpu" and x.numel() <= FEW_ROWS * self.in_features:
            rows = x.reshape(-1, self.in_features).contiguous()
            y = torch._weight_int8pack_mm(rows, levels, scale).view(*x.shape[:-1], self.out_features)
        elif x.dtype == torch.float16:  # in which sums of unscaled levels may overflow
            y = nn.functional.linear(x, levels.to(x.dtype).mul_(scale[:, None]))
        else:
            y = nn.functional.linear(x, levels.to(x.dtype)).mul_(scale)
        return y if self.bias is None else y + self.bias


class BytesLinear(Packed):
    """`nn.Linear` with the weights and what they are multiplied with in bytes, on the processor.

    torchao calls it int8 dynamic activation, int8 weight; the kernel is the one that torch's own quantisation for x86
    uses, fed with levels whose scale is a row's.
    """

    def __init__(self, linear: nn.Linear, base: torch.dtype) -> None:
        # In float32, like the kernel: there is no other copy of it to agree with.
        levels, scale = _levels(linear, "cpu", torch.float32)
        packed = torch.ops.onednn.qlinear_prepack(levels, [ROWS, linear.in_features])
        super().__init__(linear, packed, levels.nbytes + scale.nbytes)
        self._scale, self._zeros = scale, torch.zeros(len(scale), dtype=torch.int32)
        self._made = base if base == torch.bfloat16 else torch.float32  # before the row's scale float16 could overflow
        self.bias = _bias(linear, "cpu", base)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        rows = x.reshape(-1, self.in_features)
        y = rows.new_empty(len(rows), self.out_features)
        for start in range(0, len(rows), BLOCK_ROWS):
            part = rows[start : start + BLOCK_ROWS]
            # Rounded to the type of what comes out before it is used, so that multiplying with it there is exact.
            scale = part.abs().amax(-1, keepdim=True).float().div_(127).clamp_min_(1e-30).to(self._made)
            levels = part.to(torch.float32, copy=True).div_(scale).add_(_ZERO + 0.5).to(torch.uint8)
            made = torch.ops.onednn.qlinear_pointwise(
                levels, 1.0, _ZERO, self._packed, self._scale, self._zeros, None, 1.0, 0, self._made, "none", [], ""
            )
            torch.mul(made, scale, out=y[start : start + BLOCK_ROWS])
        y = y.view(*x.shape[:-1], self.out_features)
        return y if self.bias is None else y + self.bias


@functools.cache
def bytes_multiply_exactly() -> bool:
    """Whether oneDNN's products of bytes are right here: processors without instructions for them add up in 16 bits,
    which overflow, and builds for other processors have no such products."""
    ones = torch.full((4, 64), 255, dtype=torch.uint8)
    levels = torch.full((32, 64), 127, dtype=torch.int8)
    try:
        made = torch.ops.onednn.qlinear_pointwise(
            ones, 1.0, _ZERO, torch.ops.onednn.qlinear_prepack(levels, [4, 64]), torch.ones(32),
            torch.zeros(32, dtype=torch.int32), None, 1.0, 0, torch.float32, "none", [], "",
        )  # fmt: skip
    except (AttributeError, RuntimeError):  # the latter, too, where there is none for this processor
        return False
    return bool((made == 64 * 127 * 127).all())


def _levels(linear: nn.Linear, device: str, base: torch.dtype) -> tuple[torch.Tensor, torch.Tensor]:
    """Weights as bytes and each output channel's scale, rounded to `base` before it is used, so that it is exact."""
    weight = linear.weight.detach().to(device, torch.float32)
    scale = (weight.abs().amax(1) / 127).clamp_min(torch.finfo(base).tiny).to(base)
    return (weight / scale.float()[:, None]).round_().clamp_(-127, 127).to(torch.int8), scale


class Int4Linear(nn.Module):
    """`nn.Linear` with the weights in 4 bits, on the processor."""

    def __init__(self, linear: nn.Linear, base: torch.dtype) -> None:
        super().__init__()
        self.in_features, self.out_features = linear.in_features, linear.out_features
        groups = linear.weight.to(torch.float32).view(self.out_features, -1, GROUP)
        low, high = groups.amin(-1), groups.amax(-1)
        # The kernel computes (level - 8) * scale + offset; both are rounded before they are used, as above.
        scale = ((high - low) / _LEVELS).clamp_min(1e-7).to(base)
        offset = (low + scale.float() * 8).to(base)
        levels = ((groups - offset.float()[..., None]) / scale.float()[..., None] + 8).round_().clamp_(0, _LEVELS)
        levels = levels.view(self.out_features, self.in_features).to(torch.int32)
        self.bias = _bias(linear, "cpu", base)
        self.register_buffer("levels", torch._convert_weight_to_int4pack_for_cpu(levels, 1))
        self.register_buffer("scales", torch.stack([scale, offset], -1).transpose(0, 1).contiguous())

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        rows = x.reshape(-1, self.in_features).contiguous()
        y = torch._weight_int4pack_mm_for_cpu(rows, self.get_buffer("levels"), GROUP, self.get_buffer("scales"))
        y = y.view(*x.shape[:-1], self.out_features)
        return y if self.bias is None else y + self.bias


def _nf4(linear: nn.Linear, device: str, base: torch.dtype) -> nn.Module:
    bitsandbytes: Any = importlib.import_module("bitsandbytes")
    layer = bitsandbytes.nn.Linear4bit(
        linear.in_features, linear.out_features, bias=False, compute_dtype=base, quant_type="nf4", device="meta"
    )
    weight = linear.weight.detach().to(base)
    layer.weight = bitsandbytes.nn.Params4bit(weight, requires_grad=False, quant_type="nf4", module=layer)
    layer.bias = _bias(linear, device, base)
    return layer.to(device)


def _bias(linear: nn.Linear, device: str, base: torch.dtype) -> nn.Parameter | None:
    bias: torch.Tensor | None = linear.bias
    return nn.Parameter(bias.detach().to(device, base), requires_grad=False) if bias is not None else None
