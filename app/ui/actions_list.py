"""The list of action items of all meetings: tick off, change who and when, go to where it was said."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import (
    QCoreApplication,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import (
    QContextMenuEvent,
    QFontMetrics,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
)
from PySide6.QtWidgets import QMenu, QStyle, QStyleOptionViewItem, QWidget

from app.ui import icons, theme
from app.ui.minutes_parts import DateCard
from app.ui.row_list import RowDelegate, RowList
from app.ui.speakers_card import NameCard
from app.viewmodels.actions import ActionsViewModel
from app.viewmodels.actions_rows import Action, Group, Key, Row, RowRole
from app.viewmodels.formatting import initials

Index = QModelIndex | QPersistentModelIndex
Zone = str  # "check", "meeting", "owner", "due", "" for the rest of a row

ROW, HEADING = 56, 44
PAD = theme.M
WIDTH = 960  # a row is no wider: one eye has to find its day beside its task
BOX = 18
DISC = 18
DUE_WIDTH = 116
LEAST_OWNER, MOST_OWNER = 26, 150


def paint_row_ground(painter: QPainter, option: QStyleOptionViewItem, rect: QRect) -> None:
    """The chosen row in a tint of the accent, the one under the mouse in grey, a ring for the keyboard."""
    state: QStyle.StateFlag = option.state
    view: QWidget = option.widget
    painter.setPen(Qt.PenStyle.NoPen)
    if state & QStyle.StateFlag.State_Selected and view.hasFocus():
        painter.setBrush(theme.colour("accent_soft"))
        painter.drawRoundedRect(rect, theme.RADIUS, theme.RADIUS)
    elif state & QStyle.StateFlag.State_MouseOver:
        painter.setBrush(theme.colour("hover"))
        painter.drawRoundedRect(rect, theme.RADIUS, theme.RADIUS)
    if state & QStyle.StateFlag.State_HasFocus and view.property("keyboard"):
        painter.setPen(theme.colour("accent"))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(rect.adjusted(0, 0, -1, -1), theme.RADIUS, theme.RADIUS)


def paint_group(painter: QPainter, rect: QRect, group: Group) -> None:
    """A heading: the person's disc if it is one, its words, how many."""
    x = rect.left()
    if group.hue >= 0:
        paint_disc(painter, QRect(x, rect.bottom() - 5 - DISC, DISC, DISC), group.who or group.text, group.hue)
        x += DISC + theme.S
    painter.setFont(theme.font(theme.BODY, 600))
    painter.setPen(theme.colour("warning" if group.late else "text"))
    words = QRect(x, rect.top(), rect.right() - x - 40, rect.height() - 6)
    low = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom
    shown = painter.fontMetrics().elidedText(group.text, Qt.TextElideMode.ElideRight, words.width())
    painter.drawText(words, low, shown)
    x += painter.fontMetrics().horizontalAdvance(shown) + theme.S
    painter.setFont(theme.font(theme.BODY, tabular=True))
    painter.setPen(theme.colour("secondary"))
    painter.drawText(words.adjusted(x - words.left(), 0, 40, 0), low, str(group.count))
    painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), theme.colour("hairline"))


def paint_disc(painter: QPainter, rect: QRect, name: str, hue: int) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.speaker_colour(hue))
    painter.drawEllipse(rect)
    painter.setPen(theme.colour("page"))
    painter.setFont(theme.font(8.5, 700))
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, initials(name))


