"""The library as the rest of the program sees it."""

from __future__ import annotations

import dataclasses
import math
import os
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.domain.errors import InputError, StorageError
from app.domain.events import AlignResult, DecodeResult, MinutesResult, SpeakersResult, TranscriptResult
from app.domain.meeting import ActionItem, Decision, Mark, MarkKind, Minutes, Segment, Speaker, Stage, Word
from app.domain.ports import MeetingStore
from storage import repository
from storage.repository import Library, new_id
from tests.storage.conftest import RESULTS, STARTED_AT, create, finish


def test_is_a_meeting_store(library: Library) -> None:
    store: MeetingStore = library  # checked by mypy too
    assert store.list() == []


def test_new_meeting_has_row_and_empty_folder(library: Library) -> None:
    meeting = create(library, "  Wöchentliche\nBesprechung 会议 ", language="German")
    assert meeting.title == "Wöchentliche Besprechung 会议"
    assert meeting.started_at == STARTED_AT
    assert meeting.started_at.utcoffset() == timedelta(hours=1)
    assert (meeting.language, meeting.glossary) == ("German", ("Folkmoot", "Ærø"))
    assert (meeting.segments, meeting.minutes, meeting.stages) == ((), None, ())
    folder = library.folder(meeting.id)
    assert folder.name == meeting.id
    assert list(folder.iterdir()) == []
    assert library.sources(meeting.id) == {"mic": Path("/home/anna/Räume/mic 会议.wav")}
    assert library.list()[0].state == "new"


def test_everything_comes_back_as_it_was_stored(library: Library) -> None:
    meeting = finish(library, create(library).id)
    decoded, speech, transcript = (RESULTS[s] for s in (Stage.DECODE, Stage.SPEECH, Stage.TRANSCRIBE))
    assert isinstance(decoded, DecodeResult)
    assert isinstance(transcript, TranscriptResult)
    assert meeting.tracks == decoded.tracks
    assert meeting.duration_s == 62.5
    assert meeting.regions == speech.regions  # type: ignore[union-attr]
    speakers = RESULTS[Stage.SPEAKERS]
    assert isinstance(speakers, SpeakersResult)
    assert meeting.speakers == speakers.speakers
    aligned = RESULTS[Stage.ALIGN]
    assert isinstance(aligned, AlignResult)
    assert meeting.segments == tuple(
        dataclasses.replace(s, speaker=speakers.of_segment[s.id], words=aligned.words.get(s.id, ()))
        for s in transcript.segments
    )
    assert meeting.language == "English"
    minutes = RESULTS[Stage.MINUTES]
    assert isinstance(minutes, MinutesResult)
    assert meeting.minutes == minutes.minutes
    assert [r.stage for r in meeting.stages] == list(Stage)
    for record in meeting.stages:
        assert (record.state, record.seconds, record.error) == ("done", 1.5, "")
        assert (record.engine, record.settings) == (f"engine of {record.stage}", {"device": "cpu"})
        assert record.started_at is not None
        assert abs(record.started_at - datetime.now(UTC)) < timedelta(minutes=1)
    assert meeting.next_stage() is None


def test_list_is_newest_first_across_time_zones_with_states(library: Library) -> None:
    old = create(library, "old", started_at=STARTED_AT)
    # Later as digits, earlier as a moment.
    oldest = create(library, "oldest", started_at=datetime.fromisoformat("2026-11-20T12:00:00+05:30"))
    new = create(library, "new", started_at=datetime.fromisoformat("2026-11-20T09:00:00+00:00"))
    finish(library, new.id)
    finish(library, old.id, Stage.DECODE)
    library.stage_started(oldest.id, Stage.DECODE, "", {})
    library.stage_ended(oldest.id, Stage.DECODE, "failed", "no sound")
    rows = library.list()
    assert [r.title for r in rows] == ["new", "old", "oldest"]
    assert [r.state for r in rows] == ["done", "unfinished", "failed"]
    assert rows[0].speakers == ("Me", "Speaker 1")
    assert (rows[0].action_items, rows[1].action_items) == (2, 0)
    assert rows[0].duration_s == 62.5


