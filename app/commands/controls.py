"""What the keys mean while a meeting is recorded at a terminal."""

from __future__ import annotations

from typing import Protocol

from app.domain.cancel import CancelFlag
from app.domain.meeting import Mark, clock
from app.domain.recording import RecordingStatus
from app.progress import RecordingLog

HELP = "Keys: p pause or go on, b bookmark, n note, q stop"
_ENTER, _ESCAPE, _BACKSPACE, _CLEAR = "\r\n\x04", "\x1b", "\x7f\b", "\x15"


class Recording(Protocol):
    """What keys can do to a recorder."""

    def pause(self) -> None: ...

    def resume(self) -> None: ...

    def bookmark(self, text: str = "") -> Mark: ...

    def note(self, text: str, at_s: float | None = None) -> Mark: ...


class Controls:
    """Keys in, actions on the recording out; says what it did. A note has the time at which its typing began."""

    def __init__(self, recording: Recording, view: RecordingLog, stop: CancelFlag) -> None:
        self._recording = recording
        self._view = view
        self._stop = stop
        self._note: str | None = None
        self._note_at_s = 0.0

    def take(self, typed: str, status: RecordingStatus) -> None:
        for char in typed:
            if self._note is None:
                self._command(char.lower(), status)
            else:
                self._type(char)
        if self._note is None:
            self._view.typing = ""
        else:
            self._view.typing = f"Note at {clock(self._note_at_s)} (Enter keeps it, Esc does not): {self._note}"

    def finish(self) -> None:
        """The recording is about to end: a note that is being typed is kept as it is."""
        note, self._note, self._view.typing = self._note, None, ""
        if note and note.strip():
            mark = self._recording.note(note.strip(), self._note_at_s)
            self._view.say(f"Note at {clock(mark.at_s)}: {mark.text}")

    def _command(self, key: str, status: RecordingStatus) -> None:
        if key == "p" and status.state == "paused":
            self._recording.resume()
            self._view.say(f"Going on at {clock(status.elapsed_s)}")
        elif key == "p" and status.state == "recording":
            self._recording.pause()
            self._view.say(f"Paused at {clock(status.elapsed_s)}; p goes on")
        elif key == "b":
            self._view.say(f"Bookmark at {clock(self._recording.bookmark().at_s)}")
        elif key == "n":
            self._note, self._note_at_s = "", status.elapsed_s
        elif key == "q":
            self._stop.set()

    def _type(self, char: str) -> None:
        if char in _ENTER:
            self.finish()
        elif char == _ESCAPE:
            self._note = None
        elif char in _BACKSPACE:
            self._note = (self._note or "")[:-1]
        elif char == _CLEAR:
            self._note = ""
        elif char.isprintable():
            self._note = (self._note or "") + char
