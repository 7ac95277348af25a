"""`folkmoot record`, `recover` and `devices`: real recordings of files that play in real time."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest
import soundfile as sf

from app import bootstrap, cli
from app.audio import recorder as recorder_module
from app.audio import systems
from app.commands.common import run_job
from app.domain.cancel import CancelFlag
from app.domain.errors import InputError, StorageError
from app.domain.events import Event
from app.domain.meeting import Meeting, Stage
from app.domain.ports import Job
from app.domain.recording import Device
from app.services import jobs, recordings
from app.services.paths import Paths
from app.services.pipeline import Pipeline
from app.services.settings import Settings
from storage.repository import Library
from tests.conftest import ROOT
from tests.fakes import FakeEngines, beeps
from tests.terminal import terminal
from tests.unit.recordings_support import BEGAN, write_simple

posix = pytest.mark.skipif(os.name != "posix", reason="signals and terminals of POSIX")

# The command line in a process of its own, with engines that need no model. "slow": they wait to be cancelled.
SAFE = re.compile(r"safe on disk (?!0:00)\d+:\d\d")  # a second or more

PROGRAM = """
import sys
import time
from app import bootstrap, cli
from app.domain.cancel import check
from app.services.pipeline import Pipeline
from tests.fakes import CountingSpeech, FakeEngines
class Slow(CountingSpeech):
    def transcribe(self, windows, *, cancel, **more):
        print("transcribing", file=sys.stderr, flush=True)
        while True:
            time.sleep(0.1)
            check(cancel)
