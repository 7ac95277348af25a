"""Windows and batches, by their properties over many random cases."""

from __future__ import annotations

from itertools import chain, pairwise, repeat
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from app.domain.meeting import SpeechRegion
from app.services.utterances import (
    CONTEXT_S,
    FIRST_HORIZONS_S,
    HORIZON_S,
    SHORTEST_PIECE_S,
    Utterance,
    batches,
    cut_points,
    horizons,
    other_cut,
    quietest,
)

if TYPE_CHECKING:
    from app.domain.ports import Samples


class Noise:
    """An `AudioReader` over noise, silent in `pauses`."""

    def __init__(self, seconds: float, pauses: list[tuple[float, float]], seed: int = 0) -> None:
        self.x = np.random.default_rng(seed).normal(0, 0.1, round(seconds * 16_000)).astype(np.float32)
        for start, end in pauses:
            self.x[round(start * 16_000) : round(end * 16_000)] *= 0.001
        self.duration_s = seconds

    def read(self, start_s: float, end_s: float) -> Samples:
        return self.x[max(0, round(start_s * 16_000)) : max(0, round(end_s * 16_000))]

    def blocks(self, seconds: float) -> Any:
        raise NotImplementedError


@pytest.mark.parametrize("seed", range(20))
def test_pieces_make_up_the_region_within_the_limit_and_none_is_a_mere_rest(seed: int) -> None:
    rng = np.random.default_rng(seed)
    limit = float(rng.choice([5.0, 20.0, 30.0]))
    for length in (*rng.uniform(0.3, 130.0, 4), limit, limit + 0.01, limit + 0.3, 2 * limit + 0.05):
        start = float(rng.uniform(0, 5))
        region = SpeechRegion("mic", start, start + float(length))
        pieces = list(cut_points(Noise(region.end_s, [], seed), region, limit))
        assert pieces[0].start_s == region.start_s
        assert pieces[-1].end_s == region.end_s
        assert all(a.end_s == b.start_s for a, b in pairwise(pieces))
        assert max(p.seconds for p in pieces) <= limit + 1e-9
        if len(pieces) > 1:
            assert min(p.seconds for p in pieces) >= min(SHORTEST_PIECE_S, limit / 4) - 1e-9


def test_a_stretch_is_cut_in_its_pause() -> None:
    pauses = [(17.3, 17.6), (36.0, 36.3)]
    pieces = list(cut_points(Noise(50.0, pauses), SpeechRegion("mic", 0.0, 50.0), 20.0))
    assert len(pieces) == 3
    for piece, (start, end) in zip(pieces, pauses, strict=False):
        assert start <= piece.end_s <= end


def test_quietest_of_hardly_anything_is_its_end() -> None:
    assert quietest(np.zeros(800, np.float32)) == 0.05


@pytest.mark.parametrize("seed", range(20))
def test_batches_hold_all_windows_once_within_the_budget_longest_first(seed: int) -> None:
    rng = np.random.default_rng(seed)
    windows = [
        Utterance("mic", n * 30.0, n * 30.0 + s, 0.0, c) for n, (s, c) in enumerate(rng.uniform(0.2, 20, (60, 2)))
    ]
    budget = float(rng.choice([10.0, 60.0, 320.0]))
    made = list(batches(windows, budget))
    assert sorted((u for b in made for u in b), key=lambda u: u.start_s) == windows
    for batch in made:
        lengths = [u.window_s for u in batch]
        assert lengths == sorted(lengths, reverse=True)
        assert len(batch) == 1 or len(batch) * lengths[0] <= budget
    for a, b in pairwise(made):
        assert (len(a) + 1) * a[0].window_s > budget, "no batch could have held one more"
        assert a[-1].window_s >= b[0].window_s, "so padding is least"
    padded = sum(len(b) * b[0].window_s for b in made)
    assert budget < 320 or padded <= 1.6 * sum(u.window_s for u in windows)


def test_horizons_keep_the_order_and_hold_about_four_minutes_after_shorter_ones() -> None:
    windows = [Utterance("mic", n * 10.0, n * 10.0 + 7) for n in range(200)]
    made = list(horizons(windows))
    assert [u for h in made for u in h] == windows
    for h, most in zip(made[:-1], chain(FIRST_HORIZONS_S, repeat(HORIZON_S)), strict=False):
        assert most - 7 < sum(u.seconds for u in h) <= most
    assert list(horizons([Utterance("mic", 0.0, 900.0)])) == [[Utterance("mic", 0.0, 900.0)]]
    assert list(horizons([])) == []


@pytest.mark.parametrize("seed", range(20))
def test_another_cut_is_the_same_speech_heard_differently(seed: int) -> None:
    rng = np.random.default_rng(seed)
    reader = Noise(60.0, [], seed)
    for length in rng.uniform(0.3, 20.0, 10):
        u = Utterance("mic", 20.0, 20.0 + float(length))
        silence = (20.0 - float(rng.uniform(0, 3)), u.end_s + float(rng.choice([0.0, 0.2, 3.0])))
        pieces = other_cut(reader, u, silence, 20.0)
        assert pieces[0].start_s == u.start_s
        assert pieces[-1].end_s == u.end_s
        assert all(a.end_s == b.start_s for a, b in pairwise(pieces))
        for p in pieces:
            assert p.start_s - p.before_s >= silence[0] - 1e-9, "nobody's words are heard twice"
            assert p.end_s + p.after_s <= silence[1] + 1e-9
            assert p.window_s <= 20.0
            assert max(p.before_s, p.after_s) <= CONTEXT_S
        assert pieces != [u]


def test_sound_around_a_window_never_exceeds_the_limit() -> None:
    (piece,) = other_cut(Noise(60.0, []), Utterance("mic", 20.0, 24.8), (0.0, 60.0), 5.0)
    assert piece.window_s == pytest.approx(5.0)
    assert piece.seconds == pytest.approx(4.8)
    assert len(piece.read(Noise(60.0, []))) == 80_000


def test_a_window_between_others_without_room_is_split() -> None:
    a, b = other_cut(Noise(60.0, []), Utterance("mic", 20.0, 25.0), (20.0, 25.0), 20.0)
    assert a.end_s == b.start_s
    assert min(a.seconds, b.seconds) >= 1.25
