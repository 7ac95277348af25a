"""`folkmoot listen`, with a tiny real Omni model."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app import cli
from tests import tiny

SAMPLE = Path(__file__).resolve().parents[2] / "models" / "starter" / "sample" / "mic.flac"


@pytest.fixture(scope="module")
def omni(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.build_chat(tmp_path_factory.mktemp("omni"), "qwen2.5-omni")


@pytest.mark.parametrize(("text", "seconds"), [("80", 80.0), ("1:20", 80.0), ("1:02:03", 3723.0), ("0:01.5", 1.5)])
def test_times(text: str, seconds: float) -> None:
    from app.commands.listen import moment

    assert moment(text) == seconds


def test_every_stretch_is_heard_with_its_times(omni: Path, capsys: pytest.CaptureFixture[str]) -> None:
    times = ["--from", "0:05", "--to", "0:40"]

    assert cli.main(["listen", str(SAMPLE), *times, "--model", str(omni), "--json"]) == 0

    heard = json.loads(capsys.readouterr().out)["heard"]
    assert [(h["start_s"], h["end_s"]) for h in heard] == [(5.0, 35.0), (35.0, 40.0)]
    assert {"language", "tone", "scene", "events"} <= set(heard[0])
    assert all(
        h["start_s"] <= e["start_s"] <= h["end_s"] for h in heard for e in h["events"] if e["start_s"] is not None
    )


def test_a_question_is_answered(omni: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["--to", "3", "--ask", "Who speaks?", "--model", str(omni)]

    assert cli.main(["listen", str(SAMPLE), *asked]) == 0

    assert capsys.readouterr().out.startswith("0:00–0:03\n  ")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ([], 4, "No model that listens is installed"),
        (["--model", "starter-asr"], 4, "hears nothing else"),
        (["--from", "2:00", "--to", "1:00"], 3, "ends before it begins"),
        (["--from", "59:00"], 3, "no sound after 59:00"),
    ],
)
def test_what_cannot_be_done_is_said(
    arguments: list[str], code: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["listen", str(SAMPLE), *arguments]) == code

    assert words in capsys.readouterr().err


def test_no_such_meeting(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["listen", "abcd1234"]) == 3

    assert "abcd1234" in capsys.readouterr().err
