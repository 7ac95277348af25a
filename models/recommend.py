"""Which models to use on this machine: a speech and a text model that fit together, and why, in words.

Everything is computed from the survey of the machine and the catalogue (`models.memory`): what each model needs in the
precision it would run in, and on a processor how long it would take, from the trial of that processor. The best pair
that fits wins; nothing is loaded or fetched.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import cast

from app.domain.models import ModelChoice, Recommendation
from models import memory
from models.device import DType, Survey
from models.entries import CATALOGUE, ModelEntry
from models.ladder import left_out
from models.trial import Trial

# On a processor: an hour of meeting in half an hour at the most, its minutes in a quarter.
MAX_REAL_TIME_FACTOR = 0.5
MAX_MINUTES_S = 900.0
SYSTEM_MB = 2500  # of memory that the system and other programs keep
_SYSTEM_SHARE = 0.25
_CARD_SHARE = 0.92  # of a card's memory that one program can get
_SPEAKERS_MB = 200
_SPARE_DISK_MB = 2000


@dataclass(frozen=True, slots=True)
class _Place:
    """Somewhere a model can run. `pool`: whose memory it takes; that of an Apple GPU is the computer's."""

    device: str
    name: str
    dtype: DType
    room_mb: int
    can_quantise: bool = False  # 8 bits may be taken here


@dataclass(frozen=True, slots=True)
class _Seat:
    entry: ModelEntry
    place: _Place
    precision: memory.Precision
    need_mb: int
    seconds: float  # of an hour's meeting, on a processor; 0 on a card, where it was not measured


def recommend(survey: Survey, trial: Trial | None, here: Collection[str] = ()) -> Recommendation:
    """The best set for this machine. `survey` with its cards; `here`: ids of the models that are installed.

    Without a `trial` of the processor nothing is said of speed there, and only small models are given to it.
    """
    places = list(_places(survey, trial))
    speech = [s for p in places for s in _whole_first(list(_seats("speech", p, trial)))]
    text = [s for p in places for s in _whole_first(list(_seats("text", p, trial)))]
    on_disk = [(a, b) for a in speech for b in text if _fit_on_disk(a, b, survey, here)]
    # On a small computer it may be that each fits, but not both at once with all else that runs.
    pairs = [p for p in on_disk if _fit_together(*p)]
    is_tight = not pairs
    pairs = pairs or on_disk
    if not pairs:
        return _only_starter(survey)
    in_time = [p for p in pairs if _is_quick(p[0]) and _is_quick(p[1])]
    # The best that is quick enough; where nothing is, the quickest; where it is tight, the smallest.
    if is_tight:
        best = min(pairs, key=lambda p: p[0].need_mb + p[1].need_mb)
    elif in_time:
        best = max(in_time, key=_merit)
    else:
        best = min(pairs, key=lambda p: p[0].seconds + p[1].seconds)
    is_steady = trial is None or trial.is_steady
    speakers = _SPEAKERS if is_tight else _speakers(places, best, survey, here)
    choices = (_choice(best[0], here, is_steady), _choice(best[1], here, is_steady), speakers)
    warnings = list(_warnings(survey, choices))
    if not is_steady and any(s.place.device == "cpu" for s in best):
        warnings.append("The processor was too busy to be measured: ask again when it rests; larger models may do.")
    if is_tight:
        warnings.append(
            "They do not fit into memory together with other programs: close those, or expect it to be slow."
        )
    if is_steady and not all(map(_is_quick, best)):
        warnings.append("Even these are slow here: plan for more time than the meeting took.")
    return Recommendation(choices, tuple(_reasons(survey, trial, best, choices)), tuple(warnings))


_SPEAKERS = ModelChoice(
    "voices", "Voice encoder", "speakers", "cpu", "float32", _SPEAKERS_MB, 0,
    "Tells the speakers apart; it is part of Folkmoot and small.",
)  # fmt: skip


def _speakers(
    places: Sequence[_Place], pair: tuple[_Seat, _Seat], survey: Survey, here: Collection[str]
) -> ModelChoice:
    """The model that tells speakers apart, where it fits beside the two others; else what is part of Folkmoot."""
    missing_mb = sum(s.entry.size_mb for s in pair if s.entry.id not in here)
    for e in sorted((e for e in CATALOGUE if e.task == "diarize" and e.is_usable), key=lambda e: -e.quality):
        fetch_mb = 0 if e.id in here else e.size_mb
        if fetch_mb and survey.disk_free_mb and missing_mb + fetch_mb + _SPARE_DISK_MB >= survey.disk_free_mb:
            continue
        for place in places:
            need = memory.need_mb(e, cast(memory.Precision, place.dtype), place.device)
            there = {place.device} if place.device.startswith("cuda") else {"cpu", "mps"}  # these share their memory
            if need + sum(s.need_mb for s in pair if s.place.device in there) <= place.room_mb:
                why = "Tells up to 8 speakers apart, also while they talk at once; Folkmoot's own way does it without."
                return ModelChoice(e.id, e.title, e.task, place.device, place.dtype, need, fetch_mb, why)
    return _SPEAKERS


