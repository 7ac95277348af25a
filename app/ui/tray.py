"""What Folkmoot shows outside its window: an icon in the system's tray, and notifications."""

from __future__ import annotations

from PySide6.QtCore import QObject, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QAction, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QMenu, QSystemTrayIcon, QWidget

from app.ui import icons, theme
from app.ui.commands import Commands
from app.viewmodels.jobs import JobQueue
from app.viewmodels.library import LibraryViewModel
from app.viewmodels.problems import Problem
from app.viewmodels.recording import RecordingViewModel

SIZES = (16, 22, 24, 32, 48, 64)
MESSAGE_MS = 8000


def app_icon(*, recording: bool = False) -> QIcon:
    """Our sign on a ground of its own, for no tray tells its colour; with a red dot while sound is recorded."""
    made = QIcon()
    for size in SIZES:
        pixmap = QPixmap(size, size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.LIGHT_ACCENT)
        painter.drawRoundedRect(QRectF(0, 0, size, size), size * 0.22, size * 0.22)
        inner = round(size * 0.72)
        at = (size - inner) // 2
        painter.drawPixmap(at, at, icons.pixmap("audio-lines", theme.ON_LIGHT_ACCENT, inner))
        if recording:
            radius = size * 0.24
            painter.setBrush(theme.ON_LIGHT_ACCENT)
            painter.drawEllipse(QRectF(size - 2 * radius, size - 2 * radius, 2 * radius, 2 * radius))
            painter.setBrush(theme.LIGHT_DANGER)
            rim = max(1.0, size / 24)
            painter.drawEllipse(
                QRectF(size - 2 * radius + rim, size - 2 * radius + rim, 2 * (radius - rim), 2 * (radius - rim))
            )
        painter.end()
        made.addPixmap(pixmap)
    return made


class Tray(QObject):
    """Tells of what has ended while nobody looks at the window; there is no icon where the system has no tray.

    Signals:
        open_wanted: the window is to be shown.
        meeting_wanted: a notification about a meeting was clicked. (id)
        told: a notification went out. (title, text)
    """

    open_wanted = Signal()
    meeting_wanted = Signal(str)
    told = Signal(str, str)

    def __init__(
        self,
        window: QWidget,
        commands: Commands,
        recording: RecordingViewModel,
        queue: JobQueue,
        library: LibraryViewModel,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._commands = commands
        self._recording = recording
        self._library = library
        self._about = ""  # id of the meeting the last notification was about
        self._wanted = self._notify = True
        self._on = False
        self.icon: QSystemTrayIcon | None = None
        self.open = QAction(self.tr("Open Folkmoot"), self)
        self.open.triggered.connect(self.open_wanted)
        recording.state_changed.connect(self._on_state)
        recording.ticked.connect(self._on_ticked)
        recording.ended_early.connect(self._on_ended_early)
        queue.succeeded.connect(self._on_succeeded)
        queue.changed.connect(self._on_job)
        self._queue = queue
        self._failed: set[str] = set()

    def follow(self, *, shown: bool, notifications: bool) -> None:
        """What the user wants of it."""
        self._wanted, self._notify = shown, notifications
        if not shown and self.icon is not None:
            self.icon.hide()
            self.icon.contextMenu().deleteLater()
            self.icon.deleteLater()
            self.icon = None
        elif shown:
            self.appear()

    def appear(self) -> None:
        """Make the icon, if the system has a place for it."""
        if self.icon is not None or not self._wanted or not QSystemTrayIcon.isSystemTrayAvailable():
            return
        c = self._commands
        menu = QMenu(self._window)
        menu.addActions([self.open, c.record, c.go_to_recording])
        menu.addSeparator()
        menu.addActions([c.bookmark, c.pause, c.stop])
        menu.addSeparator()
        menu.addAction(c.quit)
        self.icon = QSystemTrayIcon(app_icon(), self)
        self.icon.setContextMenu(menu)
        self.icon.activated.connect(self._on_activated)
        self.icon.messageClicked.connect(self._on_clicked)
        self._on_state()
        self.icon.show()

    def tell(self, title: str, text: str, meeting_id: str = "") -> None:
        """Say something, unless the user is looking at the window anyway."""
        if not self._notify or self._window.isActiveWindow():
            return
        self._about = meeting_id
        self.told.emit(title, text)
        if self.icon is not None and QSystemTrayIcon.supportsMessages():
            self.icon.showMessage(title, text, app_icon(), MESSAGE_MS)

    @property
    def tip(self) -> str:
        r = self._recording
        return f"Folkmoot – {r.state_text} {r.clock}" if r.running else "Folkmoot"

    @Slot()
    def _on_state(self) -> None:
        on = self._recording.state == "recording"
        if self.icon is not None and (on != self._on or self.icon.icon().isNull()):
            self.icon.setIcon(app_icon(recording=on))
        self._on = on
        self._on_ticked()

    @Slot()
    def _on_ticked(self) -> None:
        if self.icon is not None and self.icon.toolTip() != self.tip:
            self.icon.setToolTip(self.tip)

    @Slot(str, object)
    def _on_ended_early(self, meeting_id: str, problem: Problem) -> None:
        self.tell(self.tr("The recording has ended"), f"{problem.what} {problem.to_do}".strip(), meeting_id)

    @Slot(str)
    def _on_succeeded(self, meeting_id: str) -> None:
        self.tell(self.tr("The notes are ready"), self._library.title_of(meeting_id), meeting_id)

    @Slot(str)
    def _on_job(self, meeting_id: str) -> None:
        """A failure is told once."""
        job = self._queue.job(meeting_id)
        failed = job is not None and job.state == "failed"
        if failed and meeting_id not in self._failed:
            title = self._library.title_of(meeting_id)
            self.tell(self.tr("A meeting could not be finished"), title, meeting_id)
        (self._failed.add if failed else self._failed.discard)(meeting_id)

    @Slot(QSystemTrayIcon.ActivationReason)
    def _on_activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason in (QSystemTrayIcon.ActivationReason.Trigger, QSystemTrayIcon.ActivationReason.DoubleClick):
            self.open_wanted.emit()

    @Slot()
    def _on_clicked(self) -> None:
        self.open_wanted.emit()
        if self._about:
            self.meeting_wanted.emit(self._about)
