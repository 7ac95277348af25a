"""Other computers that may do the work: a list of servers, and the form for one."""

from __future__ import annotations

import re

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QDialog,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QVBoxLayout,
    QWidget,
)

from app.ui import theme
from app.ui.banner import WarningCard
from app.ui.models_rows import badge, show_badge
from app.ui.widgets import IconButton, button, label
from app.viewmodels.models import ModelsViewModel
from app.viewmodels.problems import Problem
from app.workers.models_services import SERVER, TASKS, ServerInfo, ServerTest


class ServerRow(QFrame):
    """Signals:
    test, edit, remove: (name)
    """

    test = Signal(str)
    edit = Signal(str)
    remove = Signal(str)

    def __init__(self, server: ServerInfo, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.server = server
        self.title = label(server.name, theme.BODY, 600)
        self.state = badge(self)
        self.facts = label("", theme.SMALL, secondary=True, wrap=True)
        self.answer = label("", theme.SMALL, wrap=True)
        self.answer.hide()
        self.test_button = button(self.tr("Test"), parent=self)
        self.test_button.setAccessibleName(self.tr("Test the server {name}").format(name=server.name))
        self.more = IconButton("ellipsis", self.tr("More for {model}").format(model=server.name), self, size=16)
        head = QHBoxLayout()
        head.setSpacing(theme.S)
        head.addWidget(self.title)
        head.addWidget(self.state)
        head.addStretch(1)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addLayout(head)
        words.addWidget(self.facts)
        words.addWidget(self.answer)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, theme.M, 0, theme.M)
        row.setSpacing(theme.M)
        row.addLayout(words, 1)
        row.addWidget(self.test_button, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.more, 0, Qt.AlignmentFlag.AlignTop)
        self.test_button.clicked.connect(lambda: self.test.emit(self.server.name))
        self.more.clicked.connect(self._open_menu)

    def show_server(self, server: ServerInfo, *, used: bool) -> None:
        self.server = server
        where = self.tr("on this computer") if server.is_this_machine else self.tr("sound and words go to {host}")
        models = ", ".join(m for m in (server.speech_model, server.text_model) if m)
        self.facts.setText(" · ".join((server.url, models, where.format(host=server.host))))
        show_badge(self.state, self.tr("In use") if used else "", "good")

    def show_test(self, test: ServerTest | None, *, testing: bool) -> None:
        self.test_button.setEnabled(not testing)
        if testing:
            text = self.tr("Asking it")
        elif test is None:
            text = ""
        elif test.works:
            there = self.tr("Its models: {models}.").format(models=", ".join(test.models)) if test.models else ""
            text = " ".join(p for p in (self.tr("It works."), there, *test.notes) if p)
        else:
            text = " ".join((self.tr("It does not work."), *test.notes))
        self.answer.setText(text)
        self.answer.setVisible(bool(text))

    def menu(self) -> QMenu:
        menu = QMenu(self)
        menu.addAction(self.tr("Change…"), lambda: self.edit.emit(self.server.name))
        menu.addSeparator()
        menu.addAction(self.tr("Remove…"), lambda: self.remove.emit(self.server.name))
        return menu

    @Slot()
    def _open_menu(self) -> None:
        menu = self.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.more.mapToGlobal(QPoint(0, self.more.height())))


