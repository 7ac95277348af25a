"""The three columns of the window, and how the minutes fold away when there is no room."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QWidget

from app.ui.minutes_panel import MinutesPanel
from app.ui.page import MeetingPage

PANEL_FROM = 1100  # below this width of the window the minutes fold into a tab
PANEL_MIN, PANEL_MAX = 320, 400
PAGE_COMFORT = 560  # the minutes give way before the words get narrower than this
SIDEBAR_MIN, SIDEBAR_MAX = 240, 300
NO_LIMIT = 16777215


class Columns(QSplitter):
    """Sidebar, page and minutes."""

    def __init__(self, sidebar: QWidget, centre: QWidget, panel: MinutesPanel, page: MeetingPage,
                 widths: tuple[int, int], *, panel_shown: bool) -> None:  # fmt: skip
        super().__init__(Qt.Orientation.Horizontal)
        self._panel = panel
        self._page = page
        self._widths = list(widths)  # of the sidebar and of the minutes
        self._narrow = False
        self.panel_wanted = panel_shown
        self.setHandleWidth(1)
        self.setChildrenCollapsible(False)
        for column in (sidebar, centre, panel):
            self.addWidget(column)
        self.setStretchFactor(0, 0)
        self.setStretchFactor(1, 1)
        self.setStretchFactor(2, 0)
        sidebar.setMinimumWidth(SIDEBAR_MIN)
        sidebar.setMaximumWidth(SIDEBAR_MAX)
        panel.hide()

    def place(self, width: int) -> None:
        """Give the outer columns the widths they had."""
        left, right = self._widths
        shown = self._panel.isVisibleTo(self) and self._panel.parent() is self
        self.setSizes([left, max(1, width - left - (right if shown else 0)), right if shown else 0])

    @property
    def widths(self) -> tuple[int, int]:
        """Of the sidebar and of the minutes, to be remembered."""
        sizes = self.sizes()
        right = sizes[2] if len(sizes) > 2 and sizes[2] >= PANEL_MIN else self._widths[1]
        return sizes[0], right

    def toggle_panel(self) -> None:
        if self._narrow:
            self._page.toggle_tab()
        else:
            self.panel_wanted = not self.panel_wanted

    def fold(self, width: int, *, has_meeting: bool) -> None:
        """Minutes in a column of their own, in a tab when the window is narrow, or out of sight."""
        panel = self._panel
        narrow = width < PANEL_FROM
        if narrow != self._narrow:
            self._turn(narrow)
        elif not narrow and panel.minimumWidth() != PANEL_MIN:
            panel.setMinimumWidth(PANEL_MIN)
            panel.setMaximumWidth(PANEL_MAX)
        if narrow:
            return
        shown = has_meeting and self.panel_wanted
        if shown != panel.isVisibleTo(self):
            if not shown:
                self._widths[1] = max(PANEL_MIN, self.sizes()[2])
            self._widths[0] = self.sizes()[0] or self._widths[0]
            panel.setVisible(shown)
            self.place(width)
        sizes = self.sizes()
        if len(sizes) > 2 and sizes[2] > PANEL_MIN and sizes[1] < PAGE_COMFORT:
            right = max(PANEL_MIN, sizes[2] - (PAGE_COMFORT - sizes[1]))
            self.setSizes([sizes[0], sizes[1] + sizes[2] - right, right])

    def _turn(self, narrow: bool) -> None:
        panel = self._panel
        if narrow and panel.isVisible():
            self._widths[1] = self.sizes()[2]
        self._narrow = narrow
        panel.setMinimumWidth(0 if narrow else PANEL_MIN)
        panel.setMaximumWidth(NO_LIMIT if narrow else PANEL_MAX)
        panel.show_title(not narrow)
        if narrow:
            self._page.take_minutes(panel)
        else:
            self._page.take_minutes(None)
            self.addWidget(panel)
            self.setStretchFactor(2, 0)
