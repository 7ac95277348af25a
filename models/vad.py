"""Where somebody speaks: Silero's voice activity detector (https://github.com/snakers4/silero-vad, MIT).

The weights are those of the `silero-vad` package, the network is written out here. The package itself is never
imported: that would set torch to one thread for the whole process, and its TorchScript model takes one frame of
32 ms at a time, where the convolutions here take a whole block and only the LSTM goes step by step.
A test holds both to the same answers.
"""

from __future__ import annotations

import functools
import importlib.util
import warnings
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from app.domain.errors import ModelError
from app.domain.ports import SAMPLE_RATE
from models import device

if TYPE_CHECKING:
    import torch

    from app.domain.ports import Samples

FRAME = 512  # samples the model judges at a time, 32 ms
_CONTEXT = 64  # samples of the frame before that it sees again
_BATCH = 256  # frames computed at once, 8 s: bounds memory whatever the blocks are
_WEIGHTS = "data/silero_vad.jit"  # its 16 kHz half; the .safetensors beside it hold an older training


@dataclass(frozen=True, slots=True)
class VadSettings:
    """What counts as speech. Times are rounded up to whole frames of 32 ms."""

    threshold: float = 0.35
    """Probability from which a frame is speech. Silero's own 0.5 missed a whole quiet clip of a real room."""

    release: float = 0.20
    """Probability below which a frame ends speech; in between, what was going on goes on."""

    min_speech_s: float = 0.2
    """Shorter stretches (before padding) are dropped: clicks, coughs, a chair."""

    min_silence_s: float = 0.3
    """Shorter pauses do not end a stretch, so that words of one sentence stay together."""

    pad_s: float = 0.1
    """Added at both ends, because soft first and last sounds are missed. At most half of `min_silence_s`."""

    def __post_init__(self) -> None:
        if not 0 <= self.release <= self.threshold <= 1:
            raise ValueError("0 ≤ release ≤ threshold ≤ 1 does not hold")
        if min(self.min_speech_s, self.pad_s) < 0 or 2 * self.pad_s > self.min_silence_s:
            raise ValueError("padding must not be negative nor longer than half of the shortest silence")


