"""What this computer has, and where a model runs on it.

`survey()` is cheap: it reads what the operating system says and imports no torch. Only `survey(cards=True)`
and `place()` import torch, because nothing else can tell which graphics cards it can use. What the NVIDIA driver
says about its cards (`nvidia_cards`) is asked without torch, to notice a card that torch leaves idle.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

from app.domain.errors import ModelError
from models import trial
from models.memory import Precision

DType = Literal["float32", "bfloat16", "float16"]

_FLAGS = ("avx2", "avx512f", "avx512_bf16", "avx512_vnni", "amx_bf16", "amx_int8", "asimd", "bf16", "i8mm")
SMALL_MODEL_MB = 100  # below this a model runs on one thread: waking a second one costs more than it does
_GPU_SPARE_MB = 1500  # for activations and the key-value cache


@dataclass(frozen=True, slots=True)
class Card:
    """A graphics card torch can use. `device` is torch's name for it: "cuda:0", "mps"."""

    device: str
    name: str
    memory_mb: int
    memory_free_mb: int
    bf16: bool


@dataclass(frozen=True, slots=True)
class Survey:
    """`cards` is None when nobody looked; memory and disk are 0 when the system would not say."""

    system: str
    processor: str
    cores: int  # that this process may use
    flags: tuple[str, ...]  # instruction sets that matter here, as Linux names them; empty if unknown
    memory_mb: int
    memory_free_mb: int
    disk_free_mb: int
    cards: tuple[Card, ...] | None = None
    torch: str | None = None
    idle_cards: tuple[str, ...] | None = None  # NVIDIA cards that are here and that this torch cannot use


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a model runs, and in what its decoder's weights are kept. `threads` counts for "cpu" only."""

    device: str
    dtype: Precision
    threads: int


def survey(folder: Path | None = None, *, cards: bool = False) -> Survey:
    """What there is. `folder`: whose disk is meant (else the home folder's). `cards` imports torch."""
    total, free = memory_mb()
    found: tuple[Card, ...] | None = None
    version: str | None = None
    flags = _cpu_flags()
    idle: tuple[str, ...] | None = None
    if cards:
        import torch

        found, version = _cards(), torch.__version__
        flags = flags or _flags_of_torch()
        if not any(c.device.startswith("cuda") for c in found):
            idle = tuple(name for name, _ in nvidia_cards()) or None
    return Survey(
        system=f"{platform.system()} {platform.release()} {platform.machine()}",
        processor=_processor(),
        cores=cores(),
        flags=flags,
        memory_mb=total,
        memory_free_mb=free,
        disk_free_mb=disk_free_bytes(folder or Path.home()) >> 20,
        cards=found,
        torch=version,
        idle_cards=idle,
    )


def measured() -> trial.Trial:
    """How fast this processor is in bfloat16 and float32; takes a second or two the first time on a machine."""
    return trial.trial(_processor(), cores())


def roomiest_mb() -> int:
    """Memory of the roomiest place a model could run: this computer's, or a card's that torch was built for.

    0 if unknown. Imports no torch.
    """
    system, _ = memory_mb()
    cards = [mb for _, mb in nvidia_cards()] if _torch_has_cuda() else []
    return max([system, *cards]) if system else 0


def place(size_mb: int, *, starter: bool = False, device: str | Placement | None = None) -> Placement:
    """Choose device, number type and threads for a model whose weights take `size_mb` on disk (16-bit).

    `device` forces one ("cpu", "cuda", "cuda:1", "mps"); `ModelError` if it is not there. A placement that was
    chosen before (`models.stepping`) is taken as it is. The starter kit stays on the processor in float32 unless told
    otherwise: it is too small for a card to be worth its start.
    """
    if isinstance(device, Placement):
        return device
    if device is not None and device != "cpu":
        return on_card(_card(device))
    if device is None and not starter:
        fitting = [c for c in _cards() if c.memory_free_mb >= size_mb * 1.1 + _GPU_SPARE_MB]
        if fitting:
            return on_card(max(fitting, key=lambda c: c.memory_free_mb))
    if starter or size_mb < SMALL_MODEL_MB:
        return SMALL
    total, _ = memory_mb()
    fits_twice = total == 0 or total > size_mb * 2 + 2000
    dtype: DType = measured().faster if fits_twice else "bfloat16"
    return Placement("cpu", dtype, threads=cores())


