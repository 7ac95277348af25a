"""Who spoke when, by the built-in voice encoder: turns, tracks, the number of people, and odd meetings."""

from __future__ import annotations

import functools
import itertools
import threading
from collections.abc import Iterator

import numpy as np
import pytest

from app.domain.cancel import Never
from app.domain.errors import Cancelled
from app.domain.meeting import FILE, MIC, SYSTEM, SpeakerOptions
from app.domain.ports import Diarization
from models.speakers import gate
from models.speakers.clustering import fit_count, separation
from models.speakers.timeline import loudness, merged, turns
from models.speakers.voices import VoiceDiarizer
from tests.unit.speakers_support import Sound, noise, recording, reference, regions, right_time, segments

AUTO = SpeakerOptions()


@functools.cache
def two_tracks(name: str, mic: str, options: SpeakerOptions) -> Diarization:
    there, here = reference(f"{name}_sys"), reference(f"{name}_{mic}")
    tracks = {MIC: recording(f"{name}_{mic}"), SYSTEM: recording(f"{name}_sys")}
    # With loudspeakers the microphone hears everybody.
    heard = here + there if mic == "micecho" else here
    speech = regions([t[:2] for t in there], SYSTEM) + regions(merged([t[:2] for t in heard]), MIC)
    return VoiceDiarizer().diarize(tracks, speech, [], options, Never())


# Tracks


@pytest.mark.parametrize("shared", [False, True])
def test_the_loudspeaker_is_not_me(shared: bool) -> None:
    found = two_tracks("sim_libri4b", "micecho", SpeakerOptions(shared_microphone=shared))
    assert [s.key for s in found.speakers] == ["s1", "s2", "me", "s3"]
    assert {t.speaker for t in found.turns if t.track == MIC} == {"me"}
    mine = reference("sim_libri4b_micecho")
    total = sum(end - start for start, end, _ in mine)
    kept = sum(t.end_s - t.start_s for t in found.turns if t.track == MIC)
    assert right_time(found, mine, MIC) > 0.97
    assert kept < 1.1 * total
    assert right_time(found, reference("sim_libri4b_sys"), SYSTEM) > 0.97


def test_segments_of_the_loudspeaker_are_named_and_given_to_who_spoke() -> None:
    there, here = reference("sim_libri4b_sys"), reference("sim_libri4b_micecho")
    tracks = {MIC: recording("sim_libri4b_micecho"), SYSTEM: recording("sim_libri4b_sys")}
    apart = [t for t in there if not any(t[0] < h[1] and h[0] < t[1] for h in here)]
    heard = segments([t[:2] for t in there], SYSTEM)
    mine = segments([t[:2] for t in here], MIC, first=100)
    echoes = segments([t[:2] for t in apart], MIC, first=200)
    found = VoiceDiarizer().diarize(tracks, [], heard + mine + echoes, AUTO, Never())
    assert len(echoes) > 20
    assert found.far_end == {s.id for s in echoes}
    assert {found.of_segment[s.id] for s in mine} == {"me"}
    for s, (start, end, _) in zip(echoes, apart, strict=True):
        original = next(h for h in heard if (h.start_s, h.end_s) == (start, end))
        assert found.of_segment[s.id] == found.of_segment[original.id]


@pytest.mark.parametrize("name", ["sim_libri4b", "sim_espeak4"])
def test_headphones(name: str) -> None:
    found = two_tracks(name, "mic", AUTO)
    assert len(found.speakers) == 4
    assert right_time(found, reference(f"{name}_sys"), SYSTEM) > 0.97
    assert right_time(found, reference(f"{name}_mic"), MIC) > 0.995


def test_several_people_at_the_microphone() -> None:
    here = reference("sim_libri4b_sys")
    found = VoiceDiarizer().diarize(
        {MIC: recording("sim_libri4b_sys")},
        regions([t[:2] for t in here], MIC),
        [],
        SpeakerOptions(shared_microphone=True),
        Never(),
    )
    assert [(s.key, s.name, s.track) for s in found.speakers] == [(f"s{i}", f"Speaker {i}", MIC) for i in (1, 2, 3)]
    assert right_time(found, here, MIC) > 0.97


def test_one_mixed_file() -> None:
    mixed = Sound(recording("sim_libri4b_sys").x + recording("sim_libri4b_mic").x)
    truth = reference("sim_libri4b_sys") + reference("sim_libri4b_mic")
    speech = regions(merged([t[:2] for t in truth]))
    found = VoiceDiarizer().diarize({FILE: mixed}, speech, [], AUTO, Never())
    assert len(found.speakers) == 4
    assert right_time(found, truth, FILE) > 0.85  # who speaks alone is right; of two at once one is told
    assert all(b.start_s >= a.end_s - 1e-6 for a, b in itertools.pairwise(found.turns))


# The number of people


