"""The page while recording: the clock, two quiet meters, what the user should know, the words, and notes.

With live text the words stand beside the notes where there is room, else each behind a tab of its own.
"""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QRectF, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.domain.meeting import MIC
from app.ui import theme
from app.ui.banner import WarningCard
from app.ui.live_catch_up import CatchUpCard
from app.ui.live_pane import LivePane
from app.ui.meter import LevelMeter
from app.ui.notes import AsideList, NoteField
from app.ui.title_field import TITLE_INSET, TitleField
from app.ui.widgets import ElidedLabel, Glyph, button, hairline, label, with_keys
from app.viewmodels.live import LiveViewModel
from app.viewmodels.problems import Problem
from app.viewmodels.recording import RecordingViewModel, TrackView

BOOKMARK_KEYS, NOTE_KEYS, PAUSE_KEYS, STOP_KEYS = "Ctrl+B", "Ctrl+Shift+N", "Ctrl+Shift+P", "Ctrl+Shift+S"
MOST_WARNINGS = 3
WIDE = 1120  # the most that words and notes take together
BESIDE_FROM = 700  # with so much room the notes stand beside the words


class RecordingDot(QWidget):
    """Filled in red while sound is recorded, a ring while it is not."""

    def __init__(self, size: int = 12, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._on = True
        self.setFixedSize(size, size)

    def show_on(self, on: bool) -> None:
        if on != self._on:
            self._on = on
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_dot(painter, QRectF(self.rect()), self._on)


def paint_dot(painter: QPainter, rect: QRectF, on: bool) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if on:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("danger"))
        painter.drawEllipse(rect.adjusted(0.5, 0.5, -0.5, -0.5))
    else:
        pen = painter.pen()
        pen.setColor(theme.colour("secondary"))
        pen.setWidthF(2)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(rect.adjusted(1.5, 1.5, -1.5, -1.5))


class TrackLine(QWidget):
    """A track's sign, its device and its meter, on one line."""

    def __init__(self, track: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.track = track
        self._name = label("", theme.SMALL, 500)
        self._device = ElidedLabel()
        self._device.setFont(theme.font(theme.SMALL))
        self._device.setProperty("role", "secondary")
        self.meter = LevelMeter("", self)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme.S)
        grid.addWidget(Glyph("mic" if track == MIC else "volume-2", size=16), 0, 0)
        words = QHBoxLayout()
        words.setSpacing(theme.S)
        words.addWidget(self._name)
        words.addWidget(self._device, 1)
        grid.addLayout(words, 0, 1)
        grid.addWidget(self.meter, 0, 2)
        grid.setColumnStretch(1, 5)
        grid.setColumnStretch(2, 6)

    def show_track(self, view: TrackView) -> None:
        self._name.setText(view.name)
        beside = " · ".join(p for p in (view.device, view.trouble) if p)
        if self._device.full_text() != beside:
            self._device.setText(beside)
        said = ", ".join(p for p in (view.name, view.device, view.trouble) if p)
        self.meter.setAccessibleName(self.tr("Level of {track}").format(track=said))
        self.show_level(view)

    def show_level(self, view: TrackView) -> None:
        self.meter.show_level(view.level, on=view.on)


