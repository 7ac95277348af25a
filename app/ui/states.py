"""What the page shows when there is no meeting on it, and what floats over it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.ui import theme
from app.ui.transcript_canvas import reading_column
from app.ui.widgets import Glyph, IconButton, button, label
from app.viewmodels.damage import Damage
from app.viewmodels.phrases import said
from app.viewmodels.problems import Problem


class _Centred(QWidget):
    """An icon, a sentence, another one, and what can be done, in the middle of the page."""

    WIDTH = 420

    def __init__(
        self, icon: str, title: str, text: str, buttons: tuple[QPushButton, ...], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.title = label("", theme.TITLE, 600, wrap=True)
        self.text = label("", theme.BODY, secondary=True, wrap=True)
        for sentence in (self.title, self.text):
            sentence.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.say(title, text)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.XL, theme.XL, theme.XL, theme.XL)
        column.setSpacing(0)
        centre = Qt.AlignmentFlag.AlignHCenter
        column.addStretch(4)
        column.addWidget(Glyph(icon, size=40), 0, centre)
        column.addSpacing(theme.L)
        column.addWidget(self.title, 0, centre)
        column.addSpacing(theme.S)
        column.addWidget(self.text, 0, centre)
        column.addSpacing(theme.XL)
        self._buttons = buttons
        self._row = row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        row.setSpacing(theme.S)
        row.addStretch(1)
        for b in buttons:
            row.addWidget(b, 0, centre)
        row.addStretch(1)
        column.addLayout(row)
        column.addStretch(5)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Buttons that do not fit side by side stand one below another."""
        super().resizeEvent(event)
        wanted = sum(b.sizeHint().width() + theme.S for b in self._buttons)
        ways = QBoxLayout.Direction
        self._row.setDirection(ways.LeftToRight if wanted <= self.width() - 2 * theme.XL else ways.TopToBottom)

    def minimumSizeHint(self) -> QSize:
        widest = max((b.sizeHint().width() for b in self._buttons), default=0)
        return QSize(max(self.WIDTH, widest) + 2 * theme.XL, super().minimumSizeHint().height())

    def say(self, title: str, text: str) -> None:
        for words, sentence in ((self.title, title), (self.text, text)):
            words.setText(sentence)
            words.setFixedSize(self.WIDTH, max(0, words.heightForWidth(self.WIDTH)))


class EmptyState(_Centred):
    """No meetings yet.

    Signals:
        record_wanted, import_wanted, sample_wanted: what the buttons say.
    """

    record_wanted = Signal()
    import_wanted = Signal()
    sample_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        self.record_button = button(self.tr("New recording"), "primary", icon="mic", keys="Ctrl+N")
        self.import_button = button(self.tr("Import a recording"), keys="Ctrl+O")
        self.sample_button = button(self.tr("Try the sample meeting"))
        super().__init__(
            "audio-lines",
            self.tr("No meetings yet"),
            self.tr(
                "Record a meeting, or drop an audio or video file on this window. Folkmoot writes down who said "
                "what and makes the minutes. Nothing leaves this computer."
            ),
            (self.record_button, self.import_button, self.sample_button),
            parent,
        )
        self.record_button.clicked.connect(self.record_wanted)
        self.import_button.clicked.connect(self.import_wanted)
        self.sample_button.clicked.connect(self.sample_wanted)


