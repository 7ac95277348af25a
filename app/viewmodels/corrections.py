"""What the user puts right in the transcript of the open meeting: words, speakers, highlights."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.domain.edits import (
    Change,
    from_here_on,
    merge_speakers,
    name_speaker,
    reassign,
    reassign_to_new,
)
from app.domain.errors import InputError
from app.domain.meeting import ActionItem, Mark, MarkKind, Meeting, Minutes, Person, Segment
from app.domain.steps import chain, join_segments, split_segment
from app.domain.text_edits import edit_text
from app.viewmodels.names import person_called, stored_name
from app.viewmodels.spoken import seconds_after, seconds_at

if TYPE_CHECKING:
    from app.viewmodels.meeting import MeetingViewModel

Cut = tuple[Segment, int, int]  # a segment with what is meant of its text, spaces around it not counted
LEAST_HIGHLIGHT_S = 0.05


@dataclass(frozen=True, slots=True)
class Rewording:
    """The text of a segment as it was shown and as the user wants it; "" removes the segment."""

    segment_id: int
    was: str
    now: str


class Corrections(QObject):
    """Every method makes one step of the history.

    Signals:
        said: something was done that cannot be seen where the user looks. (text)
    """

    said = Signal(str)

    def __init__(self, meeting: MeetingViewModel) -> None:
        super().__init__(meeting)
        self._meeting = meeting

    def _do(self, make: Callable[[Meeting], Change | None], label: str, meeting_id: str = "") -> None:
        self._meeting.change(make, label, meeting_id)

    # Words

    def reword(self, rewordings: Sequence[Rewording], label: str = "", meeting_id: str = "") -> None:
        """Write other words. Refused as a whole if any of the segments says something else by now. `meeting_id`: the
        meeting they were shown in, if another one may be open already."""
        wanted = tuple(r for r in rewordings if r.was.strip() != r.now.strip())
        if wanted:
            self._do(partial(self._reworded, wanted), label or self.tr("correct the words"), meeting_id)

    def _reworded(self, wanted: Sequence[Rewording], meeting: Meeting) -> Change | None:
        return chain(meeting, *(partial(self._one, r) for r in wanted))

    def _one(self, r: Rewording, meeting: Meeting) -> Change | None:
        self._expect(meeting, r.segment_id, r.was)
        now = " ".join(r.now.split())
        return edit_text(meeting, r.segment_id, now) if now else Change(removed=(r.segment_id,))

    def _expect(self, meeting: Meeting, segment_id: int, text: str) -> None:
        segment = next((s for s in meeting.segments if s.id == segment_id), None)
        if segment is None or segment.text.strip() != text.strip():
            raise InputError(
                self.tr("These words have been replaced since."),
                self.tr("Nothing was changed. Look at them again and correct them as they are now."),
            )

    def split(self, segment: Segment, position: int) -> None:
        def make(meeting: Meeting) -> Change | None:
            self._expect(meeting, segment.id, segment.text)
            return split_segment(meeting, segment.id, position)

        self._do(make, self.tr("split the words"))

    def join(self, first: Segment, second: Segment) -> None:
        def make(meeting: Meeting) -> Change | None:
            self._expect(meeting, first.id, first.text)
            self._expect(meeting, second.id, second.text)
            return join_segments(meeting, first.id, second.id)

        self._do(make, self.tr("join the words"))

    # Who says them

    def assign(self, cuts: Sequence[Cut], key: str = "", *, name: str = "") -> None:
        """What is selected was said by somebody else: by `key`, or by somebody new called `name`."""
        if not cuts:
            return

        def give(meeting: Meeting) -> Change | None:
            return self._given(meeting, cuts, lambda m, ids: _assigned(m, ids, key, name))

        self._do(give, self.tr("change the speaker"))

    def assign_from(self, cut: Cut, key: str = "", *, name: str = "") -> None:
        """From here on the one who speaks is somebody else."""

        def give(meeting: Meeting) -> Change | None:
            to_the_end = (cut[0], cut[1], len(cut[0].text.strip()))
            return self._given(meeting, [to_the_end], lambda m, ids: _assigned(m, from_here_on(m, ids[0]), key, name))

        self._do(give, self.tr("change the speaker from here on"))

    def _given(
        self, meeting: Meeting, cuts: Sequence[Cut], give: Callable[[Meeting, Sequence[int]], Change]
    ) -> Change | None:
        """Segments of which only a part is meant are cut first."""
        ids: list[int] = []
        makes: list[Callable[[Meeting], Change | None]] = []
        for segment, start, end in cuts:
            self._expect(meeting, segment.id, segment.text)
            makes.append(partial(_cut_out, ids, segment.id, start, end))
        return chain(meeting, *makes, lambda m: give(m, ids))

    def name(self, key: str, name: str, person: str = "") -> None:
        """Give a speaker a name; one that somebody else has makes them the same."""
        if name.strip():
            self._do(lambda m: name_speaker(m, key, _of_another(m, key, name), person), self.tr("rename the speaker"))

    def merge(self, key: str, into: str) -> None:
        self._do(lambda m: merge_speakers(m, (key,), into), self.tr("merge the speakers"))

    def accept(self, key: str) -> None:
        """Yes, it is who the voice sounds like: the one whose voice is known under that name, if there is one."""
        meeting_id = self._meeting.shown_id

        def name(people: Sequence[Person]) -> None:
            self._do(partial(_accepted, key, people), self.tr("accept the name"), meeting_id)

        if meeting_id:
            self._meeting.speakers.ask_people(name)

    def dismiss(self, key: str) -> None:
        """No, it is somebody else."""

        def make(meeting: Meeting) -> Change | None:
            return Change(
                speakers=tuple(replace(s, suggested="", certainty=0.0) if s.key == key else s for s in meeting.speakers)
            )

        self._do(make, self.tr("dismiss the name"))

    # What matters

    def highlight(self, cuts: Sequence[Cut]) -> None:
        """Mark what is selected; what is marked already is cleared instead."""
        stretches = stretches_of(cuts)
        if not stretches:
            return

        def make(meeting: Meeting) -> Change | None:
            mine = [m for m in meeting.marks if m.kind is MarkKind.BOOKMARK and m.seconds > 0]
            hit = [m for m in mine if any(m.at_s < end and start < m.at_s + m.seconds for start, end, _ in stretches)]
            covered = all(
                any(m.at_s <= start + 0.01 and end <= m.at_s + m.seconds + 0.01 for m in mine)
                for start, end, _ in stretches
            )
            kept = [m for m in meeting.marks if m not in hit]
            if covered:
                return Change(marks=tuple(kept))
            new: list[Mark] = []
            for start, end, text in stretches:
                over = [m for m in hit if m.at_s < end and start < m.at_s + m.seconds]
                first = min([start, *(m.at_s for m in over)])
                last = max([end, *(m.at_s + m.seconds for m in over)])
                if new and first <= new[-1].at_s + new[-1].seconds:
                    new[-1] = replace(new[-1], seconds=last - new[-1].at_s)
                    continue
                wall = meeting.started_at
                new.append(Mark(MarkKind.BOOKMARK, first, wall, text, seconds=last - first))
            return Change(marks=tuple(sorted((*kept, *new), key=lambda m: m.at_s)))

        self._do(make, self.tr("highlight"))

    def action_item(self, text: str, segment_ids: Sequence[int]) -> None:
        """What is selected becomes something to do, with what was said as its evidence."""
        task = " ".join(text.split())
        if not task:
            return

        def make(meeting: Meeting) -> Change | None:
            there = {s.id: s for s in meeting.segments}
            ids = tuple(i for i in segment_ids if i in there)
            minutes = meeting.minutes or Minutes()
            item = ActionItem(task, evidence=ids, by_user=True)
            return Change(minutes=replace(minutes, action_items=(*minutes.action_items, item)))

        self._do(make, self.tr("add an action item"))
        self.said.emit(self.tr("Added to the action items"))


def _accepted(key: str, people: Sequence[Person], meeting: Meeting) -> Change | None:
    speaker = next((s for s in meeting.speakers if s.key == key), None)
    if speaker is None or not speaker.suggested:
        return None
    known = person_called(speaker.suggested, people)
    return name_speaker(meeting, key, speaker.suggested, known.id if known is not None else speaker.person)


def stretches_of(cuts: Sequence[Cut]) -> list[tuple[float, float, str]]:
    """(start, end, text) of what is selected, in seconds; what follows without a break is one."""
    made: list[tuple[float, float, str]] = []
    for segment, start, end in cuts:
        said = segment.text.strip()[start:end].strip()
        if not said:
            continue
        lead = len(segment.text.strip()[start:end]) - len(segment.text.strip()[start:end].lstrip())
        from_s = seconds_at(segment, start + lead)
        to_s = max(seconds_after(segment, start + lead + len(said)), from_s + LEAST_HIGHLIGHT_S)
        made.append((from_s, to_s, said))
    return made


def _assigned(meeting: Meeting, ids: Sequence[int], key: str, name: str) -> Change:
    return reassign(meeting, ids, key) if key else reassign_to_new(meeting, ids, stored_name(name, meeting.speakers))


def _of_another(meeting: Meeting, key: str, name: str) -> str:
    """A typed name as it is stored where it is another speaker's."""
    return stored_name(name, [s for s in meeting.speakers if s.key != key])


