"""The sound of an utterance that grows, as the encoder of Qwen3-ASR gets it: the same frames as of the whole.

A frame is the spectrum of 25 ms. Two things in it depend on sound that comes later: the last frame, behind whose end
the extractor mirrors the sound, and the floor, which lies 80 dB below the loudest frame of the whole utterance. The
encoder attends within windows of 8 s. So a window is *settled* once all its frames are whole, with the floor of that
moment; if louder sound comes later and the new floor would show in it, it is *stale*.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from models.speech.features import HOP, whole_frames

if TYPE_CHECKING:
    import torch

    from app.domain.ports import Samples

_FLOOR = 8.0  # below the loudest, in powers of ten
_SMALLEST = 1e-10
_FIRST_ROOM = 16_000 * 10  # samples


@dataclass(frozen=True, slots=True)
class Frames:
    """What the encoder has to be given, each 1 × bins × frames: windows that can be settled, and what is behind them.

    `stale`: windows settled earlier would look otherwise by now. `levels`: for `settle`.
    """

    windows: tuple[torch.Tensor, ...] = ()
    rest: torch.Tensor | None = None
    stale: bool = False
    levels: tuple[Level, ...] = ()


@dataclass(frozen=True, slots=True)
class Level:
    """Of a window: the floor put under it, and its lowest and highest value without one."""

    floor: float
    least: float
    most: float


class GrowingSound:
    """`extractor`: a Qwen3ASRFeatureExtractor; `window_frames`: of a window of the encoder."""

    def __init__(self, extractor: Any, window_frames: int) -> None:
        self._extractor = extractor
        self._window_frames = window_frames
        self._buffer: Samples = np.empty(_FIRST_ROOM, np.float32)
        self._count = 0
        self.unsettle()

    def __len__(self) -> int:
        return self._count

    @property
    def samples(self) -> Samples:
        """All of them; a view."""
        return self._buffer[: self._count]

    def add(self, samples: Samples) -> None:
        needed = self._count + len(samples)
        if needed > len(self._buffer):
            grown: Samples = np.empty(max(needed, 2 * len(self._buffer)), np.float32)
            grown[: self._count] = self.samples
            self._buffer = grown
        self._buffer[self._count : needed] = samples
        self._count = needed

    def unsettle(self) -> None:
        """Begin again with the first frame."""
        self._settled: list[Level] = []

    def settle(self, frames: Frames) -> None:
        """What `frames` found is settled from now on."""
        self._settled += frames.levels

    def frames(self) -> Frames:
        """What is behind the windows settled so far, as if the sound ended here."""
        x = whole_frames(self.samples)
        # Shorter sound is filled up with silence, which counts as sound: so the extractor does it.
        x = np.pad(x, (0, max(0, self._extractor.min_length - len(x))))
        size, half = self._window_frames, self._extractor.n_fft // 2
        first, last = len(self._settled) * size, len(x) // HOP
        if last <= first:
            return Frames()
        raw = self._log_powers(x, first, last)
        floor = max(float(raw.max()), *(level.most for level in self._settled), -np.inf) - _FLOOR
        stale = any(level.floor != floor and level.least < max(level.floor, floor) for level in self._settled)
        whole = (len(x) - half) // HOP + 1 - first  # frames that the end of the sound is not in
        parts = [raw[..., at : at + size] for at in range(0, whole // size * size, size)]
        rest = raw[..., len(parts) * size :]
        return Frames(
            tuple(_scaled(part, floor) for part in parts),
            _scaled(rest, floor) if rest.shape[-1] else None,
            stale,
            tuple(Level(floor, float(part.min()), float(part.max())) for part in parts),
        )

    def _log_powers(self, x: Samples, first: int, last: int) -> torch.Tensor:
        """Of frames first…last, which may be the last of `x`; 1 × bins × frames."""
        import torch

        size = self._extractor.n_fft
        start, end = first * HOP - size // 2, last * HOP + size // 2
        part = np.pad(x[max(0, start) : end], (max(0, -start), max(0, end - len(x))), mode="reflect")
        window = torch.hann_window(size)
        spectra = torch.stft(torch.from_numpy(part), size, HOP, window=window, center=False, return_complex=True)
        filters = torch.from_numpy(self._extractor.mel_filters).to(torch.float32)
        powers = filters.T @ (spectra[..., : last - first].abs() ** 2)
        return torch.clamp(powers, min=_SMALLEST).log10()[None]


def _scaled(raw: torch.Tensor, floor: float) -> torch.Tensor:
    import torch

    return (torch.clamp(raw, min=floor) + 4.0) / 4.0
