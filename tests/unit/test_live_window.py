"""Live text on its way to the window and onto the meeting's page: what is old is left out, what is better stays."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from app.audio.listeners import Hub
from app.bootstrap_live import CatchUp, catch_up, live_task
from app.domain.cancel import Never
from app.domain.events import MinutesResult, StageDone
from app.domain.live import LiveFinal, LiveMessage, LivePartial, LiveSound, LiveStatus
from app.domain.meeting import Meeting, Segment, Speaker
from app.services.live_feed import LiveFeed
from app.services.settings import Settings
from app.viewmodels.live_shown import LiveWords
from app.workers.live import newest
from tests.fakes import RuleText, beeps
from tests.unit.recordings_support import BEGAN


def seg(id: int, start_s: float, text: str, speaker: str = "", track: str = "system") -> Segment:
    return Segment(id, track, start_s, start_s + 2.0, text, speaker)


def test_of_a_batch_only_the_newest_of_each_kind_counts() -> None:
    a, b = LivePartial(1, "mic", 0.0, 1.0, "Good"), LivePartial(1, "mic", 0.0, 2.0, "Good morning")
    other = LivePartial(2, "system", 0.0, 1.0, "Yes")
    final = LiveFinal(seg(3, 1.0, "Hello."))
    assert newest([a, LiveStatus(1.0), other, b, final, LiveStatus(2.0)]) == [other, b, final, LiveStatus(2.0)]


def test_live_words_stand_behind_what_the_pipeline_has() -> None:
    live = LiveWords(
        (seg(1, 1.0, "one", "s1"), seg(2, 5.0, "two", "s2"), seg(3, 9.0, "three", "me", "mic")),
        (Speaker("s1", "Speaker 1"), Speaker("s2", "Speaker 2"), Speaker("me", "Me")),
    )
    assert [s.text for s in live.behind(())] == ["one", "two", "three"]
    found = live.behind([seg(1, 1.1, "One."), seg(2, 5.1, "Two.")])
    assert [(s.text, s.speaker) for s in found] == [("One.", "s1"), ("Two.", "s2"), ("three", "me")]
    assert len({s.id for s in found}) == 3
    assert live.behind([seg(1, 20.0, "Later.")])[0].speaker == ""  # nobody was heard there


def test_minutes_of_what_was_said_so_far() -> None:
    said = (seg(1, 1.0, "We decided to move the launch.", "me"), seg(2, 4.0, "I will tell the others.", "s1"))
    events = list(catch_up(CatchUp(said, {"me": "Me", "s1": "Speaker 1"}, "English"), RuleText(), Never()))
    done = events[-1]
    assert isinstance(done, StageDone)
    assert isinstance(done.result, MinutesResult)
    minutes = done.result.minutes
    assert [d.text for d in minutes.decisions] == ["move the launch"]
    assert [(a.task, a.owner) for a in minutes.action_items] == [("tell the others", "Speaker 1")]


def test_a_session_is_told_what_the_pipeline_will_be_told() -> None:
    meeting = Meeting("m", "Weekly", BEGAN, glossary=("Atlas",))
    settings = Settings(language="German", glossary=("Atlas", "Bora"), mixed_languages=True)
    task = live_task(meeting, Path("m"), settings, lambda _: {"speech": "qwen3-asr-0.6b"})
    assert (task.language, task.glossary) == ("German", ("Atlas", "Bora"))
    assert task.mixed_languages
    assert task.models == {"speech": "qwen3-asr-0.6b"}


# -- The feed ------------------------------------------------------------------------------------------------


def test_everything_that_is_heard_is_passed_on_to_the_end() -> None:
    hub, got = Hub(), list[LiveMessage]()
    feed = LiveFeed(lambda: hub.listen(10.0, False), got.append)
    hub.sound("mic", beeps([(0.0, 3.0)], 3.0).repeat(3), 0.0)
    hub.end()
    assert feed.wait(10.0)
    sounds = [m for m in got if isinstance(m, LiveSound)]
    assert sum(len(m.samples) for m in sounds) == 3 * 16_000
    assert sounds[0].start_s == pytest.approx(0.0, abs=1e-6)


def test_a_listener_that_was_too_slow_is_replaced() -> None:
    hub, taken, go_on = Hub(), list[LiveMessage](), threading.Event()

    def slow(message: LiveMessage) -> None:
        go_on.wait(10.0)
        taken.append(message)

    feed = LiveFeed(lambda: hub.listen(2.0, False), slow)
    x = beeps([(0.0, 1.0)], 1.0).repeat(3)
    for n in range(6):
        hub.sound("mic", x, float(n))
    go_on.set()
    for _ in range(100):
        if feed._listener.dropped:
            threading.Event().wait(0.05)
    hub.sound("mic", x, 6.0)
    hub.end()
    assert feed.wait(10.0)
    last = taken[-1]
    assert isinstance(last, LiveSound)
    assert last.start_s + len(last.samples) / 16_000 == pytest.approx(7.0, abs=0.01)
    feed.stop()
