"""Live text that says what a test tells it to say."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

from app.domain.cancel import CancelFlag, check
from app.domain.errors import ModelError
from app.domain.live import Emit, LiveEnded, LiveEvent, LiveFinal, LivePartial, LiveState
from app.domain.meeting import Meeting, Minutes, Segment
from app.workers.live_services import Listenable


class FakeLive:
    """`LiveServices`. `say` sends events as the session's thread would; `minutes` is what catching up gives."""

    def __init__(self) -> None:
        self.is_wanted = True
        self.error: Exception | None = None
        self.minutes: Minutes | None = Minutes("The budget was discussed.")
        self.release = threading.Event()
        self.release.set()
        self.asked: list[tuple[tuple[Segment, ...], dict[str, str]]] = []
        self.rooms = 0
        self.finished = 0
        self.closed = 0
        self.ends_at_once = True
        self._emit: Emit | None = None
        self._next = 1

    def wanted(self) -> bool:
        return self.is_wanted

    def start(
        self, meeting: Meeting, folder: Path, recorder: Listenable, tracks: Collection[str], on_event: Emit
    ) -> FakeLive:
        if self.error is not None:
            raise self.error
        self._emit = on_event
        on_event(LiveState("starting"))
        return self

    def make_room(self) -> None:
        self.rooms += 1

    def catch_up(
        self, segments: Sequence[Segment], names: Mapping[str, str], language: str | None, cancel: CancelFlag
    ) -> Iterator[float | Minutes]:
        self.asked.append((tuple(segments), dict(names)))
        yield 0.3
        while not self.release.wait(0.01):
            check(cancel)
        if self.minutes is None:
            raise ModelError("There is no model for minutes.", "Get one.")
        yield self.minutes

    # As a running one

    def finish(self) -> None:
        self.finished += 1
        if self.ends_at_once:
            self.say(LiveEnded())

    def close(self) -> None:
        self.closed += 1

    # For the test

    def say(self, *events: LiveEvent) -> None:
        assert self._emit is not None, "no recording has begun"
        for event in events:
            self._emit(event)

    def said(self, text: str, speaker: str, start_s: float, end_s: float | None = None) -> int:
        """A final utterance; its id."""
        id, self._next = self._next, self._next + 1
        track = "mic" if speaker == "me" else "system"
        self.say(LiveFinal(Segment(id, track, start_s, end_s or start_s + 2.0, text, speaker)))
        return id

    def saying(self, id: int, text: str, stable: int, speaker: str, start_s: float) -> None:
        self.say(LivePartial(id, "mic" if speaker == "me" else "system", start_s, start_s + 1.0, text, stable, speaker))
