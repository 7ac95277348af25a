"""Nemotron-3-Diarization through transformers: who speaks when, overlaps included, for up to eight people.

https://huggingface.co/nvidia/Nemotron-3-Diarization, a streaming Sortformer: a probability per speaker and 10 ms. Its
speaker cache, carried from step to step, keeps the numbers of speakers over any length of sound. Here sound is always
given to it in steps, so memory does not grow; with the model's own sizes for whole recordings that computes what one
forward pass over all of it would.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from app.domain import cancel as cancelling
from app.domain.errors import ModelError
from app.domain.ports import SAMPLE_RATE
from models import device, loading

if TYPE_CHECKING:
    import numpy.typing as npt

    from app.domain.cancel import CancelFlag
    from app.domain.ports import AudioReader, Samples
    from models.catalogue import ModelEntry

    Probabilities = npt.NDArray[np.float32]  # (frames of 10 ms, speakers)

FRAME_S = 0.01
_BLOCK_S = 30.0  # sound read at a time
_ROOM_S = 1.0  # of look-ahead while streaming


@dataclass(frozen=True, slots=True)
class Smoothing:
    """How probabilities become turns. The model's processor only cuts at 0.5."""

    onset: float = 0.5
    """Probability from which somebody speaks."""

    release: float = 0.35
    """Probability below which they have ended; in between, what was going on goes on."""

    min_pause_s: float = 0.3
    """Shorter pauses do not end a turn."""

    min_speech_s: float = 0.25
    """Shorter turns are dropped."""

    min_speaker_s: float = 1.0
    """Who speaks less in the whole recording is dropped."""


class NemotronDiarizer:
    """Finds (start_s, end_s, speaker) in one track; `models.speakers.voices.VoiceDiarizer` makes a meeting of it.

    Use it from one thread at a time, whichever.
    """

    def __init__(self, model: Any, processor: Any, name: str, placement: device.Placement) -> None:
        self.name = name
        self.settings: Mapping[str, Any] = {"device": placement.device, "precision": placement.dtype}
        self.max_speakers = int(model.config.head_config.num_speakers)
        self.model = model
        self.processor = processor
        self._placement = placement

    @classmethod
    def load(
        cls, folder: Path, entry: ModelEntry, device_name: str | device.Placement | None = None
    ) -> NemotronDiarizer:
        """Load from a folder like nvidia/Nemotron-3-Diarization. `ModelError` if that does not work."""
        placement = device.place(entry.size_mb, starter=entry.is_starter, device=device_name)
        transformers = loading.transformers()
        processor = loading.processor_from_pretrained(transformers.AutoProcessor, folder)
        model = loading.from_pretrained(
            transformers.AutoModelForAudioFrameClassification, folder, device=placement.device, dtype=placement.dtype
        )
        if model.config.model_type != "nemotron3_diarization":
            raise ModelError(f"The model in {folder} is no diarizer.", "Choose nvidia/Nemotron-3-Diarization.")
        return cls(model, processor, entry.id, placement)

    def find(
        self, reader: AudioReader, cancel: CancelFlag, smoothing: Smoothing | None = None
    ) -> list[tuple[float, float, int]]:
        """Turns in order of their starts, speakers numbered from 0 in order of appearance; they may overlap."""
        parts = list(self._whole(reader, cancel))
        found = np.concatenate(parts) if parts else np.zeros((0, self.max_speakers), np.float32)
        return to_turns(found, smoothing or Smoothing())

    def _whole(self, reader: AudioReader, cancel: CancelFlag) -> Iterator[Probabilities]:
        config = self.model.config
        stream = NemotronStream(
            self,
            config.chunk_length,
            config.chunk_right_context,
            config.fifo_length,
            config.speaker_cache_update_period,
        )
        for block in reader.blocks(_BLOCK_S):
            cancelling.check(cancel)
            yield stream.feed(block)
        cancelling.check(cancel)
        yield stream.finish()

    def stream(self, step_s: float) -> NemotronStream:
        """For sound that is still being made: 5 to 10 s a step on a processor, 1 s on a graphics card."""
        frame_s = self.model.config.audio_config.subsampling_factor * FRAME_S
        ahead = min(_ROOM_S, step_s / 3)
        return NemotronStream(self, max(1, round((step_s - ahead) / frame_s)), max(1, round(ahead / frame_s)))

    def run(self, features: Any, cache: Any, lookahead: int) -> tuple[Probabilities, Any]:
        """One step: (frames, speakers), and the cache for the next one."""
        import torch

        device.apply_threads(self._placement)
        with torch.inference_mode():
            out = self.model(
                input_features=features.to(self.model.device, self.model.dtype),
                speaker_cache=cache,
                num_lookahead_frames=lookahead,
            )
            found: Probabilities = out.logits[0].float().sigmoid().cpu().numpy()
        return found, out.speaker_cache


