"""Labels while people speak, and prints of voices."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from app.domain.cancel import Never
from app.domain.meeting import MIC, SYSTEM
from models.speakers.encoder import EMBEDDING, load_encoder
from models.speakers.live import LiveSpeakers, Reclustered
from models.speakers.voiceprints import (
    ASK,
    MIN_SPEECH_S,
    SURE,
    Voiceprint,
    likeness,
    make_print,
    print_of,
    rank,
)
from tests.unit.speakers_support import noise, recording, reference

HOP_S = 0.8


class Meeting:
    """People as directions; each window is one of them, a little off."""

    def __init__(self, people: int, seed: int = 0) -> None:
        self.rng = np.random.default_rng(seed)
        centres = self.rng.standard_normal((people, EMBEDDING))
        self.centres = centres / np.linalg.norm(centres, axis=1, keepdims=True)
        self.at_s = 0.0

    def says(self, who: int, count: int) -> tuple[list[tuple[float, float]], np.ndarray]:
        x = self.centres[who] + 0.04 * self.rng.standard_normal((count, EMBEDDING))
        x /= np.linalg.norm(x, axis=1, keepdims=True)
        spans = [(self.at_s + i * HOP_S, self.at_s + i * HOP_S + 1.6) for i in range(count)]
        self.at_s = spans[-1][1] + 1.0
        return spans, x.astype(np.float32)


def run(live: LiveSpeakers) -> None:
    if work := live.begin():
        live.finish(work())


def test_the_first_word_has_a_name_and_a_new_voice_waits_three_seconds() -> None:
    meeting, live = Meeting(2), LiveSpeakers()
    assert live.add(SYSTEM, *meeting.says(0, 1)) == ["s1"]
    assert live.add(SYSTEM, *meeting.says(0, 5)) == ["s1"] * 5
    new, x = meeting.says(1, 6)
    keys = live.add(SYSTEM, new, x)
    assert keys[:3] == ["", "", ""]
    assert keys[-1] == "s2"
    assert live.speaker_at(SYSTEM, *new[0]) == "s2"  # known by now
    assert LiveSpeakers(first_voice=3).add(SYSTEM, *meeting.says(0, 1)) == ["s3"]  # after two of another session


def test_somebody_who_coughs_is_nobody() -> None:
    meeting, live = Meeting(3), LiveSpeakers()
    live.add(SYSTEM, *meeting.says(0, 60))
    assert live.add(SYSTEM, *meeting.says(1, 2)) == ["", ""]
    live.add(SYSTEM, *meeting.says(2, 60))
    if work := live.begin(now=True):
        live.finish(work())
    keys = {live.speaker_at(SYSTEM, t, t + 1) for t in np.arange(0, meeting.at_s, 0.8)}
    assert keys - {""} == {"s1", "s2"}


def test_names_stay_when_all_is_clustered_again() -> None:
    meeting, live = Meeting(4, seed=3), LiveSpeakers()
    said: list[tuple[int, tuple[float, float]]] = []
    shown: list[tuple[int, str]] = []
    for _ in range(120):
        who = int(meeting.rng.integers(4))
        spans, x = meeting.says(who, 6)
        shown += [(who, k) for k in live.add(SYSTEM, spans, x) if k]
        said += [(who, s) for s in spans]
        run(live)
    assert {k for _, k in shown} == {"s1", "s2", "s3", "s4"}
    table = np.zeros((4, 4))
    for who, key in shown:
        table[who, int(key[1]) - 1] += 1
    rows, columns = linear_sum_assignment(-table)
    assert table[rows, columns].sum() / table.sum() > 0.97
    name = {int(r): f"s{c + 1}" for r, c in zip(rows, columns, strict=True)}
    assert all(live.speaker_at(SYSTEM, *span) == name[who] for who, span in said)


def test_a_name_is_not_given_twice() -> None:
    meeting, live = Meeting(2), LiveSpeakers()
    live.add(SYSTEM, *meeting.says(0, 20))
    live.add(SYSTEM, *meeting.says(1, 20))
    work = live.begin(now=True)
    assert work is not None
    assert live.begin(now=True) is None  # one at a time
    found = work()
    live.finish(Reclustered(found.track, found.rows, np.zeros_like(found.labels), found.x))  # all one: s2 is gone
    assert live.speaker_at(SYSTEM, 0, meeting.at_s) == "s1"
    assert live.add(SYSTEM, *Meeting(5, seed=9).says(4, 8))[-1] == "s3"


def test_sound_that_came_while_the_background_worked_is_kept() -> None:
    meeting, live = Meeting(2), LiveSpeakers()
    live.add(SYSTEM, *meeting.says(0, 30))
    work = live.begin(now=True)
    assert work is not None
    late, x = meeting.says(1, 10)
    live.add(SYSTEM, late, x)
    live.finish(work())
    assert live.add(SYSTEM, *meeting.says(0, 1)) == ["s1"]
    for _ in range(2):
        if again := live.begin(now=True):
            live.finish(again())
    assert live.speaker_at(SYSTEM, *late[5]) not in {"", "s1"}


def test_the_microphone_is_me_and_the_loudspeaker_is_not() -> None:
    meeting, live = Meeting(3), LiveSpeakers()
    assert live.add(MIC, *meeting.says(0, 5)) == ["me"] * 5
    spans, x = meeting.says(1, 8)
    live.add(SYSTEM, spans, x)
    assert live.add(MIC, spans, x) == [""] * 8
    spans, _ = meeting.says(0, 4)
    live.add(SYSTEM, spans, meeting.says(1, 4)[1])
    assert live.add(MIC, spans, meeting.says(0, 4)[1]) == ["me"] * 4  # both at once
    shared = LiveSpeakers(shared_microphone=True)
    shared.add(MIC, *meeting.says(0, 8))
    assert shared.add(MIC, *meeting.says(1, 8))[-1] == "s2"


def test_the_work_is_bounded() -> None:
    meeting, live = Meeting(3), LiveSpeakers()
    for i in range(60):
        live.add(SYSTEM, *meeting.says(i % 3, 50))
    work = live.begin()
    assert work is not None
    found = work()
    assert len(found.rows) == 600
    live.finish(found)
    assert live.speaker_at(SYSTEM, 0, 30) == "s1"


def test_nothing_said_is_nobody() -> None:
    live = LiveSpeakers()
    assert live.begin(now=True) is None
    assert live.add(SYSTEM, [], np.zeros((0, EMBEDDING), np.float32)) == []
    assert live.begin(now=True) is None
    assert live.speaker_at(SYSTEM, 0, 1) == ""


# Voiceprints


def voice(name: str, who: str | None, first: int, count: int) -> Voiceprint:
    spans = [t[:2] for t in reference(name) if who is None or t[2] == who][first : first + count]
    found = make_print(load_encoder(), recording(name), spans, MIC, Never())
    assert found is not None
    return found


def test_a_person_is_known_again_and_nobody_else() -> None:
    known = {who: [voice("sim_libri4b_sys", who, 0, 4)] for who in ("spk1", "spk2", "spk3")}
    for who in known:
        best, *others = rank(voice("sim_libri4b_sys", who, 5, 3), known)
        assert (best.person, best.certainty) == (who, "sure")
        assert {o.certainty for o in others} == {"unknown"}
    stranger = rank(voice("sim_libri4b_mic", None, 0, 3), known)
    assert "sure" not in {c.certainty for c in stranger}


def test_too_little_speech_makes_no_print() -> None:
    encoder = load_encoder()
    assert make_print(encoder, noise(5), [(0, MIN_SPEECH_S - 0.1)], MIC, Never()) is None
    assert make_print(encoder, noise(5), [], MIC, Never()) is None
    assert print_of(np.zeros((0, EMBEDDING), np.float32), MIC, 0) is None


def test_odd_windows_do_not_count() -> None:
    me, other = np.eye(EMBEDDING, dtype=np.float32)[:2]
    found = print_of(np.stack([me] * 9 + [other]), MIC, 8)
    assert found is not None
    assert found.vector == pytest.approx(me)


def at_angle(cosine: float, channel: str = MIC) -> Voiceprint:
    vector = np.zeros(EMBEDDING, np.float32)
    vector[:2] = cosine, np.sqrt(1 - cosine**2)
    return Voiceprint(vector, channel, 10.0)


def test_two_thresholds_and_a_margin() -> None:
    heard = at_angle(1.0)
    for cosine, expected in ((SURE + 0.01, "sure"), (SURE - 0.01, "ask"), (ASK + 0.01, "ask"), (ASK - 0.01, "unknown")):
        assert [c.certainty for c in rank(heard, {"Anna": [at_angle(cosine)]})] == [expected]
    both = rank(heard, {"Anna": [at_angle(0.8)], "Ben": [at_angle(0.77)]})
    assert [(c.person, c.certainty) for c in both] == [("Anna", "ask"), ("Ben", "ask")]
    assert rank(heard, {}) == []
    assert rank(heard, {"Anna": []}) == []


def test_prints_of_the_same_channel_count_first() -> None:
    known = {"Anna": [at_angle(0.9, SYSTEM), at_angle(0.5)], "Ben": [at_angle(0.7, SYSTEM)]}
    scores = {c.person: round(c.score, 2) for c in rank(at_angle(1.0), known)}
    assert scores == {"Anna": 0.5, "Ben": 0.7}


def test_a_print_survives_being_stored() -> None:
    p = at_angle(0.3)
    data = p.to_bytes()
    assert len(data) == 512
    assert likeness(Voiceprint.from_bytes(data, MIC, 10), p) == pytest.approx(1, abs=1e-3)
    for bad in (b"", data[:-2], b"\0" * 512, b"\xff" * 512):
        with pytest.raises(ValueError, match="not a voiceprint"):
            Voiceprint.from_bytes(bad, MIC, 10)
