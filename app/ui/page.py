"""The middle column: the head of the open meeting, what is happening to it, and its words."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from app.ui import theme
from app.ui.banner import BannerCard
from app.ui.title_field import TITLE_INSET, TitleField
from app.ui.transcript_view import TranscriptView
from app.ui.widgets import ElidedLabel, IconButton, button, hairline, label, with_keys
from app.viewmodels.meeting import MeetingViewModel


class MeetingPage(QWidget):
    """Signals:
    rename_wanted: (id, title)
    export_wanted, panel_wanted: buttons were pressed.
    seek_wanted: a place in the words was chosen; the player should stand there. (seconds)
    play_wanted: a stretch is to be heard. (start, end in seconds)
    """

    rename_wanted = Signal(str, str)
    seek_wanted = Signal(float)
    play_wanted = Signal(float, float)
    export_wanted = Signal()
    panel_wanted = Signal()

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
        self.copy_button = IconButton(
            "copy", self.tr("Copy as Markdown"), self, tip=with_keys(self.tr("Copy as Markdown"), "Ctrl+Shift+C")
        )
        self.more_button = IconButton("ellipsis", self.tr("More"), self)
        self.more_button.setPopupMode(IconButton.ToolButtonPopupMode.InstantPopup)
        self.panel_button = IconButton(
            "panel-right",
            self.tr("Show or hide the minutes"),
            self,
            tip=with_keys(self.tr("Show or hide the minutes"), "Ctrl+Shift+M"),
        )
        self.export_button = button(self.tr("Export"))
        self.export_button.setToolTip(with_keys(self.tr("Export as Markdown"), "Ctrl+E"))
        self.banner = BannerCard(self)
        self.transcript = TranscriptView(meeting, self)
        self.note = label("", secondary=True, wrap=True)
        self.note.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self.note.setContentsMargins(theme.XL, 2 * theme.XXL, theme.XL, 0)
        self.words_tab = button(self.tr("Transcript"), "tab")
        self.minutes_tab = button(self.tr("Minutes"), "tab")
        for tab in (self.words_tab, self.minutes_tab):
            tab.setCheckable(True)
            tab.setAutoExclusive(True)
        self.words_tab.setChecked(True)
        self.minutes_tab.hide()
        self.views: dict[str, tuple[QPushButton, QWidget]] = {}  # further ways to look at the meeting
        self._body = QStackedWidget(self)
        self._body.addWidget(self.transcript)
        self._body.addWidget(self.note)
        self._minutes: QWidget | None = None
        self._lay_out()

        self.title.renamed.connect(self._on_renamed)
        self.export_button.clicked.connect(self.export_wanted)
        self.copy_button.clicked.connect(meeting.copy_markdown)
        self.panel_button.clicked.connect(self.panel_wanted)
        self.banner.acted.connect(meeting.act_on_banner)
        self.words_tab.clicked.connect(self._show_body)
        self.minutes_tab.clicked.connect(self._show_body)
        meeting.opened.connect(self._on_opened)
        meeting.changed.connect(self._on_changed)
        meeting.banner_changed.connect(self._on_banner)
        meeting.reveal.connect(self.reveal)
        meeting.transcript.modelReset.connect(self._show_body)
        meeting.transcript.rowsInserted.connect(self._show_body)

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.title)
        words.addWidget(self.subtitle)
        self._head = head = QHBoxLayout()
        head.setSpacing(theme.XS)
        head.addLayout(words, 1)
        head.addSpacing(theme.S)
        for tool in (self.copy_button, self.more_button, self.panel_button):
            head.addWidget(tool)
        head.addSpacing(theme.XS)
        head.addWidget(self.export_button)
        self._tabs = QWidget(self)
        self._tab_row = tabs = QHBoxLayout(self._tabs)
        tabs.setContentsMargins(0, 0, 0, 0)
        tabs.setSpacing(theme.L)
        tabs.addWidget(self.words_tab)
        tabs.addWidget(self.minutes_tab)
        tabs.addStretch(1)
        self._tabs.hide()
        self._column = QVBoxLayout()  # as wide as the transcript's reading column, and over it
        self._column.setSpacing(0)
        self._column.addSpacing(theme.M)
        self._column.addWidget(self.banner)
        self._column.addWidget(self._tabs)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(head)
        whole.addLayout(self._column)
        self._line = hairline()
        whole.addWidget(self._line)
        whole.addWidget(self._body, 1)
        self._footer = QVBoxLayout()
        self._footer.setContentsMargins(0, 0, 0, 0)
        whole.addLayout(self._footer)
        order = (
            self.title,
            self.copy_button,
            self.more_button,
            self.panel_button,
            self.export_button,
            self.banner.action,
            self.words_tab,
            self.minutes_tab,
            self.transcript,
        )
        for earlier, later in pairwise(order):
            self.setTabOrder(earlier, later)

    # Narrow windows: the minutes are a second tab here instead of a column of their own

    def take_minutes(self, panel: QWidget | None) -> None:
        """Hold the minutes as a tab, or no longer."""
        if panel is not None and self._minutes is None:
            self._body.addWidget(panel)
        self._minutes = panel
        self._tabs.setVisible(panel is not None or bool(self.views))
        self.minutes_tab.setVisible(panel is not None)
        self.panel_button.setVisible(panel is None)
        if self.minutes_tab.isChecked():
            self.words_tab.setChecked(True)
        self._show_body()
        self._place()

    def toggle_tab(self) -> None:
        (self.words_tab if self.minutes_tab.isChecked() else self.minutes_tab).click()

    @Slot(object)
    def reveal(self, segment_ids: tuple[int, ...]) -> None:
        if not self.words_tab.isChecked():
            self.words_tab.setChecked(True)
            self._show_body()
        self.transcript.reveal(segment_ids)

    def add_footer(self, widget: QWidget) -> None:
        """Place something below the words, as wide as the page: the player."""
        self._footer.addWidget(widget)

    def add_view(self, key: str, title: str, widget: QWidget) -> QPushButton:
        """Another way to look at the meeting, behind a tab of its own."""
        tab = button(title, "tab", self._tabs)
        tab.setCheckable(True)
        tab.setAutoExclusive(True)
        tab.clicked.connect(self._show_body)
        self._tab_row.insertWidget(self._tab_row.count() - 1, tab)
        self._body.addWidget(widget)
        before = next((t for t, _ in reversed(self.views.values())), self.minutes_tab)
        self.setTabOrder(before, tab)
        self.setTabOrder(tab, self.transcript)
        self.views[key] = (tab, widget)
        self._tabs.show()
        self._place()
        return tab

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
        """The head stands over the reading column."""
        room = self.width() - self.transcript.verticalScrollBar().sizeHint().width()
        width = min(theme.READING_WIDTH, room - 2 * theme.XL)
        left = (room - width) // 2
        right = self.width() - left - width
        self._head.setContentsMargins(left - TITLE_INSET, theme.L, right, 0)
        self._column.setContentsMargins(left, 0, right, 0 if self._minutes is not None or self.views else theme.M)

    @Slot(str)
    def _on_opened(self, _meeting_id: str) -> None:
        stored = self._meeting.meeting
        self.title.clearFocus()
        self.transcript.show_from_start(stored.language if stored else None, at_end=self._meeting.processing)

    @Slot()
    def _on_changed(self) -> None:
        m = self._meeting
        self.title.show_title(m.title)
        self.subtitle.setText(m.subtitle)
        self.export_button.setEnabled(m.exportable)
        self.copy_button.setEnabled(m.exportable)
        self.transcript.set_language(m.meeting.language if m.meeting else None)
        self._show_body()

    @Slot()
    def _on_banner(self) -> None:
        self.subtitle.setText(self._meeting.subtitle)
        banner = self._meeting.banner
        self.banner.setVisible(banner is not None)
        if banner is not None:
            self.banner.show_banner(banner)
        self._show_body()

    @Slot()
    def _show_body(self) -> None:
        """What its tab has chosen: minutes, another view, else the words, else why there are none."""
        chosen = next((w for tab, w in self.views.values() if tab.isChecked()), None)
        if chosen is not None:
            self._body.setCurrentWidget(chosen)
        elif self._minutes is not None and self.minutes_tab.isChecked():
            self._body.setCurrentWidget(self._minutes)
        elif self._meeting.transcript.rowCount():
            self._body.setCurrentWidget(self.transcript)
        else:
            self.note.setText(self._meeting.why_empty)
            self._body.setCurrentWidget(self.note)

    @Slot(str)
    def _on_renamed(self, title: str) -> None:
        self.rename_wanted.emit(self._meeting.id, title)
