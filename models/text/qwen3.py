"""Qwen3 text models through transformers, with llguidance holding the answer to a grammar.

The decode loop is our own: `generate` takes one token at a time, and in JSON a large part of the answer is
forced by the grammar (keys, quotes, brackets), which here goes through the model in one piece.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.domain.cancel import CancelFlag, check
from app.domain.ports import Constraint, Message
from models import attention, device, generation, kv_cache, loading
from models.catalogue import ModelEntry
from models.memory import OutOfMemory

if TYPE_CHECKING:
    pass

_CHAT_TOKENS = ("<|im_start|>", "<|im_end|>")
# Room for the answer in the cache at first: most are shorter, and a long context would need gigabytes at once.
ROOM_TOKENS = 1024
_THOUGHT = re.compile(r"^.*?</think>|<think>.*$", re.DOTALL)


class Qwen3Text:
    """A `TextEngine`. Use it from one thread at a time, whichever."""

    def __init__(self, model: Any, tokenizer: Any, entry: ModelEntry, placement: device.Placement) -> None:
        self.name = entry.id
        self.context_tokens = entry.context_tokens
        self.quotes_only = entry.quotes_only
        self.settings: Mapping[str, Any] = {"device": placement.device, "precision": placement.dtype}
        self._entry = entry
        self._placement = placement
        self._model = model
        self._tokenizer = tokenizer
        ends = model.generation_config.eos_token_id
        if ends is None:
            ends = tokenizer.eos_token_id
        self._ends: list[int] = [ends] if isinstance(ends, int) else list(ends)
        self._control_tokens = sorted(tokenizer.get_added_vocab(), key=len, reverse=True)
        # The model may have more outputs than the tokenizer has tokens (padding to a round number).
        self._grammar_tokenizer = generation.grammar_tokenizer(tokenizer, model.config.vocab_size, self._ends)

    @classmethod
    def load(cls, folder: Path, entry: ModelEntry, device_name: str | device.Placement | None = None) -> Qwen3Text:
        """Load from a folder like Qwen/Qwen3-4B-Instruct-2507. `ModelError` if that does not work."""
        placement = device.place(entry.size_mb, starter=entry.is_starter, device=device_name)
        transformers = loading.transformers()
        tokenizer = loading.processor_from_pretrained(transformers.AutoTokenizer, folder)
        generation.require_tokens(tokenizer, _CHAT_TOKENS, folder)
        model = loading.from_pretrained(
            transformers.AutoModelForCausalLM, folder, device=placement.device, dtype=placement.dtype
        )
        loading.check_ends(tokenizer, model, folder)
        return cls(attention.pack_on_processors(model), tokenizer, entry, placement)

    def count_tokens(self, text: str) -> int:
        return len(self._tokenizer.encode(self._harmless(text), add_special_tokens=False))

    def generate(
        self,
        messages: Sequence[Message],
        *,
        constraint: Constraint | None,
        max_new_tokens: int,
        cancel: CancelFlag,
    ) -> str:
        """Greedy answer to one request; see `TextEngine`.

        An answer that reaches `max_new_tokens` ends there, in the middle of its grammar too. `ValueError` if
        prompt and answer do not fit the context or the grammar is wrong: both are for the caller to get
        right.
        """
        prompt = self._prompt(messages)
        if len(prompt) + max_new_tokens > self.context_tokens:
            raise ValueError(
                f"{len(prompt)} tokens of prompt and {max_new_tokens} of answer exceed {self.context_tokens}"
            )
        grammar = generation.grammar(self._grammar_tokenizer, constraint.lark) if constraint is not None else None
        device.apply_threads(self._placement)
        try:
            with generation.cancellable(self._model, cancel):
                ids = self._decode(prompt, grammar, max_new_tokens, cancel)
        except (RuntimeError, MemoryError) as error:
            if not generation.is_out_of_memory(error):
                raise
            ids = None
        if ids is None:
            generation.free_memory(self._placement.device)
            raise OutOfMemory(
                f"{self._entry.title} ran out of memory.",
                "Close other programs, or choose a smaller text model.",
            )
        return without_thoughts(self._tokenizer.decode(ids, skip_special_tokens=True))

    def _prompt(self, messages: Sequence[Message]) -> list[int]:
        chat = [{"role": m.role, "content": self._harmless(m.content)} for m in messages]
        text = self._tokenizer.apply_chat_template(
            chat, tokenize=False, add_generation_prompt=True, enable_thinking=False
        )
        return list(self._tokenizer.encode(text, add_special_tokens=False))

    def _harmless(self, text: str) -> str:
        return generation.without_control_tokens(text, self._control_tokens)

    def _decode(self, prompt: list[int], grammar: Any, max_new_tokens: int, cancel: CancelFlag) -> list[int]:
        """Token ids of the answer, without the one that ends it."""
        import torch

        answer = _forced(grammar)
        fresh = [*prompt, *answer]  # what the model has not read yet
        cache = kv_cache.roomy_cache(len(fresh) + min(max_new_tokens, ROOM_TOKENS), self._model.config)
        with torch.inference_mode():
            while len(answer) < max_new_tokens and not (grammar is not None and grammar.is_stopped()):
                check(cancel)
                ids = torch.tensor([fresh], device=self._model.device)
                logits = self._model(input_ids=ids, past_key_values=cache, use_cache=True, logits_to_keep=1).logits[
                    0, -1
                ]
                if grammar is not None:
                    logits = generation.allowed(logits, grammar)
                token = int(logits.argmax())
                if token in self._ends:
                    break
                fresh = [token, *_forced(grammar, token)]
                answer += fresh
        return answer[:max_new_tokens]


def without_thoughts(text: str) -> str:
    """An answer without what the model thought aloud, whether or not that was begun or ended properly."""
    return _THOUGHT.sub("", text).strip()


def _forced(grammar: Any, token: int | None = None) -> list[int]:
    """Tell the grammar which token was chosen; returns those that must follow, already told to it."""
    if grammar is None:
        return []
    if token is not None and not grammar.consume_token(token):
        raise RuntimeError(f"llguidance refused its own token {token}: {grammar.get_error()}")
    forced = list(grammar.compute_ff_tokens())
    if forced and not grammar.consume_tokens(forced):
        raise RuntimeError(f"llguidance refused its own tokens {forced}: {grammar.get_error()}")
    return forced
