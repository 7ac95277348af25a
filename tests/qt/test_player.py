"""The player and the pictures in the window, with real clicks and keys."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QSettings, Qt
from PySide6.QtGui import QAccessible, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QMenu, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.domain.errors import StorageError
from app.domain.meeting import MIC, SYSTEM, Chapter, Mark, MarkKind, Meeting, Recording
from app.domain.recording import NONE as NO_TRACK
from app.ui import theme, window_state
from app.ui.application import Desk
from app.ui.window_state import WindowState
from tests.qt import demo
from tests.qt.conftest import MakeDesk
from tests.qt.fakes import FakeServices

pytestmark = pytest.mark.qt

LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier


def a_meeting(**more: object) -> Meeting:
    """Four people on two tracks, with chapters and marks."""
    m = demo.planning()
    end = m.duration_s
    assert m.minutes is not None
    return replace(
        m,
        tracks=(replace(m.tracks[0], name=MIC), replace(m.tracks[0], name=SYSTEM)),
        segments=tuple(replace(s, track=MIC if s.speaker == m.speakers[0].key else SYSTEM) for s in m.segments),
        minutes=replace(m.minutes, chapters=(Chapter("Opening", 0.0), Chapter("The budget", end / 2))),
        marks=(Mark(MarkKind.NOTE, end / 4, datetime.now().astimezone(), "Ask about the trains"),),
        **more,  # type: ignore[arg-type]
    )


class Room:
    """A desk at a meeting whose waveform is there."""

    def __init__(self, qtbot: QtBot, d: Desk) -> None:
        self.qtbot = qtbot
        self.desk = d
        self.player = d.listening.player
        self.bar = d.listening.bar
        self.wave = self.bar.waveform
        self.pictures = d.listening.pictures
        self.page = d.window.page
        qtbot.waitUntil(lambda: d.listening.picture.outline is not None and self.player._ready, timeout=10000)

    @property
    def calls(self) -> list[tuple[object, ...]]:
        made = self.desk._services.player.made  # type: ignore[attr-defined]
        assert made is not None
        return list(made.calls)

    def at(self, seconds: float, y: int = 40) -> QPoint:
        return QPoint(round(self.wave._x(seconds)), y)

    def click(self, widget: QWidget) -> None:
        QTest.mouseClick(widget, LEFT)

    def key(self, widget: QWidget, key: Qt.Key) -> None:
        QTest.keyClick(widget, key)

    def near(self, seconds: float) -> bool:
        """A pixel of the waveform is some tenths of a second."""
        return abs(self.player.position_s - seconds) < 0.6

    def playing(self) -> None:
        self.qtbot.waitUntil(lambda: self.player.playing, timeout=5000)

    def silent(self) -> None:
        self.qtbot.waitUntil(lambda: not self.player.playing, timeout=5000)


@pytest.fixture
def room(qtbot: QtBot, desk: MakeDesk) -> Room:
    services = FakeServices([a_meeting(), demo.planning("m002", title="Another")])
    return Room(qtbot, desk(services, meeting="m001"))


# -- The bar ----------------------------------------------------------------------------------------------


def test_play_and_pause_with_the_button(room: Room) -> None:
    button = room.bar.play_button
    assert button.accessibleName() == "Play"
    room.click(button)
    room.playing()
    assert button.accessibleName() == "Pause"
    room.qtbot.waitUntil(lambda: room.player.position_s > 0.1)
    room.click(button)
    room.silent()
    assert button.accessibleName() == "Play"


def test_click_and_drag_in_the_waveform(room: Room) -> None:
    QTest.mouseClick(room.wave, LEFT, NONE, room.at(60.0))
    assert room.near(60.0)
    assert room.bar.time.text() in ("0:59", "1:00")
    assert not room.player.playing
    QTest.mousePress(room.wave, LEFT, NONE, room.at(60.0))
    for s in (70.0, 80.0, 90.0):
        QTest.mouseMove(room.wave, room.at(s))
    assert abs(room.wave.position_s - 90.0) < 0.6
    QTest.mouseRelease(room.wave, LEFT, NONE, room.at(100.0))
    assert room.near(100.0)
    assert room.calls[-1][0] == "seek"


def test_hovering_tells_time_person_and_chapter(room: Room) -> None:
    m = room.desk.meeting.meeting
    assert m is not None
    last = m.segments[-1]
    QTest.mouseMove(room.wave, room.at((last.start_s + last.end_s) / 2))
    assert room.wave.hover_text.endswith(f" · {m.speaker_name(last.speaker)} · The budget")


def test_keys_of_the_waveform(room: Room) -> None:
    room.player.seek(50.0)
    room.wave.setFocus()
    for key, place in (
        (Qt.Key.Key_Right, 60.0),
        (Qt.Key.Key_L, 70.0),
        (Qt.Key.Key_Left, 60.0),
        (Qt.Key.Key_J, 50.0),
        (Qt.Key.Key_PageDown, 110.0),
        (Qt.Key.Key_Home, 0.0),
    ):
        room.key(room.wave, key)
        assert room.player.position_s == place, key
    room.key(room.wave, Qt.Key.Key_Up)
    room.key(room.wave, Qt.Key.Key_Up)
    assert room.player.speed == 1.5
    assert room.bar.speed_button.text() == "1.5×"
    room.key(room.wave, Qt.Key.Key_Down)
    assert room.player.speed == 1.25
    room.key(room.wave, Qt.Key.Key_Space)
    room.playing()
    room.key(room.wave, Qt.Key.Key_K)
    room.silent()


def test_space_plays_wherever_nobody_types(room: Room) -> None:
    meetings = room.desk.window.sidebar.meetings
    meetings.setFocus()
    room.key(meetings, Qt.Key.Key_Space)
    room.playing()
    assert meetings.selected_ids() == ["m001"]
    row = room.page.panel.sections["chapter"].rows[1]
    for widget in (room.page.transcript, room.wave, room.pictures, meetings):
        if widget is room.pictures:
            room.page.show_view("pictures")
        widget.setFocus()
        room.key(widget, Qt.Key.Key_Space)
        room.silent()
        room.key(widget, Qt.Key.Key_Space)
        room.playing()
    room.page.set_look("both")
    room.key(meetings, Qt.Key.Key_Space)
    room.silent()
    search, title = room.desk.window.sidebar.search, room.page.title
    for field in (search, title):
        field.setFocus()
        field.setText("two")
        room.key(field, Qt.Key.Key_Space)
        assert field.text() == "two "
    title.setText("Planning")
    row.begin_edit()
    assert row.editor is not None
    room.key(row.editor, Qt.Key.Key_Space)
    assert row.editor.toPlainText() == "The budget "
    room.key(row.editor, Qt.Key.Key_Escape)
    room.page.find_button.setFocus()
    room.key(room.page.find_button, Qt.Key.Key_Space)
    QTest.qWait(50)  # time to begin
    assert not room.player.playing


def test_function_keys_work_while_typing(room: Room) -> None:
    search = room.desk.window.sidebar.search
    search.setFocus()
    room.player.seek(50.0)
    room.key(search, Qt.Key.Key_F9)
    room.key(search, Qt.Key.Key_F9)
    room.key(search, Qt.Key.Key_F7)
    assert room.player.position_s == 60.0
    QTest.keyClick(search, Qt.Key.Key_BracketRight, Qt.KeyboardModifier.ControlModifier)
    assert room.player.speed == 1.25
    room.key(search, Qt.Key.Key_F8)
    room.playing()
    assert room.desk.listening.menu.play.text() == "Pause playing"
    room.desk.listening.menu.play.trigger()
    room.silent()
    assert ("Playback", "Play") in [(menu, action.text()) for menu, action in room.desk.window.commands.all()]


def test_the_menu_leads_to_the_pictures(room: Room) -> None:
    room.desk.listening.menu.pictures.trigger()
    room.qtbot.waitUntil(room.pictures.timeline.isVisible)


def test_space_in_a_field_is_a_space(room: Room) -> None:
    search = room.desk.window.sidebar.search
    search.setFocus()
    QTest.keyClicks(search, "ask lj")
    assert search.text() == "ask lj"
    assert not any(c[0] in ("play", "seek") for c in room.calls)
    title = room.page.title
    title.setFocus()
    QTest.keyClicks(title, " k")
    assert title.text().endswith(" k")
    assert not any(c[0] in ("play", "seek") for c in room.calls)


def test_space_on_a_button_is_its_own(room: Room) -> None:
    room.bar.fold_button.setFocus()
    room.key(room.bar.fold_button, Qt.Key.Key_Space)
    assert room.bar.is_folded
    assert not any(c[0] == "play" for c in room.calls)


def test_ten_seconds_back_and_forth(room: Room) -> None:
    room.click(room.bar.forth_button)
    room.click(room.bar.forth_button)
    room.click(room.bar.back_button)
    assert room.player.position_s == 10.0
    assert room.bar.time.text() == "0:10"


def test_speeds_and_silence_in_the_menu_and_beside_it(room: Room) -> None:
    menu = room.bar.speed_button.menu()
    assert isinstance(menu, QMenu)
    next(a for a in menu.actions() if a.text() == "2×").trigger()
    assert room.player.speed == 2.0
    assert [a.text() for a in menu.actions() if a.isChecked()] == ["2×"]
    room.click(room.bar.silence_button)
    assert room.player.skips_silence
    assert room.bar.silence_action.isChecked()
    room.bar.silence_action.trigger()
    assert not room.player.skips_silence
    assert not room.bar.silence_button.isChecked()


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # said of every popup offscreen
def test_volumes_of_the_tracks(room: Room) -> None:
    room.click(room.bar.volume_button)
    popover = room.bar.popover
    assert popover.isVisible()
    assert [s.accessibleName() for s in popover.sliders.values()] == ["Volume: Microphone", "Volume: Computer sound"]
    slider = popover.sliders[SYSTEM]
    slider.setFocus()
    for _ in range(5):
        room.key(slider, Qt.Key.Key_PageDown)
    assert room.calls[-1] == ("gain", SYSTEM, 0.25)
    room.key(popover, Qt.Key.Key_Escape)
    assert not popover.isVisible()
    room.click(room.bar.volume_button)
    assert popover.sliders[SYSTEM].value() == 50
    popover.hide()


def test_folding_leaves_a_line_and_is_remembered(room: Room, tmp_path: Path) -> None:
    tall = room.bar.height()
    room.click(room.bar.fold_button)
    room.qtbot.waitUntil(lambda: room.bar.height() < tall - 30)
    assert room.bar.fold_button.accessibleName() == "Show the waveform"
    QTest.mouseClick(room.wave, LEFT, NONE, room.at(60.0, 8))
    assert room.near(60.0)
    settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    window_state.save(settings, WindowState(player_folded=room.bar.is_folded))
    assert window_state.load(settings).player_folded


def test_a_folded_player_begins_folded(qtbot: QtBot, desk: MakeDesk) -> None:
    room = Room(qtbot, desk(FakeServices([a_meeting()]), player_folded=True))
    assert room.bar.is_folded
    room.click(room.bar.fold_button)
    assert not room.bar.is_folded


def test_the_screen_reader_sees_a_slider(room: Room) -> None:
    found = QAccessible.queryAccessibleInterface(room.wave)
    assert found.role() == QAccessible.Role.Slider
    assert found.text(QAccessible.Text.Name) == "Position in the meeting"
    found.valueInterface().setCurrentValue(42)
    assert room.player.position_s == 42.0
    room.player.seek(61.0)
    assert found.valueInterface().currentValue() == 61


def test_every_control_has_a_name(room: Room) -> None:
    b = room.bar
    for w in (b.waveform, b.play_button, b.back_button, b.forth_button, b.speed_button, b.volume_button, b.fold_button):
        assert w.accessibleName(), w
    assert QAccessible.queryAccessibleInterface(b.silence_button).text(QAccessible.Text.Name) == "Skip silence"


@pytest.mark.parametrize("width", [900, 1320])
def test_nothing_is_cut_off(qtbot: QtBot, desk: MakeDesk, width: int) -> None:
    room = Room(qtbot, desk(FakeServices([a_meeting()]), size=(width, 600)))
    b = room.bar
    row = [w for w in (b.back_button, b.play_button, b.forth_button, b.time, b.rest, b.silence_button,
                       b.speed_button, b.volume_button, b.fold_button) if w.isVisible()]  # fmt: skip
    for w in row:
        assert w.width() >= w.minimumSizeHint().width()
    for earlier, later in pairwise(row):
        assert earlier.geometry().right() < later.geometry().left()
    assert row[-1].geometry().right() <= b.width() - theme.M


# -- With the rest of the window ---------------------------------------------------------------------------


def test_playing_tints_the_words_and_a_click_on_them_seeks(room: Room) -> None:
    m = room.desk.meeting.meeting
    assert m is not None
    transcript = room.page.transcript
    assert transcript.spoken == ""
    segment = m.segments[3]
    room.player.seek(segment.start_s + 0.01)
    assert transcript.spoken
    assert transcript.spoken in segment.text
    room.page.seek_wanted.emit(33.0)
    assert room.player.position_s == 33.0
    room.page.play_wanted.emit(12.0, 14.0)
    room.playing()
    assert ("play_span", 12.0, 14.0) in room.calls


def test_another_meeting_stops_what_plays(room: Room) -> None:
    room.click(room.bar.play_button)
    room.playing()
    room.desk.window.show_meeting("m002")
    room.qtbot.waitUntil(lambda: room.player.meeting_id == "m002")
    assert not room.player.playing
    assert room.player.position_s == 0.0


def test_a_recording_stops_what_plays(room: Room) -> None:
    """It would be recorded. Nothing begins again by itself."""
    room.click(room.bar.play_button)
    room.playing()
    window = room.desk.window
    window.commands.record.trigger()
    room.qtbot.waitUntil(lambda: window.setup.start_button.isEnabled())
    assert room.player.playing, "not yet"
    room.click(window.setup.start_button)
    room.qtbot.waitUntil(lambda: room.desk.recording.state == "recording")
    room.silent()
    assert 0 < room.player.position_s < room.player.duration_s, "paused, not at its end"
    assert ("pause",) in [c[:1] for c in room.calls]
    room.qtbot.waitUntil(lambda: window.recording.stop_button.isEnabled())
    window.recording.stop()
    room.qtbot.waitUntil(lambda: not room.desk.recording.running)
    assert not room.player.playing


def recording(room: Room, *, computer: bool = True) -> None:
    """Something is recorded, and the meeting of before is read again."""
    d = room.desk
    d.window.commands.record.trigger()
    room.qtbot.waitUntil(lambda: d.window.setup.start_button.isEnabled())
    if not computer:
        d.setup.choose(SYSTEM, NO_TRACK)
    room.click(d.window.setup.start_button)
    room.qtbot.waitUntil(lambda: d.recording.state == "recording" and bool(d.recording.tracks))
    d.window.route.go_to("m001")
    room.qtbot.waitUntil(lambda: room.bar.isVisible() and room.player._ready)


def answer(room: Room, name: str) -> None:
    dialog = room.desk.listening.dialog
    assert dialog is not None
    button = dialog.findChild(QPushButton, name)
    assert button is not None
    room.click(button)
    room.qtbot.waitUntil(lambda: room.desk.window.findChild(QMessageBox, "confirmPlay") is None)


def test_what_would_be_recorded_is_played_only_after_a_question(room: Room) -> None:
    """An old meeting's words would stand in the new transcript. It is asked once for each recording."""
    recording(room)
    begun = len(room.calls)
    for start in (lambda: room.click(room.bar.play_button), lambda: room.page.play_wanted.emit(12.0, 14.0)):
        start()
        assert room.desk.listening.dialog is not None
        assert "being recorded" in room.desk.listening.dialog.informativeText()
        answer(room, "stay")
    assert not any(c[0] in ("play", "play_span") for c in room.calls[begun:])
    assert not room.player.playing
    room.click(room.bar.play_button)
    answer(room, "agree")
    room.playing()
    room.click(room.bar.play_button)
    room.silent()
    room.click(room.bar.play_button)
    room.playing()
    room.desk.window.commands.go_to_recording.trigger()
    room.silent()  # nobody sees it any more


