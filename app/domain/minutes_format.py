"""The request for minutes and the form of the answer: what every text model sees, large or tiny.

The transcript goes in as numbered lines, the answer comes back as one JSON object whose items stand in
the order of the transcript, each with the numbers of the lines that say it first and its words after.
Citing before writing keeps a model to what was said; a grammar makes sure that only lines that exist
are cited and that the answer always parses. Numbers count from 1 within one request; `app.services.minutes`
maps them to segment ids.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.domain.meeting import clock
from app.domain.ports import Constraint, Message
from app.domain.templates import GENERAL, Part, Template

INSTRUCTION = (
    "You write the minutes of a meeting. Each line of the transcript has a number, a speaker and what was "
    "said. List, in this order, every decision that was made, every action item that somebody took on or was "
    "given, and every question that was left open. Evidence is the numbers of the lines that say it. Use the "
    "words of the transcript and add nothing. The owner is who will do it and due is the date as it was said; "
    "null if it was not said. Then write a summary in {language}. Answer in JSON."
)
MERGE_INSTRUCTION = (
    "Here are the summaries of the parts of one meeting, in order. Write one summary of the whole meeting in "
    "{language}. Use what the parts say and add nothing. Answer in JSON."
)
TRANSLATION_INSTRUCTION = (
    "Write the items in {language} as well, whatever language the transcript is in; names stay as they are."
)
NOTES_INSTRUCTION = (
    "After the transcript stand notes that somebody in the meeting typed while it went on. They show what matters to "
    "them: take up what was said about it. A note is no evidence, so cite numbered lines only."
)
NOTES_HEADING = "\nNotes, with time and nearest line:\n"
_KINDS: Mapping[Part, str] = {"decisions": "decision", "action_items": "action_item", "open_questions": "open_question"}
_NONE_OF: Mapping[Part, str] = {
    "decisions": "List no decisions.",
    "action_items": "List no action items.",
    "open_questions": "List no open questions.",
}


@dataclass(frozen=True, slots=True)
class PromptLine:
    """One segment as the model sees it."""

    speaker: str
    text: str


@dataclass(frozen=True, slots=True)
class PromptNote:
    """What the user typed at a moment; `line`: the number of the line that was being said."""

    line: int
    at_s: float
    text: str


def clean(text: str) -> str:
    """One line without the characters that JSON would have to escape."""
    return " ".join(text.replace('"', "'").replace("\\", "/").split())


def render_line(number: int, line: PromptLine) -> str:
    return f"[{number}] {clean(line.speaker)}: {clean(line.text)}\n"


def render_note(note: PromptNote) -> str:
    return f"- {clock(note.at_s)}, line {note.line}: {clean(note.text)}\n"


def minutes_request(
    lines: Sequence[PromptLine],
    language: str = "English",
    template: Template = GENERAL,
    notes: Sequence[PromptNote] = (),
    *,
    translated: bool = False,
) -> list[Message]:
    """`translated`: the transcript is in another language than `language`."""
    said = [INSTRUCTION.format(language=language)]
    if translated:
        said.append(TRANSLATION_INSTRUCTION.format(language=language))
    said.append(template.look_for.strip())
    said += [_NONE_OF[part] for part in template.leaves_out if part in _NONE_OF]
    body = "".join(render_line(n, line) for n, line in enumerate(lines, 1))
    if notes:
        said.append(NOTES_INSTRUCTION)
        body += NOTES_HEADING + "".join(render_note(n) for n in notes)
    return [Message("system", " ".join(s for s in said if s)), Message("user", body)]


def merge_request(summaries: Sequence[str], language: str = "English", template: Template = GENERAL) -> list[Message]:
    said = [MERGE_INSTRUCTION.format(language=language), template.look_for.strip()]
    body = "".join(f"[{n}] {clean(s)}\n" for n, s in enumerate(summaries, 1))
    return [Message("system", " ".join(s for s in said if s)), Message("user", body)]


def kinds(leaves_out: Collection[Part]) -> tuple[str, ...]:
    """Of items that an answer may have."""
    return tuple(kind for part, kind in _KINDS.items() if part not in leaves_out)


# -- grammars ------------------------------------------------------------------------------------
def _lit(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _string(max_characters: int) -> str:
    schema = {"type": "string", "minLength": 1, "maxLength": max_characters}
    return "%json " + json.dumps({**schema, "x-guidance": {"whitespace_flexible": False}})


def minutes_grammar(lines: Sequence[PromptLine], quotes_only: bool, leaves_out: Collection[Part] = ()) -> Constraint:
    """The answer to `minutes_request`. `leaves_out`: parts that it must not have, of models that may rephrase.

    `quotes_only`: an item is made of words of one sentence of the line it cites, a sentence gives one item at most,
    and the items stand in the order of the transcript.
    """
    allowed = kinds(() if quotes_only else leaves_out)
    items = _quoting_rules(lines) if quotes_only else _free_rules(len(lines), allowed)
    rules = [f"summary: {_string(2000)}", *items]
    start = 'start: "{\\"items\\":[" items "],\\"summary\\":" summary "}"\n'
    return Constraint(start + "\n".join(rules), _minutes_schema(len(lines), allowed))


def _object(**properties: Any) -> dict[str, Any]:
    """As servers want it for strict answers: every property required, no others."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _minutes_schema(lines: int, allowed: Sequence[str]) -> dict[str, Any]:
    text = {"type": "string"}
    maybe = {"type": ["string", "null"]}
    evidence = {"type": "array", "items": {"type": "integer", "minimum": 1, "maximum": lines}}
    forms = []
    if "action_item" in allowed:
        forms.append(_object(evidence=evidence, kind={"const": "action_item"}, task=text, owner=maybe, due=maybe))
    if said := [kind for kind in allowed if kind != "action_item"]:
        forms.append(_object(evidence=evidence, kind={"enum": said}, text=text))
    items: dict[str, Any] = {"type": "array", "items": {"anyOf": forms}} if forms else {"type": "array", "maxItems": 0}
    return _object(items=items, summary=text)


