"""A recording through the window with everything real but the devices: library, recorder, files, models."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile as sf
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.audio.recorder import Recorder
from app.audio.systems.file import FileSource, FileSystem
from app.bootstrap import SAMPLE, LocalServices, local_pipeline, open_store
from app.domain.cancel import Never
from app.domain.meeting import MIC, SYSTEM, MarkKind, Meeting, Stage
from app.domain.recording import SoundSystem
from app.services import jobs, recordings
from app.services.paths import Paths
from app.services.settings import Settings
from app.ui import application
from app.ui.application import Desk
from tests.qt.conftest import MakeDesk

pytestmark = pytest.mark.qt

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


class FromFiles(LocalServices):
    """The window's own services, hearing the sample meeting where devices would be."""

    def __init__(self, paths: Paths, **settings: Any) -> None:
        Settings(welcomed=True, **settings).save(paths.settings)
        super().__init__(paths)
        self._files = FileSystem({t: SAMPLE / f"{t}.flac" for t in (MIC, SYSTEM)}, loop=True)

    def sound_system(self) -> SoundSystem:
        return self._files


def press(d: Desk, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> None:
    QTest.keyClick(QApplication.focusWidget() or d.window, key, modifiers)


def recording(qtbot: QtBot, d: Desk, title: str) -> None:
    """A recording that has run for a second, on its page."""
    QTest.mouseClick(d.window.sidebar.record_button, Qt.MouseButton.LeftButton)
    page = d.window.setup
    qtbot.waitUntil(lambda: page.cards[MIC].meter.part > 0 or page.cards[SYSTEM].meter.part > 0, timeout=10_000)
    QTest.keyClicks(page.title, title)
    clicked = time.monotonic()
    QTest.keyClick(page.title, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: d.recording.state == "recording", timeout=10_000)
    print(f"from the key to the page: {(time.monotonic() - clicked) * 1000:.0f} ms")
    qtbot.waitUntil(lambda: d.recording._status.safe_s > 1.0, timeout=10_000)


def stored(d: Desk) -> Meeting:
    meeting = d.meeting.meeting
    assert meeting is not None
    return meeting


@pytest.mark.slow
def test_from_a_click_to_the_minutes_with_the_words_while_they_are_spoken(
    qtbot: QtBot, desk: MakeDesk, folkmoot_home: Path
) -> None:
    d = desk(FromFiles(Paths.default(), live_text=True))
    qtbot.waitUntil(d.window.empty.isVisible)
    recording(qtbot, d, "Weekly")
    page = d.window.recording
    pane = page.live
    assert pane is not None
    assert {line.track for line in page.tracks} == {MIC, SYSTEM}

    QTest.keyClicks(page.note, "Budget first")
    QTest.keyClick(page.note, Qt.Key.Key_Return)
    press(d, Qt.Key.Key_B, CTRL)
    qtbot.waitUntil(lambda: len(page.asides.rows) == 2)
    qtbot.waitUntil(lambda: len(d.live.segments) >= 2, timeout=120_000)
    assert "Good morning everyone." in pane.words.toPlainText()
    press(d, Qt.Key.Key_P, CTRL | SHIFT)
    qtbot.waitUntil(lambda: d.recording.state == "paused")
    qtbot.waitUntil(pane.catch_up_button.isEnabled)
    QTest.mouseClick(pane.catch_up_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: d.live.catch_up.state in ("there", "failed"), timeout=120_000)
    assert d.live.catch_up.state == "there", d.live.catch_up.problem
    press(d, Qt.Key.Key_P, CTRL | SHIFT)
    qtbot.waitUntil(lambda: d.recording.state == "recording")
    folder = next((folkmoot_home / "meetings").iterdir())
    assert {p.name for p in folder.glob("*.wav")} == {"mic.wav", "system.wav"}

    written = [s.text for s in d.live.segments]
    stopped = time.monotonic()
    press(d, Qt.Key.Key_S, CTRL | SHIFT)
    assert time.monotonic() - stopped < 1.0, "stop returns at once"
    qtbot.waitUntil(lambda: d.meeting.title == "Weekly" and d.window.page.isVisible(), timeout=10_000)
    qtbot.waitUntil(lambda: len(d.meeting.transcript.rows) > 0, timeout=10_000)
    print(f"from stop to words on the page: {time.monotonic() - stopped:.1f} s")
    shown = " ".join(r.text for r in d.meeting.transcript.rows)
    assert all(text in shown for text in written), "what was there is there still"
    meeting = stored(d)
    assert meeting.recording is not None
    assert meeting.recording.state == "finished"
    assert dict(meeting.recording.devices) == {MIC: "mic.flac", SYSTEM: "system.flac"}
    assert [m.kind for m in meeting.marks if m.kind is not MarkKind.WARNING] == [
        MarkKind.NOTE, MarkKind.BOOKMARK, MarkKind.PAUSE, MarkKind.RESUME,
    ]  # fmt: skip
    assert d.window.panel.chips, "notes are there before any minutes"

    qtbot.waitUntil(lambda: not d.queue.busy and d.meeting.document is not None, timeout=180_000)
    meeting = stored(d)
    assert meeting.next_stage() is None, meeting.stages
    assert meeting.stage(Stage.DECODE) is not None
    assert [s.text for s in meeting.segments][:2] == written[:2]
    said = [a.text for row in d.meeting.transcript.rows for a in (*row.before, *row.after)]
    assert "Budget first" in said
    assert {p.name for p in folder.glob("*.opus")} == {"mic.opus", "system.opus"}, "packed when all is done"
    assert not list(folder.glob("*.wav"))


def test_what_was_cut_off_is_offered_and_becomes_a_meeting(
    qtbot: QtBot, desk: MakeDesk, folkmoot_home: Path, tmp_path: Path
) -> None:
    """A process that died left a row that says "recording", a journal without an end, and a torn file."""
    sound = tmp_path / "tone.wav"
    sf.write(sound, (0.2 * np.sin(np.arange(48_000 * 5) * 0.05)).astype(np.float32), 48_000)
    program = textwrap.dedent(f"""
        import os, time
        from datetime import datetime
        from pathlib import Path
        from app.audio.recorder import Recorder
        from app.audio.systems.file import FileSource
        from app.bootstrap import open_store
        from app.services import recordings
        from app.services.paths import Paths
        store = open_store(Paths.default())
        now = datetime.now().astimezone()
        meeting = recordings.begin(store, "Cut off", now, devices={{}})
        sources = {{"mic": FileSource(Path({str(sound)!r}), "mic")}}
        recorder = Recorder(store.folder(meeting.id), sources, started_at=now)
        recorder.start()
        recorder.note("before the power went", 0.5)
        while recorder.status().safe_s < 1.5:
            time.sleep(0.05)
        os._exit(1)
    """)
    subprocess.run([sys.executable, "-c", program], check=False, timeout=60, cwd=Path(__file__).parents[2])
    d = desk(FromFiles(Paths.default()))
    bar = d.window.recovery
    qtbot.waitUntil(bar.isVisible, timeout=10_000)
    assert bar.title.text().startswith("A recording from today ")
    QTest.mouseClick(bar.keep_button, Qt.MouseButton.LeftButton)
    assert not d.window.page.banner.isVisible(), "it is asked once"
    qtbot.waitUntil(lambda: not bar.isVisible(), timeout=10_000)
    qtbot.waitUntil(d.window.page.banner.isVisible, timeout=10_000)
    meeting = stored(d)
    assert meeting.title == "Cut off"
    assert meeting.recording is not None
    assert meeting.recording.state == "finished"
    assert meeting.duration_s > 1
    assert [m.text for m in meeting.marks if m.kind is MarkKind.NOTE] == ["before the power went"]
    assert d.window.page.banner.action.text() == "Write it down"
    assert not d.queue.busy


def test_packing_that_was_cut_off_is_finished_at_the_next_start(
    qtbot: QtBot, desk: MakeDesk, folkmoot_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store(Paths.default())
    now = datetime.now().astimezone()
    meeting = recordings.begin(store, "Half done", now)
    folder = store.folder(meeting.id)
    recorder = Recorder(folder, {MIC: FileSource(SAMPLE / "mic.flac", MIC)}, started_at=now)
    recorder.start()
    qtbot.waitUntil(lambda: recorder.status().safe_s > 1.5, timeout=10_000)
    recorder.stop()
    result = recorder.wait(10)
    assert result is not None
    meeting = recordings.end(store, meeting.id, result)
    job = jobs.make_job(store, meeting, until=Stage.DECODE)
    for _ in jobs.process(store, job, local_pipeline(), Never()):  # as if the program had been ended before packing
        pass
    store.stage_ended(meeting.id, Stage.SPEECH, "cancelled")
    before = store.get(meeting.id).stages
    store.close()
    assert (folder / "mic.wav").exists()

    monkeypatch.setattr(application, "PACK_AFTER_MS", 0)
    d = desk(FromFiles(Paths.default()))
    qtbot.waitUntil(lambda: not (folder / "mic.wav").exists(), timeout=60_000)
    qtbot.waitUntil(lambda: not d.engine.running, timeout=10_000)
    assert (folder / "mic.opus").exists()
    qtbot.waitUntil(lambda: d.meeting.meeting is not None)
    assert stored(d).stages == before, "what the user stopped is not begun again"
    assert d.window.page.banner.action.text() == "Continue"


def test_a_folder_that_vanishes_is_told_and_the_meeting_is_there(
    qtbot: QtBot, desk: MakeDesk, folkmoot_home: Path
) -> None:
    """The same way out as for a full disk."""
    d = desk(FromFiles(Paths.default()))
    qtbot.waitUntil(d.window.empty.isVisible)
    recording(qtbot, d, "Weekly")
    qtbot.keyClicks(d.window.recording.note, "half a thought")  # and not yet Enter
    folder = next((folkmoot_home / "meetings").iterdir())
    folder.rename(folder.with_name("elsewhere"))
    qtbot.waitUntil(lambda: d.recording.state == "idle", timeout=10_000)
    qtbot.waitUntil(lambda: d.meeting.title == "Weekly" and d.window.toast.isVisible(), timeout=10_000)
    assert "Everything up to 0:0" in d.window.toast.text
    assert d.meeting.meeting is not None
    assert [m.text for m in d.meeting.meeting.marks if m.kind == MarkKind.NOTE] == ["half a thought"]
    d.queue.cancel_all()
    qtbot.waitUntil(lambda: not d.queue.busy, timeout=30_000)
