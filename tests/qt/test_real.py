"""The window on the real services: the sample meeting through the host process, with the models that come along."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.bootstrap import LocalServices
from app.services.paths import Paths
from app.services.settings import Settings
from tests.qt.conftest import MakeDesk


def test_the_sample_meeting_becomes_notes_in_the_window(qtbot: QtBot, desk: MakeDesk, folkmoot_home: Path) -> None:
    Settings(welcomed=True).save(Paths.default().settings)
    d = desk(LocalServices(Paths.default()))
    qtbot.waitUntil(d.window.empty.isVisible)
    qtbot.mouseClick(d.window.empty.sample_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: d.meeting.transcript.rowCount() > 0, timeout=120_000)
    qtbot.waitUntil(lambda: not d.queue.busy and d.meeting.document is not None, timeout=120_000)
    meeting = d.meeting.meeting
    assert meeting is not None
    assert meeting.minutes is not None
    assert len(meeting.minutes.action_items) >= 5
    assert "Me" in {row.name for row in d.meeting.transcript.rows}
    assert not d.window.page.banner.isVisible()
    assert d.window.page.export_button.isEnabled()
