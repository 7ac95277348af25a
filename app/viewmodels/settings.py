"""The user's settings: their values, what each is called, and what changes when one does.

A change holds at once and is stored behind it. What cannot be stored is taken back, and said.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from app.domain.errors import InputError
from app.domain.meeting import Person
from app.domain.ports import MeetingStore
from app.domain.recording import Device
from app.domain.templates import BUILT_IN, Template
from app.services.settings import Settings
from app.viewmodels.phrases import said
from app.viewmodels.problems import in_words
from app.viewmodels.settings_items import HUB_ADDRESS, MIRROR, TEXT_SIZES, Section, sections
from app.workers.services import Services
from app.workers.storage_lane import StorageLane
from app.workers.tasks import SideLane

Value = str | bool | tuple[str, ...]


class SettingsViewModel(QObject):
    """Signals:
    changed: settings have other values. (set of their names)
    items_changed: what can be chosen is different.
    people_changed: whose voices are known is different.
    noticed: something about the stored settings that the user should know. (text)
    problem: something did not work. (Problem)
    refused: a value cannot be. (key, why in words)
    """

    changed = Signal(object)
    items_changed = Signal()
    people_changed = Signal()
    noticed = Signal(str)
    problem = Signal(object)
    refused = Signal(str, str)

    def __init__(
        self,
        services: Services,
        side: SideLane,
        lane: StorageLane,
        settings: Settings | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._services = services
        self._side = side
        self._lane = lane
        self._settings = settings or Settings()
        self._writing = 0
        self._devices: Sequence[Device] = ()
        self._templates: Sequence[Template] = BUILT_IN
        self._mirror_wanted = False  # chosen, and no address given yet
        self._spoken = None if settings is None else settings.interface_language  # what the window began with
        self.known = settings is not None  # whether the stored settings were read
        self.people: tuple[Person, ...] = ()

    # What there is

    @property
    def now(self) -> Settings:
        return self._settings

    def sections(self) -> Sequence[Section]:
        """All settings as they can be shown and changed, in order."""
        mirror = self.value("hub") == MIRROR
        languages = self._services.models.languages()
        restart = self._spoken is not None and self._settings.interface_language != self._spoken
        return sections(
            self._settings, self._devices, languages, mirror=mirror, templates=self._templates, restart=restart
        )

    def folder(self, key: str) -> Path:
        """Where something is kept: "data" or "file", that of the settings."""
        return self._services.folders[key]

    def value(self, key: str) -> Value:
        """What a setting's control shows: numbers as text, of the hub its kind and its address apart."""
        hub = self._settings.hub
        if key == "hub":
            return MIRROR if self._mirror_wanted or "://" in hub else hub
        if key == HUB_ADDRESS:
            return hub if "://" in hub else ""
        found = getattr(self._settings, key)
        if isinstance(found, bool | tuple):
            return found
        return str(found)

    # Reading

    def load(self, then: Callable[[], None] | None = None) -> None:
        """Read what is stored. `then` is called when that is known, or cannot be."""

        def read(answer: tuple[Settings, Sequence[str]]) -> None:
            stored, notices = answer
            if not self._writing:
                self._take(stored)
            if self._spoken is None:
                self._spoken = stored.interface_language
            self.known = True
            for notice in notices:
                self.noticed.emit(said(notice))
            if then is not None:
                then()

        def failed(error: BaseException) -> None:
            self.problem.emit(in_words(error))
            if then is not None:
                then()

        self._side.ask(self._services.settings, read, failed)

    @Slot()
    def find_templates(self) -> None:
        """The user's own too; what is wrong with their files is said where they are chosen."""

        def take(found: tuple[Sequence[Template], Sequence[str]]) -> None:
            if tuple(found[0]) != tuple(self._templates):
                self._templates = tuple(found[0])
                self.items_changed.emit()

        self._side.ask(self._services.templates, take, lambda _: None)

    @Slot()
    def find_people(self) -> None:
        def read(store: MeetingStore) -> Sequence[Person]:
            return store.people()

        self._lane.ask(read, self._on_people, self._on_no_people)

    @Slot(object)
    def take_devices(self, devices: Sequence[Device]) -> None:
        """What can be recorded, for the choice of devices."""
        if list(devices) != list(self._devices):
            self._devices = tuple(devices)
            self.items_changed.emit()

    # Changing

    def put(self, key: str, value: Value) -> None:
        """What the user has chosen in a control. One that cannot be is `refused` and changes nothing."""
        if key in ("hub", HUB_ADDRESS):
            self._set_hub(key, str(value))
            return
        old = getattr(self._settings, key)
        new: Any = int(str(value)) if isinstance(old, int) and not isinstance(old, bool) else value
        self.change({key: new}, key)

    def step_text_size(self, step: int) -> None:
        """Larger or smaller by one of the sizes that can be chosen; 0: the usual one."""
        now = self._settings.text_size
        beyond = [n for n in TEXT_SIZES if (n - now) * step > 0]
        new = min(beyond, key=lambda n: abs(n - now), default=now) if step else Settings().text_size
        self.change({"text_size": new})

    def change(self, changes: Mapping[str, Any], key: str = "") -> None:
        """Give settings other values. `key`: whose control is told if that cannot be."""
        try:
            new = self._settings.changed(**changes)
        except InputError as error:
            self.refused.emit(key or next(iter(changes), ""), said(str(error)))
            return
        if new == self._settings:
            return
        self._take(new)
        self._writing += 1

        def write() -> Settings:
            return self._services.change_settings(changes)

        self._side.ask(write, self._on_written, self._on_not_written)

    def _set_hub(self, key: str, value: str) -> None:
        if key == "hub":
            self._mirror_wanted = value == MIRROR
            if value != MIRROR:
                self.change({"hub": value}, key)
            self.items_changed.emit()
        elif value:
            address = value.strip()
            self.change({"hub": address if "://" in address else f"https://{address}"}, HUB_ADDRESS)
        else:
            self.items_changed.emit()  # what holds is shown again
            self.refused.emit(HUB_ADDRESS, self.tr("Without an address, nothing changes."))

    def rename_person(self, person_id: str, name: str) -> None:
        """Nobody is renamed to nothing, or to somebody else."""
        name = " ".join(name.split())
        if not name or any(p.id != person_id and p.name.casefold() == name.casefold() for p in self.people):
            self.people_changed.emit()
            if name:
                self.refused.emit("people", self.tr("Somebody else has this name already."))
            return

        def write(store: MeetingStore) -> Sequence[Person]:
            store.rename_person(person_id, name)
            return store.people()

        self._lane.ask(write, self._on_people, self._on_problem)

    def forget_person(self, person_id: str) -> None:
        """Remove somebody's voice for good. Meetings keep the name they were given."""

        def write(store: MeetingStore) -> Sequence[Person]:
            store.forget_person(person_id)
            return store.people()

        self._lane.ask(write, self._on_people, self._on_problem)

    def empty_trash(self, busy: Collection[str], then: Callable[[Sequence[str]], None] | None = None) -> None:
        """Remove what has been in the trash for longer than the user wants to keep it."""
        days = self._settings.empty_trash_after_days

        def remove(store: MeetingStore) -> Sequence[str]:
            return self._services.empty_trash(store, days, busy)

        if days:
            self._lane.ask(remove, then, self._on_no_people)

    # Finding

    def matching(self, text: str) -> set[str]:
        """Keys of the settings that have all the words of `text` in their title, explanation or section."""
        words = text.casefold().split()
        found = set()
        for section in self.sections():
            for item in section.items:
                said = f"{section.title} {item.title} {item.why} {item.words}".casefold()
                said += " " + " ".join(label for _, label in item.options).casefold()
                if all(word in said for word in words):
                    found.add(item.key)
        return found

    # Answers

    def _take(self, new: Settings) -> None:
        names = {n for n in type(new).__slots__ if n != "unknown" and getattr(new, n) != getattr(self._settings, n)}
        self._settings = new
        if names:
            self.changed.emit(names)

    def _on_written(self, stored: Settings) -> None:
        self._writing -= 1
        self.known = True
        if not self._writing:
            self._take(stored)

    def _on_not_written(self, error: BaseException) -> None:
        self._writing -= 1
        self.problem.emit(in_words(error))
        if not self._writing:
            self.load()

    def _on_people(self, people: Sequence[Person]) -> None:
        self.people = tuple(people)
        self.people_changed.emit()

    def _on_no_people(self, error: BaseException) -> None:
        """Whoever lists the meetings says already that the library cannot be read."""

    def _on_problem(self, error: BaseException) -> None:
        self.problem.emit(in_words(error))
