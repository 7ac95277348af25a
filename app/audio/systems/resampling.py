"""From a device's blocks to those a sink wants: 48 kHz, with the moments they belong to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.recording import CAPTURE_RATE

if TYPE_CHECKING:
    from app.domain.recording import Samples

_STALL_S = 0.3  # no block for this long: what comes then had been waiting


class To48k:
    """A resampler that knows how much it holds back, so that blocks keep their time."""

    def __init__(self, rate: float) -> None:
        import soxr

        self._rate = rate
        self._stream = None if rate == CAPTURE_RATE else soxr.ResampleStream(rate, CAPTURE_RATE, 1, dtype="float32")
        self._taken = self._made = 0

    def feed(self, mono: Samples, at: float) -> tuple[Samples, float]:
        """(samples, when the last of them arrived), from a block whose last sample arrived at `at`."""
        if self._stream is None:
            return mono, at
        out: Samples = self._stream.resample_chunk(mono)
        self._taken += len(mono)
        self._made += len(out)
        return out, at - (self._taken / self._rate - self._made / CAPTURE_RATE)


class Pace:
    """Tells blocks that come as they are spoken from those that had been waiting.

    After a stall of this process, or of the machine, they come in a burst, faster than they were spoken.
    """

    def __init__(self) -> None:
        self._last: float | None = None
        self._burst = False

    def is_live(self, now: float, seconds: float) -> bool:
        """For a block of this length that is there now."""
        since = 0.0 if self._last is None else now - self._last
        self._last = now
        if since > max(_STALL_S, 3 * seconds):
            self._burst = True
        elif since > 0.5 * seconds:
            self._burst = False
        return not self._burst
