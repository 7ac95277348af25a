"""Playing a meeting: its tracks mixed, at any speed, from anywhere, with the silences left out if that is wanted.

One thread reads, mixes, stretches and writes to the output; everything else only asks it to. What is said about the
position is what is heard at that moment: the output tells how much of what it got has reached the ear
(`app.audio.outputs`), and `TimeMap` which moment of the meeting that is.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

import numpy as np

from app.audio.outputs import Output, open_output
from app.audio.playback_map import TimeMap, audible
from app.audio.sounds import Sounds, TrackSound, open_sounds
from app.audio.stretch import FASTEST, SLOWEST, Stretcher
from app.domain.errors import InputError, UserError
from app.domain.meeting import Meeting
from app.domain.recording import CAPTURE_RATE

if TYPE_CHECKING:
    from app.domain.ports import Samples

log = logging.getLogger(__name__)

_BLOCK = CAPTURE_RATE // 20
_FADE = CAPTURE_RATE // 200  # where sound begins or breaks off, so that it does not click
_TURN_S = 0.02
_IDLE_S = 5.0  # files are let go after this long without playing: others may want to move them
_LOST_S = 3.0  # how long another output may take to appear when one was lost
_LATE_S = 2.0  # an output that has got all and says for so long that it was not heard has stopped

OUTPUT_LOST = (
    "The sound output is gone, so playing stopped.",
    "Connect it again, or choose another one in the sound settings of the system, and play on.",
)


@dataclass(frozen=True, slots=True)
class PlaybackState:
    """`what` and `to_do` say in words why it stopped, or which track cannot be heard."""

    playing: bool = False
    what: str = ""
    to_do: str = ""


class Playback:
    """Plays one meeting at a time. All methods return at once and may be called from any thread.

    `on_state` is told of every change, in the thread of the playback.
    """

    def __init__(
        self, on_state: Callable[[PlaybackState], None], open_output: Callable[[], Output] = open_output
    ) -> None:
        self._on_state = on_state
        self._open_output = open_output
        self._commands: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._lock = threading.Lock()
        self._map = TimeMap()
        self._clock: tuple[float, float] | None = None  # frames heard, and when that was
        self._limit = 0.0  # frames that can have been heard
        self._asked: list[float] = []  # places that were asked for and not gone to yet
        self._position_s = 0.0  # while nothing plays
        # What follows belongs to the thread.
        self._folder: Path | None = None
        self._meeting: Meeting | None = None
        self._sounds: Sounds | None = None
        self._output: Output | None = None
        self._state = PlaybackState()
        self._stretcher = Stretcher(1.0)
        self._speed = 1.0
        self._gains: dict[str, float] = {}
        self._was: dict[str, float] = {}  # gains at the end of the last block
        self._skips = False
        self._stretches: list[tuple[int, int]] = []
        self._at = 0  # the frame of the timeline that is read next
        self._stop: int | None = None  # of a span
        self._fresh = True  # the next block begins anew
        self._ready: Samples = np.zeros(0, np.float32)
        self._base = 0.0  # the output's frame at which the stretcher began
        self._fed = 0  # frames it got since
        self._complete = False  # everything up to the end is in `_ready` or written
        self._written_at = 0.0
        self._ended = False
        self._thread = threading.Thread(target=self._run, name="playback", daemon=True)
        self._thread.start()

    # For everybody

    def load(self, folder: Path, meeting: Meeting, at_s: float = 0.0) -> None:
        """Play this meeting from now on, from there; nothing is opened before it has to be."""
        self._move(at_s, lambda: self._load(folder, meeting))

    def refresh(self, meeting: Meeting) -> None:
        """The meeting that is loaded has got other tracks, or other stretches of speech."""
        self._commands.put(lambda: self._refresh(meeting))

    def unload(self) -> None:
        """Stop, and let go of all files."""
        self._move(0.0, self._unload)

    def play(self) -> None:
        self._commands.put(self._play)

    def play_span(self, start_s: float, end_s: float) -> None:
        """From there to there, silences included, and stop."""

        def span() -> None:
            self._stop = round(end_s * CAPTURE_RATE)
            self._restart(start_s)
            self._play()

        self._move(start_s, span)

    def pause(self) -> None:
        self._commands.put(self._pause)

    def seek(self, at_s: float) -> None:
        def seek() -> None:
            self._stop = None
            self._restart(at_s)

        self._move(at_s, seek)

    def set_speed(self, speed: float) -> None:
        """0.5 to 2, without another pitch."""
        speed = min(max(speed, SLOWEST), FASTEST)
        self._commands.put(lambda: self._set_speed(speed))

    def set_gain(self, track: str, gain: float) -> None:
        """How loud a track is: 1 as recorded, 0 not at all."""
        self._commands.put(lambda: self._gains.__setitem__(track, max(0.0, gain)))

    def set_skip_silence(self, on: bool) -> None:
        """Leave out where nobody speaks on any track."""
        self._commands.put(lambda: self._set_skips(on))

    def position_s(self) -> float:
        """The moment of the meeting that is heard now."""
        with self._lock:
            if self._asked:
                return self._asked[-1]
            if self._clock is not None:
                heard, at = self._clock
                found = self._map.at(min(heard + (time.monotonic() - at) * CAPTURE_RATE, self._limit))
                if found is not None:
                    return found
            return self._position_s

    def shut_down(self, timeout_s: float = 5.0) -> bool:
        """Stop and end the thread; whether it has ended."""
        self._commands.put(self._end)
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _move(self, at_s: float, command: Callable[[], None]) -> None:
        """A command after which the position is another. Until it is carried out, that is the position."""
        with self._lock:
            self._asked.append(max(0.0, at_s))

        def run() -> None:
            with self._lock:
                self._position_s = self._asked[0]
                self._clock = None
            try:
                command()
            finally:
                with self._lock:
                    del self._asked[0]

        self._commands.put(run)

    # The thread

    def _run(self) -> None:
        while not self._ended:
            try:
                self._next_command()
                if self._state.playing:
                    self._turn()
            except UserError as error:
                self._halt(error.what, error.to_do)
            except Exception as error:
                log.exception("playing failed")
                self._halt(f"Playing failed ({error}).", "")

    def _next_command(self) -> None:
        try:
            if self._state.playing:
                command = self._commands.get_nowait()
            else:
                command = self._commands.get(timeout=_IDLE_S if self._sounds is not None else None)
        except Empty:
            if not self._state.playing:
                self._close_sounds()
            return
        command()

    def _load(self, folder: Path, meeting: Meeting) -> None:
        self._unload()
        self._folder, self._meeting = folder, meeting
        self._find_stretches()

    def _refresh(self, meeting: Meeting) -> None:
        if self._meeting is None or meeting.id != self._meeting.id:
            return
        same = meeting.tracks == self._meeting.tracks
        self._meeting = meeting
        self._find_stretches()
        if not same and not self._state.playing:
            self._close_sounds()

    def _unload(self) -> None:
        self._pause()
        self._close_sounds()
        self._folder = self._meeting = None
        self._stop = None

    def _find_stretches(self) -> None:
        if self._meeting is not None:
            found = audible(self._meeting.regions, self._meeting.duration_s)
            self._stretches = [(round(a * CAPTURE_RATE), round(b * CAPTURE_RATE)) for a, b in found]

    def _play(self) -> None:
        if self._state.playing or self._meeting is None or self._folder is None:
            return
        if self._sounds is None:
            self._sounds = open_sounds(self._folder, self._meeting.tracks)
        at_s = self.position_s()
        if self._stop is not None and at_s * CAPTURE_RATE >= self._stop - 1:
            self._stop = None  # the span is over: on from there
        if at_s * CAPTURE_RATE >= self._last() - 1:
            at_s = 0.0
        self._output = self._open_output()
        self._restart(at_s)
        self._tell(PlaybackState(playing=True, what=" ".join(self._sounds.problems)))

    def _pause(self) -> None:
        if self._state.playing:
            self._halt()

    def _halt(self, what: str = "", to_do: str = "", at_s: float | None = None) -> None:
        """Stop where we are."""
        at_s = self.position_s() if at_s is None else at_s
        with self._lock:
            self._position_s, self._clock = at_s, None
            self._map.clear()
        self._ready = np.zeros(0, np.float32)
        if self._output is not None:
            output, self._output = self._output, None
            output.close()
        self._tell(PlaybackState(what=what, to_do=to_do))

    def _set_speed(self, speed: float) -> None:
        self._speed = speed
        self._again()

    def _set_skips(self, on: bool) -> None:
        self._skips = on
        self._again()

    def _again(self) -> None:
        if self._state.playing:
            self._restart(self.position_s())

    def _end(self) -> None:
        self._unload()
        self._ended = True

    def _close_sounds(self) -> None:
        if self._sounds is not None:
            self._sounds.close()
            self._sounds = None

    def _tell(self, state: PlaybackState) -> None:
        if state != self._state or state.what:  # who tries again is told again
            self._state = state
            self._on_state(state)

    # Playing

    def _restart(self, at_s: float) -> None:
        """Go on from there, at once: what is on its way to the ear is taken back."""
        at_s = max(0.0, at_s)
        self._at = round(at_s * CAPTURE_RATE)
        self._ready = np.zeros(0, np.float32)
        self._fresh, self._complete, self._fed = True, False, 0
        self._stretcher = Stretcher(self._speed)
        if self._output is not None:
            self._output.flush()
            self._base = float(self._output.written)
        with self._lock:
            self._position_s, self._clock = at_s, None
            self._map.clear()
            self._limit = self._base

    def _turn(self) -> None:
        output = self._output
        assert output is not None
        if output.error():
            self._other_output(output.error())
            return
        free = output.free()
        limit: float | None = None
        while free > 0:
            while len(self._ready) < free and not self._complete:
                self._produce()
            if not len(self._ready):
                break
            now, self._ready = self._ready[:free], self._ready[free:]
            output.write(now)
            limit, self._written_at = float(output.written), time.monotonic()
            free -= len(now)
        if self._complete and free > 0:  # devices begin, and go on, in blocks: the last one is filled up
            output.write(np.zeros(min(free, _BLOCK), np.float32))
        heard = output.heard()
        with self._lock:
            end = self._limit = self._limit if limit is None else limit
            if heard is not None and not (self._clock is None and heard < self._base):
                self._clock = (heard, time.monotonic())
        late = time.monotonic() - self._written_at > _LATE_S
        if self._complete and not len(self._ready) and ((heard is not None and heard >= end) or late):
            self._halt(at_s=min(self._at, self._last()) / CAPTURE_RATE)
            return
        output.wait(_TURN_S)

    def _last(self) -> int:
        """The frame at which playing ends."""
        whole = round(self._sounds.duration_s * CAPTURE_RATE) if self._sounds is not None else 0
        if self._stop is not None:
            return min(self._stop, whole)
        return min(whole, self._stretches[-1][1]) if self._skips and self._stretches else whole

    def _produce(self) -> None:
        """Read on by one block, and put what comes out of the stretcher into `_ready`."""
        end = self._last()
        if self._skips and self._stop is None:
            start, end = next(((a, b) for a, b in self._stretches if b > self._at), (self._at, self._at))
            if start > self._at:
                self._at, self._fresh = start, True
        n = min(_BLOCK, end - self._at)
        if n <= 0:
            self._complete = True
            self._ready = np.concatenate([self._ready, self._stretcher.end()])
            return
        block = self._mix(self._at, n)
        if self._fresh:
            with self._lock:
                self._map.add(self._base + self._fed / self._speed, self._at / CAPTURE_RATE, self._speed)
            block[:_FADE] *= np.linspace(0, 1, len(block[:_FADE]), dtype=np.float32)
            self._fresh = False
        if self._at + n == end:
            block[-_FADE:] *= np.linspace(1, 0, len(block[-_FADE:]), dtype=np.float32)
        self._at += n
        self._fed += n
        self._ready = np.concatenate([self._ready, self._stretcher.feed(block)])

    def _mix(self, start: int, count: int) -> Samples:
        assert self._sounds is not None
        mixed = np.zeros(count, np.float32)
        for track in self._sounds.tracks:
            gain = self._gains.get(track.name, 1.0)
            was = self._was.get(track.name, gain)
            self._was[track.name] = gain
            if gain == was == 0.0:
                continue
            try:
                x = track.read(start, count)
            except UserError as error:
                self._go_on_without(track, error)
                continue
            mixed += x * (np.float32(gain) if gain == was else np.linspace(was, gain, count, dtype=np.float32))
        return np.clip(mixed, -1.0, 1.0)

    def _go_on_without(self, track: TrackSound, error: UserError) -> None:
        """A track turned out to be damaged: the others are heard."""
        assert self._sounds is not None
        rest = tuple(t for t in self._sounds.tracks if t is not track)
        if not rest:
            raise error
        track.close()
        self._sounds = Sounds(rest, (*self._sounds.problems, str(error)))
        self._tell(PlaybackState(playing=True, what=error.what, to_do=error.to_do))

    def _other_output(self, reason: str) -> None:
        """Play on through whatever is the default now; without any, stop with a sentence."""
        at_s = self.position_s()
        log.info("the output was lost: %s", reason)
        if self._output is not None:
            self._output.close()
            self._output = None
        with self._lock:
            self._position_s, self._clock = at_s, None
        deadline = time.monotonic() + _LOST_S
        while self._output is None:
            try:
                self._output = self._open_output()
            except InputError:
                if time.monotonic() > deadline or not self._commands.empty():
                    self._halt(*OUTPUT_LOST, at_s=at_s)
                    return
                time.sleep(0.1)
        self._restart(at_s)
