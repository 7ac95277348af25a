"""Action items of all meetings: the page with real clicks and keys, and what it shows without one."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from app.domain.meeting import ActionItem, ActionItemRow, Meeting, Minutes, Stage
from app.ui import theme
from app.ui.actions_list import Zone
from app.ui.actions_timeline import Days, words_at
from app.ui.application import Desk
from app.ui.minutes_parts import DateCard
from app.ui.speakers_card import NameCard
from app.viewmodels.actions_matrix import MatrixModel
from app.viewmodels.actions_rows import Action, Filter, Group, Row, owners_of, rows_of
from tests.qt import demo
from tests.qt.conftest import MakeDesk
from tests.qt.fakes import FakeServices

TODAY = date.today()
LEFT = Qt.MouseButton.LeftButton
pytestmark = [pytest.mark.qt, pytest.mark.qt_log_ignore("does not support (raise|grabbing)", extend=True)]


def item(task: str, owner: str | None = None, days: int | None = None, *, done: bool = False) -> ActionItem:
    on = None if days is None else TODAY + timedelta(days=days)
    return ActionItem(task, owner, None, (1, 2), due_on=on, done=done)


def two_meetings() -> list[Meeting]:
    now = datetime.now().astimezone()
    new = replace(
        demo.planning("m001", title="Planning", started=now - timedelta(hours=2)),
        minutes=Minutes(
            "x",
            action_items=(
                item("write the notes", "Anna", 3),
                item("Call the bank", "Tom", -2),
                item("Buy tea", None, done=True),
            ),
        ),
    )
    old = replace(
        demo.planning("m002", title="Retrospective", started=now - timedelta(days=9)),
        minutes=Minutes(
            "x", action_items=(item("Send the budget", "anna", 0), ActionItem("Ask legal", "Tom", "soon", (3,)))
        ),
    )
    return [new, old]


class Page:
    """The page in its window, with what a user does there."""

    def __init__(self, d: Desk, qtbot: QtBot) -> None:
        self.d, self.qtbot = d, qtbot
        qtbot.waitUntil(lambda: d.meeting.meeting is not None)
        d.window.activateWindow()
        d.window.go_to_place("actions")
        self.page = d.actions_page
        self.actions = d.actions
        self.list = self.page.items
        qtbot.waitUntil(lambda: self.actions.read)

    @property
    def tasks(self) -> list[str]:
        return [a.task for a in self.actions.shown]

    @property
    def lines(self) -> list[str]:
        return [r.text if isinstance(r, Group) else r.task for r in self.actions.rows.rows]

    def action(self, task: str) -> Action:
        return next(a for a in self.actions.shown if a.task == task)

    def place(self, task: str, zone: Zone) -> QPoint:
        index = self.actions.rows.index(self.actions.rows.row_of(self.action(task).key), 0)
        return self.list._look.zones(self.list.visualRect(index), self.action(task))[zone].center()

    def click(self, task: str, zone: Zone) -> None:
        self.qtbot.mouseClick(self.list.viewport(), LEFT, pos=self.place(task, zone))

    def choose(self, task: str) -> None:
        index = self.actions.rows.index(self.actions.rows.row_of(self.action(task).key), 0)
        self.list.setFocus()
        self.list.setCurrentIndex(index)

    def stored(self, meeting_id: str, position: int) -> ActionItem:
        minutes = self.d._services.meetings[meeting_id].minutes  # type: ignore[attr-defined]
        assert minutes is not None
        found: ActionItem = minutes.action_items[position]
        return found

    def until(self, holds: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(holds, timeout=5000)


@pytest.fixture
def page(desk: MakeDesk, qtbot: QtBot) -> Page:
    return Page(desk(FakeServices(two_meetings())), qtbot)


# -- the list ------------------------------------------------------------------------------------
def test_open_items_stand_under_when_they_are_due(page: Page) -> None:
    assert page.lines[:4] == ["Overdue", "Call the bank", "Today", "Send the budget"]
    assert page.lines[-2:] == ["No date", "Ask legal"]
    assert "Write the notes" in page.tasks
    assert page.page.state.text() == "4 open, 1 of them overdue"
    assert page.list.isVisible()
    assert not page.page.nothing.isVisible()
    assert page.action("Ask legal").due == "“soon”"
    assert page.action("Send the budget").due == "Today"


def test_a_click_in_the_box_ticks_off_and_can_be_undone(page: Page) -> None:
    page.click("Call the bank", "check")
    page.until(lambda: page.stored("m001", 1).done)
    page.until(lambda: page.action("Call the bank").done)
    assert page.lines[:2] == ["Overdue", "Call the bank"], "it stays where it was ticked off"
    assert page.d.history.undo_label == "tick off"
    page.d.history.undo()
    page.until(lambda: not page.action("Call the bank").done)
    assert not page.stored("m001", 1).done
    page.click("Call the bank", "check")
    page.until(lambda: page.stored("m001", 1).done)
    page.actions.refresh()
    page.until(lambda: "Call the bank" not in page.tasks)
    assert page.page.state.text() == "3 open"


def test_keys_tick_copy_and_go_to_the_meeting(page: Page) -> None:
    page.choose("Send the budget")
    page.qtbot.keyClick(page.list, Qt.Key.Key_Space)
    page.until(lambda: page.action("Send the budget").done)
    assert page.stored("m002", 0).done
    assert page.list.action is not None
    assert page.list.action.task == "Send the budget"
    page.qtbot.keyClick(page.list, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "- [x] Send the budget — anna, Today (Retrospective)"
    page.qtbot.keyClick(page.list, Qt.Key.Key_Down)
    assert page.list.action.task == "Write the notes"
    shown: list[tuple[int, ...]] = []
    page.d.meeting.reveal.connect(shown.append)
    page.qtbot.keyClick(page.list, Qt.Key.Key_Return)
    page.until(lambda: page.d.window.place == "")
    assert page.d.meeting.id == "m001"
    page.until(lambda: (1, 2) in shown)


def test_the_meeting_under_a_task_is_a_link(page: Page) -> None:
    page.click("Ask legal", "text")
    assert page.d.window.place == "actions", "only the link leads away"
    page.click("Ask legal", "meeting")
    window = page.d.window
    page.until(lambda: window.place == "" and page.d.meeting.shown_id == "m002" and window.page.isVisible())
    page.until(lambda: window.page.transcript.lit == {3})  # where it was said
    assert window.sidebar.meetings.selected_ids() == ["m002"]


def test_date_and_owner_are_changed_where_they_stand(page: Page) -> None:
    page.click("Ask legal", "due")
    card = QApplication.activePopupWidget()
    assert isinstance(card, DateCard)
    page.qtbot.mouseClick(card.quick[1], LEFT)  # tomorrow
    page.until(lambda: page.stored("m002", 1).due_on == TODAY + timedelta(days=1))
    page.until(lambda: page.action("Ask legal").due == "Tomorrow")
    assert page.stored("m002", 1).by_user
    page.choose("Ask legal")
    page.qtbot.keyClick(page.list, Qt.Key.Key_O)
    card = QApplication.activePopupWidget()
    assert isinstance(card, NameCard)
    page.qtbot.keyClicks(card.field, "Leila")
    page.qtbot.keyClick(card.field, Qt.Key.Key_Return)
    page.until(lambda: page.stored("m002", 1).owner == "Leila")
    page.until(lambda: page.action("Ask legal").owner == "Leila")
    page.d.history.undo()
    page.until(lambda: page.stored("m002", 1).owner == "Tom")


def test_the_menu_has_everything_with_its_keys(page: Page) -> None:
    page.choose("Ask legal")
    menu = page.list.menu_for(page.action("Ask legal"))
    texts = [a.text() for a in menu.actions() if not a.isSeparator()]
    assert texts == ["Done", "Change the date…", "Change who does it…", "Go to the meeting", "Copy"]
    menu.actions()[0].trigger()
    page.until(lambda: page.stored("m002", 1).done)
    menu.deleteLater()
    assert not [m for m in page.list.findChildren(QMenu) if m.isVisible()]


def test_filters_narrow_and_say_when_nothing_is_left(page: Page) -> None:
    def pick(choice: object, data: str) -> None:
        choice.setCurrentIndex(choice.findData(data))  # type: ignore[attr-defined]
        choice.activated.emit(choice.currentIndex())  # type: ignore[attr-defined]

    p = page.page
    assert [p.owner_choice.itemText(i) for i in range(p.owner_choice.count())] == [
        "Everybody", "Anna (2)", "Tom (2)", "Nobody yet (1)",
    ]  # fmt: skip
    pick(p.owner_choice, "anna")
    assert page.tasks == ["Send the budget", "Write the notes"]
    pick(p.show_choice, "overdue")
    assert page.tasks == []
    assert p.nothing.isVisible()
    assert "Nothing like that" in p.nothing_title.text()
    page.qtbot.mouseClick(p.widen_button, LEFT)
    assert len(page.tasks) == 4
    pick(p.show_choice, "done")
    assert page.tasks == ["Buy tea"]
    pick(p.show_choice, "all")
    pick(p.group_choice, "meeting")
    assert page.lines[0].startswith("Planning · ")
    assert page.lines[1:4] == ["Write the notes", "Call the bank", "Buy tea"]
    pick(p.group_choice, "owner")
    assert [t for t in page.lines if t in ("Anna", "Tom", "Nobody yet")] == ["Anna", "Tom", "Nobody yet"]


def test_what_was_replaced_meanwhile_is_left_alone(page: Page, qtbot: QtBot) -> None:
    action = page.action("Ask legal")
    m = page.d._services.meetings["m002"]  # type: ignore[attr-defined]
    page.d._services.meetings["m002"] = replace(m, minutes=Minutes("new"))  # type: ignore[attr-defined]
    with qtbot.waitSignal(page.d.history.problem) as said:
        page.actions.tick(action, True)
    assert "replaced" in said.args[0].what


def test_the_list_goes_to_the_clipboard(page: Page) -> None:
    page.qtbot.mouseClick(page.page.copy_button, LEFT)
    text = QGuiApplication.clipboard().text()
    assert text.startswith("## Overdue\n\n- [ ] Call the bank — Tom, ")
    assert text.endswith("- [ ] Ask legal — Tom, “soon” (Retrospective)\n")


def test_a_meeting_in_the_trash_takes_its_items_along(page: Page) -> None:
    def meetings() -> list[str]:
        return [c.title for c in page.actions.matrix.columns if c.meeting]

    before, summary, owners = page.tasks, page.actions.summary, page.actions.owners
    assert meetings() == ["Planning", "Retrospective"]
    page.d.organiser.trash(["m001"])
    page.until(lambda: page.tasks == ["Send the budget", "Ask legal"])
    assert page.actions.summary == "2 open", "the overdue one went, too"
    assert meetings() == ["Retrospective"]
    page.actions.show("all")
    assert "Buy tea" not in page.tasks, "nor is what was done left"
    page.actions.show("open")
    page.d.history.undo()
    page.until(lambda: page.tasks == before)
    assert (page.actions.summary, page.actions.owners) == (summary, owners)
    assert meetings() == ["Planning", "Retrospective"]


def test_what_a_job_finds_while_the_user_changes_something(page: Page) -> None:
    """The answer to both comes in one go, the user's change first: neither covers up the other."""
    services: FakeServices = page.d._services  # type: ignore[assignment]
    old = services.meetings["m002"]
    assert old.minutes is not None
    more = replace(old.minutes, action_items=(*old.minutes.action_items, item("Found by a job")))
    hold = threading.Event()
    page.d.lane.ask(lambda _store: hold.wait(20))
    page.actions.tick(page.action("Call the bank"), True)
    services.meetings["m002"] = replace(old, minutes=more)
    page.d.queue.stage_stored.emit("m002", Stage.MINUTES)
    hold.set()
    page.until(lambda: page.stored("m001", 1).done and "Found by a job" in page.tasks)
    assert page.action("Call the bank").done


