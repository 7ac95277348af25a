"""What this computer has and what is recommended here; and what is in its memory now."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.ui import theme
from app.ui.widgets import Glyph, button, label
from app.viewmodels.formatting import enumerated
from app.viewmodels.models import ModelsViewModel, size
from app.workers.models_services import Machine


class MachineCard(QFrame):
    """Signals:
    wanted: fetch and use what is recommended.
    """

    wanted = Signal()

    def __init__(self, models: ModelsViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self._models = models
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(theme.L)
        self._grid.setVerticalSpacing(theme.XS)
        self._grid.setColumnStretch(1, 1)
        self._values: dict[str, QLabel] = {}
        for n, (key, name) in enumerate(
            (
                ("processor", self.tr("Processor")),
                ("memory", self.tr("Memory")),
                ("cards", self.tr("Graphics card")),
                ("disk", self.tr("Disk")),
            )
        ):
            self._grid.addWidget(label(name, theme.BODY, secondary=True), n, 0, Qt.AlignmentFlag.AlignTop)
            self._values[key] = label("…", theme.BODY, wrap=True)
            self._grid.addWidget(self._values[key], n, 1)
        self.again = button(self.tr("Look again"), parent=self)
        self.fetch = button("", "primary", self)
        self.advice = label("", theme.BODY, 600, wrap=True)
        self.why = label("", theme.BODY, wrap=True)
        self.reasons = label("", theme.SMALL, secondary=True, wrap=True)
        self.warnings = label("", theme.SMALL, wrap=True)
        self._sign = Glyph("triangle-alert", "warning", 14)
        self._tick = Glyph("circle-check", "success", 18)
        self._lay_out()
        self.again.clicked.connect(self._on_again)
        self.fetch.clicked.connect(self.wanted)
        models.surveyed.connect(self.refresh)
        models.changed.connect(self.refresh)
        models.transfers.moved.connect(self.refresh)
        self.refresh()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.L, theme.L, theme.L, theme.L)
        column.setSpacing(theme.S)
        head = QHBoxLayout()
        head.addWidget(label(self.tr("This computer"), theme.READING, 600), 1)
        head.addWidget(self.again)
        column.addLayout(head)
        column.addLayout(self._grid)
        column.addSpacing(theme.M)
        advice = QHBoxLayout()
        advice.setSpacing(theme.S)
        advice.addWidget(self._tick, 0, Qt.AlignmentFlag.AlignTop)
        advice.addWidget(self.advice, 1)
        column.addLayout(advice)
        column.addWidget(self.why)
        column.addWidget(self.reasons)
        warning = QHBoxLayout()
        warning.setSpacing(6)
        warning.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        warning.addWidget(self.warnings, 1)
        column.addLayout(warning)
        column.addSpacing(theme.XS)
        column.addWidget(self.fetch, 0, Qt.AlignmentFlag.AlignLeft)

    @Slot()
    def _on_again(self) -> None:
        self._models.survey(again=True)

    @Slot()
    def refresh(self) -> None:
        m = self._models
        self.again.setEnabled(not m.surveying)
        if m.machine is not None:
            self._show_machine(m.machine)
        self._show_advice()

    def _show_machine(self, machine: Machine) -> None:
        cores = self.tr("1 core") if machine.cores == 1 else self.tr("%n cores", "", machine.cores)
        self._values["processor"].setText(" · ".join(p for p in (machine.processor, cores) if p))
        memory = self.tr("{total}, of which {free} are free")
        self._values["memory"].setText(
            memory.format(total=_binary(machine.memory_mb), free=_binary(machine.memory_free_mb))
        )
        cards = ", ".join(f"{name} · {_binary(mb)}" for name, mb in machine.cards)
        none = self.tr("None that can be used; the processor does the work")
        self._values["cards"].setText(cards or none)
        self._values["disk"].setText(self.tr("{free} free").format(free=_binary(machine.disk_free_mb)))

    def _show_advice(self) -> None:
        m = self._models
        found = m.recommendation
        missing = m.missing_mb
        self._tick.setVisible(m.has_recommended)
        self.fetch.setVisible(found is not None and bool(m.recommended) and not m.has_recommended)
        fetching = any(t.kind == "get" and t.active for t in m.transfers.all if t.model in m.recommended)
        self.fetch.setEnabled(not fetching)
        if fetching:
            self.fetch.setText(self.tr("Downloading"))
        elif missing:
            self.fetch.setText(self.tr("Download {size} and use them").format(size=size(missing * 1e6)))
        else:
            self.fetch.setText(self.tr("Use them"))
        if found is None:
            problem = m.survey_problem
            self.advice.setText(problem.what if problem else self.tr("Finding out what fits this computer"))
            self._set(self.why, problem.to_do if problem else self.tr("This takes some seconds."))
            self._set(self.reasons, "")
            self._set(self.warnings, "")
            self._sign.hide()
            return
        if m.has_recommended:
            self.advice.setText(self.tr("You use what is recommended for this computer"))
        else:
            titles = enumerated([c.title for c in found.choices if c.model in m.recommended])
            self.advice.setText(self.tr("Recommended here: {models}").format(models=titles))
        self._set(self.why, "\n".join(f"{c.title}: {c.why}" for c in found.choices if c.model in m.recommended))
        self._set(self.reasons, " ".join(found.reasons))
        self._set(self.warnings, " ".join(found.warnings))
        self._sign.setVisible(bool(found.warnings))

    @staticmethod
    def _set(words: QLabel, text: str) -> None:
        words.setText(text)
        words.setVisible(bool(text))


class MemoryCard(QFrame):
    """What is loaded where, as the process that holds it says."""

    def __init__(self, models: ModelsViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self._models = models
        self.words = label("", theme.BODY, wrap=True)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.note = label(
            self.tr("What the models themselves take. While they work they need more."),
            theme.SMALL,
            secondary=True,
            wrap=True,
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.L, theme.M, theme.L, theme.M)
        column.setSpacing(theme.XS)
        column.addWidget(self.words)
        column.addWidget(self.note)
        models.loaded_changed.connect(self.refresh)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        places = {"cpu": self.tr("on the processor"), "mps": self.tr("on the graphics card")}
        bits = {
            "float32": self.tr("in 32 bits"),
            "bfloat16": self.tr("in 16 bits"),
            "float16": self.tr("in 16 bits"),
            "int8": self.tr("in 8 bits"),
            "int4": self.tr("in 4 bits"),
        }
        lines = [
            self.tr("{model} · {size} · {place} · {precision}").format(
                model=m.title,
                size=size(m.memory_mb * 1e6),
                place=places.get(m.device, self.tr("on the graphics card ({device})").format(device=m.device)),
                precision=bits.get(m.precision, m.precision),
            )
            for m in self._models.loaded
        ]
        nothing = self.tr("Nothing. Models are loaded when a meeting needs them, and leave the memory afterwards.")
        self.words.setText("\n".join(lines) or nothing)
        self.note.setVisible(bool(lines))


def _binary(mb: int) -> str:
    """Memory as it is sold: 32,768 MB are 32 GB. Unknown is said as such."""
    return f"{mb / 1024:.0f} GB" if mb >= 1024 else f"{mb} MB" if mb else "?"
