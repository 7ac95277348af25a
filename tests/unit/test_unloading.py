"""The window's host process gives up idle models after the time in the settings, and loads them again."""

from __future__ import annotations

import threading
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile as sf

from app import bootstrap
from app.domain.errors import StorageError
from app.domain.events import StageDone
from app.domain.meeting import Stage
from app.services import jobs
from app.services.paths import Paths
from app.services.settings import Settings
from models.host import Host
from storage.repository import Library

STARTER = {"speech": "starter-asr", "text": "starter-text"}


@pytest.mark.usefixtures("folkmoot_home")
def test_models_are_unloaded_when_idle_and_loaded_again(tmp_path: Path) -> None:
    paths = Paths.default()
    paths.create()
    Settings(unload_after_s=1).save(paths.settings)
    with Library(paths.data) as library, Host("app.bootstrap:HostRunner") as host:
        now = datetime.now().astimezone()
        x, rate = sf.read(bootstrap.sample_sources()["mic"], dtype="float32")
        speech = np.flatnonzero(np.abs(x) > 0.02)[0]  # four seconds from the first word on
        sf.write(tmp_path / "mic.wav", x[max(0, speech - rate // 2) :][: 4 * rate], rate)
        sources = {"mic": tmp_path / "mic.wav"}
        meeting = library.create("Sample", now, language=None, glossary=(), sources=sources)
        seen: list[Any] = []
        first = jobs.make_job(library, meeting, models=STARTER, until=Stage.TRANSCRIBE)
        for event in jobs.process(library, first, host.run, threading.Event()):
            if isinstance(event, StageDone) and event.stage in (Stage.DECODE, Stage.TRANSCRIBE):
                seen.append(host.state(timeout_s=20.0))
        assert seen[0] == ()
        assert [(m.model, m.device, m.precision) for m in seen[1]] == [("starter-asr", "cpu", "float32")]
        assert seen[1][0].memory_mb > 5
        assert library.get(meeting.id).segments, "there was something to hear"
        end = time.monotonic() + 30
        while host.state(timeout_s=20.0) != () and time.monotonic() < end:
            time.sleep(0.1)
        assert host.state(timeout_s=20.0) == ()
        pid = host.pid
        again = jobs.make_job(library, library.get(meeting.id), models=STARTER, again=frozenset({Stage.TRANSCRIBE}))
        assert [e.stage for e in jobs.process(library, again, host.run, threading.Event()) if isinstance(e, StageDone)]
        assert host.pid == pid, "in the same process"


@pytest.mark.usefixtures("folkmoot_home")
def test_how_long_it_waits_is_what_the_settings_say(monkeypatch: pytest.MonkeyPatch) -> None:
    runner = bootstrap.HostRunner()
    assert runner.rest_after_s() == 600
    Settings(unload_after_s=0).save(Paths.default().settings)
    assert runner.rest_after_s() is None
    Settings(unload_after_s=42).save(Paths.default().settings)
    assert runner.rest_after_s() == 42

    def unreadable(_path: object) -> None:
        raise StorageError("The settings cannot be read.")

    monkeypatch.setattr(Settings, "load", unreadable)
    assert runner.rest_after_s() == 600


@pytest.mark.usefixtures("folkmoot_home")
def test_nothing_is_loaded_before_the_first_job() -> None:
    services = bootstrap.LocalServices(Paths.default())
    assert services.loaded_models() == ()
    services.close()
