"""The player at the foot of a meeting: the waveform, and one row of controls."""

from __future__ import annotations

from functools import partial
from itertools import pairwise

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QMenu,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.domain.meeting import clock
from app.ui import icons, theme
from app.ui.waveform import Waveform
from app.ui.widgets import IconButton, entered, hairline, label, repolish, with_keys
from app.viewmodels.picture import PictureViewModel
from app.viewmodels.player import JUMP_S, SPEEDS, PlayerViewModel, speed_text

NARROW = 560  # below this the switch for silence stands in the menu of speeds only


class PlayButton(IconButton):
    """Round, and the only one with a colour."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__("play", "", parent, size=18)
        self.setObjectName("play")
        self.setFixedSize(36, 36)

    def _tint(self) -> None:
        tint, faint = theme.colour("accent"), theme.colour("control")
        self.setIcon(icons.icon(self._icon_name, tint, faint, 18, self.devicePixelRatioF(), filled=True))


class JumpButton(IconButton):
    """An arrow round the number of seconds."""

    def __init__(self, icon: str, name: str, tip: str, parent: QWidget) -> None:
        super().__init__(icon, name, parent, tip=tip, size=22)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        font = theme.font(8, 700, tabular=True)
        painter.setFont(font)
        painter.setPen(theme.colour("secondary" if self.isEnabled() else "control"))
        painter.drawText(self.rect().adjusted(0, 1, 0, 1), Qt.AlignmentFlag.AlignCenter, f"{JUMP_S:g}")


class ToggleButton(QToolButton):
    """Words that are a switch, or open a menu."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("toggle")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setFont(theme.font(theme.SMALL, 500, tabular=True))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not entered(self, event):
            super().keyPressEvent(event)


