"""Who speaks: by track, by voice, and in the cases in which there is next to nothing to hear."""

from __future__ import annotations

import itertools
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

import models.speakers.encoder as encoder_module
from app.audio.tracks import TrackReader
from app.domain.cancel import Never
from app.domain.errors import Cancelled, ModelError
from app.domain.meeting import FILE, MIC, SYSTEM
from app.domain.ports import Diarizer
from models.speakers import default_diarizer
from models.speakers.clustering import absorb_small, cluster, merge_alike, silhouette, without_mixtures
from models.speakers.encoder import EMBEDDING, load_encoder, windows
from models.speakers.tracks import TrackDiarizer
from models.speakers.voices import VoiceDiarizer
from tests.unit.speakers_support import Sound, noise, segments, shared


def turns(name: str) -> list[tuple[float, float, str]]:
    rows = [line.split() for line in shared(f"{name}.rttm").read_text(encoding="utf-8").splitlines()]
    return [(float(r[3]), float(r[3]) + float(r[4]), r[7]) for r in rows if r]


# By track


def test_tracks_alone() -> None:
    said = segments([(5, 6)], SYSTEM) + segments([(1, 2), (7, 8)], MIC, first=2)
    speakers, of = TrackDiarizer().label({}, [], said, Never())
    assert [(s.key, s.name, s.track) for s in speakers] == [("me", "Me", MIC), ("others", "Others", SYSTEM)]
    assert of == {1: "others", 2: "me", 3: "me"}
    speakers, of = TrackDiarizer().label({}, [], segments([(0, 1), (2, 3)]), Never())
    assert [(s.key, s.name) for s in speakers] == [("s1", "Speaker 1")]
    assert of == {1: "s1", 2: "s1"}


@pytest.mark.parametrize("diarizer", [TrackDiarizer(), VoiceDiarizer()], ids=lambda d: d.name)
def test_nobody_speaks(diarizer: Diarizer) -> None:
    assert diarizer.label({FILE: noise(3)}, [], [], Never()) == ((), {})


# By voice: little to hear


@pytest.mark.parametrize(
    "spans",
    [[(1.0, 1.4)], [(0.0, 0.05)], [(0.5, 0.5)], [(2.9, 3.0), (2.95, 9.0)], [(0.0, 3.0)], [(50.0, 51.0)]],
    ids=["0.4 s", "50 ms", "nothing", "beyond the end", "all", "outside"],
)
def test_next_to_nothing_is_one_speaker(spans: list[tuple[float, float]]) -> None:
    speakers, of = VoiceDiarizer().label({FILE: noise(3)}, [], segments(spans), Never())
    assert [s.name for s in speakers] == ["Speaker 1"]
    assert set(of.values()) == {"s1"}
    assert len(of) == len(spans)


def test_a_track_shorter_than_a_window_and_pure_silence() -> None:
    for sound in (noise(0.4), Sound(np.zeros(6_400)), Sound(np.zeros(160_000))):
        spans = [(i / 10, i / 10 + 0.3) for i in range(10)]
        speakers, of = VoiceDiarizer().label({FILE: sound}, [], segments(spans), Never())
        assert len(of) == 10
        assert len(speakers) == 1


def test_segments_whose_track_cannot_be_read_still_get_a_speaker() -> None:
    speakers, of = VoiceDiarizer().label({}, [], segments([(0, 1)]), Never())
    assert of == {1: "s1"}
    assert speakers[0].name == "Speaker 1"


def test_cancelling() -> None:
    flag = threading.Event()
    flag.set()
    with pytest.raises(Cancelled):
        VoiceDiarizer().label({FILE: noise(10)}, [], segments([(0, 9)]), flag)


# By voice: real ones


def right_share(of: dict[int, str], truth: dict[int, str], lengths: dict[int, float]) -> float:
    """Time-weighted share of segments that are right under the best one-to-one naming."""
    from scipy.optimize import linear_sum_assignment

    found, real = sorted({of[i] for i in truth}), sorted(set(truth.values()))
    table = np.zeros((len(found), len(real)))
    for i, who in truth.items():
        table[found.index(of[i]), real.index(who)] += lengths[i]
    rows, columns = linear_sum_assignment(-table)
    return float(table[rows, columns].sum() / table.sum())


