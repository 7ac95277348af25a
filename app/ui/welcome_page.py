"""The first steps, one after another in the middle of the page."""

from __future__ import annotations

from functools import partial
from itertools import pairwise

from PySide6.QtCore import QRectF, Qt, Slot
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.ui import theme
from app.ui.setup_page import TrackCard
from app.ui.widgets import ColumnArea, Glyph, ProgressLine, button, label
from app.viewmodels.formatting import enumerated, remaining
from app.viewmodels.models import ModelsViewModel, size
from app.viewmodels.recording_setup import TRACKS, SetupViewModel
from app.viewmodels.welcome import Step, WelcomeViewModel

WIDTH = 560


class StepDots(QWidget):
    """Where one is: a dot for each step."""

    SIZE, GAP = 8, 10

    def __init__(self, count: int, parent: QWidget) -> None:
        super().__init__(parent)
        self._count = count
        self._at = 0
        self.setFixedSize(count * self.SIZE + (count - 1) * self.GAP, self.SIZE)

    def show_step(self, at: int) -> None:
        self._at = at
        self.setAccessibleName(self.tr("Step {number} of {count}").format(number=at + 1, count=self._count))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        for n in range(self._count):
            painter.setBrush(theme.colour("accent" if n == self._at else "control"))
            painter.drawEllipse(QRectF(n * (self.SIZE + self.GAP), 0, self.SIZE, self.SIZE))


def _carded() -> tuple[QWidget, QFrame]:
    """A step that is one card, no higher than what is in it."""
    page = QWidget()
    card = QFrame()
    card.setObjectName("card")
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(card)
    column.addStretch(1)
    return page, card


