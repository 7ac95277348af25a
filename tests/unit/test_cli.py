"""The command line: what it prints, what it stores, and its exit codes for everything that can be wrong."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import soundfile as sf

from app import bootstrap, cli
from app.domain.errors import HostDied
from app.services.paths import Paths
from app.services.pipeline import Pipeline
from storage.repository import Library
from tests.conftest import ROOT
from tests.fakes import CountingSpeech, FakeEngines, beeps

SPANS = [(0.5, 1.5), (2.0, 4.0)]


@pytest.fixture(autouse=True)
def engines(monkeypatch: pytest.MonkeyPatch) -> FakeEngines:
    fakes = FakeEngines()
    monkeypatch.setattr(bootstrap, "local_pipeline", lambda: Pipeline(fakes).run)
    return fakes


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    path = tmp_path / "Team – 会议.wav"
    sf.write(path, beeps(SPANS, 5.0), 16_000)
    return path


def run(*arguments: object) -> int:
    return cli.main([str(a) for a in arguments])


def out(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out)


def library(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    capsys.readouterr()
    assert run("list", "--json") == 0
    return out(capsys)["meetings"]


def test_process_prints_the_meeting_as_json(recording: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("process", recording, "--json", "--title", "Weekly", "--glossary", "Atlas, Orion") == 0
    data = out(capsys)
    assert data["meeting"]["title"] == "Weekly"
    assert data["meeting"]["glossary"] == ["Atlas", "Orion"]
    assert data["meeting"]["language"] == "English"
    assert data["meeting"]["duration_s"] == pytest.approx(5.0, abs=0.1)
    assert [s["track"] for s in data["segments"]] == ["file", "file"]
    assert {"id", "track", "speaker", "start_s", "end_s", "text", "words"} <= set(data["segments"][0])
    assert data["minutes"]["action_items"][0]["evidence"] == [1]
    assert {s["stage"] for s in data["stages"]} == {"decode", "speech", "transcribe", "align", "speakers", "minutes"}


def test_every_file_is_a_meeting_and_list_and_show_find_them(
    recording: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    second = tmp_path / "b.wav"
    sf.write(second, beeps([(0.2, 0.8)], 1.0), 16_000)
    assert run("process", recording, second) == 0
    meetings = library(capsys)
    assert {m["title"] for m in meetings} == {recording.stem, "b"}
    assert run("show", meetings[0]["id"][:16], "--json") == 0
    assert out(capsys)["meeting"]["id"] == meetings[0]["id"]
    assert run("show", meetings[0]["id"]) == 0
    assert "I will wait" in capsys.readouterr().out


def test_two_tracks_make_one_meeting(recording: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    system = tmp_path / "system.wav"
    sf.write(system, beeps([(1.6, 1.9)], 5.0), 16_000)
    assert run("process", "--track", f"mic={recording}", "--track", f"system={system}", "--json") == 0
    assert [s["track"] for s in out(capsys)["segments"]] == ["mic", "system", "mic"]


def test_out_writes_markdown_and_export_too(
    recording: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "notes"
    folder.mkdir()
    assert run("process", recording, "--out", folder) == 0
    written = list(folder.iterdir())
    assert [p.suffix for p in written] == [".md"]
    assert "I will wait" in written[0].read_text(encoding="utf-8")
    [meeting] = library(capsys)
    assert run("export", meeting["id"], "--out", tmp_path / "x.json", "--format", "json") == 0
    assert json.loads((tmp_path / "x.json").read_text(encoding="utf-8"))["meeting"]["id"] == meeting["id"]


def test_notes_in_a_folder_never_replace_others(
    recording: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "new" / "notes"
    assert run("process", recording, recording, "--title", "Weekly", "--out", folder) == 0
    (folder / "Weekly.md").write_text("edited by hand")
    assert run("export", library(capsys)[0]["id"], "--out", folder) == 0
    assert sorted(p.name for p in folder.iterdir()) == ["Weekly 2.md", "Weekly 3.md", "Weekly.md"]
    assert (folder / "Weekly.md").read_text() == "edited by hand"
    (tmp_path / "file").touch()
    assert run("export", library(capsys)[0]["id"], "--out", tmp_path / "file" / "notes") == 5


def test_resuming_takes_language_glossary_and_title_from_the_command_line(
    recording: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run("process", recording, "--glossary", "Atlas")
    [meeting] = library(capsys)
    speech = CountingSpeech()
    monkeypatch.setattr(bootstrap, "local_pipeline", lambda: Pipeline(FakeEngines(speech)).run)
    again = ["process", "--resume", meeting["id"], "--again", "transcribe"]
    assert run(*again, "--language", "de", "--title", "Neu") == 0
    assert (set(speech.languages), speech.glossaries[0]) == ({"German"}, ["Atlas"])
    assert run(*again, "--glossary", "Orion") == 0
    assert (speech.languages[-1], speech.glossaries[-1]) == ("German", ["Orion"])
    assert library(capsys)[0]["title"] == "Neu"


def test_a_stored_meeting_is_never_removed_because_it_could_not_be_resumed(
    recording: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with Library(Paths.default().data) as store:
        now = datetime.now().astimezone()
        meeting = store.create("Kept", now, language=None, glossary=(), sources={"file": recording})
    recording.unlink()
    assert run("process", "--resume", meeting.id) == 3
    assert [m["title"] for m in library(capsys)] == ["Kept"]


def test_search_finds_words(recording: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("process", recording)
    capsys.readouterr()
    assert run("search", "wait", "--json") == 0
    assert len(out(capsys)["hits"]) == 2
    assert run("search", "elephant") == 0
    assert "Nothing found" in capsys.readouterr().err


def test_language_may_be_a_code_and_must_be_known(recording: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("process", recording, "--language", "de", "--json") == 0
    assert out(capsys)["meeting"]["language"] == "German"
    assert run("process", recording, "--language", "Klingon") == 3
    assert "Klingon" in capsys.readouterr().err


def test_coverage_is_shown_minute_by_minute(
    recording: Path, engines: FakeEngines, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("process", recording, "--json") == 0
    meeting = json.loads(capsys.readouterr().out)
    assert meeting["coverage"]["written_s"] == meeting["coverage"]["speech_s"] > 1
    assert run("show", meeting["meeting"]["id"], "--coverage") == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["Minute", "0:00", "All"]
    assert lines[2].split()[-2] == "100%"
    assert run("show", meeting["meeting"]["id"], "--coverage", "--json") == 0
    assert json.loads(capsys.readouterr().out)["coverage"] == meeting["coverage"]


def test_mixed_languages_and_the_model_for_words(
    recording: Path, engines: FakeEngines, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("process", recording, "--mixed-languages", "--json") == 0
    meeting = json.loads(capsys.readouterr().out)
    settings = {s["stage"]: s["settings"] for s in meeting["stages"]}
    assert settings["transcribe"]["mixed_languages"] is True
    again = ["process", "--resume", meeting["meeting"]["id"], "--again", "transcribe", "--json"]
    for option, expected in ((None, True), ("--no-mixed-languages", False)):
        assert run(*again, *([option] if option else [])) == 0
        stages = json.loads(capsys.readouterr().out)["stages"]
        assert next(s for s in stages if s["stage"] == "transcribe")["settings"]["mixed_languages"] is expected
    assert run("process", recording, "--align-model", "qwen3-forced-aligner-0.6b") == 4
    assert "folkmoot models get" in capsys.readouterr().err


def test_a_stage_can_be_run_again(recording: Path, engines: FakeEngines, capsys: pytest.CaptureFixture[str]) -> None:
    run("process", recording)
    [meeting] = library(capsys)
    engines.asked.clear()
    assert run("process", "--resume", meeting["id"], "--again", "minutes", "--text-model", "starter-text") == 0
    assert engines.asked == ["text starter-text"]


def test_the_demo_runs_again_instead_of_adding_another(
    recording: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bootstrap, "sample_sources", lambda: {"file": recording})
    monkeypatch.setattr(bootstrap, "sample_title", lambda: "Sample")
    assert run("demo") == 0
    printed = capsys.readouterr().out
    assert "not for real voices" in printed
    assert str(Paths.default().library) in printed
    assert run("demo") == 0
    assert len(library(capsys)) == 1


# -- what can be wrong ---------------------------------------------------------------------------
def bad_files(folder: Path) -> dict[str, Path]:
    (folder / "empty.wav").touch()
    (folder / "text.mp3").write_text("this is no sound " * 200)
    return {
        "missing": folder / "nowhere.wav",
        "empty": folder / "empty.wav",
        "text": folder / "text.mp3",
        "folder": folder,
    }


@pytest.mark.parametrize("kind", ["missing", "empty", "text", "folder"])
def test_a_file_that_is_no_recording_leaves_nothing_behind(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = bad_files(tmp_path)[kind]
    assert run("process", path) == 3
    printed = capsys.readouterr().err
    assert path.name in printed
    assert len(printed.strip().splitlines()) <= 3, "one clear message"
    assert library(capsys) == []
    assert list(Paths.default().meetings.iterdir()) == []


def test_one_bad_file_does_not_stop_the_others(
    recording: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("process", tmp_path / "nowhere.wav", recording) == 3
    assert [m["title"] for m in library(capsys)] == [recording.stem]


@pytest.mark.parametrize(
    "arguments",
    [
        ["process"],
        ["process", "--track", "mic"],
        ["process", "--track", "guitar=x.wav"],
        ["process", "--track", "mic=a.wav", "--track", "mic=b.wav"],
        ["process", "--again", "minutes", "a.wav"],
        ["process", "--resume", "abcd", "a.wav"],
        ["show", "abcdef"],
        ["export", "abcdef"],
        ["process", "--resume", "abcdef"],
    ],
)
def test_arguments_that_make_no_sense(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(*arguments) == 3
    assert capsys.readouterr().err.startswith("folkmoot: ")


def test_a_wrong_command_line_is_exit_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        run("proces")
    assert ended.value.code == 2


def test_a_library_that_cannot_be_made_is_exit_5(
    recording: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("FOLKMOOT_HOME", str(tmp_path / "file" / "library"))
    assert run("process", recording) == 5
    assert capsys.readouterr().err.startswith("folkmoot: ")


@pytest.mark.parametrize("option", ["--speech-model", "--text-model"])
def test_a_model_that_cannot_be_used_is_exit_4_before_anything_is_stored(
    option: str, recording: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    original = tmp_path / "Qwen3-ASR-0.6B"
    original.mkdir()
    (original / "config.json").write_text(
        json.dumps(
            {"model_type": "qwen3_asr", "architectures": ["Qwen3ASRForConditionalGeneration"], "thinker_config": {}}
        )
    )
    other = {"--speech-model": "starter-text", "--text-model": "starter-asr"}[option]
    for model, words in (
        ("qwen3-8b", "Qwen/Qwen3-8B"),
        (original, "-hf"),
        (tmp_path / "none", "none"),
        (other, "model"),
    ):
        assert run("process", recording, option, model) == 4
        assert words in capsys.readouterr().err
    assert library(capsys) == []


def test_a_dead_host_is_exit_6(
    recording: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def die(_batch: int) -> None:
        raise HostDied("the model process ended")

    monkeypatch.setattr(bootstrap, "local_pipeline", lambda: Pipeline(FakeEngines(CountingSpeech(die))).run)
    assert run("process", recording) == 6
    assert library(capsys)[0]["state"] == "failed"


def test_ctrl_c_keeps_what_was_done(
    recording: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import os
    import signal

    speech = CountingSpeech(lambda _n: os.kill(os.getpid(), signal.SIGINT))
    monkeypatch.setattr(bootstrap, "local_pipeline", lambda: Pipeline(FakeEngines(speech)).run)
    assert run("process", recording) == 130
    assert "--resume" in capsys.readouterr().err
    [meeting] = library(capsys)
    assert meeting["state"] == "unfinished"
    monkeypatch.setattr(bootstrap, "local_pipeline", lambda: Pipeline(FakeEngines()).run)
    assert run("process", "--resume", meeting["id"]) == 0
    assert library(capsys)[0]["state"] == "done"


def test_doctor_says_what_is_there_and_how_to_get_more(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("doctor") == 0
    printed = capsys.readouterr().out
    assert "Qwen/Qwen3-ASR-0.6B-hf" in printed
    assert "Starter kit: speech (cpu, float32, " in printed
    assert run("doctor", "--json") == 0
    report = out(capsys)
    assert {"hardware", "models", "packages", "library", "in_use", "would_run"} <= set(report)
    text = report["would_run"]["text"]
    assert (text["model"], text["device"], text["precision"], text["problem"]) == ("starter-text", "cpu", "float32", "")
    assert "align" not in report["would_run"], "none is installed"


def test_help_starts_quickly_and_without_frameworks() -> None:
    heavy = "{'torch', 'transformers', 'PySide6'}"
    code = f"import sys, app.cli; app.cli.build_parser(); print(*sorted({heavy} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=os.environ, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == ""
