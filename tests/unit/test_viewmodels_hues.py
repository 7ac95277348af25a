"""Whose colour is whose, and shares of the talk."""

from __future__ import annotations

from app.domain.meeting import MIC, Turn
from app.domain.turns import percents
from app.ui import theme
from app.viewmodels.hues import HUES, hue_of, hues_of
from app.viewmodels.picture import picture_of
from app.viewmodels.speakers import speaker_rows
from tests.qt import demo
from tests.unit.test_viewmodels_player import meeting


def test_the_user_has_the_same_colour_wherever_they_stand() -> None:
    assert hues_of(["s1", "s2", "me"]) == {"me": 0, "s1": 1, "s2": 2}
    assert hues_of(["me", "others"]) == {"me": 0, "others": 1}
    assert hue_of("") == hue_of("s0") == hue_of("somebody") == -1


def test_live_and_finished_words_have_the_same_colours() -> None:
    keys = ["s2", "s1", "me", *(f"s{n}" for n in range(3, 20))]
    hues = hues_of(keys)
    assert hues == {key: hue_of(key) for key in keys}
    assert [key for key, hue in hues.items() if hue == 0] == ["me"], "nobody else is of the user's colour"


def test_people_are_alike_only_if_there_are_too_many() -> None:
    hues = hues_of(["s8", "s1", "x", "me", "s2", "track"])
    assert len(set(hues.values())) == 6
    assert (hues["s1"], hues["s2"]) == (1, 2)


def test_there_are_as_many_colours_as_the_rule_knows() -> None:
    for look in (theme.LIGHT, theme.DARK, theme.LIGHT_CONTRAST, theme.DARK_CONTRAST):
        assert len(look.speakers) == HUES


def test_percentages_add_up_to_100() -> None:
    assert percents([1, 1, 1]) == [34, 33, 33]
    assert percents([33.6, 33.6, 32.8]) == [34, 33, 33]
    assert percents([34.5, 33.5, 16.5, 15.5]) == [35, 34, 16, 15]
    assert percents([0, 5]) == [0, 100]
    assert percents([0, 0]) == [0, 0]
    assert percents([]) == []


def test_the_pictures_and_the_speakers_tell_the_same() -> None:
    turns = (Turn(MIC, 0.0, 30.0, "me"), Turn(MIC, 10.0, 20.0, "s1"), Turn(MIC, 15.0, 25.0, "s1"))
    for one in (meeting(), meeting(turns=turns), demo.planning()):
        voices = {v.key: (v.hue, v.seconds, v.share, v.percent) for v in picture_of(one).voices}
        rows = {r.key: (r.hue, r.talk_s, r.share, r.percent) for r in speaker_rows(one) if r.talk_s}
        assert rows.items() <= voices.items()
        assert sum(percent for _, _, _, percent in voices.values()) == 100
