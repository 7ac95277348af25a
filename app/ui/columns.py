"""The columns of the window: where meetings are chosen, and what is looked at."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QWidget

SIDEBAR_MIN, SIDEBAR_MAX = 240, 300


class Columns(QSplitter):
    """Sidebar and centre."""

    def __init__(self, sidebar: QWidget, centre: QWidget, sidebar_width: int) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._wanted = sidebar_width
        self.setHandleWidth(1)
        self.setChildrenCollapsible(False)
        self.addWidget(sidebar)
        self.addWidget(centre)
        self.setStretchFactor(0, 0)
        self.setStretchFactor(1, 1)
        sidebar.setMinimumWidth(SIDEBAR_MIN)
        sidebar.setMaximumWidth(SIDEBAR_MAX)

    def place(self, width: int) -> None:
        """Give the sidebar the width it had."""
        self.setSizes([self._wanted, max(1, width - self._wanted)])

    @property
    def sidebar_width(self) -> int:
        """To be remembered."""
        return self.sizes()[0] or self._wanted
