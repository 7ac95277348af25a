"""Before a recording: which devices, how they sound, and what is wrong with them in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.domain.meeting import MIC, SYSTEM
from app.domain.recording import DEFAULT, NONE, Device, Level
from app.viewmodels.formatting import day_and_month, time_of_day
from app.viewmodels.phrases import said
from app.viewmodels.problems import Problem, in_words
from app.workers.preview import TrackPreview
from app.workers.recording import RecordingController

TRACKS = (MIC, SYSTEM)
LOOK_MS = 3000  # how often the list of devices is looked at while it is on the screen
PATIENCE_S = 4.0  # nobody need be worried before a device has been silent for this long


@dataclass(frozen=True, slots=True)
class Option:
    """One device that can be chosen. `choice` is what is remembered."""

    choice: str
    label: str


@dataclass(frozen=True, slots=True)
class TrackSetup:
    """One track as the page shows it. `problem` is something to be mended, `hint` something good to know."""

    track: str
    choice: str = DEFAULT
    options: tuple[Option, ...] = ()
    problem: Problem | None = None
    hint: str = ""

    @property
    def recorded(self) -> bool:
        return self.choice != NONE


@dataclass(slots=True)
class _Heard:
    preview: TrackPreview | None = None
    level: Level = field(default_factory=Level)


class SetupViewModel(QObject):
    """What the page before a recording shows.

    Signals:
        changed: devices, choices or problems are different.
        levels_changed: how loud it is, 10 times a second.
    """

    changed = Signal()
    levels_changed = Signal()

    def __init__(
        self,
        controller: RecordingController,
        parent: QObject | None = None,
        now: Callable[[], datetime] = lambda: datetime.now().astimezone(),
    ) -> None:
        super().__init__(parent)
        self._controller = controller
        self._now = now
        self._open = False
        self._choices: dict[str, str] = dict.fromkeys(TRACKS, DEFAULT)
        self._known = False  # what was chosen last time
        self._chosen: set[str] = set()  # by the user, since then
        self._devices: Sequence[Device] | None = None
        self._no_system: Problem | None = None
        self._heard = {track: _Heard() for track in TRACKS}
        self._tracks = {track: TrackSetup(track) for track in TRACKS}
        self._look = QTimer(self)
        self._look.setInterval(LOOK_MS)
        self._look.timeout.connect(controller.list_devices)
        controller.remembered.connect(self._on_remembered)
        controller.previewed.connect(self._on_previewed)
        controller.devices_known.connect(self._on_devices)
        controller.devices_failed.connect(self._on_no_devices)

    # What is shown

    def track(self, track: str) -> TrackSetup:
        return self._tracks[track]

    def level(self, track: str) -> Level:
        return self._heard[track].level

    @property
    def choices(self) -> Mapping[str, str]:
        """What is recorded; without a track whose choice of last time is not known yet, which then is taken."""
        return {t: c for t, c in self._choices.items() if self._known or t in self._chosen}

    @property
    def can_start(self) -> bool:
        return any(choice != NONE for choice in self._choices.values())

    @property
    def usual_title(self) -> str:
        """What a meeting is called when nobody calls it anything."""
        now = self._now()
        return self.tr("Meeting on {day}, {time}").format(day=day_and_month(now), time=time_of_day(now))

    # What can be done

    def enter(self) -> None:
        """The page is on the screen: open the devices for their meters."""
        if not self._open:
            self._open = True
            self._known = False
            self._chosen.clear()
            self._controller.enter()
            self._look.start()

    def leave(self) -> None:
        """The page is gone: let go of the devices, unless they are recorded now."""
        if self._open:
            self._open = False
            self._look.stop()
            self._controller.leave()
            for heard in self._heard.values():
                heard.preview, heard.level = None, Level()

    def choose(self, track: str, choice: str) -> None:
        if choice != self._choices[track]:
            self._chosen.add(track)
            self._choices[track] = choice
            self._heard[track] = _Heard()
            self._controller.preview(self._choices)
            self._update()

    # Answers

    @Slot(object)
    def _on_remembered(self, choices: Mapping[str, str]) -> None:
        self._known = True
        for track in (t for t in TRACKS if t not in self._chosen):
            self._choices[track] = choices.get(track) or DEFAULT
        self._update()

    @Slot(object)
    def _on_devices(self, devices: Sequence[Device]) -> None:
        self._devices, self._no_system = devices, None
        self._update()

    @Slot(object)
    def _on_no_devices(self, error: BaseException) -> None:
        self._no_system = in_words(error)
        self._update()

    @Slot(object)
    def _on_previewed(self, previews: Sequence[TrackPreview]) -> None:
        for p in previews:
            if p.track in self._heard and p.choice == self._choices[p.track]:
                self._heard[p.track].preview = p
                self._heard[p.track].level = p.level
        self._update()
        self.levels_changed.emit()

    def _update(self) -> None:
        tracks = {track: self._setup_of(track) for track in TRACKS}
        if tracks != self._tracks:
            self._tracks = tracks
            self.changed.emit()

    # In words

    def _setup_of(self, track: str) -> TrackSetup:
        choice, preview = self._choices[track], self._heard[track].preview
        problem, hint = self._state_of(track, choice, preview)
        return TrackSetup(track, choice, self._options(track, choice, preview), problem, hint)

    def _options(self, track: str, choice: str, preview: TrackPreview | None) -> tuple[Option, ...]:
        devices = [d for d in self._devices or () if d.track == track]
        usual = next((said(d.name) for d in devices if d.is_default), "")
        if not usual and choice == DEFAULT and preview is not None:
            usual = preview.device
        follow = self.tr("Follow the system ({device})").format(device=usual) if usual else self.tr("Follow the system")
        options = [Option(DEFAULT, follow)] + [Option(d.id, said(d.name)) for d in devices]
        if choice not in (DEFAULT, NONE) and choice not in {d.id for d in devices}:
            name = preview.device if preview is not None else ""
            absent = name or (self.tr("The device of last time") if self._devices is not None else "…")
            options.append(Option(choice, absent))
        return (*options, Option(NONE, self.tr("Do not record")))

    def _state_of(self, track: str, choice: str, preview: TrackPreview | None) -> tuple[Problem | None, str]:
        if choice == NONE:
            return None, ""
        if preview is not None and preview.what and preview.state in ("failed", "lost"):
            return Problem(preview.what, preview.to_do), ""
        if self._no_system is not None and (preview is None or preview.state != "live"):
            return self._no_system, ""
        if preview is None or preview.state == "starting":
            return None, ""
        if preview.state != "live":
            return Problem(self.tr("No sound comes from this device."), self.tr("Choose another one.")), ""
        if preview.silent_s < PATIENCE_S:
            return None, ""
        if track == MIC and preview.only_zeros:
            return Problem(
                self.tr("This microphone is muted, or Folkmoot may not listen to it."),
                self.tr("Unmute it, or allow it in the system’s privacy settings."),
            ), ""
        if track == MIC:
            return Problem(
                self.tr("Nothing is heard from this microphone."),
                self.tr("See whether it is muted, or choose another one."),
            ), ""
        if preview.expects:
            return Problem(
                self.tr("Something plays, but not on this device."), self.tr("Choose the one you listen with.")
            ), ""
        return None, self.tr("Nothing plays right now.")
