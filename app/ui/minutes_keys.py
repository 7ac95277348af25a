"""The keys of the minutes, in words: they stand in no menu, so the list of shortcuts has them from here."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QKeySequence


def minutes_shortcuts() -> list[tuple[str, str, str]]:
    """(where, what it does, keys)"""
    where = QCoreApplication.translate("MinutesKeys", "In the minutes")
    listed = (
        (QCoreApplication.translate("MinutesKeys", "Next item, item before"), ("Down", "Up")),
        (QCoreApplication.translate("MinutesKeys", "Owner, date and evidence of an item"), ("Right",)),
        (QCoreApplication.translate("MinutesKeys", "Buttons beside the heading"), ("Left",)),
        (QCoreApplication.translate("MinutesKeys", "Tick off an item, or play what was said"), ("Space",)),
        (QCoreApplication.translate("MinutesKeys", "Change the words of an item"), ("Return",)),
        (QCoreApplication.translate("MinutesKeys", "Move an item"), ("Alt+Up", "Alt+Down")),
    )
    native = QKeySequence.SequenceFormat.NativeText
    return [(where, what, " / ".join(QKeySequence(k).toString(native) for k in keys)) for what, keys in listed]
