"""Synthetic speech for the starter kit: espeak-ng clips of single sentences, and how they are dirtied.

Clips are drawn once (`make_clips`) and kept as 16 kHz int16. Training and measuring compose them on
the fly (`Mixer`): several sentences, pauses, two voices, noise, room echo, level, telephone band,
and things that are no speech at all.
"""

from __future__ import annotations

import json
import random
import re
import shutil
import subprocess
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soxr

from models.starter.world import SMALL_TALK, World

SAMPLE_RATE = 16_000

ACCENTS = ("en-us", "en-gb", "en-gb-scotland", "en-029", "en-gb-x-rp", "en-us-nyc")
TRAIN_VARIANTS = (
    "male1 male2 male3 male4 male5 male6 male7 male8 female1 female2 female3 female4 female5 klatt "
    "klatt2 klatt3 klatt4 adam Alex Alicia Andrea antonio aunty benjamin boris caleb david Diogo ed "
    "edward Gene gustave Henrique Hugo iven Jacky Lee marcelo Marco Mario max michel miguel Mike "
    "pablo paul pedro quincy rob zac sandro shelby travis victor norbert grandpa grandma"
).split()
HELD_OUT_VARIANTS = ("Andy Annie anika belinda linda Michael Denis steph john robert Gene2 Nguyen").split()
# File names of espeak-ng's variants, in their exact case: an unknown name gives the default voice without a word.
_SHORT = {f"male{i}": f"m{i}" for i in range(1, 9)} | {f"female{i}": f"f{i}" for i in range(1, 6)}


@dataclass(frozen=True)
class Voice:
    accent: str
    variant: str
    words_per_minute: int
    pitch: int


def draw_voice(rng: random.Random, variants: tuple[str, ...] | list[str]) -> Voice:
    return Voice(rng.choice(ACCENTS), rng.choice(list(variants)), rng.randint(135, 195), rng.randint(25, 75))


