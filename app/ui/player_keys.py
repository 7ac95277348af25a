"""The player by keys: plain ones while nobody types, function keys always, and all of it in a menu."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QMenu, QPlainTextEdit, QTextEdit, QWidget

from app.ui.player_bar import PlayerBar
from app.viewmodels.player import PlayerViewModel


class PlayerKeys(QObject):
    """Brings keys to the player that nothing else wanted: they come to the window last, having passed the widget with
    the keyboard and everything around it. Lists that would swallow Space are watched themselves."""

    def __init__(self, bar: PlayerBar, window: QWidget, *lists: QWidget) -> None:
        super().__init__(bar)
        self._bar = bar
        self._window = window
        for widget in (window, *lists):
            widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent) or not self._bar.isVisible():
            return False
        if watched is not self._window and event.key() != Qt.Key.Key_Space:
            return False
        focus = QApplication.focusWidget()
        if isinstance(focus, QLineEdit | QPlainTextEdit | QTextEdit | QAbstractButton):
            return False  # typing, or a button that Space is for
        return self._bar.take_key(event)


class PlaybackMenu(QObject):
    """Its function keys work while a text is being corrected, too: the same ones that play and jump on a Mac."""

    def __init__(self, player: PlayerViewModel, menu: QMenu) -> None:
        super().__init__(menu)
        self._player = player
        self.play = self._add(menu, self.tr("Play"), "F8")
        self.back = self._add(menu, self.tr("Back 10 seconds"), "F7")
        self.forth = self._add(menu, self.tr("Forward 10 seconds"), "F9")
        menu.addSeparator()
        self.slower = self._add(menu, self.tr("Slower"), "Ctrl+[")
        self.faster = self._add(menu, self.tr("Faster"), "Ctrl+]")
        self.silence = self._add(menu, self.tr("Skip silence"))
        self.silence.setCheckable(True)
        menu.addSeparator()
        self.pictures = self._add(menu, self.tr("The meeting in pictures"))
        self.play.triggered.connect(player.toggle)
        self.back.triggered.connect(player.back)
        self.forth.triggered.connect(player.forth)
        self.slower.triggered.connect(lambda: player.change_speed(-1))
        self.faster.triggered.connect(lambda: player.change_speed(1))
        self.silence.toggled.connect(player.set_skips_silence)
        player.state_changed.connect(self._on_state)
        self._on_state()

    @staticmethod
    def _add(menu: QMenu, text: str, keys: str = "") -> QAction:
        action = menu.addAction(text)
        if keys:
            action.setShortcut(QKeySequence(keys))
        return action

    @Slot()
    def _on_state(self) -> None:
        p = self._player
        self.play.setText(self.tr("Pause playing") if p.playing else self.tr("Play"))
        for action in (self.play, self.back, self.forth, self.slower, self.faster):
            action.setEnabled(p.available)
        self.silence.setChecked(p.skips_silence)
        self.pictures.setEnabled(bool(p.meeting_id))
