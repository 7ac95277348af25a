"""The ring: what is put comes out in order, nothing waits, and what does not fit is counted where it was."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from app.audio.ring import Block, Lost, Ring
from app.domain.recording import SourceEvent


def ramp(start: int, n: int) -> np.ndarray:
    return np.arange(start, start + n, dtype=np.float32)


def sound(items: list) -> np.ndarray:
    return np.concatenate([i.samples for i in items if isinstance(i, Block)])


def test_blocks_events_and_losses_come_out_in_order() -> None:
    ring = Ring(1.0)
    event = SourceEvent("moved", 2.0, "Headset")
    ring.put(ramp(0, 480), 1.0)
    ring.event(event)
    ring.put(ramp(480, 960), 2.5, live=False)
    ring.lost(77)
    ring.put(ramp(0, 0), 3.0)
    a, b, c, d = ring.drain()
    assert isinstance(a, Block)
    assert isinstance(c, Block)
    assert (len(a.samples), a.at, a.live) == (480, 1.0, True)
    assert b is event
    assert (len(c.samples), c.at, c.live) == (960, 2.5, False)
    assert d == Lost(77, overflow=False)
    np.testing.assert_array_equal(sound([a, c]), ramp(0, 1_440))
    assert ring.drain() == []


def test_what_was_drained_is_not_written_over() -> None:
    ring = Ring(0.01)  # 480 frames
    ring.put(ramp(0, 400), 0.0)
    (first,) = ring.drain()
    ring.put(ramp(1_000, 400), 0.0)  # around the end of the buffer
    (second,) = ring.drain()
    assert isinstance(first, Block)
    assert isinstance(second, Block)
    np.testing.assert_array_equal(first.samples, ramp(0, 400))
    np.testing.assert_array_equal(second.samples, ramp(1_000, 400))


def test_sound_is_copied_before_put_returns() -> None:
    ring = Ring(1.0)
    x = ramp(1, 100)
    ring.put(x, 0.0)
    x[:] = 0
    np.testing.assert_array_equal(sound(ring.drain()), ramp(1, 100))


def test_overflow_stands_where_the_sound_was() -> None:
    ring = Ring(0.1)  # 4800 frames
    ring.put(ramp(0, 4_000), 0.0)
    ring.put(ramp(0, 1_000), 0.0)
    ring.put(ramp(0, 500), 0.0)  # fits again
    items = ring.drain()
    assert items[1] == Lost(1_000, overflow=True)
    assert len(sound(items)) == 4_500
    ring.put(ramp(0, 4_800), 1.0)
    ring.put(ramp(0, 1), 1.0)
    assert ring.drain()[1:] == [Lost(1, overflow=True)]
    ring.put(ramp(0, 9_999), 1.0)
    ring.put(ramp(0, 10), 1.0)
    assert ring.drain()[0] == Lost(9_999, overflow=True)


def test_memory_is_bounded_by_number_too() -> None:
    ring = Ring(1.0)
    for _ in range(30_000):
        ring.put(ramp(0, 1), 0.0)
    items = ring.drain()
    assert isinstance(items[-1], Lost)
    assert len(sound(items)) + items[-1].frames == 30_000


def test_nothing_but_numbers_reaches_the_file() -> None:
    ring = Ring(1.0)
    ring.put(np.array([0.5, np.nan, np.inf, -np.inf, -0.5], np.float32), 0.0)
    assert sound(ring.drain()).tolist() == [0.5, 0.0, 0.0, 0.0, -0.5]


@pytest.mark.parametrize("seed", range(3))
def test_two_threads_lose_and_mix_nothing(seed: int) -> None:
    ring = Ring(2.0)
    rng = np.random.default_rng(seed)
    sizes = rng.integers(1, 2_000, 600)
    total = int(sizes.sum())
    taken: list = []

    def produce() -> None:
        at = 0
        for n in sizes.tolist():
            ring.put(ramp(at, n), 0.0)
            at += n

    producer = threading.Thread(target=produce)
    producer.start()
    while producer.is_alive():
        taken += ring.drain()
    taken += ring.drain()
    at = 0
    for item in taken:
        if isinstance(item, Lost):
            at += item.frames
        else:
            np.testing.assert_array_equal(item.samples, ramp(at, len(item.samples)))
            at += len(item.samples)
    assert at == total
