"""The window's models page on the real models (`app.workers.models_services.ModelsServices`)."""

from __future__ import annotations

import json
import logging
import multiprocessing
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.domain.cancel import CancelFlag, check
from app.domain.errors import InputError, ModelError, StorageError
from app.domain.models import DownloadEvent, LoadedModel, ModelChoice, Recommendation
from app.exporters.write import write_atomically
from app.services.paths import Paths
from app.services.settings import Settings
from app.workers.models_services import (
    SERVER,
    TASKS,
    LicenceQuestion,
    Machine,
    ModelInfo,
    ModelShelf,
    ServerInfo,
    ServerTest,
)

if TYPE_CHECKING:
    from models.catalogue import Installed, ModelEntry
    from models.remote.servers import Server

log = logging.getLogger(__name__)

_KEPT_FILE, _KEPT_VERSION = "computer.json", 1
_SURVEY_S = 120.0  # torch is imported, and the processor measured


class LocalModels:
    """`loaded`: what the host process holds in memory."""

    def __init__(self, paths: Paths, loaded: Callable[[], Sequence[LoadedModel]]) -> None:
        self._paths = paths
        self._folder = paths.models
        self._loaded = loaded
        self._asked: dict[str, set[str]] = {}  # by model, licences whose conditions the user was shown

    # -- looking -----------------------------------------------------------------------------------
    def shelf(self) -> ModelShelf:
        from models import catalogue, installing
        from models.remote import servers

        known = [*catalogue.installed(self._folder), *catalogue.own(self._folder)]
        infos = (*(self._info(one) for one in known), _built_in_diarizer())
        entered = servers.load(servers.servers_file(self._folder))
        return ModelShelf(
            models=infos,
            servers=tuple(_server_info(s) for s in entered.values()),
            usual={task: name for task in TASKS if (name := self._usual(task))},
            folder=str(self._folder),
            used_mb=sum(i.size_mb for i in infos if i.folder and not i.is_starter) + sum(i.fetched_mb for i in infos),
            free_mb=installing.free_bytes(self._folder) // 1_000_000,
        )

    def _info(self, one: Installed) -> ModelInfo:
        from models import installing, memory

        e = one.entry
        measured = e.measured[0] if e.measured else None
        return ModelInfo(
            id=e.id,
            title=e.title,
            task=e.task,
            note=e.note,
            size_mb=_size_mb(one.folder) if one.folder is not None and not e.is_starter else e.size_mb,
            memory_mb=memory.need_mb(e, "bfloat16"),
            languages=tuple(e.languages),
            capabilities=tuple(e.capabilities),
            licence=e.licence.title,
            licence_url=e.licence.url,
            conditions=e.licence.conditions,
            source=e.repo,
            folder=str(one.folder or ""),
            problem=one.problem,
            fetched_mb=round(installing.left_over(self._folder, e.id) / 1e6) if e.repo else 0,
            can_fetch=bool(e.repo),
            is_starter=e.is_starter,
            measured=f"{1 / measured.real_time_factor:.0f}× ({measured.machine})" if measured else "",
        )

    def _usual(self, task: Any) -> str:
        from models import catalogue

        try:
            return catalogue.default(task, self._folder).entry.id
        except ModelError:  # none of this kind
            return _built_in_diarizer().id if task == "diarize" else ""

    def languages(self) -> Sequence[str]:
        from models.entries import ALL_LANGUAGES

        return sorted(ALL_LANGUAGES)

    def machine(self, cancel: CancelFlag, *, again: bool = False) -> tuple[Machine, Recommendation]:
        """In a process of its own: torch would stay in the window's memory otherwise."""
        spawn = multiprocessing.get_context("spawn")
        ours, theirs = spawn.Pipe(duplex=False)
        process = spawn.Process(target=_survey, args=(theirs, self._paths, again), name="survey", daemon=True)
        try:
            process.start()
            theirs.close()
            waited = 0.0
            while not ours.poll(0.2):
                check(cancel)
                waited += 0.2
                if waited > _SURVEY_S or not process.is_alive():
                    break
            answer = ours.recv() if ours.poll(0) else None
        except EOFError:
            answer = None
        finally:
            process.terminate()
            process.join()
            ours.close()
        if answer is None:
            raise ModelError("This computer could not be looked at.", "Try again when it is less busy.")
        if isinstance(answer, Exception):
            raise answer
        found: tuple[Machine, Recommendation] = answer
        self._keep(found)
        return found

    def _keep(self, found: tuple[Machine, Recommendation]) -> None:
        machine, recommendation = found
        data = {"version": _KEPT_VERSION, "machine": asdict(machine), "recommendation": asdict(recommendation)}
        try:
            self._paths.cache.mkdir(parents=True, exist_ok=True)
            write_atomically(self._paths.cache / _KEPT_FILE, json.dumps(data, ensure_ascii=False) + "\n")
        except (OSError, StorageError) as error:  # it is looked for again, that is all
            log.info("what was found is not kept: %s", error)

    def last_machine(self) -> tuple[Machine, Recommendation] | None:
        try:
            data = json.loads((self._paths.cache / _KEPT_FILE).read_text(encoding="utf-8"))
            if data["version"] != _KEPT_VERSION:
                return None
            machine = {name: _frozen(value) for name, value in data["machine"].items()}
            found = data["recommendation"]
            choices = tuple(ModelChoice(**choice) for choice in found["choices"])
            return Machine(**machine), Recommendation(choices, tuple(found["reasons"]), tuple(found["warnings"]))
        except (OSError, ValueError, TypeError, KeyError, AttributeError):  # none yet, damaged, or another version's
            return None

    def loaded(self) -> Sequence[LoadedModel]:
        return self._loaded()

    # -- getting and keeping -----------------------------------------------------------------------
    def download(
        self, model: str, hub: str, cancel: CancelFlag, *, accept_licence: bool = False, again: bool = False
    ) -> Iterator[DownloadEvent]:
        from models.download import LicenceNotAccepted, download
        from models.hub import hub_for

        entry = _entry(model)
        shown = self._asked.setdefault(model, set())
        accepted = frozenset(shown) if accept_licence else frozenset()
        try:
            yield from download(
                entry, self._folder, hub_for(hub or None), cancel=cancel, accept_licence=accepted, again=again
            )
        except LicenceNotAccepted as error:
            one = error.licence
            shown.add(one.name)
            raise LicenceQuestion(entry.title, one.title, one.conditions, one.url) from error

    def licence_text(self, model: str, hub: str) -> str:
        from models.download import licence_text
        from models.hub import hub_for

        return licence_text(_entry(model), hub_for(hub or None))

    def import_model(self, source: Path, name: str, cancel: CancelFlag) -> Iterator[DownloadEvent]:
        from models.importing import import_model

        return import_model(source, self._folder, name=name or None, cancel=cancel)

    def verify(self, model: str, cancel: CancelFlag, on_bytes: Callable[[int], None]) -> Sequence[str]:
        from models import installing

        one = self._installed(model)
        assert one.folder is not None

        def look(count: int) -> None:
            check(cancel)
            on_bytes(count)

        return ([one.problem] if one.problem else []) + installing.verify(one.folder, look)

    def remove(self, model: str) -> int:
        from models import download

        return download.remove(self._any(model).entry, self._folder)

    def drop_left_over(self, model: str) -> None:
        from models import download

        download.drop_left_over(_entry(model), self._folder)

    def _any(self, model: str) -> Installed:
        from models import catalogue

        for one in (*catalogue.installed(self._folder), *catalogue.own(self._folder)):
            if one.entry.id == model:
                return one
        raise InputError(f"There is no model “{model}”.", "Look at the list of models again.")

    def _installed(self, model: str) -> Installed:
        one = self._any(model)
        if one.folder is None:
            raise InputError(f"{one.entry.title} is not installed.", "Download it first.")
        return one

    # -- servers -----------------------------------------------------------------------------------
    def add_server(self, server: ServerInfo, key: str | None) -> ServerInfo:
        from models.remote import servers

        path = servers.servers_file(self._folder)
        known = servers.load(path)
        old = known.get(server.name) or servers.Server(server.name, server.url)
        new = servers.check(
            replace(old, url=server.url, speech_model=server.speech_model, text_model=server.text_model)
        )
        if key is not None:
            servers.set_key(new.name, key.strip())
        servers.save(path, {**known, new.name: new})
        return _server_info(new)

    def test_server(self, name: str, cancel: CancelFlag) -> ServerTest:
        from models.remote import servers
        from models.remote.probe import probe

        path = servers.servers_file(self._folder)
        server = servers.named(path, name)
        found = probe(server, cancel)
        if found.works and found.server != server:
            servers.save(path, {**servers.load(path), server.name: found.server})
        return ServerTest(found.works, found.models, found.notes)

    def remove_server(self, name: str) -> None:
        from models.remote import servers

        path = servers.servers_file(self._folder)
        known = servers.load(path)
        servers.set_key(name, "")
        servers.save(path, {n: s for n, s in known.items() if n != name})

    # -- using -------------------------------------------------------------------------------------
    def chosen(self, settings: Settings) -> Mapping[str, str]:
        wanted = {task: getattr(settings, f"{task}_model") for task in TASKS}
        return {task: name for task, name in wanted.items() if name and self._may_use(name, settings)}

    def _may_use(self, model: str, settings: Settings) -> bool:
        """Sound and words go to another machine only after the user has agreed to that one."""
        if not model.startswith(SERVER):
            return True
        from models.remote import servers

        try:
            server = _server_info(servers.named(servers.servers_file(self._folder), model))
        except ModelError:
            return True  # it is gone: whoever asks for it is told so
        if server.is_this_machine or server.key in settings.agreed_servers:
            return True
        log.warning("the server %s is not used: the user has not agreed to it", server.name)
        return False


