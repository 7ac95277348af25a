"""What the command palette offers, and which of it fits what is typed."""

from __future__ import annotations

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
    """What fits, best first. Every word typed has to be in the text, as such or as letters in that order."""
    words = query.casefold().split()
    if not words:
        return [Found(e) for e in entries[:most]]
    patterns = [re.compile(".*?".join(map(re.escape, w))) if len(w) > 1 else None for w in words]
    scored: list[tuple[int, int, Found]] = []
    for n, entry in enumerate(entries):
        score, marks = entry.bias, []
        for word, pattern in zip(words, patterns, strict=True):
            fit = _fit(word, pattern, entry.folded)
            if fit is None:
                break
            score += fit[0]
            marks += fit[1]
        else:
            scored.append((-score, n, Found(entry, tuple(sorted(set(marks))))))
    scored.sort(key=lambda s: s[:2])
    return [s[2] for s in scored[:most]]


def _fit(word: str, pattern: re.Pattern[str] | None, text: str) -> tuple[int, list[int]] | None:
    at = text.find(word)
    if at >= 0:
        start = at
        while start > 0 and text[start - 1].isalnum():  # rather at the beginning of a word
            start = text.find(word, start + 1)
            if start < 0:
                return ANYWHERE - min(at, 20), list(range(at, at + len(word)))
        return WORD_START - min(start, 40) // 2, list(range(start, start + len(word)))
    found = pattern.search(text) if pattern is not None else None
    if found is None or found.end() - found.start() > 4 * len(word) + 4:
        return None
    marks, at = [], found.start()
    for letter in word:
        at = text.index(letter, at)
        marks.append(at)
        at += 1
    return SCATTERED - (found.end() - found.start() - len(word)), marks


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

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
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
