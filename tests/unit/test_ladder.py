"""Which precision and device a model gets, from what is free."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.domain.errors import ModelError
from models import catalogue, device, ladder, memory, quantise
from models.device import Card, Placement
from models.entries import ModelEntry
from models.memory import OutOfMemory
from models.trial import Pace, Trial

BF16 = Trial(Pace(100.0, 15.0), Pace(400.0, 15.0), int8=Pace(350.0, 7.0, 7.0))
FP32 = Trial(Pace(100.0, 15.0), Pace(8.0, 2.0), int8=Pace(90.0, 4.0, 4.0))
INT8 = Trial(Pace(100.0, 15.0), Pace(8.0, 2.0), int8=Pace(140.0, 9.0, 14.0))


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(monkeypatch)


class Machine:
    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self._patch = patch
        patch.setattr(device, "cores", lambda: 4)
        patch.setattr(quantise, "missing", lambda _precision, _device: "")
        self.has()

    def has(self, free_mb: int = 64_000, *cards: Card, trial: Trial = BF16, total_mb: int = 64_000) -> None:
        self._patch.setattr(device, "memory_mb", lambda: (total_mb, free_mb))
        self._patch.setattr(device, "_cards", lambda: cards)
        self._patch.setattr(device, "measured", lambda: trial)


def card(free_mb: int, number: int = 0, *, bf16: bool = True) -> Card:
    return Card(f"cuda:{number}", f"Card {number}", 24_000, free_mb, bf16)


def model(name: str) -> ModelEntry:
    found = catalogue.entry(name)
    assert found is not None
    return found


def placed(name: str) -> tuple[str, str]:
    found = ladder.choose(model(name)).placement
    return found.device, found.dtype


def all_of(name: str) -> list[tuple[str, str]]:
    return [(r.placement.device, r.placement.dtype) for r in ladder.rungs(model(name))]


def test_the_rungs_in_order(machine: Machine) -> None:
    machine.has(64_000, card(8000, 0), card(20_000, 1))
    assert all_of("qwen3-4b-instruct-2507") == [
        ("cuda:1", "bfloat16"), ("cuda:0", "bfloat16"), ("cuda:1", "int8"), ("cuda:0", "int8"), ("cuda:1", "int4"),
        ("cuda:0", "int4"), ("cpu", "bfloat16"), ("cpu", "int8"), ("cpu", "int4"),
    ]  # fmt: skip
    machine.has(64_000, card(8000, bf16=False), trial=FP32)
    assert all_of("qwen3-0.6b") == [
        ("cuda:0", "float16"), ("cuda:0", "int8"), ("cuda:0", "int4"), ("cpu", "float32"), ("cpu", "int8"),
        ("cpu", "int4"),
    ]  # fmt: skip
    assert [r.where for r in ladder.rungs(model("qwen3-0.6b"))][2:4] == ["Card 0", "the processor"]


def test_what_cannot_be_had_is_left_out(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    machine.has(64_000, card(8000))
    monkeypatch.setattr(quantise, "missing", lambda p, d: "no package" if (p, d) == ("int4", "cuda:0") else "")
    assert ("cuda:0", "int4") not in all_of("qwen3-0.6b")
    assert ("cpu", "int4") in all_of("qwen3-0.6b")
    assert ladder.left_out(model("qwen3-0.6b"), "int4", "cuda:0") == "no package"


def test_mixtures_of_experts_are_not_quantised(machine: Machine) -> None:
    machine.has(200_000, trial=FP32)
    assert all_of("qwen3-30b-a3b-instruct-2507") == [("cpu", "float32"), ("cpu", "bfloat16")]
    assert all_of("qwen3-omni-30b-a3b") == [("cpu", "float32"), ("cpu", "bfloat16")]
    assert "experts" in ladder.left_out(model("qwen3-omni-30b-a3b"), "int8", "cpu")


def test_8_bits_come_first_only_where_they_are_clearly_faster(machine: Machine) -> None:
    assert placed("qwen3-4b-instruct-2507") == ("cpu", "bfloat16")
    machine.has(trial=INT8)
    assert all_of("qwen3-4b-instruct-2507") == [("cpu", "int8"), ("cpu", "int4")]
    assert placed("qwen3-asr-0.6b") == ("cpu", "float32"), "half of it is encoder and head, which stay as they are"
    machine.has(trial=replace(INT8, is_steady=False))
    assert placed("qwen3-4b-instruct-2507") == ("cpu", "float32"), "a measurement that was disturbed decides nothing"


def test_the_largest_that_fits_is_taken(machine: Machine) -> None:
    name = "qwen3-4b-instruct-2507"
    for free, wanted in ((64_000, "bfloat16"), (9500, "int8"), (7500, "int4")):
        machine.has(free)
        assert placed(name) == ("cpu", wanted)
        found = ladder.choose(model(name))
        assert found.need_mb <= free - 300
        assert found.batch_s is None
    machine.has(64_000, card(6000), card(9500, 1))
    assert placed(name) == ("cuda:1", "int8")
    machine.has(64_000, card(1000))
    assert placed(name) == ("cpu", "bfloat16")


def test_smaller_batches_come_before_8_bits(machine: Machine) -> None:
    e = model("qwen3-asr-0.6b")
    usual = memory.need_mb(e, "bfloat16")
    machine.has(usual + 300)
    assert ladder.choose(e).batch_s is None
    machine.has(usual - 200)
    some = ladder.choose(e)
    assert some.placement.dtype == "bfloat16"
    assert some.batch_s is not None
    assert 40 <= some.batch_s < 120
    assert memory.need_mb(e, "bfloat16", batch_s=some.batch_s) <= some.free_mb <= usual - 200  # type: ignore[operator]
    machine.has(memory.need_mb(e, "bfloat16", batch_s=40.0) + 299)
    assert ladder.choose(e).placement.dtype == "int8"


def test_where_nothing_fits_the_weights_have_to(machine: Machine) -> None:
    e = model("qwen3-asr-0.6b")
    least = memory.weights_mb(e, "int4") + memory.RUNTIME_MB
    machine.has(least + 300)
    assert ladder.choose(e).placement == Placement("cpu", "int4", 4)
    assert ladder.choose(e).batch_s == 20.0
    machine.has(least + 299)
    with pytest.raises(
        ModelError, match=r"Qwen3-ASR 0.6B is too big .* in 4 bits .* needs 1\.4 GB .* 1\.4 GB are free"
    ):
        ladder.choose(e)


def test_a_model_that_is_too_big_is_refused_with_a_smaller_choice(machine: Machine) -> None:
    machine.has(7000, total_mb=8000)
    with pytest.raises(ModelError, match="14B is too big for this computer") as caught:
        ladder.choose(model("qwen3-14b"))
    assert "such as qwen3.5-4b" in caught.value.to_do or "such as qwen3-4b" in caught.value.to_do
    assert not isinstance(caught.value, OutOfMemory)


def test_what_failed_is_not_tried_again_nor_what_needs_more(machine: Machine) -> None:
    e = model("qwen3-4b-instruct-2507")
    machine.has(64_000, card(20_000))
    by = {(r.placement.device, r.placement.dtype): r for r in ladder.rungs(e)}
    failed = [by["cuda:0", "int8"]]
    assert ladder.choose(e, failed).placement.dtype == "int4"
    failed.append(by["cuda:0", "int4"])
    assert ladder.choose(e, failed).placement == Placement("cpu", "bfloat16", 4)
    failed.append(by["cpu", "int4"])
    with pytest.raises(OutOfMemory, match="ran out of memory in every way"):
        ladder.choose(e, failed)


def test_a_machine_that_says_nothing_of_its_memory_gets_the_best(machine: Machine) -> None:
    machine.has(0, total_mb=0)
    assert placed("qwen3-14b") == ("cpu", "bfloat16")


def test_the_starter_kit_runs_on_anything(machine: Machine) -> None:
    machine.has(1000, card(20_000), total_mb=2000)
    assert all_of("starter-asr") == [("cpu", "float32")]
    assert placed("starter-text") == ("cpu", "float32")


def test_whole_parts_in_32_bits_are_counted() -> None:
    e = model("qwen3-asr-0.6b")
    assert memory.weights_mb(e, "int8") == 342 * 2 + 440
    assert memory.weights_mb(e, "int8", base="float32") == 342 * 4 + 440
    assert memory.need_mb(e, "int8", base="float32") > memory.need_mb(e, "int8")
    assert memory.need_mb(e, "bfloat16", batch_s=40) < memory.need_mb(e, "bfloat16")
