"""Hearing an utterance while it grows is hearing the whole of it: frames, logits, tokens, final text; and its cost."""

from __future__ import annotations

import gc
import itertools
import threading
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import soundfile
import torch

from app.domain.errors import Cancelled, InputError
from app.domain.ports import LiveSpeechEngine, Transcript
from models import catalogue, generation
from models.keeper import Keeper
from models.speech.features import whole_frames, without_padding
from models.speech.live import LiveDecoder, LiveHearing
from models.speech.live_sound import GrowingSound
from models.speech.qwen3_asr import Qwen3Asr
from models.stepping import Stepping, SteppingLiveSpeech
from tests import tiny

if TYPE_CHECKING:
    from app.domain.ports import Samples

NEVER = threading.Event()
ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "models" / "starter" / "sample"
LENGTHS = (0.01, 0.3, 0.5, 3.337, 8.0, 8.03, 17.5, 26.01)  # seconds
# Of the spread of the logits: sums of float32 in another order. With one thread the tiny model gives exactly 0.
LAST_BITS = 1e-4


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Qwen3Asr:
    """Random weights, wide enough that every frame counts."""
    return load(tiny.build_speech(tmp_path_factory.mktemp("speech") / "tiny", scale=0.2))


@pytest.fixture(scope="module")
def starter() -> Qwen3Asr:
    return load("starter-asr")


@pytest.fixture(scope="module")
def meeting() -> Samples:
    x, _ = soundfile.read(SAMPLE / "system.flac", dtype="float32")
    return np.asarray(x, np.float32)


def load(model: Path | str) -> Qwen3Asr:
    engine = catalogue.load(catalogue.resolve(str(model), ROOT))
    assert isinstance(engine, Qwen3Asr)
    return engine


def speech(meeting: Samples, seconds: float, at_s: float = 10.0) -> Samples:
    return meeting[round(at_s * 16_000) : round((at_s + seconds) * 16_000)]


def blocks(sound: Samples, seconds: float = 1.0) -> Iterator[Samples]:
    step = round(seconds * 16_000)
    for at in range(0, len(sound), step):
        yield sound[at : at + step]


def decoder_of(hearing: Any) -> LiveDecoder:
    assert isinstance(hearing, LiveHearing)
    assert hearing._decoder is not None
    return hearing._decoder


def whole_inputs(engine: Qwen3Asr, sound: Samples) -> Any:
    return without_padding(engine._inputs([sound], None, ())).to(engine._model.device, engine._model.dtype)


# -- the same as of the whole ---------------------------------------------------------------------
@pytest.mark.parametrize("seconds", LENGTHS)
@pytest.mark.parametrize("kind", ["noise", "speech"])
def test_the_frames_are_those_of_the_whole(small: Qwen3Asr, meeting: Samples, seconds: float, kind: str) -> None:
    extractor = small._processor.feature_extractor
    sound = speech(meeting, seconds) if kind == "speech" else tiny.noise(seconds)
    growing, got, rest = GrowingSound(extractor, 800), list[torch.Tensor](), None
    for block in blocks(sound, 0.7):
        growing.add(block)
        frames = growing.frames()
        if frames.stale:
            growing.unsettle()
            got, frames = [], growing.frames()
        growing.settle(frames)
        got, rest = [*got, *frames.windows], frames.rest
    got += [] if rest is None else [rest]
    whole = extractor([whole_frames(sound)], sampling_rate=16_000, padding="longest", return_attention_mask=True)
    count = int(whole["attention_mask"].sum())
    assert torch.equal(torch.cat(got, -1), whole["input_features"][..., :count])


@pytest.mark.parametrize("seconds", LENGTHS)
def test_the_logits_are_those_of_the_whole(small: Qwen3Asr, seconds: float) -> None:
    sound = tiny.noise(seconds)
    decoder = decoder_of(small.hearing())
    seen: list[torch.Tensor] = []
    likeliest = decoder._likeliest
    decoder._limit = lambda _seconds: 2
    decoder._likeliest = lambda logits, *rest: (seen.append(logits), likeliest(logits, *rest))[1]  # type: ignore[method-assign, func-returns-value]
    for block in blocks(sound, 2.3):
        decoder.sound.add(block)
        seen.clear()
        decoder.read(final=False)
    with torch.inference_mode():
        whole = small._model(**whole_inputs(small, sound)).logits[0, -1]
    apart = float((seen[0][0] - whole).abs().max()) / float(whole.std())
    assert apart < LAST_BITS


