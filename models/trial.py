"""What this processor can do, measured once in a second or two and remembered: bfloat16 against float32 and int8.

Instruction sets say too little: with bfloat16 units it wins by far, without them it may lose badly or, where reading
the weights is what takes the time, still win. So all are tried on layers of the size a small recogniser has: reading
(many tokens at once, bound by arithmetic) and writing (a few tokens, bound by memory). Weights in 8 bits, which cost
a little accuracy, are for a processor on which they are clearly faster, and for where there is no memory for more.
"""

from __future__ import annotations

import json
import logging
import os
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from models import memory
from models.entries import CATALOGUE, ModelEntry

if TYPE_CHECKING:
    import torch

log = logging.getLogger(__name__)

CpuType = Literal["float32", "bfloat16"]
FILE = "processor-trial.json"
INT8_GAIN = 1.5  # how much faster the whole work has to be in 8 bits for them to be taken though there is memory
_VERSION = 3
_WIDTH, _INNER = 1024, 3072
_PAIRS = 16  # of layers: 200 MB in bfloat16, more than any cache holds
_READ_PAIRS = 4  # enough for arithmetic
_ROWS = 8  # written at once, like a batch of eight windows
_FEW_TOKENS, _MANY_TOKENS = 32, 256  # read at once
_SLOW_S = 0.1  # to read a few
_ROUNDS = 6
_LONG_S = 2.0  # no further round after that
_STEADY_SHARE = 0.7  # of the time the threads have to have run; else other programs were in the way

_remembered: dict[str, Trial] = {}
_lock = threading.Lock()
_folder: Path | None = None


@dataclass(frozen=True, slots=True)
class Pace:
    """`gflops`: multiplications and additions when reading; `gbytes_s`: weights read a second when writing a batch.

    `alone_gbytes_s`: when writing a single text, as in minutes; 0 if it was not measured.
    """

    gflops: float
    gbytes_s: float
    alone_gbytes_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Trial:
    float32: Pace
    bfloat16: Pace
    is_steady: bool = True  # nothing else kept the processor busy; if not, it is measured again next time
    int8: Pace | None = None  # of quantised layers, with what is around them in the faster of the two

    def pace(self, precision: CpuType) -> Pace:
        return self.bfloat16 if precision == "bfloat16" else self.float32

    @property
    def faster(self) -> CpuType:
        """The precision in which the small recogniser would be faster."""
        return min(("bfloat16", "float32"), key=lambda p: _seconds(_SMALL, self.pace(p), p))

    def hour_s(self, entry: ModelEntry, precision: memory.Precision) -> float:
        """Seconds of work for an hour's meeting: an estimate. 8 bits need `int8` to have been measured."""
        if precision != "int8":
            kind: CpuType = "bfloat16" if precision == "bfloat16" else "float32"
            return _seconds(entry, self.pace(kind), precision)
        assert self.int8 is not None
        assert entry.anatomy is not None
        whole = _seconds(entry, self.pace(self.faster), self.faster)
        kept = entry.anatomy.kept_m / entry.anatomy.parameters_m  # encoder and head are as fast as before
        return kept * whole + (1 - kept) * _seconds(entry, self.int8, "int8")

    def int8_pays(self, entry: ModelEntry) -> bool:
        """Whether the model's work would be clearly faster in 8 bits. A measurement that was disturbed says no."""
        if self.int8 is None or not self.is_steady or entry.anatomy is None:
            return False
        return self.hour_s(entry, "int8") * INT8_GAIN < self.hour_s(entry, self.faster)


_SMALL = next(e for e in CATALOGUE if e.id == "qwen3-asr-0.6b")