def test_while_a_recording_is_paused_playing_is_free_until_it_goes_on(room: Room) -> None:
    recording(room)
    room.desk.recording.pause_or_resume()
    room.qtbot.waitUntil(lambda: room.desk.recording.state == "paused")
    room.click(room.bar.play_button)
    room.playing()
    room.desk.recording.pause_or_resume()
    room.qtbot.waitUntil(lambda: room.desk.recording.state == "recording")
    room.silent()


def test_beside_a_microphone_alone_nothing_is_asked(room: Room) -> None:
    recording(room, computer=False)
    assert [t.track for t in room.desk.recording.tracks] == [MIC]
    room.click(room.bar.play_button)
    room.playing()
    assert room.desk.listening.dialog is None


def test_a_meeting_without_sound_has_no_player(qtbot: QtBot, desk: MakeDesk) -> None:
    d = desk(FakeServices([a_meeting(recording=Recording("interrupted"))]), meeting="m001")
    qtbot.waitUntil(lambda: d.meeting.id == "m001" and d.meeting.meeting is not None)
    assert not d.listening.bar.isVisible()


def test_no_loudspeakers_is_said_and_the_rest_works(qtbot: QtBot, desk: MakeDesk) -> None:
    services = FakeServices([a_meeting()])
    services.player.refuse = ("There is nothing to play sound through.", "Connect loudspeakers or headphones.")
    room = Room(qtbot, desk(services))
    room.click(room.bar.play_button)
    toast = room.desk.window.toast
    qtbot.waitUntil(toast.isVisible)
    QTest.mouseClick(room.wave, LEFT, NONE, room.at(60.0))
    assert room.near(60.0)


