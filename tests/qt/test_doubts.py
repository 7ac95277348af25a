"""Words that are missing or may not be right, as the window shows them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from app.domain.meeting import SpeechRegion
from tests.qt import demo
from tests.qt.conftest import MakeDesk
from tests.qt.fakes import FakeServices

pytestmark = pytest.mark.qt


@pytest.mark.qt_log_ignore("does not support raise")  # the offscreen platform, of the tool tip
def test_dots_under_doubtful_words_say_why(qtbot: QtBot, desk: MakeDesk) -> None:
    d = desk(FakeServices([demo.doubtful()]))
    view = d.window.page.transcript
    qtbot.waitUntil(lambda: view.isVisible() and view.model().rowCount() > 0)

    def words(segment_id: int) -> QPoint:
        """In the middle of a segment's first line."""
        row = d.meeting.transcript.row_of(segment_id)
        left, _ = view._column()
        top, _ = view._span_in_viewport(row, segment_id)
        return QPoint(left + 140, top + 8)

    assert view.doubt_at(words(3)) == "The text broke off, so words may be missing"
    assert view.doubt_at(words(4)) == ""
    assert view.doubt_at(words(3) - QPoint(100, 0)) == "", "the gutter holds no words"
    for segment_id, shown in ((3, "The text broke off, so words may be missing"), (4, "")):
        at = words(segment_id)
        tip = QHelpEvent(QHelpEvent.Type.ToolTip, at, view.viewport().mapToGlobal(at))
        QApplication.sendEvent(view.viewport(), tip)
        qtbot.waitUntil(lambda shown=shown: QToolTip.text() == shown)  # type: ignore[misc]

    dotted = view.viewport().grab().toImage()
    d.meeting.transcript.set_transcript(
        [replace(s, guards=()) for s in demo.doubtful().segments],
        demo.doubtful().speakers,
        d.meeting._asides,
        same=True,
    )
    assert view.viewport().grab().toImage() != dotted


def test_speech_without_any_words_is_no_silence(qtbot: QtBot, desk: MakeDesk) -> None:
    heard = replace(demo.planning(), segments=(), regions=(SpeechRegion("file", 3.0, 40.0),))
    d = desk(FakeServices([heard]))
    qtbot.waitUntil(d.window.page.note.isVisible)
    assert d.window.page.note.text() == "Somebody speaks in this recording, but nothing could be written down."
    quiet = desk(FakeServices([replace(heard, regions=())]))
    qtbot.waitUntil(quiet.window.page.note.isVisible)
    assert quiet.window.page.note.text() == "Nobody speaks in this recording."
