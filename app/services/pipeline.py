"""From sound to page: the stages, as one plain generator of frozen events.

The command line runs it in place, the window inside the host process; both store what the events carry
(`app.services.jobs`). Finished stages are skipped, so running a job again continues it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from app.audio.decode import DecodedTrack, DecodeProgress, decode_to_track
from app.audio.recorded import decode_recording, plan, tracks_of
from app.audio.tracks import TrackReader
from app.domain.cancel import CancelFlag, check
from app.domain.carry import carry_over
from app.domain.errors import InputError
from app.domain.events import (
    AlignResult,
    DecodeResult,
    Event,
    MinutesResult,
    Notice,
    Progress,
    SpeakersResult,
    SpeechResult,
    StageDone,
    StageResult,
    StageStarted,
    TranscriptResult,
)
from app.domain.meeting import Meeting, SpeechRegion, Stage, Track, clock
from app.domain.ports import Adapting, Aligner, Diarizer, Job, SpeechEngine, TextEngine, VoiceDetector, VoicePrinter
from app.domain.templates import GENERAL
from app.services import alignment, drafts, live_reuse, speakers
from app.services import minutes as minutes_service
from app.services.recordings import is_being_recorded, still_recording
from app.services.transcription import Transcribed, Transcription

# A stage that is run again makes the results of these meaningless.
REST_ON: Mapping[Stage, frozenset[Stage]] = {
    Stage.DECODE: frozenset({Stage.SPEECH, Stage.TRANSCRIBE, Stage.ALIGN, Stage.SPEAKERS, Stage.MINUTES}),
    Stage.SPEECH: frozenset({Stage.TRANSCRIBE, Stage.ALIGN, Stage.SPEAKERS, Stage.MINUTES}),
    Stage.TRANSCRIBE: frozenset({Stage.ALIGN, Stage.SPEAKERS, Stage.MINUTES}),
    Stage.ALIGN: frozenset(),
    Stage.SPEAKERS: frozenset(),
    Stage.MINUTES: frozenset(),
}
MINUTES_DEFAULT_LANGUAGE = "English"


class Engines(Protocol):
    """Gives the engines, loading them when first asked for. `model`: catalogue id, folder, or None.

    `aligner` is None where none is installed and none was asked for: meetings then have segment times only.
    """

    def voice_detector(self) -> VoiceDetector: ...

    def speech(self, model: str | None) -> SpeechEngine: ...

    def aligner(self, model: str | None) -> Aligner | None: ...

    def diarizer(self, model: str | None) -> Diarizer: ...

    def voices(self) -> VoicePrinter | None:
        """None where voices cannot be known again."""
        ...

    def text(self, model: str | None) -> TextEngine: ...


def stages_to_run(meeting: Meeting, again: frozenset[Stage], until: Stage | None = None) -> list[Stage]:
    """The stages a job has to run, in order; none that comes after `until`."""
    todo: set[Stage] = set(again)
    for stage in Stage:
        record = meeting.stage(stage)
        if record is None or record.state != "done":
            todo.add(stage)
        if stage in todo:
            todo |= REST_ON[stage]
    order = list(Stage)
    last = order.index(until) if until is not None else len(order)
    return [s for s in order[: last + 1] if s in todo]


class Pipeline:
    def __init__(self, engines: Engines) -> None:
        self._engines = engines

    def run(self, job: Job, cancel: CancelFlag) -> Iterator[Event]:
        """Yield events until every stage is done. Raises `UserError` or `Cancelled`; what was done is done."""
        meeting = job.meeting
        runners = {
            Stage.DECODE: self._decode,
            Stage.SPEECH: self._speech,
            Stage.TRANSCRIBE: self._transcribe,
            Stage.ALIGN: self._align,
            Stage.SPEAKERS: self._speakers,
            Stage.MINUTES: self._minutes,
        }
        for stage in stages_to_run(meeting, job.again, job.until):
            check(cancel)
            began = time.monotonic()
            engine, settings = "", dict[str, Any]()
            result: StageResult | None = None
            used: SpeechEngine | Aligner | Diarizer | TextEngine | None = None
            for event in runners[stage](job, meeting, cancel):
                if isinstance(event, StageStarted):
                    engine, settings = event.engine, dict(event.settings)
                if isinstance(event, _Uses):
                    used = event.engine
                elif isinstance(event, _Result):
                    result = event.result
                    settings |= {**(used.settings if used else {}), **event.settings}  # as they are in the end
                else:
                    yield event
                if settings:  # not before the stage has started
                    for sentence in _changes(used):
                        yield Notice(stage, sentence)
            assert result is not None, f"{stage} gave no result"
            result = carry_over(meeting, result)
            meeting = apply(meeting, result)
            yield StageDone(stage, result, engine, settings, time.monotonic() - began)
            if stage == Stage.TRANSCRIBE:
                drafts.remove(job.folder)  # now that the result has been stored

    # -- stages ----------------------------------------------------------------------------------
    def _decode(self, job: Job, meeting: Meeting, cancel: CancelFlag) -> Iterator[Event | _Result | _Uses]:
        sources = _sources(job, meeting)
        settings: dict[str, Any] = {"rate_hz": 16_000, "format": "flac"}
        if meeting.recording is not None:
            settings["clock_ppm"] = {t: {k: round(v, 1) for k, v in plan(job.folder, t).ppm.items()} for t in sources}
        yield StageStarted(Stage.DECODE, "pyav" if meeting.recording is None else "recorder", settings)
        tracks: list[Track] = []
        noticed: set[str] = set()
        for n, (name, source) in enumerate(sources.items()):
            relative = f"{name}.flac"
            decoded = None
            throttle = _Throttle()
            label = source.name if source is not None else f"the {name} track"
            for step in _decoding(job, name, source, cancel):
                if isinstance(step, DecodedTrack):
                    decoded = step
                elif throttle.due():
                    share = min(1.0, step.done_s / step.total_s) if step.total_s else 0.0
                    of = f" of {clock(step.total_s)}" if step.total_s else ""
                    message = f"Reading {label}: {clock(step.done_s)}{of}"
                    yield Progress(Stage.DECODE, (n + share) / len(sources), message)
            assert decoded is not None
            for message in decoded.notices:
                said = f"{source.name}: {message}" if source is not None else message
                if said not in noticed:  # what concerns a recording as a whole is found with each of its tracks
                    yield Notice(Stage.DECODE, said)
                noticed.add(said)
            origin = str(source) if source is not None else ""
            tracks.append(Track(name, relative, decoded.duration_s, origin, decoded.rate_hz, decoded.channels))
        duration = max(t.duration_s for t in tracks)
        yield _Result(DecodeResult(tuple(tracks), duration))

    def _speech(self, job: Job, meeting: Meeting, cancel: CancelFlag) -> Iterator[Event | _Result | _Uses]:
        detector = self._engines.voice_detector()
        yield StageStarted(Stage.SPEECH, detector.name, detector.settings)
        regions: list[SpeechRegion] = []
        total = sum(t.duration_s for t in meeting.tracks) or 1.0
        heard = 0.0
        throttle = _Throttle()
        for track in meeting.tracks:
            with TrackReader(job.folder / track.path) as reader:
                position = 0.0

                def listen(reader: TrackReader = reader) -> Iterator[Any]:
                    nonlocal position
                    for block in reader.blocks(4.0):
                        check(cancel)
                        position += len(block) / 16_000
                        yield block

                for start, end in detector.find(listen()):
                    regions.append(SpeechRegion(track.name, start, end))
                    if throttle.due():
                        at = heard + position
                        yield Progress(Stage.SPEECH, at / total, f"Finding speech: {clock(at)} of {clock(total)}")
            heard += track.duration_s
        regions.sort(key=lambda r: (r.start_s, r.track))
        yield _Result(SpeechResult(tuple(regions)))

    def _transcribe(self, job: Job, meeting: Meeting, cancel: CancelFlag) -> Iterator[Event | _Result | _Uses]:
        yield Progress(Stage.TRANSCRIBE, 0.0, "Loading the speech model")
        engine = self._engines.speech(job.models.get("speech"))
        yield _Uses(engine)
        settings = {
            **engine.settings,
            "language": job.language,
            "glossary": list(job.glossary),
            "mixed_languages": job.mixed_languages,
        }
        yield StageStarted(Stage.TRANSCRIBE, engine.name, settings)
        with ExitStack() as stack:
            readers = {t.name: stack.enter_context(TrackReader(job.folder / t.path)) for t in meeting.tracks}
            task = Transcription(
                engine,
                readers,
                meeting.regions,
                language=job.language,
                glossary=job.glossary,
                mixed_languages=job.mixed_languages,
                cancel=cancel,
                live=live_reuse.utterances_for(job, meeting, engine),
            )
            if Stage.TRANSCRIBE in job.again:
                drafts.remove(job.folder)
            for step in task.run(drafts.Draft(job.folder / drafts.NAME, task.key)):
                if isinstance(step, Transcribed):
                    for message in step.notices:
                        yield Notice(Stage.TRANSCRIBE, message)
                    yield _Result(step.result, step.settings)
                else:
                    yield step

    def _align(self, job: Job, meeting: Meeting, cancel: CancelFlag) -> Iterator[Event | _Result | _Uses]:
        done = alignment.Alignment(reason="" if meeting.segments else alignment.NOTHING_SAID)
        if not meeting.segments:
            yield StageStarted(Stage.ALIGN, "", done.settings)
            yield _Result(AlignResult({}))
            return
        yield Progress(Stage.ALIGN, 0.0, "Loading the model for the times of words")
        aligner, done.reason = alignment.loaded(lambda: self._engines.aligner(job.models.get("align")))
        if aligner is not None:
            yield _Uses(aligner)
        yield StageStarted(Stage.ALIGN, aligner.name if aligner else "", aligner.settings if aligner else done.settings)
        if aligner is not None:
            with ExitStack() as stack:
                readers = {t.name: stack.enter_context(TrackReader(job.folder / t.path)) for t in meeting.tracks}
                for step in alignment.align(meeting.segments, readers, aligner, meeting.language, cancel):
                    if isinstance(step, alignment.Alignment):
                        done = step
                    else:
                        yield Progress(Stage.ALIGN, step.done, step.message)
        if done.notice and done.reason != alignment.NONE_INSTALLED:
            yield Notice(Stage.ALIGN, done.notice)
        yield _Result(AlignResult(done.words), done.settings)

    def _speakers(self, job: Job, meeting: Meeting, cancel: CancelFlag) -> Iterator[Event | _Result | _Uses]:
        yield Progress(Stage.SPEAKERS, 0.0, "Telling the speakers apart")
        diarizer = self._engines.diarizer(job.models.get("diarize"))
        yield _Uses(diarizer)
        yield StageStarted(Stage.SPEAKERS, diarizer.name, diarizer.settings)
        with ExitStack() as stack:
            readers = {t.name: stack.enter_context(TrackReader(job.folder / t.path)) for t in meeting.tracks}
            told = speakers.tell_apart(meeting, readers, diarizer, cancel)
            yield Progress(Stage.SPEAKERS, 0.9, "Looking for names")
            voices = self._engines.voices() if job.voiceprints else None
            named = speakers.suggest(apply(meeting, told.result), readers, voices, job.voiceprints, cancel)
        yield _Result(replace(told.result, speakers=named), told.settings)

    def _minutes(self, job: Job, meeting: Meeting, cancel: CancelFlag) -> Iterator[Event | _Result | _Uses]:
        yield Progress(Stage.MINUTES, 0.0, "Loading the text model")
        engine = self._engines.text(job.models.get("text"))
        yield _Uses(engine)
        spoken = meeting.language or MINUTES_DEFAULT_LANGUAGE
        wanted = job.minutes_language or spoken
        language = spoken if engine.quotes_only else wanted
        if job.template_problem:
            yield Notice(Stage.MINUTES, job.template_problem)
        settings = {**engine.settings, "language": language}
        if job.template != GENERAL:
            settings["template"] = job.template.id
        yield StageStarted(Stage.MINUTES, engine.name, settings)
        for step in minutes_service.write_minutes(
            meeting.segments,
            meeting.speaker_name,
            engine,
            language=language,
            check_support=language == spoken,
            day=meeting.started_at.date(),
            template=job.template,
            marks=meeting.marks,
            cancel=cancel,
        ):
            if isinstance(step, minutes_service.MinutesProgress):
                yield Progress(Stage.MINUTES, step.done, step.message)
            else:
                if step.unread:
                    yield Notice(
                        Stage.MINUTES,
                        f"{len(step.unread)} segments could not be read by the text model and are not in the minutes.",
                    )
                for notice in step.notices:
                    yield Notice(Stage.MINUTES, notice)
                if language != wanted and meeting.minutes_options.language:
                    yield Notice(
                        Stage.MINUTES,
                        "This text model can only quote, so the minutes are in the language that was spoken.",
                    )
                how: dict[str, Any] = {"template": step.template.id} if job.template != GENERAL else {}
                if language != spoken:
                    how["compared"] = False
                    if meeting.minutes_options.language:  # a standing choice is not news each time
                        yield Notice(
                            Stage.MINUTES,
                            "The minutes are not in the language that was spoken, so their items could not be "
                            "compared with the words they cite.",
                        )
                yield _Result(MinutesResult(step.minutes), how)


def _sources(job: Job, meeting: Meeting) -> Mapping[str, Path | None]:
    """Track name → the user's file; None for a track that was recorded here."""
    if meeting.recording is None:
        if not job.sources:
            raise InputError(
                f"The meeting “{meeting.title}” has no recording to read.",
                "Import the recording again with: folkmoot process FILE",
            )
        return job.sources
    if is_being_recorded(job.folder):
        raise still_recording(meeting)
    tracks = tracks_of(job.folder)
    if not tracks:
        raise InputError(
            f"Nothing that was recorded of the meeting “{meeting.title}” is in {job.folder}.",
            "Put its files back from a copy of the library, or delete the meeting.",
        )
    return dict.fromkeys(tracks)


