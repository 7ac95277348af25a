"""What every model that writes down speech needs around its decoding: guards against the known ways to go wrong.

A window whose answer repeats itself is decoded again with a penalty on repetition, and if that does not help, in two
halves; one whose answer is cut off is decoded in halves; text that is made of nothing but the glossary is heard again
without it; a batch that does not fit the memory is halved, and a window that does not fit is cut. What was done
stands in `Transcript.guards`.
"""

from __future__ import annotations

import logging
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from app.domain.cancel import CancelFlag
from app.domain.errors import InputError
from app.domain.ports import SAMPLE_RATE, Transcript
from models import attention, device, generation
from models.catalogue import ModelEntry, language_name
from models.memory import OutOfMemory

if TYPE_CHECKING:
    from app.domain.ports import Samples

log = logging.getLogger(__name__)

# The longest answer, in tokens a second. Fast speech takes 6 tokens a second in English, 8 in Chinese, and up to 15
# in scripts that the tokenizer splits finely (Thai, Hindi, Greek).
TOKENS_PER_S = 20.0
# On tokens that a window has written already, once it has been caught in a loop.
LOOP_PENALTY = 1.15
# No shorter piece is cut in two: it would hold half a word.
SHORTEST_CUT_S = 2.0
MAX_WINDOW_S = 20.0  # longer ones cost more padding and are more often cut off or looped
# On a processor 16 windows of 15 s take 12 % less time than 8, and 24 of 10 s no less than 16.
BATCH_SECONDS = {"cpu": 240.0, "mps": 160.0, "cuda": 320.0}
# Models this small gain nothing from larger batches, and their features are most of the memory they need.
SMALL_MODEL_BATCH_SECONDS = 60.0
SMALLEST_BATCH_SECONDS = 20.0
SHORTEST_WINDOW_S = 5.0  # to which running out of memory may shorten windows

GUARDS = ("loop", "cut_off", "glossary", "language")


@dataclass(frozen=True, slots=True)
class Answer:
    """What was decoded for one window, control tokens left out. "memory": nothing, there was not enough."""

    text: str
    ending: generation.Ending | Literal["memory"] = "ended"
    language: str | None = None  # full name, where it was found out apart from the text


class GuardedSpeech:
    """Base of `SpeechEngine`s: they say how a batch is decoded and how an answer is read. One thread at a time."""

    max_window_s: float = MAX_WINDOW_S

    def __init__(self, model: Any, entry: ModelEntry, placement: device.Placement) -> None:
        self.name = entry.id
        self.max_window_s = entry.window_s or self.max_window_s
        small = entry.size_mb <= device.SMALL_MODEL_MB
        where = placement.device.partition(":")[0]
        self.batch_seconds = SMALL_MODEL_BATCH_SECONDS if small else BATCH_SECONDS[where]
        self.settings: Mapping[str, Any] = {"device": placement.device, "precision": placement.dtype}
        self._entry = entry
        self._placement = placement
        self._model = attention.pack_on_processors(model)

    # -- what a model says about itself ------------------------------------------------------------
    def _decode(
        self, windows: Sequence[Samples], language: str | None, glossary: Sequence[str], penalty: float | None
    ) -> list[Answer]:
        """One batch. `language`: a full name, or None where the model is to find out."""
        raise NotImplementedError

    def _read(self, answer: Answer, language: str | None) -> Transcript:
        """The text and language in an answer."""
        raise NotImplementedError

    # -- what is the same for all ------------------------------------------------------------------
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
            return self._finished(windows, forced, glossary, None)

    def _finished(
        self, windows: Sequence[Samples], language: str | None, glossary: Sequence[str], first: list[Answer] | None
    ) -> list[Transcript]:
        """With all guards. `first`: the answers, where there are some already."""
        heard = self._hear(windows, language, glossary, first)
        suspects = [i for i, t in enumerate(heard) if glossary_terms_in(t.text, glossary)]
        if suspects:
            plain = self._hear([windows[i] for i in suspects], language, ())
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

    def _hear(
        self,
        windows: Sequence[Samples],
        language: str | None,
        glossary: Sequence[str],
        first: list[Answer] | None = None,
    ) -> list[Transcript]:
        """Transcribe, and hear again what went wrong. `first`: the answers, where there are some already."""
        answers = self._decode_all(windows, language, glossary, None) if first is None else list(first)
        heard = [self._checked(a, language) for a in answers]
        loops = [i for i, (a, t) in enumerate(zip(answers, heard, strict=True)) if _loops(a, t)]
        if loops:
            again = self._decode_all([windows[i] for i in loops], language, glossary, LOOP_PENALTY)
            for i, second in zip(loops, again, strict=True):
                read = self._checked(second, language)
                log.warning("A window of %.1f s repeated itself and was heard again", _seconds(windows[i]))
                if second.ending == "ended" and not _loops(second, read):
                    heard[i], answers[i] = guarded(read, "loop"), second
                else:
                    heard[i] = self._in_halves(windows[i], heard[i], "loop", language, glossary)
        for i, answer in enumerate(answers):
            if answer.ending in ("cut_off", "memory") and i not in loops:
                heard[i] = self._in_halves(windows[i], heard[i], answer.ending, language, glossary)
        return heard

    def _in_halves(
        self, window: Samples, whole: Transcript, guard: str, language: str | None, glossary: Sequence[str]
    ) -> Transcript:
        """Hear a window in two; `whole` is what was made of it in one piece, and stays if it is too short to cut."""
        if _seconds(window) < 2 * SHORTEST_CUT_S:
            return guarded(whole, guard)
        at = quietest_cut(window)
        log.warning("A window of %.1f s (%s) was cut in two", _seconds(window), guard)
        first, second = self._hear([window[:at], window[at:]], language, glossary)
        return guarded(joined(first, second), guard)

    def _checked(self, answer: Answer, language: str | None) -> Transcript:
        """An answer read, with a phrase that repeats without end written once."""
        read = self._read(answer, language)
        text = " ".join(read.text.split())
        short = generation.collapse_loops(text).strip()
        if short != text:
            log.warning("A repeated phrase was written once: %d of %d characters kept", len(short), len(text))
            read = guarded(read, "loop")
        return replace(read, text=short, language=read.language if short else None)

    def _decode_all(
        self, windows: Sequence[Samples], language: str | None, glossary: Sequence[str], penalty: float | None
    ) -> list[Answer]:
        """Decode; when memory runs out, go on with halves: of the batch, and at last of the window."""
        if not windows:
            return []
        try:
            return self._decode(windows, language, glossary, penalty)
        except (RuntimeError, MemoryError) as error:
            if not generation.is_out_of_memory(error):
                raise
        generation.free_memory(self._placement.device)
        if len(windows) > 1:
            self.batch_seconds = max(SMALLEST_BATCH_SECONDS, self.batch_seconds / 2)
            log.warning("Out of memory with %d windows; batches now hold %.0f s", len(windows), self.batch_seconds)
            half = len(windows) // 2
            halves = windows[:half], windows[half:]
        else:
            window = windows[0]
            if _seconds(window) < 2 * SHORTEST_WINDOW_S:
                raise OutOfMemory(
                    f"{self._entry.title} ran out of memory.",
                    "Close other programs, or choose a smaller speech model.",
                )
            self.max_window_s = max(SHORTEST_WINDOW_S, min(self.max_window_s, _seconds(window)) / 2)
            log.warning("Out of memory with one window; windows are now at most %.0f s", self.max_window_s)
            return [Answer("", "memory")]
        return [a for part in halves for a in self._decode_all(part, language, glossary, penalty)]