class NemotronStream:
    """One track, step by step. Lengths are in frames of the encoder (80 ms)."""

    def __init__(
        self,
        diarizer: NemotronDiarizer,
        step: int,
        ahead: int,
        fifo_length: int | None = None,
        update_period: int | None = None,
    ) -> None:
        from transformers.models.nemotron3_diarization.modeling_nemotron3_diarization import (
            Nemotron3DiarizationSpeakerCache,
        )

        self._diarizer = diarizer
        self._step, self._ahead = step, ahead
        config = diarizer.model.config
        self._factor = int(config.audio_config.subsampling_factor)
        sizes = {}
        if fifo_length is not None and update_period is not None:
            sizes = {"fifo_length": fifo_length, "speaker_cache_update_period": update_period}
        self._cache: Any = Nemotron3DiarizationSpeakerCache(config.streaming_config, **sizes)
        self._sound = _Features(diarizer.processor, self._factor)
        self._features: Any = None

    @property
    def latency_s(self) -> float:
        """From a sound to its answer, at most, without the time for computing."""
        return (self._step + self._ahead) * self._factor * FRAME_S

    def feed(self, samples: Samples) -> Probabilities:
        """The next sound, of any length; the frames that can be told by now."""
        self._take(self._sound.feed(samples))
        found = []
        while self._features is not None and self._features.shape[1] >= (self._step + self._ahead) * self._factor:
            found.append(self._forward((self._step + self._ahead) * self._factor, self._ahead))
        return self._joined(found)

    def finish(self) -> Probabilities:
        """The rest, when there is no more sound."""
        self._take(self._sound.finish())
        found = []
        while self._features is not None and (left := self._features.shape[1]):
            size = min(left, (self._step + self._ahead) * self._factor)
            found.append(self._forward(size, max(0, -(-size // self._factor) - self._step)))
        return self._joined(found)

    def _take(self, features: Any) -> None:
        import torch

        if features is not None:
            self._features = features if self._features is None else torch.cat([self._features, features], dim=1)

    def _forward(self, size: int, ahead: int) -> Probabilities:
        found, self._cache = self._diarizer.run(self._features[:, :size], self._cache, ahead)
        self._features = self._features[:, len(found) :]
        return found

    def _joined(self, found: list[Probabilities]) -> Probabilities:
        return np.concatenate(found) if found else np.zeros((0, self._diarizer.max_speakers), np.float32)


class _Features:
    """Spectrogram of sound that comes in pieces: the same as of all of it at once."""

    def __init__(self, processor: Any, factor: int) -> None:
        self._extract = processor.feature_extractor
        self._block = 12 * factor  # frames made at a time, about a second
        self._rest = np.zeros(0, np.float32)
        self._frames = 0  # made so far

    def feed(self, samples: Samples) -> Any:
        import torch

        self._rest = np.concatenate([self._rest, samples])
        made = []
        while len(self._rest) >= (size := self._size()):
            made.append(self._of(self._rest[:size], is_last=False)[:, : self._block])
            first = self._frames == 0
            self._frames += self._block
            hop, half = self._extract.hop_length, self._extract.n_fft // 2
            self._rest = self._rest[self._block * hop - (half if first else 0) :]
        return torch.cat(made, dim=1) if made else None

    def finish(self) -> Any:
        enough = self._extract.n_fft // 2 + 1 if self._frames else 1
        rest, self._rest = self._rest, np.zeros(0, np.float32)
        return self._of(rest, is_last=True) if len(rest) >= enough else None

    def _size(self) -> int:
        hop, window = self._extract.hop_length, self._extract.win_length
        if self._frames == 0:
            return int((self._block - 1) * hop + self._extract.n_fft)
        return int(self._block * hop + window)

    def _of(self, samples: Samples, *, is_last: bool) -> Any:
        is_first = self._frames == 0
        out = self._extract(
            samples,
            sampling_rate=SAMPLE_RATE,
            center=is_first,
            is_last_audio_chunk=is_last and not is_first,
            return_attention_mask=True,
        )
        frames = int(out["attention_mask"].sum())
        return out["input_features"][:, :frames]


def to_turns(probabilities: Probabilities, smoothing: Smoothing) -> list[tuple[float, float, int]]:
    """(start_s, end_s, speaker), in order of starts; speakers are numbered in order of appearance."""
    found: list[tuple[float, float, int]] = []
    for speaker in range(probabilities.shape[1]):
        spans = _spans(probabilities[:, speaker], smoothing)
        if sum(b - a for a, b in spans) >= smoothing.min_speaker_s:
            found += [(a, b, speaker) for a, b in spans]
    found.sort()
    order = list(dict.fromkeys(speaker for *_, speaker in found))
    return [(a, b, order.index(speaker)) for a, b, speaker in found]


def _spans(p: npt.NDArray[np.float32], smoothing: Smoothing) -> list[tuple[float, float]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], p >= smoothing.release, [False]]).astype(np.int8)))
    spans: list[tuple[float, float]] = []
    for a, b in zip(edges[::2], edges[1::2], strict=True):
        above = np.flatnonzero(p[a:b] >= smoothing.onset)
        if not len(above):
            continue
        start, end = (a + above[0]) * FRAME_S, b * FRAME_S
        if spans and start - spans[-1][1] < smoothing.min_pause_s:
            spans[-1] = spans[-1][0], float(end)
        else:
            spans.append((float(start), float(end)))
    return [(a, b) for a, b in spans if b - a >= smoothing.min_speech_s]
