"""The composition root of live text: what a session works with, and the process it runs in."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from app.bootstrap import local_engines
from app.domain.cancel import Never
from app.domain.errors import ModelError
from app.domain.live import EarlierSound, Emit, LiveTask, LiveVoices, LiveWork
from app.domain.ports import SAMPLE_RATE
from app.services.live import LiveSession, LiveTools

if TYPE_CHECKING:
    from models.live_host import LiveHost

log = logging.getLogger(__name__)


class SessionRunner:
    """What the process of a live session runs (`app.domain.live.LiveRunner`)."""

    def __call__(self, task: LiveTask, emit: Emit) -> LiveWork:
        return live_session(task, emit)


def live_session(task: LiveTask, emit: Emit) -> LiveSession:
    """A session with the models of this machine, in this process."""
    import numpy as np

    from app.audio.earlier import EarlierPlayed, EarlierRecorded
    from models.vad import SileroStream

    earlier: EarlierSound = EarlierPlayed(task.sources) if task.sources else EarlierRecorded(task.folder)
    engine = local_engines().speech(task.models.get("speech"))
    # The first use of a model is many times slower than the others, and somebody may be speaking already.
    engine.transcribe([np.zeros(SAMPLE_RATE, np.float32)], language=task.language, cancel=Never())
    SileroStream().feed(np.zeros(512, np.float32))  # loads it, and says now if it is missing
    drafts = None if task.sources else task.folder
    tools = LiveTools(engine, SileroStream, earlier, _voices(task), drafts)
    return LiveSession(task, tools, emit)


def live_host() -> LiveHost:
    from models.live_host import LiveHost

    return LiveHost("app.bootstrap_live:SessionRunner")


def _voices(task: LiveTask) -> LiveVoices | None:
    from models.live_voices import Voices

    try:
        return Voices(shared_microphone=task.shared_microphone)
    except ModelError as error:  # text without names is better than none
        log.warning("nobody can be told apart: %s", error)
        return None
