"""Storing what a pipeline yields. The command line and the window's storage lane share these few lines."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping

from app.domain.cancel import CancelFlag
from app.domain.carry import carry_over
from app.domain.errors import Cancelled
from app.domain.events import DecodeResult, Event, SpeechResult, StageDone, StageStarted
from app.domain.meeting import Meeting, Stage
from app.domain.ports import Job, KeepAs, MeetingStore
from app.services.voiceprints import known_voices

log = logging.getLogger(__name__)

RunJob = Callable[[Job, CancelFlag], Iterator[Event]]


def persist(store: MeetingStore, meeting_id: str, event: Event) -> None:
    """Store what an event carries; most carry nothing to keep. What the user has changed meanwhile stays."""
    if isinstance(event, StageStarted):
        store.stage_started(meeting_id, event.stage, event.engine, event.settings)
    elif isinstance(event, StageDone):
        result = event.result
        if not isinstance(
            result, DecodeResult | SpeechResult
        ):  # of which nothing is the user's; reading takes its time
            result = carry_over(store.get(meeting_id), result)
        store.stage_done(meeting_id, event.stage, result, event.engine, event.settings, event.seconds)


def persist_end(store: MeetingStore, meeting_id: str, error: BaseException) -> None:
    """Mark the stage that was at work as cancelled or failed, with the reason in words."""
    meeting = store.get(meeting_id)
    running = [r.stage for r in meeting.stages if r.state == "running"]
    stage = running[-1] if running else meeting.next_stage()
    if stage is None:
        return
    if isinstance(error, Cancelled | KeyboardInterrupt):
        store.stage_ended(meeting_id, stage, "cancelled")
    else:
        store.stage_ended(meeting_id, stage, "failed", str(error) or type(error).__name__)


def process(store: MeetingStore, job: Job, run: RunJob, cancel: CancelFlag) -> Iterator[Event]:
    """Run a job, store each stage as it is done, and pass every event on.

    Whatever ends it early, the meeting stays as the last finished stage left it.
    """
    meeting_id = job.meeting.id
    try:
        for event in run(job, cancel):
            persist(store, meeting_id, event)
            yield event
    except GeneratorExit:
        persist_end(store, meeting_id, Cancelled())
        raise
    except BaseException as error:
        try:
            persist_end(store, meeting_id, error)
        except Exception:  # the first error is the one to report
            log.exception("could not note how the job ended")
        raise


def make_job(
    store: MeetingStore,
    meeting: Meeting,
    *,
    again: frozenset[Stage] = frozenset(),
    models: Mapping[str, str] | None = None,
    until: Stage | None = None,
    keep_as: KeepAs = "opus",
    mixed_languages: bool | None = None,
    voiceprints: bool = False,
) -> Job:
    """What is needed to process a stored meeting; `keep_as` is what its recording, if it is one, is packed to.

    `voiceprints`: the user has agreed that voices are known again.
    `mixed_languages`: None for what was chosen when it was transcribed before, if it was.
    """
    if mixed_languages is None:
        record = meeting.stage(Stage.TRANSCRIBE)
        mixed_languages = record is not None and bool(record.settings.get("mixed_languages"))
    return Job(
        meeting=meeting,
        folder=store.folder(meeting.id),
        sources=store.sources(meeting.id),
        language=requested_language(meeting),
        glossary=meeting.glossary,
        again=again,
        models=dict(models or {}),
        until=until,
        keep_as=keep_as,
        mixed_languages=mixed_languages,
        voiceprints=known_voices(store) if voiceprints else {},
    )


def requested_language(meeting: Meeting) -> str | None:
    """The language the user chose for this meeting, not one that was detected."""
    record = meeting.stage(Stage.TRANSCRIBE)
    if record is not None and "language" in record.settings:
        return record.settings["language"] or None
    return meeting.language
