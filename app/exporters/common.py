"""What the text formats share: times, clean text, turns, and which items of the minutes are confirmed."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from app.domain.meeting import ActionItem, Decision, Meeting, OpenQuestion, Segment, clock

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
    """The segments an item cites, in its order. One without text says nothing, so it is no evidence."""
    by_id = {s.id: s for s in meeting.segments if one_line(s.text)}
    return [by_id[i] for i in item.evidence if i in by_id]


def is_confirmed(meeting: Meeting, item: Item) -> bool:
    """Whether the item may be shown as fact: its citation holds and there is something it cites."""
    return item.supported and bool(evidence_of(meeting, item))


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
        if not one_line(segment.text):
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
