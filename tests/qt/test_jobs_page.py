"""The page of jobs: real clicks, keys and drops, on real threads."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.domain.errors import InputError
from app.domain.meeting import Meeting, Stage, StageRecord
from app.ui.application import Desk
from app.ui.jobs_page import JobsPage
from app.ui.jobs_rows import MIME, JobCard
from app.viewmodels.formatting import length
from app.viewmodels.jobs_page import MOST_DONE
from tests.qt import demo
from tests.qt.conftest import MakeDesk
from tests.qt.fakes import FakeServices, fail_with, finished

pytestmark = pytest.mark.qt

LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier
ALT = Qt.KeyboardModifier.AltModifier


def busy(tmp_path: Path, count: int = 3) -> tuple[FakeServices, list[Path]]:
    services = FakeServices(result=demo.planning())
    services.stop_after = 5
    files = [tmp_path / f"meeting {n}.wav" for n in range(1, count + 1)]
    for f in files:
        f.touch()
    return services, files


def opened(qtbot: QtBot, d: Desk) -> JobsPage:
    QTest.mouseClick(d.window.sidebar.place_button("jobs"), LEFT)
    qtbot.waitUntil(lambda: d.window.place == "jobs")
    return d.office.jobs_page


def started(qtbot: QtBot, desk: MakeDesk, services: FakeServices, files: list[Path]) -> tuple[Desk, JobsPage]:
    d = desk(services)
    d.library.import_files(files)
    qtbot.waitUntil(lambda: any(len(j.segments) == 5 for j in d.queue.jobs))
    page = opened(qtbot, d)
    qtbot.waitUntil(lambda: all(c.title.full_text().startswith("meeting") for c in page.cards.values()))
    qtbot.waitUntil(lambda: len(page.cards) == len(files))
    return d, page


def click(page: JobsPage, widget: QWidget) -> None:
    page.area.ensureWidgetVisible(widget)
    QTest.qWait(10)
    assert widget.isVisible()
    QTest.mouseClick(widget, LEFT, pos=QPoint(widget.width() // 2, widget.height() // 2))


def order(page: JobsPage) -> list[str]:
    """Titles of what waits, from top to bottom."""
    waiting = [c for c in page.cards.values() if c.row.kind == "waiting"]
    QApplication.processEvents()
    return [c.title.full_text() for c in sorted(waiting, key=lambda c: c.mapTo(page, QPoint(0, 0)).y())]


def card(page: JobsPage, title: str) -> JobCard:
    return next(c for c in page.cards.values() if c.title.full_text() == title)


def test_nothing_to_do_says_so(qtbot: QtBot, desk: MakeDesk) -> None:
    d = desk(FakeServices([demo.planning()]))
    page = opened(qtbot, d)
    assert page.nothing.isVisible()
    assert not page.hold.isVisible()


def test_what_is_done_how_far_and_what_waits(qtbot: QtBot, desk: MakeDesk, tmp_path: Path) -> None:
    services, files = busy(tmp_path)
    d, page = started(qtbot, desk, services, files)
    running = card(page, "meeting 1")
    assert running.row.kind == "running"
    assert running.what.text().startswith("Transcribing · ")
    assert running.line.isVisible()
    assert order(page) == ["meeting 2", "meeting 3"]
    assert not card(page, "meeting 2").up.isEnabled()
    assert not card(page, "meeting 3").down.isEnabled()
    services.stop_after = None
    services.release.set()
    qtbot.waitUntil(lambda: not d.queue.busy)
    qtbot.waitUntil(lambda: [c.row.kind for c in page.cards.values()] == ["done"] * 3)
    assert card(page, "meeting 1").what.text().startswith("Done, in ")
    click(page, card(page, "meeting 2").open_button)
    qtbot.waitUntil(lambda: d.window.place == "" and d.meeting.title == "meeting 2")


def test_the_order_is_changed_by_buttons_keys_and_dragging(qtbot: QtBot, desk: MakeDesk, tmp_path: Path) -> None:
    services, files = busy(tmp_path, 5)
    d, page = started(qtbot, desk, services, files)
    assert order(page) == ["meeting 2", "meeting 3", "meeting 4", "meeting 5"]
    click(page, card(page, "meeting 4").up)
    assert order(page) == ["meeting 2", "meeting 4", "meeting 3", "meeting 5"]
    moved = card(page, "meeting 4")
    moved.down.setFocus()
    QTest.keyClick(moved.down, Qt.Key.Key_Down, ALT)
    assert order(page) == ["meeting 2", "meeting 3", "meeting 4", "meeting 5"]
    dragged, target = card(page, "meeting 5"), card(page, "meeting 2")
    mime = QMimeData()
    mime.setData(MIME, QByteArray(dragged.row.meeting_id.encode()))
    move = Qt.DropAction.MoveAction
    QApplication.sendEvent(target, QDragEnterEvent(QPoint(20, 5), move, mime, LEFT, NONE))
    QApplication.sendEvent(target, QDropEvent(QPointF(20, 5), move, mime, LEFT, NONE))
    assert order(page) == ["meeting 5", "meeting 2", "meeting 3", "meeting 4"]
    assert not d.window.overlay.isVisible()
    assert [d.queue.job(i) is not None for i in d.queue.waiting] == [True] * 4


def test_pausing_stops_and_going_on_loses_nothing(qtbot: QtBot, desk: MakeDesk, tmp_path: Path) -> None:
    services, files = busy(tmp_path, 2)
    d, page = started(qtbot, desk, services, files)
    click(page, page.hold)
    qtbot.waitUntil(lambda: not d.engine.running)
    qtbot.waitUntil(lambda: order(page) == ["meeting 1", "meeting 2"])
    assert page.hold.text() == "Go on"
    assert page.state.text().startswith("Paused.")
    services.stop_after = None
    click(page, page.hold)
    qtbot.waitUntil(lambda: not d.queue.busy)
    qtbot.waitUntil(lambda: {c.row.kind for c in page.cards.values()} == {"done"})
    assert services.jobs[1].meeting.next_stage() == Stage.TRANSCRIBE, "where it was"


def test_what_is_cancelled_is_not_lost(qtbot: QtBot, desk: MakeDesk, tmp_path: Path) -> None:
    services, files = busy(tmp_path, 2)
    d, page = started(qtbot, desk, services, files)
    click(page, card(page, "meeting 2").cancel)
    qtbot.waitUntil(lambda: card(page, "meeting 2").row.kind == "unfinished")
    click(page, card(page, "meeting 1").cancel)
    qtbot.waitUntil(lambda: not d.queue.busy)
    qtbot.waitUntil(lambda: [c.row.kind for c in page.cards.values()] == ["unfinished"] * 2)
    services.stop_after = None
    click(page, card(page, "meeting 2").action)
    qtbot.waitUntil(lambda: "meeting 2" in page.cards[card(page, "meeting 2").row.meeting_id].title.full_text())
    qtbot.waitUntil(lambda: card(page, "meeting 2").row.kind == "done")
    click(page, card(page, "meeting 1").action)
    qtbot.waitUntil(lambda: card(page, "meeting 1").row.kind == "done")


def test_a_failure_says_what_to_do_and_is_tried_again(qtbot: QtBot, desk: MakeDesk, tmp_path: Path) -> None:
    services, files = busy(tmp_path, 1)
    services.stop_after = None
    services.scripts = [fail_with(InputError("“meeting 1.wav” has no sound.", "Choose a file with an audio track."))]
    d = desk(services)
    d.library.import_files(files)
    qtbot.waitUntil(lambda: any(j.state == "failed" for j in d.queue.jobs))
    page = opened(qtbot, d)
    qtbot.waitUntil(lambda: bool(page.cards) and card(page, "meeting 1").row.kind == "failed")
    failed = card(page, "meeting 1")
    assert failed.what.text() == "“meeting 1.wav” has no sound."
    assert failed.to_do.text() == "Choose a file with an audio track."
    assert failed.notices.text() == "12 s of the file could not be decoded."
    click(page, failed.action)
    qtbot.waitUntil(lambda: card(page, "meeting 1").row.kind == "done")


def test_what_another_day_left_is_offered_again(qtbot: QtBot, desk: MakeDesk) -> None:
    done = finished(demo.planning())
    begun = replace(
        done,
        id="m002",
        title="Begun",
        started_at=done.started_at - timedelta(days=1),
        stages=(StageRecord(Stage.DECODE, "done"), StageRecord(Stage.SPEECH, "cancelled")),
        minutes=None,
    )
    new = replace(begun, id="m003", title="New", stages=(), started_at=begun.started_at - timedelta(days=1))
    failed = replace(
        new, id="m004", title="Failed", stages=(StageRecord(Stage.DECODE, "failed", error="The file is gone."),)
    )
    services = FakeServices([done, begun, new, failed], result=demo.planning())
    d = desk(services)
    qtbot.waitUntil(lambda: "2 meetings are not finished yet" in d.window.toast.text)
    assert d.window.toast._glyph._icon_name == "info", "nothing has been done"
    QTest.mouseClick(d.window.toast.action, LEFT)
    assert d.window.place == "jobs"
    page = d.office.jobs_page
    qtbot.waitUntil(lambda: len(page.cards) == 3)
    assert card(page, "Failed").what.text() == "The file is gone."
    assert page.none_today.isVisible(), "nothing was done today"
    assert card(page, "New").what.text() == "Not begun"
    assert card(page, "Begun").what.text() == "Begun, not finished"
    assert not services.jobs, "nothing begins by itself"
    click(page, page.sections["unfinished"].action)
    qtbot.waitUntil(lambda: card(page, "New").row.kind == "done" and card(page, "Begun").row.kind == "done")
    assert [j.meeting.title for j in services.jobs] == ["New", "Begun"], "oldest first"
    assert card(page, "Failed").row.kind == "failed"


def test_what_was_done_today_is_there_after_a_restart(qtbot: QtBot, desk: MakeDesk) -> None:
    now = datetime.now().astimezone()
    midnight = datetime.combine(now.date(), time.min).astimezone()
    done = finished(demo.planning())

    def ended(meeting_id: str, title: str, *ends: datetime) -> Meeting:
        stages = [
            replace(r, started_at=end - timedelta(seconds=30), seconds=30.0)
            for r, end in zip(done.stages, ends, strict=True)
        ]
        return replace(done, id=meeting_id, title=title, stages=tuple(stages))

    n, yesterday, over = len(done.stages), midnight - timedelta(hours=3), midnight + (now - midnight) / 2
    early, late = midnight - timedelta(seconds=1), over + (now - over) / 2
    services = FakeServices(
        [
            ended("m001", "Yesterday's", *[yesterday] * n),
            ended("m002", "Minutes again", *[yesterday] * (n - 1), over),
            ended("m003", "Over midnight", *[early] * 2, *[late] * (n - 2)),
        ]
    )
    page = opened(qtbot, desk(services))
    qtbot.waitUntil(lambda: len(page.cards) == 2)
    shown = sorted(page.cards.values(), key=lambda c: c.y())
    assert [(c.row.title, c.row.kind, c.what.text()) for c in shown] == [
        ("Over midnight", "done", f"Done, in {length(30.0 * (n - 2))}"),
        ("Minutes again", "done", "Done, in 30 s"),
    ]
    assert not page.none_today.isVisible()


def test_a_day_on_which_hundreds_were_done_fills_no_page(qtbot: QtBot, desk: MakeDesk) -> None:
    done = finished(demo.planning())
    now = datetime.now(UTC)
    stages = tuple(replace(r, started_at=now, seconds=30.0) for r in done.stages)
    services = FakeServices([replace(done, id=f"m{i:03}", title=f"No. {i}", stages=stages) for i in range(60)])
    page = opened(qtbot, desk(services))
    qtbot.waitUntil(lambda: len(page.cards) == MOST_DONE)


def test_closing_and_opening_again_offers_what_was_not_finished(qtbot: QtBot, desk: MakeDesk, tmp_path: Path) -> None:
    services, files = busy(tmp_path, 2)
    d, _ = started(qtbot, desk, services, files)
    d.window.close()
    box = d.window.dialog
    assert isinstance(box, QMessageBox)
    stop = box.findChild(QPushButton, "agree")
    assert isinstance(stop, QPushButton)
    QTest.mouseClick(stop, LEFT)
    qtbot.waitUntil(lambda: not d.window.isVisible())
    again = FakeServices(list(services.meetings.values()), result=demo.planning())
    second = desk(again)
    page = opened(qtbot, second)
    qtbot.waitUntil(lambda: [c.row.kind for c in page.cards.values()] == ["unfinished"] * 2)
    click(page, page.sections["unfinished"].action)
    qtbot.waitUntil(lambda: not second.queue.busy and len(again.jobs) == 2)
    assert all(m.next_stage() is None for m in again.meetings.values())


def test_the_keyboard_keeps_its_place_while_rows_move(qtbot: QtBot, desk: MakeDesk, tmp_path: Path) -> None:
    services, files = busy(tmp_path, 4)
    _, page = started(qtbot, desk, services, files)
    down = card(page, "meeting 2").down
    down.setFocus()
    QTest.keyClick(down, Qt.Key.Key_Space)
    assert order(page)[1] == "meeting 2"
    assert QApplication.focusWidget() is down
    QTest.keyClick(down, Qt.Key.Key_Space)
    assert order(page)[2] == "meeting 2"


def test_everything_has_a_name(qtbot: QtBot, desk: MakeDesk, tmp_path: Path) -> None:
    from PySide6.QtWidgets import QAbstractButton

    services, files = busy(tmp_path, 3)
    _, page = started(qtbot, desk, services, files)
    buttons = [b for b in page.findChildren(QAbstractButton) if b.isVisibleTo(page)]
    assert len(buttons) >= 8
    names = [b.accessibleName() or b.text() for b in buttons]
    assert all(names)
    assert len(set(names)) == len(names), "no two buttons have the same name"