@pytest.mark.parametrize("seconds", [s for s in LENGTHS if s != 17.5])  # the longest begins like it
def test_every_partial_answer_is_greedy_decoding_of_the_whole(
    small: Qwen3Asr, starter: Qwen3Asr, meeting: Samples, seconds: float
) -> None:
    for engine, sound, most in ((small, tiny.noise(seconds), 16), (starter, speech(meeting, seconds), 80)):
        decoder = decoder_of(engine.hearing())
        decoder._limit = lambda seconds, most=most: min(most, 1 + round(20 * seconds))  # type: ignore[misc]
        ends = {engine._model.generation_config.pad_token_id, *decoder._ends}
        count = 0
        for block in blocks(sound, 6.3):
            decoder.sound.add(block)
            count += len(block)
            if decoder.sound.frames().stale:  # partial answers keep the floor they had
                continue
            heard = decoder.read(final=False)
            limit = decoder._limit(count / 16_000)
            whole, (expected,) = generation.greedy(engine._model, whole_inputs(engine, sound[:count]), [limit])
            assert heard.ids == [t for t in whole[0].tolist() if t not in ends]
            assert heard.ending == expected


def test_a_partial_text_says_of_how_much_the_model_is_sure(starter: Qwen3Asr, meeting: Samples, tmp_path: Path) -> None:
    hearing = starter.hearing()
    seen = []
    for block in blocks(speech(meeting, 8.0, 20.0), 0.5):
        hearing.add(block)
        read = hearing.read(NEVER)
        assert read.sure is not None
        assert 0 <= read.sure <= len(read.text)
        seen.append(read.sure / max(1, len(read.text)))
    assert min(seen) < 1.0 == max(seen)
    assert hearing.read(NEVER, final=True).sure is None
    certain = load(tiny.build_speech(tmp_path / "tiny", says="language English<asr_text>Ben checks."))
    hearing = certain.hearing()
    hearing.add(tiny.noise(2.0))
    assert hearing.read(NEVER) == Transcript("Ben checks.", "English", (), len("Ben checks."))


# -- the final text --------------------------------------------------------------------------------
def follow(engine: LiveSpeechEngine, sound: Samples, step_s: float = 1.0, **options: Any) -> Transcript:
    """The final text of an utterance that was read after every block."""
    hearing = engine.hearing(**options)
    for block in blocks(sound, step_s):
        hearing.add(block)
        hearing.read(NEVER)
    assert hearing.seconds == pytest.approx(len(sound) / 16_000)
    return hearing.read(NEVER, final=True)


@pytest.mark.parametrize("seconds", LENGTHS)
def test_the_final_text_is_that_of_the_batch_engine(starter: Qwen3Asr, meeting: Samples, seconds: float) -> None:
    for at_s in (10.0, 20.0) if seconds < 10 else (20.0,):
        sound = speech(meeting, seconds, at_s)
        assert follow(starter, sound, max(2.0, seconds / 6)) == starter.transcribe([sound], cancel=NEVER)[0]


def test_every_utterance_of_the_first_minute_of_the_sample_meeting(starter: Qwen3Asr) -> None:
    from models.vad import SileroVad

    for track in ("mic", "system"):
        x, _ = soundfile.read(SAMPLE / f"{track}.flac", dtype="float32", frames=60 * 16_000)
        windows = [x[round(a * 16_000) : round(b * 16_000)] for a, b in SileroVad().find(iter([x]))]
        assert [follow(starter, w, 3.0) for w in windows] == starter.transcribe(windows, cancel=NEVER)


