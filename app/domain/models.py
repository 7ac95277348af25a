"""Models as the window and the command line see them: what can be had, what fits, how a download goes on.

Everything here is frozen and picklable, so that it can cross from a thread or process to the window.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path


class Phase(StrEnum):
    """What a download or an import is doing."""

    ASKING = "asking"  # the hub for the list of files
    FETCHING = "fetching"
    WAITING = "waiting"  # for a line that broke or a hub that asked for patience; goes on by itself
    CHECKING = "checking"  # checksums of what has come


@dataclass(frozen=True, slots=True)
class DownloadProgress:
    """How far it is, a few times a second. `message` is for people; the numbers are there for a bar.

    `speed_bytes_s` is that of the last seconds, 0 before there is one; `left_s` is None while it cannot be told.
    """

    model: str
    phase: Phase
    done_bytes: int
    total_bytes: int
    speed_bytes_s: float = 0.0
    left_s: float | None = None
    message: str = ""


@dataclass(frozen=True, slots=True)
class DownloadNotice:
    """Something the user should know that is no failure ("model.safetensors arrived damaged and is fetched again")."""

    model: str
    message: str


@dataclass(frozen=True, slots=True)
class ModelInstalled:
    """The end of a download or import: complete, checked, in its place.

    `fetched_bytes` is what came over the line this time; what an earlier try had left is not in it.
    """

    model: str
    folder: Path
    fetched_bytes: int
    seconds: float


DownloadEvent = DownloadProgress | DownloadNotice | ModelInstalled


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """One model of a recommended set: which, where it would run, and what it would need there."""

    model: str
    title: str
    task: str  # "speech", "text", "diarize"; "speakers" for what is part of Folkmoot and does the last
    device: str  # "cpu", "cuda:0", "mps"
    precision: str  # "bfloat16", "float16", "float32", "int8"
    memory_mb: int  # computed, not measured
    download_mb: int  # 0 if it is here already
    why: str


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """A model that is in memory now. `memory_mb`: of its weights; while it works it needs more."""

    model: str
    title: str
    device: str  # "cpu", "cuda:0", "mps"
    precision: str  # "bfloat16", "float16", "float32", "int8", "int4"
    memory_mb: int


@dataclass(frozen=True, slots=True)
class Recommendation:
    """A set of models that fits this machine together. `reasons` and `warnings` are sentences for the user."""

    choices: tuple[ModelChoice, ...]
    reasons: tuple[str, ...] = field(default=())
    warnings: tuple[str, ...] = field(default=())

    @property
    def download_mb(self) -> int:
        return sum(c.download_mb for c in self.choices)

    @property
    def missing(self) -> tuple[str, ...]:
        """Ids of the models that would have to be fetched."""
        return tuple(c.model for c in self.choices if c.download_mb)
