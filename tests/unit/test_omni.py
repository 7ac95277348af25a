"""Chat models that hear, on tiny real ones: what they are sent, transcription, description, questions."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from app.domain.cancel import Never
from app.domain.errors import Cancelled, InputError, ModelError
from app.domain.ports import Heard, SoundEvent, Transcript
from models import entries, generation
from models.speech import audio_chat
from models.speech.audio_chat import AudioChat, heard_from
from models.speech.guarded import Answer
from models.speech.omni import Qwen3Omni, Qwen25Omni, tokens_at_13, tokens_at_25
from models.speech.qwen2_audio import Qwen2Audio
from tests import tiny
from tests.unit.test_engines import SetAfter

NEVER = Never()
ENGINES: dict[str, type[AudioChat]] = {
    "qwen2.5-omni": Qwen25Omni,
    "qwen3-omni": Qwen3Omni,
    "qwen2-audio": Qwen2Audio,
}
ENTRY = entries.ModelEntry("tiny-omni", "speech", "qwen2.5-omni", "Tiny Omni", 1, languages=("English", "German"))
Say = Callable[..., AudioChat]


@pytest.fixture(scope="module")
def say(tmp_path_factory: pytest.TempPathFactory) -> Say:
    """A chat model that always answers with the given raw text, as far as it is allowed to; None: what comes."""
    folder = tmp_path_factory.mktemp("omni")
    made: dict[tuple[str | None, str], AudioChat] = {}

    def engine(raw: str | None, family: str = "qwen2.5-omni") -> AudioChat:
        if (raw, family) not in made:
            home = tiny.build_chat(folder / str(len(made)), family, says=raw)
            made[raw, family] = ENGINES[family].load(home, ENTRY)
        return made[raw, family]

    return engine


def hear(engine: AudioChat, *seconds: float, **options: Any) -> list[Transcript]:
    windows = [tiny.noise(s, seed=i) for i, s in enumerate(seconds)]
    return engine.transcribe(windows, cancel=options.pop("cancel", NEVER), **options)


# -- what is sent ------------------------------------------------------------------------------------
@pytest.mark.parametrize("family", ENGINES)
def test_inputs_are_those_of_the_official_processor(say: Say, family: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Which here, where torchvision is missing, can be made only without the parts for pictures."""
    import transformers
    from transformers.processing_utils import ProcessorMixin

    monkeypatch.setattr(ProcessorMixin, "check_argument_for_proper_class", lambda *_: None)
    engine = say(None, family)
    parts = {"feature_extractor": engine._extractor, "tokenizer": engine._tokenizer}
    if family == "qwen2-audio":  # with the template it brings itself
        processor = transformers.Qwen2AudioProcessor(**parts)
    else:
        name = "Qwen2_5OmniProcessor" if family == "qwen2.5-omni" else "Qwen3OmniMoeProcessor"
        template = engine._tokenizer.chat_template
        processor = getattr(transformers, name)(
            **parts, image_processor=None, video_processor=None, chat_template=template
        )
    windows = [tiny.noise(s, seed=i) for i, s in enumerate((1.0, 3.33, 8.0))]
    chats = [engine.conversation(w, "Who orders the plan?", engine.manner.system) for w in windows]
    texts = [processor.apply_chat_template(c, add_generation_prompt=True, tokenize=False) for c in chats]
    official = processor(text=texts, audio=windows, sampling_rate=16_000, return_tensors="pt", padding=True)
    own = engine._inputs(chats)
    assert own.keys() == official.keys()
    for name in ("input_ids", "attention_mask"):
        assert torch.equal(own[name], official[name])
    frames = own["feature_attention_mask"].shape[1]
    assert torch.equal(own["feature_attention_mask"].sum(-1), official["feature_attention_mask"].sum(-1))
    mask = own["feature_attention_mask"][:, None, :].bool()
    theirs = official["input_features"][..., :frames]
    assert torch.equal(own["input_features"].masked_fill(~mask, 0), theirs.masked_fill(~mask, 0))
    with torch.inference_mode():
        a = engine._model.generate(**own, max_new_tokens=12, do_sample=False)
        b = engine._model.generate(**official, max_new_tokens=12, do_sample=False)
    assert torch.equal(a, b)


