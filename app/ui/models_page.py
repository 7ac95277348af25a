"""Models: this computer and what fits it, everything that can be had, what is in memory, and other computers."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import shiboken6
from PySide6.QtCore import QPoint, Qt, QTimer, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices, QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QVBoxLayout, QWidget

from app.ui import dialogs, models_dialogs, theme
from app.ui.choice import Choice
from app.ui.models_machine import MachineCard, MemoryCard
from app.ui.models_rows import ModelRow
from app.ui.models_servers import ServerDialog, ServersPanel
from app.ui.widgets import ColumnArea, button, label, section_head
from app.viewmodels.models import ModelsViewModel, size
from app.viewmodels.problems import Problem
from app.workers.models_services import TASKS, LicenceQuestion, ServerInfo

WIDTH = 720
LOOK_MS = 3000  # how often it is asked what is in memory while the page is on the screen


class _TaskList(QWidget):
    """The models that do one thing, and which of them is used."""

    def __init__(self, task: str, title: str, what: str, models: ModelsViewModel, parent: QWidget) -> None:
        super().__init__(parent)
        self.task = task
        self._models = models
        self.rows: dict[str, ModelRow] = {}
        self.choice = Choice(self.tr("Used for: {task}").format(task=title), self)
        self.choice.setFixedWidth(280)
        self.stack = QVBoxLayout()
        self.stack.setSpacing(0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.XS)
        column.addWidget(section_head(title, what, beside=self.choice, above=theme.XL))
        column.addLayout(self.stack)
        self.choice.picked.connect(partial(models.choose, task))


class ModelsPage(QWidget):
    """Signals:
    folder_wanted: show the folder of the models.
    """

    folder_wanted = Signal()

    def __init__(self, models: ModelsViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._models = models
        self.dialog: QWidget | None = None
        self.lists: dict[str, _TaskList] = {}
        self.machine = MachineCard(models, self)
        self.memory = MemoryCard(models, self)
        self.servers = ServersPanel(models, self)
        self.imports: dict[str, QLabel] = {}
        self.disk = label("", theme.SMALL, secondary=True, wrap=True)
        self.import_button = button(self.tr("Import a model"), parent=self)
        self.folder_button = button(self.tr("Open the folder"), parent=self)
        self.foreign = QVBoxLayout()  # imports that are no row of the list yet
        self._look = QTimer(self)
        self._look.setInterval(LOOK_MS)
        self._look.timeout.connect(models.look_at_memory)
        self._lay_out()
        self.machine.wanted.connect(models.get_recommended)
        self.import_button.clicked.connect(self._open_import_menu)
        self.folder_button.clicked.connect(self.folder_wanted)
        self.servers.add_wanted.connect(self._add_server)
        self.servers.edit_wanted.connect(self._edit_server)
        self.servers.remove_wanted.connect(self._remove_server)
        models.changed.connect(self.refresh)
        models.surveyed.connect(self.refresh)
        models.transfers.moved.connect(self._on_moved)
        models.transfers.licence_asked.connect(self._ask_licence)
        models.consent_asked.connect(self._ask_consent)
        models.server_saved.connect(self._on_server_saved)
        models.problem.connect(self._on_problem)

    def _lay_out(self) -> None:
        self.area = ColumnArea(WIDTH, self)
        self.area.keep_left()
        self.area.fill(self)
        body, column = self.area.body, self.area.column
        column.addWidget(self.machine)
        for task, title, what in (
            ("speech", self.tr("Speech"), self.tr("Writes down what is said.")),
            ("text", self.tr("Minutes"), self.tr("Writes summary, decisions and action items.")),
            (
                "align",
                self.tr("Times of words"),
                self.tr("Says when each word was spoken."),
            ),
            ("diarize", self.tr("Speakers"), self.tr("Tells the speakers apart.")),
        ):
            made = self.lists[task] = _TaskList(task, title, what, self._models, body)
            column.addWidget(made)
        column.addLayout(self.foreign)
        column.addWidget(
            section_head(self.tr("In memory now"), self.tr("What is loaded, and where it runs."), above=theme.XL)
        )
        column.addWidget(self.memory)
        column.addWidget(
            section_head(
                self.tr("Other computers"),
                self.tr("Servers that may do the work instead of this computer."),
                above=theme.XL,
            )
        )
        column.addWidget(self.servers)
        column.addWidget(section_head(self.tr("On the disk"), above=theme.XL))
        column.addWidget(self.disk)
        column.addSpacing(theme.M)
        row = QHBoxLayout()
        row.setSpacing(theme.S)
        row.addWidget(self.import_button)
        row.addWidget(self.folder_button)
        row.addStretch(1)
        column.addLayout(row)
        column.addStretch(1)

    # What is shown

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._models.refresh()
        self._models.survey()
        self._models.look_at_memory()
        self._look.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._look.stop()

    @Slot()
    def refresh(self) -> None:
        shelf = self._models.shelf
        if shelf is None:
            return
        recommended = self._models.recommended
        for task in TASKS:
            listed = self.lists[task]
            infos = [m for m in shelf.models if m.task == task]
            listed.setVisible(bool(infos))
            listed.choice.show_options(self._models.options(task), self._models.chosen(task))
            for gone in [i for i in listed.rows if i not in {m.id for m in infos}]:
                row = listed.rows.pop(gone)
                listed.stack.removeWidget(row)
                row.deleteLater()
            for info in infos:
                if info.id not in listed.rows:
                    listed.rows[info.id] = self._make_row(info.id, listed)
                listed.rows[info.id].show_model(
                    info,
                    self._models.transfers.of(info.id),
                    used=self._models.used(task) == info.id,
                    recommended=info.id in recommended,
                )
        used = self.tr("Downloaded models take {used}; {free} are free on this disk.")
        self.disk.setText(
            used.format(used=size(shelf.used_mb * 1e6), free=size(shelf.free_mb * 1e6)) + f"\n{shelf.folder}"
        )

    def _make_row(self, model: str, listed: _TaskList) -> ModelRow:
        info = self._models.info(model)
        assert info is not None
        row = ModelRow(info, listed)
        m = self._models
        row.get.connect(lambda i, again: m.get(i, again=again))
        row.pause.connect(m.transfers.pause)
        row.give_up.connect(m.transfers.give_up)
        row.verify.connect(m.verify)
        row.remove.connect(self._ask_to_remove)
        row.licence.connect(self._read_licence)
        row.use.connect(lambda i: m.choose(listed.task, i))
        listed.stack.addWidget(row)
        return row

    def row(self, model: str) -> ModelRow | None:
        return next((rows.rows[model] for rows in self.lists.values() if model in rows.rows), None)

    @Slot(str)
    def _on_moved(self, model: str) -> None:
        row = self.row(model)
        transfer = self._models.transfers.of(model)
        if row is not None:
            row.show_transfer(transfer)
            return
        words = self.imports.get(model)
        if transfer is None:
            if words is not None:
                self.imports.pop(model).deleteLater()
            return
        if words is None:
            words = self.imports[model] = label("", theme.BODY, wrap=True)
            self.foreign.addWidget(words)
        if transfer.problem is not None:
            why = f"{transfer.problem.what} {transfer.problem.to_do}".strip()
            words.setText(self.tr("{model} was not imported. {why}").format(model=model, why=why))
        else:
            words.setText(self.tr("Importing {model}: {what}").format(model=model, what=transfer.message))

    # What is asked

    @Slot(str, object, str)
    def _ask_licence(self, model: str, question: LicenceQuestion, text: str) -> None:
        self.dialog = models_dialogs.ask_licence(
            self.window(), question, text, lambda: self._models.accept_licence(model)
        )

    @Slot(object, str)
    def _ask_consent(self, server: ServerInfo, task: str) -> None:
        self.dialog = models_dialogs.ask_consent(self.window(), server, task, lambda: self._models.agree(server, task))

    @Slot(str)
    def _ask_to_remove(self, model: str) -> None:
        info = self._models.info(model)
        if info is not None:
            used = self._models.used(info.task) == model
            self.dialog = models_dialogs.confirm_remove(
                self.window(), info, lambda: self._models.remove(model), used=used
            )

    @Slot(str)
    def _read_licence(self, model: str) -> None:
        info = self._models.info(model)
        if info is not None and info.licence_url:
            QDesktopServices.openUrl(QUrl(info.licence_url))

    # Import

    def import_menu(self) -> QMenu:
        menu = QMenu(self)
        menu.addAction(self.tr("From a folder…"), self._import_folder)
        menu.addAction(self.tr("From an archive…"), self._import_archive)
        return menu

    @Slot()
    def _open_import_menu(self) -> None:
        menu = self.import_menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.import_button.mapToGlobal(QPoint(0, self.import_button.height())))

    @Slot()
    def _import_folder(self) -> None:
        self.dialog = models_dialogs.choose_model_folder(self.window(), self._import)

    @Slot()
    def _import_archive(self) -> None:
        self.dialog = models_dialogs.choose_model_archive(self.window(), self._import)

    def _import(self, source: Path) -> None:
        self._models.transfers.import_from(source)

    # Servers

    @Slot()
    def _add_server(self) -> None:
        self._open_server(None)

    @Slot(object)
    def _edit_server(self, server: ServerInfo) -> None:
        self._open_server(server)

    def _open_server(self, server: ServerInfo | None) -> None:
        dialog = ServerDialog(self.window(), server)
        dialog.given.connect(self._models.save_server)
        self.dialog = dialogs.open_dialog(dialog)

    @Slot(object)
    def _remove_server(self, server: ServerInfo) -> None:
        self.dialog = models_dialogs.confirm_remove_server(
            self.window(), server, lambda: self._models.remove_server(server.name)
        )

    def _server_dialog(self) -> ServerDialog | None:
        there = self.dialog is not None and shiboken6.isValid(self.dialog) and self.dialog.isVisible()
        return self.dialog if there and isinstance(self.dialog, ServerDialog) else None

    @Slot(str)
    def _on_server_saved(self, _name: str) -> None:
        dialog = self._server_dialog()
        if dialog is not None:
            dialog.accept()

    @Slot(object)
    def _on_problem(self, problem: Problem) -> None:
        dialog = self._server_dialog()
        if dialog is not None:
            dialog.complain(problem)