class ServersPanel(QWidget):
    """Signals:
    add_wanted: a new server is to be entered.
    edit_wanted, remove_wanted: (ServerInfo)
    """

    add_wanted = Signal()
    edit_wanted = Signal(object)
    remove_wanted = Signal(object)

    def __init__(self, models: ModelsViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._models = models
        self.rows: dict[str, ServerRow] = {}
        self.none = label(
            self.tr(
                "Off: everything runs on this computer. If your team has a server with Qwen models, meetings can be "
                "sent to it. Sound and words then leave this computer."
            ),
            theme.BODY,
            secondary=True,
            wrap=True,
        )
        self.add_button = button(self.tr("Add a server"), parent=self)
        self._list = QVBoxLayout()
        self._list.setSpacing(0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, theme.S, 0, 0)
        column.setSpacing(theme.S)
        column.addWidget(self.none)
        column.addLayout(self._list)
        column.addWidget(self.add_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.add_button.clicked.connect(self.add_wanted)
        models.changed.connect(self.refresh)
        models.tested.connect(self._on_tested)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        shelf = self._models.shelf
        servers = {s.name: s for s in shelf.servers} if shelf else {}
        for name in [n for n in self.rows if n not in servers]:
            row = self.rows.pop(name)
            self._list.removeWidget(row)
            row.deleteLater()
        for name, server in servers.items():
            if name not in self.rows:
                row = self.rows[name] = ServerRow(server, self)
                row.test.connect(self._models.test)
                row.edit.connect(self._on_edit)
                row.remove.connect(self._on_remove)
                self._list.addWidget(row)
            used = any(self._models.chosen(task) == SERVER + name for task in TASKS)
            self.rows[name].show_server(server, used=used)
            self._show_test(name)
        self.none.setVisible(not servers)

    def _show_test(self, name: str) -> None:
        tests = self._models.tests
        self.rows[name].show_test(tests.get(name), testing=name in tests and tests[name] is None)

    @Slot(str, object)
    def _on_tested(self, name: str, _test: object) -> None:
        if name in self.rows:
            self._show_test(name)

    @Slot(str)
    def _on_edit(self, name: str) -> None:
        self.edit_wanted.emit(self.rows[name].server)

    @Slot(str)
    def _on_remove(self, name: str) -> None:
        self.remove_wanted.emit(self.rows[name].server)


class ServerDialog(QDialog):
    """What is known of a server, to be typed.

    Signals:
        given: (ServerInfo, key or None, whether it is a new one)
    """

    given = Signal(object, object, bool)

    def __init__(self, parent: QWidget, server: ServerInfo | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("serverDialog")
        self.setWindowTitle(self.tr("Add a server") if server is None else self.tr("Change a server"))
        self.setMinimumWidth(480)
        self._old = server
        self.name = self._field(self.tr("Name"), "gpu")
        self.url = self._field(self.tr("Address"), "http://host:8000/v1")
        self.speech = self._field(self.tr("Speech model"), "Qwen/Qwen3-ASR-1.7B")
        self.text = self._field(self.tr("Model for minutes"), "Qwen/Qwen3-32B")
        self.key = self._field(self.tr("Key"), self.tr("If the server asks for one"))
        self.key.setEchoMode(QLineEdit.EchoMode.Password)
        if server is not None:
            for field, value in (
                (self.name, server.name),
                (self.url, server.url),
                (self.speech, server.speech_model),
                (self.text, server.text_model),
            ):
                field.setText(value)
            self.name.setEnabled(False)
            self.key.setPlaceholderText(self.tr("As it is kept"))
        self.complaint = WarningCard(self)
        self.complaint.hide()
        self.save = button(self.tr("Save and test"), "primary", self)
        self.cancel = button(self.tr("Cancel"), parent=self)
        self._lay_out()
        self.save.clicked.connect(self._give)
        self.cancel.clicked.connect(self.reject)

    def _field(self, name: str, example: str) -> QLineEdit:
        made = QLineEdit(self)
        made.setObjectName("field")
        made.setFont(theme.font())
        made.setAccessibleName(name)
        made.setPlaceholderText(example)
        return made

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(theme.L)
        form.setVerticalSpacing(theme.M)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        for field in (self.name, self.url, self.speech, self.text, self.key):
            words = QLabel(field.accessibleName())
            words.setFont(theme.font())
            words.setBuddy(field)
            form.addRow(words, field)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.XL, theme.XL, theme.XL, theme.L)
        column.setSpacing(theme.L)
        column.addWidget(
            label(
                self.tr(
                    "A server that speaks the OpenAI dialect: vLLM, SGLang, llama.cpp. It is used for a meeting only "
                    "when you choose it. The key is kept in the keyring of this system."
                ),
                theme.BODY,
                secondary=True,
                wrap=True,
            )
        )
        column.addLayout(form)
        column.addWidget(self.complaint)
        row = QHBoxLayout()
        row.setSpacing(theme.S)
        row.addStretch(1)
        row.addWidget(self.cancel)
        row.addWidget(self.save)
        column.addLayout(row)
        self.save.setDefault(True)

    def complain(self, problem: Problem) -> None:
        """Why it could not be entered; what was typed stays."""
        self.complaint.show_problem(problem)
        self.complaint.show()
        self.save.setEnabled(True)

    @Slot()
    def _give(self) -> None:
        name = self.name.text().strip().lower() or self._name_of_url()
        made = ServerInfo(
            name,
            self.url.text().strip(),
            speech_model=self.speech.text().strip(),
            text_model=self.text.text().strip(),
        )
        typed = self.key.text().strip()
        self.save.setEnabled(False)
        self.complaint.hide()
        self.given.emit(made, typed or None, self._old is None)

    def _name_of_url(self) -> str:
        host = re.sub(r"^\w+://", "", self.url.text().strip().lower()).split(":")[0].split("/")[0]
        return re.sub(r"[^a-z0-9_-]+", "-", host).strip("-")[:32]