class SileroVad:
    """`app.domain.ports.VoiceDetector`. Keeps no state between calls of `find`, so one may serve several threads.

    Raises `ModelError` at the first use if the model's file is missing or damaged.
    """

    name = "silero-vad"

    def __init__(self, settings: VadSettings | None = None) -> None:
        self._knobs = settings or VadSettings()
        self.settings: Mapping[str, Any] = asdict(self._knobs)

    def find(self, blocks: Iterable[Samples]) -> Iterator[tuple[float, float]]:
        """(start_s, end_s) of speech, in order and never overlapping, as soon as the silence after it is sure.

        Blocks may have any length; memory does not grow with their number. Blocks of 8 s and more are computed
        twice as fast as blocks of 1 s.
        """
        tracker = _Tracker(self._knobs)
        samples = 0
        for count, probabilities in self._probabilities(blocks):
            samples += count
            for p in probabilities:
                region = tracker.step(p)
                if region is not None:
                    yield _seconds(region, samples)
        region = tracker.finish()
        if region is not None:
            yield _seconds(region, samples)

    def _probabilities(self, blocks: Iterable[Samples]) -> Iterator[tuple[int, list[float]]]:
        """(samples taken in, probability of each of their frames); the last frame is filled up with zeros."""
        net = _network()
        context = np.zeros(_CONTEXT, np.float32)
        state: Any = None
        rest = np.zeros(0, np.float32)
        for x, is_last in _with_last(blocks):
            rest = np.concatenate([rest, x])
            if is_last and len(rest) % FRAME:
                filled = np.zeros(-(-len(rest) // FRAME) * FRAME, np.float32)
                filled[: len(rest)] = rest
            else:
                filled = rest[: len(rest) - len(rest) % FRAME]
            for at in range(0, len(filled), _BATCH * FRAME):
                part = filled[at : at + _BATCH * FRAME]
                probabilities, state = net(np.concatenate([context, part]), state)
                context = part[-_CONTEXT:]
                yield min(len(part), len(rest) - at), probabilities
            rest = rest[len(filled) :]


class SileroStream:
    """`app.domain.live.VoiceStream`: one track while it is heard, by the same rules as `SileroVad.find`.

    Raises `ModelError` at the first use if the model's file is missing or damaged.
    """

    def __init__(self, settings: VadSettings | None = None) -> None:
        knobs = settings or VadSettings()
        self._tracker = _Tracker(knobs)
        self._context = np.zeros(_CONTEXT, np.float32)
        self._rest = np.zeros(0, np.float32)
        self._state: Any = None
        self._samples = 0

    def feed(self, samples: Samples) -> list[tuple[float, float]]:
        """Stretches of speech that are known to be over now, seconds from the first sample. What fills no whole
        frame of 32 ms waits for the next call."""
        self._samples += len(samples)
        x = np.concatenate([self._rest, samples])
        whole = len(x) - len(x) % FRAME
        self._rest = x[whole:]
        return self._step(x[:whole])

    def finish(self) -> list[tuple[float, float]]:
        """The stretch that the end of the sound cut off, if any; with the last frame filled up with zeros."""
        found: list[tuple[float, float]] = []
        if len(self._rest):
            found += self._step(np.pad(self._rest, (0, FRAME - len(self._rest))))
            self._rest = self._rest[:0]
        region = self._tracker.finish()
        return found + ([_seconds(region, self._samples)] if region is not None else [])

    @property
    def speaking_since(self) -> float | None:
        """Where the stretch began that is going on, once it is too long to be dropped."""
        start = self._tracker.started
        return None if start is None else start / SAMPLE_RATE

    def _step(self, x: Samples) -> list[tuple[float, float]]:
        found = []
        for at in range(0, len(x), _BATCH * FRAME):
            part = x[at : at + _BATCH * FRAME]
            probabilities, self._state = _network()(np.concatenate([self._context, part]), self._state)
            self._context = part[-_CONTEXT:]
            for p in probabilities:
                region = self._tracker.step(p)
                if region is not None:
                    found.append(_seconds(region, self._samples))
        return found


class _Tracker:
    """Turns probabilities into stretches of speech, with hysteresis; the rules of Silero's `get_speech_timestamps`.

    Positions are in samples.
    """

    def __init__(self, knobs: VadSettings) -> None:
        self._knobs = knobs
        self._min_speech = knobs.min_speech_s * SAMPLE_RATE
        self._min_silence = knobs.min_silence_s * SAMPLE_RATE
        self._pad = round(knobs.pad_s * SAMPLE_RATE)
        self._at = 0
        self._start: int | None = None  # where the stretch began, if one is going on
        self._quiet: int | None = None  # where it perhaps ended

    def step(self, probability: float) -> tuple[int, int] | None:
        """Take in the next frame; the stretch that is now known to be over, if any."""
        at = self._at
        self._at += FRAME
        if probability >= self._knobs.threshold:
            self._quiet = None
            if self._start is None:
                self._start = at
        elif self._start is not None and probability < self._knobs.release:
            if self._quiet is None:
                self._quiet = at
            if at - self._quiet >= self._min_silence:
                return self._ended(self._quiet)
        return None

    @property
    def started(self) -> int | None:
        """Where the stretch that goes on began, padded; None while it is too short to count."""
        if self._start is None or (self._quiet or self._at) - self._start <= self._min_speech:
            return None
        return max(0, self._start - self._pad)

    def finish(self) -> tuple[int, int] | None:
        """The stretch that the end of the sound cut off, if any."""
        return None if self._start is None else self._ended(self._at if self._quiet is None else self._quiet)

    def _ended(self, end: int) -> tuple[int, int] | None:
        start = self._start
        self._start = self._quiet = None
        if start is None or end - start <= self._min_speech:
            return None
        return max(0, start - self._pad), end + self._pad


def _seconds(region: tuple[int, int], samples: int) -> tuple[float, float]:
    return region[0] / SAMPLE_RATE, min(region[1], samples) / SAMPLE_RATE


def _with_last(blocks: Iterable[Samples]) -> Iterator[tuple[Samples, bool]]:
    """Each block with whether it is the last one; an empty last one stands in when there is none."""
    held: Samples | None = None
    for block in blocks:
        if held is not None:
            yield held, False
        held = block
    if held is not None:
        yield held, True


class _Network:
    """Silero VAD 6 for 16 kHz: short-time spectrum, four convolutions, an LSTM, one probability a frame."""

    def __init__(self, weights: Mapping[str, torch.Tensor]) -> None:
        import torch

        self._spectrum = weights["_model.stft.forward_basis_buffer"]
        self._convolutions = [
            (
                weights[f"_model.encoder.{i}.reparam_conv.weight"],
                weights[f"_model.encoder.{i}.reparam_conv.bias"],
                stride,
            )
            for i, stride in enumerate((1, 2, 2, 1))
        ]
        self._last = weights["_model.decoder.decoder.2.weight"], weights["_model.decoder.decoder.2.bias"]
        self._lstm = torch.nn.LSTM(128, 128)
        parts = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        self._lstm.load_state_dict({f"{p}_l0": weights[f"_model.decoder.rnn.{p}"] for p in parts})
        self._lstm.requires_grad_(False)

    def __call__(self, sound: Samples, state: Any) -> tuple[list[float], Any]:
        """`sound`: the context and then whole frames. Returns their probabilities and the LSTM's new state."""
        import torch
        from torch.nn import functional as F  # noqa: N812

        with device.one_thread(), torch.inference_mode():
            x = torch.from_numpy(sound).unfold(0, _CONTEXT + FRAME, FRAME)[:, None]  # (frames, 1, 576)
            x = F.conv1d(F.pad(x, (0, 64), mode="reflect"), self._spectrum, stride=128)
            x = torch.hypot(x[:, :129], x[:, 129:])
            for weight, bias, stride in self._convolutions:
                x = F.conv1d(x, weight, bias, stride=stride, padding=1).relu()
            x, state = self._lstm(x.squeeze(-1), state)  # the frames are the LSTM's time steps
            x = F.conv1d(x.relu()[..., None], *self._last)
            probabilities: list[float] = torch.sigmoid(x).flatten().tolist()
        return probabilities, state


@functools.cache
def _network() -> _Network:
    import torch

    path = _weights_path()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # torch calls TorchScript deprecated; only the weights are taken
            weights = torch.jit.load(path, map_location="cpu").state_dict()
        return _Network(weights)
    except (OSError, KeyError, RuntimeError) as e:
        raise ModelError(
            f"The voice activity detector {path} is damaged or of an unknown version.", "Install Folkmoot again."
        ) from e


def _weights_path() -> Path:
    """The package's folder, found without importing the package."""
    spec = importlib.util.find_spec("silero_vad")
    folders = spec.submodule_search_locations if spec else None
    for folder in folders or ():
        path = Path(folder) / _WEIGHTS
        if path.is_file():
            return path
    raise ModelError("The voice activity detector is missing.", "Install Folkmoot again.")
