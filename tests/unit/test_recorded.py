"""What was recorded, read so that its tracks agree; clocks; what a crash leaves."""

from __future__ import annotations

import json
import os
import threading
import tracemalloc
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
import soundfile as sf

from app.audio.clocks import place
from app.audio.decode import DecodedTrack
from app.audio.journal import JOURNAL_NAME, RESERVE_NAME, Clock, JournalWriter, Piece, read_journal
from app.audio.originals import original_frames, packed_path
from app.audio.packing import Form, PackedTrack, pack
from app.audio.recorded import decode_recording, plan, recorded_file, tracks_of
from app.audio.repair import look, repair
from app.audio.track_file import HEADER_BYTES, WavTrack, raw_path
from app.audio.tracks import TrackReader
from app.domain.cancel import Never
from app.domain.errors import Cancelled, InputError, StorageError
from app.domain.meeting import Mark, MarkKind
from tests.fakes import set_flag
from tests.unit.recordings_support import BEGAN, RATE, Device, clicks_heard, write_simple, write_simulated, write_track

if TYPE_CHECKING:
    import numpy.typing as npt

    Samples = npt.NDArray[np.float32]


def decoded(folder: Path, track: str) -> tuple[Samples, tuple[str, ...]]:
    out = folder / f"{track}.flac"
    *_, last = decode_recording(folder, track, out, cancel=Never())
    assert isinstance(last, DecodedTrack)
    with TrackReader(out) as reader:
        assert reader.duration_s == last.duration_s == plan(folder, track).duration_s
        return reader.read(0, reader.duration_s), last.notices


def tone(seconds: float, hz: float = 440.0) -> Samples:
    return (0.3 * np.sin(2 * np.pi * hz * np.arange(round(seconds * RATE)) / RATE)).astype(np.float32)


# -- Which file -------------------------------------------------------------------------------------------


def test_the_wav_is_the_original_while_it_exists(tmp_path: Path) -> None:
    (tmp_path / "mic.flac").write_bytes(b"the working copy is never what was recorded")
    assert recorded_file(tmp_path, "mic") is None
    assert tracks_of(tmp_path) == ()
    for name in ("mic.recorded.flac", "mic.opus", "mic.wav"):
        (tmp_path / name).write_bytes(b"x")
        assert recorded_file(tmp_path, "mic") == tmp_path / name
    (tmp_path / "system.opus").write_bytes(b"x")
    assert tracks_of(tmp_path) == ("mic", "system")


# -- Clocks -----------------------------------------------------------------------------------------------


def pieces(ppm: float, runs: Sequence[tuple[float, float]], seed: int = 0, burst: bool = False) -> list[Piece]:
    """Two hours need no sound to be measured."""
    random = np.random.default_rng(seed)
    found, frame = [], 0
    speed = RATE * (1 + ppm * 1e-6)
    for start, end in runs:
        clocks = []
        for t in np.arange(start + 1, end):
            late = random.exponential(0.003) + (random.exponential(0.05) if random.random() < 0.1 else 0)
            late += 0.03 if burst and t % 600 < 90 else 0
            clocks.append(Clock(frame + int((t - start) * speed), float(t) + 0.01 + late))
        stop = frame + round((end - start) * speed)
        found.append(Piece(frame, stop, start + 0.01 + random.exponential(0.01), "USB", tuple(clocks)))
        frame = stop + 1000
    return found


def worst_ms(found: Sequence[Piece], runs: Sequence[tuple[float, float]]) -> float:
    errors = []
    for p, (start, end) in zip(place(found)[0], runs, strict=True):
        for share in np.linspace(0, 1, 50):
            truth = start + share * (end - start) + 0.01
            errors.append(abs(p.time_s(round(p.frame + share * (p.end - p.frame))) - truth))
    return 1000 * float(max(errors))


@pytest.mark.parametrize("ppm", [-100.0, 0.0, 50.0])
@pytest.mark.parametrize(
    ("runs", "limit_ms"),
    [
        ([(0.0, 7200.0)], 1.0),
        ([(0.0, 65.0)], 3.0),
        ([(0.0, 30.0)], 4.0),  # too short to be measured, and to matter
        ([(n * 60.0, n * 60.0 + 50) for n in range(120)], 5.0),
        ([(n * 10.0, n * 10.0 + 7) for n in range(700)], 15.0),  # hardly an arrival in each
    ],
    ids=["two hours", "a minute", "half a minute", "120 pieces", "700 pieces"],
)
def test_a_clock_is_measured_to_the_millisecond(ppm: float, runs: list[tuple[float, float]], limit_ms: float) -> None:
    assert worst_ms(pieces(ppm, runs), runs) < limit_ms


