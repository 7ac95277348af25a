"""Live text, measured: what it costs as a meeting goes on, how often it changes its mind, how soon it is there, and how
many words it gets wrong (section "live").
"""

from __future__ import annotations

import gc
import json
import os
import re
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from app.domain.cancel import Never
from tests.bench.figures import Figure
from tests.bench.live_text import RATE, Sound, follow, word_error_rate, written

if TYPE_CHECKING:
    from app.domain.ports import Samples
    from models.speech.qwen3_asr import Qwen3Asr

SAMPLE = Path(__file__).resolve().parents[2] / "models" / "starter" / "sample"
MEETING_MIN = 240
MINUTES = 3  # measured at the beginning and at the end
SAME = 0.10  # of the work, by which the end may cost more than the beginning
MEMORY_MB = 50  # by which a meeting of four hours may grow
CHANGED = 0.05  # of the words that were shown
CHANGED_SURE = 0.01  # of those that were shown as sure
WORSE = 0.01  # word errors of live text, beside those of a second hearing
LATENCY_S = 180.0  # recorded in real time
FIRST_S, FINAL_S = 1.5, 1.0
CLIPS = 80


def live() -> Iterator[Figure]:
    yield from cost()
    yield from words()
    yield from latency()


# -- what it costs -----------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Cost:
    """For a second of speech."""

    tokens: float
    frames: float
    processor_ms: float
    memory_mb: float


def cost(minutes: int = MEETING_MIN) -> Iterator[Figure]:
    """The speech of the sample meeting again and again: read every second at both ends; between them, to save time,
    each utterance is read once and only the beginning of its answer written."""
    engine = starter()
    utterances = sample_utterances(engine)
    _minutes(engine, utterances, 1)  # warm
    first = _minutes(engine, utterances, MINUTES)
    _minutes(engine, utterances, minutes - 2 * MINUTES, briefly=True)
    last = _minutes(engine, utterances, MINUTES)
    for name, a, b in (
        ("tokens through the text model", first.tokens, last.tokens),
        ("frames through the encoder", first.frames, last.frames),
    ):
        yield Figure(
            f"live: {name} a second of speech, minute 1 and {minutes}", f"{a:.1f}, {b:.1f}", "the same", a == b
        )
    change = last.processor_ms / first.processor_ms - 1
    yield Figure(
        f"live: processor time a second of speech, minute 1 and {minutes}",
        f"{first.processor_ms:.0f}, {last.processor_ms:.0f} ms",
        f"≤ {SAME:.0%} more",
        change <= SAME,
    )
    more = last.memory_mb - first.memory_mb
    yield Figure(
        f"live: memory at minute {minutes}, beside minute 1", f"{more:+.0f} MB", f"≤ {MEMORY_MB} MB", more <= MEMORY_MB
    )
    yield from _one_utterance(engine, utterances)


