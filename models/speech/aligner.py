"""Qwen3-ForcedAligner through transformers: when each word of a known text was spoken.

https://huggingface.co/Qwen/Qwen3-ForcedAligner-0.6B-hf. The model reads the sound and the words, two time marks behind
each, and says for each mark in which 80 ms of the window it lies. Marks out of order are put right as the package
qwen-asr does it (tests/reference); what is then still not a time that can be shown, by `models.speech.times`.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.domain.cancel import CancelFlag
from app.domain.meeting import Word
from app.domain.ports import SAMPLE_RATE
from models import device, generation, loading
from models.catalogue import ModelEntry
from models.memory import OutOfMemory
from models.speech import times
from models.speech.features import encode_in_parts, whole_frames, without_padding
from models.speech.words import Unit, japanese_splitter, units, written

if TYPE_CHECKING:
    from app.domain.ports import Samples

log = logging.getLogger(__name__)

LANGUAGES = (
    "Cantonese", "Chinese", "English", "French", "German", "Italian", "Japanese", "Korean", "Portuguese", "Russian",
    "Spanish",
)  # fmt: skip
MAX_WINDOW_S = 180.0  # as the authors' package does it; the model's last class lies at 300 s
BATCH_SECONDS = {"cpu": 120.0, "mps": 240.0, "cuda": 720.0}


class ForcedAligner:
    """An `Aligner`. Use it from one thread at a time, whichever."""

    def __init__(self, model: Any, processor: Any, entry: ModelEntry, placement: device.Placement) -> None:
        self.name = entry.id
        self.languages = tuple(name for name in LANGUAGES if name in (entry.languages or LANGUAGES))
        self.max_window_s = MAX_WINDOW_S
        self.settings: Mapping[str, Any] = {
            "device": placement.device,
            "precision": placement.dtype,
            "japanese": japanese_splitter(),
        }
        self._batch_seconds = BATCH_SECONDS[placement.device.partition(":")[0]]
        self._entry = entry
        self._placement = placement
        self._model = model
        self._processor = processor
        if placement.device == "cpu":
            encode_in_parts(model.model.audio_tower)

    @classmethod
    def load(cls, folder: Path, entry: ModelEntry, device_name: str | device.Placement | None = None) -> ForcedAligner:
        """Load from a folder like Qwen/Qwen3-ForcedAligner-0.6B-hf. `ModelError` if that does not work."""
        placement = device.place(entry.size_mb, starter=entry.is_starter, device=device_name)
        transformers = loading.transformers()
        processor = loading.processor_from_pretrained(transformers.Qwen3ASRProcessor, folder)
        generation.require_tokens(processor.tokenizer, ["<timestamp>"], folder)
        model = loading.from_pretrained(
            transformers.Qwen3ASRForTokenClassification, folder, device=placement.device, dtype=placement.dtype
        )
        return cls(model, processor, entry, placement)

    def align(
        self, windows: Sequence[Samples], texts: Sequence[str], languages: Sequence[str], cancel: CancelFlag
    ) -> list[tuple[Word, ...]]:
        """See `Aligner`; a word's text ends with the spaces behind it.

        `ValueError` if a window is longer than `max_window_s`; `OutOfMemory` if there is not enough for one.
        """
        if any(len(w) > self.max_window_s * SAMPLE_RATE for w in windows):
            raise ValueError(f"windows may have {self.max_window_s} s at most")
        found: dict[int, list[Unit]] = {}
        for i, (window, text, language) in enumerate(zip(windows, texts, languages, strict=True)):
            if len(window) and language in self.languages and (its := units(text, language)):
                found[i] = its
        result: list[tuple[Word, ...]] = [()] * len(windows)
        device.apply_threads(self._placement)
        with generation.cancellable(self._model, cancel):
            for batch in self._batches(windows, found):
                spans = self._spans([windows[i] for i in batch], [found[i] for i in batch])
                for i, raw in zip(batch, spans, strict=True):
                    right = times.repaired(raw, [len(u.spoken) for u in found[i]], len(windows[i]) / SAMPLE_RATE)
                    pieces = written(texts[i], found[i])
                    result[i] = tuple(Word(p, start, end) for p, (start, end) in zip(pieces, right, strict=True))
        return result

    def _batches(self, windows: Sequence[Samples], which: Mapping[int, Any]) -> list[list[int]]:
        """Longest first, each batch's padded length within the budget."""
        batches: list[list[int]] = []
        room = 0.0
        for i in sorted(which, key=lambda i: -len(windows[i])):
            longest = len(windows[batches[-1][0]]) / SAMPLE_RATE if batches else 0.0
            if not batches or room < longest:
                batches.append([])
                longest = len(windows[i]) / SAMPLE_RATE
                room = self._batch_seconds
            batches[-1].append(i)
            room -= longest
        return batches

    def _spans(self, windows: Sequence[Samples], found: Sequence[Sequence[Unit]]) -> list[list[times.Span]]:
        """One batch; when memory runs out, its halves."""
        try:
            return self._forward(windows, [[u.spoken for u in its] for its in found])
        except (RuntimeError, MemoryError) as error:
            if not generation.is_out_of_memory(error):
                raise
        generation.free_memory(self._placement.device)
        if len(windows) == 1:
            raise OutOfMemory(
                f"{self._entry.title} ran out of memory.",
                "Close other programs, or leave out the times of words.",
            )
        self._batch_seconds /= 2
        log.warning("Out of memory with %d windows; batches now hold %.0f s", len(windows), self._batch_seconds)
        half = len(windows) // 2
        return self._spans(windows[:half], found[:half]) + self._spans(windows[half:], found[half:])

    def _forward(self, windows: Sequence[Samples], words: list[list[str]]) -> list[list[times.Span]]:
        """Start and end of each word as the authors' package gives them, which may be equal or behind the window."""
        import torch

        # What `prepare_forced_aligner_inputs` does, except that it would split the text by itself.
        chats = []
        for window, its in zip(windows, words, strict=True):
            parts = [{"type": "audio", "audio": whole_frames(window)}, *({"type": "text", "text": t} for t in its)]
            chats.append([{"role": "user", "content": parts}])
        inputs = self._processor.apply_chat_template(chats, tokenize=True, return_dict=True)
        inputs = without_padding(inputs).to(self._model.device, self._model.dtype)
        with torch.inference_mode():
            logits = self._model(**inputs).logits
        aligned = self._processor.decode_forced_alignment(
            logits, inputs["input_ids"], words, self._model.config.timestamp_token_id
        )
        return [[(word["start_time"], word["end_time"]) for word in its] for its in aligned]
