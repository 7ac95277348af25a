"""Colours by role, fonts by size, spacing by step: the look in one place.

Everything that paints asks here, so that light, dark and the next look differ in this file only. Red (`danger`) is for
recording and nothing else; what went wrong is shown in `warning`.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from functools import lru_cache

from PySide6.QtCore import QLocale, QSysInfo, Qt
from PySide6.QtGui import QColor, QFont, QFontInfo, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

# Spacing steps and corner radii, in logical pixels.
XS, S, M, L, XL, XXL = 4, 8, 12, 16, 24, 32
RADIUS, CARD_RADIUS = 6, 10

# Text sizes, in logical pixels.
SMALL, BODY, READING, TITLE, CLOCK = 12.0, 13.5, 15.0, 20.0, 28.0

READ = "read"  # property of a widget with words of a meeting: their usual size

READING_WIDTH = 760
GUTTER = 96
SCROLL_BAR = 12  # its room is kept free beside the words whether it shows or not


@dataclass(frozen=True, slots=True)
class Theme:
    """`speakers`: hues that started as Okabe and Ito's, moved apart and brought to one lightness (OKLCH L 0.50 on
    light, 0.79 on dark), so that no voice looks louder than another and each is readable as text."""

    dark: bool
    page: str
    window: str
    raised: str
    hover: str
    text: str
    secondary: str
    hairline: str
    control: str
    accent: str
    accent_hover: str
    accent_soft: str
    on_accent: str
    mark: str
    danger: str
    danger_hover: str
    on_danger: str
    warning: str
    warning_soft: str
    success: str
    speakers: tuple[str, ...]


LIGHT = Theme(
    dark=False,
    page="#FFFFFF",
    window="#F6F5F3",
    raised="#FFFFFF",
    hover="#ECEAE6",
    text="#1F1E1C",
    secondary="#6B6862",
    hairline="#E5E2DD",
    control="#D5D1CA",
    accent="#2F6F5E",
    accent_hover="#275D4F",
    accent_soft="#DFEBE6",
    on_accent="#FFFFFF",
    mark="#FBE9AE",
    danger="#C8322B",
    danger_hover="#AE2A24",
    on_danger="#FFFFFF",
    warning="#8A5A00",
    warning_soft="#FBF3E2",
    success="#2E7D4F",
    speakers=("#1867AB", "#8B5802", "#974174", "#067755", "#A04426", "#06727F", "#6C6805", "#7150A3"),
)
DARK = Theme(
    dark=True,
    page="#1E1D1B",
    window="#171614",
    raised="#282724",
    hover="#262522",
    text="#ECEAE6",
    secondary="#A09C94",
    hairline="#33312D",
    control="#45423D",
    accent="#6FBFA7",
    accent_hover="#86CCB7",
    accent_soft="#22352F",
    on_accent="#0E211B",
    mark="#514619",
    danger="#F0665E",
    danger_hover="#F4837C",
    on_danger="#2A0A08",
    warning="#E3B341",
    warning_soft="#2E281A",
    success="#7CC79B",
    speakers=("#83C0FF", "#F3A949", "#FA94CD", "#4DD7A4", "#FF9D7F", "#07D1EA", "#C5C048", "#C7A8FE"),
)

# For those who ask the system for more contrast: words and lines nearly as strong as text.
LIGHT_CONTRAST = replace(
    LIGHT,
    window="#FFFFFF",
    hover="#E2DFDA",
    text="#000000",
    secondary="#3A3834",
    hairline="#8A867F",
    control="#55524C",
    accent="#1D5446",
    accent_hover="#123B31",
    accent_soft="#D3E6DF",
    danger="#A81F19",
    danger_hover="#8C1813",
    warning="#6B4500",
    success="#1D5A37",
    speakers=("#0F518B", "#6F4600", "#7E2F5E", "#045F43", "#85341B", "#04595F", "#565203", "#5A3B8A"),
)
DARK_CONTRAST = replace(
    DARK,
    page="#000000",
    window="#0B0A09",
    raised="#161513",
    hover="#2B2A27",
    text="#FFFFFF",
    secondary="#D2CFC8",
    hairline="#7A766E",
    control="#A29E96",
    accent="#8FE0C7",
    accent_hover="#A9ECD7",
    danger="#FF8A83",
    danger_hover="#FFA19B",
    warning="#F4CB62",
    success="#98E0B4",
    speakers=("#A9D3FF", "#FFC57A", "#FFB5DE", "#7DEBC1", "#FFBBA6", "#6DE4F5", "#E0DB70", "#DAC6FF"),
)
LIGHT_ACCENT, ON_LIGHT_ACCENT, LIGHT_DANGER = QColor(LIGHT.accent), QColor(LIGHT.on_accent), QColor(LIGHT.danger)

_current = LIGHT
_kind, _speaks_chinese = 0, False  # whose shapes characters have whose language is not known; what the window speaks
_text_scale = 1.0
_wanted: bool | None = None  # dark or light whatever the system asks for


def current() -> Theme:
    return _current


def is_contrast() -> bool:
    """Whether what is shown now is for those who ask for more contrast."""
    return _current is LIGHT_CONTRAST or _current is DARK_CONTRAST


def colour(role: str) -> QColor:
    return QColor(getattr(_current, role))


def speaker_colour(hue: int, look: Theme | None = None) -> QColor:
    """A hue of `app.viewmodels.hues` as it looks now, or in a given look; nobody in particular is secondary text."""
    t = look or _current
    return QColor(t.speakers[hue % len(t.speakers)] if hue >= 0 else t.secondary)


def scheme_is_dark() -> bool:
    """What the system asks for; where it does not say, the lightness of its window."""
    scheme = QGuiApplication.styleHints().colorScheme()
    if scheme == Qt.ColorScheme.Unknown:
        return QGuiApplication.palette().window().color().lightness() < 128
    return scheme == Qt.ColorScheme.Dark


def wants_contrast() -> bool:
    """Whether the system asks for more contrast; Qt tells from 6.10 on."""
    hints = QGuiApplication.styleHints()
    if not hasattr(hints, "accessibility"):
        return False
    return hints.accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast


@lru_cache(maxsize=64)
def _font(px: float, weight: int, tabular: bool, families: tuple[str, ...]) -> QFont:
    font = QFont(QApplication.font())
    screen = QGuiApplication.primaryScreen()
    dpi = screen.logicalDotsPerInch() if screen else 96.0
    font.setPointSizeF(px * 72 / dpi)
    font.setWeight(QFont.Weight(weight))
    if families:
        font.setFamilies(list(families))
    if tabular:
        font.setFeature(QFont.Tag("tnum"), 1)
    return font


def font(px: float = BODY, weight: int = 400, *, tabular: bool = False, language: str | None = None) -> QFont:
    """The system's font in one of our sizes. `language` picks the shapes of Chinese, Japanese or Korean characters;
    without it they are those of the window's language."""
    return QFont(_font(px, weight, tabular, _families(language, among_words=tabular)))


