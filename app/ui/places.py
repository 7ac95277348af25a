"""Pages of the middle column that are no meeting: action items, models, jobs, settings and the like."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.ui import theme
from app.ui.widgets import IconButton, first_control, hairline, label, with_keys

if TYPE_CHECKING:
    from app.ui.commands import Commands
    from app.ui.sidebar import Sidebar

KEYS: dict[str, QKeySequence.StandardKey | str] = {
    "settings": "Ctrl+,",
    "actions": "Ctrl+Shift+I",
    "models": "Ctrl+Shift+L",
    "jobs": "Ctrl+Shift+J",
}
HEADER = 52  # its height, that of a meeting's title line


class PlacePage(QWidget):
    """A title with a way back over the widget itself.

    Signals:
        left: the user wants to go back to the meetings.
    """

    left = Signal()

    def __init__(self, widget: QWidget, title: str, *, header: bool) -> None:
        super().__init__()
        self.widget = widget
        self.title = title
        self.setObjectName("place")
        self.setAccessibleName(title)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.close_button: IconButton | None = None
        if header:
            name = self.tr("Back to the meetings")
            self.close_button = IconButton("x", name, self, tip=with_keys(name, "Esc"))
            self.close_button.clicked.connect(self.left)
            row = QHBoxLayout()
            row.setContentsMargins(theme.XL, 0, theme.M, 0)
            self._heading = label(title, theme.TITLE, 600)
            self._heading.setFixedHeight(HEADER)
            row.addWidget(self._heading, 1)
            row.addWidget(self.close_button)
            column.addLayout(row)
            column.addWidget(hairline())
        column.addWidget(widget, 1)
        if self.close_button is not None:
            self.setTabOrder(widget, self.close_button)

    def first_control(self) -> QWidget:
        return first_control(self.widget) or self

    def enter(self) -> None:
        """Bring the keyboard here: to what the widget wants first, or to its first control."""
        self.first_control().setFocus(Qt.FocusReason.OtherFocusReason)


@dataclass(frozen=True, slots=True)
class Place:
    """`icon`: name of the line icon in the sidebar and the palette."""

    key: str
    page: PlacePage
    title: str
    icon: str
    action: QAction


class Places(QObject):
    """All places by their key.

    Signals:
        wanted: one is to be shown, by its action. (PlacePage)
        left: the one on the screen is to be left.
    """

    wanted = Signal(object)
    left = Signal()

    def __init__(self, window: QWidget, centre: QStackedWidget, commands: Commands, sidebar: Sidebar) -> None:
        super().__init__(window)
        self._centre = centre
        self._commands = commands
        self._sidebar = sidebar
        self._places: dict[str, Place] = {}

    def __getitem__(self, key: str) -> Place:
        return self._places[key]

    def __iter__(self) -> Iterator[Place]:
        return iter(self._places.values())

    def key_of(self, page: QWidget | None) -> str:
        """ "" when it is no place."""
        return next((k for k, p in self._places.items() if p.page is page), "")

    def add(self, key: str, widget: QWidget, title: str, icon: str, *, header: bool) -> Place:
        if key in self._places:
            raise ValueError(f"there is a place “{key}” already")
        action = QAction(title, self)
        if key in KEYS:
            action.setShortcut(QKeySequence(KEYS[key]))
        page = PlacePage(widget, title, header=header)
        place = self._places[key] = Place(key, page, title, icon, action)
        action.triggered.connect(lambda: self.wanted.emit(page))
        page.left.connect(self.left)
        self._centre.addWidget(page)
        self._commands.add_place(place)
        self._sidebar.add_place(place)
        return place
