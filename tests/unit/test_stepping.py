"""Engines that run out of memory: they step down, say so, and go on with the same work."""

from __future__ import annotations

import gc
import itertools
import logging
import threading
import weakref
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest
import torch

from app.domain.errors import Cancelled, ModelError
from app.domain.meeting import Word
from app.domain.ports import Message, Transcript
from models import catalogue, device, generation, keeper, ladder, loading, stepping
from models.catalogue import ResolvedModel
from models.device import Placement
from models.memory import OutOfMemory
from models.stepping import (
    Stepping,
    SteppingAligner,
    SteppingListener,
    SteppingLiveSpeech,
    SteppingSpeech,
    SteppingText,
)
from models.trial import Pace, Trial
from tests import tiny

NEVER = threading.Event()
WINDOW = np.zeros(16_000, np.float32)

# Every way in which memory was seen to run out.
ERRORS: list[Callable[[], Exception]] = [
    lambda: torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB."),
    lambda: MemoryError(),
    lambda: RuntimeError("[enforce fail at alloc_cpu.cpp:117] . DefaultCPUAllocator: can't allocate memory"),
    lambda: OutOfMemory("Speech ran out of memory.", "Close other programs."),
    lambda: ModelError("Qwen3-ASR ran out of memory.", "Close other programs."),
]


