"""Live text on the recording's page: how it is doing, the words, and the way to the minutes so far."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.ui import theme
from app.ui.banner import WarningCard
from app.ui.live_transcript import LiveTranscript
from app.ui.widgets import ElidedLabel, button, label, with_keys
from app.viewmodels.live import LiveViewModel

CATCH_UP_KEYS = "Ctrl+Shift+U"


class LivePane(QWidget):
    """Signals:
    caught_up: the user wants the minutes so far.
    """

    caught_up = Signal()

    def __init__(self, live: LiveViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._live = live
        self._beside = True
        self._caption = label(self.tr("Words"), theme.SMALL, 600, secondary=True)
        self.status = ElidedLabel()
        self.status.setFont(theme.font(theme.SMALL))
        self.status.setProperty("role", "secondary")
        self.catch_up_button = button(self.tr("Catch me up"), icon="sparkles")
        self.catch_up_button.setToolTip(with_keys(self.tr("Minutes of what was said so far"), CATCH_UP_KEYS))
        self.card = WarningCard(self)
        self.words = LiveTranscript(self)
        self._head = head = QHBoxLayout()
        head.setContentsMargins(0, 0, 0, 0)
        head.setSpacing(theme.S)
        head.addWidget(self._caption)
        head.addWidget(self.status, 1)
        head.addWidget(self.catch_up_button, 0, Qt.AlignmentFlag.AlignRight)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.S)
        column.addLayout(head)
        column.addWidget(self.card)
        column.addWidget(self.words, 1)
        self.catch_up_button.clicked.connect(self.catch_up)
        live.began.connect(self._on_began)
        live.turns_changed.connect(self._on_turns)
        live.status_changed.connect(self._on_status)
        live.catch_up_changed.connect(self._on_status)
        self._on_began()
        self._on_status()

    def stand(self, *, beside: bool, row: QHBoxLayout) -> None:
        """With a heading of its own beside the notes; behind a tab the button is in the tabs' row."""
        self._beside = beside
        (self._head if beside else row).addWidget(self.catch_up_button, 0, Qt.AlignmentFlag.AlignRight)
        self._caption.setVisible(beside)
        self._on_status()

    @Slot()
    def catch_up(self) -> None:
        if self._live.can_catch_up:
            self._live.ask_to_catch_up()
            self.caught_up.emit()

    @Slot()
    def _on_began(self) -> None:
        self.words.show_turns(self._live.turns)

    @Slot(int)
    def _on_turns(self, first: int) -> None:
        self.words.show_turns(self._live.turns, first)

    @Slot()
    def _on_status(self) -> None:
        live = self._live
        if self.status.full_text() != live.status_text:
            self.status.setText(live.status_text)
        self.status.setVisible(self._beside or bool(live.status_text))
        self.catch_up_button.setEnabled(live.can_catch_up)
        off = live.off
        self.card.setVisible(off is not None)
        if off is not None:
            self.card.show_problem(off)
        self.words.setPlaceholderText(live.why_empty)
