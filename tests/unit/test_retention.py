"""What leaves the trash by itself, and what never does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from app.domain.edits import Change
from app.domain.events import AlignResult, DecodeResult, MinutesResult, SpeakersResult, SpeechResult, TranscriptResult
from app.domain.meeting import Minutes, Stage
from app.services.retention import empty_trash
from app.services.settings import Settings
from storage.repository import Library

NOW = datetime(2026, 11, 21, 12, 0).astimezone()
RESULTS = {
    Stage.DECODE: DecodeResult((), 10.0),
    Stage.SPEECH: SpeechResult(()),
    Stage.TRANSCRIBE: TranscriptResult((), "English"),
    Stage.ALIGN: AlignResult({}),
    Stage.SPEAKERS: SpeakersResult((), {}),
    Stage.MINUTES: MinutesResult(Minutes()),
}


@pytest.fixture
def store(library: Path) -> Iterator[Library]:
    opened = Library(library)
    yield opened
    opened.close()


def meeting(store: Library, *, stages: int = 6, trashed_days_ago: float | None = None, failed: bool = False) -> str:
    made = store.create("Planning", NOW, language=None, glossary=(), sources={})
    for stage in list(Stage)[:stages]:
        store.stage_started(made.id, stage, "test", {})
        store.stage_done(made.id, stage, RESULTS[stage], "test", {}, 1.0)
    if failed:
        stage = list(Stage)[stages]
        store.stage_started(made.id, stage, "test", {})
        store.stage_ended(made.id, stage, "failed", "no model")
    if trashed_days_ago is not None:
        at = NOW - timedelta(days=trashed_days_ago)
        store.change(made.id, Change(trashed=True, trashed_at=at))
    return made.id


def left(store: Library) -> set[str]:
    return {m.id for m in (*store.list(), *store.list(trashed=True))}


def test_what_was_long_in_the_trash_goes_with_its_folder(store: Library) -> None:
    old, young, kept = meeting(store, trashed_days_ago=31), meeting(store, trashed_days_ago=29), meeting(store)
    folder = store.folder(old)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "mic.opus").write_bytes(b"sound")
    assert empty_trash(store, 30, now=NOW) == [old]
    assert left(store) == {young, kept}
    assert not folder.exists()


def test_what_is_not_finished_stays_however_old(store: Library) -> None:
    unfinished = {
        meeting(store, stages=0, trashed_days_ago=400),
        meeting(store, stages=3, trashed_days_ago=400),
        meeting(store, stages=2, trashed_days_ago=400, failed=True),
    }
    recording = meeting(store, stages=0)
    store.recording_started(recording, {"mic": "Headset"})
    store.change(recording, Change(trashed=True, trashed_at=NOW - timedelta(days=400)))
    busy = meeting(store, trashed_days_ago=400)
    assert empty_trash(store, 30, {busy}, now=NOW) == []
    assert left(store) == {*unfinished, recording, busy}


def test_nought_days_is_never(store: Library) -> None:
    meeting(store, trashed_days_ago=4000)
    assert empty_trash(store, 0, now=NOW) == []
    assert len(left(store)) == 1


def test_one_that_cannot_be_removed_does_not_keep_the_others(store: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    from app.domain.errors import InputError
    from app.services import retention

    first, second = meeting(store, trashed_days_ago=40), meeting(store, trashed_days_ago=50)
    real = retention.discard

    def discard(s: Library, meeting_id: str) -> None:
        if meeting_id == first:
            raise InputError("It is being packed.")
        real(s, meeting_id)

    monkeypatch.setattr(retention, "discard", discard)
    assert empty_trash(store, 30, now=NOW) == [second]
    assert left(store) == {first}


def test_the_usual_setting_is_a_month(store: Library) -> None:
    assert Settings().empty_trash_after_days == 30
