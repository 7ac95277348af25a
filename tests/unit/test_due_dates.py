"""Dates as they are said: the day that is meant, or none."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from app.domain.due_dates import day_of

FRIDAY = date(2026, 11, 20)
WEDNESDAY = date(2026, 11, 18)


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("Friday", "2026-11-20"),
        ("by Friday", "2026-11-20"),
        ("this Friday", "2026-11-20"),
        ("Monday", "2026-11-23"),
        ("on Monday morning", "2026-11-23"),
        ("Friday at 5 pm", "2026-11-20"),
        ("Friday noon", "2026-11-20"),
        ("before Friday", "2026-11-19"),
        ("next Tuesday", "2026-11-24"),
        ("Friday next week", "2026-11-27"),
        ("tomorrow", "2026-11-19"),
        ("the day after tomorrow", "2026-11-20"),
        ("today", "2026-11-18"),
        ("by the end of the day", "2026-11-18"),
        ("end of the week", "2026-11-20"),
        ("the end of next week", "2026-11-27"),
        ("end of the month", "2026-11-30"),
        ("the end of March", "2027-03-31"),
        ("by the end of November", "2026-11-30"),
        ("end of February", "2027-02-28"),
        ("the end of next month", "2026-12-31"),
        ("end of the year", "2026-12-31"),
        ("end of Q1", "2027-03-31"),
        ("end of the quarter", "2026-12-31"),
        ("November 27", "2026-11-27"),
        ("27 November", "2026-11-27"),
        ("the 27th of November", "2026-11-27"),
        ("Friday, November 27th", "2026-11-27"),
        ("March 3rd, 2027", "2027-03-03"),
        ("Jan. 5", "2027-01-05"),
        ("2026-12-01", "2026-12-01"),
        ("27.11.", "2026-11-27"),
        ("27.11.2026", "2026-11-27"),
        ("11/27", "2026-11-27"),
        ("27/11/26", "2026-11-27"),
        ("12/12", "2026-12-12"),
        ("the 25th", "2026-11-25"),
        ("the 5th", "2026-12-05"),
        ("April tenth", "2027-04-10"),
        ("by April the tenth", "2027-04-10"),
        ("the tenth of April", "2027-04-10"),
        ("tenth April", "2027-04-10"),
        ("March third", "2027-03-03"),
        ("March third, 2027", "2027-03-03"),
        ("the third of March", "2027-03-03"),
        ("May the fourth", "2027-05-04"),
        ("the twenty-first of May", "2027-05-21"),
        ("December twenty first", "2026-12-21"),
        ("December thirty-first at noon", "2026-12-31"),
        ("November twenty-seven", "2026-11-27"),
        ("Friday, November twenty-seventh", "2026-11-27"),
        ("Friday the twentieth", "2026-11-20"),
        ("before the tenth of December", "2026-12-09"),
        ("the tenth", "2026-12-10"),
        ("by the twentieth", "2026-11-20"),
        ("the twenty-fifth in the morning", "2026-11-25"),
        ("by the first", "2026-12-01"),
        ("on the second", "2026-12-02"),
        ("before the third", "2026-12-02"),
        ("the fifth of next month", "2026-12-05"),
        ("the 5th of next month", "2026-12-05"),
        ("the thirtieth of this month", "2026-11-30"),
        ("the first of the month", "2026-12-01"),
        ("in two weeks", "2026-12-02"),
        ("within 3 days", "2026-11-21"),
        ("in a month", "2026-12-18"),
        ("two weeks from now", "2026-12-02"),
        ("in a couple of days", "2026-11-20"),
        ("今天", "2026-11-18"),
        ("明天下午", "2026-11-19"),
        ("后天", "2026-11-20"),
        ("周五", "2026-11-20"),
        ("星期五之前", "2026-11-20"),
        ("周一", "2026-11-23"),
        ("本周五", "2026-11-20"),
        ("下周三", "2026-11-25"),
        ("下个星期天", "2026-11-29"),
        ("月底", "2026-11-30"),
        ("下个月底前", "2026-12-31"),
        ("三月底", "2027-03-31"),
        ("年底", "2026-12-31"),
        ("11月27日", "2026-11-27"),
        ("十一月二十七号", "2026-11-27"),
        ("2027年1月5日", "2027-01-05"),
        ("25号", "2026-11-25"),
        ("四月十号", "2027-04-10"),
        ("明年四月十号", "2027-04-10"),
        ("二〇二七年四月十日", "2027-04-10"),
        ("十二月二十一号之前", "2026-12-21"),
        ("三十号", "2026-11-30"),
        ("下个月五号", "2026-12-05"),
        ("三天后", "2026-11-21"),
        ("两周内", "2026-12-02"),
        ("一个月内", "2026-12-18"),
        ("周五下午三点前", "2026-11-20"),
    ],
)
def test_days_that_are_meant(said: str, day: str) -> None:
    assert day_of(said, WEDNESDAY) == date.fromisoformat(day)
    assert day_of(f" {said.upper()}, ", WEDNESDAY) == date.fromisoformat(day)


@pytest.mark.parametrize(
    "said",
    [
        None, "", "soon", "as soon as possible", "next week", "next month", "next Friday", "Friday or Monday",
        "Wednesday", "sometime in March", "5/6", "31.2.", "February 30", "November 3", "2020-01-01", "yesterday",
        "Thursday, November 27th", "the 40th", "may", "march", "sun protection", "after the release", "weekend",
        "in a while", "before today", "下周", "尽快", "周三", "本周一", "周末", "13月5日", "五五号", "99999999 days",
        "in 999 months and more", "bis Freitag", "le 5 mai",
        "a second", "in a second", "second", "the second", "the first", "the first thing", "first thing",
        "the third one", "first", "the fourth quarter", "the tenth meeting", "tenth", "second march", "the second May",
        "march on",
        "the first Friday", "the fortieth", "April thirty-first", "the thirty-first of this month", "Friday the tenth",
        "Thursday the twenty-seventh of November", "the second of them", "one April", "第十", "第二个", "三二一号",
        "二〇二七年十三月十日", "今年三月三号",
    ],
)  # fmt: skip
def test_what_is_not_clear_is_no_day(said: str | None) -> None:
    assert day_of(said, WEDNESDAY) is None


def test_on_the_weekday_itself_and_on_weekends() -> None:
    assert day_of("Friday", FRIDAY) is None  # today, or in a week
    assert day_of("end of the week", FRIDAY) == FRIDAY
    saturday = FRIDAY + timedelta(days=1)
    assert day_of("end of the week", saturday) is None
    assert day_of("next Thursday", FRIDAY) == date(2026, 11, 26)
    assert day_of("the 31st", date(2026, 9, 30)) is None
    assert day_of("in a month", date(2027, 1, 31)) == date(2027, 2, 28)
    assert day_of("end of December", date(2026, 12, 31)) == date(2026, 12, 31)
    assert day_of("end of next month", date(2026, 12, 3)) == date(2027, 1, 31)
