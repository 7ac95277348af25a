"""Times of words, as the pipeline asks for them: where the aligner is found, and what a real one gives."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
import soundfile as sf

from app.bootstrap import LocalEngines, check_models
from app.domain.cancel import Never
from app.domain.errors import ModelError
from app.domain.meeting import Segment, Stage, Word
from app.services import jobs
from app.services.alignment import Alignment, align, on_timeline
from app.services.pipeline import Pipeline
from storage.repository import Library
from tests import tiny
from tests.fakes import EvenAligner, FakeEngines, beeps
from tests.unit.test_transcription import Sound

ALIGNER = "qwen3-forced-aligner-0.6b"


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of models with a tiny aligner of random weights in the place of the real one."""
    folder = tmp_path_factory.mktemp("models")
    tiny.build_aligner(folder / ALIGNER)
    return folder


def test_the_installed_aligner_is_found_and_kept(models: Path) -> None:
    engines = LocalEngines(models)
    found = engines.aligner(None)
    assert found is not None
    assert "English" in found.languages
    assert engines.aligner(str(models / ALIGNER)) is not None
    assert engines.aligner(None) is found


def test_where_none_is_installed_there_is_none_unless_it_was_asked_for(tmp_path: Path) -> None:
    engines = LocalEngines(tmp_path)
    assert engines.aligner(None) is None
    with pytest.raises(ModelError):
        engines.aligner(ALIGNER)
    check_models({}, tmp_path)
    with pytest.raises(ModelError):
        check_models({"align": ALIGNER}, tmp_path)


def test_a_real_aligner_times_every_word_of_a_meeting(models: Path, tmp_path: Path) -> None:
    sf.write(tmp_path / "a.wav", beeps([(0.5, 1.5), (2.0, 4.0), (5.0, 5.6)], 6.0), 16_000)
    with Library(tmp_path / "library") as store:
        meeting = store.create(
            "Weekly",
            datetime(2026, 1, 5, 9, tzinfo=UTC),
            language=None,
            glossary=(),
            sources={"file": tmp_path / "a.wav"},
        )
        engines = FakeEngines(aligner=LocalEngines(models).aligner(None))
        job = jobs.make_job(store, meeting, until=Stage.ALIGN)
        for _ in jobs.process(store, job, Pipeline(engines).run, Never()):
            pass
        done = store.get(meeting.id)
    assert len(done.segments) == 3
    for s in done.segments:
        assert "".join(w.text for w in s.words) == s.text
        assert len(s.words) == len(s.text.split())
        assert all(s.start_s <= w.start_s < w.end_s <= s.end_s for w in s.words)
        assert all(a.end_s <= b.start_s for a, b in zip(s.words, s.words[1:], strict=False))


def test_times_are_moved_to_the_timeline_and_kept_within_the_segment() -> None:
    segment = Segment(1, "mic", 10.0, 12.0, "One two three.")
    words = (Word("One ", -0.1, 0.5), Word("two ", 0.5, 1.9), Word("three.", 1.9, 2.3))
    assert on_timeline(segment, words) == (
        Word("One ", 10.0, 10.5),
        Word("two ", 10.5, 11.9),
        Word("three.", 11.9, 12.0),
    )


def test_what_cannot_be_aligned_is_counted_by_language() -> None:
    segments = [
        Segment(1, "file", 0.0, 2.0, "One.", language="English"),
        Segment(2, "file", 3.0, 5.0, "Dwa.", language="Polish"),
        Segment(3, "file", 6.0, 8.0, "Three."),
        Segment(4, "file", 9.0, 200.0, "Too long for it.", language="English"),
    ]
    readers = {"file": Sound([(0.0, 2.0)], 200.0)}
    aligner = EvenAligner()
    *_, done = align(segments, readers, aligner, "English", Never())
    assert isinstance(done, Alignment)
    assert sorted(done.words) == [1, 3], "the meeting's language where the segment has none"
    assert done.settings == {"segment_times_only": {"Polish": 1, "English": 1}}
    assert done.notice == "Segment times only for Polish and English: single words have no times there."
    *_, unknown = align(segments[2:3], readers, aligner, None, Never())
    assert isinstance(unknown, Alignment)
    assert unknown.without == {"an unknown language": 1}


def test_stretches_show_progress() -> None:
    segments = [Segment(n, "file", n * 20.0, n * 20.0 + 19, "One two.", language="English") for n in range(1, 31)]
    aligner = EvenAligner()
    *progress, done = align(segments, {"file": Sound([(0.0, 2.0)], 700.0)}, aligner, None, Never())
    shares = [p.done for p in progress if not isinstance(p, Alignment)]
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1.0)
    assert len(shares) == len(aligner.calls) == 3
    assert isinstance(done, Alignment)
    assert len(done.words) == 30