def _decoding(job: Job, track: str, source: Path | None, cancel: CancelFlag) -> Iterator[DecodeProgress | DecodedTrack]:
    out = job.folder / f"{track}.flac"
    if source is not None:
        return decode_to_track(source, out, cancel=cancel)
    return decode_recording(job.folder, track, out, cancel=cancel)


@dataclass(frozen=True, slots=True)
class _Uses:
    """How a stage tells `run` which engine it works with."""

    engine: SpeechEngine | Aligner | Diarizer | TextEngine


def _changes(engine: object) -> tuple[str, ...]:
    return engine.changes() if isinstance(engine, Adapting) else ()


class _Result:
    """How a stage hands its result to `run`; `settings` are added to the stage's record."""

    def __init__(self, result: StageResult, settings: Mapping[str, Any] | None = None) -> None:
        self.result = result
        self.settings = dict(settings or {})


class _Throttle:
    """True at most ten times a second."""

    def __init__(self) -> None:
        self._next = 0.0

    def due(self) -> bool:
        now = time.monotonic()
        if now < self._next:
            return False
        self._next = now + 0.1
        return True


def apply(meeting: Meeting, result: StageResult) -> Meeting:
    """The meeting with a stage's result in it."""
    if isinstance(result, DecodeResult):
        return replace(meeting, tracks=result.tracks, duration_s=result.duration_s)
    if isinstance(result, SpeechResult):
        return replace(meeting, regions=result.regions)
    if isinstance(result, TranscriptResult):
        stages = tuple(r for r in meeting.stages if r.stage not in REST_ON[Stage.TRANSCRIBE])
        keys = {s.key for s in result.speakers}
        return replace(
            meeting,
            segments=result.segments,
            language=result.language,
            speakers=result.speakers,
            turns=tuple(t for t in meeting.turns if t.speaker in keys),
            minutes=result.minutes,
            stages=stages,
        )
    if isinstance(result, AlignResult):
        return replace(meeting, segments=tuple(replace(s, words=result.words.get(s.id, ())) for s in meeting.segments))
    if isinstance(result, SpeakersResult):
        segments = result.segments or meeting.segments
        segments = tuple(replace(s, speaker=result.of_segment.get(s.id, "")) for s in segments)
        return replace(meeting, speakers=result.speakers, segments=segments, turns=result.turns)
    return replace(meeting, minutes=result.minutes)
