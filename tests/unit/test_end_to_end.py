"""The whole way, with the models that come with the program: sound in, notes out, through the real engines."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from app import bootstrap
from app.domain.errors import Cancelled, HostDied
from app.domain.events import Progress, StageDone, StageStarted
from app.domain.meeting import Meeting, Stage
from app.services import jobs
from app.services.paths import Paths
from models.host import Host
from models.starter.speech import word_errors
from storage.repository import Library
from tests.conftest import ROOT

STARTER = {"speech": "starter-asr", "text": "starter-text"}


@pytest.fixture
def store(folkmoot_home: Path) -> Iterator[Library]:
    Paths.default().create()
    with Library(Paths.default().data) as library:
        yield library


def sample_meeting(store: Library) -> Meeting:
    now = datetime.now().astimezone()
    return store.create("Sample", now, language=None, glossary=(), sources=bootstrap.sample_sources())


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], str]:
    """`folkmoot demo --json` in a process of its own: the meeting, and what was said beside it."""
    home = tmp_path_factory.mktemp("demo")
    done = subprocess.run(
        [sys.executable, "-m", "app", "demo", "--json"],
        cwd=ROOT, env={**os.environ, "FOLKMOOT_HOME": str(home)}, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout), done.stderr


@pytest.fixture(scope="module")
def reference() -> dict[str, Any]:
    path = bootstrap.SAMPLE / "reference.json"
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return data


def test_the_words_of_the_sample_meeting_are_right(demo: tuple[dict[str, Any], str], reference: dict[str, Any]) -> None:
    meeting, printed = demo
    assert printed == "", "quiet where no terminal is"
    errors = words = 0
    for track in ("mic", "system"):
        said = " ".join(s["text"] for s in reference["segments"] if s["track"] == track)
        heard = " ".join(s["text"] for s in meeting["segments"] if s["track"] == track)
        e, n = word_errors(said, heard)
        errors, words = errors + e, words + n
    assert errors / words <= 0.03


def test_its_minutes_are_right(demo: tuple[dict[str, Any], str], reference: dict[str, Any]) -> None:
    meeting, _ = demo
    for kind, keys in (("action_items", ("task", "owner", "due")), ("decisions", ("text",))):
        wanted = [tuple(i[k] for k in keys) for i in reference["minutes"][kind]]
        found = [tuple(i[k] for k in keys) for i in meeting["minutes"][kind]]
        exact = [w for w in wanted if w in found]
        assert len(exact) >= 0.85 * len(wanted), (kind, found)
    assert meeting["minutes"]["summary"]
    said = {s["id"]: s["text"] for s in meeting["segments"]}
    for kind in ("action_items", "decisions", "open_questions"):
        for item in meeting["minutes"][kind]:
            assert item["evidence"]
            assert set(item["evidence"]) <= set(said), "every item cites segments that exist"


def test_everybody_at_the_microphone_is_me(demo: tuple[dict[str, Any], str]) -> None:
    meeting, _ = demo
    assert {s["speaker"] for s in meeting["segments"] if s["track"] == "mic"} == {"Me"}
    assert "Me" not in {s["speaker"] for s in meeting["segments"] if s["track"] == "system"}
    assert [s["state"] for s in meeting["stages"]] == ["done"] * len(Stage)
    assert {s["stage"]: s["engine"] for s in meeting["stages"]}["transcribe"] == "starter-asr"


def test_a_killed_host_costs_only_the_stage_that_ran(store: Library) -> None:
    meeting = sample_meeting(store)
    with Host("app.bootstrap:local_pipeline") as host:
        job = jobs.make_job(store, meeting, models=STARTER)
        with pytest.raises(HostDied):
            for event in jobs.process(store, job, host.run, threading.Event()):
                if isinstance(event, StageStarted) and event.stage == Stage.TRANSCRIBE:
                    assert host.pid is not None
                    os.kill(host.pid, signal.SIGKILL)
        stopped = store.get(meeting.id)
        assert stopped.next_stage() == Stage.TRANSCRIBE
        record = stopped.stage(Stage.TRANSCRIBE)
        assert record is not None
        assert record.state == "failed"
        assert record.error
        job = jobs.make_job(store, stopped, models=STARTER)
        again = [e.stage for e in jobs.process(store, job, host.run, threading.Event()) if isinstance(e, StageDone)]
    assert again == [Stage.TRANSCRIBE, Stage.ALIGN, Stage.SPEAKERS, Stage.MINUTES]
    assert store.get(meeting.id).minutes is not None


@pytest.mark.parametrize("stage", [Stage.TRANSCRIBE, Stage.MINUTES])
def test_cancelling_takes_effect_within_a_second(store: Library, stage: Stage) -> None:
    meeting = sample_meeting(store)
    flag = threading.Event()
    asked = 0.0
    with Host("app.bootstrap:local_pipeline") as host:
        job = jobs.make_job(store, meeting, models=STARTER)
        with pytest.raises(Cancelled):
            for event in jobs.process(store, job, host.run, flag):
                if isinstance(event, Progress) and event.stage == stage and event.done > 0 and not asked:
                    asked = time.monotonic()
                    flag.set()
        took = time.monotonic() - asked
    assert asked
    assert took <= 1.5, "a second, and what a busy machine adds"
    stopped = store.get(meeting.id)
    assert stopped.next_stage() == stage
    assert stopped.tracks


def test_no_sound_no_words(store: Library, tmp_path: Path) -> None:
    import numpy as np
    import soundfile as sf

    from models.starter.speech import music

    rng = np.random.default_rng(3)
    x = np.concatenate([np.zeros(16_000 * 5, np.float32), 0.1 * music(rng, 16_000 * 10), np.zeros(16_000, np.float32)])
    sf.write(tmp_path / "music.wav", np.clip(x, -1, 1), 16_000)
    meeting = store.create(
        "Music", datetime.now().astimezone(), language=None, glossary=(), sources={"file": tmp_path / "music.wav"}
    )
    for _ in jobs.process(
        store, jobs.make_job(store, meeting, models=STARTER), bootstrap.local_pipeline(), threading.Event()
    ):
        pass
    done = store.get(meeting.id)
    assert done.segments == ()
    assert done.next_stage() is None
