"""A meeting's notes for a terminal."""

from __future__ import annotations

import unicodedata

from app.domain import coverage
from app.domain.meeting import ActionItem, MarkKind, Meeting, Stage, clock
from app.exporters.common import (
    Item,
    due_of,
    echoes,
    evidence_of,
    is_confirmed,
    one_line,
    sentence,
    talk_line,
    turns,
)
from app.exporters.doubts import sentences
from app.exporters.timeline import notes_of, remarks

_BOLD, _DIM, _RESET = "\x1b[1m", "\x1b[2m", "\x1b[0m"
_SPEAKER_COLOURS = ("\x1b[36m", "\x1b[33m", "\x1b[35m", "\x1b[32m", "\x1b[34m", "\x1b[31m")
_NARROWEST = 30
_LONGEST_NAME = 20


def to_terminal(meeting: Meeting, width: int = 80, colour: bool = False) -> str:
    """Summary, decisions, action items, open questions, notes, transcript, in lines of at most `width` columns.

    Without `colour` there are no escape sequences in it; text of the meeting never brings any of its own.
    """
    return _Terminal(meeting, max(width, _NARROWEST), colour).page()


class _Terminal:
    def __init__(self, meeting: Meeting, width: int, colour: bool) -> None:
        self.meeting = meeting
        self.width = width
        self.colour = colour
        self.lines: list[str] = []

    def page(self) -> str:
        m = self.meeting
        for line in wrap(one_line(m.title) or "Untitled meeting", self.width):
            self.lines.append(self.style(line, _BOLD))
        facts = [f"{m.started_at:%Y-%m-%d %H:%M}", clock(m.duration_s)]
        facts += [one_line(m.language)] if m.language else []
        facts += [", ".join(one_line(s.name) for s in m.speakers)] if m.speakers else []
        facts += [one_line(m.folder)] if m.folder else []
        facts += [" ".join(f"#{one_line(tag)}" for tag in m.tags)] if m.tags else []
        for line in wrap(" · ".join(facts), self.width):
            self.lines.append(self.style(line, _DIM))
        if m.minutes is not None:
            self.heading("Summary")
            self.block("  ", one_line(m.minutes.summary) or "None.")
            if m.minutes.chapters:
                self.heading("Chapters")
                width = max(len(clock(c.start_s)) for c in m.minutes.chapters)
                for c in m.minutes.chapters:
                    self.block(f"  {clock(c.start_s).rjust(width)}  ", sentence(one_line(c.title)))
            for title, items in (
                ("Decisions", m.minutes.decisions),
                ("Action items", m.minutes.action_items),
                ("Open questions", m.minutes.open_questions),
            ):
                self.heading(title)
                for item in items:
                    self.item(item)
                if not items:
                    self.block("  ", "None.")
        self.notes()
        self.transcript()
        return "\n".join(self.lines) + "\n"

    def style(self, text: str, *codes: str) -> str:
        return "".join(codes) + text + _RESET if self.colour and text else text

    def heading(self, text: str) -> None:
        self.lines += ["", self.style(text, _BOLD)]

    def block(self, first: str, text: str) -> None:
        """Wrapped text after `first`, its further lines indented as far."""
        indent = " " * columns(first)
        for n, line in enumerate(wrap(text, self.width - len(indent))):
            self.lines.append((indent if n else first) + line)

    def item(self, item: Item) -> None:
        confirmed = "" if is_confirmed(self.meeting, item) else "Unconfirmed: "
        if isinstance(item, ActionItem):
            said = [one_line(item.owner)] if item.owner and one_line(item.owner) else []
            said += [f"due {due_of(item)}"] if due_of(item) else []
            first, text = (
                f"  [{'x' if item.done else ' '}] ",
                sentence(one_line(item.task)) + (f" — {', '.join(said)}" if said else ""),
            )
        else:
            first, text = "  • ", sentence(one_line(item.text))
        times = dict.fromkeys(clock(s.start_s) for s in evidence_of(self.meeting, item))
        self.block(first, confirmed + text + (f" ({', '.join(times)})" if times else ""))

    def notes(self) -> None:
        notes = notes_of(self.meeting)
        if not notes:
            return
        self.heading("Notes")
        time_width = max(len(clock(n.at_s)) for n in notes)
        indent = " " * (2 + time_width + 2)
        for note in notes:
            text = one_line(note.text)
            if note.kind is MarkKind.BOOKMARK and text:
                text = f"Bookmark: {text}"
            first = f"  {self.style(clock(note.at_s).rjust(time_width), _DIM)}  "
            for n, line in enumerate(wrap(text or "Bookmark", self.width - len(indent))):
                self.lines.append((indent if n else first) + line)

    def transcript(self) -> None:
        self.heading("Transcript")
        above = [talk_line(self.meeting), *remarks(self.meeting), echoes(self.meeting), *sentences(self.meeting)]
        for remark in filter(None, above):
            for line in wrap(remark, self.width - 2):
                self.lines.append("  " + self.style(line, _DIM))
        spoken = turns(self.meeting)
        if not spoken:
            done = self.meeting.stage(Stage.TRANSCRIBE)
            found = "No speech was found." if done and done.state == "done" else "There is no transcript yet."
            self.block("  ", found)
            return
        colours: dict[str, str] = {}
        for speaker in (*(one_line(s.name) for s in self.meeting.speakers), *(t.speaker for t in spoken)):
            colours.setdefault(speaker, _SPEAKER_COLOURS[len(colours) % len(_SPEAKER_COLOURS)])
        time_width = max(len(clock(t.start_s)) for t in spoken)
        name_width = min(_LONGEST_NAME, self.width // 4, max(columns(t.speaker) for t in spoken))
        for turn in spoken:
            time = clock(turn.start_s).rjust(time_width)
            name = cut(turn.speaker, name_width)
            padding = " " * (name_width - columns(name))
            indent = 2 + time_width + 2 + (name_width + 2 if name_width else 0)
            gap = "  " if name_width else ""
            first = f"  {self.style(time, _DIM)}  {self.style(name, colours[turn.speaker])}{padding}{gap}"
            for n, line in enumerate(wrap(turn.text, self.width - indent)):
                self.lines.append((" " * indent if n else first) + line)


def coverage_table(meeting: Meeting) -> str:
    """How much of the speech is written down, minute by minute, and where it is not."""
    if not coverage.is_transcribed(meeting):
        return "There is no transcript yet.\n"
    rows = coverage.minutes(meeting)
    width = max(6, *(len(clock(m.start_s)) for m in rows)) if rows else 6
    lines = [f"{'Minute':>{width}}  {'Speech':>8}  {'Written':>8}  {'Share':>5}  {'Characters':>10}"]
    for m in rows:
        share = f"{m.written_s / m.speech_s:.0%}" if m.speech_s else "–"
        lines.append(
            f"{clock(m.start_s):>{width}}  {m.speech_s:>6.1f} s  {m.written_s:>6.1f} s  {share:>5}  {m.characters:>10}"
        )
    speech, written = sum(m.speech_s for m in rows), sum(m.written_s for m in rows)
    lines.append(
        f"{'All':>{width}}  {speech:>6.1f} s  {written:>6.1f} s  {coverage.written_share(rows):>5.0%}  "
        f"{sum(m.characters for m in rows):>10}"
    )
    return "\n".join([*lines, *([""] if (said := sentences(meeting)) else []), *said]) + "\n"


def columns(text: str) -> int:
    """How many columns a terminal gives to a text: two for wide characters, none for combining ones."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def _columns(char: str) -> int:
    if unicodedata.combining(char) or unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def cut(text: str, width: int) -> str:
    """As much of a text as fits into `width` columns, with an ellipsis if that is not all."""
    if columns(text) <= width:
        return text
    kept = ""
    for char in text:
        if columns(kept) + _columns(char) > width - 1:
            break
        kept += char
    return kept + "…" if width else ""


def wrap(text: str, width: int) -> list[str]:
    """Lines of at most `width` columns; between words, and between wide characters, which need no blanks."""
    lines, line = [], ""
    for piece in _pieces(text):
        if columns(line) + columns(piece) > width:
            lines.append(line.rstrip())
            line = ""
        if not line:
            piece = piece.lstrip()
        while columns(piece) > width:  # longer than a line: cut anywhere
            taken = 1
            while columns(piece[: taken + 1]) <= width:
                taken += 1
            lines.append(piece[:taken])
            piece = piece[taken:]
        line += piece
    lines.append(line.rstrip())
    return [line for line in lines if line]


def _pieces(text: str) -> list[str]:
    """What must stay together: a word with the blank before it, or a wide character with what closes after it."""
    pieces: list[str] = []
    for char in text:
        closing = unicodedata.category(char) in ("Mn", "Me", "Cf", "Pe", "Pf", "Po")
        last = pieces[-1][-1] if pieces else ""
        breaks = _columns(char) == 2 or (last and _columns(last) == 2)
        if not pieces or char == " " or (breaks and not closing and last != " "):
            pieces.append(char)
        else:
            pieces[-1] += char
    return pieces
