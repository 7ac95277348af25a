"""How soon live text is there: both tracks of a meeting recorded in real time, and when each text came.

Latency is counted on the recording's own clock: from the moment an utterance began (as the voice detector sees it,
padding included) to its first text, and from its last sound to its final text, both when they reach the program that
shows them.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from app import bootstrap_live
from app.audio.recorder import Recorder
from app.audio.systems.file import FileSource
from app.domain.live import LiveEnd, LiveEvent, LiveFinal, LivePartial, LiveState, LiveStatus, LiveTask
from app.domain.meeting import MIC, SYSTEM
from app.services.live_feed import LiveFeed


@dataclass(frozen=True, slots=True)
class Latency:
    """Seconds. `first`: from the beginning of speech to any text; `final`: from its end to the final text."""

    utterances: int
    first_median_s: float
    first_p95_s: float
    final_median_s: float
    final_p95_s: float
    partials_a_minute: float
    most_behind_s: float
    real_time_s: float


def measure(files: Mapping[str, Path], seconds: float, *, models: Mapping[str, str] | None = None) -> Latency:
    """Record `files` (track → file) for so long, with live text from a process of its own."""
    first: dict[int, float] = {}
    finals: list[float] = []
    partials = 0
    behind = 0.0
    ready = False
    with tempfile.TemporaryDirectory() as folder:
        recorder: Recorder | None = None

        def on_event(event: LiveEvent) -> None:
            nonlocal partials, behind, ready
            now_s = recorder.status().elapsed_s if recorder is not None else 0.0
            if isinstance(event, LiveState):
                ready = ready or event.state == "live"
            elif isinstance(event, LivePartial):
                partials += 1
                first.setdefault(event.id, now_s - event.start_s)
            elif isinstance(event, LiveFinal):
                s = event.segment
                first.setdefault(s.id, now_s - s.start_s)
                finals.append(now_s - s.end_s)
            elif isinstance(event, LiveStatus):
                behind = max(behind, event.behind_s)

        host = bootstrap_live.live_host()
        host.start(LiveTask(Path(folder), models=models or {}), on_event)
        while not ready and not host.wait(0.1):
            pass
        # Behind its end a file delivers nothing, as some loopbacks do while nobody speaks.
        sources = {t: FileSource(p, t, then="nothing") for t, p in files.items()}
        recorder = Recorder(Path(folder), sources, started_at=datetime.now().astimezone(), limit_s=seconds)
        recorder.start()
        feed = LiveFeed(lambda: recorder.listen(seconds=20.0, cancel_echo={MIC, SYSTEM} <= set(files)), host.put)
        began = time.monotonic()
        recorder.wait()
        took = time.monotonic() - began
        feed.wait(5.0)
        host.put(LiveEnd(5.0))
        host.wait(10.0)
        host.close()
        feed.stop()
    heard = list(first.values())
    return Latency(
        len(finals),
        statistics.median(heard),
        _p95(heard),
        statistics.median(finals),
        _p95(finals),
        60 * partials / seconds,
        behind,
        took,
    )


def _p95(values: Sequence[float]) -> float:
    return sorted(values)[min(len(values) - 1, round(0.95 * (len(values) - 1)))]


if __name__ == "__main__":
    import json
    import sys

    sample = Path(__file__).parents[2] / "models" / "starter" / "sample"
    found = measure({t: sample / f"{t}.flac" for t in ("mic", "system")}, float(sys.argv[1]))
    print(json.dumps(asdict(found), indent=2))
