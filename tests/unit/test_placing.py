"""Placing: what is a gap and what is not, and where sound goes on a timeline with pauses."""

from __future__ import annotations

import numpy as np
import pytest

from app.audio.placing import ClockPoint, Cut, Gap, Op, Placer, Quiet, Sound, Span, Zeros
from app.audio.stream_clock import StreamClock
from app.audio.timeline import Timeline

RATE = 48_000
BLOCK = 960  # 20 ms
START = 500.0


class Bench:
    """A placer with one stream, whose samples count its frames, and the file that results."""

    def __init__(self, ppm: float = 0.0) -> None:
        self.timeline = Timeline(START)
        self.placer = Placer(self.timeline.stretches)
        self.now = START
        self.ran = 0.0
        self.rate = RATE * (1 + ppm * 1e-6)
        self.frame = 0  # of the stream
        self.begin = START  # of the stream
        self.ops: list[Op] = []
        self._next_tick = START + 0.05
        self._file = np.zeros(RATE, np.float32)
        self._size = 0

    @property
    def file(self) -> np.ndarray:
        return self._file[: self._size]

    def _append(self, samples: np.ndarray) -> None:
        while self._size + len(samples) > len(self._file):
            self._file = np.concatenate([self._file, np.zeros_like(self._file)])
        self._file[self._size : self._size + len(samples)] = samples
        self._size += len(samples)

    def do(self, ops: list[Op]) -> None:
        self.ops += ops
        for op in ops:
            match op:
                case Sound(samples):
                    self._append(samples)
                case Zeros(frames):
                    self._append(np.zeros(frames, np.float32))
                case Cut(frame):
                    assert not self.file[frame:].any(), "only silence may be taken back"
                    self._size = frame
        assert self.placer.frames == len(self.file)

    def play(self, seconds: float, late_s: float = 0.0, live: bool = True, tick: bool = True) -> None:
        """The stream goes on for so long; blocks arrive `late_s` after their end."""
        for _ in range(round(seconds * RATE / BLOCK)):
            self.frame += BLOCK
            at = self.begin + self.frame / self.rate + late_s
            self.pass_to(at, tick)
            numbers = np.arange(self.frame - BLOCK, self.frame, dtype=np.float32) + 1
            self.do(self.placer.block(numbers, at, live, self.ran))

    def pass_to(self, moment: float, tick: bool = True) -> None:
        """Time goes on; our thread runs every 50 ms."""
        while self._next_tick <= moment:
            if tick:
                self.ran += 0.05
                self.do(self.placer.tick(self._next_tick, self.ran))
            self._next_tick += 0.05
        self.now = max(self.now, moment)

    def quiet(self, seconds: float) -> None:
        """The stream delivers nothing, and does not count it either, as a loopback."""
        self.pass_to(self.now + seconds)
        self.begin += seconds

    def backlog(self, seconds: float, live: bool = False) -> None:
        """What has waited for `seconds` comes at once, at the end of them."""
        end = self.begin + (self.frame + seconds * RATE) / self.rate
        self.pass_to(end, tick=False)
        for _ in range(round(seconds * RATE / BLOCK)):
            self.frame += BLOCK
            numbers = np.arange(self.frame - BLOCK, self.frame, dtype=np.float32) + 1
            self.do(self.placer.block(numbers, end, live, self.ran))

    def all(self, kind: type) -> list:
        return [op for op in self.ops if isinstance(op, kind)]

    def finish(self) -> None:
        self.timeline.stop(self.now)
        self.do(self.placer.finish())


def test_sound_lands_where_it_was_heard() -> None:
    b = Bench()
    b.begin += 0.3  # the device needed so long to open
    b.play(5.0)
    b.finish()
    assert len(b.file) == pytest.approx(5.3 * RATE, abs=BLOCK * 3)
    assert not b.file[: round(0.3 * RATE)].any()
    np.testing.assert_array_equal(b.file[round(0.3 * RATE) :][: 5 * RATE], np.arange(5 * RATE) + 1)
    assert b.all(Quiet)[0].frame == 0
    assert [(s.frame, round(s.at_s, 6)) for s in b.all(Span)] == [(round(0.3 * RATE), 0.3)]
    assert b.all(Gap) == [Gap(0.0, pytest.approx(0.3))]


def test_slow_drift_is_no_gap() -> None:
    samples = np.zeros(24_000, np.float32)
    for ppm in (-200.0, 200.0):
        clock = StreamClock()
        runs = []
        for i in range(1, 5 * 3_600 * 2):  # five hours in blocks of half a second
            at = START + i * 24_000 / (RATE * (1 + ppm * 1e-6))
            runs += clock.put(samples, at, True, float(i))
        assert {r.line for r in runs} == {1}
        true = START + runs[-1].pos / (RATE * (1 + ppm * 1e-6))
        assert runs[-1].at == pytest.approx(true, abs=0.003)  # the moments follow the drift all the same


