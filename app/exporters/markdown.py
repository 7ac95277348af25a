"""A meeting as one Markdown page with front matter, for Obsidian, GitHub, VS Code and whatever reads CommonMark.

Links from the minutes go to times of the transcript. Programs disagree about targets: Obsidian links to headings
only, by their text; elsewhere the id of an element counts, and ids of headings are derived in different ways. So every
turn has its time as heading ("### 12:34"), those that are linked to have an `<a id="12:34">` before it, and one link,
`[12:34](#12:34)`, serves both.
"""

from __future__ import annotations

import json
import re

from app.domain.meeting import ActionItem, Chapter, Mark, MarkKind, Meeting, Minutes, Stage, clock
from app.exporters.common import (
    Item,
    Turn,
    clean,
    due_of,
    echoes,
    evidence_of,
    is_confirmed,
    one_line,
    sentence,
    talk_line,
    turns,
)
from app.exporters.doubts import doubts, holes_of, not_written
from app.exporters.timeline import notes_of, remarks

# Inline specials of CommonMark, its GitHub and Obsidian dialects (tables, strike-through, math, tags, block ids).
_ALWAYS = re.compile(r"[\\`*_\[\]<>#|~^$]")
_DOUBLED = re.compile(r"%%+|==+")  # comments and highlights in Obsidian
_ENTITY = re.compile(r"&(?=#?\w+;)")
_SCHEME = re.compile(r":(?=//)")  # would become a link, with our backslashes inside
_WWW = re.compile(r"\b(www)\.", re.IGNORECASE)
_LIST_MARK = re.compile(r"^(\d+)([.)])")
# What YAML does not allow as it is between double quotes, beyond what JSON escapes already.
_NOT_IN_YAML = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def to_markdown(meeting: Meeting) -> str:
    """The whole page. Text of the meeting reads as the text it is, whatever characters it has."""
    parts = [front_matter(meeting), f"# {escape(meeting.title) or 'Untitled meeting'}"]
    cited = _cited(meeting)
    spoken = turns(meeting, begin_at=cited)
    parts += _minutes(meeting, spoken)
    parts += _notes(meeting, spoken)
    parts += _doubts(meeting, spoken)
    parts += _transcript(meeting, spoken, cited)
    return "\n\n".join(parts) + "\n"


def escape(text: str) -> str:
    """One line of Markdown that reads as `text` with its white space made single blanks."""
    line = _ALWAYS.sub(r"\\\g<0>", one_line(text))
    line = _DOUBLED.sub(lambda m: "".join("\\" + c for c in m[0]), line)
    line = _ENTITY.sub(r"\\&", line)
    line = _WWW.sub(r"\1\\.", _SCHEME.sub(r"\\:", line))
    if line[:1] in ("-", "+", "="):
        return "\\" + line
    return _LIST_MARK.sub(r"\1\\\2", line)


def front_matter(meeting: Meeting) -> str:
    """YAML between "---" lines. Strings are quoted always: "no", "1:20" and "2026-01-01" must stay strings."""
    engines = {
        r.stage: r.engine for r in meeting.stages if r.state == "done" and r.engine and r.stage is not Stage.DECODE
    }
    lines = [
        f"title: {_quoted(meeting.title)}",
        f"date: {meeting.started_at.isoformat(timespec='seconds')}",
        f"duration: {_quoted(clock(meeting.duration_s))}",
        *_listed("participants", [s.name for s in meeting.speakers]),
        f"language: {_quoted(meeting.language) if meeting.language else 'null'}",
        *_listed("tags", ["meeting", *(_tag(tag) for tag in meeting.tags)]),
        *([f"folder: {_quoted(meeting.folder)}"] if meeting.folder else []),
        "engines:" if engines else "engines: {}",
        *(f"  {stage}: {_quoted(engine)}" for stage, engine in engines.items()),
    ]
    return "\n".join(["---", *lines, "---"])


def _listed(key: str, values: list[str]) -> list[str]:
    return [f"{key}:", *(f"  - {_quoted(v)}" for v in values)] if values else [f"{key}: []"]


def _tag(tag: str) -> str:
    """As Obsidian takes it: without blanks."""
    return "-".join(tag.split())


def _quoted(text: str) -> str:
    """JSON's strings are YAML's, but for a few characters."""
    one = json.dumps(" ".join(text.split()).encode("utf-8", "replace").decode(), ensure_ascii=False)
    return _NOT_IN_YAML.sub(lambda m: f"\\u{ord(m[0]):04x}", one)


def _minutes(meeting: Meeting, spoken: list[Turn]) -> list[str]:
    minutes = meeting.minutes
    if minutes is None:
        return ["*There are no minutes of this meeting yet.*"]
    return [
        "## Summary",
        _paragraphs(minutes),
        *_chapters(minutes.chapters, spoken),
        "## Decisions",
        _items(meeting, minutes.decisions),
        "## Action items",
        _items(meeting, minutes.action_items),
        "## Open questions",
        _items(meeting, minutes.open_questions),
    ]