class NothingChosen(_Centred):
    """There are meetings, but none is open."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            "audio-lines",
            self.tr("No meeting chosen"),
            self.tr("Choose a meeting on the left, or drop a recording on this window."),
            (),
            parent,
        )


class LibraryProblem(_Centred):
    """The library cannot be opened.

    Signals:
        retry_wanted: the button was pressed.
    """

    retry_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        self.retry_button = button(self.tr("Try again"), "primary")
        super().__init__("triangle-alert", "", "", (self.retry_button,), parent)
        self.retry_button.clicked.connect(self.retry_wanted)

    def explain(self, problem: Problem) -> None:
        self.say(problem.what, problem.to_do)


class DamagedMeeting(_Centred):
    """A meeting whose rows cannot be read.

    Signals:
        folder_wanted: where its sound may be. (Path)
        retry_wanted, trash_wanted: what the buttons say.
    """

    folder_wanted = Signal(object)
    retry_wanted = Signal()
    trash_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        self.folder_button = button(self.tr("Show its folder"), "primary")
        self.retry_button = button(self.tr("Try again"))
        self.trash_button = button(self.tr("Move to the trash"))
        super().__init__("triangle-alert", "", "", (self.folder_button, self.retry_button, self.trash_button), parent)
        self._folder: Path | None = None
        self.folder_button.clicked.connect(self._on_folder)
        self.retry_button.clicked.connect(self.retry_wanted)
        self.trash_button.clicked.connect(self.trash_wanted)

    def explain(self, damage: Damage) -> None:
        self._folder = damage.folder
        self.folder_button.setVisible(damage.folder is not None)
        text = (
            self.tr(
                "Its sound may still be in its folder. Import it from there as a recording, and it is written down "
                "once more. All other meetings are as they were."
            )
            if damage.folder is not None
            else self.tr(
                "Its folder is gone, too. If you have a backup of the library, bring it back and try again. All other "
                "meetings are as they were."
            )
        )
        self.say(said(damage.what), text)

    @Slot()
    def _on_folder(self) -> None:
        if self._folder is not None:
            self.folder_wanted.emit(self._folder)


class DropOverlay(QWidget):
    """Over the whole window while files are dragged across it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._around = parent
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._words = label(self.tr("Drop to import"), theme.TITLE, 600)
        column = QVBoxLayout(self)
        column.addStretch(1)
        column.addWidget(Glyph("download", "accent", 40), 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(theme.M)
        column.addWidget(self._words, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        self.hide()

    def cover(self) -> None:
        self.setGeometry(self._around.rect())
        self.raise_()
        self.show()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        veil = theme.colour("page")
        veil.setAlpha(242)
        painter.fillRect(self.rect(), veil)
        pen = QPen(theme.colour("accent"), 2, Qt.PenStyle.CustomDashLine)
        pen.setDashPattern([4, 4])
        painter.setPen(pen)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(17, 17, -17, -17), theme.CARD_RADIUS, theme.CARD_RADIUS)


class Toast(QFrame):
    """A sentence over the lower edge of the page. Success goes away by itself; a problem stays until it is closed, its
    page is left, or what did not work has worked."""

    STAY_MS, OFFER_MS = 4000, 8000

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._around = parent
        self._clear_of: QWidget | None = None
        self.setObjectName("toast")
        self._glyph = Glyph("circle-check", "success")
        self._text = label("", theme.BODY)
        self.action = button("", parent=self)
        self.action.hide()
        self._act: Callable[[], None] | None = None
        self.is_problem = False
        self._close = IconButton("x", self.tr("Close"), self, size=16)
        self._close.setFixedSize(24, 24)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.L, theme.S, theme.S, theme.S)
        row.setSpacing(theme.S)
        row.addWidget(self._glyph)
        row.addWidget(self._text)
        row.addWidget(self.action)
        row.addWidget(self._close)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        self._close.clicked.connect(self.hide)
        self.action.clicked.connect(self._on_action)
        parent.installEventFilter(self)
        self.hide()

    @property
    def text(self) -> str:
        return self._text.text()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        moved = event.type() in (QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Show, QEvent.Type.Hide)
        if moved and self.isVisible():
            self.place()
        return super().eventFilter(watched, event)

    @Slot(str)
    def say(self, text: str) -> None:
        self._show(text, "circle-check", "success")
        self._timer.start(self.STAY_MS)

    def offer(self, text: str, verb: str, then: Callable[[], None]) -> None:
        """Success that can be taken back, for a little longer."""
        self._show(text, "circle-check", "success", verb, then)
        self._timer.start(self.OFFER_MS)

    @Slot()
    def _on_action(self) -> None:
        act, self._act = self._act, None
        self.hide()
        if act is not None:
            act()

    @Slot(object)
    def show_problem(self, problem: Problem, verb: str = "", then: Callable[[], None] | None = None) -> None:
        """`verb`: what its button says, if it has one."""
        self._timer.stop()
        self._show(f"{problem.what} {problem.to_do}".strip(), "triangle-alert", "warning", verb, then)
        self.is_problem = True
        self._text.setToolTip(problem.where)

    def suggest(self, text: str, verb: str, then: Callable[[], None]) -> None:
        """What can be done, for a little longer than what was done."""
        self._show(text, "info", "secondary", verb, then)
        self._timer.start(self.OFFER_MS)

    @Slot()
    def drop_problem(self) -> None:
        """What went wrong is over, or the page where it did is not on the screen any more."""
        if self.is_problem:
            self.hide()

    def _show(self, text: str, icon: str, role: str, verb: str = "", then: Callable[[], None] | None = None) -> None:
        self._act = then
        self.is_problem = False
        self._text.setToolTip("")
        self.action.setText(verb)
        self.action.setVisible(bool(verb))
        self._glyph.show_icon(icon, role)
        self.setAccessibleName(text)
        self._text.setText(text)
        self.show()
        self.place()
        self.raise_()

    def place(self) -> None:
        """Centred, near the lower edge of what it lies on, no wider than fits there."""
        beside = self.action.sizeHint().width() + theme.S if self.action.isVisibleTo(self) else 0
        room = max(240, self._around.width() - 2 * theme.XL - beside) - 120
        line = self._text.fontMetrics().horizontalAdvance(self._text.text()) + 2
        width = min(line, room)
        self._text.setWordWrap(line > room)
        self._text.setFixedSize(width, max(self._text.fontMetrics().height(), self._text.heightForWidth(width)))
        self.adjustSize()
        around = self._around.rect()
        foot, below = around.height(), self._clear_of
        if below is not None and below.isVisible():
            foot = below.mapTo(self._around, QPoint(0, 0)).y() + theme.M
        self.move((around.width() - self.width()) // 2, max(0, foot - self.height() - theme.XL))

    def keep_clear_of(self, widget: QWidget) -> None:
        """Controls at the lower edge that stay in use while something is said."""
        self._clear_of = widget
        widget.installEventFilter(self)


class OverReading(QWidget):
    """A card as wide as the reading column below it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.card = QFrame(self)
        self.card.setObjectName("card")
        self._whole = QHBoxLayout(self)
        self._whole.addWidget(self.card)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        left, width = reading_column(self.width(), theme.SCROLL_BAR)
        self._whole.setContentsMargins(left, theme.L, self.width() - left - width, 0)


class TrashBar(OverReading):
    """Over the page of a meeting that is in the trash.

    Signals:
        restore_wanted, delete_wanted: what the buttons say.
    """

    restore_wanted = Signal()
    delete_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.restore_button = button(self.tr("Restore"))
        self.delete_button = button(self.tr("Delete for good…"))
        row = QHBoxLayout(self.card)
        row.setContentsMargins(theme.L, theme.S, theme.S, theme.S)
        row.setSpacing(theme.S)
        row.addWidget(Glyph("trash-2"))
        row.addWidget(label(self.tr("This meeting is in the trash."), wrap=True), 1)
        row.addWidget(self.restore_button)
        row.addWidget(self.delete_button)
        self.restore_button.clicked.connect(self.restore_wanted)
        self.delete_button.clicked.connect(self.delete_wanted)
        self.hide()
