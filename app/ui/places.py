"""Pages of the middle column that are no meeting: action items, models, jobs, settings and the like."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.ui import theme
from app.ui.widgets import IconButton, hairline, label, with_keys

KEYS: dict[str, QKeySequence.StandardKey | str] = {
    "settings": "Ctrl+,",
    "actions": "Ctrl+Shift+A",
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

    def enter(self) -> None:
        """Bring the keyboard here: to what the widget wants first, or to its first control."""
        widget = self.widget
        if widget.focusPolicy() != Qt.FocusPolicy.NoFocus or widget.focusProxy() is not None:
            widget.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        following = widget.nextInFocusChain()
        while following is not None and following is not widget:
            wants = following.focusPolicy() & Qt.FocusPolicy.TabFocus and following.isEnabled()
            if wants and following.isVisible() and widget.isAncestorOf(following):
                following.setFocus(Qt.FocusReason.OtherFocusReason)
                return
            following = following.nextInFocusChain()
        self.setFocus(Qt.FocusReason.OtherFocusReason)


@dataclass(frozen=True, slots=True)
class Place:
    """`icon`: name of the line icon in the sidebar and the palette."""

    key: str
    page: PlacePage
    title: str
    icon: str
    action: QAction


def make(key: str, widget: QWidget, title: str, icon: str, parent: QWidget, *, header: bool) -> Place:
    """A place with its action, which goes nowhere yet."""
    action = QAction(title, parent)
    if key in KEYS:
        action.setShortcut(QKeySequence(KEYS[key]))
    return Place(key, PlacePage(widget, title, header=header), title, icon, action)