def _seconds(entry: ModelEntry, pace: Pace, precision: memory.Precision) -> float:
    if entry.task == "text":
        return memory.hour_of_minutes_s(entry, pace.gflops, pace.alone_gbytes_s or pace.gbytes_s, precision)
    return memory.hour_of_speech_s(entry, pace.gflops, pace.gbytes_s, precision)


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
            whole = [_Try(torch.float32), _Try(torch.bfloat16)]
            _measure(whole)
            found = Trial(whole[0].pace, whole[1].pace)
            bytes_ = _Try(getattr(torch, found.faster), is_int8=True)
            _measure([bytes_])
    finally:
        torch.set_num_threads(before)
    share = (time.process_time() - worked) / max(1e-6, time.perf_counter() - began) / threads
    return replace(found, is_steady=share > _STEADY_SHARE, int8=bytes_.pace)


def _measure(tries: Sequence[_Try]) -> None:
    began = time.perf_counter()
    for _ in range(_ROUNDS):
        for t in tries:
            t.measure()
        if time.perf_counter() - began > _LONG_S:
            break


class _Try:
    """One precision; `pace` is the best so far."""

    def __init__(self, dtype: torch.dtype, *, is_int8: bool = False) -> None:
        self._dtype = dtype
        self._weight_bytes = 1 if is_int8 else dtype.itemsize

        def pair() -> tuple[torch.nn.Module, torch.nn.Module]:
            return _layer(_WIDTH, _INNER, dtype, is_int8), _layer(_INNER, _WIDTH, dtype, is_int8)

        self._layers = [pair() for _ in range(_PAIRS)]
        self._through(_FEW_TOKENS, 1)  # what is set up at the first call
        # Without instructions for it a precision can be a hundred times slower; then fewer tokens tell enough.
        slow = min(self._through(_FEW_TOKENS, _READ_PAIRS) for _ in range(2)) > _SLOW_S
        self._tokens = _FEW_TOKENS if slow else _MANY_TOKENS
        self._write_pairs = _READ_PAIRS if slow else _PAIRS
        self._gflops = self._gbytes_s = self._alone_gbytes_s = 0.0

    def measure(self) -> None:
        weights = 2 * _WIDTH * _INNER
        reading = self._through(self._tokens, _READ_PAIRS)
        writing = self._through(_ROWS, self._write_pairs)
        self._gflops = max(self._gflops, 2 * self._tokens * weights * _READ_PAIRS / reading / 1e9)
        alone = self._through(1, self._write_pairs)
        gbytes = weights * self._write_pairs * self._weight_bytes / 1e9
        self._gbytes_s = max(self._gbytes_s, gbytes / writing)
        self._alone_gbytes_s = max(self._alone_gbytes_s, gbytes / alone)

    @property
    def pace(self) -> Pace:
        return Pace(round(self._gflops, 2), round(self._gbytes_s, 2), round(self._alone_gbytes_s, 2))

    def _through(self, tokens: int, pairs: int) -> float:
        """Seconds to go through that many pairs of layers."""
        import torch

        x = torch.ones(tokens, _WIDTH, dtype=self._dtype)
        began = time.perf_counter()
        for up, down in self._layers[:pairs]:
            x = down(up(x))
        return time.perf_counter() - began


def _layer(inputs: int, outputs: int, dtype: torch.dtype, is_int8: bool) -> torch.nn.Module:
    import torch

    layer = torch.nn.Linear(inputs, outputs, bias=False, device="meta").to_empty(device="cpu").to(dtype)
    torch.nn.init.constant_(layer.weight, 1e-3)
    if is_int8:
        from models.quantise import quantised

        return quantised(layer, "int8", "cpu", dtype)
    from models.packed import pack_linears

    holder = torch.nn.Sequential(layer)
    pack_linears(holder)  # as they are in a model
    return holder


# -- the file --------------------------------------------------------------------------------------
def _read(key: str) -> Trial | None:
    if _folder is None:
        return None
    try:
        data = json.loads((_folder / FILE).read_text(encoding="utf-8"))[key]
        int8 = Pace(**data["int8"]) if data["int8"] else None
        found = Trial(Pace(**data["float32"]), Pace(**data["bfloat16"]), int8=int8)
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
