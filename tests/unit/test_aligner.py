"""Times of words: the map between a written text and what the aligner is asked, repaired times, the engine."""

from __future__ import annotations

import random
import sys
import types
import unicodedata
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from app.domain.cancel import Never
from app.domain.errors import Cancelled, ModelError
from models import entries
from models.speech import times, words
from models.speech.aligner import LANGUAGES, ForcedAligner
from models.speech.words import Unit, units, written
from tests import tiny
from tests.unit.test_engines import SetAfter

NEVER = Never()


@pytest.fixture(scope="module")
def aligner(tmp_path_factory: pytest.TempPathFactory) -> ForcedAligner:
    folder = tiny.build_aligner(tmp_path_factory.mktemp("aligner") / "tiny")
    return ForcedAligner.load(folder, ENTRY)


ENTRY = entries.ModelEntry("tiny-aligner", "align", "qwen3-aligner", "Tiny aligner", 1, languages=LANGUAGES)


def align(engine: ForcedAligner, *items: tuple[float, str, str], cancel: Any = NEVER) -> Any:
    windows = [tiny.noise(s, seed=i) for i, (s, _, _) in enumerate(items)]
    return engine.align(windows, [t for _, t, _ in items], [lang for _, _, lang in items], cancel)


# -- what is asked, and what comes back --------------------------------------------------------------
@pytest.mark.parametrize(
    ("language", "text", "spoken", "pieces"),
    [
        ("English", "Ask GPT-4, please.", "Ask GPT4 please", ["Ask ", "GPT-4, ", "please."]),
        ("English", "“Don't!” – he said (twice).", "Don't he said twice", ["“Don't!” – ", "he ", "said ", "(twice)."]),
        ("English", "It's 12.5 % — or $50", "It's 125 or 50", ["It's ", "12.5 % — ", "or ", "$50"]),
        (
            "French",
            "L’été, c'est-à-dire « demain »",
            "Lété c'estàdire demain",
            ["L’été, ", "c'est-à-dire « ", "demain »"],
        ),
        ("Spanish", "Sí.¿Cómo? ¡Ya!", "SíCómo Ya", ["Sí.¿Cómo? ", "¡Ya!"]),
        ("German", "Die Straße – 12,5 €", "Die Straße 125", ["Die ", "Straße – ", "12,5 €"]),
        ("Russian", "Ёлка, ёлка…", "Ёлка ёлка", ["Ёлка, ", "ёлка…"]),
        ("Chinese", "他说:“好”。GPT-4", "他 说 好 GPT4", ["他", "说:", "“好”。", "GPT-4"]),
        ("Cantonese", "甚至出现(交易)", "甚 至 出 现 交 易", ["甚", "至", "出", "现", "(交", "易)"]),
        ("Chinese", "用 Kubernetes集群", "用 Kubernetes 集 群", ["用 ", "Kubernetes", "集", "群"]),
        ("Korean", "오늘은 GPT-4를 써요.", "오늘은 GPT4를 써요", ["오늘은 ", "GPT-4를 ", "써요."]),
        (
            "English",
            "  e\u0301te\u0301  👍🏽 ok👨‍👩‍👧(yes)",
            "ete okyes",
            ["  e\u0301te\u0301  👍🏽 ", "ok👨‍👩‍👧(yes)"],
        ),
        ("English", "… – 👍 !", "", []),
        ("English", "", "", []),
    ],
)
def test_words_lose_what_nobody_pronounces_and_get_it_back(
    language: str, text: str, spoken: str, pieces: list[str]
) -> None:
    found = units(text, language)
    assert [u.spoken for u in found] == spoken.split()
    assert written(text, found) == pieces


@pytest.fixture
def without_nagisa(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "japanese_splitter", lambda: "script")


@pytest.mark.usefixtures("without_nagisa")
@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("こんにちは、世界です。", "こんにちは 世界 です"),
        ("人々はGPT-4でテストする", "人々 は GPT4 で テスト する"),
        ("コーヒーをﾃｽﾄ", "コーヒー を ﾃｽﾄ"),
        ("十二 月", "十二 月"),
    ],
)
def test_japanese_without_nagisa_is_split_where_the_script_changes(text: str, spoken: str) -> None:
    found = units(text, "Japanese")
    assert [u.spoken for u in found] == spoken.split()
    assert "".join(written(text, found)) == text


