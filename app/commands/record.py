"""`folkmoot record`: a meeting from the microphone and the computer's own sound, without a window."""

from __future__ import annotations

import argparse
import logging
import queue
import re
import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from app.commands.common import (
    Commands,
    add_mixed_languages,
    language_of,
    load_settings,
    note,
    opened_library,
    print_meetings,
    run_job,
    say_how_to_go_on,
    words,
    write_notes,
)
from app.commands.controls import HELP, Controls
from app.commands.interrupts import Interrupts
from app.commands.keys import open_keys
from app.domain.errors import Cancelled, FolkmootError, InputError, StorageError, UserError
from app.domain.live import LiveEvent
from app.domain.meeting import MIC, SYSTEM, Meeting, Stage, clock
from app.domain.ports import KeepAs, MeetingStore
from app.domain.recording import DEFAULT, NONE, AudioSource, Device, RecordingResult, SoundSystem
from app.exporters.timeline import remarks
from app.progress import RecordingLine, RecordingLog
from app.services import jobs
from app.services.settings import Settings

if TYPE_CHECKING:
    from app.audio.recorder import Recorder

log = logging.getLogger(__name__)

_LENGTH = re.compile(r"(?:(\d+)h)?(?:(\d+)m(?:in)?)?(?:(\d+)s?)?", re.IGNORECASE)
_TICK_S = 0.1


def add(sub: Commands) -> None:
    p = sub.add_parser(
        "record",
        help="record a meeting and turn it into notes",
        description="Record your microphone and the computer's own sound (the others) as two tracks until Ctrl-C or q, "
        "then turn them into a transcript and minutes. At any moment everything up to the last second is on the disk.",
        epilog="NAME is a part of a device's name as folkmoot devices lists them, “default” for the one the system "
        "uses, following its changes, or “none” to leave that track out. Without an option the settings count, and "
        "“default” where they say nothing. Exit codes: 0 recorded and processed; 5 the recording ended by itself, "
        "because the disk is full or its folder has gone, and everything up to then is kept; 130 cancelled.",
    )
    p.add_argument("--title", default="", help="title of the meeting; its date and time if not given")
    p.add_argument("--mic", metavar="NAME", help="your microphone: a part of its name, see below")
    p.add_argument("--system", metavar="NAME", help="the output whose sound is recorded, so the others: likewise")
    p.add_argument(
        "--for", dest="limit_s", type=length, metavar="TIME", help="stop by itself after this long: 90s, 30m, 1h30m"
    )
    p.add_argument(
        "--then",
        choices=["process", "keep"],
        default="process",
        help="afterwards write transcript and minutes (process, if not given), or only store the sound (keep)",
    )
    p.add_argument("--language", help="spoken language, such as English or de; found by itself if not given")
    add_mixed_languages(p)
    p.add_argument("--glossary", default="", metavar="WORDS", help="names and terms, separated by commas")
    p.add_argument(
        "--keep-as",
        choices=get_args(KeepAs),
        help="how the sound is kept: opus (small, good for voices), flac (exact) or wav (exact, largest)",
    )
    p.add_argument("--live", action="store_true", help="print what is said while it is said")
    p.add_argument("--json", action="store_true", help="print the meeting as JSON")
    p.add_argument("--out", type=Path, metavar="PATH", help="write the notes as Markdown to this file or folder")
    p.set_defaults(handler=record)


def length(text: str) -> float:
    """Seconds: "90", "90s", "30m", "1h30m"."""
    found = _LENGTH.fullmatch(text.strip())
    seconds = sum(int(part) * unit for part, unit in zip(found.groups("0"), (3600, 60, 1), strict=True)) if found else 0
    if not seconds:
        raise argparse.ArgumentTypeError(f"“{text}” is no length of time; write 90s, 30m or 1h30m")
    return float(seconds)


def record(args: argparse.Namespace) -> int:
    from app.services import recordings

    settings = load_settings()
    language = language_of(args.language)
    if args.out is not None and args.then == "keep":
        raise InputError("There are no notes to write with --then keep.", "Leave --out away, or process the meeting.")
    named = {MIC: args.mic, SYSTEM: args.system}
    system = _sound_system(named)
    choices = _choices(system, named, {MIC: settings.mic, SYSTEM: settings.system})
    with opened_library() as store, Interrupts() as interrupts:
        meeting = recordings.begin(
            store, args.title, datetime.now().astimezone(), language=language, glossary=words(args.glossary)
        )
        try:
            opened = recordings.open_recorder(
                store.folder(meeting.id),
                system,
                started_at=meeting.started_at,
                mic=choices[MIC],
                system_audio=choices[SYSTEM],
                limit_s=args.limit_s,
            )
            recorder = opened.recorder
            recorder.start()
        except Exception:  # not even begun: no device, no room, or nothing can be written there
            with suppress(UserError):
                recordings.discard(store, meeting.id)
            raise
        try:
            for missing in opened.warnings:
                note(f"{missing.what} {missing.to_do}".strip())
            absent = {w.track for w in opened.warnings}
            tracks = [t for t, choice in choices.items() if choice != NONE and t not in absent]
            folder = store.folder(meeting.id) if args.live else None
            _watch(recorder, interrupts, meeting, folder, tracks)
        finally:  # whatever happened to the terminal
            recorder.stop()
            result = recorder.wait()
            assert result is not None
            _end(store, meeting.id, result)
        interrupts.recording_ended()
        return _afterwards(store, meeting.id, result, interrupts, args, args.keep_as or settings.keep_as)


