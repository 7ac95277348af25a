"""What the tests of live text's host run inside its process: sessions that misbehave when they are told to.

A session says every block back as a final utterance of its length. A block whose first sample is one of these does
something else instead.
"""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from app.domain.errors import ModelError
from app.domain.live import Emit, LiveEnd, LiveEnded, LiveFinal, LiveMessage, LiveSound, LiveState, LiveStatus, LiveTask
from app.domain.meeting import Segment
from app.domain.ports import SAMPLE_RATE

KILL, HANG, STOP, BUG, MEMORY, SLOW = 0.91, 0.92, 0.93, 0.94, 0.95, 0.96


class Echo:
    def __init__(self, task: LiveTask, emit: Emit) -> None:
        self._emit = emit
        self._next = task.first_id
        self._task = task
        self._messages: list[LiveMessage] = []
        self.ended = False
        emit(LiveState("live"))
        emit(LiveStatus(settled=dict(task.resume)))

    def take(self, message: LiveMessage) -> None:
        self._messages.append(message)

    def work(self) -> bool:
        if not self._messages:
            return False
        message = self._messages.pop(0)
        if isinstance(message, LiveEnd):
            self.ended = True
            self._emit(LiveEnded())
            return True
        known_s = self._task.resume.get(message.track, 0.0)
        if not len(message.samples):
            if message.start_s > known_s:  # a real session reads what is missing from the recording
                self._say(message, message.start_s)
        elif message.start_s >= known_s:
            misbehave(round(float(message.samples[0]), 2), self._task.folder)
            self._say(message, message.start_s + len(message.samples) / SAMPLE_RATE)
        return True

    def _say(self, message: LiveSound, end_s: float) -> None:
        who = f"s{self._task.first_voice}"
        said = Segment(self._next, message.track, message.start_s, end_s, f"{os.getpid()}", who)
        self._next += 1
        self._emit(LiveFinal(said))

    def idle_s(self) -> float:
        return 0.05


def misbehave(how: float, folder: Path) -> None:
    """Once: a file in the folder says that it was done."""
    if how not in (KILL, HANG, STOP, BUG, MEMORY, SLOW):
        return
    done = folder / f"{how}"
    if done.exists():
        return
    done.touch()
    if how == KILL:
        os.kill(os.getpid(), signal.SIGKILL)
    if how == STOP:
        os.kill(os.getpid(), signal.SIGSTOP)
    if how in (HANG, SLOW):
        time.sleep(60 if how == HANG else 0.5)
    if how == BUG:
        raise KeyError("no such thing")
    if how == MEMORY:
        raise MemoryError


class Runner:
    def __init__(self, mode: str) -> None:
        self._mode = mode

    def __call__(self, task: LiveTask, emit: Emit) -> Echo:
        if self._mode == "refuse":
            raise ModelError("The model is damaged.", "Get it again.")
        if self._mode == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        if self._mode == "slow":
            time.sleep(60)
        return Echo(task, emit)


def make(mode: str = "") -> Runner:
    return Runner(mode)