def _one_utterance(engine: Qwen3Asr, utterances: Sequence[Samples]) -> Iterator[Figure]:
    """One that never ends, though the session cuts them: what is settled is not computed again."""
    sound = np.concatenate(list(utterances))
    sound = np.tile(sound, 1 + 300 * RATE // len(sound))[: 300 * RATE]
    hearing = engine.hearing()
    assert hearing._decoder is not None
    hearing._decoder._limit = lambda _seconds: 40  # beyond its windows the starter kit's answers have no end
    spent: list[tuple[int, int]] = []
    for at in range(0, len(sound), RATE):
        before = hearing.work.tokens, hearing.work.frames, hearing.work.begun_again
        hearing.add(sound[at : at + RATE])
        hearing.read(Never())
        if hearing.work.begun_again == before[2]:
            spent.append((hearing.work.tokens - before[0], hearing.work.frames - before[1]))
    early, late = spent[8:56], spent[-48:]
    yield Figure(
        "live: one utterance of 300 s, frames a reading, first and last minute",
        f"{statistics.mean(f for _, f in early):.0f}, {statistics.mean(f for _, f in late):.0f}",
        "the same",
        abs(statistics.mean(f for _, f in late) / statistics.mean(f for _, f in early) - 1) <= SAME,
    )
    yield Figure(
        "  tokens a reading",
        f"{statistics.mean(t for t, _ in early):.0f}, {statistics.mean(t for t, _ in late):.0f}",
        "",
        None,
    )


def _minutes(engine: Qwen3Asr, utterances: Sequence[Samples], minutes: int, *, briefly: bool = False) -> Cost:
    """So many minutes of speech, from the first utterance on, each read every second and at its end."""
    tokens = frames = 0
    seconds, n = 0.0, 0
    began = time.process_time()
    while seconds < 60 * minutes:
        sound = utterances[n % len(utterances)]
        hearing = engine.hearing()
        step = len(sound) if briefly else RATE
        if briefly:
            assert hearing._decoder is not None
            hearing._decoder._limit = lambda _seconds: 4
        for at in range(0, len(sound), step):
            hearing.add(sound[at : at + step])
            hearing.read(Never())
        if not briefly:
            hearing.read(Never(), final=True)
        tokens, frames = tokens + hearing.work.tokens, frames + hearing.work.frames
        seconds, n = seconds + len(sound) / RATE, n + 1
    took = time.process_time() - began
    gc.collect()
    return Cost(tokens / seconds, frames / seconds, 1000 * took / seconds, memory_mb())


def memory_mb() -> float:
    """What this process holds now; where that cannot be asked, the most it ever held."""
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    assert found is not None
    return int(found[1]) / 1024


# -- words -------------------------------------------------------------------------------------------------
def words() -> Iterator[Figure]:
    """Live text beside the same sound transcribed afterwards."""
    yield from _compared("sample meeting", *sample_meeting(), changed=CHANGED)
    if shutil.which("espeak-ng") is None:
        yield Figure("live: words of held-out sentences", "skipped", "needs espeak-ng", None)
        return
    yield from _compared("sentences never heard", *held_out())


def _compared(
    name: str, tracks: Mapping[str, Sound], said: Mapping[str, str], changed: float | None = None
) -> Iterator[Figure]:
    from app.services import live_draft

    engine = starter()
    with tempfile.TemporaryDirectory() as folder:
        shown = follow(engine, tracks, Path(folder))
        hearing = live_draft.Hearing(engine.name, str(engine.settings["precision"]))
        drafted = live_draft.utterances(Path(folder), hearing)
    offline = written(engine, tracks, [])
    reused = written(engine, tracks, drafted)
    by_live, by_offline, by_both = (
        word_error_rate(said, s) for s in (shown.finals, offline.result.segments, reused.result.segments)
    )
    taken = reused.settings.get("live", {"seconds": 0.0})["seconds"] / reused.settings["speech_s"]
    yield Figure(f"live, {name}: WER of final live text", f"{by_live:.1%}", "", None)
    yield Figure(
        "  of the transcript that takes it over",
        f"{by_both:.1%}",
        f"≤ {by_offline + WORSE:.1%}",
        by_both <= by_offline + WORSE,
    )
    yield Figure("  of a transcription afterwards", f"{by_offline:.1%}", "", None)
    yield Figure("  share of speech that is not heard a second time", f"{taken:.0%}", "", None)
    changes = shown.changes
    yield Figure(
        "  shown words that changed, for each final word",
        f"{changes.rate:.1%}",
        "" if changed is None else f"≤ {changed:.0%}",
        None if changed is None else changes.rate <= changed,
    )
    yield Figure(
        "  of those shown as sure",
        f"{changes.stable_rate:.1%}",
        f"≤ {CHANGED_SURE:.0%}",
        changes.stable_rate <= CHANGED_SURE,
    )
    yield Figure(
        "  first text after speech began, by the sound alone (median)",
        f"{statistics.median(shown.shown_at_s.values()):.1f} s",
        "",
        None,
    )


def starter() -> Qwen3Asr:
    from models import catalogue
    from models.speech.qwen3_asr import Qwen3Asr

    engine = catalogue.load(catalogue.resolve("starter-asr", SAMPLE))
    assert isinstance(engine, Qwen3Asr)
    return engine


def sample_meeting() -> tuple[dict[str, Sound], dict[str, str]]:
    import soundfile as sf

    reference = json.loads((SAMPLE / "reference.json").read_text(encoding="utf-8"))
    tracks, said = {}, {}
    for track in ("mic", "system"):
        x, _ = sf.read(SAMPLE / f"{track}.flac", dtype="float32")
        tracks[track] = Sound(np.asarray(x, np.float32))
        said[track] = " ".join(s["text"] for s in reference["segments"] if s["track"] == track)
    return tracks, said


def held_out() -> tuple[dict[str, Sound], dict[str, str]]:
    """Sentences that the starter kit was not trained on, by its voices: half with pauses, half with hardly any."""
    from models.starter.speech import TRAIN_VARIANTS, Clips, make_clips

    rng = np.random.default_rng(8121)
    with tempfile.TemporaryDirectory() as folder:
        make_clips(Path(folder), CLIPS, 8120, tuple(TRAIN_VARIANTS), True, os.cpu_count() or 1)
        clips = Clips(Path(folder))
        parts: list[Any] = []
        for i in range(CLIPS):
            clip = clips.audio(i)
            loud = np.flatnonzero(np.abs(clip) > 0.02 * np.abs(clip).max())
            pause = rng.uniform(0.5, 1.5) if i < CLIPS // 2 else rng.uniform(0.06, 0.18)
            parts += [clip[loud[0] : loud[-1] + 1], np.zeros(int(pause * RATE), np.float32)]
        return {"file": Sound(np.concatenate(parts))}, {"file": " ".join(clips.texts)}


def sample_utterances(engine: Qwen3Asr) -> list[Samples]:
    """The speech of the sample meeting, no piece longer than the engine's windows."""
    from app.domain.meeting import SpeechRegion
    from app.services.utterances import cut_points
    from models.vad import SileroVad

    tracks, _ = sample_meeting()
    return [
        u.read(x)
        for name, x in tracks.items()
        for span in SileroVad().find(x.blocks(4.0))
        for u in cut_points(x, SpeechRegion(name, *span), engine.max_window_s)
    ]


# -- how soon ----------------------------------------------------------------------------------------------
def latency() -> Iterator[Figure]:
    """Both tracks of the sample meeting recorded in real time, live text from a process of its own."""
    from tests.bench.live_latency import measure

    found = measure({t: SAMPLE / f"{t}.flac" for t in ("mic", "system")}, LATENCY_S)
    yield Figure(
        f"live: first text after speech began, median of {found.utterances} (95 %)",
        f"{found.first_median_s:.1f} s ({found.first_p95_s:.1f})",
        f"≤ {FIRST_S} s",
        found.first_median_s <= FIRST_S,
    )
    yield Figure(
        "live: final text after it ended, median (95 %)",
        f"{found.final_median_s:.1f} s ({found.final_p95_s:.1f})",
        f"≤ {FINAL_S} s",
        found.final_median_s <= FINAL_S,
    )
    yield Figure("  most it was behind", f"{found.most_behind_s:.1f} s", "", None)
