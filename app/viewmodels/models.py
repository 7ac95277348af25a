"""Models: what there is, what fits, what is used and what is in memory; and other machines that may do the work.

Nothing here waits: answers come from a lane beside the library, downloads from threads of their own (`transfers`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal, Slot

from app.domain.cancel import CancelFlag
from app.domain.errors import Cancelled
from app.domain.models import LoadedModel, Recommendation
from app.viewmodels.models_said import recommendation_said, shelf_said
from app.viewmodels.phrases import all_said
from app.viewmodels.problems import Problem, in_words
from app.viewmodels.settings import SettingsViewModel
from app.viewmodels.transfers import Transfers
from app.workers.models_services import (
    SERVER,
    TASKS,
    Machine,
    ModelInfo,
    ModelShelf,
    ModelsServices,
    ServerInfo,
    ServerTest,
)
from app.workers.tasks import LongTasks, Say, SideLane

SURVEY, TEST = "survey", "test:"


@dataclass(frozen=True, slots=True)
class _Surveyed:
    machine: Machine
    recommendation: Recommendation
    is_new: bool = True


class ModelsViewModel(QObject):
    """Signals:
    changed: models, servers, or what is used is different.
    surveyed: what this machine has and what fits is known, or is being found out.
    loaded_changed: what is in memory is different.
    consent_asked: sound and words would leave this machine. (ServerInfo, task)
    tested: what came of asking a server, None while it is asked. (name, ServerTest or None)
    server_saved: it is entered. (name)
    said: something was done that cannot be seen. (text)
    problem: something did not work. (Problem)
    used_changed: other models are used from now on.
    """

    changed = Signal()
    surveyed = Signal()
    loaded_changed = Signal()
    consent_asked = Signal(object, str)
    tested = Signal(str, object)
    server_saved = Signal(str)
    said = Signal(str)
    problem = Signal(object)
    used_changed = Signal()

    def __init__(
        self, services: ModelsServices, side: SideLane, settings: SettingsViewModel, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._services = services
        self._side = side
        self._settings = settings
        self._tasks = LongTasks(self)
        self._looks = SideLane("memory of the models", self)  # of its own: an answer may take seconds
        self.transfers = Transfers(services, side, settings, self)
        self.shelf: ModelShelf | None = None
        self.machine: Machine | None = None
        self.recommendation: Recommendation | None = None
        self.survey_problem: Problem | None = None
        self._surveyed = False  # in this run of the program
        self.loaded: Sequence[LoadedModel] = ()
        self.tests: dict[str, ServerTest | None] = {}  # None: it is being asked
        self._use_when_here: dict[str, str] = {}  # model → task
        self._tasks.progressed.connect(self._on_progressed)
        self._tasks.ended.connect(self._on_ended)
        self.transfers.given_up.connect(self._on_given_up)
        self.transfers.installed.connect(self._on_installed)
        self.transfers.licence_asked.connect(self._forget_download)
        self.transfers.as_it_came.connect(self._on_as_it_came)
        self.transfers.settled.connect(self.refresh)
        self.transfers.problem.connect(self.problem)
        settings.changed.connect(self._on_settings)

    # What there is

    @property
    def surveying(self) -> bool:
        return self._tasks.running(SURVEY)

    def info(self, model: str) -> ModelInfo | None:
        return next((m for m in self.shelf.models if m.id == model), None) if self.shelf else None

    def server(self, model: str) -> ServerInfo | None:
        """The server that a model "server:NAME" runs on."""
        name = model.removeprefix(SERVER)
        if not model.startswith(SERVER) or self.shelf is None:
            return None
        return next((s for s in self.shelf.servers if s.name == name), None)

    def title(self, model: str) -> str:
        """A model's name for people."""
        if model.startswith(SERVER):
            return self.tr("Server “{name}”").format(name=model.removeprefix(SERVER))
        info = self.info(model)
        return info.title if info else model

    def chosen(self, task: str) -> str:
        """What the user has chosen for a task; "" if it is left to the program."""
        return str(getattr(self._settings.now, f"{task}_model"))

    def used(self, task: str) -> str:
        """The model that does a task now; "" if there is none."""
        return self.chosen(task) or (self.shelf.usual.get(task, "") if self.shelf else "")

    def options(self, task: str) -> list[tuple[str, str]]:
        """(value, label) of what can be chosen for a task."""
        if self.shelf is None:
            return []
        usual = self.shelf.usual.get(task, "")
        best = self.tr("Automatic ({model})").format(model=self.title(usual))
        found = [("", best if usual else self.tr("None is here yet"))]
        found += [(m.id, m.title) for m in self.shelf.models if m.task == task and m.is_here]
        for s in self.shelf.servers:
            name = {"speech": s.speech_model, "text": s.text_model}.get(task, "")
            if name:
                found.append((SERVER + s.name, self.tr("{model} on {host}").format(model=name, host=s.host)))
        chosen = self.chosen(task)
        if chosen and chosen not in {value for value, _ in found}:
            found.append((chosen, self.tr("{model} (not here)").format(model=self.title(chosen))))
        return found

    @property
    def recommended(self) -> dict[str, str]:
        """Model → task of what is recommended on this machine."""
        choices = self.recommendation.choices if self.recommendation else ()
        return {c.model: c.task for c in choices if c.task in TASKS}

    @property
    def has_recommended(self) -> bool:
        """Whether what is recommended is here and used."""
        return bool(self.recommended) and all(self.used(t) == model for model, t in self.recommended.items())

    @property
    def missing_mb(self) -> int:
        """What would have to be fetched of the recommended models."""
        infos = [self.info(model) for model in self.recommended]
        return sum(max(0, i.size_mb - i.fetched_mb) for i in infos if i is not None and not i.is_here)

    # Looking

    @Slot()
    def refresh(self) -> None:
        self._side.ask(self._services.shelf, self._on_shelf, self._on_problem)

    @Slot()
    def look_at_memory(self) -> None:
        """What is loaded now. For a page that is on the screen."""
        self._looks.ask(self._services.loaded, self._on_loaded, lambda _: None)

    def survey(self, *, again: bool = False) -> None:
        """Find out what this machine has and what fits it; until that is known, what was found last time is shown.

        `again`: measure it anew.
        """
        if self.surveying or (self._surveyed and not again):
            return
        self.survey_problem = None

        def run(cancel: CancelFlag, say: Say) -> None:
            if not again and (last := self._services.last_machine()) is not None:
                say(_Surveyed(*last, is_new=False))
            say(_Surveyed(*self._services.machine(cancel, again=again)))

        self._tasks.start(SURVEY, run)
        self.surveyed.emit()

    # Getting and removing

    def get(self, model: str, *, again: bool = False, task: str = "") -> None:
        """Fetch a model, or go on with it. `again`: mend a damaged one. `task`: use it for that once it is here."""
        info = self.info(model)
        if info is not None:
            if task:
                self._use_when_here[model] = task
            self._remember(model)
            self.transfers.get(info, again=again)

    def try_again(self) -> None:
        """Begin all downloads that did not work once more."""
        for transfer in self.transfers.failed:
            self.get(transfer.model, again=transfer.again)

    def get_recommended(self) -> None:
        """Fetch what is missing of the recommended models and use them all."""
        for model, task in self.recommended.items():
            info = self.info(model)
            if info is not None and info.is_here:
                self.choose(task, model)
            else:
                self.get(model, task=task)

    def accept_licence(self, model: str) -> None:
        info = self.info(model)
        if info is not None:
            self._remember(model)
            self.transfers.accept_licence(info)

    def verify(self, model: str) -> None:
        info = self.info(model)
        if info is not None:
            self.transfers.verify(info)

    def remove(self, model: str) -> None:
        """Remove a model from the disk, because the user said so. Whoever had chosen it gets the best that is left."""
        title = self.title(model)

        def work() -> int:
            return self._services.remove(model)

        def done(freed: int) -> None:
            self._forget_choice(model)
            self.said.emit(self.tr("{model} is removed; {size} are free again.").format(model=title, size=size(freed)))
            self.refresh()
            self.used_changed.emit()

        self._side.ask(work, done, self._on_problem)

    # Choosing

    def choose(self, task: str, model: str) -> None:
        """Use a model for a task from the next meeting on; "" leaves it to the program.

        A server elsewhere is asked about first.
        """
        server = self.server(model)
        if server is not None and not server.is_this_machine and server.key not in self._settings.now.agreed_servers:
            self.changed.emit()  # the choice stays as it was until there is an answer
            self.consent_asked.emit(server, task)
            return
        self._settings.change({f"{task}_model": model})

    def agree(self, server: ServerInfo, task: str) -> None:
        """The user has read that sound and words leave this machine, and agrees."""
        agreed = dict.fromkeys((*self._settings.now.agreed_servers, server.key))
        self._settings.change({"agreed_servers": tuple(agreed), f"{task}_model": SERVER + server.name})

    # Servers

    def save_server(self, server: ServerInfo, key: str | None, is_new: bool = False) -> None:
        """Enter a server, or change one; then ask it. `key`: "" forgets it, None leaves it.

        `is_new`: it takes nobody's place, for it would be sent the key of that one.
        """
        if is_new and self.server(SERVER + server.name) is not None:
            what = self.tr("There is a server “{name}” already.").format(name=server.name)
            self.problem.emit(Problem(what, self.tr("Give this one another name.")))
            return

        def work() -> ServerInfo:
            return self._services.add_server(server, key)

        def done(made: ServerInfo) -> None:
            self.server_saved.emit(made.name)
            self.refresh()
            self.test(made.name)

        self._side.ask(work, done, self._on_problem)

    def test(self, name: str) -> None:
        """Ask a server for its models, and whether it understands sound."""

        def run(cancel: CancelFlag, say: Say) -> None:
            say(self._services.test_server(name, cancel))

        if not self._tasks.running(TEST + name):
            self.tests[name] = None
            self._tasks.start(TEST + name, run)
            self.tested.emit(name, None)

    def remove_server(self, name: str) -> None:
        """Forget a server, its key, and that the user had agreed to it."""

        def work() -> None:
            self._services.remove_server(name)

        def done(_: None) -> None:
            self.tests.pop(name, None)
            self._forget_choice(SERVER + name)
            agreed = tuple(a for a in self._settings.now.agreed_servers if a.partition(" ")[0] != name)
            self._settings.change({"agreed_servers": agreed})
            self.refresh()

        self._tasks.cancel(TEST + name)
        self._side.ask(work, done, self._on_problem)

    def stop(self) -> bool:
        """Stop what is on its way; what has come of downloads stays. False if something does not let go."""
        return self.transfers.stop() & self._tasks.stop() & self._looks.stop()

    # Inside

    def _wanted(self) -> dict[str, str]:
        """Model → task ("" for none) of the downloads that were begun, in this run of the program or an earlier one."""
        found = (entry.rpartition("=") for entry in self._settings.now.unfinished_downloads)
        return {model: task for task, _, model in found}

    def _remember(self, model: str) -> None:
        """A download that fails before anything has come would leave no trace otherwise."""
        self._store_wanted({**self._wanted(), model: self._use_when_here.get(model, "")})

    @Slot(str)
    def _forget_download(self, model: str) -> None:
        self._store_wanted({m: task for m, task in self._wanted().items() if m != model})

    def _store_wanted(self, wanted: dict[str, str]) -> None:
        entries = tuple(f"{task}={model}" if task else model for model, task in wanted.items())
        self._settings.change({"unfinished_downloads": entries})

    def _forget_choice(self, model: str) -> None:
        self._settings.change({f"{t}_model": "" for t in TASKS if self.chosen(t) == model})

    @Slot(str, object)
    def _on_progressed(self, key: str, step: object) -> None:
        if isinstance(step, _Surveyed):
            self.machine, self.recommendation = step.machine, recommendation_said(step.recommendation)
            self._surveyed = self._surveyed or step.is_new
            self.surveyed.emit()
        elif isinstance(step, ServerTest):
            self._take_test(key.removeprefix(TEST), replace(step, notes=all_said(step.notes)))

    @Slot(str, object)
    def _on_ended(self, key: str, error: BaseException | None) -> None:
        if key == SURVEY:
            if error is not None and not isinstance(error, Cancelled):
                self.survey_problem = in_words(error)
            self.surveyed.emit()
            self.changed.emit()
        elif error is not None:
            told = in_words(error)
            self._take_test(key.removeprefix(TEST), ServerTest(False, notes=(f"{told.what} {told.to_do}".strip(),)))

    def _take_test(self, name: str, test: ServerTest) -> None:
        if name in self.tests:  # else it has been removed meanwhile
            self.tests[name] = test
            self.tested.emit(name, test)

    @Slot(str)
    def _on_installed(self, model: str) -> None:
        self.said.emit(self.tr("{model} is installed and checked.").format(model=self.title(model)))
        task = self._use_when_here.pop(model, "")
        self._forget_download(model)
        if task:
            self.choose(task, model)
        self.used_changed.emit()

    @Slot(str)
    def _on_given_up(self, model: str) -> None:
        """Fetched another day for its own sake, it is not used by itself."""
        self._use_when_here.pop(model, None)
        self._forget_download(model)

    @Slot(str)
    def _on_as_it_came(self, model: str) -> None:
        self.said.emit(self.tr("{model} is as it came: all checksums agree.").format(model=self.title(model)))

    def _on_shelf(self, shelf: ModelShelf) -> None:
        self.shelf = shelf = shelf_said(shelf)
        wanted = self._wanted()
        if came := [m.id for m in shelf.models if m.id in wanted and m.is_here and self.transfers.of(m.id) is None]:
            self._store_wanted({m: task for m, task in wanted.items() if m not in came})
        for model, task in wanted.items():
            if task and model not in came:
                self._use_when_here.setdefault(model, task)
        self.transfers.take_shelf(shelf, wanted.keys() - set(came))
        self.changed.emit()

    def _on_loaded(self, loaded: Sequence[LoadedModel]) -> None:
        if tuple(loaded) != tuple(self.loaded):
            self.loaded = tuple(loaded)
            self.loaded_changed.emit()

    def _on_problem(self, error: BaseException) -> None:
        self.problem.emit(in_words(error))
        self.changed.emit()

    @Slot(object)
    def _on_settings(self, names: set[str]) -> None:
        if names & {f"{t}_model" for t in TASKS}:
            self.changed.emit()
            self.used_changed.emit()


def size(count: float) -> str:
    """Bytes for people: "1.6 GB"."""
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.0f} MB"
