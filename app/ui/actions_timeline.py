"""Action items on a line of days: from the meeting to the day they are due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from PySide6.QtCore import (
    QCoreApplication,
    QDate,
    QLocale,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import QStyleOptionViewItem, QVBoxLayout, QWidget

from app.ui import icons, theme
from app.ui.actions_list import ActionItems, paint_group, paint_row_ground
from app.ui.row_list import RowDelegate
from app.viewmodels.actions import ActionsViewModel
from app.viewmodels.actions_rows import Action, Group, Row, RowRole

Index = QModelIndex | QPersistentModelIndex

ROW, HEADING, AXIS = 34, 44, 40
BAR = 14
PAST_DAYS, AHEAD_DAYS = 56, 112  # before that is at the edge, after that later
LEAST_DAYS = 21
STUB = 14  # of a bar that goes on beyond the days, behind the break
GAP = 6  # between a bar and its words, and where the axis is broken
TICK = 76  # least pixels between two days on the axis
_STEPS = (1, 2, 7, 14, 28)


@dataclass(frozen=True, slots=True)
class Days:
    """Which days are where: `first` to `last` in `width` pixels, right of the names, which take `left`. What is due
    after that stands in a column `later` pixels wide behind them, where the axis is broken; 0 if nothing is."""

    first: date
    last: date
    today: date
    left: int
    width: int
    later: int = 0

    @classmethod
    def of(cls, actions: list[Action], today: date, width: int) -> Days:
        """As many days as the items need, within bounds. One that is so far off that it would push the others into less
        than half of the room is later."""
        first = min([a.began for a in actions], default=today)
        first = max(min(first, today - timedelta(days=3)), today - timedelta(days=PAST_DAYS))
        last = max(today + timedelta(days=7), first + timedelta(days=LEAST_DAYS - 3))
        end = today + timedelta(days=AHEAD_DAYS - 3)
        for due in sorted(a.due_on for a in actions if a.due_on is not None and a.due_on > last):
            if due > end or due - first > 2 * (last - first):
                break
            last = due
        last += timedelta(days=3)
        left = max(152, min(300, width // 3))
        beyond = [_width(words_at(a)) for a in actions if a.due_on is not None and a.due_on > last]
        later = min(GAP + STUB + GAP + max(beyond), (width - left) // 3) if beyond else 0
        return cls(first, last, today, left, max(1, width - left - theme.M - later), later)

    def x(self, day: date) -> float:
        """Where a day begins; beyond the edges at the edge."""
        whole = (self.last - self.first).days + 1
        days = min(max((day - self.first).days, 0), whole)
        return self.left + days * self.width / whole

    @property
    def right(self) -> int:
        """Where the days end."""
        return self.left + self.width

    @property
    def day_width(self) -> float:
        return self.width / ((self.last - self.first).days + 1)

    def ticks(self) -> list[date]:
        """Days to write down; from a week on they are Mondays."""
        step = next((s for s in _STEPS if s * self.day_width >= TICK), _STEPS[-1])
        day = self.first
        if step >= 7:
            day += timedelta(days=-day.weekday() % 7)
        found = []
        while day <= self.last:
            found.append(day)
            day += timedelta(days=step)
        return found


class TimelineDelegate(RowDelegate):
    """The task on the left, its bar on the right."""

    def __init__(self, days: Days) -> None:
        super().__init__()
        self.days = days

    def row_height(self, row: Row) -> int:
        return ROW if isinstance(row, Action) else HEADING

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(100, self.row_height(index.data(RowRole)))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row = index.data(RowRole)
        rect: QRect = option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if isinstance(row, Action):
            paint_row_ground(painter, option, rect.adjusted(0, 1, 0, -1))
        days = self.days
        for day in days.ticks():
            painter.fillRect(QRectF(days.x(day), rect.top(), 1, rect.height()), theme.colour("hairline"))
        if days.later:
            painter.fillRect(QRectF(days.right + GAP / 2, rect.top(), 1, rect.height()), theme.colour("hairline"))
        now = days.x(days.today) + days.day_width / 2
        painter.fillRect(QRectF(now - 0.75, rect.top(), 1.5, rect.height()), theme.colour("accent"))
        if isinstance(row, Group):
            paint_group(painter, rect.adjusted(theme.XL, 0, days.left - rect.width() - theme.S, 0), row)
        elif isinstance(row, Action):
            self._paint_task(painter, QRect(theme.XL, rect.top(), days.left - theme.XL - theme.L, rect.height()), row)
            self._paint_bar(painter, rect, row, days)
        painter.restore()

    @staticmethod
    def _paint_task(painter: QPainter, rect: QRect, row: Action) -> None:
        font = theme.font(theme.SMALL, 500)
        font.setStrikeOut(row.done)
        painter.setFont(font)
        painter.setPen(theme.colour("secondary" if row.done else "text"))
        shown = painter.fontMetrics().elidedText(row.task, Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)

    @staticmethod
    def _paint_bar(painter: QPainter, rect: QRect, row: Action, days: Days) -> None:
        top = rect.center().y() - BAR / 2 + 1
        tint = theme.speaker_colour(row.hue)
        if row.done:
            tint = theme.colour("control")
        start = days.x(row.began)
        if row.due_on is None:  # no end is known: it begins, and goes on as a line of dots
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tint)
            painter.drawEllipse(QRectF(start, top + 3, BAR - 6, BAR - 6))
            pen = painter.pen()
            pen.setColor(tint)
            pen.setWidthF(2)
            pen.setStyle(Qt.PenStyle.DotLine)
            painter.setPen(pen)
            y = top + BAR / 2
            end = start + 3 * TICK / 4
            painter.drawLine(round(start + BAR), round(y), round(end), round(y))
            _paint_words(painter, rect, words_at(row), end + GAP)
            return
        later = row.due_on > days.last
        end = days.right + GAP + STUB if later else max(days.x(row.due_on + timedelta(days=1)), start + BAR)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tint)
        shape = QPainterPath()
        shape.addRoundedRect(QRectF(start, top, end - start, BAR), 4, 4)
        painter.drawPath(shape.subtracted(_break(days.right, top)) if later else shape)
        if row.late:  # how long it has been waiting since
            now = days.x(days.today) + days.day_width / 2
            painter.setBrush(theme.colour("warning_soft"))
            pen = painter.pen()
            pen.setColor(theme.colour("warning"))
            pen.setStyle(Qt.PenStyle.DashLine)
            pen.setWidthF(1)
            painter.setPen(pen)
            painter.drawRoundedRect(QRectF(end + 0.5, top + 0.5, max(BAR, now - end) - 1, BAR - 1), 4, 4)
            end = max(now, end + BAR)
        if row.done:
            device = painter.device()
            ratio = device.devicePixelRatio() if device is not None else 1.0
            tick = icons.pixmap("check", theme.colour("secondary"), 14, ratio)
            painter.drawPixmap(round(end + GAP), round(top), tick)
            end += GAP + 14
        words = words_at(row)
        x, before = end + GAP, start - GAP - _width(words)
        if x + _width(words) > rect.right() and before > days.left and not row.done:
            x = before  # where there is no room behind it
        _paint_words(painter, rect, words, x)


Words = list[tuple[str, QFont, QColor]]


def words_at(row: Action) -> Words:
    """At the bar: whose it is, and until when."""
    found: Words = []
    if row.owner:
        tint = theme.colour("secondary") if row.done else theme.speaker_colour(row.hue)
        found.append((row.owner, theme.font(theme.SMALL - 1, 600), tint))
    if row.due and not row.done:
        text = f" · {row.due}" if found else row.due
        font = theme.font(theme.SMALL - 1, 500, tabular=True)
        found.append((text, font, theme.colour("warning" if row.late else "secondary")))
    return found


def _width(words: Words) -> int:
    return sum(QFontMetrics(font).horizontalAdvance(text) for text, font, _ in words)


def _paint_words(painter: QPainter, rect: QRect, words: Words, x: float) -> None:
    for text, font, tint in words:
        painter.setFont(font)
        painter.setPen(tint)
        room = QRectF(x, rect.top(), max(0.0, rect.right() - x), rect.height() + 1)
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(room.width()) + 1)
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
        x += painter.fontMetrics().horizontalAdvance(shown)


def _break(x: float, top: float) -> QPainterPath:
    """What is cut out of a bar where the axis is broken: a slanted strip."""
    made = QPainterPath()
    corners = [(GAP, -1), (GAP + 4, -1), (4, BAR + 1), (0, BAR + 1)]
    made.addPolygon(QPolygonF([QPointF(x - 2 + dx, top + dy) for dx, dy in corners]))
    made.closeSubpath()
    return made


class TimelineList(ActionItems):
    """The rows of the list, with bars.

    Signals:
        measured: other days are where others were.
    """

    measured = Signal()

    def __init__(self, actions: ActionsViewModel, parent: QWidget) -> None:
        self._look = TimelineDelegate(Days(actions.today, actions.today, actions.today, 0, 1))
        name = QCoreApplication.translate("TimelineList", "Action items from their meeting to the day they are due")
        super().__init__(actions, self._look, name, parent)
        self._look.setParent(self)
        actions.changed.connect(self.measure)

    @property
    def days(self) -> Days:
        return self._look.days

    @Slot()
    def measure(self) -> None:
        """Find the days that have to be seen, and where they are."""
        self._look.days = Days.of(self._actions.shown, self._actions.today, self.viewport().width())
        self.viewport().update()
        self.measured.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.measure()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        action = self._actions.rows.action(self.indexAt(event.position().toPoint()))
        if action is not None:
            self.open(action)


class _Axis(QWidget):
    """Days over the bars."""

    def __init__(self, items: TimelineList, parent: QWidget) -> None:
        super().__init__(parent)
        self._items = items
        self.setFixedHeight(AXIS)

    def paintEvent(self, event: QPaintEvent) -> None:
        days = self._items.days
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        small = theme.font(theme.SMALL - 1, tabular=True)
        bold = theme.font(theme.SMALL - 1, 600)
        now = days.x(days.today) + days.day_width / 2
        said = self.tr("Today")
        wide = QFontMetrics(bold).horizontalAdvance(said)
        painter.setFont(small)
        painter.setPen(theme.colour("secondary"))
        until = 0.0
        for day in days.ticks():
            x = days.x(day)
            text = QLocale().toString(QDate(day.year, day.month, day.day), self.tr("d MMM"))
            length = painter.fontMetrics().horizontalAdvance(text)
            if (
                x < until
                or x + length > days.right + theme.M
                or (x < now + wide / 2 + 8 and x + length > now - wide / 2 - 8)
            ):
                continue
            painter.drawText(QRectF(x, 0, length + 2, AXIS - 8), Qt.AlignmentFlag.AlignBottom, text)
            until = x + length + 8
        if days.later:
            room = QRectF(days.right + GAP + 2, 0, days.later, AXIS - 8)
            painter.drawText(room, Qt.AlignmentFlag.AlignBottom, self.tr("Later"))
        painter.setFont(bold)
        painter.setPen(theme.colour("accent"))
        painter.drawText(QRectF(now - wide / 2 - 1, 0, wide + 4, AXIS - 8), Qt.AlignmentFlag.AlignBottom, said)
        painter.fillRect(QRectF(0, AXIS - 1, self.width(), 1), theme.colour("hairline"))


class ActionTimeline(QWidget):
    """The axis over the rows."""

    def __init__(self, actions: ActionsViewModel, parent: QWidget) -> None:
        super().__init__(parent)
        self.items = TimelineList(actions, self)
        self.axis = _Axis(self.items, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.axis)
        column.addWidget(self.items, 1)
        self.setFocusProxy(self.items)
        self.items.measured.connect(self.axis.update)
