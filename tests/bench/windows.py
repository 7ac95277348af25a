"""What windows cost in words: the starter kit's WER against the length of the windows it hears (section "windows").

Sentences are joined with hardly a pause, so that the voice detector gives stretches far longer than a window and all of
them have to be cut. Beside the product's cuts, at the quietest moment, stand cuts by the clock, which go through words.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tests.bench.figures import Figure

if TYPE_CHECKING:
    from app.domain.ports import Samples, SpeechEngine

LENGTHS_S = (4.0, 8.0, 12.0, 15.0, 20.0)
SENTENCES = 120
WORSE = 0.01  # by so much the usual windows may have more word errors than the best length
_RATE = 16_000
_TRACK = "file"


class _Sound:
    """A track in memory (`app.domain.ports.AudioReader`)."""

    def __init__(self, samples: Samples) -> None:
        self._samples = samples
        self.duration_s = len(samples) / _RATE

    def read(self, start_s: float, end_s: float) -> Samples:
        return self._samples[max(0, round(start_s * _RATE)) : round(end_s * _RATE)]

    def blocks(self, seconds: float) -> Iterator[Samples]:
        step = round(seconds * _RATE)
        for at in range(0, len(self._samples), step):
            yield self._samples[at : at + step]


def windows() -> Iterator[Figure]:
    from models import catalogue
    from models.starter.speech import TRAIN_VARIANTS, Clips, make_clips

    if shutil.which("espeak-ng") is None:
        yield Figure("WER against the length of windows", "skipped", "needs espeak-ng", None)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "clips"
        make_clips(path, SENTENCES, 8111, tuple(TRAIN_VARIANTS), True, os.cpu_count() or 1)
        clips = Clips(path)
        sound, said = joined([clips.audio(i) for i in range(SENTENCES)], clips.texts)
        engine = catalogue.load_speech(catalogue.resolve("starter-asr", Path(folder)))
        usual = engine.max_window_s
        by_length = {s: word_error_rate(engine, sound, said, s) for s in sorted({*LENGTHS_S, usual})}
        blind = word_error_rate(engine, sound, said, usual, by_clock=True)
    best = min(by_length.values())
    for seconds, wer in by_length.items():
        is_ours = seconds == usual
        yield Figure(
            f"WER of {sound.duration_s:.0f} s without a pause, in windows of at most {seconds:.0f} s",
            f"{wer:.1%}",
            f"≤ {best + WORSE:.1%} (the best + {WORSE:.0%})" if is_ours else "",
            wer <= best + WORSE if is_ours else None,
        )
    yield Figure(f"  cut by the clock every {usual:.0f} s instead", f"{blind:.1%}", "", None)


def joined(clips: Sequence[Samples], texts: Sequence[str], seed: int = 8112) -> tuple[_Sound, str]:
    """One after another with pauses of 60 to 180 ms, shorter than what the voice detector takes for a pause."""
    rng = np.random.default_rng(seed)
    parts: list[Any] = []
    for clip in clips:
        loud = np.flatnonzero(np.abs(clip) > 0.02 * np.abs(clip).max())
        parts += [clip[loud[0] : loud[-1] + 1], np.zeros(int(rng.uniform(0.06, 0.18) * _RATE), np.float32)]
    return _Sound(np.concatenate(parts)), " ".join(texts)


def word_error_rate(
    engine: SpeechEngine, sound: _Sound, said: str, window_s: float, *, by_clock: bool = False
) -> float:
    """Of the pipeline's own transcription, with windows of at most `window_s`."""
    from app.domain.cancel import Never
    from app.domain.meeting import SpeechRegion
    from app.services.transcription import Transcribed, Transcription
    from models.starter.speech import word_errors
    from models.vad import SileroVad

    if by_clock:
        edges = np.arange(0.0, sound.duration_s, window_s)
        regions = [SpeechRegion(_TRACK, a, min(a + window_s, sound.duration_s)) for a in edges.tolist()]
    else:
        regions = [SpeechRegion(_TRACK, a, b) for a, b in SileroVad().find(sound.blocks(4.0))]
    before, engine.max_window_s = engine.max_window_s, window_s
    try:
        task = Transcription(
            engine, {_TRACK: sound}, regions, language="English", glossary=(), mixed_languages=False, cancel=Never()
        )
        done = next(step for step in task.run() if isinstance(step, Transcribed))
    finally:
        engine.max_window_s = before
    errors, words = word_errors(said, " ".join(s.text for s in done.result.segments))
    return errors / words