@pytest.mark.parametrize(
    ("text", "tagged", "expected"),
    [  # `tagged` is what nagisa 0.2.11 really gives
        (
            "こんにちは、世界です。ﾃｽﾄ ①番",
            "こんにちは 、 世界 です 。 テスト 　 1 番",
            [
                ("こんにちは", "こんにちは、"),
                ("世界", "世界"),
                ("です", "です。"),
                ("テスト", "ﾃｽﾄ "),
                ("1", "①"),
                ("番", "番"),
            ],
        ),
        ("ｶﾞｰﾄﾞ㌔!", "ガード キロ !", [("ガード", "ｶﾞｰﾄﾞ"), ("キロ", "㌔!")]),
        ("㌔！", "キ ロ !", [("キロ", "㌔！")]),  # two words out of one character
        ("日本語", "日本 誤", [("日本語", "日本語")]),  # not our text: split by script
    ],
)
def test_japanese_words_of_nagisa_are_found_in_the_text(
    monkeypatch: pytest.MonkeyPatch, text: str, tagged: str, expected: list[tuple[str, str]]
) -> None:
    def tagging(form: str) -> Any:
        assert form == unicodedata.normalize("NFKC", text)
        return types.SimpleNamespace(words=tagged.split(" "))

    monkeypatch.setitem(sys.modules, "nagisa", types.SimpleNamespace(tagging=tagging))  # type: ignore[arg-type]
    monkeypatch.setattr(words, "japanese_splitter", lambda: "nagisa")
    found = units(text, "Japanese")
    assert list(zip([u.spoken for u in found], written(text, found), strict=True)) == expected


ALPHABETS = (
    "abcXYZ019", "äéñçß", "我们下周再讨論", "㐀𠀀", "ひらカタｶﾞー々", "한국말", "привет",
    "'’-–—.,!?…;:/%€$#@&*()[]{}«»“”„‘¿¡", "、。「」『』！？（）", "   \t\n\u3000\u00a0", "👍🏽👨‍👩‍👧🇩🇪❤️",
    "\u0301\u0308\u20e3\ufe0f\u200d\u200b\u00ad", "①½²㌔ﬁ", "\x00\x7f\ud7ff\ufffd",
)  # fmt: skip


def some_text(rng: random.Random) -> str:
    chosen = rng.sample(ALPHABETS, rng.randint(1, 6))
    return "".join(rng.choice(rng.choice(chosen)) for _ in range(rng.randint(0, 40)))


@pytest.mark.usefixtures("without_nagisa")
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pieces_are_always_the_text(language: str) -> None:
    rng = random.Random(language)
    for _ in range(400):
        text = some_text(rng)
        found = units(text, language)
        pieces = written(text, found)
        assert "".join(pieces) == (text if found else "")
        assert len(pieces) == len(found)
        assert all(a.end <= b.start for a, b in pairwise(found))
        for unit, piece in zip(found, pieces, strict=True):
            left = iter(piece)
            assert unit.spoken  # nothing is asked that has no sound …
            assert all(c in left for c in unit.spoken)  # … and all of it stands in its piece, in order
            assert text[unit.start] == unit.spoken[0]
            assert text[unit.end - 1] == unit.spoken[-1]
        assert sum(len(u.spoken) for u in found) == sum(words._is_spoken(c) for c in text)


