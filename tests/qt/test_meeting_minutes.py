"""The minutes are read, ticked off, changed and proved: real clicks and keys."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QTableView
from pytestqt.qtbot import QtBot

from app.domain.meeting import Chapter, MarkKind, Meeting, Minutes, MinutesOptions, Stage
from app.domain.templates import Template
from app.ui.minutes_item import ItemRow
from app.ui.minutes_panel import MinutesPanel
from app.ui.minutes_parts import DateCard
from app.ui.speakers_card import NameCard
from app.viewmodels.minutes import Kind
from tests.qt import demo
from tests.qt.conftest import MakeDesk
from tests.qt.fakes import FakeServices

pytestmark = [pytest.mark.qt, pytest.mark.qt_log_ignore("does not support (raise|grabbing)")]

LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier
CTRL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier
KEY = Qt.Key


class Scene:
    def __init__(self, qtbot: QtBot, desk: MakeDesk, meeting: Meeting) -> None:
        self.qtbot = qtbot
        self.services = FakeServices([meeting], result=meeting)
        self.d = desk(self.services)
        self.page = self.d.window.page
        self.panel: MinutesPanel = self.page.panel
        qtbot.waitUntil(lambda: self.d.meeting.meeting is not None and self.panel.isVisible())
        QTest.qWait(20)

    @property
    def minutes(self) -> Minutes:
        found = self.services.meetings["m001"].minutes
        assert found is not None
        return found

    def row(self, kind: Kind, n: int) -> ItemRow:
        return self.panel.sections[kind].rows[n]

    def texts(self, kind: Kind) -> list[str]:
        return [r.item.text for r in self.panel.sections[kind].rows]

    def settle(self) -> None:
        history = self.d.history
        self.qtbot.waitUntil(lambda: not history._in_flight and not history._pressed)
        QTest.qWait(5)

    def focus(self, row: ItemRow) -> ItemRow:
        self.panel.ensure_visible(row)
        row.setFocus(Qt.FocusReason.TabFocusReason)
        return row

    def undo(self) -> None:
        self.d.history.undo()
        self.settle()


@pytest.fixture
def scene(qtbot: QtBot, desk: MakeDesk) -> Scene:
    m = demo.planning()
    assert m.minutes is not None
    chapters = (Chapter("The release", 1.2, (1,)), Chapter("The visit", 75.0), Chapter("The budget", 112.0))
    return Scene(qtbot, desk, replace(m, minutes=replace(m.minutes, chapters=chapters)))


def test_a_check_box_is_ticked_and_the_rest_stays(scene: Scene) -> None:
    others = scene.panel.sections["action"].rows[1:]
    row = scene.row("action", 0)
    assert row.check is not None
    scene.panel.ensure_visible(row)
    QTest.mouseClick(row.check, LEFT)
    scene.settle()
    assert scene.minutes.action_items[0].done
    assert scene.row("action", 0).check.isChecked()  # type: ignore[union-attr]
    assert scene.panel.sections["action"].rows[1:] == others, "only what changed is made anew"
    scene.undo()
    assert not scene.minutes.action_items[0].done
    QTest.keyClick(scene.focus(scene.row("action", 0)), KEY.Key_Space)
    scene.settle()
    assert scene.minutes.action_items[0].done
    assert scene.row("action", 0).hasFocus(), "the keyboard stays where it was"


def test_a_time_chip_shows_and_plays_what_was_said(scene: Scene) -> None:
    chip = next(c for c in scene.panel.chips if c.text() == "2:25")
    segment = scene.services.meetings["m001"].segments[22]
    scene.panel.ensure_visible(chip)
    with scene.qtbot.waitSignal(scene.page.play_wanted) as played:
        QTest.mouseClick(chip, LEFT)
    assert played.args == [segment.start_s, segment.end_s]
    assert scene.page.transcript.lit == {23}
    assert chip.property("chosen") is True


def test_a_chapter_leads_to_its_beginning(scene: Scene) -> None:
    chip, _ = scene.row("chapter", 2).chips[0]
    with scene.qtbot.waitSignal(scene.page.seek_wanted) as sought:
        QTest.mouseClick(chip, LEFT)
    assert sought.args == [112.0]
    view = scene.page.transcript
    first = scene.d.meeting.transcript.rows[view.currentIndex().row()]
    assert first.end_s >= 112.0


def test_words_are_changed_with_keys_and_mouse(scene: Scene) -> None:
    row = scene.focus(scene.row("decision", 0))
    QTest.keyClick(row, KEY.Key_F2)
    assert row.editor is not None
    row.editor.selectAll()
    QTest.keyClicks(row.editor, "we ship later")
    QTest.keyClick(row.editor, KEY.Key_Return)
    scene.settle()
    assert scene.minutes.decisions[0].text == "we ship later"
    assert scene.texts("decision")[0] == "We ship later"
    row = scene.row("decision", 1)
    scene.panel.ensure_visible(row)
    QTest.mouseDClick(row, LEFT, NONE, row.text.geometry().center())
    assert row.editor is not None
    QTest.keyClicks(row.editor, "nonsense")
    QTest.keyClick(row.editor, KEY.Key_Escape)
    assert row.editor is None
    scene.settle()
    assert "July" in scene.texts("decision")[1]
    scene.undo()
    assert scene.texts("decision")[0].startswith("The release ships")


def test_going_elsewhere_saves(scene: Scene) -> None:
    row = scene.focus(scene.row("question", 0))
    QTest.keyClick(row, KEY.Key_Return)
    assert row.editor is not None
    assert row.editor.hasFocus()
    row.editor.selectAll()
    QTest.keyClicks(row.editor, "Who goes?")
    scene.page.transcript.setFocus(Qt.FocusReason.MouseFocusReason)
    scene.settle()
    assert scene.minutes.open_questions[0].text == "Who goes?"


def test_the_summary_is_changed(scene: Scene) -> None:
    summary = scene.panel.summary
    summary.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(summary, KEY.Key_Return)
    assert summary.editor is not None
    summary.editor.selectAll()
    QTest.keyClicks(summary.editor, "Short")
    QTest.keyClick(summary.editor, KEY.Key_Return)
    QTest.keyClicks(summary.editor, "and clear.")
    QTest.keyClick(summary.editor, KEY.Key_Return, CTRL)
    scene.settle()
    assert (scene.minutes.summary, scene.minutes.summary_by_user) == ("Short\nand clear.", True)
    assert summary.label.text() == "Short\nand clear."


def test_items_are_added_one_after_another(scene: Scene) -> None:
    section = scene.panel.sections["decision"]
    section.add_button.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(section.add_button, KEY.Key_Space)
    for text in ("One more", "And another"):
        assert section.adding is not None
        QTest.keyClicks(section.adding, text)
        QTest.keyClick(section.adding, KEY.Key_Return)
        scene.settle()
    assert section.adding is not None, "ready for the next one"
    QTest.keyClick(section.adding, KEY.Key_Escape)
    assert section.adding is None
    assert [d.text for d in scene.minutes.decisions[2:]] == ["One more", "And another"]
    assert all(d.by_user for d in scene.minutes.decisions[2:])


def test_a_kind_that_is_missing_can_be_added(qtbot: QtBot, desk: MakeDesk) -> None:
    scene = Scene(qtbot, desk, replace(demo.planning(), minutes=Minutes("Nothing much.")))
    assert not scene.panel.sections["action"].isVisible()
    chip = scene.panel.add_chips["action"]
    QTest.mouseClick(chip, LEFT)
    adding = scene.panel.sections["action"].adding
    assert adding is not None
    QTest.keyClicks(adding, "Do it")
    QTest.keyClick(adding, KEY.Key_Return)
    scene.settle()
    assert [a.task for a in scene.minutes.action_items] == ["Do it"]
    assert scene.panel.sections["action"].isVisible()
    assert not chip.isVisible()


def test_items_are_moved_and_removed_with_the_keyboard(scene: Scene) -> None:
    first, second = scene.texts("action")[:2]
    QTest.keyClick(scene.focus(scene.row("action", 0)), KEY.Key_Down, ALT)
    scene.settle()
    assert scene.texts("action")[:2] == [second, first]
    assert scene.row("action", 1).hasFocus(), "the keyboard goes along"
    QTest.keyClick(scene.row("action", 1), KEY.Key_Up, ALT)
    scene.settle()
    assert scene.texts("action")[:2] == [first, second]
    QTest.keyClick(scene.row("action", 0), KEY.Key_Delete)
    scene.settle()
    assert scene.texts("action")[0] == second
    assert scene.row("action", 0).hasFocus()
    QTest.keyClick(scene.row("action", 0), KEY.Key_Down)
    assert scene.row("action", 1).hasFocus()
    QTest.keyClick(scene.row("action", 1), KEY.Key_Up)
    QTest.keyClick(scene.row("action", 0), KEY.Key_Up)
    assert scene.row("decision", 1).hasFocus(), "over the end of a section"
    assert scene.d.meeting.id, "Delete is about the item, not the meeting"


def test_items_are_moved_with_the_mouse(scene: Scene) -> None:
    texts = scene.texts("action")
    row, onto = scene.row("action", 0), scene.row("action", 2)
    scene.panel.ensure_visible(onto)
    QTest.mousePress(row, LEFT, NONE, QPoint(60, 8))
    for target in (QPoint(60, 30), onto.mapTo(scene.panel, onto.rect().center()) + QPoint(0, 10)):
        at = scene.panel.mapToGlobal(target) if target.y() > 40 else row.mapToGlobal(target)
        event = QMouseEvent(
            QEvent.Type.MouseMove, QPointF(row.mapFromGlobal(at)), QPointF(at), Qt.MouseButton.NoButton, LEFT, NONE
        )
        QApplication.sendEvent(row, event)
    QTest.mouseRelease(row, LEFT, NONE, row.mapFromGlobal(at))
    scene.settle()
    assert scene.texts("action") == [texts[1], texts[2], texts[0], *texts[3:]]


def test_who_and_when(scene: Scene) -> None:
    row = scene.row("action", 4)
    scene.panel.ensure_visible(row)
    assert row.owner is not None
    QTest.mouseClick(row.owner, LEFT)
    card = QApplication.activePopupWidget()
    assert isinstance(card, NameCard)
    QTest.keyClicks(card.field, "Leila")
    QTest.keyClick(card.field, KEY.Key_Return)
    scene.settle()
    assert scene.minutes.action_items[4].owner == "Leila"
    row = scene.row("action", 4)
    assert row.due is not None
    QTest.mouseClick(row.due, LEFT)
    days = QApplication.activePopupWidget()
    assert isinstance(days, DateCard)
    QTest.mouseClick(days.quick[1], LEFT)
    scene.settle()
    assert scene.minutes.action_items[4].due_on == date.today() + timedelta(days=1)
    row = scene.row("action", 4)
    assert row.item.due == "tomorrow"
    assert row.due is not None
    QTest.mouseClick(row.due, LEFT)
    days = QApplication.activePopupWidget()
    assert isinstance(days, DateCard)
    grid = days.calendar.findChild(QTableView)
    assert isinstance(grid, QTableView)
    assert grid.hasFocus()
    QTest.keyClick(grid, KEY.Key_Right)
    QTest.keyClick(grid, KEY.Key_Return)
    scene.settle()
    assert scene.minutes.action_items[4].due_on == date.today() + timedelta(days=2)


def test_no_owner_is_an_answer(scene: Scene) -> None:
    row = scene.row("action", 0)
    scene.panel.ensure_visible(row)
    assert row.owner is not None
    QTest.mouseClick(row.owner, LEFT)
    card = QApplication.activePopupWidget()
    assert isinstance(card, NameCard)
    card.field.clear()
    QTest.keyClick(card.field, KEY.Key_Return)
    scene.settle()
    assert scene.minutes.action_items[0].owner is None


def test_what_is_not_supported_says_so_and_is_kept_by_word_of_the_user(scene: Scene) -> None:
    row = scene.row("action", 4)
    assert row.keep_chip is not None
    scene.panel.ensure_visible(row)
    QTest.mouseClick(row.keep_chip, LEFT)
    scene.settle()
    assert scene.minutes.action_items[4].supported
    assert scene.row("action", 4).keep_chip is None


def test_copies(scene: Scene) -> None:
    section = scene.panel.sections["action"]
    scene.panel.ensure_visible(section.copy_button)
    QTest.mouseClick(section.copy_button, LEFT)
    assert QGuiApplication.clipboard().text().startswith("## Action items\n\n- [ ] Write the release notes (Anna")
    QTest.keyClick(scene.focus(scene.row("decision", 0)), KEY.Key_C, CTRL)
    assert QGuiApplication.clipboard().text().startswith("- The release ships on 19 March")


def test_the_menu_of_an_item_has_everything(scene: Scene) -> None:
    row = scene.row("action", 4)
    menu = row.menu()
    assert isinstance(menu, QMenu)
    names = [a.text().split("\t")[0] for a in menu.actions() if not a.isSeparator()]
    assert names == [
        "Change the words",
        "Who does it…",
        "Choose a date…",
        "It is right",
        "Play what was said",
        "Move up",
        "Move down",
        "Copy",
        "Remove",
    ]
    assert not next(a for a in menu.actions() if a.text().startswith("Move down")).isEnabled()
    menu.close()


def chapters(scene: Scene) -> list[tuple[str, float]]:
    return [(c.title, c.start_s) for c in scene.minutes.chapters]


def test_a_chapter_is_added_where_the_user_is(scene: Scene) -> None:
    """At the place that plays, or at the beginning of what is selected."""
    section = scene.panel.sections["chapter"]
    assert section.add_button.isVisible()
    scene.page.seek_wanted.emit(90.0)
    QTest.mouseClick(section.add_button, LEFT)
    editor = section.adding
    assert editor is not None
    assert "1:30" in editor.placeholderText()
    scene.page.seek_wanted.emit(20.0)  # what plays goes on meanwhile
    QTest.keyClicks(editor, "The trains")
    QTest.keyClick(editor, KEY.Key_Return)
    scene.settle()
    assert chapters(scene) == [("The release", 1.2), ("The visit", 75.0), ("The trains", 90.0), ("The budget", 112.0)]
    assert section.adding is None, "the next chapter begins somewhere else"
    assert scene.row("chapter", 2).hasFocus()
    assert scene.row("chapter", 2).chips[0][0].text() == "1:30"
    scene.undo()
    assert len(scene.minutes.chapters) == 3
    words = scene.page.transcript
    words.selectAll()
    QTest.mouseClick(section.add_button, LEFT)
    assert section.adding is not None
    assert "0:01" in section.adding.placeholderText()
    QTest.keyClick(section.adding, KEY.Key_Escape)
    assert len(scene.minutes.chapters) == 3


def test_a_chapter_is_changed_moved_and_removed(scene: Scene) -> None:
    row = scene.focus(scene.row("chapter", 0))
    QTest.keyClick(row, KEY.Key_F2)
    assert row.editor is not None
    QTest.keyClicks(row.editor, " date")
    QTest.keyClick(row.editor, KEY.Key_Return)
    scene.settle()
    assert chapters(scene)[0] == ("The release date", 1.2)
    assert scene.minutes.chapters[0].by_user
    scene.page.seek_wanted.emit(80.0)
    menu = scene.row("chapter", 0).menu()
    begin = next(a for a in menu.actions() if a.text() == "Begin at 1:20")
    begin.trigger()
    menu.close()
    scene.settle()
    assert chapters(scene) == [("The visit", 75.0), ("The release date", 80.0), ("The budget", 112.0)]
    QTest.keyClick(scene.focus(scene.row("chapter", 1)), KEY.Key_Delete)
    scene.settle()
    assert [c for c, _ in chapters(scene)] == ["The visit", "The budget"]
    for _ in range(3):
        scene.undo()
    assert chapters(scene) == [("The release", 1.2), ("The visit", 75.0), ("The budget", 112.0)]


def test_the_first_chapter_is_added_from_below(qtbot: QtBot, desk: MakeDesk) -> None:
    scene = Scene(qtbot, desk, demo.planning())
    chip = scene.panel.add_chips["chapter"]
    scene.panel.ensure_visible(chip)
    scene.page.seek_wanted.emit(30.0)
    QTest.mouseClick(chip, LEFT)
    editor = scene.panel.sections["chapter"].adding
    assert editor is not None
    QTest.keyClicks(editor, "The defects")
    QTest.keyClick(editor, KEY.Key_Return)
    scene.settle()
    assert chapters(scene) == [("The defects", 30.0)]
    assert not chip.isVisible()


def test_the_minutes_are_written_again_and_cannot_be_changed_meanwhile(scene: Scene) -> None:
    scene.services.pace_s = 0.05
    QTest.mouseClick(scene.panel.again, LEFT)
    click(scene.qtbot, scene.panel.again_menu, "Write again")
    scene.qtbot.waitUntil(lambda: scene.d.meeting.processing)
    scene.qtbot.waitUntil(lambda: not scene.panel.again.isEnabled())
    check = scene.row("action", 0).check
    assert check is not None
    assert not check.isEnabled()
    scene.qtbot.waitUntil(lambda: not scene.d.queue.busy)
    assert scene.services.jobs[-1].again == {Stage.MINUTES}
    scene.qtbot.waitUntil(lambda: scene.row("action", 0).check.isEnabled())  # type: ignore[union-attr]


def click(qtbot: QtBot, menu: QMenu, *titles: str) -> None:
    """Go down a menu with the mouse."""
    for n, title in enumerate(titles):
        action = next(a for a in menu.actions() if a.text() == title)
        QTest.mouseClick(menu, LEFT, NONE, menu.actionGeometry(action).center())
        if n + 1 < len(titles):
            below = action.menu()
            assert isinstance(below, QMenu)
            qtbot.waitUntil(below.isVisible)
            menu = below


def checked(menu: QMenu) -> list[str]:
    return [a.text() for a in menu.actions() if a.isChecked()]


def test_the_minutes_are_written_with_another_template(scene: Scene) -> None:
    panel, services = scene.panel, scene.services
    services.own_templates.append(Template("retro", "R&D retro", "What went well.", own=True))
    services.template_problems.append("The template bad.json cannot be used.")
    said: list[str] = []
    scene.d.meeting.said.connect(said.append)
    QTest.mouseClick(panel.again, LEFT)
    assert panel.again_menu.isVisible()
    titles = [a.text() for a in panel.again_menu.templates.actions()]
    assert titles[:2] == ["General", "Stand-up"]
    scene.qtbot.waitUntil(lambda: panel.again_menu.templates.actions()[-1].text() == "R&&D retro")
    assert said == services.template_problems, "what is wrong with the user's own is said when they are looked for"
    assert checked(panel.again_menu.templates) == ["General"]
    click(scene.qtbot, panel.again_menu, "Template", "Stand-up")
    scene.qtbot.waitUntil(lambda: bool(services.jobs) and not scene.d.queue.busy)
    scene.settle()
    assert services.jobs[-1].again == {Stage.MINUTES}
    assert services.jobs[-1].meeting.minutes_options == MinutesOptions(template="stand-up")
    assert services.meetings["m001"].minutes_options.template == "stand-up"
    QTest.mouseClick(panel.again, LEFT)
    assert checked(panel.again_menu.templates) == ["Stand-up"]
    click(scene.qtbot, panel.again_menu, "Template", "Stand-up")
    scene.settle()
    assert len(services.jobs) == 1, "it is chosen already"
    assert said == services.template_problems, "once"
    while scene.d.history.can_undo:
        scene.undo()
    assert services.meetings["m001"].minutes_options == MinutesOptions()


def test_the_minutes_are_written_in_another_language_by_keyboard(scene: Scene) -> None:
    panel, services = scene.panel, scene.services
    panel.again.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(panel.again, KEY.Key_Space)
    menu = panel.again_menu
    assert menu.isVisible()
    for key in (KEY.Key_Down, KEY.Key_Down, KEY.Key_Down, KEY.Key_Right):
        QTest.keyClick(menu, key)
    assert menu.languages.isVisible()
    names = [a.text() for a in menu.languages.actions() if not a.isSeparator()]
    assert names == ["That of the meeting (English)", "Chinese", "Other languages"]
    others = [a.text() for a in menu.others.actions()]
    assert others[0] == "Arabic"
    assert not {"English", "Chinese"} & set(others)
    assert checked(menu.languages) == ["That of the meeting (English)"]
    QTest.keyClick(menu.languages, KEY.Key_Down)
    QTest.keyClick(menu.languages, KEY.Key_Return)
    scene.qtbot.waitUntil(lambda: bool(services.jobs) and not scene.d.queue.busy)
    scene.settle()
    assert services.jobs[-1].meeting.minutes_options == MinutesOptions(language="Chinese")
    assert scene.d.history.undo_label in ("write the minutes again", "choose the language of the minutes")


def test_the_settings_say_what_is_checked(scene: Scene) -> None:
    services, menu = scene.services, scene.panel.again_menu
    services.stored = services.stored.changed(minutes_template="interview", minutes_language="French")
    QTest.mouseClick(scene.panel.again, LEFT)
    scene.qtbot.waitUntil(lambda: checked(menu.templates) == ["Interview"])
    assert checked(menu.languages) == ["French"]
    assert "French" not in [a.text() for a in menu.others.actions()]
    assert services.jobs == []
    click(scene.qtbot, menu, "Language", "That of the meeting (English)")
    scene.qtbot.waitUntil(lambda: bool(services.jobs) and not scene.d.queue.busy)
    scene.settle()
    assert services.meetings["m001"].minutes_options == MinutesOptions(language="English")


def test_the_menu_has_names(scene: Scene) -> None:
    menu = scene.panel.again_menu
    names = [m.accessibleName() for m in (menu, menu.templates, menu.languages, menu.others)]
    assert all(names)
    assert len(set(names)) == 4


def test_any_language_can_be_chosen(scene: Scene) -> None:
    QTest.mouseClick(scene.panel.again, LEFT)
    click(scene.qtbot, scene.panel.again_menu, "Language", "Other languages", "Arabic")
    scene.qtbot.waitUntil(lambda: bool(scene.services.jobs) and not scene.d.queue.busy)
    scene.settle()
    assert scene.services.meetings["m001"].minutes_options == MinutesOptions(language="Arabic")


def test_rows_wrap_in_a_narrow_window(qtbot: QtBot, desk: MakeDesk) -> None:
    m = demo.planning()
    assert m.minutes is not None
    scene = Scene(qtbot, desk, m)
    scene.d.window.resize(900, 600)
    QTest.qWait(50)
    for section in scene.panel.sections.values():
        for row in section.rows:
            assert row.width() <= scene.panel.width()
            assert row.text.height() >= row.text.heightForWidth(row.text.width()), "no line is cut off"


def test_notes_are_changed_where_they_stand(qtbot: QtBot, desk: MakeDesk) -> None:
    scene = Scene(qtbot, desk, demo.noted())
    row = scene.focus(scene.row("note", 0))
    assert not scene.panel.sections["note"].add_button.isVisible(), "a note has a time: it is written while recording"
    QTest.keyClick(row, KEY.Key_F2)
    assert row.editor is not None
    row.editor.selectAll()
    QTest.keyClicks(row.editor, "Another order")
    QTest.keyClick(row.editor, KEY.Key_Return)
    scene.settle()
    assert scene.texts("note")[0] == "Another order"
    QTest.keyClick(scene.focus(scene.row("note", 1)), KEY.Key_Delete)
    scene.settle()
    assert [m.text for m in scene.services.meetings["m001"].marks if m.kind is MarkKind.BOOKMARK] == []
    assert scene.row("note", 1).hasFocus()
    view = scene.page.transcript
    remarks = [a.text for r in scene.d.meeting.transcript.rows for a in r.before]
    assert "Another order" in remarks
    assert view.isVisible()


def test_one_section_is_written_again(scene: Scene) -> None:
    before = scene.minutes
    changed = replace(before, summary="All new.", decisions=before.decisions[:1])
    assert scene.services.result is not None
    scene.services.result = replace(scene.services.result, minutes=changed)
    section = scene.panel.sections["decision"]
    section.again_button.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(section.again_button, KEY.Key_Space)
    scene.qtbot.waitUntil(lambda: bool(scene.services.jobs) and not scene.d.queue.busy)
    scene.settle()
    assert scene.minutes == replace(before, decisions=before.decisions[:1])
    scene.undo()
    assert scene.minutes == before
