"""Live text as it is shown: turns that grow, how far behind they are, and the minutes of what was said so far."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.domain.cancel import CancelFlag
from app.domain.errors import Cancelled
from app.domain.live import (
    LiveDropped,
    LiveEnded,
    LiveEvent,
    LiveFinal,
    LivePartial,
    LiveSpeakers,
    LiveState,
    LiveStatus,
    StateName,
)
from app.domain.meeting import Meeting, Minutes, Segment, Speaker, clock
from app.viewmodels.formatting import length
from app.viewmodels.hues import hue_of
from app.viewmodels.jobs import JobQueue
from app.viewmodels.live_shown import LiveWords
from app.viewmodels.minutes import MinutesDocument, minutes_document
from app.viewmodels.paragraphs import join
from app.viewmodels.problems import Problem, in_words
from app.viewmodels.recording import RecordingViewModel
from app.workers.live_services import LiveServices
from app.workers.recording import RecordingController
from app.workers.recording_worker import Began
from app.workers.tasks import LongTasks, Say

HOLD = "live text"  # why no meeting is processed meanwhile
TURN_GAP_S = 15.0  # somebody who was silent for so long begins a new turn
UNNAMED_GAP_S = 1.0
SAY_BEHIND_S = 8.0
LET_GO_MS = 40_000  # after a recording, whatever became of its live text
_MAKE_ROOM, _CATCH_UP = "make room", "catch up"

CatchUpState = Literal["none", "writing", "there", "failed"]


@dataclass(frozen=True, slots=True)
class LiveTurn:
    """Somebody's words without a break. `text` stays; `tentative`, behind it, may still change."""

    speaker: str
    name: str
    hue: int
    time: str
    text: str
    tentative: str = ""

    @property
    def spoken(self) -> str:
        """For a screen reader."""
        return f"{self.name}, {self.time}: {self.text}{self.tentative}"


@dataclass(frozen=True, slots=True)
class CatchUp:
    """Minutes of what was said up to `time`. `done`: how far the writing is, 0..1."""

    state: CatchUpState = "none"
    time: str = ""
    done: float = 0.0
    document: MinutesDocument | None = None
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class _Piece:
    """A final utterance, or what is being said; `stable`: characters of it that stay."""

    segment: Segment
    stable: int

    @property
    def key(self) -> tuple[float, int]:
        return (self.segment.start_s, self.segment.id)