def test_the_measured_speed_is_that_of_the_device() -> None:
    _, ppm = place(pieces(37.0, [(0.0, 3600.0), (3605.0, 3620.0), (3640.0, 7200.0)]))
    assert ppm["USB"] == pytest.approx(37.0, abs=0.5)


def test_a_busy_computer_is_no_drift() -> None:
    runs = [(0.0, 7200.0)]
    assert worst_ms(pieces(20.0, runs, burst=True), runs) < 2.0


def test_what_no_device_does_is_not_believed() -> None:
    (straight,), ppm = place(pieces(20_000.0, [(0.0, 100.0)]))
    assert ppm == {}
    assert straight.is_straight


# -- Two tracks -------------------------------------------------------------------------------------------

CLICKS = [1.0 + 1.7 * n for n in range(170)]


def test_two_clocks_agree_after_correction(tmp_path: Path) -> None:
    """Two hours with 50 ppm either way, 24 times as fast: the drift is the same 0.72 s, in 290 s with 1,200 ppm."""
    loopback = [(8.0 * n, 8.0 * n + 6.5) for n in range(36)]  # nothing plays, nothing comes
    devices = [
        Device("mic", 1200.0, [(0.0, 120.0), (124.0, 129.0), (129.6, 290.0)], latency_s=0.012, seed=1),
        Device("system", -1200.0, loopback, latency_s=0.008, seed=2),
    ]
    write_simulated(tmp_path, devices, CLICKS, 290.1)
    raw = {t: clicks_heard(sf.read(tmp_path / f"{t}.wav", dtype="float32")[0], CLICKS, RATE) for t in ("mic", "system")}
    apart = max(abs(raw["mic"][c] - raw["system"][c]) for c in raw["mic"].keys() & raw["system"].keys())
    assert apart > 0.1, "without correction this test would test nothing"
    mic, system = (decoded(tmp_path, t)[0] for t in ("mic", "system"))
    assert len(mic) == len(system) == 2901 * 1600
    found = {"mic": clicks_heard(mic, CLICKS), "system": clicks_heard(system, CLICKS)}
    for device in devices:
        heard = [c for c in CLICKS if any(a + 0.02 < c < b - 0.02 for a, b in device.runs)]
        assert found[device.track].keys() >= set(heard), "every sound is still there"
        assert max(abs(found[device.track][c] - c) for c in heard) < 0.025
    both = found["mic"].keys() & found["system"].keys()
    assert len(both) > 100
    assert max(abs(found["mic"][c] - found["system"][c]) for c in both) < 0.020


def test_a_clock_that_bends_is_followed(tmp_path: Path) -> None:
    """The computer's clock is set right by 80 ms while it runs; the other track begins anew afterwards."""

    def warp(t: float) -> float:
        return 0.08 * min(1.0, max(0.0, (t - 200) / 160))

    clicks = [2.0 + 3.1 * n for n in range(190)]
    device = Device("mic", 30.0, [(0.0, 600.0)], latency_s=0.01, seed=3, warp=warp)
    write_simulated(tmp_path, [device], clicks, 600.0)
    assert not plan(tmp_path, "mic").pieces[0].is_straight
    found = clicks_heard(decoded(tmp_path, "mic")[0], clicks)
    errors = [found[c] - (c + warp(c) + 0.01) for c in clicks if c < 599]
    assert max(np.abs(errors)) < 0.016, "a straight line would be 40 ms off at either end"


def test_a_track_read_from_its_packed_file_is_the_same(tmp_path: Path) -> None:
    runs = [(0.0, 20.0), (22.0, 61.3)]
    write_simulated(tmp_path, [Device("mic", 300.0, runs, seed=4)], CLICKS[:36], 61.5)
    whole, _ = decoded(tmp_path, "mic")
    found = clicks_heard(whole, CLICKS[:36])
    kept = raw_path(tmp_path, "mic").read_bytes()
    forms: tuple[Form, ...] = ("flac", "opus")
    for form in forms:
        raw_path(tmp_path, "mic").write_bytes(kept)
        *_, last = pack(tmp_path, "mic", form, duration_s=61.5, cancel=Never())
        assert last == PackedTrack("mic", packed_path(tmp_path, "mic", form))
        assert original_frames(packed_path(tmp_path, "mic", form)) == (len(kept) - HEADER_BYTES) // 2
        again, _ = decoded(tmp_path, "mic")
        assert len(again) == len(whole)
        if form == "flac":
            assert np.array_equal(again, whole)
            packed_path(tmp_path, "mic", form).unlink()
        elsewhere = clicks_heard(again, CLICKS[:36])
        assert elsewhere.keys() == found.keys()
        assert max(abs(elsewhere[c] - found[c]) for c in found) < 0.0005