def speak(locale: QLocale) -> None:
    """The language of the window, and with it the family that all Chinese, Japanese and Korean characters come from:
    left to itself, Qt may take those of one line from several, in several weights."""
    global _kind, _speaks_chinese
    own, system = locale.language(), QLocale.system().language()
    known = {QLocale.Language.Japanese: 2, QLocale.Language.Korean: 3}
    _speaks_chinese = own == QLocale.Language.Chinese
    _kind = 0 if _speaks_chinese else known.get(system, 0)
    app = QApplication.instance()
    if isinstance(app, QApplication):
        app.setFont(font())  # for what has none of its own, such as dialogs


@lru_cache(maxsize=1)
def _usual_family() -> str:
    """What the system writes with. On Linux its name is a role ("Sans Serif"), which would come last in a list: there
    it is who plays it."""
    font = QApplication.font()
    linux = sys.platform == "linux"
    return QFontInfo(font).family() if linux else font.families()[0] if font.families() else font.family()


def _families(language: str | None, *, among_words: bool) -> tuple[str, ...]:
    """The usual one, and one for all characters that it does not have. What is known to be in Chinese, Japanese or
    Korean has that one for its digits and marks, too: those of another family look thin beside its characters.

    `among_words`: it is about numbers among words of the window, which are in Chinese if that is what it speaks.
    """
    usual, theirs = _usual_family(), _cjk_families(language)
    is_theirs = language in _KINDS or (language is None and among_words and _speaks_chinese)
    return (*theirs, usual) if is_theirs and sys.platform != "darwin" else (usual, *theirs)


_KINDS = {"Chinese": 0, "Cantonese": 1, "Japanese": 2, "Korean": 3}


