"""`folkmoot meetings`: tags, folders, favourites and the trash on the command line."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from app import cli
from app.services.paths import Paths
from storage.repository import Library
from tests.storage.conftest import create


@pytest.fixture
def ids() -> list[str]:
    with Library(Paths.default().data) as library:
        return [create(library, title).id for title in ("One", "Two", "Three")]


def run(*arguments: object) -> int:
    return cli.main([str(a) for a in arguments])


def listed(capsys: pytest.CaptureFixture[str], *options: str) -> dict[str, dict[str, Any]]:
    capsys.readouterr()
    assert run("list", "--json", *options) == 0
    return {m["title"]: m for m in json.loads(capsys.readouterr().out)["meetings"]}


def test_tags_come_and_go(ids: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run("meetings", "tag", ids[0], "#Plan", "Quarter  4", "plan") == 0
    assert "#Plan #Quarter 4" in capsys.readouterr().err
    assert run("meetings", "untag", ids[0], "PLAN", "never there") == 0
    assert listed(capsys)["One"]["tags"] == ["Quarter 4"]
    assert run("meetings", "untag", ids[0], "quarter 4") == 0
    assert "no tags" in capsys.readouterr().err


def test_folders_and_favourites(ids: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run("meetings", "move", ids[0], ids[1], "Clients / Acme") == 0
    assert run("meetings", "star", ids[1]) == 0
    rows = listed(capsys)
    assert [(rows[t]["folder"], rows[t]["favourite"]) for t in ("One", "Two", "Three")] == [
        ("Clients/Acme", False),
        ("Clients/Acme", True),
        ("", False),
    ]
    assert run("meetings", "move", ids[0], "") == 0
    assert run("meetings", "unstar", ids[1]) == 0
    rows = listed(capsys)
    assert (rows["One"]["folder"], rows["Two"]["favourite"]) == ("", False)


def test_trash_and_back(ids: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run("meetings", "trash", ids[0], ids[1], ids[0]) == 0
    assert set(listed(capsys)) == {"Three"}
    assert set(listed(capsys, "--trash")) == {"One", "Two"}
    assert run("meetings", "restore", ids[0]) == 0
    assert set(listed(capsys)) == {"One", "Three"}
    assert run("meetings", "empty-trash") == 3  # nobody was asked
    assert "--yes" in capsys.readouterr().err
    assert run("meetings", "empty-trash", "--yes") == 0
    assert run("meetings", "empty-trash") == 0
    assert "empty" in capsys.readouterr().err
    assert set(listed(capsys)) == {"One", "Three"}
    run("list", "--trash")
    assert "The trash is empty." in capsys.readouterr().err


def test_a_damaged_meeting_does_not_keep_the_trash_full(ids: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with Library(Paths.default().data) as library:
        library._db.execute("INSERT INTO meeting_settings VALUES (?, 'minutes', '{')", [ids[0]])
    assert run("show", ids[0]) == 5
    assert run("meetings", "trash", ids[0]) == run("meetings", "restore", ids[0]) == 0
    assert set(listed(capsys)) == {"One", "Two", "Three"}
    assert run("meetings", "trash", *ids[:2]) == run("meetings", "empty-trash", "--yes") == 0
    assert set(listed(capsys)) == {"Three"}


@pytest.mark.parametrize(("answer", "left"), [("y", 2), ("yes", 2), ("", 3), ("no", 3)])
def test_deleting_asks_a_person(
    ids: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, answer: str, left: int
) -> None:
    typed = io.StringIO(answer + "\n")
    typed.isatty = lambda: True  # type: ignore[method-assign]
    monkeypatch.setattr(sys, "stdin", typed)
    assert run("meetings", "delete", ids[2]) == 0
    assert "“Three”" in capsys.readouterr().out
    assert len(listed(capsys)) == left


def test_one_wrong_id_changes_nothing(ids: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    for action in ("trash", "star", "restore"):
        assert run("meetings", action, ids[0], "f" * 32) == 3
    assert run("meetings", "delete", "--yes", ids[0], "f" * 32) == 3
    rows = listed(capsys)
    assert len(rows) == 3
    assert not rows["One"]["favourite"]


def test_a_recording_that_runs_is_left_alone(ids: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    from app.audio.journal import LOCK_NAME

    with Library(Paths.default().data) as library:
        folder: Path = library.folder(ids[0])
        library.recording_started(ids[0], {})
    with FileLock(folder / LOCK_NAME):
        assert run("meetings", "trash", ids[0]) == 3
        assert run("meetings", "delete", "--yes", ids[0]) == 3
        assert "still being recorded" in capsys.readouterr().err
    assert len(listed(capsys)) == 3


def test_an_action_is_needed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        run("meetings")
    assert ended.value.code == 2