def _free_rules(n: int, allowed: Sequence[str]) -> list[str]:
    if not allowed:
        return ["items: "]
    who_and_when = '",\\"owner\\":" ("null" | short) ",\\"due\\":" ("null" | short)'
    forms = {
        "action_item": f'"\\"action_item\\",\\"task\\":" string {who_and_when}',
        "decision": '"\\"decision\\",\\"text\\":" string',
        "open_question": '"\\"open_question\\",\\"text\\":" string',
    }
    choice = " | ".join(form for kind, form in forms.items() if kind in allowed)
    return [
        'items: (item ("," item)*)?',
        "number: " + " | ".join(f'"{i}"' for i in range(1, n + 1)),
        'evidence: "[" number ("," number){0,7} "]"',
        f'item: "{{\\"evidence\\":" evidence ",\\"kind\\":" ({choice}) "}}"',
        f"string: {_string(400)}",
        f"short: {_string(80)}",
    ]


def _quoting_rules(lines: Sequence[PromptLine]) -> list[str]:
    sentences = [
        (number, line.speaker, sentence)
        for number, line in enumerate(lines, 1)
        for sentence in re.split(r"(?<=[.!?])\s+", clean(line.text))
        if sentence
    ]
    # first_k: no item yet, sentence k is the next; more_k: there was one, so a comma comes before the next.
    rules = ["items: first_0", f"first_{len(sentences)}: ", f"more_{len(sentences)}: "]
    for k, (number, speaker, sentence) in enumerate(sentences):
        said = json.dumps({"substring_words": sentence}, ensure_ascii=False)
        # Who will do it is the one who speaks or somebody who is named in the sentence.
        owner = f"{_lit(_lit(clean(speaker)))} | quote_{k}" if speaker else f"quote_{k}"
        rules += [
            f"first_{k}: item_{k} more_{k + 1} | first_{k + 1}",
            f'more_{k}: "," item_{k} more_{k + 1} | more_{k + 1}',
            f"said_{k}: %regex {said}",
            f'quote_{k}: "\\"" said_{k} "\\""',
            f'item_{k}: "{{\\"evidence\\":[{number}],\\"kind\\":" ('
            f'"\\"action_item\\",\\"task\\":" quote_{k} ",\\"owner\\":" ("null" | {owner}) '
            f'",\\"due\\":" ("null" | quote_{k})'
            f' | "\\"decision\\",\\"text\\":" quote_{k} | "\\"open_question\\",\\"text\\":" quote_{k}) "}}"',
        ]
    return rules


def merge_grammar() -> Constraint:
    lark = f'start: "{{\\"summary\\":" summary "}}"\nsummary: {_string(2000)}'
    return Constraint(lark, _object(summary={"type": "string"}))


# -- answers -------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class AnswerItem:
    """An item as the model gave it; `evidence` are line numbers of the request."""

    kind: str
    text: str
    owner: str | None
    due: str | None
    evidence: tuple[int, ...]


def render_answer(items: Sequence[AnswerItem], summary: str) -> str:
    """The answer in the very form the grammar allows (compact JSON): what the starter model is trained on."""
    out: list[dict[str, Any]] = []
    for item in items:
        entry: dict[str, Any] = {"evidence": list(item.evidence), "kind": item.kind}
        if item.kind == "action_item":
            entry |= {"task": item.text, "owner": item.owner, "due": item.due}
        else:
            entry["text"] = item.text
        out.append(entry)
    return json.dumps({"items": out, "summary": summary}, ensure_ascii=False, separators=(",", ":"))


def parse_answer(answer: str) -> tuple[list[AnswerItem], str]:
    """Items and summary. Raises ValueError when the answer is cut off or of another form."""
    data = json.loads(answer)
    if not isinstance(data, dict) or not isinstance(data.get("items"), list):
        raise ValueError("the answer has no list of items")
    try:
        items = [_parsed(entry) for entry in data["items"]]
    except (KeyError, TypeError, AttributeError) as error:  # a server that does not hold to the form
        raise ValueError("an item of the answer is of another form") from error
    return items, str(data.get("summary") or "").strip()


def _parsed(entry: Mapping[str, Any]) -> AnswerItem:
    kind = entry["kind"]
    return AnswerItem(
        kind=kind,
        text=str(entry["task" if kind == "action_item" else "text"] or "").strip(),
        owner=str(entry.get("owner") or "").strip() or None,
        due=str(entry.get("due") or "").strip() or None,
        evidence=tuple(int(i) for i in entry["evidence"]),
    )


def parse_merge(answer: str) -> str:
    """The summary of the whole. Raises ValueError when the answer is cut off or of another form."""
    data = json.loads(answer)
    if not isinstance(data, dict) or not isinstance(data.get("summary"), str):
        raise ValueError("the answer has no summary")
    return str(data["summary"]).strip()
