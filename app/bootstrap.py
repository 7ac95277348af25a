"""The composition root: the one place, beside the command line, that knows every part.

Importing it is cheap; engines are imported when a pipeline first asks for one.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.bootstrap_live import LocalLive
from app.bootstrap_models import LocalModels
from app.bootstrap_player import LocalPlayer
from app.bootstrap_speakers import LocalSpeakers
from app.domain.cancel import CancelFlag
from app.domain.errors import ModelError, StorageError
from app.domain.events import Event
from app.domain.meeting import MIC, SYSTEM, Meeting, Stage
from app.domain.models import LoadedModel
from app.domain.ports import (
    Aligner,
    Diarizer,
    Job,
    MeetingStore,
    SpeechEngine,
    TextEngine,
    VoiceDetector,
    VoiceJob,
    VoicePrinter,
)
from app.domain.recording import AudioSource, Device, RecordingResult, SoundSystem
from app.domain.templates import Template
from app.services import jobs, recordings, retention, templates, voiceprints
from app.services.paths import Paths
from app.services.settings import Settings
from app.workers.services import ModelsInUse

if TYPE_CHECKING:
    from app.audio.recorder import Recorder
    from models.host import Host
    from models.keeper import Keeper

log = logging.getLogger(__name__)

MAKE_ROOM_S = 15.0  # how long a job that was cancelled may take to let go

SAMPLE = Path(__file__).resolve().parent.parent / "models" / "starter" / "sample"


class LocalEngines:
    """Engines of this machine, loaded once and kept (`app.services.pipeline.Engines`)."""

    def __init__(self, models_folder: Path) -> None:
        self._models_folder = models_folder

    @cached_property
    def _keeper(self) -> Keeper:
        from models.keeper import Keeper

        return Keeper()

    @cached_property
    def _detector(self) -> VoiceDetector:
        from models.vad import SileroVad

        return SileroVad()

    def voice_detector(self) -> VoiceDetector:
        return self._detector

    def diarizer(self, model: str | None) -> Diarizer:
        """The built-in one where no other is installed; `ModelError` if the one that was asked for cannot be used."""
        from models import catalogue
        from models.speakers import BUILT_IN, default_diarizer

        if model == BUILT_IN:
            return default_diarizer()
        try:
            found = catalogue.resolve_for("diarize", model, self._models_folder)
        except ModelError:
            if model:
                raise
            return default_diarizer()
        return self._keeper.diarizer(found)

    def voices(self) -> VoicePrinter | None:
        from models.speakers import voice_printer

        return voice_printer()

    def speech(self, model: str | None) -> SpeechEngine:
        from models import catalogue

        return self._keeper.speech(catalogue.resolve_for("speech", model, self._models_folder))

    def aligner(self, model: str | None) -> Aligner | None:
        """None where none is installed; `ModelError` if the one that was asked for cannot be used."""
        from models import catalogue

        try:
            found = catalogue.resolve_for("align", model, self._models_folder)
        except ModelError:
            if model:
                raise
            return None
        return self._keeper.aligner(found)

    def text(self, model: str | None) -> TextEngine:
        from models import catalogue

        return self._keeper.text(catalogue.resolve_for("text", model, self._models_folder))

    def unload(self) -> None:
        """Give up the memory of the models; each is loaded again when it is next used."""
        self._keeper.unload()

    def loaded(self) -> tuple[LoadedModel, ...]:
        """What is in memory now, and where. For any thread."""
        return self._keeper.loaded()


def local_engines() -> LocalEngines:
    from models import trial

    paths = Paths.default()
    trial.remember_in(paths.cache)
    return LocalEngines(paths.models)


def local_pipeline() -> jobs.RunJob:
    """A pipeline in this process."""
    from app.services.pipeline import Pipeline

    return Pipeline(local_engines()).run


def hear_voice(job: VoiceJob, cancel: CancelFlag) -> Iterator[Event]:
    """Prints of a speaker's voice, made in this process."""
    return voiceprints.hear(job, local_engines().voices(), cancel)


def packing_pipeline() -> jobs.RunJob:
    """The same, and recordings are packed at the end of it."""
    return recordings.with_packing(local_pipeline())


