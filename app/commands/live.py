"""`folkmoot live`: what is said in a recording, written down while it plays, as it would be in a meeting."""

from __future__ import annotations

import argparse
import json
import queue
import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, TextIO

from app import bootstrap_live
from app.commands.common import Commands, cancel_on_interrupt, language_of, words
from app.domain.errors import Cancelled, HostDied, InputError
from app.domain.live import (
    LiveDropped,
    LiveEnd,
    LiveEnded,
    LiveEvent,
    LiveFinal,
    LivePartial,
    LiveSpeakers,
    LiveState,
    LiveStatus,
    LiveTask,
)
from app.domain.meeting import FILE, MIC, SYSTEM, Segment, clock

_TICK_S = 0.2
_HELD_S = 0.6  # a line waits so long for its speaker's name


def add(sub: Commands) -> None:
    p = sub.add_parser(
        "live",
        help="play a recording and write it down while it plays",
        description="Play a recording in real time, without a loudspeaker, and print what is said as live text would "
        "show it during a meeting. Nothing is stored.",
    )
    p.add_argument("file", nargs="?", type=Path, metavar="FILE", help="a recording in which everybody is mixed")
    p.add_argument("--mic", type=Path, metavar="FILE", help="your microphone's track")
    p.add_argument("--system", type=Path, metavar="FILE", help="the others' track")
    p.add_argument("--speed", type=_speed, default=1.0, metavar="X", help="play this many times as fast")
    p.add_argument("--language", help="spoken language, such as English or de; found by itself if not given")
    p.add_argument("--glossary", default="", metavar="WORDS", help="names and terms, separated by commas")
    p.add_argument("--speech-model", metavar="MODEL", help="catalogue name or folder; the best one here if not given")
    p.add_argument("--json", action="store_true", help="print every event as a line of JSON")
    p.set_defaults(handler=live)


def _speed(text: str) -> float:
    try:
        speed = float(text)
    except ValueError:
        speed = 0.0
    if not 0.1 <= speed <= 100:
        raise argparse.ArgumentTypeError(f"“{text}” is no speed; write a number from 0.1 to 100")
    return speed


def live(args: argparse.Namespace) -> int:
    from app.audio.decode import probe
    from app.audio.played import Played
    from app.services.live_feed import LiveFeed

    files = {t: p for t, p in ((FILE, args.file), (MIC, args.mic), (SYSTEM, args.system)) if p is not None}
    if not files:
        raise InputError("There is nothing to play.", "Name a recording, or its tracks with --mic and --system.")
    models = {"speech": args.speech_model} if args.speech_model else {}
    task = LiveTask(Path(), language_of(args.language), words(args.glossary), models=models, sources=files)
    played = Played(files, speed=args.speed)
    for path in files.values():
        probe(path)
    printer = LivePrinter(sys.stdout, as_json=args.json)
    events: queue.SimpleQueue[LiveEvent] = queue.SimpleQueue()
    host = bootstrap_live.live_host()
    with cancel_on_interrupt() as cancel:
        try:
            host.start(task, events.put)
            if not _ready(events, printer, cancel.is_set):
                raise _failure(printer)
            feed = LiveFeed(lambda: played.listen(seconds=20.0, cancel_echo={MIC, SYSTEM} <= set(files)), host.put)
            try:
                played.start()
                while not played.finished() and not printer.over:
                    printer.take_all(events, _TICK_S)
                    if cancel.is_set():
                        raise Cancelled
                played.close()
                if (failed := played.failed) is not None:
                    raise InputError(failed.what, failed.to_do)
                feed.wait(10.0)
            finally:
                played.close()
                feed.stop()
            host.put(LiveEnd())
            while not printer.over:
                printer.take_all(events, _TICK_S)
                if cancel.is_set():
                    raise Cancelled
        finally:
            host.close()
            printer.close()
    if printer.off is not None:
        raise _failure(printer)
    return 0


def _ready(events: queue.SimpleQueue[LiveEvent], printer: LivePrinter, cancelled: Callable[[], bool]) -> bool:
    """Wait for the models: what is played before they are there would be late."""
    while not printer.ready and not printer.over:
        printer.take_all(events, _TICK_S)
        if cancelled():
            raise Cancelled
    return printer.ready


