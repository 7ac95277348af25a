"""The composition root of live text: what a session works with, the processes it runs in, what the window gets."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.domain.cancel import CancelFlag, Never
from app.domain.errors import ModelError
from app.domain.events import Event, MinutesResult, Progress, StageDone
from app.domain.live import EarlierSound, Emit, LiveEnd, LiveTask, LiveVoices, LiveWork
from app.domain.meeting import MIC, SYSTEM, Meeting, Minutes, Segment, Stage
from app.domain.ports import SAMPLE_RATE, TextEngine
from app.services.settings import Settings
from app.workers.live_services import Listenable

if TYPE_CHECKING:
    from app.services.live import LiveSession
    from models.host import Host
    from models.live_host import LiveHost

log = logging.getLogger(__name__)

FINISH_S = 3.0  # what is left when a recording stops may take so long; then it is for the pipeline
REST_AFTER_S = 120.0  # the text model is given up when nobody has asked for so long


# -- In the process of a session ---------------------------------------------------------------------------


class SessionRunner:
    """What the process of a live session runs (`app.domain.live.LiveRunner`)."""

    def __call__(self, task: LiveTask, emit: Emit) -> LiveWork:
        return live_session(task, emit)


def live_session(task: LiveTask, emit: Emit) -> LiveSession:
    """A session with the models of this machine, in this process."""
    import numpy as np

    from app.audio.earlier import EarlierPlayed, EarlierRecorded
    from app.bootstrap import local_engines
    from app.services.live import LiveSession, LiveTools
    from models.vad import SileroStream

    earlier: EarlierSound = EarlierPlayed(task.sources) if task.sources else EarlierRecorded(task.folder)
    engine = local_engines().speech(task.models.get("speech"))
    # The first use of a model is many times slower than the others, and somebody may be speaking already.
    engine.transcribe([np.zeros(SAMPLE_RATE, np.float32)], language=task.language, cancel=Never())
    SileroStream().feed(np.zeros(512, np.float32))  # loads it, and says now if it is missing
    drafts = None if task.sources else task.folder
    return LiveSession(task, LiveTools(engine, SileroStream, earlier, _voices(task), drafts), emit)


def _voices(task: LiveTask) -> LiveVoices | None:
    from models.live_voices import Voices

    try:
        return Voices(shared_microphone=task.shared_microphone, first_voice=task.first_voice)
    except ModelError as error:  # text without names is better than none
        log.warning("nobody can be told apart: %s", error)
        return None


def live_host() -> LiveHost:
    from models.live_host import LiveHost

    return LiveHost("app.bootstrap_live:SessionRunner")


# -- In the process that writes minutes meanwhile ------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CatchUp:
    """Minutes of what was said so far."""

    segments: tuple[Segment, ...]
    names: Mapping[str, str]
    language: str
    model: str | None = None


class CatchUpRunner:
    """`models.host.RestingRunner`: a text model in a process of its own, so that live text goes on meanwhile."""

    def __init__(self) -> None:
        from app.bootstrap import local_engines

        self._engines = local_engines()

    def __call__(self, job: CatchUp, cancel: CancelFlag) -> Iterator[Event]:
        yield from catch_up(job, self._engines.text(job.model), cancel)

    def rest_after_s(self) -> float | None:
        return REST_AFTER_S

    def rest(self) -> None:
        self._engines.unload()

    def state(self) -> Any:
        return self._engines.loaded()


def catch_up(job: CatchUp, engine: TextEngine, cancel: CancelFlag) -> Iterator[Event]:
    from app.services.minutes import MinutesOutcome, write_minutes

    def name(key: str) -> str:
        return job.names.get(key, key)

    for step in write_minutes(job.segments, name, engine, language=job.language, cancel=cancel):
        if isinstance(step, MinutesOutcome):
            yield StageDone(Stage.MINUTES, MinutesResult(step.minutes), engine.name, {}, 0.0)
        else:
            yield Progress(Stage.MINUTES, step.done, step.message)


# -- In the window's process --------------------------------------------------------------------------------


class LocalLive:
    """`app.workers.live_services.LiveServices`.

    `settings`: the user's, as they are now. `chosen`: the models they name. `make_room`: give up idle models.
    """

    def __init__(
        self,
        settings: Callable[[], Settings],
        chosen: Callable[[Settings], Mapping[str, str]],
        make_room: Callable[[], None],
    ) -> None:
        self._settings = settings
        self._chosen = chosen
        self._make_room = make_room
        self._lock = threading.Lock()
        self._minutes: Host | None = None

    def wanted(self) -> bool:
        return self._settings().live_text

    def start(
        self, meeting: Meeting, folder: Path, recorder: Listenable, tracks: Collection[str], on_event: Emit
    ) -> RunningLive:
        task = live_task(meeting, folder, self._settings(), self._chosen)
        return RunningLive(task, recorder, tracks, on_event)

    def make_room(self) -> None:
        self._make_room()

    def catch_up(
        self, segments: Sequence[Segment], names: Mapping[str, str], language: str | None, cancel: CancelFlag
    ) -> Iterator[float | Minutes]:
        from models.host import Host

        settings = self._settings()
        wanted = settings.minutes_language or language or "English"
        job = CatchUp(tuple(segments), dict(names), wanted, self._chosen(settings).get("text"))
        with self._lock:
            if self._minutes is None:
                self._minutes = Host("app.bootstrap_live:CatchUpRunner")
            host = self._minutes
        for event in host.run(job, cancel):
            if isinstance(event, Progress):
                yield event.done
            elif isinstance(event, StageDone) and isinstance(event.result, MinutesResult):
                yield event.result.minutes

    def close(self) -> None:
        with self._lock:
            host, self._minutes = self._minutes, None
        if host is not None:
            host.close()


def live_task(
    meeting: Meeting, folder: Path, settings: Settings, chosen: Callable[[Settings], Mapping[str, str]]
) -> LiveTask:
    """What the pipeline will be told at the end, so that it can take over what was written down meanwhile."""
    return LiveTask(
        folder,
        meeting.language or settings.language or None,
        tuple(dict.fromkeys((*meeting.glossary, *settings.glossary))),
        mixed_languages=settings.mixed_languages,
        shared_microphone=meeting.speaker_options.shared_microphone,
        models=dict(chosen(settings)),
    )


class RunningLive:
    """`app.workers.live_services.LiveText`: a session, and the thread that feeds it."""

    def __init__(self, task: LiveTask, recorder: Listenable, tracks: Collection[str], on_event: Emit) -> None:
        from app.services.live_feed import LISTEN_S, LiveFeed

        self._host = live_host()
        self._host.start(task, on_event)
        both = {MIC, SYSTEM} <= set(tracks)  # else there is no echo to cancel, and nothing to wait for
        try:
            self._feed = LiveFeed(lambda: recorder.listen(seconds=LISTEN_S, cancel_echo=both), self._host.put)
        except BaseException:
            self._host.close()
            raise
        self._finishing: threading.Thread | None = None

    def finish(self) -> None:
        if self._finishing is None:
            self._finishing = threading.Thread(target=self._finish, name="live text ends", daemon=True)
            self._finishing.start()

    def _finish(self) -> None:
        self._feed.wait(FINISH_S)
        self._host.put(LiveEnd(FINISH_S))
        if not self._host.ready or not self._host.wait(3 * FINISH_S):
            self._host.abandon()
        self.close()

    def close(self) -> None:
        self._host.close()
        self._feed.stop()
