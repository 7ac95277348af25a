"""What the window needs for live text. The composition root builds the real one; nothing here knows Qt."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from app.domain.cancel import CancelFlag
from app.domain.live import Emit
from app.domain.meeting import Meeting, Minutes, Segment

if TYPE_CHECKING:
    from app.audio.listeners import Listener


class Listenable(Protocol):
    """A recording that can be listened to (`app.audio.recorder.Recorder`)."""

    def listen(self, *, seconds: float = 10.0, cancel_echo: bool = False) -> Listener: ...


class LiveText(Protocol):
    """Live text of one recording. Any thread; no method but `close` waits."""

    def finish(self) -> None:
        """The recording is over: what is open is written down if that is quick, then `LiveEnded` follows."""
        ...

    def close(self) -> None:
        """End it now; no event comes after this. Safe to call twice."""
        ...


class LiveServices(Protocol):
    def wanted(self) -> bool:
        """Recording thread: whether the user wants the words while a meeting is recorded."""
        ...

    def start(
        self, meeting: Meeting, folder: Path, recorder: Listenable, tracks: Collection[str], on_event: Emit
    ) -> LiveText:
        """Recording thread: begin, at once; the models load meanwhile. `on_event` is called in another thread."""
        ...

    def make_room(self) -> None:
        """A thread of its own: give up models of the job process that nobody uses. May take seconds."""
        ...

    def catch_up(
        self, segments: Sequence[Segment], names: Mapping[str, str], language: str | None, cancel: CancelFlag
    ) -> Iterator[float | Minutes]:
        """A thread of its own: minutes of what was said so far; how far it is (0..1) and, last, the minutes.

        `names`: speaker key → name. Raises `UserError`, `HostDied` or `Cancelled`.
        """
        ...

    def close(self) -> None:
        """The program ends."""
        ...
