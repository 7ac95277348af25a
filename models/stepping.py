"""Engines that do not fail for want of memory: they go on one rung lower, and say so.

When an engine runs out of memory, though it has made its batches and windows as small as it can, other models that are
idle give up theirs; then it is loaded again on the next rung of `models.ladder`, and the same work is done once more.
What failed is remembered as long as the process lives. An engine that was unloaded loads itself when it is next used.
"""

from __future__ import annotations

import ctypes
import gc
import logging
import sys
import weakref
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from app.domain.cancel import CancelFlag, check
from app.domain.errors import ModelError
from app.domain.meeting import Word
from app.domain.ports import (
    SAMPLE_RATE,
    Aligner,
    AudioReader,
    Constraint,
    Heard,
    Hearing,
    ListeningEngine,
    LiveSpeechEngine,
    Message,
    SpeechEngine,
    TextEngine,
    Transcript,
)
from models import catalogue, ladder
from models.catalogue import ResolvedModel
from models.device import Placement
from models.ladder import Rung
from models.memory import OutOfMemory

if TYPE_CHECKING:
    from app.domain.ports import Samples
    from models.speakers.voices import TurnFinder

log = logging.getLogger(__name__)

E = TypeVar("E")
R = TypeVar("R")
Load = Callable[[ResolvedModel, Placement], Any]


class Stepping(Generic[E]):
    """A model and the rung it is on. One thread at a time, but for `rung`.

    `make_room` unloads other models that are idle, and says whether there were any. `load` is for tests.
    """

    def __init__(
        self,
        resolved: ResolvedModel,
        make_room: Callable[[], bool] = lambda: False,
        load: Load = catalogue.load,
    ) -> None:
        self.resolved = resolved
        self.rung: Rung | None = None  # while it is loaded
        self._make_room = make_room
        self._load = load
        self._engine: E | None = None
        self._failed: list[Rung] = []
        self._changes: list[str] = []
        self.hearings: weakref.WeakSet[SteppingHearing] = weakref.WeakSet()  # what keeps parts of the engine alive

    @property
    def engine(self) -> E:
        """The engine, loaded on the best rung that fits. `ModelError` if that does not work on any."""
        while self._engine is None:
            rung = self._choose()
            try:
                self._engine = self._load(self.resolved, rung.placement)
            except Exception as error:
                if not is_out_of_memory(error):
                    raise
            if self._engine is None:
                self._failed.append(rung)
                self._say(f"There was not enough memory to load {self._title} {rung.words}.")
                give_memory_back()
                continue
            self.rung = rung
            self._limit_batches(rung)
        return self._engine

    def unload(self) -> bool:
        """Give up the memory; the next use loads again. False if nothing was loaded."""
        was_loaded, self._engine, self.rung = self._engine is not None, None, None
        for hearing in list(self.hearings):
            hearing.release()
        if was_loaded:
            give_memory_back()
        return was_loaded

    def run(self, work: Callable[[E], R], cancel: CancelFlag) -> R:
        """Do `work`, and again one rung lower whenever memory runs out."""
        while True:
            engine = self.engine
            try:
                return work(engine)
            except Exception as error:
                if not is_out_of_memory(error):
                    raise
            del engine  # outside of the `except`, whose traceback kept the engine's frames alive
            self._step_down()
            check(cancel)

    def changes(self) -> tuple[str, ...]:
        """What was changed for want of memory since this was last asked, as sentences for the user."""
        said, self._changes = tuple(self._changes), []
        return said

    @property
    def _title(self) -> str:
        return self.resolved.entry.title

    def _say(self, sentence: str) -> None:
        log.warning("%s", sentence)
        self._changes.append(sentence)

    def _choose(self) -> Rung:
        """A rung; other models are unloaded rather than taking one that is not the best."""
        entry = self.resolved.entry
        try:
            chosen = ladder.choose(entry, self._failed)
            best = next(ladder.rungs(entry)).placement
            if (chosen.placement == best and chosen.batch_s is None) or not self._make_room():
                return self._explained(chosen, best)
        except ModelError:
            if not self._make_room():
                raise
        return self._explained(ladder.choose(entry, self._failed), next(ladder.rungs(entry)).placement)

    def _explained(self, rung: Rung, best: Placement) -> Rung:
        if rung.placement != best and not self._failed:
            self._say(f"{self._title} runs {rung.words}, because there is not enough memory free for more.")
        return rung

    def _limit_batches(self, rung: Rung) -> None:
        usual = getattr(self._engine, "batch_seconds", None)
        if usual is not None and rung.batch_s is not None and rung.batch_s < usual:
            self._engine.batch_seconds = rung.batch_s  # type: ignore[union-attr]
            self._say(f"{self._title} works in batches of {rung.batch_s:.0f} s, because little memory is free.")

    def _step_down(self) -> None:
        """After memory ran out: the same rung without other models, or the next one. `ModelError` if none is left."""
        rung = self.rung
        assert rung is not None
        self.unload()
        if self._make_room():
            self._say(f"{self._title} ran out of memory {rung.words}; models that were not in use were unloaded.")
            return
        self._failed.append(rung)
        lower = ladder.choose(self.resolved.entry, self._failed)
        self._say(f"{self._title} ran out of memory {rung.words} and goes on {lower.words}.")


