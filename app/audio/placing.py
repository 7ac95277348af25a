"""Where sound goes in the raw file of a track, so that frame n lies at about n / 48000 s of the timeline.

Pure: blocks and moments go in, operations come out, to be carried out in order. The raw files are aligned but for
the drift of their clocks since the last gap; the spans and clock points in the journal say the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.audio.stream_clock import Run, StreamClock
from app.audio.timeline import Stretch
from app.domain.recording import CAPTURE_RATE

if TYPE_CHECKING:
    from app.domain.recording import Samples

QUIET_S = 1.0  # a stream that brought nothing for so long is filled with silence, up to this long ago
GRACE_S = 1.0  # sound from before a pause may arrive up to this much after it began
FILL_S = 0.1  # silence is written in pieces of at least this
GAP_S = 0.15  # silence shorter than this is nobody's business


@dataclass(frozen=True, slots=True)
class Sound:
    """Append; the first sample belongs at `at_s`."""

    samples: Samples
    at_s: float


@dataclass(frozen=True, slots=True)
class Zeros:
    """Append silence that reaches up to `until_s`."""

    frames: int
    until_s: float


@dataclass(frozen=True, slots=True)
class Cut:
    """Take back what lies behind frame `frame`: silence only."""

    frame: int


@dataclass(frozen=True, slots=True)
class Span:
    """For the journal: from `frame` on sound of one clock, and that frame belongs at `at_s`."""

    frame: int
    at_s: float


@dataclass(frozen=True, slots=True)
class Quiet:
    """For the journal: from `frame` on silence."""

    frame: int


@dataclass(frozen=True, slots=True)
class ClockPoint:
    """For the journal: `frame` was the next to come at `at_s`."""

    frame: int
    at_s: float


@dataclass(frozen=True, slots=True)
class Gap:
    """No sound came for `seconds` from `at_s` on, and now it is over. Whether that is a loss is not known here."""

    at_s: float
    seconds: float


Op = Sound | Zeros | Cut | Span | Quiet | ClockPoint | Gap


@dataclass(slots=True)
class _OpenSpan:
    """The sound at the end of the file: `frame` holds the frame `pos` of `line`; `next_pos` follows."""

    frame: int
    line: int
    pos: int
    next_pos: int


class Placer:
    """Places one track. `stretches` is the timeline's own list: it grows, and its last one ends, while this runs."""

    def __init__(self, stretches: Sequence[Stretch]) -> None:
        self.frames = 0  # of the file, when all operations are carried out
        self._stretches = stretches
        self._index = 0
        self._closed = False  # the current stretch is over and padded, and there is no next one yet
        self._clock = StreamClock()
        self._span: _OpenSpan | None = None
        self._sound_end = 0  # frame behind the last sound
        self._heard_until_s = 0.0  # the same on the timeline
        self._filled_until_s = 0.0
        self._is_quiet = False  # the file ends in silence that the journal knows of
        self._last_ran = 0.0

    @property
    def end_s(self) -> float:
        """Up to here the timeline is in the file."""
        return max(self._heard_until_s, self._filled_until_s)

    @property
    def silent_since_s(self) -> float:
        """The end of the last sound on the timeline."""
        return self._heard_until_s

    def block(self, samples: Samples, at: float, live: bool, ran: float) -> list[Op]:
        self._last_ran = ran
        return self._place(self._clock.put(samples, at, live, ran))

    def restart(self) -> list[Op]:
        """Another stream comes next."""
        return self._place(self._clock.restart())

    def lost(self, frames: int) -> list[Op]:
        """Frames of this stream were lost here; 0: nobody knows how many."""
        return self._place(self._clock.skip(frames))

    def tick(self, now: float, ran: float) -> list[Op]:
        """Decide what is due, fill silence, and close a stretch that is over."""
        ops = self._place(self._clock.settle(ran))
        if self._is_over(now) and not self._clock.doubts:
            self._close(ops)
        if self._closed and self._index + 1 < len(self._stretches):
            self._next_stretch()
        if ran - self._last_ran > QUIET_S and not self._closed and not self._clock.doubts:
            self._fill(ops, self._stretches[self._index].at(now - QUIET_S), at_least=FILL_S)
        return ops

    def finish(self) -> list[Op]:
        """The timeline was stopped and nothing more will come: all that is held, and silence up to the end."""
        ops = self._place(self._clock.flush())
        while True:
            if not self._closed:
                self._close(ops)
            if self._index + 1 >= len(self._stretches):
                return ops
            self._next_stretch()

    # -- Stretches of the timeline -------------------------------------------------------------------------

    def _is_over(self, now: float) -> bool:
        """The current stretch has ended, and nothing from before its end is to be expected any more."""
        end = self._stretches[self._index].end
        return not self._closed and end is not None and now > end + GRACE_S

    def _next_stretch(self) -> None:
        self._index += 1
        self._closed = False
        self._heard_until_s = self._filled_until_s = self._stretches[self._index].at_s

    def _close(self, ops: list[Op]) -> None:
        """The current stretch is over: what is known of its clock, and silence up to its end."""
        self._clock.close_points()
        self._say_points(ops)
        stretch = self._stretches[self._index]
        end_s = stretch.at(stretch.end if stretch.end is not None else stretch.start)
        silent_s = end_s - self._heard_until_s
        if silent_s >= QUIET_S:
            ops.append(Gap(self._heard_until_s, silent_s))
        self._fill(ops, end_s)
        self._heard_until_s = self._filled_until_s = end_s
        self._span = None
        self._closed = True

    def _place(self, runs: Iterable[Run]) -> list[Op]:
        """Divide runs among the stretches; what lies in pauses is dropped."""
        ops: list[Op] = []
        self._say_points(ops)  # those of the span so far, before these runs may end it
        for run in runs:
            samples, pos, at = run.samples, run.pos, run.at
            while len(samples):
                stretch = self._stretches[self._index]
                early = min(len(samples), round((stretch.start - at) * CAPTURE_RATE))
                if early > 0:
                    samples, pos, at = samples[early:], pos + early, at + early / CAPTURE_RATE
                    continue
                fits = len(samples)
                if stretch.end is not None:
                    fits = min(fits, round((stretch.end - at) * CAPTURE_RATE))
                if fits <= 0:
                    if not self._closed:
                        self._close(ops)
                    if self._index + 1 >= len(self._stretches):
                        break
                    self._next_stretch()
                    continue
                if self._closed:
                    break  # sound from before the pause that comes after all grace
                self._append(ops, run.line, pos, at, samples[:fits], stretch)
                samples, pos, at = samples[fits:], pos + fits, at + fits / CAPTURE_RATE
        self._say_points(ops)
        self._clock.points.clear()  # what is left fell into a pause
        self._say_step(ops)
        return ops

    # -- The file ------------------------------------------------------------------------------------------

    def _append(self, ops: list[Op], line: int, pos: int, at: float, samples: Samples, stretch: Stretch) -> None:
        at_s = stretch.at_s + at - stretch.start
        span = self._span
        if span is None or span.line != line or span.next_pos != pos:
            if at_s - self._heard_until_s >= GAP_S:
                ops.append(Gap(self._heard_until_s, at_s - self._heard_until_s))
            self._move_to(ops, round(at_s * CAPTURE_RATE), at_s)
            self._span = span = _OpenSpan(self.frames, line, pos, pos)
            ops.append(Span(self.frames, at_s))
        elif self._is_quiet:  # the silence was none: a backlog came, take all of it back
            self._take_back(ops, self._sound_end)
            ops.append(Span(self.frames, at_s))
            self._span = span = _OpenSpan(self.frames, line, pos, pos)
        self._is_quiet = False
        ops.append(Sound(samples, at_s))
        self.frames += len(samples)
        span.next_pos += len(samples)
        self._sound_end = self.frames
        self._heard_until_s = at_s + len(samples) / CAPTURE_RATE

    def _move_to(self, ops: list[Op], frame: int, at_s: float) -> None:
        """Make the file end at `frame`, or behind its last sound if that lies further on."""
        if frame < self.frames:
            self._take_back(ops, max(frame, self._sound_end))
        elif frame > self.frames:
            self._zeros(ops, frame - self.frames, at_s)

    def _take_back(self, ops: list[Op], frame: int) -> None:
        if frame < self.frames:
            ops.append(Cut(frame))
            self.frames = frame

    def _fill(self, ops: list[Op], until_s: float, at_least: float = 0.0) -> None:
        frames = round(until_s * CAPTURE_RATE) - self.frames
        if frames > at_least * CAPTURE_RATE:
            self._zeros(ops, frames, until_s)

    def _zeros(self, ops: list[Op], frames: int, until_s: float) -> None:
        if not self._is_quiet:
            ops.append(Quiet(self.frames))
            self._is_quiet = True
        ops.append(Zeros(frames, until_s))
        self.frames += frames
        self._filled_until_s = until_s

    # -- The clock -----------------------------------------------------------------------------------------

    def _say_points(self, ops: list[Op]) -> None:
        span = self._span
        if span is None:
            return
        stretch = self._stretches[self._index]
        points = self._clock.points
        self._clock.points = [p for p in points if p.pos > span.next_pos]
        for p in points:
            is_here = span.pos < p.pos <= span.next_pos
            if is_here and p.at >= stretch.start and (stretch.end is None or p.at <= stretch.end):
                ops.append(ClockPoint(span.frame + p.pos - span.pos, stretch.at_s + p.at - stretch.start))

    def _say_step(self, ops: list[Op]) -> None:
        step, self._clock.step = self._clock.step, None
        span = self._span
        if step is None or span is None or self._is_quiet or not span.pos < step.pos < span.next_pos:
            return
        stretch = self._stretches[self._index]
        at_s = stretch.at_s + step.at - stretch.start
        frame = span.frame + step.pos - span.pos
        ops.append(Span(frame, at_s))
        self._span = _OpenSpan(frame, span.line, step.pos, span.next_pos)
