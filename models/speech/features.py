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


def whole_frames(window: Samples) -> Samples:
    """The window without the last samples that fill no mel frame; one that is shorter than a frame as it is."""
    return window[: max(HOP, len(window) // HOP * HOP)]


def without_padding(inputs: Any) -> Any:
    """What a Qwen3ASRProcessor made of a batch, changed to zeros behind each window's end."""
    mask = inputs["input_features_mask"][:, None, :]
    inputs["input_features"] = inputs["input_features"] * mask.to(inputs["input_features"].dtype)
    return inputs
