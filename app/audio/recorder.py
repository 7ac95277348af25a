"""The recorder: sound from sources into a meeting's folder, so that nothing is lost whatever happens around it.

One thread does all of it, twenty times a second; sources only fill their rings, listeners only empty their queues.
What it writes is described in `app.audio.journal` and `app.audio.track_file`.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from app.audio.journal import JOURNAL_NAME, RESERVE_NAME, JournalWriter
from app.audio.levels import Watch
from app.audio.listeners import Hub, Listener
from app.audio.marks import Marks
from app.audio.recording_folder import FreeSpace, RecordingFolder, free_space
from app.audio.timeline import SLEEP_S, SystemClock, Timeline
from app.audio.track_file import Opener, create, raw_path
from app.audio.track_recorder import TrackRecorder
from app.domain.disk import disk_error
from app.domain.meeting import Mark, MarkKind
from app.domain.recording import (
    AudioSource,
    EndReason,
    RecorderState,
    RecordingResult,
    RecordingStatus,
    RecordingWarning,
)

log = logging.getLogger(__name__)

TICK_S = 0.05
LEVEL_S = 0.1
SYNC_S = 1.0
RAN_AT_MOST_S = 0.2  # of the time between two ticks: beyond that we were stopped, and others may have been too
STARTING_S = 3.0  # a source has said by then what is wrong
WARNING_AGAIN_S = 300.0  # a warning that comes back sooner gets no second mark

_Step = Callable[[], object]


class Recorder:
    """Records one meeting, once. Every method may be called from any thread and returns at once, but `wait`.

    `start` raises `StorageError`; after that whatever goes wrong ends the recording with a result that says so and
    with everything kept that was heard, or, where it concerns one source only, does not end it at all.
    """

    def __init__(
        self,
        folder: Path,
        sources: Mapping[str, AudioSource],
        *,
        started_at: datetime,
        limit_s: float | None = None,
        clock: SystemClock | None = None,
        free: FreeSpace = free_space,
        opener: Opener = create,
    ) -> None:
        """`limit_s`: end by itself when the timeline is there. `clock`, `free`, `opener`: for tests."""
        self.folder = folder
        self._sources = dict(sources)
        self._started_at = started_at
        self._limit_s = limit_s
        self._clock = clock or SystemClock()
        self._opener = opener
        self._place = RecordingFolder(folder, free)
        self._hub = Hub()
        self._watch = Watch()
        self._thread: threading.Thread | None = None
        self._wake = threading.Event()
        self._done = threading.Event()
        self._result: RecordingResult | None = None
        # Shared with callers, under the lock, which is never held while anything slow is done.
        self._lock = threading.Lock()
        self._timeline = Timeline(0.0)
        self._marks = Marks(self._clock, self._now_s)
        self._stop: EndReason | None = None
        self._status = RecordingStatus()
        # Of the recorder's thread.
        self._journal: JournalWriter
        self._tracks: list[TrackRecorder] = []
        self._last = self._last_level = self._last_sync = 0.0
        self._asleep = 0.0
        self._ran = 0.0
        self._safe_s = 0.0
        self._remaining_s: float | None = None
        self._warned: dict[tuple[str, str], float] = {}
        self._warnings: tuple[RecordingWarning, ...] = ()
        self._is_blind = False  # levels and warnings fail, which was logged

    # -- For callers ---------------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin; sound arrives within a few hundred milliseconds. Raises `StorageError` with nothing left behind."""
        self.begin()
        self._thread = threading.Thread(target=self._run, name="recorder")
        self._thread.start()

    def begin(self) -> None:
        """`start` without the thread: whoever calls this calls `tick` too."""
        if self._tracks:
            raise RuntimeError("a recorder records once")
        self._place.check_space(len(self._sources))
        with ExitStack() as undo:
            try:
                self._place.lock()
                undo.callback(self._place.unlock)
                self._journal = JournalWriter(self.folder / JOURNAL_NAME, self._opener)
                undo.callback(self._place.remove, JOURNAL_NAME)
                undo.callback(self._journal.close)
                self._journal.start(self._started_at, dict.fromkeys(self._sources, ""))
                undo.callback(self._place.remove, RESERVE_NAME)
                self._place.reserve()
                now = self._clock.monotonic()
                self._timeline = Timeline(now)
                tracks = []
                for name in self._sources:
                    tracks.append(self._new_track(name))
                    undo.callback(self._place.remove, raw_path(self.folder, name).name)
                    undo.callback(tracks[-1].wav.close)
            except OSError as e:
                raise disk_error("The recording could not begin", self.folder, e) from e
            undo.pop_all()
        self._tracks = tracks
        self._last = self._last_level = self._last_sync = now
        self._asleep = self._clock.asleep()
        for track in tracks:
            track.open(now)

    def pause(self) -> None:
        """The timeline stands still from this moment; what is heard until `resume` is not kept."""
        with self._lock:
            if self._stop is None and self._timeline.runs:
                self._timeline.stop(self._clock.monotonic())
                self._marks.add(MarkKind.PAUSE)

    def resume(self) -> None:
        with self._lock:
            if self._stop is None and not self._timeline.runs:
                paused_s = self._timeline.go_on(self._clock.monotonic())
                self._marks.add(MarkKind.RESUME, seconds=paused_s)

    def bookmark(self, text: str = "") -> Mark:
        """Remember this moment."""
        return self._marks.add(MarkKind.BOOKMARK, text=text)

    def note(self, text: str, at_s: float | None = None) -> Mark:
        """`at_s`: the moment it belongs to, for example when typing began; None: now."""
        return self._marks.add(MarkKind.NOTE, at_s, text)

    def stop(self) -> None:
        """What has been heard up to this moment is kept; `wait` tells when it is on the disk."""
        self._ask_to_stop("stopped", self._clock.monotonic())
        self._wake.set()

    def wait(self, timeout_s: float | None = None) -> RecordingResult | None:
        """The result, when the recording has ended; None if it has not in this time.

        It has all marks so far: a note may come while the recording ends, or after it ended by itself."""
        if self._done.wait(timeout_s) and self._thread is not None:
            self._thread.join()
        return None if self._result is None else replace(self._result, marks=self.marks())

    def status(self) -> RecordingStatus:
        with self._lock:
            if self._result is not None:
                return replace(self._status, state="ended", elapsed_s=self._result.duration_s)
            state: RecorderState = self._status.state
            if self._stop is not None:
                state = "stopping"
            elif not self._timeline.runs:
                state = "paused"
            return replace(self._status, state=state, elapsed_s=self._now_s())

    def marks(self) -> tuple[Mark, ...]:
        """All marks so far, in the order of the timeline."""
        return self._marks.all()

    def listen(self, *, seconds: float = 10.0, cancel_echo: bool = False) -> Listener:
        """Both tracks as they are heard, from now on, at 16 kHz. A listener that lets more than `seconds` of a track
        wait is dropped. `cancel_echo`: the microphone comes without the sound of the system track."""
        return self._hub.listen(seconds, cancel_echo)

    # -- The loop ------------------------------------------------------------------------------------------

    def _run(self) -> None:
        while self.tick():
            self._wake.wait(TICK_S)

    def tick(self) -> bool:
        """One round of the loop, for whoever drives it; false when the recording has ended."""
        if self._done.is_set():
            return False
        try:
            self._round(self._clock.monotonic())
        except OSError as e:  # the result says it in words
            log.warning("the recording cannot be written", exc_info=True)
            self._end(*self._place.why(e))
        except Exception as e:
            log.exception("the recorder failed")
            self._end("error", f"The recording ended because of an internal error ({e}).", "What was heard is kept.")
        return not self._done.is_set()

    def _round(self, now: float) -> None:
        self._look_for_sleep(now)
        self._ran += min(now - self._last, RAN_AT_MOST_S)
        self._last = now
        if self._limit_s is not None and self._timeline.at(now) >= self._limit_s:
            self._ask_to_stop("time", self._timeline.moment(self._limit_s))
        if not threading.main_thread().is_alive():  # the program has ended without a word
            self._ask_to_stop("stopped", now)
        if self._stop is not None:
            self._end(self._stop)
            return
        for track in self._working():
            self._guard(track, lambda t: t.tick(now, self._ran))
        if not self._working():
            raise RuntimeError("no track can be recorded")
        self._journal_marks()
        if now - self._last_sync >= SYNC_S:
            self._last_sync = now
            self._every_second(now)
        if now - self._last_level >= LEVEL_S - TICK_S / 4:
            self._last_level = now
            try:
                self._look()
            except Exception:  # what is only shown must not end what is recorded
                if not self._is_blind:
                    log.exception("levels and warnings failed")
                self._is_blind = True

    def _every_second(self, now: float) -> None:
        self._place.check_there()
        safe_s: list[float] = []
        for track in self._working():
            self._guard(track, lambda t: t.ask(self._timeline.at(now)))
            self._guard(track, lambda t: safe_s.append(t.sync()))
        self._journal.sync()
        if not self._safe_s:
            self._place.sync()
        self._safe_s = max(self._safe_s, min(safe_s, default=0.0))
        self._remaining_s = self._place.remaining_s(len(self._tracks))

    def _look(self) -> None:
        """Levels, warnings and the status."""
        heard = {t.name: t.take_level() for t in self._tracks}
        if self._timeline.runs:
            self._warnings = tuple(self._watch.look(self._now_s(), heard, self._remaining_s))
            self._mark_warnings()
        is_starting = all(t.state == "starting" for t in self._tracks) and self._ran < STARTING_S
        status = RecordingStatus(
            state="starting" if is_starting else "recording",
            safe_s=self._safe_s,
            size_bytes=sum(t.wav.size_bytes for t in self._tracks),
            remaining_s=self._remaining_s,
            tracks=tuple(t.status() for t in self._tracks),
            warnings=self._warnings,
        )
        with self._lock:
            self._status = status

    def _mark_warnings(self) -> None:
        """What the user was told is on the timeline, once; the hint that may be none is not."""
        for w in self._warnings:
            key = (w.code, w.track)
            was = self._warned.get(key)
            self._warned[key] = self._ran
            if w.code != "unheard" and (was is None or self._ran - was > WARNING_AGAIN_S):
                self._marks.add(MarkKind.WARNING, text=w.what, track=w.track)

    def _look_for_sleep(self, now: float) -> None:
        asleep = self._clock.asleep()
        slept_s, self._asleep = asleep - self._asleep, asleep
        if slept_s < SLEEP_S:
            return
        with self._lock:
            at_s = self._timeline.at(self._last)
            if now - self._last > slept_s / 2 and self._timeline.runs:  # this monotonic clock counts sleep
                self._timeline.stop(self._last)
                self._timeline.go_on(now)
        self._marks.add(MarkKind.SLEEP, at_s, seconds=slept_s)
        for track in self._working():
            self._guard(track, lambda t: t.tick(now, self._ran))
            self._guard(track, lambda t: t.restart())

    # -- The end -------------------------------------------------------------------------------------------

    def _ask_to_stop(self, reason: EndReason, at: float) -> None:
        """The first reason counts."""
        with self._lock:
            if self._stop is None:
                self._stop = reason
                self._timeline.stop(at)

    def _end(self, reason: EndReason, what: str = "", to_do: str = "") -> None:
        """Keep what there is, step by step: what fails must not keep the next from being done."""
        self._ask_to_stop(reason, self._clock.monotonic())
        is_whole = reason in ("stopped", "time")
        steps: list[_Step] = []
        if reason == "disk_full":
            steps.append(lambda: self._place.remove(RESERVE_NAME))
        if is_whole:
            steps += [track.drainer(self._ran) for track in self._working()]
        steps += [t.close_source for t in self._tracks]
        if is_whole:  # a source hands over what it still has when it is closed
            steps += [track.finisher(self._ran) for track in self._working()]
        steps.append(self._hub.end)
        steps += [t.sync for t in self._tracks]
        error = _try_all(steps)
        if is_whole and error is not None:
            reason, what, to_do = self._place.why(error)
            self._place.remove(RESERVE_NAME)
        duration_s = self._now_s()
        if reason not in ("stopped", "time"):
            duration_s = min(duration_s, max((t.end_s for t in self._tracks), default=0.0))
        ended_at = self._clock.wall()
        _try_all(
            [
                self._journal_marks,
                lambda: self._journal.end(reason, ended_at, duration_s),
                self._journal.sync,
                self._journal.close,
                *(t.wav.close for t in self._tracks),
                lambda: self._place.remove(RESERVE_NAME),
                self._place.unlock,
            ]
        )
        result = RecordingResult(
            folder=self.folder,
            reason=reason,
            duration_s=duration_s,
            started_at=self._started_at,
            ended_at=ended_at,
            devices={t.name: t.device for t in self._tracks},
            marks=self.marks(),
            what=what,
            to_do=to_do,
        )
        with self._lock:
            size_bytes = sum(t.wav.size_bytes for t in self._tracks)
            self._status = replace(self._status, safe_s=duration_s, size_bytes=size_bytes, warnings=())
            self._result = result
        self._done.set()

    # -- Inside --------------------------------------------------------------------------------------------

    def _new_track(self, name: str) -> TrackRecorder:
        return TrackRecorder(
            self._sources[name],
            raw_path(self.folder, name),
            self._timeline,
            self._journal,
            self._hub,
            self._marks,
            self._opener,
        )

    def _working(self) -> list[TrackRecorder]:
        return [t for t in self._tracks if not t.is_broken]

    def _guard(self, track: TrackRecorder, step: Callable[[TrackRecorder], None]) -> None:
        """A mistake of ours in one track must not end the other."""
        try:
            step(track)
        except OSError:
            raise
        except Exception as e:
            log.exception("track %s failed", track.name)
            track.fail(f"The {track.name} track ended because of an internal error ({e}).")

    def _now_s(self) -> float:
        return self._timeline.at(self._clock.monotonic())

    def _journal_marks(self) -> None:
        marks = self._marks.new()
        for mark in marks:
            self._journal.mark(mark)
            self._marks.written()
        if marks:
            self._journal.sync()


def _try_all(steps: Iterable[_Step]) -> OSError | None:
    """Do each, whatever happens to the others; the first failure of the disk."""
    first = None
    for step in steps:
        try:
            step()
        except OSError as e:
            log.warning("a step at the end of the recording failed", exc_info=True)
            first = first or e
        except Exception:
            log.exception("a step at the end of the recording failed")
    return first