class HostRunner:
    """What the window's host process runs (`models.host.RestingRunner`): jobs, whose models rest after a while."""

    def __init__(self) -> None:
        from app.services.pipeline import Pipeline

        self._engines = local_engines()
        self._run = recordings.with_packing(Pipeline(self._engines).run)

    def __call__(self, job: Job | VoiceJob, cancel: CancelFlag) -> Iterator[Event]:
        if isinstance(job, VoiceJob):
            return voiceprints.hear(job, self._engines.voices(), cancel)
        return self._run(job, cancel)

    def rest_after_s(self) -> float | None:
        """What the settings say now."""
        try:
            settings, _ = Settings.load(Paths.default().settings)
        except StorageError:
            settings = Settings()
        return settings.unload_after_s or None

    def rest(self) -> None:
        self._engines.unload()

    def state(self) -> tuple[LoadedModel, ...]:
        return self._engines.loaded()


def check_models(models: Mapping[str, str], folder: Path) -> None:
    """Raise `ModelError` if a model that a job would use is missing, damaged or of the wrong kind. Loads none."""
    from models import catalogue
    from models.speakers import BUILT_IN

    catalogue.resolve_for("speech", models.get("speech"), folder)
    catalogue.resolve_for("text", models.get("text"), folder)
    if "align" in models:
        catalogue.resolve_for("align", models["align"], folder)
    if models.get("diarize", BUILT_IN) != BUILT_IN:
        catalogue.resolve_for("diarize", models["diarize"], folder)


def open_store(paths: Paths) -> MeetingStore:
    from storage.repository import Library

    paths.create()
    return Library(paths.data)


def sample_sources() -> dict[str, Path]:
    """The two tracks of the bundled sample meeting."""
    found = {name: SAMPLE / f"{name}.flac" for name in ("mic", "system")}
    for path in found.values():
        if not path.exists():
            raise StorageError(f"The sample meeting is missing ({path}).", "Install Folkmoot again.")
    return found


def sample_title() -> str:
    return str(json.loads((SAMPLE / "reference.json").read_text(encoding="utf-8"))["title"])


