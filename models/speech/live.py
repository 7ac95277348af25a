"""One utterance while it is spoken: Qwen3-ASR at the cost of what is new.

The encoder attends within windows of 8 s and the text model only looks back, so a finished window is done for good:
what the text model made of it stands in its key-value cache. Each reading adds the sound behind the last such window,
the end of the prompt and the text of the reading before as a guess; one pass checks the whole guess, and only from the
first token that is another are tokens decoded one by one. What comes out is what greedy decoding of the whole
utterance gives: the same mathematics, added up in another order (tests/unit/test_live_engine.py has the figures).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.domain.cancel import CancelFlag
from app.domain.ports import SAMPLE_RATE, Transcript
from models import generation
from models.generation import Ending
from models.kv_cache import roomy_cache
from models.speech.live_sound import Frames, GrowingSound

if TYPE_CHECKING:
    import torch

    from app.domain.ports import Samples

SURE = 0.8  # probability of a token; with less, one shown word in five changes instead of one in thirty
_USUAL_TOKENS = 512  # of an utterance of 20 s, with its answer: room made in the cache at once


@dataclass(frozen=True, slots=True)
class Prompt:
    """The tokens before and behind those of the sound."""

    before: tuple[int, ...]
    behind: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Heard:
    """The tokens of an answer, its end left out; so many of them, from the first on, have a probability of `SURE`."""

    ids: list[int]
    ending: Ending
    sure: int


@dataclass(slots=True)
class Work:
    """What a hearing had computed so far, for benchmarks: tokens through the text model, and encoder frames."""

    tokens: int = 0
    frames: int = 0
    readings: int = 0
    begun_again: int = 0  # all was computed anew, because louder sound had changed windows that were finished


class LiveDecoder:
    """Greedy decoding of a Qwen3-ASR over sound that grows. One thread.

    `limit`: the most tokens an answer of so many seconds may have.
    """

    def __init__(self, model: Any, extractor: Any, prompt: Prompt, limit: Callable[[float], int]) -> None:
        self._model = model
        self._prompt = prompt
        self._limit = limit
        tower = model.config.audio_config
        self.sound = GrowingSound(extractor, tower.n_window_infer)
        self._chunk = 2 * tower.n_window
        ends = model.generation_config.eos_token_id
        self._ends = {ends} if isinstance(ends, int) else set(ends)
        self._process = generation.own_processor(model.generation_config)
        self._cache: Any = None
        self._kept = 0  # tokens in the cache that no later sound changes
        self._audio = 0  # those of them that are sound
        self._guess: list[int] = []
        self.work = Work()

    def read(self, *, final: bool) -> Heard:
        """The answer to all the sound so far."""
        import torch

        self.work.readings += 1
        with torch.inference_mode():
            frames = self.sound.frames()
            if frames.stale and (final or frames.windows):
                self._begin_again()
                frames = self.sound.frames()
            logits, prompt = self._listen(frames)
            return self._decode(logits, prompt)

    def _begin_again(self) -> None:
        self.work.begun_again += self._kept > 0
        self.sound.unsettle()
        self._cache, self._kept, self._audio = None, 0, 0

    def _listen(self, frames: Frames) -> tuple[torch.Tensor, list[int]]:
        """Everything new, and the guess behind it: logits (guess + 1 × vocabulary), and the tokens of the prompt."""
        import torch

        windows = [self._encoded(w) for w in frames.windows]
        rest = [self._encoded(frames.rest)] if frames.rest is not None else []
        before = () if self._kept else self._prompt.before
        behind = self._embedded([*self._prompt.behind, *self._guess])
        new = torch.cat([self._embedded(before), *(p.to(behind) for p in (*windows, *rest)), behind])
        if self._cache is None:
            self._cache = roomy_cache(max(_USUAL_TOKENS, 2 * len(new)), self._model.config)
        _crop(self._cache, self._kept)
        logits = self._forward(new, len(self._guess) + 1)
        # Only now: what was interrupted is done again.
        self.sound.settle(frames)
        self._audio += sum(len(w) for w in windows)
        self._kept = len(self._prompt.before) + self._audio
        sound = [self._model.config.audio_token_id] * (self._audio + sum(len(r) for r in rest))
        return logits, [*self._prompt.before, *sound, *self._prompt.behind]

    def _decode(self, logits: torch.Tensor, prompt: list[int]) -> Heard:
        """From the logits behind the prompt on; greedy, with the endings of `generation.greedy`."""
        limit = self._limit(len(self.sound) / SAMPLE_RATE)
        guess, answer, sure = self._guess, list[int](), 0
        likeliest = self._likeliest(logits, prompt, answer)
        while True:
            token, is_sure = likeliest.pop(0)
            if is_sure and sure == len(answer):
                sure += 1
            if likeliest and guess[len(answer)] != token:
                likeliest = []
                _crop(self._cache, len(prompt) + len(answer))  # what was guessed from here on is wrong
            answer.append(token)
            if ending := self._ending(answer, limit):
                break
            if not likeliest:
                logits = self._forward(self._embedded([token]), 1)
                likeliest = self._likeliest(logits, prompt, answer)
        self._guess = answer[:-1] if answer[-1] in self._ends else answer
        return Heard(list(self._guess), ending, min(sure, len(self._guess)))

    def _likeliest(self, logits: torch.Tensor, prompt: list[int], answer: list[int]) -> list[tuple[int, bool]]:
        """The likeliest token of each row, and whether it is a sure one.

        The first row is behind `answer`, the others behind the guess.
        """
        import torch

        if self._process is not None:
            known = [*prompt, *answer, *self._guess[len(answer) :]] if len(logits) > 1 else [*prompt, *answer]
            logits = logits.float()
            rows = []
            for n, row in enumerate(logits):
                ids = torch.tensor([known[: len(known) - len(logits) + 1 + n]], device=logits.device)
                rows.append(self._process(ids, row[None])[0])
            logits = torch.stack(rows)
        most = logits.max(-1)
        is_sure = (most.values.float() - logits.float().logsumexp(-1)).exp() >= SURE
        return list(zip(most.indices.tolist(), is_sure.tolist(), strict=True))

    def _embedded(self, ids: Sequence[int]) -> torch.Tensor:
        import torch

        embed = self._model.get_input_embeddings()
        vectors: torch.Tensor = embed(torch.tensor(ids, dtype=torch.long, device=self._model.device))
        return vectors

    def _ending(self, answer: list[int], limit: int) -> Ending | None:
        import torch

        if answer[-1] in self._ends:
            return "ended"
        if len(answer) % generation.LOOK_EVERY == 0 and bool(generation.looping(torch.tensor([answer]), 0)):
            return "loop"
        return "cut_off" if len(answer) >= limit else None

    def _encoded(self, frames: torch.Tensor) -> torch.Tensor:
        """What the text model gets for these frames: tokens × width."""
        import torch

        count = frames.shape[-1]
        padded = -(-count // self._chunk) * self._chunk
        self.work.frames += padded
        features = torch.nn.functional.pad(frames, (0, padded - count))
        mask = (torch.arange(padded) < count).to(torch.int32)[None]
        found: torch.Tensor = self._model.model.get_audio_features(
            features.to(self._model.device, self._model.dtype), mask.to(self._model.device), return_dict=True
        ).pooler_output
        return found

    def _forward(self, vectors: torch.Tensor, keep: int) -> torch.Tensor:
        """Logits of the last `keep` of new tokens, behind those in the cache."""
        self.work.tokens += len(vectors)
        logits: torch.Tensor = self._model(
            inputs_embeds=vectors[None], past_key_values=self._cache, use_cache=True, logits_to_keep=keep
        ).logits[0]
        return logits


class LiveHearing:
    """A `Hearing`.

    `within`: a context in which the model may be used, given the cancel flag. `heard`: reads an answer as a transcript;
    for the last one it gets the sound, too, and hears again what went wrong.
    """

    def __init__(
        self,
        decoder: LiveDecoder,
        heard: Callable[[Heard, Samples | None], Transcript],
        within: Callable[[CancelFlag], Any],
    ) -> None:
        self._decoder: LiveDecoder | None = decoder
        self._heard = heard
        self._within = within
        self.seconds = 0.0
        self._count = 0
        self._read_at = -1  # samples
        self._last = Transcript("", None)
        self.work = decoder.work

    def add(self, samples: Samples) -> None:
        """See `Hearing`. `ValueError` after the final reading."""
        if self._decoder is None:
            raise ValueError("this utterance has ended")
        self._decoder.sound.add(samples)
        self._count += len(samples)
        self.seconds = self._count / SAMPLE_RATE

    def read(self, cancel: CancelFlag, *, final: bool = False) -> Transcript:
        """See `Hearing`. After the final reading all memory is given back, and the answer stays."""
        if self._decoder is None or not self._count or (self._read_at == self._count and not final):
            return self._last
        with self._within(cancel):
            heard = self._decoder.read(final=final)
            self._last = self._heard(heard, self._decoder.sound.samples if final else None)
        self._read_at = self._count
        if final:
            self._decoder = None
        return self._last


def _crop(cache: Any, tokens: int) -> None:
    """Leave the first `tokens` in every layer; after an interrupted pass they may hold different numbers."""
    for layer in cache.layers:
        layer.crop(min(0, tokens - layer.get_seq_length()))
