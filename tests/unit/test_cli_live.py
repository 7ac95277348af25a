"""`folkmoot live` and `folkmoot record --live`: real sound in real time through a real process with the starter kit."""

from __future__ import annotations

import io
import json
import os
import signal
import sys
import threading
import time
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import pytest
import soundfile as sf

from app import bootstrap_live, cli
from app.audio.recorder import Recorder
from app.audio.systems.file import FileSource
from app.commands.live import LivePrinter
from app.domain.live import (
    LiveDropped,
    LiveEnded,
    LiveEvent,
    LiveFinal,
    LivePartial,
    LiveSpeakers,
    LiveState,
    LiveStatus,
    LiveTask,
)
from app.domain.meeting import Segment

PLAYED_S = 8
SAMPLE = Path(__file__).parents[2] / "models" / "starter" / "sample"
posix = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")


@pytest.fixture(scope="module")
def tracks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The beginning of the sample meeting: a remark on each track."""
    folder = tmp_path_factory.mktemp("tracks")
    for name in ("mic", "system"):
        x, rate = sf.read(SAMPLE / f"{name}.flac", frames=PLAYED_S * 16_000)
        sf.write(folder / f"{name}.wav", x, rate)
    return {name: folder / f"{name}.wav" for name in ("mic", "system")}


def test_a_recording_is_written_down_while_it_plays(
    tracks: dict[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    began = time.monotonic()
    code = cli.main(["live", "--mic", str(tracks["mic"]), "--system", str(tracks["system"]), "--json"])
    assert code == 0
    assert time.monotonic() - began > PLAYED_S - 0.5, "in real time"
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    kinds = [e["event"] for e in events]
    assert kinds[0] == "state"
    assert kinds[-1] == "ended"
    finals = [e["segment"] for e in events if e["event"] == "final"]
    mine = [s for s in finals if s["track"] == "mic"]
    assert mine[0]["text"].startswith("Good morning everyone.")
    assert mine[0]["speaker"] == "me"
    assert {s["track"] for s in finals} == {"mic", "system"}
    assert len({s["id"] for s in finals}) == len(finals)


def test_faster_and_as_lines(tracks: dict[str, Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["live", str(tracks["mic"]), "--speed", "4"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].strip().startswith("0:00  Speaker")
    assert "Good morning everyone." in lines[0]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ([], "nothing to play"),
        (["no such file.wav"], "There is no file"),
        (["--language", "klingon", "x.wav"], "klingon"),
    ],
)
def test_what_cannot_be_played_is_said(
    options: list[str], says: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert cli.main(["live", *options]) == 3
    assert says in capsys.readouterr().err


def test_a_file_that_is_no_sound(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "letter.wav"
    path.write_text("Dear all")
    assert cli.main(["live", str(path)]) == 3
    assert capsys.readouterr().err


def test_a_model_that_is_not_there(tracks: dict[str, Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["live", str(tracks["mic"]), "--speech-model", "no-such-model"]) in (3, 4)
    assert "no-such-model" in capsys.readouterr().err


@posix
def test_recording_with_live_text(tracks: dict[str, Path], library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Until the first words are there, however long the models take; ended by Ctrl-C."""
    said = io.StringIO()
    monkeypatch.setattr(sys, "stderr", said)

    def interrupt() -> None:
        end = time.monotonic() + 100
        while "Good morning" not in said.getvalue() and time.monotonic() < end:
            time.sleep(0.05)
        os.kill(os.getpid(), signal.SIGINT)

    watching = threading.Thread(target=interrupt)
    options = ["--mic", f"file:{tracks['mic']}", "--system", f"file:{tracks['system']}", "--for", "120s"]
    watching.start()
    try:
        assert cli.main(["record", "--live", *options, "--then", "keep"]) == 0
    finally:
        watching.join()
    assert "Me: Good morning everyone." in said.getvalue()
    (folder,) = (library / "meetings").iterdir()
    assert (folder / "live.draft.jsonl").stat().st_size > 0, "kept for the pipeline"


# -- With a process that dies ---------------------------------------------------------------------------------


