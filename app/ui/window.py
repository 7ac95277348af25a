"""The window: three columns, menus, drag and drop, and what happens when it is closed."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QPoint, Qt, Signal, Slot
from PySide6.QtGui import (
    QAction,
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QGuiApplication,
    QKeySequence,
    QResizeEvent,
)
from PySide6.QtWidgets import QMainWindow, QMenu, QMessageBox, QSplitter, QStackedWidget, QWidget

from app.ui import dialogs, theme
from app.ui.minutes_panel import MinutesPanel
from app.ui.page import MeetingPage
from app.ui.sidebar import Sidebar
from app.ui.states import DropOverlay, EmptyState, LibraryProblem, NothingChosen, Toast
from app.ui.window_state import WindowState
from app.viewmodels.jobs import JobQueue, Problem
from app.viewmodels.library import LibraryViewModel
from app.viewmodels.meeting import MeetingViewModel

PANEL_FROM = 1100  # below this width the minutes fold into a tab
PANEL_MIN, PANEL_MAX = 320, 400
PAGE_COMFORT = 560  # the minutes give way before the words get narrower than this
SIDEBAR_MIN, SIDEBAR_MAX = 240, 300


class MainWindow(QMainWindow):
    """Signals:
        ready_to_close: nothing is being processed any more, after the user wanted to close.
    """

    ready_to_close = Signal()

    def __init__(self, library: LibraryViewModel, meeting: MeetingViewModel, queue: JobQueue,
                 state: WindowState) -> None:
        super().__init__()
        self._library = library
        self._meeting = meeting
        self._queue = queue
        self._state = state
        self._closing = False
        self._first_list = True
        self._dialog: QWidget | None = None
        self.setWindowTitle("Folkmoot")
        self.setMinimumSize(900, 600)
        self.setAcceptDrops(True)
        self.sidebar = Sidebar(library)
        self.page = MeetingPage(meeting)
        self.panel = MinutesPanel()
        self.empty = EmptyState()
        self.nothing = NothingChosen()
        self.trouble = LibraryProblem()
        self.centre = QStackedWidget()
        self.centre.setObjectName("page")
        self.blank = QWidget()
        for w in (self.blank, self.page, self.empty, self.nothing, self.trouble):
            self.centre.addWidget(w)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        for column in (self.sidebar, self.centre, self.panel):
            self.splitter.addWidget(column)
        self.splitter.setStretchFactor(0, 0)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setStretchFactor(2, 0)
        self.sidebar.setMinimumWidth(SIDEBAR_MIN)
        self.sidebar.setMaximumWidth(SIDEBAR_MAX)
        self.setCentralWidget(self.splitter)
        self.toast = Toast(self.centre)
        self.overlay = DropOverlay(self)
        self._narrow = False
        self._panel_wanted = state.panel_shown
        self.panel.hide()
        self._make_actions()
        self._connect()
        self._restore()
        self.sidebar.meetings.setFocus()

    # Building

    def _action(self, text: str, keys: QKeySequence.StandardKey | str | None = None) -> QAction:
        action = QAction(text, self)
        if keys is not None:
            action.setShortcut(QKeySequence(keys))
        return action

    def _make_actions(self) -> None:
        tr = self.tr
        standard = QKeySequence.StandardKey
        self.import_action = self._action(tr("Import a recording…"), standard.Open)
        self.sample_action = self._action(tr("Try the sample meeting"))
        self.export_action = self._action(tr("Export as Markdown…"), "Ctrl+E")
        self.copy_action = self._action(tr("Copy as Markdown"), "Ctrl+Shift+C")
        self.quit_action = self._action(tr("Quit"), standard.Quit)
        self.quit_action.setMenuRole(QAction.MenuRole.QuitRole)
        self.find_action = self._action(tr("Search all meetings"), standard.Find)
        self.rename_action = self._action(tr("Rename"), "F2")
        self.delete_action = self._action(tr("Delete…"), "Ctrl+Backspace")
        self.rewrite_action = self._action(tr("Write the minutes again"))
        self.panel_action = self._action(tr("Show or hide the minutes"), "Ctrl+Shift+M")
        self.about_action = self._action(tr("About Folkmoot"))
        self.about_action.setMenuRole(QAction.MenuRole.AboutRole)
        bar = self.menuBar()
        bar.setFont(theme.font())
        file = bar.addMenu(tr("&File"))
        file.addActions([self.import_action, self.sample_action])
        file.addSeparator()
        file.addActions([self.export_action])
        file.addSeparator()
        file.addAction(self.quit_action)
        edit = bar.addMenu(tr("&Edit"))
        edit.addActions([self.copy_action, self.find_action])
        edit.addSeparator()
        edit.addActions([self.rename_action, self.delete_action])
        view = bar.addMenu(tr("&View"))
        view.addAction(self.panel_action)
        bar.addMenu(tr("&Help")).addAction(self.about_action)
        self.more_menu = QMenu(self)
        self.more_menu.addActions([self.rename_action, self.rewrite_action])
        self.more_menu.addSeparator()
        self.more_menu.addAction(self.delete_action)
        self.page.set_menu(self.more_menu)
        self.import_action.triggered.connect(self.ask_for_files)
        self.sample_action.triggered.connect(self._library.import_sample)
        self.export_action.triggered.connect(self.ask_where_to_export)
        self.copy_action.triggered.connect(self._meeting.copy_markdown)
        self.quit_action.triggered.connect(self.close)
        self.find_action.triggered.connect(self.sidebar.focus_search)
        self.rename_action.triggered.connect(self.page.start_renaming)
        self.delete_action.triggered.connect(self._delete_open)
        self.rewrite_action.triggered.connect(self._meeting.rewrite_minutes)
        self.panel_action.triggered.connect(self.toggle_panel)
        self.about_action.triggered.connect(self._about)

    def _connect(self) -> None:
        library, meeting, sidebar = self._library, self._meeting, self.sidebar
        sidebar.meeting_chosen.connect(self._open)
        sidebar.hit_chosen.connect(self._open_at)
        sidebar.import_wanted.connect(self.ask_for_files)
        sidebar.menu_wanted.connect(self._menu_for)
        self.empty.import_wanted.connect(self.ask_for_files)
        self.empty.sample_wanted.connect(library.import_sample)
        self.trouble.retry_wanted.connect(library.refresh)
        self.page.rename_wanted.connect(library.rename)
        self.page.export_wanted.connect(self.ask_where_to_export)
        self.page.panel_wanted.connect(self.toggle_panel)
        self.panel.evidence_wanted.connect(self._show_evidence)
        self.page.transcript.lit_changed.connect(self.panel.mark_chosen)
        library.listed.connect(self._on_listed)
        library.unavailable.connect(self._on_unavailable)
        library.imported.connect(self._on_imported)
        library.renamed.connect(meeting.on_renamed)
        library.removed.connect(meeting.on_removed)
        library.removed.connect(self._on_removed)
        library.problem.connect(self.toast.show_problem)
        meeting.changed.connect(self._on_changed)
        meeting.closed.connect(self._on_closed)
        meeting.banner_changed.connect(self._on_banner)
        meeting.copied.connect(self._on_copied)
        meeting.said.connect(self.toast.say)
        meeting.problem.connect(self.toast.show_problem)
        self._queue.ended.connect(self._on_job_ended)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._on_scheme)
        self._on_changed()

    def _restore(self) -> None:
        s = self._state
        self.resize(*s.size)
        if s.maximised:
            self.setWindowState(Qt.WindowState.WindowMaximized)
        self._columns = list(s.columns)
        self._set_columns()

    def _set_columns(self) -> None:
        left, right = self._columns
        shown = self.panel.isVisibleTo(self.splitter) and self.panel.parent() is self.splitter
        self.splitter.setSizes([left, max(1, self.width() - left - (right if shown else 0)), right if shown else 0])

    def remember(self) -> WindowState:
        """How the window stands now, for the next start."""
        sizes = self.splitter.sizes()
        right = sizes[2] if len(sizes) > 2 and sizes[2] >= PANEL_MIN else self._columns[1]
        normal = self.normalGeometry().size() if self.isMaximized() else self.size()
        return WindowState((normal.width(), normal.height()), self.isMaximized(), (sizes[0], right),
                           self._panel_wanted, self._meeting.id)

    # Columns

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fold()
        if self.overlay.isVisible():
            self.overlay.cover()

    def _fold(self) -> None:
        """Minutes in a column of their own, in a tab when the window is narrow, or out of sight."""
        narrow = self.width() < PANEL_FROM
        has_meeting = self._meeting.meeting is not None and self.centre.currentWidget() is self.page
        if narrow != self._narrow:
            if not self._narrow and self.panel.isVisible():
                self._columns[1] = self.splitter.sizes()[2]
            self._narrow = narrow
            self.panel.setMinimumWidth(0 if narrow else PANEL_MIN)
            self.panel.setMaximumWidth(16777215 if narrow else PANEL_MAX)
            self.panel.show_title(not narrow)
            if narrow:
                self.page.take_minutes(self.panel)
            else:
                self.page.take_minutes(None)
                self.splitter.addWidget(self.panel)
                self.splitter.setStretchFactor(2, 0)
        elif not narrow and self.panel.minimumWidth() != PANEL_MIN:
            self.panel.setMinimumWidth(PANEL_MIN)
            self.panel.setMaximumWidth(PANEL_MAX)
        if not narrow:
            shown = has_meeting and self._panel_wanted
            if shown != self.panel.isVisibleTo(self.splitter):
                if not shown:
                    self._columns[1] = max(PANEL_MIN, self.splitter.sizes()[2])
                self._columns[0] = self.splitter.sizes()[0] or self._columns[0]
                self.panel.setVisible(shown)
                self._set_columns()
            sizes = self.splitter.sizes()
            if len(sizes) > 2 and sizes[2] > PANEL_MIN and sizes[1] < PAGE_COMFORT:
                right = max(PANEL_MIN, sizes[2] - (PAGE_COMFORT - sizes[1]))
                self.splitter.setSizes([sizes[0], sizes[1] + sizes[2] - right, right])

    @Slot()
    def toggle_panel(self) -> None:
        if self._narrow:
            self.page.toggle_tab()
        else:
            self._panel_wanted = not self._panel_wanted
            self._fold()

    def _show(self, widget: QWidget) -> None:
        self.centre.setCurrentWidget(widget)
        self._fold()
        self.toast.raise_()

    # Meetings

    @Slot(str)
    def _open(self, meeting_id: str) -> None:
        self._meeting.open(meeting_id)

    @Slot(str, int)
    def _open_at(self, meeting_id: str, segment_id: int) -> None:
        self.sidebar.select(meeting_id)
        self._meeting.open(meeting_id, (segment_id,))

    @Slot(int)
    def _on_listed(self, count: int) -> None:
        first, self._first_list = self._first_list, False
        if not count:
            self._show(self.empty)
        elif not self._meeting.id:
            ids = self._library.meetings.ids()
            wanted = self._state.meeting if self._state.meeting in ids else ids[0]
            if first:
                self.sidebar.select(wanted)
                self._open(wanted)
            else:
                self._show(self.nothing)
        elif self.centre.currentWidget() is self.trouble:
            self._show(self.page)

    @Slot(object)
    def _on_unavailable(self, problem: Problem) -> None:
        self.trouble.explain(problem)
        self._show(self.trouble)

    @Slot(object)
    def _on_imported(self, ids: list[str]) -> None:
        self.sidebar.search.clear()
        self.sidebar.select(ids[0])
        self._open(ids[0])

    @Slot(str)
    def _on_removed(self, meeting_id: str) -> None:
        """The neighbour of a deleted meeting takes its place."""
        if self._meeting.id:
            return
        ids = self._library.meetings.ids()
        at = ids.index(meeting_id) if meeting_id in ids else 0
        rest = [i for i in ids if i != meeting_id]
        if rest:
            following = rest[min(at, len(rest) - 1)]
            self.sidebar.select(following)
            self._open(following)

    @Slot()
    def _on_changed(self) -> None:
        m = self._meeting
        there = m.meeting is not None
        if there:
            self._show(self.page)
            self.setWindowTitle(f"{m.title} – Folkmoot")
            if m.document is not None:
                self.panel.show_document(m.document)
        for action in (self.rename_action, self.delete_action, self.panel_action):
            action.setEnabled(there)
        for action in (self.export_action, self.copy_action):
            action.setEnabled(m.exportable)
        self._on_banner()

    @Slot()
    def _on_banner(self) -> None:
        m = self._meeting
        self.rewrite_action.setEnabled(m.exportable and not m.processing)
        if m.document is None:
            self.panel.show_note(
                self.tr("The minutes appear here when the words are written down.") if m.processing
                else self.tr("There are no minutes yet.")
            )

    @Slot()
    def _on_closed(self) -> None:
        self.setWindowTitle("Folkmoot")
        self._show(self.nothing)
        self._on_changed()

    @Slot(object)
    def _show_evidence(self, segment_ids: tuple[int, ...]) -> None:
        self.page.reveal(segment_ids)

    @Slot(str)
    def _on_copied(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self.toast.say(self.tr("Copied as Markdown"))

    @Slot(str, QPoint)
    def _menu_for(self, meeting_id: str, at: QPoint) -> None:
        self.sidebar.select(meeting_id)
        self._open(meeting_id)
        self.more_menu.popup(at)

    # Dialogs

    @Slot()
    def ask_for_files(self) -> None:
        self._dialog = dialogs.choose_recordings(self, self._library.import_files)

    @Slot()
    def ask_where_to_export(self) -> None:
        if self._meeting.exportable:
            self._dialog = dialogs.choose_export(self, self._meeting.title, self._meeting.export_markdown)

    @Slot()
    def _delete_open(self) -> None:
        meeting_id = self._meeting.id
        if meeting_id:
            self._dialog = dialogs.confirm_delete(self, self._meeting.title, meeting_id, self._library.delete)

    @Slot()
    def _about(self) -> None:
        self._dialog = dialogs.about(self, self._library.models)

    @property
    def dialog(self) -> QWidget | None:
        """The dialog that was opened last, if it is still there."""
        return self._dialog if self._dialog is not None and self._dialog.isVisible() else None

    # Drag and drop

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
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

    @Slot()
    def _on_scheme(self) -> None:
        dialogs.reapply_theme()

    # Closing

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._queue.busy:
            event.accept()
            self.ready_to_close.emit()
            return
        event.ignore()
        if not self._closing:
            self._dialog = dialogs.confirm_stop(self, self._stop_and_close)

    def _stop_and_close(self) -> None:
        self._closing = True
        self._queue.cancel_all()

    @Slot(str)
    def _on_job_ended(self, _meeting_id: str) -> None:
        if self._closing and not self._queue.busy:
            self.close()
        elif not self._queue.busy and isinstance(self.dialog, QMessageBox) and \
                self.dialog.objectName() == "confirmStop":
            self.dialog.close()  # the question has answered itself
