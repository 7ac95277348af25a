"""Faster or slower without another pitch: FFmpeg's `atempo` (waveform similarity overlap-add)."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import numpy as np

from app.domain.recording import CAPTURE_RATE

if TYPE_CHECKING:
    from app.domain.ports import Samples

SLOWEST, FASTEST = 0.5, 2.0


class Stretcher:
    """A stream of 48 kHz mono at one speed. Sample n of what comes out was at sample n · speed of what went in, to
    some milliseconds; what comes out lags behind what goes in by up to a tenth of a second until `end`."""

    def __init__(self, speed: float) -> None:
        if not SLOWEST <= speed <= FASTEST:
            raise ValueError(f"a speed is between {SLOWEST} and {FASTEST}, not {speed}")
        self.speed = speed
        self._graph: Any = None
        if speed != 1.0:
            from av.filter import Graph

            self._graph = Graph()
            source = self._graph.add_abuffer(
                sample_rate=CAPTURE_RATE, format="flt", layout="mono", time_base=f"1/{CAPTURE_RATE}"
            )
            tempo = self._graph.add("atempo", str(speed))
            sink = self._graph.add("abuffersink")
            source.link_to(tempo)
            tempo.link_to(sink)
            self._graph.configure()
        self._fed = 0

    def feed(self, x: Samples) -> Samples:
        if self._graph is None:
            return x
        from av.audio.frame import AudioFrame

        frame = AudioFrame.from_ndarray(np.ascontiguousarray(x, np.float32).reshape(1, -1), format="flt", layout="mono")
        frame.sample_rate, frame.pts = CAPTURE_RATE, self._fed
        self._fed += len(x)
        self._graph.push(frame)
        return self._pull()

    def end(self) -> Samples:
        """What is still in it; nothing may be fed afterwards."""
        if self._graph is None:
            return np.zeros(0, np.float32)
        self._graph.push(None)
        return self._pull()

    def _pull(self) -> Samples:
        import av.error

        done = [np.zeros(0, np.float32)]
        with contextlib.suppress(av.error.BlockingIOError, av.error.EOFError):
            while True:
                done.append(self._graph.pull().to_ndarray().reshape(-1))
        return np.concatenate(done)
