"""The synthetic world, its speech, and what the starter models are trained on."""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path

import numpy as np
import pytest

from app.domain import minutes_format as fmt
from models.starter import sample, speech
from models.starter.world import OBJECTS, VERBS, World, is_held_out, vocabulary

needs_espeak = pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="needs espeak-ng")


def test_the_world_is_the_same_for_the_same_seed() -> None:
    assert World(random.Random(7)).meeting(5, 9) == World(random.Random(7)).meeting(5, 9)
    assert World(random.Random(7)).meeting(5, 9) != World(random.Random(8)).meeting(5, 9)


def test_the_vocabulary_has_the_size_it_should() -> None:
    assert 400 <= len(vocabulary()) <= 800


def test_items_stand_word_for_word_in_their_line() -> None:
    world = World(random.Random(1), held_out=True)
    for _ in range(100):
        for line in world.meeting(5, 20).lines:
            for item in line.items:
                assert item.text in line.text
                assert item.due is None or item.due in line.text
                assert item.owner is None or item.owner == line.speaker or item.owner in line.text


def test_held_out_pairs_are_never_drawn_for_training() -> None:
    pairs = [(v, o) for v in VERBS for o in OBJECTS]
    kept_out = [f"{v} {o}" for v, o in pairs if is_held_out(v, o)]
    assert 0.05 < len(kept_out) / len(pairs) < 0.12
    training = World(random.Random(3))
    drawn = {training.pair() for _ in range(5_000)}
    assert not any(is_held_out(v, o) for v, o in drawn)
    tested = World(random.Random(3), held_out=True)
    assert any(is_held_out(*tested.pair()) for _ in range(500))


def test_voices_kept_out_are_not_trained_on() -> None:
    assert not set(speech.TRAIN_VARIANTS) & set(speech.HELD_OUT_VARIANTS)
    assert len(speech.HELD_OUT_VARIANTS) >= 12


@pytest.mark.parametrize(
    ("reference", "hypothesis", "edits"),
    [("a b c", "a b c", 0), ("a b c", "a c", 1), ("a", "", 1), ("a b", "b a", 2), ("It's ok.", "it's OK", 0)],
)
def test_word_errors(reference: str, hypothesis: str, edits: int) -> None:
    assert speech.word_errors(reference, hypothesis) == (edits, len(speech.words(reference)))


def test_what_is_no_speech_covers_silence_and_sound() -> None:
    rng = np.random.default_rng(1)
    clips = [speech.nonspeech(rng, 1.0) for _ in range(60)]
    assert all(len(c) == 16_000 and c.dtype == np.float32 and np.abs(c).max() <= 1 for c in clips)
    assert any(not c.any() for c in clips)
    assert any(np.abs(c).max() > 0.05 for c in clips)


@needs_espeak
def test_clips_mix_into_utterances(tmp_path: Path) -> None:
    speech.make_clips(tmp_path / "clips", 6, 5, ("male1", "female1"), False, 1)
    clips = speech.Clips(tmp_path / "clips")
    assert len(clips) == 6
    x, text = speech.Mixer(clips, 1, clean=True).speech(0, 2)
    assert x.dtype == np.float32
    assert text.startswith(clips.texts[0])
    assert len(x) > clips.lengths[0]
    dirty, same = speech.Mixer(clips, 1).speech(0, 1)
    assert same == clips.texts[0]
    assert np.isfinite(dirty).all()
    assert np.abs(dirty).max() <= 1.0
    stamp = (tmp_path / "clips.npy").stat().st_mtime_ns
    speech.make_clips(tmp_path / "clips", 6, 5, ("male1", "female1"), False, 1)
    assert (tmp_path / "clips.npy").stat().st_mtime_ns == stamp, "what is there is not made again"


def test_the_sample_meeting_is_as_it_says() -> None:
    folder = Path(sample.__file__).parent / "sample"
    reference = json.loads((folder / "reference.json").read_text(encoding="utf-8"))
    assert 180 <= reference["duration_s"] <= 300
    assert {s["track"] for s in reference["segments"]} == {"mic", "system"}
    assert len({s["speaker"] for s in reference["segments"] if s["track"] == "system"}) == 3
    said = {s["id"]: s["text"] for s in reference["segments"]}
    for kind, key in (("decisions", "text"), ("action_items", "task"), ("open_questions", "text")):
        assert reference["minutes"][kind]
        for item in reference["minutes"][kind]:
            assert all(item[key] in said[i] for i in item["evidence"])
    ordered = [s["start_s"] for s in reference["segments"]]
    assert ordered == sorted(ordered)
    overlaps = sum(
        b["start_s"] < a["end_s"] for a, b in zip(reference["segments"], reference["segments"][1:], strict=False)
    )
    assert overlaps >= 3


