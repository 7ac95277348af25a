"""A Qwen3-ASR or aligner in the form transformers reads, written out in the form the package qwen-asr reads."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from safetensors.torch import load_file, save_file

_KEYS = (
    ("model.audio_tower.", "thinker.audio_tower."),
    ("model.language_model.", "thinker.model."),
    ("model.multi_modal_projector.linear_1.", "thinker.audio_tower.proj1."),
    ("model.multi_modal_projector.linear_2.", "thinker.audio_tower.proj2."),
    ("score.", "thinker.lm_head."),
    ("lm_head.", "thinker.lm_head."),
)
_AUDIO = (
    "num_mel_bins encoder_layers encoder_attention_heads encoder_ffn_dim d_model output_dim downsample_hidden_size "
    "n_window n_window_infer activation_function scale_embedding"
).split()
_TEXT = (
    "vocab_size hidden_size intermediate_size num_hidden_layers num_attention_heads num_key_value_heads head_dim "
    "max_position_embeddings rms_norm_eps hidden_act"
).split()


def to_reference(native: Path, folder: Path) -> Path:
    """Write `native` to `folder` in the original form. Both then compute the same logits from the same sound."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    config = _json(native / "config.json")
    weights = {_renamed(name): tensor for name, tensor in load_file(native / "model.safetensors").items()}
    is_aligner = "thinker.lm_head.weight" in weights
    if not is_aligner:
        weights["thinker.lm_head.weight"] = weights["thinker.model.embed_tokens.weight"].clone()
    save_file(weights, folder / "model.safetensors", {"format": "pt"})
    (folder / "config.json").write_text(json.dumps(_config(config, is_aligner)), encoding="utf-8")
    template = (native / "chat_template.jinja").read_text(encoding="utf-8")
    (folder / "chat_template.json").write_text(json.dumps({"chat_template": template}), encoding="utf-8")
    extractor = _json(native / "processor_config.json")["feature_extractor"]
    (folder / "preprocessor_config.json").write_text(
        json.dumps(
            {
                "feature_extractor_type": "WhisperFeatureExtractor",
                "processor_class": "Qwen3ASRProcessor",
                "return_attention_mask": True,
            }
            | {key: extractor[key] for key in ("feature_size", "sampling_rate", "hop_length", "chunk_length", "n_fft")}
        ),
        encoding="utf-8",
    )
    shutil.copy(native / "tokenizer.json", folder)
    tokenizer = _json(native / "tokenizer_config.json")
    tokenizer["tokenizer_class"] = "Qwen2TokenizerFast"
    # The older transformers wants the named tokens in a table of their own.
    named = ("audio_token", "audio_bos_token", "audio_eos_token")
    tokenizer["extra_special_tokens"] = {name: tokenizer[name] for name in named}
    (folder / "tokenizer_config.json").write_text(json.dumps(tokenizer), encoding="utf-8")
    return folder


def _config(native: dict[str, Any], is_aligner: bool) -> dict[str, Any]:
    text = native["text_config"]
    thinker = {
        "model_type": "qwen3_forced_aligner_thinker" if is_aligner else "qwen3_asr_thinker",
        "audio_token_id": native["audio_token_id"],
        "pad_token_id": native["pad_token_id"],
        "tie_word_embeddings": False,
        "audio_config": {k: native["audio_config"][k] for k in _AUDIO} | {"model_type": "qwen3_asr_audio_encoder"},
        "text_config": {k: text[k] for k in _TEXT}
        | {
            "model_type": "qwen3_asr_text",
            # An aligner's head is no copy of its embeddings, whatever the text part says.
            "tie_word_embeddings": text["tie_word_embeddings"] and not is_aligner,
            "rope_theta": text["rope_parameters"]["rope_theta"],
            "rope_scaling": {"rope_type": "default", "mrope_interleaved": True, "mrope_section": [24, 20, 20]},
        },
    }
    if is_aligner:
        thinker["classify_num"] = len(native["id2label"])
    return {
        "architectures": ["Qwen3ASRForConditionalGeneration"],
        "model_type": "qwen3_asr",
        "thinker_config": thinker,
        "timestamp_token_id": native["timestamp_token_id"],
        "timestamp_segment_time": 80,
        "tie_word_embeddings": False,
    }


def _renamed(name: str) -> str:
    for ours, theirs in _KEYS:
        if name.startswith(ours):
            return theirs + name.removeprefix(ours)
    raise KeyError(name)


def _json(path: Path) -> dict[str, Any]:
    return dict(json.loads(path.read_text(encoding="utf-8")))