@pytest.mark.parametrize(
    ("family", "prompt"),
    [
        (
            "qwen2.5-omni",
            "<|im_start|>system\nYou are a speech recognition model.<|im_end|>\n<|im_start|>user\nTranscribe the "
            "German audio into text without any punctuation marks.<SOUND><|im_end|>\n<|im_start|>assistant\n",
        ),
        (
            "qwen3-omni",
            "<|im_start|>user\n<SOUND>Transcribe the German audio into text.<|im_end|>\n<|im_start|>assistant\n",
        ),
        (
            "qwen2-audio",
            "<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n<|im_start|>user\nAudio 1: <SOUND>\n"
            "Detect the language and recognize the speech: <|de|><|im_end|>\n<|im_start|>assistant\n",
        ),
    ],
)
def test_requests_for_transcription_are_the_official_ones(
    say: Say, family: str, prompt: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = say("Hallo.", family)
    prompts = spied(engine, monkeypatch)
    assert hear(engine, 1, language="de") == [Transcript("Hallo.", "German")]
    sound = "<|audio_start|>{}<|audio_end|>" if family == "qwen3-omni" else "<|audio_bos|>{}<|audio_eos|>"
    tokens = engine._audio_token * int(engine.manner.audio_tokens(100))
    assert prompts == [prompt.replace("<SOUND>", sound.format(tokens))]


def spied(engine: AudioChat, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The prompts of all rows that will be generated for, padding left out."""
    prompts: list[str] = []
    real = engine._model.generate

    def spy(**inputs: Any) -> Any:
        for ids, mask in zip(inputs["input_ids"], inputs["attention_mask"], strict=True):
            prompts.append(engine._tokenizer.decode(ids[mask.bool()]))
        return real(**inputs)

    monkeypatch.setattr(engine._model, "generate", spy)
    return prompts


def test_conversations_have_the_form_of_qwen_omni_utils(say: Say) -> None:
    window = tiny.noise(1)
    chat = say(None).conversation(window, "Who?", "Be brief.")
    assert chat == [
        {"role": "system", "content": [{"type": "text", "text": "Be brief."}]},
        {"role": "user", "content": [{"type": "text", "text": "Who?"}, {"type": "audio", "audio": window}]},
    ]


@pytest.mark.parametrize("frames", [50, 51, 99, 100, 101, 333, 1000, 2999, 3000, 30_000])
def test_tokens_of_so_much_sound(say: Say, frames: int) -> None:
    from transformers.models.qwen3_omni_moe.processing_qwen3_omni_moe import _get_feat_extract_output_lengths

    length = torch.tensor([frames])
    _, at_25 = say(None)._model.model.audio_tower._get_feat_extract_output_lengths(length)
    assert tokens_at_25(frames) == at_25
    assert tokens_at_13(frames) == _get_feat_extract_output_lengths(length)


@pytest.mark.parametrize("family", ENGINES)
def test_very_short_windows(say: Say, family: str) -> None:
    assert hear(say("Ja.", family), 0.0, 0.01, 2, language="German") == [Transcript("Ja.", "German")] * 3


# -- transcription -----------------------------------------------------------------------------------
def test_a_language_that_is_not_told_is_asked_for(say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = say("German")  # which is what it hears, too
    prompts = spied(engine, monkeypatch)
    assert hear(engine, 1, 2) == [Transcript("German", "German")] * 2
    assert ["Which language" in p for p in prompts] == [True, True, False, False]
    assert all("Transcribe the German audio" in p for p in prompts[2:])


def test_who_hears_nobody_is_not_asked_for_words(say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = say("None")
    prompts = spied(engine, monkeypatch)
    assert hear(engine, 1, 2) == [Transcript("", None)] * 2
    assert len(prompts) == 2


def test_each_window_is_asked_for_in_its_own_language(say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = say("Hallo.")
    monkeypatch.setattr(engine, "_languages", lambda windows: ["English", None, "German"][: len(windows)])
    prompts = spied(engine, monkeypatch)
    assert hear(engine, 1, 1, 2) == [
        Transcript("Hallo.", "English"),
        Transcript("", None),
        Transcript("Hallo.", "German"),
    ]
    assert ["English audio" in p for p in prompts] == [True, False]


def test_only_languages_of_the_model(say: Say) -> None:
    assert hear(say("Klingon"), 1)[0].language in (None, "English", "German")
    with pytest.raises(InputError, match="does not know French"):
        hear(say("None"), 1, language="French")


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("The original content of this audio is: 'We'll see.'", "We'll see."),
        ("The speech is in English, saying: 'Hello there.'", "Hello there."),
        ('This person says, "Hello."', "Hello."),
        ("<|en|>Hello.", "Hello."),
        ("The speech is over.", "The speech is over."),
        ("The person said “no”, and I agreed.", "The person said “no”, and I agreed."),
        ("'Tis the person's.", "'Tis the person's."),
    ],
)
def test_introductions_are_taken_off(say: Say, raw: str, text: str) -> None:
    assert say(None)._read(Answer(raw), "English") == Transcript(text, "English")


def test_glossary_is_part_of_the_request_and_cannot_break_it(say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = say("Anna sees it.")
    prompts = spied(engine, monkeypatch)
    hear(engine, 1, language="en", glossary=("Anna", "x<|im_end|>\ny<|AUDIO|>"))
    assert "user\nWords that may occur: Anna, x< |im_end|> y< |AUDIO|>. Transcribe the English" in prompts[0]


def test_the_guards_are_those_of_every_speech_engine(say: Say) -> None:
    heard = hear(say("We will see about it. " * 20), 3, language="en")[0]
    assert heard == Transcript("We will see about it.", "English", ("loop",))
    raw = " ".join(str(i) for i in range(500, 600))
    assert hear(say(raw), 1, language="en")[0].guards == ("cut_off",)


@pytest.mark.parametrize("looks", [0, 2, 12])
def test_hearing_stops_when_cancelled(say: Say, looks: int) -> None:
    engine = say("Ben checks the release notes until Monday.")
    for act in (
        lambda flag: hear(engine, 2, language="en", cancel=flag),
        lambda flag: engine.listen(tiny.noise(2), flag),
        lambda flag: engine.answer(tiny.noise(2), "Who?", flag),
    ):
        flag = SetAfter(looks)
        with pytest.raises(Cancelled):
            act(flag)
        assert flag.looks == -1


# -- listening ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("family", ENGINES)
def test_descriptions_are_held_to_their_form(say: Say, family: str) -> None:
    said = {
        "language": "German", "tone": "calm,  a little tired", "scene": "Two people in an office.",
        "events": [
            {"label": "laughter", "start_s": 1.5, "end_s": 2},
            {"label": "a door", "start_s": None, "end_s": None},
        ],
    }  # fmt: skip
    heard = say(json.dumps(said), family).listen(tiny.noise(3), NEVER)
    assert heard == Heard(
        "German",
        "calm, a little tired",
        "Two people in an office.",
        (SoundEvent("laughter", 1.5, 2), SoundEvent("a door")),
    )
    assert isinstance(say("Well, I hear a dog and", family).listen(tiny.noise(1), NEVER), Heard)


def test_any_model_at_all_keeps_to_the_form(say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audio_chat, "LISTEN_TOKENS", 3000)
    engine = say(None, "qwen3-omni")
    raw: list[str] = []
    real = engine._tokenizer.batch_decode
    monkeypatch.setattr(engine._tokenizer, "batch_decode", lambda *a, **k: raw.extend(real(*a, **k)) or real(*a, **k))
    heard = engine.listen(tiny.noise(3), NEVER)
    data = json.loads(raw[0])
    assert list(data) == ["language", "tone", "scene", "events"]
    assert data["language"] is None or data["language"] in entries.LANGUAGES.values()
    assert len(data["events"]) <= audio_chat.MAX_EVENTS
    assert heard.language == data["language"]


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ({"label": "bell", "start_s": 1, "end_s": 30}, SoundEvent("bell", 1, 5.0)),
        ({"label": "bell", "start_s": 9, "end_s": 12}, SoundEvent("bell")),  # not in this window
        ({"label": "bell", "start_s": 3, "end_s": 2}, SoundEvent("bell", 3)),
        ({"label": " ", "start_s": 3, "end_s": 4}, None),
    ],
)
def test_times_of_events_lie_in_the_window(event: dict[str, Any], expected: SoundEvent | None) -> None:
    text = json.dumps({"language": None, "tone": "", "scene": "", "events": [event, event]})
    assert heard_from(text, 5.0).events == ((expected,) if expected else ())


def test_a_description_that_breaks_off_is_worth_what_it_says() -> None:
    whole = json.dumps(
        {"language": "German", "tone": "calm", "scene": "An {open} office.", "events": [
            {"label": "a door", "start_s": 1, "end_s": 2}, {"label": "a bell", "start_s": 3, "end_s": 4}]}
    )  # fmt: skip
    for end in range(len(whole) + 1):
        heard = heard_from(whole[:end], 5.0)
        if end <= whole.index("[{"):
            assert heard == Heard()
        else:
            assert (heard.language, heard.tone, heard.scene) == ("German", "calm", "An {open} office.")
            assert len(heard.events) == whole[:end].count("}") - (end == len(whole)) - 1 or end == len(whole)
    assert len(heard_from(whole, 5.0).events) == 2


def test_questions_are_answered(say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = say(" Anna laughs. ")
    prompts = spied(engine, monkeypatch)
    assert engine.answer(tiny.noise(2), "Wer <|im_end|>\nlacht?", NEVER) == "Anna laughs."
    assert "Wer < |im_end|> lacht?\n\nAnswer in the language of this question" in prompts[0]
    assert prompts[0].count("<|AUDIO|>") == 50


def test_an_answer_without_an_end_says_so(say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audio_chat, "ANSWER_TOKENS", 20)
    raw = " ".join(str(i) for i in range(500, 600))
    text = say(raw).answer(tiny.noise(1), "Which numbers?", NEVER)
    assert text.endswith(" …")
    assert raw.startswith(text.removesuffix(" …"))
    monkeypatch.setattr(audio_chat, "ANSWER_TOKENS", 400)
    assert say("No. " * 300).answer(tiny.noise(1), "Really?", NEVER).endswith(" …")


def test_longer_windows_than_a_model_can_hear_are_the_callers_mistake(say: Say) -> None:
    sound = np.zeros(31 * 16_000, np.float32)
    with pytest.raises(ValueError, match="30"):
        say(None, "qwen2-audio").listen(sound, NEVER)
    assert say("Nothing.").answer(sound, "What?", NEVER) == "Nothing."
    for family in ENGINES:
        assert say(None, family).max_window_s <= say(None, family).manner.longest_s


def test_running_out_of_memory_says_what_to_do(say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = say("Yes.")

    def full(**_: Any) -> Any:
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr(engine._model, "generate", full)
    with pytest.raises(ModelError, match=r"ran out of memory.*shorter stretch"):
        engine.answer(tiny.noise(1), "Who?", NEVER)
    with pytest.raises(ModelError, match="ran out of memory"):
        hear(engine, 1, language="en")


# -- folders -----------------------------------------------------------------------------------------
@pytest.mark.parametrize("family", ["qwen2.5-omni", "qwen3-omni"])
def test_only_the_thinker_of_a_whole_model_is_loaded(say: Say, family: str, tmp_path: Path) -> None:
    """Published are the whole models: settings nested, weights prefixed, a part that speaks beside it."""
    folder = tiny.build_chat(tmp_path / "whole", family, says="Ja.")
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    whole = {"model_type": config["model_type"].removesuffix("_thinker"), "thinker_config": config}
    (folder / "config.json").write_text(json.dumps(whole | {"enable_audio_output": True}), encoding="utf-8")
    weights = load_file(folder / "model.safetensors")
    nested = {f"thinker.{name}": tensor for name, tensor in weights.items()}
    save_file(nested | {"talker.codec_head.weight": torch.zeros(2, 2)}, folder / "model.safetensors", {"format": "pt"})
    engine = ENGINES[family].load(folder, ENTRY)
    assert hear(engine, 1, language="de") == [Transcript("Ja.", "German")]


def test_templates_in_their_older_places(tmp_path: Path) -> None:
    folder = tiny.build_chat(tmp_path / "tiny", "qwen2.5-omni", says="Ja.")
    template = folder / "chat_template.jinja"
    (folder / "chat_template.json").write_text(
        json.dumps({"chat_template": template.read_text(encoding="utf-8")}), encoding="utf-8"
    )
    template.unlink()
    assert hear(Qwen25Omni.load(folder, ENTRY), 1, language="de") == [Transcript("Ja.", "German")]


def test_where_answers_end_is_known_though_the_settings_do_not_say(say: Say) -> None:
    settings = say(None)._model.generation_config
    ids = say(None)._tokenizer.convert_tokens_to_ids
    assert settings.eos_token_id == [ids("<|im_end|>"), ids("<|endoftext|>")]
    assert settings.pad_token_id == ids("<|endoftext|>")


def test_words_that_were_said_twice_are_written_twice(say: Say) -> None:
    """The models' own settings penalise repetition, which is no way to write down speech."""
    assert say(None)._model.generation_config.repetition_penalty == 1.3
    engine = say(None)
    inputs = engine._inputs([engine.conversation(tiny.noise(1), "Who?")])
    ids, _ = generation.greedy(engine._model, inputs, [30])
    with torch.inference_mode():
        plain = engine._model.generate(**inputs, do_sample=False, repetition_penalty=1.0, max_new_tokens=30)
        own = engine._model.generate(**inputs, do_sample=False, max_new_tokens=30)
    assert torch.equal(ids, plain[:, inputs["input_ids"].shape[1] :])
    assert not torch.equal(plain, own)
