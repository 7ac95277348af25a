"""Byte-level BPE tokenizers of the Qwen kind, trained on the synthetic world, and the two chat templates."""

from __future__ import annotations

import json
from collections.abc import Iterable

from tokenizers import Tokenizer, models, pre_tokenizers, trainers
from tokenizers.pre_tokenizers import ByteLevel
from transformers import Qwen2Tokenizer

# These render the same text as the templates of the published models for the requests Folkmoot makes;
# the wording is our own.
SPEECH_TEMPLATE = (
    "{%- set ns = namespace(sys='', audio='') -%}"
    "{%- for m in messages -%}{%- if m.content is string -%}"
    "{%- if m.role == 'system' -%}{%- set ns.sys = ns.sys + m.content -%}{%- endif -%}"
    "{%- else -%}{%- for part in m.content -%}"
    "{%- if part.type == 'audio' -%}"
    "{%- set ns.audio = ns.audio + '<|audio_start|><|audio_pad|><|audio_end|>' -%}"
    "{%- elif m.role == 'system' and part.type == 'text' -%}{%- set ns.sys = ns.sys + part.text -%}"
    "{%- endif -%}{%- endfor -%}{%- endif -%}{%- endfor -%}"
    "{{- '<|im_start|>system\n' + ns.sys + '<|im_end|>\n<|im_start|>user\n' + ns.audio + '<|im_end|>\n' -}}"
    "{%- for m in messages -%}{%- if m.role == 'assistant' -%}{{- '<|im_start|>assistant\n' -}}"
    "{%- if m.content is string -%}{{- m.content -}}{%- else -%}"
    "{%- for part in m.content -%}{%- if part.type == 'text' -%}{{- part.text -}}{%- endif -%}{%- endfor -%}"
    "{%- endif -%}{{- '<|im_end|>\n' -}}{%- endif -%}{%- endfor -%}"
    "{%- if add_generation_prompt -%}{{- '<|im_start|>assistant\n' -}}{%- endif -%}"
)
TEXT_TEMPLATE = (
    "{%- for m in messages -%}"
    "{{- '<|im_start|>' + m.role + '\n' + m.content + '<|im_end|>\n' -}}{%- endfor -%}"
    "{%- if add_generation_prompt -%}{{- '<|im_start|>assistant\n' -}}"
    "{%- if enable_thinking is defined and enable_thinking is false -%}"
    "{{- '<think>\n\n</think>\n\n' -}}{%- endif -%}{%- endif -%}"
)


def train(corpus: Iterable[str], size: int, *, named: dict[str, str], plain: tuple[str, ...]) -> Qwen2Tokenizer:
    """A Qwen2Tokenizer of about `size` tokens. `named`: special tokens by attribute; `plain`: added, not special."""
    bpe = Tokenizer(models.BPE())
    # The split rule of Qwen2Tokenizer, so that what is learnt here is what is used there.
    bpe.pre_tokenizer = Qwen2Tokenizer(
        vocab={c: i for i, c in enumerate(sorted(ByteLevel.alphabet()))}, merges=[], unk_token=None
    )._tokenizer.pre_tokenizer
    assert isinstance(bpe.pre_tokenizer, pre_tokenizers.PreTokenizer | pre_tokenizers.Sequence)
    bpe.train_from_iterator(
        corpus,
        trainers.BpeTrainer(vocab_size=size, initial_alphabet=sorted(ByteLevel.alphabet()), show_progress=False),
    )
    state = json.loads(bpe.to_str())["model"]
    merges = [tuple(m) if isinstance(m, list) else tuple(m.split(" ")) for m in state["merges"]]
    tok = Qwen2Tokenizer(
        vocab=state["vocab"],
        merges=merges,
        unk_token="<|endoftext|>",
        eos_token="<|im_end|>",
        pad_token="<|endoftext|>",
        extra_special_tokens=named,
    )
    tok.add_special_tokens({"extra_special_tokens": ["<|im_start|>", "<|im_end|>"]}, replace_extra_special_tokens=False)
    tok.add_tokens(list(plain))
    return tok
