"""Minutes from a transcript of any length: map over parts that fit the model, check the evidence, merge.

Nothing is ever cut: a part whose answer does not fit is halved and asked again, and a segment longer
than a part is spread over several lines that share its id.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from app.domain import minutes_format as fmt
from app.domain.cancel import CancelFlag, check
from app.domain.due_dates import day_of
from app.domain.meeting import ActionItem, Chapter, Decision, Mark, Minutes, OpenQuestion, Segment
from app.domain.ports import TextEngine
from app.domain.templates import GENERAL, Template
from app.services.chapters import write_chapters
from app.services.minutes_brief import TEMPLATE_TOKENS, Brief, Line, fixed_tokens, make_brief, notes_of, usable

# The share of the room beside the instruction that the transcript may take; the rest is for the answer.
TRANSCRIPT_SHARE = 0.5
# At most one line for so many tokens of context: with more lines than that, small models lose count.
TOKENS_A_LINE = 48
# An item counts as supported when this share of its content words stands in the segments it cites.
SUPPORT_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class MinutesProgress:
    done: float  # 0..1
    message: str


@dataclass(frozen=True, slots=True)
class MinutesOutcome:
    """`unread`: ids of segments whose part the model could not answer in any size. `template`: the one that was used.
    `notices`: what the user should know."""

    minutes: Minutes
    unread: tuple[int, ...]
    template: Template = GENERAL
    notices: tuple[str, ...] = ()


def write_minutes(
    segments: Sequence[Segment],
    speaker_name: Callable[[str], str],
    engine: TextEngine,
    *,
    language: str = "English",
    check_support: bool = True,
    day: date | None = None,
    with_chapters: bool = True,
    template: Template = GENERAL,
    marks: Sequence[Mark] = (),
    cancel: CancelFlag,
) -> Iterator[MinutesProgress | MinutesOutcome]:
    """Yields progress and, last, the outcome.

    `check_support` compares items with the words they cite; it makes no sense when the minutes are
    written in another language than the transcript. `day`: of the meeting, from which "Friday" is counted. What
    came back through a loudspeaker is not read twice. `marks`: of these, what the user typed tells a model that may
    rephrase what matters; one that may only quote sees neither that nor another template than the general one.
    """
    segments = [s for s in segments if s.echo_of is None]
    by_id = {s.id: s for s in segments}
    template, notices = usable(template, engine)
    brief = make_brief(segments, marks, template, language, not check_support, engine)
    parts = _split(segments, speaker_name, engine, brief)
    minutes_parts: list[Minutes] = []
    unread: list[int] = []
    queue = list(parts)
    total = len(queue)
    while queue:
        check(cancel)
        message = f"Writing minutes, part {total - len(queue) + 1} of {total}" if total > 1 else "Writing minutes"
        yield MinutesProgress(0.9 * (total - len(queue)) / total, message)
        part = queue.pop(0)
        try:
            minutes_parts.append(_ask(part, engine, brief, cancel))
        except ValueError:
            if len(part) == 1:
                unread.append(part[0].segment_id)
                continue
            half = len(part) // 2
            queue[:0] = [part[:half], part[half:]]
            total += 1
    yield MinutesProgress(0.9, "Writing the summary")
    summary = _merge_summaries([m.summary for m in minutes_parts if m.summary], engine, brief, cancel)
    merged = _merge_items(minutes_parts)
    merged = _check(merged, by_id, speaker_name, check_support)
    if day is not None:
        dated = tuple(replace(a, due_on=day_of(a.due, day)) for a in merged.action_items)
        merged = replace(merged, action_items=dated)
    chapters: tuple[Chapter, ...] = ()
    if with_chapters and "chapters" not in template.leaves_out:
        yield MinutesProgress(0.95, "Naming the chapters")
        chapters = write_chapters(segments, engine, language=language, cancel=cancel)
    if brief.left_out:
        notices.append(f"{len(brief.left_out)} of your notes could not be read whole by the text model.")
    yield MinutesOutcome(replace(merged, summary=summary, chapters=chapters), tuple(unread), template, tuple(notices))


# -- map -----------------------------------------------------------------------------------------
def _transcript_budget(engine: TextEngine, brief: Brief) -> int:
    budget = int((engine.context_tokens - fixed_tokens(engine, brief) - brief.notes_tokens) * TRANSCRIPT_SHARE)
    if budget < 32:
        raise ValueError(f"a context of {engine.context_tokens} tokens leaves no room for a transcript")
    return budget


def _split(
    segments: Sequence[Segment], speaker_name: Callable[[str], str], engine: TextEngine, brief: Brief
) -> list[list[Line]]:
    budget = _transcript_budget(engine, brief)
    parts: list[list[Line]] = []
    current: list[Line] = []
    used = 0
    for segment in segments:
        name = speaker_name(segment.speaker)
        for text in _pieces(segment.text, name, engine, budget):
            line = Line(segment.id, fmt.PromptLine(name, text))
            cost = engine.count_tokens(fmt.render_line(len(current) + 1, line.line))
            full = used + cost > budget or len(current) >= engine.context_tokens // TOKENS_A_LINE
            if current and full:
                parts.append(current)
                current, used = [], 0
            current.append(line)
            used += cost
    if current:
        parts.append(current)
    return parts


def _pieces(text: str, name: str, engine: TextEngine, budget: int) -> list[str]:
    """The text whole if it fits a part, else cut between sentences, between words, or anywhere."""
    text = fmt.clean(text)
    if not text:
        return []
    if engine.count_tokens(fmt.render_line(999, fmt.PromptLine(name, text))) <= budget:
        return [text]
    for pattern in (r"(?<=[.!?])\s+|(?<=[。！？])", r"\s+|(?<=[，、])"):
        cuts = [p for p in re.split(pattern, text) if p]
        if len(cuts) > 1:
            half = len(cuts) // 2
            joint = " " if " " in text else ""
            first, second = joint.join(cuts[:half]), joint.join(cuts[half:])
            return _pieces(first, name, engine, budget) + _pieces(second, name, engine, budget)
    half = len(text) // 2
    if half == 0:
        return [text]
    return _pieces(text[:half], name, engine, budget) + _pieces(text[half:], name, engine, budget)


def _ask(part: list[Line], engine: TextEngine, brief: Brief, cancel: CancelFlag) -> Minutes:
    """One request. Raises ValueError when the answer did not come to its end."""
    lines = [p.line for p in part]
    notes = notes_of(part, brief, engine)
    messages = fmt.minutes_request(lines, brief.language, brief.template, notes, translated=brief.translated)
    prompt = sum(engine.count_tokens(m.content) for m in messages) + TEMPLATE_TOKENS
    answer = engine.generate(
        messages,
        constraint=fmt.minutes_grammar(lines, engine.quotes_only, brief.template.leaves_out),
        max_new_tokens=max(16, engine.context_tokens - prompt),
        cancel=cancel,
    )
    items, summary = fmt.parse_answer(answer)
    decisions: list[Decision] = []
    actions: list[ActionItem] = []
    questions: list[OpenQuestion] = []
    allowed = fmt.kinds(brief.template.leaves_out)
    for item in items:
        evidence = tuple(dict.fromkeys(part[n - 1].segment_id for n in item.evidence if 1 <= n <= len(part)))
        if not item.text or not evidence or item.kind not in allowed:
            continue
        if item.kind == "action_item":
            actions.append(ActionItem(item.text, item.owner, item.due, evidence))
        elif item.kind == "decision":
            decisions.append(Decision(item.text, evidence))
        else:
            questions.append(OpenQuestion(item.text, evidence))
    return Minutes(summary, tuple(decisions), tuple(actions), tuple(questions))


# -- reduce --------------------------------------------------------------------------------------
def _merge_summaries(summaries: list[str], engine: TextEngine, brief: Brief, cancel: CancelFlag) -> str:
    """One summary out of many: groups that fit are merged until one is left."""
    while len(summaries) > 1:
        groups: list[list[str]] = [[]]
        for s in summaries:
            messages = fmt.merge_request([*groups[-1], s], brief.language, brief.template)
            request = sum(engine.count_tokens(m.content) for m in messages)
            too_long = request + TEMPLATE_TOKENS > engine.context_tokens * 0.7
            if too_long and len(groups[-1]) >= 2:
                groups.append([])
            groups[-1].append(s)
        merged = []
        for group in groups:
            check(cancel)
            merged.append(group[0] if len(group) == 1 else _merge(group, engine, brief, cancel))
        summaries = merged
    return summaries[0] if summaries else ""


def _merge(group: list[str], engine: TextEngine, brief: Brief, cancel: CancelFlag) -> str:
    messages = fmt.merge_request(group, brief.language, brief.template)
    room = engine.context_tokens - sum(engine.count_tokens(m.content) for m in messages) - TEMPLATE_TOKENS
    try:
        if room < 32:
            raise ValueError("no room for an answer")
        answer = engine.generate(messages, constraint=fmt.merge_grammar(), max_new_tokens=room, cancel=cancel)
        return fmt.parse_merge(answer)
    except ValueError:
        return " ".join(group)  # longer than wished, but nothing is lost


def _key(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


def _merge_items(parts: Sequence[Minutes]) -> Minutes:
    """All items in order; the same thing said twice becomes one item with both as evidence."""
    decisions: dict[str, Decision] = {}
    actions: dict[tuple[str, str], ActionItem] = {}
    questions: dict[str, OpenQuestion] = {}
    for m in parts:
        for d in m.decisions:
            seen = decisions.get(_key(d.text))
            decisions[_key(d.text)] = replace(seen, evidence=_union(seen.evidence, d.evidence)) if seen else d
        for a in m.action_items:
            key = (_key(a.task), _key(a.owner or ""))
            old = actions.get(key)
            if old:
                a = replace(old, due=a.due or old.due, evidence=_union(old.evidence, a.evidence))
            actions[key] = a
        for q in m.open_questions:
            asked = questions.get(_key(q.text))
            questions[_key(q.text)] = replace(asked, evidence=_union(asked.evidence, q.evidence)) if asked else q
    return Minutes("", tuple(decisions.values()), tuple(actions.values()), tuple(questions.values()))


def _union(a: tuple[int, ...], b: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(dict.fromkeys((*a, *b)))


# -- evidence ------------------------------------------------------------------------------------
_CJK = r"\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"
_TERMS = re.compile(rf"[{_CJK}]|[^\W_{_CJK}]+")


def _terms(text: str) -> set[str]:
    """What carries meaning: CJK characters, numbers, and words of more than three letters."""
    return {t for t in _TERMS.findall(text.lower()) if len(t) > 3 or t.isdigit() or not t.isascii()}


def supports(text: str, cited: str) -> bool:
    """Whether enough of `text` stands in what it cites."""
    wanted = _terms(text)
    if not wanted:
        return bool(cited.strip())
    said = _terms(cited)
    found = sum(t in said or any(len(t) > 4 and s.startswith(t[:5]) for s in said) for t in wanted)
    return found >= SUPPORT_SHARE * len(wanted)


def _check(
    minutes: Minutes, by_id: dict[int, Segment], speaker_name: Callable[[str], str], check_support: bool
) -> Minutes:
    def cited(ids: tuple[int, ...]) -> str:
        return " ".join(by_id[i].text for i in ids if i in by_id)

    def ok(text: str, ids: tuple[int, ...]) -> bool:
        return not check_support or supports(text, cited(ids))

    actions = []
    for a in minutes.action_items:
        owner = a.owner
        if owner is not None and owner.lower() in {"i", "me", "myself"}:
            owner = speaker_name(by_id[a.evidence[0]].speaker)
        actions.append(replace(a, owner=owner, supported=ok(a.task, a.evidence)))
    return replace(
        minutes,
        decisions=tuple(replace(d, supported=ok(d.text, d.evidence)) for d in minutes.decisions),
        action_items=tuple(actions),
        open_questions=tuple(replace(q, supported=ok(q.text, q.evidence)) for q in minutes.open_questions),
    )
