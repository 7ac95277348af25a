"""The minutes as a document to read: every item shows the places in the transcript that prove it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.ui import theme
from app.ui.widgets import FlowLayout, Glyph, ScrollBody, button, hairline, label
from app.viewmodels.formatting import initials
from app.viewmodels.minutes import Evidence, Item, MinutesDocument

GLYPHS = {
    "action": "square",
    "decision": "circle-check",
    "question": "circle-help",
    "note": "pencil",
    "bookmark": "bookmark",
}


class OwnerChip(QWidget):
    """A person: initials in a disc of the speaker's colour, then the name."""

    def __init__(self, name: str, hue: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._hue = hue
        self.setAccessibleName(self.tr("Owner: {name}").format(name=name))
        self.setFixedHeight(22)

    def sizeHint(self) -> QSize:
        text = QFontMetricsF(theme.font(theme.SMALL, 500)).horizontalAdvance(self._name)
        return QSize(22 + 4 + int(text) + 8, 22)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tint = theme.speaker_colour(self._hue)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tint)
        painter.drawEllipse(QRectF(1, 1, 20, 20))
        painter.setPen(theme.colour("page"))
        painter.setFont(theme.font(9.5, 700))
        painter.drawText(QRectF(1, 1, 20, 20), Qt.AlignmentFlag.AlignCenter, initials(self._name))
        painter.setPen(theme.colour("text"))
        painter.setFont(theme.font(theme.SMALL, 500))
        painter.drawText(QRectF(26, 0, self.width() - 26, 22), Qt.AlignmentFlag.AlignVCenter, self._name)


class DueChip(QWidget):
    """A date as it was said."""

    def __init__(self, due: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, theme.S, 0)
        row.setSpacing(theme.XS)
        row.addWidget(Glyph("calendar", size=14))
        row.addWidget(label(due, theme.SMALL))
        self.setAccessibleName(self.tr("Due: {due}").format(due=due))
        self.setFixedHeight(22)


