"""The comparison with the package qwen-asr: its own parts always, all of it where the package is installed."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from tests import tiny
from tests.reference import compare
from tests.reference.convert import to_reference


@pytest.mark.parametrize("kind", ["asr", "aligner"])
def test_every_weight_gets_its_name_in_the_original_form(tmp_path: Path, kind: str) -> None:
    build = tiny.build_speech if kind == "asr" else tiny.build_aligner
    native = build(tmp_path / "native")
    folder = to_reference(native, tmp_path / "original")
    ours, theirs = load_file(native / "model.safetensors"), load_file(folder / "model.safetensors")
    assert all(name.startswith(("thinker.audio_tower.", "thinker.model.", "thinker.lm_head.")) for name in theirs)
    assert len(theirs) == len(ours) + (kind == "asr")  # there the head is written out, though it is the embeddings
    embeddings = ours["model.language_model.embed_tokens.weight"]
    head = theirs["thinker.lm_head.weight"]
    assert torch.equal(head, embeddings if kind == "asr" else ours["score.weight"])
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))["thinker_config"]
    assert ("forced_aligner" in config["model_type"]) == (kind == "aligner")
    assert config["text_config"]["rope_theta"] == 10_000
    with pytest.raises(KeyError):
        from tests.reference.convert import _renamed

        _renamed("talker.weight")


def test_only_what_is_known_to_differ_may() -> None:
    assert compare.Comparison("x", 3, 3).kept
    assert not compare.Comparison("x", 2, 3).kept
    assert compare.Comparison("x", 2, 3, known="another tokenizer").kept


@pytest.mark.slow
def test_all_answers_are_those_of_the_package() -> None:
    cache = os.environ.get("FOLKMOOT_REFERENCE")
    if not cache or not (Path(cache) / "environment" / "complete.txt").is_file():
        pytest.skip("needs qwen-asr in an environment of its own: python -m tests.reference.compare FOLDER makes it; "
                    "then set FOLKMOOT_REFERENCE=FOLDER")  # fmt: skip
    found = list(compare.comparisons(Path(cache)))
    assert len(found) > 10
    assert [f.what for f in found if not f.kept] == []