@pytest.mark.parametrize("name", ["sim_espeak4", "sim_libri4b"])
def test_a_meeting_on_two_tracks(name: str) -> None:
    remote, local = turns(f"{name}_sys"), turns(f"{name}_mic")
    said = segments([t[:2] for t in remote], SYSTEM)
    said += segments([t[:2] for t in local], MIC, first=len(said) + 1)
    with TrackReader(shared(f"{name}_sys.flac")) as sys_track, TrackReader(shared(f"{name}_mic.flac")) as mic:
        speakers, of = VoiceDiarizer().label({MIC: mic, SYSTEM: sys_track}, [], said, Never())
    assert {s.name for s in speakers} == {"Me", "Speaker 1", "Speaker 2", "Speaker 3"}
    assert {s.key for s in speakers if s.track == SYSTEM} == {"s1", "s2", "s3"}
    assert all((of[s.id] == "me") == (s.track == MIC) for s in said)
    truth = {i: t[2] for i, t in enumerate(remote, 1)}
    assert right_share(of, truth, {s.id: s.end_s - s.start_s for s in said}) > 0.97
    first: list[str] = []
    for s in sorted(said, key=lambda s: s.start_s):
        if of[s.id] not in first:
            first.append(of[s.id])
    assert [s.key for s in speakers] == first
    assert [k for k in first if k != "me"] == ["s1", "s2", "s3"]