def test_new_segments_drop_speakers_and_minutes_only(library: Library) -> None:
    meeting = finish(library, create(library, language="German").id)
    again = TranscriptResult((Segment(7, "mic", 1.0, 2.0, "Only this"),), None)
    library.stage_done(meeting.id, Stage.TRANSCRIBE, again, "better", {}, 0.1)
    now = library.get(meeting.id)
    assert (now.speakers, now.minutes) == ((), None)
    assert [s.text for s in now.segments] == ["Only this"]
    assert now.language == "German"  # nothing detected: what was chosen
    assert (now.tracks, now.regions) == (meeting.tracks, meeting.regions)
    assert now.next_stage() is Stage.ALIGN
    assert library.list()[0].state == "unfinished"


@pytest.mark.parametrize("stage", [Stage.DECODE, Stage.SPEECH, Stage.ALIGN, Stage.SPEAKERS, Stage.MINUTES])
def test_other_stages_run_again_keep_the_rest(library: Library, stage: Stage) -> None:
    before = finish(library, create(library).id)
    library.stage_started(before.id, stage, "again", {})
    assert library.get(before.id).segments == before.segments  # nothing goes before there is something new
    library.stage_done(before.id, stage, RESULTS[stage], "again", {}, 0.1)
    after = library.get(before.id)
    assert dataclasses.replace(after, stages=()) == dataclasses.replace(before, stages=())
    record = after.stage(stage)
    assert record is not None
    assert record.engine == "again"


def test_failed_and_cancelled_stages_keep_the_older_result(library: Library) -> None:
    meeting = finish(library, create(library).id)
    library.stage_started(meeting.id, Stage.MINUTES, "qwen", {"device": "cuda"})
    assert library.list()[0].state == "unfinished"  # also what a process that died leaves behind
    library.stage_ended(meeting.id, Stage.MINUTES, "failed", "out of memory")
    now = library.get(meeting.id)
    record = now.stage(Stage.MINUTES)
    assert record is not None
    assert (record.state, record.error, record.engine) == ("failed", "out of memory", "qwen")
    assert record.settings == {"device": "cuda"}
    assert record.seconds is not None
    assert now.minutes == meeting.minutes
    assert now.next_stage() is Stage.MINUTES
    library.stage_started(meeting.id, Stage.MINUTES, "qwen", {})
    library.stage_ended(meeting.id, Stage.MINUTES, "cancelled")
    assert library.list()[0].state == "unfinished"
    with pytest.raises(ValueError, match="done"):
        library.stage_ended(meeting.id, Stage.MINUTES, "done")


@pytest.mark.parametrize(
    ("stage", "result"),
    [
        (Stage.MINUTES, MinutesResult(Minutes("x", (Decision("fine", (1,)), Decision("made up", (99,)))))),
        (Stage.MINUTES, MinutesResult(Minutes("x", action_items=(ActionItem("made up", None, None, (0,)),)))),
        (Stage.ALIGN, AlignResult({1: (), 99: (Word("made up", 0.0, 1.0),)})),
        (Stage.SPEAKERS, SpeakersResult((Speaker("me", "Me"),), {99: "me"})),
        (Stage.SPEAKERS, SpeakersResult((Speaker("me", "Me"),), {1: "nobody"})),
        (Stage.TRANSCRIBE, TranscriptResult((Segment(1, "mic", 0, 1, "x", speaker="me"),), None)),
        (Stage.TRANSCRIBE, MinutesResult(Minutes())),
    ],
)
def test_results_that_contradict_what_is_stored_are_never_stored(
    library: Library, stage: Stage, result: MinutesResult
) -> None:
    before = finish(library, create(library).id)
    with pytest.raises(ValueError, match=r"exist|before|yields"):
        library.stage_done(before.id, stage, result, "", {}, 0.0)
    assert library.get(before.id) == before


def test_evidence_of_another_meeting_is_refused(library: Library) -> None:
    finish(library, create(library, "has segments").id)
    empty = create(library, "has none")
    with pytest.raises(ValueError, match="do not exist"):
        library.stage_done(empty.id, Stage.MINUTES, RESULTS[Stage.MINUTES], "", {}, 0.0)
    assert library.get(empty.id).minutes is None


def test_a_bug_in_a_result_leaves_the_meeting_as_it_was(library: Library) -> None:
    before = finish(library, create(library).id)
    bad = TranscriptResult((Segment(1, "mic", math.nan, 1, "x"),), None)
    with pytest.raises(Exception, match="NOT NULL"):
        library.stage_done(before.id, Stage.TRANSCRIBE, bad, "", {}, 0.0)
    with pytest.raises(ValueError, match="JSON"):
        library.stage_done(before.id, Stage.MINUTES, RESULTS[Stage.MINUTES], "", {"gain": math.inf}, 0.0)
    assert library.get(before.id) == before