def test_jitter_is_no_gap() -> None:
    b = Bench()
    rng = np.random.default_rng(0)
    for _ in range(60):
        b.play(0.02 * rng.integers(1, 20), late_s=float(rng.exponential(0.06)))
        b.play(0.02)
    b.finish()
    assert len(b.all(Span)) == 1
    assert b.all(Span)[0].at_s == pytest.approx(0.0, abs=0.02)


@pytest.mark.parametrize("lost_s", [0.2, 3.0])
def test_lost_sound_becomes_silence_of_its_length(lost_s: float) -> None:
    b = Bench()
    b.play(4.0)
    b.begin += lost_s
    b.play(4.0)
    b.finish()
    gap = b.all(Gap)[-1]
    assert gap.at_s == pytest.approx(4.0, abs=1e-6)
    assert gap.seconds == pytest.approx(lost_s, abs=1e-6)
    assert len(b.file) == pytest.approx((8 + lost_s) * RATE, abs=2)
    silence = b.file[4 * RATE : round((4 + lost_s) * RATE)]
    assert not silence.any()
    assert b.file[round((4 + lost_s) * RATE) + 1] == pytest.approx(4 * RATE + 1, abs=2)


@pytest.mark.parametrize("live", [False, True])
def test_backlog_is_no_gap(live: bool) -> None:
    b = Bench()
    b.play(4.0)
    b.backlog(5.0, live)  # we were stopped: our thread did not run
    b.play(4.0)
    b.finish()
    assert b.all(Gap) == []
    assert len(b.all(Span)) == 1
    np.testing.assert_array_equal(b.file[: 13 * RATE], np.arange(13 * RATE) + 1)


def test_a_backlog_that_has_drained_is_let_go_at_once() -> None:
    b = Bench()
    b.play(4.0)
    b.backlog(2.0, live=True)
    assert len(b.file) == 6 * RATE


def test_sound_of_a_new_stream_may_begin_before_the_silence_ends() -> None:
    b = Bench()
    b.play(4.0)
    b.do(b.placer.restart())
    b.pass_to(b.now + 5.0)
    assert len(b.file) > 7.5 * RATE  # silence, up to a second ago
    b.do(b.placer.block(np.full(2 * RATE, -1.0, np.float32), b.now, True, b.ran))  # two seconds in one piece
    b.pass_to(b.now + 1.0)
    b.finish()
    assert b.all(Span)[-1].frame == pytest.approx(7 * RATE, abs=2)
    assert np.count_nonzero(b.file == -1.0) == 2 * RATE


def test_backlog_that_drains_slowly_is_no_gap() -> None:
    b = Bench()
    b.play(4.0)
    for late_s in np.linspace(1.5, 0.0, 50).tolist():  # a busy machine catches up in one second
        b.play(0.02, late_s=late_s)
    b.play(2.0)
    b.finish()
    assert b.all(Gap) == []
    np.testing.assert_array_equal(b.file[: 7 * RATE], np.arange(7 * RATE) + 1)


def test_backlog_after_a_loss_belongs_behind_it() -> None:
    b = Bench()
    b.play(4.0)
    b.begin += 2.0
    b.pass_to(b.now + 2.0)  # nothing comes for two seconds
    b.backlog(1.5)  # then we are stopped
    b.play(4.0)
    b.finish()
    assert [(g.at_s, g.seconds) for g in b.all(Gap)] == [(pytest.approx(4.0), pytest.approx(2.0))]
    assert b.file[round(6.0 * RATE)] == pytest.approx(4 * RATE + 1, abs=2)


def test_silence_is_filled_while_nothing_comes_and_late_sound_takes_it_back() -> None:
    b = Bench()
    b.play(2.0)
    b.pass_to(b.now + 5.0)  # the server stands still, and keeps what it hears
    assert b.placer.end_s == pytest.approx(2.0 + 5.0 - 1.0, abs=0.2)
    assert len(b.file) == pytest.approx(6.0 * RATE, abs=0.2 * RATE)
    b.backlog(5.0)
    b.play(2.0)
    b.finish()
    np.testing.assert_array_equal(b.file[: 9 * RATE], np.arange(9 * RATE) + 1)
    assert b.all(Gap) == []
    assert b.all(Span)[-1] == Span(2 * RATE, pytest.approx(2.0, abs=1e-3))