def _paragraphs(minutes: Minutes) -> str:
    """The summary, with its paragraphs and line ends."""
    blocks = re.split(r"\n\s*\n", clean(minutes.summary).strip())
    kept = ["  \n".join(escape(line) for line in block.split("\n") if line.strip()) for block in blocks]
    return "\n\n".join(k for k in kept if k) or "*None.*"


def _chapters(chapters: tuple[Chapter, ...], spoken: list[Turn]) -> list[str]:
    """Only if there are any: short meetings have none."""
    first = spoken[0].start_s if spoken else 0.0
    lines = [f"- {_link(max(c.start_s, first), spoken)} — {escape(sentence(c.title))}" for c in chapters]
    return ["## Chapters", "\n".join(lines)] if lines else []


def _items(meeting: Meeting, items: tuple[Item, ...]) -> str:
    return "\n".join(_item(meeting, item) for item in items) or "*None.*"


def _item(meeting: Meeting, item: Item) -> str:
    if isinstance(item, ActionItem):
        line = f"- [{'x' if item.done else ' '}] {_unconfirmed(meeting, item)}{escape(sentence(item.task))}"
        said = [f"**{escape(item.owner)}**"] if item.owner and one_line(item.owner) else []
        said += [f"due {escape(due_of(item))}"] if due_of(item) else []
        line += f" — {', '.join(said)}" if said else ""
    else:
        line = f"- {_unconfirmed(meeting, item)}{escape(sentence(item.text))}"
    times = dict.fromkeys(clock(s.start_s) for s in evidence_of(meeting, item))
    links = ", ".join(f"[{time}](#{time})" for time in times)
    return line + (f" ({links})" if links else "")


def _unconfirmed(meeting: Meeting, item: Item) -> str:
    return "" if is_confirmed(meeting, item) else "*Unconfirmed:* "


def _notes(meeting: Meeting, spoken: list[Turn]) -> list[str]:
    notes = notes_of(meeting)
    return ["## Notes", "\n".join(_note(note, spoken) for note in notes)] if notes else []


def _note(note: Mark, spoken: list[Turn]) -> str:
    time = _link(note.at_s, spoken)
    text = escape(note.text)
    if not text:
        return f"- {time} — *Bookmark*"
    return f"- {time} — *Bookmark:* {text}" if note.kind is MarkKind.BOOKMARK else f"- {time} — {text}"


def _doubts(meeting: Meeting, spoken: list[Turn]) -> list[str]:
    """Only if something needs the reader's eye."""
    missing = not_written(holes_of(meeting))
    lines = [f"- {escape(missing)}"] if missing else []
    for doubt in doubts(meeting):
        more = f" and {doubt.more} more" if doubt.more else ""
        lines.append(f"- {doubt.text}: {', '.join(_link(at, spoken) for at in doubt.places)}{more}.")
    return ["## Worth checking", "\n".join(lines)] if lines else []


def _link(at_s: float, spoken: list[Turn]) -> str:
    """A time that leads to what was being said then."""
    turn = _at(at_s, spoken)
    return f"[{clock(at_s)}](#{clock(turn.start_s)})" if turn else clock(at_s)


def _at(at_s: float, spoken: list[Turn]) -> Turn | None:
    return next((t for t in reversed(spoken) if t.start_s <= at_s), None)


def _cited(meeting: Meeting) -> set[int]:
    """Segments the minutes rest on."""
    minutes = meeting.minutes or Minutes()
    items: tuple[Item, ...] = (*minutes.decisions, *minutes.action_items, *minutes.open_questions)
    return {s.id for item in items for s in evidence_of(meeting, item)}


def _transcript(meeting: Meeting, spoken: list[Turn], cited: set[int]) -> list[str]:
    linked_from = [*(n.at_s for n in notes_of(meeting)), *(at for d in doubts(meeting) for at in d.places)]
    if spoken:
        linked_from += [max(c.start_s, spoken[0].start_s) for c in (meeting.minutes or Minutes()).chapters]
    noted = [t for at in linked_from if (t := _at(at, spoken))]
    targets = [t for t in spoken if t in noted or any(s.id in cited for s in t.segments)]
    linked = {clock(s.start_s) for s in meeting.segments if s.id in cited} | {clock(t.start_s) for t in noted}
    parts = ["## Transcript"]
    for said in (talk_line(meeting), " ".join(filter(None, (*remarks(meeting), echoes(meeting))))):
        parts += [f"*{escape(said)}*"] if said else []
    for turn in spoken:
        time = clock(turn.start_s)
        if time in linked and turn in targets:
            linked.discard(time)  # two turns of the same second: an id must be there once only
            parts.append(f'<a id="{time}"></a>')
        speaker = f"**{escape(turn.speaker)}:** " if turn.speaker else ""
        parts += [f"### {time}", speaker + escape(turn.text)]
    if not spoken:
        transcribed = meeting.stage(Stage.TRANSCRIBE)
        done = transcribed is not None and transcribed.state == "done"
        parts.append("*No speech was found.*" if done else "*There is no transcript yet.*")
    return parts
