"""The page before a recording: what it is called, what is recorded, and whether that can be heard."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from itertools import pairwise

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.domain.meeting import MIC
from app.ui import theme
from app.ui.banner import BannerCard
from app.ui.choice import Choice
from app.ui.meter import LevelMeter
from app.ui.widgets import ColumnArea, Glyph, button, label, with_keys
from app.viewmodels.banner import Banner
from app.viewmodels.marks import track_name
from app.viewmodels.problems import Problem
from app.viewmodels.recording_setup import TRACKS, SetupViewModel

WIDTH = 560
GLYPHS = {MIC: "mic"}


class TrackCard(QFrame):
    """One track: its device, how it sounds, and what is wrong with it.

    Signals:
        picked: another device was chosen. (choice)
    """

    picked = Signal(str)

    def __init__(self, track: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self._track = track
        name = track_name(track)
        self.device = Choice(name, self)
        self.meter = LevelMeter(self.tr("Level of {track}").format(track=name), self)
        self._glyph = Glyph(GLYPHS.get(track, "volume-2"), size=20)
        self._sign = Glyph("triangle-alert", "warning", 14)
        self.words = label("", theme.SMALL, secondary=True, wrap=True)
        self.words.setMinimumHeight(17)  # room for a line whether there is something to say or not
        head = QHBoxLayout()
        head.setSpacing(theme.M)
        head.addWidget(self._glyph)
        title = label(name, theme.BODY, 500)
        title.setMinimumWidth(124)
        head.addWidget(title)
        head.addWidget(self.device, 1)
        foot = QHBoxLayout()
        foot.setSpacing(6)
        foot.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        foot.addWidget(self.words, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.L, theme.M, theme.M, theme.S)
        column.setSpacing(theme.XS)
        column.addLayout(head)
        column.addSpacing(theme.XS)
        column.addWidget(self.meter)
        column.addLayout(foot)
        self.device.picked.connect(self.picked)

    def show_track(self, setup: SetupViewModel) -> None:
        """What can be chosen, and what is wrong."""
        shown = setup.track(self._track)
        self.device.show_options([(o.choice, o.label) for o in shown.options], shown.choice)
        self._show_words(shown.problem, shown.hint)
        if not shown.recorded:
            self.show_level(setup)

    def show_level(self, setup: SetupViewModel) -> None:
        self.meter.show_level(setup.level(self._track), on=setup.track(self._track).recorded)

    def _show_words(self, problem: Problem | None, hint: str) -> None:
        text = f"{problem.what} {problem.to_do}".strip() if problem is not None else hint
        self._sign.setVisible(problem is not None)
        if text != self.words.text():
            self.words.setText(text)
            self.device.setAccessibleDescription(text)


class SetupPage(QWidget):
    """Signals:
    start_wanted: (title)
    left: the user does not want to record after all.
    """

    start_wanted = Signal(str)
    left = Signal()

    def __init__(self, setup: SetupViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._setup = setup
        self._starting = False
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.title = QLineEdit(self)
        self.title.setObjectName("field")
        self.title.setAccessibleName(self.tr("Title"))
        self.title.setFont(theme.font())
        self.title.setMaxLength(200)
        self.title.setAcceptDrops(False)
        self.cards = {track: TrackCard(track, self) for track in TRACKS}
        self.problem = BannerCard(self)
        self.problem.hide()
        self.start_button = button(self.tr("Start recording"), "primary", icon="mic")
        self.start_button.setProperty("large", "true")
        self.start_button.setToolTip(with_keys(self.tr("Start recording"), "Return"))
        self.start_button.setMinimumWidth(220)
        self.cancel_button = button(self.tr("Cancel"), keys="Esc")
        self._lay_out()
        order = (self.title, *(c.device for c in self.cards.values()), self.start_button, self.cancel_button)
        for earlier, later in pairwise(order):
            self.setTabOrder(earlier, later)
        for track, card in self.cards.items():
            card.picked.connect(partial(self._on_picked, track))
        self.start_button.clicked.connect(self._start)
        self.cancel_button.clicked.connect(self.left)
        setup.changed.connect(self._on_changed)
        setup.levels_changed.connect(self._on_levels)
        self._on_changed()

    def _lay_out(self) -> None:
        area = ColumnArea(WIDTH, self, top=theme.XL, bottom=theme.XL)
        area.fill(self)
        column = area.column
        column.addStretch(2)
        column.addWidget(label(self.tr("New recording"), theme.TITLE, 600))
        column.addSpacing(theme.L)
        column.addWidget(self.title)
        column.addSpacing(theme.L)
        for card in self.cards.values():
            column.addWidget(card)
            column.addSpacing(theme.M)
        column.addWidget(self.problem)
        column.addSpacing(theme.M)
        row = QHBoxLayout()
        row.setSpacing(theme.S)
        row.addStretch(1)
        row.addWidget(self.cancel_button)
        row.addWidget(self.start_button)
        self.start_button.setAutoDefault(False)
        self.cancel_button.setProperty("large", "true")
        column.addLayout(row)
        column.addSpacing(theme.L)
        column.addWidget(
            label(
                self.tr("Everything stays on this computer. Ask the others whether they agree to be recorded."),
                theme.SMALL,
                secondary=True,
                wrap=True,
            )
        )
        column.addStretch(3)

    @property
    def choices(self) -> Mapping[str, str]:
        """Track → device, as chosen."""
        return self._setup.choices

    def begin(self) -> None:
        """A new recording is wanted."""
        self.title.clear()
        self.title.setPlaceholderText(self._setup.usual_title)
        self.problem.hide()
        self._allow_start(starting=False)
        self.title.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(object)
    def show_problem(self, problem: Problem) -> None:
        """Why the recording did not start."""
        self.problem.show_banner(Banner("failed", problem.what, problem.to_do))
        self.problem.show()
        self._allow_start(starting=False)

    def _allow_start(self, *, starting: bool) -> None:
        self._starting = starting
        self.start_button.setEnabled(self._setup.can_start and not starting)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._setup.enter()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._setup.leave()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._start()
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    @Slot()
    def _start(self) -> None:
        if self.start_button.isEnabled():
            self._allow_start(starting=True)  # not again until it runs, or could not
            self.problem.hide()
            self.start_wanted.emit(" ".join(self.title.text().split()) or self._setup.usual_title)

    def _on_picked(self, track: str, choice: str) -> None:
        self._setup.choose(track, choice)

    @Slot()
    def _on_changed(self) -> None:
        for card in self.cards.values():
            card.show_track(self._setup)
        self._allow_start(starting=self._starting)

    @Slot()
    def _on_levels(self) -> None:
        for card in self.cards.values():
            card.show_level(self._setup)
