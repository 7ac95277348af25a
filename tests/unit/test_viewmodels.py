"""What the window shows, without a window: paragraphs, lists, the queue, minutes, the open meeting."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication

from app.domain.errors import HostDied, InputError, StorageError
from app.domain.events import (
    MinutesResult,
    Notice,
    Progress,
    SegmentReady,
    StageDone,
    StageStarted,
    TranscriptResult,
)
from app.domain.meeting import (
    ActionItem,
    Decision,
    Meeting,
    MeetingSummary,
    Minutes,
    SearchHit,
    Segment,
    Speaker,
    Stage,
    StageRecord,
    clock,
)
from app.viewmodels import formatting
from app.viewmodels.job import Job
from app.viewmodels.library import LibraryViewModel, file_name, recordings_in, title_from
from app.viewmodels.meeting import MeetingViewModel
from app.viewmodels.meetings import Heading, IdRole, MeetingListModel, MeetingRow, RowRole, SearchModel, Status, marked
from app.viewmodels.minutes import minutes_document
from app.viewmodels.paragraphs import join, paragraphs
from app.viewmodels.problems import in_words
from app.viewmodels.transcript import TranscriptModel
from tests.qt import demo
from tests.qt.fakes import FakeServices, fail_with
from tests.unit.viewmodels_support import QueueBench

pytestmark = pytest.mark.qt

TODAY = date(2026, 3, 12)
NOON = datetime(2026, 3, 12, 12, 0).astimezone()
SPEAKERS = (Speaker("me", "Me"), Speaker("s1", "Anna"))


def seg(number: int, start: float, text: str, speaker: str = "", *, track: str = "file", lasts: float = 2.0) -> Segment:
    return Segment(number, track, start, start + lasts, text, speaker)


# -- Formatting -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0:00"),
        (7.9, "0:07"),
        (200, "3:20"),
        (3723, "1:02:03"),
        (-1, "0:00"),
    ],
)
def test_clock(seconds: float, text: str) -> None:
    assert clock(seconds) == text


@pytest.mark.parametrize(("seconds", "text"), [(38, "38 s"), (2520, "42 min"), (3590, "1 h"), (3900, "1 h 5 min")])
def test_length(seconds: float, text: str) -> None:
    assert formatting.length(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (2, "a few seconds left"),
        (38, "about 40 s left"),
        (58, "about 1 min left"),
        (190, "about 3 min left"),
        (4000, "about 1 h 5 min left"),
    ],
)
def test_remaining(seconds: float, text: str) -> None:
    assert formatting.remaining(seconds) == text


def test_days_and_sections() -> None:
    assert formatting.day(NOON, TODAY) == formatting.section(NOON, TODAY) == "Today"
    assert formatting.day(NOON - timedelta(days=1), TODAY) == "Yesterday"
    assert formatting.section(NOON - timedelta(days=5), TODAY) == "Last 7 days"
    assert formatting.section(NOON - timedelta(days=20), TODAY) == "February"
    assert "2025" in formatting.day(NOON - timedelta(days=300), TODAY)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Anna", "A"),
        ("Anna Berg", "AB"),
        ("anna van berg", "AB"),
        ("王小明", "王"),
        ("", ""),
    ],
)
def test_initials(name: str, text: str) -> None:
    assert formatting.initials(name) == text


# -- Transcript -------------------------------------------------------------------------------------------


def test_segments_of_one_person_join_and_keep_their_places() -> None:
    made = paragraphs(
        [seg(1, 0, "Good morning.", "me"), seg(2, 2, "Let us start.", "me"), seg(3, 4, "Yes.", "s1")],
        {"me": "Me", "s1": "Anna"},
        {"me": 0, "s1": 1},
    )
    assert [(p.name, p.text, p.hue) for p in made] == [("Me", "Good morning. Let us start.", 0), ("Anna", "Yes.", 1)]
    first = made[0]
    assert [first.text[s.start : s.end] for s in first.spans] == ["Good morning.", "Let us start."]
    assert first.span_at(0).segment_id == 1
    assert first.span_at(20).segment_id == 2


def test_chinese_joins_without_a_space() -> None:
    assert join("好的。", "我们开始") == ""
    assert join("用 GPU", "服务器") == ""
    assert join("Yes.", "No.") == " "
    assert join("안녕하세요.", "네.") == " "  # Korean has spaces


def test_a_long_turn_continues_without_repeating_the_name() -> None:
    made = paragraphs([seg(n, n * 2.0, "word " * 40, "me") for n in range(1, 20)], {"me": "Me"}, {"me": 0})
    assert len(made) > 3
    assert [p.continues for p in made] == [False] + [True] * (len(made) - 1)
    assert sum(len(p.spans) for p in made) == 19


def test_a_long_silence_starts_a_paragraph() -> None:
    made = paragraphs([seg(1, 0, "Before lunch.", "me"), seg(2, 3600, "After lunch.", "me")], {}, {})
    assert [p.text for p in made] == ["Before lunch.", "After lunch."]


@pytest.fixture
def transcript(qapp: QCoreApplication) -> TranscriptModel:
    return TranscriptModel()


def texts(model: TranscriptModel) -> list[str]:
    return [r.text for r in model.rows]


def test_segments_grow_at_the_end(transcript: TranscriptModel) -> None:
    resets, inserted = [], []
    transcript.modelReset.connect(lambda: resets.append(1))
    transcript.rowsInserted.connect(lambda _p, a, b: inserted.append((a, b)))
    transcript.add([seg(1, 0, "One.")])
    transcript.add([seg(2, 2, "Two.")])
    assert texts(transcript) == ["One. Two."]
    transcript.add([seg(3, 30, "Later."), seg(4, 60, "Even later.")])
    assert texts(transcript) == ["One. Two.", "Later.", "Even later."]
    assert inserted == [(0, 0), (1, 2)]
    assert not resets
    transcript.add([seg(3, 30, "Later.")])  # known already
    assert transcript.rowCount() == 3


def test_growing_gives_what_setting_at_once_gives(transcript: TranscriptModel) -> None:
    """In any order, in batches of any size, on two tracks."""
    segments = [
        seg(n, n * 1.7 % 97, f"Sentence number {n}.", track=("mic", "system")[n % 3 == 0]) for n in range(1, 120)
    ]
    for at in range(0, len(segments), 7):
        transcript.add(segments[at : at + 7])
    other = TranscriptModel()
    other.set_transcript(segments, same=False)
    assert transcript.rows == other.rows
    assert {r.name for r in transcript.rows} == {"Microphone", "Computer"}
    for s in segments:
        row = transcript.rows[transcript.row_of(s.id)]
        assert any(span.segment_id == s.id for span in row.spans)


def test_speakers_come_later_without_losing_the_meeting(transcript: TranscriptModel) -> None:
    rebuilt = []
    transcript.rebuilt.connect(lambda: rebuilt.append(1))
    plain = [seg(1, 0, "One."), seg(2, 2, "Two.")]
    transcript.add(plain)
    named = [replace(plain[0], speaker="me"), replace(plain[1], speaker="s1")]
    transcript.set_transcript(named, SPEAKERS, same=True)
    assert [r.name for r in transcript.rows] == ["Me", "Anna"]
    assert rebuilt == [1]
    transcript.set_transcript(named, SPEAKERS, same=True)
    assert rebuilt == [1], "nothing changed, nothing is redrawn"


def test_rows_are_found_by_time_and_read_aloud(transcript: TranscriptModel) -> None:
    transcript.set_transcript([seg(1, 5, "One.", "me"), seg(2, 9, "Two.", "s1")], SPEAKERS, same=False)
    assert [transcript.row_at(t) for t in (0, 5, 8.9, 9, 99)] == [0, 0, 0, 1, 1]
    from PySide6.QtCore import Qt

    assert transcript.index(1).data(Qt.ItemDataRole.AccessibleTextRole) == "Anna, 0:09: Two."


# -- Minutes ----------------------------------------------------------------------------------------------


def test_minutes_have_one_chip_for_each_place() -> None:
    meeting = Meeting(
        "m",
        "M",
        NOON,
        speakers=SPEAKERS,
        segments=tuple(seg(n, n * 10.0, f"S{n}.", "me") for n in range(1, 9)),
        minutes=Minutes("Sum. ", (Decision("D", (4, 2, 3, 8, 99)),), (ActionItem("T", "anna", "Friday", (), False),)),
    )
    document = minutes_document(meeting)
    assert document is not None
    assert [(e.time, e.segment_ids) for e in document.decisions[0].evidence] == [("0:20", (2, 3, 4)), ("1:20", (8,))]
    assert document.decisions[0].evidence[0].said == "S2. S3. S4."
    action = document.actions[0]
    assert (action.owner_hue, action.due, action.supported) == (1, "Friday", False)
    assert document.summary == "Sum."
    assert minutes_document(replace(meeting, minutes=None)) is None


# -- Lists ------------------------------------------------------------------------------------------------


def summary(meeting_id: str, days_ago: int, state: str = "done") -> MeetingSummary:
    return MeetingSummary(meeting_id, meeting_id.upper(), NOON - timedelta(days=days_ago), 2520, None, state)  # type: ignore[arg-type]


def test_meetings_stand_under_headings(qapp: QCoreApplication) -> None:
    model = MeetingListModel()
    model.set_meetings([summary("a", 0), summary("b", 0), summary("c", 3, "failed")], TODAY)
    rows = [model.index(i).data(RowRole) for i in range(model.rowCount())]
    assert [r.text if isinstance(r, Heading) else r.id for r in rows] == ["Today", "a", "b", "Last 7 days", "c"]
    assert not model.flags(model.index(0)) & model.flags(model.index(1))
    assert rows[4].status.mood == "problem"
    assert "42 min" in rows[1].detail


def test_statuses_change_in_place(qapp: QCoreApplication) -> None:
    model = MeetingListModel()
    model.set_meetings([summary("a", 0), summary("b", 0, "unfinished")], TODAY)
    resets, changed = [], []
    model.modelReset.connect(lambda: resets.append(1))
    model.dataChanged.connect(lambda a, _b: changed.append(a.data(IdRole)))
    model.set_statuses({"b": Status("Transcribing · 40 %", "busy", 0.4)})
    model.set_meetings([summary("a", 0), summary("b", 0, "done")], TODAY)
    assert changed == ["b"]
    model.set_statuses({})
    assert changed == ["b", "b"]
    assert not resets
    row = model.index_of("b").data(RowRole)
    assert isinstance(row, MeetingRow)
    assert row.status is None


def test_hits_are_grouped_by_meeting_and_marked(qapp: QCoreApplication) -> None:
    def hit(meeting: str, number: int) -> SearchHit:
        return SearchHit(meeting, meeting.upper(), NOON, number, number * 10.0, "Anna", "the \x02rel\x03ease\nnotes")

    model = SearchModel()
    model.set_hits([hit("a", 1), hit("b", 2), hit("a", 3)], TODAY)
    rows = [model.index(i).data(RowRole) for i in range(model.rowCount())]
    assert [(r.meeting_id, r.title, r.time) for r in rows] == [
        ("a", "A", "0:10"),
        ("a", "", "0:30"),
        ("b", "B", "0:20"),
    ]
    assert rows[0].text == "the release notes"
    assert rows[0].marks == ((4, 7),)
    assert marked("plain") == ("plain", ())


# -- Jobs -------------------------------------------------------------------------------------------------


def test_a_job_says_how_far_it_is_and_how_long_still() -> None:
    job = Job("m")
    job.take(StageStarted(Stage.TRANSCRIBE), 100.0)
    assert job.finished == {Stage.DECODE, Stage.SPEECH}, "what was stored before is not done again"
    assert job.remaining_s is None
    job.take(Progress(Stage.TRANSCRIBE, 0.5, "Transcribing 1:00 of 2:00"), 101.0)
    assert job.remaining_s is None, "too early to tell"
    job.take(Progress(Stage.TRANSCRIBE, 0.5), 110.0)
    assert job.remaining_s is not None
    assert 10 < job.remaining_s < 30
    before = job.done
    job.take(SegmentReady(seg(1, 0, "One.")), 111.0)
    job.take(Notice(Stage.TRANSCRIBE, "Careful."), 111.0)
    job.take(Notice(Stage.TRANSCRIBE, "Careful."), 111.0)
    assert job.notices == ["Careful."]
    job.take(StageDone(Stage.TRANSCRIBE, TranscriptResult((), None), "e", {}, 1.0), 120.0)
    assert job.done > before
    job.take(StageStarted(Stage.TRANSCRIBE), 130.0)
    assert job.segments == []


def test_a_run_of_its_own_begins_at_nothing_and_packing_is_no_part_of_its_time() -> None:
    job = Job("m", frozenset({Stage.MINUTES}))
    job.take(Progress(Stage.MINUTES, 0.0, "Loading the text model"), 0.0)
    assert job.done == 0.0
    job.take(Progress(Stage.MINUTES, 0.5), 10.0)
    assert job.done == pytest.approx(0.5, abs=0.03)
    assert job.remaining_s == pytest.approx(10.0)
    job.take(StageDone(Stage.MINUTES, MinutesResult(Minutes("")), "e", {}, 1.0), 20.0)
    job.take(Progress(Stage.MINUTES, 0.0, "Packing the recording", after=True), 20.0)
    assert (job.label, job.remaining_text) == ("Packing the recording", "")
    assert 0.9 < job.done < 0.99
    job.take(Progress(Stage.MINUTES, 1.0, "Packing the recording", after=True), 21.0)
    assert job.done == 1.0


def test_what_is_packed_behind_a_failure_does_not_look_like_another_stage() -> None:
    job = Job("m")
    job.take(Progress(Stage.DECODE, 0.5), 0.0)
    before = job.done
    job.take(Progress(Stage.MINUTES, 0.5, "Packing the recording", after=True), 1.0)
    assert job.label == "Packing the recording"
    assert before < job.done < before + 0.05
    assert not job.finished


@pytest.mark.parametrize(
    ("again", "began"),
    [({Stage.TRANSCRIBE}, Stage.TRANSCRIBE), ({Stage.MINUTES}, Stage.SPEAKERS), (set(), Stage.ALIGN)],
)
def test_what_follows_is_part_of_the_way(again: set[Stage], began: Stage) -> None:
    job = Job("m", frozenset(again))
    job.take(StageStarted(began), 0.0)
    assert job.done == 0.0
    job.take(Progress(began, 1.0), 5.0)
    assert 0.0 < job.done < 0.9


def test_errors_in_words() -> None:
    assert in_words(InputError("No sound.", "Choose another.")).to_do == "Choose another."
    assert "unexpectedly" in in_words(HostDied()).what
    bug = in_words(ZeroDivisionError("x"))
    assert "inside Folkmoot" in bug.what
    assert "ZeroDivisionError" in bug.to_do


# -- The library and the open meeting, on the real threads ------------------------------------------------


class Bench(QueueBench):
    def __init__(self, services: FakeServices) -> None:
        super().__init__(services)
        self.library = LibraryViewModel(self.given, self.lane, self.queue)
        self.meeting = MeetingViewModel(self.given, self.lane, self.queue)
        self.library.renamed.connect(self.meeting.on_renamed)
        self.library.removed.connect(self.meeting.on_removed)
        self.problems: list[str] = []
        self.library.problem.connect(lambda p: self.problems.append(p.what))
        self.meeting.problem.connect(lambda p: self.problems.append(p.what))

    def open(self, meeting_id: str) -> None:
        self.meeting.open(meeting_id)
        self.wait(lambda: self.meeting.meeting is not None and self.meeting.meeting.id == meeting_id)


@pytest.fixture
def bench(qapp: QCoreApplication) -> Iterator[Callable[..., Bench]]:
    made: list[Bench] = []

    def make(*args: object, **kwargs: object) -> Bench:
        made.append(Bench(FakeServices(*args, **kwargs)))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for b in made:
        b.stop()
        assert all(s.closed for s in b.services.stores)


def test_a_file_becomes_notes(bench: Callable[..., Bench], tmp_path: Path) -> None:
    b = bench(result=demo.planning())
    file = tmp_path / "weekly_sync 周会.m4a"
    file.touch()
    b.library.import_files([file])
    b.wait(lambda: bool(b.services.meetings))
    b.open("m001")
    b.wait(lambda: not b.queue.busy)
    b.wait(lambda: b.meeting.document is not None and b.meeting.banner is None)
    assert b.meeting.title == "weekly sync 周会"
    assert b.meeting.subtitle.endswith("4 speakers · English")
    assert [r.name for r in b.meeting.transcript.rows[:3]] == ["Martin", "Anna", "Tom"]
    assert b.services.meetings["m001"].next_stage() is None
    assert not b.problems


def test_files_wait_for_each_other(bench: Callable[..., Bench], tmp_path: Path) -> None:
    b = bench(result=demo.planning())
    b.services.stop_after = 5
    files = [tmp_path / f"{n}.wav" for n in range(3)]
    for f in files:
        f.touch()
    b.library.import_files(files)
    b.wait(lambda: len(b.queue.jobs) == 3 and len(b.queue.jobs[0].segments) == 5)
    assert [j.state for j in b.queue.jobs] == ["running", "waiting", "waiting"]
    b.open("m002")
    assert b.meeting.banner is not None
    assert b.meeting.banner.title == "Waiting"
    b.queue.cancel("m003")
    assert b.queue.job("m003") is None
    b.services.release.set()
    b.wait(lambda: not b.queue.busy)
    done = [m.id for m in b.services.meetings.values() if m.next_stage() is None]
    assert done == ["m001", "m002"]


def test_cancelling_keeps_what_is_finished_and_continues_there(bench: Callable[..., Bench], tmp_path: Path) -> None:
    b = bench(result=demo.planning())
    b.services.stop_after = 3
    b.library.import_files([tmp_path / "a.wav"])
    b.wait(lambda: bool(b.queue.jobs) and len(b.queue.jobs[0].segments) == 3)
    b.open("m001")
    assert b.meeting.transcript.rowCount() > 0, "what is heard already is shown to whoever opens the meeting"
    assert b.meeting.banner is not None
    assert (b.meeting.banner.kind, b.meeting.banner.action) == ("progress", "Cancel")
    b.meeting.act_on_banner()
    b.wait(lambda: not b.queue.busy)
    b.wait(lambda: b.meeting.banner is not None and b.meeting.banner.kind == "stopped")
    stages = {r.stage: r.state for r in b.services.meetings["m001"].stages}
    assert stages == {Stage.DECODE: "done", Stage.SPEECH: "done", Stage.TRANSCRIBE: "cancelled"}
    b.services.release.set()
    b.meeting.act_on_banner()
    b.wait(lambda: b.meeting.banner is None and b.meeting.document is not None)
    assert b.services.jobs[-1].meeting.next_stage() == Stage.TRANSCRIBE


def test_a_failure_is_told_and_tried_again(bench: Callable[..., Bench], tmp_path: Path) -> None:
    b = bench(result=demo.planning())
    b.services.scripts = [fail_with(InputError("No sound.", "Choose another file."))]
    b.library.import_files([tmp_path / "a.wav"])
    b.wait(lambda: bool(b.services.meetings))
    b.open("m001")
    b.wait(lambda: b.meeting.banner is not None and b.meeting.banner.kind == "failed")
    banner = b.meeting.banner
    assert banner is not None
    assert (banner.title, banner.detail, banner.action) == ("No sound.", "Choose another file.", "Try again")
    assert banner.notices == ("12 s of the file could not be decoded.",)
    assert b.services.meetings["m001"].stage(Stage.SPEECH) == StageRecord(
        Stage.SPEECH, "failed", error="No sound. Choose another file."
    )
    b.meeting.act_on_banner()
    b.wait(lambda: b.meeting.document is not None and not b.queue.busy)
    assert b.meeting.banner is None


def test_a_dead_host_is_started_again_once(bench: Callable[..., Bench], tmp_path: Path) -> None:
    b = bench(result=demo.planning())
    b.services.scripts = [fail_with(HostDied())]
    b.library.import_files([tmp_path / "a.wav"])
    b.wait(lambda: bool(b.services.meetings))
    b.open("m001")
    b.wait(lambda: b.meeting.document is not None and not b.queue.busy)
    assert len(b.services.jobs) == 2
    assert "started again" in " ".join(b.queue.notices("m001"))
    b.services.scripts = [fail_with(HostDied()), fail_with(HostDied())]
    b.queue.add("m001", frozenset({Stage.MINUTES}))
    b.wait(lambda: b.meeting.banner is not None and b.meeting.banner.kind == "failed")


def test_a_full_disk_stops_the_job_with_its_own_words(bench: Callable[..., Bench], tmp_path: Path) -> None:
    b = bench(result=demo.planning())

    def full(*_: object) -> None:
        raise StorageError("The disk is full.", "Free some space.")

    b.services.persist = full  # type: ignore[method-assign]
    b.library.import_files([tmp_path / "a.wav"])
    b.wait(lambda: bool(b.services.meetings))
    b.open("m001")
    b.wait(lambda: b.meeting.banner is not None and b.meeting.banner.kind == "failed")
    assert b.meeting.banner is not None
    assert b.meeting.banner.title == "The disk is full."


def test_minutes_alone_are_written_again(bench: Callable[..., Bench]) -> None:
    b = bench([demo.planning()], result=demo.planning())
    b.open("m001")
    b.meeting.rewrite_minutes()
    b.wait(lambda: not b.queue.busy)
    assert b.services.jobs[0].again == {Stage.MINUTES}
    assert b.services.meetings["m001"].next_stage() is None


def test_search_answers_the_last_question_only(bench: Callable[..., Bench]) -> None:
    b = bench(demo.library(long=50))
    answers: list[tuple[str, int]] = []
    b.library.found.connect(lambda text, n: answers.append((text, n)))
    for text in ("r", "re", "release", " release "):
        b.library.search(text)
    b.wait(lambda: bool(answers))
    assert [a[0] for a in answers] == ["release"]
    assert b.library.hits.rowCount() == answers[0][1] > 3
    b.library.search("")
    assert answers[-1] == ("", 0)


def test_rename_and_delete(bench: Callable[..., Bench]) -> None:
    b = bench(demo.library(long=30), result=demo.planning())
    b.library.refresh()
    b.open("m001")
    b.library.rename("m001", "  A better\n title ")
    b.wait(lambda: b.meeting.title == "A better title")
    b.library.rename("m001", "   ")
    closed = []
    b.meeting.closed.connect(lambda: closed.append(1))
    b.library.delete("m001")
    b.wait(lambda: bool(closed))
    b.wait(lambda: "m001" not in b.library.meetings.ids())
    assert "m001" not in b.services.meetings


def test_deleting_what_is_being_processed_stops_it_first(bench: Callable[..., Bench], tmp_path: Path) -> None:
    b = bench(result=demo.planning())
    b.services.stop_after = 2
    b.library.import_files([tmp_path / "a.wav"])
    b.wait(lambda: bool(b.queue.jobs) and len(b.queue.jobs[0].segments) == 2)
    b.library.delete("m001")
    b.wait(lambda: not b.services.meetings)
    assert not b.queue.busy
    assert not b.problems


def test_the_library_that_cannot_be_opened_is_told_and_tried_again(bench: Callable[..., Bench]) -> None:
    b = bench([demo.planning()])
    b.services.open_error = StorageError("The library was made by a newer Folkmoot.", "Install the newest version.")
    said, counts = [], []
    b.library.unavailable.connect(lambda p: said.append(p.what))
    b.library.listed.connect(counts.append)
    b.library.refresh()
    b.wait(lambda: bool(said))
    assert said == ["The library was made by a newer Folkmoot."]
    b.services.open_error = None
    b.library.refresh()
    b.wait(lambda: counts == [1])


def test_export_and_copy(bench: Callable[..., Bench], tmp_path: Path) -> None:
    b = bench([demo.planning()])
    b.open("m001")
    said, copied = [], []
    b.meeting.exported.connect(said.append)
    b.meeting.copied.connect(copied.append)
    b.meeting.export_markdown(tmp_path / "notes.md")
    b.meeting.copy_markdown()
    b.wait(lambda: bool(said and copied))
    assert said == [tmp_path / "notes.md"]
    assert copied == ["# Planning: release, Lyon and the budget\n"]

    def fail(*_: object) -> None:
        raise StorageError("The disk is full.", "Free some space.")

    b.services.export_markdown = fail  # type: ignore[method-assign]
    b.meeting.export_markdown(tmp_path / "other.md")
    b.wait(lambda: b.problems == ["The disk is full."])


def test_opening_another_meeting_wins_over_a_slow_one(bench: Callable[..., Bench]) -> None:
    b = bench(demo.library(long=30))
    opened: list[str] = []
    b.meeting.opened.connect(opened.append)
    reveals: list[tuple[int, ...]] = []
    b.meeting.reveal.connect(reveals.append)
    b.meeting.open("m001")
    b.meeting.open("m004", (3,))
    b.wait(lambda: b.meeting.title == "Stand-up")
    assert opened == ["m004"]
    assert reveals == [(3,)]


# -- Names ------------------------------------------------------------------------------------------------


def test_titles_and_file_names(tmp_path: Path) -> None:
    assert title_from(Path("/a/weekly_sync-2.final.m4a")) == "weekly sync-2.final"
    assert file_name('Q1/Q2: "plan"?') == "Q1 Q2 plan"
    assert file_name("产品周会：进度") == "产品周会：进度"
    assert file_name("CON") == "CON_"
    assert file_name("...") == ""
    (tmp_path / "b.mp3").touch()
    (tmp_path / "a.wav").touch()
    (tmp_path / "notes.txt").touch()
    single = tmp_path / "odd.bin"
    assert [p.name for p in recordings_in([tmp_path, single])] == ["a.wav", "b.mp3", "odd.bin"]


def test_viewmodels_know_no_widgets() -> None:
    code = (
        "import sys, pkgutil, importlib, app.viewmodels as v\n"
        "for m in pkgutil.iter_modules(v.__path__): importlib.import_module('app.viewmodels.' + m.name)\n"
        "print(*[m for m in sys.modules if m in ('PySide6.QtWidgets', 'PySide6.QtGui', 'sqlite3', 'torch')])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert run.stdout.split() == []
