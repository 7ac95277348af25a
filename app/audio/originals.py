"""The recorded sound of a track as it lies on the disk, at 48 kHz mono.

`mic.wav` while it exists; once that has been packed (`app.audio.packing`), `mic.opus` or `mic.recorded.flac`.
`mic.flac` is something else: the 16 kHz working copy that every stage after the first reads.
"""

from __future__ import annotations

import errno
import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from app.audio.journal import JOURNAL_NAME, VERSION, Journal, read_journal
from app.audio.track_file import WavReader, raw_path, wav_frames
from app.domain import cancel as cancelling
from app.domain.cancel import CancelFlag
from app.domain.errors import InputError, StorageError
from app.domain.meeting import MIC, SYSTEM
from app.domain.ports import KeepAs
from app.domain.recording import CAPTURE_RATE

if TYPE_CHECKING:
    from app.domain.ports import Samples

BLOCK_FRAMES = 4 * CAPTURE_RATE
_TO_DO = "Put the file back from a copy of the library, if there is one."


def packed_path(folder: Path, track: str, form: KeepAs) -> Path:
    return (
        folder / {"opus": f"{track}.opus", "flac": f"{track}.recorded.flac", "wav": raw_path(folder, track).name}[form]
    )


def working_copy_path(folder: Path, track: str) -> Path:
    return folder / f"{track}.flac"


def recorded_file(folder: Path, track: str) -> Path | None:
    """The file that holds what was recorded, or None. While the .wav exists it is the original, whatever else does."""
    forms: tuple[KeepAs, ...] = ("wav", "opus", "flac")
    return next((p for form in forms if (p := packed_path(folder, track, form)).is_file()), None)


def tracks_of(folder: Path) -> tuple[str, ...]:
    """The tracks that were recorded into this folder."""
    return tuple(t for t in (MIC, SYSTEM) if recorded_file(folder, t) is not None)


def journal_of(folder: Path) -> Journal | None:
    """What the recording says about itself; None if that is lost. `StorageError` if a newer version wrote it, or if
    it may not be read now: another program may hold it, and nothing must be decided without it."""
    path = folder / JOURNAL_NAME
    try:
        return read_journal(path)
    except StorageError as e:
        if isinstance(e.__cause__, PermissionError):
            raise
        with suppress(OSError, ValueError, TypeError, KeyError), path.open("rb") as file:
            if int(json.loads(file.readline())["version"]) > VERSION:
                raise
        return None


def original_frames(path: Path) -> int:
    """How long a recorded file is; a packed one by what it says itself. Raises `InputError`."""
    if path.suffix == ".wav":
        try:
            return wav_frames(path)
        except OSError as e:
            raise InputError(f"{path} could not be read: {e.strerror or e}.", "Check the disk and try again.") from e
    from app.audio.media import open_media

    with open_media(path) as media:
        frames = round((media.info.duration_s or 0.0) * CAPTURE_RATE)
        head = media.stream.codec_context.extradata or b""
    if head.startswith(b"OpusHead"):  # RFC 7845: the first samples are not part of the sound; FFmpeg counts them
        frames -= int.from_bytes(head[10:12], "little")
    return max(0, frames)


def original_blocks(path: Path, *, cancel: CancelFlag) -> Iterator[Samples]:
    """Float32 blocks of any length from a recorded file of any form, every frame where it was in the .wav.

    Damaged stretches of a packed file are silence, as far as they can be told. Raises `InputError`, `Cancelled`.
    """
    if path.suffix == ".wav":
        yield from _wav_blocks(path, cancel)
        return
    held: list[Samples] = []  # frames of some milliseconds, which arithmetic and Python do not like
    count = 0
    for piece in _decoded(path, cancel):
        held.append(piece)
        count += len(piece)
        if count >= BLOCK_FRAMES:
            yield np.concatenate(held)
            held, count = [], 0
    if count:
        yield np.concatenate(held)


def _decoded(path: Path, cancel: CancelFlag) -> Iterator[Samples]:
    """A packed file frame by frame."""
    import av
    import av.error

    from app.audio.media import open_media

    position = 0
    with open_media(path) as media:
        if media.info.rate_hz != CAPTURE_RATE or media.info.channels != 1:
            raise InputError(f"{path} is not a track that was recorded here.", _TO_DO)
        for packet in media.container.demux(media.stream):
            cancelling.check(cancel)
            try:
                decoded = media.stream.codec_context.decode(packet)
            except av.error.EOFError:
                break
            except av.error.FFmpegError:
                continue  # what it held is missing below, by the time stamp of the next one
            for frame in decoded:
                if frame.pts is not None and frame.time_base:
                    start = round(frame.pts * frame.time_base * CAPTURE_RATE)
                    while start > position:
                        yield np.zeros(min(start - position, BLOCK_FRAMES), np.float32)
                        position += min(start - position, BLOCK_FRAMES)
                x = frame.to_ndarray().reshape(-1)
                position += len(x)
                scale = {"s16": 2.0**15, "s32": 2.0**31}.get(frame.format.name.removesuffix("p"), 1.0)
                yield x.astype(np.float32) / np.float32(scale)


def _wav_blocks(path: Path, cancel: CancelFlag) -> Iterator[Samples]:
    """By the size of the file, which is right whatever the header says; a torn last frame is left out."""
    try:
        with WavReader(path) as reader:
            for start in range(0, reader.frames, BLOCK_FRAMES):
                cancelling.check(cancel)
                end = min(start + BLOCK_FRAMES, reader.frames)
                block = reader.read(start, end)
                if len(block) != end - start:
                    raise OSError(errno.EIO, "the file became shorter while it was read")
                yield block
    except OSError as e:
        raise InputError(f"{path} could not be read: {e.strerror or e}.", "Check the disk and try again.") from e
