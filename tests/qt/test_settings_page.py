"""The settings as a person uses them: real clicks and keys, on real threads, with fake services."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLineEdit, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.bootstrap import LocalServices
from app.domain.errors import StorageError
from app.domain.meeting import Person
from app.domain.templates import Template
from app.services.paths import Paths
from app.services.settings import Settings
from app.ui import theme
from app.ui.application import Desk, own_command
from app.ui.minutes_keys import minutes_shortcuts
from app.ui.office import shortcuts
from app.ui.settings_page import SettingsPage
from app.ui.settings_rows import ChoiceRow, LinesRow, LinkRow, PeopleRow, ShortcutsRow, SwitchRow, TextRow, lit
from tests.qt import demo
from tests.qt.conftest import MakeDesk
from tests.qt.fakes import FakeServices, FakeStore

pytestmark = pytest.mark.qt

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(autouse=True)
def light_afterwards() -> object:
    yield
    theme.prefer("light")
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.apply(app)
    theme.prefer("system")


def opened(
    qtbot: QtBot, desk: MakeDesk, services: FakeServices | None = None, **kwargs: object
) -> tuple[Desk, SettingsPage]:
    d = desk(services or FakeServices([demo.planning()]), **kwargs)
    QTest.keyClick(d.window, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: d.window.place == "settings")
    page = d.office.settings_page
    qtbot.waitUntil(lambda: d.office.settings.known and page.complete)
    return d, page


def stored(d: Desk) -> Settings:
    """What is on the disk by now."""
    return cast(FakeServices, d._services).stored


def click(page: SettingsPage, widget: QWidget) -> None:
    """Where it is on the screen, after scrolling to it."""
    page.area.ensureWidgetVisible(widget)
    QTest.qWait(10)
    QTest.mouseClick(widget, LEFT, pos=QPoint(widget.width() // 2, widget.height() // 2))


def pick(combo: QComboBox, value: str) -> None:
    """By the keyboard, as somebody does who knows the list."""
    combo.setFocus()
    steps = combo.findData(value) - combo.currentIndex()
    assert combo.findData(value) >= 0
    for _ in range(abs(steps)):
        QTest.keyClick(combo, Qt.Key.Key_Down if steps > 0 else Qt.Key.Key_Up)


def test_a_switch_is_turned_and_holds(qtbot: QtBot, desk: MakeDesk) -> None:
    d, page = opened(qtbot, desk)
    row = page.rows["notifications"]
    assert isinstance(row, SwitchRow)
    assert row.control.isChecked()
    click(page, row.control)
    assert not d.office.settings.now.notifications
    qtbot.waitUntil(lambda: not stored(d).notifications)
    QTest.keyClick(row.control, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: stored(d).notifications)


def test_dark_is_dark_at_once(qtbot: QtBot, desk: MakeDesk) -> None:
    d, page = opened(qtbot, desk)
    row = page.rows["appearance"]
    assert isinstance(row, ChoiceRow)
    pick(row.control, "dark")
    assert theme.current().dark
    assert QGuiApplication.palette().window().color().name() == theme.DARK.window.lower()
    pick(row.control, "light")
    assert not theme.current().dark
    qtbot.waitUntil(lambda: stored(d).appearance == "light")


def test_a_stored_appearance_is_there_from_the_first_moment(qtbot: QtBot, desk: MakeDesk) -> None:
    services = FakeServices([demo.planning()])
    services.stored = Settings(appearance="dark", welcomed=True)
    desk(services)
    qtbot.waitUntil(lambda: theme.current().dark)


def test_names_and_terms_are_kept_line_by_line(qtbot: QtBot, desk: MakeDesk) -> None:
    d, page = opened(qtbot, desk)
    row = page.rows["glossary"]
    assert isinstance(row, LinesRow)
    page.area.ensureWidgetVisible(row.control)
    row.control.setFocus()
    QTest.keyClicks(row.control, "Folkmoot")
    QTest.keyClick(row.control, Qt.Key.Key_Return)
    QTest.keyClicks(row.control, "  Lyon  team ")
    QTest.keyClick(row.control, Qt.Key.Key_Return)
    QTest.keyClicks(row.control, "Folkmoot")
    QTest.keyClick(row.control, Qt.Key.Key_Tab)  # leaves it
    assert not row.control.hasFocus()
    qtbot.waitUntil(lambda: stored(d).glossary == ("Folkmoot", "Lyon team"))


def test_the_mirror_wants_an_address(qtbot: QtBot, desk: MakeDesk) -> None:
    d, page = opened(qtbot, desk)
    kind, address = page.rows["hub"], page.rows["hub_address"]
    assert isinstance(kind, ChoiceRow)
    assert isinstance(address, TextRow)
    assert not address.isEnabled()
    pick(kind.control, "mirror")
    assert address.isEnabled()
    page.area.ensureWidgetVisible(address.control)
    address.control.setFocus()
    QTest.keyClicks(address.control, "no host")
    QTest.keyClick(address.control, Qt.Key.Key_Return)
    assert address.complaint.isVisibleTo(page)
    address.control.selectAll()
    QTest.keyClicks(address.control, "https://hf-mirror.com")
    QTest.keyClick(address.control, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: stored(d).hub == "https://hf-mirror.com")
    assert not address.complaint.isVisibleTo(page)
    address.control.selectAll()
    QTest.keyClick(address.control, Qt.Key.Key_Delete)
    QTest.keyClick(address.control, Qt.Key.Key_Return)
    assert address.complaint.isVisibleTo(page), "the one before holds, and that is said"
    page.search.setFocus()
    assert stored(d).hub == "https://hf-mirror.com"


def test_searching_narrows_and_marks(qtbot: QtBot, desk: MakeDesk) -> None:
    _, page = opened(qtbot, desk)
    assert page.search.hasFocus(), "typing finds, without a click"
    QTest.keyClicks(page.search, "trash")
    assert page.rows["empty_trash_after_days"].isVisibleTo(page)
    assert not page.rows["mic"].isVisibleTo(page)
    assert theme.current().mark in page.rows["empty_trash_after_days"].title.text()
    hidden = [n for n in range(page.nav.count()) if page.nav.item(n).isHidden()]
    assert len(hidden) == page.nav.count() - 1 or page.rows["shortcuts"].isVisibleTo(page)
    page.search.clear()
    QTest.keyClicks(page.search, "xyzzy")
    assert page._none.isVisibleTo(page)
    QTest.keyClick(page.search, Qt.Key.Key_Escape)
    assert page.search.text() == ""
    assert page.rows["mic"].isVisibleTo(page)
    assert theme.current().mark not in page.rows["mic"].title.text()


def test_every_key_is_listed_and_found(qtbot: QtBot, desk: MakeDesk) -> None:
    d, page = opened(qtbot, desk)
    keys = page.rows["shortcuts"]
    assert isinstance(keys, ShortcutsRow)
    listed = {said for said, *_ in keys._lines}
    with_keys = {a.shortcut() for _, a in d.window.commands.all() if not a.shortcut().isEmpty()}
    assert len(listed) == len(with_keys) + len(minutes_shortcuts()) > 10
    assert "in the minutes owner, date and evidence of an item right" in listed
    QTest.keyClicks(page.search, "ctrl+n")
    shown = [said for said, line, *_ in keys._lines if line.isVisibleTo(page)]
    assert shown
    assert all("ctrl+n" in said for said in shown)


def test_sections_lead_and_follow(qtbot: QtBot, desk: MakeDesk) -> None:
    _, page = opened(qtbot, desk, size=(900, 600))
    item = page.nav.item(page.nav.count() - 1)
    QTest.mouseClick(page.nav.viewport(), LEFT, pos=page.nav.visualItemRect(item).center())
    bar = page.area.verticalScrollBar()
    assert bar.value() > 0
    bar.setValue(0)
    assert page.nav.currentRow() == 0
    page.nav.setFocus()
    QTest.keyClick(page.nav, Qt.Key.Key_Down)
    assert page.nav.currentRow() == 1


def test_the_template_of_the_minutes_is_chosen_among_the_users_own_too(qtbot: QtBot, desk: MakeDesk) -> None:
    services = FakeServices([demo.planning()])
    services.own_templates.append(Template("retro", "Retrospective", "What went well.", own=True))
    _, page = opened(qtbot, desk, services)
    combo = page.rows["minutes_template"].findChild(QComboBox)
    assert combo is not None
    assert combo.currentText() == "General"
    qtbot.waitUntil(lambda: combo.itemText(combo.count() - 1) == "Retrospective")
    pick(combo, "retro")
    qtbot.waitUntil(lambda: services.stored.minutes_template == "retro")
    pick(combo, "")
    qtbot.waitUntil(lambda: services.stored.minutes_template == "")


def test_people_are_renamed_and_forgotten(qtbot: QtBot, desk: MakeDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    people = {"p1": Person("p1", "Anna", 3), "p2": Person("p2", "Tom", 1)}
    monkeypatch.setattr(FakeStore, "people", lambda self: list(people.values()), raising=False)
    monkeypatch.setattr(
        FakeStore, "rename_person", lambda self, i, name: people.update({i: Person(i, name, 3)}), raising=False
    )
    monkeypatch.setattr(FakeStore, "forget_person", lambda self, i: people.pop(i), raising=False)
    d, page = opened(qtbot, desk)
    row = page.rows["people"]
    assert isinstance(row, PeopleRow)
    qtbot.waitUntil(lambda: len(row.lines) == 2)
    name = row.lines[0].name
    page.area.ensureWidgetVisible(name)
    name.setFocus()
    name.selectAll()
    QTest.keyClicks(name, "Anna Berg")
    QTest.keyClick(name, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: people["p1"].name == "Anna Berg" and row.lines[0].person.name == "Anna Berg")
    row.lines[1].name.setFocus()
    row.lines[1].name.selectAll()
    QTest.keyClicks(row.lines[1].name, "anna berg")
    QTest.keyClick(row.lines[1].name, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: row.complaint.isVisibleTo(page))
    assert people["p2"].name == "Tom"
    click(page, row.lines[1].forget_button)
    box = page.dialog
    assert isinstance(box, QMessageBox)
    agree = box.findChild(QPushButton, "agree")
    assert isinstance(agree, QPushButton)
    QTest.mouseClick(agree, LEFT)
    qtbot.waitUntil(lambda: set(people) == {"p1"} and len(row.lines) == 1)
    assert d.office.settings.people[0].name == "Anna Berg"


def test_what_is_set_elsewhere_leads_there(qtbot: QtBot, desk: MakeDesk) -> None:
    d, page = opened(qtbot, desk)
    row = page.rows["speech_model"]
    assert isinstance(row, LinkRow)
    qtbot.waitUntil(lambda: row.now.text() == "Now: Starter kit: speech")
    click(page, row.control)
    assert d.window.place == "models"


def test_what_is_wrong_with_the_file_is_said(qtbot: QtBot, desk: MakeDesk) -> None:
    services = FakeServices([demo.planning()])
    services.settings_notices = ["The settings could not be understood and are the defaults now."]
    d = desk(services)
    qtbot.waitUntil(lambda: "could not be understood" in d.window.toast.text)


def test_a_damaged_file_is_set_aside_and_the_window_says_where(
    qtbot: QtBot, desk: MakeDesk, folkmoot_home: Path
) -> None:
    """The real services, the real file."""
    path = Paths.default().settings
    path.parent.mkdir(parents=True)
    path.write_text('{"appearance": "dark", ', encoding="utf-8")
    d = desk(LocalServices(Paths.default()))
    qtbot.waitUntil(lambda: "could not be understood" in d.window.toast.text)
    aside = path.with_name("settings.damaged.json")
    assert str(aside) in d.window.toast.text
    assert aside.exists()
    d.office.settings.put("appearance", "light")
    qtbot.waitUntil(path.exists)
    assert Settings.load(path)[0].appearance == "light"


def test_a_setting_that_cannot_be_stored_goes_back(qtbot: QtBot, desk: MakeDesk) -> None:
    services = FakeServices([demo.planning()])
    d, page = opened(qtbot, desk, services)
    row = page.rows["tray"]
    assert isinstance(row, SwitchRow)
    services.settings_error = StorageError("The disk is full.", "Free some space.")
    click(page, row.control)
    qtbot.waitUntil(lambda: "disk is full" in d.window.toast.text)
    services.settings_error = None
    d.office.settings.load()
    qtbot.waitUntil(row.control.isChecked)


def test_the_trash_is_emptied_as_the_setting_says(qtbot: QtBot, desk: MakeDesk) -> None:
    services = FakeServices([demo.planning()])
    _, page = opened(qtbot, desk, services)
    row = page.rows["empty_trash_after_days"]
    assert isinstance(row, ChoiceRow)
    pick(row.control, "7")
    qtbot.waitUntil(lambda: services.emptied[-1:] == [7])
    pick(row.control, "0")
    QTest.qWait(50)
    assert services.emptied[-1] != 0, "never is never"


def test_everything_has_a_name_and_the_keyboard_reaches_it(qtbot: QtBot, desk: MakeDesk) -> None:
    _, page = opened(qtbot, desk)
    kinds = (QAbstractButton, QComboBox, QLineEdit)
    controls = [w for w in page.findChildren(QWidget) if isinstance(w, kinds) and w.isVisibleTo(page)]
    controls = [w for w in controls if w.focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert len(controls) > 15
    nameless = [w for w in controls if not (w.accessibleName() or getattr(w, "text", str)())]
    assert not nameless
    reached: set[QWidget] = set()
    page.search.setFocus()
    for _ in range(80):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        focus = QApplication.focusWidget()
        if focus in reached:
            break
        reached.add(focus)
    rows = [r for r in page.rows.values() if isinstance(getattr(r, "control", None), QWidget) and r.isEnabled()]
    missing = [r.item.key for r in rows if r.control not in reached]  # type: ignore[attr-defined]
    assert not missing


def test_marked_text_is_escaped() -> None:
    mark = f'<span style="background:{theme.current().mark};color:{theme.current().text}">'
    assert lit("a <b> & Trash", ["trash"]) == f"a &lt;b&gt; &amp; {mark}Trash</span>"
    assert lit("(x", ["("]) == f"{mark}(</span>x"
    assert lit("x", []) == "x"


def test_the_page_is_made_a_little_at_a_time(qtbot: QtBot, desk: MakeDesk) -> None:
    """Shown at once, it has its first section; what was found and typed meanwhile holds for the rest, too."""
    services = FakeServices([demo.planning()])
    services.own_templates.append(Template("retro", "Retrospective", "What went well.", own=True))
    d = desk(services)
    page = d.office.settings_page
    d.window.go_to_place("settings")
    assert page.rows["notifications"].isVisible()
    assert "file" not in page.rows, "the end was not waited for"
    page.search.setText("template")
    qtbot.waitUntil(lambda: page.complete)
    qtbot.waitUntil(lambda: "Retrospective" in [label for _, label in page._items["minutes_template"].options])
    row = page.rows["minutes_template"]
    assert isinstance(row, ChoiceRow)
    assert row.control.findText("Retrospective") >= 0
    assert row.isVisible()
    assert not page.rows["notifications"].isVisible()
    assert not page.rows["file"].isVisible()
    page.search.clear()
    assert all(row.isVisible() for row in page.rows.values())


def test_a_section_is_gone_to_before_the_page_is_made(qtbot: QtBot, desk: MakeDesk) -> None:
    d = desk(FakeServices([demo.planning()]), size=(900, 600))
    page = d.office.settings_page
    d.window.go_to_place("settings")
    page.nav.setCurrentRow(page.nav.count() - 1)
    assert page.rows["file"].isVisible()
    assert page.area.verticalScrollBar().value() > 500


def test_a_page_that_is_left_while_it_is_made_is_whole_when_it_is_seen_again(qtbot: QtBot, desk: MakeDesk) -> None:
    d = desk(FakeServices([demo.planning()]))
    page = d.office.settings_page
    d.window.go_to_place("settings")
    d.window.leave_place()
    qtbot.waitUntil(lambda: page.complete)
    assert "file" in page.rows
    d.window.go_to_place("settings")
    qtbot.waitUntil(lambda: all(row.isVisible() for row in page.rows.values()))


# -- Beginning anew ---------------------------------------------------------------------------------------


def test_another_language_is_spoken_after_a_restart_from_its_row(qtbot: QtBot, desk: MakeDesk) -> None:
    d, page = opened(qtbot, desk)
    row = page.rows["interface_language"]
    assert isinstance(row, ChoiceRow)
    pick(row.control, "zh_CN")
    qtbot.waitUntil(lambda: stored(d).interface_language == "zh_CN" and row.more is not None and row.more.isVisible())
    pick(row.control, "")
    assert row.more is not None
    qtbot.waitUntil(row.more.isHidden)
    pick(row.control, "zh_CN")
    qtbot.waitUntil(row.more.isVisible)

    class Busy:
        busy = running = True

    d.window._closing._queue, queue = Busy(), d.window._closing._queue  # type: ignore[assignment]
    click(page, row.more)
    assert d.window.isVisible(), "what is being worked on is asked about first"
    assert d.window.dialog is not None
    d.window.dialog.close()
    d.window._closing._queue = queue
    d.window.commands.quit.trigger()
    assert not d.window.isVisible()
    assert not d.window.wants_restart, "to quit later is to quit"
    d.window.show()
    click(page, row.more)
    assert not d.window.isVisible()
    assert d.window.wants_restart


def test_the_program_is_started_again_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "orig_argv", ["python3", "-m", "app"])
    assert own_command() == [sys.executable, "-m", "app"]
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "argv", ["folkmoot", "--x"])
    assert own_command() == [sys.executable, "--x"]
    monkeypatch.setenv("APPIMAGE", "/home/kim/Folkmoot.AppImage")
    assert own_command() == ["/home/kim/Folkmoot.AppImage", "--x"]


def test_each_key_is_listed_once(qtbot: QtBot, desk: MakeDesk) -> None:
    listed = shortcuts(desk(FakeServices([demo.planning()])).window)
    keys = [k for _, _, k in listed]
    assert len(keys) == len(set(keys))
    assert ("Meeting", "Rename; in the transcript: Correct the words", "F2") in listed


def test_text_grows_at_once_where_meetings_are_read(qtbot: QtBot, desk: MakeDesk) -> None:
    d = desk(FakeServices([demo.planning()]), size=(900, 600))
    qtbot.waitUntil(lambda: d.meeting.document is not None and d.window.page.transcript._rows.total > 0)
    words, c = d.window.page.transcript, d.window.commands
    before = words._rows.total
    try:
        QTest.keyClick(d.window, Qt.Key.Key_Plus, Qt.KeyboardModifier.ControlModifier)
        qtbot.waitUntil(lambda: stored(d).text_size == 110)
        for _ in range(4):
            c.larger.trigger()
        qtbot.waitUntil(lambda: stored(d).text_size == 150)
        qtbot.waitUntil(lambda: words._rows.total > 1.3 * before)
        assert d.window.size().width() == 900, "nothing asks for a wider window"
        assert d.window.minimumSizeHint().width() <= 900
        c.smaller.trigger()
        qtbot.waitUntil(lambda: stored(d).text_size == 125)
    finally:
        QTest.keyClick(d.window, Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: stored(d).text_size == 100)
    qtbot.waitUntil(lambda: words._rows.total == before)
