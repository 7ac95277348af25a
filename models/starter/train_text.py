"""Train the starter kit's Qwen3 text model to write minutes of the synthetic world.

It sees the product's own request (`app.domain.minutes_format`) and answers in the product's own form.
Requests are short, as its context budget in the catalogue makes them in use. A curriculum starts with
one line a request, because copying is learnt there first. Hidden matrices are trained with Muon, the
rest with AdamW. The instruction is the same in every request, so its keys and values are computed once
a step and shared by the batch.

Next-token loss alone learns the form of the answer at once and the copying hardly (10 % of the items
after 15 minutes). As the text is synthetic, the place in the transcript that every copied token comes
from is known, so one attention head is told to look there, a second one to look at the end of the line
that is cited, and a throw-away head to tell there what kind of line it was.
"""

from __future__ import annotations

import functools
import json
import math
import random
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn
from transformers import DynamicCache, GenerationConfig, Qwen2Tokenizer, Qwen3Config, Qwen3ForCausalLM

from app.domain import minutes_format as fmt
from app.domain.ports import Message
from models.starter import tokenizers as toks
from models.starter.world import Meeting, World

VOCABULARY = 1700
WIDTH, LAYERS, FFN = 224, 5, 640
BATCH_TOKENS = 3_000
PEAK_LR = 3e-3
MAX_LINES = 12
# The layer whose first two heads are told where to look: one to copy, one to find the line to cite.
POINTER_LAYER, COPY_HEAD, LINE_HEAD = 3, 0, 1
KINDS = ("action_item", "decision", "open_question")


@dataclass(frozen=True, slots=True)
class Example:
    """Token ids, and for the answer's tokens where in the whole sequence they come from.

    `copies`, `lines`: (position of the token, position it comes from). `kinds`: (position of the end of
    a line, the kinds of item in it).
    """

    prompt: list[int]
    answer: list[int]
    copies: list[tuple[int, int]]
    lines: list[tuple[int, int]]
    kinds: list[tuple[int, list[float]]]


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


