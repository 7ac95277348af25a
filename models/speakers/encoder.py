"""Who a voice sounds like: the GE2E voice encoder of Resemblyzer, as 256 numbers for 1.6 s of sound.

Wan et al., "Generalized end-to-end loss for speaker verification" (https://arxiv.org/abs/1710.10467); weights from
the package `resemblyzer` 0.1.4 (Apache-2.0, see NOTICE), kept here in half precision by `convert.py` together with
the mean embedding of 251 LibriSpeech speakers. Subtracting that mean is what makes voices comparable by their angle.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from app.domain import cancel as cancelling
from app.domain.errors import ModelError
from app.domain.ports import SAMPLE_RATE
from models import device

if TYPE_CHECKING:
    import numpy.typing as npt
    import torch

    from app.domain.cancel import CancelFlag
    from app.domain.ports import AudioReader, Samples

    Embeddings = npt.NDArray[np.float32]  # one row of length 1 per window
    Spans = Sequence[tuple[float, float]]

WEIGHTS = Path(__file__).with_name("voice_encoder.safetensors")
WINDOW_S = 1.6  # what the encoder was trained on
HOP_S = 0.8
EMBEDDING = 256
_FFT, _STEP, _MELS = 400, 160, 40  # 25 ms and 10 ms
_FRAMES = round(WINDOW_S * SAMPLE_RATE) // _STEP
_LOUDNESS = 10 ** (-30 / 20)  # quieter windows are raised to this RMS, as in training
_STRETCH_S = 60.0  # most sound in memory at a time
_BATCH = 64


def windows(spans: Spans, hop_s: float = HOP_S) -> list[tuple[float, float]]:
    """Windows of `WINDOW_S` spread evenly over stretches of speech, at most `hop_s` apart; a shorter stretch is one."""
    out: list[tuple[float, float]] = []
    for start, end in spans:
        room = end - start - WINDOW_S
        if room <= 1e-6:
            out.append((start, end))
            continue
        steps = math.ceil(room / hop_s - 1e-6)
        out += [(at, at + WINDOW_S) for at in (start + room * i / steps for i in range(steps + 1))]
    return out


@dataclass(frozen=True, eq=False)
class VoiceEncoder:
    """The network and what it needs to listen. Make one with `load_encoder`."""

    lstm: torch.nn.LSTM
    weight: torch.Tensor
    bias: torch.Tensor
    mean: torch.Tensor
    filters: torch.Tensor

    def embed(self, reader: AudioReader, spans: Spans, cancel: CancelFlag) -> Embeddings:
        """One centred embedding of length 1 per span (in time order): what is heard in 1.6 s around its middle."""
        found = [self._embed_mels(mels) for mels in self._mels(reader, spans, cancel)]
        return np.concatenate(found) if found else np.zeros((0, EMBEDDING), np.float32)

    def _mels(self, reader: AudioReader, spans: Spans, cancel: CancelFlag) -> Iterator[list[torch.Tensor]]:
        """Batches of (frames, mels) windows; spans that lie close together share one reading."""
        batch: list[torch.Tensor] = []
        for stretch in _stretches(spans):
            cancelling.check(cancel)
            origin_s = max(0.0, stretch[0][0] - WINDOW_S)
            sound = reader.read(origin_s, stretch[-1][1] + WINDOW_S)
            for start, end in stretch:
                middle = round(((start + end) / 2 - origin_s) * SAMPLE_RATE)
                batch.append(self._mel(_around(sound, middle)))
                if len(batch) == _BATCH:
                    cancelling.check(cancel)
                    yield batch
                    batch = []
        if batch:
            yield batch

    def _mel(self, sound: Samples) -> torch.Tensor:
        """(frames, mels) power, not its logarithm: that is what this encoder knows."""
        import torch

        rms = float(np.sqrt(np.mean(np.square(sound)))) if len(sound) else 0.0
        x = torch.from_numpy(sound * np.float32(max(1.0, _LOUDNESS / rms) if rms > 1e-5 else 1.0))
        with device.one_thread(), torch.inference_mode():
            spectrum = torch.stft(
                x, _FFT, _STEP, window=torch.hann_window(_FFT), pad_mode="constant", return_complex=True
            )
            mel = (self.filters @ spectrum.abs().square()).T[:_FRAMES]
        return mel

    def _embed_mels(self, mels: list[torch.Tensor]) -> Embeddings:
        import torch
        from torch.nn import functional as F  # noqa: N812

        with device.one_thread(), torch.inference_mode():
            _, (hidden, _) = self.lstm(torch.stack(mels))
            x = F.normalize(F.linear(hidden[-1], self.weight, self.bias).relu(), dim=1)
            out: Embeddings = F.normalize(x - self.mean, dim=1).numpy()
        return out


def _stretches(spans: Spans) -> Iterator[list[tuple[float, float]]]:
    """Spans in groups that reach over at most `_STRETCH_S`."""
    group: list[tuple[float, float]] = []
    for span in spans:
        if group and span[1] - group[0][0] > _STRETCH_S:
            yield group
            group = []
        group.append(span)
    if group:
        yield group


def _around(sound: Samples, middle: int) -> Samples:
    """`WINDOW_S` of sound around a sample, moved inwards at the ends and filled up if there is not enough."""
    size = _FRAMES * _STEP
    start = max(0, min(middle - size // 2, len(sound) - size))
    x = sound[start : start + size]
    return x if len(x) == size else np.pad(x, (0, size - len(x)))


@functools.cache
def load_encoder(path: Path = WEIGHTS) -> VoiceEncoder:
    """Read the weights (2.9 MB). Raises `ModelError` if they are missing or damaged."""
    import torch
    from safetensors import SafetensorError
    from safetensors.torch import load_file
    from transformers.audio_utils import mel_filter_bank

    try:
        weights = {k: v.float() for k, v in load_file(path).items()}
        lstm = torch.nn.LSTM(_MELS, 256, 3, batch_first=True)
        lstm.load_state_dict({k.removeprefix("lstm."): v for k, v in weights.items() if k.startswith("lstm.")})
        lstm.requires_grad_(False)
        filters = mel_filter_bank(
            _FFT // 2 + 1, _MELS, 0.0, SAMPLE_RATE / 2, SAMPLE_RATE, norm="slaney", mel_scale="slaney"
        )
        return VoiceEncoder(
            lstm,
            weights["linear.weight"],
            weights["linear.bias"],
            weights["mean"],
            torch.from_numpy(filters.T.astype(np.float32)),
        )
    except (OSError, KeyError, RuntimeError, SafetensorError) as e:
        raise ModelError(f"The voice encoder {path} is missing or damaged.", "Install Folkmoot again.") from e
