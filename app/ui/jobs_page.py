"""Jobs: what is being done and how long it takes still, what waits, what is not finished, what went wrong."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.ui import theme
from app.ui.jobs_rows import JobCard
from app.ui.widgets import ColumnArea, Glyph, button, label, section_head
from app.viewmodels.jobs_page import JobRow, JobsViewModel, RowKind

WIDTH = 680


class _Section(QWidget):
    """A heading with its rows, and a button beside it if there is something to do with all of them."""

    def __init__(self, title: str, parent: QWidget, action: str = "") -> None:
        super().__init__(parent)
        self.action = button(action, parent=self)
        self.action.setVisible(bool(action))
        self.beside = QHBoxLayout()
        self.beside.addWidget(self.action)
        beside = QWidget(self)
        beside.setLayout(self.beside)
        self.beside.setContentsMargins(0, 0, 0, 0)
        self.stack = QVBoxLayout()
        self.stack.setSpacing(0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, theme.S)
        column.setSpacing(theme.XS)
        column.addWidget(section_head(title, beside=beside))
        column.addLayout(self.stack)


class JobsPage(QWidget):
    """Signals:
    opened: a meeting is to be shown. (id)
    """

    opened = Signal(str)

    def __init__(self, jobs: JobsViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self.cards: dict[str, JobCard] = {}
        self.hold = button(self.tr("Pause all"), parent=self, icon="pause")
        self.state = label("", theme.BODY, secondary=True, wrap=True)
        self.nothing = self._empty()
        self.none_today = label(self.tr("Nothing yet."), theme.BODY, secondary=True)
        self._lay_out()
        self.hold.clicked.connect(jobs.toggle_hold)
        self.sections["unfinished"].action.clicked.connect(jobs.go_on_with_all)
        jobs.changed.connect(self.refresh)
        jobs.moved.connect(self._on_moved)
        self.refresh()

    def _empty(self) -> QWidget:
        """What is said when there is nothing."""
        made = QWidget(self)
        column = QVBoxLayout(made)
        column.setContentsMargins(0, 4 * theme.XXL, 0, 0)
        column.setSpacing(theme.S)
        column.addWidget(Glyph("activity", size=40), 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(theme.S)
        title = label(self.tr("Nothing to do"), theme.TITLE, 600, wrap=True)
        what = self.tr(
            "Nothing waits, and nothing was done today. Meetings that are recorded or imported are processed one "
            "after another, and are seen here."
        )
        text = label(what, theme.BODY, secondary=True, wrap=True)
        for words in (title, text):
            words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(words)
        return made

    def _lay_out(self) -> None:
        self.area = ColumnArea(WIDTH, self)
        self.area.keep_left()
        self.area.fill(self)
        body, column = self.area.body, self.area.column
        self._top = QHBoxLayout()
        self._top.setSpacing(theme.L)
        self._top.addWidget(self.state, 1)
        column.addLayout(self._top)
        column.addWidget(self.nothing)
        self.sections: dict[RowKind, _Section] = {
            "running": _Section(self.tr("Now"), body),
            "waiting": _Section(self.tr("Waiting"), body),
            "failed": _Section(self.tr("Went wrong"), body),
            "unfinished": _Section(self.tr("Not finished"), body, self.tr("Continue all")),
            "done": _Section(self.tr("Done today"), body),
        }
        for section in self.sections.values():
            column.addWidget(section)
        self.sections["done"].stack.addWidget(self.none_today)
        column.addStretch(1)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._jobs.look()
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Rows that are there stay what they are: a button that has the keyboard keeps it."""
        rows = self._jobs.rows()
        for gone in set(self.cards) - {r.meeting_id for r in rows}:
            self._take_out(gone)
        counts: dict[RowKind, int] = dict.fromkeys(self.sections, 0)
        for row in rows:
            card = self.cards.get(row.meeting_id)
            if card is None:
                card = self.cards[row.meeting_id] = self._make(row)
            card.show_row(row)
            stack = self.sections[row.kind].stack
            at = counts[row.kind]
            if stack.indexOf(card) != at:
                stack.insertWidget(at, card)
            counts[row.kind] += 1
        for kind, section in self.sections.items():
            section.setVisible(counts[kind] > 0 or (kind == "done" and bool(rows)))
        self.none_today.setVisible(not counts["done"])
        self.sections["unfinished"].action.setVisible(counts["unfinished"] > 1)
        busy = counts["running"] + counts["waiting"] > 0
        empty = not rows and not self._jobs.held
        self.nothing.setVisible(empty)
        self.area.keep_left(not empty)
        self.state.setText(self._jobs.waits_for)
        self.state.setVisible(bool(self._jobs.waits_for))
        self._put_hold(next((self.sections[k].beside for k in ("running", "waiting") if counts[k]), self._top))
        self.hold.setVisible(busy or self._jobs.held)
        self.hold.setText(self.tr("Go on") if self._jobs.held else self.tr("Pause all"))
        self.hold.show_icon("play" if self._jobs.held else "pause")
        self.hold.set_kind("primary" if self._jobs.held else "quiet")

    def _put_hold(self, row: QHBoxLayout) -> None:
        """Beside the heading of what it holds up; where nothing is left of that, beside the word that it does."""
        if row.indexOf(self.hold) < 0:
            focused = self.hold.hasFocus()
            row.addWidget(self.hold)
            if focused:
                self.hold.setFocus(Qt.FocusReason.OtherFocusReason)

    def _make(self, row: JobRow) -> JobCard:
        card = JobCard(row)
        card.opened.connect(self.opened)
        card.acted.connect(self._jobs.go_on)
        card.cancelled.connect(self._jobs.cancel)
        card.moved.connect(self._jobs.move)
        card.dropped.connect(self._jobs.move_before)
        return card

    def _take_out(self, meeting_id: str) -> None:
        card = self.cards.pop(meeting_id)
        card.hide()
        card.setParent(None)
        card.deleteLater()

    @Slot(str)
    def _on_moved(self, meeting_id: str) -> None:
        card, row = self.cards.get(meeting_id), self._jobs.row(meeting_id)
        if card is not None and row is not None and self.isVisible():
            card.show_row(row)
