"""Whether a text can be what was said in a stretch of speech. Models invent text over noise, and lose it in long turns.

Written characters a second, spaces left out: English and German are spoken at 10 to 17, Chinese at 4 to 7, Japanese and
Korean at 6 to 9. The limits are about twice the fastest and a tenth of the slowest.
"""

from __future__ import annotations

import unicodedata

FASTEST_PER_S = 30.0  # of scripts that spell sounds
FASTEST_WIDE_PER_S = 12.0  # of those that write a syllable or a word with one character
# Any stretch may hold a short sentence: the voice detector may have missed its beginning.
LEAST_S = 1.0
# Text that would take less than this share of its time at the fastest is next to nothing…
THIN_SHARE = 0.02
# …if there is much speech: a "yes" may well take two seconds.
THIN_FROM_S = 5.0


def least_seconds(text: str) -> float:
    """How long it takes at least to say a text."""
    wide = narrow = 0
    for char in text:
        if char.isspace():
            continue
        if unicodedata.east_asian_width(char) in "WF":
            wide += 1
        else:
            narrow += 1
    return wide / FASTEST_WIDE_PER_S + narrow / FASTEST_PER_S


def is_overlong(text: str, speech_s: float) -> bool:
    """More text than can be said in so much speech: invented, or a loop."""
    return least_seconds(text) > max(speech_s, LEAST_S)


def is_thin(text: str, speech_s: float) -> bool:
    """Some text, but hardly any for so much speech."""
    return bool(text) and speech_s >= THIN_FROM_S and least_seconds(text) < THIN_SHARE * speech_s
