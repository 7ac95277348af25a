"""Qwen3-ASR through transformers: sound in, text and language out.

https://huggingface.co/Qwen/Qwen3-ASR-1.7B-hf; what was learnt about it stands in the comments here. With the same
weights it writes what the package qwen-asr writes (tests/reference).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from app.domain.cancel import CancelFlag
from app.domain.errors import InputError
from app.domain.ports import SAMPLE_RATE, Transcript
from models import device, generation, loading
from models.catalogue import ModelEntry, language_name
from models.speech.features import encode_in_parts, whole_frames, without_padding
from models.speech.guarded import Answer, GuardedSpeech, guarded, max_new_tokens
from models.speech.live import Heard, LiveDecoder, LiveHearing, Prompt

if TYPE_CHECKING:
    from app.domain.ports import Samples

TAG_TOKENS = 12  # "language Macedonian<asr_text>"

_TAG_END = "<asr_text>"
_UNFINISHED_TAG = re.compile(r"language(\s+\S+)?")


class Qwen3Asr(GuardedSpeech):
    """A `SpeechEngine`. Use it from one thread at a time, whichever."""

    def __init__(self, model: Any, processor: Any, entry: ModelEntry, placement: device.Placement) -> None:
        super().__init__(model, entry, placement)
        self._processor = processor
        if placement.device == "cpu":
            encode_in_parts(model.model.audio_tower)
        self._control_tokens = sorted(processor.tokenizer.get_added_vocab(), key=len, reverse=True)

    @classmethod
    def load(cls, folder: Path, entry: ModelEntry, device_name: str | device.Placement | None = None) -> Qwen3Asr:
        """Load from a folder like Qwen/Qwen3-ASR-*-hf. `ModelError` if that does not work."""
        placement = device.place(entry.size_mb, starter=entry.is_starter, device=device_name)
        transformers = loading.transformers()
        processor = loading.processor_from_pretrained(transformers.Qwen3ASRProcessor, folder)
        generation.require_tokens(processor.tokenizer, [_TAG_END], folder)
        model = loading.from_pretrained(
            transformers.Qwen3ASRForConditionalGeneration,
            folder,
            device=placement.device,
            dtype=placement.dtype,
        )
        return cls(model, processor, entry, placement)

    def hearing(self, *, language: str | None = None, glossary: Sequence[str] = ()) -> LiveHearing:
        """See `LiveSpeechEngine`. `InputError` for a language the model does not know."""
        forced = self._language(language)

        def answer(ids: Sequence[int], ending: generation.Ending) -> Answer:
            return Answer(self._processor.decode(ids, skip_special_tokens=True), ending)

        def heard(what: Heard, sound: Samples | None) -> Transcript:
            whole = answer(what.ids, what.ending)
            if sound is not None:
                return self._finished([sound], forced, glossary, [whole])[0]
            read = self._checked(whole, forced)
            sure = self._checked(answer(what.ids[: what.sure], "ended"), forced).text
            alike = takewhile(lambda pair: pair[0] == pair[1], zip(read.text, sure, strict=False))
            return replace(read, sure=len(list(alike)))

        @contextmanager
        def within(cancel: CancelFlag) -> Iterator[None]:
            device.apply_threads(self._placement)
            with generation.cancellable(self._model, cancel):
                yield

        decoder = LiveDecoder(
            self._model,
            self._processor.feature_extractor,
            self._prompt(forced, glossary),
            lambda seconds: max_new_tokens(seconds, TAG_TOKENS),
        )
        return LiveHearing(decoder, heard, within)

    def _prompt(self, language: str | None, glossary: Sequence[str]) -> Prompt:
        ids = self._inputs([np.zeros(SAMPLE_RATE, np.float32)], language, glossary)["input_ids"][0].tolist()
        sound = [at for at, token in enumerate(ids) if token == self._model.config.audio_token_id]
        return Prompt(tuple(ids[: sound[0]]), tuple(ids[sound[-1] + 1 :]))

    def _inputs(self, windows: Sequence[Samples], language: str | None, glossary: Sequence[str]) -> Any:
        words = ", ".join(" ".join(term.split()) for term in glossary)
        return self._processor.apply_transcription_request(
            audio=[whole_frames(w) for w in windows],
            language=language,
            prompt=generation.without_control_tokens(words, self._control_tokens) or None,
        )

    def _decode(
        self, windows: Sequence[Samples], language: str | None, glossary: Sequence[str], penalty: float | None
    ) -> list[Answer]:
        inputs = without_padding(self._inputs(windows, language, glossary)).to(self._model.device, self._model.dtype)
        limits = [max_new_tokens(len(w) / SAMPLE_RATE, TAG_TOKENS) for w in windows]
        ids, endings = generation.greedy(self._model, inputs, limits, penalty=penalty)
        texts = self._processor.decode(ids, skip_special_tokens=True)
        return [Answer(text, ending) for text, ending in zip(texts, endings, strict=True)]

    def _read(self, answer: Answer, language: str | None) -> Transcript:
        """A model may leave out its tag, break it off, or name a language nobody asked for."""
        parsed = self._processor.parse_output(answer.text)
        text, tag = parsed["transcription"], parsed["language"]
        if language is None and tag is None and _UNFINISHED_TAG.fullmatch(text):
            return Transcript("", None)
        said = _known(tag)
        read = Transcript(text, said or language)
        if tag and (said is None or said != (language or said)):
            read = guarded(read, "language")
        if len(text) < len(
            answer.text.rpartition(_TAG_END)[2].strip()
        ):  # more than 20 repeats, which parse_output drops
            read = guarded(read, "loop")
        return read


def _known(tag: str | None) -> str | None:
    """The language a tag names, as it is written everywhere else."""
    try:
        return language_name(tag) if tag else None
    except InputError:
        return None
