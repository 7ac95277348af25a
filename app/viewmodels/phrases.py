"""Sentences that come from below the window, in the window's language.

Errors, notices, progress and advice are made in English by layers without Qt, often in the process of the models, with
names and numbers already put in. `said` finds the template that such a sentence was made from and puts the same values
into its translation. The templates are collected from the code by packaging/phrases.py.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from itertools import takewhile

from PySide6.QtCore import QCoreApplication

from app.viewmodels.languages import language_title

_FIELD = re.compile(r"\{(\d)\}")
_SENTENCE_END = re.compile(r"(?<=[.!?。])\s+(?=[^\s)])")
_AFTER_WIDE = re.compile(r"(?<=[，。；：？、（）]) +")
_NUMBER = re.compile(r"(?=\S*\d)[\d.,:–/%×x-]+(?: (?:[kKMGT]?i?B|[kM]?Hz|dB|%|ms))?")
_LIST = re.compile(r", | and | or ")
_WIDE = re.compile(r"[\u3000-\u9fff\uff00-\uffef“”]")
_STRONG = 5  # letters from which a template is not mistaken for something else
_DEEPEST = 3  # sentences in phrases in sentences
_TOGETHER = 4  # sentences that the code has as one text, at most
# Characters: nothing of ours is so long, and to look for it would take time.
_LONGEST, _LONGEST_VALUE = 2000, 400


def said(text: str) -> str:
    """A text of the lower layers in the language of the window; what is not known there stays as it is.

    Takes some microseconds in English and less than a millisecond otherwise. Text that is translated already stays.
    """
    probe = _looked_up("microphone")
    if not text or probe == "microphone":  # nothing is installed that speaks for those layers
        return text
    return _said(text, probe)


@lru_cache(512)  # warnings and notices are asked for again and again
def _said(text: str, _language: str) -> str:
    return "\n".join((_translated(line) or line) if len(line) <= _LONGEST else line for line in text.split("\n"))


def all_said(texts: Sequence[str]) -> tuple[str, ...]:
    return tuple(said(t) for t in texts)


@dataclass
class _Template:
    """An English sentence with {0}, {1}, … in it."""

    source: str
    _literals: list[str] = field(init=False)

    def __post_init__(self) -> None:
        self._literals = _FIELD.split(self.source)[::2]

    @property
    def size(self) -> int:
        """Letters that are always there."""
        return sum(c.isalpha() for text in self._literals for c in text)

    @property
    def opening(self) -> str:
        """The first word, if it is always the same; else ""."""
        word, blank, _ = self._literals[0].partition(" ")
        return word if blank else ""

    @cached_property
    def anchor(self) -> str:
        """What to look for before the whole is compared."""
        return max(self._literals, key=len)

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        return re.compile("(.*?)".join(map(re.escape, self._literals)), re.DOTALL)

    def is_quoted(self, n: int) -> bool:
        """Whether the nth field is somebody's own words: a title, a name."""
        return self._literals[n].endswith("“")


@cache
def _exact() -> frozenset[str]:
    from app.viewmodels.phrases_list import PHRASES  # only where another language than English is spoken

    return frozenset(p for p in PHRASES if not _FIELD.search(p))


@cache
def _by_opening() -> dict[str, list[_Template]]:
    """First word → templates with it, those that fix the most first; "": those that begin with a value."""
    from app.viewmodels.phrases_list import PHRASES

    found = defaultdict(list)
    for template in sorted((_Template(p) for p in PHRASES if _FIELD.search(p)), key=lambda t: -t.size):
        found[template.opening].append(template)
    return found


def _looked_up(text: str) -> str:
    return QCoreApplication.translate("phrases", text)


def _translated(text: str, depth: int = 0) -> str:
    """A phrase, a sentence or several; "" if nothing of it is known."""
    text = text.strip()
    sentences = _sentences(text)
    if len(sentences) == 1:
        return _one(text, depth, _PLAIN) or _one(text, depth, _ANY)
    joined = _by_sentences(sentences, depth)
    return joined or _one(text, depth, _ANY)


