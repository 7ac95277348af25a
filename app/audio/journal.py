"""The journal of a recording: what lies where in the raw tracks, in lines of JSON that are only ever appended.

    {"kind":"start","version":1,"wall":iso,"rate_hz":48000,"tracks":{"mic":"Device name",…}}
    {"kind":"span","track":"mic","frame":N,"at_s":T}     from frame N on: sound of one unbroken clock; N belongs at T
    {"kind":"silence","track":"mic","frame":N}           from frame N on: zeros that stand in for nothing delivered
    {"kind":"clock","track":"mic","frame":N,"at_s":T}    the least-delayed arrival of a second
    {"kind":"mark",…}  {"kind":"device","track","name"}  {"kind":"end","reason","wall","duration_s"}

A later line overrules what earlier ones said about the frames behind its own: a span may begin inside of silence
(late sound took some of it back), or inside of an earlier span (a small loss is only certain seconds later).
Lines that cannot be read are skipped: after a crash the last one may be torn, after a power cut any.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, get_args

from app.audio.track_file import Opener, create, write_all
from app.domain.disk import disk_error
from app.domain.errors import StorageError
from app.domain.meeting import Mark, MarkKind
from app.domain.recording import CAPTURE_RATE, EndReason

VERSION = 1
JOURNAL_NAME = "recording.jsonl"
LOCK_NAME = "recording.lock"  # held by the recording process: free, and no "end" in the journal, means interrupted
RESERVE_NAME = "recording.reserve"  # space kept for the last lines; left behind only by a crash


@dataclass(frozen=True, slots=True)
class Clock:
    """When frame `frame` was the next to come it was `at_s` on the timeline: `frame` belongs at `at_s` or earlier.

    The least-delayed arrival of about a second, so a line through the lower edge of these points is the device's
    clock: its slope says how far the rate is from `rate_hz`, its height where the span really begins. Arrivals are
    only ever late, some by much (the first second of a stream, a busy machine): use the lower edge, not the mean.
    """

    frame: int
    at_s: float


@dataclass(frozen=True, slots=True)
class Piece:
    """Sound of one unbroken clock: the frames from `frame` up to `end`; `frame` belongs at `at_s`, as first seen.

    `device`: its name when the piece began. A device's pieces share one clock rate; a short piece measures none.
    """

    frame: int
    end: int
    at_s: float
    device: str
    clocks: tuple[Clock, ...]


@dataclass(frozen=True, slots=True)
class End:
    reason: EndReason
    wall: datetime
    duration_s: float


@dataclass(slots=True)
class _Boundary:
    frame: int
    at_s: float | None  # None: silence
    device: str


@dataclass(slots=True)
class TrackJournal:
    """What the journal says about one track. `device` is the last one's name, "" if none was ever opened."""

    device: str = ""
    boundaries: list[_Boundary] = field(default_factory=list)
    clocks: list[Clock] = field(default_factory=list)

    def pieces(self, frames: int) -> list[Piece]:
        """The sound in a raw file of `frames`, in order; silence lies between. Later pieces may overlap earlier
        ones in time by milliseconds, because clocks are not exact."""
        found = []
        for i, b in enumerate(self.boundaries):
            end = self.boundaries[i + 1].frame if i + 1 < len(self.boundaries) else frames
            end = min(end, frames)
            if b.at_s is not None and end > b.frame:
                clocks = tuple(sorted((c for c in self.clocks if b.frame < c.frame <= end), key=lambda c: c.frame))
                found.append(Piece(b.frame, end, b.at_s, b.device, clocks))
        return found

    def end_s(self, frames: int) -> float:
        """Where the end of a raw file of `frames` lies on the timeline."""
        for b in reversed(self.boundaries):
            if b.at_s is not None and b.frame <= frames:
                return b.at_s + (frames - b.frame) / CAPTURE_RATE
        return frames / CAPTURE_RATE

    def _set(self, frame: int, at_s: float | None) -> None:
        while self.boundaries and self.boundaries[-1].frame >= frame:
            self.boundaries.pop()
        self.boundaries.append(_Boundary(frame, at_s, self.device))


@dataclass(slots=True)
class Journal:
    """A journal as it was read. `end` is None while the recording runs, and when it was interrupted."""

    wall: datetime
    rate_hz: int
    tracks: dict[str, TrackJournal]
    marks: list[Mark] = field(default_factory=list)
    end: End | None = None

    @property
    def devices(self) -> dict[str, str]:
        return {name: t.device for name, t in self.tracks.items()}

    def length_s(self, frames: Mapping[str, int]) -> float:
        """Length of the recording: as the end says, or of its longest track, given the raw files' frames."""
        if self.end is not None:
            return self.end.duration_s
        ends = [self.tracks[name].end_s(n) for name, n in frames.items() if name in self.tracks]
        return max([*ends, *(m.at_s for m in self.marks), 0.0])


