"""The minutes as a document: read, correct, tick off; every item shows the places in the transcript that prove it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal, Slot
from PySide6.QtGui import (
    QContextMenuEvent,
    QGuiApplication,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.domain.meeting import Stage
from app.ui import theme
from app.ui.edge_fade import EdgeFade
from app.ui.in_place import InPlace, put_away
from app.ui.minutes_menu import WriteAgainMenu
from app.ui.minutes_parts import go_along
from app.ui.minutes_section import Section
from app.ui.widgets import ElidedLabel, FlowLayout, ScrollBody, button, label, repolish
from app.viewmodels.meeting import MeetingViewModel
from app.viewmodels.minutes import Evidence, Item, Kind, MinutesDocument
from app.viewmodels.minutes_items import MinutesItems

ADDED: tuple[Kind, ...] = ("chapter", "decision", "action", "question")


class Summary(QWidget):
    """The summary; Return, F2 or a double click changes it."""

    def __init__(self, panel: MinutesPanel) -> None:
        super().__init__(panel)
        self._panel = panel
        self._text = ""
        self.editor: InPlace | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Summary"))
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(theme.S, theme.XS, theme.S, theme.XS)
        self.label = label("", theme.BODY, wrap=True, read=True)
        self._column.addWidget(self.label)

    def show_text(self, text: str) -> None:
        self._text = text
        self.label.setText(text)
        self.setVisible(bool(text))

    @Slot()
    def begin_edit(self) -> None:
        if not self._panel.changeable or self.editor is not None:
            return
        self.show()
        self.editor = InPlace(self._text, self.tr("Summary"), self, lines=True)
        self.editor.saved.connect(self._on_saved)
        self.editor.cancelled.connect(self._end_edit)
        self.label.hide()
        self._column.addWidget(self.editor)
        self.editor.show()
        self.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(str)
    def _on_saved(self, text: str) -> None:
        self._end_edit()
        if text != self._text.strip():
            self._panel.items.set_summary(text)

    @Slot()
    def _end_edit(self) -> None:
        editor, self.editor = self.editor, None
        put_away(editor, self.label, self)
        self.setVisible(bool(self._text))

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self.hasFocus():
            copies = event.keyCombination().toCombined() == (Qt.Modifier.CTRL | Qt.Key.Key_C).toCombined()
            if event.key() == Qt.Key.Key_F2 or copies:
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2):
            self.begin_edit()
        elif event.key() == Qt.Key.Key_C and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._panel.copy_text(self._text)
        elif event.key() == Qt.Key.Key_Down:
            self._panel.step(None, 1)
        else:
            super().keyPressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.begin_edit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self.tr("Change the words") + "\tF2", self.begin_edit).setEnabled(self._panel.changeable)
        menu.addAction(self.tr("Copy") + "\tCtrl+C", partial(self._panel.copy_text, self._text))
        menu.popup(event.globalPos())

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.hasFocus():
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(theme.colour("accent"))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), theme.RADIUS, theme.RADIUS)


class MinutesPanel(QWidget):
    """Signals:
    evidence_wanted: show these segments in the transcript. (segment ids)
    moment_wanted: show what is said from a time on. (seconds)
    play_wanted: a stretch is to be heard. (start, end in seconds)
    copied: a part is on the clipboard.
    """

    evidence_wanted = Signal(object)
    moment_wanted = Signal(float)
    play_wanted = Signal(float, float)
    copied = Signal()

    def __init__(self, meeting: MeetingViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._meeting = meeting
        self.items: MinutesItems = meeting.items
        self._document: MinutesDocument | None = None
        self._meeting_id = ""
        self.moment: Callable[[], float] = lambda: 0.0  # where the reader or the listener is, in seconds
        self._state: tuple[object, ...] = ()
        self.setObjectName("panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._title = ElidedLabel()
        self._title.setFont(theme.font(theme.BODY, 600))
        self._title.setText(self.tr("Minutes"))
        self.again = button(self.tr("Write again"), parent=self, icon="sparkles")
        self.again.setAccessibleName(self.tr("Write the minutes again"))
        self.again.setToolTip(
            self.tr("Write the minutes again, in another language too. What you have written yourself stays.")
        )
        self.again_menu = WriteAgainMenu(meeting.choices, self)
        self.again.clicked.connect(partial(self.again_menu.open_under, self.again))
        self._title_row = QWidget(self)
        self._title_line = title = QHBoxLayout(self._title_row)
        title.setContentsMargins(theme.XL, theme.S, theme.L, 0)
        title.addWidget(self._title, 1)
        title.addWidget(self.again)
        self._scroll = QScrollArea(self)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # its items have the keyboard, and scroll it
        self._scroll.setAccessibleName(self.tr("Minutes"))
        EdgeFade(self._scroll)
        self._note = label("", secondary=True, wrap=True)
        self._note.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self._note.setContentsMargins(theme.XXL, theme.XXL, theme.XXL, 0)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self._note)
        self._stack.addWidget(self._scroll)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._title_row)
        column.addWidget(self._stack, 1)
        self._build()

    def _build(self) -> None:
        body = ScrollBody()
        self._column = QVBoxLayout(body)
        self._column.setSpacing(0)
        self._column.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._pending_line = label("", secondary=True, wrap=True)
        self._pending_line.setIndent(theme.S)  # margins of a label give way to a style sheet
        self.summary = Summary(self)
        self._nothing = label(self.tr("Nothing to note was said in this meeting."), secondary=True, wrap=True)
        self._nothing.setIndent(theme.S)
        self._column.addWidget(self._pending_line)
        self._column.addWidget(self.summary)
        self._column.addWidget(self._nothing)
        self.sections: dict[Kind, Section] = {}
        parts: tuple[tuple[Kind, str, str], ...] = (
            ("chapter", self.tr("Chapters"), self.tr("Add a chapter")),
            ("decision", self.tr("Decisions"), self.tr("Add a decision")),
            ("action", self.tr("Action items"), self.tr("Add an action item")),
            ("question", self.tr("Open questions"), self.tr("Add an open question")),
            ("note", self.tr("My notes"), ""),
        )
        for kind, name, add in parts:
            made = Section(kind, name, add, self)
            self.sections[kind] = made
            self._column.addWidget(made)
            made.hide()
        self._add = QWidget(self)
        around = QVBoxLayout(self._add)
        around.setContentsMargins(theme.S, theme.L, theme.S, 0)
        flow = FlowLayout(theme.XS)
        around.addLayout(flow)
        self.add_chips: dict[Kind, QPushButton] = {}
        self.add_summary = self._add_chip(flow, self.tr("Summary"), self.summary.begin_edit)
        for kind, text in zip(
            ADDED,
            (self.tr("Chapter"), self.tr("Decision"), self.tr("Action item"), self.tr("Open question")),
            strict=True,
        ):
            self.add_chips[kind] = self._add_chip(flow, text, self.sections[kind].begin_add)
        self._column.addWidget(self._add)
        self._column.addStretch(1)
        self._scroll.setWidget(body)
        self._margins()

    def _add_chip(self, flow: FlowLayout, text: str, do: object) -> QPushButton:
        chip = button("+ " + text, "time")
        chip.setAccessibleName(self.tr("Add: {part}").format(part=text))
        chip.clicked.connect(do)
        chip.installEventFilter(self)
        flow.addWidget(chip)
        return chip

    def _margins(self) -> None:
        """The words of the minutes stand under their title; focus frames reach into the margin."""
        side = theme.L
        wide = self.width() - theme.SCROLL_BAR - 2 * side - theme.READING_WIDTH - 2 * theme.S
        if wide > 0:  # a page of its own: read in the same column as the transcript
            side += wide // 2
        self._column.setContentsMargins(side, theme.S, side, theme.XL)
        self._title_line.setContentsMargins(side + theme.S, theme.S, side + theme.SCROLL_BAR, 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._margins()

    # What the rest of the window asks

    @property
    def chips(self) -> Sequence[QPushButton]:
        """Every place that proves something, in the order of the document."""
        return [chip for chip, _ in self._evidence_chips()]

    def _evidence_chips(self) -> list[tuple[QPushButton, Evidence]]:
        return [pair for s in self.sections.values() for row in s.rows for pair in row.chips]

    @property
    def changeable(self) -> bool:
        return self.items.changeable

    def names(self) -> list[str]:
        return self._meeting.speakers.names()

    def today(self) -> date:
        return self._meeting.today

    def add(self, kind: Kind, text: str, start_s: float = 0.0) -> None:
        self.items.add(kind, text, start_s=start_s)

    def write_again(self, kind: Kind) -> None:
        """This part only; the others stay as they are."""
        self._meeting.runs.again(Stage.MINUTES, kind)

    def copy_text(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)

    @Slot()
    def hand_over(self) -> None:
        """What is being typed is saved: the meeting it belongs to goes from the page."""
        for editor in self.findChildren(InPlace):
            editor.finish()

    def show_pending(self, text: str, *, alone: bool) -> None:
        """Words in place of minutes; `alone` when there are no notes of the user's to be shown either."""
        self._enable_again()
        self._note.setText(text)
        self._pending_line.setText(text)
        if alone:
            self._document, self._state = None, ()
            for section in self.sections.values():
                section.show_items((), changeable=False)
            self._stack.setCurrentWidget(self._note)
        elif self._document is not None:
            self.show_document(self._document)

    def _enable_again(self) -> None:
        self.again.setEnabled(self._meeting.exportable and not self._meeting.processing)

    def show_document(self, document: MinutesDocument) -> None:
        may = document.written and self.changeable
        self._enable_again()
        state = (document, may, self.changeable, self._meeting.shown_id)
        if state == self._state:
            self._stack.setCurrentWidget(self._scroll)
            return
        same = self._meeting.shown_id == self._meeting_id
        self._document, self._meeting_id, self._state = document, self._meeting.shown_id, state
        self._pending_line.setVisible(not document.written)
        self.summary.show_text(document.summary)
        self._nothing.setVisible(document.written and document.empty)
        shown: tuple[tuple[Kind, tuple[Item, ...]], ...] = (
            ("chapter", document.chapters),
            ("decision", document.decisions),
            ("action", document.actions),
            ("question", document.questions),
            ("note", document.notes),
        )
        for kind, items in shown:
            self.sections[kind].show_items(items, changeable=self.changeable if kind == "note" else may)
            if kind in self.add_chips:
                self.add_chips[kind].setVisible(may and not items)
        self.add_summary.setVisible(may and not document.summary)
        self._be_current(next((c for c in self._add_chips if not c.isHidden()), None))
        self._add.setVisible(any(not c.isHidden() for c in (self.add_summary, *self.add_chips.values())))
        if not same:
            self._scroll.verticalScrollBar().setValue(0)
        self._stack.setCurrentWidget(self._scroll)

    def show_evidence(self, item: Item, evidence: Evidence) -> None:
        """Go to what proves an item, and play it."""
        if evidence.segment_ids:
            self.evidence_wanted.emit(evidence.segment_ids)
        if item.kind == "chapter":
            self.moment_wanted.emit(evidence.start_s)
        elif evidence.end_s > evidence.start_s:
            self.play_wanted.emit(evidence.start_s, evidence.end_s)

    @Slot(object)
    def mark_chosen(self, segment_ids: frozenset[int]) -> None:
        """Show which chip's evidence is highlighted."""
        for chip, evidence in self._evidence_chips():
            chosen = bool(segment_ids) and segment_ids == frozenset(evidence.segment_ids)
            if chip.property("chosen") != chosen:
                chip.setProperty("chosen", chosen)
                repolish(chip)

    # The keyboard

    def first_control(self) -> QWidget:
        """Where it comes to from elsewhere: what is to be read, or else the button over it."""
        if self._stack.currentWidget() is self._scroll:
            if not self.summary.isHidden():
                return self.summary
            current = next((s.current for s in self.sections.values() if not s.isHidden() and s.current), None)
            if current is not None:
                return current
        return self.again

    @property
    def _add_chips(self) -> list[QPushButton]:
        return [self.add_summary, *self.add_chips.values()]

    def _be_current(self, current: QPushButton | None) -> None:
        """The buttons that add something are one stop for Tab."""
        for chip in self._add_chips:
            chip.setFocusPolicy(Qt.FocusPolicy.TabFocus if chip is current else Qt.FocusPolicy.NoFocus)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The arrow keys among the buttons that add something."""
        keys = Qt.Key
        by = {keys.Key_Right: 1, keys.Key_Down: 1, keys.Key_Left: -1, keys.Key_Up: -1}
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent) or event.key() not in by:
            return False
        chip = next((c for c in self._add_chips if c is watched), None)
        if chip is not None and go_along(chip, self._add_chips, by[keys(event.key())]):
            self._be_current(next((c for c in self._add_chips if c.hasFocus()), chip))
        return chip is not None

    def ensure_visible(self, widget: QWidget) -> None:
        self._scroll.ensureWidgetVisible(widget, 0, theme.L)

    def step(self, section: Section | None, by: int) -> None:
        """From the end of a section to the next one that holds something; None: from the summary."""
        shown = [s for s in self.sections.values() if s.rows]
        at = shown.index(section) + by if section is not None else 0
        if 0 <= at < len(shown):
            row = shown[at].rows[0 if by > 0 else -1]
            row.setFocus(Qt.FocusReason.TabFocusReason)
            self.ensure_visible(row)
        elif at < 0 and not self.summary.isHidden():
            self.summary.setFocus(Qt.FocusReason.TabFocusReason)
            self.ensure_visible(self.summary)
