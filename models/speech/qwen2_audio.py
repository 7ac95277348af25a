"""Qwen2-Audio: windows of 30 s, each padded to that length.

https://huggingface.co/Qwen/Qwen2-Audio-7B-Instruct. The request for transcription is that of the authors' evaluation.
"""

from __future__ import annotations

from models.speech.audio_chat import AudioChat, Manner
from models.speech.omni import tokens_at_25

# As in transformers' Qwen2AudioProcessor, for copies of the repository without a template.
_TEMPLATE = (
    "{%- set audio = namespace(count=0) -%}{%- for m in messages -%}"
    "{%- if loop.first and m.role != 'system' -%}"
    "{{- '<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n' -}}{%- endif -%}"
    "{{- '<|im_start|>' + m.role + '\n' -}}{%- for part in m.content -%}"
    "{%- if part.type == 'audio' -%}{%- set audio.count = audio.count + 1 -%}"
    "{{- 'Audio ' ~ audio.count ~ ': <|audio_bos|><|AUDIO|><|audio_eos|>\n' -}}"
    "{%- else -%}{{- part.text -}}{%- endif -%}{%- endfor -%}{{- '<|im_end|>\n' -}}{%- endfor -%}"
    "{%- if add_generation_prompt -%}{{- '<|im_start|>assistant\n' -}}{%- endif -%}"
)


class Qwen2Audio(AudioChat):
    manner = Manner(
        model_class="Qwen2AudioForConditionalGeneration",
        audio_tokens=tokens_at_25,
        longest_s=30.0,
        fixed_s=30.0,
        behind_s=0.0,
        audio_first=True,
        system=None,
        transcribe="Detect the language and recognize the speech: <|{code}|>",
        template=_TEMPLATE,
    )
