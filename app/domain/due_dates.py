"""Which day is meant by a date as it was said ("Friday", "the end of March", "下周三").

Conservative: what may mean two different days gives none, and so does everything that is not wholly understood.
English and Chinese, and dates in figures. Weeks begin on Monday.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta

_PAST_DAYS = 60  # a day of the year that was so short a time ago is not the one of next year

_WEEKDAYS = {
    name: n
    for n, names in enumerate(
        (
            ("monday", "mon"),
            ("tuesday", "tue", "tues"),
            ("wednesday", "wed"),
            ("thursday", "thu", "thur", "thurs"),
            ("friday", "fri"),
            ("saturday", "sat"),
            ("sunday", "sun"),
        )
    )
    for name in names
}
_MONTHS = {
    name: n
    for n, names in enumerate(
        (
            ("january", "jan"),
            ("february", "feb"),
            ("march", "mar"),
            ("april", "apr"),
            ("may",),
            ("june", "jun"),
            ("july", "jul"),
            ("august", "aug"),
            ("september", "sep", "sept"),
            ("october", "oct"),
            ("november", "nov"),
            ("december", "dec"),
        ),
        1,
    )
    for name in names
}


def _days_of_a_month(to_twenty: str, thirty: str) -> dict[str, int]:
    """Words for 1 to 31, of those for 1 to 20 and the one for 30."""
    words = {w: n for n, w in enumerate(to_twenty.split(), 1)}
    twenties = {f"twenty {w}": 20 + n for w, n in words.items() if n < 10}
    return words | twenties | {thirty: 30, f"thirty {to_twenty.split()[0]}": 31}


_ORDINALS = _days_of_a_month(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
    "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth",
    "thirtieth",
)
_CARDINALS = _days_of_a_month(
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty",
    "thirty",
)
_NUMBERS = {w: n for w, n in _CARDINALS.items() if n <= 12} | {"a": 1, "an": 1, "a couple of": 2}
_HAN = {c: n for n, c in enumerate("一二三四五六七八九", 1)} | {"两": 2, "〇": 0, "零": 0}
_HAN_DAYS = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6}

_WEEKDAY = "|".join(sorted(_WEEKDAYS, key=len, reverse=True))
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_NUMBER = r"\d{1,3}|" + "|".join(sorted(_NUMBERS, key=len, reverse=True))
_DAY = r"(\d{1,2})(?:st|nd|rd|th)?"
_ORDINAL = "|".join(w.replace(" ", "[- ]") for w in sorted(_ORDINALS, key=len, reverse=True))
_CARDINAL = "|".join(w.replace(" ", "[- ]") for w in sorted(_CARDINALS, key=len, reverse=True))
# "the second" may be the second of anything; "by the second" is a day. A higher one is hardly anything else.
_ALONE = re.compile(rf"(?:({_WEEKDAY}),? )?the ({_ORDINAL})")
_CLEAR_ALONE = 5
_HAN_NUMBER = r"\d{1,3}|[一二三四五六七八九十两]{1,3}"
_HAN_YEAR = r"(?:(\d{4}|[〇零一二三四五六七八九]{4}|今|明)年)?"

_LEAD = re.compile(
    r"^(?:(?:due|done|ready|finished)\s+)?(?:by|on|until|till|no later than|not later than|at the latest by|latest)\s+"
)
_TRAIL = re.compile(
    r"(?:,?\s+(?:at the latest|latest|(?:in the |at )?(?:morning|noon|midday|afternoon|evening|night|lunchtime)"
    r"|(?:at |by |before )?\d{1,2}(?:[:.]\d{2})?\s*(?:am|pm|a\.m\.|p\.m\.|o'clock)|(?:at |by |before )?\d{1,2}:\d{2}"
    r"|(?:at the )?(?:end of (?:the )?(?:business )?day|close of business|eod|cob)))+$"
)
_DOTTED = re.compile(r"\d\. ?\d{1,2}\.$")
_HAN_TRAIL = re.compile(
    r"(?:(?:早上|上午|中午|下午|晚上|晚间|下班|凌晨)?(?:" + _HAN_NUMBER + r")点半?|早上|上午|中午|下午|晚上|下班|结束)?"
    r"(?:之前|以前|前|为止)?$"
)


def day_of(said: str | None, meeting_day: date) -> date | None:
    """The day that is meant in a meeting on `meeting_day`; None where it is not said, unclear or over."""
    text = " ".join((said or "").casefold().replace("’", "'").split()).strip(" ,;!?。，；！？")
    text = text if _DOTTED.search(text) else text.rstrip(". ")
    if not text:
        return None
    before = text.startswith("before ")
    text = text.removeprefix("before ")
    said_alone = _LEAD.sub("", text)
    led = before or said_alone != text
    for form in _forms(said_alone):
        if (m := _ALONE.fullmatch(form)) and (led or m[1] or _spoken(m[2]) >= _CLEAR_ALONE):
            return _counted(_on_ordinal, m, meeting_day, before)
    text = said_alone.removeprefix("the ")
    for form in _forms(text):
        for pattern, reading in _READINGS:
            if m := pattern.fullmatch(form):
                return _counted(reading, m, meeting_day, before)
    han = text.replace(" ", "")
    for pattern, reading in _HAN_READINGS:
        for form in (han, _HAN_TRAIL.sub("", han)):
            if m := pattern.fullmatch(form):
                return _counted(reading, m, meeting_day, False)
    return None


def _forms(text: str) -> list[str]:
    """As it was said, and without the time of the day."""
    return list(dict.fromkeys((text, _TRAIL.sub("", text).strip(" ,"))))


Reading = Callable[["re.Match[str]", date], date | None]


def _counted(reading: Reading, m: re.Match[str], meeting_day: date, before: bool) -> date | None:
    try:
        day = reading(m, meeting_day)
    except (ValueError, OverflowError):  # the 31st of February
        return None
    if day is not None and before:
        day -= timedelta(days=1)
    return day if day is not None and day >= meeting_day else None


# -- kinds of days -------------------------------------------------------------------------------
def _coming(weekday: int, today: date) -> date | None:
    """The next one. On that very weekday it may be today or in a week."""
    ahead = (weekday - today.weekday()) % 7
    return today + timedelta(days=ahead) if ahead else None


def _of_week(weekday: int, today: date, weeks: int) -> date:
    return today + timedelta(days=weekday - today.weekday(), weeks=weeks)


def _next_weekday(weekday: int, today: date) -> date | None:
    """For some "next Friday" is the coming one, for others that of next week. Where both are the same, it is clear."""
    return _of_week(weekday, today, 1) if weekday < today.weekday() else None


def _end_of_month(year: int, month: int) -> date:
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return date(year, month, monthrange(year, month)[1])


def _in_year(today: date, of_year: Callable[[int], date]) -> date | None:
    """A day without a year: the next one, unless it has just been."""
    day = of_year(today.year)
    if day >= today:
        return day
    return of_year(today.year + 1) if (today - day).days > _PAST_DAYS else None


def _of_month(day: int, today: date) -> date:
    """ "The 15th": of this month or the next."""
    if day >= today.day:
        return today.replace(day=day)
    first = _end_of_month(today.year, today.month) + timedelta(days=1)
    return first.replace(day=day)


def _later(number: int, unit: str, today: date) -> date:
    if unit.startswith("month"):
        last = _end_of_month(today.year, today.month + number)
        return last.replace(day=min(today.day, last.day))
    return today + timedelta(days=number * (7 if unit.startswith("week") else 14 if unit == "fortnight" else 1))


def _friday(today: date, weeks: int) -> date | None:
    """The end of a week of work. On a weekend nobody knows which week is meant."""
    return _of_week(4, today, weeks) if today.weekday() <= 4 else None


def _end_of_quarter(quarter: int, today: date) -> date | None:
    return _in_year(today, lambda year: _end_of_month(year, quarter * 3))


def _in_figures(first: int, second: int, year: str | None, today: date) -> date | None:
    """ "27/11" or "11/27": clear only where one of them can be no month, or both are the same."""
    if first > 12 >= second or first == second:
        day, month = first, second
    elif second > 12 >= first:
        day, month = second, first
    else:
        return None
    return date(_year(year), month, day) if year else _in_year(today, lambda y: date(y, month, day))


def _year(text: str) -> int:
    return int(text) + 2000 if len(text) == 2 else int(text)


def _of_named_month(day: int, which: str, today: date) -> date | None:
    """ "The tenth of next month"; "of the month" is whichever comes."""
    if which == "the":
        return _of_month(day, today)
    return _end_of_month(today.year, today.month + (which == "next")).replace(day=day)


def _dated(day: str, month: int, year: str | None, today: date) -> date | None:
    if year:
        return date(int(year), month, int(day))
    return _in_year(today, lambda y: date(y, month, int(day)))


# -- English, and figures ------------------------------------------------------------------------
def _number(text: str) -> int:
    return int(text) if text.isdigit() else _NUMBERS[text]


def _spoken(text: str) -> int:
    """A day of the month in words or figures."""
    text = text.replace("-", " ")
    return int(text) if text.isdigit() else _ORDINALS.get(text) or _CARDINALS[text]


_READINGS: list[tuple[re.Pattern[str], Reading]] = [
    (re.compile(pattern), reading)
    for pattern, reading in (
        (r"(\d{4})-(\d{1,2})-(\d{1,2})", lambda m, _: date(int(m[1]), int(m[2]), int(m[3]))),
        (r"(\d{1,2})\. ?(\d{1,2})\.(?: ?(\d{4}))?", lambda m, t: _dated(m[1], int(m[2]), m[3], t)),
        (r"(\d{1,2})/(\d{1,2})(?:/(\d{4}|\d{2}))?", lambda m, t: _in_figures(int(m[1]), int(m[2]), m[3], t)),
        (r"today|tonight|eod|cob|end of (?:the )?(?:business )?day|close of business", lambda _, t: t),
        (r"tomorrow", lambda _, t: t + timedelta(days=1)),
        (r"day after tomorrow", lambda _, t: t + timedelta(days=2)),
        (rf"(?:this |coming )?({_WEEKDAY})", lambda m, t: _coming(_WEEKDAYS[m[1]], t)),
        (rf"next ({_WEEKDAY})|({_WEEKDAY}) next week", lambda m, t: _weekday_next(m, t)),
        (r"eow|end of (?:the |this )?week|(?:this )?weekend",
         lambda m, t: _friday(t, 0) if m[0][-1] != "d" else None),
        (r"end of next week", lambda _, t: _friday(t, 1)),
        (r"eom|end of (?:the |this )?month|month end", lambda _, t: _end_of_month(t.year, t.month)),
        (r"end of next month", lambda _, t: _end_of_month(t.year, t.month + 1)),
        (rf"end of ({_MONTH})", lambda m, t: _in_year(t, lambda y: _end_of_month(y, _MONTHS[m[1]]))),
        (r"eoy|end of (?:the |this )?year|year end", lambda _, t: date(t.year, 12, 31)),
        (r"end of (?:the |this )?quarter", lambda _, t: _end_of_quarter((t.month + 2) // 3, t)),
        (r"end of q([1-4])", lambda m, t: _end_of_quarter(int(m[1]), t)),
        (rf"(?:({_WEEKDAY}),? )?(?:the )?{_DAY}(?: of)? ({_MONTH})\.?,?(?: (\d{{4}}))?",
         lambda m, t: _dated_on(m[1], m[2], m[3], m[4], t)),
        (rf"(?:({_WEEKDAY}),? )?({_MONTH})\.? (?:the )?{_DAY},?(?: (\d{{4}}))?",
         lambda m, t: _dated_on(m[1], m[3], m[2], m[4], t)),
        (rf"(?:({_WEEKDAY}),? )?(?:the )?(\d{{1,2}})(?:st|nd|rd|th)",
         lambda m, t: _on(m[1], _of_month(int(m[2]), t))),
        (rf"(?:({_WEEKDAY}),? )?(?:the )?({_ORDINAL})(?: of ({_MONTH})| (?!mar|may)({_MONTH}))\.?,?(?: (\d{{4}}))?",
         lambda m, t: _dated_on(m[1], str(_spoken(m[2])), m[3] or m[4], m[5], t)),
        (rf"(?:({_WEEKDAY}),? )?({_MONTH})\.? (?:(?:the )?({_ORDINAL})|({_CARDINAL})),?(?: (\d{{4}}))?",
         lambda m, t: _dated_on(m[1], str(_spoken(m[3] or m[4])), m[2], m[5], t)),
        (rf"({_ORDINAL}|\d{{1,2}}(?=st|nd|rd|th))(?:st|nd|rd|th)? of (the|this|next) month",
         lambda m, t: _of_named_month(_spoken(m[1]), m[2], t)),
        (rf"(?:in|within)(?: the next)? ({_NUMBER}) (days?|weeks?|months?)(?:' time)?",
         lambda m, t: _later(_number(m[1]), m[2], t)),
        (rf"({_NUMBER}) (days?|weeks?|months?) from (?:now|today)", lambda m, t: _later(_number(m[1]), m[2], t)),
        (r"(?:in|within) a (fortnight)", lambda m, t: _later(1, m[1], t)),
    )
]  # fmt: skip


def _weekday_next(m: re.Match[str], today: date) -> date | None:
    if m[1]:
        return _next_weekday(_WEEKDAYS[m[1]], today)
    return _of_week(_WEEKDAYS[m[2]], today, 1)


def _on_ordinal(m: re.Match[str], today: date) -> date | None:
    return _on(m[1], _of_month(_spoken(m[2]), today))


def _dated_on(weekday: str | None, day: str, month: str, year: str | None, today: date) -> date | None:
    return _on(weekday, _dated(day, _MONTHS[month], year, today))


def _on(weekday: str | None, day: date | None) -> date | None:
    """ "Friday the 27th": only if it is one."""
    if weekday and day is not None and day.weekday() != _WEEKDAYS[weekday]:
        return None
    return day


# -- Chinese -------------------------------------------------------------------------------------
def _han(text: str) -> int:
    """ "三", "十五", "二十", "31"."""
    if text.isdigit():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    if not ten:
        if len(text) != 1:
            raise ValueError(text)
        return _HAN[text]
    return (_HAN[tens] if tens else 1) * 10 + (_HAN[ones] if ones else 0)


def _han_dated(month: str, day: str, year: str | None, today: date) -> date | None:
    return _dated(str(_han(day)), _han(month), _han_year(year, today), today)


def _han_year(year: str | None, today: date) -> str | None:
    """ "2027", "二〇二七", "明"."""
    if year is None or year.isdigit():
        return year
    if year in ("今", "明"):
        return str(today.year + (year == "明"))
    return "".join(str(_HAN[c]) for c in year)


def _weeks(number: str, today: date) -> date:
    return _later(_han(number), "week", today)


_HAN_READINGS: list[tuple[re.Pattern[str], Reading]] = [
    (re.compile(pattern), reading)
    for pattern, reading in (
        (r"今天|今日|今晚", lambda _, t: t),
        (r"明天|明日|明晚", lambda _, t: t + timedelta(days=1)),
        (r"后天", lambda _, t: t + timedelta(days=2)),
        (r"大后天", lambda _, t: t + timedelta(days=3)),
        (r"(?:周|星期|礼拜)([一二三四五六日天])", lambda m, t: _coming(_HAN_DAYS[m[1]], t)),
        (r"[本这](?:个)?(?:周|星期|礼拜)([一二三四五六日天])", lambda m, t: _of_week(_HAN_DAYS[m[1]], t, 0)),
        (r"下(?:个)?(?:周|星期|礼拜)([一二三四五六日天])", lambda m, t: _of_week(_HAN_DAYS[m[1]], t, 1)),
        (r"下下(?:个)?(?:周|星期|礼拜)([一二三四五六日天])", lambda m, t: _of_week(_HAN_DAYS[m[1]], t, 2)),
        (r"(?:本|这个)?月(?:底|末)", lambda _, t: _end_of_month(t.year, t.month)),
        (r"下(?:个)?月(?:底|末)", lambda _, t: _end_of_month(t.year, t.month + 1)),
        (rf"({_HAN_NUMBER})月(?:份)?(?:底|末)", lambda m, t: _in_year(t, lambda y: _end_of_month(y, _han(m[1])))),
        (r"(?:今)?年(?:底|末)", lambda _, t: date(t.year, 12, 31)),
        (r"(?:本)?季度(?:底|末)", lambda _, t: _end_of_quarter((t.month + 2) // 3, t)),
        (rf"{_HAN_YEAR}({_HAN_NUMBER})月({_HAN_NUMBER})[日号]?", lambda m, t: _han_dated(m[2], m[3], m[1], t)),
        (rf"(?:本月|这个月)?({_HAN_NUMBER})[日号]", lambda m, t: _of_month(_han(m[1]), t)),
        (rf"下(?:个)?月({_HAN_NUMBER})[日号]", lambda m, t: _end_of_month(t.year, t.month + 1).replace(day=_han(m[1]))),
        (rf"({_HAN_NUMBER})天(?:之后|以后|后|之内|以内|内)", lambda m, t: _later(_han(m[1]), "day", t)),
        (rf"({_HAN_NUMBER})个?(?:周|星期|礼拜)(?:之后|以后|后|之内|以内|内)", lambda m, t: _weeks(m[1], t)),
        (rf"({_HAN_NUMBER})个月(?:之后|以后|后|之内|以内|内)", lambda m, t: _later(_han(m[1]), "month", t)),
    )
]  # fmt: skip
