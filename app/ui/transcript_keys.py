"""Where the text cursor of the transcript goes with a key."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from app.ui.transcript_layout import RowLayout
from app.ui.transcript_selection import Place
from app.viewmodels.transcript import TranscriptModel

_WORD = re.compile(r"\w+|[^\w\s]+")


def moved(model: TranscriptModel, rows: RowLayout, here: Place, event: QKeyEvent) -> Place | None:
    """None for keys that do not move it. Up, Down, Home and End move it only while they select."""
    keys, key = Qt.Key, event.key()
    shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
    by_word = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
    if event.modifiers() & Qt.KeyboardModifier.AltModifier:
        return None
    row, at = here
    text = model.rows[row].text
    if key == keys.Key_Right:
        if at >= len(text):
            return (row + 1, 0) if row + 1 < len(model.rows) else here
        return row, (_next_word(text, at) if by_word else at + 1)
    if key == keys.Key_Left:
        if at <= 0:
            return (row - 1, len(model.rows[row - 1].text)) if row else here
        return row, (_word_before(text, at) if by_word else at - 1)
    if not shift:
        return None
    if key == keys.Key_Home:
        return (0, 0) if by_word else (row, 0)
    if key == keys.Key_End:
        last = len(model.rows) - 1
        return (last, len(model.rows[last].text)) if by_word else (row, len(text))
    if key in (keys.Key_Up, keys.Key_Down):
        return _by_line(model, rows, here, 1 if key == keys.Key_Down else -1)
    return None


def _next_word(text: str, at: int) -> int:
    return next((m.start() for m in _WORD.finditer(text) if m.start() > at), len(text))


def _word_before(text: str, at: int) -> int:
    return max((m.start() for m in _WORD.finditer(text) if m.start() < at), default=0)


def _by_line(model: TranscriptModel, rows: RowLayout, here: Place, by: int) -> Place:
    row, at = here
    block = rows.block(row)
    caret = block.caret(at)
    y = caret.center().y() + by * (caret.height() + 4)
    if 0 <= y < block.height:
        return row, block.position_at(caret.center().x(), y)
    if not 0 <= row + by < len(model.rows):
        return row, (len(model.rows[row].text) if by > 0 else 0)
    other = rows.block(row + by)
    return row + by, other.position_at(caret.center().x(), 0 if by > 0 else other.height - 1)
