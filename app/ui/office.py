"""The places beside the meetings: settings, models, jobs and the first steps, with what they need.

The desk has one, begins it and ends it with everything else.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, Qt, QTimer, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QKeySequence

from app.services.settings import Settings
from app.ui import dialogs, theme
from app.ui.window import MainWindow
from app.viewmodels.jobs import JobQueue
from app.viewmodels.jobs_page import JobsViewModel
from app.viewmodels.library import LibraryViewModel
from app.viewmodels.models import ModelsViewModel
from app.viewmodels.problems import Problem
from app.viewmodels.recording_setup import SetupViewModel
from app.viewmodels.settings import SettingsViewModel
from app.viewmodels.welcome import Step, WelcomeViewModel
from app.workers.recording import RecordingController
from app.workers.services import Services
from app.workers.storage_lane import StorageLane
from app.workers.tasks import SideLane

if TYPE_CHECKING:
    from app.ui.settings_page import Shortcut

PREPARE_MS = 1500  # pages with much on them are made when the window has settled, not when they are wanted
TIDY_MS = 60_000  # the trash is looked at when the window has settled …
TIDY_EVERY_MS = 6 * 3600_000  # … and again, for windows that stay open for days


class Office(QObject):
    def __init__(
        self,
        services: Services,
        lane: StorageLane,
        queue: JobQueue,
        library: LibraryViewModel,
        recorder: RecordingController,
        setup: SetupViewModel,
        settings: Settings | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._queue = queue
        self._library = library
        self._recorder = recorder
        self._setup = setup
        self._window: MainWindow | None = None
        self._notices: tuple[str, ...] = ()
        self.side = SideLane("settings and models", self)
        self.settings = SettingsViewModel(services, self.side, lane, settings, self)
        self.models = ModelsViewModel(services.models, self.side, self.settings, self)
        self.jobs = JobsViewModel(lane, queue, self)
        self.welcome = WelcomeViewModel(self.settings, self)
        self._tidy = QTimer(self)
        self._tidy.setInterval(TIDY_MS)
        self._tidy.timeout.connect(self._empty_trash)
        self._prepare = QTimer(self)
        self._prepare.setSingleShot(True)
        self._prepare.setInterval(PREPARE_MS)
        self._prepare.timeout.connect(self._make_ready)
        recorder.devices_known.connect(self.settings.take_devices)
        self.settings.changed.connect(self._on_settings)
        self.models.used_changed.connect(library.find_models)
        if settings is not None:
            theme.prefer(settings.appearance)
        theme.set_text_size(self.settings.now.text_size)

    def furnish(self, window: MainWindow) -> None:
        """Make the pages and give them to the window."""
        # Here, because the window is seen before there are any.
        from app.ui.jobs_page import JobsPage
        from app.ui.minutes_keys import minutes_shortcuts
        from app.ui.models_foot import DownloadsNote
        from app.ui.models_page import ModelsPage
        from app.ui.settings_page import SettingsPage
        from app.ui.welcome_page import WelcomePage

        self._window = window
        self.jobs_page = JobsPage(self.jobs)
        self.models_page = ModelsPage(self.models)
        self.settings_page = SettingsPage(self.settings, lambda: [*shortcuts(window), *minutes_shortcuts()])
        self.welcome_page = WelcomePage(self.welcome, self._setup, self.models)
        self.downloads_note = DownloadsNote(self.models)
        window.sidebar.add_note(self.downloads_note)
        window.add_place("jobs", self.jobs_page, self.tr("Jobs"), "activity")
        window.add_place("models", self.models_page, self.tr("Models"), "boxes")
        window.add_place("settings", self.settings_page, self.tr("Settings"), "settings")
        first = window.add_place("welcome", self.welcome_page, self.tr("First steps"), "sparkles", header=False)
        first.triggered.connect(self.welcome.begin)
        self.jobs_page.opened.connect(window.show_meeting)
        self.settings_page.link_wanted.connect(self._on_link)
        self.settings_page.folder_wanted.connect(self._open_folder)
        self.settings_page.shown.connect(self._on_settings_shown)
        self.models_page.folder_wanted.connect(lambda: self._open_folder("models"))
        self.models.changed.connect(self._show_used)
        self.settings.noticed.connect(self._say)
        self.settings.problem.connect(window.toast.show_problem)
        self.models.said.connect(window.toast.say)
        self.models.problem.connect(window.toast.show_problem)
        self.models.transfers.went_wrong.connect(self._on_download_failed)
        self.jobs.offered.connect(self._on_offered)
        self.welcome.sample_wanted.connect(self._library.import_sample)
        self.welcome.finished.connect(window.leave_place)
        c = window.commands
        for action, step in ((c.larger, 1), (c.smaller, -1), (c.usual_size, 0)):
            action.triggered.connect(lambda _=False, step=step: self.settings.step_text_size(step))
        window.follow(self.settings.now)

    def tell(self, notices: Sequence[str]) -> None:
        """What the user should know of the settings that were read before the window was there."""
        self._notices = tuple(notices)

    def begin(self) -> None:
        """The window is on the screen."""
        for notice in self._notices:
            self._say(notice)
        self.settings.load(self._on_loaded)
        self.jobs.look()
        self._tidy.start()
        self._prepare.start()

    def stop(self) -> bool:
        """Stop what is on its way and store what was changed. Before the services are closed."""
        self._tidy.stop()
        self._prepare.stop()
        return self.models.stop() & self.side.stop()

    @Slot()
    def _make_ready(self) -> None:
        self.settings_page.prepare()
        self.models.refresh()

    # Settings

    @Slot()
    def _on_loaded(self) -> None:
        window = self._window
        if window is not None and self.welcome.wanted:
            self._library_is_empty(lambda: window.go_to_place("welcome"))

    def _library_is_empty(self, then: Callable[[], None]) -> None:
        """Whoever has meetings already knows the program."""

        def listed(count: int) -> None:
            self._library.listed.disconnect(listed)
            if not count:
                then()

        self._library.listed.connect(listed)
        self._library.refresh()

    @Slot(object)
    def _on_settings(self, names: set[str]) -> None:
        if "appearance" in names:
            theme.prefer(self.settings.now.appearance)
            dialogs.reapply_theme()
        if "text_size" in names:
            theme.set_text_size(self.settings.now.text_size)
        if self._window is not None:
            self._window.follow(self.settings.now)
        if "empty_trash_after_days" in names:
            self._empty_trash()

    @Slot()
    def _empty_trash(self) -> None:
        self._tidy.setInterval(TIDY_EVERY_MS)
        busy = {j.meeting_id for j in self._queue.jobs}

        def done(removed: object) -> None:
            if removed:
                self._library.refresh()

        self.settings.empty_trash(busy, done)

    @Slot()
    def _on_settings_shown(self) -> None:
        self._recorder.list_devices()
        self.models.refresh()
        self._show_used()

    @Slot()
    def _show_used(self) -> None:
        for task in ("speech", "text", "diarize"):
            used = self.models.used(task)
            words = self.tr("Now: {model}").format(model=self.models.title(used)) if used else ""
            self.settings_page.show_now(f"{task}_model", words)

    @Slot(str)
    def _on_link(self, key: str) -> None:
        if self._window is not None:
            if key == "interface_language":
                self._window.restart()
                return
            if key == "welcome":
                self.welcome.begin()
            self._window.go_to_place("welcome" if key == "welcome" else "models")

    @Slot(str)
    def _open_folder(self, key: str) -> None:
        folder = self.settings.folder(key)
        if os.environ.get("QT_QPA_PLATFORM") != "offscreen":  # nobody would see it
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))

    # Words

    @Slot(str, object)
    def _on_download_failed(self, model: str, problem: Problem) -> None:
        """Said on the page that stands there, unless that page says so itself; at the foot it stays."""
        window = self._window
        here = window.place if window is not None else ""
        if window is None or here == "models" or (here == "welcome" and self.welcome.step == Step.MODELS):
            return
        what = self.tr("{model} was not downloaded.").format(model=self.models.title(model))
        window.toast.show_problem(
            Problem(what, f"{problem.what} {problem.to_do}".strip()), self.tr("Try again"), self.models.try_again
        )

    @Slot(str)
    def _say(self, notice: str) -> None:
        if self._window is not None:
            self._window.toast.show_problem(Problem(notice))

    @Slot(int)
    def _on_offered(self, count: int) -> None:
        if self._window is not None and not self._window.place:
            one = self.tr("A meeting is not finished yet. Continue it under Jobs.")
            more = self.tr("%n meetings are not finished yet. Continue them under Jobs.", "", count)
            self._window.toast.suggest(one if count == 1 else more, self.tr("Open"), self._open_jobs)

    def _open_jobs(self) -> None:
        if self._window is not None:
            self._window.go_to_place("jobs")


def shortcuts(window: MainWindow) -> list[Shortcut]:
    """(menu, what it does, keys) of everything in the menus that has a key. Keys that mean something else in a part of
    the window stand once, with both."""
    native = QKeySequence.SequenceFormat.NativeText
    everywhere: dict[str, Shortcut] = {}
    inside: dict[str, Shortcut] = {}
    for menu, action in window.commands.all():
        if not action.shortcut().isEmpty():
            keys = action.shortcut().toString(native)
            part = action.shortcutContext() != Qt.ShortcutContext.WindowShortcut
            (inside if part else everywhere)[keys] = (menu, action.text().replace("&", "").rstrip("…"), keys)
    both = QCoreApplication.translate("Shortcuts", "{everywhere}; in the transcript: {there}")
    found = []
    for menu, text, keys in everywhere.values():
        there = inside.pop(keys, None)
        found.append((menu, text if there is None else both.format(everywhere=text, there=there[1]), keys))
    return found + list(inside.values())
