"""What every kind of engine needs while it decodes: stopping, repetition, memory, answers held to a grammar."""

from __future__ import annotations

import gc
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from app.domain.cancel import CancelFlag, check
from app.domain.errors import ModelError

if TYPE_CHECKING:
    import torch

Ending = Literal["ended", "loop", "cut_off"]

# Periods of up to 16 tokens that have filled the last 64: four repetitions at the least, which nobody speaks.
LOOP_TAIL_TOKENS = 64
LOOP_MAX_PERIOD = 16
LOOK_EVERY = 16  # tokens
LIKELY_TOKENS = 160  # of an answer, for which memory is set aside at once

_LOOP = re.compile(r"(.{12,200}?)\1{3,}", re.DOTALL)


@contextmanager
def cancellable(model: torch.nn.Module, cancel: CancelFlag) -> Iterator[None]:
    """Within this block the model looks at `cancel` before each of its layers and raises `Cancelled`.

    Looking once a token is not enough: reading a long prompt on a processor takes many seconds before the
    first one.
    """
    import torch

    def look(_module: Any, _inputs: Any) -> None:
        check(cancel)

    check(cancel)
    lists = [m for name, m in model.named_modules() if name.endswith("layers") and isinstance(m, torch.nn.ModuleList)]
    hooks = [layer.register_forward_pre_hook(look) for layers in lists for layer in layers]
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()


def greedy(
    model: Any,
    inputs: Mapping[str, Any],
    limits: Sequence[int],
    *,
    penalty: float | None = None,
    processors: Sequence[Any] = (),
) -> tuple[torch.Tensor, list[Ending]]:
    """The likeliest next tokens of a left-padded batch, and how each row ended.

    `limits`: the most tokens each row may get. `penalty`: above 1, makes what a row has written less likely to
    come again (what its prompt says does not count). `processors`: further `LogitsProcessor`s. The new tokens
    (batch × longest) are padded with the model's padding token.
    """
    import torch
    from transformers import LogitsProcessorList, RepetitionPenaltyLogitsProcessor, StoppingCriteriaList

    from models.kv_cache import roomy_cache

    prompt_tokens = inputs["input_ids"].shape[1]
    ends = model.generation_config.eos_token_id
    rows = _Rows(prompt_tokens, [ends] if isinstance(ends, int) else list(ends), list(limits))
    own: list[Any] = list(processors)
    if penalty is not None:
        own.append(RepetitionPenaltyLogitsProcessor(penalty, prompt_ignore_length=prompt_tokens))
    with torch.inference_mode():
        ids = model.generate(
            **inputs,
            past_key_values=roomy_cache(prompt_tokens + min(max(limits), LIKELY_TOKENS), model.config),
            max_new_tokens=max(limits),
            do_sample=False,
            num_beams=1,
            repetition_penalty=1.0,  # some models' own settings have one, which costs words that were said twice
            logits_processor=LogitsProcessorList(own),
            stopping_criteria=StoppingCriteriaList([rows]),
        )
    return ids[:, prompt_tokens:], rows.endings()


def own_processor(config: Any) -> Any | None:
    """What `generate` does to logits besides what `greedy` turns off: the biases in a model's own settings, if any."""
    from transformers import SequenceBiasLogitsProcessor

    return SequenceBiasLogitsProcessor(config.sequence_bias) if config.sequence_bias else None


class _Rows:
    """A stopping criterion of `generate`: rows that repeat themselves or are at their limit are done.

    It also remembers why, which the tokens do not tell: what stands after a row's end is padding, and padding
    is an end of text for some models.
    """

    def __init__(self, prompt_tokens: int, ends: list[int], limits: list[int]) -> None:
        self._prompt_tokens = prompt_tokens
        self._ends = ends
        self._limits = limits
        self._state: torch.Tensor | None = None  # per row: 0 goes on, 1 ended, 2 loops, 3 is at its limit

    def __call__(self, input_ids: torch.Tensor, scores: Any, **_: Any) -> torch.Tensor:
        import torch

        new = input_ids.shape[1] - self._prompt_tokens
        if self._state is None:
            self._state = torch.zeros(input_ids.shape[0], dtype=torch.int8, device=input_ids.device)
            self._end_ids = torch.tensor(self._ends, device=input_ids.device)
            self._limit = torch.tensor(self._limits, device=input_ids.device)
        going = self._state == 0
        ended = torch.isin(input_ids[:, -1], self._end_ids)
        self._state[going & ended] = 1
        if new % LOOK_EVERY == 0:  # looking now and then is enough
            self._state[going & ~ended & looping(input_ids, self._prompt_tokens)] = 2
        self._state[(self._state == 0) & (self._limit <= new)] = 3
        return self._state > 1

    def endings(self) -> list[Ending]:
        names: tuple[Ending, ...] = ("cut_off", "ended", "loop", "cut_off")
        return [names[state] for state in (self._state.tolist() if self._state is not None else [])]


