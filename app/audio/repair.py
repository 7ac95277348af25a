"""A recording whose process died: made whole again from what reached the disk. Sound is never taken away."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from app.audio import track_file
from app.audio.journal import JOURNAL_NAME, RESERVE_NAME, JournalWriter
from app.audio.originals import journal_of, original_frames, recorded_file, tracks_of
from app.domain.disk import disk_error
from app.domain.meeting import Mark, clock
from app.domain.recording import CAPTURE_RATE


@dataclass(frozen=True, slots=True)
class Repaired:
    """What there is. `notices`: what was lost, in sentences; empty for a recording that had ended properly."""

    started_at: datetime | None  # None: nothing says when
    ended_at: datetime | None
    duration_s: float
    size_bytes: int
    devices: Mapping[str, str]
    marks: tuple[Mark, ...]
    notices: tuple[str, ...] = ()
    is_whole: bool = False  # the journal has its end


def look(folder: Path) -> Repaired:
    """What there is of a recording, changing nothing. Raises `InputError` if a file cannot be read."""
    files = {t: p for t in tracks_of(folder) if (p := recorded_file(folder, t))}
    frames = {t: original_frames(p) for t, p in files.items()}
    size = sum(p.stat().st_size for p in files.values())
    longest_s = max(frames.values(), default=0) / CAPTURE_RATE
    touched = _last_write(folder, files.values())
    journal = journal_of(folder)
    if journal is None:
        began = touched - timedelta(seconds=longest_s) if touched else None
        notices = ("The journal of the recording is lost: notes and marks, and which device was used.",)
        return Repaired(began, touched, longest_s, size, dict.fromkeys(files, ""), (), notices if files else ())
    duration_s = journal.length_s(frames)
    marks = tuple(sorted(journal.marks, key=lambda m: m.at_s))
    if journal.end is not None:
        return Repaired(journal.wall, journal.end.wall, duration_s, size, journal.devices, marks, is_whole=True)
    # The journal was written to once a second: what its file says is when the process died.
    ended = max(touched or journal.wall, journal.wall + timedelta(seconds=duration_s))
    said = [f"The recording was interrupted at {clock(duration_s)}; up to a second before that may be missing."]
    for track, known in journal.tracks.items():
        last = max([c.frame for c in known.clocks] + [b.frame for b in known.boundaries], default=0)
        if track not in files:
            said += [f"The {track} track is missing."] if last else []
        elif frames[track] < last:
            missing_s = (last - frames[track]) / CAPTURE_RATE
            said.append(f"The last {missing_s:.1f} s of the {track} track did not reach the disk.")
    return Repaired(journal.wall, ended, duration_s, size, journal.devices, marks, tuple(said))


def repair(folder: Path) -> Repaired:
    """Headers, whole frames, and an end for the journal (a new journal if there is none). Doing it again does no harm.

    Only for a folder that nobody records into. Raises `StorageError` if it cannot be written.
    """
    found = look(folder)
    journal_path = folder / JOURNAL_NAME
    try:
        for track in tracks_of(folder):
            path = track_file.raw_path(folder, track)
            if path.is_file() and path.stat().st_size >= track_file.HEADER_BYTES:
                track_file.repair(path)
        journal = journal_of(folder)
        if journal is None and found.devices and found.started_at and found.ended_at:
            if journal_path.exists():
                journal_path.replace(journal_path.with_name(f"{JOURNAL_NAME}.damaged"))
            writer = JournalWriter(journal_path)
            try:
                writer.start(found.started_at, found.devices)
                for track in found.devices:
                    writer.span(track, 0, 0.0)
                writer.end("error", found.ended_at, found.duration_s)
                writer.sync()
            finally:
                writer.close()
        elif journal is not None and journal.end is None and found.ended_at:
            _append_end(journal_path, found.ended_at, found.duration_s)
        for left in (folder / RESERVE_NAME, *folder.glob(".*.part")):
            left.unlink(missing_ok=True)
    except OSError as e:
        raise disk_error("The recording could not be repaired", folder, e) from e
    return found


def _append_end(path: Path, wall: datetime, duration_s: float) -> None:
    line = json.dumps({"kind": "end", "reason": "error", "wall": wall.isoformat(), "duration_s": round(duration_s, 6)})
    with path.open("rb+") as file:
        file.seek(0, os.SEEK_END)
        if file.tell():
            file.seek(-1, os.SEEK_END)
            torn = file.read(1) != b"\n"
            file.seek(0, os.SEEK_END)
            file.write(b"\n" if torn else b"")
        file.write(line.encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())


def _last_write(folder: Path, tracks: Iterable[Path]) -> datetime | None:
    journal = folder / JOURNAL_NAME
    times = []
    for path in (journal,) if journal.is_file() else tuple(tracks):
        with contextlib.suppress(OSError):
            times.append(path.stat().st_mtime)
    return datetime.fromtimestamp(max(times)).astimezone() if times else None
