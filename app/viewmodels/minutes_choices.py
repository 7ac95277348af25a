"""How the minutes of the open meeting are to be written: which template, which language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from app.domain.edits import Change
from app.domain.meeting import MinutesOptions, Stage
from app.domain.ports import MeetingStore
from app.domain.templates import BUILT_IN, GENERAL, Template, find
from app.services.settings import Settings
from app.viewmodels.languages import known_languages, language_title
from app.viewmodels.phrases import said
from app.viewmodels.templates import template_title
from app.workers.services import Services
from app.workers.storage_lane import StorageLane

if TYPE_CHECKING:
    from app.viewmodels.meeting import MeetingViewModel

FIRST = ("English", "Chinese")  # after that of the meeting


@dataclass(frozen=True, slots=True)
class Choice:
    """`value`: what is stored. `group`: choices of another group stand apart."""

    value: str
    title: str
    chosen: bool
    group: int = 0


class MinutesChoices(QObject):
    """Signals:
    changed: there are other templates, or another usual one.
    """

    changed = Signal()

    def __init__(self, meeting: MeetingViewModel, services: Services, lane: StorageLane) -> None:
        super().__init__(meeting)
        self._meeting = meeting
        self._services = services
        self._lane = lane
        self._templates: Sequence[Template] = BUILT_IN
        self._settings = Settings()
        self._problems: tuple[str, ...] = ()

    @Slot()
    def look(self) -> None:
        """Find the user's own templates and what the settings say; `changed` follows if that is news."""

        def read(_store: MeetingStore) -> tuple[Sequence[Template], Sequence[str], Settings]:
            return *self._services.templates(), self._services.settings()[0]

        self._lane.ask(read, self._take, lambda _: None)  # the program's own are there without it

    def _take(self, found: tuple[Sequence[Template], Sequence[str], Settings]) -> None:
        templates, problems, settings = found
        if tuple(problems) != self._problems:  # each is said once
            self._problems = tuple(problems)
            for problem in problems:
                self._meeting.said.emit(said(problem))
        if (tuple(templates), settings) != (tuple(self._templates), self._settings):
            self._templates, self._settings = templates, settings
            self.changed.emit()

    # What can be chosen

    @property
    def can_write(self) -> bool:
        return self._meeting.exportable and not self._meeting.processing

    @property
    def _options(self) -> MinutesOptions:
        return self._meeting.meeting.minutes_options if self._meeting.meeting else MinutesOptions()

    @property
    def template(self) -> str:
        """The id of the one that would be used now."""
        wanted = self._options.template or self._settings.minutes_template
        found = find(wanted, self._templates) if wanted else None
        return found.id if found is not None else GENERAL.id

    @property
    def templates(self) -> tuple[Choice, ...]:
        """The program's own, then the user's."""
        now = self.template
        return tuple(Choice(t.id, template_title(t), t.id == now, int(t.own)) for t in self._templates)

    @property
    def language(self) -> str:
        """What would be written in now; "" while the language of the meeting is not known."""
        return self._options.language or self._settings.minutes_language or self._spoken

    @property
    def _spoken(self) -> str:
        return (self._meeting.meeting.language or "") if self._meeting.meeting else ""

    @property
    def languages(self) -> tuple[Choice, ...]:
        """That of the meeting, English and Chinese, and another one if that is chosen."""
        spoken, now = self._spoken, self.language
        that = self.tr("That of the meeting")
        if spoken:
            that = self.tr("That of the meeting ({language})").format(language=language_title(spoken))
        names = [n for n in dict.fromkeys((*FIRST, now)) if n != spoken]
        return Choice(spoken, that, now == spoken), *(Choice(n, language_title(n), n == now) for n in names)

    @property
    def other_languages(self) -> tuple[Choice, ...]:
        """All that are not among `languages`, by name."""
        others = set(known_languages()) - {c.value for c in self.languages}
        return tuple(Choice(n, title, False) for title, n in sorted((language_title(n), n) for n in others))

    # Choosing

    @Slot()
    def write_again(self) -> None:
        self._meeting.runs.again(Stage.MINUTES)

    def choose_template(self, template: str) -> None:
        """Write the minutes again with this template, now and from now on for this meeting."""
        if self.can_write and template != self.template:
            self._write(replace(self._options, template=template), self.tr("choose a template for the minutes"))

    def choose_language(self, language: str) -> None:
        """Write them again in this language, now and from now on for this meeting."""
        if self.can_write and language != self.language:
            self._write(replace(self._options, language=language), self.tr("choose the language of the minutes"))

    def _write(self, options: MinutesOptions, label: str) -> None:
        self._meeting.change(lambda _: Change(minutes_options=options), label)
        self._meeting.runs.again(Stage.MINUTES)