def set_text_size(percent: int) -> None:
    """How large the words of meetings are: transcripts, minutes, live text. What is on the screen follows at once.

    Widgets that paint words or lay them out themselves have a method `text_size_changed` for it.
    """
    global _text_scale
    if percent / 100 == _text_scale:
        return
    _text_scale = percent / 100
    for widget in QApplication.allWidgets():
        px = widget.property(READ)
        if px is not None:
            its = widget.font()
            its.setPointSizeF(font(reading(px)).pointSizeF())
            widget.setFont(its)
        follow = getattr(widget, "text_size_changed", None)
        if callable(follow):
            follow()


def reading(px: float) -> float:
    """A text size for words of meetings, as large as the user wants them."""
    return px * _text_scale


def _cjk_families(language: str | None) -> tuple[str, ...]:
    kind = _KINDS.get(language or "", _kind)
    if sys.platform == "darwin":
        return (("PingFang SC", "PingFang HK", "Hiragino Sans", "Apple SD Gothic Neo")[kind],)
    if QSysInfo.productType() == "windows":
        return (("Microsoft YaHei UI", "Microsoft JhengHei UI", "Yu Gothic UI", "Malgun Gothic")[kind],)
    return (f"Noto Sans CJK {('SC', 'HK', 'JP', 'KR')[kind]}",)


def prefer(appearance: str) -> None:
    """What the user wants from the next `apply` on: "light", "dark", or "system" for what that asks for.

    The system is told, too, for the frame of the window and its dialogs.
    """
    global _wanted
    _wanted = {"light": False, "dark": True}.get(appearance)
    hints = QGuiApplication.styleHints()
    if hasattr(hints, "setColorScheme"):  # Qt 6.8
        scheme = Qt.ColorScheme
        hints.setColorScheme(scheme.Unknown if _wanted is None else scheme.Dark if _wanted else scheme.Light)


def apply(app: QApplication, *, dark: bool | None = None, contrast: bool | None = None) -> None:
    """Set palette and style sheet for what the user or the system wants, or for the given one."""
    global _current
    if dark is None:
        dark = _wanted if _wanted is not None else scheme_is_dark()
    strong = wants_contrast() if contrast is None else contrast
    _current = (DARK_CONTRAST if strong else DARK) if dark else (LIGHT_CONTRAST if strong else LIGHT)
    t = _current
    palette = QPalette()
    roles = QPalette.ColorRole
    for role, value in {
        roles.Window: t.window,
        roles.Base: t.page,
        roles.AlternateBase: t.window,
        roles.Button: t.raised,
        roles.WindowText: t.text,
        roles.Text: t.text,
        roles.ButtonText: t.text,
        roles.BrightText: t.text,
        roles.ToolTipBase: t.raised,
        roles.ToolTipText: t.text,
        roles.PlaceholderText: t.secondary,
        roles.Highlight: t.accent,
        roles.HighlightedText: t.on_accent,
        roles.Accent: t.accent,
        roles.Link: t.accent,
        roles.Mid: t.hairline,
        roles.Midlight: t.hairline,
        roles.Light: t.raised,
        roles.Dark: t.control,
        roles.Shadow: t.control,
    }.items():
        palette.setColor(role, QColor(value))
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(t.secondary))
    if app.palette() != palette:
        app.setPalette(palette)
    sheet = _style_sheet(t)
    if app.styleSheet() != sheet:  # to set the same one again costs as much as another one
        app.setStyleSheet(sheet)


