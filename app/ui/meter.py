"""How loud a track is: one quiet bar."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.domain.recording import SILENCE_DB, Level
from app.ui import theme

FLOOR_DB = -60.0  # left end of the bar; the right one is full scale
FALL_DB = 4.0  # how far the bar falls in a tenth of a second, so that it breathes instead of twitching
PEAK_STAYS = 12  # tenths of a second
CLIP_STAYS = 15


class LevelMeter(QWidget):
    """The bar follows the loudness, a tick stays at the last peak for a moment, and the end changes its colour for as
    long as the sound is too loud for the recording. Grey while nothing can be measured."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._rms = self._peak = SILENCE_DB
        self._peak_for = self._clipped_for = 0
        self._on = False
        self.setFixedHeight(16)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(name)

    def sizeHint(self) -> QSize:
        return QSize(160, 16)

    def show_level(self, level: Level, *, on: bool = True) -> None:
        """`on` is false while the track is not recorded; then nothing is shown."""
        before = (self._rms, self._peak, self._on, self._clipped_for > 0)
        if not on:
            self._rms = self._peak = SILENCE_DB
            self._peak_for = self._clipped_for = 0
        else:
            self._rms = max(level.rms_db, self._rms - FALL_DB)
            self._peak_for -= 1
            if level.peak_db >= self._peak or self._peak_for <= 0:
                self._peak, self._peak_for = level.peak_db, PEAK_STAYS
            self._clipped_for = CLIP_STAYS if level.clipped else max(0, self._clipped_for - 1)
        self._on = on
        if (self._rms, self._peak, self._on, self._clipped_for > 0) != before:
            self.update()

    @property
    def clipped(self) -> bool:
        return self._clipped_for > 0

    @property
    def part(self) -> float:
        """How much of the bar is filled, 0..1."""
        return _part(self._rms)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        bar = QRectF(0, self.height() / 2 - 3, self.width(), 6)
        painter.setBrush(theme.colour("hairline"))
        painter.drawRoundedRect(bar, 3, 3)
        if not self._on:
            return
        filled = QRectF(bar)
        filled.setWidth(bar.width() * self.part)
        if filled.width() >= 1:
            painter.save()
            painter.setClipRect(filled)
            painter.setBrush(theme.colour("accent"))
            painter.drawRoundedRect(bar, 3, 3)
            painter.restore()
        tick = _part(self._peak) * bar.width()
        if tick > filled.right() + 4:
            painter.setBrush(theme.colour("accent"))
            painter.drawRoundedRect(QRectF(min(tick, bar.width() - 3), bar.top(), 3, bar.height()), 1.5, 1.5)
        if self.clipped:
            painter.setBrush(theme.colour("warning"))
            painter.drawRoundedRect(QRectF(bar.right() - 14, bar.top(), 14, bar.height()), 3, 3)


def _part(db: float) -> float:
    return min(1.0, max(0.0, 1.0 - db / FLOOR_DB))
