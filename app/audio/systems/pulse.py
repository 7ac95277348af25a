"""Microphone and system audio on Linux, from PulseAudio or from PipeWire's stand-in for it (pipewire-pulse).

The computer's own sound is recorded at the *monitor* of an output, by the name that the server gives it:
"@DEFAULT_MONITOR@" recorded the microphone on PipeWire 0.3.65.

One thread (`_Hub`) serves all sources of a system. It is told of changes, looks at what is there,
decides which device each source has to record, and opens streams accordingly. A new stream takes over with its first
sound; until then the old one goes on.
"""

from __future__ import annotations

import contextlib
import logging
import os
import select
import threading
import time

from app.audio.systems.choosing import choose
from app.audio.systems.pulse_server import SLICE_S, Connection, Input, ServerGone, View, pulsectl
from app.audio.systems.pulse_stream import FRAGMENT_S, RecordStream, libpulse
from app.audio.systems.worker import Gate
from app.domain.errors import InputError
from app.domain.meeting import MIC, SYSTEM
from app.domain.recording import CAPTURE_RATE, DEFAULT, CaptureSink, Device, SourceEvent, SourceEventKind

log = logging.getLogger(__name__)

QUIET_S = 2.5  # how long a stream may deliver nothing before that is said; the port promises 3 s
PATIENCE_S = 0.3  # how long a device may be away before that is said: moving to another one is no loss
DEVICES_S = 1.5  # how long a server that has just been started may take to find its devices
STUCK_S = 1.0  # a stream that brings nothing for so long gets company; a device that was refused is tried again
CANDIDATES = 3
ANEW_S = 10.0  # without any sound: give all streams up and begin anew
RETRY_S = (0.2, 1.0)  # until the server is tried again: at first, and at last
LOOK_S = 0.05  # least time between two looks: events come in flocks
STALL_S = 1.0  # longer than this between two turns: the process was stopped, and no silence of the server's
CLOSE_S = 0.9  # `AudioSource.close` promises one second
TITLES = {MIC: "Microphone of the meeting", SYSTEM: "Sound of the meeting"}  # shown by mixers

NO_SERVER = (
    "No sound server answers.",
    "Start PipeWire (with pipewire-pulse) or PulseAudio; on most systems logging out and in again does.",
)
NO_DEVICE = {
    MIC: ("There is no microphone.", "Connect one; the recording takes it up."),
    SYSTEM: ("There is no sound output.", "Connect one; the recording takes it up."),
}
MUTED_TO_DO = "Unmute it, or choose another microphone, in the sound settings of the system."
QUIET_TO_DO = "Connect it again, or choose another device in the sound settings of the system."


class PulseSystem:
    """PulseAudio or PipeWire, whichever answers."""

    def __init__(self) -> None:
        """Raises `OSError` where libpulse is not installed, `ImportError` where its Python side is not."""
        libpulse()
        pulsectl()
        self.name = "PulseAudio"
        self._hub = _Hub()

    def devices(self) -> list[Device]:
        return [i.device for i in self._view().inputs]

    def source(self, track: str, choice: str) -> PulseSource:
        if choice == DEFAULT:
            return PulseSource(self._hub, track)
        inputs = self._view().inputs
        monitored = next((i.device for i in inputs if i.device.track == SYSTEM and i.source == choice), None)
        if monitored is not None and track == MIC:
            raise InputError(
                f"“{choice}” is what “{monitored.name}” plays, not a microphone.",
                "Choose a microphone, and record that output as system audio.",
            )
        return PulseSource(self._hub, track, monitored or choose([i.device for i in inputs], track, choice))

    def answers(self) -> bool:
        """Whether there is a sound server."""
        try:
            self._view()
        except InputError:
            return False
        return True

    def _view(self) -> View:
        """What there is now, asked over a connection of its own, so from any thread."""
        try:
            with contextlib.closing(Connection()) as connection:
                view = connection.look()
        except ServerGone as error:
            log.info("no sound server: %s", error)
            raise InputError(*NO_SERVER) from None
        self.name = "PipeWire" if "pipewire" in view.server.casefold() else "PulseAudio"
        return view


class PulseSource:
    """One track. All the work is done by the hub; `Gate` sees to it that nothing comes after `close`."""

    def __init__(self, hub: _Hub, track: str, chosen: Device | None = None) -> None:
        """`chosen`: the device to prefer whenever it is there; None follows the default one."""
        self.track = track
        self.chosen = chosen
        self.gate: Gate | None = None
        self.in_use = ""  # these two are the hub's to set
        self.expected: bool | None = None
        self._hub = hub

    @property
    def device(self) -> str:
        return self.in_use

    def open(self, sink: CaptureSink) -> None:
        self.gate = Gate(sink)
        self._hub.add(self)

    def close(self) -> None:
        if self.gate is not None:
            self.gate.shut()
            self._hub.remove(self)

    def expects_sound(self) -> bool | None:
        return self.expected


