"""Everybody who speaks in the meeting, with their share, and what the user knows about how many there are."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.domain.meeting import SpeakerOptions
from app.ui import theme
from app.ui.choice import Choice
from app.ui.settings_switch import Switch
from app.ui.speakers_card import Card
from app.ui.widgets import button, entered, hairline, label
from app.viewmodels.formatting import length
from app.viewmodels.meeting import MeetingViewModel
from app.viewmodels.speakers import SpeakerRow

WIDTH = 380
MOST = 12  # people to choose from; more are found by themselves


class SpeakerLine(QPushButton):
    """Name, length and share of one speaker; a click opens their card."""

    def __init__(self, row: SpeakerRow, parent: QWidget) -> None:
        super().__init__(parent)
        self._row = row
        self.key = row.key
        self.setObjectName("line")
        self.setFlat(True)
        self.setFixedHeight(44)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(
            self.tr("{name}: {length}, {percent} % of the talk").format(
                name=row.name, length=length(row.talk_s), percent=row.percent
            )
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not entered(self, event):
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(WIDTH - 2 * theme.L, 44)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.underMouse() or self.hasFocus():
            painter.setPen(theme.colour("accent") if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("hover"))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), theme.RADIUS, theme.RADIUS)
        inner = self.rect().adjusted(theme.S, 0, -theme.S, 0)
        tint = theme.speaker_colour(self._row.hue)
        facts = self.tr("{length} · {percent} %").format(length=length(self._row.talk_s), percent=self._row.percent)
        small = theme.font(theme.SMALL, tabular=True)
        painter.setFont(small)
        painter.setPen(theme.colour("secondary"))
        top = QRect(inner.left(), 6, inner.width(), 20)
        painter.drawText(top, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, facts)
        room = inner.width() - painter.fontMetrics().horizontalAdvance(facts) - theme.M
        painter.setFont(theme.font(theme.BODY, 600))
        painter.setPen(tint)
        name = painter.fontMetrics().elidedText(self._row.name, Qt.TextElideMode.ElideRight, room)
        painter.drawText(top, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("hairline"))
        bar = QRectF(inner.left(), 31, inner.width(), 4)
        painter.drawRoundedRect(bar, 2, 2)
        if self._row.share > 0:
            painter.setBrush(tint)
            painter.drawRoundedRect(QRectF(bar.left(), 31, max(4.0, bar.width() * self._row.share), 4), 2, 2)


class SpeakersList(Card):
    """Signals:
    speaker_wanted: one of them was clicked. (key, where on the screen)
    """

    speaker_wanted = Signal(str, QRect)

    def __init__(self, meeting: MeetingViewModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._meeting = meeting
        self._speakers = meeting.speakers
        self.setAccessibleName(self.tr("Speakers"))
        self.setFixedWidth(WIDTH)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.L, theme.M, theme.L, theme.L)
        column.setSpacing(theme.XS)
        column.addWidget(label(self.tr("Speakers"), theme.SMALL, 600, secondary=True))
        self._rows = QVBoxLayout()
        self._rows.setSpacing(0)
        column.addLayout(self._rows)
        column.addSpacing(theme.XS)
        column.addWidget(hairline())
        column.addSpacing(theme.S)
        people = QHBoxLayout()
        people.setSpacing(theme.S)
        self.count = Choice(self.tr("How many people speak"), self)
        self.count.setMinimumContentsLength(8)
        self.count.addItem(self.tr("Find out"), None)
        for n in range(1, MOST + 1):
            self.count.addItem(str(n), n)
        ask = label(self.tr("How many people speak?"), wrap=True)
        ask.setBuddy(self.count)
        people.addWidget(ask, 1)
        people.addWidget(self.count)
        column.addLayout(people)
        shared = self.tr("Several people share this microphone")
        self.shared = Switch(shared, self)
        self._shared_row = QWidget(self)
        sharing = QHBoxLayout(self._shared_row)
        sharing.setContentsMargins(0, theme.XS, 0, 0)
        sharing.setSpacing(theme.S)
        sharing.addWidget(label(shared, wrap=True), 1)
        sharing.addWidget(self.shared)
        column.addWidget(self._shared_row)
        column.addSpacing(theme.S)
        self.again = button(self.tr("Tell speakers apart again"))
        column.addWidget(self.again)
        self.hint = label(
            self.tr("Names you have given and words you have corrected stay as they are."),
            theme.SMALL,
            secondary=True,
            wrap=True,
        )
        column.addWidget(self.hint)
        self._fill()
        self.count.activated.connect(self._on_wish)
        self.shared.clicked.connect(self._on_wish)
        self.again.clicked.connect(self._run)

    def _fill(self) -> None:
        self.lines: list[SpeakerLine] = []
        for row in self._speakers.rows:
            line = SpeakerLine(row, self)
            line.clicked.connect(partial(self._on_line, line))
            self.lines.append(line)
            self._rows.addWidget(line)
            if row.suggested:
                self._rows.addWidget(self._suggestion(row))
        options = self._speakers.options
        self.count.setCurrentIndex(0 if options.speakers is None else min(options.speakers, MOST))
        self.shared.setChecked(options.shared_microphone)
        self._shared_row.setVisible(self._speakers.has_microphone)
        may = self._speakers.can_tell_apart
        for control in (self.count, self.shared, self.again):
            control.setEnabled(may)
        if not may:
            self.hint.setText(self.tr("This can be changed when everything is written down."))

    def _suggestion(self, row: SpeakerRow) -> QWidget:
        made = QWidget(self)
        line = QHBoxLayout(made)
        line.setContentsMargins(theme.S, 0, 0, theme.S)
        line.setSpacing(theme.XS)
        asked = self.tr("Probably {name}") if row.sure else self.tr("Is this {name}?")
        text = label(asked.format(name=row.suggested), theme.SMALL)
        text.setFixedHeight(22)
        line.addWidget(text)
        for answer, name, yes in (
            (self.tr("Yes"), self.tr("Yes, this is {name}").format(name=row.suggested), True),
            (self.tr("No"), self.tr("No, this is somebody else"), False),
        ):
            chip = button(answer, "time")
            chip.setAccessibleName(name)
            chip.clicked.connect(partial(self._answer, row.key, yes))
            line.addWidget(chip)
        line.addStretch(1)
        return made

    def _answer(self, key: str, yes: bool, _checked: bool = False) -> None:
        (self._meeting.corrections.accept if yes else self._meeting.corrections.dismiss)(key)
        self.close()

    def _on_line(self, line: SpeakerLine, _checked: bool = False) -> None:
        place = QRect(line.mapToGlobal(line.rect().topLeft()), line.size())
        self.close()
        self.speaker_wanted.emit(line.key, place)

    @Slot()
    def _on_wish(self) -> None:
        """Nothing runs before the user says so: both wishes may be changed together."""
        self.again.setProperty("kind", "primary")
        self.again.style().unpolish(self.again)
        self.again.style().polish(self.again)

    @Slot()
    def _run(self) -> None:
        wanted = SpeakerOptions(self.count.currentData(), self.shared.isChecked())
        if wanted != self._speakers.options:
            self._speakers.set_options(wanted)
        else:
            self._speakers.tell_apart_again()
        self.close()
