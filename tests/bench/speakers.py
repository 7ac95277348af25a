"""Who speaks, measured: `python3 dev.py bench speakers`.

Scored with pyannote.metrics over the whole recording, overlap included; its `collar` is the full width, so ±0.25 s is
0.5. The floor is what perfect labels would reach on the detector's speech with one speaker at a time and track.
"""

from __future__ import annotations

import functools
import importlib.util
import itertools
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from app.domain.cancel import Never
from app.domain.meeting import FILE, MIC, SYSTEM, SpeechRegion
from app.domain.ports import SpeakerOptions
from models.speakers.encoder import load_encoder, windows
from models.speakers.live import LiveSpeakers
from models.speakers.timeline import loudness
from models.speakers.timeline import turns as turns_of
from models.speakers.voiceprints import Voiceprint, likeness, print_of, rank
from models.speakers.voices import VoiceDiarizer
from models.vad import SileroVad
from tests.bench.meetings import RATE, TESTDATA, People, Sound, Turn, people, read, reference, simulate

if TYPE_CHECKING:
    from app.domain.ports import Samples
    from models.speakers.encoder import Embeddings

Row = tuple[str, str, str, bool | None]  # what, measured, promised, kept
AMI = ("ami_dev00", "ami_dev01", "ami_trn01", "ami_trn03", "ami_trn04")
SEEDS = (101, 202)
_TWO_HOURS_S = 7200


def figures() -> Iterator[Row]:
    if importlib.util.find_spec("pyannote.metrics") is None or not TESTDATA.is_dir():
        yield "speakers", "skipped", "needs pyannote.metrics and the shared test data", None
        return
    yield from _two_tracks()
    yield from _real_meetings()
    yield from _fresh_meetings()
    yield from _voiceprints()
    yield from _long_meeting()
    yield from _downloaded()


class Memory:
    """An `AudioReader` over an array."""

    def __init__(self, x: Samples) -> None:
        self.x, self.duration_s = x, len(x) / RATE

    def read(self, start_s: float, end_s: float) -> Samples:
        return self.x[max(0, round(start_s * RATE)) : max(0, round(end_s * RATE))]

    def blocks(self, seconds: float) -> Iterator[Samples]:
        size = round(seconds * RATE)
        return (self.x[i : i + size] for i in range(0, len(self.x), size))


# -- scoring -------------------------------------------------------------------------------------
def score(truth: Sequence[Turn], found: Sequence[Turn], seconds: float, collar_s: float = 0.0) -> tuple[float, float]:
    """(DER, confusion) in percent."""
    from pyannote.core import Annotation, Segment, Timeline
    from pyannote.metrics.diarization import DiarizationErrorRate

    def annotation(turns: Sequence[Turn]) -> Any:
        a = Annotation()
        for i, (start, end, who) in enumerate(turns):
            if end > start:
                a[Segment(start, end), i] = who
        return a

    metric = DiarizationErrorRate(collar=2 * collar_s, skip_overlap=False)
    parts = metric(
        annotation(truth), annotation(found), uem=Timeline([Segment(0, seconds)]), detailed=True
    )  # fmt: skip
    total = max(parts["total"], 1e-9)
    return 100 * parts["diarization error rate"], 100 * parts["confusion"] / total


def floor(truth: Sequence[Turn], speech: Sequence[tuple[float, float]]) -> list[Turn]:
    """Perfect labels on this speech, one at a time; where nobody speaks, who speaks nearest."""
    out: list[Turn] = []
    starts, ends = (np.array([t[i] for t in truth]) for i in (0, 1))
    for start, end in speech:
        at = np.arange(start, end, 0.01)
        far = np.maximum(np.maximum(starts[:, None] - at, at - ends[:, None]), 0.0)
        who = [truth[i][2] for i in far.argmin(0)]
        for name, group in itertools.groupby(zip(at, who, strict=True), key=lambda p: p[1]):
            moments = [m for m, _ in group]
            out.append((moments[0], min(end, moments[-1] + 0.01), name))
    return out


@functools.cache
def _speech(name: str) -> tuple[tuple[float, float], ...]:
    return tuple(SileroVad().find(Memory(read(name)).blocks(8)))


def _diarize(tracks: Mapping[str, Sound], speech: Mapping[str, Any]) -> tuple[list[Turn], int]:
    """Turns of all tracks and the number of people."""
    regions = [SpeechRegion(n, start, end) for n, spans in speech.items() for start, end in spans]
    readers = {n: Memory(x) for n, x in tracks.items()}
    found = VoiceDiarizer().diarize(readers, regions, [], SpeakerOptions(), Never())
    return [(t.start_s, t.end_s, t.speaker) for t in found.turns], len(found.speakers)