def _cut_out(ids: list[int], segment_id: int, start: int, end: int, meeting: Meeting) -> Change | None:
    """Cut a segment so that what is meant stands alone; its id goes to `ids`."""

    def left(m: Meeting) -> Change | None:
        return split_segment(m, segment_id, start) if start > 0 else None

    before = {s.id for s in meeting.segments}
    segment = next(s for s in meeting.segments if s.id == segment_id)
    said = segment.text.strip()
    makes: list[Callable[[Meeting], Change | None]] = []
    if end < len(said):
        makes.append(lambda m: split_segment(m, segment_id, _after_word(said, end)))
    first = chain(meeting, *makes)
    both = chain(meeting, *makes, left)
    changed = {s.id: s for s in (both.segments if both else ())}
    # The part meant is the one that begins where the selection begins: a new one, if something was cut off in front.
    new_after_right = {s.id for s in (first.segments if first else ())} - before
    cut_left = set(changed) - before - new_after_right
    ids.append(next(iter(cut_left), segment_id))
    return both


def _after_word(said: str, end: int) -> int:
    """The end of the word a selection ends in, or of the spaces behind it."""
    while end < len(said) and end > 0 and said[end - 1].isalnum() and said[end].isalnum() and said[end] < "\u2e80":
        end += 1
    while end < len(said) and not said[end].isalnum() and not said[end].isspace() and said[end] not in "([“\"'«":
        end += 1
    return end
