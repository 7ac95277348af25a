"""How fast speech is written down, with models of the true size and random weights: `python -m tests.bench.speed`.

The arithmetic is that of the real model; answers are forced to be as long as speech makes them, 3.5 tokens a second.
Every line is a fresh process and goes through the engine as the pipeline calls it, but for the first, which calls the
model as the package qwen-asr does, and the second if --reference FOLDER is given (see tests.reference): the package.

On a busy machine only --threads 1 says something: then the processor's time is counted instead of the clock's.
"""

from __future__ import annotations

import argparse
import itertools
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

TOKENS_PER_S = 3.5
TAG_TOKENS = 4


@dataclass(frozen=True)
class Case:
    """`window_s` × `rows` make one batch; the sound is as many seconds as `sound_s`, in windows of that length."""

    name: str
    window_s: float
    rows: int
    precision: str = "bfloat16"  # or float32, int8
    sound_s: float = 240.0
    plain: bool = False  # the model called as the package qwen-asr calls it
    device: str = "cpu"
    threads: int = 0  # 0: as many as the engine takes; 1: the processor's time is counted
    profile: bool = False


@dataclass(frozen=True)
class Speed:
    real_time_factor: float
    tokens_per_s: float
    memory_mb: int
    reading: float  # share of the time up to the first token of each batch
    own: float  # share outside `generate`


DEFAULT = ("20x1", "20x8", "15x8", "15x16")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.speed", description=__doc__)
    parser.add_argument(
        "cases", nargs="*", metavar="WINDOWxROWS[:PRECISION]", help="such as 15x16:bfloat16 or 15x8:int8"
    )
    parser.add_argument("--sound", type=float, default=240.0, help="seconds of speech in each case (240)")
    parser.add_argument("--plain", action="store_true", help="also one window of --sound, as the package does it")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument(
        "--reference", type=Path, metavar="FOLDER", help="also the package qwen-asr; see tests.reference"
    )
    parser.add_argument("--profile", action="store_true")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        print(json.dumps(asdict(measured(Case(**json.loads(args.one))))))
        return 0
    cases = [_case(text, args) for text in args.cases or DEFAULT]
    if args.plain or not args.cases:
        cases.insert(0, replace(_case(f"{args.sound}x1", args), name="as qwen-asr calls the model", plain=True))
    found = run(cases)
    if args.reference:
        package = _case(f"{args.sound:g}x1", args)
        found = itertools.chain(
            [(replace(package, name="qwen-asr, one window"), the_package(package, args.reference))], found
        )
    first: Speed | None = None
    for case, speed in found:
        first = first or speed
        ratio = first.real_time_factor / speed.real_time_factor
        print(
            f"{case.name:<44} {case.precision:<9} real-time factor {speed.real_time_factor:.3f}  {ratio:4.1f}×  "
            f"{speed.tokens_per_s:5.0f} tokens/s  {speed.memory_mb:>5} MB  "
            f"reading {speed.reading:.0%}, outside the model {speed.own:.1%}",
            flush=True,
        )
    return 0


def _case(text: str, args: argparse.Namespace) -> Case:
    shape, _, precision = text.partition(":")
    window, _, rows = shape.partition("x")
    return Case(
        f"windows of {window} s, {rows} at once", float(window), int(rows), precision or "bfloat16", args.sound,
        device=args.device, threads=args.threads, profile=args.profile,
    )  # fmt: skip


def run(cases: Any) -> Iterator[tuple[Case, Speed]]:
    """Each case in a process of its own, so that memory is its own too."""
    for case in cases:
        command = [sys.executable, "-m", "tests.bench.speed", "--one", json.dumps(asdict(case))]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        lines = done.stdout.strip().splitlines()
        for line in lines[:-1]:
            print(line)
        yield case, Speed(**json.loads(lines[-1]))


def the_package(case: Case, cache: Path) -> Speed:
    """The package qwen-asr itself, with the same weights, on one window of the whole sound."""
    from models import device
    from tests.reference import environment
    from tests.reference.convert import to_reference

    native, original = cache / "true-size", cache / "reference-true-size"
    if not (original / "config.json").is_file():
        model, processor = build(case)
        model.save_pretrained(native)
        processor.save_pretrained(native)
        del model
        to_reference(native, original)
    np.savez(cache / "speed.npz", clip=_sound(case.sound_s))
    tokens = int(TAG_TOKENS + TOKENS_PER_S * case.sound_s)
    config = json.loads((native / "config.json").read_text(encoding="utf-8"))
    job = {
        "model": str(original), "clip": "clip", "precision": case.precision, "tokens": tokens,
        "threads": case.threads or device.cores(), "ends": [config["eos_token_id"]],
    }  # fmt: skip
    question, answer = cache / "speed-job.json", cache / "speed-answer.json"
    question.write_text(json.dumps({"sound": str(cache / "speed.npz"), "speed": job}), encoding="utf-8")
    environment.run(cache, question, answer)
    said = json.loads(answer.read_text(encoding="utf-8"))["speed"]
    seconds = said["processor_seconds"] if case.threads == 1 else said["seconds"]
    return Speed(seconds / case.sound_s, tokens / seconds, said["memory_mb"], 0.0, 0.0)


def _sound(seconds: float, seed: int = 0) -> np.ndarray[Any, Any]:
    return (np.random.default_rng(seed).standard_normal(int(seconds * 16_000)) * 0.05).astype(np.float32)


