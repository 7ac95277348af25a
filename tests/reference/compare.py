"""The package qwen-asr beside our engines, with the same weights: `python -m tests.reference.compare FOLDER`.

FOLDER keeps the package's own environment (about 2 GB and two minutes to make) and the models in both forms. Each line
says how many answers were the same. Exit code 1 if one was not that should have been.
"""

from __future__ import annotations

import argparse
import itertools
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from app.domain.cancel import Never
from models import catalogue, entries
from models.speech import words
from models.speech.aligner import LANGUAGES, ForcedAligner
from models.speech.features import whole_frames
from models.speech.guarded import Answer
from models.speech.qwen3_asr import Qwen3Asr
from tests import tiny
from tests.reference import environment
from tests.reference.convert import to_reference

SAMPLE = Path(catalogue.__file__).parent / "starter" / "sample"
NEVER = Never()

TEXTS = {
    "English": "Ask GPT-4, please: it's 12.5 % — “isn't it”? Don’t.",
    "Chinese": "他说:“好”。用GPT-4，12.5%的交易几乎停滞。",
    "Cantonese": "佢話:「好呀」,我哋聽日再傾啦!",
    "French": "L’été, c'est-à-dire aujourd'hui : « déjà » !",
    "German": "Die Straße – 12,5 Euro, „ganz“ schön.",
    "Italian": "Perché no? È già l'ora.",
    "Portuguese": "Não, obrigação é às três.",
    "Spanish": "¿Cómo está? ¡Mañana, señor!",
    "Russian": "Ёлка, ёлка… что-то ещё?",
    "Japanese": "こんにちは、世界です。ﾃｽﾄをGPT-4で行う。",
    "Korean": "오늘은 학교에서 GPT-4를 배웠습니다. 정말 좋았어요!",
}
RAW = (
    "language English<asr_text>Hello there.",
    "language english<asr_text> Hello  there. ",
    "language None<asr_text>",
    "language None<asr_text>Hm.",
    "Hello there.",
    "",
    "language Chinese<asr_text>" + "哈" * 60,
    "language English<asr_text>" + "no no " * 40 + "yes",
    "language\nEnglish<asr_text>Hello.",
)


@dataclass(frozen=True)
class Comparison:
    """`known`: why what differs may differ; empty where nothing may."""

    what: str
    same: int
    of: int
    known: str = ""
    differing: tuple[str, ...] = ()

    @property
    def kept(self) -> bool:
        return self.same == self.of or bool(self.known)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.reference.compare", description=__doc__)
    parser.add_argument("folder", type=Path)
    broken = 0
    for found in comparisons(parser.parse_args().folder.resolve()):
        verdict = "same" if found.same == found.of else found.known or "NOT THE SAME"
        print(f"{found.what:<66} {found.same:>4} of {found.of:<4} {verdict}", flush=True)
        for line in found.differing[:6]:
            print(f"    {line}")
        broken += not found.kept
    return 1 if broken else 0


def comparisons(cache: Path) -> Iterator[Comparison]:
    """Everything that is compared; makes the environment first if it is not there (`environment.python_in`)."""
    cache.mkdir(parents=True, exist_ok=True)
    models = _models(cache)
    clips = _clips()
    job = _job(models, clips)
    np.savez(cache / "sound.npz", **clips)  # type: ignore[arg-type]
    (cache / "job.json").write_text(json.dumps(job | {"sound": str(cache / "sound.npz")}), encoding="utf-8")
    environment.run(cache, cache / "job.json", cache / "answer.json")
    theirs = json.loads((cache / "answer.json").read_text(encoding="utf-8"))
    asr = Qwen3Asr.load(models["kit"], entries.ModelEntry("kit", "speech", "qwen3-asr", "Kit", 8,
                                                          languages=entries.ALL_LANGUAGES))  # fmt: skip
    aligner = ForcedAligner.load(models["aligner"], entries.ModelEntry("t", "align", "qwen3-aligner", "Tiny", 1))
    yield _logits(asr, clips, theirs["transcribe"]["logits"])
    yield from _transcripts(asr, clips, job["transcribe"]["cases"], theirs["transcribe"]["cases"])
    ours = [t.text for t in asr._hear([clips[name] for name in AS_IS], None, ())]
    same = [
        (a == b, f"{n}: {a[:60]!r}, there {b[:60]!r}") for n, a, b in zip(AS_IS, ours, theirs["as_is"], strict=True)
    ]
    known = "without FlashAttention the package mixes the encoder's windows (runner.py)"
    yield _compared("Transcripts, the package as it is on a CPU", same, known)
    yield _parsed(asr, theirs["parse"])
    yield from _words(theirs["words"])
    yield _aligned(aligner, clips, job["align"]["cases"], theirs["align"])
    yield from _timed(asr, aligner, clips, theirs["timed"])
    yield _conversations(clips, theirs["conversations"])


def _models(cache: Path) -> dict[str, Path]:
    """The starter kit, which understands English, and an aligner with random weights; each in both forms."""
    native = {"kit": catalogue.KIT / "speech", "aligner": tiny.build_aligner(cache / "aligner")}
    return native | {f"{name} there": to_reference(at, cache / f"reference-{name}") for name, at in native.items()}


