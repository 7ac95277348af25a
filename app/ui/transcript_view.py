"""The transcript: read it, jump to what was said, select it and put it right."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt, Signal, Slot
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from app.ui.transcript_canvas import Index
from app.ui.transcript_keys import moved
from app.ui.transcript_menu import TranscriptActions
from app.ui.transcript_paper import Hit
from app.ui.transcript_words import TranscriptWords
from app.viewmodels.meeting import MeetingViewModel


class TranscriptView(TranscriptWords):
    """Text is selected with mouse and keys, turns are walked through with the arrow keys, a click goes to that moment,
    a double click or F2 corrects the words.

    Signals:
        seek_wanted: the reader wants to be at a moment. (seconds)
        speaker_wanted: a name was clicked. (key, where its name stands on the screen)
        new_name_wanted: somebody new is to be named for what is selected. (from here on, where on the screen)
    """

    seek_wanted = Signal(float)
    speaker_wanted = Signal(str, QRect)
    new_name_wanted = Signal(bool, QRect)

    def __init__(self, meeting: MeetingViewModel, parent: QWidget | None = None) -> None:
        self._pressed_hit: Hit | None = None
        self._dragged = False
        super().__init__(meeting, parent)
        self.setObjectName("transcript")
        self.setAccessibleName(self.tr("Transcript"))
        self.viewport().setMouseTracking(True)
        self.actions_ = TranscriptActions(self, meeting)
        self.actions_.name_wanted.connect(self._on_name_wanted)

    # Mouse

    def doubt_at(self, point: QPoint) -> str:
        return self.remark_at(point)

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self._tip_at(event.pos()), self)
            return True
        if event.type() == QEvent.Type.Leave and self._hot is not None:
            self._hot = None
            self.viewport().update()
        return super().viewportEvent(event)

    def _tip_at(self, point: QPoint) -> str:
        hit = self.hit_at(point)
        if hit is None:
            return self.remark_at(point)
        row = self._m.rows[hit.row]
        return {
            "name": self.tr("{name}: click to rename").format(name=row.name),
            "time": self.tr("Go to this moment"),
            "suggestion": self.tr("The voice may be {name}").format(name=row.suggested),
            "yes": self.tr("Yes, this is {name}").format(name=row.suggested),
            "no": self.tr("No, this is somebody else"),
        }.get(hit.kind, "")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.end_edit()
        self._touched = True
        point = event.position().toPoint()
        self._dragged = False
        self._pressed_hit = self.hit_at(point)
        if event.button() == Qt.MouseButton.RightButton:
            self._place_for_menu(point)
            return
        if event.button() != Qt.MouseButton.LeftButton or self._pressed_hit is not None:
            return
        place = self._place_at(point)
        if not (event.modifiers() & Qt.KeyboardModifier.ShiftModifier and self._selection.start is not None):
            self._selection.start = place
        self._selection.end = place
        if place is not None:
            self.setCurrentIndex(self._m.index(place[0]))
        self.clear_highlight()
        self.viewport().update()

    def _place_for_menu(self, point: QPoint) -> None:
        """A click beside what is selected is about what is there."""
        place = self._place_at(point)
        bounds = self._selection.bounds()
        if place is None or (bounds is not None and bounds[0] <= place <= bounds[1]):
            return
        self._selection.set(place, place)
        self.setCurrentIndex(self._m.index(place[0]))
        self.viewport().update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        hit = self.hit_at(point)
        if hit != self._hot:
            self._hot = hit
            self.viewport().update()
        shapes = Qt.CursorShape
        shape = (
            shapes.PointingHandCursor if hit else shapes.IBeamCursor if self._over_text(point) else shapes.ArrowCursor
        )
        self.viewport().setCursor(shape)
        if not event.buttons() & Qt.MouseButton.LeftButton or self._selection.start is None or self._pressed_hit:
            return
        beyond = min(0, point.y()) + max(0, point.y() - self.viewport().height())
        if beyond:
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() + beyond)
        self._selection.end = self._place_at(point)
        self._dragged = self._dragged or self._selection.end != self._selection.start
        self.viewport().update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click goes there; after dragging the selection stays."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        point = event.position().toPoint()
        pressed, self._pressed_hit = self._pressed_hit, None
        if pressed is not None:
            if pressed == self.hit_at(point):
                self._act_on(pressed)
            return
        place = self._place_at(point)
        shift = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        if place is not None and not self._dragged and not shift and self._over_text(point):
            self.seek_wanted.emit(self._m.seconds_at(*place))

    def _act_on(self, hit: Hit) -> None:
        row = self._m.rows[hit.row]
        if hit.kind == "time":
            self.setCurrentIndex(self._m.index(hit.row))
            self.seek_wanted.emit(row.start_s)
        elif hit.kind == "echoes":
            self.toggle_echoes()
        elif not self._meeting.correctable:
            self._meeting.said.emit(self._meeting.why_not_correctable)
        elif hit.kind == "yes":
            self._meeting.corrections.accept(row.speaker)
        elif hit.kind == "no":
            self._meeting.corrections.dismiss(row.speaker)
        else:
            self.speaker_wanted.emit(row.speaker, self._on_screen(hit.rect))

    def _on_screen(self, rect: QRect) -> QRect:
        return QRect(self.viewport().mapToGlobal(rect.topLeft()), rect.size())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        place = self._place_at(point)
        if event.button() != Qt.MouseButton.LeftButton or self.hit_at(point) is not None:
            return
        if place is not None and self._over_text(point):
            self._dragged = True  # the release that follows is no click
            self.begin_edit(place, select_word=True)

    # Keys

    def event(self, event: QEvent) -> bool:
        """Keys that mean something here come before the window's own shortcuts."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            alt = event.modifiers() == Qt.KeyboardModifier.AltModifier
            digit = Qt.Key.Key_1 <= event.key() <= Qt.Key.Key_9
            if (alt and digit) or self.actions_.matching(QKeySequence(event.keyCombination())) is not None:
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self._touched = True
        keys, key = Qt.Key, event.key()
        action = self.actions_.matching(QKeySequence(event.keyCombination()))
        if action is not None:
            action.trigger()
        elif event.modifiers() == Qt.KeyboardModifier.AltModifier and keys.Key_1 <= key <= keys.Key_9:
            self.actions_.assign_nth(key - keys.Key_1)
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            self.selectAll()
        elif key in (keys.Key_Return, keys.Key_Enter):
            self.begin_edit()
        elif key == keys.Key_Escape and (self._lit or self._selection.start is not None):
            self._selection.clear()
            self.clear_highlight()
            self.viewport().update()
        elif self._move_caret(event):
            return
        elif event.text() and event.text().isprintable():
            event.ignore()  # no search by first letter here
        else:
            super().keyPressEvent(event)

    def _move_caret(self, event: QKeyEvent) -> bool:
        """Left and right move the text cursor; with Shift, up and down too select."""
        row = self.currentIndex().row()
        if not 0 <= row < len(self._m.rows):
            return False
        extends = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        here = self._selection.end or (row, 0)
        there = moved(self._m, self._rows, here, event)
        if there is None:
            return False
        if not extends:
            self._selection.set(there, there)
        elif self._selection.start is None:
            self._selection.set(here, there)
        else:
            self._selection.end = there
        self.setCurrentIndex(self._m.index(there[0]))
        self.viewport().update()
        return True

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        end = self._selection.end
        if self._selection.bounds() is None and end is not None and end[0] != current.row():
            self._selection.clear()  # the text cursor stays behind in another turn

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        at = event.globalPos()
        if event.reason() == QContextMenuEvent.Reason.Keyboard and self.currentIndex().isValid():
            row = self.currentIndex().row()
            place = self.caret
            corner = self.text_rect(row).topLeft()
            if place is not None and place[0] == row:
                corner += self._rows.block(row).caret(place[1]).bottomLeft().toPoint()
            at = self.viewport().mapToGlobal(corner)
        self.actions_.popup(at)

    @Slot(bool)
    def _on_name_wanted(self, from_here: bool) -> None:
        place = self.caret or (max(0, self.currentIndex().row()), 0)
        spot = self._rows.block(place[0]).caret(place[1]).translated(QPointF(self.text_rect(place[0]).topLeft()))
        self.new_name_wanted.emit(from_here, self._on_screen(spot.toAlignedRect()))
