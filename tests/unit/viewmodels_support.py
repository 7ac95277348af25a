"""View-models on real threads with fake services: what all their tests need."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import cast

from PySide6.QtCore import QEventLoop, QTimer

from app.domain.meeting import Meeting, Segment, Word
from app.viewmodels.jobs import JobQueue
from app.workers.engine import EngineThread
from app.workers.services import Services
from app.workers.storage_lane import StorageLane
from tests.qt.fakes import FakeServices


def wait(until: Callable[[], bool], seconds: float = 10.0) -> None:
    """Run the event loop until something holds."""
    loop, poll, end = QEventLoop(), QTimer(), QTimer()
    poll.timeout.connect(lambda: loop.quit() if until() else None)
    end.setSingleShot(True)
    end.timeout.connect(loop.quit)
    poll.start(5)
    end.start(int(seconds * 1000))
    loop.exec()
    poll.stop()
    end.stop()
    assert until()


class LaneBench:
    """The library's thread. `given`: the fake services as what view-models take."""

    def __init__(self, services: FakeServices) -> None:
        self.services = services
        self.given = cast(Services, services)
        self.lane = StorageLane(self.given.open_store)

    def wait(self, until: Callable[[], bool], seconds: float = 10.0) -> None:
        wait(until, seconds)

    def stop(self) -> None:
        self.lane.stop()


class QueueBench(LaneBench):
    """And the one that works, with the queue before it."""

    def __init__(self, services: FakeServices) -> None:
        super().__init__(services)
        self.engine = EngineThread(self.given, self.lane)
        self.queue = JobQueue(self.engine)

    def stop(self) -> None:
        assert self.engine.stop(self.services.close)
        super().stop()


def timed(meeting: Meeting) -> Meeting:
    """With a time for each word, evenly spread."""

    def words(s: Segment) -> tuple[Word, ...]:
        parts = s.text.split(" ")
        step = (s.end_s - s.start_s) / len(parts)
        return tuple(
            Word(("" if n == 0 else " ") + w, s.start_s + n * step, s.start_s + (n + 0.9) * step)
            for n, w in enumerate(parts)
        )

    return replace(meeting, segments=tuple(replace(s, words=words(s)) for s in meeting.segments))
