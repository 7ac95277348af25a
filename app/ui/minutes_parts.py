"""Small parts of the minutes: chips, check boxes, words changed where they stand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from PySide6.QtCore import QDate, QEvent, QLocale, QObject, QPoint, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QFontMetricsF,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QTextCharFormat,
    QTransform,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QCalendarWidget,
    QCheckBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.ui import icons, theme
from app.ui.speakers_card import Card
from app.ui.widgets import FlowLayout, button, entered
from app.viewmodels.formatting import initials

CHIP = 22


def go_along(here: QWidget | None, parts: Sequence[QWidget], by: int) -> bool:
    """Carry the keyboard to the next part of something that is one stop for Tab; None: from outside. False if there is
    none that way. A part is in Tab's reach only while it has the keyboard, so that assistive technology finds it."""
    able = [w for w in parts if not w.isHidden() and w.isEnabled()]
    at = able.index(here) + by if here is not None and here in able else 0 if by > 0 else len(able) - 1
    if not 0 <= at < len(able):
        return False
    able[at].setFocusPolicy(Qt.FocusPolicy.TabFocus)
    able[at].setFocus(Qt.FocusReason.TabFocusReason)
    return True


class Stopless(QObject):
    """Keeps the parts of something out of Tab's reach, but for the one with the keyboard, and gives the arrow keys to
    whoever holds them: Qt's buttons would go on to any other button with them."""

    KEYS = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down)

    def __init__(self, owner: QWidget, take_key: Callable[[QKeyEvent], None]) -> None:
        super().__init__(owner)
        self._take_key = take_key

    def add(self, part: QWidget) -> None:
        part.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        part.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut and isinstance(watched, QWidget):
            watched.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        elif event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and event.key() in self.KEYS:
            self._take_key(event)
            return True
        return False