def measured(case: Case) -> Speed:
    """Run one case here, after one short window to warm up."""
    import torch

    from app.domain.cancel import Never
    from models import device, entries
    from models.speech.qwen3_asr import Qwen3Asr

    model, processor = build(case)
    entry = next(e for e in entries.CATALOGUE if e.id == "qwen3-asr-0.6b")
    engine = Qwen3Asr(
        model, processor, entry, device.Placement(case.device, "bfloat16", case.threads or device.cores())
    )
    spent = _force_length(model, now := time.process_time if case.threads == 1 else time.perf_counter)
    windows = [_sound(case.window_s, i) for i in range(max(1, round(case.sound_s / case.window_s)))]
    engine.transcribe([_sound(2.0)], cancel=Never())
    spent.update(generate=0.0, tokens=0, first=0.0)
    profiler = torch.profiler.profile() if case.profile else None
    if profiler:
        profiler.start()
    begun = now()
    for first in range(0, len(windows), case.rows):
        batch = windows[first : first + case.rows]
        if case.plain:
            _as_the_package(model, processor, batch)
        else:
            engine.transcribe(batch, cancel=Never())
    took = now() - begun
    if profiler:
        profiler.stop()
        print(profiler.key_averages().table(sort_by="self_cpu_time_total", row_limit=18, max_name_column_width=40))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    if case.device != "cpu":
        memory = torch.cuda.max_memory_allocated() >> 20
    seconds = sum(len(w) for w in windows) / 16_000
    return Speed(took / seconds, spent["tokens"] / took, memory, spent["first"] / took, 1 - spent["generate"] / took)


def _as_the_package(model: Any, processor: Any, batch: list[Any]) -> None:
    import torch

    inputs = processor.apply_transcription_request(audio=batch).to(model.device, model.dtype)
    with torch.no_grad():
        model.generate(**inputs, max_new_tokens=100_000, do_sample=False)


def build(case: Case) -> tuple[Any, Any]:
    """Qwen3-ASR 0.6B with random weights, and a processor whose tokenizer is a tiny one."""
    from models import loading

    transformers = loading.transformers()
    import torch
    from transformers.initialization import no_init_weights

    from tests import tiny

    with tempfile.TemporaryDirectory() as folder:
        processor = transformers.Qwen3ASRProcessor.from_pretrained(tiny.build_speech(Path(folder) / "tiny"))
    config = transformers.Qwen3ASRConfig(
        audio_config={
            "model_type": "qwen3_asr_encoder", "num_mel_bins": 128, "encoder_layers": 18, "d_model": 896,
            "encoder_attention_heads": 14, "encoder_ffn_dim": 3584, "output_dim": 1024,
            "downsample_hidden_size": 480, "n_window": 50, "n_window_infer": 800,
        },
        text_config={
            "model_type": "qwen3", "vocab_size": 151_936, "hidden_size": 1024, "intermediate_size": 3072,
            "num_hidden_layers": 28, "num_attention_heads": 16, "num_key_value_heads": 8, "head_dim": 128,
            "max_position_embeddings": 65_536, "tie_word_embeddings": True,
        },
        audio_token_id=processor.audio_token_id,
        pad_token_id=processor.tokenizer.pad_token_id,
        eos_token_id=processor.tokenizer.eos_token_id,
    )  # fmt: skip
    dtype = torch.float32 if case.precision == "float32" else torch.bfloat16
    before = torch.get_default_dtype()
    torch.set_default_dtype(dtype)
    try:
        with no_init_weights():
            model = transformers.Qwen3ASRForConditionalGeneration(config).eval()
    finally:
        torch.set_default_dtype(before)
    torch.manual_seed(0)
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if weight.dim() > 1:
                weight.uniform_(-0.03, 0.03)
            else:
                weight.fill_(1.0 if name.endswith("weight") else 0.0)
    model.tie_weights()
    model.generation_config.eos_token_id = [processor.tokenizer.eos_token_id]
    model.generation_config.pad_token_id = processor.tokenizer.pad_token_id
    if case.precision == "int8":
        from models import quantise

        quantise.quantise(model, "int8", case.device, dtype)
    model = model.to(case.device)
    if not case.plain:
        from models import packed

        packed.pack_linears(model)  # as it is when it is loaded
    return model, processor


def _force_length(model: Any, now: Callable[[], float]) -> dict[str, float]:
    """Let each row end after as many tokens as so much speech has; returns what is counted meanwhile."""
    import torch
    from transformers import LogitsProcessorList

    real = model.generate
    spent = {"generate": 0.0, "tokens": 0, "first": 0.0}
    end = model.generation_config.eos_token_id[0]

    class Length:
        def __init__(self, lengths: list[int], prompt: int) -> None:
            self.lengths, self.prompt, self.begun = lengths, prompt, now()

        def __call__(self, input_ids: Any, scores: Any) -> Any:
            step = input_ids.shape[1] - self.prompt
            if step == 0:
                spent["first"] += now() - self.begun
            scores = scores.clone()
            scores[:, end] = -1e4
            for row, length in enumerate(self.lengths):
                token = end if step >= length else 1000 + step * 977 % 100_000  # no repetition
                scores[row, token] = 1e4
            return scores

    def generate(**inputs: Any) -> Any:
        frames = inputs["input_features_mask"].sum(-1).tolist()
        lengths = [int(TAG_TOKENS + TOKENS_PER_S * f / 100) for f in frames]
        processors = [*inputs.pop("logits_processor", []), Length(lengths, inputs["input_ids"].shape[1])]
        spent["tokens"] += sum(lengths)
        begun = now()
        try:
            return real(**inputs, logits_processor=LogitsProcessorList(processors))
        finally:
            if torch.cuda.is_available():
                torch.cuda.synchronize()
            spent["generate"] += now() - begun

    model.generate = generate
    return spent


if __name__ == "__main__":
    sys.exit(main())
