"""Measure the starter kit with the product's own engines, on what it has never heard or read.

Speech: held-out sentences by training voices and by voices kept out, clean and dirty, and clips without
speech. Minutes: held-out meetings through the product's own map-and-reduce (`app.services.minutes`).
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from app.domain.cancel import Never
from app.domain.meeting import Minutes, Segment
from app.domain.ports import SpeechEngine, TextEngine
from app.services.minutes import MinutesOutcome, write_minutes
from models.starter.speech import Clips, Mixer, nonspeech, word_errors
from models.starter.world import Meeting, World


@dataclass(frozen=True, slots=True)
class SpeechFigures:
    """Word error rates as shares; `empty` is the share of clips without speech that gave no text."""

    seen_clean: float
    seen_dirty: float
    unseen_clean: float
    empty: float
    empty_clips: int
    utterances: int


@dataclass(frozen=True, slots=True)
class MinutesFigures:
    """Of held-out meetings: shares of items exactly right, and of listed items that are wrong or never said."""

    action_items: float
    decisions: float
    open_questions: float
    wrong: float
    never_said: float
    items: int
    meetings: int


def transcribe_all(engine: SpeechEngine, audio: list[np.ndarray], language: str | None = None) -> list[str]:
    """Texts in order, by batches of similar length."""
    texts = [""] * len(audio)
    order = sorted(range(len(audio)), key=lambda i: len(audio[i]))
    for at in range(0, len(order), 12):
        part = order[at : at + 12]
        answers = engine.transcribe([audio[i] for i in part], language=language, cancel=Never())
        for i, answer in zip(part, answers, strict=True):
            texts[i] = answer.text
    return texts


def word_error_rate(engine: SpeechEngine, clips: Clips, count: int, seed: int, clean: bool) -> float:
    """WER over `count` utterances of one to three sentences."""
    mixer = Mixer(clips, seed, clean=clean)
    rng = random.Random(seed)
    pairs = [mixer.speech(i % len(clips), rng.choice([1, 1, 2, 3])) for i in range(count)]
    texts = transcribe_all(engine, [x for x, _ in pairs])
    errors = [word_errors(reference, text) for (_, reference), text in zip(pairs, texts, strict=True)]
    return sum(e for e, _ in errors) / max(1, sum(n for _, n in errors))


def empty_share(engine: SpeechEngine, count: int, seed: int) -> float:
    """Share of silent, noisy and musical clips that give no text."""
    rng = np.random.default_rng(seed)
    clips = [nonspeech(rng, float(rng.uniform(0.5, 10))) for _ in range(count)]
    return sum(not t for t in transcribe_all(engine, clips)) / count


def measure_speech(engine: SpeechEngine, seen: Clips, unseen: Clips, count: int = 300) -> SpeechFigures:
    return SpeechFigures(
        seen_clean=word_error_rate(engine, seen, count, 101, clean=True),
        seen_dirty=word_error_rate(engine, seen, count, 102, clean=False),
        unseen_clean=word_error_rate(engine, unseen, count, 103, clean=True),
        empty=empty_share(engine, count, 104),
        empty_clips=count,
        utterances=count,
    )


def segments_of(meeting: Meeting) -> list[Segment]:
    return [
        Segment(n, "file", 4.0 * n, 4.0 * n + 3, line.text, line.speaker) for n, line in enumerate(meeting.lines, 1)
    ]


def minutes_of(meeting: Meeting, engine: TextEngine) -> Minutes:
    """The product's minutes of a synthetic meeting."""
    outcome = None
    for step in write_minutes(segments_of(meeting), str, engine, cancel=Never()):
        if isinstance(step, MinutesOutcome):
            outcome = step
    assert outcome is not None
    return outcome.minutes


Fact = tuple[str, str, str | None, str | None]


def facts_of(minutes: Minutes) -> Iterator[tuple[Fact, tuple[int, ...]]]:
    """(kind, text, owner, due) of every item and the segments it cites."""
    for a in minutes.action_items:
        yield ("action_item", a.task, a.owner, a.due), a.evidence
    for d in minutes.decisions:
        yield ("decision", d.text, None, None), d.evidence
    for q in minutes.open_questions:
        yield ("open_question", q.text, None, None), q.evidence


def measure_minutes(engine: TextEngine, meetings: int = 40, seed: int = 901) -> MinutesFigures:
    world = World(random.Random(seed), held_out=True)
    wanted = {"action_item": 0, "decision": 0, "open_question": 0}
    right = dict(wanted)
    listed = wrong = never = 0
    for _ in range(meetings):
        meeting = world.meeting(20, 60)
        # The same thing said twice is one item; the product merges it and so does the reference.
        truth: set[Fact] = {(i.kind, i.text, i.owner, i.due) for line in meeting.lines for i in line.items}
        said = {n: line.text for n, line in enumerate(meeting.lines, 1)}
        found = list(facts_of(minutes_of(meeting, engine)))
        for fact in truth:
            wanted[fact[0]] += 1
            right[fact[0]] += any(fact == f for f, _ in found)
        for fact, evidence in found:
            listed += 1
            wrong += fact not in truth
            cited = " ".join(said[i] for i in evidence)
            never += fact[1] not in cited or (fact[3] is not None and fact[3] not in cited)

    def share(kind: str) -> float:
        return right[kind] / max(1, wanted[kind])

    return MinutesFigures(
        share("action_item"),
        share("decision"),
        share("open_question"),
        wrong / max(1, listed),
        never / max(1, listed),
        sum(wanted.values()),
        meetings,
    )


def clips_for_measuring(work: Path) -> tuple[Clips, Clips]:
    return Clips(work / "clips" / "val"), Clips(work / "clips" / "unseen")
