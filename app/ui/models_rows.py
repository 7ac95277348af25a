"""One model in the list: what it is, what it needs, what is being done with it, and what can be done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QVBoxLayout, QWidget

from app.ui import theme
from app.ui.widgets import Glyph, IconButton, ProgressLine, button, label, repolish
from app.viewmodels.formatting import remaining
from app.viewmodels.languages import language_title
from app.viewmodels.models import size
from app.viewmodels.transfers import Transfer
from app.workers.models_services import ModelInfo

FEW = 4  # languages that are named; of more, how many


def badge(parent: QWidget) -> QLabel:
    made = label("", theme.SMALL, parent=parent)
    made.setObjectName("badge")
    made.hide()
    return made


def show_badge(made: QLabel, text: str, mood: Literal["", "good", "problem"] = "") -> None:
    made.setText(text)
    made.setVisible(bool(text))
    if made.property("mood") != mood:
        made.setProperty("mood", mood)
        repolish(made)


class ModelRow(QFrame):
    """Signals, each with the id of the model:
    get, pause, give_up, verify, remove, licence: what can be done with it.
    use: take it for its task.
    """

    get = Signal(str, bool)  # and whether what is here is to be mended
    pause = Signal(str)
    give_up = Signal(str)
    verify = Signal(str)
    remove = Signal(str)
    licence = Signal(str)
    use = Signal(str)

    def __init__(self, info: ModelInfo, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.info = info
        self._transfer: Transfer | None = None
        self._used = False
        self.title = label(info.title, theme.BODY, 600)
        self.state = badge(self)
        self.hint = badge(self)
        self.facts = label("", theme.SMALL, secondary=True, wrap=True)
        self.note = label("", theme.BODY, wrap=True)
        self.line = ProgressLine()
        self.progress = label("", theme.SMALL, secondary=True, wrap=True)
        self.problem = label("", theme.SMALL, wrap=True)
        self._sign = Glyph("triangle-alert", "warning", 14)
        self.main = button("", parent=self)
        self.pause_button = IconButton("pause", self.tr("Pause the download"), self, size=16)
        self.stop_button = IconButton("x", self.tr("Cancel"), self, size=16)
        self.more = IconButton("ellipsis", self.tr("More for {model}").format(model=info.title), self, size=16)
        self._lay_out()
        self.main.clicked.connect(self._on_main)
        self.pause_button.clicked.connect(lambda: self.pause.emit(self.info.id))
        self.stop_button.clicked.connect(lambda: self.give_up.emit(self.info.id))
        self.more.clicked.connect(self._open_menu)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(theme.S)
        head.addWidget(self.title)
        head.addWidget(self.state)
        head.addWidget(self.hint)
        head.addStretch(1)
        trouble = QHBoxLayout()
        trouble.setSpacing(6)
        trouble.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        trouble.addWidget(self.problem, 1)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addLayout(head)
        words.addWidget(self.note)
        words.addWidget(self.facts)
        words.addSpacing(2)
        words.addWidget(self.line)
        words.addWidget(self.progress)
        words.addLayout(trouble)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, theme.M, 0, theme.M)
        row.setSpacing(theme.M)
        row.addLayout(words, 1)
        top = Qt.AlignmentFlag.AlignTop
        for control in (self.main, self.pause_button, self.stop_button, self.more):
            row.addWidget(control, 0, top)

    def show_model(self, info: ModelInfo, transfer: Transfer | None, *, used: bool, recommended: bool) -> None:
        self.info, self._transfer, self._used = info, transfer, used
        self.title.setText(info.title)
        self.note.setText(info.note)
        self.note.setVisible(bool(info.note))
        self.facts.setText(" · ".join(self._facts(info)))
        if used:
            show_badge(self.state, self.tr("In use"), "good")
        elif info.problem:
            show_badge(self.state, self.tr("Damaged"), "problem")
        else:
            show_badge(self.state, self.tr("Here") if info.is_here and not info.is_starter else "")
        show_badge(self.hint, self.tr("Recommended") if recommended and not used else "")
        self.show_transfer(transfer)

    def show_transfer(self, transfer: Transfer | None) -> None:
        """How far it is. Cheap: called some times a second."""
        self._transfer = transfer
        busy = transfer is not None
        self.line.setVisible(busy)
        self.progress.setVisible(busy)
        why = self.info.problem if transfer is None else ""
        if transfer is not None:
            moving = transfer.state in ("running", "stopping", "paused") or transfer.done_bytes > 0
            self.line.set_done(transfer.done if moving else 0.0)
            told = transfer.notices[-1:] if transfer.active else []
            self.progress.setText("\n".join((self._progress(transfer), *told)))
            if transfer.problem is not None:
                why = f"{transfer.problem.what} {transfer.problem.to_do}".strip()
        self.problem.setText(why)
        self.problem.setVisible(bool(why))
        self._sign.setVisible(bool(why))
        self._offer(transfer)

    def _offer(self, transfer: Transfer | None) -> None:
        info = self.info
        state = transfer.state if transfer is not None else ""
        text = ""
        if transfer is None and info.can_fetch and not info.is_here:
            text = self.tr("Download again") if info.problem else self.tr("Download")
        elif state == "paused":
            text = self.tr("Go on")
        elif state == "failed" and transfer is not None and transfer.kind != "import" and info.can_fetch:
            text = self.tr("Download again") if transfer.kind == "verify" else self.tr("Try again")
        self.main.setText(text)
        self.main.setVisible(bool(text))
        self.main.setAccessibleName(f"{text}: {info.title}" if text else "")
        getting = transfer is not None and transfer.kind == "get"
        self.pause_button.setVisible(getting and state in ("waiting", "running"))
        self.stop_button.setVisible(transfer is not None)
        self.stop_button.setEnabled(state != "stopping")
        name = self.tr("Cancel and remove what has come of {model}") if getting else self.tr("Close: {model}")
        name = name.format(model=info.title)
        self.stop_button.setAccessibleName(name)
        self.stop_button.setToolTip(name)
        self.more.setVisible(transfer is None and not info.is_starter and (bool(info.folder) or info.can_fetch))

    def _facts(self, info: ModelInfo) -> list[str]:
        facts = [size(info.size_mb * 1e6)]
        if not info.is_starter:
            facts.append(self.tr("needs about {size} of memory").format(size=size(info.memory_mb * 1e6)))
        n = len(info.languages)
        if n > FEW:
            facts.append(self.tr("%n languages", "", n))
        elif n:
            facts.append(", ".join(language_title(name) for name in info.languages))
        if "listen" in info.capabilities:
            facts.append(self.tr("hears more than words"))
        if info.licence and info.licence != "unknown":
            facts.append(info.licence)
        if info.conditions:
            facts.append(self.tr("with conditions"))
        return facts

    def _progress(self, t: Transfer) -> str:
        if t.kind == "verify":
            return self.tr("Comparing checksums") if t.state != "failed" else ""
        if t.kind == "import":
            return t.message or self.tr("Looking at it")
        amount = self.tr("{done} of {total}").format(done=size(t.done_bytes), total=size(t.total_bytes))
        if t.state == "waiting":
            return self.tr("Waiting for the download before it")
        if t.state == "stopping":
            return self.tr("Stopping")
        if t.state == "paused" and not t.done_bytes:
            return self.tr("Not downloaded yet")
        if t.state == "paused":
            return self.tr("Paused at {amount}").format(amount=amount)
        if t.state == "failed":
            return amount if t.done_bytes else ""
        if not t.total_bytes or (t.message and not t.speed_bytes_s):
            return t.message or self.tr("Asking what there is")
        parts = [amount]
        if t.speed_bytes_s:
            parts.append(self.tr("{size} a second").format(size=size(t.speed_bytes_s)))
        if t.left_s is not None:
            parts.append(remaining(t.left_s))
        return " · ".join(parts)

    @Slot()
    def _on_main(self) -> None:
        mend = bool(self.info.problem) or (self._transfer is not None and self._transfer.kind == "verify")
        if self._transfer is not None and self._transfer.kind == "get":
            mend = self._transfer.again
        self.get.emit(self.info.id, mend)

    def menu(self) -> QMenu:
        """What else can be done with it."""
        menu = QMenu(self)
        info = self.info

        def add(text: str, then: Callable[[str], None]) -> None:
            action = QAction(text, menu)
            action.triggered.connect(lambda: then(info.id))
            menu.addAction(action)

        if info.is_here and not self._used:
            add(self.tr("Use it"), self.use.emit)
        if info.folder:
            add(self.tr("Check the files"), self.verify.emit)
        if info.licence_url:
            add(self.tr("Read the licence"), self.licence.emit)
        if info.folder:
            menu.addSeparator()
            add(self.tr("Remove…"), self.remove.emit)
        return menu

    @Slot()
    def _open_menu(self) -> None:
        menu = self.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.more.mapToGlobal(QPoint(0, self.more.height())))