def test_a_damaged_meeting_in_the_trash_takes_its_items_along(page: Page) -> None:
    """Nobody can say which those are: all are read again."""
    meetings = page.d._services.meetings  # type: ignore[attr-defined]
    meetings["m001"] = replace(meetings["m001"], trashed_at=datetime.now().astimezone())
    page.d.history.filed.emit(page.d.library.summary("m001"))
    page.until(lambda: page.tasks == ["Send the budget", "Ask legal"])


def test_no_items_at_all(desk: MakeDesk, qtbot: QtBot) -> None:
    page = Page(desk(FakeServices([replace(demo.planning("m001"), minutes=None)])), qtbot)
    assert page.page.nothing.isVisible()
    assert page.page.nothing_title.text() == "No action items yet"
    assert not page.page.filters.isVisible()
    assert not page.page.widen_button.isVisible()


# -- the other two looks -------------------------------------------------------------------------
def test_numbers_of_people_lead_to_what_they_count(page: Page) -> None:
    p = page.page
    page.qtbot.mouseClick(p.tabs[2], LEFT)
    assert p.matrix.isVisible()
    assert not p.filters.isVisible()
    model = p.matrix.model()
    assert isinstance(model, MatrixModel)
    assert [o.name for o in model.owners] == ["Anna", "Tom", "Nobody yet"]
    assert [c.title for c in model.columns] == ["Open", "Overdue", "Done", "Planning", "Retrospective"]
    numbers = [[model.index(r, c).data() for c in range(5)] for r in range(3)]
    assert numbers == [["2", "", "", "1", "1"], ["2", "1", "", "1", "1"], ["", "", "1", "1", ""]]
    assert model.said(model.index(1, 3)) == "Tom, Planning: 1 open, 1 of them overdue, 0 done"
    late = model.index(1, 1)
    page.qtbot.mouseClick(p.matrix.viewport(), LEFT, pos=p.matrix.visualRect(late).center() - QPoint(12, 0))
    assert p.views.currentIndex() == 0
    assert page.tasks == ["Call the bank"]
    assert page.actions.filter == Filter("overdue", "tom")
    page.qtbot.mouseClick(p.tabs[2], LEFT)
    p.matrix.setFocus()
    p.matrix.setCurrentIndex(model.index(2, 3))
    page.qtbot.keyClick(p.matrix, Qt.Key.Key_Return)
    assert page.tasks == ["Buy tea"]
    assert p.meeting_chip.isVisible()
    page.qtbot.mouseClick(p.meeting_chip, LEFT)
    assert page.actions.filter == Filter("all", "")


