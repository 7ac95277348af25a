"""How many voices there are and which window is whose, from centred embeddings (rows of length 1).

Up to about a minute of speech: agglomerative clustering, cut where the silhouette is best, never between voices
that are alike. Beyond: spectral clustering that tunes itself, NME-SC (Park et al. 2020,
https://arxiv.org/abs/2003.02405). Both may answer "one".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Embeddings = npt.NDArray[np.float32]
    Labels = npt.NDArray[np.intp]

MAX_SPEAKERS = 10
_MIN_WINDOWS = 6  # fewer windows cannot tell voices apart
_SPECTRAL_FROM = 75  # windows (a minute of speech) from which the spectrum is the better judge
_ALIKE = 0.55  # cosine of two centroids from which they are one voice; halves of one voice have 0.63 to 0.88
_MIN_SPEAKER_WINDOWS = 3  # a voice heard less (about 3 s) is taken for the nearest other one
_SILHOUETTE_FLOOR = 0.12  # below, the best cut separates nothing
_SAMPLE = 600  # windows that are clustered; the others join the nearest centroid
_NEIGHBOURS = (0.02, 0.03, 0.05, 0.07, 0.1, 0.14, 0.18, 0.22, 0.26, 0.3)  # shares of the windows tried by NME-SC


def cluster(x: Embeddings, max_speakers: int = MAX_SPEAKERS) -> Labels:
    """A label per row, 0 to the number of voices − 1."""
    if len(x) < _MIN_WINDOWS:
        return np.zeros(len(x), np.intp)
    if len(x) < _SPECTRAL_FROM:
        return _agglomerative(x, max_speakers)
    sample = np.unique(np.linspace(0, len(x) - 1, min(len(x), _SAMPLE)).round().astype(int))
    labels = absorb_small(x[sample], _spectral(x[sample], max_speakers))
    return labels if len(sample) == len(x) else nearest(x, centroids(x[sample], labels))


def centroids(x: Embeddings, labels: Labels) -> Embeddings:
    """The mean direction of each label, in order of the labels."""
    c = np.stack([x[labels == k].mean(0) for k in np.unique(labels)])
    out: Embeddings = (c / np.linalg.norm(c, axis=1, keepdims=True)).astype(np.float32)
    return out


def nearest(x: Embeddings, centres: Embeddings) -> Labels:
    """The index of the centroid with the smallest angle, per row."""
    return np.argmax(x @ centres.T, axis=1)


def absorb_small(x: Embeddings, labels: Labels, smallest: int = _MIN_SPEAKER_WINDOWS) -> Labels:
    """Give the windows of labels with fewer than `smallest` windows to the nearest larger one; renumber."""
    kept, sizes = np.unique(labels, return_counts=True)
    large = kept[sizes >= smallest]
    if 0 < len(large) < len(kept):
        small = ~np.isin(labels, large)
        labels = labels.copy()
        labels[small] = large[nearest(x[small], centroids(x[~small], labels[~small]))]
    return np.unique(labels, return_inverse=True)[1]


def merge_alike(x: Embeddings, labels: Labels, alike: float = _ALIKE) -> Labels:
    """Unite the two nearest centroids as long as any are nearer than `alike`; labels are 0 to k − 1."""
    while labels.max() > 0:
        cosine = np.triu((c := centroids(x, labels)) @ c.T, 1)
        a, b = np.unravel_index(cosine.argmax(), cosine.shape)
        if cosine[a, b] < alike:
            break
        labels = np.unique(np.where(labels == b, a, labels), return_inverse=True)[1]
    return labels


def _agglomerative(x: Embeddings, max_speakers: int) -> Labels:
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import pdist, squareform

    near = pdist(x, "cosine")
    tree, far = linkage(near, "average"), squareform(near)
    best, best_score = np.zeros(len(x), np.intp), _SILHOUETTE_FLOOR
    # A few more cuts than voices: outliers split off first and are absorbed again.
    for k in range(2, min(max_speakers + 4, len(x) - 1)):
        labels = merge_alike(x, absorb_small(x, fcluster(tree, k, "maxclust") - 1))
        if 1 < labels.max() + 1 <= max_speakers and (score := silhouette(far, labels)) > best_score:
            best, best_score = labels, score
    return best


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
