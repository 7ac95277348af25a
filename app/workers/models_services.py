"""What the window needs to know and to do about models, as one Protocol. Nothing here knows Qt.

All of it is data that a view-model can put into words; the composition root builds the real thing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from app.domain.cancel import CancelFlag
from app.domain.errors import InputError
from app.domain.models import DownloadEvent, LoadedModel, Recommendation
from app.services.settings import Settings

TASKS = ("speech", "text", "align", "diarize")  # what a model does, in the order in which they are shown
SERVER = "server:"  # what the name of a model on a server begins with


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """A model that is here or can be had.

    `size_mb`: of its files; `memory_mb`: what it needs in 16 bits, computed. `languages`: full English names, empty if
    it is not asked. `conditions`: of its licence, "" if there are none. `folder`: where it lies, "" if it is not here.
    `problem`: what is wrong with it there. `fetched_mb`: what an unfinished download has left. `can_fetch`: it can be
    had from a hub. `measured`: a speed that was measured, in words.
    """

    id: str
    title: str
    task: str
    note: str = ""
    size_mb: int = 0
    memory_mb: int = 0
    languages: tuple[str, ...] = ()
    capabilities: tuple[str, ...] = ()
    licence: str = ""
    licence_url: str = ""
    conditions: str = ""
    source: str = ""
    folder: str = ""
    problem: str = ""
    fetched_mb: int = 0
    can_fetch: bool = False
    is_starter: bool = False
    measured: str = ""

    @property
    def is_here(self) -> bool:
        return bool(self.folder) and not self.problem


@dataclass(frozen=True, slots=True)
class ServerInfo:
    """A server the user has entered. `is_this_machine`: what is sent there stays here."""

    name: str
    url: str
    host: str = ""
    speech_model: str = ""
    text_model: str = ""
    is_this_machine: bool = False

    @property
    def key(self) -> str:
        """What is remembered when the user agrees to it: another address is another question."""
        return f"{self.name} {self.url}"


@dataclass(frozen=True, slots=True)
class ModelShelf:
    """All models and servers. `usual`: task → id of the model that is taken when none is chosen.

    `used_mb`: what the models the user has fetched take on the disk; `free_mb`: what is left there.
    """

    models: tuple[ModelInfo, ...] = ()
    servers: tuple[ServerInfo, ...] = ()
    usual: Mapping[str, str] = field(default_factory=dict)
    folder: str = ""
    used_mb: int = 0
    free_mb: int = 0


@dataclass(frozen=True, slots=True)
class Machine:
    """What this computer has. Sizes in MB, 0 if unknown. `cards`: (name, memory) of those that can be used."""

    system: str = ""
    processor: str = ""
    cores: int = 0
    features: tuple[str, ...] = ()
    memory_mb: int = 0
    memory_free_mb: int = 0
    disk_free_mb: int = 0
    cards: tuple[tuple[str, int], ...] = ()
    idle_cards: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ServerTest:
    """What came of asking a server. `models`: names it says it has; `notes`: what did not work."""

    works: bool
    models: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


class LicenceQuestion(InputError):
    """The model's licence has conditions, which the user must see and accept first."""

    def __init__(self, title: str, licence: str, conditions: str, url: str) -> None:
        super().__init__(f"{title} has a licence with conditions.", f"Read it at {url} and accept it.")
        self.title, self.licence, self.conditions, self.url = title, licence, conditions, url


class ModelsServices(Protocol):
    """Threads of their own for all of it, never the window's. Errors are `UserError`."""

    def shelf(self) -> ModelShelf:
        """Reads the disk; loads and asks nothing."""
        ...

    def languages(self) -> Sequence[str]:
        """Full English names of what can be transcribed. Any thread, cheap."""
        ...

    def machine(self, cancel: CancelFlag, *, again: bool = False) -> tuple[Machine, Recommendation]:
        """Takes seconds, in a process of its own. `again`: measure the processor anew."""
        ...

    def last_machine(self) -> tuple[Machine, Recommendation] | None:
        """What `machine` found last time, perhaps in another run of the program. Reads a small file."""
        ...

    def loaded(self) -> Sequence[LoadedModel]:
        """What is in memory now, and where. May take two seconds."""
        ...

    def download(
        self, model: str, hub: str, cancel: CancelFlag, *, accept_licence: bool = False, again: bool = False
    ) -> Iterator[DownloadEvent]:
        """Fetch a model, going on with what is there. `hub` as in the settings. Raises `LicenceQuestion` first."""
        ...

    def licence_text(self, model: str, hub: str) -> str:
        """The licence as it lies beside the model; "" if it cannot be had now. May take ten seconds."""
        ...

    def import_model(self, source: Path, name: str, cancel: CancelFlag) -> Iterator[DownloadEvent]:
        """Install a model from a folder or an archive; `name` says which it is, "" by the name of the folder."""
        ...

    def verify(self, model: str, cancel: CancelFlag, on_bytes: Callable[[int], None]) -> Sequence[str]:
        """Compare the files with their checksums; what is wrong, in words. `on_bytes`: how many were read."""
        ...

    def remove(self, model: str) -> int:
        """Remove a model from the disk; the bytes that are free again."""
        ...

    def drop_left_over(self, model: str) -> None:
        """Remove what an unfinished download has left."""
        ...

    def add_server(self, server: ServerInfo, key: str | None) -> ServerInfo:
        """Enter a server or change one; its address comes back tidied. `key`: None leaves the one that is kept."""
        ...

    def test_server(self, name: str, cancel: CancelFlag) -> ServerTest:
        """Ask it for its models, send it a second of noise and a word. May take minutes."""
        ...

    def remove_server(self, name: str) -> None:
        """Forget a server and its key."""
        ...

    def chosen(self, settings: Settings) -> Mapping[str, str]:
        """Task → model the user has chosen; no server without the user's consent."""
        ...
