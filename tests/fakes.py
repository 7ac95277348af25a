"""Engines without models, of the same shape as the real ones, for tests of everything around them."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from app.domain.cancel import CancelFlag, check
from app.domain.meeting import Segment, Speaker, SpeechRegion, Word
from app.domain.ports import (
    Aligner,
    AudioReader,
    Constraint,
    Diarizer,
    Message,
    SpeechEngine,
    TextEngine,
    Transcript,
    VoiceDetector,
    VoicePrinter,
)

if TYPE_CHECKING:
    from app.domain.ports import Samples


class LoudDetector:
    """Speech is what is louder than −40 dBFS, in steps of 100 ms."""

    name = "loud"
    settings: Mapping[str, Any] = {"threshold_db": -40}

    def find(self, blocks: Iterable[Samples]) -> Iterator[tuple[float, float]]:
        start: float | None = None
        at = 0.0
        for block in blocks:
            for frame in np.array_split(block, max(1, len(block) // 1600)):
                loud = bool(np.abs(frame).max(initial=0) > 0.01)
                if loud and start is None:
                    start = at
                if not loud and start is not None:
                    yield start, at
                    start = None
                at += len(frame) / 16_000
        if start is not None:
            yield start, at


class CountingSpeech:
    """Says how long each window is; remembers the batches it got."""

    name = "counting"
    settings: Mapping[str, Any] = {"precision": "none"}
    max_window_s = 20.0
    batch_seconds = 60.0

    def __init__(self, on_batch: Callable[[int], None] = lambda n: None) -> None:
        self.batches: list[list[float]] = []
        self.languages: list[str | None] = []
        self.glossaries: list[list[str]] = []
        self._on_batch = on_batch

    def transcribe(
        self,
        windows: Sequence[Samples],
        *,
        language: str | None = None,
        glossary: Sequence[str] = (),
        cancel: CancelFlag,
    ) -> list[Transcript]:
        check(cancel)
        self.batches.append([len(w) / 16_000 for w in windows])
        self.languages.append(language)
        self.glossaries.append(list(glossary))
        self._on_batch(len(self.batches))
        return [Transcript(f"I will wait {len(w) / 16_000:.1f} seconds.", language or "English") for w in windows]


class EvenAligner:
    """Gives every word the same share of its window. Knows English only."""

    name = "even"
    settings: Mapping[str, Any] = {"precision": "none"}
    languages: tuple[str, ...] = ("English",)
    max_window_s = 180.0

    def __init__(self, fails_at: int | None = None, error: Exception | None = None) -> None:
        self.calls: list[list[str]] = []
        self._fails_at = fails_at
        self._error = error

    def align(
        self, windows: Sequence[Samples], texts: Sequence[str], languages: Sequence[str], cancel: CancelFlag
    ) -> list[tuple[Word, ...]]:
        check(cancel)
        if len(self.calls) == self._fails_at and self._error is not None:
            raise self._error
        self.calls.append(list(texts))
        result = []
        for window, text in zip(windows, texts, strict=True):
            words = re.findall(r"\S+\s*", text)
            step = len(window) / 16_000 / max(1, len(words))
            result.append(tuple(Word(w, i * step, (i + 1) * step) for i, w in enumerate(words)))
        return result


class ByTrack:
    """One speaker a track."""

    name = "by track"
    settings: Mapping[str, Any] = {}

    def label(
        self,
        tracks: Mapping[str, AudioReader],
        regions: Sequence[SpeechRegion],
        segments: Sequence[Segment],
        cancel: CancelFlag,
    ) -> tuple[tuple[Speaker, ...], dict[int, str]]:
        return tuple(Speaker(t, t.title(), t) for t in tracks), {s.id: s.track for s in segments}


class RuleText:
    """Lists a line with "I will …" as an action item and one with "We decided to …" as a decision.

    One token a word. `broken`: gives half an answer when a request has more lines than this.
    """

    name = "rules"
    settings: Mapping[str, Any] = {}
    quotes_only = False

    def __init__(self, context_tokens: int = 400, broken: int | None = None) -> None:
        self.context_tokens = context_tokens
        self.broken = broken
        self.requests: list[list[str]] = []
        self.merges: list[list[str]] = []

    def count_tokens(self, text: str) -> int:
        return len(text.split())

    def generate(
        self,
        messages: Sequence[Message],
        *,
        constraint: Constraint | None,
        max_new_tokens: int,
        cancel: CancelFlag,
    ) -> str:
        check(cancel)
        assert constraint is not None
        if sum(self.count_tokens(m.content) for m in messages) + max_new_tokens > self.context_tokens:
            raise ValueError("the request does not fit the context")
        lines = messages[1].content.splitlines()
        if "summaries" in messages[0].content:
            self.merges.append(lines)
            return json.dumps({"summary": " ".join(line.split("] ", 1)[1] for line in lines)})
        self.requests.append(lines)
        if self.broken is not None and len(lines) > self.broken:
            return '{"items":[{"evidence":[1],"kind":"act'
        items: list[dict[str, Any]] = []
        for line in lines:
            found = re.fullmatch(r"\[(\d+)\] ([^:]*): (.*)", line)
            assert found is not None, line
            number, speaker, text = int(found[1]), found[2], found[3]
            for task in re.findall(r"I will ([^.]*)", text):
                due = task.rpartition(" by ")[2] if " by " in task else None
                items.append({"evidence": [number], "kind": "action_item", "task": task, "owner": speaker, "due": due})
            for what in re.findall(r"We decided to ([^.]*)", text):
                items.append({"evidence": [number], "kind": "decision", "text": what})
        return json.dumps({"items": items, "summary": f"{len(lines)} lines."})


class FakeEngines:
    """`app.services.pipeline.Engines` over the fakes above."""

    def __init__(
        self,
        speech: SpeechEngine | None = None,
        text: TextEngine | None = None,
        diarizer: Diarizer | None = None,
        aligner: Aligner | None = None,
        voices: VoicePrinter | None = None,
    ) -> None:
        self._voices = voices
        self._speech = speech or CountingSpeech()
        self._text = text or RuleText()
        self._diarizer = diarizer or ByTrack()
        self._aligner = aligner
        self.asked: list[str] = []

    def voice_detector(self) -> VoiceDetector:
        self.asked.append("voice detector")
        return LoudDetector()

    def speech(self, model: str | None) -> SpeechEngine:
        self.asked.append(f"speech {model}")
        return self._speech

    def aligner(self, model: str | None) -> Aligner | None:
        self.asked.append(f"aligner {model}")
        return self._aligner

    def diarizer(self, model: str | None) -> Diarizer:
        self.asked.append("diarizer" if model is None else f"diarizer {model}")
        return self._diarizer

    def voices(self) -> VoicePrinter | None:
        return self._voices

    def text(self, model: str | None) -> TextEngine:
        self.asked.append(f"text {model}")
        return self._text


def beeps(spans: Sequence[tuple[float, float]], seconds: float) -> Samples:
    """A track of `seconds` that is silent but for a 300 Hz tone in each span."""
    x = np.zeros(int(seconds * 16_000), np.float32)
    for start, end in spans:
        t = np.arange(int((end - start) * 16_000)) / 16_000
        at = int(start * 16_000)
        x[at : at + len(t)] = 0.3 * np.sin(2 * np.pi * 300 * t)
    return x


def set_flag() -> threading.Event:
    flag = threading.Event()
    flag.set()
    return flag
