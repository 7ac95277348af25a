"""The transcript with what is done to its words: shown, followed, selected, put right."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QHideEvent
from PySide6.QtWidgets import QWidget

from app.ui import theme
from app.ui.transcript_editor import ParagraphEditor
from app.ui.transcript_paper import TranscriptPaper
from app.ui.transcript_selection import Place
from app.viewmodels.corrections import Cut, Rewording, stretches_of
from app.viewmodels.finding import Found
from app.viewmodels.meeting import MeetingViewModel

EDGE = 5  # how far the editor's frame reaches beyond the words


class TranscriptWords(TranscriptPaper):
    """Signals:
    play_wanted: a stretch is to be heard. (start, end in seconds)
    """

    play_wanted = Signal(float, float)

    def __init__(self, meeting: MeetingViewModel, parent: QWidget | None = None) -> None:
        self._meeting = meeting
        self._editor: ParagraphEditor | None = None
        self._edited_meeting = ""
        super().__init__(meeting.transcript, parent)
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
    def begin_edit(self, place: Place | None = None, *, select_word: bool = False) -> None:
        """Correct a turn where it stands: the one at a place, or the one the reader is at.

        `select_word`: the word at that place is selected, so that typing replaces it.
        """
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
        editor = ParagraphEditor(
            paragraph, theme.font(theme.reading(theme.READING), language=self._language), self.viewport()
        )
        caret = self._selection.end
        at = place[1] if place else caret[1] if caret is not None and caret[0] == row else len(paragraph.text)
        self._selection.clear()
        self._editor, self._edited_row, self._edited_meeting = editor, row, self._meeting.shown_id
        editor.saved.connect(self._on_saved)
        editor.cancelled.connect(self._close_editor)
        editor.height_changed.connect(self._on_editor_height)
        self._place_editor()
        editor.put_cursor(at, select_word=select_word)
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

    def show_found(self, found: Sequence[Found], current: Found | None) -> None:
        super().show_found(found, current)
        if current is not None:
            self.show_place(current)