def _failure(printer: LivePrinter) -> Exception:
    off = printer.off
    if off is None or not off.to_do:
        return HostDied(off.what if off is not None else "Live text ended.")
    return InputError(off.what, off.to_do)


class LivePrinter:
    """Live text on a terminal: a line for each utterance; on a terminal what is being said is below, in grey."""

    def __init__(self, out: TextIO, *, as_json: bool = False, say: Callable[[str], None] | None = None) -> None:
        """`say`: takes whole lines, where something else writes to the terminal too; then nothing is shown below."""
        self._out = out
        self._json = as_json
        self._say = say
        self._shows_partials = say is None and not as_json and out.isatty()
        self._held: list[tuple[Segment, float]] = []  # with the moment they came
        self._partials: dict[int, str] = {}
        self._drawn = False
        self.ready = False
        self.over = False
        self.off: LiveState | None = None

    def take_all(self, events: queue.SimpleQueue[LiveEvent], timeout_s: float) -> None:
        """Everything that has come, after waiting for something to come."""
        try:
            self.take(events.get(timeout=timeout_s))
            while True:
                self.take(events.get_nowait())
        except queue.Empty:
            if not self._json:
                self._flush()
                self._draw()

    def take(self, event: LiveEvent) -> None:
        if isinstance(event, LiveState):
            self.ready = self.ready or event.state in ("live", "behind")
            self.off = event if event.state == "off" else self.off
        elif isinstance(event, LiveEnded):
            self.over = True
        if self._json:
            print(json.dumps(as_data(event), ensure_ascii=False), file=self._out, flush=True)
            return
        match event:
            case LivePartial():
                self._partials[event.id] = event.text
            case LiveDropped(id):
                self._partials.pop(id, None)
            case LiveFinal(segment):
                self._partials.pop(segment.id, None)
                self._held.append((segment, time.monotonic()))
            case LiveSpeakers(of_segment):
                self._held = [(replace(s, speaker=of_segment.get(s.id, s.speaker)), at) for s, at in self._held]
            case LiveState(state="restarting"):
                self._partials.clear()
                self._line("(live text starts again)")
            case LiveEnded():
                self._flush(all_=True)
            case LiveStatus():
                return
        self._draw()

    def close(self) -> None:
        if not self._json:
            self._partials.clear()
            self._flush(all_=True)
            self._draw()

    def _flush(self, *, all_: bool = False) -> None:
        """Print the lines whose speakers are known, or have been waited for."""
        while self._held:
            s, at = self._held[0]
            if not (all_ or s.speaker or time.monotonic() - at > _HELD_S):
                return
            del self._held[0]
            self._line(f"{clock(s.start_s):>7}  {name_of(s.speaker, s.track)}: {s.text}")

    def _line(self, text: str) -> None:
        self._erase()
        if self._say is not None:
            self._say(text)
        else:
            print(text, file=self._out, flush=True)

    def _erase(self) -> None:
        if self._drawn:
            self._out.write("\r\x1b[K")
            self._drawn = False

    def _draw(self) -> None:
        if not self._shows_partials:
            return
        self._erase()
        text = " / ".join(self._partials.values())
        if text:
            width = shutil.get_terminal_size((100, 40)).columns - 12
            self._out.write(f"\x1b[2m         {text[-width:]}\x1b[0m")
            self._drawn = True
        self._out.flush()


def name_of(speaker: str, track: str) -> str:
    """How a live speaker is called before anybody has been named."""
    if speaker == "me":
        return "Me"
    if speaker.startswith("s") and speaker[1:].isdigit():
        return f"Speaker {speaker[1:]}"
    return {MIC: "Microphone", SYSTEM: "Others"}.get(track, "Speaker")


def as_data(event: LiveEvent) -> dict[str, Any]:
    """An event as JSON has it: {"event": "partial", …}."""
    name = type(event).__name__.removeprefix("Live").lower()
    return {"event": name, **asdict(event)}