def test_heads_of_the_matrix_get_the_room_there_is(desk: MakeDesk, qtbot: QtBot) -> None:
    def widths(size: tuple[int, int], title: str) -> list[int]:
        meetings = [replace(m, title=title) for m in two_meetings()]
        page = Page(desk(FakeServices(meetings), size=size), qtbot)
        page.page.look_at(2)
        matrix = page.page.matrix
        qtbot.waitUntil(lambda: matrix.isVisible() and matrix.model().columnCount() == 5)
        head = matrix.horizontalHeader()
        assert head.length() <= matrix.viewport().width() or size[0] < 1000, "nothing to scroll while there is room"
        return [matrix.columnWidth(n) for n in (3, 4)]

    assert widths((1400, 800), "Tea") == [132, 132]
    assert min(widths((1400, 800), "Meeting on 21 November, 17:13")) > 180
    assert widths((900, 600), "Meeting on 21 November, 17:13") == [132, 132]


def test_the_timeline_has_the_same_rows_and_keys(page: Page) -> None:
    p = page.page
    page.qtbot.mouseClick(p.tabs[1], LEFT)
    view = p.timeline.items
    assert view.isVisible()
    assert view.model() is page.list.model()
    page.choose("Call the bank")
    view.setCurrentIndex(page.list.currentIndex())
    view.setFocus()
    page.qtbot.keyClick(view, Qt.Key.Key_Space)
    page.until(lambda: page.action("Call the bank").done)
    page.qtbot.mouseDClick(view.viewport(), LEFT, pos=view.visualRect(view.currentIndex()).center())
    page.until(lambda: page.d.window.place == "" and page.d.meeting.id == "m001")


