"""One item of the minutes: read it, tick it off, change it, move it, hear what proves it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QMimeData, QPoint, QRect, QRectF, Qt, Slot
from PySide6.QtGui import (
    QContextMenuEvent,
    QDrag,
    QGuiApplication,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QTextCursor,
)
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMenu, QPushButton, QVBoxLayout, QWidget

from app.domain.meeting import clock
from app.ui import theme
from app.ui.in_place import InPlace, put_away
from app.ui.minutes_parts import CheckBox, Chip, DateCard, DueChip, KeepChip, OwnerChip, Stopless, go_along
from app.ui.speakers_card import NameCard
from app.ui.widgets import FlowLayout, Glyph, button, label
from app.viewmodels.minutes import Evidence, Item
from app.viewmodels.minutes_items import OWN
from app.viewmodels.minutes_markdown import item_line

if TYPE_CHECKING:
    from app.ui.minutes_section import Section

GLYPHS = {
    "decision": "circle-check",
    "question": "circle-help",
    "note": "pencil",
    "bookmark": "bookmark",
    "highlight": "highlighter",
}


class ItemRow(QWidget):
    """Return or a double click changes the words; Space ticks off or plays; Delete removes; Alt+Up and Alt+Down move;
    so does dragging. Right goes to its owner, its date and the places that prove it."""

    def __init__(self, item: Item, section: Section) -> None:
        super().__init__(section)
        self.item = item
        self._section = section
        self.owner: Chip | None = None
        self.due: Chip | None = None
        self._pressed: QPoint | None = None
        self._dragging = False
        self.editor: InPlace | None = None
        self.chips: list[tuple[QPushButton, Evidence]] = []
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setAccessibleName(item.text)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.S, theme.S, theme.S, theme.S)
        row.setSpacing(theme.S)
        self.check: CheckBox | None = None
        if item.kind == "action":
            self.check = CheckBox(self)
            self.check.setChecked(item.done)
            self.check.setAccessibleName(self.tr("Done: {task}").format(task=item.text))
            self.check.setEnabled(section.changeable)
            self.check.toggled.connect(self._on_ticked)
            row.addWidget(self.check, 0, Qt.AlignmentFlag.AlignTop)
        elif item.kind == "chapter":
            chip = self._evidence_chip(item.evidence[0])
            chip.setMinimumWidth(44)
            row.addWidget(chip, 0, Qt.AlignmentFlag.AlignTop)
        else:
            glyph = QVBoxLayout()
            glyph.setContentsMargins(3, 3, 3, 0)
            glyph.addWidget(Glyph(GLYPHS[item.kind], "secondary"))
            glyph.addStretch(1)
            row.addLayout(glyph)
        self._column = QVBoxLayout()
        self._column.setSpacing(6)
        self._column.setContentsMargins(0, 2, 0, 0)
        quiet = item.done or not item.supported
        self.text = label(
            item.text, theme.BODY, 500 if item.kind == "action" else 400, wrap=True, read=True, secondary=quiet
        )
        if item.done:
            font = self.text.font()
            font.setStrikeOut(True)
            self.text.setFont(font)
        self._column.addWidget(self.text)
        self.keep_chip: Chip | None = None
        if not item.supported:
            self._column.addLayout(self._doubt())
        if item.kind != "chapter":
            self._add_chips()
        row.addLayout(self._column, 1)
        self._stopless = Stopless(self, self.keyPressEvent)
        for part in self.parts:
            self._stopless.add(part)

    @property
    def parts(self) -> list[QWidget]:
        """What can be pressed in it, in the order of the Right arrow."""
        first = [self.check] if self.check is not None else []
        named = [self.keep_chip, self.owner, self.due]
        return [*first, *(p for p in named if p is not None), *(chip for chip, _ in self.chips)]

    def _doubt(self) -> QHBoxLayout:
        doubt = QHBoxLayout()
        doubt.setSpacing(theme.XS + 2)
        doubt.addWidget(Glyph("triangle-alert", "warning", 14), 0, Qt.AlignmentFlag.AlignTop)
        said = label(self.tr("Not found in the transcript: please check"), theme.SMALL, secondary=True, wrap=True)
        doubt.addWidget(said, 1)
        return doubt

    def _add_chips(self) -> None:
        item, may = self.item, self._section.changeable
        flow = FlowLayout(theme.XS)
        if not item.supported and may:
            self.keep_chip = KeepChip(self.tr("It is right"), self)
            self.keep_chip.clicked.connect(partial(self._section.items.keep, item))
            flow.addWidget(self.keep_chip)
        if item.kind == "action":
            if item.owner:
                self.owner = OwnerChip(item.owner, item.owner_hue, self)
            elif may:
                self.owner = Chip(self.tr("Who"), self, ghost=True)
                self.owner.setAccessibleName(self.tr("Say who does it"))
            if item.due:
                self.due = DueChip(item.due, self, late=item.late)
            elif may:
                self.due = Chip(self.tr("When"), self, ghost=True)
                self.due.setAccessibleName(self.tr("Choose a date"))
            for chip, do in ((self.owner, self.ask_owner), (self.due, self.ask_due)):
                if chip is not None:
                    chip.setEnabled(may)
                    chip.clicked.connect(do)
                    flow.addWidget(chip)
        for evidence in item.evidence:
            flow.addWidget(self._evidence_chip(evidence))
        if flow.count():
            self._column.addLayout(flow)

    def _evidence_chip(self, evidence: Evidence) -> QPushButton:
        chip = button(evidence.time, "time")
        chip.setAccessibleName(self.tr("Show in the transcript at {time}").format(time=evidence.time))
        chip.setToolTip(evidence.said)
        chip.setCursor(Qt.CursorShape.PointingHandCursor)
        # nothing is written down there yet
        chip.setEnabled(bool(evidence.segment_ids) or self.item.kind == "chapter")
        chip.clicked.connect(partial(self._section.show_evidence, self.item, evidence))
        self.chips.append((chip, evidence))
        return chip

    @property
    def changeable(self) -> bool:
        return self._section.changeable

    @property
    def movable(self) -> bool:
        """What has a time of its own stands in the order of time."""
        return self.changeable and self.item.kind != "chapter" and self.item.kind not in OWN

    # Changing it

    @Slot(bool)
    def _on_ticked(self, done: bool) -> None:
        self._section.items.set_done(self.item, done)

    @Slot()
    def begin_edit(self) -> None:
        if not self.changeable or self.editor is not None:
            return
        self.editor = InPlace(self.item.raw, self.tr("Change the words"), self)
        self.editor.saved.connect(self._on_saved)
        self.editor.cancelled.connect(self._end_edit)
        self.text.hide()
        self._column.insertWidget(0, self.editor)
        self.editor.show()
        self.editor.setFocus(Qt.FocusReason.OtherFocusReason)
        self.editor.moveCursor(QTextCursor.MoveOperation.End)  # one letter must not replace a whole decision
        self._section.ensure_visible(self)

    @Slot(str)
    def _on_saved(self, text: str) -> None:
        self._end_edit()
        self._section.items.set_text(self.item, text)

    @Slot()
    def _end_edit(self) -> None:
        editor, self.editor = self.editor, None
        put_away(editor, self.text, self)

    @Slot()
    def ask_owner(self) -> None:
        card = NameCard(self.tr("Who does it?"), self._section.names(), self)
        card.field.setText(self.item.owner)
        card.field.selectAll()
        card.allow_nothing()
        card.named.connect(partial(self._section.items.set_owner, self.item))
        card.show_below(self._spot(self.owner))

    @Slot()
    def ask_due(self) -> None:
        card = DateCard(self.item.due_on, self._section.today(), self)
        card.chosen.connect(partial(self._section.items.set_due, self.item))
        card.show_below(self._spot(self.due))

    def _spot(self, chip: QWidget | None) -> QRect:
        at = chip or self
        return QRect(at.mapToGlobal(QPoint(0, 0)), at.size())

    def _remove(self) -> None:
        self._section.will_focus(self._section.rows.index(self))
        self._section.items.remove(self.item)

    def _move(self, by: int) -> None:
        to = self.item.index + by
        if 0 <= to < self._section.count and self.movable:
            self._section.will_focus(to)
            self._section.items.move(self.item, to)

    def _begin_at(self, moment: float, _checked: bool = False) -> None:
        self._section.items.set_start(self.item, moment)

    def _play(self) -> None:
        if self.item.evidence:
            self._section.show_evidence(self.item, self.item.evidence[0])

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(item_line(self.item))

    # Keys

    def event(self, event: QEvent) -> bool:
        """F2 and Delete mean this item here, not the meeting."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self.hasFocus():
            copies = event.keyCombination().toCombined() == (Qt.Modifier.CTRL | Qt.Key.Key_C).toCombined()
            if event.key() in (Qt.Key.Key_F2, Qt.Key.Key_Delete) or copies:
                event.accept()
                return True
        if event.type() == QEvent.Type.FocusIn:
            self._section.be_current(self)
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut, QEvent.Type.HoverEnter, QEvent.Type.HoverLeave):
            for chip in self.findChildren(Chip):
                chip.update()
            self.update()
        return super().event(event)

    def _go_along(self, event: QKeyEvent) -> bool:
        """Right goes to what can be pressed in the item, one after the other, and Left back to the item itself and from
        there to the buttons of the section. Esc, Up and Down leave the part for its item, or for the next one."""
        keys, key = Qt.Key, event.key()
        part = self._part
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier or self.editor is not None:
            return False
        if key == keys.Key_Right:
            go_along(part, self.parts, 1)
        elif key == keys.Key_Left and part is None:
            self._section.enter_tools()
        elif key == keys.Key_Left or (key == keys.Key_Escape and part is not None):
            if key == keys.Key_Escape or not go_along(part, self.parts, -1):
                self.setFocus(Qt.FocusReason.TabFocusReason)
        else:
            return False
        self._section.ensure_visible(self.window().focusWidget() or self)
        return True

    @property
    def _part(self) -> QWidget | None:
        """Which of its parts has the keyboard."""
        focus = self.window().focusWidget()
        return focus if focus in self.parts else None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys, key = Qt.Key, event.key()
        if self._go_along(event):
            return
        if self._part is not None and key not in (keys.Key_Up, keys.Key_Down):
            event.ignore()  # what was not for the part is not for its item
            return
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        if key in (keys.Key_Return, keys.Key_Enter, keys.Key_F2):
            self.begin_edit()
        elif key == keys.Key_Space:
            if self.check is not None:
                self.check.click()
            else:
                self._play()
        elif key in (keys.Key_Delete, keys.Key_Backspace) and self.changeable:
            self._remove()
        elif key in (keys.Key_Up, keys.Key_Down):
            by = 1 if key == keys.Key_Down else -1
            if not alt:
                self._section.step(self, by)
            elif self.changeable:
                self._move(by)
        elif key == keys.Key_C and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._copy()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu().popup(event.globalPos())

    def menu(self) -> QMenu:
        item, may = self.item, self.changeable
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self.tr("Change the words") + "\tF2", self.begin_edit).setEnabled(may)
        if item.kind == "action":
            menu.addAction(self.tr("Who does it…"), self.ask_owner).setEnabled(may)
            menu.addAction(self.tr("Choose a date…"), self.ask_due).setEnabled(may)
        if item.kind == "chapter":
            moment = self._section.moment()
            begin = menu.addAction(self.tr("Begin at {time}").format(time=clock(moment)))
            begin.triggered.connect(partial(self._begin_at, moment))
            begin.setEnabled(may and clock(moment) != clock(item.start_s))
        if not item.supported:
            menu.addAction(self.tr("It is right"), partial(self._section.items.keep, item)).setEnabled(may)
        menu.addAction(self.tr("Play what was said"), self._play).setEnabled(bool(item.evidence))
        menu.addSeparator()
        if item.kind != "chapter" and item.kind not in OWN:
            up = menu.addAction(self.tr("Move up") + "\tAlt+Up", partial(self._move, -1))
            up.setEnabled(may and item.index > 0)
            down = menu.addAction(self.tr("Move down") + "\tAlt+Down", partial(self._move, 1))
            down.setEnabled(may and item.index + 1 < self._section.count)
            menu.addSeparator()
        menu.addAction(self.tr("Copy") + "\tCtrl+C", self._copy)
        menu.addAction(self.tr("Remove") + "\tDel", self._remove).setEnabled(may)
        return menu

    # Mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = event.globalPosition().toPoint()
            self._dragging = False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.globalPosition().toPoint()
        if self._pressed is None or not event.buttons() & Qt.MouseButton.LeftButton:
            return
        if not self._dragging and (at - self._pressed).manhattanLength() < QApplication.startDragDistance():
            return
        if not self.window().rect().contains(self.window().mapFromGlobal(at)):
            self._drag_out()
            return
        self._dragging = True
        if self.movable:
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            self._section.show_drop(at)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        dragged, self._dragging, self._pressed = self._dragging, False, None
        self.unsetCursor()
        to = self._section.take_drop()
        if dragged and to is not None and to not in (self.item.index, self.item.index + 1):
            to -= to > self.item.index
            self._section.will_focus(to)
            self._section.items.move(self.item, to)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._pressed = None
        if event.button() == Qt.MouseButton.LeftButton:
            self.begin_edit()

    def _drag_out(self) -> None:
        """Into another program, as a line of text."""
        self._pressed, self._dragging = None, False
        self.unsetCursor()
        self._section.take_drop()
        data = QMimeData()
        data.setText(item_line(self.item))
        drag = QDrag(self)
        drag.setMimeData(data)
        drag.exec(Qt.DropAction.CopyAction)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not (self.hasFocus() or self._dragging):
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(theme.colour("accent") if self.hasFocus() else Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("hover") if self._dragging else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), theme.RADIUS, theme.RADIUS)
