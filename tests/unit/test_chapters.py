"""Chapters: where the subject changes, what the parts are called, and that a model's failure costs only a title."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

import pytest

from app.domain import chapters as words
from app.domain.cancel import CancelFlag, Never
from app.domain.meeting import Segment
from app.domain.ports import Constraint, Message
from app.services.chapters import write_chapters


class FakeText:
    """Gives prepared answers, one after another."""

    name = "fake"
    settings: ClassVar[Mapping[str, Any]] = {}
    context_tokens = 4096

    def __init__(self, answers: list[str], *, quotes_only: bool = False) -> None:
        self.answers = answers
        self.quotes_only = quotes_only
        self.asked: list[str] = []

    def count_tokens(self, text: str) -> int:
        return len(text) // 4

    def generate(
        self, messages: Sequence[Message], *, constraint: Constraint | None, max_new_tokens: int, cancel: CancelFlag
    ) -> str:
        assert constraint is not None
        self.asked.append(messages[-1].content)
        return self.answers.pop(0)


SAMPLE = Path(__file__).resolve().parents[2] / "models" / "starter" / "sample" / "reference.json"
GARDEN = (
    "The tomatoes need more water than the beans this summer.",
    "We planted the beans too close to the garden fence.",
    "Somebody has to water the tomatoes while the gardener is away.",
    "The compost for the garden arrives on Monday.",
)
TRAINS = (
    "The night train to Vienna leaves from another platform.",
    "Tickets for the train are cheaper with a railway card.",
    "The railway changed the timetable of the Vienna train again.",
    "From the platform it is a short walk to the railway hotel.",
)
CHINESE = (
    ("预算里服务器的费用太高了", "服务器的预算需要重新计算", "我们把服务器预算减少一半"),
    ("网站的登录页面有三个问题", "登录页面的错误信息不清楚", "网站登录页面下周修好"),
)


def talk(*subjects: tuple[str, ...], rounds: int = 8, every_s: float = 6.0) -> list[Segment]:
    said = [text for subject in subjects for _ in range(rounds) for text in subject]
    return [Segment(n, "mic", (n - 1) * every_s, n * every_s - 1, text) for n, text in enumerate(said, 1)]


def test_a_new_subject_begins_a_part() -> None:
    parts = words.parts(talk(GARDEN, TRAINS))
    assert [p.start_s for p in parts] == [0.0, 192.0]
    titles = [words.quoted_title(p, parts) for p in parts]
    assert any(t in titles[0].lower() for t in ("tomatoes", "garden", "beans"))
    assert any(t in titles[1].lower() for t in ("train", "railway", "platform"))


def test_chinese_is_cut_too() -> None:
    parts = words.parts(talk(*CHINESE, rounds=12))
    assert [p.start_s for p in parts] == [0.0, 216.0]
    assert "登录" in words.quoted_title(parts[1], parts)


def test_one_subject_and_short_meetings_have_no_chapters() -> None:
    assert words.parts(talk(GARDEN, rounds=20)) == []
    assert words.parts(talk(GARDEN, TRAINS, rounds=2)) == []
    assert words.parts([]) == []
    assert words.parts(talk(("Mhm.",), rounds=200)) == []


def test_what_came_back_through_the_loudspeaker_is_not_counted() -> None:
    said = talk(GARDEN, TRAINS)
    echo = [Segment(1000 + s.id, "mic", s.start_s + 0.2, s.end_s + 0.2, s.text, echo_of=s.id) for s in said]
    assert [p.start_s for p in words.parts([*said, *echo])] == [0.0, 192.0]
    assert all(s.echo_of is None for p in words.parts([*said, *echo]) for s in p.segments)


def test_the_sample_meeting_is_cut_where_its_topics_are_announced() -> None:
    said = json.loads(SAMPLE.read_text(encoding="utf-8"))["segments"]
    segments = [
        Segment(n, s["track"], s["start_s"], s["end_s"], s["text"])
        for n, s in enumerate(sorted(said, key=lambda s: s["start_s"]), 1)
    ]
    parts = words.parts(segments)
    assert [words.quoted_title(p, parts) for p in parts] == [
        "The release notes", "The budget", "The sales forecast", "The website", "The office move",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("said", "title"),
    [
        ("Okay, the next topic is the budget.", "The budget"),
        ("Let's talk about the visit in Lyon, then.", "The visit in Lyon"),
        ("Let us move on to the release plan.", "The release plan"),
        ("About the visit: they asked for a demonstration.", "The visit"),
        ("接下来我们讨论一下服务器的预算。", "服务器的预算"),
    ],
)
def test_an_announced_subject_is_the_title(said: str, title: str) -> None:
    part = words.Part((Segment(1, "mic", 0, 2, said), *talk(GARDEN, rounds=1)))
    assert words.quoted_title(part, [part]) == title


def test_titles_are_short() -> None:
    assert words.shortened("the support team  found three problems in the login of the new version.") == (
        "The support team found three problems in the login of the new version"
    )
    cut = words.shortened("we will move " + "the whole release " * 10)
    assert cut.endswith((" the…", " whole…", " release…"))
    assert 80 < len(cut) <= 100
    assert words.shortened("“the budget”.") == "The budget"
    assert words.shortened("服务器" * 20) == "服务器" * 13 + "服…"
    assert words.shortened("服务器的预算和明年的计划我们下次再讨论") == "服务器的预算和明年的计划我们下次再讨论"


def test_a_model_names_the_chapters() -> None:
    engine = FakeText(['{"title":"Watering the garden"}', '{"title":"Trains to Vienna."}'])
    chapters = write_chapters(talk(GARDEN, TRAINS), engine, language="English", cancel=Never())
    assert [(c.title, c.start_s) for c in chapters] == [("Watering the garden", 0.0), ("Trains to Vienna", 192.0)]
    assert all(1 <= i <= 32 for i in chapters[0].evidence)
    assert all(33 <= i <= 64 for i in chapters[1].evidence)


def test_an_answer_that_does_not_end_costs_only_the_title() -> None:
    engine = FakeText(['{"title":"Watering', '{"title":"Trains"}'])
    chapters = write_chapters(talk(GARDEN, TRAINS), engine, language="English", cancel=Never())
    assert chapters[0].title
    assert chapters[1].title == "Trains"
    quoting = FakeText([], quotes_only=True)
    assert all(c.title for c in write_chapters(talk(GARDEN, TRAINS), quoting, language="English", cancel=Never()))
