"""Sound as the encoders get it, such that a window is heard alike alone and in a batch.

transformers' feature extractor and encoder of Qwen3-ASR let a batch shine through in two places: a last frame that is
not whole counts if the window is not the longest, and behind a window's end the encoder sees the padded silence of the
batch (of a window alone: zeros). Its last tokens, and with them the text, then depend on what else is in the batch. The
package qwen-asr hands zeros to the encoder, too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from app.domain.ports import Samples

HOP = 160  # samples of a mel frame, 10 ms
_CHUNK_FRAMES = 100  # that the encoder's convolutions see at once; it wants whole ones
# What the convolutions make of one second takes 3 MB in bfloat16, twice over: 1.5 GB for a batch of four minutes, which
# is more than the rest of the work on it. In parts it takes no longer.
_LOCAL_FRAMES = 1600


def whole_frames(window: Samples) -> Samples:
    """The window without the last samples that fill no mel frame; one that is shorter than a frame as it is."""
    return window[: max(HOP, len(window) // HOP * HOP)]


def without_padding(inputs: Any) -> Any:
    """What a Qwen3ASRProcessor made of a batch, changed to zeros behind each window's end."""
    mask = inputs["input_features_mask"][:, None, :]
    inputs["input_features"] = inputs["input_features"] * mask.to(inputs["input_features"].dtype)
    return inputs


def encode_in_parts(tower: Any) -> None:
    """Let the encoder of a Qwen3-ASR on a processor take a batch a few windows at a time; its answers stay the same.

    Its windows do not see each other, and what it makes of them is one after the other anyway.
    """
    import torch

    whole = tower.forward

    def forward(input_features: Any, input_features_mask: Any, **options: Any) -> Any:
        outputs = []
        for rows in _parts(input_features_mask.sum(-1).tolist()):
            longest = int(input_features_mask[rows].sum(-1).max())
            frames = -(-longest // _CHUNK_FRAMES) * _CHUNK_FRAMES
            features, mask = input_features[rows, :, :frames], input_features_mask[rows, :frames]
            outputs.append(whole(input_features=features, input_features_mask=mask, **options))
        if len(outputs) > 1:
            outputs[0].last_hidden_state = torch.cat([o.last_hidden_state for o in outputs])
        return outputs[0]

    tower.forward = forward


def _parts(lengths: list[int]) -> list[slice]:
    """Neighbouring rows that together have about `_LOCAL_FRAMES`, padded."""
    parts: list[slice] = []
    start = 0
    for end in range(1, len(lengths) + 1):
        if end == len(lengths) or max(lengths[start : end + 1]) * (end + 1 - start) > _LOCAL_FRAMES:
            parts.append(slice(start, end))
            start = end
    return parts