class WelcomePage(QWidget):
    """Four short steps."""

    def __init__(
        self,
        welcome: WelcomeViewModel,
        setup: SetupViewModel,
        models: ModelsViewModel,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._welcome = welcome
        self._setup = setup
        self._models = models
        self._hearing = False
        self.title = label("", theme.TITLE, 600, wrap=True)
        self.text = label("", theme.READING, secondary=True, wrap=True)
        self.steps = QStackedWidget(self)  # as high as its highest step: the buttons stay where they are
        self.dots = StepDots(len(Step), self)
        self.primary = button("", "primary", self)
        self.primary.setProperty("large", "true")
        self.secondary = button("", parent=self)
        self.secondary.setProperty("large", "true")
        self.back = button(self.tr("Back"), parent=self)
        self.back.setProperty("large", "true")
        self.leave = button(self.tr("Skip the introduction"), parent=self)
        for part in (self.leave, self.back):  # what comes and goes moves nothing
            policy = part.sizePolicy()
            policy.setRetainSizeWhenHidden(True)
            part.setSizePolicy(policy)
        self.cards = {track: TrackCard(track, self) for track in TRACKS}
        self.steps.addWidget(self._privacy())
        self.steps.addWidget(self._sound())
        self.steps.addWidget(self._models_step())
        self.steps.addWidget(self._sample())
        self._lay_out()
        self.primary.clicked.connect(self._on_primary)
        self.secondary.clicked.connect(welcome.forward)
        self.back.clicked.connect(welcome.back)
        self.leave.clicked.connect(welcome.finish)
        welcome.changed.connect(self.refresh)
        setup.changed.connect(self._show_devices)
        setup.levels_changed.connect(self._show_levels)
        models.surveyed.connect(self.refresh)
        models.changed.connect(self.refresh)
        models.transfers.moved.connect(self._show_models)
        self.fetch.clicked.connect(self._on_fetch)
        order = (
            *(c.device for c in self.cards.values()),
            self.fetch,
            self.primary,
            self.secondary,
            self.back,
            self.leave,
        )
        for earlier, later in pairwise(order):
            self.setTabOrder(earlier, later)
        self.refresh()

    def first_control(self) -> QWidget:
        """Where the keyboard begins."""
        return self.primary

    # Building

    def _lay_out(self) -> None:
        area = ColumnArea(WIDTH, self, bottom=theme.XL)
        area.fill(self)
        column = area.column
        top = QHBoxLayout()
        top.addStretch(1)
        top.addWidget(self.leave)
        column.addLayout(top)
        column.addStretch(2)
        column.addWidget(self.title)
        column.addSpacing(theme.S)
        column.addWidget(self.text)
        column.addSpacing(theme.XL)
        column.addWidget(self.steps)
        column.addSpacing(theme.XL)
        row = QHBoxLayout()
        row.setSpacing(theme.S)
        row.addWidget(self.dots)
        row.addStretch(1)
        row.addWidget(self.back)
        row.addWidget(self.secondary)
        row.addWidget(self.primary)
        column.addLayout(row)
        column.addStretch(3)

    def _privacy(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.L)
        for icon, title, text in (
            (
                "shield-check",
                self.tr("Everything stays on this computer"),
                self.tr("No account, no cloud, no counting. Sound, words and models are here and nowhere else."),
            ),
            (
                "mic",
                self.tr("Nothing is recorded unless you start it"),
                self.tr("Ask the others whether they agree. In many places the law asks for it, too."),
            ),
            (
                "hard-drive",
                self.tr("Your meetings are yours"),
                self.tr("They are kept in a folder you can open, and can be exported as Markdown at any time."),
            ),
        ):
            row = QHBoxLayout()
            row.setSpacing(theme.L)
            row.addWidget(Glyph(icon, "accent", 20), 0, Qt.AlignmentFlag.AlignTop)
            words = QVBoxLayout()
            words.setSpacing(2)
            words.addWidget(label(title, theme.BODY, 600, wrap=True))
            words.addWidget(label(text, theme.BODY, secondary=True, wrap=True))
            words.addStretch(1)
            row.addLayout(words, 1)
            column.addLayout(row)
        column.addStretch(1)
        return page

    def _sound(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.M)
        for track, card in self.cards.items():
            column.addWidget(card)
            card.picked.connect(partial(self._on_picked, track))
        column.addStretch(1)
        return page

    def _models_step(self) -> QWidget:
        page, card = _carded()
        self.fetch = button("", parent=card)
        self.advice = label("", theme.BODY, 600, wrap=True)
        self.why = label("", theme.BODY, secondary=True, wrap=True)
        self.line = ProgressLine()
        self.progress = label("", theme.SMALL, secondary=True, wrap=True)
        column = QVBoxLayout()
        column.setSpacing(theme.S)
        for widget in (self.advice, self.why, self.line, self.progress):
            column.addWidget(widget)
        row = QHBoxLayout(card)
        row.setContentsMargins(theme.L, theme.L, theme.L, theme.L)
        row.setSpacing(theme.L)
        row.addLayout(column, 1)
        row.addWidget(self.fetch, 0, Qt.AlignmentFlag.AlignTop)  # here from the first moment on, whatever the words are
        for text in (self._fetch_words(88.8e9), self.tr("Downloading")):
            self.fetch.setText(text)
            self.fetch.setMinimumWidth(max(self.fetch.minimumWidth(), self.fetch.sizeHint().width()))
        return page

    def _sample(self) -> QWidget:
        page, card = _carded()
        row = QHBoxLayout(card)
        row.setContentsMargins(theme.L, theme.L, theme.L, theme.L)
        row.setSpacing(theme.L)
        row.addWidget(Glyph("audio-lines", "accent", 20), 0, Qt.AlignmentFlag.AlignTop)
        what = self.tr(
            "Four people plan a release. In less than a minute you see who said what, the decisions and the action "
            "items, each with the place in the meeting where it was said."
        )
        row.addWidget(label(what, theme.BODY, wrap=True), 1)
        return page

    # What is shown

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._models.refresh()
        self._listen()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._listen()

    def _listen(self) -> None:
        """The devices are open while their meters are on the screen, and not longer."""
        wanted = self.isVisible() and self._welcome.step == Step.SOUND
        if wanted != self._hearing:
            self._hearing = wanted
            if wanted:
                self._setup.enter()
            else:
                self._setup.leave()

    @Slot()
    def refresh(self) -> None:
        step = self._welcome.step
        title, text = self._words(step)
        moved = self.steps.currentIndex() != step or not self.title.text()
        self.title.setText(title)
        self.text.setText(text)
        self.steps.setCurrentIndex(step)
        self.dots.show_step(step)
        self.back.setVisible(step != Step.WELCOME)
        self._show_models()
        self._name_buttons(step)
        self._listen()
        if step == Step.MODELS and self.isVisible() and self._models.survey_problem is None:
            self._models.survey()
        if moved and self.isVisible():
            self.primary.setFocus(Qt.FocusReason.OtherFocusReason)

    def _words(self, step: Step) -> tuple[str, str]:
        return {
            Step.WELCOME: (
                self.tr("Welcome to Folkmoot"),
                self.tr("It records meetings, writes down who said what, and makes the minutes."),
            ),
            Step.SOUND: (
                self.tr("Can you be heard?"),
                self.tr("Say something, and let something play. Both bars should move."),
            ),
            Step.MODELS: (
                self.tr("Models that understand speech"),
                self.tr("A small kit to try things with is here. Better ones are downloaded once."),
            ),
            Step.SAMPLE: (
                self.tr("Try it with a sample meeting"),
                self.tr("Nothing has to be set up for it."),
            ),
        }[step]

    def _name_buttons(self, step: Step) -> None:
        primary, secondary = self.tr("Continue"), ""
        if step == Step.SAMPLE:
            primary, secondary = self.tr("Try the sample meeting"), self.tr("Start without it")
        self.primary.setText(primary)
        self.secondary.setText(secondary)
        self.secondary.setVisible(bool(secondary))
        self.leave.setVisible(step != Step.SAMPLE)

    @Slot()
    def _show_models(self) -> None:
        m = self._models
        found = m.recommendation
        transfers = [t for t in m.transfers.all if t.kind == "get" and t.model in m.recommended]
        failed = next((t.problem for t in transfers if t.problem is not None), None)
        problem = failed or (m.survey_problem if found is None else None)
        if problem is not None:
            self.advice.setText(problem.what)
            self.why.setText(problem.to_do)
        elif found is None:
            self.advice.setText(self.tr("Finding out what fits this computer"))
            self.why.setText(self.tr("This takes some seconds. You need not wait for it."))
        elif not m.missing_mb:
            self.advice.setText(self.tr("The models that fit this computer are here."))
            self.why.setText(enumerated([c.title for c in found.choices if c.model in m.recommended]))
        else:
            titles = enumerated([c.title for c in found.choices if c.model in m.recommended])
            self.advice.setText(self.tr("Recommended here: {models}").format(models=titles))
            self.why.setText(" ".join(found.reasons))
        running = [t for t in transfers if t.active]
        self.line.setVisible(bool(running))
        self.progress.setVisible(bool(running))
        if running:
            done, total = (sum(getattr(t, f"{part}_bytes") for t in running) for part in ("done", "total"))
            self.line.set_done(done / total if total else 0.0)
            left = next((t.left_s for t in running if t.left_s is not None), None)
            amount = self.tr("{done} of {total}").format(done=size(done), total=size(total))
            words = self.tr("It goes on while you look around.")
            self.progress.setText(" · ".join(p for p in (amount, "" if left is None else remaining(left), words) if p))
        self._offer(looking=found is None and problem is None, failed=failed is not None, running=bool(running))

    def _offer(self, *, looking: bool, failed: bool, running: bool) -> None:
        """What the button beside the models says. It never is what Enter does: so much is fetched on purpose only."""
        m = self._models
        missing = m.missing_mb
        again = m.recommendation is None and not looking
        if running:
            text = self.tr("Downloading")
        elif again:
            text = self.tr("Look again")
        elif failed:
            text = self.tr("Try again")
        else:
            text = self._fetch_words(missing * 1e6)
        if self.fetch.hasFocus() and (running or looking):
            self.primary.setFocus(Qt.FocusReason.OtherFocusReason)
        self.fetch.setText(text)
        self.fetch.setEnabled(not running and (again or missing > 0))
        self.fetch.setVisible(looking or running or again or missing > 0)

    def _fetch_words(self, count: float) -> str:
        return self.tr("Download {size}").format(size=size(count) if count else "…")

    @Slot()
    def _on_fetch(self) -> None:
        if self._models.recommendation is None:
            self._models.survey()
        else:
            self._models.get_recommended()

    @Slot()
    def _show_devices(self) -> None:
        for card in self.cards.values():
            card.show_track(self._setup)

    @Slot()
    def _show_levels(self) -> None:
        for card in self.cards.values():
            card.show_level(self._setup)

    def _on_picked(self, track: str, choice: str) -> None:
        self._setup.choose(track, choice)
        self._welcome.choose_device(track, choice)

    @Slot()
    def _on_primary(self) -> None:
        if self._welcome.step == Step.SAMPLE:
            self._welcome.try_sample()
            return
        self._welcome.forward()
