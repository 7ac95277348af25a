"""The way through a recording: the page before it, the page while it runs, the meeting it becomes."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from app.ui.commands import Commands
from app.ui.recording_page import RecordingPage
from app.ui.recovery_bar import RecoveryBar
from app.ui.setup_page import SetupPage
from app.ui.sidebar import Sidebar
from app.viewmodels.library import LibraryViewModel
from app.viewmodels.meeting import MeetingViewModel
from app.viewmodels.problems import Problem
from app.viewmodels.recording import RecordingViewModel
from app.viewmodels.recording_setup import SetupViewModel
from app.viewmodels.recovery import RecoveryViewModel


class RecordingFlow(QObject):
    """Signals:
    page_wanted: (page)
    meeting_wanted: (id)
    left: the user does not want to record after all.
    line_changed: what runs is different, or nothing does any more.
    discard_wanted: the user has to be asked first. (meeting id, title)
    said, problem: for the user. (text), (Problem)
    """

    page_wanted = Signal(QWidget)
    meeting_wanted = Signal(str)
    left = Signal()
    line_changed = Signal()
    discard_wanted = Signal(str, str)
    said = Signal(str)
    problem = Signal(object)

    def __init__(
        self,
        setup_page: SetupPage,
        page: RecordingPage,
        bar: RecoveryBar,
        setup: SetupViewModel,
        recording: RecordingViewModel,
        recovery: RecoveryViewModel,
        library: LibraryViewModel,
        meeting: MeetingViewModel,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._setup_page = setup_page
        self._page = page
        self._setup = setup
        self._recording = recording
        self._recovery = recovery
        self._library = library
        self._meeting = meeting
        self._sidebar: Sidebar | None = None
        self._commands: Commands | None = None
        setup_page.start_wanted.connect(self._start)
        setup_page.left.connect(self.left)
        page.rename_wanted.connect(library.rename)
        library.renamed.connect(recording.on_renamed)
        recording.began.connect(self._on_began)
        recording.ended.connect(self._on_ended)
        recording.refused.connect(self._on_refused)
        recording.ended_early.connect(meeting.banners.ended_early)
        recording.ended_early.connect(self._on_ended_early)
        recording.state_changed.connect(self._on_state)
        recording.ticked.connect(self._on_ticked)
        bar.discard_wanted.connect(self.discard_wanted)
        meeting.recover_wanted.connect(recovery.write_down)
        recovery.changed.connect(self._on_offer)
        recovery.kept.connect(self._on_recovered)
        recovery.gone.connect(self._on_discarded)
        recovery.problem.connect(self.problem)

    def attach(self, sidebar: Sidebar, commands: Commands) -> None:
        """Where a recording is begun and controlled from, beside its pages."""
        self._sidebar, self._commands = sidebar, commands
        sidebar.record_wanted.connect(self.new_recording)
        sidebar.recording_wanted.connect(self.show_recording)
        commands.record.triggered.connect(self.new_recording)
        commands.go_to_recording.triggered.connect(self.show_recording)
        commands.bookmark.triggered.connect(self._bookmark)
        commands.note.triggered.connect(self._write_note)
        commands.catch_up.triggered.connect(self._catch_up)
        self._page.live_changed.connect(self._on_live)
        commands.pause.triggered.connect(self._recording.pause_or_resume)
        commands.stop.triggered.connect(self._page.stop)
        self._on_state()

    # What the window shows of it

    def has(self, page: QWidget | None) -> bool:
        return page is self._setup_page or page is self._page

    @property
    def title(self) -> str:
        return self._recording.title if self._setup_page.isHidden() else self.tr("New recording")

    @property
    def line(self) -> str:
        """ "Recording 12:03", "" when nothing is recorded."""
        r = self._recording
        return f"{r.state_text} {r.clock}" if r.meeting_id else ""

    # Before

    @Slot()
    def new_recording(self) -> None:
        if self._recording.running:
            self.show_recording()
        elif self._setup_page.isHidden():
            self.page_wanted.emit(self._setup_page)
            self._setup_page.begin()

    @Slot(str)
    def _start(self, title: str) -> None:
        self._recording.start(title, self._setup.choices)

    @Slot(object)
    def _on_refused(self, problem: Problem) -> None:
        self._setup_page.show_problem(problem)
        if self._setup_page.isHidden():
            self.problem.emit(problem)

    # While it runs

    @Slot(str)
    def _on_began(self, meeting_id: str) -> None:
        self._library.hide(meeting_id)
        if not self._setup_page.isHidden():
            self.page_wanted.emit(self._page)
            self._page.write_note()

    @Slot()
    def show_recording(self) -> None:
        if self._recording.meeting_id:
            self.page_wanted.emit(self._page)

    @Slot()
    def _write_note(self) -> None:
        self.show_recording()
        self._page.write_note()

    @Slot()
    def _bookmark(self) -> None:
        """From elsewhere it is said, because it is not seen."""
        self._recording.bookmark()
        if not self._page.isVisible():
            self.said.emit(self.tr("Bookmark at {time}").format(time=self._recording.clock))

    @Slot()
    def _catch_up(self) -> None:
        self.show_recording()
        self._page.ask_to_catch_up()

    @Slot()
    def _on_live(self) -> None:
        if self._commands is not None:
            self._commands.catch_up.setEnabled(self._page.can_catch_up)

    @Slot()
    def _on_state(self) -> None:
        r = self._recording
        if self._commands is not None:
            active = r.state in ("recording", "paused")
            self._commands.enable_recording(running=bool(r.meeting_id), active=active, paused=r.state == "paused")
        self._on_live()
        self._on_ticked()

    @Slot()
    def _on_ticked(self) -> None:
        r = self._recording
        if self._sidebar is not None:
            line = f"{r.state_text} · {r.clock}" if r.meeting_id else ""
            self._sidebar.show_recording(r.title, line, on=r.state == "recording")
        self.line_changed.emit()

    # Afterwards

    @Slot(str)
    def _on_ended(self, meeting_id: str) -> None:
        """It is in the list like any other now; who was at the recording goes on to its page."""
        self._library.hide("")
        if not self._page.isHidden() or not self._meeting.id:
            self.meeting_wanted.emit(meeting_id)

    @Slot(str, object)
    def _on_ended_early(self, _meeting_id: str, problem: Problem) -> None:
        self.problem.emit(problem)

    # What was interrupted

    def discard(self, meeting_id: str) -> None:
        self._recovery.discard(meeting_id)

    @Slot()
    def _on_offer(self) -> None:
        offer = self._recovery.offer
        if offer is not None:
            self._meeting.banners.offered(offer.meeting_id)
            listed = self._library.summary(offer.meeting_id)
            if listed is None or listed.state == "recording":  # it was read before it was known to be interrupted
                self._library.refresh()

    @Slot(str, str)
    def _on_recovered(self, meeting_id: str, lost: str) -> None:
        if lost:
            self.problem.emit(Problem(lost))
        self._library.refresh()
        self._meeting.reload(meeting_id)
        if self._setup_page.isHidden() and self._page.isHidden():
            self.meeting_wanted.emit(meeting_id)

    @Slot(str)
    def _on_discarded(self, meeting_id: str) -> None:
        self._meeting.on_removed(meeting_id)
        self._library.refresh()
        self.said.emit(self.tr("The recording was discarded"))
