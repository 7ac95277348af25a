"""Runs inside the environment of the package qwen-asr: what a job file asks for, done by the package.

The job is JSON: `sound` (an .npz of 16 kHz clips), and any of
  `as_is`: [clip], the texts without what `keep_windows_apart` does
  `transcribe`: {"model", "ends" (token ids), "cases": [{"clip", "language", "context"}], "logits": [clip]}
  `align`: {"model", "cases": [{"clip", "text", "language"}]}
  `timed`: {"model", "aligner", "ends", "clips": [clip], "cut_s"}    transcribed with times of words, cut by the package
  `words`: [[text, language]]                                    as the aligner is asked for them
  `parse`: [[raw answer, forced language or null]]
  `conversations`: [[{"role", "content"}]]                       read by qwen-omni-utils; sounds are names of clips
  `speed`: {"model", "clip", "precision", "threads", "tokens", "seconds"}
The answer has the same keys.
"""

from __future__ import annotations

import json
import sys
import time
import types
from pathlib import Path
from typing import Any

import numpy as np
import torch

torch.set_num_threads(int(__import__("os").environ.get("OMP_NUM_THREADS", "2")))


def load(folder: str, ends: list[int], aligner: str | None = None, dtype: Any = torch.float32, **options: Any) -> Any:
    from qwen_asr import Qwen3ASRModel

    model = Qwen3ASRModel.from_pretrained(
        folder,
        dtype=dtype,
        forced_aligner=aligner,
        forced_aligner_kwargs={"dtype": dtype} if aligner else None,
        **options,
    )
    # The package has the ids that end an answer written into its code; models with another tokenizer need theirs.
    generate = model.model.generate
    model.model.generate = lambda **inputs: generate(**{"eos_token_id": ends, "pad_token_id": ends[-1]} | inputs)
    return model


def keep_windows_apart() -> None:
    """Let the encoder attend as it does with FlashAttention, and as vLLM and transformers' own Qwen3-ASR do.

    Its windows of 8 s, and the clips of a batch, are meant to be encoded each for itself, and their bounds are handed
    to the attention. But only FlashAttention looks at them: without it (on every CPU) the package lets all that is in
    a batch attend to all.
    """
    from qwen_asr.core.transformers_backend import modeling_qwen3_asr as modeling

    interface = modeling.ALL_ATTENTION_FUNCTIONS["sdpa"]

    def apart(module: Any, query: Any, key: Any, value: Any, attention_mask: Any, **options: Any) -> Any:
        bounds = options.get("cu_seq_lens_q")
        if bounds is None or not isinstance(module, modeling.Qwen3ASRAudioAttention):
            return interface(module, query, key, value, attention_mask, **options)
        lengths = (bounds[1:] - bounds[:-1]).tolist()
        parts = zip(*(torch.split(t, lengths, dim=2) for t in (query, key, value)), strict=True)
        return torch.cat([interface(module, *part, attention_mask, **options)[0] for part in parts], dim=1), None

    modeling.ALL_ATTENTION_FUNCTIONS["sdpa"] = apart


def as_is(job: dict[str, Any], sound: Any) -> Any:
    model = load(job["model"], job["ends"])
    return [model.transcribe((sound[clip], 16_000))[0].text for clip in job["clips"]]


def transcribe(job: dict[str, Any], sound: Any) -> Any:
    model = load(job["model"], job["ends"], max_new_tokens=job.get("max_new_tokens", 512))
    found = []
    for case in job["cases"]:
        clips = case["clip"] if isinstance(case["clip"], list) else [case["clip"]]
        results = model.transcribe(
            [(sound[c], 16_000) for c in clips], language=case["language"], context=case["context"]
        )
        found.append([{"text": r.text, "language": r.language} for r in results])
    logits = {}
    for clip in job.get("logits", []):
        prompt = model._build_text_prompt(context="", force_language=None)
        inputs = model.processor(text=[prompt], audio=[sound[clip]], return_tensors="pt", padding=True)
        with torch.inference_mode():
            logits[clip] = model.model.thinker(**inputs).logits[0, -1].double().tolist()
    return {"cases": found, "logits": logits}


