"""The engines a process keeps loaded, one of each kind, and what they take.

An engine asked for again is the same one; another model of its kind takes its place and its memory.
"""

from __future__ import annotations

from typing import Any, cast

from app.domain.models import LoadedModel
from app.domain.ports import Aligner, Diarizer, LiveSpeechEngine, SpeechEngine, TextEngine
from models import catalogue, loading
from models.catalogue import ResolvedModel, Task
from models.stepping import (
    Stepping,
    SteppingAligner,
    SteppingFinder,
    SteppingListener,
    SteppingLiveSpeech,
    SteppingSpeech,
    SteppingText,
)

_Engine = SpeechEngine | TextEngine | Aligner | SteppingFinder


class Keeper:
    """Use it from one thread at a time, but for `loaded`."""

    def __init__(self) -> None:
        self._models: dict[Task, Stepping[Any]] = {}
        self._engines: dict[Task, _Engine] = {}

    def speech(self, found: ResolvedModel) -> SpeechEngine:
        return cast(SpeechEngine, self._engine("speech", found))

    def text(self, found: ResolvedModel) -> TextEngine:
        return cast(TextEngine, self._engine("text", found))

    def aligner(self, found: ResolvedModel) -> Aligner:
        return cast(Aligner, self._engine("align", found))

    def diarizer(self, found: ResolvedModel) -> Diarizer:
        """The model finds who speaks; what it does not tell, such as the loudspeaker at the microphone, voices do."""
        from models.speakers.voices import VoiceDiarizer

        return VoiceDiarizer(finder=cast(SteppingFinder, self._engine("diarize", found)))

    def unload(self) -> bool:
        """Give up the memory of every model; each loads again when it is next used. False if none was loaded."""
        return sum(model.unload() for model in self._models.values()) > 0

    def loaded(self) -> tuple[LoadedModel, ...]:
        """What is in memory now. For any thread."""
        known = {model.resolved.folder: model.resolved.entry for model in list(self._models.values())}
        found = []
        for one in loading.loaded():
            entry = known.get(one.folder)
            name, title = (entry.id, entry.title) if entry else (one.folder.name, one.folder.name)
            found.append(LoadedModel(name, title, one.device, one.precision, one.memory_mb))
        return tuple(found)

    def _engine(self, task: Task, found: ResolvedModel) -> _Engine:
        if not catalogue.FAMILIES[found.entry.family].kinds:  # on a server: nothing here to keep or to step
            self._drop(task)
            return catalogue.load(found)
        model = self._models.get(task)
        if model is None or model.resolved != found:
            self._drop(task)
            model = Stepping(found, lambda: self._make_room(task))
            self._engines[task] = _faced(task, model)
            self._models[task] = model
        assert model.engine is not None  # loaded again if it was given up: its user wants to wait here, not later
        return self._engines[task]

    def _drop(self, task: Task) -> None:
        model = self._models.pop(task, None)
        self._engines.pop(task, None)
        if model is not None:
            model.unload()

    def _make_room(self, task: Task) -> bool:
        """Unload the models of other kinds: while one works, the others rest."""
        return sum(model.unload() for other, model in self._models.items() if other != task) > 0


def _faced(task: Task, model: Stepping[Any]) -> _Engine:
    if task == "diarize":
        return SteppingFinder(model)
    if task == "text":
        return SteppingText(model)
    if task == "align":
        return SteppingAligner(model)
    if isinstance(model.engine, LiveSpeechEngine):
        return SteppingLiveSpeech(model)
    return SteppingListener(model) if hasattr(model.engine, "listen") else SteppingSpeech(model)
