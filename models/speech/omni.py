"""The part of Qwen2.5-Omni and Qwen3-Omni that hears and writes, their "thinker"; what speaks is never loaded.

https://huggingface.co/Qwen/Qwen2.5-Omni-7B, https://huggingface.co/Qwen/Qwen3-Omni-30B-A3B-Instruct. The requests for
transcription are those of the authors' cookbooks.
"""

from __future__ import annotations

from typing import Any

from models.speech.audio_chat import AudioChat, Manner


def tokens_at_25(frames: Any) -> Any:
    """Audio tokens of so many mel frames (integers or a tensor of them), 25 a second."""
    return ((frames - 1) // 2 + 1 - 2) // 2 + 1


def tokens_at_13(frames: Any) -> Any:
    """Audio tokens of so many mel frames, 13 for each whole second and the rest of the last one."""
    rest = (frames % 100 - 1) // 2 + 1
    return ((rest - 1) // 2 + 1 - 1) // 2 + 1 + frames // 100 * 13


class Qwen25Omni(AudioChat):
    manner = Manner(
        model_class="Qwen2_5OmniThinkerForConditionalGeneration",
        audio_tokens=tokens_at_25,
        longest_s=300.0,
        fixed_s=None,
        behind_s=0.03,
        audio_first=False,
        system="You are a speech recognition model.",
        transcribe="Transcribe the {language} audio into text without any punctuation marks.",
    )


class Qwen3Omni(AudioChat):
    """Its authors call it very slow under transformers; a server runs it better."""

    manner = Manner(
        model_class="Qwen3OmniMoeThinkerForConditionalGeneration",
        audio_tokens=tokens_at_13,
        longest_s=300.0,
        fixed_s=None,
        behind_s=0.0,
        audio_first=True,
        system=None,
        transcribe="Transcribe the {language} audio into text.",
    )
