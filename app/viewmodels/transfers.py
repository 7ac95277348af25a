"""Downloads, imports and looks at checksums: one download after another, each paused, gone on with or given up."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, Signal, Slot

from app.domain.cancel import CancelFlag
from app.domain.errors import Cancelled
from app.domain.models import DownloadNotice, DownloadProgress, ModelInstalled, Phase
from app.viewmodels.phrases import said
from app.viewmodels.problems import Problem, in_words
from app.viewmodels.settings import SettingsViewModel
from app.workers.models_services import LicenceQuestion, ModelInfo, ModelShelf, ModelsServices
from app.workers.tasks import LongTasks, Say, SideLane

GET, IMPORT, VERIFY = "get:", "import:", "verify:"


@dataclass
class Transfer:
    """What is being done with a model. `again`: a damaged one is mended. `drop`: what came is not wanted any more."""

    model: str
    kind: Literal["get", "import", "verify"]
    state: Literal["waiting", "running", "stopping", "paused", "failed"] = "waiting"
    done_bytes: int = 0
    total_bytes: int = 0
    speed_bytes_s: float = 0.0
    left_s: float | None = None
    message: str = ""
    notices: list[str] = field(default_factory=list)
    problem: Problem | None = None
    again: bool = False
    drop: bool = False

    @property
    def active(self) -> bool:
        return self.state in ("waiting", "running", "stopping")

    @property
    def done(self) -> float:
        """0..1"""
        return min(1.0, self.done_bytes / self.total_bytes) if self.total_bytes else 0.0


@dataclass(frozen=True, slots=True)
class _Asked:
    question: LicenceQuestion
    text: str


@dataclass(frozen=True, slots=True)
class _Verified:
    problems: tuple[str, ...]


class Transfers(QObject):
    """Signals:
    moved: a transfer has gone on, begun or ended. (model id)
    licence_asked: a licence has conditions, to be accepted first. (model id, LicenceQuestion, its text or "")
    installed: a model is here. (model id)
    given_up: what has come of a model is not wanted any more. (model id)
    as_it_came: all checksums of a model agree. (model id)
    settled: something has ended, and what is on the disk may be different.
    problem: something did not work. (Problem)
    went_wrong: a download has ended without its model. (model id, Problem)
    """

    moved = Signal(str)
    licence_asked = Signal(str, object, str)
    installed = Signal(str)
    given_up = Signal(str)
    as_it_came = Signal(str)
    settled = Signal()
    problem = Signal(object)
    went_wrong = Signal(str, object)

    def __init__(
        self, services: ModelsServices, side: SideLane, settings: SettingsViewModel, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._services = services
        self._side = side
        self._settings = settings
        self._tasks = LongTasks(self)
        self._all: dict[str, Transfer] = {}
        self._queue: list[str] = []
        self._accepted: set[str] = set()
        self._asked: dict[str, _Asked] = {}  # said when the task that met the licence is over
        self._tasks.progressed.connect(self._on_progressed)
        self._tasks.ended.connect(self._on_ended)

    def of(self, model: str) -> Transfer | None:
        return self._all.get(model)

    @property
    def all(self) -> tuple[Transfer, ...]:
        return tuple(self._all.values())

    @property
    def fetching(self) -> bool:
        return any(t.kind == "get" and t.active for t in self._all.values())

    @property
    def failed(self) -> tuple[Transfer, ...]:
        """Downloads that did not work and were not given up."""
        return tuple(t for t in self._all.values() if t.kind == "get" and t.state == "failed")

    def take_shelf(self, shelf: ModelShelf, wanted: Collection[str] = ()) -> None:
        """What was fetched by half, perhaps in another run of the program, can be gone on with; and so can what is
        `wanted`, even if nothing of it has come."""
        for m in shelf.models:
            old = self._all.get(m.id)
            begun = bool(m.fetched_mb) or (m.id in wanted and m.can_fetch)
            if begun and not m.is_here and old is None:
                self._all[m.id] = self._of_info(m, "paused")
            elif not begun and old is not None and old.state == "paused":
                self._all.pop(m.id)

    @staticmethod
    def _of_info(info: ModelInfo, state: Literal["waiting", "paused"]) -> Transfer:
        return Transfer(info.id, "get", state, info.fetched_mb * 1_000_000, info.size_mb * 1_000_000)

    # What can be done

    def get(self, info: ModelInfo, *, again: bool = False) -> None:
        """Fetch a model, or go on with it. `again`: mend a damaged one."""
        old = self._all.get(info.id)
        if old is not None and old.active:
            return
        made = self._of_info(info, "waiting")
        if old is not None and old.kind == "get":
            made.done_bytes = max(made.done_bytes, old.done_bytes)
        made.again = again
        self._all[info.id] = made
        self._queue.append(info.id)
        self.moved.emit(info.id)
        self._next()

    def accept_licence(self, info: ModelInfo) -> None:
        """The user has read the conditions and accepts them, for this model."""
        self._accepted.add(info.id)
        self.get(info)

    def pause(self, model: str) -> None:
        """Stop a download; what has come stays."""
        self._stop(model, drop=False)

    def give_up(self, model: str) -> None:
        """Stop a download and remove what has come of it, or stop whatever else is done with the model."""
        transfer = self._all.get(model)
        if transfer is None:
            return
        if transfer.active:
            self._stop(model, drop=transfer.kind == "get")
            return
        self._all.pop(model)
        if transfer.kind == "get":
            self._drop(model)
        self.moved.emit(model)

    def import_from(self, source: Path, name: str = "") -> None:
        """Install a model from a folder or an archive."""
        model = name or source.name

        def run(cancel: CancelFlag, say: Say) -> None:
            for event in self._services.import_model(source, name, cancel):
                say(event)

        if not self._tasks.running(IMPORT + model):
            self._all[model] = Transfer(model, "import", "running")
            self._tasks.start(IMPORT + model, run)
            self.moved.emit(model)

    def verify(self, info: ModelInfo) -> None:
        """Compare a model's files with their checksums."""
        model, total = info.id, info.size_mb * 1_000_000
        if model in self._all:
            return

        def run(cancel: CancelFlag, say: Say) -> None:
            done = 0

            def look(count: int) -> None:
                nonlocal done
                done += count
                say(DownloadProgress(model, Phase.CHECKING, done, total))

            say(_Verified(tuple(self._services.verify(model, cancel, look))))

        self._all[model] = Transfer(model, "verify", "running", 0, total)
        self._tasks.start(VERIFY + model, run)
        self.moved.emit(model)

    def stop(self) -> bool:
        """Stop everything; what has come of downloads stays. False if something does not let go."""
        self._queue.clear()
        return self._tasks.stop()

    # Inside

    def _next(self) -> None:
        """Begin the download that comes next, unless one runs."""
        if any(t.kind == "get" and t.state in ("running", "stopping") for t in self._all.values()):
            return
        if self._queue:
            self._begin(self._all[self._queue.pop(0)])

    def _begin(self, transfer: Transfer) -> None:
        model, hub, again = transfer.model, self._settings.now.hub, transfer.again
        accepted = model in self._accepted

        def run(cancel: CancelFlag, say: Say) -> None:
            try:
                for event in self._services.download(model, hub, cancel, accept_licence=accepted, again=again):
                    say(event)
            except LicenceQuestion as question:
                say(_Asked(question, self._services.licence_text(model, hub)))

        transfer.state = "running"
        self._tasks.start(GET + model, run)
        self.moved.emit(model)

    def _stop(self, model: str, *, drop: bool) -> None:
        transfer = self._all.get(model)
        if transfer is None:
            return
        transfer.drop = drop
        if transfer.state == "waiting":
            self._queue.remove(model)
            self._has_stopped(transfer)
        elif transfer.active:
            transfer.state = "stopping"
            for kind in (GET, IMPORT, VERIFY):
                self._tasks.cancel(kind + model)
            self.moved.emit(model)

    def _has_stopped(self, transfer: Transfer) -> None:
        if transfer.kind != "get" or transfer.drop:
            self._all.pop(transfer.model, None)
        else:
            transfer.state, transfer.speed_bytes_s, transfer.left_s = "paused", 0.0, None
        if transfer.kind == "get" and transfer.drop:
            self._drop(transfer.model)
        self.moved.emit(transfer.model)

    def _drop(self, model: str) -> None:
        self.given_up.emit(model)

        def work() -> None:
            self._services.drop_left_over(model)

        def failed(error: BaseException) -> None:
            self.problem.emit(in_words(error))

        self._side.ask(work, lambda _: self.settled.emit(), failed)

    # Answers

    @Slot(str, object)
    def _on_progressed(self, key: str, step: object) -> None:
        model = key.partition(":")[2]
        transfer = self._all.get(model)
        if transfer is None:
            return
        if isinstance(step, DownloadProgress):
            transfer.done_bytes, transfer.total_bytes = step.done_bytes, step.total_bytes
            transfer.speed_bytes_s, transfer.left_s = step.speed_bytes_s, step.left_s
            transfer.message = said(step.message)
        elif isinstance(step, DownloadNotice):
            transfer.notices.append(said(step.message))
        elif isinstance(step, ModelInstalled):
            self._all.pop(model)
            self.installed.emit(step.model)
        elif isinstance(step, _Asked):
            self._all.pop(model)
            self._asked[model] = step
        elif isinstance(step, _Verified):
            self._on_verified(transfer, step.problems)
        self.moved.emit(model)

    def _on_verified(self, transfer: Transfer, problems: tuple[str, ...]) -> None:
        if problems:
            transfer.state = "failed"
            transfer.problem = Problem(" ".join(problems), self.tr("Download what is damaged again."))
        else:
            self._all.pop(transfer.model)
            self.as_it_came.emit(transfer.model)

    @Slot(str, object)
    def _on_ended(self, key: str, error: BaseException | None) -> None:
        model = key.partition(":")[2]
        asked = self._asked.pop(model, None)
        if asked is not None:
            self.licence_asked.emit(model, asked.question, asked.text)
        transfer = self._all.get(model)
        if asked is None and transfer is not None and transfer.state in ("running", "stopping"):
            if error is None or isinstance(error, Cancelled):
                self._has_stopped(transfer)
            else:
                transfer.state, transfer.problem = "failed", in_words(error)
                transfer.speed_bytes_s, transfer.left_s = 0.0, None
                self.moved.emit(transfer.model)
                if transfer.kind == "get":
                    self.went_wrong.emit(model, transfer.problem)
        self.settled.emit()
        self._next()
