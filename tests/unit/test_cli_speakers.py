"""`folkmoot speakers` and `folkmoot people`, and what `process` is told of speakers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import soundfile as sf

from app import bootstrap, cli
from app.domain.cancel import CancelFlag
from app.domain.events import Event, VoiceHeard
from app.domain.meeting import FILE, Meeting, SpeakerOptions, Stage, StoredVoiceprint, Turn
from app.domain.ports import KnownVoice, VoiceJob
from app.services.paths import Paths
from app.services.pipeline import Pipeline
from storage.repository import Library
from tests.fakes import FakeEngines, beeps
from tests.unit.test_speakers_stage import Knows, Told

TURNS = (Turn(FILE, 0, 3, "s1"), Turn(FILE, 3, 6, "s2"), Turn(FILE, 6, 9, "s1"), Turn(FILE, 9, 12, "s3"))
SPANS = [(0.6, 2.4), (3.6, 5.4), (6.6, 8.4), (9.6, 11.4)]


@pytest.fixture(autouse=True)
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    diarizer = Told(*TURNS)
    engines = FakeEngines(diarizer=diarizer, voices=Knows(KnownVoice("Anna", 0.9)))
    monkeypatch.setattr(bootstrap, "local_pipeline", lambda: Pipeline(engines).run)

    def hear(job: VoiceJob, cancel: CancelFlag) -> Iterator[Event]:
        yield VoiceHeard((StoredVoiceprint("", FILE, b"v" * 512, 9.0, "told", job.meeting.id),))

    monkeypatch.setattr(bootstrap, "hear_voice", hear)
    return diarizer


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    path = tmp_path / "Team.wav"
    sf.write(path, beeps(SPANS, 12.0), 16_000)
    return path


@pytest.fixture
def meeting(recording: Path, capsys: pytest.CaptureFixture[str]) -> str:
    assert run("process", recording, "--json") == 0
    return str(out(capsys)["meeting"]["id"])


def run(*arguments: object) -> int:
    return cli.main([str(a) for a in arguments])


def out(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out)


def stored(meeting_id: str) -> Meeting:
    with Library(Paths.default().data) as library:
        return library.get(meeting_id)


def who(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return [s["name"] for s in out(capsys)["speakers"]]


def test_the_list_has_talk_time_and_share(meeting: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("speakers", meeting, "--json") == 0
    data = out(capsys)
    assert data["options"] == {"speakers": None, "shared_microphone": False}
    assert [(s["key"], s["talk_s"], s["talk_share"]) for s in data["speakers"]] == [
        ("s1", 6.0, 0.5),
        ("s2", 3.0, 0.25),
        ("s3", 3.0, 0.25),
    ]
    assert run("speakers", meeting[:8]) == 0
    assert capsys.readouterr().out.splitlines()[0].split() == ["s1", "Speaker", "1", "0:06", "50%"]


def test_rename_merge_and_reassign(meeting: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("speakers", meeting, "rename", "speaker 2", "Anna Schmidt", "--json") == 0
    assert who(capsys) == ["Speaker 1", "Anna Schmidt", "Speaker 3"]
    assert run("speakers", meeting, "reassign", "4", "--to", "Ben", "--json") == 0
    assert who(capsys) == ["Speaker 1", "Anna Schmidt", "Ben"]
    assert run("speakers", meeting, "reassign", "0:01", "--to", "anna schmidt", "--from-here", "--json") == 0
    assert who(capsys) == ["Anna Schmidt", "Ben"], "nobody is left without a word"
    m = stored(meeting)
    assert [m.speaker_name(s.speaker) for s in m.segments] == ["Anna Schmidt"] * 3 + ["Ben"]
    assert run("speakers", meeting, "merge", "Ben", "--into", "Anna Schmidt", "--json") == 0
    assert who(capsys) == ["Anna Schmidt"]
    assert run("speakers", meeting, "rename", "s2", "Anna", "--json") == 0
    assert who(capsys) == ["Anna"]


def test_a_count_is_found_anew_and_names_stay(meeting: str, told: Told, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("speakers", meeting, "rename", "s1", "Anna") == 0
    told.turns = (Turn(FILE, 0, 9, "s1"), Turn(FILE, 9, 12, "s2"))
    capsys.readouterr()
    assert run("speakers", meeting, "count", 2, "--shared-microphone", "--json") == 0
    data = out(capsys)
    assert data["options"] == {"speakers": 2, "shared_microphone": True}
    assert [s["name"] for s in data["speakers"]] == ["Anna", "Speaker 2"]
    assert told.options[-1] == SpeakerOptions(2, True)
    assert stored(meeting).minutes is not None
    assert run("speakers", meeting, "count", "auto", "--no-shared-microphone") == 0
    assert told.options[-1] == SpeakerOptions()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("rename", "Nobody", "x"), "There are: Speaker 1, Speaker 2, Speaker 3."),
        (("rename", "s1", "  "), "needs a name"),
        (("reassign", "99", "--to", "s1"), "Nothing was said at “99”"),
        (("reassign", "1:00:00", "--to", "s1"), "Nothing was said"),
        (("merge", "s1", "--into", "s9"), "no speaker “s9”"),
        (("count", "0"), "Say 1 to 15"),
        (("count", "many"), "Say 1 to 15"),
        (("accept", "s1"), "No name is suggested"),
        (("remember", "s1"), "folkmoot people agree yes"),
    ],
)
def test_what_cannot_be(
    meeting: str, arguments: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("speakers", meeting, *arguments) == 3
    assert said in capsys.readouterr().err


def test_process_is_told_how_many(recording: Path, told: Told, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("process", recording, "--speakers", 4, "--shared-microphone", "--json") == 0
    assert told.options == [SpeakerOptions(4, True)]
    meeting = out(capsys)["meeting"]["id"]
    assert run("process", "--resume", meeting, "--speakers", "auto") == 0
    assert told.options[1:] == [SpeakerOptions(None, True)], "the stage runs again because of it"
    assert run("process", "--resume", meeting) == 0
    assert len(told.options) == 2
    assert run("process", recording, "--speakers", "x") == 3


def test_a_voice_is_remembered_suggested_accepted_and_forgotten(
    meeting: str, recording: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("people", "agree", "yes", "--json") == 0
    assert out(capsys) == {"agreed": True}
    assert run("speakers", meeting, "remember", "s1") == 3
    assert "Give the speaker a name first" in capsys.readouterr().err
    assert run("speakers", meeting, "rename", "s1", "Anna") == 0
    capsys.readouterr()
    assert run("speakers", meeting, "remember", "Anna", "--json") == 0
    person = out(capsys)
    assert (person["name"], person["prints"]) == ("Anna", 1)
    assert run("speakers", meeting, "remember", "Anna", "--json") == 0
    assert out(capsys)["prints"] == 1, "not stored twice"
    assert stored(meeting).speakers[0].person == person["id"]

    assert run("process", recording, "--json") == 0
    later = out(capsys)["meeting"]["id"]
    assert run("speakers", later, "--json") == 0
    first = out(capsys)["speakers"][0]
    assert first["name"] == "Speaker 1"
    assert first["suggested"] == {"name": "Anna", "certainty": 0.9}
    assert run("speakers", later) == 0
    assert "probably Anna" in capsys.readouterr().out
    assert run("speakers", later, "accept", "s1", "--json") == 0
    accepted = out(capsys)["speakers"][0]
    assert (accepted["name"], accepted["person"], accepted["suggested"]) == ("Anna", person["id"], None)

    assert run("people", "rename", "Anna", "Anna Schmidt") == 0
    capsys.readouterr()
    assert run("people", "--json") == 0
    data = out(capsys)
    assert [(p["name"], p["prints"]) for p in data["people"]] == [("Anna Schmidt", 1)]
    assert data["agreed"] is True
    assert run("people", "forget", "anna schmidt") == 0
    assert "Nothing of it is left" in capsys.readouterr().out
    assert run("people", "list", "--json") == 0
    assert out(capsys)["people"] == []
    assert run("people", "forget", "Anna") == 3
    assert run("people", "agree", "no") == 0
    capsys.readouterr()
    assert run("process", "--resume", later, "--again", "speakers") == 0
    assert all(not s.suggested for s in stored(later).speakers)


def test_the_stage_alone_needs_the_earlier_ones(recording: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Library(Paths.default().data) as library:
        fresh = library.create(
            "New", datetime(2026, 1, 1, tzinfo=UTC), language=None, glossary=(), sources={FILE: recording}
        )
    assert run("speakers", fresh.id) == 0
    assert "Nobody was told apart yet" in capsys.readouterr().err
    assert run("speakers", fresh.id, "count", "2") == 0
    assert stored(fresh.id).next_stage() == Stage.MINUTES
