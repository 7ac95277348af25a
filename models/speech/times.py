"""Word times as an aligner gives them, made such that they can be shown: in order, inside the window, none empty."""

from __future__ import annotations

from collections.abc import Sequence

# One class of the aligner: the shortest time it can tell, and what a word without any is given where there is room.
CLASS_S = 0.08
# A word shorter than this has no time of its own.
SHORTEST_S = CLASS_S / 2

Span = tuple[float, float]


def repaired(spans: Sequence[Span], weights: Sequence[int], duration_s: float) -> list[Span]:
    """Spans in order, one per word, each longer than nothing, within 0…`duration_s`.

    `weights`: how much of a time that has to be shared each word gets (its letters). The rule:

    1. A time before the one in front of it, or outside the window, is moved up to it, or to the window's end.
    2. Words without a time of their own that stand together get 80 ms each, around where they stand, if there is
       silence enough between the words before and behind them.
    3. If not, they share the time of the nearest longer neighbours with these, in proportion to their letters.

    Spans that are in order and not empty come back as they are.
    """
    if duration_s <= 0:
        return [(0.0, 0.0)] * len(spans)
    flat, last = [], 0.0
    for time in (t for span in spans for t in span):
        last = min(max(time, last), duration_s)
        flat.append(last)
    out = list(zip(flat[::2], flat[1::2], strict=True))
    first = 0
    while first < len(out):
        if _length(out[first]) >= SHORTEST_S:
            first += 1
            continue
        behind = first + 1
        while behind < len(out) and _length(out[behind]) < SHORTEST_S and out[behind][0] - out[behind - 1][1] < CLASS_S:
            behind += 1
        first = _make_room(out, weights, first, behind, duration_s)
    return out


def _make_room(out: list[Span], weights: Sequence[int], first: int, behind: int, duration_s: float) -> int:
    """Give out[first:behind] time, in place; returns how far all is well."""
    start = out[first - 1][1] if first > 0 else 0.0
    end = out[behind][0] if behind < len(out) else duration_s
    wanted = (behind - first) * CLASS_S
    if end - start >= wanted:
        middle = (out[first][0] + out[behind - 1][1]) / 2
        start = min(max(middle - wanted / 2, start), end - wanted)
        _share(out, [1] * len(out), first, behind, start, start + wanted)
        return behind
    while end - start < (behind - first) * SHORTEST_S and (first > 0 or behind < len(out)):
        before = _length(out[first - 1]) if first > 0 else -1.0
        after = _length(out[behind]) if behind < len(out) else -1.0
        if before >= after:
            first -= 1
            start = out[first][0] if first > 0 else 0.0
        else:
            behind += 1
            end = out[behind - 1][1] if behind < len(out) else duration_s
    _share(out, weights, first, behind, start, end)
    return behind


def _share(out: list[Span], weights: Sequence[int], first: int, behind: int, start: float, end: float) -> None:
    total = sum(weights[first:behind])
    done = 0
    for i in range(first, behind):
        a = start + (end - start) * done / total
        done += weights[i]
        b = start + (end - start) * done / total if i < behind - 1 else end
        out[i] = (a, b)


def _length(span: Span) -> float:
    return span[1] - span[0]
