"""The queue held, released and reordered, on the real threads."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication

from app.domain.errors import ModelError
from app.domain.events import Event
from app.domain.meeting import Stage
from app.viewmodels.library import LibraryViewModel
from app.viewmodels.problems import in_words
from tests.qt import demo
from tests.qt.fakes import FakeServices, finished
from tests.unit.viewmodels_support import QueueBench

pytestmark = pytest.mark.qt


class Bench(QueueBench):
    def __init__(self) -> None:
        super().__init__(FakeServices(result=demo.planning()))
        self.services.stop_after = 3
        self.library = LibraryViewModel(self.given, self.lane, self.queue)
        self.over: list[str] = []
        self.queue.ended.connect(self.over.append)

    def begin(self, count: int, folder: Path) -> None:
        files = [folder / f"{n}.wav" for n in range(count)]
        for f in files:
            f.touch()
        self.library.import_files(files)
        self.wait(lambda: len(self.queue.jobs) == count and len(self.queue.jobs[0].segments) == 3)

    def states(self) -> dict[str, str]:
        return {j.meeting_id: j.state for j in self.queue.jobs}


@pytest.fixture
def bench(qapp: QCoreApplication) -> Iterator[Bench]:
    b = Bench()
    yield b
    b.stop()


def test_what_was_to_be_done_again_is_not_forgotten_by_a_failure(bench: Bench) -> None:
    """A model may not fit before anything is begun: then all is stored as it was before."""
    bench.services.meetings["m001"] = finished(demo.planning())

    def refuses(job: object, cancel: object) -> Iterator[Event]:
        raise ModelError("There is no memory left for the model.", "")
        yield

    bench.services.scripts = [refuses]
    bench.services.stop_after = None
    bench.queue.add("m001", frozenset({Stage.MINUTES}))
    bench.wait(lambda: bench.states() == {"m001": "failed"} and not bench.engine.running)
    bench.queue.retry("m001")
    bench.wait(lambda: not bench.queue.busy)
    assert [j.again for j in bench.services.jobs] == [{Stage.MINUTES}] * 2
    assert bench.over == ["m001"] * 2


def test_holding_stops_what_runs_and_puts_it_first(bench: Bench, tmp_path: Path) -> None:
    bench.begin(2, tmp_path)
    bench.queue.hold("user")
    bench.wait(lambda: not bench.engine.running)
    assert bench.queue.waiting == ("m001", "m002")
    assert bench.states() == {"m001": "waiting", "m002": "waiting"}
    assert bench.over == [], "it is not over: it waits"
    bench.services.stop_after = None
    bench.queue.release("user")
    bench.wait(lambda: not bench.queue.busy)
    assert bench.over == ["m001", "m002"]
    assert all(m.next_stage() is None for m in bench.services.meetings.values())
    first_stages = [j.meeting.next_stage() for j in bench.services.jobs]
    assert first_stages == [Stage.DECODE, Stage.TRANSCRIBE, Stage.DECODE], "it goes on where it was"


def test_two_reasons_to_hold_are_both_to_be_gone(bench: Bench, tmp_path: Path) -> None:
    bench.queue.hold("live")
    bench.queue.hold("user")
    (tmp_path / "a.wav").touch()
    bench.library.import_files([tmp_path / "a.wav"])
    bench.wait(lambda: bench.queue.waiting == ("m001",))
    bench.queue.release("live")
    assert not bench.engine.running
    assert bench.queue.holds == {"user"}
    bench.services.stop_after = None
    bench.queue.release("user")
    bench.wait(lambda: bench.over == ["m001"])


def test_what_is_cancelled_while_it_is_put_back_does_not_come_again(bench: Bench, tmp_path: Path) -> None:
    bench.begin(1, tmp_path)
    bench.queue.hold("user")
    bench.queue.cancel("m001")
    bench.wait(lambda: bench.over == ["m001"])
    assert not bench.queue.jobs
    bench.queue.release("user")
    assert not bench.queue.busy


def test_a_stage_to_be_done_again_is_not_done_twice(bench: Bench, tmp_path: Path) -> None:
    """Held in the second of two stages that were wanted anew, only the second is left to do."""
    bench.services.stop_after = None
    (tmp_path / "a.wav").touch()
    bench.library.import_files([tmp_path / "a.wav"])
    bench.wait(lambda: bench.over == ["m001"])
    bench.services.stop_after = 3
    bench.queue.add("m001", frozenset({Stage.SPEECH, Stage.TRANSCRIBE}))
    bench.wait(lambda: bool(bench.queue.jobs) and len(bench.queue.jobs[0].segments) == 3)
    bench.queue.hold("user")
    bench.wait(lambda: bench.queue.waiting == ("m001",))
    assert bench.queue.jobs[0].again == {Stage.TRANSCRIBE}


def test_the_order_can_be_changed(bench: Bench, tmp_path: Path) -> None:
    bench.begin(4, tmp_path)
    changes: list[int] = []
    bench.queue.order_changed.connect(lambda: changes.append(1))
    assert bench.queue.waiting == ("m002", "m003", "m004")
    bench.queue.move("m004", 0)
    assert bench.queue.waiting == ("m004", "m002", "m003")
    bench.queue.move("m004", 9)
    assert bench.queue.waiting == ("m002", "m003", "m004")
    bench.queue.move("m004", 2)  # where it is
    bench.queue.move("m001", 0)  # it runs
    assert len(changes) == 2
    bench.services.stop_after = None
    bench.services.release.set()
    bench.wait(lambda: not bench.queue.busy)
    assert bench.over == ["m001", "m002", "m003", "m004"]


def test_packing_gives_way_to_a_hold_and_comes_back(bench: Bench, tmp_path: Path) -> None:
    bench.services.stop_after = None
    (tmp_path / "a.wav").touch()
    bench.library.import_files([tmp_path / "a.wav"])
    bench.wait(lambda: bench.over == ["m001"])
    bench.queue.hold("live")
    bench.queue.pack(["m001"])
    assert not bench.queue.packing("m001")
    bench.queue.release("live")
    bench.wait(lambda: bench.over == ["m001", "m001"])


@pytest.mark.parametrize(
    ("to_do", "place"),
    [
        ("Get it (about 1.6 GB) with: folkmoot models get qwen3-asr-0.6b.", "under Models"),
        (
            "Choose a mirror (--hub ADDRESS, or HF_ENDPOINT) or bring it: folkmoot models import FOLDER",
            "under Advanced",
        ),
        ("Entered are: none yet. Add one with: folkmoot servers add gpu URL", "other computers"),
        ("Free some space.", "Free some space."),
    ],
)
def test_what_to_do_is_said_for_the_window(to_do: str, place: str) -> None:
    assert place in in_words(ModelError("It is not here.", to_do)).to_do
