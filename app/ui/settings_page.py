"""The settings: sections on the left, everything that can be set on the right, a search field over both."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QSignalBlocker, QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

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
    section_head,
)
from app.ui.widgets import ScrollBody, label
from app.viewmodels.settings import SettingsViewModel
from app.viewmodels.settings_items import Item

WIDTH = 640
NAV_WIDTH = 152
Shortcut = tuple[str, str, str]  # menu, what it does, keys


class SettingsPage(QWidget):
    """Signals:
    link_wanted: something is set elsewhere. (key of the setting)
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
        self._heads: dict[str, QWidget] = {}
        self._rows_of: dict[str, list[SettingRow]] = {}
        self._built = False
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
        self.nav.currentItemChanged.connect(self._on_section)
        settings.changed.connect(self._show_all)
        settings.items_changed.connect(self._show_all)
        settings.people_changed.connect(self._show_people)
        settings.refused.connect(self._on_refused)
        self._tint()

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.setContentsMargins(theme.L, theme.L, 0, theme.L)
        left.setSpacing(theme.M)
        self.search.setFixedWidth(NAV_WIDTH)
        self.nav.setFixedWidth(NAV_WIDTH)
        left.addWidget(self.search)
        left.addWidget(self.nav, 1)
        self._body = QWidget()
        self._body.setObjectName("panelBody")
        self._body.setMaximumWidth(WIDTH)
        self._column = QVBoxLayout(self._body)
        self._column.setContentsMargins(0, 0, 0, theme.XXL)
        self._column.setSpacing(0)
        self._frame = frame = ScrollBody()
        middle = QHBoxLayout(frame)
        middle.setContentsMargins(theme.XL, 0, theme.XL, 0)
        middle.addWidget(self._body, 100)
        middle.addStretch(1)
        self.area = QScrollArea(self)
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setWidget(frame)
        self.area.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.S)
        row.addLayout(left)
        row.addWidget(self.area, 1)

    def prepare(self) -> None:
        """Make all rows: when the window has settled, or when the page is first shown. The start does not pay."""
        if self._built:
            return
        self._built = True
        self._build()
        self._show_all()
        self._show_people()

    def _build(self) -> None:
        before: QWidget = self.nav
        for section in self._settings.sections():
            entry = QListWidgetItem(section.title)
            entry.setData(Qt.ItemDataRole.UserRole, section.key)
            entry.setSizeHint(QSize(NAV_WIDTH, 32))
            self.nav.addItem(entry)
            self._heads[section.key] = section_head(section.title, self._body)
            self._column.addWidget(self._heads[section.key])
            self._rows_of[section.key] = []
            for item in section.items:
                row = self._make(item)
                self.rows[item.key] = row
                self._rows_of[section.key].append(row)
                self._column.addWidget(row)
                control = getattr(row, "control", None)
                if isinstance(control, QWidget):
                    self.setTabOrder(before, control)
                    before = control
        self._column.addWidget(self._none)
        self._column.addStretch(1)
        self.nav.setCurrentRow(0)

    def _make(self, item: Item) -> SettingRow:
        row: SettingRow
        if item.kind == "path":
            row = PathRow(item, self._settings.folder(item.key), self._body)
            row.acted.connect(self.folder_wanted)
        elif item.kind == "link":
            row = LinkRow(item, self._body)
            row.acted.connect(self.link_wanted)
        elif item.kind == "people":
            people = PeopleRow(item, self._body)
            people.renamed.connect(self._settings.rename_person)
            people.forget_wanted.connect(self._ask_to_forget)
            row = people
        elif item.kind == "shortcuts":
            row = ShortcutsRow(item, self._shortcuts(), self._body)
        else:
            kinds = {"switch": SwitchRow, "choice": ChoiceRow, "text": TextRow, "lines": LinesRow}
            row = kinds[item.kind](item, self._body)
            row.put.connect(self._settings.put)
        return row

    # What is shown

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._built:
            self.prepare()
            for part in (*self._heads.values(), *self.rows.values()):
                part.show()  # what comes into a page that is shown already would be shown a moment later
            for _ in range(2):  # heights follow widths, and both the scroll bar: all of it before the first picture
                QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
        self._settings.load()
        self._settings.find_people()
        self._settings.find_templates()
        self.shown.emit()

    def show_now(self, key: str, text: str) -> None:
        """What is set elsewhere, in words."""
        row = self.rows.get(key)
        if isinstance(row, LinkRow):
            row.show_now(text)

    @Slot()
    def _show_all(self) -> None:
        if not self._built:
            return
        for section in self._settings.sections():
            for item in section.items:
                if item.kind in ("switch", "choice", "text", "lines"):
                    self.rows[item.key].show_item(item, self._settings.value(item.key))

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
        words = text.casefold().split()
        found = self._settings.matching(text)
        keys = self.rows["shortcuts"]
        assert isinstance(keys, ShortcutsRow)
        if "shortcuts" in found:
            keys.narrow(())
        elif keys.narrow(words):
            found.add("shortcuts")
        for n in range(self.nav.count()):
            entry = self.nav.item(n)
            section = str(entry.data(Qt.ItemDataRole.UserRole))
            rows = self._rows_of[section]
            for row in rows:
                row.setVisible(row.item.key in found)
                row.mark(words)
            there = any(row.item.key in found for row in rows)
            self._heads[section].setVisible(there)
            entry.setHidden(not there)
        self._none.setVisible(not found)
        self.area.verticalScrollBar().setValue(0)

    # Sections

    @Slot(QListWidgetItem, QListWidgetItem)
    def _on_section(self, entry: QListWidgetItem | None, _before: object = None) -> None:
        if entry is None:
            return
        head = self._heads[str(entry.data(Qt.ItemDataRole.UserRole))]
        self._following = True
        self.area.verticalScrollBar().setValue(self._top(head))
        self._following = False

    def _top(self, head: QWidget) -> int:
        """How far down a section begins."""
        return head.mapTo(self._frame, QPoint(0, 0)).y()

    @Slot(int)
    def _on_scrolled(self, top: int) -> None:
        """The section that is read is marked on the left."""
        if self._following:
            return
        reading = 0
        for n in range(self.nav.count()):
            entry = self.nav.item(n)
            head = self._heads[str(entry.data(Qt.ItemDataRole.UserRole))]
            if not entry.isHidden() and self._top(head) <= top + theme.XXL:
                reading = n
        if top >= self.area.verticalScrollBar().maximum() > 0:
            reading = max(n for n in range(self.nav.count()) if not self.nav.item(n).isHidden())
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
        if self._built and self.search.text():
            self._find(self.search.text())  # the marks have a colour of their own
