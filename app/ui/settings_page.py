"""The settings: sections on the left, everything that can be set on the right, a search field over both."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from time import perf_counter

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QSignalBlocker, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from app.domain.meeting import Person
from app.ui import dialogs, icons, theme
from app.ui.settings_rows import (
    ChoiceRow,
    LinesRow,
    LinkRow,
    PathRow,
    PeopleRow,
    SettingRow,
    ShortcutsRow,
    SwitchRow,
    TextRow,
    polish,
)
from app.ui.widgets import ColumnArea, label, section_head
from app.viewmodels.settings import SettingsViewModel
from app.viewmodels.settings_items import Item, Section

WIDTH = 640
NAV_WIDTH = 152
STEP_S = 0.004  # of work at a time while the page is made; a row takes a fraction of it
Shortcut = tuple[str, str, str]  # menu, what it does, keys


class _Group(QWidget):
    """A section: its heading and its rows. `shown`: it is on the page; until then it is only being made."""

    def __init__(self, section: Section, parent: QWidget) -> None:
        super().__init__(parent)
        self.hide()
        self.key = section.key
        self.shown = False
        self.rows: list[SettingRow] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(section_head(section.title))

    def add(self, row: SettingRow) -> None:
        self.rows.append(row)
        self._column.addWidget(row)


class SettingsPage(QWidget):
    """It is made in small steps, one in each turn of the event loop: when the window has settled, or when it is first
    shown; then what is seen first comes first.

    Signals:
    link_wanted: the button of a setting was pressed: it is set elsewhere, or wants more. (key of the setting)
    folder_wanted: show a folder in the system's file manager. (key)
    shown: it is on the screen now.
    """

    link_wanted = Signal(str)
    folder_wanted = Signal(str)
    shown = Signal()

    def __init__(
        self,
        settings: SettingsViewModel,
        shortcuts: Callable[[], Sequence[Shortcut]] = tuple,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._settings = settings
        self._shortcuts = shortcuts
        self.rows: dict[str, SettingRow] = {}
        self._groups: dict[str, _Group] = {}
        self._items: dict[str, Item] = {}  # as they are now, of all rows that are made or will be
        self._elsewhere: dict[str, str] = {}  # what is set elsewhere, in words
        self._steps: Iterator[None] | None = None
        self._made: list[_Group] = []  # and not shown yet
        self._turn = QTimer(self)
        self._turn.timeout.connect(self._go_on)
        self._following = False  # the list of sections leads, not the scroll bar
        self.dialog: QWidget | None = None
        self.search = QLineEdit(self)
        self.search.setObjectName("search")
        self.search.setFont(theme.font())
        self.search.setPlaceholderText(self.tr("Search"))
        self.search.setAccessibleName(self.tr("Search the settings"))
        self.search.setClearButtonEnabled(True)
        self._lens = QAction(self)
        self.search.addAction(self._lens, QLineEdit.ActionPosition.LeadingPosition)
        self.nav = QListWidget(self)
        self.nav.setObjectName("nav")
        self.nav.setAccessibleName(self.tr("Sections"))
        self.nav.setFont(theme.font())
        self.nav.setFrameShape(QFrame.Shape.NoFrame)
        self.nav.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._none = label(self.tr("No setting has these words."), theme.BODY, secondary=True)
        self._none.hide()
        self.setFocusProxy(self.search)
        self._lay_out()
        self.search.textChanged.connect(self._find)
        self.nav.currentRowChanged.connect(self._on_section)
        settings.changed.connect(self._show_all)
        settings.items_changed.connect(self._show_all)
        settings.people_changed.connect(self._show_people)
        settings.refused.connect(self._on_refused)
        self._tint()

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.setContentsMargins(theme.XL, theme.L, 0, theme.L)  # where the title above begins
        left.setSpacing(theme.M)
        self.search.setFixedWidth(NAV_WIDTH)
        self.nav.setFixedWidth(NAV_WIDTH)
        left.addWidget(self.search)
        left.addWidget(self.nav, 1)
        self.area = ColumnArea(WIDTH, self, top=0)
        self.area.keep_left()
        self.area.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.S)
        row.addLayout(left)
        row.addWidget(self.area, 1)

    # Making

    def prepare(self) -> None:
        """Begin to make the page, unless that has begun. The window's start does not pay for it."""
        if self._steps is None:
            self._steps = self._build()
            self._turn.start()

    @property
    def complete(self) -> bool:
        """Whether all of it is there."""
        return self._steps is not None and not self._turn.isActive()

    @Slot()
    def _go_on(self) -> None:
        """A little more of the page."""
        if self.isVisible() and self._made:
            self._reveal()
        elif not self._build_more(perf_counter() + STEP_S) and not (self.isVisible() and self._made):
            self._turn.stop()

    def _build_more(self, until: float) -> bool:
        """Whether there may be more to make."""
        assert self._steps is not None
        while (more := next(self._steps, self) is None) and perf_counter() < until:
            pass
        return more

    def _finish(self) -> None:
        """All of it, now: somebody wants to go to its end."""
        self.prepare()
        while self._build_more(perf_counter() + 1):
            pass
        while self._made:
            self._reveal()
        self._settle()

    def _reveal(self) -> None:
        group = self._made.pop(0)
        group.shown = True
        group.show()
        if self.search.text():
            self._narrow(self.search.text())

    def _settle(self) -> None:
        for _ in range(2):  # heights follow widths, and both the scroll bar
            QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)

    def _build(self) -> Iterator[None]:
        """`None` after each small step."""
        sections = self._settings.sections()
        self._items = {item.key: item for section in sections for item in section.items}
        for section in sections:
            entry = QListWidgetItem(section.title)
            entry.setData(Qt.ItemDataRole.UserRole, section.key)
            entry.setSizeHint(QSize(NAV_WIDTH, 32))
            self.nav.addItem(entry)
        with QSignalBlocker(self.nav):
            self.nav.setCurrentRow(0)
        self.area.column.addWidget(self._none)
        self.area.column.addStretch(1)
        before: QWidget = self.nav
        for n, section in enumerate(sections):
            group = _Group(section, self.area.body)
            for item in section.items:
                row = self._make(item)
                group.add(row)
                polish(row)
                yield
                yield from row.steps()
                self.rows[item.key] = row
                self._show(self._items[item.key])  # which may have changed meanwhile
                control = getattr(row, "control", None)
                if isinstance(control, QWidget):
                    self.setTabOrder(before, control)
                    before = control
                yield
            self.area.column.insertWidget(n, group)
            self._groups[section.key] = group
            self._made.append(group)
            yield

    def _make(self, item: Item) -> SettingRow:
        row: SettingRow
        if item.kind == "path":
            row = PathRow(item, self._settings.folder(item.key), self.area.body)
            row.acted.connect(self.folder_wanted)
        elif item.kind == "link":
            row = LinkRow(item, self.area.body)
            row.acted.connect(self.link_wanted)
        elif item.kind == "people":
            people = PeopleRow(item, self.area.body)
            people.renamed.connect(self._settings.rename_person)
            people.forget_wanted.connect(self._ask_to_forget)
            row = people
        elif item.kind == "shortcuts":
            row = ShortcutsRow(item, self._shortcuts(), self.area.body)
        else:
            kinds = {"switch": SwitchRow, "choice": ChoiceRow, "text": TextRow, "lines": LinesRow}
            row = kinds[item.kind](item, self.area.body)
            row.put.connect(self._settings.put)
            row.acted.connect(self.link_wanted)
        return row

    # What is shown

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.prepare()
        if not self._groups:
            while not self._made and self._build_more(perf_counter()):
                pass
        if self._made:  # the first of them in the first picture, the others in the turns that follow
            self._reveal()
            self._settle()
            self._turn.start()
        self._settings.load()
        self._settings.find_people()
        self._settings.find_templates()
        self.shown.emit()

    def show_now(self, key: str, text: str) -> None:
        """What is set elsewhere, in words."""
        self._elsewhere[key] = text
        row = self.rows.get(key)
        if isinstance(row, LinkRow):
            row.show_now(text)

    @Slot()
    def _show_all(self) -> None:
        if self._items:
            self._items = {item.key: item for section in self._settings.sections() for item in section.items}
        for item in self._items.values():
            self._show(item)

    def _show(self, item: Item) -> None:
        """A setting as it is now, if its row is there."""
        row = self.rows.get(item.key)
        if row is None:
            return
        if item.kind in ("switch", "choice", "text", "lines"):
            row.show_item(item, self._settings.value(item.key))
        elif isinstance(row, PeopleRow):
            row.show_people(self._settings.people)
        elif isinstance(row, LinkRow):
            row.show_now(self._elsewhere.get(item.key, ""))

    @Slot()
    def _show_people(self) -> None:
        row = self.rows.get("people")
        if isinstance(row, PeopleRow):
            row.show_people(self._settings.people)

    @Slot(str, str)
    def _on_refused(self, key: str, why: str) -> None:
        row = self.rows.get(key)
        if row is not None:
            row.complain(why)

    @Slot(object)
    def _ask_to_forget(self, person: Person) -> None:
        def agreed() -> None:
            self._settings.forget_person(person.id)

        self.dialog = dialogs.ask(
            self,
            "confirmForget",
            self.tr("Forget the voice of “{name}”?").format(name=person.name),
            self.tr("It is removed for good and no longer named by itself. Meetings keep the names they have."),
            self.tr("Forget"),
            self.tr("Keep"),
            agreed,
        )

    # Finding

    @Slot(str)
    def _find(self, text: str) -> None:
        self._narrow(text)
        self.area.verticalScrollBar().setValue(0)

    def _narrow(self, text: str) -> None:
        """Only what has these words; as far as the page is made, the rest follows."""
        words = text.casefold().split()
        found = self._settings.matching(text)
        keys = self.rows.get("shortcuts")
        if isinstance(keys, ShortcutsRow):
            if "shortcuts" in found:
                keys.narrow(())
            elif keys.narrow(words):
                found.add("shortcuts")
        for n in range(self.nav.count()):
            group = self._groups.get(self._section(n))
            if group is None:
                continue
            for row in group.rows:
                row.setVisible(row.item.key in found)
                row.mark(words)
            there = any(row.item.key in found for row in group.rows)
            group.setVisible(there and group.shown)
            self.nav.item(n).setHidden(not there)
        self._none.setVisible(not found)

    # Sections

    def _section(self, row: int) -> str:
        """Key of the section in a row of the list."""
        return str(self.nav.item(row).data(Qt.ItemDataRole.UserRole))

    @Slot(int)
    def _on_section(self, row: int) -> None:
        if row < 0:
            return
        if not self.complete:
            self._finish()
        self._following = True
        self.area.verticalScrollBar().setValue(self._top(row))
        self._following = False

    def _top(self, row: int) -> int:
        """How far down a section begins."""
        return self._groups[self._section(row)].mapTo(self.area.frame, QPoint(0, 0)).y()

    def _is_shown(self, row: int) -> bool:
        group = self._groups.get(self._section(row))
        return group is not None and group.shown

    @Slot(int)
    def _on_scrolled(self, top: int) -> None:
        """The section that is read is marked on the left."""
        if self._following:
            return
        there = [n for n in range(self.nav.count()) if not self.nav.item(n).isHidden() and self._is_shown(n)]
        reading = max((n for n in there if self._top(n) <= top + theme.XXL), default=0)
        if there and self.complete and top >= self.area.verticalScrollBar().maximum() > 0:
            reading = there[-1]
        with QSignalBlocker(self.nav):
            self.nav.setCurrentRow(reading)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.search.text():
            self.search.clear()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_lens"):
            self._tint()

    def _tint(self) -> None:
        quiet = theme.colour("secondary")
        self._lens.setIcon(icons.icon("search", quiet, quiet, 16, self.devicePixelRatioF()))
        clear = self.search.findChild(QAction, "_q_qlineeditclearaction")
        if clear is not None:
            clear.setIcon(icons.icon("x", quiet, quiet, 16, self.devicePixelRatioF()))
        if self.search.text():
            self._find(self.search.text())  # the marks have a colour of their own