@pytest.mark.parametrize("dark", [False, True])
def test_the_timeline_paints_bars_where_the_days_are(page: Page, dark: bool) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.apply(app, dark=dark)
    try:
        p = page.page
        page.qtbot.mouseClick(p.tabs[1], LEFT)
        view = p.timeline.items
        image = view.viewport().grab().toImage()
        action = page.action("Write the notes")
        rect = view.visualRect(page.actions.rows.index(page.actions.rows.row_of(action.key), 0))
        days = view.days
        ratio = image.devicePixelRatio()
        middle = (days.x(TODAY + timedelta(days=2)) + days.x(TODAY + timedelta(days=3))) / 2
        at = image.pixelColor(int(middle * ratio), int((rect.center().y() + 1) * ratio))
        assert at.name() == theme.speaker_colour(action.hue).name()
        beyond = image.pixelColor(int(days.x(TODAY + timedelta(days=5)) * ratio) + 3, int(rect.top() + 4))
        assert beyond.name() != theme.speaker_colour(action.hue).name()
    finally:
        theme.apply(app, dark=False)


def test_days_on_the_axis() -> None:
    def of(*spans: tuple[int, int | None], width: int = 900) -> Days:
        made = [
            Action(
                ActionItemRow(
                    "m",
                    "M",
                    datetime.combine(TODAY + timedelta(days=a), datetime.min.time(), UTC),
                    n,
                    item("x", None, b),
                ),
                -1,
                TODAY,
            )
            for n, (a, b) in enumerate(spans)
        ]
        return Days.of(made, TODAY, width)

    days = of((-3, 5))
    assert days.x(days.first) == days.left
    assert days.x(days.last + timedelta(days=1)) == days.left + days.width
    assert days.x(TODAY - timedelta(days=400)) == days.left
    assert all(b > a for a, b in itertools.pairwise(days.ticks()))
    far = of((-900, 900), width=420)
    assert (far.last - far.first).days < 180
    assert all(d.weekday() == 0 for d in far.ticks())
    assert of((0, None)).first <= TODAY <= of((0, None)).last
    assert Days.of([], TODAY, 10).width >= 1

    near, one_far = of((-3, 5), (-1, 12)), of((-3, 5), (-1, 12), (0, 130))
    assert near.later == 0
    assert one_far.later > 0
    assert (one_far.first, one_far.last) == (near.first, near.last), "one far off does not squeeze the others"
    assert one_far.left + one_far.width + one_far.later <= 900
    assert of((0, 20), (0, 40), (0, 70)).later == 0, "what follows step by step is on the axis"