# -- sections ------------------------------------------------------------------------------------
def _two_tracks() -> Iterator[Row]:
    for name, mic in (("sim_libri4b", "mic"), ("sim_libri4b", "micecho"), ("sim_espeak4", "mic")):
        here, there = f"{name}_{mic}", f"{name}_sys"
        truth = reference(there) + reference(here)
        best = floor(reference(there), _speech(there)) + floor(reference(here), _speech(f"{name}_mic"))
        found, count = _diarize(
            {MIC: read(here), SYSTEM: read(there)}, {MIC: _speech(here), SYSTEM: _speech(there)}
        )  # fmt: skip
        der, least = ([score(truth, t, 300, collar)[0] for collar in (0, 0.25)] for t in (found, best))
        what = f"{name}, {'loudspeaker echo' if mic == 'micecho' else 'headphones'}, DER (floor {_pair(least)})"
        most = 16.0 if mic == "micecho" else least[0] + 2
        yield what, _pair(der), f"≤ {most:.1f}, 4 people", der[0] <= most and count == 4


def _real_meetings() -> Iterator[Row]:
    ders, floors = [], []
    for name in AMI:
        truth, seconds = reference(name), 30.0
        found, count = _diarize({FILE: read(name)}, {FILE: _speech(name)})
        best = floor(truth, _speech(name))
        der, least = ([score(truth, t, seconds, collar)[0] for collar in (0, 0.25)] for t in (found, best))
        people_there = len({who for *_, who in truth})
        yield f"  {name}, DER (floor {_pair(least)})", _pair(der), f"{count} of {people_there} people", None
        ders.append(der)
        floors.append(least)
    mean, least = np.mean(ders, axis=0), np.mean(floors, axis=0)
    kept = bool(mean[0] <= 42 and mean[1] <= 34)
    yield f"AMI, 5 × 30 s, mean DER (floor {_pair(least)})", _pair(mean), "≤ 42 / 34", kept


def _fresh_meetings() -> Iterator[Row]:
    everybody = people()
    names = sorted(everybody)
    right, confusions, first_shown, at_end = [], [], [], []
    for seed in SEEDS:
        for count in range(2, 9):
            rng = np.random.default_rng(seed + count)
            who = sorted(str(k) for k in rng.choice(np.array(names), count, replace=False))
            x, truth = simulate(everybody, who, 300, seed + count)
            speech = tuple(SileroVad().find(Memory(x).blocks(8)))
            found, n = _diarize({FILE: x}, {FILE: speech})
            confusion = score(truth, found, 300)[1]
            right.append(n == count)
            confusions.append(confusion)
            shown, end = _live(x, speech, truth)
            first_shown.append(shown)
            at_end.append(end)
            what = f"  {count} people, seed {seed + count}: found, confusion, live first shown / at the end"
            yield what, f"{n}, {confusion:.1f}, {shown:.1f} / {end:.1f}", "", None
    share, confusion = float(np.mean(right)), float(np.mean(confusions))
    yield f"fresh meetings with the right count, of {len(right)}", f"{share:.0%}", "≥ 90 %", share >= 0.9
    yield "their confusion, mean", f"{confusion:.1f} %", "≤ 2 %", confusion <= 2
    shown = float(np.mean(first_shown))
    yield "live: confusion when first shown, mean", f"{shown:.1f} %", "≤ 8 %", shown <= 8
    extra = float(np.mean(at_end)) - confusion
    yield "live: confusion at the end beyond offline", f"{extra:+.1f} points", "≤ 1", extra <= 1
    early, late = _live_cost()
    yield "live: CPU of minutes 20 to 30, and of 80 to 90", f"{early:.1f}, {late:.1f} s", "flat", late <= 1.5 * early


def _live(x: Sound, speech: Any, truth: Sequence[Turn]) -> tuple[float, float]:
    """Confusion of labels as first shown, and as at the end."""
    spans = windows(speech, 0.4)
    embeddings = load_encoder().embed(Memory(x), spans, Never())
    live = LiveSpeakers(hop_s=0.4)
    first = [""] * len(spans)
    for i, (span, row) in enumerate(zip(spans, embeddings, strict=True)):
        live.add(SYSTEM, [span], row[None])
        if work := live.begin():
            live.finish(work())
        for j in range(max(0, i - 30), i + 1):
            first[j] = first[j] or live.speaker_at(SYSTEM, *_middle(spans[j]))
    if work := live.begin(now=True):
        live.finish(work())
    last = [live.speaker_at(SYSTEM, *_middle(s)) for s in spans]
    level = loudness(Memory(x), speech, Never())
    shown = [score(truth, _voted(spans, labels, speech, level), len(x) / RATE)[1] for labels in (first, last)]
    return shown[0], shown[1]


