"""What was transcribed while a recording ran: a file in the meeting's folder, which the TRANSCRIBE stage takes over.

JSON, one object a line, only ever added to and handed to the system line by line, so that a process that is killed
loses nothing and one that loses power a line. A line that begins hearing (`{"hearing": …}`) says with which model and
settings; the utterances behind it (`{"utterance": …}`) were heard so, up to the next such line. A last line that was
cut off is left out. Times are those of the recording while it runs: frames of the track's file by their nominal rate.
`in_time` moves them to the clock that the working copies follow.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from app.domain.ports import Transcript
from app.domain.recording import CAPTURE_RATE

if TYPE_CHECKING:
    from app.audio.recorded import Plan

log = logging.getLogger(__name__)

NAME = "live.draft.jsonl"


@dataclass(frozen=True, slots=True)
class Hearing:
    """With what was heard. `language`: the one the user chose for the meeting, None where the model finds out."""

    engine: str
    precision: str = ""
    language: str | None = None
    glossary: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LiveUtterance:
    """A final live utterance: `start_s` to `end_s` of the track is the sound that was heard, in one piece.

    `told`: the language the engine was told, if any. A stretch that gave no text is an utterance, too.
    """

    track: str
    start_s: float
    end_s: float
    transcript: Transcript
    told: str | None = None

    @property
    def seconds(self) -> float:
        return self.end_s - self.start_s


class LiveDraft:
    """Writes the file. Never fails: what cannot be written is transcribed after the recording. One thread."""

    def __init__(self, folder: Path, hearing: Hearing) -> None:
        """Make one for each engine or setting that live text goes on with; each adds to what is there."""
        self._path = folder / NAME
        self._hearing = hearing
        self._file: IO[str] | None = None
        self._broken = False

    def add(self, utterance: LiveUtterance) -> None:
        """One more; it is with the system when this returns."""
        if self._broken:
            return
        try:
            if self._file is None:
                self._file = self._opened()
                self._line({"hearing": asdict(self._hearing)})
            self._line({"utterance": asdict(utterance)})
        except (OSError, ValueError):
            log.warning("final live text could not be written down", exc_info=True)
            self._broken = True
            self.close()

    def close(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            try:
                file.close()
            except OSError:
                log.warning("final live text could not be written down", exc_info=True)

    def _opened(self) -> IO[str]:
        """At the beginning of a line, whatever a killed process left there."""
        cut_off = self._path.exists() and self._path.stat().st_size > 0 and self._path.read_bytes()[-1:] != b"\n"
        file = self._path.open("a", encoding="utf-8", newline="\n")
        if cut_off:
            file.write("\n")
        return file

    def _line(self, data: Mapping[str, Any]) -> None:
        assert self._file is not None
        self._file.write(json.dumps(data, ensure_ascii=False) + "\n")
        self._file.flush()


def utterances(folder: Path, wanted: Hearing) -> list[LiveUtterance]:
    """Those that were heard as `wanted`, in the order written; none if the file is not there or cannot be read."""
    path = folder / NAME
    try:
        lines = path.read_bytes().split(b"\n") if path.exists() else []
    except OSError:
        log.warning("what was transcribed during the recording cannot be read", exc_info=True)
        return []
    found: list[LiveUtterance] = []
    fits = False
    for line in lines:
        try:
            data = json.loads(line) if line.strip() else {}
            if "hearing" in data:
                fits = False
                fits = Hearing(**{**data["hearing"], "glossary": tuple(data["hearing"]["glossary"])}) == wanted
            elif fits and "utterance" in data:
                found.append(_utterance(data["utterance"]))
        except (ValueError, TypeError, KeyError):  # cut off by a crash; what is whole counts
            log.warning("a line of %s is damaged and left out", path)
    return found


def in_time(utterances: Iterable[LiveUtterance], plans: Mapping[str, Plan]) -> list[LiveUtterance]:
    """With times by the measured clock. Those of tracks without a plan, or that lie in no sound, are left out."""
    return [
        replace(u, start_s=start, end_s=end)
        for u in utterances
        if u.track in plans
        and (start := corrected_s(plans[u.track], u.start_s)) < (end := corrected_s(plans[u.track], u.end_s))
    ]


def corrected_s(plan: Plan, nominal_s: float) -> float:
    """Where the working copy has what stands `nominal_s` into the track's file.

    Between two pieces of sound it is silence that may have been made longer or shorter; times there go evenly.
    """
    frame = nominal_s * CAPTURE_RATE
    knots = [(0.0, 0.0)]
    for piece in plan.pieces:
        for at, seconds in piece.knots:
            if at >= knots[-1][0] and seconds >= knots[-1][1]:
                knots.append((float(at), seconds))
    for (a, from_s), (b, to_s) in pairwise(knots):
        if a <= frame < b:
            return from_s + (frame - a) / (b - a) * (to_s - from_s)
    last, last_s = knots[-1]
    return last_s + (frame - last) / CAPTURE_RATE


def remove(folder: Path) -> None:
    """The file in a meeting's folder, if there is one."""
    try:
        (folder / NAME).unlink(missing_ok=True)
    except OSError:
        log.warning("what was transcribed during the recording could not be removed", exc_info=True)


def _utterance(data: Mapping[str, Any]) -> LiveUtterance:
    said = data["transcript"]
    return LiveUtterance(
        str(data["track"]),
        float(data["start_s"]),
        float(data["end_s"]),
        Transcript(str(said["text"]), said["language"], tuple(said["guards"])),
        data["told"],
    )
