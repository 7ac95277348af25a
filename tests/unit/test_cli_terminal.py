"""A recording at a terminal: the line it shows, the keys it takes, the signals it gets."""

from __future__ import annotations

import io
import os
import re
import signal
import sys
import textwrap
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from app.commands.controls import Controls
from app.commands.interrupts import Interrupts
from app.commands.keys import Keys, open_keys
from app.commands.record import length
from app.domain.events import Progress
from app.domain.meeting import Mark, MarkKind, Stage
from app.domain.recording import Level, RecordingStatus, RecordingWarning, TrackState, TrackStatus
from app.exporters.text import columns
from app.progress import RecordingLine, RecordingLog, TerminalProgress, recording_line
from tests.terminal import terminal

posix = pytest.mark.skipif(os.name != "posix", reason="terminals of POSIX")
LIVE = RecordingStatus(
    "recording",
    725.0,
    723.2,
    138_000_000,
    86_400.0,
    (
        TrackStatus("mic", "live", "Jabra", Level(-20, -15)),
        TrackStatus("system", "live", "Headphones", Level(-70, -66)),
    ),
)
SILENT = RecordingWarning("silent", "mic", "Nothing is heard.", "Is it muted?")


# -- processing ----------------------------------------------------------------------------------
def test_a_stage_run_on_its_own_begins_at_nothing_and_packing_has_no_time_left() -> None:
    out = io.StringIO()
    shown = TerminalProgress(out)
    shown._began -= 10.0
    for event in (
        Progress(Stage.MINUTES, 0.0, "Loading"),
        Progress(Stage.MINUTES, 0.5, "Reading"),
        Progress(Stage.MINUTES, 0.2, "Packing", after=True),
    ):
        shown.take(event)
    loading, reading, packing = (line.split("─")[-1].split("━")[-1] for line in out.getvalue().split("\r")[1:])
    assert loading == "   0%  Loading"
    assert re.fullmatch(r"  50%  Reading, \d+ s left", reading)
    assert packing == " 100%  Packing"


# -- the line ------------------------------------------------------------------------------------
def test_the_line_says_what_counts() -> None:
    line = recording_line(LIVE, 100)
    assert line == "● 12:05  mic [██████  ]  system [        ]  safe on disk 12:03  138 MB"
    assert "space for 25 min  138 MB" in recording_line(replace(LIVE, remaining_s=1500.0), 100)
    assert recording_line(replace(LIVE, state="paused"), 100).startswith("‖ 12:05 paused  ")
    assert recording_line(RecordingStatus(), 100) == "○ 0:00 starting  safe on disk 0:00  0 MB"


@pytest.mark.parametrize(
    ("peak_db", "meter"),
    [
        (-120.0, "        "),
        (-60.0, "        "),
        (-59.0, "▏       "),
        (-30.0, "████    "),
        (0.0, "████████"),
        (3.0, "████████"),
    ],
)
def test_meters_go_from_60_db_below_full_scale(peak_db: float, meter: str) -> None:
    track = TrackStatus("mic", "live", "", Level(peak_db, peak_db))
    assert f"mic [{meter}]" in recording_line(replace(LIVE, tracks=(track,)), 100)


@pytest.mark.parametrize(("state", "words"), [("lost", "no sound"), ("failed", "off     "), ("starting", "…       ")])
def test_a_track_without_sound_has_a_word_instead_of_a_meter(state: TrackState, words: str) -> None:
    status = replace(LIVE, tracks=(TrackStatus("mic", state),))
    assert f"mic [{words}]" in recording_line(status, 100)


def test_the_line_fits_and_keeps_the_time_longest() -> None:
    for width in range(1, 120):
        for plain in (False, True):
            assert columns(recording_line(LIVE, width, plain=plain)) <= width
    assert recording_line(LIVE, 30) == "● 12:05  mic [██████  ]"
    assert recording_line(LIVE, 8) == "● 12:05"


def test_plain_terminals_get_plain_characters() -> None:
    assert recording_line(LIVE, 100, plain=True).isascii()
    out = io.TextIOWrapper(io.BytesIO(), "cp1252")
    RecordingLine(out).show(LIVE)
    out.seek(0)
    assert "* 12:05  mic [######  ]" in out.read()


def shown(view: RecordingLog, out: io.StringIO, *statuses: RecordingStatus) -> list[str]:
    for status in statuses:
        view.show(status)
    view.close()
    # What stays on the screen: of a line that was rewritten, the last version.
    text = re.sub(r"[^\n]*\r\x1b\[K", "", out.getvalue())
    return text.splitlines()


