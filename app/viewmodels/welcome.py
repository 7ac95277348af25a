"""The first steps: what Folkmoot is, whether it hears, which models it uses, and the sample meeting.

Each can be skipped, and all of them be done again later. Whether they were done is a setting.
"""

from __future__ import annotations

from enum import IntEnum

from PySide6.QtCore import QObject, Signal, Slot

from app.viewmodels.settings import SettingsViewModel


class Step(IntEnum):
    """In the order in which they come."""

    WELCOME = 0
    SOUND = 1
    MODELS = 2
    SAMPLE = 3


class WelcomeViewModel(QObject):
    """Signals:
    changed: another step is shown.
    sample_wanted: the sample meeting is to be tried. `finished` follows.
    finished: the first steps are over, at their end or before.
    """

    changed = Signal()
    sample_wanted = Signal()
    finished = Signal()

    def __init__(self, settings: SettingsViewModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self.step = Step.WELCOME

    @property
    def wanted(self) -> bool:
        """Whether they are to be shown without being asked for: nobody has seen them yet."""
        return self._settings.known and not self._settings.now.welcomed

    @Slot()
    def begin(self) -> None:
        """From the first step."""
        self._go(Step.WELCOME)

    @Slot()
    def forward(self) -> None:
        """To the next step, whether this one was done or skipped; after the last one it is over."""
        if self.step == Step.SAMPLE:
            self.finish()
        else:
            self._go(Step(self.step + 1))

    @Slot()
    def back(self) -> None:
        if self.step != Step.WELCOME:
            self._go(Step(self.step - 1))

    @Slot()
    def try_sample(self) -> None:
        self.sample_wanted.emit()
        self.finish()

    @Slot()
    def finish(self) -> None:
        """They are not shown by themselves again."""
        self._settings.change({"welcomed": True})
        self.finished.emit()

    def choose_device(self, track: str, choice: str) -> None:
        """Remember a device that was chosen in the sound check."""
        self._settings.change({track: choice})

    def _go(self, step: Step) -> None:
        if step != self.step:
            self.step = step
            self.changed.emit()
