"""The player of the open meeting: what plays, where, how fast, how loud."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QObject, Qt, QTimer, Signal, Slot

from app.domain.cancel import CancelFlag
from app.domain.meeting import FILE, MIC, SYSTEM, Meeting
from app.viewmodels.problems import Problem
from app.workers.player_services import Player, PlayerServices
from app.workers.storage_lane import StorageLane
from app.workers.tasks import LongTasks

if TYPE_CHECKING:
    from app.audio.playback import PlaybackState

log = logging.getLogger(__name__)

SPEEDS = (0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0)
JUMP_S = 10.0
TICK_MS = 33  # how often the position is looked at while something plays


class PlayerViewModel(QObject):
    """One meeting at a time. Where each was is remembered while the program runs; speed, volumes and the skipping of
    silence stay as they were chosen.

    Signals:
        position_changed: another moment is heard, or was gone to. (seconds)
        state_changed: anything else that is shown is different.
        loaded: another meeting, or none.
        problem: why nothing can be heard. (Problem)
        would_be_recorded: it was to play while this computer's sound is recorded; `play_anyway` does it.
    """

    position_changed = Signal(float)
    state_changed = Signal()
    loaded = Signal()
    problem = Signal(object)
    would_be_recorded = Signal()
    _told = Signal(object)

    def __init__(self, services: PlayerServices, lane: StorageLane, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._lane = lane
        self._player: Player | None = None
        self._waiting: list[Callable[[Player], None]] = []
        self._meeting: Meeting | None = None
        self._ready = False  # the player has this meeting
        self._wish: Callable[[Player], None] | None = None  # what to do as soon as it has
        self._recorded = False  # what plays now goes into a recording
        self._held_back: tuple[str, Callable[[], None]] | None = None  # of this meeting, until it is agreed to
        self._positions: dict[str, float] = {}
        self._position_s = 0.0
        self._state: PlaybackState | None = None
        self.speed = 1.0
        self.skips_silence = False
        self._volumes: dict[str, float] = {}
        self._tasks = LongTasks(self)
        self._tasks.progressed.connect(self._on_player)
        self._tasks.ended.connect(self._on_task_ended)
        self._told.connect(self._on_told, Qt.ConnectionType.QueuedConnection)
        self._ticker = QTimer(self)
        self._ticker.setInterval(TICK_MS)
        self._ticker.setTimerType(Qt.TimerType.PreciseTimer)
        self._ticker.timeout.connect(self._tick)
        self._stopped = False

    # What is shown

    @property
    def meeting_id(self) -> str:
        return self._meeting.id if self._meeting else ""

    @property
    def available(self) -> bool:
        """Whether there is anything to hear: not of what is being recorded, or waits to be repaired."""
        m = self._meeting
        if m is None:
            return False
        return bool(m.tracks) if m.recording is None else m.recording.state == "finished"

    @property
    def duration_s(self) -> float:
        return self._meeting.duration_s if self._meeting else 0.0

    @property
    def position_s(self) -> float:
        return self._position_s

    @property
    def playing(self) -> bool:
        return self._state is not None and self._state.playing

    @property
    def tracks(self) -> Mapping[str, str]:
        """Track → what it is called beside its volume."""
        m = self._meeting
        names = [t.name for t in m.tracks] if m else []
        titles = {MIC: self.tr("Microphone"), SYSTEM: self.tr("Computer sound"), FILE: self.tr("Recording")}
        return {n: titles.get(n, n) for n in names or (MIC, SYSTEM)}

    def volume(self, track: str) -> float:
        """0…1; 1 is as it was recorded."""
        return self._volumes.get(track, 1.0)

    @property
    def speed_text(self) -> str:
        return speed_text(self.speed)

    # Which meeting

    def load(self, meeting: Meeting | None) -> None:
        """Another meeting is open, or the open one has changed. What played of another one stops."""
        before, self._meeting = self._meeting, meeting
        if meeting is not None and before is not None and before.id == meeting.id:
            if self._ready:
                self._do(lambda p: p.refresh(meeting))
            elif self.available:
                self._find()
            self.state_changed.emit()
            return
        if before is not None:
            self._positions[before.id] = self._position_s
        self._ready, self._wish = False, None
        if self._player is not None:
            self._player.unload()
        self._ticker.stop()
        self._state = None
        self._position_s = self._positions.get(meeting.id, 0.0) if meeting else 0.0
        if meeting is not None and self.available:
            self._find()
        self.loaded.emit()
        self.state_changed.emit()
        self.position_changed.emit(self._position_s)

    def _find(self) -> None:
        meeting_id = self.meeting_id
        self._lane.ask(lambda store: store.folder(meeting_id), partial(self._found, meeting_id), self._failed)

    def _found(self, meeting_id: str, folder: Path) -> None:
        m = self._meeting
        if m is None or m.id != meeting_id or self._ready or self._stopped:
            return
        self._ready = True
        at_s, wish = self._position_s, self._wish
        self._wish = None
        self._do(lambda p: p.load(folder, m, at_s))
        if wish is not None:
            self._do(wish)

    def _failed(self, error: BaseException) -> None:
        log.warning("the folder of the meeting is not known", exc_info=error)

    # What the user does

    @Slot()
    def toggle(self) -> None:
        if self.playing:
            self.pause()
        else:
            self.play()

    @Slot()
    def play(self) -> None:
        if self.available:
            self._unless_recorded(lambda: self._when_ready(lambda p: p.play()))

    @Slot()
    def pause(self) -> None:
        self._wish = None
        if self._ready:
            self._do(lambda p: p.pause())

    @Slot(float)
    def seek(self, seconds: float) -> None:
        """Go there; what plays plays on from there."""
        if not self.available:
            return
        at_s = min(max(0.0, seconds), self.duration_s)
        if self._ready:
            self._do(lambda p: p.seek(at_s))
        self._move(at_s)

    @Slot(float)
    def play_from(self, seconds: float) -> None:
        self.seek(seconds)
        if not self.playing:
            self.play()

    @Slot(float, float)
    def play_span(self, start_s: float, end_s: float) -> None:
        """Play that bit and stop."""

        def begin() -> None:
            self._when_ready(lambda p: p.play_span(start_s, end_s))
            self._move(start_s)

        if self.available and end_s > start_s:
            self._unless_recorded(begin)

    def set_recorded(self, recorded: bool) -> None:
        """Whether what this computer plays goes into a recording. What plays stops when it begins to."""
        if recorded and not self._recorded:
            self.pause()
        self._recorded = recorded

    @Slot()
    def play_anyway(self) -> None:
        """What was held back, unless another meeting is open by now."""
        held, self._held_back = self._held_back, None
        if held is not None and held[0] == self.meeting_id:
            self._recorded = False
            held[1]()

    def _unless_recorded(self, command: Callable[[], None]) -> None:
        if self._recorded:
            self._held_back = (self.meeting_id, command)
            self.would_be_recorded.emit()
        else:
            command()

    def jump(self, seconds: float) -> None:
        """Forth, or back if negative."""
        self.seek(self._position_s + seconds)

    @Slot()
    def back(self) -> None:
        self.jump(-JUMP_S)

    @Slot()
    def forth(self) -> None:
        self.jump(JUMP_S)

    @Slot(float)
    def set_speed(self, speed: float) -> None:
        speed = min(max(speed, SPEEDS[0]), SPEEDS[-1])
        if speed != self.speed:
            self.speed = speed
            self._do(lambda p: p.set_speed(speed))
            self.state_changed.emit()

    def change_speed(self, steps: int) -> None:
        """To the next of the speeds that are offered, or the one before."""
        nearest = min(range(len(SPEEDS)), key=lambda i: abs(SPEEDS[i] - self.speed))
        self.set_speed(SPEEDS[min(max(0, nearest + steps), len(SPEEDS) - 1)])

    @Slot(bool)
    def set_skips_silence(self, on: bool) -> None:
        if on != self.skips_silence:
            self.skips_silence = on
            self._do(lambda p: p.set_skip_silence(on))
            self.state_changed.emit()

    def set_volume(self, track: str, volume: float) -> None:
        """0…1. The ear hears squares: half the way is a quarter of the pressure."""
        volume = min(max(volume, 0.0), 1.0)
        if volume != self.volume(track):
            self._volumes[track] = volume
            self._do(lambda p: p.set_gain(track, volume * volume))
            self.state_changed.emit()

    def shut_down(self) -> bool:
        """Stop, and end the threads; whether they have ended."""
        self._stopped = True
        self._ticker.stop()
        ended = self._tasks.stop()
        if self._player is not None:
            ended = self._player.shut_down() and ended
            self._player = None
        return ended

    # The player

    def _when_ready(self, command: Callable[[Player], None]) -> None:
        if self._ready:
            self._do(command)
        else:
            self._wish = command

    def _do(self, command: Callable[[Player], None]) -> None:
        """Now, or as soon as there is a player. It is made when it is first needed, which takes a moment."""
        if self._player is not None:
            command(self._player)
        elif not self._stopped:
            self._waiting.append(command)
            self._tasks.start("player", self._make)

    def _make(self, _cancel: CancelFlag, tell: Callable[[object], None]) -> None:
        tell(self._services.playback(self._told.emit))

    @Slot(str, object)
    def _on_player(self, _key: str, player: Player) -> None:
        if self._stopped:
            player.shut_down()
            return
        self._player = player
        waiting, self._waiting = self._waiting, []
        for command in waiting:
            command(player)

    @Slot(str, object)
    def _on_task_ended(self, _key: str, failure: BaseException | None) -> None:
        if failure is not None:
            log.error("there is no player", exc_info=failure)
            self.problem.emit(Problem(self.tr("Meetings cannot be played on this computer."), str(failure)))

    @Slot(object)
    def _on_told(self, state: PlaybackState) -> None:
        if self._stopped or not self._ready:
            return
        self._state = state
        if state.playing:
            self._ticker.start()
        else:
            self._ticker.stop()
        self._tick()
        self.state_changed.emit()
        if state.what:
            self.problem.emit(Problem(state.what, state.to_do))

    @Slot()
    def _tick(self) -> None:
        if self._player is not None and self._ready:
            self._move(self._player.position_s())

    def _move(self, seconds: float) -> None:
        if seconds != self._position_s:
            self._position_s = seconds
            self.position_changed.emit(seconds)


def speed_text(speed: float) -> str:
    """ "1.5×", with the decimal sign of the language."""
    return f"{QLocale().toString(speed, 'g', 3)}×"
