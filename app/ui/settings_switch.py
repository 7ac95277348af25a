"""A switch: a check box that looks like what it does."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox, QSizePolicy, QWidget

from app.ui import theme


class Switch(QCheckBox):
    """On or off, at once. Space and click turn it; it is a check box to whoever reads the screen."""

    WIDTH, HEIGHT, RING = 36, 20, 3

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:
        return QSize(self.WIDTH + 2 * self.RING, self.HEIGHT + 2 * self.RING)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def hitButton(self, at: QPoint) -> bool:
        return self.rect().contains(at)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        body = QRectF(self.RING, self.RING, self.WIDTH, self.HEIGHT)
        on = self.isChecked()
        if self.hasFocus():
            painter.setPen(QPen(theme.colour("accent"), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(body.adjusted(-2, -2, 2, 2), self.HEIGHT / 2 + 2, self.HEIGHT / 2 + 2)
        painter.setPen(Qt.PenStyle.NoPen)
        if not self.isEnabled():
            painter.setBrush(theme.colour("hairline"))
        elif on:
            painter.setBrush(theme.colour("accent_hover" if self.underMouse() else "accent"))
        else:
            painter.setBrush(theme.colour("secondary"))
        painter.drawRoundedRect(body, self.HEIGHT / 2, self.HEIGHT / 2)
        knob = self.HEIGHT - 6
        left = body.right() - knob - 3 if on else body.left() + 3
        painter.setBrush(theme.colour("on_accent" if on and self.isEnabled() else "page"))
        painter.drawEllipse(QRectF(left, body.top() + 3, knob, knob))
