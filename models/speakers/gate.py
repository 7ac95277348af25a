"""The voice gate: what the microphone hears of the loudspeaker is not said by the person in front of it.

"Me" is learned from windows of the microphone during which the system track is silent. While it is not, a moment is
mine only if it sounds more like me than like every voice of the system track.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from models.speakers.clustering import centroids, cluster
from models.speakers.timeline import overlap_s

if TYPE_CHECKING:
    import numpy.typing as npt

    from models.speakers.encoder import Embeddings, Spans

    Mask = npt.NDArray[np.bool_]

_TAIL_S = 0.3  # sound still in the room after the system track has fallen silent
_SILENT_SHARE = 0.15  # the system may speak during so much of a window from which "me" is learned
_LEARN_FROM = 3  # windows
_SAME = 0.6  # cosine with a voice of the system track from which a window is its echo, if "me" could not be learned


def spoken_here(x: Embeddings, spans: Spans, others: Embeddings, system: Spans) -> Mask:
    """Which windows of the microphone show best who is there: those while the system track is silent.

    `others`: voices of the system track; `system`: its speech. If there are next to none, what sounds like nobody
    else has to do.
    """
    active = np.array([_active_s(a, b, system) / max(b - a, 1e-6) for a, b in spans])
    free = active < _SILENT_SHARE
    like_others = (x @ others.T).max(1)
    unlike = np.asarray(like_others < _SAME)
    if free.sum() < _LEARN_FROM:
        return free | unlike
    voices = centroids(x[free], cluster(x[free], hop_s=0.4))
    # A voice of the system track among them is sound that its detector had missed.
    me = voices[(voices @ others.T).max(1) < _SAME]
    if not len(me):
        return unlike
    return np.asarray(free & ((x @ me.T).max(1) > like_others))


def without_far_end(
    pieces: Sequence[tuple[float, float, int]], near: int, system: Spans
) -> tuple[list[tuple[float, float, int]], list[tuple[float, float]]]:
    """Pieces of the microphone split into what is said there (voices below `near`) and what the loudspeaker played.

    A voice of the system track counts only while that track speaks.
    """
    kept: list[tuple[float, float, int]] = []
    echoes: list[tuple[float, float]] = []
    for start, end, voice in pieces:
        if voice >= near and _active_s(start, end, system) > 0:
            echoes.append((start, end))
        else:
            kept.append((start, end, voice if voice < near else 0))
    return kept, echoes


def _active_s(start: float, end: float, system: Spans) -> float:
    return overlap_s(system, start - _TAIL_S, end)
