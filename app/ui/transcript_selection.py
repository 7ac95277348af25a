"""Text selected across paragraphs of the transcript."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from app.viewmodels.transcript import TranscriptModel

Place = tuple[int, int]  # row, position in its text


class TextSelection:
    """From where the mouse was pressed to where it is; nothing while either is unknown."""

    def __init__(self, model: TranscriptModel) -> None:
        self._m = model
        self.start: Place | None = None
        self.end: Place | None = None

    def clear(self) -> None:
        self.start = self.end = None

    def set(self, start: Place, end: Place) -> None:
        self.start, self.end = start, end

    def select_all(self) -> None:
        if self._m.rows:
            self.set((0, 0), (len(self._m.rows) - 1, len(self._m.rows[-1].text)))

    def within(self, row: int) -> tuple[int, int] | None:
        """What is selected of a row: (start, end) in its text."""
        if self.start is None or self.end is None:
            return None
        (first, start), (last, end) = sorted((self.start, self.end))
        if not first <= row <= last:
            return None
        return (start if row == first else 0, end if row == last else len(self._m.rows[row].text))

    def bounds(self) -> tuple[Place, Place] | None:
        """What is selected, in the order of the text; None for nothing."""
        if self.start is None or self.end is None or self.start == self.end:
            return None
        return min(self.start, self.end), max(self.start, self.end)

    def text(self, *, always_who: bool = False) -> str:
        """What is selected, with names and times when it reaches over several paragraphs, or always."""
        bounds = self.bounds()
        return self.text_between(*bounds, always_who=always_who) if bounds else ""

    def text_between(self, begin: Place, end_at: Place, *, always_who: bool = False) -> str:
        first, last = begin[0], end_at[0]
        parts = []
        for r in range(first, last + 1):
            row = self._m.rows[r]
            start = begin[1] if r == first else 0
            end = end_at[1] if r == last else len(row.text)
            head = ""
            if (always_who or first != last) and not (row.continues and r != first):
                head = f"{row.name or QCoreApplication.translate('TranscriptView', 'Speaker')} ({row.time}): "
            parts.append(head + row.text[start:end])
        return "\n".join(parts)
