"""What was transcribed before the stage could be finished: a file in the meeting's folder, one line for each stretch.

A stage is stored when it is done. Of a meeting of hours that is late; a process that dies, or a server that goes
away, should not cost what was heard until then. The file is used only for the very same task, and removed after it.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from app.domain.ports import Transcript
from app.services import live_draft
from app.services.utterances import Utterance

log = logging.getLogger(__name__)

NAME = "transcript.draft.jsonl"


@dataclass(frozen=True, slots=True)
class Heard:
    """A stretch of speech and what it says.

    `free`: what it said when the model was free to choose the language; `told`: the language it was then told, if any.
    """

    utterance: Utterance
    transcript: Transcript
    free: Transcript
    told: str | None = None


def key_of(*task: Any) -> str:
    """A name for a task: the same for the same values in the same order."""
    return hashlib.sha256(json.dumps(task, ensure_ascii=False).encode()).hexdigest()


class Draft:
    """Never fails: a draft that cannot be read or written is no draft."""

    def __init__(self, path: Path, key: str) -> None:
        self._path = path
        self._key = key

    def stretches(self) -> list[list[Heard]]:
        """Those that were finished, in order; none if the file belongs to another task. Ready to be added to."""
        found: list[list[Heard]] = []
        try:
            lines = self._path.read_text(encoding="utf-8").splitlines(keepends=True) if self._path.exists() else []
            if not lines or json.loads(lines[0]) != {"task": self._key}:
                self._path.write_text(json.dumps({"task": self._key}) + "\n", encoding="utf-8")
                return []
            whole = [line for line in lines if line.endswith("\n")]
            found = [[_heard(h) for h in json.loads(line)] for line in whole[1:]]
            if len(whole) < len(lines):  # the last one was cut off
                self._path.write_text("".join(whole), encoding="utf-8")
        except (OSError, ValueError, TypeError, KeyError):
            log.warning("the draft of a transcript is not used", exc_info=True)
            self.remove()
            return []
        return found

    def add(self, heard: Sequence[Heard]) -> None:
        """One more stretch."""
        try:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps([asdict(h) for h in heard], ensure_ascii=False) + "\n")
        except (OSError, ValueError):
            log.warning("the draft of a transcript could not be written", exc_info=True)
            self.remove()

    def remove(self) -> None:
        _unlink(self._path)


def remove(folder: Path) -> None:
    """The draft in a meeting's folder, if there is one, and what live text left there."""
    _unlink(folder / NAME)
    live_draft.remove(folder)


def _unlink(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError:
        log.warning("the draft of a transcript could not be removed", exc_info=True)


def _heard(data: dict[str, Any]) -> Heard:
    return Heard(
        Utterance(**data["utterance"]), _transcript(data["transcript"]), _transcript(data["free"]), data["told"]
    )


def _transcript(data: dict[str, Any]) -> Transcript:
    return Transcript(data["text"], data["language"], tuple(data["guards"]))