def _style_sheet(t: Theme) -> str:
    return f"""
QMainWindow, #sidebar {{ background: {t.window}; }}
#page, #panel, #panelBody {{ background: {t.page}; }}
#panel {{ border: none; }}
QToolTip {{ background: {t.raised}; color: {t.text}; border: 1px solid {t.control}; padding: 4px 6px; }}

QSplitter::handle {{ background: {t.hairline}; }}
QSplitter::handle:hover {{ background: {t.control}; }}

QMenuBar {{ background: {t.window}; color: {t.text}; border: none; padding: 2px 6px; }}
QMenuBar::item {{ background: transparent; padding: 4px 8px; border-radius: 4px; }}
QMenuBar::item:selected {{ background: {t.hover}; }}
QMenu {{ background: {t.raised}; color: {t.text}; border: 1px solid {t.control}; padding: 4px; }}
QMenu::item {{ padding: 6px 28px 6px 12px; border-radius: 4px; }}
QMenu::item:selected {{ background: {t.accent_soft}; }}
QMenu::item:disabled {{ color: {t.secondary}; }}
QMenu::separator {{ height: 1px; background: {t.hairline}; margin: 4px 8px; }}

QPushButton {{ background: {t.raised}; color: {t.text}; border: 1px solid {t.control}; border-radius: {RADIUS}px;
    padding: 0 13px; min-height: 30px; outline: none; }}
QPushButton:hover {{ background: {t.hover}; }}
QPushButton:pressed {{ background: {t.hairline}; }}
QPushButton:focus {{ border: 2px solid {t.accent}; padding: 0 12px; min-height: 28px; }}
QPushButton:disabled {{ color: {t.secondary}; background: transparent; border-color: {t.hairline}; }}
QPushButton[kind="primary"] {{ background: {t.accent}; color: {t.on_accent}; border: 1px solid {t.accent};
    font-weight: 600; }}
QPushButton[kind="primary"]:hover {{ background: {t.accent_hover}; border-color: {t.accent_hover}; }}
QPushButton[kind="primary"]:focus {{ border: 2px solid {t.text}; }}
QPushButton[kind="primary"]:disabled {{ background: {t.hairline}; color: {t.secondary};
    border-color: {t.hairline}; }}
QPushButton[kind="record"] {{ background: {t.danger}; color: {t.on_danger}; border: 1px solid {t.danger};
    font-weight: 600; }}
QPushButton[kind="record"]:hover {{ background: {t.danger_hover}; border-color: {t.danger_hover}; }}
QPushButton[kind="record"]:focus {{ border: 2px solid {t.text}; }}
QPushButton[kind="record"]:disabled {{ background: {t.hairline}; color: {t.secondary};
    border-color: {t.hairline}; }}
QPushButton[large="true"] {{ min-height: 42px; }}
QPushButton[large="true"]:focus {{ min-height: 40px; }}
QPushButton[kind="time"] {{ background: {t.hover}; color: {t.secondary}; border: 1px solid transparent;
    border-radius: 5px; padding: 0 6px; min-height: 20px; max-height: 20px; }}
QPushButton[kind="time"]:hover {{ background: {t.accent_soft}; color: {t.accent}; }}
QPushButton[kind="time"]:focus {{ border: 1px solid {t.accent}; color: {t.accent}; }}
QPushButton[kind="time"][chosen="true"] {{ background: {t.mark}; color: {t.text}; }}
QPushButton[kind="tab"] {{ background: transparent; border: 1px solid transparent; border-radius: 0;
    color: {t.secondary}; border-bottom: 2px solid transparent; padding: 0 2px; min-height: 30px; }}
QPushButton[kind="tab"]:hover {{ color: {t.text}; }}
QPushButton[kind="tab"]:checked {{ color: {t.text}; border-bottom-color: {t.accent}; }}
QPushButton[kind="tab"]:focus {{ color: {t.text}; border: 1px solid {t.accent}; border-bottom: 2px solid {t.accent};
    border-top-left-radius: {RADIUS}px; border-top-right-radius: {RADIUS}px; }}

QToolButton {{ background: transparent; border: 1px solid transparent; border-radius: {RADIUS}px; outline: none; }}
QToolButton:hover, QToolButton:open {{ background: {t.hover}; }}
QToolButton:pressed {{ background: {t.hairline}; }}
QToolButton:focus {{ border: 1px solid {t.accent}; }}
QToolButton::menu-indicator {{ image: none; }}
QToolButton#play {{ background: {t.accent_soft}; border-radius: 18px; }}
QToolButton#play:hover {{ border: 1px solid {t.accent}; }}
QToolButton#play:focus {{ border: 2px solid {t.accent}; }}
QToolButton#play:disabled {{ background: {t.hover}; border: none; }}
QToolButton#toggle {{ color: {t.secondary}; padding: 0 8px; min-height: 26px; }}
QToolButton#toggle:hover {{ color: {t.text}; }}
QToolButton#toggle:checked, QToolButton#toggle[changed="true"] {{ background: {t.accent_soft}; color: {t.accent}; }}
QFrame#popover {{ background: {t.raised}; border: 1px solid {t.control}; border-radius: {RADIUS}px; }}
QSlider::groove:horizontal {{ background: {t.control}; height: 4px; border-radius: 2px; }}
QSlider::sub-page:horizontal {{ background: {t.accent}; border-radius: 2px; }}
QSlider::handle:horizontal {{ background: {t.accent}; width: 14px; height: 14px; margin: -5px 0; border-radius: 7px; }}
QSlider::handle:horizontal:focus {{ border: 2px solid {t.text}; width: 10px; height: 10px; }}

QLineEdit#search {{ background: {t.raised}; color: {t.text}; border: 1px solid {t.hairline};
    border-radius: {RADIUS}px; padding: 0 6px; min-height: 30px; }}
QLineEdit#search:focus {{ border: 1px solid {t.accent}; }}
QLineEdit#title {{ background: transparent; color: {t.text}; border: 1px solid transparent; border-radius: 4px;
    padding: 0 4px; }}
QLineEdit#title:hover {{ background: {t.window}; }}
QLineEdit#title:focus {{ background: {t.page}; border: 1px solid {t.accent}; }}

QLineEdit#field, QPlainTextEdit#note {{ background: {t.page}; color: {t.text}; border: 1px solid {t.control};
    border-radius: {RADIUS}px; padding: 0 8px; }}
QLineEdit#field {{ min-height: 34px; }}
QPlainTextEdit#note {{ padding: 4px; }}
QLineEdit#field:focus, QPlainTextEdit#note:focus {{ border: 1px solid {t.accent}; }}
QTextEdit#inPlace {{ background: {t.page}; color: {t.text}; border: 1px solid {t.accent};
    border-radius: {RADIUS}px; padding: 4px; }}
QComboBox {{ background: {t.raised}; color: {t.text}; border: 1px solid {t.control}; border-radius: {RADIUS}px;
    padding: 0 10px; min-height: 30px; }}
QComboBox:hover {{ background: {t.hover}; }}
QComboBox:focus {{ border: 1px solid {t.accent}; }}
QComboBox::drop-down {{ border: none; width: 26px; }}
QComboBox::down-arrow {{ image: none; }}
QComboBox QAbstractItemView {{ background: {t.raised}; color: {t.text}; border: 1px solid {t.control};
    outline: none; padding: 4px; selection-background-color: {t.accent_soft}; selection-color: {t.text}; }}
QComboBox QAbstractItemView::item {{ min-height: 28px; padding: 0 8px; border-radius: 4px; }}

QListView, QTreeView {{ background: transparent; border: none; outline: none; }}
QTableView#matrix, QTableView#matrix QHeaderView {{ background: {t.page}; border: none; outline: none; }}
QTableView#matrix QTableCornerButton::section {{ background: {t.page}; border: none;
    border-bottom: 1px solid {t.control}; }}
QListWidget#nav::item {{ color: {t.secondary}; padding: 0 10px; border-radius: {RADIUS}px; min-height: 30px; }}
QListWidget#nav::item:hover {{ background: {t.hover}; color: {t.text}; }}
QListWidget#nav::item:selected {{ background: {t.accent_soft}; color: {t.text}; }}
QLabel#keys {{ background: {t.window}; color: {t.text}; border: 1px solid {t.hairline}; border-radius: 4px;
    padding: 2px 7px; }}
QLabel#badge {{ background: {t.hover}; color: {t.secondary}; border-radius: 4px; padding: 1px 6px; }}
QLabel#badge[mood="good"] {{ background: {t.accent_soft}; color: {t.accent}; }}
QLabel#badge[mood="problem"] {{ background: {t.warning_soft}; color: {t.warning}; }}
QAbstractScrollArea#transcript {{ background: {t.page}; border: none; }}
QScrollArea {{ background: transparent; border: none; }}
QScrollBar:vertical {{ background: transparent; width: {SCROLL_BAR}px; margin: 0; }}
QScrollBar::handle:vertical {{ background: {t.control}; border-radius: 3px; min-height: 36px; margin: 2px 3px; }}
QScrollBar::handle:vertical:hover {{ background: {t.secondary}; }}
QScrollBar:horizontal {{ background: transparent; height: {SCROLL_BAR}px; margin: 0; }}
QScrollBar::handle:horizontal {{ background: {t.control}; border-radius: 3px; min-width: 36px; margin: 3px 2px; }}
QScrollBar::handle:horizontal:hover {{ background: {t.secondary}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}

QLabel[role="secondary"] {{ color: {t.secondary}; }}
QFrame#hairline {{ background: {t.hairline}; border: none; }}
QFrame#card {{ background: {t.window}; border: 1px solid {t.hairline}; border-radius: {CARD_RADIUS}px; }}
QFrame#card[mood="problem"] {{ background: {t.warning_soft}; border-color: {t.hairline}; }}
QFrame#palette {{ background: {t.raised}; border: 1px solid {t.control}; border-radius: {CARD_RADIUS}px; }}
QLineEdit#paletteField {{ background: transparent; color: {t.text}; border: none; padding: 0 16px; min-height: 48px; }}
QFrame#toast {{ background: {t.raised}; border: 1px solid {t.control}; border-radius: {CARD_RADIUS}px; }}
"""