@pytest.mark.parametrize("kind", [RecordingLog, RecordingLine])
def test_devices_and_warnings_are_said_once_in_words(kind: type[RecordingLog]) -> None:
    out = io.StringIO()
    warned = replace(LIVE, warnings=(SILENT,))
    moved = replace(LIVE, tracks=(replace(LIVE.tracks[0], device="Built-in"), LIVE.tracks[1]))
    lines = shown(kind(out), out, RecordingStatus(), LIVE, warned, warned, LIVE, warned, moved)
    assert [line for line in lines if "Recorded" not in line] == [
        "Microphone: Jabra",
        "Computer's sound: Headphones",
        "12:05 Microphone: Nothing is heard. Is it muted?",
        "Microphone: Built-in",
    ]


def test_what_concerns_both_tracks_is_said_once() -> None:
    out = io.StringIO()
    both = (SILENT, replace(SILENT, track="system"), RecordingWarning("space", "", "The disk is nearly full."))
    lines = shown(RecordingLog(out), out, replace(LIVE, tracks=(), elapsed_s=5.0, warnings=both))
    assert lines == [
        "0:05 Microphone and computer's sound: Nothing is heard. Is it muted?",
        "0:05 The disk is nearly full.",
    ]


def test_a_warning_that_comes_back_later_is_said_again() -> None:
    out = io.StringIO()
    at = [replace(LIVE, elapsed_s=s, warnings=w) for s, w in ((10, (SILENT,)), (11, ()), (80, (SILENT,)))]
    lines = shown(RecordingLog(out), out, *at)
    assert [line[:4] for line in lines if "heard" in line] == ["0:10", "1:20"]


def test_the_log_says_once_a_minute_how_far_it_is() -> None:
    out = io.StringIO()
    statuses = [replace(LIVE, tracks=(), elapsed_s=s / 2, safe_s=s / 2 - 1) for s in range(2, 300)]
    assert shown(RecordingLog(out), out, *statuses) == [
        "Recorded 1:00, safe on disk 0:59",
        "Recorded 2:00, safe on disk 1:59",
    ]


@pytest.mark.parametrize("kind", [RecordingLog, RecordingLine])
def test_a_terminal_that_has_gone_is_no_failure(kind: type[RecordingLog]) -> None:
    class Gone(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError(32, "gone")

    view = kind(Gone())
    view.show(replace(LIVE, warnings=(SILENT,)))
    view.say("x")
    view.close()
    closed = io.StringIO()
    closed.close()
    kind(closed).show(LIVE)


def test_names_of_devices_cannot_steer_the_terminal() -> None:
    out = io.StringIO()
    track = TrackStatus("mic", "live", "Mic\x1b[2J\nx")
    assert shown(RecordingLog(out), out, replace(LIVE, elapsed_s=0, tracks=(track,))) == ["Microphone: Mic\ufffd[2J x"]


# -- the keys ------------------------------------------------------------------------------------
class Tape:
    """What was done to a recording."""

    def __init__(self) -> None:
        self.done: list[str] = []

    def pause(self) -> None:
        self.done.append("pause")

    def resume(self) -> None:
        self.done.append("resume")

    def bookmark(self, text: str = "") -> Mark:
        self.done.append("bookmark")
        return Mark(MarkKind.BOOKMARK, 7.0, datetime.now(UTC), text)

    def note(self, text: str, at_s: float | None = None) -> Mark:
        self.done.append(f"note {text!r} at {at_s}")
        return Mark(MarkKind.NOTE, at_s or 0.0, datetime.now(UTC), text)


@pytest.fixture
def tape() -> Tape:
    return Tape()


@pytest.fixture
def view() -> RecordingLog:
    return RecordingLog(io.StringIO())


def press(tape: Tape, view: RecordingLog, typed: str, status: RecordingStatus = LIVE) -> Controls:
    controls = Controls(tape, view, Interrupts().stop)
    controls.take(typed, status)
    return controls


def test_keys_do_what_the_help_says(tape: Tape, view: RecordingLog) -> None:
    interrupts = Interrupts()
    controls = Controls(tape, view, interrupts.stop)
    controls.take("pB x", LIVE)
    controls.take("p", replace(LIVE, state="paused"))
    controls.take("p", replace(LIVE, state="stopping"))
    assert tape.done == ["pause", "bookmark", "resume"]
    assert not interrupts.stop.is_set()
    controls.take("q", LIVE)
    assert interrupts.stop.is_set()


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("nBudget: ask Anna\n", "Budget: ask Anna"),
        ("nBudgex\x7ft\r", "Budget"),
        ("n会议x\b é\n", "会议 é"),
        ("nwrong\x15right\n", "right"),
        ("n  q p \n", "q p"),
    ],
)
def test_a_note_has_the_time_at_which_its_typing_began(tape: Tape, view: RecordingLog, typed: str, text: str) -> None:
    controls = press(tape, view, typed[:2])
    assert view.typing.startswith("Note at 12:05")
    controls.take(typed[2:], replace(LIVE, elapsed_s=740.0))
    assert tape.done == [f"note {text!r} at 725.0"]
    assert view.typing == ""


