"""The left column: the recording that runs or a new one, search, import, all meetings, and which models run."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.ui import icons, theme
from app.ui.list_delegates import HitDelegate
from app.ui.meeting_list import MeetingList
from app.ui.places import Place
from app.ui.row_list import RowList
from app.ui.running_card import RunningCard
from app.ui.shelf_view import ROW, ShelfTree
from app.ui.widgets import Glyph, IconButton, button, hairline, label, with_keys
from app.viewmodels.library import LibraryViewModel
from app.viewmodels.meetings import MOST_HITS, HitRow, IdRole, RowRole
from app.viewmodels.shelf import ALL, TRASH, Shelf
from app.workers.services import ModelsInUse

SEARCH_DELAY_MS = 120
TREE_SHARE = 0.42  # of what the tree and the list have together
IN_TREE = ("actions",)  # places that are about the meetings
NOT_SHOWN = ("welcome",)  # reached from a menu and the palette


class SearchField(QLineEdit):
    """Finds in all meetings. Escape clears, Down goes to the list.

    Signals:
        left_down: the user wants to go on in the list.
    """

    left_down = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("search")
        self.setPlaceholderText(self.tr("Search all meetings"))
        self.setAccessibleName(self.tr("Search all meetings"))
        self.setClearButtonEnabled(True)
        self.setAcceptDrops(False)  # files dropped here are for the window
        self.setFont(theme.font())
        self._lens = QAction(self)
        self.addAction(self._lens, QLineEdit.ActionPosition.LeadingPosition)
        self.tint()

    def tint(self) -> None:
        quiet = theme.colour("secondary")
        self._lens.setIcon(icons.icon("search", quiet, quiet, 16, self.devicePixelRatioF()))
        clear = self.findChild(QAction, "_q_qlineeditclearaction")
        if clear is not None:
            clear.setIcon(icons.icon("x", quiet, quiet, 16, self.devicePixelRatioF()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif event.key() == Qt.Key.Key_Down:
            self.left_down.emit()
        else:
            super().keyPressEvent(event)


class Sidebar(QWidget):
    """Signals:
    meeting_chosen: (id)
    hit_chosen: a place in a meeting. (meeting id, segment id)
    record_wanted, recording_wanted, import_wanted: a new recording, the one that runs, the button for files.
    shelf_wanted: the list was narrowed by the user. (Shelf)
    place_wanted: (key)
    menu_wanted: the context menu of the selected meetings. (global position)
    shelf_menu_wanted: of a folder, a tag or the trash. (Shelf, global position)
    dropped: meetings were dragged onto a shelf. (ids, Shelf)
    empty_trash_wanted: the button over the trash.
    selection_changed: one or several other meetings are selected.
    trash_wanted: the key for it was pressed in the list.
    """

    meeting_chosen = Signal(str)
    hit_chosen = Signal(str, int)
    record_wanted = Signal()
    recording_wanted = Signal()
    import_wanted = Signal()
    shelf_wanted = Signal(object)
    place_wanted = Signal(str)
    menu_wanted = Signal(QPoint)
    shelf_menu_wanted = Signal(object, QPoint)
    dropped = Signal(object, object)
    empty_trash_wanted = Signal()
    selection_changed = Signal()
    trash_wanted = Signal()

    def __init__(self, library: LibraryViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._library = library
        self._wanted = ""
        self._places: dict[str, IconButton] = {}
        self.setObjectName("sidebar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumWidth(220)
        self.search = SearchField(self)
        self.record_button = button(self.tr("New recording"), "primary", self, icon="mic", keys="Ctrl+N")
        self.record_button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.running = RunningCard(self)
        self.running.hide()
        self.import_button = IconButton(
            "download", self.tr("Import a recording"), self, tip=with_keys(self.tr("Import a recording"), "Ctrl+O")
        )
        self.shelves = ShelfTree(library.shelves, self)
        self.meetings = MeetingList(self.tr("Meetings"), self)
        self.hits = RowList(HitDelegate(self), self.tr("Search results"), self)
        self.meetings.setModel(library.meetings)
        self.hits.setModel(library.hits)
        self._nothing = label("", secondary=True, wrap=True)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self._nothing.setContentsMargins(theme.XL, theme.XXL, theme.XL, 0)
        self._stack = QStackedWidget(self)
        for page in (self.meetings, self.hits, self._nothing):
            self._stack.addWidget(page)
        self.number = label("", theme.SMALL, secondary=True)
        self.number.setContentsMargins(theme.S + theme.M, theme.S, theme.M, 0)
        self.number.hide()
        self.empty_trash = button(self.tr("Empty the trash…"), parent=self)
        self.empty_trash.hide()
        self.kit = self._kit_line()
        self._delay = QTimer(self)
        self._delay.setSingleShot(True)
        self._delay.setInterval(SEARCH_DELAY_MS)

        head = QHBoxLayout()
        head.setContentsMargins(theme.M, theme.S, theme.S, theme.XS)
        head.setSpacing(theme.XS)
        head.addWidget(self.search, 1)
        head.addWidget(self.import_button)
        bin_row = QHBoxLayout()
        bin_row.setContentsMargins(theme.M, theme.S, theme.M, 0)
        bin_row.addWidget(self.empty_trash)
        bin_row.addStretch(1)
        self._line = hairline()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        top = QVBoxLayout()
        top.setContentsMargins(theme.M, theme.M, theme.M, 0)
        top.addWidget(self.record_button)
        top.addWidget(self.running)
        column.addLayout(top)
        column.addLayout(head)
        column.addWidget(self.shelves)
        column.addWidget(self._line)
        column.addLayout(bin_row)
        column.addWidget(self.number)
        column.addWidget(self._stack, 1)
        column.addWidget(self.kit)
        column.addWidget(self._foot_line())
        self.setTabOrder(self.record_button, self.running)
        self.setTabOrder(self.running, self.search)
        self.setTabOrder(self.search, self.import_button)
        self.setTabOrder(self.import_button, self.shelves)
        self.setTabOrder(self.shelves, self.empty_trash)
        self.setTabOrder(self.empty_trash, self.meetings)

        self.search.textChanged.connect(self._on_typed)
        self.search.returnPressed.connect(self._search_now)
        self.search.left_down.connect(self._enter_list)
        self._delay.timeout.connect(self._search_now)
        self.record_button.clicked.connect(self.record_wanted)
        self.running.clicked.connect(self.recording_wanted)
        self.import_button.clicked.connect(self.import_wanted)
        self.meetings.chosen.connect(self._on_meeting)
        self.hits.chosen.connect(self._on_hit)
        self.hits.clicked.connect(self._on_hit)
        self.meetings.customContextMenuRequested.connect(self._on_menu)
        self.meetings.selectionModel().selectionChanged.connect(self.selection_changed)
        self.shelves.shelf_chosen.connect(self.show_shelf)
        self.shelves.place_chosen.connect(self.place_wanted)
        self.shelves.menu_wanted.connect(self.shelf_menu_wanted)
        self.shelves.dropped.connect(self.dropped)
        self.shelves.resized.connect(self._share_room)
        self.meetings.trash_wanted.connect(self.trash_wanted)
        self.empty_trash.clicked.connect(self.empty_trash_wanted)
        library.shelf_changed.connect(self._on_shelf_changed)
        library.listed.connect(self._on_listed)
        library.found.connect(self._on_found)
        library.models_known.connect(self._on_models)
        library.meetings.modelReset.connect(self._select_wanted)

    def select(self, meeting_id: str) -> None:
        """Show a meeting as the chosen one, now or as soon as the list has it."""
        self._wanted = meeting_id
        self._select_wanted()

    def show_recording(self, title: str, detail: str, *, on: bool) -> None:
        """The recording that runs takes the place of the button for a new one; "" for none."""
        self.running.show_recording(title, detail, on=on)
        if self.running.isHidden() == bool(detail):
            self.running.setVisible(bool(detail))
            self.record_button.setVisible(not detail)

    def first_control(self) -> QWidget:
        """The list, if anything is in it."""
        view = self._stack.currentWidget()
        return view if isinstance(view, RowList) else self.search

    @Slot()
    def focus_search(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def add_place(self, place: Place) -> None:
        """In the tree if it is about the meetings, otherwise a quiet button at the foot."""
        if place.key in IN_TREE:
            self.shelves.delegate.place_icons[place.key] = place.icon
            self._library.shelves.add_place(place.key, place.title)
            return
        if place.key in NOT_SHOWN:
            return
        keys = place.action.shortcut().toString()
        tip = with_keys(place.title, keys) if keys else place.title
        made = IconButton(place.icon, place.title, self.foot, tip=tip)
        made.setCheckable(True)
        made.clicked.connect(place.action.trigger)
        self._places[place.key] = made
        row = self.foot.layout()
        assert isinstance(row, QHBoxLayout)
        row.insertWidget(row.count() - 1, made)
        self.foot.show()

    def mark_place(self, key: str) -> None:
        """Which place is on the screen; "" for none."""
        for name, made in self._places.items():
            made.setChecked(name == key)
        self.shelves.show_chosen(Shelf("place", key) if key else self._library.shelf)

    def place_button(self, key: str) -> IconButton:
        return self._places[key]

    # The tree

    def remember_shelf(self) -> str:
        return self._library.shelf.name

    def remember_closed(self) -> tuple[str, ...]:
        return tuple(sorted(s.name for s in self.shelves.closed))

    def restore_shelf(self, name: str, closed: tuple[str, ...]) -> None:
        self.shelves.close_shelves({s for n in closed if (s := Shelf.named(n)) is not None})
        shelf = Shelf.named(name)
        if shelf is not None and self._library.shelf_exists(shelf):
            self._library.show_shelf(shelf)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_room()

    @Slot()
    def _share_room(self) -> None:
        """The tree as high as it is, but the list keeps the larger part."""
        most = max(4 * ROW, round((self.height() - 150) * TREE_SHARE))
        self.shelves.setFixedHeight(self.shelves.height_within(most) + theme.XS)

    @Slot(object)
    def show_shelf(self, shelf: Shelf) -> None:
        """Narrow the list as if the user had clicked there."""
        self.search.clear()
        self._library.show_shelf(shelf)
        self.shelf_wanted.emit(shelf)

    @Slot()
    def _on_shelf_changed(self) -> None:
        self.shelves.show_chosen(self._library.shelf)
        self.meetings.scrollToTop()

    @Slot()
    def _on_listed(self) -> None:
        shelf, rows = self._library.shelf, len(self._library.meetings.ids())
        self.empty_trash.setVisible(shelf == TRASH and rows > 0)
        if self._stack.currentWidget() is not self.hits and not self._library.query:
            self._nothing.setText(self._empty_text(shelf))
            empty = not rows and shelf != ALL
            self._stack.setCurrentWidget(self._nothing if empty else self.meetings)

    def _empty_text(self, shelf: Shelf) -> str:
        if shelf == TRASH:
            return self.tr("The trash is empty.")
        if shelf.kind == "favourites":
            return self.tr("No favourites yet. Mark a meeting with its context menu.")
        return self.tr("There is nothing here.")

    def _foot_line(self) -> QWidget:
        self.foot = QWidget(self)
        column = QHBoxLayout(self.foot)
        column.setContentsMargins(theme.S, theme.XS, theme.S, theme.XS)
        column.setSpacing(theme.XS)
        column.addStretch(1)
        self.foot.hide()
        return self.foot

    def _kit_line(self) -> QWidget:
        """Says what the starter kit is for as long as it is what runs."""
        line = QWidget(self)
        column = QVBoxLayout(line)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(hairline())
        row = QHBoxLayout()
        column.addLayout(row)
        row.setContentsMargins(theme.L + theme.XS, theme.M, theme.L, theme.M)
        row.setSpacing(theme.S)
        self._kit_text = label("", theme.SMALL, secondary=True, wrap=True)
        row.addWidget(Glyph("flask-conical", size=16), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._kit_text, 1)
        line.hide()
        return line

    def add_note(self, note: QWidget) -> None:
        """Something that is said at the foot, on every page, for as long as it shows itself."""
        column = self.layout()
        assert isinstance(column, QVBoxLayout)
        column.insertWidget(column.indexOf(self.kit), note)

    @Slot(object)
    def _on_models(self, models: ModelsInUse) -> None:
        self._kit_text.setText(self.tr("Starter kit: for trying and testing, not for real voices."))
        self.kit.setVisible(models.is_starter)

    @Slot(str)
    def _on_typed(self, _text: str) -> None:
        self._delay.start()

    @Slot()
    def _search_now(self) -> None:
        self._delay.stop()
        self._library.search(self.search.text())

    @Slot(str, int)
    def _on_found(self, text: str, hits: int) -> None:
        self._nothing.setText(self.tr("Nothing found for “{text}”").format(text=text))
        self._stack.setCurrentWidget(self.meetings if not text else self.hits if hits else self._nothing)
        more = hits >= MOST_HITS
        number = self.tr("The first %n places", "", hits) if more else self.tr("%n places", "", hits)
        self.number.setText(self.tr("1 place") if hits == 1 else number)
        self.number.setVisible(bool(text and hits))
        if not text:
            self._on_listed()
        if text:
            self.hits.scrollToTop()

    @Slot()
    def _enter_list(self) -> None:
        view = self._stack.currentWidget()
        if not isinstance(view, RowList) or not view.model().rowCount():
            return
        view.setFocus(Qt.FocusReason.TabFocusReason)
        if not view.currentIndex().isValid():
            view.setCurrentIndex(view.model().index(0, 0))

    @Slot(QModelIndex)
    def _on_meeting(self, index: QModelIndex) -> None:
        meeting_id = index.data(IdRole)
        if meeting_id and meeting_id != self._wanted:
            self._wanted = meeting_id
            self.meeting_chosen.emit(meeting_id)

    @Slot(QModelIndex)
    def _on_hit(self, index: QModelIndex) -> None:
        row: HitRow = index.data(RowRole)
        self.hit_chosen.emit(row.meeting_id, row.segment_id)

    @Slot(QPoint)
    def _on_menu(self, point: QPoint) -> None:
        index = self.meetings.indexAt(point)
        if index.isValid() and index.data(IdRole):
            self.menu_wanted.emit(self.meetings.viewport().mapToGlobal(point))

    @Slot()
    def _select_wanted(self) -> None:
        index = self._library.meetings.index_of(self._wanted)
        if index.isValid():
            if self.meetings.currentIndex() != index:
                self.meetings.setCurrentIndex(index)
            self.meetings.scrollTo(index)
        else:
            self.meetings.clearSelection()
            self.meetings.setCurrentIndex(QModelIndex())
