"""Meetings made of people's recorded turns, with the truth of who speaks when. The same seed makes the same meeting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

RATE = 16_000
TESTDATA = Path(__file__).parents[3] / "shared" / "testdata"
SETS = ("sim_libri4b",)
CLIPS = ("jfk", "en_libri_1995", "leopard_de", "leopard_es", "leopard_fr", "leopard_it", "leopard_ja")

Sound = np.ndarray[Any, np.dtype[np.float32]]
Turn = tuple[float, float, str]  # start_s, end_s, who
People = Mapping[str, Sequence[Sound]]  # who → their turns


def read(name: str) -> Sound:
    import soundfile as sf

    x, rate = sf.read(TESTDATA / f"{name}.flac", dtype="float32")
    assert rate == RATE
    return x  # type: ignore[no-any-return]


def reference(name: str) -> list[Turn]:
    rows = [line.split() for line in (TESTDATA / f"{name}.rttm").read_text(encoding="utf-8").splitlines()]
    return [(float(r[3]), float(r[3]) + float(r[4]), r[7]) for r in rows if r]


def people() -> dict[str, list[Sound]]:
    """Eleven real people: four readers with a minute or so each, and seven with one clip of 5 to 11 s.

    Of the latter the same sentences come again and again, which makes their voices look narrower than they are.
    Synthetic voices are left out: espeak's variants are more alike (cosine 0.7 to 0.8) than people.
    """
    found: dict[str, list[Sound]] = {name: [read(name)] for name in CLIPS}
    for name in SETS:
        for track in ("sys", "mic"):
            turns, x = reference(f"{name}_{track}"), read(f"{name}_{track}")
            for start, end, who in turns:
                alone = not any(a < end and start < b and k != who for a, b, k in turns)
                if alone and end - start >= 1:
                    key = f"{name.split('_')[1]} {who}"
                    found.setdefault(key, []).append(x[round(start * RATE) : round(end * RATE)])
    return found


def simulate(everybody: People, who: Sequence[str], seconds: float, seed: int) -> tuple[Sound, list[Turn]]:
    """Everybody speaks once, then whoever; turns of 1 to 6 s, one in ten begins while another speaks."""
    rng = np.random.default_rng(seed)
    sound = np.zeros(round(seconds * RATE) + 10 * RATE, np.float32)
    share = rng.dirichlet(np.full(len(who), 4.0))
    level_db = dict(zip(who, rng.uniform(-30, -22, len(who)), strict=True))
    waiting = list(rng.permutation(np.array(who)))
    truth: list[Turn] = []
    at, last = 0.5, ""
    while at < seconds - 1.5:
        if waiting:
            speaker = str(waiting.pop())
        else:
            odds = share * np.array([k != last or len(who) == 1 for k in who])
            speaker = str(rng.choice(np.array(who), p=odds / odds.sum()))
        turn = everybody[speaker][int(rng.integers(len(everybody[speaker])))]
        size = min(len(turn), round(float(rng.uniform(1, 6)) * RATE))
        begin = int(rng.integers(len(turn) - size + 1))
        part = turn[begin : begin + size].copy()
        part *= np.float32(10 ** (level_db[speaker] / 20) / max(float(np.sqrt(np.mean(part**2))), 1e-5))
        part[:400] *= np.linspace(0, 1, 400, dtype=np.float32)
        part[-400:] *= np.linspace(1, 0, 400, dtype=np.float32)
        gap = rng.exponential(0.4) if rng.random() > 0.1 else -rng.uniform(0.2, 1.0)
        start = max(0.2, at + float(gap))
        i = round(start * RATE)
        sound[i : i + size] += part
        at, last = start + size / RATE, speaker
        truth.append((start, min(at, seconds), speaker))
    return np.clip(sound[: round(seconds * RATE)], -1, 1), truth