@pytest.mark.parametrize("name", ["sim_espeak4_mic", "sim_libri4b_mic"])
def test_one_voice_is_one_speaker(name: str) -> None:
    said = segments([t[:2] for t in turns(name)])
    with TrackReader(shared(f"{name}.flac")) as track:
        for part in (said, said[: len(said) // 3]):
            speakers, _ = VoiceDiarizer().label({FILE: track}, [], part, Never())
            assert [s.name for s in speakers] == ["Speaker 1"]


def test_two_short_speeches_are_two_speakers() -> None:
    a, b = (sf.read(shared(f"{n}.flac"), dtype="float32")[0] for n in ("jfk", "en_libri_1995"))
    track = Sound(np.concatenate([a, b]))
    half = len(a) / 16_000
    said = segments([(0.2, 5), (5, half), (half, half + 4), (half + 4, half + 8.5)])
    results = [VoiceDiarizer().label({FILE: track}, [], said, Never()) for _ in range(2)]
    assert results[0] == results[1]
    assert results[0][1] == {1: "s1", 2: "s1", 3: "s2", 4: "s2"}


def test_loudness_does_not_make_a_speaker() -> None:
    x = sf.read(shared("en_libri_1995.flac"), dtype="float32")[0]
    track = Sound(np.concatenate([x, x * 0.05, x]))
    said = segments([(i * 4.2, i * 4.2 + 4.2) for i in range(6)])
    assert len(VoiceDiarizer().label({FILE: track}, [], said, Never())[0]) == 1


# The encoder


def test_embeddings_are_directions_and_follow_the_voice() -> None:
    encoder = load_encoder()
    names = ("jfk", "en_libri_1995", "leopard_es")
    found = []
    for n in names:
        with TrackReader(shared(f"{n}.flac")) as r:
            found.append(encoder.embed(r, [(1, 2.6), (3, 4.6), (5, 6.6)], Never()))
    x = np.concatenate(found)
    assert x.shape == (9, EMBEDDING)
    assert np.linalg.norm(x, axis=1) == pytest.approx(1, abs=1e-5)
    cosine = x @ x.T
    same = np.kron(np.eye(3), np.ones((3, 3))).astype(bool)
    assert cosine[same].mean() > 0.6 > 0.3 > cosine[~same].mean()


def test_embeddings_do_not_depend_on_what_is_read_together(monkeypatch: pytest.MonkeyPatch) -> None:
    sound = noise(200)
    spans = windows([(0, 3), (10, 14), (70, 71), (130, 190)])
    together = load_encoder().embed(sound, spans, Never())
    alone = np.concatenate([load_encoder().embed(sound, [s], Never()) for s in spans])
    assert together == pytest.approx(alone, abs=1e-4)


def test_windows_cover_the_speech() -> None:
    assert windows([(0, 1.0), (5, 5.2)]) == [(0, 1.0), (5, 5.2)]
    found = windows([(10, 14)])
    assert (found[0][0], found[-1][1]) == (10, 14)
    assert all(b - a <= 1.6 + 1e-9 for a, b in found)
    assert all(later[0] <= earlier[1] for earlier, later in itertools.pairwise(found))


# Clustering


def voices(sizes: Sequence[int], spread: float = 0.04, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Rows scattered around random directions, in mixed order, and whose they are."""
    rng = np.random.default_rng(seed)
    truth = rng.permutation(np.repeat(np.arange(len(sizes)), sizes))
    centres = rng.standard_normal((len(sizes), EMBEDDING))
    centres /= np.linalg.norm(centres, axis=1, keepdims=True)
    x = centres[truth] + spread * rng.standard_normal((len(truth), EMBEDDING))
    return (x / np.linalg.norm(x, axis=1, keepdims=True)).astype(np.float32), truth


@pytest.mark.parametrize(
    "sizes", [[20], [10, 10], [10, 15, 8], [120], [100, 60], [80, 20, 40, 30], [40] * 10, [900, 500, 300]]
)
def test_the_number_of_voices_is_found(sizes: list[int]) -> None:
    x, truth = voices(sizes)
    labels = cluster(x)
    pairs = {(int(a), int(b)) for a, b in zip(labels, truth, strict=True)}
    assert len(pairs) == len(sizes) == labels.max() + 1


@pytest.mark.parametrize("n", [0, 1, 2, 5])
def test_too_little_to_tell_apart_is_one(n: int) -> None:
    assert list(cluster(voices([n])[0])) == [0] * n


def test_identical_windows_are_one_voice() -> None:
    for n in (10, 100):
        x = np.zeros((n, EMBEDDING), np.float32)
        x[:, 0] = 1
        assert cluster(x).max() == 0


def test_a_few_stray_windows_make_no_speaker() -> None:
    x, truth = voices([20, 15, 2])
    assert cluster(x).max() == 1
    labels = absorb_small(x, truth)
    assert sorted(np.unique(labels)) == [0, 1]


def test_alike_voices_are_merged() -> None:
    x, truth = voices([20, 20])
    split = np.where(truth == 0, 0, 1 + (np.arange(40) % 2))
    merged = merge_alike(x, split)
    assert {(int(a), int(b)) for a, b in zip(merged, truth, strict=True)} == {(0, 0), (1, 1)}


def directions(*cosines: tuple[int, int, float], count: int) -> np.ndarray:
    """Unit vectors with these cosines between pairs; the others are at right angles."""
    gram = np.eye(count)
    for i, j, cosine in cosines:
        gram[i, j] = gram[j, i] = cosine
    return np.pad(np.linalg.cholesky(gram), ((0, 0), (0, EMBEDDING - count)))


def around(centres: np.ndarray, each: int, spread: float = 0.02) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(1)
    labels = np.repeat(np.arange(len(centres)), each)
    x = centres[labels] + spread * rng.standard_normal((len(labels), EMBEDDING))
    return (x / np.linalg.norm(x, axis=1, keepdims=True)).astype(np.float32), labels


def test_halves_of_a_voice_are_one_where_others_are_far_and_two_where_all_are_alike() -> None:
    x, labels = around(directions((0, 1, 0.66), count=4), 15)
    assert merge_alike(x, labels).max() == 2
    pairs = [(i, j, 0.4) for i in range(4) for j in range(i) if (i, j) != (1, 0)]
    x, labels = around(directions((0, 1, 0.66), *pairs, count=4), 15)
    assert merge_alike(x, labels).max() == 3, "a room with echo makes everybody alike"


def test_a_label_of_changes_from_one_to_another_is_dissolved() -> None:
    centres = directions(count=2)
    between = centres.sum(0) / np.sqrt(2)
    three = np.stack([*centres, between])
    labels = np.array([k for turn in range(20) for k in [turn % 2] * 5 + [2]])
    x = around(three, 1)[0][labels]
    found = without_mixtures(x, labels)
    assert found.max() == 1
    assert np.array_equal(found[labels < 2], labels[labels < 2])
    lasting = np.array([k for turn in range(20) for k in [turn % 2] * 5 + [2] * 5])
    assert without_mixtures(around(three, 1)[0][lasting], lasting).max() == 2
    apart = around(directions(count=3), 1)[0][labels]
    assert without_mixtures(apart, labels).max() == 2, "somebody who says a word at a time, but in a voice of their own"


def test_silhouette_by_hand() -> None:
    far = np.abs(np.subtract.outer([0.0, 1.0, 10.0, 12.0], [0.0, 1.0, 10.0, 12.0]))
    expected = np.mean([(11 - 1) / 11, (10 - 1) / 10, (9.5 - 2) / 9.5, (11.5 - 2) / 11.5])
    assert silhouette(far, np.array([0, 0, 1, 1])) == pytest.approx(expected)
    assert silhouette(far, np.array([0, 1, 1, 1])) < silhouette(far, np.array([0, 0, 1, 1]))


# The weights


def test_without_weights_the_tracks_decide(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert isinstance(default_diarizer(), VoiceDiarizer)
    monkeypatch.setattr(encoder_module, "WEIGHTS", tmp_path / "nothing.safetensors")
    assert isinstance(default_diarizer(), TrackDiarizer)


def test_damaged_weights_are_told(tmp_path: Path) -> None:
    (tmp_path / "w.safetensors").write_bytes(b"\x08\0\0\0\0\0\0\0{}      ")
    (tmp_path / "x.safetensors").write_bytes(b"nothing of the kind")
    for name in ("w", "x", "missing"):
        with pytest.raises(ModelError, match="damaged"):
            load_encoder(tmp_path / f"{name}.safetensors")


def test_importing_is_cheap() -> None:
    program = """
import sys
from models.speakers import default_diarizer
default_diarizer().settings
heavy = {"torch", "transformers", "scipy", "pandas", "sklearn"} & set(sys.modules)
sys.exit(f"imported {heavy}" if heavy else 0)
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=120)
