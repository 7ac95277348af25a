"""What the command palette offers, and which of it fits what is typed."""

from __future__ import annotations

import heapq
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

EntryRole = Qt.ItemDataRole.UserRole + 1
Index = QModelIndex | QPersistentModelIndex
MOST = 60
WORD_START, ANYWHERE, SCATTERED = 100, 60, 20  # how well a word fits


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to choose. `detail`: where it is from; `keys`: its shortcut as people read it; `key`: what the asker
    knows it by. `bias`: added when it fits at all, so that commands stand before meetings."""

    text: str
    detail: str = ""
    keys: str = ""
    icon: str = ""
    kind: Literal["action", "place", "meeting", "choice", "new"] = "action"
    key: Any = None
    bias: int = 0
    checked: bool | None = None
    folded: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "folded", self.text.casefold())


@dataclass(frozen=True, slots=True)
class Found:
    """`marks`: places in the text that were typed."""

    entry: Entry
    marks: tuple[int, ...] = ()


def rank(query: str, entries: Sequence[Entry], most: int = MOST) -> list[Found]:
    """What fits, best first. Every word typed has to be in the text, as such or as letters in that order.

    Quick with ten thousand entries: only numbers are made for each, and what is marked is worked out for the best.
    """
    words = query.casefold().split()
    if not words:
        return [Found(e) for e in entries[:most]]
    tests = [(w, re.compile(".*?".join(map(re.escape, w))) if len(w) > 1 else None) for w in words]
    places: list[int] = []  # the better it fits, the smaller; then in the order of the entries
    for n, entry in enumerate(entries):
        score = entry.bias
        for word, scattered in tests:
            fit = _fit(word, scattered, entry.folded)
            if fit is None:
                break
            score += fit
        else:
            places.append(-score * len(entries) + n)
    best = [entries[place % len(entries)] for place in heapq.nsmallest(most, places)]
    return [Found(e, tuple(sorted({at for t in tests for at in _marks(*t, e.folded)}))) for e in best]


def _word_start(word: str, text: str) -> int:
    """Where a word of the text begins with it; -1 for nowhere."""
    at = text.find(word)
    while at > 0 and text[at - 1].isalnum():
        at = text.find(word, at + 1)
    return at


def _fit(word: str, scattered: re.Pattern[str] | None, text: str) -> int | None:
    """How well, or None for not at all."""
    anywhere = text.find(word)
    if anywhere >= 0:
        start = _word_start(word, text)
        return WORD_START - min(start, 40) // 2 if start >= 0 else ANYWHERE - min(anywhere, 20)
    found = scattered.search(text) if scattered is not None else None
    if found is None or found.end() - found.start() > 4 * len(word) + 4:
        return None
    return SCATTERED - (found.end() - found.start() - len(word))


def _marks(word: str, scattered: re.Pattern[str] | None, text: str) -> list[int]:
    """The places of its letters."""
    at = _word_start(word, text)
    at = at if at >= 0 else text.find(word)
    if at >= 0:
        return list(range(at, at + len(word)))
    found = scattered.search(text) if scattered is not None else None
    marks, at = [], found.start() if found is not None else 0
    for letter in word:
        at = text.index(letter, at)
        marks.append(at)
        at += 1
    return marks


class PaletteModel(QAbstractListModel):
    """What fits now, best first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: list[Found] = []
        self._entries: Sequence[Entry] = ()

    def set_entries(self, entries: Sequence[Entry]) -> None:
        self._entries = entries
        self.find("")

    def find(self, query: str, new: Entry | None = None) -> None:
        """`new`: offered last, for what is not there yet."""
        self.beginResetModel()
        self.rows = rank(query, self._entries)
        if new is not None:
            self.rows.append(Found(new))
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or not 0 <= index.row() < len(self.rows):
            return None
        entry = self.rows[index.row()].entry
        if role == EntryRole:
            return self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.text
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(p for p in (entry.text, entry.detail, entry.keys) if p)
        return None
