"""The recording that runs, on top of the sidebar wherever the user is, and the way back to it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from app.ui import theme
from app.ui.recording_page import paint_dot
from app.ui.widgets import entered


class RunningCard(QAbstractButton):
    """A red dot, the title, and the clock. Checked while its page is on the screen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = self._detail = ""
        self._on = True
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setToolTip(self.tr("Back to the recording"))

    def nextCheckState(self) -> None:
        """The page decides, not the click."""

    def show_recording(self, title: str, detail: str, *, on: bool) -> None:
        """`detail`: "Recording · 12:03". `on`: whether sound is recorded right now."""
        if (title, detail, on) != (self._title, self._detail, self._on):
            self._title, self._detail, self._on = title, detail, on
            self.setAccessibleName(", ".join(p for p in (detail, title) if p))
            self.update()

    @property
    def detail(self) -> str:
        return self._detail

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not entered(self, event):
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(200, 54)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(theme.colour("accent" if self.hasFocus() else "hairline"))
        role = "accent_soft" if self.isChecked() else "hover" if self.underMouse() else "raised"
        painter.setBrush(theme.colour(role))
        painter.drawRoundedRect(rect, theme.RADIUS, theme.RADIUS)
        paint_dot(painter, QRectF(theme.M, 14, 10, 10), self._on)
        left = theme.M + 10 + theme.S
        inner = self.rect().adjusted(left, 8, -theme.M, -8)
        painter.setFont(theme.font(theme.BODY, 500))
        painter.setPen(theme.colour("text"))
        title = QFontMetrics(painter.font()).elidedText(self._title, Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(inner, Qt.AlignmentFlag.AlignTop, title)
        painter.setFont(theme.font(theme.SMALL, tabular=True))
        painter.setPen(theme.colour("text" if self._on else "secondary"))
        painter.drawText(inner, Qt.AlignmentFlag.AlignBottom, self._detail)