def test_nasty_text_and_paths(library: Library) -> None:
    path = Path(os.fsdecode(b"/tmp/caf\xe9.wav")) if sys.platform == "linux" else Path("/tmp/café.wav")
    meeting = create(library, "Cafe\u0301 \ud800 '; DROP TABLE meetings; --", sources={"file": path})
    assert meeting.title == "Café \ufffd '; DROP TABLE meetings; --"
    assert library.sources(meeting.id) == {"file": path}
    text = "a\x00b \x1b[31m «» 😀 \u202e"
    library.stage_done(
        meeting.id, Stage.TRANSCRIBE, TranscriptResult((Segment(1, "file", 0, 1, text),), None), "", {}, 0.0
    )
    assert library.get(meeting.id).segments[0].text == text.replace("\x00", "\ufffd")


def test_titles(library: Library) -> None:
    meeting = create(library, " \n ")
    assert meeting.title == "Untitled meeting"
    library.rename(meeting.id, "Plan\tfor 2027")
    assert library.get(meeting.id).title == "Plan for 2027"
    with pytest.raises(InputError, match="title"):
        library.rename(meeting.id, "  ")
    with pytest.raises(ValueError, match="time zone"):
        library.create("x", datetime(2026, 1, 1), language=None, glossary=(), sources={})
    assert len(library.list()) == 1
    assert len(list((library.folder(meeting.id).parent).iterdir())) == 1


