"""Downloads of models, in a line at the foot of the sidebar: how far they are, or that they did not work."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.ui import theme
from app.ui.widgets import Glyph, ProgressLine, button, hairline, label
from app.viewmodels.models import ModelsViewModel, size


class DownloadsNote(QWidget):
    """Whoever has left the page of the models still sees what became of a download."""

    def __init__(self, models: ModelsViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._models = models
        self._glyph = Glyph("download", size=16)
        self.words = label("", theme.SMALL, wrap=True)
        self.line = ProgressLine()
        self.again = button(self.tr("Try again"), parent=self)
        words = QVBoxLayout()
        words.setSpacing(theme.S)
        for part in (self.words, self.line):
            words.addWidget(part)
        words.addWidget(self.again, 0, Qt.AlignmentFlag.AlignLeft)
        row = QHBoxLayout()
        row.setContentsMargins(theme.L + theme.XS, theme.M, theme.L, theme.M)
        row.setSpacing(theme.S)
        row.addWidget(self._glyph, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(hairline())
        column.addLayout(row)
        self.again.clicked.connect(models.try_again)
        models.transfers.moved.connect(self.refresh)
        models.changed.connect(self.refresh)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        transfers = self._models.transfers
        failed, running = transfers.failed, [t for t in transfers.all if t.kind == "get" and t.active]
        self.setVisible(bool(failed or running))
        self.again.setVisible(bool(failed) and not running)
        self.line.setVisible(bool(running))
        if running:
            done, total = sum(t.done_bytes for t in running), sum(t.total_bytes for t in running)
            self.line.set_done(done / total if total else 0.0)
            amount = self.tr("Downloading models: {done} of {total}").format(done=size(done), total=size(total))
            self._say(amount, "", "download", "secondary")
        elif len(failed) == 1:
            text = self.tr("{model} was not downloaded.").format(model=self._models.title(failed[0].model))
            self._say(text, self._why(), "triangle-alert", "warning")
        elif failed:
            self._say(
                self.tr("%n models were not downloaded.", "", len(failed)), self._why(), "triangle-alert", "warning"
            )

    def _why(self) -> str:
        found = {f"{t.problem.what} {t.problem.to_do}".strip() for t in self._models.transfers.failed if t.problem}
        return "\n".join(sorted(found))

    def _say(self, text: str, why: str, icon: str, role: str) -> None:
        self._glyph.show_icon(icon, role)
        self.words.setText(text)
        self.setToolTip(why)
        self.setAccessibleName(text)
        self.setAccessibleDescription(why)