def _clips() -> dict[str, np.ndarray[Any, Any]]:
    reference = json.loads((SAMPLE / "reference.json").read_text(encoding="utf-8"))
    tracks = {t: soundfile.read(SAMPLE / f"{t}.flac", dtype="float32")[0] for t in ("mic", "system")}
    clips = {}
    for segment in reference["segments"][:24]:
        start, end = (int(segment[key] * 16_000) for key in ("start_s", "end_s"))
        clips[f"utterance {segment['id']}"] = tracks[segment["track"]][start:end]
    both = tracks["mic"] + tracks["system"]
    clips = {name: whole_frames(clip) for name, clip in clips.items()}
    return clips | {
        "18 s": both[: 18 * 16_000],
        "45 s": both[: 45 * 16_000],
        "meeting": np.concatenate([both, both[: 30 * 16_000]]),
        "half a second": clips["utterance 1"][: 16_000 // 2],
        "a fifth of a second": clips["utterance 1"][: 16_000 // 5],
        "zeros": np.zeros(3 * 16_000, np.float32),
        "faint noise": tiny.noise(4) * 0.002,
        "noise": tiny.noise(2),
    }


AS_IS = ("18 s", "utterance 3")
CUT_S = 12  # what the kit can hear in one piece, give or take the 5 s in which the package looks for a quiet place
SHORT, SILENT = "half a second", ("zeros", "faint noise", "noise")
FORCED = ("English", "German", "Chinese", "Japanese", "Arabic", "Macedonian", "Cantonese")


def _job(models: dict[str, Path], clips: dict[str, Any]) -> dict[str, Any]:
    def case(clip: Any, language: str | None = None, context: str = "") -> dict[str, Any]:
        return {"clip": clip, "language": language, "context": context}

    utterances = [name for name in clips if name.startswith("utterance")]
    config = json.loads((models["kit"] / "config.json").read_text(encoding="utf-8"))
    return {
        "transcribe": {
            "model": str(models["kit there"]),
            "ends": config["eos_token_id"],
            "max_new_tokens": 4096,  # its default cuts the long ones at 512
            "logits": [utterances[0], "45 s", "zeros"],
            "cases": [
                *(case(name) for name in utterances[:8]),
                case(utterances),
                *(case(utterances[2], language) for language in FORCED),
                *(case(name, "English", "Anna, Kubernetes, budget") for name in utterances[:4]),
                *(case(name) for name in (SHORT, *SILENT, "18 s")),
                case("a fifth of a second"),
            ],
        },
        "parse": [[raw, forced] for raw in RAW for forced in (None, "English")],
        "words": [[text, language] for language, text in TEXTS.items()],
        "align": {
            "model": str(models["aligner there"]),
            "cases": [
                {"clip": clip, "text": text, "language": language}
                for language, text in TEXTS.items()
                if language not in ("Japanese", "Korean")
                for clip in ("utterance 3", "45 s")
            ],
        },
        "timed": {
            "model": str(models["kit there"]), "aligner": str(models["aligner there"]),
            "ends": config["eos_token_id"], "clips": ["meeting"], "language": "English", "cut_s": CUT_S,
        },
        "as_is": {"model": str(models["kit there"]), "ends": config["eos_token_id"], "clips": list(AS_IS)},
        "conversations": [_conversation("utterance 1"), _conversation("18 s")],
    }  # fmt: skip


def _logits(asr: Qwen3Asr, clips: dict[str, Any], theirs: dict[str, list[float]]) -> Comparison:
    import torch

    worst = []
    for clip, expected in theirs.items():
        inputs = asr._processor.apply_transcription_request(audio=[clips[clip]])
        with torch.inference_mode():
            ours = asr._model(**inputs).logits[0, -1].double().numpy()
        worst.append(float(np.abs(ours - np.array(expected)).max()))
    return Comparison(f"Logits, largest difference {max(worst):.1e}", sum(w < 1e-4 for w in worst), len(worst))


def _transcripts(asr: Qwen3Asr, clips: dict[str, Any], cases: list[Any], theirs: list[Any]) -> Iterator[Comparison]:
    kinds: dict[str, list[tuple[bool, str]]] = {}
    for case, results in zip(cases, theirs, strict=True):
        names = case["clip"] if isinstance(case["clip"], list) else [case["clip"]]
        glossary = case["context"].split(", ") if case["context"] else ()
        # `_hear` and not `transcribe`: the package has nothing against a glossary that comes back as text.
        ours = asr._hear([clips[n] for n in names], case["language"], glossary)
        kind = (
            "several in one batch" if len(names) > 1
            else "with vocabulary" if glossary
            else "language forced" if case["language"]
            else "silence and noise" if names[0] in SILENT
            else "18 s in one window" if names[0] == "18 s"
            else "below half a second" if names[0] == "a fifth of a second"
            else "short"
        )  # fmt: skip
        for name, one, other in zip(names, ours, results, strict=True):
            same = one.text == " ".join(other["text"].split()) and (one.language or "") == other["language"]
            there = f"there {other['text'][:60]!r} {other['language']}"
            kinds.setdefault(kind, []).append((same, f"{name}: {one.text[:60]!r} {one.language} {one.guards}, {there}"))
    for kind, found in kinds.items():
        known = ""
        if kind == "below half a second":
            known = "transformers pads to 0.5 s, qwen-asr 0.0.6 does not"
        yield _compared(f"Transcripts and languages, {kind}", found, known)


def _parsed(asr: Qwen3Asr, theirs: list[list[str]]) -> Comparison:
    asked = [(raw, forced) for raw in RAW for forced in (None, "English")]
    found = []
    for (raw, forced), (language, text) in zip(asked, theirs, strict=True):
        if forced and "<asr_text>" in raw:
            continue  # a tag after a forced one: there it stays in the text
        one = asr._read(Answer(raw), forced)
        same = " ".join(one.text.split()) == " ".join(text.split()) and (one.language or "") == language
        found.append((same or not text, f"{raw[:40]!r}: {one}, there {text[:40]!r} {language}"))
    return _compared("Answers read", found)


def _words(theirs: list[list[str]]) -> Iterator[Comparison]:
    why = {
        "Japanese": "" if words.japanese_splitter() == "nagisa" else "nagisa is not installed here",
        "Korean": "there particles are split off by a dictionary; transformers and we split at spaces",
    }
    found = []
    for (language, text), expected in zip(TEXTS.items(), theirs, strict=True):
        ours = [u.spoken for u in words.units(text, language)]
        line = (ours == expected, f"{language}: {ours}, there {expected}")
        if language in why:
            yield _compared(f"Words asked for, {language}", [line], why[language])
        else:
            found.append(line)
    yield _compared(f"Words asked for, the other {len(found)} languages", found)


def _aligned(aligner: ForcedAligner, clips: dict[str, Any], cases: list[Any], theirs: list[Any]) -> Comparison:
    found = []
    for case, expected in zip(cases, theirs, strict=True):
        spoken = [u.spoken for u in words.units(case["text"], case["language"])]
        spans = aligner._forward([clips[case["clip"]]], [spoken])[0]
        ours = [[word, start, end] for word, (start, end) in zip(spoken, spans, strict=True)]
        found += [(a == b, f"{case['language']}: {a}, there {b}") for a, b in zip(ours, expected, strict=True)]
    return _compared(f"Times of words, {len(LANGUAGES) - 2} languages, before they are repaired", found)


def _timed(asr: Qwen3Asr, aligner: ForcedAligner, clips: dict[str, Any], theirs: list[Any]) -> Iterator[Comparison]:
    """Long sound from end to end, cut where the package cut it."""
    for name, expected in zip(("meeting",), theirs, strict=True):
        cuts = [*expected["cuts"], len(clips[name])]
        pieces = [clips[name][a:b] for a, b in itertools.pairwise(cuts)]
        heard = asr._hear(pieces, "English", ())
        text = "".join(t.text for t in heard)
        guards = sorted({g for t in heard for g in t.guards})
        what = f"{name}, {len(clips[name]) / 16_000:.0f} s in {len(pieces)} pieces"
        yield _compared(
            f"Transcript, {what}",
            [(text == expected["text"], f"{text[:70]!r} {guards}, there {expected['text'][:70]!r}")],
            "guards were needed: " + ", ".join(guards) if guards else "",
        )
        ours: list[list[Any]] = []
        for start, piece, one in zip(cuts, pieces, heard, strict=False):
            spoken = [u.spoken for u in words.units(one.text, "English")]
            spans = aligner._forward([piece], [spoken])[0] if spoken else []
            ours += [[w, a + start / 16_000, b + start / 16_000] for w, (a, b) in zip(spoken, spans, strict=True)]
        found = []
        for one, other in itertools.zip_longest(ours, expected["words"], fillvalue=["", 0, 0]):
            near = abs(one[1] - other[1]) < 0.002 and abs(one[2] - other[2]) < 0.002
            found.append((one[0] == other[0] and near, f"{one}, there {other}"))
        yield _compared(f"Times of words, {what}", found, "as above" if text != expected["text"] else "")


def _conversation(clip: Any) -> list[dict[str, Any]]:
    from models.speech.omni import Qwen25Omni

    engine = Qwen25Omni.__new__(Qwen25Omni)  # what is asked needs no model
    return engine.conversation(clip, "Transcribe.", "You listen.")


def _conversations(clips: dict[str, Any], theirs: list[list[float]]) -> Comparison:
    ours = [[float(np.abs(clips[name]).sum()), len(clips[name])] for name in ("utterance 1", "18 s")]
    return _compared(
        "Conversations, as qwen-omni-utils reads them",
        [(np.allclose(a, b), f"{a}, there {b}") for a, b in zip(ours, theirs, strict=True)],
    )


def _compared(what: str, found: list[tuple[bool, str]], known: str = "") -> Comparison:
    return Comparison(
        what, sum(same for same, _ in found), len(found), known, tuple(line for same, line in found if not same)
    )


if __name__ == "__main__":
    sys.exit(main())