def test_get_by_the_beginning_of_an_id(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = iter(["0000aaaa" + "0" * 24, "0000aabb" + "0" * 24, "0000cccc" + "f" * 24])
    monkeypatch.setattr(repository, "new_id", lambda: next(ids))
    for title in ("one", "two", "three"):
        create(library, title)
    assert library.get("0000aaa").title == "one"
    assert library.get(" 0000AABB ").title == "two"
    assert library.get("0000cccc" + "f" * 24).title == "three"
    with pytest.raises(InputError, match="Several") as ambiguous:
        library.get("0000")
    assert "one" in str(ambiguous.value)
    assert "two" in str(ambiguous.value)
    for wrong in ("", "000", "ffff", "0000aaab", "%", "____", "0000' OR 1=1", "g" * 32, "0" * 33):
        with pytest.raises(InputError):
            library.get(wrong)


def test_ids_sort_by_time_and_are_unique() -> None:
    ids = []
    for _ in range(20):
        ids.append(new_id())
        time.sleep(0.001)
    assert ids == sorted(ids)
    assert len({new_id() for _ in range(2000)}) == 2000
    assert all(len(i) == 32 and int(i, 16) >= 0 for i in ids)
    assert all(i[12] == "7" and i[16] in "89ab" for i in ids)


@pytest.mark.parametrize("wrong", ["../../etc", "", "abcd", "x" * 32, "A" * 32])
def test_folder_names_nothing_outside(library: Library, wrong: str) -> None:
    with pytest.raises(InputError):
        library.folder(wrong)


def test_delete_removes_rows_and_folder(library: Library) -> None:
    gone = finish(library, create(library, "gone").id)
    kept = finish(library, create(library, "kept").id)
    (library.folder(gone.id) / "mic.wav").write_bytes(b"x")
    for meeting in (gone, kept):
        library.recording_ended(
            meeting.id,
            "finished",
            devices={},
            duration_s=62.5,
            ended_at=STARTED_AT,
            marks=[Mark(MarkKind.NOTE, 1.0, STARTED_AT)],
        )
    kept = library.get(kept.id)
    library.delete(gone.id)
    assert not library.folder(gone.id).exists()
    assert [f.name for f in library.folder(kept.id).parent.iterdir()] == [kept.id]
    assert [r.id for r in library.list()] == [kept.id]
    assert library.get(kept.id) == kept
    assert {h.meeting_id for h in library.search("release")} == {kept.id}
    for table in (
        "tracks",
        "regions",
        "speakers",
        "segments",
        "minutes",
        "minutes_items",
        "stages",
        "sources",
        "meeting_settings",
        "recordings",
        "marks",
    ):
        assert library._db.execute(f"SELECT DISTINCT meeting FROM {table}").fetchall() == [(kept.id,)]
    assert library._db.execute("SELECT count(*) FROM words").fetchone() == (3,)
    assert library._db.execute("SELECT count(*) FROM guards").fetchone() == (2,)
    for call in (
        lambda: library.get(gone.id),
        lambda: library.delete(gone.id),
        lambda: library.sources(gone.id),
        lambda: library.stage_started(gone.id, Stage.DECODE, "", {}),
        lambda: library.stage_ended(gone.id, Stage.DECODE, "failed"),
        lambda: library.stage_done(gone.id, Stage.DECODE, RESULTS[Stage.DECODE], "", {}, 0.0),
        lambda: library.rename(gone.id, "x"),
        lambda: library.recording_started(gone.id, {}),
        lambda: library.recording_ended(gone.id, "finished", devices={}, duration_s=1.0, ended_at=STARTED_AT, marks=()),
    ):
        with pytest.raises(InputError):
            call()


def test_delete_without_folder(library: Library) -> None:
    meeting = create(library)
    library.folder(meeting.id).rmdir()
    library.delete(meeting.id)
    assert library.list() == []


def test_delete_that_fails_takes_nothing(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    meeting = finish(library, create(library).id)
    (library.folder(meeting.id) / "mic.wav").write_bytes(b"x")
    library._db.execute("CREATE TEMP TRIGGER no BEFORE DELETE ON meetings BEGIN SELECT raise(ABORT, 'no'); END")
    with pytest.raises(Exception, match="no"):
        library.delete(meeting.id)
    library._db.execute("DROP TRIGGER no")
    assert library.get(meeting.id) == meeting
    assert (library.folder(meeting.id) / "mic.wav").exists()

    def locked(self: Path, target: Path) -> Path:
        raise PermissionError(13, "in use", str(self))

    monkeypatch.setattr(Path, "rename", locked)
    with pytest.raises(StorageError, match="denied"):
        library.delete(meeting.id)
    assert library.get(meeting.id) == meeting


def test_death_while_deleting_is_finished_or_taken_back(tmp_path: Path) -> None:
    with Library(tmp_path) as library:
        kept, gone = create(library, "kept"), create(library, "gone")
        (library.folder(kept.id) / "a").touch()
        (library.folder(gone.id) / "b").touch()
        library.delete(gone.id)
        # As it is after the rename and before the commit; and after the commit, before the files are removed.
        library.folder(kept.id).rename(tmp_path / "meetings" / f".removed-{kept.id}")
        left = tmp_path / "meetings" / f".removed-{gone.id}"
        left.mkdir()
        (left / "b").touch()
    with Library(tmp_path) as library:
        assert (library.folder(kept.id) / "a").exists()
        assert [f.name for f in (tmp_path / "meetings").iterdir()] == [kept.id]


def test_imports_nothing_heavy() -> None:
    import subprocess

    code = (
        "import sys, storage.repository; print(sorted({'sqlite_utils', 'pandas', 'numpy', 'torch', 'PySide6'}"
        " & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"


def test_what_was_done_since(library: Library) -> None:
    """By when stages ended, however long ago they began; damaged times are nobody's."""
    old, new, read = (create(library, t) for t in ("Old", "New", "Read"))
    for m in (old, new):
        for stage, result in RESULTS.items():
            library.stage_done(m.id, stage, result, "", {}, 10.0)
    library.stage_done(read.id, Stage.DECODE, RESULTS[Stage.DECODE], "", {}, 1.0)
    now = datetime.now(UTC)
    db = library._db
    db.execute("UPDATE stages SET started_at = ? WHERE meeting = ?", [(now - timedelta(hours=9)).isoformat(), old.id])
    library.stage_ended(old.id, Stage.MINUTES, "failed", "no")
    done = library.work_done(now - timedelta(hours=1))
    assert [d.meeting_id for d in done] == [new.id], "neither hours ago, nor only read, nor failed"
    assert done[0].seconds == 10.0 * (len(RESULTS) - 1)
    assert abs((done[0].ended_at - now).total_seconds()) < 60
    db.execute("UPDATE stages SET seconds = 8.9 * 3600 WHERE meeting = ? AND stage = 'transcribe'", [old.id])
    assert [d.meeting_id for d in library.work_done(now - timedelta(hours=1))] == [new.id, old.id]
    db.execute("UPDATE stages SET started_at = 'soon', seconds = 'x' WHERE meeting = ?", [new.id])
    assert [d.meeting_id for d in library.work_done(now - timedelta(hours=1))] == [old.id]
