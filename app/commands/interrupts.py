"""Ctrl-C and its relatives while a recording runs, and while it is processed."""

from __future__ import annotations

import signal
import threading
from types import FrameType, TracebackType
from typing import Any, Self

from app.domain.cancel import PlainFlag


class Interrupts:
    """While recording, the first Ctrl-C sets `stop` and a further one `cancel` (do not go on after stopping). After
    `recording_ended`, the first sets `cancel` and a further one raises `KeyboardInterrupt`.

    So nothing can break in between the last sample and the library. SIGTERM and, on Windows, Ctrl-Break do the same.
    A terminal that is closed (SIGHUP) stops and cancels at once: nobody is left to watch (`hung_up`); under nohup it
    means nothing, as always.
    """

    def __init__(self) -> None:
        self.stop = PlainFlag()
        self.cancel = PlainFlag()
        self.hung_up = False
        self._recording = True
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            for name in ("SIGINT", "SIGTERM", "SIGBREAK", "SIGHUP"):
                number: signal.Signals | None = getattr(signal, name, None)
                if number is None or (name == "SIGHUP" and signal.getsignal(number) is signal.SIG_IGN):
                    continue
                self._before[number] = signal.signal(number, self._hang_up if name == "SIGHUP" else self._interrupt)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, before in self._before.items():
            signal.signal(number, before)

    def recording_ended(self) -> None:
        """The recording is on the disk and in the library; what follows may be interrupted."""
        self._recording = False

    def _interrupt(self, _number: int, _frame: FrameType | None) -> None:
        if self._recording and not self.stop.is_set():
            self.stop.set()
        elif self._recording or not self.cancel.is_set():
            self.cancel.set()
        else:
            raise KeyboardInterrupt

    def _hang_up(self, _number: int, _frame: FrameType | None) -> None:
        self.hung_up = True
        self.stop.set()
        self.cancel.set()