SMALL = Placement("cpu", "float32", threads=1)


def _card(device: str) -> Card:
    card = next((c for c in _cards() if c.device == device or c.device.split(":")[0] == device), None)
    if card is None:
        raise ModelError(f"There is no device {device!r} here.", "Choose “cpu”, or see what `folkmoot doctor` lists.")
    return card


def usable_cards() -> tuple[Card, ...]:
    """The cards torch can use, with what is free on them now. Imports torch."""
    return _cards()


def base_type(device: str) -> DType:
    """The number type in which a device computes best: that of a quantised model's whole parts and activations."""
    if device == "cpu":
        return measured().faster
    return cast(DType, on_card(_card(device)).dtype)


def on_card(card: Card) -> Placement:
    """A model on a card, its weights in the number type in which that computes best."""
    # float16 overflows in models trained in bfloat16, so it is taken only where bfloat16 is emulated.
    if card.bf16:
        return Placement(card.device, "bfloat16", threads=1)
    return Placement(card.device, "float16" if card.device.startswith("cuda") else "float32", threads=1)


def apply_threads(placement: Placement) -> None:
    """Set torch's thread count for the calling thread; call it on the thread that computes, before each job.

    OMP_NUM_THREADS, if the user set it, is an upper limit.
    """
    import torch

    limit = os.environ.get("OMP_NUM_THREADS", "")
    threads = min(placement.threads, int(limit)) if limit.isdigit() and int(limit) > 0 else placement.threads
    if torch.get_num_threads() != threads:
        torch.set_num_threads(threads)


@contextmanager
def one_thread() -> Iterator[None]:
    """Let torch compute on the calling thread alone, and give it back its threads afterwards.

    For networks so small that waking other threads costs more than they do: on a busy machine, voice activity
    detection on two threads was a hundred times slower than on one.
    """
    import torch

    before = torch.get_num_threads()
    if before != 1:
        torch.set_num_threads(1)
    try:
        yield
    finally:
        if before != 1:
            torch.set_num_threads(before)