def looping(ids: torch.Tensor, new_from: int) -> torch.Tensor:
    """Which rows of `ids` (batch × tokens) end in a loop; tokens before `new_from` do not count."""
    import torch

    rows = torch.zeros(ids.shape[0], dtype=torch.bool, device=ids.device)
    if ids.shape[1] - new_from < LOOP_TAIL_TOKENS:
        return rows
    tail = ids[:, -LOOP_TAIL_TOKENS:]
    for period in range(1, LOOP_MAX_PERIOD + 1):
        rows |= (tail[:, period:] == tail[:, :-period]).all(dim=1)
    return rows


def collapse_loops(text: str) -> str:
    """Write a phrase of 12 characters or more once that stands four times or more in a row.

    Shorter ones are left to the processor's own rule (more than 20 times). A last repetition that was cut off
    at the end of the text goes too.
    """
    match = _LOOP.search(text)
    if match is None:
        return text
    unit, rest = match[1], text[match.end() :]
    rest = "" if unit.startswith(rest) else collapse_loops(rest)
    return text[: match.start()] + unit + rest


def is_out_of_memory(error: BaseException) -> bool:
    """True for every way in which torch and numpy say it: CUDA, MPS, the processor's allocator."""
    import torch

    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    text = str(error).lower()
    return isinstance(error, RuntimeError) and any(
        s in text for s in ("out of memory", "not enough memory", "can't allocate memory", "cublas_status_alloc_failed")
    )


def free_memory(device: str) -> None:
    """Give back what a failed attempt left. Call it after the `except` block, which keeps frames alive."""
    import torch

    gc.collect()
    if device.startswith("cuda"):
        torch.cuda.empty_cache()
    elif device == "mps":
        torch.mps.empty_cache()


# -- answers that follow a grammar ------------------------------------------------------------------
def grammar_tokenizer(tokenizer: Any, vocabulary: int, ends: Sequence[int]) -> Any:
    """llguidance's view of a tokenizer. `vocabulary`: outputs of the model, which may be more than tokens."""
    import llguidance.hf

    return llguidance.hf.from_tokenizer(tokenizer, n_vocab=vocabulary, eos_token=list(ends))


def grammar(view: Any, lark: str) -> Any:
    """A matcher at the grammar's start; `ValueError` if the grammar is wrong. `view`: from `grammar_tokenizer`."""
    from llguidance import LLMatcher

    matcher = LLMatcher(view, lark, log_level=0)
    if matcher.is_error():
        raise ValueError(f"the grammar cannot be used: {matcher.get_error()}")
    return matcher


def allowed(logits: torch.Tensor, matcher: Any) -> torch.Tensor:
    """`logits` (vocabulary) with what the grammar forbids at −∞."""
    import torch

    # One byte a token, 0 where forbidden. (llguidance.torch would do this through torch.compile, which needs
    # a C++ compiler on the user's computer.)
    mask = torch.frombuffer(bytearray(matcher.compute_logit_bias()), dtype=torch.uint8)
    return logits.masked_fill((mask == 0).to(logits.device), float("-inf"))


class Grammars:
    """A `LogitsProcessor` that holds each row of a batch to its own grammar, until the row has ended."""

    def __init__(self, matchers: Sequence[Any], prompt_tokens: int, end: int) -> None:
        self._matchers = list(matchers)
        self._told = prompt_tokens  # tokens that the matchers know of
        self._end = end

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        import torch

        rows = []
        for matcher, ids, logits in zip(self._matchers, input_ids, scores, strict=True):
            for token in ids[self._told :].tolist():
                if not matcher.is_stopped() and not matcher.consume_token(token):
                    raise RuntimeError(f"llguidance refused its own token {token}: {matcher.get_error()}")
            rows.append(self._ended(logits) if matcher.is_stopped() else allowed(logits, matcher))
        self._told = input_ids.shape[1]
        return torch.stack(rows)

    def _ended(self, logits: torch.Tensor) -> torch.Tensor:
        import torch

        only = torch.full_like(logits, float("-inf"))
        only[self._end] = 0.0
        return only


# -- text -------------------------------------------------------------------------------------------
def require_tokens(tokenizer: Any, tokens: Sequence[str], folder: Path) -> None:
    """`ModelError` if the tokenizer in `folder` lacks a token that the model's engine cannot do without."""
    known = tokenizer.get_vocab()
    missing = [t for t in tokens if t not in known]
    if missing:
        raise ModelError(
            f"The tokenizer in {folder} does not know {', '.join(missing)}, so it belongs to another model.",
            "Copy or download the whole model folder again.",
        )


def without_control_tokens(text: str, tokens: list[str]) -> str:
    """`text` with the tokenizer's control tokens broken up, so that no words of it end a turn."""
    for token in tokens:
        if token in text:
            text = text.replace(token, f"{token[0]} {token[1:]}")
    return text