@pytest.fixture(autouse=True)
def _machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A card, bitsandbytes, and much memory."""
    Engine.alive.clear()
    trial = Trial(Pace(100.0, 15.0), Pace(400.0, 25.0), int8=Pace(100.0, 5.0))
    monkeypatch.setattr(device, "_cards", lambda: (device.Card("cuda:0", "The card", 24_000, 20_000, True),))
    monkeypatch.setattr(device, "memory_mb", lambda: (64_000, 60_000))
    monkeypatch.setattr(device, "measured", lambda: trial)
    monkeypatch.setattr(device, "cores", lambda: 1)
    monkeypatch.setattr(ladder, "left_out", lambda _entry, _precision, _on: "")


class Engine:
    """Works only where it is told that it can; like the real ones, it holds memory as long as it lives."""

    alive: ClassVar[weakref.WeakSet[Engine]] = weakref.WeakSet()
    languages = ("English",)
    quotes_only = False
    context_tokens = 100

    def __init__(self, where: Placement, works: bool, error: Callable[[], Exception]) -> None:
        assert not Engine.alive, "the one before is still in memory"
        Engine.alive.add(self)
        self.name = "engine"
        self.settings: Mapping[str, Any] = {"device": where.device, "precision": where.dtype}
        self.max_window_s, self.batch_seconds = 20.0, 120.0
        self._works = works
        self._error = error
        self.got: list[Any] = []

    def _try(self) -> None:
        if not self._works:
            raise self._error()

    def transcribe(self, windows: Sequence[Any], **options: Any) -> list[Transcript]:
        self._try()
        return [Transcript(f"{len(w)} {options['glossary']}", options["language"]) for w in windows]

    def align(self, windows: Any, texts: Any, languages: Any, cancel: Any) -> list[tuple[Word, ...]]:
        self._try()
        return [(Word(t, 0.0, 1.0),) for t in texts]

    def count_tokens(self, text: str) -> int:
        return len(text)

    def generate(self, messages: Sequence[Message], **_: Any) -> str:
        self._try()
        return messages[0].content.upper()


def stepper(
    *works_on: tuple[str, str],
    error: Callable[[], Exception] = ERRORS[0],
    model: str = "qwen3-asr-0.6b",
    room: Callable[[], bool] = lambda: False,
    loads: Callable[[Placement], None] = lambda _where: None,
) -> Stepping[Any]:
    entry = catalogue.entry(model)
    assert entry is not None

    def load(_found: ResolvedModel, where: Placement) -> Engine:
        loads(where)
        return Engine(where, (where.device, where.dtype) in works_on, error)

    return Stepping(ResolvedModel(entry, Path()), room, load)


@pytest.mark.parametrize("error", ERRORS)
def test_the_same_batch_is_done_one_rung_lower(error: Callable[[], Exception]) -> None:
    engine = SteppingSpeech(stepper(("cuda:0", "int8"), error=error))
    assert engine.settings == {"device": "cuda:0", "precision": "bfloat16"}
    assert engine.changes() == ()
    heard = engine.transcribe([WINDOW, WINDOW[:8]], language="English", glossary=["Anna"], cancel=NEVER)
    assert heard == [Transcript("16000 ['Anna']", "English"), Transcript("8 ['Anna']", "English")]
    assert engine.settings == {"device": "cuda:0", "precision": "int8"}
    assert engine.changes() == (
        "Qwen3-ASR 0.6B ran out of memory in 16 bits on The card and goes on in 8 bits on The card.",
    )
    assert engine.changes() == ()


def test_down_to_the_processor_and_its_last_rung() -> None:
    engine = SteppingSpeech(stepper(("cpu", "int4")))
    assert engine.transcribe([WINDOW], cancel=NEVER)[0].text == "16000 ()"
    assert engine.settings == {"device": "cpu", "precision": "int4"}
    said = engine.changes()
    assert len(said) == 5
    assert "goes on in 16 bits on the processor" in said[2]


def test_when_nothing_is_left_it_says_what_to_do() -> None:
    engine = SteppingSpeech(stepper())
    with pytest.raises(OutOfMemory, match="in every way it can run here") as caught:
        engine.transcribe([WINDOW], cancel=NEVER)
    assert caught.value.to_do
    gc.collect()
    assert not Engine.alive
    with pytest.raises(OutOfMemory):  # and again, rather than something odd
        engine.transcribe([WINDOW], cancel=NEVER)


@pytest.mark.parametrize("error", [ModelError("The model is damaged.", ""), ValueError("no"), RuntimeError("a bug")])
def test_other_errors_pass(error: Exception) -> None:
    def fail() -> Exception:
        return error

    engine = SteppingSpeech(stepper(error=fail))
    with pytest.raises(type(error)) as caught:
        engine.transcribe([WINDOW], cancel=NEVER)
    assert caught.value is error
    assert engine.changes() == ()


def test_what_failed_is_remembered() -> None:
    tried: list[str] = []
    model = stepper(("cuda:0", "int4"), loads=lambda where: tried.append(where.dtype))
    engine = SteppingSpeech(model)
    engine.transcribe([WINDOW], cancel=NEVER)
    assert tried == ["bfloat16", "int8", "int4"]
    assert model.unload()
    assert not model.unload()
    assert not Engine.alive
    engine.transcribe([WINDOW], cancel=NEVER)
    assert tried == ["bfloat16", "int8", "int4", "int4"]


def test_loading_steps_down_too() -> None:
    def loads(where: Placement) -> None:
        if where.device != "cpu":
            raise torch.OutOfMemoryError("CUDA out of memory")

    model = stepper(("cpu", "bfloat16"), loads=loads)
    engine = SteppingSpeech(model)
    assert engine.settings["device"] == "cpu"
    assert "not enough memory to load Qwen3-ASR 0.6B in 16 bits on The card" in engine.changes()[0]


def test_other_models_give_up_their_memory_first() -> None:
    tried: list[str] = []
    rooms = [True, False]
    fails = [True]
    model = stepper(room=lambda: rooms.pop(0) if rooms else False, loads=lambda w: tried.append(w.dtype))
    engine = SteppingSpeech(model)

    def work(_engine: Any) -> str:
        if fails:
            fails.clear()
            raise MemoryError
        return "done"

    assert model.run(work, NEVER) == "done"
    assert tried == ["bfloat16", "bfloat16"], "the same rung, now that there is room"
    assert engine.changes() == (
        "Qwen3-ASR 0.6B ran out of memory in 16 bits on The card; models that were not in use were unloaded.",
    )


def test_room_is_made_before_a_lower_rung_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    free = 2000
    monkeypatch.setattr(device, "_cards", tuple)
    monkeypatch.setattr(device, "memory_mb", lambda: (8000, free))

    def room() -> bool:
        nonlocal free
        had, free = free, 7000
        return had != free

    engine = SteppingSpeech(stepper(("cpu", "bfloat16"), room=room))
    assert engine.settings["precision"] == "bfloat16"
    assert engine.changes() == ()


def test_little_memory_means_smaller_batches_and_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(device, "_cards", tuple)
    monkeypatch.setattr(device, "memory_mb", lambda: (8000, 2900))
    engine = SteppingSpeech(stepper(("cpu", "bfloat16")))
    assert 40 <= engine.batch_seconds < 120
    assert f"batches of {engine.batch_seconds:.0f} s" in engine.changes()[0]
    monkeypatch.setattr(device, "memory_mb", lambda: (8000, 2000))
    del engine
    engine = SteppingSpeech(stepper(("cpu", "int4")))
    assert engine.settings["precision"] in ("int8", "int4")
    assert "because there is not enough memory free for more" in engine.changes()[0]


def test_what_an_engine_does_by_itself_is_said() -> None:
    model = stepper(("cuda:0", "bfloat16"))
    engine = SteppingSpeech(model)
    inner = model.engine
    transcribe = inner.transcribe

    def short(windows: Any, **options: Any) -> Any:
        inner.batch_seconds, inner.max_window_s = 60.0, 10.0
        return transcribe(windows, **options)

    inner.transcribe = short
    engine.transcribe([WINDOW], cancel=NEVER)
    assert (engine.batch_seconds, engine.max_window_s) == (60.0, 10.0)
    assert "its batches now hold 60 s of sound, in windows of 10 s at most" in engine.changes()[0]


def test_cancelling_between_rungs() -> None:
    flag = threading.Event()

    def fail() -> Exception:
        flag.set()
        return MemoryError()

    engine = SteppingSpeech(stepper(error=fail))
    with pytest.raises(Cancelled):
        engine.transcribe([WINDOW], cancel=flag)


def test_texts_and_times_of_words_step_down_as_well() -> None:
    text = SteppingText(stepper(("cpu", "bfloat16"), model="qwen3-0.6b"))
    said = text.generate([Message("user", "anna")], constraint=None, max_new_tokens=5, cancel=NEVER)
    assert said == "ANNA"
    assert text.settings["device"] == "cpu"
    assert len(text.changes()) == 3
    assert text.count_tokens("four") == 4
    assert (text.context_tokens, text.quotes_only) == (100, False)
    del text
    gc.collect()
    aligner = SteppingAligner(stepper(("cuda:0", "int8"), model="qwen3-forced-aligner-0.6b"))
    assert aligner.align([WINDOW], ["Anna"], ["English"], NEVER) == [(Word("Anna", 0.0, 1.0),)]
    assert aligner.settings["precision"] == "int8"
    assert len(aligner.changes()) == 1
    assert aligner.languages == ("English",)


# -- real models -------------------------------------------------------------------------------------
@pytest.fixture
def on_processor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(device, "_cards", tuple)


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    home = tmp_path_factory.mktemp("models")
    return {
        "speech": tiny.build_speech(home / "speech", scale=0.2),
        "text": tiny.build_text(home / "text"),
        "listens": tiny.build_chat(home / "listens", "qwen2.5-omni"),
    }


@pytest.fixture
def _any_size(monkeypatch: pytest.MonkeyPatch, on_processor: None) -> None:
    monkeypatch.setattr(device, "SMALL_MODEL_MB", -1)


def real(folder: Path) -> Stepping[Any]:
    return Stepping(catalogue.resolve(str(folder), folder.parent))


@pytest.mark.usefixtures("_any_size")
def test_a_real_recogniser_goes_down_every_rung(folders: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """Its decoding fails for want of memory, said in different ways, until it has reached 4 bits."""
    errors = itertools.cycle(ERRORS[:3])
    greedy = generation.greedy
    model = real(folders["speech"])
    tried: list[str] = []

    def short_of_memory(*args: Any, **options: Any) -> Any:
        assert model.rung is not None
        tried.append(model.rung.placement.dtype)
        if tried[-1] != "int4":
            raise next(errors)()
        return greedy(*args, **options)

    monkeypatch.setattr(generation, "greedy", short_of_memory)
    engine = SteppingSpeech(model)
    assert len(engine.transcribe([tiny.noise(1.0), tiny.noise(2.0)], cancel=NEVER)) == 2
    assert list(dict.fromkeys(tried)) == ["bfloat16", "int8", "int4"]
    assert len(tried) - tried.count("int4") >= 3, "each way of saying it was heard"
    assert engine.settings["precision"] == "int4"
    assert [x.precision for x in loading.loaded() if x.folder == folders["speech"]] == ["int4"]


@pytest.mark.usefixtures("_any_size")
def test_a_real_text_model_steps_down(folders: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    model = real(folders["text"])
    engine = SteppingText(model)
    inner = type(model.engine)
    decode = inner._decode

    def short_of_memory(self: Any, *args: Any) -> Any:
        if self.settings["precision"] != "int8":
            raise torch.OutOfMemoryError("out of memory")
        return decode(self, *args)

    monkeypatch.setattr(inner, "_decode", short_of_memory)
    assert isinstance(engine.generate([Message("user", "Anna")], constraint=None, max_new_tokens=4, cancel=NEVER), str)
    assert engine.settings["precision"] == "int8"


@pytest.mark.usefixtures("on_processor")
def test_the_keeper(folders: dict[str, Path], tmp_path: Path) -> None:
    keep = keeper.Keeper()
    speech, text, listens = (catalogue.resolve(str(folders[k]), tmp_path) for k in ("speech", "text", "listens"))
    assert keep.loaded() == ()
    engine = keep.speech(speech)
    assert keep.speech(speech) is engine
    assert type(engine) is SteppingLiveSpeech
    writer = keep.text(text)
    assert [(m.model, m.device, m.precision) for m in keep.loaded()] == [
        ("speech", "cpu", "float32"),
        ("text", "cpu", "float32"),
    ]
    other = keep.speech(listens)
    assert isinstance(other, SteppingListener)
    assert other.answer(tiny.noise(1.0), "Who?", NEVER) is not None
    del engine
    assert {m.model for m in keep.loaded()} == {"listens", "text"}, "one of each kind"
    assert keep.unload()
    assert keep.loaded() == ()
    assert not keep.unload()
    # Whoever still has an engine can go on; it loads itself.
    assert writer.generate([Message("user", "Anna")], constraint=None, max_new_tokens=2, cancel=NEVER) is not None
    assert [m.model for m in keep.loaded()] == ["text"]
    assert keep.text(text) is writer
    keep.unload()


def test_memory_is_given_back(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        stepping.give_memory_back()
    assert not caplog.records
