"""How much memory a model needs, and how long it takes on a processor: computed from its anatomy, not measured.

    memory = weights + key-value cache + activations + runtime

- weights: parameters × bytes of the precision. Of a quantised model the encoder, embeddings and head stay in 16 bits.
- key-value cache: tokens × `Anatomy.kv_bytes` (twice that in float32). Tokens are the context for text, up to 16,384
  (about 80 minutes of talk; a longer meeting needs more), and what one batch of sound becomes for speech.
- activations: tokens × width × 32 bytes for the decoder; for speech besides 5 MB a second of sound, which is about
  what the first convolution of the encoder holds.
- runtime: 500 MB for torch, transformers and, on a card, its context.

The 0.6B recogniser in bfloat16 was measured to need 2.5 to 5.4 GB on a processor, depending on the batch; this says
2.9 for the batches used there. So a figure from here wants a reserve on top, which `recommend` adds.
"""

from __future__ import annotations

from typing import Literal

from app.domain.errors import ModelError
from models.entries import ModelEntry

Precision = Literal["float32", "bfloat16", "float16", "int8", "int4"]

# 4-bit: NF4 in blocks of 64 with one float32 scale each.
BYTES: dict[Precision, float] = {"float32": 4, "bfloat16": 2, "float16": 2, "int8": 1, "int4": 0.5625}

RUNTIME_MB = 500
USUAL_TOKENS = 16_384
SPEECH_TOKENS_PER_S = 20  # 13 of sound, and of prompt and answer what a dense language needs
BATCH_SECONDS = {"cpu": 120.0, "mps": 160.0, "cuda": 320.0}  # of sound in one batch, as the engines do it
_SOUND_MB_PER_S = 5.0
# What a whole model reaches of the pace of its bare layers: measured with Qwen3 0.6B in bfloat16 on 2 cores.
_READING, _WRITING = 0.35, 0.55
_ACTIVATION_BYTES = 32  # a token and unit of width


class OutOfMemory(ModelError):
    """There was not memory enough to load or to use a model, though everything smaller was tried there.

    `models.stepping` answers it with a lower precision or another device.
    """


def need_mb(
    entry: ModelEntry,
    precision: Precision,
    device: str = "cpu",
    *,
    base: Precision | None = None,
    batch_s: float | None = None,
) -> int:
    """Megabytes on `device` ("cpu", "cuda:0", "mps") to load and use the model; an estimate (see the module).

    `base`: the type of what stays whole in a quantised model and of its activations, if it is float32. `batch_s`:
    seconds of sound in one batch, if not the usual.
    """
    if entry.anatomy is None:  # a model chosen by its folder, or the starter kit: only its size is known
        return round(weights_mb(entry, precision, base=base) * 1.2 + RUNTIME_MB)
    a = entry.anatomy
    wide = _wide(precision, base)
    tokens: float = min(entry.context_tokens, USUAL_TOKENS)
    sound = 0.0
    if entry.task != "text":
        seconds = batch_s or BATCH_SECONDS[device.partition(":")[0]]
        tokens = seconds * SPEECH_TOKENS_PER_S
        sound = seconds * _SOUND_MB_PER_S * wide
    per_token = (a.kv_bytes + a.width * _ACTIVATION_BYTES) * wide
    return round(weights_mb(entry, precision, base=base) + tokens * per_token / 1e6 + sound + RUNTIME_MB)


def weights_mb(entry: ModelEntry, precision: Precision, *, base: Precision | None = None) -> int:
    """Megabytes of the weights alone."""
    if entry.anatomy is None:
        return round(entry.size_mb * max(BYTES[precision], 1) / 2)
    a = entry.anatomy
    return round(a.kept_m * 2 * _wide(precision, base) + (a.parameters_m - a.kept_m) * BYTES[precision])


def _wide(precision: Precision, base: Precision | None) -> int:
    return 2 if "float32" in (precision, base) else 1


def hour_of_speech_s(entry: ModelEntry, gflops: float, gbytes_s: float, precision: Precision, batch: int = 8) -> float:
    """Seconds to transcribe one hour of speech, estimated from what a processor was measured to do (`models.trial`).

    13 tokens a second are read at `gflops`; 3.5 are written, each reading the weights once a batch at `gbytes_s`.
    """
    assert entry.anatomy is not None
    read = 13 * 2 * entry.anatomy.parameters_m / 1e3 / (gflops * _READING)
    written = 3.5 / batch * entry.anatomy.parameters_m * BYTES[precision] / 1e3 / (gbytes_s * _WRITING)
    return 3600 * (read + written)


def hour_of_minutes_s(entry: ModelEntry, gflops: float, gbytes_s: float, precision: Precision) -> float:
    """Seconds to write the minutes of one hour of meeting (12,000 tokens read, 1,000 written): an estimate."""
    assert entry.anatomy is not None
    active = entry.anatomy.active_m or entry.anatomy.parameters_m
    read = 12_000 * 2 * active / 1e3 / (gflops * _READING)
    return read + 1000 * active * BYTES[precision] / 1e3 / (gbytes_s * _WRITING)
