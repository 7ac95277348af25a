"""How fast partial texts come from a model of the true size, with random weights: `python -m tests.bench.live_speed`.

One utterance, read every second, as the live session does it; its answer is forced to 3.5 tokens a second, and what was
written stays. Beside each reading stands what it takes to hear all of it anew. On a busy machine only --threads 1 says
something: then the processor's time is counted instead of the clock's.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.bench import speed


@dataclass(frozen=True, slots=True)
class Reading:
    """Seconds it took; `anew_s`: by the engine that knows nothing of what was heard before."""

    sound_s: int
    took_s: float
    anew_s: float


def readings(seconds: int, device_name: str, threads: int, precision: str) -> Iterator[Reading]:
    from app.domain.cancel import Never
    from models import device, entries
    from models.speech.qwen3_asr import Qwen3Asr

    case = speed.Case("", 1.0, 1, precision, device=device_name, threads=threads)
    model, processor = speed.build(case)
    entry = next(e for e in entries.CATALOGUE if e.id == "qwen3-asr-0.6b")
    engine = Qwen3Asr(model, processor, entry, device.Placement(device_name, "bfloat16", threads or device.cores()))
    now = time.process_time if threads == 1 else time.perf_counter
    speed._force_length(model, now)  # of the batch engine
    sound = speed._sound(seconds)
    engine.transcribe([sound[:16_000]], cancel=Never())
    hearing = engine.hearing()
    assert hearing._decoder is not None
    hearing._decoder._process = _Forced(hearing, model.generation_config.eos_token_id[0])
    for second in range(1, seconds + 1):
        hearing.add(sound[16_000 * (second - 1) : 16_000 * second])
        began = now()
        hearing.read(Never())
        took = now() - began
        began = now()
        engine.transcribe([sound[: 16_000 * second]], cancel=Never())
        yield Reading(second, took, now() - began)


class _Forced:
    """A logits processor: the answer has as many tokens as so much speech has, and always the same."""

    def __init__(self, hearing: Any, end: int) -> None:
        self._hearing = hearing
        self._end = end
        self._audio = hearing._decoder._model.config.audio_token_id

    def __call__(self, ids: Any, scores: Any) -> Any:
        sound = int((ids[0] == self._audio).nonzero()[-1]) + 1
        step = ids.shape[1] - sound - len(self._hearing._decoder._prompt.behind)
        length = int(speed.TAG_TOKENS + speed.TOKENS_PER_S * self._hearing.seconds)
        scores = scores.clone()
        scores[:, self._end if step >= length else 1000 + step * 977 % 100_000] = 1e4
        return scores


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.live_speed", description=__doc__)
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--precision", default="bfloat16", choices=("bfloat16", "float32", "int8"))
    args = parser.parse_args()
    for r in readings(args.seconds, args.device, args.threads, args.precision):
        print(f"{r.sound_s:>3} s of speech: reading {r.took_s:5.2f} s, all anew {r.anew_s:5.2f} s", flush=True)


if __name__ == "__main__":
    main()