def speak(text: str, voice: Voice) -> np.ndarray:
    """Speak `text`; returns float32 mono at 16 kHz, trimmed of leading and trailing silence."""
    exe = shutil.which("espeak-ng")
    if exe is None:
        raise RuntimeError("espeak-ng is not installed; building the starter kit needs it (apt install espeak-ng)")
    name = f"{voice.accent}+{_SHORT.get(voice.variant, voice.variant)}"
    out = subprocess.run(
        [exe, "-v", name, "-s", str(voice.words_per_minute), "-p", str(voice.pitch), "--stdout", text],
        capture_output=True,
        check=True,
    ).stdout
    # A streamed WAV: 44 bytes of header with lengths that are not true, then 22,050 Hz s16.
    pcm = np.frombuffer(out[44 : len(out) // 2 * 2], dtype="<i2").astype(np.float32) / 32768
    x = soxr.resample(pcm, 22_050, SAMPLE_RATE).astype(np.float32)
    loud = np.flatnonzero(np.abs(x) > 0.004)
    if loud.size == 0:
        raise RuntimeError(f"espeak-ng said nothing for voice {name!r}")
    pad = 480
    return x[max(0, loud[0] - pad) : loud[-1] + pad]


def _clip_job(args: tuple[int, int, bool, tuple[str, ...]]) -> tuple[list[str], list[str], list[np.ndarray]]:
    seed, count, held_out, variants = args
    rng = random.Random(seed)
    world = World(rng, held_out=held_out)
    texts, voices, audio = [], [], []
    for _ in range(count):
        text = world.sentence()
        if rng.random() < 0.06:
            text = rng.choice(SMALL_TALK)
        voice = draw_voice(rng, variants)
        x = speak(text, voice)
        texts.append(text)
        voices.append(voice.variant)
        audio.append(np.clip(x * 32767, -32768, 32767).astype(np.int16))
    return texts, voices, audio


def make_clips(out: Path, count: int, seed: int, variants: tuple[str, ...], held_out: bool, workers: int) -> None:
    """Write `count` clips to `out` (.npy of all samples, .json of texts, voices, lengths). Kept if there."""
    meta = out.with_suffix(".json")
    if meta.exists():
        return
    out.parent.mkdir(parents=True, exist_ok=True)
    step = 500
    jobs = [(seed * 100_003 + i, min(step, count - i), held_out, variants) for i in range(0, count, step)]
    texts: list[str] = []
    voices: list[str] = []
    lengths: list[int] = []
    parts: list[np.ndarray] = []
    with ProcessPoolExecutor(workers) as pool:
        for t, v, a in pool.map(_clip_job, jobs):
            texts += t
            voices += v
            lengths += [len(x) for x in a]
            parts.append(np.concatenate(a))
    np.save(out.with_suffix(".npy"), np.concatenate(parts))
    meta.write_text(json.dumps({"texts": texts, "voices": voices, "lengths": lengths}))


class Clips:
    """Clips on disk, memory-mapped. `texts[i]`, `voices[i]`, and `audio(i)` as float32 mono 16 kHz."""

    def __init__(self, path: Path) -> None:
        meta = json.loads(path.with_suffix(".json").read_text())
        self.texts: list[str] = meta["texts"]
        self.voices: list[str] = meta["voices"]
        self.lengths: list[int] = meta["lengths"]
        self._offsets = np.concatenate([[0], np.cumsum(self.lengths)])
        self._all = np.load(path.with_suffix(".npy"), mmap_mode="r")
        self.by_voice: dict[str, list[int]] = {}
        for i, v in enumerate(self.voices):
            self.by_voice.setdefault(v, []).append(i)

    def __len__(self) -> int:
        return len(self.texts)

    def audio(self, i: int) -> np.ndarray:
        return np.asarray(self._all[self._offsets[i] : self._offsets[i + 1]], dtype=np.float32) / 32768


# -- dirt ----------------------------------------------------------------------------------------
def coloured_noise(rng: np.random.Generator, n: int, tilt: float) -> np.ndarray:
    """Noise whose power falls with frequency as f^-tilt (0 white, 1 pink, 2 brown); RMS 1."""
    m = 1 << int(np.ceil(np.log2(max(n, 16))))
    spectrum = rng.standard_normal(m // 2 + 1) + 1j * rng.standard_normal(m // 2 + 1)
    f = np.arange(m // 2 + 1, dtype=np.float64)
    f[0] = 1
    x = np.fft.irfft(spectrum * np.maximum(f, 4) ** (-tilt / 2), m)[:n]
    return (x / (np.sqrt(np.mean(x**2)) + 1e-12)).astype(np.float32)


def music(rng: np.random.Generator, n: int) -> np.ndarray:
    """A plain tune: chords of decaying harmonics; RMS 1."""
    x = np.zeros(n, np.float32)
    beat = int(SAMPLE_RATE * rng.uniform(0.15, 0.6))
    root = rng.uniform(80, 440)
    scale = np.array([0, 2, 4, 5, 7, 9, 11, 12])
    for start in range(0, n, beat):
        length = min(n - start, int(beat * rng.uniform(0.8, 4)))
        t = np.arange(length) / SAMPLE_RATE
        for _ in range(rng.integers(1, 4)):
            f0 = root * 2 ** (rng.choice(scale) / 12) * rng.choice([0.5, 1, 2])
            decay = np.exp(-t * rng.uniform(0.5, 8))
            for h in range(1, rng.integers(2, 9)):
                if f0 * h < 7500:
                    x[start : start + length] += (
                        np.sin(2 * np.pi * f0 * h * t + rng.uniform(0, 6)) * decay / h ** rng.uniform(0.7, 2)
                    ).astype(np.float32)
    return x / (np.sqrt(np.mean(x**2)) + 1e-9)


def room(rng: np.random.Generator, x: np.ndarray) -> np.ndarray:
    """Convolve with a synthetic room: direct sound and an exponentially decaying tail."""
    rt = rng.uniform(0.08, 0.45)
    n = int(rt * SAMPLE_RATE)
    tail = rng.standard_normal(n) * 10 ** (-3 * np.arange(n) / n)
    tail[: int(0.004 * SAMPLE_RATE)] = 0
    tail *= rng.uniform(0.15, 0.7) / (np.sqrt(np.sum(tail**2)) + 1e-9)
    tail[0] = 1
    size = 1 << int(np.ceil(np.log2(len(x) + n)))
    return np.fft.irfft(np.fft.rfft(x, size) * np.fft.rfft(tail, size), size)[: len(x)].astype(np.float32)


def telephone(x: np.ndarray) -> np.ndarray:
    """300–3,400 Hz, as over a telephone line."""
    spectrum = np.fft.rfft(x)
    f = np.fft.rfftfreq(len(x), 1 / SAMPLE_RATE)
    gain = 1 / (1 + (300 / np.maximum(f, 1)) ** 6) / (1 + (f / 3400) ** 12)
    return np.fft.irfft(spectrum * gain, len(x)).astype(np.float32)


def nonspeech(rng: np.random.Generator, seconds: float) -> np.ndarray:
    """Silence, noise of any colour, hum, clicks or music, at any level."""
    n = int(seconds * SAMPLE_RATE)
    kind = rng.integers(0, 6)
    level = 10 ** rng.uniform(-4, -0.8)
    if kind == 0:
        return np.zeros(n, np.float32)
    if kind == 1:
        x = coloured_noise(rng, n, rng.uniform(0, 2.2))
    elif kind == 2:
        x = coloured_noise(rng, n, 0.0)
    elif kind in (3, 4):
        x = music(rng, n)
    else:
        x = coloured_noise(rng, n, rng.uniform(0, 2)) * 0.2
        t = np.arange(n) / SAMPLE_RATE
        x += np.sin(2 * np.pi * rng.choice([50, 60, 100, 120, 440, 1000]) * t) * rng.uniform(0, 1.5)
        for at in rng.integers(0, max(1, n), rng.integers(0, 12)):
            x[at : at + 80] += rng.uniform(-6, 6)
    return np.clip(x * level, -1, 1).astype(np.float32)


class Mixer:
    """Makes training and test examples out of clips. `clean`: no dirt, for the plain figures."""

    def __init__(self, clips: Clips, seed: int, clean: bool = False) -> None:
        self.clips = clips
        self.py = random.Random(seed)
        self.np = np.random.default_rng(seed)
        self.clean = clean

    def _dirty(self, x: np.ndarray) -> np.ndarray:
        py, rng = self.py, self.np
        if py.random() < 0.35:
            x = room(rng, x)
        if py.random() < 0.12:
            x = telephone(x)
        if py.random() < 0.15:
            x = soxr.resample(soxr.resample(x, 16_000, 48_000), 48_000, 16_000).astype(np.float32)
        rms = float(np.sqrt(np.mean(x**2))) + 1e-9
        if py.random() < 0.55:
            snr_db = py.uniform(8, 40)
            x = x + coloured_noise(rng, len(x), py.uniform(0, 2)) * rms * 10 ** (-snr_db / 20)
        if py.random() < 0.12:  # somebody else murmurs in the background
            j = py.randrange(len(self.clips))
            y = np.resize(self.clips.audio(j), len(x))
            y = y / (np.sqrt(np.mean(y**2)) + 1e-9) * rms * 10 ** (-py.uniform(14, 26) / 20)
            x = x + y
        peak = float(np.abs(x).max()) + 1e-9
        target_db = py.uniform(-40, 0) if py.random() < 0.5 else py.uniform(-12, -1)
        return np.asarray(x * (10 ** (target_db / 20) / peak), dtype=np.float32)

    def speech(self, first: int, parts: int) -> tuple[np.ndarray, str]:
        """`parts` sentences, the first being clip `first`, one voice or now and then a second one."""
        py = self.py
        chosen = [first]
        voice = self.clips.voices[first]
        for _ in range(parts - 1):
            same = py.random() < 0.75
            pool = self.clips.by_voice[voice] if same else range(len(self.clips))
            chosen.append(py.choice(pool))
        pieces = [np.zeros(int(py.uniform(0.02, 0.35) * SAMPLE_RATE), np.float32)]
        for k, i in enumerate(chosen):
            x = self.clips.audio(i)
            if k:
                gap = py.uniform(0.05, 0.8)
                changed = self.clips.voices[i] != self.clips.voices[chosen[k - 1]]
                if changed and py.random() < 0.4:  # the next speaker cuts in
                    n = min(int(py.uniform(0.03, 0.25) * SAMPLE_RATE), len(x), len(pieces[-1]))
                    x = x.copy()
                    x[:n] += pieces[-1][-n:]
                    pieces[-1] = pieces[-1][:-n]
                else:
                    pieces.append(np.zeros(int(gap * SAMPLE_RATE), np.float32))
            pieces.append(x)
        pieces.append(np.zeros(int(py.uniform(0.02, 0.4) * SAMPLE_RATE), np.float32))
        x = np.concatenate(pieces)
        text = " ".join(self.clips.texts[i] for i in chosen)
        return (x if self.clean else self._dirty(x)), text

    def silence(self) -> np.ndarray:
        return nonspeech(self.np, self.py.uniform(0.3, 8))


_WORD = re.compile(r"[a-z0-9']+")


def words(text: str) -> list[str]:
    """Lower-case words without punctuation: the unit of WER here."""
    return _WORD.findall(text.lower())


def word_errors(reference: str, hypothesis: str) -> tuple[int, int]:
    """(edits, reference words) by Levenshtein distance over words."""
    a, b = words(reference), words(hypothesis)
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        diagonal, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (x != y))
    return row[-1], len(a)
