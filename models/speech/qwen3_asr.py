"""Qwen3-ASR through transformers: sound in, text and language out.

https://huggingface.co/Qwen/Qwen3-ASR-1.7B-hf; what was learnt about it stands in the comments here.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.domain.cancel import CancelFlag
from app.domain.errors import InputError, ModelError
from app.domain.ports import SAMPLE_RATE, Transcript
from models import device, generation, loading
from models.catalogue import ModelEntry, language_name

if TYPE_CHECKING:
    import torch

    from app.domain.ports import Samples

log = logging.getLogger(__name__)

# Longest answer: the tag ("language Macedonian<asr_text>") and tokens a second. Fast speech takes 6 tokens a
# second in English, 8 in Chinese, and up to 15 in scripts that the tokenizer splits finely (Thai, Hindi,
# Greek).
TAG_TOKENS = 12
TOKENS_PER_S = 20.0
MAX_WINDOW_S = 20.0  # longer ones cost more padding and are more often cut off or looped
BATCH_SECONDS = {"cpu": 120.0, "mps": 160.0, "cuda": 320.0}
# Models this small gain nothing from larger batches, and their features are most of the memory they need.
SMALL_MODEL_BATCH_SECONDS = 60.0
SMALLEST_BATCH_SECONDS = MAX_WINDOW_S

_UNFINISHED_TAG = re.compile(r"language(\s+\S+)?")


class Qwen3Asr:
    """A `SpeechEngine`. Use it from one thread at a time, whichever."""

    def __init__(self, model: Any, processor: Any, entry: ModelEntry, placement: device.Placement) -> None:
        self.name = entry.id
        self.max_window_s = MAX_WINDOW_S
        small = entry.size_mb <= device.SMALL_MODEL_MB
        where = placement.device.partition(":")[0]
        self.batch_seconds = SMALL_MODEL_BATCH_SECONDS if small else BATCH_SECONDS[where]
        self.settings: Mapping[str, Any] = {"device": placement.device, "precision": placement.dtype}
        self._entry = entry
        self._placement = placement
        self._model = model
        self._processor = processor
        self._control_tokens = sorted(processor.tokenizer.get_added_vocab(), key=len, reverse=True)

    @classmethod
    def load(cls, folder: Path, entry: ModelEntry, device_name: str | None = None) -> Qwen3Asr:
        """Load from a folder like Qwen/Qwen3-ASR-*-hf. `ModelError` if that does not work."""
        placement = device.place(entry.size_mb, starter=entry.is_starter, device=device_name)
        transformers = loading.transformers()
        processor = loading.processor_from_pretrained(transformers.Qwen3ASRProcessor, folder)
        model = loading.from_pretrained(
            transformers.Qwen3ASRForConditionalGeneration,
            folder,
            device=placement.device,
            dtype=placement.dtype,
        )
        return cls(model, processor, entry, placement)

    def transcribe(
        self,
        windows: Sequence[Samples],
        *,
        language: str | None = None,
        glossary: Sequence[str] = (),
        cancel: CancelFlag,
    ) -> list[Transcript]:
        """See `SpeechEngine`. `InputError` for a language the model does not know."""
        forced = self._language(language)
        device.apply_threads(self._placement)
        with generation.cancellable(self._model, cancel):
            heard = self._hear(windows, forced, glossary)
            suspects = [i for i, t in enumerate(heard) if glossary_terms_in(t.text, glossary)]
            if suspects:
                plain = self._hear([windows[i] for i in suspects], forced, ())
                for i, second in zip(suspects, plain, strict=True):
                    heard[i] = without_leak(heard[i], second, glossary)
        return heard

    def _language(self, language: str | None) -> str | None:
        if language is None:
            return None
        name = language_name(language)
        if name not in self._entry.languages:
            raise InputError(
                f"{self._entry.title} does not know {name}.",
                f"Choose {' or '.join(self._entry.languages)}, or another speech model.",
            )
        return name

    def _hear(self, windows: Sequence[Samples], language: str | None, glossary: Sequence[str]) -> list[Transcript]:
        """Transcribe; when memory runs out, go on with halves."""
        if not windows:
            return []
        try:
            return self._hear_batch(windows, language, glossary)
        except (RuntimeError, MemoryError) as error:
            if not generation.is_out_of_memory(error):
                raise
        generation.free_memory(self._placement.device)
        if len(windows) == 1:
            raise ModelError(
                f"{self._entry.title} ran out of memory.",
                "Close other programs, or choose a smaller speech model.",
            )
        self.batch_seconds = max(SMALLEST_BATCH_SECONDS, self.batch_seconds / 2)
        log.warning("Out of memory with %d windows; batches now hold %.0f s", len(windows), self.batch_seconds)
        half = len(windows) // 2
        return self._hear(windows[:half], language, glossary) + self._hear(windows[half:], language, glossary)

    def _hear_batch(
        self, windows: Sequence[Samples], language: str | None, glossary: Sequence[str]
    ) -> list[Transcript]:
        import torch
        from transformers import StoppingCriteriaList

        words = ", ".join(" ".join(term.split()) for term in glossary)
        inputs = self._processor.apply_transcription_request(
            audio=list(windows),
            language=language,
            prompt=generation.without_control_tokens(words, self._control_tokens) or None,
        ).to(self._model.device, self._model.dtype)
        prompt_tokens = inputs["input_ids"].shape[1]
        with torch.inference_mode():
            ids = self._model.generate(
                **inputs,
                max_new_tokens=max_new_tokens(max(len(w) for w in windows) / SAMPLE_RATE),
                do_sample=False,
                num_beams=1,
                stopping_criteria=StoppingCriteriaList([_Loops(prompt_tokens)]),
            )
        parsed = self._processor.decode(ids[:, prompt_tokens:], return_format="parsed")
        return [self._transcript(p["transcription"], p["language"], language) for p in parsed]

    def _transcript(self, text: str, language: str | None, forced: str | None) -> Transcript:
        """Clean what was parsed; a model may leave out its tag or break it off."""
        text = " ".join(text.split())
        if forced is None and language is None and _UNFINISHED_TAG.fullmatch(text):
            text = ""
        short = generation.collapse_loops(text).strip()
        if short != text:
            log.warning("A repeated phrase was written once: %d of %d characters kept", len(short), len(text))
        if not short:
            return Transcript("", None)
        return Transcript(short, forced or language)


class _Loops:
    """A stopping criterion of `generate`: rows that repeat themselves are done."""

    def __init__(self, prompt_tokens: int) -> None:
        self.prompt_tokens = prompt_tokens

    def __call__(self, input_ids: torch.Tensor, scores: Any, **_: Any) -> torch.Tensor:
        import torch

        if (input_ids.shape[1] - self.prompt_tokens) % 16:  # looking now and then is enough
            return torch.zeros(input_ids.shape[0], dtype=torch.bool, device=input_ids.device)
        return generation.looping(input_ids, self.prompt_tokens)


def max_new_tokens(seconds: float) -> int:
    """How long the answer for a window of `seconds` may get."""
    return int(TAG_TOKENS + TOKENS_PER_S * seconds)


def glossary_terms_in(text: str, glossary: Sequence[str]) -> int:
    """How many glossary terms `text` is made of, if it is made of nothing else; otherwise 0.

    The model is known to write its glossary down when it hears nothing.
    """
    terms = sorted((t for t in (_plain(g) for g in glossary) if t), key=len, reverse=True)
    rest = _plain(text)
    if not rest or not terms:
        return 0
    pattern = re.compile(r"\s*(?:" + "|".join(re.escape(t) for t in terms) + r")(?!\w)")
    count = at = 0
    while match := pattern.match(rest, at):
        count, at = count + 1, match.end()
    return count if at == len(rest) else 0


def without_leak(first: Transcript, second: Transcript, glossary: Sequence[str]) -> Transcript:
    """Choose between a hearing that gave only glossary terms and one of the same sound without the glossary.

    One or two terms may well have been said ("Anna?"), and the first hearing spells them right; it is
    dropped only if the second heard nothing. A row of three or more is a list and no answer: the second
    counts.
    """
    if not second.text or glossary_terms_in(first.text, glossary) >= 3:
        return second
    return first


def _plain(text: str) -> str:
    """Lower case, single spaces, no punctuation."""
    return " ".join(re.sub(r"[^\w\s]|_", " ", text.lower()).split())
