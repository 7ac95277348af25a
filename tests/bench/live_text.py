"""Live text without waiting: a session over sound in memory, on a clock that stands still while it works.

What is shown, and when by the recording's own clock, is then the same every time and on every machine.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from app.domain.cancel import Never
from app.domain.live import LiveDropped, LiveEnd, LiveEvent, LiveFinal, LivePartial, LiveSound, LiveTask
from app.domain.meeting import Segment, SpeechRegion
from app.domain.partials import Changes, words_of, words_taken_back
from app.services.live import LiveSession, LiveTools
from app.services.transcription import Transcribed, Transcription
from models.starter.speech import word_errors
from models.vad import SileroStream, SileroVad

if TYPE_CHECKING:
    from app.domain.ports import Samples, SpeechEngine
    from app.services.live_draft import LiveUtterance

RATE = 16_000
BLOCK_S = 0.1


class Sound:
    """A track in memory (`app.domain.ports.AudioReader`)."""

    def __init__(self, samples: Samples) -> None:
        self._samples = samples
        self.duration_s = len(samples) / RATE

    def read(self, start_s: float, end_s: float) -> Samples:
        return self._samples[max(0, round(start_s * RATE)) : max(0, round(end_s * RATE))]

    def blocks(self, seconds: float) -> Iterator[Samples]:
        step = round(seconds * RATE)
        for at in range(0, len(self._samples), step):
            yield self._samples[at : at + step]


@dataclass
class Followed:
    """What a live session showed."""

    finals: list[Segment] = field(default_factory=list)
    changes: Changes = field(default_factory=Changes)
    stable_taken_back: int = 0
    partials: int = 0
    shown_at_s: dict[int, float] = field(default_factory=dict)  # utterance → after its beginning

    def text(self, track: str) -> str:
        return " ".join(s.text for s in self.finals if s.track == track)


def follow(engine: SpeechEngine, tracks: Mapping[str, Sound], folder: Path) -> Followed:
    """A live session over `tracks` that leaves its draft in `folder`."""
    found = Followed()
    shown: dict[int, str] = {}
    stable: dict[int, str] = {}
    now_s = 0.0

    def emit(event: LiveEvent) -> None:
        if isinstance(event, LivePartial):
            found.partials += 1
            found.shown_at_s.setdefault(event.id, now_s - event.start_s)
            _count(event.id, event.text)
            shown[event.id], stable[event.id] = event.text, event.text[: event.stable]
        elif isinstance(event, LiveFinal):
            found.finals.append(event.segment)
            found.shown_at_s.setdefault(event.segment.id, now_s - event.segment.start_s)
            _count(event.segment.id, event.segment.text)
            found.changes += Changes(words=len(words_of(event.segment.text)))
            shown.pop(event.segment.id, None)
        elif isinstance(event, LiveDropped):
            _count(event.id, "")
            shown.pop(event.id, None)

    def _count(id: int, text: str) -> None:
        found.changes += Changes(
            taken_back=words_taken_back(shown.get(id, ""), text),
            stable_taken_back=words_taken_back(stable.get(id, ""), text),
        )

    tools = LiveTools(engine, SileroStream, _Nothing(), drafts=folder, clock=lambda: now_s)
    session = LiveSession(LiveTask(folder), tools, emit)
    blocks = {t: x.blocks(BLOCK_S) for t, x in tracks.items()}
    while blocks:
        for track in list(blocks):
            block = next(blocks[track], None)
            if block is None:
                del blocks[track]
            else:
                session.take(LiveSound(track, now_s, block))
        now_s += BLOCK_S
        while session.work():
            pass
    session.take(LiveEnd())
    while not session.ended:
        session.work()
    return found


def written(engine: SpeechEngine, tracks: Mapping[str, Sound], live: list[LiveUtterance]) -> Transcribed:
    """The TRANSCRIBE stage over the same sound."""
    regions = [SpeechRegion(t, *span) for t, x in tracks.items() for span in SileroVad().find(x.blocks(4.0))]
    regions.sort(key=lambda r: (r.start_s, r.track))
    task = Transcription(
        engine, tracks, regions, language=None, glossary=(), mixed_languages=False, cancel=Never(), live=live
    )
    *_, done = task.run()
    assert isinstance(done, Transcribed)
    return done


def word_error_rate(said: Mapping[str, str], segments: list[Segment] | tuple[Segment, ...]) -> float:
    """Over all tracks together; `said`: track → its true text."""
    edits = words = 0
    for track, text in said.items():
        e, n = word_errors(text, " ".join(s.text for s in segments if s.track == track))
        edits, words = edits + e, words + n
    return edits / words


class _Nothing:
    def read(self, track: str, start_s: float, end_s: float) -> Samples:
        return np.zeros(round((end_s - start_s) * RATE), np.float32)
