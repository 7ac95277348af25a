"""The process of live text may die, hang or run out of memory: whoever feeds it never waits, and text goes on."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from app.domain.live import (
    LiveEnd,
    LiveEnded,
    LiveEvent,
    LiveFinal,
    LiveSound,
    LiveState,
    LiveTask,
)
from app.domain.ports import SAMPLE_RATE
from models.live_host import Limits, LiveHost
from tests.live_host_factories import BUG, HANG, KILL, MEMORY, SLOW, STOP

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="sends POSIX signals")
PATIENCE_S = 60.0  # on a busy machine


class Watched:
    def __init__(self, folder: Path, mode: str = "", limits: Limits | None = None) -> None:
        self.events: list[LiveEvent] = []
        self._came = threading.Condition()
        self.host = LiveHost("tests.live_host_factories:make", (mode,), limits=limits or Limits(pauses_s=(0.0, 0.0)))
        self.task = LiveTask(folder)
        self._at = 0.0

    def start(self) -> None:
        self.host.start(self.task, self._heard)

    def _heard(self, event: LiveEvent) -> None:
        with self._came:
            self.events.append(event)
            self._came.notify_all()

    def sound(self, first: float = 0.0, seconds: float = 0.1) -> None:
        x = np.zeros(round(seconds * SAMPLE_RATE), np.float32)
        x[0] = first
        self.host.put(LiveSound("mic", self._at, x))
        self._at += seconds

    def until(self, holds: Callable[[], bool]) -> None:
        with self._came:
            assert self._came.wait_for(holds, PATIENCE_S), self.events

    @property
    def texts(self) -> list[str]:
        return [e.segment.text for e in self.events if isinstance(e, LiveFinal)]

    @property
    def ids(self) -> list[int]:
        return [e.segment.id for e in self.events if isinstance(e, LiveFinal)]

    @property
    def states(self) -> list[str]:
        return [e.state for e in self.events if isinstance(e, LiveState)]


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Callable[..., Watched]]:
    made: list[Watched] = []

    def make(mode: str = "", limits: Limits | None = None) -> Watched:
        made.append(Watched(tmp_path, mode, limits))
        return made[-1]

    yield make
    for w in made:
        w.host.close()


def test_sound_goes_in_and_text_comes_out_and_the_end_is_clean(watched: Callable[..., Watched]) -> None:
    w = watched()
    w.start()
    for _ in range(5):
        w.sound()
    w.until(lambda: len(w.texts) == 5)
    pid = w.host.pid
    w.host.put(LiveEnd())
    w.until(lambda: LiveEnded() in w.events)
    assert w.host.wait(PATIENCE_S)
    assert w.states == ["starting", "live"]
    assert w.ids == [1, 2, 3, 4, 5]
    assert set(w.texts) == {str(pid)}


@pytest.mark.parametrize("ways", [(KILL, BUG, MEMORY), (HANG, STOP)])
def test_a_session_that_fails_is_replaced_and_goes_on(ways: tuple[float, ...], watched: Callable[..., Watched]) -> None:
    """Failures are not in a row as long as something is written down between them."""
    hangs = HANG in ways
    w = watched("", Limits(silent_s=3.0 if hangs else 30.0, busy_s=2.0 if hangs else 60.0, pauses_s=(0.0, 0.0)))
    w.start()
    w.sound()
    w.until(lambda: len(w.texts) == 1)
    for n, how in enumerate(ways, 1):
        before = len(w.texts)
        w.sound(how)
        w.until(lambda n=n: w.states.count("restarting") >= n)  # type: ignore[misc]
        w.until(lambda: w.states[-1] == "live")
        w.sound()
        w.until(lambda before=before: len(w.texts) > before)  # type: ignore[misc]
    assert len(set(w.texts)) >= 1 + len(ways), "a process for each"
    assert w.ids == sorted(set(w.ids))  # ids go on


def test_who_feeds_a_session_that_hangs_never_waits(watched: Callable[..., Watched]) -> None:
    w = watched("", Limits(queue_s=5.0))
    w.start()
    w.sound()
    w.until(lambda: len(w.texts) == 1)
    pid = w.host.pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    longest = 0.0
    for _ in range(2000):
        began = time.monotonic()
        w.sound(seconds=0.5)
        longest = max(longest, time.monotonic() - began)
    assert longest < 5.0  # the process does not move at all
    assert w.host._queue._waiting_s["mic"] <= 5.0  # the rest is in the recording
    os.kill(pid, signal.SIGCONT)
    w.until(lambda: len(w.texts) > 2)


def test_work_that_takes_its_time_is_no_hang(watched: Callable[..., Watched]) -> None:
    w = watched("", Limits(busy_s=30.0))
    w.start()
    w.sound(SLOW)
    w.until(lambda: len(w.texts) == 1)
    assert "restarting" not in w.states


def test_three_failures_in_a_row_turn_it_off_with_a_word(watched: Callable[..., Watched]) -> None:
    w = watched("die")
    w.start()
    w.until(lambda: LiveEnded() in w.events)
    assert w.states == ["starting", "restarting", "restarting", "off"]
    off = next(e for e in w.events if isinstance(e, LiveState) and e.state == "off")
    assert off.what
    assert off.to_do
    w.sound()  # harms nobody
    assert w.host.wait(PATIENCE_S)


def test_a_model_that_cannot_be_used_is_not_tried_again(watched: Callable[..., Watched]) -> None:
    w = watched("refuse")
    w.start()
    w.until(lambda: LiveEnded() in w.events)
    assert w.events[1] == LiveState("off", "The model is damaged.", "Get it again.")


def test_models_that_never_load_are_given_up(watched: Callable[..., Watched]) -> None:
    w = watched("slow", Limits(start_s=2.0, pauses_s=()))
    w.start()
    w.until(lambda: LiveEnded() in w.events)
    assert w.states[-1] == "off"


def test_a_failure_while_nobody_waits_any_longer_is_the_end(watched: Callable[..., Watched]) -> None:
    w = watched()
    w.start()
    w.sound(HANG)
    w.until(lambda: "live" in w.states)
    w.host.put(LiveEnd(0.5))
    w.host.abandon()
    w.until(lambda: LiveEnded() in w.events)
    assert "restarting" not in w.states


def test_the_gap_is_told_to_the_next_session(watched: Callable[..., Watched]) -> None:
    """The second session is to go on behind the last final utterance, wherever the sound goes on."""
    w = watched()
    w.start()
    w.sound(seconds=1.0)
    w.sound(seconds=1.0)
    w.until(lambda: len(w.texts) == 2)
    w.sound(KILL)
    w.until(lambda: w.states[-1] == "live" and "restarting" in w.states)
    assert w.host._resumed().resume == {"mic": pytest.approx(2.0)}
    assert w.host._resumed().first_id == 3
    w.sound()
    w.until(lambda: len(w.texts) == 3)
    speakers = [e.segment.speaker for e in w.events if isinstance(e, LiveFinal)]
    assert speakers == ["s1", "s1", "s2"], "whether it is the same voice, nobody knows"


def test_close_ends_whatever_it_does(watched: Callable[..., Watched]) -> None:
    w = watched("slow")
    w.start()
    w.until(lambda: bool(w.events))
    began = time.monotonic()
    w.host.close()
    w.host.close()
    assert time.monotonic() - began < 10.0
    assert w.host.pid is None


def test_the_end_of_the_sound_is_heard_though_the_process_dies_with_it(watched: Callable[..., Watched]) -> None:
    """Nothing comes after it that would say how far the sound went."""
    w = watched()
    w.start()
    w.sound()
    w.until(lambda: len(w.texts) == 1)
    w.sound(KILL)
    w.sound()
    w.host.put(LiveEnd())
    w.until(lambda: LiveEnded() in w.events)
    assert w.host._resumed().resume["mic"] == pytest.approx(0.3)
