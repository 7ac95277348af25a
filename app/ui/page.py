"""The middle column: the head of the open meeting, what is happening to it, its words and its minutes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from itertools import pairwise
from typing import Literal

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMenu,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.ui import theme
from app.ui.banner import BannerCard
from app.ui.filed_line import FiledLine
from app.ui.minutes_panel import MinutesPanel
from app.ui.speakers_popovers import SpeakerPopovers
from app.ui.title_field import TITLE_INSET, TitleField
from app.ui.transcript_canvas import reading_column
from app.ui.transcript_find import FindBar
from app.ui.transcript_view import TranscriptView
from app.ui.widgets import ElidedLabel, IconButton, button, first_control, hairline, label, with_keys
from app.viewmodels.meeting import MeetingViewModel
from app.viewmodels.spoken import seconds_at

Look = Literal["words", "both", "minutes"]
LOOKS: tuple[Look, ...] = ("words", "both", "minutes")
WORDS_MIN, PANEL_MIN = 320, 280
PANEL_WIDTH = 360  # of the minutes beside the words, unless the user has moved the line between them
FIND_KEYS = "Ctrl+F"


class MeetingPage(QWidget):
    """Signals:
    rename_wanted: (id, title)
    export_wanted: the button was pressed.
    look_changed: the words, the minutes or both are seen. (Look)
    seek_wanted: a place in the words was chosen; the player should stand there. (seconds)
    play_wanted: a stretch is to be heard. (start, end in seconds)
    """

    rename_wanted = Signal(str, str)
    seek_wanted = Signal(float)
    play_wanted = Signal(float, float)
    export_wanted = Signal()
    look_changed = Signal(str)

    def __init__(self, meeting: MeetingViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._meeting = meeting
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.title = TitleField(self)
        self.subtitle = ElidedLabel()
        self.subtitle.setProperty("role", "secondary")
        self.subtitle.setFont(theme.font(theme.SMALL, tabular=True))
        self.subtitle.setIndent(TITLE_INSET)
        self.filed = FiledLine(meeting, self.subtitle, self)
        self.copy_button = IconButton(
            "copy", self.tr("Copy as Markdown"), self, tip=with_keys(self.tr("Copy as Markdown"), "Ctrl+Shift+C")
        )
        self.more_button = IconButton("ellipsis", self.tr("More"), self)
        self.more_button.setPopupMode(IconButton.ToolButtonPopupMode.InstantPopup)
        self.people_button = IconButton("users", self.tr("Speakers"), self)
        self.find_button = IconButton(
            "search", self.tr("Find in this meeting"), self, tip=with_keys(self.tr("Find in this meeting"), FIND_KEYS)
        )
        self.export_button = button(self.tr("Export"))
        self.export_button.setToolTip(with_keys(self.tr("Export as Markdown"), "Ctrl+E"))
        self.banner = BannerCard(self)
        self.transcript = TranscriptView(meeting, self)
        self.note = label("", secondary=True, wrap=True)
        self.note.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self.note.setContentsMargins(theme.XL, 2 * theme.XXL, theme.XL, 0)
        self.panel = MinutesPanel(meeting, self)
        self.find_bar = FindBar(meeting.finder, self)
        self.find_bar.hide()
        self._tabs = QWidget(self)
        self.words_tab = button(self.tr("Transcript"), "tab", self._tabs)
        self.both_tab = button(self.tr("Both"), "tab", self._tabs)
        self.both_tab.setToolTip(self.tr("Transcript and minutes side by side"))
        self.minutes_tab = button(self.tr("Minutes"), "tab", self._tabs)
        self._look_tabs: dict[Look, QPushButton] = {
            "words": self.words_tab,
            "both": self.both_tab,
            "minutes": self.minutes_tab,
        }
        for look, tab in self._look_tabs.items():
            tab.setCheckable(True)
            tab.clicked.connect(partial(self.set_look, look))
        self._look: Look = "both"
        self.both_tab.setChecked(True)
        self.views: dict[str, tuple[QPushButton, QWidget]] = {}  # further ways to look at the meeting
        self._words = QStackedWidget(self)
        self._words.addWidget(self.transcript)
        self._words.addWidget(self.note)
        self._left = QWidget(self)
        self._left.setMinimumWidth(WORDS_MIN)
        self._find_row = QVBoxLayout()
        self._find_row.addWidget(self.find_bar)
        left = QVBoxLayout(self._left)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(0)
        left.addLayout(self._find_row)
        left.addWidget(self._words, 1)
        self.panel.setMinimumWidth(PANEL_MIN)
        self._split = QSplitter(Qt.Orientation.Horizontal, self)
        self._split.setHandleWidth(1)
        self._split.setChildrenCollapsible(False)
        self._split.addWidget(self._left)
        self._split.addWidget(self.panel)
        self._split.setStretchFactor(0, 1)
        self._split.setStretchFactor(1, 0)
        self._body = QStackedWidget(self)
        self._body.addWidget(self._split)
        self._panel_width = PANEL_WIDTH
        self._moment_s = 0.0
        self._feet: list[QWidget] = []
        self._written_down = ""  # id of the meeting whose words come in, or came in last
        self.panel.moment = self.moment
        self.seek_wanted.connect(self.set_moment)  # also where there is nothing to be heard
        self._lay_out()

        self.title.renamed.connect(self._on_renamed)
        self.export_button.clicked.connect(self.export_wanted)
        self.copy_button.clicked.connect(meeting.copy_markdown)
        self.people_button.clicked.connect(self._show_speakers)
        self.find_button.clicked.connect(self.begin_find)
        self.find_bar.closed.connect(self._on_find_closed)
        self.banner.acted.connect(meeting.act_on_banner)
        transcript = self.transcript
        transcript.seek_wanted.connect(self.seek_wanted)
        transcript.play_wanted.connect(self.play_wanted)
        self.speakers = SpeakerPopovers(meeting, transcript, self)
        self.speakers.play_wanted.connect(self.play_wanted)
        transcript.lit_changed.connect(self.panel.mark_chosen)
        self.panel.evidence_wanted.connect(self._show_evidence)
        self.panel.moment_wanted.connect(self._show_moment)
        self.panel.play_wanted.connect(self.play_wanted)
        self.panel.copied.connect(self._on_copied)
        self._split.splitterMoved.connect(self._on_split)
        meeting.finder.changed.connect(self._on_found)
        meeting.finder.moved.connect(self._on_found)
        meeting.speakers.said.connect(meeting.said)
        meeting.speakers.problem.connect(meeting.problem)
        meeting.history.problem.connect(meeting.problem)
        meeting.opened.connect(self._on_opened)
        meeting.leaving.connect(self._on_leaving)
        meeting.changed.connect(self._on_changed)
        meeting.banner_changed.connect(self._on_banner)
        meeting.reveal.connect(self.reveal)
        meeting.transcript.modelReset.connect(self._show_body)
        meeting.transcript.rowsInserted.connect(self._show_body)

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.title)
        words.addWidget(self.filed)
        self._head = head = QHBoxLayout()
        head.setSpacing(theme.XS)
        head.addLayout(words, 1)
        head.addSpacing(theme.S)
        for tool in (self.find_button, self.people_button, self.copy_button, self.more_button):
            head.addWidget(tool)
        head.addSpacing(theme.XS)
        head.addWidget(self.export_button)
        self._tab_row = tabs = QHBoxLayout(self._tabs)
        tabs.setSpacing(theme.L)
        for tab in self._look_tabs.values():
            tabs.addWidget(tab)
        tabs.addStretch(1)
        tabs.setContentsMargins(theme.XL, theme.M, theme.XL, 0)
        head.setContentsMargins(theme.XL - TITLE_INSET, theme.L, theme.XL, 0)
        self._news = QVBoxLayout()  # below the tabs, which stay where they are when something comes or goes
        self._news.addWidget(self.banner)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(head)
        whole.addWidget(self._tabs)
        self._line = hairline()
        whole.addWidget(self._line)
        whole.addLayout(self._news)
        whole.addWidget(self._body, 1)
        self._footer = QVBoxLayout()
        self._footer.setContentsMargins(0, 0, 0, 0)
        whole.addLayout(self._footer)
        order = (
            self.title,
            self.find_button,
            self.people_button,
            self.copy_button,
            self.more_button,
            self.export_button,
            self.words_tab,
            self.both_tab,
            self.minutes_tab,
            self.banner.action,
            self.find_bar,
            self.transcript,
        )
        for earlier, later in pairwise(order):
            self.setTabOrder(earlier, later)

    # Ways to look

    @property
    def look(self) -> Look:
        return self._look

    @property
    def panel_width(self) -> int:
        """Of the minutes beside the words, to be remembered."""
        return self._panel_width

    @Slot(str)
    def set_look(self, look: Look, *_: object, panel_width: int | None = None) -> None:
        """See the words, the minutes, or both side by side."""
        with self._keyboard_stays():
            self._set_look(look, panel_width)

    def _set_look(self, look: Look, panel_width: int | None) -> None:
        if panel_width is not None:
            self._panel_width = panel_width
        changed, self._look = look != self._look, look
        self._check(self._look_tabs[look])
        self._show_body()
        if changed:
            self.look_changed.emit(look)

    def _check(self, chosen: QPushButton) -> None:
        """One of the tabs, and no other. (Qt's own way takes the others out of the keyboard's reach.)"""
        for tab in (*self._look_tabs.values(), *(tab for tab, _ in self.views.values())):
            tab.setChecked(tab is chosen)

    @Slot()
    def toggle_minutes(self) -> None:
        """The minutes beside the words, or the words alone."""
        self.set_look("words" if self._look != "words" else "both")

    # The keyboard

    @contextmanager
    def _keyboard_stays(self) -> Iterator[None]:
        """It is in what is shown afterwards if it was in what is hidden by then: Qt would give it to the next control
        there is, which is the player, or a button in the sidebar."""
        focus = self.window().focusWidget()
        inside = focus is not None and self._body.isAncestorOf(focus)
        yield
        if inside and focus is not None and not focus.isVisible() and self.isVisible():
            self.focus_content()

    @property
    def panes(self) -> list[tuple[QWidget, QWidget]]:
        """What is seen below the tabs, from left to right, each with the widget in it that takes the keyboard."""
        chosen = self._body.currentWidget()
        parts: list[tuple[QWidget, QWidget | None]]
        if chosen is not None and chosen is not self._split:
            parts = [(chosen, first_control(chosen))]
        else:
            parts = [(self._left, self.transcript), (self.panel, self.panel.first_control())]
        parts += [(w, first_control(w)) for w in self._feet]
        return [(w, target) for w, target in parts if target is not None and target.isVisible() and target.isEnabled()]

    @Slot()
    def focus_content(self) -> None:
        """Bring the keyboard to what is read here: the words, or else the minutes, or the pictures."""
        reading = (target for w, target in self.panes if w not in self._feet)
        next(reading, self._look_tabs[self._look]).setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_split(self) -> None:
        sizes = self._split.sizes()
        if self.panel.isVisible() and sizes[0]:
            self._panel_width = sizes[1]

    def _fit_split(self) -> None:
        """The minutes keep the width the user gave them, and the words get the rest, but never less than they need.
        Where nobody has moved the line, the minutes get what the words would only leave empty."""
        room = self._split.width()
        if self._look == "both" and room > 0:
            spare = room - theme.READING_WIDTH - 2 * theme.XL - self.transcript.verticalScrollBar().sizeHint().width()
            by_nobody = self._panel_width == PANEL_WIDTH
            wanted = max(PANEL_WIDTH, min(spare, room // 2)) if by_nobody else self._panel_width
            right = max(PANEL_MIN, min(wanted, room - WORDS_MIN))
            self._split.setSizes([room - right, right])

    @Slot(object)
    def reveal(self, segment_ids: tuple[int, ...]) -> None:
        self._see_words()
        self.transcript.reveal(segment_ids)

    def _see_words(self) -> None:
        if self._look == "minutes":
            self.set_look("both" if self.width() >= 2 * WORDS_MIN + PANEL_MIN else "words")
        elif not self._look_tabs[self._look].isChecked():
            self.set_look(self._look)

    @Slot(object)
    def _show_evidence(self, segment_ids: tuple[int, ...]) -> None:
        self.reveal(segment_ids)

    @Slot(float)
    def _show_moment(self, seconds: float) -> None:
        self._see_words()
        self.transcript.show_time(seconds)
        self.seek_wanted.emit(seconds)

    def moment(self) -> float:
        """Where the user is in the meeting, in seconds: at what is selected, or else where the player stands."""
        cuts = self.transcript.cuts() if self.transcript.selected_text() else []
        return seconds_at(cuts[0][0], cuts[0][1]) if cuts else self._moment_s

    @Slot(float)
    def set_moment(self, seconds: float) -> None:
        self._moment_s = seconds

    @Slot()
    def _on_copied(self) -> None:
        self._meeting.said.emit(self.tr("Copied as Markdown"))

    @Slot()
    def _show_speakers(self) -> None:
        self.speakers.show_all(self.people_button)

    # Finding

    @Slot()
    def begin_find(self, *_: object, replace: bool = False) -> None:
        """Look for words in this meeting; what is selected is looked for."""
        if self._meeting.meeting is None or not self._meeting.transcript.rowCount():
            return
        self._see_words()
        row = self.transcript.currentIndex().row()
        rows = self._meeting.transcript.rows
        self.find_bar.begin(
            self.transcript.selected_text(), rows[row].start_s if 0 <= row < len(rows) else 0.0, replace=replace
        )
        self._place()

    @Slot()
    def begin_replace(self) -> None:
        self.begin_find(replace=True)

    @Slot()
    def _on_find_closed(self) -> None:
        self.transcript.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _on_found(self, *_: object) -> None:
        finder = self._meeting.finder
        self.transcript.show_found(finder.found, finder.current)

    def add_footer(self, widget: QWidget) -> None:
        """Place something below the words, as wide as the page: the player."""
        self._feet.append(widget)
        self._footer.addWidget(widget)

    def add_view(self, key: str, title: str, widget: QWidget) -> QPushButton:
        """Another way to look at the meeting, behind a tab of its own."""
        tab = button(title, "tab", self._tabs)
        tab.setCheckable(True)
        tab.clicked.connect(partial(self._on_view, tab))
        self._tab_row.insertWidget(self._tab_row.count() - 1, tab)
        self._body.addWidget(widget)
        before = next((t for t, _ in reversed(self.views.values())), self.minutes_tab)
        self.setTabOrder(before, tab)
        self.setTabOrder(tab, self.transcript)
        self.views[key] = (tab, widget)
        self._place()
        return tab

    def _on_view(self, tab: QPushButton, _checked: bool = False) -> None:
        with self._keyboard_stays():
            self._check(tab)
            self._show_body()

    def show_view(self, key: str) -> None:
        self.views[key][0].click()

    def set_menu(self, menu: QMenu) -> None:
        self.more_button.setMenu(menu)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def sizeHint(self) -> QSize:
        return QSize(theme.READING_WIDTH + 2 * theme.XL, 600)

    def minimumSizeHint(self) -> QSize:
        return QSize(420, 300)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.transcript.viewport().update()

    def _place(self) -> None:
        """The head stands still; what is below it follows the columns that are shown."""
        self._fit_split()
        bar = self.transcript.verticalScrollBar().sizeHint().width()
        both = self._look == "both" and self._body.currentWidget() is self._split
        words = self._split.sizes()[0] if both and self._split.sizes()[0] else self.width()
        left, width = reading_column(words, bar)
        right = theme.XL if both else self.width() - left - width
        gap = 0 if self.banner.isHidden() else theme.M
        self._news.setContentsMargins(left, gap, right, gap)
        self._find_row.setContentsMargins(left, 0, max(0, words - left - width), 0)

    @Slot()
    def _on_leaving(self) -> None:
        """Whatever is being typed belongs to the meeting that was shown so far."""
        self.title.clearFocus()
        self.transcript.end_edit()
        self.panel.hand_over()
        self.speakers.close()

    @Slot(str)
    def _on_opened(self, _meeting_id: str) -> None:
        stored = self._meeting.meeting
        if self.find_bar.isVisible():
            self.find_bar.close_bar()
        self.transcript.show_from_start(stored.language if stored else None, at_end=self._meeting.processing)

    @Slot()
    def _on_changed(self) -> None:
        m = self._meeting
        self.title.show_title(m.title)
        self.subtitle.setText(m.subtitle)
        self.export_button.setEnabled(m.exportable)
        self.copy_button.setEnabled(m.exportable)
        self.people_button.setEnabled(bool(m.speakers.rows))
        self.find_button.setEnabled(m.exportable)
        self.transcript.set_language(m.meeting.language if m.meeting else None)
        self.show_minutes()
        self._show_body()
        if m.meeting is not None and m.shown_id == self._written_down and not m.processing:
            self._written_down = ""
            if m.meeting.next_stage() is None:
                self.transcript.back_to_start()

    @Slot()
    def _on_banner(self) -> None:
        self.subtitle.setText(self._meeting.subtitle)
        self.show_minutes()
        if self._meeting.processing:
            self._written_down = self._meeting.shown_id
        banner = self._meeting.banner
        focused = self.banner.action.hasFocus()
        self.banner.setVisible(banner is not None)
        if banner is not None:
            self.banner.show_banner(banner)
        self._show_body()
        if focused and not self.banner.action.isVisible():
            self.focus_content()

    @Slot()
    def _show_body(self) -> None:
        """What its tab has chosen: another view, or words and minutes, or why there are no words."""
        chosen = next((w for tab, w in self.views.values() if tab.isChecked()), None)
        self._body.setCurrentWidget(chosen or self._split)
        there = self._meeting.transcript.rowCount() > 0
        if not there:
            self.note.setText(self._meeting.why_empty)
        self._words.setCurrentWidget(self.transcript if there else self.note)
        self._left.setVisible(self._look != "minutes")
        self.panel.setVisible(self._look != "words")
        self._place()

    def show_minutes(self) -> None:
        """What the minutes say, or why there are none."""
        m = self._meeting
        if m.meeting is not None and m.document is not None:
            self.panel.show_document(m.document)
        pending = (
            self.tr("The minutes appear here when the words are written down.")
            if m.processing
            else self.tr("There are no minutes yet.")
        )
        self.panel.show_pending(pending, alone=m.document is None)

    @Slot(str)
    def _on_renamed(self, title: str) -> None:
        self.rename_wanted.emit(self._meeting.shown_id, title)
