"""One speaker, over the page: the name, who they may be, how long they speak, and whether their voice is known."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPoint, QRect, QStringListModel, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCompleter, QFrame, QHBoxLayout, QLineEdit, QMenu, QVBoxLayout, QWidget

from app.ui import theme
from app.ui.transcript_menu import dot
from app.ui.widgets import button, hairline, label
from app.viewmodels.formatting import length
from app.viewmodels.meeting import MeetingViewModel

WIDTH = 300


class Card(QFrame):
    """Something small over the page that goes away with Escape or a click beside it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("popover")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

    def show_below(self, place: QRect) -> None:
        """Under a place on the screen, or over it where there is no room. It begins where the place begins; where it
        would reach out of the window so, it ends where the place ends."""
        self.adjustSize()
        screen = self.screen().availableGeometry()
        over = self.parentWidget()
        window = (over.window().geometry() if over is not None else screen).intersected(screen)
        at = QPoint(place.left() - theme.M, place.bottom() + theme.XS)
        if at.y() + self.height() > screen.bottom():
            at.setY(max(screen.top(), place.top() - theme.XS - self.height()))
        if at.x() + self.width() > window.right() - theme.S:
            at.setX(place.right() + 1 - self.width())
        within = window if window.width() >= self.width() else screen
        at.setX(max(within.left(), min(at.x(), within.right() + 1 - self.width())))
        self.move(at)
        self.show()
        self.setFocus(Qt.FocusReason.PopupFocusReason)


class NameField(QLineEdit):
    """A name, completed with those that are known."""

    def __init__(self, names: list[str], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("field")
        self.setFont(theme.font())
        self.setMaxLength(80)
        self.setAccessibleName(self.tr("Name"))
        completer = QCompleter(self)
        completer.setModel(QStringListModel(names, completer))
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self.setCompleter(completer)


class NameCard(Card):
    """Asks for a name, and nothing else.

    Signals:
        named: (name)
    """

    named = Signal(str)

    def __init__(self, title: str, names: list[str], parent: QWidget) -> None:
        super().__init__(parent)
        self.setFixedWidth(WIDTH)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.L, theme.M, theme.L, theme.L)
        column.setSpacing(theme.S)
        column.addWidget(label(title, theme.SMALL, 600, secondary=True))
        self.field = NameField(names, self)
        column.addWidget(self.field)
        self._nothing = False
        self.field.returnPressed.connect(self._done)
        self.setFocusProxy(self.field)

    def allow_nothing(self) -> None:
        """No name is an answer too."""
        self._nothing = True

    @Slot()
    def _done(self) -> None:
        name = self.field.text().strip()
        if name or self._nothing:
            self.named.emit(name)
            self.close()


