"""The recorder's promises, measured on real sound servers; and two hours of it, simulated.

FOLKMOOT_BENCH_RECORDING_S: how long the recording lasts whose CPU is measured (600).
"""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tests.bench.figures import Figure

if TYPE_CHECKING:
    from tests.audio.servers import SoundServer

ROOT = Path(__file__).resolve().parent.parent.parent
NEAR_S = 0.02
KILLS = 20


def recording() -> Iterator[Figure]:
    if sys.platform == "linux":
        from tests.audio.servers import SERVERS

        for name in SERVERS:
            yield from _on(name, _faults)
        yield from _on("PulseAudio", _beginning_and_end)
        yield from _on("PulseAudio", _kills)
    yield from two_hours()
    if sys.platform == "linux":
        yield from _on("PulseAudio", _load)


def _on(name: str, measure: Callable[[str], Iterator[Figure]]) -> Iterator[Figure]:
    """What is measured on this kind of server, or why it cannot be."""
    from tests.audio.servers import CannotRun

    try:
        with _server(name):
            pass
    except CannotRun as error:
        yield Figure(f"recording from {name}", "skipped", str(error).splitlines()[0][:60], None)
        return
    yield from measure(name)


@contextmanager
def _server(name: str) -> Iterator[SoundServer]:
    """A fresh one that this process, and those it starts, find."""
    from tests.audio.servers import SERVERS

    server = SERVERS[name]()
    before = {key: os.environ.get(key) for key in server.environment}
    os.environ.update(server.environment)
    try:
        server.start()
        yield server
    finally:
        server.close()
        for key, value in before.items():
            if value is None:
                os.environ.pop(key, None)
            else:
                os.environ[key] = value


# -- Two voices, and what may happen to them -------------------------------------------------------------


def _faults(name: str) -> Iterator[Figure]:
    from tests.audio import scenarios

    for scenario, what in (
        (scenarios.two_voices, "two voices at once"),
        (scenarios.outputs_change, "output switched, then removed"),
        (scenarios.server_killed, "server killed and restarted"),
        (scenarios.stopped_process, "process stopped for 3 s"),
        (scenarios.busy_cores, "all cores busy"),
    ):
        with tempfile.TemporaryDirectory() as folder, _server(name) as server:
            o = scenario(server, Path(folder) / "meeting")
        yield Figure(f"{name}, {what}: least correlation", f"{o.own:.5f}", "≥ 0.99", o.own >= 0.99)
        if o.other:
            yield Figure("  with what the other track heard", f"{o.other:.2f}", "< 0.3", o.other < 0.3)
        yield Figure("  tracks apart", f"{o.apart_s * 1000:.1f} ms", "≤ 20 ms", o.apart_s <= NEAR_S)
        lost_s = f"{o.lost_s[0]:.2f}, {o.lost_s[1]:.2f} s"
        if scenario is scenarios.outputs_change:
            yield Figure("  lost (mic, system)", lost_s, "0, < 1 s", o.lost_s[0] == 0 and o.lost_s[1] < 1)
        elif scenario is scenarios.server_killed:
            kept = all(s <= o.outage_s + 0.2 for s in o.lost_s)
            yield Figure("  lost (mic, system)", lost_s, f"the outage, {o.outage_s:.2f} s", kept)
        else:
            yield Figure("  lost (mic, system)", lost_s, "nothing", max(o.lost_s) == 0)


# -- Beginning and end ------------------------------------------------------------------------------------

_START = """
import sys, time
from datetime import datetime
from pathlib import Path
from app.audio.ring import Ring
first, put = {}, Ring.put
def noting(self, samples, at, live=True):
    first.setdefault(id(self), at)
    put(self, samples, at, live)
Ring.put = noting
cold = sys.argv[2] == "cold"
def record(folder):
    first.clear()
    clicked = time.monotonic()
    from app.audio.systems import this_system
    from app.services.recordings import open_recorder
    recorder = open_recorder(Path(folder), this_system(), started_at=datetime.now().astimezone()).recorder
    recorder.start()
    while len(first) < 2:
        time.sleep(0.002)
    began = [at - clicked for at in first.values()]
    time.sleep(0.3)
    asked = time.monotonic()
    recorder.stop()
    returned = time.monotonic()
    recorder.wait(10)
    return min(began), max(began), returned - asked, time.monotonic() - asked
for n in range(1 if cold else 11):
    folder = Path(sys.argv[1]) / str(n)
    folder.mkdir()
    print(*record(folder), flush=True)
"""


