"""How loud each track is at each moment, for a picture: the least and the greatest sample of every 1/50 second.

Worked out once and kept in the meeting's folder beside the sound; worked out again when that has changed.
"""

from __future__ import annotations

import json
import logging
import math
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from app.audio.recorded import recorded_file, tracks_of
from app.audio.sounds import RecordedSound
from app.audio.tracks import TrackReader
from app.domain import cancel as cancelling
from app.domain.cancel import CancelFlag
from app.domain.errors import UserError
from app.domain.ports import SAMPLE_RATE

if TYPE_CHECKING:
    from app.domain.meeting import Track

log = logging.getLogger(__name__)

Levels = npt.NDArray[np.int8]  # (n, 2): least and greatest sample of each bin, −127…127

PEAKS_NAME = "peaks.bin"
BINS_PER_S = 50
_VERSION = 1
_BLOCK_S = 20
_LOUD = 0.995  # the part of all stretches that fit into an outline; a slammed door may stick out
_FAINT = 6.0  # of 127: what is fainter everywhere is not made to look loud


@dataclass(frozen=True, slots=True)
class Peaks:
    """`tracks`: track name → levels, 50 a second from the beginning of the timeline."""

    tracks: Mapping[str, Levels]

    @property
    def duration_s(self) -> float:
        return max((len(x) for x in self.tracks.values()), default=0) / BINS_PER_S


@dataclass(frozen=True, slots=True)
class Outline:
    """Peaks as coarse as a screen is wide, without their sign: `tracks`: track name → loudness 0…1 of stretches of
    equal length, `per_s` of them a second. 1 is what hardly anything in the track goes beyond."""

    per_s: float
    tracks: Mapping[str, tuple[float, ...]]


def outline_of(peaks: Peaks, most: int = 4096) -> Outline:
    """At most so many stretches."""
    longest = max((len(x) for x in peaks.tracks.values()), default=0)
    size = max(1, -(-longest // most))
    made: dict[str, tuple[float, ...]] = {}
    for name, levels in peaks.tracks.items():
        if not len(levels):
            continue
        loud = np.maximum(-levels[:, 0].astype(np.int16), levels[:, 1])
        coarse = np.maximum.reduceat(loud, np.arange(0, len(loud), size)).astype(np.float64)
        top = max(float(np.quantile(coarse, _LOUD)), _FAINT)
        made[name] = tuple(np.clip(coarse / top, 0.0, 1.0).tolist())
    return Outline(BINS_PER_S / size, made)


def peaks_of(folder: Path, tracks: Sequence[Track], cancel: CancelFlag) -> Peaks:
    """The peaks of a meeting, from its file if that is of today's sound. A track that cannot be read is left out.

    A disk that cannot be written costs only time. Raises `Cancelled`.
    """
    files = {name: path for name, path in _files(folder, tracks).items() if path.is_file()}
    states = {name: _state(path) for name, path in files.items()}
    kept = _read(folder / PEAKS_NAME, states)
    if kept is not None:
        return kept
    made: dict[str, Levels] = {}
    for name, path in files.items():
        try:
            made[name] = _levels(folder, name, path, cancel)
        except (UserError, OSError) as error:
            log.warning("no peaks of %s: %s", path, error)
    peaks = Peaks(made)
    if made.keys() == files.keys() and made:
        _write(folder / PEAKS_NAME, peaks, states)
    return peaks


def _files(folder: Path, tracks: Sequence[Track]) -> dict[str, Path]:
    """What is read: working copies, which are small, and originals where there are none yet."""
    found = {name: path for name in tracks_of(folder) if (path := recorded_file(folder, name)) is not None}
    found.update({t.name: path for t in tracks if (path := folder / t.path).is_file() or t.name not in found})
    return found


def _state(path: Path) -> list[Any]:
    """What tells one content of a file from another."""
    stat = path.stat()
    return [path.name, stat.st_size, stat.st_mtime_ns]


def _levels(folder: Path, name: str, path: Path, cancel: CancelFlag) -> Levels:
    blocks = _of_recorded(folder, name, cancel) if path == recorded_file(folder, name) else _of_copy(path, cancel)
    done = [_rounded(block) for block in blocks]
    return np.concatenate(done) if done else np.zeros((0, 2), np.int8)


def _of_copy(path: Path, cancel: CancelFlag) -> Iterator[npt.NDArray[np.float32]]:
    size = SAMPLE_RATE // BINS_PER_S
    with TrackReader(path) as reader:
        for block in reader.blocks(_BLOCK_S):
            cancelling.check(cancel)
            edges = np.arange(0, len(block), size)
            yield np.stack([np.minimum.reduceat(block, edges), np.maximum.reduceat(block, edges)], axis=1)


def _of_recorded(folder: Path, name: str, cancel: CancelFlag) -> Iterator[npt.NDArray[np.float32]]:
    sound = RecordedSound(folder, name)
    try:
        bins = math.ceil(sound.duration_s * BINS_PER_S - 0.01)
        for start in range(0, bins, _BLOCK_S * BINS_PER_S):
            cancelling.check(cancel)
            count = min(_BLOCK_S * BINS_PER_S, bins - start)
            levels = np.zeros((count, 2), np.float32)
            for edges, x in sound.parts(np.arange(start, start + count + 1) / BINS_PER_S):
                filled = np.flatnonzero(np.diff(edges))  # of the others there is nothing in this piece
                least, greatest = np.minimum.reduceat(x, edges[filled]), np.maximum.reduceat(x, edges[filled])
                levels[filled, 0] = np.minimum(levels[filled, 0], least)
                levels[filled, 1] = np.maximum(levels[filled, 1], greatest)
            yield levels
    finally:
        sound.close()


def _rounded(levels: npt.NDArray[np.float32]) -> Levels:
    rounded: Levels = np.clip(np.rint(levels * 127.0), -127, 127).astype(np.int8)
    return rounded


# -- The file: one line of JSON, then the levels of each track in its order ------------------------------------


def _write(path: Path, peaks: Peaks, states: Mapping[str, list[Any]]) -> None:
    head = {
        "version": _VERSION,
        "bins_per_s": BINS_PER_S,
        "tracks": [[name, len(levels), states[name]] for name, levels in peaks.tracks.items()],
    }
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            file.write(json.dumps(head).encode() + b"\n")
            for levels in peaks.tracks.values():
                file.write(levels.tobytes())
        part.replace(path)
    except OSError as error:
        log.warning("the peaks could not be kept: %s", error)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _read(path: Path, states: Mapping[str, list[Any]]) -> Peaks | None:
    """None: there are none, they are of another sound or another version, or damaged."""
    try:
        data = path.read_bytes()
        line, _, body = data.partition(b"\n")
        head = json.loads(line)
        if head["version"] != _VERSION or {n: s for n, _, s in head["tracks"]} != dict(states):
            return None
        found: dict[str, Levels] = {}
        for name, count, _ in head["tracks"]:
            found[name] = np.frombuffer(body[: 2 * count], np.int8).reshape(count, 2)
            body = body[2 * count :]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return Peaks(found) if not body else None