def test_the_model_is_asked_what_its_own_processor_would_ask(aligner: ForcedAligner) -> None:
    rng = random.Random(1)
    for _ in range(500):
        text = some_text(rng)
        expected = aligner._processor.split_words_for_alignment(text, "Chinese")
        assert [u.spoken for u in units(text, "Chinese")] == expected
    text = "Mr. Quilter's 3 dogs, 今天好!"
    window = tiny.noise(3)
    official, word_lists = aligner._processor.prepare_forced_aligner_inputs(
        audio=window, transcript=text, language="English"
    )
    asked: list[Any] = []
    real = aligner._model.forward
    aligner._model.forward = lambda **k: asked.append(k) or real(**k)
    try:
        found = aligner._forward([window], [[u.spoken for u in units(text, "English")]])
    finally:
        del aligner._model.forward
    assert torch.equal(asked[0]["input_ids"], official["input_ids"])
    with torch.inference_mode():
        logits = aligner._model(**official).logits
    decoded = aligner._processor.decode_forced_alignment(
        logits, official["input_ids"], word_lists, aligner._model.config.timestamp_token_id
    )
    assert found == [[(w["start_time"], w["end_time"]) for w in decoded[0]]]


# -- times -------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("spans", "duration", "expected"),
    [
        ([(0.08, 0.4), (0.4, 0.8), (1.2, 1.6)], 2, None),  # good ones stay
        ([(0.5, 0.5)], 2, [(0.46, 0.54)]),  # 80 ms around it
        ([(0.0, 0.0)], 2, [(0.0, 0.08)]),
        ([(2.0, 2.0)], 2, [(1.92, 2.0)]),
        ([(0.2, 1.0), (1.0, 1.0), (2.0, 2.4)], 3, [(0.2, 1.0), (1.0, 1.08), (2.0, 2.4)]),
        ([(0.0, 1.0), (1.0, 1.0), (1.0, 1.3)], 3, [(0.0, 0.5), (0.5, 1.0), (1.0, 1.3)]),  # shared with the longer one
        ([(0.0, 0.4), (0.8, 0.6), (0.7, 1.0)], 3, [(0.0, 0.4), (0.72, 0.8), (0.8, 1.0)]),  # backward
        ([(1.0, 9.0), (12.0, 300.0)], 10, [(1.0, 9.0), (9.92, 10.0)]),  # behind the window
        ([(5.0, 5.0)] * 3, 10, [(4.88, 4.96), (4.96, 5.04), (5.04, 5.12)]),
        ([(0.0, 0.0)] * 4, 0.1, [(0.0, 0.025), (0.025, 0.05), (0.05, 0.075), (0.075, 0.1)]),  # no room at all
        ([(1.0, 1.2)], 0, [(0, 0)]),
        ([], 5, []),
    ],
)
def test_how_times_are_repaired(spans: list[times.Span], duration: float, expected: list[times.Span] | None) -> None:
    found = times.repaired(spans, [3] * len(spans), duration)
    assert np.array(found) == pytest.approx(np.array(spans if expected is None else expected))


def test_repaired_times_can_always_be_shown() -> None:
    rng = random.Random(0)
    for _ in range(3000):
        duration = rng.choice([0.3, 2.0, 20.0])
        top = duration * rng.choice([1, 1, 2, 50])
        flat = [round(rng.uniform(0, top) / 0.08) * 0.08 for _ in range(2 * rng.randint(1, 25))]
        if rng.random() < 0.7:
            flat.sort()
        spans = list(zip(flat[::2], flat[1::2], strict=True))
        weights = [rng.randint(1, 12) for _ in spans]
        found = times.repaired(spans, weights, duration)
        assert len(found) == len(spans)
        assert found[0][0] >= 0
        assert found[-1][1] <= duration + 1e-9
        assert all(a < b for a, b in found)
        assert all(a[1] <= b[0] + 1e-9 for a, b in pairwise(found))
        good = all(b - a >= times.SHORTEST_S for a, b in spans) and flat == sorted(flat) and flat[-1] <= duration
        assert not good or found == spans


# -- the engine --------------------------------------------------------------------------------------
def test_words_of_a_batch(aligner: ForcedAligner) -> None:
    items = (
        (1.0, "Ask GPT-4, please.", "English"),
        (4.0, "他说:“好”。", "Chinese"),
        (0.3, "Ja!", "German"),
        (2.0, "", "English"),
        (2.0, "… 👍", "English"),
        (2.0, "สวัสดี", "Thai"),
        (0.0, "No sound.", "English"),
        (3.0, "これはテストです。", "Japanese"),
        (3.0, "오늘은 좋아요.", "Korean"),
    )
    found = align(aligner, *items)
    for (seconds, text, language), its in zip(items, found, strict=True):
        can = seconds > 0 and language in LANGUAGES and any(words._is_spoken(c) for c in text)
        assert "".join(w.text for w in its) == (text if can else "")
        assert all(0 <= w.start_s < w.end_s <= seconds + 1e-9 for w in its)
        assert all(a.end_s <= b.start_s + 1e-9 for a, b in pairwise(its))
    assert found == [align(aligner, *items)[i] for i in range(len(items))]
    assert align(aligner) == []