def paint_check(painter: QPainter, rect: QRect, done: bool, hovered: bool) -> None:
    accent = theme.colour("accent")
    pen = painter.pen()
    pen.setStyle(Qt.PenStyle.SolidLine)
    pen.setWidthF(1.5)
    pen.setColor(accent if done or hovered else theme.colour("secondary"))
    painter.setPen(pen)
    painter.setBrush(accent if done else Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(QRectF(rect).adjusted(0.75, 0.75, -0.75, -0.75), 5, 5)
    if done:
        device = painter.device()
        ratio = device.devicePixelRatio() if device is not None else 1.0
        painter.drawPixmap(rect.left() + 2, rect.top() + 2, icons.pixmap("check", theme.colour("on_accent"), 14, ratio))
    pen.setWidthF(1)
    painter.setPen(pen)


class ActionDelegate(RowDelegate):
    """A box, the task over the meeting it is from, who does it and until when."""

    def row_height(self, row: Row) -> int:
        return ROW if isinstance(row, Action) else HEADING

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(100, self.row_height(index.data(RowRole)))

    @staticmethod
    def card(rect: QRect) -> QRect:
        """What a row takes of the list's width; its box stands under the words of the tabs."""
        left = rect.left() + theme.XL - PAD
        return QRect(left, rect.top(), min(WIDTH, rect.right() - theme.XS - left), rect.height())

    def zones(self, rect: QRect, row: Action) -> dict[Zone, QRect]:
        """Where the parts of a row are."""
        inner = self.card(rect).adjusted(PAD, 0, -PAD, 0)
        middle = inner.center().y()
        check = QRect(inner.left(), middle - 17, BOX, BOX)
        due = QRect(inner.right() - DUE_WIDTH + 1, middle - 13, DUE_WIDTH, 26)
        metrics = QFontMetrics(theme.font(theme.SMALL, 500))
        room = min(MOST_OWNER, max(LEAST_OWNER, inner.width() // 5))
        width = min(room, DISC + theme.S + metrics.horizontalAdvance(row.owner or self.tr("Who")) + theme.S)
        owner = QRect(due.left() - theme.S - room, middle - 13, width, 26)
        left = check.right() + 1 + theme.M
        text = QRect(left, middle - 20, owner.left() - theme.M - left, 20)
        small = QFontMetrics(theme.font(theme.SMALL))
        meeting = QRect(left, middle + 1, min(text.width(), small.horizontalAdvance(row.where) + 2), 18)
        return {"check": check, "text": text, "meeting": meeting, "owner": owner, "due": due}

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row = index.data(RowRole)
        rect: QRect = option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if isinstance(row, Group):
            paint_group(painter, self.card(rect).adjusted(PAD, 0, -PAD, 0), row)
        elif isinstance(row, Action):
            paint_row_ground(painter, option, self.card(rect).adjusted(0, 1, 0, -1))
            self._paint(painter, option, row, self.zones(rect, row))
        painter.restore()

    def _paint(self, painter: QPainter, option: QStyleOptionViewItem, row: Action, zones: dict[Zone, QRect]) -> None:
        view: QWidget = option.widget
        looked_at = bool(option.state & (QStyle.StateFlag.State_MouseOver | QStyle.StateFlag.State_HasFocus))
        zone = getattr(view, "hovered_zone", "") if option.state & QStyle.StateFlag.State_MouseOver else ""
        paint_check(painter, zones["check"], row.done, zone == "check")
        font = theme.font(theme.BODY, 500)
        font.setStrikeOut(row.done)
        painter.setFont(font)
        painter.setPen(theme.colour("secondary" if row.done else "text"))
        self._words(painter, zones["text"], row.task)
        small = theme.font(theme.SMALL)
        small.setUnderline(zone == "meeting")
        painter.setFont(small)
        painter.setPen(theme.colour("accent" if zone == "meeting" else "secondary"))
        self._words(painter, zones["meeting"], row.where)
        self._paint_owner(painter, zones["owner"], row, looked_at, zone == "owner")
        self._paint_due(painter, zones["due"], row, looked_at, zone == "due")

    def _words(self, painter: QPainter, rect: QRect, text: str) -> None:
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)

    def _paint_owner(self, painter: QPainter, rect: QRect, row: Action, looked_at: bool, hovered: bool) -> None:
        if hovered:
            self._pill(painter, rect)
        if row.owner:
            disc = QRect(rect.left() + 4, rect.center().y() - DISC // 2 + 1, DISC, DISC)
            paint_disc(painter, disc, row.owner, row.hue)
            painter.setFont(theme.font(theme.SMALL, 500))
            painter.setPen(theme.colour("text"))
            self._words(painter, rect.adjusted(4 + DISC + 6, 0, 0, 0), row.owner)
        elif looked_at:
            self._ghost(painter, rect, self.tr("Who"))

    def _paint_due(self, painter: QPainter, rect: QRect, row: Action, looked_at: bool, hovered: bool) -> None:
        if hovered:
            self._pill(painter, rect)
        if row.due:
            role = "warning" if row.late else "text" if row.due_on else "secondary"
            device = painter.device()
            ratio = device.devicePixelRatio() if device is not None else 1.0
            glyph = icons.pixmap("calendar", theme.colour("warning" if row.late else "secondary"), 14, ratio)
            painter.drawPixmap(rect.left() + 6, rect.center().y() - 7, glyph)
            painter.setFont(theme.font(theme.SMALL, 500, tabular=True))
            painter.setPen(theme.colour("secondary" if row.done else role))
            self._words(painter, rect.adjusted(26, 0, -4, 0), row.due)
        elif looked_at:
            self._ghost(painter, rect.adjusted(0, 0, -DUE_WIDTH // 2, 0), self.tr("When"))

    @staticmethod
    def _pill(painter: QPainter, rect: QRect) -> None:
        painter.setPen(theme.colour("control"))
        painter.setBrush(theme.colour("page"))
        painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), theme.RADIUS, theme.RADIUS)

    @staticmethod
    def _ghost(painter: QPainter, rect: QRect, text: str) -> None:
        pen = painter.pen()
        pen.setColor(theme.colour("control"))
        pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 2.5, -0.5, -2.5), 5, 5)
        painter.setFont(theme.font(theme.SMALL, 500))
        painter.setPen(theme.colour("secondary"))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)


