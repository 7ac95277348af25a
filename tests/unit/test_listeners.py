"""Listeners: in order, on the right times, without holes; and who is too slow is dropped and never waited for."""

from __future__ import annotations

import itertools
import threading
import time

import numpy as np
import pytest
import soxr

from app.audio.listeners import Hub, Listener, LiveBlock

RATE = 16_000


def tone(seconds: float, hz: float = 440.0, rate: int = 48_000, start_s: float = 0.0) -> np.ndarray:
    t = start_s + np.arange(round(seconds * rate)) / rate
    return (0.5 * np.sin(2 * np.pi * hz * t)).astype(np.float32)


def read_all(listener: Listener) -> list[LiveBlock]:
    found = []
    while (block := listener.read(0.0)) is not None:
        found.append(block)
    return found


def joined(blocks: list[LiveBlock]) -> np.ndarray:
    return np.concatenate([b.samples for b in blocks])


def assert_without_holes(blocks: list[LiveBlock]) -> None:
    for a, b in itertools.pairwise(blocks):
        assert b.start_s == pytest.approx(a.end_s, abs=1e-4)


def feed(hub: Hub, track: str, x: np.ndarray, at_s: float, size: int = 2_400) -> None:
    for i in range(0, len(x), size):
        hub.sound(track, x[i : i + size], at_s + i / 48_000)


def test_sound_arrives_resampled_and_on_its_times() -> None:
    hub = Hub()
    listener = hub.listen(10.0, False)
    x = tone(3.0, start_s=5.0)
    feed(hub, "mic", x, 5.0)
    hub.end()
    blocks = read_all(listener)
    assert blocks[0].start_s == pytest.approx(5.0, abs=1e-4)
    assert_without_holes(blocks)
    y = joined(blocks)
    assert len(y) == 3 * RATE
    np.testing.assert_allclose(y, soxr.resample(x, 48_000, RATE), atol=1e-3)
    middle = slice(RATE, 2 * RATE)
    np.testing.assert_allclose(y[middle], tone(3.0, rate=RATE, start_s=5.0)[middle], atol=2e-3)
    assert listener.ended
    assert not listener.dropped


def test_gaps_are_silence_of_the_right_length() -> None:
    hub = Hub()
    listener = hub.listen(20.0, False)
    feed(hub, "mic", tone(1.0), 0.0)
    hub.silence("mic", 1.5)
    hub.silence("mic", 3.0)
    feed(hub, "mic", tone(1.0, start_s=5.0), 5.0)  # 2 s more that nobody has filled
    hub.end()
    blocks = read_all(listener)
    assert_without_holes(blocks)
    y = joined(blocks)
    assert len(y) == 6 * RATE
    assert not y[RATE : 5 * RATE].any()
    assert abs(y[5 * RATE :]).max() > 0.4


def test_late_sound_is_not_given_twice() -> None:
    hub = Hub()
    listener = hub.listen(20.0, False)
    feed(hub, "mic", tone(1.0), 0.0)
    hub.silence("mic", 4.0)
    feed(hub, "mic", tone(4.0, start_s=1.0), 1.0)  # takes back silence that was handed out
    hub.end()
    blocks = read_all(listener)
    assert_without_holes(blocks)
    assert len(joined(blocks)) == 5 * RATE


def test_tracks_are_told_apart_and_one_may_come_later() -> None:
    hub = Hub()
    feed(hub, "mic", tone(1.0), 0.0)  # nobody listens yet
    listener = hub.listen(10.0, False)
    feed(hub, "mic", tone(1.0, start_s=1.0), 1.0)
    feed(hub, "system", tone(0.5, hz=900, start_s=1.5), 1.5)
    hub.end()
    blocks = read_all(listener)
    mic = [b for b in blocks if b.track == "mic"]
    assert mic[0].start_s == pytest.approx(1.0, abs=1e-4)
    assert len(joined(mic)) == RATE
    assert len(joined([b for b in blocks if b.track == "system"])) == RATE // 2


def test_a_slow_listener_is_dropped_and_the_others_hear_on() -> None:
    hub = Hub()
    slow, quick = hub.listen(1.0, False), hub.listen(10.0, False)
    feed(hub, "mic", tone(5.0), 0.0)
    assert slow.dropped
    assert slow.ended
    assert slow.read(0.0) is None
    assert not quick.dropped
    feed(hub, "mic", tone(1.0, start_s=5.0), 5.0)
    hub.end()
    assert len(joined(read_all(quick))) == 6 * RATE


def test_reading_waits_and_a_closed_listener_gets_nothing() -> None:
    hub = Hub()
    listener = hub.listen(10.0, False)
    begin = time.monotonic()
    assert listener.read(0.05) is None
    assert time.monotonic() - begin >= 0.04
    assert not listener.ended
    got: list[LiveBlock | None] = []
    reader = threading.Thread(target=lambda: got.extend([listener.read(10.0), listener.read()]))
    reader.start()
    feed(hub, "mic", tone(0.1), 0.0, size=4_800)
    while not got and reader.is_alive():
        time.sleep(0.005)
        if listener._blocks:
            continue
        hub.end()
    reader.join(5.0)
    assert got[0] is not None
    listener.close()
    listener.close()
    assert listener.read() is None
    late = hub.listen(1.0, False)  # after the end
    assert late.ended
    assert late.read() is None


def test_a_failure_ends_the_listeners_only(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    hub = Hub()
    listener = hub.listen(10.0, False)
    feed(hub, "mic", tone(0.1), 0.0)

    def broken(*args: object) -> None:
        raise MemoryError

    monkeypatch.setattr(soxr.ResampleStream, "resample_chunk", broken)
    feed(hub, "mic", tone(0.1, start_s=0.1), 0.1)
    assert "MemoryError" in caplog.text
    assert read_all(listener)
    assert listener.ended
    hub.silence("mic", 5.0)
    hub.end()


def test_listeners_come_and_go_while_sound_flows() -> None:
    hub = Hub()
    stop = threading.Event()

    def come_and_go() -> None:
        while not stop.is_set():
            listener = hub.listen(1.0, False)
            listener.read(0.001)
            listener.close()

    threads = [threading.Thread(target=come_and_go) for _ in range(3)]
    for t in threads:
        t.start()
    for i in range(300):
        hub.sound("mic", tone(0.05), i * 0.05)
    stop.set()
    for t in threads:
        t.join()
    hub.end()


def test_cancelled_echo_keeps_time_and_gives_the_rest_at_the_end() -> None:
    hub = Hub()
    listener = hub.listen(30.0, True)
    x = tone(4.0, start_s=2.0)
    for i in range(0, len(x), 2_400):
        hub.sound("mic", x[i : i + 2_400], 2.0 + i / 48_000)
        hub.silence("system", 2.0 + i / 48_000)
    hub.end()
    mic = [b for b in read_all(listener) if b.track == "mic"]
    assert_without_holes(mic)
    y = joined(mic)
    offset = round((2.0 - mic[0].start_s) * RATE)  # it begins with what the canceller held
    assert 0 <= offset <= 200
    np.testing.assert_allclose(y[offset : offset + 3 * RATE], soxr.resample(x, 48_000, RATE)[: 3 * RATE], atol=2e-3)
    assert mic[-1].end_s == pytest.approx(6.0, abs=0.001)
    assert listener.ended
