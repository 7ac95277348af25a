"""Hearing the open meeting: the player and the pictures, connected with the page."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QMessageBox

from app.ui import dialogs
from app.ui.picture_view import PictureView
from app.ui.player_bar import PlayerBar
from app.ui.player_keys import PlaybackMenu, PlayerKeys
from app.ui.window import MainWindow
from app.viewmodels.meeting import MeetingViewModel
from app.viewmodels.picture import PictureViewModel
from app.viewmodels.player import PlayerViewModel
from app.viewmodels.recording import RecordingViewModel
from app.workers.player_services import PlayerServices
from app.workers.storage_lane import StorageLane


class Listening(QObject):
    """Owns the player of the window. `folded`: how the user left its waveform."""

    def __init__(
        self,
        services: PlayerServices,
        lane: StorageLane,
        meeting: MeetingViewModel,
        recording: RecordingViewModel,
        window: MainWindow,
        parent: QObject | None = None,
        *,
        folded: bool = False,
    ) -> None:
        super().__init__(parent)
        self.dialog: QMessageBox | None = None
        self._meeting = meeting
        self._window = window
        self.player = PlayerViewModel(services, lane, self)
        self.picture = PictureViewModel(services, lane, self)
        self.bar = PlayerBar(self.player, self.picture, folded=folded)
        page = window.page
        page.add_footer(self.bar)
        window.toast.keep_clear_of(self.bar)
        self.pictures = PictureView(self.picture)
        page.add_view("pictures", self.tr("Pictures"), self.pictures)
        self.keys = PlayerKeys(self.bar, window, window.sidebar.meetings)
        meeting.opened.connect(self._on_meeting)
        meeting.changed.connect(self._on_meeting)
        meeting.closed.connect(self._on_meeting)
        self._recording = recording
        self._hears = False
        self._agreed = False  # to play what is recorded; once for each recording
        recording.began.connect(self._on_began)
        recording.state_changed.connect(self._on_recording)
        recording.levels_changed.connect(self._on_recording)
        window.route.turned.connect(self._on_turned)
        self.player.would_be_recorded.connect(self._ask)
        page.seek_wanted.connect(self.player.seek)
        page.play_wanted.connect(self.player.play_span)
        self.pictures.seek_wanted.connect(self.player.seek)
        self.pictures.said.connect(window.toast.say)
        self.picture.said.connect(window.toast.say)
        self.picture.problem.connect(window.toast.show_problem)
        self.menu = PlaybackMenu(self.player, window.commands.playback_menu)
        self.menu.pictures.triggered.connect(self._show_pictures)
        self.player.problem.connect(window.toast.show_problem)
        self.player.position_changed.connect(self.pictures.set_position)
        self.player.position_changed.connect(self._on_position)
        self.player.position_changed.connect(page.set_moment)
        self.player.state_changed.connect(self._on_state)
        self._on_meeting()

    def stop(self) -> bool:
        """End the threads; False if one does not let go."""
        ended = self.picture.stop()
        return self.player.shut_down() and ended

    @Slot()
    def _on_meeting(self) -> None:
        self.player.load(self._meeting.meeting)
        self.picture.load(self._meeting.meeting)

    @Slot(float)
    def _on_position(self, seconds: float) -> None:
        """Nothing is tinted in a meeting that nobody has played yet."""
        if seconds > 0 or self.player.playing:
            self._window.page.transcript.follow(seconds)

    @Slot()
    def _show_pictures(self) -> None:
        self._window.page.show_view("pictures")

    @Slot()
    def _on_began(self) -> None:
        """What plays would be recorded, or disturb."""
        self._agreed = False
        self.player.pause()

    @Slot()
    def _on_recording(self) -> None:
        hears = self._recording.hears_computer and not self._agreed
        if hears != self._hears:
            self._hears = hears
            self.player.set_recorded(hears)

    @Slot()
    def _on_turned(self) -> None:
        """While something is recorded nothing plays that is not seen."""
        if self._recording.running and self._window.centre.currentWidget() is not self._window.page:
            self.player.pause()

    @Slot()
    def _ask(self) -> None:
        """A microphone alone needs no question: who plays something with it can hear that it does."""
        self.dialog = dialogs.ask(
            self._window,
            "confirmPlay",
            self.tr("Play this into the recording?"),
            self.tr(
                "The sound of this computer is being recorded. What you play now is recorded, too, and its words will "
                "stand in the new transcript."
            ),
            self.tr("Play anyway"),
            self.tr("Do not play"),
            self._play_anyway,
        )

    @Slot()
    def _play_anyway(self) -> None:
        self._agreed = self._recording.hears_computer
        self.player.play_anyway()
        self._on_recording()

    @Slot()
    def _on_state(self) -> None:
        self.bar.setVisible(self.player.available)
