"""What requests for minutes say beside the transcript: the template, the language, and what the user has typed."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from app.domain import minutes_format as fmt
from app.domain.meeting import Mark, MarkKind, Segment
from app.domain.ports import TextEngine
from app.domain.templates import GENERAL, Template

# What a chat template adds around the messages, generously.
TEMPLATE_TOKENS = 24
# The share of the same room that the user's notes may take of it, first of all.
NOTES_SHARE = 0.2
# A template longer than this share of the context leaves too little for the meeting.
TEMPLATE_SHARE = 0.25
# A note is not shortened to less than this.
SHORTEST_NOTE_TOKENS = 16


@dataclass(frozen=True, slots=True)
class Line:
    segment_id: int
    line: fmt.PromptLine


@dataclass(frozen=True, slots=True)
class Brief:
    """What every request says beside the transcript. `notes`: id of the segment during which they were typed → notes;
    `notes_tokens`: what one request may spend on them; `left_out`: those that did not fit, or not whole."""

    language: str
    translated: bool
    template: Template
    notes: Mapping[int, Sequence[Mark]]
    notes_tokens: int
    left_out: set[Mark]


def usable(template: Template, engine: TextEngine) -> tuple[Template, list[str]]:
    """The template, or the general one where the model cannot follow it, and why."""
    if template == GENERAL:
        return template, []
    if engine.quotes_only:
        return GENERAL, [
            f"The template “{template.title}” was not used: this text model can only quote, so the minutes are general."
        ]
    if engine.count_tokens(template.look_for) > TEMPLATE_SHARE * engine.context_tokens:
        return GENERAL, [
            f"The template “{template.title}” is too long for this text model, so the minutes are general."
        ]
    return template, []


def make_brief(
    segments: Sequence[Segment],
    marks: Sequence[Mark],
    template: Template,
    language: str,
    translated: bool,
    engine: TextEngine,
) -> Brief:
    if engine.quotes_only:
        return Brief(language, False, template, {}, 0, set())
    spoken = sorted((s for s in segments if fmt.clean(s.text)), key=lambda s: s.start_s)
    starts = [s.start_s for s in spoken]
    notes: dict[int, list[Mark]] = defaultdict(list)
    for mark in marks if spoken else ():
        if mark.kind in (MarkKind.NOTE, MarkKind.BOOKMARK) and fmt.clean(mark.text):
            notes[spoken[max(0, bisect_right(starts, mark.at_s) - 1)].id].append(mark)
    wanted = sum(_cost(engine, fmt.PromptNote(999, m.at_s, m.text)) for of_one in notes.values() for m in of_one)
    brief = Brief(language, translated, template, notes, 0, set())
    room = int((engine.context_tokens - fixed_tokens(engine, brief)) * NOTES_SHARE)
    if not notes or room < _notes_frame(engine) + SHORTEST_NOTE_TOKENS:
        return brief  # without room they are counted as left out
    return replace(brief, notes_tokens=min(wanted + _notes_frame(engine), room))


def _cost(engine: TextEngine, note: fmt.PromptNote) -> int:
    return engine.count_tokens(fmt.render_note(note))


def _notes_frame(engine: TextEngine) -> int:
    """Tokens of what is said around notes."""
    return engine.count_tokens(fmt.NOTES_INSTRUCTION) + engine.count_tokens(fmt.NOTES_HEADING)


def fixed_tokens(engine: TextEngine, brief: Brief) -> int:
    """Tokens of a request without a transcript and notes."""
    request = fmt.minutes_request([], brief.language, brief.template, translated=brief.translated)
    return sum(engine.count_tokens(m.content) for m in request) + TEMPLATE_TOKENS


def notes_of(part: Sequence[Line], brief: Brief, engine: TextEngine) -> list[fmt.PromptNote]:
    """The notes that were typed while this part was said, as far as there is room for them."""
    if not brief.notes:
        return []
    found: list[fmt.PromptNote] = []
    left = brief.notes_tokens - _notes_frame(engine)
    last = None
    for number, line in enumerate(part, 1):
        if line.segment_id == last:
            continue
        last = line.segment_id
        for mark in brief.notes.get(line.segment_id, ()):
            note = _shortened(fmt.PromptNote(number, mark.at_s, fmt.clean(mark.text)), left, engine)
            if note is None or note.text != fmt.clean(mark.text):
                brief.left_out.add(mark)
            else:
                brief.left_out.discard(mark)  # a smaller part had room for it
            if note is not None:
                found.append(note)
                left -= _cost(engine, note)
    return found


def _shortened(note: fmt.PromptNote, tokens: int, engine: TextEngine) -> fmt.PromptNote | None:
    """The note, its beginning, or None where there is no room for one."""
    while (cost := _cost(engine, note)) > tokens:
        if tokens < SHORTEST_NOTE_TOKENS:
            return None
        kept = note.text[: int(len(note.text) * min(0.9, tokens / cost))]
        note = replace(note, text=(kept.rpartition(" ")[0] or kept).rstrip(" …") + " …")
        if len(note.text) <= 2:
            return None
    return note
