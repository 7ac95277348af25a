"""Recommending models: what fits together on which machine, and that the reasons are said."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.domain.models import ModelChoice, Recommendation
from models import memory
from models.catalogue import entry
from models.device import Card, Survey
from models.recommend import MAX_MINUTES_S, MAX_REAL_TIME_FACTOR, recommend
from models.trial import Pace, Trial

AMX = Trial(Pace(190, 14), Pace(868, 24))  # 2 cores with bfloat16 units, as measured
DESKTOP = Trial(Pace(400, 35), Pace(60, 20))  # 8 cores without them
OLD = Trial(Pace(40, 10), Pace(3, 1))
RTX_3060 = Card("cuda:0", "RTX 3060", 12_288, 11_800, bf16=True)
RTX_4090 = Card("cuda:0", "RTX 4090", 24_564, 24_000, bf16=True)
GTX_1080 = Card("cuda:0", "GTX 1080", 8192, 8000, bf16=False)
H200 = Card("cuda:0", "H200", 143_000, 142_000, bf16=True)
M2 = Card("mps", "Apple GPU", 10_922, 10_922, bf16=True)


def machine(memory_mb: int, *cards: Card, disk_mb: int = 300_000, free_mb: int | None = None, **more: object) -> Survey:
    free = memory_mb if free_mb is None else free_mb
    survey = Survey("Linux", "a processor", 8, (), memory_mb, free, disk_mb, cards, "2.13.0")
    return Survey(**({f: getattr(survey, f) for f in Survey.__dataclass_fields__} | more))  # type: ignore[arg-type]


def chosen(found: Recommendation) -> tuple[ModelChoice, ModelChoice]:
    by_task = {c.task: c for c in found.choices}
    assert set(by_task) - {"diarize", "speakers"} == {"speech", "text"}
    assert len(by_task) == 3
    return by_task["speech"], by_task["text"]


MACHINES = {
    "starter only": (machine(4000), OLD, "starter-asr", "starter-text"),
    "old laptop": (machine(7700), OLD, "qwen3-asr-0.6b", "qwen3.5-0.8b"),
    "laptop with bfloat16": (machine(16_000), AMX, "qwen3-asr-1.7b", "qwen3.5-2b"),
    "desktop": (machine(32_000), DESKTOP, "qwen3-asr-0.6b", "qwen3.5-2b"),
    "old card": (machine(16_000, GTX_1080), DESKTOP, "qwen3-asr-1.7b", "qwen3.5-2b"),
    "small card": (machine(32_000, RTX_3060), DESKTOP, "qwen3-asr-1.7b", "qwen3.5-2b"),
    "large card": (machine(64_000, RTX_4090), DESKTOP, "qwen3-asr-1.7b", "qwen3.5-4b"),
    "server": (machine(131_000, H200), DESKTOP, "qwen3-asr-1.7b", "qwen3-30b-a3b-instruct-2507"),
    "Mac": (machine(16_384, M2), DESKTOP, "qwen3-asr-1.7b", "qwen3.5-0.8b"),
}


@pytest.mark.parametrize("name", MACHINES)
def test_what_is_recommended(name: str) -> None:
    survey, trial, speech, text = MACHINES[name]
    found = recommend(survey, trial)
    assert tuple(c.model for c in chosen(found)) == (speech, text)
    assert found.reasons
    assert all(s.endswith(".") for s in (*found.reasons, *found.warnings, *(c.why for c in found.choices)))


@pytest.mark.parametrize("name", sorted(set(MACHINES) - {"starter only", "old laptop"}))
def test_what_is_recommended_fits_together(name: str) -> None:
    survey, trial, *_ = MACHINES[name]
    found = recommend(survey, trial)
    rooms = {c.device: c.memory_mb for c in survey.cards or ()} | {"cpu": survey.memory_mb}
    for device, room in rooms.items():
        assert sum(c.memory_mb for c in found.choices if c.device == device) < room
    for c in chosen(found):
        e = entry(c.model)
        assert e is not None
        assert e.is_usable
        assert c.memory_mb == memory.need_mb(e, c.precision, c.device)  # type: ignore[arg-type]
        if c.device == "cpu":
            pace = trial.pace(c.precision)  # type: ignore[arg-type]
            if c.task == "speech":
                limit, seconds = 3600 * MAX_REAL_TIME_FACTOR, memory.hour_of_speech_s
            else:
                limit, seconds = MAX_MINUTES_S, memory.hour_of_minutes_s
            assert seconds(e, pace.gflops, pace.gbytes_s, c.precision) <= limit  # type: ignore[arg-type]


def test_both_memories_of_a_mac_are_one() -> None:
    survey, trial, *_ = MACHINES["Mac"]
    assert sum(c.memory_mb for c in recommend(survey, trial).choices) < survey.memory_mb * 0.75


def test_the_faster_precision_is_taken() -> None:
    speech, _ = chosen(recommend(machine(16_000), AMX))
    assert speech.precision == "bfloat16"
    speech, _ = chosen(recommend(machine(32_000), DESKTOP))
    assert speech.precision == "float32"
    speech, _ = chosen(recommend(machine(16_000, GTX_1080), DESKTOP))
    assert (speech.device, speech.precision) == ("cuda:0", "float16")


def test_two_cards_share_the_work() -> None:
    second = Card("cuda:1", "RTX 4090", 24_564, 24_000, bf16=True)
    speech, text = chosen(recommend(machine(64_000, RTX_4090, second), DESKTOP))
    assert {speech.device, text.device} == {"cuda:0", "cuda:1"}
    assert text.model == "qwen3.5-9b"


def test_models_that_are_here_cost_no_download_and_no_disk() -> None:
    here = {"qwen3-asr-0.6b", "qwen3.5-2b", "nemotron-3-diarization"}
    missing = recommend(machine(32_000), DESKTOP).missing
    assert missing == ("qwen3-asr-0.6b", "qwen3.5-2b", "nemotron-3-diarization")
    found = recommend(machine(32_000, disk_mb=500), DESKTOP, here)
    assert [c.model for c in chosen(found)] == ["qwen3-asr-0.6b", "qwen3.5-2b"]
    assert found.missing == ()
    assert found.download_mb == 0


def test_a_full_disk_is_the_reason() -> None:
    found = recommend(machine(32_000, disk_mb=3000), DESKTOP)
    assert [c.model for c in chosen(found)] == ["starter-asr", "starter-text"]
    assert "GB of disk, and 3.0 are free" in found.reasons[0]


def test_an_idle_card_is_pointed_at() -> None:
    found = recommend(machine(16_000, idle_cards=("RTX 4090",)), DESKTOP)
    assert any("RTX 4090 is here but not used" in w and "pytorch.org" in w for w in found.warnings)


def test_what_is_taken_now_is_said() -> None:
    busy = Card("cuda:0", "RTX 4090", 24_564, 3000, bf16=True)
    found = recommend(machine(64_000, busy), DESKTOP)
    assert any("Only 3.0 GB of RTX 4090 are free" in w for w in found.warnings)
    found = recommend(machine(32_000, free_mb=1000), DESKTOP)
    assert any("Only 1.0 GB of memory are free" in w for w in found.warnings)


def test_a_busy_processor_is_said() -> None:
    busy = Trial(DESKTOP.float32, DESKTOP.bfloat16, is_steady=False)
    found = recommend(machine(32_000), busy)
    assert any("too busy to be measured" in w for w in found.warnings)
    assert not any("estimated" in c.why for c in found.choices)
    assert not recommend(machine(131_000, H200), busy).warnings


def test_tight_memory_is_said() -> None:
    found = recommend(MACHINES["old laptop"][0], OLD)
    assert any("do not fit into memory together" in w for w in found.warnings)


def test_without_a_trial_the_processor_gets_small_models_and_no_promise() -> None:
    found = recommend(machine(32_000), None)
    assert [c.model for c in chosen(found)] == ["qwen3-asr-0.6b", "qwen3.5-0.8b"]
    assert not any("estimated" in c.why for c in found.choices)


def test_a_machine_that_says_nothing_of_its_memory() -> None:
    found = recommend(machine(0, disk_mb=0), OLD)
    assert [c.model for c in chosen(found)] == ["qwen3-asr-0.6b", "qwen3.5-0.8b"]


def test_eight_bits_are_taken_where_they_were_measured_to_be_faster() -> None:
    survey = machine(32_000)
    plain, _ = chosen(recommend(survey, DESKTOP))
    quick = Trial(DESKTOP.float32, DESKTOP.bfloat16, int8=Pace(900, 120, 120))
    slow = Trial(DESKTOP.float32, DESKTOP.bfloat16, int8=Pace(390, 36, 36))
    eight = recommend(survey, quick)
    speech, _ = chosen(eight)
    assert (plain.precision, speech.precision) == ("float32", "int8")
    assert any("8 bits" in r and "measured" in r for r in eight.reasons)
    assert chosen(recommend(survey, slow))[0].precision == "float32"
    busy = Trial(quick.float32, quick.bfloat16, is_steady=False, int8=quick.int8)
    assert chosen(recommend(survey, busy))[0].precision == "float32"


def test_eight_bits_are_taken_on_a_card_only_where_nothing_fits_in_sixteen() -> None:
    speech = entry("qwen3-asr-0.6b")
    assert speech is not None
    need = memory.need_mb(speech, "int8", "cuda:0", base="bfloat16")
    tiny = Card("cuda:0", "a tiny card", round(need / 0.92) + 50, need, bf16=True)
    assert memory.need_mb(speech, "bfloat16", "cuda:0") > tiny.memory_mb * 0.92
    found = recommend(machine(4200, tiny), OLD)
    by_task = chosen(found)
    assert (by_task[0].device, by_task[0].precision) == ("cuda:0", "int8")
    assert any("8 bits" in r and "not fit" in r for r in found.reasons)
    large = recommend(machine(16_000, RTX_3060), OLD)
    assert {c.precision for c in chosen(large)} == {"bfloat16"}


@pytest.mark.parametrize(
    ("name", "model"),
    [("starter only", "voices"), ("old laptop", "voices"), ("desktop", "nemotron-3-diarization")],
)
def test_who_tells_the_speakers_apart(name: str, model: str) -> None:
    survey, trial, *_ = MACHINES[name]
    assert [c.model for c in recommend(survey, trial).choices if c.task in ("diarize", "speakers")] == [model]
    full = replace(survey, disk_free_mb=8400)
    assert [c.model for c in recommend(full, trial).choices if c.task == "diarize"] == [], "no room on the disk"
    there = recommend(survey, trial, here=["nemotron-3-diarization"])
    assert all(c.download_mb == 0 for c in there.choices if c.task == "diarize")
