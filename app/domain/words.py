"""Texts as words: cut, compared, and marked so that they can be found again but not read."""

from __future__ import annotations

import re
from hashlib import blake2s

WIDE = "⺀-鿿가-힯豈-﫿"  # characters that stand without spaces: each is a token
_TOKEN = re.compile(rf"[{WIDE}]\s*|[^\s{WIDE}]+\s*|^\s+")
_SIGNS = ".,;:?!…\"'“”‘’«»()。，；：？！「」、"


def tokens(text: str) -> list[str]:
    """Words with the spaces after them; characters of Chinese, Japanese and Korean one by one. Joined, they are the
    text."""
    found = _TOKEN.findall(text)
    if len(found) > 1 and not found[0].strip():
        found[:2] = [found[0] + found[1]]
    return found


def plain(token: str) -> str:
    """A token as it is compared: without spaces, signs around it, and case."""
    return token.strip().strip(_SIGNS).casefold()


def print_of(token: str) -> str:
    """Three hexadecimal digits: the same for the same word, and for a great many others, so that no word can be told
    from them. Several in a row are a text nobody else has said."""
    return blake2s(plain(token).encode(), digest_size=2).hexdigest()[:3]


def prints_of(text: str) -> str:
    """The print of each word of a text, with spaces between."""
    return " ".join(print_of(t) for t in tokens(text))
