"""Makes the pictures in docs/screenshots from the real window.

    python tests/screenshots.py [--real | --all | --only NAME] [--out FOLDER]

With demonstration meetings by default; with `--real` from the sample meeting as this machine's own models hear it
(in a throw-away library). Runs without a display; set FOLKMOOT_TEST_DISPLAY=1 to watch.
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
        from app.ui import theme
        from app.ui.application import Desk, make_application
        from app.ui.window_state import WindowState

        self.app = make_application(["folkmoot"])
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
        self.wait()
        image = self.desk.window.grab()
        if not image.save(str(path)):
            raise OSError(f"cannot write {path}")
        print(path)

    def stop(self) -> None:
        self.desk.queue.cancel_all()
        self.wait(until=lambda: not self.desk.queue.busy)
        self.desk.stop()


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
}


PUBLISHED = ("window", "window-dark", "processing", "chinese", "search", "narrow-minutes")


def demonstration(name: str, out: Path) -> None:
    from tests.qt import demo
    from tests.qt.fakes import FakeServices

    size, dark, meeting, _, act = SHOTS[name]
    studio = Studio(FakeServices([] if meeting == "none" else demo.library()), size, dark, meeting)
    if act is not None:
        act(studio)
    studio.save(out / f"{name}.png")
    studio.stop()


def real(out: Path) -> None:
    """The sample meeting, processed by the models of this machine, in light and dark."""
    with tempfile.TemporaryDirectory(prefix="folkmoot-screenshots-") as home:
        os.environ["FOLKMOOT_HOME"] = home
        from app.bootstrap import build_services
        from app.ui import theme

        studio = Studio(build_services(), (1320, 860), dark=False)
        studio.desk.library.import_sample()
        meeting = studio.desk.meeting
        studio.wait(until=lambda: meeting.job is not None)
        studio.wait(until=lambda: not studio.desk.queue.busy)
        studio.wait(until=lambda: meeting.document is not None or meeting.banner is not None)
        chips = studio.desk.window.panel.chips
        if chips:
            chips[min(1, len(chips) - 1)].click()
        studio.save(out / "window.png")
        theme.apply(studio.app, dark=True)
        studio.save(out / "window-dark.png")
        studio.stop()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--real", action="store_true", help="window.png and window-dark.png from the sample meeting")
    parser.add_argument("--all", action="store_true", help="also the pictures that are only for looking at")
    parser.add_argument("--only", choices=SHOTS, help="one picture")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "screenshots")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    if os.environ.get("FOLKMOOT_TEST_DISPLAY") != "1":
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    if args.real:
        real(args.out)
    elif args.only:
        demonstration(args.only, args.out)
    else:  # one process each: the scale is fixed when Qt starts
        for name in SHOTS if args.all else PUBLISHED:
            subprocess.run([sys.executable, __file__, "--only", name, "--out", str(args.out)], check=True,
                           env={**os.environ, "QT_SCALE_FACTOR": str(SHOTS[name][3])})
    return 0


if __name__ == "__main__":
    sys.exit(main())
