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


def titles(desk: object) -> list[str]:
    model = desk.library.meetings  # type: ignore[attr-defined]
    return [model.title_of(i) for i in model.ids()]


def test_a_damaged_row_hides_no_other_and_is_said_when_opened(desk: MakeDesk, qtbot: QtBot, root: Path) -> None:
    damage(root, "Middle", "started_at", "not a time")
    d = desk(RealLibrary(root))
    qtbot.waitUntil(lambda: sorted(titles(d)) == ["Middle", "Newest", "Oldest"])
    qtbot.waitUntil(lambda: d.meeting.title == "Newest")
    view = d.window.sidebar.meetings
    wanted = next(i for i in d.library.meetings.ids() if d.library.meetings.title_of(i) == "Middle")
    at = view.visualRect(d.library.meetings.index_of(wanted)).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    qtbot.waitUntil(lambda: "“Middle” is damaged" in d.window.toast.text)
    assert d.window.centre.currentWidget() is d.window.nothing
    oldest = next(i for i in d.library.meetings.ids() if d.library.meetings.title_of(i) == "Oldest")
    at = view.visualRect(d.library.meetings.index_of(oldest)).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    qtbot.waitUntil(lambda: d.meeting.title == "Oldest")
    d.organiser.trash([wanted])  # what is damaged is said, not lost
    qtbot.waitUntil(lambda: "damaged" in d.window.toast.text)


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
