"""A recording whose process is killed, and what is left of it. The benchmark of the recorder uses this too.

Run as a program it records two simulated devices, in real time, into the folder it is given, until it is killed.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np

from app.audio.journal import JOURNAL_NAME, Journal, read_journal
from app.audio.recorder import Recorder
from app.audio.track_file import repair, wav_frames
from app.domain.recording import CAPTURE_RATE, CaptureSink, SourceEvent
from tests.recorder_sim import CYCLE_MS, alignment, read_stamp, stamp, without_pauses

ROOT = Path(__file__).resolve().parent.parent


class RealTimeSource:
    """A thread that delivers blocks as a sound card would; each sample says when it was captured."""

    def __init__(self, track: str, block_s: float = 0.02, make: Callable[[np.ndarray], np.ndarray] = stamp) -> None:
        self.track = track
        self.device = "Simulated"
        self.first_at: float | None = None
        self._block_s = block_s
        self._make = make
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def open(self, sink: CaptureSink) -> None:
        self._thread = threading.Thread(target=self._run, args=(sink,), name=f"source-{self.track}")
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def expects_sound(self) -> bool | None:
        return None

    def _run(self, sink: CaptureSink) -> None:
        size = round(self._block_s * CAPTURE_RATE)
        begin = time.monotonic()
        sink.event(SourceEvent("opened", begin, self.device))
        done = 0
        while not self._stop.wait(max(0.0, begin + (done + size) / CAPTURE_RATE - time.monotonic())):
            samples = self._make(begin + (done + np.arange(size)) / CAPTURE_RATE)
            done += size
            now = time.monotonic()
            sink.put(samples, now, now - (begin + done / CAPTURE_RATE) < 0.1)
            if self.first_at is None:
                self.first_at = now


@dataclass(frozen=True)
class Killed:
    """What a killed recording left. `lost_s`: track → sound before the kill that is not in its file."""

    lost_s: dict[str, float]
    worst_s: dict[str, float]  # alignment
    frames: dict[str, int]
    journal: Journal


def kill_while_recording(folder: Path, after_s: float) -> Killed:
    """Record into `folder` in a process of its own, kill it `after_s` after its start, and look."""
    folder.mkdir(parents=True)
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.recorder_kill", str(folder)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    with process:
        assert process.stdout is not None
        begin = float(process.stdout.readline())
        time.sleep(max(0.0, begin + after_s - time.monotonic()))
        killed_at = time.monotonic()
        process.send_signal(signal.SIGKILL)
    journal = read_journal(folder / JOURNAL_NAME)
    lost_s, worst_s, frames = {}, {}, {}
    for track in ("mic", "system"):
        path = folder / f"{track}.wav"
        frames[track] = repair(path)
        assert frames[track] == wav_frames(path)
        pcm = np.fromfile(path, "<i2", offset=44)
        stamps = read_stamp(pcm.astype(np.float32) / 32768)
        if not stamps.size:
            lost_s[track], worst_s[track] = killed_at - begin, 0.0
            continue
        last = int(stamps[-1])
        assert last >= 0, "ends in silence"
        lost_s[track] = ((killed_at * 1000.0 - last) % CYCLE_MS) / 1000.0
        worst_s[track] = alignment(folder, track, without_pauses(begin)).worst_s
    return Killed(lost_s, worst_s, frames, journal)


def main(folder: Path) -> None:
    recorder = Recorder(
        folder,
        {t: RealTimeSource(t) for t in ("mic", "system")},
        started_at=datetime.now().astimezone(),
        free=lambda path: 10**12,
    )
    recorder.start()
    print(repr(recorder._timeline.stretches[0].start), flush=True)
    while True:
        recorder.bookmark("still here")
        time.sleep(0.5)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