engines = FakeEngines(Slow() if "slow" in sys.argv[1:2] else None)
bootstrap.local_pipeline = lambda: Pipeline(engines).run
sys.exit(cli.main(sys.argv[2:]))
"""


@pytest.fixture(autouse=True)
def engines(monkeypatch: pytest.MonkeyPatch) -> FakeEngines:
    fakes = FakeEngines()
    monkeypatch.setattr(bootstrap, "local_pipeline", lambda: Pipeline(fakes).run)
    return fakes


@pytest.fixture
def tracks(tmp_path: Path) -> list[str]:
    """Options that record a minute from files: somebody speaks on both tracks all the time, with pauses."""
    options = []
    for name, at in (("mic", 0.1), ("system", 0.6)):
        path = tmp_path / f"{name} 会议.wav"
        sf.write(path, beeps([(s + at, s + at + 0.3) for s in range(60)], 60.0), 16_000)
        options += [f"--{name}", f"file:{path}"]
    return options


def run(*arguments: object) -> int:
    return cli.main([str(a) for a in arguments])


def out(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out)


def check_schema(name: str, data: Any) -> None:
    whole = json.loads((ROOT / "docs" / "json.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(data, {**whole, "$ref": f"#/$defs/{name}"})


@contextmanager
def opened() -> Iterator[Library]:
    with Library(Paths.default().data) as library:
        yield library


def only_meeting() -> Meeting:
    with opened() as library:
        [summary] = library.list()
        return library.get(summary.id)


def recorded_seconds(meeting: Meeting, track: str) -> float:
    with opened() as library:
        return float(sf.info(library.folder(meeting.id) / f"{track}.flac").duration)


# -- in this process -----------------------------------------------------------------------------
def test_a_meeting_is_recorded_and_processed(tracks: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run("record", *tracks, "--for", "3s", "--title", "Weekly", "--glossary", "Atlas, Orion", "--json") == 0
    printed = capsys.readouterr()
    data = json.loads(printed.out)
    check_schema("process", data)
    assert data["meeting"]["title"] == "Weekly"
    assert data["meeting"]["glossary"] == ["Atlas", "Orion"]
    assert data["meeting"]["duration_s"] == pytest.approx(3.0, abs=0.2)
    assert data["meeting"]["recording"]["state"] == "finished"
    assert data["meeting"]["recording"]["devices"] == {"mic": "mic 会议.wav", "system": "system 会议.wav"}
    assert {t["name"]: t["source"] for t in data["meeting"]["tracks"]} == {"mic": "", "system": ""}
    assert {s["track"] for s in data["segments"]} == {"mic", "system"}
    assert [s["state"] for s in data["stages"]] == ["done"] * len(Stage)
    assert "Recording “Weekly”" in printed.err
    assert "Microphone: mic 会议.wav" in printed.err
    assert "Recorded 0:0" in printed.err
    meeting = only_meeting()
    assert recorded_seconds(meeting, "mic") == pytest.approx(3.0, abs=0.2)
    with opened() as library:
        names = {p.name for p in library.folder(meeting.id).iterdir()}
    assert {"mic.opus", "system.opus", "mic.flac", "system.flac"} <= names
    assert not {"mic.wav", "system.wav"} & names


def test_keeping_only_stores_the_sound(
    tracks: list[str], engines: FakeEngines, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("record", *tracks[:2], "--system", "none", "--for", "1", "--then", "keep", "--keep-as", "flac") == 0
    printed = capsys.readouterr().out
    meeting = only_meeting()
    assert f"--resume {meeting.id[:12]}" in printed
    assert engines.asked == []
    assert [(s.stage, s.state) for s in meeting.stages] == [(Stage.DECODE, "done")]
    assert meeting.title.startswith("Meeting")
    with opened() as library:
        names = {p.name for p in library.folder(meeting.id).iterdir()}
    assert {"mic.flac", "mic.recorded.flac"} <= names
    assert not [n for n in names if n.startswith("system")]
    assert run("process", "--resume", meeting.id) == 0
    assert only_meeting().next_stage() is None
    assert "show" not in capsys.readouterr().err


def test_notes_are_written_where_they_are_wanted(
    tracks: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("record", *tracks, "--for", "1", "--title", "Weekly", "--out", tmp_path / "notes") == 0
    assert "# Weekly" in (tmp_path / "notes" / "Weekly.md").read_text(encoding="utf-8")
    assert "Weekly" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [
        ["--mic", "none", "--system", "none"],
        ["--mic", "file:/nowhere/x.wav", "--system", "none"],
        ["--mic", "none", "--system", "file:"],
        ["--mic", "none", "--language", "Klingon"],
        ["--then", "keep", "--out", "notes.md"],
    ],
)
def test_what_cannot_be_recorded_leaves_nothing(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run("record", *arguments) == 3
    assert capsys.readouterr().err.startswith("folkmoot: ")
    with opened() as library:
        assert library.list() == []
    assert list(Paths.default().meetings.iterdir()) == []


def test_a_disk_without_room_is_said_before_anything_is_stored(
    tracks: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    defaults = dict(recorder_module.Recorder.__init__.__kwdefaults__)
    monkeypatch.setattr(
        recorder_module.Recorder.__init__, "__kwdefaults__", {**defaults, "free": lambda _folder: 1_000_000}
    )
    assert run("record", *tracks) == 5
    assert capsys.readouterr().err.startswith("folkmoot: ")
    with opened() as library:
        assert library.list() == []


def test_an_end_that_cannot_be_stored_is_recovered_later(
    tracks: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_args: object, **_more: object) -> None:
        raise StorageError("Another program is writing to the library.", "Wait.")

    monkeypatch.setattr(Library, "recording_ended", fail)
    assert run("record", *tracks, "--for", "1") == 5
    [folder] = Paths.default().meetings.iterdir()
    assert f"folkmoot recover {folder.name[:12]}" in capsys.readouterr().err
    monkeypatch.undo()
    monkeypatch.setenv("FOLKMOOT_HOME", str(folder.parent.parent))
    assert run("recover", folder.name, "--keep", "--json") == 0
    assert out(capsys)["meeting"]["duration_s"] == pytest.approx(1.0, abs=0.2)


class Sound:
    """A computer with one microphone and no way to record what it plays."""

    name = "Test"

    def __init__(self, path: Path) -> None:
        self.path = path
        self.asked: list[tuple[str, str]] = []

    def devices(self) -> list[Device]:
        return [
            Device("a", "Jabra\n«Speak»", "mic", True),
            Device("b", "Built-in", "mic"),
        ]

    def source(self, track: str, choice: str) -> Any:
        from app.audio.systems.file import FileSource

        self.asked.append((track, choice))
        if track == "system":
            raise InputError("The computer's sound cannot be recorded here.", "Install a loopback device.")
        if choice not in ("default", "Built-in"):
            raise InputError(f"There is no microphone “{choice}”.", "See folkmoot devices.")
        return FileSource(self.path, track)


@pytest.fixture
def sound(tracks: list[str], monkeypatch: pytest.MonkeyPatch) -> Sound:
    sound = Sound(Path(tracks[1].removeprefix("file:")))
    monkeypatch.setattr(systems, "this_system", lambda: sound)
    return sound


def test_a_track_that_cannot_be_had_is_told_and_the_other_recorded(
    sound: Sound, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("record", "--for", "1", "--then", "keep") == 0
    assert "cannot be recorded here. Install a loopback device." in capsys.readouterr().err
    assert [t.name for t in only_meeting().tracks] == ["mic"]


def test_a_name_that_was_mistyped_is_an_error(sound: Sound, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("record", "--mic", "Jabbra", "--for", "1") == 3
    assert "Jabbra" in capsys.readouterr().err
    assert run("record", "--system", "Headphones", "--for", "1") == 3
    with opened() as library:
        assert library.list() == []


def test_the_settings_choose_where_no_option_does(sound: Sound, capsys: pytest.CaptureFixture[str]) -> None:
    path = Paths.default().settings
    Settings(mic="Built-in", system="none", keep_as="wav").save(path)
    assert run("record", "--for", "1", "--then", "keep") == 0
    assert set(sound.asked) == {("mic", "Built-in")}
    with opened() as library:
        assert (library.folder(only_meeting().id) / "mic.wav").exists()
    Settings(mic="Headset", system="none").save(path)  # not plugged in today
    assert run("record", "--for", "1", "--then", "keep") == 0
    assert "“Headset”. The default device is used instead." in capsys.readouterr().err


def test_devices_are_listed_by_their_names(sound: Sound, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("devices") == 0
    printed = capsys.readouterr().out
    assert "  Jabra «Speak»  (default)\n  Built-in\n" in printed
    assert "(--system)\n  none\n" in printed
    assert run("devices", "--json") == 0
    data = out(capsys)
    check_schema("devices", data)
    assert data == {
        "sound_system": "Test",
        "devices": [
            {"id": "a", "name": "Jabra\n«Speak»", "track": "mic", "is_default": True},
            {"id": "b", "name": "Built-in", "track": "mic", "is_default": False},
        ],
    }


def test_a_recording_that_ends_by_itself_is_exit_5_and_kept(
    tracks: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The disk fills while recording."""
    defaults = dict(recorder_module.Recorder.__init__.__kwdefaults__)

    def free(folder: Path) -> int:
        wav = folder / "mic.wav"
        return 1000 if wav.exists() and wav.stat().st_size > 2 * 96_000 else 10**12

    monkeypatch.setattr(recorder_module.Recorder.__init__, "__kwdefaults__", {**defaults, "free": free})
    assert run("record", *tracks) == 5
    printed = capsys.readouterr().err
    assert "full" in printed
    meeting = only_meeting()
    assert f"--resume {meeting.id[:16]}" in printed
    assert meeting.duration_s > 1.0
    assert meeting.stages == ()


