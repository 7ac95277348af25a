"""Colours can be told apart and read; icons are tinted; texts name no colour by hand."""

from __future__ import annotations

import re
import sys
from itertools import combinations
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, QSettings
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

import app.ui
from app.ui import icons, theme, window_state
from app.ui.waveform import faded
from app.ui.widgets import label
from app.ui.window_state import WindowState

FILLED = (
    ("on_accent", "accent"),
    ("on_accent", "accent_hover"),
    ("on_danger", "danger"),
    ("on_danger", "danger_hover"),
)
pytestmark = pytest.mark.qt
UI = Path(app.ui.__file__).parent
THEMES = [
    pytest.param(theme.LIGHT, id="light"),
    pytest.param(theme.DARK, id="dark"),
    pytest.param(theme.LIGHT_CONTRAST, id="light, more contrast"),
    pytest.param(theme.DARK_CONTRAST, id="dark, more contrast"),
]


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2)."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in QColor(colour).getRgbF()[:3]]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def rgb(colour: str) -> tuple[float, ...]:
    return QColor(colour).getRgbF()[:3]


def contrast(a: str, b: str) -> float:
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("t", THEMES)
def test_text_is_readable(t: theme.Theme) -> None:
    """WCAG AA: 4.5 for text in every role on every ground it stands on, 3 for what is only a shape."""
    plain = ("page", "window", "raised")
    tinted = (*plain, "hover", "accent_soft", "warning_soft")
    roles = {"text": (*tinted, "mark"), "secondary": tinted, "accent": tinted, "warning": tinted}
    roles |= {"danger": plain, "success": plain}
    pairs = [(f"{r} on {g}", getattr(t, r), getattr(t, g)) for r, grounds in roles.items() for g in grounds]
    pairs += [(f"{a} on {g}", getattr(t, a), getattr(t, g)) for a, g in FILLED]
    speaker_grounds = (*plain, "hover", "accent_soft")
    pairs += [(f"speaker {n} on {g}", s, getattr(t, g)) for n, s in enumerate(t.speakers) for g in speaker_grounds]
    weak = {name: round(contrast(a, b), 2) for name, a, b in pairs if contrast(a, b) < 4.5}
    assert not weak
    faint = {r: round(contrast(getattr(t, r), t.page), 2) for r in ("accent", "danger", "warning", "success")}
    assert min(faint.values()) >= 3


@pytest.mark.parametrize("t", [theme.LIGHT_CONTRAST, theme.DARK_CONTRAST], ids=["light", "dark"])
def test_more_contrast_is_more(t: theme.Theme, qapp: QApplication) -> None:
    """AAA for words, and lines that are seen."""
    for ground in (t.page, t.window, t.raised, t.hover, t.accent_soft):
        assert contrast(t.text, ground) >= 12
        assert contrast(t.secondary, ground) >= 7
    for line in (t.hairline, t.control):
        assert contrast(line, t.window) >= 3
    theme.apply(qapp, dark=t.dark, contrast=True)
    left = faded()
    theme.apply(qapp, dark=False, contrast=False)
    assert faded() < left
    for speaker in t.speakers:  # what was not heard yet in the waveform
        mixed = [a * left + b * (1 - left) for a, b in zip(rgb(speaker), rgb(t.page), strict=True)]
        assert contrast(QColor.fromRgbF(*mixed).name(), t.page) >= 3


@pytest.mark.parametrize("t", THEMES)
def test_speakers_are_apart_and_equally_light(t: theme.Theme) -> None:
    assert len(set(t.speakers)) == 8
    lightness = [luminance(s) for s in t.speakers]
    assert max(lightness) / min(lightness) < 1.5
    for a, b in combinations((QColor(s) for s in t.speakers), 2):
        distance = sum((x - y) ** 2 for x, y in zip(a.getRgb()[:3], b.getRgb()[:3], strict=True)) ** 0.5
        assert distance > 25


def test_colours_are_roles() -> None:
    """No widget names a colour; only the theme does."""
    found = {p.name: re.findall(r"#[0-9A-Fa-f]{6}\b", p.read_text(encoding="utf-8")) for p in UI.glob("*.py")}
    assert [name for name, colours in found.items() if colours] == ["theme.py"]