def test_the_text_model_is_told_where_every_copied_word_stands(tmp_path: Path) -> None:
    from models.starter.train_text import Trainer

    trainer = Trainer(tmp_path, steps=1)
    word = trainer.tok.decode
    links = 0
    for n in range(60):
        example = trainer._example(2, 8, merge=n % 10 == 0)
        whole = example.prompt + example.answer
        for to, source in example.copies:
            assert to >= len(example.prompt) > source
            copied, original = word([whole[to]]).strip(" ."), word([whole[source]]).strip(" .")
            assert copied == original or copied in original or original in copied
            links += 1
        for to, source in example.lines:
            assert "\n" in word([whole[source]])
            assert to > source
    assert links > 300


def test_a_training_step_lowers_the_loss_and_a_checkpoint_resumes(tmp_path: Path) -> None:
    import torch

    from models.starter.train_text import Trainer

    trainer = Trainer(tmp_path, steps=3)
    trainer.run()
    first = trainer.model.get_input_embeddings().weight.detach().clone()
    again = Trainer(tmp_path, steps=3)
    again.resume()
    assert again.step == 3
    assert torch.equal(again.model.get_input_embeddings().weight, first)
    examples = [again._example(1, 1, merge=False) for _ in range(6)]
    before = again._batch_loss(examples)[0].item()
    for _ in range(8):
        again.muon.zero_grad()
        again.adam.zero_grad()
        loss, _ = again._batch_loss(examples)
        loss.backward()
        again.muon.step()
        again.adam.step()
    assert again._batch_loss(examples)[0].item() < before


def test_what_the_text_model_learns_is_the_products_own_form() -> None:
    from models.starter.train_text import minutes_example

    lines, items, summary = minutes_example(World(random.Random(2)).meeting(3, 6))
    answer = fmt.render_answer(items, summary)
    assert fmt.parse_answer(answer) == (items, summary)
    assert fmt.minutes_request(lines)[1].content.count("\n") == len(lines)


def test_the_grammar_allows_what_the_text_model_learns() -> None:
    import llguidance
    import llguidance.hf

    from models.starter.train_text import build_tokenizer, minutes_example

    tokenizer = build_tokenizer()
    ll = llguidance.hf.from_tokenizer(tokenizer)
    world = World(random.Random(4), held_out=True)
    for quotes_only in (True, False):
        for _ in range(5):
            lines, items, summary = minutes_example(world.meeting(3, 8, density=0.5))
            grammar = fmt.minutes_grammar(lines, quotes_only)
            for text, allowed in (
                (fmt.render_answer(items, summary), True),
                (fmt.render_answer([fmt.AnswerItem("decision", "x", None, None, (99,))], ""), False),
            ):
                matcher = llguidance.LLMatcher(ll, grammar.lark, log_level=0)
                assert not matcher.is_error(), matcher.get_error()
                ids = tokenizer(text, add_special_tokens=False)["input_ids"]
                complete = matcher.try_consume_tokens(ids) == len(ids) and matcher.is_accepting()
                assert complete is allowed


def test_a_quoting_model_cannot_say_what_was_not_said() -> None:
    import llguidance
    import llguidance.hf

    from models.starter.train_text import build_tokenizer

    tokenizer = build_tokenizer()
    ll = llguidance.hf.from_tokenizer(tokenizer)
    lines = [fmt.PromptLine("Anna", "I will update the budget by Friday."), fmt.PromptLine("Me", "Sure.")]
    for item, allowed in (
        (fmt.AnswerItem("action_item", "update the budget", "Anna", "Friday", (1,)), True),
        (fmt.AnswerItem("action_item", "update the report", "Anna", "Friday", (1,)), False),
        (fmt.AnswerItem("action_item", "update the budget", "Ben", "Friday", (1,)), False),
        (fmt.AnswerItem("action_item", "update the budget", "Anna", "Monday", (1,)), False),
        (fmt.AnswerItem("decision", "update the budget", None, None, (2,)), False),
    ):
        matcher = llguidance.LLMatcher(ll, fmt.minutes_grammar(lines, True).lark, log_level=0)
        ids = tokenizer(fmt.render_answer([item], "The meeting was about the budget."), add_special_tokens=False)[
            "input_ids"
        ]
        assert (matcher.try_consume_tokens(ids) == len(ids)) is allowed, item
