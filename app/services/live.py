"""A live session: blocks of sound in, what is said out, as soon as it can be said.

One thread, nothing hidden: `take` places sound and finds speech, which is cheap; `work` does one piece of what is
expensive, the most urgent first:

1. utterances that are over, oldest first; when several wait they are heard in one batch;
2. voices, so that names follow soon;
3. what is being said right now, about once a second for each track.

So when the machine is too slow, partial texts go first, then utterances wait. What waits is a list of time ranges;
their sound is in memory for a minute and a half and in the recording for ever: nothing is lost and nothing grows.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.domain.cancel import CancelFlag, Never
from app.domain.live import (
    EarlierSound,
    Emit,
    LiveDropped,
    LiveEnd,
    LiveEnded,
    LiveFilled,
    LiveFinal,
    LiveMessage,
    LivePartial,
    LiveSound,
    LiveSpeakers,
    LiveState,
    LiveStatus,
    LiveTask,
    LiveVoices,
    StateName,
    VoiceStream,
)
from app.domain.meeting import Segment
from app.domain.ports import Hearing, LiveSpeechEngine, SpeechEngine, Transcript
from app.services.live_draft import Hearing as HeardWith
from app.services.live_draft import LiveDraft, LiveUtterance
from app.services.live_language import LiveLanguage
from app.services.live_speakers import SpeakerLabels
from app.services.live_track import HeardAgain, LiveTrack, Spoken
from app.services.live_utterances import LONG_GAP_S, Span
from app.services.plausible import is_overlong
from app.services.utterances import quietest

if TYPE_CHECKING:
    from app.domain.ports import Samples

log = logging.getLogger(__name__)

FIRST_PARTIAL_S = 0.6  # of speech, before anything is shown: less says nothing
FIRST_AGAIN_S = 0.4  # there was no word in it yet
PARTIAL_EVERY_S = 1.0
PARTIAL_SHARE = 3.0  # an utterance's next partial waits at least this many times as long as the last one took
PARTIAL_AT_MOST_S = 1.5  # a partial text that took longer was the utterance's last: the finals of others would wait
LIMIT_S = 20.0  # the longest utterance, whatever the engine could take
SHORTEST_S = 0.15
PAUSE_S = 3.0  # by the clock on the wall: no sound at all comes, so nobody is speaking any more
OVERFED_S = 0.4  # a partial text may have heard so much of the silence that ended the utterance
KEEP_HEARINGS = 3  # of utterances that wait; more are heard again, in batches
BATCH_S = 20.0  # of sound that waits, heard at once: no more than the longest utterance
STATUS_S = 1.0
BEHIND_S, CAUGHT_UP_S = 8.0, 3.0
IDLE_S = 0.5


@dataclass(slots=True)
class LiveTools:
    """What a session works with."""

    engine: SpeechEngine
    voice_stream: Callable[[], VoiceStream]
    earlier: EarlierSound
    voices: LiveVoices | None = None
    drafts: Path | None = None  # the meeting's folder, where what is final is kept for the end
    clock: Callable[[], float] = time.monotonic


class LiveSession:
    """`app.domain.live.LiveWork`. Raises what the engine raises; then the session is of no use any more."""

    def __init__(self, task: LiveTask, tools: LiveTools, emit: Emit, cancel: CancelFlag | None = None) -> None:
        self._task = task
        self._tools = tools
        self._emit = emit
        self._cancel = cancel or Never()
        self._clock = tools.clock
        self._tracks: dict[str, LiveTrack] = {}
        self._waiting: deque[Spoken] = deque()
        self._language = LiveLanguage(task.language, mixed=task.mixed_languages)
        self._labels = SpeakerLabels(tools.voices, shared_microphone=task.shared_microphone)
        self._next_id = task.first_id
        self._draft: LiveDraft | None = None
        self._heard_with: HeardWith | None = None
        self._sound_at = self._clock()
        self._end: LiveEnd | None = None
        self._deadline: float | None = None
        self._ended = False
        self._state: StateName = "live"
        self._status: LiveStatus | None = None
        self._status_at = float("-inf")
        emit(LiveState("live"))

    # -- In ------------------------------------------------------------------------------------------------

    def take(self, message: LiveMessage) -> None:
        if isinstance(message, LiveSound):
            self._hear(message)
        else:
            self._end = message
            self._deadline = None if message.patience_s is None else self._clock() + message.patience_s
            self._close_all()

    def _hear(self, block: LiveSound) -> None:
        if self._end is not None:
            return
        self._sound_at = self._clock()
        track = self._tracks.get(block.track)
        if track is None:
            track = LiveTrack(
                block.track, self._tools.voice_stream, self._tools.earlier, self._task.resume.get(block.track)
            )
            self._tracks[block.track] = track
        filled_from: float | None = None
        for heard in track.sound.place(block.start_s, block.samples):
            if heard.filled and filled_from is None:
                filled_from = heard.start_s
            elif not heard.filled and filled_from is not None:
                self._emit(LiveFilled(track.name, filled_from, heard.start_s))
                filled_from = None
            self._over(track, track.hear(heard.samples, heard.start_s))
            self._follow(track)
        if filled_from is not None:  # the block itself was empty, or late
            self._emit(LiveFilled(track.name, filled_from, track.sound.end_s))
        for other in self._tracks.values():
            if other.open is not None and track.sound.end_s - other.sound.end_s > LONG_GAP_S:
                self._over(other, other.close())

    def _follow(self, track: LiveTrack) -> None:
        """Open the utterance that has begun, and cut the one that does not end."""
        track.utterances.limit_s = min(LIMIT_S, self._tools.engine.max_window_s)
        while (search := track.utterances.to_search(track.sound.end_s)) is not None:
            at_s = search.start_s + quietest(track.sound.read(search.start_s, search.end_s))
            self._begin(track)
            self._over(track, [track.utterances.cut(at_s)])
        self._begin(track)

    def _begin(self, track: LiveTrack) -> None:
        start_s = track.utterances.open_s
        if start_s is not None and track.open is None:
            track.open = self._utterance(track.name, start_s)
            track.open.due_at = self._clock() + max(0.0, FIRST_PARTIAL_S - (track.sound.end_s - start_s))

    def _utterance(self, track: str, start_s: float) -> Spoken:
        id, self._next_id = self._next_id, self._next_id + 1
        return Spoken(id, track, start_s, self._language.to_tell(), None, start_s)

    def _over(self, track: LiveTrack, spans: Iterable[Span]) -> None:
        for span in spans:
            u, track.open = track.open or self._utterance(track.name, span.start_s), None
            u.start_s, u.end_s, u.over_at = span.start_s, span.end_s, self._clock()
            if u.fed_s > u.end_s + OVERFED_S or sum(w.hearing is not None for w in self._waiting) >= KEEP_HEARINGS:
                u.hearing = None  # it knows too much, or there are too many to keep
            if span.end_s - span.start_s >= SHORTEST_S:
                self._waiting.append(u)
                self._labels.speech(track.name, u.start_s, u.end_s, over=True)
            elif u.shown:
                self._emit(LiveDropped(u.id))

    def _close_all(self) -> None:
        for track in self._tracks.values():
            self._over(track, track.close())

    # -- Work ----------------------------------------------------------------------------------------------

    def work(self) -> bool:
        """The most urgent piece of work; False if there is none."""
        now = self._clock()
        if self._ended:
            return False
        if self._deadline is not None and now >= self._deadline:
            return self._finish()
        if now - self._sound_at > PAUSE_S and any(t.open for t in self._tracks.values()):
            self._close_all()
        did = self._one(now)
        self._tell()
        if not did and self._end is not None:
            return self._finish()
        return did

    def idle_s(self) -> float:
        due = [t.open.due_at for t in self._tracks.values() if t.open is not None]
        return min(IDLE_S, max(0.0, min(due, default=float("inf")) - self._clock()))

    @property
    def ended(self) -> bool:
        return self._ended

    def _one(self, now: float) -> bool:
        if self._waiting:
            if self._waiting[0].hearing is not None:
                u = self._waiting.popleft()
                self._write(u, self._read(u, final=True))
            else:
                self._write_batch()
            return True
        if self._labels.waiting:
            if changed := self._labels.work(self._sound):
                self._emit(LiveSpeakers(changed))
            return True
        open_ = [t.open for t in self._tracks.values() if t.open is not None and t.open.due_at <= now]
        if open_:
            self._partial(min(open_, key=lambda u: u.due_at))
            return True
        return False

    def _finish(self) -> bool:
        left, self._ended = len(self._waiting), True
        if not left and (changed := self._labels.finish()):
            self._emit(LiveSpeakers(changed))
        if self._draft is not None:
            self._draft.close()
        self._tell(now=True)
        self._emit(LiveEnded(left))
        return True

    # -- Words ---------------------------------------------------------------------------------------------

    def _partial(self, u: Spoken) -> None:
        began = self._clock()
        track = self._tracks[u.track]
        end_s = min(track.sound.end_s, u.start_s + self._tools.engine.max_window_s)
        t = self._read(u, final=False, end_s=end_s)
        cost_s = self._clock() - began
        self._labels.speech(u.track, u.start_s, end_s)
        if t.text.strip() and not is_overlong(t.text, end_s - u.start_s):
            shown = u.partials.update(t.text, t.sure)
            if shown.text and shown.text != u.shown:
                u.shown = shown.text
                who = self._labels.now(u.track, u.start_s, end_s)
                self._emit(LivePartial(u.id, u.track, u.start_s, end_s, shown.text, len(shown.stable), who))
        every_s = PARTIAL_EVERY_S if u.shown else FIRST_AGAIN_S
        u.due_at = began + max(every_s, PARTIAL_SHARE * cost_s) if cost_s <= PARTIAL_AT_MOST_S else float("inf")

    def _read(self, u: Spoken, *, final: bool, end_s: float | None = None) -> Transcript:
        """What an utterance says, at the cost of what is new in it."""
        end_s = u.end_s if end_s is None else end_s
        if u.hearing is None:
            u.hearing, u.fed_s = self._hearing(u.told), u.start_s
        if end_s > u.fed_s:
            u.hearing.add(self._sound(u.track, u.fed_s, end_s))
            u.fed_s = end_s
        return u.hearing.read(self._cancel, final=final)

    def _hearing(self, told: str | None) -> Hearing:
        engine = self._tools.engine
        if isinstance(engine, LiveSpeechEngine):
            return engine.hearing(language=told, glossary=self._task.glossary)
        return HeardAgain(engine, told, self._task.glossary)

    def _write_batch(self) -> None:
        """The oldest that wait and have no hearing, as many as fit into a batch and are told the same."""
        engine = self._tools.engine
        batch: list[Spoken] = []
        longest_s = 0.0
        # Small, for who waits for the end of a batch can neither be told nor stopped; one by one if time is short.
        most_s = 0.0 if self._deadline is not None else min(BATCH_S, engine.batch_seconds)
        while self._waiting and self._waiting[0].hearing is None:
            u = self._waiting[0]
            longest_s = max(longest_s, u.end_s - u.start_s)
            if batch and (u.told != batch[0].told or (len(batch) + 1) * longest_s > most_s):
                break
            batch.append(self._waiting.popleft())
        for u, t in zip(batch, self._transcribe(batch, batch[0].told, self._task.glossary), strict=True):
            self._write(u, t)

    def _transcribe(self, batch: Iterable[Spoken], told: str | None, glossary: tuple[str, ...]) -> list[Transcript]:
        windows = [self._sound(u.track, u.start_s, u.end_s) for u in batch]
        return self._tools.engine.transcribe(windows, language=told, glossary=glossary, cancel=self._cancel)

    def _write(self, u: Spoken, t: Transcript) -> None:
        """An utterance is written down."""
        seconds, told = u.end_s - u.start_s, u.told
        again = self._language.heard(told, t.language, seconds) if t.text else None
        if again is not None:
            (second,) = self._transcribe([u], again, self._task.glossary)
            if second.text:
                t, told = second, again
        if is_overlong(t.text, seconds):
            (t,) = self._transcribe([u], told, ())
            t = Transcript("" if is_overlong(t.text, seconds) else t.text, t.language, (*t.guards, "overlong"))
        else:
            self._keep(u, t, told)
        u.hearing = None
        text = t.text.strip()
        if not text:
            if u.shown:
                self._emit(LiveDropped(u.id))
            return
        who = self._labels.final(u.id, u.track, u.start_s, u.end_s)
        segment = Segment(u.id, u.track, u.start_s, u.end_s, text, who, t.language, guards=t.guards)
        self._emit(LiveFinal(segment, self._clock() - u.over_at))

    def _keep(self, u: Spoken, t: Transcript, told: str | None) -> None:
        """For the pipeline, which then need not hear it again."""
        if self._tools.drafts is None:
            return
        engine = self._tools.engine
        precision = str(engine.settings.get("precision", ""))
        heard_with = HeardWith(engine.name, precision, self._task.language, self._task.glossary)
        if self._draft is None or heard_with != self._heard_with:
            if self._draft is not None:
                self._draft.close()
            self._draft, self._heard_with = LiveDraft(self._tools.drafts, heard_with), heard_with
        self._draft.add(LiveUtterance(u.track, u.start_s, u.end_s, t, told))

    def _sound(self, track: str, start_s: float, end_s: float) -> Samples:
        return self._tracks[track].sound.read(start_s, end_s)

    # -- How far -------------------------------------------------------------------------------------------

    def _tell(self, *, now: bool = False) -> None:
        at = self._clock()
        if not now and at - self._status_at < STATUS_S:
            return
        self._status_at = at
        heard = {t.name: t.sound.end_s for t in self._tracks.values()}
        behind_s = max(heard.values(), default=0.0) - self._waiting[0].end_s if self._waiting else 0.0
        status = LiveStatus(max(0.0, behind_s), heard, self._settled(), len(self._waiting), self._language.settled)
        if status != self._status:
            self._status = status
            self._emit(status)
        state: StateName = self._state
        if behind_s >= BEHIND_S:
            state = "behind"
        elif behind_s < CAUGHT_UP_S:
            state = "live"
        if state != self._state:
            self._state = state
            self._emit(LiveState(state))

    def _settled(self) -> dict[str, float]:
        settled = {}
        for t in self._tracks.values():
            starts = [u.start_s for u in self._waiting if u.track == t.name]
            starts += [t.open.start_s] if t.open is not None else []
            # Speech of the last half second may not have been noticed yet.
            settled[t.name] = min([*starts, max(t.sound.begins_s, t.sound.end_s - 0.5)])
        return settled
