"""One track of a live session, and what is being said on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from app.domain.cancel import CancelFlag
from app.domain.live import EarlierSound, VoiceStream
from app.domain.partials import Partials
from app.domain.ports import SAMPLE_RATE, Hearing, SpeechEngine, Transcript
from app.services.live_sound import TrackSound
from app.services.live_utterances import Span, UtteranceTracker

if TYPE_CHECKING:
    from app.domain.ports import Samples


@dataclass(slots=True)
class Spoken:
    """Something that is being said, or waits to be written down. `fed_s`: up to here `hearing` has its sound."""

    id: int
    track: str
    start_s: float
    told: str | None
    hearing: Hearing | None
    fed_s: float
    end_s: float = 0.0
    over_at: float = 0.0  # by the clock, once it is over
    due_at: float = 0.0  # of the next partial
    partials: Partials = field(default_factory=Partials)
    shown: str = ""


class LiveTrack:
    """One track: its sound, its voice detector, what is said on it now."""

    def __init__(
        self, name: str, voice_stream: Callable[[], VoiceStream], earlier: EarlierSound, resume_s: float | None
    ) -> None:
        self.name = name
        self.sound = TrackSound(name, earlier, resume_s=resume_s)
        self.utterances = UtteranceTracker()
        self.open: Spoken | None = None
        self._make = voice_stream
        self._voice = self._make()
        self._origin_s = 0.0
        self._fresh = True

    def hear(self, samples: Samples, start_s: float) -> list[Span]:
        if self._fresh:
            self._origin_s, self._fresh = start_s, False
        return self._step(self._voice.feed(samples))

    def close(self) -> list[Span]:
        """Whatever goes on here is over; sound that comes later begins anew."""
        ended = self._voice.finish()
        spans = self._step(ended)
        self.utterances.open_s = None
        self._voice, self._fresh = self._make(), True
        return spans

    def _step(self, ended: Iterable[tuple[float, float]]) -> list[Span]:
        o, since = self._origin_s, self._voice.speaking_since
        return list(self.utterances.step([(a + o, b + o) for a, b in ended], None if since is None else since + o))


class HeardAgain:
    """`Hearing` for an engine that cannot follow speech: everything is heard anew."""

    def __init__(self, engine: SpeechEngine, told: str | None, glossary: tuple[str, ...]) -> None:
        self._engine = engine
        self._told = told
        self._glossary = glossary
        self._parts: list[Samples] = []
        self.seconds = 0.0

    def add(self, samples: Samples) -> None:
        self._parts.append(samples)
        self.seconds += len(samples) / SAMPLE_RATE

    def read(self, cancel: CancelFlag, *, final: bool = False) -> Transcript:
        self._parts = [np.concatenate(self._parts)] if self._parts else [np.zeros(0, np.float32)]
        (found,) = self._engine.transcribe(self._parts, language=self._told, glossary=self._glossary, cancel=cancel)
        return found
