"""Meetings that look like meetings: a planning meeting of any length, one in Chinese, a list of others."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from app.domain.meeting import (
    ActionItem,
    Decision,
    Mark,
    MarkKind,
    Meeting,
    Minutes,
    OpenQuestion,
    Recording,
    Segment,
    SpeechRegion,
    Track,
)
from tests.qt.fakes import finished, speakers

PLANNING = [
    (0, "Good morning, everybody. Let us start, we have a lot to get through before eleven."),
    (0, "First the release, then the customer visit in Lyon, and at the end the budget for the second quarter."),
    (
        1,
        "The release candidate was built on Monday. We still have two open defects, both in the import, and I would "
        "like to fix them before we ship rather than write them into the notes.",
    ),
    (2, "How long will that take?"),
    (1, "Two days for the first one. The second is harder to say, because we can only reproduce it on one machine."),
    (
        2,
        "Then I would move the release from the twelfth to the nineteenth. The customer in Lyon does not need it "
        "before the visit.",
    ),
    (0, "Does anybody object to the nineteenth?"),
    (3, "No. Marketing is fine with that, the announcement is not out yet."),
    (0, "Good. Then we ship on the nineteenth of March."),
    (0, "Anna, will you write the release notes by Friday?"),
    (1, "Yes, I will have them on Friday. I need the list of changes from Tom, though."),
    (2, "I will send the list this afternoon."),
    (
        3,
        "About the visit: they have asked for a demonstration with their own recordings. Four people, about an hour, "
        "some French and some English in the same meeting.",
    ),
    (1, "Mixed languages should work, but I have not tried it on an hour."),
    (
        2,
        "Let me prepare a test with the recordings from the spring. If it holds up we show it, if not we show the two "
        "languages one after another.",
    ),
    (0, "Please do that until Wednesday, so that we know before we book the trains."),
    (3, "Who goes? I can go, and it would be good if somebody from engineering came along."),
    (0, "We leave that open until the test is done."),
    (
        2,
        "Then the budget. The hardware for the second quarter is the largest item, and I think that we can wait with "
        "the second graphics server until the new cards are out.",
    ),
    (3, "The price will not get better if we wait. But the first one is only used in the nights."),
    (0, "Then we do not buy the second server this quarter, and look at it again in July."),
    (1, "Agreed."),
    (2, "Agreed. I will tell purchasing today."),
    (0, "Is there anything else? Then thank you, and see you on Thursday."),
]

NAMES = ("Martin", "Anna", "Tom", "Leila")


def planning(
    meeting_id: str = "m001",
    *,
    segments: int = len(PLANNING),
    started: datetime | None = None,
    title: str = "Planning: release, Lyon and the budget",
) -> Meeting:
    """A meeting of four people; longer ones go round the same table again."""
    made, at = [], 1.2
    for n in range(segments):
        who, text = PLANNING[n % len(PLANNING)]
        lasts = 0.9 + len(text) / 16
        made.append(
            Segment(n + 1, "file", round(at, 2), round(at + lasts, 2), text, "me" if who == 0 else f"s{who}", "English")
        )
        at += lasts + 0.5
    minutes = Minutes(
        summary="The release moves by a week, to 19 March, so that two defects in the import can be fixed first. "
        "The visit in Lyon gets a demonstration with the customer’s own recordings if a test with mixed "
        "languages holds up. The second graphics server is not bought this quarter.",
        decisions=(
            Decision("The release ships on 19 March instead of 12 March.", (6, 9)),
            Decision(
                "The second graphics server is not bought this quarter; it is looked at again in July.", (19, 21, 22)
            ),
        ),
        action_items=(
            ActionItem("Write the release notes", "Anna", "Friday", (10, 11)),
            ActionItem("Send Anna the list of changes", "Tom", "this afternoon", (12,)),
            ActionItem(
                "Test an hour of mixed French and English with the recordings from the spring",
                "Tom",
                "Wednesday",
                (15, 16),
            ),
            ActionItem("Tell purchasing that the server waits", "Tom", "today", (23,)),
            ActionItem("Book the trains to Lyon", None, None, (), supported=False),
        ),
        open_questions=(
            OpenQuestion("Who goes to Lyon besides Leila?", (17, 18)),
            OpenQuestion("How long does the second defect take to fix?", (5,)),
        ),
    )
    when = started or datetime.now().astimezone().replace(hour=10, minute=0, second=0, microsecond=0)
    return finished(
        Meeting(
            meeting_id,
            title,
            when,
            at,
            "English",
            tracks=(Track("file", "file.wav", at),),
            speakers=speakers(*NAMES),
            segments=tuple(made),
            minutes=minutes,
        )
    )


def noted() -> Meeting:
    """The planning meeting as if it had been recorded here, with everything that can stand between the words."""
    m = planning()

    def mark(
        kind: MarkKind, at_s: float, text: str = "", track: str = "", seconds: float = 0.0, later_s: float = 0.0
    ) -> Mark:
        return Mark(kind, at_s, m.started_at + timedelta(seconds=at_s + later_s), text, track, seconds)

    marks = (
        mark(MarkKind.NOTE, 9.0, "Release, Lyon, budget: in this order"),
        mark(MarkKind.BOOKMARK, 31.0),
        mark(MarkKind.PAUSE, 47.0),
        mark(MarkKind.RESUME, 47.0, later_s=8 * 60),
        mark(
            MarkKind.NOTE,
            58.0,
            "The nineteenth is fixed now. Tell support, they have announced the twelfth on their "
            "page already.\nAnd the partners in Lyon.",
        ),
        mark(MarkKind.GAP, 75.0, track="mic", seconds=3.2),
        mark(MarkKind.DEVICE, 78.2, "Goes on with Jabra Evolve2 65.", "mic"),
        mark(MarkKind.SLEEP, 106.0, seconds=95.0),
        mark(MarkKind.NOTE, m.duration_s - 0.1, "Next time: Thursday at ten"),
    )
    return replace(m, marks=marks, recording=Recording("finished", {"mic": "Built-in Audio", "system": "Speakers"}))


def doubtful() -> Meeting:
    """The planning meeting with words that are missing and words that may not be right."""
    m = planning()

    def later(s: Segment) -> Segment:
        by = (14.0 if s.id > 5 else 0.0) + (75.0 if s.id > 16 else 0.0)
        guards = {3: ("cut_off",), 6: ("loop", "thin"), 13: ("reheard",)}.get(s.id, ())
        return replace(s, start_s=s.start_s + by, end_s=s.end_s + by, guards=guards)

    segments = tuple(map(later, m.segments))
    regions = (SpeechRegion("file", 1.0, segments[-1].end_s),)
    return replace(m, segments=segments, regions=regions, duration_s=segments[-1].end_s + 1)


CHINESE = [
    (0, "大家早上好，我们先看一下上周的进度，然后讨论下个季度的计划。"),
    (1, "导入模块已经完成了，测试发现了两个问题，其中一个和长录音有关，今天下午可以修好。"),
    (2, "第二个问题什么时候能解决？客户下周三要来看演示。"),
    (1, "我需要两天时间，周五之前给大家结果。"),
    (0, "好，那发布日期改到三月十九号，大家没有意见吧？"),
    (2, "没有意见。演示用的录音我来准备，周二之前发给王敏。"),
    (0, "GPU 服务器这个季度先不买，七月份再看。"),
    (1, "同意。"),
]


def chinese(meeting_id: str, started: datetime) -> Meeting:
    made, at = [], 0.8
    for n, (who, text) in enumerate(CHINESE):
        lasts = 0.6 + len(text) / 5
        made.append(Segment(n + 1, "file", at, at + lasts, text, "me" if who == 0 else f"s{who}", "Chinese"))
        at += lasts + 0.4
    minutes = Minutes(
        summary="导入模块已完成，两个问题将在周五之前解决。发布日期改到三月十九号，GPU 服务器本季度不采购。",
        decisions=(Decision("发布日期改到三月十九号。", (5, 6)), Decision("本季度不购买 GPU 服务器。", (7, 8))),
        action_items=(
            ActionItem("解决第二个问题", "王敏", "周五之前", (3, 4)),
            ActionItem("准备演示用的录音", "李强", "周二之前", (6,)),
        ),
    )
    return finished(
        Meeting(
            meeting_id,
            "产品周会：进度与发布计划",
            started,
            at,
            "Chinese",
            speakers=speakers("陈静", "王敏", "李强"),
            segments=tuple(made),
            minutes=minutes,
        )
    )


def library(long: int = 1200) -> list[Meeting]:
    """A few weeks of meetings, one of them hours long."""
    now = datetime.now().astimezone().replace(hour=10, minute=0, second=0, microsecond=0)

    def at(days: float) -> datetime:
        return now - timedelta(days=days)

    return [
        planning("m001", started=now),
        chinese("m002", at(1) + timedelta(hours=4)),
        planning("m003", segments=long, started=at(2), title="Workshop with the Lyon team, day one"),
        planning("m004", segments=9, started=at(4), title="Stand-up"),
        planning("m005", segments=16, started=at(11), title="Interview: how accountants keep their notes, third round"),
        planning("m006", segments=20, started=at(19), title="Budget for the second quarter"),
        planning("m007", segments=22, started=at(40), title="Retrospective"),
    ]


def filed(long: int = 1200) -> list[Meeting]:
    """The library with folders, tags, favourites and something in the trash."""
    where = {
        "m001": ("Clients/Lyon", ("release", "budget"), True),
        "m002": ("产品", ("release",), False),
        "m003": ("Clients/Lyon", ("workshop",), True),
        "m004": ("", ("release",), False),
        "m005": ("Research/Interviews", ("accounting",), False),
        "m006": ("", ("budget",), False),
    }
    made = []
    for m in library(long):
        folder, tags, favourite = where.get(m.id, ("", (), False))
        made.append(replace(m, folder=folder, tags=tags, favourite=favourite))
    made.append(replace(made[-1], id="m008", title="Old stand-up", trashed_at=made[0].started_at))
    return made
