"""What a benchmark prints, line by line."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    what: str
    measured: str
    promised: str
    kept: bool | None  # None: nothing is promised, the figure is for comparison
