"""Names that the words of a meeting offer, and all that is none."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from app.domain.meeting import FILE, MIC, SURE_FROM, SYSTEM, Meeting, Segment, Speaker
from app.domain.names import names_said


def meeting(*said: tuple[str, str], title: str = "Weekly", glossary: tuple[str, ...] = ()) -> Meeting:
    """`said`: speaker key and text, one after another."""
    segments = tuple(
        Segment(i, MIC if key == "me" else SYSTEM, i, i + 1, text, key) for i, (key, text) in enumerate(said, 1)
    )
    speakers = tuple(Speaker(key, key.upper()) for key in dict.fromkeys(key for key, _ in said))
    return Meeting(
        "x", title, datetime(2026, 1, 1, tzinfo=UTC), speakers=speakers, segments=segments, glossary=glossary
    )


def offered(m: Meeting) -> dict[str, str]:
    return {key: k.name for key, k in names_said(m).items()}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Hello everybody, my name is Anna Schmidt and I work in sales.", "Anna Schmidt"),
        ("Hi, I'm Anna.", "Anna"),
        ("I’m Jean-Luc, from the design team.", "Jean-Luc"),
        ("Good morning. This is Ben speaking.", "Ben"),
        ("This is Anna O'Neill, hello.", "Anna O'Neill"),
        ("Ben here, sorry for being late.", "Ben"),
        ("Guten Morgen, ich bin die Petra.", "Petra"),
        ("Ich heiße Jürgen.", "Jürgen"),
        ("Mein Name ist Özil und ich mache das Protokoll.", "Özil"),
        ("Hallo, hier ist Thomas.", "Thomas"),
        ("Bonjour, je m'appelle Élodie.", "Élodie"),
        ("Me llamo María José.", "María José"),
        ("大家好，我是张伟，今天我来介绍。", "张伟"),
        ("我叫欧阳明。", "欧阳明"),
        ("你好，我的名字是李小龙。", "李小龙"),
    ],
)
def test_who_says_their_name(text: str, name: str) -> None:
    assert offered(meeting(("s1", text), ("s2", "Fine, let us begin."))) == {"s1": name}


@pytest.mark.parametrize(
    "text",
    [
        "I'm German, so I say what I think.",
        "This is Monday, not Tuesday.",
        "This is Google we are talking about.",
        "I'm sorry. I'm not sure. I am just going to say it.",
        "This is the plan. This is Anna's idea.",
        "I'm OK. I'm CEO of this.",
        "I think Anna is right. Thanks, Ben.",
        "It's March, and this is London.",
        "This is Important For Everybody In The Company.",
        "我是说这个不行。",
        "我是中国人。",
        "我是高兴的。",
        "我是觉得可以。",
        "Ich bin Deutscher.",
        "",
    ],
)
def test_what_is_no_name(text: str) -> None:
    assert offered(meeting(("s1", text), ("s2", "Fine."))) == {}


def test_how_sure_it_is() -> None:
    def certainty(text: str, **more: object) -> float:
        return names_said(meeting(("s1", text), **more))["s1"].certainty  # type: ignore[arg-type]

    assert certainty("My name is Anna.") >= SURE_FROM
    assert certainty("Hi, I'm Anna.") < SURE_FROM, "asked, not offered"
    assert certainty("Hi, I'm Anna.", glossary=("Anna Schmidt",)) >= SURE_FROM
    assert certainty("Hi, I'm Anna.", title="Anna and Ben") >= SURE_FROM


def test_a_name_that_two_bear_is_nobodys() -> None:
    m = meeting(("s1", "This is Anna, she is new here."), ("s2", "Hi, I'm Anna."), ("s3", "My name is Ben."))
    assert offered(m) == {"s3": "Ben"}


def test_two_names_of_one_speaker_are_none_and_the_longer_form_counts() -> None:
    assert offered(meeting(("s1", "I'm Anna."), ("s1", "I'm Ben."))) == {}
    assert offered(meeting(("s1", "My name is Anna."), ("s1", "My name is Anna Schmidt."))) == {"s1": "Anna Schmidt"}
    assert offered(meeting(("s1", "My name is Anna."), ("s1", "This is Ben."))) == {"s1": "Anna"}


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("1:1 Anna", "Anna"),
        ("Call with Anna Schmidt", "Anna Schmidt"),
        ("Weekly catch-up with Ben", "Ben"),
        ("Interview: Maria Lopez", "Maria Lopez"),
        ("Gespräch mit Petra", "Petra"),
        ("Call with Google", ""),
        ("Budget 2026", ""),
        ("Meeting about money", ""),
    ],
)
def test_the_title_of_a_conversation_of_two(title: str, name: str) -> None:
    said = (("me", "Shall we begin?"), ("s1", "Yes."))
    assert offered(meeting(*said, title=title)) == ({"s1": name} if name else {})
    assert offered(meeting(*said, ("s2", "Me too."), title=title)) == {}, "it may be either"
    assert offered(meeting(("s1", "Yes."), title=title)) == {}, "nobody at this computer"


def test_echoes_and_names_the_user_gave_do_not_count() -> None:
    m = meeting(("s1", "My name is Anna."))
    assert offered(replace(m, segments=(replace(m.segments[0], echo_of=9),))) == {}
    named = replace(m, speakers=(Speaker("s1", "S1"), Speaker("s2", "Anna", by_user=True)))
    assert offered(named) == {}
    assert offered(replace(m, segments=(replace(m.segments[0], track=FILE, speaker=""),))) == {}
