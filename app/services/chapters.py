"""The chapters of a meeting: where they begin is found in the words, what they are called a text model says."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain import chapters as words
from app.domain.cancel import CancelFlag, check
from app.domain.meeting import Chapter, Segment
from app.domain.ports import TextEngine

_TITLE_TOKENS = 48
_EVIDENCE = 3  # segments that say most of what a chapter is about


def write_chapters(
    segments: Sequence[Segment], engine: TextEngine, *, language: str, cancel: CancelFlag
) -> tuple[Chapter, ...]:
    """In order; none for a meeting on one subject. Models that may only quote are not asked."""
    parts = words.parts(segments)
    found: list[Chapter] = []
    for part in parts:
        check(cancel)
        evidence = tuple(s.id for s in words.central(part, parts, _EVIDENCE))
        found.append(Chapter(_title(part, parts, engine, language, cancel), part.start_s, evidence))
    return tuple(found)


def _title(part: words.Part, parts: Sequence[words.Part], engine: TextEngine, language: str, cancel: CancelFlag) -> str:
    if not engine.quotes_only:
        request = words.title_request(part, parts, language)
        needed = sum(engine.count_tokens(m.content) for m in request) + 2 * _TITLE_TOKENS
        if needed <= engine.context_tokens:
            try:
                answer = engine.generate(
                    request, constraint=words.title_grammar(), max_new_tokens=_TITLE_TOKENS, cancel=cancel
                )
                return words.parse_title(answer)
            except ValueError:  # it did not come to its end; the words of the part will do
                pass
    return words.quoted_title(part, parts)