class _Hub:
    """The thread that records, for as long as there are open sources."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tracks: dict[PulseSource, _Track] = {}
        self._closed: list[_Track] = []  # whose streams this thread still has to end
        self._thread: threading.Thread | None = None
        self._wake = (-1, -1)  # a pipe: what is written to its end wakes the thread up

    def add(self, source: PulseSource) -> None:
        with self._lock:
            self._tracks[source] = _Track(source)
            if self._thread is None:
                self._wake = os.pipe()
                self._thread = threading.Thread(target=self._run, name="sound-server", daemon=True)
                self._thread.start()
            else:
                os.write(self._wake[1], b"+")

    def remove(self, source: PulseSource) -> None:
        with self._lock:
            track = self._tracks.pop(source, None)
            thread = self._thread
            if track is None or thread is None:
                return
            self._closed.append(track)
            os.write(self._wake[1], b"-")
            last = not self._tracks
        if last:
            thread.join(CLOSE_S)

    def _run(self) -> None:
        retry_s = RETRY_S[0]
        while self._goes_on():
            try:
                with contextlib.closing(Connection(self._wake[0], cancelled=lambda: not self._tracks)) as connection:
                    retry_s = RETRY_S[0]
                    try:
                        self._serve(connection)
                    finally:
                        for track in [*self._present(), *self._just_closed()]:
                            track.drop()
                continue
            except ServerGone as error:
                log.info("sound server: %s", error)
            except Exception:  # whatever it is, the recording goes on
                log.exception("recording from the sound server")
            for track in self._present():
                track.server_gone()
            if self._tracks and select.select([self._wake[0]], [], [], retry_s)[0]:
                os.read(self._wake[0], 4096)
            retry_s = min(2 * retry_s, RETRY_S[1])

    def _serve(self, connection: Connection) -> None:
        """Until the last source is closed."""
        connection.watch()
        view, looked_at, turned_at = View(), 0.0, time.monotonic()
        while tracks := self._present():
            for track in self._just_closed():
                track.drop()
            now = time.monotonic()
            stalled = now - turned_at > STALL_S
            ended = [track.let_go_of_what_ended(now) for track in tracks]
            if any(ended) or (connection.changed and now - looked_at >= LOOK_S):
                view, looked_at = connection.look(), time.monotonic()
            if not stalled:  # else what waits is fetched first: nobody was late but this process
                for track in tracks:
                    track.arrange(view, connection, now)
            turn_began = time.monotonic()
            connection.turn(LOOK_S if connection.changed else SLICE_S)
            turned_at = time.monotonic()
            stalled |= turned_at - turn_began > STALL_S
            for track in tracks:
                track.deliver(turned_at, stalled)

    def _goes_on(self) -> bool:
        """Whether there is something to record; if not, this thread is over, and the next `add` starts another."""
        with self._lock:
            if not self._tracks:
                self._thread = None
                for end in self._wake:
                    os.close(end)
            return bool(self._tracks)

    def _present(self) -> list[_Track]:
        with self._lock:
            return list(self._tracks.values())

    def _just_closed(self) -> list[_Track]:
        with self._lock:
            closed, self._closed = self._closed, []
            return closed


class _Track:
    """What the hub's thread, and no other, knows and does for one source."""

    def __init__(self, source: PulseSource) -> None:
        assert source.gate is not None
        self.source = source
        self.gate = source.gate
        self.stream: RecordStream | None = None  # delivers
        self.candidates: list[RecordStream] = []  # of `target`; the one with the first sound takes its place
        self.target: Input | None = None  # what is recorded, or is going to be
        self.heard_at = time.monotonic()  # when sound last came, or from when on it could have
        self.opened_at = 0.0  # when the last candidate was opened
        self.refused = ""  # source that could not be recorded at `opened_at`
        self.muted = False
        self.state: SourceEventKind | None = None  # of the last event
        self.told = ""  # its words

    def arrange(self, view: View, connection: Connection, now: float) -> None:
        """See to it that what is recorded is what should be, according to `view`."""
        wanted = self._wanted(view)
        if self.source.track == SYSTEM:
            self.source.expected = view.playing
        else:
            self.source.expected = None if wanted is None else not wanted.muted
        if wanted is None:
            self.drop()
            if now - self.heard_at > PATIENCE_S and now - connection.since > DEVICES_S:
                self._tell("failed", *NO_DEVICE[self.source.track])
            return
        self.target = wanted
        if any(c.source != wanted.source for c in self.candidates):
            self._drop_candidates()  # of a device that was wanted for a moment only
        if self.stream is not None and self.stream.source == wanted.source:
            self._mind_mute(wanted)
            needs_another = now - self.heard_at > STUCK_S
        else:
            needs_another = self.refused != wanted.source or now - self.opened_at > STUCK_S
        # Now and then a server leaves a stream without sound, and another one gets it. The first is kept all the same:
        # a headset may take seconds to change its profile, and would begin anew.
        waits_s = now - self.opened_at - STUCK_S * len(self.candidates)
        if needs_another and (not self.candidates or (waits_s > 0 and len(self.candidates) < CANDIDATES)):
            self.candidates.append(connection.record(wanted.source, TITLES[self.source.track]))
            self.opened_at, self.refused = now, ""
        self._mind_silence(wanted, now)

    def deliver(self, now: float, stalled: bool) -> None:
        """Hand over what came. `stalled`: this process stood still, so nothing can be said about when it came."""
        if stalled:
            self.opened_at = now
        if self.stream is not None and self._put(self.stream, now, stalled):
            source = self.stream.source
            if any(c.source == source for c in self.candidates):  # it was not stuck after all
                self._drop_candidates()
        if (ready := next((c for c in self.candidates if c.ready()), None)) is not None:
            if self.stream is not None:
                self.stream.close()
            self.candidates.remove(ready)
            self._drop_candidates()
            self.stream = ready
            self._began()
            self._put(self.stream, now, stalled=True)
        if stalled:
            self.heard_at = now

    def let_go_of_what_ended(self, now: float) -> bool:
        """The server ends a stream with its device. Returns whether there was one."""
        ended = False
        if self.stream is not None and (self.stream.ended() or self.stream.misplaced()):
            if not self.stream.misplaced():
                self._put(self.stream, now, stalled=True)
            self.stream.close()
            self.stream, ended = None, True
        for candidate in [c for c in self.candidates if c.ended() or c.misplaced()]:
            reason = candidate.ended() or f"the server records “{candidate.misplaced()}” instead"
            log.info("%s is refused: %s", candidate.source, reason)
            candidate.close()
            self.candidates.remove(candidate)
            self.refused, ended = candidate.source, True
            if self.stream is None and self.target is not None and now - self.heard_at > PATIENCE_S:
                self._tell("failed", f"“{self.target.device.name}” cannot be recorded: {reason}.", QUIET_TO_DO)
        return ended

    def server_gone(self) -> None:
        self.source.expected = None
        if self.state is None:
            self._tell("failed", *NO_SERVER)
        elif self.state in ("opened", "moved") or self.muted:
            self._tell("lost", "The sound server ended.", "The recording goes on when it is back.")

    def drop(self) -> None:
        """End the streams."""
        self._drop_candidates()
        if self.stream is not None:
            self.stream.close()
            self.stream = None

    def _drop_candidates(self) -> None:
        for candidate in self.candidates:
            candidate.close()
        self.candidates.clear()

    def _wanted(self, view: View) -> Input | None:
        chosen = self.source.chosen
        return (chosen and view.find(chosen.track, chosen.id)) or view.find(self.source.track)

    def _put(self, stream: RecordStream, now: float, stalled: bool) -> bool:
        """Hand over what this stream has; whether there was something."""
        samples, missing = stream.take()
        if missing:
            self.gate.lost(missing)
        if samples is None:
            return False
        if self.state in ("lost", "failed") and not self.muted:
            self._tell("opened")
        lasts_s, since_s = len(samples) / CAPTURE_RATE, now - self.heard_at
        # Sound that comes faster than it lasts had been waiting; after a long pause the first may have been, too.
        live = not stalled and 0.4 * lasts_s <= since_s <= 2 * lasts_s + FRAGMENT_S
        self.gate.put(samples, now, live)
        self.heard_at = now
        return True

    def _began(self) -> None:
        """The first sound of a stream is here."""
        assert self.target is not None
        name, chosen = self.target.device.name, self.source.chosen
        moved = (self.state in ("opened", "moved") or self.muted) and name != self.source.in_use
        away = chosen is not None and chosen.id != self.target.device.id
        what = f"“{chosen.name}” is not connected; “{name}” is recorded instead." if chosen and away else ""
        self.source.in_use = name
        self.muted = False
        self._tell("moved" if moved else "opened", what)

    def _mind_mute(self, wanted: Input) -> None:
        if wanted.muted == self.muted:
            return
        self.muted = wanted.muted
        if self.muted:
            self._tell("failed", f"The microphone “{wanted.device.name}” is muted.", MUTED_TO_DO)
        else:
            self._tell("opened")

    def _mind_silence(self, wanted: Input, now: float) -> None:
        """Nothing at all comes, not even silence."""
        running = self.state in ("opened", "moved") or self.muted
        if now - self.heard_at > (PATIENCE_S if running and self.stream is None else QUIET_S):
            if running or self.state is None:
                self._tell("lost" if running else "failed", f"“{wanted.device.name}” delivers no sound.", QUIET_TO_DO)
            self.muted = False
            if now - self.opened_at > ANEW_S:
                self.drop()

    def _tell(self, kind: SourceEventKind, what: str = "", to_do: str = "") -> None:
        """Once, however often it is found while trying again."""
        if kind in ("lost", "failed") and what == self.told:
            return
        self.state, self.told = kind, what
        self.gate.event(SourceEvent(kind, time.monotonic(), self.source.in_use, what, to_do))
