"""A small strip over all windows while a recording runs and the window itself is out of the way."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent, QGuiApplication, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from app.ui import theme
from app.ui.commands import Commands
from app.ui.meter import LevelMeter
from app.ui.recording_page import BOOKMARK_KEYS, PAUSE_KEYS, STOP_KEYS, RecordingDot
from app.ui.widgets import Glyph, IconButton, button, label, with_keys
from app.viewmodels.recording import RecordingViewModel

METER_WIDTH = 96


class RecordingStrip(QWidget):
    """Clock, meters, and what one needs in a meeting. It is moved by dragging it anywhere.

    Signals:
        back_wanted: to the window.
        stop_wanted: the recording is to end.
    """

    back_wanted = Signal()
    stop_wanted = Signal()

    def __init__(self, recording: RecordingViewModel, commands: Commands, parent: QWidget) -> None:
        flags = Qt.WindowType.Tool | Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowStaysOnTopHint
        super().__init__(parent, flags)
        self._recording = recording
        self._grip: QPoint | None = None
        self._wanted = False
        self._last: tuple[int, int] | None = None
        self._seen = False
        self.setObjectName("strip")
        self.setWindowTitle(self.tr("Recording"))
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setAttribute(Qt.WidgetAttribute.WA_MacAlwaysShowToolWindow)
        self.dot = RecordingDot(10, self)
        self.clock = label("", theme.TITLE, 500)
        self.clock.setFont(theme.font(theme.TITLE, 500, tabular=True))
        self.trouble = Glyph("triangle-alert", "warning", 16)
        self.state = label("", theme.SMALL, 500, secondary=True)
        self.meters: list[LevelMeter] = []
        self._levels = QWidget(self)
        self._meters = QVBoxLayout(self._levels)
        self._meters.setContentsMargins(0, 0, 0, 0)
        self._meters.setSpacing(0)
        self._beside = QStackedWidget(self)  # the meters; in their place a word while they show nothing
        self._beside.addWidget(self._levels)
        self._beside.addWidget(self.state)
        self._beside.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.bookmark_button = IconButton(
            "bookmark", self.tr("Bookmark"), self, tip=with_keys(self.tr("Bookmark"), BOOKMARK_KEYS)
        )
        self.pause_button = IconButton("pause", self.tr("Pause"), self)
        self.stop_button = button(self.tr("Stop"), "record", self, icon="square", filled=True, keys=STOP_KEYS)
        self.back_button = IconButton("maximize-2", self.tr("Back to the window"), self)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.L, theme.S, theme.S, theme.S)
        row.setSpacing(theme.S)
        row.addWidget(self.dot)
        row.addWidget(self.clock)
        row.addWidget(self.trouble)
        row.addSpacing(theme.XS)
        row.addWidget(self._beside)
        row.addSpacing(theme.XS)
        for control in (self.bookmark_button, self.pause_button, self.stop_button, self.back_button):
            row.addWidget(control)
        self.addActions([commands.bookmark, commands.pause, commands.stop])
        self.bookmark_button.clicked.connect(recording.bookmark)
        self.pause_button.clicked.connect(recording.pause_or_resume)
        self.stop_button.clicked.connect(self.stop_wanted)
        self.back_button.clicked.connect(self.back_wanted)
        recording.state_changed.connect(self._on_state)
        recording.ticked.connect(self._on_ticked)
        recording.levels_changed.connect(self._on_levels)
        self._on_state()

    def want(self, wanted: bool) -> None:
        """Show it as soon as and as long as something is recorded."""
        self._wanted = wanted
        self._on_state()

    def put(self, place: tuple[int, int] | None) -> None:
        """Where it stood last time, if that is still on a screen; otherwise at the top of the first one."""
        self._last = place
        self.adjustSize()
        point = QPoint(*place) if place is not None else None
        if point is None or QGuiApplication.screenAt(point + QPoint(8, 8)) is None:
            area = QGuiApplication.primaryScreen().availableGeometry()
            point = QPoint(area.center().x() - self.width() // 2, area.top() + theme.L)
        self.move(point)

    @property
    def place(self) -> tuple[int, int] | None:
        """Where it stands, to be put there next time; as it was told while it has not been seen since. None: nowhere
        yet. A window that was never on a screen stands nowhere, whatever its coordinates say."""
        return (self.x(), self.y()) if self._seen else self._last

    # What is shown

    @Slot()
    def _on_state(self) -> None:
        r = self._recording
        active, paused = r.state in ("recording", "paused"), r.state == "paused"
        self.dot.show_on(r.state == "recording")
        self.state.setText(r.state_text)
        self._beside.setCurrentWidget(self._levels if r.state == "recording" else self.state)
        name = self.tr("Resume") if paused else self.tr("Pause")
        self.pause_button.show_icon("play" if paused else "pause")
        self.pause_button.setAccessibleName(name)
        self.pause_button.setToolTip(with_keys(name, PAUSE_KEYS))
        for control in (self.bookmark_button, self.pause_button, self.stop_button):
            control.setEnabled(active)
        self._on_ticked()
        self._on_levels()
        shown = self._wanted and r.running
        if shown and self.windowHandle() is None:
            self.winId()  # makes the window, which would be minimised together with the one it belongs to
            self.windowHandle().setTransientParent(None)  # type: ignore[arg-type]  # None is what it takes
        if shown and not self.isVisible():
            place = self.pos()
            self._seen = True
            self.show()
            self.move(place)  # some window managers place a window without an owner anew whenever it is shown
        self.setVisible(shown)

    @Slot()
    def _on_ticked(self) -> None:
        r = self._recording
        self.clock.setText(r.clock)
        self.clock.setAccessibleName(r.clock_spoken)
        self.dot.setAccessibleName(r.state_text)
        said = "\n".join(f"{p.what} {p.to_do}".strip() for p in r.warnings)
        self.trouble.setVisible(bool(said))
        self.trouble.setToolTip(said)
        self.trouble.setAccessibleName(said)

    @Slot()
    def _on_levels(self) -> None:
        if not self.isVisible() and self.meters:
            return
        views = self._recording.tracks
        while len(self.meters) < len(views):
            meter = LevelMeter("", self)
            meter.setFixedWidth(METER_WIDTH)
            self.meters.append(meter)
            self._meters.addWidget(meter)
        for meter, view in zip(self.meters, views, strict=False):
            meter.setAccessibleName(self.tr("Level of {track}").format(track=view.name))
            meter.setToolTip(view.name)
            meter.show_level(view.level, on=view.on)
        for n, meter in enumerate(self.meters):
            meter.setVisible(n < len(views))

    # The mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            handle = self.windowHandle()
            if handle is None or not handle.startSystemMove():
                self._grip = event.globalPosition().toPoint() - self.pos()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grip is not None:
            self.move(event.globalPosition().toPoint() - self._grip)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._grip = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.back_wanted.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Closing it is going back: the recording is not ended by accident."""
        event.ignore()
        self.back_wanted.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(theme.colour("control"))
        painter.setBrush(theme.colour("raised"))
        rect = self.rect().adjusted(0, 0, -1, -1)
        painter.drawRoundedRect(rect, theme.CARD_RADIUS, theme.CARD_RADIUS)
