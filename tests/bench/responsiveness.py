"""How soon the window answers while much goes on (section "responsiveness").

A library of 10,000 meetings, one of them six hours long; a recording of two tracks runs, its words are written down
live, and all the while somebody scrolls the transcript, the list of meetings, and searches. A timer that wants to run
every 4 ms says how late the event loop was. A second program does the driving in real time; see `drive`.
"""

from __future__ import annotations

import inspect
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench.figures import Figure

if TYPE_CHECKING:
    from app.viewmodels.live import LiveTurn

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "models" / "starter" / "sample"
MEETINGS = 10_000
LONG_S, LONG_SEGMENTS = 6 * 3600, 6000
SECONDS = 30.0
TICK_MS = 4
P99_MS, WORST_MS, MEMORY_MB, OPEN_MS = 16.0, 100.0, 250.0, 300.0

Display = Callable[[], AbstractContextManager[tuple[Mapping[str, str], str]]]


def responsiveness(display: Display) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as folder, display() as (environment, screen), _sound_server() as sound:
        home = Path(folder)
        fill(home)
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.responsiveness", str(SECONDS)],
            env={**os.environ, **environment, **sound, "FOLKMOOT_HOME": str(home)},
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
            timeout=300,
            check=True,
        )
    said = json.loads(done.stdout.strip().splitlines()[-1])
    yield Figure(
        f"6 hours ({LONG_SEGMENTS} segments) open after a click", f"{said['open_ms']:.0f} ms", f"≤ {OPEN_MS:.0f} ms",
        said["open_ms"] <= OPEN_MS,
    )  # fmt: skip
    what = f"event loop while recording, writing live, scrolling ({screen}, {MEETINGS} meetings)"
    yield Figure(what, f"{said['ticks']} ticks", "", None)
    yield Figure("  median delay", f"{said['median_ms']:.1f} ms", "", None)
    yield Figure("  99th percentile", f"{said['p99_ms']:.1f} ms", f"≤ {P99_MS:.0f} ms", said["p99_ms"] <= P99_MS)
    yield Figure("  longest", f"{said['worst_ms']:.0f} ms", f"≤ {WORST_MS:.0f} ms", said["worst_ms"] <= WORST_MS)
    yield Figure("  words that came live meanwhile", str(said["words"]), "some", said["words"] > 0)
    if said["memory_mb"]:
        mb = said["memory_mb"]
        yield Figure("memory of the window, models apart", f"{mb:.0f} MB", f"≤ {MEMORY_MB:.0f} MB", mb <= MEMORY_MB)


@contextmanager
def _sound_server() -> Iterator[Mapping[str, str]]:
    """As any desktop has one; without it, another driver for sound is looked for and loaded."""
    if sys.platform != "linux":
        yield {}
        return
    from tests.audio.servers import CannotRun, PulseAudio

    try:
        server = PulseAudio()
    except CannotRun:
        yield {}
        return
    try:
        server.start()
        yield server.environment
    finally:
        server.close()


# -- the library -----------------------------------------------------------------------------------
def fill(home: Path) -> None:
    """A library of many meetings, and settings that record the sample meeting's files as if they were devices."""
    from app.domain.events import DecodeResult, SpeakersResult, SpeechResult, TranscriptResult
    from app.domain.meeting import Segment, Speaker, SpeechRegion, Stage, Track
    from app.services.paths import Paths
    from app.services.settings import Settings
    from storage.repository import Library

    os.environ["FOLKMOOT_HOME"], before = str(home), os.environ.get("FOLKMOOT_HOME")
    try:
        paths = Paths.default()
    finally:
        if before is None:
            del os.environ["FOLKMOOT_HOME"]
        else:
            os.environ["FOLKMOOT_HOME"] = before
    paths.create()
    Settings(mic=f"file:{SAMPLE / 'mic.flac'}", system=f"file:{SAMPLE / 'system.flac'}", welcomed=True).save(
        paths.settings
    )
    now = datetime.now().astimezone()
    with Library(paths.data) as library:
        meeting = library.create("All hands, six hours", now, language="English", glossary=(), sources={})
        columns = [r[1] for r in library._db.execute("PRAGMA table_info(meetings)")]
        row = dict(
            zip(
                columns,
                library._db.execute("SELECT * FROM meetings WHERE id = ?", [meeting.id]).fetchone(),
                strict=True,
            )
        )
        library._db.table("meetings").insert_all(
            row
            | {
                "id": f"{n:032x}",
                "title": f"Weekly meeting {n}",
                "started_at": (now - timedelta(hours=3 * n)).isoformat(),
                "duration_s": 1800.0 + n % 3600,
            }
            for n in range(1, MEETINGS)
        )
        library._db.table("stages").insert_all(
            {"meeting": f"{n:032x}", "stage": stage.value, "state": "done", "engine": "", "settings": "{}"}
            | {"started_at": now.isoformat(), "seconds": 1.0, "error": ""}
            for n in range(1, MEETINGS)
            for stage in Stage
        )
        words = "we agreed that the release moves by one week and somebody has to tell the customers before Friday"
        step = LONG_S / LONG_SEGMENTS
        segments = tuple(
            Segment(n + 1, "system", n * step, (n + 1) * step - 0.2, f"{words.capitalize()} ({n}).", language="English")
            for n in range(LONG_SEGMENTS)
        )
        speakers = tuple(Speaker(f"s{k}", f"Speaker {k}", "system") for k in range(1, 7))
        for stage, result in (
            (Stage.DECODE, DecodeResult((Track("system", "system.flac", LONG_S),), LONG_S)),
            (Stage.SPEECH, SpeechResult((SpeechRegion("system", 0.0, LONG_S),))),
            (Stage.TRANSCRIBE, TranscriptResult(segments, "English")),
            (Stage.SPEAKERS, SpeakersResult(speakers, {s.id: f"s{1 + s.id // 3 % 6}" for s in segments})),
        ):
            library.stage_done(meeting.id, stage, result, "bench", {}, 1.0)


