"""Train the starter kit's Qwen3 text model to write minutes of the synthetic world.

It sees the product's own request (`app.domain.minutes_format`) and answers in the product's own form.
Requests are short, as its context budget in the catalogue makes them in use. A curriculum starts with
one line a request, because copying is learnt there first. Hidden matrices are trained with Muon, the
rest with AdamW. The instruction is the same in every request, so its keys and values are computed once
a step and shared by the batch.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import nn
from transformers import DynamicCache, GenerationConfig, Qwen2Tokenizer, Qwen3Config, Qwen3ForCausalLM

from app.domain import minutes_format as fmt
from models.starter import tokenizers as toks
from models.starter.world import Meeting, World

VOCABULARY = 1700
WIDTH, LAYERS, FFN = 224, 5, 640
BATCH_TOKENS = 6_500
PEAK_LR = 3e-3
MAX_LINES = 12


def topics_of(meeting: Meeting) -> list[str]:
    """What a summary of it names: the objects of its items, else of its small talk, at most three."""
    items = [t for line in meeting.lines if line.items for t in line.topics[:1]]
    found = items or [t for line in meeting.lines for t in line.topics]
    return list(dict.fromkeys(found))[:3]


def say_summary(topics: list[str]) -> str:
    if not topics:
        return "Nothing was discussed in detail."
    if len(topics) == 1:
        return f"The meeting was about {topics[0]}."
    return f"The meeting was about {', '.join(topics[:-1])} and {topics[-1]}."


def minutes_example(meeting: Meeting) -> tuple[list[fmt.PromptLine], list[fmt.AnswerItem], str]:
    lines = [fmt.PromptLine(line.speaker, line.text) for line in meeting.lines]
    items = [
        fmt.AnswerItem(item.kind, item.text, item.owner, item.due, (n,))
        for n, line in enumerate(meeting.lines, 1)
        for item in line.items
    ]
    return lines, items, say_summary(topics_of(meeting))


def merge_example(world: World) -> tuple[list[str], str]:
    rng = world.rng
    parts, union = [], []
    for _ in range(rng.randint(2, 5)):
        topics = list(dict.fromkeys(world.pair()[1] for _ in range(rng.randint(0, 3))))
        parts.append(say_summary(topics))
        union += topics[:1]
    return parts, say_summary(list(dict.fromkeys(union)))


def build_tokenizer(seed: int = 3) -> Qwen2Tokenizer:
    world = World(random.Random(seed), held_out=True)
    corpus: list[str] = []
    for _ in range(6_000):
        lines, items, summary = minutes_example(world.meeting(3, 8))
        corpus.append(fmt.minutes_request(lines)[1].content)
        corpus.append(fmt.render_answer(items, summary))
    instructions = [fmt.INSTRUCTION.format(language="English"), fmt.MERGE_INSTRUCTION.format(language="English")]
    corpus += instructions * 300
    tokenizer = toks.train(corpus, VOCABULARY, named={}, plain=("<think>", "</think>"))
    tokenizer.chat_template = toks.TEXT_TEMPLATE
    return tokenizer


def build_model(tokenizer: Qwen2Tokenizer) -> Qwen3ForCausalLM:
    tid = tokenizer.convert_tokens_to_ids
    end, pad = tid("<|im_end|>"), tid("<|endoftext|>")
    model = Qwen3ForCausalLM(
        Qwen3Config(
            vocab_size=len(tokenizer),
            hidden_size=WIDTH,
            intermediate_size=FFN,
            num_hidden_layers=LAYERS,
            num_attention_heads=7,
            num_key_value_heads=7,
            head_dim=32,
            max_position_embeddings=4096,
            rope_parameters={"rope_type": "default", "rope_theta": 10_000.0},
            tie_word_embeddings=True,
            eos_token_id=end,
            pad_token_id=pad,
        )
    )
    model.generation_config = GenerationConfig(eos_token_id=[end, pad], pad_token_id=pad, do_sample=False)
    return model


class Trainer:
    def __init__(self, work: Path, *, steps: int, seed: int = 2) -> None:
        torch.manual_seed(seed)
        self.work, self.steps, self.seed = work, steps, seed
        self.tok = build_tokenizer()
        self.model = build_model(self.tok)
        hidden = [p for n, p in self.model.named_parameters() if p.ndim == 2 and "layers." in n]
        ids = {id(p) for p in hidden}
        rest = [p for p in self.model.parameters() if id(p) not in ids]
        self.muon = torch.optim.Muon(hidden, lr=PEAK_LR, weight_decay=0.05, adjust_lr_fn="match_rms_adamw")
        self.adam = torch.optim.AdamW(rest, lr=PEAK_LR, weight_decay=0.01, betas=(0.9, 0.98))
        self.world = World(random.Random(seed))
        self.rng = random.Random(seed + 1)
        self.step = 0
        self.pad = self.tok.convert_tokens_to_ids("<|endoftext|>")

    def _render(self, messages: list[fmt.Message]) -> list[int]:
        chat = [{"role": m.role, "content": m.content} for m in messages]
        text = self.tok.apply_chat_template(
            chat, add_generation_prompt=True, tokenize=False, enable_thinking=False
        )
        return self.tok(text, add_special_tokens=False)["input_ids"]

    def _example(self, lo: int, hi: int, merge: bool) -> tuple[list[int], list[int], list[float]]:
        if merge:
            parts, summary = merge_example(self.world)
            messages = fmt.merge_request(parts)
            answer = '{"summary":"' + summary + '"}'
        else:
            lines, items, summary = minutes_example(self.world.meeting(lo, hi))
            messages = fmt.minutes_request(lines)
            answer = fmt.render_answer(items, summary)
        prompt = self._render(messages)
        out = self.tok(answer + "<|im_end|>", add_special_tokens=False)["input_ids"]
        return prompt, out, [1.0] * len(out)

    def _batch_loss(self, examples: list[tuple[list[int], list[int], list[float]]]) -> tuple[torch.Tensor, float]:
        first = examples[0][0]
        shared = len(first)
        for prompt, _, _ in examples[1:]:
            shared = next((i for i in range(min(shared, len(prompt))) if prompt[i] != first[i]), shared)
        width = max(len(p) + len(a) for p, a, _ in examples) - shared
        n = len(examples)
        ids = torch.full((n, width), self.pad)
        mask = torch.zeros(n, shared + width, dtype=torch.long)
        weight = torch.zeros(n, width)
        for j, (prompt, answer, w) in enumerate(examples):
            row = prompt[shared:] + answer
            ids[j, : len(row)] = torch.tensor(row)
            mask[j, : shared + len(row)] = 1
            # Reading is learnt too, lightly: it makes the words' meanings.
            weight[j, : len(prompt) - shared] = 0.05
            weight[j, len(prompt) - shared : len(row)] = torch.tensor(w)
        with torch.autocast("cpu", torch.bfloat16):
            head = self.model.model(input_ids=torch.tensor([first[:shared]]), use_cache=True)
            cache = DynamicCache(
                [
                    (layer.keys.expand(n, -1, -1, -1), layer.values.expand(n, -1, -1, -1))
                    for layer in head.past_key_values.layers
                ]
            )
            hidden = self.model.model(
                input_ids=ids, attention_mask=mask, past_key_values=cache, use_cache=True
            ).last_hidden_state
            w = weight[:, 1:]
            keep = w > 0
            logits = self.model.lm_head(hidden[:, :-1][keep])
        ce = nn.functional.cross_entropy(logits.float(), ids[:, 1:][keep], reduction="none")
        w = w[keep]
        answers = w == 1
        return (ce * w).sum() / w.sum(), ce[answers].mean().item()

    def checkpoint(self) -> Path:
        return self.work / "text.ckpt"

    def save_checkpoint(self) -> None:
        temporary = self.checkpoint().with_suffix(".tmp")
        state: dict[str, Any] = {
            "step": self.step,
            "model": self.model.state_dict(),
            "muon": self.muon.state_dict(),
            "adam": self.adam.state_dict(),
        }
        torch.save(state, temporary)
        temporary.replace(self.checkpoint())

    def resume(self) -> None:
        if self.checkpoint().exists():
            state = torch.load(self.checkpoint(), weights_only=True)
            self.model.load_state_dict(state["model"])
            self.muon.load_state_dict(state["muon"])
            self.adam.load_state_dict(state["adam"])
            self.step = state["step"]
            self.world = World(random.Random(self.seed + 1000 + self.step))

    def export(self, out: Path) -> None:
        half = Qwen3ForCausalLM(self.model.config)
        half.load_state_dict(self.model.state_dict())
        half.generation_config = self.model.generation_config
        half.to(torch.float16).save_pretrained(out)
        self.tok.save_pretrained(out)

    def run(self, evaluate: Callable[[Trainer], str] | None = None, every: int = 500) -> None:
        self.resume()
        self.model.train()
        began, total = time.time(), 0.0
        while self.step < self.steps:
            progress = self.step / self.steps
            lr = PEAK_LR * min(1, (self.step + 1) / 100) * (0.5 * (1 + math.cos(math.pi * progress)) + 0.01)
            for opt in (self.muon, self.adam):
                for group in opt.param_groups:
                    group["lr"] = lr
            # One line at first; all lengths from a third of the way on.
            top = max(1, min(MAX_LINES, round(1 + (MAX_LINES - 1) * max(0.0, progress - 0.08) / 0.3)))
            lo = self.rng.randint(1, top)
            hi = min(top, lo + 1)
            merge = progress > 0.2 and self.rng.random() < 0.06
            count = max(8, min(64, int(BATCH_TOKENS / (60 if merge else 30 + 42 * hi))))
            loss, answer_loss = self._batch_loss([self._example(lo, hi, merge) for _ in range(count)])
            self.muon.zero_grad()
            self.adam.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
            self.muon.step()
            self.adam.step()
            self.step += 1
            total += answer_loss
            if self.step % 50 == 0:
                print(
                    f"text {self.step}/{self.steps} answer loss {total / 50:.4f} up to {top} lines, lr {lr:.1e}, "
                    f"{time.time() - began:.0f} s",
                    flush=True,
                )
                total = 0.0
            if self.step % 250 == 0:
                self.save_checkpoint()
            if evaluate is not None and self.step % every == 0:
                print(f"text {self.step}: {evaluate(self)}", flush=True)
        self.save_checkpoint()


@torch.inference_mode()
def greedy(model: Qwen3ForCausalLM, tok: Qwen2Tokenizer, prompt: list[int], limit: int) -> str:
    ids = torch.tensor([prompt])
    out = model.generate(ids, attention_mask=torch.ones_like(ids), max_new_tokens=limit, do_sample=False)
    return tok.decode(out[0, len(prompt) :], skip_special_tokens=True)


def free_accuracy(trainer: Trainer, meetings: int, seed: int, lo: int = 4, hi: int = 10) -> str:
    """Exact items of held-out meetings without any grammar: the plain ability of the model."""
    trainer.model.eval()
    world = World(random.Random(seed), held_out=True)
    right = given = wanted = 0
    for _ in range(meetings):
        lines, items, summary = minutes_example(world.meeting(lo, hi))
        prompt = trainer._render(fmt.minutes_request(lines))
        answer = greedy(trainer.model, trainer.tok, prompt, 400)
        try:
            got, _ = fmt.parse_answer(answer)
        except (ValueError, KeyError, TypeError):
            got = []
        wanted += len(items)
        given += len(got)
        right += sum(item in items for item in got)
    trainer.model.train()
    return f"{right} of {wanted} items exact, {given - right} wrong among {given}"
