"""Puts the window together and runs it."""

from __future__ import annotations

import gc
import linecache
import logging
import os
import sys
from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QEvent, QObject, QProcess, QSettings, QSize, QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication, QWidget

from app.domain.errors import StorageError
from app.services.settings import Settings
from app.ui import theme, translation, window_state
from app.ui.listening import Listening
from app.ui.office import Office
from app.ui.window import MainWindow
from app.ui.window_state import WindowState
from app.viewmodels.history import History
from app.viewmodels.jobs import JobQueue
from app.viewmodels.library import LibraryViewModel
from app.viewmodels.live import LiveViewModel
from app.viewmodels.meeting import MeetingViewModel
from app.viewmodels.organiser import Organiser
from app.viewmodels.recording import RecordingViewModel
from app.viewmodels.recording_setup import SetupViewModel
from app.viewmodels.recovery import RecoveryViewModel
from app.workers import garbage
from app.workers.engine import EngineThread
from app.workers.recording import RecordingController
from app.workers.services import Services
from app.workers.storage_lane import StorageLane
from app.workers.voices import VoiceMemory

log = logging.getLogger(__name__)

FRAME = QSize(8, 40)  # what the system draws round a window, about; it is known only when the window is there
LONGEST_UNSEEN_MS = 500
PACK_AFTER_MS = 4000  # what nobody waits for begins when the window has settled


class Desk(QObject):
    """The threads, the view-models and the window, with the order in which they come and go."""

    def __init__(
        self,
        services: Services,
        state: WindowState | None = None,
        settings: Settings | None = None,
        *,
        furnished: bool = True,
    ) -> None:
        """`settings`: as they are stored, if they were read already; else that happens in `begin`.

        `furnished`: with the places beside the meetings; if not, `furnish` makes them once the window is seen.
        """
        super().__init__()
        self._services = services
        self._stopped = False
        self.lane = StorageLane(services.open_store)
        self.engine = EngineThread(services, self.lane)
        self.queue = JobQueue(self.engine, self)
        self.history = History(self.lane, self)
        self.library = LibraryViewModel(services, self.lane, self.queue, self, history=self.history)
        self.meeting = MeetingViewModel(services, self.lane, self.queue, self, history=self.history)
        self.voices = None if services.speakers is None else VoiceMemory(services.speakers, self.lane, self)
        if self.voices is not None:
            self.meeting.speakers.use_voices(self.voices)
        self.recorder = RecordingController(services, self.lane, self)
        self.setup = SetupViewModel(self.recorder, self)
        self.recording = RecordingViewModel(self.recorder, self.queue, self)
        self.live = LiveViewModel(services.live, self.recorder, self.recording, self.queue, self)
        self.recovery = RecoveryViewModel(services, self.lane, self.queue, self)
        self.organiser = Organiser(services, self.lane, self.queue, self.library, self)
        self.office = Office(services, self.lane, self.queue, self.library, self.recorder, self.setup, settings, self)
        self.window = MainWindow(
            self.library,
            self.meeting,
            self.queue,
            self.setup,
            self.recording,
            self.recovery,
            state or WindowState(),
            self.organiser,
        )
        folded = state.player_folded if state is not None else False
        self.listening = Listening(
            services.player, self.lane, self.meeting, self.recording, self.window, self, folded=folded
        )
        self.window.recording.attach_live(self.live)
        self.office.settings.changed.connect(self._on_settings)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(PACK_AFTER_MS)
        self._later.timeout.connect(self._pack)
        if furnished:
            self.furnish()

    def furnish(self) -> None:
        """Make the places beside the meetings. They are a third of all there is, and nobody's first look."""
        from app.ui.actions_page import ActionsPage
        from app.viewmodels.actions import ActionsViewModel

        self.actions = ActionsViewModel(self.lane, self.queue, self.history, self)
        self.actions_page = ActionsPage(self.actions)
        self.window.add_place("actions", self.actions_page, self.tr("Action items"), "list-todo")
        self.actions_page.opened.connect(self.window.show_said)
        self.actions.problem.connect(self.window.toast.show_problem)
        self.actions_page.copied.connect(self._on_copied)
        self.office.furnish(self.window)

    @Slot()
    def begin(self) -> None:
        self.library.refresh()
        self.library.find_models()
        self.recovery.look()
        self.office.begin()
        self._on_settings()
        self._later.start()

    @Slot()
    def _on_settings(self) -> None:
        self.window.follow(self.office.settings.now)

    @Slot()
    def _on_copied(self) -> None:
        self.window.toast.say(self.tr("The list is on the clipboard."))

    @Slot()
    def _pack(self) -> None:
        linecache.clearcache()  # PySide reads the source of all that is imported, and leaves 13 MB of it there
        if self.recording.running:
            self._later.start()  # it gets all there is
        else:
            self.recovery.pack()

    def stop(self) -> bool:
        """End the threads; those that write through the lane before it. False if one of them does not let go."""
        if self._stopped:
            return True
        self._stopped = True
        self._later.stop()
        self.recording.process_afterwards = False
        if self.voices is not None:
            self.voices.stop()
        ended = self.office.stop()
        ended = self.recorder.shut_down() and ended
        ended = self.live.stop() and ended
        ended = self.listening.stop() and ended
        ended = self.engine.stop(self._services.close) and ended
        if ended:
            self.lane.stop()
            self.organiser.close()
        self._services.close()
        return ended