class SpeakerCard(Card):
    """Signals:
    play_wanted: a stretch of this voice is to be heard. (start, end in seconds)
    """

    play_wanted = Signal(float, float)

    def __init__(self, meeting: MeetingViewModel, key: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._meeting = meeting
        self._speakers = meeting.speakers
        self._key = key
        row = self._speakers.row(key)
        assert row is not None
        self._row = row
        self.setAccessibleName(row.name)
        self.setFixedWidth(WIDTH)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.L, theme.M, theme.L, theme.M)
        column.setSpacing(theme.S)
        self.field = NameField(self._speakers.names(but=key), self)
        self.field.setText(row.name)
        self.field.selectAll()
        self.same = label("", theme.SMALL, secondary=True, wrap=True)
        self.same.hide()
        column.addWidget(self.field)
        column.addWidget(self.same)
        if row.suggested:
            column.addWidget(self._suggestion())
        facts = QHBoxLayout()
        facts.setSpacing(theme.S)
        share = self.tr("{length} · {percent} % of the talk").format(length=length(row.talk_s), percent=row.percent)
        facts.addWidget(label(share, theme.SMALL, secondary=True), 1)
        column.addLayout(facts)
        column.addWidget(hairline())
        tools = QHBoxLayout()
        tools.setSpacing(theme.S)
        self.listen = button(self.tr("Listen"), icon="play")
        self.listen.setEnabled(row.sample is not None)
        self.merge = button(self.tr("Same as…"))
        self.merge.setEnabled(len(self._speakers.rows) > 1)
        self.merge.setToolTip(self.tr("This is somebody who is in the meeting already"))
        tools.addWidget(self.listen)
        tools.addWidget(self.merge)
        tools.addStretch(1)
        column.addLayout(tools)
        self.remember = button(self.tr("Remember this voice…"))
        self.consent = self._consent()
        self.known = label(self.tr("This voice is remembered."), theme.SMALL, secondary=True, wrap=True)
        column.addWidget(self.remember)
        column.addWidget(self.consent)
        column.addWidget(self.known)
        self.remember.setVisible(self._speakers.can_remember and row.by_user and not row.remembered)
        self.known.setVisible(row.remembered)
        self.consent.hide()
        self.setFocusProxy(self.field)
        self.field.textChanged.connect(self._on_text)
        self.field.returnPressed.connect(self._save)
        self.listen.clicked.connect(self._listen)
        self.merge.clicked.connect(self._ask_same)
        self.remember.clicked.connect(self._ask_consent)

    def _suggestion(self) -> QWidget:
        row = self._row
        asked = (
            self.tr("This is probably {name} ({percent} %)")
            if row.sure
            else self.tr("Could this be {name}? ({percent} %)")
        )
        made = QWidget(self)
        column = QVBoxLayout(made)
        column.setContentsMargins(0, theme.XS, 0, theme.XS)
        column.setSpacing(theme.S)
        column.addWidget(
            label(asked.format(name=row.suggested, percent=round(row.certainty * 100)), theme.BODY, 500, wrap=True)
        )
        answers = QHBoxLayout()
        answers.setSpacing(theme.S)
        self.yes = button(self.tr("Yes"), "primary")
        self.yes.setAccessibleName(self.tr("Yes, this is {name}").format(name=row.suggested))
        self.no = button(self.tr("No"))
        self.no.setAccessibleName(self.tr("No, this is somebody else"))
        answers.addWidget(self.yes)
        answers.addWidget(self.no)
        answers.addStretch(1)
        column.addLayout(answers)
        self.yes.clicked.connect(partial(self._answer, True))
        self.no.clicked.connect(partial(self._answer, False))
        return made

    def _consent(self) -> QWidget:
        made = QWidget(self)
        column = QVBoxLayout(made)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.S)
        column.addWidget(
            label(
                self.tr(
                    "Folkmoot then knows this voice in later meetings and suggests the name. A voice is personal: "
                    "please ask {name} first. What is remembered are numbers that stay on this computer, and you can "
                    "delete them at any time in the settings."
                ).format(name=self._row.name),
                theme.SMALL,
                wrap=True,
            )
        )
        answers = QHBoxLayout()
        answers.setSpacing(theme.S)
        self.agree = button(self.tr("{name} agrees").format(name=self._row.name), "primary")
        self.not_now = button(self.tr("Not now"))
        answers.addWidget(self.agree)
        answers.addWidget(self.not_now)
        answers.addStretch(1)
        column.addLayout(answers)
        self.agree.clicked.connect(self._remember)
        self.not_now.clicked.connect(self.close)
        return made

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    @Slot(str)
    def _on_text(self, text: str) -> None:
        other = self._speakers.same_name(self._key, text)
        self.same.setVisible(other is not None)
        if other is not None:
            self.same.setText(self.tr("{name} is in this meeting already: the two become one.").format(name=other.name))
        self.adjustSize()

    @Slot()
    def _save(self) -> None:
        name = " ".join(self.field.text().split())
        if name and (name != self._row.name or not self._row.by_user):
            self._speakers.name(self._key, name)
        self.close()

    def _answer(self, yes: bool, _checked: bool = False) -> None:
        (self._meeting.corrections.accept if yes else self._meeting.corrections.dismiss)(self._key)
        self.close()

    @Slot()
    def _listen(self) -> None:
        if self._row.sample is not None:
            self.play_wanted.emit(*self._row.sample)

    @Slot()
    def _ask_same(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for other in self._speakers.rows:
            if other.key != self._key:
                action = menu.addAction(dot(theme.speaker_colour(other.hue)), other.name.replace("&", "&&"))
                action.triggered.connect(partial(self._merge, other.key))
        menu.popup(self.merge.mapToGlobal(self.merge.rect().bottomLeft()))

    def _merge(self, into: str, _checked: bool = False) -> None:
        self._meeting.corrections.merge(self._key, into)
        self.close()

    @Slot()
    def _ask_consent(self) -> None:
        self.remember.hide()
        self.consent.show()
        self.adjustSize()
        self.agree.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _remember(self) -> None:
        self._speakers.remember(self._key)
        self.close()
