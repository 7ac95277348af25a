"""Names that the words of a meeting offer for its speakers: "my name is Anna", 我是张伟, "1:1 with Anna".

Few and right rather than many: each is only ever suggested, and what could mean something else is left out.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from app.domain.meeting import MIC, Meeting, Segment
from app.domain.ports import KnownVoice

_SAID, _KNOWN, _LIKELY = 0.8, 0.8, 0.6  # certainty: in so many words; and in the glossary or title; and neither
_FROM_TITLE = 0.6

_NAME = r"(?P<name>[^\W\d_a-z][\w’'-]+(?: [^\W\d_a-z][\w’'-]+)?)"
_END = r"(?=[.,;:!?…—–-]|\s*$| (?:and|from|here|speaking|with|at|the|und|von|aus|et|de|y|e)\b)"
# In so many words, wherever in a sentence.
_SAYS = [
    re.compile(pattern + _NAME)
    for pattern in (
        r"\b(?:[Mm]y name is|[Mm]y name's|I am called|I'm called|[Yy]ou can call me) ",
        r"\b(?:[Mm]ein Name ist|[Ii]ch heiße|[Ii]ch heisse) ",
        r"\b(?:[Jj]e m['’]appelle|[Mm]on nom est) ",
        r"\b(?:[Mm]e llamo|[Mm]i nombre es|[Mm]i chiamo|[Mm]eu nome é|[Mm]e chamo|[Ii]k heet|[Jj]ag heter) ",
    )
]
# As people begin; what follows may be something else ("I'm German"), so it has to stand alone or be known.
_BEGINS = [
    re.compile(r"(?:^|[.!?,] |\b(?:[Hh]i|[Hh]ello|[Hh]ey|[Hh]allo),? )" + pattern + _NAME + _END)
    for pattern in (
        r"(?:I'm|I’m|I am|[Tt]his is|[Ii]t's|[Ii]t’s) ",
        r"(?:[Ii]ch bin(?: die| der)?|[Hh]ier ist|[Hh]ier spricht) ",
        r"(?:[Jj]e suis|[Ii]ci|[Ss]oy|[Ss]ono|[Ss]ou|[Ii]k ben|[Jj]ag är) ",
    )
]
_HERE = re.compile(r"^" + _NAME + r" (?:here|speaking|hier|am Apparat)\b")
# Chinese: a surname and one or two more characters, then a pause; after 我叫 or 名字 nothing else can come.
_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏"
    "钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
_ZH_END = r"(?=[，。！？、；,.!?]|$|来自)"
_ZH_NAME = rf"(?P<name>(?:欧阳|上官|司马|诸葛|[{_SURNAMES}])[\u4e00-\u9fff]{{1,2}}?)"
_ZH_SAYS = re.compile(r"(?:我叫|我的名字是|我的名字叫)" + _ZH_NAME + _ZH_END)
_ZH_BEGINS = re.compile(r"(?:^|[，。！？、,.!?])(?:大家好|你好|您好)?我是" + _ZH_NAME + _ZH_END)
_ZH_NO_NAME_ENDS = "的了人吗呢吧啊说们是在方员师长生"

_NO_NAMES = frozenset(
    """
    monday tuesday wednesday thursday friday saturday sunday january february march april june july august september
    october november december montag dienstag mittwoch donnerstag freitag samstag sonntag
    american australian british canadian chinese dutch english european french german indian irish italian japanese
    korean mexican polish portuguese russian scottish spanish swedish swiss turkish catholic christian jewish muslim
    america australia britain canada china england europe france germany india ireland italy japan korea spain
    london paris berlin york google microsoft amazon apple teams zoom slack ok okay not sorry sure here just going
    great good fine well so glad happy it i the a an no yes god mr mrs ms dr ceo cto cfo deutscher deutsche english
    what why how that this
    """.split()
)
_TITLE = re.compile(
    r"^(?i:1:1|1-1|1on1|one[- ]on[- ]one|interview|telefonat)(?i: with| mit|:| -| –)? "
    rf"{_NAME}$"
)
_TITLE_WITH = re.compile(rf"\b(?:with|mit|w/|avec|con) {_NAME}$")


def names_said(meeting: Meeting) -> dict[str, KnownVoice]:
    """Speaker key → the name the words of the meeting point to, with its certainty as in `Speaker.certainty`.

    A name that two speakers seem to bear is neither's: one of them has introduced the other.
    """
    known = _known_names(meeting)
    said: dict[str, dict[str, float]] = defaultdict(dict)
    for s in meeting.segments:
        if s.echo_of is None and s.speaker:
            for name, certainty in _introductions(s.text, known):
                said[s.speaker][name] = max(certainty, said[s.speaker].get(name, 0.0))
    found = {key: best for key, names in said.items() if (best := _best(names)) is not None}
    bearers = Counter(_folded(k.name) for k in found.values())
    found = {key: k for key, k in found.items() if bearers[_folded(k.name)] == 1}
    if not found:
        found = _from_title(meeting)
    named = {_folded(s.name) for s in meeting.speakers if s.by_user}
    return {key: k for key, k in found.items() if _folded(k.name) not in named}


def _best(names: dict[str, float]) -> KnownVoice | None:
    """The surest name, if there is one: "Anna" and "Anna Schmidt" are the same, the longer one counts."""
    top = max(names.values())
    first = [n for n, certainty in names.items() if certainty == top]
    longest = max(first, key=len)
    if all(_folded(n) in _folded(longest).split() or n == longest for n in first):
        return KnownVoice(longest, top)
    return None


def _introductions(text: str, known: frozenset[str]) -> Iterator[tuple[str, float]]:
    for pattern in _SAYS:
        for match in pattern.finditer(text):
            if (name := _cleaned(match["name"])) is not None:
                yield name, _SAID
    for match in _ZH_SAYS.finditer(text):
        if match["name"][-1] not in _ZH_NO_NAME_ENDS:
            yield match["name"], _SAID
    for pattern in (*_BEGINS, _HERE):
        for match in pattern.finditer(text):
            if (name := _cleaned(match["name"])) is not None:
                yield name, _KNOWN if _folded(name).split()[0] in known else _LIKELY
    for match in _ZH_BEGINS.finditer(text):
        if match["name"][-1] not in _ZH_NO_NAME_ENDS:
            yield match["name"], _KNOWN if match["name"] in known else _LIKELY


def _cleaned(name: str) -> str | None:
    """A name without what is none; None if nothing is left."""
    words = re.sub(r"['’]s$", "", name).split()
    kept = []
    for word in words:
        if _folded(word) in _NO_NAMES or not word[0].isupper() or (word.isupper() and len(word) > 2):
            break
        kept.append(word)
    return " ".join(kept) or None


def _known_names(meeting: Meeting) -> frozenset[str]:
    """Words of the glossary and the title, folded."""
    texts: Iterable[str] = (*meeting.glossary, meeting.title)
    words = {_folded(w) for text in texts for w in re.findall(r"[\w’'-]+", text)}
    return frozenset(words | {_folded(g) for g in meeting.glossary})


def _from_title(meeting: Meeting) -> dict[str, KnownVoice]:
    """A conversation of two, one of them at this computer, with the other's name in its title."""
    others: Sequence[str] = sorted({s.speaker for s in meeting.segments if s.track != MIC and s.speaker})
    if len(others) != 1 or not any(_is_said_here(s) for s in meeting.segments):
        return {}
    match = _TITLE.search(meeting.title) or _TITLE_WITH.search(meeting.title)
    name = _cleaned(match["name"]) if match else None
    return {others[0]: KnownVoice(name, _FROM_TITLE)} if name else {}


def _is_said_here(s: Segment) -> bool:
    return s.track == MIC and s.echo_of is None


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
