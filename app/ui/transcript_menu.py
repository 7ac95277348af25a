"""What can be done with words of the transcript: actions with their keys, and the menu they stand in."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QAction, QColor, QGuiApplication, QIcon, QKeySequence, QPainter, QPixmap
from PySide6.QtWidgets import QMenu

from app.ui import theme
from app.viewmodels.meeting import MeetingViewModel

if TYPE_CHECKING:
    from app.ui.transcript_view import TranscriptView

HIGHLIGHT_KEYS = "Ctrl+Shift+H"
ACTION_ITEM_KEYS = "Ctrl+Shift+A"
COPY_WHO_KEYS = "Ctrl+Alt+C"


def dot(colour: QColor) -> QIcon:
    """A speaker's colour."""
    ratio = QGuiApplication.primaryScreen().devicePixelRatio()
    pixmap = QPixmap(round(16 * ratio), round(16 * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawEllipse(3, 3, 10, 10)
    painter.end()
    return QIcon(pixmap)


class TranscriptActions(QObject):
    """The actions work on what is selected, or on the turn the reader is at.

    Signals:
        name_wanted: somebody new is to be named for what is selected. (from here on: bool)
    """

    name_wanted = Signal(bool)

    def __init__(self, view: TranscriptView, meeting: MeetingViewModel) -> None:
        super().__init__(view)
        self._view = view
        self._meeting = meeting
        tr = self.tr
        self.edit = self._make(tr("Correct the words"), view.begin_edit, "F2")
        self.copy = self._make(tr("Copy"), view.copy, QKeySequence.StandardKey.Copy)
        self.copy_who = self._make(tr("Copy with names and times"), self._copy_who, COPY_WHO_KEYS)
        self.highlight = self._make(tr("Highlight"), self._highlight, HIGHLIGHT_KEYS)
        self.action_item = self._make(tr("Make an action item"), self._action_item, ACTION_ITEM_KEYS)
        self.split = self._make(tr("Split here"), self._split)
        self.join = self._make(tr("Join with what follows"), self._join)
        self.play = self._make(tr("Play this"), self._play)
        self.echoes = self._make(tr("Show hidden echoes"), view.toggle_echoes)
        self.select_all = self._make(tr("Select all"), view.selectAll)

    def _make(self, text: str, do: Callable[[], object], keys: QKeySequence.StandardKey | str | None = None) -> QAction:
        action = QAction(text, self)
        if keys is not None:
            action.setShortcut(QKeySequence(keys))
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.triggered.connect(lambda: do())
        self._view.addAction(action)
        return action

    def for_menu(self) -> list[QAction]:
        """What stands in the window's menus too."""
        return [
            self.edit,
            self.highlight,
            self.action_item,
            self.split,
            self.join,
            self.play,
            self.copy_who,
            self.echoes,
        ]

    def matching(self, keys: QKeySequence) -> QAction | None:
        """The action that answers to some keys."""
        for action in self._view.actions():
            for shortcut in action.shortcuts():
                if shortcut.matches(keys) == QKeySequence.SequenceMatch.ExactMatch:
                    return action
        return None

    def menu(self) -> QMenu:
        """Made anew each time: who there is to choose from changes."""
        view, transcript = self._view, self._meeting.transcript
        menu = QMenu(view)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        cuts = view.cuts()
        may = self._meeting.correctable and bool(cuts)
        menu.addActions([self.edit, self.play])
        menu.addSeparator()
        who = menu.addMenu(self.tr("Speaker"))
        later = menu.addMenu(self.tr("Speaker from here on"))
        for sub, from_here in ((who, False), (later, True)):
            sub.setEnabled(may and bool(self._meeting.speakers.rows))
            self._fill(sub, {s.speaker for s, _, _ in cuts} if not from_here else set(), from_here)
        menu.addSeparator()
        menu.addActions([self.highlight, self.action_item])
        menu.addSeparator()
        menu.addActions([self.split, self.join])
        menu.addSeparator()
        menu.addActions([self.copy, self.copy_who, self.select_all])
        if transcript.echoes:
            menu.addSeparator()
            menu.addAction(self.echoes)
            shown = transcript.echoes_shown
            self.echoes.setText(self.tr("Hide echoes") if shown else self.tr("Show hidden echoes"))
        self.edit.setEnabled(self._meeting.correctable and view.currentIndex().isValid())
        for action in (self.highlight, self.action_item):
            action.setEnabled(may)
        for action in (self.copy, self.copy_who, self.play):
            action.setEnabled(bool(cuts))
        self.split.setEnabled(may and self._where_to_split() is not None)
        self.join.setEnabled(may and self._what_to_join() is not None)
        menu.aboutToHide.connect(self._enable_all)
        return menu

    @Slot()
    def _enable_all(self) -> None:
        """Keys work again: each action looks for itself whether there is something to do."""
        for action in self._view.actions():
            action.setEnabled(True)

    def popup(self, at: QPoint) -> None:
        self.menu().popup(at)

    def _fill(self, menu: QMenu, now: set[str], from_here: bool) -> None:
        for n, row in enumerate(self._meeting.speakers.rows):
            keys = f"\tAlt+{n + 1}" if n < 9 and not from_here else ""
            action = menu.addAction(dot(theme.speaker_colour(row.hue)), row.name.replace("&", "&&") + keys)
            action.setCheckable(now == {row.key})
            action.setChecked(now == {row.key})
            action.triggered.connect(partial(self._assign, row.key, from_here))
        menu.addSeparator()
        menu.addAction(self.tr("Somebody else…")).triggered.connect(partial(self.name_wanted.emit, from_here))

    # What they do

    def assign_nth(self, n: int) -> None:
        rows = self._meeting.speakers.rows
        if n < len(rows):
            self._assign(rows[n].key, False)

    def _assign(self, key: str, from_here: bool, _checked: bool = False) -> None:
        self.assign(from_here, key=key)

    def assign(self, from_here: bool, *, key: str = "", name: str = "") -> None:
        cuts = self._view.cuts()
        if not cuts or not self._may():
            return
        if from_here:
            self._meeting.corrections.assign_from(cuts[0], key, name=name)
        else:
            self._meeting.corrections.assign(cuts, key, name=name)

    def _may(self) -> bool:
        if self._meeting.why_not_correctable:
            self._meeting.said.emit(self._meeting.why_not_correctable)
        return self._meeting.correctable

    def _copy_who(self) -> None:
        text = self._view.selected_text(always_who=True)
        if text:
            QGuiApplication.clipboard().setText(text)

    def _highlight(self) -> None:
        if self._may():
            self._meeting.corrections.highlight(self._view.cuts())

    def _action_item(self) -> None:
        cuts = self._view.cuts()
        if cuts and self._may():
            said = " ".join(s.text.strip()[start:end] for s, start, end in cuts)
            self._meeting.corrections.action_item(said, [s.id for s, _, _ in cuts])

    def _where_to_split(self) -> tuple[int, int] | None:
        """Segment and place in its text: where the text cursor stands, or where the selection begins."""
        place = self._view.caret
        if place is None:
            return None
        span = self._meeting.transcript.rows[place[0]].span_at(place[1])
        return (span.segment_id, place[1] - span.start) if span.start < place[1] < span.end else None

    def _split(self) -> None:
        where = self._where_to_split()
        segment = self._meeting.transcript.segment(where[0]) if where else None
        if where is not None and segment is not None and self._may():
            self._meeting.corrections.split(segment, where[1])

    def _what_to_join(self) -> tuple[int, int] | None:
        """The segment the reader is at and the next one of the same person on the same track."""
        cuts = self._view.cuts()
        if not cuts:
            return None
        rows = self._meeting.transcript.segments
        place = self._view.caret
        first = cuts[0][0]
        if place is not None:
            there = self._meeting.transcript.segment(
                self._meeting.transcript.rows[place[0]].span_at(place[1]).segment_id
            )
            first = there or first
        at = next((i for i, s in enumerate(rows) if s.id == first.id), len(rows))
        following = next((s for s in rows[at + 1 : at + 9] if s.track == first.track), None)
        if following is None or following.speaker != first.speaker:
            return None
        return first.id, following.id

    def _join(self) -> None:
        ids = self._what_to_join()
        if ids is None or not self._may():
            return
        first, second = (self._meeting.transcript.segment(i) for i in ids)
        if first is not None and second is not None:
            self._meeting.corrections.join(first, second)

    def _play(self) -> None:
        self._view.play_selected()