# -- Pictures ---------------------------------------------------------------------------------------------


def shown(room: Room) -> None:
    tab, _ = room.page.views["pictures"]
    room.click(tab)
    room.qtbot.waitUntil(room.pictures.timeline.isVisible)


def test_pictures_are_a_tab_and_a_click_seeks(room: Room) -> None:
    shown(room)
    timeline = room.pictures.timeline
    where = timeline.where
    assert where is not None
    QTest.mouseClick(timeline, LEFT, NONE, QPoint(round(where.x(90.0)), round(where.lanes_top) + 10))
    assert abs(room.player.position_s - 90.0) < 0.6
    before = room.player.position_s
    QTest.mouseClick(timeline, LEFT, NONE, QPoint(10, round(where.lanes_top) + 10))  # a name is no place
    assert room.player.position_s == before
    room.click(room.page.words_tab)
    room.qtbot.waitUntil(room.page.transcript.isVisible)


def test_marks_and_people_are_told_under_the_mouse(room: Room) -> None:
    shown(room)
    timeline = room.pictures.timeline
    where = timeline.where
    assert where is not None
    quarter = where.picture.duration_s / 4
    assert timeline.text_at(where.x(quarter) + 2, where.lanes_bottom + 10).endswith("Note · Ask about the trains")
    assert "Opening" in timeline.text_at(where.x(quarter), where.lanes_top + 10)
    assert timeline.text_at(20, where.lanes_top + 10) == ""


