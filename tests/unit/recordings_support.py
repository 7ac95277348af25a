"""Recordings as a recorder leaves them, made from a truth: what sounded when, and how each device's clock runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from app.audio.journal import JOURNAL_NAME, JournalWriter
from app.audio.track_file import WavTrack, raw_path
from app.domain.meeting import Mark

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

RATE = 48_000
BEGAN = datetime(2026, 11, 21, 14, 5, tzinfo=UTC)
Samples = np.ndarray[tuple[int], np.dtype[np.float32]]


def write_track(folder: Path, track: str, sound: npt.NDArray[np.float32]) -> Path:
    file = WavTrack(raw_path(folder, track))
    file.append(sound)
    file.patch_header()
    file.close()
    return file.path


def write_simple(
    folder: Path,
    tracks: Mapping[str, npt.NDArray[np.float32]],
    *,
    marks: Sequence[Mark] = (),
    ended: bool = True,
) -> None:
    """Tracks of one unbroken clock that runs true."""
    folder.mkdir(parents=True, exist_ok=True)
    journal = JournalWriter(folder / JOURNAL_NAME)
    journal.start(BEGAN, dict.fromkeys(tracks, ""))
    for track, sound in tracks.items():
        write_track(folder, track, sound)
        journal.device(track, f"{track} device")
        journal.span(track, 0, 0.0)
        for second in range(1, len(sound) // RATE + 1):
            journal.clock(track, second * RATE, second + 0.003)
    for mark in marks:
        journal.mark(mark)
    if ended:
        journal.end("stopped", BEGAN, max(len(x) for x in tracks.values()) / RATE)
    journal.close()


class Device:
    """A track of a simulated recording. It hears a click at each of `clicks` (seconds) while it runs, and counts
    frames at a speed of its own; what it delivers arrives late by `latency_s` and something that is never twice
    the same. `warp`: how far the computer's clock is off at a time.
    """

    def __init__(
        self,
        track: str,
        ppm: float,
        runs: Sequence[tuple[float, float]],
        *,
        latency_s: float = 0.01,
        seed: int = 0,
        warp: Callable[[float], float] = lambda _t: 0.0,
    ) -> None:
        self.track = track
        self.ppm = ppm
        self.runs = runs
        self._latency_s = latency_s
        self._random = np.random.default_rng(seed)
        self._warp = warp

    def write(self, folder: Path, journal: JournalWriter, clicks: Sequence[float]) -> None:
        speed = RATE * (1 + self.ppm * 1e-6)
        file = WavTrack(raw_path(folder, self.track))
        journal.device(self.track, f"{self.track} device")
        for n, (start, end) in enumerate(self.runs):
            if n:  # silence in place of what did not come, good to some milliseconds
                journal.silence(self.track, file.frames)
                file.append_silence(max(0, round((start + self._random.normal(0, 0.003)) * RATE) - file.frames))
            first = file.frames
            journal.span(self.track, first, self._arrival(start))
            x = np.zeros(round((end - start) * speed), np.float32)
            for click in clicks:
                if start + 0.01 <= click <= end - 0.01:
                    at = (click - start) * speed
                    near = np.arange(int(at) - 200, int(at) + 200)
                    pulse = 0.8 * np.exp(-0.5 * ((near - at) / 20) ** 2)
                    inside = (near >= 0) & (near < len(x))
                    x[near[inside]] += pulse[inside].astype(np.float32)
            file.append(x)
            for t in np.arange(start + 1, end, 1.0):
                journal.clock(self.track, first + int((t - start) * speed), self._arrival(float(t)))
        file.patch_header()
        file.close()

    def _arrival(self, t: float) -> float:
        """Mostly a few milliseconds late, now and then by much."""
        late = self._random.exponential(0.003)
        late += self._random.exponential(0.05) if self._random.random() < 0.1 else 0.0
        return t + self._warp(t) + self._latency_s + late


def write_simulated(folder: Path, devices: Sequence[Device], clicks: Sequence[float], duration_s: float) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    journal = JournalWriter(folder / JOURNAL_NAME)
    journal.start(BEGAN, {d.track: "" for d in devices})
    for device in devices:
        device.write(folder, journal, clicks)
    journal.end("stopped", BEGAN, duration_s)
    journal.close()


def clicks_heard(sound: npt.NDArray[np.float32], clicks: Sequence[float], rate: int = 16_000) -> dict[float, float]:
    """Where each click is found within 0.5 s of its place, by its centre; those that are not there are left out."""
    found = {}
    for click in clicks:
        start = max(0, round((click - 0.5) * rate))
        near = sound[start : round((click + 0.5) * rate)]
        if len(near) and near.max() > 0.3:
            top = int(near.argmax())
            window = near[max(0, top - 20) : top + 21]
            centre = float(np.sum(window * np.arange(len(window))) / window.sum())
            found[click] = (start + max(0, top - 20) + centre) / rate
    return found
