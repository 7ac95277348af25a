"""What the command palette offers in this window."""

from __future__ import annotations

from datetime import date

from PySide6.QtGui import QKeySequence

from app.ui.commands import Commands, plain
from app.ui.places import Places
from app.viewmodels.formatting import day
from app.viewmodels.library import LibraryViewModel
from app.viewmodels.palette import Entry

ACTION_BIAS, RECENT_BIAS = 8, 4
RECENT = 30


def everything(commands: Commands, places: Places, library: LibraryViewModel) -> list[Entry]:
    """Actions that can be done now (their key is the QAction), then meetings, newest first (their id)."""
    native = QKeySequence.SequenceFormat.NativeText
    icons = {place.action: place.icon for place in places}
    made = [
        Entry(
            plain(action.text()).removesuffix("…"),
            menu,
            action.shortcut().toString(native),
            icons.get(action, ""),
            "place" if action in icons else "action",
            action,
            ACTION_BIAS,
        )
        for menu, action in commands.all()
        if action.isEnabled() and action.isVisible() and action is not commands.palette
    ]
    today = date.today()
    shown: dict[date, str] = {}
    for n, m in enumerate(library.summaries()):
        if m.trashed_at is None:
            on = m.started_at.astimezone().date()
            when = shown.get(on) or shown.setdefault(on, day(m.started_at, today))
            made.append(Entry(m.title, when, "", "audio-lines", "meeting", m.id, RECENT_BIAS if n < RECENT else 0))
    return made
