"""Who speaks, while they speak: the nearest known voice at once, put right in the background with the names kept.

    live = LiveSpeakers()
    keys = live.add(SYSTEM, spans, embeddings)        # at once, one key per window, "" if nobody can be named yet
    if (work := live.begin()) is not None:            # now and then (about every 30 s of speech)
        live.finish(work())                           # work() may run in another thread; the rest in one thread
    live.speaker_at(SYSTEM, 12.0, 14.5)               # what is known by now

Both halves cost the same at the end of a long meeting as at its beginning: only a sample is clustered again.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from app.domain.meeting import MIC, SYSTEM
from models.speakers.clustering import MAX_SPEAKERS, centroids, cluster

if TYPE_CHECKING:
    import numpy.typing as npt

    from models.speakers.clustering import Labels
    from models.speakers.encoder import Embeddings, Spans

ME = "me"
_KNOWN = 0.5  # cosine with a known voice from which a window is believed to be theirs
_HIDDEN_S = 3.0  # a new voice is shown once so much of it has been heard
_OFTEN_S, _SELDOM_S = 30.0, 60.0  # speech between two clusterings: in the first minutes, and later
_FIRST_MINUTES_S = 300.0
_SAMPLE = 600  # windows that are clustered again
_TOGETHER = 0.55  # cosine of new windows with their mean from which they are one new voice
_ACTIVE_S = 0.5  # the system track counts as speaking so long around its windows


@dataclass
class _Track:
    """Windows of a track so far, and whose they are (−1: nobody's yet)."""

    hop_s: float
    starts: list[float] = field(default_factory=list)
    ends: list[float] = field(default_factory=list)
    x: list[Embeddings] = field(default_factory=list)  # rows, in half precision
    labels: list[int] = field(default_factory=list)
    voices: dict[int, Embeddings] = field(default_factory=dict)  # label → centroid
    since: int = 0  # windows since the last clustering

    @property
    def clustered_every(self) -> int:
        early = len(self.starts) * self.hop_s < _FIRST_MINUTES_S
        return round((_OFTEN_S if early else _SELDOM_S) / self.hop_s)


@dataclass(frozen=True, eq=False)
class Reclustered:
    """What a clustering in the background found: of windows of a track, whose they are."""

    track: str
    rows: Labels
    labels: Labels
    x: Embeddings


class LiveSpeakers:
    """Labels for windows as they come. `hop_s`: distance of windows; `shared_microphone`: as in `SpeakerOptions`;
    `first_voice`: number of the first speaker."""

    def __init__(
        self,
        *,
        hop_s: float = 0.8,
        shared_microphone: bool = False,
        max_speakers: int = MAX_SPEAKERS,
        first_voice: int = 1,
    ) -> None:
        self._first_voice = first_voice
        self._hop_s = hop_s
        self._shared = shared_microphone
        self._max_speakers = max_speakers
        self._tracks: dict[str, _Track] = {}
        self._keys: dict[tuple[str, int], str] = {}
        self._working = False

    def add(self, track: str, spans: Spans, x: Embeddings) -> list[str]:
        """Take in windows of speech with their embeddings, in order; the key of each, "" if not known yet.

        Of the microphone "" also means: the loudspeaker.
        """
        t = self._tracks.setdefault(track, _Track(self._hop_s))
        keys = []
        for (start, end), row in zip(spans, x, strict=True):
            label = self._label(track, t, start, end, row)
            t.starts.append(start)
            t.ends.append(end)
            t.x.append(row.astype(np.float16))
            t.labels.append(label)
            t.since += 1
            if label < 0:
                self._born(track, t)
            keys.append(self._key(track, t.labels[-1]))
        return keys

    def speaker_at(self, track: str, start_s: float, end_s: float) -> str:
        """Whose most windows in a stretch of time are, by now; "" if nobody's."""
        t = self._tracks.get(track)
        if t is None:
            return ""
        a, b = np.searchsorted(t.ends, start_s, "right"), np.searchsorted(t.starts, end_s)
        seconds: dict[int, float] = {}
        for i in range(int(a), int(b)):
            if t.labels[i] >= 0:
                inside = min(t.ends[i], end_s) - max(t.starts[i], start_s)
                seconds[t.labels[i]] = seconds.get(t.labels[i], 0.0) + inside
        return self._key(track, max(seconds, key=lambda k: seconds[k])) if seconds else ""

    def begin(self, *, now: bool = False) -> Callable[[], Reclustered] | None:
        """Work for the background if there is some (`now`: whether or not it is due), else None. One at a time."""
        if self._working:
            return None
        for track, t in self._tracks.items():
            if (track != MIC or self._shared) and t.since and (now or t.since >= t.clustered_every):
                rows = np.unique(np.linspace(0, len(t.x) - 1, min(len(t.x), _SAMPLE)).round().astype(int))
                x = np.stack([t.x[i] for i in rows]).astype(np.float32)
                t.since = 0
                self._working = True
                apart_s = self._hop_s * len(t.x) / len(rows)
                return functools.partial(_recluster, track, rows, x, apart_s, self._max_speakers)
        return None

    def finish(self, found: Reclustered) -> None:
        """Take the result of the work: voices keep their keys as far as their windows agree (Hungarian method)."""
        from scipy.optimize import linear_sum_assignment

        self._working = False
        t = self._tracks[found.track]
        old = np.array(t.labels)[found.rows]
        known = sorted(t.voices)
        new = int(found.labels.max()) + 1
        agree = np.array([[np.sum((old == k) & (found.labels == n)) for n in range(new)] for k in known])
        names: dict[int, int] = {}
        if known:
            rows, columns = linear_sum_assignment(-agree)
            names = {int(n): known[k] for k, n in zip(rows, columns, strict=True) if agree[k, n]}
        fresh = 1 + max((k for of, k in self._keys if of == found.track), default=-1)
        centres = centroids(found.x, found.labels)
        heard_s = np.bincount(found.labels) * (len(t.x) * t.hop_s / len(found.rows))
        t.voices = {}
        for n in np.argsort([np.argmax(found.labels == n) for n in range(new)], kind="stable"):
            if int(n) not in names:
                if heard_s[n] < _HIDDEN_S and new > 1:
                    continue
                names[int(n)] = fresh
                fresh += 1
            t.voices[names[int(n)]] = centres[n]
            self._show(found.track, names[int(n)])
        order = list(t.voices)
        if order:
            likeness = np.stack(t.x).astype(np.float32) @ np.stack([t.voices[k] for k in order]).T
            t.labels = [order[i] for i in _with_neighbours(likeness, np.array(t.starts), t.hop_s).argmax(1)]

    def _label(self, track: str, t: _Track, start: float, end: float, row: Embeddings) -> int:
        if track == MIC and not self._shared:
            return self._mine(t, start, end, row)
        if not t.voices:
            return -1
        order = list(t.voices)
        cosine = np.stack([t.voices[k] for k in order]) @ row
        best = int(cosine.argmax())
        return order[best] if cosine[best] >= _KNOWN else -1

    def _mine(self, t: _Track, start: float, end: float, row: Embeddings) -> int:
        """0 (me) or −1 (the loudspeaker). "Me" is the mean of what was heard while the system track was silent."""
        others = self._tracks.get(SYSTEM)
        active = others is not None and others.voices and self._is_active(others, start, end)
        if not active:
            mean = t.voices.get(0)
            weight = min(len(t.labels), 100)
            moved = row if mean is None else mean * weight + row
            t.voices[0] = (moved / max(float(np.linalg.norm(moved)), 1e-9)).astype(np.float32)
            self._keys.setdefault((MIC, 0), ME)
            return 0
        assert others is not None
        like_others = max(float(v @ row) for v in others.voices.values())
        me = t.voices.get(0)
        is_mine = like_others < 0.6 if me is None else float(me @ row) > like_others
        if is_mine:
            self._keys.setdefault((MIC, 0), ME)
        return 0 if is_mine else -1

    @staticmethod
    def _is_active(others: _Track, start: float, end: float) -> bool:
        i = int(np.searchsorted(others.ends, start - _ACTIVE_S))
        return i < len(others.starts) and others.starts[i] < end + _ACTIVE_S

    def _born(self, track: str, t: _Track) -> None:
        """A new voice if the last windows are nobody's and sound alike for long enough; the first of all at once."""
        if track == MIC and not self._shared:
            return
        need = 1 if not t.voices else round(_HIDDEN_S / t.hop_s)
        rows = [i for i in range(max(0, len(t.labels) - 3 * need), len(t.labels)) if t.labels[i] < 0]
        if len(rows) < need or len(t.voices) >= self._max_speakers:
            return
        x = np.stack([t.x[i] for i in rows]).astype(np.float32)
        mean = x.mean(0) / max(float(np.linalg.norm(x.mean(0))), 1e-9)
        alike = x @ mean >= _TOGETHER
        if alike.sum() < need:
            return
        label = 1 + max((k for of, k in self._keys if of == track), default=-1)
        mean = x[alike].mean(0)
        t.voices[label] = (mean / max(float(np.linalg.norm(mean)), 1e-9)).astype(np.float32)
        self._show(track, label)
        for i, fits in zip(rows, alike, strict=True):
            if fits:
                t.labels[i] = label

    def _show(self, track: str, label: int) -> None:
        if (track, label) not in self._keys:
            n = self._first_voice + sum(key != ME for key in self._keys.values())
            self._keys[track, label] = f"s{n}"

    def _key(self, track: str, label: int) -> str:
        return self._keys.get((track, label), "")


def _with_neighbours(
    likeness: npt.NDArray[np.float32], starts: npt.NDArray[np.float64], hop_s: float
) -> npt.NDArray[np.float32]:
    """Cosines of windows, averaged with those of the windows right before and after, which overlap with them."""
    near = np.diff(starts) <= 1.5 * hop_s
    out = likeness.copy()
    out[1:] += np.where(near[:, None], likeness[:-1], 0)
    out[:-1] += np.where(near[:, None], likeness[1:], 0)
    count = 1 + np.concatenate([[0], near]) + np.concatenate([near, [0]])
    averaged: npt.NDArray[np.float32] = out / count[:, None].astype(np.float32)
    return averaged


def _recluster(track: str, rows: Labels, x: Embeddings, hop_s: float, max_speakers: int) -> Reclustered:
    return Reclustered(track, rows, cluster(x, hop_s, max_speakers), x)