class RecordingPage(QWidget):
    """Signals:
    rename_wanted: (id, title)
    live_changed: whether there is live text, or something to catch up with, is different.
    """

    rename_wanted = Signal(str, str)
    live_changed = Signal()

    def __init__(self, recording: RecordingViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._recording = recording
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.title = TitleField(self)
        self.dot = RecordingDot(parent=self)
        self.clock = label("", theme.CLOCK, 500)
        self.clock.setFont(theme.font(theme.CLOCK, 500, tabular=True))
        self.safe = label("", theme.SMALL, secondary=True)
        self.bookmark_button = button(self.tr("Bookmark"), icon="bookmark", keys=BOOKMARK_KEYS)
        self.pause_button = button(self.tr("Pause"), icon="pause", keys=PAUSE_KEYS)
        self.stop_button = button(self.tr("Stop"), "record", icon="square", filled=True, keys=STOP_KEYS)
        self.tracks: list[TrackLine] = []
        self.warnings = [WarningCard(self) for _ in range(MOST_WARNINGS)]
        self.asides = AsideList(self._why_no_notes(with_live=False), self)
        self.live: LivePane | None = None
        self.catch_up: CatchUpCard | None = None
        self._live: LiveViewModel | None = None
        self._arranged: tuple[bool, bool] | None = None
        self._side = QWidget(self)
        self._stacked = QVBoxLayout(self._side)
        self._stacked.setContentsMargins(0, 0, 0, 0)
        self._stacked.setSpacing(theme.S)
        self._stacked.addWidget(self.asides, 2)
        self._notes_caption = label(self.tr("Notes"), theme.SMALL, 600, secondary=True)
        self._notes_caption.setFixedHeight(32)
        self._rule = QFrame(self)
        self._rule.setObjectName("hairline")
        self._rule.setFixedWidth(1)
        self.tabs = [button(self.tr("Words"), "tab"), button(self.tr("Notes"), "tab")]
        self.note = NoteField(self)
        self.note.setToolTip(with_keys(self.tr("Write a note"), NOTE_KEYS))
        self._lay_out()
        order = (self.title, self.bookmark_button, self.pause_button, self.stop_button, self.asides, self.note)
        for earlier, later in pairwise(order):
            self.setTabOrder(earlier, later)
        self.title.renamed.connect(self._on_renamed)
        self.bookmark_button.clicked.connect(recording.bookmark)
        self.pause_button.clicked.connect(recording.pause_or_resume)
        self.stop_button.clicked.connect(self.stop)
        self.note.typed.connect(self._on_typed)
        self.note.added.connect(self._on_added)
        recording.state_changed.connect(self._on_state)
        recording.ticked.connect(self._on_ticked)
        recording.levels_changed.connect(self._on_levels)
        recording.marks_changed.connect(self._on_marks)
        self._on_state()

    def _why_no_notes(self, with_live: bool) -> str:
        keeps = self.tr("What you note here keeps its time and stands between the words later.")
        return keeps if with_live else f"{keeps} {self.tr('The words are written down after the recording.')}"

    def _lay_out(self) -> None:
        clock = QHBoxLayout()
        clock.setSpacing(theme.M)
        clock.addWidget(self.dot)
        clock.addWidget(self.clock)
        clock.addStretch(1)
        clock.addWidget(self.bookmark_button)
        clock.addWidget(self.pause_button)
        clock.addWidget(self.stop_button)
        clock.setSpacing(theme.S)
        self._lines = QVBoxLayout()
        self._lines.setSpacing(theme.XS)
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 0, 0)
        head.addWidget(self.title)
        self._head = head
        self._column = column = QVBoxLayout()
        column.setSpacing(0)
        column.addLayout(clock)
        column.addSpacing(theme.XS)
        column.addWidget(self.safe)
        column.addSpacing(theme.M)
        column.addLayout(self._lines)
        cards = QVBoxLayout()
        cards.setSpacing(theme.XS)
        for card in self.warnings:
            cards.addWidget(card)
            card.hide()
        column.addSpacing(theme.M)
        column.addLayout(cards)
        column.addSpacing(theme.M)
        column.addWidget(hairline())
        column.addLayout(self._tab_row())
        self._body = QGridLayout()
        self._body.setContentsMargins(0, 0, 0, 0)
        self._body.setHorizontalSpacing(theme.XL)
        self._body.setVerticalSpacing(theme.S)
        self._body.setRowStretch(1, 1)
        column.addLayout(self._body, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(head)
        whole.addLayout(column, 1)

    def _tab_row(self) -> QHBoxLayout:
        self._row = row = QHBoxLayout()
        row.setContentsMargins(0, theme.S, 0, 0)
        row.setSpacing(theme.L)
        self._chosen = QButtonGroup(self)
        for n, tab in enumerate(self.tabs):
            tab.setCheckable(True)
            self._chosen.addButton(tab, n)
            row.addWidget(tab)
        self.tabs[0].setChecked(True)
        self._chosen.idClicked.connect(self._arrange)
        row.addStretch(1)
        return row

    # With live text

    def attach_live(self, live: LiveViewModel) -> None:
        """Show what is said while it is said, whenever there is live text."""
        self._live = live
        self.live = LivePane(live, self)
        self.catch_up = CatchUpCard(live, self)
        self.catch_up.hide()
        self._stacked.insertWidget(0, self.catch_up, 3)
        for earlier, later in pairwise(
            (self.stop_button, self.live.catch_up_button, self.live.words, *self.tabs, self.asides, self.note)
        ):
            self.setTabOrder(earlier, later)
        self.live.caught_up.connect(self._on_caught_up)
        live.status_changed.connect(self._arrange)
        live.status_changed.connect(self.live_changed)
        live.catch_up_changed.connect(self.live_changed)
        live.began.connect(self._on_live_began)
        live.catch_up_changed.connect(self._on_catch_up)
        self._arrange()

    @property
    def can_catch_up(self) -> bool:
        return self._live is not None and self._live.can_catch_up and self._recording.state in ("recording", "paused")

    def ask_to_catch_up(self) -> None:
        if self.live is not None and self.can_catch_up:
            self.live.catch_up()

    @Slot()
    def _on_live_began(self) -> None:
        self.tabs[0].setChecked(True)
        self._arrange()

    @Slot()
    def _on_caught_up(self) -> None:
        self.tabs[1].setChecked(True)
        self._arrange()

    @Slot()
    def _on_catch_up(self) -> None:
        if self._live is None or self.catch_up is None:
            return
        self._place_asides()
        self._name_notes()

    @property
    def _caught_up(self) -> bool:
        """Whether what was said so far is shown, or being written."""
        return self._live is not None and self._live.catch_up.state != "none"

    def _place_asides(self) -> None:
        """Below what was said so far only when there are any: its card has more to say than that there are none."""
        if self.catch_up is not None:
            self.catch_up.setVisible(self._caught_up)
        self.asides.setVisible(not self._caught_up or bool(self._recording.asides))
        self._notes_caption.setVisible(not self._caught_up and self._arranged == (True, True))

    def _name_notes(self) -> None:
        """Their number is in the tab, because the words may be on the screen when one is added."""
        count = len(self._recording.asides)
        notes = self.tr("Notes {count}").format(count=count) if count else self.tr("Notes")
        if self._caught_up:
            notes = self.tr("So far, notes {count}").format(count=count) if count else self.tr("So far")
        self.tabs[1].setText(notes)

    @property
    def _with_live(self) -> bool:
        return self._live is not None and self._live.shown

    @Slot()
    def _arrange(self) -> None:
        """Words, notes and the field below them: beside each other, or one after the other."""
        width = self._place_column()
        live = self.live if self._with_live else None
        beside = width >= BESIDE_FROM
        words = live is not None and (beside or self.tabs[0].isChecked())
        for tab in self.tabs:
            tab.setVisible(live is not None and not beside)
        self._rule.setVisible(words and beside)
        if self.live is not None:
            self.live.setVisible(words)
        self._side.setVisible(live is None or beside or not words)
        self.asides.say_when_empty(self._why_no_notes(live is not None))
        key = (live is not None, beside)
        if key == self._arranged:
            return
        self._arranged = key
        for widget in (self.live, self._rule, self._notes_caption, self._side, self.note):
            if widget is not None:
                self._body.removeWidget(widget)
        across = live is not None and beside
        if live is not None:
            live.stand(beside=beside, row=self._row)
            self._body.addWidget(live, 0 if across else 1, 0, 3 if across else 1, 1)
        self._body.addWidget(self._rule, 0, 1, 3, 1)
        column = 2 if across else 0
        self._notes_caption.setVisible(across and not self._caught_up)
        self._body.addWidget(self._notes_caption, 0, column)
        self._body.addWidget(self._side, 1, column)
        self._body.addWidget(self.note, 2, column)
        self._body.setHorizontalSpacing(theme.L if across else 0)
        self._body.setColumnStretch(0, 3)
        self._body.setColumnStretch(2, 2 if across else 0)

    def _place_column(self) -> int:
        """Head and column in the middle of the page; how wide they are."""
        most = WIDE if self._with_live else theme.READING_WIDTH
        width = min(most, self.width() - 2 * theme.XL)
        left = (self.width() - width) // 2
        self._head.setContentsMargins(left - TITLE_INSET, theme.L, left, theme.S)
        self._column.setContentsMargins(left, 0, left, theme.L)
        return width

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    # What is done

    @Slot()
    def stop(self) -> None:
        """A note that was begun is added: nothing typed is lost."""
        self._recording.add_note(self.note.toPlainText())  # before the field is empty: it has the time of the note
        self.note.clear()
        self._recording.stop()

    def write_note(self) -> None:
        self.note.setFocus(Qt.FocusReason.ShortcutFocusReason)

    @Slot(str)
    def _on_typed(self, text: str) -> None:
        self._recording.typing(text)
        self.note.show_time(self._recording.note_time)

    @Slot(str)
    def _on_added(self, text: str) -> None:
        if self._recording.add_note(text):
            self.note.clear()

    @Slot(str)
    def _on_renamed(self, title: str) -> None:
        if self._recording.meeting_id:
            self.rename_wanted.emit(self._recording.meeting_id, title)

    # What is shown

    @Slot()
    def _on_state(self) -> None:
        r = self._recording
        active = r.state in ("recording", "paused")
        paused = r.state == "paused"
        self.title.show_title(r.title)
        self.title.setReadOnly(not r.meeting_id)
        self.dot.show_on(r.state == "recording")
        self.pause_button.setText(self.tr("Resume") if paused else self.tr("Pause"))
        self.pause_button.setToolTip(with_keys(self.pause_button.text(), PAUSE_KEYS))
        self.pause_button.show_icon("play" if paused else "pause")
        for b in (self.bookmark_button, self.pause_button, self.stop_button):
            b.setEnabled(active)
        self.note.setEnabled(active)
        if not r.running:
            self.note.clear()
            self.asides.show_asides(())
        self._on_ticked()
        self._on_levels()

    @Slot()
    def _on_ticked(self) -> None:
        r = self._recording
        self.clock.setText(r.clock)
        self.clock.setAccessibleName(r.clock_spoken)
        state = r.state_text if r.state in ("starting", "paused") else ""
        self.safe.setText(" · ".join(p for p in (state, r.safe_text, r.room_text) if p))
        for card, problem in zip(self.warnings, self._most_pressing(r.warnings), strict=True):
            card.setVisible(problem is not None)
            if problem is not None:
                card.show_problem(problem)

    @staticmethod
    def _most_pressing(warnings: tuple[Problem, ...]) -> list[Problem | None]:
        shown: list[Problem | None] = list(warnings[:MOST_WARNINGS])
        return shown + [None] * (MOST_WARNINGS - len(shown))

    @Slot()
    def _on_levels(self) -> None:
        views = self._recording.tracks
        if [v.track for v in views] != [line.track for line in self.tracks]:
            self._make_lines(views)
        for line, view in zip(self.tracks, views, strict=True):
            line.show_track(view)

    def _make_lines(self, views: tuple[TrackView, ...]) -> None:
        for line in self.tracks:
            self._lines.removeWidget(line)
            line.deleteLater()
        self.tracks = [TrackLine(v.track, self) for v in views]
        for line in self.tracks:
            self._lines.addWidget(line)

    @Slot()
    def _on_marks(self) -> None:
        self._name_notes()
        self._place_asides()
        self.asides.show_asides(self._recording.asides)
