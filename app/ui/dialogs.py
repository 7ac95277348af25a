"""Questions to the user. None of them waits: each calls back when it is answered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QCoreApplication, QStandardPaths, Qt
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QMessageBox, QWidget

from app.ui import theme
from app.viewmodels.library import MEDIA_SUFFIXES, file_name
from app.workers.services import ModelsInUse

D = TypeVar("D", bound=QDialog)


def _tr(text: str, n: int = -1) -> str:
    return QCoreApplication.translate("dialogs", text, None, n)


def choose_recordings(parent: QWidget, then: Callable[[Sequence[Path]], None]) -> QFileDialog:
    dialog = QFileDialog(parent, _tr("Import a recording"))
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    patterns = " ".join(f"*{suffix}" for suffix in MEDIA_SUFFIXES)
    dialog.setNameFilters([_tr("Audio and video") + f" ({patterns})", _tr("All files") + " (*)"])
    dialog.setLabelText(QFileDialog.DialogLabel.Accept, _tr("Import"))

    def chosen(files: list[str]) -> None:
        then([Path(f) for f in files])

    dialog.filesSelected.connect(chosen)
    return open_dialog(dialog)


def choose_export(parent: QWidget, title: str, then: Callable[[Path], None]) -> QFileDialog:
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    dialog = QFileDialog(parent, _tr("Export as Markdown"), folder)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix("md")
    dialog.setNameFilters([_tr("Markdown") + " (*.md)"])
    dialog.selectFile(f"{file_name(title) or _tr('Meeting')}.md")
    dialog.setLabelText(QFileDialog.DialogLabel.Accept, _tr("Export"))

    def chosen(file: str) -> None:
        then(Path(file))

    dialog.fileSelected.connect(chosen)
    return open_dialog(dialog)


def choose_folder(parent: QWidget, then: Callable[[Path], None]) -> QFileDialog:
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    dialog = QFileDialog(parent, _tr("Export as Markdown"), folder)
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    dialog.setLabelText(QFileDialog.DialogLabel.Accept, _tr("Export"))

    def chosen(file: str) -> None:
        then(Path(file))

    dialog.fileSelected.connect(chosen)
    return open_dialog(dialog)


def confirm_delete(parent: QWidget, title: str, count: int, then: Callable[[], None]) -> QMessageBox:
    """Deleting for good: one meeting by its title, or so many."""
    return ask(
        parent,
        "confirmDelete",
        _tr("Delete “{title}” for good?").format(title=title)
        if count == 1
        else _tr("Delete %n meetings for good?", count),
        _tr(
            "Recorded sound, transcript and minutes are removed and cannot be brought back. Files that you have "
            "imported are not touched."
        ),
        _tr("Delete"),
        _tr("Keep"),
        then,
    )


def confirm_stop(parent: QWidget, then: Callable[[], None]) -> QMessageBox:
    return ask(
        parent,
        "confirmStop",
        _tr("Stop processing and close?"),
        _tr("A meeting is still being processed. What is finished is kept, and you can continue later."),
        _tr("Stop and close"),
        _tr("Keep processing"),
        then,
    )


def confirm_end_recording(parent: QWidget, then: Callable[[], None], *, busy: bool) -> QMessageBox:
    """`busy`: something is being processed as well."""
    more = _tr("It is saved, and its words can be written down when you open Folkmoot again.")
    if busy:
        more += " " + _tr("What is being processed stops, too, and continues then.")
    return ask(
        parent,
        "confirmEndRecording",
        _tr("Stop the recording and close?"),
        more,
        _tr("Stop and save"),
        _tr("Keep recording"),
        then,
    )


def confirm_discard(parent: QWidget, title: str, meeting_id: str, then: Callable[[str], None]) -> QMessageBox:
    def agreed() -> None:
        then(meeting_id)

    return ask(
        parent,
        "confirmDiscard",
        _tr("Discard “{title}”?").format(title=title),
        _tr("The recording and its notes are removed for good. Nobody else has a copy."),
        _tr("Discard"),
        _tr("Keep"),
        agreed,
    )


def saving(parent: QWidget, *, recording: bool) -> QMessageBox:
    """Says what the closing window waits for. It closes by itself."""
    box = QMessageBox(parent)
    box.setObjectName("saving")
    box.setWindowTitle("Folkmoot")
    box.setText(f"<b>{escape(_tr('Saving the recording') if recording else _tr('Saving your changes'))}</b>")
    box.setInformativeText(_tr("Folkmoot closes as soon as everything is on the disk."))
    box.setStandardButtons(QMessageBox.StandardButton.NoButton)
    return open_dialog(box)


def about(parent: QWidget, models: ModelsInUse | None) -> QMessageBox:
    from importlib.metadata import PackageNotFoundError, version  # not worth its time at the start

    try:
        number = version("folkmoot")
    except PackageNotFoundError:  # run from a source tree that is not installed
        number = ""
    box = QMessageBox(parent)
    box.setWindowTitle(_tr("About Folkmoot"))
    box.setText(f"Folkmoot {number}".strip())
    words = [_tr("A meeting assistant whose audio, text and models never leave your machine.")]
    if models is not None:
        words.append(_tr("Speech: {speech}\nMinutes: {text}").format(speech=models.speech, text=models.text))
    words.append(_tr("Icons: Lucide, ISC licence."))
    box.setInformativeText("\n\n".join(words))
    box.setStandardButtons(QMessageBox.StandardButton.Close)
    return open_dialog(box)


def reapply_theme() -> None:
    """The system went from light to dark or back."""
    app = QApplication.instance()
    if isinstance(app, QApplication):
        theme.apply(app)


def ask(
    parent: QWidget, name: str, question: str, more: str, yes: str, no: str, then: Callable[[], None]
) -> QMessageBox:
    """A question with verbs on its buttons. Escape and closing mean no, and so does Return."""
    box = QMessageBox(parent)
    box.setObjectName(name)
    box.setWindowTitle("Folkmoot")
    box.setText(f"<b>{escape(question)}</b>")
    box.setInformativeText(more)
    agree = box.addButton(yes, QMessageBox.ButtonRole.AcceptRole)
    stay = box.addButton(no, QMessageBox.ButtonRole.RejectRole)
    agree.setObjectName("agree")
    stay.setObjectName("stay")
    box.setDefaultButton(stay)
    box.setEscapeButton(stay)
    agree.clicked.connect(then)
    return open_dialog(box)


def open_dialog(dialog: D) -> D:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowModality(Qt.WindowModality.WindowModal)
    dialog.open()
    return dialog
