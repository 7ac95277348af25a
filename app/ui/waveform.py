"""The sound of a meeting as a picture to click into: how loud each track is, who speaks, chapters, and where we are."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QEnterEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QSlider, QWidget

from app.domain.meeting import clock
from app.ui import theme
from app.viewmodels.picture import Picture

if TYPE_CHECKING:
    from app.audio.peaks import Outline

HEIGHT, SLIM = 56, 16
CHAPTERS = 8  # room of the line of chapters over the waves
PITCH, BAR = 3, 2  # a bar every so many pixels, and how wide it is
LANE_GAP = 4
FADED = 0.42
FADED_CONTRAST = 0.65  # it can be told from the page 3 : 1
KNOB = 4.5
DRAG_MS = 60  # while dragging, the sound follows at most this often
SECONDS_PER_PAGE = 60


def faded() -> float:
    """How much of its colour is left of what was not heard yet, in the look of now."""
    return FADED_CONTRAST if theme.is_contrast() else FADED


class Waveform(QSlider):
    """A slider, for the keyboard and the screen reader; its value are whole seconds.

    Signals:
        seek_wanted: the user wants to be there. (seconds)
        jump_wanted: so many seconds forth or back.
        faster_wanted: so many steps faster, or slower.
        toggle_wanted: play or pause.
    """

    seek_wanted = Signal(float)
    jump_wanted = Signal(float)
    faster_wanted = Signal(int)
    toggle_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setAccessibleName(self.tr("Position in the meeting"))
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setRange(0, 0)
        self.setPageStep(SECONDS_PER_PAGE)
        self._picture: Picture | None = None
        self._outline: Outline | None = None
        self._duration_s = 0.0
        self._position_s = 0.0
        self._hover_x: float | None = None
        self._dragging = False
        self._framed = False
        self._slim = False
        self._drawn: tuple[QPixmap, QPixmap] | None = None  # not heard yet, heard
        self._bars: list[tuple[list[float], list[int | None]]] = []  # of each lane: how loud, and who
        self._drag_timer = QTimer(self)
        self._drag_timer.setSingleShot(True)
        self._drag_timer.setInterval(DRAG_MS)
        self._drag_timer.timeout.connect(self._drag_on)
        self._drag_to: float | None = None
        self.valueChanged.connect(self._on_value)
        self._set_height()

    # What is shown

    @property
    def position_s(self) -> float:
        return self._position_s

    @property
    def hover_text(self) -> str:
        """What is said about the place under the mouse: "12:40 · Anna · The budget"."""
        if self._hover_x is None:
            return ""
        at_s = self._seconds(self._hover_x)
        parts = [clock(at_s)]
        if self._picture is not None:
            parts += [", ".join(self._picture.names_at(at_s))]
            section = self._picture.section_at(at_s)
            parts += [section.title if section else ""]
        return " · ".join(p for p in parts if p)

    def set_duration(self, seconds: float) -> None:
        if seconds != self._duration_s:
            self._duration_s = seconds
            self._quietly(lambda: self.setRange(0, round(seconds)))
            self._redraw()

    def set_position(self, seconds: float) -> None:
        """Where the sound is. Not while the user drags: then they are where the mouse is."""
        if not self._dragging and seconds != self._position_s:
            before, self._position_s = self._x(self._position_s), seconds
            self._quietly(lambda: self.setValue(int(seconds)))
            after = self._x(seconds)
            if abs(after - before) > 0.2:
                self._update_between(before, after)

    def set_picture(self, picture: Picture | None) -> None:
        self._picture = picture
        self._redraw()

    def set_outline(self, outline: Outline | None) -> None:
        self._outline = outline
        self._redraw()

    def set_slim(self, slim: bool) -> None:
        """Only a line to click into."""
        self._slim = slim
        self._set_height()
        self._redraw()

    def _set_height(self) -> None:
        self.setFixedHeight(SLIM if self._slim else HEIGHT + CHAPTERS)

    def sizeHint(self) -> QSize:
        return QSize(400, self.maximumHeight())

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.maximumHeight())

    def _quietly(self, change: Callable[[], object]) -> None:
        blocked = self.blockSignals(True)
        try:
            change()
        finally:
            self.blockSignals(blocked)

    # Where

    def _x(self, seconds: float) -> float:
        room = max(1.0, self.width() - 2 * KNOB)
        return KNOB + (min(1.0, seconds / self._duration_s) if self._duration_s else 0.0) * room

    def _seconds(self, x: float) -> float:
        room = max(1.0, self.width() - 2 * KNOB)
        return min(1.0, max(0.0, (x - KNOB) / room)) * self._duration_s

    # The user

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._duration_s:
            self._dragging = True
            self._go(event.position().x())
            event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover_x = event.position().x()
        if self._dragging:
            self._show(self._seconds(self._hover_x))
            self._drag_to = self._position_s
            if not self._drag_timer.isActive():
                self._drag_timer.start()
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._dragging:
            self._drag_timer.stop()
            moved = self._drag_to is not None
            self._drag_to = None
            if moved:
                self._go(event.position().x())
            self._dragging = False
            self.update()

    def _drag_on(self) -> None:
        if self._drag_to is not None:
            self.seek_wanted.emit(self._drag_to)

    def _go(self, x: float) -> None:
        self._show(self._seconds(x))
        self.seek_wanted.emit(self._position_s)

    def _show(self, seconds: float) -> None:
        self._position_s = seconds
        self._quietly(lambda: self.setValue(int(seconds)))
        self.update()

    def _on_value(self, value: int) -> None:
        """A screen reader has moved the slider."""
        self._position_s = float(value)
        self.seek_wanted.emit(self._position_s)
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # it is over a page that scrolls

    def enterEvent(self, event: QEnterEvent) -> None:
        self._hover_x = event.position().x()
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hover_x = None
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """A frame is for who came here with the keyboard."""
        reasons = Qt.FocusReason
        self._framed = event.reason() in (reasons.TabFocusReason, reasons.BacktabFocusReason, reasons.OtherFocusReason)
        super().focusInEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        keys = Qt.Key
        forth = -1 if self.layoutDirection() == Qt.LayoutDirection.RightToLeft else 1
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            event.ignore()
        elif key in (keys.Key_Left, keys.Key_Right):
            self.jump_wanted.emit(10.0 * (forth if key == keys.Key_Right else -forth))
        elif key in (keys.Key_Up, keys.Key_Down):
            self.faster_wanted.emit(1 if key == keys.Key_Up else -1)
        elif key in (keys.Key_PageUp, keys.Key_PageDown):
            self.jump_wanted.emit(float(SECONDS_PER_PAGE if key == keys.Key_PageDown else -SECONDS_PER_PAGE))
        elif key in (keys.Key_Home, keys.Key_End):
            self.seek_wanted.emit(0.0 if key == keys.Key_Home else self._duration_s)
        elif key in (keys.Key_Return, keys.Key_Enter):
            self.toggle_wanted.emit()
        else:
            event.ignore()

    # Painting

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.EnabledChange):
            self._redraw()

    def resizeEvent(self, _event: object) -> None:
        self._redraw()

    def _redraw(self) -> None:
        self._drawn = None
        self.update()

    def _update_between(self, a: float, b: float) -> None:
        left, right = min(a, b) - 2 * KNOB, max(a, b) + 2 * KNOB
        self.update(QRect(int(left), 0, int(right - left) + 2, self.height()))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._drawn is None or self._drawn[0].devicePixelRatioF() != self.devicePixelRatioF():
            self._measure()
            self._drawn = self._pixmap(faded()), self._pixmap(1.0)
        head = self._x(self._position_s)
        ahead, heard = self._drawn
        painter.setClipRect(QRectF(head, 0, self.width() - head, self.height()))
        painter.drawPixmap(0, 0, ahead)
        painter.setClipRect(QRectF(0, 0, head, self.height()))
        painter.drawPixmap(0, 0, heard)
        painter.setClipping(False)
        if self._duration_s and self.isEnabled():
            self._paint_head(painter, head)
            if self._hover_x is not None:
                self._paint_hover(painter)
        if self.hasFocus() and self._framed:
            painter.setPen(theme.colour("accent"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), theme.RADIUS, theme.RADIUS)

    def _paint_head(self, painter: QPainter, x: float) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("accent"))
        if self._slim:
            painter.drawEllipse(QPointF(x, self.height() / 2), KNOB + 1, KNOB + 1)
            return
        top = CHAPTERS
        painter.drawRoundedRect(QRectF(x - 1, top, 2, HEIGHT), 1, 1)
        painter.drawEllipse(QPointF(x, top), KNOB, KNOB)

    def _paint_hover(self, painter: QPainter) -> None:
        assert self._hover_x is not None
        x = min(max(self._hover_x, KNOB), self.width() - KNOB)
        if self._slim:
            return
        painter.fillRect(QRectF(x - 0.5, CHAPTERS, 1, HEIGHT), theme.colour("secondary"))
        painter.setFont(theme.font(theme.SMALL, 500, tabular=True))
        metrics = painter.fontMetrics()
        text = metrics.elidedText(self.hover_text, Qt.TextElideMode.ElideRight, self.width() - 2 * theme.S)
        box = QRectF(0, CHAPTERS + 4, metrics.horizontalAdvance(text) + 2 * theme.S, metrics.height() + 4)
        box.moveLeft(x + 6 if x + 6 + box.width() <= self.width() else max(0.0, x - 6 - box.width()))
        painter.setPen(theme.colour("control"))
        painter.setBrush(theme.colour("raised"))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        painter.setPen(theme.colour("text"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    def _pixmap(self, strength: float) -> QPixmap:
        """Everything that stands still."""
        ratio = self.devicePixelRatioF()
        made = QPixmap(self.size() * ratio)
        made.setDevicePixelRatio(ratio)
        made.fill(Qt.GlobalColor.transparent)
        painter = QPainter(made)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if self._slim or not self._duration_s:
            self._draw_line(painter, strength)
        else:
            self._draw_chapters(painter, strength)
            self._draw_lanes(painter, strength)
        painter.end()
        return made

    def _draw_line(self, painter: QPainter, strength: float) -> None:
        painter.setBrush(theme.colour("accent" if strength == 1.0 else "control"))
        middle = (self.height() if self._slim else CHAPTERS + HEIGHT / 2 + self.height() - HEIGHT / 2) / 2
        painter.drawRoundedRect(QRectF(KNOB, middle - 2, self.width() - 2 * KNOB, 4), 2, 2)

    def _draw_chapters(self, painter: QPainter, strength: float) -> None:
        """A line in as many pieces as there are chapters."""
        sections = self._picture.sections if self._picture is not None else ()
        painter.setBrush(theme.colour("accent" if strength == 1.0 else "control"))
        for section in sections:
            left, right = self._x(section.start_s) + 1, self._x(section.end_s) - 1
            painter.drawRoundedRect(QRectF(left, 2, max(1.0, right - left), 3), 1.5, 1.5)

    def _measure(self) -> None:
        count = max(1, int((self.width() - 2 * KNOB) // PITCH))
        there = self._duration_s and not self._slim
        self._bars = [(self._loudness(t, count), self._hues(t, count)) for t in self._tracks()] if there else []

    def _draw_lanes(self, painter: QPainter, strength: float) -> None:
        """A lane for each track, a bar every few pixels, in the colour of who speaks then."""
        height = (HEIGHT - LANE_GAP * (len(self._bars) - 1)) / len(self._bars)
        quiet = QColor(theme.colour("secondary" if strength == 1.0 else "control"))
        for n, (loudness, hues) in enumerate(self._bars):
            middle = CHAPTERS + n * (height + LANE_GAP) + height / 2
            for i, (loud, hue) in enumerate(zip(loudness, hues, strict=True)):
                colour = quiet
                if hue is not None:
                    colour = theme.speaker_colour(hue)
                    colour.setAlphaF(strength)
                painter.setBrush(colour)
                half = max(1.0, loud * height / 2)
                painter.drawRoundedRect(QRectF(KNOB + i * PITCH, middle - half, BAR, 2 * half), 1, 1)

    def _tracks(self) -> list[str]:
        """The tracks that have anything to show."""
        found = list(self._outline.tracks) if self._outline is not None else []
        if not found and self._picture is not None:
            found = sorted({s.track for s in self._picture.spoken})
        return found or [""]

    def _hues(self, track: str, count: int) -> list[int | None]:
        """Who speaks at each bar."""
        hues: list[int | None] = [None] * count
        if self._picture is not None:
            per_s = count / self._duration_s
            for s in self._picture.spoken:
                if s.track == track and s.hue >= 0:
                    first = min(count - 1, int(s.start_s * per_s))
                    last = min(count, max(first + 1, round(s.end_s * per_s)))
                    hues[first:last] = [s.hue] * (last - first)
        return hues

    def _loudness(self, track: str, count: int) -> list[float]:
        """0…1 for each bar; the ear's way, so that quiet speech is seen."""
        levels = self._outline.tracks.get(track, ()) if self._outline is not None else ()
        if self._outline is None or not levels:
            return [0.0] * count
        per_bar = self._duration_s * self._outline.per_s / count
        edges = [int(n * per_bar) for n in range(count + 1)]
        return [max(levels[a : max(a + 1, b)], default=0.0) ** 0.8 for a, b in pairwise(edges)]