class _FirstPaint(QObject):
    """Signals:
    seen: the window has been painted, or is not going to be (it starts minimised).
    """

    seen = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.seen)
        self._timer.start(LONGEST_UNSEEN_MS)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            self._timer.start(0)
        return False


def make_application(argv: Sequence[str]) -> QApplication:
    """The QApplication with our name, font and colours. There is one per process."""
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        app = QApplication(list(argv))
    if app.applicationName() != "Folkmoot":  # once: a new style goes through all widgets there are
        app.setApplicationName("Folkmoot")
        app.setOrganizationName("Folkmoot")
        app.setDesktopFileName("folkmoot")
        app.setStyle("Fusion")
        app.setFont(theme.font())
    theme.apply(app)
    return app


def fit_to_screen(window: QWidget, room: QSize) -> None:
    """A size remembered from a larger screen, or the first one, must not reach beyond this one, nor may what the window
    wants at least: on a small screen, or a large scale, its lower edge would be out of reach."""
    inside = room - FRAME
    window.setMinimumSize(window.minimumSize().boundedTo(inside))
    window.resize(window.size().boundedTo(inside))


def own_command() -> list[str]:
    """How this program was started, to start it once more."""
    if getattr(sys, "frozen", False):  # in a bundle; what was unpacked for one run is gone after it
        return [os.environ.get("APPIMAGE") or sys.executable, *sys.argv[1:]]
    return [sys.executable, *sys.orig_argv[1:]]


def start_again() -> None:
    """The same program with the same arguments, on its own."""
    program, *arguments = own_command()
    started, _ = QProcess.startDetached(program, arguments)
    if not started:
        log.error("the program could not be started again")


def run_window(services: Services, argv: Sequence[str]) -> int:
    """Show the window until it is closed; the exit code of the program."""
    app = make_application(argv)
    garbage.Collector(app)
    notices: Sequence[str] = ()
    try:
        stored, notices = services.settings()
        theme.prefer(stored.appearance)
        theme.apply(app)
    except StorageError:  # the window says so when it reads them again
        stored = None
    translation.install(app, stored.interface_language if stored is not None else "")
    settings = QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "Folkmoot", "window")
    desk = Desk(services, window_state.load(settings), stored, furnished=False)
    desk.office.tell(notices)
    fit_to_screen(desk.window, desk.window.screen().availableSize())
    desk.window.show()
    first = _FirstPaint(desk.window)

    def begin() -> None:
        desk.furnish()
        gc.freeze()  # what is there now stays; looking through it again and again would hold up the window
        desk.begin()

    first.seen.connect(begin)
    code = app.exec()
    window_state.save(settings, replace(desk.window.remember(), player_folded=desk.listening.bar.is_folded))
    again = desk.window.wants_restart
    if not desk.stop():
        log.error("a thread did not end")
        if again:
            start_again()
        os._exit(code or 1)  # everything finished is stored; waiting longer helps nobody
    # The window goes before the models it shows, so that no view is left without one.
    desk.window.deleteLater()
    desk.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    if again:
        start_again()
    return code
