"""Packing that was cut off is finished behind everything the user wants, and nothing else is touched by it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event as Flag

import pytest
from PySide6.QtCore import QCoreApplication

from app.bootstrap import LocalServices
from app.domain.cancel import CancelFlag, check
from app.domain.errors import HostDied
from app.domain.events import Event, Notice, Progress
from app.domain.meeting import Recording, Stage, StageRecord
from app.domain.ports import Job
from app.services import recordings
from app.services.paths import Paths
from app.services.settings import Settings
from app.viewmodels.library import LibraryViewModel
from app.viewmodels.meeting import MeetingViewModel
from app.viewmodels.recovery import RecoveryViewModel
from tests.qt import demo
from tests.qt.fakes import FakeServices, FakeStore
from tests.unit.viewmodels_support import QueueBench

pytestmark = pytest.mark.qt


class Packer:
    """A script that packs until it is told that it is done, or stopped."""

    def __init__(self, *, notice: str = "") -> None:
        self.packed: list[str] = []
        self.stopped: list[str] = []
        self.begun: list[str] = []
        self.go_on = Flag()
        self.notice = notice

    def __call__(self, job: Job, cancel: CancelFlag) -> Iterator[Event]:
        assert job.until is Stage.DECODE
        self.begun.append(job.meeting.id)
        yield Progress(Stage.MINUTES, 0.0, "Packing the recording", after=True)
        try:
            while not self.go_on.wait(0.005):
                check(cancel)
        except BaseException:
            self.stopped.append(job.meeting.id)
            raise
        if self.notice:
            yield Notice(Stage.MINUTES, self.notice)
        self.packed.append(job.meeting.id)


class Bench(QueueBench):
    def __init__(self, packer: Packer, *states: str) -> None:
        """A meeting for each state of its transcript; all of them recorded here and not packed."""
        self.packer = packer
        made = [
            replace(
                demo.planning(f"m{n:03}", title=f"Meeting {n}"),
                recording=Recording("finished"),
                stages=(
                    StageRecord(Stage.DECODE, "done"),
                    StageRecord(Stage.TRANSCRIBE, state, error="Out of memory." if state == "failed" else ""),  # type: ignore[arg-type]
                ),
            )
            for n, state in enumerate(states, 1)
        ]
        super().__init__(FakeServices(made, result=demo.planning()))
        self.services.to_pack = [m.id for m in made]
        play = self.services.play
        self.services.play = lambda job, cancel: (packer if job.until else play)(job, cancel)  # type: ignore[method-assign]
        self.library = LibraryViewModel(self.given, self.lane, self.queue)
        self.meeting = MeetingViewModel(self.given, self.lane, self.queue)
        self.recovery = RecoveryViewModel(self.given, self.lane, self.queue)

    def open(self, meeting_id: str) -> None:
        self.meeting.open(meeting_id)
        self.wait(lambda: self.meeting.meeting is not None and self.meeting.meeting.id == meeting_id)

    def idle(self) -> bool:
        return not self.engine.running


MakeBench = Callable[..., Bench]


@pytest.fixture
def bench(qapp: QCoreApplication) -> Iterator[MakeBench]:
    made: list[Bench] = []

    def make(packer: Packer, *states: str) -> Bench:
        made.append(Bench(packer, *states))
        return made[-1]

    yield make
    for b in made:
        b.stop()


def test_one_after_another_without_a_word(bench: MakeBench) -> None:
    b = bench(Packer(), "cancelled", "failed")
    before = dict(b.services.meetings)
    b.open("m001")
    banner, facts = b.meeting.banner, b.meeting.subtitle
    b.recovery.pack()
    b.wait(lambda: b.packer.begun == ["m001"])
    assert not b.queue.busy, "the window may be closed"
    assert not b.meeting.processing
    assert b.meeting.banner == banner, "what was stopped is offered as before"
    assert b.meeting.subtitle == f"{facts} · Packing the recording"
    b.packer.go_on.set()
    b.wait(lambda: b.packer.packed == ["m001", "m002"] and b.idle())
    assert b.meeting.subtitle == facts
    assert b.services.meetings == before, "no stage was begun, and none is called stopped or failed"


def test_the_users_job_goes_first_and_packing_is_begun_again(bench: MakeBench) -> None:
    b = bench(Packer(), "done", "cancelled")
    b.recovery.pack()
    b.wait(lambda: b.packer.begun == ["m001"])
    b.services.stop_after = 3
    b.queue.add("m002")
    b.wait(lambda: b.engine.running == "m002" and len(b.queue.jobs[0].segments) == 3)
    assert b.packer.stopped == ["m001"]
    assert b.queue.busy
    b.packer.go_on.set()
    b.services.release.set()
    b.wait(lambda: b.packer.packed == ["m001"] and b.idle())
    assert b.packer.begun == ["m001", "m001"], "its own job packs the other one"
    assert b.services.meetings["m002"].next_stage() is None


def test_a_meeting_that_is_being_packed_can_be_continued(bench: MakeBench) -> None:
    b = bench(Packer(), "cancelled")
    b.recovery.pack()
    b.wait(lambda: b.packer.begun == ["m001"])
    b.open("m001")
    b.meeting.act_on_banner()
    b.wait(lambda: b.idle() and not b.queue.busy)
    assert b.services.meetings["m001"].next_stage() is None
    assert b.packer.begun == ["m001"]


def test_a_meeting_that_is_being_packed_can_be_deleted(bench: MakeBench) -> None:
    b = bench(Packer(), "done", "done")
    b.recovery.pack()
    b.wait(lambda: b.packer.begun == ["m001"])
    b.library.delete("m001")
    b.wait(lambda: "m001" not in b.services.meetings)
    assert b.packer.stopped == ["m001"]
    b.library.delete("m002")
    b.packer.go_on.set()
    b.wait(lambda: not b.services.meetings and b.idle())
    assert b.packer.begun.count("m001") == 1


def test_closing_stops_packing(bench: MakeBench) -> None:
    b = bench(Packer(), "done", "done")
    b.recovery.pack()
    b.wait(lambda: b.packer.begun == ["m001"])
    b.queue.cancel_all()
    b.wait(b.idle)
    assert b.packer.begun == ["m001"]


def test_what_cannot_be_packed_is_said_with_its_meeting_only(bench: MakeBench) -> None:
    b = bench(Packer(notice="The disk is full, so the recording stays as it is."), "done")
    b.services.scripts = [b.packer]
    b.packer.go_on.set()
    b.recovery.pack()
    b.wait(lambda: bool(b.packer.packed) and b.idle())
    assert b.queue.notices("m001") == ("The disk is full, so the recording stays as it is.",)


def test_a_failure_is_nobodys_failure(bench: MakeBench) -> None:
    def dies(job: Job, cancel: CancelFlag) -> Iterator[Event]:
        yield Progress(Stage.MINUTES, 0.0)
        raise HostDied("gone")

    b = bench(Packer(), "done", "cancelled")
    before = dict(b.services.meetings)
    b.services.scripts = [dies, dies]  # it is started again once
    b.packer.go_on.set()
    b.recovery.pack()
    b.wait(lambda: b.packer.packed == ["m002"] and b.idle())
    assert b.services.meetings == before
    assert not b.queue.jobs


def test_who_wants_wav_files_keeps_them(monkeypatch: pytest.MonkeyPatch, folkmoot_home: Path) -> None:
    paths = Paths.default()
    services = LocalServices(paths)
    monkeypatch.setattr(recordings, "unpacked", lambda _store: ["m001"])
    store = FakeStore({}, {})
    assert services.unpacked(store) == ["m001"]
    Settings(keep_as="wav").save(paths.settings)
    assert services.unpacked(store) == []
