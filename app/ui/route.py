"""Which page stands in the middle column, and how the list beside it follows."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QApplication, QLineEdit, QStackedWidget, QWidget

from app.ui.page import MeetingPage
from app.ui.places import PlacePage, Places
from app.ui.recording_flow import RecordingFlow
from app.ui.recording_page import RecordingPage
from app.ui.sidebar import Sidebar
from app.ui.states import DamagedMeeting, EmptyState, LibraryProblem, NothingChosen
from app.ui.window_state import WindowState
from app.viewmodels.library import LibraryViewModel
from app.viewmodels.meeting import MeetingViewModel
from app.viewmodels.problems import Problem
from app.viewmodels.shelf import ALL, TRASH, Shelf


@dataclass(frozen=True, slots=True)
class Pages:
    """What there is besides places and the page before a recording. `blank` is shown while a meeting is read."""

    meeting: MeetingPage
    recording: RecordingPage
    empty: EmptyState
    nothing: NothingChosen
    trouble: LibraryProblem
    damaged: DamagedMeeting
    blank: QWidget


class Route(QObject):
    """Signals:
    turned: another page is on the screen, or something else is on it.
    """

    turned = Signal()

    def __init__(
        self,
        window: QWidget,
        centre: QStackedWidget,
        pages: Pages,
        places: Places,
        flow: RecordingFlow,
        sidebar: Sidebar,
        library: LibraryViewModel,
        meeting: MeetingViewModel,
        state: WindowState,
    ) -> None:
        super().__init__(window)
        self._centre = centre
        self._pages = pages
        self._places = places
        self._flow = flow
        self._sidebar = sidebar
        self._library = library
        self._meeting = meeting
        self._state = state
        self._first_list = True
        sidebar.meeting_chosen.connect(self._open)
        sidebar.hit_chosen.connect(self._open_at)
        sidebar.place_wanted.connect(self.go_to_place)
        sidebar.shelf_wanted.connect(self._on_shelf)
        places.wanted.connect(self._show_place)
        places.left.connect(self.leave_place)
        flow.page_wanted.connect(self.show)
        flow.meeting_wanted.connect(self._on_recorded)
        flow.left.connect(self.leave)
        library.listed.connect(self._on_listed)
        library.unavailable.connect(self._on_unavailable)
        library.imported.connect(self._on_imported)
        library.gone.connect(self._on_gone)
        library.returned.connect(self._on_returned)
        meeting.changed.connect(self._on_changed)
        meeting.closed.connect(self._on_closed)

    # Where the user is

    @property
    def page(self) -> QWidget | None:
        return self._centre.currentWidget()

    @property
    def place(self) -> str:
        """Key of the place on the screen, "" for none."""
        return self._places.key_of(self.page)

    @property
    def away(self) -> bool:
        """Whether the user is at a recording or a place: then no meeting comes onto the screen by itself."""
        return self._flow.has(self.page) or bool(self.place)

    @property
    def title(self) -> str:
        """Of what is on the screen."""
        page = self.page
        if isinstance(page, PlacePage):
            return page.title
        return self._flow.title if self.away else self._meeting.title

    # Going somewhere

    @Slot(QWidget)
    def show(self, widget: QWidget) -> None:
        focused = QApplication.focusWidget()
        inside = focused is not None and self._centre.isAncestorOf(focused)
        self._centre.setCurrentWidget(widget)
        if inside and focused is not None and not focused.isVisible():
            # Qt gave the keyboard to the next one there is: the title, as if it were to be changed, or one far away.
            self._focus(widget)
        # The sidebar's button keeps its look from page to page; only where the page itself is about recording, or about
        # what stands in the way of it, it steps back.
        at_place = isinstance(widget, PlacePage)
        alone = isinstance(widget, PlacePage) and widget.close_button is None  # the first steps have their own way on
        own = alone or self._flow.has(widget)
        own = own or widget in (self._pages.empty, self._pages.trouble, self._pages.damaged)
        self._sidebar.record_button.set_kind("quiet" if own else "primary")
        self._sidebar.running.setChecked(widget is self._pages.recording)
        self._sidebar.mark_place(self.place)
        if at_place or self._flow.has(widget):
            self._sidebar.select("")
        self.turned.emit()

    def _focus(self, widget: QWidget | None) -> None:
        """Bring the keyboard to a page; places and recordings do so themselves."""
        if widget is self._pages.meeting:
            self._pages.meeting.focus_content()
        elif widget is self._pages.blank:
            widget.setFocus()  # from where it goes on to the meeting

    @Slot(str)
    def _on_recorded(self, meeting_id: str) -> None:
        """To the meeting that was recorded. The button that ended it may have lost the keyboard long before."""
        self.go_to(meeting_id)
        if not isinstance(QApplication.focusWidget(), QLineEdit):  # a search that is being typed
            self._focus(self.page)

    @Slot(str)
    def go_to(self, meeting_id: str) -> None:
        """To a meeting, from wherever the user is."""
        self._show_where(meeting_id)
        self._sidebar.select(meeting_id)
        self._open(meeting_id)

    @Slot(str, tuple)
    def go_to_said(self, meeting_id: str, segment_ids: tuple[int, ...]) -> None:
        """To a meeting where something is said."""
        self._show_where(meeting_id)
        self._sidebar.select(meeting_id)
        self._come_back(meeting_id)
        self._meeting.open(meeting_id, segment_ids)

    @Slot(str)
    def go_to_place(self, key: str) -> None:
        """Raises `KeyError`."""
        self._show_place(self._places[key].page)

    def restore_place(self, key: str) -> None:
        """Go to the place of last time, as long as the user has gone nowhere."""
        if key == self._state.place and self._first_list:
            self.go_to_place(key)

    @Slot(object)
    def _show_place(self, page: PlacePage) -> None:
        self.show(page)
        page.enter()

    @Slot()
    def leave_place(self) -> None:
        """Back to the meeting that is open, if a place is on the screen."""
        if self.place:
            self.leave()
            self._sidebar.meetings.setFocus()

    @Slot()
    def leave(self) -> None:
        """Back to what was there before a recording or a place was thought of."""
        if self._meeting.id:
            self.go_to(self._meeting.id)
        else:
            self.show(self._without_meeting)

    @property
    def _without_meeting(self) -> QWidget:
        """What stands there when no meeting is open."""
        return self._pages.nothing if self._library.summaries() else self._pages.empty

    def _show_where(self, meeting_id: str) -> None:
        """The list is narrowed to where the meeting can be seen."""
        summary = self._library.summary(meeting_id)
        if summary is None:  # so new that the list does not have it yet
            self._library.show_shelf(ALL)
        elif not self._library.shelf.holds(summary):
            self._library.show_shelf(ALL if summary.trashed_at is None else TRASH)

    # From the list

    @Slot(str)
    def _open(self, meeting_id: str) -> None:
        self._come_back(meeting_id)
        self._meeting.open(meeting_id)

    def _come_back(self, meeting_id: str) -> None:
        """From a recording to a meeting. One that has to be read first leaves the page empty for a moment."""
        if self.away:
            there = self._meeting.shown_id == meeting_id
            self.show(self._pages.meeting if there else self._pages.blank)

    @Slot(str, int)
    def _open_at(self, meeting_id: str, segment_id: int) -> None:
        self.go_to_said(meeting_id, (segment_id,))

    @Slot(object)
    def _on_shelf(self, shelf: Shelf) -> None:
        """Choosing a shelf shows meetings: a place is left, and the list stays what was chosen."""
        if self.place and self._meeting.id:
            summary = self._library.summary(self._meeting.id)
            self._sidebar.select(self._meeting.id if summary is not None and shelf.holds(summary) else "")
            self._open(self._meeting.id)
        elif self.place:
            self.leave()

    # What changes the library

    @Slot(int)
    def _on_listed(self, count: int) -> None:
        first, self._first_list = self._first_list, False
        if first:
            self._sidebar.restore_shelf(self._state.shelf, self._state.closed)
        if self.away:
            if first and count and self.place and not self._meeting.id:
                self._meeting.open(self._last_meeting())  # it is there when the place is left
            return
        if not count:
            self.show(self._pages.empty)
        elif not self._meeting.id:
            if first and self._last_meeting():
                self.go_to(self._last_meeting())
            else:
                self.show(self._pages.nothing)
        elif self.page is self._pages.trouble:
            self.show(self._pages.damaged if self._meeting.damage is not None else self._pages.meeting)
        self.turned.emit()

    def _last_meeting(self) -> str:
        """The one that was open last time, otherwise the newest on the shelf; "" for none."""
        if self._library.summary(self._state.meeting) is not None:
            return self._state.meeting
        return next(iter(self._library.meetings.ids()), "")

    @Slot(object)
    def _on_unavailable(self, problem: Problem) -> None:
        self._pages.trouble.explain(problem)
        if not self.away:
            self.show(self._pages.trouble)

    @Slot(object)
    def _on_imported(self, ids: list[str]) -> None:
        self._sidebar.search.clear()
        self.go_to(ids[0])

    @Slot(object)
    def _on_gone(self, ids: list[str]) -> None:
        """The neighbour of the open meeting takes its place when that leaves the list."""
        if self._meeting.id not in ids:
            return
        left, leaving = self._library.meetings.ids(), set(ids)
        at = left.index(self._meeting.id) if self._meeting.id in left else 0
        following = next((i for i in (*left[at:], *reversed(left[:at])) if i not in leaving), "")
        self._meeting.on_removed(self._meeting.id)
        if following and not self.away:
            self.go_to(following)

    @Slot(object)
    def _on_returned(self, ids: list[str]) -> None:
        """What comes back from the trash is shown, unless the user is somewhere else."""
        if not self.away:
            self.go_to(ids[0])

    # What changes the open meeting

    @Slot()
    def _on_changed(self) -> None:
        damage = self._meeting.damage
        if damage is not None:
            self._pages.damaged.explain(damage)
        if not self.away and (damage is not None or self._meeting.meeting is not None):
            self.show(self._pages.damaged if damage is not None else self._pages.meeting)
        self.turned.emit()

    @Slot()
    def _on_closed(self) -> None:
        if not self.away:
            self.show(self._without_meeting)  # the list may have said before that it is empty
        self.turned.emit()
