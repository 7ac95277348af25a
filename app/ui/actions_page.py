"""Action items across meetings: as a list, on a line of days, and by person."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from app.ui import theme
from app.ui.actions_list import ActionList
from app.ui.actions_matrix import ActionMatrix
from app.ui.actions_timeline import ActionTimeline
from app.ui.choice import Choice
from app.ui.widgets import Glyph, IconButton, button, hairline, label
from app.viewmodels.actions import ActionsViewModel
from app.viewmodels.actions_rows import GROUPINGS, SHOWS, Filter

EVERYBODY = "*"


class ActionsPage(QWidget):
    """Signals:
    opened: a meeting is to be shown where an item is said. (meeting id, segment ids)
    copied: the list is on the clipboard.
    """

    opened = Signal(str, tuple)
    copied = Signal()

    def __init__(self, actions: ActionsViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._actions = actions
        self.setObjectName("page")
        column = QVBoxLayout(self)  # what is made first is first on the way of the Tab key
        column.setContentsMargins(0, theme.S, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._tabs())
        column.addWidget(hairline(self))
        self.filters = self._filters()
        column.addWidget(self.filters)
        column.addWidget(self._views(), 1)
        self.nothing = self._empty()
        column.addWidget(self.nothing, 1)
        self.items.opened.connect(self.opened)
        self.timeline.items.opened.connect(self.opened)
        self.matrix.wanted.connect(self._on_wanted)
        actions.changed.connect(self._on_changed)
        self._on_changed()

    # Making it

    def _tabs(self) -> QHBoxLayout:
        self.tabs: list[QPushButton] = []
        self._tab_group = QButtonGroup(self)
        row = QHBoxLayout()
        row.setContentsMargins(theme.XL, 0, theme.M, 0)
        row.setSpacing(theme.L)
        for n, text in enumerate((self.tr("List"), self.tr("Timeline"), self.tr("Who does what"))):
            tab = button(text, "tab", self)
            tab.setCheckable(True)
            tab.setChecked(n == 0)
            self._tab_group.addButton(tab, n)
            self.tabs.append(tab)
            row.addWidget(tab)
        row.addStretch(1)
        self.state = label("", theme.BODY, secondary=True, parent=self)
        row.addWidget(self.state)
        self.copy_button = IconButton("copy", self.tr("Copy the list"), self)
        row.addWidget(self.copy_button)
        self._tab_group.idClicked.connect(self.look_at)
        self.copy_button.clicked.connect(self._copy)
        return row

    def _views(self) -> QWidget:
        self.views = QStackedWidget(self)
        self.items = ActionList(self._actions, self.views)
        self.timeline = ActionTimeline(self._actions, self.views)
        self.matrix = ActionMatrix(self._actions.matrix, self.views)
        for view in (self.items, self.timeline, self.matrix):
            self.views.addWidget(view)
        return self.views

    def _filters(self) -> QWidget:
        made = QWidget(self)
        self.show_choice = Choice(self.tr("Which action items"), made)
        self.owner_choice = Choice(self.tr("Whose action items"), made)
        self.group_choice = Choice(self.tr("Grouped by"), made)
        self.meeting_chip = button("", icon="x", parent=made)
        self.show_choice.picked.connect(self._on_show)
        self.owner_choice.picked.connect(self._on_owner)
        self.group_choice.picked.connect(self._on_group)
        self.meeting_chip.clicked.connect(self._on_all_meetings)
        row = QHBoxLayout(made)
        row.setContentsMargins(theme.XL, theme.M, theme.XL, theme.S)
        row.setSpacing(theme.S)
        for choice in (self.show_choice, self.owner_choice, self.group_choice):
            choice.setMaximumWidth(220)
            row.addWidget(choice, 1)
        row.addWidget(self.meeting_chip)
        row.addStretch(0)
        return made

    def _empty(self) -> QWidget:
        made = QWidget(self)
        self.nothing_title = label("", theme.TITLE, 600, wrap=True)
        self.nothing_text = label("", theme.BODY, secondary=True, wrap=True)
        self.widen_button = button(self.tr("Show everything"))
        self.widen_button.clicked.connect(self._on_widen)
        column = QVBoxLayout(made)
        column.setContentsMargins(theme.XL, 0, theme.XL, 0)
        column.setSpacing(theme.S)
        column.addStretch(4)
        column.addWidget(Glyph("list-todo", size=40), 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(theme.S)
        for words in (self.nothing_title, self.nothing_text):
            words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(words)
        column.addSpacing(theme.S)
        column.addWidget(self.widen_button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(5)
        return made

    # Showing it

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._actions.refresh()

    @Slot(int)
    def look_at(self, which: int) -> None:
        """0: the list, 1: the line of days, 2: people."""
        self.tabs[which].setChecked(True)
        self.views.setCurrentIndex(which)
        self._on_changed()

    def first_control(self) -> QWidget:
        """Where the keyboard begins: in what is looked at."""
        return (self.items, self.timeline.items, self.matrix)[self.views.currentIndex()]

    @Slot()
    def _on_changed(self) -> None:
        actions = self._actions
        shows = {
            "open": self.tr("Open"),
            "overdue": self.tr("Overdue"),
            "done": self.tr("Done"),
            "all": self.tr("Open and done"),
        }
        groups = {
            "due": self.tr("By date"),
            "owner": self.tr("By person"),
            "meeting": self.tr("By meeting"),
        }
        self.show_choice.show_options([(s, shows[s]) for s in SHOWS], actions.filter.show)
        self.group_choice.show_options([(g, groups[g]) for g in GROUPINGS], actions.grouping)
        owners = [(EVERYBODY, self.tr("Everybody")), *((o.key, f"{o.name} ({o.count})") for o in actions.owners)]
        chosen = EVERYBODY if actions.filter.owner is None else actions.filter.owner
        self.owner_choice.show_options(owners, chosen)
        self._show_meeting(actions.meeting_title)
        self.state.setText(actions.summary if actions.read else "")
        by_person = self.views.currentIndex() == 2
        some = bool(actions.matrix.owners) if by_person else bool(actions.rows.rows)
        self.copy_button.setEnabled(bool(actions.rows.rows))
        self.filters.setVisible(not by_person and not actions.empty)
        self.views.setVisible(some or not actions.read)
        self.nothing.setVisible(not some and actions.read)
        self._say_nothing()

    def _show_meeting(self, title: str) -> None:
        self.meeting_chip.setVisible(bool(title))
        shown = self.meeting_chip.fontMetrics().elidedText(title, Qt.TextElideMode.ElideRight, 140)
        self.meeting_chip.setText(shown)
        self.meeting_chip.setToolTip(self.tr("Only from “{meeting}”: show all meetings").format(meeting=title))
        self.meeting_chip.setAccessibleName(self.meeting_chip.toolTip())

    def _say_nothing(self) -> None:
        if self._actions.empty:
            title = self.tr("No action items yet")
            text = self.tr("What people say they will do is found in the minutes of your meetings and listed here.")
        elif self._actions.filter == Filter():
            title = self.tr("Everything is done")
            text = self.tr("Nothing is open in any of your meetings.")
        else:
            title = self.tr("Nothing like that")
            text = self.tr("No action item is the one you are looking for.")
        self.nothing_title.setText(title)
        self.nothing_text.setText(text)
        self.widen_button.setVisible(not self._actions.empty)

    # What the user does

    @Slot(str)
    def _on_show(self, show: str) -> None:
        self._actions.show(next(s for s in SHOWS if s == show))

    @Slot(str)
    def _on_owner(self, owner: str) -> None:
        self._actions.show_owner(None if owner == EVERYBODY else owner)

    @Slot(str)
    def _on_group(self, grouping: str) -> None:
        self._actions.group(next(g for g in GROUPINGS if g == grouping))

    @Slot()
    def _on_all_meetings(self) -> None:
        f = self._actions.filter
        self._actions.narrow(Filter(f.show, f.owner))

    @Slot()
    def _on_widen(self) -> None:
        self._actions.widen()
        self.items.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(object)
    def _on_wanted(self, wanted: Filter) -> None:
        self._actions.narrow(wanted)
        self.look_at(0)
        self.items.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._actions.markdown())
        self.copied.emit()
