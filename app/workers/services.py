"""What the window needs from the rest of the program, as one Protocol.

The composition root builds the real one; tests use a fake of the same shape. Nothing here knows Qt.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from app.domain.cancel import CancelFlag
from app.domain.events import Event
from app.domain.meeting import Mark, Meeting, Stage
from app.domain.ports import Job, MeetingStore
from app.domain.recording import AudioSource, Device, RecordingResult, RecordingStatus
from app.domain.templates import Template
from app.services.recordings import Interrupted
from app.services.settings import Settings
from app.workers.live_services import LiveServices
from app.workers.models_services import ModelsServices
from app.workers.player_services import PlayerServices
from app.workers.speaker_services import SpeakerServices

if TYPE_CHECKING:
    from app.audio.listeners import Listener


@dataclass(frozen=True, slots=True)
class ModelsInUse:
    """Names of the models that would run now. `is_starter` when any of them is from the starter kit."""

    speech: str
    text: str
    is_starter: bool


class Recorder(Protocol):
    """A recording of one meeting (`app.audio.recorder.Recorder`). Any thread; nothing but `wait` takes long."""

    def start(self) -> None:
        """Open the sources. Raises `StorageError` when nothing can be written."""
        ...

    def pause(self) -> None: ...

    def resume(self) -> None: ...

    def bookmark(self, text: str = "") -> Mark: ...

    def note(self, text: str, at_s: float | None = None) -> Mark: ...

    def listen(self, *, seconds: float = 10.0, cancel_echo: bool = False) -> Listener: ...

    def stop(self) -> None:
        """Returns at once; `wait` says when everything is on the disk."""
        ...

    def wait(self, timeout_s: float | None = None) -> RecordingResult | None: ...

    def status(self) -> RecordingStatus: ...

    def marks(self) -> Sequence[Mark]: ...


class Services(Protocol):
    """Each method says which thread calls it; none of them is called in the window's thread unless it says so."""

    def open_store(self) -> MeetingStore:
        """Storage lane, once. Raises `StorageError`."""
        ...

    def run_job(self, job: Job, cancel: CancelFlag) -> Iterator[Event]:
        """Engine thread. Blocking; raises `UserError`, `HostDied` or `Cancelled`."""
        ...

    def persist(self, store: MeetingStore, meeting_id: str, event: Event) -> None:
        """Storage lane: store what an event carries."""
        ...

    def persist_end(self, store: MeetingStore, meeting_id: str, error: BaseException) -> None:
        """Storage lane: mark the running stage failed or cancelled."""
        ...

    def settings(self) -> tuple[Settings, Sequence[str]]:
        """A thread of its own: the user's settings as they are stored, and notices. Raises `StorageError`."""
        ...

    def change_settings(self, changes: Mapping[str, Any]) -> Settings:
        """A thread of its own: store other values of some settings; all of them as they are then.

        Raises `InputError` for a value that cannot be, `StorageError` when the file cannot be read or written.
        """
        ...

    def templates(self) -> tuple[Sequence[Template], Sequence[str]]:
        """Storage lane or a thread of its own: the program's templates of minutes, the user's own, and what is wrong
        with files that are none."""
        ...

    @property
    def folders(self) -> Mapping[str, Path]:
        """Any thread: where things are kept, "data" and "models", and the "file" of the settings."""
        ...

    def empty_trash(self, store: MeetingStore, days: int, busy: Collection[str]) -> Sequence[str]:
        """Storage lane: remove what is finished and has been in the trash for so long, but none of `busy`; the ids."""
        ...

    @property
    def models(self) -> ModelsServices:
        """Any thread."""
        ...

    @property
    def live(self) -> LiveServices | None:
        """Any thread. None: no live text here."""
        ...

    @property
    def player(self) -> PlayerServices:
        """Any thread."""
        ...

    @property
    def speakers(self) -> SpeakerServices | None:
        """Any thread. None: voices cannot be remembered here."""
        ...

    def make_job(
        self, store: MeetingStore, meeting_id: str, again: frozenset[Stage] = frozenset(), until: Stage | None = None
    ) -> Job:
        """Storage lane."""
        ...

    def check_recording(self, path: Path) -> None:
        """Storage lane. Raises `InputError` when the file holds no sound that can be read."""
        ...

    def sample_sources(self) -> Mapping[str, Path]:
        """Storage lane: track name → file of the bundled sample meeting."""
        ...

    def sample_title(self) -> str:
        """Any thread."""
        ...

    def models_in_use(self) -> ModelsInUse:
        """Storage lane. Cheap: loads no model."""
        ...

    def export_markdown(self, meeting: Meeting, path: Path) -> None:
        """Storage lane. Writes atomically; raises `StorageError`."""
        ...

    def markdown(self, meeting: Meeting) -> str:
        """Storage lane."""
        ...

    # Recording

    def devices(self) -> list[Device]:
        """A thread of its own: may take long. Raises `InputError` if the sound system is not there."""
        ...

    def source(self, track: str, choice: str) -> AudioSource:
        """Recording thread: what `choice` means for a track, not open yet. Raises `InputError`."""
        ...

    def device_choices(self) -> Mapping[str, str]:
        """Recording thread: track name → the choice of last time."""
        ...

    def remember_devices(self, choices: Mapping[str, str]) -> None:
        """Recording thread."""
        ...

    def recorder(self, folder: Path, sources: Mapping[str, AudioSource], started_at: datetime) -> Recorder:
        """Recording thread: a recorder that has not started."""
        ...

    def begin_recording(
        self, store: MeetingStore, title: str, started_at: datetime, devices: Mapping[str, str]
    ) -> tuple[Meeting, Path]:
        """Storage lane: the meeting's row and its folder, before the first sample. `devices`: track → name."""
        ...

    def end_recording(self, store: MeetingStore, meeting_id: str, result: RecordingResult) -> None:
        """Storage lane: how it ended, with all its marks."""
        ...

    def interrupted(self, store: MeetingStore) -> Sequence[Interrupted]:
        """Storage lane: recordings that were cut off, newest first; none that still runs, here or elsewhere."""
        ...

    def unpacked(self, store: MeetingStore) -> Sequence[str]:
        """Storage lane: ids of recordings whose packing was cut off; none if the user wants them as they are.

        A job that ends with the first stage packs them.
        """
        ...

    def recover(self, store: MeetingStore, meeting_id: str) -> Sequence[str]:
        """Storage lane: repair the files of an interrupted recording; afterwards it is one like any other.

        Returns what was lost, in words. Raises `StorageError`, or `InputError` if it is still being recorded.
        """
        ...

    def discard(self, store: MeetingStore, meeting_id: str) -> None:
        """Storage lane: remove a meeting, its row and its files. `InputError` while it is being recorded anywhere."""
        ...

    def close(self) -> None:
        """Window's thread, after both lanes have ended (or when a job does not want to end): stops the host."""
        ...
