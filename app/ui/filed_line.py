"""The line of facts under a meeting's title, and where the meeting is filed: its folder and its tags."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from PySide6.QtCore import QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from app.ui import theme
from app.ui.widgets import ElidedLabel, TextButton
from app.viewmodels.meeting import MeetingViewModel
from app.viewmodels.shelf import Shelf

HEIGHT = 22
MOST = 168  # pixels of one chip
FACTS = 0.5  # of the line at least, where there is not room for everything


class Chip(TextButton):
    """A folder or a tag, quiet until the mouse is on it."""

    TINTS: ClassVar[dict[str, str]] = {"time": "secondary"}
    SIZE = 12

    def __init__(self, text: str, icon: str, parent: QWidget) -> None:
        super().__init__("", icon, parent)
        self.setProperty("kind", "time")
        self.setFont(theme.font(theme.SMALL))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFixedHeight(HEIGHT)
        self._full = text
        self.wide = 0
        self.fit()

    def fit(self) -> None:
        """As wide as its words, up to a limit; they are too long beyond that."""
        extra = 16 + (self.SIZE + self.GAP + 4 if self._icon_name else 0)
        shown = self.fontMetrics().elidedText(self._full, Qt.TextElideMode.ElideMiddle, MOST - extra)
        self.wide = self.fontMetrics().horizontalAdvance(shown) + extra
        self.setText(shown.replace("&", "&&"))


class FiledLine(QWidget):
    """The facts, then chips right behind them; those there is no room for are in a menu behind the last.

    Signals:
    shelf_wanted: the meetings of a folder or with a tag are to be listed. (Shelf)
    """

    shelf_wanted = Signal(object)

    def __init__(self, meeting: MeetingViewModel, facts: ElidedLabel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._meeting = meeting
        self._facts = facts
        self._shelves: list[Shelf] = []
        self.chips: list[Chip] = []
        facts.setParent(self)
        self.more = Chip("", "", self)
        self.menu = QMenu(self)
        self.more.clicked.connect(self._show_more)
        self.more.hide()
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        meeting.changed.connect(self._on_changed)
        meeting.banner_changed.connect(self._place)

    def sizeHint(self) -> QSize:
        return QSize(200, HEIGHT)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    @Slot()
    def _on_changed(self) -> None:
        m = self._meeting.meeting
        there = m is not None and m.trashed_at is None  # no shelf but the trash holds what is in it
        shelves = [Shelf("folder", m.folder)] if m is not None and there and m.folder else []
        shelves += [Shelf("tag", tag) for tag in m.tags] if m is not None and there else []
        if shelves != self._shelves:
            self._shelves = shelves
            for chip in self.chips:
                chip.hide()
                chip.deleteLater()
            self.chips = [self._chip(shelf) for shelf in shelves]
            before: QWidget = self._facts
            for chip in (*self.chips, self.more):
                self.setTabOrder(before, chip)
                before = chip
        self._place()

    def _chip(self, shelf: Shelf) -> Chip:
        chip = Chip(shelf.key, "folder" if shelf.kind == "folder" else "tag", self)
        chip.setAccessibleName(self._said(shelf))
        chip.setToolTip(self._said(shelf))
        chip.clicked.connect(partial(self._want, shelf))
        return chip

    def _said(self, shelf: Shelf) -> str:
        if shelf.kind == "folder":
            return self.tr("Show the meetings in the folder “{name}”").format(name=shelf.key)
        return self.tr("Show the meetings with the tag “{name}”").format(name=shelf.key)

    @Slot()
    def _place(self) -> None:
        """Facts, chips, and how many more there are."""
        facts = self._facts
        wanted = facts.indent() + facts.fontMetrics().horizontalAdvance(self._meeting.subtitle) + 1
        room = self.width()
        self.more.setText("+99")
        reserve = theme.S + self.more.fontMetrics().horizontalAdvance("+99") + 16
        all_of_them = sum(chip.wide + theme.XS for chip in self.chips) + theme.XS
        left = min(wanted, max(int(room * FACTS), room - all_of_them) if self.chips else room)
        facts.setGeometry(0, 0, left if self.chips else room, HEIGHT)
        x, hidden = left + theme.S, 0
        for n, chip in enumerate(self.chips):
            last = n == len(self.chips) - 1
            fits = not hidden and x + chip.wide <= room - (0 if last else reserve)
            chip.setVisible(fits)
            if fits:
                chip.setGeometry(QRect(x, 0, chip.wide, HEIGHT))
                x += chip.wide + theme.XS
            else:
                hidden += 1
        self.more.setVisible(hidden > 0)
        if hidden:
            self.more.setText(f"+{hidden}")
            self.more.setAccessibleName(self.tr("%n more folders and tags", "", hidden))
            self.more.setToolTip(", ".join(s.key for s in self._shelves[-hidden:]))
            wide = self.more.fontMetrics().horizontalAdvance(self.more.text()) + 16
            self.more.setGeometry(QRect(min(x, room - wide), 0, wide, HEIGHT))

    @Slot()
    def _show_more(self) -> None:
        self.menu.clear()
        for chip, shelf in zip(self.chips, self._shelves, strict=True):
            if chip.isHidden():
                action = self.menu.addAction(shelf.key.replace("&", "&&"))
                action.triggered.connect(partial(self._want, shelf))
        self.menu.popup(self.more.mapToGlobal(self.more.rect().bottomLeft()))

    def _want(self, shelf: Shelf, _checked: bool = False) -> None:
        self.shelf_wanted.emit(shelf)
