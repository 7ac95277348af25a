"""What is put right in the open meeting, without a window: words, speakers, highlights, minutes, find and replace."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from PySide6.QtCore import QThread
from pytestqt.qtbot import QtBot

from app.domain.errors import InputError
from app.domain.meeting import Chapter, Meeting, Segment, Speaker, Stage, Word
from app.viewmodels.corrections import Rewording, stretches_of
from app.viewmodels.meeting import MeetingViewModel
from app.viewmodels.minutes import MinutesDocument, minutes_document
from app.viewmodels.minutes_markdown import item_line, section
from app.viewmodels.problems import Problem
from app.viewmodels.spoken import place_at, seconds_after, seconds_at, word_spans
from tests.qt import demo
from tests.qt.fakes import FakeServices
from tests.unit.viewmodels_support import QueueBench, timed

pytestmark = pytest.mark.qt

TODAY = date(2026, 11, 20)  # a Friday


class Bench(QueueBench):
    def __init__(self, qtbot: QtBot, services: FakeServices) -> None:
        self.qtbot = qtbot
        super().__init__(services)
        self.vm = MeetingViewModel(self.given, self.lane, self.queue, today=lambda: TODAY)
        self.problems: list[Problem] = []
        self.said: list[str] = []
        self.vm.history.problem.connect(self.problems.append)
        self.vm.said.connect(self.said.append)
        self.vm.open("m001")
        qtbot.waitUntil(lambda: self.vm.meeting is not None)

    def settle(self) -> None:
        self.qtbot.waitUntil(lambda: not self.vm.history._in_flight)

    def undo(self) -> None:
        self.vm.history.undo()
        self.settle()

    @property
    def stored(self) -> Meeting:
        return self.services.meetings["m001"]

    def segment(self, number: int) -> Segment:
        return next(s for s in self.stored.segments if s.id == number)

    @property
    def shown(self) -> list[str]:
        return [r.text for r in self.vm.transcript.rows]

    def close(self) -> None:
        self.queue.cancel_all()
        self.qtbot.waitUntil(lambda: not self.queue.busy)
        self.stop()


@pytest.fixture
def bench(qtbot: QtBot) -> Iterator[Bench]:
    m = timed(demo.planning())
    b = Bench(qtbot, FakeServices([m], result=m))
    yield b
    b.close()


# -- Where words stand in time ----------------------------------------------------------------------------


def test_places_and_times_of_words() -> None:
    words = (Word("  One", 1.0, 1.4), Word(" two", 1.5, 1.9), Word(" three. ", 3.0, 3.9))
    s = Segment(1, "file", 1.0, 4.0, "  One two three. ", words=words)
    assert word_spans(s) == [(0, 3), (4, 7), (8, 14)]
    assert [place_at(s, t) for t in (0.5, 1.0, 1.45, 2.9, 3.5)] == [(0, 3), (0, 3), (0, 3), (4, 7), (8, 14)]
    assert [seconds_at(s, p) for p in (0, 2, 4, 9, 99)] == [1.0, 1.0, 1.5, 3.0, 3.0]
    assert seconds_after(s, 7) == 1.9
    bare = replace(s, words=())
    assert word_spans(bare) == []
    assert place_at(bare, 2.0) == (0, 14)
    assert seconds_at(bare, 7) == pytest.approx(2.5)
    assert word_spans(replace(s, text="Something else")) == [], "words of another text are not used"


def test_times_of_words_that_come_later_change_no_row(bench: Bench) -> None:
    model = bench.vm.transcript
    timed_segments = list(bench.stored.segments)
    bare = [replace(s, words=()) for s in timed_segments]
    model.set_transcript(bare, bench.stored.speakers, bench.vm._asides, same=True)
    s = timed_segments[2]
    when = s.words[4].start_s + 0.01
    assert model.place_at(when) == (model.row_of(3), 0, len(s.text)), "without times it is all of the text"
    resets: list[None] = []
    model.modelReset.connect(lambda: resets.append(None))
    model.set_transcript(timed_segments, bench.stored.speakers, bench.vm._asides, same=True)
    assert not resets
    row, start, end = model.place_at(when) or (0, 0, 0)
    assert model.rows[row].text[start:end] == "built"
    other = [replace(timed_segments[0], guards=("loop",)), *timed_segments[1:]]
    model.set_transcript(other, bench.stored.speakers, bench.vm._asides, same=True)
    assert resets, "a doubt is seen"


# -- Words ------------------------------------------------------------------------------------------------


def test_words_are_corrected_shown_and_undone(bench: Bench) -> None:
    before = bench.stored
    was = bench.segment(4).text
    bench.vm.corrections.reword([Rewording(4, was, "How  long will\nit take?")])
    bench.settle()
    s = bench.segment(4)
    assert (s.text, s.by_user) == ("How long will it take?", ("text",))
    assert s.words, "words that are still the same keep their times"
    assert s.words[0] == before.segments[3].words[0] or s.words[0].start_s == before.segments[3].words[0].start_s
    assert "How long will it take?" in bench.shown
    span = next(sp for r in bench.vm.transcript.rows for sp in r.spans if sp.segment_id == 4)
    assert span.corrected
    bench.undo()
    assert bench.stored == before
    assert was in bench.shown


def test_words_that_were_replaced_meanwhile_are_not_overwritten(bench: Bench) -> None:
    before = bench.stored
    bench.vm.corrections.reword([Rewording(4, "Something nobody said", "Mine")])
    bench.settle()
    assert bench.stored == before
    assert "replaced" in bench.problems[0].what
    assert not bench.vm.history.can_undo


def test_no_words_left_removes_the_segment(bench: Bench) -> None:
    bench.vm.corrections.reword([Rewording(4, bench.segment(4).text, "  ")])
    bench.settle()
    assert all(s.id != 4 for s in bench.stored.segments)
    bench.undo()
    assert bench.segment(4).text == "How long will that take?"


def test_corrections_wait_until_the_words_are_there(bench: Bench) -> None:
    assert bench.vm.correctable
    bench.services.stop_after = 3
    bench.vm.runs.again(Stage.TRANSCRIBE)
    bench.qtbot.waitUntil(lambda: bench.vm.job is not None and bench.vm.job.state == "running")
    assert not bench.vm.correctable
    assert bench.vm.why_not_correctable


# -- Speakers ---------------------------------------------------------------------------------------------


def test_a_part_of_what_somebody_says_goes_to_somebody_else(bench: Bench) -> None:
    before = bench.stored
    s = bench.segment(3)
    start = s.text.index("We still")
    end = s.text.index(", both")
    bench.vm.corrections.assign([(s, start, end)], "s2")
    bench.settle()
    pieces = [p for p in bench.stored.segments if s.start_s <= p.start_s < s.end_s]
    assert [(p.text, p.speaker) for p in pieces] == [
        ("The release candidate was built on Monday.", "s1"),
        ("We still have two open defects,", "s2"),
        (s.text[end + 2 :], "s1"),
    ]
    assert [p.start_s for p in pieces] == sorted(p.start_s for p in pieces)
    assert all("".join(w.text for w in p.words) == p.text for p in pieces)
    bench.undo()
    assert bench.stored == before


def test_a_selection_over_several_segments_goes_to_somebody_new(bench: Bench) -> None:
    one, two = bench.segment(1), bench.segment(2)
    bench.vm.corrections.assign([(one, 14, len(one.text)), (two, 0, len(two.text))], name=" Eva  Lind ")
    bench.settle()
    new = bench.stored.speakers[-1]
    assert (new.name, new.by_user) == ("Eva Lind", True)
    assert bench.segment(2).speaker == new.key
    assert bench.segment(1).text == "Good morning,"
    assert bench.segment(1).speaker == "me"


def test_from_here_on(bench: Bench) -> None:
    later = bench.segment(9)
    bench.vm.corrections.assign_from((later, 0, 4), "s3")
    bench.settle()
    assert bench.segment(7).speaker == "me", "what was said before stays"
    assert {s.speaker for s in bench.stored.segments if s.id in (9, 10, 16, 18, 24)} == {"s3"}
    assert bench.segment(11).speaker == "s1", "and so does what others say"


def test_suggestions_are_accepted_or_dismissed(bench: Bench) -> None:
    def suggest() -> None:
        m = bench.stored
        speakers = tuple(replace(s, suggested="Leila K.", certainty=0.9) if s.key == "s3" else s for s in m.speakers)
        bench.services.meetings["m001"] = replace(m, speakers=speakers)
        bench.vm.reload("m001")
        bench.qtbot.waitUntil(lambda: any(r.suggested for r in bench.vm.transcript.rows))

    suggest()
    assert [r.suggested for r in bench.vm.transcript.rows if r.speaker == "s3"] == ["Leila K.", "", "", ""], "once"
    row = bench.vm.speakers.row("s3")
    assert row is not None
    assert row.sure
    bench.vm.corrections.dismiss("s3")
    bench.settle()
    assert bench.stored.speakers[3] == Speaker("s3", "Leila")
    bench.undo()
    bench.vm.corrections.accept("s3")
    bench.qtbot.waitUntil(lambda: bench.stored.speakers[3].suggested == "")
    bench.settle()
    assert bench.stored.speakers[3] == Speaker("s3", "Leila K.", by_user=True), "nobody's voice is known by that name"


def test_who_is_accepted_is_the_person_whose_voice_is_known(bench: Bench) -> None:
    m = bench.stored
    speakers = tuple(replace(s, suggested="marta", certainty=0.9) if s.key == "s3" else s for s in m.speakers)
    bench.services.meetings["m001"] = replace(m, speakers=speakers)
    bench.vm.reload("m001")
    bench.qtbot.waitUntil(lambda: any(r.suggested for r in bench.vm.transcript.rows))
    bench.vm.corrections.accept("s3")
    bench.qtbot.waitUntil(lambda: bench.stored.speakers[3].name == "marta")
    bench.settle()
    assert bench.stored.speakers[3].person == "p2", "a later renaming of that person reaches this meeting"
    bench.qtbot.waitUntil(lambda: (r := bench.vm.speakers.row("s3")) is not None and r.remembered)


def test_talk_time_and_share(bench: Bench) -> None:
    rows = bench.vm.speakers.rows
    assert [r.name for r in rows] == list(demo.NAMES)
    assert sum(r.share for r in rows) == pytest.approx(1.0)
    mine = sum(s.end_s - s.start_s for s in bench.stored.segments if s.speaker == "me")
    assert rows[0].talk_s == pytest.approx(mine)
    assert bench.vm.speakers.same_name("s1", " TOM ") == rows[2]
    assert bench.vm.speakers.names(but="s1") == ["Martin", "Tom", "Leila"]


def test_a_name_somebody_has_already_makes_them_one(bench: Bench) -> None:
    bench.vm.speakers.name("s1", "tom")
    bench.settle()
    assert [s.name for s in bench.stored.speakers] == ["Martin", "Tom", "Leila"]
    assert bench.segment(3).speaker == "s2"


def test_saying_how_many_there_are_tells_them_apart_again(bench: Bench) -> None:
    bench.vm.speakers.set_count(3)
    bench.qtbot.waitUntil(lambda: bool(bench.services.jobs) and not bench.queue.busy)
    job = bench.services.jobs[-1]
    assert job.again == {Stage.SPEAKERS}
    assert job.meeting.speaker_options.speakers == 3


# -- Highlights and action items ----------------------------------------------------------------------------


def test_highlights_stand_where_the_words_are_said(bench: Bench) -> None:
    s = bench.segment(9)
    start = s.text.index("nineteenth")
    cut = (s, start, len(s.text))
    bench.vm.corrections.highlight([cut])
    bench.settle()
    mark = bench.stored.marks[0]
    assert mark.text == "nineteenth of March."
    row = next(r for r in bench.vm.transcript.rows if r.highlights)
    (at,) = row.highlights
    assert row.text[at[0] : at[1]] == "nineteenth of March."
    assert not any(a.kind == "bookmark" for r in bench.vm.transcript.rows for a in r.before), "seen on the words only"
    whole = (bench.segment(9), 0, len(s.text))
    bench.vm.corrections.highlight([whole])
    bench.settle()
    assert len(bench.stored.marks) == 1, "a longer one takes the shorter one in"
    bench.vm.corrections.highlight([cut])
    bench.settle()
    assert not bench.stored.marks, "what is highlighted is cleared"
    bench.undo()
    assert len(bench.stored.marks) == 1


def test_what_is_selected_becomes_an_action_item(bench: Bench) -> None:
    bench.vm.corrections.action_item(" I will send\nthe list ", [12, 999])
    bench.settle()
    assert bench.stored.minutes is not None
    item = bench.stored.minutes.action_items[-1]
    assert (item.task, item.evidence, item.by_user) == ("I will send the list", (12,), True)
    assert bench.said == ["Added to the action items"]


def test_stretches_of_what_is_selected(bench: Bench) -> None:
    s = bench.segment(4)
    ((start, end, text),) = stretches_of([(s, 3, 9)])
    assert text == "long"
    assert (start, end) == (s.words[1].start_s, s.words[1].end_s)


# -- Echoes -----------------------------------------------------------------------------------------------


def test_echoes_are_hidden_and_can_be_seen(bench: Bench) -> None:
    m = bench.stored
    echo = replace(m.segments[0], id=90, track="mic", echo_of=1, start_s=m.segments[0].start_s + 0.1)
    bench.services.meetings["m001"] = replace(m, segments=(m.segments[0], echo, *m.segments[1:]))
    bench.vm.reload("m001")
    bench.qtbot.waitUntil(lambda: bench.vm.transcript.echoes == 1)
    assert all(not r.echo for r in bench.vm.transcript.rows)
    assert bench.vm.transcript.rows[0].before[0].text == "1 echo is hidden · Show"
    bench.vm.transcript.show_echoes(True)
    assert sum(r.echo for r in bench.vm.transcript.rows) == 1
    assert "Hide" in bench.vm.transcript.rows[0].before[0].text


# -- Find and replace -------------------------------------------------------------------------------------


def test_find_goes_round(bench: Bench) -> None:
    finder = bench.vm.finder
    finder.search("RELEASE")
    n = len(finder.found)
    assert n == sum(s.text.casefold().count("release") for s in bench.stored.segments)
    assert finder.count == f"1 of {n}"
    finder.previous()
    assert finder.count == f"{n} of {n}"
    finder.next()
    assert finder.at == 0
    finder.search("release", from_s=bench.segment(6).start_s)
    assert finder.current is not None
    assert finder.current.segment_id == 6
    finder.search("not there")
    assert (finder.count, finder.current) == ("Nothing found", None)
    finder.next()
    finder.stop()
    assert finder.count == ""


def test_replace_one_and_go_on(bench: Bench) -> None:
    finder = bench.vm.finder
    finder.search("release")
    n = len(finder.found)
    first = finder.found[0].segment_id
    finder.replace("launch")
    bench.settle()
    assert "launch" in bench.segment(first).text
    assert len(finder.found) == n - 1
    assert finder.at == 0
    assert finder.current is not None
    assert finder.current.segment_id != first


def test_replacing_a_word_by_one_that_holds_it_goes_on(bench: Bench) -> None:
    finder = bench.vm.finder
    finder.search("release")
    n = len(finder.found)
    for expected in range(1, n):
        finder.replace("the release")
        bench.settle()
        assert finder.at == expected, "the place that was just changed is not found again first"


def test_replace_all_is_one_step_in_words_and_minutes(bench: Bench) -> None:
    before = bench.stored
    bench.vm.finder.search("release")
    bench.vm.finder.replace_all("launch")
    bench.settle()
    assert not any("release" in s.text.casefold() for s in bench.stored.segments)
    assert bench.stored.minutes is not None
    assert bench.stored.minutes.action_items[0].task == "Write the launch notes"
    assert bench.said[-1].startswith("Replaced in")
    bench.undo()
    assert bench.stored == before


# -- Minutes ----------------------------------------------------------------------------------------------


def test_items_are_ticked_changed_moved_and_removed(bench: Bench) -> None:
    before = bench.stored
    items = bench.vm.items

    def action(n: int):  # type: ignore[no-untyped-def]
        assert bench.vm.document is not None
        return bench.vm.document.actions[n]

    items.set_done(action(0), True)
    bench.settle()
    items.set_owner(action(0), " Eva ")
    bench.settle()
    items.set_due(action(0), TODAY)
    bench.settle()
    items.set_text(action(0), "write the notes")
    bench.settle()
    shown = action(0)
    assert (shown.text, shown.owner, shown.due, shown.done, shown.late) == (
        "Write the notes",
        "Eva",
        "today",
        True,
        False,
    )
    assert bench.stored.minutes is not None
    assert bench.stored.minutes.action_items[0].by_user
    items.move(action(0), 2)
    bench.settle()
    assert action(2).text == "Write the notes"
    items.remove(action(2))
    bench.settle()
    assert len(bench.vm.document.actions) == 4  # type: ignore[union-attr]
    for _ in range(6):
        bench.undo()
    assert bench.stored == before


def test_no_date_is_no_date_at_all(bench: Bench) -> None:
    assert bench.vm.document is not None
    bench.vm.items.set_due(bench.vm.document.actions[0], None)
    bench.settle()
    assert bench.vm.document.actions[0].due == ""


def test_dates_are_relative(bench: Bench) -> None:
    m = bench.stored
    assert m.minutes is not None
    days = (TODAY, TODAY + timedelta(1), TODAY - timedelta(1), TODAY + timedelta(7), date(2027, 1, 4))
    items = tuple(replace(a, due_on=d) for a, d in zip(m.minutes.action_items, days, strict=True))
    bench.services.meetings["m001"] = replace(m, minutes=replace(m.minutes, action_items=items))
    bench.vm.reload("m001")
    bench.qtbot.waitUntil(lambda: bench.vm.document is not None and bench.vm.document.actions[0].due == "today")
    assert bench.vm.document is not None
    assert [a.due for a in bench.vm.document.actions] == ["today", "tomorrow", "yesterday", "Fri 27 Nov", "4 Jan 2027"]
    assert [a.late for a in bench.vm.document.actions] == [False, False, True, False, False]


def test_an_unsupported_item_is_kept_by_word_of_the_user(bench: Bench) -> None:
    assert bench.vm.document is not None
    assert not bench.vm.document.actions[4].supported
    bench.vm.items.keep(bench.vm.document.actions[4])
    bench.settle()
    assert bench.vm.document.actions[4].supported


def test_new_items_and_the_summary(bench: Bench) -> None:
    for kind in ("decision", "action", "question"):
        bench.vm.items.add(kind, " A new\n one ")  # type: ignore[arg-type]
    bench.vm.items.add("chapter", "The beginning", start_s=0.5)
    bench.vm.items.set_summary("Short.")
    bench.settle()
    m = bench.stored.minutes
    assert m is not None
    assert (m.decisions[-1].text, m.action_items[-1].task, m.open_questions[-1].text) == ("A new one",) * 3
    assert m.chapters == (Chapter("The beginning", 0.5, by_user=True),)
    assert (m.summary, m.summary_by_user) == ("Short.", True)


def test_an_item_that_is_gone_is_not_mistaken_for_its_neighbour(bench: Bench) -> None:
    assert bench.vm.document is not None
    shown = bench.vm.document.actions[1]
    m = bench.stored
    assert m.minutes is not None
    bench.services.meetings["m001"] = replace(m, minutes=replace(m.minutes, action_items=m.minutes.action_items[2:]))
    bench.vm.items.set_done(shown, True)
    bench.settle()
    assert bench.problems
    assert not any(a.done for a in bench.stored.minutes.action_items)  # type: ignore[union-attr]


def test_a_section_as_markdown(bench: Bench) -> None:
    assert bench.vm.document is not None
    first = bench.vm.document.actions[0]
    assert item_line(first) == "- [ ] Write the release notes (Anna, Friday; 1:01)"
    assert item_line(replace(first, done=True)).startswith("- [x] ")
    text = section("Decisions", bench.vm.document.decisions)
    assert text.startswith("## Decisions\n\n- The release ships on 19 March")
    assert text.count("\n- ") == 2


def test_errors_are_in_words(bench: Bench) -> None:
    with pytest.raises(InputError) as caught:
        bench.vm.corrections._expect(bench.stored, 1, "other words")
    assert caught.value.to_do


def test_notes_and_highlights_are_changed_and_removed(bench: Bench) -> None:
    bench.services.meetings["m001"] = replace(bench.stored, marks=demo.noted().marks)
    bench.vm.reload("m001")
    bench.qtbot.waitUntil(lambda: bench.vm.document is not None and bool(bench.vm.document.notes))
    before = bench.stored

    def notes():  # type: ignore[no-untyped-def]
        assert bench.vm.document is not None
        return bench.vm.document.notes

    assert [n.kind for n in notes()] == ["note", "bookmark", "note", "note"]
    bench.vm.items.set_text(notes()[0], "Another order")
    bench.vm.items.set_text(notes()[1], "Look at this")
    bench.settle()
    assert [n.text for n in notes()[:2]] == ["Another order", "Look at this"]
    assert [m.kind for m in bench.stored.marks] == [m.kind for m in before.marks]
    bench.vm.items.set_text(notes()[0], "")
    bench.settle()
    assert [n.kind for n in notes()] == ["bookmark", "note", "note"], "a note without words is gone"
    bench.vm.items.remove(notes()[0])
    bench.settle()
    s = bench.segment(9)
    bench.vm.corrections.highlight([(s, 0, len(s.text))])
    bench.settle()
    mine = next(n for n in notes() if n.kind == "highlight")
    assert (mine.raw, mine.evidence[0].segment_ids) == (s.text, (9,))
    for _ in range(5):
        bench.undo()
    assert bench.stored == before


def test_a_run_can_be_undone(bench: Bench) -> None:
    before = bench.stored
    assert before.minutes is not None
    bench.services.result = replace(before, minutes=replace(before.minutes, summary="All new.", decisions=()))
    bench.vm.rewrite_minutes()
    assert bench.vm.correctable, "words may be corrected meanwhile"
    bench.qtbot.waitUntil(lambda: bool(bench.services.jobs) and not bench.queue.busy)
    bench.settle()
    assert bench.stored.minutes is not None
    assert bench.stored.minutes.summary == "All new."
    assert bench.vm.history.undo_label == "write the minutes again"
    bench.undo()
    assert bench.stored.minutes == before.minutes
    bench.vm.history.redo()
    bench.settle()
    assert bench.stored.minutes.summary == "All new."


def test_one_part_of_the_minutes_is_written_again(bench: Bench) -> None:
    before = bench.stored.minutes
    assert before is not None
    bench.services.result = replace(
        bench.stored, minutes=replace(before, summary="All new.", decisions=before.decisions[:1], action_items=())
    )
    bench.vm.runs.again(Stage.MINUTES, "decision")
    bench.qtbot.waitUntil(lambda: bool(bench.services.jobs) and not bench.queue.busy)
    bench.settle()
    assert bench.stored.minutes == replace(before, decisions=before.decisions[:1])
    assert bench.vm.document is not None
    assert len(bench.vm.document.decisions) == 1
    bench.undo()
    assert bench.stored.minutes == before


def test_telling_speakers_apart_again_can_be_undone(bench: Bench) -> None:
    before = bench.stored
    others = tuple(replace(s, speaker="me") for s in before.segments)
    bench.services.result = replace(before, speakers=before.speakers[:1], segments=others)
    bench.vm.speakers.tell_apart_again()
    assert not bench.vm.correctable, "words wait until it is known who says them"
    bench.qtbot.waitUntil(lambda: bool(bench.services.jobs) and not bench.queue.busy)
    bench.settle()
    assert [s.name for s in bench.stored.speakers] == ["Martin"]
    bench.undo()
    assert bench.stored.speakers == before.speakers
    assert bench.stored.segments == before.segments


# -- Whose thread it is -----------------------------------------------------------------------------------


def test_what_is_worked_out_for_hours_of_words_is_not_the_windows_work(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[str] = []

    def noted(meeting: Meeting, today: date | None = None) -> MinutesDocument | None:
        threads.append(QThread.currentThread().objectName())
        return minutes_document(meeting, today)

    monkeypatch.setattr("app.viewmodels.meeting.minutes_document", noted)
    bench.vm.items.set_summary("Short.")
    bench.settle()
    bench.undo()
    assert threads == ["storage lane"] * 2
    assert bench.vm.document == minutes_document(bench.stored, TODAY)


def test_what_cannot_be_shown_is_stored_and_can_be_taken_back(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ValueError("a mistake of ours")

    before = bench.stored
    with monkeypatch.context() as patch:
        patch.setattr("app.viewmodels.meeting.minutes_document", broken)
        bench.vm.items.set_summary("Short.")
        bench.settle()
    assert bench.problems
    assert bench.stored.minutes != before.minutes
    bench.undo()
    assert bench.stored.minutes == before.minutes
