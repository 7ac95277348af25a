"""When sound was heard, judged from when it arrived.

The frames of one stream are the better clock: they come at an even rate, while their arrival is late by a little
always and by much when the computer is busy. So a stream gets a *line*, moment = t0 + frames / rate, and each block
a *lag*, how much later than by the line it arrived. The smallest lag of the last seconds (the envelope) follows the
drift of the device's clock, up to hundreds of ppm. Sound was lost only if the lag stays above the envelope: blocks
are held while that is in doubt, because a backlog looks the same at first, drains, and then nothing was lost.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, NamedTuple

from app.domain.recording import CAPTURE_RATE

if TYPE_CHECKING:
    from app.domain.recording import Samples

GAP_S = 0.15  # lag above the envelope that may be a loss
REPORTED_S = 0.02  # the same when the system said that it lost something
QUIET_S = 0.3  # a backlog after such silence may follow a loss: only a live block tells
DOUBT_S = 0.5  # how long it must last
LONGEST_DOUBT_S = 2.0  # a backlog that is still draining gets more time, up to this
STEP_S = 0.04  # a loss too small for GAP_S, seen in the envelope
_ENVELOPE = 10  # seconds
_MEMORY = 30  # seconds: the first ten of them are compared with the last ten
_POINT_S = 0.05  # arrivals that lag more say nothing about the clock


class Run(NamedTuple):
    """Sound whose moment is decided: `at` is that of its first sample. `pos` counts the frames of the stream, lost
    ones included; runs of one `line` that follow each other in `pos` follow each other in time."""

    line: int
    pos: int
    at: float
    samples: Samples


class Point(NamedTuple):
    """`pos` was the next frame to come at the moment `at`."""

    pos: int
    at: float


class _Held(NamedTuple):
    samples: Samples
    at: float
    live: bool


class _Second(NamedTuple):
    """The least-delayed arrival within a second."""

    at: float
    pos: int
    lag: float


class StreamClock:
    """Feed it blocks, take runs. `ran` is time in which our own thread really ran, so that being stopped ourselves
    is not taken for silence of others."""

    def __init__(self) -> None:
        self.points: list[Point] = []  # for the journal; the caller takes them
        self.step: Point | None = None  # from `pos` on the line lies at `at` instead: found late; the caller takes it
        self._line = 0
        self._t0: float | None = None  # None: the next block begins a new line
        self._pos0 = 0
        self._pos = 0  # of the next block that is not held
        self._limit = GAP_S
        self._claimed = 0  # frames that were reported lost, while nothing has come since
        self._held: list[_Held] = []
        self._last_ran = 0.0  # ran, when the last block came
        self._since = 0.0  # ran, when the doubt began
        self._draining = 0.0  # ran, when the lag was last seen to fall
        self._lowest = 0.0
        self._floor = 0.0  # of the envelope: the smallest lag of the last whole seconds
        self._second: _Second | None = None
        self._seconds: deque[_Second] = deque(maxlen=_MEMORY)

    @property
    def doubts(self) -> bool:
        return bool(self._held)

    def put(self, samples: Samples, at: float, live: bool, ran: float) -> list[Run]:
        """Take a block; what is certain now comes back, in order."""
        if self._t0 is None:
            self._hold(samples, at, live, ran, lag=0.0)
            return self.settle(ran)
        was_quiet = ran - self._last_ran > QUIET_S
        self._last_ran = ran
        if live and self._claimed:
            self._correct_claim(len(samples), at)
        pos = self._pos + len(samples) + sum(len(h.samples) for h in self._held)
        lag = self._lag(pos, at)
        late = live and lag > self._envelope() + self._limit
        if not self._held:
            if not late and (live or not was_quiet):
                if live:
                    self._limit = GAP_S
                return [self._release(_Held(samples, at, live))]
            self._hold(samples, at, live, ran, lag)
            return []
        self._hold(samples, at, live, ran, lag if live else self._lowest)
        if live and not late:  # it was a backlog
            return self._release_all()
        return self.settle(ran)

    def settle(self, ran: float) -> list[Run]:
        """Decide what has been in doubt for long enough."""
        if not self._held or ran - self._since < DOUBT_S:
            return []
        if self._t0 is not None and ran - self._draining < DOUBT_S and ran - self._since < LONGEST_DOUBT_S:
            return []
        return self._decide(is_gap=True)

    def flush(self) -> list[Run]:
        """Decide at once: what came as fast as it sounds is no backlog, so there was a loss before it."""
        if not self._held:
            return []
        first, *others = self._held
        sound_s = sum(len(h.samples) for h in others) / CAPTURE_RATE
        arrived_s = self._held[-1].at - first.at
        return self._decide(is_gap=0.0 < sound_s < 2.0 * arrived_s)

    def restart(self) -> list[Run]:
        """Another stream comes next, with a clock of its own."""
        runs = self.flush()
        self._close_second()
        self._t0 = None
        return runs

    def skip(self, frames: int) -> list[Run]:
        """Sound was lost here: so many frames, or (0) nobody knows."""
        runs = self.flush()
        self._pos += frames
        self._claimed = frames
        self._limit = REPORTED_S
        return runs

    def close_points(self) -> None:
        """Say what the second that is under way has shown so far."""
        self._close_second()

    def moment(self, pos: int) -> float:
        """When the frame `pos` of this line was heard."""
        return (self._t0 or 0.0) + (pos - self._pos0) / CAPTURE_RATE + self._envelope()

    # -- Inside --------------------------------------------------------------------------------------------

    def _lag(self, pos: int, at: float) -> float:
        return at - (self._t0 or 0.0) - (pos - self._pos0) / CAPTURE_RATE

    def _envelope(self) -> float:
        return self._floor if self._second is None else min(self._floor, self._second.lag)

    def _hold(self, samples: Samples, at: float, live: bool, ran: float, lag: float) -> None:
        if not self._held:
            self._since = self._draining = ran
            self._lowest = lag
        elif lag < self._lowest - 0.01:
            self._lowest, self._draining = lag, ran
        self._held.append(_Held(samples, at, live))

    def _decide(self, *, is_gap: bool) -> list[Run]:
        if not self._held:
            return []
        moments = []  # of the first held sample, by each arrival
        frames = 0
        for h in self._held:
            frames += len(h.samples)
            moments.append((h.at - frames / CAPTURE_RATE, h.live))
        first = min((m for m, live in moments if live), default=min(m for m, _ in moments))
        is_gap = is_gap and any(live for _, live in moments)
        if self._t0 is None or (is_gap and self._lag(self._pos, first) > self._envelope() + self._limit):
            self._begin_line(first)
        return self._release_all()

    def _correct_claim(self, frames: int, at: float) -> None:
        """Sound cannot come before it was heard: less was lost than was said, or it is still to come."""
        early = round((self._envelope() - self._lag(self._pos + frames, at)) * CAPTURE_RATE)
        if not self._held and early > REPORTED_S * CAPTURE_RATE:
            self._pos -= min(early, self._claimed)
        self._claimed = 0

    def _begin_line(self, at: float) -> None:
        self._close_second()
        self._line += 1
        self._t0, self._pos0 = at, self._pos
        self._seconds.clear()
        self._remember(_Second(at, self._pos, 0.0))

    def _release_all(self) -> list[Run]:
        held, self._held = self._held, []
        self._limit = GAP_S
        return [self._release(h) for h in held]

    def _release(self, held: _Held) -> Run:
        run = Run(self._line, self._pos, self.moment(self._pos), held.samples)
        self._pos += len(held.samples)
        if held.live:
            self._note(held.at)
        return run

    def _note(self, at: float) -> None:
        """Learn from the arrival of the frame before `_pos`."""
        lag = self._lag(self._pos, at)
        if self._second is not None and int(at) != int(self._second.at):
            self._close_second()
        if self._second is None or lag < self._second.lag:
            self._second = _Second(at, self._pos, lag)

    def _close_second(self) -> None:
        second, self._second = self._second, None
        if second is None:
            return
        self._remember(second)
        if second.lag <= self._envelope() + _POINT_S:
            self.points.append(Point(second.pos, second.at))
        if len(self._seconds) == _MEMORY:
            self._look_for_step()

    def _remember(self, second: _Second) -> None:
        self._seconds.append(second)
        self._floor = min(s.lag for s in list(self._seconds)[-_ENVELOPE:])

    def _look_for_step(self) -> None:
        """A loss below GAP_S lifts the envelope for good: say so, and where, once it is certain."""
        seconds = list(self._seconds)
        before = min(s.lag for s in seconds[:_ENVELOPE])
        now = min(s.lag for s in seconds[-_ENVELOPE:])
        if now - before <= STEP_S:
            return
        first = max(i for i, s in enumerate(seconds) if s.lag < before + (now - before) / 2) + 1
        self.step = Point(seconds[first - 1].pos, self._moment_of(seconds[first - 1].pos, now))
        self._seconds = deque(seconds[first:], maxlen=_MEMORY)

    def _moment_of(self, pos: int, lag: float) -> float:
        return (self._t0 or 0.0) + (pos - self._pos0) / CAPTURE_RATE + lag