def test_a_meeting_with_recorded_sound_is_never_deleted(tracks: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Even where a file in its place would be taken for no recording at all."""
    assert run("record", *tracks, "--for", "1", "--then", "keep", "--keep-as", "wav") == 0
    meeting = only_meeting()

    def unreadable(job: Job, cancel: CancelFlag) -> Iterator[Event]:
        raise InputError("This is no recording.")
        yield

    monkeypatch.setattr(bootstrap, "local_pipeline", lambda: unreadable)
    with opened() as library:
        library._db.execute("DELETE FROM tracks")  # as if it had never been decoded
        job = jobs.make_job(library, library.get(meeting.id))
        with pytest.raises(InputError):
            run_job(library, job, threading.Event(), quiet=True, is_new=True)
        assert [m.id for m in library.list()] == [meeting.id]
        assert recordings.holds_sound(library.folder(meeting.id))


# -- in a process of its own, with signals -------------------------------------------------------
class Process:
    """A command without a terminal."""

    def __init__(self, *arguments: str, slow: bool = False) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, "slow" if slow else "fast", *arguments],
            cwd=ROOT, env=os.environ, text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )  # fmt: skip
        self.err = ""

    def until(self, words: str) -> None:
        """Wait for a line on standard error."""
        assert self.process.stderr is not None
        while words not in self.err:
            line = self.process.stderr.readline()
            assert line, f"ended before {words!r}: {self.err!r}"
            self.err += line

    def send(self, number: int) -> None:
        self.process.send_signal(number)

    def end(self) -> tuple[int, str]:
        """Exit code and standard output."""
        output, rest = self.process.communicate(timeout=60)
        self.err += rest
        return self.process.returncode, output


@pytest.fixture
def start() -> Iterator[Callable[..., Process]]:
    started: list[Process] = []

    def kill() -> None:
        for one in started:
            one.process.kill()

    def start(*arguments: str, slow: bool = False) -> Process:
        started.append(Process(*arguments, slow=slow))
        return started[-1]

    patience = threading.Timer(120, kill)  # so that waiting for words that never come ends
    patience.start()
    yield start
    patience.cancel()
    kill()
    for one in started:
        one.process.communicate()


def wait_for_sound(seconds: float) -> Path:
    """Until so much of the microphone is on the disk; returns the folder of the meeting."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        for path in Paths.default().meetings.glob("*/mic.wav"):
            if path.stat().st_size >= 44 + seconds * 96_000:
                return path.parent
        time.sleep(0.05)
    raise AssertionError("nothing is recorded")


@posix
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_stops_and_the_meeting_is_processed(
    number: int, tracks: list[str], start: Callable[..., Process]
) -> None:
    recording = start("record", *tracks, "--json")
    folder = wait_for_sound(2.0)
    recording.send(number)
    code, printed = recording.end()
    assert code == 0, recording.err
    data = json.loads(printed)
    assert data["meeting"]["id"] == folder.name
    assert data["meeting"]["duration_s"] >= 2.0
    assert data["meeting"]["recording"]["state"] == "finished"
    assert [s["state"] for s in data["stages"]] == ["done"] * len(Stage)


@posix
def test_a_second_ctrl_c_leaves_what_is_stored_and_says_how_to_go_on(
    tracks: list[str], start: Callable[..., Process], capsys: pytest.CaptureFixture[str]
) -> None:
    recording = start("record", *tracks, slow=True)
    wait_for_sound(1.0)
    recording.send(signal.SIGINT)
    recording.until("transcribing")
    recording.send(signal.SIGINT)
    code, _ = recording.end()
    assert code == 130, recording.err
    meeting = only_meeting()
    assert f"folkmoot process --resume {meeting.id[:16]}" in recording.err
    assert meeting.recording is not None
    assert meeting.recording.state == "finished"
    assert meeting.next_stage() is Stage.TRANSCRIBE
    assert run("process", "--resume", meeting.id, "--json") == 0
    assert {s["track"] for s in out(capsys)["segments"]} == {"mic", "system"}


STORM = """
import signal, time
from app.commands.interrupts import Interrupts
flag = Interrupts().cancel
signal.signal(signal.SIGALRM, lambda *_: flag.set())
signal.setitimer(signal.ITIMER_REAL, 1e-4, 1e-4)
until = time.monotonic() + 0.5
while time.monotonic() < until:
    flag.set()
signal.setitimer(signal.ITIMER_REAL, 0)
"""


@posix
def test_a_signal_may_come_in_the_middle_of_anything() -> None:
    """Also while the flag that it sets is being set."""
    assert subprocess.run([sys.executable, "-c", STORM], cwd=ROOT, timeout=30).returncode == 0


@posix
def test_an_impatient_user_loses_nothing(tracks: list[str], start: Callable[..., Process]) -> None:
    """Ctrl-C again and again, also while the recording is being ended."""
    recording = start("record", *tracks)
    wait_for_sound(1.0)
    for _ in range(5):
        recording.send(signal.SIGINT)
        time.sleep(0.02)
    code, _ = recording.end()
    assert code in (130, -signal.SIGINT), recording.err  # the latter when one comes after everything is done
    meeting = only_meeting()
    assert meeting.recording is not None
    assert meeting.recording.state == "finished"
    assert meeting.duration_s >= 1.0
    assert "--resume" in recording.err


@posix
def test_what_a_killed_process_recorded_is_found_and_recovered(
    tracks: list[str], start: Callable[..., Process], capsys: pytest.CaptureFixture[str]
) -> None:
    recording = start("record", *tracks, "--title", "Cut short")
    folder = wait_for_sound(3.0)
    capsys.readouterr()
    assert run("list") == 0  # while it runs, nothing is wrong
    printed = capsys.readouterr()
    assert "recording    Cut short" in printed.out
    assert "interrupted" not in printed.err
    assert run("show", folder.name) == 0
    assert "still being recorded" in capsys.readouterr().out
    for refused in (["process", "--resume", folder.name], ["recover", folder.name]):
        assert run(*refused) == 3
    recording.send(signal.SIGKILL)
    recording.end()
    capsys.readouterr()
    assert run("list", "--json") == 0
    printed = capsys.readouterr()
    assert json.loads(printed.out)["meetings"][0]["state"] == "interrupted"
    assert "was interrupted: folkmoot recover\n" in printed.err
    assert run("show", folder.name) == 0
    assert "The recording was interrupted" in capsys.readouterr().out
    assert run("recover") == 0
    printed = capsys.readouterr()
    assert f"{folder.name[:12]}  " in printed.out
    assert "Cut short" in printed.out
    assert "was interrupted" not in printed.err
    assert run("recover", "--json") == 0
    data = out(capsys)
    check_schema("recover", data)
    [waiting] = data["interrupted"]
    assert waiting["id"] == folder.name
    assert waiting["duration_s"] >= 2.0
    assert run("recover", folder.name[:12], "--json") == 0
    data = out(capsys)
    assert data["meeting"]["recording"]["state"] == "finished"
    assert data["meeting"]["duration_s"] >= 2.0
    assert [s["state"] for s in data["stages"]] == ["done"] * len(Stage)
    assert run("recover") == 0
    assert "No recording was interrupted" in capsys.readouterr().err


@pytest.fixture
def interrupted(tracks: list[str], start: Callable[..., Process], capsys: pytest.CaptureFixture[str]) -> Path:
    recording = start("record", *tracks)
    folder = wait_for_sound(1.5)
    recording.process.kill()
    recording.end()
    return folder


def test_what_holds_no_sound_is_not_recovered_but_can_go(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Killed before the first sample: once repaired, no command could delete it any more."""
    with opened() as store:
        meeting = recordings.begin(store, "Too short", BEGAN)
        write_simple(store.folder(meeting.id), {"mic": np.zeros(0, np.float32)}, ended=False)
    assert run("recover", meeting.id) == 3
    assert f"folkmoot recover {meeting.id[:12]} --discard" in capsys.readouterr().err
    assert run("recover", meeting.id, "--discard") == 0
    with opened() as store:
        assert store.list() == []


@posix
def test_recover_keep_repairs_and_runs_no_model(
    interrupted: Path, engines: FakeEngines, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("recover", interrupted.name, "--keep") == 0
    printed = capsys.readouterr()
    assert "Repaired: 0:0" in printed.err
    assert f"--resume {interrupted.name[:12]}" in printed.err
    assert engines.asked == []
    meeting = only_meeting()
    assert meeting.recording is not None
    assert meeting.recording.state == "finished"
    assert run("process", "--resume", interrupted.name) == 0
    assert only_meeting().next_stage() is None


@posix
def test_resume_recovers_too(interrupted: Path) -> None:
    assert run("process", "--resume", interrupted.name) == 0
    meeting = only_meeting()
    assert meeting.recording is not None
    assert meeting.recording.state == "finished"
    assert meeting.next_stage() is None


@posix
def test_discard_deletes_only_what_was_named(interrupted: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for refused in (["recover", "--discard"], ["recover", "--keep"], ["recover", "abcdef", "--discard"]):
        assert run(*refused) == 3
    assert interrupted.exists()
    assert run("recover", interrupted.name, "--discard") == 0
    assert not interrupted.exists()
    assert run("list") == 0
    assert "was interrupted" not in capsys.readouterr().err


@posix
def test_a_finished_recording_cannot_be_discarded_by_recover(tracks: list[str]) -> None:
    assert run("record", *tracks, "--for", "1", "--then", "keep") == 0
    meeting = only_meeting()
    assert run("recover", meeting.id, "--discard") == 3
    assert only_meeting().id == meeting.id


# -- at a terminal -------------------------------------------------------------------------------
@posix
def test_keys_at_a_terminal(tracks: list[str]) -> None:
    with terminal(PROGRAM, ["fast", "record", *tracks, "--title", "Weekly"]) as shown:
        shown.until("q stop")
        shown.until(SAFE)
        assert re.search(r"● \d:\d\d", shown.text)
        assert "█" in shown.text, "a meter moves"
        shown.type("n")
        shown.until(re.compile(r"Note at \d:\d\d"))
        shown.type("Ask Anna: 预算\n")
        shown.until("Ask Anna: 预算\r\n")
        shown.type("b")
        shown.until(re.compile(r"Bookmark at \d:\d\d"))
        shown.type("p")
        shown.until("Paused at")
        shown.until("paused")
        time.sleep(1.0)
        shown.type("p")
        shown.until("Going on")
        shown.type("q")
        assert shown.rest() == 0
    assert "Weekly" in shown.text.rsplit("Recorded", 1)[1]
    meeting = only_meeting()
    kinds = [m.kind.value for m in meeting.marks if m.kind.value not in ("device", "warning")]
    assert kinds == ["note", "bookmark", "pause", "resume"]
    note = next(m for m in meeting.marks if m.kind.value == "note")
    assert note.text == "Ask Anna: 预算"
    assert "Paused " in shown.text.rsplit("Recorded", 1)[1]
    assert meeting.next_stage() is None


@posix
def test_ctrl_c_at_a_terminal_gives_it_back_as_it_was(tracks: list[str]) -> None:
    program = "import atexit, termios\nbefore = termios.tcgetattr(0)\natexit.register(lambda: print("
    program += "'as before' if termios.tcgetattr(0) == before else 'changed'))\n" + PROGRAM
    with terminal(program, ["fast", "record", *tracks, "--then", "keep"]) as shown:
        shown.until(SAFE)
        shown.type("nhalf a not")
        shown.until("half a not")
        shown.type("\x03")
        assert shown.rest() == 0
    assert "as before" in shown.text
    assert [m.text for m in only_meeting().marks if m.kind.value == "note"] == ["half a not"]


@posix
def test_a_terminal_that_is_closed_ends_the_recording_properly(tracks: list[str]) -> None:
    with terminal(PROGRAM, ["fast", "record", *tracks]) as shown:
        shown.until(SAFE)
        shown.hang_up()
        assert shown.process.wait(30) == 130
    meeting = only_meeting()
    assert meeting.recording is not None
    assert meeting.recording.state == "finished"
    assert meeting.duration_s >= 1.0
    assert meeting.stages == ()
