"""Files played as devices: right sound, right pace, and an end."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from app.audio.systems.file import FileSource, FileSystem, source_for
from app.domain.errors import InputError
from app.domain.meeting import MIC, SYSTEM
from app.domain.recording import CAPTURE_RATE, DEFAULT
from tests.unit.systems_support import CollectingSink


def tone(seconds: float, rate: int, hz: float = 440.0) -> np.ndarray:
    return (0.5 * np.sin(2 * np.pi * hz * np.arange(round(seconds * rate)) / rate)).astype(np.float32)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.wav"
    sf.write(path, tone(0.505, CAPTURE_RATE), CAPTURE_RATE, subtype="FLOAT")
    return path


def play(source: FileSource, wait_s: float = 10.0) -> CollectingSink:
    """Until the file has ended and a little longer."""
    sink = CollectingSink()
    source.open(sink)
    try:
        assert source.finished.wait(wait_s)
        time.sleep(0.1)
    finally:
        source.close()
    return sink


def test_delivers_the_file_sample_by_sample_then_silence(file: Path) -> None:
    sink = play(FileSource(file, MIC))
    sound = sink.sound()
    expected = tone(0.505, CAPTURE_RATE)
    np.testing.assert_array_equal(sound[: len(expected)], expected)
    assert len(sound) > len(expected)
    assert not sound[len(expected) :].any()
    assert [e.kind for e in sink.events] == ["opened"]
    assert sink.events[0].device == "a.wav"
    assert {len(b) for b, _, _ in sink.blocks} == {960}


def test_after_the_end_nothing_comes_if_asked(file: Path) -> None:
    sink = play(FileSource(file, SYSTEM, then="nothing"))
    assert len(sink.sound()) == 960 * 26  # 0.505 s are 25.25 blocks; the last is filled up


def test_keeps_to_the_clock(file: Path) -> None:
    start_at = time.monotonic() + 0.1
    sink = play(FileSource(file, MIC, then="nothing", start_at=start_at))
    late = [at - (start_at + 0.02 * (n + 1)) for n, (_, at, _) in enumerate(sink.blocks)]
    assert min(late) > -1e-6  # never before its time
    assert np.median(late) < 0.1  # and, on a machine that has time, at it


def test_speed_is_the_speed_of_the_clock(file: Path) -> None:
    begin = time.monotonic()
    play(FileSource(file, MIC, then="nothing", speed=0.5))
    assert time.monotonic() - begin >= 1.0
    begin = time.monotonic()
    sink = play(FileSource(file, MIC, then="nothing", speed=100.0))
    assert sink.blocks[-1][1] - sink.blocks[0][1] < 0.4


def test_loops(file: Path) -> None:
    source = FileSource(file, MIC, loop=True, speed=20.0)
    sink = CollectingSink()
    source.open(sink)
    sink.wait_for(lambda s: len(s.sound()) > 2 * CAPTURE_RATE)
    source.close()
    expected = tone(0.505, CAPTURE_RATE)
    np.testing.assert_array_equal(sink.sound()[len(expected) : 2 * len(expected)], expected)
    assert not source.finished.is_set()


def test_two_sources_start_at_the_same_moment(file: Path) -> None:
    start_at = time.monotonic() + 0.2
    sources = [FileSource(file, track, start_at=start_at, then="nothing") for track in (MIC, SYSTEM)]
    sinks = [CollectingSink() for _ in sources]
    for source, sink in zip(sources, sinks, strict=True):
        source.open(sink)
    for source in sources:
        assert source.finished.wait(10)
        source.close()
    for sink in sinks:
        assert sink.blocks[0][1] >= start_at + 0.02


@pytest.mark.parametrize(("rate", "channels", "name"), [(16000, 1, "a.flac"), (44100, 2, "a.wav"), (48000, 1, "a.ogg")])
def test_any_rate_and_channels(tmp_path: Path, rate: int, channels: int, name: str) -> None:
    path = tmp_path / name
    sf.write(path, np.tile(tone(1.0, rate)[:, None], channels), rate)
    sink = play(FileSource(path, MIC, then="nothing", speed=10.0))
    sound, expected = sink.sound()[:CAPTURE_RATE], tone(1.0, CAPTURE_RATE)
    assert np.corrcoef(sound[2000:-2000], expected[2000:-2000])[0, 1] > 0.999


def test_what_libsndfile_cannot_read_comes_from_the_importers_decoder(tmp_path: Path) -> None:
    av = pytest.importorskip("av")
    path = tmp_path / "a.m4a"
    with av.open(str(path), "w") as out:
        stream = out.add_stream("aac", rate=CAPTURE_RATE, layout="mono")
        frame = av.AudioFrame.from_ndarray(tone(1.0, CAPTURE_RATE)[None, :], format="fltp", layout="mono")
        frame.rate = CAPTURE_RATE
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            out.mux(packet)
    sound = play(FileSource(path, MIC, then="nothing", speed=10.0)).sound()
    assert 0.9 * CAPTURE_RATE < len(sound) < 1.2 * CAPTURE_RATE
    spectrum = np.abs(np.fft.rfft(sound[:CAPTURE_RATE]))
    assert abs(int(spectrum.argmax()) - 440) <= 2


def test_a_file_that_is_no_sound_is_said(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    path.write_text("hello")
    source = FileSource(path, MIC)
    sink = CollectingSink()
    source.open(sink)
    event = sink.wait_for(lambda s: s.events).events[0]
    source.close()
    assert event.kind == "failed"
    assert "a.wav" in event.what
    assert event.to_do


def test_choices(file: Path) -> None:
    system = FileSystem({MIC: file})
    assert [d.track for d in system.devices()] == [MIC]
    assert isinstance(source_for(system, MIC, DEFAULT), FileSource)
    assert isinstance(source_for(system, SYSTEM, f"file:{file}"), FileSource)
    with pytest.raises(InputError, match="no file for the track"):
        source_for(system, SYSTEM, DEFAULT)
    with pytest.raises(InputError, match="no file"):
        source_for(system, MIC, "file:nowhere.wav")


def test_closing_is_quick_and_final(file: Path) -> None:
    source = FileSource(file, MIC)
    source.close()  # before open
    sink = CollectingSink()
    source = FileSource(file, MIC, start_at=time.monotonic() + 60.0)
    source.open(sink)
    sink.wait_for(lambda s: s.events)
    begin = time.monotonic()
    source.close()
    source.close()
    assert time.monotonic() - begin < 1.0
    assert not sink.blocks