class Chip(QAbstractButton):
    """A small fact that can be changed with a click. A "ghost" is seen only while its item is looked at."""

    def __init__(self, text: str, parent: QWidget | None = None, *, ghost: bool = False, role: str = "text") -> None:
        super().__init__(parent)
        self.setText(text)
        self._ghost = ghost
        self._role = "secondary" if ghost else role
        self.setFixedHeight(CHIP)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not entered(self, event):
            super().keyPressEvent(event)

    def _lead(self) -> int:
        return 6

    def sizeHint(self) -> QSize:
        text = QFontMetricsF(theme.font(theme.SMALL, 500)).horizontalAdvance(self.text())
        return QSize(self._lead() + int(text) + 8, CHIP)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    @property
    def looked_at(self) -> bool:
        """Whether the mouse or the keyboard is at the item it belongs to."""
        item = self.parentWidget()
        return self.hasFocus() or (item is not None and (item.underMouse() or item.hasFocus()))

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._ghost and not self.looked_at:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        if self.underMouse() and self.isEnabled():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("hover"))
            painter.drawRoundedRect(box, 5, 5)
        if self.hasFocus():
            painter.setPen(theme.colour("accent"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box, 5, 5)
        elif self._ghost:
            pen = painter.pen()
            pen.setColor(theme.colour("control"))
            pen.setStyle(Qt.PenStyle.DashLine)
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box, 5, 5)
        self._paint_lead(painter)
        painter.setPen(theme.colour(self._role))
        painter.setFont(theme.font(theme.SMALL, 500))
        painter.drawText(self.rect().adjusted(self._lead(), 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, self.text())

    def _paint_lead(self, painter: QPainter) -> None:
        """What stands before the words."""


class OwnerChip(Chip):
    """A person: initials in a disc of the speaker's colour, then the name."""

    def __init__(self, name: str, hue: int, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self._hue = hue
        self.setAccessibleName(self.tr("Owner: {name}").format(name=name))

    def _lead(self) -> int:
        return 26

    def _paint_lead(self, painter: QPainter) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.speaker_colour(self._hue))
        painter.drawEllipse(QRectF(1, 1, 20, 20))
        painter.setPen(theme.colour("page"))
        painter.setFont(theme.font(9.5, 700))
        painter.drawText(QRectF(1, 1, 20, 20), Qt.AlignmentFlag.AlignCenter, initials(self.text()))


class DueChip(Chip):
    """When something is to be done."""

    def __init__(self, due: str, parent: QWidget | None = None, *, late: bool = False) -> None:
        super().__init__(due, parent, role="warning" if late else "text")
        said = self.tr("Due: {date}, which is over") if late else self.tr("Due: {date}")
        self.setAccessibleName(said.format(date=due))

    def _lead(self) -> int:
        return 23

    def _paint_lead(self, painter: QPainter) -> None:
        ratio = self.devicePixelRatioF()
        tint = theme.colour(self._role if self._role == "warning" else "secondary")
        painter.drawPixmap(5, 4, icons.pixmap("calendar", tint, 14, ratio))


class KeepChip(Chip):
    """Yes, this is right although the transcript does not seem to say it."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent, role="accent")

    def _lead(self) -> int:
        return 23

    def _paint_lead(self, painter: QPainter) -> None:
        painter.drawPixmap(5, 4, icons.pixmap("check", theme.colour("accent"), 14, self.devicePixelRatioF()))


class CheckBox(QCheckBox):
    """A check box of our own look, 18 pixels square."""

    SIDE = 18

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedSize(self.SIDE + 4, self.SIDE + 4)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(2.75, 2.75, self.SIDE - 1.5, self.SIDE - 1.5)
        pen = painter.pen()
        pen.setWidthF(1.5)
        accent = theme.colour("accent")
        pen.setColor(accent if self.isChecked() or self.underMouse() or self.hasFocus() else theme.colour("secondary"))
        painter.setPen(pen)
        painter.setBrush(accent if self.isChecked() else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box, 5, 5)
        if self.isChecked():
            tick = icons.pixmap("check", theme.colour("on_accent"), 14, self.devicePixelRatioF())
            painter.drawPixmap(4, 4, tick)
        if self.hasFocus():
            pen.setWidthF(1)
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)


class SmallButton(QToolButton):
    """An icon beside a heading, seen while its section is looked at."""

    def __init__(self, icon: str, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._icon_name = icon
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setFixedSize(24, 24)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not entered(self, event):
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        section = self.parentWidget()
        if not (self.hasFocus() or (section is not None and section.underMouse())):
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.underMouse() or self.hasFocus():
            painter.setPen(theme.colour("accent") if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("hover"))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
        tint = theme.colour("secondary" if self.isEnabled() else "control")
        painter.drawPixmap(4, 4, icons.pixmap(self._icon_name, tint, 16, self.devicePixelRatioF()))


class DateCard(Card):
    """A day from a calendar, or a quick one.

    Signals:
        chosen: (date, or None for no date)
    """

    chosen = Signal(object)

    def __init__(self, day: date | None, today: date, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Date"))
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.M, theme.M, theme.M, theme.M)
        column.setSpacing(theme.S)
        quick = FlowLayout(theme.XS)
        self.quick = []
        week = 7 - today.weekday()
        for text, value in (
            (self.tr("Today"), today),
            (self.tr("Tomorrow"), date.fromordinal(today.toordinal() + 1)),
            (self.tr("Next Monday"), date.fromordinal(today.toordinal() + week)),
            (self.tr("No date"), None),
        ):
            made = button(text, "time")
            made.clicked.connect(lambda _=False, value=value: self._choose(value))
            self.quick.append(made)
            quick.addWidget(made)
        column.addLayout(quick)
        self.calendar = QCalendarWidget(self)
        self.calendar.setAccessibleName(self.tr("Calendar"))
        self.calendar.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        self.calendar.setFirstDayOfWeek(QLocale().firstDayOfWeek())
        self.calendar.setFont(theme.font(theme.SMALL))
        shown = day or today
        self.calendar.setSelectedDate(QDate(shown.year, shown.month, shown.day))
        self._quieten()
        column.addWidget(self.calendar)
        self.calendar.clicked.connect(self._on_day)
        self.calendar.activated.connect(self._on_day)
        self.setFocusProxy(self.calendar)

    def _quieten(self) -> None:
        """No red weekends, no coloured bar: a calendar like the rest of the window."""
        plain = QTextCharFormat()
        plain.setForeground(theme.colour("text"))
        head = QTextCharFormat()
        head.setForeground(theme.colour("secondary"))
        self.calendar.setHeaderTextFormat(head)
        for day in (Qt.DayOfWeek.Saturday, Qt.DayOfWeek.Sunday):
            self.calendar.setWeekdayTextFormat(day, plain)
        t = theme.current()
        self.calendar.setStyleSheet(
            f"QWidget#qt_calendar_navigationbar {{ background: {t.raised}; }}"
            f"QToolButton {{ color: {t.text}; font-weight: 600; padding: 2px 6px; }}"
            f"QAbstractItemView {{ background: {t.raised}; alternate-background-color: {t.raised}; color: {t.text};"
            f" selection-background-color: {t.accent}; selection-color: {t.on_accent}; outline: none; }}"
        )
        forth = icons.pixmap("chevron-right", theme.colour("secondary"), 16, self.devicePixelRatioF())
        back = forth.transformed(QTransform().scale(-1, 1))
        for name, icon in (("qt_calendar_prevmonth", back), ("qt_calendar_nextmonth", forth)):
            arrow = self.calendar.findChild(QToolButton, name)
            if isinstance(arrow, QToolButton):
                arrow.setIcon(icon)

    @Slot(QDate)
    def _on_day(self, day: QDate) -> None:
        self._choose(date(day.year(), day.month(), day.day()))

    def _choose(self, day: date | None) -> None:
        if self.isVisible():
            self.close()
            self.chosen.emit(day)
