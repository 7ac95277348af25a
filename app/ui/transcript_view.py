"""The transcript: read it, jump to what was said, select it and put it right."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt, Signal, Slot
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QGuiApplication,
    QHelpEvent,
    QHideEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from app.ui import theme
from app.ui.transcript_canvas import Index
from app.ui.transcript_editor import ParagraphEditor
from app.ui.transcript_keys import moved
from app.ui.transcript_menu import TranscriptActions
from app.ui.transcript_paper import Hit, TranscriptPaper
from app.ui.transcript_selection import Place
from app.viewmodels.corrections import Cut, Rewording, stretches_of
from app.viewmodels.finding import Found
from app.viewmodels.meeting import MeetingViewModel

EDGE = 5  # how far the editor's frame reaches beyond the words


class TranscriptView(TranscriptPaper):
    """Text is selected with mouse and keys, turns are walked through with the arrow keys, a click goes to that moment,
    a double click or F2 corrects the words.

    Signals:
        seek_wanted: the reader wants to be at a moment. (seconds)
        play_wanted: a stretch is to be heard. (start, end in seconds)
        speaker_wanted: a name was clicked. (key, where its name stands on the screen)
        new_name_wanted: somebody new is to be named for what is selected. (from here on, where on the screen)
    """

    seek_wanted = Signal(float)
    play_wanted = Signal(float, float)
    speaker_wanted = Signal(str, QRect)
    new_name_wanted = Signal(bool, QRect)

    def __init__(self, meeting: MeetingViewModel, parent: QWidget | None = None) -> None:
        self._meeting = meeting
        self._editor: ParagraphEditor | None = None
        self._edited_meeting = ""
        self._pressed_hit: Hit | None = None
        self._dragged = False
        super().__init__(meeting.transcript, parent)
        self.setObjectName("transcript")
        self.setAccessibleName(self.tr("Transcript"))
        self.viewport().setMouseTracking(True)
        self.actions_ = TranscriptActions(self, meeting)
        self.actions_.name_wanted.connect(self._on_name_wanted)
        meeting.transcript.about_to_rebuild.connect(self.end_edit)
        meeting.transcript.modelAboutToBeReset.connect(self.end_edit)

    # For the page

    def show_from_start(self, language: str | None, *, at_end: bool = False) -> None:
        """Another meeting is in the model. `at_end`: the newest words are of interest."""
        self._light(frozenset())
        self._selection.clear()
        self._spoken = None
        self._begin_anew(language, at_end=at_end)

    def _forgotten(self) -> None:
        self._selection.clear()
        self._spoken = None
        self._hot = None
        if self._kept_place is None:
            self._light(frozenset())

    def reveal(self, segment_ids: tuple[int, ...]) -> bool:
        """Highlight segments and bring the first of them into view, a quarter down. False if there is none."""
        there = sorted((self._m.row_of(i), i) for i in segment_ids if self._m.row_of(i) >= 0)
        if not there:
            return False
        self._light(frozenset(segment_ids))
        row, segment_id = there[0]
        self._bring(row, segment_id)
        self.setCurrentIndex(self._m.index(row))
        self.viewport().update()
        return True

    def show_time(self, seconds: float) -> None:
        """Bring what is said from a time on into view, near the top."""
        if not self._m.rows:
            return
        row = self._m.row_at(seconds)
        spans = self._m.rows[row].spans
        later = next((s for s in spans if (self._m.start_of(s.segment_id) or 0.0) >= seconds - 0.01), spans[-1])
        self._put(row, later.segment_id, theme.XL)
        self.setCurrentIndex(self._m.index(row))

    def show_place(self, found: Found) -> None:
        row = self._m.row_of(found.segment_id)
        if row >= 0:
            self._bring(row, found.segment_id)

    def _bring(self, row: int, segment_id: int) -> None:
        """Into view, a quarter down, unless it is in view already."""
        top, bottom = self._span_in_viewport(row, segment_id)
        if top < theme.S or bottom > self.viewport().height() - theme.S:
            self._put(row, segment_id, self.viewport().height() // 4)

    @Slot(float)
    def follow(self, seconds: float) -> None:
        """Tint the word that is being said at a time. The view goes along while the reader does not look elsewhere."""
        before = self._spoken
        self._spoken = self._m.place_at(seconds)
        if self._spoken == before:
            return
        for place in {p[0] for p in (before, self._spoken) if p is not None}:
            self._update_row(place)
        if self._spoken is None or not self.isVisible():
            return
        was_in_view = before is None or self._in_view(before)
        if was_in_view and not self._in_view(self._spoken) and self._editor is None:
            row, start, _ = self._spoken
            self._put(row, self._m.rows[row].span_at(start).segment_id, self.viewport().height() // 4)

    @property
    def spoken(self) -> str:
        """The word that is tinted."""
        if self._spoken is None:
            return ""
        row, start, end = self._spoken
        return self._m.rows[row].text[start:end]

    def _in_view(self, place: tuple[int, int, int]) -> bool:
        row, start, _ = place
        if row >= len(self._m.rows):
            return False
        first = self._anchor[0]
        if not first <= row <= first + self.viewport().height() // 20:
            return False  # without laying out what is far away
        y = self._text_top(row) + self._rows.block(row).top_of(start)
        return 0 <= y <= self.viewport().height() - theme.XXL

    def _update_row(self, row: int) -> None:
        if row < len(self._m.rows):
            self.viewport().update(0, self._text_top(row) - 4, self.viewport().width(), self._rows.height(row) + 8)

    # What is selected

    @property
    def caret(self) -> Place | None:
        """Where the text cursor stands, or where the selection begins."""
        if self._selection.start is None or self._selection.end is None:
            return None
        return min(self._selection.start, self._selection.end)

    def cuts(self) -> list[Cut]:
        """What is selected, in whole words, or else the turn the reader is at."""
        bounds = self._selection.bounds()
        if bounds is not None:
            return self._m.selected(*self._whole_words(*bounds))
        row = self.currentIndex().row()
        return self._m.selected((row, 0), (row, len(self._m.rows[row].text))) if 0 <= row < len(self._m.rows) else []

    def _whole_words(self, first: Place, last: Place) -> tuple[Place, Place]:
        start = self._rows.block(first[0]).word_at(first[1])[0]
        if first[1] == len(self._m.rows[first[0]].text[: first[1]].rstrip()) and start < first[1] == last[1]:
            start = first[1]
        begin, end = self._rows.block(last[0]).word_at(last[1])
        return (first[0], start), (last[0], end if begin < last[1] else last[1])

    def selected_text(self, *, always_who: bool = False) -> str:
        """What is selected, with names and times when it reaches over several turns."""
        if always_who and self._selection.bounds() is None and self.currentIndex().isValid():
            row = self.currentIndex().row()
            return self._selection.text_between((row, 0), (row, len(self._m.rows[row].text)), always_who=True)
        return self._selection.text(always_who=always_who)

    @Slot()
    def copy(self) -> None:
        text = self.selected_text()
        if not text and self.currentIndex().isValid():
            text = self._m.rows[self.currentIndex().row()].text
        if text:
            QGuiApplication.clipboard().setText(text)

    def selectAll(self) -> None:
        self._selection.select_all()
        self.viewport().update()

    def play_selected(self) -> None:
        stretches = stretches_of(self.cuts())
        if stretches:
            self.play_wanted.emit(stretches[0][0], stretches[-1][1])

    @Slot()
    def toggle_echoes(self) -> None:
        self._m.show_echoes(not self._m.echoes_shown)

    # Correcting

    @Slot()
    def begin_edit(self, place: Place | None = None) -> None:
        """Correct a turn where it stands: the one at a place, or the one the reader is at."""
        row = place[0] if place is not None else self.currentIndex().row()
        if not 0 <= row < len(self._m.rows) or self._m.growing:
            return
        if not self._meeting.correctable:
            self._meeting.said.emit(self._meeting.why_not_correctable)
            return
        self.end_edit()
        paragraph = self._m.rows[row]
        self.setCurrentIndex(self._m.index(row))
        self.scrollTo(self._m.index(row))
        editor = ParagraphEditor(paragraph, theme.font(theme.READING, language=self._language), self.viewport())
        caret = self._selection.end
        at = place[1] if place else caret[1] if caret is not None and caret[0] == row else len(paragraph.text)
        self._selection.clear()
        self._editor, self._edited_row, self._edited_meeting = editor, row, self._meeting.id
        editor.saved.connect(self._on_saved)
        editor.cancelled.connect(self._close_editor)
        editor.height_changed.connect(self._on_editor_height)
        self._place_editor()
        editor.put_cursor(at)
        editor.show()
        editor.setFocus(Qt.FocusReason.OtherFocusReason)
        self._on_editor_height(editor.text_height())

    @property
    def editor(self) -> ParagraphEditor | None:
        return self._editor

    @Slot()
    def end_edit(self) -> None:
        """Save what is being corrected."""
        if self._editor is not None:
            self._editor.finish()

    def _place_editor(self) -> None:
        if self._editor is not None and self._edited_row < len(self._m.rows):
            rect = self.text_rect(self._edited_row)
            height = max(rect.height(), self._editor.text_height())
            self._editor.setGeometry(
                QRect(rect.left() - EDGE, rect.top() - EDGE, rect.width() + 2 * EDGE, height + 2 * EDGE)
            )

    def _settled(self) -> None:
        self._place_editor()

    @Slot(int)
    def _on_editor_height(self, height: int) -> None:
        if self._editor is not None:
            self._rows.hold(self._edited_row, height)
            self._changed()
            self._place_editor()

    @Slot(object)
    def _on_saved(self, rewordings: list[Rewording]) -> None:
        meeting_id = self._edited_meeting
        self._close_editor()
        self._meeting.corrections.reword(rewordings, meeting_id=meeting_id)

    @Slot()
    def _close_editor(self) -> None:
        editor, self._editor = self._editor, None
        if editor is None:
            return
        had_focus = editor.hasFocus()
        self._rows.hold(self._edited_row, None)
        self._edited_row = -1
        editor.hide()
        editor.deleteLater()
        self._changed()
        if had_focus:
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def hideEvent(self, event: QHideEvent) -> None:
        self.end_edit()
        super().hideEvent(event)

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
            "time": self.tr("Play from here"),
            "suggestion": self.tr("The voice may be {name}").format(name=row.suggested),
            "yes": self.tr("Yes, this is {name}").format(name=row.suggested),
            "no": self.tr("No, this is somebody else"),
        }.get(hit.kind, "")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.end_edit()
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
            self.begin_edit(place)

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

    def show_found(self, found: Sequence[Found], current: Found | None) -> None:
        super().show_found(found, current)
        if current is not None:
            self.show_place(current)
