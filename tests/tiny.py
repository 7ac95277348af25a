"""Builders of tiny real models with random weights, in the very form of the published ones (below 1 MB)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

import models.loading

CORPUS = [
    "Anna will update the budget by Friday. We decided to move the launch to March.",
    "Who orders the test plan? Ben checks the release notes until Monday.",
    "language English language German language None summary decisions action items owner task due evidence",
] * 3


def noise(seconds: float, seed: int = 0) -> np.ndarray[Any, np.dtype[np.float32]]:
    """White noise at −26 dBFS, 16 kHz mono."""
    rng = np.random.default_rng(seed)
    return (rng.standard_normal(int(seconds * 16_000)) * 0.05).astype(np.float32)


def build_speech(folder: Path, says: str | None = None, scale: float | None = None) -> Path:
    """A Qwen3-ASR. `says`: every request is answered with this raw text, tag included.

    `scale`: standard deviation of the weights; 0.2 makes the answer depend on the sound, the default hardly.
    """
    models.loading.transformers()  # quiet
    import torch
    from transformers import GenerationConfig, Qwen3ASRForConditionalGeneration

    from models.starter import tokenizers

    tokenizer = _speech_tokenizer()
    ids = tokenizer.convert_tokens_to_ids
    end, pad = ids("<|im_end|>"), ids("<|endoftext|>")
    torch.manual_seed(0)
    model = Qwen3ASRForConditionalGeneration(_asr_config(tokenizer, scale))
    model.generation_config = GenerationConfig(eos_token_id=[end, pad], pad_token_id=pad, do_sample=False)
    if says is not None:
        _script(model, tokenizer, says)
    return _save_asr(folder, model, tokenizer, tokenizers.SPEECH_TEMPLATE)


def build_aligner(folder: Path, scale: float | None = 0.2) -> Path:
    """A Qwen3-ForcedAligner, whose times are as good as its random weights."""
    models.loading.transformers()
    import torch
    from transformers import Qwen3ASRForTokenClassification

    tokenizer = _speech_tokenizer()
    torch.manual_seed(0)
    model = Qwen3ASRForTokenClassification(_asr_config(tokenizer, scale, num_labels=3750))
    return _save_asr(folder, model, tokenizer, ALIGNER_TEMPLATE)


# What the published aligner's template renders: the sound, then each word with two marks behind it.
ALIGNER_TEMPLATE = (
    "{%- set ns = namespace(audio='', words='') -%}"
    "{%- for m in messages -%}{%- if m.content is not string -%}{%- for part in m.content -%}"
    "{%- if part.type == 'audio' -%}"
    "{%- set ns.audio = ns.audio + '<|audio_start|><|audio_pad|><|audio_end|>' -%}"
    "{%- elif part.type == 'text' -%}{%- set ns.words = ns.words + part.text + '<timestamp><timestamp>' -%}"
    "{%- endif -%}{%- endfor -%}{%- endif -%}{%- endfor -%}{{- ns.audio + ns.words -}}"
)


def _speech_tokenizer() -> Any:
    from models.starter import tokenizers

    return tokenizers.train(
        CORPUS,
        400,
        named={
            "audio_token": "<|audio_pad|>",
            "audio_bos_token": "<|audio_start|>",
            "audio_eos_token": "<|audio_end|>",
        },
        plain=("<asr_text>", "<timestamp>"),
    )


def _asr_config(tokenizer: Any, scale: float | None, **more: Any) -> Any:
    from transformers import Qwen3ASRConfig

    ids = tokenizer.convert_tokens_to_ids
    end, pad = ids("<|im_end|>"), ids("<|endoftext|>")
    spread = {} if scale is None else {"initializer_range": scale}
    return Qwen3ASRConfig(
        audio_config={
            "model_type": "qwen3_asr_encoder", "num_mel_bins": 128, "encoder_layers": 1, "d_model": 16,
            "encoder_attention_heads": 2, "encoder_ffn_dim": 32, "output_dim": 32, "downsample_hidden_size":
            8, "n_window": 50, "n_window_infer": 800, **spread,
        },
        text_config=_text_config(len(tokenizer), end, pad) | spread,
        audio_token_id=ids("<|audio_pad|>"),
        timestamp_token_id=ids("<timestamp>"),
        pad_token_id=pad,
        eos_token_id=[end, pad],
        **spread,
        **more,
    )  # fmt: skip


def _save_asr(folder: Path, model: Any, tokenizer: Any, template: str) -> Path:
    import torch
    from transformers import Qwen3ASRFeatureExtractor, Qwen3ASRProcessor

    model.to(torch.float16).save_pretrained(folder)
    Qwen3ASRProcessor(
        feature_extractor=Qwen3ASRFeatureExtractor(),
        tokenizer=tokenizer,
        chat_template=template,
    ).save_pretrained(folder)
    return folder


def build_text(folder: Path, vocabulary: int = 1000) -> Path:
    """A Qwen3 text model with a byte-level BPE tokenizer."""
    models.loading.transformers()
    import torch
    from transformers import GenerationConfig, Qwen3Config, Qwen3ForCausalLM

    from models.starter import tokenizers

    tokenizer = tokenizers.train(CORPUS, vocabulary, named={}, plain=("<think>", "</think>"))
    tokenizer.chat_template = tokenizers.TEXT_TEMPLATE
    ids = tokenizer.convert_tokens_to_ids
    end, pad = ids("<|im_end|>"), ids("<|endoftext|>")
    torch.manual_seed(0)
    # A few outputs more than tokens, as in the published models.
    config = _text_config(len(tokenizer) + 5, end, pad)
    config |= {"tie_word_embeddings": False, "initializer_range": 0.3}  # else it says one token for ever
    model = Qwen3ForCausalLM(Qwen3Config(**config))
    model.generation_config = GenerationConfig(
        eos_token_id=[end, pad], pad_token_id=pad, do_sample=True, temperature=0.6, top_k=20, top_p=0.95
    )
    model.to(torch.float16).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


CHAT_TEMPLATE = (
    "{%- for m in messages -%}"
    "{%- if loop.first and m.role != 'system' and default_system -%}"
    "{{- '<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n' -}}{%- endif -%}"
    "{{- '<|im_start|>' + m.role + '\n' -}}{%- for part in m.content -%}"
    "{%- if part.type == 'audio' -%}{{- 'AUDIO' -}}{%- else -%}{{- part.text -}}{%- endif -%}{%- endfor -%}"
    "{{- '<|im_end|>\n' -}}{%- endfor -%}"
    "{%- if add_generation_prompt -%}{{- '<|im_start|>assistant\n' -}}{%- endif -%}"
)


def build_chat(folder: Path, family: str, says: str | None = None) -> Path:
    """A chat model that hears: family "qwen2.5-omni", "qwen3-omni" (thinkers) or "qwen2-audio"."""
    models.loading.transformers()
    import torch
    from transformers import GenerationConfig, WhisperFeatureExtractor

    from models.starter import tokenizers

    audio, bos, eos = (
        ("<|audio_pad|>", "<|audio_start|>", "<|audio_end|>")
        if family == "qwen3-omni"
        else ("<|AUDIO|>", "<|audio_bos|>", "<|audio_eos|>")
    )
    named = {"audio_token": audio, "audio_bos_token": bos, "audio_eos_token": eos}
    if family != "qwen2-audio":
        named |= {"image_token": "<|IMAGE|>", "video_token": "<|VIDEO|>"}
        named |= {"vision_bos_token": "<|vision_bos|>", "vision_eos_token": "<|vision_eos|>"}
    tokenizer = tokenizers.train(CORPUS, 400, named=named, plain=())
    template = CHAT_TEMPLATE.replace("'AUDIO'", f"'{bos}{audio}{eos}'")
    template = template.replace("default_system", str(family == "qwen2.5-omni").lower())
    torch.manual_seed(0)
    model = _chat_model(family, tokenizer, audio, bos, eos)
    # Published settings sample, penalise repetition and do not always say where an answer ends.
    model.generation_config = GenerationConfig(do_sample=True, top_k=20, repetition_penalty=1.3)
    if says is not None:
        _script(model, tokenizer, says)
    model.to(torch.float16).save_pretrained(folder)
    if family != "qwen2-audio":  # whose repository may come without a template
        tokenizer.chat_template = template
    tokenizer.save_pretrained(folder)
    chunk_s = 30 if family == "qwen2-audio" else 300
    WhisperFeatureExtractor(feature_size=128, chunk_length=chunk_s, return_attention_mask=True).save_pretrained(folder)
    return folder


def _chat_model(family: str, tokenizer: Any, audio: str, bos: str, eos: str) -> Any:
    import transformers as t

    ids = tokenizer.convert_tokens_to_ids
    end, pad = ids("<|im_end|>"), ids("<|endoftext|>")
    encoder = {
        "num_mel_bins": 128, "encoder_layers": 1, "encoder_attention_heads": 2, "encoder_ffn_dim": 32, "d_model": 16,
        "max_source_positions": 1500,
    }  # fmt: skip
    text = _text_config(len(tokenizer), end, pad) | {"tie_word_embeddings": False}
    del text["model_type"], text["eos_token_id"], text["pad_token_id"]
    mrope = {"rope_type": "default", "rope_theta": 1e6, "mrope_section": [2, 3, 3]}
    if family == "qwen2-audio":
        del text["head_dim"]
        config = t.Qwen2AudioConfig(
            audio_config=encoder, text_config=text | {"model_type": "qwen2"}, audio_token_index=ids(audio)
        )
        return t.Qwen2AudioForConditionalGeneration(config)
    tokens = {
        "audio_start_token_id": ids(bos), "user_token_id": ids("u"), "image_token_id": ids("<|IMAGE|>"),
        "video_token_id": ids("<|VIDEO|>"), "vision_start_token_id": ids("<|vision_bos|>"),
    }  # fmt: skip
    vision = {
        "depth": 1, "hidden_size": 16, "intermediate_size": 32, "num_heads": 2, "patch_size": 14,
        "spatial_merge_size": 2, "temporal_patch_size": 2, "out_hidden_size": 32,
    }  # fmt: skip
    if family == "qwen2.5-omni":
        tokens |= {"audio_end_token_id": ids(eos), "audio_token_index": ids(audio)}
        tokens["image_token_index"], tokens["video_token_index"] = (
            tokens.pop("image_token_id"),
            tokens.pop("video_token_id"),
        )
        del text["head_dim"]
        config = t.Qwen2_5OmniThinkerConfig(
            audio_config=encoder | {"n_window": 100, "output_dim": 32},
            vision_config=vision | {"window_size": 112, "fullatt_block_indexes": [0]},
            text_config=text | {"rope_parameters": mrope},
            **tokens,
        )
        return t.Qwen2_5OmniThinkerForConditionalGeneration(config)
    config = t.Qwen3OmniMoeThinkerConfig(
        audio_config=encoder | {"n_window": 50, "n_window_infer": 800, "output_dim": 32, "downsample_hidden_size": 8},
        vision_config=vision | {"num_position_embeddings": 16, "deepstack_visual_indexes": [0]},
        text_config=text
        | {
            "rope_parameters": mrope | {"mrope_interleaved": True}, "num_experts": 4, "num_experts_per_tok": 2,
            "moe_intermediate_size": 16,
        },
        audio_token_id=ids(audio),
        **tokens,
    )  # fmt: skip
    return t.Qwen3OmniMoeThinkerForConditionalGeneration(config)


def _text_config(vocabulary: int, end: int, pad: int) -> dict[str, Any]:
    return {
        "model_type": "qwen3", "vocab_size": vocabulary, "hidden_size": 32, "intermediate_size": 64,
        "num_hidden_layers": 2, "num_attention_heads": 2, "num_key_value_heads": 1, "head_dim": 16,
        "max_position_embeddings": 4096, "tie_word_embeddings": True, "eos_token_id": end, "pad_token_id":
        pad,
    }  # fmt: skip


def _script(model: Any, tokenizer: Any, says: str) -> None:
    """Make greedy decoding write `says` and end, by biases that are saved in generation_config.json."""
    end = tokenizer.convert_tokens_to_ids("<|im_end|>")
    written = tokenizer.encode("assistant\n", add_special_tokens=False)
    biases = []
    for token in [*tokenizer.encode(says, add_special_tokens=False), end]:
        biases.append([[*written, token], 100.0])
        written.append(token)
    model.generation_config.sequence_bias = biases
