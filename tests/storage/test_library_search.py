"""Search: user's text, any script, newest first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from app.domain.events import TranscriptResult
from app.domain.meeting import Mark, MarkKind, Segment, Stage
from storage.repository import Library
from tests.storage.conftest import STARTED_AT, create, finish

TEXTS = (
    "We ship the new release on Friday.",
    'The Q3 numbers are AND-ed, NEAR(5) or "quoted" text* here.',
    "下周的会议改到星期四。",
    "来週の会議はキャンセルです。",
    "Straßenbahn ÜBER alles 100% sure_thing",
    "회의는 내일입니다",
    "C++ and C# at https://example.org/a?b=c",
)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with Library(tmp_path_factory.mktemp("filled")) as library:
        meeting = create(library, "Quarterly plan 季度")
        segments = tuple(Segment(n, "mic", n * 10.0, n * 10.0 + 5, t) for n, t in enumerate(TEXTS, 1))
        library.stage_done(meeting.id, Stage.TRANSCRIBE, TranscriptResult(segments, None), "", {}, 0.0)
        yield library


# fmt: off
TYPED = [  # and the segments it finds
    ("release", [1]), ("RELEASE", [1]), ("elea", [1]), ("friday ship", [1]), ("friday budget", []),
    ('"new release"', [1]), ('"release new"', []), ('"new rele', [1]),
    ("Q3", [2]), ("q3 numbers", [2]), ("AND", [2, 7]), ("NEAR(5)", [2]), ("text*", [2]), ('""', []),
    ("会议", [3]), ("会", [3, 4]), ("下周的会议", [3]), ("会議", [4]),
    ("キャンセル", [4]), ("会议 星期四", [3]),
    ("회의", [6]), ("내일", [6]),
    ("straße", [5]), ("über", [5]), ("100%", [5]), ("%", [5]), ("_", [5]), ("sure_t", [5]), ("e_t", [5]),
    ("c++", [7]), ("C#", [7]), ("a?b", [7]), ("https://example.org", [7]),
    ("", []), ("   ", []), ('"', []), ("'", []), ("*", [2]), ("-", [2]), ("^", []), ("text:release", []),
    ("a OR b", [2, 7]), ("x\x00y", []), ("\ud800", []), ("\\", []), (")(", []),
]
# fmt: on


@pytest.mark.parametrize(("typed", "segments"), TYPED)
def test_finds(filled: Library, typed: str, segments: list[int]) -> None:
    assert [h.segment_id for h in filled.search(typed)] == segments


def test_hit_says_where_and_marks_what(library: Library) -> None:
    meeting = finish(library, create(library).id)
    hit = library.search("release Friday")[0]
    assert (hit.meeting_id, hit.title, hit.started_at) == (meeting.id, "Weekly", STARTED_AT)
    assert (hit.segment_id, hit.start_s, hit.speaker) == (1, 0.5, "Me")
    assert hit.snippet == "We ship the new \x02release\x03 on \x02Friday\x03."


def test_marks_in_the_text_itself_do_not_confuse(library: Library) -> None:
    meeting = create(library)
    result = TranscriptResult((Segment(1, "mic", 0, 1, "a\x02b\x03 word"),), None)
    library.stage_done(meeting.id, Stage.TRANSCRIBE, result, "", {}, 0.0)
    assert library.search("word")[0].snippet == "ab \x02word\x03"


def test_titles_and_minutes_are_found_once(library: Library) -> None:
    meeting = finish(library, create(library, "Budget round").id)
    hits = library.search("budget")
    assert [(h.segment_id, h.speaker, h.snippet) for h in hits] == [
        (1, "", "\x02Budget\x03 round"),
        (2, "Speaker 1", "I will send the \x02budget\x03 to Anna."),  # not also as the action item citing it
    ]
    room = library.search("room")
    assert [(h.segment_id, h.start_s, h.speaker) for h in room] == [(3, 9.5, "")]
    assert [h.kind for h in (*hits, *room)] == ["", "", "open_question"]
    assert library.search("nobody")[0].segment_id == 0  # an item without evidence
    empty = create(library, "Only a title")
    assert [(h.meeting_id, h.segment_id, h.start_s) for h in library.search("only title")] == [(empty.id, 0, 0.0)]
    assert meeting.id != empty.id


def test_a_pasted_page_is_no_error(filled: Library) -> None:
    for text in ("x" * 100_000, " ".join(f"{n:x}" for n in range(3000)), '"' + "word " * 30_000, " ".join(TEXTS * 500)):
        assert filled.search(text) == []
    assert [h.segment_id for h in filled.search("release Friday " * 1000)] == [1]


def test_newest_first_and_limited(library: Library) -> None:
    for days in (1, 3, 2):
        finish(library, create(library, f"day {days}", started_at=STARTED_AT + timedelta(days=days)).id)
    assert [h.title for h in library.search("release")] == ["day 3", "day 2", "day 1"]
    assert [h.title for h in library.search("release", limit=2)] == ["day 3", "day 2"]
    assert library.search("release", limit=0) == []


def test_index_follows_changes(library: Library) -> None:
    meeting = finish(library, create(library).id)
    result = TranscriptResult((Segment(1, "mic", 0, 1, "Something else"),), None)
    library.stage_done(meeting.id, Stage.TRANSCRIBE, result, "", {}, 0.0)
    assert library.search("release") == []
    assert len(library.search("something")) == 1
    library._db.execute("UPDATE segments SET text = 'Edited by hand'")
    assert library.search("something") == []
    assert len(library.search("edited")) == 1
    library._db.execute("INSERT INTO segments_fts (segments_fts, rank) VALUES ('integrity-check', 1)")


def test_notes_of_the_user_are_found_at_their_time(library: Library) -> None:
    meeting = finish(library, create(library, "Noted").id)
    marks = [
        Mark(MarkKind.NOTE, 0.25, STARTED_AT, "Zeppelin before anybody spoke"),
        Mark(MarkKind.BOOKMARK, 4.5, STARTED_AT, "the ZEPPELIN budget"),
        Mark(MarkKind.BOOKMARK, 5.0, STARTED_AT),
        Mark(MarkKind.WARNING, 6.0, STARTED_AT, "zeppelin is silent"),
    ]
    library.recording_ended(meeting.id, "finished", devices={}, duration_s=62.5, ended_at=STARTED_AT, marks=marks)
    hits = library.search("zeppelin")
    assert [(h.start_s, h.segment_id, h.speaker) for h in hits] == [(0.25, 0, ""), (4.5, 2, "")]
    assert {h.kind for h in hits} == {"note"}
    assert hits[1].snippet == "the \x02ZEPPELIN\x03 budget"
    assert [(h.start_s, h.segment_id) for h in library.search("budget")] == [(4.5, 2), (4.25, 2)]
    assert library.search("silent") == []