# -- what could be -----------------------------------------------------------------------------------
def _places(survey: Survey, trial: Trial | None) -> Iterator[_Place]:
    for card in survey.cards or ():
        dtype: DType = "bfloat16" if card.bf16 else "float16" if card.device.startswith("cuda") else "float32"
        room = round(card.memory_mb * _CARD_SHARE)
        yield _Place(card.device, card.name, dtype, room, can_quantise=card.device.startswith("cuda"))
    room = survey.memory_mb - max(SYSTEM_MB, round(survey.memory_mb * _SYSTEM_SHARE)) if survey.memory_mb else 4000
    fast: DType = trial.faster if trial is not None else "bfloat16"
    yield _Place("cpu", "processor", fast, room, can_quantise=trial is not None and trial.int8 is not None)
    if fast != "bfloat16":
        yield _Place("cpu", "processor", "bfloat16", room)


def _seats(task: str, place: _Place, trial: Trial | None) -> Iterator[_Seat]:
    for e in CATALOGUE:
        if e.task != task or not e.is_usable or e.is_starter or e.anatomy is None:
            continue
        precision = _precision(e, place, trial)
        need = memory.need_mb(e, precision, place.device, base=place.dtype if precision == "int8" else None)
        if need > place.room_mb:
            continue
        if place.device == "cpu" and trial is None and e.anatomy.parameters_m > 1000:
            continue
        seconds = trial.hour_s(e, precision) if place.device == "cpu" and trial is not None else 0.0
        yield _Seat(e, place, precision, need, seconds)


def _whole_first(seats: list[_Seat]) -> list[_Seat]:
    """Of a card: those in 8 bits, which costs speed there, only if nothing fits in 16."""
    whole = [s for s in seats if s.precision != "int8" or s.place.device == "cpu"]
    return whole or seats


def _precision(e: ModelEntry, place: _Place, trial: Trial | None) -> memory.Precision:
    """8 bits where they are measured to be faster on the processor, and on a card where 16 do not fit."""
    whole = cast(memory.Precision, place.dtype)
    if not place.can_quantise or left_out(e, "int8", place.device):
        return whole
    if place.device == "cpu":
        return "int8" if trial is not None and trial.int8_pays(e) else whole
    return whole if memory.need_mb(e, whole, place.device) <= place.room_mb else "int8"


def _fit_together(a: _Seat, b: _Seat) -> bool:
    """Both are kept loaded, so both need room at once; an Apple GPU and its processor share one memory."""
    same = a.place.device == b.place.device
    if not same and not {a.place.device, b.place.device} <= {"cpu", "mps"}:
        return True
    runtime = memory.RUNTIME_MB if same else 0  # counted in both, there once
    speakers = _SPEAKERS_MB if "cpu" in (a.place.device, b.place.device) else 0
    return a.need_mb + b.need_mb + speakers - runtime <= max(a.place.room_mb, b.place.room_mb)


def _fit_on_disk(a: _Seat, b: _Seat, survey: Survey, here: Collection[str]) -> bool:
    missing_mb = sum(s.entry.size_mb for s in (a, b) if s.entry.id not in here)
    return not missing_mb or survey.disk_free_mb == 0 or missing_mb + _SPARE_DISK_MB < survey.disk_free_mb


def _is_quick(seat: _Seat) -> bool:
    return seat.seconds <= (3600 * MAX_REAL_TIME_FACTOR if seat.entry.task == "speech" else MAX_MINUTES_S)


def _merit(pair: tuple[_Seat, _Seat]) -> tuple[int, int, float]:
    """Better models first; then cards before the processor; then what is quicker and smaller."""
    speech, text = pair
    on_cards = (speech.place.device != "cpu") + (text.place.device != "cpu")
    seconds = speech.seconds + text.seconds
    return speech.entry.quality + text.entry.quality, on_cards, -seconds - (speech.need_mb + text.need_mb) / 1e6