# -- everybody and every size --------------------------------------------------------------------
def test_names_for_those_who_listen(page: Page) -> None:
    p = page.page
    for control in (p.show_choice, p.owner_choice, p.group_choice, p.copy_button, p.matrix, p.items, p.timeline.items):
        assert control.accessibleName()
    interface = QAccessible.queryAccessibleInterface(page.list)
    assert interface.childCount() == len(page.actions.rows.rows)
    said = [interface.child(n).text(QAccessible.Text.Name) for n in range(3)]
    assert said[0] == "Overdue, one item"
    assert said[1].startswith("Call the bank, owner Tom, overdue since ")
    assert "from Planning" in said[1]


def test_tab_reaches_everything_in_order(page: Page) -> None:
    p = page.page
    p.tabs[0].setFocus()
    reached = []
    for _ in range(5):
        page.qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        reached.append(QApplication.focusWidget())
    assert reached == [p.copy_button, p.show_choice, p.owner_choice, p.group_choice, p.items]
    p.tabs[0].setFocus()
    page.qtbot.keyClick(p.tabs[0], Qt.Key.Key_Right)
    assert p.timeline.items.isVisible()
    page.qtbot.keyClick(p.tabs[1], Qt.Key.Key_Right)
    assert p.matrix.isVisible()