def align(job: dict[str, Any], sound: Any) -> Any:
    from qwen_asr.inference.qwen3_forced_aligner import Qwen3ForcedAligner

    aligner = Qwen3ForcedAligner.from_pretrained(job["model"], dtype=torch.float32)
    found = []
    for case in job["cases"]:
        result = aligner.align((sound[case["clip"]], 16_000), case["text"], case["language"])[0]
        found.append([[i.text, i.start_time, i.end_time] for i in result.items])
    return found


def timed(job: dict[str, Any], sound: Any) -> Any:
    from qwen_asr.inference import qwen3_asr

    cuts: list[int] = []
    split = qwen3_asr.split_audio_into_chunks

    def split_between_frames(wav: Any, sr: int, max_chunk_sec: float) -> Any:
        """Its own cuts, each moved to the frame before: what one half frame more does to random weights is no news."""
        at = [int(offset * sr) // 160 * 160 for _, offset in split(wav, sr, job["cut_s"])]
        cuts[:] = at
        return [(wav[a:b], a / sr) for a, b in zip(at, [*at[1:], len(wav)], strict=True)]

    qwen3_asr.split_audio_into_chunks = split_between_frames
    model = load(job["model"], job["ends"], job["aligner"], max_new_tokens=4096)
    model.max_inference_batch_size = 1  # a batch of it counts frames otherwise than a single one
    found = []
    for clip in job["clips"]:
        result = model.transcribe((sound[clip], 16_000), language=job["language"], return_time_stamps=True)[0]
        words = [[i.text, i.start_time, i.end_time] for i in result.time_stamps.items]
        found.append({"text": result.text, "language": result.language, "words": words, "cuts": list(cuts)})
    return found


def words(job: list[list[str]], _: Any) -> Any:
    from qwen_asr.inference.qwen3_forced_aligner import Qwen3ForceAlignProcessor

    splitter = Qwen3ForceAlignProcessor()
    return [splitter.encode_timestamp(text, language)[0] for text, language in job]


def parse(job: list[list[str | None]], _: Any) -> Any:
    from qwen_asr.inference.utils import parse_asr_output

    return [parse_asr_output(raw, forced) for raw, forced in job]


def conversations(job: list[Any], sound: Any) -> Any:
    # Only what reads sound is wanted; the package as a whole wants torchvision for pictures.
    package = types.ModuleType("qwen_omni_utils")
    package.__path__ = [
        str(next(Path(p) for p in sys.path if (Path(p) / "qwen_omni_utils").is_dir()) / "qwen_omni_utils")
    ]
    inner = types.ModuleType("qwen_omni_utils.v2_5")
    inner.__path__ = [str(Path(package.__path__[0]) / "v2_5")]
    sys.modules |= {"qwen_omni_utils": package, "qwen_omni_utils.v2_5": inner}
    from qwen_omni_utils.v2_5.audio_process import process_audio_info

    for chat in job:
        for part in (p for m in chat for p in m["content"] if p["type"] == "audio"):
            part["audio"] = sound[part["audio"]]
    return [[float(np.abs(s).sum()), len(s)] for s in process_audio_info(job, use_audio_in_video=False)]


def speed(job: dict[str, Any], sound: Any) -> Any:
    """One clip as the package does it: one window, default settings, an answer of exactly `tokens` tokens."""
    import resource

    torch.set_num_threads(job["threads"])
    model = load(job["model"], job["ends"], dtype=getattr(torch, job["precision"]), max_new_tokens=job["tokens"])
    generate = model.model.generate
    model.model.generate = lambda **inputs: generate(**inputs, min_new_tokens=job["tokens"])
    begun, used = time.perf_counter(), time.process_time()
    model.transcribe((sound[job["clip"]], 16_000), language=job.get("language"))
    took = {"seconds": time.perf_counter() - begun, "processor_seconds": time.process_time() - used}
    return took | {"memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}


def main() -> None:
    job = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    with np.load(job.pop("sound")) as file:
        sound = {name: file[name].astype(np.float32) for name in file.files}
    tasks = {
        "transcribe": transcribe, "align": align, "timed": timed, "words": words, "parse": parse,
        "conversations": conversations, "speed": speed,
    }  # fmt: skip
    answer = {}
    if "as_is" in job:
        answer["as_is"] = as_is(job.pop("as_is"), sound)
    if "speed" not in job:
        keep_windows_apart()
    answer |= {name: tasks[name](part, sound) for name, part in job.items()}
    Path(sys.argv[2]).write_text(json.dumps(answer), encoding="utf-8")


if __name__ == "__main__":
    main()