@posix
@pytest.mark.slow
def test_a_killed_process_costs_no_word_and_the_recording_goes_on(tmp_path: Path) -> None:
    """What was said while there was no process is read from the recording's own file."""
    events: list[LiveEvent] = []
    came = threading.Condition()

    def heard(event: LiveEvent) -> None:
        with came:
            events.append(event)
            came.notify_all()

    def finals() -> list[Segment]:
        return [e.segment for e in events if isinstance(e, LiveFinal)]

    def until(holds: object) -> None:
        assert callable(holds)
        with came:
            assert came.wait_for(holds, 120.0), events

    sources = {t: FileSource(SAMPLE / f"{t}.flac", t) for t in ("mic", "system")}
    recorder = Recorder(tmp_path, sources, started_at=datetime.now().astimezone(), limit_s=600.0)
    task = LiveTask(tmp_path, language="English")
    recorder.start()
    live = bootstrap_live.RunningLive(task, recorder, tuple(sources), heard)
    try:
        until(lambda: len(finals()) >= 2)
        pid = live._host.pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        until(lambda: any(isinstance(e, LiveState) and e.state == "restarting" for e in events))
        before = len(finals())
        until(lambda: len(finals()) >= before + 2)
        assert recorder.wait(0.0) is None, "the recording goes on"
    finally:
        live.close()
        recorder.stop()
        recorder.wait()
    for track in ("mic", "system"):
        found = [(s.start_s, s.end_s) for s in finals() if s.track == track]
        assert found == sorted(found)
        assert all(b >= a for (_, a), (b, _) in pairwise(found)), "nothing twice"
    wanted = ["Can you hear me?", "Yes, I can hear you.", "How was your weekend?"]
    whole = " ".join(s.text for s in finals())
    assert all(text in whole for text in wanted)
    assert len({s.id for s in finals()}) == len(finals())


# -- The printer ------------------------------------------------------------------------------------------------


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def lines_of(events: list[LiveEvent], out: io.StringIO | None = None) -> str:
    out = out or io.StringIO()
    printer = LivePrinter(out)
    for event in events:
        printer.take(event)
    printer.close()
    return out.getvalue()


def final(id: int, text: str, speaker: str = "", start_s: float = 61.0) -> LiveFinal:
    return LiveFinal(Segment(id, "system", start_s, start_s + 1, text, speaker))


def test_a_line_waits_a_moment_for_its_speaker() -> None:
    said = lines_of([final(1, "Hello."), LiveSpeakers({1: "s2"}), LiveStatus(), final(2, "Yes.", "me")])
    assert said.splitlines() == ["   1:01  Speaker 2: Hello.", "   1:01  Me: Yes."]


def test_what_is_being_said_stands_below_on_a_terminal_and_is_gone_at_the_end() -> None:
    out = Terminal()
    said = lines_of([LivePartial(1, "mic", 1.0, 2.0, "Good mor"), LiveDropped(1), final(2, "Hello.", "me")], out)
    assert "\x1b[2m" in said
    assert "Good mor" in said
    assert said.endswith("Me: Hello.\n") or said.endswith("\x1b[K")


def test_json_has_every_event_on_a_line() -> None:
    out = io.StringIO()
    printer = LivePrinter(out, as_json=True)
    for event in (LiveState("live"), final(1, "会议"), LiveEnded(2)):
        printer.take(event)
    first, second, third = (json.loads(line) for line in out.getvalue().splitlines())
    assert first == {"event": "state", "state": "live", "what": "", "to_do": ""}
    assert second["segment"]["text"] == "会议"
    assert third == {"event": "ended", "left": 2}


def test_what_was_being_said_when_the_process_died_is_not_shown_again() -> None:
    out = Terminal()
    said = lines_of([LivePartial(7, "mic", 1.0, 2.0, "Good mor"), LiveState("restarting"), final(2, "Hello.")], out)
    assert "Good mor" not in said.split("starts again")[1]


def test_what_was_nothing_after_all_goes_at_once() -> None:
    said = lines_of([LivePartial(1, "mic", 1.0, 2.0, "Good mor"), LiveDropped(1), final(2, "Hello.")], Terminal())
    assert said.count("Good mor") == 1


def test_live_text_that_cannot_begin_costs_the_recording_nothing(
    tracks: dict[str, Path], capsys: pytest.CaptureFixture[str], library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ImportError("no canceller")

    monkeypatch.setattr(bootstrap_live, "RunningLive", fail)
    options = ["--mic", f"file:{tracks['mic']}", "--system", "none", "--for", "2s", "--then", "keep"]
    assert cli.main(["record", "--live", *options]) == 0
    said = capsys.readouterr().err
    assert "no canceller" in said
    (folder,) = (library / "meetings").iterdir()
    assert (folder / "mic.opus").exists(), said
    assert sf.info(folder / "mic.opus").duration == pytest.approx(2.0, abs=0.2)
