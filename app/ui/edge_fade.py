"""Lines that are cut by the upper edge of what scrolls fade there: it is seen that there is more, and nothing of a line
that is only half there has to be read."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from app.ui import theme

HEIGHT = 20


class EdgeFade(QWidget):
    """Over the upper edge of a scroll area, while something is above it. `below`: over the lower edge instead."""

    def __init__(self, area: QAbstractScrollArea, role: str = "page", *, below: bool = False) -> None:
        super().__init__(area)
        self._area = area
        self._role = role
        self._below = below
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.viewport().installEventFilter(self)
        bar = area.verticalScrollBar()
        bar.valueChanged.connect(self._place)
        bar.rangeChanged.connect(self._place)
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Show):
            self._place()
        return False

    def _place(self, *_: int) -> None:
        bar, rect = self._area.verticalScrollBar(), self._area.viewport().geometry()
        self.setVisible(bar.value() < bar.maximum() if self._below else bar.value() > 0)
        top = rect.bottom() + 1 - HEIGHT if self._below else rect.top()
        self.setGeometry(rect.left(), top, rect.width(), HEIGHT)
        self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        solid, clear = theme.colour(self._role), theme.colour(self._role)
        clear.setAlpha(0)
        shade = QLinearGradient(0, 0, 0, self.height())
        shade.setColorAt(1 if self._below else 0, solid)
        shade.setColorAt(0.25 if not self._below else 0.75, solid)
        shade.setColorAt(0 if self._below else 1, clear)
        QPainter(self).fillRect(self.rect(), shade)
