"""The parts of the window that F6 goes through: the sidebar, the words, the minutes, the player, or another page."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QStackedWidget, QWidget

from app.ui.page import MeetingPage
from app.ui.sidebar import Sidebar
from app.ui.widgets import first_control


class Panes(QObject):
    """Carries the keyboard from one part to the next, round and round."""

    def __init__(self, window: QWidget, sidebar: Sidebar, centre: QStackedWidget, page: MeetingPage) -> None:
        super().__init__(window)
        self._window = window
        self._sidebar = sidebar
        self._centre = centre
        self._page = page

    def _parts(self) -> list[tuple[QWidget, QWidget]]:
        """Those that can take the keyboard now, from left to right, each with the widget that takes it."""
        middle = self._centre.currentWidget()
        if middle is self._page:
            return [(self._sidebar, self._sidebar.first_control()), *self._page.panes]
        target = first_control(middle) if middle is not None else None
        rest = [(middle, target)] if middle is not None and target is not None else []
        return [(self._sidebar, self._sidebar.first_control()), *rest]

    @Slot()
    def forward(self) -> None:
        self._go(1)

    @Slot()
    def back(self) -> None:
        self._go(-1)

    def _go(self, by: int) -> None:
        parts, focus = self._parts(), self._window.focusWidget()
        there = (n for n, (w, _) in enumerate(parts) if focus is not None and (w is focus or w.isAncestorOf(focus)))
        at = next(there, 0)
        if len(parts) > 1:
            parts[(at + by) % len(parts)][1].setFocus(Qt.FocusReason.TabFocusReason)