class LiveViewModel(QObject):
    """Live text of one recording at a time; that of the last one stays until the next begins.

    Signals:
        began: a recording with live text has begun; nothing is known yet.
        turns_changed: turns from this index on are different. (index)
        status_changed: how live text is doing.
        catch_up_changed: the minutes so far.
    """

    began = Signal()
    turns_changed = Signal(int)
    status_changed = Signal()
    catch_up_changed = Signal()

    def __init__(
        self,
        services: LiveServices | None,
        controller: RecordingController,
        recording: RecordingViewModel,
        queue: JobQueue,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._services = services
        self._queue = queue
        self._tasks = LongTasks(self)
        self._tasks.progressed.connect(self._on_task)
        self._tasks.ended.connect(self._on_task_ended)
        self._let_go = QTimer(self)
        self._let_go.setSingleShot(True)
        self._let_go.setInterval(LET_GO_MS)
        self._let_go.timeout.connect(self._release)
        self._clear("")
        controller.began.connect(self._on_began)
        controller.live.connect(self._on_events)
        recording.ended.connect(self._on_recording_ended)

    def _clear(self, meeting_id: str) -> None:
        self._meeting_id = meeting_id
        self._state: StateName | None = None
        self._off = Problem("")
        self._behind_s = 0.0
        self._language: str | None = None
        self._pieces: list[_Piece] = []
        self._partials: dict[int, _Piece] = {}
        self._turns: list[LiveTurn] = []
        self._first_piece: list[int] = []  # of each turn
        self._upto_s = 0.0
        self.catch_up = CatchUp()

    # What is shown

    @property
    def meeting_id(self) -> str:
        return self._meeting_id

    @property
    def shown(self) -> bool:
        """Whether there is live text at all."""
        return self._state is not None

    @property
    def turns(self) -> Sequence[LiveTurn]:
        return self._turns

    @property
    def segments(self) -> tuple[Segment, ...]:
        """What is final, in the order of the timeline."""
        return tuple(p.segment for p in self._pieces)

    @property
    def speakers(self) -> tuple[Speaker, ...]:
        """Those of `segments`: the user, then the others in the order in which they first spoke. So their colours are
        those of the words while they were spoken, and of the transcript afterwards."""
        keys = dict.fromkeys(p.segment.speaker for p in self._pieces if p.segment.speaker)
        return tuple(Speaker(key, self.name_of(key)) for key in sorted(keys, key=lambda key: key != "me"))

    @property
    def status_text(self) -> str:
        """How it is doing, if that is worth a word."""
        if self._state == "starting":
            return self.tr("Getting ready")
        if self._state == "restarting":
            return self.tr("Starting again; what is said meanwhile follows")
        if self._state != "off" and self._behind_s >= SAY_BEHIND_S:
            coarse = self._behind_s // 5 * 5 if self._behind_s < 60 else self._behind_s
            return self.tr("{time} behind; nothing is lost").format(time=length(coarse))
        return ""

    @property
    def off(self) -> Problem | None:
        """Why there is no live text any more; the recording is not touched by that."""
        if self._state != "off":
            return None
        later = self.tr("The recording goes on; everything is written down afterwards.")
        return Problem(self._off.what or self.tr("Live text stopped."), self._off.to_do or later)

    @property
    def why_empty(self) -> str:
        if self._state == "starting":
            return self.tr("The words appear here as they are spoken, in a moment.")
        return "" if self._state == "off" else self.tr("The words appear here as they are spoken.")

    @property
    def can_catch_up(self) -> bool:
        return self._services is not None and bool(self._pieces) and self.catch_up.state != "writing"

    def name_of(self, key: str, track: str = "") -> str:
        if key == "me":
            return self.tr("Me")
        if key.startswith("s") and key[1:].isdigit():
            return self.tr("Speaker {number}").format(number=key[1:])
        return {"mic": self.tr("Microphone"), "system": self.tr("Others")}.get(track, self.tr("Somebody"))

    # What can be done

    @Slot()
    def ask_to_catch_up(self) -> None:
        """Write the minutes of what was said so far."""
        if not self.can_catch_up or self._services is None:
            return
        segments, services, language = self.segments, self._services, self._language
        names = {s.key: s.name for s in self.speakers} | {"": self.name_of("")}
        self._asked = segments
        upto = clock(segments[-1].end_s)
        self.catch_up = replace(self.catch_up, state="writing", time=upto, done=0.0, problem=None)
        self.catch_up_changed.emit()

        def run(cancel: CancelFlag, say: Say) -> None:
            steps: Iterator[float | Minutes] = services.catch_up(segments, names, language, cancel)
            for step in steps:
                say(step)

        self._tasks.start(_CATCH_UP, run)

    @Slot()
    def close_catch_up(self) -> None:
        """Put the minutes so far away; if they are being written, no longer."""
        self._tasks.cancel(_CATCH_UP)
        if self.catch_up.state != "none":
            self.catch_up = CatchUp()
            self.catch_up_changed.emit()

    def stop(self) -> bool:
        """The program ends. False if something does not let go."""
        self._let_go.stop()
        return self._tasks.stop()

    # Answers

    @Slot(object)
    def _on_began(self, began: Began) -> None:
        self._tasks.cancel(_CATCH_UP)
        self._clear(began.meeting_id)
        self.began.emit()
        self.status_changed.emit()
        self.catch_up_changed.emit()

    @Slot(str)
    def _on_recording_ended(self, meeting_id: str) -> None:
        if meeting_id == self._meeting_id:
            self.close_catch_up()
            self._let_go.start()
            self._queue.show_live(meeting_id, LiveWords(self.segments, self.speakers))

    @Slot(str, object)
    def _on_events(self, meeting_id: str, events: Sequence[LiveEvent]) -> None:
        if meeting_id != self._meeting_id:
            return
        first: int | None = None
        status = self.status_text, self.off, self.shown, self.can_catch_up
        for event in events:
            changed = self._take(event)
            if changed is not None:
                first = changed if first is None else min(first, changed)
        if first is not None:
            self._regroup(first)
        if status != (self.status_text, self.off, self.shown, self.can_catch_up):
            self.status_changed.emit()

    def _take(self, event: LiveEvent) -> int | None:
        """The index of the first final piece that is different, if any; one past the last: only what is being said."""
        end = len(self._pieces)
        match event:
            case LiveState(state, what, to_do):
                self._enter(state, Problem(what, to_do))
                return end if state in ("restarting", "off") else None
            case LiveStatus():
                self._behind_s = event.behind_s
                self._language = event.language or self._language
            case LivePartial():
                said = Segment(event.id, event.track, event.start_s, event.end_s, event.text, event.speaker)
                self._partials[event.id] = _Piece(said, event.stable)
                return end
            case LiveFinal(segment):
                self._partials.pop(segment.id, None)
                piece = _Piece(segment, len(segment.text))
                at = bisect_right(self._pieces, piece.key, key=lambda p: p.key)
                self._pieces.insert(at, piece)
                return at
            case LiveDropped(id):
                self._partials.pop(id, None)
                return end
            case LiveSpeakers(of_segment):
                return self._name(dict(of_segment))
            case LiveEnded():
                self._partials.clear()
                self._release()
                self._queue.show_live(self._meeting_id, LiveWords(self.segments, self.speakers))
                return end
        return None

    def _enter(self, state: StateName, why: Problem) -> None:
        if state == "starting":
            self._let_go.stop()  # of the recording before, whose live text this one may have cut short
            self._queue.hold(HOLD)
            if self._services is not None:
                services = self._services
                self._tasks.start(_MAKE_ROOM, lambda *_: services.make_room())
        if state in ("restarting", "off"):
            self._partials.clear()
            self._behind_s = 0.0
        self._state, self._off = state, why

    def _name(self, of_segment: dict[int, str]) -> int | None:
        first = None
        for i, piece in enumerate(self._pieces):
            key = of_segment.get(piece.segment.id)
            if key is not None and key != piece.segment.speaker:
                self._pieces[i] = replace(piece, segment=replace(piece.segment, speaker=key))
                first = i if first is None else first
        return first

    @Slot()
    def _release(self) -> None:
        self._let_go.stop()
        self._queue.release(HOLD)

    # Turns

    def _regroup(self, first: int) -> None:
        """Make the turns anew from the one that has final piece number `first`, or ends before it."""
        keep = len(self._first_piece)
        while keep and self._first_piece[keep - 1] >= first:
            keep -= 1
        keep = max(0, keep - 1)  # that one may go on
        start = self._first_piece[keep] if keep < len(self._first_piece) else 0
        old = self._turns[keep:]
        del self._turns[keep:]
        del self._first_piece[keep:]
        pieces = [*self._pieces[start:], *sorted(self._partials.values(), key=lambda p: p.key)]
        group: list[_Piece] = []
        for n, piece in enumerate(pieces, start):
            if group and not _goes_on(group, piece):
                self._turns.append(self._turn(group))
                group = []
            if not group:
                self._first_piece.append(n)
            group.append(piece)
        if group:
            self._turns.append(self._turn(group))
        same = 0
        while same < min(len(old), len(self._turns) - keep) and old[same] == self._turns[keep + same]:
            same += 1
        if same < max(len(old), len(self._turns) - keep):
            self.turns_changed.emit(keep + same)

    def _turn(self, group: Sequence[_Piece]) -> LiveTurn:
        text = tentative = ""
        for piece in group:
            said = piece.segment.text
            if tentative:
                tentative += join(tentative, said) + said
                continue
            text += (join(text, said) if text else "") + said[: piece.stable]
            tentative = said[piece.stable :]
        s = group[0].segment
        who = next((p.segment.speaker for p in group if p.segment.speaker), "")
        return LiveTurn(who, self.name_of(who, s.track), hue_of(who), clock(s.start_s), text, tentative)

    # Minutes so far

    @Slot(str, object)
    def _on_task(self, key: str, step: object) -> None:
        if key != _CATCH_UP or self.catch_up.state != "writing":
            return
        if isinstance(step, Minutes):
            so_far = Meeting(
                self._meeting_id,
                "",
                datetime.now().astimezone(),
                segments=self._asked,
                speakers=self.speakers,
                minutes=step,
            )
            document = minutes_document(so_far)
            self.catch_up = replace(self.catch_up, state="there", done=1.0, document=document)
        elif isinstance(step, float):
            self.catch_up = replace(self.catch_up, done=step)
        self.catch_up_changed.emit()

    @Slot(str, object)
    def _on_task_ended(self, key: str, error: BaseException | None) -> None:
        if key == _CATCH_UP and self.catch_up.state == "writing" and not isinstance(error, Cancelled):
            problem = in_words(error) if error is not None else Problem(self.tr("Nothing was written."))
            self.catch_up = replace(self.catch_up, state="failed", problem=problem)
            self.catch_up_changed.emit()


def _goes_on(group: Sequence[_Piece], piece: _Piece) -> bool:
    """Whether an utterance continues a turn. Who spoke is known a moment late: until then it does if it follows at
    once, so that nothing is torn apart only to be joined again."""
    last, s = group[-1].segment, piece.segment
    who = next((p.segment.speaker for p in group if p.segment.speaker), "")
    gap_s = s.start_s - last.end_s
    if s.track != last.track or gap_s > TURN_GAP_S:
        return False
    return s.speaker == who or (not s.speaker and gap_s <= UNNAMED_GAP_S)
