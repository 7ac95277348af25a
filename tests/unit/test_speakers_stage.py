"""The stage that lays turns over the transcript, through the pipeline, with a real library."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import soundfile as sf

from app.domain import edits
from app.domain.cancel import CancelFlag, Never
from app.domain.edits import Change
from app.domain.events import AlignResult, TranscriptResult
from app.domain.meeting import (
    FILE,
    MIC,
    SURE_FROM,
    SYSTEM,
    Meeting,
    Segment,
    Speaker,
    SpeakerOptions,
    SpeechRegion,
    Stage,
    StoredVoiceprint,
    Turn,
    Word,
)
from app.domain.ports import AudioReader, Diarization, KnownVoice, MeetingStore, Transcript
from app.domain.turns import assign, clean_spans, joined, split
from app.services import jobs
from app.services.pipeline import Pipeline
from app.services.voiceprints import known_voices
from storage.repository import Library
from tests.fakes import CountingSpeech, EvenAligner, FakeEngines, RuleText, beeps
from tests.unit.speakers_support import said


class Told:
    """A diarizer that is told who speaks when."""

    name = "told"
    settings: Mapping[str, Any] = {"rule": "by heart"}

    def __init__(self, *turns: Turn, far_end: Sequence[int] = ()) -> None:
        self.turns = turns
        self.far_end = frozenset(far_end)
        self.options: list[SpeakerOptions] = []
        self.segments: list[Sequence[Segment]] = []

    def label(
        self,
        tracks: Mapping[str, AudioReader],
        regions: Sequence[SpeechRegion],
        segments: Sequence[Segment],
        cancel: CancelFlag,
    ) -> tuple[tuple[Speaker, ...], dict[int, str]]:
        raise AssertionError("it knows more than that")

    def diarize(
        self,
        tracks: Mapping[str, AudioReader],
        regions: Sequence[SpeechRegion],
        segments: Sequence[Segment],
        options: SpeakerOptions,
        cancel: CancelFlag,
    ) -> Diarization:
        self.options.append(options)
        self.segments.append(segments)
        keys = dict.fromkeys(t.speaker for t in sorted(self.turns, key=lambda t: t.start_s))
        speakers = tuple(Speaker(k, "Me" if k == "me" else f"Speaker {k[1:]}") for k in keys)
        return Diarization(speakers, assign(segments, self.turns), self.turns, self.far_end)


class Says(CountingSpeech):
    """Says the texts given, one a window, in the order of time."""

    def __init__(self, *texts: str) -> None:
        super().__init__()
        self._texts = list(texts)

    def transcribe(self, windows: Any, **more: Any) -> list[Transcript]:
        heard = super().transcribe(windows, **more)
        return [replace(t, text=self._texts.pop(0)) if self._texts else t for t in heard]


class Knows:
    """A voice printer that hears who it is told."""

    encoder = "told"

    def __init__(self, voice: KnownVoice | None) -> None:
        self.voice = voice
        self.spans: list[tuple[str, Sequence[tuple[float, float]]]] = []

    def print_of(
        self, reader: AudioReader, spans: Sequence[tuple[float, float]], channel: str, cancel: CancelFlag
    ) -> StoredVoiceprint | None:
        self.spans.append((channel, spans))
        return StoredVoiceprint("", channel, b"voice", sum(b - a for a, b in spans), self.encoder)

    def whose(self, heard: StoredVoiceprint, known: Mapping[str, Sequence[StoredVoiceprint]]) -> KnownVoice | None:
        return self.voice


@pytest.fixture
def store(tmp_path: Path) -> Iterator[MeetingStore]:
    with Library(tmp_path / "library") as library:
        yield library


def file_meeting(store: MeetingStore, tmp_path: Path, spans: Sequence[tuple[float, float]], seconds: float) -> str:
    sf.write(tmp_path / "x.wav", beeps(spans, seconds), 16_000)
    return store.create(
        "Weekly", datetime(2026, 1, 5, tzinfo=UTC), language=None, glossary=(), sources={FILE: tmp_path / "x.wav"}
    ).id


def two_tracks(
    store: MeetingStore, tmp_path: Path, mic: Sequence[tuple[float, float]], system: Sequence[tuple[float, float]]
) -> str:
    for name, spans in ((MIC, mic), (SYSTEM, system)):
        sf.write(tmp_path / f"{name}.wav", beeps(spans, 20.0), 16_000)
    sources = {name: tmp_path / f"{name}.wav" for name in (MIC, SYSTEM)}
    return store.create("Call", datetime(2026, 1, 5, tzinfo=UTC), language=None, glossary=(), sources=sources).id


def run(store: MeetingStore, meeting_id: str, engines: FakeEngines, **options: Any) -> Meeting:
    job = jobs.make_job(store, store.get(meeting_id), **options)
    list(jobs.process(store, job, Pipeline(engines).run, Never()))
    return store.get(meeting_id)


def rows(meeting: Meeting) -> list[tuple[int, str, str]]:
    return [(s.id, s.speaker, s.text) for s in meeting.segments]


AGAIN = {"again": frozenset({Stage.SPEAKERS})}
LONG = "one two three four five six seven eight"


# Cutting and putting together again


def test_segments_are_cut_by_words_and_ids_stay(store: MeetingStore, tmp_path: Path) -> None:
    meeting_id = file_meeting(store, tmp_path, [(1, 9), (11, 13)], 14)
    engines = FakeEngines(
        speech=Says(LONG, "I will write it down."),
        aligner=EvenAligner(),
        diarizer=Told(Turn(FILE, 1, 5, "s1"), Turn(FILE, 5, 14, "s2")),
    )
    done = run(store, meeting_id, engines)
    assert rows(done) == [
        (1, "s1", "one two three four"),
        (3, "s2", "five six seven eight"),
        (2, "s2", "I will write it down."),
    ]
    assert done.turns == (Turn(FILE, 1, 5, "s1"), Turn(FILE, 5, 14, "s2"))
    assert done.minutes is not None
    (item,) = done.minutes.action_items
    assert (item.owner, item.evidence) == ("Speaker 2", (2,)), "minutes are written from the pieces"
    record = done.stage(Stage.SPEAKERS)
    assert record is not None
    assert record.settings["last_id"] == 2
    assert record.settings["rule"] == "by heart"


def test_another_look_starts_from_what_was_transcribed(store: MeetingStore, tmp_path: Path) -> None:
    meeting_id = file_meeting(store, tmp_path, [(1, 9)], 10)
    told = Told(Turn(FILE, 1, 5, "s1"), Turn(FILE, 5, 10, "s2"))
    first = run(store, meeting_id, FakeEngines(speech=Says(LONG), aligner=EvenAligner(), diarizer=told))
    assert [s.id for s in first.segments] == [1, 2]
    same = run(store, meeting_id, FakeEngines(diarizer=told), **AGAIN)
    assert rows(same) == rows(first), "the same again"
    alone = Told(Turn(FILE, 1, 10, "s1"))
    one = run(store, meeting_id, FakeEngines(diarizer=alone), **AGAIN)
    assert rows(one) == [(1, "s1", LONG)]
    assert one.segments[0].words == (*first.segments[0].words, *first.segments[1].words)
    assert [s.key for s in one.speakers] == ["s1"]


def test_pieces_that_minutes_cite_stay_pieces(store: MeetingStore, tmp_path: Path) -> None:
    meeting_id = file_meeting(store, tmp_path, [(1, 9)], 10)
    told = Told(Turn(FILE, 1, 5, "s1"), Turn(FILE, 5, 10, "s2"))
    text = "nothing of interest here. I will wait long."
    first = run(store, meeting_id, FakeEngines(speech=Says(text), aligner=EvenAligner(), diarizer=told))
    assert first.minutes is not None
    assert first.minutes.action_items[0].evidence == (2,)
    again = run(store, meeting_id, FakeEngines(diarizer=Told(Turn(FILE, 1, 10, "s1"))), **AGAIN)
    assert [(s.id, s.speaker) for s in again.segments] == [(1, "s1"), (2, "s1")]
    assert again.minutes == first.minutes


def test_joining_by_hand() -> None:
    s = said(LONG, 0, 8, number=4)
    turns = [Turn(FILE, 0, 3, "s1"), Turn(FILE, 3, 6, "s2"), Turn(FILE, 6, 8, "s1")]
    other = said("and more", 8, 9, number=5)
    pieces = split([s, other], turns, {})
    assert [p.id for p in pieces] == [4, 6, 7, 5]
    assert [(p.id, p.text, p.words) for p in joined(pieces, 5)] == [(4, LONG, s.words), (5, "and more", other.words)]
    assert [p.id for p in joined(pieces, 5, keep=[7])] == [4, 7, 5]
    edited = [replace(p, by_user=("text",)) if p.id == 6 else p for p in pieces]
    assert [p.id for p in joined(edited, 5)] == [4, 6, 7, 5]
    assert joined([], 0) == ()


def test_what_the_user_put_right_is_not_cut_and_survives(store: MeetingStore, tmp_path: Path) -> None:
    meeting_id = file_meeting(store, tmp_path, [(1, 9), (11, 13), (15, 17)], 18)
    told = Told(Turn(FILE, 1, 10, "s1"), Turn(FILE, 10, 14, "s2"), Turn(FILE, 14, 18, "s3"))
    speech = Says(LONG, "Second.", "Third.")
    first = run(store, meeting_id, FakeEngines(speech=speech, aligner=EvenAligner(), diarizer=told))
    store.change(meeting_id, edits.name_speaker(first, "s2", "Anna"))
    store.change(meeting_id, edits.reassign(store.get(meeting_id), [3], "s2"))
    store.change(meeting_id, edits.reassign(store.get(meeting_id), [1], "s2"))
    other = Told(Turn(FILE, 1, 5, "s1"), Turn(FILE, 5, 10, "s2"), Turn(FILE, 10, 14, "s3"), Turn(FILE, 14, 18, "s1"))
    again = run(store, meeting_id, FakeEngines(diarizer=other), **AGAIN)
    assert [again.speaker_name(s.speaker) for s in again.segments] == ["Anna", "Anna", "Anna"]
    assert rows(again)[0][2] == LONG


def test_what_is_changed_while_a_stage_runs_stays(store: MeetingStore, tmp_path: Path) -> None:
    meeting_id = file_meeting(store, tmp_path, [(1, 3), (5, 7)], 8)
    told = Told(Turn(FILE, 1, 4, "s1"), Turn(FILE, 4, 8, "s2"))
    first = run(store, meeting_id, FakeEngines(diarizer=told))

    class Meanwhile(Told):
        def diarize(self, *args: Any) -> Diarization:
            store.change(meeting_id, edits.name_speaker(first, "s1", "Anna"))
            return super().diarize(*args)

    again = run(store, meeting_id, FakeEngines(diarizer=Meanwhile(*told.turns)), **AGAIN)
    assert [s.name for s in again.speakers] == ["Anna", "Speaker 2"]


def test_options_reach_the_diarizer(store: MeetingStore, tmp_path: Path) -> None:
    meeting_id = file_meeting(store, tmp_path, [(1, 3)], 4)
    options = SpeakerOptions(speakers=3, shared_microphone=True)
    store.change(meeting_id, Change(speaker_options=options))
    told = Told(Turn(FILE, 1, 3, "s1"))
    done = run(store, meeting_id, FakeEngines(diarizer=told))
    assert told.options == [options]
    record = done.stage(Stage.SPEAKERS)
    assert record is not None
    assert (record.settings["speakers"], record.settings["shared_microphone"]) == (3, True)


def test_who_says_nothing_is_nobody_and_numbers_have_no_gaps(store: MeetingStore, tmp_path: Path) -> None:
    meeting_id = file_meeting(store, tmp_path, [(1, 3), (5, 7)], 8)
    told = Told(Turn(FILE, 1, 3, "s1"), Turn(FILE, 3.5, 3.9, "s2"), Turn(FILE, 5, 7, "s3"))
    done = run(store, meeting_id, FakeEngines(diarizer=told))
    assert [(s.key, s.name) for s in done.speakers] == [("s1", "Speaker 1"), ("s3", "Speaker 2")]
    assert {t.speaker for t in done.turns} == {"s1", "s3"}


# Echoes


def test_echoes_are_kept_and_not_given_to_the_minutes(store: MeetingStore, tmp_path: Path) -> None:
    meeting_id = two_tracks(store, tmp_path, mic=[(1.1, 4), (6, 8), (11.1, 13)], system=[(1, 4), (11, 13)])
    told = Told(
        Turn(SYSTEM, 1, 4, "s1"), Turn(MIC, 1.1, 4, "me"), Turn(MIC, 6, 8, "me"), Turn(SYSTEM, 11, 13, "s1"),
        far_end=[5],
    )  # fmt: skip
    texts = {
        (SYSTEM, 1): "I will send the paper to Anna.",
        (MIC, 1): "I will send the paper to Anna",
        (MIC, 6): "I will read it.",
        (SYSTEM, 11): "Thank you.",
        (MIC, 11): "thank",
    }

    first = run(store, meeting_id, FakeEngines(diarizer=told), until=Stage.SPEECH)
    segments = tuple(
        Segment(i, r.track, r.start_s, r.end_s, texts[r.track, round(r.start_s)], language="English")
        for i, r in enumerate(first.regions, 1)
    )
    store.stage_done(meeting_id, Stage.TRANSCRIBE, TranscriptResult(segments, "English"), "x", {}, 1.0)
    store.stage_done(meeting_id, Stage.ALIGN, AlignResult({}), "x", {}, 1.0)
    text = RuleText()
    done = run(store, meeting_id, FakeEngines(diarizer=told, text=text))
    found = {s.text: s for s in done.segments}
    assert found["I will send the paper to Anna"].echo_of == found["I will send the paper to Anna."].id
    assert found["thank"].echo_of == found["Thank you."].id, "the voice gate heard nobody else"
    assert found["I will read it."].echo_of is None
    assert found["I will send the paper to Anna"].speaker == "s1", "whose words they are"
    lines = [line for request in text.requests for line in request]
    assert len(lines) == 3
    assert done.minutes is not None
    assert [a.task for a in done.minutes.action_items] == ["send the paper to Anna", "read it"]
    again = run(store, meeting_id, FakeEngines(diarizer=told), **AGAIN)
    assert [s.echo_of for s in again.segments] == [s.echo_of for s in done.segments]


# Names


def known(name: str = "Anna") -> dict[str, tuple[StoredVoiceprint, ...]]:
    return {name: (StoredVoiceprint("p1", FILE, b"voice", 10.0, "told"),)}


def test_a_known_voice_is_suggested_and_never_asserted(store: MeetingStore, tmp_path: Path) -> None:
    meeting_id = file_meeting(store, tmp_path, [(1, 4), (6, 9)], 10)
    told = Told(Turn(FILE, 1, 5, "s1"), Turn(FILE, 5, 10, "s2"))
    voices = Knows(KnownVoice("Anna", 0.9))
    person = store.add_person("Anna")
    store.add_voiceprint(StoredVoiceprint(person.id, FILE, b"voice", 10.0, "told"))
    engines = FakeEngines(diarizer=told, voices=voices)
    assert all(not s.suggested for s in run(store, meeting_id, engines).speakers), "only with consent"
    assert voices.spans == []
    done = run(store, meeting_id, engines, voiceprints=True, **AGAIN)
    assert [s.name for s in done.speakers] == ["Speaker 1", "Speaker 2"]
    assert [s.suggested for s in done.speakers] == ["Anna", "Anna"]
    sure = [s.certainty >= SURE_FROM for s in done.speakers]
    assert sorted(sure) == [False, True], "one person is one speaker: the other is only asked"
    assert known_voices(store).keys() == {"Anna"}
    store.change(meeting_id, edits.name_speaker(done, "s1", "Ben"))
    again = run(store, meeting_id, engines, voiceprints=True, **AGAIN)
    assert [(s.name, s.suggested) for s in again.speakers] == [("Ben", ""), ("Speaker 2", "Anna")]


def test_words_and_voice_that_agree_are_surer(store: MeetingStore, tmp_path: Path) -> None:
    meeting_id = file_meeting(store, tmp_path, [(1, 4)], 5)
    told = Told(Turn(FILE, 1, 5, "s1"))
    engines = FakeEngines(speech=Says("Hi, I'm Anna."), diarizer=told, voices=Knows(KnownVoice("Anna Schmidt", 0.6)))
    only_words = run(store, meeting_id, engines).speakers[0]
    assert (only_words.suggested, only_words.certainty) == ("Anna", 0.6)
    job = replace(jobs.make_job(store, store.get(meeting_id), **AGAIN), voiceprints=known("Anna Schmidt"))
    list(jobs.process(store, job, Pipeline(engines).run, Never()))
    both = store.get(meeting_id).speakers[0]
    assert both.suggested == "Anna Schmidt"
    assert both.certainty == pytest.approx(0.84)


# From what a voice can be known


def test_clean_spans_hold_one_voice_alone() -> None:
    meeting = Meeting(
        "x", "", datetime(2026, 1, 1, tzinfo=UTC),
        segments=(
            Segment(1, FILE, 0, 10, "a", "s1"),
            Segment(2, FILE, 12, 13, "b", "s1"),
            Segment(3, FILE, 4, 5, "c", "s2"),
            Segment(4, MIC, 20, 30, "d", "me"),
            Segment(5, MIC, 40, 45, "e", "me", echo_of=9),
        ),
        turns=(Turn(FILE, 0, 10, "s1"), Turn(FILE, 7, 8, "s2"), Turn(MIC, 20, 30, "me")),
        regions=(SpeechRegion(SYSTEM, 25, 27),),
    )  # fmt: skip
    spans = clean_spans(meeting, "s1")
    assert spans.keys() == {FILE}
    assert [(round(a, 2), round(b, 2)) for a, b in spans[FILE]] == [(0.15, 3.85), (5.15, 6.85), (8.15, 9.85)]
    assert [(round(a, 2), round(b, 2)) for a, b in clean_spans(meeting, "me")[MIC]] == [(20.15, 24.85), (27.15, 29.85)]
    assert clean_spans(meeting, "s9") == {}


def test_words_keep_their_pieces() -> None:
    words = (Word("one", 0, 1), Word(" two", 1, 2))
    s = Segment(1, FILE, 0, 2, "one two", words=words)
    assert split([s], [Turn(FILE, 0, 1, "s1"), Turn(FILE, 1, 2, "s2")], {}, whole=[1])[0].words == words
