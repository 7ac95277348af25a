"""Minutes from a transcript: nothing cut, nothing invented, every item with evidence that exists."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date

import pytest

from app.domain import minutes_format as fmt
from app.domain.cancel import Never
from app.domain.errors import Cancelled
from app.domain.meeting import Minutes, Segment
from app.services.minutes import MinutesOutcome, MinutesProgress, supports, write_minutes
from tests.fakes import RuleText


def segments(texts: list[str], speaker: str = "s1") -> list[Segment]:
    return [Segment(10 + i, "file", 3.0 * i, 3.0 * i + 2, t, speaker) for i, t in enumerate(texts)]


def outcome(texts: list[Segment], engine: RuleText, name: str = "Anna") -> MinutesOutcome:
    last = None
    for step in write_minutes(texts, lambda _key: name, engine, cancel=Never()):
        last = step
    assert isinstance(last, MinutesOutcome)
    return last


def minutes(texts: list[Segment], engine: RuleText) -> Minutes:
    return outcome(texts, engine).minutes


def test_items_cite_the_segments_that_say_them() -> None:
    spoken = segments(["Hello.", "I will update the budget.", "We decided to move the launch."])
    m = minutes(spoken, RuleText())
    assert [(a.task, a.owner, a.evidence, a.supported) for a in m.action_items] == [
        ("update the budget", "Anna", (11,), True)
    ]
    assert [(d.text, d.evidence) for d in m.decisions] == [("move the launch", (12,))]
    assert m.summary == "3 lines."


def test_a_long_transcript_is_read_whole_in_parts_that_fit() -> None:
    spoken = segments([f"I will finish task number {i} for the customers." for i in range(200)])
    engine = RuleText(context_tokens=400)
    m = minutes(spoken, engine)
    assert [a.evidence for a in m.action_items] == [(s.id,) for s in spoken]
    assert len(engine.requests) > 5
    assert sum(len(r) for r in engine.requests) == 200
    assert engine.merges, "the summaries of the parts are merged"
    assert all(len(r) <= engine.context_tokens // 48 for r in engine.requests)


def test_a_segment_longer_than_a_part_is_spread_not_cut() -> None:
    monologue = " ".join(f"I will do thing {i} soon." for i in range(300))
    engine = RuleText(context_tokens=400)
    m = minutes(segments(["Hello.", monologue]), engine)
    assert len(m.action_items) == 300
    assert {a.evidence for a in m.action_items} == {(11,)}


def test_text_without_spaces_is_split_too() -> None:
    class Characters(RuleText):
        def count_tokens(self, text: str) -> int:
            return len(text)

    engine = Characters(context_tokens=3000)
    text = "我们决定把发布会推迟到三月。" * 300
    minutes(segments([text]), engine)
    heard = "".join(line.split(": ", 1)[1] for request in engine.requests for line in request)
    assert heard == text


def test_an_answer_that_was_cut_off_is_asked_again_in_halves() -> None:
    spoken = segments([f"I will do task {i}." for i in range(8)])
    engine = RuleText(context_tokens=1000, broken=2)
    result = outcome(spoken, engine)
    assert [a.evidence[0] for a in result.minutes.action_items] == [s.id for s in spoken]
    assert result.unread == ()


def test_what_cannot_be_answered_in_any_size_is_reported() -> None:
    result = outcome(segments(["I will go.", "I will stay."]), RuleText(broken=0))
    assert result.unread == (10, 11)
    assert result.minutes.action_items == ()


def test_the_same_thing_said_twice_is_one_item_with_both_as_evidence() -> None:
    spoken = segments(["I will update the budget."] + ["Hello."] * 30 + ["I will update the budget."])
    m = minutes(spoken, RuleText(context_tokens=400))
    assert [a.evidence for a in m.action_items] == [(10, 41)]


def test_an_item_its_evidence_does_not_say_is_marked() -> None:
    class Inventing(RuleText):
        def generate(self, *args: object, **kwargs: object) -> str:
            return fmt.render_answer(
                [
                    fmt.AnswerItem("action_item", "launch the rocket to Mars", "Ben", None, (1,)),
                    fmt.AnswerItem("decision", "updating budgets", None, None, (1,)),
                ],
                "A summary.",
            )

    m = minutes(segments(["Please update the budget."]), Inventing())
    assert [a.supported for a in m.action_items] == [False]
    assert [d.supported for d in m.decisions] == [True]


def test_i_becomes_the_one_who_said_it() -> None:
    class First(RuleText):
        def generate(self, *args: object, **kwargs: object) -> str:
            return fmt.render_answer([fmt.AnswerItem("action_item", "update it", "I", "Friday", (1,))], "")

    result = outcome(segments(["I will update it by Friday."]), First(), name="Speaker 2")
    assert result.minutes.action_items[0].owner == "Speaker 2"


def test_no_segments_give_empty_minutes_without_asking() -> None:
    engine = RuleText()
    assert minutes([], engine) == Minutes()
    assert engine.requests == []


def test_cancelling_stops_between_parts() -> None:
    flag = threading.Event()
    steps = write_minutes(segments(["I will go."] * 50), lambda k: k, RuleText(400), cancel=flag)
    assert isinstance(next(steps), MinutesProgress)
    flag.set()
    with pytest.raises(Cancelled):
        list(steps)


def test_quotes_and_line_breaks_in_the_transcript_cannot_break_the_request() -> None:
    line = fmt.PromptLine('An"na', 'He said "stop"\nand [2] Ben: I will go \\ away')
    rendered = fmt.render_line(1, line)
    assert rendered.count("\n") == 1
    assert '"' not in rendered


@pytest.mark.parametrize(
    ("text", "cited", "expected"),
    [
        ("update the budget", "I will update the budget by Friday", True),
        ("Prepare the quarterly report", "we prepared a report", True),
        ("buy 40 laptops", "we buy 14 laptops", True),
        ("call the lawyer", "let us talk about lunch", False),
        ("推迟发布会", "我们决定把发布会推迟到三月", True),
        ("买新的电脑", "今天天气很好", False),
    ],
)
def test_support(text: str, cited: str, expected: bool) -> None:
    assert supports(text, cited) is expected


def test_answers_of_another_form_are_refused() -> None:
    forms = ("", "{", "[]", '{"items":[{"kind":"decision"}]}', '{"summary":"x"}', '{"items":["x"]}', '{"items":[null]}')
    for bad in (*forms, '{"items":[{"kind":"decision","text":"x","evidence":1}]}'):
        with pytest.raises(ValueError):  # noqa: PT011 - what `write_minutes` asks again after
            fmt.parse_answer(bad)
    assert fmt.parse_answer('{"items":[],"summary":null}') == ([], "")
    items = [fmt.AnswerItem("action_item", "a", None, None, (1, 2)), fmt.AnswerItem("decision", "b", None, None, (3,))]
    assert fmt.parse_answer(fmt.render_answer(items, "s")) == (items, "s")


def test_days_are_worked_out_from_the_day_of_the_meeting() -> None:
    spoken = segments(["I will send it by Friday.", "I will call by the way.", "I will rest."])
    (*_, last) = write_minutes(spoken, str, RuleText(), day=date(2026, 11, 18), cancel=Never())
    assert isinstance(last, MinutesOutcome)
    assert [(a.due, a.due_on) for a in last.minutes.action_items] == [
        ("Friday", date(2026, 11, 20)),
        ("the way", None),
        (None, None),
    ]


def test_what_came_back_through_the_loudspeaker_is_not_read_twice() -> None:
    spoken = segments(["I will send it.", "I will send it."])
    engine = RuleText()
    m = minutes([spoken[0], replace(spoken[1], echo_of=10)], engine)
    assert [a.evidence for a in m.action_items] == [(10,)]
    assert len(engine.requests[0]) == 1
