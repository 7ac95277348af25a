"""Where things are kept."""

from __future__ import annotations

import errno
import subprocess
import sys
from pathlib import Path

import pytest

from app.domain.errors import StorageError
from app.services.paths import Paths


def test_home_overrides_everything(tmp_path: Path) -> None:
    home = tmp_path / "Besprechungen 会议 é"
    paths = Paths.default({"FOLKMOOT_HOME": str(home)})
    for place in (
        paths.data,
        paths.config,
        paths.cache,
        paths.logs,
        paths.library,
        paths.meetings,
        paths.models,
        paths.settings,
        paths.meeting("ab12"),
    ):
        assert place.is_relative_to(home)
    assert paths.library == home / "library.db"
    assert paths.meeting("ab12") == home / "meetings" / "ab12"


@pytest.mark.parametrize("unset", [{}, {"FOLKMOOT_HOME": ""}, {"FOLKMOOT_HOME": "  "}])
def test_platform_folders_without_home(unset: dict[str, str]) -> None:
    paths = Paths.default(unset)
    assert paths.data.is_absolute()
    assert "Folkmoot" in str(paths.data)
    assert paths.logs != paths.cache


def test_relative_home_does_not_move_with_the_current_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    paths = Paths.default({"FOLKMOOT_HOME": "portable"})
    monkeypatch.chdir("/")
    assert paths.data == tmp_path / "portable"


def test_naming_creates_nothing_and_create_makes_all(tmp_path: Path) -> None:
    paths = Paths.below(tmp_path / "räume" / "会议")
    assert not paths.data.exists()
    paths.create()
    paths.create()  # twice does no harm
    for folder in (paths.data, paths.meetings, paths.models, paths.config, paths.cache, paths.logs):
        assert folder.is_dir()
    assert not paths.library.exists()


def test_file_in_the_way_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("I am a file")
    with pytest.raises(StorageError) as caught:
        Paths.below(tmp_path / "home").create()
    assert str(tmp_path / "home") in caught.value.what
    assert "FOLKMOOT_HOME" in caught.value.to_do
    assert "FOLKMOOT_HOME" in caught.value.args[1]  # what pickling carries


def test_read_only_place_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, *args: object, **options: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system", str(self))

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(StorageError, match="read-only"):
        Paths.below(tmp_path / "home").create()


def test_import_is_cheap() -> None:
    heavy = {"torch", "numpy", "PySide6", "sqlite_utils"}
    code = f"import sys, app.services.paths; print({heavy} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "set()\n"
