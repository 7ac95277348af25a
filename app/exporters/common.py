"""What the text formats share: times, clean text, turns, and which items of the minutes are confirmed."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from app.domain import turns as spoken
from app.domain.meeting import ActionItem, Decision, Meeting, OpenQuestion, Segment, Speaker, clock
from app.domain.meeting import Turn as SpokenTurn

Item = Decision | ActionItem | OpenQuestion

# Control characters could steer a terminal or end a line unseen; lone surrogates cannot be encoded.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")
_LINE_END = re.compile("\r\n|[\r\x85\u2028\u2029]")
_LONGEST_BLOCK_S = 60.0
_WIDE = re.compile("[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")


def clean(text: str) -> str:
    """Only printable characters, tabs and "\\n" as line end; U+FFFD where something else was."""
    return _UNPRINTABLE.sub("\ufffd", _LINE_END.sub("\n", text))


def one_line(text: str) -> str:
    """Clean, and every run of white space a single blank."""
    return " ".join(clean(text).split())


def sentence(text: str) -> str:
    """With a capital first letter: items quoted from the middle of a remark begin with a small one."""
    return text[:1].upper() + text[1:]


def evidence_of(meeting: Meeting, item: Item) -> list[Segment]:
    """The segments an item cites, in its order. One without text says nothing, so it is no evidence; for an echo stands
    what it is an echo of."""
    by_id = {s.id: s for s in meeting.segments if one_line(s.text)}
    cited = (by_id[i] for i in item.evidence if i in by_id)
    return list({s.id: s for s in (by_id.get(c.echo_of, c) if c.echo_of else c for c in cited)}.values())


def is_confirmed(meeting: Meeting, item: Item) -> bool:
    """Whether the item may be shown as fact: the user says so, or its citation holds and cites something."""
    return item.by_user or (item.supported and bool(evidence_of(meeting, item)))


def due_of(item: ActionItem) -> str:
    """Until when: "Friday (2026-11-27)", "2026-11-27", "soon", "" if nothing was said."""
    said, day = one_line(item.due or ""), item.due_on.isoformat() if item.due_on else ""
    return f"{said} ({day})" if said and day and said != day else said or day


def echoes(meeting: Meeting) -> str:
    """A sentence on what is left out because it was said on the other track already, "" if nothing is."""
    count = sum(s.echo_of is not None and bool(one_line(s.text)) for s in meeting.segments)
    if not count:
        return ""
    what = (
        "One remark that the microphone picked up from the loudspeaker is"
        if count == 1
        else (f"{count} remarks that the microphone picked up from the loudspeaker are")
    )
    return f"{what} left out, for the other track has the same words."


def talk(meeting: Meeting) -> list[tuple[Speaker, float, float]]:
    """Speaker, seconds spoken and share of all that is spoken, who speaks most first; those who say nothing left out.
    Where turns are not known, segments count."""
    said = meeting.turns or tuple(
        SpokenTurn(s.track, s.start_s, s.end_s, s.speaker) for s in meeting.segments if s.echo_of is None
    )
    seconds = spoken.talk_time(said)
    known = [(s, seconds[s.key]) for s in meeting.speakers if seconds.get(s.key)]
    whole = sum(s for _, s in known)
    return sorted(((who, s, s / whole) for who, s in known), key=lambda row: -row[1])


def talk_line(meeting: Meeting) -> str:
    """ "Talk time: Anna 12:03 (61%), Me 7:40 (39%)."; "" unless several speak."""
    rows = talk(meeting)
    shares = spoken.percents([s for _, s, _ in rows])
    parts = ", ".join(f"{one_line(who.name)} {clock(s)} ({n}%)" for (who, s, _), n in zip(rows, shares, strict=True))
    return f"Talk time: {parts}." if len(rows) > 1 else ""


@dataclass(frozen=True, slots=True)
class Turn:
    """Consecutive segments of one speaker, at most about a minute: longer ones begin again."""

    speaker: str  # the shown name, "" if unknown
    segments: tuple[Segment, ...]

    @property
    def start_s(self) -> float:
        return self.segments[0].start_s

    @property
    def text(self) -> str:
        return join(one_line(s.text) for s in self.segments)


def turns(meeting: Meeting, begin_at: Collection[int] = ()) -> list[Turn]:
    """The transcript in time order. Segments in `begin_at` begin a turn of their own, to be linked to."""
    found: list[list[Segment]] = []
    for segment in sorted(meeting.segments, key=lambda s: (s.start_s, s.id)):
        if not one_line(segment.text) or segment.echo_of is not None:
            continue
        goes_on = (
            found
            and found[-1][0].speaker == segment.speaker
            and (segment.speaker or found[-1][0].track == segment.track)
            and segment.end_s - found[-1][0].start_s <= _LONGEST_BLOCK_S
            and (segment.id not in begin_at or clock(segment.start_s) == clock(found[-1][0].start_s))
        )
        if goes_on:
            found[-1].append(segment)
        else:
            found.append([segment])
    return [Turn(one_line(meeting.speaker_name(t[0].speaker)), tuple(t)) for t in found]


def join(parts: Iterable[str]) -> str:
    """Sentences with a blank between them, except where Chinese or Japanese has none."""
    joined = ""
    for part in parts:
        if joined and part and not (_WIDE.match(joined[-1]) and _WIDE.match(part[0])):
            joined += " "
        joined += part
    return joined
