"""Audio files played in real time, as if they were a microphone or the computer's sound.

For tests, demonstrations and the command line: the device choice "file:PATH" is understood wherever a device is chosen.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Generator, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from app.audio.systems.worker import Trouble, WorkerSource
from app.domain.errors import InputError, UserError
from app.domain.ports import SAMPLE_RATE
from app.domain.recording import CAPTURE_RATE, AudioSource, Device, SoundSystem

if TYPE_CHECKING:
    from app.domain.recording import Samples

FILE_CHOICE = "file:"  # a choice of device that begins so names a file
_CHUNK_S = 0.5  # how much is read and resampled at once
_LATE_S = 0.2  # a block handed over this much after its time was waiting: it is not `live`


class FileSource(WorkerSource):
    """Plays `path` once, or over and over with `loop`, at the pace of the monotonic clock and without drift.

    `speed` is that of the simulated device's clock: 1.0001 delivers 100 ppm too many samples a second.
    `then`: what comes after the end, "silence" as from a quiet microphone, or "nothing" as from a loopback.
    `start_at` (`time.monotonic()`) puts several sources on exactly the same start; otherwise it is `open`.
    `finished` is set when the last sample has been delivered. `expects` is what `expects_sound` answers.
    Raises `InputError` if there is no such file; a file that is no sound is told as "failed".
    """

    def __init__(
        self,
        path: Path,
        track: str,
        *,
        loop: bool = False,
        speed: float = 1.0,
        then: Literal["silence", "nothing"] = "silence",
        block_s: float = 0.02,
        start_at: float | None = None,
        expects: bool | None = None,
    ) -> None:
        super().__init__(track)
        if not path.is_file():
            raise InputError(f"There is no file {path} to play.", "Check the name after “file:”.")
        if speed <= 0.0:
            raise ValueError("speed must be above 0")
        self.path = path
        self.finished = threading.Event()
        self._loop = loop
        self._rate = CAPTURE_RATE * speed
        self._then = then
        self._block = max(1, round(block_s * CAPTURE_RATE))
        self._start_at = start_at
        self._expects = expects
        self._sent = 0

    def expects_sound(self) -> bool | None:
        return self._expects

    def _record(self) -> None:
        if self.finished.is_set():  # only a failure leads here again
            self._stop.wait()
            return
        self._sent = 0
        sound = self._sound()
        try:
            piece = next(sound)  # opens the file, so that the clock does not run meanwhile
            start = self._start_at if self._start_at is not None else time.monotonic()
            self._opened(self.path.name)
            while piece is not None:
                for at in range(0, len(piece), self._block):
                    if not self._deliver(piece[at : at + self._block], start):
                        return
                piece = next(sound, None)
        except UserError as error:
            raise Trouble("failed", error.what, error.to_do) from error
        finally:
            sound.close()
        self.finished.set()
        quiet = np.zeros(self._block, np.float32)
        while self._then == "silence" and self._deliver(quiet, start):
            pass
        self._stop.wait()

    def _deliver(self, block: Samples, start: float) -> bool:
        """Hand over a block when a device would; false if the source was closed while waiting."""
        self._sent += len(block)
        due = start + self._sent / self._rate
        while (early_s := due - time.monotonic()) > 0.0:
            if self._stop.wait(early_s):
                return False
        if self._stop.is_set():
            return False
        now = time.monotonic()
        self._gate.put(block, now, now - due < _LATE_S)
        return True

    def _sound(self) -> Generator[Any]:
        """The file at 48 kHz in whole blocks (the last one padded with silence), again and again if it loops."""
        held = np.zeros(0, np.float32)
        while True:
            heard = False
            for piece in _resampled(self.path):
                heard = heard or len(piece) > 0
                held = np.concatenate((held, piece))
                whole = len(held) - len(held) % self._block
                if whole:
                    yield held[:whole]
                    held = held[whole:]
            if not heard:
                raise InputError(f"There is no sound in {self.path}.", "Choose another file.")
            if not self._loop:
                break
        if len(held):
            yield np.pad(held, (0, self._block - len(held)))


def _resampled(path: Path) -> Iterator[Samples]:
    import soxr

    rate, pieces = _open(path)
    if rate == CAPTURE_RATE:
        yield from pieces
        return
    stream = soxr.ResampleStream(rate, CAPTURE_RATE, 1, dtype="float32", quality="HQ")
    for piece in pieces:
        yield stream.resample_chunk(piece)
    yield stream.resample_chunk(np.zeros(0, np.float32), last=True)


def _open(path: Path) -> tuple[int, Iterator[Samples]]:
    """(rate, mono pieces). At full quality through libsndfile; what that cannot read comes from the importer's decoder,
    at 16 kHz. Raises `InputError` for what neither can read."""
    import soundfile as sf

    try:
        file = sf.SoundFile(path)
    except sf.LibsndfileError:
        from app.audio.decode import decode

        return SAMPLE_RATE, decode(path, cancel=threading.Event())
    return file.samplerate, _mono(file, path)


def _mono(file: Any, path: Path) -> Iterator[Samples]:
    import soundfile as sf

    with file:
        try:
            for piece in file.blocks(round(file.samplerate * _CHUNK_S), dtype="float32", always_2d=True):
                yield piece.mean(axis=1)
        except sf.LibsndfileError as error:
            raise InputError(f"{path} cannot be read further: {error}.", "Use another copy of it.") from error


class FileSystem:
    """A sound system whose devices are files: at most one for each track."""

    name = "Files"

    def __init__(self, files: Mapping[str, Path], *, loop: bool = False, speed: float = 1.0) -> None:
        self._files = dict(files)
        self._loop = loop
        self._speed = speed

    def devices(self) -> list[Device]:
        return [Device(f"{FILE_CHOICE}{path}", path.name, track, True) for track, path in self._files.items()]

    def source(self, track: str, choice: str) -> AudioSource:
        if choice.startswith(FILE_CHOICE):
            path = Path(choice.removeprefix(FILE_CHOICE)).expanduser()
        elif track in self._files:
            path = self._files[track]
        else:
            raise InputError(f"There is no file for the track “{track}”.", "Choose “none” for it.")
        return FileSource(path, track, loop=self._loop, speed=self._speed)


def source_for(system: SoundSystem, track: str, choice: str) -> AudioSource:
    """What `choice` means for `track`: a file to play ("file:PATH"), or a device of `system`. Raises `InputError`."""
    if choice.startswith(FILE_CHOICE):
        return FileSource(Path(choice.removeprefix(FILE_CHOICE)).expanduser(), track)
    return system.source(track, choice)