@pytest.mark.parametrize("count", [1, 2, 3, 6])
def test_the_user_knows_how_many(count: int) -> None:
    here = [t for t in reference("sim_libri4b_sys") if t[0] < 80]
    found = VoiceDiarizer().diarize(
        {FILE: recording("sim_libri4b_sys")}, regions([t[:2] for t in here]), [], SpeakerOptions(count), Never()
    )
    assert len(found.speakers) == count
    assert {t.speaker for t in found.turns} == {s.key for s in found.speakers}
    if count == 3:
        assert right_time(found, here, FILE) > 0.97


@pytest.mark.parametrize(("count", "keys"), [(1, {"me", "s1"}), (2, {"me", "s1"}), (3, {"me", "s1", "s2"})])
def test_a_known_number_counts_me(count: int, keys: set[str]) -> None:
    assert {s.key for s in two_tracks("sim_libri4b", "mic", SpeakerOptions(count)).speakers} == keys


def test_a_known_number_over_two_tracks() -> None:
    rng = np.random.default_rng(1)
    centres = rng.standard_normal((5, 256))
    a, b = (np.repeat(centres[k], 20, axis=0) for k in ([0, 1], [2, 3, 4]))
    a, b = (x + 0.7 * rng.standard_normal(x.shape) for x in (a, b))
    parts = [(x / np.linalg.norm(x, axis=1, keepdims=True)).astype(np.float32) for x in (a, b)]
    ones = [np.zeros(len(x), np.intp) for x in parts]
    found = fit_count(list(zip(parts, ones, strict=True)), 5)
    assert [int(k.max()) + 1 for k in found] == [2, 3]
    assert all(len(set(k[i : i + 20])) == 1 for k in found for i in range(0, len(k), 20))
    assert [int(k.max()) + 1 for k in fit_count(list(zip(parts, found, strict=True)), 2)] == [1, 1]
    assert fit_count([], 3) == []
    assert [list(k) for k in fit_count([(parts[0][:1], ones[0][:1])], 4)] == [[0]]


# Odd meetings


def test_twelve_people() -> None:
    names = ["jfk", "en_libri_1995", "leopard_es", "leopard_fr", "leopard_de", "leopard_it", "leopard_pt", "leopard_ko"]
    clips = [recording(n).x for n in names]
    for track, who in (("sim_libri4b_sys", "spk1"), ("sim_libri4b_sys", "spk2"), ("sim_libri4b_sys", "spk3")):
        start, end = next(t[:2] for t in reference(track) if t[2] == who and t[1] - t[0] > 3)
        clips.append(recording(track).read(start, end))
    clips.append(recording("sim_libri4b_mic").read(*reference("sim_libri4b_mic")[0][:2]))
    clips = [c / (np.abs(c).max() + 1e-6) * 0.3 for c in clips]
    x = np.concatenate(clips * 2)
    ends = np.cumsum([len(c) for c in clips * 2]) / 16_000
    found = VoiceDiarizer().diarize(
        {FILE: Sound(x)}, regions(list(zip([0.0, *ends[:-1]], ends, strict=True))), [], AUTO, Never()
    )
    assert 10 <= len(found.speakers) <= 13


class MostlySilent(Sound):
    """Two recordings with hours of silence between them, none of which is in memory."""

    def __init__(self, first: np.ndarray, second: np.ndarray, gap_s: float) -> None:
        super().__init__(first)
        self.second, self.at_s = second.astype(np.float32), len(first) / 16_000 + gap_s
        self.duration_s = self.at_s + len(second) / 16_000

    def read(self, start_s: float, end_s: float) -> np.ndarray:
        assert end_s - start_s < 300
        if start_s >= self.at_s - 10:
            early = np.zeros(max(0, round((self.at_s - start_s) * 16_000)), np.float32)
            a = max(0, round((start_s - self.at_s) * 16_000))
            return np.concatenate([early, self.second[a : max(0, round((end_s - self.at_s) * 16_000))]])
        return super().read(start_s, end_s)

    def blocks(self, seconds: float) -> Iterator[np.ndarray]:
        raise AssertionError("nobody should read all of it")


def test_hours_of_silence_between_two_remarks() -> None:
    a, b = recording("jfk").x, recording("en_libri_1995").x
    sound = MostlySilent(a, b, 5 * 3600)
    speech = [(0.3, 10.8), (sound.at_s + 0.3, sound.at_s + 8.5)]
    found = VoiceDiarizer().diarize({FILE: sound}, regions(speech), segments(speech), AUTO, Never())
    assert found.of_segment == {1: "s1", 2: "s2"}
    assert len(found.turns) == 2


def test_a_track_that_starts_an_hour_late() -> None:
    late = MostlySilent(np.zeros(16_000), recording("jfk").x, 3600)
    speech = regions([(0.3, 8.5)], SYSTEM) + regions([(late.at_s + 0.3, late.at_s + 10.8)], MIC)
    found = VoiceDiarizer().diarize({SYSTEM: recording("en_libri_1995"), MIC: late}, speech, [], AUTO, Never())
    assert [(s.key, s.track) for s in found.speakers] == [("s1", SYSTEM), ("me", MIC)]


