"""What is shown while somebody speaks: words that two hearings agree on stay, and every word taken back is counted."""

from __future__ import annotations

import pytest

from app.domain.partials import Changes, Partial, Partials, words_of, words_taken_back


def test_words_two_hearings_agree_on_are_stable_and_the_last_one_never_is() -> None:
    partials = Partials()
    assert partials.update("We will") == Partial("", "We will")
    assert partials.update("We will meet") == Partial("We will ", "meet")
    assert partials.update("We will meet on") == Partial("We will meet ", "on")
    assert partials.update("We will meet on") == Partial("We will meet ", "on")
    assert partials.finish("We will meet on Friday.") == Partial("We will meet on Friday.", "")
    assert partials.changes == Changes(words=5)


def test_a_stable_word_survives_one_hearing_that_contradicts_it() -> None:
    partials = Partials()
    partials.update("Anna will send the")
    partials.update("Anna will send the plan")
    shown = partials.update("Hannah will send the plan to Ben")
    assert shown == Partial("Anna will send the ", "plan to Ben")
    assert partials.changes.taken_back == 0


def test_two_hearings_that_contradict_it_change_it_and_are_counted() -> None:
    partials = Partials()
    partials.update("Anna will send the")
    partials.update("Anna will send the plan")
    partials.update("Hannah will send the plan to Ben")
    shown = partials.update("Hannah will send the plan to Ben today")
    assert shown == Partial("Hannah will send the plan to Ben ", "today")
    assert partials.changes.stable_taken_back == 1
    assert partials.changes.taken_back == 1


def test_one_hearing_that_says_less_takes_nothing_away() -> None:
    partials = Partials()
    partials.update("Anna will send the plan")
    partials.update("Anna will send the plan today")
    assert partials.update("Anna").text == "Anna will send the plan"
    assert partials.update("").text == "Anna will send the plan"
    assert partials.finish("").text == ""
    assert partials.changes.stable_taken_back == 5


def test_tentative_words_that_change_are_counted_once_each_time() -> None:
    partials = Partials()
    partials.update("We dis")
    partials.update("We decided too")
    partials.finish("We decided to go.")
    assert partials.changes == Changes(words=4, taken_back=2, stable_taken_back=0)
    assert partials.changes.rate == 0.5


def test_case_and_punctuation_do_not_count_but_are_shown() -> None:
    partials = Partials()
    partials.update("We go, now")
    shown = partials.update("We go. Now then")
    assert shown == Partial("We go. Now ", "then")
    partials.finish("We go. Now then!")
    assert partials.changes == Changes(words=4)


def test_changes_add_up() -> None:
    total = Changes(10, 1, 0) + Changes(30, 3, 1)
    assert total == Changes(40, 4, 1)
    assert total.rate == pytest.approx(0.1)
    assert total.stable_rate == pytest.approx(0.025)
    assert Changes().rate == 0.0


def test_an_inserted_word_doubles_none_of_those_behind_it() -> None:
    partials = Partials()
    partials.update("one two three four")
    partials.update("one two three four five")
    assert partials.update("one and two three four five six").text == "one two three four five six"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        ("  Well, it's GPT-4. ", ["Well, ", "it's ", "GPT-4. "]),
        ("我们周五见。", ["我", "们", "周", "五", "见。"]),
        ("用Python写的", ["用", "Python", "写", "的"]),
        ("안녕 하세요", ["안녕 ", "하세요"]),
        ("“Yes” – no", ["“Yes” ", "– ", "no"]),
    ],
)
def test_words_joined_are_the_text(text: str, words: list[str]) -> None:
    assert words_of(text) == words
    assert "".join(words) == text.lstrip()


def test_scripts_without_spaces_become_stable_character_by_character() -> None:
    partials = Partials()
    partials.update("我们周五")
    assert partials.update("我们周五见") == Partial("我们周五", "见")


@pytest.mark.parametrize(
    ("text", "sure", "shown"),
    [
        ("Anna pays the bank.", 19, "Anna pays the bank."),
        ("Anna pays the bank.", 18, "Anna pays the bank."),  # nobody waits for a full stop
        ("Anna pays the bank.", 16, "Anna pays the"),
        ("Anna pays the bank.", 4, "Anna"),
        ("Anna pays the bank.", 3, ""),
        (" Anna pays", 5, "Anna"),
        ("我们周五见", 3, "我们周"),
        ("", 0, ""),
    ],
)
def test_words_the_model_is_not_sure_of_are_not_shown(text: str, sure: int, shown: str) -> None:
    assert Partials().update(text, sure).text == shown


def test_what_is_shown_stays_when_the_model_becomes_less_sure() -> None:
    partials = Partials()
    partials.update("Anna pays the bank", 18)
    assert partials.update("Anna pays the bank today", 18) == Partial("Anna pays the ", "bank")
    assert partials.update("Anna pays the bark today", 10) == Partial("Anna pays the", "")
    assert partials.changes.stable_taken_back == 0


def test_words_taken_back() -> None:
    assert words_taken_back("We meet on Monday", "We meet on Tuesday at nine") == 1
    assert words_taken_back("We meet", "We meet.") == 0
    assert words_taken_back("", "We") == 0
