"""What this processor can do, measured once in about a second and remembered: bfloat16 against float32.

Instruction sets say too little: with bfloat16 units it wins by far, without them it may lose badly or, where reading
the weights is what takes the time, still win. So both are tried on layers of the size a small recogniser has: reading
(many tokens at once, bound by arithmetic) and writing (a few tokens, bound by memory).
"""

from __future__ import annotations

import json
import logging
import os
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from models import memory
from models.entries import CATALOGUE

if TYPE_CHECKING:
    import torch

log = logging.getLogger(__name__)

CpuType = Literal["float32", "bfloat16"]
FILE = "processor-trial.json"
_VERSION = 1
_WIDTH, _INNER = 1024, 3072
_PAIRS = 16  # of layers: 200 MB in bfloat16, more than any cache holds
_READ_PAIRS = 4  # enough for arithmetic
_ROWS = 8  # written at once, like a batch of eight windows
_SLOW_S = 0.25  # a first small reading that takes longer is measurement enough

_remembered: dict[str, Trial] = {}
_lock = threading.Lock()
_folder: Path | None = None


@dataclass(frozen=True, slots=True)
class Pace:
    """`gflops`: multiplications and additions when reading; `gbytes_s`: weights read a second when writing."""

    gflops: float
    gbytes_s: float


@dataclass(frozen=True, slots=True)
class Trial:
    float32: Pace
    bfloat16: Pace

    def pace(self, precision: CpuType) -> Pace:
        return self.bfloat16 if precision == "bfloat16" else self.float32

    @property
    def faster(self) -> CpuType:
        """The precision in which the small recogniser would be faster."""
        return min(("bfloat16", "float32"), key=self._seconds)

    def _seconds(self, precision: CpuType) -> float:
        e = next(e for e in CATALOGUE if e.id == "qwen3-asr-0.6b")
        p = self.pace(precision)
        return memory.hour_of_speech_s(e, p.gflops, p.gbytes_s, precision)


def remember_in(folder: Path) -> None:
    """Keep the result in this folder from now on, so that later starts need not measure again."""
    global _folder
    _folder = folder


def trial(processor: str, threads: int, measure: Callable[[int], Trial] | None = None) -> Trial:
    """The result for this processor: from this process, from the file, or measured now (imports torch)."""
    from importlib import metadata

    key = f"{_VERSION}|{processor}|{threads} threads|torch {metadata.version('torch')}"
    with _lock:
        if key not in _remembered:
            found = _read(key)
            if found is None:
                found = (measure or run)(threads)
                _write(key, found)
            _remembered[key] = found
        return _remembered[key]


def measure_again() -> None:
    """Forget what was measured, here and in the file: the next `trial` measures."""
    with _lock:
        _remembered.clear()
        if _folder is not None:
            with suppress(OSError):
                (_folder / FILE).unlink()


def run(threads: int) -> Trial:
    """Measure now, on `threads` threads."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        with torch.inference_mode():
            return Trial(_pace(torch.float32), _pace(torch.bfloat16))
    finally:
        torch.set_num_threads(before)


def _pace(dtype: torch.dtype) -> Pace:
    import torch

    layers = [
        (torch.full((_INNER, _WIDTH), 1e-3, dtype=dtype), torch.full((_WIDTH, _INNER), 1e-3, dtype=dtype))
        for _ in range(_PAIRS)
    ]

    def through(tokens: int, pairs: int) -> float:
        x = torch.ones(tokens, _WIDTH, dtype=dtype)
        began = time.perf_counter()
        for up, down in layers[:pairs]:
            x = torch.nn.functional.linear(torch.nn.functional.linear(x, up), down)
        return time.perf_counter() - began

    def best(tokens: int, pairs: int) -> float:
        return min(through(tokens, pairs) for _ in range(3))

    weights = 2 * _WIDTH * _INNER
    tokens = 32
    through(tokens, 1)  # what is set up at the first call
    seconds = through(tokens, _READ_PAIRS)
    if seconds < _SLOW_S:
        tokens = 256
        seconds = best(tokens, _READ_PAIRS)
    gflops = 2 * tokens * weights * _READ_PAIRS / seconds / 1e9
    writing = best(_ROWS, _PAIRS) if seconds < 4 * _SLOW_S else through(_ROWS, _READ_PAIRS) * _PAIRS / _READ_PAIRS
    return Pace(round(gflops, 2), round(weights * _PAIRS * dtype.itemsize / writing / 1e9, 2))


# -- the file --------------------------------------------------------------------------------------
def _read(key: str) -> Trial | None:
    if _folder is None:
        return None
    try:
        data = json.loads((_folder / FILE).read_text(encoding="utf-8"))[key]
        found = Trial(Pace(**data["float32"]), Pace(**data["bfloat16"]))
        paces = (found.float32, found.bfloat16)
        return found if all(p.gflops > 0 and p.gbytes_s > 0 for p in paces) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _write(key: str, found: Trial) -> None:
    """As a whole or not at all; a result that cannot be kept is measured again next time, which is no harm."""
    if _folder is None:
        return
    try:
        _folder.mkdir(parents=True, exist_ok=True)
        try:
            data = json.loads((_folder / FILE).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            data = {}
        data = (data if isinstance(data, dict) else {}) | {key: asdict(found)}
        handle, name = tempfile.mkstemp(dir=_folder, prefix=FILE)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as f:
                json.dump(data, f, indent=1)
            Path(name).replace(_folder / FILE)
        except BaseException:
            with suppress(OSError):
                Path(name).unlink()
            raise
    except OSError as error:
        log.warning("The trial of the processor could not be kept: %s", error)
