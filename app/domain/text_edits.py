"""Changes of what was said. Words keep the times at which they were spoken, wherever they are still the same."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from app.domain.edits import Change, touched
from app.domain.meeting import Meeting, Minutes, Segment, Word
from app.domain.words import WIDE, plain, tokens

_ROOM_S = 0.06  # a new word fits into a pause that has so much room for each


def edit_text(meeting: Meeting, segment_id: int, text: str) -> Change:
    """Other words for a segment. Raises StopIteration for a segment that is not there."""
    s = next(s for s in meeting.segments if s.id == segment_id)
    words = reworded(s.words, text) if "".join(w.text for w in s.words) == s.text else ()
    return Change(segments=(replace(s, text=text, words=words, by_user=touched(s, "text")),))


def replace_all(
    meeting: Meeting, find: str, by: str, *, match_case: bool = False, whole_word: bool = False
) -> Change | None:
    """Another text wherever one occurs, in transcript and minutes; None if it does not. `by` is taken as it is, any
    white space in `find` stands for any other. A segment, or an item, left without text is removed."""
    looked_for = pattern(find, match_case=match_case, whole_word=whole_word)
    if looked_for is None:
        return None
    changes: list[Segment] = []
    removed: list[int] = []
    for s in meeting.segments:
        text = looked_for.sub(lambda _: by, s.text)
        if text == s.text:
            continue
        if text.strip():
            changes.extend(edit_text(meeting, s.id, text).segments)
        else:
            removed.append(s.id)
    minutes = None if meeting.minutes is None else _replaced(meeting.minutes, looked_for, by)
    change = Change(
        segments=tuple(changes),
        removed=tuple(removed),
        minutes=minutes if minutes != meeting.minutes else None,
    )
    return change if change != Change() else None


def pattern(find: str, *, match_case: bool = False, whole_word: bool = False) -> re.Pattern[str] | None:
    """What is looked for; None for nothing."""
    parts = find.split()
    if not parts:
        return None
    expression = r"\s+".join(re.escape(p) for p in parts)
    if whole_word:  # where the text begins or ends with a letter that has words around it
        before = rf"(?<![^\W{WIDE}])" if re.match(rf"[^\W{WIDE}]", parts[0]) else ""
        after = rf"(?![^\W{WIDE}])" if re.search(rf"[^\W{WIDE}]$", parts[-1]) else ""
        expression = before + expression + after
    return re.compile(expression, 0 if match_case else re.IGNORECASE)


def _replaced(minutes: Minutes, looked_for: re.Pattern[str], by: str) -> Minutes:
    def sub(text: str) -> str:
        return looked_for.sub(lambda _: by, text)

    decisions = (replace(d, text=sub(d.text)) for d in minutes.decisions)
    actions = (replace(a, task=sub(a.task), owner=(a.owner and sub(a.owner)) or None) for a in minutes.action_items)
    questions = (replace(q, text=sub(q.text)) for q in minutes.open_questions)
    chapters = (replace(c, title=sub(c.title)) for c in minutes.chapters)
    return replace(
        minutes,
        summary=sub(minutes.summary),
        decisions=tuple(d for d in decisions if d.text.strip()),
        action_items=tuple(a for a in actions if a.task.strip()),
        open_questions=tuple(q for q in questions if q.text.strip()),
        chapters=tuple(c for c in chapters if c.title.strip()),
    )


def reworded(words: Sequence[Word], text: str) -> tuple[Word, ...]:
    """The words of a new text, from those of the old one: the same have the same times; others share the time of those
    they replace, or of the pause they stand in, by their length. Joined, they are `text`. Times never fall."""
    old = list(_single(words))
    new = tokens(text)
    if not old or not new:
        return ()
    same = SequenceMatcher(None, [plain(w.text) for w in old], [plain(t) for t in new], autojunk=False)
    found: list[Word] = []
    for what, old_from, old_to, new_from, new_to in same.get_opcodes():
        there = old[old_from:old_to]
        if what == "equal":
            found.extend(replace(w, text=t) for w, t in zip(there, new[new_from:new_to], strict=True))
        elif what == "replace":
            found.extend(_sharing(new[new_from:new_to], there[0].start_s, there[-1].end_s))
        elif what == "insert":
            put = new[new_from:new_to]
            start = found[-1].end_s if found else old[0].start_s
            end = old[old_from].start_s if old_from < len(old) else old[-1].end_s
            if end - start < _ROOM_S * len(put) and found:  # no pause here: they share the time of the word before
                last = found.pop()
                put, start = [last.text, *put], last.start_s
            elif end - start < _ROOM_S * len(put):
                end = start  # at the very beginning; the first words come at once
            found.extend(_sharing(put, start, max(start, end)))
    return tuple(found)


def _sharing(texts: Sequence[str], start_s: float, end_s: float) -> Iterator[Word]:
    whole = sum(len(t) for t in texts)
    at = 0
    for text in texts:
        first = start_s + (end_s - start_s) * at / whole
        at += len(text)
        yield Word(text, first, start_s + (end_s - start_s) * at / whole)


def _single(words: Sequence[Word]) -> Iterator[Word]:
    """Words of one token each: an aligner may give several characters of Chinese as one."""
    for word in words:
        parts = tokens(word.text)
        if len(parts) <= 1:
            yield word
        else:
            yield from _sharing(parts, word.start_s, word.end_s)