def _live_cost() -> tuple[float, float]:
    """CPU seconds for two stretches of ten minutes of talk without a pause, without the embeddings themselves."""
    rng = np.random.default_rng(0)
    voices = rng.standard_normal((5, 256))
    x = voices[rng.integers(5, size=7000)] + 0.8 * rng.standard_normal((7000, 256))
    x = (x / np.linalg.norm(x, axis=1, keepdims=True)).astype(np.float32)
    live = LiveSpeakers(hop_s=0.8)
    cost = np.zeros(10)
    for i, row in enumerate(x):
        began = time.process_time()
        live.add(SYSTEM, [(i * 0.8, i * 0.8 + 1.6)], row[None])
        if work := live.begin():
            live.finish(work())
        cost[int(i * 0.8 // 600)] += time.process_time() - began
    return float(cost[2]), float(cost[8])


def _middle(span: tuple[float, float]) -> tuple[float, float]:
    middle = (span[0] + span[1]) / 2
    return middle - 0.1, middle + 0.1


def _voted(spans: Sequence[tuple[float, float]], labels: Sequence[str], speech: Any, level: Any) -> list[Turn]:
    """Labels of windows as turns, cut as those of a finished meeting are."""
    keys = sorted({k for k in labels if k})
    known = [i for i, k in enumerate(labels) if k]
    like = np.array([[float(labels[i] == k) for k in keys] for i in known], np.float32)
    return [(a, b, keys[k]) for a, b, k in turns_of([spans[i] for i in known], like, speech, level)]


def _voiceprints() -> Iterator[Row]:
    """6 s against 6 s, of people who read aloud: synthetic voices differ too little to stand for people."""
    prints = {who: _prints(turns) for who, turns in sorted(people().items(), reverse=True)}
    everything = [(who, p) for who, own in prints.items() for p in own]
    same, other = [], []
    for (a, p), (b, q) in itertools.combinations(everything, 2):
        (same if a == b else other).append(likeness(p, q))
    thresholds = np.linspace(0, 1, 1001)
    missed = np.array([np.mean(np.array(same) < t) for t in thresholds])
    taken = np.array([np.mean(np.array(other) >= t) for t in thresholds])
    at = int(np.abs(missed - taken).argmin())
    eer = 50 * float(missed[at] + taken[at])
    pairs = f"{len(same)} + {len(other)} pairs"
    yield f"voiceprints, clean, EER ({pairs}, {len(prints)} people)", f"{eer:.1f} %", "≤ 1 %", eer <= 1
    known = {who: own[:1] for who, own in list(prints.items())[:4]}
    known["jfk"] = _prints([read("jfk")[: 6 * RATE]], 5)
    strangers = [p for who, own in prints.items() if who not in known for p in own]
    wrong = sum(r.certainty == "sure" for p in strangers for r in rank(p, known)[:1])
    named = asked = tries = 0
    for who, own in prints.items():
        for p in own[1:] if who in known else []:
            best = rank(p, known)[0]
            wrong += best.certainty == "sure" and best.person != who
            named += best.certainty == "sure" and best.person == who
            asked += best.certainty == "ask"
            tries += 1
    what = f"open set, 5 known, {len(prints) - 5} unknown: wrong names asserted"
    yield what, str(wrong), "0", wrong == 0
    yield f"  known people named at once / asked, of {tries}", f"{named} / {asked}", "", None


def _prints(turns: Sequence[Sound], seconds: float = 6.0) -> list[Voiceprint]:
    x = np.concatenate(list(turns))
    size = round(seconds * RATE)
    pieces = [x[i : i + size] for i in range(0, len(x) - size + 1, size)] or [x]
    encoder = load_encoder()
    found = [print_of(_embedded(encoder, piece), MIC, seconds) for piece in pieces]
    return [p for p in found if p is not None]


def _embedded(encoder: Any, x: Sound) -> Embeddings:
    out: Embeddings = encoder.embed(Memory(x), windows([(0.0, len(x) / RATE)]), Never())
    return out


def _long_meeting() -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as folder:
        path, truth = make_long(Path(folder), people(), _TWO_HOURS_S)
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.speakers", str(path)],
            env={**os.environ, "OMP_NUM_THREADS": "1"},
            capture_output=True,
            text=True,
            check=True,
        )
    result = json.loads(done.stdout)
    confusion = score(truth, [tuple(t) for t in result["turns"]], _TWO_HOURS_S)[1]
    cpu_s, peak_mb = result["cpu_s"], result["peak_mb"]
    yield "2 hours, 6 people: speech, embeddings, clustering, CPU", f"{cpu_s:.0f} s", "≤ 120 s", cpu_s <= 120
    yield "  its peak memory", f"{peak_mb:.0f} MB", "≤ 400 MB", peak_mb <= 400
    yield "  its people", str(result["people"]), "6", result["people"] == 6
    yield "  its confusion", f"{confusion:.1f} %", "≤ 2 %", confusion <= 2


_TRUE_SIZE = """
import json, re, sys, time
import numpy as np
from models import device, loading
loading.transformers()
import torch
from transformers import Nemotron3DiarizationConfig, Nemotron3DiarizationForAudioFrameClassification
from transformers import Nemotron3DiarizationProcessor
from transformers.models.auto.feature_extraction_auto import feature_extractor_class_from_name
from models.speakers.nemotron import NemotronDiarizer
step_s, seconds, dtype = float(sys.argv[1]), float(sys.argv[2]), device.measured().faster
torch.manual_seed(0)
model = Nemotron3DiarizationForAudioFrameClassification(Nemotron3DiarizationConfig()).to(getattr(torch, dtype)).eval()
extractor = feature_extractor_class_from_name("NemotronAsrStreamingFeatureExtractor")
processor = Nemotron3DiarizationProcessor(extractor(feature_size=128))
diarizer = NemotronDiarizer(model, processor, "random", device.Placement("cpu", dtype, device.cores()))
x = (0.1 * np.random.default_rng(0).standard_normal(round(seconds * 16_000))).astype(np.float32)
stream = diarizer.stream(step_s)
began = time.monotonic()
frames = sum(len(stream.feed(x[i : i + 16_000])) for i in range(0, len(x), 16_000)) + len(stream.finish())
took = time.monotonic() - began
peak = 0
if sys.platform == "linux":
    peak = int(re.search(r"VmHWM:\\s+(\\d+) kB", open("/proc/self/status").read())[1]) / 1024
millions = sum(p.numel() for p in model.parameters()) / 1e6
print(json.dumps({"factor": took / seconds, "peak_mb": peak, "dtype": dtype, "millions": millions, "frames": frames}))
"""


def _downloaded() -> Iterator[Row]:
    """The downloaded diarizer at its true size with random weights: what it costs, not what it knows."""
    for step_s, seconds in ((10.0, 40), (5.0, 25), (1.0, 8)):
        done = subprocess.run(
            [sys.executable, "-c", _TRUE_SIZE, str(step_s), str(seconds)], capture_output=True, text=True, check=True
        )
        r = json.loads(done.stdout.splitlines()[-1])
        assert r["frames"] >= 100 * (seconds - 1)
        what = f"downloaded diarizer, {r['millions']:.0f} M, {r['dtype']}, steps of {step_s:.0f} s: real time, memory"
        yield what, f"{r['factor']:.2f}, {r['peak_mb']:.0f} MB", "", None


def make_long(folder: Path, everybody: People, seconds: float) -> tuple[Path, list[Turn]]:
    import soundfile as sf

    who = [*sorted(everybody)[-4:], "jfk", "en_libri_1995"]  # four readers and two more
    path, truth, at = folder / "long.flac", [], 0.0
    with sf.SoundFile(path, "w", RATE, 1, "PCM_16") as out:
        for part in itertools.count():
            if at >= seconds:
                break
            x, turns = simulate(everybody, who, 600, 900 + part)
            out.write(x)
            truth += [(a + at, b + at, k) for a, b, k in turns]
            at += 600
    return path, truth


def _measure_long(path: Path) -> None:
    """What the pipeline does with one track, in a process of its own."""
    from app.audio.tracks import TrackReader

    with TrackReader(path) as reader:
        regions = [SpeechRegion(FILE, a, b) for a, b in SileroVad().find(reader.blocks(8))]
        found = VoiceDiarizer().diarize({FILE: reader}, regions, [], SpeakerOptions(), Never())
    peak_mb = 0.0
    if sys.platform == "linux":
        peak_mb = int(re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())[1]) / 1024  # type: ignore[index]
    turns = [(t.start_s, t.end_s, t.speaker) for t in found.turns]
    print(
        json.dumps(
            {"cpu_s": time.process_time(), "peak_mb": peak_mb, "people": len(found.speakers), "turns": turns}
        )
    )  # fmt: skip


def _pair(values: Sequence[float] | Any) -> str:
    return " / ".join(f"{v:.1f}" for v in values)


def main() -> int:
    if len(sys.argv) > 1:
        _measure_long(Path(sys.argv[1]))
        return 0
    broken = 0
    for what, measured, promised, kept in figures():
        sign = {True: "ok", False: "NOT KEPT", None: ""}[kept]
        print(f"{what:<76} {measured:>18}   {promised:<20} {sign}".rstrip(), flush=True)
        broken += kept is False
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