def test_music_and_noise_taken_for_speech_make_no_crowd() -> None:
    found = VoiceDiarizer().diarize({FILE: recording("ns_guitar")}, regions([(0.0, 8.5)]), [], AUTO, Never())
    assert len(found.speakers) <= 2
    found = VoiceDiarizer().diarize({FILE: noise(30)}, regions([(0.0, 30.0)]), [], AUTO, Never())
    assert len(found.speakers) == 1


@pytest.mark.parametrize("options", [AUTO, SpeakerOptions(3), SpeakerOptions(2, shared_microphone=True)])
def test_next_to_nothing(options: SpeakerOptions) -> None:
    diarizer = VoiceDiarizer()
    assert diarizer.diarize({MIC: noise(1), SYSTEM: noise(1)}, [], [], options, Never()) == Diarization()
    short = diarizer.diarize({MIC: noise(2)}, regions([(1.0, 1.4)], MIC), segments([(1.0, 1.4)], MIC), options, Never())
    assert [s.key for s in short.speakers] == ["me"]
    both = regions([(0.5, 0.9)], MIC) + regions([(0.5, 0.9)], SYSTEM)
    found = diarizer.diarize({MIC: noise(2), SYSTEM: noise(2)}, both, [], options, Never())
    assert {s.key for s in found.speakers} <= {"me", "s1"}


def test_everybody_listed_speaks() -> None:
    found = two_tracks("sim_espeak4", "mic", AUTO)
    assert {s.key for s in found.speakers} == {t.speaker for t in found.turns}
    assert all(t.end_s > t.start_s for t in found.turns)


# Pieces of it


def test_turns_change_where_the_windows_do() -> None:
    spans = [(i * 0.4, i * 0.4 + 1.6) for i in range(22)]  # 0 to 10 s
    first = np.array([(a + b) / 2 < 5 for a, b in spans])
    like = np.where(first[:, None], [0.8, 0.1], [0.1, 0.8]).astype(np.float32)
    found = turns(spans, like, [(0.0, 10.0)])
    assert [k for *_, k in found] == [0, 1]
    assert found[0][1] == found[1][0] == pytest.approx(5.0, abs=0.3)
    assert (found[0][0], found[-1][1]) == (0.0, 10.0)


def test_one_odd_window_changes_nothing() -> None:
    spans = [(i * 0.4, i * 0.4 + 1.6) for i in range(22)]
    like = np.tile(np.float32([0.8, 0.2]), (22, 1))
    like[11] = [0.45, 0.5]
    assert turns(spans, like, [(0.0, 10.0)]) == [(0.0, 10.0, 0)]


def test_the_gate_learns_from_silence_elsewhere() -> None:
    me, other = np.eye(256, dtype=np.float32)[:2]
    x = np.stack([me] * 6 + [other] * 4 + [(me + other) / np.sqrt(2)])
    spans = [(float(i), i + 1.0) for i in range(11)]
    assert gate.spoken_here(x, spans, other[None], [(6.0, 11.0)]).tolist() == [True] * 6 + [False] * 5
    kept, echoes = gate.without_far_end([(0, 6, 0), (6, 10, 1), (20, 21, 1)], 1, [(6.0, 10.0)])
    assert kept == [(0, 6, 0), (20, 21, 0)]
    assert echoes == [(6, 10)]


def test_separation_tells_two_from_one() -> None:
    rng = np.random.default_rng(0)
    x = rng.standard_normal((200, 64)).astype(np.float32)
    direction = x[:, 0] > 0
    assert separation(x[direction], x[~direction]) < 4
    x[:100, 0] += 8
    assert separation(x[:100], x[100:]) > 6


def test_speakers_change_in_a_pause() -> None:
    spans = [(i * 0.4, i * 0.4 + 1.6) for i in range(22)]
    like = np.array([[0.6, 0.2] if (a + b) / 2 < 5 else [0.2, 0.6] for a, b in spans], np.float32)
    level = np.full(201, -20.0, np.float32)
    assert turns(spans, like, [(0.0, 10.0)], level)[0][1] == pytest.approx(5.0, abs=0.25)
    level[95:97] = -60
    (a, b) = turns(spans, like, [(0.0, 10.0)], level)
    assert 4.7 <= a[1] <= 4.9
    assert (a[2], b[2]) == (0, 1)
    level[:] = -20
    level[20:24] = -60  # 1 s: too far away to be meant
    assert turns(spans, like, [(0.0, 10.0)], level)[0][1] > 4


def test_loudness_within_speech() -> None:
    x = np.concatenate([0.1 * np.ones(16_000), np.zeros(16_000), 0.5 * np.ones(8_000)]).astype(np.float32)
    level = loudness(Sound(x), [(0.0, 1.5), (2.0, 2.5)], Never())
    assert len(level) >= 50
    assert level[:20] == pytest.approx(-20, abs=0.1)
    assert level[20:40] == pytest.approx(-100, abs=0.1)
    assert level[40:50] == pytest.approx(-6, abs=0.1)
    assert loudness(Sound(x), [(2.4, 9.0)], Never())[48] == pytest.approx(-6, abs=0.1), "beyond the end is silence"
    flag = threading.Event()
    flag.set()
    with pytest.raises(Cancelled):
        loudness(Sound(x), [(0.0, 1.0)], flag)
