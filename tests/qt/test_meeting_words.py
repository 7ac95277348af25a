"""The words of a meeting are read, corrected, given to others, found and replaced: real clicks and keys."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from app.domain.meeting import Meeting, Segment, Track
from app.ui import theme
from app.ui.application import Desk
from app.ui.speakers_card import Card, NameCard, SpeakerCard
from app.ui.speakers_list import SpeakersList
from app.ui.transcript_view import TranscriptView
from tests.qt import demo
from tests.qt.conftest import MakeDesk
from tests.qt.fakes import FakeServices
from tests.unit.viewmodels_support import timed

pytestmark = [pytest.mark.qt, pytest.mark.qt_log_ignore("does not support (raise|grabbing)")]

LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
CTRL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier
KEY = Qt.Key


class Scene:
    """One meeting in a window, and hands for it."""

    def __init__(self, qtbot: QtBot, d: Desk, services: FakeServices) -> None:
        self.qtbot, self.d, self.services = qtbot, d, services
        self.page = d.window.page
        self.view: TranscriptView = self.page.transcript
        qtbot.waitUntil(lambda: self.view.isVisible() and self.view.model().rowCount() > 0)
        qtbot.wait(20)

    @property
    def stored(self) -> Meeting:
        return self.services.meetings[self.d.meeting.id]

    def segment(self, number: int) -> Segment:
        return next(s for s in self.stored.segments if s.id == number)

    def settle(self) -> None:
        history = self.d.history
        self.qtbot.waitUntil(lambda: not history._in_flight and not history._pressed)

    def row_of(self, number: int) -> int:
        return self.d.meeting.transcript.row_of(number)

    def at(self, number: int, word: str, *, end: bool = False) -> QPoint:
        """In the viewport, at the first or after the last letter of a word of a segment."""
        row = self.row_of(number)
        self.view.scrollTo(self.view.model().index(row, 0))
        paragraph = self.d.meeting.transcript.rows[row]
        span = paragraph.span_of(number)
        assert span is not None
        position = paragraph.text.index(word, span.start) + (len(word) if end else 0)
        caret = self.view._rows.block(row).caret(position)
        return self.view.text_rect(row).topLeft() + caret.center().toPoint() + QPoint(-1 if end else 1, 0)

    def click(self, at: QPoint, modifiers: Qt.KeyboardModifier = NONE) -> None:
        QTest.mouseClick(self.view.viewport(), LEFT, modifiers, at)

    def double_click(self, at: QPoint) -> None:
        self.click(at)
        QTest.mouseDClick(self.view.viewport(), LEFT, NONE, at)

    def edit_before(self, at: QPoint) -> None:
        """Correct a turn, the text cursor before the word at that point."""
        self.double_click(at)
        assert self.view.editor is not None
        QTest.keyClick(self.view.editor, KEY.Key_Left)

    def drag(self, start: QPoint, end: QPoint) -> None:
        port = self.view.viewport()
        QTest.mousePress(port, LEFT, NONE, start)
        for at in (start + QPoint(4, 0), end):
            event = QMouseEvent(
                QEvent.Type.MouseMove, QPointF(at), QPointF(port.mapToGlobal(at)), Qt.MouseButton.NoButton, LEFT, NONE
            )
            QApplication.sendEvent(port, event)
        QTest.mouseRelease(port, LEFT, NONE, end)

    def select(self, number: int, first: str, last: str, last_number: int | None = None) -> None:
        self.drag(self.at(number, first), self.at(last_number or number, last, end=True))

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
        QTest.keyClick(QApplication.focusWidget() or self.view, key, modifiers)

    def hit(self, number: int, kind: str) -> QPoint:
        row = self.row_of(number)
        self.view.scrollTo(self.view.model().index(row, 0))
        return next(h.rect.center() for h in self.view.hits(row) if h.kind == kind)

    def menu(self, at: QPoint) -> QMenu:
        port = self.view.viewport()
        QTest.mouseClick(port, Qt.MouseButton.RightButton, NONE, at)
        reason = QContextMenuEvent.Reason.Mouse
        QApplication.sendEvent(port, QContextMenuEvent(reason, at, port.mapToGlobal(at)))
        found = QApplication.activePopupWidget()
        assert isinstance(found, QMenu)
        return found

    def choose(self, menu: QMenu, *path: str) -> None:
        for name in path[:-1]:
            action = next(a for a in menu.actions() if a.text().split("\t")[0] == name)
            sub = action.menu()
            assert isinstance(sub, QMenu)
            menu = sub
        action = next(a for a in menu.actions() if a.text().split("\t")[0] == path[-1])
        assert action.isEnabled()
        action.trigger()
        popup = QApplication.activePopupWidget()
        if isinstance(popup, QMenu):
            popup.close()

    def popup(self, kind: type[QWidget]) -> QWidget:
        self.qtbot.waitUntil(lambda: isinstance(QApplication.activePopupWidget(), kind))
        found = QApplication.activePopupWidget()
        assert found is not None
        return found


@pytest.fixture
def scene(qtbot: QtBot, desk: MakeDesk) -> Scene:
    services = FakeServices([timed(demo.planning())])
    services.result = services.meetings["m001"]
    return Scene(qtbot, desk(services), services)


# -- Going there ------------------------------------------------------------------------------------------


def test_a_click_on_a_word_goes_to_that_moment(scene: Scene) -> None:
    wanted = scene.segment(3).words[4]  # "built"
    with scene.qtbot.waitSignal(scene.page.seek_wanted) as sought:
        scene.click(scene.at(3, "built"))
    assert sought.args == [wanted.start_s]
    assert scene.view.editor is None
    with scene.qtbot.waitSignal(scene.page.seek_wanted) as sought:
        scene.click(scene.hit(6, "time"))
    assert sought.args == [scene.segment(6).start_s]


def test_selecting_does_not_go_anywhere(scene: Scene) -> None:
    with scene.qtbot.assertNotEmitted(scene.page.seek_wanted):
        scene.select(3, "candidate", "Monday")
    assert scene.view.selected_text() == "candidate was built on Monday"


def test_the_word_being_said_is_tinted_and_kept_in_view(qtbot: QtBot, desk: MakeDesk) -> None:
    services = FakeServices([timed(demo.planning(segments=200))])
    scene = Scene(qtbot, desk(services), services)
    view = scene.view
    plain = view.viewport().grab().toImage()
    word = scene.segment(3).words[4]
    view.follow(word.start_s + 0.01)
    assert view.spoken == "built"
    assert view.viewport().grab().toImage() != plain
    for s in scene.stored.segments[3:40]:
        view.follow(s.start_s + 0.05)
        row = scene.row_of(s.id)
        assert view.text_rect(row).bottom() >= 0, s.id
        assert view.text_rect(row).top() < view.viewport().height(), s.id
    view.verticalScrollBar().setValue(0)  # the reader looks elsewhere
    view.follow(scene.stored.segments[60].start_s + 0.05)
    view.follow(scene.stored.segments[61].start_s + 0.05)
    assert view.verticalScrollBar().value() == 0
    view.follow(-5.0)
    assert view.spoken == ""


# -- Correcting -------------------------------------------------------------------------------------------


def test_a_double_click_corrects_the_words_and_escape_does_not(scene: Scene) -> None:
    before = scene.stored
    scene.double_click(scene.at(4, "long"))
    editor = scene.view.editor
    assert editor is not None
    assert editor.hasFocus()
    assert editor.toPlainText() == "How long will that take?"
    assert editor.textCursor().selectedText() == "long", "typing replaces the word that was clicked"
    QTest.keyClicks(editor, "soon")
    assert editor.toPlainText() == "How soon will that take?"
    QTest.keyClick(editor, KEY.Key_Escape)
    assert scene.view.editor is None
    assert scene.view.hasFocus()
    scene.settle()
    assert scene.stored == before


@pytest.mark.parametrize("keys", [(KEY.Key_Return, CTRL), (KEY.Key_Return, NONE)])
def test_return_saves_and_undo_takes_it_back(scene: Scene, keys: tuple[Qt.Key, Qt.KeyboardModifier]) -> None:
    before = scene.stored
    scene.edit_before(scene.at(4, "long"))
    editor = scene.view.editor
    assert editor is not None
    QTest.keyClicks(editor, "very ")
    QTest.keyClick(editor, *keys)
    scene.settle()
    assert scene.segment(4).text == "How very long will that take?"
    assert scene.segment(4).words[-1].end_s == before.segments[3].words[-1].end_s
    assert scene.d.history.undo_label == "correct the words"
    QTest.keyClick(scene.view, KEY.Key_Z, CTRL)
    scene.settle()
    assert scene.stored == before


def test_f2_and_return_correct_the_current_turn_and_going_elsewhere_saves(scene: Scene) -> None:
    scene.click(scene.at(4, "How"))
    scene.key(KEY.Key_F2)
    editor = scene.view.editor
    assert editor is not None, "not the title of the meeting"
    QTest.keyClicks(editor, "So: ")
    scene.page.title.setFocus(Qt.FocusReason.TabFocusReason)
    scene.settle()
    assert scene.segment(4).text == "So: How long will that take?"
    scene.view.setFocus()
    scene.key(KEY.Key_Return)
    assert scene.view.editor is not None
    QTest.keyClick(scene.view.editor, KEY.Key_Escape)


def test_each_segment_of_a_paragraph_keeps_its_own_words(scene: Scene) -> None:
    before = scene.stored
    assert scene.row_of(1) == scene.row_of(2), "one paragraph of two segments"
    scene.edit_before(scene.at(2, "First"))
    editor = scene.view.editor
    assert editor is not None
    for _ in range(len("First")):
        QTest.keyClick(editor, KEY.Key_Delete)
    QTest.keyClicks(editor, "At first")
    QTest.keyClick(editor, KEY.Key_Return)
    scene.settle()
    assert scene.segment(1) == before.segments[0]
    assert scene.segment(2).text.startswith("At first the release")
    assert scene.segment(2).by_user == ("text",)


def test_another_meeting_that_opens_does_not_lose_what_is_typed(qtbot: QtBot, desk: MakeDesk) -> None:
    services = FakeServices([timed(demo.planning()), demo.chinese("m002", demo.planning().started_at)])
    scene = Scene(qtbot, desk(services, meeting="m001"), services)
    scene.edit_before(scene.at(4, "long"))
    assert scene.view.editor is not None
    QTest.keyClicks(scene.view.editor, "very ")
    scene.d.meeting.open("m002")
    qtbot.waitUntil(lambda: scene.d.meeting.title.startswith("产品"))
    scene.settle()
    assert services.meetings["m001"].segments[3].text == "How very long will that take?"
    assert services.meetings["m002"] == demo.chinese("m002", services.meetings["m002"].started_at)


def test_chinese_is_corrected_where_it_stands(qtbot: QtBot, desk: MakeDesk) -> None:
    services = FakeServices([demo.chinese("m001", demo.planning().started_at)])
    scene = Scene(qtbot, desk(services), services)
    scene.double_click(scene.at(3, "问题"))
    assert scene.view.editor is not None
    scene.view.editor.put_cursor(3)
    editor = scene.view.editor
    assert editor is not None
    assert editor.textCursor().position() == 3
    editor.insertPlainText("大")
    QTest.keyClick(editor, KEY.Key_Return)
    scene.settle()
    assert scene.segment(3).text.startswith("第二个大问题")


# -- Selecting --------------------------------------------------------------------------------------------


def test_words_are_selected_with_the_keyboard(scene: Scene) -> None:
    scene.click(scene.at(4, "long"))
    scene.key(KEY.Key_Right, SHIFT | CTRL)
    assert scene.view.selected_text() == "long "
    scene.key(KEY.Key_Right, SHIFT)
    assert scene.view.selected_text() == "long w"
    scene.key(KEY.Key_Left, SHIFT | CTRL)
    scene.key(KEY.Key_End, SHIFT)
    assert scene.view.selected_text() == "long will that take?"
    scene.key(KEY.Key_Down, SHIFT)
    assert scene.view._selection.bounds() is not None
    scene.key(KEY.Key_Escape)
    assert scene.view.selected_text() == ""


def test_a_part_is_given_to_another_speaker_by_menu_and_by_key(scene: Scene) -> None:
    before = scene.stored
    scene.select(3, "We", "defects")
    scene.choose(scene.menu(scene.at(3, "still")), "Speaker", "Tom")
    scene.settle()
    new = next(s for s in scene.stored.segments if s.text.startswith("We still"))
    assert (new.text, new.speaker) == ("We still have two open defects,", "s2")
    scene.click(scene.at(4, "long"))
    scene.key(KEY.Key_4, ALT)
    scene.settle()
    assert scene.segment(4).speaker == "s3", "without a selection it is the turn the reader is at"
    for _ in range(2):
        scene.d.history.undo()
    scene.settle()
    assert scene.stored == before


def test_from_here_on_is_somebody_new(scene: Scene) -> None:
    scene.click(scene.at(11, "Yes"))
    scene.choose(scene.menu(scene.at(11, "Yes")), "Speaker from here on", "Somebody else…")
    card = scene.popup(NameCard)
    assert isinstance(card, NameCard)
    QTest.keyClicks(card.field, "Eva")
    QTest.keyClick(card.field, KEY.Key_Return)
    scene.settle()
    new = scene.stored.speakers[-1]
    assert new.name == "Eva"
    assert [s.id for s in scene.stored.segments if s.speaker == new.key] == [11, 14, 22]
    assert scene.segment(5).speaker == "s1"


def test_highlight_copy_and_action_item(scene: Scene) -> None:
    scene.select(9, "ship", "March")
    scene.key(KEY.Key_H, CTRL | SHIFT)
    scene.settle()
    assert [m.text for m in scene.stored.marks] == ["ship on the nineteenth of March"]
    row = scene.d.meeting.transcript.rows[scene.row_of(9)]
    assert [row.text[a:b] for a, b in row.highlights] == ["ship on the nineteenth of March."], "in whole words"
    scene.select(9, "ship", "March")
    scene.key(KEY.Key_A, CTRL | SHIFT)
    scene.settle()
    assert scene.stored.minutes is not None
    assert scene.stored.minutes.action_items[-1].evidence == (9,)
    scene.select(4, "long", "that")
    scene.key(KEY.Key_C, CTRL | ALT)
    assert QGuiApplication.clipboard().text() == "Tom (0:27): long will that"
    scene.key(KEY.Key_C, CTRL)
    assert QGuiApplication.clipboard().text() == "long will that"


def test_split_and_join(scene: Scene) -> None:
    before = scene.stored
    at = scene.at(3, "We")
    scene.click(at)
    scene.choose(scene.menu(at), "Split here")
    scene.settle()
    assert scene.segment(3).text == "The release candidate was built on Monday."
    assert len(scene.stored.segments) == len(before.segments) + 1
    at = scene.at(3, "built")
    scene.click(at)
    scene.choose(scene.menu(at), "Join with what follows")
    scene.settle()
    assert scene.segment(3).text == before.segments[2].text
    assert scene.segment(3).words == before.segments[2].words


def test_play_what_is_selected(scene: Scene) -> None:
    scene.select(3, "candidate", "Monday")
    words = scene.segment(3).words
    with scene.qtbot.waitSignal(scene.page.play_wanted) as played:
        scene.choose(scene.menu(scene.at(3, "built")), "Play this")
    assert played.args == [words[2].start_s, words[6].end_s]


def test_a_menu_beside_the_selection_is_about_what_is_there(scene: Scene) -> None:
    scene.select(3, "candidate", "Monday")
    scene.choose(scene.menu(scene.at(4, "long")), "Speaker", "Leila")
    scene.settle()
    assert (scene.segment(4).speaker, scene.segment(3).speaker) == ("s3", "s1")


# -- Speakers ---------------------------------------------------------------------------------------------


def test_a_name_in_the_gutter_is_changed(scene: Scene) -> None:
    scene.click(scene.hit(3, "name"))
    card = scene.popup(SpeakerCard)
    assert isinstance(card, SpeakerCard)
    assert card.field.text() == "Anna"
    assert not card.remember.isVisible(), "voices cannot be remembered here"
    card.field.selectAll()
    QTest.keyClicks(card.field, "TOM")
    assert card.same.isVisible()
    assert "become one" in card.same.text()
    card.field.selectAll()
    QTest.keyClicks(card.field, "Anna Berg")
    assert not card.same.isVisible()
    QTest.keyClick(card.field, KEY.Key_Return)
    scene.settle()
    assert scene.stored.speaker_name("s1") == "Anna Berg"
    assert scene.d.meeting.transcript.rows[scene.row_of(3)].name == "Anna Berg"


def test_somebody_is_the_same_as_somebody_else(scene: Scene) -> None:
    scene.click(scene.hit(3, "name"))
    card = scene.popup(SpeakerCard)
    assert isinstance(card, SpeakerCard)
    QTest.mouseClick(card.merge, LEFT)
    menu = scene.popup(QMenu)
    assert isinstance(menu, QMenu)
    assert [a.text() for a in menu.actions()] == ["Martin", "Tom", "Leila"]
    menu.actions()[1].trigger()
    menu.close()
    scene.settle()
    assert [s.name for s in scene.stored.speakers] == ["Martin", "Tom", "Leila"]
    assert scene.segment(3).speaker == "s2"


def test_a_suggested_name_is_answered_in_the_gutter(scene: Scene) -> None:
    m = scene.stored
    speakers = tuple(replace(s, suggested="Leila K.", certainty=0.6) if s.key == "s3" else s for s in m.speakers)
    for kind, name in (("no", "Leila"), ("yes", "Leila K.")):
        scene.services.meetings["m001"] = replace(m, speakers=speakers)
        scene.d.meeting.reload("m001")
        rows = scene.d.meeting.transcript.rows
        scene.qtbot.waitUntil(lambda: any(r.suggested for r in scene.d.meeting.transcript.rows))
        del rows
        scene.click(scene.hit(8, kind))
        scene.qtbot.waitUntil(lambda: not any(s.suggested for s in scene.stored.speakers))
        scene.settle()
        assert scene.stored.speaker_name("s3") == name
        assert not any(r.suggested for r in scene.d.meeting.transcript.rows)


def test_everybody_and_how_many_there_are(qtbot: QtBot, desk: MakeDesk) -> None:
    m = replace(timed(demo.planning()), tracks=(Track("mic", "mic.wav", 100.0), Track("system", "s.wav", 100.0)))
    services = FakeServices([m], result=m)
    scene = Scene(qtbot, desk(services), services)
    QTest.mouseClick(scene.page.people_button, LEFT)
    card = scene.popup(SpeakersList)
    assert isinstance(card, SpeakersList)
    assert [line.key for line in card.lines] == ["me", "s1", "s2", "s3"]
    assert "% of the talk" in card.lines[0].accessibleName()
    card.count.setCurrentIndex(3)
    card.count.activated.emit(3)
    QTest.mouseClick(card.shared, LEFT)
    assert not services.jobs, "nothing runs before the user says so"
    QTest.mouseClick(card.again, LEFT)
    qtbot.waitUntil(lambda: bool(services.jobs) and not scene.d.queue.busy)
    options = services.jobs[-1].meeting.speaker_options
    assert (options.speakers, options.shared_microphone) == (3, True)


def test_a_card_ends_at_its_button_rather_than_outside_of_the_window(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.setGeometry(100, 100, 500, 300)
    window.show()

    x, y = window.geometry().left(), window.geometry().top()

    def shown(left: int, width: int = 30) -> QRect:
        """Where a card is in the window that belongs to a place in it."""
        card = Card(QWidget(window))
        card.setFixedSize(300, 100)
        card.show_below(QRect(x + left, y + 50, width, 30))
        found = card.geometry().translated(-x, -y)
        card.close()
        return found

    frame = 2  # of which some systems make room around it
    assert shown(20).left() == pytest.approx(20 - theme.M, abs=frame)
    assert shown(440).right() == pytest.approx(469, abs=frame), "as far as its button"
    assert shown(440).top() > 79
    assert shown(480, width=60).right() == pytest.approx(499, abs=frame)
    window.resize(200, 300)
    assert shown(250).right() > 200, "one that is too small cannot hold it"


def test_a_line_of_the_list_opens_the_card(scene: Scene) -> None:
    QTest.mouseClick(scene.page.people_button, LEFT)
    listed = scene.popup(SpeakersList)
    assert isinstance(listed, SpeakersList)
    QTest.mouseClick(listed.lines[2], LEFT)
    card = scene.popup(SpeakerCard)
    assert isinstance(card, SpeakerCard)
    assert card.field.text() == "Tom"
    with scene.qtbot.waitSignal(scene.page.play_wanted):
        QTest.mouseClick(card.listen, LEFT)
    QTest.keyClick(card, KEY.Key_Escape)


# -- Echoes -----------------------------------------------------------------------------------------------


def test_echoes_are_shown_with_a_click(qtbot: QtBot, desk: MakeDesk) -> None:
    m = demo.planning()
    echo = replace(m.segments[3], id=90, track="mic", echo_of=4)
    services = FakeServices([replace(m, segments=(*m.segments[:4], echo, *m.segments[4:]))])
    scene = Scene(qtbot, desk(services), services)
    rows = scene.view.model().rowCount()
    scene.click(scene.hit(1, "echoes"))
    assert scene.view.model().rowCount() == rows + 1
    scene.view.verticalScrollBar().setValue(0)
    scene.click(scene.hit(1, "echoes"))
    assert scene.view.model().rowCount() == rows


# -- Find and replace -------------------------------------------------------------------------------------


def test_find_and_replace_with_the_keyboard(scene: Scene) -> None:
    scene.click(scene.at(3, "The"))
    scene.key(KEY.Key_F, CTRL)
    bar = scene.page.find_bar
    assert bar.isVisible()
    assert bar.field.hasFocus()
    QTest.keyClicks(bar.field, "release")
    n = len(scene.d.meeting.finder.found)
    assert bar.count.text() == f"2 of {n}", "from where the reader is"
    QTest.keyClick(bar.field, KEY.Key_Return)
    assert bar.count.text() == f"3 of {n}"
    QTest.keyClick(bar.field, KEY.Key_Return, SHIFT)
    QTest.keyClick(bar.field, KEY.Key_Return, SHIFT)
    assert bar.count.text() == f"1 of {n}"
    QTest.keyClick(bar.field, KEY.Key_H, CTRL)
    assert bar.by.isVisible()
    QTest.keyClicks(bar.by, "launch")
    QTest.mouseClick(bar.one, LEFT)
    scene.settle()
    assert "launch" in scene.segment(2).text
    assert bar.count.text() == f"1 of {n - 1}"
    QTest.mouseClick(bar.all, LEFT)
    scene.settle()
    assert bar.count.text() == "Nothing found"
    assert not any("release" in s.text.casefold() for s in scene.stored.segments)
    QTest.keyClick(bar.field, KEY.Key_Escape)
    assert not bar.isVisible()
    assert scene.view.hasFocus()


def test_what_is_selected_is_looked_for_and_far_places_come_into_view(qtbot: QtBot, desk: MakeDesk) -> None:
    services = FakeServices([demo.planning(segments=300)])
    scene = Scene(qtbot, desk(services), services)
    scene.select(13, "demonstration", "demonstration")
    scene.key(KEY.Key_F, CTRL)
    bar = scene.page.find_bar
    assert bar.field.text() == "demonstration"
    QTest.keyClick(bar.field, KEY.Key_Return, SHIFT)
    found = scene.d.meeting.finder.current
    assert found is not None
    rect = scene.view.text_rect(scene.row_of(found.segment_id))
    assert scene.view.viewport().rect().intersects(rect)


# -- Size -------------------------------------------------------------------------------------------------


def test_six_hours_open_at_once_and_scroll_smoothly(qtbot: QtBot, desk: MakeDesk) -> None:
    """The bounds have slack for a busy machine; what is measured is printed."""
    long = timed(demo.planning("m002", segments=6000, title="Six hours"))
    assert sum(len(s.words) for s in long.segments) > 60_000
    services = FakeServices([timed(demo.planning("m001")), long])
    scene = Scene(qtbot, desk(services, meeting="m001"), services)
    vm, view = scene.d.meeting, scene.view
    began = time.perf_counter()
    vm.open("m002")
    qtbot.waitUntil(lambda: vm.title == "Six hours" and view.model().rowCount() > 1000)
    view.viewport().repaint()
    opened = time.perf_counter() - began
    slowest = 0.0
    bar = view.verticalScrollBar()
    for step in range(60):
        began = time.perf_counter()
        bar.setValue(bar.maximum() * step // 60)
        view.viewport().repaint()
        slowest = max(slowest, time.perf_counter() - began)
    began = time.perf_counter()
    for n in range(100):
        view.follow(n * 90.0)
    followed = (time.perf_counter() - began) / 100
    began = time.perf_counter()
    vm.finder.search("release")
    searched = time.perf_counter() - began
    print(
        f"\n6 h: opened in {opened * 1000:.0f} ms, slowest jump {slowest * 1000:.0f} ms, "
        f"followed in {followed * 1000:.2f} ms, searched in {searched * 1000:.0f} ms"
    )
    assert opened < 1.0
    assert slowest < 0.25
    assert followed < 0.1
    assert searched < 0.6


def test_find_is_about_the_meeting_on_the_screen_wherever_the_keyboard_is(scene: Scene) -> None:
    scene.d.window.sidebar.meetings.setFocus()
    scene.key(KEY.Key_F, CTRL)
    assert scene.page.find_bar.field.hasFocus()
    scene.key(KEY.Key_F, CTRL | SHIFT)
    assert scene.d.window.sidebar.search.hasFocus()


def test_what_is_done_with_words_stands_in_the_menus(scene: Scene) -> None:
    names = {action.text() for _, action in scene.d.window.commands.all()}
    assert {"Correct the words", "Highlight", "Make an action item", "Find in this meeting"} <= names


def test_in_a_narrow_column_a_suggestion_opens_the_card(qtbot: QtBot, desk: MakeDesk) -> None:
    m = demo.planning()
    speakers = tuple(replace(s, suggested="Leila K.", certainty=0.9) if s.key == "s3" else s for s in m.speakers)
    services = FakeServices([replace(m, speakers=speakers)])
    scene = Scene(qtbot, desk(services, size=(900, 600)), services)
    kinds = {h.kind for h in scene.view.hits(scene.row_of(8))}
    assert kinds == {"name", "time", "suggestion"}
    scene.click(scene.hit(8, "suggestion"))
    card = scene.popup(SpeakerCard)
    assert isinstance(card, SpeakerCard)
    QTest.mouseClick(card.yes, LEFT)
    scene.qtbot.waitUntil(lambda: not any(s.suggested for s in scene.stored.speakers))
    scene.settle()
    assert scene.stored.speaker_name("s3") == "Leila K."


def test_the_wheel_scrolls_over_an_editor_too(qtbot: QtBot, desk: MakeDesk) -> None:
    services = FakeServices([demo.planning(segments=200)])
    scene = Scene(qtbot, desk(services), services)
    scene.edit_before(scene.at(4, "long"))
    editor = scene.view.editor
    assert editor is not None
    before = editor.geometry()
    spot = QPointF(editor.rect().center())
    event = QWheelEvent(
        spot,
        QPointF(editor.mapToGlobal(spot)),
        QPoint(0, 0),
        QPoint(0, -240),
        Qt.MouseButton.NoButton,
        NONE,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(editor.viewport(), event)
    qtbot.waitUntil(lambda: scene.view.verticalScrollBar().value() > 0)
    scene.view.viewport().repaint()
    assert editor.geometry().top() < before.top(), "it moves with its words"
    QTest.keyClick(editor, KEY.Key_Escape)