class LocalServices:
    """What the window gets (`app.workers.services.Services`): a library, and a host process for the models."""

    def __init__(self, paths: Paths) -> None:
        self.paths = paths
        self._host: Host | None = None
        self._lock = threading.Lock()
        self._jobs = 0  # that run in the host
        self._live = LocalLive(self._settings, lambda settings: self._models.chosen(settings), self.make_room)
        self._sound: SoundSystem | None = None
        self._sound_lock = threading.Lock()
        self._settings_lock = threading.Lock()
        self._models = LocalModels(paths, self.loaded_models)

    def open_store(self) -> MeetingStore:
        return open_store(self.paths)

    def run_job(self, job: Job, cancel: CancelFlag) -> Iterator[Event]:
        from models.host import Host

        with self._lock:
            if self._host is None:
                self._host = Host("app.bootstrap:HostRunner")
            host = self._host
            self._jobs += 1
        try:
            yield from host.run(job, cancel)
        finally:
            with self._lock:
                self._jobs -= 1

    def make_room(self) -> None:
        """End the host process when no job runs in it, after waiting a while for that: it holds models."""
        patience = time.monotonic() + MAKE_ROOM_S
        while time.monotonic() < patience:
            with self._lock:
                if not self._jobs:
                    host, self._host = self._host, None
                    break
            time.sleep(0.1)
        else:
            return
        if host is not None:
            host.close()

    def loaded_models(self) -> tuple[LoadedModel, ...]:
        """What the host process holds in memory, and where it runs; nothing if there is none. May take two seconds."""
        with self._lock:
            host = self._host
        state: tuple[LoadedModel, ...] | None = host.state() if host is not None else None
        return state or ()

    def persist(self, store: MeetingStore, meeting_id: str, event: Event) -> None:
        jobs.persist(store, meeting_id, event)

    def persist_end(self, store: MeetingStore, meeting_id: str, error: BaseException) -> None:
        jobs.persist_end(store, meeting_id, error)

    def make_job(
        self, store: MeetingStore, meeting_id: str, again: frozenset[Stage] = frozenset(), until: Stage | None = None
    ) -> Job:
        settings = self._settings()
        job = jobs.make_job(
            store,
            store.get(meeting_id),
            again=again,
            models=dict(self._models.chosen(settings)),
            until=until,
            keep_as=settings.keep_as,
            mixed_languages=True if settings.mixed_languages else None,
            voiceprints=settings.voiceprints,
        )
        job = templates.with_options(job, settings, self.paths.templates)
        glossary = tuple(dict.fromkeys((*job.glossary, *settings.glossary)))
        usual = None if set(job.sources.values()) == set(self.sample_sources().values()) else settings.language or None
        return replace(job, language=job.language or usual, glossary=glossary)

    @property
    def models(self) -> LocalModels:
        return self._models

    @property
    def live(self) -> LocalLive:
        return self._live

    @property
    def player(self) -> LocalPlayer:
        return LocalPlayer()

    @property
    def speakers(self) -> LocalSpeakers:
        return LocalSpeakers(self._settings, lambda changes: self.change_settings(changes))

    def settings(self) -> tuple[Settings, Sequence[str]]:
        return Settings.load(self.paths.settings)

    def templates(self) -> tuple[Sequence[Template], Sequence[str]]:
        return templates.load(self.paths.templates)

    def change_settings(self, changes: Mapping[str, Any]) -> Settings:
        with self._settings_lock:
            old, _ = Settings.load(self.paths.settings)
            new = old.changed(**changes)
            if new != old:
                new.save(self.paths.settings)
            return new

    @property
    def folders(self) -> Mapping[str, Path]:
        return {"data": self.paths.data, "models": self.paths.models, "file": self.paths.settings}

    def empty_trash(self, store: MeetingStore, days: int, busy: Collection[str]) -> Sequence[str]:
        return retention.empty_trash(store, days, busy)

    def _settings(self) -> Settings:
        settings, notices = Settings.load(self.paths.settings)
        for notice in notices:
            log.warning("%s", notice)
        return settings

    def check_recording(self, path: Path) -> None:
        from app.audio.decode import probe

        probe(path)

    def sample_sources(self) -> Mapping[str, Path]:
        return sample_sources()

    def sample_title(self) -> str:
        return sample_title()

    def models_in_use(self) -> ModelsInUse:
        from models import catalogue

        chosen = self._models.chosen(self._settings())

        def entry(task: catalogue.Task) -> catalogue.ModelEntry:
            try:
                return catalogue.resolve_for(task, chosen.get(task), self.paths.models).entry
            except ModelError:  # what was chosen is gone; a meeting says so when it wants it
                return catalogue.default(task, self.paths.models).entry

        speech, text = entry("speech"), entry("text")
        return ModelsInUse(speech.title, text.title, speech.is_starter or text.is_starter)

    def markdown(self, meeting: Meeting) -> str:
        from app.exporters.markdown import to_markdown

        return to_markdown(meeting)

    def export_markdown(self, meeting: Meeting, path: Path) -> None:
        from app.exporters.write import write_atomically

        write_atomically(path, self.markdown(meeting))

    # Recording

    def sound_system(self) -> SoundSystem:
        """Found once, when it is first needed: finding it may import a driver and ask a server."""
        from app.audio.systems import this_system

        with self._sound_lock:
            if self._sound is None:
                self._sound = this_system()
            return self._sound

    def devices(self) -> list[Device]:
        return self.sound_system().devices()

    def source(self, track: str, choice: str) -> AudioSource:
        from app.audio.systems.file import source_for

        return source_for(self.sound_system(), track, choice)

    def device_choices(self) -> Mapping[str, str]:
        settings = self._settings()
        return {MIC: settings.mic, SYSTEM: settings.system}

    def remember_devices(self, choices: Mapping[str, str]) -> None:
        self.change_settings({track: choices[track] for track in (MIC, SYSTEM) if track in choices})

    def recorder(self, folder: Path, sources: Mapping[str, AudioSource], started_at: datetime) -> Recorder:
        from app.audio.recorder import Recorder

        return Recorder(folder, sources, started_at=started_at)

    def begin_recording(
        self, store: MeetingStore, title: str, started_at: datetime, devices: Mapping[str, str]
    ) -> tuple[Meeting, Path]:
        meeting = recordings.begin(store, title, started_at, devices=devices)
        return meeting, store.folder(meeting.id)

    def end_recording(self, store: MeetingStore, meeting_id: str, result: RecordingResult) -> None:
        recordings.end(store, meeting_id, result)

    def interrupted(self, store: MeetingStore) -> Sequence[recordings.Interrupted]:
        return recordings.interrupted(store)

    def unpacked(self, store: MeetingStore) -> Sequence[str]:
        return [] if self._settings().keep_as == "wav" else recordings.unpacked(store)

    def recover(self, store: MeetingStore, meeting_id: str) -> Sequence[str]:
        return recordings.recover(store, meeting_id).notices

    def discard(self, store: MeetingStore, meeting_id: str) -> None:
        recordings.discard(store, meeting_id)

    def close(self) -> None:
        with self._lock:
            host, self._host = self._host, None
        if host is not None:
            host.close()
        self._live.close()


def build_services() -> LocalServices:
    return LocalServices(Paths.default())
