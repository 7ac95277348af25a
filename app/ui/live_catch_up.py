"""A card with the minutes of what was said so far, for somebody who came late or was elsewhere with their thoughts."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.ui import theme
from app.ui.widgets import Glyph, IconButton, ProgressLine, ScrollBody, button, label
from app.viewmodels.live import LiveViewModel
from app.viewmodels.minutes import Item, MinutesDocument

GLYPHS = {"decision": "circle-check", "action": "square", "question": "circle-help"}


class CatchUpCard(QFrame):
    def __init__(self, live: LiveViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._live = live
        self._shown: object = None
        self.setObjectName("card")
        self._title = label(self.tr("So far"), theme.BODY, 600)
        self._when = label("", theme.SMALL, secondary=True)
        self.close_button = IconButton("x", self.tr("Close what was said so far"), size=16)
        self._progress = ProgressLine()
        self._state = label("", secondary=True, wrap=True)
        self._state.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.again = button(self.tr("Ask again"))
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._scroll.setAccessibleName(self.tr("Minutes so far"))
        self._scroll.viewport().setAutoFillBackground(False)
        self._lay_out()
        self.close_button.clicked.connect(live.close_catch_up)
        self.again.clicked.connect(live.ask_to_catch_up)
        live.catch_up_changed.connect(self._on_changed)
        live.status_changed.connect(self._on_changed)
        self._on_changed()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(theme.S)
        head.addWidget(self._title)
        head.addWidget(self._when, 1)
        head.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.L, theme.S, theme.S, theme.M)
        column.setSpacing(theme.S)
        column.addLayout(head)
        inner = QVBoxLayout()
        inner.setContentsMargins(0, 0, theme.S, 0)
        inner.setSpacing(theme.S)
        inner.addWidget(self._progress)
        inner.addWidget(self._state)
        column.addLayout(inner)
        column.addWidget(self._scroll, 1)
        column.addWidget(self.again, 0, Qt.AlignmentFlag.AlignLeft)

    @Slot()
    def _on_changed(self) -> None:
        c = self._live.catch_up
        self._when.setText(self.tr("up to {time}").format(time=c.time) if c.time else "")
        self._progress.setVisible(c.state == "writing")
        self._progress.set_done(c.done)
        words = ""
        if c.state == "writing":
            words = self.tr("Reading what was said")
        elif c.state == "failed" and c.problem is not None:
            words = f"{c.problem.what} {c.problem.to_do}".strip()
        elif c.document is not None and c.document.empty:
            words = self.tr("Nothing that belongs into minutes has been said yet.")
        self._state.setText(words)
        self._state.setVisible(bool(words))
        self.again.setVisible(c.state in ("there", "failed"))
        self.again.setEnabled(self._live.can_catch_up)
        if c.document is not self._shown:
            self._shown = c.document
            self._scroll.setWidget(_body(c.document) if c.document is not None else QWidget())
        self._scroll.setVisible(c.document is not None and not c.document.empty)

    @property
    def text(self) -> str:
        """All that is shown."""
        body = self._scroll.widget()
        found = [w.text() for w in body.findChildren(type(self._title))] if body is not None else []
        return "\n".join([self._state.text(), *found]).strip()


def _body(document: MinutesDocument) -> QWidget:
    body = ScrollBody()
    body.setObjectName("")  # the card's own colour
    column = QVBoxLayout(body)
    column.setContentsMargins(0, 0, theme.M, 0)
    column.setSpacing(theme.XS)
    if document.summary:
        summary = label(document.summary, wrap=True)
        summary.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column.addWidget(summary)
    for title, items in (
        (QCoreApplication.translate("CatchUpCard", "Decisions"), document.decisions),
        (QCoreApplication.translate("CatchUpCard", "Action items"), document.actions),
        (QCoreApplication.translate("CatchUpCard", "Open questions"), document.questions),
    ):
        if items:
            column.addSpacing(theme.S)
            column.addWidget(label(title, theme.SMALL, 600, secondary=True))
            for item in items:
                column.addWidget(_row(item))
    column.addStretch(1)
    return body


def _row(item: Item) -> QWidget:
    row = QWidget()
    line = QHBoxLayout(row)
    line.setContentsMargins(0, 2, 0, 2)
    line.setSpacing(theme.S)
    words = label(item.text, wrap=True, read=True)
    words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    beside = QVBoxLayout()
    beside.setContentsMargins(0, max(0, (words.fontMetrics().height() - 14) // 2), 0, 0)
    beside.addWidget(Glyph(GLYPHS.get(item.kind, "square"), size=14))
    beside.addStretch(1)
    line.addLayout(beside)
    text = QVBoxLayout()
    text.setSpacing(0)
    text.addWidget(words)
    about = " · ".join(p for p in (item.owner, item.due) if p)
    if about:
        text.addWidget(label(about, theme.SMALL, secondary=True, wrap=True))
    line.addLayout(text, 1)
    row.setAccessibleName(", ".join(p for p in (item.text, about) if p))
    return row
