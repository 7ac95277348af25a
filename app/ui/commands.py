"""What can be done in the window, with its shortcuts, and the menus it stands in."""

from __future__ import annotations

import re

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from app.ui import theme
from app.ui.live_pane import CATCH_UP_KEYS
from app.ui.places import Place
from app.ui.recording_page import BOOKMARK_KEYS, NOTE_KEYS, PAUSE_KEYS, STOP_KEYS


def plain(text: str) -> str:
    """A menu's text without the mark of its access key."""
    text = re.sub(r"\(&\w\)", "", text)  # as Chinese menus have it
    return text.replace("&&", "\0").replace("&", "").replace("\0", "&")


def _actions_of(menu: QMenu, name: str) -> list[tuple[str, QAction]]:
    found = []
    for action in menu.actions():
        below = action.menu()
        if isinstance(below, QMenu):
            found += _actions_of(below, plain(action.text()))
        elif not action.isSeparator():
            found.append((name, action))
    return found


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
        self.quit = self._make(tr("Quit"), standard.Quit, otherwise="Ctrl+Q")
        self.quit.setMenuRole(QAction.MenuRole.QuitRole)
        self.copy = self._make(tr("Copy as Markdown"), "Ctrl+Shift+C")
        self.find = self._make(tr("Search all meetings"), "Ctrl+Shift+F")
        self.find_here = self._make(tr("Find in this meeting"), standard.Find, otherwise="Ctrl+F")
        self.replace_here = self._make(tr("Replace in this meeting"), standard.Replace, otherwise="Ctrl+H")
        self.undo = self._make(tr("Undo"), standard.Undo)
        self.redo = self._make(tr("Redo"), standard.Redo)
        self.palette = self._make(tr("Command palette…"), "Ctrl+K")
        self.rename = self._make(tr("Rename"), "F2")
        self.favourite = self._make(tr("Add to the favourites"), "Ctrl+D")
        self.move = self._make(tr("Move to folder…"), "Ctrl+Shift+D")
        self.tag = self._make(tr("Tags…"), "Ctrl+T")
        self.trash = self._make(tr("Move to the trash"), "Ctrl+Backspace")
        self.restore = self._make(tr("Restore from the trash"), "Ctrl+Shift+Backspace")
        self.delete = self._make(tr("Delete for good…"), "Shift+Del")
        self.empty_trash = self._make(tr("Empty the trash…"))
        self.strip = self._make(tr("Recording strip"), "Ctrl+Shift+K")
        self.larger = self._make(tr("Larger text"), "Ctrl++")
        self.larger.setShortcuts([QKeySequence("Ctrl++"), QKeySequence("Ctrl+=")])  # that key without Shift
        self.smaller = self._make(tr("Smaller text"), "Ctrl+-")
        self.usual_size = self._make(tr("Usual text size"), "Ctrl+0")
        self.full_screen = self._make(tr("Full screen"), standard.FullScreen, otherwise="F11")
        self.full_screen.setCheckable(True)
        self.rewrite = self._make(tr("Write the minutes again"))
        self.go_to_recording = self._make(tr("Go to the recording"), "Ctrl+Shift+R")
        self.bookmark = self._make(tr("Bookmark"), BOOKMARK_KEYS)
        self.note = self._make(tr("Write a note"), NOTE_KEYS)
        self.catch_up = self._make(tr("Catch me up"), CATCH_UP_KEYS)
        self.catch_up.setEnabled(False)
        self.pause = self._make(tr("Pause"), PAUSE_KEYS)
        self.stop = self._make(tr("Stop"), STOP_KEYS)
        self.next_pane = self._make(tr("Next part of the window"), "F6")
        self.previous_pane = self._make(tr("Previous part of the window"), "Shift+F6")
        self.panel = self._make(tr("Show or hide the minutes"), "Ctrl+Shift+M")
        self.about = self._make(tr("About Folkmoot"))
        self.about.setMenuRole(QAction.MenuRole.AboutRole)
        self.more_menu = QMenu(window)
        self._fill_menus()

    def _make(self, text: str, keys: QKeySequence.StandardKey | str | None = None, *, otherwise: str = "") -> QAction:
        """`otherwise`: the keys where the system has none for it."""
        action = QAction(text, self)
        if keys is not None:
            shortcut = QKeySequence(keys)
            action.setShortcut(QKeySequence(otherwise) if shortcut.isEmpty() else shortcut)
        return action

    def _fill_menus(self) -> None:
        tr = self.tr
        bar = self._window.menuBar()
        bar.setFont(theme.font())
        self._file = file = bar.addMenu(tr("&File"))
        file.addActions([self.record, self.import_, self.sample])
        file.addSeparator()
        file.addActions([self.export, self.copy])
        file.addSeparator()
        file.addAction(self.quit)
        edit = bar.addMenu(tr("&Edit"))
        edit.addActions([self.undo, self.redo])
        edit.addSeparator()
        edit.addActions([self.find_here, self.replace_here, self.find])
        edit.addSeparator()
        self.words_menu = edit.addMenu(tr("Words"))  # the transcript fills it
        edit.addSeparator()
        edit.addAction(self.palette)
        self.meeting_menu = bar.addMenu(tr("&Meeting"))
        self.meeting_menu.addActions([self.rename, self.favourite, self.move, self.tag])
        self.meeting_menu.addSeparator()
        self.meeting_menu.addAction(self.rewrite)
        self.meeting_menu.addSeparator()
        self.meeting_menu.addActions([self.trash, self.restore, self.delete, self.empty_trash])
        recording = bar.addMenu(tr("&Recording"))
        recording.addActions([self.go_to_recording, self.strip])
        recording.addSeparator()
        recording.addActions([self.bookmark, self.note, self.catch_up])
        recording.addSeparator()
        recording.addActions([self.pause, self.stop])
        self.playback_menu = bar.addMenu(tr("&Playback"))  # the player fills it
        self._view = bar.addMenu(tr("&View"))
        self._view.addActions([self.panel, self.full_screen, self.next_pane, self.previous_pane])
        self._view.addSeparator()
        self._view.addActions([self.larger, self.smaller, self.usual_size])
        self._view.addSeparator()
        self._help = bar.addMenu(tr("&Help"))
        self._help.addAction(self.about)
        self.more_menu.addActions([self.rename, self.favourite, self.move, self.tag])
        self.more_menu.addSeparator()
        self.more_menu.addActions([self.copy, self.export, self.rewrite])
        self.more_menu.addSeparator()
        self.more_menu.addActions([self.restore, self.trash, self.delete])

    def all(self) -> list[tuple[str, QAction]]:
        """Every action with the name of its menu, in the order of the menus."""
        found = []
        for top in self._window.menuBar().actions():
            menu = top.menu()
            if isinstance(menu, QMenu):
                found += _actions_of(menu, plain(top.text()))
        return found

    def show_history(self, undo: str, redo: str) -> None:
        """What would be undone and redone, in words; "" for nothing."""
        for action, label, alone, with_label in (
            (self.undo, undo, self.tr("Undo"), self.tr("Undo: {what}")),
            (self.redo, redo, self.tr("Redo"), self.tr("Redo: {what}")),
        ):
            action.setText(with_label.format(what=label) if label else alone)
            action.setEnabled(bool(label))

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
        self.strip.setEnabled(running)
        for action in (self.bookmark, self.note, self.pause, self.stop):
            action.setEnabled(active)
        self.pause.setText(self.tr("Resume") if paused else self.tr("Pause"))