def test_the_pictures_in_words(room: Room) -> None:
    shown(room)
    description = room.pictures.share.accessibleDescription()
    assert description.startswith("Martin: ")
    assert description.count("%") == 4


def test_the_lanes_have_the_colours_of_the_speakers(room: Room) -> None:
    shown(room)
    timeline = room.pictures.timeline
    where = timeline.where
    assert where is not None
    image = timeline.grab().toImage()
    for n, voice in enumerate(where.picture.voices):
        start, end = voice.spans[0]
        pixel = image.pixelColor(round(where.x((start + end) / 2)), round(where.lanes_top + n * 30 + 15))
        assert pixel.name() == theme.speaker_colour(n).name()


def test_copied_as_an_image(room: Room) -> None:
    shown(room)
    room.click(room.pictures.copy_button)
    image = QGuiApplication.clipboard().image()
    assert image.width() == 1920
    assert image.pixelColor(4, 4).name() == "#ffffff"  # light, for documents


@pytest.mark.parametrize("name", ["talk.png", "talk.svg"])
def test_saved_as_a_file(room: Room, name: str) -> None:
    shown(room)
    room.click(room.pictures.save_button)
    dialog = room.pictures.dialog
    assert isinstance(dialog, QFileDialog)
    dialog.reject()
    saved = room.desk._services.player.saved  # type: ignore[attr-defined]
    room.pictures.save(Path(name))
    room.qtbot.waitUntil(lambda: name in saved)
    if name.endswith("svg"):
        assert b"Martin" in saved[name]
        assert b"<svg" in saved[name]
    else:
        assert QImage.fromData(saved[name]).height() > 400


def test_a_full_disk_is_said(room: Room) -> None:
    shown(room)
    room.desk._services.player.save_error = StorageError("The disk is full.", "Free some space.")  # type: ignore[attr-defined]
    room.pictures.save(Path("talk.png"))
    room.qtbot.waitUntil(room.desk.window.toast.isVisible)


def test_a_meeting_nobody_speaks_in_has_a_sentence_instead(qtbot: QtBot, desk: MakeDesk) -> None:
    silent = replace(a_meeting(), segments=(), turns=())
    room = Room(qtbot, desk(FakeServices([silent])))
    room.click(room.page.views["pictures"][0])
    qtbot.waitUntil(room.pictures.note.isVisible)
    assert not room.pictures.timeline.isVisible()
