"""Where a meeting changes its subject, found in the words alone; and what a model is asked for to name the parts.

After M. Hearst, TextTiling (Computational Linguistics 23, 1997): the words before and after each moment are compared,
and where they have least in common, beside moments where they have much, a new subject begins. Sentences that announce
one ("next", "about the visit") help. No model reads anything for this, so it costs no time in meetings of any length.
"""

from __future__ import annotations

import bisect
import json
import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from app.domain.meeting import Segment
from app.domain.ports import Constraint, Message

SHORTEST_MEETING_S = 180.0  # a shorter one has one subject
SHORTEST_S, LONGEST_SHARE = 60.0, 1 / 12  # a chapter lasts a minute, or a twelfth of a long meeting
SHORTEST_ANNOUNCED_S = 25.0  # if somebody says what it is about, it may be shorter
_WINDOW_S = 75.0  # of talk on either side that is compared
_LEAST_WORDS = 12  # with fewer on a side nothing can be compared
_CUE, _NAMED = 0.25, 1.0  # what an announcement adds to a depth of 0…2, and one that says what comes
_SOON_S = 60.0  # after its beginning a chapter's subject is named, if at all
_TITLE_CHARACTERS, _TITLE_HAN = 100, 40  # a sentence stays whole; who has less room for it shows less of it
_CENTRAL_LINES = 14  # of a chapter, that a model gets to read