def _built_in_diarizer() -> ModelInfo:
    """How speakers are told apart where no model for it was fetched: not of the catalogue, and always there."""
    from models import speakers

    folder = Path(speakers.__file__).parent
    return ModelInfo(
        speakers.BUILT_IN,
        "Built in",
        "diarize",
        "Compares voices with one another. Needs no download.",
        size_mb=_size_mb(folder),
        folder=str(folder),
        is_starter=True,
    )


def _server_info(server: Server) -> ServerInfo:
    return ServerInfo(
        server.name, server.url, server.host, server.speech_model, server.text_model, server.is_this_machine
    )


def _entry(model: str) -> ModelEntry:
    from models import catalogue

    found = catalogue.entry(model)
    if found is None:
        raise InputError(f"There is no model “{model}” in the catalogue.", "Look at the list of models again.")
    return found


def _size_mb(folder: Path) -> int:
    try:
        return round(sum(p.stat().st_size for p in folder.iterdir() if p.is_file()) / 1e6)
    except OSError:
        return 0


def _frozen(value: Any) -> Any:
    """JSON has lists where our data has tuples."""
    return tuple(_frozen(v) for v in value) if isinstance(value, list) else value


def _survey(answer: Any, paths: Paths, again: bool) -> None:
    """The other process: look, send what was found, or the error."""
    try:
        answer.send(look_at_machine(paths, again=again))
    except Exception as error:
        answer.send(ModelError("This computer could not be looked at.", f"{type(error).__name__}: {error}"))


def look_at_machine(paths: Paths, *, again: bool = False) -> tuple[Machine, Recommendation]:
    """What there is, and what fits. Imports torch, and measures the processor for a second if it never was."""
    from models import catalogue, device, trial
    from models.recommend import recommend

    trial.remember_in(paths.cache)
    if again:
        trial.measure_again()
    survey = device.survey(paths.models, cards=True)
    here = {i.entry.id for i in catalogue.installed(paths.models) if i.folder is not None and not i.problem}
    machine = Machine(
        system=survey.system,
        processor=survey.processor,
        cores=survey.cores,
        features=survey.flags,
        memory_mb=survey.memory_mb,
        memory_free_mb=survey.memory_free_mb,
        disk_free_mb=survey.disk_free_mb,
        cards=tuple((c.name, c.memory_mb) for c in survey.cards or ()),
        idle_cards=survey.idle_cards or (),
    )
    return machine, recommend(survey, device.measured(), here)
