"""The menu of "Write the minutes again": as before, with another template, or in another language."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QPoint, Slot
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from app.viewmodels.minutes_choices import Choice, MinutesChoices


class WriteAgainMenu(QMenu):
    """It shows the program's own templates at once, the user's as soon as they are found."""

    def __init__(self, choices: MinutesChoices, parent: QWidget) -> None:
        super().__init__(parent)
        self._choices = choices
        self.again = self.addAction(self.tr("Write again"), choices.write_again)
        self.addSeparator()
        self.templates = self.addMenu(self.tr("Template"))
        self.languages = self.addMenu(self.tr("Language"))
        self.others = QMenu(self.tr("Other languages"), self.languages)
        self.others.setStyleSheet("QMenu { menu-scrollable: 1; }")  # columns would hide the window
        self.setAccessibleName(self.tr("Write the minutes again"))
        self.templates.setAccessibleName(self.tr("Template of the minutes"))
        self.languages.setAccessibleName(self.tr("Language of the minutes"))
        self.others.setAccessibleName(self.tr("Other languages"))
        self.aboutToShow.connect(self._fill)
        self.aboutToShow.connect(choices.look)
        choices.changed.connect(self._on_changed)

    def open_under(self, widget: QWidget) -> None:
        """Below a button, its right edge under that of the button."""
        self._fill()
        self.popup(widget.mapToGlobal(QPoint(widget.width() - self.sizeHint().width(), widget.height())))

    @Slot()
    def _on_changed(self) -> None:
        if self.isVisible():
            self._fill()

    @Slot()
    def _fill(self) -> None:
        _show(self.templates, self._choices.templates, self._choices.choose_template)
        _show(self.languages, self._choices.languages, self._choices.choose_language, self.others)
        _show(self.others, self._choices.other_languages, self._choices.choose_language)


def _show(menu: QMenu, choices: Sequence[Choice], choose: Callable[[str], None], more: QMenu | None = None) -> None:
    """One of several, and a menu with `more`. What is shown already stays, with the place of the keyboard in it."""
    titles = [c.title.replace("&", "&&") for c in choices]
    shown = [(a.data(), a.text(), a.isChecked()) for a in menu.actions() if a.isCheckable()]
    if shown == [(c.value, title, c.chosen) for c, title in zip(choices, titles, strict=True)]:
        return
    menu.clear()
    for old in menu.findChildren(QActionGroup):
        old.deleteLater()
    group = QActionGroup(menu)
    before = choices[0].group if choices else 0
    for choice, title in zip(choices, titles, strict=True):
        if choice.group != before:
            menu.addSeparator()
            before = choice.group
        action = menu.addAction(title)
        action.setCheckable(True)
        action.setActionGroup(group)
        action.setChecked(choice.chosen)
        action.setData(choice.value)
        action.triggered.connect(partial(choose, choice.value))
    if more is not None:
        menu.addSeparator()
        menu.addMenu(more)
