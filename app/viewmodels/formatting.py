"""Times, lengths and dates as people read them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from PySide6.QtCore import QCoreApplication, QDate, QDateTime, QLocale, QTime


def _tr(text: str, n: int = -1) -> str:
    return QCoreApplication.translate("formatting", text, None, n)


def length(seconds: float) -> str:
    """How long something is: "38 s", "42 min", "1 h 5 min"."""
    if seconds < 60:
        return _tr("%n s", round(seconds))
    minutes = round(seconds / 60)
    if minutes < 60:
        return _tr("%n min", minutes)
    hours, rest = divmod(minutes, 60)
    return f"{_tr('%n h', hours)} {_tr('%n min', rest)}" if rest else _tr("%n h", hours)


def remaining(seconds: float) -> str:
    """How long still, no more exact than it can be known."""
    if seconds < 5:
        return _tr("a few seconds left")
    if seconds < 55:
        return _tr("about %n s left", max(5, round(seconds / 5) * 5))
    if seconds < 3300:
        return _tr("about %n min left", max(1, round(seconds / 60)))
    return _tr("about {length} left").format(length=length(round(seconds / 300) * 300))


def enumerated(names: Sequence[str]) -> str:
    """Names one after another, as the language of the window does it: "A, B, and C"."""
    locale = QLocale()
    if locale.language() == QLocale.Language.C:  # has no words
        locale = QLocale(QLocale.Language.English)
    return locale.createSeparatedList(list(names))


def _local(moment: datetime) -> QDateTime:
    m = moment.astimezone()
    return QDateTime(QDate(m.year, m.month, m.day), QTime(m.hour, m.minute, m.second))


def time_of_day(moment: datetime) -> str:
    return QLocale().toString(_local(moment).time(), QLocale.FormatType.ShortFormat)


def day_and_month(moment: datetime) -> str:
    """ "21 Nov", short enough for the title of a meeting in a list."""
    local = moment.astimezone().date()
    return QLocale().toString(QDate(local.year, local.month, local.day), _tr("d MMM"))


def day(moment: datetime, today: date) -> str:
    """ "Today", "Yesterday", "Fri 27 Nov", and with the year when it is another one."""
    local = moment.astimezone().date()
    ago = (today - local).days
    if ago == 0:
        return _tr("Today")
    if ago == 1:
        return _tr("Yesterday")
    return short_date(local, today)


def short_date(day: date, today: date) -> str:
    """ "Fri 27 Nov", and with the year when it is another one."""
    pattern = _tr("ddd d MMM") if day.year == today.year else _tr("d MMM yyyy")
    return QLocale().toString(QDate(day.year, day.month, day.day), pattern)


def weekday(moment: datetime, today: date) -> str:
    """In a sentence: "today", "yesterday", "Tuesday", and from a week ago on the date."""
    local = moment.astimezone().date()
    ago = (today - local).days
    if ago == 0:
        return _tr("today")
    if ago == 1:
        return _tr("yesterday")
    if 1 < ago < 7:
        return QLocale().dayName(local.isoweekday())
    return day(moment, today)


def section(moment: datetime, today: date) -> str:
    """The heading a meeting stands under in the list."""
    local = moment.astimezone().date()
    ago = (today - local).days
    if ago <= 0:
        return _tr("Today")
    if ago == 1:
        return _tr("Yesterday")
    if ago < 7:
        return _tr("Last 7 days")
    pattern = _tr("MMMM") if local.year == today.year else _tr("MMMM yyyy")
    return QLocale().toString(QDate(local.year, local.month, 1), pattern)


def initials(name: str) -> str:
    """One or two letters that stand for a name: "Anna Berg" → "AB", "王小明" → "王"; a number stays: "说2"."""
    words = [w for w in name.split() if w]
    if not words:
        return ""
    last = words[-1] if len(words) > 1 else ""
    if last.isdigit():
        return (words[0][0] + last).upper()
    if ord(words[0][0]) >= 0x2E80:
        return words[0][0]
    return (words[0][0] + last[:1]).upper()
