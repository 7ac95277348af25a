"""Make the starter kit again from nothing: `python -m models.starter.build`.

Needs espeak-ng, about 8 GB of memory and 4 GB of disk, and under two hours on two CPU cores. Every step
is kept in the work folder and resumed from there: clips, checkpoints every 250–500 steps, exports. The
last step measures the kit with the product's own engines and writes `kit/MODEL_CARD.md`.
"""

from __future__ import annotations

import argparse
import json
import math
import multiprocessing as mp
import os
import platform
import shutil
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from models.starter.speech import HELD_OUT_VARIANTS, TRAIN_VARIANTS, Clips, make_clips

HERE = Path(__file__).resolve().parent
KIT = HERE / "kit"


@dataclass(frozen=True)
class Plan:
    """How much is made and trained. `FULL` is the kit; `TINY` shows in a minute that every step works."""

    train_clips: int
    test_clips: int
    speech_steps: int
    text_steps: int
    measured_utterances: int
    measured_meetings: int


FULL = Plan(40_000, 600, 4_000, 2_100, 300, 40)
TINY = Plan(60, 20, 4, 4, 8, 1)


def _threads(cores: int) -> int:
    # Two trainings run side by side; small matrices gain nothing from more than a few threads each.
    return max(1, min(4, cores // 2))


def _train_speech(work: str, steps: int, threads: int) -> None:
    import torch

    from models import catalogue, device
    from models.speech.qwen3_asr import Qwen3Asr
    from models.starter.measure import word_error_rate
    from models.starter.train_speech import Trainer

    torch.set_num_threads(threads)
    folder = Path(work)
    trainer = Trainer(folder, Clips(folder / "clips" / "train"), steps=steps)
    heard = Clips(folder / "clips" / "val")
    entry = catalogue.entry("starter-asr")
    assert entry is not None
    engine = Qwen3Asr(trainer.model, trainer.processor, entry, device.Placement("cpu", "float32", threads))

    def evaluate(t: Trainer) -> str:
        t.model.eval()
        rate = word_error_rate(engine, heard, 48, 5, clean=True)
        t.model.train()
        return f"WER {rate:.3f}"

    trainer.run(evaluate, every=min(1000, steps))
    trainer.export(folder / "kit" / "speech")


def _train_text(work: str, steps: int, threads: int) -> None:
    import torch

    from models.starter.train_text import Trainer, free_accuracy

    torch.set_num_threads(threads)
    folder = Path(work)
    trainer = Trainer(folder, steps=steps)
    trainer.run(lambda t: free_accuracy(t, 12, 77), every=min(500, steps))
    trainer.export(folder / "kit" / "text")


def train(work: Path, plan: Plan) -> None:
    """Both models, side by side. Finished exports are not trained again."""
    threads = _threads(os.cpu_count() or 1)
    context = mp.get_context("spawn")
    jobs = []
    if not (work / "kit" / "speech" / "model.safetensors").exists():
        jobs.append(context.Process(target=_train_speech, args=(str(work), plan.speech_steps, threads)))
    if not (work / "kit" / "text" / "model.safetensors").exists():
        jobs.append(context.Process(target=_train_text, args=(str(work), plan.text_steps, threads)))
    for job in jobs:
        job.start()
    for job in jobs:
        job.join()
        if job.exitcode:
            raise SystemExit("a training stopped; run the command again and it goes on from its checkpoint")


def measure(work: Path, plan: Plan) -> dict[str, dict[str, float]]:
    """Figures of the kit in `work`, through the same loading code as every other model."""
    from models import catalogue
    from models.starter.measure import clips_for_measuring, measure_minutes, measure_speech

    seen, unseen = clips_for_measuring(work)
    entries = {task: catalogue.entry(name) for task, name in (("speech", "starter-asr"), ("text", "starter-text"))}
    found = {task: catalogue.ResolvedModel(e, work / "kit" / task) for task, e in entries.items() if e is not None}
    speech, text = catalogue.load_speech(found["speech"]), catalogue.load_text(found["text"])
    return {
        "speech": asdict(measure_speech(speech, seen, unseen, plan.measured_utterances)),
        "minutes": asdict(measure_minutes(text, plan.measured_meetings)),
    }


def model_card(kit: Path, figures: dict[str, dict[str, float]], plan: Plan, hours: float | None) -> str:
    """The card in Markdown."""
    s, m = figures["speech"], figures["minutes"]

    def size(part: str) -> str:
        return f"{(kit / part / 'model.safetensors').stat().st_size / 1e6:.1f} MB"

    took = f"{hours:.1f} h" if hours is not None else "not timed in one piece"
    return f"""# Starter kit

Two tiny models made by this project from synthetic speech and text, so that everything can be tried and
tested before anything is downloaded. **They know a made-up office world of some 450 English words spoken by
a speech synthesiser. They are not for real voices.**

| | speech | text |
|---|---|---|
| architecture | Qwen3-ASR (`Qwen3ASRForConditionalGeneration`) | Qwen3 (`Qwen3ForCausalLM`) |
| weights | {size("speech")}, half precision | {size("text")}, half precision |
| training data | {plan.train_clips:,} clips, {len(TRAIN_VARIANTS)} voice variants × 6 accents | generated meetings |
| parameters | {_parameters(kit / "speech")} | {_parameters(kit / "text")} |
| steps | {plan.speech_steps:,} | {plan.text_steps:,} |

Licence: Apache-2.0, like the rest of Folkmoot. The speech was made with the program espeak-ng (GPL-3.0), which
is not part of Folkmoot.

## Measured

On sentences and meetings that are not in the training data (one verb–object pair in twelve is kept out of
training), with the product's own engines.

| what | figure | wanted |
|---|---|---|
| WER, training voices, clean | {s["seen_clean"]:.1%} | ≤ 3 % |
| WER, training voices, with noise, echo, level, telephone band | {s["seen_dirty"]:.1%} | |
| WER, {len(HELD_OUT_VARIANTS)} voices kept out | {s["unseen_clean"]:.1%} | ≤ 12 % |
| silence, noise and music give no text | {s["empty"]:.1%} of {s["empty_clips"]:.0f} clips | ≥ 99 % |
| action items with owner, task and due date exactly right | {m["action_items"]:.1%} | ≥ 90 % |
| decisions exactly right | {m["decisions"]:.1%} | ≥ 90 % |
| open questions exactly right | {m["open_questions"]:.1%} | |
| listed items that were never said | {m["never_said"]:.1%} | ≤ 5 % |
| listed items that are wrong in any part | {m["wrong"]:.1%} | |

{s["utterances"]:.0f} utterances of one to three sentences per row; {m["items"]:.0f} items in {m["meetings"]:.0f}
meetings of 20 to 60 turns.

Made on {platform.system()} {platform.machine()}, {os.cpu_count()} cores; training took {took}.
Make it again: `python -m models.starter.build`.
"""


def _parameters(folder: Path) -> str:
    from safetensors import safe_open

    with safe_open(folder / "model.safetensors", "np") as weights:
        count = sum(math.prod(weights.get_slice(name).get_shape()) for name in weights.keys())  # noqa: SIM118
    return f"{count / 1e6:.1f} M"


def install(work: Path) -> None:
    """Copy the trained models into the package."""
    for part in ("speech", "text"):
        target = KIT / part
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(work / "kit" / part, target)


def build(work: Path, plan: Plan, *, install_kit: bool, workers: int) -> dict[str, dict[str, float]]:
    work.mkdir(parents=True, exist_ok=True)
    began = time.time()
    fresh = not (work / "speech.ckpt").exists() and not (work / "kit").exists()
    clips = work / "clips"
    train_voices, kept_out = tuple(TRAIN_VARIANTS), tuple(HELD_OUT_VARIANTS)
    make_clips(clips / "val", plan.test_clips, 7001, train_voices, True, workers)
    make_clips(clips / "unseen", plan.test_clips, 7002, kept_out, True, workers)
    make_clips(clips / "train", plan.train_clips, 1, train_voices, False, workers)
    train(work, plan)
    hours = (time.time() - began) / 3600 if fresh else None
    figures = measure(work, plan)
    card = model_card(work / "kit", figures, plan, hours)
    (work / "kit" / "MODEL_CARD.md").write_text(card, encoding="utf-8")
    if install_kit:
        install(work)
        shutil.copy(work / "kit" / "MODEL_CARD.md", KIT / "MODEL_CARD.md")
        from models.starter import sample

        sample.write(HERE / "sample")
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m models.starter.build", description=__doc__)
    parser.add_argument("--work", type=Path, default=Path("build/starter"), help="folder for clips and checkpoints")
    parser.add_argument("--tiny", action="store_true", help="a minute's run that shows every step; useless models")
    parser.add_argument("--keep", action="store_true", help="do not copy the result into the package")
    args = parser.parse_args()
    plan = TINY if args.tiny else FULL
    figures = build(args.work, plan, install_kit=not (args.keep or args.tiny), workers=os.cpu_count() or 1)
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
