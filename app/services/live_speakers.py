"""Who said what, while it is said: windows of speech for the voices, and labels that change when more is known."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from app.domain.live import LiveVoices
from app.domain.meeting import MIC

if TYPE_CHECKING:
    from app.domain.ports import Samples

WINDOW_S, HOP_S = 1.6, 0.8
AT_ONCE = 6  # windows: some hundredths of a second
RECENT = 6  # final utterances whose label may change with every window
ME = "me"

Read = Callable[[str, float, float], "Samples"]


class SpeakerLabels:
    """`voices` None: nobody is told apart but the microphone from the rest."""

    def __init__(self, voices: LiveVoices | None, *, shared_microphone: bool = False) -> None:
        self._voices = voices
        self._shared = shared_microphone
        self._to_hear: deque[tuple[str, float, float]] = deque()
        self._cursor: dict[str, float] = {}
        self._finals: dict[int, tuple[str, float, float]] = {}
        self._shown: dict[int, str] = {}

    def speech(self, track: str, start_s: float, end_s: float, *, over: bool = False) -> None:
        """Somebody speaks from `start_s`, so far up to `end_s`; `over`: no more of it comes."""
        if self._voices is None:
            return
        at = max(start_s, self._cursor.get(track, start_s))
        while at + WINDOW_S <= end_s:
            self._to_hear.append((track, at, at + WINDOW_S))
            at += HOP_S
        if over and (at == start_s or end_s - at > WINDOW_S / 2):
            self._to_hear.append((track, max(start_s, end_s - WINDOW_S), end_s))
            at = end_s
        self._cursor[track] = at

    def work(self, read: Read) -> dict[int, str]:
        """Listen to some windows that wait; labels of final utterances that are different now."""
        assert self._voices is not None
        track = self._to_hear[0][0]
        spans: list[tuple[float, float]] = []
        while self._to_hear and self._to_hear[0][0] == track and len(spans) < AT_ONCE:
            _, start_s, end_s = self._to_hear.popleft()
            spans.append((start_s, end_s))
        self._voices.hear(track, spans, [read(track, a, b) for a, b in spans])
        everything = self._voices.settle()
        return self._changes(None if everything else RECENT)

    @property
    def waiting(self) -> bool:
        return bool(self._to_hear)

    def now(self, track: str, start_s: float, end_s: float) -> str:
        """The label of an utterance by what is known."""
        found = self._voices.speaker_at(track, start_s, end_s) if self._voices is not None else ""
        return found or (ME if track == MIC and not self._shared else "")

    def final(self, id: int, track: str, start_s: float, end_s: float) -> str:
        """The label of a final utterance; it is put right later."""
        key = self.now(track, start_s, end_s)
        self._finals[id], self._shown[id] = (track, start_s, end_s), key
        return key

    def finish(self) -> Mapping[int, str]:
        """Everything is known that will be: the last changes."""
        if self._voices is not None:
            self._voices.settle(now=True)
        return self._changes(None)

    def _changes(self, last: int | None) -> dict[int, str]:
        ids = list(self._finals) if last is None else list(self._finals)[-last:]
        changed = {}
        for i in ids:
            key = self.now(*self._finals[i])
            if key and key != self._shown[i]:
                changed[i] = self._shown[i] = key
        return changed
