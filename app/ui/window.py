"""The window: three columns, menus, drag and drop, and what happens when it is closed."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import shiboken6
from PySide6.QtCore import QEvent, QPoint, Qt, QUrl, Signal, Slot
from PySide6.QtGui import (
    QAction,
    QCloseEvent,
    QDesktopServices,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QGuiApplication,
    QKeyEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from app.services.settings import Settings
from app.ui import dialogs, entries
from app.ui.closing import Closing
from app.ui.columns import Columns
from app.ui.commands import Commands
from app.ui.drag_out import DragOut
from app.ui.filing import Filing
from app.ui.meeting_list import meeting_ids
from app.ui.page import MeetingPage
from app.ui.palette import Palette
from app.ui.panes import Panes
from app.ui.places import Places
from app.ui.recording_flow import RecordingFlow
from app.ui.recording_page import RecordingPage
from app.ui.recovery_bar import RecoveryBar
from app.ui.route import Pages, Route
from app.ui.setup_page import SetupPage
from app.ui.sidebar import Sidebar
from app.ui.states import DamagedMeeting, DropOverlay, EmptyState, LibraryProblem, NothingChosen, Toast, TrashBar
from app.ui.strip import RecordingStrip
from app.ui.tray import Tray, app_icon
from app.ui.window_state import WindowState
from app.viewmodels.jobs import JobQueue
from app.viewmodels.library import LibraryViewModel
from app.viewmodels.meeting import MeetingViewModel
from app.viewmodels.organiser import Organiser
from app.viewmodels.recording import RecordingViewModel
from app.viewmodels.recording_setup import SetupViewModel
from app.viewmodels.recovery import RecoveryViewModel


class MainWindow(QMainWindow):
    """Signals:
    ready_to_close: nothing is being processed any more, after the user wanted to close.
    """

    ready_to_close = Signal()

    def __init__(
        self,
        library: LibraryViewModel,
        meeting: MeetingViewModel,
        queue: JobQueue,
        setup: SetupViewModel,
        recording: RecordingViewModel,
        recovery: RecoveryViewModel,
        state: WindowState,
        organiser: Organiser,
    ) -> None:
        super().__init__()
        self._library = library
        self._meeting = meeting
        self._state = state
        self._dialog: QWidget | None = None
        self.wants_restart = False
        self.setWindowTitle("Folkmoot")
        self.setMinimumSize(900, 600)
        self.setAcceptDrops(True)
        self.sidebar = Sidebar(library)
        self.page = MeetingPage(meeting)
        self.panel = self.page.panel
        self.setup = SetupPage(setup)
        self.recording = RecordingPage(recording)
        self.recovery = RecoveryBar(recovery)
        self.trash_bar = TrashBar()
        self.empty = EmptyState()
        self.nothing = NothingChosen()
        self.trouble = LibraryProblem()
        self.damaged = DamagedMeeting()
        self.centre = QStackedWidget()
        self.centre.setObjectName("page")
        blank = QWidget()
        own = (self.page, self.setup, self.recording, self.empty, self.nothing, self.trouble, self.damaged)
        for w in (blank, *own):
            self.centre.addWidget(w)
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.recovery)
        column.addWidget(self.trash_bar)
        column.addWidget(self.centre, 1)
        self.columns = Columns(self.sidebar, middle, state.columns[0])
        self.page.set_look(state.look, panel_width=state.columns[1])
        self.setCentralWidget(self.columns)
        self.toast = Toast(self.centre)
        self.overlay = DropOverlay(self)
        self.commands = Commands(self)
        self.page.set_menu(self.commands.more_menu)
        self.palette_box = Palette(self)
        self.places = Places(self, self.centre, self.commands, self.sidebar)
        self._panes = Panes(self, self.sidebar, self.centre, self.page)
        self.strip = RecordingStrip(recording, self.commands, self)
        self.strip.put(state.strip)
        self.tray = Tray(self, self.commands, recording, queue, library)
        self.filing = Filing(
            self, organiser, library, meeting, self.sidebar, self.commands, self.palette_box, self.toast
        )
        self._drag_out = DragOut((self.page.title, self.page.subtitle), self.filing.drag_out, self)
        self._closing = Closing(self, recording, queue, self.recording.stop, lambda: library.writing)
        self.flow = RecordingFlow(
            self.setup, self.recording, self.recovery, setup, recording, recovery, library, meeting, self
        )
        self.flow.attach(self.sidebar, self.commands)
        pages = Pages(self.page, self.recording, self.empty, self.nothing, self.trouble, self.damaged, blank)
        self.route = Route(self, self.centre, pages, self.places, self.flow, self.sidebar, library, meeting, state)
        self._connect_commands()
        self._connect_parts(recovery)
        self._connect_flow()
        hints = QGuiApplication.styleHints()
        hints.colorSchemeChanged.connect(self._on_scheme)
        if hasattr(hints, "accessibility"):  # Qt 6.10
            hints.accessibility().contrastPreferenceChanged.connect(self._on_scheme)
        self.resize(*state.size)
        if state.maximised:
            self.setWindowState(Qt.WindowState.WindowMaximized)
        self.columns.place(self.width())
        self._on_turned()
        self.sidebar.meetings.setFocus()

    # Building

    def _connect_commands(self) -> None:
        c, history = self.commands, self._library.history
        c.import_.triggered.connect(self.ask_for_files)
        c.sample.triggered.connect(self._library.import_sample)
        c.quit.triggered.connect(self._quit)
        c.find.triggered.connect(self.sidebar.focus_search)
        c.find_here.triggered.connect(self._find_here)
        c.replace_here.triggered.connect(self.page.begin_replace)
        c.words_menu.addActions(self.page.transcript.actions_.for_menu())
        c.rewrite.triggered.connect(self._meeting.rewrite_minutes)
        c.panel.triggered.connect(self.page.toggle_minutes)
        c.strip.triggered.connect(self.showMinimized)
        c.next_pane.triggered.connect(self._panes.forward)
        c.previous_pane.triggered.connect(self._panes.back)
        c.full_screen.triggered.connect(self._on_full_screen)
        c.about.triggered.connect(self._about)
        c.palette.triggered.connect(self.open_palette)
        c.undo.triggered.connect(history.undo)
        c.redo.triggered.connect(history.redo)
        history.changed.connect(self._on_history)
        self._on_history()

    def _connect_parts(self, recovery: RecoveryViewModel) -> None:
        library, meeting, sidebar = self._library, self._meeting, self.sidebar
        sidebar.import_wanted.connect(self.ask_for_files)
        sidebar.menu_wanted.connect(self._menu_for)
        sidebar.selection_changed.connect(self._enable)
        self.strip.back_wanted.connect(self.come_forward)
        self.strip.stop_wanted.connect(self.recording.stop)
        self.tray.open_wanted.connect(self.come_forward)
        self.tray.meeting_wanted.connect(self.route.go_to)
        self.filing.rename_wanted.connect(self._rename)
        self.filing.dialog_opened.connect(self._on_dialog)
        self.filing.folder_wanted.connect(self._show_folder)
        self.trash_bar.restore_wanted.connect(self.commands.restore.trigger)
        self.trash_bar.delete_wanted.connect(self.commands.delete.trigger)
        self.empty.import_wanted.connect(self.ask_for_files)
        self.empty.sample_wanted.connect(library.import_sample)
        self.trouble.retry_wanted.connect(library.refresh)
        self.trouble.retry_wanted.connect(recovery.look)
        self.damaged.retry_wanted.connect(meeting.try_again)
        self.damaged.trash_wanted.connect(self.commands.trash.trigger)
        self.damaged.folder_wanted.connect(self._show_folder)
        self.page.rename_wanted.connect(library.rename)
        self.page.export_wanted.connect(self.filing.export)
        self.page.filed.shelf_wanted.connect(sidebar.show_shelf)
        library.renamed.connect(meeting.on_renamed)
        library.problem.connect(self.toast.show_problem)
        library.imported.connect(self.toast.drop_problem)
        left = (sidebar.meeting_chosen, sidebar.hit_chosen, sidebar.place_wanted, self.places.wanted, self.places.left)
        for signal in (*left, sidebar.record_wanted):  # by the user: what ends by itself still says why
            signal.connect(self.toast.drop_problem)
        meeting.banner_changed.connect(self._enable)
        self.route.turned.connect(self._on_turned)
        meeting.copied.connect(self._on_copied)
        meeting.exported.connect(self._on_exported)
        meeting.said.connect(self.toast.say)
        meeting.problem.connect(self.toast.show_problem)
        self._closing.ready.connect(self.close)

    def _connect_flow(self) -> None:
        flow = self.flow
        flow.line_changed.connect(self._name_window)
        flow.said.connect(self.toast.say)
        flow.problem.connect(self.toast.show_problem)
        flow.discard_wanted.connect(self._ask_to_discard)
        self.empty.record_wanted.connect(flow.new_recording)

    def remember(self) -> WindowState:
        """How the window stands now, for the next start."""
        normal = self.normalGeometry().size() if self.isMaximized() else self.size()
        size = (normal.width(), normal.height())
        return WindowState(
            size,
            self.isMaximized(),
            (self.columns.sidebar_width, self.page.panel_width),
            self.page.look,
            self._meeting.id,
            self.place,
            self.sidebar.remember_shelf(),
            self.sidebar.remember_closed(),
            self.strip.place,
        )

    # Places

    def add_place(self, key: str, widget: QWidget, title: str, icon: str, *, header: bool = True) -> QAction:
        """Make `widget` a page of the middle column, with an entry in the sidebar and in a menu.

        `title` stands over it with a button to leave, unless `header` is False; `icon` is one of ours. The action goes
        there and may be put into other menus. The place of last time is gone to at once.
        """
        place = self.places.add(key, widget, title, icon, header=header)
        self.route.restore_place(key)
        return place.action

    @Slot(str)
    def go_to_place(self, key: str) -> None:
        """Show a place. A recording goes on; the open meeting stays open behind it. Raises `KeyError`."""
        self.route.go_to_place(key)

    @Slot()
    def leave_place(self) -> None:
        """Back from a place to the meeting that is open, if one is on the screen."""
        self.toast.drop_problem()
        self.route.leave_place()

    @property
    def place(self) -> str:
        """Key of the place on the screen, "" for none."""
        return self.route.place

    def show_meeting(self, meeting_id: str) -> None:
        """Go to a meeting from wherever the user is."""
        self.route.go_to(meeting_id)

    @Slot(str, tuple)
    def show_said(self, meeting_id: str, segment_ids: tuple[int, ...]) -> None:
        """Go to a meeting where something is said, from wherever the user is."""
        self.route.go_to_said(meeting_id, segment_ids)

    @Slot()
    def _find_here(self) -> None:
        """In the meeting on the screen, or in all of them where there is none."""
        if self.centre.currentWidget() is self.page and self._meeting.exportable:
            self.page.begin_find()
        else:
            self.sidebar.focus_search()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.place:
            self.leave_place()
        else:
            super().keyPressEvent(event)

    # Pages

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.overlay.isVisible():
            self.overlay.cover()

    @Slot()
    def _on_turned(self) -> None:
        self._enable()
        self._name_window()
        self.toast.raise_()

    @Slot()
    def _enable(self) -> None:
        """Only what is on the screen, or selected, can be renamed, thrown away or exported."""
        m, c = self._meeting, self.commands
        at_one = (m.meeting is not None or m.damage is not None) and not self.route.away
        at_meeting = at_one and m.damage is None
        c.panel.setEnabled(at_meeting)
        several = len(self.filing.targets()) > 1
        c.rename.setEnabled((at_meeting and not several) or self.centre.currentWidget() is self.recording)
        c.replace_here.setEnabled(at_meeting and m.exportable)
        c.words_menu.setEnabled(at_meeting and m.exportable)
        c.rewrite.setEnabled(at_meeting and m.exportable and not m.processing)
        self.filing.enable(at_meeting=at_one)
        summary = self._library.summary(m.id) if at_one else None
        thrown = summary is not None and summary.trashed_at is not None
        self.trash_bar.setVisible(thrown)
        self.damaged.trash_button.setVisible(not thrown)

    @Slot()
    def _name_window(self) -> None:
        """What runs first, so that it is seen in a list of windows."""
        self.setWindowTitle(" – ".join(p for p in (self.flow.line, self.route.title, "Folkmoot") if p))

    # Meetings

    @Slot(str)
    def _on_copied(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self.toast.say(self.tr("Copied as Markdown"))

    @Slot(object)
    def _on_exported(self, path: Path) -> None:
        text = self.tr("Saved as {name} in “{folder}”").format(name=path.name, folder=path.parent.name or path.parent)
        self.toast.offer(text, self.tr("Show in folder"), partial(self._show_folder, path.parent))

    @Slot(object)
    def _show_folder(self, folder: Path) -> None:
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))):
            self.toast.say(str(folder))  # nothing here shows folders: then at least where it is

    @Slot(QPoint)
    def _menu_for(self, at: QPoint) -> None:
        self.commands.more_menu.popup(at)

    # Dialogs

    @Slot()
    def ask_for_files(self) -> None:
        self._dialog = dialogs.choose_recordings(self, self._library.import_files)

    @Slot()
    def _rename(self) -> None:
        (self.recording if self.centre.currentWidget() is self.recording else self.page).title.begin()

    @Slot(str, str)
    def _ask_to_discard(self, meeting_id: str, title: str) -> None:
        self._dialog = dialogs.confirm_discard(self, title, meeting_id, self.flow.discard)

    @Slot(object)
    def _on_dialog(self, dialog: QWidget) -> None:
        self._dialog = dialog

    @Slot()
    def _on_history(self) -> None:
        history = self._library.history
        self.commands.show_history(history.undo_label, history.redo_label)

    @Slot()
    def open_palette(self) -> None:
        """Everything that can be done now, every place, every meeting."""
        self.palette_box.open(
            self.tr("What would you like to do, or which meeting?"),
            entries.everything(self.commands, self.places, self._library),
            self._on_palette,
        )

    def _on_palette(self, key: object) -> None:
        if isinstance(key, QAction):
            key.trigger()
        elif isinstance(key, str):
            self.route.go_to(key)

    @Slot(bool)
    def _on_full_screen(self, on: bool) -> None:
        self.showFullScreen() if on else self.showNormal()

    @Slot()
    def _about(self) -> None:
        self._dialog = dialogs.about(self, self._library.models)

    @property
    def dialog(self) -> QWidget | None:
        """The dialog that was opened last, if it is still there."""
        for dialog in (self._closing.dialog, self._dialog):
            if dialog is not None and shiboken6.isValid(dialog) and dialog.isVisible():
                return dialog
        return None

    # Drag and drop

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if meeting_ids(event.mimeData()):
            return  # our own, on their way to a folder or out of the window
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self.overlay.cover()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.overlay.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        self.overlay.hide()
        files = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if files:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self._library.import_files(files)

    # The system

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "sidebar"):
            self.sidebar.search.tint()
        elif event.type() == QEvent.Type.WindowStateChange and hasattr(self, "strip"):
            self.strip.want(self.isMinimized())

    @Slot()
    def _on_scheme(self) -> None:
        dialogs.reapply_theme()

    @Slot()
    def come_forward(self) -> None:
        """From the strip, the tray or a notification back to the window, as large as it was."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def follow(self, settings: Settings) -> None:
        """What of the settings concerns the window as a whole."""
        if self.windowIcon().isNull():
            self.setWindowIcon(app_icon())
        self.tray.follow(shown=settings.tray, notifications=settings.notifications)

    # Closing

    @Slot()
    def _quit(self) -> None:
        self.wants_restart = False  # a question about it may have been answered with no
        self.close()

    @Slot()
    def restart(self) -> None:
        """Close as always, asking what has to be asked; whoever runs the window starts the program again then."""
        self.wants_restart = True
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        if event.spontaneous():  # by the system's button
            self.wants_restart = False
        self._meeting.hand_over()
        if self._closing.may_close():
            event.accept()
            self.strip.want(False)
            self.ready_to_close.emit()
        else:
            event.ignore()
            if self.isMinimized():
                self.come_forward()  # where the question is
