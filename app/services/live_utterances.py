"""From speech found on a track to utterances: what is going on, what is over, and cuts in what does not end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

SEARCH_S = 4.0  # a stretch without a pause is cut at the quietest moment of so much before the limit
LONG_GAP_S = 5.0  # the other tracks are this far ahead: this one has gone


@dataclass(frozen=True, slots=True)
class Span:
    """A finished piece of speech of a track, seconds on the meeting's timeline."""

    start_s: float
    end_s: float


class UtteranceTracker:
    """One track. `limit_s`: the longest that a speech engine takes in one piece."""

    def __init__(self, limit_s: float = float("inf")) -> None:
        self.limit_s = limit_s
        self._cut_s = 0.0  # everything before this has been given out
        self.open_s: float | None = None  # where the utterance began that is going on

    def step(self, ended: Sequence[tuple[float, float]], speaking_since: float | None) -> Iterator[Span]:
        """What the voice detector says now: stretches that are over, and where the one began that goes on."""
        for start_s, end_s in ended:
            start_s = max(start_s, self._cut_s)
            if end_s > start_s:
                yield Span(start_s, end_s)
            self._cut_s = max(self._cut_s, end_s)
        self.open_s = None if speaking_since is None else max(speaking_since, self._cut_s)

    def to_search(self, heard_s: float) -> Span | None:
        """Where a cut must be looked for, if the utterance that goes on has become too long."""
        if self.open_s is None or heard_s - self.open_s < self.limit_s:
            return None
        end_s = self.open_s + self.limit_s
        return Span(end_s - min(SEARCH_S, self.limit_s / 2), end_s)

    def cut(self, at_s: float) -> Span:
        """End the open utterance here; the next begins at the same moment."""
        assert self.open_s is not None
        span = Span(self.open_s, at_s)
        self.open_s = self._cut_s = at_s
        return span
