"""One part of the minutes: a heading and its items."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, Qt, Slot
from PySide6.QtGui import QGuiApplication, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.domain.meeting import clock
from app.ui import theme
from app.ui.in_place import InPlace
from app.ui.minutes_item import ItemRow
from app.ui.minutes_parts import SmallButton, Stopless, go_along
from app.ui.widgets import hairline, label
from app.viewmodels.minutes import Evidence, Item, Kind
from app.viewmodels.minutes_items import OWN, MinutesItems
from app.viewmodels.minutes_markdown import section

if TYPE_CHECKING:
    from app.ui.minutes_panel import MinutesPanel


class Section(QWidget):
    """Items of one kind, in their order."""

    def __init__(self, kind: Kind, title: str, add: str, panel: MinutesPanel) -> None:
        super().__init__(panel)
        self.kind: Kind = kind
        self._title = title
        self._add_name = add
        self._panel = panel
        self._items: tuple[Item, ...] | None = None
        self._may = False
        self._drop: int | None = None
        self._focus_at: int | None = None
        self.rows: list[ItemRow] = []
        self.current: ItemRow | None = None
        self.adding: InPlace | None = None
        self._go_on = False
        self._start_s = 0.0  # where the chapter that is being typed begins
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addSpacing(theme.M)
        self._line = hairline(self)
        column.addWidget(self._line)
        column.addSpacing(theme.M)
        head = QHBoxLayout()
        head.setContentsMargins(theme.S, 0, theme.XS, 0)
        head.setSpacing(theme.S)
        head.addWidget(label(title, theme.SMALL, 600, secondary=True))
        self._count = label("", theme.SMALL, secondary=True)
        head.addWidget(self._count)
        head.addStretch(1)
        self.copy_button = SmallButton("copy", self.tr("Copy: {part}").format(part=title), self)
        self.add_button = SmallButton("plus", add, self)
        self.again_button = SmallButton("sparkles", self.tr("Write again: {part}").format(part=title), self)
        head.addWidget(self.again_button)
        head.addWidget(self.copy_button)
        head.addWidget(self.add_button)
        column.addLayout(head)
        self._body = QVBoxLayout()
        self._body.setSpacing(0)
        column.addLayout(self._body)
        self._stopless = Stopless(self, self.keyPressEvent)
        for tool in self.tools:
            self._stopless.add(tool)
        self.copy_button.clicked.connect(self.copy)
        self.add_button.clicked.connect(self.begin_add)
        self.again_button.clicked.connect(self._write_again)

    @property
    def items(self) -> MinutesItems:
        return self._panel.items

    @property
    def count(self) -> int:
        return len(self._items or ())

    @property
    def changeable(self) -> bool:
        return self._may

    def ensure_visible(self, row: QWidget) -> None:
        self._panel.ensure_visible(row)

    def names(self) -> list[str]:
        return self._panel.names()

    def moment(self) -> float:
        return self._panel.moment()

    def today(self) -> date:
        return self._panel.today()

    def show_items(self, items: Sequence[Item], *, changeable: bool) -> None:
        """Rows that are the same stay, and so does the keyboard where it was."""
        shown = tuple(items)
        may = changeable
        if (shown, may) == (self._items, self._may):
            return
        now = self.window().focusWidget()
        focused = next(
            (n for n, r in enumerate(self.rows) if r is now or (now is not None and r.isAncestorOf(now))), None
        )
        if self._focus_at is not None:
            focused, self._focus_at = self._focus_at, None
        old = {r.item: r for r in self.rows} if may == self._may else {}
        self._items, self._may = shown, may
        rows = [old.pop(i) if i in old else ItemRow(i, self) for i in shown]
        for row in self.rows:
            self._body.removeWidget(row)
            if row not in rows:
                row.hide()
                row.deleteLater()
        self.rows = rows
        for n, row in enumerate(rows):
            self._body.insertWidget(n, row)
            row.show()
        self._order_tabs()
        stays = self.current if focused is None and self.current in rows else None
        self.be_current(stays or (rows[min(focused or 0, len(rows) - 1)] if rows else None))
        self._count.setText(str(len(shown)) if shown else "")
        self.add_button.setVisible(may and self.kind not in OWN)
        self.copy_button.setVisible(bool(shown))
        self.again_button.setVisible(may and self.kind not in OWN)
        self.setVisible(bool(shown) or self.adding is not None)
        if focused is not None and rows and self.adding is None:
            rows[min(focused, len(rows) - 1)].setFocus(Qt.FocusReason.OtherFocusReason)
        if self._go_on:
            self._go_on = False
            self.begin_add()

    def _order_tabs(self) -> None:
        """Rows follow one another as they are seen; Tab stops at one of them."""
        before: QWidget = self.add_button
        before.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # without it Qt leaves the order as it is
        for row in self.rows:
            QWidget.setTabOrder(before, row)
            before = row
        if not self.add_button.hasFocus():
            self.add_button.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def be_current(self, current: ItemRow | None) -> None:
        """Tab stops once in a section: at the item where the keyboard was last, or else at the first."""
        self.current = current
        policies = Qt.FocusPolicy
        for row in self.rows:
            row.setFocusPolicy(policies.StrongFocus if row is current else policies.ClickFocus)

    @property
    def tools(self) -> list[QWidget]:
        """What stands beside the heading, from left to right."""
        return [self.again_button, self.copy_button, self.add_button]

    def enter_tools(self) -> None:
        """From the item with the keyboard to the buttons of its section."""
        if go_along(None, self.tools, -1):
            self.ensure_visible(self.add_button)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and Right go along the buttons beside the heading, and anything else back to the items."""
        keys, focus = Qt.Key, self.window().focusWidget()
        if focus not in self.tools or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
        elif event.key() in (keys.Key_Left, keys.Key_Right):
            by = 1 if event.key() == keys.Key_Right else -1
            go_along(focus, self.tools, by)
        elif event.key() in (keys.Key_Down, keys.Key_Escape) and self.current is not None:
            self.current.setFocus(Qt.FocusReason.TabFocusReason)
        else:
            super().keyPressEvent(event)

    def will_focus(self, index: int) -> None:
        """Where the keyboard is to be when the change that is coming is there."""
        self._focus_at = index

    def step(self, row: ItemRow, by: int) -> None:
        """To the next item, over the end of the section if need be."""
        at = self.rows.index(row) + by
        if 0 <= at < len(self.rows):
            self.rows[at].setFocus(Qt.FocusReason.TabFocusReason)
            self._panel.ensure_visible(self.rows[at])
        else:
            self._panel.step(self, by)

    def show_evidence(self, item: Item, evidence: Evidence, _checked: bool = False) -> None:
        self._panel.show_evidence(item, evidence)

    @Slot()
    def copy(self) -> None:
        QGuiApplication.clipboard().setText(section(self._title, self._items or ()))
        self._panel.copied.emit()

    @Slot()
    def _write_again(self) -> None:
        self._panel.write_again(self.kind)

    # New items

    @Slot()
    def begin_add(self) -> None:
        if not self._may_add or self.adding is not None:
            return
        name, place = self._add_name, len(self.rows)
        if self.kind == "chapter":
            self._start_s = self.moment()
            place = self._place_of_chapter()
            name = self.tr("Chapter from {time}").format(time=clock(self._start_s))
        self.adding = InPlace("", name, self)
        self.adding.entered.connect(self._on_entered)
        self.adding.saved.connect(self._on_added)
        self.adding.cancelled.connect(self._end_add)
        self._body.insertWidget(place, self.adding)
        self.show()
        self.adding.show()
        self.adding.setFocus(Qt.FocusReason.OtherFocusReason)
        self._panel.ensure_visible(self.adding)

    @property
    def _may_add(self) -> bool:
        return self.kind not in OWN and self._panel.changeable

    @Slot()
    def _on_entered(self) -> None:
        """After Return the next one can be typed at once; the next chapter begins somewhere else."""
        self._go_on = self.kind != "chapter" and self.adding is not None and bool(self.adding.toPlainText().strip())

    @Slot(str)
    def _on_added(self, text: str) -> None:
        self._end_add()
        if text and self.kind == "chapter":
            self.will_focus(self._place_of_chapter())
            self._panel.add(self.kind, text, self._start_s)
        elif text:
            self._panel.add(self.kind, text)

    def _place_of_chapter(self) -> int:
        """Where the one that is being typed will stand."""
        return sum(i.start_s <= self._start_s for i in self._items or ())

    @Slot()
    def _end_add(self) -> None:
        adding, self.adding = self.adding, None
        if adding is not None:
            adding.hide()
            adding.deleteLater()
        self.setVisible(bool(self._items))

    # Dragging

    def show_drop(self, at: QPoint) -> None:
        """Where the item that is dragged would go."""
        y = self.mapFromGlobal(at).y()
        drop = sum(row.geometry().center().y() < y for row in self.rows)
        if drop != self._drop:
            self._drop = drop
            self.update()

    def take_drop(self) -> int | None:
        drop, self._drop = self._drop, None
        self.update()
        return drop

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.HoverEnter, QEvent.Type.HoverLeave):
            self.copy_button.update()
            self.again_button.update()
            self.add_button.update()
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._drop is None or not self.rows:
            return
        last = self._drop >= len(self.rows)
        y = self.rows[-1].geometry().bottom() if last else self.rows[self._drop].geometry().top()
        QPainter(self).fillRect(theme.S, y - 1, self.width() - 2 * theme.S, 2, theme.colour("accent"))
