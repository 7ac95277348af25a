"""Sound and segments for the tests of speakers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from app.domain.meeting import FILE, Segment, SpeechRegion, Word
from app.domain.ports import Diarization

TESTDATA = Path(__file__).parents[3] / "shared" / "testdata"


class Sound:
    """An `AudioReader` over an array."""

    def __init__(self, x: np.ndarray) -> None:
        self.x = x.astype(np.float32)
        self.duration_s = len(x) / 16_000

    def read(self, start_s: float, end_s: float) -> np.ndarray:
        return self.x[max(0, round(start_s * 16_000)) : max(0, round(end_s * 16_000))]

    def blocks(self, seconds: float) -> Iterator[np.ndarray]:
        size = round(seconds * 16_000)
        return (self.x[i : i + size] for i in range(0, len(self.x), size))


def noise(seconds: float, level: float = 0.05) -> Sound:
    return Sound(level * np.random.default_rng(0).standard_normal(round(seconds * 16_000)))


def segments(spans: Sequence[tuple[float, float]], track: str = FILE, first: int = 1) -> list[Segment]:
    return [Segment(i, track, start, end, "…") for i, (start, end) in enumerate(spans, first)]


def regions(spans: Sequence[tuple[float, float]], track: str = FILE) -> list[SpeechRegion]:
    return [SpeechRegion(track, start, end) for start, end in spans]


def said(text: str, start_s: float, end_s: float, *, number: int = 1, track: str = FILE) -> Segment:
    """A segment whose words share its time evenly."""
    parts = text.split()
    step = (end_s - start_s) / len(parts)
    words = tuple(
        Word((" " if i else "") + w, start_s + i * step, start_s + (i + 1) * step) for i, w in enumerate(parts)
    )
    return Segment(number, track, start_s, end_s, text, words=words)


def shared(name: str) -> Path:
    if not TESTDATA.is_dir():
        pytest.skip("the shared test recordings are not here")
    return TESTDATA / name


def recording(name: str) -> Sound:
    return Sound(sf.read(shared(f"{name}.flac"), dtype="float32")[0])


def reference(name: str) -> list[tuple[float, float, str]]:
    rows = [line.split() for line in shared(f"{name}.rttm").read_text(encoding="utf-8").splitlines()]
    return [(float(r[3]), float(r[3]) + float(r[4]), r[7]) for r in rows if r]


def right_time(found: Diarization, truth: Sequence[tuple[float, float, str]], track: str) -> float:
    """Share of the truth's time that is right under the best one-to-one naming."""
    from scipy.optimize import linear_sum_assignment

    keys = sorted({t.speaker for t in found.turns if t.track == track})
    names = sorted({name for *_, name in truth})
    table = np.zeros((len(keys), len(names)))
    for t in found.turns:
        for start, end, name in truth:
            if t.track == track:
                table[keys.index(t.speaker), names.index(name)] += max(0.0, min(t.end_s, end) - max(t.start_s, start))
    rows, columns = linear_sum_assignment(-table)
    return float(table[rows, columns].sum() / sum(end - start for start, end, _ in truth))
