"""Questions about models: a licence, what leaves this machine, what is removed from the disk."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QMessageBox, QPlainTextEdit, QVBoxLayout, QWidget

from app.ui import dialogs, theme
from app.ui.widgets import button, label
from app.viewmodels.models import size
from app.viewmodels.phrases import said
from app.workers.models_services import LicenceQuestion, ModelInfo, ServerInfo


def _tr(text: str) -> str:
    return QCoreApplication.translate("models", text)


class LicenceDialog(QDialog):
    """The licence of a model, to be read before it is fetched.

    Signals:
        agreed: the user accepts it.
    """

    agreed = Signal()

    def __init__(self, parent: QWidget, question: LicenceQuestion, text: str) -> None:
        super().__init__(parent)
        self.setObjectName("licence")
        self.setWindowTitle(question.licence)
        self.resize(620, 520)
        self.text = QPlainTextEdit(self)
        self.text.setObjectName("note")
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName(question.licence)
        self.text.setFont(theme.font())
        nothing = _tr("The text could not be fetched just now. Read it here:\n{url}").format(url=question.url)
        self.text.setPlainText(text or nothing)
        self.agree = button(_tr("Accept and download"), "primary", self)
        self.refuse = button(_tr("Do not download"), parent=self)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.XL, theme.XL, theme.XL, theme.L)
        column.setSpacing(theme.M)
        column.addWidget(
            label(
                _tr("{model} has a licence with conditions").format(model=question.title), theme.TITLE, 600, wrap=True
            )
        )
        column.addWidget(label(said(question.conditions), theme.BODY, wrap=True))
        column.addWidget(self.text, 1)
        row = QHBoxLayout()
        row.setSpacing(theme.S)
        row.addStretch(1)
        row.addWidget(self.refuse)
        row.addWidget(self.agree)
        column.addLayout(row)
        self.refuse.setAutoDefault(False)
        self.agree.setAutoDefault(False)
        self.refuse.setFocus()
        self.refuse.clicked.connect(self.reject)
        self.agree.clicked.connect(self.accept)
        self.accepted.connect(self.agreed)


def ask_licence(parent: QWidget, question: LicenceQuestion, text: str, then: Callable[[], None]) -> LicenceDialog:
    dialog = LicenceDialog(parent, question, text)
    dialog.agreed.connect(then)
    return dialogs.open_dialog(dialog)


def ask_consent(parent: QWidget, server: ServerInfo, task: str, then: Callable[[], None]) -> QMessageBox:
    """What leaves this machine is said plainly, before it does for the first time."""
    what = {
        "speech": _tr("The sound of your meetings leaves this computer and is sent to {host}."),
        "text": _tr("The words of your meetings leave this computer and are sent to {host}."),
    }.get(task, _tr("Your meetings leave this computer and are sent to {host}."))
    more = _tr("Whoever runs that computer can keep and hear or read them. Do this only if everybody may know.")
    return dialogs.ask(
        parent,
        "confirmServer",
        _tr("Use the server “{name}”?").format(name=server.name),
        f"{what.format(host=server.host)} {more}",
        _tr("Send to this server"),
        _tr("Keep everything here"),
        then,
    )


def confirm_remove(parent: QWidget, info: ModelInfo, then: Callable[[], None], *, used: bool) -> QMessageBox:
    more = _tr("{size} become free. It can be downloaded again.").format(size=size(info.size_mb * 1e6))
    if used:
        more += " " + _tr("It is in use: the best that is left takes its place.")
    return dialogs.ask(
        parent,
        "confirmRemove",
        _tr("Remove {model} from this computer?").format(model=info.title),
        more,
        _tr("Remove"),
        _tr("Keep"),
        then,
    )


def confirm_remove_server(parent: QWidget, server: ServerInfo, then: Callable[[], None]) -> QMessageBox:
    return dialogs.ask(
        parent,
        "confirmRemoveServer",
        _tr("Forget the server “{name}”?").format(name=server.name),
        _tr("Its address and its key are removed. Meetings run on this computer again."),
        _tr("Forget"),
        _tr("Keep"),
        then,
    )


def choose_model_folder(parent: QWidget, then: Callable[[Path], None]) -> QFileDialog:
    dialog = QFileDialog(parent, _tr("Import a model from a folder"))
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setLabelText(QFileDialog.DialogLabel.Accept, _tr("Import"))
    dialog.fileSelected.connect(lambda file: then(Path(file)))
    return dialogs.open_dialog(dialog)


def choose_model_archive(parent: QWidget, then: Callable[[Path], None]) -> QFileDialog:
    dialog = QFileDialog(parent, _tr("Import a model from an archive"))
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilters([_tr("Archives") + " (*.zip *.tar *.tar.gz *.tgz *.tar.bz2 *.tar.xz *.tar.zst)"])
    dialog.setLabelText(QFileDialog.DialogLabel.Accept, _tr("Import"))
    dialog.fileSelected.connect(lambda file: then(Path(file)))
    return dialogs.open_dialog(dialog)