class SteppingSpeech:
    """A `SpeechEngine`."""

    def __init__(self, model: Stepping[Any]) -> None:
        self._model = model
        self.name: str = model.resolved.entry.id
        self._refresh()

    def transcribe(
        self,
        windows: Sequence[Samples],
        *,
        language: str | None = None,
        glossary: Sequence[str] = (),
        cancel: CancelFlag,
    ) -> list[Transcript]:
        """See `SpeechEngine`."""

        def work(engine: SpeechEngine) -> list[Transcript]:
            before = engine.batch_seconds, engine.max_window_s
            heard = engine.transcribe(windows, language=language, glossary=glossary, cancel=cancel)
            if (engine.batch_seconds, engine.max_window_s) != before:
                self._model._say(
                    f"{self._model._title} was short of memory: its batches now hold {engine.batch_seconds:.0f} s of "
                    f"sound, in windows of {engine.max_window_s:.0f} s at most."
                )
            return heard

        try:
            return self._model.run(work, cancel)
        finally:
            self._refresh()

    def changes(self) -> tuple[str, ...]:
        return self._model.changes()

    def _refresh(self) -> None:
        if self._model.rung is not None or not hasattr(self, "settings"):
            engine: SpeechEngine = self._model.engine
            self.settings: Mapping[str, Any] = engine.settings
            self.max_window_s, self.batch_seconds = engine.max_window_s, engine.batch_seconds


class SteppingLiveSpeech(SteppingSpeech):
    """A `SpeechEngine` and a `LiveSpeechEngine`."""

    def hearing(self, *, language: str | None = None, glossary: Sequence[str] = ()) -> Hearing:
        hearing = SteppingHearing(self._model, self._refresh, language, glossary)
        self._model.hearings.add(hearing)
        return hearing


class SteppingHearing:
    """A `Hearing` that outlives the engine it began with: another one hears its sound from the beginning."""

    def __init__(
        self, model: Stepping[Any], refresh: Callable[[], None], language: str | None, glossary: Sequence[str]
    ) -> None:
        self.seconds = 0.0
        self._model = model
        self._refresh = refresh
        self._language, self._glossary = language, tuple(glossary)
        self._sound: list[Samples] = []
        self._told = 0  # blocks of it
        self._inner: Hearing | None = model.engine.hearing(language=language, glossary=glossary)
        self._final: Transcript | None = None

    def add(self, samples: Samples) -> None:
        """See `Hearing`. `ValueError` after the final reading."""
        if self._final is not None:
            raise ValueError("this utterance has ended")
        self._sound.append(samples.copy())
        self.seconds += len(samples) / SAMPLE_RATE

    def read(self, cancel: CancelFlag, *, final: bool = False) -> Transcript:
        """See `Hearing`."""
        if self._final is not None:
            return self._final

        def work(engine: LiveSpeechEngine) -> Transcript:
            if self._inner is None:
                self._inner, self._told = engine.hearing(language=self._language, glossary=self._glossary), 0
            while self._told < len(self._sound):
                self._inner.add(self._sound[self._told])
                self._told += 1
            return self._inner.read(cancel, final=final)

        try:
            read = self._model.run(work, cancel)
        finally:
            self._refresh()
        if final:
            self._final, self._inner, self._sound = read, None, []
        return read

    def release(self) -> None:
        """Let go of the engine, which is being unloaded."""
        self._inner = None


