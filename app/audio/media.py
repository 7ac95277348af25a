"""Opening the user's recordings: what a file is, and what to tell the user when it cannot be used.

FFmpeg would also open playlists, image sequences, subtitles and addresses, some of which reach for the
network. Here it gets an open, read-only file, may open nothing else, and only recognises recordings.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

import av
import av.error
from av.stream import Discard

from app.audio import headers
from app.domain.errors import InputError

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import InputContainer

# FFmpeg's names of the containers that are recognised; "mov" is also mp4, m4a and 3gp, "asf" is wma.
_DEMUXERS = (
    "aac,ac3,aiff,amr,amrnb,amrwb,ape,asf,au,avi,caf,dts,eac3,flac,flv,matroska,mov,mp3,mpeg,mpegts,ogg,"
    "tta,w64,wav,webm,wv"
)
_ENCRYPTED_TAGS = frozenset({"drms", "enca"})  # MP4 sample entries of protected sound
_GUESSED_DURATION = frozenset({"aac", "ac3", "dts", "eac3", "mpeg", "mpegts"})  # from the bit rate
_PDF = b"%PDF-"
_DOCUMENTS = frozenset(
    (".doc", ".docx", ".odt", ".pages", ".pdf", ".rtf", ".ppt", ".pptx", ".odp", ".key", ".xls", ".xlsx", ".ods")
)
_TRY_OTHER = "Choose a sound or video file, for example wav, mp3, m4a, flac, ogg, mp4 or mkv."


@dataclass(frozen=True, slots=True)
class MediaInfo:
    """What a file says about itself. `duration_s` is None when it does not say, and may be an estimate.

    `exact` tells whether the length of the *sound* is stated, so that a file that ends earlier was cut off.
    """

    duration_s: float | None
    rate_hz: int
    channels: int
    codec: str
    container: str
    has_video: bool
    sound_tracks: int = 1
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Media:
    """An open recording: its container, the sound stream to use, and what is known about it."""

    container: InputContainer
    stream: AudioStream
    info: MediaInfo
    size_bytes: int


def probe(path: Path) -> MediaInfo:
    """What `path` is, read from its head. Raises `InputError` for everything that cannot be decoded."""
    with open_media(path) as media:
        return media.info


@contextmanager
def open_media(path: Path) -> Iterator[Media]:
    """Open a recording read-only. Raises `InputError` that says what is wrong with the file."""
    with _open_file(path) as file:
        try:
            container = av.open(
                file,
                "r",
                metadata_errors="replace",  # titles in forgotten encodings must not stop anything
                container_options={"format_whitelist": _DEMUXERS, "protocol_whitelist": "file"},
                buffer_size=1 << 17,
            )
        except av.error.FFmpegError as e:
            raise _not_a_recording(path, file) from e
        except OSError as e:
            raise read_error(path, e) from e
        try:
            yield _describe(path, container)
        finally:
            container.close()


def read_error(path: Path, e: OSError) -> InputError:
    """The disk or the network let us down while the file was being read."""
    return InputError(
        f"{path} could not be read: {e.strerror or e}.",
        "Check the disk or the connection, or copy the file first.",
    )


def protected(path: Path) -> InputError:
    """Digital rights management: the sound is there but encrypted."""
    return InputError(f"{path} is copy-protected, so its sound cannot be decoded.", "Use a copy without protection.")


def _open_file(path: Path) -> IO[bytes]:
    """Open a non-empty ordinary file; a pipe or device would block or never end."""
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise InputError(f"{path} is a folder, not a recording.", "Choose a file inside it.")
        if not stat.S_ISREG(mode):
            raise InputError(f"{path} is not an ordinary file.", _TRY_OTHER)
        file = path.open("rb")
    except (FileNotFoundError, NotADirectoryError) as e:
        raise InputError(f"There is no file {path}.", "Check the name, or choose the file again.") from e
    except PermissionError as e:
        raise InputError(
            f"Folkmoot may not read {path}.",
            "Change the file's permissions, or copy it to a folder of yours.",
        ) from e
    except (OSError, ValueError) as e:  # ValueError: a null character in the name
        raise InputError(f"{path} cannot be opened: {e}.", "Check the name, or choose the file again.") from e
    if os.fstat(file.fileno()).st_size == 0:
        file.close()
        raise InputError(f"{path} is empty.", "The recording or copying was not finished; choose another copy.")
    return file


def _describe(path: Path, container: InputContainer) -> Media:
    sounds = list(container.streams.audio)
    has_video = any(not s.disposition & s.disposition.attached_pic for s in container.streams.video)
    if not sounds:
        kind = "This video has" if has_video else "This file has"
        raise InputError(f"{kind} no sound in it: {path}.", "Choose a recording with sound.")
    usable = [s for s in sounds if s.codec_context is not None]
    if not usable:
        raise InputError(
            f"The sound in {path} is of a kind that cannot be decoded here.",
            "Convert the file to wav, mp3 or m4a and import that.",
        )
    best = container.streams.best("audio")
    stream = next((s for s in usable if best is not None and s.index == best.index), usable[0])
    codec = stream.codec_context
    if codec.codec_tag in _ENCRYPTED_TAGS:
        raise protected(path)
    for other in container.streams:
        if other.index != stream.index:
            other.discard = Discard.all  # lets the demuxer skip the pictures instead of reading them
    name = container.format.name
    duration_s, exact = _duration(path, container, stream, has_video)
    return Media(
        container,
        stream,
        MediaInfo(
            duration_s=duration_s,
            rate_hz=codec.sample_rate or 0,
            channels=codec.channels,
            codec=codec.codec.canonical_name,
            container=name,
            has_video=has_video,
            sound_tracks=len(sounds),
            exact=exact,
        ),
        container.size,
    )


def _duration(path: Path, container: InputContainer, stream: AudioStream, has_video: bool) -> tuple[float | None, bool]:
    """(seconds or None, whether they are the stated length of the sound)."""
    name = container.format.name
    stated_s = headers.stated_duration_s(path, name)
    if stated_s is not None:
        return stated_s, True
    whole_s = container.duration / av.time_base if container.duration else None
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base), name != "mp3" and name not in _GUESSED_DURATION
    return whole_s, whole_s is not None and not has_video and name != "mp3" and name not in _GUESSED_DURATION


def _not_a_recording(path: Path, file: IO[bytes]) -> InputError:
    """Find out why FFmpeg could not open the file, so that the message helps."""
    try:
        file.seek(0)
        head = file.read(4096)
        if head[4:8] in (b"ftyp", b"mdat", b"free", b"wide", b"skip") and not headers.mp4_has_index(file):
            return InputError(
                f"{path} was never finished: its index (the moov part) is missing, without which its sound "
                "cannot be found.",
                "Open it in the program that recorded it, which may repair it, or use another copy.",
            )
    except OSError as e:
        return read_error(path, e)
    if head.startswith(_PDF) or path.suffix.lower() in _DOCUMENTS:
        return InputError(f"{path} is a document, not sound.", _TRY_OTHER)
    if headers.is_text(head):
        return InputError(f"{path} is a text file, not a recording.", _TRY_OTHER)
    return InputError(f"{path} is not a recording that can be read, or it is damaged at its start.", _TRY_OTHER)