class MinutesPanel(QWidget):
    """Signals:
    evidence_wanted: a time was pressed. (tuple of segment ids)
    """

    evidence_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(self.tr("Minutes"))
        self._document: MinutesDocument | None = None
        self._pending = ""
        self._pending_line: QLabel | None = None
        self._chips: list[tuple[QPushButton, tuple[int, ...]]] = []
        self._title = label(self.tr("Minutes"), theme.BODY, 600)
        self._title_row = QWidget(self)
        title = QHBoxLayout(self._title_row)
        title.setContentsMargins(theme.XL, theme.L, theme.L, theme.S)
        title.addWidget(self._title)
        self._scroll = QScrollArea(self)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._scroll.setAccessibleName(self.tr("Minutes"))
        self._note = label("", secondary=True, wrap=True)
        self._note.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self._note.setContentsMargins(theme.XXL, theme.XXL, theme.XXL, 0)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self._note)
        self._stack.addWidget(self._scroll)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._title_row)
        column.addWidget(self._stack, 1)

    @property
    def chips(self) -> Sequence[QPushButton]:
        return [chip for chip, _ in self._chips]

    def show_title(self, shown: bool) -> None:
        """Its own heading is not needed where a tab already says it."""
        self._title_row.setVisible(shown)
        if self._document is not None:
            document, self._document = self._document, None
            self.show_document(document)

    def show_pending(self, text: str, *, alone: bool) -> None:
        """Words in place of minutes; `alone` when there are no notes of the user's to be shown either."""
        self._pending = text
        self._note.setText(text)
        if alone:
            self._document = None
            self._chips.clear()
            self._stack.setCurrentWidget(self._note)
        elif self._pending_line is not None:
            self._pending_line.setText(text)

    def show_document(self, document: MinutesDocument) -> None:
        if document == self._document:
            return
        self._document = document
        self._chips.clear()
        body = ScrollBody()
        column = QVBoxLayout(body)
        above = theme.S if self._title_row.isVisibleTo(self) else theme.L
        column.setContentsMargins(theme.XL, above, theme.XL, theme.XL)
        column.setSpacing(0)
        column.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._pending_line = None
        if not document.written:
            self._pending_line = label(self._pending, secondary=True, wrap=True)
            column.addWidget(self._pending_line)
        if document.summary:
            text = label(document.summary, theme.BODY, wrap=True)
            text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            column.addWidget(text)
        for title, items in (
            (self.tr("Decisions"), document.decisions),
            (self.tr("Action items"), document.actions),
            (self.tr("Open questions"), document.questions),
            (self.tr("My notes"), document.notes),
        ):
            if items:
                self._heading(column, title, len(items))
                for item in items:
                    column.addWidget(self._item(item))
        if document.written and document.empty:
            column.addWidget(label(self.tr("Nothing to note was said in this meeting."), secondary=True, wrap=True))
        column.addStretch(1)
        self._scroll.setWidget(body)
        self._scroll.verticalScrollBar().setValue(0)
        self._stack.setCurrentWidget(self._scroll)

    @Slot(object)
    def mark_chosen(self, segment_ids: frozenset[int]) -> None:
        """Show which chip's evidence is highlighted."""
        for chip, ids in self._chips:
            chosen = bool(segment_ids) and segment_ids == frozenset(ids)
            if chip.property("chosen") != chosen:
                chip.setProperty("chosen", chosen)
                chip.style().unpolish(chip)
                chip.style().polish(chip)

    def _heading(self, column: QVBoxLayout, text: str, count: int) -> None:
        if column.count():
            column.addSpacing(theme.L)
            column.addWidget(hairline())
            column.addSpacing(theme.L)
        row = QHBoxLayout()
        row.setSpacing(theme.S)
        row.addWidget(label(text, theme.SMALL, 600, secondary=True))
        row.addWidget(label(str(count), theme.SMALL, secondary=True))
        row.addStretch(1)
        column.addLayout(row)
        column.addSpacing(theme.XS)

    def _item(self, item: Item) -> QWidget:
        made = QWidget()
        row = QHBoxLayout(made)
        row.setContentsMargins(0, theme.S, 0, theme.S)
        row.setSpacing(theme.S + 2)
        glyph = QVBoxLayout()
        glyph.setContentsMargins(0, 2, 0, 0)
        glyph.addWidget(Glyph(GLYPHS[item.kind], "text" if item.kind == "action" else "secondary"))
        glyph.addStretch(1)
        row.addLayout(glyph)
        column = QVBoxLayout()
        column.setSpacing(6)
        text = label(
            item.text, theme.BODY, 500 if item.kind == "action" else 400, wrap=True, secondary=not item.supported
        )
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column.addWidget(text)
        if not item.supported:
            doubt = QHBoxLayout()
            doubt.setSpacing(theme.XS + 2)
            doubt.addWidget(Glyph("triangle-alert", "warning", 14), 0, Qt.AlignmentFlag.AlignTop)
            doubt.addWidget(
                label(self.tr("Not found in the transcript: please check"), theme.SMALL, secondary=True, wrap=True), 1
            )
            column.addLayout(doubt)
        if item.owner or item.due or item.evidence:
            chips = FlowLayout(theme.XS)
            if item.owner:
                chips.addWidget(OwnerChip(item.owner, item.owner_hue))
            if item.due:
                chips.addWidget(DueChip(item.due))
            for evidence in item.evidence:
                chips.addWidget(self._chip(evidence))
            column.addLayout(chips)
        row.addLayout(column, 1)
        return made

    def _chip(self, evidence: Evidence) -> QPushButton:
        chip = button(evidence.time, "time")
        chip.setAccessibleName(self.tr("Show in the transcript at {time}").format(time=evidence.time))
        chip.setToolTip(evidence.said)
        chip.setCursor(Qt.CursorShape.PointingHandCursor)
        chip.setEnabled(bool(evidence.segment_ids))  # nothing is written down there yet
        chip.clicked.connect(partial(self._on_chip, evidence.segment_ids))
        self._chips.append((chip, evidence.segment_ids))
        return chip

    def _on_chip(self, segment_ids: tuple[int, ...], _checked: bool = False) -> None:
        self.evidence_wanted.emit(segment_ids)
