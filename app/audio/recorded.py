"""From the tracks of a recording made here to their working copies: in time with each other, and with the clock.

The raw files are nearly aligned, because silence stands where nothing came. The journal says the rest: which frames
are sound of one unbroken clock and when they arrived. Each such piece is resampled by the speed its device was
measured to run at and put where it belongs (`app.audio.clocks`); between the pieces there is silence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import soxr

from app.audio.clocks import Placed, place
from app.audio.journal import Piece
from app.audio.originals import journal_of, original_blocks, original_frames, recorded_file, tracks_of
from app.audio.tracks import TrackWriter, check_space
from app.domain import cancel as cancelling
from app.domain.cancel import CancelFlag
from app.domain.errors import InputError
from app.domain.ports import SAMPLE_RATE
from app.domain.recording import CAPTURE_RATE

if TYPE_CHECKING:
    from app.audio.decode import DecodedTrack, DecodeProgress
    from app.domain.ports import Samples

__all__ = ["Plan", "decode_recording", "plan", "recorded_file", "tracks_of"]

_HELD = 5 * SAMPLE_RATE  # of the end of what was resampled: later pieces may overlap it by milliseconds
_BENT_BLOCK = CAPTURE_RATE  # frames resampled at one speed where a clock changes its own
_MAX_RATIO = 1.02  # of the variable resampler
_NO_JOURNAL = (
    "The journal of this recording is missing or damaged: its sound is complete, but its tracks may be some "
    "hundredths of a second apart."
)


@dataclass(frozen=True, slots=True)
class Plan:
    """What becomes of one track: where its pieces go, and how long its working copy is.

    `ppm`: device → how many parts per million its clock runs fast, as far as it could be measured.
    """

    path: Path
    frames: int
    pieces: tuple[Placed, ...]
    samples: int
    ppm: Mapping[str, float]
    notices: tuple[str, ...]

    @property
    def duration_s(self) -> float:
        return self.samples / SAMPLE_RATE


def plan(folder: Path, track: str) -> Plan:
    """Read the journal and measure the clocks. Without a journal the track is one piece that begins at 0.

    Raises `InputError` if the track was not recorded, or cannot be read.
    """
    path = recorded_file(folder, track)
    if path is None:
        raise InputError(
            f"The {track} track of this recording is missing in {folder}.",
            "Put its file back from a copy of the library.",
        )
    frames = {t: original_frames(p) for t in tracks_of(folder) if (p := recorded_file(folder, t))}
    journal = journal_of(folder)
    said = journal.tracks.get(track) if journal is not None else None
    pieces = said.pieces(frames[track]) if said is not None else []
    first = said.boundaries[0].frame if said is not None and said.boundaries else frames[track]
    if first > 0:  # sound of which the journal does not know: none, or its first lines, could be read
        pieces.insert(0, Piece(0, min(first, frames[track]), 0.0, "", ()))
    placed, ppm = place(pieces)
    end_s = journal.length_s(frames) if journal is not None else max(frames.values()) / CAPTURE_RATE
    samples = max(round(s * SAMPLE_RATE) for s in (end_s, *(p.end_s for p in placed)))
    return Plan(path, frames[track], tuple(placed), samples, ppm, () if journal is not None else (_NO_JOURNAL,))


def decode_recording(
    folder: Path, track: str, out: Path, *, cancel: CancelFlag
) -> Iterator[DecodeProgress | DecodedTrack]:
    """Write the working copy of a recorded track to `out`, wholly or not at all, as long as the whole recording.

    Yields how far it is and, last, the finished track. Raises `InputError` for the recording, `StorageError` for the
    disk, `Cancelled`; none of them, nor closing the generator, leaves anything at or beside `out`.
    """
    from app.audio.decode import DecodedTrack, DecodeProgress  # here: it loads FFmpeg, 18 MB, which players do without

    found = plan(folder, track)
    if not found.samples:
        raise InputError("This recording holds no sound.", "It ended before anything was recorded; discard it.")
    check_space(out.parent, found.duration_s)
    with TrackWriter(out) as writer:
        for block in _corrected(found, cancel):
            writer.write(block[: found.samples - writer.samples])
            yield DecodeProgress(writer.duration_s, found.duration_s)
        while writer.samples < found.samples:
            cancelling.check(cancel)
            writer.write(np.zeros(min(found.samples - writer.samples, 60 * SAMPLE_RATE), np.float32))
        cancelling.check(cancel)
        writer.commit()
    yield DecodedTrack(writer.duration_s, CAPTURE_RATE, 1, found.notices)


def _corrected(found: Plan, cancel: CancelFlag) -> Iterator[Samples]:
    """The track at 16 kHz up to the end of its last piece, in order, in blocks of any length."""
    timeline = _Timeline()
    pieces = iter(found.pieces)
    piece = next(pieces, None)
    resampler: _Resampler | None = None
    frame = 0
    for block in original_blocks(found.path, cancel=cancel):
        end = frame + len(block)
        while piece is not None and piece.frame < end:
            if resampler is None:
                resampler = _Resampler(piece)
                yield from timeline.seek(round(piece.start_s * SAMPLE_RATE))
            last = piece.end <= end
            timeline.put(resampler.feed(block[max(0, piece.frame - frame) : piece.end - frame], last))
            if not last:
                break
            piece, resampler = next(pieces, None), None
        frame = end
        yield from timeline.ready()
    if resampler is not None:  # a packed file that is damaged at its end
        timeline.put(resampler.feed(np.zeros(0, np.float32), True))
    yield timeline.rest()


class _Resampler:
    """One piece from the speed of its device to 16 kHz."""

    def __init__(self, piece: Placed) -> None:
        self._piece = piece
        self._frame = piece.frame
        if piece.is_straight:
            rate_hz = (piece.end - piece.frame) / (piece.end_s - piece.start_s)
            self._stream = soxr.ResampleStream(rate_hz, SAMPLE_RATE, 1, quality="HQ")
        else:
            self._stream = soxr.ResampleStream(CAPTURE_RATE * _MAX_RATIO, SAMPLE_RATE, 1, quality="HQ", vr=True)

    def feed(self, x: Samples, last: bool) -> Samples:
        if self._piece.is_straight or not len(x):
            straight: Samples = self._stream.resample_chunk(np.ascontiguousarray(x), last=last)
            return straight
        done = []
        for at in range(0, len(x), _BENT_BLOCK):
            part = np.ascontiguousarray(x[at : at + _BENT_BLOCK])
            seconds = self._piece.time_s(self._frame + len(part)) - self._piece.time_s(self._frame)
            nominal_s = len(part) / CAPTURE_RATE
            ratio = nominal_s / seconds if seconds > nominal_s / _MAX_RATIO else _MAX_RATIO
            self._stream.set_io_ratio(CAPTURE_RATE * ratio, SAMPLE_RATE)
            done.append(self._stream.resample_chunk(part, last=last and at + len(part) == len(x)))
            self._frame += len(part)
        return np.concatenate(done)


class _Timeline:
    """Where pieces are put one after the other: silence between them, and the sum where they overlap."""

    def __init__(self) -> None:
        self._held = np.zeros(0, np.float32)
        self._from = 0  # the sample at which `_held` begins; what is before it was given out
        self._at = 0

    def seek(self, sample: int) -> Iterator[Samples]:
        """The next `put` begins here. Nothing is ever cut off, so not before what was given out already."""
        while sample > self._from + len(self._held):
            yield self._held
            self._from += len(self._held)
            self._held = np.zeros(min(sample - self._from, _HELD), np.float32)
        self._at = max(sample, self._from)

    def put(self, x: Samples) -> None:
        start = self._at - self._from
        if missing := max(0, start + len(x) - len(self._held)):
            self._held = np.concatenate([self._held, np.zeros(missing, np.float32)])
        self._held[start : start + len(x)] += x
        self._at += len(x)

    def ready(self) -> Iterator[Samples]:
        """What nothing can be added to any more, if it is worth the trouble."""
        if (n := len(self._held) - _HELD) > 0:
            yield self._held[:n]
            self._held, self._from = self._held[n:], self._from + n

    def rest(self) -> Samples:
        return self._held
