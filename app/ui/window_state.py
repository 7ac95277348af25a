"""How the window stood when it was closed. Read before the event loop starts, written after it has ended."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QSettings

from app.ui.page import LOOKS, Look


@dataclass(frozen=True, slots=True)
class WindowState:
    """Sizes in logical pixels. `columns`: widths of the sidebar and of the minutes. `look`: words, minutes or
    both. `meeting`: id of the open one. `place`: key of the place on the screen, "" for a meeting. `shelf`:
    what the list is narrowed to, as "folder:Acme". `closed`: what is folded in the tree over it. `strip`: where
    the strip of a recording stood."""

    size: tuple[int, int] = (1320, 860)
    maximised: bool = False
    columns: tuple[int, int] = (264, 360)
    look: Look = "both"
    meeting: str = ""
    place: str = ""
    shelf: str = ""
    closed: tuple[str, ...] = ()
    strip: tuple[int, int] | None = None
    player_folded: bool = False  # the waveform is hidden


def _number(value: object, otherwise: int, low: int, high: int) -> int:
    try:
        return min(high, max(low, int(str(value))))
    except ValueError:
        return otherwise


def _point(text: str) -> tuple[int, int] | None:
    try:
        x, y = map(int, text.split())
    except ValueError:
        return None
    return x, y


def load(settings: QSettings) -> WindowState:
    """What is stored; anything unreadable is replaced by how a first start looks."""
    d = WindowState()

    def number(key: str, otherwise: int, low: int, high: int) -> int:
        return _number(settings.value(f"window/{key}"), otherwise, low, high)

    return WindowState(
        (number("width", d.size[0], 900, 10000), number("height", d.size[1], 600, 10000)),
        bool(number("maximised", 0, 0, 1)),
        (number("sidebar", d.columns[0], 240, 300), number("minutes", d.columns[1], 280, 1000)),
        next((look for look in LOOKS if look == settings.value("window/look")), d.look),
        str(settings.value("window/meeting") or ""),
        str(settings.value("window/place") or ""),
        str(settings.value("window/shelf") or ""),
        tuple(filter(None, str(settings.value("window/closed") or "").split("\n"))),
        _point(str(settings.value("window/strip") or "")),
        player_folded=bool(number("player_folded", 0, 0, 1)),
    )


def save(settings: QSettings, state: WindowState) -> None:
    for key, value in {
        "width": state.size[0],
        "height": state.size[1],
        "maximised": int(state.maximised),
        "sidebar": state.columns[0],
        "minutes": state.columns[1],
        "look": state.look,
        "meeting": state.meeting,
        "place": state.place,
        "shelf": state.shelf,
        "closed": "\n".join(state.closed),
        "strip": "" if state.strip is None else f"{state.strip[0]} {state.strip[1]}",
        "player_folded": int(state.player_folded),
    }.items():
        settings.setValue(f"window/{key}", value)
    settings.sync()