@pytest.mark.parametrize(
    ("says", "options"),
    [
        ("language English<asr_text> Ben checks the  release notes. ", {}),
        ("language None<asr_text>", {}),
        ("Ben checks.", {"language": "English"}),
        ("language German<asr_text>Anna will update.", {"language": "English"}),
        ("language English<asr_text>" + "the release notes. " * 30, {}),
        ("language English<asr_text>Anna, Ben, Monday", {"glossary": ("Anna", "Ben", "Monday")}),
        ("language English<asr_text>Anna", {"glossary": ("Anna", "Ben")}),
        ("language", {}),
    ],
)
def test_the_guards_of_the_batch_engine(tmp_path: Path, says: str, options: dict[str, Any]) -> None:
    engine = load(tiny.build_speech(tmp_path / "tiny", says=says))
    sound = tiny.noise(5.3)
    final = follow(engine, sound, **options)
    assert final == engine.transcribe([sound], cancel=NEVER, **options)[0]


def test_an_answer_that_ends_nowhere_is_cut_off_like_the_batch_engines(tmp_path: Path) -> None:
    says = "language English<asr_text>" + "".join(f"{a}{b} " for a, b in itertools.product("abcdef", "ghijklm"))
    engine = load(tiny.build_speech(tmp_path / "tiny", says=says))
    sound = tiny.noise(2.0)
    final = follow(engine, sound)
    assert final == engine.transcribe([sound], cancel=NEVER)[0]
    assert final.guards == ("cut_off",)


def test_loud_sound_after_quiet_changes_the_floor_and_the_final_text_knows(small: Qwen3Asr) -> None:
    """The first window is almost silent, so that the floor of the whole lies above most of it."""
    quiet = (tiny.noise(9.0) * 1e-4).astype(np.float32)
    sound = np.concatenate([quiet, tiny.noise(6.0, seed=1) * 10])
    hearing = small.hearing()
    for block in blocks(sound):
        hearing.add(block)
        hearing.read(NEVER)
    assert hearing.work.begun_again == 0
    final = hearing.read(NEVER, final=True)
    assert hearing.work.begun_again == 1
    assert final == small.transcribe([sound], cancel=NEVER)[0]


def test_unknown_languages_are_refused_at_once(starter: Qwen3Asr) -> None:
    with pytest.raises(InputError):
        starter.hearing(language="Klingon")
    with pytest.raises(InputError):
        starter.hearing(language="German")


# -- cost, stopping, memory ------------------------------------------------------------------------
def test_a_reading_costs_what_is_new(starter: Qwen3Asr, meeting: Samples) -> None:
    """However long the utterance: a window of the encoder at most, the answer once more, and what it adds."""
    hearing = starter.hearing()
    decoder = decoder_of(hearing)
    for block in blocks(np.tile(speech(meeting, 13.0), 2)):
        tokens, answer, begun = hearing.work.tokens, len(decoder._guess), hearing.work.begun_again
        hearing.add(block)
        hearing.read(NEVER)
        if hearing.work.begun_again == begun:
            most = 104 + 13 + len(decoder._prompt.behind) + answer + len(decoder._guess) + 2
            assert hearing.work.tokens - tokens <= most + 14 * (tokens == 0)
    assert hearing.work.begun_again <= 2


def test_a_reading_without_new_sound_costs_nothing(starter: Qwen3Asr, meeting: Samples) -> None:
    hearing = starter.hearing()
    assert hearing.read(NEVER) == Transcript("", None)
    assert hearing.seconds == 0
    hearing.add(speech(meeting, 3.0))
    first = hearing.read(NEVER)
    tokens = hearing.work.tokens
    assert hearing.read(NEVER) == first
    assert hearing.work.tokens == tokens


def test_nothing_heard_is_nothing_said(starter: Qwen3Asr) -> None:
    assert starter.hearing().read(NEVER, final=True) == Transcript("", None)


class CancelledLater(threading.Event):
    """Set after it was looked at so many times."""

    def __init__(self, looks: int) -> None:
        super().__init__()
        self.left = looks

    def is_set(self) -> bool:
        self.left -= 1
        return self.left < 0


