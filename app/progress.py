"""How far the work is, for people at a terminal."""

from __future__ import annotations

import shutil
import time
from types import TracebackType
from typing import Self, TextIO

from app.domain.events import Event, Notice, Progress, StageDone
from app.domain.meeting import Stage

# What share of the whole each stage takes, roughly, so that the bar moves evenly.
SHARE = {Stage.DECODE: 0.05, Stage.SPEECH: 0.1, Stage.TRANSCRIBE: 0.5, Stage.SPEAKERS: 0.05, Stage.MINUTES: 0.3}
DONE_WORDS = {
    Stage.DECODE: "Read the recording",
    Stage.SPEECH: "Found the speech",
    Stage.TRANSCRIBE: "Transcribed",
    Stage.SPEAKERS: "Told the speakers apart",
    Stage.MINUTES: "Wrote the minutes",
}


def overall(stage: Stage, done: float) -> float:
    """Share of the whole job, 0..1."""
    before = sum(share for s, share in SHARE.items() if list(Stage).index(s) < list(Stage).index(stage))
    return before + SHARE[stage] * min(1.0, done)


class StageLog:
    """A line for each stage done; nothing at all when `quiet`, except notices."""

    def __init__(self, out: TextIO, quiet: bool) -> None:
        self._out = out
        self._quiet = quiet

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._out.flush()

    def take(self, event: Event) -> None:
        if isinstance(event, Notice):
            print(f"Note: {event.message}", file=self._out)
        elif isinstance(event, StageDone) and not self._quiet:
            print(f"{DONE_WORDS[event.stage]} in {event.seconds:.1f} s ({event.engine})", file=self._out, flush=True)


class TerminalProgress(StageLog):
    """One line that is rewritten: bar, per cent, what is being done, how long still."""

    def __init__(self, out: TextIO) -> None:
        super().__init__(out, quiet=False)
        self._began = time.monotonic()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._clear()
        super().__exit__(kind, error, trace)

    def take(self, event: Event) -> None:
        if isinstance(event, Progress):
            self._draw(overall(event.stage, event.done), event.message)
        elif isinstance(event, Notice | StageDone):
            self._clear()
            super().take(event)

    def _clear(self) -> None:
        self._out.write("\r\x1b[K")
        self._out.flush()

    def _draw(self, share: float, message: str) -> None:
        spent = time.monotonic() - self._began
        left = f", {spent / share * (1 - share):.0f} s left" if share > 0.05 and spent > 2 else ""
        filled = round(20 * share)
        line = f"{'━' * filled}{'─' * (20 - filled)} {share:4.0%}  {message}{left}"
        self._out.write("\r\x1b[K" + line[: shutil.get_terminal_size().columns - 1])
        self._out.flush()
