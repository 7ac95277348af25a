"""The window around the meetings: shelves, several at once, the palette, undo, the strip, notifications."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QDragEnterEvent, QDragMoveEvent, QDropEvent, QGuiApplication, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QSystemTrayIcon, QWidget
from pytestqt.qtbot import QtBot

from app.domain.errors import InputError
from app.domain.meeting import Meeting, Stage
from app.ui.application import Desk
from app.ui.meeting_list import URIS, DraggedMeetings
from app.viewmodels.palette import EntryRole
from app.viewmodels.shelf import TRASH, Shelf
from tests.qt import demo
from tests.qt.conftest import MakeDesk
from tests.qt.fakes import FakeServices, fail_with

pytestmark = [pytest.mark.qt, pytest.mark.qt_log_ignore("This plugin does not support", extend=True)]  # offscreen
LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier
CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def filed(desk: MakeDesk, qtbot: QtBot) -> tuple[Desk, FakeServices]:
    services = FakeServices(demo.filed(long=30))
    d = desk(services)
    qtbot.waitUntil(lambda: d.meeting.meeting is not None)
    d.window.activateWindow()
    return d, services


def click_shelf(d: Desk, shelf: Shelf, button: Qt.MouseButton = LEFT) -> None:
    tree = d.window.sidebar.shelves
    index = d.library.shelves.index_of(shelf)
    assert index.isValid()
    tree.scrollTo(index)
    QTest.mouseClick(tree.viewport(), button, NONE, tree.visualRect(index).center())


def click_meeting(d: Desk, meeting_id: str, keys: Qt.KeyboardModifier = NONE) -> None:
    view = d.window.sidebar.meetings
    index = d.library.meetings.index_of(meeting_id)
    view.scrollTo(index)
    QTest.mouseClick(view.viewport(), LEFT, keys, view.visualRect(index).center())


def ids(d: Desk) -> list[str]:
    return d.library.meetings.ids()


# -- Shelves --------------------------------------------------------------------------------------------------


def test_a_shelf_narrows_the_list(filed: tuple[Desk, FakeServices]) -> None:
    d, _ = filed
    assert "m008" not in ids(d)
    click_shelf(d, Shelf("favourites"))
    assert ids(d) == ["m001", "m003"]
    click_shelf(d, Shelf("folder", "Clients"))
    assert ids(d) == ["m001", "m003"]
    click_shelf(d, Shelf("folder", "Research/Interviews"))
    assert ids(d) == ["m005"]
    click_shelf(d, Shelf("tag", "budget"))
    assert ids(d) == ["m001", "m006"]
    click_shelf(d, TRASH)
    assert ids(d) == ["m008"]
    assert d.window.sidebar.empty_trash.isVisible()
    click_shelf(d, Shelf("all"))
    assert len(ids(d)) == 7
    assert not d.window.sidebar.empty_trash.isVisible()


def test_the_tree_is_walked_by_keyboard_and_folds(filed: tuple[Desk, FakeServices]) -> None:
    d, _ = filed
    tree = d.window.sidebar.shelves
    click_shelf(d, Shelf("folder", "Clients"))
    tree.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(tree, Qt.Key.Key_Down)
    assert d.library.shelf == Shelf("folder", "Clients/Lyon")
    QTest.keyClick(tree, Qt.Key.Key_Up)
    QTest.keyClick(tree, Qt.Key.Key_Left)
    assert d.library.shelves.index_of(Shelf("folder", "Clients/Lyon")).data() is not None
    assert not tree.isExpanded(d.library.shelves.index_of(Shelf("folder", "Clients")))
    assert d.window.remember().closed == ("folder:Clients",)
    QTest.keyClick(tree, Qt.Key.Key_Right)
    assert d.window.remember().closed == ()


def test_shelf_and_folding_come_back_at_the_next_start(desk: MakeDesk, qtbot: QtBot) -> None:
    d = desk(FakeServices(demo.filed(long=30)), shelf="tag:release", closed=("folders:",), meeting="m002")
    qtbot.waitUntil(lambda: d.meeting.id == "m002")
    assert d.library.shelf == Shelf("tag", "release")
    assert not d.window.sidebar.shelves.isExpanded(d.library.shelves.index_of(Shelf("folders")))
    assert d.window.remember().shelf == "tag:release"


def test_an_empty_shelf_says_so(desk: MakeDesk, qtbot: QtBot) -> None:
    d = desk(FakeServices(demo.library(long=30)))
    qtbot.waitUntil(lambda: d.meeting.meeting is not None)
    click_shelf(d, Shelf("favourites"))
    side = d.window.sidebar
    assert side._nothing.isVisible()
    assert side._nothing.text().startswith("No favourites yet")
    click_shelf(d, TRASH)
    assert side._nothing.text() == "The trash is empty."
    assert d.window.centre.currentWidget() is d.window.page
    click_shelf(d, Shelf("all"))
    assert side.meetings.isVisible()


def test_a_folder_whose_last_meeting_is_thrown_away_stays(filed: tuple[Desk, FakeServices], qtbot: QtBot) -> None:
    d, services = filed
    folder = Shelf("folder", "产品")
    click_shelf(d, folder)
    d.organiser.trash(["m002"])
    qtbot.waitUntil(lambda: not ids(d))
    assert d.library.shelf == folder
    assert d.window.sidebar._nothing.isVisible()
    d.organiser.rename_folder("产品", "")
    qtbot.waitUntil(lambda: d.library.shelf == Shelf("all"))
    assert not d.library.shelves.index_of(folder).isValid()
    d.organiser.restore(["m002"])
    qtbot.waitUntil(lambda: services.meetings["m002"].trashed_at is None)
    assert services.meetings["m002"].folder == ""


def test_the_page_says_where_its_meeting_is_filed(filed: tuple[Desk, FakeServices], qtbot: QtBot) -> None:
    d, _ = filed
    line = d.window.page.filed
    folder, *tags = line.chips
    assert [chip.text() for chip in line.chips] == ["Clients/Lyon", "release", "budget"]
    assert folder.accessibleName() == "Show the meetings in the folder “Clients/Lyon”"
    d.window.sidebar.search.setText("train")
    QTest.mouseClick(folder, LEFT)
    assert d.library.shelf == Shelf("folder", "Clients/Lyon")
    assert d.window.sidebar.search.text() == ""
    tags[1].setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(tags[1], Qt.Key.Key_Return)
    assert d.library.shelf == Shelf("tag", "budget")
    assert d.meeting.id == "m001", "what is read stays where it is"

    d.organiser.set_tag(["m001"], "a rather long tag & more of it", True)
    qtbot.waitUntil(lambda: len(line.chips) == 4)
    assert "…" in line.chips[3].text()
    d.window.page.resize(420, 500)
    line.resize(200, line.height())
    qtbot.waitUntil(lambda: line.more.isVisible())
    assert all(chip.geometry().right() < line.width() for chip in (*line.chips, line.more) if chip.isVisible())
    QTest.mouseClick(line.more, LEFT)
    last = line.menu.actions()[-1]
    assert last.text() == "a rather long tag && more of it"
    last.trigger()
    line.menu.close()
    assert d.library.shelf == Shelf("tag", "a rather long tag & more of it")

    d.organiser.trash(["m001"])
    qtbot.waitUntil(lambda: not line.chips)


def test_a_folder_whose_last_meeting_leaves_is_gone(filed: tuple[Desk, FakeServices], qtbot: QtBot) -> None:
    d, services = filed
    click_shelf(d, Shelf("folder", "产品"))
    d.organiser.move(["m002"], "")
    qtbot.waitUntil(lambda: d.library.shelf == Shelf("all"))
    assert not d.library.shelves.index_of(Shelf("folder", "产品")).isValid()
    d.history.undo()
    qtbot.waitUntil(lambda: d.library.shelves.index_of(Shelf("folder", "产品")).isValid())
    assert services.meetings["m002"].folder == "产品"


def test_a_new_meeting_is_shown_wherever_the_list_was(
    filed: tuple[Desk, FakeServices], qtbot: QtBot, tmp_path: Path
) -> None:
    d, services = filed
    services.result = demo.planning()
    click_shelf(d, Shelf("favourites"))
    d.library.import_files([tmp_path / "New one.wav"])
    qtbot.waitUntil(lambda: d.meeting.title == "New one")
    assert d.library.shelf == Shelf("all")
    qtbot.waitUntil(lambda: d.window.sidebar.meetings.selected_ids() == [d.meeting.id])


# -- Several at once ------------------------------------------------------------------------------------------


def test_several_meetings_are_chosen_and_filed_at_once(filed: tuple[Desk, FakeServices], qtbot: QtBot) -> None:
    d, services = filed
    click_meeting(d, "m001")
    qtbot.waitUntil(lambda: d.meeting.id == "m001")
    click_meeting(d, "m004", SHIFT)
    click_meeting(d, "m006", CONTROL)
    assert d.meeting.id == "m001"  # choosing several opens none
    assert d.window.filing.targets() == ["m001", "m002", "m003", "m004", "m006"]
    d.window.commands.favourite.trigger()
    qtbot.waitUntil(lambda: services.meetings["m006"].favourite)
    assert all(services.meetings[i].favourite for i in ("m001", "m002", "m003", "m004"))
    qtbot.waitUntil(lambda: d.window.commands.undo.text() == "Undo: mark as favourite")
    d.window.commands.undo.trigger()
    qtbot.waitUntil(lambda: not services.meetings["m006"].favourite)
    assert services.meetings["m001"].favourite  # as it was before


def test_several_are_thrown_away_and_brought_back(filed: tuple[Desk, FakeServices], qtbot: QtBot) -> None:
    d, services = filed
    click_meeting(d, "m001")
    click_meeting(d, "m003", SHIFT)
    QTest.keyClick(d.window.sidebar.meetings, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: d.meeting.id == "m004")
    assert [i for i in services.meetings if services.meetings[i].trashed_at] == ["m001", "m002", "m003", "m008"]
    assert d.window.toast.text == "3 meetings are in the trash"
    QTest.mouseClick(d.window.toast.action, LEFT)
    qtbot.waitUntil(lambda: len(ids(d)) == 7)
    assert [i for i in services.meetings if services.meetings[i].trashed_at] == ["m008"]


def test_what_is_selected_behind_a_search_is_not_meant(filed: tuple[Desk, FakeServices], qtbot: QtBot) -> None:
    """Who looks at a hit and presses Delete throws that meeting away, not those selected before."""
    d, _ = filed
    click_meeting(d, "m001")
    click_meeting(d, "m003", SHIFT)
    chosen = ["m001", "m002", "m003"]
    assert d.window.filing.targets() == chosen
    d.window.sidebar.search.setText("release")
    qtbot.waitUntil(d.window.sidebar.hits.isVisible)
    assert d.window.filing.targets() == [d.meeting.id]
    d.window.sidebar.search.clear()
    qtbot.waitUntil(d.window.sidebar.meetings.isVisible)
    assert d.window.filing.targets() == chosen


def test_one_that_cannot_be_read_does_not_keep_the_others(
    filed: tuple[Desk, FakeServices], qtbot: QtBot, tmp_path: Path
) -> None:
    d, services = filed
    ids = ["m001", "m002", "m003"]
    del services.meetings["m002"]
    exported: list[int] = []
    problems: list[object] = []
    d.organiser.exported.connect(lambda n, _: exported.append(n))
    d.organiser.problem.connect(problems.append)
    d.organiser.export(ids, tmp_path)
    qtbot.waitUntil(lambda: bool(problems))
    assert exported == [2]
    copied: list[int] = []
    d.organiser.copied.connect(lambda _, n: copied.append(n))
    d.organiser.copy(ids)
    qtbot.waitUntil(lambda: copied == [2] and len(problems) == 2)


def test_several_are_copied_and_exported(filed: tuple[Desk, FakeServices], qtbot: QtBot, tmp_path: Path) -> None:
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)
    d, _ = filed
    click_meeting(d, "m001")
    click_meeting(d, "m002", SHIFT)
    d.window.commands.copy.trigger()
    qtbot.waitUntil(lambda: d.window.toast.text == "Copied 2 meetings as Markdown")
    text = QGuiApplication.clipboard().text()
    assert text.index("# Planning") < text.index("# 产品周会")
    (tmp_path / "Planning release, Lyon and the budget.md").write_text("mine", encoding="utf-8")
    d.window.commands.export.trigger()
    dialog = d.window.dialog
    assert isinstance(dialog, QFileDialog)
    dialog.setDirectory(str(tmp_path))
    dialog.fileSelected.emit(str(tmp_path))
    dialog.close()
    qtbot.waitUntil(lambda: d.window.toast.text.startswith("Exported 2 meetings"))
    assert {p.name for p in tmp_path.glob("*.md")} == {
        "Planning release, Lyon and the budget.md",
        "Planning release, Lyon and the budget 2.md",
        "产品周会：进度与发布计划.md",
    }
    assert (tmp_path / "Planning release, Lyon and the budget.md").read_text(encoding="utf-8") == "mine"


def test_escape_comes_back_to_one(filed: tuple[Desk, FakeServices]) -> None:
    d, _ = filed
    click_meeting(d, "m001")
    click_meeting(d, "m003", SHIFT)
    QTest.keyClick(d.window.sidebar.meetings, Qt.Key.Key_Escape)
    assert len(d.window.sidebar.meetings.selected_ids()) == 1


# -- Dragging -------------------------------------------------------------------------------------------------


def drop(target: QWidget, at: QPoint, data: QMimeData) -> bool:
    """Drag over a widget and let go; whether it was taken. Every event on its way there, as from the system."""
    copy, point = Qt.DropAction.CopyAction, QPointF(at)
    enter = QDragEnterEvent(at, copy, data, LEFT, NONE)
    QApplication.sendEvent(target, enter)
    move = QDragMoveEvent(at, copy, data, LEFT, NONE)
    QApplication.sendEvent(target, move)
    if not move.isAccepted():
        return False
    event = QDropEvent(point, copy, data, LEFT, NONE, QEvent.Type.Drop)
    QApplication.sendEvent(target, event)
    return event.isAccepted()


def drag_onto(d: Desk, meeting_ids: Sequence[str], shelf: Shelf) -> bool:
    tree = d.window.sidebar.shelves
    index = d.library.shelves.index_of(shelf)
    tree.scrollTo(index)
    data = DraggedMeetings(meeting_ids, d.organiser.files_to_drag)
    return drop(tree.viewport(), tree.visualRect(index).center(), data)


def test_meetings_are_dragged_onto_folders_tags_and_the_trash(filed: tuple[Desk, FakeServices], qtbot: QtBot) -> None:
    d, services = filed
    assert drag_onto(d, ["m004", "m006"], Shelf("folder", "Clients/Lyon"))
    qtbot.waitUntil(lambda: services.meetings["m006"].folder == "Clients/Lyon")
    assert drag_onto(d, ["m004"], Shelf("tag", "workshop"))
    qtbot.waitUntil(lambda: services.meetings["m004"].tags == ("release", "workshop"))
    assert drag_onto(d, ["m004"], Shelf("favourites"))
    qtbot.waitUntil(lambda: services.meetings["m004"].favourite)
    assert drag_onto(d, ["m004"], TRASH)
    qtbot.waitUntil(lambda: "m004" not in ids(d))
    assert drag_onto(d, ["m004"], Shelf("all"))
    qtbot.waitUntil(lambda: services.meetings["m004"].trashed_at is None)
    assert not drag_onto(d, ["m004"], Shelf("tags"))  # a heading takes nothing


def test_meetings_are_dragged_out_as_files(filed: tuple[Desk, FakeServices]) -> None:
    d, _ = filed
    data = DraggedMeetings(["m001", "m002"], d.organiser.files_to_drag)
    assert data.hasFormat(URIS)
    paths = [Path(u.toLocalFile()) for u in data.urls()]
    assert [p.name for p in paths] == ["Planning release, Lyon and the budget.md", "产品周会：进度与发布计划.md"]
    assert paths[0].read_text(encoding="utf-8").startswith("# Planning")
    folder = paths[0].parent
    assert d.stop()
    assert not folder.exists()


def test_the_head_of_the_page_is_a_handle(
    filed: tuple[Desk, FakeServices], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    d, _ = filed
    dragged: list[tuple[list[str], str]] = []
    monkeypatch.setattr("app.ui.filing.start_drag", lambda _w, which, title, _make: dragged.append((which, title)))
    title = d.window.page.title
    d.window.sidebar.meetings.setFocus()
    QTest.mousePress(title, LEFT, NONE, QPoint(40, 15))
    QTest.mouseMove(title, QPoint(44, 15))
    assert not dragged
    QTest.mouseMove(title, QPoint(90, 60))
    QTest.mouseRelease(title, LEFT, NONE, QPoint(90, 60))
    assert dragged == [(["m001"], "Planning: release, Lyon and the budget")]
    assert not title.hasFocus()
    QTest.mouseClick(title, LEFT, NONE, QPoint(40, 15))
    assert title.hasFocus()  # a click still edits it
    assert len(dragged) == 1
    del qtbot


# -- The palette ----------------------------------------------------------------------------------------------


def open_palette(d: Desk) -> None:
    QTest.keyClick(d.window, Qt.Key.Key_K, CONTROL)
    assert d.window.palette_box.isVisible()
    assert d.window.palette_box.field.hasFocus()


def offered(d: Desk) -> list[str]:
    model = d.window.palette_box.model
    return [model.index(i, 0).data(EntryRole).entry.text for i in range(model.rowCount())]


def test_a_meeting_is_opened_by_a_few_letters(filed: tuple[Desk, FakeServices], qtbot: QtBot) -> None:
    d, _ = filed
    open_palette(d)
    QTest.keyClicks(d.window.palette_box.field, "retro")
    assert offered(d)[0] == "Retrospective"
    QTest.keyClick(d.window.palette_box.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: d.meeting.id == "m007")
    assert not d.window.palette_box.isVisible()


def test_an_action_is_done_by_a_few_letters(filed: tuple[Desk, FakeServices], qtbot: QtBot) -> None:
    d, services = filed
    open_palette(d)
    QTest.keyClicks(d.window.palette_box.field, "remv favour")  # a letter is missing
    assert offered(d) == ["Remove from the favourites"]
    QTest.keyClick(d.window.palette_box.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not services.meetings["m001"].favourite)


def test_the_palette_offers_what_can_be_done_now(filed: tuple[Desk, FakeServices]) -> None:
    d, _ = filed
    d.window.add_place("demo", QWidget(), "Zebra crossings", "activity")
    open_palette(d)
    now = offered(d)
    assert {"New recording", "Zebra crossings", "Move to the trash"} <= set(now)
    assert not {"Pause", "Stop", "Restore from the trash", "Command palette"} & set(now)
    QTest.keyClicks(d.window.palette_box.field, "zebra")
    QTest.keyClick(d.window.palette_box.field, Qt.Key.Key_Return)
    assert d.window.place == "demo"


def test_the_palette_is_walked_and_left_by_keyboard(filed: tuple[Desk, FakeServices]) -> None:
    d, _ = filed
    d.window.sidebar.meetings.setFocus()
    open_palette(d)
    box = d.window.palette_box
    QTest.keyClick(box.field, Qt.Key.Key_Down)
    assert box.list.currentIndex().row() == 1
    QTest.keyClick(box.field, Qt.Key.Key_Up)
    QTest.keyClick(box.field, Qt.Key.Key_Up)
    assert box.list.currentIndex().row() == box.model.rowCount() - 1
    QTest.keyClick(box.field, Qt.Key.Key_Tab)
    assert box.field.hasFocus()
    QTest.keyClicks(box.field, "zzzz")
    assert box.model.rowCount() == 0
    QTest.keyClick(box.field, Qt.Key.Key_Return)
    assert box.isVisible()
    QTest.keyClick(box.field, Qt.Key.Key_Escape)
    assert not box.isVisible()
    assert d.window.sidebar.meetings.hasFocus()


def test_a_folder_and_tags_are_chosen_by_keyboard(filed: tuple[Desk, FakeServices], qtbot: QtBot) -> None:
    d, services = filed
    box = d.window.palette_box
    QTest.keyClick(d.window, Qt.Key.Key_D, CONTROL | SHIFT)
    QTest.keyClicks(box.field, " Clients / Acme/")
    assert offered(d)[-1] == "New folder “Clients/Acme”"
    QTest.keyClick(box.field, Qt.Key.Key_Up)
    QTest.keyClick(box.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: services.meetings["m001"].folder == "Clients/Acme")
    QTest.keyClick(d.window, Qt.Key.Key_T, CONTROL)
    QTest.keyClicks(box.field, "budg")
    QTest.keyClick(box.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: services.meetings["m001"].tags == ("release",))
    QTest.keyClick(d.window, Qt.Key.Key_T, CONTROL)
    QTest.keyClicks(box.field, "very new")
    QTest.keyClick(box.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: services.meetings["m001"].tags == ("release", "very new"))


def test_a_folder_is_renamed_with_all_below_it(filed: tuple[Desk, FakeServices], qtbot: QtBot) -> None:
    d, services = filed
    tree = d.window.sidebar.shelves
    rect = tree.visualRect(d.library.shelves.index_of(Shelf("folder", "Clients")))
    tree.customContextMenuRequested.emit(rect.center())
    menu = d.window.filing.menu
    assert [a.text() for a in menu.actions()] == ["Rename the folder…", "Remove the folder"]
    menu.actions()[0].trigger()
    menu.close()
    box = d.window.palette_box
    QTest.keyClicks(box.field, "Customers")
    QTest.keyClick(box.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: services.meetings["m003"].folder == "Customers/Lyon")
    assert services.meetings["m001"].folder == "Customers/Lyon"


def test_what_is_in_a_removed_folder_moves_up(filed: tuple[Desk, FakeServices], qtbot: QtBot) -> None:
    d, services = filed
    d.organiser.rename_folder("Clients/Lyon", "")
    qtbot.waitUntil(lambda: services.meetings["m003"].folder == "Clients")
    d.organiser.rename_folder("Clients", "")
    qtbot.waitUntil(lambda: services.meetings["m003"].folder == "")
    d.organiser.rename_tag("release", "")
    qtbot.waitUntil(lambda: services.meetings["m001"].tags == ("budget",))
    d.organiser.rename_tag("budget", "money")
    qtbot.waitUntil(lambda: services.meetings["m001"].tags == ("money",))


# -- Commands -------------------------------------------------------------------------------------------------


def test_no_two_commands_share_a_shortcut(filed: tuple[Desk, FakeServices]) -> None:
    d, _ = filed
    for key in ("settings", "models", "jobs", "actions"):
        if key not in {p.key for p in d.window.places}:
            d.window.add_place(key, QWidget(), key.title(), "settings")
    taken: dict[str, str] = {}
    for menu, action in d.window.commands.all():
        for keys in action.shortcuts():
            name = keys.toString(QKeySequence.SequenceFormat.PortableText)
            if name == "F2" and action.shortcutContext() == Qt.ShortcutContext.WidgetShortcut:
                continue  # F2 edits what has the keyboard, and what that is decides
            assert name not in taken, f"{menu}: {action.text()} and {taken[name]}: {name}"
            taken[name] = action.text()
    assert len(taken) > 20


def test_commands_follow_what_is_on_the_screen(filed: tuple[Desk, FakeServices], qtbot: QtBot) -> None:
    d, _ = filed
    c = d.window.commands
    about_a_meeting = (c.favourite, c.move, c.tag, c.trash, c.export, c.copy, c.rename)
    assert all(a.isEnabled() for a in about_a_meeting)
    assert not c.restore.isVisible()
    assert not c.undo.isEnabled()
    d.window.add_place("demo", QWidget(), "Demo", "settings")
    d.window.go_to_place("demo")
    assert not any(a.isEnabled() for a in about_a_meeting)
    d.window.leave_place()
    click_shelf(d, TRASH)
    click_meeting(d, "m008")
    qtbot.waitUntil(lambda: d.meeting.id == "m008" and d.meeting.meeting is not None)
    assert c.restore.isEnabled()
    assert c.delete.isEnabled()
    assert not c.trash.isVisible()
    QTest.mouseClick(d.window.trash_bar.restore_button, LEFT)
    qtbot.waitUntil(lambda: d.library.shelf == Shelf("all") and d.meeting.id == "m008")
    assert not d.window.trash_bar.isVisible()


def test_the_trash_is_emptied_after_a_question(filed: tuple[Desk, FakeServices], qtbot: QtBot) -> None:
    d, services = filed
    click_shelf(d, TRASH)
    QTest.mouseClick(d.window.sidebar.empty_trash, LEFT)
    dialog = d.window.dialog
    assert dialog is not None
    agree = dialog.findChild(QWidget, "agree")
    QTest.mouseClick(agree, LEFT)
    qtbot.waitUntil(lambda: "m008" not in services.meetings)
    qtbot.waitUntil(lambda: d.window.sidebar._nothing.isVisible())
    assert len(services.meetings) == 7


# -- The strip, the tray --------------------------------------------------------------------------------------


def record(d: Desk, qtbot: QtBot) -> None:
    d.window.commands.record.trigger()
    qtbot.waitUntil(lambda: d.window.setup.start_button.isEnabled())
    d.window.setup.start_button.click()
    qtbot.waitUntil(lambda: d.recording.state == "recording")


def test_the_strip_stands_in_for_the_window(filed: tuple[Desk, FakeServices], qtbot: QtBot) -> None:
    d, services = filed
    strip = d.window.strip
    assert not strip.isVisible()
    assert not d.window.commands.strip.isEnabled()
    record(d, qtbot)
    assert not strip.isVisible()
    d.window.commands.strip.trigger()
    qtbot.waitUntil(strip.isVisible)
    assert strip.windowFlags() & Qt.WindowType.WindowStaysOnTopHint
    assert strip.windowHandle().transientParent() is None  # it is not minimised with the window
    qtbot.waitUntil(lambda: len(strip.meters) == 2 and strip.meters[0].part > 0)
    QTest.mouseClick(strip.bookmark_button, LEFT)
    qtbot.waitUntil(lambda: len(d.recording.asides) == 1)
    QTest.mouseClick(strip.pause_button, LEFT)
    width = strip.width()
    qtbot.waitUntil(lambda: d.recording.state == "paused")
    assert strip.pause_button.accessibleName() == "Resume"
    assert strip.state.isVisible()
    assert strip.state.text() == "Paused"
    assert not any(m.isVisible() for m in strip.meters)
    assert strip.width() == width  # nothing moves under the pointer
    assert strip.height() < 60
    QTest.mouseClick(strip.pause_button, LEFT)
    qtbot.waitUntil(lambda: d.recording.state == "recording")
    assert not strip.state.isVisible()
    assert all(m.isVisible() for m in strip.meters)
    strip.close()  # closing it is going back
    qtbot.waitUntil(lambda: not strip.isVisible() and not d.window.isMinimized())
    assert d.recording.state == "recording"
    d.window.commands.strip.trigger()
    qtbot.waitUntil(strip.isVisible)
    QTest.mouseClick(strip.stop_button, LEFT)
    qtbot.waitUntil(lambda: not d.recording.running)
    qtbot.waitUntil(lambda: not strip.isVisible())
    d.window.come_forward()
    del services


def test_the_strip_is_remembered_where_it_was_seen(desk: MakeDesk, qtbot: QtBot) -> None:
    """Not where Qt puts a window that was never on a screen."""
    d = desk(FakeServices(demo.library(long=30)))
    assert d.window.remember().strip is None
    put = desk(FakeServices(demo.library(long=30)), strip=(123, 45))
    put.window.strip.move(0, 0)  # as a window manager that places windows itself
    assert put.window.remember().strip == (123, 45)
    record(put, qtbot)
    put.window.commands.strip.trigger()
    qtbot.waitUntil(put.window.strip.isVisible)
    put.window.strip.move(200, 100)
    assert put.window.remember().strip == (200, 100)


def test_what_ends_while_nobody_looks_is_told(desk: MakeDesk, qtbot: QtBot, tmp_path: Path) -> None:
    services = FakeServices(demo.library(long=30), result=demo.planning())
    d = desk(services)
    told: list[tuple[str, str]] = []
    d.window.tray.told.connect(lambda title, text: told.append((title, text)))
    d.window.isActiveWindow = lambda: False  # type: ignore[method-assign]
    d.library.import_files([tmp_path / "Customer_visit.m4a"])
    qtbot.waitUntil(lambda: bool(told), timeout=10_000)
    assert told == [("The notes are ready", "Customer visit")]
    services.scripts = [fail_with(InputError("It has no sound."), Stage.DECODE)]
    d.library.import_files([tmp_path / "Interview.m4a"])
    qtbot.waitUntil(lambda: len(told) == 2)
    assert told[1] == ("A meeting could not be finished", "Interview")
    d.window.isActiveWindow = lambda: True  # type: ignore[method-assign]
    d.window.tray.tell("Seen", "anyway")
    d.window.tray.follow(shown=False, notifications=False)
    d.window.isActiveWindow = lambda: False  # type: ignore[method-assign]
    d.window.tray.tell("Not", "wanted")
    assert len(told) == 2


def test_a_recording_that_ends_by_itself_is_told(filed: tuple[Desk, FakeServices], qtbot: QtBot) -> None:
    d, services = filed
    services.result = demo.planning()
    told: list[tuple[str, str]] = []
    d.window.tray.told.connect(lambda title, text: told.append((title, text)))
    record(d, qtbot)
    d.window.isActiveWindow = lambda: False  # type: ignore[method-assign]
    services.sound.recorders[-1].end("disk_full", "The disk is full.", "Free some space before you record again.")
    qtbot.waitUntil(lambda: bool(told))
    assert told[0][0] == "The recording has ended"
    assert told[0][1].startswith("The disk is full. Everything up to 0:0")


def test_quitting_from_the_tray_brings_the_question_to_light(filed: tuple[Desk, FakeServices], qtbot: QtBot) -> None:
    d, _ = filed
    record(d, qtbot)
    d.window.showMinimized()
    qtbot.waitUntil(d.window.strip.isVisible)
    d.window.commands.quit.trigger()
    qtbot.waitUntil(lambda: d.window.dialog is not None and not d.window.isMinimized())
    assert d.window.dialog is not None
    stay = d.window.dialog.findChild(QWidget, "stay")
    assert stay is not None
    QTest.mouseClick(stay, LEFT)
    assert d.recording.state == "recording"


@pytest.mark.qt_log_ignore("systemTrayWindowChanged", "This plugin does not support", extend=True)
def test_the_tray_has_the_recording_in_it(
    filed: tuple[Desk, FakeServices], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    d, _ = filed
    tray = d.window.tray
    assert tray.icon is None  # there is no tray here
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", staticmethod(lambda: True))
    tray.follow(shown=True, notifications=True)
    icon = tray.icon
    assert icon is not None
    menu = icon.contextMenu()
    offered = [a.text() for a in menu.actions() if not a.isSeparator()]
    assert offered == [
        "Open Folkmoot",
        "New recording",
        "Go to the recording",
        "Bookmark",
        "Pause",
        "Stop",
        "Quit",
    ]

    def red(icon: QSystemTrayIcon) -> bool:
        image = icon.icon().pixmap(64, 64).toImage()
        dot = image.pixelColor(image.width() - image.width() // 4, image.height() - image.height() // 4)
        return dot.red() > 150 > dot.green() + 40

    assert not red(icon)
    record(d, qtbot)
    assert red(icon)
    assert icon.toolTip().startswith("Folkmoot – Recording 0:")
    next(a for a in menu.actions() if a.text() == "Pause").trigger()
    qtbot.waitUntil(lambda: d.recording.state == "paused")
    assert not red(icon)
    next(a for a in menu.actions() if a.text() == "Stop").trigger()
    qtbot.waitUntil(lambda: not d.recording.running)
    assert icon.toolTip() == "Folkmoot"
    d.window.showMinimized()
    menu.actions()[0].trigger()
    qtbot.waitUntil(lambda: not d.window.isMinimized())
    tray.follow(shown=False, notifications=True)
    assert tray.icon is None


def test_a_screen_reader_hears_the_rows(filed: tuple[Desk, FakeServices]) -> None:
    d, _ = filed
    view = d.window.sidebar.meetings
    told = QAccessible.queryAccessibleInterface(view)
    assert told.text(QAccessible.Text.Name) == "Meetings"
    row = d.library.meetings.index_of("m001").row()
    said = [told.child(i).text(QAccessible.Text.Name) for i in range(told.childCount())]
    assert any(s.startswith("Planning: release, Lyon and the budget, ") and "Favourite" in s for s in said)
    child = told.child(row)
    inside = view.viewport().mapToGlobal(view.visualRect(d.library.meetings.index(row)).center())
    assert child.rect().contains(inside)
    tree = QAccessible.queryAccessibleInterface(d.window.sidebar.shelves)
    heard = [tree.child(i).text(QAccessible.Text.Name) for i in range(tree.childCount())]
    assert "All meetings, 7 meetings" in heard


# -- Ten thousand ---------------------------------------------------------------------------------------------


def many(count: int) -> list[Meeting]:
    now = datetime.now().astimezone()
    return [
        Meeting(f"m{n:05}", f"Meeting number {n}", now - timedelta(hours=7 * n), 2520.0, folder=f"F{n % 9}")
        for n in range(count)
    ]


def test_ten_thousand_meetings_do_not_hold_up_the_window(desk: MakeDesk, qtbot: QtBot) -> None:
    """Each step in the window's thread, the middle of five: this machine may be busy."""
    from time import perf_counter

    services = FakeServices(many(10_000))
    d = desk(services)
    qtbot.waitUntil(lambda: len(ids(d)) == 10_000, timeout=20_000)
    view = d.window.sidebar.meetings

    def middle(step: object) -> float:
        times = []
        for _ in range(5):
            began = perf_counter()
            step()  # type: ignore[operator]
            QApplication.processEvents()
            times.append(perf_counter() - began)
        return sorted(times)[2] * 1000

    rows = [r for r in d.library.meetings.rows if hasattr(r, "id")]
    swap = [rows, rows[1:]]

    def relist() -> None:
        swap.reverse()
        d.library.meetings.set_rows(swap[0])  # type: ignore[arg-type]

    def scroll() -> None:
        bar = view.verticalScrollBar()
        bar.setValue((bar.value() + 40_013) % bar.maximum())

    shelves = [Shelf("folder", "F3"), Shelf("all")]

    def narrow() -> None:
        shelves.reverse()
        d.library.show_shelf(shelves[0])

    ms = {"list and paint": middle(relist), "scroll": middle(scroll), "shelf": middle(narrow)}
    print({k: round(v, 1) for k, v in ms.items()})
    assert ms["list and paint"] < 150
    assert ms["scroll"] < 50
    assert ms["shelf"] < 200
    assert view.content_height > 10_000 * 56
    assert not replace(services.meetings["m00000"]).favourite
