"""The sound of a meeting for the ear: any part of any track, at 48 kHz, on the meeting's timeline.

What was recorded here is read from its originals, each piece moved to where its clock says it belongs (as the working
copies are, see `app.audio.recorded`); everything else from the 16 kHz working copy. Memory does not depend on the
length of the meeting. One thread uses a `Sounds`.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol, Self

import numpy as np
import numpy.typing as npt

from app.audio.clocks import Placed
from app.audio.recorded import plan, tracks_of
from app.audio.track_file import WavReader
from app.audio.tracks import TrackReader
from app.domain.errors import InputError, UserError
from app.domain.ports import SAMPLE_RATE
from app.domain.recording import CAPTURE_RATE

if TYPE_CHECKING:
    from app.domain.meeting import Track
    from app.domain.ports import Samples

log = logging.getLogger(__name__)

_UP = CAPTURE_RATE // SAMPLE_RATE
_PAD = 256  # samples at 16 kHz on either side, so that blocks resampled one by one fit together
_PREROLL = CAPTURE_RATE // 10  # before the place that is wanted: Opus needs 80 ms until it says what it means
_NEAR = 2 * CAPTURE_RATE  # as far ahead decoding on is cheaper than looking for a place
_KEEP = CAPTURE_RATE  # of what was read last: the next block may begin a little before its end


class TrackSound(Protocol):
    """One track. Raises `InputError` or `StorageError` where the file cannot be read."""

    name: str
    duration_s: float

    def read(self, start: int, count: int) -> Samples:
        """`count` samples at 48 kHz from the frame `start` of the timeline; silence outside of the track."""
        ...

    def close(self) -> None: ...


class _Frames(Protocol):
    """A file at 48 kHz, by the number of its frames."""

    frames: int

    def read(self, start: int, end: int) -> Samples: ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Sounds:
    """The tracks of a meeting that can be heard; `problems` says why others cannot, each in a sentence."""

    tracks: tuple[TrackSound, ...]
    problems: tuple[str, ...] = ()

    @property
    def duration_s(self) -> float:
        return max((t.duration_s for t in self.tracks), default=0.0)

    def close(self) -> None:
        for track in self.tracks:
            track.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_sounds(folder: Path, tracks: Sequence[Track]) -> Sounds:
    """Open what the meeting in `folder` has. `tracks`: its working copies, if there are any yet.

    A track whose original is damaged or gone is heard from its working copy. Raises `InputError` if nothing is left.
    """
    copies = {t.name: folder / t.path for t in tracks}
    found: list[TrackSound] = []
    problems: list[str] = []
    for name in dict.fromkeys((*tracks_of(folder), *copies)):
        try:
            found.append(_open(folder, name, copies.get(name)))
        except UserError as error:
            problems.append(str(error))
    if not found:
        raise InputError(
            problems[0] if problems else "This meeting has no sound.",
            "" if problems else "It was deleted, or has not been read in yet.",
        )
    return Sounds(tuple(found), tuple(problems))


def _open(folder: Path, name: str, copy: Path | None) -> TrackSound:
    if name in tracks_of(folder):
        try:
            return RecordedSound(folder, name)
        except UserError:
            if copy is None:
                raise
            log.warning("the original of %s cannot be used, the working copy is", name, exc_info=True)
    if copy is None:
        raise InputError(f"The {name} track has no sound.")
    return CopySound(name, copy)


class CopySound:
    """A working copy, brought from 16 to 48 kHz."""

    def __init__(self, name: str, path: Path) -> None:
        self.name = name
        self._reader = TrackReader(path)
        self.duration_s = self._reader.duration_s

    def read(self, start: int, count: int) -> Samples:
        import soxr

        first = start // _UP - _PAD
        last = -(-(start + count) // _UP) + _PAD
        x = self._reader.read(max(0, first) / SAMPLE_RATE, last / SAMPLE_RATE)
        if not len(x):
            return np.zeros(count, np.float32)
        before = max(0, -first)
        x = np.pad(x, (before, last - first - before - len(x)))
        up: Samples = soxr.resample(x, SAMPLE_RATE, CAPTURE_RATE, quality="MQ")
        at = start - first * _UP
        return up[at : at + count]

    def close(self) -> None:
        self._reader.close()


class RecordedSound:
    """What was recorded, put where its clock says."""

    def __init__(self, folder: Path, name: str) -> None:
        self.name = name
        found = plan(folder, name)
        self.duration_s = found.duration_s
        self._pieces = found.pieces
        self._file: _Frames = _file(found.path, found.frames)

    def read(self, start: int, count: int) -> Samples:
        out = np.zeros(count, np.float32)
        for piece in self._pieces:
            lo = max(start, int(np.ceil(piece.start_s * CAPTURE_RATE - 1e-6)))
            hi = min(start + count, int(np.ceil(piece.end_s * CAPTURE_RATE - 1e-6)))
            if hi > lo:
                out[lo - start : hi - start] += self._piece(piece, lo, hi)
        return out

    def parts(self, moments_s: npt.NDArray[np.float64]) -> Iterator[tuple[npt.NDArray[np.int64], Samples]]:
        """What lies between moments in ascending order, as it is in the file, without the cost of moving it exactly:
        for each piece (where each moment is among the samples, the samples)."""
        for piece in self._pieces:
            if piece.end_s <= moments_s[0] or piece.start_s >= moments_s[-1]:
                continue
            frames, times = zip(*piece.knots, strict=True)
            at = np.rint(np.interp(moments_s, times, frames)).astype(np.int64)
            if at[-1] > at[0]:
                yield at - at[0], self._padded(int(at[0]), int(at[-1]), int(at[0]), int(at[-1]))

    def _piece(self, piece: Placed, lo: int, hi: int) -> Samples:
        """The frames `lo` to `hi` of the timeline, between the frames of the file they fall between."""
        frames, times = zip(*piece.knots, strict=True)
        at = np.interp(np.arange(lo, hi) / CAPTURE_RATE, times, frames)
        whole = np.floor(at + 1e-6).astype(np.int64)
        first, last = int(whole[0]) - 1, int(whole[-1]) + 3
        x = self._padded(max(first, piece.frame), min(last, piece.end), first, last)
        part = (at - whole).astype(np.float32)
        i = whole - first
        if np.abs(part).max() < 1e-4:  # a clock that runs as it says
            straight: Samples = x[i]
            return straight
        a, b, c, d = x[i - 1], x[i], x[i + 1], x[i + 2]
        curve: Samples = b + 0.5 * part * (c - a + part * (2 * a - 5 * b + 4 * c - d + part * (3 * (b - c) + d - a)))
        return curve

    def _padded(self, lo: int, hi: int, first: int, last: int) -> Samples:
        """The frames `first` to `last`; outside of `lo` to `hi`, and where the file ends early, silence."""
        x = self._file.read(lo, hi)
        padded: Samples = np.pad(x, (lo - first, last - lo - len(x)))
        return padded

    def close(self) -> None:
        self._file.close()


def _file(path: Path, frames: int) -> _Frames:
    if path.suffix != ".wav":
        return PackedFile(path, frames)
    try:
        return WavReader(path)
    except OSError as e:
        raise InputError(f"{path} could not be read: {e.strerror or e}.", "Check the disk and try again.") from e


class PackedFile:
    """Random access to a packed original (Opus or FLAC), every frame where it was in the .wav."""

    def __init__(self, path: Path, frames: int) -> None:
        from app.audio.media import open_media

        self.path = path
        self.frames = frames
        self._stack = contextlib.ExitStack()
        self._media = self._stack.enter_context(open_media(path))
        self._packets: Any = None
        self._held = np.zeros(0, np.float32)
        self._from = 0  # the frame at which `_held` begins
        self._ended = False

    def read(self, start: int, end: int) -> Samples:
        """The frames from `start` up to `end`; shorter at the end of the file, silence where it is damaged."""
        start, end = max(0, start), min(end, self.frames)
        if end <= start:
            return np.zeros(0, np.float32)
        reached = self._from + len(self._held)
        if self._packets is None or start < self._from or start > reached + _NEAR:
            self._seek(start)
        parts = [self._held]
        reached = self._from + len(self._held)
        while reached < end and not self._ended:
            for at, x in self._decode():
                if at > reached:  # damaged, or nothing there
                    parts.append(np.zeros(min(at, end + _NEAR) - reached, np.float32))
                    reached += len(parts[-1])
                x = x[max(0, reached - at) :]
                parts.append(x)
                reached += len(x)
        held = np.concatenate(parts)
        got = held[start - self._from : end - self._from]
        drop = max(0, end - _KEEP - self._from)
        self._held, self._from = held[drop:], self._from + min(drop, len(held))
        whole: Samples = np.pad(got, (0, end - start - len(got)))
        return whole

    def _seek(self, frame: int) -> None:
        import av.error

        stream = self._media.stream
        target = max(0, frame - _PREROLL)
        try:
            self._media.container.seek(
                int(Fraction(target, CAPTURE_RATE) / (stream.time_base or Fraction(1, CAPTURE_RATE))),
                stream=stream,
                backward=True,
            )
        except av.error.FFmpegError as e:
            raise InputError(
                f"{self.path} is damaged.", "Put the file back from a copy of the library, if there is one."
            ) from e
        stream.codec_context.flush_buffers()
        self._packets = self._media.container.demux(stream)
        self._held, self._from, self._ended = np.zeros(0, np.float32), target, False

    def _decode(self) -> list[tuple[int, Samples]]:
        """The next packet's sound: (its first frame, samples)."""
        import av.error

        done: list[tuple[int, Samples]] = []
        try:
            packet = next(self._packets, None)
            if packet is None:
                self._ended = True
                return done
            for frame in self._media.stream.codec_context.decode(packet):
                x = frame.to_ndarray().reshape(-1)
                scale = {"s16": 2.0**15, "s32": 2.0**31}.get(frame.format.name.removesuffix("p"), 1.0)
                if frame.pts is not None and frame.time_base:
                    at = round(frame.pts * frame.time_base * CAPTURE_RATE)
                    done.append((at, x.astype(np.float32) / np.float32(scale)))
        except av.error.EOFError:
            self._ended = True
        except av.error.FFmpegError:
            pass  # what it held is missing, which the time stamp of the next one tells
        return done

    def close(self) -> None:
        self._packets = None
        self._stack.close()