def _beginning_and_end(name: str) -> Iterator[Figure]:
    with _server(name):
        warm = _starts("warm")
        cold = [_starts("cold")[0] for _ in range(5)]
    for what, runs in (("median", warm[1:]), ("with all imports", cold)):
        first, both = (statistics.median(r[i] for r in runs) * 1000 for i in (0, 1))
        yield Figure(f"click to first sample, {what}", f"{first:.0f} ms", "≤ 300 ms", first <= 300)
        yield Figure("  of the second track", f"{both:.0f} ms", "", None)
    stop = max(r[2] for r in warm + cold) * 1000
    yield Figure("stop returns within, worst", f"{stop:.1f} ms", "at once (≤ 50 ms)", stop <= 50)
    done = max(r[3] for r in warm + cold) * 1000
    yield Figure("  everything on the disk within, worst", f"{done:.0f} ms", "", None)


def _starts(how: str) -> list[list[float]]:
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-c", _START, folder, how],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )
    return [[float(x) for x in line.split()] for line in done.stdout.splitlines()]


# -- Killed -----------------------------------------------------------------------------------------------


def _kills(name: str) -> Iterator[Figure]:
    """`folkmoot record`, killed at a random moment of somebody's speech; then `folkmoot recover`."""
    from app.bootstrap import open_store
    from app.services.paths import Paths
    from app.services.recordings import interrupted, recover

    chance = random.Random(20)
    lost_s = []
    with tempfile.TemporaryDirectory() as home, _server(name) as server:
        server.set_default("feed")
        heard = [_killed(Path(home), server, chance.uniform(0.3, 4.0)) for _ in range(KILLS)]
        store = open_store(Paths.below(Path(home)))
        try:
            found = {i.meeting_id for i in interrupted(store)}
            recovered = [recover(store, i).meeting for i in sorted(found)]
            for meeting in recovered:
                killed_at, voice, voice_at = next(h[1:] for h in heard if h[0] == meeting.title)
                lost_s += [killed_at - s for s in _kept_until(store.folder(meeting.id), voice, voice_at)]
            states = [m.recording.state for m in recovered if m.recording is not None]
        finally:
            store.close()
        with sqlite3.connect(Paths.below(Path(home)).library) as db:
            consistent = db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
            consistent &= not db.execute("PRAGMA foreign_key_check").fetchall()
        db.close()
    kept = states == ["finished"] * KILLS and len(lost_s) == 2 * KILLS
    yield Figure(f"killed {KILLS} times at random, recovered", f"{len(recovered)}", f"all {KILLS}", kept)
    worst, median = max(lost_s, default=0.0), statistics.median(lost_s) if lost_s else 0.0
    yield Figure("  lost of either track, most (median)", f"{worst:.2f} s ({median:.2f})", "≤ 1 s", worst <= 1)
    yield Figure("  the library is consistent", "yes" if consistent else "no", "yes", consistent)


def _killed(home: Path, server: SoundServer, after_s: float) -> tuple[str, float, np.ndarray, float]:
    """Its title, when it was killed, what was played, and when that was first heard."""
    from tests.audio.servers import FEED
    from tests.audio.sounds import Player, part

    title = f"killed after {after_s:.3f} s"
    command = [sys.executable, "-m", "app", "record", "--title", title, "--then", "keep"]
    environment = {**os.environ, "FOLKMOOT_HOME": str(home)}
    voice = part("system", 0, 12)
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        before = set(home.glob("meetings/*"))
        deadline = time.monotonic() + 30
        while not any(
            w.stat().st_size > 20_000 for f in set(home.glob("meetings/*")) - before for w in f.glob("*.wav")
        ):
            if time.monotonic() > deadline or process.poll() is not None:
                process.kill()
                raise SystemExit("folkmoot record did not begin")
            time.sleep(0.02)
        player = Player(voice, FEED, server.environment["PULSE_SERVER"])
        heard_at = player.heard_from()
        time.sleep(max(0.0, heard_at + after_s - time.monotonic()))
        killed_at = time.monotonic()
        process.send_signal(signal.SIGKILL)
    player.stop()
    return title, killed_at, voice, heard_at


