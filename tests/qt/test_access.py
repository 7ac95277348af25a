"""Every control of the whole window, in all its places: it has a name, is reached by keyboard, and its words fit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QPoint, QRect, Qt, QTranslator
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QMenu,
    QScrollArea,
    QTabBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.ui.application import Desk
from app.viewmodels.shelf import TRASH
from tests.qt import demo
from tests.qt.conftest import MakeDesk
from tests.qt.fakes import FakeServices

pytestmark = [pytest.mark.qt, pytest.mark.qt_log_ignore("This plugin does not support", extend=True)]
INSIDE = ("qt_", "ScrollLeftButton", "ScrollRightButton")  # parts of Qt's own controls


class Longer(QTranslator):
    """Says everything in English, and forty per cent longer, as other languages may."""

    def translate(self, context: str, source: str, disambiguation: str | None = None, n: int = -1) -> Any:
        words = source.replace("%n", str(n)) if n >= 0 else source
        if context.startswith("Q") or not any(c.isalpha() for c in words) or words.startswith(("ddd", "d M", "MMMM")):
            return None
        return words + " " + "mnopqrst"[: max(1, round(len(words) * 0.4))]


@pytest.fixture
def longer(qapp: QApplication) -> Iterator[None]:
    translator = Longer()
    QCoreApplication.installTranslator(translator)
    yield
    QCoreApplication.removeTranslator(translator)


def at_meeting(d: Desk, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: d.meeting.meeting is not None)


def at_setup(d: Desk, qtbot: QtBot) -> None:
    d.window.commands.record.trigger()
    qtbot.waitUntil(lambda: d.window.setup.start_button.isEnabled())


def at_recording(d: Desk, qtbot: QtBot) -> None:
    at_setup(d, qtbot)
    d.window.setup.start_button.click()
    qtbot.waitUntil(lambda: d.recording.state == "recording")
    qtbot.wait(300)


def at_trash(d: Desk, qtbot: QtBot) -> None:
    at_meeting(d, qtbot)
    d.library.show_shelf(TRASH)
    d.window.show_meeting("m008")
    qtbot.waitUntil(lambda: d.meeting.meeting is not None and d.meeting.meeting.id == "m008")


def at_toast(d: Desk, qtbot: QtBot) -> None:
    """With a sentence over the page that can be taken back."""
    at_meeting(d, qtbot)
    d.window.commands.trash.trigger()
    qtbot.waitUntil(lambda: d.meeting.id == "m002" and d.meeting.meeting is not None)
    assert d.window.toast.isVisible()


def at_search(d: Desk, qtbot: QtBot) -> None:
    at_meeting(d, qtbot)
    d.window.sidebar.search.setText("nothing that is said")
    qtbot.waitUntil(d.window.sidebar._nothing.isVisible)


def at_empty(d: Desk, qtbot: QtBot) -> None:
    at_meeting(d, qtbot)
    d.organiser.delete_for_good([m.id for m in d.library.summaries()])
    # A busy machine may have begun to pack a recording meanwhile, which ends first.
    qtbot.waitUntil(lambda: d.window.centre.currentWidget() is d.window.empty, timeout=20_000)


def at_palette(d: Desk, qtbot: QtBot) -> None:
    at_meeting(d, qtbot)
    d.window.open_palette()


def at_strip(d: Desk, qtbot: QtBot) -> None:
    at_recording(d, qtbot)
    d.window.strip.want(True)


def at_nothing(d: Desk, qtbot: QtBot) -> None:
    at_meeting(d, qtbot)
    d.meeting.close()


def at_place(key: str) -> Callable[[Desk, QtBot], None]:
    def go(d: Desk, qtbot: QtBot) -> None:
        at_meeting(d, qtbot)
        assert key in {p.key for p in d.window.places}
        d.window.go_to_place(key)
        qtbot.waitUntil(lambda: key != "settings" or d.office.settings_page.complete)  # it is made little by little
        qtbot.wait(200)

    return go


WHERE: dict[str, Callable[[Desk, QtBot], None]] = {
    "meeting": at_meeting,
    "setup": at_setup,
    "recording": at_recording,
    "trash": at_trash,
    "palette": at_palette,
    "strip": at_strip,
    "nothing": at_nothing,
    "toast": at_toast,
    "search": at_search,
    "empty": at_empty,
    **{key: at_place(key) for key in ("settings", "models", "jobs", "actions", "welcome")},
}


@pytest.fixture(params=WHERE)
def somewhere(request: pytest.FixtureRequest, desk: MakeDesk, qtbot: QtBot) -> Desk:
    d = desk(FakeServices(demo.filed(long=30)), size=(900, 600))
    WHERE[request.param](d, qtbot)
    QApplication.processEvents()
    return d


@pytest.fixture(params=WHERE)
def somewhere_longer(request: pytest.FixtureRequest, longer: None, desk: MakeDesk, qtbot: QtBot) -> Desk:
    d = desk(FakeServices(demo.filed(long=30)), size=(900, 600))
    WHERE[request.param](d, qtbot)
    QApplication.processEvents()
    return d


def tops(d: Desk) -> list[QWidget]:
    return [w for w in (d.window, d.window.strip) if w.isVisible()]


def on_screen(d: Desk) -> Iterator[QWidget]:
    """Every widget that can be seen, those that are only scrolled out of sight included."""
    for top in tops(d):
        for w in top.findChildren(QWidget):
            own = w.isVisible() and w.window() is top and not isinstance(w, QMenu)
            if own and not w.objectName().startswith(INSIDE):
                yield w


def name_of(w: QWidget) -> str:
    told = QAccessible.queryAccessibleInterface(w)
    return told.text(QAccessible.Text.Name) if told is not None else w.accessibleName()


def what(w: QWidget) -> str:
    above = w.parentWidget()
    inside = type(above).__name__ if above is not None else ""
    text = w.text() if isinstance(w, QAbstractButton | QLabel | QLineEdit) else ""
    return f"{type(w).__name__}#{w.objectName()} “{text or w.accessibleName()}” in {inside}"


def test_every_control_has_a_name(somewhere: Desk) -> None:
    nameless = {
        what(w)
        for w in on_screen(somewhere)
        if w.focusPolicy() != Qt.FocusPolicy.NoFocus and w.isEnabled() and not name_of(w).strip()
        # a scroll area that only scrolls, and the line edit inside a spin box or combo box, speak through others
        if not (type(w) is QScrollArea or isinstance(w.parentWidget(), QComboBox))
    }
    assert not nameless


def test_tab_reaches_everything_and_goes_downwards(somewhere: Desk) -> None:
    """Within a column nothing jumps far back up, but to begin the next group."""
    d = somewhere
    top = d.window.strip if d.window.strip.isVisible() else d.window
    if d.window.palette_box.isVisible():
        QTest.keyClick(d.window.palette_box.field, Qt.Key.Key_Tab)
        assert d.window.palette_box.field.hasFocus()  # the palette has one stop
        return
    top.activateWindow()
    wanted = {
        w
        for w in on_screen(d)
        if w.window() is top and w.focusPolicy() & Qt.FocusPolicy.TabFocus and w.isEnabled() and w.focusProxy() is None
        if not isinstance(w, QTabBar) and type(w) is not QScrollArea
        if not (isinstance(w, QAbstractButton) and w.group() is not None)  # one stop for the group
        if not (isinstance(w, QAbstractButton) and w.autoExclusive())
    }
    seen: list[QWidget] = []
    for _ in range(len(wanted) * 3 + 60):
        focus = QApplication.focusWidget()
        if focus is not None and focus.window() is top:
            if focus in seen and len(seen) > 2 and focus is seen[0]:
                break
            if focus not in seen:
                seen.append(focus)
        QTest.keyClick(focus or top, Qt.Key.Key_Tab)
    missed = {what(w) for w in wanted - set(seen)}
    assert not missed, "reached: " + "; ".join(map(what, seen))
    sidebar = [w for w in seen if d.window.sidebar.isAncestorOf(w)]
    heights = [w.mapTo(d.window, QPoint(0, 0)).y() for w in sidebar]
    start = heights.index(min(heights)) if heights else 0
    turned = heights[start:] + heights[:start]
    assert all(b >= a - 8 for a, b in pairwise(turned)), "the sidebar is walked from top to bottom"


def clipped(d: Desk) -> set[str]:
    """What is cut off: words wider than their button or label, and controls that reach out of their parents."""
    found = set()
    for w in on_screen(d):
        if isinstance(w, QAbstractButton) and w.text() and w.isVisible():
            if w.minimumSizeHint().width() > w.width() + 1 or w.fontMetrics().height() > w.height():
                found.add(f"{what(w)}: {w.minimumSizeHint().width()} in {w.width()}")
        elif isinstance(w, QLabel) and w.text() and w.pixmap().isNull():
            if w.wordWrap():
                if w.heightForWidth(w.width()) > w.height() + 2:
                    found.add(f"{what(w)}: needs {w.heightForWidth(w.width())} of {w.height()} px")
            elif type(w).__name__ != "ElidedLabel":
                needed = w.fontMetrics().horizontalAdvance(w.text()) + w.margin() * 2
                room = w.contentsRect().width()
                if needed > room + 2 and w.textFormat() != Qt.TextFormat.RichText:
                    found.add(f"{what(w)}: {needed} in {room}")
        if isinstance(w, QAbstractButton | QComboBox | QLineEdit) and not reaches_into(w):
            found.add(f"{what(w)}: outside of what holds it, {w.geometry().getRect()}")
    return found


def reaches_into(w: QWidget) -> bool:
    """Whether a control lies inside everything around it, up to what scrolls."""
    rect, above = QRect(w.rect()), w
    while True:
        parent = above.parentWidget()
        if parent is None or above.isWindow():
            return True
        rect.translate(above.pos())
        if isinstance(parent.parentWidget(), QAbstractScrollArea):
            return rect.left() >= -1 and rect.right() <= max(parent.width(), above.width()) + 1
        if not parent.rect().adjusted(-2, -2, 2, 2).contains(rect):
            return False
        above = parent


def test_nothing_is_cut_off_in_the_smallest_window(somewhere: Desk) -> None:
    assert (somewhere.window.width(), somewhere.window.height()) == (900, 600)
    assert clipped(somewhere) == set()


def test_nothing_is_cut_off_when_words_are_longer(somewhere_longer: Desk) -> None:
    assert (somewhere_longer.window.width(), somewhere_longer.window.height()) == (900, 600)
    assert somewhere_longer.window.commands.record.text() == "New recording mnopq"
    assert clipped(somewhere_longer) == set()