class _WithFiles:
    """The sound of this computer, and of files that are named "file:PATH"."""

    def __init__(self, system: SoundSystem) -> None:
        self._system = system
        self.name = system.name

    def devices(self) -> list[Device]:
        return self._system.devices()

    def source(self, track: str, choice: str) -> AudioSource:
        from app.audio.systems.file import source_for

        return source_for(self._system, track, choice)


def _sound_system(named: Mapping[str, str | None]) -> SoundSystem:
    """What is recorded from. Where only files are played, the computer's own sound is not even looked for."""
    from app.audio.systems import this_system
    from app.audio.systems.file import FILE_CHOICE, FileSystem

    only_files = all(choice and (choice == NONE or choice.startswith(FILE_CHOICE)) for choice in named.values())
    return _WithFiles(FileSystem({}) if only_files else this_system())


def _choices(system: SoundSystem, named: Mapping[str, str | None], usual: Mapping[str, str]) -> dict[str, str]:
    """Track → device, as named on the command line or else as in the settings.

    Raises `InputError` for one that was named now and is not there. A headset of the settings that is not plugged in
    gives way to the default device: a meeting is rather recorded with another microphone than without.
    """
    choices: dict[str, str] = {}
    for track, now in named.items():
        choice = choices[track] = now or usual[track]
        if choice in (DEFAULT, NONE):
            continue
        try:
            system.source(track, choice)  # opens nothing
        except InputError as error:
            if now:
                raise
            note(f"{error.what} The default device is used instead.")
            choices[track] = DEFAULT
    return choices


def _watch(
    recorder: Recorder, interrupts: Interrupts, meeting: Meeting, live_in: Path | None, tracks: Collection[str]
) -> None:
    """Show the recording and do what the keys say, until it is to end or has ended by itself.

    `live_in`: the meeting's folder, if what is said is to be shown too.
    """
    view = RecordingLine(sys.stderr) if sys.stderr.isatty() else RecordingLog(sys.stderr)
    controls = Controls(recorder, view, interrupts.stop)
    live = _live_text(recorder, tracks, meeting, live_in, view) if live_in is not None else nullcontext(_nothing)
    with live as show_words, open_keys() as keys:
        view.say(f"Recording “{meeting.title}” ({meeting.id[:12]}). Ctrl-C stops.")
        if keys.is_open:
            view.say(HELP)
        try:
            while not interrupts.stop.is_set() and recorder.wait(_TICK_S) is None:
                status = recorder.status()
                controls.take(keys.typed(), status)
                show_words()
                view.show(status)
            controls.finish()
        finally:
            view.close()


@contextmanager
def _live_text(
    recorder: Recorder, tracks: Collection[str], meeting: Meeting, folder: Path, view: RecordingLog
) -> Iterator[Callable[[], None]]:
    """What is said while it is said; gives what prints it. A failure is said and costs the recording nothing."""
    from app import bootstrap_live
    from app.commands.live import LivePrinter

    def chosen(settings: Settings) -> Mapping[str, str]:
        return {"speech": settings.speech_model} if settings.speech_model else {}

    events: queue.SimpleQueue[LiveEvent] = queue.SimpleQueue()
    printer = LivePrinter(sys.stderr, say=view.say)
    try:
        task = bootstrap_live.live_task(meeting, folder, load_settings(), chosen)
        running = bootstrap_live.RunningLive(task, recorder, tracks, events.put)
    except Exception as error:
        log.exception("live text could not begin")
        view.say(f"There is no live text ({error}). The recording goes on.")
        yield _nothing
        return

    def show() -> None:
        was_off = printer.off is not None
        printer.take_all(events, 0.0)
        if printer.off is not None and not was_off:
            view.say(f"{printer.off.what} {printer.off.to_do}".strip())

    try:
        yield show
        show()
    finally:
        recorder.stop()  # first: ending a process may take a moment
        running.close()


def _nothing() -> None:
    """There is no live text to show."""


def _end(store: MeetingStore, meeting_id: str, result: RecordingResult) -> None:
    from app.services import recordings

    try:
        recordings.end(store, meeting_id, result)
    except Exception:
        print(f"The sound is kept in {result.folder}; later: folkmoot recover {meeting_id[:12]}", file=sys.stderr)
        raise


def _afterwards(
    store: MeetingStore,
    meeting_id: str,
    result: RecordingResult,
    interrupts: Interrupts,
    args: argparse.Namespace,
    keep_as: KeepAs,
) -> int:
    """Say what was recorded; then process it, or pack it only."""
    if interrupts.hung_up:  # nobody is there to be told, and printing would fail
        return Cancelled.exit_code
    meeting = store.get(meeting_id)
    print(f"Recorded {clock(result.duration_s)} as “{meeting.title}” ({meeting_id[:12]}).", file=sys.stderr)
    for remark in remarks(meeting):
        print(f"  {remark}", file=sys.stderr)
    if result.reason not in ("stopped", "time"):
        say_how_to_go_on(meeting_id)
        if result.reason == "error":
            raise FolkmootError(result.what)
        raise StorageError(result.what, result.to_do)
    if interrupts.cancel.is_set():
        say_how_to_go_on(meeting_id)
        raise Cancelled
    until = Stage.DECODE if args.then == "keep" else None
    job = jobs.make_job(store, meeting, until=until, keep_as=keep_as, mixed_languages=args.mixed_languages)
    done = run_job(store, job, interrupts.cancel, quiet=args.json, is_new=False)
    if args.then == "keep" and not args.json:
        print(f"Kept in {store.folder(meeting_id)}")
        print(f"For transcript and minutes: folkmoot process --resume {meeting_id[:12]}")
        return 0
    if args.out is not None:
        write_notes(done, args.out, "markdown")
    print_meetings([done], args.json)
    return 0
