"""How many voices there are and which window is whose, from centred embeddings (rows of length 1).

Up to about 100 s of speech: agglomerative clustering, cut where the silhouette is best. Beyond: spectral clustering
that tunes itself, NME-SC (Park et al. 2020, https://arxiv.org/abs/2003.02405), on a sample. Both are then put right by
what is known of this encoder: the halves into which one voice falls are more alike (cosine of their centroids 0.77 to
0.92) than two people, even in the same reverberant room (up to 0.68); where everybody else is far apart, no two people
are nearer than 0.41 and halves may be as far as 0.57. In long recordings, where windows hold two voices at once or the
change from one to the other, they may form a cluster that is nobody: it lies between two others and never lasts. So may
all answer "one".
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Embeddings = npt.NDArray[np.float32]
    Labels = npt.NDArray[np.intp]

MAX_SPEAKERS = 15
_MIN_WINDOWS = 6  # fewer windows cannot tell voices apart
_SPECTRAL_FROM_S = 100.0  # speech from which the spectrum is the better judge
_ALIKE = (0.50, 0.68)  # cosine of two centroids from which they are one voice, for small and for large clusters …
_ALIKE_WINDOWS = (4, 9)  # … of so many windows (the smaller of the two): centroids of few windows are far from all
_APART = 6.4  # separation (see there) from which even like voices are two; the halves of one have 3 to 5 …
_APART_WINDOWS = 40  # … told only of so many windows each: a sentence said again and again looks like two
_SPLIT_WINDOWS = 12  # a cluster is split only into halves of so many windows
_SMALLEST_S = (1.6, 3.0)  # a voice heard less is taken for the nearest other one: in short and in long meetings
_ALIKE_FROM, _ROOM, _ALIKE_CLIP = 0.5, 0.6, (0.55, 0.68)  # from how alike all others are to when two are one voice
_BRIEF, _BETWEEN = 1.4, 0.5  # windows in a row, and likeness to a sum of two others, of what is no voice of its own
_TOGETHER_S = 1.0  # rows further apart do not tell how long a voice lasts
_SILHOUETTE_FLOOR = 0.12  # below, the best cut separates nothing
_SESSION = 0.5  # share of the session's mean that is taken off before cutting: the room's part in all embeddings
_SAMPLE = 600  # windows that are clustered; the others join the nearest centroid
_NEIGHBOURS = (0.02, 0.03, 0.05, 0.07, 0.1, 0.14, 0.18, 0.22, 0.26, 0.3)  # shares of the windows tried by NME-SC


def cluster(x: Embeddings, hop_s: float = 0.8, max_speakers: int = MAX_SPEAKERS) -> Labels:
    """A label per row, 0 to the number of voices − 1. `hop_s`: seconds of speech that each row stands for."""
    if len(x) < _MIN_WINDOWS:
        return np.zeros(len(x), np.intp)
    is_long = len(x) * hop_s >= _SPECTRAL_FROM_S
    smallest = max(4, round(_SMALLEST_S[is_long] / hop_s))
    if not is_long:
        return _settled(x, _split(x, _agglomerative(x, smallest, max_speakers), max_speakers), smallest)
    # Windows that overlap by half: neighbours in time must not be neighbours in the graph just because they overlap.
    step = max(1, round(0.8 / hop_s))
    sample = np.unique(np.linspace(0, len(x) - 1, min(-(-len(x) // step), _SAMPLE)).round().astype(int))
    part = x[sample]
    labels = merge_alike(part, absorb_small(part, _spectral(part, max_speakers)))
    cuts = (labels, _agglomerative(part, 4, max_speakers))
    found = []
    for cut in cuts:
        labels = _settled(part, _split(part, cut, max_speakers), 4)
        labels = absorb_small(x, _refined(x, _dense(nearest(x, centroids(part, labels)))), smallest)
        if hop_s <= _TOGETHER_S:
            labels = without_mixtures(x, labels, step)
        found.append(absorb_small(x, _refined(x, merge_alike(x, labels, step)), smallest))
    # Whatever is left in either has stood the test of not being alike, so the one that found more is right.
    return max(found, key=lambda k: int(k.max()))


def fit_count(parts: list[tuple[Embeddings, Labels]], count: int) -> list[Labels]:
    """Make `count` voices of those of several tracks together, merging the most alike and splitting the least.

    Each track with windows keeps at least one; there are fewer than `count` only if there are too few windows.
    """
    labels = [of for _, of in parts]
    heard = [i for i, (x, _) in enumerate(parts) if len(x)]
    while sum(int(labels[i].max()) + 1 for i in heard) > max(count, len(heard)):
        merges = [(*_most_alike(parts[i][0], labels[i]), i) for i in heard if labels[i].max()]
        _, (a, b), i = max(merges)
        labels[i] = _refined(parts[i][0], _dense(np.where(labels[i] == b, a, labels[i])))
    while heard and sum(int(labels[i].max()) + 1 for i in heard) < count:
        splits = [(*s, i) for i in heard for s in _possible_splits(parts[i][0], labels[i])]
        if not splits:
            break
        _, at, i = min(splits, key=lambda s: s[0])
        more = labels[i].copy()
        more[at] = more.max() + 1
        refined = _refined(parts[i][0], more)
        labels[i] = refined if refined.max() == more.max() else more
    return labels


def centroids(x: Embeddings, labels: Labels) -> Embeddings:
    """The mean direction of each label, in order of the labels."""
    c = np.stack([x[labels == k].mean(0) for k in np.unique(labels)])
    return _unit(c)


def nearest(x: Embeddings, centres: Embeddings) -> Labels:
    """The index of the centroid with the smallest angle, per row."""
    return np.argmax(x @ centres.T, axis=1)


def absorb_small(x: Embeddings, labels: Labels, smallest: int = 4) -> Labels:
    """Give the windows of labels with fewer than `smallest` windows to the nearest larger one; renumber."""
    kept, sizes = np.unique(labels, return_counts=True)
    large = kept[sizes >= smallest]
    if 0 < len(large) < len(kept):
        small = ~np.isin(labels, large)
        labels = labels.copy()
        labels[small] = large[nearest(x[small], centroids(x[~small], labels[~small]))]
    return _dense(labels)


def merge_alike(x: Embeddings, labels: Labels, step: int = 1) -> Labels:
    """Unite the centroids that are most too near each other until none are; labels are 0 to k − 1.

    `step`: of so many rows one counts when it matters how many there are, for the others overlap with it.
    """
    while labels.max() > 0:
        c, sizes = centroids(x, labels), np.bincount(labels) / step
        smaller = np.minimum(sizes[:, None], sizes)
        cosine = c @ c.T
        excess = cosine - _alike_from(cosine, smaller)
        excess[np.tril_indices(len(c))] = -np.inf
        pairs = sorted(zip(*np.nonzero(excess >= 0), strict=True), key=lambda pair: -excess[pair])
        one = next(((a, b) for a, b in pairs if not _are_apart(x[labels == a][::step], x[labels == b][::step])), None)
        if one is None:
            break
        labels = _dense(np.where(labels == one[1], one[0], labels))
    return labels


def _alike_from(cosine: npt.NDArray[np.floating], smaller: npt.NDArray[np.floating]) -> npt.NDArray[np.floating]:
    """The cosine from which two centroids are one voice, for each pair: lower where voices are far from each other.

    In a room with echo everybody's embeddings have the room in common. How much shows in all the other pairs.
    """
    k = len(cosine)
    if k > 2:
        above = cosine[np.triu_indices(k, 1)]
        others = (above.sum() - cosine) / (len(above) - 1)
        most = np.clip(_ALIKE_FROM + _ROOM * others, *_ALIKE_CLIP)
    else:
        most = np.full_like(cosine, _ALIKE[1])
    share = np.interp(smaller, _ALIKE_WINDOWS, (0, 1))
    result: npt.NDArray[np.floating] = np.minimum(_ALIKE[0], most) * (1 - share) + most * share
    return result


def without_mixtures(x: Embeddings, labels: Labels, step: int = 1) -> Labels:
    """Dissolve labels that are no voice but two at once, or the change from one to another.

    Such a label lies between two others and never lasts: its windows come one at a time. Rows are in the order of
    time; `step`: of so many one counts, for the others overlap with it.
    """
    while labels.max() > 1:
        c = centroids(x, labels)
        lasting = _mean_runs(labels[::step], len(c))
        brief = [k for k in range(len(c)) if lasting[k] <= _BRIEF and _between(c, k) >= _BETWEEN]
        if not brief:
            break
        gone = min(brief, key=lambda k: lasting[k])
        kept = np.delete(np.arange(len(c)), gone)
        labels = np.where(labels == gone, kept[nearest(x, c[kept])], labels)
        labels = _refined(x, _dense(labels))
    return labels


def _mean_runs(labels: Labels, count: int) -> list[float]:
    """How many rows in a row each label lasts, on average."""
    starts = np.flatnonzero(np.diff(labels, prepend=-1))
    runs = np.diff(starts, append=len(labels))
    return [float(runs[labels[starts] == k].mean()) if (labels[starts] == k).any() else 0.0 for k in range(count)]


def _between(c: Embeddings, k: int) -> float:
    """How much of a centroid is a sum of two others: the largest cosine with any."""
    others = np.delete(c, k, axis=0)
    with_k = others @ c[k]
    best = float(with_k.max())
    for i, j in itertools.combinations(range(len(others)), 2):
        cosine = float(others[i] @ others[j])
        p, q = float(with_k[i]), float(with_k[j])
        a, b = p - cosine * q, q - cosine * p  # of the projection onto the plane of the two, but for a factor
        if a > 0 and b > 0:
            best = max(best, math.sqrt(max(0.0, (a * p + b * q) / max(1e-9, 1 - cosine * cosine))))
    return best


def separation(a: Embeddings, b: Embeddings) -> float:
    """How far apart two clusters lie along the line between them, in standard deviations (d′).

    The line is drawn through every other row and measured on the rest, or any two halves of many dimensions would
    seem far apart.
    """
    found = []
    for i in (0, 1):
        line = a[i::2].mean(0) - b[i::2].mean(0)
        line /= np.linalg.norm(line) + 1e-9
        p, q = a[1 - i :: 2] @ line, b[1 - i :: 2] @ line
        found.append(float((p.mean() - q.mean()) / np.sqrt((p.var() + q.var()) / 2 + 1e-9)))
    return sum(found) / 2


def _are_apart(a: Embeddings, b: Embeddings) -> bool:
    return min(len(a), len(b)) >= _APART_WINDOWS and separation(a, b) >= _APART


def silhouette(far: npt.NDArray[np.float64], labels: Labels) -> float:
    """Mean silhouette (Rousseeuw 1987) from a square matrix of distances; labels are 0 to k − 1, k ≥ 2."""
    member = np.eye(int(labels.max()) + 1)[labels]  # (n, k)
    sizes = member.sum(0)
    sums = far @ member
    own = sizes[labels]
    inside = sums[np.arange(len(labels)), labels] / np.maximum(own - 1, 1)
    outside = np.where(member > 0, np.inf, sums / sizes).min(1)
    scores = np.where(own > 1, (outside - inside) / np.maximum(np.maximum(inside, outside), 1e-12), 0.0)
    return float(scores.mean())


def _unit(x: npt.NDArray[np.floating]) -> Embeddings:
    out: Embeddings = (x / np.maximum(np.linalg.norm(x, axis=1, keepdims=True), 1e-9)).astype(np.float32)
    return out


def _dense(labels: Labels) -> Labels:
    return np.unique(labels, return_inverse=True)[1]


def _refined(x: Embeddings, labels: Labels, rounds: int = 10) -> Labels:
    """Spherical k-means from these labels on."""
    for _ in range(rounds):
        again = _dense(nearest(x, centroids(x, labels)))
        if np.array_equal(again, labels):
            break
        labels = again
    return labels


def _settled(x: Embeddings, labels: Labels, smallest: int) -> Labels:
    labels = merge_alike(x, absorb_small(x, _refined(x, labels), smallest))
    return absorb_small(x, _refined(x, labels), smallest)


def _session_centred(x: Embeddings) -> Embeddings:
    return _unit(x - np.float32(_SESSION) * x.mean(0))


def _agglomerative(x: Embeddings, smallest: int, max_speakers: int) -> Labels:
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import pdist, squareform

    y = _session_centred(x)
    tree, far = linkage(y, "ward"), squareform(pdist(x, "cosine"))
    best, best_score = np.zeros(len(x), np.intp), _SILHOUETTE_FLOOR
    # A few more cuts than voices: outliers split off first and are absorbed again.
    for k in range(2, min(max_speakers + 4, len(x) - 1)):
        labels = absorb_small(y, fcluster(tree, k, "maxclust") - 1, smallest)
        labels = merge_alike(x, absorb_small(y, _refined(y, labels), smallest))
        labels = absorb_small(x, _refined(x, labels), smallest)
        if 1 < labels.max() + 1 <= max_speakers and (score := silhouette(far, labels)) > best_score:
            best, best_score = labels, score
    return best


def _halves(x: Embeddings) -> Labels:
    """The best cut in two (all zeros if there is none)."""
    from scipy.cluster.hierarchy import fcluster, linkage

    y = _session_centred(x)
    return _refined(y, _dense(fcluster(linkage(y, "ward"), 2, "maxclust")))


def _split(x: Embeddings, labels: Labels, max_speakers: int) -> Labels:
    """Cut clusters in two whose halves are not alike, as long as there are any."""
    labels = labels.copy()
    todo = list(range(int(labels.max()) + 1))
    while todo and labels.max() + 1 < max_speakers:
        at = np.flatnonzero(labels == (k := todo.pop()))
        if len(at) < 2 * _SPLIT_WINDOWS:
            continue
        half = _halves(x[at])
        if half.max() == 0 or np.bincount(half).min() < _SPLIT_WINDOWS:
            continue
        c = centroids(x[at], half)
        if c[0] @ c[1] < _ALIKE[1]:
            labels[at[half == 1]] = new = int(labels.max()) + 1
            todo += [k, new]
    return labels


def _most_alike(x: Embeddings, labels: Labels) -> tuple[float, tuple[int, int]]:
    c = centroids(x, labels)
    cosine = c @ c.T
    cosine[np.tril_indices(len(c))] = -np.inf
    a, b = np.unravel_index(cosine.argmax(), cosine.shape)
    return float(cosine[a, b]), (int(a), int(b))


def _possible_splits(x: Embeddings, labels: Labels) -> Iterator[tuple[float, Labels]]:
    """(likeness, rows of the new voice) for each voice that can be cut in two; small halves count as more alike."""
    for k in range(int(labels.max()) + 1):
        at = np.flatnonzero(labels == k)
        if len(at) < 2:
            continue
        pick = at if len(at) <= 2 * _SAMPLE else at[:: -(-len(at) // (2 * _SAMPLE))]
        half = _halves(x[pick])
        if half.max() == 0:
            continue
        c = centroids(x[pick], half)
        side = nearest(x[at], c)
        if 0 < side.sum() < len(side):
            smaller = min(side.sum(), len(side) - side.sum())
            yield float(c[0] @ c[1]) + 0.3 / float(smaller), at[side == 1]


def _spectral(x: Embeddings, max_speakers: int) -> Labels:
    """NME-SC: of all neighbour graphs, the one whose Laplacian has the clearest gap for its density."""
    n = len(x)
    order = np.argsort(-(x @ x.T), axis=1, kind="stable")
    best_ratio, best_count, best_vectors = np.inf, 1, np.zeros((n, 1))
    for p in sorted({max(2, round(n * q)) for q in _NEIGHBOURS}):
        graph = np.zeros((n, n))
        np.put_along_axis(graph, order[:, :p], 1.0, axis=1)
        graph = (graph + graph.T) / 2
        values, vectors = np.linalg.eigh(np.diag(graph.sum(1)) - graph)
        gaps = np.diff(values[: min(max_speakers, n - 1) + 1])
        ratio = (p / n) / (gaps.max() / (values[-1] + 1e-10) + 1e-10)
        if ratio < best_ratio:
            best_ratio, best_count = ratio, int(gaps.argmax()) + 1
            best_vectors = vectors[:, :best_count]
    return _k_means(best_vectors, best_count)


def _k_means(x: npt.NDArray[np.float64], k: int, attempts: int = 10) -> Labels:
    """The tightest of several k-means++ runs; always the same for the same input."""
    from scipy.cluster.vq import ClusterError, kmeans2

    best, best_spread = np.zeros(len(x), np.intp), np.inf
    if k == 1:
        return best
    for seed in range(attempts):
        try:
            centres, labels = kmeans2(x, k, minit="++", missing="raise", rng=np.random.default_rng(seed))
        except ClusterError:  # a cluster ran empty
            continue
        spread = float(np.square(x - centres[labels]).sum())
        if spread < best_spread:
            best, best_spread = labels.astype(np.intp), spread
    return best