def _kept_until(folder: Path, voice: np.ndarray, voice_at: float) -> list[float]:
    """For each track the moment up to which it has the voice: its last sound is looked for in what was played."""
    import soxr

    from tests.audio.recordings import read
    from tests.audio.sounds import find

    ends = []
    for track in ("mic", "system"):
        sound = np.trim_zeros(read(folder, track), "b")[-6000:]
        correlation, place = find(soxr.resample(sound, 16_000, 48_000), voice)
        ends.append(voice_at + place + len(sound) / 16_000 if correlation > 0.95 else 0.0)
    return ends


# -- Long recordings --------------------------------------------------------------------------------------


def two_hours() -> Iterator[Figure]:
    """Clocks 100 ppm apart, a loopback that is silent half of the time, frames checked one by one."""
    from app.audio.recorder import Recorder
    from app.audio.track_file import create
    from tests.recorder_sim import STARTED, SampledFile, SimClock, SimSource, World, alignment, without_pauses

    class Sampled(SampledFile):
        EVERY = 24_000

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files: dict[str, Sampled] = {}

        def opener(path: Path) -> object:
            if path.suffix != ".wav":
                return create(path)
            files[path.stem] = Sampled(path)
            return files[path.stem]

        clock, chance = SimClock(), np.random.default_rng(2)
        sources = {t: SimSource(t, clock, device=t, expects=False) for t in ("mic", "system")}
        for source, ppm in zip(sources.values(), (50.0, -50.0), strict=True):
            source.ppm, source.block_s, source.late = ppm, 0.1, lambda: float(chance.exponential(0.005))
        recorder = Recorder(folder, sources, started_at=STARTED, clock=clock, free=lambda _: 10**12, opener=opener)  # type: ignore[arg-type]
        world = World(recorder, list(sources.values()), clock)
        recorder.begin()
        world.run(300, 0.1)
        before = _memory_mb()
        for _ in range(23):
            sources["system"].is_quiet = not sources["system"].is_quiet
            world.run(300, 0.1)
        growth = _memory_mb() - before
        hours = world.stop().duration_s / 3600
        errors = {t: alignment(folder, t, without_pauses(1_000.0), f).errors for t, f in files.items()}
    end = [float(np.median(e[-40:])) for e in errors.values()]
    apart = abs(end[0] - end[1]) * 1000
    worst = max(float(np.max(np.abs(e))) for e in errors.values()) * 1000
    yield Figure(
        f"{hours:.0f} simulated hours, clocks 100 ppm apart: at the end",
        f"{apart:.2f} ms",
        "≤ 20 ms",
        apart <= 20,
    )
    yield Figure("  farthest from its place at any time", f"{worst:.2f} ms", "≤ 20 ms", worst <= 20)
    yield Figure("  memory grew by", f"{growth:.1f} MB", "≤ 20 MB", growth <= 20)


def _memory_mb() -> float:
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
    except OSError:
        return 0.0


def _load(name: str) -> Iterator[Figure]:
    """`folkmoot record` of two tracks in which somebody speaks all the time."""
    from tests.audio.servers import FEED, SPEAKERS
    from tests.audio.sounds import Player, voice

    length_s = float(os.environ.get("FOLKMOOT_BENCH_RECORDING_S", "600"))
    with tempfile.TemporaryDirectory() as home, _server(name) as server:
        address = server.environment["PULSE_SERVER"]
        players = [
            Player(np.tile(voice(track), 1 + round(length_s / 40)), output, address)
            for track, output in (("mic", FEED), ("system", SPEAKERS))
        ]
        command = [sys.executable, "-m", "app", "record", "--then", "keep"]
        with subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, "FOLKMOOT_HOME": home},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as process:
            try:
                time.sleep(3)
                cpu_s, began = _cpu_s(process.pid), time.monotonic()
                early_mb = _peak_mb(process.pid)
                time.sleep(length_s)
                share = (_cpu_s(process.pid) - cpu_s) / (time.monotonic() - began)
                peak_mb = _peak_mb(process.pid)
            finally:
                process.kill()
                for player in players:
                    player.stop()
        size_mb = sum(p.stat().st_size for p in Path(home).glob("meetings/*/*.wav")) / 1e6
    what = f"CPU of recording two tracks, {length_s:.0f} s ({size_mb:.0f} MB)"
    yield Figure(what, f"{share:.1%} of a core", "≤ 8 %", share <= 0.08)
    yield Figure("  peak memory (after 3 s)", f"{peak_mb:.0f} MB ({early_mb:.0f})", "", None)


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _peak_mb(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0
