"""Undo and redo of everything a user changes, over a real storage lane."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from app.domain.edits import Change, name_speaker, reassign
from app.domain.errors import StorageError
from app.domain.meeting import Meeting, Minutes
from app.viewmodels.history import STEPS_KEPT, History
from app.viewmodels.problems import Problem
from app.workers.storage_lane import StorageLane
from tests.qt import demo
from tests.qt.fakes import FakeServices, FakeStore

pytestmark = pytest.mark.qt


class Bench:
    def __init__(self, qtbot: QtBot, lane: StorageLane, services: FakeServices) -> None:
        self.qtbot = qtbot
        self.services = services
        self.history = History(lane)
        self.problems: list[Problem] = []
        self.applied: list[str] = []
        self.stored: list[Meeting] = []
        self.history.problem.connect(self.problems.append)
        self.history.applied.connect(self.applied.append)
        self.history.stored.connect(self.stored.append)

    def settle(self) -> None:
        self.qtbot.waitUntil(lambda: not self.history._in_flight and not self.history._pressed)

    def title(self, title: str, meeting_id: str = "m001") -> None:
        self.history.do(meeting_id, lambda _: Change(title=title), f"rename to {title}")

    def meeting(self, meeting_id: str = "m001") -> Meeting:
        return self.services.meetings[meeting_id]

    def undo(self) -> None:
        self.history.undo()
        self.settle()

    def redo(self) -> None:
        self.history.redo()
        self.settle()


@pytest.fixture
def bench(qtbot: QtBot) -> Iterator[Bench]:
    services = FakeServices([demo.planning("m001", title="One"), demo.planning("m002", title="Two")])
    lane = StorageLane(services.open_store)  # type: ignore[arg-type]
    yield Bench(qtbot, lane, services)
    lane.stop()


def test_a_change_is_stored_undone_and_redone(bench: Bench) -> None:
    before = bench.meeting()
    bench.history.do("m001", lambda m: name_speaker(m, "s1", "Ann"), "rename the speaker")
    bench.settle()
    assert bench.meeting().speaker_name("s1") == "Ann"
    assert (bench.history.undo_label, bench.history.can_redo) == ("rename the speaker", False)
    assert bench.applied == ["m001"]
    assert bench.stored == [bench.meeting()], "the meeting comes with the word that it changed"
    bench.undo()
    assert bench.meeting() == before
    assert (bench.history.can_undo, bench.history.redo_label) == (False, "rename the speaker")
    bench.redo()
    assert bench.meeting().speaker_name("s1") == "Ann"
    bench.undo()
    assert bench.meeting() == before
    assert not bench.problems


def test_steps_come_back_in_order_across_meetings(bench: Bench) -> None:
    bench.title("a")
    bench.title("b", "m002")
    bench.title("c")
    bench.settle()
    for expected in (("a", "b"), ("a", "Two"), ("One", "Two")):
        bench.undo()
        assert (bench.meeting().title, bench.meeting("m002").title) == expected
    bench.undo()  # nothing left: nothing happens
    for _ in range(3):
        bench.redo()
    assert (bench.meeting().title, bench.meeting("m002").title) == ("c", "b")
    bench.undo()
    bench.title("d")
    bench.settle()
    assert not bench.history.can_redo, "a new change closes the way forward"


def test_undo_pressed_while_a_change_is_under_way_undoes_that_change(bench: Bench) -> None:
    bench.title("a")
    bench.settle()
    bench.title("b")
    bench.history.undo()
    bench.history.undo()
    bench.settle()
    assert bench.meeting().title == "One"
    bench.history.redo()
    bench.history.redo()
    bench.settle()
    assert bench.meeting().title == "b"


def test_what_changes_nothing_is_no_step(bench: Bench) -> None:
    bench.history.do("m001", lambda _: None, "nothing")
    bench.title("One")
    bench.settle()
    assert not bench.history.can_undo
    assert not bench.applied


def test_what_a_job_replaced_is_not_overwritten(bench: Bench) -> None:
    bench.history.do("m001", lambda m: Change(segments=(replace(m.segments[0], text="Mine."),)), "edit the text")
    bench.title("b")
    bench.settle()
    heard_again = tuple(replace(s, text=s.text.upper()) for s in bench.meeting().segments)
    bench.services.meetings["m001"] = replace(bench.meeting(), segments=heard_again)
    bench.undo()
    assert bench.meeting().title == "One", "the title is nobody else's"
    bench.undo()
    assert bench.meeting().segments == heard_again
    assert len(bench.problems) == 1
    assert "replaced" in bench.problems[0].to_do
    assert not bench.history.can_undo, "what cannot be undone is not offered again"
    assert bench.history.redo_label == "rename to b"


def test_a_job_that_replaced_something_else_does_not_stand_in_the_way(bench: Bench) -> None:
    bench.history.do("m001", lambda m: reassign(m, (1,), "s1"), "reassign")
    bench.settle()
    bench.services.meetings["m001"] = replace(bench.meeting(), minutes=Minutes("New."))
    bench.undo()
    assert bench.meeting().segments[0].speaker == "me"
    assert bench.meeting().minutes == Minutes("New.")
    assert not bench.problems


def test_a_meeting_that_is_gone_does_not_block_the_others(bench: Bench) -> None:
    bench.title("a", "m002")
    bench.title("a")
    bench.settle()
    del bench.services.meetings["m001"]
    bench.undo()
    assert len(bench.problems) == 1
    bench.undo()
    assert bench.meeting("m002").title == "Two"
    assert len(bench.problems) == 1


def test_a_full_disk_leaves_the_way_back_open(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.title("a")
    bench.settle()
    real: Callable[..., Change] = FakeStore.change

    def full(*_: object) -> Change:
        raise StorageError("The disk is full.", "Make room.")

    monkeypatch.setattr(FakeStore, "change", full)
    bench.undo()
    assert bench.problems == [Problem("The disk is full.", "Make room.")]
    assert bench.meeting().title == "a"
    monkeypatch.setattr(FakeStore, "change", real)
    bench.undo()
    assert bench.meeting().title == "One"


def test_a_change_that_cannot_be_made_is_said_and_no_step(bench: Bench) -> None:
    def broken(_: Meeting) -> Change:
        raise StorageError("The disk is full.")

    bench.history.do("m001", broken, "edit")
    bench.settle()
    assert bench.problems == [Problem("The disk is full.")]
    assert not bench.history.can_undo


def test_several_meetings_are_one_step(bench: Bench) -> None:
    bench.history.do_all(("m001", "m002", "gone"), lambda _: Change(folder="Clients"), "move")
    bench.settle()
    assert {m.folder for m in bench.services.meetings.values()} == {"Clients"}
    assert len(bench.problems) == 1, "the one that is gone is said"
    bench.undo()
    assert {m.folder for m in bench.services.meetings.values()} == {""}
    bench.redo()
    assert {m.folder for m in bench.services.meetings.values()} == {"Clients"}


def test_the_trash_and_back(bench: Bench) -> None:
    bench.history.do("m001", lambda _: Change(trashed=True), "move to the trash")
    bench.settle()
    when = bench.meeting().trashed_at
    assert when is not None
    bench.undo()
    assert bench.meeting().trashed_at is None
    bench.redo()
    assert bench.meeting().trashed_at == when


def test_a_meeting_deleted_for_good_takes_its_steps_along(bench: Bench) -> None:
    bench.title("a", "m002")
    bench.history.do_all(("m001", "m002"), lambda _: Change(favourite=True), "favourite")
    bench.settle()
    bench.history.forget("m002")
    bench.undo()
    assert not bench.meeting().favourite
    assert bench.meeting("m002").favourite
    assert not bench.history.can_undo


def test_the_oldest_steps_are_given_up(bench: Bench) -> None:
    for n in range(STEPS_KEPT + 5):
        bench.title(str(n))
    bench.settle()
    for _ in range(STEPS_KEPT + 5):
        bench.history.undo()
    bench.settle()
    assert bench.meeting().title == "4"
