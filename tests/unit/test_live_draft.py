"""Live text on disk: what was written before a process died is there, and only what was heard alike is taken."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from app.audio.clocks import Placed
from app.audio.recorded import Plan
from app.domain.ports import Transcript
from app.services import live_draft
from app.services.live_draft import NAME, Hearing, LiveDraft, LiveUtterance

HEARING = Hearing("starter-asr", "float32", None, ("Anna", "Zürich"))


def utterance(n: int, text: str = "Wir sagen „ja“.", *guards: str) -> LiveUtterance:
    return LiveUtterance("mic", n * 10.0, n * 10.0 + 4.5, Transcript(text, "German", guards), "German")


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    draft = LiveDraft(tmp_path, HEARING)
    told = [utterance(1), utterance(2, "", "loop"), LiveUtterance("system", 3.0, 4.0, Transcript("", None))]
    for u in told:
        draft.add(u)
    assert live_draft.utterances(tmp_path, HEARING) == told  # while it is still open
    draft.close()
    draft.close()
    assert live_draft.utterances(tmp_path, HEARING) == told
    live_draft.remove(tmp_path)
    live_draft.remove(tmp_path)
    assert live_draft.utterances(tmp_path, HEARING) == []


def test_nothing_heard_leaves_no_file(tmp_path: Path) -> None:
    LiveDraft(tmp_path, HEARING).close()
    assert not (tmp_path / NAME).exists()


@pytest.mark.parametrize(
    "other",
    [
        Hearing("qwen3-asr-0.6b", "float32", None, ("Anna", "Zürich")),
        Hearing("starter-asr", "int8", None, ("Anna", "Zürich")),
        Hearing("starter-asr", "float32", "German", ("Anna", "Zürich")),
        Hearing("starter-asr", "float32", None, ("Anna",)),
    ],
)
def test_what_was_heard_otherwise_is_left_out(tmp_path: Path, other: Hearing) -> None:
    for n, hearing in enumerate((HEARING, other, HEARING)):
        draft = LiveDraft(tmp_path, hearing)
        draft.add(utterance(n))
        draft.close()
    assert live_draft.utterances(tmp_path, HEARING) == [utterance(0), utterance(2)]
    assert live_draft.utterances(tmp_path, other) == [utterance(1)]


def test_a_line_that_was_cut_off_costs_only_itself(tmp_path: Path) -> None:
    draft = LiveDraft(tmp_path, HEARING)
    draft.add(utterance(1))
    draft.add(utterance(2))
    draft.close()
    path = tmp_path / NAME
    path.write_bytes(path.read_bytes()[:-30])
    assert live_draft.utterances(tmp_path, HEARING) == [utterance(1)]
    again = LiveDraft(tmp_path, HEARING)
    again.add(utterance(3))
    again.close()
    assert live_draft.utterances(tmp_path, HEARING) == [utterance(1), utterance(3)]


def test_lines_of_another_kind_are_no_utterances(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(b'{"utterance": {}}\n[]\n7\n{"hearing": 3}\n\xff\xfe\n{"later": true}\n')
    assert live_draft.utterances(tmp_path, HEARING) == []


def test_a_disk_that_fails_costs_the_file_and_nothing_else(tmp_path: Path) -> None:
    draft = LiveDraft(tmp_path / "gone", HEARING)
    draft.add(utterance(1))
    draft.add(utterance(2))
    draft.close()
    assert live_draft.utterances(tmp_path / "gone", HEARING) == []


@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL")
def test_what_was_added_survives_a_killed_process(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path\n"
        "from app.domain.ports import Transcript\n"
        "from app.services.live_draft import Hearing, LiveDraft, LiveUtterance\n"
        "d = LiveDraft(Path(sys.argv[1]), Hearing('a'))\n"
        "for n in range(50): d.add(LiveUtterance('mic', n, n + 1, Transcript(f'Number {n}.', 'English')))\n"
        "print('ready', flush=True); time.sleep(60)\n"
    )
    root = Path(__file__).resolve().parents[2]
    with subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, cwd=root) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        process.send_signal(signal.SIGKILL)
    assert len(live_draft.utterances(tmp_path, Hearing("a"))) == 50


def test_times_follow_the_measured_clock(tmp_path: Path) -> None:
    """A device that runs 100 parts per million fast, then silence, then another that is on time."""
    hour = 3600 * 48_000
    fast = Placed(0, hour, ((0, 0.0), (hour, 3600 / 1.0001)))
    on_time = Placed(hour + 480_000, 2 * hour, ((hour + 480_000, 3610.0), (2 * hour, 7200.0)))
    plan = Plan(tmp_path / "mic.wav", 2 * hour, (fast, on_time), 7200 * 16_000, {}, ())
    said = [
        LiveUtterance("mic", 1800.0, 1810.0, Transcript("Half an hour.", "English")),
        LiveUtterance("mic", 3605.0, 3606.0, Transcript("", None)),
        LiveUtterance("mic", 7000.0, 7001.0, Transcript("Late.", "English")),
        LiveUtterance("system", 1.0, 2.0, Transcript("No such track.", "English")),
    ]
    moved = live_draft.in_time(said, {"mic": plan})
    assert [u.transcript.text for u in moved] == ["Half an hour.", "", "Late."]
    assert moved[0].start_s == pytest.approx(1800 / 1.0001)
    assert moved[0].end_s == pytest.approx(1810 / 1.0001)
    assert 3600 / 1.0001 < moved[1].start_s < moved[1].end_s < 3610
    assert moved[2].start_s == pytest.approx(7000.0)
    assert live_draft.corrected_s(plan, 7201.0) == pytest.approx(7201.0)