def test_small_windows_keep_room_for_the_task(desk: MakeDesk, qtbot: QtBot) -> None:
    page = Page(desk(FakeServices(two_meetings()), size=(900, 600)), qtbot)
    zones = page.list._look.zones(page.list.visualRect(page.actions.rows.index(1, 0)), page.action("Call the bank"))
    assert zones["text"].width() > 220
    assert zones["due"].right() <= page.list.viewport().width()
    parts = [zones[z] for z in ("check", "text", "owner", "due")]
    assert all(a.right() < b.left() for a, b in itertools.pairwise(parts))


def test_the_user_has_the_colour_of_every_meeting() -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    rows = [ActionItemRow("m", "M", at, n, item(f"Task {n}", who, None)) for n, who in enumerate(("Bo", "Bo", "Me"))]
    assert [(o.name, o.hue) for o in owners_of(rows)] == [("Bo", 1), ("Me", 0)]
    assert [(o.name, o.hue) for o in owners_of(rows[:2])] == [("Bo", 1)]


def test_people_keep_their_colour_when_meetings_follow() -> None:
    def row(day: int, who: str, speaker: str = "") -> ActionItemRow:
        at = datetime(2026, 1, 1 + day, tzinfo=UTC)
        return ActionItemRow(f"m{day}", "M", at, len(who), item("Task", who, None), speaker=speaker)

    first = [row(1, "Ben", "s2"), row(1, "Ada", "s1"), row(1, "Speaker 3", "s3"), row(1, "Kim", "me")]
    hues = {o.called: o.hue for o in owners_of(first)}
    assert hues == {"Ben": 2, "Ada": 1, "Speaker 3": 3, "Kim": 0}, "as in the meeting"
    later = [row(5, who, "s2") for who in ("Cleo", "Dora", "Cleo")] + [row(4, "Ada", "s4"), row(3, "Mo")]
    more = {o.called: o.hue for o in owners_of([*later, *first])}
    assert {k: more[k] for k in hues} == hues
    assert len({more[k] for k in ("Ben", "Ada", "Kim", "Cleo", "Dora", "Mo")}) == 6, "no two alike"


def test_speakers_without_a_name_are_others_in_every_meeting() -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    rows = [ActionItemRow(m, f"Title {m}", at, 0, item("Task", who)) for m in "ab" for who in ("Speaker 1", "Bo")]
    owners = owners_of(rows)
    assert [(o.name, o.count) for o in owners] == [
        ("Bo", 2),
        ("Speaker 1 in “Title a”", 1),
        ("Speaker 1 in “Title b”", 1),
    ]
    assert [o.where for o in owners] == ["", "Title a", "Title b"]
    bar = [text for text, _, _ in words_at(Action(rows[0], owners[1].hue, TODAY))]
    assert bar == ["Speaker 1"], "whose it is stands at the bar, too"
    assert [r for r in rows if Filter("all", owners[1].key).keeps(r, TODAY)] == [rows[0]]


def test_twenty_thousand_items_are_grouped_quickly() -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    items = [
        ActionItemRow(f"m{n // 5}", "M", at + timedelta(hours=n), n % 5, item(f"Task {n}", f"P{n % 40}", n % 90 - 30))
        for n in range(20_000)
    ]
    start = time.process_time()
    owners = owners_of(items)
    rows: list[Row] = rows_of(items, owners, "due", TODAY)
    assert time.process_time() - start < 2.0
    assert len(rows) > 20_000
    assert len(owners) == 40