class SteppingListener(SteppingSpeech):
    """A `SpeechEngine` and a `ListeningEngine`."""

    def listen(self, window: Samples, cancel: CancelFlag) -> Heard:
        return self._ask(lambda engine: engine.listen(window, cancel), cancel)

    def answer(self, window: Samples, question: str, cancel: CancelFlag) -> str:
        return self._ask(lambda engine: engine.answer(window, question, cancel), cancel)

    def _ask(self, work: Callable[[ListeningEngine], R], cancel: CancelFlag) -> R:
        try:
            return self._model.run(work, cancel)
        finally:
            self._refresh()


class SteppingAligner:
    """An `Aligner`."""

    def __init__(self, model: Stepping[Any]) -> None:
        engine: Aligner = model.engine
        self.name: str = engine.name
        self.settings: Mapping[str, Any] = engine.settings
        self.languages, self.max_window_s = engine.languages, engine.max_window_s
        self._model = model

    def align(
        self, windows: Sequence[Samples], texts: Sequence[str], languages: Sequence[str], cancel: CancelFlag
    ) -> list[tuple[Word, ...]]:
        """See `Aligner`."""

        def work(engine: Aligner) -> list[tuple[Word, ...]]:
            self.settings = engine.settings
            return engine.align(windows, texts, languages, cancel)

        return self._model.run(work, cancel)

    def changes(self) -> tuple[str, ...]:
        return self._model.changes()


class SteppingFinder:
    """A `models.speakers.voices.TurnFinder`."""

    def __init__(self, model: Stepping[Any]) -> None:
        engine: TurnFinder = model.engine
        self.name: str = engine.name
        self.settings: Mapping[str, Any] = engine.settings
        self._model = model

    def find(self, reader: AudioReader, cancel: CancelFlag) -> list[tuple[float, float, int]]:
        """See `TurnFinder`."""

        def work(engine: TurnFinder) -> list[tuple[float, float, int]]:
            self.settings = engine.settings
            return engine.find(reader, cancel)

        return self._model.run(work, cancel)

    def changes(self) -> tuple[str, ...]:
        return self._model.changes()


class SteppingText:
    """A `TextEngine`."""

    def __init__(self, model: Stepping[Any]) -> None:
        engine: TextEngine = model.engine
        self.name: str = engine.name
        self.settings: Mapping[str, Any] = engine.settings
        self.context_tokens, self.quotes_only = engine.context_tokens, engine.quotes_only
        self._model = model

    def count_tokens(self, text: str) -> int:
        engine: TextEngine = self._model.engine
        return engine.count_tokens(text)

    def generate(
        self,
        messages: Sequence[Message],
        *,
        constraint: Constraint | None,
        max_new_tokens: int,
        cancel: CancelFlag,
    ) -> str:
        """See `TextEngine`."""

        def work(engine: TextEngine) -> str:
            self.settings = engine.settings
            return engine.generate(messages, constraint=constraint, max_new_tokens=max_new_tokens, cancel=cancel)

        return self._model.run(work, cancel)

    def changes(self) -> tuple[str, ...]:
        return self._model.changes()


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an engine, its loading or torch gave up for want of memory."""
    if isinstance(error, ModelError):  # engines that say it in words only
        return isinstance(error, OutOfMemory) or "out of memory" in error.what
    from models.generation import is_out_of_memory as is_torch_out_of_memory

    return is_torch_out_of_memory(error)


def give_memory_back() -> None:
    """Collect what nobody refers to any more and hand freed memory back to card and system."""
    gc.collect()
    torch = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_available():
        torch.cuda.empty_cache()
    if torch is not None and torch.backends.mps.is_available():
        torch.mps.empty_cache()
    if sys.platform == "linux":  # glibc keeps what was freed in small pieces; other C libraries have no such call
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).malloc_trim(0)
