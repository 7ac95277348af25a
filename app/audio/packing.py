"""Packing a recorded track: Ogg Opus or FLAC instead of a .wav, and the proof that nothing was lost.

The packed file is written under a temporary name, decoded again and compared with the .wav in length (exactly) and
in content; only when that holds, and the 16 kHz working copy is whole, does the .wav go.

How the content is compared. FLAC: every sample must be equal. Opus changes every sample, but it is a waveform coder:
between 200 and 4,000 Hz, in windows of 0.25 s, what comes out correlates with what went in. Measured at 32 kbit/s on
54 signals (speech: clean, far, clipped, gated, in noise; guitar, chords, drums, tones, a sweep, hum, impulses, square
waves; white, pink and brown noise from -10 to -60 dBFS), every window of every one correlated by 0.81 or more, and its
level above 200 Hz changed by -4.9 to +2.6 dB; faint sound down to -80 dBFS correlated by 0.77 taken together.
Zeros, a second of zeros, a second or 20 ms cut out, all of it 1 ms later, another recording, a tenth of the level and
the negative each failed the limits below on all of them, but for what cannot be told: a periodic tone that is shifted,
and silence within silence.

So a window must correlate by 0.6 and keep its level within -10 and +6 dB. A single window may fail (something unheard
of in a codec's start or at a step in a microphone's offset); two in a row, or one in a hundred, may not, and a second
that is missing makes at least three. Windows below -75 dBFS are only asked to be as quiet afterwards, and to correlate
by 0.5 taken together.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import soundfile as sf

from app.audio.originals import (
    original_blocks,
    original_frames,
    packed_path,
    working_copy_path,
)
from app.audio.track_file import WavReader, raw_path, to_pcm
from app.audio.tracks import TrackReader
from app.domain import cancel as cancelling
from app.domain.cancel import CancelFlag
from app.domain.disk import disk_error
from app.domain.errors import StorageError
from app.domain.meeting import clock
from app.domain.recording import CAPTURE_RATE

if TYPE_CHECKING:
    import numpy.typing as npt

    from app.domain.ports import Samples

Form = Literal["opus", "flac"]

OPUS_BITS_PER_S = 32_000
MARGIN_BYTES = 50_000_000  # what packing leaves free on the disk
COPY_TOLERANCE_S = 0.1  # by which the working copy may differ from the length it should have

WINDOW_S = 0.25
MIN_CORRELATION = 0.6
LEVEL_DB = (-10.0, 6.0)  # of the decoded window against the original
QUIET_DB = -75.0
FAINT_DB = -92.0  # below this there is nothing but the last bit
MIN_QUIET_CORRELATION = 0.5
_IN_A_ROW = 2  # failing windows that fail the file
_SHARE = 0.01  # of all windows, if more than one


@dataclass(frozen=True, slots=True)
class PackProgress:
    done_s: float
    total_s: float  # of writing and comparing together


@dataclass(frozen=True, slots=True)
class PackedTrack:
    """How it ended. `problem` is "" when the packed file took the place of the .wav; otherwise the .wav is still
    there, and `problem` says why in a sentence."""

    track: str
    path: Path
    problem: str = ""


def pack(
    folder: Path, track: str, form: Form, *, duration_s: float, cancel: CancelFlag
) -> Iterator[PackProgress | PackedTrack]:
    """Pack one track of the meeting in `folder`, compare, and remove its .wav. The last step is a `PackedTrack`.

    `duration_s`: how long the working copy has to be. Raises `StorageError` (no space, not writable), `InputError`
    (the .wav cannot be read), `Cancelled`; none of them, nor closing the generator, leaves anything but the .wav.
    """
    source, target = raw_path(folder, track), packed_path(folder, track, form)
    frames = original_frames(source)
    if problem := _problem_of_working_copy(working_copy_path(folder, track), duration_s, cancel):
        yield PackedTrack(track, source, problem)
        return
    _check_space(folder, source, form)
    part = folder / f".{target.name}.part"
    total_s = 2 * frames / CAPTURE_RATE
    try:
        write = _write_opus if form == "opus" else _write_flac
        for done in write(source, part, cancel):
            yield PackProgress(done / CAPTURE_RATE, total_s)
        problem = ""
        for step in compare(source, part, exact=form == "flac", cancel=cancel):
            if isinstance(step, str):
                problem = step
            else:
                yield PackProgress((frames + step) / CAPTURE_RATE, total_s)
        cancelling.check(cancel)
        if problem:
            yield PackedTrack(
                track, source, f"The {track} track was not packed: {problem}. It is kept as it was recorded."
            )
            return
        part.replace(target)
        _sync(folder)
        source.unlink()
    except OSError as e:
        raise disk_error("The recording could not be packed", target, e) from e
    except sf.SoundFileError as e:
        raise StorageError(f"The recording could not be packed ({e}).", "Check the disk; it is packed later.") from e
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
    yield PackedTrack(track, target)


# -- Writing ----------------------------------------------------------------------------------------------


def _write_opus(source: Path, part: Path, cancel: CancelFlag) -> Iterator[int]:
    """Frames done so far. Ogg says how much of the last packet counts, so the length survives to the frame."""
    import av
    from av.audio.frame import AudioFrame

    done = 0
    with part.open("wb") as file:
        with av.open(file, "w", format="ogg") as container:
            stream: Any = container.add_stream("libopus", rate=CAPTURE_RATE)
            stream.layout, stream.format, stream.bit_rate = "mono", "s16", OPUS_BITS_PER_S
            for block in original_blocks(source, cancel=cancel):
                frame = AudioFrame.from_ndarray(to_pcm(block).reshape(1, -1), format="s16", layout="mono")
                frame.sample_rate, frame.pts, frame.time_base = CAPTURE_RATE, done, Fraction(1, CAPTURE_RATE)
                container.mux(stream.encode(frame))
                done += len(block)
                yield done
            container.mux(stream.encode(None))
        file.flush()
        os.fsync(file.fileno())


def _write_flac(source: Path, part: Path, cancel: CancelFlag) -> Iterator[int]:
    done = 0
    with part.open("wb") as file:
        with sf.SoundFile(file, "w", CAPTURE_RATE, 1, format="FLAC", subtype="PCM_16") as out:
            for block in original_blocks(source, cancel=cancel):
                out.write(to_pcm(block))
                done += len(block)
                yield done
        file.flush()
        os.fsync(file.fileno())


def _check_space(folder: Path, source: Path, form: Form) -> None:
    """The packed file lies beside the .wav for a while. A FLAC of noise is as long as the .wav."""
    size = source.stat().st_size
    need = MARGIN_BYTES + (size if form == "flac" else size * OPUS_BITS_PER_S // (16 * CAPTURE_RATE) * 5 // 4)
    free = shutil.disk_usage(folder).free
    if free < need:
        raise StorageError(
            f"The recording is not packed: that needs {need // 1_000_000} MB for a while and "
            f"{free // 1_000_000} MB are free.",
            f"Free {(need - free) // 1_000_000 + 1} MB on the disk that holds {folder}; it is packed later.",
        )


def _problem_of_working_copy(path: Path, duration_s: float, cancel: CancelFlag) -> str:
    """Why the .wav has to stay: every stage after this one, and every later run, rests on the working copy."""
    if not path.is_file():
        return f"The recording is not packed yet, because its working copy {path.name} does not exist."
    try:
        with TrackReader(path) as reader:
            for _ in reader.blocks(60.0):  # to its last sample: a damaged one says so
                cancelling.check(cancel)
            if abs(reader.duration_s - duration_s) > COPY_TOLERANCE_S:
                return (
                    f"The recording is not packed, because its working copy {path.name} is {reader.duration_s:.1f} s "
                    f"long and should be {duration_s:.1f} s."
                )
    except StorageError as e:
        return f"The recording is not packed: {e.what}"
    return ""


# -- Comparing --------------------------------------------------------------------------------------------


def compare(source: Path, packed: Path, *, exact: bool, cancel: CancelFlag) -> Iterator[int | str]:
    """Whether `packed` holds the sound of the .wav `source`. Yields frames compared; a string says what is wrong."""
    likeness = Likeness()
    differing = 0
    frames, found = original_frames(source), 0
    with WavReader(source) as original:
        for decoded in original_blocks(packed, cancel=cancel):
            block = original.read(found, found + len(decoded))
            found += len(decoded)
            if len(block) != len(decoded):
                continue  # too long: how much is said below
            if exact:
                differing += int(np.count_nonzero(block != decoded))
            else:
                likeness.add(block, decoded)
            yield min(found, frames)
    if found != frames:
        yield f"the packed file has {found} samples instead of {frames}"
    elif differing:
        yield f"{differing} samples of the packed file differ"
    elif not exact and (problem := likeness.problem()):
        yield problem


class Likeness:
    """Whether two signals are the same but for what Opus does to them; see the top of this file. `add` them block by
    block; memory is a few numbers a window."""

    def __init__(self) -> None:
        from scipy.signal import butter

        # Above 200 Hz (Opus takes away offset and rumble), in all and for the correlation.
        self._wide: npt.NDArray[np.float32] = butter(4, 200, "highpass", fs=CAPTURE_RATE, output="sos").astype("f4")
        self._band: npt.NDArray[np.float32] = butter(3, 4000, "lowpass", fs=CAPTURE_RATE, output="sos").astype("f4")
        self._states = [np.zeros((len(s), 2), np.float32) for s in (self._wide, self._band) * 2]
        self._size = round(WINDOW_S * CAPTURE_RATE)
        self._held = np.zeros((5, 0), np.float32)
        self._windows: list[npt.NDArray[np.float64]] = []

    def add(self, original: Samples, decoded: Samples) -> None:
        """Two blocks of the same length."""
        wide_a, band_a = self._filtered(original, 0)
        wide_b, band_b = self._filtered(decoded, 2)
        rows = np.concatenate([self._held, np.stack([original, wide_a, wide_b, band_a, band_b])], axis=1)
        whole = rows.shape[1] // self._size * self._size
        self._held = rows[:, whole:]
        if whole:
            self._measure(rows[:, :whole].reshape(5, -1, self._size))

    def problem(self) -> str:
        """What is wrong, "" if nothing is. Call it once, at the end."""
        if self._held.shape[1]:  # the rest is measured as what it is, not filled with zeros
            self._measure(self._held[:, None, :])
        if not self._windows:
            return ""
        all_a, wide_a, wide_b, band_a, band_b, cross = np.concatenate(self._windows, axis=1)
        level_a, level_b = _db(wide_a), _db(wide_b)
        change = level_b - level_a
        # Beside something loud Opus may ring for some milliseconds where there was silence.
        around = np.lib.stride_tricks.sliding_window_view(np.pad(level_a, 1, mode="edge"), 3).max(axis=1)
        noisy = level_b > np.maximum(QUIET_DB + 10, around)
        bad = np.where(level_a > QUIET_DB, (change < LEVEL_DB[0]) | (change > LEVEL_DB[1]), noisy)
        # What stands 40 dB above the band masks it, and Opus makes use of that.
        counts = _db(band_a) > np.maximum(FAINT_DB, _db(all_a) - 40)
        correlation = cross / np.sqrt(band_a * band_b + 1e-30)
        loud = counts & (_db(band_a) > QUIET_DB)
        bad |= loud & (correlation < MIN_CORRELATION)
        run = np.lib.stride_tricks.sliding_window_view(bad, min(_IN_A_ROW, len(bad))).all(axis=1)
        if run.any() or bad.sum() > max(1.0, _SHARE * len(bad)):
            first = int(np.argmax(run if run.any() else bad))
            return f"it sounds different at {clock(first * WINDOW_S)}"
        faint = counts & ~loud
        together = cross[faint].sum() / np.sqrt(band_a[faint].sum() * band_b[faint].sum() + 1e-30)
        if faint.any() and together < MIN_QUIET_CORRELATION:
            return "its quiet parts sound different"
        return ""

    def _filtered(self, x: Samples, state: int) -> tuple[Samples, Samples]:
        from scipy.signal import sosfilt

        wide, self._states[state] = sosfilt(self._wide, x, zi=self._states[state])
        band, self._states[state + 1] = sosfilt(self._band, wide, zi=self._states[state + 1])
        return wide, band

    def _measure(self, windows: npt.NDArray[np.float32]) -> None:
        """(5, n, samples) → mean power of each row, and of the product of the two bands."""
        x = windows.astype(np.float64)
        power = np.mean(x * x, axis=2)
        self._windows.append(np.concatenate([power, np.mean(x[3] * x[4], axis=1)[None]]))


def _db(power: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    result: npt.NDArray[np.float64] = 10 * np.log10(power + 1e-20)
    return result


def _sync(folder: Path) -> None:
    with contextlib.suppress(OSError):  # folders cannot be synced on Windows
        fd = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)
