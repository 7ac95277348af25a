"""Find and replace within the meeting: one or two quiet rows over the words."""

from __future__ import annotations

import itertools

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QWidget

from app.ui import theme
from app.ui.widgets import IconButton, button, label, with_keys
from app.viewmodels.finding import Finder


class FindBar(QWidget):
    """Return goes to the next place, Shift+Return back, Escape closes.

    Signals:
        closed: the reader is done with it.
    """

    closed = Signal()

    def __init__(self, finder: Finder, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._finder = finder
        self._from_s = 0.0
        self.setObjectName("findBar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.field = self._line(self.tr("Find in this meeting"))
        self.by = self._line(self.tr("Replace with"))
        self.count = label("", theme.SMALL, secondary=True)
        self.count.setMinimumWidth(84)
        self.count.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.back = IconButton(
            "arrow-up",
            self.tr("Previous place"),
            self,
            tip=with_keys(self.tr("Previous place"), "Shift+Return"),
            size=16,
        )
        self.on = IconButton(
            "arrow-down", self.tr("Next place"), self, tip=with_keys(self.tr("Next place"), "Return"), size=16
        )
        self.more = IconButton("pencil", self.tr("Replace"), self, size=16)
        self.more.setCheckable(True)
        self.close_button = IconButton("x", self.tr("Close"), self, tip=with_keys(self.tr("Close"), "Esc"), size=16)
        self.one = button(self.tr("Replace"))
        self.all = button(self.tr("Replace all"))
        self.all.setToolTip(self.tr("Everywhere in the transcript and in the minutes"))
        grid = QGridLayout(self)
        grid.setContentsMargins(0, theme.S, 0, theme.S)
        grid.setHorizontalSpacing(theme.S)
        grid.setVerticalSpacing(theme.S)
        tools = QHBoxLayout()
        tools.setSpacing(theme.XS)
        tools.addWidget(self.count)
        for tool in (self.back, self.on, self.more, self.close_button):
            tools.addWidget(tool)
        doing = QHBoxLayout()
        doing.setSpacing(theme.S)
        doing.addWidget(self.one)
        doing.addWidget(self.all)
        doing.addStretch(1)
        self._doing = QWidget(self)
        doing.setContentsMargins(0, 0, 0, 0)
        self._doing.setLayout(doing)
        grid.addWidget(self.field, 0, 0)
        grid.addLayout(tools, 0, 1)
        grid.addWidget(self.by, 1, 0)
        grid.addWidget(self._doing, 1, 1)
        grid.setColumnStretch(0, 1)
        self.show_replace(False)
        order = (self.field, self.by, self.one, self.all, self.back, self.on, self.more, self.close_button)
        for earlier, later in itertools.pairwise(order):
            QWidget.setTabOrder(earlier, later)
        self.field.textChanged.connect(self._on_text)
        self.back.clicked.connect(finder.previous)
        self.on.clicked.connect(finder.next)
        self.more.toggled.connect(self.show_replace)
        self.one.clicked.connect(self._replace)
        self.all.clicked.connect(self._replace_all)
        self.close_button.clicked.connect(self.close_bar)
        finder.changed.connect(self._on_changed)
        self._on_changed()

    def _line(self, hint: str) -> QLineEdit:
        line = QLineEdit(self)
        line.setObjectName("field")
        line.setPlaceholderText(hint)
        line.setAccessibleName(hint)
        line.setFont(theme.font())
        line.setClearButtonEnabled(False)
        return line

    def begin(self, text: str, from_s: float, *, replace: bool = False) -> None:
        """Open with something to search for, if there is one. `from_s`: where the reader is."""
        goes_on = self.isVisible() and text in ("", self.field.text())
        self._from_s = from_s
        self.show()
        if replace:
            self.more.setChecked(True)
        if text and "\n" not in text and len(text) <= 100:
            self.field.setText(text)
        if not goes_on:
            self._on_text(self.field.text())
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    @Slot()
    def close_bar(self) -> None:
        self.hide()
        self._finder.stop()
        self.closed.emit()

    @Slot(bool)
    def show_replace(self, shown: bool) -> None:
        self.by.setVisible(shown)
        self._doing.setVisible(shown)
        if shown and self.isVisible():
            self.by.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key == Qt.Key.Key_Escape:
            self.close_bar()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.by.hasFocus():
                self._replace()
            elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                self._finder.previous()
            else:
                self._finder.next()
        else:
            super().keyPressEvent(event)

    @Slot(str)
    def _on_text(self, text: str) -> None:
        self._finder.search(text, self._from_s)

    @Slot()
    def _on_changed(self) -> None:
        self.count.setText(self._finder.count)
        any_found = bool(self._finder.found)
        for tool in (self.back, self.on, self.one, self.all):
            tool.setEnabled(any_found)

    @Slot()
    def _replace(self) -> None:
        self._finder.replace(self.by.text())

    @Slot()
    def _replace_all(self) -> None:
        self._finder.replace_all(self.by.text())
