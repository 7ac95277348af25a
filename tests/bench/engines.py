"""The speech engine beside the package qwen-asr: same answers, and how fast (sections "reference" and "speed").

The package lives in an environment of its own inside `.venv`, made at the first run: minutes, and the network.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from tests.bench.figures import Figure

CACHE = Path(__file__).resolve().parents[2] / ".venv" / "reference"
FASTER = 6.0  # than the package, in the same run
REAL_TIME_FACTOR = 0.055
MEMORY_MB = 4500
OWN_SHARE = 0.05  # of the time outside `generate`


def reference() -> Iterator[Figure]:
    """The same tiny weights in both: logits, texts, languages, times of words."""
    from tests.reference.compare import comparisons

    try:
        for c in comparisons(CACHE):
            promised = c.known or "the same"
            yield Figure(f"as qwen-asr: {c.what}", f"{c.same} of {c.of}", promised, None if c.known else c.kept)
    except (subprocess.SubprocessError, OSError) as error:
        yield Figure("as qwen-asr", "skipped", f"the package cannot be run here ({error})", None)


def speed() -> Iterator[Figure]:
    """Qwen3-ASR-0.6B at its true size, random weights, 3.5 tokens a second of speech, on this processor."""
    from tests.bench.speed import Case, run, the_package

    ours = Case("15 s × 16", 15.0, 16)
    [(_, our), (_, bytes_)] = list(run([ours, replace(ours, precision="int8")]))
    name = f"Qwen3-ASR-0.6B, {ours.sound_s:.0f} s of speech, {ours.name} in {ours.precision}"
    rtf = our.real_time_factor
    yield Figure(f"{name}: real-time factor", f"{rtf:.3f}", f"≤ {REAL_TIME_FACTOR}", rtf <= REAL_TIME_FACTOR)
    yield Figure("  memory", f"{our.memory_mb} MB", f"≤ {MEMORY_MB} MB", our.memory_mb <= MEMORY_MB)
    yield Figure("  in 8 bits: real-time factor", f"{bytes_.real_time_factor:.3f}", f"bfloat16: {rtf:.3f}", None)
    yield Figure("  share of time outside generate", f"{our.own:.1%}", f"≤ {OWN_SHARE:.0%}", our.own <= OWN_SHARE)
    try:
        theirs = the_package(Case("the package", 120.0, 1, sound_s=120.0), CACHE)
    except (subprocess.SubprocessError, OSError) as error:
        yield Figure("  faster than qwen-asr", "skipped", f"the package cannot be run here ({error})", None)
        return
    times = theirs.real_time_factor / rtf
    against = f"≥ {FASTER:.0f} × (its {theirs.real_time_factor:.3f})"
    yield Figure("  faster than qwen-asr as it is, one window", f"{times:.1f} ×", against, times >= FASTER)
