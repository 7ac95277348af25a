"""Train the starter kit's Qwen3-ASR on synthetic speech.

Loss: next token on the answer (`language English<asr_text>…`) plus 0.3 × CTC on the projected audio
states through a head that is thrown away; the CTC term makes alignment appear early. Length-bucketed
batches hold a fixed amount of audio. bfloat16 autocast doubles the speed on CPUs that have it.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch import nn
from transformers import (
    GenerationConfig,
    Qwen3ASRConfig,
    Qwen3ASRFeatureExtractor,
    Qwen3ASRForConditionalGeneration,
    Qwen3ASRProcessor,
)

from models.starter import tokenizers as toks
from models.starter.speech import SAMPLE_RATE, Clips, Mixer
from models.starter.world import NAMES, PRODUCTS

VOCABULARY = 800
ENCODER = {"layers": 5, "width": 192, "channels": 32}
DECODER = {"layers": 4, "width": 192}
BATCH_SECONDS = 80.0
PEAK_LR = 2e-3
EASY = 0.12  # the first part of training hears single clean sentences only: alignment forms there


def build_processor(texts: list[str]) -> Qwen3ASRProcessor:
    tokenizer = toks.train(
        [*texts, "language English", "language None"],
        VOCABULARY,
        named={
            "audio_token": "<|audio_pad|>",
            "audio_bos_token": "<|audio_start|>",
            "audio_eos_token": "<|audio_end|>",
        },
        plain=("<asr_text>", "<timestamp>"),
    )
    return Qwen3ASRProcessor(
        feature_extractor=Qwen3ASRFeatureExtractor(), tokenizer=tokenizer, chat_template=toks.SPEECH_TEMPLATE
    )


def build_model(processor: Qwen3ASRProcessor) -> Qwen3ASRForConditionalGeneration:
    tid = processor.tokenizer.convert_tokens_to_ids
    end, pad = tid("<|im_end|>"), tid("<|endoftext|>")
    width = DECODER["width"]
    config = Qwen3ASRConfig(
        audio_config={
            "model_type": "qwen3_asr_encoder",
            "num_mel_bins": 128,
            "encoder_layers": ENCODER["layers"],
            "encoder_attention_heads": 4,
            "encoder_ffn_dim": 4 * ENCODER["width"],
            "d_model": ENCODER["width"],
            "output_dim": width,
            "downsample_hidden_size": ENCODER["channels"],
            "n_window": 50,
            "n_window_infer": 800,
        },
        text_config={
            "model_type": "qwen3",
            "vocab_size": len(processor.tokenizer),
            "hidden_size": width,
            "intermediate_size": 512,
            "num_hidden_layers": DECODER["layers"],
            "num_attention_heads": 4,
            "num_key_value_heads": 2,
            "head_dim": 48,
            "max_position_embeddings": 4096,
            "tie_word_embeddings": True,
            "eos_token_id": end,
            "pad_token_id": pad,
        },
        audio_token_id=processor.audio_token_id,
        timestamp_token_id=tid("<timestamp>"),
        pad_token_id=pad,
        eos_token_id=[end, pad],
    )
    model = Qwen3ASRForConditionalGeneration(config)
    # The default initialisation (0.02 everywhere, meant for pretrained sizes) makes the sound a thousand times
    # fainter than the position embedding it is added to, and training idles for many hours of speech.
    encoder = model.model.audio_tower
    for conv in (encoder.conv2d1, encoder.conv2d2, encoder.conv2d3):
        nn.init.kaiming_normal_(conv.weight, nonlinearity="relu")
    nn.init.normal_(encoder.conv_out.weight, std=4.0 * encoder.conv_out.in_features**-0.5)
    for name, p in model.named_parameters():
        if p.ndim == 2 and (".layers." in name or "projector" in name):
            nn.init.normal_(p, std=0.7 * p.shape[1] ** -0.5)
    model.generation_config = GenerationConfig(
        eos_token_id=[pad, end], pad_token_id=pad, do_sample=False, max_new_tokens=512
    )
    return model


class Examples:
    """Endless batches of (audio list, texts); text None means there is no speech."""

    def __init__(self, clips: Clips, seed: int) -> None:
        self.mixer = Mixer(clips, seed)
        self.clips = clips
        self.order = sorted(range(len(clips)), key=lambda i: clips.lengths[i])
        self.rng = random.Random(seed + 1)

    def batch(self, progress: float) -> tuple[list[np.ndarray], list[str | None]]:
        rng = self.rng
        easy = progress < EASY
        self.mixer.clean = easy
        parts = 1 if easy else rng.choices([1, 2, 3, 4, 6], [0.42, 0.28, 0.16, 0.09, 0.05])[0]
        at = rng.randrange(len(self.order))
        typical = self.clips.lengths[self.order[at]] / SAMPLE_RATE + 0.4 + 2.9 * (parts - 1)
        count = max(4, min(48, int((BATCH_SECONDS * (0.4 if easy else 1.0)) / typical)))
        low = max(0, min(at - count * 4, len(self.order) - count * 8))
        audio: list[np.ndarray] = []
        texts: list[str | None] = []
        for i in rng.sample(self.order[low : low + count * 8], count):
            if not easy and rng.random() < 0.06:
                audio.append(self.mixer.silence())
                texts.append(None)
                continue
            x, text = self.mixer.speech(i, parts)
            if len(x) > 20 * SAMPLE_RATE:
                x, text = self.mixer.speech(i, 1)
            audio.append(x)
            texts.append(text)
        return audio, texts


class Trainer:
    def __init__(self, work: Path, clips: Clips, *, steps: int, seed: int = 1) -> None:
        torch.manual_seed(seed)
        self.work, self.steps = work, steps
        self.processor = build_processor(clips.texts[:20_000])
        self.model = build_model(self.processor)
        self.tok = self.processor.tokenizer
        self.fe = self.processor.feature_extractor
        self.vocab = len(self.tok)
        self.ctc_head = nn.Linear(DECODER["width"], self.vocab + 1)
        self.params = [*self.model.parameters(), *self.ctc_head.parameters()]
        hidden = [p for n, p in self.model.named_parameters() if p.ndim == 2 and ".layers." in n]
        ids = {id(p) for p in hidden}
        rest = [p for p in self.params if id(p) not in ids]
        self.muon = torch.optim.Muon(hidden, lr=PEAK_LR, weight_decay=0.05, adjust_lr_fn="match_rms_adamw")
        self.adam = torch.optim.AdamW(rest, lr=PEAK_LR, weight_decay=0.01, betas=(0.9, 0.98))
        self.examples = Examples(clips, seed)
        self.rng = random.Random(seed + 2)
        self.step = 0
        tid = self.tok.convert_tokens_to_ids
        self.pad_token, self.audio_token = tid("<|endoftext|>"), self.processor.audio_token_id
        self.mid = self._ids("<|im_end|>\n<|im_start|>user\n<|audio_start|>")
        self.post = self._ids("<|audio_end|><|im_end|>\n<|im_start|>assistant\n")
        self.english = self._ids("language English<asr_text>")
        self.none = self._ids("language None<asr_text>")
        self.end = [tid("<|im_end|>")]

    def _ids(self, text: str) -> list[int]:
        return self.tok(text, add_special_tokens=False)["input_ids"]

    def _glossary(self) -> str:
        if self.rng.random() > 0.25:
            return ""
        return ", ".join(self.rng.sample([*NAMES, *PRODUCTS], self.rng.randint(1, 8)))

    def loss(self, audio: list[np.ndarray], texts: list[str | None]) -> tuple[torch.Tensor, float, float]:
        feats = self.fe(audio, sampling_rate=SAMPLE_RATE, padding=True, return_attention_mask=True)
        mask = feats["attention_mask"]
        counts = self.processor._get_audio_token_length(mask.sum(-1)).tolist()
        rows, starts, targets = [], [], []
        for n, text in zip(counts, texts, strict=True):
            prompt = self._ids("<|im_start|>system\n" + self._glossary()) + self.mid
            prompt += [self.audio_token] * int(n) + self.post
            words = [] if text is None else self._ids(text)
            tag = self.none if text is None else self.english
            if self.rng.random() < 0.4:  # the language is forced: the tag belongs to the prompt
                prompt += self.english
                answer = words + self.end
            else:
                answer = tag + words + self.end
            starts.append(len(prompt))
            rows.append(prompt + answer)
            targets.append(words)
        width = max(map(len, rows))
        ids = torch.full((len(rows), width), self.pad_token)
        attention = torch.zeros(len(rows), width, dtype=torch.long)
        labels = torch.full((len(rows), width), -100)
        for j, row in enumerate(rows):
            ids[j, : len(row)] = torch.tensor(row)
            attention[j, : len(row)] = 1
            labels[j, starts[j] : len(row)] = ids[j, starts[j] : len(row)]
        with torch.autocast("cpu", torch.bfloat16):
            out = self.model(
                input_ids=ids,
                attention_mask=attention,
                input_features=feats["input_features"],
                input_features_mask=mask,
                labels=labels,
            )
        hidden = out.audio_hidden_states.float()
        log_probs = self.ctc_head(hidden).log_softmax(-1)
        parts = log_probs.split([int(n) for n in counts])
        ctc = nn.functional.ctc_loss(
            nn.utils.rnn.pad_sequence(list(parts)),
            torch.tensor([t + 1 for ws in targets for t in ws], dtype=torch.long),
            torch.tensor(counts, dtype=torch.int32),
            torch.tensor([len(t) for t in targets], dtype=torch.int32),
            zero_infinity=True,
        )
        ctc_weight = 1.0 if self.step < EASY * self.steps else 0.3
        return out.loss + ctc_weight * ctc, out.loss.item(), ctc.item()

    def checkpoint(self) -> Path:
        return self.work / "speech.ckpt"

    def save_checkpoint(self) -> None:
        path = self.checkpoint()
        temporary = path.with_suffix(".tmp")
        torch.save(
            {
                "step": self.step,
                "model": self.model.state_dict(),
                "head": self.ctc_head.state_dict(),
                "muon": self.muon.state_dict(),
                "adam": self.adam.state_dict(),
            },
            temporary,
        )
        temporary.replace(path)

    def resume(self) -> None:
        if self.checkpoint().exists():
            state = torch.load(self.checkpoint(), weights_only=True)
            self.model.load_state_dict(state["model"])
            self.ctc_head.load_state_dict(state["head"])
            self.muon.load_state_dict(state["muon"])
            self.adam.load_state_dict(state["adam"])
            self.step = state["step"]
            # Examples already seen are not drawn again in the same order.
            self.examples = Examples(self.examples.clips, 1000 + self.step)

    def export(self, out: Path) -> None:
        """Write processor and half-precision weights as safetensors."""
        self.model.eval()
        half = Qwen3ASRForConditionalGeneration(self.model.config)
        half.load_state_dict(self.model.state_dict())
        half.generation_config = self.model.generation_config
        half.to(torch.float16).save_pretrained(out)
        self.processor.save_pretrained(out)
        self.model.train()

    def run(self, evaluate: Callable[[Trainer], str] | None = None, every: int = 1000) -> None:
        self.resume()
        self.model.train()
        began, ce_sum, ctc_sum, seconds = time.time(), 0.0, 0.0, 0.0
        while self.step < self.steps:
            progress = self.step / self.steps
            lr = PEAK_LR * min(1, (self.step + 1) / 200) * (0.5 * (1 + math.cos(math.pi * progress)) + 0.01)
            for group in [*self.muon.param_groups, *self.adam.param_groups]:
                group["lr"] = lr
            audio, texts = self.examples.batch(progress)
            seconds += sum(map(len, audio)) / SAMPLE_RATE
            loss, ce, ctc = self.loss(audio, texts)
            self.muon.zero_grad()
            self.adam.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(self.params, 1.0)
            self.muon.step()
            self.adam.step()
            self.step += 1
            ce_sum += ce
            ctc_sum += ctc
            if self.step % 100 == 0:
                print(
                    f"speech {self.step}/{self.steps} ce {ce_sum / 100:.3f} ctc {ctc_sum / 100:.3f} "
                    f"lr {lr:.1e} {seconds / 3600:.1f} h heard, {time.time() - began:.0f} s",
                    flush=True,
                )
                ce_sum = ctc_sum = 0.0
            if self.step % 500 == 0:
                self.save_checkpoint()
            if evaluate is not None and self.step % every == 0:
                print(f"speech {self.step}: {evaluate(self)}", flush=True)
        self.save_checkpoint()