@pytest.mark.parametrize("typed", ["nx\x1b", "n\n", "n   \n", "n\x7f\x7f\n"])
def test_a_note_that_was_given_up_is_none(tape: Tape, view: RecordingLog, typed: str) -> None:
    press(tape, view, typed).take("b", LIVE)
    assert tape.done == ["bookmark"]


def test_a_note_being_typed_is_kept_when_the_recording_ends(tape: Tape, view: RecordingLog) -> None:
    press(tape, view, "nhalf a no").finish()
    assert tape.done == ["note 'half a no' at 725.0"]


def test_a_long_note_shows_its_end() -> None:
    out = io.StringIO()
    line = RecordingLine(out)
    line.typing = "Note: " + "x" * 500 + "end"
    line.show(LIVE)
    last = out.getvalue().rsplit("\x1b[K", 1)[1]
    assert last.startswith("…")
    assert last.endswith("end")
    assert columns(last) < 200


def test_no_terminal_no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for stdin in (io.StringIO("q"), None):
        monkeypatch.setattr(sys, "stdin", stdin)
        with open_keys() as keys:
            assert type(keys) is Keys
            assert (keys.is_open, keys.typed()) == (False, "")


KEY_PROGRAM = """
    import os, sys, termios, time
    from app.commands.keys import open_keys

    how = sys.argv[1]
    before = termios.tcgetattr(0)
    try:
        with open_keys() as keys:
            inside = termios.tcgetattr(0)
            assert keys.is_open and not inside[3] & (termios.ECHO | termios.ICANON) and inside[3] & termios.ISIG
            print("ready", flush=True)
            got = ""
            while "q" not in got:
                got += keys.typed()
                time.sleep(0.01)
            print(repr(got), flush=True)
            if how == "raise":
                raise KeyboardInterrupt
            if how == "exit":
                sys.exit(0)
    except (KeyboardInterrupt, SystemExit):
        pass
    assert termios.tcgetattr(0) == before
    print("restored", flush=True)
"""


@posix
@pytest.mark.parametrize("how", ["end", "raise", "exit"])
def test_keys_come_unseen_and_the_terminal_is_as_it_was(how: str) -> None:
    with terminal(textwrap.dedent(KEY_PROGRAM), [how]) as shown:
        shown.until("ready")
        shown.type("p\x1b[B会\x1aq")  # an arrow is no letter, Ctrl-Z stops nothing
        assert repr("p会\x1aq") in shown.until("restored")


# -- the signals ---------------------------------------------------------------------------------
def test_interrupts_while_recording_and_after() -> None:
    before = [signal.getsignal(n) for n in (signal.SIGINT, signal.SIGTERM)]
    with Interrupts() as interrupts:
        signal.raise_signal(signal.SIGINT)
        assert (interrupts.stop.is_set(), interrupts.cancel.is_set()) == (True, False)
        signal.raise_signal(signal.SIGTERM)
        assert interrupts.cancel.is_set()
        signal.raise_signal(signal.SIGINT)  # nothing breaks in while the recording is being ended
        interrupts.recording_ended()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert [signal.getsignal(n) for n in (signal.SIGINT, signal.SIGTERM)] == before


def test_after_the_recording_the_first_interrupt_cancels_the_processing() -> None:
    with Interrupts() as interrupts:
        signal.raise_signal(signal.SIGTERM)
        interrupts.recording_ended()
        assert not interrupts.cancel.is_set()
        signal.raise_signal(signal.SIGINT)
        assert interrupts.cancel.is_set()


@posix
def test_a_closed_terminal_stops_everything_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    before = signal.getsignal(signal.SIGHUP)
    with Interrupts() as interrupts:
        signal.raise_signal(signal.SIGHUP)
        assert (interrupts.hung_up, interrupts.stop.is_set(), interrupts.cancel.is_set()) == (True, True, True)
    assert signal.getsignal(signal.SIGHUP) is before
    try:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)  # nohup
        with Interrupts() as interrupts:
            signal.raise_signal(signal.SIGHUP)
            assert not interrupts.stop.is_set()
    finally:
        signal.signal(signal.SIGHUP, before)


# -- lengths of time -----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90", 90),
        ("90s", 90),
        ("30m", 1800),
        ("30min", 1800),
        ("1h30m", 5400),
        ("2H", 7200),
        ("1h0m5s", 3605),
        (" 5m ", 300),
    ],
)
def test_lengths_of_time(text: str, seconds: float) -> None:
    assert length(text) == seconds


@pytest.mark.parametrize("text", ["", "0", "0m", "-5", "5x", "m", "1.5h", "1m2h", "half an hour", "1h 30m x"])
def test_what_is_no_length_of_time(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    from app import cli

    with pytest.raises(SystemExit) as ended:
        cli.main(["record", f"--for={text}"])
    assert ended.value.code == 2
    assert "30m" in capsys.readouterr().err
