"""Over the page: a recording that was cut off, and what can become of it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.ui import theme
from app.ui.states import OverReading
from app.ui.widgets import FlowLayout, Glyph, button, label
from app.viewmodels.recovery import RecoveryViewModel


class RecoveryBar(OverReading):
    """Signals:
    discard_wanted: the user has to be asked first. (meeting id, title)
    """

    discard_wanted = Signal(str, str)

    def __init__(self, recovery: RecoveryViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._recovery = recovery
        self.title = label("", theme.BODY, 600, wrap=True)
        self.detail = label("", theme.BODY, secondary=True, wrap=True)
        self.write_button = button(self.tr("Write it down"), "quiet")
        self.keep_button = button(self.tr("Keep"))
        self.keep_button.setToolTip(self.tr("Keep it in the library and write it down later"))
        self.discard_button = button(self.tr("Discard…"))
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.title)
        words.addWidget(self.detail)
        words.addSpacing(theme.S)
        buttons = FlowLayout(theme.S)
        for b in (self.write_button, self.keep_button, self.discard_button):
            buttons.addWidget(b)
        words.addLayout(buttons)
        row = QHBoxLayout(self.card)
        row.setContentsMargins(theme.L, theme.M, theme.M, theme.M)
        row.setSpacing(theme.M)
        row.addWidget(Glyph("history", "accent", 18), 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        self.write_button.clicked.connect(self._write)
        self.keep_button.clicked.connect(self._keep)
        self.discard_button.clicked.connect(self._discard)
        recovery.changed.connect(self._on_changed)
        self._on_changed()

    @Slot()
    def _on_changed(self) -> None:
        offer = self._recovery.offer
        self.setVisible(offer is not None)
        for b in (self.write_button, self.keep_button, self.discard_button):
            b.setEnabled(offer is not None)
        if offer is not None:
            self.write_button.setVisible(offer.sound)
            self.title.setText(offer.what)
            self.detail.setText(" ".join(p for p in (offer.detail, offer.others) if p))
            self.setAccessibleName(f"{offer.what}. {offer.detail}")

    def _taken(self) -> str:
        """The one that is offered; its buttons are off until the next one is."""
        offer = self._recovery.offer
        for b in (self.write_button, self.keep_button, self.discard_button):
            b.setEnabled(False)
        return offer.meeting_id if offer is not None else ""

    @Slot()
    def _write(self) -> None:
        self._recovery.write_down(self._taken())

    @Slot()
    def _keep(self) -> None:
        self._recovery.keep(self._taken())

    @Slot()
    def _discard(self) -> None:
        offer = self._recovery.offer
        if offer is not None:
            self.discard_wanted.emit(offer.meeting_id, offer.title)