def _loops(answer: Answer, read: Transcript) -> bool:
    return answer.ending == "loop" or "loop" in read.guards


def _seconds(window: Samples) -> float:
    return len(window) / SAMPLE_RATE


def guarded(transcript: Transcript, guard: str) -> Transcript:
    """`transcript` with one more guard, in the order of `GUARDS`; what is not one of them is not noted."""
    return replace(transcript, guards=tuple(g for g in GUARDS if g == guard or g in transcript.guards))


def joined(first: Transcript, second: Transcript) -> Transcript:
    """Two halves of a window as one; the language is that of the longer text."""
    texts = [t.text for t in (first, second) if t.text]
    tight = len(texts) == 2 and _unspaced(texts[0][-1]) and _unspaced(texts[1][0])
    return Transcript(
        ("" if tight else " ").join(texts),
        max((first, second), key=lambda t: len(t.text)).language,
        tuple(g for g in GUARDS if g in first.guards or g in second.guards),
    )


def _unspaced(char: str) -> bool:
    """Whether the script (or the full-width punctuation) is written without spaces between words."""
    if unicodedata.east_asian_width(char) in "WF":
        return not unicodedata.name(char, "").startswith("HANGUL")
    return unicodedata.name(char, "").startswith(("THAI", "LAO", "KHMER", "MYANMAR"))


def quietest_cut(window: Samples) -> int:
    """The sample in the middle half of `window` around which 100 ms are quietest."""
    frame = SAMPLE_RATE // 100
    start, end = len(window) // 4, len(window) * 3 // 4
    n = (end - start) // frame
    if n <= 10:
        return len(window) // 2
    energy = np.square(window[start : start + n * frame], dtype=np.float64).reshape(n, frame).sum(1)
    return start + (int(np.convolve(energy, np.ones(10), "valid").argmin()) + 5) * frame


def max_new_tokens(seconds: float, extra: int) -> int:
    """How long the answer for a window of `seconds` may get; `extra`: for what stands in it besides words."""
    return int(extra + TOKENS_PER_S * max(seconds, 1.0))  # the shortest window may hold a word of many tokens


# -- the glossary ----------------------------------------------------------------------------------
def glossary_terms_in(text: str, glossary: Sequence[str]) -> int:
    """How many glossary terms `text` is made of, if it is made of nothing else; otherwise 0.

    Models are known to write the glossary down when they hear nothing.
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
        return guarded(second, "glossary")
    return first


def _plain(text: str) -> str:
    """Lower case, single spaces, no punctuation."""
    return " ".join(re.sub(r"[^\w\s]|_", " ", text.lower()).split())