# -- the driver ------------------------------------------------------------------------------------
def drive(seconds: float) -> None:
    """Open the long meeting, start a recording, then scroll and search for so long; prints one line of JSON."""
    from PySide6.QtCore import QObject, Qt, QTimer

    from app.bootstrap import build_services
    from app.ui.application import Desk, make_application
    from app.ui.window_state import WindowState

    app = make_application(["folkmoot"])
    desk = Desk(build_services(), WindowState(size=(1320, 860)))
    window = desk.window
    window.show()
    desk.begin()

    def until(holds: Callable[[], bool], most_s: float = 60.0) -> None:
        end = time.monotonic() + most_s
        while not holds():
            if time.monotonic() > end:
                raise SystemExit(f"the window did not get there: {inspect.getsource(holds).strip()}")
            app.processEvents()
            time.sleep(0.001)

    until(lambda: len(desk.library.meetings.ids()) >= MEETINGS)
    ids = desk.library.meetings.ids()
    long_one = next(i for i in ids if not i.startswith("0000000000"))
    window.show_meeting(ids[-1])
    until(lambda: desk.meeting.meeting is not None and desk.meeting.meeting.id == ids[-1])
    began = time.perf_counter()
    window.show_meeting(long_one)
    until(lambda: window.page.transcript.isVisible() and desk.meeting.transcript.rowCount() >= LONG_SEGMENTS // 3)
    window.grab()
    open_ms = (time.perf_counter() - began) * 1000

    window.commands.record.trigger()
    until(lambda: window.setup.start_button.isEnabled())
    window.setup.start_button.click()
    until(lambda: desk.recording.state == "recording")
    settle = time.monotonic() + 3.0  # its page is drawn, the models are being loaded
    until(lambda: time.monotonic() > settle)
    window.show_meeting(long_one)

    delays: list[float] = []
    last = time.perf_counter()
    step = 0

    class Probe(QObject):
        def tick(self) -> None:
            nonlocal last
            now = time.perf_counter()
            delays.append(max(0.0, (now - last) * 1000 - TICK_MS))
            last = now

        def act(self) -> None:
            nonlocal step
            step += 1
            bar = window.page.transcript.verticalScrollBar()
            bar.setValue((bar.value() + 40) % max(1, bar.maximum()))
            rows = window.sidebar.meetings.verticalScrollBar()
            rows.setValue((rows.value() + 60) % max(1, rows.maximum()))
            if step % 240 == 120:
                window.sidebar.search.setText("release")
            elif step % 240 == 0:
                window.sidebar.search.setText("")

    probe = Probe()
    ticks, acts = QTimer(), QTimer()
    ticks.setTimerType(Qt.TimerType.PreciseTimer)
    ticks.timeout.connect(probe.tick)
    acts.timeout.connect(probe.act)
    ticks.start(TICK_MS)
    acts.start(16)
    QTimer.singleShot(int(seconds * 1000), lambda: app.exit(0))  # quit() would ask the windows to close
    last = time.perf_counter()
    app.exec()
    ticks.stop()
    acts.stop()
    delays.sort()
    words = live_words(desk.live.turns)
    print(
        json.dumps(
            {
                "open_ms": open_ms,
                "ticks": len(delays),
                "median_ms": delays[len(delays) // 2],
                "p99_ms": delays[int(len(delays) * 0.99)],
                "worst_ms": delays[-1],
                "words": words,
                "memory_mb": memory_mb(),
            }
        ),
        flush=True,
    )
    desk.recording.process_afterwards = False
    window.recording.stop_button.click()
    until(lambda: not desk.recording.running)
    desk.stop()
    os._exit(0)  # the figures are out; what is left is only taking it down


def live_words(turns: Sequence[LiveTurn]) -> int:
    """How much live text stands on the recording's page."""
    return sum(len(t.text.split()) for t in turns)


def memory_mb() -> float:
    """What this process holds in memory now; 0 where that cannot be read."""
    try:
        status = Path("/proc/self/status").read_text(encoding="utf-8")
    except OSError:
        return 0.0
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    return int(found[1]) / 1024 if found else 0.0


if __name__ == "__main__":
    drive(float(sys.argv[1]))
