"""With real devices and a person: `pytest -m hardware tests/hardware -s`. Have something play all the time.

What `folkmoot doctor --record-test` does, and what it cannot: unplugging, and long stretches.
"""

from __future__ import annotations

import sys
import time
from typing import Any

import numpy as np
import pytest

from app.audio import check
from app.audio.systems import this_system
from app.domain.meeting import MIC, SYSTEM
from app.domain.recording import CAPTURE_RATE, DEFAULT
from tests.unit.systems_support import CollectingSink

pytestmark = pytest.mark.hardware


def ask(question: str) -> None:
    print(f"\n{question} Then press Enter.")
    sys.stdin.readline()


def collect(track: str, seconds: float) -> CollectingSink:
    source, sink = this_system().source(track, DEFAULT), CollectingSink()
    source.open(sink)
    time.sleep(seconds)
    begin = time.monotonic()
    source.close()
    assert time.monotonic() - begin < 1.0
    return sink


def test_both_tracks_carry_a_signal() -> None:
    result = check.run(this_system(), say=print)
    print(check.to_text(result))
    assert result.passed
    for track in result.tracks:
        assert track.first_ms is not None
        assert track.first_ms < 300 or track.track == SYSTEM


@pytest.mark.parametrize("track", [MIC, SYSTEM])
def test_sound_comes_at_the_rate_it_should(track: str) -> None:
    sink = collect(track, 30.0)
    frames = np.cumsum([len(b) for b, _, _ in sink.blocks])
    at = np.array([a for _, a, _ in sink.blocks])
    slope = np.polyfit(frames[20:], at[20:], 1)[0] * CAPTURE_RATE
    print(f"{track}: {(slope - 1) * 1e6:+.0f} ppm, {len(sink.drops)} drops, blocks of {len(sink.blocks[20][0])}")
    assert abs(slope - 1) < 1e-3
    assert not sink.drops


def _follow(track: str, question: str, *expected: str) -> None:
    source, sink = this_system().source(track, DEFAULT), CollectingSink()
    source.open(sink)
    try:
        sink.wait_for(lambda s: s.blocks)
        ask(question)
        sink.wait_for(lambda s: set(expected) <= set(s.kinds()[1:]), 15.0)
        count = len(sink.blocks)
        sink.wait_for(lambda s: len(s.blocks) > count + 10, 15.0)
    finally:
        source.close()
        for event in sink.events:
            print(event)


def test_the_default_microphone_is_followed() -> None:
    _follow(MIC, "Choose another default microphone in the system's settings.", "moved")


def test_the_default_output_is_followed() -> None:
    if sys.platform == "darwin":
        pytest.skip("the tap carries all outputs")
    _follow(SYSTEM, "Choose another default output in the system's settings, with sound playing there.", "moved")


def test_a_microphone_that_is_pulled_out_and_put_in_again() -> None:
    _follow(
        MIC, "Pull out the microphone in use, wait 3 s, put it in again (with no other one left).", "lost", "opened"
    )


@pytest.mark.skipif(sys.platform != "win32", reason="Windows")
def test_windows_offers_the_device_for_calls() -> None:
    from app.audio.systems import wasapi

    found: Any = wasapi.ask(lambda module: (wasapi.communications_id(MIC), module.default_microphone().id))
    print(found)
    assert found[0]


@pytest.mark.skipif(sys.platform != "darwin", reason="macOS")
def test_macos_answers_what_is_asked_of_it() -> None:
    from app.audio.systems import coreaudio, portaudio

    name = coreaudio.default_input_name()
    print(name, coreaudio.permitted(coreaudio.MICROPHONE), coreaudio.permitted(coreaudio.AUDIO_CAPTURE))
    assert name in [i.name for i in portaudio.inputs()]
    assert coreaudio.permitted(coreaudio.MICROPHONE) is not None
