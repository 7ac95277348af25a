"""In what precision and where a model is to run: the best that fits into the memory that is free now.

The rungs, from the best to the last resort: each card in the 16 bits it computes best, in 8 and in 4; then the
processor in the faster of bfloat16 and float32, in 8 and in 4. 8 bits come first on a processor only where the trial
measured that the model's work is clearly faster in them. A rung also fits with smaller batches than usual.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from app.domain.errors import ModelError
from models import device, memory
from models.device import Placement
from models.entries import CATALOGUE, FAMILIES, ModelEntry
from models.memory import Precision

# Seconds of sound to which batches are cut before a lower precision is taken: half the speed, the same words.
SMALL_BATCH_S = 40.0
_LEAST_BATCH_S = 20.0
_SPARE_MB = 300  # of what is free, left to others
IN_WORDS: dict[Precision, str] = {
    "float32": "32 bits", "bfloat16": "16 bits", "float16": "16 bits", "int8": "8 bits", "int4": "4 bits",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rung:
    """One way to run a model. Megabytes are computed (`models.memory`)."""

    placement: Placement
    where: str  # "the processor", or the card's name
    free_mb: int | None  # there, now; None if unknown
    need_mb: int  # with batches of the usual size
    small_mb: int  # with small ones
    least_mb: int  # below which not even the weights fit
    batch_s: float | None = None  # to which batches of sound have to be cut; None: they need not be

    @property
    def words(self) -> str:
        return f"in {IN_WORDS[self.placement.dtype]} on {self.where}"


def rungs(entry: ModelEntry) -> Iterator[Rung]:
    """Every way to run the model here, the best first, whether it fits now or not. Imports torch."""
    if entry.is_starter or entry.size_mb < device.SMALL_MODEL_MB:
        yield _rung(entry, device.SMALL, "the processor", _free_mb(), None)
        return
    cards = sorted(device.usable_cards(), key=lambda c: -c.memory_free_mb)
    lower: tuple[Precision, ...] = ("int8", "int4")
    for card in cards:
        yield _rung(entry, device.on_card(card), card.name, card.memory_free_mb, None)
    for precision in lower:
        for card in cards:
            best = device.on_card(card)
            if not left_out(entry, precision, card.device):
                yield _rung(entry, replace(best, dtype=precision), card.name, card.memory_free_mb, best.dtype)
    trial = device.measured()
    if any(left_out(entry, p, "cpu") for p in lower):
        lower = ("bfloat16",) if trial.faster == "float32" else ()
    whole: tuple[Precision, ...] = () if "int8" in lower and trial.int8_pays(entry) else (trial.faster,)
    for dtype in (*whole, *lower):
        base = trial.faster if dtype in ("int8", "int4") else None
        yield _rung(entry, Placement("cpu", dtype, device.cores()), "the processor", _free_mb(), base)


def left_out(entry: ModelEntry, precision: Precision, on: str) -> str:
    """Why a quantised precision cannot be had for this model on a device, in words; "" if it can."""
    if any("moe" in kind for kind, _ in FAMILIES[entry.family].kinds):
        return "Mixtures of experts cannot be quantised here."
    if entry.task == "diarize":
        return "This model is small, and is not quantised."
    from models.quantise import missing

    return missing(precision, on)


def choose(entry: ModelEntry, failed: Collection[Rung] = ()) -> Rung:
    """The best rung that fits into what is free now; not one that needs as much as one of `failed` on its device.

    Where none fits, the best whose weights do. `ModelError` if there is none of those, before anything is loaded.
    """
    left = [r for r in rungs(entry) if not any(_is_no_less(r, f) for f in failed)]
    for rung in left:
        free = rung.free_mb
        if free is None or rung.need_mb <= free:
            return rung
        if rung.small_mb <= free:
            share = (free - rung.small_mb) / max(1, rung.need_mb - rung.small_mb)
            usual = memory.BATCH_SECONDS[rung.placement.device.partition(":")[0]]
            return replace(rung, batch_s=round(SMALL_BATCH_S + share * (usual - SMALL_BATCH_S)))
    for rung in left:
        if rung.free_mb is None or rung.least_mb <= rung.free_mb:
            return replace(rung, batch_s=_LEAST_BATCH_S)
    raise too_big(entry, left, is_tried=bool(failed))


def fits_well(rung: Rung) -> bool:
    """Whether the usual batches fit."""
    return rung.free_mb is None or rung.need_mb <= rung.free_mb


def too_big(entry: ModelEntry, left: Sequence[Rung], *, is_tried: bool) -> ModelError:
    """What to say when there is no rung, or none left; a smaller model is named if there is one that fits."""
    smaller = smaller_choice(entry)
    to_do = f"Close other programs, or choose a smaller model{f', such as {smaller.id}' if smaller else ''}."
    if is_tried or not left:
        return memory.OutOfMemory(f"{entry.title} ran out of memory in every way it can run here.", to_do)
    least = min(left, key=lambda r: r.least_mb)
    return ModelError(
        f"{entry.title} is too big for this computer now: even {least.words} it needs {_gb(least.least_mb)} of memory, "
        f"and {_gb(least.free_mb or 0)} are free.",
        to_do,
    )


def smaller_choice(entry: ModelEntry) -> ModelEntry | None:
    """The best model of the catalogue for the same task that is smaller and whose usual work fits into what is free."""
    others = (
        e for e in CATALOGUE if e.task == entry.task and e.is_usable and not e.is_starter and e.size_mb < entry.size_mb
    )
    for e in sorted(others, key=lambda e: -e.quality):
        if any(fits_well(r) for r in rungs(e)):
            return e
    return None


def _is_no_less(rung: Rung, failed: Rung) -> bool:
    mine, its = rung.placement, failed.placement
    return mine.device == its.device and memory.BYTES[mine.dtype] >= memory.BYTES[its.dtype]


def _rung(entry: ModelEntry, placement: Placement, where: str, free_mb: int | None, base: Precision | None) -> Rung:
    on, precision = placement.device, placement.dtype
    return Rung(
        placement,
        where,
        max(0, free_mb - _SPARE_MB) if free_mb is not None else None,
        need_mb=memory.need_mb(entry, precision, on, base=base),
        small_mb=memory.need_mb(entry, precision, on, base=base, batch_s=SMALL_BATCH_S),
        least_mb=memory.weights_mb(entry, precision, base=base) + memory.RUNTIME_MB,
    )


def _free_mb() -> int | None:
    total, free = device.memory_mb()
    return free if total else None


def _gb(mb: int) -> str:
    return f"{mb / 1000:.1f} GB"