def test_silent_loopback_goes_on_at_its_true_time() -> None:
    b = Bench()
    for _ in range(5):
        b.play(3.0)
        b.quiet(7.0)
    b.play(3.0)
    b.finish()
    assert len(b.all(Span)) == 6
    for i, span in enumerate(b.all(Span)):
        assert span.at_s == pytest.approx(i * 10.0, abs=1e-3)
        assert span.frame == pytest.approx(i * 10.0 * RATE, abs=50)
        assert b.file[span.frame] == i * 3 * RATE + 1


def test_short_silences_of_a_loopback_do_not_add_up() -> None:
    b = Bench()
    for _ in range(100):
        b.play(0.5)
        b.quiet(0.1)
    b.play(5.0)
    b.finish()
    last = b.all(Span)[-1]
    stream = b.file[last.frame] - 1  # the frame of the stream that stands there
    assert last.at_s == pytest.approx(stream / RATE + 100 * 0.1, abs=0.11)
    heard = np.flatnonzero(b.file == b.file.max())[0]
    assert heard / RATE == pytest.approx(b.timeline.at(b.now), abs=0.16)


def test_a_small_loss_is_found_afterwards() -> None:
    b = Bench()
    b.play(60.0)
    b.begin += 0.08
    b.play(60.0)
    b.finish()
    first, second = b.all(Span)
    assert (first.frame, first.at_s) == (0, pytest.approx(0.0))
    assert second.frame == pytest.approx(60 * RATE, abs=1.1 * RATE)
    assert second.at_s == pytest.approx(second.frame / RATE + 0.08, abs=0.002)
    assert b.all(Gap) == []


def test_a_known_loss_is_exact() -> None:
    b = Bench()
    b.play(4.0)
    b.do(b.placer.lost(RATE))
    b.begin += 1.0
    b.play(4.0)
    b.finish()
    assert [g.seconds for g in b.all(Gap)] == [pytest.approx(1.0)]
    assert b.all(Span)[-1] == Span(5 * RATE, pytest.approx(5.0, abs=1e-6))


def test_a_loss_that_is_reported_too_large_or_too_early_is_corrected() -> None:
    b = Bench()
    b.play(4.0)
    b.do(b.placer.lost(3 * RATE))
    b.play(0.1)  # was on its way when the loss was reported
    b.begin += 2.0
    b.play(4.0)
    b.finish()
    np.testing.assert_array_equal(b.file[: round(4.1 * RATE)], np.arange(round(4.1 * RATE)) + 1)
    assert [(g.at_s, g.seconds) for g in b.all(Gap)] == [(pytest.approx(4.1), pytest.approx(2.0))]


def test_an_unknown_loss_is_measured_and_a_false_alarm_does_nothing() -> None:
    b = Bench()
    b.play(4.0)
    b.do(b.placer.lost(0))
    b.begin += 0.05  # less than a gap that nobody reports
    b.play(4.0)
    b.do(b.placer.lost(0))
    b.play(4.0)
    b.finish()
    assert [(s.frame, round(s.at_s, 4)) for s in b.all(Span)] == [(0, 0.0), (round(4.05 * RATE), 4.05)]


def test_another_stream_has_its_own_clock() -> None:
    b = Bench(ppm=100)
    b.play(10.0)
    b.do(b.placer.restart())
    b.begin, b.frame, b.rate = b.now + 0.5, 0, RATE * (1 - 100e-6)
    b.play(10.0)
    b.finish()
    one, two = b.all(Span)
    assert two.at_s == pytest.approx(b.begin - START, abs=1e-3)
    points = [(p.frame, p.at_s) for p in b.all(ClockPoint)]
    for span, ppm in ((one, 100), (two, -100)):
        own = [(f, t) for f, t in points if span.frame < f <= span.frame + 10 * RATE]
        assert len(own) >= 10
        slope = np.polyfit([f / RATE for f, _ in own], [t for _, t in own], 1)[0]
        assert (1 / slope - 1) * 1e6 == pytest.approx(ppm, abs=5)


def test_a_short_span_has_a_clock_point() -> None:
    b = Bench()
    b.play(0.4)
    b.do(b.placer.restart())
    b.begin, b.frame = b.now + 0.5, 0
    b.play(0.4)
    b.finish()
    assert len(b.all(Span)) == 2
    assert len([p for p in b.all(ClockPoint) if p.frame <= 0.4 * RATE]) >= 1
    assert len([p for p in b.all(ClockPoint) if p.frame > 0.9 * RATE]) >= 1


