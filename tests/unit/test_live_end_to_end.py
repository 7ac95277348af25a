"""From live text to transcript with the real engine, detector and recording: the words shown are the words kept."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
import soxr

from app.bootstrap import LocalEngines
from app.domain.cancel import Never
from app.domain.meeting import Stage
from app.domain.ports import SpeechEngine
from app.services import jobs
from app.services.pipeline import Pipeline
from storage.repository import Library
from tests.bench.live_text import Sound, follow
from tests.unit.recordings_support import write_simple

SAMPLE = Path(__file__).resolve().parents[2] / "models" / "starter" / "sample"
SECONDS = 16


@pytest.fixture
def engines(tmp_path: Path) -> LocalEngines:
    return LocalEngines(tmp_path / "models")


def test_live_text_becomes_the_transcript(tmp_path: Path, engines: LocalEngines) -> None:
    engine = engines.speech("starter-asr")
    heard: list[int] = []
    transcribe = engine.transcribe

    def counted(windows: Any, **options: Any) -> Any:
        heard.append(len(windows))
        return transcribe(windows, **options)

    class Counting(LocalEngines):
        def speech(self, model: str | None) -> SpeechEngine:
            found = engines.speech("starter-asr")
            found.transcribe = counted  # type: ignore[method-assign]
            return found

    now = datetime(2026, 1, 5, 9, tzinfo=UTC)
    tracks = {}
    for name in ("mic", "system"):
        x, _ = soundfile.read(SAMPLE / f"{name}.flac", dtype="float32", stop=SECONDS * 16_000)
        tracks[name] = np.asarray(x, np.float32)
    with Library(tmp_path / "library") as library:
        meeting = library.create("Weekly", now, language=None, glossary=[], sources={})
        folder = library.folder(meeting.id)
        write_simple(folder, {t: soxr.resample(x, 16_000, 48_000) for t, x in tracks.items()})
        library.recording_started(meeting.id, {})
        library.recording_ended(
            meeting.id,
            "finished",
            devices={},
            duration_s=SECONDS,
            ended_at=datetime(2026, 1, 5, 10, tzinfo=UTC),
            marks=(),
        )
        shown = follow(engine, {t: Sound(x) for t, x in tracks.items()}, folder)
        heard.clear()
        job = jobs.make_job(library, library.get(meeting.id), until=Stage.TRANSCRIBE)
        for _ in jobs.process(library, job, Pipeline(Counting(tmp_path / "models")).run, Never()):
            pass
        done = library.get(meeting.id)
    record = done.stage(Stage.TRANSCRIBE)
    assert record is not None
    assert record.settings["live"]["utterances"] == len(shown.finals) > 3
    assert heard == [], "nothing is heard a second time"
    assert sorted((s.track, s.text) for s in done.segments) == sorted((s.track, s.text) for s in shown.finals)
    live_times = sorted((s.track, s.start_s) for s in shown.finals)
    for (_, a), (_, b) in zip(sorted((s.track, s.start_s) for s in done.segments), live_times, strict=True):
        assert a == pytest.approx(b, abs=0.01)