def test_every_icon_is_there_and_tinted(qapp: object) -> None:
    used: set[str] = set()
    for path in UI.glob("*.py"):
        source = path.read_text(encoding="utf-8")
        used |= {n for n in re.findall(r'"([a-z]+(?:-[a-z0-9]+)*)"', source) if (UI / "icons" / f"{n}.svg").exists()}
    assert used == {p.stem for p in (UI / "icons").glob("*.svg")}, "an icon nobody uses"
    tint = QColor("#123456")
    for name in used:
        image = icons.pixmap(name, tint, 16, 2.0).toImage()
        assert image.width() == 32
        solid = [c for x in range(32) for y in range(32) if (c := image.pixelColor(x, y)).alpha() > 250]
        assert solid, name
        assert all(abs(c.red() - 0x12) + abs(c.green() - 0x34) + abs(c.blue() - 0x56) < 5 for c in solid), name


def test_the_icons_carry_their_licence() -> None:
    assert "ISC License" in (UI / "icons" / "LICENSE").read_text(encoding="utf-8")


def test_texts_are_plain_and_calm() -> None:
    """What `tr` gets has no exclamation marks and begins with a capital or a placeholder."""
    for path in [*UI.glob("*.py"), *(UI.parent / "viewmodels").glob("*.py")]:
        for text in re.findall(r'\btr\(\s*"([^"]+)"', path.read_text(encoding="utf-8")):
            assert "!" not in text
            assert not re.search(r"\bplease\b.*\bplease\b", text)


def test_window_state_survives_and_nonsense_does_not(tmp_path: Path) -> None:
    file = str(tmp_path / "window.ini")
    state = WindowState(
        (1500, 900),
        True,
        (290, 390),
        meeting="m004",
        place="jobs",
        shelf="folder:Clients/Acme",
        closed=("folders:", "tags:"),
        strip=(-40, 12),
    )
    window_state.save(QSettings(file, QSettings.Format.IniFormat), state)
    assert window_state.load(QSettings(file, QSettings.Format.IniFormat)) == state
    Path(file).write_text(
        "[window]\nwidth=wide\nheight=-3\nsidebar=9999\nstrip=far left\nshelf=nowhere:\n", encoding="utf-8"
    )
    loaded = window_state.load(QSettings(file, QSettings.Format.IniFormat))
    assert (loaded.size, loaded.columns, loaded.strip) == ((1320, 600), (300, 360), None)


# -- Letters ----------------------------------------------------------------------------------------------


def test_one_family_serves_all_chinese_characters(qapp: QApplication) -> None:
    """Without one that is named, Qt takes those of a single line from several families, in several weights."""
    if sys.platform == "darwin":
        pytest.skip("its own font brings them along")
    theirs = theme._cjk_families(None)
    assert len(theirs) == 1
    for px, weight in ((theme.SMALL, 400), (theme.BODY, 500), (theme.TITLE, 600)):
        families = theme.font(px, weight).families()
        assert families == [theme._usual_family(), *theirs]
    assert theme.font(language="Japanese").families() != theme.font(language="Chinese").families()
    try:
        theme.speak(QLocale("zh_CN"))
        assert theme.font(theme.SMALL, tabular=True).families()[0] == theirs[0], "“3 分钟” is of one weight"
        assert theme.font().families()[0] == theme._usual_family()
    finally:
        theme.speak(QLocale("en"))


def test_only_words_of_meetings_follow_the_text_size(qtbot: QtBot) -> None:
    read, said = label("Good morning", read=True), label("Export")
    for made in (read, said):
        qtbot.addWidget(made)
    usual = said.font().pointSizeF()
    try:
        theme.set_text_size(150)
        assert read.font().pointSizeF() == pytest.approx(1.5 * usual)
        assert said.font().pointSizeF() == usual
    finally:
        theme.set_text_size(100)
    assert read.font().pointSizeF() == pytest.approx(usual)