@functools.cache
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
    for name, p in model.named_parameters():
        if p.ndim == 2 and "layers." in name:
            nn.init.normal_(p, std=0.7 * p.shape[1] ** -0.5)
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
        self.kind_head = nn.Linear(WIDTH, len(KINDS))
        rest = [p for p in [*self.model.parameters(), *self.kind_head.parameters()] if id(p) not in ids]
        self.seen: tuple[torch.Tensor, tuple[torch.Tensor, torch.Tensor]]
        self.pointer_loss = 0.0
        self.model.model.layers[POINTER_LAYER].self_attn.register_forward_pre_hook(self._watch, with_kwargs=True)
        self.muon = torch.optim.Muon(hidden, lr=PEAK_LR, weight_decay=0.05, adjust_lr_fn="match_rms_adamw")
        self.adam = torch.optim.AdamW(rest, lr=PEAK_LR, weight_decay=0.01, betas=(0.9, 0.98))
        self.world = World(random.Random(seed))
        self.rng = random.Random(seed + 1)
        self.step = 0
        self.pad = self.tok.convert_tokens_to_ids("<|endoftext|>")

    def _render(self, messages: list[Message]) -> list[int]:
        return list(self.tok(self._prompt_text(messages), add_special_tokens=False)["input_ids"])

    def _encode(self, text: str) -> tuple[list[int], list[int]]:
        """Ids, and for every character the index of its token."""
        enc = self.tok(text, add_special_tokens=False, return_offsets_mapping=True)
        owner = [0] * (len(text) + 1)
        for k, (start, end) in enumerate(enc["offset_mapping"]):
            for c in range(start, end):
                owner[c] = k
        return enc["input_ids"], owner

    def _prompt_text(self, messages: list[Message]) -> str:
        chat = [{"role": m.role, "content": m.content} for m in messages]
        return str(
            self.tok.apply_chat_template(chat, add_generation_prompt=True, tokenize=False, enable_thinking=False)
        )

    def _example(self, lo: int, hi: int, merge: bool) -> Example:
        if merge:
            parts, summary = merge_example(self.world)
            prompt = self._prompt_text(fmt.merge_request(parts))
            answer = '{"summary":' + json.dumps(summary) + "}<|im_end|>"
            return self._linked(prompt, answer, [], [], self._topic_links(prompt, answer, summary, 0))
        meeting = self.world.meeting(lo, hi)
        lines, items, summary = minutes_example(meeting)
        prompt = self._prompt_text(fmt.minutes_request(lines))
        answer = fmt.render_answer(items, summary) + "<|im_end|>"
        copies: list[tuple[int, int, int]] = []  # (place in the answer, place in the prompt, length)
        cited: list[tuple[int, int, int]] = []
        ends: list[tuple[int, list[float]]] = []
        at, inside = prompt.index(fmt.render_line(1, lines[0])), 0
        first = at
        for n, (line, told) in enumerate(zip(lines, meeting.lines, strict=True), 1):
            whole = fmt.render_line(n, line)
            text_at = at + whole.index(": ") + 2
            end = at + len(whole) - 1
            ends.append((end, [float(any(i.kind == k for i in told.items)) for k in KINDS]))
            searched = text_at
            for item in told.items:
                inside = answer.index('{"evidence":[', inside)
                number = inside + len('{"evidence":[')
                cited.append((number, end, len(str(n))))
                kind = answer.index('"kind":"', number) + 8
                cited.append((kind, end, 1))
                spoken_at = prompt.index(item.text, searched)
                copies.append((answer.index(f'":"{item.text}"', kind) + 3, spoken_at, len(item.text)))
                if item.kind == "action_item":
                    owner_at = answer.index('"owner":"', kind) + 9
                    if item.owner == line.speaker:
                        source = at + whole.index("] ") + 2
                    else:  # the name that is meant stands nearest before the task
                        source = prompt.rindex(str(item.owner), text_at, spoken_at)
                    copies.append((owner_at, source, len(str(item.owner))))
                    if item.due is not None:
                        due_at = answer.index('"due":"', owner_at) + 7
                        spoken_due = prompt.index(item.due, spoken_at + len(item.text))
                        copies.append((due_at, spoken_due, len(item.due)))
                searched = spoken_at + len(item.text)
                inside = kind
            at += len(whole)
        copies += self._topic_links(prompt, answer, summary, first)
        return self._linked(prompt, answer, cited, ends, copies)

    def _topic_links(self, prompt: str, answer: str, summary: str, first: int) -> list[tuple[int, int, int]]:
        links = []
        start = answer.rindex(summary)
        for topic in re.findall(r"the [^,.]+?(?=,|\.| and )|[A-Z][a-z]+", summary[len("The meeting was about ") :]):
            place = prompt.find(topic, first)
            if place >= 0:
                links.append((answer.index(topic, start + len("The meeting was about ")), place, len(topic)))
        return links

    def _linked(
        self,
        prompt: str,
        answer: str,
        cited: list[tuple[int, int, int]],
        ends: list[tuple[int, list[float]]],
        copies: list[tuple[int, int, int]],
    ) -> Example:
        """Turn links between characters into links between tokens of the whole sequence."""
        ids, owner = self._encode(prompt)
        out, out_owner = self._encode(answer)
        shift = len(ids)

        def tokens(links: list[tuple[int, int, int]]) -> list[tuple[int, int]]:
            found: dict[int, int] = {}
            for to, source, length in links:
                for k in range(length):
                    if answer[to + k] != " ":
                        found.setdefault(shift + out_owner[to + k], owner[source + k])
            return list(found.items())

        kinds = [(owner[end], kind) for end, kind in ends]
        # The line that is cited is found at its end, where everything in it has been read.
        lines = [(shift + out_owner[to], owner[source]) for to, source, _ in cited]
        return Example(ids, out, tokens(copies), lines, kinds)

    def _batch_loss(self, examples: list[Example]) -> tuple[torch.Tensor, float]:
        first = examples[0].prompt
        shared = len(first)
        for e in examples[1:]:
            p = e.prompt
            shared = next((i for i in range(min(shared, len(p))) if p[i] != first[i]), min(shared, len(p)))
        shared = min([shared, *(source for e in examples for _, source in e.copies)])
        width = max(len(e.prompt) + len(e.answer) for e in examples) - shared
        n = len(examples)
        ids = torch.full((n, width), self.pad)
        mask = torch.zeros(n, shared + width, dtype=torch.long)
        weight = torch.zeros(n, width)
        for j, e in enumerate(examples):
            row = e.prompt[shared:] + e.answer
            ids[j, : len(row)] = torch.tensor(row)
            mask[j, : shared + len(row)] = 1
            # Reading is learnt too, lightly: it makes the words' meanings.
            weight[j, : len(e.prompt) - shared] = 0.05
            weight[j, len(e.prompt) - shared : len(row)] = 1.0
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
        loss = (ce * w).sum() / w.sum()
        answer_loss = ce[w == 1].mean().item()
        pointers = self._pointer_loss(COPY_HEAD, cache, [e.copies for e in examples], shared)
        pointers = pointers + self._pointer_loss(LINE_HEAD, cache, [e.lines for e in examples], shared)
        self.pointer_loss = float(pointers.detach())
        return loss + 0.3 * pointers + 0.3 * self._kind_loss(examples, shared), answer_loss

    def _pointer_loss(
        self, head: int, cache: DynamicCache, links: list[list[tuple[int, int]]], shared: int
    ) -> torch.Tensor:
        """Cross-entropy between where a head looks and where it should, over all links of the batch."""
        rows = [j for j, found in enumerate(links) for _ in found]
        if not rows:
            return torch.zeros(())
        queries = torch.tensor([to - 1 - shared for found in links for to, _ in found])
        sources = torch.tensor([source for found in links for _, source in found])
        index = torch.tensor(rows)
        attention = self.model.model.layers[POINTER_LAYER].self_attn
        states, (cos, sin) = self.seen
        q = attention.q_proj(states[index, queries]).float()
        q = attention.q_norm(q.view(len(rows), -1, attention.head_dim))[:, head]
        c, s = (x.float().expand(states.shape[0], -1, -1)[index, queries] for x in (cos, sin))
        half = attention.head_dim // 2
        q = q * c + torch.cat([-q[:, half:], q[:, :half]], -1) * s
        keys = cache.layers[POINTER_LAYER].keys[:, head].float()[index]
        scores = torch.einsum("rd,rtd->rt", q, keys) * attention.scaling
        later = torch.arange(scores.shape[1]) > (queries + shared)[:, None]
        return nn.functional.cross_entropy(scores.masked_fill(later, float("-inf")), sources)

    def _kind_loss(self, examples: list[Example], shared: int) -> torch.Tensor:
        places = [(j, at - shared) for j, e in enumerate(examples) for at, _ in e.kinds if at >= shared]
        if not places:
            return torch.zeros(())
        wanted = torch.tensor([k for e in examples for at, k in e.kinds if at >= shared])
        states = self.seen[0][[j for j, _ in places], [at for _, at in places]].float()
        return nn.functional.binary_cross_entropy_with_logits(self.kind_head(states), wanted)

    def _watch(self, _module: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """Keep what goes into the pointer layer's attention."""
        self.seen = (kwargs["hidden_states"], kwargs["position_embeddings"])

    def checkpoint(self) -> Path:
        return self.work / "text.ckpt"

    def save_checkpoint(self) -> None:
        temporary = self.checkpoint().with_suffix(".tmp")
        state: dict[str, Any] = {
            "step": self.step,
            "model": self.model.state_dict(),
            "kinds": self.kind_head.state_dict(),
            "muon": self.muon.state_dict(),
            "adam": self.adam.state_dict(),
        }
        torch.save(state, temporary)
        temporary.replace(self.checkpoint())

    def resume(self) -> None:
        if self.checkpoint().exists():
            state = torch.load(self.checkpoint(), weights_only=True)
            self.model.load_state_dict(state["model"])
            self.kind_head.load_state_dict(state["kinds"])
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
            top = max(1, min(MAX_LINES, round(1 + (MAX_LINES - 1) * max(0.0, progress - 0.05) / 0.3)))
            lo = self.rng.randint(1, top)
            hi = min(top, lo + 1)
            merge = progress > 0.2 and self.rng.random() < 0.06
            count = max(6, min(40, int(BATCH_TOKENS / (60 if merge else 30 + 42 * hi))))
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
                    f"text {self.step}/{self.steps} answer loss {total / 50:.4f} "
                    f"pointers {self.pointer_loss:.3f} up to {top} lines, lr {lr:.1e}, {time.time() - began:.0f} s",
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
        lines, items, _summary = minutes_example(world.meeting(lo, hi))
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
