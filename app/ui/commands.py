"""What can be done in the window, with its shortcuts, and the menus it stands in."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from app.ui import theme
from app.ui.places import Place
from app.ui.recording_page import BOOKMARK_KEYS, NOTE_KEYS, PAUSE_KEYS, STOP_KEYS


class Commands(QObject):
    """One action for everything; the window connects them."""

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self._window = window
        tr, standard = self.tr, QKeySequence.StandardKey
        self.record = self._make(tr("New recording"), "Ctrl+N")
        self.import_ = self._make(tr("Import a recording…"), standard.Open)
        self.sample = self._make(tr("Try the sample meeting"))
        self.export = self._make(tr("Export as Markdown…"), "Ctrl+E")
        self.quit = self._make(tr("Quit"), standard.Quit)
        self.quit.setMenuRole(QAction.MenuRole.QuitRole)
        self.copy = self._make(tr("Copy as Markdown"), "Ctrl+Shift+C")
        self.find = self._make(tr("Search all meetings"), standard.Find)
        self.rename = self._make(tr("Rename"), "F2")
        self.delete = self._make(tr("Delete…"), "Ctrl+Backspace")
        self.rewrite = self._make(tr("Write the minutes again"))
        self.go_to_recording = self._make(tr("Go to the recording"), "Ctrl+Shift+R")
        self.bookmark = self._make(tr("Bookmark"), BOOKMARK_KEYS)
        self.note = self._make(tr("Write a note"), NOTE_KEYS)
        self.pause = self._make(tr("Pause"), PAUSE_KEYS)
        self.stop = self._make(tr("Stop"), STOP_KEYS)
        self.panel = self._make(tr("Show or hide the minutes"), "Ctrl+Shift+M")
        self.about = self._make(tr("About Folkmoot"))
        self.about.setMenuRole(QAction.MenuRole.AboutRole)
        self.more_menu = QMenu(window)
        self._fill_menus()

    def _make(self, text: str, keys: QKeySequence.StandardKey | str | None = None) -> QAction:
        action = QAction(text, self)
        if keys is not None:
            action.setShortcut(QKeySequence(keys))
        return action

    def _fill_menus(self) -> None:
        tr = self.tr
        bar = self._window.menuBar()
        bar.setFont(theme.font())
        file = bar.addMenu(tr("&File"))
        file.addActions([self.record, self.import_, self.sample])
        file.addSeparator()
        file.addAction(self.export)
        file.addSeparator()
        file.addAction(self.quit)
        edit = bar.addMenu(tr("&Edit"))
        edit.addActions([self.copy, self.find])
        edit.addSeparator()
        edit.addActions([self.rename, self.delete])
        recording = bar.addMenu(tr("&Recording"))
        recording.addAction(self.go_to_recording)
        recording.addSeparator()
        recording.addActions([self.bookmark, self.note])
        recording.addSeparator()
        recording.addActions([self.pause, self.stop])
        self._view = bar.addMenu(tr("&View"))
        self._view.addAction(self.panel)
        self._before_places = self._view.addSeparator()
        self._file = file
        self._help = bar.addMenu(tr("&Help"))
        self._help.addAction(self.about)
        self.more_menu.addActions([self.rename, self.rewrite])
        self.more_menu.addSeparator()
        self.more_menu.addAction(self.delete)

    def add_place(self, place: Place) -> None:
        """Settings stand in the file menu, the first steps in the help menu, all others in the view menu."""
        if place.key == "settings":
            place.action.setMenuRole(QAction.MenuRole.PreferencesRole)
            self._file.insertAction(self.quit, place.action)
            self._file.insertSeparator(self.quit)
        elif place.key == "welcome":
            self._help.insertAction(self.about, place.action)
        else:
            self._view.addAction(place.action)

    def enable_recording(self, *, running: bool, active: bool, paused: bool) -> None:
        """`running`: there is a recording; `active`: it takes notes and can be paused or stopped."""
        self.go_to_recording.setEnabled(running)
        for action in (self.bookmark, self.note, self.pause, self.stop):
            action.setEnabled(active)
        self.pause.setText(self.tr("Resume") if paused else self.tr("Pause"))