# -- saying it ---------------------------------------------------------------------------------------
def _choice(seat: _Seat, here: Collection[str], is_steady: bool) -> ModelChoice:
    e = seat.entry
    why = f"The best {e.task} model that fits on {seat.place.name}."
    if seat.place.device == "cpu":
        why = f"The best {e.task} model that fits into memory and is not too slow for the processor."
    if seat.seconds and is_steady:
        what = "transcribed" if e.task == "speech" else "summarised"
        why += f" An hour of meeting is {what} in about {_duration(seat.seconds)} (estimated)."
    return ModelChoice(
        e.id,
        e.title,
        e.task,
        seat.place.device,
        seat.precision,
        seat.need_mb,
        0 if e.id in here else e.size_mb,
        why,
    )


def _reasons(
    survey: Survey, trial: Trial | None, pair: tuple[_Seat, _Seat], choices: Sequence[ModelChoice]
) -> Iterator[str]:
    for card in survey.cards or ():
        yield f"{card.name} has {card.memory_mb / 1024:.0f} GB of memory and computes in {_named(card.bf16)}."
    yield f"The processor has {_count(survey.cores, 'core')}, this computer {survey.memory_mb / 1024:.0f} GB of memory."
    if trial is not None and trial.is_steady and any(s.place.device == "cpu" for s in pair):
        factor = trial.bfloat16.gflops / trial.float32.gflops
        if trial.faster == "bfloat16":
            yield f"It computes in bfloat16, which was measured here to be {factor:.1f} times as fast as float32."
        else:
            yield "It computes in float32, which was measured here to be faster than bfloat16."
    for s in pair:
        if s.precision == "int8" and s.place.device == "cpu":
            yield f"{s.entry.title} runs in 8 bits, which were measured to be clearly faster on this processor."
        elif s.precision == "int8":
            yield f"{s.entry.title} runs in 8 bits: in 16 it would not fit on {s.place.name}."
    need = sum(c.memory_mb for c in choices)
    yield f"Together they need about {need / 1000:.1f} GB of memory while they work. This is an estimate."


def _warnings(survey: Survey, choices: tuple[ModelChoice, ...]) -> Iterator[str]:
    if survey.idle_cards:
        names = ", ".join(survey.idle_cards)
        yield (
            f"{names} is here but not used: the installed torch ({survey.torch}) cannot use it. Install a torch built "
            "for CUDA, as https://pytorch.org/get-started/locally says, and ask again."
        )
    need = sum(c.memory_mb for c in choices if c.device in ("cpu", "mps"))
    if survey.memory_free_mb and need > survey.memory_free_mb:
        yield f"Only {survey.memory_free_mb / 1000:.1f} GB of memory are free at present: close other programs first."
    for card in survey.cards or ():
        need = sum(c.memory_mb for c in choices if c.device == card.device)
        if card.device != "mps" and need > card.memory_free_mb:
            free = f"{card.memory_free_mb / 1000:.1f} GB of {card.name}"
            yield f"Only {free} are free at present: another program uses it."


def _only_starter(survey: Survey) -> Recommendation:
    starters = [e for e in CATALOGUE if e.is_starter]
    choices = tuple(
        ModelChoice(e.id, e.title, e.task, "cpu", "float32", memory.need_mb(e, "float32"), 0, e.note) for e in starters
    )
    smallest = [min((e for e in CATALOGUE if e.task == t and e.anatomy), key=_need) for t in ("speech", "text")]
    disk_mb = sum(e.size_mb for e in smallest) + _SPARE_DISK_MB
    if survey.disk_free_mb and survey.disk_free_mb < disk_mb:
        free = f"{survey.disk_free_mb / 1000:.1f}"
        why = f"Models for real meetings need {disk_mb / 1000:.1f} GB of disk, and {free} are free."
    else:
        why = (
            f"Models for real meetings need {(sum(map(_need, smallest)) + SYSTEM_MB) / 1000:.0f} GB of memory, "
            f"and this computer has {survey.memory_mb / 1000:.0f}."
        )
    return Recommendation((*choices, _SPEAKERS), (why,), ("The starter kit is for trying and testing only.",))


def _need(e: ModelEntry) -> int:
    return memory.need_mb(e, "bfloat16")


def _named(bf16: bool) -> str:
    return "bfloat16" if bf16 else "16 or 32 bits, without bfloat16"


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _duration(seconds: float) -> str:
    return f"{max(1, round(seconds)):d} s" if seconds < 90 else _count(round(seconds / 60), "minute")