def cores() -> int:
    """Processors this process may use: its affinity and, in a container, its share."""
    count = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text(encoding="ascii").split()[:2]
        if quota != "max":
            count = min(count, max(1, int(quota) // int(period)))
    except (OSError, ValueError, ZeroDivisionError):
        pass
    return max(1, count)


def _cards() -> tuple[Card, ...]:
    import torch

    found = []
    if torch.cuda.is_available():
        for i in range(torch.cuda.device_count()):
            properties = torch.cuda.get_device_properties(i)
            try:
                free, total = torch.cuda.mem_get_info(i)
            except RuntimeError:  # the card is there but cannot be used (driver, another process has it alone)
                continue
            bf16 = properties.major >= 8 or torch.version.hip is not None
            found.append(Card(f"cuda:{i}", properties.name, total >> 20, free >> 20, bf16))
    if torch.backends.mps.is_available():
        total_mb, _ = memory_mb()
        share = total_mb * 2 // 3  # what Metal lets one process use of the shared memory
        found.append(Card("mps", "Apple GPU", share, share, torch.backends.mps.is_macos_or_newer(14, 0)))
    return tuple(found)


def nvidia_cards() -> tuple[tuple[str, int], ...]:
    """(name, memory in MB) of each card the NVIDIA driver knows; none without a driver. Imports no torch.

    Through the driver's own library (NVML), whose interface is stable since 2011.
    """
    name = {"linux": "libnvidia-ml.so.1", "win32": "nvml.dll"}.get(sys.platform)
    if name is None:
        return ()
    try:
        nvml = ctypes.CDLL(name)
        if nvml.nvmlInit_v2() != 0:
            return ()
    except (OSError, AttributeError):
        return ()
    try:
        return tuple(_nvidia_cards(nvml))
    finally:
        nvml.nvmlShutdown()


def _nvidia_cards(nvml: ctypes.CDLL) -> Iterator[tuple[str, int]]:
    count = ctypes.c_uint()
    if nvml.nvmlDeviceGetCount_v2(ctypes.byref(count)) != 0:
        return
    for i in range(count.value):
        card = ctypes.c_void_p()
        name = ctypes.create_string_buffer(96)
        memory = (ctypes.c_ulonglong * 3)()  # total, free, used; in bytes
        if (
            nvml.nvmlDeviceGetHandleByIndex_v2(i, ctypes.byref(card)) == 0
            and nvml.nvmlDeviceGetName(card, name, len(name)) == 0
            and nvml.nvmlDeviceGetMemoryInfo(card, ctypes.byref(memory)) == 0
        ):
            yield name.value.decode("utf-8", "replace"), int(memory[0]) >> 20


def _torch_has_cuda() -> bool:
    """Whether the installed torch was built for NVIDIA cards, read from its files: importing it takes seconds."""
    spec = importlib.util.find_spec("torch")
    if spec is None or spec.origin is None:
        return False
    lines = _lines(str(Path(spec.origin).with_name("version.py")))
    return any(re.match(r"cuda\b[^=]*=\s*['\"]", line) for line in lines)


def _processor() -> str:
    if sys.platform == "linux":
        for line in _lines("/proc/cpuinfo"):
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    elif sys.platform == "darwin":
        return _sysctl("machdep.cpu.brand_string") or platform.processor()
    return platform.processor() or platform.machine()


def _cpu_flags() -> tuple[str, ...]:
    if sys.platform == "linux":
        for line in _lines("/proc/cpuinfo"):
            if line.startswith(("flags", "Features")):
                has = set(line.partition(":")[2].split())
                return tuple(f for f in _FLAGS if f in has)
    elif sys.platform == "darwin" and _sysctl("hw.optional.arm.FEAT_BF16") == "1":
        return ("bf16",)
    return ()


def _flags_of_torch() -> tuple[str, ...]:
    """What torch found out about the processor, where the operating system keeps no list (Windows)."""
    import torch

    found = {"AVX2": ("avx2",), "AVX512": ("avx2", "avx512f")}.get(torch.backends.cpu.get_cpu_capability(), ())
    for flag, name in (("avx512_bf16", "_is_avx512_bf16_supported"), ("amx_bf16", "_is_amx_tile_supported")):
        ask = getattr(torch.cpu, name, None)  # not public; without it the flag is merely not known
        if ask is not None and ask():
            found = (*found, flag)
    return found


def memory_mb() -> tuple[int, int]:
    """(all, free) memory this process can hope for; a container's limit counts. Zeros if unknown."""
    ask = {"linux": _linux_memory_mb, "darwin": _mac_memory_mb, "win32": _windows_memory_mb}
    return ask[sys.platform]() if sys.platform in ask else (0, 0)


def _linux_memory_mb() -> tuple[int, int]:
    info = {name: value.split() for name, _, value in (x.partition(":") for x in _lines("/proc/meminfo"))}
    total, free = (int(info.get(name, ["0"])[0]) // 1024 for name in ("MemTotal", "MemAvailable"))
    try:
        limit = int(Path("/sys/fs/cgroup/memory.max").read_text(encoding="ascii")) >> 20
        used = int(Path("/sys/fs/cgroup/memory.current").read_text(encoding="ascii")) >> 20
    except (OSError, ValueError):  # no container, or "max"
        return total, free
    return min(total, limit), max(0, min(free, limit - used))


def _mac_memory_mb() -> tuple[int, int]:
    total = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") >> 20
    return total, total // 2  # macOS gives no figure worth more than this guess


def _windows_memory_mb() -> tuple[int, int]:
    class Status(ctypes.Structure):
        _fields_ = [
            ("length", ctypes.c_ulong),
            ("load", ctypes.c_ulong),
            *((n, ctypes.c_ulonglong) for n in ("total", "free", "page_total", "page_free")),
            *((n, ctypes.c_ulonglong) for n in ("virtual_total", "virtual_free", "extended_free")),
        ]

    status = Status()
    status.length = ctypes.sizeof(Status)
    kernel32 = getattr(ctypes, "windll").kernel32  # noqa: B009 - unknown to type checkers elsewhere
    if not kernel32.GlobalMemoryStatusEx(ctypes.byref(status)):
        return 0, 0
    return int(status.total) >> 20, int(status.free) >> 20


def disk_free_bytes(folder: Path) -> int:
    """Free space where `folder` is or would be."""
    for place_ in (folder, *folder.parents):
        if place_.exists():
            return shutil.disk_usage(place_).free
    return 0


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []


def _sysctl(name: str) -> str:
    try:
        done = subprocess.run(["sysctl", "-n", name], capture_output=True, text=True, timeout=5, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip()
