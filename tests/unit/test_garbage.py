"""Objects of Qt's are destroyed by the window's thread, whoever makes garbage."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from app.workers import garbage
from app.workers.storage_lane import StorageLane
from app.workers.tasks import LongTasks, SideLane

pytestmark = pytest.mark.qt


@pytest.fixture
def collector(qapp: object) -> Iterator[garbage.Collector]:
    gc.collect()
    gc.enable()
    made = garbage.Collector()
    yield made
    made.stop()
    gc.disable()  # as the other tests have it


class Watched(QObject):
    """Notes in which threads objects like it went."""

    def __init__(self, went: list[int]) -> None:
        super().__init__()
        weakref.finalize(self, lambda: went.append(threading.get_ident()))


def in_cycles(went: list[int], count: int) -> None:
    for _ in range(count):
        one = Watched(went)
        one.itself = one  # type: ignore[attr-defined]


def make_garbage() -> None:
    for _ in range(garbage.LIMITS[0] * 2):
        knot: list[object] = []
        knot.append(knot)


def test_a_busy_thread_destroys_nothing_of_qts(qtbot: QtBot, collector: garbage.Collector) -> None:
    went: list[int] = []
    in_cycles(went, 5)
    busy = threading.Thread(target=make_garbage)
    busy.start()
    busy.join()
    assert went == [], "not collected by a thread that made garbage"
    qtbot.waitUntil(lambda: len(went) == 5, timeout=5000)
    assert set(went) == {threading.get_ident()}


def test_each_generation_is_collected_when_it_is_due(monkeypatch: pytest.MonkeyPatch) -> None:
    collected: list[int] = []
    monkeypatch.setattr(gc, "collect", collected.append)
    for counts, due in (((10, 3, 3), None), ((11, 0, 0), 0), ((0, 4, 0), 1), ((11, 4, 4), 2)):
        monkeypatch.setattr(gc, "get_count", lambda counts=counts: counts)
        assert garbage.collect_what_is_due((10, 3, 3)) == due
    assert collected == [0, 1, 2]


def test_what_a_task_holds_goes_in_the_windows_thread(qtbot: QtBot) -> None:
    went: list[int] = []
    store: Any = SimpleNamespace(close=lambda: None)
    side, tasks, lane = SideLane("beside"), LongTasks(), StorageLane(lambda: store)
    done: list[object] = []

    def work(one: Watched, *_: object) -> None:
        one.objectName()

    side.ask(partial(work, Watched(went)), done.append)
    lane.ask(partial(work, Watched(went)), done.append)
    tasks.start("long", partial(work, Watched(went)))
    qtbot.waitUntil(lambda: len(done) == 2 and len(went) == 3, timeout=5000)
    assert set(went) == {threading.get_ident()}
    assert side.stop()
    assert tasks.stop()
    lane.stop()
