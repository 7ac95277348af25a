"""The rows of the settings: a title, a line that says what it is for, and the control."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFocusEvent, QFontMetrics, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from app.domain.meeting import Person
from app.ui import theme
from app.ui.choice import Choice
from app.ui.settings_switch import Switch
from app.ui.widgets import ElidedLabel, TextButton, button, label
from app.viewmodels.settings import Value
from app.viewmodels.settings_items import Item

CONTROL_WIDTH = 260
FOLDED = 460  # narrower than this, a wide control stands under the words, which need the room
TYPING_MS = 700  # after this long without a key, what was typed counts


def lit(text: str, words: Sequence[str]) -> str:
    """`text` as rich text with the words marked."""
    wanted = [re.escape(w) for w in words if w]
    if not wanted:
        return escape(text)
    parts = re.split(f"({'|'.join(wanted)})", text, flags=re.IGNORECASE)
    style = f"background:{theme.current().mark};color:{theme.current().text}"
    return "".join(f'<span style="{style}">{escape(p)}</span>' if n % 2 else escape(p) for n, p in enumerate(parts))


def polish(widget: QWidget) -> None:
    """Do now what Qt would do for all widgets of a page at once when it is first shown."""
    for part in (widget, *widget.findChildren(QWidget)):
        part.ensurePolished()
    widget.sizeHint()


class SettingRow(QWidget):
    """One setting. Subclasses add the control.

    Signals:
        put: the user chose a value. (key, value)
        acted: its button was pressed. (key)
    """

    put = Signal(str, object)
    acted = Signal(str)
    below = False  # whether the control stands under the words
    folds = False  # whether it goes there where there is little room

    def __init__(self, item: Item, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.item = item
        self.title = label(item.title, theme.BODY, 500, wrap=True)
        self.why = label(item.why, theme.SMALL, secondary=True, wrap=True)
        self.complaint = label("", theme.SMALL, wrap=True)
        self.complaint.setObjectName("complaint")
        self.complaint.hide()
        for words in (self.title, self.why):
            words.setTextFormat(Qt.TextFormat.RichText)
        self.words = text = QVBoxLayout()
        text.setSpacing(2)
        for words in (self.title, self.why, self.complaint):
            text.addWidget(words)
        self.body: QBoxLayout = QVBoxLayout(self) if self.below else QHBoxLayout(self)
        self.body.setContentsMargins(0, theme.M, 0, theme.M)
        self.body.setSpacing(theme.S if self.below else theme.L)
        self.body.addLayout(text, 0 if self.below else 1)
        self.mark(())

    def add_control(self, control: QWidget) -> None:
        control.setAccessibleDescription(self.item.why)
        if self.below:
            self.body.addWidget(control)
        else:
            self.body.addWidget(control, 0, Qt.AlignmentFlag.AlignTop)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.folds:
            folded = event.size().width() < FOLDED
            direction = QBoxLayout.Direction
            self.body.setDirection(direction.TopToBottom if folded else direction.LeftToRight)
            self.body.setSpacing(theme.S if folded else theme.L)

    def mark(self, words: Sequence[str]) -> None:
        self.title.setText(lit(self.item.title, words))
        self.why.setText(lit(self.item.why, words))

    def show_item(self, item: Item, value: Value) -> None:
        """The setting as it is now."""
        self.item = item
        self.setEnabled(item.enabled)
        self.complain("")

    def steps(self) -> Iterator[None]:
        """Make what is left to be made, a little at a time."""
        yield from ()

    def complain(self, why: str) -> None:
        """Why a value cannot be; "" when it can."""
        self.complaint.setText(why)
        self.complaint.setVisible(bool(why))


class SwitchRow(SettingRow):
    def __init__(self, item: Item, parent: QWidget | None = None) -> None:
        super().__init__(item, parent)
        self.control = Switch(item.title, self)
        self.add_control(self.control)
        self.control.toggled.connect(self._on_toggled)

    def show_item(self, item: Item, value: Value) -> None:
        super().show_item(item, value)
        with QSignalBlocker(self.control):
            self.control.setChecked(bool(value))

    @Slot(bool)
    def _on_toggled(self, on: bool) -> None:
        self.put.emit(self.item.key, on)


class ChoiceRow(SettingRow):
    folds = True

    def __init__(self, item: Item, parent: QWidget | None = None) -> None:
        super().__init__(item, parent)
        self.control = Choice(item.title, self)
        self.control.setFixedWidth(CONTROL_WIDTH)
        self.add_control(self.control)
        self.control.picked.connect(self._on_picked)
        self.more: TextButton | None = None

    def show_item(self, item: Item, value: Value) -> None:
        super().show_item(item, value)
        self.control.show_options(item.options, str(value))
        if item.action and self.more is None:
            self.more = button(item.action, parent=self)
            self.more.clicked.connect(self._on_more)
            self.words.addSpacing(theme.XS)
            self.words.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
            self.setTabOrder(self.control, self.more)
        if self.more is not None:
            self.more.setVisible(bool(item.action))

    @Slot()
    def _on_more(self) -> None:
        self.acted.emit(self.item.key)

    @Slot(str)
    def _on_picked(self, value: str) -> None:
        self.put.emit(self.item.key, value)


class TextRow(SettingRow):
    folds = True

    def __init__(self, item: Item, parent: QWidget | None = None) -> None:
        super().__init__(item, parent)
        self.control = QLineEdit(self)
        self.control.setObjectName("field")
        self.control.setFont(theme.font())
        self.control.setAccessibleName(item.title)
        self.control.setFixedWidth(CONTROL_WIDTH)
        self.add_control(self.control)
        self.control.editingFinished.connect(self._on_finished)

    def show_item(self, item: Item, value: Value) -> None:
        super().show_item(item, value)
        if not self.control.hasFocus():
            self.control.setText(str(value))

    @Slot()
    def _on_finished(self) -> None:
        if self.control.isModified():
            self.control.setModified(False)
            self.put.emit(self.item.key, self.control.text().strip())


class _Lines(QPlainTextEdit):
    """Tab leaves it; so nobody is caught in it.

    Signals:
        left: the keyboard has gone elsewhere.
    """

    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.clearFocus()
        super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.left.emit()

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), 104)


class LinesRow(SettingRow):
    below = True

    def __init__(self, item: Item, parent: QWidget | None = None) -> None:
        super().__init__(item, parent)
        self.control = _Lines(self)
        self.control.setObjectName("note")
        self.control.setFont(theme.font())
        self.control.setAccessibleName(item.title)
        self.control.setTabChangesFocus(True)
        self.control.setFixedHeight(104)
        self.add_control(self.control)
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(TYPING_MS)
        self._typing.timeout.connect(self._commit)
        self.control.textChanged.connect(self._typing.start)
        self.control.left.connect(self._commit)

    def show_item(self, item: Item, value: Value) -> None:
        super().show_item(item, value)
        if not self.control.hasFocus() and isinstance(value, tuple) and value != self._lines():
            with QSignalBlocker(self.control):
                self.control.setPlainText("\n".join(value))

    def _lines(self) -> tuple[str, ...]:
        """Each line once, without what surrounds it."""
        lines = (" ".join(line.split()) for line in self.control.toPlainText().splitlines())
        return tuple(dict.fromkeys(line for line in lines if line))

    @Slot()
    def _commit(self) -> None:
        if self._typing.isActive() or self.sender() is self._typing:
            self._typing.stop()
            self.put.emit(self.item.key, self._lines())


class LinkRow(SettingRow):
    """What is set elsewhere: a button that goes there, and how it is set."""

    def __init__(self, item: Item, parent: QWidget | None = None) -> None:
        super().__init__(item, parent)
        self.now = label("", theme.SMALL, secondary=True, wrap=True)
        self.now.hide()
        self.control = button(item.action, parent=self)
        self.control.setAccessibleName(f"{item.title}: {item.action}")
        self.words.addWidget(self.now)
        self.add_control(self.control)
        self.control.clicked.connect(self._on_clicked)

    def show_now(self, text: str) -> None:
        self.now.setText(text)
        self.now.setVisible(bool(text))

    @Slot()
    def _on_clicked(self) -> None:
        self.acted.emit(self.item.key)


class PathRow(SettingRow):
    """Where something is kept."""

    below = True

    def __init__(self, item: Item, path: Path, parent: QWidget | None = None) -> None:
        super().__init__(item, parent)
        self.path = ElidedLabel(parent=self)
        self.path.setFont(theme.font(theme.BODY))
        self.path.setText(str(path))
        line = QWidget(self)
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.L)
        row.addWidget(self.path, 1)
        self.control: QWidget | None = None
        if item.action:
            made = button(item.action, parent=line)
            made.clicked.connect(self._on_clicked)
            row.addWidget(made)
            self.control = made
        self.body.addWidget(line)

    @Slot()
    def _on_clicked(self) -> None:
        self.acted.emit(self.item.key)


class _PersonLine(QWidget):
    """Signals:
    renamed: (person id, name)
    forget: (person id)
    """

    renamed = Signal(str, str)
    forget = Signal(str)

    def __init__(self, person: Person, parent: QWidget) -> None:
        super().__init__(parent)
        self.person = person
        self.name = QLineEdit(person.name, self)
        self.name.setObjectName("field")
        self.name.setFont(theme.font())
        self.name.setAccessibleName(self.tr("Name of {person}").format(person=person.name))
        prints = self.tr("Heard once") if person.prints == 1 else self.tr("Heard %n times", "", person.prints)
        self.forget_button = button(self.tr("Forget"), parent=self)
        self.forget_button.setAccessibleName(self.tr("Forget the voice of {person}").format(person=person.name))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.M)
        row.addWidget(self.name, 1)
        heard = label(prints, theme.SMALL, secondary=True)
        heard.setMinimumWidth(96)
        row.addWidget(heard)
        row.addWidget(self.forget_button)
        self.name.editingFinished.connect(self._on_finished)
        self.forget_button.clicked.connect(self._on_forget)

    @Slot()
    def _on_finished(self) -> None:
        if self.name.text().strip() != self.person.name:
            self.renamed.emit(self.person.id, self.name.text())

    @Slot()
    def _on_forget(self) -> None:
        self.forget.emit(self.person.id)


class PeopleRow(SettingRow):
    """Everybody whose voice is known.

    Signals:
        renamed: (person id, name)
        forget_wanted: (Person)
    """

    below = True
    renamed = Signal(str, str)
    forget_wanted = Signal(object)

    def __init__(self, item: Item, parent: QWidget | None = None) -> None:
        super().__init__(item, parent)
        self.lines: list[_PersonLine] = []
        self._none = label(
            self.tr("Nobody yet. When you name a speaker in a meeting, Folkmoot offers to remember the voice."),
            theme.BODY,
            secondary=True,
            wrap=True,
        )
        self.body.addWidget(self._none)

    def show_people(self, people: Sequence[Person]) -> None:
        for line in self.lines:
            self.body.removeWidget(line)
            line.deleteLater()
        self.lines = [_PersonLine(p, self) for p in people]
        for line in self.lines:
            self.body.addWidget(line)
            line.renamed.connect(self.renamed)
            line.forget.connect(self._on_forget)
        self._none.setVisible(not people)

    @Slot(str)
    def _on_forget(self, person_id: str) -> None:
        self.forget_wanted.emit(next(line.person for line in self.lines if line.person.id == person_id))


class ShortcutsRow(SettingRow):
    """All keys, as (menu, what they do, keys)."""

    below = True

    def __init__(self, item: Item, shortcuts: Sequence[tuple[str, str, str]], parent: QWidget | None = None) -> None:
        super().__init__(item, parent)
        self._lines: list[tuple[str, QWidget, QLabel, str]] = []
        self._shortcuts = shortcuts
        metrics = QFontMetrics(theme.font(theme.SMALL))
        self._menu_width = max((metrics.horizontalAdvance(s[0]) + 2 for s in shortcuts), default=0)

    def steps(self) -> Iterator[None]:
        menu = ""
        for group, text, keys in self._shortcuts:
            if self._lines and group != menu:
                self.body.addSpacing(theme.XS)
            menu = group
            line = self._line(group, text, keys)
            self.body.addWidget(line)
            polish(line)
            yield

    def _line(self, group: str, text: str, keys: str) -> QWidget:
        line = QWidget(self)
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 2, 0, 2)
        row.setSpacing(theme.M)
        where = label(group, theme.SMALL, secondary=True)
        where.setFixedWidth(max(88, self._menu_width))
        words = label(text, theme.BODY, wrap=True)
        words.setTextFormat(Qt.TextFormat.RichText)
        cap = label(keys, theme.SMALL)
        cap.setObjectName("keys")
        row.addWidget(where)
        row.addWidget(words, 1)
        row.addWidget(cap)
        self._lines.append((f"{group} {text} {keys}".casefold(), line, words, text))
        return line

    def narrow(self, words: Sequence[str]) -> bool:
        """Show the lines that have all the words; whether there are any."""
        found = False
        for said, line, shown, text in self._lines:
            hit = all(w in said for w in words)
            line.setVisible(hit)
            shown.setText(lit(text, words))
            found = found or hit
        return found
