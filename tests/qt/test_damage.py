"""A damaged meeting is said, and everything else works; with a real library."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from app.domain.events import TranscriptResult
from app.domain.meeting import Segment, Stage
from app.ui.application import Desk
from app.viewmodels.shelf import TRASH
from storage.repository import Library
from tests.qt.conftest import MakeDesk
from tests.qt.fakes import FakeServices

pytestmark = pytest.mark.qt
NOW = datetime.now().astimezone().replace(microsecond=0)


class RealLibrary(FakeServices):
    """The library on the disk, everything else played."""

    def __init__(self, root: Path) -> None:
        super().__init__()
        self.root = root

    def open_store(self) -> Library:  # type: ignore[override]
        return Library(self.root)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    with Library(tmp_path) as library:
        for n, title in enumerate(("Newest", "Middle", "Oldest")):
            made = library.create(title, NOW - timedelta(days=n), language=None, glossary=(), sources={})
            words = TranscriptResult((Segment(1, "file", 0.0, 1.0, f"Words of {title}."),), "English")
            library.stage_started(made.id, Stage.TRANSCRIBE, "test", {})
            library.stage_done(made.id, Stage.TRANSCRIBE, words, "test", {}, 1.0)
    return tmp_path


def damage(root: Path, title: str, column: str, value: str) -> None:
    with sqlite3.connect(root / "library.db") as db:
        db.execute(f"UPDATE meetings SET {column} = ? WHERE title = ?", [value, title])
    db.close()


def titles(desk: Desk) -> list[str]:
    model = desk.library.meetings
    return [model.title_of(i) for i in model.ids()]


def choose(d: Desk, title: str) -> str:
    """With the mouse, in the list."""
    view, model = d.window.sidebar.meetings, d.library.meetings
    wanted = next(i for i in model.ids() if model.title_of(i) == title)
    at = view.visualRect(model.index_of(wanted)).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    return wanted


def at_newest(desk: MakeDesk, qtbot: QtBot, root: Path) -> Desk:
    """A row without its time stands where it was made: first of all, and open."""
    d = desk(RealLibrary(root))
    qtbot.waitUntil(lambda: len(titles(d)) == 3)
    choose(d, "Newest")
    qtbot.waitUntil(lambda: d.meeting.title == "Newest" and d.window.page.isVisible())
    return d


def test_a_damaged_row_hides_no_other_and_is_said_when_opened(desk: MakeDesk, qtbot: QtBot, root: Path) -> None:
    damage(root, "Middle", "started_at", "not a time")
    d = at_newest(desk, qtbot, root)
    assert sorted(titles(d)) == ["Middle", "Newest", "Oldest"]
    choose(d, "Middle")
    qtbot.waitUntil(lambda: d.window.centre.currentWidget() is d.window.damaged)
    page = d.window.damaged
    assert "“Middle” is damaged" in page.title.text()
    assert page.folder_button.isVisible()
    assert "damaged" not in d.window.toast.text, d.window.toast.text
    choose(d, "Oldest")
    qtbot.waitUntil(lambda: d.meeting.title == "Oldest" and d.window.centre.currentWidget() is d.window.page)


def test_a_damaged_meeting_is_thrown_away_and_comes_back(desk: MakeDesk, qtbot: QtBot, root: Path) -> None:
    damage(root, "Middle", "started_at", "not a time")
    d = at_newest(desk, qtbot, root)
    choose(d, "Middle")
    page = d.window.damaged
    qtbot.waitUntil(page.isVisible)
    c = d.window.commands
    assert [a.isEnabled() for a in (c.trash, c.rename, c.move, c.tag, c.favourite, c.export)] == [True, *[False] * 5]
    QTest.keyClick(d.window.sidebar.meetings, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: sorted(titles(d)) == ["Newest", "Oldest"])
    assert "“Middle” is in the trash" in d.window.toast.text
    qtbot.waitUntil(lambda: d.window.centre.currentWidget() is d.window.page)
    assert c.undo.text() == "Undo: move to the trash"
    d.window.toast.action.click()
    qtbot.waitUntil(lambda: page.isVisible() and "Middle" in titles(d))
    c.redo.trigger()
    qtbot.waitUntil(lambda: "Middle" not in titles(d))
    d.library.show_shelf(TRASH)
    qtbot.waitUntil(lambda: titles(d) == ["Middle"])
    choose(d, "Middle")
    qtbot.waitUntil(lambda: page.isVisible() and d.window.trash_bar.isVisible())
    assert not page.trash_button.isVisible(), "it is there already"
    d.window.trash_bar.restore_button.click()
    qtbot.waitUntil(lambda: not d.window.trash_bar.isVisible() and page.trash_button.isVisible())
    page.trash_button.click()
    qtbot.waitUntil(lambda: "Middle" not in titles(d))
    d.library.show_shelf(TRASH)
    d.organiser.delete_for_good([i for i in d.library.meetings.ids() if d.library.meetings.title_of(i) == "Middle"])
    qtbot.waitUntil(lambda: not titles(d))


def test_a_meeting_that_was_mended_opens_again(desk: MakeDesk, qtbot: QtBot, root: Path) -> None:
    damage(root, "Middle", "started_at", "not a time")
    for folder in (root / "meetings").iterdir():
        shutil.rmtree(folder)
    d = at_newest(desk, qtbot, root)
    choose(d, "Middle")
    page = d.window.damaged
    qtbot.waitUntil(page.isVisible)
    assert not page.folder_button.isVisible(), "there is none"
    QTest.mouseClick(page.retry_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not d.lane.busy)
    assert page.isVisible()
    damage(root, "Middle", "started_at", NOW.isoformat())
    QTest.mouseClick(page.retry_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: d.meeting.transcript.rowCount() == 1 and d.window.page.isVisible())


def test_several_with_a_damaged_one_among_them(desk: MakeDesk, qtbot: QtBot, root: Path) -> None:
    damage(root, "Middle", "started_at", "not a time")
    d = desk(RealLibrary(root))
    qtbot.waitUntil(lambda: len(titles(d)) == 3)
    d.organiser.trash(d.library.meetings.ids())
    qtbot.waitUntil(lambda: not titles(d))
    d.history.undo()
    qtbot.waitUntil(lambda: sorted(titles(d)) == ["Middle", "Newest", "Oldest"])
    assert not d.history.can_undo


def test_a_meeting_without_its_folder_is_there_and_can_be_read(desk: MakeDesk, qtbot: QtBot, root: Path) -> None:
    for folder in (root / "meetings").iterdir():
        shutil.rmtree(folder)
    d = desk(RealLibrary(root))
    qtbot.waitUntil(lambda: d.meeting.title == "Newest")
    assert len(titles(d)) == 3
    assert d.meeting.transcript.rowCount() == 1


def test_closing_waits_for_changes_and_says_so(desk: MakeDesk, qtbot: QtBot, root: Path) -> None:
    d = desk(RealLibrary(root))
    qtbot.waitUntil(lambda: d.meeting.title == "Newest")
    release = threading.Event()
    d.lane.ask(lambda _store: release.wait(20))  # the disk is slow
    d.library.rename(d.meeting.id, "Renamed at the last moment")
    closed: list[bool] = []
    d.window.ready_to_close.connect(lambda: closed.append(True))
    assert not d.window.close()
    qtbot.waitUntil(lambda: d.window.dialog is not None)
    dialog = d.window.dialog
    assert isinstance(dialog, QMessageBox)
    assert "Saving your changes" in dialog.text()
    assert not closed
    release.set()
    qtbot.waitUntil(lambda: bool(closed))
    assert not d.window.isVisible()
    assert d.stop()
    with Library(root) as library:
        assert "Renamed at the last moment" in [m.title for m in library.list()]