@pytest.mark.parametrize("looks", [0, 1, 3, 6, 20])
def test_a_cancelled_reading_changes_nothing(starter: Qwen3Asr, meeting: Samples, looks: int) -> None:
    sound = speech(meeting, 9.0)
    hearing = starter.hearing()
    for block in blocks(sound, 2.0):
        hearing.add(block)
        with pytest.raises(Cancelled):
            hearing.read(CancelledLater(looks))
        if looks % 2:
            hearing.read(NEVER)
    with pytest.raises(Cancelled):
        hearing.read(CancelledLater(looks), final=True)
    assert hearing.read(NEVER, final=True) == starter.transcribe([sound], cancel=NEVER)[0]


def test_the_end_gives_everything_back(starter: Qwen3Asr, meeting: Samples) -> None:
    hearing = starter.hearing()
    hearing.add(speech(meeting, 9.0))
    hearing.read(NEVER)
    cache = weakref.ref(decoder_of(hearing)._cache)
    assert cache() is not None
    final = hearing.read(NEVER, final=True)
    gc.collect()
    assert cache() is None
    assert hearing.read(NEVER) == hearing.read(NEVER, final=True) == final
    with pytest.raises(ValueError, match="has ended"):
        hearing.add(speech(meeting, 1.0))


# -- behind the keeper -------------------------------------------------------------------------------
def test_the_keepers_engine_can_follow_speech_if_its_model_can(tmp_path: Path, meeting: Samples) -> None:
    keep = Keeper()
    engine = keep.speech(catalogue.resolve("starter-asr", ROOT))
    assert isinstance(engine, LiveSpeechEngine)
    sound = speech(meeting, 4.0)
    assert follow(engine, sound) == engine.transcribe([sound], cancel=NEVER)[0]
    listens = keep.speech(catalogue.resolve(str(tiny.build_chat(tmp_path / "listens", "qwen2-audio")), tmp_path))
    assert not isinstance(listens, LiveSpeechEngine)
    keep.unload()


def real(load_with: Callable[[], Qwen3Asr]) -> Stepping[Any]:
    found = catalogue.resolve("starter-asr", ROOT)
    return Stepping(found, lambda: False, lambda _found, _where: load_with())


def test_a_hearing_outlives_its_engine(meeting: Samples) -> None:
    """Unloaded in the middle of an utterance, nothing of the model is left; the next reading begins anew."""
    model = real(lambda: load("starter-asr"))
    engine = SteppingLiveSpeech(model)
    sound = speech(meeting, 9.0)
    hearing = engine.hearing()
    for n, block in enumerate(blocks(sound, 3.0)):
        hearing.add(block)
        hearing.read(NEVER)
        if n == 1:
            first = weakref.ref(model.engine._model)
            model.unload()
            gc.collect()
            assert first() is None
    final = hearing.read(NEVER, final=True)
    assert final == engine.transcribe([sound], cancel=NEVER)[0]
    assert hearing.read(NEVER) == final
    with pytest.raises(ValueError, match="has ended"):
        hearing.add(sound)


def test_a_reading_that_runs_out_of_memory_is_done_on_a_lower_rung(
    meeting: Samples, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[weakref.ref[Qwen3Asr]] = []

    def loads() -> Qwen3Asr:
        assert all(m() is None for m in made), "the one before is still in memory"
        engine = load("starter-asr")
        made.append(weakref.ref(engine))
        return engine

    model = real(loads)
    engine = SteppingLiveSpeech(model)
    read = LiveDecoder.read

    def short(self: LiveDecoder, *, final: bool) -> Any:
        if len(made) == 1 and len(self.sound) > 4 * 16_000:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return read(self, final=final)

    stays = model._choose()
    monkeypatch.setattr(LiveDecoder, "read", short)
    monkeypatch.setattr("models.ladder.choose", lambda _entry, failed: failed[0] if failed else stays)
    sound = speech(meeting, 9.0)
    mine, other = engine.hearing(), engine.hearing()
    other.add(sound[:16_000])
    other.read(NEVER)
    for block in blocks(sound, 3.0):
        mine.add(block)
        mine.read(NEVER)
    assert len(made) == 2
    assert engine.changes()
    assert mine.read(NEVER, final=True) == engine.transcribe([sound], cancel=NEVER)[0]
    assert other.read(NEVER, final=True) == engine.transcribe([sound[:16_000]], cancel=NEVER)[0]