_COMMON = frozenset(
    (
        "about after again also always another anything around back because been before being better both cannot come "
        "could does doing done down each either else even every everybody everyone everything exactly few first from "
        "gets give goes going good great have haven having here into just keep kind know last least less like little "
        "long look looking made make makes many maybe mean might more most much must need needs never next nice "
        "nobody nothing okay once only other others over perhaps please point probably quite rather really right said "
        "same says second seem send several shall should since some somebody someone something somewhere soon still "
        "such sure take than thank thanks that their them then there these they thing things think third this those "
        "though three through together under until very want wants well went were what when where whether which while "
        "will with within without work would yeah year years yes your"
    ).split()
)
_HAN = r"㐀-鿿豈-﫿"
_WORDS = re.compile(rf"[^\W\d_{_HAN}]{{4,}}|[{_HAN}]{{2,}}")
_ANNOUNCES = re.compile(
    r"\W*(?:so |and |okay,? |ok,? |good,? |now,? |right,? |well,? )*"
    r"(?:next\b|then the\b|first the\b|finally\b|last (?:point|topic|item)\b|about the\b|on to\b|moving on\b|as for\b|"
    r"let(?:'s|’s| us) (?:move|go|turn|talk|start|begin)\b|(?:the )?(?:next|second|third|last|other) "
    r"(?:point|topic|item|thing|question)\b|接下来|下一个|下面|最后|关于|第[二三四五六七八九十]|那么我们|我们先|我们再)",
    re.IGNORECASE,
)
# "The next topic is the budget", "let us talk about the visit", "About the visit: …".
_NAMES = re.compile(
    r"\b(?:topic|point|item|subject|question) (?:today |now |on the (?:agenda|list) )?is (?P<is>[^.?!:;,]{3,45})|"
    r"\blet(?:'s|’s| us) (?:now |first )?(?:talk|speak|hear) about (?P<talk>[^.?!:;,]{3,45})|"
    r"\b(?:let(?:'s|’s| us)|we) (?:now |then )?(?:move|turn|come|go) (?:on )?to (?P<move>(?:the|our) [^.?!:;,]{3,45})|"
    r"^\W*(?:now |then |and )?about (?P<about>(?:the|our) [^.?!:;,]{3,45})[:,]|"
    rf"(?:接下来|下面|首先|最后|然后)(?:我们)?(?:来)?(?:讨论|谈谈|谈|说说|看看|看|聊聊|讲)(?:一下)?(?P<han>[{_HAN}\w]{{2,16}})",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Part:
    """Segments on one subject, in order, from the first that speaks of it."""

    segments: tuple[Segment, ...]

    @property
    def start_s(self) -> float:
        return self.segments[0].start_s


def terms(text: str) -> list[str]:
    """What a text is about: long words without their endings, pairs of Chinese characters."""
    found: list[str] = []
    for word in _WORDS.findall(text.lower()):
        if ord(word[0]) >= 0x3400:
            found += [word[i : i + 2] for i in range(len(word) - 1)]
        elif word not in _COMMON:
            found.append(re.sub(r"(?:ings?|ed|es|s|ly)$", "", word)[:8] if len(word) > 4 else word)
    return found


def parts(segments: Sequence[Segment]) -> list[Part]:
    """The meeting in parts on one subject each; empty if it is too short to have several, or keeps to one."""
    said = sorted((s for s in segments if s.echo_of is None and s.text.strip()), key=lambda s: (s.start_s, s.id))
    if not said or said[-1].end_s - said[0].start_s < SHORTEST_MEETING_S:
        return []
    length = said[-1].end_s - said[0].start_s
    usual = max(SHORTEST_S, length * LONGEST_SHARE)
    scores = _scores(said)
    if not scores:
        return []
    least = _threshold(list(scores.values()))
    cuts: list[int] = []
    for score, i in sorted(((score, i) for i, score in scores.items()), key=lambda x: (-x[0], x[1])):
        if score < least:
            break
        edges = [said[0].start_s, *(said[c].start_s for c in cuts), said[-1].end_s]
        shortest = min(usual, SHORTEST_ANNOUNCED_S) if _NAMES.search(said[i].text) else usual
        if all(abs(said[i].start_s - e) >= shortest for e in edges):
            cuts.append(i)
    if not cuts:
        return []
    places = [0, *sorted(cuts), len(said)]
    return [Part(tuple(said[a:b])) for a, b in pairwise(places)]


def _scores(said: Sequence[Segment]) -> dict[int, float]:
    """How much a new subject begins with a segment: 0…2 and a little more if it is announced."""
    words = [Counter(terms(s.text)) for s in said]
    spread = Counter(t for w in words for t in w)
    weight = {t: math.log(1 + len(said) / n) for t, n in spread.items()}
    starts = [s.start_s for s in said]
    likeness: dict[int, float] = {}
    for i in range(1, len(said)):
        t = starts[i]
        a = bisect.bisect_left(starts, t - _WINDOW_S)
        b = bisect.bisect_left(starts, t + _WINDOW_S)
        before, after = sum(words[a:i], Counter[str]()), sum(words[i:b], Counter[str]())
        if min(before.total(), after.total()) >= _LEAST_WORDS:
            likeness[i] = _cosine(before, after, weight)
    order = sorted(likeness)
    scores: dict[int, float] = {}
    for n, i in enumerate(order):
        here = likeness[i]
        depth = _climb(likeness, order[n::-1], here) + _climb(likeness, order[n:], here)
        named = _NAMES.search(said[i].text)
        scores[i] = depth + (_NAMED if named else _CUE if _ANNOUNCES.match(said[i].text) else 0.0)
    return scores


def _climb(likeness: dict[int, float], way: Sequence[int], here: float) -> float:
    """How far the likeness rises on the way before it falls again."""
    top = here
    for i in way:
        if likeness[i] < top - 0.02:
            break
        top = max(top, likeness[i])
    return top - here


def _threshold(scores: Sequence[float]) -> float:
    mean = sum(scores) / len(scores)
    spread = math.sqrt(sum((s - mean) ** 2 for s in scores) / len(scores))
    return max(0.08, mean + spread / 2)


def _cosine(a: Counter[str], b: Counter[str], weight: dict[str, float]) -> float:
    product = sum(a[t] * b[t] * weight[t] ** 2 for t in a.keys() & b.keys())
    norms = math.prod(math.sqrt(sum((n * weight[t]) ** 2 for t, n in x.items())) for x in (a, b))
    return product / norms if norms else 0.0


# -- titles --------------------------------------------------------------------------------------
def central(part: Part, others: Sequence[Part], most: int = _CENTRAL_LINES) -> list[Segment]:
    """The segments that say most of what only this part is about, in order."""
    about = _about(part, others)
    best = sorted(part.segments, key=lambda s: -_weight(s.text, about))[:most]
    return sorted(best, key=lambda s: (s.start_s, s.id))


def quoted_title(part: Part, others: Sequence[Part]) -> str:
    """Words of the part itself that say what it is about, for where no model can name it."""
    for s in part.segments:
        named = _NAMES.search(s.text) if s.start_s <= part.start_s + _SOON_S else None
        if named is not None and named.lastgroup:
            return shortened(named[named.lastgroup])
    about = _about(part, others)
    clauses = [
        clause.strip()
        for s in part.segments
        for clause in re.split(r"(?<=[.!?;:,])\s+|[。！？；：，]", s.text)
        if clause.strip()
    ]
    fitting = [c for c in clauses if _is_title(c)] or clauses

    def merit(clause: str) -> float:
        asked: float = 0.5 if clause.endswith(("?", "？")) else 1.0
        return asked * _weight(clause, about) / math.sqrt(1 + len(terms(clause)))

    return shortened(max(fitting, key=merit))


def shortened(text: str) -> str:
    """As long as a title may be, cut between words; a capital first, no full stop."""
    text = " ".join(text.split()).strip(' .,;:。，；："“”')
    if " " not in text and re.match(rf"[{_HAN}]", text) and len(text) > _TITLE_HAN:
        text = text[:_TITLE_HAN] + "…"
    if len(text) > _TITLE_CHARACTERS:
        text = text[: _TITLE_CHARACTERS - 1].rsplit(" ", 1)[0] + "…"
    return text[:1].upper() + text[1:]


def title_request(part: Part, others: Sequence[Part], language: str) -> list[Message]:
    lines = "\n".join(" ".join(s.text.split()) for s in central(part, others))
    return [
        Message(
            "system",
            "You name the parts of a meeting. Read some of what was said in one part and give its subject as a title "
            f"of two to six words in {language}, without a full stop. Answer in JSON.",
        ),
        Message("user", lines),
    ]


def title_grammar() -> Constraint:
    schema = {"type": "string", "minLength": 2, "maxLength": _TITLE_CHARACTERS}
    text = "%json " + json.dumps({**schema, "x-guidance": {"whitespace_flexible": False}})
    return Constraint(
        'start: "{\\"title\\":" title "}"\ntitle: ' + text,
        {"type": "object", "properties": {"title": schema}, "required": ["title"], "additionalProperties": False},
    )


def parse_title(answer: str) -> str:
    """Raises ValueError when the answer is cut off, empty or of another form."""
    data = json.loads(answer)
    title = shortened(str(data["title"])) if isinstance(data, dict) and "title" in data else ""
    if not title:
        raise ValueError("the answer has no title")
    return title


def _about(part: Part, others: Sequence[Part]) -> dict[str, float]:
    """Terms of the part, the heavier the more they are its own."""
    count = Counter(t for s in part.segments for t in terms(s.text))
    elsewhere = Counter(t for p in others if p is not part for t in {t for s in p.segments for t in terms(s.text)})
    return {t: n * math.log(1 + (1 + len(others)) / (1 + elsewhere[t])) for t, n in count.items()}


def _weight(text: str, about: dict[str, float]) -> float:
    return sum(about.get(t, 0.0) for t in set(terms(text)))


def _is_title(clause: str) -> bool:
    """Neither a scrap nor a speech."""
    return 3 <= len(clause.split()) <= 14 or bool(re.match(rf"[{_HAN}]{{4,}}", clause))
