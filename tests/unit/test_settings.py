"""Settings: what a file may contain without anybody losing anything."""

from __future__ import annotations

import json
import os
import re
from dataclasses import fields, replace
from pathlib import Path

import pytest

from app.domain.errors import InputError, StorageError
from app.services.paths import Paths
from app.services.settings import Settings


@pytest.fixture
def path(folkmoot_home: Path) -> Path:
    path = Paths.default().settings
    path.parent.mkdir(parents=True)
    return path


def test_no_file_is_the_defaults_without_a_word(path: Path) -> None:
    assert Settings.load(path) == (Settings(), [])
    assert (Settings().mic, Settings().system, Settings().keep_as) == ("default", "default", "opus")
    assert list(path.parent.iterdir()) == []


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    path = tmp_path / "new" / "Einstellungen" / "settings.json"
    settings = Settings(mic="Jabra «会议»", system="none", keep_as="flac")
    settings.save(path)
    assert Settings.load(path) == (settings, [])
    stored = json.loads(path.read_text(encoding="utf-8"))
    assert (stored["mic"], stored["keep_as"], stored["unload_after_s"]) == ("Jabra «会议»", "flac", 600)


def test_keys_of_another_version_are_kept(path: Path) -> None:
    path.write_text('{"mic": "none", "theme": {"dark": true}, "later": [1, null]}', encoding="utf-8")
    settings, notices = Settings.load(path)
    assert (settings.mic, notices) == ("none", [])
    replace(settings, mic="default").save(path)
    stored = json.loads(path.read_text(encoding="utf-8"))
    assert (stored["theme"], stored["later"], stored["mic"]) == ({"dark": True}, [1, None], "default")


def test_every_field_survives_a_round_trip(path: Path) -> None:
    settings = Settings(
        mic="a",
        system="b",
        keep_as="wav",
        unload_after_s=0,
        language="German",
        mixed_languages=True,
        glossary=("Folkmoot", "会议", "Zoë Ω"),
        minutes_language="French",
        minutes_template="stand-up",
        speech_model="qwen3-asr-0.6b",
        text_model="server:gpu",
        align_model="x",
        diarize_model="y",
        agreed_servers=("gpu http://gpu.example:8000/v1",),
        hub="https://hf-mirror.com",
        empty_trash_after_days=0,
        appearance="dark",
        notifications=False,
        tray=False,
        welcomed=True,
    )
    settings.save(path)
    assert Settings.load(path) == (settings, [])


def test_a_change_that_cannot_be_changes_nothing() -> None:
    old = Settings(glossary=("Lyon",))
    assert old.changed(glossary=("Lyon", "Anna"), tray=False).glossary == ("Lyon", "Anna")
    for name, value in (("hub", "ftp://x"), ("glossary", ("",)), ("appearance", "pink"), ("nothing", 1)):
        with pytest.raises(InputError, match=name):
            old.changed(**{"tray": False, name: value})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("mic", 3),
        ("mic", None),
        ("mic", " "),
        ("system", ["x"]),
        ("keep_as", "mp3"),
        ("keep_as", {}),
        ("keep_as", 1),
        ("unload_after_s", -1),
        ("unload_after_s", True),
        ("unload_after_s", "600"),
        ("unload_after_s", 1e9),
        ("language", 3),
        ("language", "two\nlines"),
        ("mixed_languages", 1),
        ("glossary", "Folkmoot"),
        ("glossary", ["Folkmoot", ""]),
        ("glossary", [1]),
        ("speech_model", None),
        ("hub", "modelhub"),
        ("hub", "http://"),
        ("hub", "https://no host"),
        ("hub", "https://x.example/?a=b"),
        ("hub", "http://[1"),
        ("empty_trash_after_days", -1),
        ("empty_trash_after_days", True),
        ("appearance", "blue"),
        ("welcomed", "yes"),
    ],
)
def test_a_value_that_makes_no_sense_falls_back_alone(path: Path, name: str, value: object) -> None:
    path.write_text(json.dumps({"mic": "none", "system": "none", "keep_as": "wav", name: value}), encoding="utf-8")
    settings, [notice] = Settings.load(path)
    assert settings == replace(Settings("none", "none", "wav"), **{name: getattr(Settings(), name)})
    assert f"“{name}”" in notice
    assert json.loads(path.read_text(encoding="utf-8"))[name] == value, "a look changes nothing"


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b'"mic"', b"\xff\xfe\x00", b"\x00" * 100, b"[" * 100_000, b'{"mic": "none"} x'],
)
def test_a_damaged_file_is_set_aside(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    settings, [notice] = Settings.load(path)
    assert settings == Settings()
    assert not path.exists()
    aside = path.with_name("settings.damaged.json")
    assert aside.read_bytes() == content
    assert str(aside) in notice
    assert Settings.load(path) == (Settings(), [])
    path.write_bytes(content + b" ")
    Settings.load(path)
    assert aside.read_bytes() == content
    assert path.with_name("settings.damaged-2.json").read_bytes() == content + b" "


def test_a_mark_at_the_beginning_is_no_damage(path: Path) -> None:
    path.write_bytes(b'\xef\xbb\xbf{"mic": "none"}')
    assert Settings.load(path) == (Settings(mic="none"), [])


def test_a_damaged_file_that_cannot_be_moved_is_said(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path.write_bytes(b"{")

    def refuse(self: Path, target: Path) -> Path:
        raise PermissionError(13, "no", str(self))

    monkeypatch.setattr(Path, "rename", refuse)
    settings, [notice] = Settings.load(path)
    assert settings == Settings()
    assert "still" in notice


def test_a_file_that_cannot_be_read_is_not_written_over(path: Path) -> None:
    path.mkdir()
    with pytest.raises(StorageError, match="settings") as caught:
        Settings.load(path)
    assert caught.value.to_do
    with pytest.raises(StorageError):
        Settings().save(path)


def test_saving_that_fails_keeps_the_old_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Settings(mic="none").save(path)

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError, match="full"):
        Settings().save(path)
    monkeypatch.undo()
    assert Settings.load(path) == (Settings(mic="none"), [])
    assert [p.name for p in path.parent.iterdir()] == ["settings.json"]


def test_every_setting_is_documented_where_it_is_declared() -> None:
    documented = set(re.findall(r"`(\w+)`", Settings.__doc__ or ""))
    assert {f.name for f in fields(Settings)} <= documented


def test_every_setting_is_saved(path: Path) -> None:
    Settings().save(path)
    assert set(json.loads(path.read_text(encoding="utf-8"))) | {"unknown"} == {f.name for f in fields(Settings)}