@pytest.mark.parametrize("ppm", [0.0, 150.0])
def test_pauses_cut_exactly(ppm: float) -> None:
    b = Bench(ppm)
    b.play(10.0)
    kept = [b.frame]
    b.timeline.stop(b.now + 0.007)
    b.play(5.0)
    b.timeline.go_on(b.now + 0.003)
    resumed = b.timeline.stretches[-1].start
    b.play(10.0)
    b.finish()
    sound = b.file[b.file > 0]
    cut = int(np.flatnonzero(np.diff(sound) != 1)[0])
    # The last frame before the pause, the first one after it: by the clock of the device.
    assert sound[cut] == pytest.approx(kept[0] + 0.007 * RATE, abs=30)
    assert sound[cut + 1] == pytest.approx((resumed - b.begin) * b.rate, abs=60)
    assert b.all(Span)[-1].at_s == pytest.approx(b.timeline.stretches[1].at_s, abs=1e-3)
    assert b.all(Gap) == []
    assert len(b.file) == pytest.approx(b.timeline.at(b.now) * RATE, abs=250)


def test_pause_and_resume_in_one_block_and_end_in_a_pause() -> None:
    b = Bench()
    b.play(2.0)
    for k in range(3):
        b.timeline.stop(b.now + 0.004 + k * 0.004)
        b.timeline.go_on(b.now + 0.006 + k * 0.004)
    b.play(2.0)
    b.timeline.stop(b.now)
    b.play(3.0)
    b.finish()
    sound = b.file[b.file > 0]
    assert len(sound) == pytest.approx(4 * RATE - 3 * 0.002 * RATE, abs=4)
    assert (np.diff(sound) > 0).all()
    assert b.placer.end_s == pytest.approx(4.0 - 0.006, abs=1e-3)


def test_pause_while_nothing_comes() -> None:
    b = Bench()
    b.play(2.0)
    b.quiet(3.0)
    b.timeline.stop(b.now)
    b.quiet(10.0)
    assert b.placer.end_s == pytest.approx(5.0)
    assert len(b.file) == 5 * RATE
    b.timeline.go_on(b.now)
    b.quiet(3.0)
    b.play(2.0)
    b.finish()
    assert len(b.file) == pytest.approx(10 * RATE, abs=2)
    assert [(round(g.at_s, 3), round(g.seconds, 3)) for g in b.all(Gap)] == [(2.0, 3.0), (5.0, 3.0)]


def test_what_was_heard_long_after_a_pause_is_in_doubt_at_first_and_kept() -> None:
    b = Bench()
    b.play(2.0)
    b.timeline.stop(b.now)
    b.pass_to(b.now + 10.0, tick=False)  # all of us stood still
    b.timeline.go_on(b.now)
    b.begin += 10.0
    b.play(3.0)
    b.finish()
    assert np.count_nonzero(b.file) == pytest.approx(5 * RATE, abs=5)
    assert b.file.max() == 5 * RATE


def test_what_waits_in_doubt_is_kept_at_the_end() -> None:
    b = Bench()
    b.play(2.0)
    b.play(0.02, late_s=0.3)  # one late block says nothing
    b.finish()
    np.testing.assert_array_equal(b.file[: round(2.02 * RATE)], np.arange(round(2.02 * RATE)) + 1)
    b = Bench()
    b.play(2.0)
    b.begin += 3.0
    b.play(0.2)  # nothing for three seconds, and then sound at its speed
    b.finish()
    assert not b.file[2 * RATE : 5 * RATE].any()
    assert b.file.max() == round(2.2 * RATE)
    b = Bench()
    b.play(0.1)  # not even the beginning was decided
    assert not len(b.file)
    b.finish()
    assert b.file.max() == round(0.1 * RATE)


def test_no_sound_at_all_is_silence_of_the_right_length() -> None:
    b = Bench()
    b.pass_to(START + 20.0)
    assert b.placer.end_s == pytest.approx(19.0, abs=0.2)
    b.finish()
    assert len(b.file) == pytest.approx(20 * RATE, abs=2)
    assert b.all(Span) == []


def test_timeline() -> None:
    t = Timeline(100.0)
    assert t.at(90.0) == 0.0
    assert t.at(110.0) == 10.0
    t.stop(110.0)
    t.stop(120.0)  # twice is once
    assert not t.runs
    assert t.at(500.0) == 10.0
    assert t.go_on(130.0) == 20.0
    assert t.go_on(140.0) == 0.0
    assert t.runs
    assert (t.at(105.0), t.at(115.0), t.at(131.0)) == (5.0, 10.0, 11.0)
    assert t.moment(12.0) == 132.0
