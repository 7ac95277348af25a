"""Text that is shown while somebody is still speaking: which of its words will stay, and how often words did not.

A model hears an utterance anew about once a second and may think better of any word. What two hearings in a row agree
on (LocalAgreement-2) is *stable*; the rest is *tentative*, and so is always the last word, which may be cut off.
A stable word is taken back only when two hearings in a row contradict it in the same way. Words that the model was not
sure of, and what it made of the sound behind them, are not shown yet: they are what changes most.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

_RUN = re.compile(r"\S+\s*")


@dataclass(frozen=True, slots=True)
class Partial:
    """What is shown of an utterance: `stable` first, `tentative` right behind it; joined, they are the text."""

    stable: str = ""
    tentative: str = ""

    @property
    def text(self) -> str:
        return self.stable + self.tentative


@dataclass(frozen=True, slots=True)
class Changes:
    """How often shown words were taken back. Sums of several utterances are made with `+`.

    `words`: of the final texts. `taken_back`: shown words that were gone or another word in what was shown next, summed
    over all times; `stable_taken_back`: those of them that were called stable. Case and punctuation do not count.
    """

    words: int = 0
    taken_back: int = 0
    stable_taken_back: int = 0

    @property
    def rate(self) -> float:
        """Words taken back for each word of the final text."""
        return self.taken_back / self.words if self.words else 0.0

    @property
    def stable_rate(self) -> float:
        return self.stable_taken_back / self.words if self.words else 0.0

    def __add__(self, other: Changes) -> Changes:
        return Changes(
            self.words + other.words,
            self.taken_back + other.taken_back,
            self.stable_taken_back + other.stable_taken_back,
        )


class Partials:
    """The partial texts of one utterance, in the order in which they were heard."""

    def __init__(self) -> None:
        self._heard: list[str] = []  # the last text, in words
        self._stable: list[str] = []
        self._shown: list[str] = []
        self._taken_back = 0
        self._stable_taken_back = 0
        self._words = 0

    def update(self, text: str, sure: int | None = None) -> Partial:
        """A hearing of all the sound so far; what to show now.

        `sure`: of how many characters, from the beginning, the model was sure; None: that is not known.
        """
        heard = words_of(text)
        if sure is not None:
            heard = _sure(heard, sure - len(text) + len(text.lstrip()))
        agreed = heard[: _common(heard, self._heard)]
        self._heard = heard
        # The last word is a guess even where it is the same twice: the next sound may make it longer.
        if len(agreed) == len(heard):
            agreed = agreed[:-1]
        stable = self._stable
        if _common(agreed, stable) == len(stable):
            stable = agreed
        elif _common(agreed, stable) < len(agreed):  # both hearings have other words there
            self._stable_taken_back += _lost(stable, heard)
            stable = agreed
        return self._show(stable, heard[_tail(stable, heard) :])

    def finish(self, text: str) -> Partial:
        """The final text: all of it is stable."""
        final = words_of(text)
        self._stable_taken_back += _lost(self._stable, final)
        self._words = len(final)
        return self._show(final, [])

    @property
    def changes(self) -> Changes:
        """So far; `words` is known once the utterance is finished."""
        return Changes(self._words, self._taken_back, self._stable_taken_back)

    def _show(self, stable: list[str], tentative: list[str]) -> Partial:
        shown = stable + tentative
        self._taken_back += _lost(self._shown, shown)
        self._stable, self._shown = stable, shown
        # A stable word is never the last one heard, so the space behind it is known.
        return Partial("".join(stable) if tentative else "".join(stable).rstrip(), "".join(tentative).rstrip())


def words_taken_back(shown: str, next_shown: str) -> int:
    """How many words of a shown text are gone or other words in the one shown after it."""
    return _lost(words_of(shown), words_of(next_shown))


def words_of(text: str) -> list[str]:
    """The text in words, or in characters where the script has no spaces; joined, they are the text again."""
    found: list[str] = []
    for run in _RUN.findall(text.lstrip()):
        found += _split(run)
    return found


def _sure(words: Sequence[str], characters: int) -> list[str]:
    """The words whose letters lie within so many characters."""
    found: list[str] = []
    at = 0
    for word in words:
        letters = max((n for n, c in enumerate(word, 1) if unicodedata.category(c)[0] in "LNM"), default=1)
        if at + letters > characters:
            break
        found.append(word)
        at += len(word)
    return found


def _split(run: str) -> list[str]:
    """A run without spaces inside: whole, or cut before and behind each wide character."""
    parts: list[str] = []
    joins = True  # whether the next narrow character belongs to the part before it
    for char in run:
        wide = not _spaced(char)
        letter = unicodedata.category(char)[0] in "LN"
        if parts and (not letter or (joins and not wide)):
            parts[-1] += char
        else:
            parts.append(char)
        if letter:
            joins = not wide
    return parts


def _spaced(char: str) -> bool:
    """Whether words of this character's script are set apart by spaces."""
    if unicodedata.east_asian_width(char) in "WF":
        return unicodedata.name(char, "").startswith("HANGUL")
    return not unicodedata.name(char, "").startswith(("THAI", "LAO", "KHMER", "MYANMAR"))


def _common(a: Sequence[str], b: Sequence[str]) -> int:
    """How many words both begin with."""
    n = 0
    for x, y in zip(a, b, strict=False):
        if _plain(x) != _plain(y):
            break
        n += 1
    return n


def _lost(old: Sequence[str], new: Sequence[str]) -> int:
    """How many words of `old` are not in `new`, in order."""
    kept = sum(block.size for block in _matcher(old, new).get_matching_blocks())
    return len(old) - kept


def _matcher(a: Sequence[str], b: Sequence[str]) -> SequenceMatcher[str]:
    return SequenceMatcher(None, [_plain(w) for w in a], [_plain(w) for w in b], autojunk=False)


def _plain(word: str) -> str:
    return "".join(c for c in word.casefold() if unicodedata.category(c)[0] in "LNM") or word.strip()


def _tail(stable: Sequence[str], heard: Sequence[str]) -> int:
    """Where in `heard` the part begins that comes behind `stable`, though its words may be others."""
    if _common(stable, heard) == len(stable):
        return len(stable)
    if len(heard) <= _common(stable, heard):  # it says less than before: nothing new
        return len(heard)
    for kind, i1, i2, j1, j2 in reversed(_matcher(stable, heard).get_opcodes()):
        if i2 == len(stable) and i1 < i2:
            return j2 if kind != "replace" else min(j2, j1 + i2 - i1)
    return min(len(stable), len(heard))