def test_batching_changes_nothing(aligner: ForcedAligner, monkeypatch: pytest.MonkeyPatch) -> None:
    windows = [tiny.noise(s, seed=i) for i, s in enumerate((3.0, 1.0, 9.0, 2.0))]
    texts = ["Ask GPT-4.", "Yes, we will see.", "Nobody knows the budget of next year.", "No."]
    together = aligner.align(windows, texts, ["English"] * 4, NEVER)
    sizes: list[list[int]] = []
    real = aligner._forward

    def spy(batch: Any, its: Any) -> Any:
        sizes.append([len(w) // 16_000 for w in batch])
        return real(batch, its)

    monkeypatch.setattr(aligner, "_forward", spy)
    monkeypatch.setattr(aligner, "_batch_seconds", 9.5)
    assert aligner.align(windows, texts, ["English"] * 4, NEVER) == together
    assert sizes == [[9], [3, 2, 1]]


def test_out_of_memory_halves_the_batch(aligner: ForcedAligner, monkeypatch: pytest.MonkeyPatch) -> None:
    real, sizes = aligner._forward, list[int]()

    def small_card(batch: Any, its: Any) -> Any:
        sizes.append(len(batch))
        if len(batch) > 2:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return real(batch, its)

    monkeypatch.setattr(aligner, "_batch_seconds", 100.0)
    items = [(1.0, "Yes.", "English")] * 5
    expected = align(aligner, *items)
    monkeypatch.setattr(aligner, "_forward", small_card)
    assert align(aligner, *items) == expected
    assert sizes == [5, 2, 3, 1, 2]
    assert aligner._batch_seconds == 25

    def full(*_: Any) -> Any:
        raise MemoryError

    monkeypatch.setattr(aligner, "_forward", full)
    with pytest.raises(ModelError, match=r"ran out of memory.*times of words"):
        align(aligner, *items)

    def broken(*_: Any) -> Any:
        raise RuntimeError("shapes")

    monkeypatch.setattr(aligner, "_forward", broken)
    with pytest.raises(RuntimeError, match="shapes"):
        align(aligner, *items)


@pytest.mark.parametrize("looks", [0, 1, 2])
def test_aligning_stops_when_cancelled(aligner: ForcedAligner, looks: int) -> None:
    flag = SetAfter(looks)
    with pytest.raises(Cancelled):
        align(aligner, (2.0, "Ben checks it.", "English"), cancel=flag)
    assert flag.looks == -1


def test_what_is_the_callers_mistake(aligner: ForcedAligner) -> None:
    with pytest.raises(ValueError, match="180"):
        align(aligner, (181.0, "Yes.", "English"))
    with pytest.raises(ValueError, match="shorter"):
        aligner.align([tiny.noise(1)], [], ["English"], NEVER)


def test_a_tokenizer_without_time_marks_is_refused(tmp_path: Path) -> None:
    folder = tiny.build_aligner(tmp_path / "tiny")
    for name in ("tokenizer.json", "tokenizer_config.json"):
        path = folder / name
        path.write_text(path.read_text(encoding="utf-8").replace("<timestamp>", "<timestump>"), encoding="utf-8")
    with pytest.raises(ModelError, match=r"does not know <timestamp>.*whole model folder"):
        ForcedAligner.load(folder, ENTRY)


def test_what_is_remembered_with_the_result(aligner: ForcedAligner) -> None:
    assert aligner.settings == {"device": "cpu", "precision": "float32", "japanese": words.japanese_splitter()}
    assert aligner.languages == LANGUAGES
    assert units("x", "English") == [Unit("x", 0, 1)]