class JournalWriter:
    """Append lines. Each reaches the operating system at once; `sync` brings them onto the disk.

    `OSError` if one cannot be written; nothing of it stays then, and the next may be tried.
    """

    def __init__(self, path: Path, opener: Opener = create) -> None:
        self._file = opener(path)
        self._size = 0

    def start(self, wall: datetime, tracks: Mapping[str, str]) -> None:
        self._line(kind="start", version=VERSION, wall=wall.isoformat(), rate_hz=CAPTURE_RATE, tracks=dict(tracks))

    def span(self, track: str, frame: int, at_s: float) -> None:
        self._line(kind="span", track=track, frame=frame, at_s=round(at_s, 6))

    def silence(self, track: str, frame: int) -> None:
        self._line(kind="silence", track=track, frame=frame)

    def clock(self, track: str, frame: int, at_s: float) -> None:
        self._line(kind="clock", track=track, frame=frame, at_s=round(at_s, 6))

    def mark(self, mark: Mark) -> None:
        self._line(
            kind="mark",
            mark=mark.kind.value,
            at_s=round(mark.at_s, 3),
            wall=mark.wall.isoformat(),
            text=mark.text,
            track=mark.track,
            seconds=round(mark.seconds, 3),
        )

    def device(self, track: str, name: str) -> None:
        self._line(kind="device", track=track, name=name)

    def end(self, reason: EndReason, wall: datetime, duration_s: float) -> None:
        self._line(kind="end", reason=reason, wall=wall.isoformat(), duration_s=round(duration_s, 6))

    def sync(self) -> None:
        os.fsync(self._file.fileno())

    def close(self) -> None:
        self._file.close()

    def _line(self, **fields: Any) -> None:
        # Half a character, from a device's name or the middle of an emoji, must not cost the recording.
        data = (json.dumps(fields, ensure_ascii=False) + "\n").encode("utf-8", "replace")
        try:
            write_all(self._file, memoryview(data))
        except OSError:
            with suppress(OSError):
                self._file.truncate(self._size)
                self._file.seek(self._size)
            raise
        self._size += len(data)


def read_journal(path: Path) -> Journal:
    """Read a journal, finished or not. Raises `StorageError` if there is none, or its first line is no start."""
    try:
        data = path.read_bytes()
    except OSError as e:
        raise disk_error("The journal of this recording could not be read", path, e) from e
    journal: Journal | None = None
    for line in data.split(b"\n"):
        # A line that is not whole, or not ours: torn by a crash, or written by a later version.
        with suppress(ValueError, KeyError, TypeError, AttributeError):
            fields = json.loads(line)
            if journal is None:
                journal = _start(fields, path)
            else:
                _take(journal, fields)
    if journal is None:
        raise StorageError(
            f"The journal of this recording is empty or damaged ({path}).",
            "The raw sound beside it can still be imported as a file.",
        )
    return journal


def _start(fields: dict[str, Any], path: Path) -> Journal | None:
    if fields["kind"] != "start":
        return None
    if int(fields["version"]) > VERSION:
        raise StorageError(f"A newer version of Folkmoot made this recording ({path}).", "Use that version.")
    tracks = {str(k): TrackJournal(device=str(v)) for k, v in fields["tracks"].items()}
    return Journal(wall=_wall(fields["wall"]), rate_hz=int(fields["rate_hz"]), tracks=tracks)


def _take(journal: Journal, fields: dict[str, Any]) -> None:
    kind = fields["kind"]
    if kind == "mark":
        journal.marks.append(_mark(fields))
    elif kind == "end":
        if fields["reason"] not in get_args(EndReason):
            raise ValueError(fields["reason"])
        journal.end = End(fields["reason"], _wall(fields["wall"]), float(fields["duration_s"]))
    elif kind in ("span", "silence", "clock", "device"):
        track = journal.tracks[fields["track"]]
        if kind == "span":
            track._set(int(fields["frame"]), float(fields["at_s"]))
        elif kind == "silence":
            track._set(int(fields["frame"]), None)
        elif kind == "clock":
            track.clocks.append(Clock(int(fields["frame"]), float(fields["at_s"])))
        else:
            track.device = str(fields["name"])


def _mark(fields: dict[str, Any]) -> Mark:
    return Mark(
        kind=MarkKind(fields["mark"]),
        at_s=float(fields["at_s"]),
        wall=_wall(fields["wall"]),
        text=str(fields["text"]),
        track=str(fields["track"]),
        seconds=float(fields["seconds"]),
    )


def _wall(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.astimezone()
