"""What the tests of the host run inside its process. `job` is a tuple: what to do, then how."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from typing import Any

from app.domain.cancel import CancelFlag, check
from app.domain.errors import HostDied, ModelError
from app.domain.events import Event, Notice, Progress
from app.domain.meeting import Stage


class Runner:
    """Counts its jobs, to show that one object serves them all."""

    def __init__(self, greeting: str = "") -> None:
        self.greeting = greeting
        self.jobs = 0

    def __call__(self, job: tuple[Any, ...], cancel: CancelFlag) -> Iterator[Event]:
        self.jobs += 1
        yield Notice(Stage.TRANSCRIBE, f"{self.greeting}{self.jobs}")
        match job:
            case ("count", n):
                for i in range(n):
                    yield Progress(Stage.TRANSCRIBE, i / n)
            case ("until cancelled",):
                while True:
                    check(cancel)
                    time.sleep(0.01)
            case ("deaf",):
                time.sleep(60)
            case ("refuse",):
                raise ModelError("The model is damaged.", "Get it again.")
            case ("bug",):
                raise KeyError("no such thing")
            case ("unpicklable event",):
                yield lambda: None  # type: ignore[misc]
            case ("unpicklable error",):
                raise _LockedError(1, 2)
            case ("os error",):
                raise PermissionError(13, "not yours")
            case ("die", how):
                os.kill(os.getpid(), how)
                time.sleep(60)
            case ("exit", code):
                os._exit(code)
            case ("facts",):
                yield Notice(Stage.TRANSCRIBE, f"{os.getpid()} {os.nice(0)} {signal.getsignal(signal.SIGINT)!r}")


class _LockedError(HostDied):
    def __init__(self, a: int, b: int) -> None:
        super().__init__(f"{a} {b}")  # cannot be built again from its args


class Resting(Runner):
    """Rests after a while, and says what it did."""

    def __init__(self, after_s: float | None) -> None:
        super().__init__()
        self._after_s = after_s
        self._rests = 0

    def rest_after_s(self) -> float | None:
        return self._after_s

    def rest(self) -> None:
        self._rests += 1

    def state(self) -> tuple[int, int]:
        if self.jobs == 13:
            raise ValueError("a bug")
        return self.jobs, self._rests


def resting(after_s: float | None) -> Resting:
    return Resting(after_s)


def make(greeting: str = "") -> Runner:
    return Runner(greeting)


def fail() -> Runner:
    raise ModelError("No models here.", "Get some.")


def slow() -> Runner:
    time.sleep(60)
    return Runner()