def _by_sentences(sentences: Sequence[str], depth: int) -> str:
    """Each on its own, or some together where the code has them as one text; "" if none is known."""
    pieces: list[str] = []
    known = at = 0
    while at < len(sentences):
        for values, most in ((_PLAIN, _TOGETHER), (_ANY, 1)):
            for end in range(min(len(sentences), at + most), at, -1):
                piece = _one(" ".join(sentences[at:end]), depth, values)
                if piece:
                    break
            if piece:
                known += 1
                break
        pieces.append(piece or sentences[at])
        at = end
    return _joined(pieces) if known else ""


def _sentences(text: str) -> list[str]:
    """Cut where sentences end, but not within quotes or brackets: a title or a reason may hold several."""
    found, start = [], 0
    for end in _SENTENCE_END.finditer(text):
        part = text[start : end.start()]
        if part.count("“") == part.count("”") and part.count("(") == part.count(")"):
            found.append(part)
            start = end.end()
    return [*found, text[start:]]


# What a value in a sentence may be: nothing that looks like a sentence, or "something: its reason"; or anything.
_PLAIN = re.compile(r"[.!?。:]\s+\S")
_ANY = re.compile(r"(?!)")


def _one(text: str, depth: int, forbidden: re.Pattern[str]) -> str:
    """A text that is one template, with values in which `forbidden` is not found."""
    if text in _exact():
        found = _looked_up(text)
        return found if found != text else ""
    if depth > _DEEPEST:
        return ""
    index = _by_opening()
    for template in [*index.get(text.partition(" ")[0], ()), *index[""]]:
        if template.anchor in text and (match := template.pattern.fullmatch(text)):
            values = match.groups()
            if any(
                forbidden.search(v) and v not in _exact() and not template.is_quoted(n) for n, v in enumerate(values)
            ):
                continue
            found = _filled(template, values, depth)
            if found:
                return found
    return ""


def _filled(template: _Template, values: Sequence[str], depth: int) -> str:
    """The translation with its values; "" if there is none, or if this is hardly what the text was made from."""
    target = _looked_up(template.source)
    if target == template.source:
        return ""
    inner = [""] * len(values)
    weak = template.size < _STRONG  # only if its values are ours too; before a colon stands anything
    for n in reversed(range(len(values))):
        if not template.is_quoted(n):
            inner[n] = _value(values[n], max(depth + 1, _DEEPEST - 1) if weak else depth + 1)
        if weak and not inner[n] and (n == len(values) - 1 or ": " not in template.source):
            return ""
    return _put(target, [i or v for i, v in zip(inner, values, strict=True)])


def _value(value: str, depth: int) -> str:
    """What was put into a text; "" if it is none of the program's own words."""
    if _NUMBER.fullmatch(value):
        return value
    if value in _exact():
        return _looked_up(value)
    if len(value) > _LONGEST_VALUE:
        return ""
    parts = _LIST.split(value)
    if len(parts) > 1 and depth <= _DEEPEST:
        named = list(takewhile(bool, (_value(p, depth + 1) for p in parts)))
        if len(named) == len(parts):
            return "、".join(named)
    known = _translated(value, depth)
    return known or (title if (title := language_title(value)) != value else "")


def _put(target: str, values: Sequence[str]) -> str:
    """The values in their places, without blanks between and after wide characters."""
    out = ""
    for n, piece in enumerate(_FIELD.split(target)):
        text = values[int(piece)] if n % 2 else piece
        if out[-1:] == " " and _WIDE.match(out[-2:-1]) and _WIDE.match(text):
            out = out[:-1]
        if text[:1] == " " and _WIDE.match(out[-1:]) and _WIDE.match(text[1:]):
            text = text[1:]
        out += text
    return _AFTER_WIDE.sub("", out)


def _joined(sentences: Sequence[str]) -> str:
    out = ""
    for one in sentences:
        out += one if not out or _WIDE.match(out[-1]) else f" {one}"
    return out