class VolumePopover(QFrame):
    """How loud each track is. Closes by a click elsewhere, or Esc."""

    def __init__(self, player: PlayerViewModel, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setObjectName("popover")
        self._player = player
        self.sliders: dict[str, QSlider] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(theme.L, theme.M, theme.L, theme.M)
        self._grid.setHorizontalSpacing(theme.M)
        self._grid.setVerticalSpacing(theme.S)

    def open_over(self, button: QWidget) -> None:
        self._fill()
        self.adjustSize()
        corner = button.mapToGlobal(QPoint(button.width(), -theme.XS))
        self.move(corner - QPoint(self.width(), self.height()))
        self.show()
        if self.sliders:
            next(iter(self.sliders.values())).setFocus(Qt.FocusReason.PopupFocusReason)

    def _fill(self) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.deleteLater()
        self.sliders.clear()
        for row, (track, title) in enumerate(self._player.tracks.items()):
            slider = QSlider(Qt.Orientation.Horizontal, self)
            slider.setRange(0, 100)
            slider.setPageStep(10)
            slider.setValue(round(self._player.volume(track) * 100))
            slider.setFixedWidth(140)
            slider.setAccessibleName(self.tr("Volume: {track}").format(track=title))
            number = label(self._percent(slider.value()), theme.SMALL, secondary=True)
            number.setFixedWidth(number.fontMetrics().horizontalAdvance(self._percent(100)) + 2)
            number.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            slider.valueChanged.connect(partial(self._on_moved, track, number))
            self.sliders[track] = slider
            for column, widget in enumerate((label(title), slider, number)):
                self._grid.addWidget(widget, row, column)

    def _percent(self, value: int) -> str:
        return self.tr("%n %", "", value)

    def _on_moved(self, track: str, number: QLabel, value: int) -> None:
        number.setText(self._percent(value))
        self._player.set_volume(track, value / 100)


class PlayerBar(QWidget):
    """Signals:
    folded: the waveform was folded away, or back. (bool)
    """

    folded = Signal(bool)

    def __init__(
        self, player: PlayerViewModel, picture: PictureViewModel, parent: QWidget | None = None, *, folded: bool = False
    ) -> None:
        super().__init__(parent)
        self._player = player
        self._picture = picture
        self._is_folded = False
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.waveform = Waveform(self)
        self.play_button = PlayButton(self)
        back, forth = self.tr("Back 10 seconds"), self.tr("Forward 10 seconds")
        self.back_button = JumpButton("rotate-ccw", back, with_keys(back, "J"), self)
        self.forth_button = JumpButton("rotate-cw", forth, with_keys(forth, "L"), self)
        self.time = label("", theme.SMALL)
        self.rest = label("", theme.SMALL, secondary=True)
        self.silence_button = ToggleButton(self)
        self.silence_button.setText(self.tr("Skip silence"))
        self.silence_button.setToolTip(self.tr("Leave out where nobody speaks"))
        self.silence_button.setCheckable(True)
        self.speed_button = ToggleButton(self)
        self.speed_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.volume_button = IconButton("volume-2", self.tr("Volume"), self)
        self.fold_button = IconButton("chevron-down", "", self)
        self.popover = VolumePopover(player, self)
        self._make_speeds()
        self._lay_out()

        w = self.waveform
        w.seek_wanted.connect(player.seek)
        w.jump_wanted.connect(player.jump)
        w.faster_wanted.connect(player.change_speed)
        w.toggle_wanted.connect(player.toggle)
        self.play_button.clicked.connect(player.toggle)
        self.back_button.clicked.connect(player.back)
        self.forth_button.clicked.connect(player.forth)
        self.silence_button.toggled.connect(player.set_skips_silence)
        self.volume_button.clicked.connect(self._on_volume)
        self.fold_button.clicked.connect(self._on_fold)
        player.position_changed.connect(self._on_position)
        player.state_changed.connect(self._on_state)
        picture.changed.connect(self._on_picture)
        picture.outline_changed.connect(self._on_outline)
        self.fold(folded)
        self._on_picture()
        self._on_outline()
        self._on_state()

    def _make_speeds(self) -> None:
        self.speeds = QMenu(self)
        self._speed_actions = QActionGroup(self)
        for speed in SPEEDS:
            action = QAction(speed_text(speed), self._speed_actions)
            action.setCheckable(True)
            action.setData(speed)
            action.triggered.connect(partial(self._player.set_speed, speed))
        self.speeds.addActions(self._speed_actions.actions())
        self.speeds.addSeparator()
        self.silence_action = QAction(self.silence_button.text(), self)
        self.silence_action.setCheckable(True)
        self.silence_action.toggled.connect(self._player.set_skips_silence)
        self.speeds.addAction(self.silence_action)
        self.speed_button.setMenu(self.speeds)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(theme.XS)
        row.addWidget(self.back_button)
        row.addWidget(self.play_button)
        row.addWidget(self.forth_button)
        row.addSpacing(theme.S)
        row.addWidget(self.time)
        row.addWidget(self.rest)
        row.addStretch(1)
        for b in (self.silence_button, self.speed_button, self.volume_button, self.fold_button):
            row.addWidget(b)
        self._body = QVBoxLayout()
        self._body.setSpacing(theme.XS)
        self._body.addWidget(self.waveform)
        self._body.addLayout(row)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(hairline())
        whole.addLayout(self._body)
        order = (
            *(self.waveform, self.back_button, self.play_button, self.forth_button),
            *(self.silence_button, self.speed_button, self.volume_button, self.fold_button),
        )
        for earlier, later in pairwise(order):
            self.setTabOrder(earlier, later)

    # Keys

    def take_key(self, event: QKeyEvent) -> bool:
        """Keys of the player, wherever the keyboard is if nothing else wants them. Whether it was one."""
        keys = Qt.Key
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier or not self._player.available:
            return False
        match event.key():
            case keys.Key_Space | keys.Key_K:
                if not event.isAutoRepeat():
                    self._player.toggle()
            case keys.Key_Left | keys.Key_J:
                self._player.back()
            case keys.Key_Right | keys.Key_L:
                self._player.forth()
            case _:
                return False
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self.take_key(event):
            super().keyPressEvent(event)

    # Folding

    @property
    def is_folded(self) -> bool:
        return self._is_folded

    def fold(self, folded: bool) -> None:
        """Only a line instead of the waveform."""
        self._is_folded = folded
        self.waveform.set_slim(folded)
        name = self.tr("Show the waveform") if folded else self.tr("Hide the waveform")
        self.fold_button.setAccessibleName(name)
        self.fold_button.setToolTip(name)
        self.fold_button.show_icon("chevron-up" if folded else "chevron-down")
        self._body.setContentsMargins(theme.XL, theme.S if folded else theme.M, theme.XL, theme.S)

    @Slot()
    def _on_fold(self) -> None:
        self.fold(not self._is_folded)
        self.folded.emit(self._is_folded)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.silence_button.setVisible(self.width() >= NARROW)
        self.rest.setVisible(self.width() >= NARROW - 120)

    # What is shown

    @Slot(float)
    def _on_position(self, seconds: float) -> None:
        self.waveform.set_position(seconds)
        text = clock(seconds)
        if text != self.time.text():
            self.time.setText(text)

    @Slot()
    def _on_state(self) -> None:
        p = self._player
        there = p.available
        for w in (self.waveform, self.play_button, self.back_button, self.forth_button):
            w.setEnabled(there)
        name = self.tr("Pause") if p.playing else self.tr("Play")
        self.play_button.setAccessibleName(name)
        self.play_button.setToolTip(with_keys(name, "Space"))
        self.play_button.show_icon("pause" if p.playing else "play")
        self.waveform.set_duration(p.duration_s if there else 0.0)
        self.rest.setText(self.tr("of {length}").format(length=clock(p.duration_s)) if there else self.tr("No sound"))
        self.time.setVisible(there)
        self.speed_button.setText(p.speed_text)
        self.speed_button.setAccessibleName(self.tr("Speed: {speed}").format(speed=p.speed_text))
        self.speed_button.setToolTip(self.tr("Speed"))
        if self.speed_button.property("changed") != (p.speed != 1.0):
            self.speed_button.setProperty("changed", p.speed != 1.0)
            repolish(self.speed_button)
        for action in self._speed_actions.actions():
            action.setChecked(action.data() == p.speed)
        self.silence_button.setChecked(p.skips_silence)
        self.silence_action.setChecked(p.skips_silence)
        self._on_position(p.position_s)

    @Slot()
    def _on_picture(self) -> None:
        self.waveform.set_picture(self._picture.picture)

    @Slot()
    def _on_outline(self) -> None:
        self.waveform.set_outline(self._picture.outline)

    @Slot()
    def _on_volume(self) -> None:
        self.popover.open_over(self.volume_button)
