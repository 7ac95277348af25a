"""Recording with the product's own recorder, and reading what it kept with the product's own reader.

`python -m tests.audio.recordings FOLDER` records both tracks until it is told to end (a line on its input).
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import soundfile
import soxr

from app.audio.recorded import decode_recording
from app.audio.recorder import Recorder
from app.audio.systems import this_system
from app.domain.cancel import Never
from app.domain.meeting import MarkKind
from app.domain.ports import SAMPLE_RATE
from app.domain.recording import CAPTURE_RATE, DEFAULT, RecordingResult
from app.services.recordings import open_recorder
from tests.audio.sounds import Samples, find

ROOT = Path(__file__).resolve().parent.parent.parent


class Recording:
    """A running recording of both tracks of this system, or of one. `result` is there when it has ended."""

    def __init__(self, folder: Path, mic: str = DEFAULT, system_audio: str = DEFAULT) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.began = time.monotonic()
        self.recorder: Recorder = open_recorder(
            folder, this_system(), started_at=datetime.now().astimezone(), mic=mic, system_audio=system_audio
        ).recorder
        self.recorder.start()
        self.result: RecordingResult | None = None

    def until_live(self, *tracks: str, device: str = "", timeout_s: float = 10.0) -> None:
        """Until sound comes from these tracks (all of them if none is named), from that device."""
        deadline = time.monotonic() + timeout_s
        while True:
            wanted = [t for t in self.recorder.status().tracks if not tracks or t.track in tracks]
            if wanted and all(t.state == "live" and device in t.device for t in wanted):
                return
            assert time.monotonic() < deadline, self.recorder.status()
            time.sleep(0.02)

    def place(self, moment: float) -> float:
        """Where a moment of the monotonic clock lies on the timeline of this recording."""
        return self.recorder.status().elapsed_s - (time.monotonic() - moment)

    def stop(self) -> RecordingResult:
        if self.result is None:
            began = time.monotonic()
            self.recorder.stop()
            self.stop_took_s = time.monotonic() - began
            self.result = self.recorder.wait(10)
        assert self.result is not None
        return self.result

    def gaps(self, track: str) -> list[tuple[float, float]]:
        """(at, seconds) of every gap that was marked."""
        return [(m.at_s, m.seconds) for m in self.stop().marks if m.kind == MarkKind.GAP and m.track == track]


@contextmanager
def recording(folder: Path, mic: str = DEFAULT, system_audio: str = DEFAULT) -> Iterator[Recording]:
    running = Recording(folder, mic, system_audio)
    try:
        yield running
    finally:
        running.stop()


def read(folder: Path, track: str) -> Samples:
    """A track at 16 kHz, as everything that follows the recorder gets it."""
    with tempfile.TemporaryDirectory() as work:
        out = Path(work) / "track.flac"
        for _ in decode_recording(folder, track, out, cancel=Never()):
            pass
        samples: Samples = soundfile.read(out, dtype="float32")[0]
    return samples


def find_in(what: Samples, track: Samples) -> tuple[float, float]:
    """Correlation, and place in seconds, of something at 48 kHz in a track at 16 kHz.

    Looked for at 48 kHz: half a sample at 16 kHz makes 0.98 of what is the same.
    """
    return find(what, soxr.resample(track, SAMPLE_RATE, CAPTURE_RATE))


@contextmanager
def recording_process(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that records into `folder`; its `stdin` and `stdout` speak as `main` below."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.audio.recordings", str(folder)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            assert process.stdout.readline() == "live\n"
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def finish(process: subprocess.Popen[str]) -> tuple[float, float]:
    """Tell it to end; seconds that were lost on the microphone's and on the system's track."""
    mic, system = map(float, process.communicate("\n", timeout=20)[0].split())
    return mic, system


@contextmanager
def loaded_cores(processes: int) -> Iterator[None]:
    """So many processes that do nothing but compute."""
    burners = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(processes)]
    try:
        yield
    finally:
        for burner in burners:
            burner.kill()
        for burner in burners:
            burner.wait()


def main(folder: str) -> None:
    with recording(Path(folder)) as running:
        running.until_live()
        print("live", flush=True)
        sys.stdin.readline()
        tracks = running.recorder.status().tracks
        running.stop()
        print(*(t.overflow_s + t.gap_s for t in sorted(tracks, key=lambda t: t.track)))


if __name__ == "__main__":
    main(sys.argv[1])
