"""What the heads of a few formats say where FFmpeg does not: stated length, missing index, plain text."""

from __future__ import annotations

import codecs
import os
from pathlib import Path
from typing import IO


def stated_duration_s(path: Path, container: str) -> float | None:
    """The length an MP3 or WAV announces, or None. FFmpeg corrects it silently when the file was cut off."""
    readers = {"mp3": _mp3_duration_s, "wav": _wav_duration_s}
    if container not in readers:
        return None
    with path.open("rb") as f:
        return readers[container](f)


def _mp3_duration_s(f: IO[bytes]) -> float | None:
    """Length from the Xing or Info header; FFmpeg distrusts it, and guesses, when the file was cut off."""
    head = f.read(10)
    skip = 0
    if head[:3] == b"ID3":
        skip = 10 + sum((b & 0x7F) << s for b, s in zip(head[6:10], (21, 14, 7, 0), strict=True))
    f.seek(skip)
    frame = f.read(4096)
    start = next((i for i in range(len(frame) - 3) if frame[i] == 0xFF and frame[i + 1] & 0xE0 == 0xE0), -1)
    if start < 0:
        return None
    version, rate_code = frame[start + 1] >> 3 & 3, frame[start + 2] >> 2 & 3
    if version == 1 or rate_code == 3:
        return None
    rate_hz = (44100, 48000, 32000)[rate_code] // {3: 1, 2: 2, 0: 4}[version]
    for tag in (b"Xing", b"Info"):
        at = frame.find(tag, start, start + 64)
        if at >= 0 and frame[at + 7] & 1:  # the flag that a frame count follows
            frames = int.from_bytes(frame[at + 8 : at + 12], "big")
            return frames * (1152 if version == 3 else 576) / rate_hz if frames else None
    return None


def _wav_duration_s(f: IO[bytes]) -> float | None:
    """Length of the data chunk; None for the sizes that recorders and pipes write while they do not know."""
    end = os.fstat(f.fileno()).st_size
    f.seek(12)
    bytes_per_s = 0
    while f.tell() + 8 <= end:
        head = f.read(8)
        kind, size = head[:4], int.from_bytes(head[4:], "little")
        if kind == b"data":
            known = 0 < size < 0x7FFF0000 and bytes_per_s > 0
            return size / bytes_per_s if known else None
        if kind == b"fmt ":
            bytes_per_s = int.from_bytes(f.read(12)[8:], "little")
            size -= 12
        f.seek(size + size % 2, os.SEEK_CUR)
    return None


def mp4_has_index(file: IO[bytes]) -> bool:
    """Walk the top-level boxes of an MP4 file (ISO 14496-12) and look for `moov`."""
    end = file.seek(0, os.SEEK_END)
    at = 0
    while at + 8 <= end:
        file.seek(at)
        head = file.read(16)
        size, kind = int.from_bytes(head[:4], "big"), head[4:8]
        if kind == b"moov":
            return at + size <= end
        if size == 1:
            size = int.from_bytes(head[8:16], "big")
        if size < 8:  # 0: this box goes to the end of the file; 2…7: damaged
            return False
        at += size
    return False


def is_text(head: bytes) -> bool:
    """True for what a text editor would show: UTF-8 without control characters."""
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(head)  # a character cut at the end is no error
    except UnicodeDecodeError:
        return False
    return bool(text) and all(c.isprintable() or c in "\t\r\n\f" for c in text)
