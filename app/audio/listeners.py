"""What is being recorded, handed out live as blocks at 16 kHz. The recorder never waits: who is too slow is dropped.

The resampler holds back some milliseconds; the blocks say the times at which their sound was heard all the same.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import numpy as np
import soxr

from app.audio.echo import EchoCanceller, LiveBlock
from app.domain.ports import SAMPLE_RATE
from app.domain.recording import CAPTURE_RATE

if TYPE_CHECKING:
    from app.domain.ports import Samples

__all__ = ["Hub", "Listener", "LiveBlock"]

log = logging.getLogger(__name__)

_STEP_S = 0.02  # blocks that do not follow each other more closely than this begin anew
_SILENCE = SAMPLE_RATE  # silence is handed out in blocks of at most a second


class Listener:
    """A bounded queue of live blocks. Any one thread reads it; `close` it when done."""

    def __init__(self, seconds: float, echo: EchoCanceller | None, on_close: Callable[[Listener], None]) -> None:
        self._seconds = seconds
        self._echo = echo
        self._on_close = on_close
        self._changed = threading.Condition()
        self._blocks: deque[LiveBlock] = deque()
        self._waiting_s: dict[str, float] = {}
        self._ready: deque[LiveBlock] = deque()  # cancelled, for the reader
        self._dropped = False
        self._ended = False

    @property
    def dropped(self) -> bool:
        """It was too slow: more than it may hold had come, and nothing comes any more."""
        return self._dropped

    @property
    def ended(self) -> bool:
        """Nothing will come any more: the recording is over, or this listener was closed or dropped."""
        return self._ended and not self._blocks and not self._ready

    def read(self, timeout_s: float | None = None) -> LiveBlock | None:
        """The next block of any track; None when none came in time, or none will (`ended`)."""
        deadline = None if timeout_s is None else time.monotonic() + timeout_s
        while not self._ready:
            with self._changed:
                while not self._blocks and not self._ended:
                    left_s = None if deadline is None else deadline - time.monotonic()
                    if left_s is not None and left_s <= 0:
                        return None
                    self._changed.wait(left_s)
                block = self._blocks.popleft() if self._blocks else None
                if block is not None:
                    self._waiting_s[block.track] -= len(block.samples) / SAMPLE_RATE
            echo = self._echo  # asked once: the recorder's thread takes it away from a reader that is too slow
            # In the reader's thread, so that the recorder's has nothing to do with it.
            if block is not None:
                self._ready.extend([block] if echo is None else echo.process(block))
            elif echo is not None:
                self._echo = None
                self._ready.extend(echo.flush())
            else:
                return None
        return self._ready.popleft()

    def close(self) -> None:
        with self._changed:
            self._blocks.clear()
        self._end()
        self._on_close(self)

    def _offer(self, block: LiveBlock) -> bool:
        """False: it is full, and dropped."""
        with self._changed:
            waiting_s = self._waiting_s.get(block.track, 0.0) + len(block.samples) / SAMPLE_RATE
            if waiting_s > self._seconds:
                self._dropped = self._ended = True
                self._blocks.clear()
                self._echo = None
            else:
                self._waiting_s[block.track] = waiting_s
                self._blocks.append(block)
            self._changed.notify()
            return not self._dropped

    def _end(self) -> None:
        with self._changed:
            self._ended = True
            self._changed.notify()


class _Feed:
    """One track on its way to 16 kHz, in order and without holes."""

    def __init__(self, track: str) -> None:
        self._track = track
        self._next_s: float | None = None  # up to here everything went in
        self._resampler: soxr.ResampleStream | None = None
        self._in = 0
        self._out = 0

    def sound(self, samples: Samples, at_s: float) -> list[LiveBlock]:
        found: list[LiveBlock] = []
        if self._next_s is not None and abs(at_s - self._next_s) > _STEP_S:
            late = round((self._next_s - at_s) * CAPTURE_RATE)
            if late > 0:  # what took silence back that is handed out already
                samples, at_s = samples[late:], self._next_s
            else:
                found += self.silence(at_s)
        if not len(samples):
            return found
        if self._resampler is None:
            self._resampler = soxr.ResampleStream(CAPTURE_RATE, SAMPLE_RATE, 1, dtype="float32", quality="HQ")
            self._in = self._out = 0
        self._next_s = at_s + len(samples) / CAPTURE_RATE
        self._in += len(samples)
        return found + self._block(self._resampler.resample_chunk(samples))

    def silence(self, until_s: float) -> list[LiveBlock]:
        found = self.flush()
        start_s = until_s if self._next_s is None else self._next_s
        frames = round((until_s - start_s) * SAMPLE_RATE)
        for done in range(0, frames, _SILENCE):
            zeros = np.zeros(min(_SILENCE, frames - done), np.float32)
            found.append(LiveBlock(self._track, start_s + done / SAMPLE_RATE, zeros))
        self._next_s = max(start_s, until_s)
        return found

    def flush(self) -> list[LiveBlock]:
        """What the resampler holds back."""
        resampler, self._resampler = self._resampler, None
        if resampler is None:
            return []
        return self._block(resampler.resample_chunk(np.zeros(0, np.float32), last=True))

    def _block(self, out: Samples) -> list[LiveBlock]:
        if not len(out):
            return []
        start_s = (self._next_s or 0.0) - self._in / CAPTURE_RATE + self._out / SAMPLE_RATE
        self._out += len(out)
        return [LiveBlock(self._track, start_s, out)]


class Hub:
    """Hands out to all listeners. The recorder's thread feeds it; listeners come and go from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: tuple[Listener, ...] = ()
        self._feeds: dict[str, _Feed] = {}
        self._ended = False

    def listen(self, seconds: float, cancel_echo: bool) -> Listener:
        """`seconds`: how much of each track may wait before the listener counts as too slow."""
        listener = Listener(seconds, EchoCanceller() if cancel_echo else None, self._remove)
        with self._lock:
            if self._ended:
                listener._end()
            else:
                self._listeners += (listener,)
        return listener

    def sound(self, track: str, samples: Samples, at_s: float) -> None:
        """Sound at 48 kHz that begins at `at_s`."""
        self._hand_out(track, lambda feed: feed.sound(samples, at_s))

    def silence(self, track: str, until_s: float) -> None:
        """Nothing was heard, up to `until_s`."""
        self._hand_out(track, lambda feed: feed.silence(until_s))

    def end(self) -> None:
        for track in list(self._feeds):
            self._hand_out(track, lambda feed: feed.flush())
        with self._lock:
            self._ended = True
            listeners, self._listeners = self._listeners, ()
        for listener in listeners:
            listener._end()

    def _hand_out(self, track: str, make: Callable[[_Feed], Iterable[LiveBlock]]) -> None:
        """Whatever goes wrong here must not reach the recording: then nobody listens any more."""
        if not self._listeners:
            self._feeds.clear()
            return
        try:
            self._offer(make(self._feeds.setdefault(track, _Feed(track))))
        except Exception:
            log.exception("live sound failed")
            for listener in self._listeners:
                self._remove(listener)
                listener._end()

    def _offer(self, blocks: Iterable[LiveBlock]) -> None:
        for block in blocks:
            for listener in self._listeners:
                if not listener._offer(block):
                    self._remove(listener)

    def _remove(self, listener: Listener) -> None:
        with self._lock:
            self._listeners = tuple(x for x in self._listeners if x is not listener)
