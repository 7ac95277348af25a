"""What this processor can do, measured once in a second or two and remembered: bfloat16 against float32.

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
_FEW_TOKENS, _MANY_TOKENS = 32, 256  # read at once
_SLOW_S = 0.1  # to read a few
_ROUNDS = 6
_LONG_S = 3.0  # no further round after that
_STEADY_SHARE = 0.7  # of the time the threads have to have run; else other programs were in the way

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
    is_steady: bool = True  # nothing else kept the processor busy; if not, it is measured again next time

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
                if found.is_steady:
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
    """Measure now, on `threads` threads: the best of several rounds, for other programs can only make it slower."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    began, worked = time.perf_counter(), time.process_time()
    try:
        with torch.inference_mode():
            tries = [_Try(torch.float32), _Try(torch.bfloat16)]
            for _ in range(_ROUNDS):
                for t in tries:
                    t.measure()
                if time.perf_counter() - began > _LONG_S:
                    break
    finally:
        torch.set_num_threads(before)
    share = (time.process_time() - worked) / max(1e-6, time.perf_counter() - began) / threads
    return Trial(tries[0].pace, tries[1].pace, is_steady=share > _STEADY_SHARE)


class _Try:
    """One precision; `pace` is the best so far."""

    def __init__(self, dtype: torch.dtype) -> None:
        import torch

        self._dtype = dtype
        self._layers = [
            (torch.full((_INNER, _WIDTH), 1e-3, dtype=dtype), torch.full((_WIDTH, _INNER), 1e-3, dtype=dtype))
            for _ in range(_PAIRS)
        ]
        self._through(_FEW_TOKENS, 1)  # what is set up at the first call
        # Without instructions for it a precision can be a hundred times slower; then fewer tokens tell enough.
        slow = min(self._through(_FEW_TOKENS, _READ_PAIRS) for _ in range(2)) > _SLOW_S
        self._tokens = _FEW_TOKENS if slow else _MANY_TOKENS
        self._write_pairs = _READ_PAIRS if slow else _PAIRS
        self._gflops = self._gbytes_s = 0.0

    def measure(self) -> None:
        weights = 2 * _WIDTH * _INNER
        reading = self._through(self._tokens, _READ_PAIRS)
        writing = self._through(_ROWS, self._write_pairs)
        self._gflops = max(self._gflops, 2 * self._tokens * weights * _READ_PAIRS / reading / 1e9)
        self._gbytes_s = max(self._gbytes_s, weights * self._write_pairs * self._dtype.itemsize / writing / 1e9)

    @property
    def pace(self) -> Pace:
        return Pace(round(self._gflops, 2), round(self._gbytes_s, 2))

    def _through(self, tokens: int, pairs: int) -> float:
        """Seconds to go through that many pairs of layers."""
        import torch

        x = torch.ones(tokens, _WIDTH, dtype=self._dtype)
        began = time.perf_counter()
        for up, down in self._layers[:pairs]:
            x = torch.nn.functional.linear(torch.nn.functional.linear(x, up), down)
        return time.perf_counter() - began


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
