"""Every text of the window is translated, and what the program reads is made from what stands beside it."""

from __future__ import annotations

import importlib.util
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from PySide6.QtCore import QCoreApplication, QLocale
from PySide6.QtWidgets import QApplication, QDialogButtonBox

from app.ui import translation

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / "app" / "ui" / "translations").glob("folkmoot_*.ts"))


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    """`packaging` is no package, so that it does not stand in the way of the one on PyPI."""
    spec = importlib.util.spec_from_file_location("translate", ROOT / "packaging" / "translate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def speaking(qapp: QApplication) -> Iterator[QApplication]:
    before = QLocale()
    yield qapp
    translation.install(qapp, "en")
    QLocale.setDefault(before)


def test_there_is_chinese() -> None:
    assert translation.languages() == {"en": "English", "zh_CN": "简体中文"}


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.stem)
def test_the_files_are_up_to_date_and_complete(tool: ModuleType, file: Path, tmp_path: Path) -> None:
    fresh = tmp_path / file.name
    shutil.copy(file, fresh)
    tool.update(fresh)

    def texts(ts: Path) -> set[tuple[str, str]]:
        return {(context, message.findtext("source") or "") for context, message in tool.messages(ts)}

    assert texts(fresh) == texts(file), "run: python3 dev.py translate"
    assert not list(tool.unfinished(fresh))
    tool.release(file, tmp_path / "fresh.qm")
    assert (tmp_path / "fresh.qm").read_bytes() == file.with_suffix(".qm").read_bytes(), "run: dev.py translate"


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.stem)
def test_translations_keep_what_is_filled_in(tool: ModuleType, file: Path) -> None:
    """{names}, %n and the ellipsis of what asks more are in both; a menu's key is a letter that can be typed."""
    wrong = []
    for context, message in tool.messages(file):
        source = message.findtext("source") or ""
        translation_ = message.find("translation")
        said = "".join(translation_.itertext()).strip()
        fields = sorted(re.findall(r"\{[a-z_0-9]*\}|%n|%L?\d", source))
        if fields != sorted(re.findall(r"\{[a-z_0-9]*\}|%n|%L?\d", said)):
            wrong.append((context, source, said))
        if source.endswith("…") != said.endswith("…"):
            wrong.append((context, source, said))
        if re.search(r"&\w", source) and not re.search(r"&[A-Za-z]", said):
            wrong.append((context, source, said))
    assert not wrong


@pytest.mark.parametrize(
    ("wanted", "system", "code"),
    [
        ("", "zh_CN", "zh_CN"),
        ("", "zh_TW", "zh_CN"),
        ("", "en_GB", "en"),
        ("", "de_DE", "en"),
        ("zh_CN", "de_DE", "zh_CN"),
        ("en", "zh_CN", "en"),
        ("tlh", "zh_CN", "zh_CN"),
    ],
)
def test_which_language_is_taken(wanted: str, system: str, code: str) -> None:
    assert translation.chosen(wanted, QLocale(system)) == code


def test_installed_it_is_spoken_by_us_and_by_qt(speaking: QApplication) -> None:
    assert translation.install(speaking, "zh_CN") == "zh_CN"
    assert QCoreApplication.translate("SetupPage", "Start recording") == "开始录音"
    assert QCoreApplication.translate("settings", "Light or dark") == "浅色或深色"  # of a function
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
    assert buttons.button(QDialogButtonBox.StandardButton.Cancel).text() == "取消"
    assert QLocale().language() == QLocale.Language.Chinese
    translation.install(speaking, "en")
    assert QCoreApplication.translate("SetupPage", "Start recording") == "Start recording"
    assert QLocale().language() in (QLocale.Language.English, QLocale.Language.C)
