"""How far the work is, for people at a terminal."""

from __future__ import annotations

import shutil
import time
from contextlib import suppress
from types import TracebackType
from typing import Self, TextIO

from app.domain.events import Event, Notice, Progress, StageDone
from app.domain.meeting import MIC, SYSTEM, Stage, clock
from app.domain.recording import RecordingStatus, TrackStatus
from app.exporters.common import one_line
from app.exporters.text import columns, cut
from app.exporters.timeline import lasting

# What share of the whole each stage takes, roughly, so that the bar moves evenly.
SHARE = {
    Stage.DECODE: 0.05,
    Stage.SPEECH: 0.1,
    Stage.TRANSCRIBE: 0.45,
    Stage.ALIGN: 0.05,
    Stage.SPEAKERS: 0.05,
    Stage.MINUTES: 0.3,
}
DONE_WORDS = {
    Stage.DECODE: "Read the recording",
    Stage.SPEECH: "Found the speech",
    Stage.TRANSCRIBE: "Transcribed",
    Stage.ALIGN: "Timed the words",
    Stage.SPEAKERS: "Told the speakers apart",
    Stage.MINUTES: "Wrote the minutes",
}


def overall(stage: Stage, done: float) -> float:
    """Share of the whole job, 0..1."""
    before = sum(share for s, share in SHARE.items() if list(Stage).index(s) < list(Stage).index(stage))
    return before + SHARE[stage] * min(1.0, done)


class StageLog:
    """A line for each stage done; nothing at all when `quiet`, except notices."""

    def __init__(self, out: TextIO, quiet: bool) -> None:
        self._out = out
        self._quiet = quiet

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._out.flush()

    def take(self, event: Event) -> None:
        if isinstance(event, Notice):
            print(f"Note: {event.message}", file=self._out)
        elif isinstance(event, StageDone) and not self._quiet and event.engine:  # no engine: there was nothing to do
            print(f"{DONE_WORDS[event.stage]} in {event.seconds:.1f} s ({event.engine})", file=self._out, flush=True)


class TerminalProgress(StageLog):
    """One line that is rewritten: bar, per cent, what is being done, how long still."""

    def __init__(self, out: TextIO) -> None:
        super().__init__(out, quiet=False)
        self._began = time.monotonic()
        self._first: float | None = None  # of the whole, where this run began

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._clear()
        super().__exit__(kind, error, trace)

    def take(self, event: Event) -> None:
        if isinstance(event, Progress) and event.after:
            self._draw(1.0, event.message)
        elif isinstance(event, Progress):
            if self._first is None:
                self._first = overall(event.stage, 0.0)
            share = overall(event.stage, event.done)
            self._draw((share - self._first) / (1.0 - self._first), event.message)
        elif isinstance(event, Notice | StageDone):
            self._clear()
            super().take(event)

    def _clear(self) -> None:
        self._out.write("\r\x1b[K")
        self._out.flush()

    def _draw(self, share: float, message: str) -> None:
        spent = time.monotonic() - self._began
        left = f", {spent / share * (1 - share):.0f} s left" if 0.05 < share < 1.0 and spent > 2 else ""
        filled = round(20 * share)
        line = f"{'━' * filled}{'─' * (20 - filled)} {share:4.0%}  {message}{left}"
        self._out.write("\r\x1b[K" + line[: shutil.get_terminal_size().columns - 1])
        self._out.flush()


TRACK_WORDS = {MIC: "microphone", SYSTEM: "computer's sound"}
SHORT_OF_SPACE_S = 2 * 3600.0  # from here on the line says how much longer the disk lasts
_LOG_EVERY_S = 60.0  # of recorded time, where nobody watches
_AGAIN_S = 60.0  # a warning that went and came back is said again after this long
_METER_CELLS = 8
_QUIETEST_DB = -60.0  # where a meter begins
_PARTS = " ▏▎▍▌▋▊▉"  # of a cell