class ActionItems(RowList):
    """What a list of action items can do, however its rows are painted.

    Space ticks off, Return goes to the meeting, D changes the date, O who does it, Ctrl+C copies.

    Signals:
        opened: a meeting is to be shown where an item is said. (meeting id, segment ids)
    """

    opened = Signal(str, tuple)

    def __init__(self, actions: ActionsViewModel, delegate: RowDelegate, name: str, parent: QWidget) -> None:
        super().__init__(delegate, name, parent)
        self._actions = actions
        self._kept: tuple[Key, int] | None = None
        self.setModel(actions.rows)
        self.setSelectionMode(RowList.SelectionMode.SingleSelection)
        actions.rows.modelAboutToBeReset.connect(self._keep)
        actions.rows.modelReset.connect(self._bring_back)

    @property
    def action(self) -> Action | None:
        return self._actions.rows.action(self.currentIndex())

    # Rows that come and go

    @Slot()
    def _keep(self) -> None:
        current = self.action
        self._kept = (current.key, self.currentIndex().row()) if current else None

    @Slot()
    def _bring_back(self) -> None:
        """The same item, or the one that stands there now."""
        kept, self._kept = self._kept, None
        if kept is None:
            return
        model = self._actions.rows
        row = model.row_of(kept[0])
        index = model.index(row, 0) if row >= 0 else self._next_row(min(kept[1], len(model.rows) - 1), 1)
        if index.isValid():
            self.setCurrentIndex(index)

    # Doing

    def open(self, action: Action) -> None:
        self.opened.emit(action.found.meeting_id, action.found.item.evidence)

    def tick(self, action: Action) -> None:
        self._actions.tick(action, not action.done)

    def ask_owner(self, action: Action, place: QRect | None = None) -> None:
        card = NameCard(self.tr("Who does it?"), self._actions.names(), self)
        card.field.setText(action.owner)
        card.field.selectAll()
        card.allow_nothing()
        card.named.connect(partial(self._actions.set_owner, action))
        card.show_below(self._on_screen(place))

    def ask_due(self, action: Action, place: QRect | None = None) -> None:
        card = DateCard(action.due_on, self._actions.today, self)
        card.chosen.connect(partial(self._actions.set_due, action))
        card.show_below(self._on_screen(place))

    def copy(self, action: Action) -> None:
        QGuiApplication.clipboard().setText(action.markdown)

    def _on_screen(self, place: QRect | None) -> QRect:
        rect = place or self.visualRect(self.currentIndex())
        return QRect(self.viewport().mapToGlobal(rect.topLeft()), rect.size())

    # Keys and menu

    def event(self, event: QEvent) -> bool:
        """Copying means this item here, not the meeting that is open behind."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.matches(QKeySequence.StandardKey.Copy)
            and self.action is not None
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        action = self.action
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        does = {
            Qt.Key.Key_Space: self.tick,
            Qt.Key.Key_Return: self.open,
            Qt.Key.Key_Enter: self.open,
            Qt.Key.Key_D: self.ask_due,
            Qt.Key.Key_O: self.ask_owner,
        }
        do = does.get(Qt.Key(event.key())) if plain else None
        if action is not None and event.matches(QKeySequence.StandardKey.Copy):
            self.copy(action)
        elif action is not None and do is not None:
            self.setProperty("keyboard", True)
            do(action)
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() == QContextMenuEvent.Reason.Mouse:
            index = self.indexAt(event.pos())
            if index.isValid():
                self.setCurrentIndex(index)
        action = self.action
        if action is None:
            return
        menu = self.menu_for(action)
        below = self.visualRect(self.currentIndex()).bottomLeft() + QPoint(PAD, 0)
        by_mouse = event.reason() == QContextMenuEvent.Reason.Mouse
        menu.popup(event.globalPos() if by_mouse else self.viewport().mapToGlobal(below))

    def menu_for(self, action: Action) -> QMenu:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for text, keys, do in (
            (self.tr("Not done yet") if action.done else self.tr("Done"), "Space", self.tick),
            (self.tr("Change the date…"), "D", self.ask_due),
            (self.tr("Change who does it…"), "O", self.ask_owner),
            ("", "", None),
            (self.tr("Go to the meeting"), "Return", self.open),
            (self.tr("Copy"), "Ctrl+C", self.copy),
        ):
            if do is None:
                menu.addSeparator()
                continue
            entry = menu.addAction(text)
            entry.setShortcut(QKeySequence(keys))  # to be read; the list itself listens
            entry.triggered.connect(partial(do, action))
        return menu


class ActionList(ActionItems):
    """Rows that can be clicked in their parts."""

    def __init__(self, actions: ActionsViewModel, parent: QWidget) -> None:
        self._look = ActionDelegate()
        name = QCoreApplication.translate("ActionList", "Action items")
        super().__init__(actions, self._look, name, parent)
        self._look.setParent(self)
        self.hovered_zone: Zone = ""

    def zone_at(self, pos: QPoint) -> tuple[Action | None, Zone, QRect]:
        """The item at a place, which part of it, and where that is."""
        index = self.indexAt(pos)
        action = self._actions.rows.action(index)
        if action is None:
            return None, "", QRect()
        for zone, rect in self._look.zones(self.visualRect(index), action).items():
            wide = rect.adjusted(-6, -6, 6, 6) if zone == "check" else rect
            if zone != "text" and wide.contains(pos):
                return action, zone, rect
        return action, "", QRect()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        _, zone, _ = self.zone_at(event.position().toPoint())
        if zone != self.hovered_zone:
            self.hovered_zone = zone
            self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if zone else Qt.CursorShape.ArrowCursor)
            self.viewport().update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if event.button() != Qt.MouseButton.LeftButton:
            return
        action, zone, rect = self.zone_at(event.position().toPoint())
        if action is None:
            return
        if zone == "check":
            self.tick(action)
        elif zone == "meeting":
            self.open(action)
        elif zone == "owner":
            self.ask_owner(action, rect)
        elif zone == "due":
            self.ask_due(action, rect)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        action, zone, _ = self.zone_at(event.position().toPoint())
        if action is not None and not zone:
            self.open(action)