@pytest.mark.parametrize("form", ["opus", "flac"])
def test_damage_in_a_packed_file_moves_nothing_behind_it(tmp_path: Path, form: Form) -> None:
    """A damaged stretch becomes silence; what follows stays where it was."""
    write_simulated(tmp_path, [Device("mic", 0.0, [(0.0, 60.0)], seed=5)], CLICKS[:35], 60.1)
    decoded(tmp_path, "mic")
    list(pack(tmp_path, "mic", form, duration_s=60.1, cancel=Never()))
    path = packed_path(tmp_path, "mic", form)
    with path.open("r+b") as f:
        f.seek(path.stat().st_size // 2)
        f.write(bytes(500))
    found = clicks_heard(decoded(tmp_path, "mic")[0], CLICKS[:35])
    elsewhere = [c for c in CLICKS[:35] if c < 20 or c > 40]
    assert max(abs(found[c] - c) for c in elsewhere) < 0.015


def test_a_true_clock_changes_nothing_but_the_rate(tmp_path: Path) -> None:
    write_simple(tmp_path, {"mic": tone(5.0)})
    x, notices = decoded(tmp_path, "mic")
    expected = 0.3 * np.sin(2 * np.pi * 440 * (np.arange(len(x)) / 16_000 - 0.0))
    assert notices == ()
    assert len(x) == 80_000
    assert np.abs(x[800:-800] - expected[800:-800]).max() < 0.002


def test_pieces_that_overlap_lose_nothing(tmp_path: Path) -> None:
    write_track(tmp_path, "mic", np.concatenate([tone(2.0), tone(2.0, 1000)]))
    journal = JournalWriter(tmp_path / JOURNAL_NAME)
    journal.start(BEGAN, {"mic": "x"})
    journal.span("mic", 0, 0.0)
    journal.span("mic", 2 * RATE, 1.99)
    journal.end("stopped", BEGAN, 3.99)
    journal.close()
    x, _ = decoded(tmp_path, "mic")
    assert len(x) == round(3.99 * 16_000)
    assert np.abs(x[int(1.992 * 16_000) : int(1.998 * 16_000)]).max() > 0.35, "both are in the few milliseconds"
    spectrum = np.abs(np.fft.rfft(x[32_000:48_000]))
    assert spectrum.argmax() == 1000


def test_hours_of_silence_take_no_memory(tmp_path: Path) -> None:
    path = raw_path(tmp_path, "system")
    file = WavTrack(path)
    file.append(tone(1.0))
    file.close()
    frames = 3600 * RATE
    with path.open("r+b") as f:  # sparse
        f.truncate(HEADER_BYTES + 2 * frames)
        f.seek(0, os.SEEK_END)
        f.write((tone(1.0) * 32767).astype("<i2").tobytes())
    journal = JournalWriter(tmp_path / JOURNAL_NAME)
    journal.start(BEGAN, {"system": "Speakers"})
    journal.span("system", 0, 0.0)
    journal.silence("system", RATE)
    journal.span("system", frames, 3600.0)
    journal.end("stopped", BEGAN, 3601.0)
    journal.close()
    tracemalloc.start()
    for _ in decode_recording(tmp_path, "system", tmp_path / "system.flac", cancel=Never()):
        pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 25_000_000
    with TrackReader(tmp_path / "system.flac") as reader:
        assert reader.duration_s == 3601.0
        assert np.abs(reader.read(3600.1, 3600.9)).max() > 0.25
        assert np.abs(reader.read(1.1, 3599.9)).max() == 0


def test_a_track_that_never_delivered_anything_is_silence(tmp_path: Path) -> None:
    write_simple(tmp_path, {"mic": tone(3.0), "system": np.zeros(0, np.float32)})
    x, _ = decoded(tmp_path, "system")
    assert len(x) == 48_000
    assert not x.any()


def test_a_track_that_ended_early_is_as_long_as_the_recording(tmp_path: Path) -> None:
    write_simple(tmp_path, {"mic": tone(3.0), "system": tone(1.0)})
    assert len(decoded(tmp_path, "system")[0]) == 48_000


def test_without_any_sound_it_says_so(tmp_path: Path) -> None:
    write_simple(tmp_path, {"mic": np.zeros(0, np.float32)})
    with pytest.raises(InputError, match="holds no sound"):
        decoded(tmp_path, "mic")
    with pytest.raises(InputError, match="system track"):
        decoded(tmp_path, "system")


@pytest.mark.parametrize("damage", [None, b"", b'{"kind":"sta', b"\x00" * 4096, b'{"kind":"end"}\n'])
def test_without_its_journal_the_sound_is_all_there(tmp_path: Path, damage: bytes | None) -> None:
    write_simple(tmp_path, {"mic": tone(2.0)})
    (tmp_path / JOURNAL_NAME).unlink()
    if damage is not None:
        (tmp_path / JOURNAL_NAME).write_bytes(damage)
    x, notices = decoded(tmp_path, "mic")
    assert len(x) == 32_000
    assert np.abs(x[31_000:31_900]).max() > 0.25
    assert "journal" in notices[0]


def test_a_journal_that_lost_its_first_lines_hides_no_sound(tmp_path: Path) -> None:
    write_track(tmp_path, "mic", tone(4.0))
    journal = JournalWriter(tmp_path / JOURNAL_NAME)
    journal.start(BEGAN, {"mic": "x"})
    journal.span("mic", 2 * RATE, 2.0)
    journal.close()
    x, _ = decoded(tmp_path, "mic")
    assert np.abs(x[8_000:24_000]).max() > 0.25


def test_a_journal_that_may_not_be_read_now_is_not_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another program holds it: to go on without it would put sound where it does not belong, for good."""
    write_simple(tmp_path, {"mic": np.ones(RATE, np.float32)}, ended=False)
    before = (tmp_path / JOURNAL_NAME).read_bytes()
    with monkeypatch.context() as m:
        m.setattr(Path, "read_bytes", lambda _path: (_ for _ in ()).throw(PermissionError(13, "Permission denied")))
        for reads in (lambda: plan(tmp_path, "mic"), lambda: repair(tmp_path)):
            with pytest.raises(StorageError, match="access is denied"):
                reads()
    assert (tmp_path / JOURNAL_NAME).read_bytes() == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["mic.wav", JOURNAL_NAME]


def test_the_journal_of_a_later_version_is_not_guessed_at(tmp_path: Path) -> None:
    write_simple(tmp_path, {"mic": tone(1.0)})
    path = tmp_path / JOURNAL_NAME
    path.write_text(path.read_text().replace('"version": 1', '"version": 2'))
    with pytest.raises(StorageError, match="newer version"):
        plan(tmp_path, "mic")
    with pytest.raises(StorageError, match="newer version"):
        repair(tmp_path)


def test_the_size_of_the_file_counts_not_its_header(tmp_path: Path) -> None:
    write_simple(tmp_path, {"mic": tone(2.0)}, ended=False)
    path = raw_path(tmp_path, "mic")
    with path.open("r+b") as f:
        f.seek(40)
        f.write((1000).to_bytes(4, "little"))
        f.seek(0, os.SEEK_END)
        f.write(b"\x01")
    assert len(decoded(tmp_path, "mic")[0]) == 32_000


def test_cancelling_leaves_nothing(tmp_path: Path) -> None:
    write_simple(tmp_path, {"mic": tone(30.0)})
    before = sorted(p.name for p in tmp_path.iterdir())
    flag = threading.Event()
    steps = decode_recording(tmp_path, "mic", tmp_path / "mic.flac", cancel=flag)
    next(steps)
    flag.set()
    with pytest.raises(Cancelled):
        list(steps)
    steps = decode_recording(tmp_path, "mic", tmp_path / "mic.flac", cancel=Never())
    next(steps)
    steps.close()  # type: ignore[attr-defined]
    with pytest.raises(Cancelled):
        list(decode_recording(tmp_path, "mic", tmp_path / "mic.flac", cancel=set_flag()))
    assert sorted(p.name for p in tmp_path.iterdir()) == before


# -- After a crash ----------------------------------------------------------------------------------------

NOTE = Mark(MarkKind.NOTE, 1.5, BEGAN, "ask Anna")


def crash(folder: Path) -> None:
    """A header from the beginning, half a frame, a torn line, no end, and the space kept for better days."""
    write_simple(folder, {"mic": tone(4.0), "system": tone(3.5)}, marks=[NOTE], ended=False)
    for track in ("mic", "system"):
        with raw_path(folder, track).open("r+b") as f:
            f.seek(40)
            f.write(b"\xff" * 4)
            f.seek(0, os.SEEK_END)
            f.write(b"\x05")
    with (folder / JOURNAL_NAME).open("ab") as f:
        f.write(b'{"kind":"clock","track":"mi')
    (folder / RESERVE_NAME).write_bytes(bytes(1000))
    (folder / ".mic.opus.part").write_bytes(b"half")


def test_an_interrupted_recording_is_made_whole(tmp_path: Path) -> None:
    crash(tmp_path)
    os.utime(tmp_path / JOURNAL_NAME, (BEGAN.timestamp() + 4.2,) * 2)
    sound = {t: raw_path(tmp_path, t).read_bytes()[HEADER_BYTES:-1] for t in ("mic", "system")}
    found = repair(tmp_path)
    assert found.duration_s == pytest.approx(4.0)
    assert found.started_at == BEGAN
    assert found.ended_at is not None
    assert (found.ended_at - BEGAN).total_seconds() == pytest.approx(4.2)
    assert found.devices == {"mic": "mic device", "system": "system device"}
    assert found.marks == (NOTE,)
    assert "interrupted at 0:04" in found.notices[0]
    for track, raw in sound.items():
        assert raw_path(tmp_path, track).read_bytes()[HEADER_BYTES:] == raw
        assert sf.info(raw_path(tmp_path, track)).frames == len(raw) // 2
    journal = read_journal(tmp_path / JOURNAL_NAME)
    assert journal.end is not None
    assert (journal.end.reason, journal.end.wall) == ("error", found.ended_at)
    assert not (tmp_path / RESERVE_NAME).exists()
    assert not (tmp_path / ".mic.opus.part").exists()


def test_repairing_twice_changes_nothing(tmp_path: Path) -> None:
    crash(tmp_path)
    first = repair(tmp_path)
    files = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    second = repair(tmp_path)
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == files
    assert second.notices == ()
    assert (second.duration_s, second.marks, second.ended_at) == (first.duration_s, first.marks, first.ended_at)


def test_a_recording_that_ended_properly_is_left_alone(tmp_path: Path) -> None:
    write_simple(tmp_path, {"mic": tone(1.0)})
    files = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    assert repair(tmp_path).notices == ()
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == files


def test_looking_changes_nothing(tmp_path: Path) -> None:
    crash(tmp_path)
    files = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    seen = look(tmp_path)
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == files
    assert seen.duration_s == pytest.approx(4.0)
    assert seen.size_bytes == sum(len(files[f"{t}.wav"]) for t in ("mic", "system"))


def test_sound_that_did_not_reach_the_disk_is_said(tmp_path: Path) -> None:
    crash(tmp_path)
    with raw_path(tmp_path, "mic").open("r+b") as f:
        f.truncate(HEADER_BYTES + 2 * RATE)
    raw_path(tmp_path, "system").unlink()
    found = repair(tmp_path)
    assert any("3.0 s of the mic track" in n for n in found.notices)
    assert any("system track is missing" in n for n in found.notices)
    assert found.duration_s == pytest.approx(1.5), "as far as its marks go"


def test_a_lost_journal_gets_a_new_one(tmp_path: Path) -> None:
    crash(tmp_path)
    (tmp_path / JOURNAL_NAME).write_bytes(b"\x00" * 100)
    found = repair(tmp_path)
    assert "journal" in found.notices[0]
    assert (tmp_path / f"{JOURNAL_NAME}.damaged").read_bytes() == b"\x00" * 100
    journal = read_journal(tmp_path / JOURNAL_NAME)
    assert journal.end is not None
    assert journal.end.duration_s == pytest.approx(4.0)
    x, notices = decoded(tmp_path, "system")
    assert notices == ()
    assert len(x) == 64_000
    assert np.abs(x[:16_000]).max() > 0.25


def test_an_empty_folder_is_no_error(tmp_path: Path) -> None:
    found = repair(tmp_path)
    assert (found.duration_s, found.size_bytes, found.devices) == (0.0, 0, {})
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    crash(tmp_path)

    def denied(fd: int) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "fsync", denied)
    with pytest.raises(StorageError, match="access is denied"):
        repair(tmp_path)


def test_the_end_of_the_journal_is_a_line_of_its_own(tmp_path: Path) -> None:
    crash(tmp_path)
    repair(tmp_path)
    lines = (tmp_path / JOURNAL_NAME).read_bytes().split(b"\n")
    assert json.loads(lines[-2])["kind"] == "end"
    assert lines[-1] == b""
