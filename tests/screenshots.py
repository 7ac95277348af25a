"""Makes the pictures in docs/screenshots from the real window.

    python tests/screenshots.py [--real | --all | --only NAME] [--language zh_CN] [--out FOLDER]

With demonstration meetings by default; with `--real` window.png and window-dark.png (with `--language zh_CN`
window-chinese.png), from the sample meeting as this machine's own models hear it, in a throw-away library. Runs without
a display; set FOLKMOOT_TEST_DISPLAY=1 to watch.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))


class Studio:
    """One window, in one state, photographed."""

    def __init__(self, services: Any, size: tuple[int, int], dark: bool, meeting: str = "") -> None:
        from app.ui import theme, translation
        from app.ui.application import Desk, make_application
        from app.ui.window_state import WindowState

        self.app = make_application(["folkmoot"])
        translation.install(self.app, os.environ.get("FOLKMOOT_SCREENSHOT_LANGUAGE", "en"))
        theme.apply(self.app, dark=dark)
        self.services = services
        self.desk = Desk(services, WindowState(size=size, meeting=meeting))
        self.desk.window.show()
        self.desk.begin()
        self.wait(0.6)

    def wait(self, seconds: float = 0.4, until: Callable[[], bool] | None = None) -> None:
        """Let the window work, for a while or until something holds."""
        end = time.monotonic() + (seconds if until is None else 600)
        while time.monotonic() < end and not (until is not None and until()):
            self.app.processEvents()
            time.sleep(0.005)

    def save(self, path: Path) -> None:
        from PySide6.QtCore import QPoint
        from PySide6.QtGui import QPainter

        self.wait()
        window = self.desk.window
        image = window.grab()
        over = [w for w in (window.dialog, window.strip) if w is not None and w.isVisible()]
        for other in over:  # windows of their own: painted where they stand
            painter = QPainter(image)
            painter.drawPixmap(window.mapFromGlobal(other.mapToGlobal(QPoint(0, 0))), other.grab())
            painter.end()
        if not image.save(str(path)):
            raise OSError(f"cannot write {path}")
        print(path)

    def stop(self) -> None:
        from PySide6.QtCore import QEvent

        for recorder in getattr(getattr(self.services, "sound", None), "recorders", ()):
            if recorder.hold is not None:
                recorder.hold.set()
        self.desk.recording.process_afterwards = False
        self.desk.queue.cancel_all()
        self.wait(until=lambda: not self.desk.queue.busy)
        self.desk.stop()
        self.desk.window.deleteLater()
        self.desk.deleteLater()
        self.app.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def chip(studio: Studio, time_text: str) -> None:
    next(c for c in studio.desk.window.panel.chips if c.text() == time_text).click()


def finished(studio: Studio) -> None:
    chip(studio, "1:58")


def processing(studio: Studio) -> None:
    from tests.qt import demo

    studio.services.result = demo.planning(segments=120)
    studio.services.stop_after = 46
    studio.services.pace_s = 0.06
    studio.desk.library.import_files([Path("Customer_visit_Lyon.m4a"), Path("Interview_4.mp3")])
    studio.wait(until=lambda: any(len(j.segments) >= 46 for j in studio.desk.queue.jobs))


def failed(studio: Studio) -> None:
    from app.domain.errors import InputError
    from app.domain.meeting import Stage
    from tests.qt.fakes import fail_with

    problem = InputError("“Recording 7.mp4” has no sound.", "Choose a file with an audio track.")
    studio.services.scripts = [fail_with(problem, Stage.DECODE)]
    studio.desk.library.import_files([Path("Recording_7.mp4")])
    studio.wait(until=lambda: any(j.state == "failed" for j in studio.desk.queue.jobs))


def searching(studio: Studio) -> None:
    studio.desk.window.sidebar.search.setText("release")
    studio.wait(0.6)


def minutes_tab(studio: Studio) -> None:
    studio.desk.window.page.minutes_tab.click()


# -- Recording ----------------------------------------------------------------------------------------------


def setup(studio: Studio) -> None:
    studio.desk.window.commands.record.trigger()
    studio.wait(1.0)


def setup_problems(studio: Studio) -> None:
    from app.domain.errors import InputError

    studio.services.sound.levels = {"mic": -120.0}
    studio.services.sound.refused = {
        "system": InputError(
            "The computer’s sound cannot be recorded: no output is connected.",
            "Connect speakers or headphones, then choose them here.",
        )
    }
    setup(studio)
    studio.wait(4.4)


def setup_refused(studio: Studio) -> None:
    from app.domain.errors import StorageError

    studio.services.sound.start_error = StorageError(
        "There is room for less than five minutes on this disk.", "Free some space, then start again."
    )
    setup(studio)
    studio.desk.window.setup.start_button.click()
    studio.wait(0.5)


def recording(studio: Studio) -> Any:
    """A planning meeting that has run for twelve minutes, with notes."""
    from app.domain.meeting import MarkKind

    setup(studio)
    studio.desk.window.setup.title.setText("Planning: release and budget")
    studio.desk.window.setup.start_button.click()
    studio.wait(until=lambda: studio.desk.recording.state == "recording")
    recorder = studio.services.sound.recorders[-1]
    recorder.elapsed_s += 723
    recorder.mark(MarkKind.NOTE, 64, "Release on the nineteenth, not the twelfth")
    recorder.mark(MarkKind.BOOKMARK, 251)
    recorder.mark(MarkKind.PAUSE, 402)
    recorder.mark(MarkKind.RESUME, 402.1, later_s=6 * 60)
    recorder.mark(MarkKind.NOTE, 618, "Lyon: ask Leila who else comes along, and whether an hour is enough for the "
                                      "demonstration with their own recordings")  # fmt: skip
    studio.wait(1.2)
    return recorder


def recording_typing(studio: Studio) -> None:
    recording(studio)
    studio.desk.window.recording.note.setPlainText("Second server waits until July")
    studio.wait(0.3)


def recording_live(studio: Studio) -> None:
    """Words as they are spoken, beside the notes."""
    from app.domain.live import LiveState

    recording(studio)
    live = studio.services.live
    live.say(LiveState("live"))
    for text, speaker, start_s in (
        ("Does anybody object to the nineteenth?", "me", 655.0),
        ("No. Marketing is fine with that, the announcement is not out yet.", "s1", 660.0),
        ("Good. Then we ship on the nineteenth of March.", "me", 668.0),
        ("Anna, will you write the release notes by Friday?", "me", 676.0),
        ("Yes, I will have them on Friday. I need the list of changes from Tom, though.", "s2", 682.0),
        ("I will send the list this afternoon.", "s1", 693.0),
        (
            "About the visit: they have asked for a demonstration with their own recordings. Four people, about an "
            "hour, some French and some English in the same meeting.",
            "s1",
            700.0,
        ),
    ):
        live.said(text, speaker, start_s)
    words = "Mixed languages should work, but I have not tried"
    live.saying(99, words, len("Mixed languages should work, but"), "s2", 716.0)
    studio.desk.window.recording.note.setPlainText("Second server waits until July")
    studio.wait(0.6)


def recording_fresh(studio: Studio) -> None:
    setup(studio)
    studio.desk.window.setup.start_button.click()
    studio.wait(2.2)


def recording_warnings(studio: Studio) -> None:
    from app.domain.recording import Level, RecordingWarning, TrackStatus

    recorder = recording(studio)
    recorder.remaining_s = 26 * 60.0
    recorder.tracks = (
        TrackStatus("mic", "live", "Built-in Audio", Level(-3.0, 0.0, True)),
        TrackStatus("system", "lost", "WH-1000XM5"),
    )
    recorder.warnings = (
        RecordingWarning("lost", "system", "“WH-1000XM5” has gone.", "Recording goes on as soon as it is back."),
        RecordingWarning(
            "clipping", "mic", "The microphone is too loud and distorts.", "Lower its level, or move away from it."
        ),
        RecordingWarning(
            "space", "", "The disk has space for about 26 minutes of recording.", "Free some space on it."
        ),
    )
    studio.wait(1.2)


def recording_paused(studio: Studio) -> None:
    recording(studio)
    studio.desk.window.recording.pause_button.click()
    studio.wait(0.6)


def recording_saving(studio: Studio) -> None:
    import threading

    recorder = recording(studio)
    recorder.hold = threading.Event()
    studio.desk.window.recording.stop_button.click()
    studio.wait(0.5)


def recording_elsewhere(studio: Studio) -> None:
    recording(studio)
    window = studio.desk.window
    window.sidebar.select("m001")
    window.show_meeting("m001")
    studio.wait(0.6)


def closing(studio: Studio) -> None:
    recording(studio)
    studio.desk.window.close()
    studio.wait(0.5)


def interrupted(studio: Studio) -> None:
    from datetime import datetime, timedelta

    from app.services.recordings import Interrupted

    began = datetime.now().astimezone().replace(hour=14, minute=5) - timedelta(days=4)
    studio.services.cut_off = [
        Interrupted("m004", "Stand-up", began, 41 * 60.0, 1),
        Interrupted("m005", "Interview", began, 41 * 60.0, 1),
    ]
    studio.desk.recovery.look()
    studio.wait(0.5)


def noted(studio: Studio) -> None:
    """A meeting recorded here: notes and bookmarks between the words, a pause, sleep, lost sound."""
    studio.desk.window.sidebar.select("m001")


def ended_early(studio: Studio) -> None:
    from tests.qt import demo

    recorder = recording(studio)
    studio.services.result = demo.planning(segments=120)
    studio.services.stop_after = 30
    recorder.end("disk_full", "The disk is full.", "Free some space before you record again.")
    studio.wait(until=lambda: any(len(j.segments) >= 30 for j in studio.desk.queue.jobs))


# -- The shell ----------------------------------------------------------------------------------------------


def palette(studio: Studio) -> None:
    studio.desk.window.commands.palette.trigger()
    studio.wait(0.3)


def palette_typed(studio: Studio) -> None:
    palette(studio)
    studio.desk.window.palette_box.field.setText("re")


def folder_picker(studio: Studio) -> None:
    studio.desk.window.commands.move.trigger()
    studio.wait(0.3)
    studio.desk.window.palette_box.field.setText("Clients/Acme")


def shelf(studio: Studio, kind: str, key: str = "") -> None:
    from app.viewmodels.shelf import Shelf

    studio.desk.window.sidebar.shelves.shelf_chosen.emit(Shelf(kind, key))  # type: ignore[arg-type]
    studio.wait(0.3)


def in_trash(studio: Studio) -> None:
    shelf(studio, "trash")
    studio.desk.window.show_meeting("m008")
    studio.wait(0.4)


def nothing_there(studio: Studio) -> None:
    shelf(studio, "favourites")


def trashed(studio: Studio) -> None:
    studio.desk.window.commands.trash.trigger()
    studio.wait(0.4)


def several(studio: Studio) -> None:
    from PySide6.QtCore import QItemSelection, QItemSelectionModel

    view = studio.desk.window.sidebar.meetings
    model = studio.desk.library.meetings
    picked = QItemSelection(model.index_of("m001"), model.index_of("m001"))
    picked.select(model.index_of("m003"), model.index_of("m004"))
    view.selectionModel().select(picked, QItemSelectionModel.SelectionFlag.ClearAndSelect)


def strip(studio: Studio) -> None:
    recording(studio)
    studio.desk.window.strip.want(True)
    studio.desk.window.strip.move(studio.desk.window.pos())
    studio.wait(0.5)


def contrast(studio: Studio) -> None:
    from app.ui import theme

    theme.apply(studio.app, dark=theme.current().dark, contrast=True)


def place(key: str) -> Callable[[Studio], None]:
    def go(studio: Studio) -> None:
        studio.desk.window.go_to_place(key)
        studio.wait(0.5)

    return go


# name: (size, dark, meeting, scale, what is done first); "" for the meeting is the newest one
SHOTS: dict[str, tuple[tuple[int, int], bool, str, float, Callable[[Studio], None] | None]] = {
    "window": ((1320, 860), False, "", 1, finished),
    "window-dark": ((1320, 860), True, "", 1, finished),
    "empty": ((1100, 720), False, "none", 1, None),
    "processing": ((1320, 860), False, "", 1, processing),
    "failed": ((1320, 860), False, "", 1, failed),
    "search": ((1320, 860), False, "m003", 1, searching),
    "chinese": ((1320, 860), False, "m002", 1, None),
    "long": ((1920, 1080), False, "m003", 1, None),
    "narrow": ((900, 600), False, "", 1, None),
    "narrow-minutes": ((1024, 640), False, "", 1.25, minutes_tab),
    "double-scale": ((1200, 760), True, "", 2, finished),
    "setup": ((1440, 900), False, "", 1, setup),
    "setup-dark": ((1440, 900), True, "", 1, setup),
    "setup-small": ((1024, 640), False, "", 1, setup_problems),
    "setup-refused": ((1024, 640), True, "", 1, setup_refused),
    "setup-150": ((1280, 800), False, "", 1.5, setup_problems),
    "recording": ((1440, 900), False, "live", 1, recording_live),
    "recording-dark": ((1440, 900), True, "live", 1, recording_live),
    "recording-small": ((1024, 640), False, "", 1, recording_typing),
    "recording-large": ((1920, 1080), False, "", 1, recording_typing),
    "recording-200": ((1024, 640), True, "", 2, recording_typing),
    "recording-fresh": ((1280, 800), False, "none", 1, recording_fresh),
    "recording-warnings": ((1024, 640), False, "", 1, recording_warnings),
    "recording-warnings-dark": ((1440, 900), True, "", 1.5, recording_warnings),
    "recording-paused": ((1280, 800), False, "", 1, recording_paused),
    "recording-saving": ((1280, 800), False, "", 1, recording_saving),
    "recording-elsewhere": ((1440, 900), False, "", 1, recording_elsewhere),
    "recording-closing": ((1280, 800), False, "", 1, closing),
    "interrupted": ((1280, 800), False, "", 1, interrupted),
    "interrupted-small": ((900, 600), True, "", 1, interrupted),
    "noted": ((1440, 900), False, "noted", 1, None),
    "noted-dark": ((1440, 900), True, "noted", 1.5, None),
    "doubts": ((1440, 900), False, "doubts", 1, None),
    "doubts-dark": ((1440, 900), True, "doubts", 1.5, None),
    "filed": ((1320, 860), False, "filed", 1, None),
    "filed-dark": ((1320, 860), True, "filed", 1, None),
    "filed-small": ((900, 600), False, "filed", 1, None),
    "filed-200": ((900, 600), False, "filed", 2, None),
    "several": ((1320, 860), False, "filed", 1, several),
    "trash": ((1320, 860), False, "filed", 1, in_trash),
    "trash-small": ((900, 600), True, "filed", 1, in_trash),
    "trashed": ((1320, 860), False, "filed", 1, trashed),
    "no-favourites": ((1320, 860), False, "", 1, nothing_there),
    "palette": ((1320, 860), False, "filed", 1, palette),
    "palette-typed": ((1320, 860), True, "filed", 1, palette_typed),
    "palette-small": ((900, 600), False, "filed", 1.5, palette),
    "folder-picker": ((1320, 860), False, "filed", 1, folder_picker),
    "strip": ((1320, 860), False, "filed", 1, strip),
    "strip-dark": ((1320, 860), True, "filed", 1.5, strip),
    "settings": ((1320, 860), False, "filed", 1, place("settings")),
    "settings-small": ((900, 600), True, "filed", 1, place("settings")),
    "models": ((1320, 860), False, "filed", 1, place("models")),
    "models-small": ((900, 600), True, "filed", 1, place("models")),
    "jobs": ((1320, 860), False, "filed", 1, place("jobs")),
    "jobs-small": ((900, 600), True, "filed", 1, place("jobs")),
    "actions": ((1320, 860), False, "filed", 1, place("actions")),
    "actions-small": ((900, 600), True, "filed", 1, place("actions")),
    "filed-large": ((1920, 1080), False, "filed", 1, None),
    "welcome": ((1320, 860), False, "filed", 1, place("welcome")),
    "welcome-small": ((900, 600), True, "filed", 1, place("welcome")),
    "filed-contrast": ((1320, 860), False, "filed", 1, contrast),
    "filed-contrast-dark": ((1320, 860), True, "filed", 1, contrast),
    "ended-early": ((1440, 900), False, "", 1, ended_early),
}


PUBLISHED = ("processing", "chinese", "search", "narrow-minutes", "setup", "recording",
             "recording-dark", "noted", "doubts")  # fmt: skip


def demonstration(name: str, out: Path) -> None:
    from tests.qt import demo
    from tests.qt.fakes import FakeServices

    size, dark, meeting, _, act = SHOTS[name]
    first = {"none": [], "noted": [demo.noted()], "doubts": [demo.doubtful()]}.get(meeting, demo.library()[:1])
    meetings = [] if meeting == "none" else demo.filed() if meeting == "filed" else [*first, *demo.library()[1:]]
    services = FakeServices(meetings)
    if meeting == "live":
        from tests.qt.fake_live import FakeLive

        services.live = FakeLive()
    studio = Studio(services, size, dark, meeting)
    if act is not None:
        act(studio)
    studio.save(out / f"{name}.png")
    studio.stop()


def real(out: Path) -> None:
    """The sample meeting, processed by the models of this machine: in light and dark, or in the chosen language."""
    with tempfile.TemporaryDirectory(prefix="folkmoot-screenshots-") as home:
        os.environ["FOLKMOOT_HOME"] = home
        from app.bootstrap import build_services
        from app.ui import theme

        studio = Studio(build_services(), (1320, 860), dark=False)
        studio.desk.library.import_sample()
        meeting = studio.desk.meeting
        studio.wait(until=lambda: meeting.job is not None)
        studio.wait(until=lambda: not studio.desk.queue.busy)
        studio.wait(until=lambda: meeting.meeting is not None and meeting.meeting.next_stage() is None)
        studio.wait()
        chips = studio.desk.window.panel.chips
        chips[min(1, len(chips) - 1)].click()
        if os.environ.get("FOLKMOOT_SCREENSHOT_LANGUAGE", "en") != "en":
            studio.save(out / "window-chinese.png")
            studio.stop()
            return
        studio.save(out / "window.png")
        theme.apply(studio.app, dark=True)
        studio.save(out / "window-dark.png")
        studio.stop()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--real", action="store_true", help="window.png and window-dark.png from the sample meeting")
    parser.add_argument("--all", action="store_true", help="also the pictures that are only for looking at")
    parser.add_argument("--only", choices=SHOTS, help="one picture")
    parser.add_argument("--language", default="en", help="the window's: en or zh_CN")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "screenshots")
    args = parser.parse_args()
    os.environ["FOLKMOOT_SCREENSHOT_LANGUAGE"] = args.language  # for the processes started below, too
    args.out.mkdir(parents=True, exist_ok=True)
    if os.environ.get("FOLKMOOT_TEST_DISPLAY") != "1":
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    if args.real:
        real(args.out)
    elif args.only:
        demonstration(args.only, args.out)
    else:  # one process each: the scale is fixed when Qt starts
        for name in SHOTS if args.all else PUBLISHED:
            subprocess.run(
                [sys.executable, __file__, "--only", name, "--out", str(args.out)],
                check=True,
                env={**os.environ, "QT_SCALE_FACTOR": str(SHOTS[name][3])},
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
