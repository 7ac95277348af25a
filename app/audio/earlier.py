"""Sound that was heard some time ago, read again at 16 kHz while it is still being recorded or played.

`app.domain.live.EarlierSound`: what cannot be read is silence, for live text must not end over it.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import soxr

from app.audio.echo import LEAD_S, EchoCanceller, LiveBlock
from app.audio.track_file import WavReader, raw_path
from app.domain.errors import UserError
from app.domain.meeting import MIC, SYSTEM
from app.domain.ports import SAMPLE_RATE
from app.domain.recording import CAPTURE_RATE

if TYPE_CHECKING:
    from app.domain.ports import Samples

log = logging.getLogger(__name__)

_SETTLE_S = 3.0  # before what is wanted, in which the echo canceller finds its way
_SILENT = 1e-3
_MARGIN_S = 0.05  # read around what is wanted, so that the resampler's ends do not show


class EarlierRecorded:
    """From the WAV files of a recording that is going on in `folder`. Clock drift is not corrected: it is some
    milliseconds in the minutes that live text can be behind."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, track: str, start_s: float, end_s: float) -> Samples:
        """The microphone without the loudspeakers, as it was heard the first time."""
        if track != MIC or not raw_path(self._folder, SYSTEM).exists():
            return self._raw(track, start_s, end_s)
        from_s = max(0.0, start_s - _SETTLE_S)
        far = self._raw(SYSTEM, from_s, end_s + 2 * LEAD_S)
        if not len(far) or float(np.abs(far).max()) < _SILENT:
            return self._raw(track, start_s, end_s)
        near = self._raw(track, from_s, end_s)
        cleaned = _without_echo(near, far)
        return cleaned[round((start_s - from_s) * SAMPLE_RATE) : round((end_s - from_s) * SAMPLE_RATE)]

    def _raw(self, track: str, start_s: float, end_s: float) -> Samples:
        try:
            with WavReader(raw_path(self._folder, track)) as reader:
                from_s = max(0.0, start_s - _MARGIN_S)
                x = reader.read(round(from_s * CAPTURE_RATE), round((end_s + _MARGIN_S) * CAPTURE_RATE))
        except OSError as error:
            log.warning("sound of %s from %.1f s cannot be read again: %s", track, start_s, error)
            return np.zeros(0, np.float32)
        return _cut(x, CAPTURE_RATE, start_s - from_s, end_s - from_s)


def _without_echo(near: Samples, far: Samples) -> Samples:
    """The canceller over both, block by block as when they were heard."""
    canceller = EchoCanceller()
    n = SAMPLE_RATE // 10
    found: list[LiveBlock] = []
    for at in range(0, max(len(near), len(far)), n):
        for track, x in ((SYSTEM, far), (MIC, near)):
            if len(piece := x[at : at + n]):
                found += canceller.process(LiveBlock(track, at / SAMPLE_RATE, piece))
    found += canceller.flush()
    out = np.zeros(len(near), np.float32)
    for block in found:
        start = round(block.start_s * SAMPLE_RATE)
        at, end = max(0, start), min(len(out), start + len(block.samples))
        if block.track == MIC and at < end:
            out[at:end] = block.samples[at - start : end - start]
    return out


class EarlierPlayed:
    """From files that are played, by track."""

    def __init__(self, files: Mapping[str, Path]) -> None:
        self._files = dict(files)

    def read(self, track: str, start_s: float, end_s: float) -> Samples:
        try:
            return self._read(self._files[track], start_s, end_s)
        except (UserError, OSError, RuntimeError, KeyError) as error:  # libsndfile's are RuntimeErrors
            log.warning("sound of %s from %.1f s cannot be read again: %s", track, start_s, error)
            return np.zeros(0, np.float32)

    @staticmethod
    def _read(path: Path, start_s: float, end_s: float) -> Samples:
        import soundfile as sf

        try:
            file = sf.SoundFile(path)
        except sf.LibsndfileError:
            return _decoded(path, start_s, end_s)
        with file:
            rate = file.samplerate
            from_s = max(0.0, start_s - _MARGIN_S)
            file.seek(min(round(from_s * rate), file.frames))
            x = file.read(round((end_s + _MARGIN_S - from_s) * rate), dtype="float32", always_2d=True)
        return _cut(x.mean(axis=1), rate, start_s - from_s, end_s - from_s)


def _decoded(path: Path, start_s: float, end_s: float) -> Samples:
    """A format without random access: from its beginning."""
    from app.audio.decode import decode

    start, end, at = round(start_s * SAMPLE_RATE), round(end_s * SAMPLE_RATE), 0
    found = []
    blocks = decode(path, cancel=threading.Event())
    for block in blocks:
        if at + len(block) > start:
            found.append(block[max(0, start - at) : end - at])
        at += len(block)
        if at >= end:
            break
    return np.concatenate(found) if found else np.zeros(0, np.float32)


def _cut(x: Samples, rate: int, start_s: float, end_s: float) -> Samples:
    """`x` at 16 kHz, from one of its times to another."""
    y: Samples = soxr.resample(x, rate, SAMPLE_RATE, quality="HQ") if rate != SAMPLE_RATE and len(x) else x
    return np.asarray(y[round(start_s * SAMPLE_RATE) : round(end_s * SAMPLE_RATE)], np.float32)
