"""Speakers while they speak: `app.domain.live.LiveVoices` over the voice encoder and `models.speakers.live`."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from typing import TYPE_CHECKING

import numpy as np

from app.domain.cancel import Never
from app.domain.ports import SAMPLE_RATE
from models.speakers.encoder import load_encoder
from models.speakers.live import LiveSpeakers, Reclustered

if TYPE_CHECKING:
    from app.domain.ports import Samples


class Voices:
    """One thread uses it; clustering goes on in another. `ModelError` if the encoder is missing or damaged."""

    def __init__(self, *, shared_microphone: bool = False, first_voice: int = 1) -> None:
        self._encoder = load_encoder()
        self._live = LiveSpeakers(shared_microphone=shared_microphone, first_voice=first_voice)
        self._work: Future[Reclustered] | None = None

    def hear(self, track: str, spans: Sequence[tuple[float, float]], sound: Sequence[Samples]) -> None:
        """See `LiveVoices`."""
        rows = [self._encoder.embed(_Window(x), [(0.0, len(x) / SAMPLE_RATE)], Never()) for x in sound]
        if rows:
            self._live.add(track, spans, np.concatenate(rows))

    def speaker_at(self, track: str, start_s: float, end_s: float) -> str:
        return self._live.speaker_at(track, start_s, end_s)

    def settle(self, *, now: bool = False) -> bool:
        """See `LiveVoices`."""
        changed = False
        if self._work is not None and (now or self._work.done()):
            self._live.finish(self._work.result())
            self._work, changed = None, True
        while self._work is None and (work := self._live.begin(now=now)) is not None:
            self._work = _begin(work)
            if not now:
                break
            self._live.finish(self._work.result())
            self._work, changed = None, True
        return changed


class _Window:
    """`app.domain.ports.AudioReader` of one window."""

    def __init__(self, x: Samples) -> None:
        self._x = x
        self.duration_s = len(x) / SAMPLE_RATE

    def read(self, start_s: float, end_s: float) -> Samples:
        return self._x[max(0, round(start_s * SAMPLE_RATE)) : round(end_s * SAMPLE_RATE)]

    def blocks(self, seconds: float) -> Iterator[Samples]:
        yield self._x


def _begin(work: Callable[[], Reclustered]) -> Future[Reclustered]:
    """A daemon thread, which keeps nobody from leaving."""
    future: Future[Reclustered] = Future()

    def run() -> None:
        try:
            future.set_result(work())
        except BaseException as error:
            future.set_exception(error)

    threading.Thread(target=run, name="voices", daemon=True).start()
    return future
