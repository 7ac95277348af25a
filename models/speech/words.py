"""From a written text to the words an aligner is asked about, and back.

Qwen3-ForcedAligner gets letters, digits and straight apostrophes only: `GPT-4` as `GPT4`, Chinese characters one by
one. Here each such unit remembers where it stands in the text, so that what comes back has its punctuation, its
spaces and everything else that nobody pronounces: joined, the written words are the text.
"""

from __future__ import annotations

import importlib
import importlib.util
import logging
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

log = logging.getLogger(__name__)

# CJK ideographs as the model's authors count them.
_IDEOGRAPHS = (
    (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x2A6DF), (0x2A700, 0x2B73F), (0x2B740, 0x2B81F),
    (0x2B820, 0x2CEAF), (0x2F800, 0x2FA1F),
)  # fmt: skip
# Besides the categories Ps and Pi: what opens the word behind it, if no space says otherwise.
_OPENING = "¿¡#@"


@dataclass(frozen=True, slots=True)
class Unit:
    """What the aligner finds as one: `spoken` stands, with other characters between, in text[start:end]."""

    spoken: str
    start: int
    end: int


def units(text: str, language: str) -> list[Unit]:
    """The units of `text` in order. `language`: full English name.

    Ideographs one by one, all else at spaces; so it is done for Korean too, as transformers does it. Japanese is
    split by nagisa if it is installed, otherwise where the script changes (漢字, ひらがな, カタカナ): those pieces
    are longer than words, and their times as good.
    """
    if language != "Japanese":
        return list(_by_spaces(text))
    return _by_nagisa(text) or list(_by_script(text))


def japanese_splitter() -> str:
    """What splits Japanese here: "nagisa" or "script"."""
    return "nagisa" if importlib.util.find_spec("nagisa") else "script"


def written(text: str, found: Sequence[Unit]) -> list[str]:
    """The text in as many pieces as there are units; joined, they are the text again.

    What stands between two units belongs to the first, up to and with the last space; behind that, and where there
    is no space from an opening bracket or quotation mark on, to the second.
    """
    cuts = [0, *(_cut(text, a.end, b.start) for a, b in pairwise(found)), len(text)]
    return [text[a:b] for a, b in pairwise(cuts)] if found else []


def _cut(text: str, start: int, end: int) -> int:
    """Where text[start:end], which nobody pronounces, is divided between its neighbours."""
    for at in range(end, start, -1):
        if text[at - 1].isspace():
            return at
    at = end
    while at > start and (unicodedata.category(text[at - 1]) in ("Ps", "Pi", "Sc") or text[at - 1] in _OPENING):
        at -= 1
    return at


def _is_ideograph(char: str) -> bool:
    return any(first <= ord(char) <= last for first, last in _IDEOGRAPHS)


def _is_spoken(char: str) -> bool:
    return char == "'" or unicodedata.category(char)[0] in "LN" or _is_ideograph(char)


def _by_spaces(text: str) -> Iterator[Unit]:
    pending: list[int] = []  # of the spoken characters of a word
    for at, char in enumerate(text):
        if pending and (char.isspace() or _is_ideograph(char)):
            yield _unit(text, pending)
            pending = []
        if _is_ideograph(char):
            yield Unit(char, at, at + 1)
        elif _is_spoken(char):
            pending.append(at)
    if pending:
        yield _unit(text, pending)


def _by_script(text: str) -> Iterator[Unit]:
    pending: list[int] = []
    script = ""
    for at, char in enumerate(text):
        if not _is_spoken(char):
            if char.isspace() and pending:
                yield _unit(text, pending)
                pending = []
            continue
        now = _script(char) or script
        if pending and now != script:
            yield _unit(text, pending)
            pending = []
        pending.append(at)
        script = now
    if pending:
        yield _unit(text, pending)


def _script(char: str) -> str:
    """ "" for what goes on in the script of what stands before it: ー, 々."""
    if char in "ー々":
        return ""
    if _is_ideograph(char):
        return "han"
    name = unicodedata.name(char, "")
    return next((s for s in ("HIRAGANA", "KATAKANA") if s in name), "other")


def _by_nagisa(text: str) -> list[Unit]:
    """Empty if nagisa is not there or its words cannot be found again in the text."""
    if japanese_splitter() != "nagisa":
        return []
    # nagisa works on the text in its compatibility form (Ａ as A, ｶﾞ as ガ), so that form is made here, character by
    # character with its marks, to know where each of its characters comes from.
    form, origin = "", list[tuple[int, int]]()
    for start, end in pairwise([*_clusters(text), len(text)]):
        part = unicodedata.normalize("NFKC", text[start:end])
        form += part
        origin += [(start, end)] * len(part)
    at, found = 0, list[Unit]()
    for word in importlib.import_module("nagisa").tagging(form).words:
        spans = []
        for char in word:
            if not _is_spoken(char):
                continue
            at = form.find(char, at)
            if at < 0:
                log.warning("nagisa changed a text; its Japanese words are split where the script changes")
                return []
            spans.append(origin[at])
            at += 1
        if spans:
            spoken = "".join(c for c in word if _is_spoken(c))
            found.append(Unit(spoken, spans[0][0], spans[-1][1]))
    # Two words may come from one character (㌔ is キロ): they are one unit then.
    merged: list[Unit] = []
    for unit in found:
        if merged and unit.start < merged[-1].end:
            last = merged.pop()
            unit = Unit(last.spoken + unit.spoken, last.start, max(last.end, unit.end))
        merged.append(unit)
    return merged


def _clusters(text: str) -> Iterator[int]:
    """Where the characters begin that carry no mark of the one before."""
    for at, char in enumerate(text):
        if at == 0 or not (unicodedata.combining(char) or char in "ﾞﾟ"):
            yield at


def _unit(text: str, at: Sequence[int]) -> Unit:
    return Unit("".join(text[i] for i in at), at[0], at[-1] + 1)