class RecordingLog:
    """What a running recording says where nobody watches: devices, warnings, and once a minute how far it is.

    Nothing it does can fail: the terminal may have been closed, the recording goes on.
    `typing` is a prompt with what is being typed, shown where there is a line to show it in.
    """

    def __init__(self, out: TextIO) -> None:
        self.typing = ""
        self._out = out
        self._devices: dict[str, str] = {}
        self._said: dict[tuple[str, str], float] = {}  # warning → recorded time when it was last said
        self._shown: set[tuple[str, str]] = set()
        self._logged_s = 0.0

    def show(self, status: RecordingStatus) -> None:
        """Called with every new status; says what is new in it."""
        for track in status.tracks:
            if track.device and self._devices.get(track.track) != track.device:
                self._devices[track.track] = track.device
                self.say(f"{_track_words(track.track).capitalize()}: {track.device}")
        self._warn(status)
        self._draw(status)

    def say(self, line: str) -> None:
        self._write(one_line(line) + "\n")

    def close(self) -> None: ...

    def _warn(self, status: RecordingStatus) -> None:
        """New warnings in words; what concerns both tracks alike is said once."""
        concerned: dict[str, list[str]] = {}
        for warning in status.warnings:
            key = (warning.code, warning.track)
            if key not in self._shown and status.elapsed_s - self._said.get(key, -_AGAIN_S) >= _AGAIN_S:
                self._said[key] = status.elapsed_s
                words = f"{warning.what} {warning.to_do}".rstrip()
                concerned.setdefault(words, []).extend([_track_words(warning.track)] if warning.track else [])
        for words, tracks in concerned.items():
            about = f"{' and '.join(tracks)}: " if tracks else ""
            self.say(f"{clock(status.elapsed_s)} {about[:1].upper()}{about[1:]}{words}")
        self._shown = {(w.code, w.track) for w in status.warnings}

    def _draw(self, status: RecordingStatus) -> None:
        if status.elapsed_s - self._logged_s >= _LOG_EVERY_S:
            self._logged_s = status.elapsed_s
            self.say(f"Recorded {clock(status.elapsed_s)}, safe on disk {clock(status.safe_s)}{_space(status)}")

    def _write(self, text: str) -> None:
        with suppress(OSError, ValueError):
            self._out.write(text)
            self._out.flush()


class RecordingLine(RecordingLog):
    """The same at a terminal: one line that is rewritten, with meters, and above it what is said.

    While somebody types, that stands in place of the line.
    """

    def __init__(self, out: TextIO) -> None:
        super().__init__(out)
        self._plain = not _can_write(out, _PARTS + "█●‖")

    def say(self, line: str) -> None:
        self.close()
        super().say(line)

    def close(self) -> None:
        self._write("\r\x1b[K")

    def _draw(self, status: RecordingStatus) -> None:
        width = shutil.get_terminal_size().columns - 1
        if self.typing:
            fits = self.typing if columns(self.typing) <= width else "…" + self.typing[-(width // 2) :]
            line = cut(fits, width)
        else:
            line = recording_line(status, width, plain=self._plain)
        self._write("\r\x1b[K" + line)


def recording_line(status: RecordingStatus, width: int, *, plain: bool = False) -> str:
    """The state of a recording in one line of at most `width` columns; what matters least is left out first."""
    dot = {"paused": "‖", "recording": "●"}.get(status.state, "○")
    state = {"paused": " paused", "stopping": " stopping", "starting": " starting"}.get(status.state, "")
    parts = [("*" if plain else dot) + f" {clock(status.elapsed_s)}{state}"]
    parts += [f"{t.track} {_meter(t, plain)}" for t in status.tracks]
    parts.append(f"safe on disk {clock(status.safe_s)}")
    if space := _space(status):
        parts.append(space.removeprefix(", "))
    parts.append(f"{status.size_bytes / 1e6:.0f} MB")
    while len(parts) > 1 and columns("  ".join(parts)) > width:
        parts.pop()
    return cut("  ".join(parts), width)


def _meter(track: TrackStatus, plain: bool) -> str:
    """The peak of the last tenth of a second, from −60 dBFS to full scale."""
    words = {"lost": "no sound", "failed": "off", "starting": "…"}
    if track.state != "live":
        return f"[{words[track.state]:<{_METER_CELLS}}]"
    share = min(1.0, max(0.0, 1.0 - track.level.peak_db / _QUIETEST_DB))
    if plain:
        return f"[{'#' * round(share * _METER_CELLS):<{_METER_CELLS}}]"
    whole, part = divmod(round(share * _METER_CELLS * len(_PARTS)), len(_PARTS))
    filled = "█" * whole + (_PARTS[part] if part else "")
    return f"[{filled:<{_METER_CELLS}}]"


def _space(status: RecordingStatus) -> str:
    left = status.remaining_s
    return f", space for {lasting(left)}" if left is not None and left < SHORT_OF_SPACE_S else ""


def _track_words(track: str) -> str:
    return TRACK_WORDS.get(track, track)


def _can_write(out: TextIO, text: str) -> bool:
    try:
        text.encode(out.encoding or "ascii")
    except (LookupError, UnicodeEncodeError):
        return False
    return True
